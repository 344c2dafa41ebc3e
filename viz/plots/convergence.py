"""How values fall, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from viz.plots.style import axes_of, literal, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_convergence(values: Mapping[str, Any], ax: Axes | None = None) -> Axes:
    """Values over the steps, a line for each name, on a logarithmic scale.

    Where a value is 0 or not finite, the line has a gap; with negative values the scale is linear.

    Args:
        values: by name: a sequence of numbers, or what `nn.minimize` returns.
        ax: where to draw; a new figure by default.

    Raises:
        TypeError: values is no dict, or holds something else than numbers.
        ValueError: values is empty, or one of them is no sequence.

    >>> from nn import minimize
    >>> found = {name: minimize(lambda x: x * x, 3.0, name, lr=0.1) for name in ("sgd", "adam")}
    >>> ax = plot_convergence(found)
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['sgd', 'adam']
    """
    lines = {str(name): _line(name, own) for name, own in named(values, "plot_convergence").items()}
    ax = axes_of(ax)
    for i, (name, line) in enumerate(lines.items()):
        look = style(i)
        ax.plot(
            np.arange(len(line)),
            line,
            color=look.color,
            linestyle=look.line,
            marker=look.marker,
            markevery=_every(len(line), i, len(lines)),
            markersize=5,
            label=literal(name),
        )
    together = np.concatenate(list(lines.values()))
    if np.any(together > 0.0) and not np.any(together < 0.0):
        ax.set_yscale("log", nonpositive="mask")
    ax.set_xlabel("step")
    ax.set_ylabel("value")
    ax.grid(alpha=0.3)
    ax.legend()
    return ax


def named(things: Any, who: str) -> Mapping[str, Any]:
    """Things by name, at least one."""
    if not isinstance(things, Mapping):
        raise TypeError(
            f'{who} takes a dict, {{"adam": ...}}, whose names the legend shows, not '
            f"{type(things).__name__}"
        )
    if not things:
        raise ValueError(f"{who}: the dict is empty: there is nothing to draw")
    return things


def _line(name: str, values: Any) -> NDArray[np.float64]:
    from nn.intake import as_array

    line = as_array(getattr(values, "values", values), f"plot_convergence: {name!r}", finite=False)
    if line.ndim != 1 or line.size == 0:
        raise ValueError(
            f"plot_convergence: {name!r} has shape {line.shape}, but a row of numbers is needed"
        )
    return line


def _every(n: int, i: int, lines: int) -> tuple[int, int]:
    """The first step with a marker, and how many to the next; lines have theirs at others."""
    between = max(n // 10, 1)
    return i * between // lines, between
