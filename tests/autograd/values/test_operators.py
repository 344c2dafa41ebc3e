"""Operators and methods of every scalar: the numbers of Python and NumPy, and derivatives."""

from __future__ import annotations

import inspect
import math
import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import autograd as ag
from autograd import TABLE, Dual, Primitive, Tensor, Value, derivative
from tests.oracles import same

FINITE = st.floats(allow_nan=False, allow_infinity=False)
ROUNDINGS: dict[str, Callable[[Any], Any]] = {
    "floor": math.floor,
    "ceil": math.ceil,
    "trunc": math.trunc,
    "rint": round,
}


def primal(x: Any) -> float:
    """The number, of a Value or of a Dual."""
    return float(x.data)


# Remainders and whole quotients.


@given(FINITE, FINITE)
def test_remainders_are_pythons(x: float, y: float) -> None:
    assume(y != 0.0)
    for kind in (Value, Dual):
        for a, b in ((kind(x), kind(y)), (kind(x), y), (x, kind(y))):
            assert same(primal(a % b), x % y)
            assert same(primal(a // b), x // y)
            assert all(same(primal(p), q) for p, q in zip(divmod(a, b), divmod(x, y), strict=True))
            assert same(primal(np.fmod(a, b)), math.fmod(x, y))


@given(st.floats(), st.floats())
def test_remainders_are_numpys(x: float, y: float) -> None:
    """At every double; C's library gives a nan of its own sign only."""
    with np.errstate(all="ignore"):
        for f in (np.remainder, np.fmod, np.floor_divide):
            want = float(f(x, y))
            assert same(f(Value(x), y).data, want), f
            assert f(Tensor([x]), y).numpy().tolist() == pytest.approx([want], abs=0, nan_ok=True)


@given(st.floats(-100.0, 100.0), st.sampled_from([-7.0, -0.3, 0.1, 2.0]))
def test_derivatives_of_remainders(x: float, y: float) -> None:
    """By the divisor it is the whole quotient, which x / y may miss by rounding to a whole one."""
    for remainder, whole in ((operator.mod, x // y), (np.fmod, math.trunc(exact_quotient(x, y)))):
        a, b = Value(x), Value(y)
        remainder(a, b).backward()
        assert (a.grad, b.grad) == (1.0, -whole)
        assert remainder(Dual(x), y).tangent == 1.0
        assert remainder(x, Dual(y)).tangent == -whole


def exact_quotient(x: float, y: float) -> Any:
    return Fraction(x) / Fraction(y)


def test_a_quotient_that_rounds_up() -> None:
    assert 1.0 / 0.1 == 10.0 > exact_quotient(1.0, 0.1)
    divisor = Value(0.1)
    (1.0 % divisor).backward()
    assert divisor.grad == -9.0


def test_remainders_of_arrays() -> None:
    t, numbers = Tensor([5.5, -5.5]), np.array([5.5, -5.5])
    entries = np.array([Value(5.5), Value(-5.5)])
    for a, b in ((t, 2.0), (t, Value(2.0)), (t, [2.0, 2.0]), (numbers, Value(2.0)), (entries, 2.0)):
        assert [primal(x) for x in a % b] == (numbers % 2.0).tolist()
        assert [primal(x) for x in a // b] == (numbers // 2.0).tolist()
    assert [primal(x) for x in np.fmod(entries, 2.0)] == np.fmod(numbers, 2.0).tolist()
    whole, rest = np.divmod(t, 2.0)
    assert (type(whole), type(rest)) == (Tensor, Tensor)
    assert whole.numpy().tolist() == [2.0, -3.0]
    assert rest.numpy().tolist() == [1.5, 0.5]
    t %= 2.0
    assert t.numpy().tolist() == [1.5, 0.5]


@pytest.mark.parametrize("f", [operator.mod, operator.floordiv, divmod])
@pytest.mark.parametrize("wrong", ["a", None, 1j, [1.0]])
def test_remainders_of_something_else(f: Callable[..., Any], wrong: Any) -> None:
    with pytest.raises(TypeError, match=r"unsupported operand|not all arguments converted"):
        f(Value(1.0), wrong)
    with pytest.raises(TypeError, match=r"unsupported operand|not all arguments converted"):
        f(wrong, Value(1.0))


# Rounding.


@pytest.mark.parametrize("name", ROUNDINGS)
@given(x=FINITE)
def test_rounding_is_pythons(name: str, x: float) -> None:
    f = ROUNDINGS[name]
    for v in (Value(x), Dual(x)):
        y = f(v)
        assert type(y) is type(v)
        assert primal(y) == f(x)
        assert math.copysign(1.0, primal(y)) == math.copysign(1.0, float(getattr(np, name)(x)))
    assert derivative(f)(x) == 0.0


@given(st.floats(-1e6, 1e6), st.integers(-6, 12))
def test_decimals_are_numpys(x: float, decimals: int) -> None:
    want = float(np.round(x, decimals))
    v = Value(x)
    rounded = [np.round(v, decimals), np.around(v, decimals=decimals), round(v, decimals)]
    rounded += [np.round(Tensor([x]), decimals)[0], np.round(np.array([v]), decimals)[0]]
    rounded += [v.round(decimals)]
    for y in rounded:
        assert type(y) is Value
        assert y.data == want
    rounded[0].backward()
    assert v.grad == 0.0


# Methods.


@pytest.mark.parametrize("name", [row.name for row in TABLE.values() if row.arity == 1])
def test_rows_of_one_argument_are_methods(name: str) -> None:
    row = TABLE[name]
    (x,) = row.example
    for kind in (Value, Dual):
        y = getattr(kind(x), name)()
        assert type(y) is kind
        assert primal(y) == row(x)


@pytest.mark.parametrize("row", [r for r in TABLE.values() if r.defaults], ids=lambda r: r.name)
def test_arguments_with_defaults_may_be_left_out_or_named(row: Primitive) -> None:
    name = list(inspect.signature(row).parameters)[1]
    method = getattr(Value(-0.5), row.name)
    assert method().data == row(-0.5)
    assert method(0.25).data == method(**{name: 0.25}).data == row(-0.5, 0.25) != row(-0.5)
    with pytest.raises(TypeError, match=rf"{row.name}\(\).*'wrong'"):
        method(wrong=1.0)


@pytest.mark.parametrize("f", [np.fabs, np.degrees, np.radians, np.rad2deg, np.deg2rad, np.rint])
def test_names_that_numpy_calls_on_entries(f: np.ufunc) -> None:
    numbers = np.array([-30.5, 7.25])
    for entries in (np.array([Value(x) for x in numbers]), np.array([Dual(x) for x in numbers])):
        assert [primal(y) for y in f(entries)] == pytest.approx(f(numbers).tolist(), rel=1e-15)


# Functions of NumPy that are no ufuncs.


def test_sinc_of_a_single_number() -> None:
    for x in (0.0, 0.3, 1.0):
        v = Value(x)
        y = np.sinc(v)
        assert y.op is TABLE["sinc"]
        y.backward()
        assert v.grad == derivative(ag.sinc)(x) == np.sinc(Dual(x)).tangent
    assert derivative(np.sinc, order=2)(0.3) == derivative(ag.sinc, order=2)(0.3)


def test_other_functions_do_what_they_did() -> None:
    v, w = Value(2.0), Value(3.0)
    assert (np.ndim(v), np.shape(v), np.size(v)) == (0, (), 1)
    assert [x.data for x in np.stack([v, w])] == [2.0, 3.0]
    assert (np.dot(v, w).data, np.sum(v).data) == (6.0, 2.0)
    kinds = {
        type(np.where([True, False], v, Tensor([1.0, 5.0]))),
        type(np.multiply(v, Tensor([1.0]))),
    }
    assert kinds == {Tensor}
