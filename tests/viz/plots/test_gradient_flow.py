"""Gradient flow: its sizes against NumPy, dead units, zeros, and what it refuses."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.axes import Axes

from autograd import Value
from nn import MLP, Layer, Linear, Module, PReLU, ReLU, Sequential, fit, make_moons, mse
from viz.plots import plot_gradient_flow

X, Y = make_moons(20, seed=0)


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    pyplot.close("all")


def sizes(ax: Axes) -> list[float]:
    return np.asarray(ax.lines[0].get_ydata()).tolist()


def names(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.get_xticklabels()]


def counts(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def crosses(ax: Axes) -> list[float]:
    return [float(np.ravel(line.get_xdata())[0]) for line in ax.lines if line.get_marker() == "x"]


@pytest.mark.parametrize("measure", ["norm", "mean"])
def test_sizes_by_hand(measure: str) -> None:
    """A network of two linear layers, whose gradients are products of matrices."""
    model = Sequential(Linear(2, 3), Linear(3, 1), seed=0)
    first, second = model[0].w.numpy(), model[1].w.numpy()
    error = 2.0 * (X @ first.T @ second.T - Y[:, np.newaxis]) / len(X)
    expected = [(error @ second).T @ X, error.T @ (X @ first.T)]
    ax = plot_gradient_flow(model, X, Y, measure=measure)
    size = np.linalg.norm if measure == "norm" else lambda g: np.mean(np.abs(g))
    np.testing.assert_allclose(sizes(ax), [size(g) for g in expected], rtol=1e-12)
    assert names(ax) == ["0", "1"]
    assert ax.get_yscale() == "log"
    assert ax.get_ylabel() == {"norm": "length of ∂ℓ/∂w", "mean": "mean |∂ℓ/∂w|"}[measure]


def test_the_gradients_that_are_there() -> None:
    model = MLP(2, [4, 1], "tanh", seed=0)
    mse(model(X), Y).backward()
    before = [x.grad for x in model.parameters()]
    there = sizes(plot_gradient_flow(model))
    np.testing.assert_allclose(there, sizes(plot_gradient_flow(model, X, Y)), rtol=1e-12)
    np.testing.assert_allclose(there[0], np.linalg.norm(model.layers[0].w.grad), rtol=1e-12)
    assert [x.grad for x in model.parameters()] == before


@pytest.mark.parametrize("loss", ["binary_cross_entropy", lambda p, t: ((p - t) ** 4).sum()])
def test_losses_as_in_training(loss: Any) -> None:
    """The first update's gradient, as `fit` records it, of the weights and biases together."""
    model = MLP(2, [4, 1], "tanh", seed=0)
    expected = sizes(plot_gradient_flow(model, X, Y, loss=loss))
    fit(model, X, Y, loss=loss, epochs=1, progress=False)
    np.testing.assert_allclose([np.linalg.norm(m.w.grad) for m in model.layers], expected)


def test_dead_units_are_counted() -> None:
    model = MLP(2, [5, 4, 1], seed=0)
    for b in list(model.layers[0].b)[:2]:
        b.data = -100.0
    ax = plot_gradient_flow(model, X, Y)
    assert "dead/all units" in [text.get_text() for text in ax.get_legend().get_texts()]
    mse(model(X), Y).backward()
    expected = []
    for layer in model.layers:
        dead = [not any(x.grad for x in neuron.parameters()) for neuron in layer.neurons]
        expected += [f"{sum(dead)}/{len(dead)}"] * any(dead)
    assert counts(ax) == expected
    assert int(expected[0][0]) >= 2


def test_a_gradient_of_zero_is_shown_on_the_logarithmic_axis() -> None:
    model = MLP(2, [3, 1], seed=0)
    for b in model.layers[0].b:
        b.data = -100.0
    ax = plot_gradient_flow(model, X, Y)
    assert crosses(ax) == [1.0, 2.0]  # the second layer gets nothing but zeros either
    assert counts(ax) == ["3/3 dead"]  # while its bias has a gradient: it is alive
    assert ax.get_yscale() == "log"
    ax.figure.draw_without_rendering()


def test_tiny_gradients_are_not_zero() -> None:
    model = Linear(2, 1, seed=0)
    for x in model.parameters():
        x.grad = 3e-300
    for measure, expected in (("norm", 3e-300 * math.sqrt(2)), ("mean", 3e-300)):
        ax = plot_gradient_flow(model, measure=measure)
        np.testing.assert_allclose(sizes(ax), [expected])
        assert not crosses(ax)
        ax.figure.draw_without_rendering()


def test_several_models_in_one_picture() -> None:
    ax = plot_gradient_flow(MLP(2, [3] * 4 + [1], seed=0), X, Y, label="deep")
    plot_gradient_flow(MLP(2, [3, 1], seed=0), X, Y, ax, label="flat")
    assert names(ax) == [f"layers.{i}" for i in range(5)]
    lines = [line for line in ax.lines if line.get_label() in ("deep", "flat")]
    assert len({line.get_color() for line in lines}) == 2
    assert [len(np.asarray(line.get_xdata())) for line in lines] == [5, 2]


def test_many_layers_are_numbered() -> None:
    ax = plot_gradient_flow(MLP(2, [2] * 40 + [1], "tanh", seed=0), X, Y)
    ax.figure.draw_without_rendering()
    assert len(names(ax)) <= 16
    assert ax.get_xlabel() == "layer"


class Own(Module):
    """Parameters that are called by other names than those of a layer."""

    def __init__(self) -> None:
        self.层 = Layer(2, 2, ReLU(), seed=0)
        self.slope = PReLU()
        self.scale = Value(2.0)

    def forward(self, x: Any) -> Any:
        return self.scale * self.slope(self.层(x)).sum(axis=-1)


def test_modules_of_ones_own() -> None:
    ax = plot_gradient_flow(Own(), X, Y)
    assert sorted(names(ax)) == sorted(["model", "slope", "层"])
    ax.figure.draw_without_rendering()


def test_what_has_no_flow() -> None:
    model = MLP(2, [3, 1], seed=0)
    with pytest.raises(ValueError, match=r"call loss\.backward\(\) first"):
        plot_gradient_flow(model)
    with pytest.raises(ValueError, match="X and y belong together"):
        plot_gradient_flow(model, X)
    with pytest.raises(ValueError, match=r"unknown measure .* 'means' .did you mean 'mean'"):
        plot_gradient_flow(model, X, Y, measure="means")
    with pytest.raises(TypeError, match="takes a Module"):
        plot_gradient_flow(lambda X: X, X, Y)
    with pytest.raises(ValueError, match="plot_gradient_flow: X has 20 samples and y has 3"):
        plot_gradient_flow(model, X, [1, 2, 3])
    with pytest.raises(ValueError, match="has no parameters"):
        plot_gradient_flow(ReLU(), X, Y)
    model.parameters()[1].grad = math.nan
    with pytest.raises(
        ValueError, match=r"gradient of layers\.0\.neurons\.0\.w\[1\] is not finite"
    ):
        plot_gradient_flow(model)
    assert not pyplot.get_fignums()
    with pytest.raises(TypeError, match="write ax=ax"):
        plot_gradient_flow(model, pyplot.gca())
