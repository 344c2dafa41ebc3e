"""N-ary primitives drawn as the smaller operations that they stand for.

Each is opened by one step: a dot into its products and their sum, a sum into additions of two. The
steps are recorded on stand-ins for the operands, so that they carry the values, partials and
adjoints that they would have had, were they nodes of the graph.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from typing import Any

import autograd
from autograd import Value, topological_order
from autograd.text.names import unknown
from viz.graph.node import Drawn, Input, Node, node_of

Terms = Sequence[Any]


def expansion_names(expand: bool | str | Iterable[str]) -> frozenset[str]:
    """Return the names of the primitives to draw expanded: all for True, none for False.

    Raises:
        ValueError: a name is not that of a primitive that can be expanded.
        TypeError: expand is neither a bool nor names.

    >>> sorted(expansion_names("dot"))
    ['dot']
    """
    if isinstance(expand, bool):
        return frozenset(_STEPS if expand else ())
    if not isinstance(expand, Iterable):
        raise TypeError(f"expand is True, False or names of primitives, not {expand!r}")
    names = frozenset([expand] if isinstance(expand, str) else expand)
    for name in names:
        if name not in _STEPS:
            raise unknown(_STEPS, name, "primitive to expand")
    return names


def expanded_node(value: Value) -> Node:
    """Return the node of a Value, with the steps of its primitive as operands if it has steps.

    A node stays whole where its steps would not lead to its value: where one of them overflows (the
    primitive computes more carefully than its steps), or a leaf was given new data since.

    >>> from autograd import dot
    >>> x, y = Value(2.0, "x"), Value(3.0, "y")
    >>> node = expanded_node(dot([x, 10.0], [y, 100.0]))
    >>> node.symbol, [product.data for product, partial in node.inputs]
    ('Σ', [6.0, 1000.0])
    """
    node = node_of(value)
    steps = None if value.op is None else _STEPS.get(value.op.name)
    if steps is None or len(node.inputs) < 2 or not _is_up_to_date(value):
        return node
    stand_ins = _stand_ins(value, node.inputs)
    operands = {id(x): operand for x, (operand, _) in zip(stand_ins, node.inputs, strict=True)}
    try:
        result = steps(stand_ins)
        result.backward(node.grad)
    except FloatingPointError:  # `detect_anomaly` watches, and a step overflows
        return node
    for step in topological_order(result):
        if id(step) in operands:
            continue
        if math.isfinite(node.data) and not all(map(math.isfinite, (step.data, *step.partials))):
            return node
        operands[id(step)] = drawn = node_of(step)
        inputs = [(operands.get(id(x), x), partial) for x, partial in drawn.inputs]
        drawn.inputs = [(x, None if isinstance(x, float) else partial) for x, partial in inputs]
    node.inputs, node.symbol = drawn.inputs, drawn.symbol
    return node


def _is_up_to_date(value: Value) -> bool:
    """Whether the operands still have the data that the value was computed from."""
    assert value.op is not None
    if value.op.name == "dot":
        return True  # its partials are the factors as they were recorded
    again = value.op.fn(*map(_number, value.operands))
    return again == value.data or math.isnan(value.data)


def _stand_ins(value: Value, inputs: Sequence[Input]) -> list[Any]:
    """Return Values for the steps to be recorded on, one for each operand.

    Those of a dot have the data as of the recording, since the partial by one factor is the other;
    a factor 1, which goes with the bias of a neuron, stays the constant that it is.
    """
    assert value.op is not None
    if value.op.name != "dot":
        return [Value(_number(x)) for x, _ in inputs]
    half = len(inputs) // 2
    others = [*inputs[half:], *inputs[:half]]
    return [
        x if (x, partial) == (1.0, None) else Value(_number(x) if factor is None else factor)
        for (x, partial), (_, factor) in zip(inputs, others, strict=True)
    ]


def _number(operand: Drawn) -> float:
    return operand if isinstance(operand, float) else operand.data


def _products(factors: Terms) -> list[Any]:
    half = len(factors) // 2
    pairs = zip(factors[:half], factors[half:], strict=True)
    return [x if isinstance(y, float) else x * y for x, y in pairs]


_STEPS: Mapping[str, Callable[[Terms], Value]] = {
    "dot": lambda xs: autograd.sum(_products(xs)),
    "logsumexp": lambda xs: autograd.log(autograd.sum([autograd.exp(x) for x in xs])),
    "mean": lambda xs: autograd.sum(xs) / len(xs),
    "norm": lambda xs: autograd.sqrt(autograd.sum([autograd.square(x) for x in xs])),
    "prod": lambda xs: reduce(operator.mul, xs),
    "sum": lambda xs: reduce(operator.add, xs),
}
"""How each primitive that can be expanded is written with smaller ones."""
