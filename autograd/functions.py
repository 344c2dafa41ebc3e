"""Sums, products and lengths of arrays and other iterables, one node for each entry of the result.

The other functions, of single numbers, are the primitives themselves: `autograd.exp` is the row
`exp` of the table. All of them return the kind that they were given: `exp(1.0)` is a float and
records nothing, `exp(v)` of a Value is a Value, and of an array an array. Arithmetic is IEEE's,
without exceptions: `log(-1.0)` is nan.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd.arrays.products import dot_arrays
from autograd.rules import arrays, table
from autograd.rules.entrywise import all_axes, along, as_array, as_object_array, as_tensor
from autograd.rules.primitive import Primitive

__all__ = ["dot", "logsumexp", "mean", "norm", "prod", "softmax", "sum"]


def sum(xs: Any, axis: Any = None) -> Any:
    """Return the sum of the entries, of all or along an axis.

    >>> sum([1.0, 2.0, 3.0])
    6.0
    """
    return _along(table.sum, xs, axis)


def mean(xs: Any, axis: Any = None) -> Any:
    """Return the mean of the entries, of all or along an axis.

    >>> mean([1.0, 2.0, 6.0])
    3.0
    """
    return _along(table.mean, xs, axis)


def prod(xs: Any, axis: Any = None) -> Any:
    """Return the product of the entries, of all or along an axis.

    >>> prod([1.0, 2.0, 3.0])
    6.0
    """
    return _along(table.prod, xs, axis)


def logsumexp(xs: Any, axis: Any = None) -> Any:
    """Return the log of the sum of e ** entry, without overflow, of all or along an axis.

    It stands for `scipy.special.logsumexp`, which takes plain numbers only.

    >>> logsumexp([1000.0, 1000.0])
    1000.6931471805599
    """
    return _along(table.logsumexp, xs, axis)


def softmax(xs: Any, axis: Any = None) -> Any:
    """Return e ** entry over the sum of these, of all or along an axis: an array of xs' shape.

    The derivatives of `logsumexp`, without overflow, and exact however small.

    >>> softmax([1000.0, 1000.0, 300.0])
    array([5.00000000e-001, 5.00000000e-001, 4.92983827e-305])
    """
    entries = np.asarray(xs, dtype=np.float64) if _is_plain(xs) else _as_array(xs)
    terms = table.exp_difference(entries, _kept(logsumexp(entries, axis), axis, entries.ndim))
    with np.errstate(all="ignore"):
        shares = terms / _kept(sum(terms, axis), axis, entries.ndim)
    return as_array(as_object_array(shares))


def norm(xs: Any, axis: Any = None) -> Any:
    """Return the Euclidean length of the entries, of all or along an axis; derivatives 0 at 0.

    >>> norm([3.0, 4.0])
    5.0
    """
    return _along(table.norm, xs, axis)


def dot(a: Any, b: Any) -> Any:
    """Return the dot product of two sequences, or the product of matrices, as `@`.

    Raises:
        ValueError: the lengths differ.

    >>> dot([1.0, 2.0], [3.0, 4.0])
    11.0
    """
    if _is_plain(a) and _is_plain(b) and 0 < np.ndim(b) <= 2 and a.shape[-1:] == b.shape[:1]:
        with np.errstate(all="ignore"):
            return _float_if_single(np.matmul(*(np.asarray(x, dtype=np.float64) for x in (a, b))))
    return as_tensor(dot_arrays(_as_array(a), _as_array(b)))


def _along(primitive: Primitive, xs: Any, axis: Any) -> Any:
    if _is_plain(xs):
        numbers = np.asarray(xs, dtype=np.float64)
        with np.errstate(all="ignore"):
            result = arrays.ALONG[primitive.name](numbers, all_axes(axis, numbers.ndim))
        return _float_if_single(result)
    return along(primitive, _as_array(xs), axis)


def _kept(result: Any, axis: Any, ndim: int) -> Any:
    """Return a reduction's result with the axes kept, so that it broadcasts against the entries."""
    array = as_object_array(result)
    return result if array.ndim == 0 else np.expand_dims(array, all_axes(axis, ndim))


def _is_plain(xs: Any) -> bool:
    """Whether xs is an array of plain numbers, which NumPy can reduce as a whole."""
    return isinstance(xs, np.ndarray) and xs.dtype.kind in "fiub"


def _float_if_single(result: Any) -> Any:
    return result if np.ndim(result) else float(result)


def _as_array(xs: Any) -> Any:
    """Return an object array of the entries of an array or of any other iterable."""
    if not isinstance(xs, (np.ndarray, list, tuple)) and isinstance(xs, Iterable):
        xs = list(xs)
    if np.ndim(xs) == 0 and not isinstance(xs, np.ndarray):
        raise TypeError(f"an array or another iterable of numbers is needed, not {xs!r}")
    return np.array(xs, dtype=object)
