"""Plots of results, by whatever package draws them: nothing here imports one.

A package that draws announces what draws which class, either when it is imported, by
`register_plotters`, or when it is installed, by entry points of the group `dualgrad.plots`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

GROUP = "dualgrad.plots"

_PLOTTERS: dict[str, Callable[[Any, Axes | None], Axes]] = {}


def register_plotters(plotters: Mapping[str, Callable[[Any, Axes | None], Axes]]) -> None:
    """Let these functions draw the objects of the classes under whose names they stand."""
    _PLOTTERS.update(plotters)


def plotted(name: str, result: object, ax: Axes | None) -> Axes:
    """Draw a result of the named class into the Axes, or a new figure's, and return the Axes.

    Raises:
        ImportError: no package that is imported or installed draws results of this class.
    """
    if name not in _PLOTTERS:
        from importlib.metadata import entry_points

        found = list(entry_points(group=GROUP, name=name))
        if not found:
            raise ImportError(
                f"dualgrad's viz draws plots: to plot a {name}, write `import viz` before"
            )
        _PLOTTERS[name] = found[0].load()
    return _PLOTTERS[name](result, ax)
