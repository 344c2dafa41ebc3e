"""Checks of what optimizers and schedules take by name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograd.text.arguments import nonnegative


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
