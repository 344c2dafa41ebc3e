"""What modules take in memory: the estimates beside what is measured, and what is refused."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from autograd.text.memory import VARIABLE
from nn import MLP, Conv2d, Flatten, Linear, MaxPool2d, Module, Sequential
from nn.modules.cost import Cost
from nn.modules.parameter import PARAMETER
from nn.training.plan import PARAMETER as TRAINED

X, y = nn.make_moons(20, seed=0)


def peak(function: Callable[[], object]) -> int:
    gc.collect()
    tracemalloc.start()
    try:
        kept = function()
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    del kept
    return most


MODELS: dict[str, tuple[Callable[[], Module], tuple[int, ...], int]] = {
    "square": (lambda: MLP(64, [64, 64, 1], seed=0), (64,), 6),
    "tanh": (lambda: MLP(20, [40, 1], "tanh", seed=0), (20,), 100),
    "wide": (lambda: MLP(1, [300, 1], seed=0), (1,), 100),
    "sequential": (lambda: Sequential(Linear(30, 30), "tanh", nn.Neuron(30)), (30,), 40),
    "images": (
        lambda: Sequential(Conv2d(1, 4, 3), "relu", MaxPool2d(2), Flatten(), Linear(676, 2)),
        (1, 28, 28),
        4,
    ),
    "batch norm": (lambda: Sequential(nn.BatchNorm1d(60), nn.BatchNorm1d(60)), (60,), 50),
    "layer norm": (lambda: Sequential(nn.LayerNorm(60), nn.LayerNorm(60)), (60,), 50),
    "embedding": (lambda: Sequential(nn.Embedding(9, 20), nn.Flatten(2), Linear(80, 9)), (4,), 50),
    "many channels": (lambda: Sequential(Conv2d(8, 8, 3), nn.AvgPool2d(2)), (8, 12, 12), 4),
}


@pytest.mark.parametrize("name", MODELS)
def test_what_a_batch_records_is_estimated(name: str) -> None:
    make, shape, n = MODELS[name]
    model, samples = make(), np.random.default_rng(0).normal(size=(n, *shape))
    samples = np.abs(np.round(samples)) if name == "embedding" else samples
    model.parameters()
    cost = model.cost_of(shape)
    assert cost is not None
    ratio = n * cost.bytes / peak(lambda: model(samples))
    assert 1 / 1.5 < ratio < 1.5


@pytest.mark.parametrize("model", [MLP(100, [100, 1]), Conv2d(30, 30, 3), nn.Neuron(10_000)])
def test_what_parameters_take_is_estimated(model: Module) -> None:
    ratio = PARAMETER * model.num_parameters() / peak(model.parameters)
    assert 1 / 1.5 < ratio < 1.5


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "rmsprop"])
def test_what_a_training_takes_is_estimated(optimizer: str) -> None:
    model = MLP(100, [100, 1], seed=0)
    count, cost = len(model.parameters()), model.cost_of((100,))
    assert cost is not None
    data = np.random.default_rng(0).normal(size=(3, 100)), np.zeros(3)
    options: dict[str, Any] = {"optimizer": optimizer, "epochs": 2, "progress": False, "lr": 1e-6}
    ratio = (TRAINED * count + 3 * cost.bytes) / peak(lambda: nn.fit(model, *data, **options))
    assert 1 / 1.5 < ratio < 1.5


@pytest.mark.parametrize("name", nn.DATASETS)
def test_what_data_sets_take_is_known(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    n = 10**5
    needed = peak(lambda: nn.dataset(name, n=n, seed=0)) / n
    monkeypatch.setenv(VARIABLE, "1e8")
    with pytest.raises(MemoryError, match=rf"make_{name} of 10,000,000,000 samples needs") as error:
        nn.dataset(name, n=10**10, seed=0)
    amount, unit = str(error.value).partition("about ")[2].split()[:2]
    told = float(amount) * {"GB": 1e9, "TB": 1e12}[unit.strip(",")] / 10**10
    assert 1 / 1.5 < told / needed < 1.5


# What is refused.

HUGE: dict[str, Callable[[], object]] = {
    "an array": lambda: Linear(10**9, 10**9).w,
    "a single layer": lambda: MLP(2, [10**9, 1]).parameters(),
    "layers together": lambda: Sequential(*[Linear(600, 600) for _ in range(4)]).parameters(),
    "a call": lambda: Linear(10**6, 10**6)(np.ones(10**6)),
    "predict": lambda: Linear(10**6, 10**6).predict(np.ones(10**6)),
    "a convolution": lambda: Conv2d(10**6, 10**6, 3).parameters(),
    "a slope": lambda: nn.PReLU(10**10).slope,
    "a state": lambda: Linear(10**6, 10**6).state_dict(),
    "fit": lambda: nn.fit(MLP(2, [10**9, 1]), X, y),
    "all parameters of all epochs": lambda: nn.fit(
        MLP(2, [3, 1]), X, y, epochs=10**9, record_parameters=True
    ),
    "a batch": lambda: nn.fit(MLP(2, [100, 100, 1]), np.tile(X, (50, 1)), np.tile(y, 50)),
    "samples": lambda: nn.make_separable(10**6, dimensions=100),
}


@pytest.mark.parametrize("what", HUGE)
def test_what_will_not_fit_is_refused_at_once(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "2e8")

    def refused() -> None:
        with pytest.raises(MemoryError, match=r"needs about .* 200 MB are free: .*DUALGRAD_MEMORY"):
            HUGE[what]()

    assert peak(refused) < 2e7


def test_a_batch_that_does_not_fit_can_be_made_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "2e8")
    data, labels = np.tile(X, (50, 1)), np.tile(y, 50)
    with pytest.raises(MemoryError, match=r"1,000 samples at once .* a batch_size below 1,000"):
        nn.fit(MLP(2, [100, 100, 1]), data, labels)
    options: dict[str, Any] = {"epochs": 1, "progress": False}
    assert len(nn.fit(MLP(2, [40, 40, 1]), data, labels, batch_size=20, **options)) == 1


def test_what_is_only_described_needs_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "0")
    model = MLP(10**9, [10**9, 10])
    assert model.num_parameters() == 10**18 + 11 * 10**9 + 10
    assert nn.summary(model).total == model.num_parameters()


# What cannot be told.


class Own(Module):
    def __init__(self) -> None:
        self.inner = Linear(2, 3)

    def forward(self, x: Any) -> Any:
        return self.inner(x)


@pytest.mark.parametrize(
    ("model", "shape"),
    [
        (Own(), (2,)),
        (Sequential(Linear(2, 2), Own()), (2,)),
        (nn.Function(lambda x: x - x.mean(axis=0)), (2,)),
        (Linear(2, 3), ()),
        (Linear(2, 3), (4,)),
        (nn.Softmax(), ()),
        (Conv2d(1, 1, 3), (5, 5)),
    ],
)
def test_other_costs_are_unknown(model: Module, shape: tuple[int, ...]) -> None:
    assert model.cost_of(shape) is None


def test_costs_of_known_functions() -> None:
    assert nn.Function(np.sin).cost_of((3,)) == Cost(3, 3, 9)
    assert nn.Identity().cost_of((3,)) == Cost()
