"""Minimizing a plain function by any of the optimizers, with the path for a picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd import value_and_grad
from autograd.rules.operand import data_of
from autograd.text.arguments import nonnegative, whole
from autograd.transforms.leaves import flatten_inputs, rounded, scalar_of
from autograd.transforms.recording import name_of
from autograd.values.tensor import as_numpy
from nn.arguments import check_function
from nn.intake import Array
from nn.optim.algorithms import optimizer as find_optimizer


@dataclass(frozen=True, eq=False, repr=False)
class Minimum:
    """Where a minimization ended, and how it came there."""

    x: Any
    """The last point: a number or an array, of the shape and floating type of x0."""
    value: float
    """The function at the last point."""
    steps: int
    """How many steps were taken."""
    converged: bool
    """Whether the gradient got shorter than the tolerance (L-BFGS: or no lower point is left)."""
    message: str
    """Why it ended."""
    path: Array
    """All points, the start first: of shape (steps + 1, *x.shape)."""
    values: Array
    """The function at each point of the path."""

    def __repr__(self) -> str:
        x = repr(self.x)
        if isinstance(self.x, np.ndarray):
            x = np.array2string(self.x, separator=", ", threshold=10).replace("\n", "")
        return (
            f"Minimum(x={x}, value={self.value}, steps={self.steps}, converged={self.converged}, "
            f"message={self.message!r})"
        )


def minimize(
    f: Callable[[Any], Any],
    x0: Any,
    optimizer: Any = "adam",
    steps: int = 100,
    *,
    tolerance: float = 0.0,
    gradient: Callable[[Any], Any] | None = None,
    **settings: Any,
) -> Minimum:
    """Minimize a plain function of a number or an array.

    Args:
        f: takes x, returns a single number; ordinary Python with NumPy or autograd's functions.
        x0: the start, a number or an array(-like) of any shape; it is not changed.
        optimizer: a name of `OPTIMIZERS`, or an Optimizer, of which the settings are taken.
        steps: the most to take (of L-BFGS: iterations).
        tolerance: stop when the gradient is shorter; by default all steps are taken.
        gradient: a function of x that returns the gradient, derived by hand or by differences say;
            by default f is differentiated, in reverse mode.
        settings: of an optimizer given by its name: `lr=0.1`.

    Returns:
        A `Minimum`. Ctrl-C returns the one so far.

    Raises:
        FloatingPointError: f or its gradient is nan or infinite; the message tells the step and the
            point.
        ValueError: x0 is empty or not finite, the gradient has another shape, or a setting is
            unknown or out of range.
        TypeError: x0 or what f returns is no real number.

    >>> result = minimize(lambda p: p[0] ** 2 / 20 + p[1] ** 2, [-7.0, 2.0], "momentum", lr=0.1)
    >>> result.path.shape, result.values.shape
    ((101, 2), (101,))
    >>> minimize(lambda x: (x - 3.0) ** 2, 0.0, "sgd", tolerance=1e-6, lr=0.25).message
    "the gradient's length 7.15e-07 is below 1e-06"
    """
    chosen = find_optimizer(optimizer, **settings)
    limit = whole(steps, "steps", 0)
    least = nonnegative(tolerance, "tolerance")
    kind = flatten_inputs(x0, ["x0"]).kind if hasattr(x0, "dtype") else None
    start = _start(x0)
    both = value_and_grad(f) if gradient is None else _both(f, gradient)
    points: list[Array] = []
    values: list[float] = []

    def evaluate(x: Array) -> tuple[float, Array]:
        with np.errstate(all="ignore"):
            result, gradients = both(_point(x, start.shape))
        value = float(data_of(result))
        flat = np.array(as_numpy(gradients), dtype=np.float64).ravel()
        _check(value, flat, x, name_of(f), len(values))
        return value, flat

    def visit(x: Array, value: float) -> None:
        points.append(np.array(x))
        values.append(value)

    try:
        converged, message = chosen.run(evaluate, start.ravel(), limit, least, visit)
    except KeyboardInterrupt:
        if not values:
            raise
        converged, message = False, f"interrupted after {len(values) - 1} steps"
    steps = len(values) - 1
    path = np.array(points[: len(values)]).reshape(len(values), *start.shape)
    x = rounded(_point(points[steps], start.shape), kind)
    return Minimum(x, values[-1], steps, converged, message, path, np.array(values))


def _start(x0: Any) -> Array:
    """Return the start as a float64 array, a copy; 0-dimensional for a number."""
    given = np.asarray(as_numpy(x0))
    if given.dtype.kind not in "fiu":
        raise TypeError(f"x0 must be real numbers, not {x0!r}")
    start = given.astype(np.float64)
    if start.size == 0:
        raise ValueError(f"x0 is empty, of shape {start.shape}: there is nothing to minimize by")
    if not np.isfinite(start).all():
        raise ValueError(f"x0 must be finite, not {x0!r}")
    return start


def _point(x: Array, shape: tuple[int, ...]) -> Any:
    """Return the point as f takes it: a float, or an array of its own."""
    return np.array(x).reshape(shape) if shape else float(x[0])


def _both(f: Callable[[Any], Any], gradient: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a function for the value by f and the gradient by the other function."""
    check_function(f, "f", "a function of x")
    check_function(gradient, "gradient", "a function of x")

    def both(x: Any) -> tuple[Any, Any]:
        value = scalar_of(f(x), name_of(f), "minimize")
        found = np.asarray(as_numpy(gradient(x)))
        if found.dtype.kind not in "fiu":
            raise TypeError(f"{name_of(gradient)} gave no numbers as the gradient, but {found!r}")
        if found.shape != np.shape(x):
            raise ValueError(
                f"{name_of(gradient)} gave a gradient of shape {found.shape} for x of shape "
                f"{np.shape(x)}"
            )
        return value, found

    return both


def _check(value: float, gradient: Array, x: Array, name: str, step: int) -> None:
    """Raise where the value or the gradient is not finite."""
    if np.isfinite(value) and np.isfinite(gradient).all():
        return
    what = f"its gradient is {gradient}" if np.isfinite(value) else f"{name} is {value}"
    raise FloatingPointError(
        f"at step {step}, x = {np.array2string(x, threshold=10)}, {what}: lower the learning rate, "
        "or start elsewhere"
    )
