"""A function at a point, with its arguments taken apart into named numbers."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from autograd.expression import Formula
from autograd.rules.operand import Operand
from autograd.transforms.leaves import Entries, inputs_of, joined, outputs_of
from autograd.transforms.recording import Function, name_of


@dataclass(frozen=True, eq=False)
class Problem:
    """What is differentiated, and where."""

    function: Function
    name: str
    """What messages call the function."""
    title: str
    """What reports call it: the text of a formula."""
    args: tuple[Any, ...]
    inputs: Entries
    names: tuple[str, ...]
    """Of the inputs: `x`, `w[0,1]`."""

    def run(self, variables: Sequence[Any]) -> Entries:
        """The function's results for these in place of its inputs."""
        return outputs_of(self.function(*self.inputs.build(variables)), self.name)


def problem_of(f: Function, args: tuple[Any, ...]) -> Problem:
    """The function at these arguments.

    Raises:
        TypeError: f is no function, does not take these arguments, or one is not made of real
            numbers.
        ValueError: there is no number among the arguments.

    >>> problem_of(lambda x, w: x * w[0], (2.0, [3.0, 4.0])).names
    ('x', 'w[0]', 'w[1]')
    """
    if not callable(f):
        raise TypeError(f"compare_modes() takes a function, not {f!r} of type {type(f).__name__}")
    name = name_of(f)
    roots = _argument_names(f, name, args)
    parts = [inputs_of(arg, root) for arg, root in zip(args, roots, strict=True)]
    inputs = joined(args, parts)
    names = [name for part, root in zip(parts, roots, strict=True) for name in part.names(root)]
    if not names:
        raise ValueError(
            f"compare_modes() has nothing to differentiate {name} by, as its arguments hold no "
            "number: pass them after the function, compare_modes(f, 1.0, 2.0)"
        )
    for entry, x in zip(names, inputs.numbers, strict=True):
        if isinstance(x, Operand):
            raise TypeError(
                f"{entry} is {x!r}, but compare_modes() takes plain numbers: pass its .data"
            )
    return Problem(f, name, _title(f, name), args, inputs, tuple(names))


def _argument_names(f: Function, name: str, args: tuple[Any, ...]) -> list[str]:
    """A name for each argument: that of f's parameter."""
    try:
        signature = inspect.signature(f)
    except (TypeError, ValueError):  # some functions written in C have none
        return [f"x{i}" for i in range(len(args))]
    try:
        bound = signature.bind(*args)
    except TypeError as error:
        raise TypeError(f"{name} cannot be called with {len(args)} arguments: {error}") from None
    names: list[str] = []
    for parameter, value in bound.arguments.items():
        many = signature.parameters[parameter].kind is inspect.Parameter.VAR_POSITIONAL
        names += [f"{parameter}[{i}]" for i in range(len(value))] if many else [parameter]
    return names


def _title(f: Function, name: str) -> str:
    if isinstance(f, Formula):
        return f.text
    return "f" if name == "<lambda>" else name
