"""elementwise_grad: the diagonal of the Jacobian, and what it refuses."""

from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import TABLE, Primitive, Tensor, Value, elementwise_grad, grad, jacobian, jvp
from tests.oracles import ORDERED

X = np.array([[0.3, -0.7, 1.1], [0.0, 2.0, -1.5]])


def wave(x: Any) -> Any:
    return np.sin(x) * np.exp(-x) + x**2


def wave_slope(x: Any) -> Any:
    return (np.cos(x) - np.sin(x)) * np.exp(-x) + 2.0 * x


UNARY = [row for row in TABLE.values() if row.arity == 1]


@pytest.mark.parametrize("row", UNARY, ids=lambda row: row.name)
def test_every_row_of_one_argument(row: Primitive) -> None:
    lo, hi = row.domain[0]
    x = np.linspace(max(lo, -3.0) + 0.01, min(hi, 3.0) - 0.013, 7)
    assert np.array_equal(elementwise_grad(row)(x), np.diag(jacobian(row)(x)))


def test_every_row_of_two_arguments_by_both() -> None:
    for row in TABLE.values():
        if row.arity == 2 and row.name not in ORDERED:
            x, y = np.array([0.3, 0.8]), np.array([0.6, 0.7])
            by_x, by_y = elementwise_grad(row, (0, 1))(x, y)
            jx, jy = jacobian(row, (0, 1))(x, y)
            assert np.array_equal(by_x, np.diag(jx)), row.name
            assert np.array_equal(by_y, np.diag(jy)), row.name


@pytest.mark.parametrize("shape", [(), (1,), (6,), (2, 3), (3, 0), (1, 1, 6)])
def test_shapes(shape: tuple[int, ...]) -> None:
    x = np.resize(X.ravel(), shape)
    got = elementwise_grad(wave)(x)
    assert got.shape == shape
    np.testing.assert_allclose(got, wave_slope(x), rtol=1e-14)


def test_numbers_and_types() -> None:
    assert elementwise_grad(lambda x: x**3)(2) == 12.0
    assert elementwise_grad(np.exp)(np.zeros(2, np.float32)).dtype == np.float32
    assert elementwise_grad(lambda x: 7.0)(2.0) == 0.0
    assert elementwise_grad(lambda x: np.ones(2))(X[0, :2]).tolist() == [0.0, 0.0]
    assert elementwise_grad(lambda x: np.where(x > 0.0, x, 0.0))(X[0]).tolist() == [1.0, 0.0, 1.0]


def test_higher_orders_and_other_transforms() -> None:
    x = X[0]
    second = elementwise_grad(elementwise_grad(np.sin))
    np.testing.assert_allclose(second(x), -np.sin(x), rtol=1e-15)
    np.testing.assert_allclose(elementwise_grad(second)(x), -np.cos(x), rtol=1e-15)
    np.testing.assert_allclose(jvp(elementwise_grad(np.sin), (x,), (x,))[1], -np.sin(x) * x)
    total = grad(lambda x: np.sum(elementwise_grad(np.sin)(x)))(x)
    np.testing.assert_allclose(total, -np.sin(x), rtol=1e-15)
    inner = elementwise_grad(lambda x: np.array([jvp(np.sin, (v,), (1.0,))[1] for v in x]))
    np.testing.assert_allclose(inner(x), -np.sin(x), rtol=1e-15)
    assert jacobian(elementwise_grad(lambda x: x**3))(x)[0].tolist() == [6.0 * x[0], 0.0, 0.0]


def test_the_users_own_values_stay_variables() -> None:
    w = Value(3.0)
    got = elementwise_grad(lambda x: w * x**2)(X[0])
    assert isinstance(got, Tensor)
    np.sum(got).backward()
    assert w.grad == pytest.approx(2.0 * X[0].sum())


def test_other_arguments_pass_through() -> None:
    def f(a: Any, x: Any, *, power: float) -> Any:
        return a * x**power

    np.testing.assert_array_equal(elementwise_grad(f, 1)(2.0, X, power=3), 6.0 * X**2)
    np.testing.assert_array_equal(elementwise_grad(f, -1)(X, X, power=2), 2.0 * X * X)
    tree = elementwise_grad(lambda t: t["a"] * t["b"])({"a": X, "b": X + 1.0})
    np.testing.assert_array_equal(tree["a"], X + 1.0)


def test_large_arrays_take_one_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    from autograd.transforms import recording

    sweeps: list[Any] = []
    true = recording._swept
    monkeypatch.setattr(recording, "_swept", lambda *args: (sweeps.append(1), true(*args))[1])
    x = np.linspace(0.0, 1.0, 2000)
    np.testing.assert_allclose(elementwise_grad(wave)(x), wave_slope(x), rtol=1e-13)
    assert len(sweeps) == 1


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (lambda x: x - x.mean(), r"result\[0\] of <lambda> depends on argument 0 of <lambda>\[1\]"),
        (
            np.cumsum,
            r"result\[1\] of cumsum depends on argument 0 of cumsum\[0\] too: use jacobian",
        ),
        (lambda x: x[::-1], r"result\[0\] of <lambda> depends on argument 0 of <lambda>\[2\]"),
        (lambda x: np.exp(x) / np.sum(np.exp(x)), r"result\[0\] .* depends on"),
        (np.sum, r"the shape \(3,\) of argument 0 of sum, but sum returned \(\): use grad or jac"),
        (lambda x: np.outer(x, x), r"but <lambda> returned \(3, 3\)"),
        (lambda x: (x, x), r"but <lambda> returned \(3,\), \(3,\)"),
        (lambda x: (), "returned no number"),
    ],
)
def test_what_is_not_elementwise(f: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        elementwise_grad(f)(np.array([1.0, 2.0, 3.0]))
    with pytest.raises(ValueError, match=message):  # in forward mode, too
        jvp(elementwise_grad(f), (np.array([1.0, 2.0, 3.0]),), (np.ones(3),))


def test_bad_input() -> None:
    with pytest.raises(TypeError, match=r"elementwise_grad\(\) takes a function, not 3"):
        elementwise_grad(3)
    with pytest.raises(TypeError, match="argnums must be"):
        elementwise_grad(np.sin, "x")
    with pytest.raises(ValueError, match=r"returned \(3,\)"):
        elementwise_grad(lambda x: x * np.ones(3))(1.0)
    assert ag.elementwise_grad(np.sin).__name__ == "elementwise_gradient_of_sin"
