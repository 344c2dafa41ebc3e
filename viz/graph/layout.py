"""Where nodes stand: how far from the result, in which line of a strip, and in which order."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from viz.graph.clusters import parents
from viz.graph.node import Node

FAR = 10
"""The number of levels beyond which an operand is not joined by a line but named at its use.

One value with hundreds of uses would otherwise bury all else under lines, and Graphviz would take
minutes to place them.
"""

DEEP = 16
"""From more levels on, a narrow drawing goes on in the next line."""

SLIM = 4.0
"""How many times as long as wide a drawing may be, before it does."""

PAGE = 1.5
"""How many times as long as wide it is then."""


def levels(nodes: Sequence[Node]) -> dict[Node, int]:
    """Return the length of the longest path from each node to a root, nodes in evaluation order.

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


def lines(level: Mapping[Node, int], length: float, width: float) -> dict[Node, int]:
    """Return the line that each node stands in: all in the first, unless the drawing is a strip.

    Args:
        level: of each node.
        length: of a level, along the drawing.
        width: of a node, across it; in the same unit.

    >>> from autograd import Value
    >>> from viz.graph.selection import select
    >>> x = Value(2.0, "x")
    >>> for _ in range(20):
    ...     x = -x
    >>> line = lines(levels(select([x], None, frozenset()).nodes), 2.0, 1.0)
    >>> sorted(Counter(line.values()).items())
    [(0, 5), (1, 4), (2, 4), (3, 4), (4, 4)]
    """
    # A leaf stands in the line of the operation that it is an operand of.
    step = {node: max(level[node] - (not node.symbol), 0) for node in level}
    deepest = max(step.values())
    across = width * max(Counter(level.values()).values())
    if deepest < DEEP or deepest * length < SLIM * across:
        return dict.fromkeys(level, 0)
    count = round(math.sqrt(deepest * length / across / PAGE))
    each = math.ceil((deepest + 1) / count)
    return {node: (deepest - step[node]) // each for node in level}


def first_of_each(line: Mapping[Node, int], level: Mapping[Node, int]) -> list[Node]:
    """Return the operation that each line begins with."""
    first: dict[int, Node] = {}
    for node in sorted(line, key=lambda node: -level[node]):
        if node.symbol:
            first.setdefault(line[node], node)
    return [node for _, node in sorted(first.items())]


def siblings(
    nodes: Sequence[Node], modules: Mapping[Node, str], level: Mapping[Node, int]
) -> list[list[Node]]:
    """Return the results that stand beside each other, in their order.

    These are the roots, and what has names at the same distance from them: the neurons of a layer,
    say. What is in one frame stays together.
    """
    begin: dict[str, int] = {}  # of each frame
    rows: dict[int, list[tuple[list[int], Node]]] = defaultdict(list)
    for i, node in enumerate(nodes):
        path = modules.get(node, "")
        frames = [*parents(path), path] if path else []
        place = [begin.setdefault(frame, i) for frame in frames] + [i]
        if node.is_root or (node.name and node.symbol):
            rows[level[node]].append((place, node))
    return [[node for _, node in sorted(row, key=lambda pair: pair[0])] for row in rows.values()]
