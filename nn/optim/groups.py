"""What an optimizer changes: Values in groups, and the settings of each, checked before use."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

import numpy as np

from autograd import Value
from autograd.rules.entrywise import as_object_array
from autograd.text.arguments import fraction, nonnegative, truth, two_fractions, whole
from nn.arguments import check_names, learning_rate
from nn.intake import Array

Settings = dict[str, Any]
"""Settings by their names, such as `{"lr": 0.1, "weight_decay": 0.0}`."""

Group = dict[str, Any]
"""`params`, a list of Values, and every setting by its name: PyTorch's `param_groups`."""

WATCH: Final = "compute the loss inside `with detect_anomaly():` to see which operation gave it"
"""What to do about a gradient that is not finite."""

_BIAS: Final = re.compile(r"(.*\.)?b(\[[^]]*\])?")

CHECKS: Final[dict[str, Callable[[Any, str], Any]]] = {
    "alpha": fraction,
    "betas": two_fractions,
    "centered": truth,
    "eps": nonnegative,
    "history": whole,
    "lr": learning_rate,
    "lr_decay": nonnegative,
    "max_iterations": whole,
    "momentum": fraction,
    "nesterov": truth,
    "tolerance": nonnegative,
    "weight_decay": nonnegative,
}
"""What each setting of an optimizer may be; a setting that is not here is taken as it is."""


def checked(settings: Mapping[str, Any], known: Iterable[str], taker: str) -> Settings:
    """Return the settings as plain numbers, after every one has been checked.

    Raises:
        ValueError: a value is out of range, or a name is not among the known ones.
        TypeError: a value is of the wrong kind.

    >>> checked({"lr": 1, "betas": [0.9, 0.99]}, ["lr", "betas"], "Adam")
    {'lr': 1.0, 'betas': (0.9, 0.99)}
    """
    check_names(settings, known, taker)
    return {
        name: CHECKS[name](value, f"{name} of {taker}") if name in CHECKS else value
        for name, value in settings.items()
    }


def leaves_of(params: Any) -> list[Value]:
    """Return the Values in parameters: those of a model, a Value, a Tensor, or an iterable of such.

    Raises:
        TypeError: something else is among them.
        ValueError: there are none, one is there twice, or one is the result of an operation.

    >>> from autograd import Tensor
    >>> len(leaves_of([Value(1.0), Tensor([[2.0, 3.0]])]))
    3
    """
    values = list(_values(params, "the parameters"))
    if not values:
        raise ValueError("there are no parameters to optimize: the iterable is empty")
    _check_leaves(values)
    return values


def _values(params: Any, place: str) -> Iterator[Value]:
    if isinstance(params, Value):
        yield params
    elif callable(getattr(params, "parameters", None)):
        yield from _values(params.parameters(), place)
    elif isinstance(params, np.ndarray) and params.dtype == object:
        entries = as_object_array(params).flat
        yield from [x for x in entries if isinstance(x, Value)]  # the rest is constant
    elif isinstance(params, np.ndarray):
        raise TypeError(f"{place}: an array of {params.dtype} holds no Values: write Tensor(array)")
    elif isinstance(params, (str, dict)) or not isinstance(params, Iterable):
        raise TypeError(
            f"{place} must be Values, not {params!r} of type {type(params).__name__}: pass "
            "model.parameters(), or a list of groups [{'params': [...], 'lr': ...}]"
        )
    else:
        for i, item in enumerate(params):
            yield from _values(item, f"parameter {i}")


def _check_leaves(values: list[Value]) -> None:
    seen: dict[int, int] = {}
    for i, x in enumerate(values):
        if id(x) in seen:
            raise ValueError(
                f"parameter {i}, {x!r}, the same Value as parameter {seen[id(x)]}, is among the "
                "parameters twice"
            )
        if x.op is not None:
            raise ValueError(
                f"parameter {i}, {x!r}, is the result of {x.op.name!r}: only leaves can be "
                "optimized, Values that you made from numbers"
            )
        seen[id(x)] = i


def groups_of(params: Any, defaults: Settings, taker: str) -> list[Group]:
    """Return groups with all settings, from parameters or from a list of groups with some.

    Raises:
        TypeError, ValueError: as `leaves_of`; a setting is unknown or out of range.
    """
    if isinstance(params, dict) and "params" in params:
        raise TypeError("groups come in a list: write [{'params': [...], ...}]")
    if not isinstance(params, (str, dict, np.ndarray, Value)) and isinstance(params, Iterable):
        params = list(params)
    if not (isinstance(params, list) and any(isinstance(x, dict) for x in params)):
        return [{"params": leaves_of(params), **defaults}]
    groups = [_group(given, i, defaults, taker) for i, given in enumerate(params)]
    _check_leaves([x for group in groups for x in group["params"]])
    return groups


def _group(given: Any, i: int, defaults: Settings, taker: str) -> Group:
    if not isinstance(given, dict) or "params" not in given:
        raise TypeError(f"group {i} must be a dict with 'params', as the others, not {given!r}")
    own = {name: x for name, x in given.items() if name != "params"}
    return {
        "params": leaves_of(given["params"]),
        **defaults,
        **checked(own, defaults, f"group {i} of {taker}"),
    }


def write_data(values: Iterable[Value], numbers: Array) -> None:
    """Give the Values new numbers."""
    for value, number in zip(values, numbers.tolist(), strict=True):
        value.data = number


def bad_gradient(values: Iterable[Value], infinite_too: bool = True) -> str | None:
    """Return a clause about the first gradient that is nan, or infinite; None without one."""
    for place, x in enumerate(values):
        if math.isnan(x.grad) or (infinite_too and math.isinf(x.grad)):
            return f"the gradient of {x.name or f'parameter {place}'} is {x.grad}"
    return None


def weight_decay_groups(model: Any, weight_decay: float) -> list[Group]:
    """Return groups for an optimizer that decays the weights of a model, but not its biases.

    Biases are the parameters whose name ends in `b` or `b[...]`. They shift a unit's output and do
    not steepen it, so holding them near 0 does not prevent over-fitting (Goodfellow, Bengio &
    Courville, Deep Learning, section 7.1).

    Args:
        model: something with `named_parameters()`, pairs of a name and a Value.
        weight_decay: the L2 penalty's λ of the weights.

    Raises:
        TypeError: the model has no named_parameters.
        ValueError: weight_decay is negative.

    >>> from nn import MLP
    >>> for group in weight_decay_groups(MLP(2, [4, 1]), 0.01):
    ...     print(group["weight_decay"], len(group["params"]))
    0.01 12
    0.0 5
    """
    decay = nonnegative(weight_decay, "weight_decay")
    if not callable(getattr(model, "named_parameters", None)):
        kind = type(model).__name__
        raise TypeError(f"weight_decay_groups needs a model with named_parameters(), not a {kind}")
    weights: Group = {"params": [], "weight_decay": decay}
    biases: Group = {"params": [], "weight_decay": 0.0}
    for name, value in model.named_parameters():
        (biases if is_bias(name) else weights)["params"].append(value)
    return [group for group in (weights, biases) if group["params"]]


def is_bias(name: str) -> bool:
    """Whether a parameter of this name is a bias.

    >>> [is_bias(name) for name in ("layers.0.neurons.3.b", "2.b[4]", "b", "b.w", "w[1]", "mob")]
    [True, True, True, False, False, False]
    """
    return _BIAS.fullmatch(name) is not None
