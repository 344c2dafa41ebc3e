"""NumPy's functions on Values and on arrays that hold them.

NumPy hands over here (`__array_ufunc__`) whenever one of its elementwise functions meets a Value or
a Tensor. What it asks for is looked up in the primitives table, so that `np.exp(v)`, `np.exp(T)`
and `autograd.exp(v)` are one and the same.
"""

import operator
from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

from autograd.rules import table
from autograd.rules.entrywise import along, as_object_array, as_tensor, each, elementwise
from autograd.rules.operand import data_of
from autograd.rules.primitive import TABLE, Primitive
from autograd.values.observer import WATCH

_ROWS: dict[Any, Primitive] = {
    **{row.numpy: row for row in TABLE.values()},
    np.absolute: table.abs,
    np.fabs: table.abs,
    np.float_power: table.pow,
    np.degrees: table.rad2deg,
    np.radians: table.deg2rad,
}
"""The row of each function of NumPy; some are rows under another name."""


def _fmax(a: Any, b: Any) -> Any:
    """Return the larger; of a number and nan, the number."""
    return b if a != a else a if b != b else table.maximum(a, b)


def _fmin(a: Any, b: Any) -> Any:
    """Return the smaller; of a number and nan, the number."""
    return b if a != a else a if b != b else table.minimum(a, b)


def _heaviside(x: Any, at_zero: Any) -> Any:
    """Return 0 below 0, 1 above, and the second argument at 0."""
    return x * 0.0 if x != x else table.where(x, table.less(0.0, x), at_zero)


_COMPOSED: dict[np.ufunc, Callable[..., Any]] = {
    np.fmax: _fmax,
    np.fmin: _fmin,
    np.heaviside: _heaviside,
}
"""Functions that are no rows, but made of them."""

_OF_SCIPY = {
    **{name: name for name in ("erf", "erfc", "logit", "log_ndtr", "ndtr", "xlogy")},
    **{name: name for name in ("cbrt", "exp2", "expm1", "log1p")},
    "expit": "sigmoid",
    "gammaln": "lgamma",
    "log_expit": "logsigmoid",
    "psi": "digamma",
}
"""The row of each ufunc of scipy.special, by name, as SciPy may not be installed."""

_BY_DATA = {
    *(np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal),
    *(np.isnan, np.isinf, np.isfinite, np.signbit),
    *(np.logical_and, np.logical_or, np.logical_not, np.logical_xor),
}
"""Questions that NumPy may ask of the numbers: the answers are booleans, without a gradient."""

_ASKED: dict[np.ufunc, Callable[..., Any]] = {
    np.less: operator.lt,
    np.less_equal: operator.le,
    np.greater: operator.gt,
    np.greater_equal: operator.ge,
    np.equal: operator.eq,
    np.not_equal: operator.ne,
    np.isnan: lambda x: x != x,
    np.isinf: lambda x: abs(x) == np.inf,
    np.isfinite: lambda x: abs(x) < np.inf,
    np.logical_not: operator.not_,
    np.logical_and: lambda a, b: bool(a) & bool(b),
    np.logical_or: lambda a, b: bool(a) | bool(b),
    np.logical_xor: lambda a, b: bool(a) ^ bool(b),
}
"""The same questions of one entry, by Python's operators, of which observers are told."""

_OPERATORS = {np.add, np.subtract, np.multiply, np.divide, np.negative}
"""Functions that NumPy does on objects by Python's operators, in a loop faster than ours."""

_REDUCED: dict[np.ufunc, Primitive] = {np.add: table.sum, np.multiply: table.prod}
"""Reductions that a single node does for any number of entries."""


def apply_ufunc(ufunc: np.ufunc, method: str, inputs: tuple[Any, ...], options: Any) -> Any:
    """Return ufunc(*inputs), or one of its methods, where an input is a Value, a Tensor or alike.

    Raises:
        TypeError: the function has no derivative here, or the result would lose it (an `out` array
            or `dtype` of floats).
    """
    name = _name(ufunc) if method == "__call__" else f"{_name(ufunc)}.{method}"
    compute = _METHODS.get(method)
    if compute is None:
        raise TypeError(f"{name} is not supported on Values")
    if options.pop("where", True) is not True:
        raise TypeError(f"{name} on Values takes no where=: use np.where or index the array first")
    out = options.pop("out", (None,))[0]
    dtype = options.pop("dtype", None)
    if dtype is not None and np.dtype(dtype) != object and ufunc not in _BY_DATA:
        raise TypeError(
            f"{_name(ufunc)} with dtype={np.dtype(dtype)} would lose the gradients: leave "
            "dtype out, or take Tensor.numpy() first"
        )
    if isinstance(out, np.ndarray) and out.dtype != object and ufunc not in _BY_DATA:
        raise TypeError(
            f"{_name(ufunc)} cannot write Values into an array of {out.dtype}, as their "
            "gradients would be lost: make it a Tensor or an array of dtype=object"
        )
    result = compute(ufunc, inputs, options)
    if out is None:
        return result
    out[...] = result
    return out


def _call(ufunc: np.ufunc, inputs: tuple[Any, ...], options: dict[str, Any]) -> Any:
    for harmless in ("casting", "order", "subok"):
        options.pop(harmless, None)
    if ufunc is getattr(np, "vecdot", None) and set(options) <= {"axis"}:
        return _vecdot(*inputs, **options)
    if options:
        raise TypeError(f"{_name(ufunc)} on Values does not take {', '.join(options)}")
    if ufunc in _PRODUCTS:
        return _PRODUCTS[ufunc](*inputs)
    if ufunc in _BY_DATA:
        return _by_data(ufunc, inputs)
    if ufunc in (np.positive, np.conjugate):  # the same Values, in an array of its own
        return as_tensor(inputs[0].copy()) if isinstance(inputs[0], np.ndarray) else inputs[0]
    if ufunc in _OPERATORS:
        try:
            return as_tensor(each(ufunc, inputs))
        except (ZeroDivisionError, TypeError):  # the primitive knows IEEE 754, or what is wrong
            pass
    if all(set(kinds) <= set("O->") for kinds in ufunc.types):  # made by frompyfunc or vectorize
        return as_tensor(each(ufunc, inputs))
    if ufunc is np.divmod:
        return elementwise(table.floor_divide, *inputs), elementwise(table.remainder, *inputs)
    return elementwise(_row(ufunc), *inputs)


def row_of(function: Callable[..., Any]) -> Primitive | None:
    """Return the row that a function of NumPy or SciPy is, also one that was added later."""
    row = _ROWS.get(function)
    if row is None and isinstance(function, np.ufunc) and not _is_of_numpy(function):
        row = TABLE.get(_OF_SCIPY.get(function.__name__, ""))
    later = (row for row in TABLE.values() if row.numpy is function)
    return row or next(later, None)


def _is_of_numpy(ufunc: np.ufunc) -> bool:
    return getattr(np, ufunc.__name__, None) is ufunc


def _name(ufunc: np.ufunc) -> str:
    return f"np.{ufunc.__name__}" if _is_of_numpy(ufunc) else ufunc.__name__


def _row(ufunc: np.ufunc) -> Callable[..., Any]:
    row = _COMPOSED.get(ufunc) or row_of(ufunc)
    if row is None:
        raise TypeError(
            f"{_name(ufunc)} has no derivative here: it is not in the table of primitives; "
            "take .data (of a Value) or .numpy() (of a Tensor) for plain numbers"
        )
    return row


def _by_data(ufunc: np.ufunc, inputs: tuple[Any, ...]) -> Any:
    if WATCH.count and ufunc in _ASKED:
        answers = as_object_array(elementwise(_ASKED[ufunc], *inputs))
        return as_tensor(answers) if answers.dtype == object else answers.astype(np.bool_)[()]
    numbers = [NUMBERS(as_object_array(x)) for x in inputs]
    return ufunc(*[np.asarray(x, dtype=np.float64) for x in numbers])


NUMBERS = np.frompyfunc(data_of, 1, 1)
"""The plain numbers of an array that may hold recorded ones."""


def _reduce(ufunc: np.ufunc, inputs: tuple[Any, ...], options: dict[str, Any]) -> Any:
    array = as_object_array(inputs[0])
    axis = options.pop("axis", 0)
    keepdims = options.pop("keepdims", False)
    initial = options.pop("initial", None)
    if initial is np._NoValue:
        initial = None
    if ufunc in (np.logical_and, np.logical_or):
        truths = np.logical_not(_by_data(np.logical_not, (array,)))
        return ufunc.reduce(truths, axis=axis, keepdims=keepdims)
    return along(_reducer(ufunc, initial), array, axis, keepdims)


def _reducer(ufunc: np.ufunc, initial: Any) -> Callable[..., Any]:
    """Return the function of one line of entries that the reduction stands for."""
    first = () if initial is None else (initial,)
    if ufunc in _REDUCED:
        primitive = _REDUCED[ufunc]
        return lambda *xs: primitive(*first, *xs)
    row = _row(ufunc)

    def fold(*xs: Any) -> Any:
        if not xs and not first:
            raise ValueError(f"{_name(ufunc)} of no entries has no value: the array is empty")
        return reduce(row, (*first, *xs))

    return fold


def matmul(a: Any, b: Any) -> Any:
    """Return a @ b by NumPy's rules of shapes, one `dot` node for each entry of the result."""
    a, b = as_object_array(a), as_object_array(b)
    if a.ndim == 0 or b.ndim == 0:
        raise ValueError("matmul: an operand is a scalar; write * to multiply by a number")
    rows = a
    columns = b if b.ndim == 1 else np.swapaxes(b, -1, -2)
    if rows.shape[-1] != columns.shape[-1]:
        raise ValueError(
            f"matmul: shapes {a.shape} and {b.shape} do not fit: {rows.shape[-1]} entries in a row "
            f"of the first, {columns.shape[-1]} in a column of the second"
        )
    if a.ndim > 1 and b.ndim > 1:  # each row meets each column
        rows, columns = rows[..., np.newaxis, :], columns[..., np.newaxis, :, :]
    return dots(rows, columns)


def dots(a: Any, b: Any) -> Any:
    """Return the products of lines along the last axes, the other axes broadcast."""
    a, b = np.broadcast_arrays(as_object_array(a), as_object_array(b))
    result = np.empty(a.shape[:-1], dtype=object)
    for index in np.ndindex(result.shape):
        result[index] = table.dot(*a[index], *b[index])
    return as_tensor(result)


def _vecdot(a: Any, b: Any, axis: int = -1) -> Any:
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        raise ValueError("vecdot: an operand is a scalar; write * to multiply by a number")
    a, b = (np.moveaxis(as_object_array(x), axis, -1) for x in (a, b))
    if a.shape[-1] != b.shape[-1]:
        raise ValueError(
            f"vecdot: lines of {a.shape[-1]} and of {b.shape[-1]} entries have no product"
        )
    return dots(a, b)


def _matvec(a: Any, b: Any) -> Any:
    return _vecdot(a, as_object_array(b)[..., np.newaxis, :])


def _vecmat(a: Any, b: Any) -> Any:
    return _vecdot(as_object_array(a)[..., np.newaxis, :], np.swapaxes(as_object_array(b), -1, -2))


_PRODUCTS: dict[np.ufunc, Callable[..., Any]] = {
    getattr(np, name): function
    for name, function in (
        ("matmul", matmul),
        ("vecdot", _vecdot),
        ("matvec", _matvec),
        ("vecmat", _vecmat),
    )
    if hasattr(np, name)  # some are younger than NumPy 2.0
}
"""Functions of whole lines of entries."""


def _outer(ufunc: np.ufunc, inputs: tuple[Any, ...], options: dict[str, Any]) -> Any:
    a, b = (as_object_array(x) for x in inputs)
    return _call(ufunc, (a.reshape(a.shape + (1,) * b.ndim), b), options)


def _accumulate(ufunc: np.ufunc, inputs: tuple[Any, ...], options: dict[str, Any]) -> Any:
    axis = options.pop("axis", 0)
    lines = np.moveaxis(as_object_array(inputs[0]), axis, 0)
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
