"""Walks over the recorded graph that need no recursion: order and reverse sweeps."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeVar, cast, runtime_checkable

from autograd.rules.primitive import Primitive


@runtime_checkable
class Node(Protocol):
    """What the walks ask of a node of the graph; a Value has it."""

    @property
    def op(self) -> Primitive | None:
        """The primitive that made it; None for a leaf."""

    @property
    def operands(self) -> Sequence[Any]:
        """What the primitive was applied to: nodes and constants."""

    @property
    def parents(self) -> Sequence[Any]:
        """The nodes among the operands."""


N = TypeVar("N", bound=Node)
Share = TypeVar("Share")
Adjoint = TypeVar("Adjoint")


def topological_order(*roots: N) -> list[N]:
    """Return every Value that the roots depend on, themselves included, each after its operands.

    The order is that of evaluation from left to right: depth first, operands in their order.

    Raises:
        TypeError: a root is not a Value.

    >>> from autograd import Value
    >>> x, y = Value(2.0, "x"), Value(3.0, "y")
    >>> [v.name or v.op.symbol for v in topological_order(x * y + x)]
    ['x', 'y', '×', '+']
    """
    wrong = [x for x in cast(tuple[object, ...], roots) if not isinstance(x, Node)]
    if wrong:
        raise TypeError(
            f"topological_order() takes Values, not {wrong[0]!r} of type {type(wrong[0]).__name__}"
        )
    order: list[N] = []
    done: set[int] = set()
    opened: set[int] = set()
    stack = list(reversed(roots))
    while stack:
        node = stack[-1]
        key = id(node)
        if key in opened or node.op is None:
            stack.pop()
            if key not in done:
                done.add(key)
                order.append(node)
        else:
            opened.add(key)
            for parent in reversed(node.parents):
                if id(parent) not in opened:
                    stack.append(parent)
    return order


def reverse_sweep(
    order: Sequence[N],
    seeds: Mapping[int, Share],
    total: Callable[[list[Share]], Adjoint],
    shares: Callable[[N, Adjoint], Iterable[tuple[N, Share]]],
) -> Iterator[tuple[N, Adjoint]]:
    """Yield every node that a reverse sweep reaches with its adjoint, each before its operands.

    Args:
        order: the nodes, each after its operands.
        seeds: what some of them start with, by their ids.
        total: makes the adjoint of a node from all shares that came to it.
        shares: lists the operands that a node passes a share on to, with it.
    """
    arrived: dict[int, list[Share]] = {key: [seed] for key, seed in seeds.items()}
    for node in reversed(order):
        own = arrived.pop(id(node), None)
        if own is None:
            continue
        adjoint = total(own)
        yield node, adjoint
        for operand, share in shares(node, adjoint):
            arrived.setdefault(id(operand), []).append(share)
