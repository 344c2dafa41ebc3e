"""minimize: paths, kinds of arguments, gradients by hand, stopping, and what is refused."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value, cos, grad, log, numerical_gradient
from nn import schedules
from nn.optim.algorithms import OPTIMIZERS, SGD, Adam
from nn.optim.minimize import minimize

every = pytest.mark.parametrize("name", OPTIMIZERS)


def sheet(p: Any) -> Any:
    """The function of the homework."""
    return p[0] ** 2 / 20 + p[1] ** 2


def sheet_gradient(p: Any) -> Any:
    return np.array([p[0] / 10, 2 * p[1]])


START = np.array([-70.0, 42.0])


@every
def test_the_path_has_every_point_and_its_value(name: str) -> None:
    start = START.copy()
    result = minimize(sheet, start, name, steps=5, tolerance=1e-300)
    n = result.steps
    assert 0 < n <= 5
    assert result.path.shape == (n + 1, 2)
    assert result.values.shape == (n + 1,)
    assert result.path[0].tolist() == start.tolist() == START.tolist()
    assert result.path[-1].tolist() == result.x.tolist()
    assert [sheet(p) for p in result.path] == pytest.approx(result.values.tolist(), rel=1e-14)
    assert result.value == result.values[-1] < result.values[0]


def test_the_path_is_that_of_the_updates() -> None:
    chosen = Adam(lr=schedules.linear(1.0, 0.1, steps=10))
    x, state = START, chosen.init(START)
    for point in minimize(sheet, START, chosen, steps=10).path:
        np.testing.assert_allclose(point, x, rtol=1e-14)
        x, state = chosen.update(x, sheet_gradient(x), state)


@pytest.mark.parametrize("name", ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam"])
def test_gradients_by_hand_by_differences_and_by_autograd_agree(name: str) -> None:
    paths = [
        minimize(sheet, START, name, steps=50, gradient=gradient).path
        for gradient in (None, sheet_gradient, grad(sheet), numerical)
    ]
    for path in paths[1:3]:
        np.testing.assert_allclose(path, paths[0], rtol=1e-12)
    np.testing.assert_allclose(paths[3], paths[0], rtol=1e-5)


def numerical(p: Any) -> Any:
    return numerical_gradient(sheet, p)


@pytest.mark.parametrize("x0", [2.0, 2, np.float64(2.0), np.array(2.0), Value(2.0)])
def test_numbers_are_taken(x0: Any) -> None:
    result = minimize(cos, x0, "sgd", lr=0.5, steps=60)
    assert type(result.x) is (np.ndarray if isinstance(x0, np.ndarray) and x0.ndim else float)
    assert result.x == pytest.approx(math.pi)
    assert result.path.shape == (61,)


@pytest.mark.parametrize(
    "x0", [[1.0, 2.0], (1, 2), np.array([1, 2]), np.float32([1, 2]), Tensor([1.0, 2.0])]
)
def test_arrays_are_taken(x0: Any) -> None:
    result = minimize(lambda p: np.sum(p**2), x0, "sgd", lr=0.25, steps=3)
    assert result.path.tolist() == [[1.0, 2.0], [0.5, 1.0], [0.25, 0.5], [0.125, 0.25]]
    assert result.path.dtype == np.float64


def test_matrices_keep_their_shape() -> None:
    A = np.array([[1.0, 2.0], [3.0, 4.0]])
    shapes = []

    def f(X: Any) -> Any:
        shapes.append(np.shape(X))
        return np.sum((X @ A - np.eye(2)) ** 2)

    result = minimize(f, np.zeros((2, 2)), "lbfgs", steps=200)
    np.testing.assert_allclose(result.x, np.linalg.inv(A), rtol=1e-6)
    assert result.path.shape == (result.steps + 1, 2, 2)
    assert set(shapes) == {(2, 2)}


def test_zero_steps_give_the_start() -> None:
    for name in ("adam", "lbfgs"):
        result = minimize(sheet, START, name, steps=0)
        assert (result.steps, result.path.tolist()) == (0, [START.tolist()])
        assert not result.converged


def test_the_tolerance_ends_it() -> None:
    result = minimize(sheet, START, "sgd", lr=0.5, steps=10_000, tolerance=1e-3)
    assert result.converged
    assert np.linalg.norm(sheet_gradient(result.x)) < 1e-3
    assert np.linalg.norm(sheet_gradient(result.path[-2])) >= 1e-3
    assert result.steps < 300
    assert "is below 0.001" in result.message
    result = minimize(sheet, START, "sgd", steps=10)
    assert (result.converged, result.message) == (False, "all 10 steps were taken")


def test_lbfgs_ends_by_itself_or_by_the_tolerance() -> None:
    exact = minimize(sheet, START, "lbfgs")
    assert exact.converged
    assert exact.steps < 20
    assert exact.value < 1e-12
    rough = minimize(sheet, START, "lbfgs", tolerance=1.0)
    assert rough.converged
    assert np.linalg.norm(sheet_gradient(rough.x)) <= 1.0
    assert rough.steps < exact.steps
    short = minimize(sheet, START, "lbfgs", steps=2)
    assert (short.steps, short.converged, short.message) == (2, False, "all 2 steps were taken")


def test_at_the_minimum_already() -> None:
    for name in OPTIMIZERS:
        result = minimize(sheet, [0.0, 0.0], name, steps=3)
        assert result.x.tolist() == [0.0, 0.0]
        assert result.value == 0.0


def test_an_optimizer_is_only_asked_for_its_settings() -> None:
    w = Value(5.0)
    chosen = SGD([w], lr=0.5)
    assert minimize(lambda x: x * x, 3.0, chosen, steps=1).x == 0.0
    assert (w.data, chosen.steps) == (5.0, 0)


def test_values_of_ones_own_stay_as_they_are() -> None:
    w = Value(3.0)
    result = minimize(lambda x: (x - w) ** 2, 0.0, "sgd", lr=0.5, steps=1)
    assert (result.x, type(result.value), w.grad) == (3.0, float, 0.0)


@pytest.mark.parametrize("name", ["sgd", "lbfgs"])
def test_ctrl_c_gives_the_path_so_far(name: str) -> None:
    calls = []

    def f(p: Any) -> Any:
        calls.append(p)
        if len(calls) > 4:
            raise KeyboardInterrupt
        return sheet(p)

    result = minimize(f, START, name, steps=100)
    assert 0 < result.steps < 4
    assert result.message == f"interrupted after {result.steps} steps"
    assert len(result.path) == len(result.values) == result.steps + 1
    assert result.values[-1] == pytest.approx(sheet(result.x), rel=1e-14)
    assert not result.converged


def test_lbfgs_refuses_a_function_that_is_random() -> None:
    generator = np.random.default_rng(0)
    with pytest.raises(
        ValueError, match="the same whenever it is computed, but at the start it gave"
    ):
        minimize(lambda p: sheet(p) + generator.normal(), START, "lbfgs")
    assert minimize(sheet, START, "lbfgs", steps=50).converged


def test_ctrl_c_at_once() -> None:
    def f(p: Any) -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        minimize(f, START)


def test_a_nan_ends_it_with_the_step_and_the_point() -> None:
    with pytest.raises(FloatingPointError, match=r"at step 1, x = \[-1\.\], log is nan: lower"):
        minimize(log, 1.0, "sgd", lr=2.0, gradient=lambda x: 1 / x)
    with pytest.raises(
        FloatingPointError, match=r"at step 0, x = \[0\.\], its gradient is \[inf\]"
    ):
        minimize(lambda x: np.sum(np.sqrt(x)), [0.0])
    with pytest.raises(FloatingPointError, match=r"at step \d, x = \[.*\], .* is (nan|-inf)"):
        minimize(lambda x: log(x) + 10 * x, 0.5, "lbfgs")


def test_a_rate_that_is_too_high_diverges_with_a_message() -> None:
    for gradient in (None, sheet_gradient):
        with pytest.raises(FloatingPointError, match="sheet is inf: lower the learning rate"):
            minimize(sheet, START, "sgd", lr=1e9, gradient=gradient)


@pytest.mark.parametrize(
    ("x0", "error", "message"),
    [
        ([], ValueError, r"x0 is empty, of shape \(0,\)"),
        (math.nan, ValueError, "x0 must be finite, not nan"),
        ([1.0, math.inf], ValueError, "x0 must be finite"),
        ("here", TypeError, "x0 must be real numbers, not 'here'"),
        (None, TypeError, "x0 must be real numbers, not None"),
        (1j, TypeError, "x0 must be real numbers"),
        (True, TypeError, "x0 must be real numbers, not True"),
    ],
)
def test_bad_starts_are_refused(x0: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        minimize(sheet, x0)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"optimizer": "adem"}, ValueError, "unknown optimizer 'adem'"),
        ({"rate": 0.1}, ValueError, "Adam has no setting 'rate'"),
        ({"lr": -0.1}, ValueError, "lr of Adam must be"),
        ({"steps": -1}, ValueError, "steps must be at least 0"),
        ({"steps": 1.5}, TypeError, r"steps must be a whole number, not 1\.5"),
        ({"tolerance": math.nan}, ValueError, "tolerance must be"),
        ({"gradient": lambda p: 1.0}, ValueError, r"gave a gradient of shape \(\) for x of shape"),
        (
            {"gradient": lambda p: None},
            TypeError,
            "<lambda> gave no numbers as the gradient, but array.None",
        ),
        ({"gradient": 3.0}, TypeError, "gradient must be a function"),
    ],
)
def test_bad_arguments_are_refused(arguments: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        minimize(sheet, START, **arguments)


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (lambda p: None, "returned None"),
        (lambda p: p, "needs a single number"),
        (3.0, "function"),
    ],
)
@pytest.mark.parametrize("gradient", [None, sheet_gradient])
def test_bad_functions_are_refused(f: Any, gradient: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        minimize(f, START, gradient=gradient)


def test_the_result_prints_in_one_line() -> None:
    for x0, start in (
        (3.0, "Minimum(x=3.0, value=9.0, steps=0"),
        ([3.0, 0.0], "Minimum(x=[3., 0.], value=9.0"),
        (np.ones((50, 4)), "Minimum(x=[[1., 1., 1., 1.], [1., 1., 1., 1.], "),
    ):
        text = repr(minimize(lambda x: np.sum(x * x), x0, steps=0))
        assert text.startswith(start)
        assert "\n" not in text
        assert len(text) < 400
