"""Derivatives recorded for replay: a graph from one point holds at all others."""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd import TABLE, Dual, Primitive, Value, adjoints
from autograd.rules import table
from autograd.transforms.adjoints import tangents, without
from autograd.values.observer import WATCH, observers
from autograd.values.replay import Replay, is_replayed
from autograd.values.walk import topological_order
from tests.oracles import same, samples

ROWS = list(TABLE.values())
over_the_table = pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
Function = Callable[..., Any]
Point = Sequence[float]

BESIDE = {0.0: (1.0, -1.0), 1.0: (0.0, 2.0, 0.5), -1.0: (0.0, -2.0)}
"""Numbers on the other sides of where kinks and singular points are."""


def points(row: Primitive) -> list[Point]:
    """Samples of the domain, special points, and points on all sides of these."""
    found: list[Point] = [*samples(row)[:3]]
    for special in row.special:
        found.append(special.at)
        sides = [(x, *BESIDE.get(x, (x - 0.5, x + 0.5))) for x in special.at]
        found += itertools.islice(itertools.product(*sides), 12)
    if row.arity == 2:
        found += [(1.0, 1.0), (1.0, 2.0), (2.0, 1.0), (-1.0, 1.0), (0.0, 0.0)]
    return found


def number(x: Any) -> float:
    return float(x.data if isinstance(x, Value) else x)


def recorded(f: Function, point: Point, order: int = 1) -> tuple[list[Value], list[Any]]:
    """The leaves, and all derivatives of an order, recorded for replay."""
    leaves = [Value(x) for x in point]
    with Replay():
        results: list[Any] = [f(*leaves)]
        for _ in range(order):
            results = [
                d
                for y in results
                for d in (adjoints(y, leaves) if isinstance(y, Value) else [0.0] * len(leaves))
            ]
    return leaves, results


def replayed(recording: tuple[list[Value], list[Any]], point: Point) -> list[float]:
    """A recording's results at another point."""
    leaves, results = recording
    return [number(x) for x in without(results, leaves, point)]


def eager(f: Function, point: Point, order: int = 1) -> list[float]:
    """The derivatives, recorded as usual at the point itself."""
    leaves = [Value(x) for x in point]
    results: list[Any] = [f(*leaves)]
    for _ in range(order):
        results = [
            d
            for y in results
            for d in (adjoints(y, leaves) if isinstance(y, Value) else [0.0] * len(leaves))
        ]
    return [number(x) for x in results]


def close(got: float, want: float) -> bool:
    """Equal but for the order of a sum; no sign of zero is promised."""
    return same(got + 0.0, want + 0.0) or math.isclose(got, want, rel_tol=1e-12, abs_tol=1e-300)


def assert_holds(f: Function, at: Point, others: Sequence[Point], order: int = 1) -> None:
    recording = recorded(f, at, order)
    for point in others:
        got, want = replayed(recording, point), eager(f, point, order)
        assert all(map(close, got, want)), f"from {at} at {point}: {got}, not {want}"


@over_the_table
def test_a_gradient_holds_at_every_other_point(row: Primitive) -> None:
    for at in points(row):
        assert_holds(row, at, [p for p in points(row) if len(p) == len(at)])


@over_the_table
def test_a_second_derivative_holds_at_every_other_point(row: Primitive) -> None:
    some = points(row)[:: max(1, len(points(row)) // 8)]
    for at in some:
        assert_holds(row, at, [p for p in some if len(p) == len(at)], order=2)


@over_the_table
def test_behind_and_before_other_operations(row: Primitive) -> None:
    """The row's operands are results themselves, and its own result goes on."""

    def f(*xs: Value) -> Any:
        inner = [x * x * table.sign(x) + 0.0 for x in xs]
        return table.square(row(*inner)) + xs[0]

    finite = [p for p in points(row) if all(map(math.isfinite, p))]
    some = finite[:: max(1, len(finite) // 6)]
    for at in some:
        assert_holds(f, at, [p for p in some if len(p) == len(at)])


# An unselected branch contributes nothing, wherever the graph was recorded.


def both_branches(x: Value, r: Value) -> Any:
    return ag.where(x > 0.0, r, 2.0 * r * r)


BRANCHES: dict[str, Callable[[Value], Any]] = {
    "where": lambda x: ag.where(x > 0.0, ag.sqrt(x), 0.0),
    "where, else": lambda x: ag.where(x <= 0.0, 0.0, ag.log(x)),
    "where, deep": lambda x: ag.where(x > 0.0, ag.exp(ag.sqrt(ag.log(x * x + x))) * x, 2.0 * x),
    "where in where": lambda x: ag.where(
        x > 0.0, ag.where(x > 1.0, ag.sqrt(x - 1.0), ag.cbrt(x) * x), ag.reciprocal(x + 1.0)
    ),
    "both branches share": lambda x: both_branches(x, ag.sqrt(x + 1.0)),
    "used besides": lambda x: both_branches(x, ag.cbrt(x)) + 0.0 * ag.cbrt(x),
    "maximum": lambda x: ag.maximum(ag.log(x), 1.0),
    "maximum of three": lambda x: ag.maximum(ag.maximum(ag.sqrt(x), -x), ag.square(x)),
    "minimum": lambda x: ag.minimum(ag.reciprocal(x), 1.0),
    "clip": lambda x: ag.clip(ag.log(x), -1.0, 1.0),
    "clip, limit": lambda x: ag.clip(0.0, ag.log(x), 1.0),
    "relu": lambda x: ag.relu(ag.log(x)),
    "relu of relu": lambda x: ag.relu(3.0 - ag.relu(ag.cbrt(x))),
    "elu": lambda x: ag.elu(ag.log(x), 0.5),
    "leaky_relu": lambda x: ag.leaky_relu(ag.cbrt(x)),
    "floor": lambda x: ag.floor(ag.sqrt(x)) * x,
    "norm": lambda x: ag.norm([x, x * x]),
    "not a branch": lambda x: ag.sqrt(x) ** 2,
}
PLACES = (0.0, -1.0, 1.0, 2.0, 0.5, -0.25, 9.0, 20.0)


@pytest.mark.parametrize("case", BRANCHES)
@pytest.mark.parametrize("order", [1, 2])
def test_branches(case: str, order: int) -> None:
    for at in PLACES:
        assert_holds(BRANCHES[case], [at], [[x] for x in PLACES], order)


@pytest.mark.parametrize("case", BRANCHES)
def test_forward_mode(case: str) -> None:
    """Tangents pushed through the graph hold, too."""
    f = BRANCHES[case]
    for at in PLACES:
        x = Value(at)
        with Replay():
            pushed = tangents([f(x)], [x], [1.0])
        for place in PLACES:
            y = Value(place)
            want = number(tangents([f(y)], [y], [1.0])[0])
            got = number(without(pushed, [x], [place])[0])
            assert close(got, want), f"from {at} at {place}: {got}, not {want}"


@pytest.mark.parametrize("case", BRANCHES)
def test_dual_numbers_of_values(case: str) -> None:
    f = BRANCHES[case]
    for at in PLACES:
        x = Value(at)
        with Replay():
            out = f(Dual(x, 1.0))
        for place in PLACES:
            want = f(Dual(place, 1.0))
            got = without([out.primal, out.tangent], [x], [place])
            assert close(number(got[0]), number(want.primal))
            assert close(number(got[1]), number(want.tangent)), (at, place)


@given(st.lists(st.floats(-2, 2), min_size=4, max_size=4), st.lists(st.floats(-2, 2), min_size=4))
def test_a_small_network(at: list[float], elsewhere: list[float]) -> None:
    def f(a: Value, b: Value, c: Value, d: Value) -> Any:
        hidden = [ag.relu(a * 1.0 + b * 2.0), ag.relu(a * b - c), ag.maximum(c, d)]
        return ag.where(hidden[0] > hidden[1], hidden[2] * d, ag.dot(hidden, [a, b, c]))

    assert_holds(f, at, [at, elsewhere[:4]])
    assert_holds(f, at, [at, elsewhere[:4]], order=2)


# What is recorded.


def test_comparisons_in_rules_are_nodes() -> None:
    x = Value(-1.0)
    with Replay():
        (slope,) = adjoints(table.relu(x), [x])
    assert [node.op.name for node in topological_order(slope) if node.op] == ["less", "where"]
    assert adjoints(table.relu(x), [x]) == [0.0]  # and outside nothing has changed


@pytest.mark.parametrize("relation", ["lt", "le", "gt", "ge", "eq", "ne"])
def test_every_comparison(relation: str) -> None:
    compare = getattr(operator, relation)
    for x, y in itertools.product((1.0, 2.0, math.nan), repeat=2):
        with Replay():
            found = [compare(Value(x), Value(y)), compare(Value(x), y), compare(x, Value(y))]
        assert [node.data for node in found] == [float(compare(x, y))] * 3
        assert compare(Value(x), Value(y)) is compare(x, y)


def test_conditions_of_python_stay_what_they_are() -> None:
    with Replay():
        assert bool(Value(1.0) > 0.0) is True
        assert not Value(0.0)
        taken = "yes" if Value(1.0) < 0.5 else "no"
    assert taken == "no"


def test_an_adjoint_of_several_uses_is_one_node() -> None:
    x, y = Value(2.0), Value(3.0)
    for block in (None, Replay()):
        z = x * y
        f = z * x + ag.sin(z) + z * 5.0
        if block is None:
            slopes = adjoints(f, [z])
        else:
            with block:
                slopes = adjoints(f, [z])
        assert slopes[0].op is table.dot
        assert slopes[0].data == pytest.approx(2.0 + math.cos(6.0) + 5.0)
    (total,) = adjoints(z + ag.relu(z) + z, [z])
    assert total == 3.0


def test_tame_networks_need_no_conditions() -> None:
    """Nothing below these branches can be infinite, so only the branches themselves select."""
    w = [Value(x) for x in (0.5, -0.5, 0.25)]
    with Replay():
        hidden = [ag.relu(ag.dot(w[:2], [1.0, 2.0])), ag.relu(ag.dot(w[1:], [0.5, 1.0]))]
        out = ag.relu(ag.dot(hidden, w[:2]))
        gradient = adjoints(out, w)
    nodes = topological_order(*[x for x in gradient if isinstance(x, Value)])
    selects = [node for node in nodes if node.op is table.where]
    assert len(selects) == 3


@over_the_table
def test_tame_rows_are_finite_at_finite_numbers(row: Primitive) -> None:
    wild = {"div", "pow", "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt"}
    wild |= {"reciprocal", "arcsin", "arccos", "arctan2", "sinh", "cosh", "arccosh", "arctanh"}
    wild |= {"lgamma", "digamma", "polygamma", "sinc_derivative", "logit", "xlogy", "gaussian"}
    wild |= {"exp_difference", "exp2_difference", "floor_divide", "remainder", "fmod"}
    assert row.is_tame is (row.name not in wild)


def test_primitives_of_ones_own_are_not_tried() -> None:
    calls: list[float] = []

    @ag.custom_partials(lambda y, x: 2.0 * x)
    def mine(x: float) -> float:
        calls.append(x)
        return x * x

    assert not mine.is_tame
    assert calls == []
    assert_holds(lambda x: ag.where(x > 0.0, mine(x), x), [1.0], [[2.0], [-1.0]])


def test_blocks_end() -> None:
    assert not is_replayed()
    block = Replay()
    with block:
        assert is_replayed()
    assert not is_replayed()
    with pytest.raises(TypeError), block:
        Value("x")
    assert (WATCH.count, observers()) == (0, ())


def test_arrays_of_tangents() -> None:
    """Many directions at once, pushed through a branch."""
    x = Value(0.0)
    with Replay():
        out = ag.where(x > 0.0, ag.sqrt(Dual(x, [1.0, 2.0])), 0.0)
    assert [number(t) for t in without(list(out.tangent), [x], [4.0])] == [0.25, 0.5]
    assert [number(t) for t in out.tangent] == [0.0, 0.0]
    assert np.shape(out.tangent) == (2,)
