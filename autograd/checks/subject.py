"""What is checked: a function, or a derivative of it, at a point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.checks.arguments import filled, plain_inputs
from autograd.rules.entrywise import plain
from autograd.rules.operand import data_of
from autograd.transforms import tree as structure
from autograd.transforms.differentiate import jvp, vjp
from autograd.transforms.leaves import Entries, joined, outputs_of
from autograd.transforms.recording import Function, name_of
from autograd.values.value import Value

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Subject:
    """A function at a point, or its derivative in some direction, between vectors of numbers."""

    function: Function
    base: Function
    """The function that this one is a derivative of."""
    inputs: Entries
    name: str
    """What messages call the base."""
    names: list[str]
    """Of the inputs."""
    path: tuple[str, ...] = ()
    """The modes that led from the base to this function."""

    @property
    def order(self) -> int:
        """Of the derivatives that a check of this function checks."""
        return len(self.path) + 1

    @cached_property
    def point(self) -> Array:
        """The numbers of the inputs."""
        return np.array(self.inputs.numbers, np.float64)

    @cached_property
    def results(self) -> Entries:
        """The results there."""
        return self.run(self.point)

    @cached_property
    def result_names(self) -> list[str]:
        """Of the numbers of the results."""
        return self.results.names("result")

    def run(self, point: Array) -> Entries:
        """The results at a point; recorded, as f may only know Values and Tensors."""
        return outputs_of(vjp(self.function, *filled(self.inputs, point))[0], self.name)

    def recorded(self, f: Function) -> tuple[list[Value], list[Any]]:
        """The inputs as new Values, and the outputs of f for them."""
        variables = [
            Value(x, name) for x, name in zip(self.inputs.numbers, self.names, strict=True)
        ]
        return variables, outputs_of(f(*self.inputs.build(variables)), self.name).numbers

    def pushed(self, direction: Array) -> Array:
        """The derivatives of all outputs in this direction, by forward mode."""

        def along(t: Any) -> Any:
            line = zip(self.inputs.numbers, direction.tolist(), strict=True)
            return self.function(*self.inputs.build([x + t * d for x, d in line]))

        return vector(jvp(along, (0.0,), (1.0,))[1])

    def pulled(self, weights: Array) -> Array:
        """The derivatives of a weighted sum of the outputs by all inputs, by reverse mode."""
        pullback = vjp(self.function, *filled(self.inputs, self.point))[1]
        return vector(pullback(filled(self.results, weights)))

    def derived(self, mode: str) -> Subject:
        """Its derivative in a random direction by a mode, as a function of the same inputs."""
        f = self.function
        random = np.random.default_rng(len(self.path))
        tangents = filled(self.inputs, random.standard_normal(len(self.point)))
        cotangents = filled(self.results, random.standard_normal(len(self.results.numbers)))

        def pushed(*primals: Any) -> Any:
            return jvp(f, primals, tangents)[1]

        def pulled(*primals: Any) -> Any:
            return vjp(f, *primals)[1](cotangents)

        derivative = pushed if mode == "fwd" else pulled
        path = (*self.path, mode)
        return Subject(derivative, self.base, self.inputs, self.name, self.names, path)


def vector(tree: Any) -> Array:
    """The plain numbers inside, from left to right."""
    return np.array(
        [data_of(x) for leaf in structure.leaves(tree) for x in plain(leaf).flat], float
    )


def subject_of(f: Function, args: Sequence[Any]) -> Subject:
    """The function at these arguments; a TypeError or ValueError where there is none."""
    if not callable(f):
        raise TypeError(f"check_grads() takes a function, not {f!r} of type {type(f).__name__}")
    if not isinstance(args, (tuple, list)):
        raise TypeError(
            f"the args of check_grads must be a tuple of arguments, not {structure.describe(args)}:"
            " write (x,) for a function of one argument"
        )
    name = name_of(f)
    roots = [f"argument {i} of {name}" for i in range(len(args))]
    parts = [plain_inputs(x, root) for x, root in zip(args, roots, strict=True)]
    names = [y for part, root in zip(parts, roots, strict=True) for y in part.names(root)]
    if not names:
        raise ValueError(f"there is nothing to differentiate {name} by: its arguments are empty")
    subject = Subject(f, f, joined(tuple(args), parts), name, names)
    if not subject.results.numbers:
        raise ValueError(f"there is nothing to differentiate: {name} returned no number")
    return subject
