"""A model as layers in a row, found by running it: what each one gives, and by which weights."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from nn import Module

Array = NDArray[np.float64]
Shape = tuple[int, ...]

OWN: Final = "own function"
"""What stands for what a `forward` does between its layers."""


@dataclass
class Column:
    """One layer: its units, or a block where a sample is no vector there."""

    name: str
    """The path of its module; "input" for the input."""
    notes: list[str]
    """What is computed, step by step."""
    values: Array
    """What it gives, shape (samples, units), or (samples, ...) for a block."""
    weights: Array | None = None
    """By which it comes from the column before, shape (units, units there)."""
    biases: Array | None = None
    paired: bool = False
    """Whether each unit depends on the one unit beside it alone."""

    @property
    def shape(self) -> Shape:
        """The shape for one sample."""
        return self.values.shape[1:]

    @property
    def units(self) -> int:
        """How many units there are; 0 for a block."""
        return self.shape[0] if len(self.shape) == 1 else 0


@dataclass
class _Call:
    """A layer that was run."""

    path: str
    module: Any
    x: Array
    out: Array


def columns_of(model: Module, X: Array | None, who: str) -> list[Column]:
    """Return the columns of a model, from the input to the output.

    Layers of neurons have columns of their own. What keeps the shape, such as an activation or a
    normalization, belongs to the column before it, whose values are those after it; behind the
    input it has its own. All else is a column without weights.

    Args:
        model: whose layers run one after the other, by whatever `forward`.
        X: one sample or many; by default zeros, as many as the first layer takes.
        who: draws it, for messages.

    Raises:
        ValueError: the model does not take X, has no layers of neurons, or they are not in a row.

    >>> from nn import Linear, Sequential
    >>> model = Sequential(Linear(2, 3), "tanh", Linear(3, 1), seed=0)
    >>> [(c.name, c.notes, c.units) for c in columns_of(model, None, "draw")]
    [('input', [], 2), ('0', ['tanh'], 3), ('2', [], 1)]
    """
    calls, first, result = _run(model, X, who)
    taken = [call.x.shape for call in calls if _is_dense(call.module)]
    if not taken:
        raise _no_neurons(model, who)
    leading = min(taken, key=len)[:-1]  # the axes before the last count samples
    columns = [Column("input", [], _samples(first, leading, who))]
    given = [first]
    for call in calls:
        if not _same(call.x, given[-1]):
            if any(_same(call.x, earlier) for earlier in given):
                raise _not_in_a_row(call.path, who)
            _follow(columns, OWN, _samples(call.x, leading, who))
        _add(columns, call, _samples(call.out, leading, who))
        given.append(call.out)
    if not _same(result, given[-1]):
        _follow(columns, OWN, _samples(result, leading, who))
    return columns


def _add(columns: list[Column], call: _Call, values: Array) -> None:
    """Add what a layer has given."""
    from nn.modules.activation_layers import Activation, LogSoftmax
    from nn.modules.normalization import LayerNorm

    module = call.module
    name = call.path or type(module).__name__
    if _is_dense(module):
        notes = [_text(module.activation)] if _text(module.activation) != "identity" else []
        biases = np.reshape(module.b, -1) if module.bias else None
        columns.append(Column(name, notes, values, np.atleast_2d(module.w), biases))
    elif isinstance(module, Activation):
        apart = not isinstance(module, (LogSoftmax, LayerNorm))
        _follow(columns, _text(module), values, name, apart)
    else:
        columns.append(Column(name, [_text(module)], values))


def _follow(
    columns: list[Column], note: str, values: Array, name: str = "", paired: bool = False
) -> None:
    """Let the last column give other values of the same shape, else add a column."""
    last = columns[-1]
    if values.shape == last.values.shape and len(columns) > 1:
        last.notes += [note] if note != "identity" else []
        last.values = values
    else:
        columns.append(Column(name, [note], values, paired=paired))


# Running.


def _run(model: Module, X: Array | None, who: str) -> tuple[list[_Call], Array, Array]:
    """Return the layers that were run, in their order, the input and the result."""
    from nn.intake import as_array

    twin: Any = model.with_parameters(model.state_dict()).eval()
    first = next((m for m in twin.modules() if _is_dense(m)), None)
    if first is None:
        raise _no_neurons(model, who)
    calls: list[_Call] = []
    for path, module in {id(m): (path, m) for path, m in _layers(twin, "")}.values():
        module.forward = _noted(path, module, calls)
    # With an axis for samples, as the result of one alone may be no array, which shares no memory.
    x = np.zeros((1, first.nin)) if X is None else np.atleast_2d(X)
    with np.errstate(all="ignore"):
        try:
            result = twin(x)
        except (TypeError, ValueError, IndexError) as error:
            if X is not None:
                raise
            raise ValueError(
                f"{who}: what this {type(model).__name__} takes is not evident: give X, a sample "
                f"({error})"
            ) from None
    return calls, x, as_array(result, f"{who}: the result", finite=False)


def _noted(path: str, module: Any, calls: list[_Call]) -> Any:
    """Return the `forward` of a module that takes note of its calls."""
    from nn.intake import as_array

    forward = module.forward

    def run(x: Any) -> Any:
        out = forward(x)
        found = [as_array(array, path, finite=False) for array in (x, out)]
        calls.append(_Call(path, module, *found))
        return out

    return run


def _layers(module: Module, path: str) -> Iterator[tuple[str, Any]]:
    """Give the parts that are drawn as a whole, with their paths."""
    from nn.modules.affine import Affine
    from nn.modules.parameter import joined

    parts = [] if isinstance(module, Affine) else module.children()
    if not parts:
        yield path, module
    for name, part in parts:
        yield from _layers(part, joined(path, name))


def _is_dense(module: Any) -> bool:
    from nn import Layer, Neuron

    return isinstance(module, (Layer, Neuron))


def _same(x: Array, y: Array) -> bool:
    """Whether these are the same numbers at the same place, perhaps in another shape."""
    return x.size == y.size and np.may_share_memory(x, y)


def _samples(array: Array, leading: Shape, who: str) -> Array:
    """Return an array with one axis for the samples, and one or more for what each has."""
    shape = array.shape[len(leading) :] or (1,)
    if array.shape[: len(leading)] != leading:
        raise ValueError(
            f"{who}: the model gives an array of shape {array.shape} for samples of shape "
            f"{leading}: its forward(x) must keep the first axis"
        )
    return array.reshape(math.prod(leading), *shape)


def _text(module: Module) -> str:
    """Return the name of an activation, else the module as a call without its parts."""
    from nn.modules.activation_layers import short

    return str(short(module)).partition("\n")[0]


def _no_neurons(model: Module, who: str) -> ValueError:
    return ValueError(
        f"{who} draws layers of neurons (nn.Linear, nn.Layer, nn.Neuron), and this "
        f"{type(model).__name__} has run none: nn.summary(model) lists its parts"
    )


def _not_in_a_row(path: str, who: str) -> ValueError:
    return ValueError(
        f"{who} draws layers in a row, but {path} takes what an earlier one gave: draw the "
        "branches one by one, such as draw_network(model.branch, X), or the graph, "
        "draw_dot(model(x))"
    )
