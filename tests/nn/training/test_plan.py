"""What a training refuses, before anything changes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Value
from nn import MLP, SGD, Adam, Module, make_moons
from nn.schedules import linear
from nn.training.fit import fit
from nn.training.plan import NAMED_SCHEDULES

X, y = make_moons(24, noise=0.1, seed=0)
SIGNS = 2 * y - 1


def small(*nouts: int) -> MLP:
    return MLP(2, [4, *(nouts or (1,))], "tanh", seed=0)


class Noisy(Module):
    """Random in training, in its own way."""

    def __init__(self) -> None:
        self.linear = nn.Linear(2, 1, seed=0)
        self.generator = np.random.default_rng(0)

    def forward(self, x: Any) -> Any:
        noise = self.generator.normal(size=np.shape(x)) if self.training else 0.0
        return self.linear(x + noise)


REFUSED: dict[str, tuple[dict[str, Any], type[Exception], str]] = {
    "lengths": ({"y": y[:5]}, ValueError, "24 samples and y has 5"),
    "empty": ({"X": [], "y": []}, ValueError, "X is empty"),
    "empty y": ({"y": []}, ValueError, "y is empty"),
    "width": ({"X": X[:, :1]}, ValueError, "1 columns, the model takes 2"),
    "one axis": ({"X": X[:, 0]}, ValueError, r"reshape\(X, \(-1, 1\)\)"),
    "nan": ({"X": np.where(X[3, 1] == X, np.nan, X)}, ValueError, r"X\[3, 1\] is nan"),
    "nan in y": ({"y": [math.nan, *y[1:]]}, ValueError, r"y\[0\] is nan"),
    "text": ({"y": ["a"] * 24}, TypeError, "the text 'a'"),
    "labels of hinge": ({"loss": "hinge"}, ValueError, r"2\*y - 1"),
    "labels of bce": ({"loss": "binary_cross_entropy", "y": SIGNS}, ValueError, "labels 0 and 1"),
    "one logit": ({"loss": "cross_entropy"}, ValueError, "use binary_cross_entropy"),
    "class": (
        {"model": small(2), "loss": "cross_entropy", "y": y + 1},
        ValueError,
        "from 0 to 1, the last of 2 classes",
    ),
    "one-hot": (
        {"model": small(2), "loss": "cross_entropy", "y": np.eye(2)[y]},
        ValueError,
        "argmax",
    ),
    "outputs": ({"model": small(3)}, ValueError, r"\(24, 3\), not \(24,\)"),
    "loss": ({"loss": "msee"}, ValueError, "unknown loss 'msee'.*half_squared_error"),
    "no loss": ({"loss": 3}, TypeError, "a loss is one of the names"),
    "array of losses": ({"loss": lambda p, t: (p - t) ** 2}, TypeError, r"shape \(24,\)"),
    "loss without return": ({"loss": lambda p, t: None}, TypeError, "a `return` missing"),
    "loss without gradient": ({"loss": lambda p, t: 1.0}, TypeError, "has no gradient"),
    "optimizer": ({"optimizer": "adem"}, ValueError, "mean 'adam'.*there are sgd, momentum"),
    "no optimizer": ({"optimizer": 3}, TypeError, "an optimizer is a name"),
    "strange parameters": (
        {"optimizer": SGD(small().parameters())},
        ValueError,
        r"none of the 17 parameters of this SGD belong",
    ),
    "negative rate": ({"lr": -0.1}, ValueError, "lr of Adam must be"),
    "two rates": ({"optimizer": Adam(), "lr": 0.1}, TypeError, r"write Adam\(\.\.\., lr="),
    "epochs": ({"epochs": 0}, ValueError, "epochs must be at least 1"),
    "half epochs": ({"epochs": 1.5}, TypeError, "epochs must be a whole number"),
    "batch_size": ({"batch_size": 0}, ValueError, "batch_size must be at least 1"),
    "clip_norm": ({"clip_norm": 0.0}, ValueError, "clip_norm must be"),
    "schedule": (
        {"schedule": "lineal"},
        ValueError,
        r"'lineal' \(did you mean 'linear'\?\); there are constant, linear, cosine",
    ),
    "rate as schedule": ({"schedule": 0.1}, TypeError, r"write lr=0\.1"),
    "negative schedule": ({"schedule": lambda k: -1.0}, ValueError, "at step 0"),
    "two schedules": (
        {"schedule": "linear", "lr": linear(1.0, 0.1, 10)},
        ValueError,
        "leave out one of them",
    ),
    "metric": (
        {"metrics": ["acuracy"]},
        ValueError,
        "mean 'accuracy'.*there are accuracy, precision",
    ),
    "metrics": ({"metrics": 3}, TypeError, "list of names or functions"),
    "metric's result": ({"metrics": [lambda p, t: p - t]}, TypeError, r"one number.*\(24,\)"),
    "metric's name": ({"metrics": {"loss": "mse"}}, ValueError, "'loss' is the name of another"),
    "metric twice": ({"metrics": ["mse", "mse"]}, ValueError, "two have the name 'mse'"),
    "validation": ({"validation": 1.5}, ValueError, r"a pair \(X, y\), or which part"),
    "validation's length": (
        {"validation": (X, y[:3])},
        ValueError,
        "validation: X has 24 .* y has 3",
    ),
    "validation's width": (
        {"validation": (X[:, :1], y)},
        ValueError,
        "validation: X has 1 columns",
    ),
    "validation's labels": (
        {"loss": "hinge", "y": SIGNS, "validation": (X, y)},
        ValueError,
        r"2\*y - 1",
    ),
    "penalty": ({"penalty": 1e-4}, TypeError, "penalty must be a function of the model"),
    "penalty's result": ({"penalty": lambda m: m.parameters()}, TypeError, "the penalty must be"),
    "progress": ({"progress": "yes"}, ValueError, "True, False or 'always'"),
    "callback": ({"callbacks": ["stop"]}, TypeError, "function of an epoch"),
    "seed": ({"seed": -1}, ValueError, "seed must be a whole number from 0 on, .* not -1"),
    "swapped": (
        {"model": np.zeros((99, 2))},
        TypeError,
        r"not array\(\[\[0\., 0\.\], \[0.*…$",
    ),
    "class of a loss": ({"loss": int}, TypeError, "a loss is one of the names"),
    "logits through a sigmoid": (
        {"model": nn.Layer(2, 1, "sigmoid"), "loss": "binary_cross_entropy"},
        ValueError,
        r"takes logits.* ends in Sigmoid\(\): leave that out",
    ),
    "logits through a softmax": (
        {"model": nn.Sequential(small(3), nn.Softmax()), "loss": "cross_entropy"},
        ValueError,
        r"takes logits.* ends in Softmax\(\)",
    ),
    "model": ({"model": MLP}, TypeError, "not the class MLP"),
    "no model": ({"model": lambda x: x}, TypeError, "fit trains a Module"),
    "no parameters": ({"model": nn.ReLU(), "y": X}, ValueError, "no parameters"),
    "batches with L-BFGS": ({"optimizer": "lbfgs", "batch_size": 4}, ValueError, "leave it out"),
    "clipping with L-BFGS": ({"optimizer": "lbfgs", "clip_norm": 1.0}, ValueError, "leave it out"),
    "Dropout with L-BFGS": (
        {"model": nn.Sequential(nn.Dropout(0.1), small()), "optimizer": "lbfgs"},
        ValueError,
        "Dropout does not go with L-BFGS.*leave it out",
    ),
    "noise with L-BFGS": (
        {"model": Noisy(), "optimizer": "lbfgs"},
        ValueError,
        "L-BFGS needs a function that is the same whenever it is computed",
    ),
    "rates with L-BFGS": ({"optimizer": "lbfgs", "schedule": "linear"}, ValueError, "leave it out"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input(case: str) -> None:
    changes, error, match = REFUSED[case]
    model = small()
    for x in model.parameters():
        x.grad = 7.0
    before = [x.data for x in model.parameters()]
    with pytest.raises(error, match=match):
        fit(**{"model": model, "X": X, "y": y, "epochs": 2} | changes)
    assert [x.data for x in model.parameters()] == before
    assert {x.grad for x in model.parameters()} == {7.0}
    assert model.training


def test_a_dropout_that_drops_nothing_goes_with_lbfgs() -> None:
    fit(nn.Sequential(nn.Dropout(0.0), small()), X, y, optimizer="lbfgs", epochs=2)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_model_that_is_ruined_already(bad: float) -> None:
    model = small()
    model.layers[0].w[2, 1].data = bad
    with pytest.raises(
        ValueError, match=rf"layers\.0\.neurons\.2\.w\[1\] of the model is {bad}: b"
    ):
        fit(model, X, y, epochs=1)
    fit(model.initialize(seed=0), X, y, epochs=1)


def test_a_model_that_takes_samples_one_by_one() -> None:
    class Single(Module):
        def __init__(self) -> None:
            self.w = Value(1.0)

        def forward(self, x: Any) -> Any:
            return (self.w * x).sum()

    with pytest.raises(ValueError, match="must keep the first axis"):
        fit(Single(), X, y)


@pytest.mark.parametrize("name", NAMED_SCHEDULES)
@pytest.mark.parametrize("steps", [1, 2, 100])
def test_named_schedules_are_factors(name: str, steps: int) -> None:
    factor = NAMED_SCHEDULES[name](steps)
    assert factor(0) == 1.0
    assert all(0.0 < factor(k) <= 1.0 for k in range(steps))
