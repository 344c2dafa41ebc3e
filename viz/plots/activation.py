"""Activation functions and their derivatives."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from autograd import jvp
from autograd.text.arguments import whole
from autograd.text.memory import check_memory
from autograd.transforms.recording import name_of
from viz.plots.fonts import legible
from viz.plots.style import SMALLER, axes_of, literal, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = NDArray[np.float64]
Curve = Callable[[Array], Array]

HIGHEST: Final = 6
"""The highest order of derivative: each costs some three times the one before."""

JUMP: Final = 0.01
"""What counts as a jump: this part of the range of a curve, or more."""

SUPERSCRIPTS: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def plot_activation(
    f: Any,
    ax: Axes | None = None,
    *,
    order: int = 1,
    limits: tuple[float, float] = (-6.0, 6.0),
    label: str | None = None,
    resolution: int = 600,
) -> Axes:
    """Draw an activation function and its derivatives, which the engine computes in forward mode.

    Where a curve jumps, it has a gap with a hollow circle at each end, and so have its derivatives
    there: none of them exists at a kink, whatever number the engine takes by convention.

    Args:
        f: a name of `nn.ACTIVATIONS`, a Module, or a function of one number or of every entry of an
            array.
        ax: where to draw; a new figure by default. Further functions get further colours.
        order: of the highest derivative, 0 to 6.
        limits: the lowest and the highest x.
        label: the name of the function in the legend.
        resolution: points of each curve.

    Raises:
        TypeError: f is none of these.
        ValueError: a name is unknown, f does not work on every entry by itself, or a number is out
            of range.

    >>> ax = plot_activation("relu")
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['relu', 'relu′']
    >>> gap = np.isnan(ax.lines[1].get_ydata())
    >>> ax.lines[1].get_xdata()[gap]
    array([0.])
    """
    if whole(order, "order of plot_activation", 0) > HIGHEST:
        raise ValueError(f"plot_activation: order must be from 0 to {HIGHEST}, not {order}")
    whole(resolution, "resolution of plot_activation", 2)
    check_memory(500.0 * resolution, f"curves of {resolution:,} points", SMALLER)
    low, high = _checked(limits)
    own, name = _function(f)
    name = name if label is None else label
    x = np.linspace(low, high, resolution)
    curves = []
    kinks: set[float] = set()
    for k in range(order + 1):
        curve = _on_arrays(_derivative(own, k), name)
        kinks |= _jumps(curve, x)
        curves.append(_with_gaps(curve, x, sorted(kinks)))
    ax = axes_of(ax)
    first = len(ax.get_legend_handles_labels()[1])
    for k, (points, heights, ends) in enumerate(curves):
        look = style(first + k)
        ax.plot(points, heights, color=look.color, linestyle=look.line, label=_primed(name, k))
        hollow: dict[str, Any] = {"facecolors": "white", "edgecolors": look.color, "zorder": 3}
        ax.scatter(points[ends], heights[ends], s=22.0, linewidths=1.2, **hollow)
    ax.axhline(0.0, color="0.7", linewidth=0.8, zorder=0)
    ax.set(xlabel="x", ylabel="y")
    ax.grid(alpha=0.3)
    ax.legend()
    return legible(ax)


def _checked(limits: Any) -> tuple[float, float]:
    pair = np.asarray(limits, dtype=np.float64)
    if pair.shape != (2,) or not np.isfinite(pair).all() or pair[0] >= pair[1]:
        raise ValueError(f"plot_activation: limits must be (lowest, highest), not {limits!r}")
    return float(pair[0]), float(pair[1])


def _primed(name: str, order: int) -> str:
    """Return the name of a derivative: f′, f″, f‴, f⁽⁴⁾."""
    if not order:
        return literal(name)
    prime = "′″‴"[order - 1] if order < 4 else f"⁽{order}⁾".translate(SUPERSCRIPTS)
    return literal(f"{name}{prime}" if name.isidentifier() else f"({name}){prime}")


# The function.


def _function(f: Any) -> tuple[Callable[[Any], Any], str]:
    """Return an activation as a function, and its name."""
    from nn import Module
    from nn.modules.activation_layers import as_activation, short

    module = as_activation(f)  # raises for what is none
    if not isinstance(f, (str, Module)):
        return f, "f" if name_of(f) == "<lambda>" else name_of(f)
    # With its parameters as plain numbers: they are not what it is differentiated by.
    return module.with_parameters(module.state_dict()).eval(), str(short(module))


def _derivative(f: Callable[[Any], Any], order: int) -> Callable[[Any], Any]:
    """Return the derivative of every entry by itself."""
    if not order:
        return f
    below = _derivative(f, order - 1)
    return lambda x: jvp(below, (x,), (np.ones_like(x) if np.ndim(x) else 1.0,))[1]


def _on_arrays(f: Callable[[Any], Any], name: str) -> Curve:
    """Return f as a function of arrays; one that takes single numbers is called for each."""
    from nn.intake import as_array

    def curve(x: Array) -> Array:
        with np.errstate(all="ignore"):
            try:
                result = f(x)
            except (TypeError, ValueError):
                result = [f(float(one)) for one in x]
        return as_array(result, f"plot_activation: {name}", finite=False)

    three = np.array([-0.5, 0.25, 1.0])
    together, alone = curve(three), [curve(three[[i]]) for i in range(3)]
    if together.shape != (3,) or not np.allclose(together, np.ravel(alone), equal_nan=True):
        raise ValueError(
            f"plot_activation: {name} does not work on every number by itself, so it has no curve"
        )
    return curve


# Kinks.


def _jumps(curve: Curve, x: Array) -> set[float]:
    """Return where a curve jumps: a large step from point to point stays large when halved.

    A continuous curve, however steep, gets flat after some of 60 halvings.
    """
    y = curve(x)
    finite = y[np.isfinite(y)]
    least = max(JUMP * np.ptp(finite), 1e-9 * np.abs(finite).max()) if finite.size else np.inf
    low, high, y_low, y_high = x[:-1], x[1:], y[:-1], y[1:]
    with np.errstate(invalid="ignore"):
        for _ in range(60):
            large = np.abs(y_high - y_low) > least
            low, high, y_low, y_high = low[large], high[large], y_low[large], y_high[large]
            if not low.size:
                return set()
            middle = 0.5 * (low + high)
            y_middle = curve(middle)
            left = np.abs(y_middle - y_low) >= np.abs(y_high - y_middle)
            low, y_low = np.where(left, low, middle), np.where(left, y_low, y_middle)
            high, y_high = np.where(left, middle, high), np.where(left, y_middle, y_high)
        jumps = np.abs(y_high - y_low) > least
    grain = 1e-9 * (x[-1] - x[0])
    return {float(place) + 0.0 for place in np.round(low[jumps] / grain) * grain}


def _with_gaps(curve: Curve, x: Array, kinks: list[float]) -> tuple[Array, Array, list[int]]:
    """Return the points of a curve with nan at the kinks, and which points are the gaps' ends."""
    near = 1e-7 * (x[-1] - x[0])
    places = np.array(kinks)
    keep = ~(np.abs(x[:, np.newaxis] - places) <= near).any(axis=1)
    points = np.sort(np.concatenate([x[keep], places - near, places, places + near]))
    heights = curve(points)
    gaps = [int(gap) for gap in np.flatnonzero(np.isin(points, places))]
    heights[gaps] = np.nan
    return points, heights, [i for gap in gaps for i in (gap - 1, gap + 1)]
