"""Which part of a graph is drawn: all of it, or the nodes nearest the roots."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autograd import Value
from viz.graph.expand import expanded_node
from viz.graph.node import Kind, Node, Operand, constant, node_of


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

    @property
    def left_out(self) -> int:
        """The number of nodes that are not drawn."""
        return sum(stub.count for stub in self.stubs)


def select(roots: Sequence[Value], max_nodes: int | None, expand: frozenset[str]) -> Selection:
    """The nodes that the roots depend on, breadth first from the roots, max_nodes at most.

    Every node has its id: v0, v1, ... in evaluation order for values, c0, c1, ... for constants.

    >>> x, y = Value(2.0, "x"), Value(3.0, "y")
    >>> selection = select([x * y + 1.0], None, frozenset())
    >>> [(node.id, node.data) for node in selection.nodes]
    [('v0', 2.0), ('v1', 3.0), ('v2', 6.0), ('c0', 1.0), ('v3', 7.0)]
    """
    search = _Search(max_nodes, expand)
    drawn_roots, hidden_roots = search.run(roots)
    nodes = _evaluation_order(drawn_roots)
    _number(nodes)
    return Selection(nodes, search.stubs(nodes, hidden_roots))


class _Search:
    """Breadth-first search that admits nodes to the drawing while there is room."""

    def __init__(self, max_nodes: int | None, expand: frozenset[str]) -> None:
        self.max_nodes = max_nodes
        self.expand = expand
        self.count = 0
        self.by_value: dict[int, Node] = {}
        self.queue: deque[Node] = deque()

    def run(self, roots: Iterable[Value]) -> tuple[list[Node], list[Operand]]:
        """Select; return the roots that are drawn and those for which there was no room."""
        drawn: list[Node] = []
        hidden: list[Operand] = []
        for root in roots:
            known = id(root) in self.by_value
            node = self.admit(root)
            if node is None:
                hidden.append(root)
            elif not known:
                node.is_root = True
                drawn.append(node)
        while self.queue:
            self.admit_operands(self.queue.popleft())
        return drawn, hidden

    def admit_operands(self, node: Node) -> None:
        for operand, partial in node.inputs:
            admitted = self.admit(operand)
            if admitted is None:
                node.hidden.append(operand)
            else:
                node.drawn.append((admitted, partial))

    def admit(self, operand: Operand) -> Node | None:
        """The node to draw for the operand, or None when there is no room for a new one."""
        known = self.by_value.get(id(operand))
        if known is not None or self.count == self.max_nodes:
            return known
        self.count += 1
        node = self.node_for(operand)
        self.queue.append(node)
        return node

    def node_for(self, operand: Operand) -> Node:
        if isinstance(operand, Node):
            return operand
        if not isinstance(operand, Value):
            return constant(operand)
        opened = operand.op is not None and operand.op.name in self.expand
        node = expanded_node(operand) if opened else node_of(operand)
        self.by_value[id(operand)] = node
        return node

    def stubs(self, nodes: Iterable[Node], hidden_roots: Sequence[Operand]) -> list[Stub]:
        seen = set(self.by_value)
        stubs = [Stub(None, _count(hidden_roots, seen))] if hidden_roots else []
        stubs += [Stub(node, _count(node.hidden, seen)) for node in nodes if node.hidden]
        return stubs


def _count(hidden: Iterable[Operand], seen: set[int]) -> int:
    """How many nodes these operands and all they depend on are, without those already seen."""
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


def _evaluation_order(roots: Iterable[Node]) -> list[Node]:
    """The drawn nodes, each after its operands: depth first, operands from left to right."""
    order: list[Node] = []
    opened: set[int] = set()
    done: set[int] = set()
    stack = list(roots)[::-1]
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
    return order


def _number(nodes: Iterable[Node]) -> None:
    values = constants = 0
    for node in nodes:
        if node.kind is Kind.CONSTANT:
            node.id = f"c{constants}"
            constants += 1
        else:
            node.id = f"v{values}"
            values += 1
