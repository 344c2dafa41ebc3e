"""Node: a value as a drawing sees it, with the edges that lead to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from autograd import Value


class Kind(Enum):
    """What a node is; each kind has its own shape and colour."""

    PARAMETER = "parameter"  # a leaf of the graph: what one differentiates by
    CONSTANT = "constant"  # a plain number among the operands
    INTERIOR = "interior"  # made by a primitive


@dataclass(eq=False, slots=True)
class Node:
    """A value of the graph, a constant, or a step inside an n-ary primitive drawn expanded.

    `inputs` are the operands in order, with repeats, each with the partial derivative by it (None
    for a constant). Operands become nodes only when they are selected for the drawing: then they
    are in `drawn`, all others in `hidden`. `source` is the id of the Value as an object, `before`
    the number and the gradient in an earlier drawing.
    """

    kind: Kind
    data: float
    grad: float = 0.0
    name: str = ""
    symbol: str = ""
    inputs: Sequence[Input] = ()
    is_root: bool = False
    drawn: list[Edge] = field(default_factory=list)
    hidden: list[Drawn] = field(default_factory=list)
    id: str = ""
    source: int = 0
    before: tuple[float, float] | None = None
    tangent: float | None = None


Drawn = Value | float | Node
Input = tuple[Drawn, float | None]
Edge = tuple[Node, float | None]


def node_of(value: Value) -> Node:
    """Return the node of a Value, with the partials that were recorded.

    >>> x = Value(3.0, "x")
    >>> node_of(2.0 * x).inputs
    [(2.0, None), (Value(3.0, name='x'), 2.0)]
    """
    kind = Kind.PARAMETER if value.op is None else Kind.INTERIOR
    symbol = "" if value.op is None else value.op.symbol
    partials = iter(value.partials)
    inputs: list[Input] = [
        (x, next(partials) if isinstance(x, Value) else None) for x in value.operands
    ]
    return Node(kind, value.data, value.grad, value.name, symbol, inputs, source=id(value))
