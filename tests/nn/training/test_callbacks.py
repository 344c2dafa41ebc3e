"""Callbacks, and early stopping."""

from __future__ import annotations

import math
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from nn import MLP, SGD, Adam, make_moons
from nn.training.callbacks import (
    Callback,
    Checkpoint,
    EarlyStopping,
    Epoch,
    ReduceLROnPlateau,
    callbacks_of,
)
from nn.training.fit import fit
from nn.training.history import History
from nn.training.notes import TrainingWarning

X, y = make_moons(20, seed=0)


def small() -> MLP:
    return MLP(2, [3, 1], "tanh", seed=0)


def fed(stopping: EarlyStopping, values: list[float], name: str = "loss") -> tuple[int, Any]:
    """Let it see these values; how many it saw, and its last answer."""
    model = small()
    optimizer = SGD(model.parameters())
    stopping.begin(["loss", name])
    answer = None
    for number, value in enumerate(values, start=1):
        answer = stopping(Epoch(number, {name: value}, History(), model, optimizer))
        if answer:
            return number, answer
    return len(values), answer


# Callbacks in general.


def test_what_they_get() -> None:
    epochs: list[Epoch] = []
    model = small()
    history = fit(model, X, y, epochs=3, metrics=["mse"], validation=0.25, callbacks=epochs.append)
    assert [epoch.number for epoch in epochs] == [1, 2, 3]
    assert [epoch.loss for epoch in epochs] == history["loss"]
    assert [epoch.values["val_mse"] for epoch in epochs] == history["val_mse"]
    assert all(epoch.model is model and epoch.history is history for epoch in epochs)
    assert epochs[0].optimizer.steps == 3
    assert "history" not in repr(epochs[0])


def halfway(epoch: Epoch) -> Any:
    return epoch.number == 2


@pytest.mark.parametrize(
    ("callback", "epochs", "stopped"),
    [
        (halfway, 2, "stopped by halfway"),
        (lambda epoch: np.bool_(epoch.number == 2), 2, "stopped by <lambda>"),
        (lambda epoch: "that will do" if epoch.number == 2 else None, 2, "that will do"),
        (lambda epoch: False, 4, "finished"),
        (lambda epoch: "", 4, "finished"),
        (lambda epoch: 17, 4, "finished"),
    ],
)
def test_what_their_answer_does(callback: Any, epochs: int, stopped: str) -> None:
    history = fit(small(), X, y, epochs=4, callbacks=[callback])
    assert (len(history), history.stopped) == (epochs, stopped)


def test_all_are_called_though_one_has_stopped() -> None:
    seen: list[int] = []
    fit(small(), X, y, epochs=4, callbacks=[halfway, lambda epoch: seen.append(epoch.number)])
    assert seen == [1, 2]


class Witness(Callback):
    def __init__(self) -> None:
        self.calls: list[Any] = []

    def begin(self, names: Any) -> None:
        self.calls.append(list(names))

    def __call__(self, epoch: Epoch) -> None:
        self.calls.append(epoch.number)

    def end(self) -> None:
        self.calls.append("end")


def test_start_and_end() -> None:
    witness = Witness()
    history = fit(small(), X, y, epochs=2, metrics=["r2"], validation=0.5, callbacks=witness)
    assert witness.calls == [list(history.columns), 1, 2, "end"]


@pytest.mark.parametrize(
    ("callbacks", "match"),
    [
        (3, "list of functions"),
        (["stop"], "not 'stop'"),
        (EarlyStopping, r"write EarlyStopping\(\.\.\.\)"),
        ([EarlyStopping], r"write EarlyStopping\(\.\.\.\)"),
    ],
)
def test_no_callbacks(callbacks: Any, match: str) -> None:
    with pytest.raises(TypeError, match=match):
        callbacks_of([callbacks] if isinstance(callbacks, type) else callbacks)


def test_a_callback_without_a_call() -> None:
    with pytest.raises(NotImplementedError, match="__call__"):
        fit(small(), X, y, epochs=1, callbacks=[Callback()])


# Early stopping.


@pytest.mark.parametrize(
    ("values", "settings", "seen", "best"),
    [
        ([5, 4, 3, 2, 1], {"patience": 2}, 5, 5),
        ([5, 4, 4, 4, 4], {"patience": 2}, 4, 2),
        ([5, 4, 4.5, 3, 3, 3], {"patience": 2}, 6, 4),
        ([5, 4.9, 4.8, 4.7], {"patience": 2, "min_delta": 0.25}, 3, 1),
        ([5, 4.9, 4.7, 4.6], {"patience": 2, "min_delta": 0.25}, 4, 3),
        ([1, 2, 3, 3, 3], {"patience": 2, "mode": "max"}, 5, 3),
        ([math.nan, 3, math.nan, math.nan], {"patience": 2}, 4, 2),
        ([math.inf, -math.inf], {"patience": 2}, 2, 0),
        ([3, 3], {"patience": 1}, 2, 1),
    ],
)
def test_when_it_stops(values: list[float], settings: Any, seen: int, best: int) -> None:
    stopping = EarlyStopping("loss", **settings)
    assert fed(stopping, values)[0] == seen
    assert stopping.best_epoch == best


@pytest.mark.parametrize(
    ("monitor", "better"),
    [("loss", min), ("val_loss", min), ("val_rmse", min), ("accuracy", max), ("val_r2", max)],
)
def test_it_knows_what_is_better(monitor: str, better: Any) -> None:
    stopping = EarlyStopping(monitor)
    fed(stopping, [0.5, 0.25, 0.75], monitor)
    assert stopping.best == better(0.25, 0.75)


def test_its_reasons() -> None:
    _, reason = fed(EarlyStopping("loss", patience=2), [4, 1, 2, 3])
    assert reason == "early stopping: loss has not improved for 2 epochs (best: 1 in epoch 2)"
    _, reason = fed(EarlyStopping("loss", patience=1), [math.nan])
    assert reason == "early stopping: loss was never finite"


@pytest.mark.parametrize("restore", [True, False])
def test_it_restores_the_best_epoch(restore: bool) -> None:
    model = small()
    optimizer = Adam(model.parameters(), lr=0.05)
    # A rate that jumps makes the loss worse from the fifth update on.
    stopping = EarlyStopping("mse", patience=2, restore_best=restore)
    with nullcontext() if restore else pytest.warns(TrainingWarning, match="the loss grew"):
        history = fit(
            model,
            X,
            y,
            optimizer=optimizer,
            epochs=50,
            metrics=["mse"],
            schedule=lambda k: 0.05 if k < 4 else 50.0,
            callbacks=[stopping],
            record_parameters=True,
        )
    assert (len(history), stopping.best_epoch, history.best_epoch) == (6, 4, 5)
    assert history.stopped.startswith("early stopping: mse")
    assert history.parameters is not None
    kept = 4 if restore else 6
    assert [x.data for x in model.parameters()] == history.parameters[kept].tolist()
    assert optimizer.steps == kept


def test_it_restores_after_ctrl_c_too() -> None:
    def interrupt(epoch: Epoch) -> None:
        if epoch.number == 6:
            raise KeyboardInterrupt

    model = small()
    history = fit(
        model,
        X,
        y,
        optimizer="adam",
        metrics=["mse"],
        schedule=lambda k: 0.05 if k < 4 else 50.0,
        callbacks=[EarlyStopping("mse"), interrupt],
        record_parameters=True,
    )
    assert history.stopped == "interrupted"
    assert history.parameters is not None
    assert [x.data for x in model.parameters()] == history.parameters[4].tolist()


def test_it_serves_a_second_training() -> None:
    stopping = EarlyStopping("loss", patience=3)
    fit(small(), X, y, epochs=5, callbacks=[stopping])
    fit(small(), X, 100 * y, epochs=5, callbacks=[stopping])
    assert stopping.best is not None
    assert stopping.best > 100.0


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (EarlyStopping, "no 'val_loss', but loss, mse, mine, lr, seconds.*validation="),
        (lambda: EarlyStopping("acc"), "no 'acc', but loss, mse, mine"),
        (lambda: EarlyStopping("mine"), "mode='min' or"),
    ],
)
def test_it_has_to_fit_the_training(make: Any, match: str) -> None:
    model = small()
    before = model.state_dict()
    with pytest.raises(ValueError, match=match):
        fit(model, X, y, metrics={"mse": "mse", "mine": lambda p, t: 1.0}, callbacks=[make()])
    assert all(np.array_equal(before[name], x) for name, x in model.state_dict().items())


@pytest.mark.parametrize(
    ("settings", "error", "match"),
    [
        ({"patience": 0}, ValueError, "patience"),
        ({"patience": 1.5}, TypeError, "patience"),
        ({"min_delta": -1.0}, ValueError, "min_delta"),
        ({"mode": "less"}, ValueError, "'less'; there are auto, min, max"),
        ({"restore_best": 1}, TypeError, "restore_best"),
        ({"monitor": min}, TypeError, "monitor"),
    ],
)
def test_its_settings_are_checked(settings: Any, error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        EarlyStopping(**settings)


def test_its_repr() -> None:
    shown = "EarlyStopping('val_loss', patience=3, mode='min')"
    assert repr(EarlyStopping(patience=3, mode="min")) == shown


# Lower rates on a plateau.

WAVES = [5, 4, 4, 3.99995, 4.2, 3, *[3.5] * 7, *[2] * 7]
REDUCED: list[tuple[dict[str, Any], list[float]]] = [
    ({"patience": 2}, [1] * 3 + [0.1] * 4 + [0.01] * 2 + [1e-3] * 2 + [1e-4] * 4 + [1e-5] * 2
     + [1e-6] * 2 + [1e-7]),
    ({"patience": 2, "cooldown": 2}, [1] * 3 + [0.1] * 4 + [0.01] * 4 + [1e-3] * 4 + [1e-4] * 4
     + [1e-5]),
    ({"patience": 1, "cooldown": 1, "factor": 0.5, "min_lr": 0.2}, [1] * 2 + [0.5] * 2 + [0.25] * 2
     + [0.2] * 14),
]  # fmt: skip
"""What PyTorch 2.13 gives, with a patience of one less and an absolute threshold."""


@pytest.mark.parametrize(("settings", "rates"), REDUCED)
@pytest.mark.parametrize("sign", [1, -1])
def test_a_plateau_lowers_the_rate(settings: Any, rates: list[float], sign: int) -> None:
    model = small()
    optimizer = SGD(model.parameters(), lr=1.0)
    callback = ReduceLROnPlateau("loss", mode="min" if sign == 1 else "max", **settings)
    callback.begin(["loss"])
    found = []
    for number, value in enumerate(WAVES, start=1):
        assert callback(Epoch(number, {"loss": sign * value}, History(), model, optimizer)) is None
        found.append(optimizer.param_groups[0]["lr"])
    np.testing.assert_allclose(found, rates, rtol=1e-9)


def test_a_training_with_lower_rates() -> None:
    optimizer = Adam(lr=0.5)
    callback = ReduceLROnPlateau("loss", patience=1, mode="max", min_delta=0.0)
    options: dict[str, Any] = {"epochs": 4, "progress": False, "callbacks": [callback]}
    history = fit(small(), X, y, optimizer=optimizer, **options)
    assert history["lr"][0] == 0.5
    assert history["lr"][-1] < 0.5
    for changes in (
        {"schedule": "linear"},
        {"lr": nn.schedules.cosine(0.1, steps=9)},
        {"optimizer": "lbfgs"},
    ):
        with pytest.raises(ValueError, match="lowers a constant rate, but there is a schedule, or"):
            fit(small(), X, y, **options, **changes)  # type: ignore[arg-type]


# Checkpoints.


def test_the_best_model_is_in_the_file(tmp_path: Path) -> None:
    path, every = tmp_path / "best.safetensors", tmp_path / "{epoch:02d}-{loss:.0e}.safetensors"
    states: list[Any] = []
    model = nn.Sequential(nn.BatchNorm1d(2), nn.Linear(2, 1, seed=0))

    def keep(epoch: Epoch) -> None:
        states.append(epoch.model.state_dict())

    best = Checkpoint(path, "loss")
    callbacks = [keep, best, Checkpoint(every, save_best_only=False)]
    history = fit(model, X, y, loss="bce", lr=0.5, epochs=6, progress=False, callbacks=callbacks)
    number = int(np.argmin(history["loss"])) + 1
    assert (best.best, best.best_epoch) == (min(history["loss"]), number)
    copy = nn.load(path)
    assert copy.output_kind == "logits"
    for name, numbers in copy.state_dict().items():
        np.testing.assert_array_equal(numbers, states[number - 1][name])
    saved = sorted(own.name for own in tmp_path.iterdir() if own != path)
    assert saved == [f"{i:02d}-{x:.0e}.safetensors" for i, x in enumerate(history["loss"], 1)]


@pytest.mark.parametrize(
    ("make", "error", "match"),
    [
        (lambda: Checkpoint("a", "val_loss"), ValueError, "Checkpoint: the history will have no"),
        (lambda: Checkpoint("{los}", "loss"), ValueError, "takes epoch, loss, .* in braces: 'los'"),
        (lambda: Checkpoint("/no/such/place", "loss"), OSError, "/no/such/place"),
        (lambda: Checkpoint(3, "loss"), TypeError, "int"),
        (lambda: ReduceLROnPlateau(factor=1.0), ValueError, "factor"),
        (lambda: ReduceLROnPlateau(factor=0.0), ValueError, "factor"),
        (lambda: ReduceLROnPlateau(cooldown=-1), ValueError, "cooldown"),
        (lambda: ReduceLROnPlateau("val_loss"), ValueError, "ReduceLROnPlateau: the history will"),
        (
            lambda: ReduceLROnPlateau(mode="up"),
            ValueError,
            "unknown mode of ReduceLROnPlateau 'up'",
        ),
    ],
)
def test_what_they_refuse(make: Any, error: type[Exception], match: str) -> None:
    model = small()
    before = model.state_dict()
    with pytest.raises(error, match=match):
        fit(model, X, y, progress=False, callbacks=[make()])
    assert all((before[name] == x).all() for name, x in model.state_dict().items())
