"""Which part of a graph is drawn: all of it, or the nodes nearest the roots."""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from autograd import Value
from viz.graph.expand import expanded_node
from viz.graph.node import Drawn, Kind, Node, node_of

SOME = 24
"""How many operands of a root are drawn where there is no room for all."""


@dataclass(frozen=True)
class Stub:
    """Where the drawing is cut: a node with operands that are not drawn, or the list of roots.

    `count` is the number of nodes left out here. A node that several cuts leave out counts at the
    first of them, so the counts add up.
    """

    consumer: Node | None
    count: int


@dataclass(frozen=True)
class Selection:
    """The nodes to draw in evaluation order, and the places where others are left out."""

    nodes: list[Node]
    stubs: list[Stub]


def select(roots: Sequence[Value], max_nodes: int | None, expand: frozenset[str]) -> Selection:
    """Select what the roots depend on, breadth first from the roots, max_nodes nodes at most.

    Every node has its id: v0, v1, ... in evaluation order for values, c0, c1, ... for constants.

    >>> x, y = Value(2.0, "x"), Value(3.0, "y")
    >>> selection = select([x * y + 1.0], None, frozenset())
    >>> [(node.id, node.data) for node in selection.nodes]
    [('v0', 2.0), ('v1', 3.0), ('v2', 6.0), ('c0', 1.0), ('v3', 7.0)]
    """
    top = Node(Kind.INTERIOR, 0.0, inputs=[(root, None) for root in roots])
    seen = _admit(top, max_nodes, expand)
    nodes = _evaluation_order(top)
    _number(nodes)
    stubs = [Stub(None, _count(top.hidden, seen))] if top.hidden else []
    stubs += [Stub(node, _count(node.hidden, seen)) for node in nodes if node.hidden]
    return Selection(nodes, stubs)


def _admit(top: Node, max_nodes: int | None, expand: frozenset[str]) -> set[int]:
    """Draw operands, breadth first, while there is room; return the ids of the Values drawn.

    A node has all of its operands or none, except that some of a root's are drawn in any case.
    """
    by_value: dict[int, Node] = {}
    room = math.inf if max_nodes is None else max_nodes
    queue = deque([top])
    while queue:
        consumer = queue.popleft()
        whole = _count_new(consumer, by_value) <= room
        share = room if whole or consumer is top else min(room, SOME)
        for operand, partial in consumer.inputs:
            node = by_value.get(id(operand))
            if not (whole or consumer is top or consumer.is_root) or (node is None and not share):
                consumer.hidden.append(operand)
                continue
            if node is None:
                share -= 1
                room -= 1
                node = _node_for(operand, expand)
                node.is_root = consumer is top
                queue.append(node)
                if isinstance(operand, Value):
                    by_value[id(operand)] = node
            consumer.drawn.append((node, partial))
    return set(by_value)


def _count_new(consumer: Node, by_value: Mapping[int, Node]) -> int:
    """Count the operands that are not drawn yet."""
    values = {id(x) for x, _ in consumer.inputs if isinstance(x, Value)}
    others = sum(not isinstance(x, Value) for x, _ in consumer.inputs)
    return len(values - by_value.keys()) + others


def _node_for(operand: Drawn, expand: frozenset[str]) -> Node:
    if isinstance(operand, Node):
        return operand
    if not isinstance(operand, Value):
        return Node(Kind.CONSTANT, operand)
    opened = operand.op is not None and operand.op.name in expand
    return expanded_node(operand) if opened else node_of(operand)


def _count(hidden: Iterable[Drawn], seen: set[int]) -> int:
    """Count these operands and all that they depend on, without those already seen."""
    count = 0
    stack = list(hidden)
    while stack:
        operand = stack.pop()
        if isinstance(operand, Value):
            if id(operand) in seen:
                continue
            seen.add(id(operand))
            stack.extend(operand.operands)
        elif isinstance(operand, Node):
            stack.extend(x for x, _ in operand.inputs)
        count += 1
    return count


def _evaluation_order(top: Node) -> list[Node]:
    """Return the nodes drawn below the top, each after its operands, which go left to right."""
    order: list[Node] = []
    opened: set[int] = set()
    done: set[int] = set()
    stack = [top]
    while stack:
        node = stack[-1]
        if id(node) not in opened:
            opened.add(id(node))
            stack.extend(x for x, _ in reversed(node.drawn) if id(x) not in opened)
        else:
            stack.pop()
            if id(node) not in done:
                done.add(id(node))
                order.append(node)
    return order[:-1]


def _number(nodes: Iterable[Node]) -> None:
    counts = Counter[str]()
    for node in nodes:
        letter = "c" if node.kind is Kind.CONSTANT else "v"
        node.id = f"{letter}{counts[letter]}"
        counts[letter] += 1
