"""Walks over the graph: no recursion anywhere, order, copies, pickles, deletion."""

import copy
import io
import pickle
import threading
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import autograd
import autograd as ag
from autograd import TABLE, Value, topological_order
from autograd.values import value as value_module

DEEP = 1_000_000 if autograd.__native__ else 200_000
SMALL_STACK = 256 * 1024

dot, total = TABLE["dot"], TABLE["sum"]


@pytest.fixture
def small_stack() -> Iterator[Callable[[Callable[[], Any]], Any]]:
    """Runs a function in a thread whose stack is small: recursion in C would end the process."""
    before = threading.stack_size(SMALL_STACK)

    def run(function: Callable[[], Any]) -> Any:
        results: list[Any] = []
        errors: list[BaseException] = []

        def body() -> None:
            try:
                results.append(function())
            except BaseException as error:
                errors.append(error)

        thread = threading.Thread(target=body)
        thread.start()
        thread.join()
        if errors:
            raise errors[0]
        return results[0]

    yield run
    threading.stack_size(before)


# --- deep graphs: each builder gives a root whose derivative by x is known ---


def chain_of_sums(x: Value) -> tuple[Value, float]:
    y = x
    for _ in range(DEEP):
        y = y + 1.0
    return y, 1.0


def chain_of_shared(x: Value) -> tuple[Value, float]:
    y = x
    for _ in range(DEEP // 2):
        y = y - x
    return y, 1.0 - DEEP // 2


def chain_of_diamonds(x: Value) -> tuple[Value, float]:
    y = x
    for _ in range(DEEP // 4):
        half = y * 0.5
        y = half + half
    return y, 1.0


def chain_of_functions(x: Value) -> tuple[Value, float]:
    y = x
    for _ in range(DEEP // 20):
        y = -ag.relu(-ag.relu(y) + 4.0) + 4.0
    return y, 1.0


def chain_of_dots(x: Value) -> tuple[Value, float]:
    y = x
    for _ in range(DEEP // 10):
        y = dot(y, x, 1.0, 1.0)
    return y, 1.0 + DEEP // 10


def chain_of_wide_sums(x: Value) -> tuple[Value, float]:
    y = x
    for _ in range(DEEP // 20):
        y = total(1.0, y, x, x, 2.0)
    return y, 1.0 + 2 * (DEEP // 20)


def chain_of_choices(x: Value) -> tuple[Value, float]:
    y = x
    for _ in range(DEEP // 20):
        y = ag.where(y > 0.0, ag.clip(y, -1.0, 3.0), 7.0)
    return y, 1.0


def wide_sum(x: Value) -> tuple[Value, float]:
    return total(*[x * 2.0 for _ in range(DEEP // 4)]), 2.0 * (DEEP // 4)


def many_roots(x: Value) -> tuple[Value, float]:
    y, z = x, x * 2.0
    for _ in range(DEEP // 10):
        y, z = z + 1.0, y + 1.0
    return y + z, 3.0


SHAPES = [
    chain_of_sums,
    chain_of_shared,
    chain_of_diamonds,
    chain_of_functions,
    chain_of_dots,
    chain_of_wide_sums,
    chain_of_choices,
    wide_sum,
    many_roots,
]


@pytest.mark.parametrize("build", SHAPES)
def test_deep_graphs_need_no_stack(build: Callable, small_stack: Callable) -> None:
    def sweep_order_and_delete() -> tuple[float, float, int, int]:
        x = Value(2.0)
        root, slope = build(x)
        root.backward()
        order = topological_order(root)
        found = x.grad, slope, len(order), order[-1] is root
        del order, root
        return found

    grad, slope, count, root_is_last = small_stack(sweep_order_and_delete)
    assert grad == slope
    assert count >= DEEP // 20
    assert root_is_last


@pytest.mark.parametrize("build", [chain_of_sums, chain_of_wide_sums])
def test_deep_copies_need_no_stack(build: Callable, small_stack: Callable) -> None:
    def copied() -> tuple[float, float, float]:
        x = Value(2.0)
        root, slope = build(x)
        x2, root2 = copy.deepcopy([x, root])
        del root
        root2.backward()
        return x.grad, x2.grad, slope

    grad, grad2, slope = small_stack(copied)
    assert (grad, grad2) == (0.0, slope)


@pytest.mark.parametrize("build", [chain_of_sums, chain_of_wide_sums])
def test_deep_pickles_need_no_stack(build: Callable, small_stack: Callable) -> None:
    def pickled() -> tuple[float, float]:
        x = Value(2.0)
        root, slope = build(x)
        text = pickle.dumps([x, root])
        del x, root
        x, root = pickle.loads(text)
        root.backward()
        return x.grad, slope

    grad, slope = small_stack(pickled)
    assert grad == slope


def test_deep_differentiable_sweep_needs_no_stack(small_stack: Callable) -> None:
    def second() -> tuple[float, float]:
        x = Value(1.0)
        y = x * x
        for _ in range(DEEP // 40):
            y = y * 1.0
        (dy,) = ag.adjoints(y, [x])
        (d2y,) = ag.adjoints(dy, [x])
        return dy.data, d2y

    assert small_stack(second) == (2.0, 2.0)


# --- deletion ---


@pytest.mark.parametrize(
    "wrap",
    [lambda x: [x], lambda x: (x,), lambda x: {"x": x}, lambda x: [x, {1: (x,)}]],
    ids=["lists", "tuples", "dicts", "mixed"],
)  # fmt: skip
@pytest.mark.parametrize("depth", [1, 45, 60, 200])
def test_values_die_well_inside_containers(wrap: Callable, depth: int) -> None:
    neighbours = [Value(float(i)) for i in range(50)]
    x = Value(2.0)
    for _ in range(20):
        nest: Any = [x * 3.0, total(x, x * 2.0, 1.0), Value(1.0)]
        for _ in range(depth):
            nest = wrap(nest)
        later = [Value(float(i)) for i in range(50)]
        del nest
        assert [v.data for v in later] == [float(i) for i in range(50)]
    assert [v.data for v in neighbours] == [float(i) for i in range(50)]
    (x * x).backward()
    assert x.grad == 4.0


def test_deep_graph_dies_inside_containers(small_stack: Callable) -> None:
    def die() -> float:
        x = Value(1.0)
        nest: Any = chain_of_shared(x)[0]
        for _ in range(500):
            nest = [nest, (x + 1.0,)]
        del nest
        (x * x).backward()
        return x.grad

    assert small_stack(die) == 2.0


def test_part_of_a_dying_graph_lives_on() -> None:
    x = Value(1.0)
    y = kept = x
    for i in range(DEEP // 10):
        y = y + x
        if i == 1000:
            kept = y
    del y
    kept.backward()
    assert x.grad == 1002.0


def by_hand(v: Value) -> Value:
    """The Value times 1.0, built as in micrograd."""
    out = Own(v.data, (v,), "same")
    out._backward = lambda: setattr(v, "grad", v.grad + out.grad)
    return out


class Own(Value):
    """A subclass, whose nodes have a dict."""


@pytest.mark.parametrize("wrap", [by_hand, Own])
def test_deep_graphs_of_a_subclass(wrap: Callable, small_stack: Callable) -> None:
    def build_and_delete() -> tuple[float, float]:
        x = Own(2.0)
        y: Value = x
        for _ in range(DEEP // 40):
            y = by_hand(y)
        root = y * 1.0
        root.backward()
        grads = x.grad, copy.deepcopy(y).data
        del root, y
        return grads

    assert small_stack(build_and_delete) == (1.0, 2.0)


@pytest.mark.parametrize("wrap", [lambda v: v, lambda v: (v, v), lambda v: Own(1.0)])
def test_deletion_leaves_an_exception_alone(wrap: Callable, small_stack: Callable) -> None:
    def fail() -> None:
        y = wrap(chain_of_shared(Value(1.0))[0])
        raise Broken(type(y))

    def caught() -> str:
        try:
            fail()
        except Broken as error:
            error.__traceback__ = None  # what dies with it, dies here
            return type(error).__name__
        return ""

    for _ in range(3):
        assert small_stack(caught) == "Broken"
    with pytest.raises(TypeError, match="unsupported operand"):
        _ = (Own(1.0) * 2.0) + "text"
    with pytest.raises(AttributeError, match=r"_data|_primitive"):
        _ = Value.__add__(Own.__new__(Own), 1.0)


def test_deletion_near_the_recursion_limit() -> None:
    y = chain_of_shared(Value(1.0))[0]
    held = [y]
    del y

    def deep() -> None:
        try:
            deep()
        except RecursionError:
            held.clear()

    deep()
    x = Value(2.0)
    chain_of_sums(x)[0].backward()
    assert (held, x.grad) == ([], 1.0)


@pytest.mark.skipif(not hasattr(Value, "__del__"), reason="the interpreter takes graphs apart")
def test_all_nodes_of_a_dead_graph_are_gone() -> None:
    dead: list[weakref.ref[Value]] = []

    def build_and_delete() -> None:
        y = Value(1.0)
        for i in range(5000):
            y = y + 1.0 if i % 3 else total(y, y * 2.0, 1.0)
            dead.append(weakref.ref(y))

    threads = [threading.Thread(target=build_and_delete) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not any(ref() for ref in dead)
    assert (value_module.PROCESS.chain, value_module.PROCESS.deferred) == (0, [])


# --- order ---


def test_order_is_that_of_evaluation() -> None:
    x, y, z = Value(1.0, "x"), Value(2.0, "y"), Value(3.0, "z")
    product = x * y
    root = product * z + product + x
    order = topological_order(root)
    assert order[:5] == [x, y, product, z, root.operands[0].operands[0]]
    assert order[-1] is root
    assert len(order) == 7
    assert topological_order(x) == [x]
    assert topological_order() == []


def test_order_of_several_roots() -> None:
    x = Value(1.0)
    a, b = x + 1.0, x + 2.0
    c = a * b
    assert [id(v) for v in topological_order(c, a, c)] == [id(v) for v in (x, a, b, c)]
    assert [id(v) for v in topological_order(b, c)] == [id(v) for v in (x, b, a, c)]


@pytest.mark.parametrize("root", [1.0, None, "x", [Value(1.0)]])
def test_order_of_something_else_is_refused(root: object) -> None:
    with pytest.raises(TypeError, match=r"topological_order\(\) takes Values, not "):
        topological_order(Value(1.0), root)


# --- copies and pickles ---


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
    order = topological_order(root)
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
