"""Reverse mode that is itself recorded, so that its results can be differentiated again."""

from collections.abc import Container, Iterator, Sequence
from typing import Any

from autograd.rules.primitive import Primitive
from autograd.values.dual import is_zero
from autograd.values.value import Value, is_cut
from autograd.values.walk import topological_order


def adjoints(output: Value, inputs: Sequence[Value], seed: Any = 1.0) -> list[Any]:
    """The derivatives of output by each of the inputs, as Values where they depend on any.

    The rules of the primitives are applied to the recorded Values, so the results are nodes of the
    same graph. No `grad` is touched. Leaves must still hold the data of the recording.

    Args:
        output: what is differentiated.
        inputs: Values that it may depend on, leaves or not.
        seed: the adjoint of the output: a number or a Value.

    Raises:
        TypeError: output or an input is not a Value.

    >>> x = Value(2.0)
    >>> (dy,) = adjoints(x**3, [x])
    >>> (d2y,) = adjoints(dy, [x])
    >>> dy.data, d2y.data
    (12.0, 12.0)
    """
    if isinstance(inputs, Value):
        raise TypeError("the inputs of adjoints() are a list of Values: write [x]")
    for what, value in [("output", output), *(("input", x) for x in inputs)]:
        if not isinstance(value, Value):
            raise TypeError(
                f"the {what} of adjoints() must be a Value, not {value!r} of type "
                f"{type(value).__name__}: was it computed from a Value?"
            )
    order = topological_order(output)
    reaching = {id(x) for x in inputs}  # the nodes through which an adjoint reaches an input
    for node in order:
        if any(id(p) in reaching for p in node.parents):
            reaching.add(id(node))
    ends = {id(x) for x in inputs}
    sums: dict[int, Any] = {id(output): seed}
    for node in reversed(order):
        key = id(node)
        adjoint = sums.get(key) if key in ends else sums.pop(key, None)
        if adjoint is not None and node.op is not None:
            _pass_on(node, node.op, adjoint, reaching, sums)
    return [sums.get(id(x), 0.0) for x in inputs]


def without(results: Sequence[Any], leaves: Sequence[Value]) -> list[Any]:
    """The results with these leaves taken for the numbers that they hold.

    What depends on nothing else becomes a float. What depends on further Values is recorded anew
    as a function of those alone.

    >>> x, w = Value(3.0), Value(5.0, "w")
    >>> square, product = without([x * x, w * x], [x])
    >>> square, product, product.operands
    (9.0, Value(15.0), (Value(5.0, name='w'), 3.0))
    """
    new: dict[int, Any] = {id(x): x.data for x in leaves}
    for node in topological_order(*[x for x in results if isinstance(x, Value)]):
        if id(node) in new:
            continue
        if node.op is None or all(new[id(x)] is x for x in node.parents):
            new[id(node)] = node
        else:
            operands = [new[id(x)] if isinstance(x, Value) else x for x in node.operands]
            new[id(node)] = node.op(*operands)
    return [new[id(x)] if isinstance(x, Value) else x for x in results]


def _pass_on(
    node: Value, op: Primitive, adjoint: Any, reaching: set[int], sums: dict[int, Any]
) -> None:
    """Add the node's share to the adjoints of those operands that matter."""
    for operand, partial in _slopes(node, op, reaching):
        key = id(operand)
        share = adjoint if isinstance(partial, float) and partial == 1.0 else partial * adjoint
        sums[key] = sums[key] + share if key in sums else share


def _slopes(node: Value, op: Primitive, among: Container[int]) -> Iterator[tuple[Any, Any]]:
    """The node's operands that are among these, by id, with the differentiable partial by each."""
    operands = node.operands
    recorded = iter(node.partials)
    wanted = [
        i
        for i, x in enumerate(operands)
        if isinstance(x, Value) and not is_cut(node, next(recorded)) and id(x) in among
    ]
    partials = op.differentiable_partials(node, operands, wanted)
    return zip([operands[i] for i in wanted], partials, strict=True)


def tangents(outputs: Sequence[Any], inputs: Sequence[Value], seeds: Sequence[Any]) -> list[Any]:
    """Push tangents of the inputs through a recorded graph to its outputs: forward mode replayed.

    The counterpart of `adjoints`: one pass, operands first. Outputs that are plain numbers, or do
    not depend on any input, have the tangent 0.

    >>> x, y = Value(2.0), Value(3.0)
    >>> tangents([x * y, y], [x, y], [1.0, 0.0])
    [Value(3.0), 0.0]
    """
    pushed = {id(x): seed for x, seed in zip(inputs, seeds, strict=True) if not is_zero(seed)}
    for node in topological_order(*[x for x in outputs if isinstance(x, Value)]):
        if node.op is None or id(node) in pushed:
            continue
        for operand, partial in _slopes(node, node.op, pushed):
            share = partial * pushed[id(operand)]
            pushed[id(node)] = pushed[id(node)] + share if id(node) in pushed else share
    return [pushed.get(id(x), 0.0) for x in outputs]
