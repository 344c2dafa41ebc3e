"""Forward against reverse mode over the whole table: first and second order, kinks, extremes.

The derivatives themselves are held to an oracle in test_primitives. Here the modes are held to each
other, which needs no oracle and so goes to every corner: subnormal and huge numbers, poles, nan.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from autograd import (
    TABLE,
    Dual,
    Operand,
    Primitive,
    Value,
    adjoints,
    grad,
    hvp,
    jacfwd,
    jacrev,
    jvp,
    linearize,
    vjp,
)
from autograd.rules import table
from tests import oracles
from tests.oracles import same
from tests.paths import paths

ROWS = list(TABLE.values())
over_the_table = pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])

Args = tuple[float, ...]
Function = Callable[..., Any]

ULP = 2.0**-52

FIRST_ORDER = 2 * ULP
"""Bound of forward against reverse mode, relative to the absolute sum of what is added up."""

SECOND_ORDER = 4 * ULP
"""Bound of the four nestings, relative to the absolute sum over all paths of the first derivative:
each of these products and sums is rounded, in an order that depends on the mode."""

UNFIT: dict[str, tuple[Callable[..., bool], str]] = {
    "pow": (
        lambda a, b: 0.0 < a < 1.0 and b * math.log2(a) < -900.0,
        "the mixed derivative has the terms y / a and log(a) b a**(b - 1); where y is rounded to a "
        "subnormal number or 0, the first is not what it should be, in one of the two orders",
    ),
}
"""Rows and arguments that are left out at second order, and why."""

NESTINGS: dict[str, Callable[[Function, Any], Function]] = {
    "forward over forward": lambda f, argnums: jacfwd(jacfwd(f, argnums), argnums),
    "forward over reverse": lambda f, argnums: jacfwd(jacrev(f, argnums), argnums),
    "reverse over forward": lambda f, argnums: jacrev(jacfwd(f, argnums), argnums),
    "reverse over reverse": lambda f, argnums: jacrev(jacrev(f, argnums), argnums),
}


def over(strategy: st.SearchStrategy[Any], examples: int) -> Callable[[Function], None]:
    """Run the decorated function on arguments that hypothesis draws, the same in every run."""

    def run(check: Function) -> None:
        given(strategy)(
            settings(
                max_examples=examples,
                derandomize=True,
                database=None,
                phases=[Phase.explicit, Phase.generate],
                suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
            )(check)
        )()

    return run


def any_doubles(row: Primitive) -> st.SearchStrategy[Args]:
    count = row.arity or 4
    return st.tuples(*[st.floats()] * count)


def everything(args: Args) -> tuple[int, ...]:
    return tuple(range(len(args)))


def number(x: Any) -> float:
    return float(x.data if isinstance(x, Operand) else x)


def is_moderate(size: float) -> bool:
    """Whether what adds up to this size is not rounded to a subnormal number, and is finite."""
    return size == 0.0 or 1e-290 < size < 1e290


# The checks.


def check_first_order(f: Function, args: Args) -> None:
    """Every way to the first derivatives gives the same doubles, nan and infinities included."""
    argnums = everything(args)
    leaves = [Value(x) for x in args]
    out = f(*leaves)
    if isinstance(out, Value):
        out.backward()
    by_backward = [leaf.grad for leaf in leaves]
    recorded = adjoints(out, leaves) if isinstance(out, Value) else [0.0] * len(args)
    units = [tuple(map(float, unit)) for unit in np.eye(len(args))]
    push = linearize(f, *args)[1]
    ways: dict[str, Any] = {
        "jacfwd": jacfwd(f, argnums)(*args),
        "jacrev": jacrev(f, argnums)(*args),
        "grad": grad(f, argnums)(*args),
        "vjp": vjp(f, *args)[1](1.0),
        "jvp": [jvp(f, args, unit)[1] for unit in units],
        "linearize": [push(*unit) for unit in units],
        "adjoints": recorded,
    }
    for way, got in ways.items():
        for x, y in zip(got, by_backward, strict=True):
            assert same(number(x) + 0.0, y + 0.0), f"{way} of {f}{args}: {got} not {by_backward}"


def check_directions(row: Primitive, args: Args, direction: Args) -> None:
    """A product with a direction is the sum over the gradient, in forward mode and in reverse."""

    def f(*xs: Any) -> Any:
        y = row(*xs)
        return y * 0.7 + xs[0] * y  # so that the modes multiply and add in different orders

    out = row.fn(*args)
    slopes = row.partials(out, args)
    sizes = [abs(p) * (0.7 + abs(args[0])) + (abs(out) if i == 0 else 0.0)
             for i, p in enumerate(slopes)]  # fmt: skip
    if not all(map(is_moderate, sizes)):
        return
    backward = grad(f, everything(args))(*args)
    forward = jacfwd(f, everything(args))(*args)
    for x, y, size in zip(forward, backward, sizes, strict=True):
        assert abs(x - y) <= FIRST_ORDER * size, (args, x, y)
    size = sum(abs(d) * s for d, s in zip(direction, sizes, strict=True))
    product = sum(d * g for d, g in zip(direction, backward, strict=True))
    for got in (jvp(f, args, direction)[1], linearize(f, *args)[1](*direction)):
        assert abs(got - product) <= len(args) * FIRST_ORDER * size, (args, direction, got, product)


def check_second_order(row: Primitive, args: Args, nestings: Any = NESTINGS) -> None:
    """All four nestings agree, to rounding of the sums that a second derivative is."""
    sizes = np.array(second_order_sizes(row, args))
    if not all(map(is_moderate, sizes.flat)) or (row.name in UNFIT and UNFIT[row.name][0](*args)):
        return
    argnums = everything(args)
    hessians = {name: np.array(nest(row, argnums)(*args)) for name, nest in nestings.items()}
    reference = hessians.pop("reverse over reverse")
    for name, got in hessians.items():
        agree = (abs(got - reference) <= SECOND_ORDER * sizes) | (
            np.isnan(got) & np.isnan(reference)
        )
        assert agree.all(), (
            f"{name} of {row.name}{args} gives {got.tolist()}, not {reference.tolist()}"
        )


def second_order_sizes(row: Primitive, args: Args) -> list[list[float]]:
    """By each pair of arguments: the absolute sum over all paths of the recorded derivative."""
    leaves = [Value(x) for x in args]
    out = row(*leaves)
    firsts = adjoints(out, leaves) if isinstance(out, Value) else [0.0] * len(args)
    return [paths(first, leaves) for first in firsts]


# Over the table.


@over_the_table
def test_first_derivatives_are_the_same_doubles(row: Primitive) -> None:
    """On the row's domain, which is where hypothesis looks for tiny, huge and close to notable."""

    @over(oracles.arguments(row, longest=4), examples=12)
    def holds(args: Args) -> None:
        check_first_order(row, args)


@over_the_table
def test_first_derivatives_for_all_doubles(row: Primitive) -> None:
    """Outside of the domain too: nan, infinities, subnormal numbers, either zero."""

    @over(any_doubles(row), examples=12)
    def holds(args: Args) -> None:
        check_first_order(row, args)

    for x in (5e-324, -5e-324, 2.0**-1022, oracles.LARGEST, -oracles.LARGEST, math.inf, math.nan):
        check_first_order(row, (x,) * (row.arity or 2))


@over_the_table
def test_directional_derivatives(row: Primitive) -> None:
    count = row.arity or 4
    directions = st.tuples(*[st.integers(-64, 64).map(lambda k: k / 8)] * count)
    arguments = oracles.arguments(row, longest=4).filter(lambda args: len(args) == count)
    if row.arity is None:
        entry = oracles.numbers(row.domain[0])
        arguments = st.tuples(*[entry] * count)

    @over(st.tuples(arguments, directions), examples=20)
    def holds(case: tuple[Args, Args]) -> None:
        check_directions(row, *case)


@over_the_table
def test_second_derivatives_by_all_four_nestings(row: Primitive) -> None:
    @over(oracles.arguments(row, longest=2), examples=12)
    def holds(args: Args) -> None:
        check_second_order(row, args)

    for args in oracles.samples(row):
        check_second_order(row, args)


@over_the_table
def test_products_with_the_hessian(row: Primitive) -> None:
    for args in oracles.samples(row)[:3]:
        argnums, sizes = everything(args), np.array(second_order_sizes(row, args))
        H = np.array(jacrev(jacrev(row, argnums), argnums)(*args))
        direction = tuple(1.0 + i for i in argnums)
        for product in (
            hvp(row, argnums)(*args, direction),
            jvp(grad(row, argnums), args, direction)[1],
            grad(lambda *xs, d=direction: jvp(row, xs, d)[1], argnums)(*args),
        ):
            error = abs(np.array(product) - H @ direction)
            assert (error <= len(args) * SECOND_ORDER * (sizes.T @ direction)).all(), args


@over_the_table
def test_kinks_and_singular_points(row: Primitive) -> None:
    """In both modes what the row states; where it states nothing, the same in both."""
    for point in row.special:
        check_first_order(row, point.at)
        if point.partials:
            got = jacfwd(row, everything(point.at))(*point.at)
            assert all(
                same(x + 0.0, y + 0.0) or math.isclose(x, y, rel_tol=1e-15)
                for x, y in zip(got, point.partials, strict=True)
            ), (point, got)


def corners(row: Primitive) -> list[Args]:
    """Where a row is singular, has a kink, or is not defined."""
    at = [point.at for point in row.special]
    everywhere = (0.0, -1.0, 1.0, 2.0, -1e300, math.inf, math.nan)
    return at + [(x,) * (row.arity or 2) for x in everywhere]


@over_the_table
@pytest.mark.parametrize("chosen", [True, False], ids=["if", "else"])
def test_a_branch_not_taken_contributes_nothing(row: Primitive, chosen: bool) -> None:
    """where() of a row at its worst points: 0 to all orders in all modes, never nan."""

    def f(*xs: Any) -> Any:
        worst = row(*xs) * row(*xs)
        return table.where(chosen, *((2.0, worst) if chosen else (worst, 2.0)))

    for args in corners(row):
        argnums = everything(args)
        check_first_order(f, args)
        assert grad(f, argnums)(*args) == (0.0,) * len(args)
        for nest in NESTINGS.values():
            assert not np.any(nest(f, argnums)(*args))


@over_the_table
def test_arguments_not_taken_contribute_nothing(row: Primitive) -> None:
    """The derivatives by a row's argument stay, however badly another argument is differentiated.

    y comes by where() and sqrt() from 0: its slope is infinite where taken, and nothing elsewhere.
    """
    for args in oracles.samples(row)[:2]:

        def f(x: Any, *rest: Any) -> Any:
            spoilt = table.where(x > 1e9, table.sqrt(x - x), x)
            return row(spoilt, *rest)

        argnums = everything(args)
        check_first_order(f, args)
        expected = grad(row, argnums)(*args)
        assert grad(f, argnums)(*args) == expected
        second = jacrev(jacrev(row, argnums), argnums)(*args)
        for nest in NESTINGS.values():
            np.testing.assert_allclose(nest(f, argnums)(*args), second, rtol=1e-12, atol=1e-14)


# The checks themselves.


def altered(name: str, **changes: Any) -> Primitive:
    """A row that is wrong in some respect."""
    row = TABLE[name]
    fields = ("name", "fn", "arity", "numpy", "domain", "special", "selects", "symbol", "latex")
    more = ("doc", "parameters", "code")
    parts = {field: getattr(row, field) for field in (*fields, *more)}
    return Primitive(**{"partials": row.rules, **parts, **changes})


WRONG_RULES: dict[str, tuple[Callable[[Primitive, Args], None], str, Any]] = {
    "right on floats only": (
        check_first_order,
        "exp",
        lambda y, x: y * (1.0 if type(x) is float else 1.0 + 1e-12),
    ),
    "no second derivative in forward mode": (
        check_second_order,
        "sin",
        lambda y, x: table.cos(number(x) if isinstance(x, Dual) else x),
    ),
    "no second derivative in reverse mode": (
        check_second_order,
        "tanh",
        lambda y, x: 1.0 - table.square(number(y) if isinstance(y, Value) else y),
    ),
}


@pytest.mark.parametrize("case", WRONG_RULES)
def test_the_checks_notice_a_wrong_rule(case: str) -> None:
    check, name, rule = WRONG_RULES[case]
    check(TABLE[name], (0.5,))
    with pytest.raises(AssertionError):
        check(altered(name, partials=(rule,)), (0.5,))


@pytest.mark.parametrize("error", [3 * ULP, -1.0, math.nan])
def test_the_first_order_checks_notice(error: float, monkeypatch: pytest.MonkeyPatch) -> None:
    true = Dual.apply

    def apply(self: Dual, primitive: Primitive, operands: tuple[Any, ...]) -> Any:
        out = true(self, primitive, operands)
        if primitive.name == "exp":
            out.tangent = out.tangent * (1.0 + error)
        return out

    row = TABLE["exp"]
    check_first_order(row, (0.5,))
    check_directions(row, (0.5,), (2.0,))
    monkeypatch.setattr(Dual, "apply", apply)
    with pytest.raises(AssertionError):
        check_first_order(row, (0.5,))
    with pytest.raises(AssertionError):
        check_directions(row, (0.5,), (2.0,))


def test_the_checks_notice_a_row_that_does_not_select() -> None:
    """Without the row's word on selection, 0 times infinity is nan."""

    def sqrt_or_0(where: Primitive, x: Any) -> Any:
        return where(x > 0.0, table.sqrt(x), 0.0)

    for derivative in (jacfwd, jacrev):
        assert derivative(lambda x: sqrt_or_0(table.where, x))(0.0) == 0.0
        assert math.isnan(derivative(lambda x: sqrt_or_0(altered("where", selects=False), x))(0.0))


def test_few_arguments_are_left_out() -> None:
    """The fixed points of every row are compared, so no check is empty."""
    for row in ROWS:
        for args in oracles.samples(row):
            assert all(map(is_moderate, np.ravel(second_order_sizes(row, args)))), (row, args)
            assert row.name not in UNFIT or not UNFIT[row.name][0](*args)
