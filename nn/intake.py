"""Data as users have them, checked and turned into float64 arrays.

Taken are NumPy arrays, nested lists and tuples, whatever has `to_numpy()` (pandas, polars), and
Tensors, whose numbers are used: data are constants, so a Tensor loses its graph here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import Tensor
from autograd.rules.entrywise import as_object_array, as_tensor
from autograd.rules.operand import Operand, as_number, data_of, is_real

Array = NDArray[np.float64]
Seed = int | np.random.Generator | None
"""What `numpy.random.default_rng` takes: nothing here has a random state of its own."""

_MISSING = frozenset({"NoneType", "NAType", "NaTType"})
"""The types of what stands where a value is missing; pandas' by name, as it is not imported."""


def generator_of(seed: Any) -> np.random.Generator:
    """Return the generator of a seed; a Generator as it is, so that it goes on.

    Raises:
        TypeError, ValueError: it is none.

    >>> generator_of(-1)
    Traceback (most recent call last):
    ...
    ValueError: seed must be a whole number from 0 on, a numpy.random.Generator or None, not -1
    """
    try:
        return np.random.default_rng(seed)
    except (TypeError, ValueError) as error:
        raise type(error)(
            f"seed must be a whole number from 0 on, a numpy.random.Generator or None, not {seed!r}"
        ) from None


def as_features(data: Any, who: str = "", width: int | None = None) -> Array:
    """Return the features of samples: float64 of shape (n, ..., width), n at least 1, all finite.

    An array that is float64 already is not copied; the caller's data are never changed.

    Args:
        data: one sample in each row.
        who: who takes them, for messages: "fit".
        width: how many columns there must be; None for any number.

    Raises:
        TypeError: an entry is no real number, or data is no array of numbers at all.
        ValueError: data is empty, has one dimension, rows of several lengths or a wrong width, or
            an entry is missing, nan or infinite. The message names the entry: `X[3, 1]`.

    >>> as_features([[1, 2], [True, 0.5]])
    array([[1. , 2. ],
           [1. , 0.5]])
    >>> as_features([1.0, 2.0, 3.0], "fit")
    Traceback (most recent call last):
    ...
    ValueError: fit: X has shape (3,), but a sample is a row: write numpy.reshape(X, (-1, 1)) \
for 3 samples of one number, numpy.reshape(X, (1, -1)) for one sample
    """
    name = _label(who, "X")
    array = as_array(data, name)
    _refuse_empty(array, name)
    if array.ndim == 0:
        raise ValueError(
            f"{name} is a single number: write [[{array}]] for one sample of one number"
        )
    if array.ndim == 1:
        raise ValueError(
            f"{name} has shape {array.shape}, but a sample is a row: write numpy.reshape(X, "
            f"(-1, 1)) for {len(array)} samples of one number, numpy.reshape(X, (1, -1)) for one "
            "sample"
        )
    if width is not None and array.shape[-1] != width:
        raise ValueError(f"{name} has {array.shape[-1]} columns, the model takes {width}")
    return array


def as_targets(data: Any, who: str = "") -> Array:
    """Return the targets of samples: float64 of shape (n, ...), n at least 1, all finite.

    Raises:
        TypeError, ValueError: as `as_features` does, of `y`.

    >>> as_targets([0, 1, 1])
    array([0., 1., 1.])
    >>> as_targets(["cat", "dog"])
    Traceback (most recent call last):
    ...
    TypeError: y[0] is the text 'cat', not a number: number the classes, as \
numpy.unique(labels, return_inverse=True)[1] does
    """
    name = _label(who, "y")
    array = as_array(data, name)
    if array.ndim < 1:
        raise ValueError(f"{name} is a single number: write [{array}] for one sample")
    _refuse_empty(array, name)
    return array


def as_samples(X: Any, y: Any, who: str = "", width: int | None = None) -> tuple[Array, Array]:
    """Return features and targets of the same samples.

    Raises:
        TypeError, ValueError: as `as_features` and `as_targets` do; and for different lengths.

    >>> as_samples([[1, 2], [3, 4]], [0, 1, 1], "fit")
    Traceback (most recent call last):
    ...
    ValueError: fit: X has 2 samples and y has 3: each sample needs its target
    """
    features, targets = as_features(X, who, width), as_targets(y, who)
    same_length(features, targets, who)
    return features, targets


def as_array(data: Any, name: str = "X", finite: bool = True) -> Array:
    """Return numbers of any shape as float64; not copied if they are that already.

    Args:
        data: anything array-like.
        name: what messages call it.
        finite: refuse nan and infinity as well.

    Raises:
        TypeError: an entry is no real number, or data is no array of numbers at all.
        ValueError: rows of several lengths; an entry is missing, or is nan or infinite and finite.

    >>> as_array([[1.0, 2.0], [float("nan"), 3.0]])
    Traceback (most recent call last):
    ...
    ValueError: X[1, 0] is nan: remove or replace what is not finite
    """
    columns = _columns(data)
    array = _floats(unpacked(data, name), name, columns)
    if finite and not (good := np.isfinite(array)).all():
        first = int(np.argmin(good))
        place = _place(name, array.shape, first, columns)
        raise ValueError(f"{place} is {array.flat[first]}: remove or replace what is not finite")
    return array


def as_input(x: Any, name: str = "x") -> Any:
    """Return numbers and Values as an array: float64, or a Tensor where Values are among them.

    A single one stays as it is.

    Raises:
        TypeError: an entry is not a number, or x is no array of numbers at all.
        ValueError: the rows are of different lengths, or a number is missing.
    """
    if isinstance(x, (Tensor, Operand)) or is_real(x):
        return x
    entries = unpacked(x, name)
    if entries.dtype == object and any(isinstance(entry, Operand) for entry in entries.flat):
        numbers = [e if isinstance(e, Operand) else as_number(e, name) for e in entries.flat]
        return as_tensor(np.fromiter(numbers, object, entries.size).reshape(entries.shape))
    array = as_array(entries, name, finite=False)
    return array if array.ndim else array[()]


def as_rows(data: Any, name: str = "X") -> NDArray[Any]:
    """Return an array of at least one row, its entries of their kind: integers, text, objects.

    Raises:
        TypeError: data is no array.
        ValueError: data is empty, a single number, or has rows of several lengths.

    >>> as_rows([[1, 2], [3, 4]]).dtype
    dtype('int64')
    """
    array = data if isinstance(data, np.ndarray) else unpacked(data, name)
    if array.ndim < 1:
        _refuse_container(array[()], name)
        raise ValueError(f"{name} is {array.item()!r}: an array of samples is needed")
    _refuse_empty(array, name)
    return array


def same_length(X: NDArray[Any], y: NDArray[Any], who: str = "") -> None:
    """Check that there are as many targets as samples.

    Raises:
        ValueError: there are not.
    """
    if len(X) != len(y):
        raise ValueError(
            f"{_label(who, 'X')} has {len(X)} samples and y has {len(y)}: each sample needs its "
            "target"
        )


def matching(y: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    """Return targets in the shape of the predictions, if a last axis of length 1 is all between.

    Others are returned as they are: nothing is broadcast.

    >>> matching(np.zeros(3), (3, 1)).shape, matching(np.zeros((3, 1)), (3,)).shape
    ((3, 1), (3,))
    """
    return y.reshape(shape) if y.shape == (*shape, 1) or shape == (*y.shape, 1) else y


def unpacked(data: Any, name: str) -> NDArray[Any]:
    """Return an array of whatever entries there are: numbers, text, objects.

    Raises:
        ValueError: the rows are of several lengths.
    """
    if isinstance(data, np.ma.MaskedArray):
        entries = np.array(data, dtype=object)  # of the data alone, the mask not heeded
        entries[np.ma.getmaskarray(data)] = None
        return entries
    if isinstance(data, (np.ndarray, Operand)):
        array: NDArray[Any] = as_object_array(data)
        return array
    if hasattr(data, "to_numpy"):
        return np.asarray(data.to_numpy())
    try:
        array = np.asarray(data)
        # NumPy makes text of the numbers beside a text; kept apart, the text can be named.
        return np.array(data, dtype=object) if array.dtype.kind in "US" else array
    except ValueError:
        _refuse_ragged(data, name)
        raise


def _floats(array: NDArray[Any], name: str, columns: list[str]) -> Array:
    if array.dtype.kind in "fiub":
        with np.errstate(over="ignore"):  # a long double may become inf, which is named later
            return array.astype(np.float64, copy=False)
    entries = [data_of(x) for x in array.flat]
    for i, entry in enumerate(entries):
        if not _is_number(entry):
            _refuse(entry, array, _place(name, array.shape, i, columns))
    return np.array([_float(x) for x in entries]).reshape(array.shape)


def _is_number(x: Any) -> bool:
    return is_real(x) and not isinstance(x, np.timedelta64)  # which is an np.integer


def _float(x: Any) -> float:
    try:
        return float(x)
    except OverflowError:  # an integer or a fraction beyond all doubles
        return np.inf if x > 0 else -np.inf


def _refuse(entry: Any, array: NDArray[Any], place: str) -> None:
    """Say what is wrong with an entry that is no number."""
    kind = type(entry).__name__
    if kind in _MISSING:
        raise ValueError(f"{place} is {entry}, a missing value: remove or replace it")
    if isinstance(entry, (str, bytes)):
        text = str(entry) if isinstance(entry, str) else entry  # not np.str_('abc')
        raise TypeError(f"{place} is the text {text!r}, not a number: {_remedy(text)}")
    if isinstance(entry, (complex, np.complexfloating)):
        raise TypeError(f"{place} is the complex {entry}: pass real and imaginary parts as columns")
    if array.ndim and isinstance(entry, (list, tuple, np.ndarray)):
        _refuse_ragged(list(array), place.partition("[")[0])
        raise ValueError(
            f"{place} holds entries itself: write numpy.stack(...) for one array of all"
        )
    _refuse_container(entry, place)
    raise TypeError(f"{place} is {entry!r} of type {kind}, not a number")


def _remedy(text: str | bytes) -> str:
    try:
        float(text)
    except ValueError:
        return "number the classes, as numpy.unique(labels, return_inverse=True)[1] does"
    return "write numpy.array(..., dtype=float)"


def _refuse_container(x: Any, name: str) -> None:
    """Raise the TypeError for what NumPy takes for a single object though it holds many."""
    if isinstance(x, dict):
        remedy = "write numpy.column_stack(list(columns.values()))"
    elif hasattr(x, "toarray"):
        remedy = "write .toarray()"
    elif hasattr(x, "__iter__") and not isinstance(x, (str, bytes)):
        remedy = "write list(...)"
    else:
        return
    raise TypeError(f"{name} is a {type(x).__name__}, not an array of numbers: {remedy}")


def _refuse_ragged(data: Any, name: str) -> None:
    """Raise a ValueError for the first row that is not as long as the first of its level."""
    level: list[tuple[str, Any]] = [("", data)]
    while any(_length(row) is not None for _, row in level):
        first, model = level[0]
        for path, row in level:
            if _length(row) != _length(model):
                raise ValueError(
                    f"{name}[{path}] {_entries(row)}, but {name}[{first}] {_entries(model)}: "
                    "rows must be of one length"
                )
        level = [
            (f"{path}, {i}" if path else str(i), entry)
            for path, row in level
            for i, entry in enumerate(row)
        ]


def _length(row: Any) -> int | None:
    """Count the entries of a row; None for a single entry."""
    if isinstance(row, np.ndarray):
        return len(row) if row.ndim else None
    return len(row) if isinstance(row, (list, tuple)) else None


def _entries(row: Any) -> str:
    length = _length(row)
    if length is None:
        return "is a single entry"
    return "has 1 entry" if length == 1 else f"has {length} entries"


def _refuse_empty(array: NDArray[Any], name: str) -> None:
    if array.size == 0:
        raise ValueError(f"{name} is empty: its shape is {array.shape}")


def _columns(data: Any) -> list[str]:
    """Return the names of a data frame's columns; none for other data."""
    columns = getattr(data, "columns", None)
    return [str(c) for c in columns] if hasattr(data, "to_numpy") and columns is not None else []


def _place(name: str, shape: tuple[int, ...], position: int, columns: Sequence[str]) -> str:
    """Name the entry at a position, counted row by row: `X[3, 1] (column 'age')`."""
    if not shape:
        return name
    index = [int(i) for i in np.unravel_index(position, shape)]
    column = f" (column {columns[index[1]]!r})" if len(index) == 2 and columns else ""
    return f"{name}[{', '.join(map(str, index))}]{column}"


def _label(who: str, argument: str) -> str:
    return f"{who}: {argument}" if who else argument
