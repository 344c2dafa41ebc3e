"""Buffers and the layers that scale; those of PyTorch are also in test_convolution.py."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import nn
from autograd import Tensor, check_grads, grad, jvp
from nn import BatchNorm1d, BatchNorm2d, LayerNorm, Linear, Module, Sequential, Standardize

X = np.array([[1.0, -2.0], [3.0, 0.5], [4.0, 1.0]])


class Counting(Module):
    """A module with a buffer, as a user writes it."""

    def __init__(self) -> None:
        self.linear = Linear(2, 1, seed=0)
        self.register_buffer("calls", 0.0)

    def forward(self, x: Any) -> Any:
        if self.training:
            self.calls = self.calls + 1.0
        return self.linear(x)


# Buffers.


def test_a_buffer_is_state_but_no_parameter() -> None:
    model = Sequential(Counting())
    model(X)
    assert model.num_parameters() == len(model.parameters()) == 3
    assert [*model.state_dict()] == ["0.calls", "0.linear.w", "0.linear.b"]
    assert [name for name, _ in model.named_parameters()] == [
        f"0.linear.neurons.0.{p}" for p in ("w[0]", "w[1]", "b")
    ]
    assert [(name, x.tolist()) for name, x in model.named_buffers()] == [("0.calls", 1.0)]
    state = model.state_dict()
    state["0.calls"][...] = 7.0
    assert model[0].calls == 1.0
    model.load_state_dict(state)
    state["0.calls"][...] = 9.0
    assert model[0].calls == 7.0


def test_predict_and_copies_leave_it_alone() -> None:
    model = Counting()
    model.predict(X)
    model.with_parameters(model.state_dict())(X)
    other = deepcopy(model)
    other(X)
    pickle.loads(pickle.dumps(model))(X)
    assert (model.calls, other.calls) == (0.0, 1.0)


def test_parameters_alone_are_enough_to_differentiate_by() -> None:
    model = Counting()
    state = {name: x for name, x in model.state_dict().items() if name != "calls"}
    slopes = grad(lambda p: model.with_parameters(p)(X).sum())(state)
    np.testing.assert_allclose(slopes["linear.w"], [X.sum(axis=0)])


def test_what_a_buffer_refuses() -> None:
    model = Counting()
    with pytest.raises(ValueError, match=r"calls has shape \(\) in the model, but \(2,\) was giv"):
        model.calls = [1.0, 2.0]
    with pytest.raises(TypeError, match="calls is the text"):
        model.calls = "many"
    with pytest.raises(AttributeError, match="Counting has an attribute 'linear' already"):
        model.register_buffer("linear", 1.0)
    with pytest.raises(ValueError, match="missing: calls"):
        model.load_state_dict(
            {name: x for name, x in model.state_dict().items() if name != "calls"}
        )
    assert model.calls == 0.0


# Standardize.


@given(arrays(np.float64, (7, 3), elements=st.floats(-1e3, 1e3)))
def test_standardised_data_have_mean_0_and_deviation_1(data: np.ndarray) -> None:
    out = Standardize(3).fit(data).predict(data)
    spread = data.std(axis=0) > 1e-9 * (1.0 + np.abs(data).max(axis=0))
    np.testing.assert_allclose(out.mean(axis=0)[spread], 0.0, atol=1e-5)
    np.testing.assert_allclose(out.std(axis=0)[spread], 1.0, rtol=1e-6)
    np.testing.assert_allclose(out[:, np.ptp(data, axis=0) == 0.0], 0.0, atol=1e-9)


def test_standardize_goes_with_the_model(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    data = rng.normal(size=(40, 2)) * [1000.0, 0.01] + [5000.0, 0.0]
    y = (data[:, 0] > 5000.0).astype(float)
    model = Sequential(Standardize(2).fit(data), Linear(2, 1, seed=0))
    history = nn.fit(model, data, y, loss="bce", lr=0.3, epochs=60, progress=False)
    assert history.notes == []  # nothing of features that differ in scale
    assert nn.accuracy(model.predict(data), y) > 0.95
    nn.save(model, tmp_path / "model.safetensors")
    copy = nn.load(tmp_path / "model.safetensors")
    assert copy.predict(data).tolist() == model.predict(data).tolist()
    np.testing.assert_array_equal(copy[0].mean, data.mean(axis=0))


def test_standardize_alone_does_nothing_and_passes_gradients() -> None:
    assert Standardize(2).predict(X).tolist() == X.tolist()
    assert Standardize(2).fit(X).num_parameters() == 0
    check_grads(lambda x: Standardize(2).fit(X)(x).sum(axis=0)[1], (X,))
    assert Standardize(2).initialize(seed=0).fit(X).initialize(seed=0).mean[0] != 0.0


# Batch normalization.


def test_running_averages_are_those_of_the_batches() -> None:
    norm = BatchNorm1d(2, momentum=0.25)
    mean, var = np.zeros(2), np.ones(2)
    for batch in (X, 2.0 * X, X - 1.0):
        norm(batch)
        mean = 0.75 * mean + 0.25 * batch.mean(axis=0)
        var = 0.75 * var + 0.25 * batch.var(axis=0, ddof=1)
    np.testing.assert_allclose(norm.running_mean, mean, rtol=1e-14)
    np.testing.assert_allclose(norm.running_var, var, rtol=1e-14)
    np.testing.assert_allclose(norm.predict(X), (X - mean) / np.sqrt(var + 1e-5), rtol=1e-13)
    norm.initialize(seed=0)
    assert (norm.running_mean.tolist(), norm.running_var.tolist()) == ([0.0] * 2, [1.0] * 2)


LAYERS: dict[str, tuple[Callable[[], Module], np.ndarray]] = {
    "batch": (lambda: BatchNorm1d(2), X),
    "images": (lambda: BatchNorm2d(1), np.arange(8.0).reshape(2, 1, 2, 2) ** 1.5),
    "layer": (lambda: LayerNorm(2), X),
    "layer of axes": (lambda: LayerNorm((3, 2)), np.stack([X, X**2])),
}


@pytest.mark.parametrize("name", LAYERS)
def test_gradients_of_both_modes(name: str) -> None:
    make, x = LAYERS[name]
    layer, weights = make(), np.cos(np.arange(x.size)).reshape(x.shape)
    check_grads(lambda x: (layer(x) * weights).sum(), (x,), order=1)
    check_grads(lambda x: (layer.eval()(x) * weights).sum(), (x,), order=2)
    layer.train()
    state = {name: x for name, x in layer.state_dict().items() if "running" not in name}

    def f(p: Any) -> Any:
        return (layer.with_parameters(p)(x) * weights).sum()

    slopes = grad(f)(state)
    forward = jvp(f, (state,), ({name: np.ones(p.shape) for name, p in state.items()},))[1]
    assert forward == pytest.approx(sum(s.sum() for s in slopes.values()), rel=1e-12)


@pytest.mark.parametrize("name", LAYERS)
def test_mean_and_variance_are_one_node_each(name: str) -> None:
    make, x = LAYERS[name]
    out = make()(Tensor(x))
    assert out.shape == x.shape
    assert make().output_shape(x.shape[1:]) == x.shape[1:]
    assert make().predict(x).shape == x.shape


def test_training_with_batches() -> None:
    features, y = nn.make_moons(60, noise=0.1, seed=0)
    model = Sequential(
        BatchNorm1d(2),
        Linear(2, 8, seed=0),
        BatchNorm1d(8),
        "tanh",
        nn.LayerNorm(8),
        Linear(8, 1, seed=0),
    )
    options: dict[str, Any] = {"loss": "bce", "epochs": 30, "batch_size": 20, "progress": False}
    history = nn.fit(model, 1000.0 * features, y, seed=0, metrics=["accuracy"], **options)
    assert history["accuracy"][-1] > 0.9
    assert history.notes == []
    np.testing.assert_allclose(model[0].running_mean, 1000.0 * features.mean(axis=0), rtol=0.3)


def test_a_batch_of_one_is_refused_before_the_training() -> None:
    model = Sequential(Linear(2, 2, seed=0), BatchNorm1d(2), Linear(2, 1, seed=0))
    before = model.state_dict()
    with pytest.raises(ValueError, match="number for each feature, but got 1: take"):
        nn.fit(model, X, X[:, 0], batch_size=2, progress=False)
    assert all((before[name] == x).all() for name, x in model.state_dict().items())
    with pytest.raises(ValueError, match=r"call model\.eval"):
        model(X[0])
    assert model.eval()(X[0]).shape == (1,)


def test_what_comes_back_brings_its_buffers() -> None:
    model = Sequential(BatchNorm1d(2), Linear(2, 1, seed=0))
    seen: list[Any] = []

    def keep(epoch: nn.Epoch) -> None:
        seen.append(model[0].running_mean.copy())

    stopping = nn.EarlyStopping("loss", mode="max")  # so that the first epoch is the best
    data = (X, np.array([1.0, 2.0, 3.0]))
    nn.fit(model, *data, epochs=3, progress=False, callbacks=[keep, stopping])
    assert seen[0].tolist() != seen[2].tolist()
    assert model[0].running_mean.tolist() == seen[0].tolist()
    before = model[0].running_mean
    with pytest.raises(nn.DivergedError):
        nn.fit(model, *data, optimizer="sgd", lr=1e300, epochs=9, progress=False)
    np.testing.assert_array_equal(model[0].running_mean, before)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: Standardize(0), ValueError, "nin must be at least 1"),
        (lambda: Standardize(3).fit(X), ValueError, "has 2 columns, the model takes 3"),
        (lambda: Standardize(1).fit([[1e308], [-1e308], [1e308]]), ValueError, "too large"),
        (lambda: Standardize(3)(X), ValueError, r"takes 3 numbers .* shape \(3, 2\)"),
        (lambda: BatchNorm1d(2.0), TypeError, "num_features must be a whole number"),
        (lambda: BatchNorm1d(2, eps=-1.0), ValueError, "eps"),
        (lambda: BatchNorm1d(2, momentum=1.5), ValueError, "momentum must be from 0 to 1, not 1.5"),
        (lambda: BatchNorm1d(3)(X), ValueError, "takes 3 numbers along the last axis"),
        (lambda: BatchNorm2d(3)(X), ValueError, r"shape \(..., 3, height, width\), not \(3, 2\)"),
        (lambda: LayerNorm([2, 0]), ValueError, "normalized_shape must be at least 1"),
        (lambda: LayerNorm(3)(X), ValueError, "takes 3 numbers along the last axis"),
        (lambda: LayerNorm([2, 2])(X), ValueError, r"shape \(..., \(2, 2\)\), not \(3, 2\)"),
    ],
)
def test_wrong_arguments(call: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()
