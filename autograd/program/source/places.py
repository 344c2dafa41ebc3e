"""Places in arrays, as source writes them: indices in the variables of loops."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from autograd.program.source.loops import Place

SHORTEST: Final = 3
"""How many places in a row are written as a range of them."""


@dataclass(frozen=True)
class Variable:
    """A loop's variable, which takes the whole numbers from start to stop - 1."""

    name: str
    start: int
    stop: int


@dataclass(frozen=True)
class Index:
    """A sum of variables, each times a whole number, and a whole number."""

    terms: tuple[tuple[int, Variable], ...]
    base: int

    def __str__(self) -> str:
        """Return it as source: `2 * i + j - 1`."""
        parts = [(c, x.name if abs(c) == 1 else f"{abs(c)} * {x.name}") for c, x in self.terms]
        parts = [part for part in parts if part[0]]
        if self.base or not parts:
            parts.append((self.base, str(abs(self.base))))
        parts.sort(key=lambda part: part[0] < 0)
        text = "".join([f" {'-' if c < 0 else '+'} {name}" for c, name in parts])
        return text.removeprefix(" + ") if parts[0][0] >= 0 else f"-{text[3:]}"

    @property
    def ends(self) -> tuple[int, int]:
        """The least and the largest that it can be."""
        ends = [sorted((c * x.start, c * (x.stop - 1))) for c, x in self.terms]
        return self.base + sum(a for a, _ in ends), self.base + sum(b for _, b in ends)

    def plus(self, factor: int, variable: Variable) -> Index:
        """Return it with one more term."""
        return Index((*self.terms, (factor, variable)), self.base)

    def without(self, variable: Variable) -> Index:
        """Return it where a variable is 0."""
        return Index(tuple([term for term in self.terms if term[1] != variable]), self.base)

    def factor(self, variable: Variable) -> int:
        """Return what a variable is multiplied by."""
        return sum(c for c, x in self.terms if x == variable)

    def split(self, shape: Sequence[int]) -> list[Index] | None:
        """Return an index for each axis of an array, given that in all its entries.

        None where the sum carries over from one axis to the next.
        """
        parts, rest = [], self
        for stride in _strides(shape):
            quotients = [(math.trunc(c / stride), x) for c, x in rest.terms]
            remainders = [
                (c - q * stride, x) for (c, x), (q, _) in zip(rest.terms, quotients, strict=True)
            ]
            low = Index(tuple(remainders), rest.base).ends[0]
            whole = low // stride
            rest = Index(tuple(remainders), rest.base - whole * stride)
            if rest.ends[1] >= stride:
                return None
            parts.append(Index(tuple(quotients), whole))
        return parts


def _strides(shape: Sequence[int]) -> list[int]:
    """Return how many entries apart neighbours along each axis are.

    >>> _strides((5, 3, 2))
    [6, 2, 1]
    """
    return list(accumulate(reversed(shape[1:]), int.__mul__, initial=1))[::-1]


def index_of(place: Place, around: Sequence[Variable]) -> Index:
    """Return where a place is in its array, by the loops' variables from outside in."""
    _, base = place.settle()
    steps = zip(place.steps, reversed(around), strict=True)
    return Index(tuple([(step, variable) for step, variable in steps if step][::-1]), base)


@dataclass(frozen=True)
class Range:
    """Places in a row: the first, how far apart they are, and how many."""

    first: Place
    step: int
    count: int


def ranges(places: Sequence[Place]) -> Iterator[Range]:
    """Yield the places as ranges; such as are in no regular row alone."""
    k = 0
    while k < len(places):
        count, step = _row(places, k)
        is_row = step == 1 and (places[k].settle()[0].shape or (0,))[-1] == count
        if count < SHORTEST and not is_row:
            count, step = 1, 0
        yield Range(places[k], step, count)
        k += count


def _row(places: Sequence[Place], start: int) -> tuple[int, int]:
    """Return how many places from a start on are equally far apart in one array, and how far."""
    array, base = places[start].settle()
    step = 0
    count = 1
    for place in places[start + 1 :]:
        other, at = place.settle()
        if other is not array or place.steps != places[start].steps or array.size == 1:
            break
        if count == 1:
            step = at - base
        if at - base != count * step or step == 0:
            break
        count += 1
    return count, step


def moving(rows: Sequence[Sequence[Place]]) -> list[Place] | None:
    """Return the first row, its places with the steps to the next rows; None if these differ."""
    if len(rows) < SHORTEST:
        return None
    result = []
    for column in zip(*rows, strict=True):
        array, base = column[0].settle()
        step = column[1].settle()[1] - base
        for k, place in enumerate(column):
            if place.settle() != (array, base + k * step) or place.steps != column[0].steps:
                return None
        result.append(Place(array, base, (step, *column[0].steps)))
    return result


def filled(parts: Iterable[str], width: int) -> str:
    """Return the parts of a list, with line breaks where a line would become too long."""
    return ", ".join(wrapped(parts, width)).replace(", \n", ",\n")


def wrapped(parts: Iterable[str], width: int) -> list[str]:
    """Return the parts of a list, a line break before each that would make a line too long."""
    result: list[str] = []
    column = 0
    for part in parts:
        column += len(part) + 2
        if column > width and result:
            column = len(part) + 4
            part = f"\n    {part}"
        result.append(part)
    return result
