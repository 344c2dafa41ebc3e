"""What users of JAX, HIPS autograd and micrograd take for granted, by closed forms."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import (
    Tensor,
    Value,
    adjoints,
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

RANDOM = np.random.default_rng(7)
A, B = RANDOM.standard_normal((4, 3)), RANDOM.standard_normal((4, 3))
X = RANDOM.uniform(0.2, 1.0, 3)

jacobians = pytest.mark.parametrize("jac", [jacfwd, jacrev, jacobian])

# Shapes of Jacobians and Hessians: those of the result before those of the argument.


@jacobians
def test_jacobians_of_every_kind_of_function(jac: Any) -> None:
    assert jac(lambda x: x**2)(3.0) == 6.0
    np.testing.assert_array_equal(jac(lambda x: A @ x)(X), A)
    np.testing.assert_array_equal(jac(lambda t: t * X)(2.0), X)
    np.testing.assert_array_equal(jac(np.sum)(A), np.ones((4, 3)))
    assert jac(lambda a: a.T)(A).shape == (3, 4, 4, 3)
    assert jac(lambda x: np.ones((2, 0)) * x[0])(X).shape == (2, 0, 3)


@jacobians
def test_jacobians_of_trees_by_trees(jac: Any) -> None:
    def f(p: Any) -> Any:
        return {"y": A @ p["x"] * p["s"], "t": (p["s"] ** 2, p["x"][0])}

    found = jac(f)({"x": X, "s": 2.0})
    np.testing.assert_allclose(found["y"]["x"], 2.0 * A, rtol=1e-14)
    np.testing.assert_allclose(found["y"]["s"], A @ X, rtol=1e-14)
    assert found["t"][0]["s"] == 4.0
    assert found["t"][0]["x"].tolist() == [0.0] * 3
    assert found["t"][1]["x"].tolist() == [1.0, 0.0, 0.0]
    assert found["t"][1]["s"] == 0.0


@pytest.mark.parametrize("shape", [(), (1,), (4,), (2, 2)])
def test_hessians_of_functions_with_several_results(shape: tuple[int, ...]) -> None:
    """As in JAX: for each number of the result a Hessian; nested Jacobians give the same."""
    weights = np.arange(1.0, 1.0 + np.prod(shape)).reshape(shape)

    def f(x: Any) -> Any:
        return weights * (x[0] ** 2 * x[1] + np.exp(x[2]))

    x, y, z = X
    one = np.array([[2 * y, 2 * x, 0.0], [2 * x, 0.0, 0.0], [0.0, 0.0, np.exp(z)]])
    expected = np.multiply.outer(weights, one)
    found = hessian(f)(X)
    assert found.shape == (*shape, 3, 3)
    np.testing.assert_allclose(found, expected, rtol=1e-14)
    for outer, inner in ((jacfwd, jacrev), (jacrev, jacfwd), (jacfwd, jacfwd)):
        np.testing.assert_allclose(outer(inner(f))(X), expected, rtol=1e-14)


def test_hessians_of_trees() -> None:
    def f(p: Any) -> Any:
        return {"a": p["x"] ** 3 * p["y"], "b": p["y"] ** 2}

    found = hessian(f)({"x": 2.0, "y": 5.0})
    assert found["a"] == {"x": {"x": 60.0, "y": 12.0}, "y": {"x": 12.0, "y": 0.0}}
    assert found["b"] == {"x": {"x": 0.0, "y": 0.0}, "y": {"x": 0.0, "y": 2.0}}
    by_both = hessian(lambda x, y: x * y**2, argnums=(0, 1))(3.0, 5.0)
    assert by_both == ((0.0, 10.0), (10.0, 6.0))
    second, aux = hessian(lambda x: (x**3, {"x": x}), has_aux=True)(2.0)
    assert (second, aux) == (12.0, {"x": 2.0})
    assert type(aux["x"]) is float


# Constants, unused arguments, results of a single entry.


@pytest.mark.parametrize(
    "f",
    [
        lambda x: 5,
        lambda x: np.float32(5.0),
        lambda x: np.array(5.0),
        np.argmax,
        np.size,
        lambda x: np.sum(np.floor(x)),
        lambda x: np.sum(x * 0.0),
    ],
)
def test_constant_results_have_zero_gradients(f: Function) -> None:
    for gradient in (grad(f)(X), jacfwd(f)(X), jacrev(f)(X), vjp(f, X)[1](1.0)[0]):
        assert (type(gradient), gradient.dtype) == (np.ndarray, np.float64)
        assert gradient.tolist() == [0.0] * 3


def test_unused_arguments_have_zero_gradients_of_their_structure() -> None:
    unused = {"w": A, "n": (1.0, [None, 2])}
    gradient = grad(lambda x, p: x**2, argnums=1)(3.0, unused)
    assert gradient["n"] == (0.0, [None, 0.0])
    np.testing.assert_array_equal(gradient["w"], np.zeros((4, 3)))


def test_arrays_without_dimensions_are_numbers() -> None:
    for f in (np.sum, lambda x: Tensor(np.sum(x)), lambda x: np.array(np.sum(x), dtype=object)):
        value, gradient = value_and_grad(f)(X)
        assert value == pytest.approx(X.sum())
        assert gradient.tolist() == [1.0] * 3


@pytest.mark.parametrize("keep", [lambda x: x, lambda x: np.sum(x, keepdims=True)])
def test_arrays_of_one_entry_are_not(keep: Function) -> None:
    with pytest.raises(TypeError, match=r"returned array\(1,\): use jacobian or elementwise_grad"):
        grad(keep)(np.ones(1))


# Arguments.


def test_argnums_from_the_end_ranges_and_methods() -> None:
    class Model:
        def loss(self, w: Any, x: Any, *, power: int = 1) -> Any:
            return (w * x) ** power

    loss = Model().loss
    assert grad(loss, -1)(2.0, 3.0) == 2.0
    assert grad(loss, (-1, 0))(2.0, 3.0) == (2.0, 3.0)
    assert grad(loss, range(2))(2.0, 3.0, power=2) == (36.0, 24.0)
    assert grad(loss, [1])(2.0, 3.0) == (2.0,)
    assert grad(functools.partial(loss, power=2), np.int64(0))(2.0, 3.0) == 36.0
    with pytest.raises(ValueError, match="0 positional arguments: pass it by its position"):
        grad(loss)(w=2.0, x=3.0)


def test_arguments_in_every_layout() -> None:
    """Fortran's order, strides, reversed, read-only, mapped from a file: the gradient is C's."""
    base = np.arange(12.0).reshape(3, 4)
    fixed = base.copy()
    fixed.flags.writeable = False
    for x in (np.asfortranarray(base), base.T, base[::2, ::-1], base[:, 1:2], fixed):
        gradient = grad(lambda x: np.sum(x**2))(x)
        np.testing.assert_array_equal(gradient, 2.0 * x)
        assert gradient.flags.writeable
        assert not np.shares_memory(gradient, x)


def test_what_f_changes_stays_inside() -> None:
    parameters = {"a": 3.0, "b": [1.0]}

    def f(p: Any) -> Any:
        p["a"] = p["a"] * 2.0
        p["b"].append(p["a"])
        return p["a"] * p["b"][0]

    assert grad(f)(parameters) == {"a": 2.0, "b": [6.0]}
    assert parameters == {"a": 3.0, "b": [1.0]}


# Products, as in HIPS' wrappers.


def test_products_agree_with_the_jacobian() -> None:
    def f(x: Any) -> Any:
        return np.tanh(A @ x)

    J = jacobian(f)(X)
    v, u = RANDOM.standard_normal(3), RANDOM.standard_normal(4)
    np.testing.assert_allclose(jvp(f, (X,), (v,))[1], J @ v, rtol=1e-13)
    np.testing.assert_allclose(linearize(f, X)[1](v), J @ v, rtol=1e-13)
    np.testing.assert_allclose(vjp(f, X)[1](u)[0], u @ J, rtol=1e-13)
    np.testing.assert_allclose(grad(lambda x: f(x) @ u)(X), u @ J, rtol=1e-13)
    H = hessian(lambda x: f(x) @ u)(X)
    np.testing.assert_allclose(hvp(lambda x: f(x) @ u)(X, v), H @ v, rtol=1e-12)
    np.testing.assert_allclose(jvp(grad(lambda x: f(x) @ u), (X,), (v,))[1], H @ v, rtol=1e-12)


def test_a_generalized_gauss_newton_product() -> None:
    """Jᵀ H J v by linearize, hvp and vjp, as HIPS' make_ggnvp."""

    def f(x: Any) -> Any:
        return np.tanh(A @ x)

    def g(y: Any) -> Any:
        return np.sum(np.exp(y) * y)

    v = RANDOM.standard_normal(3)
    y, push = linearize(f, X)
    _, pull = vjp(f, X)
    (product,) = pull(hvp(g)(y, push(v)))
    J = jacobian(f)(X)
    np.testing.assert_allclose(product, J.T @ hessian(g)(y) @ J @ v, rtol=1e-12)


def test_a_pullback_is_one_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the number of results; jacrev alone takes one for each."""
    from autograd.transforms import recording

    sweeps: list[Any] = []
    true = recording._adjoints
    monkeypatch.setattr(recording, "_adjoints", lambda *args: (sweeps.append(1), true(*args))[1])
    x = np.linspace(0.0, 1.0, 500)
    _, pullback = vjp(lambda x: np.exp(x[::-1]) * x, x)
    seeds = np.cos(9.0 * x)
    seeds[::7] = 0.0
    expected = seeds * np.exp(x[::-1]) + (seeds * np.exp(x[::-1]) * x)[::-1]
    np.testing.assert_allclose(pullback(seeds)[0], expected, rtol=1e-12, atol=1e-15)
    assert len(sweeps) == 1
    pullback(np.zeros(500))
    pullback(np.eye(500)[3])
    assert len(sweeps) == 2


def test_pullbacks_of_results_that_are_not_finite() -> None:
    """The derivative does not ask for the value: neither inf nor nan spreads."""
    _, pullback = vjp(lambda x: (1e300 * x, np.inf * x[0], np.nan * x[1], x[2] ** 2), X)
    (product,) = pullback((np.full(3, 2.0), 0.0, 0.0, 1.0))
    np.testing.assert_allclose(product, 2e300 + np.array([0.0, 0.0, 2.0 * X[2]]))
    (large,) = vjp(lambda x: 1e308 * x, np.ones(3))[1](np.ones(3))
    assert large.tolist() == [1e308] * 3  # although the results' sum is infinite
    with ag.detect_anomaly():  # which is nobody's anomaly
        (large,) = vjp(lambda x: 1e308 * x, np.ones(3))[1](np.ones(3))
    assert large.tolist() == [1e308] * 3


@pytest.mark.parametrize("outer", [grad, jacfwd, jacrev])
def test_a_pullback_inside_another_derivative(outer: Any) -> None:
    def f(x: Any) -> Any:
        _, pullback = vjp(lambda v: np.sin(v) * np.sum(v), x)
        (product,) = pullback(x**2)
        return np.sum(product)

    def by_hand(x: Any) -> Any:
        return np.sum(x**2 * np.cos(x)) * np.sum(x) + 3.0 * np.sum(x**2 * np.sin(x))

    np.testing.assert_allclose(outer(f)(X), grad(by_hand)(X), rtol=1e-13)


# micrograd.


def test_the_chain_of_a_linear_function() -> None:
    """Each derivative is a Value, so that the next one can be asked for."""
    x = Value(2.0)
    (first,) = adjoints(3.0 * x + 1.0, [x])
    (second,) = adjoints(first, [x])
    (third,) = adjoints(second, [x])
    assert [type(v) for v in (first, second, third)] == [Value] * 3
    assert [v.data for v in (first, second, third)] == [3.0, 0.0, 0.0]


def test_adjoints_are_values_whatever_the_seed() -> None:
    x, y, w = Value(2.0), Value(3.0), Value(5.0)
    for seed in (1, 2.0, np.float32(0.5), w):
        found = adjoints(x * y, [x, y, w], seed)
        number = getattr(seed, "data", seed) if isinstance(seed, Value) else seed
        assert [type(v) for v in found] == [Value] * 3
        assert [v.data for v in found] == [3.0 * number, 2.0 * number, 0.0]
    for wrong in ("a", 1j, np.ones(2), None):
        with pytest.raises(TypeError, match=r"the seed of adjoints\(\)"):
            adjoints(x * y, [x], wrong)


def test_a_reused_node_and_the_usual_operations() -> None:
    """A graph of micrograd's kind, by its closed form and both modes."""

    def f(a: Any, b: Any) -> Any:
        c = a + b
        d = a * b + b**3
        c += c + 1
        c += 1 + c + (-a)
        d += d * 2 + ag.relu(b + a)
        d += 3 * d + ag.relu(b - a)
        e = c - d
        g = e**2 / 2.0
        return g + 10.0 / g

    at = (-4.0, 2.0)
    a, b = at  # where both relus are on one side: b + a < 0 < b - a
    c, d = 4 * (a + b) + 3 - a, 12.0 * (a * b + b**3) + (b - a)
    e = c - d
    slope = e - 40.0 / e**3
    expected = (slope * (3.0 - (12.0 * b - 1.0)), slope * (4.0 - (12.0 * (a + 3 * b**2) + 1.0)))
    assert grad(f, (0, 1))(*at) == pytest.approx(expected, rel=1e-12)
    assert jacfwd(f, (0, 1))(*at) == pytest.approx(expected, rel=1e-12)
    x, y = Value(a), Value(b)
    f(x, y).backward()
    assert (x.grad, y.grad) == pytest.approx(expected, rel=1e-12)
