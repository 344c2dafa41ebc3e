"""Derivatives that are themselves recorded, so that they can be differentiated again."""

from collections.abc import Container, Iterator, Sequence
from typing import Any

from autograd.rules import table
from autograd.rules.operand import Operand, as_scalar, is_zero
from autograd.rules.primitive import Primitive
from autograd.values.replay import (
    is_replayed,
    is_unselected,
    product,
    recorded_partials,
    times,
)
from autograd.values.value import Value
from autograd.values.walk import reverse_sweep, topological_order


def adjoints(output: Value, inputs: Sequence[Value], seed: Any = 1.0) -> list[Any]:
    """Return the derivatives of output by each of the inputs, as Values.

    The rules of the primitives are applied to the recorded Values, so the results are nodes of the
    same graph; a derivative that depends on nothing is a leaf, so that it can be differentiated
    again all the same. No `grad` is touched. Leaves must still hold the data of the recording.
    Inside `Replay` the results hold for all other finite data of the leaves, too, where no sum or
    product overflows.

    Args:
        output: what is differentiated.
        inputs: Values that it may depend on, leaves or not.
        seed: the adjoint of the output: a number or a Value (of a Dual, the results are Duals).

    Raises:
        TypeError: output or an input is not a Value, or the seed is no number.

    >>> x = Value(2.0)
    >>> (dy,) = adjoints(x**3, [x])
    >>> (d2y,) = adjoints(dy, [x])
    >>> dy.data, d2y.data
    (12.0, 12.0)
    >>> adjoints(3.0 * x, [x])
    [Value(3.0)]
    """
    if isinstance(inputs, Value):
        raise TypeError("the inputs of adjoints() are a list of Values: write [x]")
    for what, value in [("output", output), *(("input", x) for x in inputs)]:
        if not isinstance(value, Value):
            raise TypeError(
                f"the {what} of adjoints() must be a Value, not {value!r} of type "
                f"{type(value).__name__}: was it computed from a Value?"
            )
    found = cotangents(output, inputs, as_scalar(seed, "the seed of adjoints()"))
    return [x if isinstance(x, Operand) else Value(x) for x in found]


def cotangents(output: Value, inputs: Sequence[Value], seed: Any = 1.0) -> list[Any]:
    """Return the adjoints of the inputs, as plain floats where they depend on no Value."""
    order = topological_order(output)
    ends = {id(x) for x in inputs}
    sweep = _Sweep(order, ends)
    steps = reverse_sweep(order, {id(output): (1.0, seed, None)}, sweep.total, sweep.shares)
    found = {id(node): adjoint for node, (adjoint, _) in steps if id(node) in ends}
    return [found.get(id(x), 0.0) for x in inputs]


_Share = tuple[Any, Any, Any]
"""A partial, the adjoint to multiply by it, and the condition on which anything flows."""


class _Sweep:
    """One recorded reverse sweep.

    For replay every adjoint comes with a condition, a Value that is 0 where the node is in an
    unselected branch. There its partials may be infinite, and 0 times infinity is not 0. What lies
    above nothing but tame primitives needs no condition, nor what is always selected (None).
    """

    def __init__(self, order: Sequence[Value], ends: set[int]) -> None:
        self.reaching = set(ends)
        """The nodes through which an adjoint reaches an input."""
        self.wild: set[int] = set()
        """For replay, the nodes at or above a primitive that is not tame."""
        replayed = is_replayed()
        for node in order:
            if node.op is None:
                continue
            parents = [id(p) for p in node.parents]
            if not self.reaching.isdisjoint(parents):
                self.reaching.add(id(node))
            if replayed and not (node.op.is_tame and self.wild.isdisjoint(parents)):
                self.wild.add(id(node))

    def total(self, shares: list[_Share]) -> tuple[Any, Any]:
        """Return the adjoint of a node from its shares, as a single node, and its condition."""
        conditions = {id(condition): condition for _, _, condition in shares}
        condition = None
        if id(None) not in conditions:
            condition = _sum_of(list(conditions.values()))
        if len(shares) == 1:
            return times(*shares[0][:2]), condition
        partials = [partial for partial, _, _ in shares]
        adjoints = [adjoint for _, adjoint, _ in shares]
        if all(map(_is_one, partials)):
            return _sum_of(adjoints), condition
        return table.dot(*partials, *adjoints), condition

    def shares(self, node: Value, arrived: tuple[Any, Any]) -> Iterator[tuple[Value, _Share]]:
        """List the operands that matter, each with its share."""
        adjoint, condition = arrived
        op = node.op
        if op is None:
            return
        for operand, partial in _active_edges(node, op, self.reaching):
            onward = self._condition(op, operand, partial, condition)
            if op.selects:
                yield operand, (1.0, product(op, partial, adjoint), onward)
            elif condition is None:
                yield operand, (partial, adjoint, onward)
            else:
                yield operand, (1.0, table.where(condition, partial * adjoint, 0.0), onward)

    def _condition(self, op: Primitive, operand: Value, partial: Any, condition: Any) -> Any:
        """Return the condition of an operand: that of the node, and that it is selected."""
        if id(operand) not in self.wild:
            return None
        if not op.selects or not isinstance(partial, Value):
            return condition
        return partial if condition is None else table.where(condition, partial, 0.0)


def _is_one(x: Any) -> bool:
    return type(x) is float and x == 1.0


def _sum_of(terms: list[Any]) -> Any:
    return terms[0] if len(terms) == 1 else table.sum(*terms)


def without(
    results: Sequence[Any], leaves: Sequence[Value], numbers: Sequence[Any] | None = None
) -> list[Any]:
    """Return the results with numbers in place of these leaves, by default those that they hold.

    What depends on nothing else becomes a float. What depends on further Values is recorded anew
    as a function of those alone.

    >>> x, w = Value(3.0), Value(5.0, "w")
    >>> square, product = without([x * x, w * x], [x])
    >>> square, product, product.operands
    (9.0, Value(15.0), (Value(5.0, name='w'), 3.0))
    """
    if numbers is None:
        numbers = [x.data for x in leaves]
    new: dict[int, Any] = {id(x): number for x, number in zip(leaves, numbers, strict=True)}
    for node in topological_order(*[x for x in results if isinstance(x, Value)]):
        if id(node) in new:
            continue
        if node.op is None or all(new[id(x)] is x for x in node.parents):
            new[id(node)] = node
        else:
            operands = [new[id(x)] if isinstance(x, Value) else x for x in node.operands]
            new[id(node)] = node.op(*operands)
    return [new[id(x)] if isinstance(x, Value) else x for x in results]


def _active_edges(node: Value, op: Primitive, among: Container[int]) -> Iterator[tuple[Any, Any]]:
    """List the node's operands that are among these, by id, with the recorded partial by each."""
    operands = node.operands
    wanted = [i for i, x in enumerate(operands) if isinstance(x, Value) and id(x) in among]
    partials = recorded_partials(op, node, operands, wanted)
    for i, partial in zip(wanted, partials, strict=True):
        if not is_unselected(op, partial):
            yield operands[i], partial


def tangents(outputs: Sequence[Any], inputs: Sequence[Value], seeds: Sequence[Any]) -> list[Any]:
    """Push tangents of the inputs through a recorded graph to its outputs: forward mode replayed.

    The counterpart of `cotangents`: one pass, operands first. Outputs that are plain numbers, or do
    not depend on any input, have the tangent 0.

    >>> x, y = Value(2.0), Value(3.0)
    >>> tangents([x * y, y], [x, y], [1.0, 0.0])
    [Value(3.0), 0.0]
    """
    pushed = {id(x): seed for x, seed in zip(inputs, seeds, strict=True) if not is_zero(seed)}
    for node in topological_order(*[x for x in outputs if isinstance(x, Value)]):
        if node.op is None or id(node) in pushed:
            continue
        for operand, partial in _active_edges(node, node.op, pushed):
            share = product(node.op, partial, pushed[id(operand)])
            pushed[id(node)] = pushed[id(node)] + share if id(node) in pushed else share
    return [pushed.get(id(x), 0.0) for x in outputs]
