"""Arguments and results of functions, taken apart into their numbers and put together again."""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.rules.entrywise import plain
from autograd.rules.operand import Operand, as_number
from autograd.transforms import tree as structure
from autograd.values.tensor import as_array


@dataclass(frozen=True)
class Entries:
    """The entries of a tree of numbers and arrays, and how to put them together again."""

    tree: Any
    shapes: list[tuple[int, ...] | None]
    """Of each leaf; None for a number."""
    numbers: list[Any]

    def build(self, entries: Sequence[Any]) -> Any:
        """The tree with these entries: numbers, and Tensors or float64 arrays for arrays."""
        rest = iter(entries)
        return structure.rebuild(self.tree, iter([_leaf(shape, rest) for shape in self.shapes]))

    def names(self, root: str) -> list[str]:
        """What the entries are called in a tree of this name: `params['w'][0,1]`."""
        leaves = zip(structure.paths(self.tree, root), self.shapes, strict=True)
        return [name for leaf, shape in leaves for name in entry_names(leaf, shape)]


def joined(tree: Any, parts: Sequence[Entries]) -> Entries:
    """The entries of a tree whose branches, from left to right, have been taken apart."""
    shapes = [shape for part in parts for shape in part.shapes]
    return Entries(tree, shapes, [x for part in parts for x in part.numbers])


def entry_names(leaf: str, shape: tuple[int, ...] | None) -> list[str]:
    """The names of an array's entries, as those of a Tensor; the leaf's own for a number.

    >>> entry_names("w", (1, 2)), entry_names("x", None)
    (['w[0,0]', 'w[0,1]'], ['x'])
    """
    if not shape:
        return [leaf]
    return [f"{leaf}[{','.join(map(str, index))}]" for index in np.ndindex(shape)]


def _leaf(shape: tuple[int, ...] | None, entries: Iterator[Any]) -> Any:
    if shape is None:
        return next(entries)
    size = math.prod(shape)
    array = np.empty(size, dtype=object)
    array[:] = list(itertools.islice(entries, size))
    return as_array(array.reshape(shape))


def inputs_of(tree: Any, name: str) -> Entries:
    """Take a tree apart; a TypeError for a leaf that cannot be differentiated by."""
    shapes: list[tuple[int, ...] | None] = []
    numbers: list[Any] = []
    for leaf, place in zip(structure.leaves(tree), structure.paths(tree, name), strict=True):
        if isinstance(leaf, np.ndarray):
            if leaf.dtype.kind not in "fO":
                raise TypeError(
                    f"{place} is an array of {leaf.dtype}, which has no derivatives: convert it by "
                    ".astype(float)"
                )
            shapes.append(leaf.shape)
            entries = plain(leaf).ravel().tolist()
            numbers += entries if leaf.dtype != object else [_number(x, place) for x in entries]
        else:
            shapes.append(None)
            numbers.append(_number(leaf, place))
    return Entries(tree, shapes, numbers)


def _number(x: Any, place: str) -> Any:
    if isinstance(x, (bool, np.bool_)):
        raise TypeError(f"{place} is {x!r}, which has no derivatives: pass it by another argument")
    return x if isinstance(x, Operand) else as_number(x, place)


def outputs_of(out: Any, name: str) -> Entries:
    """The results of a function taken apart."""
    if out is None:
        raise TypeError(f"{name} returned None: is a `return` missing?")
    shapes: list[tuple[int, ...] | None] = []
    numbers: list[Any] = []
    for leaf, place in zip(structure.leaves(out), structure.paths(out), strict=True):
        array = plain(leaf)
        if array.dtype.kind not in "fiubO":
            raise TypeError(f"{name} returned {leaf!r}, which is no number, at result{place}")
        shapes.append(array.shape if isinstance(leaf, np.ndarray) else None)
        numbers += [_number_out(x, f"result{place} of {name}") for x in array.flat]
    return Entries(out, shapes, numbers)


def _number_out(x: Any, place: str) -> Any:
    return x if isinstance(x, Operand) else as_number(x, place)


def scalar_of(out: Any, name: str, transform: str) -> Any:
    """The output as one number, or a TypeError."""
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
            f"{structure.describe(out)}: use jacobian, or has_aux=True for further results"
        )
    if isinstance(out, (bool, np.bool_)):
        raise TypeError(
            f"{transform} needs a number from {name}, which returned the truth value {out}"
        )
    return as_number(out, f"{transform} of {name}")


def entries_like(tree: Any, model: Entries, what: str, whose: str) -> list[Any]:
    """The entries of a tree that must be of the model's structure and shapes."""
    if not structure.same(model.tree, tree):
        raise TypeError(
            f"{what} must have the structure of {whose}, {structure.describe(model.tree)}, but it "
            f"is {structure.describe(tree)}"
        )
    numbers: list[Any] = []
    for leaf, shape, place in zip(
        structure.leaves(tree), model.shapes, structure.paths(tree), strict=True
    ):
        array = plain(leaf)
        if array.shape != (shape or ()):
            raise ValueError(
                f"{what}{place} must have the shape {shape or ()} of {whose}, not {array.shape}"
            )
        numbers += [_number_out(x, f"{what}{place}") for x in array.flat]
    return numbers
