"""The array forms beside the float forms, which test_primitives.py holds to the truth."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import TABLE, Primitive
from autograd.rules import arrays
from autograd.rules.primitive import is_analytic
from tests import oracles
from tests.oracles import LARGEST, SMALLEST_NORMAL

ROWS = list(TABLE.values())
over_the_table = pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])

ULPS = 8
"""NumPy's functions are right to 4 ulp at worst, and so are the float forms."""


@over_the_table
def test_entries_equal_the_float_form(row: Primitive) -> None:
    """On whole arrays from the row's domain, subnormal results apart."""

    @settings(max_examples=12, database=None, derandomize=True)
    @given(st.lists(oracles.arguments(row) if row.arity else fours(row), min_size=1, max_size=12))
    def holds(points: list[tuple[float, ...]]) -> None:
        whole = row(*(np.array(column) for column in zip(*points, strict=True)))
        assert whole.dtype == np.float64
        assert whole.shape == (len(points),)
        for args, entry in zip(points, whole.tolist(), strict=True):
            want = row.fn(*args)
            terms = float(oracles.terms(oracles.TERMS, row.name, args)) * 2.0**-52
            assert agree(entry, want, terms), f"{row.name}{args} is {want!r}, not {entry!r}"

    holds()


def fours(row: Primitive) -> st.SearchStrategy[tuple[float, ...]]:
    entry = oracles.numbers(row.domain[0])
    return st.tuples(entry, entry, entry, entry)


def agree(x: float, y: float, slack: float) -> bool:
    if math.isinf(x) or math.isinf(y):
        return x == y or min(abs(x), abs(y)) > LARGEST * (1 - 1e-14)
    return abs(x - y) <= ULPS * math.ulp(max(abs(x), abs(y), SMALLEST_NORMAL)) + slack


@over_the_table
def test_shapes_broadcast(row: Primitive) -> None:
    columns = [np.array(column) for column in zip(*oracles.samples(row), strict=True)]
    first = columns[0][:4].reshape(2, 1, 2)
    others = [column[0] for column in columns[1:]]
    if others:
        others[-1] = columns[-1][:3].reshape(3, 1)
        assert row(first, *others).shape == (2, 3, 2)
    assert row(first, *[column[0] for column in columns[1:]]).shape == (2, 1, 2)
    if len(columns) > 1:
        with pytest.raises(ValueError, match="broadcast"):
            row(columns[0][:2], *(column[:3] for column in columns[1:]))


@over_the_table
def test_other_kinds_of_arrays_become_float64(row: Primitive) -> None:
    args = (1,) * (row.arity or 2)
    expected = row(*map(float, args))
    for kind in (np.int64, np.uint8, np.float32, np.float16, bool):
        got = row(*(np.array([x, x], dtype=kind) for x in args))
        assert got.dtype == np.float64, kind
        assert agree(got[0], expected, 0.0) or math.isnan(expected)


@over_the_table
def test_arrays_that_are_not_of_numbers_are_refused(row: Primitive) -> None:
    count = row.arity or 2
    wrong = [np.array(["1"]), np.array([b"1"]), np.array(["2020-01-01"], dtype="M8[D]")]
    if not is_analytic(row):
        wrong.append(np.array([1j]))
    for array in wrong:
        with pytest.raises(TypeError, match=rf"{row.name}\(\) takes arrays of real numbers"):
            row(*[array] * count)


@over_the_table
def test_nothing_warns(row: Primitive) -> None:
    """Warnings are errors in these tests; the caller's settings are left alone."""
    with np.errstate(all="raise"):
        for x in (0.0, -1.0, LARGEST, -LARGEST, math.inf, -math.inf, math.nan):
            row(*[np.full(2, x)] * (row.arity or 2))
        with pytest.raises(FloatingPointError):
            np.log(np.zeros(1))


EMPTY: list[tuple[Callable[..., Any], float]] = [
    (arrays.total, 0.0),
    (arrays.mean, math.nan),
    (arrays.product, 1.0),
    (arrays.dot, 0.0),
    (arrays.logsumexp, -math.inf),
    (arrays.norm, 0.0),
]


@pytest.mark.parametrize(("f", "expected"), EMPTY, ids=[f.__name__ for f, _ in EMPTY])
def test_of_no_arrays_at_all(f: Callable[..., Any], expected: float) -> None:
    with np.errstate(all="ignore"):
        assert oracles.same(float(f()), expected)


def test_elementwise_broadcasts_and_keeps_scalars() -> None:
    f = arrays.elementwise(math.hypot, 2)
    assert f(np.array([3.0, 6.0]), np.array([[4.0], [8.0]])).tolist() == [
        [5.0, math.hypot(6.0, 4.0)],
        [math.hypot(3.0, 8.0), 10.0],
    ]
    assert type(f(3.0, 4.0)) is np.float64
