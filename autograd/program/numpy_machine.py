"""The machine in NumPy, where the one in C was not compiled, and what runs other programs."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from autograd.program.program import Floats, Ints, Program
from autograd.program.schedule import FORMS, OPCODES, Schedule
from autograd.rules.primitive import TABLE, Primitive

BLOCK: Final = 1_000_000
"""How many numbers a block of lanes may hold."""


def _rows() -> dict[int, tuple[Primitive, str]]:
    names = {row.name + form: (row, form) for row in TABLE.values() for form in FORMS}
    return {OPCODES[name]: row for name, row in names.items() if name in OPCODES}


_ROWS: Final = _rows()
_UNIFORM: Final = ("_FIRST_UNIFORM", "_SECOND_UNIFORM")
_SPECIAL: Final = {number: name for name, number in OPCODES.items() if number not in _ROWS}


class NumpyMachine:
    """Runs a schedule, block of lanes by block of lanes.

    Args:
        schedule: what is run.
    """

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule

    def run(self, given: Floats, lanes: Floats, outputs: Floats, failed: Ints | None) -> None:
        """Run the schedule.

        Args:
            given: the captured numbers and the inputs that are not mapped.
            lanes: a row for each lane, of the mapped inputs.
            outputs: where the results go, of shape (lanes, outputs), or (outputs,) of sums.
            failed: where it is told of each lane how its guards went, as in `Machine.run`.
        """
        plan = self.schedule
        uniform = np.empty(plan.uniform_slots)
        uniform[: len(plan.constants)] = plan.constants
        uniform[len(plan.constants) :][: plan.given] = given
        totals = np.zeros(plan.accumulators)
        counted = 0
        with np.errstate(all="ignore"):
            _run_uniform(plan.uniform.tolist(), uniform)
            step = max(1, BLOCK // max(1, plan.lane_slots))
            for start in range(0, len(lanes), step):
                some = slice(start, start + step)
                slots, sums = self._run_block(lanes[some], uniform)
                if failed is not None:
                    failed[some] = self._failures(slots, uniform, len(lanes[some]))
                    if plan.reduce and (failed[some] != -1).any():
                        failed[some][failed[some] == -1] = -2
                        continue
                totals += sums
                counted += len(lanes[some])
                for k, place in enumerate(plan.outputs.tolist()):
                    outputs[some, k] = slots[place] if place >= 0 else uniform[~place]
            if plan.reduce:
                self._put_together(uniform, totals, np.float64(counted), outputs)

    def _run_block(self, lanes: Floats, uniform: Floats) -> tuple[Floats, Floats]:
        """Return all slots of a block of lanes, and its sums."""
        plan = self.schedule
        slots = np.empty((plan.lane_slots, len(lanes)))
        sums = np.zeros(plan.accumulators)
        for slot, column in zip(plan.mapped.tolist(), lanes.T, strict=True):
            if slot >= 0:
                slots[slot] = column
        _run_lanes(plan.splats.tolist(), slots, uniform, sums)
        _run_lanes(plan.lanes.tolist(), slots, uniform, sums)
        return slots, sums

    def _put_together(
        self, uniform: Floats, totals: Floats, counted: np.float64, outputs: Floats
    ) -> None:
        """Write the sums over all lanes."""
        words = iter(self.schedule.sums.tolist())
        share = counted if self.schedule.reduce == "mean" else np.float64(1.0)
        start = 0
        while start < len(outputs):
            run = np.arange(next(words))
            total, once = np.zeros(len(run)), np.zeros(len(run))
            for _ in range(next(words)):
                first, step, factor = next(words), next(words), next(words)
                total += totals[first + step * run] * uniform[factor]
            for _ in range(next(words)):
                first, step = next(words), next(words)
                once += uniform[first + step * run]
            outputs[start : start + len(run)] = total / share + once * (counted / share)
            start += len(run)

    def _failures(self, slots: Floats, uniform: Floats, count: int) -> Ints:
        """Return for each lane the number of the first guard that failed, or -1."""
        failed = np.full(count, -1, np.int32)
        guards = self.schedule.guards.reshape(-1, 2).tolist()
        for k, (place, outcome) in reversed(list(enumerate(guards))):
            numbers = slots[place] if place >= 0 else uniform[~place]
            failed[np.broadcast_to(numbers != outcome, count)] = k
        return failed


class NodeByNode:
    """Runs a program that has primitives of the user's own, each node by the row's array form.

    Args:
        program, mapped, reduce: those of `Machine`.
    """

    def __init__(self, program: Program, mapped: Sequence[bool], reduce: str | None) -> None:
        self.program = program
        self.mapped = tuple(mapped)
        self.reduce = reduce

    def run(self, given: Floats, lanes: Floats, outputs: Floats, failed: Ints | None) -> None:
        """Run the program; see `NumpyMachine.run`."""
        program = self.program
        shared, columns = iter(given), iter(lanes.T)
        values: list[Any] = [None] * len(program)
        for node in program.captured_nodes.tolist():
            values[node] = next(shared)
        for node, mapped in zip(program.input_nodes.tolist(), self.mapped, strict=True):
            values[node] = next(columns) if mapped else next(shared)

        def number(ref: int) -> Any:
            return values[ref] if ref >= 0 else float(program.constants[~ref])

        count = len(lanes)
        kept = slice(None)
        with np.errstate(all="ignore"):
            for node, (row, refs) in enumerate(program):
                if row is not None:
                    values[node] = row(*map(number, refs))
            if failed is not None:
                failed[:] = -1
                for k, guard in reversed(list(enumerate(program.guards))):
                    failed[np.broadcast_to(values[guard.node] != guard.outcome, count)] = k
                kept = failed == -1
            for k, ref in enumerate(program.result.refs):
                if self.reduce is None:
                    outputs[:, k] = number(ref)
                else:
                    numbers = np.broadcast_to(number(ref), count)[kept]
                    outputs[k] = numbers.sum() / (len(numbers) if self.reduce == "mean" else 1)


def _run_uniform(words: list[int], x: Floats) -> None:
    """Run what is uniform, on slots of one number each."""
    at = 0
    while (code := words[at]) != OPCODES["END"]:
        n, first = words[at + 1], words[at + 2]
        at += 3
        if code in _ROWS:
            row, form = _ROWS[code]
            if row.arity is None:
                x[first] = row.numpy(*x[words[at : at + n]])
                at += n
                continue
            columns: list[Any] = []
            for _ in range(row.arity):
                if form:
                    start, step = words[at : at + 2]
                    columns.append(x[start : start + n] if step else x[start])
                    at += 2
                else:
                    columns.append(x[words[at : at + n]])
                    at += n
            x[first : first + n] = row.numpy(*columns)
        elif _SPECIAL[code] == "DOT":
            start, *slots = words[at : at + 1 + 2 * n]
            x[first] = x[start] + x[slots[:n]] @ x[slots[n:]]
            at += 1 + 2 * n
        elif _SPECIAL[code] == "GATHER":
            x[first : first + n] = x[words[at : at + n]]
            at += n
        else:
            start, results, vector, matrix, at = _matrix(words, at, n, first)
            x[results] = x[start] + x[matrix] @ x[vector]


def _matrix(words: list[int], at: int, n: int, m: int) -> tuple[Any, ...]:
    """Return the slots of a MATVEC: starts, results, vector and matrix; and what follows it."""
    first, by_row, by_column = words[at : at + 3]
    at += 3
    lists = words[at : at + n], words[at + n : at + 2 * n], words[at + 2 * n : at + 2 * n + m]
    matrix = first + by_row * np.arange(n)[:, None] + by_column * np.arange(m)
    return *lists, matrix, at + 2 * n + m


def _run_lanes(words: list[int], x: Floats, uniform: Floats, sums: Floats) -> None:
    """Run what is by lanes, on slots of a number for each lane."""
    at = 0
    while (code := words[at]) != OPCODES["END"]:
        n = words[at + 1]
        at += 2
        if code in _ROWS:
            row, form = _ROWS[code]
            if row.arity is None:
                first, *slots = words[at : at + 1 + n]
                x[first] = row.numpy(*x[slots])
                at += 1 + n
                continue
            lists = [words[at + i * n : at + (i + 1) * n] for i in range(1 + row.arity)]
            other = _UNIFORM.index(form) if form else -1  # the operand that is uniform
            x[lists[0]] = row.numpy(
                *[
                    uniform[slots][:, None] if i == other else x[slots]
                    for i, slots in enumerate(lists[1:])
                ]
            )
            at += (1 + row.arity) * n
            continue
        first = words[at]
        at += 1
        if _SPECIAL[code] == "DOT":
            start, *slots = words[at : at + 1 + 2 * n]
            before = uniform[start] if start >= 0 else x[first]
            x[first] = before + np.einsum("ij,ij->j", x[slots[:n]], x[slots[n:]])
            at += 1 + 2 * n
        elif _SPECIAL[code] == "MATVEC":
            starts, results, vector, matrix, at = _matrix(words, at, n, first)
            x[results] = uniform[starts][:, None] + uniform[matrix] @ x[vector]
        elif _SPECIAL[code] == "OUTER":
            total, *slots = words[at : at + 1 + n + first]
            sums[total : total + n * first] = (x[slots[:n]] @ x[slots[n:]].T).ravel()
            at += 1 + n + first
        elif _SPECIAL[code] == "TOTAL":
            sums[first : first + n] = x[words[at : at + n]].sum(axis=1)
            at += n
        else:
            x[words[at - 1 : at - 1 + n]] = uniform[words[at - 1 + n : at - 1 + 2 * n]][:, None]
            at += 2 * n - 1
