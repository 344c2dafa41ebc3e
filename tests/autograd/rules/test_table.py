"""Every row of the table against mpmath, against NumPy and against what the row itself states.

The checks are functions of a row. They run over the whole table, so a new row is tested as soon as
it is there, and over rows that were spoilt on purpose, so that each is known to notice.
"""

from __future__ import annotations

import itertools
import math
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from mpmath import mp

from autograd import TABLE, Dual, Primitive, Special, Value, adjoints
from autograd.rules import table
from tests import oracles
from tests.oracles import same, within
from tests.paths import paths

ROWS = list(TABLE.values())
over_the_table = pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])

Args = tuple[float, ...]

# What the checks allow.

ULPS = 4
"""Values: so many units in the last place."""

SLOPE_ULPS = 8
"""First derivatives, and half an ulp of the terms where the row has a caveat."""

CURVATURE_ERROR = 4e-15
"""Second derivatives: relative to the absolute sum of all paths through the graph of the first one,
of which the derivative is the plain sum."""

GRID = (
    *(0.0, -0.0, 0.5, 1.0, -1.0, 800.0, -800.0, 1000.0),
    *(5e-324, oracles.LARGEST, -oracles.LARGEST, math.inf, -math.inf, math.nan),
)


def over_arguments(
    row: Primitive, examples: int, shrink: bool = True, **sampling: Any
) -> Callable[[Callable[[Args], None]], None]:
    """Run the decorated function on arguments that hypothesis draws from the row's domain."""
    phases = [Phase.explicit, Phase.generate, *([Phase.shrink] if shrink else [])]

    def run(check: Callable[[Args], None]) -> None:
        given(oracles.arguments(row, **sampling))(
            settings(
                max_examples=examples,
                phases=phases,
                derandomize=True,
                database=None,
                report_multiple_bugs=False,
                suppress_health_check=[HealthCheck.too_slow],
            )(check)
        )()

    return run


# The checks.


def check_values(row: Primitive, examples: int = 80, shrink: bool = True) -> None:
    """The float function is within 4 ulp of the truth; a sum also within half an ulp of its terms.

    Subnormal results are held to it too. Singular points are the business of `check_special`.
    """

    @over_arguments(row, examples, shrink)
    def holds(args: Args) -> None:
        want = oracles.value(row.name, args)
        assume(want is not None)
        got = row.fn(*args)
        assert type(got) is float
        terms = oracles.terms(oracles.TERMS, row.name, args)
        assert within(got, want, ULPS, terms), f"{row.name}{args} is {want}, not {got!r}"


def check_slopes(row: Primitive, examples: int = 100, shrink: bool = True) -> None:
    """Each partial is within 8 ulp of the truth, and both modes give exactly the partials.

    Subnormal derivatives are held to it too. Left out: kinks and singular points, which
    `check_special` has, and where the value overflows.
    """

    @over_arguments(row, examples, shrink, longest=4)
    def holds(args: Args) -> None:
        out = row.fn(*args)
        assume(math.isfinite(out))
        partials = row.partials(out, args)
        assert len(partials) == len(args)
        if row.joint_rule is None:
            singly = [row.partial(i, out, args) for i in range(len(args))]
            assert all(map(same, singly, partials))
        leaves = [Value(x) for x in args]
        row(*leaves).backward()
        assert all(same(v.grad + 0.0, p + 0.0) for v, p in zip(leaves, partials, strict=True))
        for i, got in enumerate(partials):
            pushed = row(*args[:i], Dual(args[i], 1.0), *args[i + 1 :])
            assert same(pushed.tangent + 0.0, got + 0.0)
            if is_fixed(row, i):
                assert got == 0.0
                continue
            want = oracles.slope(row.name, args, i)
            assume(want is not None)
            terms = oracles.terms(oracles.SLOPE_TERMS, row.name, args) if row.caveat else 0
            assert within(got, want, SLOPE_ULPS, terms), (
                f"the derivative of {row.name}{args} by argument {i} is {want}, not {got!r}"
            )


def check_curvatures(row: Primitive, examples: int = 12, shrink: bool = True) -> None:
    """The derivatives of the recorded derivatives are right, mixed ones too, and symmetric.

    In the part of the domain between 1e-30 and 1e30, where the products along a path of the graph
    neither overflow nor underflow.
    """

    @over_arguments(row, examples, shrink, longest=2, part=oracles.moderate)
    def holds(args: Args) -> None:
        assume(all(x == 0.0 or abs(x) >= 1e-30 for x in args))
        leaves = [Value(x) for x in args]
        first = adjoints(row(*leaves), leaves)
        for i, slope in enumerate(first):
            second = adjoints(slope, leaves) if isinstance(slope, Value) else [0.0] * len(args)
            scales = paths(slope, leaves)
            for j, (got, scale) in enumerate(zip(map(number, second), scales, strict=True)):
                if is_fixed(row, i) or is_fixed(row, j):
                    continue
                want = oracles.curvature(row.name, args, i, j)
                assume(want is not None)
                assume(want == 0 or 1e-290 < abs(want) < 1e290)
                assume(scale == 0.0 or 1e-290 < scale < 1e290)
                with mp.workprec(4000):
                    error = abs(mp.mpf(got) - want) if math.isfinite(got) else mp.inf
                    assert error <= CURVATURE_ERROR * max(abs(want), scale), (
                        f"the second derivative of {row.name}{args} by arguments {i} and {j} "
                        f"is {want}, not {got!r}"
                    )


def check_special(row: Primitive) -> None:
    """At its kinks and singular points the row gives what it states, on floats and on Values."""
    for point in row.special:
        assert nearly(row.fn(*point.at), point.value), point
        leaves = [Value(x) for x in point.at]
        out = row(*leaves)
        assert same(out.data, row.fn(*point.at)), point
        out.backward()
        if point.partials:
            assert len(point.partials) == len(point.at), point
            partials = row.partials(out.data, point.at)
            for leaf, got, want in zip(leaves, partials, point.partials, strict=True):
                assert nearly(got, want), (point, got)
                assert nearly(leaf.grad, want), (point, leaf.grad)


def check_specials_are_stated(row: Primitive) -> None:
    """A row with a kink or a singular point at a small number states at least one."""
    troubled = [
        args
        for args in itertools.product((-1.0, 0.0, 0.5, 1.0), repeat=row.arity or 2)
        if not any(is_fixed(row, i) and x != row.domain[i][0] for i, x in enumerate(args))
        and (oracles.value(row.name, args) is None or has_kink(row, args))
    ]
    assert row.special or not troubled, f"{row.name} has no derivative at {troubled[0]}: state it"


def check_ieee(row: Primitive) -> None:
    """Nothing raises, whatever the doubles; arrays and floats agree, and nan and inf with NumPy.

    Only of equal zeros may NumPy take another sign: which of both maximum(0.0, -0.0) returns
    depends on the machine.
    """
    count = row.arity or 2
    grid = list(itertools.product(GRID, repeat=count))
    if row.arity is None and row.name != "dot":
        grid += [(x,) for x in GRID]
    for args in grid:
        out = row.fn(*args)
        assert type(out) is float, args
        partials = row.partials(out, args)
        assert [type(p) for p in partials] == [float] * len(args), args
        leaves = [Value(x) for x in args]
        node = row(*leaves)
        assert same(node.data, out), args
        node.backward()
        expected = [p if node.op is None or p or not row.selects else 0.0 for p in partials]
        assert all(same(v.grad + 0.0, p + 0.0) for v, p in zip(leaves, expected, strict=True)), args
    square = [args for args in grid if len(args) == count]
    whole = row(*(np.array(column) for column in zip(*square, strict=True)))
    assert whole.dtype == np.float64
    assert whole.shape == (len(square),)
    for args, entry in zip(square, whole.tolist(), strict=True):
        got = row.fn(*args)
        agrees = close(got, entry) if got or row.name in SIGNLESS else same(got, entry)
        assert agrees, f"{row.name}{args} is {got!r}, but {entry!r} on arrays"


SIGNLESS = {"maximum", "minimum", "clip"}


def check_arrays(row: Primitive) -> None:
    """On arrays the row gives what it gives on floats, in float64, and broadcasts."""
    columns = [np.array(column) for column in zip(*oracles.samples(row), strict=True)]
    expected = np.array([row(*args) for args in oracles.samples(row)])
    flat = row(*columns)
    assert isinstance(flat, np.ndarray)
    assert flat.dtype == np.float64
    np.testing.assert_allclose(flat, expected, rtol=8 * 2.0**-52, atol=0.0)

    grid = np.ix_(*[column[:3] for column in columns])
    spread = row(*grid)
    assert spread.shape == (3,) * len(columns)
    for index in np.ndindex(spread.shape):
        assert close(
            spread[index], row(*(column[k] for column, k in zip(columns, index, strict=False))), 16
        )

    mixed = row(*(float(column[0]) for column in columns[1:]), columns[0][:2])
    assert mixed.shape == (2,)
    empty = row(*(column[:0] for column in columns))
    assert empty.shape == (0,)
    scalar = row(*(np.array(column[0]) for column in columns))
    assert type(scalar) is np.float64
    assert close(scalar, flat[0])


# What the checks are made of.


def is_fixed(row: Primitive, i: int) -> bool:
    """Whether the domain leaves the argument a single number: it is not one to differentiate by."""
    lo, hi = row.domain[i if i < len(row.domain) else 0]
    return lo == hi


def has_kink(row: Primitive, args: Args) -> bool:
    return any(
        not is_fixed(row, i) and oracles.slope(row.name, args, i) is None for i in range(len(args))
    )


def number(x: Any) -> float:
    return float(x.data if isinstance(x, Value) else x)


def close(x: float, y: float, ulps: float = 8) -> bool:
    """Equal, both nan, or a few ulp apart."""
    if x == y or (x != x and y != y):
        return True
    return abs(x - y) <= ulps * math.ulp(min(abs(x), abs(y)))


def nearly(x: float, y: float) -> bool:
    return same(x + 0.0, y + 0.0) or math.isclose(x, y, rel_tol=1e-15)


# Over the table.


def test_every_row_has_an_oracle() -> None:
    assert set(oracles.ORACLES) == set(TABLE)
    assert set(oracles.SLOPE_TERMS) == {row.name for row in ROWS if row.caveat}


@over_the_table
def test_row_is_complete(row: Primitive) -> None:
    assert TABLE[row.name] is row
    assert getattr(table, row.name) is row
    assert len(row.domain) in {1, row.arity}
    assert all(lo <= hi for lo, hi in row.domain)
    assert row.symbol
    assert (row.joint_rule is None) == (len(row.rules) == row.arity) == (row.arity is not None)
    assert pickle.loads(pickle.dumps(row)) is row
    assert repr(row) == f"<primitive {row.name}>"


@over_the_table
def test_value_is_within_4_ulp(row: Primitive) -> None:
    check_values(row)


@over_the_table
def test_first_derivatives(row: Primitive) -> None:
    check_slopes(row)


@over_the_table
def test_second_derivatives(row: Primitive) -> None:
    check_curvatures(row)


@over_the_table
def test_kinks_and_singular_points(row: Primitive) -> None:
    check_special(row)
    check_specials_are_stated(row)


@over_the_table
def test_all_doubles(row: Primitive) -> None:
    check_ieee(row)


@over_the_table
def test_arrays(row: Primitive) -> None:
    check_arrays(row)


@over_the_table
def test_number_of_arguments(row: Primitive) -> None:
    if row.arity is None:
        return
    least = row.arity - len(row.defaults)
    takes = f"{least} or {row.arity}" if row.defaults else str(row.arity)
    for count in {0, least - 1, row.arity + 1}:
        with pytest.raises(TypeError, match=rf"{row.name}\(\) takes {takes} argument"):
            row(*[1.0] * count)


def test_dot_takes_two_halves() -> None:
    with pytest.raises(TypeError, match="two halves"):
        table.dot(1.0, 2.0, 3.0)


# Python's operators are written out in value.py: they must not drift from their rows.

OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "pow": lambda a, b: a**b,
}


@pytest.mark.parametrize("name", OPERATORS)
def test_operators_follow_their_rows(name: str) -> None:
    row = TABLE[name]
    for x, y in itertools.product((*GRID, -2.0, 3.0), repeat=2):
        out = row.fn(x, y)
        partials = row.partials(out, (x, y))
        for a, b in [(Value(x), Value(y)), (Value(x), y), (x, Value(y))]:
            node = OPERATORS[name](a, b)
            assert node.op is row
            assert node.operands == (a, b) or math.isnan(x) or math.isnan(y)
            expected = [p for p, v in zip(partials, (a, b), strict=True) if isinstance(v, Value)]
            assert same(node.data, out), (x, y)
            for got, want in zip(node.partials, expected, strict=True):
                assert same(got + 0.0, want + 0.0), (x, y)  # of either zero


def test_negation_follows_its_row() -> None:
    for x in GRID:
        node = -Value(x)
        assert node.op is table.neg
        assert same(node.data, -x)
        assert node.partials == (-1.0,)


# An argument that was not selected gets nothing, whatever its own derivative.

UNSELECTED: dict[str, Callable[[Value], Any]] = {
    "where": lambda x: table.where(x > 0.0, table.sqrt(x), 0.0),
    "where, else": lambda x: table.where(x <= 0.0, 0.0, table.log(x)),
    "where, condition": lambda x: table.where(table.log(x), 2.0, 3.0),
    "maximum": lambda x: table.maximum(table.log(x), 1.0),
    "maximum, right": lambda x: table.maximum(1.0, table.log(x)),
    "minimum": lambda x: table.minimum(table.reciprocal(x), 1.0),
    "clip": lambda x: table.clip(table.log(x), -1.0, 1.0),
    "clip, limit": lambda x: table.clip(0.0, table.log(x), 1.0),
    "relu": lambda x: table.relu(table.log(x)),
    "sign": lambda x: table.sign(table.cbrt(x)),
    "floor": lambda x: table.floor(table.sqrt(x)),
    "trunc": lambda x: table.trunc(table.sqrt(x)),
    "rint": lambda x: table.rint(table.cbrt(x)),
    "floor_divide": lambda x: table.floor_divide(table.sqrt(x), 2.0),
    "ceil": lambda x: table.ceil(table.sqrt(x)),
    "less": lambda x: table.less(table.log(x), 0.0),
    "less_equal": lambda x: table.less_equal(0.0, table.log(x)),
    "equal": lambda x: table.equal(table.sqrt(x), 0.0),
    "not_equal": lambda x: table.not_equal(table.cbrt(x), 0.0),
}


@pytest.mark.parametrize("case", UNSELECTED)
def test_unselected_arguments_get_nothing(case: str) -> None:
    x = Value(0.0)
    y = UNSELECTED[case](x)
    assert math.isfinite(y.data)
    y.backward()
    assert x.grad == 0.0
    assert [number(d) for d in adjoints(y, [x])] == [0.0]
    y.backward(math.inf)
    assert x.grad == 0.0


def test_a_selected_argument_gets_its_infinity() -> None:
    x = Value(0.0)
    table.where(x >= 0.0, table.sqrt(x), 0.0).backward()
    assert x.grad == math.inf


def test_cases_cover_every_row_that_selects() -> None:
    cases = {case.partition(",")[0] for case in UNSELECTED}
    assert cases == {row.name for row in ROWS if row.selects}


# The checks themselves: each must notice a row that is wrong.


def altered(row: Primitive, **changes: Any) -> Primitive:
    """The row, wrong in some respect."""
    parts: dict[str, Any] = {
        "partials": row.joint_rule or row.rules,
        **{name: getattr(row, name) for name in ("fn", "numpy", "special", "selects", "arity")},
        **{name: getattr(row, name) for name in ("name", "domain", "symbol", "latex", "code")},
        **{name: getattr(row, name) for name in ("doc", "parameters", "caveat")},
    }
    return Primitive(**{**parts, **changes})


def quickly(check: Callable[..., None]) -> Callable[[Primitive], None]:
    return lambda row: check(row, shrink=False)


WRONG: list[tuple[str, Callable[[Primitive], None], str, dict[str, Any]]] = [
    ("value by 1e-14", quickly(check_values), "exp", {"fn": lambda x: math.exp(x) * (1 + 1e-14)}),
    (
        "value that cancels",
        quickly(check_values),
        "log1p",
        {"fn": lambda x: table.log.fn(1.0 + x)},
    ),
    ("value of a sum", quickly(check_values), "sum", {"fn": lambda *xs: sum(xs[:3])}),
    ("value, an int", quickly(check_values), "floor", {"fn": math.floor}),
    ("rule", quickly(check_slopes), "tanh", {"partials": (lambda y, x: 1.0 - y,)}),
    ("rule, sign", quickly(check_slopes), "cos", {"partials": (lambda y, x: table.sin(x),)}),
    (
        "rule that cancels",
        quickly(check_slopes),
        "tanh",
        {"partials": (lambda y, x: 1.0 - table.square(y),)},
    ),
    (
        "rule that rounds the exponent",
        quickly(check_slopes),
        "erfc",
        {"partials": (lambda y, x: -table.TWO_OVER_SQRT_PI * table.exp(-table.square(x)),)},
    ),
    (
        "rule by a large output",
        quickly(check_slopes),
        "logsumexp",
        {"partials": lambda y, *xs: [table.exp(x - y) for x in xs]},
    ),
    (
        "rule that rounds the power",
        lambda row: check_slopes(row, examples=400, shrink=False),
        "pow",
        {"partials": (lambda y, a, b: b * table.pow(a, b - 1.0), table.pow.rules[1])},
    ),
    (
        "one rule of two",
        quickly(check_slopes),
        "sub",
        {"partials": (lambda y, a, b: 1.0, lambda y, a, b: 1.0)},
    ),
    (
        "rules swapped",
        quickly(check_slopes),
        "div",
        {"partials": tuple(reversed(table.div.rules))},
    ),
    (
        "rule of dot",
        quickly(check_slopes),
        "dot",
        {"partials": lambda y, *xs: list(xs)},
    ),
    (
        "rule that forgets a partial",
        quickly(check_slopes),
        "prod",
        {"partials": lambda y, *xs: [1.0]},
    ),
    (
        "rule that is not recorded",
        quickly(check_curvatures),
        "exp",
        {"partials": (lambda y, x: math.exp(number(x)),)},
    ),
    (
        "rule whose derivative is wrong",
        quickly(check_curvatures),
        "sin",
        {"partials": (lambda y, x: table.cos(number(x)) + 0.0 * x,)},
    ),
    (
        "mixed derivative",
        quickly(check_curvatures),
        "mul",
        {"partials": (lambda y, a, b: number(b), lambda y, a, b: a)},
    ),
    (
        "a constant 0, which has no derivative by b",
        lambda row: check_curvatures(row, examples=100, shrink=False),
        "pow",
        {
            "partials": (
                lambda y, a, b: table.where(b == 0.0, 0.0, b * table.pow(a, b - 1.0)),
                table.pow.rules[1],
            )
        },
    ),
    ("kink's partial", check_special, "abs", {"special": (Special((0.0,), 0.0, (1.0,)),)}),
    ("kink's value", check_special, "pow", {"special": (Special((0.0, 0.0), 0.0),)}),
    ("kink's nan", check_special, "log", {"special": (Special((-1.0,), -math.inf),)}),
    (
        "kink, by its rule",
        check_special,
        "relu",
        {"partials": (lambda y, x: table.where(x >= 0.0, 1.0, 0.0),)},
    ),
    (
        "tie, by its rule",
        check_special,
        "maximum",
        {"partials": (lambda y, a, b: float(a >= b), lambda y, a, b: float(a < b))},
    ),
    ("kink unstated", check_specials_are_stated, "abs", {"special": ()}),
    ("pole unstated", check_specials_are_stated, "reciprocal", {"special": ()}),
    ("infinite slope unstated", check_specials_are_stated, "cbrt", {"special": ()}),
    ("jump unstated", check_specials_are_stated, "sign", {"special": ()}),
    ("raises", check_ieee, "log", {"fn": math.log}),
    ("raises in its rule", check_ieee, "exp", {"partials": (lambda y, x: math.exp(x),)}),
    ("overflows", check_ieee, "hypot", {"fn": lambda a, b: table.sqrt(a * a + b * b)}),
    ("inf for nan", check_ieee, "sqrt", {"fn": lambda x: math.sqrt(abs(x))}),
    ("loses the sign of 0", check_ieee, "sinh", {"fn": lambda x: table.sinh.fn(x) + 0.0}),
    ("array form", check_arrays, "sigmoid", {"numpy": np.tanh}),
    ("array form of single precision", check_arrays, "exp", {"numpy": np.float32}),
    ("array form that reduces", check_arrays, "sum", {"numpy": lambda *xs: np.sum(xs)}),
]


@pytest.mark.parametrize(
    ("check", "name", "changes"), [w[1:] for w in WRONG], ids=[f"{w[2]}: {w[0]}" for w in WRONG]
)
def test_checks_notice_a_wrong_row(
    check: Callable[[Primitive], None], name: str, changes: dict[str, Any]
) -> None:
    check(altered(TABLE[name]))
    with pytest.raises((AssertionError, ValueError, OverflowError)):
        check(altered(TABLE[name], **changes))
