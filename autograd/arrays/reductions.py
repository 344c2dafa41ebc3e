"""Reductions of arrays, one node for each entry of the result."""

from typing import Any

import numpy as np

from autograd.arrays.ways import only_defaults
from autograd.rules import table
from autograd.rules.entrywise import along


def _mean(
    a: Any,
    axis: Any = None,
    dtype: None = None,
    out: None = None,
    keepdims: Any = np._NoValue,
    *,
    where: Any = np._NoValue,
) -> Any:
    only_defaults("mean", dtype=dtype, out=out, where=where)
    return along(table.mean, a, axis, keepdims is not np._NoValue and bool(keepdims))


def _norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    if ord is None or (ord == 2 and (np.ndim(x) == 1 or isinstance(axis, int))) or ord == "fro":
        return along(table.norm, x, axis, keepdims)
    raise TypeError(
        f"np.linalg.norm of a Tensor with ord={ord!r} is not supported: only lengths are"
    )


FUNCTIONS = {np.mean: _mean, np.linalg.norm: _norm}
