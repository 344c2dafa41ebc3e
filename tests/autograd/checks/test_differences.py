"""numerical_gradient, and what it and complex_step take."""

import itertools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd import Tensor, Value
from autograd.checks import complex_step, numerical_gradient
from tests.autograd.checks.subjects import (
    Function,
    Pair,
    assert_quadratic,
    quadratic,
    read_only,
    structured,
    total,
)


@given(st.floats(-5.0, 5.0), st.floats(-5.0, 5.0))
def test_central_differences(x: float, y: float) -> None:
    f = lambda v: ag.sin(v[0]) * v[1] + v[1] ** 3  # noqa: E731
    expected = [math.cos(x) * y, math.sin(x) + 3.0 * y * y]
    np.testing.assert_allclose(numerical_gradient(f, np.array([x, y])), expected, atol=1e-6)


@pytest.mark.parametrize("x", [1e-3, 1.0, 1e8, 1e150])
def test_the_step_follows_the_magnitude(x: float) -> None:
    assert numerical_gradient(lambda x: x * x, x) == pytest.approx(2.0 * x, rel=1e-6)


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (0,), (2, 1, 2)])
def test_any_shape(shape: tuple[int, ...]) -> None:
    x = np.arange(1.0, 1.0 + np.prod(shape)).reshape(shape)
    gradient = numerical_gradient(lambda x: np.sum(x**3), x)
    assert type(gradient) is np.ndarray
    assert gradient.shape == shape
    np.testing.assert_allclose(gradient, 3.0 * x**2, rtol=1e-8)


def test_any_structure() -> None:
    assert_quadratic(numerical_gradient(quadratic, structured()))
    pair = numerical_gradient(lambda p: p.a * p.b, Pair(2.0, 3.0))
    assert type(pair) is Pair
    assert numerical_gradient(lambda x: 1.0, None) is None


def test_it_calls_f_with_the_array_itself() -> None:
    """So that f may use the weights of a network and ignore its argument."""
    w = np.array([2.0, 3.0])
    np.testing.assert_allclose(numerical_gradient(lambda _: w[0] ** 2 * w[1], w), [12.0, 4.0])


def test_views_and_orders_of_memory() -> None:
    whole = np.arange(24.0).reshape(4, 6)
    for x in (whole[::2, 1::3], whole.T, np.asfortranarray(whole), whole[::-1]):
        before = whole.copy()
        gradient = numerical_gradient(lambda x: np.sum(x * x), x)
        np.testing.assert_allclose(gradient, 2.0 * x, atol=1e-7)
        np.testing.assert_array_equal(whole, before)


def test_single_precision_has_its_own_step() -> None:
    x = np.array([1.0, 100.0], dtype=np.float32)
    gradient = numerical_gradient(lambda x: np.sum(x.astype(np.float64) ** 2), x)
    assert gradient.dtype == np.float32
    np.testing.assert_allclose(gradient, [2.0, 200.0], rtol=1e-4)
    assert x.tolist() == [1.0, 100.0]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("call", range(8))
def test_arrays_are_restored_when_f_raises(error: type[BaseException], call: int) -> None:
    x = np.array([0.1, 0.2, 1e300, -0.0])
    tree = {"x": x, "y": [np.array(3.0)]}
    calls = itertools.count()

    def f(tree: Any) -> float:
        if next(calls) == call:
            raise error
        return float(tree["x"][0])

    with pytest.raises(error):
        numerical_gradient(f, tree)
    assert x.tobytes() == np.array([0.1, 0.2, 1e300, -0.0]).tobytes()
    assert tree["y"][0] == 3.0
    gradient = numerical_gradient(f, tree)
    assert gradient["x"][0] == pytest.approx(1.0)
    assert x.tobytes() == np.array([0.1, 0.2, 1e300, -0.0]).tobytes()


def test_steps_that_are_given() -> None:
    assert numerical_gradient(lambda x: x**3, 1.0, h=0.5) == 3.25
    with pytest.raises(ValueError, match=r"the step 1e-20 is lost in rounding beside 1\.0"):
        numerical_gradient(lambda x: x, 1.0, h=1e-20)
    for h in (0.0, -1.0, math.nan, math.inf):
        with pytest.raises(ValueError, match="h must be a finite number above 0"):
            numerical_gradient(lambda x: x, 1.0, h=h)
        with pytest.raises(ValueError, match="h must be a finite number above 0"):
            complex_step(lambda x: x, 1.0, h=h)


def test_arrays_that_cannot_be_changed() -> None:
    shared = np.ones(3)
    with pytest.raises(ValueError, match=r"argument 0 of total\['x'\] is read-only.*copy"):
        numerical_gradient(total, {"x": read_only()})
    with pytest.raises(ValueError, match="read-only"):
        numerical_gradient(total, np.broadcast_to(1.0, (2, 2)))
    with pytest.raises(ValueError, match=r"argument 0 of total\[1\] shares memory"):
        numerical_gradient(total, (shared[:2], shared[1:]))
    assert complex_step(np.sum, read_only()).tolist() == [1.0, 1.0]


@pytest.mark.parametrize("derivative", [numerical_gradient, complex_step])
@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.array([True]), "array of bool"),
        (np.array([1j]), "array of complex128"),
        (np.array(["a"]), "array of <U1"),
        (True, "argument 0 of total is True"),
        ("a", "the text 'a'"),
        (1j, "complex"),
        (Value(1.0), r"Value\(1.0\), which is recorded"),
        (Tensor([1.0]), r"argument 0 of total\[0\] takes a plain number"),
        ({"w": [1.0, {1.0}]}, r"argument 0 of total\['w'\]\[1\] takes a number"),
    ],
)
def test_arguments_without_derivatives(derivative: Function, x: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        derivative(total, x)


def test_whole_numbers_take_complex_steps_only() -> None:
    """In place, x + h would be x."""
    x = np.array([1, 2])
    assert complex_step(lambda x: np.sum(x**3), x).tolist() == [3.0, 12.0]
    with pytest.raises(TypeError, match=r"array of int64, which takes no small .*astype\(float\)"):
        numerical_gradient(total, x)
    assert numerical_gradient(lambda x: x[0] * x[1], [2, 3]) == pytest.approx([3.0, 2.0])


@pytest.mark.parametrize("derivative", [numerical_gradient, complex_step])
@pytest.mark.parametrize("result", [None, "a", np.ones(2), (1.0,), {}])
def test_results_that_are_no_single_number(derivative: Function, result: Any) -> None:
    with pytest.raises(TypeError):
        derivative(lambda x: result, 1.0)


def test_results_may_be_recorded() -> None:
    w = Value(3.0)
    assert numerical_gradient(lambda x: w * x, 2.0) == pytest.approx(3.0)
    assert numerical_gradient(lambda x: np.array(x * x), 2.0) == pytest.approx(4.0)
