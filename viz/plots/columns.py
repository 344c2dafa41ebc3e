"""Numbers by name, as most plots take them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Columns = dict[str, NDArray[np.float64]]


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
