"""Whole-array forms of the primitives that NumPy lacks, equal to their float forms.

The functions take float64 arrays (or scalars), broadcast, and return float64 arrays (scalars for
scalars, as NumPy's do).
"""

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np


def elementwise(f: Callable[..., float], arity: int) -> Callable[..., Any]:
    """The array form of a float function by calling it once an entry: for rows NumPy cannot do."""
    ufunc = np.frompyfunc(f, arity, 1)

    def function(*arrays: Any) -> Any:
        return np.asarray(ufunc(*arrays), dtype=np.float64)[()]

    return function


def sigmoid(x: Any) -> Any:
    """1 / (1 + e**-x) by the branch that does not overflow."""
    tail = np.exp(-np.abs(x))
    return np.where(np.asarray(x) >= 0.0, 1.0, tail) / (1.0 + tail)


def softplus(x: Any) -> Any:
    """log(1 + e**x)."""
    return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))


def logsigmoid(x: Any) -> Any:
    """log(sigmoid(x))."""
    return -softplus(-np.asarray(x))


def relu(x: Any) -> Any:
    """max(x, 0)."""
    return np.maximum(x, 0.0)


def silu(x: Any) -> Any:
    """x * sigmoid(x); 0 at -inf."""
    half = np.exp(-0.5 * np.abs(x))
    below = np.where(half == 0.0, 0.0, np.minimum(x, 0.0) * half / (1.0 + half * half) * half)
    return np.where(np.asarray(x) < 0.0, below, x / (1.0 + half * half))[()]


def where(condition: Any, a: Any, b: Any) -> Any:
    """a where the condition is not zero, else b."""
    return np.where(np.asarray(condition) != 0.0, a, b)[()]


def total(*xs: Any) -> Any:
    """x1 + x2 + ..."""
    return reduce(np.add, xs, np.float64(0.0))


def mean(*xs: Any) -> Any:
    """(x1 + x2 + ...) / n."""
    return np.divide(total(*xs), float(len(xs)))


def product(*xs: Any) -> Any:
    """x1 * x2 * ..."""
    return reduce(np.multiply, xs, np.float64(1.0))


def dot(*xs: Any) -> Any:
    """x1 y1 + x2 y2 + ... of the two halves of the arguments."""
    n = len(xs) // 2
    return total(*(np.multiply(x, y) for x, y in zip(xs[:n], xs[n:], strict=True)))


def logsumexp(*xs: Any) -> Any:
    """log(e**x1 + e**x2 + ...) without overflow."""
    return reduce(np.logaddexp, xs, np.float64(-np.inf))


def norm(*xs: Any) -> Any:
    """Euclidean length without overflow."""
    return reduce(np.hypot, xs, np.float64(0.0))
