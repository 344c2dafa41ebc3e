"""The gradient as formulas in the inputs: differentiated and simplified by SymPy, then checked.

The check is numerical, against the engine, at points around the given one.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any, Final

from autograd import Value
from viz.explain.lesson import Lesson, whole_formula
from viz.explain.terms import Symbol, evaluated

POINTS: Final = 5
"""At how many points a formula is checked."""

_CALLS: Final = {
    **{
        name: name
        for name in ("exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "sech", "sqrt")
    },
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "arcsinh": "asinh",
    "arccosh": "acosh",
    "arctanh": "atanh",
    "erf": "erf",
}
"""What SymPy calls functions that we know, too."""

_BACK: Final = {theirs: ours for ours, theirs in _CALLS.items()}

_REWRITTEN: Final[dict[str, Callable[..., Any]]] = {
    "add": lambda s, a, b: a + b,
    "sub": lambda s, a, b: a - b,
    "mul": lambda s, a, b: a * b,
    "div": lambda s, a, b: a / b,
    "neg": lambda s, a: -a,
    "pow": lambda s, a, b: a**b,
    "square": lambda s, a: a**2,
    "reciprocal": lambda s, a: 1 / a,
    "exp2": lambda s, a: 2**a,
    "expm1": lambda s, a: s.exp(a) - 1,
    "log1p": lambda s, a: s.log(1 + a),
    "log2": lambda s, a: s.log(a) / s.log(2),
    "log10": lambda s, a: s.log(a) / s.log(10),
    "hypot": lambda s, a, b: s.sqrt(a**2 + b**2),
    "sigmoid": lambda s, a: 1 / (1 + s.exp(-a)),
    "softplus": lambda s, a: s.log(1 + s.exp(a)),
    "silu": lambda s, a: a / (1 + s.exp(-a)),
}


class NoFormulaError(Exception):
    """There is no formula that SymPy and the solution share."""


def gradient_formulas(lesson: Lesson) -> dict[str, Any] | None:
    """Return a term for the derivative by every input; None where there is no short one.

    A formula that does not hold near the given point is left out.

    Raises:
        ImportError: SymPy is not installed.
    """
    sympy = _sympy()
    formula = None if lesson.left_out else whole_formula(lesson)
    if formula is None:
        return None
    places = {sympy.Symbol(f"x{i}", real=True): name for i, name in enumerate(lesson.given)}
    symbols = {name: symbol for symbol, name in places.items()}
    try:
        expression = _given_to(sympy, formula, symbols)
        derivatives = {x: sympy.diff(expression, symbols[x]) for x in lesson.given}
        names = {str(symbol): name for symbol, name in places.items()}
        terms = {x: _taken_from(_shortest(sympy, d), names) for x, d in derivatives.items()}
    except NoFormulaError:
        return None
    return terms if _holds(lesson, terms) else None


def _sympy() -> Any:
    try:
        import sympy
    except ImportError:
        raise ImportError("formulas of the gradient need SymPy: run `pip install sympy`") from None
    return sympy


def _given_to(sympy: Any, term: Any, symbols: Mapping[str, Any]) -> Any:
    """Return a term as SymPy's expression."""
    if not isinstance(term, Symbol):
        number = float(term)
        return sympy.Integer(int(number)) if number.is_integer() else sympy.Float(number)
    if not term.operands:
        return symbols[term.name]
    operands = [_given_to(sympy, part, symbols) for part in term.operands]
    if term.name in _CALLS:
        return getattr(sympy, _CALLS[term.name])(*operands)
    if term.name in _REWRITTEN:
        return _REWRITTEN[term.name](sympy, *operands)
    raise NoFormulaError(term.name)


def _shortest(sympy: Any, expression: Any) -> Any:
    found = [expression, sympy.simplify(expression), sympy.factor(expression)]
    return min(found, key=lambda x: (sympy.count_ops(x), len(str(x))))


def _taken_from(x: Any, names: Mapping[str, str]) -> Any:
    """Return SymPy's expression as a term."""
    if x.is_Symbol:
        return Symbol(names[str(x)])
    if x.is_number and x.is_real:
        return float(x)
    if x.is_Add:
        return reduce(
            lambda sum, part: (
                Symbol("sub", (sum, _taken_from(-part, names)))
                if part.could_extract_minus_sign()
                else Symbol("add", (sum, _taken_from(part, names)))
            ),
            x.as_ordered_terms()[1:],
            _taken_from(x.as_ordered_terms()[0], names),
        )
    if x.is_Mul or x.is_Pow:
        return _product(x, names)
    if x.is_Function and type(x).__name__ in _BACK:
        name = _BACK[type(x).__name__]
        return Symbol(name, tuple([_taken_from(part, names) for part in x.args]))
    raise NoFormulaError(str(x))


def _product(x: Any, names: Mapping[str, str]) -> Any:
    if x.is_Mul and x.could_extract_minus_sign():
        return Symbol("neg", (_taken_from(-x, names),))
    above, below = x.as_numer_denom()
    if below != 1:
        return Symbol("div", (_taken_from(above, names), _taken_from(below, names)))
    if x.is_Mul:
        factors = [_taken_from(part, names) for part in x.as_ordered_factors()]
        return reduce(lambda a, b: Symbol("mul", (a, b)), factors)
    base, exponent = x.as_base_exp()
    if exponent == 2:
        return Symbol("square", (_taken_from(base, names),))
    if exponent.is_number and float(exponent) == 0.5:
        return Symbol("sqrt", (_taken_from(base, names),))
    return Symbol("pow", (_taken_from(base, names), _taken_from(exponent, names)))


def _holds(lesson: Lesson, terms: Mapping[str, Any]) -> bool:
    """Whether the formulas give the engine's derivatives around the given point."""
    chance = random.Random(0)
    for _ in range(POINTS):
        inputs = {
            x: Value(n + 0.05 * (1.0 + abs(n)) * chance.uniform(-1.0, 1.0))
            for x, n in lesson.given.items()
        }
        values: dict[str, Any] = dict(inputs)
        for step in lesson.steps:
            values[step.name] = evaluated(step.term, values)
        values[lesson.result].backward()
        numbers = {x: value.data for x, value in inputs.items()}
        for x, term in terms.items():
            expected = inputs[x].grad
            found = evaluated(term, numbers)
            if math.isfinite(expected) and not math.isclose(
                found, expected, rel_tol=1e-7, abs_tol=1e-9
            ):
                return False
    return True
