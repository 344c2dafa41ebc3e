"""Trees of numbers as vectors, and back: what optimizers and solvers of vectors ask for."""

import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from autograd.rules.entrywise import as_array
from autograd.rules.operand import Operand
from autograd.transforms import tree
from autograd.transforms.leaves import flatten_inputs, numbers_like, rounded
from autograd.values.tensor import Tensor

_FLOAT: Final = np.dtype(np.float64)


def flatten(parameters: Any) -> tuple[Any, Callable[[Any], Any]]:
    """Return all numbers of a tree as a vector, and the function that makes a tree of such.

    As `jax.flatten_util.ravel_pytree` and HIPS' `flatten` do. Both ways derivatives pass through:
    where the tree or the vector holds Values, the other is made of these same Values.

    Args:
        parameters: numbers, arrays, and nested tuples, lists and dicts of them.

    Returns:
        (vector, unflatten). The vector is float64, float32 only where every leaf is at most that,
        or a Tensor where a leaf is recorded. unflatten(vector) has the structure, shapes and types
        of the tree; it raises a ValueError for a vector of another length, or with a fraction for
        a whole number.

    Raises:
        TypeError: a leaf is no real number; the message names its place.
        ValueError: a leaf is a whole number that no float64 equals.

    >>> vector, unflatten = flatten({"w": np.array([[1.0, 2.0]]), "b": 3.0})
    >>> vector
    array([3., 1., 2.])
    >>> unflatten(10.0 * vector)
    {'w': array([[10., 20.]]), 'b': 30.0}
    """
    likes, places = tree.flatten(parameters), tree.paths(parameters, "tree")
    flat = flatten_inputs(parameters, places)
    kind = np.result_type(np.float16, *[kind or _FLOAT for kind in flat.kinds]) if likes else None
    entries = np.empty(len(flat.numbers), dtype=object)
    entries[:] = flat.numbers
    vector = rounded(as_array(entries), kind)
    model = flatten_inputs(vector, ["the vector"])

    def unflatten(vector: Any) -> Any:
        """Return the tree with the numbers of a vector."""
        if isinstance(vector, (list, tuple)):
            vector = np.array(vector, dtype=object)
        numbers = numbers_like(vector, model, "the vector", "the flattened tree")
        leaves = tree.flatten(flat.unflatten(numbers, flat.kinds))
        rows = zip(leaves, likes, places, strict=True)
        return tree.unflatten(parameters, [_as_before(*row) for row in rows])

    for leaf, like, place in zip(tree.flatten(unflatten(vector)), likes, places, strict=True):
        if _is_whole(like) and not np.array_equal(leaf, like):
            raise ValueError(f"{place} is {like!r}, which no float64 equals: they have 53 bits")
    return vector, unflatten


def _is_whole(like: Any) -> bool:
    """Whether a leaf is made of whole numbers."""
    return np.asarray(like).dtype.kind in "iu" if hasattr(like, "dtype") else isinstance(like, int)


def _as_before(leaf: Any, like: Any, place: str) -> Any:
    """Return a leaf as whole numbers where it was made of such."""
    if isinstance(leaf, (Operand, Tensor)) or not _is_whole(like):
        return leaf
    whole: Any
    if isinstance(like, int):
        whole = int(leaf) if math.isfinite(leaf) else None
    else:
        with np.errstate(all="ignore"):
            whole = np.asarray(leaf).astype(like.dtype)
    if not np.array_equal(whole, leaf):
        raise ValueError(
            f"{place} is made of {getattr(like, 'dtype', 'int')}, which cannot hold {leaf!r}: "
            "flatten a tree of floats"
        )
    return whole[()] if isinstance(like, np.integer) else whole
