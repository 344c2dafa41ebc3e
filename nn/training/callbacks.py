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
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Final

from autograd.text.arguments import nonnegative, truth, whole
from autograd.text.names import hint, spelt, unknown
from autograd.text.words import counted
from nn.arguments import check_function
from nn.losses import LOSSES
from nn.modules.module import Module
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


@dataclass(eq=False, repr=False)
class EarlyStopping(Callback):
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
        if not isinstance(self.monitor, str):
            raise TypeError(f"monitor is the name of a column of the history, not {self.monitor!r}")
        if self.mode not in MODES:
            raise unknown(MODES, self.mode, "mode of EarlyStopping")
        whole(self.patience, "patience")
        nonnegative(self.min_delta, "min_delta")
        truth(self.restore_best, "restore_best")
        self._sign = 1.0
        self._snapshot: Snapshot | None = None
        self.best: float | None = None
        """The best value so far, and its epoch; 0 for none."""
        self.best_epoch = 0

    def begin(self, names: Sequence[str]) -> None:
        """Forget an earlier training.

        Raises:
            ValueError: the column will not be there, or it is not known which values are better.
        """
        monitor = spelt(names, self.monitor, COLUMN_SPELLINGS)
        if monitor is None:
            remedy = hint(self.monitor, names, COLUMN_SPELLINGS)
            if self.monitor.startswith("val_") and "val_loss" not in names:
                remedy += ". It takes data to validate with: fit(..., validation=0.2)"
            raise ValueError(
                f"EarlyStopping: the history will have no {self.monitor!r}, but "
                f"{', '.join(names)}{remedy}"
            )
        self.monitor = monitor
        name, mode = self.monitor.removeprefix("val_"), self.mode
        if mode == "auto" and name in _LESS | _MORE:
            mode = "max" if name in _MORE else "min"
        if mode == "auto":
            raise ValueError(
                f"EarlyStopping: is less or more of {self.monitor!r} better? Write mode='min' or "
                "mode='max'"
            )
        self._sign = 1.0 if mode == "min" else -1.0
        self.best, self.best_epoch, self._snapshot = None, 0, None

    def __call__(self, epoch: Epoch) -> Stop:
        """Note an improvement; end the training after too many epochs without."""
        value = epoch.values[self.monitor]
        if self._is_better(value):
            if self.restore_best:
                parameters = parameters_of(epoch.model, epoch.optimizer)
                self._snapshot = Snapshot(parameters, epoch.optimizer, epoch.model.modules())
            self.best, self.best_epoch = value, epoch.number
        if epoch.number - self.best_epoch < self.patience:
            return None
        if self.best is None:
            return f"early stopping: {self.monitor} was never finite"
        return (
            f"early stopping: {self.monitor} has not improved for "
            f"{counted(self.patience, 'epoch')} (best: {self.best:.4g} in epoch {self.best_epoch})"
        )

    def _is_better(self, value: float) -> bool:
        if not math.isfinite(value):
            return False
        return self.best is None or self._sign * (self.best - value) > self.min_delta

    def end(self) -> None:
        """Go back to the best epoch."""
        if self._snapshot is not None:
            self._snapshot.restore()
        self._snapshot = None

    def __repr__(self) -> str:
        texts = [repr(self.monitor)]
        for own in fields(self)[1:]:
            if getattr(self, own.name) != own.default:
                texts.append(f"{own.name}={getattr(self, own.name)!r}")
        return f"EarlyStopping({', '.join(texts)})"


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
