"""The value functions where Python's own raise, overflow, cancel or lose their digits.

What holds over the sampled domains is in test_primitives.py; here are the points beyond.
"""

from __future__ import annotations

import inspect
import itertools
import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from mpmath import mp

from autograd import TABLE
from autograd.rules import floats
from tests.oracles import LARGEST, ORACLES, numbers, same, within, working_precision

INF, NAN = math.inf, math.nan
DOUBLES = st.floats(allow_nan=True, allow_infinity=True)


def exact(name: str, *args: float) -> Any:
    """The oracle's value with digits to spare."""
    with mp.workprec(500 + working_precision(args, 0)):
        return ORACLES[name](*map(mp.mpf, args))


def assert_right(name: str, *args: float, ulps: float = 4) -> None:
    got, want = TABLE[name].fn(*args), exact(name, *args)
    assert within(got, want, ulps), f"{name}{args} is {mp.nstr(want, 20)}, not {got!r}"


EDGES: list[tuple[Callable[..., float], tuple[float, ...], float]] = [
    (floats.divide, (1.0, 0.0), INF),
    (floats.divide, (1.0, -0.0), -INF),
    (floats.divide, (-1.0, 0.0), -INF),
    (floats.divide, (0.0, 0.0), NAN),
    (floats.divide, (NAN, 0.0), NAN),
    (floats.divide, (INF, -0.0), -INF),
    (floats.power, (-8.0, 1.0 / 3.0), NAN),
    (floats.power, (0.0, -1.0), INF),
    (floats.power, (-0.0, -1.0), -INF),
    (floats.power, (-0.0, -2.0), INF),
    (floats.power, (-10.0, 999.0), -INF),
    (floats.power, (-10.0, 1000.0), INF),
    (floats.power, (NAN, 0.0), 1.0),
    (floats.power, (1.0, NAN), 1.0),
    (floats.exp, (1000.0,), INF),
    (floats.exp2, (1024.0,), INF),
    (floats.expm1, (1000.0,), INF),
    (floats.expm1, (-0.0,), -0.0),
    (floats.log, (0.0,), -INF),
    (floats.log, (-0.0,), -INF),
    (floats.log, (-1.0,), NAN),
    (floats.log2, (0.0,), -INF),
    (floats.log10, (-1.0,), NAN),
    (floats.log1p, (-1.0,), -INF),
    (floats.log1p, (-2.0,), NAN),
    (floats.sqrt, (-1.0,), NAN),
    (floats.sqrt, (INF,), INF),
    (floats.reciprocal, (-0.0,), -INF),
    (floats.sin, (INF,), NAN),
    (floats.cos, (-INF,), NAN),
    (floats.tan, (INF,), NAN),
    (floats.arcsin, (1.5,), NAN),
    (floats.arccos, (-1.5,), NAN),
    (floats.arccosh, (0.5,), NAN),
    (floats.arctanh, (-1.0,), -INF),
    (floats.arctanh, (1.5,), NAN),
    (floats.sinh, (-1000.0,), -INF),
    (floats.cosh, (-1000.0,), INF),
    (floats.sign, (NAN,), NAN),
    (floats.floor, (-0.0,), -0.0),
    (floats.floor, (-1e300,), -1e300),
    (floats.floor, (-INF,), -INF),
    (floats.ceil, (-0.5,), -0.0),
    (floats.ceil, (INF,), INF),
    (floats.maximum, (NAN, 1.0), NAN),
    (floats.maximum, (1.0, NAN), NAN),
    (floats.minimum, (NAN, 1.0), NAN),
    (floats.minimum, (1.0, NAN), NAN),
    (floats.clip, (5.0, 2.0, 1.0), 1.0),
    (floats.where, (NAN, 1.0, 2.0), 1.0),
    (floats.sech, (-INF,), 0.0),
    (floats.sech, (NAN,), NAN),
    (floats.sigmoid, (-INF,), 0.0),
    (floats.sigmoid, (INF,), 1.0),
    (floats.softplus, (INF,), INF),
    (floats.softplus, (-INF,), 0.0),
    (floats.logsigmoid, (-INF,), -INF),
    (floats.relu, (NAN,), NAN),
    (floats.silu, (-INF,), 0.0),
    (floats.silu, (INF,), INF),
    (floats.gelu, (-INF,), 0.0),
    (floats.gelu, (INF,), INF),
    (floats.ndtr, (-INF,), 0.0),
    (floats.ndtr, (INF,), 1.0),
    (floats.logaddexp, (-INF, -INF), -INF),
    (floats.logaddexp, (INF, INF), INF),
    (floats.logaddexp, (-INF, 1.0), 1.0),
    (floats.logaddexp, (NAN, INF), NAN),
    (floats.lgamma, (-INF,), INF),
    (floats.lgamma, (-3.0,), INF),
    (floats.digamma, (INF,), INF),
    (floats.digamma, (-3.0,), NAN),
    (floats.digamma, (-INF,), NAN),
    (floats.polygamma, (1.0, INF), 0.0),
    (floats.polygamma, (1.0, -3.0), NAN),
    (floats.polygamma, (-1.0, 1.0), NAN),
    (floats.polygamma, (-1.0, 0.5), NAN),
    (floats.polygamma, (0.5, 1.0), NAN),
    (floats.polygamma, (101.0, 1.0), NAN),
    (floats.polygamma, (NAN, 1.0), NAN),
    (floats.total, (), 0.0),
    (floats.mean, (), NAN),
    (floats.product, (), 1.0),
    (floats.dot, (), 0.0),
    (floats.logsumexp, (), -INF),
    (floats.logsumexp, (-INF, -INF), -INF),
    (floats.logsumexp, (INF, -INF), INF),
    (floats.logsumexp, (1.0, NAN), NAN),
    (floats.norm, (), 0.0),
]


@pytest.mark.parametrize(
    ("f", "args", "expected"), EDGES, ids=[f"{f.__name__}{args}" for f, args, _ in EDGES]
)
def test_edges(f: Callable[..., float], args: tuple[float, ...], expected: float) -> None:
    assert same(f(*args), expected)


@pytest.mark.parametrize("row", list(TABLE.values()), ids=list(TABLE))
def test_no_double_raises(row: Any) -> None:
    count = row.arity or 2

    @settings(max_examples=20, database=None, derandomize=True)
    @given(st.tuples(*[DOUBLES] * count))
    def holds(args: tuple[float, ...]) -> None:
        out = row.fn(*args)
        assert type(out) is float
        assert all(type(p) is float for p in row.partials(out, args))

    holds()


# Stability.


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("sigmoid", (-800.0,)),
        ("sigmoid", (-740.0,)),
        ("sigmoid", (800.0,)),
        ("softplus", (800.0,)),
        ("softplus", (-740.0,)),
        ("logsigmoid", (-800.0,)),
        ("logsigmoid", (740.0,)),
        ("silu", (-705.0,)),
        ("tanh", (1e-300,)),
        ("tanh", (800.0,)),
        ("logaddexp", (1000.0, 1000.0)),
        ("logaddexp", (-1000.0, -1000.5)),
        ("logaddexp", (1000.0, -1000.0)),
        ("logsumexp", (1000.0, 1000.0, 1000.0)),
        ("logsumexp", (-1000.0, -1000.0)),
        ("logsumexp", (1000.0, -1000.0)),
        ("logsumexp", (0.0, -40.0, -41.0)),
        ("hypot", (3e300, 4e300)),
        ("hypot", (3e-300, 4e-300)),
        ("hypot", (LARGEST, 1.0)),
        ("norm", (3e200, 4e200, 12e200)),
        ("norm", (5e-324, 0.0, 5e-324)),
        ("log1p", (1e-300,)),
        ("log1p", (-1e-17,)),
        ("log1p", (math.nextafter(-1.0, 0.0),)),
        ("expm1", (1e-300,)),
        ("expm1", (-1e-17,)),
        ("expm1", (-745.0,)),
        ("sin", (1e22,)),
        ("cos", (LARGEST,)),
        ("tan", (1e308,)),
        ("arccosh", (math.nextafter(1.0, 2.0),)),
        ("arcsinh", (LARGEST,)),
        ("arctanh", (math.nextafter(1.0, 0.0),)),
        ("arctan2", (1e-300, -1e300)),
        ("erfc", (26.5,)),
        ("lgamma", (1e305,)),
        ("lgamma", (5e-324,)),
        ("digamma", (1e300,)),
        ("digamma", (1e-300,)),
    ],
    ids=str,
)
def test_stable_far_out_and_near_0(name: str, args: tuple[float, ...]) -> None:
    assert_right(name, *args)


@pytest.mark.parametrize("name", ["gelu", "ndtr"])
@pytest.mark.parametrize("x", [-37.0, -36.6, -30.1, -25.3, -20.7, -15.2, -12.9, -10.0, -8.3, -8.0])
def test_tails_of_the_normal_distribution(name: str, x: float) -> None:
    assert_right(name, x)


@settings(max_examples=100, database=None, derandomize=True)
@given(st.floats(-37.0, -8.0))
def test_gelu_in_its_tail(x: float) -> None:
    assert_right("gelu", x)


@settings(max_examples=100, database=None, derandomize=True)
@given(st.floats(-1e-5, 1e-5))
def test_near_0(x: float) -> None:
    for name in ("expm1", "log1p", "sin", "tan", "sinh", "tanh", "arcsin", "arcsinh", "arctanh"):
        assert_right(name, x)


# Gamma's logarithm and its derivatives beyond the sampled domain.


@settings(max_examples=100, database=None, derandomize=True)
@given(st.floats(0.9, 2.3))
def test_gamma_family_near_its_zeros(x: float) -> None:
    assert_right("lgamma", x)
    assert_right("digamma", x)


@pytest.mark.parametrize("x", [1.0, 2.0])
@pytest.mark.parametrize("k", range(1, 53, 3))
def test_lgamma_beside_its_zeros(x: float, k: int) -> None:
    for sign in (1, -1):
        assert_right("lgamma", x + sign * 2.0**-k)


@pytest.mark.parametrize("order", [0, 1, 2, 3, 4, 6, 9, 13, 20])
@pytest.mark.parametrize("x", [0.01, 0.3, 1.0, 1.7, 5.5, 9.99, 14.0, 29.5, 60.0, 1e3, 1e6])
def test_polygamma_of_higher_order(order: int, x: float) -> None:
    assert_right("polygamma", float(order), x)


@pytest.mark.parametrize("order", [40, 70, 100])
def test_polygamma_of_highest_order(order: int) -> None:
    for x in (0.9, 3.0, 31.0, 64.0, 190.0):
        assert_right("polygamma", float(order), x, ulps=64)


@settings(max_examples=100, database=None, derandomize=True)
@given(st.floats(-50.0, -0.01), st.integers(0, 6))
def test_gamma_family_left_of_0(x: float, order: int) -> None:
    """Reflection subtracts numbers of the size of cot(pi x)**(n+1): right to 1e-13 of those."""
    assume(abs(x - round(x)) > 1e-3)
    with mp.workprec(400):
        want = mp.psi(order, mp.mpf(x))
        size = mp.factorial(order) * (1 + mp.fabs(mp.pi / mp.sinpi(mp.mpf(x))) ** (order + 1))
        assert abs(floats.polygamma(float(order), x) - want) <= 1e-13 * (abs(want) + size)
        want = mp.re(mp.loggamma(mp.mpf(x)))
        assert abs(floats.lgamma(x) - want) <= 1e-14 * (abs(want) + 1)


def test_polygamma_of_order_0_is_digamma() -> None:
    for x in (-2.5, 0.3, 1.5, 40.0):
        assert floats.polygamma(0.0, x) == floats.digamma(x)


# Sinc and its derivatives, beside zeros of which few digits would be right by the usual formulas.

ZEROS_OF_SINC = {
    1.0: (1.4302966531242027, 2.459024032956761, 100.49899182227605, 1048576.4999999034),
    2.0: (0.6625862125821924, 1.8908784955888058, 9.979680749106505, 1048575.9999998068),
}
"""Of the orders 1 and 2 some of the zeros, but for rounding."""


def beside_zeros(order: float) -> list[float]:
    """Return doubles next to zeros of the derivative of sinc, and further off."""
    steps = [*range(-12, 13), *(sign * 2**k for sign in (1, -1) for k in range(4, 40, 5))]
    return [zero + step * math.ulp(zero) for zero in ZEROS_OF_SINC[order] for step in steps]


@pytest.mark.parametrize("order", ZEROS_OF_SINC)
def test_derivatives_of_sinc_beside_their_zeros(order: float) -> None:
    for zero in ZEROS_OF_SINC[order]:
        left, right = (floats.sinc_derivative(order, zero * (1 + e)) for e in (-1e-15, 1e-15))
        assert left * right < 0.0
    for x in beside_zeros(order):
        assert_right("sinc_derivative", order, x)
        assert_right("sinc_derivative", order, -x)


@pytest.mark.parametrize("k", range(3, 53, 3))
def test_sinc_beside_its_zeros(k: int) -> None:
    for zero in (1.0, -2.0, 3.0, 101.0, 4096.0):
        assert_right("sinc", zero * (1.0 + 2.0**-k))
        assert_right("sinc", zero * (1.0 - 2.0**-k))


@settings(max_examples=150, database=None, derandomize=True)
@given(numbers((-1e150, 1e150)) | numbers((-100.0, 100.0)), st.sampled_from((1.0, 2.0)))
def test_sinc_over_its_domain(x: float, order: float) -> None:
    assert_right("sinc", x)
    assert_right("sinc_derivative", order, x)


@pytest.mark.parametrize("order", range(21))
@pytest.mark.parametrize("x", [2.0**-30, 0.1, -0.9, 1.0, 1.1, 2.5, -7.0, 33.3, 2.0**53, 1e40])
def test_derivatives_of_sinc_of_higher_order(order: int, x: float) -> None:
    assert_right("sinc_derivative", float(order), x)


def test_sinc_of_whole_numbers_is_0() -> None:
    for x in (1.0, -1.0, 2.0, -3.0, 1e15 + 1.0, 2.0**53 - 1.0, 1e300, INF, -INF):
        assert same(floats.sinc(x), 0.0)


# Sums.


def test_sums_run_from_left_to_right() -> None:
    assert floats.total(1e16, 1.0, 1.0) == 1e16
    assert floats.total(1.0, 1.0, 1e16) == 1e16 + 2.0
    assert floats.dot(1e8, 1.0, 1e8, 1.0) == 1e16
    assert floats.product(1e200, 1e200, 1e-200) == INF


@settings(max_examples=100, database=None, derandomize=True)
@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=6), st.floats(-1e3, 1e3))
def test_logsumexp_shifts(xs: list[float], shift: float) -> None:
    plain, shifted = floats.logsumexp(*xs), floats.logsumexp(*[x + shift for x in xs])
    assert shifted == pytest.approx(plain + shift, rel=0, abs=1e-12)


def test_logsumexp_of_two_is_logaddexp() -> None:
    for a, b in itertools.product((-1000.0, -1.5, 0.0, 2.5, 1000.0), repeat=2):
        assert floats.logsumexp(a, b) == pytest.approx(floats.logaddexp(a, b), rel=1e-15)


def test_every_function_is_a_row_or_helps_one() -> None:
    """Nothing public stands in `floats` that no row of the table uses."""
    used = {row.fn.__name__ for row in TABLE.values() if hasattr(row.fn, "__name__")}
    public = {
        name
        for name, f in vars(floats).items()
        if callable(f) and not name.startswith("_") and inspect.getmodule(f) in {floats, None}
    }
    assert public - {"Callable", "Final"} <= used | {"maximum", "divide"}
