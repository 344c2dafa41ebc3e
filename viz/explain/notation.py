"""How terms are written: as a line of text in Python's operators, and as LaTeX."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from autograd import TABLE
from autograd.rules import floats, table
from autograd.text.words import both_ends, columns, printable
from viz.explain.latex import escaped, latex_name
from viz.explain.terms import RELATIONS, Symbol

TOTAL: Final = "total derivative"
PARTIAL: Final = "partial derivative"
"""The names of terms of two symbols: the derivative of one by the other."""

BLANK: Final = Symbol("________")
"""Where an answer is to be written."""

LONGEST_NAME: Final = 32
"""In columns."""
MOST_OPERANDS: Final = 24
"""How many operands of a call are written out."""

_STRENGTH = (
    {"where": 0, "add": 1, "sub": 1, "neg": 2}
    | dict.fromkeys(("mul", "xlogy", "deg2rad", "rad2deg", "remainder"), 3)
    | {"": 5, TOTAL: 5, PARTIAL: 5}
)
"""How firmly a formula holds together; 4 where not listed, 5 of a name."""
_HOLDS = {
    "add": (1, 1),
    "sub": (1, 3),
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
_HOLDS_IN_TEXT = {
    "add": (1, 3),
    "sub": (1, 3),
    "neg": (3,),
    "mul": (2, 4),
    "div": (2, 4),
    "pow": (5, 5),
    "square": (5,),
}
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
_NUMBERS = {floats.LOG_2: r"\ln 2", math.pi: r"\pi"}
_LATEX_RELATIONS = dict(
    zip(RELATIONS, ("<", r"\leq", "=", r"\neq", r"\text{ and }", r"\text{ or }"), strict=True)
)
_TEXT_RELATIONS = dict(zip(RELATIONS, ("<", "<=", "==", "!=", "and", "or"), strict=True))
_TURNED = {"<": ">", "<=": ">=", r"\leq": r"\geq"}
_DEEP = 3
"""How many fractions within each other are written out."""


def _turned(x: Symbol, signs: dict[str, str]) -> tuple[Any, str, Any]:
    """Return a relation's sides and sign: x > 0, where the rule's row has 0 < x."""
    a, b = x.operands
    sign = signs[x.name]
    turned = isinstance(b, Symbol) or a == 0.0  # also once numbers are put in
    if not isinstance(a, Symbol) and turned and sign in _TURNED:
        return b, _TURNED[sign], a
    return a, sign, b


def _strength(x: Any, text: str) -> int:
    if isinstance(x, Symbol):
        return _STRENGTH.get(x.name if x.operands else "", 4)
    return 2 if text.startswith("-") else 5


def shown_name(name: str) -> str:
    """Return a name on one line and not too long."""
    line = printable(name)
    return both_ends(line, LONGEST_NAME * len(line) // max(columns(line), 1))


def listed(operands: Sequence[str], left_out: str) -> str:
    """Return operands with commas, of many the first and the last."""
    if len(operands) > MOST_OPERANDS:
        operands = [*operands[:3], left_out, *operands[-2:]]
    return ", ".join(operands)


_OPERATORS = {
    "add": "{0} + {1}",
    "sub": "{0} - {1}",
    "neg": "-{0}",
    "mul": "{0} * {1}",
    "div": "{0} / {1}",
    "pow": "{0}**{1}",
    "square": "{0}**2",
}


@dataclass(frozen=True)
class Text:
    """A line of text: `2 * v2 = 2 * 3`, in which all but derivatives is Python.

    >>> x, y = Symbol("x"), Symbol("y")
    >>> Text().write((x + y) * -y)
    '(x + y) * (-y)'
    """

    digits: int = 6
    operators: ClassVar[dict[str, str]] = _OPERATORS

    def name(self, name: str) -> str:
        """Return a name."""
        return shown_name(name)

    def sign(self, text: str) -> str:
        """Return the name of a function, or a relation."""
        return shown_name(text)

    def number(self, x: float) -> str:
        """Return a number to so many significant digits."""
        return f"{x + 0.0:.{self.digits}g}"

    def write(self, x: Any) -> str:
        """Return the term."""
        if not isinstance(x, Symbol):
            return self.number(float(x))
        if not x.operands:
            return self.name(x.name)
        if x.name in (TOTAL, PARTIAL):
            sign = "d" if x.name == TOTAL else "∂"
            return "/".join([f"{sign}{self.write(part)}" for part in x.operands])
        if x.name in RELATIONS:
            a, sign, b = _turned(x, _TEXT_RELATIONS)
            return f"{self.write(a)} {self.sign(sign)} {self.write(b)}"
        if x.name == "where":
            condition, a, b = x.operands
            other = self.write(b)
            return f"{self._held('add', 0, a)} if {self.write(condition)} else {other}"
        if x.name not in _HOLDS_IN_TEXT:
            return f"{self.sign(x.name)}({listed([self.write(part) for part in x.operands], '…')})"
        held = [self._held(x.name, place, part) for place, part in enumerate(x.operands)]
        return self.operators[x.name].format(*held)

    def _held(self, name: str, place: int, x: Any) -> str:
        text = self.write(x)
        strength = 3 if isinstance(x, Symbol) and x.name == "div" else _strength(x, text)
        if isinstance(x, Symbol) and x.operands and x.name not in _STRENGTH | _HOLDS_IN_TEXT:
            strength = 5  # a call
        holds = _HOLDS_IN_TEXT[name]
        if place and name in ("add", "sub") and text.startswith("-"):
            number = re.match(r"-([\d.]+(e[-+]\d+)?|inf)", text)
            return f"({number[0]}){text[number.end() :]}" if number else f"({text})"
        return text if strength >= holds[min(place, len(holds) - 1)] else f"({text})"


class Html(Text):
    """A line of HTML, with indices and exponents.

    >>> Html().write(TABLE["square"](Symbol("v2")) * 3.0)
    'v<sub>2</sub><sup>2</sup> · 3'
    """

    operators = _OPERATORS | {
        "mul": "{0} · {1}",
        "pow": "{0}<sup>{1}</sup>",
        "square": "{0}<sup>2</sup>",
    }

    def name(self, name: str) -> str:
        """Return a name, a letter's index below the line."""
        text = html.escape(shown_name(name))
        return re.sub(r"^([A-Za-z])_?(\d+)$", r"\1<sub>\2</sub>", text)

    def sign(self, text: str) -> str:
        """Return the name of a function, or a relation."""
        return html.escape(shown_name(text))


@dataclass(frozen=True)
class Latex:
    r"""LaTeX; of fractions within fractions, the outer ones.

    Attributes:
        digits: the significant digits of numbers.
        exact: whether names are LaTeX already, and known constants stand by name, 0.5 as 1/2.

    >>> Latex().write(Symbol("x_1") * -2.0)
    'x_{1} \\cdot \\left(-2\\right)'
    """

    digits: int = 6
    exact: bool = False

    def number(self, x: float) -> str:
        """Return a number."""
        if math.isnan(x):
            return r"\text{nan}"
        if x < 0.0 or (x == 0.0 and self.exact and math.copysign(1.0, x) < 0.0):
            return f"-{self.number(-x)}"
        if self.exact and x in _FRACTIONS:
            return r"\frac{{{}}}{{{}}}".format(*_FRACTIONS[x])
        if math.isinf(x):
            return r"\infty"
        if self.exact and x in _NUMBERS:
            return _NUMBERS[x]
        mantissa, _, exponent = f"{x + 0.0:.{self.digits}g}".partition("e")
        if not exponent:
            return mantissa
        power = f"10^{{{int(exponent)}}}"
        return power if mantissa == "1" else rf"{mantissa} \cdot {power}"

    def write(self, x: Any, depth: int = 0) -> str:
        """Return a term that stands within so many fractions."""
        if not isinstance(x, Symbol):
            return self.number(float(x))
        if not x.operands:
            if x is BLANK:
                return r"\underline{\hspace{2cm}}"
            return x.name if self.exact else latex_name(shown_name(x.name))
        if x.name in (TOTAL, PARTIAL):
            sign = r"\mathrm{d}" if x.name == TOTAL else r"\partial "
            return r"\frac{{{}{}}}{{{}{}}}".format(
                *[part for y in x.operands for part in (sign, self.write(y))]
            )
        if x.name in RELATIONS:
            a, sign, b = _turned(x, _LATEX_RELATIONS)
            return f"{self.write(a, depth)} {sign} {self.write(b, depth)}"
        if x.name == "where":
            return self._cases(x, depth)
        depth += x.name == "div"
        if depth > _DEEP:
            return r"\cdots"
        if x.name == "div":
            return self._fraction(x.operands[0], x.operands[1], depth)
        return self._filled(x, depth)

    def _filled(self, x: Symbol, depth: int) -> str:
        held = [self._held(x.name, place, part, depth) for place, part in enumerate(x.operands)]
        if x.name == "mul" and self.exact and not isinstance(x.operands[0], Symbol):
            return rf"{held[0]} \, {held[1]}"
        xs = listed(held, r"\ldots")
        if x.name not in TABLE:
            name = escaped(shown_name(x.name))
            return rf"\operatorname{{{name}}}\left({xs}\right)"
        text = TABLE[x.name].latex.format(*held, xs=xs)
        return text.replace("{-1 ", "{-")  # a Gaussian of rate 1

    def _fraction(self, a: Any, b: Any, depth: int) -> str:
        below = self.write(b, depth)
        if isinstance(a, Symbol) or not self.exact or a not in _FRACTIONS:
            return rf"\frac{{{self.write(a, depth)}}}{{{below}}}"
        above, factor = _FRACTIONS[a]
        return rf"\frac{{{above}}}{{{factor} \, {self._held('mul', 1, b, depth)}}}"

    def _cases(self, x: Any, depth: int) -> str:
        lines = []
        while isinstance(x, Symbol) and x.name == "where":
            condition, a, x = x.operands
            lines.append(rf"{self.write(a, depth)} & \text{{if }} {self.write(condition, depth)}")
        lines.append(rf"{self.write(x, depth)} & \text{{else}}")
        return r"\begin{cases}" + r"\\".join(lines) + r"\end{cases}"

    def _held(self, name: str, place: int, x: Any, depth: int) -> str:
        """Return an operand as it stands in a formula of this primitive."""
        text = self.write(x, depth)
        holds = _HOLDS.get(name, (0,))
        strength = 4 if self.exact and x in _FRACTIONS else _strength(x, text)
        if not isinstance(x, Symbol) and r"\cdot" in text:
            strength = min(strength, 3)
        behind = place and name in ("add", "sub") and text.startswith("-") and not self.exact
        if strength >= holds[min(place, len(holds) - 1)] and not behind:
            return text
        if behind and (number := re.match(r"-[\d.]+(?= \\cdot (?!10\^))", text)):
            return rf"\left({number[0]}\right){text[number.end() :]}"
        return rf"\left({text}\right)"
