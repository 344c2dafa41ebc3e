"""Functions that choose among entries: which, the plain numbers say by NumPy's own rules."""

from typing import Any

import numpy as np

from autograd.arrays.ways import Function, numpys, only_defaults, plain
from autograd.rules import table
from autograd.rules.entrywise import as_object_array, as_tensor, elementwise


def _clip(a: Any, a_min: Any = None, a_max: Any = None, out: None = None, **options: Any) -> Any:
    """Return the entries, limited to [a_min, a_max]."""
    lo = options.pop("min", a_min)
    hi = options.pop("max", a_max)
    lo, hi = (None if x is np._NoValue else x for x in (lo, hi))
    only_defaults("clip", out=out, **options)
    return elementwise(table.clip, a, -np.inf if lo is None else lo, np.inf if hi is None else hi)


def _where(condition: Any, *choices: Any) -> Any:
    """Return entries of either; nothing flows back into what was not chosen."""
    if not choices:
        return np.nonzero(plain(condition))
    return elementwise(table.where, plain(condition), *choices)


def _sort(
    a: Any, axis: Any = -1, kind: Any = None, order: None = None, *, stable: Any = None
) -> Any:
    """Return the sorted entries, nan last; equal ones keep their order."""
    only_defaults("sort", order=order)
    return _taken(a, axis, lambda numbers, axis: np.argsort(numbers, axis, kind="stable"))


def _partition(
    a: Any, kth: Any, axis: Any = -1, kind: str = "introselect", order: None = None
) -> Any:
    """Return the entries in the order of `np.argpartition`."""
    only_defaults("partition", order=order)
    return _taken(a, axis, lambda numbers, axis: np.argpartition(numbers, kth, axis))


def _taken(a: Any, axis: Any, places: Function) -> Any:
    """Return entries along an axis at the places that their numbers have there."""
    entries = np.asarray(as_object_array(a))
    if axis is None:
        entries, axis = entries.ravel(), -1
    return as_tensor(np.take_along_axis(entries, places(plain(entries), axis), axis))


def _unique(
    ar: Any,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    **options: Any,
) -> Any:
    """Return the first of all equal entries, sorted."""
    unique: Any = np.unique  # whose types do not take flags that are not known
    found = unique(plain(ar), True, return_inverse, return_counts, axis, **options)
    entries = as_object_array(ar)
    chosen = entries.ravel()[found[1]] if axis is None else entries.take(found[1], axis)
    results = (as_tensor(chosen), *found[1 if return_index else 2 :])
    return results if len(results) > 1 else results[0]


def _nan_to_num(
    x: Any, copy: bool = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None
) -> Any:
    """Return finite entries as they are, and constants in place of the others."""
    largest = np.finfo(np.float64).max
    numbers = plain(x)
    result = np.array(as_object_array(x))
    for where, number in (
        (np.isnan(numbers), nan),
        (np.isposinf(numbers), largest if posinf is None else posinf),
        (np.isneginf(numbers), -largest if neginf is None else neginf),
    ):
        result = np.where(where, number, result)
    if copy or not isinstance(x, np.ndarray):
        return as_tensor(result)
    x[...] = result
    return x


# NumPy's programs for sets, which sort and compare.
_SETS = (
    *(np.intersect1d, np.setdiff1d, np.setxor1d, np.union1d),
    *(np.unique_all, np.unique_counts, np.unique_inverse, np.unique_values),
)


FUNCTIONS: dict[Function, Function] = {
    **{function: numpys(function) for function in (*_SETS, np.around, np.round)},
    np.clip: _clip,
    np.nan_to_num: _nan_to_num,
    np.partition: _partition,
    np.sinc: table.sinc,
    np.sort: _sort,
    np.unique: _unique,
    np.where: _where,
}
