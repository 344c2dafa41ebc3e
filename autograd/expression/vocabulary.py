"""The constants and functions that a formula may name, and what people mean by other names."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Final

from autograd.rules.primitive import TABLE, Primitive
from autograd.text.names import did_you_mean
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
SYNONYMS: Final = {
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
    hint = did_you_mean(name, FUNCTIONS, SYNONYMS)
    if not hint and (name in variables or len(name) == 1):
        hint = f"to multiply, write {name}*("
    return f"unknown function '{cut(name)}': {hint or 'only the primitives may be called'}"
