"""Numbers in the picture of a network: as colours, by sign and size, and as short texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from viz.network.layers import Array
from viz.plots.style import FORWARD, INK, REVERSE

if TYPE_CHECKING:
    from matplotlib.colors import Colormap

NEUTRAL: Final = "#e8eaeb"
"""The colour of 0, between those of negative and positive numbers."""

HUGE: Final = 1e300
"""What larger values are taken for in heat maps, as matplotlib takes differences."""


def shades() -> Colormap:
    """Return the colours of numbers by their sign and size, ink for what is no number."""
    from matplotlib.colors import LinearSegmentedColormap

    found = LinearSegmentedColormap.from_list("signs", [FORWARD, NEUTRAL, REVERSE])
    return found.with_extremes(bad=INK)


def largest(*arrays: Array | None) -> float:
    """Return the largest size of the finite numbers; 1 where there is none but 0.

    >>> largest(np.array([1.0, -3.0, np.inf]), None)
    3.0
    """
    sizes = [np.abs(x[np.isfinite(x)]).max(initial=0.0) for x in arrays if x is not None]
    return float(max(sizes, default=0.0)) or 1.0


def colors(numbers: Array, limit: float) -> Array:
    """Return the colour of each number, rows of red, green, blue and opacity."""
    share = np.ma.masked_invalid(numbers / limit)
    return np.asarray(shades()(0.5 + 0.5 * share))


def heat_map(values: Array, grid: int) -> Any:
    """Return values over a plane as an image, without those that are not finite."""
    return np.clip(np.ma.masked_invalid(values.reshape(grid, grid)), -HUGE, HUGE)


def number(x: float, digits: int) -> str:
    """Return a number to so many significant digits, as short as it can be.

    >>> number(-0.123, 2), number(1.2e-7, 2)
    ('−0.12', '1.2e−7')
    """
    text = f"{x:.{digits}g}".replace("e+0", "e").replace("e+", "e").replace("e-0", "e-")
    return text.replace("-", "−")
