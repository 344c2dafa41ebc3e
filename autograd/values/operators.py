"""Python's operators and NumPy's method names, for every scalar that takes part in differentiation.

Each applies its row of the primitives table. The names are NumPy's because NumPy calls them:
`np.exp` of an object array calls `.exp()` on each entry.
"""

import math
from typing import Any

import numpy as np
from mypy_extensions import mypyc_attr

from autograd.rules import table
from autograd.rules.primitive import Operand, Primitive, is_real


@mypyc_attr(acyclic=True, allow_interpreted_subclasses=True)
class Arithmetic(Operand):
    """Operators and functions by way of `apply`, which a subclass gives."""

    __slots__ = ()

    def _one(self, primitive: Primitive) -> Any:
        return self.apply(primitive, (self,))

    def _two(self, primitive: Primitive, other: object) -> Any:
        """primitive(self, other), or NotImplemented where other should answer itself."""
        if isinstance(other, Operand) or is_real(other):
            return primitive(self, other)
        return NotImplemented

    def _two_reflected(self, primitive: Primitive, other: object) -> Any:
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
        from autograd.values.ufuncs import apply_ufunc

        return apply_ufunc(ufunc, method, inputs, options)

    def exp(self) -> Any:
        """e ** self."""
        return self._one(table.exp)

    def exp2(self) -> Any:
        """2 ** self."""
        return self._one(table.exp2)

    def expm1(self) -> Any:
        """e ** self - 1, exact near 0."""
        return self._one(table.expm1)

    def log(self) -> Any:
        """Natural logarithm."""
        return self._one(table.log)

    def log2(self) -> Any:
        """Logarithm to base 2."""
        return self._one(table.log2)

    def log10(self) -> Any:
        """Logarithm to base 10."""
        return self._one(table.log10)

    def log1p(self) -> Any:
        """log(1 + self), exact near 0."""
        return self._one(table.log1p)

    def sqrt(self) -> Any:
        """Square root."""
        return self._one(table.sqrt)

    def cbrt(self) -> Any:
        """Cube root."""
        return self._one(table.cbrt)

    def square(self) -> Any:
        """self * self."""
        return self._one(table.square)

    def reciprocal(self) -> Any:
        """1 / self."""
        return self._one(table.reciprocal)

    def sin(self) -> Any:
        """Sine."""
        return self._one(table.sin)

    def cos(self) -> Any:
        """Cosine."""
        return self._one(table.cos)

    def tan(self) -> Any:
        """Tangent."""
        return self._one(table.tan)

    def arcsin(self) -> Any:
        """Inverse sine."""
        return self._one(table.arcsin)

    def arccos(self) -> Any:
        """Inverse cosine."""
        return self._one(table.arccos)

    def arctan(self) -> Any:
        """Inverse tangent."""
        return self._one(table.arctan)

    def sinh(self) -> Any:
        """Hyperbolic sine."""
        return self._one(table.sinh)

    def cosh(self) -> Any:
        """Hyperbolic cosine."""
        return self._one(table.cosh)

    def tanh(self) -> Any:
        """Hyperbolic tangent."""
        return self._one(table.tanh)

    def arcsinh(self) -> Any:
        """Inverse hyperbolic sine."""
        return self._one(table.arcsinh)

    def arccosh(self) -> Any:
        """Inverse hyperbolic cosine."""
        return self._one(table.arccosh)

    def arctanh(self) -> Any:
        """Inverse hyperbolic tangent."""
        return self._one(table.arctanh)

    def sign(self) -> Any:
        """-1, 0 or 1."""
        return self._one(table.sign)

    def floor(self) -> Any:
        """Largest whole number not above."""
        return self._one(table.floor)

    def ceil(self) -> Any:
        """Smallest whole number not below."""
        return self._one(table.ceil)

    def erf(self) -> Any:
        """Error function."""
        return self._one(table.erf)

    def erfc(self) -> Any:
        """1 - erf(self), exact in the tail."""
        return self._one(table.erfc)

    def ndtr(self) -> Any:
        """Cumulative standard normal distribution."""
        return self._one(table.ndtr)

    def lgamma(self) -> Any:
        """log |gamma(self)|."""
        return self._one(table.lgamma)

    def digamma(self) -> Any:
        """Derivative of lgamma."""
        return self._one(table.digamma)

    def sigmoid(self) -> Any:
        """1 / (1 + e ** -self)."""
        return self._one(table.sigmoid)

    def logsigmoid(self) -> Any:
        """log(sigmoid(self))."""
        return self._one(table.logsigmoid)

    def softplus(self) -> Any:
        """log(1 + e ** self)."""
        return self._one(table.softplus)

    def relu(self) -> Any:
        """max(self, 0)."""
        return self._one(table.relu)

    def selu(self) -> Any:
        """1.0507 self above 0, 1.7581 (e ** self - 1) below."""
        return self._one(table.selu)

    def silu(self) -> Any:
        """self * sigmoid(self)."""
        return self._one(table.silu)

    def gelu(self) -> Any:
        """self * ndtr(self)."""
        return self._one(table.gelu)

    def arctan2(self, other: object) -> Any:
        """Angle of the point (other, self)."""
        return table.arctan2(self, other)

    def hypot(self, other: object) -> Any:
        """sqrt(self**2 + other**2)."""
        return table.hypot(self, other)

    def logaddexp(self, other: object) -> Any:
        """log(e**self + e**other)."""
        return table.logaddexp(self, other)

    def maximum(self, other: object) -> Any:
        """The larger of both."""
        return table.maximum(self, other)

    def minimum(self, other: object) -> Any:
        """The smaller of both."""
        return table.minimum(self, other)

    def clip(self, min: object = None, max: object = None, out: None = None) -> Any:
        """Limited to [min, max]; None for no limit. (NumPy calls it with these names.)"""
        lo = -math.inf if min is None else min
        hi = math.inf if max is None else max
        return table.clip(self, lo, hi)

    def conjugate(self) -> Any:
        """Itself: the number is real. (NumPy asks for it in `var` and `vdot`.)"""
        return self
