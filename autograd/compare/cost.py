"""What a mode costs: sweeps, operations, time, memory."""

from __future__ import annotations

import timeit
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.compare.rows import active_edges
from autograd.transforms.differentiate import jacfwd, jacrev
from autograd.transforms.recording import Call, Recording


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


def measured(run: Recording, repeats: int) -> tuple[ModeCost, ModeCost, Any, Any]:
    """Return the costs of forward and of reverse mode, and the Jacobian by each."""
    forward, reverse = jacobians(run.call)
    counts = operations(run)
    n, m = len(run.variables), len(run.outputs.numbers)

    def cost(mode: str, sweeps: int, width: int, count: int, call: Callable[[], Any]) -> ModeCost:
        seconds = median_seconds(call, repeats)
        return ModeCost(mode, sweeps, width, count, seconds, peak_memory(call))

    costs = cost("forward", 1, n, counts[0], forward), cost("reverse", m, 1, counts[1], reverse)
    return *costs, forward(), reverse()


def jacobians(call: Call) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """Return calls for the Jacobian by all arguments: in forward mode, in reverse mode."""
    forward, reverse = jacfwd(call.function, call.argnums), jacrev(call.function, call.argnums)
    args = call.inputs.unflatten(call.inputs.numbers)  # in float64, so that nothing is rounded
    return lambda: forward(*args), lambda: reverse(*args)


def operations(run: Recording) -> tuple[int, int]:
    """Return how many operations the Jacobian takes: in forward mode, in reverse mode.

    Each of these counts as one: the application of a primitive, which gives its value and its local
    partial derivatives; the multiplication of a partial by a tangent or an adjoint; the addition of
    two such products. Forward mode does the latter two for every input, reverse mode for every
    output that the operation leads to. Operands that depend on no input, and unselected ones, take
    no part.

    x**2 * y has two applications; a tangent takes 1 and 3 operations more, an adjoint 1 and 2:

    >>> from autograd.compare.rows import call_of, record
    >>> operations(record(call_of(lambda x, y: x**2 * y, (2.0, 3.0))))
    (10, 5)
    """
    applications = sum(node.op is not None for node in run.nodes)
    edges = active_edges(run)
    per_tangent = sum(2 * len(operands) - 1 for operands in edges.values())
    sweeps = sum(_sweep_operations(run, edges, id(out)) for out in run.outputs.numbers)
    return applications + len(run.variables) * per_tangent, applications + sweeps


def _sweep_operations(run: Recording, edges: dict[int, list[Any]], output: int) -> int:
    """The multiplications and additions of one reverse sweep."""
    reached = {output}
    multiplications = 0
    for node in reversed(run.nodes):
        if id(node) in reached:
            operands = edges.get(id(node), [])
            multiplications += len(operands)
            reached.update(map(id, operands))
    # Of k shares that come to a node, k - 1 are added to another.
    return multiplications + (multiplications - (len(reached) - 1))


def median_seconds(call: Callable[[], Any], repeats: int) -> float:
    """Return the median time of some calls."""
    return float(np.median(timeit.repeat(call, number=1, repeat=repeats)))


def peak_memory(call: Callable[[], Any]) -> int:
    """Return how many bytes a call needs at its peak, its result included.

    What other threads do meanwhile is counted too.
    """
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
