"""Paths: the programs of a function for one kind of arguments, told apart by its comparisons."""

import ast
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial
from itertools import groupby, pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from autograd.program.dependencies import Dependencies, warn
from autograd.program.machine import Machine
from autograd.program.program import Floats, Guard, Ints, Program
from autograd.program.results import Form, evaluated
from autograd.program.trace import Tracing
from autograd.rules.operand import data_of
from autograd.text.lines import Line
from autograd.text.words import cut
from autograd.transforms.leaves import Leaves
from autograd.transforms.recording import name_of

LIMIT: Final = 64
"""How many paths are kept."""

_ONE_LANE: Final = np.empty((1, 0))

_ASKING: Final = (ast.If, ast.While, ast.IfExp, ast.Assert)

_AT_LEAST: Final = 64
"""How many lanes make a thread of their own worth while."""


class Path:
    """A program, and the comparisons that lead to it.

    Attributes:
        program: what is run.
        form: what the function returned.
        outcomes: of the comparisons, a byte 0 or 1 for each.
        machine: the program, ready to run.
        arguments: at which it was recorded, (positional, named).
    """

    def __init__(
        self, program: Program, form: Form, machine: Machine, arguments: tuple[Any, Any]
    ) -> None:
        self.program = program
        self.arguments = arguments
        self.form = form
        self.machine = machine
        self.outcomes = bytes([guard.outcome for guard in program.guards])

    def __str__(self) -> str:
        """Return the comparisons in the code's own words, each with its outcome."""
        told = []
        for line, guards in groupby(self.program.guards, lambda guard: guard.line):
            ways = [
                f"{way}{f' ×{n}' if (n := len(list(same))) > 1 else ''}"
                for way, same in groupby(guards, lambda guard: guard.outcome)
            ]
            told.append(f"{place_of(line)} → {', '.join(ways)}")
        return "; ".join(told) or "no comparison"


def place_of(line: Line) -> str:
    """Return a comparison and where it stands: `x > 0 (file.py:12)`."""
    place = f"{os.path.basename(line.path)}:{line.number}"
    return f"{cut(_asked(line.code), 60)} ({place})" if line.code else place


def _asked(code: str) -> str:
    """Return what a line asks: `x > 0` of `if x > 0:`; the line itself, where that is not clear."""
    code = code.removeprefix("el")
    for whole in (code, f"{code} pass", f"{code}\n pass"):
        try:
            found = [node.test for node in ast.walk(ast.parse(whole)) if isinstance(node, _ASKING)]
        except SyntaxError:
            continue
        return ast.unparse(found[0]) if len(found) == 1 else code
    return code


def _numbers(values: list[Any]) -> Floats:
    return np.array([data_of(x) for x in values], np.float64)


class Paths:
    """A function for arguments of one structure, and its programs.

    A run of a program tells for each lane the first comparison that came out otherwise. Such lanes
    go on with another program that agrees up to there, or with a new one, traced at one of them.

    Args:
        function: what is run.
        inputs: the structure of its arguments, for one lane.
        mapped: for each number in the arguments, whether it differs from lane to lane.
        dependencies: what the function reads besides.
        by_lanes: whether results are put together over lanes, and so made of numbers only.
        reduce: whether the results are summed over the lanes.
        workers: how many threads share the lanes.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        inputs: Leaves,
        mapped: Sequence[bool],
        dependencies: Dependencies,
        by_lanes: bool = False,
        reduce: bool = False,
        workers: int = 1,
    ) -> None:
        self.function = function
        self.inputs = inputs
        self.mapped = np.array(mapped, bool)
        self.dependencies = dependencies
        self.by_lanes = by_lanes
        self.reduce = "sum" if reduce else None
        self.workers = workers
        self.known: list[Path] = []
        self.first: Path | None = None
        self.learned = 0
        self._warned = False

    @property
    def _start(self) -> Path | None:
        """The path to try first; none, where those that are known hold no longer."""
        return None if self.dependencies.impure else self.first

    def one(self, numbers: Floats) -> Any:
        """Return the function's result at one point; nothing is mapped."""
        path = self._start
        while path is not None:
            outputs, failed = path.machine.run(numbers, _ONE_LANE)
            if failed is None or failed[0] == -1:
                self.first = path
                return path.form.filled(outputs[0])
            path = self._beside(path, failed[0]) if failed[0] >= 0 else None
        form, numbers, path = self._traced(numbers, _ONE_LANE[0])
        self.first = path or self.first
        return form.filled(numbers)

    def run(self, shared: Floats, lanes: Floats) -> Iterator[tuple[Form, NDArray[np.intp], Floats]]:
        """Run the function for every lane.

        Yields:
            What it returned, for which lanes, and their numbers: a row for each, or all of them
            summed. Every lane belongs to one such part.
        """
        everywhere = np.arange(len(lanes))
        pending = [(self._start, everywhere)] if len(lanes) else []
        most = 0
        while pending:
            path, at = pending.pop()
            if path is None:
                form, numbers, found = self._traced(shared, lanes[at[0]])
                yield form, at[:1], numbers if self.reduce else numbers[None]
                if len(at) > 1:
                    pending.append((found, at[1:]))
                continue
            rows = lanes if len(at) == len(lanes) else lanes[at]
            outputs, failed = self._lanes_run(path, shared, rows)
            if failed is None:
                yield path.form, at, outputs
                continue
            done = failed == -1
            if done.any():
                if (size := int(np.count_nonzero(done))) > most:
                    most, self.first = size, path
                yield path.form, at[done], outputs if self.reduce else outputs[done]
            for k in np.unique(failed[~done]).tolist():
                some = at[failed == k]
                again = path if len(some) < len(at) else None
                pending.append((again if k == -2 else self._beside(path, k), some))

    def _lanes_run(self, path: Path, shared: Floats, lanes: Floats) -> tuple[Floats, Ints | None]:
        """Run a program, on several threads where there are lanes enough."""
        workers = min(self.workers, len(lanes) // _AT_LEAST)
        if workers < 2:
            return path.machine.run(shared, lanes)
        size = path.form.size
        outputs = np.empty((workers, size) if self.reduce else (len(lanes), size))
        places = outputs if self.reduce else np.array_split(outputs, workers)
        run = partial(path.machine.run, shared)
        parts = list(self._pool.map(run, np.array_split(lanes, workers), places))
        failed = [part for _, part in parts if part is not None]
        joined = outputs.sum(axis=0) if self.reduce else outputs
        return joined, np.concatenate(failed) if failed else None

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self.workers)

    def _beside(self, path: Path, k: int) -> Path | None:
        """Return a path that agrees with this one up to comparison k, and not in it."""
        prefix = path.outcomes[:k] + bytes([not path.outcomes[k]])
        return next((other for other in self.known if other.outcomes.startswith(prefix)), None)

    def form(self, shared: Floats) -> Form:
        """Return what the function returns for a lane, though there be none."""
        if self.first is not None:
            return self.first.form
        return self._traced(shared, np.ones(np.count_nonzero(self.mapped)))[0]

    def arguments(self, shared: Floats, lane: Floats) -> Any:
        """Return the arguments of one lane, (positional, named)."""
        numbers = np.empty(len(self.mapped))
        numbers[self.mapped] = lane
        numbers[~self.mapped] = shared
        return self.inputs.unflatten(numbers.tolist())

    def _traced(self, shared: Floats, lane: Floats) -> tuple[Form, Floats, Path | None]:
        """Run the function itself for a lane; return the new path, if it makes one."""
        args, kwargs = self.arguments(shared, lane)
        dependencies, name = self.dependencies, name_of(self.function)
        with dependencies.lock:
            if dependencies.impure or len(self.known) >= LIMIT:
                if not dependencies.impure and not self._warned:
                    self._warn()
                found = evaluated(self.function, args, kwargs)
                form, values = Form.of(found, name, self.by_lanes)
                return form, _numbers(values), None
            before = dependencies.drawn()
            tracing = Tracing(self.function, args, kwargs, self.by_lanes)
            form, values = Form.of(tracing.result, name, self.by_lanes)
            numbers = _numbers(values)
            if not dependencies.held(before):
                return form, numbers, None
            program = tracing.program
            machine = Machine(program, self.mapped.tolist(), self.reduce)
            path = Path(program, form, machine, (args, kwargs))
            for other in self.known:
                if other.outcomes == path.outcomes:  # another thread was faster
                    return form, numbers, other
            self.known.append(path)
            self.first = self.first or path
            return form, numbers, path

    def _warn(self) -> None:
        """Warn once that there are too many paths."""
        self._warned = True
        warn(
            f"{name_of(self.function)} has taken {LIMIT} different paths through its comparisons, "
            f"most of them told apart by {place_of(self._branching().line)}: other paths are "
            "evaluated without a program, which is slow. Use maximum(), clip() or "
            "where(less(a, b), x, y) instead of the comparison, or a fixed number of steps"
        )

    def _branching(self) -> Guard:
        """Return a comparison of the line at which the most paths part."""
        parted = []
        for one, other in pairwise(sorted(self.known, key=lambda path: path.outcomes)):
            pairs = zip(one.program.guards, one.outcomes, other.outcomes, strict=False)
            parted.append(next(guard for guard, a, b in pairs if a != b))
        line, _ = Counter([guard.line for guard in parted]).most_common(1)[0]
        return next(guard for guard in parted if guard.line == line)
