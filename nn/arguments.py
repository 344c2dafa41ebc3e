"""Checks of what is asked for by name, and of learning rates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from autograd.text.arguments import nonnegative
from autograd.text.names import hint, named

T = TypeVar("T")


def check_function(x: object, name: str, wanted: str) -> None:
    """Raise a TypeError for what cannot be called, and for a class without its brackets."""
    if isinstance(x, type):
        raise TypeError(f"{name} is the class {x.__name__}: write {x.__name__}(...)")
    if not callable(x):
        raise TypeError(f"{name} must be {wanted}, not {x!r}")


def function_named(
    table: Mapping[str, T], given: Any, what: str, takes: str, spellings: Mapping[str, str]
) -> T:
    """Return the function that a table has under a name, or the given function itself.

    Raises:
        ValueError: there is no such name.
        TypeError: it is neither a name nor a function.
    """
    if isinstance(given, str):
        return named(table, given, what, spellings)
    if isinstance(given, type) or not callable(given):
        raise TypeError(
            f"a {what} is one of the names {', '.join(table)}, or a function of {takes}, "
            f"not {given!r}"
        )
    function: T = given
    return function


def check_names(settings: Iterable[str], known: Iterable[str], taker: str) -> None:
    """Raise a ValueError for names that are not among the known ones; it lists these."""
    known = list(known)
    unknown = [name for name in settings if name not in known]
    if unknown:
        plural = "s" if len(unknown) > 1 else ""
        told = ", ".join(f"{name!r}{hint(name, known)}" for name in unknown)
        raise ValueError(
            f"{taker} has no setting{plural} {told}; it takes {', '.join(known) or 'none'}"
        )


def learning_rate(value: Any, name: str) -> Any:
    """Return a number from 0 on as a float, or a schedule, a function from the step to one."""
    if callable(value) or isinstance(value, str):
        schedule = "a number or a schedule such as nn.schedules.cosine(0.1, steps=100)"
        check_function(value, name, schedule)
        return value
    return nonnegative(value, name)
