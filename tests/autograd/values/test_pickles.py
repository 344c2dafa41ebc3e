"""Copies and pickles of Values: nothing is lost, nothing shared comes twice, nothing is kept."""

import copy
import io
import pickle
import threading
import tracemalloc
import weakref
from collections.abc import Callable, Sequence
from math import nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd import TABLE, Value, topological_order

dot, total = TABLE["dot"], TABLE["sum"]


def sample() -> tuple[Value, Value, Value]:
    """x, y, and a root that reaches shared nodes, constants, and every kind of node."""
    x, y = Value(2.0, "x"), Value(3.0, "y")
    shared = x * y
    wide = dot(shared, 2.0, x, shared)
    root = ag.where(shared > 0.0, wide / shared, 0.0) - 4.0 + shared + shared
    root.name = "root"
    root.backward(0.5)
    return x, y, root


def describe(root: Value) -> list[tuple[Any, ...]]:
    """All that there is to a graph, shared nodes as their numbers."""
    return described(topological_order(root))


def described(order: Sequence[Value]) -> list[tuple[Any, ...]]:
    number = {id(v): i for i, v in enumerate(order)}
    return [
        (
            v.op,
            v.data,
            v.grad,
            v.name,
            [number[id(x)] if isinstance(x, Value) else (type(x), x) for x in v.operands],
            v.partials,
        )
        for v in order
    ]


COPIES: dict[str, Callable] = {"deepcopy": copy.deepcopy}
for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
    COPIES[f"pickle {protocol}"] = lambda x, p=protocol: pickle.loads(pickle.dumps(x, p))
COPIES["pickle in Python"] = lambda x: pickle._loads(pickle._dumps(x))


@pytest.mark.parametrize("way", COPIES)
def test_copy_keeps_everything(way: str) -> None:
    x, y, root = sample()
    before = describe(root)
    x2, root2, again, y2, number = COPIES[way]([x, root, root, y, 1.5])
    assert describe(root2) == before
    assert describe(root) == before
    assert again is root2
    leaves = [v for v in topological_order(root2) if v.op is None]
    assert {id(v) for v in leaves} == {id(x2), id(y2)}
    assert not {id(v) for v in topological_order(root)} & {id(v) for v in topological_order(root2)}
    grads = x.grad, y.grad
    root2.backward(0.5)
    assert (x2.grad, y2.grad) == (2 * grads[0], 2 * grads[1])
    assert (x.grad, y.grad) == grads
    assert number == 1.5


@pytest.mark.parametrize("way", COPIES)
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_roots_share_after_copying(way: str, order: tuple[int, int]) -> None:
    x = Value(2.0)
    shared = x * x
    roots = [shared + 1.0, total(shared, shared, x)]
    copied = COPIES[way]({"roots": [roots[i] for i in order], "x": x, "shared": shared})
    first, second = (copied["roots"][order.index(i)] for i in (0, 1))
    assert first.parents[0] is copied["shared"] is second.parents[0] is second.parents[1]
    assert second.parents[2] is copied["x"] is copied["shared"].parents[1]
    (first + second).backward()
    assert (copied["x"].grad, x.grad) == (13.0, 0.0)


@pytest.mark.parametrize("way", COPIES)
def test_extreme_numbers_survive(way: str) -> None:
    values = [Value(v) for v in (float("inf"), -0.0, 5e-324, 1e308, float("nan"))]
    copied = COPIES[way](values)
    assert [repr(v) for v in copied] == [repr(v) for v in values]


def test_shallow_copy_shares_the_operands() -> None:
    x, _, root = sample()
    twin = copy.copy(root)
    assert twin is not root
    assert describe(twin) == describe(root)
    assert all(a is b for a, b in zip(twin.operands, root.operands, strict=True))
    leaf = copy.copy(x)
    assert leaf is not x
    assert (leaf.data, leaf.grad, leaf.name) == (2.0, x.grad, "x")


def test_values_among_other_things_copy() -> None:
    x, _, root = sample()
    record = {"loss": root, "parts": (root.parents[0], [x]), root: "by itself"}
    for way in ("deepcopy", "pickle 5"):
        copied = COPIES[way](record)
        assert copied["parts"][0] is copied["loss"].parents[0]
        assert copied["parts"][1][0] in topological_order(copied["loss"])
        assert copied[copied["loss"]] == "by itself"


class Broken(Exception):
    """What interrupts the picklers below."""


class BreakingPickler(pickle.Pickler):
    """Fails at the object of the given number."""

    def __init__(self, breaks_at: int) -> None:
        super().__init__(io.BytesIO())
        self.left = breaks_at

    def reducer_override(self, obj: Any) -> Any:
        self.left -= 1
        if self.left == 0:
            raise Broken
        return NotImplemented


@pytest.mark.parametrize("breaks_at", [1, 2, 3, 5, 8, 12])
def test_interrupted_pickling_leaves_nothing_behind(breaks_at: int) -> None:
    _, _, root = sample()
    with pytest.raises(Broken):
        BreakingPickler(breaks_at).dump(root)
    assert describe(pickle.loads(pickle.dumps(root))) == describe(root)
    for _ in range(3000):  # too deep for a pickle that recurses
        root = root + 1.0
    assert describe(pickle.loads(pickle.dumps(root))) == describe(root)


def test_unpicklable_neighbour() -> None:
    _, _, root = sample()
    with pytest.raises((TypeError, AttributeError, pickle.PicklingError)):
        pickle.dumps([root, lambda: None, root])
    assert describe(pickle.loads(pickle.dumps(root))) == describe(root)


def test_threads_pickle_at_once() -> None:
    def work(results: list[bool]) -> None:
        for _ in range(30):
            _, _, root = sample()
            results.append(describe(pickle.loads(pickle.dumps(root))) == describe(root))

    results: list[bool] = []
    threads = [threading.Thread(target=work, args=(results,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True] * 240


# --- what one pickle holds ---


def chain(x: Value, count: int) -> list[Value]:
    """Nodes each of which depends on the one before."""
    nodes = [x * 2.0]
    for i in range(count - 1):
        nodes.append(nodes[-1] + x if i % 3 else total(nodes[-1], x, 1.0))
    return nodes


@given(st.data())
def test_any_graph_survives(data: st.DataObject) -> None:
    """Nodes of all kinds over random operands, pickled as several roots with parts of one graph."""
    nodes: list[Value] = [Value(float(i), f"x{i}") for i in range(data.draw(st.integers(1, 3)))]
    for kind in data.draw(st.lists(st.sampled_from("+*-/wrc"), max_size=20)):
        operand = st.sampled_from([*nodes, 1.0, nan])
        a, b, c = data.draw(st.sampled_from(nodes)), data.draw(operand), data.draw(operand)
        nodes.append(
            {
                "+": lambda a, b, c: b + a,
                "*": lambda a, b, c: a * b,
                "-": lambda a, b, c: a - b,
                "/": lambda a, b, c: a / 3.0,
                "w": lambda a, b, c: dot(a, b, c, a),
                "r": lambda a, b, c: total(b, c, a, 1.0, b, a),
                "c": ag.where,
            }[kind](a, b, c)
        )
    roots = data.draw(st.lists(st.sampled_from(nodes), min_size=1, max_size=6))
    roots[0].backward()
    protocol = data.draw(st.sampled_from(range(pickle.HIGHEST_PROTOCOL + 1)))
    again = pickle.loads(pickle.dumps(roots, protocol))
    first = {id(x): i for i, x in reversed(list(enumerate(roots)))}
    assert all(again[i] is again[first[id(x)]] for i, x in enumerate(roots))
    before, after = topological_order(*roots), topological_order(*again)
    assert repr(described(after)) == repr(described(before))  # nan is itself there


@pytest.mark.parametrize("order", [1, -1])
def test_roots_that_depend_on_one_another(order: int) -> None:
    nodes = chain(Value(1.0, "x"), 3000)[::order]
    again = pickle.loads(pickle.dumps(nodes))
    assert {id(v) for v in topological_order(*again) if v.op} == {id(v) for v in again}
    assert described(topological_order(*again)) == described(topological_order(*nodes))
    sizes = [len(pickle.dumps(chain(Value(1.0), n)[::order])) for n in (1000, 2000)]
    assert sizes[1] < 2.1 * sizes[0]


def test_memory_of_a_pickle() -> None:
    """For each node four numbers, two operands and two words; an object would take 55 bytes."""
    count = 20_000
    x = root = Value(1.0)
    for _ in range(count):
        root = root * x
    tracemalloc.start()
    try:
        text = pickle.dumps(root)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(text) < 50 * count
    assert peak < 250 * count


def test_nothing_is_kept_after_a_pickle() -> None:
    root = Value(1.0) * 2.0
    gone = weakref.ref(root)
    for way in (pickle.dumps, pickle._dumps):
        pickle.loads(way([root, root + 1.0]))
    del root
    assert gone() is None


# --- one pickler after another ---


def test_a_pickler_that_goes_on_knows_its_nodes() -> None:
    x = Value(1.0, "x")
    nodes = chain(x, 30)
    file = io.BytesIO()
    pickler = pickle.Pickler(file)
    for node in (nodes[9], nodes[19], nodes[4], nodes[29]):
        pickler.dump(node)
    file.seek(0)
    unpickler = pickle.Unpickler(file)
    tenth, twentieth, fifth, last = [unpickler.load() for _ in range(4)]
    order = topological_order(last)
    assert len(order) == 31
    assert [order.index(v) for v in (fifth, tenth, twentieth)] == [5, 10, 20]


def test_picklers_at_once_hold_what_they_need_each() -> None:
    x = Value(2.0, "x")
    part = x * 3.0
    root = part + x
    pickler = pickle.Pickler(io.BytesIO())
    pickler.dump(root)
    part.data = root.grad = 7.0  # the other pickler asks anew
    for value in (part, root, [root * part, part], [x, part]):
        again = pickle.loads(pickle.dumps(value))
        assert repr(again) == repr(value)
    del pickler
    again = pickle.loads(pickle.dumps([root * part, part]))
    assert again[0].parents[1] is again[1]


def test_a_pickler_without_a_memory() -> None:
    root = chain(Value(1.0), 50)[-1]
    file = io.BytesIO()
    pickler = pickle.Pickler(file)
    pickler.fast = True
    pickler.dump([root, root])
    first, second = pickle.loads(file.getvalue())
    assert first is not second
    assert [v.data for v in (first, second)] == [root.data] * 2


# --- subclasses inside of a graph ---


class Own(Value):
    """A subclass, whose nodes have a dict."""


@pytest.mark.parametrize("first", ["x", "inner", "root"])
@pytest.mark.parametrize("way", COPIES)
def test_attributes_lead_back_into_the_graph(way: str, first: str) -> None:
    x = Own(2.0, label="x")
    inner = Own(6.0, (x,), "triple")
    inner._backward = lambda: setattr(x, "grad", x.grad + 3.0 * inner.grad)
    root = inner * 2.0
    x.seen, inner.seen = [root, inner], {"root": root, "x": x}
    named = {"x": x, "inner": inner, "root": root}
    again = COPIES[way]({first: named[first]} | named)
    x2, inner2, root2 = (again[name] for name in ("x", "inner", "root"))
    assert (type(x2), type(inner2), type(root2)) == (Own, Own, Value)
    assert x2.seen[0] is inner2.seen["root"] is root2
    assert x2.seen[1] is inner2 is root2.parents[0]
    assert inner2.seen["x"] is x2 is inner2.parents[0]
    assert inner2._op == "triple"
    root2.backward()
    assert (x2.grad, x.grad) == (6.0, 0.0)
    for v in (x, inner, x2, inner2):
        v.__dict__.clear()
