"""Several threads at once, and interruption in the middle of a pass."""

import math
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import pytest

import autograd
import autograd as ag
from autograd import TABLE, Value
from autograd.values import value as value_module


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


def interrupted_at(step: int, work: Callable[[], None]) -> bool:
    """Run work, with a KeyboardInterrupt at the given line that it executes inside value.py."""

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal step
        if frame.f_code.co_filename != value_module.__file__:
            return None
        if event == "line":
            step -= 1
            if step == 0:
                raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
    return False


@pytest.mark.skipif(autograd.__native__, reason="nothing can interrupt the compiled sweep")
def test_interrupted_sweep_does_not_harm_later_ones() -> None:
    step = 0
    interrupted = True
    while interrupted:
        step += 1
        x, y, shared, root = build()
        interrupted = interrupted_at(step, root.backward)
        x.grad = y.grad = 0.0
        (shared * 2.0).backward()  # another pass over a part
        assert (x.grad, y.grad, shared.grad) == (10.0, 4.0, 2.0)
        x.grad = y.grad = 0.0
        root.backward()
        assert (x.grad, y.grad) == pytest.approx(GRADS)
    assert step > 50
