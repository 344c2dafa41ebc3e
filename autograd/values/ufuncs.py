"""NumPy's functions on Values and on arrays that hold them.

NumPy hands over here (`__array_ufunc__`) whenever one of its elementwise functions meets a Value or
a Tensor. What it asks for is looked up in the primitives table, so that `np.exp(v)`, `np.exp(T)`
and `autograd.exp(v)` are one and the same.
"""

from collections.abc import Callable
from functools import lru_cache, reduce
from typing import Any

import numpy as np

from autograd.rules import table
from autograd.rules.primitive import TABLE, Operand, Primitive

_ROWS: dict[np.ufunc, Primitive] = {
    row.numpy: row for row in TABLE.values() if isinstance(row.numpy, np.ufunc)
}
_ROWS.update(
    {
        np.absolute: table.abs,
        np.fabs: table.abs,
        np.float_power: table.pow,
        np.fmax: table.maximum,
        np.fmin: table.minimum,
    }
)


def data_of(x: Any) -> Any:
    """The plain number inside, through all levels of differentiation."""
    return x.data if isinstance(x, Operand) else x


_array_class: list[type[np.ndarray[Any, Any]]] = []
"""Tensor, once `tensor` is there: it builds on this module."""


def set_array_class(tensor: type[np.ndarray[Any, Any]]) -> None:
    """Say what arrays of Values become."""
    _array_class.append(tensor)


def as_tensor(entries: Any) -> Any:
    """An object array as a Tensor; whatever is not one, and a scalar taken out of one, as it is."""
    if isinstance(entries, tuple):
        return tuple(as_tensor(x) for x in entries)
    if not isinstance(entries, np.ndarray) or entries.dtype != object:
        return entries
    return entries[()] if entries.ndim == 0 else entries.view(_array_class[0])


_BY_DATA = {
    *(np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal),
    *(np.isnan, np.isinf, np.isfinite, np.signbit),
    *(np.logical_and, np.logical_or, np.logical_not, np.logical_xor),
}
"""Questions that NumPy may ask of the numbers: the answers are booleans, without a gradient."""

_OPERATORS = {np.add, np.subtract, np.multiply, np.divide, np.negative}
"""Functions that NumPy does on objects by Python's operators, in a loop faster than ours."""

_REDUCED: dict[np.ufunc, Primitive] = {np.add: table.sum, np.multiply: table.prod}
"""Reductions that a single node does for any number of entries."""


def apply_ufunc(ufunc: np.ufunc, method: str, inputs: tuple[Any, ...], options: Any) -> Any:
    """ufunc(*inputs), or one of its methods, where an input is a Value, a Tensor or alike.

    Raises:
        TypeError: the function has no derivative here, or the result would lose it (an `out` array
            or `dtype` of floats).
    """
    out = options.pop("out", (None,))[0]
    dtype = options.pop("dtype", None)
    if dtype is not None and np.dtype(dtype) != object and ufunc not in _BY_DATA:
        raise TypeError(
            f"np.{ufunc.__name__} with dtype={np.dtype(dtype)} would lose the gradients: leave "
            "dtype out, or take Tensor.numpy() first"
        )
    if isinstance(out, np.ndarray) and out.dtype != object and ufunc not in _BY_DATA:
        raise TypeError(
            f"np.{ufunc.__name__} cannot write Values into an array of {out.dtype}, as their "
            "gradients would be lost: make it a Tensor or an array of dtype=object"
        )
    compute = _METHODS.get(method)
    if compute is None:
        raise TypeError(f"np.{ufunc.__name__}.{method} is not supported on Values")
    result = compute(ufunc, inputs, options)
    if out is None:
        return result
    out[...] = result
    return out


def _call(ufunc: np.ufunc, inputs: tuple[Any, ...], options: dict[str, Any]) -> Any:
    where = options.pop("where", True)
    if where is not True:
        raise TypeError(f"np.{ufunc.__name__} on Values takes no where=: use np.where or indexing")
    for harmless in ("casting", "order", "subok"):
        options.pop(harmless, None)
    if options:
        raise TypeError(f"np.{ufunc.__name__} on Values does not take {', '.join(options)}")
    if ufunc is np.matmul:
        return matmul(*inputs)
    if ufunc in _BY_DATA:
        return _by_data(ufunc, inputs)
    if ufunc in (np.positive, np.conjugate):
        return inputs[0]
    if ufunc in _OPERATORS:
        try:
            return as_tensor(_each(ufunc, inputs))
        except (ZeroDivisionError, TypeError):  # the primitive knows IEEE 754, or what is wrong
            pass
    if all(set(kinds) <= set("O->") for kinds in ufunc.types):  # made by frompyfunc or vectorize
        return as_tensor(_each(ufunc, inputs))
    return elementwise(_row(ufunc), *inputs)


def _row(ufunc: np.ufunc) -> Primitive:
    row = _ROWS.get(ufunc)
    if row is None:
        raise TypeError(
            f"np.{ufunc.__name__} has no derivative here: it is not in the table of primitives; "
            "take .data (of a Value) or .numpy() (of a Tensor) for plain numbers"
        )
    return row


def _by_data(ufunc: np.ufunc, inputs: tuple[Any, ...]) -> Any:
    numbers = [
        np.frompyfunc(data_of, 1, 1)(plain(x)) if isinstance(x, np.ndarray) else data_of(x)
        for x in inputs
    ]
    return ufunc(*[np.asarray(x, dtype=np.float64) for x in numbers])


def plain(x: Any) -> Any:
    """As an array that NumPy does not hand over again: a Tensor as the object array that it is."""
    if isinstance(x, np.ndarray):
        return x.view(np.ndarray)
    array = np.empty((), dtype=object) if isinstance(x, Operand) else np.asarray(x)
    if isinstance(x, Operand):
        array[()] = x
    return array


def elementwise(primitive: Callable[..., Any], *inputs: Any) -> Any:
    """The primitive of every entry, broadcast: a Tensor, or a scalar where all inputs are."""
    if not any(isinstance(x, (np.ndarray, list, tuple)) for x in inputs):
        return primitive(*inputs)
    return as_tensor(_each(_looped(primitive, len(inputs)), inputs))


@lru_cache(maxsize=256)
def _looped(function: Callable[..., Any], arity: int) -> np.ufunc:
    looped: np.ufunc = np.frompyfunc(function, arity, 1)
    return looped


def _each(function: np.ufunc, inputs: tuple[Any, ...]) -> Any:
    """A Python function of every entry; NumPy would warn where one divides by zero, as IEEE may."""
    with np.errstate(all="ignore"):
        return function(*[plain(x) for x in inputs])


def _reduce(ufunc: np.ufunc, inputs: tuple[Any, ...], options: dict[str, Any]) -> Any:
    array = plain(inputs[0])
    where = options.pop("where", True)
    if where is not True:
        raise TypeError(
            f"np.{ufunc.__name__}.reduce on Values takes no where=: index the array first"
        )
    axis = options.pop("axis", 0)
    keepdims = options.pop("keepdims", False)
    initial = options.pop("initial", None)
    if initial is np._NoValue:
        initial = None
    if ufunc in (np.logical_and, np.logical_or):
        numbers = np.frompyfunc(data_of, 1, 1)(array).astype(np.float64)
        return ufunc.reduce(numbers, axis=axis, keepdims=keepdims)
    return along(_reducer(ufunc, initial), array, axis, keepdims)


def _reducer(ufunc: np.ufunc, initial: Any) -> Callable[..., Any]:
    """The function of one line of entries that the reduction stands for."""
    first = () if initial is None else (initial,)
    if ufunc in _REDUCED:
        primitive = _REDUCED[ufunc]
        return lambda *xs: primitive(*first, *xs)
    row = _row(ufunc)

    def fold(*xs: Any) -> Any:
        if not xs and not first:
            raise ValueError(f"np.{ufunc.__name__} of no entries has no value: the array is empty")
        return reduce(row, (*first, *xs))

    return fold


def along(function: Callable[..., Any], array: Any, axis: Any, keepdims: bool = False) -> Any:
    """function(*entries) of each line along an axis, along several, or of all (None)."""
    array = plain(array)
    axes = tuple(range(array.ndim)) if axis is None else axis
    axes = tuple(int(a) for a in np.lib.array_utils.normalize_axis_tuple(axes, array.ndim))
    kept = [a for a in range(array.ndim) if a not in axes]
    shape = tuple(array.shape[a] for a in kept)
    length = int(np.prod([array.shape[a] for a in axes], dtype=int))
    lines = array.transpose(*kept, *axes).reshape(-1, length) if length else None
    result = np.empty(shape, dtype=object)
    for i, index in enumerate(np.ndindex(shape)):
        result[index] = function(*lines[i]) if lines is not None else function()
    if keepdims:
        result = result.reshape([1 if a in axes else n for a, n in enumerate(array.shape)])
    return as_tensor(result if result.ndim else result[()])


def matmul(a: Any, b: Any) -> Any:
    """a @ b by NumPy's rules of shapes, one `dot` node for each entry of the result."""
    a, b = plain(a), plain(b)
    if a.ndim == 0 or b.ndim == 0:
        raise ValueError("matmul: an operand is a scalar; write * to multiply by a number")
    left = a[np.newaxis, :] if a.ndim == 1 else a
    right = b[:, np.newaxis] if b.ndim == 1 else b
    if left.shape[-1] != right.shape[-2]:
        raise ValueError(
            f"matmul: shapes {a.shape} and {b.shape} do not fit: {left.shape[-1]} entries in a row "
            f"of the first, {right.shape[-2]} in a column of the second"
        )
    batch = np.broadcast_shapes(left.shape[:-2], right.shape[:-2])
    left = np.broadcast_to(left, batch + left.shape[-2:])
    right = np.broadcast_to(right, batch + right.shape[-2:])
    result = np.empty((*batch, left.shape[-2], right.shape[-1]), dtype=object)
    for index in np.ndindex(result.shape):
        row, column = left[(*index[:-1],)], right[(*index[:-2], slice(None), index[-1])]
        result[index] = table.dot(*row, *column)
    if b.ndim == 1:
        result = result[..., 0]
    if a.ndim == 1:
        result = result[..., 0] if b.ndim == 1 else result[..., 0, :]
    return as_tensor(result if result.ndim else result[()])


def _outer(ufunc: np.ufunc, inputs: tuple[Any, ...], options: dict[str, Any]) -> Any:
    a, b = (plain(x) for x in inputs)
    return _call(ufunc, (a.reshape(a.shape + (1,) * b.ndim), b), options)


def _accumulate(ufunc: np.ufunc, inputs: tuple[Any, ...], options: dict[str, Any]) -> Any:
    axis = options.pop("axis", 0)
    lines = np.moveaxis(plain(inputs[0]), axis, 0)
    row = _row(ufunc)
    result = np.empty_like(lines)
    for i in range(len(lines)):
        result[i] = lines[i] if i == 0 else elementwise(row, result[i - 1], lines[i])
    return as_tensor(np.moveaxis(result, 0, axis))


_METHODS: dict[str, Callable[[np.ufunc, tuple[Any, ...], dict[str, Any]], Any]] = {
    "__call__": _call,
    "reduce": _reduce,
    "outer": _outer,
    "accumulate": _accumulate,
}
