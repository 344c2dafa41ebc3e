"""The table of primitives: one row holds everything that dualgrad knows about an operation.

To add one, write its value function in `floats` (unless `math` has it) and a row here: name, value
function, partials, then what differs from the defaults of `_row`. Reverse and forward mode, higher
derivatives, NumPy evaluation, drawing and the tests follow from the row. How rules are written is
told at `Primitive`; in them, y is the output.

Derivatives are those of any table of calculus (Abramowitz & Stegun 3.3, 4, 6, 7), in a form that
keeps its accuracy over all doubles: 1 - tanh(x)**2, say, would be 0 from x = 20 on.
"""

import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from autograd.rules import arrays, floats
from autograd.rules.primitive import Primitive, Rule, Special, enter

INF: Final = math.inf
NAN: Final = math.nan
LOG_2: Final = floats.LOG_2
LOG2_E: Final = 1.4426950408889634
LOG10_E: Final = 0.4342944819032518
TWO_OVER_SQRT_PI: Final = floats.TWO_OVER_SQRT_PI
INV_SQRT_TWO_PI: Final = floats.INV_SQRT_TWO_PI
OF_SUBNORMAL: Final = "where {} is subnormal, they have its rounding"
OF_TWO_TERMS: Final = "beside {}, their two terms cancel, and they are right to 8 ulp of these"

Interval = tuple[float, float]
ALL: Final = (-1e150, 1e150)
POSITIVE: Final = (0.0, 1e300)
UNIT: Final = (-1.0, 1.0)
KNOWN_TO_LATEX: Final = frozenset(
    ("sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh")
)


def _row(
    name: str,
    fn: Callable[..., float],
    *partials: Rule,
    joint: Rule | None = None,
    numpy: Callable[..., Any] | None = None,
    domain: Interval | tuple[Interval, ...] = ALL,
    special: tuple[Special, ...] = (),
    selects: bool = False,
    caveat: str = "",
    doc: str = "",
    args: str = "",
    method: bool = True,
    symbol: str = "",
    latex: str = "",
    code: str = "",
) -> Primitive:
    """Enter a row; what is not given follows from the name.

    Args:
        name: NumPy's name of the function, where it has one.
        fn: its value on floats.
        partials: a rule for each argument, or
        joint: one rule that lists all partials, for a variadic primitive.
        numpy: its value on arrays; by default the function of that name of `arrays` or of NumPy,
            else fn by entry.
        domain: the interval that tests sample, for each argument where they differ.
        special: kinks and singular points, with what holds there.
        selects: whether a partial of 0 says that the argument was not selected.
        caveat: where first derivatives are not right to 8 ulp, and why.
        doc: what the function computes, in a line.
        args: the names of its arguments, `x slope=0.01`; by default x, or a and b.
        method: whether Values have it as a method, their first argument being themselves.
        symbol: the label in drawings; the name by default.
        latex: template for LaTeX; by default that of `code`, else a call.
        code: template in operators that Python, C and JavaScript write alike. Without one, or
            where a language's operators are not IEEE's, the row prints as a call; see `forms`.
    """
    arity = len(partials) if joint is None else None
    by_name = getattr(arrays, name, None) or getattr(np, name, None)
    row = Primitive(
        name,
        fn,
        joint or partials,
        arity,
        numpy or by_name or arrays.elementwise(fn, arity or 1),
        (domain,) if isinstance(domain[0], float) else domain,
        special,
        selects,
        caveat,
        doc,
        args or {None: "*args", 1: "x"}.get(arity, "a b"),
        symbol or name,
        latex or code or latex_call(name, arity),
        code,
    )
    enter(row, method and arity is not None)
    return row


def latex_call(name: str, arity: int | None) -> str:
    """Return the LaTeX template of a function that is written as a call."""
    escaped = name.replace("_", r"\_")
    command = f"\\{name}" if name in KNOWN_TO_LATEX else rf"\operatorname{{{{{escaped}}}}}"
    holes = "{xs}" if arity is None else ", ".join(f"{{{i}}}" for i in range(arity))
    return rf"{command}\left({holes}\right)"


# Arithmetic. value.py repeats these rules inline, for speed; the table's tests hold it to them.

add: Final[Primitive] = _row(
    "add",
    lambda a, b: a + b,
    lambda y, a, b: 1.0,
    lambda y, a, b: 1.0,
    doc="a + b.",
    symbol="+",
    code="{0} + {1}",
)
sub: Final[Primitive] = _row(
    "sub",
    lambda a, b: a - b,
    lambda y, a, b: 1.0,
    lambda y, a, b: -1.0,
    doc="a - b.",
    numpy=np.subtract,
    symbol="−",
    code="{0} - {1}",
)
mul: Final[Primitive] = _row(
    "mul",
    lambda a, b: a * b,
    lambda y, a, b: b,
    lambda y, a, b: a,
    doc="a * b.",
    numpy=np.multiply,
    symbol="×",
    latex=r"{0} \cdot {1}",
    code="{0} * {1}",
)
div: Final[Primitive] = _row(
    "div",
    floats.divide,
    lambda y, a, b: 1.0 / b,
    lambda y, a, b: -y / b,
    caveat=OF_SUBNORMAL.format("a / b"),
    doc="a / b; ±inf or nan where b is 0.",
    numpy=np.divide,
    special=(Special((1.0, 0.0), INF, (INF, -INF)), Special((0.0, 0.0), NAN)),
    symbol="÷",
    latex=r"\frac{{{0}}}{{{1}}}",
    code="{0} / {1}",
)
neg: Final[Primitive] = _row(
    "neg",
    lambda a: -a,
    lambda y, a: -1.0,
    doc="-a.",
    numpy=np.negative,
    symbol="−",
    code="-{0}",
)
identity: Final[Primitive] = _row(
    "identity",
    lambda a: a,
    lambda y, a: 1.0,
    doc="a itself, as a node of its own.",
    numpy=np.positive,
    symbol="id",
    code="{0}",
)


def _power_by_base(y: Any, a: Any, b: Any) -> Any:
    """Return b a**(b - 1) or, where b - 1 must be rounded, which the power magnifies, b y / a.

    Where b is 0, b y / a is a form of 0 that keeps its derivative by b, 1 / a.
    """
    partial = b * pow(a, b - 1.0)
    if isinstance(b, float) and (b - 1.0) + 1.0 == b != 0.0:
        return partial
    ratio = b * y / a  # nan at some ends: where a is 0 or y an infinity
    at_zero = where(ratio == ratio, 0.0 + ratio, 0.0)
    rounded = where(ratio == ratio, ratio, partial)
    return where(b == 0.0, at_zero, where((b - 1.0) + 1.0 == b, partial, rounded))


pow: Final[Primitive] = _row(
    "pow",
    floats.power,
    _power_by_base,
    lambda y, a, b: where(a == 0.0, where(b >= 0.0, 0.0, -INF), y * log(a)),
    doc="a ** b, and a * a for b = 2; nan where a is negative and b no whole number.",
    domain=((1e-300, 1e3), (-20.0, 20.0)),  # at 1e-310, a**(b - 1) can overflow before b times it
    special=(
        Special((0.0, 0.0), 1.0, (0.0, 0.0)),
        Special((0.0, 1.0), 0.0, (1.0, 0.0)),
        Special((0.0, 2.0), 0.0, (0.0, 0.0)),
        Special((0.0, -1.0), INF, (-INF, -INF)),
        Special((0.0, 0.5), 0.0, (INF, 0.0)),
        Special((-2.0, 3.0), -8.0, (12.0, NAN)),
        Special((-2.0, 0.5), NAN, (NAN, NAN)),
    ),
    symbol="**",
    latex="{{{0}}}^{{{1}}}",
    code="{0} ** {1}",
)

# Exponentials, logarithms, roots.

exp: Final[Primitive] = _row(
    "exp",
    floats.exp,
    lambda y, x: y,
    doc="e ** x.",
    domain=(-746.0, 710.0),
    latex="e^{{{0}}}",
)
exp2: Final[Primitive] = _row(
    "exp2",
    floats.exp2,
    lambda y, x: y * LOG_2,
    doc="2 ** x.",
    domain=(-1075.0, 1024.0),
    latex="2^{{{0}}}",
)
expm1: Final[Primitive] = _row(
    "expm1",
    floats.expm1,
    lambda y, x: exp(x),
    doc="e ** x - 1, exact near 0.",
    domain=(-746.0, 710.0),
    latex="e^{{{0}}} - 1",
)
log: Final[Primitive] = _row(
    "log",
    floats.log,
    lambda y, x: 1.0 / x,
    doc="Natural logarithm; -inf at 0, nan below.",
    domain=POSITIVE,
    special=(Special((0.0,), -INF, (INF,)), Special((-1.0,), NAN)),
    latex=r"\ln\left({0}\right)",
)
log2: Final[Primitive] = _row(
    "log2",
    floats.log2,
    lambda y, x: LOG2_E / x,
    doc="Logarithm to base 2.",
    domain=POSITIVE,
    special=(Special((0.0,), -INF, (INF,)), Special((-1.0,), NAN)),
    latex=r"\log_2\left({0}\right)",
)
log10: Final[Primitive] = _row(
    "log10",
    floats.log10,
    lambda y, x: LOG10_E / x,
    doc="Logarithm to base 10.",
    domain=POSITIVE,
    special=(Special((0.0,), -INF, (INF,)), Special((-1.0,), NAN)),
    latex=r"\log_{{10}}\left({0}\right)",
)
log1p: Final[Primitive] = _row(
    "log1p",
    floats.log1p,
    lambda y, x: 1.0 / (1.0 + x),
    doc="log(1 + x), exact near 0.",
    domain=(-1.0, 1e300),
    special=(Special((-1.0,), -INF, (INF,)), Special((-2.0,), NAN)),
    latex=r"\ln\left(1 + {0}\right)",
)
sqrt: Final[Primitive] = _row(
    "sqrt",
    floats.sqrt,
    lambda y, x: 0.5 / y,
    doc="Square root; nan below 0.",
    domain=POSITIVE,
    special=(Special((0.0,), 0.0, (INF,)), Special((-1.0,), NAN, (NAN,))),
    latex=r"\sqrt{{{0}}}",
)
cbrt: Final[Primitive] = _row(
    "cbrt",
    math.cbrt,
    lambda y, x: 1.0 / (3.0 * square(y)),
    doc="Cube root, of negative numbers too.",
    special=(Special((0.0,), 0.0, (INF,)),),
    latex=r"\sqrt[3]{{{0}}}",
)
square: Final[Primitive] = _row(
    "square",
    floats.square,
    lambda y, x: 2.0 * x,
    doc="x * x.",
    symbol="²",
    latex="{{{0}}}^2",
    code="{0} * {0}",
)
reciprocal: Final[Primitive] = _row(
    "reciprocal",
    floats.reciprocal,
    lambda y, x: -y * y,
    doc="1 / x; ±inf at ±0.",
    special=(Special((0.0,), INF, (-INF,)),),
    symbol="1/·",
    latex=r"\frac{{1}}{{{0}}}",
    code="1.0 / {0}",
)

# Trigonometric and hyperbolic functions and their inverses.

sin: Final[Primitive] = _row(
    "sin",
    floats.sin,
    lambda y, x: cos(x),
    doc="Sine of x radians.",
    domain=(-1e6, 1e6),
)
cos: Final[Primitive] = _row(
    "cos",
    floats.cos,
    lambda y, x: -sin(x),
    doc="Cosine of x radians.",
    domain=(-1e6, 1e6),
)
tan: Final[Primitive] = _row(
    "tan",
    floats.tan,
    lambda y, x: 1.0 + square(y),
    doc="Tangent of x radians.",
    domain=(-1e6, 1e6),
)
arcsin: Final[Primitive] = _row(
    "arcsin",
    floats.arcsin,
    lambda y, x: 1.0 / sqrt((1.0 - x) * (1.0 + x)),
    doc="Inverse sine in radians; nan outside [-1, 1].",
    domain=UNIT,
    special=(Special((1.0,), math.pi / 2, (INF,)), Special((2.0,), NAN, (NAN,))),
)
arccos: Final[Primitive] = _row(
    "arccos",
    floats.arccos,
    lambda y, x: -1.0 / sqrt((1.0 - x) * (1.0 + x)),
    doc="Inverse cosine in radians; nan outside [-1, 1].",
    domain=UNIT,
    special=(Special((1.0,), 0.0, (-INF,)), Special((2.0,), NAN, (NAN,))),
)
arctan: Final[Primitive] = _row(
    "arctan",
    math.atan,
    lambda y, x: 1.0 / (1.0 + square(x)),
    doc="Inverse tangent in radians.",
)
arctan2: Final[Primitive] = _row(
    "arctan2",
    math.atan2,
    lambda y, a, b: b / hypot(a, b) / hypot(a, b),
    lambda y, a, b: -a / hypot(a, b) / hypot(a, b),
    caveat=OF_SUBNORMAL.format("the length"),
    doc="Angle in radians of the point (x, y), from -pi to pi.",
    args="y x",
    special=(Special((0.0, 0.0), 0.0),),
)
deg2rad: Final[Primitive] = _row(
    "deg2rad",
    floats.deg2rad,
    lambda y, x: floats.DEGREE,
    doc="Degrees as radians; NumPy's radians.",
    symbol="rad",
    latex=r"\frac{{\pi}}{{180}} {0}",
)
rad2deg: Final[Primitive] = _row(
    "rad2deg",
    floats.rad2deg,
    lambda y, x: floats.RADIAN,
    doc="Radians as degrees; NumPy's degrees.",
    symbol="deg",
    latex=r"\frac{{180}}{{\pi}} {0}",
)
sinh: Final[Primitive] = _row(
    "sinh",
    floats.sinh,
    lambda y, x: cosh(x),
    doc="Hyperbolic sine.",
    domain=(-711.0, 711.0),
)
cosh: Final[Primitive] = _row(
    "cosh",
    floats.cosh,
    lambda y, x: sinh(x),
    doc="Hyperbolic cosine.",
    domain=(-711.0, 711.0),
)
tanh: Final[Primitive] = _row(
    "tanh",
    math.tanh,
    # 1 - y**2, without its cancellation where y is near 1
    lambda y, x: square(sech(x)),
    doc="Hyperbolic tangent.",
    domain=(-374.0, 374.0),
)
sech: Final[Primitive] = _row(
    "sech",
    floats.sech,
    lambda y, x: -(y * tanh(x)),
    doc="Hyperbolic secant, 1 / cosh(x).",
    domain=(-746.0, 746.0),
)
arcsinh: Final[Primitive] = _row(
    "arcsinh",
    math.asinh,
    lambda y, x: 1.0 / hypot(1.0, x),
    doc="Inverse hyperbolic sine.",
    latex=r"\operatorname{{arsinh}}\left({0}\right)",
)
arccosh: Final[Primitive] = _row(
    "arccosh",
    floats.arccosh,
    lambda y, x: 1.0 / (sqrt(x - 1.0) * sqrt(x + 1.0)),
    doc="Inverse hyperbolic cosine; nan below 1.",
    domain=(1.0, 1e150),
    special=(Special((1.0,), 0.0, (INF,)), Special((0.0,), NAN, (NAN,))),
    latex=r"\operatorname{{arcosh}}\left({0}\right)",
)
arctanh: Final[Primitive] = _row(
    "arctanh",
    floats.arctanh,
    lambda y, x: 1.0 / ((1.0 - x) * (1.0 + x)),
    doc="Inverse hyperbolic tangent; ±inf at ±1, nan outside.",
    domain=UNIT,
    special=(
        Special((1.0,), INF, (INF,)),
        Special((-1.0,), -INF, (INF,)),
        Special((2.0,), NAN),
    ),
    latex=r"\operatorname{{artanh}}\left({0}\right)",
)

# Piecewise functions: kinks are PyTorch's.

abs: Final[Primitive] = _row(
    "abs",
    math.fabs,
    lambda y, x: sign(x),
    doc="|x|, with derivative 0 at 0.",
    special=(Special((0.0,), 0.0, (0.0,)),),
    symbol="|·|",
    latex=r"\left|{0}\right|",
)
sign: Final[Primitive] = _row(
    "sign",
    floats.sign,
    lambda y, x: 0.0,
    doc="-1, 0 or 1 by the sign of x, with derivative 0.",
    special=(Special((0.0,), 0.0, (0.0,)),),
    selects=True,
)
floor: Final[Primitive] = _row(
    "floor",
    floats.floor,
    lambda y, x: 0.0,
    doc="Largest whole number not above x, with derivative 0.",
    special=(Special((2.0,), 2.0, (0.0,)), Special((-0.5,), -1.0, (0.0,))),
    selects=True,
    symbol="⌊·⌋",
    latex=r"\left\lfloor {0}\right\rfloor",
)
ceil: Final[Primitive] = _row(
    "ceil",
    floats.ceil,
    lambda y, x: 0.0,
    doc="Smallest whole number not below x, with derivative 0.",
    special=(Special((2.0,), 2.0, (0.0,)), Special((0.5,), 1.0, (0.0,))),
    selects=True,
    symbol="⌈·⌉",
    latex=r"\left\lceil {0}\right\rceil",
)
trunc: Final[Primitive] = _row(
    "trunc",
    floats.trunc,
    lambda y, x: 0.0,
    doc="x without its fraction, with derivative 0.",
    special=(Special((2.0,), 2.0, (0.0,)), Special((-0.5,), -0.0, (0.0,))),
    selects=True,
)
rint: Final[Primitive] = _row(
    "rint",
    floats.rint,
    lambda y, x: 0.0,
    doc="Whole number next to x, of two the even one, with derivative 0.",
    special=(Special((0.5,), 0.0, (0.0,)), Special((1.5,), 2.0, (0.0,))),
    selects=True,
    symbol="⌊·⌉",
    latex=r"\left\lfloor {0}\right\rceil",
)
floor_divide: Final[Primitive] = _row(
    "floor_divide",
    floats.floor_divide,
    lambda y, a, b: 0.0,
    lambda y, a, b: 0.0,
    doc="floor(a / b), as Python's a // b, with derivative 0; ±inf or nan where b is 0.",
    domain=((-1e6, 1e6), (1e-3, 1e6)),
    special=(Special((-3.0, 2.0), -2.0, (0.0, 0.0)), Special((1.0, 0.0), INF, (0.0, 0.0))),
    selects=True,
    symbol="//",
    latex=r"\left\lfloor\frac{{{0}}}{{{1}}}\right\rfloor",
)
# Their partials by b are -floor(a / b) and -trunc(a / b) of the exact quotient, which a / b misses
# where it rounds to a whole number.
remainder: Final[Primitive] = _row(
    "remainder",
    floats.remainder,
    lambda y, a, b: 1.0,
    lambda y, a, b: -rint((a - y) / b),
    doc="a - b floor(a / b), as Python's a % b, with the sign of b; nan where b is 0.",
    domain=((-1e6, 1e6), (1e-3, 1e6)),
    special=(
        Special((-3.0, 2.0), 1.0, (1.0, 2.0)),
        Special((3.0, 1.0), 0.0, (1.0, -3.0)),
        Special((1.0, 0.0), NAN),
    ),
    symbol="%",
    latex=r"{0} \;\mathrm{{mod}}\; {1}",
)
fmod: Final[Primitive] = _row(
    "fmod",
    floats.fmod,
    lambda y, a, b: 1.0,
    lambda y, a, b: -rint((a - y) / b),
    doc="a - b trunc(a / b), with the sign of a; nan where b is 0.",
    domain=((-1e6, 1e6), (1e-3, 1e6)),
    special=(
        Special((-3.0, 2.0), -1.0, (1.0, 1.0)),
        Special((3.0, 1.0), 0.0, (1.0, -3.0)),
        Special((1.0, 0.0), NAN),
    ),
)
maximum: Final[Primitive] = _row(
    "maximum",
    floats.maximum,
    lambda y, a, b: where(a == b, 0.5, where(a > b, 1.0, 0.0)),
    lambda y, a, b: where(a == b, 0.5, where(b > a, 1.0, 0.0)),
    doc="The larger of both; a tie shares the derivative half and half.",
    special=(Special((3.0, 3.0), 3.0, (0.5, 0.5)),),
    selects=True,
    symbol="max",
    latex=r"\max\left({0}, {1}\right)",
)
minimum: Final[Primitive] = _row(
    "minimum",
    floats.minimum,
    lambda y, a, b: where(a == b, 0.5, where(a < b, 1.0, 0.0)),
    lambda y, a, b: where(a == b, 0.5, where(b < a, 1.0, 0.0)),
    doc="The smaller of both; a tie shares the derivative half and half.",
    special=(Special((3.0, 3.0), 3.0, (0.5, 0.5)),),
    selects=True,
    symbol="min",
    latex=r"\min\left({0}, {1}\right)",
)
clip: Final[Primitive] = _row(
    "clip",
    floats.clip,
    lambda y, x, lo, hi: where(lo <= x, where(x <= hi, 1.0, 0.0), 0.0),
    lambda y, x, lo, hi: where(x < lo, where(lo <= hi, 1.0, 0.0), 0.0),
    lambda y, x, lo, hi: where(hi < x, 1.0, where(hi < lo, 1.0, 0.0)),
    doc="x limited to [lo, hi], with derivative 1 at the limits themselves.",
    args="x lo hi",
    domain=((-3.0, 3.0), (-2.0, -1.0), (1.0, 2.0)),
    special=(
        Special((0.0, 0.0, 1.0), 0.0, (1.0, 0.0, 0.0)),
        Special((1.0, 0.0, 1.0), 1.0, (1.0, 0.0, 0.0)),
        Special((0.5, 1.0, 0.0), 0.0, (0.0, 0.0, 1.0)),
    ),
    selects=True,
)
where: Final[Primitive] = _row(
    "where",
    floats.where,
    lambda y, condition, a, b: 0.0,
    lambda y, condition, a, b: where(condition, 1.0, 0.0),
    lambda y, condition, a, b: where(condition, 0.0, 1.0),
    doc="a where the condition holds, else b; nothing flows back into what was not chosen.",
    args="condition a b",
    method=False,
    domain=((0.5, 1.0), ALL, ALL),
    special=(
        Special((0.0, 1.0, 2.0), 2.0, (0.0, 0.0, 1.0)),
        Special((1.0, 1.0, 2.0), 1.0, (0.0, 1.0, 0.0)),
    ),
    selects=True,
    latex=r"\begin{{cases}}{1} & \text{{if }}{0}\\{2} & \text{{else}}\end{{cases}}",
)
hypot: Final[Primitive] = _row(
    "hypot",
    math.hypot,
    lambda y, a, b: where(y == 0.0, 0.0, a / where(y == 0.0, 1.0, y)),
    lambda y, a, b: where(y == 0.0, 0.0, b / where(y == 0.0, 1.0, y)),
    caveat=OF_SUBNORMAL.format("the length"),
    doc="sqrt(a**2 + b**2) without overflow, with derivatives 0 at the origin.",
    special=(Special((0.0, 0.0), 0.0, (0.0, 0.0)), Special((3e200, 4e200), 5e200, (0.6, 0.8))),
    latex=r"\sqrt{{{0}^2 + {1}^2}}",
)

# Comparisons, 1 or 0, without a derivative: what a rule asks when it is recorded for replay.


def _comparison(name: str, fn: Callable[..., float], sign: str, latex: str) -> Primitive:
    return _row(
        name,
        fn,
        lambda y, a, b: 0.0,
        lambda y, a, b: 0.0,
        numpy=lambda a, b: getattr(np, name)(a, b).astype(np.float64)[()],
        special=(Special((1.0, 1.0), fn(1.0, 1.0), (0.0, 0.0)),),
        selects=True,
        doc=f"1 where a {sign} b, else 0, with derivative 0.",
        symbol=sign,
        latex=f"[{{0}} {latex} {{1}}]",
    )


less: Final[Primitive] = _comparison("less", floats.less, "<", "<")
less_equal: Final[Primitive] = _comparison("less_equal", floats.less_equal, "<=", r"\leq")
equal: Final[Primitive] = _comparison("equal", floats.equal, "==", "=")
not_equal: Final[Primitive] = _comparison("not_equal", floats.not_equal, "!=", r"\neq")

# Special functions.

erf: Final[Primitive] = _row(
    "erf",
    math.erf,
    lambda y, x: TWO_OVER_SQRT_PI * gaussian(x, 1.0),
    doc="Error function.",
    domain=(-28.0, 28.0),
)
erfc: Final[Primitive] = _row(
    "erfc",
    math.erfc,
    lambda y, x: -TWO_OVER_SQRT_PI * gaussian(x, 1.0),
    doc="1 - erf(x), exact in the tail.",
    domain=(-28.0, 28.0),
)
ndtr: Final[Primitive] = _row(
    "ndtr",
    floats.ndtr,
    lambda y, x: INV_SQRT_TWO_PI * gaussian(x, 0.5),
    doc="Cumulative distribution of the standard normal, exact in the tail.",
    domain=(-39.0, 39.0),
    symbol="Φ",
    latex=r"\Phi\left({0}\right)",
)


def _inverse_mills(x: Any) -> Any:
    """Return density over cumulative distribution of the standard normal.

    Far in the lower tail by Laplace's continued fraction (Abramowitz & Stegun 26.2.14).
    """
    near = where(x > -20.0, x, 0.0)
    far = where(x > -20.0, 20.0, -x)
    fraction: Any = 0.0
    for k in range(8, 0, -1):
        fraction = float(k) / (far + fraction)
    return where(x > -20.0, INV_SQRT_TWO_PI * gaussian(near, 0.5) / ndtr(near), far + fraction)


log_ndtr: Final[Primitive] = _row(
    "log_ndtr",
    floats.log_ndtr,
    lambda y, x: _inverse_mills(x),
    doc="log(ndtr(x)), exact in both tails.",
    domain=(-1e150, 39.0),
    symbol="ln Φ",
    latex=r"\ln\Phi\left({0}\right)",
)
gaussian: Final[Primitive] = _row(
    "gaussian",
    floats.gaussian,
    lambda y, x, rate: -2.0 * rate * x * y,
    lambda y, x, rate: -square(x) * y,
    doc="e ** -(rate x**2); gaussian(x, 0.5) / sqrt(2 pi) is the standard normal density.",
    args="x rate=1.0",
    domain=((-30.0, 30.0), (0.5, 2.0)),
    caveat=OF_SUBNORMAL.format("the value"),
    symbol="gauss",
    latex="e^{{-{1} {{{0}}}^2}}",
)
lgamma: Final[Primitive] = _row(
    "lgamma",
    floats.lgamma,
    lambda y, x: digamma(x),
    doc="log |gamma(x)|.",
    domain=(1e-100, 1e100),
    special=(Special((0.0,), INF), Special((-1.0,), INF)),
    symbol="ln Γ",
    latex=r"\ln\Gamma\left({0}\right)",
)
digamma: Final[Primitive] = _row(
    "digamma",
    floats.digamma,
    lambda y, x: polygamma(1.0, x),
    doc="Derivative of lgamma.",
    domain=(1e-100, 1e100),
    special=(Special((0.0,), NAN), Special((-1.0,), NAN)),
    symbol="ψ",
    latex=r"\psi\left({0}\right)",
)
polygamma: Final[Primitive] = _row(
    "polygamma",
    floats.polygamma,
    lambda y, n, x: 0.0,  # the order is a whole number
    lambda y, n, x: polygamma(n + 1.0, x),
    doc="Derivative of order n of digamma, n = 0, 1, ... 100; nan for another n.",
    args="n x",
    method=False,
    domain=((1.0, 1.0), (0.01, 1e6)),
    special=(Special((0.5, 1.0), NAN), Special((1.0, 0.0), NAN)),
    symbol="ψ⁽ⁿ⁾",
    latex=r"\psi^{{({0})}}\left({1}\right)",
)

sinc: Final[Primitive] = _row(
    "sinc",
    floats.sinc,
    lambda y, x: sinc_derivative(1.0, x),
    doc="sin(pi x) / (pi x), and 1 at 0.",
    numpy=arrays.elementwise(floats.sinc, 1),  # np.sinc is not 0 at 1, 2, ... and nan at inf
    special=(
        Special((0.0,), 1.0, (0.0,)),
        Special((1.0,), 0.0, (-1.0,)),
        Special((INF,), 0.0, (0.0,)),
        Special((-INF,), 0.0, (0.0,)),
    ),
)
sinc_derivative: Final[Primitive] = _row(
    "sinc_derivative",
    floats.sinc_derivative,
    lambda y, n, x: 0.0,  # the order is a whole number
    lambda y, n, x: sinc_derivative(n + 1.0, x),
    doc="Derivative of order n of sinc, n = 0, 1, ... 20; nan for another n.",
    args="n x",
    method=False,
    domain=((1.0, 1.0), ALL),
    special=(
        Special((0.5, 1.0), NAN),
        Special((1.0, 0.0), 0.0, (0.0, -(math.pi**2) / 3.0)),
        Special((1.0, INF), 0.0, (0.0, 0.0)),
    ),
    symbol="sinc⁽ⁿ⁾",
    latex=r"\operatorname{{sinc}}^{{({0})}}\left({1}\right)",
)

# Functions of neural networks, and sums of exponentials.

sigmoid: Final[Primitive] = _row(
    "sigmoid",
    floats.sigmoid,
    # y (1 - y), without its cancellation where y is near 1
    lambda y, x: y * sigmoid(-x),
    doc="1 / (1 + e ** -x).",
    domain=(-746.0, 746.0),
    symbol="σ",
    latex=r"\sigma\left({0}\right)",
)
logsigmoid: Final[Primitive] = _row(
    "logsigmoid",
    floats.logsigmoid,
    lambda y, x: sigmoid(-x),
    doc="log(sigmoid(x)).",
    domain=(-746.0, 746.0),
    symbol="ln σ",
    latex=r"\ln\sigma\left({0}\right)",
)
softplus: Final[Primitive] = _row(
    "softplus",
    floats.softplus,
    lambda y, x: sigmoid(x),
    doc="log(1 + e ** x), without PyTorch's step to x at x = 20.",
    domain=(-746.0, 746.0),
)
logit: Final[Primitive] = _row(
    "logit",
    floats.logit,
    lambda y, x: 1.0 / (x * (1.0 - x)),
    doc="log(x / (1 - x)), the inverse of sigmoid; nan outside [0, 1].",
    domain=(0.0, 1.0),
    special=(
        Special((0.0,), -INF, (INF,)),
        Special((1.0,), INF, (INF,)),
        Special((2.0,), NAN),
    ),
)
relu: Final[Primitive] = _row(
    "relu",
    floats.relu,
    lambda y, x: where(x > 0.0, 1.0, 0.0),
    doc="max(x, 0), with derivative 0 at 0.",
    special=(Special((0.0,), 0.0, (0.0,)), Special((NAN,), NAN)),
    selects=True,
    symbol="ReLU",
)
leaky_relu: Final[Primitive] = _row(
    "leaky_relu",
    floats.leaky_relu,
    lambda y, x, slope: where(x > 0.0, 1.0, slope),
    lambda y, x, slope: where(x > 0.0, 0.0, x),
    doc="x above 0, slope * x below, with derivative slope at 0; the slope can be learned.",
    args="x slope=0.01",
    domain=(ALL, (-10.0, 10.0)),
    # It does not `select`: at a slope of 0 the partial by x is 0, but not its derivative by slope.
    special=(Special((0.0, 0.01), 0.0, (0.01, 0.0)), Special((-2.0, 0.0), 0.0, (0.0, -2.0))),
    symbol="LeakyReLU",
    latex=r"\operatorname{{LeakyReLU}}\left({0}, {1}\right)",
)
elu: Final[Primitive] = _row(
    "elu",
    floats.elu,
    lambda y, x, alpha: where(x > 0.0, 1.0, alpha * exp(x)),
    lambda y, x, alpha: where(x > 0.0, 0.0, expm1(x)),
    doc="x above 0, alpha * (e ** x - 1) below, with derivative alpha at 0.",
    args="x alpha=1.0",
    domain=((-700.0, 700.0), (-10.0, 10.0)),
    special=(Special((0.0, 0.5), 0.0, (0.5, 0.0)),),
    symbol="ELU",
    latex=r"\operatorname{{ELU}}\left({0}, {1}\right)",
)
selu: Final[Primitive] = _row(
    "selu",
    floats.selu,
    lambda y, x: where(x > 0.0, floats.SELU_SCALE, floats.SELU_SCALE_ALPHA * exp(x)),
    doc="1.0507 x above 0, 1.7581 (e ** x - 1) below, with derivative 1.7581 at 0.",
    domain=(-700.0, 700.0),
    special=(Special((0.0,), 0.0, (floats.SELU_SCALE_ALPHA,)),),
    symbol="SELU",
    latex=r"\operatorname{{SELU}}\left({0}\right)",
)
silu: Final[Primitive] = _row(
    "silu",
    floats.silu,
    lambda y, x: sigmoid(x) + y * sigmoid(-x),
    caveat=OF_TWO_TERMS.format("their zero at -1.2785"),
    doc="x * sigmoid(x), also called swish.",
    domain=(-746.0, 746.0),
    symbol="SiLU",
)
gelu: Final[Primitive] = _row(
    "gelu",
    floats.gelu,
    lambda y, x: ndtr(x) + x * (INV_SQRT_TWO_PI * gaussian(x, 0.5)),
    doc="x * ndtr(x), the exact form of GELU.",
    domain=(-39.0, 39.0),
    caveat=OF_TWO_TERMS.format("their zero at -0.7518")
    + ", and "
    + OF_SUBNORMAL.format("the normal density"),
    symbol="GELU",
)
xlogy: Final[Primitive] = _row(
    "xlogy",
    floats.xlogy,
    lambda y, a, b: where(where(a == 0.0, b <= 0.0, 0.0), 0.0, log(b)),
    lambda y, a, b: where(a == 0.0, 0.0, a / where(a == 0.0, 1.0, b)),
    doc="x log(y), and 0 where x is 0, with derivatives 0 at the origin.",
    args="x y",
    domain=(ALL, POSITIVE),
    special=(
        Special((0.0, 0.0), 0.0, (0.0, 0.0)),
        Special((2.0, 0.0), -INF, (-INF, INF)),
        Special((1.0, -1.0), NAN),
    ),
    latex=r"{0} \ln\left({1}\right)",
)
exp_difference: Final[Primitive] = _row(
    "exp_difference",
    floats.exp_difference,
    lambda y, a, b: y,
    lambda y, a, b: -y,
    doc="e ** (a - b) without the rounding of a - b; 1 where both are the same infinity.",
    domain=(-400.0, 400.0),
    symbol="eᵃ⁻ᵇ",
    latex="e^{{{0} - {1}}}",
)
exp2_difference: Final[Primitive] = _row(
    "exp2_difference",
    floats.exp2_difference,
    lambda y, a, b: y * LOG_2,
    lambda y, a, b: -y * LOG_2,
    doc="2 ** (a - b) without the rounding of a - b; 1 where both are the same infinity.",
    domain=(-600.0, 600.0),
    symbol="2ᵃ⁻ᵇ",
    latex="2^{{{0} - {1}}}",
)


def _share(difference: Primitive, y: Any, x: Any, other: Any) -> Any:
    """Return the share of the first of two terms in the sum whose logarithm is y.

    The terms are scaled by y; dividing by their sum, 1 but for that, takes its rounding out again.
    """
    term = difference(x, y)
    return term / (term + difference(other, y))


logaddexp: Final[Primitive] = _row(
    "logaddexp",
    floats.logaddexp,
    lambda y, a, b: _share(exp_difference, y, a, b),
    lambda y, a, b: _share(exp_difference, y, b, a),
    doc="log(e**a + e**b) without overflow.",
    domain=(-1500.0, 1500.0),
    special=(Special((-INF, -INF), -INF, (0.5, 0.5)), Special((INF, 0.0), INF, (1.0, 0.0))),
    latex=r"\ln\left(e^{{{0}}} + e^{{{1}}}\right)",
)
logaddexp2: Final[Primitive] = _row(
    "logaddexp2",
    floats.logaddexp2,
    lambda y, a, b: _share(exp2_difference, y, a, b),
    lambda y, a, b: _share(exp2_difference, y, b, a),
    doc="log2(2**a + 2**b) without overflow.",
    domain=(-1500.0, 1500.0),
    special=(Special((-INF, -INF), -INF, (0.5, 0.5)), Special((INF, 0.0), INF, (1.0, 0.0))),
    latex=r"\log_2\left(2^{{{0}}} + 2^{{{1}}}\right)",
)

# Of any number of arguments: one node each, however many there are.


def _product_partials(y: Any, *xs: Any) -> list[Any]:
    """Return for each factor the product of all others, without a division."""
    before: list[Any] = [1.0]
    for x in xs[:-1]:
        before.append(before[-1] * x)
    after: Any = 1.0
    partials: list[Any] = []
    for i in range(len(xs) - 1, -1, -1):
        partials.append(before[i] * after)
        after = after * xs[i]
    partials.reverse()
    return partials


def _shares(y: Any, *xs: Any) -> list[Any]:
    """Return the share of each term in the sum of e**x, by its logarithm y, as `_share` does."""
    terms = [exp_difference(x, y) for x in xs]
    total = sum(*terms)
    return [term / total for term in terms]


sum: Final[Primitive] = _row(
    "sum",
    floats.total,
    doc="a + b + ..., the sum of the arguments.",
    joint=lambda y, *xs: [1.0] * len(xs),
    numpy=arrays.total,
    symbol="Σ",
    latex=r"\sum\left({xs}\right)",
)
mean: Final[Primitive] = _row(
    "mean",
    floats.mean,
    doc="The mean of the arguments.",
    joint=lambda y, *xs: [1.0 / len(xs)] * len(xs),
)
prod: Final[Primitive] = _row(
    "prod",
    floats.product,
    doc="The product of the arguments.",
    joint=_product_partials,
    numpy=arrays.product,
    domain=(-1e3, 1e3),
    special=(
        Special((0.0, 2.0, 0.0), 0.0, (0.0, 0.0, 0.0)),
        Special((0.0, 2.0, 3.0), 0.0, (6.0, 0.0, 0.0)),
    ),
    symbol="Π",
    latex=r"\prod\left({xs}\right)",
)
dot: Final[Primitive] = _row(
    "dot",
    floats.dot,
    doc="x1 y1 + x2 y2 + ... of the two halves of the arguments.",
    joint=lambda y, *xs: [*xs[len(xs) // 2 :], *xs[: len(xs) // 2]],
    domain=(-1e100, 1e100),
    symbol="dot",
)
logsumexp: Final[Primitive] = _row(
    "logsumexp",
    floats.logsumexp,
    doc="log(e**a + e**b + ...) without overflow.",
    joint=_shares,
    domain=(-1500.0, 1500.0),
    special=(Special((-INF, -INF), -INF, (0.5, 0.5)), Special((INF, 0.0), INF, (1.0, 0.0))),
    latex=r"\ln\sum\exp\left({xs}\right)",
)
norm: Final[Primitive] = _row(
    "norm",
    floats.norm,
    caveat=OF_SUBNORMAL.format("the length"),
    doc="sqrt(a**2 + b**2 + ...), the Euclidean length of the arguments.",
    joint=lambda y, *xs: [where(y == 0.0, 0.0, x / where(y == 0.0, 1.0, y)) for x in xs],
    special=(Special((0.0, 0.0, 0.0), 0.0, (0.0, 0.0, 0.0)),),
    symbol="‖·‖",
    latex=r"\left\|\left({xs}\right)\right\|",
)
