"""What happened in a training, epoch by epoch."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from autograd.text.display import plotted
from autograd.text.names import hint, spelt
from autograd.text.tables import Table, as_html, as_text
from autograd.text.words import counted
from nn.intake import Array
from nn.training.metrics import SPELLINGS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NO_SCORES: Final = ("epoch", "lr", "seconds")
"""Columns that no epoch is better by."""

COLUMN_SPELLINGS: Final = {
    **SPELLINGS,
    **{f"val{other}": f"val_{name}" for other, name in SPELLINGS.items()},
    "validationloss": "val_loss",
}
"""Other names of columns, `plain`."""


@dataclass(frozen=True)
class Record:
    """An epoch that was completed."""

    values: dict[str, float]
    """The loss, the metrics, the rate and the time, by name."""
    parameters: Array | None = None
    """What `model.parameters()` were after the epoch; None when not asked for."""
    gradient_norms: dict[str, float] | None = None
    """The length of each layer's gradient by its path; None when not asked for."""


@dataclass(repr=False, eq=False)
class History:
    """How a training went: what `fit` returns.

    `history["loss"]` is a list with a number for each epoch. The columns are

    - `loss`, the mean over the epoch's batches, each before its update, with the penalty;
    - `val_loss`, that of the validation data after the epoch;
    - every metric by its name, after the epoch, and `val_` and its name on the validation data;
    - `lr`, the learning rate of the epoch's last update (in the first group);
    - `seconds`, how long the epoch took.

    >>> history = History([Record({"loss": 2.0}), Record({"loss": 1.0})], stopped="finished")
    >>> history["loss"], len(history), history.best_epoch
    ([2.0, 1.0], 2, 2)
    >>> print(history)
    epoch  loss
        1     2
        2     1
    <BLANKLINE>
    2 epochs: finished
    """

    records: list[Record] = field(default_factory=list)
    """What is known of each completed epoch."""
    stopped: str = "running"
    """Why it ended: "finished", "interrupted" (by Ctrl-C), or the reason of what stopped it."""
    start: Array | None = None
    """The parameters before the first update, if those were asked for."""
    notes: list[str] = field(default_factory=list)
    """What `fit` saw in data and result that should not be so, a line each."""

    @property
    def columns(self) -> dict[str, list[float]]:
        """All columns by name: a number for each epoch."""
        names = self.records[0].values if self.records else ["loss"]
        return {name: [record.values[name] for record in self.records] for name in names}

    @property
    def epochs(self) -> list[int]:
        """The numbers of the epochs, from 1."""
        return list(range(1, len(self.records) + 1))

    @property
    def best_epoch(self) -> int | None:
        """The epoch with the least validation loss (without such data: loss); None for none."""
        column = self.columns.get("val_loss", self.columns["loss"])
        finite = [k for k, loss in enumerate(column) if math.isfinite(loss)]
        return min(finite, key=column.__getitem__) + 1 if finite else None

    @property
    def parameters(self) -> Array | None:
        """The parameters at the start and after each epoch, shape (epochs + 1, n).

        In the order of `model.parameters()`; None without `fit(record_parameters=True)`.
        """
        if self.start is None:
            return None
        after = [record.parameters for record in self.records if record.parameters is not None]
        return np.array([self.start, *after])

    @property
    def gradient_norms(self) -> dict[str, list[float]] | None:
        """The length of each layer's gradient in each epoch, by the path of the layer.

        The mean over the epoch's batches, before clipping. A layer is the module that holds the
        parameters. None without `fit(record_gradient_norms=True)`.
        """
        norms = [r.gradient_norms for r in self.records if r.gradient_norms is not None]
        return {path: [own[path] for own in norms] for path in norms[0]} if norms else None

    def __getitem__(self, name: str) -> list[float]:
        """Return a column, whose name may be spelt as that of the metric may.

        Raises:
            KeyError: there is none of this name.
        """
        column = spelt(self, name, COLUMN_SPELLINGS)
        if column is None:
            near = hint(name, self, COLUMN_SPELLINGS)
            raise KeyError(f"the history has no {name!r}{near}; it has {', '.join(self)}")
        return self.columns[column]

    def __contains__(self, name: object) -> bool:
        return name in self.columns

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.records)

    def __bool__(self) -> bool:
        return True  # a History without epochs is one too

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as strict JSON has it: lists, numbers and text, also for nan and inf.

        >>> History([Record({"loss": math.inf})], "finished").to_dict()
        {'epochs': 1, 'stopped': 'finished', 'columns': {'loss': ['inf']}}
        """
        from autograd.compare.jsonable import jsonable  # not needed for a training

        parts = {
            "epochs": len(self),
            "stopped": self.stopped,
            "columns": self.columns,
            "notes": self.notes or None,
            "parameters": self.parameters,
            "gradient_norms": self.gradient_norms,
        }
        return {name: jsonable(part) for name, part in parts.items() if part is not None}

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the loss and the metrics over the epochs; see `viz.plots.plot_history`.

        Raises:
            ValueError: no epoch was completed.
        """
        return plotted("History", self, ax)

    # Text.

    def __repr__(self) -> str:
        last = [shown(record.values) for record in self.records[-1:]]
        parts = [counted(len(self), "epoch"), *last, f"stopped={self.stopped!r}"]
        return f"History({', '.join(parts)})"

    def __str__(self) -> str:
        return as_text(self._parts())

    def _repr_html_(self) -> str:
        return as_html(self._parts())

    def _parts(self) -> list[Table | str]:
        """Return a table of the first, the best and the last epoch, why it ended, and the notes."""
        best = self.best_epoch
        ending = f"{counted(len(self), 'epoch')}: {self.stopped}"
        if not self.records:
            return [ending, *self.notes]
        names = list(self.columns)
        rows = [
            (str(k), *(f"{self.records[k - 1].values[name]:.4g}" for name in names))
            for k in sorted({1, best or 1, len(self)})
        ]
        if best is not None and best < len(self):
            watched = "val_loss" if "val_loss" in names else "loss"
            ending = f"{ending}; the least {watched} was in epoch {best}"
        return [Table(("epoch", *names), rows, texts=0), ending, *self.notes]


def shown(values: Mapping[str, float]) -> str:
    """Return the losses and metrics of an epoch in a line.

    >>> shown({"loss": 0.123456, "accuracy": 1.0, "lr": 0.1})
    'loss=0.1235, accuracy=1'
    """
    return ", ".join(f"{name}={x:.4g}" for name, x in values.items() if name not in NO_SCORES)
