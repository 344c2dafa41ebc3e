"""The way of optimizers over the contour lines of a function of two numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograd.text.arguments import whole
from autograd.text.memory import check_memory
from viz.plots.fonts import legible
from viz.plots.style import (
    INK,
    SMALL,
    SMALLER,
    axes_of,
    legend_below,
    literal,
    numbers_by_name,
    style,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import PathCollection
    from matplotlib.contour import QuadContourSet
    from matplotlib.lines import Line2D

Array = NDArray[np.float64]
Limits = tuple[tuple[float, float], tuple[float, float]]

LEVELS: Final = 14
"""Contour lines."""

LABELLED: Final = 3
"""Every so manieth of them has its level written on it."""


def plot_paths(
    f: Callable[[Any], Any],
    paths: Mapping[str, Any],
    ax: Axes | None = None,
    *,
    limits: Limits | None = None,
    resolution: int = 100,
) -> Axes:
    """Draw the paths of optimizers over the contour lines of the function that they minimize.

    The levels of the lines grow by equal factors above the lowest value, so that a valley has
    lines too; the lower, the darker. Each path has its own colour, marker and line, an empty
    circle at its start and a larger marker at its end.

    Args:
        f: takes one point, an array of two numbers, as `nn.minimize` calls it.
        paths: by name: what `nn.minimize` returns, or an array of points of shape (n, 2).
        ax: where to draw; a new figure by default.
        limits: ((x lowest, x highest), (y lowest, y highest)); by default all paths are seen.
        resolution: points along each axis at which f is called.

    Raises:
        TypeError: f is no function of one point, or paths is no dict.
        ValueError: paths is empty, a path is no array of shape (n, 2) or has no finite point, or
            limits are no such pairs.

    >>> from nn import minimize
    >>> f = lambda p: p[0] ** 2 / 20 + p[1] ** 2
    >>> paths = {name: minimize(f, [-7.0, 2.0], name, lr=0.5) for name in ("sgd", "adam")}
    >>> ax = plot_paths(f, paths)
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['sgd', 'adam', 'start']
    """
    return draw_paths(f, paths, ax, limits, resolution, "plot_paths")[0]


def draw_paths(
    f: Any, paths: Any, ax: Axes | None, limits: Any, resolution: int, who: str
) -> tuple[Axes, list[Drawn]]:
    """Draw what `plot_paths` does; return the Axes, and each path as it is drawn."""
    check_grid(resolution, who)
    given = numbers_by_name(paths, who, "path")
    found = {name: _points(name, path, who) for name, path in given.items()}
    every = np.concatenate(list(found.values()))
    sides = around(every) if limits is None else checked_limits(limits, who)
    x, y = (np.linspace(low, high, resolution) for low, high in sides)
    heights = _heights(f, x, y, who)
    ax = axes_of(ax)
    lines = draw_contours(ax, x, y, heights)
    drawn = [draw_path(ax, name, points, i) for i, (name, points) in enumerate(found.items())]
    draw_starts(ax, [points[0] for points in found.values()])
    ax.set(xlim=sides[0], ylim=sides[1], xlabel="x", ylabel="y")
    if lines is not None:
        label_contours(ax, lines, slice(1, None, LABELLED))
    legend_below(ax, columns=4)
    return legible(ax), drawn


def check_grid(resolution: Any, who: str) -> None:
    """Raise for a number of points along each axis that is none, or too large."""
    whole(resolution, f"resolution of {who}", 2)
    check_memory(150.0 * resolution**2, f"a grid of {resolution:,}² points", SMALLER)


# The paths.


class Drawn(NamedTuple):
    """A path in a picture."""

    points: Array
    line: Line2D
    end: PathCollection


def _points(name: str, points: Array, who: str) -> Array:
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(
            f"{who}: {name!r} has shape {points.shape}, but points in the plane are needed: "
            "shape (n, 2)"
        )
    finite = points[np.isfinite(points).all(axis=1)]
    if not finite.size:
        raise ValueError(f"{who}: {name!r} has no finite point")
    return finite


def draw_path(ax: Axes, name: str, points: Array, i: int) -> Drawn:
    """Draw a path by its own style, with a larger marker at its end."""
    look = style(i)
    shared: dict[str, Any] = {"color": look.color, "marker": look.marker}
    (line,) = ax.plot(
        *points.T,
        linestyle=look.line,
        linewidth=1.6,
        markersize=5,
        # Markers at even distances in the picture, not one on the other where steps are short.
        markevery=(0.02 * (1 + i % 4), 0.1) if len(points) > 1 else None,
        label=literal(name),
        zorder=3,
        **shared,
    )
    x, y = points[-1]
    end = ax.scatter(x, y, s=90.0, edgecolors=INK, linewidths=1.2, zorder=4, **shared)
    return Drawn(points, line, end)


def draw_starts(ax: Axes, points: Sequence[Array]) -> None:
    """Draw an empty circle at each of the points where paths start."""
    x, y = np.unique(points, axis=0).T
    hollow: dict[str, Any] = {"facecolors": "white", "edgecolors": INK, "linewidths": 1.6}
    ax.scatter(x, y, s=70.0, zorder=5, label="start", **hollow)


# The ground that they cross.


def around(points: Array) -> Array:
    """Return limits that hold all points with some room."""
    low, high = points.min(axis=0), points.max(axis=0)
    reach = high - low
    reach[reach == 0.0] = reach.max() or 2.0
    room = 0.08 * reach + (high == low) * 0.5 * reach
    return np.transpose([low - room, high + room])


def checked_limits(limits: Any, who: str) -> Array:
    """Return limits as an array; a ValueError says what else they are."""
    pairs = np.asarray(limits, dtype=np.float64)
    if pairs.shape != (2, 2) or not np.isfinite(pairs).all() or (pairs[:, 0] >= pairs[:, 1]).any():
        raise ValueError(
            f"{who}: limits must be ((x lowest, x highest), (y lowest, y highest)), not {limits!r}"
        )
    return pairs


def _heights(f: Callable[[Any], Any], x: Array, y: Array, who: str) -> Array:
    """Return f at every point of the grid, one call for each, as f need not take more."""
    from autograd.rules.operand import data_of

    if not callable(f):
        raise TypeError(f"{who}: f must be a function of a point, not {f!r}")
    try:
        with np.errstate(all="ignore"):
            f(np.array([x[0], y[0]]))
    except TypeError as error:
        raise TypeError(
            f"{who}: f must take one point, an array of two numbers; of a function of x and y "
            f"write lambda p: f(*p) ({error})"
        ) from error
    with np.errstate(all="ignore"):
        rows = [[float(data_of(f(np.array([a, b])))) for a in x] for b in y]
    return np.array(rows)


def draw_contours(ax: Axes, x: Array, y: Array, heights: Array) -> QuadContourSet | None:
    """Draw contour lines, whose levels grow by equal factors; none where all is flat."""
    finite = heights[np.isfinite(heights)]
    if not finite.size or np.ptp(finite) == 0.0:
        return None
    lowest, highest = float(finite.min()), float(finite.max())
    first = max(float(np.quantile(finite, 0.01)) - lowest, 1e-9 * (highest - lowest))
    levels = lowest + np.geomspace(first, highest - lowest, LEVELS)[:-1]
    greys = np.linspace(0.5, 0.85, len(levels)).astype(str).tolist()
    shown = np.ma.masked_invalid(heights)
    return ax.contour(x, y, shown, levels=levels, colors=greys, linewidths=0.8, zorder=1)


def label_contours(ax: Axes, lines: QuadContourSet, some: slice) -> None:
    """Write their level on some contour lines, but where the frame would cut it."""
    levels = list(lines.levels)[some]
    limits = np.array([ax.get_xlim(), ax.get_ylim()])
    low, high = limits[:, 0], limits[:, 1]
    for text in ax.clabel(lines, levels, inline=False, fmt=_level, fontsize=SMALL, colors=INK):
        place = (np.array(text.get_position()) - low) / (high - low)
        if (place < 0.04).any() or (place > 0.96).any():
            text.remove()
        else:
            text.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 1.0})
            text.set_zorder(2)  # beneath the paths


def _level(level: float) -> str:
    """Return two digits of a level.

    >>> _level(-1313.0)
    '−1300'
    """
    return f"{float(f'{level:.2g}'):g}".replace("-", "−")
