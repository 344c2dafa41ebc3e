"""Derivatives by differences, and the check of both modes against them.

What a difference of a step h is worth follows from its two errors: of a central difference
(f(x + h) - f(x - h)) / 2h the truncation, f'''(x) h² / 6, and the rounding of f, ε |f(x)| / h.
Their sum is least near h = ε^(1/3), some 6e-6 (Press et al., Numerical Recipes, 3rd ed., section
5.7). A complex step, Im f(x + ih) / h, subtracts nothing: it has no second error, so h can be tiny
(Squire & Trapp, doi:10.1137/S003614459631241X).
"""

import math
import operator
import sys
import warnings
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from autograd import structure
from autograd.anomaly import detect_anomaly
from autograd.compare.problem import all_entry_names
from autograd.entries import Entries, inputs_of, outputs_of, scalar_of
from autograd.graph import topological_order
from autograd.primitive import Primitive, as_number
from autograd.recording import Function
from autograd.transforms import grad, jvp, vjp
from autograd.ufuncs import data_of, plain
from autograd.value import Value, is_cut

Array = NDArray[np.float64]

EPSILON: Final = sys.float_info.epsilon


# Numerical derivatives.


def numerical_gradient(f: Function, x: Any, h: float | None = None) -> Any:
    """The gradient of f at x by central differences, (f(x + h) - f(x - h)) / 2h for each entry.

    Arrays are changed in place, an entry at a time, and f is called with x itself. So f may as well
    ignore its argument and use the array that x is, the weights of a network say. Every entry is
    put back, also when f raises.

    Args:
        f: a function of x whose result is a single number.
        x: a number, an array of any shape, or nested tuples, lists and dicts of these.
        h: the step; by default ε^(1/3) max(1, |entry|), with the ε of x's floats.

    Returns:
        The derivatives in the structure and shapes of x, as floats and float64 arrays.

    Raises:
        TypeError: f returns no single number, or x is not made of real floating-point numbers.
        ValueError: an array is read-only or overlaps another one, or h is not a positive number.

    >>> numerical_gradient(lambda x: x[0] ** 2 * x[1], np.array([3.0, 5.0])).round(6)
    array([30.,  9.])
    """
    name = name_of(f)
    _positive(h, "h")
    leaves = _plain_leaves(x, f"argument 0 of {name}")
    current = list(leaves)  # in the end as in the beginning

    def value() -> float:
        tree = structure.rebuild(x, iter(current))
        return float(data_of(scalar_of(f(tree), name, "numerical_gradient")))

    gradient: list[Any] = []
    for k, leaf in enumerate(leaves):
        if isinstance(leaf, np.ndarray):
            slopes = np.empty(leaf.shape)
            for index in np.ndindex(leaf.shape):
                slopes[index] = _central(leaf, index, h, value)
            gradient.append(slopes)
        else:
            gradient.append(_central(current, k, h, value))
    return structure.rebuild(x, iter(gradient))


def _central(entries: Any, index: Any, h: float | None, value: Any) -> float:
    """The central difference by one entry of an array or a list, which is put back."""
    before = entries[index]
    step = _default_step(before) if h is None else h
    try:
        entries[index] = before + step
        right, above = entries[index], value()
        entries[index] = before - step
        left, below = entries[index], value()
    finally:
        entries[index] = before
    if right == left:
        raise ValueError(f"the step {step} is lost in rounding beside {before!r}: take a larger h")
    slope: float = (above - below) / float(right - left)
    return slope


def _default_step(x: Any) -> float:
    epsilon = float(np.finfo(x.dtype).eps) if isinstance(x, np.floating) else EPSILON
    return math.cbrt(epsilon) * max(1.0, abs(float(x)))


def _plain_leaves(x: Any, name: str) -> list[Any]:
    """The leaves of a tree that can be changed one by one: numbers as floats, arrays themselves."""
    _plain_inputs(x, name)
    leaves: list[Any] = []
    for leaf, place in zip(structure.leaves(x), structure.paths(x, name), strict=True):
        if not isinstance(leaf, np.ndarray):
            leaves.append(as_number(leaf, place))
            continue
        if not leaf.flags.writeable:
            raise ValueError(
                f"{place} is read-only, but its entries are changed for the differences: pass a "
                "copy of it, .copy()"
            )
        if any(isinstance(y, np.ndarray) and np.shares_memory(leaf, y) for y in leaves):
            raise ValueError(f"{place} shares memory with an array before it: pass a copy of it")
        leaves.append(leaf)
    return leaves


def _plain_inputs(x: Any, name: str) -> Entries:
    """A tree of plain real numbers taken apart; a TypeError for Values and alike."""
    inputs = inputs_of(x, name)
    numbers = zip(inputs.numbers, all_entry_names(x, name, inputs), strict=True)
    return Entries(x, inputs.shapes, [as_number(y, place) for y, place in numbers])


def _positive(h: float | None, what: str) -> None:
    if h is not None and not (math.isfinite(as_number(h, what)) and h > 0.0):
        raise ValueError(f"{what} must be a positive number, not {h!r}")


def complex_step(f: Function, x: Any, h: float = 1e-20) -> Any:
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
    _positive(h, "h")
    inputs = _plain_inputs(x, f"argument 0 of {name}")
    value = float(data_of(scalar_of(_at_complex(f, (x,), name), name, "complex_step")))
    point = np.array(inputs.numbers)
    gradient = np.empty(len(point))
    for i in range(len(point)):
        moved = point.astype(np.complex128)
        moved[i] += 1j * h
        out = _at_complex(f, (_filled(inputs, moved),), name)
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
    return _filled(inputs, gradient)


def _at_complex(f: Function, args: tuple[Any, ...], name: str) -> Any:
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


def _filled(inputs: Entries, vector: NDArray[Any]) -> Any:
    """The tree with the numbers of this vector, of any dtype."""
    leaves: list[Any] = []
    start = 0
    for shape in inputs.shapes:
        size = int(np.prod(shape or (), dtype=int))
        part = vector[start : start + size]
        leaves.append(part.item() if shape is None else part.reshape(shape).copy())
        start += size
    return structure.rebuild(inputs.tree, iter(leaves))


def name_of(f: Function) -> str:
    """What messages call a function."""
    if isinstance(f, Primitive):
        return f.name
    return getattr(f, "__name__", None) or type(f).__name__


# Error against step.


@dataclass(frozen=True, eq=False)
class StepErrors:
    """How wrong each method is for each step: the data of a plot with a V in it.

    Errors are relative to the exact derivative, or absolute where that is 0; nan where a method
    does not apply.

    Attributes:
        exact: the derivative that they are measured against.
        steps: the steps h, the largest first.
        forward: error of (f(x + h) - f(x)) / h, for each step.
        central: error of (f(x + h) - f(x - h)) / 2h.
        complex_step: error of Im f(x + ih) / h.
        automatic: error of automatic differentiation: the same for all steps, as it has none.
    """

    exact: float
    steps: Array
    forward: Array
    central: Array
    complex_step: Array
    automatic: Array

    @property
    def best(self) -> dict[str, float]:
        """For each method that has steps, the one of least error; the largest such, nan if none."""
        return {
            name: float(self.steps[np.nanargmin(errors)]) if np.any(errors >= 0.0) else math.nan
            for name, errors in (
                ("forward", self.forward),
                ("central", self.central),
                ("complex_step", self.complex_step),
            )
        }


def error_versus_step(
    f: Function, x: float, steps: Sequence[float] | None = None, exact: float | None = None
) -> StepErrors:
    """The errors of difference quotients, complex steps and automatic differentiation.

    Args:
        f: a function of one number.
        x: where it is differentiated.
        steps: by default four in a decade from 1e-1 to 1e-16.
        exact: the true derivative; by default that of automatic differentiation.

    Raises:
        TypeError: f is not a function from one number to one.
        ValueError: a step is not a positive number.

    >>> errors = error_versus_step(np.exp, 1.0)
    >>> 2e-7 < errors.best["central"] < 2e-4
    True
    """
    name = name_of(f)
    point = as_number(x, f"argument 0 of {name}")
    hs = np.sort(np.logspace(-1, -16, 61) if steps is None else np.array(steps, np.float64))[::-1]
    for h in hs:
        _positive(float(h), "a step")

    def value(at: float) -> float:
        return float(data_of(scalar_of(vjp(f, at)[0], name, "error_versus_step")))

    def by_complex_step(h: float) -> float:
        try:
            return float(complex_step(f, point, h))
        except (TypeError, ValueError):
            return math.nan

    automatic = data_of(grad(f)(point))
    true = automatic if exact is None else as_number(exact, "exact")
    here = value(point)

    def errors(slopes: Sequence[float]) -> Array:
        return np.abs(np.array(slopes) - true) / (abs(true) or 1.0)

    with np.errstate(all="ignore"):
        return StepErrors(
            true,
            hs,
            errors([(value(point + h) - here) / h for h in hs.tolist()]),
            errors([(value(point + h) - value(point - h)) / (2.0 * h) for h in hs.tolist()]),
            errors([by_complex_step(h) for h in hs.tolist()]),
            errors([automatic] * len(hs)),
        )


# The check of both modes: first what it says when it fails.


class GradientCheckError(AssertionError):
    """A derivative that differences do not confirm: where, what each method gave, and why.

    Attributes:
        reason: "wrong rule", "modes disagree", "kink", "jump", "cancellation", "not finite" or
            "not deterministic".
    """

    def __init__(self, message: str, reason: str = "") -> None:
        super().__init__(message)
        self.reason = reason


_WHY: Final = {
    "wrong rule": "wrong rule: the differences settle, on another number than the rules give",
    "modes disagree": "modes disagree: forward and reverse mode give different numbers, so a rule "
    "or the function itself asks which kind of number it got",
    "kink": "kink nearby: the slopes from the left and from the right differ, however small the "
    "step, so there is no derivative; move the point away from it",
    "jump": "discontinuity: what is differentiated jumps here, by as much however small the step, "
    "so it has no derivative; move the point away from it (from a kink, if it is a derivative)",
    "cancellation": "cancellation: rounding in the function hides its change, so the differences "
    "vary with the step and cannot tell; subtract what is large and constant, or give atol",
    "not finite": "not finite: a nan or an infinity comes in",
    "not deterministic": "not deterministic: the function draws random numbers, or keeps something "
    "from call to call; fix the seed inside of it",
}


def check_grads(
    f: Function,
    args: Sequence[Any],
    order: int = 2,
    modes: Sequence[str] = ("fwd", "rev"),
    atol: float | None = None,
    rtol: float | None = None,
    eps: float | None = None,
) -> None:
    """Compare f's derivatives in both modes with central differences, and complex steps if any.

    Each entry of each argument is checked for each entry of the result; beyond 32 of them, a few
    random combinations (seeded: every run is the same). For order 2, derivatives in random
    directions by each mode are checked in the same way, and so on: all nestings of the modes.

    Two numbers agree when they differ by at most atol + rtol times the largest slope there is: of
    the modes, of the central difference and of both one-sided ones. Where they do not agree, other
    steps are tried before it counts as a failure. What rounding of f hides from all steps
    counts as cancellation, unless a complex step or far larger derivatives stand beside it.

    Args:
        f: a function of the arguments, with results of any structure.
        args: a tuple of its arguments, of any structure. They are not changed.
        order: of the highest derivative to check.
        modes: "fwd", "rev" or both.
        atol: absolute tolerance; by default 0 but for rounding.
        rtol: relative tolerance; by default 1e-6.
        eps: the step; by default about ε^(1/3) max(1, |entry|).

    Raises:
        GradientCheckError: they do not agree. The message names the argument and the entry, what
            each method gave, and why they probably differ.
        TypeError: f, args or modes are of another kind than described.
        ValueError: order or modes make no sense, or there is nothing to check.

    >>> check_grads(lambda x: np.sum(np.exp(x) / x), (np.array([1.0, 2.0]),))
    >>> check_grads(lambda x: np.maximum(x, 0.0), (0.0,), modes=("rev",))
    Traceback (most recent call last):
    autograd.checks.GradientCheckError: ...
    """
    tolerance = _tolerance(modes, atol, rtol, eps)
    if operator.index(order) < 1:
        raise ValueError(f"order must be 1, 2, ..., not {order!r}")
    subject = _subject(f, args)
    _check_determinism(subject)
    failure = _first_failure(subject, int(order), tolerance)
    if failure is not None:
        raise GradientCheckError(failure.message(), failure.reason)


@dataclass(frozen=True)
class _Tolerance:
    """What is asked for, and when numbers count as equal."""

    modes: tuple[str, ...]
    atol: float
    rtol: float
    exact: float
    """The relative tolerance between numbers that hold no truncation error."""
    eps: float | None


def _tolerance(
    modes: Sequence[str], atol: float | None, rtol: float | None, eps: float | None
) -> _Tolerance:
    if isinstance(modes, str):
        raise TypeError(f"modes must be a tuple of 'fwd' and 'rev': write ({modes!r},)")
    if not modes or not set(modes) <= {"fwd", "rev"}:
        raise ValueError(f"modes must hold 'fwd', 'rev' or both, not {modes!r}")
    for what, given in (("atol", atol), ("rtol", rtol)):
        if given is not None and not as_number(given, what) >= 0.0:
            raise ValueError(f"{what} must be 0 or more, not {given!r}")
    _positive(eps, "eps")
    relative = 1e-6 if rtol is None else rtol
    exact = 1e-9 if rtol is None else rtol
    return _Tolerance(tuple(modes), 0.0 if atol is None else atol, relative, exact, eps)


# What is checked: a function, or a derivative of it, at a point.


@dataclass(frozen=True, eq=False)
class _Subject:
    """A function at a point, or its derivative in some direction, between vectors of numbers."""

    function: Function
    base: Function
    """The function that this one is a derivative of."""
    inputs: Entries
    name: str
    """What messages call the base."""
    names: list[str]
    """Of the inputs."""
    path: tuple[str, ...] = ()
    """The modes that led from the base to this function."""

    @property
    def order(self) -> int:
        """Of the derivatives that a check of this function checks."""
        return len(self.path) + 1

    @cached_property
    def point(self) -> Array:
        return np.array(self.inputs.numbers, np.float64)

    @cached_property
    def results(self) -> Entries:
        return self.run(self.point)

    @cached_property
    def result_names(self) -> list[str]:
        return all_entry_names(self.results.tree, "result", self.results)

    def run(self, point: Array) -> Entries:
        """The results at a point; recorded, as f may only know Values and Tensors."""
        return outputs_of(vjp(self.function, *_filled(self.inputs, point))[0], self.name)

    def recorded(self, f: Function) -> tuple[list[Value], list[Any]]:
        """The inputs as new Values, and the outputs of f for them."""
        variables = [
            Value(x, name) for x, name in zip(self.inputs.numbers, self.names, strict=True)
        ]
        return variables, outputs_of(f(*self.inputs.build(variables)), self.name).numbers

    def pushed(self, direction: Array) -> Array:
        """The derivatives of all outputs in this direction, by forward mode."""

        def along(t: Any) -> Any:
            line = zip(self.inputs.numbers, direction.tolist(), strict=True)
            return self.function(*self.inputs.build([x + t * d for x, d in line]))

        return _vector(jvp(along, (0.0,), (1.0,))[1])

    def pulled(self, weights: Array) -> Array:
        """The derivatives of a weighted sum of the outputs by all inputs, by reverse mode."""
        pullback = vjp(self.function, *_filled(self.inputs, self.point))[1]
        return _vector(pullback(_filled(self.results, weights)))

    def derived(self, mode: str) -> "_Subject":
        """Its derivative in a random direction by a mode, as a function of the same inputs."""
        f = self.function
        random = np.random.default_rng(len(self.path))
        tangents = _filled(self.inputs, random.standard_normal(len(self.point)))
        cotangents = _filled(self.results, random.standard_normal(len(self.results.numbers)))

        def pushed(*primals: Any) -> Any:
            return jvp(f, primals, tangents)[1]

        def pulled(*primals: Any) -> Any:
            return vjp(f, *primals)[1](cotangents)

        derivative = pushed if mode == "fwd" else pulled
        path = (*self.path, mode)
        return _Subject(derivative, self.base, self.inputs, self.name, self.names, path)


def _vector(tree: Any) -> Array:
    return np.array(
        [data_of(x) for leaf in structure.leaves(tree) for x in plain(leaf).flat], float
    )


def _subject(f: Function, args: Sequence[Any]) -> _Subject:
    if not callable(f):
        raise TypeError(f"check_grads() takes a function, not {f!r} of type {type(f).__name__}")
    if not isinstance(args, (tuple, list)):
        raise TypeError(
            f"the args of check_grads must be a tuple of arguments, not {structure.describe(args)}:"
            " write (x,) for a function of one argument"
        )
    name = name_of(f)
    inputs = Entries(tuple(args), [], [])
    names: list[str] = []
    for i, x in enumerate(args):
        root = f"argument {i} of {name}"
        part = _plain_inputs(x, root)
        inputs.shapes.extend(part.shapes)
        inputs.numbers.extend(part.numbers)
        names += all_entry_names(x, root, part)
    if not names:
        raise ValueError(f"there is nothing to differentiate {name} by: its arguments are empty")
    subject = _Subject(f, f, inputs, name, names)
    if not subject.results.numbers:
        raise ValueError(f"there is nothing to differentiate: {name} returned no number")
    return subject


def _check_determinism(subject: _Subject) -> None:
    first, second = (_vector(out.numbers) for out in (subject.results, subject.run(subject.point)))
    if len(first) == len(second):
        places = np.flatnonzero((first != second) & ~(np.isnan(first) & np.isnan(second)))
        if not len(places):
            return
        i = places[0]
        differing = f"{subject.result_names[i]} is {first[i]!s}, and then {second[i]!s},"
    else:
        differing = f"{len(first)} numbers are returned, and then {len(second)},"
    raise GradientCheckError(
        f"{differing} for the same arguments of {subject.name}\nWhy: {_WHY['not deterministic']}",
        "not deterministic",
    )


# Along a line through the point, a weighted sum of the outputs is one number of one number. For a
# single entry of argument and result, the line and the sum consist of these entries alone.

_COMPLEX_STEP: Final = 1e-20
_UNDERFLOW: Final = 1e-300  # what such a step cannot see
_WIDER: Final = 8.0**5  # the widest step to try, beside the first one


class _Ray:
    """A subject along a direction: t ↦ g(x + t d)."""

    def __init__(self, subject: _Subject, direction: Array) -> None:
        self.subject = subject
        self.direction = direction
        self._outputs: dict[float, Array] = {}
        length = np.max(np.abs(direction))
        self.magnitude = float(np.max(np.abs(subject.point[direction != 0.0])) / length)
        """How far along it a change is as large as the arguments that change."""
        self.unit = max(float(1.0 / length), self.magnitude)
        """The same, or where a change is 1 if that is further."""

    def at(self, t: float) -> Array:
        """All outputs there."""
        if t not in self._outputs:
            self._outputs[t] = _vector(
                self.subject.run(self.subject.point + t * self.direction).numbers
            )
        return self._outputs[t]

    @cached_property
    def forward(self) -> Array:
        """The derivatives of all outputs, by forward mode."""
        return self.subject.pushed(self.direction)

    @cached_property
    def complex_step(self) -> Array | str:
        """The derivatives of all outputs by a complex step, or why there are none."""
        subject = self.subject
        if subject.path:
            return "is for first derivatives"
        args = _filled(subject.inputs, subject.point + 1j * _COMPLEX_STEP * self.direction)
        try:
            with np.errstate(all="ignore"):
                out = _at_complex(subject.function, args, subject.name)
                leaves = [np.ravel(plain(leaf)) for leaf in structure.leaves(out)]
                if not any(np.iscomplexobj(leaf) for leaf in leaves):
                    return "does not apply: the function drops the imaginary part"
                return np.array([complex(y).imag / _COMPLEX_STEP for leaf in leaves for y in leaf])
        except (TypeError, ValueError, ArithmeticError, Warning) as error:
            return f"does not apply: {error.__cause__ or error}"

    def step(self, eps: float | None) -> float:
        """The first step to try: a power of 2, as x + h is exact then."""
        return eps or _near_power_of_2(self.unit)

    def steps(self, eps: float | None) -> list[float]:
        """The steps to try where the first one does not do, the largest first."""
        steps = {self.step(eps) * _WIDER / 8.0**k for k in range(11)}
        if 0.0 < self.magnitude < self.unit:  # for functions as log, whose scale is that of x
            fitting = _near_power_of_2(self.magnitude)
            steps |= {fitting * 8.0**k for k in (-1, 0, 1)}
        return sorted(steps, reverse=True)


def _near_power_of_2(scale: float) -> float:
    return math.ldexp(1.0, round(math.log2(math.cbrt(EPSILON) * scale)))


@dataclass(frozen=True)
class _Difference:
    """The difference quotients of one step."""

    step: float
    left: float
    right: float
    central: float

    @property
    def gap(self) -> float:
        """Between the slopes of both sides: h f''(x), unless there is a kink."""
        return abs(self.right - self.left)

    @property
    def change(self) -> float:
        """Of the function, on the side where it is larger: h f'(x), unless there is a jump."""
        return self.step * max(abs(self.left), abs(self.right))


class _Line:
    """A weighted sum of the outputs along a ray, and what the methods say about its slope."""

    def __init__(
        self, ray: _Ray, weights: Array, reverse: Array | None, tolerance: _Tolerance
    ) -> None:
        self.ray = ray
        self.weights = weights
        self.tolerance = tolerance
        self.largest = 0.0
        """The largest derivative of this sum along any of the rays that are checked."""
        self.slopes: dict[str, float] = {}
        """The derivative by each mode that is asked for."""
        if "fwd" in tolerance.modes:
            self.slopes["fwd"] = _combined(weights, ray.forward)
        if reverse is not None:
            self.slopes["rev"] = _combined(ray.direction, reverse)

    def value(self, t: float = 0.0) -> float:
        """The sum at a distance from the point."""
        return _combined(self.weights, self.ray.at(t))

    def difference(self, step: float) -> _Difference:
        """The difference quotients of this step."""
        here = self.value()
        left = (here - self.value(-step)) / step
        right = (self.value(step) - here) / step
        return _Difference(step, left, right, (left + right) / 2.0)

    @property
    def complex_step(self) -> float | str:
        """The derivative by a complex step, or why there is none."""
        numbers = self.ray.complex_step
        return numbers if isinstance(numbers, str) else _combined(self.weights, numbers)

    @cached_property
    def rounding(self) -> tuple[float, float]:
        """How far rounding may move the derivative, and the value.

        By a running error analysis: every operation adds half an ulp of its result, magnified by
        the derivatives from there on, which are bounded by the sum of their paths' sizes (Higham,
        Accuracy and Stability of Numerical Algorithms, section 3.3). Some room is left for more.
        """
        subject = self.ray.subject
        variables, outputs = subject.recorded(subject.function)
        sizes: dict[int, float] = {}
        roots = []
        for weight, out in zip(self.weights, outputs, strict=True):
            if weight != 0.0 and isinstance(out, Value):
                roots.append(out)
                sizes[id(out)] = sizes.get(id(out), 0.0) + abs(weight)
        of_value = 0.0
        for node in reversed(topological_order(*roots)):
            size = sizes.get(id(node), 0.0)
            of_value += size * abs(node.data)
            for x, partial in zip(node.parents, node.partials, strict=True):
                if size != 0.0 and not is_cut(node, partial):
                    sizes[id(x)] = sizes.get(id(x), 0.0) + size * abs(partial)
        of_slope = _combined(
            np.abs(self.ray.direction), np.array([sizes.get(id(x), 0.0) for x in variables])
        )
        return 64.0 * EPSILON * of_slope, EPSILON * of_value

    def _differences(self) -> list[_Difference]:
        """The finite ones of all steps to try, the widest first."""
        found = []
        for step in self.ray.steps(self.tolerance.eps):
            with suppress(ArithmeticError, ValueError):  # a step out of the function's domain
                found.append(self.difference(step))
        return [d for d in found if math.isfinite(d.central)]

    def is_confirmed(self, difference: _Difference, slack: float = 0.0, noise: float = 0.0) -> bool:
        """Whether all methods agree for this step.

        Slack is what rounding may do to the derivatives, noise what it may do to the value.
        """
        tolerance = self.tolerance
        exact = [*self.slopes.values()]
        central = difference.central
        largest = max(map(abs, [*exact, central, difference.left, difference.right]))
        allowed = tolerance.atol + tolerance.rtol * largest + slack
        if noise > allowed * difference.step:
            return False  # it would confirm a derivative of 0 wherever it sees no change
        if not all(abs(slope - central) <= allowed for slope in exact):
            return False
        imaginary = self.complex_step
        if isinstance(imaginary, float) and abs(imaginary - central) <= allowed:
            exact.append(imaginary)  # else the function is not analytic
        most = tolerance.atol + tolerance.exact * largest + slack + _UNDERFLOW
        return max(exact) - min(exact) <= most

    def _is_lost(self, step: float) -> bool:
        """Whether the value seems not to change, but does over a wider step: rounding hides it."""
        if any(self.slopes.values()) or self.difference(step).change != 0.0:
            return False
        with suppress(ArithmeticError, ValueError):
            return self.difference(step * _WIDER).change != 0.0
        return True

    def _is_limit(self, tried: list[_Difference], noise: float) -> bool:
        """Whether the differences come nearer as fast as the step shrinks, as far as can be seen.

        For derivatives of 0, as of x³ at 0, which have no scale for a tolerance.
        """
        errors = [
            (max(abs(slope - d.central) for slope in self.slopes.values()), d.step) for d in tried
        ]
        rates = [error / step for error, step in errors if error * step > 4.0 * noise]
        return len(rates) >= 4 and rates[-1] <= 2.0 * rates[-4]

    def fault(self) -> str | None:
        """Why the methods disagree; None where they do not, or where one of them is no judge."""
        step = self.ray.step(self.tolerance.eps)
        if self.is_confirmed(self.difference(step)) and not self._is_lost(step):
            return None
        slopes = self.slopes.values()
        if not all(map(math.isfinite, [self.value(), *slopes])):
            return "not finite"
        slack, noise = self.rounding
        tried = self._differences()
        if len(tried) < 2:
            return "not finite"
        if any(self.is_confirmed(d, slack, noise) for d in tried) or self._is_limit(tried, noise):
            return None
        if max(slopes) - min(slopes) > self.tolerance.exact * max(map(abs, slopes)) + slack:
            return "modes disagree"
        return self._shape_nearby(step, noise) or self._judged(tried, slack, noise)

    def _shape_nearby(self, step: float, noise: float) -> str | None:
        """A jump or a kink: what does not shrink with the step as it would on a smooth curve."""
        far, near = self.difference(step), self.difference(step / 64.0)
        if near.change > max(0.5 * far.change, 16.0 * noise):
            return "jump"
        if near.gap > max(0.5 * far.gap, 16.0 * noise / near.step):
            return "kink"
        return None

    def _judged(self, tried: list[_Difference], slack: float, noise: float) -> str | None:
        """Whether the differences contradict the derivative, or cannot tell and must not matter."""
        rtol = self.tolerance.rtol
        slope = next(iter(self.slopes.values()))
        bars = [  # the error bar of each: its noise, and what the step changes
            noise / one.step + abs(one.central - other.central)
            for one, other in zip(tried, [*tried[1:2], *tried[:-1]], strict=True)
        ]
        bar, best = min(zip(bars, [d.central for d in tried], strict=True))
        imaginary = self.complex_step
        if isinstance(imaginary, float) and abs(imaginary - best) <= rtol * abs(best) + slack:
            return "wrong rule"
        if abs(slope - best) > 4.0 * bar:
            return "wrong rule"
        is_zero = abs(slope) <= max(slack, noise / self.ray.unit)  # to all that rounding leaves
        is_small = bar <= rtol * self.largest  # beside the other derivatives
        is_seen = isinstance(imaginary, float) and abs(imaginary - slope) <= rtol * abs(slope)
        is_near = bar <= 1e3 * rtol * abs(slope)  # some digits are seen
        return None if is_zero or is_small or is_seen or is_near else "cancellation"


def _combined(weights: Array, numbers: Array) -> float:
    """Their dot product; what has the weight 0 may be nan."""
    on = weights != 0.0
    return float(weights[on] @ numbers[on])


# The search for a failure.

_MANY: Final = 32
_FEW: Final = 4


@dataclass(frozen=True)
class _Failure:
    """A line along which the methods disagree."""

    line: _Line
    reason: str

    @property
    def subject(self) -> _Subject:
        """What was checked."""
        return self.line.ray.subject

    def message(self) -> str:
        """Which derivative, what each method gave, and why."""
        causes = _causes(self)
        return "\n".join(
            [
                f"{self._which()} is not confirmed",
                *[f"    {method:<28}{gave}" for method, gave in self._evidence()],
                f"Why: {_WHY[self.reason]}",
                *[f"    {cause}" for cause in causes],
            ]
        )

    def _which(self) -> str:
        subject = self.subject
        by = _label(self.line.ray.direction, subject.names, "a random direction of the arguments")
        of = _label(self.line.weights, subject.result_names, "a random sum of the results")
        nested = "".join(
            f" of the {_MODES[mode]}-mode derivative in a random direction"
            for mode in reversed(subject.path)
        )
        return f"order {subject.order}: the derivative of {of}{nested} by {by}"

    def _evidence(self) -> list[tuple[str, str]]:
        line = self.line
        step = line.ray.step(line.tolerance.eps)
        one, other = line.difference(step), line.difference(step / 8.0)
        imaginary = line.complex_step
        return [
            ("value", repr(line.value())),
            *[
                (
                    f"{name} mode",
                    repr(line.slopes[mode]) if mode in line.slopes else "not asked for",
                )
                for mode, name in _MODES.items()
            ],
            *[("central difference", f"{d.central!r} (step {d.step:.2g})") for d in (one, other)],
            ("one-sided from the left", f"{one.left!r} (step {step:.2g})"),
            ("one-sided from the right", f"{one.right!r} (step {step:.2g})"),
            ("complex step", imaginary if isinstance(imaginary, str) else repr(imaginary)),
        ]


_MODES: Final = {"fwd": "forward", "rev": "reverse"}


def _label(vector: Array, names: list[str], mixture: str) -> str:
    on = np.flatnonzero(vector)
    return names[on[0]] if len(on) == 1 else mixture


def _first_failure(subject: _Subject, order: int, tolerance: _Tolerance) -> _Failure | None:
    """The first one among the derivatives up to the order, the lower before the higher."""
    failure = _failure(subject, tolerance)
    if failure is not None or subject.order == order:
        return failure
    for mode in tolerance.modes:
        failure = _first_failure(subject.derived(mode), order, tolerance)
        if failure is not None:
            return failure
    return None


def _failure(subject: _Subject, tolerance: _Tolerance) -> _Failure | None:
    rays = [_Ray(subject, direction) for direction in _probes(len(subject.point))]
    for weights in _probes(len(subject.results.numbers)):
        for line in _lines(rays, weights, tolerance):
            reason = line.fault()
            if reason is not None:
                return _narrowed(_Failure(line, reason))
    return None


def _lines(rays: list[_Ray], weights: Array, tolerance: _Tolerance) -> list[_Line]:
    """A line for each ray, with what is common to them."""
    reverse = rays[0].subject.pulled(weights) if "rev" in tolerance.modes else None
    lines = [_Line(ray, weights, reverse, tolerance) for ray in rays]
    slopes = [abs(slope) for line in lines for slope in line.slopes.values()]
    largest = max(filter(math.isfinite, slopes), default=0.0)
    for line in lines:
        line.largest = largest
    return lines


def _probes(count: int) -> list[Array]:
    """Each entry by itself; of many entries, a few random combinations."""
    if count <= _MANY:
        return list(np.eye(count))
    return list(np.random.default_rng(count).standard_normal((_FEW, count)))


def _narrowed(failure: _Failure) -> _Failure:
    """The failure in as few entries of argument and result as can be, by halving."""
    direction, weights = failure.line.ray.direction, failure.line.weights
    for part, of in [
        *((half, weights) for half in _halves(direction)),
        *((direction, half) for half in _halves(weights)),
    ]:
        (line,) = _lines([_Ray(failure.subject, part)], of, failure.line.tolerance)
        line.largest = max(line.largest, failure.line.largest)
        reason = line.fault()
        if reason is not None:
            return _narrowed(_Failure(line, reason))
    return failure


def _halves(vector: Array) -> list[Array]:
    """Two vectors with half of the entries each, a last one as 1; nothing where one is left."""
    on = np.flatnonzero(vector)
    if len(on) == 1:
        return []
    halves = []
    for part in (on[: len(on) // 2], on[len(on) // 2 :]):
        half = np.zeros_like(vector)
        half[part] = vector[part] if len(part) > 1 else 1.0
        halves.append(half)
    return halves


# Who it was.

_CASES: Final = 20
"""So many different operands of a primitive are looked at."""


def _causes(failure: _Failure) -> list[str]:
    """The operations at which it goes wrong, as far as they can be found."""
    if failure.reason == "not finite":
        return [_first_anomaly(failure)]
    causes = []
    for op, nodes in _applications(failure.subject).items():
        for node in nodes[:_CASES]:
            found = _first_failure(_alone(node), failure.subject.order, _DEFAULT)
            if found is not None and found.reason == failure.reason:
                causes.append(_cause(op, node, found))
                break
    return causes


def _applications(subject: _Subject) -> dict[Primitive, list[Value]]:
    """The primitives that the base applied, with a node for each tuple of different operands."""
    _, outputs = subject.recorded(subject.base)
    found: dict[Primitive, dict[tuple[float, ...], Value]] = {}
    for node in topological_order(*[y for y in outputs if isinstance(y, Value)]):
        if node.op is not None:
            operands = tuple(data_of(x) for x in node.operands)
            found.setdefault(node.op, {}).setdefault(operands, node)
    return {op: list(nodes.values()) for op, nodes in found.items()}


def _alone(node: Value) -> _Subject:
    """The primitive of this node at its operands, as a function of those that are Values."""
    op, operands = node.op, node.operands
    assert op is not None
    places = [i for i, x in enumerate(operands) if isinstance(x, Value)]

    def apply(*xs: Any) -> Any:
        filled = list(operands)
        for i, x in zip(places, xs, strict=True):
            filled[i] = x
        return op(*filled)

    numbers = [data_of(operands[i]) for i in places]
    inputs = Entries(tuple(numbers), [None] * len(numbers), numbers)
    return _Subject(apply, apply, inputs, op.name, [f"argument {i}" for i in places])


def _cause(op: Primitive, node: Value, found: _Failure) -> str:
    line = found.line
    operands = ", ".join(f"{data_of(x):.6g}" for x in node.operands)
    rule = next(iter(line.slopes.values()))
    by = _label(line.ray.direction, found.subject.names, "all arguments")
    difference = line.difference(line.ray.step(None)).central
    return (
        f"{op.name}({operands}): its derivative of order {found.subject.order} by {by} is "
        f"{rule:.10g} by its rule, {difference:.10g} by differences"
    )


def _first_anomaly(failure: _Failure) -> str:
    subject = failure.subject
    try:
        with detect_anomaly():
            _, outputs = subject.recorded(subject.function)
            for weight, out in zip(failure.line.weights, outputs, strict=True):
                if weight != 0.0 and isinstance(out, Value):
                    out.backward(weight)
    except FloatingPointError as error:
        return f"first of all, {error}"
    return "reverse mode meets none at this point itself: it comes in forward mode or beside it"


_DEFAULT: Final = _tolerance(("fwd", "rev"), None, None, None)
