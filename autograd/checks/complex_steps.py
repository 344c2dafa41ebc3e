"""The gradient by complex steps."""

import warnings
from typing import Any

import numpy as np

from autograd.checks.arguments import check_positive, filled, plain_inputs
from autograd.checks.steps import COMPLEX_STEP
from autograd.rules.operand import data_of
from autograd.transforms import tree as structure
from autograd.transforms.leaves import scalar_of
from autograd.transforms.recording import Function, name_of


def complex_step(f: Function, x: Any, h: float = COMPLEX_STEP) -> Any:
    """The gradient of f at x by complex steps, Im f(x + ih) / h for each entry.

    Exact to rounding, as nothing is subtracted. f must take complex numbers and be analytic:
    arithmetic, NumPy's functions and those primitives of dualgrad that have a complex form. Others
    (`abs`, `maximum`, `sigmoid`, ...), `math` and comparisons raise a TypeError. Where f uses
    `np.abs`, `.real` or `.conj()` for a part of its result, the result is wrong.

    Args:
        f: a function of x whose result is a single number.
        x: a number, an array of any shape, or nested tuples, lists and dicts of these.
        h: the step.

    Returns:
        The derivatives in the structure and shapes of x, as floats and float64 arrays.

    Raises:
        TypeError: f does not take complex numbers, or loses their imaginary part.
        ValueError: f is not finite at x, or has another value there for complex numbers (log(-2)).

    >>> complex_step(lambda x: np.exp(x[0]) * x[1], np.array([0.0, 3.0]))
    array([3., 1.])
    """
    name = name_of(f)
    check_positive(h, "h")
    inputs = plain_inputs(x, f"argument 0 of {name}")
    value = float(data_of(scalar_of(at_complex(f, (x,), name), name, "complex_step")))
    point = np.array(inputs.numbers)
    gradient = np.empty(len(point))
    for i in range(len(point)):
        moved = point.astype(np.complex128)
        moved[i] += 1j * h
        out = at_complex(f, (filled(inputs, moved),), name)
        number = out[()] if isinstance(out, np.ndarray) and out.ndim == 0 else out
        if not isinstance(number, complex):  # as NumPy's complex128 is
            raise TypeError(
                f"complex_step needs a single complex number from {name} for complex arguments, "
                f"but got {structure.describe(out) if out is number else number!r}: abs, .real and "
                "alike lose the imaginary part"
            )
        if not abs(number.real - value) <= 1e-6 * max(1.0, abs(value)):
            raise ValueError(
                f"{name} is {value!r} at its argument, but {number.real!r} for complex numbers "
                "there: complex_step needs a finite value, and the same for both"
            )
        gradient[i] = number.imag / h
    return filled(inputs, gradient)


def at_complex(f: Function, args: tuple[Any, ...], name: str) -> Any:
    """f of complex arguments; a TypeError where it cannot or drops an imaginary part."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            return f(*args)
    except (TypeError, AttributeError, np.exceptions.ComplexWarning) as error:
        raise TypeError(
            f"{name} does not take complex numbers ({error}): complex_step needs an analytic "
            "function, made of arithmetic, NumPy's functions and primitives with a complex form"
        ) from error
