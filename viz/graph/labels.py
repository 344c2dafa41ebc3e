"""What stands in a node: HTML-like labels of Graphviz, and the escapes in them."""

from __future__ import annotations

import html
import unicodedata
from dataclasses import dataclass

import graphviz

from autograd.text.words import both_ends
from viz.graph.clusters import name_within
from viz.graph.node import Kind, Node

INK = "#1f2933"
MUTED = "#52606d"
DERIVATIVE = "#a61b1b"
"""The colour of gradients and of partial derivatives; it is never the only thing to tell them."""

TANGENT = "#1d5fa8"
"""The colour of tangents."""

LONGEST_NAME = 32
"""How many characters of a name are shown; longer ones are shortened in the middle."""


@dataclass(frozen=True)
class Show:
    """What a drawing shows of its nodes and edges."""

    names: bool
    values: bool
    gradients: bool
    partials: bool
    ops: bool
    precision: int

    def number(self, x: float, before: float | None = None) -> str:
        """Return the number to so many significant digits, after what it was before.

        >>> Show(True, True, True, True, True, precision=2).number(0.5, 0.25)
        '0.25 → 0.5'
        """
        shown = f"{x:.{self.precision}g}"
        earlier = shown if before is None else f"{before:.{self.precision}g}"
        return shown if shown == earlier else f"{earlier} → {shown}"


def node_label(node: Node, show: Show, path: str = "") -> str:
    """Return the label of a value: its name and number, what it is worth and its gradient.

    In the frame of a module, whose path is given, the name leaves that out.

    >>> show = Show(True, True, False, True, True, precision=3)
    >>> "2.72" in node_label(Node(Kind.PARAMETER, 2.718, name="x"), show)
    True
    """
    data, grad = node.before or (None, None)
    if node.kind is Kind.CONSTANT:
        return f"<{show.number(node.data, data)}>"
    rows = []
    if show.names or not (show.values or show.gradients):
        # The number of the node is there for other texts to refer to it.
        name = _named(name_within(node.name, path)) if show.names else ""
        rows.append(_wide(name + _colored(node.id, MUTED)))
    if not show.ops and node.symbol:
        rows.append(_wide(f"<B>{escaped(node.symbol)}</B>"))
    if show.values:
        rows.append(_row("value", show.number(node.data, data), INK))
    if node.tangent is not None:
        rows.append(_row("tangent", show.number(node.tangent), TANGENT))
    if show.gradients:
        rows.append(_row("grad", show.number(node.grad, grad), DERIVATIVE))
    return _table(rows)


def reference_label(node: Node) -> str:
    """Return the label of a node that only points to another, drawn far away."""
    return f"<↪ {_named(node.name)}{_colored(node.id, MUTED)}>"


def symbol_label(node: Node) -> str:
    """Return the label of an operation."""
    return f"<<B>{escaped(node.symbol)}</B>>"


def partial_label(partial: float, show: Show) -> str:
    """Return what stands in the line of an edge: the partial derivative by the operand."""
    return f"<&#160;{_colored('∂ ', MUTED)}{show.number(partial)}&#160;>"


def node_tooltip(node: Node, show: Show) -> str:
    """Return what stands beside the pointer at a node: its whole name and exact numbers."""
    data, grad = node.before or (None, None)
    if node.kind is Kind.CONSTANT:
        return f"constant {node.data!r}" + ("" if data is None else f"; before {data!r}")
    name = graphviz.escape(visible(node.name)) + ": " if node.name else ""
    text = f"{name}{node.id} = {node.data!r}"
    if node.tangent is not None:
        text += f", tangent {node.tangent!r}"
    if show.gradients:
        text += f", grad {node.grad!r}"
    if data is not None:
        text += f"; before {data!r}" + (f", grad {grad!r}" if show.gradients else "")
    return text


def partial_tooltip(result: Node, operand: Node, partial: float) -> str:
    """Return what stands beside the pointer at an edge: which derivative it is, exactly."""
    return f"∂{result.id}/∂{operand.id} = {partial!r}"


def title_label(title: str, note: str) -> str:
    """Return the label of the whole drawing: its title over a note, each possibly empty."""
    rows = []
    if title:
        rows.append(_wide(f'<FONT POINT-SIZE="18"><B>{escaped(visible(title))}</B></FONT>'))
    if note:
        rows.append(_wide(f'<FONT COLOR="{DERIVATIVE}">{escaped(note)}</FONT>'))
    return _table(rows) if rows else ""


def _named(name: str) -> str:
    return f"<B>{escaped(visible(both_ends(name, LONGEST_NAME)))}</B>  " if name else ""


def _wide(content: str) -> str:
    return f'<TR><TD COLSPAN="3">{content}</TD></TR>'


def _row(title: str, shown: str, color: str) -> str:
    return (
        f'<TR><TD ALIGN="LEFT">{_colored(title, MUTED)}</TD><TD WIDTH="6"></TD>'
        f'<TD ALIGN="RIGHT"><FONT COLOR="{color}">{shown}</FONT></TD></TR>'
    )


def _colored(content: str, color: str) -> str:
    return f'<FONT COLOR="{color}" POINT-SIZE="11">{content}</FONT>'


def _table(rows: list[str]) -> str:
    return (
        '<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">'
        f"{''.join(rows)}</TABLE>>"
    )


# Characters.


def visible(text: str) -> str:
    r"""Put a text on one line: signs for line breaks and tabs, � for what no picture can hold.

    >>> visible("first\nsecond")
    'first↵second'
    """
    return "".join(map(_sign, text.replace("\r\n", "\n")))


def _sign(character: str) -> str:
    if character in "\n\r\v\f\x85\u2028\u2029":
        return "↵"
    if character == "\t":
        return "⇥"
    # Other controls, half characters, and two code points that XML forbids.
    if unicodedata.category(character) in ("Cc", "Cs") or character in "\ufffe\uffff":
        return "�"
    return character


def escaped(text: str) -> str:
    r"""Escape a text, so that an HTML-like label shows exactly it.

    >>> escaped(r"a<b> & \N")
    'a&lt;b&gt; &amp; \\\\N'
    """
    # Even in these labels Graphviz replaces \N, \G and the like.
    return html.escape(text).replace("\\", "\\\\")
