"""Python's operators and NumPy's method names, for every scalar that takes part in differentiation.

Each applies its row of the primitives table. The other rows are methods by their names, which are
NumPy's because NumPy calls them: `np.exp` of an object array calls `.exp()` on each entry.
"""

import math
from typing import Any

import numpy as np
from mypy_extensions import mypyc_attr

from autograd.rules import table
from autograd.rules.operand import Operand, is_scalar
from autograd.rules.primitive import Primitive
from autograd.values.functions import apply_function
from autograd.values.ufuncs import apply_ufunc


def _binary(primitive: Primitive, x: Any, y: Any) -> Any:
    """Return primitive(x, y); NotImplemented where one of them is no number, and may answer."""
    return primitive(x, y) if is_scalar(x) and is_scalar(y) else NotImplemented


def _divmod(x: Any, y: Any) -> Any:
    if is_scalar(x) and is_scalar(y):
        return table.floor_divide(x, y), table.remainder(x, y)
    return NotImplemented


@mypyc_attr(acyclic=True, allow_interpreted_subclasses=True)
class Arithmetic(Operand):
    """Operators and functions by way of `apply`, which a subclass gives."""

    __slots__ = ()

    def __add__(self, other: object) -> Any:
        return _binary(table.add, self, other)

    def __radd__(self, other: object) -> Any:
        return _binary(table.add, other, self)

    def __sub__(self, other: object) -> Any:
        return _binary(table.sub, self, other)

    def __rsub__(self, other: object) -> Any:
        return _binary(table.sub, other, self)

    def __mul__(self, other: object) -> Any:
        return _binary(table.mul, self, other)

    def __rmul__(self, other: object) -> Any:
        return _binary(table.mul, other, self)

    def __truediv__(self, other: object) -> Any:
        return _binary(table.div, self, other)

    def __rtruediv__(self, other: object) -> Any:
        return _binary(table.div, other, self)

    def __floordiv__(self, other: object) -> Any:
        return _binary(table.floor_divide, self, other)

    def __rfloordiv__(self, other: object) -> Any:
        return _binary(table.floor_divide, other, self)

    def __mod__(self, other: object) -> Any:
        return _binary(table.remainder, self, other)

    def __rmod__(self, other: object) -> Any:
        return _binary(table.remainder, other, self)

    def __divmod__(self, other: object) -> Any:
        return _divmod(self, other)

    def __rdivmod__(self, other: object) -> Any:
        return _divmod(other, self)

    def __pow__(self, other: object) -> Any:
        return _binary(table.pow, self, other)

    def __rpow__(self, other: object) -> Any:
        return _binary(table.pow, other, self)

    def __neg__(self) -> Any:
        return self.apply(table.neg, (self,))

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        return self.apply(table.abs, (self,))

    def __floor__(self) -> Any:
        return self.apply(table.floor, (self,))

    def __ceil__(self) -> Any:
        return self.apply(table.ceil, (self,))

    def __trunc__(self) -> Any:
        return self.apply(table.trunc, (self,))

    def __round__(self, ndigits: int | None = None) -> Any:
        return self.round(0 if ndigits is None else ndigits)

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

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return apply_function(func, args, kwargs)

    def round(self, decimals: int = 0, out: None = None) -> Any:
        """Return the number rounded to so many decimals, as NumPy does it, with derivative 0."""
        if decimals == 0:
            return self.apply(table.rint, (self,))
        scale = 10.0 ** math.fabs(decimals)
        if decimals > 0:
            return table.rint(self * scale) / scale
        return table.rint(self / scale) * scale

    def clip(self, min: Any = None, max: Any = None, out: None = None) -> Any:
        """Return the number limited to [min, max]; None for no limit. (The names are NumPy's.)"""
        lo = -math.inf if min is None else min
        hi = math.inf if max is None else max
        return table.clip(self, lo, hi)

    # Other names by which NumPy calls a row on the entries of an object array.

    def fabs(self) -> Any:
        """Return |x|: `abs`."""
        return self.apply(table.abs, (self,))

    def degrees(self) -> Any:
        """Return radians as degrees: `rad2deg`."""
        return self.apply(table.rad2deg, (self,))

    def radians(self) -> Any:
        """Return degrees as radians: `deg2rad`."""
        return self.apply(table.deg2rad, (self,))

    def conjugate(self) -> Any:
        """Return the number itself, as it is real. (NumPy asks for it in `var` and `vdot`.)"""
        return self
