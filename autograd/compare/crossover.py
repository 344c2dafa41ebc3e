"""From how many inputs on reverse mode is cheaper, measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from autograd.compare.cost import jacobians, median_seconds, operations
from autograd.compare.problem import Problem, problem_of
from autograd.compare.trace import record
from autograd.rules import table
from autograd.rules.operand import Operand
from autograd.transforms.leaves import outputs_of

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
        return _start(
            [(p.inputs, p.reverse_operations < p.forward_operations) for p in self.points]
        )

    @property
    def by_time(self) -> int | None:
        """The number of inputs from which on reverse mode is faster; None if never."""
        return _start([(p.inputs, p.reverse_seconds < p.forward_seconds) for p in self.points])

    def __str__(self) -> str:
        def told(start: int | None) -> str:
            last = self.points[-1].inputs
            return f"from {start} inputs on" if start is not None else f"not up to {last} inputs"

        return (
            "For the sum of f over more and more copies of its arguments (1 output), reverse mode "
            f"takes fewer operations {told(self.by_operations)} and is faster "
            f"{told(self.by_time)}, of the sizes measured."
        )


def measure_crossover(problem: Problem, output: int, repeats: int) -> Crossover:
    """Both modes for 1, 2, 4, ... copies of the problem, up to 512 inputs."""
    points = []
    copies = 1
    while copies == 1 or copies * len(problem.names) <= MOST_INPUTS:
        points.append(_point(_copies(problem, output, copies), repeats))
        copies *= 2
    return Crossover(points)


def _copies(problem: Problem, output: int, copies: int) -> Problem:
    """The sum of the problem's function over copies of its arguments."""

    def total(*batch: Any) -> Any:
        return table.sum(*[_chosen(problem, problem.function(*args), output) for args in batch])

    return problem_of(total, (problem.args,) * copies)


def _chosen(problem: Problem, result: Any, output: int) -> Any:
    """One number of the function's result, which most often is that number."""
    if isinstance(result, Operand):
        return result
    return outputs_of(result, problem.name).numbers[output]


def _point(problem: Problem, repeats: int) -> CrossoverPoint:
    by_rule = operations(record(problem))
    forward, reverse = (median_seconds(call, repeats) for call in jacobians(problem))
    return CrossoverPoint(len(problem.names), *by_rule, forward, reverse)


def _start(cheaper: Sequence[tuple[int, bool]]) -> int | None:
    """The first size from which on all are cheaper."""
    start = None
    for inputs, is_cheaper in reversed(cheaper):
        if not is_cheaper:
            break
        start = inputs
    return start
