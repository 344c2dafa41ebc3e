"""What a training is to do, checked as a whole before it starts."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from autograd import Operand, Tensor, Value
from autograd.rules.operand import data_of, is_real
from autograd.text.arguments import positive, whole
from autograd.transforms.recording import name_of
from nn import schedules
from nn.arguments import learning_rate
from nn.data.batches import train_test_split
from nn.intake import Array, Seed, as_samples, generator_of
from nn.losses import (
    LOSSES,
    Loss,
    binary_cross_entropy,
    check_targets,
    cross_entropy,
    loss_function,
)
from nn.modules.activation_layers import Sigmoid, Softmax
from nn.modules.layers import MLP, Layer, Neuron, Sequential
from nn.modules.module import Module
from nn.optim.algorithms import optimizer as find_optimizer
from nn.optim.lbfgs import LBFGS
from nn.optim.optimizer import Optimizer
from nn.schedules import Rate, Schedule
from nn.training.metrics import Metric, accuracy, metric

Samples = tuple[Array, Array]
Penalty = Callable[[Module], Any]
Rates = Callable[[int], list[float]]
"""The learning rate of each group at an update, counted from 0."""

FIXED: Final = ("loss", "lr", "seconds", "epoch")
"""Names in a history that no metric can have."""

NAMED_SCHEDULES: Final[dict[str, Callable[[int], Schedule]]] = {
    "constant": lambda steps: schedules.constant(1.0),
    "linear": lambda steps: schedules.linear(1.0, 0.1, steps),
    "cosine": lambda steps: schedules.cosine(1.0, steps),
    "exponential": lambda steps: schedules.exponential(1.0, 0.01 ** (1.0 / steps)),
    "step": lambda steps: schedules.step(1.0, every=max(1, -(-steps // 3))),
}
"""Factors of the optimizer's rates, over all updates of a training."""


@dataclass(frozen=True)
class Plan:
    """The parts of a training; they fit together."""

    model: Module
    train: Samples
    validation: Samples | None
    loss: Loss
    optimizer: Optimizer
    epochs: int
    batch_size: int | None
    rates: Rates | None
    metrics: dict[str, Metric]
    clip_norm: float | None
    penalty: Penalty | None
    generator: np.random.Generator
    """Of the order of the samples."""

    def objective(self, X: Array, y: Array) -> Value:
        """The loss of a batch with the penalty, recorded."""
        with np.errstate(all="ignore"):
            loss = one_number(self.loss(self.model(X), y), f"the loss {name_of(self.loss)}")
            if self.penalty is not None:
                loss = loss + self.penalty(self.model)
        return loss

    def loss_of(self, prediction: Any, y: Array) -> float:
        """The loss of predicted numbers, with the penalty."""
        with np.errstate(all="ignore"):
            # Functions of one's own get the Values that they get in training, without a past.
            own = self.loss not in LOSSES.values()
            result = self.loss(Tensor(prediction) if own else prediction, y)
            number = _number(result, f"the loss {name_of(self.loss)}")
            return number + (0.0 if self.penalty is None else _penalty(self.penalty, self.model))

    def measure(self, prediction: Any, y: Array) -> dict[str, float]:
        """All metrics of predicted numbers."""
        if y.shape == prediction.shape and y.ndim > 1 and y.shape[-1] == 1:
            prediction, y = prediction[..., 0], y[..., 0]
        with np.errstate(all="ignore"):
            return {
                name: _number(measured(prediction, y), f"the metric {name}")
                for name, measured in self.metrics.items()
            }

    def scores(self, prediction: Any) -> dict[str, float]:
        """The metrics of predictions for the training data, and what validation data there are."""
        found = self.measure(prediction, self.train[1]) if self.metrics else {}
        if self.validation is not None:
            X, y = self.validation
            prediction = self.model.predict(X)
            measured = self.measure(prediction, y)
            found["val_loss"] = self.loss_of(prediction, y)
            found |= {f"val_{name}": x for name, x in measured.items()}
        return found

    @property
    def names(self) -> list[str]:
        """The columns that the history will have."""
        found = ["loss", *self.metrics]
        if self.validation is not None:
            found += ["val_loss", *(f"val_{name}" for name in self.metrics)]
        return [*found, *(["lr"] if "lr" in self.optimizer.defaults else []), "seconds"]


def planned(
    model: Any,
    X: Any,
    y: Any,
    *,
    loss: str | Loss,
    optimizer: Any,
    lr: Rate | None,
    epochs: int,
    batch_size: int | None,
    schedule: str | Schedule | None,
    metrics: Any,
    validation: Any,
    seed: Seed,
    clip_norm: float | None,
    penalty: Penalty | None,
) -> Plan:
    """The plan; nothing has changed when this raises.

    Args:
        model, X, y, loss, ...: as for `fit`.

    Raises:
        ValueError, TypeError: as `fit`.
    """
    if not isinstance(model, Module):
        what = f"the class {model.__name__}" if isinstance(model, type) else _short(model)
        raise TypeError(f"fit trains a Module such as nn.MLP(2, [16, 1]), not {what}")
    function = loss_function(loss)
    rules = find_optimizer(optimizer, **({} if lr is None else {"lr": lr}))
    count = whole(epochs, "epochs")
    size = None if batch_size is None else whole(batch_size, "batch_size")
    limit = None if clip_norm is None else positive(clip_norm, "clip_norm")
    _check_lbfgs(rules, size, limit, schedule)
    measures = _metrics_of(metrics)
    _check_penalty(penalty)
    generator = generator_of(seed)
    width = model.nin if isinstance(model, (MLP, Layer, Neuron)) else None
    train, held = _parted(as_samples(X, y, "fit", width), validation, width, generator)
    _check_parameters(model)
    _check_last(model, function, measures)
    bound = _bound(rules, model)
    steps = count * (1 if size is None else -(-len(train[0]) // size))
    plan = Plan(
        model,
        _fitting(model, train, function),
        None if held is None else _fitting(model, held, function),
        function,
        bound,
        count,
        size,
        _rates_of(schedule, bound, steps),
        measures,
        limit,
        penalty,
        generator,
    )
    _rehearse(plan)
    return plan


def _check_parameters(model: Module) -> None:
    """Raise for a parameter that no training could repair."""
    for name, value in model.named_parameters():
        if not math.isfinite(value.data):
            raise ValueError(
                f"fit: the parameter {name} of the model is {value.data}: begin anew with "
                "model.initialize(seed=0), or load_state_dict() of good ones"
            )


def _check_last(model: Module, loss: Loss, metrics: Mapping[str, Metric]) -> None:
    """Raise where scores of any size are needed, and the model ends by making probabilities."""
    last = _last(model)
    for needs, kind in ((binary_cross_entropy, Sigmoid), (cross_entropy, Softmax)):
        if loss is needs and isinstance(last, kind):
            raise ValueError(
                f"fit: {name_of(loss)} takes logits, which it makes probabilities of itself, but "
                f"the model ends in {last!r}: leave that out"
            )
    if isinstance(last, Sigmoid) and accuracy in metrics.values():
        raise ValueError(
            f"fit: accuracy counts scores above 0 as class 1, but the model ends in {last!r}: "
            "write metrics={'accuracy': lambda p, t: nn.accuracy(p, t, threshold=0.5)}, or leave "
            "that out and take the loss binary_cross_entropy"
        )


def _last(model: Module) -> Module:
    """The module that gives the result, as far as that can be told."""
    if type(model) is Sequential and len(model):  # a subclass may do something else at the end
        return _last(model[-1])
    return model.activation if type(model) is Layer or type(model) is Neuron else model


# Optimizers and rates.


def _bound(optimizer: Optimizer, model: Module) -> Optimizer:
    """The optimizer with parameters: its own, or those of the model."""
    if not optimizer.param_groups:
        return optimizer.bound_to(model.parameters())
    if not {id(x) for x in optimizer.parameters()} & {id(x) for x in model.parameters()}:
        name = type(optimizer).__name__
        raise ValueError(
            f"fit: none of the {len(optimizer.parameters())} parameters of this {name} belong to "
            f"the model: write {name}(model.parameters(), ...), or {name}(...) without parameters"
        )
    return optimizer


def _check_lbfgs(
    optimizer: Optimizer, batch_size: int | None, clip_norm: float | None, schedule: Any
) -> None:
    """Raise where L-BFGS is to do what it cannot."""
    if not isinstance(optimizer, LBFGS):
        return
    reasons = {
        "batch_size": (batch_size, "it needs the loss of all data to be one function"),
        "clip_norm": (clip_norm, "its line search needs the true gradient"),
        "schedule": (schedule, "it has no learning rate: it finds its steps"),
    }
    for name, (value, reason) in reasons.items():
        if value is not None:
            raise ValueError(f"fit: {name} does not go with L-BFGS, as {reason}: leave it out")


def _rates_of(schedule: Any, optimizer: Optimizer, steps: int) -> Rates | None:
    """The rate of each group at each update of the training; None leaves them to the optimizer."""
    if schedule is None:
        return None
    if not isinstance(schedule, str):
        if is_real(schedule):
            raise TypeError(f"schedule must be a function of the step; write lr={schedule!r}")
        own: Schedule = learning_rate(schedule, "schedule")
        schedules.rate_at(own, 0)
        return lambda k: [schedules.rate_at(own, k)] * len(optimizer.param_groups)
    if schedule not in NAMED_SCHEDULES:
        raise ValueError(
            f"fit: no schedule is called {schedule!r}; there are {', '.join(NAMED_SCHEDULES)}, and "
            "those of nn.schedules with their arguments"
        )
    first = [group["lr"] for group in optimizer.param_groups]
    if any(map(callable, first)):
        raise ValueError(
            f"fit: schedule={schedule!r} scales the optimizer's rate, which is a schedule itself: "
            "leave out one of them"
        )
    factor = NAMED_SCHEDULES[schedule](steps)
    return lambda k: [lr * factor(k) for lr in first]


# Metrics and penalties.


def _metrics_of(given: Any) -> dict[str, Metric]:
    """Metrics by name, out of names, functions, or a dict."""
    if isinstance(given, Mapping):
        pairs = [(name, metric(x)) for name, x in given.items()]
    else:
        if isinstance(given, str) or callable(given):
            given = [given]
        if not isinstance(given, (list, tuple)):
            raise TypeError(f"metrics must be a list of names or functions, not {_short(given)}")
        pairs = [(x if isinstance(x, str) else name_of(x), metric(x)) for x in given]
    for i, (name, _) in enumerate(pairs):
        if not isinstance(name, str):
            raise TypeError(f"metrics: a metric's name is a text, not {name!r}")
        if name in FIXED or name.startswith("val_"):
            raise ValueError(f"metrics: {name!r} is the name of another column of the history")
        if name in [earlier for earlier, _ in pairs[:i]]:
            raise ValueError(
                f"metrics: two have the name {name!r}: name them in a dict, {{'mine': function}}"
            )
    return dict(pairs)


def _check_penalty(penalty: Any) -> None:
    if penalty is not None and (isinstance(penalty, type) or not callable(penalty)):
        raise TypeError(
            "penalty must be a function of the model, such as lambda model: 1e-4 * sum(p * p for p "
            f"in model.parameters()), not {penalty!r}"
        )


def _penalty(penalty: Penalty, model: Module) -> float:
    return _number(penalty(model), "the penalty")


def one_number(x: Any, what: str) -> Value:
    """A recorded number; a TypeError for all else."""
    if isinstance(x, np.ndarray) and x.dtype == object and x.shape == ():
        x = x.item()
    if isinstance(x, Value):
        return x
    if isinstance(x, (np.ndarray, list, tuple)):
        raise TypeError(
            f"{what} must be one number, not an array of shape {np.shape(x)}: take its mean or sum"
        )
    if is_real(x):
        raise TypeError(
            f"{what} gave the plain number {x!r}, which has no gradient: compute it from the "
            "prediction's Values, with the functions of autograd"
        )
    raise TypeError(f"{what} must be one number, but it is {x!r}: is a `return` missing?")


def _number(x: Any, what: str) -> float:
    """A number of any kind as a float."""
    if isinstance(x, np.ndarray) and x.shape == ():
        x = x.item()
    if isinstance(x, Operand) or is_real(x):
        return float(data_of(x))
    if isinstance(x, (np.ndarray, list, tuple)):
        raise TypeError(f"{what} must be one number, not an array of shape {np.shape(x)}")
    raise TypeError(f"{what} must be one number, but it is {x!r}: is a `return` missing?")


# Data.


def _parted(
    samples: Samples, validation: Any, width: int | None, generator: np.random.Generator
) -> tuple[Samples, Samples | None]:
    """The samples to train on and those to validate with."""
    if validation is None:
        return samples, None
    if isinstance(validation, (tuple, list)) and len(validation) == 2:
        Xv, yv = validation
        return samples, as_samples(Xv, yv, "fit: validation", width)
    if is_real(validation) and 0 < validation < 1:
        X, Xv, y, yv = train_test_split(*samples, test=float(validation), seed=generator)
        return (X, y), (Xv, yv)
    raise ValueError(
        "fit: validation must be a pair (X, y), or which part of the data to hold out, between 0 "
        f"and 1, not {_short(validation)}"
    )


def _short(x: Any) -> str:
    text = " ".join(repr(x).split())
    return text if len(text) < 60 else f"{text[:57]}..."


def _fitting(model: Module, samples: Samples, loss: Loss) -> Samples:
    """The samples, their targets in the shape of the predictions; the targets suit the loss."""
    X, y = samples
    shape = np.shape(model.predict(X[:1]))
    if shape[:1] != (1,):
        raise ValueError(
            f"fit: the model gives an array of shape {shape} for one sample in an array of shape "
            f"{X[:1].shape}: its forward(x) must keep the first axis, that of the samples"
        )
    labels = loss is cross_entropy
    y = _in_shape(y, shape[1:-1] if labels else shape[1:])
    check_targets(loss, y, shape[-1] if labels and len(shape) > 1 else None)
    return X, y


def _in_shape(y: Array, shape: tuple[int, ...]) -> Array:
    """The targets with or without a last axis of length 1, as the predictions; else as they are."""
    own = y.shape[1:]
    if own == (*shape, 1) or shape == (*own, 1):
        return y.reshape(len(y), *shape)
    return y


def _rehearse(plan: Plan) -> None:
    """Run all that is not recorded once, so that what does not fit shows before the training."""
    X, y = plan.train
    parts = [(X[: plan.batch_size], y[: plan.batch_size])]
    parts += [] if plan.validation is None else [plan.validation]
    for features, targets in parts:
        prediction = plan.model.predict(features)
        plan.loss_of(prediction, targets)
        plan.measure(prediction, targets)
