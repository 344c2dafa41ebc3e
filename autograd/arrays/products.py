"""Products of arrays, one `dot` node for each entry of the result."""

from typing import Any

import numpy as np

from autograd.arrays.ways import only_defaults
from autograd.rules.entrywise import as_object_array
from autograd.values.ufuncs import matmul


def dot_arrays(a: Any, b: Any) -> Any:
    """Return `np.dot` of two arrays: `@` with `dot` nodes, and * where either is a scalar.

    Raises:
        ValueError: the shapes do not fit.
    """
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return np.multiply(a, b)
    if np.ndim(b) > 2:
        raise ValueError("dot of Tensors takes b of at most 2 dimensions: use @ or np.einsum")
    return matmul(a, b)


def _dot(a: Any, b: Any, out: None = None) -> Any:
    only_defaults("dot", out=out)
    return dot_arrays(a, b)


def _inner(a: Any, b: Any) -> Any:
    return dot_arrays(a, np.swapaxes(as_object_array(b), -1, -2) if np.ndim(b) > 1 else b)


FUNCTIONS = {np.dot: _dot, np.inner: _inner}
