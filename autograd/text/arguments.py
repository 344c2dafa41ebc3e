"""Checks of arguments: each returns the argument in its own type, or says what it must be."""

from __future__ import annotations

import math
import operator
from typing import Any

from autograd.rules.primitive import as_number


def nonnegative(value: object, name: str) -> float:
    """Return a finite number from 0 on.

    >>> nonnegative(1, "eps")
    1.0
    """
    number = as_number(value, name)
    if not 0.0 <= number < math.inf:
        raise ValueError(f"{name} must be a finite number from 0 on, not {value!r}")
    return number


def positive(value: object, name: str) -> float:
    """Return a finite number above 0."""
    number = as_number(value, name)
    if not 0.0 < number < math.inf:
        raise ValueError(f"{name} must be a finite number above 0, not {value!r}")
    return number


def fraction(value: object, name: str) -> float:
    """Return a number from 0 to below 1, such as the share of the past in a running mean."""
    number = as_number(value, name)
    if not 0.0 <= number < 1.0:
        raise ValueError(f"{name} must be at least 0 and below 1, not {value!r}")
    return number


def two_fractions(value: Any, name: str) -> tuple[float, float]:
    """Return a pair of numbers from 0 to below 1."""
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise TypeError(f"{name} must be a pair of numbers such as (0.9, 0.999), not {value!r}")
    first, second = (fraction(x, f"each of the {name}") for x in value)
    return first, second


def whole(value: Any, name: str, least: int = 1) -> int:
    """Return a whole number that is at least `least`.

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
    """Return True or False."""
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be True or False, not {value!r}")
    return value
