"""Every look-up by name, of all packages: usual spellings are found, others hinted at.

The two tables say so for each; what else quotes a name that it does not know would be found by the
last test, which reads the sources.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd
import nn
import viz
from autograd import Value
from autograd.program.trace import trace
from autograd.transforms.recording import name_of
from nn.data.csv_files import read_csv
from nn.init import scheme
from nn.losses import loss_function
from nn.modules.activation_layers import as_activation, kind_of
from nn.modules.architecture import known_classes, unknown_class
from nn.optim.algorithms import optimizer
from nn.schedules import from_config
from nn.training.metrics import metric
from nn.training.plan import rates_of
from viz.cli import main

ROOT = Path(__file__).parent.parent
X, y = nn.make_xor()
MODEL = nn.MLP(2, [2, 1], seed=0)

# What is found: the look-up, which gives something to compare, and the names with what they mean.

LOSSES = {
    "mse": ["MSE", "MSELoss", "mean_squared_error", "MeanSquaredError", "nn.MSELoss"[3:]],
    "mae": ["MAE", "L1Loss", "mean_absolute_error", "MeanAbsoluteError"],
    "huber": ["Huber", "HuberLoss", "SmoothL1Loss"],
    "hinge": ["Hinge", "hinge_loss"],
    "binary_cross_entropy": [
        *("bce", "BCE", "BCEWithLogitsLoss", "binary_crossentropy", "BinaryCrossentropy"),
        "binary_cross_entropy_with_logits",
    ],
    "cross_entropy": [
        *("crossentropy", "CrossEntropyLoss", "categorical_crossentropy", "CrossEntropy"),
        "sparse_categorical_crossentropy",
    ],
}
METRICS = {
    "accuracy": ["acc", "ACC", "Accuracy", "binary_accuracy", "sparse_categorical_accuracy"],
    "mse": ["MSE", "mean_squared_error"],
    "rmse": ["RMSE", "root_mean_squared_error"],
    "mae": ["mean_absolute_error"],
    "r2": ["R2", "r2_score", "R²"],
}
ACTIVATIONS = {
    "relu": ["ReLU", "RELU"],
    "leaky_relu": ["LeakyReLU", "leakyrelu", "leaky-relu"],
    "identity": ["Linear", "linear"],
    "gelu": ["GELU"],
    "silu": ["SiLU"],
    "log_softmax": ["LogSoftmax"],
    "tanh": ["Tanh", "TANH"],
    "sigmoid": ["Sigmoid", "logistic"],
    "hardtanh": ["Hardtanh", "hard_tanh"],
}
OPTIMIZERS = {
    "SGD": ["sgd", "SGD", "gradient descent"],
    "Adam": ["adam", "Adam", "ADAM"],
    "AdamW": ["adamw", "AdamW"],
    "RMSprop": ["RMSProp", "rms_prop"],
    "Adagrad": ["AdaGrad"],
    "Nesterov": ["nag", "NAG"],
    "LBFGS": ["L-BFGS", "lbfgs", "l_bfgs"],
}
SCHEMES = {
    repr(nn.init.xavier()): ["glorot_uniform", "xavier_uniform_", "GlorotUniform", "Xavier"],
    repr(nn.init.xavier("normal")): ["xavier_normal", "glorot_normal", "XavierNormal"],
    repr(nn.init.he()): ["kaiming_uniform", "he_uniform", "HeUniform", "Kaiming"],
    repr(nn.init.he("normal")): ["he_normal", "kaiming_normal_", "HeNormal"],
    repr(nn.init.lecun()): ["lecun_normal", "LeCun"],
    repr(nn.init.lecun("uniform")): ["lecun_uniform"],
    repr(nn.init.zeros()): ["Zeros", "zeros_", "zero"],
    repr(nn.init.constant(1.0)): ["ones", "Ones", "ones_"],
}
SCHEDULES = {
    "cosine": ["Cosine", "CosineAnnealingLR", "cosine_annealing", "CosineDecay"],
    "exponential": ["ExponentialLR", "exponential_decay"],
    "step": ["StepLR"],
    "linear": ["Linear", "linear_decay"],
    "constant": ["Constant"],
}
DATASETS = {"moons": ["Moons", "make_moons", "two moons"], "xor": ["XOR"], "curve": ["make_curve"]}
LANGUAGES = {"python": ["Python", "py"], "c": ["C99"], "javascript": ["JavaScript", "js"]}
COLUMNS = {"accuracy": ["acc", "Accuracy"], "val_accuracy": ["val_acc"], "val_loss": ["Val-Loss"]}


def rates(name: str) -> list[float]:
    return [rates_of(name, nn.SGD(MODEL, lr=1.0), 10)(k)[0] for k in range(12)]  # type: ignore[misc]


def trained(**options: Any) -> nn.History:
    model = nn.MLP(2, [2, 1], "tanh", seed=0)
    return nn.fit(model, X, y, loss="bce", epochs=1, validation=(X, y), progress=False, **options)


HISTORY = trained(metrics=["acc"])

FOUND: dict[str, tuple[Callable[[str], Any], dict[str, list[str]]]] = {
    "loss": (lambda name: name_of(loss_function(name)), LOSSES),
    "loss of check_targets": (lambda name: nn.losses.check_targets(name, [1.0, 1.0]).size, LOSSES),
    "metric": (lambda name: name_of(metric(name)), METRICS),
    "activation": (lambda name: kind_of(as_activation(name)), ACTIVATIONS),
    "activation of MLP": (lambda name: repr(nn.MLP(2, [3, 1], name)), ACTIVATIONS),
    "optimizer": (lambda name: repr(optimizer(name)), OPTIMIZERS),
    "optimizer of minimize": (
        lambda name: nn.minimize(lambda p: p @ p, [1.0], name, steps=2).x.tolist(),
        OPTIMIZERS,
    ),
    "scheme": (lambda name: repr(scheme(name)), SCHEMES),
    "schedule": (rates, SCHEDULES),
    "data set": (lambda name: nn.dataset(name, n=4, seed=0)[0].tolist(), DATASETS),
    "language": (trace(autograd.exp, 1.0).source, LANGUAGES),
    "column": (lambda name: HISTORY[name], COLUMNS),
    "monitor": (
        lambda name: trained(metrics=["acc"], callbacks=nn.EarlyStopping(name))[name],
        COLUMNS,
    ),
}
SPELT = [
    pytest.param(look_up, name, other, id=f"{kind}: {other}")
    for kind, (look_up, names) in FOUND.items()
    for name, others in names.items()
    for other in others
]


@pytest.mark.parametrize(("look_up", "name", "other"), SPELT)
def test_usual_spellings_are_found(look_up: Callable[[str], Any], name: str, other: str) -> None:
    meant = name if look_up(other) == name else look_up(name)
    assert look_up(other) == meant


def test_a_metric_by_another_name_has_its_own_column() -> None:
    assert list(HISTORY) == [
        *("loss", "accuracy", "val_loss", "val_accuracy", "lr", "seconds"),
    ]


# What is not found: a call with a name that is wrong, and the name that the error should hint at.

GRAPH = Value(1.0, "x") * 2.0
NEAR: dict[str, tuple[Callable[[], Any], str]] = {
    "language": (lambda: trace(autograd.exp, 1.0).source("pyton"), "python"),
    "loss": (lambda: loss_function("mean_sqared_error"), "mse"),
    "loss of fit": (lambda: nn.fit(MODEL, X, y, loss="cros_entropy"), "cross_entropy"),
    "reduction": (lambda: nn.mse([1.0], [1.0], "Mean"), "mean"),
    "metric": (lambda: metric("acuracy"), "accuracy"),
    "metric of fit": (lambda: nn.fit(MODEL, X, y, metrics=["accurracy"]), "accuracy"),
    "activation": (lambda: nn.Layer(2, 2, "rellu"), "relu"),
    "approximate": (lambda: nn.GELU("tan"), "tanh"),
    "scheme": (lambda: nn.Linear(2, 2, init="xaver"), "xavier"),
    "scheme of initialize": (lambda: MODEL.initialize("glorot_unifrom"), "xavier_uniform"),
    "saved scheme": (lambda: nn.init.from_config({"name": "norml"}), "normal"),
    "distribution": (lambda: nn.init.he("Norm"), "normal"),
    "optimizer": (lambda: optimizer("adem"), "adam"),
    "optimizer of minimize": (lambda: nn.minimize(lambda p: p @ p, [1.0], "adamm"), "adam"),
    "setting": (lambda: optimizer("adam", beta=(0.9, 0.9)), "betas"),
    "setting of a group": (lambda: nn.SGD([{"params": MODEL, "momentun": 0.1}]), "momentum"),
    "schedule": (lambda: nn.fit(MODEL, X, y, schedule="cosin"), "cosine"),
    "saved schedule": (lambda: from_config({"schedule": "warmupp"}), "warmup"),
    "progress": (lambda: nn.fit(MODEL, X, y, progress="Always"), "always"),
    "mode of EarlyStopping": (lambda: nn.EarlyStopping(mode="minn"), "min"),
    "monitor": (lambda: trained(callbacks=nn.EarlyStopping("val_los")), "val_loss"),
    "column": (lambda: HISTORY["los"], "loss"),
    "data set": (lambda: nn.dataset("moon"), "moons"),
    "option of a data set": (lambda: nn.dataset("moons", nois=0.1), "noise"),
    "kind of curve": (lambda: nn.make_curve(kind="sin"), "sine"),
    "column of a file": (lambda: read_csv([["a", "kind"], [1, 2]], "kinds"), "kind"),  # type: ignore[arg-type]
    "class of a file": (lambda: _raise(unknown_class("Linaer", known_classes())), "Linear"),
    "function of a formula": (lambda: autograd.parse("Sine(x)"), "sin"),
    "argument of a formula": (lambda: autograd.parse("time**2")(tim=1.0), "time"),
    "mode of jacobian": (lambda: autograd.jacobian(np.sin, mode="forwards"), "forward"),
    "modes of check_grads": (
        lambda: autograd.check_grads(np.sin, (1.0,), modes=("fwd", "reverse")),
        "rev",
    ),
    "direction": (lambda: viz.draw_dot(GRAPH, direction="lr"), "LR"),
    "kind of output": (lambda: nn.accuracy([0.5], [1.0], output="probability"), "probabilities"),
    "format": (lambda: viz.draw_dot(GRAPH, format="pgn"), "png"),
    "suffix": (lambda: viz.draw_dot(GRAPH, path="x.pngg"), "png"),
    "expand": (lambda: viz.draw_dot(GRAPH, expand="dott"), "dot"),
}


def _raise(error: Exception) -> None:
    raise error


@pytest.mark.parametrize("kind", NEAR)
def test_unknown_names_are_hinted_at(kind: str, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    call, meant = NEAR[kind]
    if kind == "column of a file":
        (tmp_path / "a.csv").write_text("a,kind\n1,2\n")
        call = partial(read_csv, "a.csv", "kinds")
    with pytest.raises((ValueError, KeyError, TypeError), match=f"did you mean '{meant}'"):
        call()
    assert not list(tmp_path.glob("x*"))


COMMANDS = {
    "grap x x=1": "graph",
    "graph x x=1 --direction lr": "LR",
    "graph x x=1 -o a.svgg": "svg",
    "graph x x=1 --presicion 3": "--precision",
    "graph sine(x) x=1": "sin",
    "graph time tim=1": "time",
    "examples xorr": "xor",
    "train moon": "moons",
    "train moons --activation rellu": "relu",
    "train moons --loss hinges": "hinge",
    "train moons --optimizer adem": "adam",
    "train moons --schedule cosin": "cosine",
    "train moons --optimiser adam": "--optimizer",
    "train moons -lr 0.1": "--lr",
    "train moons -o a.pgn": "png",
    "train --csv a.csv --target kinds": "kind",
}


@pytest.mark.parametrize("words", COMMANDS)
def test_the_command_hints_at_names(
    words: str, tmp_path: Path, monkeypatch: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text("a,kind\n1,2\n")
    assert main(words.split()) == 2
    complaint = capsys.readouterr().err
    assert complaint.count("\n") == 1
    assert f"did you mean '{COMMANDS[words]}'" in complaint


def test_the_command_takes_names_in_any_spelling(capsys: pytest.CaptureFixture[str]) -> None:
    words = "train Moons --samples 20 --epochs 1 --hidden 4 --quiet --activation Tanh"
    assert main([*words.split(), "--loss", "BCEWithLogitsLoss", "--optimizer", "Adam"]) == 0
    first = capsys.readouterr().out
    assert "binary cross entropy" in first
    assert main([*words.lower().split(), "--loss", "bce", "--optimizer", "adam"]) == 0
    assert capsys.readouterr().out == first
    assert main([*words.split(), "--optimizer", "L-BFGS"]) == 0  # which takes no batches


def test_nothing_else_looks_names_up() -> None:
    """One helper makes all hints and all complaints of unknown names."""
    own = re.compile(r"get_close_matches|ValueError\(f?\"unknown ")
    files = [
        path for package in ("autograd", "nn", "viz") for path in (ROOT / package).rglob("*.py")
    ]
    found = [path.name for path in files if own.search(path.read_text("utf-8"))]
    assert found == ["names.py"]
