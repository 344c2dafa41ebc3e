"""Python's operators and NumPy's method names, for every scalar that takes part in differentiation.

Each applies its row of the primitives table. The names are NumPy's because NumPy calls them:
`np.exp` of an object array calls `.exp()` on each entry.
"""

import math
from typing import Any

import numpy as np
from mypy_extensions import mypyc_attr

from autograd import primitives
from autograd.primitive import Operand, Primitive, is_real


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
        return self._two(primitives.add, other)

    def __radd__(self, other: object) -> Any:
        return self._two_reflected(primitives.add, other)

    def __sub__(self, other: object) -> Any:
        return self._two(primitives.sub, other)

    def __rsub__(self, other: object) -> Any:
        return self._two_reflected(primitives.sub, other)

    def __mul__(self, other: object) -> Any:
        return self._two(primitives.mul, other)

    def __rmul__(self, other: object) -> Any:
        return self._two_reflected(primitives.mul, other)

    def __truediv__(self, other: object) -> Any:
        return self._two(primitives.div, other)

    def __rtruediv__(self, other: object) -> Any:
        return self._two_reflected(primitives.div, other)

    def __pow__(self, other: object) -> Any:
        return self._two(primitives.pow, other)

    def __rpow__(self, other: object) -> Any:
        return self._two_reflected(primitives.pow, other)

    def __neg__(self) -> Any:
        return self._one(primitives.neg)

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        return self._one(primitives.abs)

    def __floor__(self) -> Any:
        return self._one(primitives.floor)

    def __ceil__(self) -> Any:
        return self._one(primitives.ceil)

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
        from autograd.ufuncs import apply_ufunc

        return apply_ufunc(ufunc, method, inputs, options)

    def exp(self) -> Any:
        """e ** self."""
        return self._one(primitives.exp)

    def exp2(self) -> Any:
        """2 ** self."""
        return self._one(primitives.exp2)

    def expm1(self) -> Any:
        """e ** self - 1, exact near 0."""
        return self._one(primitives.expm1)

    def log(self) -> Any:
        """Natural logarithm."""
        return self._one(primitives.log)

    def log2(self) -> Any:
        """Logarithm to base 2."""
        return self._one(primitives.log2)

    def log10(self) -> Any:
        """Logarithm to base 10."""
        return self._one(primitives.log10)

    def log1p(self) -> Any:
        """log(1 + self), exact near 0."""
        return self._one(primitives.log1p)

    def sqrt(self) -> Any:
        """Square root."""
        return self._one(primitives.sqrt)

    def cbrt(self) -> Any:
        """Cube root."""
        return self._one(primitives.cbrt)

    def square(self) -> Any:
        """self * self."""
        return self._one(primitives.square)

    def reciprocal(self) -> Any:
        """1 / self."""
        return self._one(primitives.reciprocal)

    def sin(self) -> Any:
        """Sine."""
        return self._one(primitives.sin)

    def cos(self) -> Any:
        """Cosine."""
        return self._one(primitives.cos)

    def tan(self) -> Any:
        """Tangent."""
        return self._one(primitives.tan)

    def arcsin(self) -> Any:
        """Inverse sine."""
        return self._one(primitives.arcsin)

    def arccos(self) -> Any:
        """Inverse cosine."""
        return self._one(primitives.arccos)

    def arctan(self) -> Any:
        """Inverse tangent."""
        return self._one(primitives.arctan)

    def sinh(self) -> Any:
        """Hyperbolic sine."""
        return self._one(primitives.sinh)

    def cosh(self) -> Any:
        """Hyperbolic cosine."""
        return self._one(primitives.cosh)

    def tanh(self) -> Any:
        """Hyperbolic tangent."""
        return self._one(primitives.tanh)

    def arcsinh(self) -> Any:
        """Inverse hyperbolic sine."""
        return self._one(primitives.arcsinh)

    def arccosh(self) -> Any:
        """Inverse hyperbolic cosine."""
        return self._one(primitives.arccosh)

    def arctanh(self) -> Any:
        """Inverse hyperbolic tangent."""
        return self._one(primitives.arctanh)

    def sign(self) -> Any:
        """-1, 0 or 1."""
        return self._one(primitives.sign)

    def floor(self) -> Any:
        """Largest whole number not above."""
        return self._one(primitives.floor)

    def ceil(self) -> Any:
        """Smallest whole number not below."""
        return self._one(primitives.ceil)

    def erf(self) -> Any:
        """Error function."""
        return self._one(primitives.erf)

    def erfc(self) -> Any:
        """1 - erf(self), exact in the tail."""
        return self._one(primitives.erfc)

    def ndtr(self) -> Any:
        """Cumulative standard normal distribution."""
        return self._one(primitives.ndtr)

    def lgamma(self) -> Any:
        """log |gamma(self)|."""
        return self._one(primitives.lgamma)

    def digamma(self) -> Any:
        """Derivative of lgamma."""
        return self._one(primitives.digamma)

    def sigmoid(self) -> Any:
        """1 / (1 + e ** -self)."""
        return self._one(primitives.sigmoid)

    def logsigmoid(self) -> Any:
        """log(sigmoid(self))."""
        return self._one(primitives.logsigmoid)

    def softplus(self) -> Any:
        """log(1 + e ** self)."""
        return self._one(primitives.softplus)

    def relu(self) -> Any:
        """max(self, 0)."""
        return self._one(primitives.relu)

    def selu(self) -> Any:
        """1.0507 self above 0, 1.7581 (e ** self - 1) below."""
        return self._one(primitives.selu)

    def silu(self) -> Any:
        """self * sigmoid(self)."""
        return self._one(primitives.silu)

    def gelu(self) -> Any:
        """self * ndtr(self)."""
        return self._one(primitives.gelu)

    def arctan2(self, other: object) -> Any:
        """Angle of the point (other, self)."""
        return primitives.arctan2(self, other)

    def hypot(self, other: object) -> Any:
        """sqrt(self**2 + other**2)."""
        return primitives.hypot(self, other)

    def logaddexp(self, other: object) -> Any:
        """log(e**self + e**other)."""
        return primitives.logaddexp(self, other)

    def maximum(self, other: object) -> Any:
        """The larger of both."""
        return primitives.maximum(self, other)

    def minimum(self, other: object) -> Any:
        """The smaller of both."""
        return primitives.minimum(self, other)

    def clip(self, min: object = None, max: object = None, out: None = None) -> Any:
        """Limited to [min, max]; None for no limit. (NumPy calls it with these names.)"""
        lo = -math.inf if min is None else min
        hi = math.inf if max is None else max
        return primitives.clip(self, lo, hi)

    def conjugate(self) -> Any:
        """Itself: the number is real. (NumPy asks for it in `var` and `vdot`.)"""
        return self
