"""How numbers are distributed, in one layer after the other say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from autograd.text.arguments import whole
from autograd.text.memory import check_memory
from viz.plots.fonts import legible
from viz.plots.style import FORWARD, INK, SMALL, literal, numbers_by_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_histograms(
    arrays: Mapping[str, Any] | Sequence[Any],
    axes: Sequence[Axes] | None = None,
    *,
    bins: int = 40,
) -> list[Axes]:
    r"""Draw a row of histograms: the shares of the numbers of each array, their mean and deviation.

    Numbers that are all the same are one bar. Those that are not finite are left out, and counted
    in the title.

    Args:
        arrays: by name, arrays of any shape; or a list, whose names are "layer 1", "layer 2", ...
        axes: where to draw, one for each array; a new figure by default.
        bins: of each histogram.

    Returns:
        The Axes, one for each array.

    Raises:
        ValueError: there are no arrays, one is empty, or there are not as many axes.
        TypeError: an array holds something else than numbers.

    >>> axes = plot_histograms({"small": [0.1, 0.2, 0.2], "all the same": np.ones(5)})
    >>> axes[1].get_title()
    'all the same\nall 1'
    """
    if not isinstance(arrays, Mapping):
        arrays = {f"layer {i}": array for i, array in enumerate(arrays, 1)}
    if not arrays:
        raise ValueError("plot_histograms: there are no arrays to draw")
    check_memory(5e3 * whole(bins, "bins") * len(arrays), f"{bins:,} bins", "take fewer bins")
    numbers = numbers_by_name(arrays, "plot_histograms")
    for name, own in numbers.items():
        if not own.size:
            raise ValueError(f"plot_histograms: {name!r} is empty")
    row = _row(axes, len(numbers))
    for ax, (name, own) in zip(row, numbers.items(), strict=True):
        _draw(ax, own.ravel(), name, bins)
    row[0].set_ylabel("share of the numbers", fontsize=SMALL + 1)
    return [legible(ax) for ax in row]


def _row(axes: Sequence[Axes] | None, n: int) -> list[Axes]:
    if axes is None:
        from matplotlib import pyplot

        figure = pyplot.figure(figsize=(1.0 + 2.0 * n, 2.4), layout="constrained")
        return list(figure.subplots(1, n, squeeze=False)[0])
    row = list(np.ravel(np.asarray(axes, dtype=object)))
    if len(row) != n:
        raise ValueError(f"plot_histograms: {n} arrays need {n} axes, not {len(row)}")
    return row


def _draw(ax: Axes, numbers: NDArray[np.float64], name: str, bins: int) -> None:
    finite = numbers[np.isfinite(numbers)]
    lost = len(numbers) - len(finite)
    if not finite.size:
        told = "none is finite"
    elif np.ptp(finite) == 0.0:
        told = f"all {finite[0]:.4g}"
        ax.bar(finite[0], len(finite) / len(numbers), width=0.1, color=FORWARD, edgecolor=INK)
        ax.set_xlim(finite[0] - 1.0, finite[0] + 1.0)
    else:
        told = f"{np.mean(finite):.2g} ± {np.std(finite):.2g}"
        shares = np.full(len(finite), 1.0 / len(numbers))
        ax.hist(finite, bins=bins, weights=shares, color=FORWARD)
    if lost and finite.size:
        told += f", {lost} not finite"
    ax.set_title(f"{literal(name)}\n{told}", fontsize=SMALL + 1)
    ax.set_ylim(bottom=0.0)
    ax.tick_params(labelsize=SMALL)
    ax.locator_params(axis="both", nbins=4)
    ax.ticklabel_format(axis="x", scilimits=(-3, 4))
    ax.xaxis.offsetText.set_fontsize(SMALL)
