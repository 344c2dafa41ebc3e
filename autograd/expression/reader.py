"""Reads a formula's text into a postfix program, by Dijkstra's shunting-yard algorithm.

The text is read once from left to right with explicit stacks (E. W. Dijkstra, "ALGOL 60
translation", MR 35, Mathematisch Centrum, 1961). Python's own parser would recurse: long sums and
deep nesting exhaust it, at depths that differ from version to version.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Collection
from itertools import islice
from typing import Any, Final, NamedTuple, NoReturn

import autograd.rules.table  # noqa: F401  (fills the table)
from autograd.expression.error import FormulaError
from autograd.expression.postfix import Instruction, Op, both, either, negation
from autograd.expression.tokens import Kind, Token, tokens
from autograd.rules.primitive import TABLE, Primitive
from autograd.text.words import cut

MAX_NESTING: Final = 1_000
"""Most parentheses, signs, powers and conditions that may be open at one place."""

CONSTANTS: Final = {
    "pi": math.pi,
    "e": math.e,
    "tau": math.tau,
    "inf": math.inf,
    "nan": math.nan,
}

# The math module's and Python's names for functions that the table lists under NumPy's.
ALIASES: Final = {
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "atan2": "arctan2",
    "asinh": "arcsinh",
    "acosh": "arccosh",
    "atanh": "arctanh",
    "max": "maximum",
    "min": "minimum",
}

FUNCTIONS: Final[dict[str, Primitive]] = {
    **{alias: TABLE[name] for alias, name in ALIASES.items()},
    **TABLE,
}


class _Operand(NamedTuple):
    """What a piece of code computes."""

    start: int  # of its code
    condition_at: int | None = None  # where it compares, for a condition; None for a number


class _Pending(NamedTuple):
    """An operator, parenthesis or call whose right end has not been seen."""

    symbol: str
    binding: int
    position: int
    below: int  # how many operands stood before it was opened
    function: str = ""  # for a call


# How tightly operators bind. Those of 0 wait for their counterpart: "(" for ")", "if" for "else".
_WAITING: Final = 0
_ELSE: Final = 1
_COMPARISON: Final = 5
_SIGN: Final = 8
_BINDING: Final = {
    "or": 2,
    "and": 3,
    "not": 4,
    **dict.fromkeys(["<", "<=", ">", ">=", "==", "!="], _COMPARISON),
    **dict.fromkeys(["+", "-"], 6),
    **dict.fromkeys(["*", "/"], 7),
    "**": 9,
}

_SIGNS: Final = {"+": "positive", "-": "negative"}
_ARITHMETIC: Final = {
    "+": TABLE["add"],
    "-": TABLE["sub"],
    "*": TABLE["mul"],
    "/": TABLE["div"],
    "**": TABLE["pow"],
}
_COMPARISONS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
_LOGIC: Final = {"and": (Op.SKIP_IF_FALSE, both), "or": (Op.SKIP_IF_TRUE, either)}


def read(text: str) -> tuple[tuple[str, ...], tuple[Instruction, ...]]:
    """The names of a formula's arguments, in order of first appearance, and its program.

    Raises:
        FormulaError: the text is not a formula.
    """
    reader = _Reader(text)
    reader.read()
    return tuple(reader.names), tuple(reader.code)


class _Reader:
    """Reads one text, by the shunting-yard algorithm.

    The code of each finished operand is in `code`, in order, and its description in `operands`.
    Operators wait in `pending` until one that binds less tightly, or a parenthesis, closes them.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.names: dict[str, int] = {}
        self.code: list[Instruction] = []
        self.operands: list[_Operand] = []
        self.pending: list[_Pending] = []

    def read(self) -> None:
        previous: Token | None = None
        operand_expected = True
        for token in tokens(self.text):
            if operand_expected:
                operand_expected = self._before_operand(token, previous)
            else:
                assert previous is not None
                operand_expected = self._after_operand(token, previous)
            previous = token
        self._end(previous, operand_expected)

    # Each of the next two handles one token and says whether an operand is expected after it.

    def _before_operand(self, token: Token, previous: Token | None) -> bool:
        kind, text, position = token
        if kind is Kind.NUMBER:
            self._push(Op.PUSH, float(text))
            return False
        if kind is Kind.NAME:
            self._push_name(text, position)
            return False
        if kind is Kind.CALL:
            self._open_call(text, position)
        elif text == "(":
            self._open("(", _WAITING, position)
        elif text in _SIGNS:
            self._open(_SIGNS[text], _SIGN, position)
        elif text == "not":
            self._open("not", _BINDING["not"], position)
        else:
            self._refuse_operator(token, previous)
        return True

    def _after_operand(self, token: Token, previous: Token) -> bool:
        kind, text, position = token
        if kind is not Kind.SYMBOL or text in ("(", "not"):
            self._refuse_adjacent(token, previous)
        if text == ")":
            self._close(position)
            return False
        if text == ",":
            self._next_argument(position)
        elif text == "if":
            self._open_condition(position)
        elif text == "else":
            self._open_alternative(position)
        else:
            self._open_infix(text, position)
        return True

    def _end(self, previous: Token | None, operand_expected: bool) -> None:
        if previous is None:
            self._refuse("the formula is empty: write for example (x + y)**2", 0)
        if operand_expected:
            end = len(self.text.rstrip())
            self._refuse(
                f"the formula ends where an operand is missing after '{previous.shown}'", end
            )
        self._finish_above(_WAITING)
        if self.pending:
            self._refuse_unclosed(self.pending[-1])
        self._number(self.operands[-1])

    # Operands

    def _push(self, op: Op, operand: object) -> None:
        self.operands.append(_Operand(start=len(self.code)))
        self.code.append(Instruction(op, operand))

    def _push_name(self, name: str, position: int) -> None:
        if name in CONSTANTS:
            self._push(Op.PUSH, CONSTANTS[name])
        elif name in FUNCTIONS:
            self._refuse(f"'{name}' is a function: write {_usage(name)}", position)
        else:
            self._push(Op.LOAD, self.names.setdefault(name, len(self.names)))

    def _number(self, operand: _Operand) -> _Operand:
        """The operand itself, which must not be a condition."""
        if operand.condition_at is not None:
            self._refuse(
                "a condition is not a number: use it in where(condition, a, b)"
                " or 'a if condition else b'",
                operand.condition_at,
            )
        return operand

    def _pop_number(self) -> _Operand:
        return self._number(self.operands.pop())

    # Opening: operators whose right operand is still to come

    def _open(self, symbol: str, binding: int, position: int, function: str = "") -> None:
        if len(self.pending) == MAX_NESTING:
            self._refuse(f"nested too deeply: at most {MAX_NESTING:,} levels are read", position)
        self.pending.append(_Pending(symbol, binding, position, len(self.operands), function))

    def _open_call(self, name: str, position: int) -> None:
        if name not in FUNCTIONS:
            self._refuse(_unknown_function(name, self.names), position)
        self._open("call", _WAITING, position, name)

    def _open_infix(self, symbol: str, position: int) -> None:
        binding = _BINDING[symbol]
        if binding == _COMPARISON:
            self._finish_above(_COMPARISON)
            if self._innermost in _COMPARISONS:
                self._refuse("comparisons cannot be chained: write a < b and b < c", position)
        # Equals are taken from the left, but powers from the right.
        self._finish_above(binding if symbol == "**" else binding - 1)
        self._open(symbol, binding, position)

    def _open_condition(self, position: int) -> None:
        """After ``a if``."""
        self._finish_above(_ELSE)
        if self._innermost == "if":
            self._refuse("an 'if' stands in another's condition: put it in parentheses", position)
        self._open("if", _WAITING, position)

    def _open_alternative(self, position: int) -> None:
        """After ``a if condition else``."""
        self._finish_above(_WAITING)
        if self._innermost != "if":
            self._refuse("'else' without 'if': write a if condition else b", position)
        self.pending.pop()
        self._open("else", _ELSE, position)

    def _next_argument(self, position: int) -> None:
        self._finish_above(_WAITING)
        if self._innermost == "if":
            self._refuse_unclosed(self.pending[-1])
        if self._innermost != "call":
            self._refuse("',' may stand only between a function's arguments", position)

    def _close(self, position: int) -> None:
        """At a right parenthesis."""
        self._finish_above(_WAITING)
        if not self.pending:
            self._refuse("')' without '('", position)
        opened = self.pending.pop()
        if opened.symbol == "if":
            self._refuse_unclosed(opened)
        if opened.symbol == "call":
            self._finish_call(opened)

    @property
    def _innermost(self) -> str:
        """The symbol of the operator, parenthesis or call that was opened last."""
        return self.pending[-1].symbol if self.pending else ""

    # Finishing: both operands are complete, the operator's code is appended

    def _finish_above(self, binding: int) -> None:
        """Finish what was opened last as long as it binds more tightly than `binding`."""
        while self.pending and self.pending[-1].binding > binding:
            self._finish(self.pending.pop())

    def _finish(self, opened: _Pending) -> None:
        symbol = opened.symbol
        if symbol in _ARITHMETIC:
            self._finish_arithmetic(_ARITHMETIC[symbol])
        elif symbol == "negative":
            self.apply(TABLE["neg"], self._pop_number())
        elif symbol == "positive":
            self._number(self.operands[-1])
        elif symbol in _COMPARISONS:
            self._finish_comparison(opened)
        elif symbol in _LOGIC:
            self._finish_logic(opened)
        elif symbol == "not":
            self.apply(negation, self.operands.pop(), condition_at=opened.position)
        else:  # "else"
            self._finish_conditional()

    def apply(
        self,
        function: Callable[..., Any],
        *operands: _Operand,
        condition_at: int | None = None,
    ) -> None:
        """Append the call of a function whose operands' code is the last in `code`."""
        self.code.append(Instruction(Op.APPLY, function, len(operands)))
        self.operands.append(_Operand(operands[0].start, condition_at))

    def _finish_arithmetic(self, primitive: Primitive) -> None:
        right, left = self._pop_number(), self._pop_number()
        self.apply(primitive, left, right)

    def _finish_comparison(self, opened: _Pending) -> None:
        right, left = self._pop_number(), self._pop_number()
        self.apply(_COMPARISONS[opened.symbol], left, right, condition_at=opened.position)

    def _finish_logic(self, opened: _Pending) -> None:
        skip, function = _LOGIC[opened.symbol]
        right, left = self.operands.pop(), self.operands.pop()
        # From after the left operand over the right one and `function`.
        self.code.insert(right.start, Instruction(skip, len(self.code) - right.start + 1))
        self.apply(function, left, right, condition_at=opened.position)

    def _finish_conditional(self) -> None:
        """Turn the code of ``a if condition else b`` into: condition, a, b, with jumps."""
        otherwise = self._pop_number()
        condition = self.operands.pop()
        chosen = self._pop_number()
        a = self.code[chosen.start : condition.start]
        test = self.code[condition.start : otherwise.start]
        b = self.code[otherwise.start :]
        self.code[chosen.start :] = [
            *test,
            Instruction(Op.JUMP_IF_FALSE, len(a) + 1),
            *a,
            Instruction(Op.JUMP, len(b)),
            *b,
        ]
        self.operands.append(_Operand(chosen.start))

    def _finish_call(self, opened: _Pending) -> None:
        primitive = FUNCTIONS[opened.function]
        arguments = self.operands[opened.below :]
        self._check_count(opened, len(arguments))
        for i, argument in enumerate(arguments):
            if not (primitive.name == "where" and i == 0):
                self._number(argument)
        del self.operands[opened.below :]
        self.apply(primitive, *arguments)

    def _check_count(self, opened: _Pending, count: int) -> None:
        name = opened.function
        try:
            FUNCTIONS[name].check_count(count)
        except TypeError as error:
            self._refuse(f"{error}: write {_usage(name)}", opened.position)
        if count == 0:
            self._refuse(
                f"{name}() takes at least one argument: write {_usage(name)}", opened.position
            )

    # Refusing

    def _refuse(self, reason: str, position: int) -> NoReturn:
        raise FormulaError(reason, self.text, position)

    def _refuse_unclosed(self, opened: _Pending) -> NoReturn:
        if opened.symbol == "if":
            self._refuse("'if' without 'else': write a if condition else b", opened.position)
        bracket = "(" if opened.symbol == "(" else f"{cut(opened.function)}("
        self._refuse(f"'{bracket}' is never closed: a ')' is missing", opened.position)

    def _refuse_operator(self, token: Token, previous: Token | None) -> NoReturn:
        """An operator where an operand must stand."""
        text, position = token.text, token.position
        if self._innermost == "call" and previous is not None and previous.text not in _BINDING:
            if previous.kind is Kind.CALL and text == ")":
                self._check_count(self.pending[-1], 0)
            if text in ("*", "**"):
                self._refuse("starred arguments are not part of a formula: write each", position)
        self._refuse(f"an operand is missing before '{text}'", position)

    def _refuse_adjacent(self, token: Token, previous: Token) -> NoReturn:
        """An operand right after another."""
        if token.text == "not":
            self._refuse("'not' stands before a condition: to compare, write !=", token.position)
        product = f"{previous.shown}*{token.shown}"
        self._refuse(f"an operator is missing: to multiply, write {product}", token.position)


def _unknown_function(name: str, variables: Collection[str]) -> str:
    """Why a function is refused."""
    if name in CONSTANTS:
        return f"'{name}' is a number, not a function: to multiply, write {name}*("
    hint = did_you_mean(name, FUNCTIONS)
    if not hint and (name in variables or len(name) == 1):
        hint = f"to multiply, write {name}*("
    return f"unknown function '{cut(name)}': {hint or 'only the primitives may be called'}"


# What people call functions whose names here are too different to be found by likeness.
_SYNONYMS: Final = {
    "ln": "log",
    "lg": "log10",
    "sgn": "sign",
    "logistic": "sigmoid",
}


def did_you_mean(name: str, known: Collection[str]) -> str:
    """A question naming what is known by a similar name, or nothing."""
    from difflib import get_close_matches  # only errors need it

    if _SYNONYMS.get(name) in known:
        return f"did you mean '{_SYNONYMS[name]}'?"
    close = get_close_matches(name[:80], islice(known, 1000), n=2)
    return f"did you mean {' or '.join(repr(match) for match in close)}?" if close else ""


def _usage(name: str) -> str:
    """How a function is called."""
    primitive = FUNCTIONS[name]
    if primitive.name == "where":
        return "where(x > 0, a, b)"
    if primitive.name == "dot":
        return "dot(a1, a2, b1, b2) for a1*b1 + a2*b2"
    if primitive.arity is None:
        return f"{name}(x, y, ...)"
    return f"{name}({', '.join('xyzuvw'[: primitive.arity])})"
