"""From what there is to tell of a graph to the parts of the written solution."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final

from autograd.text.tables import Table
from autograd.text.words import columns
from viz.explain.document import Equations, Heading, Part, Sentence, has_rounded
from viz.explain.lesson import LONGEST_FORMULA, Edge, Lesson, whole_formula
from viz.explain.notation import BLANK, PARTIAL, TOTAL, Text
from viz.explain.phrases import phrase
from viz.explain.repeats import shape, split, tables
from viz.explain.symbolic import gradient_formulas
from viz.explain.terms import Symbol, substituted

MOST_PATHS: Final = 50

Line = tuple[Any, ...]


@dataclass(frozen=True)
class Plan:
    """What is told: the modes, the input of forward mode, the paths, in which language."""

    reverse: bool
    forward: bool
    by: str
    paths: bool
    language: str
    digits: int
    blank: bool = False
    formulas: bool = False


def parts_of(lesson: Lesson, plan: Plan) -> list[Part]:
    """Return the whole solution."""
    teller = Teller(lesson, plan)
    parts = [*teller.task(), *teller.values(), *teller.local_derivatives()]
    if plan.reverse:
        parts += [*teller.adjoints(), *teller.gradient()]
    if plan.formulas:
        parts += teller.formulas()
    if plan.forward:
        parts += teller.tangents()
    if plan.paths:
        parts += teller.paths()
    return [part for part in parts if part != Equations([])]


def total(of: str, by: str) -> Symbol:
    """Return the derivative of one value by another, along all ways."""
    return Symbol(TOTAL, (Symbol(of), Symbol(by)))


def local(edge: Edge) -> Symbol:
    """Return the local derivative of an edge."""
    return Symbol(PARTIAL, (Symbol(edge.result), Symbol(edge.operand)))


def sum_of_products(pairs: Sequence[tuple[Any, ...]]) -> Any:
    """Return the sum of the products as a term, nothing computed."""
    products = [reduce(lambda a, b: Symbol("mul", (a, b)), pair) for pair in pairs]
    return reduce(lambda a, b: Symbol("add", (a, b)), products)


class Teller:
    """The sections of a solution."""

    def __init__(self, lesson: Lesson, plan: Plan) -> None:
        self.lesson = lesson
        self.plan = plan
        self.numbers = lesson.values
        self.f = Symbol(lesson.result)
        self.kinds = {step.name: shape(step.term) for step in lesson.steps}

    def say(self, key: str, **fillings: Any) -> Sentence:
        """Return a phrase as a sentence; {f} is the result, {digits} how far numbers are told."""
        common = {"f": self.f, "digits": str(self.plan.digits)}
        return Sentence(phrase(key, self.plan.language), common | fillings)

    def task(self) -> list[Part]:
        """Return what is asked, and what is given."""
        lesson = self.lesson
        parts: list[Part] = [Heading(self.say("sheet" if self.plan.blank else "title"), 1)]
        formula = None if lesson.left_out else whole_formula(lesson)
        parts.append(self.say("task of a part" if lesson.left_out else "task"))
        if lesson.left_out:
            told = str(len(lesson.steps))
            parts.append(self.say("too large", count=f"{lesson.left_out:,}", told=told))
        short = formula is not None and columns(Text().write(formula)) <= LONGEST_FORMULA
        if short:
            parts.append(Equations([(self.f, formula)]))
        parts += [self.say("given"), Equations([(Symbol(x), n) for x, n in lesson.given.items()])]
        if self.plan.blank:
            parts.append(self.say("fill in"))
        elif has_rounded([*self.values(), *self.local_derivatives()], self.plan.digits):
            parts.append(self.say("rounding"))
        return parts

    def values(self) -> list[Part]:
        """Return the forward pass."""
        numbers = self.numbers
        lines: list[Line] = [
            (Symbol(step.name), step.term, substituted(step.term, numbers), step.value)
            for step in self.lesson.steps
        ]
        if self.plan.blank:  # what is to be computed stands there
            lines = [(name, term, BLANK) for name, term, *_ in lines]
        parts: list[Part] = [Heading(self.say("forward")), self.say("forward text")]
        parts += self._told(lines, list(self.kinds.values()))
        if chosen := [
            f"{step.name} = {step.term.name}" for step in self.lesson.steps if step.chose
        ]:
            parts.append(self.say("selected", chosen=", ".join(chosen)))
        return parts

    def local_derivatives(self) -> list[Part]:
        """Return the local derivatives in symbols and in numbers."""
        edges = [edge for step in self.lesson.steps for edge in step.edges]
        parts: list[Part] = [Heading(self.say("local")), self.say("local text")]
        lines = [self._local_line(edge) for edge in edges]
        parts += self._told(lines, [self._kind([edge]) for edge in edges])
        if any(edge.term is None for edge in edges) and not self.plan.blank:
            parts.append(self.say("no formula"))
        idle = [Text().write(local(edge)) for edge in edges if not edge.flows]
        if idle:
            parts.append(self.say("not selected", edges=", ".join(idle)))
        if kinks := [Text().write(local(edge)) for edge in edges if edge.kink]:
            parts.append(self.say("kink", edges=", ".join(kinks)))
        return parts

    def _told(self, lines: Sequence[Line], keys: Sequence[Any]) -> list[Part]:
        """Return lines, repeated parts as tables."""
        parts: list[Part] = []
        if self.plan.blank:
            lines = [line if line[-1] is BLANK else (line[0], BLANK) for line in lines]
        for full, repetitions in split(lines, keys):
            parts.append(Equations(full))
            if repetitions:
                count, length = len(repetitions), len(repetitions[0])
                key = "repeats of one" if length == 1 else "repeats"
                parts.append(self.say(key, lines=str(length), count=str(count)))
                parts += tables(full[-length:], repetitions, Text(self.plan.digits))
        return parts

    def _slot(self, x: float) -> str:
        """Return what stands in a cell: a number, or a blank for it."""
        notation = Text(self.plan.digits)
        return notation.write(BLANK) if self.plan.blank else notation.number(x)

    def _kind(self, edges: Sequence[Edge]) -> Any:
        """Return what edges have in common that differ in names and numbers alone."""
        return [(self.kinds[edge.result], shape(edge.term)) for edge in edges]

    def _local_line(self, edge: Edge) -> Line:
        if edge.term is None:
            return local(edge), edge.partial
        return local(edge), edge.term, substituted(edge.term, self.numbers), edge.partial

    def adjoints(self) -> list[Part]:
        """Return the backward pass, adjoint by adjoint."""
        lesson, f = self.lesson, self.lesson.result
        adjoints = lesson.adjoints()
        lines: list[Line] = []
        keys = []
        for name, edges in lesson.arriving().items():
            if edges and not (lesson.left_out and name in lesson.given):
                symbols = sum_of_products([(total(f, e.result), local(e)) for e in edges])
                numbers = sum_of_products([(adjoints[e.result], e.partial) for e in edges])
                lines.append((total(f, name), symbols, numbers, adjoints[name]))
                keys.append(self._kind(edges))
        text = self.say("backward text", start=total(f, f))
        return [Heading(self.say("backward")), text, *self._told(lines, keys)]

    def gradient(self) -> list[Part]:
        """Return the result: the derivative by every input."""
        lesson = self.lesson
        if lesson.left_out:
            return []
        adjoints, values = lesson.adjoints(), lesson.values
        number = Text(self.plan.digits).number
        rows = [
            (x, number(values[x]) if x in values else "", self._slot(adjoints.get(x, 0.0)))
            for x in lesson.inputs
        ]
        words = self.say("derivative").written(str, Text().write)
        headings = (phrase("input", self.plan.language), phrase("value", self.plan.language), words)
        parts: list[Part] = [Heading(self.say("gradient")), Table(headings, rows)]
        idle = [x for x in lesson.inputs if x not in adjoints]
        if idle:
            parts.append(self.say("no dependence", names=", ".join(idle)))
        first = next((x for x in lesson.inputs if adjoints.get(x)), None)
        if first is not None and math.isfinite(adjoints[first]) and not self.plan.blank:
            parts.append(self.say("meaning", x=Symbol(first), slope=adjoints[first]))
        return parts

    def formulas(self) -> list[Part]:
        """Return the derivatives by all inputs as formulas in the inputs."""
        heading = Heading(self.say("formulas"))
        found = gradient_formulas(self.lesson)
        if found is None:
            return [heading, self.say("no formulas")]
        adjoints = self.lesson.adjoints()
        lines: list[Line] = []
        for x, term in found.items():
            slope = adjoints.get(x, 0.0)
            line: Line = (total(self.lesson.result, x), term, substituted(term, self.numbers))
            lines.append((line[0], BLANK) if self.plan.blank else (*line, slope))
        return [heading, self.say("formulas text"), Equations(lines)]

    def tangents(self) -> list[Part]:
        """Return forward mode for one input."""
        lesson, by = self.lesson, self.plan.by
        x = Symbol(by)
        tangents = lesson.tangents(by)
        parts: list[Part] = [Heading(self.say("tangents", x=x))]
        lines: list[Line] = []
        keys = []
        for step in lesson.steps:
            if edges := lesson.pushed(step, tangents):
                symbols = sum_of_products([(local(e), total(e.operand, by)) for e in edges])
                numbers = sum_of_products([(e.partial, tangents[e.operand]) for e in edges])
                lines.append((total(step.name, by), symbols, numbers, tangents[step.name]))
                keys.append(self._kind(edges))
        parts.append(self.say("tangents text", x=x, start=total(by, by)))
        parts += self._told(lines, keys)
        if lesson.result not in tangents:
            return [parts[0], self.say("independent", x=x)]
        if self.plan.reverse and not lesson.left_out:
            parts.append(self.say("agree"))
        if len(lesson.inputs) > 1:
            parts.append(self.say("one input"))
        return parts

    def paths(self) -> list[Part]:
        """Return for every input the products along its paths and their sum."""
        lesson, f = self.lesson, self.lesson.result
        parts: list[Part] = [Heading(self.say("paths"))]
        count = sum(map(lesson.count_paths, lesson.inputs))
        if count > MOST_PATHS:
            return [*parts, self.say("many paths", count=f"{count:,}", most=str(MOST_PATHS))]
        adjoints = lesson.adjoints()
        lines: list[Line] = []
        for x in lesson.inputs:
            paths = list(lesson.paths(x))
            if paths:
                symbols = sum_of_products([tuple(map(local, path)) for path in paths])
                numbers = sum_of_products([tuple([e.partial for e in path]) for path in paths])
                lines.append((total(f, x), symbols, numbers, adjoints[x]))
        if self.plan.blank:
            lines = [(line[0], line[1], BLANK) for line in lines]
        return [*parts, self.say("paths text"), Equations(lines)]
