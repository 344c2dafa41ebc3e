"""Parameters as a module holds them: arrays of leaf Values, or the promise of one.

A layer declares its arrays; the Values are made when first asked for. So a model can be described,
counted and summarised without memory for its numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import Tensor, Value
from autograd.ufuncs import plain
from nn.init import Scheme

Array = NDArray[np.float64]
Naming = Callable[[tuple[int, ...]], str]
"""The name of an entry within its module, by its index: `neurons.3.w[1]` for (3, 1)."""


@dataclass(frozen=True)
class Declared:
    """An array of parameters that is not made yet: all it takes to draw its first numbers."""

    shape: tuple[int, ...]
    scheme: Scheme
    fans: tuple[int, int]
    seed: tuple[int, ...]
    naming: Naming
    follows_init: bool
    """Whether `Module.initialize(init)` changes the scheme; that of biases stays."""

    def numbers(self) -> Array:
        """The first numbers: the same at every call."""
        generator = np.random.default_rng(self.seed)
        return np.asarray(self.scheme(self.shape, *self.fans, generator), dtype=np.float64)

    def create(self, path: str, numbers: Array | None = None) -> Any:
        """The parameters: a Tensor, or a Value where the shape is ()."""
        data = self.numbers() if numbers is None else numbers
        entries = np.empty(self.shape, dtype=object)
        for index in np.ndindex(self.shape):
            entries[index] = Value(data[index], joined(path, self.naming(index)))
        return entries.view(Tensor) if self.shape else entries[()]


def plain_naming(name: str) -> Naming:
    """The names of entries as a Tensor has them: `w[0,1]`, and the name alone for a number."""
    return lambda index: f"{name}[{','.join(map(str, index))}]" if index else name


def joined(path: str, name: str) -> str:
    """The name below the path of its module.

    >>> joined("layers.0", "w"), joined("", "w")
    ('layers.0.w', 'w')
    """
    return f"{path}.{name}" if path else name


def is_parameter(thing: Any) -> bool:
    """Whether this is an array of parameters: a leaf Value, or an array of such (and numbers)."""
    if isinstance(thing, Value):
        return thing.op is None
    if not isinstance(thing, np.ndarray) or thing.dtype != object:
        return False
    values = [x for x in plain(thing).flat if isinstance(x, Value)]
    return bool(values) and all(x.op is None for x in values)


def values_of(parameter: Any) -> Iterator[tuple[tuple[int, ...], Value]]:
    """The Values of an array of parameters, by their index; of a single one the index is ()."""
    if isinstance(parameter, Value):
        yield (), parameter
        return
    entries = plain(parameter)
    for index in np.ndindex(entries.shape):
        if isinstance(entries[index], Value):
            yield index, entries[index]


def shape_of(parameter: Any) -> tuple[int, ...]:
    """The shape, made or not."""
    return () if isinstance(parameter, Value) else tuple(parameter.shape)


def size_of(parameter: Any) -> int:
    """How many numbers there are to train."""
    if isinstance(parameter, (Value, Declared)):
        return math.prod(shape_of(parameter))
    return sum(1 for _ in values_of(parameter))


def numbers_of(parameter: Any) -> Array:
    """The numbers as a float64 array, a copy."""
    if isinstance(parameter, Declared):
        return parameter.numbers()
    if isinstance(parameter, Value):
        return np.array(parameter.data)
    return parameter.view(Tensor).numpy()


def assign(parameter: Any, numbers: Array) -> None:
    """Set the numbers of the Values; the Values themselves stay."""
    if isinstance(parameter, Value):
        parameter.data = float(numbers)
    else:
        parameter.view(Tensor).assign(numbers)
