"""What the modes of differentiation cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autograd.text.words import counted, duration, memory, shortened
from viz.plots.style import FORWARD, INK, REVERSE, axes_of, literal

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from autograd.compare import Crossover, ModeCost, ModeReport


def plot_modes(report: ModeReport, ax: Axes | None = None) -> Axes:
    """What forward and reverse mode cost for a function.

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
        return ax
    _plot_costs(ax, report)
    shape = f"{counted(len(report.inputs), 'input')} → {counted(len(report.outputs), 'output')}"
    ax.set_title(f"{title}: {shape}")
    return ax


# What the modes cost.


def _plot_costs(ax: Axes, report: ModeReport) -> None:
    """A pair of bars each for operations, time and memory, the figures at their ends."""
    forward, reverse = report.forward, report.reverse
    for cost, color, hatch, shift in ((forward, FORWARD, "", -0.2), (reverse, REVERSE, "//", 0.2)):
        lengths = [_ratio(a, b) for a, b in zip(_costs(cost), _cheaper(report), strict=True)]
        bars = ax.barh(
            np.arange(3) + shift,
            lengths,
            height=0.36,
            color=color,
            hatch=hatch,
            edgecolor=INK,
            label=f"{cost.mode} mode",
        )
        ax.bar_label(bars, labels=_figures(cost), padding=4)
    ax.set_yticks(range(3), ["operations", "time", "peak memory"])
    ax.invert_yaxis()
    ax.margins(x=0.22)
    ax.set_xlim(left=0.0)
    ax.set_xlabel("times the cost of the cheaper mode")
    ax.legend(loc="lower right")


def _costs(cost: ModeCost) -> tuple[float, float, float]:
    return cost.operations, cost.seconds, cost.memory


def _cheaper(report: ModeReport) -> list[float]:
    return [min(pair) for pair in zip(_costs(report.forward), _costs(report.reverse), strict=True)]


def _ratio(cost: float, cheaper: float) -> float:
    return cost / cheaper if cheaper else float(cost > 0.0)


def _figures(cost: ModeCost) -> list[str]:
    return [f"{cost.operations:,}", duration(cost.seconds), memory(cost.memory)]


# Where they cross.


def _plot_crossover(ax: Axes, crossover: Crossover) -> None:
    """Times over the number of inputs, both on logarithmic scales."""
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
    ax.set_xlabel("inputs n")
    ax.set_ylabel("time in seconds")
    ax.grid(alpha=0.3)
    ax.legend()
