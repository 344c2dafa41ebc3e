"""A table of a model's layers, the shapes of their outputs and their parameters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.text import tables
from autograd.text.arguments import whole
from autograd.text.words import shortened
from nn.modules.activation_layers import Activation
from nn.modules.layers import MLP, Layer, Neuron, Sequential
from nn.modules.module import Module
from nn.modules.parameter import joined, size_of

Shape = tuple[int, ...]

_NO_INPUT_SHAPE = "The shapes depend on the input's: summary(model, input_shape)."
_NO_OUTPUT_SHAPE = "Where there is a ?, a module does not define output_shape(self, input_shape)."


@dataclass(frozen=True)
class Row:
    """One layer of a model.

    Attributes:
        path: where it is in the model; empty for the model itself.
        layer: the class and its arguments.
        output_shape: of one sample's result; None where it cannot be told.
        parameters: how many numbers there are to train that no row above has counted.
        shared_with: the path of the row that has counted this very layer, or None.
    """

    path: str
    layer: str
    output_shape: Shape | None
    parameters: int
    shared_with: str | None = None

    @property
    def outputs(self) -> int | None:
        """How many numbers come out for one sample; None where the shape cannot be told."""
        return None if self.output_shape is None else math.prod(self.output_shape)


@dataclass(frozen=True)
class Summary:
    """The layers of a model, made by `summary`: print it, let a notebook show it, or take its rows.

    Attributes:
        rows: the layers in their order.
        input_shape: of one sample; None where it was not given and is not evident.
        output_shape: of the model's result for one sample; None where it cannot be told.
        total: how many numbers there are to train.
    """

    rows: tuple[Row, ...]
    input_shape: Shape | None
    output_shape: Shape | None
    total: int

    def __str__(self) -> str:
        return tables.as_text(self._parts())

    def to_markdown(self) -> str:
        """Return the table in Markdown, as GitHub shows it."""
        return tables.as_markdown(self._parts())

    def _repr_html_(self) -> str:
        return tables.as_html(self._parts())

    def __repr__(self) -> str:
        return f"<Summary of {len(self.rows)} layers: {self.total:,} parameters>"

    def _parts(self) -> list[tables.Table | str]:
        cells = [("", "input", *_sizes(self.input_shape), "")]
        for row in self.rows:
            layer = shortened(row.layer)
            if row.shared_with is not None:
                layer += f", the same as {row.shared_with or 'the model'}"
            cells.append((row.path, layer, *_sizes(row.output_shape), f"{row.parameters:,}"))
        cells.append(("", "total", *_sizes(self.output_shape), f"{self.total:,}"))
        headings = ("path", "layer", "output shape", "outputs", "parameters")
        table = tables.Table(headings, cells, texts=3)
        if all(row.output_shape is not None for row in self.rows):
            return [table]
        return [table, _NO_INPUT_SHAPE if self.input_shape is None else _NO_OUTPUT_SHAPE]


def _sizes(shape: Shape | None) -> tuple[str, str]:
    return ("?", "?") if shape is None else (str(shape), f"{math.prod(shape):,}")


def summary(model: Module, input_shape: int | Sequence[int] | None = None) -> Summary:
    """Return a table of the layers, by arithmetic with shapes alone: no parameter is made for it.

    Layers in a row, as in `Sequential` and `MLP`, hand their shapes on. Of another module that has
    parts there is a row for itself, then one for each part, whose shape is told where the part's
    class tells what it takes. After a module without `output_shape` the shapes are unknown.

    Args:
        model: any Module.
        input_shape: of one sample, without the axis of the batch; for one axis its length will
            do. By default what the first layer takes, where that is evident (`MLP`, `Layer`).

    Raises:
        ValueError: a layer does not take the shape that it would get; names the layer.
        TypeError: the model is none, or the shape not made of whole numbers.

    >>> from nn import Conv2d, Flatten, Linear, MaxPool2d
    >>> model = Sequential(Conv2d(3, 8, 5), MaxPool2d(2), Flatten(), Linear(1568, 10))
    >>> print(summary(model, (3, 32, 32)))
    path  layer             output shape  outputs  parameters
          input             (3, 32, 32)     3,072
    0     Conv2d(3, 8, 5)   (8, 28, 28)     6,272         608
    1     MaxPool2d(2)      (8, 14, 14)     1,568           0
    2     Flatten()         (1568,)         1,568           0
    3     Linear(1568, 10)  (10,)              10      15,690
          total             (10,)              10      16,298
    """
    if not isinstance(model, Module):
        raise TypeError(f"summary() takes a model, an nn.Module, not {model!r}")
    shape = _evident(model) if input_shape is None else _as_shape(input_shape)
    table = _Rows()
    output_shape = table.add(model, "", shape)
    return Summary(tuple(table.rows), shape, output_shape, model.num_parameters())


class _Rows:
    """Collects the rows; knows which parameters they have counted."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.first: dict[int, str] = {}
        self.counted: set[int] = set()

    def add(self, module: Module, path: str, shape: Shape | None) -> Shape | None:
        """Add the rows of a module; return the shape that it makes of a sample's."""
        if _is_chain(module):
            result = shape
            for name, part in module.children():
                result = self.add(part, joined(path, name), result)
            return None if result is None else _output_shape(module, path, shape)
        result = _output_shape(module, path, shape)
        earlier = self.first.get(id(module))
        self.first.setdefault(id(module), path)
        is_layer = isinstance(module, (Layer, Neuron))  # one row, with its activation
        parts = [] if is_layer or earlier is not None else module.children()
        arrays = module._own_arrays() if parts else module._arrays()
        self.rows.append(Row(path, _text(module), result, self.count(arrays), earlier))
        for name, part in parts:
            self.add(part, joined(path, name), _evident(part))
        return result

    def count(self, arrays: list[tuple[str, Any]]) -> int:
        new = [array for _, array in arrays if id(array) not in self.counted]
        self.counted.update(map(id, new))
        return sum(map(size_of, new))


def _is_chain(module: Module) -> bool:
    """Whether the parts run one after the other, and are all that there is."""
    forward = type(module).forward
    if isinstance(module, Sequential) and forward is Sequential.forward:
        parts = list(module)
    elif isinstance(module, MLP) and forward is MLP.forward:
        parts = list(module.layers)
    else:
        return False
    return [part for _, part in module.children()] == parts and not module._own_arrays()


def _output_shape(module: Module, path: str, shape: Shape | None) -> Shape | None:
    if shape is None:
        return None
    try:
        return tuple(module.output_shape(shape))
    except NotImplementedError:
        return None
    except ValueError as error:
        place = f"the layer {path}" if path else "the model"
        raise ValueError(f"{place} does not take the shape {shape}: {error}") from None


def _evident(module: Module) -> Shape | None:
    """Return the shape of a sample that a module takes, where its class tells."""
    if isinstance(module, (Layer, Neuron, MLP)):
        return (module.nin,)
    if isinstance(module, Sequential) and _is_chain(module):
        parts = [part for part in module if not isinstance(part, Activation)]
        return _evident(parts[0]) if parts else None
    return None


def _as_shape(given: Any) -> Shape:
    sizes = (given,) if isinstance(given, (int, np.integer)) else given
    if isinstance(sizes, str) or not hasattr(sizes, "__iter__"):
        raise TypeError(f"input_shape is a tuple such as (3, 32, 32), not {given!r}")
    try:
        return tuple(whole(size, "a size") for size in sizes)
    except (TypeError, ValueError) as error:
        raise type(error)(
            "input_shape is made of whole numbers, without the axis of the batch, and of positive "
            f"numbers, not {given!r}"
        ) from None


def _text(module: Module) -> str:
    """Write a module on one line, without its parts."""
    arguments = module._arguments()
    return f"{type(module).__name__}({'...' if chr(10) in arguments else arguments})"
