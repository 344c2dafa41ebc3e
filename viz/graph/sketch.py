"""From the nodes of a graph to a drawing in DOT: shapes, colours, edges and layout."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

import graphviz

from viz.graph.clusters import module_of, parents
from viz.graph.drawing import Drawing
from viz.graph.labels import (
    DERIVATIVE,
    INK,
    MUTED,
    Show,
    node_label,
    node_tooltip,
    partial_label,
    partial_tooltip,
    reference_label,
    symbol_label,
    title_label,
)
from viz.graph.node import Kind, Node
from viz.graph.selection import Selection, Stub

FAR = 10
"""The number of levels beyond which an operand is not joined by a line but named at its use.

One value with hundreds of uses would otherwise bury all else under lines, and Graphviz would take
minutes to place them.
"""

LARGE = 150
"""From this many nodes on, Graphviz is told to be content with a good layout, not the best."""

_TEXT = {"fontname": "Helvetica,Arial,sans-serif", "fontsize": "13", "fontcolor": INK}
_DRAWING = _TEXT | {
    "charset": "UTF-8",
    "labelloc": "t",
    "nodesep": "0.2",
    "ranksep": "0.3",
    "pad": "0.15",
}
_NODE = _TEXT | {"shape": "box", "margin": "0.1,0.05", "height": "0.3"}
_EDGE = _TEXT | {"fontsize": "12", "fontcolor": DERIVATIVE, "color": MUTED, "arrowsize": "0.7"}
_KINDS = {
    Kind.PARAMETER: {"style": "filled", "fillcolor": "#d9e8fb", "color": "#1d5fa8"},
    Kind.INTERIOR: {"style": "filled,rounded", "fillcolor": "#ffffff", "color": MUTED},
    Kind.CONSTANT: {
        "style": "filled,dashed",
        "fillcolor": "#f1f3f5",
        "color": MUTED,
        "width": "0.3",
    },
}
"""Kinds differ by shape too, for print and for readers who see colours otherwise."""

_ROOT = {"peripheries": "2", "fillcolor": "#fff3cf"}
_OPERATION = {
    "shape": "ellipse",
    "style": "filled",
    "fillcolor": "#323f4b",
    "color": "#323f4b",
    "fontcolor": "#ffffff",
    "margin": "0.05,0.02",
    "width": "0.45",
    "height": "0.45",
    "ordering": "in",  # operands from left to right, or top to bottom, as they are written
}
_FRAME = {"style": "rounded", "color": MUTED, "fontcolor": MUTED, "labeljust": "l"}
_REFERENCE = {"style": "dotted,rounded", "color": MUTED}
_STUB = {"style": "dashed", "color": DERIVATIVE, "fontcolor": DERIVATIVE}

_Ordered = defaultdict[str, dict[str, None]]
"""Several names for each path, in order."""


class Sketch:
    """Writes a selection of nodes into a new drawing, in dualgrad's style."""

    def __init__(
        self, selection: Selection, show: Show, modules: bool, direction: str, format: str
    ) -> None:
        whole = _DRAWING | {"rankdir": direction}
        self.drawing: Drawing = Drawing(
            format=format, graph_attr=whole, node_attr=_NODE, edge_attr=_EDGE
        )
        self.show = show
        self.selection = selection
        self.level = levels(selection.nodes)
        self.references = 0
        self.modules = module_of(selection.nodes) if modules else {}

    def draw(self, title: str, max_nodes: int | None) -> Drawing:
        """Write the whole selection, below the title and a note of what is left out."""
        label = title_label(title, self._note(max_nodes))
        if label:
            self.drawing.graph_attr["label"] = label
        if len(self.selection.nodes) >= LARGE:
            self.drawing.graph_attr.update(nslimit="1", nslimit1="1", mclimit="0.1")
        self._draw_clusters()
        for node in self.selection.nodes:
            self._draw_node(node)
        for i, stub in enumerate(self.selection.stubs):
            self._draw_stub(f"s{i}", stub)
        return self.drawing

    def _note(self, max_nodes: int | None) -> str:
        left_out = sum(stub.count for stub in self.selection.stubs)
        if not left_out:
            return ""
        drawn = len(self.selection.nodes)
        return (
            f"{drawn:,} of {drawn + left_out:,} nodes, those nearest the result; {left_out:,} are "
            f"left out at the boxes “…” (max_nodes={max_nodes})"
        )

    def _draw_node(self, node: Node) -> None:
        style = _KINDS[node.kind] | (_ROOT if node.is_root else {})
        label, tooltip = node_label(node, self.show), node_tooltip(node)
        self.drawing.node(node.id, label, tooltip=tooltip, **style)
        if not node.symbol:
            return
        entry = self._entry(node)
        if entry != node.id:
            self.drawing.node(entry, symbol_label(node), **_OPERATION)
        references: dict[Node, str] = {}
        for operand, partial in node.drawn:
            if self.level[operand] - self.level[node] > FAR and operand not in references:
                references[operand] = self._draw_reference(operand)
            tail = references.get(operand, operand.id)
            self.drawing.edge(tail, entry, **self._edge_style(node, operand, partial))
        if entry != node.id:
            self.drawing.edge(entry, node.id, weight="4")  # straight and short, where possible

    def _entry(self, node: Node) -> str:
        """Return where edges from the operands lead: the operation, or the node that holds it."""
        return f"op{node.id.removeprefix('v')}" if self.show.ops and node.symbol else node.id

    def _draw_clusters(self) -> None:
        """Frame the nodes of each module, within the frames of the modules around it.

        They come before all else, their nodes backwards: else Graphviz puts the operands of what is
        in a frame upside down.
        """
        members: _Ordered = defaultdict(dict)
        inner: _Ordered = defaultdict(dict)
        for node in self.selection.nodes:
            if path := self.modules.get(node):
                members[path] |= dict.fromkeys([self._entry(node), node.id])
                for outer, part in pairwise(["", *parents(path), path]):
                    inner[outer][part] = None
        self._draw_frames(self.drawing, "", inner, members)

    def _draw_frames(
        self, graph: graphviz.Digraph, around: str, inner: _Ordered, members: _Ordered
    ) -> None:
        for path in inner[around]:
            frame = graphviz.Digraph(f"cluster_{path}")
            frame.attr(label=path.removeprefix(around).lstrip("."), **_FRAME)
            for name in reversed(members[path]):
                frame.node(name)
            self._draw_frames(frame, path, inner, members)
            graph.subgraph(frame)

    def _edge_style(self, node: Node, operand: Node, partial: float | None) -> dict[str, str]:
        # Results that lead to a result of one or two operands keep to a straight line.
        style = {"weight": "3"} if operand.symbol and len(node.inputs) <= 2 else {}
        if partial is not None and self.show.partials:
            tooltip = partial_tooltip(node, operand, partial)
            style |= {"label": partial_label(partial, self.show)}
            style |= {"tooltip": tooltip, "labeltooltip": tooltip}
        return style

    def _draw_reference(self, node: Node) -> str:
        name = f"r{self.references}"
        self.references += 1
        self.drawing.node(name, reference_label(node), **_REFERENCE)
        return name

    def _draw_stub(self, name: str, stub: Stub) -> None:
        label = f"… {stub.count:,} more" if stub.count else "… shared"
        self.drawing.node(name, label, **_STUB)
        if stub.consumer is not None:
            self.drawing.edge(name, self._entry(stub.consumer), style="dashed", color=DERIVATIVE)


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
