"""Calls that the machine knows give what Python's way of calling gives."""

from __future__ import annotations

import gc
import sys
import threading
import warnings
import weakref
from collections import namedtuple
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd import Value, detect_anomaly, grad, jit, value_and_grad, vmap
from autograd.program.calls import MOST
from autograd.program.machine import COMPILED

pytestmark = pytest.mark.skipif(COMPILED is None, reason="the machine was not compiled")

Point = namedtuple("Point", "x y")


def same(got: Any, wanted: Any) -> bool:
    """Whether both are equal, in structure and types too."""
    if isinstance(wanted, np.ndarray):
        equal = np.array_equal(got, wanted, equal_nan=True)
        return type(got) is np.ndarray and got.dtype == wanted.dtype and equal
    if type(got) is not type(wanted):
        return False
    if isinstance(wanted, dict):
        return list(got) == list(wanted) and all(same(got[k], wanted[k]) for k in wanted)
    if isinstance(wanted, (tuple, list)):
        pairs = zip(got, wanted, strict=False)
        return len(got) == len(wanted) and all(same(a, b) for a, b in pairs)
    return bool(got == wanted)


def learnt(f: Any, *args: Any) -> Any:
    """Call f until the machine knows the call."""
    for _ in range(3):
        f(*args)
    assert f._entries
    return f


ARRAY = np.array([[1.0, 2.0], [3.0, 4.0]])
CASES: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "a number": (lambda x: x * 2.0, (3.0,)),
    "an int": (lambda x: x * 2.0, (3,)),
    "an array": (lambda x: x * 2.0, (ARRAY,)),
    "no dimensions": (lambda x: x * 2.0, (np.array(3.0),)),
    "no entries": (lambda x, y: (x * 2.0, y), (np.empty((0, 3)), 1.0)),
    "structures": (
        lambda p, q: {"b": (p["w"] @ p["w"], [q[0] * q[1][0]]), "a": p["c"]},
        ({"w": ARRAY, "c": 1.5}, (2.0, [3.0])),
    ),
    "dicts in other orders": (lambda p: {"z": p["b"], "a": p["a"]}, ({"b": 1.0, "a": 2.0},)),
    "a named tuple": (lambda x: Point(x, x * 2.0), (3.0,)),
    "what does not depend": (lambda x: (x, None, "text", 7, ARRAY, np.float64(2.0)), (3.0,)),
    "an empty tuple": (lambda x: ((), [], {}, x), (3.0,)),
    "a gradient": (value_and_grad(lambda x: (x**3).sum()), (np.array([1.0, 2.0]),)),
    "many dimensions": (lambda x: x * 2.0, (np.ones((1, 2, 1, 2, 1, 2, 1, 2)),)),
    "nothing": (lambda x, y: x * 2.0 if y is None else x, (3.0, None)),
    "a truth value": (lambda x: x * 2.0, (True,)),
    "a number of NumPy's": (lambda x: x * 2.0, (np.float64(3.0),)),
    "whole numbers": (lambda x: x * 2.0, (np.arange(3),)),
    "half precision": (lambda x: x * 2.0, (np.ones(3, np.float16),)),
    "truth values": (lambda x: x * 2.0, (np.array([True, False]),)),
    "the other byte order": (lambda x: x * 2.0, (np.arange(3.0).astype(">f8"),)),
    "strides": (lambda x: x * 2.0, (np.arange(12.0).reshape(3, 4).T[::-2],)),
    "a named tuple of arrays": (lambda p: Point(p.y, p.x * 2.0), (Point(ARRAY, 1.0),)),
}


@pytest.mark.parametrize("name", CASES)
def test_known_calls(name: str) -> None:
    f, args = CASES[name]
    known = learnt(jit(f), *args)
    wanted = known._call(*args)
    assert same(by_machine(known, *args), wanted)


def by_machine(known: Any, *args: Any) -> Any:
    """Return what the machine alone makes of a call."""
    known._call = None  # what other calls go to
    try:
        return known(*args)
    finally:
        del known._call


@pytest.mark.parametrize("shape", [(1,) * 9, (2,) + (1,) * 9])
def test_more_dimensions_than_the_machine_knows(shape: tuple[int, ...]) -> None:
    x = np.ones(shape)
    for f in (jit(lambda x: x * 2.0), vmap(lambda x: x * 2.0), jit(lambda x: x.ravel()[0])):
        assert [np.sum(f(x)) for _ in range(3)] == [np.sum(f(x))] * 3
        assert not f._entries or np.ndim(f(x)) > 8


def f_of_all(x: Any, y: Any) -> Any:
    return {"sum": x + y["a"][0], "product": x * y["b"]}


OTHERS: list[tuple[Any, ...]] = [
    (2.0, {"a": [4.0], "b": np.array([1.0, 2.0])}),
    (2, {"a": (4.0,), "b": np.array([1.0, 2.0])}),
    (True, {"a": [4.0], "b": np.array([1, 2])}),
    (np.float64(2.0), {"a": [4.0], "b": np.array([1.0, 2.0], np.float32)}),
    (np.float32(2.0), {"b": np.array([1.0, 2.0]), "a": [4.0]}),
    (2.0, {"a": [4.0], "b": np.array([1.0, 9.0, 2.0])[::2]}),
    (2.0, {"a": [4.0], "b": np.array([1.0, 2.0]).astype(">f8")}),
    (2.0, {"a": [4.0, 5.0], "b": np.array([1.0, 2.0])}),
    (2.0, {"a": [4.0], "b": np.array([1.0, 2.0, 3.0])}),
    (2.0, {"a": [4.0], "b": np.array([[1.0], [2.0]])}),
    (2.0, {"a": [np.array(4.0)], "b": 3.0}),
]


@pytest.mark.parametrize("first", range(len(OTHERS)))
def test_other_arguments_are_computed_rightly_all_the_same(first: int) -> None:
    known = jit(f_of_all)
    for _ in range(3):
        known(*OTHERS[first])
    for args in OTHERS:
        assert same(known(*args), jit(f_of_all)._call(*args))


@pytest.mark.parametrize(
    "args",
    [
        (),
        (1.0,),
        (1.0, 2.0, 3.0),
        ("a", {"a": [4.0], "b": 1.0}),
        (1.0, {"a": [4.0], "c": np.ones(2)}),
        (1.0, {"a": [10**400], "b": np.ones(2)}),
        (1.0, {1: [4.0], "b": np.ones(2)}),
    ],
)
def test_wrong_arguments_raise_what_they_would(args: tuple[Any, ...]) -> None:
    known = learnt(jit(f_of_all), 2.0, {"a": [4.0], "b": np.ones(2)})
    with pytest.raises((TypeError, KeyError, OverflowError)) as wanted:
        jit(f_of_all)._call(*args)
    with pytest.raises(type(wanted.value)) as caught:
        known(*args)
    assert str(caught.value) == str(wanted.value)


def test_keywords_go_by_name() -> None:
    known = learnt(jit(lambda x, y=1.0: x - y), 3.0)
    assert known(3.0, y=5.0) == -2.0
    assert known(y=1.0, x=2.0) == 1.0


def test_results_are_new_each_time() -> None:
    known = learnt(jit(lambda x: (x * 2.0, ARRAY, x)), np.ones(3))
    x = np.ones(3)
    one, other = known(x), known(x)
    for a, b in zip(one, other, strict=True):
        a += 1.0
        assert not np.shares_memory(a, b)
        assert not np.shares_memory(a, x)
    assert other[1].tolist() == ARRAY.tolist() == [[1.0, 2.0], [3.0, 4.0]]
    x[:] = 7.0
    assert other[2].tolist() == [1.0] * 3


def _reshape(array: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of later versions of NumPy
        array.shape = (3, 2)


KEEPSAKES: dict[str, Callable[[Any], Any]] = {
    "the array": lambda array: array,
    "a view": lambda array: array[1:],
    "a row": lambda array: array[0],
    "its memory": memoryview,
    "a weak reference": weakref.ref,
    "nothing, but not writable": lambda array: array.setflags(write=False),
    "nothing, but of another shape": _reshape,
}


@pytest.mark.parametrize("batch", [False, True])
@pytest.mark.parametrize("keepsake", KEEPSAKES)
def test_arrays_are_used_again_only_where_nobody_has_them(keepsake: str, batch: bool) -> None:
    x = np.arange(6.0).reshape(2, 3)
    known = learnt(vmap(lambda x: x * 2.0) if batch else jit(lambda x: x * 2.0), x)
    kept, seen = [], []
    for step in range(20):
        result = known(x + step)
        assert result.shape == (2, 3)
        assert result.flags.writeable
        np.testing.assert_array_equal(result, 2.0 * (x + step))
        kept.append(KEEPSAKES[keepsake](result))
        seen.append(result.copy())
        del result
    for step, thing in enumerate(kept):
        if isinstance(thing, np.ndarray | memoryview):
            part = {"a view": np.s_[1:], "a row": 0}.get(keepsake, np.s_[:])
            np.testing.assert_array_equal(np.asarray(thing), seen[step][part])


def test_arrays_that_were_dropped_are_used_again() -> None:
    known = learnt(jit(lambda x: x * 2.0), np.ones(3))
    addresses = set()
    for _ in range(20):
        result = known(np.ones(3))
        addresses.add(id(result))
    assert len(addresses) == 2


def test_another_path_is_right() -> None:
    known = learnt(jit(lambda x: 1.0 / x if x else -1.0), 2.0)
    assert [known(x) for x in (4.0, 0.0, -0.0, 2.0, float("nan"))][:4] == [0.25, -1.0, -1.0, 0.5]


SCALE = 2.0


def scaled(x: Any) -> Any:
    return x * SCALE


def test_a_changed_global_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    known = learnt(jit(lambda x: scaled(x)), 3.0)  # noqa: PLW0108
    assert known(3.0) == 6.0
    monkeypatch.setitem(globals(), "SCALE", 5.0)
    assert known(3.0) == 15.0
    assert known(3.0) == 15.0
    monkeypatch.setitem(globals(), "SCALE", float("5"))  # an equal one
    assert known(3.0) == 15.0
    monkeypatch.delitem(globals(), "SCALE")
    with pytest.raises(NameError):
        known(3.0)


def test_a_changed_closure_default_and_code_are_seen() -> None:
    factor = 2.0

    def inner(x: Any, y: Any = 1.0) -> Any:
        return x * factor + y

    known = learnt(jit(inner), 3.0)
    factor = 4.0
    assert known(3.0) == 13.0
    inner.__defaults__ = (2.0,)
    assert known(3.0) == 14.0
    inner.__code__ = (lambda x, y: x - y if factor else 0.0).__code__
    assert known(3.0) == 1.0


def test_changed_contents_are_seen() -> None:
    table, array = {"k": [1.0]}, np.array([1.0])
    known = learnt(jit(lambda x: x * table["k"][0] + array[0]), 3.0)
    table["k"][0] = 2.0
    assert known(3.0) == 7.0
    array[0] = 0.5
    assert known(3.0) == 6.5


def test_captured_values_are_read_anew() -> None:
    w = Value(2.0)
    f = jit(lambda x: w * x)
    assert [f(3.0) for _ in range(3)] == [6.0] * 3
    w.data = 5.0
    assert f(3.0) == 15.0


def test_values_and_transforms_go_through() -> None:
    known = learnt(jit(lambda x: x * x), 3.0)
    x = Value(3.0)
    y = known(x)
    y.backward()
    assert (y.data, x.grad) == (9.0, 6.0)
    assert grad(lambda x: known(x) * known(2.0))(3.0) == 24.0


def test_observers_see_every_operation() -> None:
    known = learnt(jit(lambda x: ag.log(x)), 3.0)  # noqa: PLW0108
    with detect_anomaly(), pytest.raises(FloatingPointError, match="log"):
        known(0.0)
    assert known(0.0) == -np.inf


def test_no_more_than_a_few_are_kept() -> None:
    f = jit(lambda x: x * 2.0)
    for n in range(1, 3 * MOST):
        for _ in range(2):
            assert f(np.ones(n)).tolist() == [2.0] * n
    assert len(f._entries) == MOST
    assert f(np.ones(1)).tolist() == [2.0]


def test_nothing_is_left_behind() -> None:
    f = learnt(jit(lambda p, x: {"a": p["w"] * x, "b": [x, None]}), {"w": np.ones(3)}, 2.0)
    argument, x = {"w": np.ones(3)}, 2.5
    counts = [sys.getrefcount(thing) for thing in (argument, argument["w"], x)]
    for _ in range(100):
        f(argument, x)
        f((argument,), "x") if False else None
    assert [sys.getrefcount(thing) for thing in (argument, argument["w"], x)] == counts


def test_compiled_functions_are_collected() -> None:
    def make() -> Any:
        @jit
        def f(x: Any) -> Any:
            return x * 2.0 if x > 0.0 else f(-x)

        learnt(f, 3.0)
        return weakref.ref(f)

    reference = make()
    gc.collect()
    assert reference() is None


def test_threads_may_call_one_function() -> None:
    f = learnt(jit(lambda x, y: (np.tanh(x) @ x * y, x + y)), np.ones(200), 1.0)
    inputs = [np.random.default_rng(i).normal(size=200) for i in range(8)]
    wanted = [f._call(x, 2.0) for x in inputs]
    wrong: list[int] = []

    def work(i: int) -> None:
        for _ in range(300):
            if not same(f(inputs[i], 2.0), wanted[i]):
                wrong.append(i)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


# Batches.


def loss(p: Any, x: Any, y: Any) -> Any:
    return ag.relu(1.0 - y * (p["w"] @ x + p["b"])) + 0.1 * (p["w"] * p["w"]).sum()


P = {"w": np.array([0.3, -0.7]), "b": 0.1}


@pytest.mark.parametrize("reduce", [None, "sum", "mean"])
@pytest.mark.parametrize("count", [1, 7, 8, 64, 131])
def test_batches(reduce: str | None, count: int) -> None:
    rng = np.random.default_rng(count)
    X, y = rng.normal(size=(count, 2)), rng.choice([-1.0, 1.0], count)
    step = vmap(value_and_grad(loss), in_axes=(None, 0, 0), reduce=reduce)
    wanted = step._call(P, X, y)
    learnt(step, P, X, y)
    got = step(P, X, y)
    for a, b in zip(numbers(got), numbers(wanted), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-14, atol=1e-15)
        assert type(a) is type(b)


def numbers(result: Any) -> list[Any]:
    value, gradient = result
    return [value, gradient["w"], gradient["b"]]


@pytest.mark.parametrize("workers", [2, 3, 100])
def test_threads_share_the_lanes(workers: int) -> None:
    rng = np.random.default_rng(workers)
    X, y = rng.normal(size=(3001, 2)), rng.choice([-1.0, 1.0], 3001)
    for reduce in (None, "sum", "mean"):
        alone = learnt(vmap(value_and_grad(loss), (None, 0, 0), reduce), P, X, y)
        shared = vmap(value_and_grad(loss), (None, 0, 0), reduce, workers=workers)
        learnt(shared, P, X, y)
        pairs = zip(numbers(shared(P, X, y)), numbers(alone(P, X, y)), strict=True)
        for a, b in pairs:
            np.testing.assert_allclose(a, b, rtol=1e-12 if reduce else 0.0, atol=0.0)


def test_threads_tell_of_lanes_that_part() -> None:
    f = vmap(lambda x: x * 2.0 if x > 0.0 else -x, workers=3)
    learnt(f, np.ones(2000))
    x = np.ones(2000)
    x[1999] = -5.0
    for _ in range(3):
        assert f(x).tolist() == [2.0] * 1999 + [5.0]


def test_batches_of_other_sizes_and_types() -> None:
    step = vmap(loss, in_axes=(None, 0, 0))
    learnt(step, P, np.ones((5, 2)), np.ones(5))
    assert step(P, np.ones((3, 2)), np.ones(3)).shape == (3,)
    assert step(P, np.ones((0, 2)), np.ones(0)).shape == (0,)
    assert step(P, np.ones((4, 2), int), np.ones(4, np.float32)).shape == (4,)
    assert step(P, np.ones((2, 4)).T, np.ones(4)).shape == (4,)
    with pytest.raises(ValueError, match="differ in their samples"):
        step(P, np.ones((3, 2)), np.ones(4))


PACKED = [("n", "i4"), ("x", "f8", (2,)), ("y", "f8")]
BATCHES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "whole numbers": (0, (np.arange(6).reshape(3, 2), np.array([1, -1, 1], np.int8))),
    "single precision": (0, (np.ones((3, 2), np.float32), np.array([True, False, True]))),
    "another axis": ((1, 0), (np.arange(6.0).reshape(2, 3), np.arange(3.0))),
    "the last axis": ((-1, -1), (np.arange(6).reshape(2, 3), np.arange(3.0)[::-1])),
    "strides": (0, (np.arange(24.0).reshape(6, 4)[::2, ::-2], np.arange(6.0)[::-2])),
    "one number for all": (0, (np.broadcast_to(2.0, (3, 2)), np.broadcast_to(3.0, (3,)))),
    "unaligned": (0, (np.zeros(3, PACKED)["x"], np.zeros(3, PACKED)["y"])),
}


@pytest.mark.parametrize("name", BATCHES)
@pytest.mark.parametrize("reduce", [None, "sum", "mean"])
def test_known_batches(name: str, reduce: str | None) -> None:
    axes, args = BATCHES[name]
    known = learnt(vmap(lambda x, y: (x[0] - x[1] * y, x, 3.0), axes, reduce), *args)
    wanted = known._call(*args)
    assert same(by_machine(known, *args), wanted)


@pytest.mark.parametrize("count", [1, 7, 8, 17, 511, 512, 513, 1300])
@pytest.mark.parametrize("lanes", [1, 8, 100])
def test_sums_of_many_outputs(count: int, lanes: int) -> None:
    """Of lanes, of what is the same for all of them, and of both."""
    rng = np.random.default_rng(count)
    p, x = rng.normal(size=count), rng.normal(size=(lanes, count))
    mean = learnt(vmap(lambda p, x: (p + 2.0 * x, x, p * 3.0), (None, 0), "mean"), p, x)
    for got, wanted in zip(mean(p, x), (p + 2.0 * x.mean(0), x.mean(0), p * 3.0), strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-14, atol=1e-14)
    assert same(by_machine(mean, p, x), mean._call(p, x))


def test_several_axes_of_a_sample() -> None:
    x = np.arange(24.0).reshape(2, 3, 4).transpose(2, 0, 1)
    for axis in range(3):
        known = learnt(vmap(lambda x: x * 2.0, in_axes=axis), x)
        assert same(by_machine(known, x), np.moveaxis(x, axis, 0) * 2.0)


class Mean(Point):
    """Makes something of what it is given."""

    def __new__(cls, x: Any, y: Any) -> Mean:
        return super().__new__(cls, np.array((x + y) / 2.0), y)


def test_named_tuples_that_compute() -> None:
    f = vmap(lambda x: Mean(x, x * 3.0))
    wanted = f._call(np.ones(4))
    for _ in range(3):
        assert same(f(np.ones(4)), wanted)


def test_what_is_read_may_be_dropped_meanwhile() -> None:
    arguments = [np.ones(50_000), np.ones(50_000)]
    f = learnt(vmap(lambda pair: pair[0] + ag.exp(pair[1]) * 0.0), arguments)
    done = threading.Event()

    def replace() -> None:
        while not done.is_set():
            arguments[:] = [np.ones(50_000), np.ones(50_000)]

    other = threading.Thread(target=replace)
    other.start()
    try:
        assert all((f(arguments) == 1.0).all() for _ in range(100))
    finally:
        done.set()
        other.join()


def test_batches_that_part_are_right() -> None:
    f = vmap(lambda x: x * 2.0 if x > 0.0 else -x)
    learnt(f, np.ones(5))
    x = np.array([1.0, -1.0, 3.0, -4.0, 0.0])
    for _ in range(3):
        assert f(x).tolist() == [2.0, 1.0, 6.0, 4.0, 0.0]
        assert f(np.ones(3)).tolist() == [2.0] * 3


leaves = st.one_of(st.floats(-4.0, 4.0), st.integers(-4, 4), st.just(np.array([1.5, -2.0])))
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.tuples(inner, inner),
        st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    ),
    max_leaves=6,
)


@given(st.lists(trees, min_size=1, max_size=3))
def test_any_structure(args: list[Any]) -> None:
    def f(*xs: Any) -> Any:
        return ag.transforms.tree.map(lambda x: x * 2.0 + 1.0, xs)

    known = jit(f)
    wanted = known._call(*args)
    for _ in range(2):
        assert same(known(*args), wanted)
