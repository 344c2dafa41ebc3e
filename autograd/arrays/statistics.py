"""NumPy's statistics of arrays of Values: spread, quantiles, covariances."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from autograd.arrays.linalg import length
from autograd.arrays.ways import Function, is_recorded, on_numbers, only_defaults, plain
from autograd.rules import table
from autograd.rules.entrywise import all_axes, along, as_object_array, as_tensor
from autograd.values.ufuncs import matmul

# Spread.


def _spread(
    function: Any,
    of_line: Callable[..., Any],
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    ddof: float = 0,
    keepdims: Any = np._NoValue,
    *,
    where: Any = np._NoValue,
    mean: Any = np._NoValue,
    correction: Any = np._NoValue,
) -> Any:
    """Return the variance or the standard deviation: a mean, deviations, a node or two."""
    only_defaults(function.__name__, dtype=dtype, out=out, where=where)
    given = {"mean": mean, "correction": correction}
    given = {name: x for name, x in given.items() if x is not np._NoValue}
    on_numbers(function, a, axis, ddof=ddof, **given)
    a = as_object_array(a)
    middle = given.get("mean")
    if middle is None:
        middle = along(table.mean, a, axis, keepdims=True)
    less = given.get("correction", ddof)
    kept = keepdims is not np._NoValue and bool(keepdims)
    return along(lambda *xs: of_line(xs, max(len(xs) - less, 0.0)), a - middle, axis, kept)


def _variance(deviations: tuple[Any, ...], count: float) -> Any:
    return table.div(table.dot(*deviations, *deviations), float(count))


def _deviation(deviations: tuple[Any, ...], count: float) -> Any:
    """Return the root of the variance, by way of a length: its derivatives are 0 where it is 0."""
    return table.div(length(*deviations), math.sqrt(count))


# Quantiles.


def _quantile(
    function: Any,
    a: Any,
    q: Any,
    axis: Any = None,
    out: Any = None,
    overwrite_input: bool = False,
    method: str = "linear",
    keepdims: bool = False,
    *,
    weights: Any = None,
) -> Any:
    """Return quantiles by any of NumPy's methods: entries, or points between two neighbours."""
    only_defaults(function.__name__, out=out)
    if is_recorded(q):
        raise TypeError(f"{function.__name__} of a Tensor takes plain numbers for q, not {q!r}")
    options = {"method": method, "weights": plain(weights)}
    wanted = on_numbers(function, a, q, axis, keepdims=keepdims, **options)
    return _at_places(function, wanted, a, np.asarray(q), axis, options)


def _median(
    a: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False, keepdims: bool = False
) -> Any:
    """Return the middle entry, or the mean of the two in the middle."""
    only_defaults("median", out=out)
    wanted = on_numbers(np.median, a, axis, keepdims=keepdims)
    return _at_places(np.quantile, wanted, a, np.asarray(0.5), axis, {})


def _at_places(
    function: Any, wanted: Any, a: Any, q: Any, axis: Any, options: dict[str, Any]
) -> Any:
    """Return the quantiles of each line along the axis, in the shape of NumPy's result."""
    a, weights = as_object_array(a), options.get("weights")
    axes = all_axes(axis, a.ndim)
    if weights is not None:
        others = [i for i in range(a.ndim) if i not in axes] if np.ndim(weights) < a.ndim else []
        weights = _lines(np.broadcast_to(np.expand_dims(weights, others), a.shape), axes)
    lines = _lines(a, axes)
    result = np.empty((q.size, len(lines)), dtype=object)
    numbers = np.reshape(wanted, result.shape)
    for i, line in enumerate(lines):
        given = options if weights is None else {**options, "weights": weights[i]}
        result[:, i] = _of_line(function, line, q.ravel(), numbers[:, i], given)
    return as_tensor(result.reshape(np.shape(wanted)))


def _of_line(function: Any, line: Any, q: Any, wanted: Any, options: dict[str, Any]) -> list[Any]:
    """Return the quantiles of one line; nan where NumPy's are.

    NumPy's quantile of the ranks 0, 1, ... tells at which place of the sorted line they are.
    """
    if np.isnan(wanted).all():
        return [table.prod(math.nan, *line)] * len(q)
    numbers = np.asarray(plain(line), dtype=float)
    order = np.argsort(numbers, kind="stable")
    ranks = np.empty(len(line))
    ranks[order] = range(len(line))
    ranks[np.isnan(numbers)] = math.nan
    places = function(ranks, q, **options)
    return [
        table.prod(math.nan, *line) if math.isnan(number) else _between(line[order], place)
        for number, place in zip(wanted, places.tolist(), strict=True)
    ]


def _lines(array: Any, axes: tuple[int, ...]) -> Any:
    """Return the entries along the axes as the rows of a matrix."""
    kept = [i for i in range(array.ndim) if i not in axes]
    length = math.prod([array.shape[i] for i in axes])
    count = math.prod([array.shape[i] for i in kept])
    return array.transpose(*kept, *axes).reshape(count, length)


def _between(line: Any, place: float) -> Any:
    """Return the entry at the place, or the point on the way from one entry to the next."""
    low = math.floor(place)
    part = place - low
    return line[low] if part == 0.0 else table.dot(*line[low : low + 2], 1.0 - part, part)


# Covariances.


def _cov(
    m: Any,
    y: Any = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
    fweights: Any = None,
    aweights: Any = None,
    *,
    dtype: Any = None,
) -> Any:
    """Return the covariances of variables, each one `dot` node."""
    only_defaults("cov", dtype=dtype)
    wanted = on_numbers(np.cov, m, y, rowvar, bias, ddof, fweights, aweights)
    if not wanted.size:
        return wanted
    x = _variables(m, rowvar)
    if y is not None:
        x = np.concatenate([x, _variables(y, rowvar)])
    ddof = (0 if bias else 1) if ddof is None else ddof
    given = [as_object_array(w) for w in (fweights, aweights) if w is not None]
    total: Any = x.shape[1]
    if given:
        weights = given[0] * given[1] if len(given) == 2 else given[0]
        total = table.sum(*weights)
        x = x - np.asarray(matmul(x, weights))[:, np.newaxis] / total
        products = matmul(x * weights, x.T)
    else:
        x = x - along(table.mean, x, 1, keepdims=True)
        products = matmul(x, x.T)
    if aweights is not None:
        ddof = ddof * table.sum(*(weights * given[-1])) / total
    count = total - ddof
    return np.reshape(products * table.div(1.0, count if count > 0.0 else 0.0), wanted.shape)


def _variables(x: Any, rowvar: bool) -> Any:
    """Return one row for each variable."""
    x = as_object_array(x)
    if x.ndim < 2:
        return x.reshape(1, -1)
    return x if rowvar else x.T


def _corrcoef(x: Any, y: Any = None, rowvar: bool = True, *, dtype: Any = None) -> Any:
    """Return the correlations of variables, limited to [-1, 1]."""
    only_defaults("corrcoef", dtype=dtype)
    c = _cov(x, y, rowvar)
    if np.ndim(c) == 0:
        return c / c
    size = np.sqrt(np.diagonal(c))
    return np.clip(c / size[:, np.newaxis] / size[np.newaxis, :], -1.0, 1.0)


FUNCTIONS: dict[Function, Function] = {
    np.var: partial(_spread, np.var, _variance),
    np.std: partial(_spread, np.std, _deviation),
    np.quantile: partial(_quantile, np.quantile),
    np.percentile: partial(_quantile, np.percentile),
    np.nanquantile: partial(_quantile, np.nanquantile),
    np.nanpercentile: partial(_quantile, np.nanpercentile),
    np.median: _median,
    np.cov: _cov,
    np.corrcoef: _corrcoef,
}
