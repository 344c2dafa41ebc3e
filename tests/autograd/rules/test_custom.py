"""custom_partials: functions with derivatives of their own."""

import copy
import math
import pickle
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd import TABLE, Dual, Primitive, Tensor, Value, derivative, grad, hessian, jvp
from autograd.checks import GradientCheckError, check_grads
from autograd.rules.custom import custom_partials
from autograd.rules.forms import printed
from tests import oracles
from viz import draw_dot


@custom_partials(lambda y, x: 1 - y * y)
def my_tanh(x: float) -> float:
    """The hyperbolic tangent, by the standard library."""
    return math.tanh(x)


@custom_partials(lambda y, a, b: b, lambda y, a, b: a)
def times(a: float, b: float) -> float:
    return a * b


@custom_partials(lambda y, *xs: [2.0 * x for x in xs])
def sum_of_squares(*xs: float) -> float:
    return math.fsum(x * x for x in xs)


@custom_partials(lambda y, x: 1.0)
def wrong_sin(x: float) -> float:
    return math.sin(x)


# Every kind of number, both modes, any order.


def test_is_a_primitive_outside_of_the_table() -> None:
    assert type(my_tanh) is Primitive
    assert repr(my_tanh) == "<primitive my_tanh>"
    assert my_tanh not in TABLE.values()
    assert my_tanh.fn.__doc__ == "The hyperbolic tangent, by the standard library."
    assert (my_tanh.arity, times.arity, sum_of_squares.arity) == (1, 2, None)


@given(st.floats(-5.0, 5.0))
def test_agrees_with_the_row(x: float) -> None:
    assert my_tanh(x) == ag.tanh(x)
    assert grad(my_tanh)(x) == pytest.approx(grad(ag.tanh)(x), rel=1e-9)
    assert jvp(my_tanh, (x,), (1.0,))[1] == grad(my_tanh)(x)


@pytest.mark.parametrize("order", range(1, 6))
def test_high_orders(order: int) -> None:
    assert derivative(my_tanh, order)(0.3) == pytest.approx(derivative(ag.tanh, order)(0.3))


def test_every_kind_of_number() -> None:
    assert type(my_tanh(1)) is float
    assert type(my_tanh(np.float64(1.0))) is np.float64
    v = Value(0.5, "v")
    out = my_tanh(v)
    out.backward()
    assert out.op is my_tanh
    assert v.grad == 1.0 - math.tanh(0.5) ** 2
    assert my_tanh(Dual(0.5, 2.0)).tangent == 2.0 * v.grad
    assert type(my_tanh(Tensor([0.5]))) is Tensor
    array = my_tanh(np.array([[1, 2], [3, 4]]))
    assert array.dtype == np.float64
    np.testing.assert_array_equal(array, np.vectorize(math.tanh)([[1.0, 2.0], [3.0, 4.0]]))
    assert times(np.array([1.0, 2.0]), 3.0).tolist() == [3.0, 6.0]
    assert sum_of_squares(np.array([1.0, 2.0]), 3.0, 4.0).tolist() == [26.0, 29.0]
    assert my_tanh(np.empty((0, 2))).shape == (0, 2)
    mixed = sum_of_squares(v, 2.0, Value(3.0))
    assert mixed.data == 13.25
    assert mixed.partials == (1.0, 6.0)


def test_several_arguments_to_second_order() -> None:
    f = lambda x: times(x[0], times(x[0], x[1])) + sum_of_squares(*x)  # noqa: E731
    np.testing.assert_allclose(hessian(f)(np.array([2.0, 3.0])), [[8.0, 4.0], [4.0, 2.0]])


def test_a_leading_argument_may_stand_for_all() -> None:
    @custom_partials(lambda y, x: 2.0 * x)
    def square_by_default(x: float, exponent: int = 2) -> float:
        return x**exponent

    assert square_by_default(3.0) == 9.0
    assert grad(square_by_default)(3.0) == 6.0
    with pytest.raises(TypeError, match=r"takes 1 argument, but got 2"):
        square_by_default(3.0, 3)


def test_callables_without_a_signature_or_a_name() -> None:
    class Cube:
        def __call__(self, x: float) -> float:
            return x**3

    cube = custom_partials(lambda y, x: 3.0 * x * x)(Cube())
    assert cube.name == "Cube"
    assert grad(cube)(2.0) == 12.0
    hypot = custom_partials(lambda y, a, b: a / y, lambda y, a, b: b / y)(math.hypot)
    assert grad(hypot, (0, 1))(3.0, 4.0) == (0.6, 0.8)
    exp = custom_partials(lambda y, x: y)(np.exp)
    assert grad(exp)(0.0) == 1.0


def test_a_name_of_the_table_is_no_row_of_it() -> None:
    def dot(*xs: float) -> float:
        return math.fsum(xs)

    own = custom_partials(lambda y, *xs: [1.0] * len(xs))(dot)
    assert (own.name, own.symbol) == ("custom dot", "dot")
    assert own(1.0, 2.0, 3.0) == 6.0  # of the table's dot, an odd number of arguments
    assert grad(own)(1.0, 2.0, 3.0) == 1.0


def test_in_drawings_and_printed_forms() -> None:
    assert "my_tanh" in draw_dot(my_tanh(Value(0.5))).source
    assert my_tanh.latex.format("x") == r"\operatorname{my\_tanh}\left(x\right)"
    assert printed(times, "python", ["x", "y"]) == "times(x, y)"
    assert printed(sum_of_squares, "javascript", ["x", "y"]) == "sum_of_squares(x, y)"


# The check of gradients.


@pytest.mark.parametrize(
    ("f", "args"),
    [
        (my_tanh, (0.3,)),
        (times, (2.0, -3.0)),
        (sum_of_squares, (1.0, -2.0, 0.5)),
        (lambda x: np.sum(my_tanh(x) * x), (np.array([[0.1, -0.2], [1.0, 2.0]]),)),
        (lambda x: sum_of_squares(*my_tanh(x)), (np.array([0.1, -0.2]),)),
    ],
)
def test_right_rules_pass(f: Callable[..., Any], args: tuple[Any, ...]) -> None:
    check_grads(f, args, order=3)


def test_a_wrong_rule_fails() -> None:
    with pytest.raises(GradientCheckError, match=r"wrong_sin\(0\.3\)") as caught:
        check_grads(wrong_sin, (0.3,))
    assert caught.value.reason == "wrong rule"


DIFFERENTIABLE = [row for row in TABLE.values() if row.name not in oracles.ORDERED]


def interior(row: Primitive) -> tuple[float, ...]:
    """A point of the row's domain without a zero or a tie in it."""
    count = row.arity or 4
    intervals = row.domain if len(row.domain) == count else row.domain * count
    parts = (0.63, 0.41, 0.87, 0.23)
    ends = [(max(lo, -3.0), min(hi, 3.0)) for lo, hi in intervals]
    return tuple(lo + part * (hi - lo) for part, (lo, hi) in zip(parts, ends, strict=False))


@pytest.mark.parametrize("row", DIFFERENTIABLE, ids=lambda row: row.name)
def test_any_row_as_a_function_of_ones_own(row: Primitive) -> None:
    rules = row.rules if row.joint_rule is None else (row.joint_rule,)
    own = custom_partials(*rules)(row.fn)
    args = interior(row)
    assert own(*args) == row(*args)
    assert grad(own, tuple(range(len(args))))(*args) == grad(row, tuple(range(len(args))))(*args)
    check_grads(own, args)


# What is wrong with a definition.


def f0() -> float:
    return 0.0


def f2(a: float, b: float) -> float:
    return a + b


def f_keyword(x: float, *, scale: float) -> float:
    return x * scale


def rule1(y: Any, x: Any) -> Any:
    return y


def rule2(y: Any, a: Any, b: Any) -> Any:
    return y


@pytest.mark.parametrize(
    ("rules", "function", "message"),
    [
        ((3,), math.sin, "rule 0 of custom_partials is 3, which is not callable"),
        ((rule1,), 3, "decorates a function, not 3"),
        ((rule1,), f2, r"has 1 rules for f2\(a, b\): give one for each"),
        ((rule2, rule2, rule2), f2, r"has 3 rules for f2\(a, b\)"),
        ((), f0, "has no rules: did you forget the rules"),
        ((rule1,), f0, r"has 1 rules for f0\(\)"),
        ((rule1, rule1), f2, r"rule 0 of f2 is called with out and 2 arguments, but takes \(y"),
        ((rule2, rule1), f2, r"rule 1 of f2 is called with"),
        ((rule1,), f_keyword, "f_keyword needs the keyword argument scale"),
        ((rule1, rule1), lambda *xs: 0.0, "needs a single rule .* not 2 rules"),
        ((rule1,), lambda *xs: 0.0, r"called with out, \*args, but takes \(y"),
    ],
)
def test_definitions_that_do_not_fit(rules: tuple[Any, ...], function: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        custom_partials(*rules)(function)


def test_forgotten_rules() -> None:
    forgotten = r"did you forget the rules: @custom_partials\(rule\)\?"
    with pytest.raises(TypeError, match=forgotten):
        custom_partials()
    with pytest.raises(TypeError, match=r"not my_sin\(x\): " + forgotten):

        @custom_partials
        def my_sin(x):  # type: ignore[no-untyped-def]
            return math.sin(x)

    with pytest.raises(TypeError, match=r"not 1\.0, 2\.0: " + forgotten):  # f2 could be a rule
        custom_partials(f2)(1.0, 2.0)  # type: ignore[arg-type, call-arg]


@pytest.mark.parametrize("result", [None, "1", 1j, [1.0], np.ones(2)])
def test_results_that_are_no_numbers(result: Any) -> None:
    function = custom_partials(lambda y, x: 1.0)(lambda x: result)
    for x in (0.5, Value(0.5), Dual(0.5), np.array([0.5]), 1):
        with pytest.raises(TypeError, match=r"<lambda>\((0.5|1.0),\) returned .*, not a real"):
            function(x)


def test_a_function_that_is_recorded_elsewhere() -> None:
    w = Value(2.0)
    function = custom_partials(lambda y, x: 2.0)(lambda x: w * x)
    with pytest.raises(TypeError, match="pass all it depends on as arguments"):
        function(3.0)


@pytest.mark.parametrize("slope", [None, "1", 1j, [1.0]])
def test_rules_that_give_no_number(slope: Any) -> None:
    function = custom_partials(lambda y, x: slope)(math.sin)
    variadic = custom_partials(lambda y, *xs: [slope] * len(xs))(lambda *xs: 0.0)
    assert function(0.0) == 0.0
    for x in (Value(0.5), Dual(0.5), Dual(Value(0.5))):
        with pytest.raises(TypeError, match="the rule of sin for its argument 0 gave"):
            function(x)
        with pytest.raises(TypeError, match="the rule of <lambda> for its argument 0 gave"):
            variadic(x, 1.0)


def test_a_missing_return_is_guessed() -> None:
    with pytest.raises(TypeError, match="is a `return` missing"):
        custom_partials(lambda y, x: None)(math.sin)(Value(1.0))


@pytest.mark.parametrize(
    ("slopes", "message"),
    [
        (None, "gave None, not a list"),
        ([1.0], "1 derivatives for 2 arguments"),
        (1.0, "not a list"),
    ],
)
def test_variadic_rules_that_do_not_list(slopes: Any, message: str) -> None:
    function = custom_partials(lambda y, *xs: slopes)(lambda *xs: 0.0)
    for x in (Value(0.5), Dual(0.5)):
        with pytest.raises(TypeError, match=message):
            function(x, 2.0)


def test_a_rule_of_plain_floats_names_the_remedy() -> None:
    own = custom_partials(lambda y, x: math.cos(x))(math.sin)
    assert grad(own)(0.0) == 1.0
    with pytest.raises(TypeError, match=re.escape("autograd.exp(v) for math.exp(v)")):
        grad(grad(own))(0.0)


# Exceptions.


def test_division_by_zero_is_ieee() -> None:
    inverse = custom_partials(lambda y, x: -1.0 / (x * x))(lambda x: 1.0 / x)
    assert inverse(0.0) == math.inf
    assert inverse(-0.0) == -math.inf
    assert grad(inverse)(0.0) == -math.inf
    assert inverse(np.array([0.0, 2.0])).tolist() == [math.inf, 0.5]


@pytest.mark.parametrize(("function", "x"), [(math.log, -1.0), (math.exp, 1e4), (math.log, 0.0)])
def test_other_exceptions_come_through(function: Callable[[float], float], x: float) -> None:
    own = custom_partials(lambda y, x: y)(function)
    leaf = Value(x)
    for argument in (x, leaf, Dual(x), np.array([x])):
        with pytest.raises((ValueError, OverflowError)) as caught:
            own(argument)
        assert f"in {function.__name__}({x!r},)" in caught.value.__notes__[0]
    later = own(Value(1.0))
    later.backward()
    assert (leaf.grad, later.data) == (0.0, function(1.0))


# Pickles.


def test_pickles_by_its_name() -> None:
    assert pickle.loads(pickle.dumps(my_tanh)) is my_tanh
    assert copy.deepcopy(my_tanh) is my_tanh
    x = Value(0.5)
    again = pickle.loads(pickle.dumps(my_tanh(x) * x))
    assert again.parents[0].op is my_tanh
    for row in TABLE.values():
        assert pickle.loads(pickle.dumps(row)) is row


@pytest.mark.parametrize("name", ["local", "tanh"])
def test_what_cannot_be_imported_does_not_pickle(name: str) -> None:
    def function(x: float) -> float:
        return x

    function.__name__ = function.__qualname__ = name
    own = custom_partials(lambda y, x: 1.0)(function)
    with pytest.raises(pickle.PicklingError, match=f"{name}.*top level"):
        pickle.dumps(own)
    with pytest.raises(pickle.PicklingError, match="top level"):
        pickle.dumps(custom_partials(lambda y, x: 1.0)(lambda x: x))


def test_the_oracles_know_the_table() -> None:
    """The rows above are the whole table but for those whose first argument is no variable."""
    assert {row.name for row in DIFFERENTIABLE} == set(oracles.ORACLES) - oracles.ORDERED
