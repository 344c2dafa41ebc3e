"""How much differences err, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from viz.plots.fonts import legible
from viz.plots.style import FORWARD, INK, OTHER, REVERSE, axes_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from autograd.checks import StepErrors

ZERO: Final = 1e-17
"""The place of an error of 0 on a logarithmic scale, below all that a double can tell."""


def plot_error_versus_step(data: StepErrors, ax: Axes | None = None) -> Axes:
    """Draw the errors of differences over their step: the V between truncation and rounding.

    Forward and central differences, complex steps, and automatic differentiation, which has no
    step. An error of 0 is drawn at 1e-17; where a method does not apply, there is no line.

    Args:
        data: of `error_versus_step`.
        ax: where to draw; a new figure by default.

    >>> from autograd.checks import error_versus_step
    >>> plot_error_versus_step(error_versus_step(np.exp, 1.0)).get_xlabel()
    'step h'
    """
    ax = axes_of(ax)
    for label, errors, color, style in (
        ("forward difference", data.forward, FORWARD, "o-"),
        ("central difference", data.central, REVERSE, "s-"),
        ("complex step", data.complex_step, OTHER, "^-"),
        ("automatic differentiation", data.automatic, INK, "--"),
    ):
        if not np.all(np.isnan(errors)):
            shown = np.maximum(errors, ZERO)  # nan stays nan: no line
            ax.loglog(data.steps, shown, style, color=color, markersize=4, label=label)
    low, high = ax.get_ylim()
    ax.set_ylim(low, high * (high / low) ** 0.25)  # room for the legend above all lines
    ax.set(title="error of derivatives by step", xlabel="step h")
    ax.set_ylabel("relative error" if data.exact else "error")
    ax.grid(alpha=0.3)
    ax.legend(loc="upper center", ncols=2)
    return legible(ax)
