"""What the checks take: functions, and arguments of plain numbers."""

import math
from typing import Any

from numpy.typing import NDArray

from autograd.rules.operand import as_number
from autograd.transforms import tree as structure
from autograd.transforms.leaves import Entries, inputs_of


def plain_inputs(x: Any, name: str) -> Entries:
    """A tree of plain real numbers taken apart; a TypeError for Values and alike."""
    inputs = inputs_of(x, name)
    numbers = zip(inputs.numbers, inputs.names(name), strict=True)
    return Entries(x, inputs.shapes, [as_number(y, place) for y, place in numbers])


def filled(inputs: Entries, vector: NDArray[Any]) -> Any:
    """The tree with the numbers of this vector, of any dtype."""
    leaves: list[Any] = []
    start = 0
    for shape in inputs.shapes:
        size = math.prod(shape or ())
        part = vector[start : start + size]
        leaves.append(part.item() if shape is None else part.reshape(shape).copy())
        start += size
    return structure.rebuild(inputs.tree, iter(leaves))


def check_positive(h: float | None, what: str) -> None:
    """Raise a ValueError for a step that is none; None stands for the default."""
    if h is not None and not (math.isfinite(as_number(h, what)) and h > 0.0):
        raise ValueError(f"{what} must be a positive number, not {h!r}")
