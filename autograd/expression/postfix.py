"""Formulas as postfix programs, and the stack machine that runs them.

A program is a flat sequence of instructions: running it never recurses, however deep the formula.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto
from typing import Any, NamedTuple

import numpy as np


class Op(Enum):
    """What an instruction does."""

    PUSH = auto()  # a constant
    LOAD = auto()  # an argument, by its index
    APPLY = auto()  # a function to the uppermost operands
    JUMP = auto()  # over so many instructions
    JUMP_IF_FALSE = auto()  # the same, if the uppermost operand, which is removed, is false
    SKIP_IF_FALSE = auto()  # the same, if it is false; it stays: the left operand of `and`
    SKIP_IF_TRUE = auto()  # the same for `or`


class Instruction(NamedTuple):
    """One step. Jumps are relative, so that code may be moved."""

    op: Op
    operand: Any
    arity: int = 0  # of APPLY


def run(program: Sequence[Instruction], arguments: Sequence[Any]) -> Any:
    """The value of a program for these arguments."""
    stack: list[Any] = []
    at = 0
    while at < len(program):
        op, operand, arity = program[at]
        at += 1
        if op is Op.APPLY:
            inputs = stack[-arity:]
            del stack[-arity:]
            stack.append(operand(*inputs))
        elif op is Op.LOAD:
            stack.append(arguments[operand])
        elif op is Op.PUSH:
            stack.append(operand)
        elif _jumps(op, stack):
            at += operand
    (result,) = stack
    return result


def _jumps(op: Op, stack: list[Any]) -> bool:
    """Whether a jump is taken."""
    if op is Op.JUMP:
        return True
    if op is Op.JUMP_IF_FALSE:
        return not _truth(stack.pop())
    # An array does not decide as a whole.
    return not _is_array(stack[-1]) and bool(stack[-1]) is (op is Op.SKIP_IF_TRUE)


def _truth(condition: Any) -> bool:
    """The truth of the condition of an ``if``."""
    if _is_array(condition):
        raise ValueError(
            f"the condition of an 'if' is an array of shape {condition.shape}, neither true nor"
            " false as a whole: for arrays write where(condition, a, b)"
        )
    return bool(condition)


def _is_array(condition: Any) -> bool:
    return isinstance(condition, np.ndarray) and condition.ndim > 0


def _nonzero(condition: Any) -> Any:
    """The truth of a condition, element by element for an array."""
    if _is_array(condition):
        return np.asarray(condition != 0, dtype=bool)
    return bool(condition)


def both(left: Any, right: Any) -> Any:
    """``left and right``, element by element for arrays."""
    return _nonzero(left) & _nonzero(right)


def either(left: Any, right: Any) -> Any:
    """``left or right``, element by element for arrays."""
    return _nonzero(left) | _nonzero(right)


def negation(condition: Any) -> Any:
    """``not condition``, element by element for an array."""
    truth = _nonzero(condition)
    return ~truth if isinstance(truth, np.ndarray) else not truth
