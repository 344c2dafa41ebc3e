"""What a mode costs: sweeps, operations, time, memory."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.compare.problem import Problem
from autograd.compare.trace import Trace
from autograd.transforms.differentiate import jacfwd, jacrev


@dataclass(frozen=True, slots=True)
class ModeCost:
    """What a Jacobian costs by one of the modes.

    Attributes:
        mode: "forward" or "reverse".
        sweeps: how often the operations are gone through with derivatives: once in forward mode,
            which carries a tangent for each input at the same time; in reverse mode once for each
            output.
        width: how many derivatives each sweep carries: n tangents, or a single adjoint.
        operations: those of arithmetic, see `operations`.
        seconds: the median time of some runs, the evaluation of f included.
        memory: in bytes, the most that Python, NumPy and the graph held at the same time beyond
            what was there before, as tracemalloc traces it.
    """

    mode: str
    sweeps: int
    width: int
    operations: int
    seconds: float
    memory: int


def measured(problem: Problem, trace: Trace, repeats: int) -> tuple[ModeCost, ModeCost, Any, Any]:
    """The costs of forward and of reverse mode, and the Jacobian by each."""
    forward, reverse = jacobians(problem)
    by_rule = operations(trace)
    n, m = len(trace.inputs), len(trace.outputs)
    costs = [
        ModeCost(mode, sweeps, width, count, median_seconds(call, repeats), peak_memory(call))
        for mode, sweeps, width, count, call in (
            ("forward", 1, n, by_rule[0], forward),
            ("reverse", m, 1, by_rule[1], reverse),
        )
    ]
    return costs[0], costs[1], forward(), reverse()


def jacobians(problem: Problem) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """Calls for the Jacobian by all arguments: in forward mode, in reverse mode."""
    argnums = tuple(range(len(problem.args)))
    forward, reverse = jacfwd(problem.function, argnums), jacrev(problem.function, argnums)
    return lambda: forward(*problem.args), lambda: reverse(*problem.args)


def operations(trace: Trace) -> tuple[int, int]:
    """How many operations the Jacobian takes: in forward mode, in reverse mode.

    Each of these counts as one: the application of a primitive, which gives its value and its local
    partial derivatives; the multiplication of a partial by a tangent or an adjoint; the addition of
    two such products. Forward mode does the latter two for every input, reverse mode for every
    output that the operation leads to. Operands that depend on no input, and unselected ones, take
    no part.

    x**2 * y has two applications; a tangent takes 1 and 3 operations more, an adjoint 1 and 2:

    >>> from autograd.compare.problem import problem_of
    >>> from autograd.compare.trace import record
    >>> operations(record(problem_of(lambda x, y: x**2 * y, (2.0, 3.0))))
    (10, 5)
    """
    applications = sum(node.op is not None for node in trace.nodes)
    edges = trace.active_edges()
    per_tangent = sum(2 * len(operands) - 1 for operands in edges.values())
    sweeps = sum(_sweep_operations(trace, edges, id(out)) for out in trace.outputs)
    return applications + len(trace.inputs) * per_tangent, applications + sweeps


def _sweep_operations(trace: Trace, edges: dict[int, list[Any]], output: int) -> int:
    """The multiplications and additions of one reverse sweep."""
    reached = {output}
    multiplications = 0
    for node in reversed(trace.nodes):
        if id(node) in reached:
            operands = edges.get(id(node), [])
            multiplications += len(operands)
            reached.update(map(id, operands))
    # Of k shares that come to a node, k - 1 are added to another.
    return multiplications + (multiplications - (len(reached) - 1))


def median_seconds(call: Callable[[], Any], repeats: int) -> float:
    """The median time of some calls."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return float(np.median(times))


def peak_memory(call: Callable[[], Any]) -> int:
    """How many bytes a call needs at its peak; its result counts. What other threads do, too."""
    ours = not tracemalloc.is_tracing()
    if ours:
        tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        result = call()  # noqa: F841  (alive until the peak is read)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        if ours:
            tracemalloc.stop()
    return max(peak - before, 0)
