"""What a check is asked for, and when numbers count as equal."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from autograd.checks.arguments import check_positive
from autograd.rules.operand import as_number


@dataclass(frozen=True)
class Tolerance:
    """What is asked for, and when numbers count as equal."""

    modes: tuple[str, ...]
    atol: float
    rtol: float
    exact: float
    """The relative tolerance between numbers that hold no truncation error."""
    eps: float | None


def tolerance_of(
    modes: Sequence[str], atol: float | None, rtol: float | None, eps: float | None
) -> Tolerance:
    """The tolerance that these ask for; a TypeError or ValueError where they make no sense."""
    if isinstance(modes, str):
        raise TypeError(f"modes must be a tuple of 'fwd' and 'rev': write ({modes!r},)")
    if not modes or not set(modes) <= {"fwd", "rev"}:
        raise ValueError(f"modes must hold 'fwd', 'rev' or both, not {modes!r}")
    for what, given in (("atol", atol), ("rtol", rtol)):
        if given is not None and not as_number(given, what) >= 0.0:
            raise ValueError(f"{what} must be 0 or more, not {given!r}")
    check_positive(eps, "eps")
    relative = 1e-6 if rtol is None else rtol
    exact = 1e-9 if rtol is None else rtol
    return Tolerance(tuple(modes), 0.0 if atol is None else atol, relative, exact, eps)


DEFAULT: Final = tolerance_of(("fwd", "rev"), None, None, None)
