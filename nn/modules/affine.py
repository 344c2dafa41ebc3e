"""The affine map of a layer: one `dot` node for each neuron."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Tensor
from autograd.rules import table
from autograd.rules.entrywise import plain


def affine(x: Any, w: Any, b: Any = None) -> Any:
    """w @ x + b for each vector along the last axis of x.

    Where Values take part, each entry of the result is one node, the dot product of (w, b) and
    (x, 1); on plain numbers it is a product of matrices.

    Args:
        x: array of shape (..., n), of numbers or Values.
        w: array of shape (m, n).
        b: array of shape (m,); None for no bias.

    Returns:
        An array of shape (..., m): float64, or a Tensor.

    >>> affine(np.array([1.0, 2.0]), np.array([[3.0, 4.0]]), np.array([5.0]))
    array([16.])
    """
    if x.dtype != object and w.dtype != object and (b is None or b.dtype != object):
        product = x @ w.T
        return product if b is None else product + b
    rows = plain(w).tolist()
    columns = plain(x).reshape(-1, w.shape[1]).tolist()
    if b is not None:
        rows = [[*row, c] for row, c in zip(rows, plain(b).tolist(), strict=True)]
        columns = [[*column, 1.0] for column in columns]
    dot = table.dot
    entries = [dot(*row, *column) for column in columns for row in rows]
    return as_tensor(entries, (*x.shape[:-1], w.shape[0]))


def as_tensor(entries: list[Any], shape: tuple[int, ...]) -> Tensor:
    """A Tensor of these entries, which NumPy does not look into."""
    array = np.fromiter(entries, dtype=object, count=len(entries))
    return array.reshape(shape).view(Tensor)
