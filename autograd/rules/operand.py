"""What the rules ask of a number: the base of recorded and dual numbers, and plain ones."""

from numbers import Real
from typing import Any, Final, cast

import numpy as np
from mypy_extensions import mypyc_attr

_COMPLEX: Final = (complex, np.complexfloating)


@mypyc_attr(acyclic=True, allow_interpreted_subclasses=True)
class Operand:
    """The base of the scalars that record or push derivatives: what a primitive asks of them.

    Each primitive with a fixed number of arguments becomes a method of it, by its name.
    """

    __slots__ = ()

    def level(self) -> int:
        """Return its level: of several operands, one of the highest applies the primitive."""
        return 0

    @property
    def data(self) -> float:
        """The plain number inside."""
        raise NotImplementedError

    def apply(self, primitive: Any, operands: tuple[Any, ...]) -> Any:
        """Return primitive(*operands), where at least one operand is of this class."""
        raise NotImplementedError


def data_of(x: Any) -> Any:
    """Return the plain number inside, through all levels of differentiation."""
    return x.data if isinstance(x, Operand) else x


def is_zero(x: Any) -> bool:
    """Whether x is the plain number 0: as a tangent or an adjoint, nothing to multiply."""
    return not isinstance(x, Operand) and bool(x == 0.0)


def is_complex(x: object) -> bool:
    """Whether x is a number of a complex type."""
    return isinstance(x, _COMPLEX)


def is_real(x: object) -> bool:
    """Whether x is one real number: what an operator takes as a constant."""
    if isinstance(x, (float, int)):
        return True
    return isinstance(x, (np.floating, np.integer, np.bool_, Real)) and not isinstance(x, Operand)


def is_scalar(x: object) -> bool:
    """Whether x is one number: recorded, dual or plain."""
    return isinstance(x, Operand) or is_real(x)


def as_scalar(x: object, taker: str) -> Any:
    """Return a recorded or dual number as it is, and any other real number as a float.

    Raises:
        TypeError: x is something else; the message names the taker and the remedy.
    """
    return x if isinstance(x, Operand) else as_number(x, taker)


def as_number(x: object, taker: str) -> float:
    """Return a real number of any kind as a float.

    Raises:
        TypeError: x is something else; the message names the taker and the remedy.
    """
    if is_real(x) or (isinstance(x, np.ndarray) and x.ndim == 0 and x.dtype.kind in "fiub"):
        return float(cast(Any, x))
    kind = type(x).__name__
    if isinstance(x, (list, tuple)):
        raise TypeError(
            f"{taker} takes numbers, not a {kind}: write numpy.array(...) or Tensor(...)"
        )
    if isinstance(x, np.ndarray):
        raise TypeError(
            f"{taker} takes one number, not an array of shape {x.shape} and type {x.dtype}: "
            "write Tensor(array) for an array of Values"
        )
    if is_complex(x):
        raise TypeError(f"{taker} takes real numbers, not the complex {x!r}")
    if isinstance(x, str):
        raise TypeError(
            f"{taker} takes a number, not the text {x!r}: write float({x!r}) if it is one"
        )
    if isinstance(x, Operand):
        raise TypeError(f"{taker} takes a plain number, not {x!r}, which is recorded already")
    raise TypeError(f"{taker} takes a number, not {x!r} of type {kind}")
