"""What all commands take: a formula and values for its names."""

from __future__ import annotations

import argparse
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from autograd import Formula, FormulaError, parse
from autograd.text.names import hint

FORMULAS: Final = """
A formula is written as in Python: + - * / **, parentheses, numbers, names, the constants pi, e and
tau, conditions (`x if x > 0 else 0`) and the primitives (exp, log, sin, tanh, relu, ...). Quote it,
so that the shell leaves it alone. A value is a number or a formula of constants.
"""


MOST_NAMES: Final = 1_000
"""Work and memory of a table by all names grow as the square of their number."""


class InputError(Exception):
    """What the user should put right, in one line."""


def add_formula(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of a command that takes a formula and values for its names."""
    add = parser.add_argument
    add("formula", help='the formula, in quotes: "(x+y)**2*z"')
    add("values", nargs="*", default=[], metavar="NAME=VALUE", help="a value for each name")


def refuse_constant(formula: Formula) -> None:
    """Raise an InputError if there is nothing to differentiate by."""
    if not formula.names:
        raise InputError("the formula has no names: there is nothing to differentiate by")


def refuse_many(names: Sequence[str], remedy: str) -> None:
    """Raise an InputError, before anything is computed, if a table over all names is too large."""
    if len(names) > MOST_NAMES:
        raise InputError(
            f"a table by {len(names):,} names is too large, at most {MOST_NAMES:,} fit: {remedy}"
        )


def assigned(formula: Formula, assignments: Iterable[str]) -> dict[str, float]:
    """Return the number for each argument of the formula, in its order, from words NAME=VALUE.

    Raises:
        InputError: a word is not of that form, or a name is unknown, has no value, or has two.

    >>> assigned(parse("x * y"), ["y=pi/2", "x=1"])
    {'x': 1.0, 'y': 1.5707963267948966}
    """
    values: dict[str, float] = {}
    for assignment in assignments:
        name, _, text = (part.strip() for part in assignment.partition("="))
        if not name or not text:
            raise InputError(f"{assignment.strip()!r} is not of the form NAME=VALUE, such as x=1.5")
        name = known(formula, name)
        if name in values:
            raise InputError(f"{name!r} has two values: {values[name]:g} and {text}")
        values[name] = _number(name, text)
    missing = [name for name in formula.names if name not in values]
    if missing:
        raise InputError(f"no value for {_listed(missing)}: add {missing[0]}=NUMBER")
    return {name: values[name] for name in formula.names}


def known(formula: Formula, name: str) -> str:
    """Return the name as the formula has it; an InputError says if it has no such name."""
    name = unicodedata.normalize("NFKC", name)  # as the formula's names are
    if name not in formula.names:
        takes = f"it takes {_listed(formula.names)}"
        raise InputError(
            f"the formula has no argument {name!r}{hint(name, formula.names)}: {takes}"
        )
    return name


def first_line(error: FormulaError) -> str:
    """Return what the error says, without the excerpt of the formula."""
    return str(error).partition("\n")[0]


def _listed(names: Sequence[str], limit: int = 8) -> str:
    """Return the names in a row, the first few of very many."""
    shown = ", ".join(names[:limit]) or "none"
    return shown if len(names) <= limit else f"{shown} and {len(names) - limit} more"


def _number(name: str, text: str) -> float:
    try:
        constant = parse(text)
    except FormulaError as error:
        raise InputError(f"the value of {name}: {first_line(error)}") from error
    if constant.names:
        raise InputError(f"the value of {name} is not a number: {text!r}")
    return float(constant())
