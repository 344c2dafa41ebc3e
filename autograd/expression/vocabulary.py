"""The constants and functions that a formula may name, and what people mean by other names."""

from __future__ import annotations

import math
from collections.abc import Collection
from itertools import islice
from typing import Final

from autograd.rules.primitive import TABLE, Primitive
from autograd.text.words import cut

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

# What people call functions whose names here are too different to be found by likeness.
_SYNONYMS: Final = {
    "ln": "log",
    "lg": "log10",
    "sgn": "sign",
    "logistic": "sigmoid",
}


def usage(name: str) -> str:
    """Say how a function is called."""
    primitive = FUNCTIONS[name]
    if primitive.name == "where":
        return "where(x > 0, a, b)"
    if primitive.name == "dot":
        return "dot(a1, a2, b1, b2) for a1*b1 + a2*b2"
    if primitive.arity is None:
        return f"{name}(x, y, ...)"
    return f"{name}({', '.join('xyzuvw'[: primitive.arity])})"


def unknown_function(name: str, variables: Collection[str]) -> str:
    """Say why a function is refused."""
    if name in CONSTANTS:
        return f"'{name}' is a number, not a function: to multiply, write {name}*("
    hint = did_you_mean(name, FUNCTIONS)
    if not hint and (name in variables or len(name) == 1):
        hint = f"to multiply, write {name}*("
    return f"unknown function '{cut(name)}': {hint or 'only the primitives may be called'}"


def did_you_mean(name: str, known: Collection[str]) -> str:
    """Return a question that names what is known by a similar name, or nothing."""
    from difflib import get_close_matches  # only errors need it

    if _SYNONYMS.get(name) in known:
        return f"did you mean '{_SYNONYMS[name]}'?"
    close = get_close_matches(name[:80], islice(known, 1000), n=2)
    return f"did you mean {' or '.join(repr(match) for match in close)}?" if close else ""
