"""The settings of optimizers and schedules: what each may be, checked before it is used."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from autograd.primitive import as_number

Settings = dict[str, Any]
"""By name: `{"lr": 0.1, "weight_decay": 0.0}`."""


def nonnegative(value: object, name: str) -> float:
    """A finite number from 0 on.

    >>> nonnegative(1, "eps")
    1.0
    """
    number = as_number(value, name)
    if not 0.0 <= number < math.inf:
        raise ValueError(f"{name} must be a finite number from 0 on, not {value!r}")
    return number


def positive(value: object, name: str) -> float:
    """A finite number above 0."""
    number = as_number(value, name)
    if not 0.0 < number < math.inf:
        raise ValueError(f"{name} must be a finite number above 0, not {value!r}")
    return number


def fraction(value: object, name: str) -> float:
    """A number from 0 to below 1, as the share of the past in a running mean."""
    number = as_number(value, name)
    if not 0.0 <= number < 1.0:
        raise ValueError(f"{name} must be at least 0 and below 1, not {value!r}")
    return number


def two_fractions(value: Any, name: str) -> tuple[float, float]:
    """A pair of such shares."""
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise TypeError(f"{name} must be a pair of numbers such as (0.9, 0.999), not {value!r}")
    first, second = (fraction(x, f"each of the {name}") for x in value)
    return first, second


def whole(value: Any, name: str, least: int = 1) -> int:
    """A whole number, of at least so much.

    >>> whole(5.0, "steps")
    Traceback (most recent call last):
    TypeError: steps must be a whole number, not 5.0 of type float
    """
    try:
        if isinstance(value, bool):
            raise TypeError
        number = operator.index(value)
    except TypeError:
        kind = type(value).__name__
        raise TypeError(f"{name} must be a whole number, not {value!r} of type {kind}") from None
    if number < least:
        raise ValueError(f"{name} must be at least {least}, not {value!r}")
    return number


def truth(value: Any, name: str) -> bool:
    """True or False."""
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be True or False, not {value!r}")
    return value


def learning_rate(value: Any, name: str) -> Any:
    """A number from 0 on, or a schedule: a function from the step to such a number."""
    if isinstance(value, type):
        raise TypeError(f"{name} is the class {value.__name__}: write {value.__name__}(...)")
    if callable(value):
        return value
    if isinstance(value, str):
        raise TypeError(
            f"{name} must be a number or a schedule such as nn.schedules.cosine(0.1, steps=100), "
            f"not the text {value!r}"
        )
    return nonnegative(value, name)


CHECKS: Final[dict[str, Callable[[Any, str], Any]]] = {
    "alpha": fraction,
    "betas": two_fractions,
    "centered": truth,
    "eps": nonnegative,
    "history": whole,
    "lr": learning_rate,
    "lr_decay": nonnegative,
    "max_iterations": whole,
    "momentum": fraction,
    "nesterov": truth,
    "tolerance": nonnegative,
    "weight_decay": nonnegative,
}
"""What each setting of an optimizer may be; a setting that is not here is taken as it is."""


def checked(settings: Mapping[str, Any], known: Iterable[str], taker: str) -> Settings:
    """The settings as plain numbers, after every one has been checked.

    Raises:
        ValueError: a value is out of range, or a name is not among the known ones.
        TypeError: a value is of the wrong kind.

    >>> checked({"lr": 1, "betas": [0.9, 0.99]}, ["lr", "betas"], "Adam")
    {'lr': 1.0, 'betas': (0.9, 0.99)}
    """
    check_names(settings, known, taker)
    return {
        name: CHECKS[name](value, f"{name} of {taker}") if name in CHECKS else value
        for name, value in settings.items()
    }


def check_names(settings: Iterable[str], known: Iterable[str], taker: str) -> None:
    """Raise a ValueError for a name that is not among the known ones, and list them."""
    known = list(known)
    unknown = [name for name in settings if name not in known]
    if unknown:
        plural = "s" if len(unknown) > 1 else ""
        raise ValueError(
            f"{taker} has no setting{plural} {', '.join(map(repr, unknown))}; "
            f"its settings are {', '.join(known)}"
        )
