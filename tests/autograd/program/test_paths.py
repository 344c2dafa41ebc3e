"""Paths: functions that branch on their numbers give, for each of them, what they give eagerly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Value, derivative, grad, jit, value_and_grad, vmap
from autograd.program import paths as paths_module
from autograd.program.vmap import Vmapped
from autograd.rules.operand import data_of

Function = Callable[..., Any]

RANDOM = np.random.default_rng(3)


def newton(a: Any) -> Any:
    x = a if a > 1.0 else 1.0 + 0.0 * a
    while abs(x * x - a) > 1e-12 * a:
        x = (x + a / x) / 2.0
    return x


def bisection(c: Any) -> Any:
    low, high = 0.0 * c, 2.0 + abs(c)
    while high - low > 1e-3:
        middle = (low + high) / 2.0
        if middle * middle * middle < c:
            low = middle
        else:
            high = middle
    return low


def collatz(x: Any) -> Any:
    """Count steps, of a size that depends on the number itself."""
    steps = 0.0 * x
    while x > 1.0 and steps < 40.0:
        x = x / 2.0 if np.floor(x) == 2.0 * np.floor(x / 2.0) else 3.0 * x + 1.0
        steps = steps + 1.0
    return steps * x


def nested(x: Any) -> Any:
    if x > 0.0:
        if x > 1.0:
            return x * x if x < 2.0 else 1.0 / x
        return 3.0 * x
    if x == -1.0:
        return 0.0
    return x if not x <= -0.5 else -x


def chained(x: Any) -> Any:
    return x if -0.5 < x < 0.5 else x * x * x


def truth(x: Any) -> Any:
    return 1.0 / x if x else 5.0


def largest(x: Any) -> Any:
    return max(x, 0.5, 2.0 * x) + min(x, -x)


def early(x: Any) -> Any:
    total = 0.0
    for k in range(1, 12):
        total = total + x / k
        if total > 1.0:
            break
    return total


FUNCTIONS = [newton, bisection, collatz, nested, chained, truth, largest, early]
SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, np.inf, -np.inf, np.nan]
POSITIVE = (newton, bisection)


def points_of(f: Function) -> Any:
    points = RANDOM.uniform(-3.0, 3.0, 60)
    return abs(points) + 0.1 if f in POSITIVE else np.concatenate([points, SPECIAL])


def eagerly(f: Function, x: float) -> float:
    return float(data_of(f(Value(x))))


@pytest.mark.parametrize("f", FUNCTIONS)
def test_every_way_through_a_function(f: Function) -> None:
    points = points_of(f)
    expected = [eagerly(f, x) for x in points]
    compiled, batched = jit(f), vmap(f)
    for _ in range(2):
        np.testing.assert_array_equal([compiled(x) for x in points], expected)
        np.testing.assert_array_equal(batched(points), expected)
        np.testing.assert_array_equal(batched(points[::-1]), expected[::-1])
    assert len(compiled.paths) == len(compiled.programs) > 1
    assert sorted(compiled.paths) == sorted(batched.paths)  # of which no two are alike
    assert len(set(compiled.paths)) == len(compiled.paths)


@pytest.mark.parametrize("f", FUNCTIONS)
def test_derivatives_take_the_ways_of_the_function(f: Function) -> None:
    points = [x for x in points_of(f) if np.isfinite(x)]
    expected = [value_and_grad(f)(x) for x in points]
    both = vmap(value_and_grad(f))(np.array(points))
    np.testing.assert_allclose(np.transpose(both), expected, rtol=1e-13)
    compiled = value_and_grad(jit(f))
    np.testing.assert_allclose([compiled(x) for x in points[:20]], expected[:20], rtol=1e-13)
    second = derivative(jit(f), 2)
    for x in points[:20]:
        assert second(x) == pytest.approx(derivative(f, 2)(x), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("f", FUNCTIONS)
@pytest.mark.parametrize("reduce", ["sum", "mean"])
def test_reduced_results_count_every_lane_once(f: Function, reduce: str) -> None:
    points = np.array([x for x in points_of(f) if np.isfinite(x)])
    expected = getattr(np, reduce)([eagerly(f, x) for x in points])
    size = sum(abs(eagerly(f, x)) for x in points)
    batched = vmap(f, reduce=reduce)
    for _ in range(2):
        assert abs(batched(points) - expected) <= 1e-14 * size
    gradient = vmap(grad(lambda w, x: f(w * x)), in_axes=(None, 0), reduce=reduce)
    each = [grad(lambda w, x: f(w * x))(1.0, x) for x in points]
    for _ in range(2):
        assert abs(gradient(1.0, points) - getattr(np, reduce)(each)) <= 1e-13 * np.sum(
            np.abs(each)
        )


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(-4.0, 4.0), min_size=1, max_size=80))
def test_random_lanes(points: list[float]) -> None:
    expected = [eagerly(nested, x) for x in points]
    np.testing.assert_array_equal(BATCHED(np.array(points)), expected)
    np.testing.assert_array_equal(vmap(nested)(np.array(points)), expected)


BATCHED = vmap(nested)


def test_known_paths_are_found_again() -> None:
    compiled = jit(nested)
    points = [0.5, 1.5, 3.0, -0.2, -1.0, -2.0]
    for x in points:
        compiled(x)
    known = compiled.programs
    assert len(known) == len(points)
    for x in reversed(points):
        compiled(x)
    assert compiled.programs == known


def test_a_comparison_that_is_asked_twice_counts_once() -> None:
    f = jit(lambda x: (x if x > 0 else -x) + (1.0 if x > 0 else 2.0))
    assert (f(3.0), f(-3.0)) == (4.0, 5.0)
    assert [len(p.guards) for p in f.programs] == [1, 1]


ON_ARRAYS: dict[str, Function] = {
    "where": lambda x: np.where(x > 0.5, x, -2.0 * x),
    "mask": lambda x: np.sum(x[x > 0.0]) * 2.0,
    "any": lambda x: x if np.any(x < 0.0) else 0.0 * x,
    "all": lambda x: x if (x != 0.0).all() else 0.0 * x,
    "equal": lambda x: np.sum(x) * (x == 1.0),
    "not": lambda x: np.sum(x) * np.logical_not(x),
    "and": lambda x: np.sum(x) * np.logical_and(x >= 0.0, x <= 1.0),
    "or": lambda x: np.sum(x) * np.logical_or(x, 0.0),
    "xor": lambda x: np.sum(x) * np.logical_xor(x, x - 1.0),
    "all of the numbers": lambda x: np.sum(x) * np.logical_and.reduce(x),
    "isnan": lambda x: np.where(np.isnan(x), 0.0, x),
    "isfinite": lambda x: np.where(np.isfinite(x), x, 0.0),
    "isinf": lambda x: np.where(np.isinf(x), 7.0, x),
    "signs": lambda x: np.sign(x) * np.abs(x) + np.maximum(x, 0.0) + np.clip(x, -0.5, 0.5),
}


@pytest.mark.parametrize("name", ON_ARRAYS)
def test_comparisons_of_arrays(name: str) -> None:
    f = ON_ARRAYS[name]
    compiled = jit(f)
    for x in ([1.0, -1.0, 0.25], [0.0, 2.0, 3.0], [-1.0, -2.0, -3.0], [np.nan, np.inf, 1.0]):
        with np.errstate(invalid="ignore"):
            expected = f(np.array(x))
        for _ in range(2):
            np.testing.assert_allclose(compiled(np.array(x)), expected, rtol=1e-15)
    assert (len(compiled.paths) == 1) == (name == "signs")


# How they are shown.


def test_paths_in_the_code_s_own_words() -> None:
    def f(x: Any) -> Any:
        if x > 0:  # positive
            while x < 8:
                x = 2 * x
        elif x == -1.0:
            return 0.0 * x
        return x if x <= 100.0 else -x

    first = f.__code__.co_firstlineno
    place = [f"(test_paths.py:{first + k})" for k in range(6)]
    compiled = jit(f)
    compiled(3.0)
    compiled(-1.0)
    assert compiled.paths == [
        f"x > 0 {place[1]} → True; x < 8 {place[2]} → True ×2, False; x <= 100.0 "
        f"(test_paths.py:{first + 6}) → True",
        f"x > 0 {place[1]} → False; x == -1.0 {place[4]} → True",
    ]
    assert jit(np.sin).paths == []
    plain = jit(lambda x: x)
    plain(1.0)
    assert plain.paths == ["no comparison"]


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        ("if x > 0:", "x > 0"),
        ("elif x > 0: return y", "x > 0"),
        ("while abs(e) > tol:  # until it is small", "abs(e) > tol"),
        ("return a if x > 0 else b", "x > 0"),
        ("assert x > 0, 'positive'", "x > 0"),
        ("return max(x, y)", "return max(x, y)"),
        (
            "y = [a if x else b for a in (c if d else e)]",
            "y = [a if x else b for a in (c if d else e)]",
        ),
        ("(x > 0", "(x > 0"),
    ],
)
def test_what_a_line_asks(code: str, asked: str) -> None:
    assert paths_module._asked(code) == asked


# Too many.


def counting(x: Any) -> Any:
    n = 0.0
    if x < 1e6:
        while n < x:
            n = n + 1.0
    return n * x


def test_beyond_the_limit_a_warning_and_the_right_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths_module, "LIMIT", 5)
    line = counting.__code__.co_firstlineno + 3
    points = np.arange(0.5, 20.0)
    for f in (jit(counting), vmap(counting)):

        def found(f: Any = f) -> Any:
            return f(points) if isinstance(f, Vmapped) else [f(x) for x in points]

        with pytest.warns(RuntimeWarning, match=r"counting has taken 5 different paths") as warned:
            some = found()
        assert [f"n < x (test_paths.py:{line})" in str(w.message) for w in warned] == [True]
        np.testing.assert_array_equal(some, [counting(x) for x in points])
        assert len(f.paths) == 5
        np.testing.assert_array_equal(found(), some)  # the warning comes once
