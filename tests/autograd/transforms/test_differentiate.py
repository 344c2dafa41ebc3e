"""Transforms: perturbation confusion, structures, shapes, arrays inside f, nesting, bad input."""

from __future__ import annotations

import functools
import itertools
import math
import threading
from collections import OrderedDict, namedtuple
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp

import autograd as ag
from autograd import (
    Dual,
    Tensor,
    Value,
    derivative,
    grad,
    hessian,
    hvp,
    jacfwd,
    jacobian,
    jacrev,
    jvp,
    linearize,
    value_and_grad,
    vjp,
)

Function = Callable[..., Any]
Point = namedtuple("Point", "x y")

small = st.floats(-3, 3)

# Every way to the derivative of a function of one number.

DERIVATIVES: dict[str, Callable[[Function], Function]] = {
    "grad": grad,
    "value_and_grad": lambda f: lambda x: value_and_grad(f)(x)[1],
    "jacrev": jacrev,
    "vjp": lambda f: lambda x: vjp(f, x)[1](1.0)[0],
    "jvp": lambda f: lambda x: jvp(f, (x,), (1.0,))[1],
    "jacfwd": jacfwd,
    "linearize": lambda f: lambda x: linearize(f, x)[1](1.0),
    "derivative": derivative,
}

any_derivative = pytest.mark.parametrize("D", DERIVATIVES.values(), ids=DERIVATIVES.keys())
any_two = pytest.mark.parametrize(
    ("D", "E"),
    list(itertools.product(DERIVATIVES.values(), repeat=2)),
    ids=[" of ".join(names) for names in itertools.product(DERIVATIVES, repeat=2)],
)

GRADIENTS: dict[str, Callable[[Function], Function]] = {
    "grad": grad,
    "jacrev": jacrev,
    "jacfwd": jacfwd,
    "jacobian": jacobian,
    "vjp": lambda f: lambda x: vjp(f, x)[1](1.0)[0],
}
any_gradient = pytest.mark.parametrize("gradient", GRADIENTS.values(), ids=GRADIENTS.keys())


def assert_plain(tree: Any) -> None:
    """Nothing in the results remembers how it was computed."""
    if isinstance(tree, dict):
        tree = list(tree.values())
    if isinstance(tree, (tuple, list)):
        for branch in tree:
            assert_plain(branch)
    elif isinstance(tree, np.ndarray):
        assert (type(tree), tree.dtype) == (np.ndarray, np.float64)
    else:
        assert tree is None or type(tree) in (float, str)


# --- perturbation confusion ---


@any_two
def test_the_classic_nested_example(D: Any, E: Any) -> None:
    """Siskind & Pearlmutter: with one ε for both derivatives, the answer would be 2."""
    assert D(lambda x: x * E(lambda y: x + y)(1.0))(1.0) == 1.0


@any_two
@settings(max_examples=5)
@given(x=small, y=small)
def test_inner_derivatives_that_use_the_outer_variable(D: Any, E: Any, x: float, y: float) -> None:
    def close(got: Any, want: float) -> bool:
        assert type(got) is float
        return got == pytest.approx(want, rel=1e-14, abs=1e-14)

    assert close(D(lambda x: x * E(lambda y: x * y)(y))(x), 2 * x)
    assert close(D(lambda x: x * E(lambda y: x * y * y)(y))(x), 4 * x * y)
    assert close(D(lambda x: x * E(lambda y: x * x * y)(x))(x), 3 * x * x)
    assert close(D(lambda x: E(lambda y: y * x)(x * x) * x)(x), 2 * x)
    assert close(D(lambda x: E(lambda y: ag.sin(x * y))(y))(x),
                 math.cos(x * y) - x * y * math.sin(x * y))  # fmt: skip
    assert close(D(lambda x: E(lambda x: x * x)(x) * x)(x), 4 * x)  # one shadows the other


@any_two
def test_inner_functions_that_ignore_their_argument(D: Any, E: Any) -> None:
    assert D(lambda x: x * E(lambda y: x)(1.0))(3.0) == 0.0
    assert D(lambda x: x + E(lambda y: 7.0)(x))(3.0) == 1.0
    assert D(lambda x: E(lambda y: y * y)(5.0))(3.0) == 0.0
    assert D(lambda x: E(lambda y: x * x)(x) + 2.0 * x)(3.0) == 2.0


@any_two
def test_the_amazing_bug(D: Any, E: Any) -> None:
    """Manzyuk et al., arXiv:1211.4892: the shift operator, differentiated by its shift, twice."""

    def shift(u: Any) -> Function:
        return lambda f: lambda x: f(x + u)

    def by_shift(D: Any, f: Function) -> Function:
        return lambda x: D(lambda u: shift(u)(f)(x))(0.0)

    assert by_shift(D, by_shift(E, ag.exp))(1.0) == pytest.approx(math.e, rel=1e-15)
    assert by_shift(D, by_shift(E, lambda x: x**3))(2.0) == 12.0


@any_derivative
def test_a_function_is_no_result(D: Any) -> None:
    """The bug of that paper needs derivatives of functions that return functions."""
    with pytest.raises(TypeError, match="number"):
        D(lambda x: lambda y: x * y)(1.0)


@any_two
def test_closures_made_outside_the_inner_derivative(D: Any, E: Any) -> None:
    def outer(x: Any) -> Any:
        scale = lambda y: x * y  # noqa: E731
        power = functools.partial(pow, x)
        return E(scale)(2.0) * E(lambda y: scale(y) * power(2))(1.0)

    assert D(outer)(3.0) == pytest.approx(4 * 3.0**3)


@any_two
def test_shared_arrays(D: Any, E: Any) -> None:
    """One array that both levels write to and read from."""

    def outer(x: Any) -> Any:
        shared = np.array([x, 2.0 * x, 1.0], dtype=object)

        def inner(y: Any) -> Any:
            shared[2] = y
            return shared[0] * shared[1] * shared[2]

        slope = E(inner)(5.0)  # 2 x²
        return slope * shared[0]

    assert D(outer)(3.0) == pytest.approx(6 * 3.0**2)


@any_two
def test_a_variable_that_leaks_is_a_constant_to_later_ones(D: Any, E: Any) -> None:
    leaked: list[Any] = []
    D(lambda x: leaked.append(x) or x * x)(3.0)
    later = E(lambda y: y * leaked[0])(2.0)
    assert (later.data if isinstance(later, Value | Dual) else later) == 3.0


@pytest.mark.parametrize("names", list(itertools.product(("grad", "jvp"), repeat=4)))
def test_modes_swapped_at_every_level(names: tuple[str, ...]) -> None:
    """d/dx x d/dy y x d/dz z y x d/dw (w z y x), all at different points: each level sees all."""
    A, B, C, D = (DERIVATIVES[name] for name in names)

    def f(x: Any) -> Any:
        return x * B(lambda y: y * x * C(lambda z: z * y * D(lambda w: w * z * y * x)(5.0))(3.0))(
            2.0
        )

    # D gives z y x, C of z² y² x gives 2 z y² x = 6 y² x, B of 6 y³ x² gives 18 y² x² = 72 x²
    assert A(f)(7.0) == pytest.approx(72 * 3 * 7.0**2)


def test_the_tests_notice_a_single_level(monkeypatch: pytest.MonkeyPatch) -> None:
    """With one ε for all differentiations the inner one is confused, as the tests above say."""
    monkeypatch.setattr("autograd.transforms.differentiate._LEVELS", itertools.repeat(1000))
    assert derivative(lambda x: x * derivative(lambda y: x + y)(1.0))(1.0) == 2.0


# --- structures ---

TREES: dict[str, Any] = {
    "number": 2.0,
    "integer": 2,
    "NumPy integer": np.int64(2),
    "NumPy double": np.float64(2.0),
    "NumPy scalar": np.float32(2.0),
    "tuple": (2.0, 3.0),
    "list": [2.0, np.array([1.0, 3.0])],
    "dict": {"b": 2.0, "a": np.array([[1.0, 2.0]])},
    "dict of mixed keys": {"b": 2.0, 1: 3.0, (0, "x"): 5.0},
    "named tuple": Point(2.0, np.array([1.0, 2.0])),
    "None": (None, 2.0, {"nothing": None}),
    "nested": {"w": [(2.0, [3.0]), Point(1.0, {"z": np.arange(3.0)})], "a": ()},
    "ordered dict": OrderedDict(b=2.0, a=3.0),
    "0-d array": np.array(2.0),
    "empty array": (np.zeros((0, 3)), 2.0),
    "2-d array": np.arange(6.0).reshape(2, 3),
    "transposed": np.arange(6.0).reshape(2, 3).T,
    "every other": np.arange(6.0)[::2],
    "reversed": np.arange(3.0)[::-1],
    "integers": np.arange(3),
    "bytes": np.array([[255], [0]], np.uint8),
    "float32": np.array([1.0, 2.0], np.float32),
    "float16": np.array([[1.0], [2.0]], np.float16),
    "big-endian": np.array([1.0, 2.0], ">f8"),
    "read-only": np.broadcast_to(np.float64(2.0), (2, 2)),
    "objects": np.array([1, 2.5], dtype=object),
}

any_tree = pytest.mark.parametrize("tree", TREES.values(), ids=TREES.keys())


def flat(tree: Any) -> Iterator[Any]:
    """All numbers, dicts in the order of the structure rules."""
    if isinstance(tree, dict):
        for key in sorted(tree, key=lambda key: (type(key).__name__, repr(key))):
            yield from flat(tree[key])
    elif isinstance(tree, (tuple, list)):
        for branch in tree:
            yield from flat(branch)
    elif isinstance(tree, np.ndarray):
        yield from tree.reshape(-1)
    elif tree is not None:
        yield tree


def assert_same_structure(got: Any, like: Any, narrow: bool = True) -> None:
    """Tuples for tuples, keys in their order, arrays for arrays; narrow floats where there were."""
    if like is None:
        assert got is None
    elif isinstance(like, dict):
        assert isinstance(got, dict)
        assert list(got) == list(like)
        for key in like:
            assert_same_structure(got[key], like[key], narrow)
    elif isinstance(like, (tuple, list)):
        assert (type(got), len(got)) == (type(like), len(like))
        for branch, expected in zip(got, like, strict=True):
            assert_same_structure(branch, expected, narrow)
    elif isinstance(like, np.ndarray):
        is_narrow = narrow and like.dtype in (np.float16, np.float32)
        dtype = like.dtype if is_narrow else np.float64
        assert (type(got), got.dtype, got.shape) == (np.ndarray, dtype, like.shape)
    else:
        assert type(got) is (np.float32 if narrow and isinstance(like, np.float32) else float)


def weighted_squares(tree: Any) -> Any:
    return sum((i + 1.0) * x * x for i, x in enumerate(flat(tree)))


@any_gradient
@any_tree
def test_gradients_have_the_structure_of_the_argument(gradient: Any, tree: Any) -> None:
    got = gradient(weighted_squares)(tree)
    assert_same_structure(got, tree)
    expected = [2.0 * (i + 1) * x for i, x in enumerate(flat(tree))]
    assert [float(x) for x in flat(got)] == expected


@any_tree
def test_products_with_the_jacobian(tree: Any) -> None:
    """jvp, linearize, vjp and hvp of trees: the value's and the direction's structure."""

    def f(tree: Any) -> Any:
        return {"squares": weighted_squares(tree), "same": tree}

    direction = jacrev(weighted_squares)(tree)
    slopes = [2.0 * (i + 1) * x for i, x in enumerate(flat(tree))]
    along = sum(s * s for s in slopes)
    for value, tangent in (
        jvp(f, (tree,), (direction,)),
        (linearize(f, tree)[0], linearize(f, tree)[1](direction)),
    ):
        assert_same_structure(value["same"], tree, narrow=False)
        assert_same_structure(tangent["same"], tree)
        assert [float(x) for x in flat(value["same"])] == [float(x) for x in flat(tree)]
        assert tangent["squares"] == pytest.approx(along)
        assert [float(x) for x in flat(tangent["same"])] == slopes
    value, pullback = vjp(f, tree)
    (product,) = pullback({"squares": 1.0, "same": direction})
    assert_same_structure(product, tree)
    assert [float(x) for x in flat(product)] == [2 * s for s in slopes]
    curved = hvp(weighted_squares)(tree, direction)
    assert_same_structure(curved, tree)
    expected = [2.0 * (i + 1) * s for i, s in enumerate(slopes)]
    assert [float(x) for x in flat(curved)] == expected


@pytest.mark.parametrize("transform", [jacrev, jacfwd, jacobian])
def test_the_jacobian_of_a_tree_by_a_tree(transform: Any) -> None:
    def f(p: Any) -> Any:
        return {"out": [p["b"] * p["a"].sum(), p["a"] * 2.0], "one": p["b"]}

    result = transform(f)({"b": 3.0, "a": np.array([1.0, 2.0])})
    assert list(result) == ["out", "one"]
    assert result["out"][0]["b"] == 3.0
    assert result["out"][0]["a"].tolist() == [3.0, 3.0]
    assert result["out"][1]["b"].tolist() == [0.0, 0.0]
    assert result["out"][1]["a"].tolist() == [[2.0, 0.0], [0.0, 2.0]]
    assert (result["one"]["b"], result["one"]["a"].tolist()) == (1.0, [0.0, 0.0])
    assert_plain(result)


@pytest.mark.parametrize("transform", [jacrev, jacfwd, jacobian])
@pytest.mark.parametrize("out", [(), (2,), (0,), (2, 2)])
@pytest.mark.parametrize("into", [(), (3,), (0,), (1, 3)])
def test_shapes_of_jacobians(transform: Any, out: tuple[int, ...], into: tuple[int, ...]) -> None:
    def f(x: Any) -> Any:
        return np.broadcast_to(np.sum(x), out) * np.ones(out)

    jacobian_of_f = transform(f)(np.ones(into))
    if out == () and into == ():
        assert jacobian_of_f == 1.0
    else:
        assert (type(jacobian_of_f), jacobian_of_f.shape) == (np.ndarray, out + into)
        assert jacobian_of_f.dtype == np.float64
        assert (jacobian_of_f == 1.0).all()


def test_hessian_of_a_tree() -> None:
    result = hessian(lambda p: p["x"] ** 2 * p["y"][0])({"x": 3.0, "y": np.array([5.0, 0.0])})
    assert result["x"]["x"] == 10.0
    assert result["x"]["y"].tolist() == result["y"]["x"].tolist() == [6.0, 0.0]
    assert result["y"]["y"].tolist() == [[0.0, 0.0], [0.0, 0.0]]


@pytest.mark.parametrize(
    ("argnums", "expected"),
    [
        (0, 15.0), (1, 10.0), (2, 6.0), (-1, 6.0), (-3, 15.0), (np.int64(1), 10.0),
        ((0,), (15.0,)), ((0, 2), (15.0, 6.0)), ((2, 0), (6.0, 15.0)), ((-1, 0), (6.0, 15.0)),
        ([1, 2], (10.0, 6.0)),
    ],
)  # fmt: skip
def test_argnums(argnums: Any, expected: Any) -> None:
    def product(x: Any, y: Any, z: Any) -> Any:
        return x * y * z

    for transform in (grad, jacrev, jacfwd, jacobian):
        assert transform(product, argnums)(2.0, 3.0, 5.0) == expected
    assert value_and_grad(product, argnums)(2.0, 3.0, 5.0) == (30.0, expected)


def test_hessian_and_hvp_by_several_arguments() -> None:
    def f(x: Any, y: Any) -> Any:
        return x**2 * y

    assert hessian(f, (0, 1))(3.0, 5.0) == ((10.0, 6.0), (6.0, 0.0))
    assert hvp(f, (0, 1))(3.0, 5.0, (1.0, 10.0)) == (70.0, 6.0)
    assert hvp(f, 0)(3.0, 5.0, 2.0) == 20.0
    assert hvp(f, -1)(3.0, 5.0, 2.0) == 0.0


def test_other_arguments_pass_through() -> None:
    seen: list[Any] = []

    def f(x: Any, flag: Any, *rest: Any, scale: Any = 1.0, **options: Any) -> Any:
        seen.append((flag, rest, options))
        return x * x * scale

    marker = object()
    for transform in (grad, jacrev, jacfwd, jacobian):
        assert transform(f)(3.0, True, marker, scale=2.0, note="n") == 12.0
    assert hvp(f)(3.0, 1.0, True, marker, scale=2.0, note="n") == 4.0
    assert hessian(f)(3.0, True, marker, scale=2.0, note="n") == 4.0
    assert all(case == (True, (marker,), {"note": "n"}) for case in seen)


# --- auxiliary results ---


def with_aux(x: Any) -> Any:
    return x**3, {"x": x, "array": np.array([x, 2 * x]), "text": "hi", "none": None, "n": (x * x,)}


def assert_aux_at_3(aux: Any) -> None:
    assert_plain(aux)
    assert (aux["x"], aux["text"], aux["none"], aux["n"]) == (3.0, "hi", None, (9.0,))
    assert aux["array"].tolist() == [3.0, 6.0]


@pytest.mark.parametrize("transform", [grad, jacrev, jacfwd, jacobian])
def test_aux(transform: Any) -> None:
    slope, aux = transform(with_aux, has_aux=True)(3.0)
    assert slope == 27.0
    assert_aux_at_3(aux)


def test_aux_of_the_others() -> None:
    (value, aux), slope = value_and_grad(with_aux, has_aux=True)(3.0)
    assert (value, slope) == (27.0, 27.0)
    assert_aux_at_3(aux)
    value, tangent, aux = jvp(with_aux, (3.0,), (2.0,), has_aux=True)
    assert (value, tangent) == (27.0, 54.0)
    assert_aux_at_3(aux)
    value, pullback, aux = vjp(with_aux, 3.0, has_aux=True)
    assert (value, pullback(2.0)) == (27.0, (54.0,))
    assert_aux_at_3(aux)
    curvature, aux = hessian(with_aux, has_aux=True)(3.0)
    assert curvature == 18.0
    assert_aux_at_3(aux)


WITH_AUX: dict[str, Callable[[Function], Function]] = {
    "grad": lambda f: grad(f, has_aux=True),
    "jacfwd": lambda f: jacfwd(f, has_aux=True),
    "jacrev": lambda f: jacrev(f, has_aux=True),
    "jvp": lambda f: lambda x: jvp(f, (x,), (1.0,), has_aux=True)[1:],
    "vjp": lambda f: lambda x: pulled_back(*vjp(f, x, has_aux=True)),
}


def pulled_back(value: Any, pullback: Function, aux: Any) -> Any:
    return pullback(1.0)[0], aux


@pytest.mark.parametrize("outer", WITH_AUX)
@pytest.mark.parametrize("inner", WITH_AUX)
def test_aux_of_nested_transforms_is_plain(outer: str, inner: str) -> None:
    slope, aux = WITH_AUX[outer](WITH_AUX[inner](with_aux))(3.0)
    assert slope == 18.0
    assert_aux_at_3(aux)


def test_aux_that_holds_no_numbers_is_left_alone() -> None:
    words, marker = np.array(["a", None], dtype=object), object()
    for transform in (grad, jacfwd):
        _, (got, same) = transform(lambda x: (x * x, (words, marker)), has_aux=True)(3.0)
        assert got is words
        assert same is marker


def test_aux_of_an_inner_transform_still_carries_the_outer_derivative() -> None:
    def f(x: Any) -> Any:
        slope, aux = grad(lambda y: (x * y * y, {"kept": x * y}), has_aux=True)(2.0)
        return slope * aux["kept"]  # 4x · 2x

    for D in DERIVATIVES.values():
        assert D(f)(3.0) == 48.0


# --- inside f an array is an array ---

X = np.array([0.7, 1.9, -1.3])


def write_entries(a: Any) -> Any:
    b = a.copy()
    b[0] = a[1] * a[2]
    b[1:] = 2.0 * a[:2]
    b[2] += 1.0
    return b @ b


def newton_loop(a: Any) -> Any:
    x = a[1]
    while abs(x * x - a[1]) > 1e-12:
        x = 0.5 * (x + a[1] / x)
    return x * np.sum(a)


ARRAY_CODE: dict[str, Function] = {
    "slices": lambda a: np.sum(a[1:] * a[:-1]) + a[-1],
    "arithmetic": lambda a: ((2 * a - 1) ** 2 / 3 - a * 0.5 + 1 / a).sum(),
    "matmul": lambda a: a @ np.arange(9.0).reshape(3, 3) @ a,
    "matrix first": lambda a: (np.arange(6.0).reshape(2, 3) @ a) @ np.ones(2),
    "sum": lambda a: np.sum(a * a) + a.sum(),
    "mean": lambda a: np.mean(a**2) + a.mean(),
    "exp": lambda a: np.exp(a).sum(),
    "where": lambda a: np.sum(np.where(a > 0, a**2, -a)),
    "concatenate": lambda a: np.sum(np.concatenate([a, a * a, np.ones(2)]) ** 2),
    "stack": lambda a: np.sum(np.stack([a, a**3], axis=1) @ np.array([1.0, 2.0])),
    "norm": lambda a: np.linalg.norm(a) + np.linalg.norm(a - 1.0, axis=0),
    "einsum": lambda a: np.einsum("i,j,ij->", a, a, np.arange(9.0).reshape(3, 3)),
    "cumsum": lambda a: np.sum(np.cumsum(a) ** 2),
    "outer": lambda a: np.sum(np.outer(a, a) * np.arange(9.0).reshape(3, 3)),
    "for": lambda a: sum(x * x for x in a),
    "enumerate": lambda a: sum(i * x**2 for i, x in enumerate(a)),
    "zip": lambda a: sum(x * y for x, y in zip(a, a[::-1], strict=True)),
    "copy and write": write_entries,
    "array of entries": lambda a: np.sum(np.array([a[0] * a[1], a[2], 3.0]) ** 2),
    "if": lambda a: a[0] ** 2 if a[0] > a[2] else a[1],
    "while": newton_loop,
    "shapes": lambda a: np.sum(a.reshape(1, -1).T * len(a)) * a.shape[0] * a.size * a.ndim * a[0],
    "broadcasting": lambda a: np.sum(a[:, np.newaxis] * a[np.newaxis, :] ** 2),
    "fancy index": lambda a: np.sum(a[[0, 0, 2]] ** 2) + a[a > 0].sum(),
    "max and min": lambda a: np.max(a) * a.min(),
    "maximum": lambda a: np.sum(np.maximum(a, 0.0) ** 2 + np.minimum(a, 0.5)),
    "clip": lambda a: np.sum(np.clip(a, -1.0, 1.0) * a),
    "prod": lambda a: np.prod(a) + np.cumprod(a)[1],
    "var": lambda a: np.var(a) + np.std(a),
    "sort": lambda a: np.sort(a) @ np.array([1.0, 2.0, 3.0]),
    "argmax": lambda a: a[np.argmax(a)] ** 2,
    "diff": lambda a: np.sum(np.diff(a) ** 2),
    "polynomial": lambda a: np.polyval(a, 2.0) + np.trapezoid(a**2),
    "abs": lambda a: np.sum(np.abs(a)) + abs(a[2]),
    "in place": lambda a: np.sum(functools.reduce(lambda b, _: b.__imul__(a), range(2), a.copy())),
    "functions": lambda a: ag.logsumexp(a) + ag.sum(ag.tanh(a)) + ag.dot(a, a) + ag.norm(a),
    "trigonometry": lambda a: np.sum(np.sin(a) * np.arctan2(a, 2.0) + np.hypot(a, 1.0)),
    "powers": lambda a: np.sum(2.0**a) + np.sum(np.square(a)) + np.sqrt(a @ a),
    "comparisons": lambda a: a @ a if (a < 5.0).all() and np.any(a > 1) and a[0] != 0 else a[0],
    "list of entries": lambda a: math.fsum([1.0, 2.0]) * sum(a.tolist()),
    "gradient of this": lambda a: np.sum(grad(lambda b: np.sum(b**3))(a)),
}  # fmt: skip


@pytest.mark.parametrize("name", ARRAY_CODE)
def test_an_array_argument_behaves_as_an_array(name: str) -> None:
    f, before = ARRAY_CODE[name], X.copy()
    value, gradient = value_and_grad(f)(X)
    assert value == pytest.approx(float(f(X)), rel=1e-14)
    assert (type(gradient), gradient.dtype, gradient.shape) == (np.ndarray, np.float64, (3,))
    assert (before == X).all()
    step = 1e-6 * np.eye(3)
    numeric = [(f(X + h) - f(X - h)) / 2e-6 for h in step]
    np.testing.assert_allclose(gradient, numeric, rtol=1e-7, atol=1e-7)
    forward = jacfwd(f)(X)
    assert forward.dtype == np.float64
    np.testing.assert_allclose(forward, gradient, rtol=1e-14, atol=1e-14)
    pushed = [jvp(f, (X,), (unit,))[1] for unit in np.eye(3)]
    np.testing.assert_allclose(pushed, gradient, rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize("name", ARRAY_CODE)
def test_hessians_of_array_code(name: str) -> None:
    """All four nestings agree, and are symmetric."""
    f = ARRAY_CODE[name]
    reference = hessian(f)(X)
    np.testing.assert_allclose(reference, reference.T, rtol=1e-12, atol=1e-12)
    for outer, inner in itertools.product((jacfwd, jacrev), repeat=2):
        np.testing.assert_allclose(outer(inner(f))(X), reference, rtol=1e-12, atol=1e-12)
    for unit, column in zip(np.eye(3), reference.T, strict=True):
        np.testing.assert_allclose(hvp(f)(X, unit), column, rtol=1e-12, atol=1e-12)


def test_writing_to_the_argument_leaves_the_callers_alone() -> None:
    def f(a: Any) -> Any:
        a[0] = 10.0 * a[1]
        a *= 2.0
        return a @ a

    x = np.array([1.0, 2.0])
    for transform in (grad, jacfwd):
        assert transform(f)(x).tolist() == [0.0, 8 * 2 * (100 + 1)]
        assert x.tolist() == [1.0, 2.0]


def test_results_share_no_memory_with_arguments() -> None:
    x = np.ones(3)
    value, pullback = vjp(lambda a: a, x)
    seed = np.ones(3)
    results = [value, pullback(seed)[0], *jvp(lambda a: a, (x,), (seed,)), linearize(ag.exp, x)[0]]
    for result in results:
        assert not np.shares_memory(result, x)
        assert not np.shares_memory(result, seed)


@any_gradient
def test_results_that_depend_on_nothing(gradient: Any) -> None:
    for f in (lambda a: 7.0, lambda a: np.float64(7), lambda a: 7, lambda a: np.array(7.0)):
        assert gradient(f)(np.ones(2)).tolist() == [0.0, 0.0]
    assert gradient(lambda a: ag.floor(a[0]))(np.ones(2)).tolist() == [0.0, 0.0]


def test_an_array_without_dimensions_is_a_number() -> None:
    for transform in (grad, jacrev, jacfwd):
        assert transform(lambda x: np.array([x * x]).sum())(3.0) == 6.0
        assert transform(lambda x: (x * np.ones(1)).reshape(()))(3.0) == 1.0


def test_jacobian_runs_f_once_in_forward_mode() -> None:
    calls: list[int] = []

    def f(x: Any) -> Any:
        calls.append(1)
        return np.sin(x) * x[0]

    jacfwd(f)(np.ones(20))
    assert len(calls) == 1
    jacobian(lambda x: np.sum(f(x)))(np.ones(20))
    assert len(calls) == 2


@pytest.mark.parametrize("mode", [None, "forward", "reverse"])
def test_the_mode_of_a_jacobian(mode: str | None) -> None:
    def tall(x: Any) -> Any:
        return np.array([x[0], x[1], x[0] * x[1]])

    assert jacobian(tall, mode=mode)(np.array([2.0, 3.0])).tolist() == [[1, 0], [0, 1], [3, 2]]
    assert jacobian(lambda x: x @ x, mode=mode)(np.array([2.0, 3.0])).tolist() == [4.0, 6.0]
    aux = jacobian(with_aux, has_aux=True, mode=mode)(3.0)[1]
    assert_aux_at_3(aux)


def test_linearize_runs_f_once() -> None:
    calls: list[int] = []

    def f(x: Any, y: Any) -> Any:
        calls.append(1)
        return {"p": x * y, "q": (ag.sin(x), 5.0)}

    value, push = linearize(f, 3.0, 5.0)
    assert value == {"p": 15.0, "q": (math.sin(3.0), 5.0)}
    assert push(1.0, 0.0) == {"p": 5.0, "q": (math.cos(3.0), 0.0)}
    assert push(0.0, 1.0) == {"p": 3.0, "q": (0.0, 0.0)}
    assert push(2.0, 10.0) == {"p": 40.0, "q": (2 * math.cos(3.0), 0.0)}
    assert len(calls) == 1
    assert_plain(push(1.0, 1.0))


def test_a_direction_that_is_not_taken_stays_zero() -> None:
    """sqrt has an infinite slope at 0; what does not go through it must not become nan."""

    def f(x: Any, y: Any) -> Any:
        return ag.sqrt(x) + y**2

    def g(v: Any) -> Any:
        return v[0] ** 1.5 + v[1] ** 2  # the infinity is in the second derivative

    at = np.array([0.0, 3.0])
    assert jvp(f, (0.0, 3.0), (0.0, 1.0))[1] == 6.0
    assert linearize(f, 0.0, 3.0)[1](0.0, 1.0) == 6.0
    assert grad(f, (0, 1))(0.0, 3.0) == (math.inf, 6.0)
    assert jacfwd(f, (0, 1))(0.0, 3.0) == (math.inf, 6.0)
    assert vjp(lambda x, y: (ag.sqrt(x), y * y), 0.0, 3.0)[1]((0.0, 1.0)) == (0.0, 6.0)
    assert hvp(g)(at, np.array([0.0, 1.0])).tolist() == [0.0, 2.0]
    for D, E in itertools.product((jacfwd, jacrev), repeat=2):
        assert D(E(g))(at).tolist() == [[math.inf, 0.0], [0.0, 2.0]]
    for D, E, F in itertools.product((jacfwd, jacrev), repeat=3):
        third = D(E(F(lambda v: v[0] ** 2.5 + v[1] ** 2)))(at)
        assert third.ravel().tolist() == [math.inf, *[0.0] * 7]


# --- Values and dual numbers from outside ---


def test_grad_of_the_users_own_values_is_not_touched() -> None:
    w, b = Value(5.0), Value(2.0)
    inner = b * b
    (w * inner).backward()
    before = (w.grad, b.grad, inner.grad)
    for D in DERIVATIVES.values():
        D(lambda x: w * x * x + b * inner)(3.0)
    jacfwd(lambda x: w * x * inner)(np.ones(2))
    hessian(lambda x: w * (x @ x) * inner)(np.ones(2))
    assert (w.grad, b.grad, inner.grad) == before == (4.0, 20.0, 5.0)


@any_derivative
def test_results_remain_functions_of_the_users_own_values(D: Any) -> None:
    w = Value(5.0, "w")
    slope = D(lambda x: w * w * x**3)(2.0)
    assert type(slope) is Value
    assert slope.data == 300.0
    slope.backward()
    assert w.grad == 2 * 5 * 3 * 4
    assert {x.name for x in ag.topological_order(slope) if x.op is None} == {"w"}


def test_arrays_of_results_remain_functions_of_the_users_own_values() -> None:
    w = Value(5.0)
    for transform in (grad, jacfwd, jacrev, lambda f: lambda x: hvp(f)(x, np.ones(2))):
        w.grad = 0.0
        result = transform(lambda x: w * (x @ x))(np.array([1.0, 3.0]))
        assert type(result) is Tensor
        result.backward()
        assert w.grad == pytest.approx(sum(r.data for r in result) / 5.0)


def test_what_does_not_depend_on_the_users_values_is_plain() -> None:
    w = Value(5.0)
    value, gradient = value_and_grad(lambda a: a[0] * a[1] + w)(np.array([2.0, 3.0]))
    assert type(value) is Value
    assert_plain(gradient)
    assert gradient.tolist() == [3.0, 2.0]


def test_at_values_and_dual_numbers() -> None:
    """Transforms at a Value or a dual number are functions of it."""
    x = Value(3.0)
    slope = grad(lambda y: y**3)(x)
    slope.backward()
    assert (slope.data, x.grad) == (27.0, 18.0)
    assert grad(lambda y: y**3)(Dual(3.0)).tangent == 18.0
    tensor = Tensor([1.0, 2.0])
    gradient = grad(lambda a: np.sum(a**3))(tensor)
    assert gradient.numpy().tolist() == [3.0, 12.0]
    gradient.backward()
    assert tensor.grad.tolist() == [6.0, 12.0]
    value, tangent = jvp(lambda y: y * y, (3.0,), (x,))
    assert (value, tangent.data) == (9.0, 18.0)


# --- nesting ---

CHAINS = {
    "x**4 - 2x": (lambda x: x**4 - 2 * x, lambda x: 24 * x),
    "product": (lambda x: x * x * x * x, lambda x: 24 * x),
    "sin": (ag.sin, lambda x: -math.cos(x)),
    "exp(2x)": (lambda x: ag.exp(2 * x), lambda x: 8 * math.exp(2 * x)),
    "1/x": (lambda x: 1 / x, lambda x: -6 / x**4),
    "x log x": (lambda x: x * ag.log(x), lambda x: -1 / x**2),
    "sum": (lambda x: ag.sum([x**3, ag.cos(x), 1.0]), lambda x: 6 + math.sin(x)),
    "dot": (lambda x: ag.dot([x, x * x], [x**2, 3.0]), lambda x: 6.0),
    "where": (lambda x: ag.where(x > 0, x**3, ag.sqrt(x)), lambda x: 6.0),
    "if": (lambda x: x**3 if x > 0 else x, lambda x: 6.0),
}


@pytest.mark.parametrize("name", CHAINS)
def test_every_nesting_of_depth_three(name: str) -> None:
    f, third = CHAINS[name]
    kinds = [DERIVATIVES[kind] for kind in ("grad", "vjp", "jvp", "jacfwd", "linearize")]
    for D, E, F in itertools.product(kinds, repeat=3):
        got = D(E(F(f)))(1.7)
        assert type(got) is float
        assert got == pytest.approx(third(1.7), rel=1e-13)


@settings(max_examples=30)
@given(st.floats(-700, 700))
def test_order_5_of_sin_and_exp_is_exact(x: float) -> None:
    assert derivative(ag.sin, order=5)(x) == math.cos(x)
    assert derivative(ag.exp, order=5)(x) == math.exp(x)
    sin, exp = ag.sin, ag.exp
    for _ in range(5):
        sin, exp = grad(sin), grad(exp)
    assert (sin(x), exp(x)) == (math.cos(x), math.exp(x))


@pytest.mark.parametrize("D", [grad, jacfwd, jacrev, DERIVATIVES["linearize"], DERIVATIVES["vjp"]])
def test_order_5_in_every_mode(D: Any) -> None:
    sin = ag.sin
    for expected in (math.cos(2), -math.sin(2), -math.cos(2), math.sin(2), math.cos(2)):
        sin = D(sin)
        assert sin(2.0) == expected


HIGH_ORDERS: dict[str, tuple[Function, Function]] = {
    "sin(x) exp(x)": (lambda x: ag.sin(x) * ag.exp(x), lambda x: mp.sin(x) * mp.exp(x)),
    "1/(1 + x²)": (lambda x: 1 / (1 + x * x), lambda x: 1 / (1 + x * x)),
    "x log(x)": (lambda x: x * ag.log(x), lambda x: x * mp.log(x)),
    "sqrt(1 + x)": (lambda x: ag.sqrt(1 + x), lambda x: mp.sqrt(1 + x)),
    "x**3.5": (lambda x: x**3.5, lambda x: x ** mp.mpf(3.5)),
    "x**6": (lambda x: x**6, lambda x: x**6),
    "tanh": (ag.tanh, mp.tanh),
    "erf": (ag.erf, mp.erf),
    "lgamma": (ag.lgamma, mp.loggamma),
    "sigmoid": (ag.sigmoid, lambda x: 1 / (1 + mp.exp(-x))),
    "arctan": (ag.arctan, mp.atan),
    "exp(-1/x)": (lambda x: ag.exp(-1 / x), lambda x: mp.exp(-1 / x)),
}


@pytest.mark.parametrize("name", HIGH_ORDERS)
def test_orders_0_to_8(name: str) -> None:
    """Against Taylor coefficients of 40 digits; relative to the largest derivative so far."""
    f, oracle = HIGH_ORDERS[name]
    with mp.workdps(40):
        coefficients = mp.taylor(oracle, mp.mpf(0.75), 8)
        expected = [float(c * mp.factorial(n)) for n, c in enumerate(coefficients)]
    for order in range(9):
        got = derivative(f, order=order)(0.75)
        assert type(got) is float
        scale = max(map(abs, expected[: order + 1]))
        assert abs(got - expected[order]) <= 1e-12 * scale, (order, got, expected[order])


def cubic(v: Any) -> Any:
    """x²y + xyz + z³: its third derivatives are constants."""
    return v[0] ** 2 * v[1] + v[0] * v[1] * v[2] + v[2] ** 3


def cubic_gradient(v: Any) -> np.ndarray:
    x, y, z = v
    return np.array([2 * x * y + y * z, x**2 + x * z, x * y + 3 * z**2])


def cubic_hessian(v: Any) -> np.ndarray:
    x, y, z = v
    return np.array([[2 * y, 2 * x + z, y], [2 * x + z, 0, x], [y, x, 6 * z]])


V = np.array([1.0, 2.0, 3.0])
THIRD = np.array([cubic_hessian(unit) for unit in np.eye(3)])  # the Hessian is linear in v


@pytest.mark.parametrize("names", list(itertools.product(("fwd", "rev"), repeat=3)))
def test_all_third_derivatives(names: tuple[str, ...]) -> None:
    f: Function = cubic
    for name in names:
        f = jacfwd(f) if name == "fwd" else jacrev(f)
    np.testing.assert_array_equal(f(V), THIRD)


def test_products_nested_in_one_another() -> None:
    u, w = np.array([1.0, -2.0, 0.5]), np.array([3.0, 1.0, 2.0])
    H, T = cubic_hessian(V), THIRD
    contracted = np.einsum("ijk,j,k->i", T, u, w)
    hu = H @ u
    # jvp of grad, grad of jvp, and hvp are one
    assert jvp(grad(cubic), (V,), (u,))[1].tolist() == hu.tolist()
    assert grad(lambda v: jvp(cubic, (v,), (u,))[1])(V).tolist() == hu.tolist()
    assert grad(lambda v: linearize(cubic, v)[1](u))(V).tolist() == hu.tolist()
    assert vjp(grad(cubic), V)[1](u)[0].tolist() == hu.tolist()
    assert linearize(grad(cubic), V)[1](u).tolist() == hu.tolist()
    assert hvp(cubic)(V, u).tolist() == hu.tolist()
    # hvp inside grad, inside jvp, inside jacfwd; hessian inside the same
    np.testing.assert_allclose(grad(lambda v: hvp(cubic)(v, u) @ w)(V), contracted)
    np.testing.assert_allclose(jvp(lambda v: hvp(cubic)(v, u), (V,), (w,))[1], contracted)
    np.testing.assert_allclose(jacfwd(lambda v: hvp(cubic)(v, u))(V) @ w, contracted)
    np.testing.assert_allclose(grad(lambda v: u @ hessian(cubic)(v) @ w)(V), contracted)
    np.testing.assert_allclose(jvp(lambda v: hessian(cubic)(v) @ u, (V,), (w,))[1], contracted)
    # the product is linear in its vector
    assert jacrev(lambda u: hvp(cubic)(V, u))(u).tolist() == H.tolist()
    assert jacfwd(lambda u: hvp(cubic)(V, u))(u).tolist() == H.tolist()


def test_linearize_inside_jvp_and_the_reverse() -> None:
    x, t = 1.3, 2.0
    third = 6.0 * t
    assert jvp(lambda x: linearize(lambda y: y**3, x)[1](1.0), (x,), (t,))[1] == pytest.approx(
        6 * x * t
    )
    value, push = linearize(lambda x: jvp(lambda y: y**3, (x,), (1.0,))[1], x)
    assert (value, push(t)) == (pytest.approx(3 * x * x), pytest.approx(6 * x * t))
    inner = lambda x: linearize(lambda y: linearize(lambda z: z**3, y)[1](1.0), x)[1](1.0)  # noqa: E731
    assert jvp(inner, (x,), (t,))[1] == pytest.approx(third)


def test_functions_that_call_grad_themselves() -> None:
    def penalty(v: Any) -> Any:
        slope = grad(cubic)(v)
        return slope @ slope

    g, H = cubic_gradient(V), cubic_hessian(V)
    for gradient in GRADIENTS.values():
        np.testing.assert_allclose(gradient(penalty)(V), 2 * H @ g, rtol=1e-14)
    expected = 2 * (H @ H + np.einsum("ijk,k->ij", THIRD, g))
    for outer, inner in itertools.product((jacfwd, jacrev), repeat=2):
        np.testing.assert_allclose(outer(inner(penalty))(V), expected, rtol=1e-14)
    np.testing.assert_allclose(hessian(penalty)(V), expected, rtol=1e-14)


def test_inner_transforms_at_plain_numbers() -> None:
    """The slope of a network by its input, trained by its weights: inner variables stay inside."""

    def loss(w: Any) -> Any:
        net = lambda x: ag.tanh(w[0] * x) * w[1]  # noqa: E731
        return sum((grad(net)(x) - 1.0) ** 2 for x in (0.1, 0.5))

    w = np.array([0.7, 1.2])
    step = 1e-6 * np.eye(2)
    numeric = [(loss(w + h) - loss(w - h)) / 2e-6 for h in step]
    for gradient in GRADIENTS.values():
        result = gradient(loss)(w)
        assert_plain(result)
        np.testing.assert_allclose(result, numeric, rtol=1e-7)
    np.testing.assert_allclose(hessian(loss)(w), jacfwd(jacfwd(loss))(w), rtol=1e-13)


@any_derivative
def test_a_pullback_is_differentiated_by_its_cotangent(D: Any) -> None:
    slope = D(lambda s: vjp(lambda x: x**3, 2.0)[1](s)[0])(5.0)
    assert (type(slope), slope) == (float, 12.0)
    slope = D(linearize(lambda x: x**3, 2.0)[1])(5.0)
    assert (type(slope), slope) == (float, 12.0)
    slope = D(lambda s: jvp(lambda x: x**3, (2.0,), (s,))[1])(5.0)
    assert (type(slope), slope) == (float, 12.0)


PRODUCTS: dict[str, Callable[[Any, Any], Any]] = {
    "vjp": lambda x, s: vjp(lambda y: y**3, x)[1](s)[0],
    "linearize": lambda x, s: linearize(lambda y: y**3, x)[1](s),
    "jvp": lambda x, s: jvp(lambda y: y**3, (x,), (s,))[1],
}


@any_two
@pytest.mark.parametrize("product", PRODUCTS.values(), ids=PRODUCTS.keys())
def test_a_product_by_its_direction_and_its_place(D: Any, E: Any, product: Any) -> None:
    """d/dx d/ds (3 x² s) = 6 x: the direction of a higher level than the place, and the reverse."""
    assert D(lambda x: E(lambda s: product(x, s))(5.0))(2.0) == 12.0
    assert D(lambda s: E(lambda x: product(x, s))(2.0))(5.0) == 12.0
    assert D(lambda x: E(lambda s: product(x, s))(x) * x)(2.0) == 36.0
    assert D(lambda x: product(x, x))(2.0) == 36.0


def test_jacobians_of_pullbacks() -> None:
    matrix = np.arange(6.0).reshape(2, 3)

    def f(x: Any) -> Any:
        return np.sin(matrix @ x)

    x = np.array([0.1, -0.2, 0.3])
    J = jacrev(f)(x)
    np.testing.assert_allclose(J, np.cos(matrix @ x)[:, np.newaxis] * matrix)
    _, pullback = vjp(f, x)
    _, push = linearize(f, x)
    for transform in (jacfwd, jacrev):
        np.testing.assert_allclose(transform(lambda s: pullback(s)[0])(np.ones(2)), J.T)
        np.testing.assert_allclose(transform(push)(np.ones(3)), J)
        by_place = transform(lambda x: vjp(f, x)[1](np.ones(2))[0])(x)
        np.testing.assert_allclose(by_place, hessian(lambda x: np.sum(f(x)))(x), rtol=1e-13)
    crossed = jacfwd(lambda x: jacfwd(lambda s: vjp(f, x)[1](s)[0])(np.ones(2)))(x)
    np.testing.assert_allclose(crossed, np.swapaxes(jacrev(jacrev(f))(x), 0, 1), rtol=1e-13)


# --- functions of all kinds ---


class Quadratic:
    def __init__(self, scale: float) -> None:
        self.scale = scale

    def __call__(self, x: Any) -> Any:
        return self.scale * x * x

    def method(self, x: Any) -> Any:
        return self(x)


def recursive_power(x: Any, n: int = 3) -> Any:
    return 1.0 if n == 0 else x * recursive_power(x, n - 1)


def by_generator(x: Any) -> Any:
    def powers() -> Iterator[Any]:
        p = x
        while True:
            yield p
            p = p * x

    return sum(itertools.islice(powers(), 3))


@any_derivative
def test_functions_of_all_kinds(D: Any) -> None:
    assert D(Quadratic(5.0))(3.0) == 30.0
    assert D(Quadratic(5.0).method)(3.0) == 30.0
    assert D(functools.partial(lambda a, x: a * x * x, 5.0))(3.0) == 30.0
    assert D(recursive_power)(3.0) == 27.0
    assert D(by_generator)(3.0) == 1 + 6 + 27
    assert D(functools.lru_cache(lambda x: x * x))(3.0) == 6.0
    assert D(ag.exp)(0.0) == D(np.exp)(0.0) == D(ag.TABLE["exp"])(0.0) == 1.0
    assert D(abs)(-3.0) == -1.0


def test_names_and_docstrings() -> None:
    def cost(x: Any) -> Any:
        """What it costs."""
        return x * x

    for transform, name in [
        (grad, "gradient_of_cost"),
        (value_and_grad, "value_and_gradient_of_cost"),
        (jacfwd, "Jacobian_of_cost"),
        (derivative, "derivative_of_cost"),
        (hvp, "product_with_the_Hessian_of_cost"),
    ]:
        transformed = transform(cost)
        assert transformed.__name__ == transformed.__qualname__ == name
        assert "What it costs." in transformed.__doc__
        assert transformed.__module__ == cost.__module__
    assert grad(lambda x: x).__name__ == "gradient_of_<lambda>"
    assert grad(Quadratic(1.0)).__name__ == "gradient_of_Quadratic"
    assert grad(functools.partial(cost)).__name__ == "gradient_of_partial"


def test_derivative_of_order_0_is_the_function() -> None:
    assert derivative(ag.exp, order=0)(0.0) == 1.0
    assert derivative(ag.sin, np.int64(2))(0.5) == -math.sin(0.5)


def test_threads() -> None:
    """Each thread has its own variables, whatever the others are at."""
    together = threading.Barrier(8)

    def work(k: int) -> list[float]:
        together.wait()
        x, out = 1.0 + k, []
        for _ in range(30):
            out.append(D_of_D(k)(x))
            out.append(float(hessian(lambda v: v[0] ** 2 * v[1] * k)(np.array([x, 1.0]))[0, 1]))
        return out

    def D_of_D(k: int) -> Function:
        outer, inner = (grad, derivative) if k % 2 else (derivative, grad)
        return outer(lambda x: x * inner(lambda y: x * y * y)(2.0))

    with ThreadPoolExecutor(8) as pool:
        for k, results in enumerate(pool.map(work, range(8))):
            assert results == [8.0 * (1 + k), 2.0 * (1 + k) * k] * 30


# --- bad input ---

two = lambda x: (x, x)  # noqa: E731


def loss(x: Any) -> Any:
    return x * x


Case = tuple[Callable[[], Any], str]

TYPE_ERRORS: list[Case] = [
    # what f returns
    (lambda: grad(lambda x: None)(1.0), "<lambda>, which returned None: is a `ret"),
    (lambda: grad(two)(1.0), r"single number .* returned \(\*, \*\): use jacobian"),
    (lambda: grad(loss)(np.ones(3)), r"from loss, which returned array\(3,\): use"),
    (lambda: grad(loss)(np.ones(1)), r"from loss, which returned array\(1,\): use"),
    (lambda: grad(lambda x: {"a": x})(1.0), r"returned \{'a': \*\}"),
    (lambda: grad(lambda x: "a")(1.0), "grad of <lambda> takes a number, not the te"),
    (lambda: grad(lambda x: 1j)(1.0), "takes real numbers, not the complex 1j"),
    (lambda: hessian(lambda x: (x, "a"))(1.0), r"'a', which is no number, at result\[1"),
    (lambda: hvp(two)(1.0, 1.0), "single number"),
    (lambda: value_and_grad(two)(1.0), "single number"),
    (lambda: jacrev(lambda x: None)(1.0), "returned None: is a `return` missing"),
    (lambda: jacfwd(lambda x: None)(1.0), "returned None: is a `return` missing"),
    (lambda: jvp(lambda x: None, (1.0,), (1.0,)), "returned None: is a `return`"),
    (lambda: vjp(lambda x: None, 1.0), "returned None: is a `return` missing"),
    (lambda: jacrev(lambda x: (x, "a"))(1.0), r"'a', which is no number, at result\[1"),
    (lambda: jacfwd(lambda x: {"k": "a"})(1.0), r"no number, at result\['k'\]"),
    (lambda: jvp(lambda x: 1j, (1.0,), (1.0,)), "1j, which is no number"),
    (lambda: derivative(lambda x: "a")(1.0), "'a', which is no number"),
    (lambda: grad(loss, has_aux=True)(1.0), r"must return a pair \(result, aux\), not"),
    (lambda: jvp(lambda x: (x, x, x), (1.0,), (1.0,), has_aux=True), "return a pair"),
    # what it is differentiated by
    (lambda: jacfwd(loss)(np.array([True])),
     r"argument 0 of loss is an array of bool, .* \.astype\(float\)"),
    (lambda: grad(loss)(np.array([1j])), "array of complex128, .* real and imaginary"),
    (lambda: grad(loss)(np.array(["a"])), "argument 0 of loss is an array of <U1"),
    (lambda: grad(loss)(np.array(["a"], object)), r"argument 0 of loss\[0\] takes a n"),
    (lambda: grad(loss)(True), "argument 0 of loss is True, which has no derivatives"),
    (lambda: grad(loss)(np.True_), "argument 0 of loss is np.True_"),
    (lambda: grad(loss)("a"), "argument 0 of loss takes a number, not the text 'a'"),
    (lambda: grad(loss)(1j), "argument 0 of loss takes real numbers"),
    (lambda: grad(loss)({"w": [1.0, "a"]}), r"argument 0 of loss\['w'\]\[1\] takes"),
    (lambda: grad(max, (0, 1))(1.0, "a"), "argument 1 of max takes a number"),
    (lambda: jvp(max, (1.0, True), (1.0, 1.0)), r"max\[1\] is True|argument 1 of max"),
    (lambda: vjp(max, 1.0, object()), "argument 1 of max takes a number, not <object"),
    # argnums
    (lambda: grad(max, ()), r"argnums must be an int or a tuple of ints, not \(\)"),
    (lambda: grad(max, "x"), "argnums must be an int .* not 'x'"),
    (lambda: grad(max, True), "argnums must be an int .* not True"),
    (lambda: grad(max, (0, True)), "argnums must be an int"),
    (lambda: jacfwd(max, 1.0), "argnums must be an int .* not 1.0"),
    # directions
    (lambda: jvp(loss, 1.0, (1.0,)), r"primals of jvp .* write \(primal,\)"),
    (lambda: jvp(loss, (1.0,), 1.0), r"tangents of jvp .* write \(tangent,\)"),
    (lambda: jvp(max, (1.0, 2.0), (1.0,)), r"structure of the primals, \(\*, \*\), but"),
    (lambda: jvp(loss, ([1.0],), ((1.0,),)), r"\(\[\*\],\), but it is \(\(\*,\),\)"),
    (lambda: jvp(loss, (1.0,), (None,)), "must have the structure of the primals"),
    (lambda: jvp(loss, (1.0,), ("a",)), r"the tangents\[0\] takes a number, not the te"),
    (lambda: jvp(loss, (1.0,), (1j,)), r"the tangents\[0\] takes real numbers"),
    (lambda: linearize(max, 1.0, 2.0)[1](1.0), "must have the structure of the prima"),
    (lambda: vjp(two, 1.0)[1](1.0), "the cotangent must have the structure of the val"),
    (lambda: vjp(two, 1.0)[1]((1.0,)), "the cotangent must have the structure"),
    (lambda: vjp(loss, 1.0)[1]("a"), "the cotangent takes a number, not the text"),
    (lambda: hvp(loss)(1.0), "hvp of loss takes its arguments and, behind them, a vector"),
    (lambda: hvp(loss)(1.0, (1.0,)), "the vector must have the structure"),
    # the transform itself
    (lambda: grad(3.0), r"grad\(\) takes a function, not 3\.0 of type float"),
    (lambda: jvp(3.0, (1.0,), (1.0,)), r"jvp\(\) takes a function"),
    (lambda: hessian(None), r"hessian\(\) takes a function, not None"),
    (lambda: derivative("f"), r"derivative\(\) takes a function"),
    (lambda: derivative(loss, order=1.5), "the order of a derivative must be a whole number"),
    # gradients that would be lost
    (lambda: grad(math.exp)(1.0), r"write .* autograd\.exp\(v\)"),
    (lambda: jacfwd(float)(1.0), "does not become a float by itself"),
    (lambda: grad(lambda x: np.zeros(2).__setitem__(0, x))(1.0), "array of dtype=obj"),
    (lambda: grad(lambda a: a.astype(float).sum())(np.ones(2)), "does not become a fl"),
]  # fmt: skip

VALUE_ERRORS: list[Case] = [
    # argnums
    (lambda: grad(max, 2)(1.0, 2.0),
     "argnums=2 asks for a derivative by argument 2 of max, which was called with 2 positional"),
    (lambda: grad(max, -3)(1.0, 2.0), "argnums=-3"),
    (lambda: grad(max, (0, 5))(1.0, 2.0), "argnums=5"),
    (grad(loss), "called with 0 positional arguments"),
    (lambda: grad(loss)(x=1.0), "called with 0 positional arguments"),
    (lambda: grad(max, (0, 0))(1.0, 2.0), "names an argument of max twice"),
    (lambda: grad(max, (1, -1))(1.0, 2.0), "names an argument of max twice"),
    # directions
    (lambda: jvp(loss, (np.ones(2),), (np.ones(3),)),
     r"the tangents\[0\] must have the shape \(2,\) of the primals, not \(3,\)"),
    (lambda: jvp(loss, (1.0,), (np.ones(1),)), r"must have the shape \(\)"),
    (lambda: jvp(loss, (np.ones(2),), (1.0,)), r"must have the shape \(2,\)"),
    (lambda: linearize(loss, np.ones(2))[1](np.ones(3)), "must have the shape"),
    (lambda: vjp(loss, np.ones(2))[1](np.ones(3)), "the cotangent must have the shap"),
    (lambda: hvp(lambda x: x @ x)(np.ones(2), np.ones(3)), "the vector must have the"),
    # the transform itself
    (lambda: derivative(loss, order=-1), "the order of a derivative must be at least 0"),
    (lambda: jacobian(loss, mode="sideways"), "unknown mode 'sideways'; there are forward"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "message"), TYPE_ERRORS)
def test_what_is_of_a_wrong_type(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        call()


@pytest.mark.parametrize(("call", "message"), VALUE_ERRORS)
def test_what_has_a_wrong_value(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


RAISING: dict[str, Callable[[Function], Any]] = {
    **{name: (lambda f, D=D: D(f)(2.0)) for name, D in DERIVATIVES.items()},
    "jacobian": lambda f: jacobian(f)(2.0),
    "hessian": lambda f: hessian(f)(2.0),
    "hvp": lambda f: hvp(f)(2.0, 1.0),
}


@pytest.mark.parametrize("name", RAISING)
def test_nothing_remains_of_a_call_that_failed(name: str) -> None:
    run, w = RAISING[name], Value(5.0)

    def f(x: Any) -> Any:
        return w * x**3

    before = run(f)

    def raising(x: Any) -> Any:
        inner = grad(lambda y: w * x * y)(x)
        raise ArithmeticError(f"stopped at {inner.data}")

    for _ in range(2):
        with pytest.raises(ArithmeticError, match=r"stopped at 10\.0"):
            run(raising)
        with pytest.raises(ArithmeticError, match=r"stopped at \d"):
            grad(lambda x: run(raising))(1.0)
    after = run(f)
    assert (after.data, w.grad) == (before.data, 0.0)
    assert run(lambda x: x**3) == before.data / 5.0


def test_numbers_assigned_to_a_copy_stay_constants() -> None:
    def f(a: Any) -> Any:
        b = a.copy()
        b[0] = 2.0
        return (b * b).sum() * a[0]

    at = np.array([1.0, 3.0])
    for value, gradient in [value_and_grad(f)(at), (13.0, jacfwd(f)(at)), (13.0, jacrev(f)(at))]:
        assert type(value) is float
        assert value == 13.0
        assert type(gradient) is np.ndarray
        assert gradient.tolist() == [13.0, 6.0]


def test_an_ordered_dict_stays_one() -> None:
    gradient = grad(lambda p: p["a"] * p["b"])(OrderedDict(b=2.0, a=3.0))
    assert type(gradient) is OrderedDict
    assert list(gradient.items()) == [("b", 3.0), ("a", 2.0)]


def test_modes_have_short_names() -> None:
    f = np.tanh
    at = np.array([0.5, 1.0])
    for short, long in [("fwd", "forward"), ("rev", "reverse")]:
        assert np.array_equal(jacobian(f, mode=short)(at), jacobian(f, mode=long)(at))


@pytest.mark.parametrize(
    ("compute", "message"),
    [
        (lambda: derivative(np.sin)(np.ones(3)), r"a function of one number, not of array\(3,\)"),
        (lambda: vjp(np.sin), r"vjp\(f, x\)"),
        (lambda: linearize(np.sin), r"linearize\(f, x\)"),
        (lambda: jvp(np.sin, (), ()), r"jvp\(f, \(x,\), \(t,\)\)"),
        (lambda: ag.adjoints(Value(1.0) * 2, Value(2.0)), r"write \[x\]"),
    ],
)
def test_near_misses_are_explained(compute: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        compute()
