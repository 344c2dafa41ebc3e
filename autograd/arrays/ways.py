"""The ways in which a function of NumPy can be right on arrays of Values."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from autograd.rules.entrywise import as_object_array, as_tensor
from autograd.rules.operand import Operand, data_of

Function = Callable[..., Any]

_NUMBERS = np.frompyfunc(data_of, 1, 1)


def numpys(function: Any) -> Function:
    """Return NumPy's own implementation, which is right as it moves entries or calculates."""

    @wraps(function)
    def apply(*args: Any, **options: Any) -> Any:
        return as_tensor(function._implementation(*args, **options))

    return apply


def by_data(function: Function) -> Function:
    """Return the function of the plain numbers, for a result that has no derivative."""

    @wraps(function)
    def apply(*args: Any, **options: Any) -> Any:
        return function(*map(plain, args), **{name: plain(x) for name, x in options.items()})

    return apply


def plain(x: Any) -> Any:
    """Return the numbers in place of Values and of arrays that hold them; all else as it is."""
    if isinstance(x, Operand):
        return data_of(x)
    if isinstance(x, np.ndarray) and x.dtype == object:
        numbers = np.asarray(_NUMBERS(as_object_array(x)))
        return numbers.astype(np.float64) if holds_numbers(numbers) else numbers
    if type(x) in (list, tuple):
        return type(x)(map(plain, x))
    return x


def on_numbers(function: Function, *args: Any, **options: Any) -> Any:
    """Return the function of the plain numbers, for the shape of its result and for its errors."""
    with np.errstate(all="ignore"):
        return by_data(function)(*args, **options)


def holds_numbers(entries: Any) -> bool:
    """Whether all entries of an object array are plain real numbers."""
    return all(issubclass(kind, (float, int, np.number)) for kind in set(map(type, entries.flat)))


def only_defaults(function: str, **options: Any) -> None:
    """Raise a TypeError where an option that Values cannot follow is not left out."""
    for option, value in options.items():
        if value is not None and value is not True and value is not np._NoValue:
            raise TypeError(f"{function} of a Tensor does not take {option}={value!r}")
