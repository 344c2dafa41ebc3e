"""The numbers in the arguments and results of functions, taken out and put back into place."""

import math
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, is_dataclass
from itertools import accumulate, islice, pairwise, repeat
from typing import Any, Final

import numpy as np

from autograd.rules.entrywise import as_array, as_object_array
from autograd.rules.operand import Operand, as_number, as_scalar, is_scalar
from autograd.transforms import tree
from autograd.values.tensor import Tensor

Shape = tuple[int, ...] | None
"""The shape of a leaf that is an array; None for a number."""

Kind = np.dtype[Any] | None
"""The floating type of derivatives by a leaf; None for a number that takes any, as Python's do."""

_FLOAT: Final = np.dtype(np.float64)


@dataclass(eq=False)
class Leaves:
    """A tree of numbers and arrays, flattened.

    Attributes:
        tree: what was flattened.
        places: what each leaf is called: `params['w']`.
        shapes: the shape of each leaf.
        kinds: the floating type of each leaf; float64 for arrays of whole numbers.
        numbers: all entries of all leaves.
    """

    tree: Any
    places: list[str]
    shapes: list[Shape]
    kinds: list[Kind]
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

    @property
    def kind(self) -> Kind:
        """The floating type of what is computed from all leaves, by NumPy's rules; None for any."""
        kinds = [kind for kind in self.kinds if kind is not None]
        return np.result_type(*kinds) if kinds else None

    def unflatten(self, numbers: Iterable[Any], kinds: Iterable[Kind] | None = None) -> Any:
        """Return the tree with these numbers; arrays that hold Values are Tensors.

        All else is float64, or of these floating types, one for each leaf.
        """
        rest = iter(numbers)
        leaves = zip(self.shapes, repeat(None) if kinds is None else kinds, strict=False)
        if not isinstance(self.tree, tree.BRANCHED):
            return _leaf(*next(leaves), rest)
        return tree.unflatten(self.tree, [_leaf(*leaf, rest) for leaf in leaves])


def entry_names(leaf: str, shape: Shape) -> list[str]:
    """Return the names of an array's entries, as a Tensor has them; a number's is the leaf's own.

    >>> entry_names("w", (1, 2)), entry_names("x", None)
    (['w[0,0]', 'w[0,1]'], ['x'])
    """
    if not shape:
        return [leaf]
    return [f"{leaf}[{','.join(map(str, index))}]" for index in np.ndindex(shape)]


def _leaf(shape: Shape, kind: Kind, numbers: Iterator[Any]) -> Any:
    if shape is None:
        return rounded(next(numbers), kind)
    size = math.prod(shape)
    array = np.empty(size, dtype=object)
    array[:] = list(islice(numbers, size))
    return rounded(as_array(array.reshape(shape)), kind)


def rounded(x: Any, kind: Kind) -> Any:
    """Return a number or an array in a type narrower than float64; what is recorded as it is."""
    if kind is None or kind == _FLOAT or isinstance(x, (Operand, Tensor)):
        return x
    with np.errstate(all="ignore"):  # too large a number is inf, as everywhere
        return x.astype(kind) if isinstance(x, np.ndarray) else kind.type(x)


def flatten_inputs(x: Any, places: list[str], plain_only: bool = False) -> Leaves:
    """Flatten what a function is differentiated by.

    Args:
        x: numbers, arrays of numbers, and trees of these. Whole numbers count as real ones.
        places: what messages call its leaves.
        plain_only: whether Values and alike are refused.

    Raises:
        TypeError: a leaf holds something else.
    """
    if type(x) is float:  # as most often
        return Leaves(x, places, [None], [None], [x])

    def number(x: Any, place: str) -> Any:
        if isinstance(x, (bool, np.bool_)):
            raise TypeError(
                f"{place} is {x!r}, which has no derivatives: pass it by another argument"
            )
        if not is_scalar(x) and (remedy := _remedy(x)):
            raise TypeError(f"{place} takes a number, not a {type(x).__name__}: {remedy}")
        try:
            return as_scalar(x, place)
        except OverflowError:
            raise OverflowError(f"{place} is beyond the largest float, 1.8e308") from None

    flat = _flatten(x, places, number)
    if plain_only:
        flat.numbers = list(map(as_number, flat.numbers, flat.names))
    return flat


def _remedy(x: Any) -> str:
    """Return what to pass in place of an object that holds numbers; empty where that is unknown."""
    if is_dataclass(x):
        return "pass dataclasses.asdict() of it"
    if hasattr(x, "__next__") or (isinstance(x, Collection) and not hasattr(x, "__array__")):
        is_known = isinstance(x, (str, bytes, list, tuple))
        return "" if is_known else "trees are tuples, lists and dicts, so make it one of these"
    return "pass numpy.asarray() of it" if hasattr(x, "__array__") else ""


def flatten_outputs(out: Any, name: str) -> Leaves:
    """Flatten the result of the function of this name; a TypeError for what is no number."""
    if out is None:
        raise TypeError(f"{name} returned None: is a `return` missing?")

    def number(x: Any, place: str) -> Any:
        if not is_scalar(x):
            raise TypeError(f"{name} returned {x!r}, which is no number, at {place}")
        if isinstance(x, (bool, np.bool_)):
            raise TypeError(
                f"{name} returned the truth value {x!r}, which has no derivatives, at {place}: "
                "return it as aux, by has_aux=True"
            )
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


def _flatten(x: Any, places: list[str], number: Callable[[Any, str], Any]) -> Leaves:
    """Flatten a tree, with number(entry, place) of each entry that may be no float."""
    flat = Leaves(x, places, [], [], [])
    for leaf, place in zip(tree.flatten(x), places, strict=True):
        _check_digits(leaf, place)
        if not isinstance(leaf, np.ndarray):
            flat.shapes.append(None)
            flat.kinds.append(leaf.dtype if isinstance(leaf, np.floating) else None)
            flat.numbers.append(leaf if type(leaf) is float else number(leaf, place))
            continue
        _check_array(leaf, place)
        flat.shapes.append(leaf.shape)
        if leaf.dtype == object:
            flat.kinds.append(None)
            entries = as_object_array(leaf).ravel().tolist()
            flat.numbers += map(number, entries, entry_names(place, leaf.shape))
        else:
            flat.kinds.append(
                np.result_type(leaf, np.float16) if leaf.dtype.kind == "f" else _FLOAT
            )
            flat.numbers += leaf.astype(_FLOAT).ravel().tolist()
    return flat


def _check_digits(leaf: Any, place: str) -> None:
    """Raise a TypeError for floats of more digits than float64 has."""
    is_floating = isinstance(leaf, (np.ndarray, np.floating)) and leaf.dtype.kind == "f"
    if is_floating and leaf.dtype.itemsize > _FLOAT.itemsize:
        raise TypeError(
            f"{place} is of {leaf.dtype}, but derivatives are computed in float64: convert it by "
            ".astype(float), if that is precise enough"
        )


def _check_array(leaf: Any, place: str) -> None:
    """Raise a TypeError for an array of something else, or with rules of its own."""
    if type(leaf) not in (np.ndarray, np.memmap) and not isinstance(leaf, Tensor):
        raise TypeError(
            f"{place} is a {type(leaf).__name__}, whose own rules would be lost: pass a plain "
            "array, as by numpy.array(), or by .filled() of a masked one"
        )
    if leaf.dtype.kind not in "fiuO":
        what = f"{place} is an array of {leaf.dtype}, which has no derivatives"
        whole = "convert it by .astype(float), or pass it by another argument"
        remedy = {"b": whole, "c": "pass its real and imaginary parts as two arrays"}
        raise TypeError(f"{what}: {remedy.get(leaf.dtype.kind, 'pass numbers')}")


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
            f"{tree.describe(out)}: use jacobian or elementwise_grad, or has_aux=True for "
            "further results"
        )
    if isinstance(out, (bool, np.bool_)):
        raise TypeError(
            f"{transform} needs a number from {name}, which returned the truth value {out}"
        )
    return as_number(out, f"{transform} of {name}")
