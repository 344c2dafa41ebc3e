"""The check of both modes against differences."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from autograd.checks.failure import WHY, GradientCheckError, message_of
from autograd.checks.line import Subject, Tolerance, vector
from autograd.checks.verdict import failures
from autograd.text.arguments import nonnegative, positive, whole
from autograd.text.names import hint
from autograd.transforms import tree
from autograd.transforms.recording import Function, call_at, check_function

MODES: Final = ("fwd", "rev")


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

    Each entry of each argument is checked for each entry of the result. Beyond 32 of them, two
    random mixtures of all are (seeded: every run is the same), in which each entry has a weight
    from 0.5 to 1.5 of either sign: a single wrong one among 1,000 shows where it is off by 1e-4 of
    the others' size, and is then found by halving. For order 2, derivatives in random directions
    by each mode are checked in the same way, and so on: all nestings of the modes.

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
    autograd.checks.failure.GradientCheckError: ...
    """
    if isinstance(modes, str):
        raise TypeError(f"modes must be a tuple of 'fwd' and 'rev': write ({modes!r},)")
    if not modes or not set(modes) <= set(MODES):
        near = hint(next((x for x in modes if x not in MODES), ""), MODES)
        raise ValueError(f"modes must hold 'fwd', 'rev' or both, not {modes!r}{near}")
    tolerance = Tolerance(
        tuple(modes),
        atol=0.0 if atol is None else nonnegative(atol, "atol"),
        rtol=Tolerance.rtol if rtol is None else nonnegative(rtol, "rtol"),
        exact=Tolerance.exact if rtol is None else rtol,
        eps=None if eps is None else positive(eps, "eps"),
    )
    order = whole(order, "order")
    subject = _subject(f, args)
    _check_determinism(subject)
    for line, reason in failures(subject, order, tolerance):
        raise GradientCheckError(message_of(line, reason), reason)


def _subject(f: Function, args: Sequence[Any]) -> Subject:
    """The function at these arguments; a TypeError or ValueError where there is none."""
    check_function(f, "check_grads")
    if not isinstance(args, (tuple, list)):
        raise TypeError(
            f"the args of check_grads must be a tuple of arguments, not {tree.describe(args)}:"
            " write (x,) for a function of one argument"
        )
    call = call_at(f, tuple(args), plain_only=True)
    if not call.inputs.numbers:
        raise ValueError(
            f"there is nothing to differentiate {call.name} by: its arguments are empty"
        )
    subject = Subject(call, call)
    if not subject.results.numbers:
        raise ValueError(f"there is nothing to differentiate: {call.name} returned no number")
    return subject


def _check_determinism(subject: Subject) -> None:
    first, second = vector(subject.results.numbers), subject.at(subject.point)
    if len(first) != len(second):
        differing = f"{len(first)} numbers are returned, and then {len(second)},"
    else:
        places = np.flatnonzero((first != second) & ~(np.isnan(first) & np.isnan(second)))
        if not len(places):
            return
        i = places[0]
        name = subject.results.names[i]
        differing = f"{name} is {first[i]!s}, and then {second[i]!s},"
    raise GradientCheckError(
        f"{differing} for the same arguments of {subject.call.name}\n"
        f"Why: {WHY['not deterministic']}",
        "not deterministic",
    )
