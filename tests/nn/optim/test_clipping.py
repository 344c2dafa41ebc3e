"""Clipping: lengths, directions, extremes, and what is refused."""

from __future__ import annotations

import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Tensor, Value
from nn.optim.clipping import clip_grad_norm, clip_grad_value

Clip = Callable[[Any, float], Any]
both = pytest.mark.parametrize("clip", [clip_grad_norm, clip_grad_value])

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
    if before <= limit:
        assert grads(params) == numbers
    else:
        assert after == pytest.approx(limit, rel=1e-12)
        expected = np.array(numbers) / before
        np.testing.assert_allclose(
            np.array(grads(params)) / limit, expected, rtol=1e-9, atol=1e-300
        )


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
    np.testing.assert_allclose(W.grad, np.array([[2, 4], [6, 8]]) / math.hypot(2, 4, 6, 8))
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
