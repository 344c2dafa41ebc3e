"""What `dualgrad train` learns from: data, what kind of task they are, and the targets' scale."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograd.text.names import name_in
from viz.commands.inputs import InputError

Array = NDArray[np.float64]

MOST_CLASSES: Final = 20
"""Whole numbers that count more classes than this are taken for numbers."""

FOR_CLASSES: Final = ("hinge", "binary_cross_entropy", "cross_entropy")


class Data(NamedTuple):
    """Samples as they come."""

    source: str
    """The name of the data set or the path of the file."""
    X: Array
    y: NDArray[Any]
    """Numbers: those of the file, or those of its classes."""
    features: list[str]
    target: str
    classes: list[str] | None
    """What the classes 0, 1, ... are called, where that is known."""
    from_file: bool = False


@dataclass(frozen=True)
class Task:
    """Data, and what is to be learned from them."""

    data: Data
    y: NDArray[Any]
    """Classes 0 ... k-1, or the numbers of a regression."""
    classes: list[str] | None
    """The names of the classes; None for a regression."""
    loss: str

    @property
    def outputs(self) -> int:
        """How many outputs a model needs: one for each class with the cross-entropy, else one."""
        return len(self.classes) if self.classes and self.loss == "cross_entropy" else 1

    def targets(self, y: NDArray[Any]) -> NDArray[Any]:
        """Return what the loss takes for these classes or numbers."""
        as_they_are = self.classes is None or self.loss.endswith("cross_entropy")
        return y if as_they_are else 2 * y - 1


def data_of(options: argparse.Namespace, name: str | None) -> Data:
    """Return a data set of `nn.data` by its name, or for None what is in the file of --csv.

    Raises:
        ValueError: there is no data set of this name, an option is out of range, or the file is no
            table of numbers; the message names line and column.
        OSError: the file cannot be read.
    """
    if name is None:
        from nn.data.csv_files import read_csv

        table = read_csv(
            options.csv,
            options.target,
            columns=options.columns,
            drop=options.drop,
            one_hot=True,
        )
        return Data(
            options.csv, table.X, table.y, table.features, table.target, table.classes, True
        )
    from nn.data.datasets import DATASETS, SPELLINGS, dataset

    name = name_in(DATASETS, name, "data set", SPELLINGS)
    if name == "separable" and options.noise is not None:
        raise InputError("the data set separable has no noise: leave out --noise")
    given = {"n": options.samples, "noise": options.noise, "seed": options.seed}
    X, y = dataset(name, **{key: value for key, value in given.items() if value is not None})
    features = [f"x{'₁₂₃₄₅₆₇₈₉'[i]}" for i in range(X.shape[1])] if X.shape[1] > 1 else ["x"]
    return Data(name, X, y, features, "y", None)


def task_of(data: Data, loss: str | None) -> Task:
    """Tell what kind of task the data are, and its loss.

    Text, and whole numbers that count classes (0 ... k-1, 1 ... k, or -1 and 1), are classes; other
    numbers are a regression. A loss that is asked for decides where both could be meant.

    Raises:
        InputError: the loss does not suit the target.
        ValueError: the loss is unknown.

    >>> X = np.zeros((4, 1))
    >>> task_of(Data("a.csv", X, np.array([1, 2, 2, 3]), ["x"], "y", None), None).loss
    'cross_entropy'
    >>> task_of(Data("a.csv", X, np.array([1, 2, 2, 3]), ["x"], "y", None), "mse").classes is None
    True
    """
    from autograd.transforms.recording import name_of
    from nn.losses import loss_function

    if loss is not None:
        loss = name_of(loss_function(loss))  # an unknown name is an error now
    values = np.unique(data.y)
    k = len(values)
    if data.classes is None and not _are_classes(values, loss):
        if loss in FOR_CLASSES:
            raise InputError(
                f"{loss} is for classes, but {data.target!r} holds {k} different numbers: choose "
                "mse, mae or huber"
            )
        return Task(data, data.y.astype(np.float64), None, loss or "mse")
    if k < 2:
        raise InputError(f"the target {data.target!r} is the same in all samples: nothing to learn")
    chosen = loss or ("binary_cross_entropy" if k == 2 else "cross_entropy")
    if k > 2 and chosen != "cross_entropy":
        raise InputError(
            f"{chosen} is for two classes or for numbers, but {data.target!r} has {k} classes: "
            "choose cross_entropy"
        )
    names = data.classes or [f"{value:g}" for value in values]
    return Task(data, np.searchsorted(values, data.y), names, chosen)


def _are_classes(values: NDArray[Any], loss: str | None) -> bool:
    """Whether these numbers, each different, stand for classes."""
    if values.dtype.kind not in "iu" or not 2 <= len(values) <= MOST_CLASSES:
        return False
    if loss in FOR_CLASSES:
        return True
    k = len(values)
    numbered = values.tolist() in ([*range(k)], [*range(1, k + 1)], [-1, 1])
    return numbered and (loss is None or k == 2)


# The scale of a regression.


class Scale(NamedTuple):
    """Mean and standard deviation of the numbers to learn."""

    mean: float
    std: float

    def standardised(self, y: NDArray[Any]) -> NDArray[Any]:
        """Return numbers with mean 0 and standard deviation 1."""
        return (y - self.mean) / self.std

    def fold(self, network: Any) -> None:
        """Change an MLP that gives standardised numbers so that it gives those of the data.

        The weights and biases of the last layer are multiplied by the deviation, the biases moved
        by the mean.

        >>> from nn import MLP
        >>> network = MLP(1, [1], seed=0)
        >>> before = network.predict([[5.0]])
        >>> Scale(10.0, 4.0).fold(network)
        >>> bool(np.allclose(network.predict([[5.0]]), 4.0 * before + 10.0))
        True
        """
        state = network.state_dict()
        last = len(network.layers) - 1
        state[f"layers.{last}.w"] = state[f"layers.{last}.w"] * self.std
        state[f"layers.{last}.b"] = state[f"layers.{last}.b"] * self.std + self.mean
        network.load_state_dict(state)


def scale_of(y: NDArray[Any]) -> Scale:
    """Return the scale of numbers; those that are all the same are only moved.

    >>> scale_of(np.array([1.0, 3.0])), scale_of(np.array([5.0, 5.0]))
    (Scale(mean=2.0, std=1.0), Scale(mean=5.0, std=1.0))
    """
    spread = float(y.std())
    return Scale(float(y.mean()), spread if spread > 0.0 else 1.0)
