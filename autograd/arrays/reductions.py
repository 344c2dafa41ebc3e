"""Reductions of arrays, one node for each entry of the result."""

from functools import partial
from typing import Any

import numpy as np

from autograd.arrays.ways import Function, only_defaults, plain
from autograd.rules import table
from autograd.rules.entrywise import along, as_array, as_object_array, as_tensor


def _mean(
    a: Any,
    axis: Any = None,
    dtype: None = None,
    out: None = None,
    keepdims: Any = np._NoValue,
    *,
    where: Any = np._NoValue,
) -> Any:
    """Return the means, one node for each entry."""
    only_defaults("mean", dtype=dtype, out=out, where=where)
    return along(table.mean, a, axis, keepdims is not np._NoValue and bool(keepdims))


def _without_nan(function: Function, a: Any, axis: Any = None, *args: Any, **options: Any) -> Any:
    """Return the function of the entries that are not nan."""
    keepdims = options.pop("keepdims", False)
    only_defaults(function.__name__, **{x: options.pop(x, None) for x in ("dtype", "out", "where")})

    def of_line(*entries: Any) -> Any:
        kept = np.fromiter((x for x in entries if x == x), dtype=object)
        return function(as_array(kept), *args, **options) if kept.size else _of_nothing(function)

    return along(of_line, a, axis, keepdims is not np._NoValue and bool(keepdims))


def _of_nothing(function: Function) -> float:
    return {np.sum: 0.0, np.prod: 1.0}.get(function, np.nan)


def _accumulated(function: Function, empty: float, a: Any, *args: Any, **options: Any) -> Any:
    """Return the function, with a constant in place of each nan."""
    entries = np.array(as_object_array(a))
    entries[np.isnan(plain(a))] = empty
    return function(as_tensor(entries), *args, **options)


_IGNORING_NAN: dict[Any, Any] = {
    np.nanmax: np.max,
    np.nanmean: np.mean,
    np.nanmedian: np.median,
    np.nanmin: np.min,
    np.nanprod: np.prod,
    np.nanstd: np.std,
    np.nansum: np.sum,
    np.nanvar: np.var,
}

FUNCTIONS: dict[Function, Function] = {
    np.mean: _mean,
    np.nancumprod: partial(_accumulated, np.cumprod, 1.0),
    np.nancumsum: partial(_accumulated, np.cumsum, 0.0),
    **{nan: partial(_without_nan, function) for nan, function in _IGNORING_NAN.items()},
}
