"""Python's operators and NumPy's method names, for every scalar that takes part in differentiation.

Each applies its row of the primitives table. The other rows are methods by their names, which are
NumPy's because NumPy calls them: `np.exp` of an object array calls `.exp()` on each entry.
"""

import math
from typing import Any

import numpy as np
from mypy_extensions import mypyc_attr

from autograd.rules import table
from autograd.rules.operand import Operand, is_real
from autograd.rules.primitive import Primitive
from autograd.values.ufuncs import apply_ufunc


@mypyc_attr(acyclic=True, allow_interpreted_subclasses=True)
class Arithmetic(Operand):
    """Operators and functions by way of `apply`, which a subclass gives."""

    __slots__ = ()

    def _one(self, primitive: Primitive) -> Any:
        return self.apply(primitive, (self,))

    def _two(self, primitive: Primitive, other: Any) -> Any:
        """primitive(self, other), or NotImplemented where other should answer itself."""
        if isinstance(other, Operand) or is_real(other):
            return primitive(self, other)
        return NotImplemented

    def _two_reflected(self, primitive: Primitive, other: Any) -> Any:
        """primitive(other, self), or NotImplemented where other is no number."""
        if isinstance(other, Operand) or is_real(other):
            return primitive(other, self)
        return NotImplemented

    def __add__(self, other: object) -> Any:
        return self._two(table.add, other)

    def __radd__(self, other: object) -> Any:
        return self._two_reflected(table.add, other)

    def __sub__(self, other: object) -> Any:
        return self._two(table.sub, other)

    def __rsub__(self, other: object) -> Any:
        return self._two_reflected(table.sub, other)

    def __mul__(self, other: object) -> Any:
        return self._two(table.mul, other)

    def __rmul__(self, other: object) -> Any:
        return self._two_reflected(table.mul, other)

    def __truediv__(self, other: object) -> Any:
        return self._two(table.div, other)

    def __rtruediv__(self, other: object) -> Any:
        return self._two_reflected(table.div, other)

    def __pow__(self, other: object) -> Any:
        return self._two(table.pow, other)

    def __rpow__(self, other: object) -> Any:
        return self._two_reflected(table.pow, other)

    def __neg__(self) -> Any:
        return self._one(table.neg)

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        return self._one(table.abs)

    def __floor__(self) -> Any:
        return self._one(table.floor)

    def __ceil__(self) -> Any:
        return self._one(table.ceil)

    def __float__(self) -> float:
        raise TypeError(
            f"a {type(self).__name__} does not become a float by itself, as its gradient would be "
            "lost: write .data for the plain number, autograd.exp(v) for math.exp(v), and a Tensor "
            "or an array of dtype=object to hold it"
        )

    def __int__(self) -> int:
        raise TypeError(
            f"a {type(self).__name__} does not become an int by itself, as its gradient would be "
            "lost: write int(v.data)"
        )

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        return apply_ufunc(ufunc, method, inputs, options)

    def clip(self, min: Any = None, max: Any = None, out: None = None) -> Any:
        """Limited to [min, max]; None for no limit. (NumPy calls it with these names.)"""
        lo = -math.inf if min is None else min
        hi = math.inf if max is None else max
        return table.clip(self, lo, hi)

    def conjugate(self) -> Any:
        """Itself: the number is real. (NumPy asks for it in `var` and `vdot`.)"""
        return self
