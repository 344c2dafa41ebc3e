"""Explanation: a written solution, and the forms that it is handed out in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from viz.explain.document import Part, to_html, to_latex, to_markdown, to_text
from viz.explain.exercise import Marks, Question, marked, questions_of, read_answers
from viz.explain.lesson import Lesson
from viz.explain.phrases import phrase
from viz.explain.telling import Plan, parts_of

_PAGE: Final = """\
<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ max-width: 52rem; margin: 2rem auto; padding: 0 1rem; font-family: sans-serif; \
line-height: 1.5; color: #1f2933; background: white }}
td, th {{ padding: 0.1rem 0.6rem 0.1rem 0 }}
</style>
</head>
<body>
{body}
</body>
</html>
"""


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
        """Return a whole LaTeX document, for pdflatex, or for xelatex where letters need it."""
        return to_latex(self.parts, self.plan.digits)

    def to_html(self) -> str:
        """Return HTML that needs no scripts."""
        return to_html(self.parts, self.plan.digits)

    @property
    def solution(self) -> Explanation:
        """The written solution of an exercise sheet."""
        return replace(self, plan=replace(self.plan, blank=False))

    @property
    def questions(self) -> dict[str, Question]:
        """The blanks of the exercise sheet, by what stands left of the equals sign."""
        by = self.plan.by if self.plan.forward else None
        return questions_of(self.lesson, self.plan.reverse, by)

    def check(self, answers: Mapping[str, Any]) -> Marks:
        """Mark answers, and say which step went wrong.

        Args:
            answers: numbers, or texts such as "1/3", by what stands left of the equals sign in the
                sheet: "v2", "∂v3/∂v2", "df/dx". Three digits are enough.

        Raises:
            ValueError: there is no such question, or a text is no number.
            TypeError: the answers are no mapping, or one is neither a number nor a text.

        >>> from autograd import parse
        >>> from viz import explain
        >>> sheet = explain(parse("x * sin(x)"), 0.5, blank=True)
        >>> print(sheet.check({"df/dx": 0.479}).marks[0].verdict)
        path
        """
        questions = self.questions
        read = read_answers(questions, answers)
        marks = tuple(marked(questions, self.lesson.values, read))
        left = tuple([key for key in questions if key not in read])
        return Marks(marks, left, self.plan.language, self.plan.digits)

    def to_page(self) -> str:
        """Return a whole page of HTML."""
        language = self.plan.language
        title = phrase("sheet" if self.plan.blank else "title", language)
        return _PAGE.format(language=language, title=title, body=self.to_html())

    def __str__(self) -> str:
        return self.to_text()

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return self.to_html()
