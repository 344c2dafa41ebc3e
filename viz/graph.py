"""draw_dot: the picture of a computation graph."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from autograd import Tensor, Value
from viz.drawing import Drawing
from viz.expand import expansion_names
from viz.labels import (
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
from viz.layers import levels
from viz.node import Kind, Node
from viz.render import PICTURES, as_path, checked_format, render
from viz.selection import Selection, Stub, select

DIRECTIONS = ("LR", "RL", "TB", "BT")
"""Where a drawing leads: LR is from left to right, TB from top to bottom."""

FAR = 10
"""Over more levels than this, an operand is not joined by a line but named again at its use.

One value with hundreds of uses would otherwise bury all else under lines, and Graphviz would take
minutes to place them.
"""

LARGE = 150
"""From this many nodes on, Graphviz is told to be content with a good layout, not the best."""

FONT = "Helvetica,Arial,sans-serif"

_STYLES: Mapping[Kind, Mapping[str, str]] = {
    Kind.PARAMETER: {"style": "filled", "fillcolor": "#d9e8fb", "color": "#1d5fa8"},
    Kind.INTERIOR: {"style": "filled,rounded", "fillcolor": "#ffffff", "color": MUTED},
    Kind.CONSTANT: {"style": "filled,dashed", "fillcolor": "#f1f3f5", "color": MUTED, "width": "0.3"},
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
_REFERENCE = {"style": "dotted,rounded", "color": MUTED}
_STUB = {"style": "dashed", "color": DERIVATIVE, "fontcolor": DERIVATIVE}


def draw_dot(
    root: Value | NDArray[np.object_] | Sequence[Value | NDArray[np.object_]],
    path: str | os.PathLike[str] | None = None,
    *,
    direction: str = "LR",
    precision: int = 4,
    names: bool = True,
    values: bool = True,
    gradients: bool = True,
    partials: bool = True,
    ops: bool = True,
    expand: bool | str | Iterable[str] = False,
    max_nodes: int | None = 500,
    title: str = "",
    format: str | None = None,
    rankdir: str | None = None,
) -> Drawing:
    """Draw the graph that leads to a Value: every value, gradient and local derivative.

    Leaves are square and blue, results of operations rounded and white, constants bare numbers;
    the root has a double border. Operations are dark ellipses, and the number on an edge into one
    is the partial derivative of its result by that operand. Nodes are numbered in evaluation order:
    v3 is made by op3.

    Args:
        root: a Value, a Tensor, or a list of these: what to draw, with all it depends on.
        path: a file to write; its suffix (svg, png, pdf, dot, gv) tells the format.
        direction: "LR" for left to right; or "TB", "RL", "BT".
        precision: significant digits of the numbers, 1 to 17.
        names, values, gradients: whether nodes show them.
        partials: whether edges show them.
        ops: whether operations are nodes of their own, or else stand in the node of their result.
        expand: whether n-ary operations are drawn as the small ones that they stand for, a dot as
            products and their sum; or the names of those to expand.
        max_nodes: of a larger graph, only so many values and constants are drawn, those nearest the
            root; the drawing says how many it leaves out and where. None draws everything.
        title: a heading.
        format: how a notebook shows the drawing and `render` writes it: svg (the default), png, pdf.
        rankdir: micrograd's word for direction.

    Raises:
        TypeError: root holds something that is not a Value.
        ValueError: there is nothing to draw, or an option is unknown or out of range.
        RenderError: path asks for a picture, and there is no Graphviz, or it fails. The DOT text is
            then written beside it.
        OSError: the file cannot be written; nothing is left behind.

    >>> x, y, z = Value(1, "x"), Value(2, "y"), Value(-6, "z")
    >>> f = (x + y) ** 2 * z
    >>> f.backward()
    >>> print(draw_dot(f).source)
    digraph {
    ...
    """
    roots = _roots(root)
    target = None if path is None else as_path(path)
    if target is not None:
        format = checked_format(target, format)
    show = Show(names, values, gradients, partials, ops, _checked_precision(precision))
    drawing = _blank(_checked_direction(direction, rankdir), _shown_format(format))
    selection = select(roots, _checked_limit(max_nodes), expansion_names(expand))
    _Sketch(drawing, show, selection).draw(title, max_nodes)
    if target is not None:
        render(drawing, target, format=format)
    return drawing


# What may be asked.


def _roots(root: object) -> list[Value]:
    if isinstance(root, Value):
        return [root]
    if not isinstance(root, (Tensor, np.ndarray, list, tuple)):
        raise _not_drawable(root)
    roots: list[Value] = []
    for entry in root.flat if isinstance(root, np.ndarray) else root:
        if isinstance(entry, np.ndarray) and not isinstance(root, np.ndarray):
            roots += _roots(entry)
        elif isinstance(entry, Value):
            roots.append(entry)
        else:
            raise _not_drawable(entry)
    if not roots:
        raise ValueError("draw_dot() has nothing to draw: the list of roots is empty")
    return roots


def _not_drawable(thing: object) -> TypeError:
    text = repr(thing)
    return TypeError(
        f"draw_dot() draws Values, Tensors and lists of them, not {text[:80]} of type "
        f"{type(thing).__name__}"
    )


def _checked_direction(direction: str, rankdir: str | None) -> str:
    chosen = direction if rankdir is None else rankdir
    if chosen not in DIRECTIONS:
        raise ValueError(f"unknown direction {chosen!r}: choose one of {', '.join(DIRECTIONS)}")
    return chosen


def _checked_precision(precision: int) -> int:
    if isinstance(precision, bool) or not isinstance(precision, int):
        raise TypeError(f"precision is a whole number of digits, not {precision!r}")
    if not 1 <= precision <= 17:
        raise ValueError(f"precision is from 1 to 17 significant digits, not {precision}")
    return precision


def _checked_limit(max_nodes: int | None) -> int | None:
    if max_nodes is None:
        return None
    if isinstance(max_nodes, bool) or not isinstance(max_nodes, int):
        raise TypeError(f"max_nodes is a whole number or None, not {max_nodes!r}")
    if max_nodes < 1:
        raise ValueError(f"max_nodes is 1 or more (None for all), not {max_nodes}")
    return max_nodes


def _shown_format(format: str | None) -> str:
    """The format of the drawing itself, where it is a picture's."""
    checked = checked_format(None, format)
    return checked if checked in PICTURES else "svg"


# The drawing.


def _blank(direction: str, format: str) -> Drawing:
    return Drawing(
        format=format,
        graph_attr={
            "charset": "UTF-8",
            "rankdir": direction,
            "fontname": FONT,
            "fontsize": "13",
            "fontcolor": INK,
            "labelloc": "t",
            "nodesep": "0.2",
            "ranksep": "0.3",
            "pad": "0.15",
        },
        node_attr={
            "shape": "box",
            "fontname": FONT,
            "fontsize": "13",
            "fontcolor": INK,
            "margin": "0.1,0.05",
            "height": "0.3",
        },
        edge_attr={
            "fontname": FONT,
            "fontsize": "12",
            "fontcolor": DERIVATIVE,
            "color": MUTED,
            "arrowsize": "0.7",
        },
    )


class _Sketch:
    """Writes a selection of nodes into a drawing."""

    def __init__(self, drawing: Drawing, show: Show, selection: Selection) -> None:
        self.drawing = drawing
        self.show = show
        self.selection = selection
        self.level = levels(selection.nodes)
        self.references = 0

    def draw(self, title: str, max_nodes: int | None) -> None:
        label = title_label(title, self.note(max_nodes))
        if label:
            self.drawing.graph_attr["label"] = label
        if len(self.selection.nodes) >= LARGE:
            self.drawing.graph_attr.update(nslimit="1", nslimit1="1", mclimit="0.1")
        for node in self.selection.nodes:
            self.draw_node(node)
        for i, stub in enumerate(self.selection.stubs):
            self.draw_stub(f"s{i}", stub)

    def note(self, max_nodes: int | None) -> str:
        left_out = self.selection.left_out
        if not left_out:
            return ""
        drawn = len(self.selection.nodes)
        return (
            f"{drawn:,} of {drawn + left_out:,} nodes, those nearest the result; {left_out:,} are "
            f"left out at the dashed boxes (max_nodes={max_nodes})"
        )

    def draw_node(self, node: Node) -> None:
        style = {**_STYLES[node.kind], **(_ROOT if node.is_root else {})}
        style["tooltip"] = node_tooltip(node)
        self.drawing.node(node.id, node_label(node, self.show), **style)
        if not node.symbol:
            return
        entry = self.entry(node)
        if entry != node.id:
            self.drawing.node(entry, symbol_label(node), **_OPERATION)
        references: dict[Node, str] = {}
        for operand, partial in node.drawn:
            if self.level[operand] - self.level[node] > FAR and operand not in references:
                references[operand] = self.draw_reference(operand)
            tail = references.get(operand, operand.id)
            self.drawing.edge(tail, entry, **self.edge_style(node, operand, partial))
        if entry != node.id:
            self.drawing.edge(entry, node.id, weight="4")  # straight and short, where possible

    def entry(self, node: Node) -> str:
        """Where edges from the operands lead: the operation, or the node when it holds that too."""
        return f"op{node.id.removeprefix('v')}" if self.show.ops and node.symbol else node.id

    def edge_style(self, node: Node, operand: Node, partial: float | None) -> dict[str, str]:
        if partial is None or not self.show.partials:
            return {}
        tooltip = partial_tooltip(node, operand, partial)
        label = partial_label(partial, self.show)
        return {"label": label, "tooltip": tooltip, "labeltooltip": tooltip}

    def draw_reference(self, node: Node) -> str:
        name = f"r{self.references}"
        self.references += 1
        self.drawing.node(name, reference_label(node), **_REFERENCE)
        return name

    def draw_stub(self, name: str, stub: Stub) -> None:
        label = f"… {stub.count:,} more" if stub.count else "… shared"
        self.drawing.node(name, label, **_STUB)
        if stub.consumer is not None:
            self.drawing.edge(name, self.entry(stub.consumer), style="dashed", color=DERIVATIVE)
