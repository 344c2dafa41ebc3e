"""The gradient by central differences."""

from typing import Any

import numpy as np

from autograd.checks.arguments import check_positive, plain_inputs
from autograd.checks.steps import step_at
from autograd.rules.operand import as_number, data_of
from autograd.transforms import tree as structure
from autograd.transforms.leaves import scalar_of
from autograd.transforms.recording import Function, name_of


def numerical_gradient(f: Function, x: Any, h: float | None = None) -> Any:
    """The gradient of f at x by central differences, (f(x + h) - f(x - h)) / 2h for each entry.

    Arrays are changed in place, an entry at a time, and f is called with x itself. So f may as well
    ignore its argument and use the array that x is, the weights of a network say. Every entry is
    put back, also when f raises.

    Args:
        f: a function of x whose result is a single number.
        x: a number, an array of any shape, or nested tuples, lists and dicts of these.
        h: the step; by default ε^(1/3) max(1, |entry|), with the ε of x's floats.

    Returns:
        The derivatives in the structure and shapes of x, as floats and float64 arrays.

    Raises:
        TypeError: f returns no single number, or x is not made of real floating-point numbers.
        ValueError: an array is read-only or overlaps another one, or h is not a positive number.

    >>> numerical_gradient(lambda x: x[0] ** 2 * x[1], np.array([3.0, 5.0])).round(6)
    array([30.,  9.])
    """
    name = name_of(f)
    check_positive(h, "h")
    leaves = _plain_leaves(x, f"argument 0 of {name}")
    current = list(leaves)  # in the end as in the beginning

    def value() -> float:
        tree = structure.rebuild(x, iter(current))
        return float(data_of(scalar_of(f(tree), name, "numerical_gradient")))

    gradient: list[Any] = []
    for k, leaf in enumerate(leaves):
        if isinstance(leaf, np.ndarray):
            slopes = np.empty(leaf.shape)
            for index in np.ndindex(leaf.shape):
                slopes[index] = _central(leaf, index, h, value)
            gradient.append(slopes)
        else:
            gradient.append(_central(current, k, h, value))
    return structure.rebuild(x, iter(gradient))


def _central(entries: Any, index: Any, h: float | None, value: Any) -> float:
    """The central difference by one entry of an array or a list, which is put back."""
    before = entries[index]
    step = step_at(before) if h is None else h
    try:
        entries[index] = before + step
        right, above = entries[index], value()
        entries[index] = before - step
        left, below = entries[index], value()
    finally:
        entries[index] = before
    if right == left:
        raise ValueError(f"the step {step} is lost in rounding beside {before!r}: take a larger h")
    slope: float = (above - below) / float(right - left)
    return slope


def _plain_leaves(x: Any, name: str) -> list[Any]:
    """The leaves of a tree that can be changed one by one: numbers as floats, arrays themselves."""
    plain_inputs(x, name)
    leaves: list[Any] = []
    for leaf, place in zip(structure.leaves(x), structure.paths(x, name), strict=True):
        if not isinstance(leaf, np.ndarray):
            leaves.append(as_number(leaf, place))
            continue
        if not leaf.flags.writeable:
            raise ValueError(
                f"{place} is read-only, but its entries are changed for the differences: pass a "
                "copy of it, .copy()"
            )
        if any(isinstance(y, np.ndarray) and np.shares_memory(leaf, y) for y in leaves):
            raise ValueError(f"{place} shares memory with an array before it: pass a copy of it")
        leaves.append(leaf)
    return leaves
