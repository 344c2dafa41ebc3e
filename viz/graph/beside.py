"""What stands beside the numbers of a node: those of an earlier drawing, and tangents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from autograd import Value, topological_order
from autograd.rules.operand import as_number
from autograd.text.names import name_in
from autograd.text.words import shortened
from autograd.values.value import is_cut
from viz.graph.node import Node


@dataclass(frozen=True, slots=True)
class Shown:
    """A node as it was drawn: what it is, and its numbers."""

    id: str
    what: str
    data: float
    grad: float


def shown(nodes: Iterable[Node]) -> list[Shown]:
    """Return what is drawn of the nodes; nothing of the graph is kept.

    >>> from viz.graph.selection import select
    >>> x = Value(2.0, "x")
    >>> nodes = select([x * x], None, frozenset()).nodes
    >>> [(node.id, node.what, node.data) for node in shown(nodes)]
    [('v0', 'parameter', 2.0), ('v1', '×(v0, v0)', 4.0)]
    """
    return [Shown(node.id, _what(node), node.data, node.grad) for node in nodes]


def _what(node: Node) -> str:
    operands = ", ".join(x.id for x, _ in node.drawn)
    return f"{node.symbol}({operands})" if node.symbol else node.kind.value


def put_before(nodes: Sequence[Node], earlier: Sequence[Shown]) -> None:
    """Give each node the numbers that it had in an earlier drawing.

    Raises:
        ValueError: that is of another graph; the message names the first difference.
    """
    for node, own, other in zip_longest(nodes, shown(nodes), earlier):
        if own is None or other is None or (own.id, own.what) != (other.id, other.what):
            raise ValueError(
                f"before is the drawing of another graph: {_told(own)} here, but {_told(other)} "
                "there; draw both with the same settings"
            )
        node.before = other.data, other.grad


def _told(node: Shown | None) -> str:
    return f"{node.id} is {shortened(node.what)}" if node else "there is no further node"


def put_tangents(nodes: Sequence[Node], roots: Sequence[Value], given: Mapping[Any, float]) -> None:
    """Give each node its tangent: forward mode, by the partials of the recording.

    Args:
        nodes: in evaluation order.
        roots: what they lead to.
        given: the tangents of some inputs, by the Value or by its name; all others are 0.

    Raises:
        TypeError: a tangent is no real number, or a key neither a Value nor a name.
        ValueError: there is no such input, or several have that name.
    """
    order = topological_order(*roots)
    inputs = [x for x in order if x.op is None]
    tangents = {id(_input(inputs, key)): as_number(x, "a tangent") for key, x in given.items()}
    for value in order:
        if value.op is not None:
            tangents[id(value)] = sum(
                tangents.get(id(x), 0.0) * partial
                for x, partial in value.edges
                if tangents.get(id(x), 0.0) and not is_cut(value, partial)  # 0 times inf is 0
            )
    for node in nodes:
        node.tangent = tangents.get(node.source, 0.0)
        if node.symbol and node.source not in tangents:  # a step inside an operation
            edges = [(x.tangent, partial) for x, partial in node.drawn if x.tangent]
            node.tangent = sum(x * partial for x, partial in edges if partial)


def _input(inputs: Sequence[Value], key: Any) -> Value:
    """Find an input by itself or by its name."""
    if isinstance(key, str):
        name = name_in([x.name for x in inputs if x.name], key, "input")
        found = [x for x in inputs if x.name == name]
        if len(found) > 1:
            raise ValueError(f"{len(found)} inputs are named {name!r}: give the Value itself")
    elif isinstance(key, Value):
        found = [x for x in inputs if x is key]
    else:
        raise TypeError(f"tangents are given by Values or their names, not by {key!r}")
    if not found:
        raise ValueError(f"a tangent is given of {key!r}, which is no input of this graph")
    return found[0]
