"""Whole-array forms of the primitives that NumPy lacks, equal to their float forms.

The functions take float64 arrays (or scalars), broadcast, and return float64 arrays (scalars for
scalars, as NumPy's do).
"""

import math
from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

from autograd.rules import floats


def elementwise(f: Callable[..., float], arity: int) -> Callable[..., Any]:
    """Return the array form of a float function, which calls it for each entry."""
    ufunc = np.frompyfunc(f, arity, 1)

    def function(*arrays: Any) -> Any:
        return np.asarray(ufunc(*arrays), dtype=np.float64)[()]

    return function


def exp_difference(a: Any, b: Any) -> Any:
    """Return e**(a - b), by what the rounding of a - b takes from it."""
    return _power_of_difference(np.exp, 1.0, a, b)


def exp2_difference(a: Any, b: Any) -> Any:
    """Return 2**(a - b), by what the rounding of a - b takes from it."""
    return _power_of_difference(np.exp2, floats.LOG_2, a, b)


def _power_of_difference(power: np.ufunc, slope: float, a: Any, b: Any) -> Any:
    difference = np.subtract(a, b)
    part = difference - a
    rounding = (a - (difference - part)) - (b + part)
    small = np.where(np.abs(difference) < 1100.0, slope * rounding, 0.0)
    return np.where(np.equal(a, b), 1.0, power(difference) * (1.0 + small))[()]


def sech(x: Any) -> Any:
    """Return 1 / cosh(x), without cosh's overflow."""
    tail = np.exp(-np.abs(x))
    return 2.0 * tail / (1.0 + tail * tail)


def sigmoid(x: Any) -> Any:
    """Return 1 / (1 + e**-x), by the branch that does not overflow."""
    tail = np.exp(-np.abs(x))
    return np.where(np.asarray(x) >= 0.0, 1.0, tail) / (1.0 + tail)


def softplus(x: Any) -> Any:
    """Return log(1 + e**x)."""
    return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))


def logsigmoid(x: Any) -> Any:
    """Return log(sigmoid(x))."""
    return -softplus(-np.asarray(x))


def relu(x: Any) -> Any:
    """Return max(x, 0)."""
    return np.maximum(x, 0.0)


def leaky_relu(x: Any, slope: Any) -> Any:
    """Return x above 0, slope * x below."""
    return np.where(np.asarray(x) > 0.0, x, np.multiply(slope, x))[()]


def elu(x: Any, alpha: Any) -> Any:
    """Return x above 0, alpha (e**x - 1) below."""
    return np.where(np.asarray(x) > 0.0, x, alpha * np.expm1(x))[()]


def selu(x: Any) -> Any:
    """Return the multiple of elu that keeps mean 0 and variance 1."""
    below = floats.SELU_SCALE_ALPHA * np.expm1(x)
    return np.where(np.asarray(x) > 0.0, np.multiply(floats.SELU_SCALE, x), below)[()]


def silu(x: Any) -> Any:
    """Return x * sigmoid(x); 0 at -inf."""
    half = np.exp(-0.5 * np.abs(x))
    below = np.where(half == 0.0, 0.0, np.minimum(x, 0.0) * half / (1.0 + half * half) * half)
    return np.where(np.asarray(x) < 0.0, below, x / (1.0 + half * half))[()]


def where(condition: Any, a: Any, b: Any) -> Any:
    """Return a where the condition is not zero, else b."""
    return np.where(np.asarray(condition) != 0.0, a, b)[()]


def total(*xs: Any) -> Any:
    """Return x1 + x2 + ..."""
    return reduce(np.add, xs, np.float64(0.0))


def mean(*xs: Any) -> Any:
    """Return (x1 + x2 + ...) / n."""
    return np.divide(total(*xs), float(len(xs)))


def product(*xs: Any) -> Any:
    """Return x1 * x2 * ..."""
    return reduce(np.multiply, xs, np.float64(1.0))


def dot(*xs: Any) -> Any:
    """Return x1 y1 + x2 y2 + ... of the two halves of the arguments."""
    n = len(xs) // 2
    return total(*(np.multiply(x, y) for x, y in zip(xs[:n], xs[n:], strict=True)))


def logsumexp(*xs: Any) -> Any:
    """Return log(e**x1 + e**x2 + ...) without overflow."""
    return reduce(np.logaddexp, xs, np.float64(-np.inf))


def norm(*xs: Any) -> Any:
    """Return the Euclidean length without overflow."""
    return reduce(np.hypot, xs, np.float64(0.0))


# Reductions of a whole array along some of its axes.

Axes = tuple[int, ...]


def total_along(x: Any, axes: Axes) -> Any:
    """Return the sums along the axes."""
    return np.sum(x, axis=axes, initial=0.0)


def mean_along(x: Any, axes: Axes) -> Any:
    """Return the means along the axes; nan of no entries."""
    count = math.prod([np.shape(x)[axis] for axis in axes])
    return np.divide(total_along(x, axes), float(count))


def product_along(x: Any, axes: Axes) -> Any:
    """Return the products along the axes."""
    return np.prod(x, axis=axes, initial=1.0)


def logsumexp_along(x: Any, axes: Axes) -> Any:
    """Return log(e**x1 + e**x2 + ...) along the axes without overflow; -inf of no entries."""
    high = np.max(x, axis=axes, initial=-np.inf, keepdims=True)
    # All but one of the largest, so that log1p keeps small sums exact.
    others = np.sum(np.where(x == high, 0.0, np.exp(x - high)), axis=axes)
    rest = others + (np.sum(x == high, axis=axes) - 1.0)
    high = np.squeeze(high, axis=axes)
    return np.where(np.isfinite(high), high + np.log1p(rest), high)


def norm_along(x: Any, axes: Axes) -> Any:
    """Return the Euclidean lengths along the axes; inf where an entry is, as `hypot` has it."""
    largest = np.max(np.abs(x), axis=axes, initial=0.0, keepdims=True)
    exponent = np.frexp(largest)[1]  # of a power of two, so that scaling does not round
    length = np.sqrt(np.sum(np.square(np.ldexp(x, -exponent)), axis=axes))
    unscaled = np.ldexp(length, np.squeeze(exponent, axis=axes))
    return np.where(np.any(np.isinf(x), axis=axes), np.inf, unscaled)


ALONG: dict[str, Callable[[Any, Axes], Any]] = {
    "sum": total_along,
    "mean": mean_along,
    "prod": product_along,
    "logsumexp": logsumexp_along,
    "norm": norm_along,
}
"""The array form of a reduction of any number of entries, by the name of its row."""
