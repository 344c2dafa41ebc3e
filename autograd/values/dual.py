"""Dual numbers: forward mode by the rows of the primitives table.

Dual(p, t) stands for p + t ε with ε² = 0. A primitive f takes it to f(p) + f'(p) t ε, with f' from
its row. Nested differentiations keep their ε apart by their level: in an operation, the numbers of
the highest level are dual, and all others are constants to them (Siskind & Pearlmutter, "Nesting
forward-mode AD in a functional framework", doi:10.1007/s10990-008-9037-1).
"""

import math
from contextlib import nullcontext
from typing import Any, Final

import numpy as np

from autograd.rules.entrywise import as_tensor
from autograd.rules.operand import Operand, as_scalar, data_of, is_scalar, is_zero
from autograd.rules.primitive import Primitive
from autograd.values.observer import WATCH, tell_recorded
from autograd.values.operators import Arithmetic
from autograd.values.replay import is_unselected, product, recorded_partials

_NO_ARRAYS: Final = nullcontext()

ALL: Final = -1
"""The support of a tangent whose entries were all given."""


class Dual(Arithmetic):
    """A number and its tangent: the derivative in a chosen direction, carried along.

    Args:
        primal: the number: a float, a Value or a Dual of a lower level.
        tangent: its derivative, of these kinds too; or a 1-d array of them, one for each of several
            directions, which are then followed in a single evaluation.
        level: which ε it belongs to; by default one above primal and tangent. Numbers that are to
            work together must be of one level.

    Raises:
        TypeError: primal or tangent is not a real number.
        ValueError: the level is not above those of primal and tangent.

    >>> x = Dual(3.0, 1.0)
    >>> x * x + 2.0 * x
    Dual(15.0, 8.0)
    >>> Dual(2.0, [1.0, 0.0]) * Dual(5.0, [0.0, 1.0])  # both partial derivatives at once
    Dual(10.0, [5.0, 2.0])
    """

    __slots__ = ("_level", "primal", "support", "tangent")

    primal: Any
    tangent: Any
    support: int
    """Which entries of the tangent can differ from 0, as the bits of a number."""

    def __init__(self, primal: Any, tangent: Any = 1.0, level: int | None = None) -> None:
        self.primal = as_scalar(primal, "the primal of a Dual")
        many = isinstance(tangent, (list, tuple)) or np.ndim(tangent) > 0
        parts = [as_scalar(t, "the tangent of a Dual") for t in (tangent if many else [tangent])]
        self.tangent = np.array(parts) if many else parts[0]
        least = 1 + max(map(level_of, [self.primal, *parts]))
        if level is not None and level < least:
            raise ValueError(f"the level of this Dual must be {least} or more, not {level}")
        self._level = least if level is None else level
        self.support = sum(1 << i for i, t in enumerate(parts) if not is_zero(t))

    def level(self) -> int:
        """Return which ε it belongs to."""
        return self._level

    @property
    def data(self) -> float:
        """The plain number inside."""
        number: float = data_of(self.primal)
        return number

    def apply(self, primitive: Primitive, operands: tuple[Any, ...]) -> Any:
        """Return the primitive of dual numbers, of which at least one is of this level."""
        level = self._level
        dual = [i for i, x in enumerate(operands) if isinstance(x, Dual) and x._level == level]
        primals = list(operands)
        for i in dual:
            primals[i] = operands[i].primal
        args = tuple(primals)
        out = primitive(*args)
        partials = recorded_partials(primitive, out, args, dual)
        tangent: Any = None
        support = 0
        first = operands[dual[0]].tangent
        with np.errstate(all="ignore") if isinstance(first, np.ndarray) else _NO_ARRAYS:
            for i, partial in zip(dual, partials, strict=True):
                x: Dual = operands[i]
                if not x.support or is_unselected(primitive, partial):
                    continue  # nothing flows, not even 0 times infinity
                share = _scaled(primitive, partial, x.tangent, x.support)
                tangent = share if tangent is None else tangent + share
                support |= x.support
        if tangent is None:
            tangent = np.zeros(len(first)) if isinstance(first, np.ndarray) else 0.0
        result = make_dual(out, tangent, level, support)
        if WATCH.count:
            tell_recorded(result, primitive, operands)
        return result

    def __lt__(self, other: object) -> Any:
        return _core(self) < _core(other) if is_scalar(other) else NotImplemented

    def __le__(self, other: object) -> Any:
        return _core(self) <= _core(other) if is_scalar(other) else NotImplemented

    def __gt__(self, other: object) -> Any:
        return _core(self) > _core(other) if is_scalar(other) else NotImplemented

    def __ge__(self, other: object) -> Any:
        return _core(self) >= _core(other) if is_scalar(other) else NotImplemented

    def __eq__(self, other: object) -> Any:
        return _core(self) == _core(other) if is_scalar(other) else NotImplemented

    def __ne__(self, other: object) -> Any:
        return _core(self) != _core(other) if is_scalar(other) else NotImplemented

    def __bool__(self) -> bool:
        return bool(_core(self))

    def __hash__(self) -> int:
        return id(self) >> 4

    def __repr__(self) -> str:
        many = isinstance(self.tangent, np.ndarray)
        return f"Dual({self.primal!r}, {self.tangent.tolist() if many else self.tangent!r})"

    def __format__(self, spec: str) -> str:
        return format(self.data, spec) if spec else repr(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return make_dual, (self.primal, self.tangent, self._level, self.support)


def make_dual(primal: Any, tangent: Any, level: int, support: int = ALL) -> Dual:
    """Return a Dual of parts that are known to be sound."""
    dual = Dual.__new__(Dual)
    dual.primal = primal
    dual.tangent = tangent
    dual._level = level
    dual.support = support
    return dual


def level_of(x: Any) -> int:
    """Return the level of an operand; 0 for a plain number."""
    return x.level() if isinstance(x, Operand) else 0


def _core(x: Any) -> Any:
    """Return the Value or the plain number inside."""
    while isinstance(x, Dual):
        x = x.primal
    return x


def _scaled(primitive: Primitive, partial: Any, tangent: Any, support: int) -> Any:
    """Return partial * tangent, where entries outside of the support stay 0 in any case."""
    harmless = support == ALL or (type(partial) is float and math.isfinite(partial))
    if harmless or not isinstance(tangent, np.ndarray):
        return product(primitive, partial, tangent)
    reached = [bool(support >> i & 1) for i in range(len(tangent))]
    products = product(primitive, partial, tangent[reached])
    share = np.full(len(tangent), 0.0, dtype=products.dtype)
    share[reached] = products
    return as_tensor(share)
