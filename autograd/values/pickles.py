"""Pickles of Values, without recursion.

A pickle holds a graph in columns, as all numbers and all first operands: a few long arrays instead
of an object for each node.
"""

import threading
import weakref
from array import array
from collections.abc import Iterable
from itertools import chain, count, islice
from operator import attrgetter, getitem
from typing import Any, Final

from autograd.rules.operand import Operand
from autograd.rules.primitive import Primitive
from autograd.values.by_hand import BY_HAND, primitive_of, require_partials
from autograd.values.subclass import blank, set_state, state_of

_NUMBERS: Final = ("_data", "_grad", "_da", "_db")

# A pickler knows an object that comes again, but sees no node inside of a graph. So a graph is
# known here while it lives, which is while the pickler that has stored it lives. Another one that
# comes meanwhile, in the same thread, stores the whole graph where it meets a node of it (and
# recurses where graph after graph was handed to the first one, each of the nodes of the last).


class _Known:
    """The graphs of the pickles under way in a thread, and where in them a node is."""

    __slots__ = ("__weakref__", "graphs", "new", "places")

    def __init__(self) -> None:
        self.graphs: list[weakref.ref[Graph]] = []
        self.new: list[weakref.ref[Graph]] = []  # not in the places yet: few pickles ask for them
        self.places: dict[int, int] = {}  # by id: the graph times _ROOM, and the place in it

    def add(self, graph: "Graph") -> None:
        self.new.append(weakref.ref(graph))

    def find(self, node: Any) -> "tuple[Graph, int] | None":
        """Return the graph that a node is in, and its place there."""
        while self.new:
            ref = self.new.pop()
            graph = ref()
            if graph is not None:
                start = len(self.graphs) * _ROOM
                self.graphs.append(ref)
                self.places.update(zip(map(id, graph.nodes), count(start), strict=False))
        number, place = divmod(self.places.get(id(node), -1), _ROOM)
        graph = self.graphs[number]() if number >= 0 else None
        return None if graph is None else (graph, place)


_ROOM: Final = 2**40  # for the nodes of a graph

_LOCAL: Final = threading.local()  # a weak reference to what is known in the thread


def _known() -> _Known:
    ref = getattr(_LOCAL, "known", None)
    known: _Known | None = ref and ref()
    if known is None:
        known = _Known()
        _LOCAL.known = weakref.ref(known)
    return known


class Graph:
    """The nodes that some roots depend on, which pickle together and are loaded as a list.

    Leaves, and what an earlier graph of the same pickle holds, stay outside.
    """

    __slots__ = ("__weakref__", "base", "known", "nodes", "operands", "others")

    def __init__(self, roots: Iterable[Any], base: type[Any]) -> None:
        self.base = base
        self.known = known = _known()
        self.nodes: list[Any] = []
        self.others: list[Any] = []  # what is outside, constants, and None for no operand at all
        self.operands = array("i"), array("i"), array("i")  # places: of _a, of _b, of all in _many
        nodes, others = self.nodes, self.others
        places: dict[int, int] = {}  # by id: 0, 1, ... of nodes and -1, -2, ... of others
        is_first = not (known.graphs or known.new)

        def enter(x: Any) -> int:
            is_inner = isinstance(x, Operand) and x._primitive is not None
            if is_inner and (is_first or known.find(x) is None):
                place = len(nodes)
                nodes.append(x)
            else:
                others.append(x)
                place = -len(others)
            places[id(x)] = place
            return place

        for x in roots:
            if id(x) not in places:
                enter(x)
        find = places.get
        first, second, wide = [column.append for column in self.operands]
        for node in nodes:  # which grows meanwhile
            place = find(id(node._a))
            first(enter(node._a) if place is None else place)
            place = find(id(node._b))
            second(enter(node._b) if place is None else place)
            if node._many is not None:
                for x in node._many.operands:
                    place = find(id(x))
                    wide(enter(x) if place is None else place)
        known.add(self)

    def __reduce__(self) -> tuple[Any, ...]:
        """Return blank nodes first, then what fills them: attributes may lead back to the nodes."""
        nodes = self.nodes
        kinds = {i: kind for i, kind in enumerate(map(type, nodes)) if kind is not self.base}
        states = {i: state_of(nodes[i]) for i in kinds}
        ops = list(map(attrgetter("_primitive"), nodes))
        stored = {op: _ByHand(op) if op.name.endswith(BY_HAND) else op for op in set(ops)}
        wide = {i: x for i, x in enumerate(map(attrgetter("_many"), nodes)) if x is not None}
        columns = (
            list(map(stored.__getitem__, ops)),
            list(map(attrgetter("_name"), nodes)),
            *[array("d", map(attrgetter(name), nodes)) for name in _NUMBERS],
        )
        kind = type(next(iter(wide.values()), None))
        sizes = {i: len(many.operands) for i, many in wide.items()}
        partials = array("d", chain.from_iterable(many.partials for many in wide.values()))
        state = columns, self.operands, self.others, (kind, sizes, partials), states
        return _Nodes, (self.base, len(nodes), kinds), state


class _ByHand:
    """Stands for the primitive of a node built by hand, which pickles by its symbol."""

    def __init__(self, op: Primitive) -> None:
        self.op = op

    def __reduce__(self) -> tuple[Any, ...]:
        return primitive_of, (self.op.symbol, self.op.joint_rule is not require_partials)


class _Nodes(list[Any]):
    """The nodes of a graph as it is loaded: blank first."""

    def __init__(self, base: type[Any], size: int, kinds: dict[int, type[Any]]) -> None:
        super().__init__([base(0.0) for _ in range(size)])
        for i, kind in kinds.items():
            self[i] = blank(base, kind)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        columns, places, others, (operands, sizes, partials), states = state
        pool = [*self, *reversed(others)]
        first, second, wide = [map(pool.__getitem__, column) for column in places]
        for node, op, name, data, grad, da, db, a, b in zip(
            self, *columns, first, second, strict=True
        ):
            node._primitive = op
            node._name = name
            node._data = data
            node._grad = grad
            node._da = da
            node._db = db
            node._a = a
            node._b = b
        numbers = iter(partials)
        for i, size in sizes.items():
            self[i]._many = operands(tuple(islice(wide, size)), tuple(islice(numbers, size)))
        for i, own in states.items():
            set_state(self[i], own)


def reduced(node: Any, base: type[Any]) -> tuple[Any, ...]:
    """Return what `pickle` stores of a node that is no leaf: its place in a graph."""
    return getitem, _known().find(node) or (Graph([node], base), 0)
