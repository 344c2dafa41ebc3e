"""The settings of optimizers and schedules: what each may be, checked before it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from autograd.text.arguments import fraction, nonnegative, truth, two_fractions, whole
from nn.arguments import check_names, learning_rate

Settings = dict[str, Any]
"""Settings by their names, such as `{"lr": 0.1, "weight_decay": 0.0}`."""


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
