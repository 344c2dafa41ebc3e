"""How numbers are distributed, in one layer after the other say."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from autograd.text.arguments import whole
from autograd.text.memory import check_memory
from viz.plots.fonts import legible
from viz.plots.style import FORWARD, SMALL, literal, numbers_by_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = NDArray[np.float64]

IN_A_ROW: Final = 5
"""Histograms of a new figure beside each other; more go into further rows."""

NARROW: Final = 0.05
"""The part of the common range below which a histogram would be a mere line."""


def plot_histograms(
    arrays: Any,
    axes: Sequence[Axes] | None = None,
    *,
    bins: int = 40,
    shared: bool | None = None,
) -> list[Axes]:
    r"""Draw histograms side by side: the shares of the numbers of each array, mean and deviation.

    They share their axes and bins, so that widths and heights compare. Numbers that are all the
    same are one bar, which then reaches out of the picture. Those that are not finite are left out,
    and counted in the title.

    Args:
        arrays: by name, arrays of any shape; or a list, whose names are "layer 1", "layer 2", ...;
            or a Module, whose weights are drawn, by the names of `state_dict`.
        axes: where to draw, one for each array; a new figure by default.
        bins: of each histogram.
        shared: whether they share their axes; by default unless one would be a mere line, less
            than a twentieth of the common range wide.

    Returns:
        The Axes, one for each array.

    Raises:
        ValueError: there are no arrays, one is empty, or there are not as many axes.
        TypeError: an array holds something else than numbers.

    >>> axes = plot_histograms({"small": [0.1, 0.2, 0.2], "all the same": np.ones(5)})
    >>> axes[1].get_title()
    'all the same\nall 1'
    """
    arrays = _named(arrays)
    if not arrays:
        raise ValueError("plot_histograms: there are no arrays to draw")
    check_memory(5e3 * whole(bins, "bins") * len(arrays), f"{bins:,} bins", "take fewer bins")
    numbers = numbers_by_name(arrays, "plot_histograms")
    for name, own in numbers.items():
        if not own.size:
            raise ValueError(f"plot_histograms: {name!r} is empty")
    finite = [own[np.isfinite(own)] for own in numbers.values()]
    common = _common_edges(finite, bins, shared)
    row = _grid(axes, len(numbers))
    for ax, (name, own), kept in zip(row, numbers.items(), finite, strict=True):
        _draw(ax, kept, own.size, _edges(kept, bins) if common is None else common)
        ax.set_title(f"{literal(name)}\n{_told(kept, own.size)}", fontsize=SMALL + 1)
        _style(ax)
    if common is not None:
        wide = [ax for ax, own in zip(row, finite, strict=True) if own.size and np.ptp(own)]
        top = max(ax.get_ylim()[1] for ax in wide)
        for ax in row:
            ax.set_ylim(top=top)
    row[0].set_ylabel("share of the numbers", fontsize=SMALL + 1)
    return [legible(ax) for ax in row]


# What is drawn.


def _named(arrays: Any) -> Mapping[str, Any]:
    from nn import Module

    if isinstance(arrays, Module):
        buffers = dict(arrays.named_buffers())
        return {name: own for name, own in arrays.state_dict().items() if name not in buffers}
    if isinstance(arrays, Mapping):
        return arrays
    return {f"layer {i}": array for i, array in enumerate(arrays, 1)}


def _edges(numbers: Array, bins: int) -> Array:
    """Return the edges of the bins of an array alone."""
    if not numbers.size:
        return np.array([0.0, 1.0])
    low, high = float(numbers.min()), float(numbers.max())
    if low == high:  # a thin bar in the middle
        return low + np.array([-1.0, -0.05, 0.05, 1.0]) * (abs(low) or 1.0)
    return np.linspace(low, high, bins + 1)


def _common_edges(arrays: Sequence[Array], bins: int, shared: bool | None) -> Array | None:
    """Return the edges of the bins of all; None where each is to have its own."""
    wide = [own for own in arrays if own.size and np.ptp(own)]
    if shared is False or not wide or len(arrays) == 1:
        return None
    every = np.concatenate([own for own in arrays if own.size])
    if shared is None and min(np.ptp(own) for own in wide) < NARROW * np.ptp(every):
        return None
    return np.linspace(every.min(), every.max(), bins + 1)


def _told(finite: Array, count: int) -> str:
    """Return mean and deviation to the same decimals, two digits of the deviation."""
    if not finite.size:
        return "none is finite"
    lost = f", {count - finite.size} not finite" if finite.size < count else ""
    with np.errstate(over="ignore"):
        mean, deviation = float(np.mean(finite)), float(np.std(finite))
    if np.ptp(finite) == 0.0:
        return f"all {finite[0]:.4g}".replace("-", "−") + lost
    if not 0.0 < deviation < math.inf:
        return f"{mean:.4g} ± {deviation:.2g}".replace("-", "−") + lost
    places = 1 - math.floor(math.log10(deviation))
    exponent = math.floor(math.log10(max(abs(mean), deviation)))
    power = exponent if not -4 <= exponent <= 5 else 0
    digits = min(max(places + power, 0), 8)
    told = f"{mean / 10.0**power:.{digits}f} ± {deviation / 10.0**power:.{digits}f}"
    if power:
        told = f"({told})e{power:+03d}"
    return told.replace("-", "−") + lost


# The picture.


def _grid(axes: Sequence[Axes] | None, n: int) -> list[Axes]:
    if axes is None:
        from matplotlib import pyplot

        columns = min(n, IN_A_ROW)
        rows = -(-n // columns)
        size = (1.0 + 2.0 * columns, 0.2 + 2.2 * rows)
        grid = pyplot.figure(figsize=size, layout="constrained").subplots(
            rows, columns, squeeze=False
        )
        for ax in grid.flat[n:]:
            ax.remove()
        return list(grid.flat[:n])
    row = list(np.ravel(np.asarray(axes, dtype=object)))
    if len(row) != n:
        raise ValueError(f"plot_histograms: {n} arrays need {n} axes, not {len(row)}")
    return row


def _draw(ax: Axes, finite: Array, count: int, edges: Array) -> None:
    shares = np.full(finite.size, 1.0 / count)
    ax.hist(finite, bins=list(edges), weights=shares, color=FORWARD)
    ax.set_xlim(edges[0], edges[-1])


def _style(ax: Axes) -> None:
    ax.set_ylim(bottom=0.0)
    ax.tick_params(labelsize=SMALL)
    ax.locator_params(axis="both", nbins=4)
    ax.yaxis.set_major_formatter(lambda share, _: f"{100.0 * share:.3g}%")
    ax.ticklabel_format(axis="x", scilimits=(-3, 4))
    ax.xaxis.offsetText.set_fontsize(SMALL)
