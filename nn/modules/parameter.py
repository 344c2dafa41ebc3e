"""Parameters as a module holds them: arrays of leaf Values, or the promise of one.

A layer declares its arrays; the Values are made when first asked for. So a model can be described,
counted and summarised without memory for its numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from autograd import Tensor, Value
from autograd.rules.entrywise import as_object_array
from autograd.text.memory import check_memory
from autograd.text.words import counted
from nn.init import Scheme
from nn.intake import Array

Naming = Callable[[tuple[int, ...]], str]
"""The name of an entry within its module, by its index: `neurons.3.w[1]` for (3, 1)."""


PARAMETER: Final = 320
"""Bytes for a parameter while it is made: a Value, its name, its place; measured, see the tests."""

NUMBER: Final = 16
"""Bytes for the number of a parameter while it is drawn."""


@dataclass(frozen=True)
class Declared:
    """An array of parameters that is not made yet: all it takes to draw its first numbers."""

    shape: tuple[int, ...]
    scheme: Scheme
    """Draws the numbers, unless another scheme was chosen."""
    fans: tuple[int, int]
    seed: tuple[int, ...]
    naming: Naming
    follows_init: bool
    """Whether `Module.initialize(init)` replaces the scheme; that of biases stays."""
    chosen: Scheme | None = None
    """What `Module.initialize(init)` put in place of the scheme."""

    def numbers(self) -> Array:
        """Draw the first numbers, which are the same at every call.

        Raises:
            ValueError: the scheme gives an array of another shape.
        """
        check_room([self], "an array", NUMBER)
        generator = np.random.default_rng(self.seed)
        scheme = self.chosen or self.scheme
        numbers: Array = np.asarray(scheme(self.shape, *self.fans, generator), np.float64)
        if numbers.shape != self.shape:
            raise ValueError(
                f"the scheme {scheme!r} gave an array of shape {numbers.shape} for parameters of "
                f"shape {self.shape}"
            )
        return numbers

    def create(self, path: str, numbers: Array | None = None) -> Any:
        """Make the parameters: a Tensor, or a Value where the shape is ()."""
        check_room([self], path or "an array")
        data = self.numbers() if numbers is None else numbers
        entries = np.empty(self.shape, dtype=object)
        for index in np.ndindex(self.shape):
            entries[index] = Value(data[index], joined(path, self.naming(index)))
        return entries.view(Tensor) if self.shape else entries[()]


def check_room(arrays: Iterable[Any], what: str, each: int = PARAMETER) -> None:
    """Raise a MemoryError if what is not made yet of these arrays would not fit into memory.

    Args:
        arrays: of parameters, made or not.
        what: holds them, for the message.
        each: bytes for a parameter.
    """
    count = sum(math.prod(array.shape) for array in arrays if isinstance(array, Declared))
    parameters = f"{what} with {counted(count, 'parameter')}"
    check_memory(each * count, parameters, "take fewer or smaller layers")


def entry_name(name: str, index: tuple[int, ...]) -> str:
    """Name an entry of an array as a Tensor does: `w[0,1]`, and a single one by the name alone."""
    return f"{name}[{','.join(map(str, index))}]" if index else name


def joined(path: str, name: str) -> str:
    """Return a name below the path of its module.

    >>> joined("layers.0", "w"), joined("", "w"), joined("layers.0", "")
    ('layers.0.w', 'w', 'layers.0')
    """
    return f"{path}.{name}" if path and name else path or name


def is_parameter(thing: Any) -> bool:
    """Whether this is an array of parameters: a leaf Value, or an array of such (and numbers)."""
    if isinstance(thing, Value):
        return thing.op is None
    if not isinstance(thing, np.ndarray) or thing.dtype != object:
        return False
    values = [x for x in as_object_array(thing).flat if isinstance(x, Value)]
    return bool(values) and all(x.op is None for x in values)


def values_of(parameter: Any) -> Iterator[tuple[tuple[int, ...], Value]]:
    """Give the Values of an array of parameters with their index, () for a single one."""
    for index, entry in np.ndenumerate(as_object_array(parameter)):
        if isinstance(entry, Value):
            yield index, entry


def shape_of(parameter: Any) -> tuple[int, ...]:
    """Return the shape of an array of parameters, made or not."""
    return () if isinstance(parameter, Value) else tuple(parameter.shape)


def size_of(parameter: Any) -> int:
    """Count the numbers that there are to train in an array of parameters, made or not."""
    if isinstance(parameter, Declared):
        return math.prod(parameter.shape)
    return sum(1 for _ in values_of(parameter))


def numbers_of(parameter: Any) -> Array:
    """Return a copy of the numbers in an array of parameters, or in a buffer, as float64."""
    if isinstance(parameter, Declared):
        return parameter.numbers()
    if isinstance(parameter, np.ndarray) and parameter.dtype != object:
        return parameter.copy()
    numbers: Array = as_object_array(parameter).view(Tensor).numpy()
    return numbers


def assign(parameter: Any, numbers: Array) -> None:
    """Set the numbers in an array of parameters; the Values themselves stay."""
    as_object_array(parameter).view(Tensor).assign(numbers)
