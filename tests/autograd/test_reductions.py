"""Reductions and products of plain arrays, which NumPy does as a whole, beside their rows.

The float forms of the rows are held to the truth in test_primitives.py.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import TABLE, Primitive, Tensor, Value
from autograd.arrays.ways import plain
from autograd.rules import arrays
from tests import oracles

NAMES = sorted(arrays.ALONG)
by_name = pytest.mark.parametrize("name", NAMES)

ULPS = 8
"""As for the other array forms. Sums that cancel: so many ulp of their terms."""

HARD: list[list[float]] = [
    [],
    [-0.0],
    [5e-324],
    [0.0, 0.0],
    [3e200, 4e200],
    [3e-200, 4e-200],
    [5e-324, 5e-324],
    [math.inf, 1.0],
    [-math.inf, 1.0],
    [-math.inf, -math.inf],
    [math.inf, -math.inf],
    [math.nan, 1.0],
    [math.inf, math.nan],
    [1e308, 1e308, -1e308],
    [1000.0, -1000.0, 1000.0],
    [0.0, -40.0],
    [1e-300, 1e-300, 1e300],
]


def reduce(name: str, *args: Any, **options: Any) -> Any:
    return getattr(autograd, name)(*args, **options)


def assert_near(row: Primitive, line: list[float], got: float) -> None:
    want = row.fn(*line)
    if not math.isfinite(want):
        assert oracles.same(got, want), (row.name, line, got, want)
        return
    terms = float(oracles.terms(oracles.TERMS, row.name, line)) * 2.0**-52 if line else 0.0
    slack = ULPS * (math.ulp(want) + terms)
    assert abs(got - want) <= slack, (row.name, line, got, want)
    assert want != 0.0 or oracles.same(got, want)


@by_name
def test_every_reduction_is_here(name: str) -> None:
    assert TABLE[name].arity is None
    assert {row.name for row in TABLE.values() if row.arity is None} == {*NAMES, "dot"}


@by_name
@pytest.mark.parametrize("line", HARD, ids=str)
def test_hard_lines(name: str, line: list[float]) -> None:
    row = TABLE[name]
    with np.errstate(all="raise"):
        whole = reduce(name, np.array(line))
        rows = reduce(name, np.array([line, line]).reshape(2, -1), axis=1)
    assert type(whole) is float
    assert rows.dtype == np.float64
    assert rows.shape == (2,)
    for got in (whole, *rows.tolist()):
        assert_near(row, line, got)


@by_name
def test_lines_from_the_domain(name: str) -> None:
    row = TABLE[name]

    @settings(max_examples=60, database=None, derandomize=True)
    @given(st.lists(oracles.numbers(row.domain[0]), min_size=1, max_size=40))
    def holds(line: list[float]) -> None:
        assert_near(row, line, reduce(name, np.array(line)))

    holds()


@by_name
def test_a_large_array(name: str) -> None:
    """Of all entries, and of some lines as the row does them; nothing here loops over entries."""
    row = TABLE[name]
    numbers = np.random.default_rng(5).normal(size=(10_000, 10))
    along_rows = reduce(name, numbers, axis=1)
    assert along_rows.shape == (10_000,)
    for i in (0, 1, 4321, 9999):
        assert_near(row, numbers[i].tolist(), along_rows[i])
    along_columns = reduce(name, numbers, axis=0)
    assert along_columns.shape == (10,)
    for j in (0, 9):
        got, want = along_columns[j], row.fn(*numbers[:, j].tolist())
        assert got == pytest.approx(want, rel=1e-12, abs=0.0)
    assert type(reduce(name, numbers)) is float


@by_name
@pytest.mark.parametrize("axis", [None, 0, 1, 2, -1, (0, 2), (2, 0), (0, 1, 2), ()], ids=str)
def test_axes_are_those_of_the_recorded_form(name: str, axis: Any) -> None:
    numbers = np.random.default_rng(6).normal(size=(2, 3, 4))
    got, recorded = reduce(name, numbers, axis=axis), reduce(name, Tensor(numbers), axis=axis)
    expected = recorded.data if isinstance(recorded, Value) else recorded.numpy()
    assert np.shape(got) == np.shape(expected)
    np.testing.assert_allclose(got, expected, rtol=1e-14)


@by_name
@pytest.mark.parametrize("axis", [3, -4, (0, 0), (0, 3)], ids=str)
def test_wrong_axes(name: str, axis: Any) -> None:
    with pytest.raises(ValueError, match=r"axis|axes"):
        reduce(name, np.ones((2, 3, 4)), axis=axis)


@by_name
@pytest.mark.parametrize("kind", [np.int64, np.uint8, np.float32, np.float16, bool])
def test_other_kinds_of_numbers(name: str, kind: Any) -> None:
    numbers = np.array([[1, 0, 1], [1, 1, 1]], dtype=kind)
    assert reduce(name, numbers, axis=1).dtype == np.float64
    for got, line in zip(reduce(name, numbers, axis=1), numbers, strict=True):
        assert_near(TABLE[name], list(map(float, line)), got)
    assert type(reduce(name, np.array(kind(1)))) is float


@by_name
def test_empty_lines(name: str) -> None:
    expected = TABLE[name].fn()
    along = reduce(name, np.zeros((3, 0)), axis=1)
    assert along.shape == (3,)
    assert all(oracles.same(x, expected) for x in along.tolist())
    assert reduce(name, np.zeros((3, 0)), axis=0).shape == (0,)


@by_name
def test_the_array_is_left_alone(name: str) -> None:
    numbers = np.arange(6.0).reshape(2, 3)
    reduce(name, numbers, axis=0)
    assert numbers.tolist() == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]


# dot.


SHAPES = [((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 4)), ((2, 3), (3, 4)), ((5, 2, 3), (3, 4)),
          ((5, 2, 3), (3,)), ((0,), (0,)), ((2, 0), (0, 3)), ((), (3,)), ((2, 3), ())]  # fmt: skip


@pytest.mark.parametrize(("a", "b"), SHAPES, ids=str)
def test_dot_has_the_shapes_of_the_recorded_form(a: Any, b: Any) -> None:
    generator = np.random.default_rng(7)
    x, y = generator.normal(size=a), generator.normal(size=b)
    got, recorded = autograd.dot(np.array(x), np.array(y)), autograd.dot(Tensor(x), np.array(y))
    expected = plain(recorded) if isinstance(recorded, np.ndarray) else autograd.dot([*x], [*y])
    np.testing.assert_allclose(got, expected, rtol=1e-13, atol=1e-14)
    assert type(got) is (float if np.ndim(expected) == 0 else np.ndarray)


def test_dot_of_a_large_array() -> None:
    generator = np.random.default_rng(8)
    X, w = generator.normal(size=(10_000, 10)), generator.normal(size=10)
    got = autograd.dot(X, w)
    for i in (0, 17, 9999):
        want = TABLE["dot"].fn(*X[i].tolist(), *w.tolist())
        assert abs(got[i] - want) <= 10 * math.ulp(1.0) * float(abs(X[i]) @ abs(w))
    assert autograd.dot(X.astype(int), w.astype(int)).dtype == np.float64


@pytest.mark.parametrize(("a", "b"), [((3,), (2,)), ((2, 3), (2,)), ((2, 3), (2, 3))], ids=str)
def test_dot_of_shapes_that_do_not_fit(a: Any, b: Any) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        autograd.dot(np.ones(a), np.ones(b))


def test_dot_of_what_has_no_end() -> None:
    with np.errstate(all="raise"):
        assert math.isnan(autograd.dot(np.array([math.inf]), np.array([0.0])))
        assert autograd.dot(np.array([1e308, 1e308]), np.array([10.0, 1.0])) == math.inf
