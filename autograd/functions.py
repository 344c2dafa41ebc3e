"""The primitives as functions: one name for floats, Values, Dual numbers and arrays.

Each returns the kind that it was given: `exp(1.0)` is a float and records nothing, `exp(v)` of a
Value is a Value, and of an array an array. Arithmetic is IEEE's, without exceptions: `log(-1.0)` is
nan. The derivatives stand in `primitives`.
"""

from collections.abc import Iterable
from typing import Any, TypeVar

import numpy as np

from autograd.rules import arrays, table
from autograd.rules.primitive import Primitive
from autograd.transforms.leaves import as_array
from autograd.values.tensor import dot_arrays
from autograd.values.ufuncs import along

S = TypeVar("S")

__all__ = [
    "abs",
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "cbrt",
    "ceil",
    "clip",
    "cos",
    "cosh",
    "digamma",
    "dot",
    "elu",
    "erf",
    "erfc",
    "exp",
    "exp2",
    "expm1",
    "floor",
    "gelu",
    "hypot",
    "leaky_relu",
    "lgamma",
    "log",
    "log1p",
    "log2",
    "log10",
    "logaddexp",
    "logsigmoid",
    "logsumexp",
    "maximum",
    "mean",
    "minimum",
    "ndtr",
    "norm",
    "polygamma",
    "prod",
    "reciprocal",
    "relu",
    "selu",
    "sigmoid",
    "sign",
    "silu",
    "sin",
    "sinh",
    "softplus",
    "sqrt",
    "square",
    "sum",
    "tan",
    "tanh",
    "where",
]


def exp(x: S) -> S:
    """e ** x.

    >>> exp(1.0)
    2.718281828459045
    """
    result: S = table.exp(x)
    return result


def exp2(x: S) -> S:
    """2 ** x.

    >>> exp2(3.0)
    8.0
    """
    result: S = table.exp2(x)
    return result


def expm1(x: S) -> S:
    """e ** x - 1, exact near 0.

    >>> expm1(1e-20)
    1e-20
    """
    result: S = table.expm1(x)
    return result


def log(x: S) -> S:
    """Natural logarithm; -inf at 0, nan below.

    >>> log(1.0), log(-1.0)
    (0.0, nan)
    """
    result: S = table.log(x)
    return result


def log2(x: S) -> S:
    """Logarithm to base 2.

    >>> log2(8.0)
    3.0
    """
    result: S = table.log2(x)
    return result


def log10(x: S) -> S:
    """Logarithm to base 10.

    >>> log10(1000.0)
    3.0
    """
    result: S = table.log10(x)
    return result


def log1p(x: S) -> S:
    """log(1 + x), exact near 0.

    >>> log1p(1e-20)
    1e-20
    """
    result: S = table.log1p(x)
    return result


def sqrt(x: S) -> S:
    """Square root; nan below 0.

    >>> sqrt(9.0)
    3.0
    """
    result: S = table.sqrt(x)
    return result


def cbrt(x: S) -> S:
    """Cube root, of negative numbers too.

    >>> round(cbrt(-27.0), 12)
    -3.0
    """
    result: S = table.cbrt(x)
    return result


def square(x: S) -> S:
    """x * x.

    >>> square(3.0)
    9.0
    """
    result: S = table.square(x)
    return result


def reciprocal(x: S) -> S:
    """1 / x; ±inf at ±0.

    >>> reciprocal(4.0)
    0.25
    """
    result: S = table.reciprocal(x)
    return result


def sin(x: S) -> S:
    """Sine of x radians.

    >>> sin(0.0)
    0.0
    """
    result: S = table.sin(x)
    return result


def cos(x: S) -> S:
    """Cosine of x radians.

    >>> cos(0.0)
    1.0
    """
    result: S = table.cos(x)
    return result


def tan(x: S) -> S:
    """Tangent of x radians.

    >>> tan(0.0)
    0.0
    """
    result: S = table.tan(x)
    return result


def arcsin(x: S) -> S:
    """Inverse sine in radians; nan outside [-1, 1].

    >>> arcsin(1.0)
    1.5707963267948966
    """
    result: S = table.arcsin(x)
    return result


def arccos(x: S) -> S:
    """Inverse cosine in radians; nan outside [-1, 1].

    >>> arccos(1.0)
    0.0
    """
    result: S = table.arccos(x)
    return result


def arctan(x: S) -> S:
    """Inverse tangent in radians.

    >>> arctan(1.0)
    0.7853981633974483
    """
    result: S = table.arctan(x)
    return result


def arctan2(y: Any, x: Any) -> Any:
    """Angle in radians of the point (x, y), from -pi to pi.

    >>> arctan2(1.0, -1.0)
    2.356194490192345
    """
    return table.arctan2(y, x)


def sinh(x: S) -> S:
    """Hyperbolic sine.

    >>> sinh(0.0)
    0.0
    """
    result: S = table.sinh(x)
    return result


def cosh(x: S) -> S:
    """Hyperbolic cosine.

    >>> cosh(0.0)
    1.0
    """
    result: S = table.cosh(x)
    return result


def tanh(x: S) -> S:
    """Hyperbolic tangent.

    >>> round(tanh(0.5), 12)
    0.46211715726
    """
    result: S = table.tanh(x)
    return result


def arcsinh(x: S) -> S:
    """Inverse hyperbolic sine.

    >>> arcsinh(0.0)
    0.0
    """
    result: S = table.arcsinh(x)
    return result


def arccosh(x: S) -> S:
    """Inverse hyperbolic cosine; nan below 1.

    >>> arccosh(1.0)
    0.0
    """
    result: S = table.arccosh(x)
    return result


def arctanh(x: S) -> S:
    """Inverse hyperbolic tangent; ±inf at ±1, nan outside.

    >>> arctanh(1.0)
    inf
    """
    result: S = table.arctanh(x)
    return result


def abs(x: S) -> S:
    """|x|, with derivative 0 at 0.

    >>> abs(-3.0)
    3.0
    """
    result: S = table.abs(x)
    return result


def sign(x: S) -> S:
    """-1, 0 or 1 by the sign of x, with derivative 0.

    >>> sign(-3.0)
    -1.0
    """
    result: S = table.sign(x)
    return result


def floor(x: S) -> S:
    """Largest whole number not above x, with derivative 0.

    >>> floor(2.7)
    2.0
    """
    result: S = table.floor(x)
    return result


def ceil(x: S) -> S:
    """Smallest whole number not below x, with derivative 0.

    >>> ceil(2.1)
    3.0
    """
    result: S = table.ceil(x)
    return result


def maximum(a: Any, b: Any) -> Any:
    """The larger of both; a tie shares the derivative half and half.

    >>> maximum(1.0, 2.0)
    2.0
    """
    return table.maximum(a, b)


def minimum(a: Any, b: Any) -> Any:
    """The smaller of both; a tie shares the derivative half and half.

    >>> minimum(1.0, 2.0)
    1.0
    """
    return table.minimum(a, b)


def clip(x: Any, lo: Any, hi: Any) -> Any:
    """x limited to [lo, hi], with derivative 1 at the limits themselves.

    >>> clip(5.0, 0.0, 1.0)
    1.0
    """
    return table.clip(x, lo, hi)


def hypot(a: Any, b: Any) -> Any:
    """sqrt(a**2 + b**2) without overflow, with derivatives 0 at the origin.

    >>> hypot(3.0, 4.0)
    5.0
    """
    return table.hypot(a, b)


def erf(x: S) -> S:
    """Error function.

    >>> erf(0.0)
    0.0
    """
    result: S = table.erf(x)
    return result


def erfc(x: S) -> S:
    """1 - erf(x), exact in the tail.

    >>> erfc(0.0)
    1.0
    """
    result: S = table.erfc(x)
    return result


def ndtr(x: S) -> S:
    """Cumulative distribution of the standard normal, exact in the tail.

    >>> ndtr(0.0)
    0.5
    """
    result: S = table.ndtr(x)
    return result


def lgamma(x: S) -> S:
    """log |gamma(x)|.

    >>> lgamma(1.0)
    0.0
    """
    result: S = table.lgamma(x)
    return result


def digamma(x: S) -> S:
    """Derivative of lgamma.

    >>> digamma(1.0)
    -0.5772156649015329
    """
    result: S = table.digamma(x)
    return result


def polygamma(n: Any, x: Any) -> Any:
    """Derivative of order n of digamma, n = 0, 1, ... 100; nan for another n.

    >>> polygamma(1, 1.0)
    1.6449340668482264
    """
    return table.polygamma(n, x)


def sigmoid(x: S) -> S:
    """1 / (1 + e ** -x).

    >>> sigmoid(-800.0), sigmoid(0.0)
    (0.0, 0.5)
    """
    result: S = table.sigmoid(x)
    return result


def logsigmoid(x: S) -> S:
    """log(sigmoid(x)).

    >>> logsigmoid(-800.0)
    -800.0
    """
    result: S = table.logsigmoid(x)
    return result


def softplus(x: S) -> S:
    """log(1 + e ** x).

    >>> softplus(800.0)
    800.0
    """
    result: S = table.softplus(x)
    return result


def relu(x: S) -> S:
    """max(x, 0), with derivative 0 at 0.

    >>> relu(-2.0), relu(2.0)
    (0.0, 2.0)
    """
    result: S = table.relu(x)
    return result


def leaky_relu(x: Any, slope: Any = 0.01) -> Any:
    """x above 0, slope * x below, with derivative slope at 0.

    The slope can be a Value too, and so be learned.

    >>> leaky_relu(-2.0), leaky_relu(-2.0, 0.5), leaky_relu(2.0)
    (-0.02, -1.0, 2.0)
    """
    return table.leaky_relu(x, slope)


def elu(x: Any, alpha: Any = 1.0) -> Any:
    """x above 0, alpha * (e ** x - 1) below, with derivative alpha at 0.

    >>> elu(-800.0), elu(2.0)
    (-1.0, 2.0)
    """
    return table.elu(x, alpha)


def selu(x: S) -> S:
    """1.0507 x above 0, 1.7581 (e ** x - 1) below, with derivative 1.7581 at 0.

    >>> round(selu(1.0), 4), round(selu(-1.0), 4)
    (1.0507, -1.1113)
    """
    result: S = table.selu(x)
    return result


def silu(x: S) -> S:
    """x * sigmoid(x), also called swish.

    >>> silu(0.0)
    0.0
    """
    result: S = table.silu(x)
    return result


def gelu(x: S) -> S:
    """x * ndtr(x), the exact form of GELU.

    >>> round(gelu(1.0), 12)
    0.841344746069
    """
    result: S = table.gelu(x)
    return result


def logaddexp(a: Any, b: Any) -> Any:
    """log(e**a + e**b) without overflow.

    >>> logaddexp(1000.0, 1000.0)
    1000.6931471805599
    """
    return table.logaddexp(a, b)


def where(condition: Any, a: Any, b: Any) -> Any:
    """a where the condition holds, else b; nothing flows back into what was not chosen.

    >>> from autograd import Value
    >>> x = Value(0.0)
    >>> y = where(x > 0, sqrt(x), 0.0)
    >>> y.backward()
    >>> y.data, x.grad
    (0.0, 0.0)
    """
    return table.where(condition, a, b)


# Of any number of entries. Each takes arrays, Tensors or any iterables, and works along an axis as
# NumPy does; one node for each entry of the result.


def sum(xs: Any, axis: Any = None) -> Any:
    """Sum of the entries, of all or along an axis.

    >>> sum([1.0, 2.0, 3.0])
    6.0
    """
    return _along(table.sum, xs, axis)


def mean(xs: Any, axis: Any = None) -> Any:
    """Mean of the entries, of all or along an axis.

    >>> mean([1.0, 2.0, 6.0])
    3.0
    """
    return _along(table.mean, xs, axis)


def prod(xs: Any, axis: Any = None) -> Any:
    """Product of the entries, of all or along an axis.

    >>> prod([1.0, 2.0, 3.0])
    6.0
    """
    return _along(table.prod, xs, axis)


def logsumexp(xs: Any, axis: Any = None) -> Any:
    """log of the sum of e ** entry, without overflow, of all or along an axis.

    >>> logsumexp([1000.0, 1000.0])
    1000.6931471805599
    """
    return _along(table.logsumexp, xs, axis)


def norm(xs: Any, axis: Any = None) -> Any:
    """Euclidean length of the entries, of all or along an axis; derivatives 0 where it is 0.

    >>> norm([3.0, 4.0])
    5.0
    """
    return _along(table.norm, xs, axis)


def dot(a: Any, b: Any) -> Any:
    """Dot product of two sequences, or product of matrices, as `@`.

    Raises:
        ValueError: the lengths differ.

    >>> dot([1.0, 2.0], [3.0, 4.0])
    11.0
    """
    if _is_plain(a) and _is_plain(b) and 0 < np.ndim(b) <= 2 and a.shape[-1:] == b.shape[:1]:
        with np.errstate(all="ignore"):
            return _float_if_single(np.matmul(*(np.asarray(x, dtype=np.float64) for x in (a, b))))
    return _plain_if_possible(dot_arrays(_as_array(a), _as_array(b)))


def _along(primitive: Primitive, xs: Any, axis: Any) -> Any:
    if _is_plain(xs):
        return _along_plain(primitive, np.asarray(xs, dtype=np.float64), axis)
    return _plain_if_possible(along(primitive, _as_array(xs), axis))


def _is_plain(xs: Any) -> bool:
    """Whether it is an array of numbers, which NumPy can do as a whole."""
    return isinstance(xs, np.ndarray) and xs.dtype.kind in "fiub"


def _along_plain(primitive: Primitive, xs: Any, axis: Any) -> Any:
    axes = range(xs.ndim) if axis is None else axis
    axes = tuple(map(int, np.lib.array_utils.normalize_axis_tuple(axes, xs.ndim)))
    with np.errstate(all="ignore"):
        return _float_if_single(arrays.ALONG[primitive.name](xs, axes))


def _float_if_single(result: Any) -> Any:
    return result if np.ndim(result) else float(result)


def _as_array(xs: Any) -> Any:
    """An object array of the entries of an array or of any other iterable."""
    if not isinstance(xs, (np.ndarray, list, tuple)) and isinstance(xs, Iterable):
        xs = list(xs)
    if np.ndim(xs) == 0 and not isinstance(xs, np.ndarray):
        raise TypeError(f"an array or another iterable of numbers is needed, not {xs!r}")
    return np.array(xs, dtype=object)


def _plain_if_possible(result: Any) -> Any:
    """An array of floats alone as float64; floats for floats, Values for Values."""
    return as_array(result) if isinstance(result, np.ndarray) else result
