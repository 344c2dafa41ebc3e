"""One run of a function, recorded: every intermediate with its value, tangents and adjoint."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.transforms.recording import (
    Call,
    Function,
    Recording,
    call_at,
    check_function,
    name_of,
)
from autograd.values.dual import Dual, make_dual
from autograd.values.value import Value, is_cut

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


def call_of(f: Function, args: tuple[Any, ...], taker: str = "compare_modes") -> Call:
    """Return the function at these arguments, its inputs named by its parameters.

    Messages speak in the name of the taker.

    Raises:
        TypeError: f is no function, does not take these arguments, or one is not made of real
            numbers.
        ValueError: there is no number among the arguments.

    >>> call_of(lambda x, w: x * w[0], (2.0, [3.0, 4.0])).inputs.names
    ['x', 'w[0]', 'w[1]']
    """
    check_function(f, taker)
    call = call_at(f, args, roots=_argument_names(f, args), plain_only=True)
    if not call.inputs.numbers:
        raise ValueError(
            f"{taker}() has nothing to differentiate {call.name} by, as its arguments hold no "
            f"number: pass them after the function, {taker}(f, 1.0, 2.0)"
        )
    return call


def _argument_names(f: Function, args: tuple[Any, ...]) -> list[str]:
    """A name for each argument: that of f's parameter."""
    try:
        signature = inspect.signature(f)
    except (TypeError, ValueError):  # some functions written in C have none
        return [f"x{i}" for i in range(len(args))]
    try:
        bound = signature.bind(*args)
    except TypeError as error:
        raise TypeError(
            f"{name_of(f)} cannot be called with {len(args)} arguments: {error}"
        ) from None
    names: list[str] = []
    for parameter, value in bound.arguments.items():
        many = signature.parameters[parameter].kind is inspect.Parameter.VAR_POSITIONAL
        names += [f"{parameter}[{i}]" for i in range(len(value))] if many else [parameter]
    return names


def record(call: Call) -> Recording:
    """Run the function once on named Values.

    What is returned is a copy of what was recorded: no Value of the caller's is touched by sweeps.
    """
    run = call.record(named=True)
    if not run.outputs.numbers:
        raise ValueError(f"{call.name} returned no number: compare_modes() needs at least one")
    outputs = [x if isinstance(x, Value) else Value(x) for x in run.outputs.numbers]
    variables, outputs = copy.deepcopy((run.variables, outputs))
    return Recording(call, variables, run.outputs.unflatten(outputs))


def rows_of(run: Recording, output: int) -> list[Row]:
    """Return value, tangents and adjoint of every node, the latter of one output."""
    for node in run.nodes:
        node.grad = 0.0
    run.outputs.numbers[output].backward()
    return [
        Row(
            run.ids[id(node)],
            node.name,
            operation(node, run.ids),
            node.data,
            tuple(map(float, tangent)),
            node.grad,
        )
        for node, tangent in zip(run.nodes, _tangents(run), strict=True)
    ]


def _tangents(run: Recording) -> list[Array]:
    """The derivatives of each node by all inputs: dual numbers through the same operations."""
    n = len(run.variables)
    pushed: dict[int, Any] = {
        id(x): make_dual(x.data, seed, 1, 1 << i)
        for i, (x, seed) in enumerate(zip(run.variables, np.eye(n), strict=True))
    }
    for node in run.nodes:
        if node.op is not None:
            operands = [
                pushed.get(id(x), x.data) if isinstance(x, Value) else x for x in node.operands
            ]
            pushed[id(node)] = node.op(*operands)
    duals = [pushed.get(id(node)) for node in run.nodes]
    return [x.tangent if isinstance(x, Dual) else np.zeros(n) for x in duals]


def active_edges(run: Recording) -> dict[int, list[Value]]:
    """Return, for each operation by id, its operands that derivatives flow along, with repeats.

    These depend on an input, and are not the unselected branch of a `where` or alike.
    """
    edges: dict[int, list[Value]] = {}
    active = set(map(id, run.variables))
    for node in run.nodes:
        flows = [x for x, p in node.edges if id(x) in active and not is_cut(node, p)]
        if flows:
            edges[id(node)] = flows
            active.add(id(node))
    return edges


def operation(node: Value, ids: Mapping[int, str]) -> str:
    """Return how the node was computed, its operands by their ids.

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
