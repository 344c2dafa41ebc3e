"""Plots by matplotlib: what the modes of differentiation cost, and how differences err.

Each function draws into the Axes that it is given, or into a new figure, and returns the Axes. The
colours are told apart by all readers and in grey (Okabe & Ito, jfly.uni-koeln.de/color), and no
colour is the only thing to tell two lines apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from autograd.compare.tables import counted, duration, memory
from autograd.layout import shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from autograd.checks import StepErrors
    from autograd.compare import Crossover, ModeCost, ModeReport

FORWARD: Final = "#0072B2"
REVERSE: Final = "#D55E00"
OTHER: Final = "#009E73"
INK: Final = "#1f2933"


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
    ax = _axes(ax)
    title = _literal(shortened(report.title))
    if report.crossover is not None:
        _plot_crossover(ax, report.crossover)
        ax.set_title(f"gradient of summed copies of {title}")
        return ax
    _plot_costs(ax, report)
    shape = f"{counted(len(report.inputs), 'input')} → {counted(len(report.outputs), 'output')}"
    ax.set_title(f"{title}: {shape}")
    return ax


def _axes(ax: Axes | None) -> Axes:
    """The given Axes, or those of a new figure."""
    if ax is not None:
        return ax
    from matplotlib import pyplot

    return pyplot.subplots(figsize=(6.4, 4.0), layout="constrained")[1]


def _literal(text: str) -> str:
    """The text with its dollar signs: between two of them matplotlib reads mathematics."""
    return text.replace("$", r"\$")


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


# How differences err.

ZERO: Final = 1e-17
"""Where an error of 0 is drawn on a logarithmic scale, below all that a double can tell."""


def plot_error_versus_step(data: StepErrors, ax: Axes | None = None) -> Axes:
    """The errors of differences over their step: the V between truncation and rounding.

    Forward and central differences, complex steps, and automatic differentiation, which has no
    step. An error of 0 is drawn at 1e-17; where a method does not apply, there is no line.

    Args:
        data: of `error_versus_step`.
        ax: where to draw; a new figure by default.

    >>> from autograd.checks import error_versus_step
    >>> plot_error_versus_step(error_versus_step(np.exp, 1.0)).get_xlabel()
    'step h'
    """
    ax = _axes(ax)
    for label, errors, color, style in (
        ("forward difference", data.forward, FORWARD, "o-"),
        ("central difference", data.central, REVERSE, "s-"),
        ("complex step", data.complex_step, OTHER, "^-"),
        ("automatic differentiation", data.automatic, INK, "--"),
    ):
        if not np.all(np.isnan(errors)):
            shown = np.maximum(errors, ZERO)  # nan stays nan: no line
            ax.loglog(data.steps, shown, style, color=color, markersize=4, label=label)
    ax.set_xlabel("step h")
    ax.set_ylabel("relative error" if data.exact else "error")
    ax.set_title("error of derivatives by step")
    ax.grid(alpha=0.3)
    low, high = ax.get_ylim()
    ax.set_ylim(low, high * (high / low) ** 0.25)  # room for the legend above all lines
    ax.legend(loc="upper center", ncols=2)
    return ax
