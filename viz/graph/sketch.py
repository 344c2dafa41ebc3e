"""From the nodes of a graph to a drawing in DOT: shapes, colours, edges and layout."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

import graphviz

from viz.graph.clusters import Tree, module_of, name_within, nested
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
from viz.graph.layout import FAR, first_of_each, levels, lines, siblings
from viz.graph.node import Kind, Node
from viz.graph.selection import Selection, Stub

LARGE = 150
"""From this many nodes on, Graphviz is told to be content with a good layout, not the best."""

STEPS = 500
"""How many nodes may take all the steps that they need."""

_FONTS = "Helvetica,Arial,Noto Sans CJK SC,PingFang SC,Microsoft YaHei,sans-serif"
_TEXT = {"fontname": _FONTS, "fontsize": "13", "fontcolor": INK}
_DRAWING = _TEXT | {
    "charset": "UTF-8",
    "labelloc": "t",
    "nodesep": "0.2",
    "newrank": "true",  # levels are those of the whole graph, not of each frame
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
}
_FRAME = {"style": "rounded", "color": MUTED, "fontcolor": MUTED, "labeljust": "l"}
_PARTIAL = {"shape": "plain", "fontsize": "12", "fontcolor": DERIVATIVE}
_POINT = {"shape": "point", "width": "0.01", "height": "0.01", "color": MUTED}
_REFERENCE = {"style": "dotted,rounded", "color": MUTED}
_ROOM = {True: (3.3, 0.6), False: (2.4, 1.4)}
"""Inches that a level takes along a drawing and a node across it, if horizontal or not."""
_AHEAD = {"LR": "e", "RL": "w", "TB": "s", "BT": "n"}
"""The side of a node that faces where the drawing leads, as Graphviz calls it."""
_STUB = {"style": "dashed", "color": DERIVATIVE, "fontcolor": DERIVATIVE}


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
        self.modules = module_of(selection.nodes) if modules else {}
        self.members = defaultdict[str, list[str]](list)  # of the frame of each module
        self.ahead = _AHEAD[direction]
        self.line = dict.fromkeys(self.level, 0)
        if not self.modules:  # a frame stays whole
            self.line = lines(self.level, *_ROOM[self.ahead in "ew"])
        self.counts = Counter[str]()

    def draw(self, title: str, max_nodes: int | None) -> Drawing:
        """Write the whole selection, below the title and a note of what is left out."""
        label = title_label(title, self._note(max_nodes))
        if label:
            self.drawing.graph_attr["label"] = label
        if (count := len(self.selection.nodes)) >= LARGE:
            # Steps in finding the places grow with the nodes, and so does what each step takes.
            effort = {"nslimit": f"{min(1.0, STEPS / count):.2g}", "nslimit1": "1"}
            self.drawing.graph_attr.update(effort, mclimit="0.1")
        for node in self.selection.nodes:
            self._draw_node(node)
        for stub in self.selection.stubs:
            self._draw_stub(stub)
        self._draw_frames(self.drawing, "", nested(self.members))
        self._keep_order([self._entry(node) for node in first_of_each(self.line, self.level)])
        for row in siblings(self.selection.nodes, self.modules, self.level):
            self._keep_order([node.id for node in row])
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
        path, entry = self.modules.get(node, ""), self._entry(node)
        # Operands as they are written; in frames unseen edges see to that.
        order = {"ordering": "in"} if node.symbol and not path else {}
        style = _KINDS[node.kind] | (_ROOT if node.is_root else {})
        style["tooltip"] = node_tooltip(node, self.show)
        if entry == node.id:
            style |= order
        else:
            self._draw(entry, path, symbol_label(node), **_OPERATION, **order)
            self.drawing.edge(entry, node.id, weight="4")  # straight and short, where possible
        self._draw(node.id, path, node_label(node, self.show, path), **style)
        if node.symbol:
            self._draw_edges(node)

    def _draw(self, name: str, path: str, label: str, **style: str) -> str:
        """Draw something in the frame of a module, if there is one; return its name."""
        self.drawing.node(name, label, **style)
        if path:
            self.members[path].append(name)
        return name

    def _new(self, letter: str) -> str:
        """Return a new name: p0, p1, ..."""
        self.counts[letter] += 1
        return f"{letter}{self.counts[letter] - 1}"

    def _entry(self, node: Node) -> str:
        """Return where edges from the operands lead: the operation, or the node that holds it."""
        return f"op{node.id.removeprefix('v')}" if self.show.ops and node.symbol else node.id

    def _draw_edges(self, node: Node) -> None:
        """Draw the edges from the operands, in a frame in their order."""
        path = self.modules.get(node, "")
        references: dict[Node, str] = {}
        columns: list[tuple[str, str]] = []
        for operand, partial in node.drawn:
            if self._is_away(operand, node) and operand not in references:
                label = reference_label(operand)
                references[operand] = self._draw(self._new("r"), path, label, **_REFERENCE)
            tail = references.get(operand, operand.id)
            columns.append(self._draw_edge(node, operand, tail, partial))
        upward = self.ahead in "ew"  # Graphviz turns the columns in frames upside down
        for column in zip(*columns, strict=True) if path else ():
            names = list(dict.fromkeys(name for name in column if name))
            self._keep_order(names[::-1] if upward else names)

    def _is_away(self, operand: Node, node: Node) -> bool:
        """Whether an operand is named where it is used, as it stands far away."""
        far = self.level[operand] - self.level[node] > FAR
        return far or self.line[operand] != self.line[node]

    def _draw_edge(
        self, node: Node, operand: Node, tail: str, partial: float | None
    ) -> tuple[str, str]:
        """Draw an edge, its partial standing in the line, so that it is clear whose it is.

        Returns:
            What stands two columns before the operation and one column, empty for nothing.
        """
        head, path = self._entry(node), self.modules.get(node, "")
        shown = partial is not None and self.show.partials
        enters = tail == operand.id and self.modules.get(operand, "") != path != ""
        leaf = tail if not operand.symbol and self.level[operand] == self.level[node] + 1 else ""
        # Results that lead to a result of one or two operands keep to a straight line.
        style = {"weight": "3"} if operand.symbol and len(node.inputs) <= 2 else {}
        if not shown and not enters:
            self.drawing.edge(tail, head, **style)
            return "", leaf
        middle = self._new("p")
        if shown:
            assert partial is not None
            style["tooltip"] = partial_tooltip(node, operand, partial)
            label = partial_label(partial, self.show)
            self._draw(middle, path, label, tooltip=style["tooltip"], **_PARTIAL)
        else:
            self._draw(middle, path, "", **_POINT)
        if not enters:
            self.drawing.edge(tail, middle, arrowhead="none", **style)
            self.drawing.edge(middle, head, **style)
            return leaf, middle
        # Beside the leaves, right inside the frame, as Graphviz leads longer edges around frames.
        outside = {"arrowhead": "none", "minlen": "4"}  # room for the lines between two layers
        self.drawing.edge(f"{tail}:{self.ahead}", middle, **outside, **style)
        self.drawing.edge(middle, head, minlen="2" if shown else "1", **style)
        return (middle, "") if shown else ("", middle)

    def _draw_stub(self, stub: Stub) -> None:
        label = f"… {stub.count:,} more" if stub.count else "… shared"
        path = "" if stub.consumer is None else self.modules.get(stub.consumer, "")
        name = self._draw(self._new("s"), path, label, **_STUB)
        if stub.consumer is not None:
            self.drawing.edge(name, self._entry(stub.consumer), style="dashed", color=DERIVATIVE)

    def _draw_frames(self, graph: graphviz.Digraph, around: str, inner: Tree) -> None:
        """Frame what belongs to each module, within the frames of the modules around it."""
        for path in inner[around]:
            frame = graphviz.Digraph(f"cluster_{path}")
            frame.attr(label=name_within(path, path), **_FRAME)
            for name in self.members[path]:
                frame.node(name)
            self._draw_frames(frame, path, inner)
            graph.subgraph(frame)

    def _keep_order(self, names: Sequence[str]) -> None:
        """Keep nodes in one line, from left to right or top to bottom, by unseen edges."""
        if len(names) > 1:
            row = graphviz.Digraph(graph_attr={"rank": "same"}, edge_attr={"style": "invis"})
            for pair in pairwise(names):
                row.edge(*pair)
            self.drawing.subgraph(row)
