"""How values fall, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from viz.plots.fonts import legible
from viz.plots.style import axes_of, literal, numbers_by_name, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_convergence(values: Mapping[str, Any], ax: Axes | None = None) -> Axes:
    """Draw values over the steps, a line for each name, on a logarithmic scale.

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
    lines = numbers_by_name(values, "plot_convergence", "values")
    for name, line in lines.items():
        if line.ndim != 1 or line.size == 0:
            raise ValueError(
                f"plot_convergence: {name!r} has shape {line.shape}, but a row of numbers is needed"
            )
    ax = axes_of(ax)
    for i, (name, line) in enumerate(lines.items()):
        look = style(i)
        between = max(len(line) // 10, 1)
        ax.plot(
            line,
            color=look.color,
            linestyle=look.line,
            marker=look.marker,
            markevery=(i * between // len(lines), between),  # each line has its markers elsewhere
            markersize=5,
            label=literal(name),
        )
    together = np.concatenate(list(lines.values()))
    if np.any(together > 0.0) and not np.any(together < 0.0):
        ax.set_yscale("log", nonpositive="mask")
    ax.set(xlabel="step", ylabel="value")
    ax.grid(alpha=0.3)
    ax.legend()
    return legible(ax)
