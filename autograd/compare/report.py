"""ModeReport: what a comparison of the two modes found."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from autograd.compare.agreement import ulps
from autograd.compare.cost import ModeCost
from autograd.compare.crossover import Crossover
from autograd.compare.jsonable import jsonable
from autograd.compare.sentences import report_parts
from autograd.compare.trace import Row
from autograd.text.display import plotted
from autograd.text.tables import as_html, as_markdown, as_text
from autograd.text.words import counted, shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = NDArray[np.float64]

MAX_ROWS: Final = 40
MAX_INPUTS: Final = 6


@dataclass(frozen=True, slots=True)
class Output:
    """A number that f returned: where in its result, which row it is, and what it is worth."""

    name: str
    row: str
    value: float


@dataclass(frozen=True, eq=False)
class ModeReport:
    """Forward and reverse mode side by side; made by `compare_modes`.

    Print it, let a notebook show it, or take its parts.

    Attributes:
        title: the function: its name, or the text of a formula.
        inputs: the names of the n inputs.
        outputs: the m outputs.
        output: the index of the output that adjoints and gradients are of.
        rows: every intermediate in the order of evaluation.
        forward_jacobian: the derivatives of the outputs by the inputs, m × n, in forward mode.
        reverse_jacobian: the same in reverse mode.
        central_differences: the same by central differences; None where they were not asked for.
        forward: what forward mode cost.
        reverse: what reverse mode cost.
        crossover: both modes over more and more inputs; None where it was not asked for.
    """

    title: str
    inputs: tuple[str, ...]
    outputs: list[Output]
    output: int
    rows: list[Row]
    forward_jacobian: Array
    reverse_jacobian: Array
    central_differences: Array | None
    forward: ModeCost
    reverse: ModeCost
    crossover: Crossover | None = None

    # What it says.

    @property
    def value(self) -> float:
        """The chosen output."""
        return self.outputs[self.output].value

    @property
    def forward_gradient(self) -> Array:
        """The derivatives of the chosen output: its tangents, from forward mode."""
        gradient: Array = self.forward_jacobian[self.output]
        return gradient

    @property
    def reverse_gradient(self) -> Array:
        """The derivatives of the chosen output: the inputs' adjoints, from reverse mode."""
        gradient: Array = self.reverse_jacobian[self.output]
        return gradient

    @property
    def largest_difference(self) -> float:
        """Between the modes, over the Jacobian, in units in the last place; inf for nan in one."""
        return float(np.max(ulps(self.forward_jacobian, self.reverse_jacobian)))

    @property
    def differences_error(self) -> float | None:
        """How far central differences are from reverse mode, relative to the largest derivative.

        Over the entries that are finite in both; nan where there are none.
        """
        if self.central_differences is None:
            return None
        with np.errstate(all="ignore"):
            apart = np.abs(self.central_differences - self.reverse_jacobian)
        finite = np.isfinite(apart)
        if not finite.any():
            return math.nan
        largest = np.max(np.abs(self.reverse_jacobian[finite]))
        return float(np.max(apart[finite]) / (largest or 1.0))

    @property
    def cheaper(self) -> str:
        """The mode that takes fewer operations: "forward", "reverse", or "neither"."""
        forward, reverse = self.forward.operations, self.reverse.operations
        return "forward" if forward < reverse else "reverse" if reverse < forward else "neither"

    @property
    def why(self) -> str:
        """Which mode is cheaper for this shape, and why, in one sentence."""
        n, m = len(self.inputs), len(self.outputs)
        shape = f"{counted(n, 'input')} → {counted(m, 'output')}"
        forward, reverse = self.forward.operations, self.reverse.operations
        if self.cheaper == "neither":
            return f"Both modes cost the same for {shape}: {counted(forward, 'operation')}."
        counts = f"({min(forward, reverse):,} operations against {max(forward, reverse):,})"
        if self.cheaper == "forward":
            reason = "a single pass does for all outputs, while reverse mode sweeps for each"
        elif n > m:
            reason = "a sweep gives an output's derivatives by all inputs at once, while forward "
            reason += "mode carries a tangent for each input"
        else:
            reason = "a sweep visits only what its output depends on, while forward mode carries "
            reason += "all tangents everywhere"
        return f"{self.cheaper.capitalize()} mode is cheaper for {shape}: {reason} {counts}."

    # How it shows.

    def to_text(self, max_rows: int | None = MAX_ROWS, max_inputs: int | None = MAX_INPUTS) -> str:
        """Aligned tables for a terminal; `print(report)` prints them.

        Args:
            max_rows: how many rows a table may have: of longer ones the middle is left out.
            max_inputs: by how many inputs tangents are shown. None shows all.
        """
        return as_text(report_parts(self, max_rows, max_inputs))

    def to_markdown(
        self, max_rows: int | None = MAX_ROWS, max_inputs: int | None = MAX_INPUTS
    ) -> str:
        """The same in Markdown, with GitHub's tables. The arguments are those of `to_text`."""
        return as_markdown(report_parts(self, max_rows, max_inputs))

    def to_html(self, max_rows: int | None = MAX_ROWS, max_inputs: int | None = MAX_INPUTS) -> str:
        """The same in HTML, as a notebook shows it. The arguments are those of `to_text`."""
        return as_html(report_parts(self, max_rows, max_inputs))

    __str__ = to_text
    _repr_html_ = to_html

    def __repr__(self) -> str:
        return f"<ModeReport of {shortened(self.title)}: {len(self.rows)} rows>"

    def to_dict(self) -> dict[str, Any]:
        """Everything as dicts, lists, texts and numbers that JSON can hold.

        Numbers are in full; those that JSON lacks are the texts "nan", "inf" and "-inf", which
        Python's float() reads.
        """
        told = {
            "value": self.value,
            "forward_gradient": self.forward_gradient,
            "reverse_gradient": self.reverse_gradient,
            "largest_difference_ulp": self.largest_difference,
            "differences_error": self.differences_error,
            "cheaper": self.cheaper,
            "why": self.why,
        }
        result: dict[str, Any] = jsonable(self) | jsonable(told)
        return result

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw what the modes cost, by matplotlib: see `viz.plots.plot_modes`."""
        return plotted("ModeReport", self, ax)
