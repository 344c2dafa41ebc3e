"""Explanation: a written solution, and the forms that it is handed out in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from viz.explain.document import Part, to_html, to_latex, to_markdown, to_text
from viz.explain.lesson import Lesson
from viz.explain.telling import Plan, parts_of


@dataclass(frozen=True, eq=False, repr=False)
class Explanation:
    """The written solution of a graph, as `explain` returns it.

    It prints as text, and shows as HTML in a notebook.

    Attributes:
        lesson: the numbers: steps, edges, adjoints, tangents, paths.
        plan: what of them is told.
    """

    lesson: Lesson
    plan: Plan

    @property
    def parts(self) -> Sequence[Part]:
        """The headings, sentences, equations and tables."""
        return parts_of(self.lesson, self.plan)

    def to_text(self) -> str:
        """Return plain text; its formulas are Python's."""
        return to_text(self.parts, self.plan.digits)

    def to_markdown(self) -> str:
        """Return Markdown, with equations in LaTeX as GitHub and notebooks show them."""
        return to_markdown(self.parts, self.plan.digits)

    def to_latex(self) -> str:
        """Return a whole LaTeX document, for pdflatex; in Chinese, for xelatex."""
        return to_latex(self.parts, self.plan.digits, self.plan.language)

    def to_html(self) -> str:
        """Return HTML that needs no scripts."""
        return to_html(self.parts, self.plan.digits)

    def __str__(self) -> str:
        return self.to_text()

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return self.to_html()
