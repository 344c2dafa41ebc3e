"""Products of arrays, one `dot` node for each entry of the result."""

import math
from typing import Any

import numpy as np

from autograd.arrays.ways import Function, only_defaults
from autograd.rules.entrywise import all_axes, as_object_array
from autograd.values.ufuncs import dots, matmul


def dot_arrays(a: Any, b: Any) -> Any:
    """Return `np.dot` of two arrays: `@` with `dot` nodes, and * where either is a scalar.

    Over the last axis of a and the last but one of b: `dot(a, b)[i, j, k, m] = sum(a[i, j, :] *
    b[k, :, m])`.

    Raises:
        ValueError: the shapes do not fit.
    """
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return np.multiply(a, b)
    if np.ndim(b) <= 2:
        return matmul(a, b)
    return _last_axes("dot", a, np.swapaxes(as_object_array(b), -1, -2))


def _last_axes(name: str, a: Any, b: Any) -> Any:
    """Return the products of each line along the last axis of a with each of b."""
    a, b = as_object_array(a), as_object_array(b)
    if a.shape[-1] != b.shape[-1]:
        raise ValueError(
            f"{name}: the lines that are to be multiplied have {a.shape[-1]} and {b.shape[-1]} "
            f"entries: the shapes {a.shape} and {b.shape} do not fit"
        )
    return dots(a.reshape((*a.shape[:-1], *(1,) * (b.ndim - 1), a.shape[-1])), b)


def _dot(a: Any, b: Any, out: None = None) -> Any:
    """Return the products of lines, one `dot` node for each entry."""
    only_defaults("dot", out=out)
    return dot_arrays(a, b)


def _inner(a: Any, b: Any) -> Any:
    """Return the products along the last axes, one `dot` node for each entry."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return np.multiply(a, b)
    return _last_axes("inner", a, b)


def _vdot(a: Any, b: Any) -> Any:
    """Return the product of all entries, one `dot` node."""
    return _last_axes("vdot", np.ravel(as_object_array(a)), np.ravel(as_object_array(b)))


def _tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    """Return the products over several axes of both, one `dot` node for each entry."""
    a, b = as_object_array(a), as_object_array(b)
    by_a, by_b = (range(-axes, 0), range(axes)) if isinstance(axes, (int, np.integer)) else axes
    rows, columns = _with_lines(a, by_a), _with_lines(b, by_b)
    if [a.shape[i] for i in all_axes(by_a, a.ndim)] != [b.shape[i] for i in all_axes(by_b, b.ndim)]:
        raise ValueError(
            f"tensordot: the shapes {a.shape} and {b.shape} do not fit along the axes {axes}"
        )
    return _last_axes("tensordot", rows, columns)


def _with_lines(x: Any, axes: Any) -> Any:
    """Return x with these axes as a single one, the last."""
    last = all_axes(axes, x.ndim)
    kept = [i for i in range(x.ndim) if i not in last]
    length = math.prod([x.shape[i] for i in last])
    return x.transpose(*kept, *last).reshape(*[x.shape[i] for i in kept], length)


FUNCTIONS: dict[Function, Function] = {
    np.dot: _dot,
    np.inner: _inner,
    np.tensordot: _tensordot,
    np.vdot: _vdot,
}
