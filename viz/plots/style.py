"""What all plots share: numbers by name, colours that everyone can tell apart, markers, Axes.

The colours are those of Okabe & Ito (jfly.uni-koeln.de/color) with a brown in the place of their
yellow, which is too pale for lines on white paper. No colour is ever the only thing to tell two
things apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Columns = dict[str, NDArray[np.float64]]

FORWARD: Final = "#0072B2"
REVERSE: Final = "#D55E00"
OTHER: Final = "#009E73"
INK: Final = "#1f2933"

COLORS: Final = (FORWARD, REVERSE, OTHER, "#CC79A7", "#E69F00", INK, "#56B4E9", "#6B4C00")
MARKERS: Final = ("o", "s", "^", "D", "v", "P", "X", "*", "p")
LINES: Final[tuple[Any, ...]] = (
    *("-", "--", "-.", ":"),
    *((0, (8, 2)), (0, (4, 1, 1, 1, 1, 1)), (0, (2, 1)), (0, (8, 2, 2, 2))),
)

SMALL: Final = 8.0
"""The least size of text, in points."""

SMALLER: Final = "take a smaller resolution"
"""What to do about a grid that does not fit into memory."""

MANY: Final = 2000
"""Samples above which the points are pixels in a vector picture, as it would be huge."""


class Style(NamedTuple):
    """How one of several lines or groups of points is drawn."""

    color: str
    marker: str
    line: Any


def style(i: int) -> Style:
    """Return the i-th style: the first eight differ in colour, marker and line; 72 differ at all.

    >>> style(0)
    Style(color='#0072B2', marker='o', line='-')
    """
    return Style(COLORS[i % len(COLORS)], MARKERS[i % len(MARKERS)], LINES[i % len(LINES)])


def axes_of(ax: Any) -> Axes:
    """Return the given Axes, or those of a new figure.

    Raises:
        TypeError: ax is something else, such as the figure or the array that `subplots` gives.
    """
    from matplotlib import axes, pyplot

    if isinstance(ax, axes.Axes):
        return ax
    if ax is not None:
        kind = type(ax).__name__
        raise TypeError(f"ax is one matplotlib Axes, such as pyplot.gca(), not {kind}")
    return pyplot.subplots(figsize=(6.4, 4.0), layout="constrained")[1]


def legend_below(ax: Axes, handles: Any = None, columns: int = 3) -> None:
    """Add a legend below the Axes, where it hides nothing; of all that is labelled by default."""
    from matplotlib.transforms import offset_copy

    if handles is None:
        handles, _ = ax.get_legend_handles_labels()
    ax.legend(
        handles=handles,
        loc="upper center",
        bbox_to_anchor=(0.5, 0.0),
        bbox_transform=offset_copy(ax.transAxes, ax.get_figure(root=True), y=-36.0, units="points"),
        ncols=min(len(handles), columns),
        fontsize=SMALL + 1,
        frameon=False,
    )


def literal(text: str) -> str:
    """Keep the dollar signs of a text: between two of them matplotlib reads mathematics."""
    return text.replace("$", r"\$")


def numbers_by_name(things: Any, who: str, attribute: str = "") -> Columns:
    """Return an array for each name.

    Args:
        things: a dict of whatever is like an array, or holds one as the attribute.
        who: the plot, for messages.
        attribute: where objects of nn hold the numbers.

    Raises:
        TypeError: things is no dict, or holds something else than numbers.
        ValueError: it is empty.

    >>> numbers_by_name({"adam": [4, 1]}, "plot_convergence")
    {'adam': array([4., 1.])}
    """
    from nn.intake import as_array

    if not isinstance(things, Mapping):
        raise TypeError(
            f'{who} takes a dict, {{"adam": ...}}, whose names the legend shows, not '
            f"{type(things).__name__}"
        )
    if not things:
        raise ValueError(f"{who}: the dict is empty: there is nothing to draw")
    return {
        str(name): as_array(getattr(own, attribute, own), f"{who}: {name!r}", finite=False)
        for name, own in things.items()
    }
