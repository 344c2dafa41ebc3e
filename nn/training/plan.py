"""What a training is to do, and the checks that its parts fit together before it starts."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from autograd import Operand, Tensor, Value
from autograd.rules.operand import data_of, is_real
from autograd.text.memory import check_memory
from autograd.text.names import named, unknown
from autograd.text.words import counted, cut
from autograd.transforms.recording import name_of
from nn import schedules
from nn.arguments import check_function, learning_rate
from nn.data.batches import train_test_split
from nn.intake import Array, as_array, as_samples, matching
from nn.losses import LOSSES, Loss, binary_cross_entropy, check_targets, cross_entropy, hinge
from nn.modules.dropout import Dropout
from nn.modules.layers import MLP, Layer, Neuron
from nn.modules.module import Module
from nn.optim.lbfgs import LBFGS
from nn.optim.optimizer import Optimizer
from nn.outputs import SIGMOID, SOFTMAX, labels_of, threshold_of, warn, why_model
from nn.schedules import Schedule
from nn.training.history import NO_SCORES
from nn.training.metrics import OF_CLASSES, Metric, metric

Samples = tuple[Array, Array]
Batch = tuple[Array, Array, Array | None]
"""Samples, targets, and how much each sample counts."""
Rates = Callable[[int], list[float]]
"""The learning rate of each group at an update, counted from 0."""

NAMED_SCHEDULES: Final[dict[str, Callable[[int], Schedule]]] = {
    "constant": lambda steps: schedules.constant(1.0),
    "linear": lambda steps: schedules.linear(1.0, 0.1, steps),
    "cosine": lambda steps: schedules.cosine(1.0, steps),
    "exponential": lambda steps: schedules.exponential(1.0, 0.01 ** (1.0 / steps)),
    "step": lambda steps: schedules.step(1.0, every=max(1, -(-steps // 3))),
}
"""Factors of the optimizer's rates, over all updates of a training."""

SCORED: Final = (
    (binary_cross_entropy, "logits"),
    (cross_entropy, "logits"),
    (hinge, "margins"),
)
"""The losses that take scores of any size, and what they make of a model's results."""

SOME: Final = 1000
"""For how many samples the results of a model are looked at."""

SCHEDULE_SPELLINGS: Final = {
    **dict.fromkeys(("cosineannealing", "cosineannealinglr", "cosinedecay"), "cosine"),
    **dict.fromkeys(("exponentiallr", "exponentialdecay"), "exponential"),
    **dict.fromkeys(("steplr", "stepdecay"), "step"),
    "lineardecay": "linear",
}
"""The names of the same schedules elsewhere, `plain`."""

LBFGS_REFUSES: Final = {
    "batch_size": "it needs the loss of all data to be one function",
    "Dropout": "it needs the loss to be the same whenever it is computed",
    "clip_norm": "its line search needs the true gradient",
    "schedule": "it has no learning rate: it finds its steps",
}


PARAMETER: Final = 250
"""Bytes that a training takes for a parameter, beside the parameter; measured, see the tests."""


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
    kind: str | None
    """What the results of the model are."""
    clip_norm: float | None
    penalty: Callable[[Module], Any] | None
    generator: np.random.Generator
    """What the order of the samples is drawn from."""
    weights: Array | None
    """How much each sample of the training counts."""
    told: dict[str, Any]
    """What the loss is told of classes: `weight` and `label_smoothing`."""

    def objective(self, X: Array, y: Array, weights: Array | None = None) -> Value:
        """Return the loss of a batch with the penalty, recorded."""
        with np.errstate(all="ignore"):
            loss = loss_by(self.loss, self.kind, self.model(X), y, **self._told(weights))
            if not isinstance(loss, Value):
                raise TypeError(
                    f"the loss {name_of(self.loss)} gave the plain number {loss!r}, which has no "
                    "gradient: compute it from the prediction's Values, with the functions of "
                    "autograd"
                )
            return loss if self.penalty is None else loss + self.penalty(self.model)

    def _told(self, weights: Array | None) -> dict[str, Any]:
        return self.told if weights is None else {**self.told, "sample_weight": weights}

    def size_of(self, y: Array, weights: Array | None) -> float:
        """Return how much a batch counts in the mean over the data."""
        if "weight" in self.told:
            own = np.array(self.told["weight"])[classes_of(self.loss, y)]
            axes = tuple(range(1, own.ndim))
            own = own.mean(axis=axes)
            return float(own.sum() if weights is None else own @ weights)
        return float(len(y) if weights is None else weights.sum())

    def loss_of(self, prediction: Any, y: Array, weights: Array | None = None) -> float:
        """Return the loss of predicted numbers, with the penalty."""
        with np.errstate(all="ignore"):
            loss = loss_of_numbers(self.loss, self.kind, prediction, y, **self._told(weights))
            if self.penalty is not None:
                loss += as_float(self.penalty(self.model), "the penalty")
            return loss

    def measure(self, prediction: Any, y: Array) -> dict[str, float]:
        """Return all metrics of predicted numbers."""
        if y.shape == prediction.shape and y.ndim > 1 and y.shape[-1] == 1:
            prediction, y = prediction[..., 0], y[..., 0]
        with np.errstate(all="ignore"):
            return {
                name: as_float(measured(prediction, y), f"the metric {name}")
                for name, measured in self._measures.items()
            }

    @cached_property
    def _measures(self) -> dict[str, Metric]:
        """The metrics; those of classes know the threshold from all training targets."""
        limit = threshold_of(self.kind, labels_of(self.train[1], 2))
        return {
            name: partial(own, threshold=limit) if own in OF_CLASSES else own
            for name, own in self.metrics.items()
        }

    def scores(self, prediction: Any) -> dict[str, float]:
        """Return the metrics of a prediction for the training data, and all of the validation."""
        found = self.measure(prediction, self.train[1]) if self.metrics else {}
        if self.validation is not None:
            X, y = self.validation
            prediction = self.model.predict(X)
            found["val_loss"] = self.loss_of(prediction, y)
            found |= {f"val_{name}": x for name, x in self.measure(prediction, y).items()}
        return found

    @property
    def names(self) -> list[str]:
        """The columns that the history will have."""
        found = ["loss", *self.metrics]
        if self.validation is not None:
            found += ["val_loss", *(f"val_{name}" for name in self.metrics)]
        return [*found, *(["lr"] if "lr" in self.optimizer.defaults else []), "seconds"]

    def check_room(self, record_parameters: bool) -> None:
        """Raise a MemoryError for a training that would not fit into memory.

        What a batch records counts where all parts of the model are modules of `nn`.
        """
        X, count = self.train[0], self.model.num_parameters()
        size = min(self.batch_size or len(X), len(X))
        cost = self.model.cost_of(X.shape[1:])
        recorded = 0.0 if cost is None else size * cost.bytes
        kept = 8.0 * count * (self.epochs + 1) if record_parameters else 0.0
        needs = [
            (recorded, f"pass a batch_size below {size:,}"),
            (kept, "leave out record_parameters"),
            (PARAMETER * count, "take fewer or smaller layers"),
        ]
        what = f"fit: training {counted(count, 'parameter')} with {counted(size, 'sample')} at once"
        check_memory(sum(need for need, _ in needs), what, max(needs)[1])

    def check(self) -> None:
        """Raise where the parts do not fit, after running once all that is not recorded."""
        if self.penalty is not None:
            example = "lambda model: 1e-4 * sum(p * p for p in model.parameters())"
            check_function(self.penalty, "penalty", f"a function of the model, such as {example}")
        X, y = self.train
        parts = [(X[: self.batch_size], y[: self.batch_size])]
        parts += [] if self.validation is None else [self.validation]
        for features, targets in parts:
            prediction = self.model.predict(features)
            self.loss_of(prediction, targets)
            self.measure(prediction, targets)
        if self.model.named_buffers():  # as batches of one sample have no variance
            least = len(X) % (self.batch_size or len(X)) or self.batch_size or len(X)
            self.model.with_parameters(self.model.state_dict()).train()(X[:least])


def one_number(x: Any, what: str) -> Any:
    """Return a single number, recorded or not; a TypeError says what else it is."""
    if isinstance(x, np.ndarray) and x.shape == ():
        x = x.item()
    if isinstance(x, Operand) or is_real(x):
        return x
    if isinstance(x, (np.ndarray, list, tuple)):
        raise TypeError(
            f"{what} must be one number, not an array of shape {np.shape(x)}: take its mean or sum"
        )
    raise TypeError(f"{what} must be one number, but it is {x!r}: is a `return` missing?")


def as_float(x: Any, what: str) -> float:
    """Return a single number, recorded or not, as a float."""
    return float(data_of(one_number(x, what)))


# The model.


def check_model(model: Any) -> None:
    """Raise for what is no model, and for a parameter that no training could repair."""
    if not isinstance(model, Module):
        what = f"the class {model.__name__}" if isinstance(model, type) else _short(model)
        raise TypeError(f"fit trains a Module such as nn.MLP(2, [16, 1]), not {what}")
    for name, value in model.named_parameters():
        if not math.isfinite(value.data):
            raise ValueError(
                f"fit: the parameter {name} of the model is {value.data}: begin anew with "
                "model.initialize(seed=0), or load_state_dict() of good ones"
            )


def kind_of(
    model: Module, loss: Loss, metrics: Mapping[str, Metric], train: Samples, who: str = "fit"
) -> str | None:
    """Return what the results of a model are: by its end, or by the loss that trains it.

    Raises:
        ValueError: the loss takes scores of any size, which they are not.

    Warns:
        UserWarning: they are taken for such scores, but could as well be probabilities.
    """
    wanted = _wanted(loss)
    of_classes = [name_of(own) for own in metrics.values() if own in OF_CLASSES]
    kind, reason = model._stated_kind(), f"the model ends in {list(model._endings())[-1]!r}"
    if model._said_kind is not None:
        reason = f"model.output_kind is {kind!r}"
    elif kind is None:
        X = train[0][:SOME]
        why = why_model(model, X, np.asarray(model.predict(X)))
        if why in (SIGMOID, SOFTMAX):
            kind, reason = "probabilities", f"the model gives probabilities, as {why}"
        elif why and (wanted or (loss not in LOSSES.values() and of_classes)):
            taker = name_of(loss) if wanted else of_classes[0]
            warn(
                f"{who}: {taker} takes scores of any size, but of the model's results {why}: if "
                "they are probabilities, leave out what makes them, or set model.output_kind = "
                "'probabilities'; if not, set it to 'logits'"
            )
    trained_so = kind == model._said_kind == "probabilities" and wanted == "logits"
    if wanted and kind in ("probabilities", "values") and not trained_so:
        itself = ", which it makes probabilities of itself" if wanted == "logits" else ""
        remedy = f", or set model.output_kind = {kind!r}" if wanted == "logits" else ""
        raise ValueError(
            f"{who}: {name_of(loss)} takes {wanted}{itself}, but {reason}: "
            f"{'leave that out' + remedy if kind == 'probabilities' else 'take the loss mse'}"
        )
    if kind or wanted or loss not in LOSSES.values():
        return kind or wanted
    y = train[1]
    return "margins" if np.all(np.abs(y) == 1.0) and np.any(y < 0.0) else "values"


def _wanted(loss: Loss) -> str | None:
    """Return what a loss takes a model's results for; None where it takes any numbers."""
    return next((kind for own, kind in SCORED if own is loss), None)


def loss_by(loss: Loss, kind: str | None, prediction: Any, y: Array, **settings: Any) -> Any:
    """Return the loss of a model's results as one number; their kind was looked at before.

    Raises:
        TypeError: it is no single number.
    """
    wanted = _wanted(loss)
    if wanted is not None:
        settings["output"] = kind if kind == "probabilities" else wanted
    return one_number(loss(prediction, y, **settings), f"the loss {name_of(loss)}")


def loss_of_numbers(
    loss: Loss, kind: str | None, prediction: Any, y: Array, **settings: Any
) -> float:
    """Return the loss of results that are plain numbers, as a float; see `loss_by`."""
    # Functions of one's own get the Values that they get in training, without a past.
    own = loss not in LOSSES.values()
    given = Tensor(prediction) if own else prediction
    return float(data_of(loss_by(loss, kind, given, y, **settings)))


# Optimizers and rates.


def bound(optimizer: Optimizer, model: Module) -> Optimizer:
    """Return the optimizer with parameters: its own, or those of the model."""
    if not optimizer.param_groups:
        return optimizer.bound_to(model.parameters())
    if not {id(x) for x in optimizer.parameters()} & {id(x) for x in model.parameters()}:
        name = type(optimizer).__name__
        raise ValueError(
            f"fit: none of the {len(optimizer.parameters())} parameters of this {name} belong to "
            f"the model: write {name}(model.parameters(), ...), or {name}(...) without parameters"
        )
    return optimizer


def check_lbfgs(optimizer: Optimizer, model: Module, **settings: Any) -> None:
    """Raise where L-BFGS is to do what it cannot."""
    dropouts = [m for m in model.modules() if isinstance(m, Dropout) and m.p > 0.0]
    settings["Dropout"] = dropouts[0] if dropouts else None
    for name, value in settings.items():
        if value is not None and isinstance(optimizer, LBFGS):
            raise ValueError(
                f"fit: {name} does not go with L-BFGS, as {LBFGS_REFUSES[name]}: leave it out"
            )


def rates_of(schedule: Any, optimizer: Optimizer, steps: int) -> Rates | None:
    """Return the rate of each group at each update; None leaves them to the optimizer."""
    if schedule is None:
        return None
    if is_real(schedule):
        raise TypeError(f"schedule must be a function of the step; write lr={schedule!r}")
    if not isinstance(schedule, str):
        own: Schedule = learning_rate(schedule, "schedule")
        schedules.rate_at(own, 0)
        return lambda k: [schedules.rate_at(own, k)] * len(optimizer.param_groups)
    factor = named(NAMED_SCHEDULES, schedule, "schedule", SCHEDULE_SPELLINGS)(steps)
    first = [group["lr"] for group in optimizer.param_groups]
    if any(map(callable, first)):
        raise ValueError(
            f"fit: schedule={schedule!r} scales the optimizer's rate, which is a schedule itself: "
            "leave out one of them"
        )
    return lambda k: [lr * factor(k) for lr in first]


# Metrics.


def metrics_of(given: Any) -> dict[str, Metric]:
    """Return metrics by name, out of names, functions, or a dict."""
    if isinstance(given, str) or callable(given):
        given = [given]
    if isinstance(given, (list, tuple)):
        pairs = [(name_of(own), own) for own in map(metric, given)]
    elif isinstance(given, Mapping):
        pairs = list(given.items())
    else:
        raise TypeError(f"metrics must be a list of names or functions, not {_short(given)}")
    found: dict[str, Metric] = {}
    for name, which in pairs:
        if not isinstance(name, str):
            raise TypeError(f"metrics: a metric's name is a text, not {name!r}")
        if name in ("loss", *NO_SCORES) or name.startswith("val_"):
            raise ValueError(f"metrics: {name!r} is the name of another column of the history")
        if name in found:
            raise ValueError(
                f"metrics: two have the name {name!r}: name them in a dict, {{'mine': function}}"
            )
        found[name] = metric(which)
    return found


# Data.


def parted(
    model: Module,
    loss: Loss,
    X: Any,
    y: Any,
    validation: Any,
    generator: np.random.Generator,
    sample_weight: Any = None,
) -> tuple[Samples, Samples | None, Array | None]:
    """Return the samples to train on and those to validate with, as model and loss take them.

    With them comes how much each sample of the training counts.
    """
    width = model.nin if isinstance(model, (MLP, Layer, Neuron)) else None
    train, held = as_samples(X, y, "fit", width), None
    weights = None if sample_weight is None else as_array(sample_weight, "fit: sample_weight")
    if weights is not None and weights.shape != train[0].shape[:1]:
        raise ValueError(
            f"fit: sample_weight has shape {weights.shape}, but there are {len(train[0])} samples"
        )
    if weights is not None and not (weights > 0.0).all():
        first = int(np.argmin(weights > 0.0))
        raise ValueError(f"fit: sample_weight[{first}] is {weights[first]:g}, which is not above 0")
    if isinstance(validation, (tuple, list)) and len(validation) == 2:
        held = as_samples(validation[0], validation[1], "fit: validation", width)
    elif is_real(validation) and 0 < validation < 1:
        X, y = train
        rows, away, *_ = train_test_split(np.arange(len(X)), y, float(validation), generator)
        train, held = (X[rows], y[rows]), (X[away], y[away])
        weights = None if weights is None else weights[rows]
    elif validation is not None:
        raise ValueError(
            "fit: validation must be a pair (X, y), or which part of the data to hold out, between "
            f"0 and 1, not {_short(validation)}"
        )
    return fitting(model, loss, *train), held and fitting(model, loss, *held), weights


def weighing(
    model: Module,
    loss: Loss,
    train: Samples,
    weights: Array | None,
    class_weight: Any,
    label_smoothing: Any,
) -> dict[str, Any]:
    """Return what a loss is told of classes.

    Raises:
        ValueError, TypeError: the loss takes none of this, or the weights are no positive numbers,
            or not as many as there are classes.
    """
    smoothing = None if label_smoothing == 0.0 else label_smoothing
    given = {"class_weight": class_weight, "sample_weight": weights, "label_smoothing": smoothing}
    for name, value in given.items():
        takers = [own for own, _ in SCORED if name != "label_smoothing" or own is not hinge]
        if value is not None and loss not in takers:
            raise ValueError(
                f"fit: {name} goes with the losses {', '.join(map(name_of, takers))}, not with "
                f"{name_of(loss)}"
            )
    told = {} if smoothing is None else {"label_smoothing": smoothing}
    if class_weight is None:
        return told
    X, y = train
    k = np.shape(model.predict(X[:1]))[-1] if loss is cross_entropy else 2
    if isinstance(class_weight, str):
        if class_weight != "balanced":
            raise unknown(("balanced",), class_weight, "class_weight")
        counts = np.bincount(classes_of(loss, y).ravel(), minlength=k)
        return {**told, "weight": y.size / (k * np.maximum(counts, 1))}
    if isinstance(class_weight, Mapping):
        class_weight = _in_order(class_weight, [-1, 1] if loss is hinge else [*range(k)])
    return {**told, "weight": as_array(class_weight, "fit: class_weight")}


def _in_order(weights: Mapping[Any, Any], labels: Sequence[int]) -> list[Any]:
    """Return the weights of labels in their order, 1 where there is none."""
    for label in weights:
        if label not in labels:
            raise unknown([*map(str, labels)], str(label), "label in class_weight")
    return [weights.get(label, 1.0) for label in labels]


def classes_of(loss: Loss, y: Array) -> NDArray[np.intp]:
    """Return the position of the class of each target, that of the nearer one for one between."""
    return (y if loss is cross_entropy else y > (0.0 if loss is hinge else 0.5)).astype(np.intp)


def _short(x: Any) -> str:
    return cut(" ".join(repr(x).split()), 60)


def fitting(model: Module, loss: Loss, X: Array, y: Array, who: str = "fit") -> Samples:
    """Return samples whose targets have the shape of predictions and suit the loss."""
    shape = np.shape(model.predict(X[:1]))
    if shape[:1] != (1,):
        raise ValueError(
            f"{who}: the model gives an array of shape {shape} for one sample in an array of shape "
            f"{X[:1].shape}: its forward(x) must keep the first axis, that of the samples"
        )
    labels = loss is cross_entropy
    wanted = shape[1:-1] if labels else shape[1:]
    y = matching(y, (len(y), *wanted))
    check_targets(loss, y, shape[-1] if labels and len(shape) > 1 else None)
    return X, y
