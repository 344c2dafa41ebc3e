"""Primitives at complex numbers, and complex_step."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd import TABLE, Primitive, Tensor, Value, grad
from autograd.checks import complex_step
from autograd.rules.primitive import is_analytic
from tests.autograd.checks.subjects import Function, assert_quadratic, quadratic, structured

ANALYTIC = {row.name: row for row in TABLE.values() if is_analytic(row)}


def test_the_analytic_rows() -> None:
    arithmetic = {"add", "sub", "mul", "div", "neg", "identity", "pow", "square", "reciprocal"}
    powers = {"exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt"}
    circular = {"sin", "cos", "tan", "arcsin", "arccos", "arctan"}
    hyperbolic = {"sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh"}
    assert set(ANALYTIC) == arithmetic | powers | circular | hyperbolic


@pytest.mark.parametrize("row", ANALYTIC.values(), ids=ANALYTIC)
def test_analytic_rows_take_complex_numbers(row: Primitive) -> None:
    z = (0.3 + 0.2j, 0.5 - 0.1j)[: row.arity]
    result = row(*z)
    assert type(result) is complex
    assert result == pytest.approx(complex(row.numpy(*z)))
    assert type(row(*map(np.complex128, z))) is np.complex128
    array = row(*[np.array([w, w]) for w in z])
    assert array.dtype == np.complex128
    np.testing.assert_allclose(array, [result, result])
    if row.arity == 2:
        assert row(z[0], 2.0) == pytest.approx(complex(row.numpy(z[0], 2.0)))
        assert row(2, np.array([z[0]])).shape == (1,)
        with pytest.raises(TypeError, match="takes a number, not the text"):
            row(z[0], "2")


@pytest.mark.parametrize(
    "row", [row for row in TABLE.values() if row.name not in ANALYTIC], ids=lambda row: row.name
)
def test_other_rows_refuse_complex_numbers(row: Primitive) -> None:
    z = [1j] * (row.arity or 2)
    with pytest.raises(TypeError, match=f"{row.name} takes real numbers, not the complex 1j"):
        row(*z)
    with pytest.raises(TypeError, match=f"{row.name}.* takes arrays of real numbers"):
        row(*map(np.atleast_1d, z))


def test_values_stay_real() -> None:
    for call in (
        lambda: Value(1j),
        lambda: Value(1.0) * 1j,
        lambda: 1j + Value(1.0),
        lambda: TABLE["mul"](Value(1.0), 1j),
        lambda: TABLE["mul"](1j, ag.Dual(1.0)),
        lambda: ag.exp(Tensor([1.0])) * 1j,
    ):
        with pytest.raises(TypeError):
            call()


# complex_step.


@given(st.floats(0.1, 5.0))
def test_complex_steps_are_exact(x: float) -> None:
    f = lambda x: ag.exp(x) / ag.sqrt(ag.sin(x) ** 2 + 3.0) * ag.log(x)  # noqa: E731
    assert complex_step(f, x) == pytest.approx(grad(f)(x), rel=1e-13, abs=1e-14)


def test_complex_steps_of_a_structure() -> None:
    assert_quadratic(complex_step(quadratic, structured()))
    f = lambda x: np.sum(ag.tanh(x @ x) * x[0])  # noqa: E731
    x = np.array([[0.1, 0.2], [0.3, 0.4]])
    np.testing.assert_allclose(complex_step(f, x), grad(f)(x), rtol=1e-13)


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (math.sin, "does not take complex numbers .*must be real number"),
        (lambda x: ag.maximum(x, 0.0), "maximum takes real numbers"),
        (ag.sigmoid, "sigmoid takes real numbers"),
        (lambda x: x if x > 0.0 else 0.0, "does not take complex numbers .*not supported"),
        (lambda x: np.array([x]).astype(float)[0], "discards the imaginary part"),
        (abs, "lose the imaginary part"),
        (lambda x: 3.0, "needs a single complex number"),
        (lambda x: x.tanh(), "no attribute 'tanh'"),
    ],
)
def test_functions_that_are_not_analytic(f: Function, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        complex_step(f, 1.0)


@pytest.mark.parametrize("f", [ag.log, ag.sqrt, ag.arcsin, lambda x: x / 0.0 * ag.sign(0.0)])
def test_outside_of_the_real_domain(f: Function) -> None:
    with pytest.raises((ValueError, ZeroDivisionError)):
        complex_step(f, -2.0)
