"""Reads a formula by precedence climbing: an operator takes what binds more tightly than itself.

K. Clarke, "The top-down parsing of expressions", Queen Mary College, London, 1986. Python's own
parser in its place would save nothing, as most of a reader is there to name the fault, its place
and the remedy; and it recurses over long sums, to depths that differ from version to version.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Final, NamedTuple, NoReturn

from autograd.expression import evaluation
from autograd.expression.error import FormulaError
from autograd.expression.evaluation import Evaluate
from autograd.expression.tokens import Token, tokens
from autograd.expression.vocabulary import CONSTANTS, FUNCTIONS, unknown_function, usage
from autograd.rules.primitive import TABLE

MAX_NESTING: Final = 100
"""Most parentheses, calls, signs, powers and negations that may be open at one place."""

# How tightly the operators bind.
_IF, _OR, _AND, _NOT, _COMPARISON, _SUM, _PRODUCT = range(1, 8)
_INFIX: Final[dict[str, tuple[int, Callable[[Any, Any], Any]]]] = {
    "<": (_COMPARISON, operator.lt),
    "<=": (_COMPARISON, operator.le),
    ">": (_COMPARISON, operator.gt),
    ">=": (_COMPARISON, operator.ge),
    "==": (_COMPARISON, operator.eq),
    "!=": (_COMPARISON, operator.ne),
    "+": (_SUM, TABLE["add"]),
    "-": (_SUM, TABLE["sub"]),
    "*": (_PRODUCT, TABLE["mul"]),
    "/": (_PRODUCT, TABLE["div"]),
}
_BINDING: Final = {"if": _IF, "or": _OR, "and": _AND, **{x: b for x, (b, _) in _INFIX.items()}}
_PREFIXES: Final = {"(", "+", "-", "not"}


class _Part(NamedTuple):
    """A piece of a formula."""

    evaluate: Evaluate
    condition: Token | None = None  # where it compares, for a condition; None for a number


def read(text: str) -> tuple[tuple[str, ...], Evaluate]:
    """Return the names of a formula's arguments, in order of first appearance, and its function.

    Raises:
        FormulaError: the text is not a formula.
    """
    reader = _Reader(text)
    try:
        evaluate = reader.read()
    except RecursionError:
        reason = "nested too deeply for what is left of Python's stack"
        raise FormulaError(reason, text, reader.token.position) from None
    return tuple(reader.names), evaluate


class _Reader:
    """Reads one text. `token` is the first that is not taken yet, `previous` the one before it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.names: dict[str, int] = {}
        self.end = Token("end", "", len(text.rstrip()))
        self.rest = tokens(text)
        self.previous = Token("start", "", 0)
        self.token = next(self.rest, self.end)

    def read(self) -> Evaluate:
        if self.token is self.end:
            self._refuse("the formula is empty: write for example (x + y)**2", self.previous)
        part = self._formula(0, 0)
        if self.token is not self.end:
            self._refuse_end(self.previous)
        return self._number(part)

    def _take(self) -> Token:
        """Go on to the next token; return the one left behind."""
        self.previous, self.token = self.token, next(self.rest, self.end)
        return self.previous

    def _binding(self) -> int:
        """Return how tightly the next token binds, 0 for one that ends what is being read."""
        return _BINDING.get(self.token.text, 0)

    # What binds less tightly than a power

    def _formula(self, looser: int, level: int) -> _Part:
        """Read an operand and what follows by operators that bind more tightly than `looser`."""
        part = self._operand(level)
        while (binding := self._binding()) > looser:
            if binding == _IF:
                part = self._conditional(part, level)
            elif binding in (_OR, _AND):
                part = self._logic(part, level)
            else:
                start, left = self.token, self._number(part)
                steps: list[tuple[Callable[[Any, Any], Any], Evaluate]] = []
                while self._binding() == binding:
                    symbol = self._take()
                    if steps and binding == _COMPARISON:
                        self._refuse("comparisons cannot be chained: write a < b and b < c", symbol)
                    right = self._number(self._formula(binding, level))
                    steps.append((_INFIX[symbol.text][1], right))
                part = _Part(
                    evaluation.chain(left, steps), start if binding == _COMPARISON else None
                )
        return part

    def _logic(self, part: _Part, level: int) -> _Part:
        """Read on after a condition, over all of the ``and`` or ``or`` that follow one another."""
        start, conditions = self.token, [part.evaluate]
        while self.token.text == start.text:
            self._take()
            conditions.append(self._formula(_BINDING[start.text], level).evaluate)
        return _Part(evaluation.logic(start.text, conditions), start)

    def _conditional(self, part: _Part, level: int) -> _Part:
        """Read on after `a` in ``a if condition else b if condition else c``."""
        cases = []
        while self.token.text == "if":
            chosen, opened = self._number(part), self._take()
            condition = self._formula(_IF, level).evaluate
            if self.token.text == "if":
                reason = "an 'if' stands in another's condition: put it in parentheses"
                self._refuse(reason, self.token)
            if self.token.text != "else":
                self._refuse("'if' without 'else': write a if condition else b", opened)
            self._take()
            cases.append((condition, chosen))
            part = self._formula(_IF, level)
        return _Part(evaluation.conditional(cases, self._number(part)))

    def _number(self, part: _Part) -> Evaluate:
        """Return what a part computes, which must not be a condition."""
        if part.condition is not None:
            reason = (
                "a condition is not a number: use it in where(condition, a, b)"
                " or 'a if condition else b'"
            )
            self._refuse(reason, part.condition)
        return part.evaluate

    # Powers, and what they are of

    def _operand(self, level: int) -> _Part:
        """Read a number, name, call, parenthesis or sign, and what it is raised to."""
        self._check_level(level)
        token = self.token
        self._check_operand(token)
        self._take()
        if token.kind == "number":
            part = _Part(evaluation.constant(float(token.text)))
        elif token.kind == "name":
            part = _Part(self._named(token.text))
        elif token.kind == "call":
            part = _Part(self._call(token, level + 1))
        elif token.text == "(":
            part = self._formula(0, level + 1)
            self._close(token)
        elif token.text == "not":
            condition = self._formula(_NOT, level + 1).evaluate
            part = _Part(evaluation.call(evaluation.negation, [condition]), token)
        else:
            part = self._signed(token, level)
        self._check_no_operand_follows()
        if self.token.text == "**":
            base = self._number(part)
            self._take()
            exponent = self._number(self._operand(level + 1))
            part = _Part(evaluation.call(TABLE["pow"], [base, exponent]))
        return part

    def _signed(self, sign: Token, level: int) -> _Part:
        """Read on after a sign: all signs that follow one another, and what they are before."""
        minuses = int(sign.text == "-")
        while self.token.text in ("+", "-"):
            level += 1
            self._check_level(level)
            minuses += self._take().text == "-"
        signed = self._number(self._operand(level + 1))
        return _Part(evaluation.repeated(TABLE["neg"], signed, minuses))

    def _named(self, name: str) -> Evaluate:
        if name in CONSTANTS:
            return evaluation.constant(CONSTANTS[name])
        return operator.itemgetter(self.names.setdefault(name, len(self.names)))

    def _call(self, token: Token, level: int) -> Evaluate:
        arguments = [self._formula(0, level)]
        while self.token.text == ",":
            self._take()
            arguments.append(self._formula(0, level))
        self._close(token)
        self._check_count(token, len(arguments))
        function = FUNCTIONS[token.text]
        chooses = function.name == "where"
        operands = [x.evaluate if chooses else self._number(x) for x in arguments[:1]]
        return evaluation.call(function, [*operands, *map(self._number, arguments[1:])])

    def _check_count(self, token: Token, count: int) -> None:
        """Refuse a call with too few or too many arguments."""
        try:
            FUNCTIONS[token.text].check_count(count)
            if count == 0:
                raise TypeError(f"{token.text}() takes at least one argument")
        except TypeError as error:
            self._refuse(f"{error}: write {usage(token.text)}", token)

    def _close(self, opened: Token) -> None:
        if self.token.text != ")":
            self._refuse_end(opened)
        self._take()

    # Refusing

    def _refuse(self, reason: str, token: Token) -> NoReturn:
        raise FormulaError(reason, self.text, token.position) from None

    def _check_level(self, level: int) -> None:
        if level > MAX_NESTING:
            self._refuse(f"nested too deeply: at most {MAX_NESTING} levels are read", self.previous)

    def _check_operand(self, token: Token) -> None:
        """Refuse what cannot start an operand."""
        if token.kind == "name" and token.text in FUNCTIONS:
            self._refuse(f"'{token.text}' is a function: write {usage(token.text)}", token)
        if token.kind == "call" and token.text not in FUNCTIONS:
            self._refuse(unknown_function(token.text, self.names), token)
        if token is self.end:
            after = self.previous.shown
            self._refuse(f"the formula ends where an operand is missing after '{after}'", token)
        if token.kind == "symbol" and token.text not in _PREFIXES:
            previous = self.previous
            if previous.kind == "call" and token.text == ")":
                self._check_count(previous, 0)
            if (previous.kind == "call" or previous.text == ",") and token.text in ("*", "**"):
                self._refuse("starred arguments are not part of a formula: write each", token)
            self._refuse(f"an operand is missing before '{token.text}'", token)

    def _check_no_operand_follows(self) -> None:
        token = self.token
        if token.text == "not":
            self._refuse("'not' stands before a condition: to compare, write !=", token)
        if token.kind in ("number", "name", "call") or token.text == "(":
            product = f"{self.previous.shown}*{token.shown}"
            self._refuse(f"an operator is missing: to multiply, write {product}", token)

    def _refuse_end(self, opened: Token) -> NoReturn:
        """Refuse what stands in place of the right parenthesis, or of the formula's end."""
        token = self.token
        if token.text == "else":
            self._refuse("'else' without 'if': write a if condition else b", token)
        if token.text == ",":
            self._refuse("',' may stand only between a function's arguments", token)
        if token.text == ")":
            self._refuse("')' without '('", token)
        self._refuse(f"'{opened.shown}' is never closed: a ')' is missing", opened)
