"""ModeReport: a comparison of the two modes as people see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from autograd.compare.comparison import Comparison
from autograd.compare.jsonable import jsonable
from autograd.compare.sentences import report_parts, why
from autograd.text.display import plotted
from autograd.text.tables import as_html, as_markdown, as_text
from autograd.text.words import shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MAX_ROWS: Final = 40
MAX_INPUTS: Final = 6


@dataclass(frozen=True, eq=False)
class ModeReport(Comparison):
    """Forward and reverse mode side by side; made by `compare_modes`.

    Print it, let a notebook show it, or take its parts: see `Comparison`.
    """

    @property
    def why(self) -> str:
        """Which mode is cheaper for this shape, and why, in one sentence."""
        return why(self)

    def to_text(self, max_rows: int | None = MAX_ROWS, max_inputs: int | None = MAX_INPUTS) -> str:
        """Return aligned tables for a terminal; `print(report)` prints them.

        Args:
            max_rows: how many rows a table may have: of longer ones the middle is left out.
            max_inputs: by how many inputs tangents are shown. None shows all.
        """
        return as_text(report_parts(self, max_rows, max_inputs))

    def to_markdown(
        self, max_rows: int | None = MAX_ROWS, max_inputs: int | None = MAX_INPUTS
    ) -> str:
        """Return tables in GitHub's Markdown. The arguments are those of `to_text`."""
        return as_markdown(report_parts(self, max_rows, max_inputs))

    def to_html(self, max_rows: int | None = MAX_ROWS, max_inputs: int | None = MAX_INPUTS) -> str:
        """Return tables in HTML, as a notebook shows them. The arguments are those of `to_text`."""
        return as_html(report_parts(self, max_rows, max_inputs))

    __str__ = to_text
    _repr_html_ = to_html

    def __repr__(self) -> str:
        return f"<ModeReport of {shortened(self.title)}: {len(self.rows)} rows>"

    def to_dict(self) -> dict[str, Any]:
        """Return everything as dicts, lists, texts and numbers that JSON can hold.

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
