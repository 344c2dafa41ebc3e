"""Schedules of the learning rate: functions from the step, counted from 0, to the rate.

Any function of that kind will do where an optimizer takes `lr`; these are the usual ones. They do
not change, print what they are, and are saved with the optimizer's state.

>>> from nn.optim import SGD
>>> SGD(lr=linear(1.0, 0.1, steps=100))
SGD(lr=linear(start=1.0, end=0.1, steps=100), momentum=0.0, nesterov=False, weight_decay=0.0)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from autograd.text.arguments import nonnegative, positive, whole
from autograd.text.names import named
from autograd.transforms.recording import name_of
from nn.arguments import check_names, learning_rate

Schedule = Callable[[int], float]
Rate = float | Schedule
"""What an optimizer takes as its learning rate."""

_CHECKS: Final[dict[str, Callable[[Any, str], Any]]] = {
    "end": nonnegative,
    "every": whole,
    "factor": positive,
    "lr": nonnegative,
    "start": nonnegative,
    "steps": whole,
    "then": learning_rate,
}
"""What each argument of a schedule may be."""


@dataclass(frozen=True)
class NamedSchedule:
    """The base of the schedules that have a name: it checks their arguments.

    Raises:
        ValueError: an argument is out of range.
        TypeError: it is of the wrong kind.
    """

    def __post_init__(self) -> None:
        for f in fields(self):
            _CHECKS[f.name](getattr(self, f.name), f"{f.name} of {type(self).__name__}()")

    def __call__(self, step: int) -> float:
        """The rate at a step."""
        raise NotImplementedError


@dataclass(frozen=True)
class constant(NamedSchedule):
    """A rate that never changes.

    >>> constant(0.1)(1000)
    0.1
    """

    lr: float

    def __call__(self, step: int) -> float:
        """The rate at a step."""
        return self.lr


@dataclass(frozen=True)
class step(NamedSchedule):
    """The rate lr, multiplied by the factor after every so many steps: PyTorch's StepLR.

    >>> [step(1.0, every=2, factor=0.5)(k) for k in range(5)]
    [1.0, 1.0, 0.5, 0.5, 0.25]
    """

    lr: float
    every: int
    factor: float = 0.1

    def __call__(self, step: int) -> float:
        """The rate at a step."""
        return self.lr * self.factor ** (step // self.every)


@dataclass(frozen=True)
class exponential(NamedSchedule):
    """The rate lr · factor^step: PyTorch's ExponentialLR.

    >>> [exponential(1.0, 0.5)(k) for k in range(3)]
    [1.0, 0.5, 0.25]
    """

    lr: float
    factor: float

    def __call__(self, step: int) -> float:
        """The rate at a step."""
        return self.lr * self.factor**step


@dataclass(frozen=True)
class cosine(NamedSchedule):
    """Half a cosine wave from lr to the end, which it keeps after so many steps.

    end + (lr - end) (1 + cos(π step / steps)) / 2 (Loshchilov & Hutter, arXiv:1608.03983).
    PyTorch's CosineAnnealingLR rises again after these steps.

    >>> [round(cosine(1.0, steps=4)(k), 4) for k in range(6)]
    [1.0, 0.8536, 0.5, 0.1464, 0.0, 0.0]
    """

    lr: float
    steps: int
    end: float = 0.0

    def __call__(self, step: int) -> float:
        """The rate at a step."""
        if step >= self.steps:
            return self.end
        return self.end + (self.lr - self.end) * (1.0 + math.cos(math.pi * step / self.steps)) / 2


@dataclass(frozen=True)
class linear(NamedSchedule):
    """A straight line from start to end, which it keeps after so many steps.

    micrograd's demo uses `linear(1.0, 0.1, steps=100)`.

    >>> [linear(1.0, 0.0, steps=4)(k) for k in range(6)]
    [1.0, 0.75, 0.5, 0.25, 0.0, 0.0]
    """

    start: float
    end: float
    steps: int

    def __call__(self, step: int) -> float:
        """The rate at a step."""
        if step >= self.steps:
            return self.end
        return self.start + (self.end - self.start) * step / self.steps


@dataclass(frozen=True)
class warmup(NamedSchedule):
    """A rise from near 0 to the first rate of another schedule in equal steps, then that schedule.

    Step k of the first ones has the share (k + 1) / steps; the other schedule counts its steps from
    the end of these.

    Args:
        steps: how many steps are for warming up.
        then: a schedule, or a number for a constant rate.

    >>> [warmup(4, then=exponential(1.0, 0.5))(k) for k in range(7)]
    [0.25, 0.5, 0.75, 1.0, 1.0, 0.5, 0.25]
    """

    steps: int
    then: Rate

    def __call__(self, step: int) -> float:
        """The rate at a step."""
        if step < self.steps:
            return rate_at(self.then, 0) * (step + 1) / self.steps
        return rate_at(self.then, step - self.steps)


SCHEDULES: Final[dict[str, type[NamedSchedule]]] = {
    kind.__name__: kind for kind in (constant, step, exponential, cosine, linear, warmup)
}


def rate_at(lr: Rate, step: int) -> float:
    """Return the learning rate at a step, of a schedule or a number.

    Raises:
        ValueError: the schedule gave something negative, infinite or nan.
        TypeError: it gave no number.

    >>> rate_at(0.1, 5), rate_at(lambda k: 1.0 / (1 + k), 4)
    (0.1, 0.2)
    """
    if not callable(lr):
        return lr
    name = repr(lr) if isinstance(lr, NamedSchedule) else name_of(lr)
    return nonnegative(lr(step), f"the learning rate of {name} at step {step}")


# Saving: to plain dicts of numbers and text, and back.


def to_config(lr: Rate) -> Any:
    """Return what a learning rate is, in numbers, text and dicts; a function only by its name.

    >>> to_config(cosine(0.1, steps=50))
    {'schedule': 'cosine', 'lr': 0.1, 'steps': 50, 'end': 0.0}
    >>> to_config(0.1)
    0.1
    """
    if not callable(lr):
        return lr
    if not isinstance(lr, NamedSchedule):
        return {"function": name_of(lr)}
    arguments = {f.name: to_config(getattr(lr, f.name)) for f in fields(lr)}
    return {"schedule": type(lr).__name__, **arguments}


def from_config(config: Any, own: Any = None) -> Any:
    """Return the learning rate that `to_config` described.

    Args:
        config: what `to_config` gave.
        own: the function to take where a function of yours was described.

    Raises:
        ValueError: the schedule is unknown, or a function was described and own is none.

    >>> from_config({"schedule": "warmup", "steps": 5, "then": {"schedule": "constant", "lr": 0.1}})
    warmup(steps=5, then=constant(lr=0.1))
    """
    if not isinstance(config, Mapping):
        return config
    if "function" in config:
        if callable(own):
            return own
        raise ValueError(
            f"the learning rate was the function {config['function']!r}, which is not saved: make "
            "the optimizer with lr=that function, then load"
        )
    name = config.get("schedule")
    kind = named(SCHEDULES, name, "schedule")
    arguments = {key: from_config(x, own) for key, x in config.items() if key != "schedule"}
    check_names(arguments, [f.name for f in fields(kind)], f"the schedule {name}")
    return kind(**arguments)
