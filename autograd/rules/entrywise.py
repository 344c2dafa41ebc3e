"""Functions of single numbers as methods, and applied to every entry of arrays."""

from collections.abc import Callable
from functools import lru_cache
from numbers import Real
from typing import Any

import numpy as np

from autograd.rules.operand import Operand


def as_method(function: Any, name: str, doc: str, arity: int | None) -> Callable[..., Any]:
    """Return a primitive as a method of what is its first argument."""
    # A plain function, as this module is not compiled: Python binds it without making an object.

    def unary(self: Operand) -> Any:
        return self.apply(function, (self,))

    def method(self: Operand, *others: Any, **named: Any) -> Any:
        return function(self, *others, **named)

    bound = unary if arity == 1 else method
    bound.__name__, bound.__qualname__, bound.__doc__ = name, f"Value.{name}", doc
    return bound


_array_class: list[type[np.ndarray[Any, Any]]] = []


def set_array_class(array_class: type[np.ndarray[Any, Any]]) -> None:
    """Say which class of array holds recorded numbers."""
    _array_class.append(array_class)


def as_tensor(result: Any) -> Any:
    """Return a result of NumPy as programs are to have it.

    An array that holds recorded numbers becomes a Tensor, one of plain numbers float64, one without
    dimensions its only entry. Lists and tuples are converted entry by entry; anything else is
    returned as it is.
    """
    if isinstance(result, (list, tuple)):
        parts = [as_tensor(x) for x in result]
        return result._make(parts) if hasattr(result, "_make") else type(result)(parts)
    if not isinstance(result, np.ndarray):
        return result
    return as_array(result) if result.ndim else as_object_array(result)[()]


def as_array(entries: Any) -> Any:
    """Return an object array as a Tensor, or as one of plain numbers where it holds only these.

    Constants in a Tensor are floats. An array of anything else than numbers stays what it is.
    """
    entries = as_object_array(entries)
    if entries.dtype != object:
        return entries
    kinds = set(map(type, entries.flat))
    plain = {kind for kind in kinds if not issubclass(kind, Operand)}
    if not all(issubclass(kind, _NUMBERS) for kind in plain):
        return entries
    if not plain or plain != kinds:
        if plain - {float}:
            entries = np.asarray(_as_constant(entries))
        return entries.view(_array_class[0]) if kinds else entries.astype(np.float64)
    if plain <= {bool, np.bool_}:
        return entries.astype(np.bool_)
    is_real = all(issubclass(kind, _REAL) for kind in plain)
    return entries.astype(np.float64 if is_real else np.complex128)


_REAL = (float, int, np.floating, np.integer, np.bool_, Real)
_NUMBERS = (*_REAL, complex, np.complexfloating)
_as_constant = np.frompyfunc(lambda x: x if isinstance(x, Operand) else float(x), 1, 1)


def as_object_array(x: Any) -> Any:
    """Return x as an array that NumPy does not hand over again: a Tensor as what it is made of."""
    if isinstance(x, np.ndarray):
        return x.view(np.ndarray)
    if not isinstance(x, Operand):
        return np.asarray(x)
    array = np.empty((), dtype=object)
    array[()] = x
    return array


def elementwise(function: Callable[..., Any], *inputs: Any) -> Any:
    """Return the function of every entry, broadcast: a Tensor, or a scalar where all inputs are."""
    if not any(isinstance(x, (np.ndarray, list, tuple)) for x in inputs):
        return function(*inputs)
    return as_tensor(each(_looped(function, len(inputs)), inputs))


@lru_cache(maxsize=256)
def _looped(function: Callable[..., Any], arity: int) -> np.ufunc:
    looped: np.ufunc = np.frompyfunc(function, arity, 1)
    return looped


def each(function: np.ufunc, inputs: tuple[Any, ...]) -> Any:
    """Return a Python function of every entry, without warnings of divisions by zero."""
    with np.errstate(all="ignore"):
        return function(*[as_object_array(x) for x in inputs])


def all_axes(axis: Any, ndim: int) -> tuple[int, ...]:
    """Return an axis, several, or all (None) as numbers from 0 on."""
    axes = range(ndim) if axis is None else axis
    return tuple([int(a) for a in np.lib.array_utils.normalize_axis_tuple(axes, ndim)])


def along(function: Callable[..., Any], array: Any, axis: Any, keepdims: bool = False) -> Any:
    """Return function(*entries) of each line along an axis, along several, or of all (None)."""
    array = as_object_array(array)
    axes = all_axes(axis, array.ndim)
    kept = [a for a in range(array.ndim) if a not in axes]
    shape = tuple(array.shape[a] for a in kept)
    length = int(np.prod([array.shape[a] for a in axes], dtype=int))
    lines = array.transpose(*kept, *axes).reshape(-1, length) if length else None
    result = np.empty(shape, dtype=object)
    for i, index in enumerate(np.ndindex(shape)):
        result[index] = function(*lines[i]) if lines is not None else function()
    if keepdims:
        result = result.reshape([1 if a in axes else n for a, n in enumerate(array.shape)])
    return as_tensor(result)
