"""Which classes are taken for which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from autograd.text.words import shortened
from viz.plots.fonts import legible
from viz.plots.model import scores_by
from viz.plots.shading import TINTS
from viz.plots.style import FORWARD, INK, SMALL, axes_of, literal

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = NDArray[np.float64]

WHO: Final = "plot_confusion"

ROOM: Final = 0.42
"""Inches for a class along each side of a new figure."""

MOST: Final = 30
"""Classes up to which numbers are written into the fields; beyond, they would be too small."""

SHARES: Final = 10
"""Classes up to which the shares are written below the counts."""


def plot_confusion(
    counts: Any,
    X: Any = None,
    y: Any = None,
    ax: Axes | None = None,
    *,
    names: Sequence[str] | None = None,
    output: str | None = None,
) -> Axes:
    r"""Draw how many samples of each class (row) are taken for each class (column).

    The deeper a field, the larger its share of the class; with up to ten classes the shares are
    written, too.

    Args:
        counts: what `nn.confusion_matrix` returns, an array of shape (k, k); or a Module, or a
            function from samples to scores, whose predictions for X are counted.
        X: samples, for a model.
        y: their classes, as `nn.confusion_matrix` takes them.
        ax: where to draw; a new figure by default.
        names: of the classes; by default the `class_names` of a Module, else 0, 1, ...
        output: what the model gives, as for `plot_decision_boundary`.

    Raises:
        ValueError: counts is no square array of whole numbers from 0 on, there are not as many
            names, or a model lacks X or y, or they do not fit it.
        TypeError: counts is neither an array nor a model.

    >>> ax = plot_confusion([[8, 2], [1, 9]], names=["cat", "dog"])
    >>> [text.get_text() for text in ax.texts]
    ['8\n80%', '2\n20%', '1\n10%', '9\n90%']
    """
    if callable(getattr(counts, "predict", counts)):
        names = getattr(counts, "class_names", None) if names is None else names
        table = _counted(counts, X, y, output)
    elif X is not None or y is not None:
        raise TypeError(
            f"{WHO} takes counts alone, or a model with X and y, not {type(counts).__name__} with "
            "them"
        )
    else:
        table = _checked(counts)
    k = len(table)
    labels = _labels(names, k)
    ax = _sized(ax, k)
    totals = table.sum(axis=1, keepdims=True)
    shares = np.divide(table, totals, out=np.full(table.shape, np.nan), where=totals > 0.0)
    _draw_fields(ax, shares)
    if k <= MOST:
        _write(ax, table, shares)
    long = max(map(len, labels)) > 3
    ax.set_xticks(range(k), labels, rotation=45 if long else 0, ha="right" if long else "center")
    ax.set_yticks(range(k), labels)
    ax.tick_params(labelsize=SMALL, length=0.0)
    if long:
        for text in ax.get_xticklabels():
            text.set_rotation_mode("anchor")
    ax.set(xlabel="taken for", ylabel="class")
    return legible(ax)


def _counted(model: Any, X: Any, y: Any, output: str | None) -> Array:
    from nn.intake import as_array, as_samples
    from nn.outputs import known_kind
    from nn.training.metrics import confusion_matrix

    scores_of = scores_by(model, WHO)
    if X is None or y is None:
        raise ValueError(f"{WHO}: of a model the predictions for X are counted: give X and y")
    X, y = as_samples(X, y, WHO)
    numbers = as_array(scores_of(X), f"{WHO}: the scores", finite=False)
    kind = output or known_kind(model, X, numbers)
    return confusion_matrix(numbers, y, output=kind).astype(np.float64)


def _checked(counts: Any) -> Array:
    from nn.intake import as_array

    table: Array = as_array(counts, f"{WHO}: the counts")
    if table.ndim != 2 or table.shape[0] != table.shape[1] or not table.size:
        raise ValueError(f"{WHO}: counts have shape {table.shape}, but k rows of k are needed")
    wrong = (table < 0.0) | (table % 1.0 != 0.0)
    if wrong.any():
        place = np.argwhere(wrong)[0].tolist()
        raise ValueError(f"{WHO}: counts{place} is {table[tuple(place)]:g}, which is no count")
    return table


def _labels(names: Sequence[str] | None, k: int) -> list[str]:
    if names is None:
        return [str(c) for c in range(k)]
    if isinstance(names, str) or len(names) != k:
        raise ValueError(f"{WHO}: {k} names are needed, not {names!r}")
    return [literal(shortened(str(name), 20)) for name in names]


# The picture.


def _sized(ax: Axes | None, k: int) -> Axes:
    """Return the Axes: new ones have room for each class."""
    if ax is not None:
        return axes_of(ax)
    from matplotlib import pyplot

    side = float(np.clip(ROOM * k, 2.2, 24.0))
    return pyplot.subplots(figsize=(1.1 * side + 2.0, side + 1.0), layout="constrained")[1]


def _draw_fields(ax: Axes, shares: Array) -> None:
    from matplotlib.colors import LinearSegmentedColormap

    blues = LinearSegmentedColormap.from_list("shares", ["white", TINTS[0], FORWARD])
    colors = blues.with_extremes(bad="#eeeeee")  # a class without samples
    image = ax.imshow(np.ma.masked_invalid(shares), cmap=colors, vmin=0.0, vmax=1.0)
    edges = np.arange(len(shares) + 1) - 0.5
    ax.hlines(edges, *edges[[0, -1]], color="white", linewidth=1.0)
    ax.vlines(edges, *edges[[0, -1]], color="white", linewidth=1.0)
    figure = ax.get_figure()
    assert figure is not None
    bar = figure.colorbar(image, cax=ax.inset_axes((1.03, 0.0, 0.05, 1.0)))
    bar.set_label("share of the class", fontsize=SMALL + 1)
    bar.ax.yaxis.set_major_formatter(lambda share, _: f"{100.0 * share:.0f}%")
    bar.ax.tick_params(labelsize=SMALL)


def _write(ax: Axes, table: Array, shares: Array) -> None:
    for (i, j), count in np.ndenumerate(table):
        told = f"{int(count):,}"
        if len(table) <= SHARES and not np.isnan(shares[i, j]):
            told += f"\n{100.0 * shares[i, j]:.0f}%"
        dark = shares[i, j] > 0.75
        ax.text(
            j, i, told, ha="center", va="center", fontsize=SMALL, color="white" if dark else INK
        )
