"""Derivatives by differences and by complex steps, and how large a step they need.

What a difference of a step h is worth follows from its two errors: of a central difference
(f(x + h) - f(x - h)) / 2h the truncation, f'''(x) h² / 6, and the rounding of f, ε |f(x)| / h.
Their sum is least near h = ε^(1/3), some 6e-6 (Press et al., Numerical Recipes, 3rd ed., section
5.7). A complex step, Im f(x + ih) / h, subtracts nothing: it has no second error, so h can be tiny
(Squire & Trapp, doi:10.1137/S003614459631241X).
"""

import math
import sys
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from autograd.rules.operand import data_of
from autograd.text.arguments import positive
from autograd.transforms import tree
from autograd.transforms.leaves import scalar_of
from autograd.transforms.recording import Call, Function, call_at

EPSILON: Final = sys.float_info.epsilon

COMPLEX_STEP: Final = 1e-20


def step_at(x: Any) -> float:
    """Return the step of a central difference at x: ε^(1/3) max(1, |x|), with the ε of x's floats.

    >>> step_at(0.5) == step_at(-1.0) == step_at(-1e3) / 1e3 < 1e-5 < step_at(np.float32(1.0))
    True
    """
    epsilon = float(np.finfo(x.dtype).eps) if isinstance(x, np.floating) else EPSILON
    return math.cbrt(epsilon) * max(1.0, abs(float(x)))


def central_difference(g: Callable[[Any], Any], x: Any, h: float) -> Any:
    """Return (g(x + h) - g(x - h)) / 2h, a number or an array as g is.

    Raises:
        ValueError: x ± h is x in floating point.

    >>> central_difference(lambda x: x**3, 1.0, 0.5)
    3.25
    """
    right, left = x + h, x - h
    if right == left:
        raise ValueError(f"the step {h} is lost in rounding beside {x!r}: take a larger h")
    return (g(right) - g(left)) / float(right - left)


@dataclass(frozen=True)
class Difference:
    """The difference quotients of one step: one-sided from the left and the right, and central."""

    step: float
    left: float
    right: float
    central: float

    @property
    def gap(self) -> float:
        """How far the one-sided ones are apart: h g''(0), unless there is a kink."""
        return abs(self.right - self.left)

    @property
    def change(self) -> float:
        """How far g changes, on the side where it is more: h g'(0), unless there is a jump."""
        return self.step * max(abs(self.left), abs(self.right))


def difference(g: Callable[[float], float], h: float) -> Difference:
    """Return the difference quotients of g at 0."""
    left, right = (g(0.0) - g(-h)) / h, (g(h) - g(0.0)) / h
    return Difference(h, left, right, central_difference(g, 0.0, h))


def numerical_gradient(f: Function, x: Any, h: float | None = None) -> Any:
    """Return the gradient of f at x by central differences, (f(x + h) - f(x - h)) / 2h.

    Arrays are changed in place, an entry at a time, and f is called with x itself. So f may as well
    ignore its argument and use the array that x is, the weights of a network say. Every entry is
    put back, also when f raises.

    Args:
        f: a function of x whose result is a single number.
        x: a number, an array of any shape, or nested tuples, lists and dicts of these.
        h: the step; by default ε^(1/3) max(1, |entry|), with the ε of x's floats.

    Returns:
        The derivatives in the structure, shapes and floating types of x.

    Raises:
        TypeError: f returns no single number, or x is not made of real floating-point numbers.
        ValueError: an array is read-only or overlaps another one, or h is not a positive number.

    >>> numerical_gradient(lambda x: x[0] ** 2 * x[1], np.array([3.0, 5.0])).round(6)
    array([30.,  9.])
    """
    step = None if h is None else positive(h, "h")
    call = call_at(f, (x,), argnums=0, plain_only=True)
    leaves = [x if isinstance(x, np.ndarray) else float(x) for x in tree.flatten(x)]
    _check_changeable(leaves, call.inputs.places)

    def by_entry(entries: Any, index: Any) -> float:
        """The derivative by one entry of an array or a list, which is put back."""
        before = entries[index]

        def value(moved: Any) -> float:
            entries[index] = moved
            out = f(tree.unflatten(x, leaves))
            return float(data_of(scalar_of(out, call.name, "numerical_gradient")))

        try:
            derivative: float = central_difference(value, before, step or step_at(before))
        finally:
            entries[index] = before
        return derivative

    gradient: list[float] = []
    for k, leaf in enumerate(leaves):
        if isinstance(leaf, np.ndarray):
            gradient += [by_entry(leaf, index) for index in np.ndindex(leaf.shape)]
        else:
            gradient.append(by_entry(leaves, k))
    return call.inputs.unflatten(gradient, call.inputs.kinds)


def _check_changeable(leaves: list[Any], places: list[str]) -> None:
    """Raise a ValueError or TypeError for arrays that cannot be changed one by one."""
    arrays: list[Any] = []
    for leaf, place in zip(leaves, places, strict=True):
        if not isinstance(leaf, np.ndarray):
            continue
        if leaf.dtype.kind in "iu":
            raise TypeError(
                f"{place} is an array of {leaf.dtype}, which takes no small steps: convert it by "
                ".astype(float)"
            )
        if not leaf.flags.writeable:
            raise ValueError(
                f"{place} is read-only, but its entries are changed for the differences: pass a "
                "copy of it, .copy()"
            )
        if any(np.shares_memory(leaf, array) for array in arrays):
            raise ValueError(f"{place} shares memory with an array before it: pass a copy of it")
        arrays.append(leaf)


def complex_step(f: Function, x: Any, h: float = COMPLEX_STEP) -> Any:
    """Return the gradient of f at x by complex steps, Im f(x + ih) / h for each entry.

    It is exact to rounding, as nothing is subtracted. f must take complex numbers and be analytic:
    arithmetic, NumPy's functions and those primitives of dualgrad that have a complex form. Others
    (`abs`, `maximum`, `sigmoid`, ...), `math` and comparisons raise a TypeError. Where f uses
    `np.abs`, `.real` or `.conj()` for a part of its result, the result is wrong.

    Args:
        f: a function of x whose result is a single number.
        x: a number, an array of any shape, or nested tuples, lists and dicts of these.
        h: the step.

    Returns:
        The derivatives in the structure, shapes and floating types of x.

    Raises:
        TypeError: f does not take complex numbers, or loses their imaginary part.
        ValueError: f is not finite at x, or has another value there for complex numbers (log(-2)).

    >>> complex_step(lambda x: np.exp(x[0]) * x[1], np.array([0.0, 3.0]))
    array([3., 1.])
    """
    h = positive(h, "h")
    call = call_at(f, (x,), argnums=0, plain_only=True)
    name, point = call.name, call.inputs.numbers
    value = float(data_of(scalar_of(run_on_complex(call, point), name, "complex_step")))
    gradient = []
    for i in range(len(point)):
        out = run_on_complex(call, [x + 1j * h * (i == k) for k, x in enumerate(point)])
        number = out[()] if isinstance(out, np.ndarray) and out.ndim == 0 else out
        if not isinstance(number, complex):  # as NumPy's complex128 is
            raise TypeError(
                f"complex_step needs a single complex number from {name} for complex arguments, "
                f"but got {tree.describe(out) if out is number else number!r}: abs, .real and "
                "alike lose the imaginary part"
            )
        if not abs(number.real - value) <= 1e-6 * max(1.0, abs(value)):
            raise ValueError(
                f"{name} is {value!r} at its argument, but {number.real!r} for complex numbers "
                "there: complex_step needs a finite value, and the same for both"
            )
        gradient.append(float(number.imag) / h)
    return call.inputs.unflatten(gradient, call.inputs.kinds)


def run_on_complex(call: Call, numbers: Sequence[complex]) -> Any:
    """Run a function of complex inputs; a TypeError where it cannot or drops imaginary parts."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            return call.run(numbers)
    except (TypeError, AttributeError, np.exceptions.ComplexWarning) as error:
        raise TypeError(
            f"{call.name} does not take complex numbers ({error}): complex_step needs an analytic "
            "function, made of arithmetic, NumPy's functions and primitives with a complex form"
        ) from error
