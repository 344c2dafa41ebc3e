"""The check of both modes against differences."""

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.checks.causes import causes
from autograd.checks.error import WHY, GradientCheckError
from autograd.checks.search import first_failure
from autograd.checks.subject import Subject, subject_of, vector
from autograd.checks.tolerance import tolerance_of
from autograd.transforms.recording import Function


def check_grads(
    f: Function,
    args: Sequence[Any],
    order: int = 2,
    modes: Sequence[str] = ("fwd", "rev"),
    atol: float | None = None,
    rtol: float | None = None,
    eps: float | None = None,
) -> None:
    """Compare f's derivatives in both modes with central differences, and complex steps if any.

    Each entry of each argument is checked for each entry of the result; beyond 32 of them, a few
    random combinations (seeded: every run is the same). For order 2, derivatives in random
    directions by each mode are checked in the same way, and so on: all nestings of the modes.

    Two numbers agree when they differ by at most atol + rtol times the largest slope there is: of
    the modes, of the central difference and of both one-sided ones. Where they do not agree, other
    steps are tried before it counts as a failure. What rounding of f hides from all steps
    counts as cancellation, unless a complex step or far larger derivatives stand beside it.

    Args:
        f: a function of the arguments, with results of any structure.
        args: a tuple of its arguments, of any structure. They are not changed.
        order: of the highest derivative to check.
        modes: "fwd", "rev" or both.
        atol: absolute tolerance; by default 0 but for rounding.
        rtol: relative tolerance; by default 1e-6.
        eps: the step; by default about ε^(1/3) max(1, |entry|).

    Raises:
        GradientCheckError: they do not agree. The message names the argument and the entry, what
            each method gave, and why they probably differ.
        TypeError: f, args or modes are of another kind than described.
        ValueError: order or modes make no sense, or there is nothing to check.

    >>> check_grads(lambda x: np.sum(np.exp(x) / x), (np.array([1.0, 2.0]),))
    >>> check_grads(lambda x: np.maximum(x, 0.0), (0.0,), modes=("rev",))
    Traceback (most recent call last):
    autograd.checks.error.GradientCheckError: ...
    """
    tolerance = tolerance_of(modes, atol, rtol, eps)
    if operator.index(order) < 1:
        raise ValueError(f"order must be 1, 2, ..., not {order!r}")
    subject = subject_of(f, args)
    _check_determinism(subject)
    failure = first_failure(subject, int(order), tolerance)
    if failure is not None:
        raise GradientCheckError(failure.message(causes(failure)), failure.reason)


def _check_determinism(subject: Subject) -> None:
    first, second = (vector(out.numbers) for out in (subject.results, subject.run(subject.point)))
    if len(first) == len(second):
        places = np.flatnonzero((first != second) & ~(np.isnan(first) & np.isnan(second)))
        if not len(places):
            return
        i = places[0]
        differing = f"{subject.result_names[i]} is {first[i]!s}, and then {second[i]!s},"
    else:
        differing = f"{len(first)} numbers are returned, and then {len(second)},"
    raise GradientCheckError(
        f"{differing} for the same arguments of {subject.name}\nWhy: {WHY['not deterministic']}",
        "not deterministic",
    )
