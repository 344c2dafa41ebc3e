"""What a function returned: a structure, the numbers in it, and what does not depend on any."""

import math
from types import BuiltinFunctionType, FunctionType
from typing import Any, Final

import numpy as np

from autograd.program.program import Floats
from autograd.program.trace import flatten_arguments, result_leaf
from autograd.rules.primitive import Primitive
from autograd.text.words import cut
from autograd.transforms import tree
from autograd.transforms.recording import Call, Function, name_of

_LASTING: Final = (
    *(bool, int, float, complex, str, bytes, np.generic),
    *(type, FunctionType, BuiltinFunctionType, Primitive),
)
"""What holds no Values, and does not change."""


class Form:
    """The structure of a result.

    Attributes:
        tree: the structure, with anything as leaves.
        leaves: for each leaf (shape, True), with None for the shape of a number; or, where it does
            not depend on the inputs, (the leaf itself, False).
    """

    def __init__(self, like: Any, leaves: list[tuple[Any, bool]]) -> None:
        self.tree = like
        self.leaves = leaves
        self._is_number = not isinstance(like, tree.BRANCHED) and leaves[0][0] is None

    @classmethod
    def of(cls, result: Any, name: str, numbers_only: bool = False) -> tuple["Form", list[Any]]:
        """Return the structure of what the function of this name returned, and the Values in it.

        With numbers_only all leaves are made of numbers, which count as if they were Values.

        Raises:
            TypeError: a leaf is of a class that may hold Values, unseen, or no number.
        """
        leaves: list[tuple[Any, bool]] = []
        numbers: list[Any] = []
        places = tree.paths(result, "result")
        for leaf, place in zip(tree.flatten(result), places, strict=True):
            what, values = result_leaf(leaf, name, numbers_only)
            if values is None and numbers_only:
                raise TypeError(
                    f"{name} returned {cut(repr(leaf))}, which is no number, at {place}"
                )
            if values is None:
                what = _lasting(what, place, name)
            else:
                numbers += values
            leaves.append((what, values is not None))
        return cls(tree.map(lambda _: 0.0, result), leaves), numbers

    def filled(self, numbers: Floats) -> Any:
        """Return the result with these numbers."""
        if self._is_number:
            return float(numbers[0])
        found, start = [], 0
        for what, depends in self.leaves:
            if not depends:
                found.append(what.copy() if isinstance(what, np.ndarray) else what)
            elif what is None:
                found.append(float(numbers[start]))
                start += 1
            else:
                end = start + math.prod(what)
                found.append(numbers[start:end].reshape(what))
                start = end
        return tree.unflatten(self.tree, found)

    @property
    def size(self) -> int:
        """How many numbers depend on the inputs."""
        return sum([math.prod(what or ()) for what, depends in self.leaves if depends])

    def stacked(self, table: Floats) -> Any:
        """Return the result with an array for each number, and a further first axis for arrays."""
        if all(what is None for what, _ in self.leaves):
            return tree.unflatten(self.tree, np.ascontiguousarray(table.T))
        found, start = [], 0
        for what, _ in self.leaves:
            end = start + math.prod(what or ())
            part = np.ascontiguousarray(table[:, start:end])
            found.append(part.reshape(len(table), *(what or ())))
            start = end
        return tree.unflatten(self.tree, found)

    def fits(self, other: "Form") -> bool:
        """Whether both have the same structure and shapes."""
        shapes = [[what or () for what, _ in form.leaves] for form in (self, other)]
        return tree.same(self.tree, other.tree) and shapes[0] == shapes[1]

    def __str__(self) -> str:
        arrays = [np.zeros(what or ()) if depends else what for what, depends in self.leaves]
        return tree.describe(tree.unflatten(self.tree, arrays))


def evaluated(f: Function, args: Any, kwargs: Any) -> Any:
    """Return f's result, computed on Values, which it may depend on no longer.

    What depends on Values of somebody else stays a Value.
    """
    inputs = flatten_arguments(f, args, kwargs)

    def both(arguments: Any) -> Any:
        return f(*arguments[0], **arguments[1])

    run = Call(both, [None], {}, 0, name_of(f), inputs).record()
    return run.detached(run.result)


def _lasting(leaf: Any, place: str, name: str) -> Any:
    """Return a leaf that is the same at every call; an array, which may be changed, as a copy."""
    if isinstance(leaf, np.ndarray) and leaf.dtype != object:
        return leaf.copy()
    if isinstance(leaf, _LASTING):
        return leaf
    raise TypeError(
        f"{name} returned a {type(leaf).__name__} at {place}, which may hold Values that a program "
        "cannot follow: return tuples, lists and dicts of numbers and arrays"
    )
