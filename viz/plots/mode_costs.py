"""What the modes of differentiation cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autograd.text.words import counted, duration, memory, shortened
from viz.plots.fonts import legible
from viz.plots.style import FORWARD, INK, REVERSE, axes_of, literal

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from autograd.compare import Crossover, ModeReport


def plot_modes(report: ModeReport, ax: Axes | None = None) -> Axes:
    """Draw what forward and reverse mode cost for a function.

    With a crossover in the report: the measured times over the number of inputs, and where reverse
    mode becomes faster. Else: operations, time and memory of both modes, each in units of the
    cheaper mode's.

    Args:
        report: of `compare_modes`.
        ax: where to draw; a new figure by default.

    >>> from autograd.compare import compare_modes
    >>> plot_modes(compare_modes(lambda x, y: x * y, 2.0, 3.0)).get_xlabel()
    'times the cost of the cheaper mode'
    """
    ax = axes_of(ax)
    title = literal(shortened(report.title))
    if report.crossover is not None:
        _plot_crossover(ax, report.crossover)
        ax.set_title(f"gradient of summed copies of {title}")
        return legible(ax)
    _plot_costs(ax, report)
    shape = f"{counted(len(report.inputs), 'input')} → {counted(len(report.outputs), 'output')}"
    ax.set_title(f"{title}: {shape}")
    return legible(ax)


def _plot_costs(ax: Axes, report: ModeReport) -> None:
    """Draw a pair of bars each for operations, time and memory, the figures at their ends."""
    modes = (report.forward, report.reverse)
    costs = np.array([(mode.operations, mode.seconds, mode.memory) for mode in modes])
    cheaper = costs.min(axis=0)
    lengths = np.divide(costs, cheaper, out=(costs > 0.0).astype(float), where=cheaper > 0.0)
    looks = ((FORWARD, "", -0.2), (REVERSE, "//", 0.2))
    for mode, length, (color, hatch, shift) in zip(modes, lengths, looks, strict=True):
        place, label = np.arange(3) + shift, f"{mode.mode} mode"
        bars = ax.barh(place, length, 0.36, color=color, hatch=hatch, edgecolor=INK, label=label)
        figures = [f"{mode.operations:,}", duration(mode.seconds), memory(mode.memory)]
        ax.bar_label(bars, labels=figures, padding=4)
    ax.set_yticks(range(3), ["operations", "time", "peak memory"])
    ax.invert_yaxis()
    ax.margins(x=0.22)
    ax.set_xlim(left=0.0)
    ax.set_xlabel("times the cost of the cheaper mode")
    ax.legend(loc="lower right")


def _plot_crossover(ax: Axes, crossover: Crossover) -> None:
    """Draw times over the number of inputs, both on logarithmic scales."""
    inputs = [p.inputs for p in crossover.points]
    forward = [p.forward_seconds for p in crossover.points]
    reverse = [p.reverse_seconds for p in crossover.points]
    ax.loglog(inputs, forward, color=FORWARD, marker="o", label="forward mode")
    ax.loglog(inputs, reverse, color=REVERSE, marker="s", linestyle="--", label="reverse mode")
    start = crossover.by_time
    if start is not None:
        label = f"reverse faster from n = {start}"
        ax.axvline(start, color=INK, linewidth=1.0, linestyle=":", label=label)
    ax.set_xticks(inputs, [f"{n:,}" for n in inputs])
    ax.minorticks_off()
    ax.set(xlabel="inputs n", ylabel="time in seconds")
    ax.grid(alpha=0.3)
    ax.legend()
