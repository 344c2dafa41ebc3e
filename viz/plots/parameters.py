"""What plots of a model's parameters share: its loss on data, and its parameters as a vector."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Vector:
    """A copy of a model whose parameters are set by a vector, in the order of `parameters()`.

    >>> from nn import Linear
    >>> model = Linear(2, 1, seed=0)
    >>> vector = Vector(model, "plot")
    >>> vector.put(np.array([1.0, 2.0, 3.0])).predict([1.0, 1.0])
    array([6.])
    """

    def __init__(self, model: Any, who: str) -> None:
        from nn import Module

        if not isinstance(model, Module):
            raise TypeError(f"{who} takes a Module such as nn.MLP(2, [16, 1]), not {model!r}")
        self._who = who
        self._twin = copy.deepcopy(model)
        self._values = self._twin.parameters()
        if not self._values:
            raise ValueError(f"{who}: this {type(model).__name__} has no parameters")
        self.numbers: Array = np.array([x.data for x in self._values])
        """The parameters of the model."""

    def put(self, numbers: Array) -> Any:
        """Return the copy, with these parameters."""
        for x, number in zip(self._values, numbers.tolist(), strict=True):
            x.data = number
        return self._twin

    def arrays(self, numbers: Array) -> dict[str, Array]:
        """Return a vector as the arrays of `state_dict`, without the buffers."""
        state: dict[str, Array] = self.put(numbers).state_dict()
        buffers = dict(self._twin.named_buffers())
        return {name: array for name, array in state.items() if name not in buffers}

    def of(self, given: Any, what: str) -> Array:
        """Return a vector from one, or from arrays by the names of `state_dict`.

        Raises:
            ValueError: it does not fit the model.
            TypeError: it holds something else than numbers.
        """
        from nn.intake import as_array

        if isinstance(given, Mapping):
            self._twin.load_state_dict({**given, **dict(self._twin.named_buffers())})
            return np.array([x.data for x in self._values])
        vector = as_array(given, f"{self._who}: {what}")
        if vector.shape != self.numbers.shape:
            raise ValueError(
                f"{self._who}: {what} has shape {vector.shape}, but the model has "
                f"{len(self.numbers)} parameters"
            )
        return vector

    def path(self, history: Any) -> Array:
        """Return the recorded parameters of a training, a row for each moment.

        Args:
            history: what `fit(..., record_parameters=True)` returned, or such an array.

        Raises:
            ValueError: none were recorded, or they are of another model.
            TypeError: it holds something else than numbers.
        """
        from nn.intake import as_array

        rows = getattr(history, "parameters", history)
        if rows is None:
            raise ValueError(
                f"{self._who}: the history has no parameters: train by "
                "fit(..., record_parameters=True)"
            )
        array = as_array(rows, f"{self._who}: the recorded parameters")
        if array.ndim != 2 or array.shape[1] != len(self.numbers) or not len(array):
            raise ValueError(
                f"{self._who}: the recorded parameters have shape {array.shape}, but the model has "
                f"{len(self.numbers)} of them: shape (moments, {len(self.numbers)}) is needed"
            )
        return array


class Objective:
    """The loss of a model on data, as `fit` has it without a penalty.

    Raises:
        ValueError, TypeError: the data, the model and the loss do not fit together.
    """

    def __init__(self, model: Any, X: Any, y: Any, loss: Any, who: str) -> None:
        from nn.intake import as_samples
        from nn.losses import loss_function
        from nn.training.plan import fitting, kind_of

        self._loss: Callable[..., Any] = loss_function(loss)
        self.X, self.y = fitting(model, self._loss, *as_samples(X, y, who), who)
        self._kind = kind_of(model, self._loss, {}, (self.X, self.y), who)

    @property
    def name(self) -> str:
        """The name of the loss."""
        from autograd.transforms.recording import name_of

        return name_of(self._loss)

    def backward(self, model: Any) -> None:
        """Leave the gradient of the loss in the parameters of a model."""
        from nn.training.plan import loss_by

        model.zero_grad()
        with np.errstate(all="ignore"):
            loss_by(self._loss, self._kind, model(self.X), self.y).backward()

    def of(self, model: Any) -> float:
        """Return the loss of a model, as a number."""
        from nn.training.plan import loss_of_numbers

        with np.errstate(all="ignore"):
            return loss_of_numbers(self._loss, self._kind, model.predict(self.X), self.y)
