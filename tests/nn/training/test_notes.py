"""Notes: what a training sees in its data and its result, and where there is nothing to see."""

from __future__ import annotations

import json
import warnings
from typing import Any

import numpy as np
import pytest

import nn
from nn import MLP, Conv2d, Flatten, Function, Linear, Module, Sequential, TrainingWarning, fit
from nn.training.notes import Watched
from viz.cli import main

X, y = nn.make_moons(40, seed=0)


def notes_of(model: Module, X: Any, y: Any, **options: Any) -> tuple[list[str], list[str]]:
    """Train, and return the notes and the warnings."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        history = fit(model, X, y, **{"epochs": 3, "progress": False, "seed": 0, **options})
    assert all(one.category is TrainingWarning for one in caught)
    assert all(one.filename == __file__ for one in caught)
    return history.notes, [str(one.message) for one in caught]


# Healthy trainings.


@pytest.mark.parametrize("name", nn.DATASETS)
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_demos_give_no_notes(name: str, seed: int, activation: str) -> None:
    data, labels = nn.dataset(name, seed=seed)
    loss = "mse" if name == "curve" else "bce"
    model = MLP(data.shape[1], [16, 16, 1], activation, seed=seed)
    options = {"loss": loss, "batch_size": 16, "epochs": 20, "schedule": "linear"}
    assert notes_of(model, data, labels, **options) == ([], [])


def test_nothing_is_seen_in_data_of_a_usual_scale() -> None:
    generator = np.random.default_rng(0)
    rare = (generator.random((200, 1)) < 0.01).astype(float)
    data = np.hstack([generator.normal(size=(200, 3)), rare, np.zeros((200, 1)), np.ones((200, 1))])
    assert notes_of(Linear(6, 1, seed=0), data, 30.0 * generator.normal(size=200)) == ([], [])


# The data.


@pytest.mark.parametrize(
    ("factors", "told"),
    [
        ([1e4, 1.0], r"the features differ in scale: X[:, 0] reaches 2.2e+04, X[:, 1] only 1.2"),
        ([1.0, 1e-3], r"the features differ in scale: X[:, 0] reaches 2.2, X[:, 1] only 0.0012"),
        ([255.0, 255.0], "the features reach 561"),
        ([1e-3, 1e-3], "the features are below 0.0022"),
    ],
)
def test_features_of_another_scale(factors: list[float], told: str) -> None:
    scaled = X / np.abs(X).max(axis=0) * [2.2, 1.2] * factors
    notes, warned = notes_of(MLP(2, [4, 1], "tanh", seed=0), scaled, y, lr=1e-4)
    assert notes[:1] == warned[:1]
    assert notes[0].startswith(told)
    assert ": standardise them, model = " in notes[0]


def test_the_remedy_helps() -> None:
    names = {"nn": nn, "X": X * [1e4, 1e-2], "model": MLP(2, [4, 1], "tanh", seed=0)}
    (note, *_), _ = notes_of(names["model"], names["X"], y, lr=1e-4)
    exec(note.partition("standardise them, ")[2], names)
    assert notes_of(names["model"], names["X"], y)[0] == []


def test_images_count_as_a_whole() -> None:
    model = Sequential(Conv2d(1, 2, 3, seed=0), "tanh", Flatten(), Linear(8, 1, seed=0))
    images = np.random.default_rng(0).uniform(0.0, 255.0, (6, 1, 4, 4))
    notes, warned = notes_of(model, images, np.arange(6.0), lr=1e-4)
    assert notes == warned
    assert notes[0].startswith("the features reach 2")
    assert notes_of(model, images / 255.0, np.arange(6.0), lr=1e-4) == ([], [])


def test_a_module_of_ones_own_may_scale_them() -> None:
    model = Sequential(Function(lambda x: x / 1e4), MLP(2, [4, 1], "tanh", seed=0))
    notes, warned = notes_of(model, 1e4 * X, y)
    assert notes[0].startswith("the features reach")
    assert warned == []


def test_targets_of_another_scale() -> None:
    notes, warned = notes_of(MLP(2, [4, 1], "tanh", seed=0), X, 1e5 * y)
    assert notes == ["the targets reach 1e+05: standardise them, y = (y - y.mean()) / y.std()"]
    assert warned == []


def test_a_class_without_samples() -> None:
    notes, warned = notes_of(MLP(2, [4, 4], "tanh", seed=0), X, 2 * y, loss="cross_entropy")
    assert notes == [
        "no sample is of class 1, of the classes 0 to 3: number the classes without gaps, or take "
        "fewer outputs"
    ]
    assert warned == []


# The result.


def test_a_loss_that_grew() -> None:
    model = Linear(2, 1, seed=0)
    notes, warned = notes_of(model, X, y[:, None], optimizer="sgd", lr=2.0, epochs=30)
    assert notes == warned
    assert notes[0].startswith("the loss grew from ")
    assert notes[0].endswith(": lower the learning rate, or pass clip_norm=1.0")
    model = Linear(2, 1, seed=0)
    options: dict[str, Any] = {"optimizer": "sgd", "lr": 2.0, "epochs": 200, "clip_norm": 2.0}
    assert all("clip_norm" not in note for note in notes_of(model, X, y[:, None], **options)[0])


def test_a_loss_that_rose_for_a_while() -> None:
    rates = [0.1] * 3 + [30.0, 30.0] + [0.1] * 60
    model = Linear(2, 1, seed=0)
    options: dict[str, Any] = {"optimizer": nn.SGD(lr=lambda k: rates[k]), "epochs": 65}
    notes, warned = notes_of(model, X, y[:, None], **options)
    assert len(notes) == 1
    assert "in epoch 6: lower the learning rate" in notes[0]
    assert warned == []


def dying(dead: int, units: int = 8) -> MLP:
    model = MLP(2, [units, 1], seed=0)
    model.layers[0].w.assign(np.ones((units, 2)))
    model.layers[0].b.assign([-99.0] * dead + [9.0] * (units - dead))
    return model


@pytest.mark.parametrize("dead", [0, 4, 5, 7, 8])
def test_dead_units(dead: int) -> None:
    notes, warned = notes_of(dying(dead), X, y, lr=1e-4)
    told = f"layers.0: {dead} of 8 ReLU units are 0 for all samples, and learn no more: lower the "
    assert [note.partition("learning")[0] for note in notes] == ([told] if dead > 4 else [])
    assert warned == (notes if dead == 8 else [])


def test_units_are_counted_over_all_blocks_and_by_channel() -> None:
    model = dying(5)
    model.layers[0].b.assign([-99.0] * 5 + [-1.9, 9.0, 9.0])
    watched = Watched(model)
    many = np.zeros((200_000, 2))
    many[150_000] = 2.0
    assert model._rows(many) < len(many)
    np.testing.assert_array_equal(watched.predict(many), model.predict(many))
    assert watched.alive["layers.0"].tolist() == [False] * 5 + [True] * 3
    images = Sequential(Conv2d(1, 2, 1, init="ones"), "relu", Flatten())
    images[0].b.assign([-9.0, 0.0])
    watched = Watched(images)
    watched.predict(np.eye(3).reshape(1, 1, 3, 3))
    assert {layer: own.tolist() for layer, own in watched.alive.items()} == {"1": [False, True]}


def test_watching_leaves_the_model_as_it_is() -> None:
    model = dying(3)
    before, state = dict(model.layers[0].activation.__dict__), model.state_dict()
    Watched(model).predict(X)
    assert model.layers[0].activation.__dict__ == before
    assert all(np.array_equal(state[name], own) for name, own in model.state_dict().items())


def test_the_same_result_for_all_samples() -> None:
    model = MLP(2, [4, 1], "tanh", init="zeros")
    notes, warned = notes_of(model, X, y)
    assert notes == warned
    assert notes[0].startswith("the model gives the same result for all samples: scale the data")
    assert notes_of(MLP(2, [4, 1], "tanh", init="zeros"), X, np.ones(len(X))) == ([], [])


# Where they are told.


def test_histories_show_their_notes() -> None:
    history = nn.History([], "finished", notes=["layers.0: 8 of 8"])
    assert str(history).endswith("finished\n\nlayers.0: 8 of 8")
    assert "layers.0: 8 of 8" in history._repr_html_()
    assert history.to_dict()["notes"] == ["layers.0: 8 of 8"]
    assert "notes" not in nn.History([]).to_dict()


def test_warnings_as_errors_come_before_a_training_or_after_it() -> None:
    model = MLP(2, [4, 1], "tanh", seed=0)
    before = model.state_dict()
    with pytest.raises(TrainingWarning, match="features reach"):
        fit(model, 1e4 * X, y, progress=False)
    assert all(np.array_equal(before[name], own) for name, own in model.state_dict().items())
    assert all(module.training for module in model.modules())


def test_the_command_shows_them_and_warns_of_nothing_twice(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = "train moons --samples 20 --noise 1000 --epochs 2 --hidden 4 --quiet"
    assert main(words.split()) == 0
    out, err = capsys.readouterr()
    assert out.count("note      the features reach") == 1
    assert err == ""
    assert main([*words.split(), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["notes"][0].startswith("the features reach")
    assert main(["train", "moons", "--epochs", "3", "--quiet"]) == 0
    assert "note" not in capsys.readouterr().out
