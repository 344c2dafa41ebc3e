"""The derivatives of a row as LaTeX, read off its rules.

The rules of a row work on whatever is an operand. Here they get symbols, and what comes out is a
formula. Where a rule asks what only rounding can make false, as (b - 1) + 1 = b, the formula has
what holds for real numbers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from autograd import TABLE, Primitive
from autograd.rules import floats, table
from autograd.values.operators import Arithmetic

_FRACTIONS = {
    0.5: ("1", "2"),
    table.LOG2_E: ("1", r"\ln 2"),
    table.LOG10_E: ("1", r"\ln 10"),
    table.TWO_OVER_SQRT_PI: ("2", r"\sqrt{\pi}"),
    table.INV_SQRT_TWO_PI: ("1", r"\sqrt{2\pi}"),
    floats.DEGREE: (r"\pi", "180"),
    floats.RADIAN: ("180", r"\pi"),
    math.pi / 2: (r"\pi", "2"),
}
_NUMBERS = {floats.LOG_2: r"\ln 2", math.pi: r"\pi", math.inf: r"\infty"}
_STRENGTH = (
    {"add": 1, "sub": 1, "where": 1, "neg": 2}
    | dict.fromkeys(("mul", "xlogy", "deg2rad", "rad2deg", "remainder"), 3)
    | {"": 5}
)
"""How firmly a formula holds together; 4 where not listed, 5 of a name."""
_HOLDS = {
    "add": (0, 1),
    "sub": (0, 3),
    "neg": (3,),
    "mul": (2, 3),
    "pow": (5, 0),
    "square": (5,),
    "xlogy": (2, 0),
    "deg2rad": (3,),
    "rad2deg": (3,),
    "gaussian": (5, 3),
    "exp_difference": (0, 3),
    "exp2_difference": (0, 3),
}
"""How firmly the operands must, not to be put in parentheses."""
_RELATIONS = {
    "less": "<",
    "less_equal": r"\leq",
    "equal": "=",
    "not_equal": r"\neq",
    "and": r"\text{ and }",
    "or": r"\text{ or }",
}
_TURNED = {"<": ">", r"\leq": r"\geq"}
_NAMES = {
    "condition": "c",
    "lo": r"\ell",
    "hi": "h",
    "slope": "s",
    "alpha": r"\alpha",
    "rate": r"\rho",
}
_DEEP = 3
"""How many fractions within each other are written out."""


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
    return isinstance(x, Symbol) and x.name in _RELATIONS


def _decided(x: Any, condition: Symbol, branch: int) -> Any:
    """Return a term in which this condition is known to hold (branch 1), or not to (branch 2)."""
    if not isinstance(x, Symbol) or not x.operands:
        return x
    if x.name == "where" and _same(x.operands[0], condition):
        return _decided(x.operands[branch], condition, branch)
    return _simplified(x.name, tuple(_decided(part, condition, branch) for part in x.operands))


# Writing.


def number(x: float) -> str:
    """Return a number as LaTeX: known constants by name, others to five digits."""
    if math.isnan(x):
        return r"\text{nan}"
    if x < 0.0 or (x == 0.0 and math.copysign(1.0, x) < 0.0):
        return f"-{number(-x)}"
    if x in _FRACTIONS:
        return r"\frac{{{}}}{{{}}}".format(*_FRACTIONS[x])
    if x in _NUMBERS:
        return _NUMBERS[x]
    mantissa, _, exponent = f"{x:.5g}".partition("e")
    if not exponent:
        return mantissa
    power = f"10^{{{int(exponent)}}}"
    return power if mantissa == "1" else rf"{mantissa} \cdot {power}"


def latex(x: Any, depth: int = 0) -> str:
    """Return a term as LaTeX; of fractions within fractions, the outer ones."""
    if not isinstance(x, Symbol):
        return number(float(x))
    if not x.operands:
        return x.name
    if x.name in _RELATIONS:
        return _relation(x, depth)
    if x.name == "where":
        return _cases(x, depth)
    depth += x.name == "div"
    if depth > _DEEP:
        return r"\cdots"
    if x.name == "div":
        return _fraction(*x.operands, depth)
    held = [_held(x.name, place, part, depth) for place, part in enumerate(x.operands)]
    if x.name == "mul" and not isinstance(x.operands[0], Symbol):
        return rf"{held[0]} \, {held[1]}"
    text = TABLE[x.name].latex.format(*held, xs=", ".join(held))
    return text.replace("{-1 ", "{-")  # a Gaussian of rate 1


def _fraction(a: Any, b: Any, depth: int) -> str:
    below = latex(b, depth)
    if isinstance(a, Symbol) or a not in _FRACTIONS:
        return rf"\frac{{{latex(a, depth)}}}{{{below}}}"
    above, factor = _FRACTIONS[a]
    return rf"\frac{{{above}}}{{{factor} \, {_held('mul', 1, b, depth)}}}"


def _relation(x: Symbol, depth: int) -> str:
    a, b = x.operands
    sign = _RELATIONS[x.name]
    if not isinstance(a, Symbol) and sign in _TURNED:  # x > 0, where the rule's row has 0 < x
        a, b, sign = b, a, _TURNED[sign]
    return f"{latex(a, depth)} {sign} {latex(b, depth)}"


def _cases(x: Any, depth: int) -> str:
    lines = []
    while _is(x, "where"):
        condition, a, x = x.operands
        lines.append(rf"{latex(a, depth)} & \text{{if }} {latex(condition, depth)}")
    lines.append(rf"{latex(x, depth)} & \text{{else}}")
    return r"\begin{cases}" + r"\\".join(lines) + r"\end{cases}"


def _held(name: str, place: int, x: Any, depth: int) -> str:
    """Return an operand as it stands in a formula of this primitive: with parentheses or not."""
    text = latex(x, depth)
    holds = _HOLDS.get(name, (0,))
    if isinstance(x, Symbol):
        strength = _STRENGTH.get(x.name if x.operands else "", 4)
    else:
        strength = 2 if text.startswith("-") else 4 if x in _FRACTIONS else 5
    return text if strength >= holds[min(place, len(holds) - 1)] else rf"\left({text}\right)"


# What is asked of a row.


def arguments(row: Primitive) -> list[Symbol]:
    """Return the arguments of a row; for one that takes any number, of two, or of two pairs."""
    if row.name == "dot":
        return [Symbol(name) for name in ("x_1", "x_2", "y_1", "y_2")]
    if row.arity is None:
        return [Symbol("x_1"), Symbol("x_2")]
    names = [word.partition("=")[0] for word in row.parameters.split()]
    return [Symbol(_NAMES.get(name, name)) for name in names]


def value(row: Primitive) -> str:
    """Return the value of a row as LaTeX."""
    names = [x.name for x in arguments(row)]
    return row.latex.format(*names, xs=", ".join(names))


def derivatives(row: Primitive) -> list[tuple[str, str]]:
    """Return each argument of a row, and the derivative of its value y by that, as LaTeX."""
    xs = arguments(row)
    # What y and an argument are called may be the same; y is the value then, too.
    y = Symbol("f" if any(x.name == "y" for x in xs) else "y")
    partials = row.differentiable_partials(y, tuple(xs), range(len(xs)))
    return [(x.name, latex(partial)) for x, partial in zip(xs, partials, strict=True)]
