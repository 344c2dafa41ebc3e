"""How far apart in a drawing the two ends of an edge are."""

from __future__ import annotations

from collections.abc import Sequence

from viz.graph.node import Node


def levels(nodes: Sequence[Node]) -> dict[Node, int]:
    """For each node the length of the longest path from it to a root, nodes in evaluation order.

    >>> from autograd import Value
    >>> from viz.graph.selection import select
    >>> x = Value(2.0, "x")
    >>> nodes = select([x * x + x], None, frozenset()).nodes
    >>> list(levels(nodes).values())
    [0, 1, 2]
    """
    level: dict[Node, int] = {}
    for node in reversed(nodes):
        below = level.setdefault(node, 0) + 1
        for operand, _ in node.drawn:
            level[operand] = max(level.get(operand, 0), below)
    return level
