"""Clipping: lengths, directions, extremes, and what is refused."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp

from autograd import Tensor, Value
from nn.optim.clipping import clip_grad_norm, clip_grad_value

Clip = Callable[[Any, float], Any]
both = pytest.mark.parametrize("clip", [clip_grad_norm, clip_grad_value])

STORED: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "stored" / "limits.json").read_text(encoding="utf-8")
)
gradients = st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=5)
limits = st.floats(1e-3, 1e3)


def with_gradients(numbers: list[float]) -> list[Value]:
    params = [Value(0.0, f"p{i}") for i in range(len(numbers))]
    for x, slope in zip(params, numbers, strict=True):
        x.grad = slope
    return params


def grads(params: list[Value]) -> list[float]:
    return [x.grad for x in params]


@given(gradients, limits)
def test_the_gradient_is_shortened_to_the_limit(numbers: list[float], limit: float) -> None:
    params = with_gradients(numbers)
    before = clip_grad_norm(params, limit)
    assert before == math.hypot(*numbers)
    after = math.hypot(*grads(params))
    if before + 1e-6 <= limit:
        assert grads(params) == numbers
    else:
        assert after == pytest.approx(limit * before / (before + 1e-6), rel=1e-12)
        expected = np.array(numbers) / (before + 1e-6)
        np.testing.assert_allclose(
            np.array(grads(params)) / limit, expected, rtol=1e-9, atol=1e-300
        )


@pytest.mark.parametrize("case", STORED["norm"], ids=str)
def test_lengths_and_gradients_are_those_of_pytorch(case: dict[str, Any]) -> None:
    params = with_gradients(case["gradient"])
    max_norm, norm_type = map(float, case["limits"])
    assert clip_grad_norm(params, max_norm, norm_type) == pytest.approx(case["norm"], rel=2e-15)
    np.testing.assert_allclose(grads(params), case["after"], rtol=2e-15, atol=0.0)


@pytest.mark.parametrize("case", STORED["value"], ids=str)
def test_limited_gradients_are_those_of_pytorch(case: dict[str, Any]) -> None:
    params = with_gradients(case["gradient"])
    clip_grad_value(params, *case["limits"])
    assert grads(params) == case["after"]


@pytest.mark.parametrize("order", [0.5, 1.0, 3.0, math.inf])
@given(numbers=st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=5))
def test_lengths_of_other_orders(order: float, numbers: list[float]) -> None:
    exact = max(map(abs, numbers))
    if order != math.inf:
        with mp.workdps(40):
            total = sum(mp.mpf(abs(x)) ** order for x in numbers)
            exact = float(total ** (1 / mp.mpf(order)))
    assert clip_grad_norm(with_gradients(numbers), 1.0, order) == pytest.approx(exact, rel=1e-14)


def test_a_length_that_is_not_finite_may_pass_as_in_pytorch() -> None:
    params = with_gradients([1.5e308, 1.5e308])
    assert clip_grad_norm(params, 1.0, error_if_nonfinite=False) == math.inf
    assert grads(params) == [0.0, 0.0]
    with pytest.raises(FloatingPointError, match="their length is inf"):
        clip_grad_norm(with_gradients([1.0] * 5), 1.0, 0.001)
    params = with_gradients([1.0, math.nan])
    assert math.isnan(clip_grad_norm(params, 1.0, error_if_nonfinite=False))
    assert all(map(math.isnan, grads(params)))
    for order in (1.0, math.inf):
        with pytest.raises(FloatingPointError, match="the gradient of p1 is nan"):
            clip_grad_norm(with_gradients([1.0, math.nan]), 1.0, order)


@pytest.mark.parametrize("order", [0.0, -1.0, math.nan, "2"])
def test_bad_orders_are_refused(order: Any) -> None:
    with pytest.raises((ValueError, TypeError), match="norm_type"):
        clip_grad_norm(with_gradients([5.0]), 1.0, order)


@given(gradients, limits)
def test_every_gradient_is_limited(numbers: list[float], limit: float) -> None:
    params = with_gradients(numbers)
    clip_grad_value(params, limit)
    assert grads(params) == np.clip(numbers, -limit, limit).tolist()


def test_tiny_gradients_have_a_length() -> None:
    assert clip_grad_norm(with_gradients([3e-200, 4e-200]), 1.0) == pytest.approx(5e-200, abs=0.0)
    assert clip_grad_norm(with_gradients([0.0, 0.0]), 1.0) == 0.0


def test_models_and_tensors_are_taken() -> None:
    W = Tensor([[1.0, 2.0], [3.0, 4.0]])
    np.sum(W * W).backward()
    model = SimpleNamespace(parameters=lambda: [W])
    assert clip_grad_norm(model, 1.0) == math.hypot(2, 4, 6, 8)
    np.testing.assert_allclose(W.grad, np.array([[2, 4], [6, 8]]) / (math.hypot(2, 4, 6, 8) + 1e-6))
    clip_grad_value(W, 0.25)
    assert W.grad.max() == 0.25


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_length_that_is_not_finite_is_refused(bad: float) -> None:
    params = with_gradients([1e9, bad, 3.0])
    with pytest.raises(
        FloatingPointError, match=f"as the gradient of p1 is {bad}: .*detect_anomaly"
    ):
        clip_grad_norm(params, 1.0)
    np.testing.assert_equal(grads(params), [1e9, bad, 3.0])


def test_an_overflowing_length_is_refused() -> None:
    params = with_gradients([1.5e308, 1.5e308])
    with pytest.raises(FloatingPointError, match="their length is inf: they overflow together"):
        clip_grad_norm(params, 1.0)
    assert grads(params) == [1.5e308, 1.5e308]


def test_infinite_gradients_are_limited_and_nan_is_refused() -> None:
    params = with_gradients([math.inf, -math.inf, 0.5])
    clip_grad_value(params, 1.0)
    assert grads(params) == [1.0, -1.0, 0.5]
    params = with_gradients([math.inf, math.nan])
    with pytest.raises(FloatingPointError, match="as the gradient of p1 is nan"):
        clip_grad_value(params, 1.0)
    assert params[0].grad == math.inf


@both
@pytest.mark.parametrize("bad", [-1.0, math.nan, math.inf, "1", None])
def test_bad_limits_are_refused(clip: Clip, bad: Any) -> None:
    params = with_gradients([5.0])
    with pytest.raises((ValueError, TypeError), match=r"max_norm|limit"):
        clip(params, bad)
    assert params[0].grad == 5.0


@both
def test_bad_parameters_are_refused(clip: Clip) -> None:
    with pytest.raises(ValueError, match="no parameters"):
        clip([], 1.0)
    with pytest.raises(TypeError, match="must be Values"):
        clip([1.0], 1.0)


def test_a_limit_of_zero() -> None:
    with pytest.raises(ValueError, match="max_norm must be a finite number above 0, not 0"):
        clip_grad_norm(with_gradients([1.0]), 0)
    params = with_gradients([1.0, -1.0])
    clip_grad_value(params, 0)
    assert grads(params) == [0.0, 0.0]
