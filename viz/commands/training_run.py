"""The training of `dualgrad train`: from its options to a trained network."""

from __future__ import annotations

import argparse
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from numpy.typing import NDArray

from viz.commands.inputs import InputError
from viz.commands.training_task import Array, Scale, Task, data_of, scale_of, task_of

BATCH: Final = 16
"""Samples for each step, where nothing else is asked for."""

VALIDATION: Final = 0.2
"""The part of the training samples that tells when to end early."""

SCHEDULE: Final = "linear"
"""The schedule where nothing else is asked for: a rate that falls ends the jumps of the loss."""


class Samples(NamedTuple):
    """Some of the data, as they come."""

    X: Array
    y: NDArray[Any]
    """Classes 0 ... k-1, or numbers."""


@dataclass(frozen=True)
class Trained:
    """A network, what it learned from, and how that went."""

    task: Task
    model: Any
    """It takes the features as they come, and gives numbers as they come."""
    network: Any
    """Its MLP; before that stands a Standardize, where the features come from a file."""
    history: Any
    training: Samples
    test: Samples | None
    settings: dict[str, Any]
    """The settings of the training, for the report."""


def trained(options: argparse.Namespace, name: str | None, hidden: Sequence[int]) -> Trained:
    """Train the network that the options ask for.

    Args:
        options: the words of the command line, parsed.
        name: the data set; None for the file of --csv.
        hidden: the neurons of each hidden layer.

    Raises:
        InputError, ValueError: an option is unknown or out of range, or the training diverged.
        OSError: the file cannot be read.
    """
    from nn import MLP, Sequential, Standardize
    from nn.optim.algorithms import optimizer
    from nn.training.callbacks import EarlyStopping
    from nn.training.fit import fit
    from nn.training.notes import TrainingWarning

    if options.seed < 0:
        raise InputError(f"--seed must be 0 or more, not {options.seed}")
    data = data_of(options, name)
    task = task_of(data, options.loss)
    training, test = _parted(task, options)
    sizes, nin = [*hidden, task.outputs], data.X.shape[1]
    network = MLP(nin, sizes, activation=options.activation, seed=options.seed)
    model = Sequential(Standardize(nin).fit(training.X), network) if data.from_file else network
    rate: dict[str, float] = {} if options.lr is None else {"lr": options.lr}
    if options.weight_decay is not None:
        rate["weight_decay"] = options.weight_decay
    algorithm = optimizer(options.optimizer, **rate)
    known = type(algorithm).__name__.lower()
    chosen = _settings(options, known)
    scale = scale_of(training.y) if data.from_file and task.classes is None else None
    learned = _prepared(task, training, scale)
    validation: Any = None if test is None else _prepared(task, test, scale)
    callbacks = []
    if options.early_stopping is not None:
        validation = VALIDATION  # as the test samples are not to choose the network
        callbacks.append(EarlyStopping(patience=options.early_stopping))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", TrainingWarning)  # the report has the notes
            history = fit(
                model,
                *learned,
                loss=task.loss,
                optimizer=algorithm,
                clip_norm=options.clip_norm,
                metrics=() if task.classes is None else ("accuracy",),
                validation=validation,
                callbacks=callbacks,
                progress=False if options.quiet else "always" if options.progress else True,
                **chosen,
            )
    except FloatingPointError as error:  # it diverged
        raise InputError(_reason(error)) from error
    history.notes[:] = map(_in_options, history.notes)
    if scale is not None:
        scale.fold(network)
    model.feature_names, model.class_names = data.features, task.classes
    settings = {"optimizer": known, "lr": algorithm.defaults.get("lr"), **chosen}
    for name in ("weight_decay", "early_stopping"):
        if getattr(options, name) is not None:
            settings[name] = getattr(options, name)
    return Trained(task, model, network, history, training, test, settings)


def _reason(error: FloatingPointError) -> str:
    """Return what it says, for who types options and does not see this program's lines."""
    return _in_options(re.sub(r" at [^\n]*:\d+: [^\n]*$", "", str(error)))


def _in_options(text: str) -> str:
    """Return what `fit` says in the words of the command."""
    return text.replace("pass clip_norm=1.0", "add --clip-norm 1")


def _parted(task: Task, options: argparse.Namespace) -> tuple[Samples, Samples | None]:
    """Return the samples to learn from, and those held back."""
    from nn.data.batches import train_test_split

    X, part = task.data.X, options.test
    if part is None:
        return Samples(X, task.y), None
    if not 0.0 < part < 1.0:
        raise InputError(f"--test is a part of the samples between 0 and 1, not {part:g}")
    found = train_test_split(X, task.y, part, options.seed, stratify=task.classes is not None)
    return Samples(found[0], found[2]), Samples(found[1], found[3])


def _prepared(task: Task, samples: Samples, scale: Scale | None) -> tuple[Array, NDArray[Any]]:
    """Return samples as `fit` takes them."""
    y = task.targets(samples.y)
    return samples.X, y if scale is None else scale.standardised(y)


def _settings(options: argparse.Namespace, optimizer: str) -> dict[str, Any]:
    """Return what `fit` is told, with defaults that suit small data sets."""
    size, schedule = options.batch_size, options.schedule
    if optimizer != "lbfgs":  # which sees all samples at once, and has no rate
        size = BATCH if size is None else size
        schedule = SCHEDULE if schedule is None else schedule
    return {
        "schedule": schedule,
        "epochs": options.epochs,
        "batch_size": size,
        "seed": options.seed,
    }
