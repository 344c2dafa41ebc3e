"""What is called after every epoch of a training, and may end it.

Any function of an `Epoch` will do. If it returns True, or a text as the reason, the training ends.

>>> from nn import MLP, make_xor
>>> from nn import fit
>>> def stop_early(epoch):
...     return "enough" if epoch.number == 2 else None
>>> history = fit(MLP(2, [3, 1], "tanh"), *make_xor(seed=0), epochs=9, callbacks=[stop_early])
>>> len(history), history.stopped
(2, 'enough')
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from autograd.text.arguments import fraction, nonnegative, positive, truth, whole
from autograd.text.files import check_writable
from autograd.text.names import hint, spelt, unknown
from autograd.text.words import counted
from nn.arguments import check_function
from nn.losses import LOSSES
from nn.modules.module import Module
from nn.modules.saving import check_library, save
from nn.optim.optimizer import Optimizer
from nn.training.history import COLUMN_SPELLINGS, History
from nn.training.snapshot import Snapshot, parameters_of

Stop = bool | str | None
"""True or a reason ends the training."""


@dataclass(frozen=True)
class Epoch:
    """An epoch that was just completed, as callbacks get it."""

    number: int  # from 1
    values: dict[str, float]
    """The columns of the history for this epoch: `loss`, `val_loss`, metrics, `lr`, `seconds`."""
    history: History = field(repr=False)
    """What was recorded so far, with this epoch."""
    model: Module = field(repr=False)
    optimizer: Optimizer = field(repr=False)

    @property
    def loss(self) -> float:
        """The mean loss over the epoch's batches."""
        return self.values["loss"]


class Callback:
    """The base of callbacks that take part in the start and the end of a training as well."""

    def begin(self, names: Sequence[str]) -> None:
        """Prepare for a training; called before its first epoch.

        Args:
            names: the columns that the history will have.

        Raises:
            ValueError: the callback does not fit this training, which does not start then.
        """

    def __call__(self, epoch: Epoch) -> Stop:
        """React to an epoch that was completed; called after each."""
        raise NotImplementedError(f"{type(self).__name__} does not define __call__(self, epoch)")

    def end(self) -> None:
        """Finish; called after the last epoch and after Ctrl-C, but not after an error."""


MODES: Final = ("auto", "min", "max")

_LESS: Final = {"loss", "rmse", *LOSSES}
_MORE: Final = {"accuracy", "precision", "recall", "f1", "r2"}
"""Columns of which less or more is better, with or without `val_` before the name."""


class Monitoring(Callback):
    """What callbacks share that look for improvements of a column of the history."""

    monitor: str
    mode: str
    min_delta: float = 0.0
    best: float | None = None
    """The best value so far, and its epoch; 0 for none."""
    best_epoch: int = 0
    _sign: float = 1.0

    def _check(self) -> None:
        if not isinstance(self.monitor, str):
            raise TypeError(f"monitor is the name of a column of the history, not {self.monitor!r}")
        if self.mode not in MODES:
            raise unknown(MODES, self.mode, f"mode of {type(self).__name__}")
        nonnegative(self.min_delta, "min_delta")

    def begin(self, names: Sequence[str]) -> None:
        """Forget an earlier training.

        Raises:
            ValueError: the column will not be there, or it is not known which values are better.
        """
        own = type(self).__name__
        monitor = spelt(names, self.monitor, COLUMN_SPELLINGS)
        if monitor is None:
            remedy = hint(self.monitor, names, COLUMN_SPELLINGS)
            if self.monitor.startswith("val_") and "val_loss" not in names:
                remedy += ". It takes data to validate with: fit(..., validation=0.2)"
            raise ValueError(
                f"{own}: the history will have no {self.monitor!r}, but {', '.join(names)}{remedy}"
            )
        self.monitor = monitor
        name, mode = self.monitor.removeprefix("val_"), self.mode
        if mode == "auto" and name in _LESS | _MORE:
            mode = "max" if name in _MORE else "min"
        if mode == "auto":
            raise ValueError(
                f"{own}: is less or more of {self.monitor!r} better? Write mode='min' or mode='max'"
            )
        self._sign = 1.0 if mode == "min" else -1.0
        self.best, self.best_epoch = None, 0

    def _improved(self, epoch: Epoch) -> bool:
        """Whether an epoch is better than all before; take note of it then."""
        value = epoch.values[self.monitor]
        if not math.isfinite(value):
            return False
        if self.best is not None and self._sign * (self.best - value) <= self.min_delta:
            return False
        self.best, self.best_epoch = value, epoch.number
        return True

    def __repr__(self) -> str:
        first, *others = fields(self)  # type: ignore[arg-type]  # which subclasses are
        texts = [repr(getattr(self, first.name))]
        for own in others:
            if getattr(self, own.name) != own.default:
                texts.append(f"{own.name}={getattr(self, own.name)!r}")
        return f"{type(self).__name__}({', '.join(texts)})"


@dataclass(eq=False, repr=False)
class EarlyStopping(Monitoring):
    """End the training when a column of its history has not improved for some epochs.

    (L. Prechelt, "Early stopping - but when?", doi:10.1007/3-540-49430-8_3.)

    Args:
        monitor: the column; `val_loss` needs `fit(validation=...)`.
        patience: how many epochs without an improvement end it.
        min_delta: what counts as one: a change by more than this.
        mode: "min" if less is better, "max" if more is; "auto" knows the losses and metrics here.
        restore_best: leave model and optimizer as they were after the best epoch, also if all
            epochs were run, or Ctrl-C ended it.

    Raises:
        ValueError: patience or min_delta is out of range, or mode is unknown.
        TypeError: they are of the wrong kind.

    >>> EarlyStopping("loss", patience=5)
    EarlyStopping('loss', patience=5)
    """

    monitor: str = "val_loss"
    patience: int = 10
    min_delta: float = 0.0
    mode: str = "auto"
    restore_best: bool = True

    def __post_init__(self) -> None:
        self._check()
        whole(self.patience, "patience")
        truth(self.restore_best, "restore_best")
        self._snapshot: Snapshot | None = None

    def begin(self, names: Sequence[str]) -> None:
        """Forget an earlier training; errors are those of `Monitoring`."""
        super().begin(names)
        self._snapshot = None

    def __call__(self, epoch: Epoch) -> Stop:
        """Note an improvement; end the training after too many epochs without."""
        if self._improved(epoch) and self.restore_best:
            parameters = parameters_of(epoch.model, epoch.optimizer)
            self._snapshot = Snapshot(parameters, epoch.optimizer, epoch.model.modules())
        if epoch.number - self.best_epoch < self.patience:
            return None
        if self.best is None:
            return f"early stopping: {self.monitor} was never finite"
        return (
            f"early stopping: {self.monitor} has not improved for "
            f"{counted(self.patience, 'epoch')} (best: {self.best:.4g} in epoch {self.best_epoch})"
        )

    def end(self) -> None:
        """Go back to the best epoch."""
        if self._snapshot is not None:
            self._snapshot.restore()
        self._snapshot = None


@dataclass(eq=False, repr=False)
class ReduceLROnPlateau(Monitoring):
    """Lower the learning rate when a column of the history has not improved for some epochs.

    Epochs are counted as by `EarlyStopping`; PyTorch's scheduler waits for one more. After the
    training the optimizer has its own rate again.

    Args:
        monitor, mode: as for `EarlyStopping`.
        factor: of the rate, above 0 and below 1.
        patience: how many epochs without an improvement lower it.
        min_delta: what counts as one: a change by more than this.
        cooldown: how many epochs after that are not counted.
        min_lr: the lowest rate.

    Raises:
        ValueError: a number is out of range, or mode is unknown.
        TypeError: they are of the wrong kind.

    >>> ReduceLROnPlateau("loss", factor=0.5)
    ReduceLROnPlateau('loss', factor=0.5)
    """

    monitor: str = "val_loss"
    factor: float = 0.1
    patience: int = 10
    min_delta: float = 1e-4
    mode: str = "auto"
    cooldown: int = 0
    min_lr: float = 0.0

    def __post_init__(self) -> None:
        self._check()
        positive(fraction(self.factor, "factor"), "factor")
        whole(self.patience, "patience")
        whole(self.cooldown, "cooldown", least=0)
        nonnegative(self.min_lr, "min_lr")
        self._since = 0

    def begin(self, names: Sequence[str]) -> None:
        """Forget an earlier training; errors are those of `Monitoring`."""
        super().begin(names)
        self._since = 0  # the last epoch that is not counted

    def __call__(self, epoch: Epoch) -> Stop:
        """Note an improvement; lower the rate after too many epochs without."""
        if self._improved(epoch):
            self._since = max(self._since, epoch.number)
        if epoch.number - self._since >= self.patience:
            for group in epoch.optimizer.param_groups:
                lower = max(self.factor * group["lr"], self.min_lr)
                group["lr"] = min(lower, group["lr"])
            self._since = epoch.number + self.cooldown
        return None

    def check_rates(self, optimizer: Optimizer, schedule: object) -> None:
        """Raise a ValueError where the rates are not this callback's to lower."""
        rates = [group.get("lr") for group in optimizer.param_groups]
        if schedule is not None or not all(isinstance(rate, float) for rate in rates):
            raise ValueError(
                "fit: ReduceLROnPlateau lowers a constant rate, but there is a schedule, or the "
                "optimizer has no rate: leave out one of them"
            )


@dataclass(eq=False, repr=False)
class Checkpoint(Monitoring):
    """Save the model to a file whenever a column of the history has improved.

    Args:
        path: the file, for `nn.load`. "{epoch}" in it is replaced by the number of the epoch, and
            the name of a column by its value: "best-{epoch:03d}-{val_loss:.3f}.safetensors".
        monitor, mode, min_delta: as for `EarlyStopping`.
        save_best_only: whether to save after the best epochs alone, or after every one.

    Raises:
        ValueError, TypeError: as `EarlyStopping`.

    >>> Checkpoint("best.safetensors", "loss")
    Checkpoint('best.safetensors', monitor='loss')
    """

    path: str | os.PathLike[str]
    monitor: str = "val_loss"
    mode: str = "auto"
    min_delta: float = 0.0
    save_best_only: bool = True

    def __post_init__(self) -> None:
        self._check()
        truth(self.save_best_only, "save_best_only")
        self.path = os.fspath(self.path)

    def begin(self, names: Sequence[str]) -> None:
        """Forget an earlier training.

        Raises:
            ValueError: as `EarlyStopping` does; or the path names a column that will not be there.
            OSError: the file cannot be written.
            ModuleNotFoundError: the package safetensors is not installed.
        """
        if self.save_best_only:
            super().begin(names)
        check_library()
        check_writable(Path(self._place(1, dict.fromkeys(names, 0.0))))

    def _place(self, number: int, values: Mapping[str, float]) -> str:
        try:
            return str(self.path).format(epoch=number, **values)
        except (KeyError, IndexError, ValueError) as error:
            raise ValueError(
                f"Checkpoint: the path {self.path!r} takes epoch, {', '.join(values)} in braces: "
                f"{error}"
            ) from None

    def __call__(self, epoch: Epoch) -> Stop:
        """Save the model after an improvement."""
        if not self.save_best_only or self._improved(epoch):
            save(epoch.model, self._place(epoch.number, epoch.values))
        return None


def callbacks_of(given: Any) -> list[Callable[[Epoch], Any]]:
    """Return callbacks as a list, from one or several.

    Raises:
        TypeError: one of them is no function of an epoch.
    """
    found = [given] if callable(given) else given
    if not isinstance(found, (list, tuple)):
        raise TypeError(f"callbacks must be a list of functions of an epoch, not {given!r}")
    for callback in found:
        check_function(callback, "a callback", "a function of an epoch")
    return list(found)
