"""SciPy takes the transforms as they are, in every way that it calls functions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import (
    NonlinearConstraint,
    check_grad,
    least_squares,
    minimize,
    newton,
    root,
    root_scalar,
)

from autograd import derivative, exp, grad, hessian, hvp, jacobian, value_and_grad


def rosenbrock(x: Any) -> Any:
    """A curved valley with the minimum 0 where all are 1."""
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def start(n: int) -> Any:
    return np.array([-1.2, 1.0]) if n == 2 else np.resize([1.3, 0.7, 0.8, 1.9, 1.2], n)


# Every way that SciPy calls.


def scaled(x: Any, a: float, b: float) -> Any:
    """Rosenbrock's function with its parameters."""
    return np.sum(b * (x[1:] - x[:-1] ** 2) ** 2 + (a - x[:-1]) ** 2)


def valley(x: Any) -> Any:
    """Rosenbrock's function as residuals: it is half the sum of their squares, doubled."""
    return np.concatenate([10.0 * (x[1:] - x[:-1] ** 2), 1.0 - x[:-1]])


GRADIENT = ("CG", "BFGS", "L-BFGS-B", "TNC", "SLSQP", "trust-constr")
HESSIAN = ("Newton-CG", "dogleg", "trust-exact", "trust-ncg", "trust-krylov", "trust-constr")
PRODUCT = ("Newton-CG", "trust-ncg", "trust-krylov", "trust-constr")


@pytest.mark.parametrize("method", GRADIENT)
def test_value_and_gradient_at_once(method: str) -> None:
    found = minimize(value_and_grad(rosenbrock), start(2), jac=True, method=method)
    np.testing.assert_allclose(found.x, 1.0, atol=1e-3)


@pytest.mark.parametrize("method", HESSIAN)
def test_hessian(method: str) -> None:
    found = minimize(
        rosenbrock, start(2), jac=grad(rosenbrock), hess=hessian(rosenbrock), method=method
    )
    np.testing.assert_allclose(found.x, 1.0, atol=1e-3)


@pytest.mark.parametrize("method", PRODUCT)
def test_products_with_the_hessian(method: str) -> None:
    found = minimize(
        rosenbrock, start(2), jac=grad(rosenbrock), hessp=hvp(rosenbrock), method=method
    )
    np.testing.assert_allclose(found.x, 1.0, atol=1e-3)


def test_further_arguments() -> None:
    """`args` reach the function and its derivatives, which are taken by the first alone."""
    found = minimize(value_and_grad(scaled), start(2), args=(2.0, 10.0), jac=True)
    np.testing.assert_allclose(found.x, [2.0, 4.0], atol=1e-5)
    found = minimize(
        scaled,
        start(2),
        args=(2.0, 10.0),
        jac=grad(scaled),
        hess=hessian(scaled),
        method="trust-exact",
    )
    np.testing.assert_allclose(found.x, [2.0, 4.0], atol=1e-5)


@pytest.mark.parametrize("method", ["trf", "dogbox", "lm"])
def test_least_squares(method: str) -> None:
    for n in (2, 100):
        found = least_squares(valley, start(n), jac=jacobian(valley), method=method)
        assert found.success
        np.testing.assert_allclose(found.x, 1.0, atol=1e-6)


def test_least_squares_with_further_arguments() -> None:
    def residuals(x: Any, a: float, b: float = 1.0) -> Any:
        return np.array([b * (x[1] - x[0] ** 2), a - x[0]])

    found = least_squares(
        residuals, start(2), jac=jacobian(residuals), args=(2.0,), kwargs={"b": 10.0}
    )
    np.testing.assert_allclose(found.x, [2.0, 4.0], atol=1e-8)


@pytest.mark.parametrize("n", [2, 100])
def test_check_grad(n: int) -> None:
    x = 0.5 * start(n)
    error = check_grad(rosenbrock, grad(rosenbrock), x)
    assert error < 1e-5 * np.linalg.norm(grad(rosenbrock)(x))

    def wrong(x: Any) -> Any:
        return 1.01 * grad(rosenbrock)(x)

    assert check_grad(rosenbrock, wrong, x) > 1e-3 * np.linalg.norm(wrong(x))


@pytest.mark.parametrize("method", ["hybr", "lm"])
@pytest.mark.parametrize("kind", [np.array, list, tuple])
def test_root(method: str, kind: Any) -> None:
    """Of a function that returns its residuals as an array, a list or a tuple."""

    def residuals(x: Any) -> Any:
        return kind([x[0] + 0.5 * (x[0] - x[1]) ** 3 - 1.0, 0.5 * (x[1] - x[0]) ** 3 + x[1]])

    found = root(residuals, [0.0, 0.0], jac=jacobian(residuals), method=method)
    assert found.success
    # x + y = 1 and, with d = x - y, d + d**3 = 1.
    d = float(np.real(next(r for r in np.roots([1.0, 0.0, 1.0, -1.0]) if abs(r.imag) < 1e-9)))
    np.testing.assert_allclose(found.x, [(1.0 + d) / 2.0, (1.0 - d) / 2.0], atol=1e-9)


def test_roots_of_one_number() -> None:
    def cube(x: Any) -> Any:
        return x**3 - 2.0

    halley = root_scalar(
        cube, x0=1.0, fprime=derivative(cube), fprime2=derivative(cube, 2), method="halley"
    )
    assert halley.root == pytest.approx(2.0 ** (1 / 3), rel=1e-14)
    assert halley.iterations <= 4
    assert newton(cube, 1.0, fprime=derivative(cube)) == pytest.approx(2.0 ** (1 / 3), rel=1e-12)


def test_constraints() -> None:
    """The point of a disc that is nearest to the minimum outside of it."""

    def distance(x: Any) -> Any:
        return x @ x

    def on_boundary(lagrange: Any) -> Any:
        return hessian(lambda x: lagrange * distance(x))

    found = minimize(
        value_and_grad(rosenbrock),
        [0.5, 0.0],
        jac=True,
        hess=hessian(rosenbrock),
        method="trust-constr",
        constraints=NonlinearConstraint(
            distance, 0.0, 1.0, jac=grad(distance), hess=lambda x, v: on_boundary(v[0])(x)
        ),
        options={"gtol": 1e-10},
    )
    np.testing.assert_allclose(found.x, [0.7864151541, 0.6176983125], atol=1e-6)
    slsqp = minimize(
        value_and_grad(rosenbrock),
        [0.5, 0.0],
        jac=True,
        method="SLSQP",
        constraints={
            "type": "ineq",
            "fun": lambda x: 1.0 - x @ x,
            "jac": grad(lambda x: 1 - x @ x),
        },
    )
    np.testing.assert_allclose(slsqp.x, found.x, atol=1e-3)


def test_stiff_equations() -> None:
    """An implicit solver takes the Jacobian of the right-hand side by its second argument."""

    def van_der_pol(t: float, y: Any) -> Any:
        return np.array([y[1], 100.0 * (1.0 - y[0] ** 2) * y[1] - y[0]])

    exact, estimated = (
        solve_ivp(van_der_pol, (0.0, 20.0), [2.0, 0.0], method="Radau", jac=jac, rtol=1e-6)
        for jac in (jacobian(van_der_pol, argnums=1), None)
    )
    assert exact.success
    assert exact.njev > 0
    np.testing.assert_allclose(exact.y[:, -1], estimated.y[:, -1], rtol=1e-4)


# Kinds of numbers.


def test_results_are_plain_numbers_and_arrays() -> None:
    for x in (start(2), start(2).astype(np.float32)):
        value, gradient = value_and_grad(rosenbrock)(x)
        assert isinstance(value, float)
        for array in (gradient, hessian(rosenbrock)(x), hvp(rosenbrock)(x, x)):
            assert type(array) is np.ndarray
            assert array.dtype == x.dtype


def test_arguments_are_neither_changed_nor_kept() -> None:
    x = start(2)
    x.flags.writeable = False
    value, gradient = value_and_grad(rosenbrock)(x)
    gradient[:] = 0.0  # SciPy may do as it likes with what it was given
    again = value_and_grad(rosenbrock)(x)
    assert again[0] == value
    np.testing.assert_allclose(again[1], [-215.6, -88.0])
    assert not np.shares_memory(hessian(rosenbrock)(x), x)


def test_numpy_numbers() -> None:
    x = np.float64(0.5)
    assert grad(exp)(x) == exp(0.5)
    assert derivative(exp, 2)(x) == exp(0.5)
    assert grad(lambda a, b: a * b, argnums=(0, 1))(x, np.float64(3.0)) == (3.0, 0.5)


def test_whole_numbers_count_as_real_ones() -> None:
    found = minimize(value_and_grad(rosenbrock), [0, 0], jac=True)
    assert np.allclose(found.x, 1.0, atol=1e-4)
    gradient = grad(rosenbrock)(np.array([0, 0]))
    assert gradient.dtype == np.float64
    assert gradient.tolist() == [-2.0, 0.0]


def test_hessp_with_further_arguments() -> None:
    """SciPy calls hessp(x, p, *args): the vector stands right behind what is differentiated by."""

    def valley(x: Any, steepness: float) -> Any:
        return steepness * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2

    found = minimize(
        valley,
        [-1.2, 1.0],
        args=(10.0,),
        jac=grad(valley),
        hessp=hvp(valley),
        method="trust-ncg",
    )
    assert np.allclose(found.x, 1.0, atol=1e-6)
