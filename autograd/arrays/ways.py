"""The ways in which a function of NumPy is right on arrays of Values.

Each returns what stands in for the function; what fits none of them is written out beside the
table of its module.
"""

from collections.abc import Callable
from inspect import signature
from typing import Any

import numpy as np

from autograd.rules.entrywise import as_object_array, as_tensor
from autograd.rules.operand import Operand, data_of
from autograd.values.functions import full_name
from autograd.values.tensor import Tensor, as_entries
from autograd.values.ufuncs import NUMBERS

Function = Callable[..., Any]


def stands_for(function: Function, remark: str) -> Callable[[Function], Function]:
    """Give a function the name of NumPy's, and what docs/numpy.md says of it."""

    def named(apply: Function) -> Function:
        apply.__name__, apply.__doc__ = function.__name__, remark
        return apply

    return named


def numpys(function: Any) -> Function:
    """Return NumPy's own implementation, which gives entries other places, or calculates.

    The result is a new array: one of plain numbers becomes float64.
    """

    @stands_for(function, "NumPy's own program, run on Values.")
    def apply(*args: Any, **options: Any) -> Any:
        return as_tensor(function._implementation(*args, **options))

    return apply


def joins(function: Any) -> Function:
    """Return NumPy's own implementation, which would give the result the first argument's type."""
    apply_numpys = numpys(function)

    @stands_for(function, "NumPy's own program, run on Values.")
    def apply(first: Any, *args: Any, **options: Any) -> Any:
        return apply_numpys(as_entries(first).view(Tensor), *args, **options)

    return apply


def views(function: Any) -> Function:
    """Return NumPy's own implementation, for a result that is to be written into.

    Object arrays become Tensors, whatever they hold.
    """

    @stands_for(function, "The same Values in another shape.")
    def apply(*args: Any, **options: Any) -> Any:
        return _viewed(function._implementation(*args, **options))

    return apply


def _viewed(result: Any) -> Any:
    if isinstance(result, (list, tuple)):
        return type(result)(map(_viewed, result))
    if isinstance(result, np.ndarray) and result.dtype == object:
        return result.view(Tensor) if result.ndim else as_object_array(result)[()]
    return as_tensor(result)


def by_data(function: Function) -> Function:
    """Return the function of the plain numbers, for a result without a derivative."""

    @stands_for(function, "By the numbers, without a derivative.")
    def apply(*args: Any, **options: Any) -> Any:
        return function(*map(plain, args), **{name: plain(x) for name, x in options.items()})

    return apply


def writes(function: Any, values: str) -> Function:
    """Return a function that writes into its first argument; `values` names what it writes.

    Numbers are written as constants; plain arrays refuse Values, as gradients would be lost.
    """
    shape_of_call = signature(function)

    @stands_for(function, "Writes Values, and numbers as constants.")
    def apply(*args: Any, **options: Any) -> Any:
        call = shape_of_call.bind(*args, **options)
        target = next(iter(call.arguments.values()))
        written = call.arguments[values]
        if isinstance(target, np.ndarray) and target.dtype == object:
            call.arguments[values] = as_entries(written)
        elif is_recorded(written):
            raise TypeError(
                f"{full_name(function)} cannot write Values into an array of {target.dtype}, as "
                "their gradients would be lost: make it a Tensor"
            )
        return function._implementation(*call.args, **call.kwargs)

    return apply


def about(function: Any) -> Function:
    """Return NumPy's own implementation, for an answer that does not depend on the numbers."""

    @stands_for(function, "About the array, whatever its numbers.")
    def apply(*args: Any, **options: Any) -> Any:
        return function._implementation(*args, **options)

    return apply


def plain(x: Any) -> Any:
    """Return the numbers in place of Values and of arrays that hold them; all else as it is."""
    if isinstance(x, Operand):
        return data_of(x)
    if isinstance(x, np.ndarray) and x.dtype == object:
        return as_tensor(NUMBERS(as_object_array(x))) if x.size else x.astype(np.float64)
    return type(x)(map(plain, x)) if type(x) in (list, tuple) else x


def is_recorded(x: Any) -> bool:
    """Whether x is a Value or holds any."""
    if isinstance(x, (list, tuple)):
        return any(map(is_recorded, x))
    if isinstance(x, np.ndarray) and x.dtype == object:
        return any(isinstance(entry, Operand) for entry in x.flat)
    return isinstance(x, Operand)


def on_numbers(function: Function, *args: Any, **options: Any) -> Any:
    """Return the function of the plain numbers, for the shape of its result and for its errors."""
    with np.errstate(all="ignore"):
        return by_data(function)(*args, **options)


def only_defaults(function: str, **options: Any) -> None:
    """Raise a TypeError where an option that Values cannot follow is not left out."""
    for option, value in options.items():
        if value is not None and value is not True and value is not np._NoValue:
            raise TypeError(f"{function} of a Tensor does not take {option}={value!r}")
