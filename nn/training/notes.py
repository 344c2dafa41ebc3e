"""What `fit` sees in the data and in the result that should not be so, with what to do about it."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, Final, NamedTuple

import numpy as np

from nn.activations import relu
from nn.intake import Array
from nn.losses import cross_entropy, half_squared_error, huber, mae, mse
from nn.modules.activation_layers import ReLU
from nn.modules.embedding import Embedding
from nn.modules.module import Module
from nn.modules.normalization import BatchNorm1d, Standardize
from nn.training.history import History
from nn.training.plan import Plan

FAR: Final = 100.0
"""Features and targets that are so much larger or smaller than 1, or than another, are far off."""

GROWN: Final = 10.0
"""A loss that is so many times the first has grown."""

_SMALL: Final = 1e-3
"""A loss below it has not grown, whatever the first was: it is near 0 in either case."""


class TrainingWarning(UserWarning):
    """A sign that a training may be in vain; `History.notes` has its text too."""


class Note(NamedTuple):
    """A sign of trouble."""

    text: str
    serious: bool = False
    """Whether it endangers the result, so that a warning tells of it too."""


def tell(history: History, notes: Iterable[Note]) -> None:
    """Add notes to a history, and warn the caller of `fit` of those that are serious."""
    found = list(notes)
    history.notes += [note.text for note in found]
    for note in found:
        if note.serious:
            warnings.warn(note.text, TrainingWarning, stacklevel=3)


# Before the training.


def of_data(plan: Plan) -> Iterator[Note]:
    """Give the notes on the data of a training."""
    X, y = plan.train
    scales = any(isinstance(m, (Standardize, BatchNorm1d, Embedding)) for m in plan.model.modules())
    if not scales and (told := _scale(X)):
        # A module of one's own may scale them itself.
        known = plan.model.cost_of(X.shape[1:]) is not None
        layer = f"model = nn.Sequential(nn.Standardize({X.shape[-1]}).fit(X), model)"
        values = "X = (X - X.mean(axis=0)) / X.std(axis=0)"
        remedy = f"standardise them, {layer if X.ndim == 2 else values}"
        yield Note(f"{told}: {remedy}", known)
    largest = np.abs(y).max()
    if plan.loss in (mse, half_squared_error, mae, huber) and largest > FAR:
        remedy = "standardise them, y = (y - y.mean()) / y.std()"
        yield Note(f"the targets reach {largest:.3g}: {remedy}")


def _scale(X: Array) -> str:
    """Say how the features are scaled, where that is far from 1 or differs much."""
    sizes = np.abs(X).max(axis=0) if X.ndim == 2 else np.abs(X).max(keepdims=True).ravel()
    there = np.where(sizes > 0.0, sizes, np.nan)
    if np.isnan(there).all():
        return ""
    large, small = int(np.nanargmax(there)), int(np.nanargmin(there))
    if there[large] > FAR * there[small]:
        return (
            f"the features differ in scale: X[:, {large}] reaches {there[large]:.3g}, "
            f"X[:, {small}] only {there[small]:.3g}"
        )
    if there[large] > FAR:
        return f"the features reach {there[large]:.3g}"
    return f"the features are below {there[large]:.3g}" if there[large] < 1.0 / FAR else ""


# After it.


class Watched:
    """A model whose ReLU units are watched while it predicts.

    >>> from nn import MLP
    >>> model = MLP(1, [2, 1], seed=0)
    >>> model.layers[0].w.assign([[1.0], [1.0]])
    >>> model.layers[0].b.assign([0.0, -9.0])
    >>> watched = Watched(model)
    >>> _ = watched.predict([[1.0], [2.0]])
    >>> watched.alive
    {'layers.0': array([ True, False])}
    """

    def __init__(self, model: Module) -> None:
        self._twin = model.with_parameters(model.state_dict())
        self.alive: dict[str, Any] = {}
        """Whether each unit was above 0 for any sample, by the path of the layer."""
        for path, part in self._twin.named_modules():
            if type(part) is ReLU:
                layer = path.removesuffix(".activation")
                part.__dict__["function"] = partial(self._relu, layer)

    def predict(self, X: Array) -> Any:
        """Return what the model predicts."""
        return self._twin.predict(X)

    def _relu(self, layer: str, x: Any) -> Any:
        result = relu(x)
        if np.ndim(result) > 1:
            # The units are the channels of images, else the last axis.
            units = 1 if np.ndim(result) == 4 else np.ndim(result) - 1
            others = tuple(axis for axis in range(np.ndim(result)) if axis != units)
            found = (result > 0.0).any(axis=others)
            before = self.alive.get(layer)
            same = before is not None and before.shape == found.shape
            self.alive[layer] = before | found if same else found
        return result


def of_result(
    plan: Plan, history: History, watched: Watched, prediction: Any, loss: float
) -> Iterator[Note]:
    """Give the notes on the result of a training.

    Args:
        plan: what was done.
        history: how it went.
        watched: the model, which has predicted the training data.
        prediction: for these.
        loss: of it.
    """
    yield from _growth(history["loss"], loss, plan.clip_norm is not None)
    dead = list(_dead(watched.alive))
    yield from dead
    _, y = plan.train
    if not any(note.serious for note in dead) and _all_same(prediction) and not _all_same(y):
        remedy = "scale the data, lower the learning rate, or begin anew with model.initialize()"
        yield Note(f"the model gives the same result for all samples: {remedy}", True)
    if plan.loss is cross_entropy:
        classes = np.shape(prediction)[-1]
        missing = sorted({*range(classes)} - {*np.unique(y).astype(int).tolist()})
        if missing:
            told = f"no sample is of class {missing[0]}, of the classes 0 to {classes - 1}"
            yield Note(f"{told}: number the classes without gaps, or take fewer outputs")


def _growth(losses: list[float], last: float, clipped: bool) -> Iterator[Note]:
    if not losses:
        return
    first, most = losses[0], max(losses)
    remedy = "lower the learning rate" + ("" if clipped else ", or pass clip_norm=1.0")
    if last > max(GROWN * first, _SMALL):
        yield Note(f"the loss grew from {first:.3g} to {last:.3g}: {remedy}", True)
    elif most > max(GROWN**2 * first, _SMALL) and math.isfinite(most):
        epoch = losses.index(most) + 1
        yield Note(f"the loss rose from {first:.3g} to {most:.3g} in epoch {epoch}: {remedy}")


def _dead(alive: dict[str, Any]) -> Iterator[Note]:
    for layer, units in alive.items():
        dead = int(np.count_nonzero(~units))
        if 2 * dead > units.size:
            remedy = "lower the learning rate, or take leaky_relu"
            told = f"{layer}: {dead} of {units.size} ReLU units are 0 for all samples"
            yield Note(f"{told}, and learn no more: {remedy}", dead == units.size)


def _all_same(x: Any) -> bool:
    return len(x) > 1 and bool(np.all(np.ptp(x, axis=0) == 0.0))
