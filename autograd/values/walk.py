"""Walks over the recorded graph that need no recursion: order, reverse sweeps, copies, pickles."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from types import MemberDescriptorType
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
    return _order_beyond((), roots)


def _order_beyond(known: Container[int], roots: Sequence[N]) -> list[N]:
    """Return the topological order of what is not known, by id, with all that it depends on."""
    order: list[N] = []
    done: set[int] = set()
    opened: set[int] = set()
    stack = [x for x in reversed(roots) if id(x) not in known]
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
                key = id(parent)
                if key not in opened and key not in known:
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


# Copies and pickles of nodes, and subclasses of Value.

_OWN = ("data", "level", "apply", "op", "operands", "edges", "parents", "partials")


def check_subclass(cls: type[Any]) -> None:
    """Raise a TypeError for a subclass of Value that overrides what the engine does not ask for."""
    for name in _OWN:
        if name in vars(cls):
            raise TypeError(
                f"{cls.__name__} overrides {name!r}, but the engine reads fields of its own "
                "instead: give it another name"
            )


def state_of(node: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the attributes that a subclass of Value keeps on a node: by its dict, by its slots."""
    slots = {
        name: getattr(node, name)
        for cls in type(node).__mro__
        if cls.__module__.split(".")[0] != "autograd"
        for name, member in vars(cls).items()
        if isinstance(member, MemberDescriptorType) and hasattr(node, name)
    }
    return getattr(node, "__dict__", {}), slots


def set_state(node: Any, state: tuple[dict[str, Any], dict[str, Any]]) -> None:
    """Give a node the attributes of such a state."""
    for attributes in state:
        for name, value in attributes.items():
            object.__setattr__(node, name, value)


IN_ORDER: ContextVar[bool] = ContextVar("in_order", default=False)
"""Whether a graph is being pickled node by node, operands first."""


class InOrder:
    """Nodes that pickle as a list, each after its operands, so that pickle never has to recurse."""

    def __init__(self, nodes: Sequence[Any]) -> None:
        self.nodes = nodes

    def __iter__(self) -> Iterator[Any]:
        before = IN_ORDER.get()
        IN_ORDER.set(True)
        try:
            yield from self.nodes
            yield None  # pickle may ask for the next before it stores one
        finally:
            IN_ORDER.set(before)

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (), None, iter(self)


def rebuild_last(
    ancestors: Iterable[Any], rebuild: Callable[..., Any], parts: tuple[Any, ...]
) -> Any:
    """Return the node of these parts; its ancestors came first only to be there for them."""
    return rebuild(*parts)
