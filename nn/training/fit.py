"""Training a model on data."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd import Value, detect_anomaly
from autograd.text.arguments import positive, whole
from autograd.transforms.recording import name_of
from nn.data.batches import batches
from nn.intake import Array, Seed, generator_of
from nn.losses import Loss, loss_function
from nn.modules.module import Module
from nn.optim.algorithms import optimizer as find_optimizer
from nn.optim.clipping import clip_grad_norm
from nn.optim.groups import bad_gradient, write_data
from nn.optim.lbfgs import LBFGS
from nn.optim.optimizer import Optimizer
from nn.schedules import Rate, Schedule
from nn.training.callbacks import Callback, Epoch, ReduceLROnPlateau, callbacks_of
from nn.training.history import History, Record
from nn.training.notes import Note, Watched, of_data, of_result, tell
from nn.training.plan import (
    Batch,
    Plan,
    bound,
    check_lbfgs,
    check_model,
    kind_of,
    metrics_of,
    parted,
    rates_of,
    weighing,
)
from nn.training.progress import Advance, check_show, progress_bar
from nn.training.snapshot import Snapshot, parameters_of


class DivergedError(FloatingPointError):
    """The loss, a gradient or a parameter became nan or infinite; the model is as it was before."""

    history: History
    """What was recorded of the epochs that were completed."""

    def __init__(self, message: str, history: History | None = None) -> None:
        super().__init__(message)
        self.history = History() if history is None else history


def fit(
    model: Module,
    X: Any,
    y: Any,
    *,
    loss: str | Loss = "mse",
    optimizer: Any = "adam",
    lr: Rate | None = None,
    epochs: int = 100,
    batch_size: int | None = None,
    schedule: str | Schedule | None = None,
    metrics: Any = (),
    validation: Any = None,
    seed: Seed = None,
    progress: bool | str = True,
    callbacks: Any = (),
    clip_norm: float | None = None,
    class_weight: Any = None,
    sample_weight: Any = None,
    label_smoothing: float = 0.0,
    penalty: Callable[[Module], Any] | None = None,
    record_parameters: bool = False,
    record_gradient_norms: bool = False,
) -> History:
    """Train a model.

    Everything is checked before anything changes. The parameters stay the same Values; after every
    epoch their `data` are those after the last update, their `grad` the gradient that it used. Who
    calls `fit` again goes on with the model, and with an optimizer that has parameters.

    Args:
        model: a Module whose `model(X)` takes samples along the first axis.
        X, y: samples and targets, array-like. Targets may have, or lack, a last axis of length 1
            that the model's results lack, or have.
        loss: a name of `LOSSES`, or a function of (prediction, target) that returns a Value. It
            tells the model's `output_kind`, unless the end of the model or you do.
        optimizer: a name of `OPTIMIZERS`; an Optimizer without parameters, `Adam(lr=0.1)`; or one
            with parameters, which alone are trained then.
        lr: the rate, or a schedule, of an optimizer given by its name; by default one that suits
            small networks, 0.03 for Adam.
        epochs: how many times to go through the data.
        batch_size: samples for each update, in a new random order in every epoch; by default all.
        schedule: the learning rate at an update, a function of how many came before in this
            training, in place of the optimizer's; or a name for factors of the optimizer's over all
            updates: "linear" (1 to 0.1, as in micrograd's demo), "cosine" (1 to 0), "exponential"
            (1 to 0.01), "step" (1, 0.1, 0.01), "constant".
        metrics: names of `METRICS`, functions of (prediction, target) of float64 arrays, or a dict
            of names and functions; each is computed after every epoch.
        validation: data (X, y) to compute the loss and the metrics on too; or the part of the
            training data, between 0 and 1, to hold out for that.
        seed: of this part and the order of the samples: int or Generator.
        progress: True for a bar where the standard error is a terminal or a notebook, "always" for
            one in any case, False for none.
        callbacks: called with an `Epoch` after every epoch; True, or a reason, ends the training.
        clip_norm: the largest length of the gradient; a longer one is shortened.
        class_weight: how much samples of each class count in a loss of classes, as its `weight`:
            positive numbers in the order of the labels, or by label, 1 where there is none; or
            "balanced", for n / (classes · samples of the class) of the training data.
        sample_weight: how much each sample counts in the training, in a loss of classes. The loss
            of the validation has the class weights and the smoothing, but no sample weights.
        label_smoothing: as in the losses of classes that have it.
        penalty: a function of the model whose result is added to every loss.
        record_parameters: keep the parameters of every epoch in the history.
        record_gradient_norms: keep the lengths of the layers' gradients in the history.

    Returns:
        The `History`, also after Ctrl-C: the model is then as after the last complete update. Its
        `notes` say what looks wrong in the data and in the result; a `TrainingWarning` tells of
        what endangers the result.

    Raises:
        DivergedError: a loss or a gradient is nan or infinite. The message names the operation that
            first gave one; the model is as it was before the update that led there.
        ValueError, TypeError: data, model, loss and the rest do not fit together, or a name is
            unknown, or a number is out of range.

    Warns:
        UserWarning: the loss takes scores of any size, but all results of the model lie in [0, 1].

    >>> from nn import MLP, make_moons
    >>> X, y = make_moons(50, seed=0)
    >>> model = MLP(2, [8, 1], seed=0)
    >>> history = fit(model, X, 2 * y - 1, loss="hinge", lr=0.1, epochs=20, metrics=["accuracy"])
    >>> history["loss"][-1] < 0.5 * history["loss"][0], history.stopped
    (True, 'finished')
    """
    called = callbacks_of(callbacks)
    watchers = [callback for callback in called if isinstance(callback, Callback)]
    check_show(progress)
    check_model(model)
    loss = loss_function(loss)
    rules = find_optimizer(optimizer, **({} if lr is None else {"lr": lr}))
    epochs = whole(epochs, "epochs")
    size = None if batch_size is None else whole(batch_size, "batch_size")
    limit = None if clip_norm is None else positive(clip_norm, "clip_norm")
    check_lbfgs(rules, model, batch_size=size, clip_norm=limit, schedule=schedule)
    measures = metrics_of(metrics)
    generator = generator_of(seed)
    train, held, weights = parted(model, loss, X, y, validation, generator, sample_weight)
    told = weighing(model, loss, train, weights, class_weight, label_smoothing)
    rules = bound(rules, model)
    updates = epochs * math.ceil(len(train[0]) / (size or len(train[0])))
    for callback in called:
        if isinstance(callback, ReduceLROnPlateau):
            callback.check_rates(rules, schedule)
    rates = rates_of(schedule, rules, updates)
    kind = kind_of(model, loss, measures, train)
    plan = Plan(
        *(model, train, held, loss, rules, epochs, size, rates),
        *(measures, kind, limit, penalty, generator, weights, told),
    )
    plan.check_room(record_parameters)
    plan.check()
    for callback in watchers:
        callback.begin(plan.names)
    run = _Run(plan, record_parameters, record_gradient_norms)
    tell(run.history, of_data(plan))
    seen: list[Note] = []
    with _as_before(model, rules, kind):
        model.train()
        try:
            with progress_bar(epochs, progress) as advance:
                run.history.stopped = _epochs(run, called, advance)
        except KeyboardInterrupt:
            run.history.stopped = "interrupted"
        for callback in watchers:
            callback.end()
        if run.history.stopped != "interrupted":
            with suppress(KeyboardInterrupt):  # too late to interrupt anything
                watched = Watched(model)
                prediction, last = run.check_loss("after the last update", watched.predict)
                seen = [*of_result(plan, run.history, watched, prediction, last)]
    tell(run.history, seen)
    return run.history


@contextmanager
def _as_before(model: Module, optimizer: Optimizer, kind: str | None) -> Iterator[None]:
    """Give every module its mode and the optimizer its learning rates back at the end.

    The model keeps the kind of output that it is trained for, if nothing goes wrong.
    """
    before, model._fitted_kind = model._fitted_kind, kind
    modes = [(module, module.training) for module in model.modules()]
    rates = [(group, group["lr"]) for group in optimizer.param_groups if "lr" in group]
    try:
        yield
    except BaseException:
        model._fitted_kind = before
        raise
    finally:
        for module, mode in modes:
            module.training = mode
        for group, rate in rates:
            group["lr"] = rate


def _epochs(run: _Run, callbacks: list[Callable[[Epoch], Any]], advance: Advance) -> str:
    """Go through the epochs, and return why they ended."""
    plan, history = run.plan, run.history
    for number in range(1, plan.epochs + 1):
        values = run.epoch(number)
        advance(values)
        epoch = Epoch(number, values, history, plan.model, plan.optimizer)
        reasons = [_reason(callback, callback(epoch)) for callback in callbacks]
        if any(reasons):
            return next(filter(None, reasons))
    return "finished"


def _reason(callback: Callable[[Epoch], Any], answer: Any) -> str:
    """Return why a callback ends the training; an empty text if it does not."""
    if isinstance(answer, str):
        return answer
    stops = isinstance(answer, (bool, np.bool_)) and bool(answer)
    return f"stopped by {name_of(callback)}" if stops else ""


@dataclass(eq=False)
class _NotFiniteError(Exception):
    """Something became nan or infinite in a batch."""

    what: str
    # The first operation that gave such a number, if it is known already.
    operation: str = ""
    # Whether the present parameters are no good; else the next ones would have been.
    blames_parameters: bool = True
    # The parameters with which it happened, if they are not the present ones.
    numbers: Array | None = None


class _Run:
    """A training under way."""

    def __init__(self, plan: Plan, parameters: bool, gradient_norms: bool) -> None:
        self.plan = plan
        self.history = History()
        self._parameters = parameters_of(plan.model, plan.optimizer)
        self._trained = plan.optimizer.parameters()
        self._modules = [module for module in plan.model.modules() if module._buffers]
        self._layers = _layers(plan.model) if gradient_norms else {}
        self._norms: list[dict[str, float]] = []
        self._recorded = plan.model.parameters() if parameters else None
        self.history.start = self._flat()
        self._before: Snapshot | None = None  # the last update
        self._updates = 0
        self._rate = math.nan

    def _flat(self) -> Array | None:
        return None if self._recorded is None else np.array([x.data for x in self._recorded])

    def _snapshot(self) -> Snapshot:
        return Snapshot(self._parameters, self.plan.optimizer, self._modules)

    # An epoch.

    def epoch(self, number: int) -> dict[str, float]:
        """Go through the data once, and add the results to the history."""
        start = time.perf_counter()
        self._norms = []
        losses, sizes = [], []
        size = self.plan.batch_size or len(self.plan.train[0])
        mixed = self.plan.batch_size is not None
        inputs, targets = self.plan.train
        rows = np.arange(len(inputs))
        parts = batches(inputs, rows, size, shuffle=mixed, seed=self.plan.generator)
        for count, (X, own) in enumerate(parts, start=1):
            batch = X, targets[own], None if self.plan.weights is None else self.plan.weights[own]
            losses.append(self._batch(batch, f"in epoch {number}, batch {count}"))
            sizes.append(self.plan.size_of(*batch[1:]))
        # One loss as it is: weighing it could change its last digit.
        loss = losses[0] if len(losses) == 1 else float(np.average(losses, weights=sizes))
        values = {"loss": loss, **self._scores(number)}
        if "lr" in self.plan.optimizer.defaults:
            values["lr"] = self._rate
        values["seconds"] = time.perf_counter() - start
        self.history.records.append(Record(values, self._flat(), self._mean_norms()))
        return values

    def _scores(self, number: int) -> dict[str, float]:
        """Return the metrics, and the loss of the validation data, in the order of their names."""
        prediction = None
        if self.plan.metrics:
            prediction = self.plan.model.predict(self.plan.train[0])
            if not np.isfinite(prediction).all():
                self.check_loss(f"after epoch {number}")
        return self.plan.scores(prediction)

    def _mean_norms(self) -> dict[str, float] | None:
        count = len(self._norms)
        means = {p: math.fsum(norms[p] for norms in self._norms) / count for p in self._layers}
        return means or None

    # A batch.

    def _batch(self, batch: Batch, place: str) -> float:
        """Do one update, or none when anything comes between, Ctrl-C too; return the loss."""
        snapshot = self._snapshot()
        try:
            loss = self._update(batch)
        except _NotFiniteError as trouble:
            raise self._diverged(trouble, batch, place, snapshot) from None
        except BaseException:
            snapshot.restore()
            raise
        self._before = snapshot
        self._updates += 1
        return loss

    def _update(self, batch: Batch) -> float:
        """Change the parameters by the gradient of a batch; return the loss before."""
        optimizer = self.plan.optimizer
        if isinstance(optimizer, LBFGS):
            return self._search(batch)
        loss = self._gradient(batch)
        if self.plan.rates is not None:
            rates = self.plan.rates(self._updates)
            for group, rate in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = rate
        self._rate = next(iter(optimizer.rates), math.nan)
        try:
            if self.plan.clip_norm is not None:
                clip_grad_norm(self._trained, self.plan.clip_norm)
            optimizer.step()
        except FloatingPointError as error:
            raise _NotFiniteError("the update overflows", str(error), False) from None
        return loss

    def _gradient(self, batch: Batch) -> float:
        """Return the loss of a batch, and leave its gradient in the parameters; both finite."""
        try:
            loss = self.plan.objective(*batch)
            if not math.isfinite(loss.data):
                raise _NotFiniteError(f"the loss is {loss.data}")
            for x in self._parameters:
                x.grad = 0.0
            loss.backward()
        except FloatingPointError as error:  # of a detect_anomaly block around the training
            raise _NotFiniteError("the loss or its gradient is not finite", str(error)) from None
        if clause := bad_gradient(self._trained):
            raise _NotFiniteError(clause)
        self._norms.append(
            {path: math.hypot(*(x.grad for x in own)) for path, own in self._layers.items()}
        )
        return loss.data

    def _search(self, batch: Batch) -> float:
        """Do an update by a line search, which evaluates the loss at several points."""
        searched: list[float] = []

        def closure() -> float:
            try:
                searched.append(self._gradient(batch))
            except _NotFiniteError as trouble:
                if searched:  # elsewhere than at the start, where the search will go back to
                    trouble.blames_parameters = False
                    trouble.numbers = np.array([x.data for x in self._parameters])
                raise
            return searched[-1]

        norms = len(self._norms)
        self.plan.optimizer.step(closure)
        del self._norms[norms + 1 :]  # those of the start stand for the step
        return searched[0]

    # Trouble.

    def check_loss(
        self, place: str, predict: Callable[[Array], Any] | None = None
    ) -> tuple[Any, float]:
        """Return the prediction for the training data, and the loss of it.

        Raises:
            DivergedError: the last update led to a loss that is not finite; it is undone.
        """
        X, y = self.plan.train
        prediction = (predict or self.plan.model.predict)(X)
        loss = self.plan.loss_of(prediction, y, self.plan.weights)
        if not math.isfinite(loss):
            snapshot, batch = self._snapshot(), (X, y, self.plan.weights)
            raise self._diverged(_NotFiniteError(f"the loss is {loss}"), batch, place, snapshot)
        return prediction, loss

    def _diverged(
        self, trouble: _NotFiniteError, batch: Batch, place: str, now: Snapshot
    ) -> DivergedError:
        """Return the error for it, once the model is back at its last good parameters."""
        undone = self._before if trouble.blames_parameters else None
        try:
            found = trouble.operation or self._first_operation(batch, trouble.numbers)
        finally:
            (undone or now).restore()
        self.history.stopped = f"diverged: {trouble.what} {place}"
        which = "this" if undone is None else "the last"
        message = f"{trouble.what} {place}. The model is as it was before {which} update. "
        message += self._advice()
        if found:
            message += f". The first operation to blame: {found}"
        return DivergedError(message, self.history)

    def _first_operation(self, batch: Batch, numbers: Array | None) -> str:
        """Run a batch again, and return the first operation that gave a nan or inf."""
        if numbers is not None:
            write_data(self._parameters, numbers)
        try:
            with detect_anomaly():
                self.plan.objective(*batch).backward()
        except FloatingPointError as error:
            return str(error)
        return ""

    def _advice(self) -> str:
        if self._updates == 0 or math.isnan(self._rate):
            return "Scale the data to about 1, or start from smaller weights"
        clip = "" if self.plan.clip_norm is not None else ", or pass clip_norm=1.0"
        return f"Lower the learning rate, which was {self._rate:.4g}{clip}"


def _layers(model: Module) -> dict[str, list[Value]]:
    """Return the parameters by the path of the module that holds them, or by the model's class."""
    paths = [path for path, _ in model.named_modules() if path]
    found: dict[str, list[Value]] = {}
    for name, value in model.named_parameters():
        owners = [path for path in paths if name.startswith((f"{path}.", f"{path}["))]
        found.setdefault(max(owners, key=len, default=type(model).__name__), []).append(value)
    return found
