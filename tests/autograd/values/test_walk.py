"""Walks over the graph: no recursion anywhere, order, deletion, deep copies and pickles."""

import copy
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


class Broken(Exception):
    """What ends a function that holds a graph."""


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
