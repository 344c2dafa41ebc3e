"""The schedule: code as words for a machine.

Equal operations that do not wait for each other form a group: one instruction with a count and
lists of slots. What is summed over the lanes is accumulated, and put together at the end.

An instruction is its number, a count n, and

    a row, uniform    slot of the first result, the others follow; n slots of each operand
      in a run        slot of the first result; for each operand its first slot and the step, 0 or 1
    a row, by lanes   n slots of results; n slots of each operand
    a variadic row    slot of the result; n slots
    DOT               slot of the result, slot to start from; n slots, n slots: sum of n products
    MATVEC            m terms, first slot of a matrix, its steps by row and by column; n slots to
                      start from, n of results; m slots of a vector
    SPLAT             n slots by lanes, n uniform slots: copies
    GATHER            first slot; n slots: copies, to a matrix that MATVEC can read
    OUTER             m columns, first accumulator; n slots, m slots: products, summed over lanes
    TOTAL             first accumulator; n slots: sums over lanes

By lanes, the matrix of MATVEC and what results start from are uniform; a DOT that starts from -1
adds to its result.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np

from autograd.program.lanes import Split, Sum
from autograd.program.passes import Refs, optimised
from autograd.program.program import Floats, Ints, Program
from autograd.rules import table
from autograd.rules.primitive import TABLE, Primitive

SPECIAL: Final = ("END", "DOT", "MATVEC", "SPLAT", "GATHER", "OUTER", "TOTAL")
"""The instructions that are no rows."""

FORMS: Final = ("", "_RUN", "_FIRST_UNIFORM", "_SECOND_UNIFORM")
"""The instructions of a row: plain, uniform in a run, by lanes with a uniform operand."""

LEAST_RUN: Final = 8
"""The length from which on uniform operations go as a run."""

LEAST_MATRIX: Final = 4
"""The number of terms from which on uniform sums of products that share a factor are a matrix."""


def _opcodes() -> dict[str, int]:
    names = list(SPECIAL)
    for row in TABLE.values():
        forms = FORMS[: {1: 2, 2: 4}.get(row.arity or 0, 1)]
        names += [row.name + form for form in forms]
    return {name: number for number, name in enumerate(names)}


OPCODES: Final = _opcodes()
"""The number of each instruction by its name."""


@dataclass
class Schedule:
    """What a machine runs.

    Attributes:
        reduce: "sum" or "mean" of the outputs over the lanes, or None.
        uniform: the words of what is run once.
        lanes: the words of what is run for each block of lanes.
        splats: those that are run once, and fill slots by lanes.
        constants: what the first uniform slots hold.
        given: how many slots follow, of captured Values and of inputs that are not mapped.
        mapped: the slots by lanes of mapped inputs; -1 for one that nobody uses.
        uniform_slots, lane_slots, accumulators: how many there are.
        outputs: for each output, where they are not summed, its slot by lanes or, if it is
            uniform, the complement of its slot.
        sums: how outputs are put together, where they are: for each run of equal ones their count;
            how many terms, of each the accumulator, its step from one to the next, and the slot of
            its factor; how many uniform slots, of each the slot and its step.
        output_count: how many numbers come out.
        most_operands: how many operands an instruction gathers, at most.
        guards: for each guard its place, as of an output, and its outcome.
    """

    reduce: str | None
    uniform: Ints
    splats: Ints
    lanes: Ints
    constants: Floats
    given: int
    mapped: Ints
    uniform_slots: int
    lane_slots: int
    accumulators: int
    outputs: Ints
    sums: Ints
    guards: Ints
    output_count: int
    most_operands: int


def scheduled(program: Program, mapped: Sequence[bool], reduce: str | None = None) -> Schedule:
    """Return the schedule of a program; the arguments are those of `Machine`."""
    code = optimised(program)
    inputs = code.leaves[: len(mapped)]
    varying = [k for k, varies in zip(inputs, mapped, strict=True) if varies]
    fixed = [k for k, varies in zip(inputs, mapped, strict=True) if not varies]
    split = Split(code, varying, reduce is not None)
    heights = _heights(split)
    uniform = _Uniform(split, code.leaves[len(mapped) :] + fixed)
    uniform.write(_levels(split.uniform, heights))
    lanes = _Lanes(split, varying, uniform)
    lanes.write(_levels(split.lanes, heights))

    def place(ref: int) -> int:
        return lanes.slots[ref] if split.is_lane(ref) else ~uniform.slot(ref)

    accumulator = lanes.accumulators
    sums = [
        Sum(
            [(accumulator[total], uniform.slot(factor)) for total, factor in found.terms],
            list(map(uniform.slot, found.uniform)),
        )
        for found in split.sums
    ]
    guards = [
        word
        for ref, guard in zip(code.guards, program.guards, strict=True)
        for word in (place(ref), int(guard.outcome))
    ]
    return Schedule(
        reduce=reduce,
        uniform=_words([*uniform.words, OPCODES["END"], 0, 0]),
        splats=_words([*lanes.splat_words(), OPCODES["END"], 0]),
        lanes=_words([*lanes.words, OPCODES["END"], 0]),
        constants=np.array(code.constants, np.float64),
        given=len(uniform.given),
        mapped=_words([lanes.slots.get(k, -1) for k in varying]),
        uniform_slots=uniform.count,
        lane_slots=lanes.count,
        accumulators=len(accumulator),
        outputs=_words([] if reduce else map(place, code.outputs)),
        sums=_words(_sum_words(sums)),
        guards=_words(guards),
        output_count=len(code.outputs),
        most_operands=max(uniform.most_operands, lanes.most_operands),
    )


def _words(words: Iterable[int]) -> Ints:
    return np.array(list(words), np.int32)


def _sum_words(sums: list[Sum]) -> list[int]:
    """Return the words of `Schedule.sums`."""
    words: list[int] = []
    start = 0
    while start < len(sums):
        stop = start + 1
        steps = None
        while stop < len(sums):
            step = _step(sums[stop - 1], sums[stop])
            if step is None or steps not in (None, step):
                break
            steps, stop = step, stop + 1
        first = sums[start]
        flat = iter(steps or [0] * (len(first.terms) + len(first.uniform)))
        words += [stop - start, len(first.terms)]
        for accumulator, factor in first.terms:
            words += [accumulator, next(flat), factor]
        words.append(len(first.uniform))
        for slot in first.uniform:
            words += [slot, next(flat)]
        start = stop
    return words


def _step(one: Sum, other: Sum) -> list[int] | None:
    """Return how far the accumulators and slots of two sums are apart; None if they differ."""
    if [factor for _, factor in one.terms] != [factor for _, factor in other.terms]:
        return None
    if len(one.uniform) != len(other.uniform):
        return None
    steps = [b - a for (a, _), (b, _) in zip(one.terms, other.terms, strict=True)]
    return steps + [b - a for a, b in zip(one.uniform, other.uniform, strict=True)]


def _heights(split: Split) -> list[int]:
    """Return for each node how many steps, at least, are left after it."""
    heights = [0] * len(split.code.ops)
    for k in range(len(heights) - 1, -1, -1):
        least = heights[k] + 1
        for ref in split.code.args[k]:
            if ref >= 0 and heights[ref] < least:
                heights[ref] = least
    return heights


def _levels(nodes: list[int], heights: list[int]) -> list[list[int]]:
    """Return nodes by height, the highest first: none of a level waits for another of it."""
    levels: dict[int, list[int]] = {}
    for k in nodes:
        levels.setdefault(heights[k], []).append(k)
    return [levels[height] for height in sorted(levels, reverse=True)]


def _grouped(nodes: Iterable[Any], key: Callable[[Any], Any]) -> dict[Any, list[Any]]:
    """Return what has the same key together, in the order in which the keys come."""
    groups: dict[Any, list[Any]] = {}
    for k in nodes:
        groups.setdefault(key(k), []).append(k)
    return groups


def _strides(rows: list[list[int]]) -> tuple[int, int, int] | None:
    """Return the first slot of a matrix and its steps by row and by column; None without such."""
    first = rows[0][0]
    by_row = rows[1][0] - first if len(rows) > 1 else 0
    by_column = rows[0][1] - first if len(rows[0]) > 1 else 0
    matrix = np.array(rows)
    regular = first + by_row * np.arange(len(rows))[:, None] + by_column * np.arange(len(rows[0]))
    return (first, by_row, by_column) if np.array_equal(matrix, regular) else None


class _Uniform:
    """Writes what is run once. Every result has a slot of its own."""

    def __init__(self, split: Split, given: list[int]) -> None:
        self.code = split.code
        self.given = given
        self.words: list[int] = []
        self.most_operands = 0
        start = len(split.code.constants)
        self.slots = {k: start + i for i, k in enumerate(given)}
        self.count = start + len(given)

    def slot(self, ref: int) -> int:
        """Return the slot of a node or a constant."""
        return ~ref if ref < 0 else self.slots[ref]

    def place(self, nodes: Sequence[int]) -> int:
        """Return the first of new slots for nodes."""
        first = self.count
        for i, k in enumerate(nodes):
            self.slots[k] = first + i
        self.count += len(nodes)
        return first

    def write(self, levels: list[list[int]]) -> None:
        """Write all nodes, level by level."""
        for level in levels:
            for op, nodes in _grouped(level, self.code.ops.__getitem__).items():
                if op is table.dot:
                    self._write_dots(nodes)
                elif op.arity is None:
                    for k in nodes:
                        args = [self.slot(ref) for ref in self.code.args[k]]
                        self.most_operands = max(self.most_operands, len(args))
                        self.words += [OPCODES[op.name], len(args), self.place([k]), *args]
                else:
                    self._write_row(op, nodes)

    def _write_row(self, op: Primitive, nodes: list[int]) -> None:
        arity, args, slots = op.arity or 0, self.code.args, self.slots
        columns = [
            [~ref if (ref := args[k][i]) < 0 else slots[ref] for k in nodes] for i in range(arity)
        ]
        first = self.place(nodes)
        for start, stop, steps in _runs(columns):
            code, n = OPCODES[op.name if steps is None else op.name + "_RUN"], stop - start
            self.words += (code, n, first + start)
            for i, column in enumerate(columns):
                self.words += column[start:stop] if steps is None else (column[start], steps[i])

    def _write_dots(self, nodes: list[int]) -> None:
        """Write sums of products; those that share a factor as a matrix times it."""
        halves = {}
        for k in nodes:
            args = self.code.args[k]
            half = len(args) // 2
            halves[k] = (args[:half], args[half:])
        for side in (1, 0):
            shared: dict[tuple[int, ...], list[int]] = {}
            for k, pair in halves.items():
                shared.setdefault(pair[side], []).append(k)
            for vector, sharing in shared.items():
                if len(sharing) > 1 and len(vector) >= LEAST_MATRIX:
                    rows = [list(map(self.slot, halves.pop(k)[1 - side])) for k in sharing]
                    self._write_matrix(sharing, rows, list(map(self.slot, vector)))
        for k, pair in halves.items():
            left, right = (list(map(self.slot, half)) for half in pair)
            self.words += [OPCODES["DOT"], len(left), self.place([k]), self._zero(), *left, *right]

    def _write_matrix(self, nodes: list[int], rows: list[list[int]], vector: list[int]) -> None:
        matrix = self.matrix(rows)
        first = self.place(nodes)
        n, m = len(nodes), len(vector)
        self.most_operands = max(self.most_operands, n + m)
        self.words += [OPCODES["MATVEC"], n, m, *matrix, *[self._zero()] * n]
        self.words += [*range(first, first + n), *vector]

    def matrix(self, rows: list[list[int]]) -> tuple[int, int, int]:
        """Return where a matrix begins and its steps by row and column; gather it if need be."""
        found = _strides(rows)
        if found is None:
            first = self.count
            slots = [slot for row in rows for slot in row]
            self.count += len(slots)
            self.words += [OPCODES["GATHER"], len(slots), first, *slots]
            found = (first, len(rows[0]), 1)
        return found

    def _zero(self) -> int:
        return ~self.code.constant(0.0)


def _runs(columns: list[list[int]]) -> Iterable[tuple[int, int, tuple[int, ...] | None]]:
    """Yield pieces of a group, [start, stop), each with the steps of its slots, or None."""
    n = len(columns[0])
    if n < LEAST_RUN:
        yield 0, n, None
        return
    plain = start = 0
    while start < n and len(columns) < 3:
        stop = start + 1
        steps: tuple[int, ...] = ()
        if stop < n:
            steps = tuple([column[stop] - column[start] for column in columns])
            if all(step in (0, 1) for step in steps):
                while stop < n and all(
                    column[stop] - column[stop - 1] == step
                    for column, step in zip(columns, steps, strict=True)
                ):
                    stop += 1
        if stop - start >= LEAST_RUN:
            if plain < start:
                yield plain, start, None
            yield start, stop, steps
            plain = stop
        start = stop
    if plain < n:
        yield plain, n, None


class _Lanes:
    """Writes what is run for each block of lanes. Slots are used again as soon as they are free."""

    def __init__(self, split: Split, mapped: list[int], uniform: _Uniform) -> None:
        self.split = split
        self.code = split.code
        self.uniform = uniform
        self.words: list[int] = []
        self.most_operands = 0
        self.splats: dict[int, int] = {}  # slots by lanes of what is uniform
        self.accumulators: dict[int, int] = {}
        self.free: list[int] = []
        self.count = 0
        self.slots: dict[int, int] = {}
        self.mapped = mapped

    def write(self, levels: list[list[int]]) -> None:
        """Write all nodes, and sums over lanes as soon as their operands are there."""
        steps = self._steps(levels)
        last: dict[int, int] = {}
        for position, (_, _, reads, _) in enumerate(steps):
            for ref in reads:
                last[ref] = position
        kept = [*self.code.guards] if self.split.sums else [*self.code.guards, *self.code.outputs]
        for ref in kept:
            last[ref] = len(steps)
        dying: dict[int, list[int]] = {}
        for ref, position in last.items():
            dying.setdefault(position, []).append(ref)
        self._place_splats()
        for k in self.mapped:
            if k in last:
                self._place(k)
        for position, (write, nodes, _, arguments) in enumerate(steps):
            for k in nodes:
                self._place(k)
            write(nodes, *arguments)
            for ref in dying.get(position, ()):
                if self.split.is_lane(ref):  # a splat stays
                    self.free.append(self.slots[ref])

    def _place(self, node: int) -> None:
        if self.free:
            self.slots[node] = self.free.pop()
        else:
            self.slots[node] = self.count
            self.count += 1

    def _steps(self, levels: list[list[int]]) -> list[Any]:
        """Return instructions to be written: how, what they make, what they read, of what."""
        steps: list[Any] = []
        made: dict[int, int] = {}
        for level in levels:
            for key, nodes in _grouped(level, self._key).items():
                if key[0] is table.dot:
                    dots = [self.split.dots[k] for k in nodes]
                    reads = [ref for dot in dots for ref in (*dot.vector, *dot.left, *dot.right)]
                    steps.append((self._write_dots, nodes, reads, ()))
                else:
                    reads = [ref for k in nodes for ref in self.code.args[k]]
                    steps.append((self._write_row, nodes, reads, key))
                for k in nodes:
                    made[k] = len(steps) - 1
        return self._with_totals(steps, made)

    def _key(self, node: int) -> tuple[Any, ...]:
        """Return what is the same for all nodes of a group."""
        op, args = self.code.ops[node], self.code.args[node]
        if op is table.dot:
            return op, self.split.dots[node].vector
        if op is not None and op.arity == 2:
            if all(map(self.split.is_lane, args)):
                return op, ""
            return op, "_SECOND_UNIFORM" if self.split.is_lane(args[0]) else "_FIRST_UNIFORM"
        return op, node if op is not None and op.arity is None else ""

    def _with_totals(self, steps: list[Any], made: dict[int, int]) -> list[Any]:
        """Return the steps with the sums over lanes among them."""
        one = self.split.one
        after: dict[int, list[Any]] = {}
        by_row: dict[int, dict[int, int]] = {}
        plain: list[tuple[int, int]] = []
        products = [pair for pair in self.split.totals if pair[0] != one]
        # Outputs that follow each other shall have accumulators that do.
        neighbours = [(p[0] == q[0]) - (p[1] == q[1]) for p, q in pairwise(products)]
        turned = sum(neighbours) < 0
        for (a, b), total in self.split.totals.items():
            if a == one:
                plain.append((b, total))
            else:
                row, column = (b, a) if turned else (a, b)
                by_row.setdefault(row, {})[column] = total
        tiles = _grouped(by_row, lambda a: tuple(by_row[a]))
        for columns, rows in tiles.items():
            for a in rows:
                for b in columns:
                    self.accumulators[by_row[a][b]] = len(self.accumulators)
            ready = max([made.get(ref, -1) for ref in (*rows, *columns)])
            first = len(self.accumulators) - len(rows) * len(columns)
            step = (self._write_outer, (), (*rows, *columns), (rows, columns, first))
            after.setdefault(ready, []).append(step)
        for ready, pairs in _grouped(plain, lambda pair: made.get(pair[0], -1)).items():
            first = len(self.accumulators)
            for _, total in pairs:
                self.accumulators[total] = len(self.accumulators)
            refs = [b for b, _ in pairs]
            after.setdefault(ready, []).append((self._write_total, (), refs, (refs, first)))
        ordered = after.get(-1, [])
        for position, step in enumerate(steps):
            ordered.append(step)
            ordered += after.get(position, [])
        return ordered

    def _place_splats(self) -> None:
        """Give slots by lanes to what is uniform and read by rows that want all by lanes."""
        for k in self.split.lanes:
            op = self.code.ops[k]
            if op is not table.dot and op is not None and op.arity != 2:
                for ref in self.code.args[k]:
                    if ref not in self.slots and not self.split.is_lane(ref):
                        self._place(ref)
                        self.splats[ref] = self.slots[ref]

    def _write_row(self, nodes: list[int], op: Primitive, form: str) -> None:
        if op.arity is None:
            args = [self.slots[ref] for ref in self.code.args[nodes[0]]]
            self.most_operands = max(self.most_operands, len(args))
            self.words += [OPCODES[op.name], len(args), self.slots[nodes[0]], *args]
            return
        self.words += [OPCODES[op.name + form], len(nodes), *[self.slots[k] for k in nodes]]
        for i in range(op.arity):
            column = [self.code.args[k][i] for k in nodes]
            uniform = form and not self.split.is_lane(column[0])
            self.words += list(
                map(self.uniform.slot if uniform else self.slots.__getitem__, column)
            )

    def _write_dots(self, nodes: list[int], *_: Any) -> None:
        dots = [self.split.dots[k] for k in nodes]
        start = [self.uniform.slot(dot.start) for dot in dots]
        results = [self.slots[k] for k in nodes]
        vector = [self.slots[ref] for ref in dots[0].vector]
        if vector:
            rows = [list(map(self.uniform.slot, dot.matrix)) for dot in dots]
            matrix = self.uniform.matrix(rows)
            self.words += [OPCODES["MATVEC"], len(nodes), len(vector), *matrix]
            self.words += [*start, *results, *vector]
            start = [-1] * len(nodes)
        for dot, first, result in zip(dots, start, results, strict=True):
            if dot.left or not vector:
                left, right = ([self.slots[ref] for ref in half] for half in (dot.left, dot.right))
                self.words += [OPCODES["DOT"], len(left), result, first, *left, *right]

    def _write_outer(self, _: Any, rows: list[int], columns: Refs, first: int) -> None:
        slots = [self.slots[ref] for ref in (*rows, *columns)]
        self.words += [OPCODES["OUTER"], len(rows), len(columns), first, *slots]

    def _write_total(self, _: Any, refs: list[int], first: int) -> None:
        slots = [self.slots[ref] for ref in refs]
        self.words += [OPCODES["TOTAL"], len(refs), first, *slots]

    def splat_words(self) -> list[int]:
        """Return the instruction that fills the slots of what is uniform but read by lanes."""
        if not self.splats:
            return []
        slots = map(self.uniform.slot, self.splats)
        return [OPCODES["SPLAT"], len(self.splats), *self.splats.values(), *slots]
