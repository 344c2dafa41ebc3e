"""vmap: batches give what their samples give one by one, stacked or reduced."""

from __future__ import annotations

import pickle
import sys
import threading
from collections import namedtuple
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, Value, grad, jit, value_and_grad, vmap
from autograd.program import paths as paths_module
from autograd.program.vmap import Vmapped
from autograd.transforms import tree
from autograd.transforms.tree import describe

Function = Callable[..., Any]
Pair = namedtuple("Pair", "a b")

RANDOM = np.random.default_rng(5)
W = RANDOM.standard_normal(3)
X = RANDOM.standard_normal((7, 3))
Y = RANDOM.standard_normal(7)


def stack(results: list[Any], reduce: str | None = None) -> Any:
    """Return the results of samples as vmap is to."""

    def joined(*leaves: Any) -> Any:
        array = np.stack([np.asarray(leaf, float) for leaf in leaves])
        return array if reduce is None else getattr(array, reduce)(axis=0)

    return tree.map(joined, *results)


def check_same(found: Any, expected: Any, rtol: float = 1e-13) -> None:
    assert tree.same(found, expected), (describe(found), describe(expected))
    for a, b in zip(tree.flatten(found), tree.flatten(expected), strict=True):
        assert np.shape(a) == np.shape(b)
        np.testing.assert_allclose(a, b, rtol=rtol, atol=1e-15)


def loss(w: Any, x: Any, y: Any) -> Any:
    return (np.tanh(w @ x) - y) ** 2


# Axes.

BOTH = np.stack([X, 2 * X], axis=2)  # of shape (7, 3, 2)
IN_AXES: dict[str, tuple[Function, Any, tuple[Any, ...], list[tuple[Any, ...]]]] = {
    "first": (np.sin, 0, (Y,), [(y,) for y in Y]),
    "last": (np.sum, -1, (X.T,), [(x,) for x in X]),
    "middle": (lambda x: x[0] * 2, 1, (BOTH,), [(BOTH[:, i],) for i in range(3)]),
    "tuple": (loss, (None, 0, 0), (W, X, Y), [(W, x, y) for x, y in zip(X, Y, strict=True)]),
    "list": (loss, [None, 1, 0], (W, X.T, Y), [(W, x, y) for x, y in zip(X, Y, strict=True)]),
    "negative": (loss, (None, -2, -1), (W, X, Y), [(W, x, y) for x, y in zip(X, Y, strict=True)]),
    "dict": (
        lambda p, y: p["w"] @ p["x"] * y,
        ({"w": None, "x": 0}, 0),
        ({"x": X, "w": W}, Y),
        [({"w": W, "x": x}, y) for x, y in zip(X, Y, strict=True)],
    ),
    "prefix": (
        lambda p, s: (p["a"][0] + p["a"][1]) * p["b"] * s,
        ({"a": 0, "b": None}, None),
        ({"a": [Y, 2 * Y], "b": 3.0}, 0.5),
        [({"a": [y, 2 * y], "b": 3.0}, 0.5) for y in Y],
    ),
    "named tuple": (
        lambda p: p.a * p.b,
        ((0, None),),
        (Pair(Y, 2.0),),
        [(Pair(y, 2.0),) for y in Y],
    ),
    "all of a tree": (
        lambda p: p[0] * p[1][0],
        0,
        ((Y, [X]),),
        [((y, [x]),) for x, y in zip(X, Y, strict=True)],
    ),
    "number shared": (lambda x, s: x * s, (0, None), (Y, 3), [(y, 3) for y in Y]),
    "none in a tree": (lambda p: p[0] * 2, 0, ((Y, None),), [((y, None),) for y in Y]),
    "float32": (np.sin, 0, (Y.astype(np.float32),), [(float(y),) for y in Y.astype(np.float32)]),
    "ints": (lambda x: x / 2, 0, (np.arange(5),), [(float(i),) for i in range(5)]),
    "bools": (lambda x: x / 2, 0, (np.array([True, False]),), [(1.0,), (0.0,)]),
    "strided": (np.sum, 0, (X[::-2, ::2],), [(x,) for x in X[::-2, ::2]]),
    "one sample": (np.sum, 0, (X[:1],), [(X[0],)]),
    "many samples": (lambda x: x * x, 0, (np.arange(3000.0),), [(float(i),) for i in range(3000)]),
    "objects": (lambda x: x * x, 0, (np.array([1, 2.5], object),), [(1.0,), (2.5,)]),
}


@pytest.mark.parametrize("name", IN_AXES)
@pytest.mark.parametrize("reduce", [None, "sum", "mean"])
def test_axes(name: str, reduce: str | None) -> None:
    f, in_axes, args, samples = IN_AXES[name]
    expected = stack([f(*sample) for sample in samples], reduce)
    batched = vmap(f, in_axes, reduce)
    for _ in range(2):
        check_same(batched(*args), expected)
    assert len(batched.programs) == 1


def test_named_arguments_are_mapped_along_the_first_axis() -> None:
    def f(x: Any, *, scale: Any, by: Any = 2.0) -> Any:
        return x * scale + by

    np.testing.assert_array_equal(vmap(f)(Y, scale=2 * Y), Y * 2 * Y + 2.0)
    np.testing.assert_array_equal(vmap(f, in_axes=(None,))(1.0, scale=Y, by=Y), Y + Y)


def test_decorator() -> None:
    @vmap(in_axes=(None, 0), reduce="sum")
    def f(a: Any, x: Any) -> Any:
        """Scale."""
        return a * x

    assert f(2.0, np.array([1.0, 2.0])) == 6.0
    assert (f.__name__, f.__doc__) == ("f", "Scale.")


def test_one_program_for_all_sizes_of_a_batch() -> None:
    f = vmap(np.sum)
    for n in (1, 3, 32, 33, 100, 1):
        np.testing.assert_allclose(f(np.ones((n, 3)) * 2.0), [6.0] * n)
    assert len(f.programs) == 1


# Results.


def test_trees_and_constants() -> None:
    table = np.array([1, 2])

    def f(x: Any) -> Any:
        return {"x": x, "n": 3, "table": table, "tree": (x[0], [x @ x, None])}

    check_same(vmap(f)(X), stack([f(x) for x in X]))
    check_same(vmap(f, reduce="sum")(X), stack([f(x) for x in X], "sum"))
    check_same(vmap(f, reduce="mean")(X), stack([f(x) for x in X], "mean"))


def test_results_that_depend_on_no_sample_are_broadcast() -> None:
    f = vmap(lambda a, x: (2 * a, x, 1.0), in_axes=(None, 0))
    a, _, one = f(3.0, Y)
    assert (a.tolist(), one.tolist()) == ([6.0] * 7, [1.0] * 7)
    a[0] = 0.0  # each has an entry of its own
    assert a.tolist() == [0.0] + [6.0] * 6
    assert vmap(lambda a, x: 2 * a, in_axes=(None, 0), reduce="sum")(3.0, Y) == 42.0


def test_samples_that_give_constants_on_some_paths() -> None:
    def f(x: Any) -> Any:
        return (x, np.zeros(2)) if x > 0 else (0, np.ones(2) * x)

    points = np.array([1.0, -1.0, 2.0, 3.0, -5.0])
    for reduce in (None, "sum", "mean"):
        for batched in [vmap(f, reduce=reduce)] * 2:
            check_same(batched(points), stack([f(x) for x in points], reduce))


def test_empty_batches() -> None:
    empty = np.empty((0, 3))
    for f in (vmap(lambda x: (x @ x, x)), vmap(lambda x: (x @ x if x[0] > 0 else 0.0, x))):
        for _ in range(2):
            number, array = f(empty)
            assert (number.shape, array.shape) == ((0,), (0, 3))
            f(X)
    total, vector = vmap(lambda x: (x @ x, x), reduce="sum")(empty)
    assert (total, vector.tolist()) == (0.0, [0.0] * 3)
    mean, vector = vmap(lambda x: (x @ x, x), reduce="mean")(empty)
    assert np.isnan(mean)
    assert np.isnan(vector).all()
    value, gradient = vmap(value_and_grad(loss), (None, 0, 0), "sum")(W, empty, np.empty(0))
    assert (value, gradient.tolist()) == (0.0, [0.0] * 3)
    assert vmap(np.sum)(np.empty((4, 0))).tolist() == [0.0] * 4


def test_results_share_no_memory() -> None:
    f = vmap(lambda x: (x, x, x[0]))
    a = f(X)
    kept = [x.copy() for x in a]
    b = f(3 * X)
    check_same(list(a), kept, rtol=0.0)
    arrays = [*a, *b, X]
    assert not any(np.shares_memory(p, q) for i, p in enumerate(arrays) for q in arrays[:i])
    assert all(x.flags.writeable and x.flags.c_contiguous for x in arrays)


# With transforms and with itself.


def test_gradients_by_shared_arguments() -> None:
    for reduce in ("sum", "mean"):
        expected = stack([value_and_grad(loss)(W, x, y) for x, y in zip(X, Y, strict=True)], reduce)
        inside = vmap(value_and_grad(loss), (None, 0, 0), reduce)
        around = value_and_grad(vmap(loss, (None, 0, 0), reduce))
        compiled = jit(value_and_grad(jit(vmap(jit(loss), (None, 0, 0), reduce))))
        for f in (inside, around, compiled):
            check_same(f(W, X, Y), expected)
            check_same(f(2 * W, X, Y)[1], f(2 * W, X, Y)[1])
            assert isinstance(f, Vmapped)  # it runs over lanes, reduced as the function is


@pytest.mark.parametrize("reduce", ["sum", "mean"])
@pytest.mark.parametrize("argnums", [0, 1, 2, (0, 1), (2, 0), -1])
@pytest.mark.parametrize("transform", [ag.grad, ag.jacobian, ag.hessian, ag.jacrev, ag.jacfwd])
def test_transforms_of_reduced_batches(transform: Function, argnums: Any, reduce: str) -> None:
    def whole(w: Any, x: Any, y: Any) -> Any:
        results = [loss(w, x[i], y[i]) for i in range(3)]
        return sum(results) / (3 if reduce == "mean" else 1)

    args = W, X[:3], Y[:3]
    batched = vmap(loss, (None, 0, 0), reduce)
    check_same(transform(batched, argnums)(*args), transform(whole, argnums)(*args), rtol=1e-12)


@pytest.mark.parametrize("transform", [ag.jacobian, ag.jacrev, ag.jacfwd, ag.hessian])
def test_transforms_of_stacked_batches(transform: Function) -> None:
    def whole(w: Any, x: Any) -> Any:
        return np.stack([w @ row * row[0] for row in x])

    batched = vmap(lambda w, x: w @ x * x[0], in_axes=(None, 0))
    for argnums in (0, 1):
        expected = transform(whole, argnums)(W, X[:3])
        check_same(transform(batched, argnums)(W, X[:3]), expected, rtol=1e-12)


def test_directions() -> None:
    batched = vmap(lambda w, x: w @ x * x[0], in_axes=(None, 0))
    check_same(ag.jvp(batched, (W, X), (W, X))[1], 3 * batched(W, X))
    value, pullback = ag.vjp(batched, W, X)
    check_same(value, batched(W, X))
    check_same(pullback(np.ones(7))[0], (X * X[:, :1]).sum(axis=0))
    total = vmap(loss, (None, 0, 0), "sum")
    expected = ag.hessian(total)(W, X, Y) @ W
    check_same(ag.hvp(total)(W, W, X, Y), expected, rtol=1e-12)


def test_vmap_of_vmap() -> None:
    def f(x: Any, y: Any) -> Any:
        return x * y if x > y else y

    table = vmap(vmap(f, in_axes=(None, 0)), in_axes=(0, None))
    expected = [[f(x, y) for y in Y] for x in Y[:4]]
    np.testing.assert_array_equal(table(Y[:4], Y), expected)
    summed = vmap(vmap(f, (None, 0), "sum"), (0, None), "sum")
    assert summed(Y[:4], Y) == pytest.approx(np.sum(expected), rel=1e-13)


def test_on_values_it_runs_sample_by_sample() -> None:
    w = Tensor(W)
    batched = vmap(loss, in_axes=(None, 0, 0), reduce="mean")
    out = batched(w, X, Y)
    assert isinstance(out, Value)
    out.backward()
    check_same(w.grad, ag.grad(batched)(W, X, Y))
    stacked = vmap(loss, in_axes=(None, 0, 0))(w, X, Y)
    assert isinstance(stacked, Tensor)
    assert stacked.shape == (7,)
    tree_of = vmap(lambda w, x: {"a": w, "b": x @ x}, in_axes=(None, 0))(w, X)
    assert (tree_of["a"].shape, tree_of["b"].shape) == ((7, 3), (7,))
    assert vmap(loss, (None, 0, 0))(w, X[:0], Y[:0]).shape == (0,)
    assert vmap(loss, (None, 0, 0), "sum")(w, X[:0], Y[:0]) == 0.0


def test_in_a_trace_and_in_a_compiled_function() -> None:
    batched = vmap(loss, in_axes=(None, 0, 0), reduce="mean")
    f = jit(lambda w: 2.0 * batched(w, X, Y) + w @ w)
    assert f(W) == pytest.approx(2.0 * batched(W, X, Y) + W @ W, rel=1e-13)
    plain = ag.trace(batched, W, X[:2], Y[:2])
    assert plain.result.leaves[0][0] is None
    check_same(grad(f)(W), 2.0 * grad(batched)(W, X, Y) + 2.0 * W)
    assert jit(batched) is batched


# Threads.


@pytest.mark.parametrize("workers", [2, 3])
def test_workers_share_the_samples(workers: int) -> None:
    def f(a: Any, x: Any) -> Any:
        return a * x if x > 0.0 else x * x

    points = RANDOM.standard_normal(1000)
    for reduce in (None, "sum", "mean"):
        expected = vmap(f, (None, 0), reduce)(2.0, points)
        found = vmap(f, (None, 0), reduce, workers=workers)
        for _ in range(2):
            check_same(found(2.0, points), expected)
        check_same(found(2.0, points[:3]), vmap(f, (None, 0), reduce)(2.0, points[:3]))


def test_every_worker_has_a_part(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = []
    run = paths_module.Machine.run

    def noted(self: Any, shared: Any, lanes: Any, *outputs: Any) -> Any:
        parts.append((len(lanes), threading.get_ident()))
        return run(self, shared, lanes, *outputs)

    monkeypatch.setattr(paths_module.Machine, "run", noted)
    f = vmap(lambda x: x * x, workers=4)
    f(np.ones(3))
    parts.clear()
    f._call(np.ones(1001))
    assert sorted(n for n, _ in parts) == [250, 250, 250, 251]
    assert threading.get_ident() not in {thread for _, thread in parts}


# What is refused.

REFUSED: dict[str, tuple[Function, type[Exception], str]] = {
    "no function": (lambda: vmap(3), TypeError, r"vmap\(\) takes a function, not 3"),
    "reduce": (lambda: vmap(loss, reduce="max"), ValueError, "reduce must be .*not 'max'"),
    "workers": (lambda: vmap(loss, workers=0), ValueError, "workers must be at least 1"),
    "in_axes": (lambda: vmap(loss, in_axes=(0, 0.5)), TypeError, "in_axes is made of.*not of 0.5"),
    "truth value": (lambda: vmap(loss, in_axes=True), TypeError, "in_axes is made of.*not of True"),
    "lengths": (
        lambda: vmap(loss, in_axes=(None, 0, 0))(W, X, Y[:5]),
        ValueError,
        "arguments of loss differ in their samples: x has 7, y has 5",
    ),
    "lengths in a tree": (
        lambda: vmap(lambda p: p["a"])({"a": Y, "b": [Y[:2]]}),
        ValueError,
        r"p\['a'\] has 7, p\['b'\]\[0\] has 2",
    ),
    "nothing mapped": (
        lambda: vmap(np.sum, in_axes=None)(X),
        ValueError,
        "vmap of sum needs an argument that is mapped",
    ),
    "no arguments": (vmap(dict), ValueError, "needs an argument that is mapped"),
    "number": (lambda: vmap(loss)(W, X, 1.0), ValueError, "y is a number.*give None for it"),
    "without dimensions": (
        lambda: vmap(np.sin)(np.array(1.0)),
        ValueError,
        "is a number, which has no axis to map",
    ),
    "list": (lambda: vmap(np.sum)([1.0, 2.0]), ValueError, r"\[0\] is a number"),
    "axis": (
        lambda: vmap(loss, in_axes=(None, 2, 0))(W, X, Y),
        ValueError,
        r"in_axes has 2 for x, whose shape is \(7, 3\)",
    ),
    "too few axes": (
        lambda: vmap(loss, in_axes=(None, 0))(W, X, Y),
        ValueError,
        "in_axes has length 2, but loss was called with 3 positional arguments",
    ),
    "another tree": (
        lambda: vmap(lambda p: p, in_axes=({"a": 0},))({"b": Y}),
        ValueError,
        r"in_axes=\{'a': 0\} does not fit p, which is \{'b': array\(7,\)\}",
    ),
    "a list of samples": (
        lambda: vmap(np.sin)([1.0, 2.0]),
        ValueError,
        r"x\[0\] is a number, .* give None for it .* numbers of several samples as one array",
    ),
    "text": (lambda: vmap(np.sin)("abc"), TypeError, "takes a number, not the text 'abc'"),
    "text as result": (
        lambda: vmap(lambda x: (x, "abc"))(Y),
        TypeError,
        r"returned 'abc', which is no number, at result\[1\]",
    ),
    "structures": (
        lambda: vmap(lambda x: (x, x) if x > 0 else x)(np.array([1.0, -1.0])),
        TypeError,
        r"returned \(\*, \*\) for sample 0 and \* for sample 1",
    ),
    "shapes": (
        lambda: vmap(lambda x: x if x[0] > 0 else x[:2])(np.array([[-1.0] * 3, [1.0] * 3])),
        TypeError,
        r"array\(2,\) for sample 0 and array\(3,\) for sample 1",
    ),
    "structures of Values": (
        lambda: grad(vmap(lambda x: (x, x) if x > 0 else x, reduce="sum"))(np.array([1.0, -1.0])),
        TypeError,
        r"returned \(\*, \*\) for sample 0 and \* for sample 1",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name: str) -> None:
    call, error, message = REFUSED[name]
    for _ in range(2):
        with pytest.raises(error, match=message):
            call()


def test_pickle() -> None:
    f = vmap(value_of_loss, in_axes=(None, 0, 0), reduce="mean", workers=2)
    again = pickle.loads(pickle.dumps(f))
    assert again(W, X, Y) == f(W, X, Y)
    assert (again.in_axes, again.reduce, again.workers) == ((None, 0, 0), "mean", 2)


@jit
def value_of_loss(w: Any, x: Any, y: Any) -> Any:
    return loss(w, x, y)


def test_memory_is_given_back() -> None:
    f = vmap(lambda x: x * 2.0)
    x = np.ones(10)
    f(x)
    before = sys.getrefcount(x)
    for _ in range(5):
        f(x)
    assert sys.getrefcount(x) == before


@pytest.mark.parametrize("reduce", ["sum", "mean"])
def test_factors_that_are_taken_out_of_sums_stay_moderate(reduce: str) -> None:
    def f(x: Any) -> Any:
        for factor in (0.5, 2.0):
            for _ in range(1100):
                x = x * factor
        return x

    xs = np.array([1e300, 2e300, 1e20])
    f_of_all = vmap(f, reduce=reduce)
    for _ in range(3):
        check_same(f_of_all(xs), stack([f(float(x)) for x in xs], reduce))
