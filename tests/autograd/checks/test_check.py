"""check_grads: what passes, and what it takes."""

import math
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd as ag
from autograd import TABLE, Primitive, Value
from autograd.checks import GradientCheckError, check_grads
from autograd.rules.custom import custom_partials
from autograd.rules.operand import data_of
from tests.autograd.checks.subjects import (
    Function,
    Pair,
    failure,
    quadratic,
    read_only,
    structured,
    total,
)
from tests.oracles import ORDERED


def interior(row: Primitive, parts: tuple[float, ...]) -> tuple[float, ...]:
    """A moderate point of the row's domain without a zero or a tie in it."""
    count = row.arity or 4
    intervals = row.domain if len(row.domain) == count else row.domain * count
    ends = [(max(lo, -3.0), min(hi, 3.0)) for lo, hi in intervals]
    return tuple(lo + part * (hi - lo) for part, (lo, hi) in zip(parts, ends, strict=False))


POINTS = [(0.63, 0.41, 0.87, 0.23), (0.07, 0.29, 0.53, 0.71)]
over_the_table = pytest.mark.parametrize("row", TABLE.values(), ids=lambda row: row.name)


def by_what_varies(row: Primitive, args: tuple[float, ...]) -> tuple[Function, tuple[float, ...]]:
    """The row as a function of its arguments; without an order, which is whole."""
    if row.name in ORDERED:
        return lambda x: row(args[0], x), args[1:]
    return row, args


@over_the_table
@pytest.mark.parametrize("parts", POINTS, ids=["one", "another"])
def test_every_row_to_second_order(row: Primitive, parts: tuple[float, ...]) -> None:
    check_grads(*by_what_varies(row, interior(row, parts)))


@over_the_table
def test_every_row_to_third_order(row: Primitive) -> None:
    if row.arity is not None:
        check_grads(*by_what_varies(row, interior(row, POINTS[0])), order=3)


@over_the_table
def test_every_row_with_a_spoilt_rule_fails(row: Primitive) -> None:
    """By 1e-4 of the derivative and 3e-4 more: far less than a wrong sign or a factor."""

    def spoilt(rule: Function) -> Function:
        return lambda y, *xs: rule(y, *xs) * 1.0001 + 0.0003

    def all_spoilt(y: Any, *xs: Any) -> list[Any]:
        assert row.joint_rule is not None
        return [slope * 1.0001 + 0.0003 for slope in row.joint_rule(y, *xs)]

    rules = map(spoilt, row.rules) if row.joint_rule is None else [all_spoilt]
    own = custom_partials(*rules)(row.fn)
    f, args = by_what_varies(row, interior(row, POINTS[0]))
    wrong = (lambda x: own(1.0, x)) if f is not row else own
    with pytest.raises(GradientCheckError, match=re.escape(f"{own.name}(")) as caught:
        check_grads(wrong, args)
    assert caught.value.reason == "wrong rule"


@settings(max_examples=15)
@given(
    st.lists(st.integers(-8, 8).map(lambda k: k / 4), min_size=3, max_size=3),
    st.lists(st.integers(-24, 24).map(lambda k: k / 8), min_size=3, max_size=3),
)
def test_polynomials_and_waves(coefficients: list[float], point: list[float]) -> None:
    a, b, c = coefficients

    def f(x: Any) -> Any:
        return {
            "polynomial": a * x[0] * x[1] ** 2 + b * x[2] ** 3 - c * x[0],
            "wave": np.array([ag.sin(a * x[0] + b), ag.exp(c * x[1] / 3.0) * x[2]]),
        }

    check_grads(f, (np.array(point),))


def test_structures_of_arguments_and_results() -> None:
    def f(tree: Any, y: Any) -> Any:
        return quadratic(tree), [ag.exp(y) * tree["x"], {"n": 3, "y": y}]

    check_grads(f, (structured(), 0.5))
    check_grads(lambda p: Pair(p.a * p.b, p.a), [Pair(np.ones(2), np.full((2, 1), 3.0))])


@pytest.mark.parametrize("modes", [("fwd",), ("rev",), ["rev", "fwd"]])
def test_modes_that_are_asked_for(modes: Any) -> None:
    check_grads(lambda x: np.sum(ag.tanh(x) ** 2), (np.array([0.1, 0.2]),), order=3, modes=modes)


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda x: ag.sin(1e6 * x), 0.1),  # needs a small step,
        (ag.log, 1e-100),  # a tiny one,
        (lambda x: 1e5 + ag.sigmoid(x), 0.3),  # a large one,
        (lambda x: 1e13 + ag.exp(x), 0.3),  # a complex one
        (lambda x: ag.sin(x) ** 2 + ag.cos(x) ** 2, 1.0),  # 0 but for rounding
        (lambda x: ag.exp(x - ag.logsumexp([x, x + 1.0])), 0.7),
        (lambda x: (x - 1.0) ** 2 + 1000.0, 1.0),
        (lambda x: ag.log(x * 1.3 / 1.3) ** 2, 1.0),
        (lambda x: x**5, 0.0),
        (lambda x: x**5 + 1.0, 0.0),
        (lambda x: 1.0 + 1e-20 * ag.sigmoid(x), 0.5),  # flat, to double precision
        (lambda x: 1e-200 * ag.exp(x), 0.5),
        (lambda x: 1e200 * ag.exp(x), 0.5),
        (lambda x: x * x, 1e120),
        (lambda x: ag.relu(x) * x, 1e-7),  # a kink that is further away than it looks
        (lambda x: 5.0, 1.0),
        (lambda x: ag.floor(x) + 3.0, 0.9),
        (lambda x: x.tanh() * x, 0.3),  # methods, which floats have not
    ],
)
def test_no_false_alarm(f: Function, x: float) -> None:
    check_grads(f, (x,))


@pytest.mark.parametrize("tiny", [1e-4, 1e-8, 1e-12, 1e-16, 1e-20, 1e-200])
def test_tiny_derivatives_beside_large_ones(tiny: float) -> None:
    """As of a saturated unit: rounding of the loss hides what the weights of that unit do."""
    check_grads(lambda w: ag.sigmoid(w[0]) * 3.0 + tiny * ag.sigmoid(w[1]), (np.ones(2),))
    bad = custom_partials(lambda y, x: 2.0)(ag.sigmoid)
    if tiny > 1e-11:  # seen all the same
        failure(lambda w: ag.sigmoid(w[0]) * 3.0 + tiny * bad(w[1]), np.ones(2))


def test_an_argument_that_is_chosen_only_far_away() -> None:
    check_grads(np.min, (np.array([0.1, -0.13, 0.64]),))


def test_many_entries() -> None:
    x = np.linspace(-1.0, 1.0, 200)
    check_grads(lambda x: np.sum(np.exp(x) * x), (x,))
    check_grads(lambda x: np.exp(x) * x, (x,), order=1)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_the_cost_does_not_grow_with_the_entries(order: int) -> None:
    """Beyond those that are checked one by one, f runs as often for any number of them."""

    def runs(n: int) -> int:
        count = 0

        def f(x: Any) -> Any:
            nonlocal count
            count += 1
            return np.sin(x)

        check_grads(f, (np.linspace(0.1, 1.0, n),), order=order)
        return count

    assert runs({1: 1000, 2: 100, 3: 50}[order]) == runs(40) < 20 * 3**order
    assert runs(32) > runs(40)  # each by itself


def test_random_mixtures_are_the_same_in_every_run() -> None:
    found = []
    for _ in range(2):
        points: list[Any] = []

        def f(x: Any, points: list[Any] = points) -> Any:
            points.append(list(map(data_of, x)))
            return np.sum(x * x)

        check_grads(f, (np.linspace(0.1, 1.0, 50),))
        found.append(points)
    assert found[0] == found[1]


def test_arguments_are_left_alone() -> None:
    x, y = read_only(), np.ones((2, 2), order="F")

    def f(x: Any, y: Any) -> Any:
        y[0] = x * y[1]
        return np.sum(y**2)

    check_grads(f, (x, y))
    assert (y == 1.0).all()

    def raises(x: Any) -> Any:
        x[0] = 7.0
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        check_grads(raises, (y,))
    assert (y == 1.0).all()
    check_grads(f, (x, y))


def test_tolerances() -> None:
    nearly = custom_partials(lambda y, x: 1.001 * y)(math.exp)
    check_grads(nearly, (0.5,), rtol=1e-2)
    check_grads(nearly, (0.5,), atol=1e-2)
    for loose in ({"rtol": 1e-4}, {"atol": 1e-4}, {"eps": 1e-3}):
        with pytest.raises(GradientCheckError):
            check_grads(nearly, (0.5,), **loose)
    with pytest.raises(GradientCheckError, match=r"\(step 0.001\)"):
        check_grads(nearly, (0.5,), eps=1e-3)


# Bad input.


@pytest.mark.parametrize(
    ("args", "options", "error", "message"),
    [
        (1.0, {}, TypeError, r"write \(x,\) for a function of one argument"),
        (np.ones(2), {}, TypeError, r"not array\(2,\): write \(x,\)"),
        ((), {}, ValueError, "its arguments are empty"),
        ((np.empty(0),), {}, ValueError, "its arguments are empty"),
        ((np.array([True]),), {}, TypeError, "argument 0 of total is an array of bool"),
        ((1.0, True), {}, TypeError, "argument 1 of total is True"),
        ((Value(1.0),), {}, TypeError, "argument 0 of total takes a plain number"),
        ((1.0,), {"order": 0}, ValueError, "order must be at least 1, not 0"),
        ((1.0,), {"order": 1.5}, TypeError, "order must be a whole number, not 1.5"),
        ((1.0,), {"modes": "fwd"}, TypeError, r"write \('fwd',\)"),
        ((1.0,), {"modes": ()}, ValueError, "modes must hold"),
        ((1.0,), {"modes": ("forward",)}, ValueError, "'fwd', 'rev' or both"),
        ((1.0,), {"eps": 0.0}, ValueError, "eps must be a finite number above 0"),
        ((1.0,), {"atol": -1.0}, ValueError, "atol must be a finite number from 0 on"),
        ((1.0,), {"rtol": math.nan}, ValueError, "rtol must be a finite number from 0 on"),
    ],
)
def test_bad_input(args: Any, options: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        check_grads(total, args, **options)


def test_functions_that_are_none_or_give_none() -> None:
    with pytest.raises(TypeError, match="takes a function, not 3"):
        check_grads(3, (1.0,))
    with pytest.raises(TypeError, match="returned None: is a `return` missing"):
        check_grads(lambda x: None, (1.0,))
    with pytest.raises(ValueError, match="returned no number"):
        check_grads(lambda x: [], (1.0,))
    with pytest.raises(TypeError, match="is no number"):
        check_grads(lambda x: "a", (1.0,))
