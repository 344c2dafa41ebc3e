"""A run of a function or a model, recorded to be drawn."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import Value, topological_order
from autograd.compare.rows import call_of
from autograd.rules.operand import Operand
from autograd.transforms import tree
from autograd.transforms.leaves import flatten_outputs
from autograd.transforms.recording import Function, name_of

if TYPE_CHECKING:
    from nn import Module


def recorded(f: Function, args: tuple[Any, ...]) -> list[Value]:
    """Return the numbers that f gives, with a graph of their own.

    Plain numbers among the arguments become Values with names: each input is one node. The gradient
    of a single result is in the nodes; where there are several, they have none. No `grad` of the
    caller's is touched.

    Raises:
        TypeError: f does not take these arguments, or something is no real number.

    >>> (y,) = recorded(lambda x: x[0] * x[1], ([2.0, 3.0],))
    >>> [(x.name, x.grad) for x in y.parents]
    [('x[0]', 3.0), ('x[1]', 2.0)]
    """
    from nn import Module  # not above: what draws formulas does not wait for it
    from nn.intake import as_input

    given = args
    if isinstance(f, Module):
        args = tuple([as_input(x) for x in args])
    if isinstance(f, Module) and _takes_indices(f):
        results = flatten_outputs(f(*given), name_of(f)).numbers
    elif any(isinstance(x, Operand) for arg in args for x in _entries(arg)):
        results = flatten_outputs(f(*args), name_of(f)).numbers
    else:
        run = call_of(f, args, "draw_dot").record(named=True)
        if isinstance(f, Module) and np.ndim(args[0]) == 1:
            _name_features(f, run.variables)
        results = run.outputs.numbers
    roots = copy.deepcopy([x if isinstance(x, Value) else Value(x) for x in results])
    for node in topological_order(*roots):
        node.grad = 0.0
    if len(roots) == 1:
        roots[0].backward()
    return roots


def _takes_indices(model: Module) -> bool:
    """Whether a model chooses rows by its inputs, by which there is no derivative."""
    from nn import Embedding

    return any(isinstance(part, Embedding) for part in model.modules())


def _entries(arg: Any) -> list[Any]:
    return [x for leaf in tree.flatten(arg) for x in np.asarray(leaf, dtype=object).flat]


def _name_features(model: Module, features: Sequence[Value]) -> None:
    """Name the features of a sample as the model does, else x1, x2, ..."""
    names = model.feature_names or []
    if len(names) != len(features):
        names = [f"x{i + 1}" for i in range(len(features))]
    for feature, name in zip(features, names, strict=True):
        feature.name = name
