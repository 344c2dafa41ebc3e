"""What a formula computes, as functions of its arguments, put together from those of its parts."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Evaluate = Callable[[Sequence[Any]], Any]
"""Takes the formula's arguments in order and returns the value of one of its parts."""


def constant(value: float) -> Evaluate:
    """Return what a number computes."""
    return lambda arguments: value


def call(function: Callable[..., Any], operands: Sequence[Evaluate]) -> Evaluate:
    """Return what a call of a function computes, whose operands are parts."""
    return lambda arguments: function(*[operand(arguments) for operand in operands])


def repeated(function: Callable[[Any], Any], operand: Evaluate, count: int) -> Evaluate:
    """Return what a function makes of a part when it is applied so many times."""
    if count == 0:
        return operand

    def evaluate(arguments: Sequence[Any]) -> Any:
        value = operand(arguments)
        for _ in range(count):
            value = function(value)
        return value

    return evaluate


def chain(first: Evaluate, steps: Sequence[tuple[Callable[[Any, Any], Any], Evaluate]]) -> Evaluate:
    """Return what operators and their right operands, taken from the left, make of a part.

    A loop and not a nest of calls, as a sum may have thousands of terms.
    """

    def evaluate(arguments: Sequence[Any]) -> Any:
        value = first(arguments)
        for function, operand in steps:
            value = function(value, operand(arguments))
        return value

    return evaluate


def conditional(cases: Sequence[tuple[Evaluate, Evaluate]], otherwise: Evaluate) -> Evaluate:
    """Return what a choice computes: the part of the first condition that holds, and no other."""

    def evaluate(arguments: Sequence[Any]) -> Any:
        for condition, chosen in cases:
            outcome = truth(condition(arguments))
            if isinstance(outcome, np.ndarray):
                raise ValueError(
                    f"the condition of an 'if' is an array of shape {outcome.shape}, neither true"
                    " nor false as a whole: for arrays write where(condition, a, b)"
                )
            if outcome:
                return chosen(arguments)
        return otherwise(arguments)

    return evaluate


def logic(word: str, conditions: Sequence[Evaluate]) -> Evaluate:
    """Return what conditions with ``and`` or ``or`` between them tell, one by one for arrays.

    As in Python, what comes after the one that decides is not evaluated.
    """
    decisive = word == "or"
    combine = operator.or_ if decisive else operator.and_

    def evaluate(arguments: Sequence[Any]) -> Any:
        outcome: Any = not decisive
        for condition in conditions:
            if outcome is decisive:
                break
            outcome = combine(outcome, truth(condition(arguments)))
        return outcome

    return evaluate


def negation(condition: Any) -> Any:
    """Whether a condition does not hold, element by element for an array."""
    return truth(condition) ^ True


def truth(condition: Any) -> Any:
    """Whether a condition holds, element by element for an array."""
    if isinstance(condition, np.ndarray) and condition.ndim > 0:
        return np.asarray(condition != 0, dtype=bool)
    return bool(condition)
