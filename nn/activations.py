"""Activation functions of floats, Values, Dual numbers, arrays and Tensors.

Each returns the kind that it was given and works on every entry by itself, apart from the softmax
functions, which work along an axis. Kinks are PyTorch's. The derivatives stand in
`autograd.rules.table`; what is a primitive itself is only passed on from there.
"""

from __future__ import annotations

import math
import operator
from typing import Any, TypeVar

import numpy as np

import autograd
from autograd import elu, leaky_relu, relu, selu, sigmoid, silu, softplus, tanh
from autograd.rules.entrywise import as_tensor
from autograd.rules.operand import as_number
from autograd.text.names import unknown

S = TypeVar("S")

__all__ = [
    "elu",
    "gelu",
    "hardtanh",
    "identity",
    "leaky_relu",
    "log_softmax",
    "prelu",
    "relu",
    "selu",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "swish",
    "tanh",
]

SQRT_TWO_OVER_PI = math.sqrt(2.0 / math.pi)


def identity(x: S) -> S:
    """Return x itself: the activation of a linear layer.

    >>> identity(-2.0)
    -2.0
    """
    return x


def prelu(x: Any, slope: Any) -> Any:
    """Return `leaky_relu(x, slope)`, of a slope that is learned (He et al. 2015, arXiv:1502.01852).

    The slope broadcasts: one for all, or one for each entry along the last axes.

    >>> from autograd import Value
    >>> slope = Value(0.25)
    >>> y = prelu(-2.0, slope)
    >>> y.backward()
    >>> y.data, slope.grad
    (-0.5, -2.0)
    """
    return leaky_relu(x, slope)


def swish(x: Any, beta: Any = 1.0) -> Any:
    """x * sigmoid(beta * x) (Ramachandran et al. 2017, arXiv:1710.05941); `silu` for beta = 1.

    Beta can be a Value, and so be learned.

    >>> swish(2.0) == silu(2.0), swish(2.0, beta=0.0)
    (True, 1.0)
    """
    if isinstance(beta, (int, float)) and beta == 1.0:
        return silu(x)
    _refuse_lists(x, "swish")
    return x * sigmoid(beta * x)


def gelu(x: Any, approximate: str = "none") -> Any:
    """x * Φ(x), with Φ the cumulative normal distribution (arXiv:1606.08415).

    Args:
        x: a number or an array.
        approximate: "none", or "tanh" for the older form x (1 + tanh z) / 2 with
            z = sqrt(2 / π) (x + 0.044715 x³), computed as x * sigmoid(2 z), which does not cancel.

    Raises:
        ValueError: approximate is something else.

    >>> round(gelu(1.0), 6), round(gelu(1.0, approximate="tanh"), 6)
    (0.841345, 0.841192)
    """
    if approximate == "none":
        return autograd.gelu(x)
    if approximate != "tanh":
        raise unknown(("none", "tanh"), approximate, "approximate of gelu")
    _refuse_lists(x, "gelu")
    return x * sigmoid(2.0 * SQRT_TWO_OVER_PI * x * (1.0 + 0.044715 * x * x))


def hardtanh(x: Any, lo: float = -1.0, hi: float = 1.0) -> Any:
    """x limited to [lo, hi], with derivative 0 at the limits themselves.

    Raises:
        ValueError: lo is not below hi.

    >>> hardtanh(-3.0), hardtanh(0.5)
    (-1.0, 0.5)
    """
    if not lo < hi:
        raise ValueError(f"hardtanh takes lo < hi, not lo = {lo!r} and hi = {hi!r}")
    _refuse_lists(x, "hardtanh")
    # `clip` has derivative 1 at the limits. Here nan is not outside, so that it stays nan.
    outside = (x <= lo) | (x >= hi)
    return autograd.where(outside, autograd.where(x <= lo, lo, hi), x)


def softmax(x: Any, axis: int = -1) -> Any:
    """e**x over its sum along an axis: positive numbers whose sum is 1.

    Args:
        x: an array, or a list of numbers or Values.
        axis: the axis whose entries compete.

    Raises:
        TypeError: x is a single number.

    >>> softmax([1000.0, 1000.0, -1000.0])
    array([0.5, 0.5, 0. ])
    """
    return autograd.softmax(_entries(x), operator.index(axis))


def log_softmax(x: Any, axis: int = -1) -> Any:
    """log(softmax(x)) = x - logsumexp(x) along an axis, without overflow.

    Args:
        x: an array, or a list of numbers or Values.
        axis: the axis whose entries compete.

    Raises:
        TypeError: x is a single number.

    >>> log_softmax([1000.0, 0.0])
    array([    0., -1000.])
    """
    x = _entries(x)
    total = autograd.logsumexp(x, axis=operator.index(axis))
    with np.errstate(all="ignore"):
        return x - (np.expand_dims(total, axis) if np.ndim(total) else total)


def _entries(x: Any) -> Any:
    if np.ndim(x) == 0:
        raise TypeError(f"softmax needs an array or a list of numbers, not {x!r}")
    return as_tensor(x if isinstance(x, np.ndarray) else np.asarray(x))


def _refuse_lists(x: Any, name: str) -> None:
    """Raise the TypeError of the primitives, which says what to write instead."""
    if isinstance(x, (list, tuple, str)):
        as_number(x, name)
