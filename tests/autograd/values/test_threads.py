"""Several threads at once, and what comes in the middle of a pass: interruptions, other passes."""

import copy
import math
import pickle
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import numpy as np
import pytest

import autograd
import autograd as ag
from autograd import TABLE, Tensor, Value, detect_anomaly
from autograd.values import pickles
from autograd.values import value as value_module
from autograd.values.observer import WATCH


@pytest.fixture
def frequent_switches() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def in_threads(count: int, work: Callable[[int], None]) -> None:
    """Run work(0), work(1), ... at once; raise what the first of them raised."""
    errors: list[BaseException] = []
    start = threading.Barrier(count)

    def run(i: int) -> None:
        try:
            start.wait()
            work(i)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


@pytest.mark.usefixtures("frequent_switches")
def test_each_thread_has_its_own_graph() -> None:
    def work(i: int) -> None:
        for k in range(60):
            x, y = Value(0.1 * i + 0.5), Value(1.0 + 0.01 * k)
            shared = ag.sin(x) * y
            z = shared
            for _ in range(20):
                z = TABLE["sum"](z, shared, x * y) + 0.0 * z
            z.backward()
            assert x.grad == pytest.approx(21 * math.cos(x.data) * y.data + 20 * y.data)
            assert y.grad == pytest.approx(21 * math.sin(x.data) + 20 * x.data)
            assert shared.grad == 21.0

    in_threads(12, work)


@pytest.mark.usefixtures("frequent_switches")
def test_same_graph_swept_again_and_again_beside_others() -> None:
    def work(i: int) -> None:
        x = Value(2.0)
        square = x * x
        root = square * square + square
        for times in range(1, 150):
            root.backward()
            assert (x.grad, square.grad) == (36.0 * times, 9.0)

    in_threads(8, work)


@pytest.mark.usefixtures("frequent_switches")
def test_graphs_die_in_several_threads() -> None:
    def work(i: int) -> None:
        for _ in range(5):
            x = Value(1.0)
            y = x
            for _ in range(5000):
                y = TABLE["dot"](y, x, 1.0, 0.0) if i % 2 else y + x
            del y
            (x * x).backward()
            assert x.grad == 2.0

    in_threads(8, work)


SHARERS: dict[str, Callable[[Value], None]] = {
    "backward": lambda shared: (shared * 1.0).backward(),
    "wide": lambda shared: TABLE["sum"](shared, 2.0, 0.0).backward(),
    "Tensor": lambda shared: (Tensor([1.0, 2.0]) * shared).backward([3.0, -1.0]),
    "diamond": lambda shared: (2.0 * shared - shared).backward(),
    "watched": lambda shared: detect_anomaly()((shared * 1.0).backward)(),
}


@pytest.mark.usefixtures("frequent_switches")
@pytest.mark.parametrize("way", SHARERS)
def test_threads_share_interior_nodes(way: str) -> None:
    x, y = Value(1.0), Value(2.0)
    shared = x * y
    for _ in range(100):
        shared = shared + 0.0

    def work(i: int) -> None:
        for _ in range(10):
            SHARERS[way](shared)

    in_threads(8, work)
    assert (x.grad, y.grad) == (160.0, 80.0)
    assert not WATCH.count
    x.grad = 0.0
    shared.backward(0.5)
    assert (x.grad, shared.grad) == (1.0, 0.5)


@pytest.mark.usefixtures("frequent_switches")
def test_threads_differentiate_functions_of_shared_nodes() -> None:
    w = Value(3.0)
    shared = w
    for _ in range(50):
        shared = shared * 1.0

    def f(x: Any) -> Any:
        return x * x * shared

    def work(i: int) -> None:
        x = float(i)
        for _ in range(5):
            assert ag.grad(f)(x).data == 6.0 * x
            assert ag.grad(lambda x: x * x * 3.0)(x) == 2.0 * 3.0 * x
            assert ag.derivative(lambda x: x**3, order=2)(x) == 6.0 * x
            assert ag.hessian(lambda v: v[0] * v[1] * v[1])(np.array([2.0, x])).tolist() == [
                [0.0, 2.0 * x],
                [2.0 * x, 4.0],
            ]
            f(x).backward()

    in_threads(6, work)
    assert w.grad == 5.0 * sum(i * i for i in range(6))


@pytest.mark.usefixtures("frequent_switches")
def test_threads_copy_and_pickle_a_shared_graph() -> None:
    x = Value(1.0)
    shared = x
    for _ in range(300):
        shared = shared + x

    def work(i: int) -> None:
        for _ in range(5):
            shared.backward()
            for other in (copy.deepcopy(shared), pickle.loads(pickle.dumps(shared))):
                (leaf,) = {v for v in ag.topological_order(other) if v.op is None}
                leaf.grad = 0.0
                other.backward()
                assert leaf.grad == 301.0

    in_threads(6, work)
    assert x.grad == 30 * 301.0


@pytest.fixture
def no_scratch() -> Iterator[None]:
    """Every sweep finds the scratch taken, as in a process forked in the midst of a sweep."""
    value_module.PROCESS.sweeping = True
    yield
    value_module.PROCESS.sweeping = False


@pytest.mark.usefixtures("no_scratch")
def test_sweep_without_the_nodes_scratch() -> None:
    x, y, shared, root = build()
    other = ag.sqrt(ag.maximum(shared, 11.0) - 10.0)  # does not select the shared
    for times in (1, 2):
        root.backward()
        assert (x.grad, y.grad) == pytest.approx(tuple(times * g for g in GRADS))
    other.backward()
    assert shared.grad == 0.0
    assert ag.grad(lambda a, b: a * b + b)(2.0, 3.0) == 3.0
    assert ag.grad(lambda a: a * x)(2.0).data == 2.0
    assert ag.jacrev(lambda v: v * v[0])(np.array([2.0, 3.0])).tolist() == [[4.0, 0.0], [3.0, 2.0]]
    assert repr(pickle.loads(pickle.dumps(root))) == repr(root)
    assert ag.grad(lambda a: 7.0)(1.0) == 0.0


def test_graph_may_wander_to_another_thread() -> None:
    x = Value(3.0)
    graph = [x * x]

    def work(i: int) -> None:
        graph.pop().backward()

    in_threads(1, work)
    assert x.grad == 6.0


# --- interruption ---


def build() -> tuple[Value, Value, Value, Value]:
    x, y = Value(2.0), Value(5.0)
    shared = x * y
    return x, y, shared, TABLE["sum"](shared * shared, shared, x) + shared / y


GRADS = (2 * 10 * 5 + 5 + 1 + 1, 2 * 10 * 2 + 2)  # of x, y


TRACED = (value_module.__file__, pickles.__file__)


def at_line(step: int, work: Callable[[], object], act: Callable[[], None]) -> bool:
    """Run work, and act at the given line inside value.py or pickles.py; return if it came."""

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal step
        code = frame.f_code
        if code.co_filename not in TRACED or code.co_name == "__del__":
            return None  # Python itself swallows what is raised in a deletion
        if event == "line":
            step -= 1
            if step == 0:
                act()
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    except KeyboardInterrupt:
        pass
    finally:
        sys.settrace(before)
    return step <= 0


def interrupt() -> None:
    raise KeyboardInterrupt


INTERRUPTED: dict[str, Callable[[Value, Value], object]] = {
    "backward": lambda shared, root: root.backward(),
    "grad": lambda shared, root: ag.grad(lambda a: a * a + shared)(3.0),
    "pickle": lambda shared, root: pickle.dumps(root),
    "deepcopy": lambda shared, root: copy.deepcopy(root),
}
interpreted = pytest.mark.skipif(autograd.__native__, reason="nothing comes between in C")


@interpreted
@pytest.mark.parametrize("way", INTERRUPTED)
def test_interruption_does_not_harm_later_sweeps(way: str) -> None:
    step = 0
    interrupted = True
    while interrupted:
        step += 1
        x, y, shared, root = build()
        interrupted = at_line(step, lambda: INTERRUPTED[way](shared, root), interrupt)  # noqa: B023
        x.grad = y.grad = 0.0
        (shared * 2.0).backward()  # another pass over a part
        assert (x.grad, y.grad, shared.grad) == (10.0, 4.0, 2.0)
        x.grad = y.grad = 0.0
        root.backward()
        assert (x.grad, y.grad) == pytest.approx(GRADS)
    assert step > 50
    value_module.PROCESS.sweeping = False  # it stays where only a debugger can raise: still right


@interpreted
@pytest.mark.parametrize("way", ["backward", "grad", "pickle"])
def test_sweep_inside_a_sweep(way: str) -> None:
    """A signal handler or a `__del__` sweeps the same nodes at any line of a sweep."""
    step = 0
    reached = True
    while reached:
        step += 1
        x, y, shared, root = build()
        again: list[float] = []

        def intrude(x: Value = x, shared: Value = shared, again: list[float] = again) -> None:
            before = x.grad
            (shared * 2.0 + 0.0 * x).backward()
            again.append(x.grad - before)

        result: list[Any] = []
        run = INTERRUPTED[way]
        reached = at_line(step, lambda: result.append(run(shared, root)), intrude)  # noqa: B023
        swept = way == "backward"
        assert again == pytest.approx([10.0] * reached)
        grads = (10.0 * reached + GRADS[0] * swept, 4.0 * reached + GRADS[1] * swept)
        assert (x.grad, y.grad) == pytest.approx(grads)
        if way == "grad":
            assert result[0] == 6.0
        if way == "pickle":
            assert pickle.loads(result[0]).data == root.data
    assert step > 50
    assert not value_module.PROCESS.sweeping
