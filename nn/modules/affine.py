"""What neurons, layers and convolutions share: weights, biases and the affine map by them."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from autograd import Tensor, Value
from autograd.rules import table
from autograd.rules.entrywise import as_object_array
from nn import init as schemes
from nn.intake import Seed, generator_of
from nn.modules.activation_layers import kind_of, short
from nn.modules.cost import Cost, of_dots
from nn.modules.module import Module, drawn_seed
from nn.modules.parameter import entry_name

Shape = tuple[int, ...]


class Affine(Module):
    """A module of weights `w` and biases `b`, with the schemes that draw them.

    Args:
        init: a scheme or its name; None for the one that suits the attribute `activation`.
        bias_init: a scheme or its name.
        bias: whether there are biases.
    """

    activation: Module
    _unkept = ("seed", "nonlin")

    def __init__(self, init: Any, bias_init: Any, bias: bool) -> None:
        self.init = None if init is None else schemes.scheme(init)
        self.bias_init = schemes.scheme(bias_init)
        self.bias = bool(bias)

    def _declare_weights(
        self,
        shape: Shape,
        bias_shape: Shape,
        fans: tuple[int, int],
        seed: Seed,
        naming: Callable[[str, Shape], str] = entry_name,
    ) -> None:
        generator = generator_of(seed)
        scheme = self.init
        if scheme is None:
            scheme = schemes.default_scheme(kind_of(self.activation))
        seed = drawn_seed(generator)
        self.declare("w", shape, scheme, fans=fans, seed=seed, naming=partial(naming, "w"))
        if self.bias:
            seed = drawn_seed(generator)
            self.declare(
                "b",
                bias_shape,
                self.bias_init,
                fans=fans,
                seed=seed,
                naming=partial(naming, "b"),
                follows_init=False,
            )

    def _cost_of_dots(self, input_shape: Shape, output_shape: Shape) -> Cost:
        """Return the cost of a dot product of a vector of the input for each output."""
        self.output_shape(input_shape)
        outputs, terms = math.prod(output_shape), input_shape[-1] + self.bias
        dots = of_dots(outputs, terms, math.prod(input_shape))
        return dots + self.activation._cost(output_shape)

    def _argument(self, name: str) -> Any:
        return short(getattr(self, name))

    def _shown_parts(self) -> list[tuple[str, Module]]:
        return []


def affine(x: Any, w: Any, b: Any = None) -> Any:
    """Return w @ x + b for each vector along the last axis of x.

    Where Values take part, each entry of the result is one node, the dot product of (w, b) and
    (x, 1); on plain numbers it is a product of matrices.

    Args:
        x: array of shape (..., n), of numbers or Values.
        w: array of shape (m, n).
        b: array of shape (m,); None for no bias.

    Returns:
        An array of shape (..., m): float64, or a Tensor.

    >>> affine(np.array([1.0, 2.0]), np.array([[3.0, 4.0]]), np.array([5.0]))
    array([16.])
    """
    if x.dtype != object and w.dtype != object and (b is None or b.dtype != object):
        product = x @ w.T
        return product if b is None else product + b
    rows = as_object_array(w).tolist()
    columns = as_object_array(x).reshape(-1, w.shape[1]).tolist()
    if b is not None:
        rows = [[*row, c] for row, c in zip(rows, as_object_array(b).tolist(), strict=True)]
        columns = [[*column, 1.0] for column in columns]
    dot = table.dot
    entries = [dot(*row, *column) for column in columns for row in rows]
    return as_tensor(entries, (*x.shape[:-1], w.shape[0]))


def as_tensor(entries: list[Any], shape: tuple[int, ...]) -> Tensor:
    """Return a Tensor of these entries, which NumPy does not look into."""
    array = np.fromiter(entries, dtype=object, count=len(entries))
    return array.reshape(shape).view(Tensor)


def name_outputs(out: Tensor, names: list[str]) -> None:
    """Name the Values along the last axes by what made them, for drawings."""
    entries = as_object_array(out).ravel().tolist()
    for value, name in zip(entries, names * (len(entries) // len(names)), strict=True):
        if type(value) is Value and not value.name:
            value.name = name
