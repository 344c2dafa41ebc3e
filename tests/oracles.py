"""What the primitives ought to give, by mpmath: values, derivatives, and points to ask for them.

Nothing here uses dualgrad's own formulas. `ORACLES` has a function of real numbers for every row of
the table; derivatives are differences of it, at a precision that leaves their errors far below a
double's. The strategies draw arguments from a row's domain, with a preference for where formulas
break: tiny and huge numbers, and the neighbourhood of zeros, ones and ends.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st
from mpmath import mp

from autograd import Primitive

LARGEST = math.nextafter(math.inf, 0.0)
SMALLEST_NORMAL = 2.0**-1022

Real = Any  # mpmath's mpf, or a float
Function = Callable[..., Real]

# The functions. Each may return a complex number or raise ZeroDivisionError outside its domain.


def _ndtr(x: Real) -> Real:
    return mp.erfc(-x / mp.sqrt(2)) / 2


def _log_ndtr(x: Real) -> Real:
    return mp.log(_ndtr(x))


def _xlogy(x: Real, y: Real) -> Real:
    return x * mp.log(y) if x else mp.zero


def _dot(*xs: Real) -> Real:
    n = len(xs) // 2
    return mp.fdot(xs[:n], xs[n:])


def _log_sum_exp(*xs: Real) -> Real:
    return mp.log(mp.fsum(mp.exp(x) for x in xs))


def _norm(*xs: Real) -> Real:
    return mp.sqrt(mp.fsum(xs, squared=True))


def _elu(x: Real, alpha: Real) -> Real:
    return x if x > 0 else alpha * mp.expm1(x)


def _selu(x: Real) -> Real:
    """By the closed form of its constants (Klambauer et al., arXiv:1706.02515, equation 14)."""
    e, near, far = mp.sqrt(mp.e), mp.erfc(1 / mp.sqrt(2)), mp.erfc(mp.sqrt(2))
    alpha = mp.sqrt(2 / mp.pi) / (1 - near * e)
    rest = 2 * far * mp.e**2 + mp.pi * near**2 * mp.e - 2 * (2 + mp.pi) * near * e + mp.pi + 2
    return (1 - near * e) * mp.sqrt(2 * mp.pi / rest) * _elu(x, alpha)


ORACLES: dict[str, Function] = {
    "less": lambda a, b: mp.mpf(a < b),
    "less_equal": lambda a, b: mp.mpf(a <= b),
    "equal": lambda a, b: mp.mpf(a == b),
    "not_equal": lambda a, b: mp.mpf(a != b),
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "neg": lambda a: -a,
    "identity": lambda a: a,
    "pow": mp.power,
    "exp": mp.exp,
    "exp2": lambda x: mp.power(2, x),
    "expm1": mp.expm1,
    "log": mp.log,
    "log2": lambda x: mp.log(x) / mp.ln2,
    "log10": lambda x: mp.log(x) / mp.ln10,
    "log1p": mp.log1p,
    "sqrt": mp.sqrt,
    "cbrt": lambda x: mp.sign(x) * mp.cbrt(abs(x)),
    "square": lambda x: x * x,
    "reciprocal": lambda x: 1 / x,
    "sin": mp.sin,
    "cos": mp.cos,
    "tan": mp.tan,
    "arcsin": mp.asin,
    "arccos": mp.acos,
    "arctan": mp.atan,
    "arctan2": mp.atan2,
    "sinh": mp.sinh,
    "cosh": mp.cosh,
    "tanh": mp.tanh,
    "arcsinh": mp.asinh,
    "arccosh": mp.acosh,
    "arctanh": mp.atanh,
    "abs": abs,
    "sign": mp.sign,
    "floor": mp.floor,
    "ceil": mp.ceil,
    "trunc": lambda x: mp.sign(x) * mp.floor(abs(x)),
    "rint": mp.nint,
    "floor_divide": lambda a, b: mp.floor(a / b),
    "remainder": lambda a, b: a - b * mp.floor(a / b),
    "fmod": lambda a, b: mp.sign(a) * (abs(a) - abs(b) * mp.floor(abs(a / b))),
    "deg2rad": mp.radians,
    "rad2deg": mp.degrees,
    "maximum": max,
    "minimum": min,
    "clip": lambda x, lo, hi: min(max(x, lo), hi),
    "where": lambda condition, a, b: a if condition else b,
    "hypot": _norm,
    "erf": mp.erf,
    "erfc": mp.erfc,
    "ndtr": _ndtr,
    "log_ndtr": _log_ndtr,
    "gaussian": lambda x, rate: mp.exp(-rate * x * x),
    "lgamma": lambda x: mp.re(mp.loggamma(x)),
    "digamma": mp.digamma,
    "polygamma": lambda n, x: mp.psi(int(n), x),
    "sinc": mp.sincpi,
    "sinc_derivative": lambda n, x: mp.diff(mp.sincpi, x, int(n)),
    "sech": mp.sech,
    "sigmoid": lambda x: 1 / (1 + mp.exp(-x)),
    "logsigmoid": lambda x: -mp.log1p(mp.exp(-x)),
    "softplus": lambda x: mp.log1p(mp.exp(x)),
    "logit": lambda p: mp.log(p / (1 - p)),
    "relu": lambda x: max(x, mp.zero),
    "leaky_relu": lambda x, slope: x if x > 0 else slope * x,
    "elu": _elu,
    "selu": _selu,
    "silu": lambda x: x / (1 + mp.exp(-x)),
    "gelu": lambda x: x * _ndtr(x),
    "xlogy": _xlogy,
    "exp_difference": lambda a, b: mp.exp(a - b),
    "exp2_difference": lambda a, b: mp.power(2, a - b),
    "logaddexp": _log_sum_exp,
    "logaddexp2": lambda a, b: mp.log(mp.power(2, a) + mp.power(2, b)) / mp.ln2,
    "sum": lambda *xs: mp.fsum(xs),
    "mean": lambda *xs: mp.fsum(xs) / len(xs),
    "prod": lambda *xs: mp.fprod(xs),
    "dot": _dot,
    "logsumexp": _log_sum_exp,
    "norm": _norm,
}

ORDERED = {"polygamma", "sinc_derivative"}
"""Rows whose first argument is an order of derivation, a whole number."""

# A sum that cancels, or a product that passes through subnormal numbers, cannot be right to 4 ulp
# of the result, only of the terms. These say how large the terms are: rounding by one half ulp of
# this number is allowed beside the 4 ulp of the result.


def _sum_terms(*xs: Real) -> Real:
    return len(xs) * mp.fsum(xs, absolute=True)


def _dot_terms(*xs: Real) -> Real:
    n = len(xs) // 2
    return n * mp.fsum(abs(x * y) for x, y in zip(xs[:n], xs[n:], strict=True))


TERMS: dict[str, Function] = {
    "sum": _sum_terms,
    "mean": lambda *xs: _sum_terms(*xs) / len(xs),
    "dot": _dot_terms,
    # What an underflow on the way loses, magnified by the factors that follow.
    "prod": lambda *xs: len(xs) * mp.ldexp(mp.fprod(max(abs(x), 1) for x in xs), 53 - 1074),
    # The largest, plus the logarithm of what the others add to it: they cancel where the sum is 1.
    "logaddexp": lambda *xs: abs(max(xs)) + 1,
    "logaddexp2": lambda *xs: abs(max(xs)) + 1,
    "logsumexp": lambda *xs: abs(max(xs)) + len(xs),
}

_SUBNORMAL = 2.0**-1021  # half of the smallest double, in half ulp

# Rows with a caveat: the terms of their derivatives, or what the rounding of a subnormal length or
# quotient makes of them.
SLOPE_TERMS: dict[str, Function] = {
    "silu": lambda x: (1 + abs(x)) / (1 + mp.exp(-x)),
    "gelu": lambda x: _ndtr(x) + abs(x) * (mp.npdf(x) + _SUBNORMAL),
    "gaussian": lambda x, rate: _SUBNORMAL * max(2 * rate * abs(x), x * x),
    "div": lambda a, b: _SUBNORMAL / abs(b),
    "arctan2": lambda a, b: 2 * _SUBNORMAL / _norm(a, b) ** 2,
    "hypot": lambda *xs: _SUBNORMAL / _norm(*xs),
    "norm": lambda *xs: _SUBNORMAL / _norm(*xs),
}


def working_precision(args: Sequence[float], order: int) -> int:
    """Bits that leave a double's worth in a derivative of the order, by differences of `_STEP`."""
    magnitude = max((abs(math.frexp(x)[1]) for x in args), default=0)
    # tanh(x) is 1 but for e**(-2 x), erf(x) but for e**(-x**2): that must be seen beside the 1
    nearness = max((min(1100, int(2 * x * x)) for x in args if abs(x) < 4000), default=0)
    return 160 + order * _STEP + (order + 3) * magnitude + nearness


_STEP = 120  # differences are taken over 2**-_STEP of the argument, or of 1 if that is less


def real(f: Function, args: Sequence[Real]) -> Real | None:
    """f(*args), or None where it is not a finite real number: outside the domain, or at a pole."""
    try:
        y = f(*args)
    except (ZeroDivisionError, ValueError):  # how mpmath reports a pole
        return None
    if isinstance(y, mp.mpc):
        if y.imag:
            return None
        y = y.real
    return mp.mpf(y) if mp.isfinite(y) else None


def value(name: str, args: Sequence[float]) -> Real | None:
    """The oracle's value; None at a singular point."""
    with mp.workprec(working_precision(args, 0)):
        return real(ORACLES[name], [mp.mpf(x) for x in args])


def terms(sizes: dict[str, Function], name: str, args: Sequence[float]) -> Real:
    """How large the terms are of what a row adds up; 0 where it does not."""
    with mp.workprec(working_precision(args, 0)):
        return sizes[name](*map(mp.mpf, args)) if name in sizes else mp.zero


def slope(name: str, args: Sequence[float], i: int) -> Real | None:
    """The derivative by argument i; None at a singular point or a kink."""
    with mp.workprec(working_precision(args, 1)):
        return _slope(ORACLES[name], [mp.mpf(x) for x in args], i)


def curvature(name: str, args: Sequence[float], i: int, j: int) -> Real | None:
    """The second derivative by arguments i and j; None at a singular point or a kink."""
    with mp.workprec(working_precision(args, 2)):
        f = ORACLES[name]
        xs = [mp.mpf(x) for x in args]
        if _slope(f, xs, i) is None or _slope(f, xs, j) is None:
            return None
        h, k = _steps(xs)[i], _steps(xs)[j]
        if i == j:
            corners, area = ((1, 0, 1), (0, 0, -2), (-1, 0, 1)), h * h
        else:
            corners, area = ((1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1)), 4 * h * k
        parts = []
        for up, right, weight in corners:
            y = real(f, _moved(_moved(xs, i, up * h), j, right * k))
            if y is None:
                return None
            parts.append(weight * y)
        return _sum_or_zero(parts) / area


def _steps(xs: list[Real]) -> list[Real]:
    unit = min([abs(x) for x in xs if x], default=mp.one)
    return [mp.ldexp(min(abs(x) or unit, 1), -_STEP) for x in xs]


def _moved(xs: list[Real], i: int, step: Real) -> list[Real]:
    return [*xs[:i], xs[i] + step, *xs[i + 1 :]]


def _slope(f: Function, xs: list[Real], i: int) -> Real | None:
    h = _steps(xs)[i]
    here, *around = (real(f, _moved(xs, i, step)) for step in (0, h, -h, h / 2, -h / 2))
    if here is None or None in around:
        return None
    far_right, far_left, right, left = around
    far = _sum_or_zero([far_right, -far_left]) / (2 * h)
    near = _sum_or_zero([right, -left]) / h
    far_jump = abs(_sum_or_zero([far_right, -2 * here, far_left])) / h
    jump = abs(_sum_or_zero([right, -2 * here, left])) / (h / 2)
    if abs(far - near) > mp.ldexp(abs(near), -_STEP // 2):
        return None  # infinite: the difference quotients do not settle
    if jump > mp.ldexp(abs(near), -_STEP // 2) and jump > 0.75 * far_jump:
        return None  # from left and right they differ, and not by a curvature, which would halve
    return near


def _sum_or_zero(parts: list[Real]) -> Real:
    """Their sum, or 0 where they cancel but for rounding."""
    total = mp.fsum(parts)
    return total if abs(total) > mp.ldexp(mp.fsum(parts, absolute=True), 20 - mp.prec) else mp.zero


# Points to ask at.

_ZEROS = (1.0, 1.4616321449683622, 2.0)  # of the logarithms, and of digamma


def numbers(interval: tuple[float, float]) -> st.SearchStrategy[float]:
    """Floats from an interval: spread evenly, over all magnitudes, notable, and beside those."""
    lo, hi = interval
    if lo == hi:
        return st.just(lo)
    smallest, largest = (math.frexp(x)[1] for x in (max(lo, -hi, 5e-324), max(-lo, hi)))
    mantissas = st.integers(2**52, 2**53 - 1)
    even = mantissas.map(lambda m: lo + (m * 2.0**-52 - 1.0) * (hi - lo))
    sized = st.builds(_scaled, mantissas, st.integers(2 * smallest, 2 * largest + 1))
    offset = st.builds(_scaled, mantissas, st.integers(-120, -3))
    close = st.builds(operator.add, st.sampled_from((lo, hi, *_ZEROS)), offset)
    whole = st.sampled_from([x for x in (0.0, 1.0, -1.0, 2.0, lo, hi) if lo <= x <= hi])
    return st.one_of(even, sized, close, whole).map(lambda x: min(max(x, lo), hi) + 0.0)  # no -0.0


def _scaled(mantissa: int, code: int) -> float:
    """The mantissa below 1, at an exponent that is half the code, its last bit being the sign."""
    return math.ldexp(-mantissa if code % 2 else mantissa, code // 2 - 53)


def moderate(interval: tuple[float, float]) -> tuple[float, float]:
    """The part of an interval where products of several numbers neither overflow nor underflow."""
    return max(interval[0], -1e30), min(interval[1], 1e30)


def arguments(
    row: Primitive,
    longest: int = 6,
    part: Callable[[tuple[float, float]], tuple[float, float]] = lambda interval: interval,
) -> st.SearchStrategy[tuple[float, ...]]:
    """Arguments of a row from its domain; of a variadic one, up to the longest number of them."""
    if row.arity is not None:
        intervals = row.domain if len(row.domain) == row.arity else row.domain * row.arity
        return st.tuples(*(numbers(part(interval)) for interval in intervals))
    entry = numbers(part(row.domain[0]))
    if row.name != "dot":
        return st.lists(entry, min_size=1, max_size=longest).map(tuple)
    half = st.lists(st.tuples(entry, entry), min_size=1, max_size=longest // 2)
    return half.map(lambda pairs: (*(x for x, _ in pairs), *(y for _, y in pairs)))


def samples(row: Primitive) -> list[tuple[float, ...]]:
    """A few fixed points inside a row's domain, where nothing is singular."""
    count = row.arity or 4
    intervals = row.domain if len(row.domain) == count else row.domain * count
    lines = []
    for k, (lo, hi) in enumerate(intervals):
        inner = max(lo, -3.0), min(hi, 3.0)
        if inner[0] >= inner[1]:
            inner = lo, min(hi, lo + 3.0)
        parts = (0.11, 0.37, 0.52, 0.73, 0.94)
        turned = (*parts[k:], *parts[:k])
        lines.append([inner[0] + part * (inner[1] - inner[0]) for part in turned])
    return list(zip(*lines, strict=True))


# Comparison.


def same(x: float, y: float) -> bool:
    """Whether two floats are one: nan is nan, and 0 is not -0."""
    if x != x or y != y:
        return x != x and y != y
    return x == y and math.copysign(1.0, x) == math.copysign(1.0, y)


def within(got: float, want: Real, ulps: float, terms: Real = 0) -> bool:
    """Whether a float is as near to a real number as so many ulp, and half an ulp of the terms.

    Beyond the largest double, inf is right.
    """
    if math.isnan(got):
        return False
    if math.isinf(got):
        return bool(abs(want) > LARGEST * (1 - ulps * 2.0**-53)) and (got > 0) == (want > 0)
    slack = ulps * math.ulp(float(want)) if abs(want) < LARGEST else ulps * math.ulp(LARGEST)
    with mp.workprec(4000):
        return bool(abs(mp.mpf(got) - want) <= slack + terms * mp.ldexp(1, -53))
