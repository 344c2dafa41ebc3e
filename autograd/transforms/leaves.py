"""The numbers in the arguments and results of functions, taken out and put back into place."""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, islice, pairwise
from typing import Any

import numpy as np

from autograd.rules.entrywise import as_array, as_object_array
from autograd.rules.operand import Operand, as_number, as_scalar, is_scalar
from autograd.transforms import tree

Shape = tuple[int, ...] | None
"""The shape of a leaf that is an array; None for a number."""


@dataclass(eq=False)
class Leaves:
    """A tree of numbers and arrays, flattened.

    Attributes:
        tree: what was flattened.
        places: what each leaf is called: `params['w']`.
        shapes: the shape of each leaf.
        numbers: all entries of all leaves.
    """

    tree: Any
    places: list[str]
    shapes: list[Shape]
    numbers: list[Any]

    @property
    def names(self) -> list[str]:
        """What each of the numbers is called: `params['w'][0,1]`."""
        leaves = zip(self.places, self.shapes, strict=True)
        return [name for place, shape in leaves for name in entry_names(place, shape)]

    @property
    def parts(self) -> list[tuple[Shape, slice]]:
        """The shape of each leaf, and which of the numbers are its own."""
        ends = accumulate([math.prod(shape or ()) for shape in self.shapes], initial=0)
        parts = zip(self.shapes, pairwise(ends), strict=True)
        return [(shape, slice(*ends)) for shape, ends in parts]

    def unflatten(self, numbers: Iterable[Any]) -> Any:
        """Return the tree with these numbers; arrays that hold Values are Tensors."""
        rest = iter(numbers)
        if not isinstance(self.tree, tree.BRANCHED):
            return _leaf(self.shapes[0], rest)
        return tree.unflatten(self.tree, [_leaf(shape, rest) for shape in self.shapes])


def entry_names(leaf: str, shape: Shape) -> list[str]:
    """Return the names of an array's entries, as a Tensor has them; a number's is the leaf's own.

    >>> entry_names("w", (1, 2)), entry_names("x", None)
    (['w[0,0]', 'w[0,1]'], ['x'])
    """
    if not shape:
        return [leaf]
    return [f"{leaf}[{','.join(map(str, index))}]" for index in np.ndindex(shape)]


def _leaf(shape: Shape, numbers: Iterator[Any]) -> Any:
    if shape is None:
        return next(numbers)
    size = math.prod(shape)
    array = np.empty(size, dtype=object)
    array[:] = list(islice(numbers, size))
    return as_array(array.reshape(shape))


def flatten_inputs(x: Any, places: list[str], plain_only: bool = False) -> Leaves:
    """Flatten what a function is differentiated by.

    Args:
        x: numbers, float arrays, object arrays of numbers, and trees of these.
        places: what messages call its leaves.
        plain_only: whether Values and alike are refused.

    Raises:
        TypeError: a leaf holds something else.
    """
    if type(x) is float:  # as most often
        return Leaves(x, places, [None], [x])

    def number(x: Any, place: str) -> Any:
        if isinstance(x, (bool, np.bool_)):
            raise TypeError(
                f"{place} is {x!r}, which has no derivatives: pass it by another argument"
            )
        return as_scalar(x, place)

    flat = _flatten(x, places, number, only_floats=True)
    if plain_only:
        flat.numbers = list(map(as_number, flat.numbers, flat.names))
    return flat


def flatten_outputs(out: Any, name: str) -> Leaves:
    """Flatten the result of the function of this name; a TypeError for what is no number."""
    if out is None:
        raise TypeError(f"{name} returned None: is a `return` missing?")

    def number(x: Any, place: str) -> Any:
        if not is_scalar(x):
            raise TypeError(f"{name} returned {x!r}, which is no number, at {place}")
        return as_scalar(x, place)

    return _flatten(out, tree.paths(out, "result"), number)


def numbers_like(x: Any, model: Leaves, what: str, whose: str) -> list[Any]:
    """Return the numbers of a tree that must be of the model's structure and shapes.

    Raises:
        TypeError: it is of another structure, or holds something else than numbers.
        ValueError: an array is of another shape.
    """
    if not tree.same(model.tree, x):
        raise TypeError(
            f"{what} must have the structure of {whose}, {tree.describe(model.tree)}, but it is "
            f"{tree.describe(x)}"
        )
    flat = _flatten(x, tree.paths(x, what), as_scalar)
    for place, shape, wanted in zip(flat.places, flat.shapes, model.shapes, strict=True):
        if (shape or ()) != (wanted or ()):
            raise ValueError(
                f"{place} must have the shape {wanted or ()} of {whose}, not {shape or ()}"
            )
    return flat.numbers


def _flatten(
    x: Any, places: list[str], number: Callable[[Any, str], Any], only_floats: bool = False
) -> Leaves:
    """Flatten a tree, with number(entry, place) of each entry that may be no float."""
    flat = Leaves(x, places, [], [])
    for leaf, place in zip(tree.flatten(x), places, strict=True):
        if not isinstance(leaf, np.ndarray):
            flat.shapes.append(None)
            flat.numbers.append(leaf if type(leaf) is float else number(leaf, place))
            continue
        if only_floats and leaf.dtype.kind not in "fO":
            raise TypeError(
                f"{place} is an array of {leaf.dtype}, which has no derivatives: convert it by "
                ".astype(float)"
            )
        flat.shapes.append(leaf.shape)
        entries = as_object_array(leaf).ravel().tolist()
        known = leaf.dtype == np.float64
        flat.numbers += entries if known else [number(entry, place) for entry in entries]
    return flat


def scalar_of(out: Any, name: str, transform: str) -> Any:
    """Return the result of the function of this name as one number; a TypeError if it is none."""
    if isinstance(out, np.ndarray) and out.ndim == 0:
        out = out[()]
    if isinstance(out, Operand):
        return out
    if out is None:
        raise TypeError(
            f"{transform} needs a number from {name}, which returned None: is a `return` missing?"
        )
    if isinstance(out, (np.ndarray, tuple, list, dict)):
        raise TypeError(
            f"{transform} needs a single number from {name}, which returned "
            f"{tree.describe(out)}: use jacobian, or has_aux=True for further results"
        )
    if isinstance(out, (bool, np.bool_)):
        raise TypeError(
            f"{transform} needs a number from {name}, which returned the truth value {out}"
        )
    return as_number(out, f"{transform} of {name}")
