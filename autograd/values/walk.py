"""Walks over the recorded graph that need no recursion: order, copies, pickles."""

import threading
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Any, cast

from autograd.values.value import Value, rebuild


def topological_order(*roots: Value) -> list[Value]:
    """Every Value that the roots depend on, themselves included, each after its operands.

    The order is that of evaluation from left to right: depth first, operands in their order.

    Raises:
        TypeError: a root is not a Value.

    >>> x, y = Value(2.0, "x"), Value(3.0, "y")
    >>> [v.name or v.op.symbol for v in topological_order(x * y + x)]
    ['x', 'y', '×', '+']
    """
    wrong = [x for x in cast(tuple[object, ...], roots) if not isinstance(x, Value)]
    if wrong:
        raise TypeError(
            f"topological_order() takes Values, not {wrong[0]!r} of type {type(wrong[0]).__name__}"
        )
    return _order_beyond((), roots)


def _order_beyond(known: Container[int], roots: Sequence[Value]) -> list[Value]:
    """The topological order of what is not known, by id, together with all it depends on."""
    order: list[Value] = []
    done: set[int] = set()
    opened: set[int] = set()
    stack = [x for x in reversed(roots) if id(x) not in known]
    while stack:
        node = stack[-1]
        key = id(node)
        if key in opened or node.op is None:
            stack.pop()
            if key not in done:
                done.add(key)
                order.append(node)
        else:
            opened.add(key)
            stack.extend(
                p for p in reversed(node.parents) if id(p) not in opened and id(p) not in known
            )
    return order


def deepcopy_graph(root: Value, memo: dict[int, Any]) -> Value:
    """`copy.deepcopy` of a Value: its whole graph, nodes shared as in the original."""
    for node in _order_beyond(memo, [root]):
        operands = tuple(memo[id(x)] if isinstance(x, Value) else x for x in node.operands)
        memo[id(node)] = rebuild(node.op, node.data, node.grad, node.name, operands, node.partials)
    copied: Value = memo[id(root)]
    return copied


class _Pickling(threading.local):
    """Whether this thread is pickling a graph node by node, operands first."""

    in_order = False


_PICKLING = _Pickling()


class InOrder:
    """Nodes that pickle as a list, each after its operands, so that pickle never has to recurse."""

    def __init__(self, nodes: list[Value]) -> None:
        self.nodes = nodes

    def __iter__(self) -> Iterator[Value]:
        _PICKLING.in_order = True
        try:
            yield from self.nodes
        finally:
            _PICKLING.in_order = False

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (), None, iter(self)


def reduce_node(node: Value) -> tuple[Any, ...]:
    """What `pickle` stores of a Value: its parts, after all nodes that it depends on."""
    parts = (node.op, node.data, node.grad, node.name, node.operands, node.partials)
    if node.op is None or _PICKLING.in_order:
        return rebuild, parts
    ancestors = topological_order(node)[:-1]
    return _rebuild_last, (InOrder(ancestors), *parts)


def _rebuild_last(ancestors: Iterable[Value], *parts: Any) -> Value:
    """The node from its parts; its ancestors came first only to be there for them."""
    return rebuild(*parts)
