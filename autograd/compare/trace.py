"""One run of a function, recorded: every intermediate with its value, tangents and adjoint."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.compare.problem import Problem
from autograd.values.dual import Dual, make_dual
from autograd.values.value import Value, is_cut
from autograd.values.walk import topological_order

Array = NDArray[np.float64]

_OPERATORS = {"add", "sub", "mul", "div", "pow", "neg"}
"""The primitives that read best as operators; all others read as calls."""


@dataclass(frozen=True, slots=True)
class Row:
    """An intermediate of a run.

    Attributes:
        id: v0, v1, ... in the order of evaluation, as in the drawing of the same graph.
        name: the variable's name; empty where it has none.
        operation: how it was computed, `v0 + v1`; of an input or another variable, its name.
        value: the number.
        tangent: its derivatives by each of the inputs, which forward mode carries along.
        adjoint: the derivative of the chosen output by it, which reverse mode carries back.
    """

    id: str
    name: str
    operation: str
    value: float
    tangent: tuple[float, ...]
    adjoint: float


@dataclass(frozen=True, eq=False)
class Trace:
    """The graph that one run recorded."""

    inputs: list[Value]
    outputs: list[Value]
    places: list[str]
    """Where in f's result each output stands: `result[0]`."""
    shapes: list[tuple[int, ...] | None]
    """Of the result's leaves; None for a number."""
    nodes: list[Value]
    """All of the graph in the order of evaluation; then the inputs that nothing depends on."""

    def ids(self) -> dict[int, str]:
        """What the nodes are called: v0, v1, ... in their order; by the id of the object."""
        return {id(node): f"v{i}" for i, node in enumerate(self.nodes)}

    def adjoints(self, output: int) -> list[float]:
        """The derivative of one output by each node: one reverse sweep."""
        for node in self.nodes:
            node.grad = 0.0
        self.outputs[output].backward()
        return [node.grad for node in self.nodes]

    def tangents(self) -> list[Array]:
        """The derivatives of each node by all inputs: dual numbers through the same operations."""
        n = len(self.inputs)
        pushed: dict[int, Any] = {
            id(x): make_dual(x.data, seed, 1, 1 << i)
            for i, (x, seed) in enumerate(zip(self.inputs, np.eye(n), strict=True))
        }
        for node in self.nodes:
            if node.op is not None:
                operands = [
                    pushed.get(id(x), x.data) if isinstance(x, Value) else x for x in node.operands
                ]
                pushed[id(node)] = node.op(*operands)
        duals = [pushed.get(id(node)) for node in self.nodes]
        return [x.tangent if isinstance(x, Dual) else np.zeros(n) for x in duals]

    def rows(self, output: int) -> list[Row]:
        """Value, tangents and adjoint of every node."""
        ids = self.ids()
        columns = zip(self.nodes, self.tangents(), self.adjoints(output), strict=True)
        return [
            Row(
                ids[id(node)],
                node.name,
                operation(node, ids),
                node.data,
                tuple(map(float, tangent)),
                adjoint,
            )
            for node, tangent, adjoint in columns
        ]

    def active_edges(self) -> dict[int, list[Value]]:
        """For each operation, by id, its operands that derivatives flow along, with repeats.

        These depend on an input, and are not the unselected branch of a `where` or alike.
        """
        edges: dict[int, list[Value]] = {}
        active = {id(x) for x in self.inputs}
        for node in self.nodes:
            flows = [x for x in _uncut(node) if id(x) in active]
            if flows:
                edges[id(node)] = flows
                active.add(id(node))
        return edges


def record(problem: Problem) -> Trace:
    """Run the function once on named Values.

    The trace is a copy of what was recorded: no Value of the caller's is touched by its sweeps.
    """
    numbers = zip(problem.inputs.numbers, problem.names, strict=True)
    variables = [Value(x, name) for x, name in numbers]
    results = problem.run(variables)
    if not results.numbers:
        raise ValueError(f"{problem.name} returned no number: compare_modes() needs at least one")
    outputs = [x if isinstance(x, Value) else Value(x) for x in results.numbers]
    inputs, outputs = copy.deepcopy((variables, outputs))
    places = results.names("result")
    order = topological_order(*outputs)
    reached = set(map(id, order))
    unused = [x for x in inputs if id(x) not in reached]
    return Trace(inputs, outputs, places, results.shapes, order + unused)


def operation(node: Value, ids: Mapping[int, str]) -> str:
    """How the node was computed, its operands by their ids.

    >>> x = Value(2.0, "x")
    >>> operation(x ** -2.0, {id(x): "v0"}), operation(x.exp(), {id(x): "v0"})
    ('v0 ** (-2)', 'exp(v0)')
    """
    if node.op is None:
        return node.name or "constant"
    infix = node.op.name in _OPERATORS
    operands = [ids[id(x)] if isinstance(x, Value) else _constant(x, infix) for x in node.operands]
    if infix:
        return node.op.code.format(*operands)
    return f"{node.op.name}({', '.join(operands)})"


def _constant(x: float, infix: bool) -> str:
    return f"({x:.6g})" if infix and str(x).startswith("-") else f"{x:.6g}"


def _uncut(node: Value) -> Iterator[Value]:
    for x, partial in zip(node.parents, node.partials, strict=True):
        if not is_cut(node, partial):
            yield x
