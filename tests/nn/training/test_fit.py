"""fit: what it computes, what it refuses, and how it ends."""

from __future__ import annotations

import json
import math
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import Value
from nn import MLP, SGD, Adam, Dropout, Linear, Module, Sequential, make_moons
from nn.schedules import linear
from nn.training.callbacks import Epoch
from nn.training.fit import DivergedError, fit
from nn.training.history import History

X, y = make_moons(24, noise=0.1, seed=0)
SIGNS = 2 * y - 1


def small(*nouts: int) -> MLP:
    return MLP(2, [4, *(nouts or (1,))], "tanh", seed=0)


def numbers(model: Module) -> list[float]:
    return [x.data for x in model.parameters()]


def gradients(model: Module) -> list[float]:
    return [x.grad for x in model.parameters()]


# Learning.


def test_moons_in_batches() -> None:
    data, labels = make_moons(60, noise=0.1, seed=1)
    model = MLP(2, [8, 1], "tanh", seed=1)
    history = fit(
        model,
        data,
        labels,
        loss="binary_cross_entropy",
        optimizer=Adam(lr=0.1),
        epochs=40,
        batch_size=15,
        metrics=["accuracy"],
        seed=0,
    )
    assert history["accuracy"][-1] == nn.accuracy(model.predict(data), labels) > 0.95
    assert history["loss"][-1] < 0.15 < history["loss"][0]


def test_a_curve() -> None:
    data, targets = nn.make_curve(40, seed=0)
    model = MLP(1, [8, 1], "tanh", seed=0)
    history = fit(model, data, targets, lr=0.05, epochs=100, metrics=["r2"])
    assert history["r2"][-1] > 0.95


def test_three_classes() -> None:
    data, labels = nn.make_spirals(60, noise=0.02, turns=0.5, classes=3, seed=0)
    model = MLP(2, [10, 3], "tanh", seed=0)
    history = fit(model, data, labels, loss="cross_entropy", lr=0.1, epochs=40, metrics="accuracy")
    assert history["accuracy"][-1] > 0.8


def test_lbfgs() -> None:
    model = small()
    history = fit(model, X, y, optimizer="lbfgs", epochs=3, record_gradient_norms=True)
    assert history["loss"][-1] < 0.25 * history["loss"][0]
    assert "lr" not in history
    norms = history.gradient_norms
    assert norms is not None
    assert norms["layers.0"][2] < norms["layers.0"][0]


# The same as by hand.


@pytest.mark.parametrize("loss", ["mse", "hinge", "huber"])
def test_it_is_the_hand_written_loop(loss: str) -> None:
    mine, its = small(), small()
    values = its.parameters()
    losses = []
    for k in range(8):
        total = nn.LOSSES[loss](mine(X), SIGNS)
        mine.zero_grad()
        total.backward()
        rate = 1.0 - 0.9 * k / 8
        for p in mine.parameters():
            p.data -= rate * p.grad
        losses.append(total.data)
    seen: list[tuple[list[float], list[float]]] = []
    history = fit(
        its,
        X,
        SIGNS,
        loss=loss,
        optimizer=SGD(lr=1.0),
        schedule="linear",
        epochs=8,
        callbacks=[lambda epoch: seen.append((numbers(its), gradients(its)))],
    )
    assert history["loss"] == losses
    assert numbers(its) == numbers(mine)
    assert gradients(its) == gradients(mine)
    assert seen[-1] == (numbers(mine), gradients(mine))
    assert all(a is b for a, b in zip(its.parameters(), values, strict=True))
    assert history["lr"] == [linear(1.0, 0.1, steps=8)(k) for k in range(8)]


def test_micrograd_s_loop_over_samples_works_beside_it() -> None:
    model, twin = small(), small()
    for k in range(3):
        scores = [model([Value(a), Value(b)]) for a, b in X.tolist()]
        losses = [
            (1 + -label * score).relu() for label, score in zip(SIGNS.tolist(), scores, strict=True)
        ]
        loss = sum(losses) * (1.0 / len(losses))
        loss = loss + 1e-4 * sum(p * p for p in model.parameters())
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.data -= (1.0 - 0.9 * k / 3) * p.grad

    def penalty(model: Module) -> Any:
        return 1e-4 * sum(p * p for p in model.parameters())

    settings: dict[str, Any] = {"loss": "hinge", "optimizer": SGD(lr=1.0), "schedule": "linear"}
    fit(twin, X, SIGNS, epochs=3, penalty=penalty, **settings)
    assert numbers(twin) == pytest.approx(numbers(model), rel=1e-12, abs=1e-15)


def test_batches_hold_every_sample_once_in_an_order_of_the_seed() -> None:
    seen: list[list[float]] = []

    class Watching(Linear):
        def forward(self, x: Any) -> Any:
            if self.training:
                seen.append(x[:, 0].tolist())
            return super().forward(x)

    data = np.arange(10.0).reshape(-1, 1)

    def orders(seed: int) -> list[list[float]]:
        seen.clear()
        fit(Watching(1, 1), data, data, lr=1e-6, epochs=2, batch_size=4, seed=seed)
        assert [len(batch) for batch in seen] == [4, 4, 2, 4, 4, 2]
        return [[x for batch in part for x in batch] for part in (seen[:3], seen[3:])]

    first, second = orders(0)
    assert sorted(first) == sorted(second) == data[:, 0].tolist()
    assert first != second
    assert [first, second] == orders(0) != orders(1)


def test_the_loss_of_an_epoch_weighs_its_batches() -> None:
    # With a rate of 0 every batch sees the same model.
    history = fit(small(), X, y, optimizer=SGD(lr=0.0), epochs=1, batch_size=7, seed=0)
    assert history["loss"][0] == pytest.approx(nn.mse(small().predict(X), y), rel=1e-12)


def test_a_second_training_goes_on() -> None:
    once, twice = small(), small()
    fit(once, X, y, optimizer=Adam(once.parameters(), lr=0.05), epochs=6)
    optimizer = Adam(twice.parameters(), lr=0.05)
    fit(twice, X, y, optimizer=optimizer, epochs=2)
    fit(twice, X, y, optimizer=optimizer, epochs=4)
    assert numbers(once) == numbers(twice)
    assert optimizer.steps == 6


def test_two_threads() -> None:
    models = [small(), small()]
    threads = [
        threading.Thread(
            target=fit, args=(m, X, y), kwargs={"epochs": 5, "batch_size": 6, "seed": 3}
        )
        for m in models
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    alone = small()
    fit(alone, X, y, epochs=5, batch_size=6, seed=3)
    assert numbers(models[0]) == numbers(models[1]) == numbers(alone)


def test_no_global_random_state() -> None:
    state = np.random.get_state(legacy=False)["state"]["key"].copy()  # type: ignore[call-overload]
    fit(small(), X, y, epochs=1, batch_size=5, validation=0.25)
    assert np.array_equal(state, np.random.get_state(legacy=False)["state"]["key"])  # type: ignore[call-overload]


# Settings.


def test_only_the_optimizer_s_parameters_are_trained() -> None:
    model = small()
    frozen = [x.data for x in model.layers[0].parameters()]
    fit(model, X, y, optimizer=SGD(model.layers[1].parameters(), lr=0.1), epochs=3)
    assert [x.data for x in model.layers[0].parameters()] == frozen
    assert numbers(model) != numbers(small())


@pytest.mark.parametrize(
    ("schedule", "rates"),
    [
        (None, [0.5] * 6),
        ("constant", [0.5] * 6),
        ("linear", [0.5, 0.425, 0.35, 0.275, 0.2, 0.125]),
        ("step", [0.5, 0.5, 0.05, 0.05, 0.005, 0.005]),
        ("cosine", [0.25 * (1.0 + math.cos(math.pi * k / 6)) for k in range(6)]),
        ("exponential", [0.5 * 0.01 ** (k / 6) for k in range(6)]),
        (lambda step: 1.0 / (1 + step), [1 / 1, 1 / 2, 1 / 3, 1 / 4, 1 / 5, 1 / 6]),
    ],
)
def test_schedules(schedule: Any, rates: list[float]) -> None:
    model = small()
    optimizer = SGD(model.parameters(), lr=0.5)
    history = fit(model, X, y, optimizer=optimizer, schedule=schedule, epochs=3, batch_size=12)
    assert history["lr"] == pytest.approx(rates[1::2], rel=1e-12)  # of each epoch's last update
    assert optimizer.lr == 0.5


def test_a_named_schedule_scales_each_group_s_rate() -> None:
    model = small()
    groups = [
        {"params": model.layers[0].parameters(), "lr": 1.0},
        {"params": model.layers[1].parameters(), "lr": 0.0},
    ]
    before = [x.data for x in model.layers[1].parameters()]
    fit(model, X, y, optimizer=SGD(groups), schedule="linear", epochs=2)
    assert [x.data for x in model.layers[1].parameters()] == before


def test_clipping_and_norms_of_gradients() -> None:
    model = small()
    start = np.array(numbers(model))
    history = fit(
        model,
        X,
        1000 * y,
        optimizer=SGD(lr=1.0),
        epochs=1,
        clip_norm=0.5,
        record_gradient_norms=True,
    )
    assert math.dist(start, numbers(model)) == pytest.approx(0.5, rel=1e-9)
    assert math.hypot(*gradients(model)) == pytest.approx(0.5, rel=1e-9)
    norms = history.gradient_norms
    assert norms is not None
    twin = small()
    nn.mse(twin(X), 1000 * y).backward()
    expected = {f"layers.{i}": math.hypot(*gradients(twin.layers[i])) for i in range(2)}
    assert {path: own[0] for path, own in norms.items()} == pytest.approx(expected, rel=1e-9)


def test_norms_are_those_of_the_module_that_holds_the_parameters() -> None:
    class Scaled(Module):
        def __init__(self) -> None:
            self.scale = Value(1.0)
            self.parts = [Linear(2, 1, seed=0)]

        def forward(self, x: Any) -> Any:
            return self.scale * self.parts[0](x)[..., 0]

    norms = fit(Scaled(), X, y, epochs=2, record_gradient_norms=True).gradient_norms
    assert norms is not None
    assert set(norms) == {"Scaled", "parts.0"}


def test_parameters_of_every_epoch() -> None:
    model = small()
    start = numbers(model)
    history = fit(model, X, y, epochs=3, record_parameters=True)
    assert history.parameters is not None
    assert history.parameters.shape == (4, len(start))
    assert history.parameters[0].tolist() == start
    assert history.parameters[-1].tolist() == numbers(model)


def test_metrics_and_validation() -> None:
    model = small()
    held = make_moons(10, seed=5)

    def bias(prediction: Any, target: Any) -> float:
        return float(np.mean(prediction - target))

    history = fit(model, X, y, epochs=2, metrics=["mae", bias], validation=held)
    assert list(history.columns) == [
        *("loss", "mae", "bias", "val_loss", "val_mae", "val_bias", "lr", "seconds")
    ]
    assert history["val_loss"][-1] == nn.mse(model.predict(held[0]), held[1])
    assert history["bias"][-1] == bias(model.predict(X), y)
    assert history["val_mae"][-1] == nn.mae(model.predict(held[0]), held[1])


def test_a_part_held_out_is_not_trained_on() -> None:
    sizes: list[int] = []

    class Watching(Linear):
        def forward(self, x: Any) -> Any:
            sizes.append(len(x)) if self.training else None
            return super().forward(x)

    history = fit(Watching(2, 1, seed=0), X, y, epochs=2, validation=0.25, seed=0)
    assert sizes == [18, 18]
    again = fit(Linear(2, 1, seed=0), X, y, epochs=2, validation=0.25, seed=0)
    assert again["val_loss"] == history["val_loss"]


def test_the_penalty_counts_in_both_losses() -> None:
    settings: dict[str, Any] = {"optimizer": SGD(lr=0.0), "validation": (X, y), "epochs": 1}
    bare = fit(small(), X, y, **settings)
    weighed = fit(
        small(), X, y, penalty=lambda model: 3.0 + 0.0 * model.parameters()[0], **settings
    )
    for name in ("loss", "val_loss"):
        assert weighed[name][0] == pytest.approx(bare[name][0] + 3.0, rel=1e-12)


@pytest.mark.parametrize(
    "loss",
    [
        lambda prediction, target: ((prediction - target) ** 2).mean(),
        lambda prediction, target: (
            sum((p - t) ** 2 for p, t in zip(prediction, target, strict=True)) / len(target)
        ),
        partial(nn.huber, delta=0.5),
        lambda prediction, target: autograd.sum(autograd.exp(-prediction * target)),
    ],
)
def test_losses_of_one_s_own(loss: Any) -> None:
    history = fit(small(), X, y, loss=loss, epochs=15, lr=0.05, validation=(X, y))
    assert history["val_loss"][-1] < history["loss"][0]


@pytest.mark.parametrize("column", [False, True])
@pytest.mark.parametrize("outputs", ["dropped", "column"])
def test_a_last_axis_of_one_is_no_matter(column: bool, outputs: str) -> None:
    model = small() if outputs == "dropped" else Sequential(*small().layers)
    targets = y[:, None] if column else y
    history = fit(model, X, targets, epochs=2, metrics=["accuracy", "r2"])
    assert history["loss"] == fit(small(), X, y, epochs=2)["loss"]
    prediction = model.predict(X)
    assert history["accuracy"][-1] == nn.accuracy(prediction, y, output=model.output_kind)


def test_several_outputs_and_lists() -> None:
    targets = [[float(label), -float(label)] for label in y]
    assert len(fit(small(2), X.tolist(), targets, epochs=2)) == 2
    labels = [[int(label)] for label in y]
    assert len(fit(small(3), X.tolist(), labels, loss="cross_entropy", epochs=2)) == 2


def test_one_sample_and_batches_beyond_the_data() -> None:
    assert len(fit(small(), X[:1], y[:1], epochs=2)) == 2
    assert len(fit(small(), X[:3], y[:3], epochs=2, batch_size=100)) == 2


@pytest.mark.parametrize("mode", [True, False])
def test_modes(mode: bool) -> None:
    modes: list[bool] = []

    class Watching(Linear):
        def forward(self, x: Any) -> Any:
            modes.append(self.training)
            return super().forward(x)

    model = Sequential(Watching(2, 4, seed=0), Dropout(0.5, seed=0), Linear(4, 1, seed=0)).train(
        mode
    )
    model[1].training = not mode
    fit(model, X, y, epochs=1, metrics=["mse"])
    assert modes.count(True) == 1  # the batch; all else are predictions
    assert [part.training for part in (model, *model)] == [mode, mode, not mode, mode]


# A nan.


def test_it_names_the_operation_and_goes_back() -> None:
    model = Linear(1, 1, init="zeros", bias_init=nn.init.constant(1.0))
    data, target = [[1.0], [2.0]], [0.0, 0.0]

    def loss(prediction: Any, target: Any) -> Any:
        return np.log(prediction).mean()  # without a lower bound, and a pole at 0

    seen: list[list[float]] = []
    optimizer = SGD(model.parameters(), lr=0.3)
    with pytest.raises(DivergedError) as caught:
        fit(
            model,
            data,
            target,
            loss=loss,
            optimizer=optimizer,
            epochs=50,
            callbacks=[lambda epoch: seen.append(numbers(model))],
        )
    history, text = caught.value.history, str(caught.value)
    n = len(history)
    assert n >= 1
    assert history.stopped == f"diverged: the loss is nan in epoch {n + 1}, batch 1"
    assert text.startswith(f"the loss is nan in epoch {n + 1}, batch 1. The model is as it was bef")
    assert "Lower the learning rate, which was 0.3, or pass clip_norm=1.0" in text
    assert "The first operation to blame: log gave nan for operands (neurons.0 = -" in text
    assert "np.log(prediction).mean()" in text  # the line
    assert isinstance(caught.value, FloatingPointError)
    assert len(seen) == n
    assert numbers(model) == (seen[-2] if n > 1 else [0.0, 1.0])
    assert optimizer.steps == n - 1
    assert np.isfinite(gradients(model)).all()
    assert len(fit(model, data, target, epochs=1)) == 1


@pytest.mark.parametrize(
    ("settings", "match"),
    [
        ({"batch_size": 8}, r"in epoch 1, batch 2\. .*before the last update.*first operation"),
        ({"epochs": 1}, r"after the last update\. .*before the last update.*first operation"),
        ({"epochs": 1, "metrics": ["mse"]}, r"after epoch 1\. .*before the last update.*first op"),
    ],
)
def test_where_it_shows(settings: dict[str, Any], match: str) -> None:
    model = MLP(2, [4, 1], seed=0)
    start = numbers(model)
    with pytest.raises(DivergedError, match=match):
        fit(model, X, y, optimizer=SGD(lr=1e200), seed=0, **settings)
    assert numbers(model) == start
    assert np.isfinite(gradients(model)).all()


def test_before_the_first_update() -> None:
    model = small()
    start = numbers(model)
    with pytest.raises(DivergedError, match=r"before this update\. Scale the data to about 1"):
        fit(model, X, 1e200 * y)
    assert numbers(model) == start


def test_a_gradient_that_is_not_finite() -> None:
    model = Linear(1, 1, init="zeros")
    with pytest.raises(DivergedError, match=r"gradient of neurons.0.w\[0\] is nan .*pass of sqrt"):
        fit(model, [[0.0]], [1.0], loss=lambda p, t: np.sqrt(p).sum())
    assert numbers(model) == [0.0, 0.0]


def test_an_update_that_overflows() -> None:
    model = small()
    good: list[list[float]] = []
    with pytest.raises(DivergedError, match=r"update overflows in epoch 3, .*before this update"):
        fit(
            model,
            X,
            100 * y,
            optimizer=SGD(lr=1e-3),
            schedule=lambda k: 1e-3 if k < 2 else 1.7e308,
            callbacks=[lambda epoch: good.append(numbers(model))],
        )
    assert numbers(model) == good[1]


def test_l_bfgs_at_a_point_of_its_search() -> None:
    model = Linear(1, 1, init="zeros", bias_init=nn.init.constant(1.0))
    with pytest.raises(
        DivergedError, match=r"before this update.*log gave nan for operands \(neurons.0 = -"
    ):
        fit(model, [[1.0]], [0.0], loss=lambda p, t: np.log(p).sum(), optimizer="lbfgs")
    assert numbers(model) == [0.0, 1.0]


def test_inside_detect_anomaly() -> None:
    with autograd.detect_anomaly(), pytest.raises(DivergedError, match=r"to blame: .* gave inf"):
        fit(small(), X, 1e200 * y)


def test_the_error_pickles() -> None:
    error = pickle.loads(pickle.dumps(DivergedError("the loss is nan", History())))
    assert str(error) == "the loss is nan"
    assert len(error.history) == 0


# Ctrl-C, and errors of others.


class Torn(SGD):
    """Breaks off in the middle of its third update."""

    kind: type[BaseException] = KeyboardInterrupt

    def step(self, closure: Any = None) -> Any:
        if self.steps == 2:
            for x in self.parameters()[:5]:
                x.data = x.grad = math.nan
            raise self.kind
        return super().step(closure)


class Failing(Torn):
    """The same by an error."""

    kind = RuntimeError


def raising(kind: type[BaseException], at: int) -> Callable[..., Any]:
    """A function that raises when it is called for the so-manieth time."""
    calls = [0]

    def call(*arguments: Any) -> None:
        calls[0] += 1
        if calls[0] == at:
            raise kind

    return call


def interrupted_by(place: str, kind: type[BaseException]) -> tuple[MLP, dict[str, Any]]:
    """A model and settings for which something is raised in the third of several updates."""
    model = small()
    settings: dict[str, Any] = {"optimizer": SGD(lr=0.1), "epochs": 5, "progress": False}
    call = raising(kind, 3)
    if place == "forward":

        class Breaking(MLP):
            def forward(self, x: Any) -> Any:
                if self.training:
                    call()
                return super().forward(x)

        model = Breaking(2, [4, 1], "tanh", seed=0)
    elif place == "loss":

        def loss(prediction: Any, target: Any) -> Any:
            if any(x.op is not None for x in prediction):  # not in the rehearsal
                call()
            return nn.mse(prediction, target)

        settings["loss"] = loss
    elif place == "penalty":
        # Called by the rehearsal as well.
        early = raising(kind, 4)
        settings["penalty"] = lambda model: early() or 0.0 * model.parameters()[0]
    elif place == "step":
        settings["optimizer"] = Torn(lr=0.1) if kind is KeyboardInterrupt else Failing(lr=0.1)
    elif place == "schedule":
        early = raising(kind, 4)
        settings["schedule"] = lambda step: early() or 0.1
    elif place == "callback":
        settings["callbacks"] = [raising(kind, 2)]
    return model, settings


PLACES = ("forward", "loss", "penalty", "step", "schedule", "callback")


def check_consistent(model: MLP) -> None:
    """As after the second update of a training that was not disturbed."""
    calm = small()
    fit(calm, X, y, optimizer=SGD(lr=0.1), epochs=2)
    assert numbers(model) == numbers(calm)
    assert gradients(model) == gradients(calm)
    assert all(part.training for part in model.modules())
    assert all(type(x.data) is float and type(x.grad) is float for x in model.parameters())


@pytest.mark.parametrize("place", PLACES)
def test_ctrl_c(place: str) -> None:
    model, settings = interrupted_by(place, KeyboardInterrupt)
    history = fit(model, X, y, **settings)
    assert (len(history), history.stopped) == (2, "interrupted")
    check_consistent(model)


@pytest.mark.parametrize("place", PLACES)
def test_errors_pass_through(place: str) -> None:
    model, settings = interrupted_by(place, RuntimeError)
    with pytest.raises(RuntimeError):
        fit(model, X, y, **settings)
    check_consistent(model)


def test_ctrl_c_restores_modes_and_rates() -> None:
    model = small().eval()
    optimizer = SGD(model.parameters(), lr=0.1)

    def interrupt(epoch: Epoch) -> None:
        raise KeyboardInterrupt

    history = fit(model, X, y, optimizer=optimizer, schedule="linear", callbacks=[interrupt])
    assert len(history) == 1
    assert not any(part.training for part in model.modules())
    assert optimizer.lr == 0.1


def test_ctrl_c_in_the_search_of_lbfgs() -> None:
    model = small()
    calls = raising(KeyboardInterrupt, 9)

    def loss(prediction: Any, target: Any) -> Any:
        calls()
        return nn.mse(prediction, target)

    start = numbers(model)
    history = fit(model, X, y, loss=loss, optimizer="lbfgs")
    assert (len(history), history.stopped) == (0, "interrupted")
    assert numbers(model) == start


PROGRAM = """
import json, sys
import nn
from nn.training.fit import fit

X, y = nn.make_moons(60, seed=0)

def model():
    return nn.MLP(2, [8, 8, 1], "tanh", seed=0)

def told(epoch):
    if epoch.number == 2:
        print("ready", flush=True)

mine = model()
optimizer = nn.SGD(mine.parameters(), lr=0.05)
history = fit(mine, X, y, optimizer=optimizer, epochs=10**6, callbacks=[told], progress="always")
twin = model()
fit(twin, X, y, optimizer=nn.SGD(lr=0.05), epochs=optimizer.steps)
pairs = list(zip(mine.parameters(), twin.parameters(), strict=True))
print(json.dumps({
    "stopped": history.stopped,
    "behind": optimizer.steps - len(history),
    "same": all(a.data == b.data and a.grad == b.grad for a, b in pairs),
}))
"""


@pytest.mark.skipif(os.name == "nt", reason="there is no such signal to send")
def test_a_real_ctrl_c() -> None:
    # A shell that starts this in the background would have it ignore the signal.
    start = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    program = subprocess.Popen(
        [sys.executable, "-c", start + PROGRAM],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    assert program.stdout.readline() == "ready\n"
    program.send_signal(signal.SIGINT)
    out, err = program.communicate(timeout=60)
    assert program.returncode == 0, err
    result = json.loads(out)
    assert result["stopped"] == "interrupted"
    assert result["behind"] in (0, 1)  # between the last update of an epoch and its record
    assert result["same"]


# Weights.

WEIGHED: dict[str, tuple[int, Callable[[np.ndarray], np.ndarray]]] = {
    "hinge": (1, lambda y: 2 * y - 1),
    "binary_cross_entropy": (1, lambda y: y),
    "cross_entropy": (2, lambda y: y),
}


def weighed(loss: str, X: np.ndarray, y: np.ndarray, **options: Any) -> tuple[Any, np.ndarray]:
    """The history, and the parameters after some epochs from the same start."""
    outputs, labels = WEIGHED[loss]
    model = nn.MLP(2, [3, outputs], "tanh", seed=0)
    options = {"optimizer": "sgd", "lr": 0.1, "epochs": 5, "progress": False} | options
    history = nn.fit(model, X, labels(y), loss=loss, **options)
    return history, np.array([x.data for x in model.parameters()])


@pytest.mark.parametrize("loss", WEIGHED)
def test_weights_are_repetitions(loss: str) -> None:
    """Of samples and of classes, the recorded loss included."""
    X, y = nn.make_moons(12, noise=0.1, seed=0)
    y = y.astype(int)
    own = np.random.default_rng(0).integers(1, 4, 12)
    for options, counts in (
        ({"sample_weight": own}, own),
        ({"class_weight": [1, 3]}, np.array([1, 3])[y]),
        ({"class_weight": {1: 3}}, np.array([1, 3])[y]),
        ({"class_weight": [1, 3], "sample_weight": own}, own * np.array([1, 3])[y]),
    ):
        history, numbers = weighed(loss, X, y, **options)
        expected, others = weighed(loss, np.repeat(X, counts, axis=0), np.repeat(y, counts))
        np.testing.assert_allclose(numbers, others, rtol=1e-10, atol=1e-13)
        np.testing.assert_allclose(history["loss"], expected["loss"], rtol=1e-10)


@pytest.mark.parametrize("loss", WEIGHED)
def test_balanced_classes(loss: str) -> None:
    X, y = nn.make_moons(30, noise=0.1, seed=0)
    keep = np.sort(np.concatenate([np.flatnonzero(y == 0), np.flatnonzero(y == 1)[:5]]))
    X, y = X[keep], y[keep]
    _, numbers = weighed(loss, X, y, class_weight="balanced")
    _, others = weighed(loss, X, y, class_weight=[20 / (2 * 15), 20 / (2 * 5)])
    np.testing.assert_allclose(numbers, others, rtol=1e-12)


@pytest.mark.parametrize("loss", WEIGHED)
def test_weights_go_with_their_samples(loss: str) -> None:
    """In any order and behind a part held out: samples of hardly any weight are not learned."""
    X, y = nn.make_moons(40, noise=0.1, seed=0)
    wrong = np.arange(40) % 4 == 0
    labels = np.where(wrong, 1 - y, y)
    weights = np.where(wrong, 1e-9, 1.0)
    options: dict[str, Any] = {"batch_size": 7, "seed": 0, "epochs": 100, "lr": 0.1}
    model = nn.MLP(2, [8, WEIGHED[loss][0]], "tanh", seed=0)
    nn.fit(
        model, X, WEIGHED[loss][1](labels), loss=loss, sample_weight=weights, validation=0.1,
        progress=False, **options,
    )  # fmt: skip
    assert np.mean(model.classify(X) == y) > 0.9


def test_the_loss_of_batches_is_that_of_all() -> None:
    X, y = nn.make_moons(11, noise=0.1, seed=0)
    options = {"sample_weight": np.arange(1.0, 12.0), "class_weight": [1.0, 4.0], "lr": 1e-12}
    for loss in WEIGHED:
        whole, _ = weighed(loss, X, y, epochs=1, **options)
        parts, _ = weighed(loss, X, y, epochs=1, batch_size=4, **options)
        assert parts["loss"][0] == pytest.approx(whole["loss"][0], rel=1e-9)


@pytest.mark.parametrize("loss", ["binary_cross_entropy", "cross_entropy"])
def test_smoothed_labels_keep_scores_small(loss: str) -> None:
    """The least loss stands where the probabilities are those of the smoothed labels."""
    X, y = np.array([[-1.0, 0.0], [1.0, 0.0]]), np.array([0, 1])
    model = nn.Linear(2, WEIGHED[loss][0], seed=0)
    options: dict[str, Any] = {"epochs": 300, "lr": 0.1, "progress": False}
    history = nn.fit(model, X, y, loss=loss, label_smoothing=0.2, validation=(X, y), **options)
    np.testing.assert_allclose(model.predict_proba(X), [[0.9, 0.1], [0.1, 0.9]], atol=1e-3)
    assert history["val_loss"][-1] == pytest.approx(history["loss"][-1], rel=1e-3)


@pytest.mark.parametrize(
    ("loss", "options", "message"),
    [
        (
            "mse",
            {"class_weight": [1, 2]},
            "class_weight goes with the losses .*, hinge, not with mse",
        ),
        ("mse", {"sample_weight": [1.0] * 4}, "sample_weight goes with the losses binary"),
        ("hinge", {"label_smoothing": 0.1}, "label_smoothing goes with the losses binary_cross"),
        ("cross_entropy", {"label_smoothing": 2.0}, "must be at least 0 and below 1, not 2.0"),
        ("cross_entropy", {"class_weight": [1, 2, 3]}, r"weight of shape \(2,\), not \(3,\)"),
        ("hinge", {"class_weight": [1, -2]}, "weight holds -2, but weights are positive"),
        ("hinge", {"class_weight": {0: 2}}, "unknown label in class_weight '0'; there are -1, 1"),
        ("cross_entropy", {"class_weight": {"a": 2}}, "unknown label in class_weight 'a'"),
        ("hinge", {"class_weight": "even"}, "unknown class_weight 'even'.*balanced"),
        ("hinge", {"sample_weight": [1.0] * 3}, r"has shape \(3,\), but there are 4 samples"),
        ("hinge", {"sample_weight": [1, 2, 0, 1]}, r"sample_weight\[2\] is 0, which is not above"),
    ],
)
def test_weights_that_do_not_fit(loss: str, options: dict[str, Any], message: str) -> None:
    X, y = nn.make_moons(4, seed=0)
    outputs, labels = WEIGHED.get(loss, WEIGHED["hinge"])
    model = nn.MLP(2, [outputs], seed=0)
    before = model.state_dict()
    with pytest.raises(ValueError, match=message):
        nn.fit(model, X, labels(y), loss=loss, progress=False, **options)
    assert all((before[name] == x).all() for name, x in model.state_dict().items())
