"""Exercises: the questions of a sheet, and marks that say which step went wrong."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

from autograd import parse
from autograd.rules.operand import as_number
from autograd.text.names import unknown
from autograd.text.words import cut
from viz.explain.document import Heading, Part, Sentence, to_html, to_markdown, to_text
from viz.explain.lesson import Edge, Lesson
from viz.explain.notation import Text
from viz.explain.phrases import phrase
from viz.explain.terms import evaluated

Product = tuple[str, str]
"""What is multiplied, by the questions that ask for it."""

DIGITS: Final = 3
"""How many significant digits of an answer must be right."""
ROUGH: Final = 2e-2
"""Relative: up to where what is off is taken for rounding."""
MOST_TERMS: Final = 8
"""Up to how many terms a sum may have, to look for those that were forgotten."""


@dataclass(frozen=True, eq=False)
class Question:
    """A blank of the sheet.

    Attributes:
        key: what stands left of the equals sign, `df/dx`.
        answer: the right number.
        term: the formula for it in names of values; None where there is none.
        products: the terms of which it is the sum, in a pass of either mode.
    """

    key: str
    answer: float
    term: Any = None
    products: tuple[Product, ...] = ()


def questions_of(lesson: Lesson, reverse: bool, by: str | None) -> dict[str, Question]:
    """Return the questions in the order of the sheet, by their keys.

    Args:
        lesson: what there is to ask.
        reverse: whether the backward pass is asked.
        by: the input that forward mode is asked for; None for none.
    """
    found = [Question(step.name, step.value, step.term) for step in lesson.steps]
    edges = [edge for step in lesson.steps for edge in step.edges]
    found += [Question(_local(edge), edge.partial, edge.term) for edge in edges]
    f = lesson.result
    if reverse:
        adjoints = lesson.adjoints()
        for name, arriving in lesson.arriving().items():
            if arriving and not (lesson.left_out and name in lesson.given):
                products = tuple([(f"d{f}/d{e.result}", _local(e)) for e in arriving])
                found.append(Question(f"d{f}/d{name}", adjoints[name], None, products))
    if by is not None:
        tangents = lesson.tangents(by)
        for step in lesson.steps:
            if pushed := lesson.pushed(step, tangents):
                products = tuple([(_local(e), f"d{e.operand}/d{by}") for e in pushed])
                key = f"d{step.name}/d{by}"
                found.append(Question(key, tangents[step.name], None, products))
    by_key: dict[str, Question] = {}
    for question in found:
        by_key.setdefault(question.key, question)
    return by_key


def _local(edge: Edge) -> str:
    return f"∂{edge.result}/∂{edge.operand}"


# Marks.


@dataclass(frozen=True)
class Mark:
    """What became of an answer.

    Attributes:
        key: what was asked, `df/dx`.
        given: the answer.
        right: the right number.
        verdict: "right", "sign", "path", "inner", "outer", "term sign", "rounding", "follows" (from
            an earlier mistake, by a right step) or "wrong".
        about: what the verdict speaks of, the term that was forgotten say.
    """

    key: str
    given: float
    right: float
    verdict: str
    about: str = ""


@dataclass(frozen=True, eq=False, repr=False)
class Marks:
    """Marked answers, as `Explanation.check` returns them. They print as text."""

    marks: tuple[Mark, ...]
    open: tuple[str, ...]
    language: str
    digits: int

    @property
    def right(self) -> int:
        """How many answers are right."""
        return sum(mark.verdict == "right" for mark in self.marks)

    @property
    def parts(self) -> list[Part]:
        """A sentence for the whole and one for each answer."""
        counts = {"right": str(self.right), "asked": str(len(self.marks) + len(self.open))}
        parts: list[Part] = [Heading(Sentence(phrase("marks", self.language), counts))]
        parts += map(self.told, self.marks)
        if self.open:
            parts.append(Sentence(phrase("open", self.language), {"keys": ", ".join(self.open)}))
        return parts

    def told(self, mark: Mark) -> Sentence:
        """Return what there is to say of an answer."""
        number = Text(self.digits).number
        sign = "✓" if mark.verdict == "right" else "✗"
        fillings = {"given": number(mark.given), "right": number(mark.right)}
        return Sentence(
            f"{sign} {{key}} = {{given}}{phrase(f'mark {mark.verdict}', self.language)}",
            {"key": mark.key, "about": mark.about, **fillings},
        )

    def to_text(self) -> str:
        """Return plain text."""
        return to_text(self.parts, self.digits)

    def to_markdown(self) -> str:
        """Return Markdown."""
        return to_markdown(self.parts, self.digits)

    def to_html(self) -> str:
        """Return HTML."""
        return to_html(self.parts, self.digits)

    def __str__(self) -> str:
        return self.to_text()

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return self.to_html()


def read_answers(questions: Mapping[str, Question], answers: Mapping[str, Any]) -> dict[str, float]:
    """Return answers as numbers by the keys of the questions, in their order.

    `d` may stand for `∂`, where only the one is asked. An answer may be a text such as "1/3".

    Raises:
        ValueError: there is no such question, or a text is no number.
        TypeError: the answers are no mapping, or one is neither a number nor a text.
    """
    if not isinstance(answers, Mapping):
        raise TypeError(
            'answers go by what they answer, as in check({"df/dx": 2.0}), not '
            f"{cut(repr(answers))}"
        )
    found: dict[str, float] = {}
    for key, answer in answers.items():
        plain = "".join(str(key).split())
        other = plain.replace("d", "∂", 1).replace("/d", "/∂")
        known = next((k for k in (str(key), plain, other) if k in questions), None)
        if known is None:
            raise unknown(questions, key, "question")
        found[known] = _number(answer, known)
    return {key: found[key] for key in questions if key in found}


def _number(answer: Any, key: str) -> float:
    if not isinstance(answer, str):
        return as_number(answer, f"the answer to {key}")
    formula = parse(answer)
    if formula.names:
        raise ValueError(f"the answer to {key} is not a number: {answer!r}")
    return float(formula())


def marked(
    questions: Mapping[str, Question], values: Mapping[str, float], answers: Mapping[str, float]
) -> Iterator[Mark]:
    """Yield a mark for each answer.

    Args:
        questions: all that is asked, by key.
        values: the right value of every name.
        answers: the answers by key, in the order of the questions.
    """
    for key, given in answers.items():
        question = questions[key]
        verdict, about = _verdict(question, given, questions, values, answers)
        yield Mark(key, given, question.answer, verdict, about)


def _verdict(
    question: Question,
    given: float,
    questions: Mapping[str, Question],
    values: Mapping[str, float],
    answers: Mapping[str, float],
) -> tuple[str, str]:
    right = question.answer
    if is_close(given, right):
        return "right", ""
    own = _followed(question, values, answers, questions)
    if own is not None and not is_close(own, right) and is_close(given, own):
        return "follows", ""
    pairs = [
        tuple([questions[k].answer if k in questions else 1.0 for k in product])
        for product in question.products
    ]
    if pairs and (found := _slip(question.products, pairs, given)):
        return found
    if is_close(given, -right):
        return "sign", ""
    if abs(given - right) <= ROUGH * abs(right):
        return "rounding", ""
    return "wrong", ""


def is_close(given: float, right: float) -> bool:
    """Whether an answer is right, rounded to three significant digits or more.

    >>> is_close(0.333, 1 / 3), is_close(0.33, 1 / 3), is_close(float("nan"), float("nan"))
    (True, False, True)
    """
    if given == right or (math.isnan(given) and math.isnan(right)):
        return True
    if right == 0.0 or not math.isfinite(right):
        return abs(given) < 1e-12 and right == 0.0
    unit = 10.0 ** (math.floor(math.log10(abs(right))) + 1 - DIGITS)
    return abs(given - right) <= 0.5001 * unit


def _followed(
    question: Question,
    values: Mapping[str, float],
    answers: Mapping[str, float],
    questions: Mapping[str, Question],
) -> float | None:
    """Return what the right step gives with the answers that were given before; None for none."""
    if question.products:

        def number(key: str) -> float:
            right = questions[key].answer if key in questions else 1.0  # the seed, df/df
            return answers.get(key, right)

        return math.fsum(math.prod(map(number, product)) for product in question.products)
    if question.term is None:
        return None
    return evaluated(question.term, {**values, **{k: v for k, v in answers.items() if k in values}})


def _slip(
    products: Sequence[Product], pairs: Sequence[tuple[float, ...]], given: float
) -> tuple[str, str] | None:
    """Return the verdict on a sum of products that went wrong in a usual way; None for no such.

    In a product one factor is the derivative that arrives, `df/dv3`, the other the local one.
    """
    terms = [math.prod(pair) for pair in pairs]
    total = math.fsum(terms)
    if 1 < len(terms) <= MOST_TERMS:
        for kept in range(len(terms) - 1, 0, -1):
            for chosen in combinations(range(len(terms)), kept):
                if is_close(given, math.fsum(terms[i] for i in chosen)):
                    left = [" · ".join(p) for i, p in enumerate(products) if i not in chosen]
                    return "path", ", ".join(left)
        for i, term in enumerate(terms):
            if term and is_close(given, total - 2.0 * term):
                return "term sign", " · ".join(products[i])
    local = 0 if products[0][0].startswith("∂") else 1
    for place, verdict in ((local, "inner"), (1 - local, "outer")):
        for i, pair in enumerate(pairs):
            if is_close(given, total - terms[i] + pair[1 - place]) and not is_close(-given, total):
                return verdict, products[i][place]
    return None
