"""A moment of a training that one can go back to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograd import Value
from nn.modules.module import Module
from nn.optim.optimizer import Optimizer


class Snapshot:
    """Numbers and gradients of parameters, states of their optimizer, and buffers, at a moment.

    >>> from nn.optim import Momentum
    >>> w = Value(1.0)
    >>> optimizer = Momentum([w], lr=0.5)
    >>> snapshot = Snapshot([w], optimizer)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> (w.data, w.grad, optimizer.steps)
    (0.0, 2.0, 1)
    >>> snapshot.restore()
    >>> (w.data, w.grad, optimizer.steps)
    (1.0, 0.0, 0)
    """

    def __init__(
        self, parameters: Iterable[Value], optimizer: Optimizer, modules: Iterable[Module] = ()
    ) -> None:
        self._moment = [(x, x.data, x.grad) for x in parameters]
        self._optimizer = optimizer
        self._states = optimizer.states
        self._buffers = [(m, name, getattr(m, name).copy()) for m in modules for name in m._buffers]

    def restore(self) -> None:
        """Go back to it; the Values stay the same ones."""
        try:
            self._write()
        except KeyboardInterrupt:  # which can come between any two of them
            self._write()
            raise

    def _write(self) -> None:
        for value, data, grad in self._moment:
            value.data = data
            value.grad = grad
        self._optimizer.states = self._states
        for module, name, numbers in self._buffers:
            setattr(module, name, numbers)


def parameters_of(model: Any, optimizer: Optimizer) -> list[Value]:
    """Return the Values of the model and what else the optimizer changes, each once."""
    found = {id(x): x for x in [*model.parameters(), *optimizer.parameters()]}
    return list(found.values())
