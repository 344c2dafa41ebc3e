"""Curves of activations: their derivatives against other sources, their kinks as gaps."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import pyplot
from matplotlib.axes import Axes
from scipy.stats import norm

import autograd
import nn
from autograd import Value
from viz.plots import plot_activation


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    pyplot.close("all")


def curves(ax: Axes) -> list[tuple[np.ndarray, np.ndarray]]:
    """The points of the function and of each derivative."""
    labelled = [line for line in ax.lines if not str(line.get_label()).startswith("_")]
    return [(np.asarray(line.get_xdata()), np.asarray(line.get_ydata())) for line in labelled]


def gaps(ax: Axes) -> list[list[float]]:
    return [x[np.isnan(y)].tolist() for x, y in curves(ax)]


def legend(ax: Axes) -> list[str]:
    shown = ax.get_legend()
    assert shown is not None
    return [text.get_text() for text in shown.get_texts()]


def logistic(x: Any) -> Any:
    return 1.0 / (1.0 + np.exp(-x))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "sigmoid",
            [logistic, lambda x: logistic(x) * logistic(-x)],
        ),
        (
            "tanh",
            [
                np.tanh,
                lambda x: 1 / np.cosh(x) ** 2,
                lambda x: -2 * np.tanh(x) / np.cosh(x) ** 2,
            ],
        ),
        (
            "gelu",
            [
                lambda x: x * norm.cdf(x),
                lambda x: norm.cdf(x) + x * norm.pdf(x),
                lambda x: (2 - x**2) * norm.pdf(x),
                lambda x: (x**3 - 4 * x) * norm.pdf(x),
            ],
        ),
    ],
)
def test_smooth_activations_have_their_derivatives(
    name: str, expected: list[Callable[[Any], Any]]
) -> None:
    ax = plot_activation(name, order=len(expected) - 1)
    assert gaps(ax) == [[]] * len(expected)
    for (x, y), f in zip(curves(ax), expected, strict=True):
        assert len(x) == 600
        assert x[[0, -1]].tolist() == [-6.0, 6.0]
        np.testing.assert_allclose(y, f(x), rtol=1e-10, atol=1e-14)


def test_names_of_the_derivatives() -> None:
    ax = plot_activation("tanh", order=4, resolution=50)
    assert legend(ax) == ["tanh", "tanh′", "tanh″", "tanh‴", "tanh⁽⁴⁾"]
    assert legend(plot_activation(nn.Swish(beta=2.0))) == ["Swish(beta=2.0)", "(Swish(beta=2.0))′"]
    assert legend(plot_activation(lambda x: x, order=1)) == ["f", "f′"]
    assert legend(plot_activation(np.sin, label="mine", order=0)) == ["mine"]


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        ("relu", [[], [0.0], [0.0]]),
        ("hardtanh", [[], [-1.0, 1.0], [-1.0, 1.0]]),
        ("elu", [[], [], [0.0]]),
        ("selu", [[], [0.0], [0.0]]),
        ("sign", [[0.0]] * 3),
        (nn.LeakyReLU(0.9), [[], [0.0], [0.0]]),
        (nn.PReLU(), [[], [0.0], [0.0]]),
        (abs, [[], [0.0], [0.0]]),
        (lambda x: autograd.maximum(x, 0.5 * x), [[], [0.0], [0.0]]),
        (lambda x: x if x > 1.0 else x * x, [[], [1.0], [1.0]]),
        (lambda x: autograd.sigmoid(1000.0 * x), [[]] * 3),
        ("identity", [[]] * 3),
        ("softplus", [[]] * 3),
    ],
)
@pytest.mark.parametrize("resolution", [600, 601])  # without a point at 0, and with one
def test_kinks_are_gaps(f: Any, expected: list[list[float]], resolution: int) -> None:
    ax = plot_activation(f, order=2, resolution=resolution)
    for found, wanted in zip(gaps(ax), expected, strict=True):
        np.testing.assert_allclose(found, wanted, atol=1e-8)


def test_the_ends_of_a_gap_are_the_limits_from_both_sides() -> None:
    ax = plot_activation("selu", order=2)
    scale, alpha = 1.0507009873554805, 1.6732632423543772
    _, first, second = [np.asarray(circles.get_offsets()) for circles in ax.collections]
    np.testing.assert_allclose(first, [[0.0, scale * alpha], [0.0, scale]], atol=1e-5)
    np.testing.assert_allclose(second, [[0.0, scale * alpha], [0.0, 0.0]], atol=1e-5)
    x, y = curves(ax)[1]
    hidden = int(np.flatnonzero(np.isnan(y))[0])
    assert x[hidden - 1] < 0.0 < x[hidden + 1]


@settings(max_examples=25)
@given(st.floats(-5.0, 5.0), st.floats(0.05, 10.0))
def test_a_kink_anywhere(place: float, slope: float) -> None:
    ax = plot_activation(lambda x: slope * autograd.relu(x - place), resolution=200)
    np.testing.assert_allclose(gaps(ax)[1], [place], atol=1e-7)
    pyplot.close("all")


def test_parameters_are_no_arguments() -> None:
    """A Value that a function holds, and those of a Module, are numbers here."""
    beta = Value(2.0)
    x, y = curves(plot_activation(lambda x: nn.activations.swish(x, beta)))[1]
    s = logistic(2.0 * x)
    np.testing.assert_allclose(y, s + 2.0 * x * s * (1.0 - s), rtol=1e-10, atol=1e-12)
    assert beta.grad == 0.0


def test_further_functions_get_further_styles() -> None:
    ax = plot_activation("relu")
    plot_activation("tanh", ax)
    assert legend(ax) == ["relu", "relu′", "tanh", "tanh′"]
    assert len({line.get_color() for line in ax.lines[:5]}) >= 4


def test_what_is_not_finite_is_left_out() -> None:
    ax = plot_activation(autograd.log, limits=(-1.0, 1.0))
    x, y = curves(ax)[1]
    np.testing.assert_allclose(y[x > 0.1], 1 / x[x > 0.1])
    x, y = curves(ax)[0]
    assert not np.isfinite(y[x < -1e-6]).any()
    ax.figure.draw_without_rendering()


@pytest.mark.parametrize(
    ("arguments", "options", "error", "told"),
    [
        (("softmax",), {}, ValueError, "does not work on every number by itself"),
        (("log_softmax",), {}, ValueError, "does not work on every number by itself"),
        (("rellu",), {}, ValueError, "did you mean 'relu'"),
        ((3.0,), {}, TypeError, "a name, a Module or a function"),
        ((nn.ReLU,), {}, TypeError, r"write ReLU\(\)"),
        (("relu",), {"order": 7}, ValueError, "order must be from 0 to 6, not 7"),
        (("relu",), {"order": -1}, ValueError, "order"),
        (("relu",), {"order": 1.5}, TypeError, "order"),
        (("relu",), {"limits": (1.0, -1.0)}, ValueError, r"not \(1.0, -1.0\)"),
        (("relu",), {"limits": (0.0, math.inf)}, ValueError, "limits"),
        (("relu",), {"resolution": 10**13}, MemoryError, "smaller resolution"),
        ((lambda x: "it",), {}, TypeError, "it"),
    ],
)
def test_what_has_no_curve(
    arguments: tuple[Any, ...], options: dict[str, Any], error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=told):
        plot_activation(*arguments, **options)
    assert not pyplot.get_fignums()


@pytest.mark.parametrize("name", sorted(set(nn.ACTIVATIONS) - {"softmax", "log_softmax"}))
def test_every_activation_is_drawn(name: str) -> None:
    plot_activation(name, order=3).figure.draw_without_rendering()
