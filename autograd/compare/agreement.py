"""How far derivatives are apart: forward from reverse mode, and both from central differences."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.checks.differences import central_difference, step_at
from autograd.rules.operand import data_of
from autograd.transforms import tree
from autograd.transforms.leaves import Shape
from autograd.transforms.recording import Recording
from autograd.values.tensor import as_numpy

Array = NDArray[np.float64]


def ulps(a: Any, b: Any) -> Array:
    """Return how many units in the last place (of the larger) a and b are apart, by entry.

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
    """Return a Jacobian in JAX's structure as a matrix: a row for each output, an input's column.

    >>> as_matrix((2.0, np.array([3.0, 4.0])), [None], [None, (2,)])
    array([[2., 3., 4.]])
    """
    leaves = iter(tree.flatten(jacobian))
    rows = [
        [np.reshape(as_numpy(next(leaves)), (_size(of), _size(by))) for by in inputs]
        for of in outputs
    ]
    return np.vstack([np.hstack(row) for row in rows])


def _size(shape: Shape) -> int:
    return math.prod(shape or ())


def central_differences(run: Recording) -> Array:
    """Return the Jacobian by central differences, with the step of `step_at` for each input.

    A column is nan where f raises an arithmetic or value error beside the point, or has other
    outputs there.
    """
    return np.column_stack([_column(run, i) for i in range(len(run.variables))])


def _column(run: Recording, i: int) -> Array:
    numbers = run.call.inputs.numbers
    m = len(run.outputs.numbers)

    def results(x: float) -> Array:
        moved = run.call.moved([*numbers[:i], x, *numbers[i + 1 :]])
        # Recorded: the function may call methods of Values.
        found = moved.record().outputs.numbers
        if len(found) != m:
            raise ValueError("other outputs")
        return np.array(list(map(data_of, found)))

    try:
        column: Array = central_difference(results, numbers[i], step_at(numbers[i]))
    except (ArithmeticError, ValueError):
        return np.full(m, np.nan)
    return column
