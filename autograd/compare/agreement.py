"""How far derivatives are apart: forward from reverse mode, and both from central differences."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.checks.steps import step_at
from autograd.compare.problem import Problem
from autograd.rules.entrywise import plain
from autograd.rules.operand import data_of
from autograd.transforms import tree as structure
from autograd.values.value import Value

Array = NDArray[np.float64]
Shape = tuple[int, ...] | None


def ulps(a: Any, b: Any) -> Array:
    """How many units in the last place (of the larger) a and b are apart, entry by entry.

    Equal numbers, and two nans, are 0 apart; a nan or an infinity is inf apart from all else.

    >>> ulps([1.0, np.nan], [1.0 + 2.0**-52, np.nan])
    array([1., 0.])
    """
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    with np.errstate(all="ignore"):
        apart = np.abs(a - b) / np.spacing(np.maximum(np.abs(a), np.abs(b)))
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    return np.where(same, 0.0, np.where(np.isnan(apart), np.inf, apart))


def as_matrix(jacobian: Any, outputs: list[Shape], inputs: list[Shape]) -> Array:
    """A Jacobian in JAX's structure as a matrix: a row for each output, a column for each input.

    >>> as_matrix((2.0, np.array([3.0, 4.0])), [None], [None, (2,)])
    array([[2., 3., 4.]])
    """
    leaves = iter(structure.leaves(jacobian))
    rows = [
        np.hstack([_block(next(leaves), _size(of), _size(by)) for by in inputs]) for of in outputs
    ]
    return np.vstack(rows)


def _block(leaf: Any, rows: int, columns: int) -> Array:
    numbers = np.array([data_of(x) for x in plain(leaf).flat], dtype=np.float64)
    return numbers.reshape(rows, columns)


def _size(shape: Shape) -> int:
    return math.prod(shape or ())


def central_differences(problem: Problem, outputs: int) -> Array:
    """The Jacobian by (f(x + h) - f(x - h)) / 2h, with the step of `step_at` for each input.

    A column is nan where f raises an arithmetic or value error beside the point, or has other
    outputs there.
    """
    columns = [_column(problem, outputs, i) for i in range(len(problem.names))]
    return np.column_stack(columns)


def _column(problem: Problem, outputs: int, i: int) -> Array:
    x = problem.inputs.numbers[i]
    h = step_at(x)
    above, below = _results(problem, i, x + h), _results(problem, i, x - h)
    if not len(above) == len(below) == outputs:
        return np.full(outputs, np.nan)
    slopes: Array = np.subtract(above, below) / ((x + h) - (x - h))
    return slopes


def _results(problem: Problem, i: int, x: float) -> list[float]:
    """The function's results with input i moved to x; none where it fails there."""
    numbers = [*problem.inputs.numbers[:i], x, *problem.inputs.numbers[i + 1 :]]
    try:
        # Values, not floats: the function may call their methods.
        results = problem.run([Value(number) for number in numbers])
    except (ArithmeticError, ValueError):
        return []
    return [data_of(y) for y in results.numbers]
