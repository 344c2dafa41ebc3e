"""From how many inputs on reverse mode is cheaper, measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Final

from autograd.compare.cost import jacobians, median_seconds, operations
from autograd.compare.rows import record
from autograd.rules import table
from autograd.rules.operand import Operand
from autograd.transforms.leaves import flatten_outputs
from autograd.transforms.recording import Call, call_at

MOST_INPUTS: Final = 512


@dataclass(frozen=True, slots=True)
class CrossoverPoint:
    """The gradient by so many inputs in both modes: counted operations, median times in seconds."""

    inputs: int
    forward_operations: int
    reverse_operations: int
    forward_seconds: float
    reverse_seconds: float


@dataclass(frozen=True)
class Crossover:
    """Both modes for more and more inputs and a single output.

    The family is the sum of f (of its chosen output) over 1, 2, 4, ... copies of its arguments, all
    at the point of the comparison. Each copy adds the same work and the same number of inputs, so
    the cost of reverse mode grows in proportion to n, and that of forward mode with n².

    Attributes:
        points: one for each number of copies.
    """

    points: list[CrossoverPoint]

    @property
    def by_operations(self) -> int | None:
        """The number of inputs from which on reverse mode takes fewer operations; None if never."""
        return self._start(lambda p: p.reverse_operations < p.forward_operations)

    @property
    def by_time(self) -> int | None:
        """The number of inputs from which on reverse mode is faster; None if never."""
        return self._start(lambda p: p.reverse_seconds < p.forward_seconds)

    def _start(self, is_cheaper: Callable[[CrossoverPoint], bool]) -> int | None:
        """The first size from which on all are cheaper."""
        sizes = [p.inputs for p in takewhile(is_cheaper, reversed(self.points))]
        return min(sizes, default=None)

    def __str__(self) -> str:
        def told(start: int | None) -> str:
            last = self.points[-1].inputs
            return f"from {start} inputs on" if start is not None else f"not up to {last} inputs"

        return (
            "For the sum of f over more and more copies of its arguments (1 output), reverse mode "
            f"takes fewer operations {told(self.by_operations)} and is faster "
            f"{told(self.by_time)}, of the sizes measured."
        )


def measure_crossover(call: Call, output: int, repeats: int) -> Crossover:
    """Measure both modes for 1, 2, 4, ... copies of the call, up to 512 inputs."""
    points = []
    copies = 1
    while copies == 1 or copies * len(call.inputs.numbers) <= MOST_INPUTS:
        points.append(_point(_copies(call, output, copies), repeats))
        copies *= 2
    return Crossover(points)


def _copies(call: Call, output: int, copies: int) -> Call:
    """The sum of the function over copies of its arguments."""

    def chosen(result: Any) -> Any:  # most often, it is the number itself
        is_number = isinstance(result, Operand)
        return result if is_number else flatten_outputs(result, call.name).numbers[output]

    def total(*batch: Any) -> Any:
        return table.sum(*[chosen(call.function(*args)) for args in batch])

    return call_at(total, (call.args,) * copies)


def _point(call: Call, repeats: int) -> CrossoverPoint:
    by_rule = operations(record(call))
    forward, reverse = (median_seconds(run, repeats) for run in jacobians(call))
    return CrossoverPoint(len(call.inputs.numbers), *by_rule, forward, reverse)
