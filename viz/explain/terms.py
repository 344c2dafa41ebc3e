"""Formulas as terms: symbols, numbers, and primitives of them; derivatives read off the rules.

The rules of a row work on whatever is an operand. Here they get symbols, and what comes out is a
formula. Where a rule asks what only rounding can make false, as (b - 1) + 1 = b, the formula has
what holds for real numbers. How terms are written is told in `notation`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from autograd import TABLE, Primitive
from autograd.values.operators import Arithmetic

RELATIONS: Final = ("less", "less_equal", "equal", "not_equal", "and", "or")
_NAMES = {
    "condition": "c",
    "lo": r"\ell",
    "hi": "h",
    "slope": "s",
    "alpha": r"\alpha",
    "rate": r"\rho",
}


@dataclass(eq=False)
class Symbol(Arithmetic):
    """A name, or a primitive of symbols and numbers."""

    name: str
    operands: tuple[Any, ...] = ()

    def apply(self, primitive: Any, operands: tuple[Any, ...]) -> Any:
        """Return primitive(*operands), simplified where it has a simpler form."""
        return _simplified(primitive.name, operands)

    def __eq__(self, other: object) -> Any:
        return _simplified("equal", (self, other))

    def __lt__(self, other: object) -> Any:
        return _simplified("less", (self, other))

    def __le__(self, other: object) -> Any:
        return _simplified("less_equal", (self, other))

    def __gt__(self, other: object) -> Any:
        return _simplified("less", (other, self))

    def __ge__(self, other: object) -> Any:
        return _simplified("less_equal", (other, self))

    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        raise TypeError("a symbol is neither true nor false")


def _same(a: Any, b: Any) -> bool:
    """Whether two terms are written alike."""
    if not (isinstance(a, Symbol) and isinstance(b, Symbol)):
        return not isinstance(a, Symbol) and not isinstance(b, Symbol) and bool(a == b)
    alike = a.name == b.name and len(a.operands) == len(b.operands)
    return alike and all(map(_same, a.operands, b.operands))


def _is(x: Any, name: str) -> bool:
    return isinstance(x, Symbol) and x.name == name


def _simplified(name: str, operands: tuple[Any, ...]) -> Any:
    """Return a primitive of terms, or what it is equal to."""
    a, b = (*operands, None)[:2]
    if name == "where":
        return _where(*operands)
    if name == "equal" and _same(a, b):
        return 1.0
    if name == "add":
        if _same(a, 0.0):
            return b
        if _is(a, "sub") and _same(a.operands[1], b):
            return a.operands[0]
    if name in ("mul", "div"):
        return _product(name, a, b)
    if name == "pow" and _same(b, 1.0):
        return a
    return Symbol(name, operands)


def _product(name: str, a: Any, b: Any) -> Any:
    """Return a * b or a / b with its sign in front, as one fraction."""
    if _is(a, "neg"):
        return Symbol("neg", (_product(name, a.operands[0], b),))
    if not isinstance(a, Symbol) and a < 0.0:
        return Symbol("neg", (_product(name, -a, b),))
    if name == "mul" and _same(a, 1.0):
        return b
    if _same(b, 1.0):
        return a
    if name == "mul" and _same(a, b):
        return Symbol("square", (a,))
    if name == "div" and _is(a, "div"):
        return Symbol("div", (a.operands[0], _product("mul", a.operands[1], b)))
    return Symbol(name, (a, b))


def _where(condition: Any, a: Any, b: Any) -> Any:
    """Return a where the condition holds, else b; one condition for two that choose alike."""
    if not isinstance(condition, Symbol):
        return a if condition else b
    a, b = _decided(a, condition, 1), _decided(b, condition, 2)
    if _same(b, 0.0) and _is_condition(condition) and _is_condition(a):
        return Symbol("and", (condition, a))
    if _is(a, "where"):
        inner, a, other = a.operands
        both = Symbol("and", (condition, inner))
        return Symbol("where", (both, a, b if _same(other, b) else _where(condition, other, b)))
    if _is(b, "where") and _same(b.operands[1], a):
        return Symbol("where", (Symbol("or", (condition, b.operands[0])), a, b.operands[2]))
    return Symbol("where", (condition, a, b))


def _is_condition(x: Any) -> bool:
    return isinstance(x, Symbol) and x.name in RELATIONS


def _decided(x: Any, condition: Symbol, branch: int) -> Any:
    """Return a term in which this condition is known to hold (branch 1), or not to (branch 2)."""
    if not isinstance(x, Symbol) or not x.operands:
        return x
    if x.name == "where" and _same(x.operands[0], condition):
        return _decided(x.operands[branch], condition, branch)
    return _simplified(x.name, tuple(_decided(part, condition, branch) for part in x.operands))


# What is asked of a row.


def arguments(row: Primitive) -> list[Symbol]:
    """Return the arguments of a row; for one that takes any number, of two, or of two pairs."""
    if row.name == "dot":
        return [Symbol(name) for name in ("x_1", "x_2", "y_1", "y_2")]
    if row.arity is None:
        return [Symbol("x_1"), Symbol("x_2")]
    names = [word.partition("=")[0] for word in row.parameters.split()]
    return [Symbol(_NAMES.get(name, name)) for name in names]


def derivatives(row: Primitive) -> list[tuple[str, Any]]:
    """Return each argument of a row, and the derivative of its value y by that, as a term."""
    xs = arguments(row)
    # What y and an argument are called may be the same; y is the value then, too.
    y = Symbol("f" if any(x.name == "y" for x in xs) else "y")
    partials = row.differentiable_partials(y, tuple(xs), range(len(xs)))
    return [(x.name, partial) for x, partial in zip(xs, partials, strict=True)]


# Numbers put in.


def evaluated(x: Any, numbers: Mapping[str, float]) -> float:
    """Return the number that a term stands for."""
    if not isinstance(x, Symbol):
        return float(x)
    if not x.operands:
        return numbers[x.name]
    if x.name == "where":  # what was not chosen may not exist, as the log of a negative number
        condition, a, b = x.operands
        return evaluated(a if evaluated(condition, numbers) else b, numbers)
    operands = [evaluated(part, numbers) for part in x.operands]
    if x.name in ("and", "or"):
        return float((all if x.name == "and" else any)(operands))
    return TABLE[x.name](*operands)


def substituted(x: Any, numbers: Mapping[str, float]) -> Any:
    """Return a term with numbers in place of its names, nothing computed.

    >>> substituted(Symbol("x") * Symbol("y"), {"x": 2.0, "y": 3.0}).operands
    (2.0, 3.0)
    """
    if not isinstance(x, Symbol):
        return x
    if not x.operands:
        return numbers[x.name]
    return Symbol(x.name, tuple([substituted(part, numbers) for part in x.operands]))
