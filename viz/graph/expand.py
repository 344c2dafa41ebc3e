"""N-ary primitives drawn as the smaller operations that they stand for.

Each is opened by one step: a dot into its products and their sum, a sum into additions of two. The
steps carry the values and adjoints that they would have had, were they nodes of their own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from autograd import TABLE, Value
from viz.graph.node import Input, Node, Operand, node_of, step


def expansion_names(expand: bool | str | Iterable[str]) -> frozenset[str]:
    """The names of the primitives to draw expanded: all that can be for True, none for False.

    Raises:
        ValueError: a name is not that of a primitive that can be expanded.
        TypeError: expand is neither a bool nor names.

    >>> sorted(expansion_names("dot"))
    ['dot']
    """
    if isinstance(expand, bool):
        return frozenset(_EXPANSIONS) if expand else frozenset()
    if not isinstance(expand, Iterable):
        raise TypeError(f"expand is True, False or names of primitives, not {expand!r}")
    names = frozenset([expand] if isinstance(expand, str) else expand)
    for name in names:
        if name not in _EXPANSIONS:
            known = ", ".join(sorted(_EXPANSIONS))
            raise ValueError(f"cannot expand {name!r}: the primitives that can be are {known}")
    return names


def expanded_node(value: Value) -> Node:
    """The node of a Value, with the steps of its primitive as operands, where it has such steps.

    A node stays whole where its steps would not lead to its value: where one of them overflows (the
    primitive computes more carefully than its steps), or a leaf was given new data since.

    >>> from autograd import dot
    >>> x, y = Value(2.0, "x"), Value(3.0, "y")
    >>> node = expanded_node(dot([x, 10.0], [y, 100.0]))
    >>> node.symbol, [product.data for product, partial in node.inputs]
    ('Σ', [6.0, 1000.0])
    """
    node = node_of(value)
    expand = _EXPANSIONS.get(value.op.name) if value.op is not None else None
    if expand is not None and len(node.inputs) > 1 and _is_up_to_date(value):
        expand(node)
    return node


def _is_up_to_date(value: Value) -> bool:
    """Whether the operands still have the data that the value was computed from."""
    assert value.op is not None
    if value.op.name == "dot":
        return True  # its partials are the factors as they were recorded
    again = value.op.fn(*map(_number, value.operands))
    return again == value.data or math.isnan(value.data)


def _number(operand: Operand) -> float:
    return operand if isinstance(operand, float) else operand.data


def _symbol(name: str) -> str:
    return TABLE[name].symbol


def _sum_of(terms: Iterable[Node]) -> list[Input]:
    return [(term, 1.0) for term in terms]


def _expand_dot(node: Node) -> None:
    half = len(node.inputs) // 2
    pairs = zip(node.inputs[:half], node.inputs[half:], strict=True)
    node.inputs = [_product(x, y, node.grad) for x, y in pairs]
    node.symbol = _symbol("sum")


def _product(x: Input, y: Input, grad: float) -> Input:
    if y == (1.0, None):  # the bias of a neuron, which goes with an input of 1
        return x
    # The partial by one factor is the other as it was recorded; its data may have changed since.
    first = _number(x[0]) if y[1] is None else y[1]
    second = _number(y[0]) if x[1] is None else x[1]
    return step(_symbol("mul"), first * second, grad, x, y), 1.0


def _expand_sum(node: Node) -> None:
    total = node.inputs[0]
    data = _number(total[0])
    for term in node.inputs[1:-1]:
        data += _number(term[0])
        total = (step(_symbol("add"), data, node.grad, total, term), 1.0)
    node.inputs = [total, node.inputs[-1]]
    node.symbol = _symbol("add")


def _expand_prod(node: Node) -> None:
    factors = [_number(x) for x, _ in node.inputs]
    # The adjoint of a partial product is that of the result times all factors still to come.
    adjoints = [node.grad]
    for factor in reversed(factors[2:]):
        adjoints.append(adjoints[-1] * factor)
    product, data = node.inputs[0], factors[0]
    for (x, partial), factor in zip(node.inputs[1:], factors[1:], strict=True):
        left = (product[0], None if product[1] is None else factor)
        right = (x, None if partial is None else data)
        data *= factor
        last = step(_symbol("mul"), data, adjoints.pop(), left, right)
        product = (last, factor)
    node.inputs, node.symbol = last.inputs, last.symbol


def _expand_mean(node: Node) -> None:
    count = float(len(node.inputs))
    total = step(_symbol("sum"), node.data * count, node.grad / count, *_with(node.inputs, 1.0))
    node.inputs, node.symbol = [(total, 1.0 / count), (count, None)], _symbol("div")


def _with(inputs: Iterable[Input], partial: float) -> list[Input]:
    """The same operands, each with this partial unless it is a constant."""
    return [(x, None if old is None else partial) for x, old in inputs]


def _expand_norm(node: Node) -> None:
    squares = [_number(x) ** 2 if abs(_number(x)) < 1e154 else math.inf for x, _ in node.inputs]
    total = math.fsum(squares) if math.inf not in squares else math.inf
    if not 0.0 < total < math.inf:
        return
    slope = 0.5 / node.data
    grad = node.grad * slope
    steps = [
        step(_symbol("square"), data, grad, (x, None if partial is None else 2.0 * _number(x)))
        for data, (x, partial) in zip(squares, node.inputs, strict=True)
    ]
    node.inputs = [(step(_symbol("sum"), total, grad, *_sum_of(steps)), slope)]
    node.symbol = _symbol("sqrt")


def _expand_logsumexp(node: Node) -> None:
    powers = [TABLE["exp"].fn(_number(x)) for x, _ in node.inputs]
    total = math.fsum(powers) if math.inf not in powers else math.inf
    if not 0.0 < total < math.inf:
        return
    grad = node.grad / total
    steps = [
        step(_symbol("exp"), data, grad, (x, None if partial is None else data))
        for data, (x, partial) in zip(powers, node.inputs, strict=True)
    ]
    node.inputs = [(step(_symbol("sum"), total, grad, *_sum_of(steps)), 1.0 / total)]
    node.symbol = _symbol("log")


_EXPANSIONS: dict[str, Callable[[Node], None]] = {
    "dot": _expand_dot,
    "logsumexp": _expand_logsumexp,
    "mean": _expand_mean,
    "norm": _expand_norm,
    "prod": _expand_prod,
    "sum": _expand_sum,
}
