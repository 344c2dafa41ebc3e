"""Loops, found again in straight-line code.

What a loop recorded is a run of statements that differ by the places of what they read and write,
and from one repetition to the next each place moves by the same step. Such a run is folded into a
Loop, and loops that repeat into loops of loops. The order of the statements stays what it was, so
that a folded listing computes to the last bit what the straight one does.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from autograd.rules.primitive import Primitive

NEAREST: Final = 4
"""How many distances between equal statements are tried as the length of a loop's body."""
LONGEST: Final = 1000
"""How many items a loop's body may have before it is folded."""


@dataclass(eq=False, slots=True)
class Array:
    """Numbers: a parameter's entries, a table of constants, or the results of a statement.

    Attributes:
        name: what the source calls it.
        size: how many numbers it has.
        shape: a parameter's; None for a single number.
        values: those of constants.
        parent: the array that it has become a part of.
        offset: where it begins there.
    """

    name: str
    size: int = 1
    shape: tuple[int, ...] | None = None
    values: tuple[float, ...] | None = None
    parent: Array | None = None
    offset: int = 0


@dataclass(eq=False, slots=True)
class Place:
    """Where a number stands: in an array at base + step i + step j ..., in the loops around it."""

    array: Array
    base: int = 0
    steps: tuple[int, ...] = ()

    def settle(self) -> tuple[Array, int]:
        """Return the array that holds the number now, and the base in it."""
        while self.array.parent is not None:
            self.base += self.array.offset
            self.array = self.array.parent
        return self.array, self.base


@dataclass(eq=False, slots=True)
class Statement:
    """An operation, or a check that a comparison comes out as it was recorded.

    Attributes:
        row: what is computed.
        places: of the result, unless it is a check, and of the operands.
        own: the arrays that it is the first to write.
        outcome: what a checked comparison gave; None for an operation.
        remark: where a checked comparison stands.
    """

    row: Primitive
    places: list[Place]
    own: list[Array] = field(default_factory=list)
    outcome: bool | None = None
    remark: str = ""

    @property
    def operands(self) -> list[Place]:
        """Where its operands stand."""
        return self.places if self.outcome is not None else self.places[1:]

    @property
    def key(self) -> Hashable:
        """What repetitions have in common."""
        return self.row, len(self.places), self.outcome, self.remark

    @property
    def weight(self) -> int:
        """How many lines it takes."""
        return 1


@dataclass(eq=False, slots=True)
class Loop:
    """Items for i = start ... stop - 1; where start is 1 the first repetition stands before."""

    start: int
    stop: int
    body: list[Item]
    places: list[Place]
    own: list[Array]

    @property
    def key(self) -> Hashable:
        """What repetitions have in common."""
        steps = tuple([place.steps for place in self.places])
        return self.start, self.stop, tuple([item.key for item in self.body]), steps

    @property
    def weight(self) -> int:
        """How many lines it takes; one if it may be written as an expression."""
        if not self.start and len(self.body) == 1 and isinstance(self.body[0], Statement):
            return 1
        return 1 + sum(item.weight for item in self.body)


Item = Statement | Loop


def folded(items: list[Item]) -> list[Item]:
    """Return the listing with its repetitions as loops."""
    while True:
        shorter = _folded_once(items)
        if len(shorter) == len(items):
            return items
        items = shorter


def statements(
    items: Iterable[Item], around: tuple[Loop, ...] = ()
) -> Iterator[tuple[Statement, tuple[Loop, ...]]]:
    """Yield the statements, each with the loops around it from outside in."""
    for item in items:
        if isinstance(item, Loop):
            yield from statements(item.body, (*around, item))
        else:
            yield item, around


def _folded_once(items: list[Item]) -> list[Item]:
    numbers: dict[Hashable, int] = {}
    keys = [numbers.setdefault(item.key, len(numbers)) for item in items]
    following = _following(keys)
    result: list[Item] = []
    k = 0
    while k < len(items):
        run = _best_run(items, keys, following, k)
        if run is None:
            result.append(items[k])
            k += 1
        else:
            result += run.fold()
            k += run.count * run.period
    return result


def _following(keys: Sequence[int]) -> list[int]:
    """Return for each place the next with the same key; -1 if there is none."""
    following, seen = [-1] * len(keys), dict[int, int]()
    for k in range(len(keys) - 1, -1, -1):
        following[k] = seen.get(keys[k], -1)
        seen[keys[k]] = k
    return following


def _best_run(
    items: list[Item], keys: list[int], following: Sequence[int], start: int
) -> _Run | None:
    """Return the run that covers most, of those that are worth a loop."""
    best = None
    other = start
    for _ in range(NEAREST):
        other = following[other]
        if other < 0 or other - start > LONGEST:
            break
        period = other - start
        if best is not None and period % best.period == 0:
            continue  # the same repetitions, several at a time
        if keys[other : start + 3 * period] != keys[start:other] * 2:
            continue  # less than three
        run = _Run(items, keys, start, period)
        if run.is_worth_it and (best is None or run.count * run.period > best.count * best.period):
            best = run
    return best


class _Run:
    """Repetitions of as many items as `period`, from a start on."""

    def __init__(self, items: list[Item], keys: Sequence[int], start: int, period: int) -> None:
        self.period = period
        self.repetitions: list[list[Item]] = []
        self.steps: list[int] | None = None
        self.peeled = False
        """Whether the first repetition differs: it reads what later ones have from their last."""
        self._placed: dict[int, tuple[int, int]] = {}
        """For each array of a repetition its number there, and where it comes to stand."""
        previous: list[tuple[int, int]] = []
        for k in range(start, len(items) - period + 1, period):
            repetition = items[k : k + period]
            if keys[k : k + period] != keys[start : start + period]:
                break
            current = self._placed_anew(repetition)
            if current is None or (self.repetitions and not self._goes_on(previous, current)):
                break
            self.repetitions.append(repetition)
            previous = current

    @property
    def count(self) -> int:
        return len(self.repetitions)

    @property
    def is_worth_it(self) -> bool:
        """Whether a loop saves some lines."""
        if self.count < 3 + self.peeled:
            return False
        weight = sum(item.weight for item in self.repetitions[0])
        return (self.count - 1 - self.peeled) * weight >= 3

    def _placed_anew(self, repetition: list[Item]) -> list[tuple[int, int]] | None:
        """Return for each place in a repetition the array and the base, as they would be."""
        own = _own(repetition)
        if self.repetitions:
            sizes = [array.size for array in _own(self.repetitions[0])]
            if [array.size for array in own] != sizes:
                return None
        for j, array in enumerate(own):
            self._placed[id(array)] = (~j, self.count * array.size)
        result = []
        for place in _places(repetition):
            array, base = place.settle()
            if array.values is not None:  # constants become a table where they differ
                result.append((0, 0))
            else:
                number, offset = self._placed.get(id(array), (id(array), 0))
                result.append((number, base + offset))
        return result

    def _goes_on(self, previous: list[tuple[int, int]], current: list[tuple[int, int]]) -> bool:
        """Whether all places have moved by the run's steps; the first two find these."""
        steps = [b[1] - a[1] for a, b in zip(previous, current, strict=True)]
        same = [a[0] == b[0] for a, b in zip(previous, current, strict=True)]
        if self.steps is not None:
            return all(same) and steps == self.steps
        if all(same):
            self.steps = steps
            return True
        moved = [b[0] < 0 for b, is_same in zip(current, same, strict=True) if not is_same]
        self.peeled = self.count == 1 and all(moved)
        return self.peeled

    def fold(self) -> list[Item]:
        """Return what stands in the place of the run: a loop, and what is before it."""
        for parts in zip(*map(_own, self.repetitions), strict=True):
            size = parts[0].size
            whole = Array(parts[0].name, size * self.count)
            for t, part in enumerate(parts):
                part.parent, part.offset = whole, t * size
        rest = self.repetitions[self.peeled :]
        for group in zip(*rest, strict=True):
            _move_along(group, self.peeled)
        body = rest[0]
        own = _roots(_own(body))
        before = self.repetitions[0] if self.peeled else []
        for item in before:
            item.own = _roots(item.own)
        if self.peeled:
            own = []
        return [*before, Loop(int(self.peeled), self.count, body, list(_places(body)), own)]


def _own(items: Iterable[Item]) -> list[Array]:
    return [array for item in items for array in item.own]


def _places(items: Iterable[Item]) -> Iterator[Place]:
    return chain.from_iterable([item.places for item in items])


def _roots(arrays: Iterable[Array]) -> list[Array]:
    """Return the arrays that these have become parts of, each once."""
    return list({id(x): x for x in [array.parent or array for array in arrays]}.values())


def _move_along(group: Sequence[Item], first: int) -> None:
    """Give the places of an item the steps to the same item of the next repetition.

    Args:
        group: the item in all repetitions.
        first: the number of the first of these.
    """
    starts: dict[tuple[int, ...], int] = {}
    tables: list[tuple[Array, ...]] = []
    varying: list[tuple[Place, int]] = []
    for places in zip(*[item.places for item in group], strict=True):
        place, following = places[0], places[1]
        array, base = place.settle()
        if array.values is None:
            step = following.settle()[1] - base
            place.base -= first * step
            place.steps = (*place.steps, step)
            continue
        arrays = tuple([other.settle()[0] for other in places])
        if all(other is array for other in arrays):
            place.steps = (*place.steps, 0)
            continue
        key = tuple(map(id, arrays))
        if key not in starts:
            starts[key] = sum(column[0].size for column in tables)
            tables.append(arrays)
        varying.append((place, starts[key]))
    if varying:
        values = [x for row in zip(*tables, strict=True) for part in row for x in part.values or ()]
        width = len(values) // len(group)
        table = Array("", len(values), (len(values),), tuple(values))
        for place, start in varying:
            place.array, place.base = table, place.base + start - first * width
            place.steps = (*place.steps, width)
