"""Dual: operators, the table's rows, NumPy, levels, several tangents at once, copies, bad input."""

from __future__ import annotations

import copy
import math
import operator
import pickle
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd as ag
from autograd import TABLE, Dual, Operand, Primitive, Tensor, Value
from tests import oracles
from tests.oracles import same

ROWS = list(TABLE.values())
over_the_table = pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])

finite = st.floats(-1e6, 1e6)
inf, nan = math.inf, math.nan

OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "pow": operator.pow,
}


def parts(x: Any) -> tuple[Any, Any]:
    """Primal and tangent; a number that depends on nothing has the tangent 0."""
    return (x.primal, x.tangent) if isinstance(x, Dual) else (x, 0.0)


def number(x: Any) -> float:
    return x.data if isinstance(x, Operand) else x


def weighted(slopes: list[float], tangents: list[float], selects: bool) -> float:
    """What a row's partials make of tangents, added up from the left."""
    total = 0.0
    for slope, tangent in zip(slopes, tangents, strict=True):
        if tangent and not (selects and slope == 0.0):
            total += slope * tangent
    return total


# --- operators and functions follow the rows ---


@pytest.mark.parametrize("name", OPERATORS)
@given(x=finite, y=finite)
def test_operators_are_their_rows(name: str, x: float, y: float) -> None:
    row, apply = TABLE[name], OPERATORS[name]
    out = row.fn(x, y)
    slopes = row.partials(out, (x, y))
    for a, b, tangents in [
        (Dual(x, 2.0), Dual(y, 3.0), [2.0, 3.0]),
        (Dual(x, 2.0), y, [2.0, 0.0]),
        (x, Dual(y, 3.0), [0.0, 3.0]),
    ]:
        primal, tangent = parts(apply(a, b))
        assert same(primal, out)
        assert same(tangent + 0.0, weighted(slopes, tangents, row.selects) + 0.0)


def test_unary_operators() -> None:
    x = Dual(-1.5, 2.0)
    assert parts(-x) == (1.5, -2.0)
    assert +x is x
    assert parts(abs(x)) == (1.5, -2.0)
    assert parts(math.floor(x)) == (-2.0, 0.0)
    assert parts(math.ceil(x)) == (-1.0, 0.0)


@pytest.mark.parametrize(
    "two",
    [2, 2.0, True + True, np.float64(2), np.float32(2), np.int64(2), np.uint8(2), Fraction(2),
     np.array(2.0)],
    ids=lambda x: type(x).__name__,
)  # fmt: skip
def test_real_numbers_of_every_kind_are_constants(two: object) -> None:
    x = Dual(3.0, 1.0)
    results = [
        (x + two, 5, 1), (two + x, 5, 1), (x - two, 1, 1), (two - x, -1, -1),
        (x * two, 6, 2), (two * x, 6, 2), (x / two, 1.5, 0.5), (two / x, 2 / 3, -2 / 9),
        (x**two, 9, 6), (two**x, 8, 8 * math.log(2)),
    ]  # fmt: skip
    for result, primal, tangent in results:
        assert type(result) is Dual
        assert parts(result) == pytest.approx((primal, tangent), rel=1e-15)
        assert (type(result.primal), type(result.tangent)) == (float, float)
    assert parts(Dual(two, two)) == (2.0, 2.0)


def test_values_are_constants_to_a_dual_number() -> None:
    x, v = Dual(3.0, 1.0), Value(5.0)
    for result, expected in [(x * v, (15.0, 5.0)), (v * x, (15.0, 5.0)), (v - x, (2.0, -1.0))]:
        assert type(result) is Dual
        assert (result.primal.data, number(result.tangent)) == expected


@given(st.floats(), st.floats())
def test_comparisons_are_those_of_the_numbers(x: float, y: float) -> None:
    a = Dual(x, 1.0)
    for b in (y, Dual(y, 7.0), Value(y), Dual(Value(y), 1.0)):
        for compare in (operator.lt, operator.le, operator.gt, operator.ge, operator.eq):
            assert compare(a, b) is compare(x, y)
            assert compare(b, a) is compare(y, x)
        assert (a != b) is (x != y)
    assert bool(a) is bool(x)


def test_comparison_with_other_things() -> None:
    x = Dual(1.0)
    assert (x == "1", x != "1", x == None) == (False, True, False)  # noqa: E711
    for compare in (operator.lt, operator.le, operator.gt, operator.ge):
        with pytest.raises(TypeError, match="not supported between instances"):
            compare(x, "1")
    assert sorted([Dual(2.0), 1.5, Dual(1.0)]) == [1.0, 1.5, 2.0]


def test_hash_is_the_identity() -> None:
    x, y = Dual(1.0), Dual(1.0)
    assert len({x, y, x}) == 2
    assert {x: "x", y: "y"}[x] == "x"


@over_the_table
def test_tangents_are_the_partials_of_the_row(row: Primitive) -> None:
    """One argument dual, or all of them: exactly the sum of partial times tangent."""

    @settings(max_examples=25, database=None, derandomize=True)
    @given(oracles.arguments(row, longest=4))
    def holds(args: tuple[float, ...]) -> None:
        out = row.fn(*args)
        slopes = row.partials(out, args)
        seeds = [1.0 + i for i in range(len(args))]
        chosen = [[w if i == j else 0.0 for j, w in enumerate(seeds)] for i in range(len(args))]
        for tangents in [seeds, *chosen]:
            operands = [Dual(x, t) if t else x for x, t in zip(args, tangents, strict=True)]
            primal, tangent = parts(row(*operands))
            assert same(primal, out)
            assert same(tangent + 0.0, weighted(slopes, tangents, row.selects) + 0.0), tangents

    holds()


@over_the_table
def test_names_of_functions(row: Primitive) -> None:
    """autograd's function, NumPy's of that name, and the method agree with the row."""
    args = oracles.samples(row)[0]
    duals = [Dual(x, 1.0 + i) for i, x in enumerate(args)]
    expected = parts(row(*duals))
    if row.arity is None:
        half = len(duals) // 2
        taken = (duals[:half], duals[half:]) if row.name == "dot" else (duals,)
        assert parts(getattr(ag, row.name)(*taken)) == expected
        return
    spellings = [getattr(ag, row.name, None), getattr(Dual, row.name, None)]
    if isinstance(row.numpy, np.ufunc):
        spellings.append(row.numpy)
    for function in filter(None, spellings):
        assert parts(function(*duals)) == expected, function


# --- NumPy ---


def test_numpy_functions_and_scalars() -> None:
    x = Dual(2.0, 3.0)
    assert parts(np.exp(x)) == (math.exp(2), 3 * math.exp(2))
    assert parts(np.float64(2) * x) == (4.0, 6.0)
    assert parts(x - np.float32(0.5)) == (1.5, 3.0)
    assert parts(np.maximum(x, 1.0)) == (2.0, 3.0)
    assert parts(np.maximum(x, 5.0)) == (5.0, 0.0)
    assert parts(np.hypot(x, 0.0)) == (2.0, 3.0)
    assert (np.isfinite(x), np.isnan(Dual(nan)), np.greater(x, 1.0)) == (True, True, True)
    assert parts(np.add(x, x)) == (4.0, 6.0)


def test_arrays_times_a_dual_number() -> None:
    x = Dual(2.0, 3.0)
    for product in (np.arange(3.0) * x, x * np.arange(3.0)):
        assert type(product) is Tensor
        assert [parts(p) for p in product] == [(0.0, 0.0), (2.0, 3.0), (4.0, 6.0)]
    assert [parts(p) for p in np.ones((2, 1)) + x for p in p] == [(3.0, 3.0)] * 2


def duals_of(kind: Callable[..., Any]) -> Any:
    return kind([Dual(1.0, 10.0), Dual(2.0, 0.5), Dual(-3.0, 0.0)])


@pytest.mark.parametrize("kind", [np.array, Tensor], ids=["object array", "Tensor"])
@pytest.mark.parametrize(
    ("compute", "primal", "tangent"),
    [
        (lambda a: a @ np.array([1.0, 2.0, 3.0]), -4.0, 11.0),
        (lambda a: np.array([1.0, 2.0, 3.0]) @ a, -4.0, 11.0),
        (lambda a: a @ a, 14.0, 22.0),
        (lambda a: np.dot(a, a), 14.0, 22.0),
        (np.sum, 0.0, 10.5),
        (lambda a: a.sum(), 0.0, 10.5),
        (lambda a: a.mean(), 0.0, 3.5),
        (np.prod, -6.0, -61.5),
        (np.max, 2.0, 0.5),
        (np.linalg.norm, math.sqrt(14), 11 / math.sqrt(14)),
        (np.var, 14 / 3, 22 / 3),
        (np.std, math.sqrt(14 / 3), 11 / 3 / math.sqrt(14 / 3)),
        (lambda a: np.einsum("i,i->", a, a), 14.0, 22.0),
        (lambda a: np.cumsum(a)[1], 3.0, 10.5),
        (lambda a: np.outer(a, a)[0, 1], 2.0, 20.5),
        (lambda a: np.where([True, False, True], a, 0.0).sum(), -2.0, 10.0),
        (lambda a: np.maximum(a, 1.5).sum(), 5.0, 0.5),
        (lambda a: np.abs(a).sum(), 6.0, 10.5),
        (lambda a: np.exp(a)[0], math.e, 10 * math.e),
        (lambda a: (2 * a - 1)[1] ** 2, 9.0, 6.0),
        (lambda a: np.sort(a)[-1], 2.0, 0.5),
        (lambda a: a[a > 1.5][0], 2.0, 0.5),
    ],
)
def test_arrays_of_dual_numbers(
    kind: Any, compute: Callable[[Any], Any], primal: float, tangent: float
) -> None:
    assert parts(compute(duals_of(kind))) == pytest.approx((primal, tangent), rel=1e-14)


def test_a_tensor_of_dual_numbers_shows_its_numbers() -> None:
    tensor = duals_of(Tensor)
    assert tensor.numpy().tolist() == [1.0, 2.0, -3.0]
    assert repr(tensor) == "Tensor([ 1.,  2., -3.])"


# --- what a dual number is made of ---


def test_primal_and_tangent_may_be_recorded() -> None:
    x, t = Value(3.0), Value(5.0)
    y = Dual(x, t) ** 2
    assert (y.primal.data, y.tangent.data, y.data) == (9.0, 30.0, 9.0)
    y.tangent.backward()  # of 2 x t
    assert (x.grad, t.grad) == (10.0, 6.0)


def test_dual_numbers_of_dual_numbers() -> None:
    x = Dual(Dual(3.0, 1.0), Dual(1.0, 0.0))
    assert (x.level(), x.primal.level(), x.data) == (2, 1, 3.0)
    y = x**3
    assert parts(y.primal) == (27.0, 27.0)
    assert parts(y.tangent) == (27.0, 18.0)


def test_levels() -> None:
    assert [Dual(1.0).level(), Dual(Dual(1.0)).level(), Dual(Value(1.0)).level()] == [1, 2, 1]
    assert Dual(1.0, Dual(1.0)).level() == 2
    assert Dual(1.0, [0.0, Dual(1.0)]).level() == 2
    assert Dual(1.0, 1.0, level=5).level() == 5
    assert Dual(Dual(1.0, level=5)).level() == 6


def test_a_lower_level_is_constant_to_a_higher_one() -> None:
    x, y = Dual(3.0, 1.0, level=1), Dual(5.0, 1.0, level=2)
    for product in (x * y, y * x):
        assert product.level() == 2
        assert parts(product.primal) == (15.0, 5.0)
        assert parts(product.tangent) == (3.0, 1.0)
    assert (x + y).tangent == 1.0


@pytest.mark.parametrize("tangent", [3.0, [3.0, 4.0], [Value(3.0), 4.0]])
def test_a_result_that_depends_on_no_direction_is_dual_still(tangent: Any) -> None:
    x = Dual(2.0, tangent)
    constants = (ag.where(False, x, 7.0), ag.maximum(x, 7.0), ag.clip(x, 5.0, 7.0) + 2.0)
    for constant in (*constants, ag.floor(x + 5.5), ag.sign(x) * 7.0, ag.relu(-x) + 7.0):
        assert (type(constant), constant.primal, constant.level()) == (Dual, 7.0, x.level())
        assert np.array_equal(constant.tangent, np.zeros(np.shape(tangent)))
        assert np.array_equal(ag.sqrt(constant - 7.0).tangent, constant.tangent)


# --- several tangents in one pass ---


def test_all_partial_derivatives_in_one_pass() -> None:
    calls = []

    def f(x: Any, y: Any, z: Any) -> Any:
        calls.append(1)
        return (x + y) ** 2 * z

    unit = np.eye(3)
    out = f(*(Dual(v, unit[i]) for i, v in enumerate((1.0, 2.0, -6.0))))
    assert out.primal == -54.0
    assert out.tangent.tolist() == [-36.0, -36.0, 9.0]
    assert out.tangent.dtype == np.float64
    assert len(calls) == 1


@over_the_table
def test_a_vector_of_tangents_is_so_many_passes(row: Primitive) -> None:
    for args in oracles.samples(row):
        n = len(args)
        seeds = [[1.0 + i * j for j in range(n)] for i in range(n)]  # of direction i
        columns = zip(*seeds, strict=True)
        out = row(*(Dual(x, list(column)) for x, column in zip(args, columns, strict=True)))
        one_by_one = [parts(row(*map(Dual, args, seed)))[1] for seed in seeds]
        tangents = out.tangent.tolist() if isinstance(out, Dual) else [0.0] * n
        assert tangents == pytest.approx(one_by_one, rel=1e-15, abs=0.0)


def test_tangents_of_a_vector_may_be_recorded_or_dual() -> None:
    v = Value(5.0)
    out = Dual(3.0, [1.0, v]) * Dual(2.0, [v, 0.0])
    assert [t.data for t in out.tangent] == [2.0 + 15.0, 10.0]
    nested = Dual(Dual(3.0, 1.0), [1.0, 0.0]) ** 2
    assert (parts(nested.tangent[0]), nested.tangent[1]) == ((6.0, 2.0), 0.0)


INFINITE_AT_ZERO: dict[str, Callable[[Any], Any]] = {
    "sqrt": ag.sqrt,
    "log": ag.log,
    "cbrt": ag.cbrt,
    "reciprocal": ag.reciprocal,
    "pow": lambda x: x**0.5,
    "arccosh": lambda x: ag.arccosh(1.0 + x),
    "prod": lambda x: ag.prod([ag.sqrt(x), 1.0]),
}


@pytest.mark.parametrize("name", INFINITE_AT_ZERO)
def test_a_direction_that_is_not_taken_stays_zero(name: str) -> None:
    """The slope is infinite, but only by x: 0 times infinity is never formed for y."""
    x, y = Dual(0.0, [1.0, 0.0]), Dual(2.0, [0.0, 1.0])
    out = INFINITE_AT_ZERO[name](x) + 3.0 * y
    assert abs(out.tangent[0]) == inf
    assert out.tangent[1] == 3.0
    recorded = INFINITE_AT_ZERO[name](Dual(Value(0.0), [1.0, 0.0]))
    assert abs(number(recorded.tangent[0])) == inf
    assert recorded.tangent[1] == 0.0


def test_a_dual_number_in_no_direction_stays_there() -> None:
    assert parts(ag.sqrt(Dual(0.0, 0.0))) == (0.0, 0.0)
    assert ag.log(Dual(0.0, [0.0, 0.0])).tangent.tolist() == [0.0, 0.0]


def test_a_direction_that_cancels_is_still_taken() -> None:
    """x - x is 0 with the slope 0, but it did depend on x: IEEE arithmetic from there on."""
    x = Dual(1.0, [1.0, 0.0])
    assert np.isnan(ag.sqrt(x - x).tangent[0])
    assert ag.sqrt(x - x).tangent[1] == 0.0


UNSELECTED: dict[str, Callable[[Any], Any]] = {
    "where": lambda x: ag.where(x > 0.0, ag.sqrt(x), 0.0),
    "where, else": lambda x: ag.where(x <= 0.0, 0.0, ag.log(x)),
    "maximum": lambda x: ag.maximum(ag.log(x), 1.0),
    "minimum": lambda x: ag.minimum(ag.reciprocal(x), 1.0),
    "clip": lambda x: ag.clip(ag.log(x), -1.0, 1.0),
    "clip, limit": lambda x: ag.clip(0.0, ag.log(x), 1.0),
    "relu": lambda x: ag.relu(ag.log(x)),
    "sign": lambda x: ag.sign(ag.cbrt(x)),
    "floor": lambda x: ag.floor(ag.sqrt(x)),
    "trunc": lambda x: ag.trunc(ag.sqrt(x)),
    "rint": lambda x: ag.rint(ag.sqrt(x)),
    "floor_divide": lambda x: ag.sqrt(x) // 2.0,
    "ceil": lambda x: ag.ceil(ag.sqrt(x)),
    "less": lambda x: ag.less(ag.log(x), 0.0),
    "less_equal": lambda x: ag.less_equal(0.0, ag.log(x)),
    "equal": lambda x: ag.equal(ag.sqrt(x), 0.0),
    "not_equal": lambda x: ag.not_equal(ag.cbrt(x), 0.0),
}


@pytest.mark.parametrize("case", UNSELECTED)
@pytest.mark.parametrize("tangent", [1.0, [1.0, 0.0]], ids=["one direction", "two"])
def test_an_unselected_branch_contributes_nothing(case: str, tangent: Any) -> None:
    for x in (Dual(0.0, tangent), Dual(Value(0.0), tangent), Dual(Dual(0.0, 1.0), tangent)):
        out = UNSELECTED[case](x)
        assert math.isfinite(out.data if isinstance(out, Operand) else out)
        rest = parts(out)[1] if isinstance(out, Dual) and out.level() == x.level() else 0.0
        assert not np.any(rest)


def test_cases_cover_every_row_that_selects() -> None:
    assert {case.partition(",")[0] for case in UNSELECTED} == {r.name for r in ROWS if r.selects}


def test_overflow_gives_no_warning() -> None:
    """IEEE arithmetic, for vectors of tangents as for single ones."""
    huge = Dual(1e200, [1e200, -1e200])
    assert (huge * huge).tangent.tolist() == [inf, -inf]
    assert np.isnan((huge * huge + -1.0 * huge * huge).tangent).all()
    assert (Dual(1e200, 1e200) ** 2).tangent == inf
    assert (1.0 / Dual(0.0, [1.0, 2.0])).tangent.tolist() == [-inf, -inf]


# --- text and copies ---


@pytest.mark.parametrize(
    ("dual", "text"),
    [
        (Dual(3.0), "Dual(3.0, 1.0)"),
        (Dual(3, 2), "Dual(3.0, 2.0)"),
        (Dual(3.0, [1.0, 0.0]), "Dual(3.0, [1.0, 0.0])"),
        (Dual(Value(3.0, "x"), Dual(1.0)), "Dual(Value(3.0, name='x'), Dual(1.0, 1.0))"),
    ],
)
def test_repr(dual: Dual, text: str) -> None:
    assert repr(dual) == str(dual) == f"{dual}" == text


def test_format() -> None:
    assert f"{Dual(math.pi):.3f}" == "3.142"
    assert f"{Dual(Value(2.0), 1.0):6.1f}" == "   2.0"
    with pytest.raises(ValueError, match="format"):
        format(Dual(1.0), "nonsense")


@pytest.mark.parametrize(
    "duplicate", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]
)
def test_copies(duplicate: Callable[[Dual], Dual]) -> None:
    x = duplicate(Dual(2.0, 3.0, level=7))
    assert (x.primal, x.tangent, x.level(), x.support) == (2.0, 3.0, 7, 1)
    y = duplicate(Dual(Dual(2.0), np.array([0.0, 1.0])))
    assert (parts(y.primal), y.tangent.tolist(), y.level()) == ((2.0, 1.0), [0.0, 1.0], 2)
    assert ag.sqrt(y - 2.0).tangent.tolist() == [0.0, inf]  # still only in its own direction
    z = duplicate(Dual(Value(2.0, "v"), 1.0))
    assert (z.primal.data, z.primal.name) == (2.0, "v")


# --- bad input ---


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Dual("a"), "the primal of a Dual takes a number, not the text 'a'"),
        (lambda: Dual(1, "a"), "the tangent of a Dual takes a number, not the text 'a'"),
        (lambda: Dual(1j), "the primal of a Dual takes real numbers, not the complex 1j"),
        (lambda: Dual(1, 1j), "the tangent of a Dual takes real numbers"),
        (lambda: Dual(None), "the primal of a Dual takes a number, not None"),
        (lambda: Dual([1.0]), "the primal of a Dual takes numbers, not a list"),
        (lambda: Dual(np.ones(2)), r"the primal of a Dual takes one number, not an array of shape"),
        (lambda: Dual(1.0, ["a"]), "the tangent of a Dual takes a number, not the text 'a'"),
        (lambda: Dual(1.0, np.ones((2, 2))), "the tangent of a Dual takes one number, not an arr"),
        (lambda: float(Dual(1.0)), r"a Dual does not become a float by itself, .* write \.data"),
        (lambda: int(Dual(1.0)), r"a Dual does not become an int by itself, .* int\(v\.data\)"),
        (lambda: math.exp(Dual(1.0)), r"a Dual does not become a float .* autograd\.exp\(v\)"),
        (lambda: np.zeros(1).__setitem__(0, Dual(1.0)), "a Dual does not become a float by itself"),
        (lambda: Dual(1.0) + "a", "unsupported operand"),
        (lambda: "a" * Dual(1.0), "unsupported operand|can't multiply"),
        (lambda: Dual(1.0) + 1j, "unsupported operand"),
        (lambda: Dual(1.0) + None, "unsupported operand"),
        (lambda: Dual(1.0) % "a", "unsupported operand"),
        (lambda: np.gcd(Dual(1.0), 2), r"np\.gcd has no derivative here"),
        (lambda: ag.exp(Dual(1.0), 2.0), "takes 1 argument"),
        (lambda: TABLE["exp"](Dual(1.0), 2.0), r"exp\(\) takes 1 argument, but got 2"),
        (lambda: TABLE["mul"](Dual(1.0), "a"), "mul takes a number, not the text 'a'"),
    ],
)  # fmt: skip
def test_bad_input(make: Callable[[], Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        make()


@pytest.mark.parametrize(
    ("make", "least"),
    [
        (lambda: Dual(1.0, 1.0, level=0), 1),
        (lambda: Dual(Dual(1.0), 1.0, level=1), 2),
        (lambda: Dual(1.0, Dual(1.0), level=1), 2),
        (lambda: Dual(1.0, [1.0, Dual(1.0, level=4)], level=4), 5),
    ],
)
def test_a_level_too_low(make: Callable[[], Any], least: int) -> None:
    with pytest.raises(ValueError, match=f"the level of this Dual must be {least} or more"):
        make()


def test_tangents_of_unequal_number_do_not_mix() -> None:
    with pytest.raises(ValueError, match="broadcast"):
        Dual(1.0, [1.0, 0.0]) * Dual(1.0, [1.0, 0.0, 0.0])
