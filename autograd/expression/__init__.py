"""Formulas: text in Python's expression syntax, read into a function of named arguments.

    formula   = number | name | constant | function(formula, ...) | (formula)
              | formulas combined by  + - * / **  or signed by  + -
              | formula if condition else formula
    condition = formula < formula, or with  <= > >= == !=
              | conditions combined by  and  or  not

A formula means what it means in Python, with three rules of its own:

- every number is a float and arithmetic follows IEEE 754, so ``1/0`` is inf, and ``9**9**9**9`` is
  inf at once;
- ``pi``, ``e``, ``tau``, ``inf`` and ``nan`` are constants and the functions' names are functions;
  every other name is an argument;
- line breaks count as spaces.

The text is never evaluated as Python: `reader` puts the function together from a few of its own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from inspect import Parameter, Signature
from typing import Any, Final

import numpy as np

from autograd.expression.error import FormulaError
from autograd.expression.reader import read
from autograd.expression.vocabulary import CONSTANTS, SYNONYMS
from autograd.rules.operand import Operand, as_number
from autograd.text.names import did_you_mean
from autograd.text.words import cut

__all__ = ["Formula", "FormulaError", "parse"]


class _NamedArguments:
    """The signature of a formula; the class, which has none of its own, keeps that of __init__."""

    def __get__(self, formula: Formula | None, owner: type[Formula]) -> Signature:
        if formula is None:
            raise AttributeError(f"type object {owner.__name__!r} has no attribute '__signature__'")
        kind = Parameter.POSITIONAL_OR_KEYWORD
        return Signature([Parameter(name, kind) for name in formula.names])


class Formula:
    """A function of named arguments, read from a text. See `parse`.

    Formulas compare, hash and pickle by their text.

    >>> formula = Formula("(x + y)**2 * z")
    >>> formula.names
    ('x', 'y', 'z')
    >>> formula(1.0, 2.0, z=-6.0)
    -54.0

    Attributes:
        text: the text as given.
        names: the arguments' names in order of first appearance, normalised (NFKC) as Python does.
    """

    __slots__ = ("_evaluate", "names", "text")

    names: Final[tuple[str, ...]]
    text: Final[str]

    __signature__ = _NamedArguments()

    def __init__(self, text: str) -> None:
        if not isinstance(text, str):
            kind = type(text).__name__  # type: ignore[unreachable]
            raise TypeError(
                f"a formula is a str such as '(x + y)**2', not {kind}: {cut(repr(text))}"
            )
        self.text = text
        self.names, self._evaluate = read(text)

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Return the formula's value.

        Arguments are floats, Values, arrays or whatever else the primitives take, by position in
        the order of `names` or by name.

        Raises:
            TypeError: an argument is missing, unknown, given twice, one too many, or not a number.
            ValueError: the condition of an ``if`` is an array.
        """
        bound = self._bind(args, kwargs)
        arguments = [_number(x, name) for x, name in zip(bound, self.names, strict=True)]
        return self._evaluate(arguments)

    def __repr__(self) -> str:
        return f"Formula({self.text!r})"

    def __eq__(self, other: object) -> bool:
        return self.text == other.text if isinstance(other, Formula) else NotImplemented

    def __hash__(self) -> int:
        return hash((Formula, self.text))

    def __reduce__(self) -> tuple[type[Formula], tuple[str]]:
        return Formula, (self.text,)

    def _bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Sequence[Any]:
        """Return the arguments in the order of `names`."""
        if len(args) > len(self.names):
            raise TypeError(f"{self._takes()}, not {len(args)}")
        if not kwargs and len(args) == len(self.names):
            return args
        known = frozenset(self.names)
        given = dict(zip(self.names, args, strict=False))
        for key, value in kwargs.items():
            name = unicodedata.normalize("NFKC", key)
            if name not in known:
                raise TypeError(self._unknown(name))
            if name in given:
                raise TypeError(f"argument '{cut(name)}' is given twice; {self._takes()}")
            given[name] = value
        if missing := [name for name in self.names if name not in given]:
            raise TypeError(f"no value for {_listed(missing)}; {self._takes()}")
        return [given[name] for name in self.names]

    def _unknown(self, name: str) -> str:
        """Say why `name` is not an argument."""
        if name in CONSTANTS:
            return f"'{name}' is the constant {CONSTANTS[name]!r}, not an argument; {self._takes()}"
        hint = did_you_mean(name, self.names, SYNONYMS)
        return f"unknown argument '{cut(name)}'{hint and f' ({hint})'}; {self._takes()}"

    def _takes(self) -> str:
        if not self.names:
            return "the formula takes no arguments"
        plural = "" if len(self.names) == 1 else "s"
        return f"the formula takes {len(self.names)} argument{plural} ({_listed(self.names)})"


def parse(text: str) -> Formula:
    """Read a formula in Python's expression syntax.

    A formula has numbers, names, ``+ - * / **``, parentheses, the primitives' functions and
    ``a if condition else b``, of which only the chosen side is evaluated. Comparisons, also
    combined by ``and``, ``or`` and ``not``, are conditions for ``if`` and for the first argument of
    ``where``. The constants are ``pi``, ``e``, ``tau``, ``inf`` and ``nan``; every other name is an
    argument. All numbers are floats.

    >>> parse("(x + y)**2 * z")(x=1, y=2, z=-6)
    -54.0
    >>> parse("where(x > 0, x, exp(x) - 1)").names
    ('x',)
    >>> parse("1 / x if x != 0 else inf")(0.0)
    inf

    Raises:
        FormulaError: the text is not a formula; the error points at the place. Among the reasons:
            more than 100,000 characters, or nesting more than 100 deep.
        TypeError: `text` is not a str.
    """
    return Formula(text)


def _number(x: Any, name: str) -> Any:
    """Return an argument as the primitives take it."""
    if isinstance(x, (float, Operand, np.ndarray)):
        return x
    return as_number(x, f"argument '{cut(name)}'")


def _listed(names: Sequence[str], limit: int = 8) -> str:
    """Return the names in a row, of very many the first few."""
    shown = ", ".join(cut(name) for name in names[:limit])
    return shown if len(names) <= limit else f"{shown} and {len(names) - limit} more"
