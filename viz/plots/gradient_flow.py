"""How large the gradient is from layer to layer."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograd.text.names import unknown
from autograd.text.words import shortened
from viz.plots.fonts import legible
from viz.plots.parameters import Objective, Vector
from viz.plots.style import INK, SMALL, axes_of, legend_below, literal, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = NDArray[np.float64]

WHO: Final = "plot_gradient_flow"

MEASURES: Final = {"norm": "length of ∂ℓ/∂w", "mean": "mean |∂ℓ/∂w|"}
"""What may be drawn of the gradient of a layer's weights, and how the axis calls it."""

NAMED: Final = 8
"""Layers up to which they are named below the axis; more are numbered."""


class Flow(NamedTuple):
    """What a layer gets of the gradient."""

    weights: Array
    dead: int
    """Units of which no weight and no bias has a gradient other than 0."""
    units: int


def plot_gradient_flow(
    model: Any,
    X: Any = None,
    y: Any = None,
    ax: Axes | None = None,
    *,
    loss: Any = "mse",
    measure: str = "norm",
    label: str | None = None,
) -> Axes:
    """Draw how large the gradient of the weights is in each layer, on a logarithmic scale.

    A gradient of 0 is a cross at the lower edge. Where a layer has dead units, which get no
    gradient at all, as a ReLU that no sample wakes, its point is hollow and has their number.

    Args:
        model: a Module. By itself it is drawn with the gradients that `backward()` left in it.
        X, y: samples and targets; the gradient is then that of the loss on them, and the model's
            own gradients stay as they are.
        ax: where to draw; a new figure by default. Further models get further colours.
        loss: a name of `nn.LOSSES`, or a function of (prediction, target), as for `nn.fit`.
        measure: "norm", the length of the gradient of a layer's weights, or "mean", the mean size
            of its entries, which does not grow with the layer.
        label: the name of the model in the legend.

    Raises:
        TypeError: the model is no Module, or the data are no numbers.
        ValueError: there is no gradient in the model, it is not finite, or model, data and loss do
            not fit together.

    >>> from nn import MLP, make_moons
    >>> ax = plot_gradient_flow(MLP(2, [8, 8, 1], seed=0), *make_moons(20, seed=0))
    >>> [text.get_text() for text in ax.get_xticklabels()]
    ['layers.0', 'layers.1', 'layers.2']
    """
    from matplotlib.axes import Axes

    if isinstance(X, Axes):
        raise TypeError(f"{WHO}: the second argument is X, the samples: write ax=ax")
    if measure not in MEASURES:
        raise unknown(MEASURES, measure, "measure of plot_gradient_flow")
    flows = _flows(_gradients(model, X, y, loss))
    sizes = np.array([_size(flow.weights, measure) for flow in flows.values()])
    ax = axes_of(ax)
    _draw(ax, sizes, list(flows.values()), label)
    _name_layers(ax, list(flows))
    ax.set(yscale="log", xlabel="layer", ylabel=MEASURES[measure])
    ax.grid(alpha=0.3)
    if ax.get_legend_handles_labels()[1]:
        legend_below(ax)
    return legible(ax)


# The gradient.


def _gradients(model: Any, X: Any, y: Any, loss: Any) -> dict[str, Array]:
    """Return the gradients by the names of `state_dict`."""
    vector = Vector(model, WHO)
    if (X is None) != (y is None):
        raise ValueError(f"{WHO}: X and y belong together: give both, or none of them")
    if X is not None:
        objective, own = Objective(model, X, y, loss, WHO), copy.deepcopy(model)
        objective.backward(own)
        model = own
    numbers = np.array([x.grad for x in model.parameters()])
    if X is None and not numbers.any():
        raise ValueError(
            f"{WHO}: all gradients of the model are 0: call loss.backward() first, or give samples "
            "and targets, plot_gradient_flow(model, X, y)"
        )
    if not np.isfinite(numbers).all():
        name = model.named_parameters()[int(np.argmin(np.isfinite(numbers)))][0]
        raise ValueError(
            f"{WHO}: the gradient of {name} is not finite; autograd.detect_anomaly() tells which "
            "operation makes it so"
        )
    return vector.arrays(numbers)


def _flows(gradients: Mapping[str, Array]) -> dict[str, Flow]:
    """Return what each layer gets: the modules that hold parameters, by their paths."""
    layers: dict[str, dict[str, Array]] = {}
    for name, array in gradients.items():
        path, _, own = name.rpartition(".")
        layers.setdefault(path, {})[own] = array
    return {path or "model": _flow(arrays) for path, arrays in layers.items()}


def _flow(arrays: dict[str, Array]) -> Flow:
    """Return the flow into the weights w, or into all parameters of a module that has none."""
    w, b = arrays.get("w"), arrays.get("b")
    if w is None:
        return Flow(np.concatenate([np.ravel(array) for array in arrays.values()]), 0, 0)
    units = len(w) if w.ndim > 1 else 1
    alive = w.reshape(units, -1).any(axis=1)
    if b is not None:
        alive |= np.reshape(b, units) != 0.0
    return Flow(w.ravel(), int(np.count_nonzero(~alive)), units)


def _size(weights: Array, measure: str) -> float:
    largest = float(np.abs(weights).max()) or 1.0  # squares of tiny numbers would be 0
    if measure == "mean":
        return largest * float(np.mean(np.abs(weights) / largest))
    return largest * float(np.linalg.norm(weights / largest))


# The picture.


def _draw(ax: Axes, sizes: Array, flows: list[Flow], label: str | None) -> None:
    """Draw a line through the layers with a gradient, crosses for the others, and dead units."""
    look = style(sum(line.get_gid() == WHO for line in ax.lines))
    places = np.arange(1, len(sizes) + 1)
    shared: dict[str, Any] = {"color": look.color, "markersize": 6}
    shown = np.where(sizes > 0.0, sizes, np.nan)
    name = None if label is None else literal(label)
    ax.plot(places, shown, look.marker, linestyle=look.line, label=name, gid=WHO, **shared)
    edge = ax.get_xaxis_transform()  # the lower edge is where y is 0
    for place, size, flow in zip(places, sizes, flows, strict=True):
        at, where = (size, ax.transData) if size else (0.04, edge)
        if not size:
            cross = _once(ax, "gradient exactly 0")
            ax.plot(place, at, "x", mew=2.0, transform=where, label=cross, **shared)
        if not flow.dead:
            continue
        if size:
            dead = _once(ax, "dead/all units")
            ax.plot(place, at, look.marker, mfc="white", mew=1.5, ls="", label=dead, **shared)
        ax.annotate(
            f"{flow.dead}/{flow.units}{'' if size else ' dead'}",
            (place, at),
            xycoords=where,
            xytext=(0, 6),
            textcoords="offset points",
            ha="center",
            fontsize=SMALL,
            color=INK,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 0.5},
        )
    if not sizes.any():
        ax.set_ylim(1e-3, 1.0)
    ax.margins(x=0.12, y=0.18)


def _once(ax: Axes, label: str) -> str | None:
    """Return a label for the legend, if it does not have it yet."""
    return None if label in ax.get_legend_handles_labels()[1] else label


def _name_layers(ax: Axes, names: list[str]) -> None:
    """Name the layers below the axis, or number them; the longest of several models counts."""
    if len(names) < max(np.size(line.get_xdata()) for line in ax.lines if line.get_gid() == WHO):
        return
    if len(names) <= NAMED:
        ax.set_xticks(range(1, len(names) + 1), [literal(shortened(name, 20)) for name in names])
        ax.tick_params(axis="x", rotation=30.0 if sum(map(len, names)) > 60 else 0.0)
    else:
        ax.set_xticks(np.arange(1, len(names) + 1, -(-len(names) // 16)))
