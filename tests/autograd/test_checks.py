"""Differences, complex steps, and check_grads: what passes, and every reason for which it fails."""

import itertools
import math
import pickle
import re
from collections import namedtuple
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd as ag
from autograd import TABLE, Operand, Primitive, Tensor, Value, grad, structure
from autograd.checks import (
    GradientCheckError,
    check_grads,
    complex_step,
    error_versus_step,
    numerical_gradient,
)
from autograd.custom import custom_partials
from autograd.primitive import is_analytic

EPSILON = 2.0**-52
Function = Callable[..., Any]

Pair = namedtuple("Pair", "a b")


def quadratic(tree: Any) -> Any:
    """A function of a nested structure, with all its derivatives different."""
    x, (y, rest) = tree["x"], tree["pair"]
    return np.sum(x * x * np.array([[1.0, 2.0], [3.0, 4.0]])) + y * rest[0] + rest[1][0] * 7.0


def structured() -> dict[str, Any]:
    return {"x": np.array([[1.0, 2.0], [3.0, 4.0]]), "pair": (5.0, [6.0, np.array([7.0])])}


def assert_quadratic(gradient: Any) -> None:
    assert list(gradient) == ["x", "pair"]
    np.testing.assert_allclose(gradient["x"], [[2.0, 8.0], [18.0, 32.0]], rtol=1e-8)
    y, rest = gradient["pair"]
    assert type(gradient["pair"]) is tuple
    assert type(rest) is list
    assert type(y) is float
    assert (y, rest[0]) == (pytest.approx(6.0), pytest.approx(5.0))
    np.testing.assert_allclose(rest[1], [7.0], rtol=1e-8)


# numerical_gradient.


@given(st.floats(-5.0, 5.0), st.floats(-5.0, 5.0))
def test_central_differences(x: float, y: float) -> None:
    f = lambda v: ag.sin(v[0]) * v[1] + v[1] ** 3  # noqa: E731
    expected = [math.cos(x) * y, math.sin(x) + 3.0 * y * y]
    np.testing.assert_allclose(numerical_gradient(f, np.array([x, y])), expected, atol=1e-6)


@pytest.mark.parametrize("x", [1e-3, 1.0, 1e8, 1e150])
def test_the_step_follows_the_magnitude(x: float) -> None:
    assert numerical_gradient(lambda x: x * x, x) == pytest.approx(2.0 * x, rel=1e-6)


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (0,), (2, 1, 2)])
def test_any_shape(shape: tuple[int, ...]) -> None:
    x = np.arange(1.0, 1.0 + np.prod(shape)).reshape(shape)
    gradient = numerical_gradient(lambda x: np.sum(x**3), x)
    assert type(gradient) is np.ndarray
    assert gradient.shape == shape
    np.testing.assert_allclose(gradient, 3.0 * x**2, rtol=1e-8)


def test_any_structure() -> None:
    assert_quadratic(numerical_gradient(quadratic, structured()))
    pair = numerical_gradient(lambda p: p.a * p.b, Pair(2.0, 3.0))
    assert type(pair) is Pair
    assert numerical_gradient(lambda x: 1.0, None) is None


def test_it_calls_f_with_the_array_itself() -> None:
    """So that f may use the weights of a network and ignore its argument."""
    w = np.array([2.0, 3.0])
    np.testing.assert_allclose(numerical_gradient(lambda _: w[0] ** 2 * w[1], w), [12.0, 4.0])


def test_views_and_orders_of_memory() -> None:
    whole = np.arange(24.0).reshape(4, 6)
    for x in (whole[::2, 1::3], whole.T, np.asfortranarray(whole), whole[::-1]):
        before = whole.copy()
        gradient = numerical_gradient(lambda x: np.sum(x * x), x)
        np.testing.assert_allclose(gradient, 2.0 * x, atol=1e-7)
        np.testing.assert_array_equal(whole, before)


def test_single_precision_has_its_own_step() -> None:
    x = np.array([1.0, 100.0], dtype=np.float32)
    gradient = numerical_gradient(lambda x: np.sum(x.astype(np.float64) ** 2), x)
    assert gradient.dtype == np.float64
    np.testing.assert_allclose(gradient, [2.0, 200.0], rtol=1e-4)
    assert x.tolist() == [1.0, 100.0]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("call", range(8))
def test_arrays_are_restored_when_f_raises(error: type[BaseException], call: int) -> None:
    x = np.array([0.1, 0.2, 1e300, -0.0])
    tree = {"x": x, "y": [np.array(3.0)]}
    calls = itertools.count()

    def f(tree: Any) -> float:
        if next(calls) == call:
            raise error
        return float(tree["x"][0])

    with pytest.raises(error):
        numerical_gradient(f, tree)
    assert x.tobytes() == np.array([0.1, 0.2, 1e300, -0.0]).tobytes()
    assert tree["y"][0] == 3.0
    gradient = numerical_gradient(f, tree)
    assert gradient["x"][0] == pytest.approx(1.0)
    assert x.tobytes() == np.array([0.1, 0.2, 1e300, -0.0]).tobytes()


def test_steps_that_are_given() -> None:
    assert numerical_gradient(lambda x: x**3, 1.0, h=0.5) == 3.25
    with pytest.raises(ValueError, match=r"the step 1e-20 is lost in rounding beside 1\.0"):
        numerical_gradient(lambda x: x, 1.0, h=1e-20)
    for h in (0.0, -1.0, math.nan, math.inf):
        with pytest.raises(ValueError, match="h must be a positive number"):
            numerical_gradient(lambda x: x, 1.0, h=h)
        with pytest.raises(ValueError, match="h must be a positive number"):
            complex_step(lambda x: x, 1.0, h=h)


def read_only() -> np.ndarray[Any, Any]:
    x = np.ones(2)
    x.flags.writeable = False
    return x


def test_arrays_that_cannot_be_changed() -> None:
    shared = np.ones(3)
    with pytest.raises(ValueError, match=r"argument 0 of total\['x'\] is read-only.*copy"):
        numerical_gradient(total, {"x": read_only()})
    with pytest.raises(ValueError, match="read-only"):
        numerical_gradient(total, np.broadcast_to(1.0, (2, 2)))
    with pytest.raises(ValueError, match=r"argument 0 of total\[1\] shares memory"):
        numerical_gradient(total, (shared[:2], shared[1:]))
    assert complex_step(np.sum, read_only()).tolist() == [1.0, 1.0]


def total(*trees: Any) -> Any:
    return sum(np.sum(x) for x in structure.leaves(trees))


@pytest.mark.parametrize("derivative", [numerical_gradient, complex_step])
@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.array([1, 2]), "array of int64.*astype"),
        (np.array([True]), "array of bool"),
        (np.array([1j]), "array of complex128"),
        (np.array(["a"]), "array of <U1"),
        (True, "argument 0 of total is True"),
        ("a", "the text 'a'"),
        (1j, "complex"),
        (Value(1.0), r"Value\(1.0\), which is recorded"),
        (Tensor([1.0]), r"argument 0 of total\[0\] takes a plain number"),
        ({"w": [1.0, {1.0}]}, r"argument 0 of total\['w'\]\[1\] takes a number"),
    ],
)
def test_arguments_without_derivatives(derivative: Function, x: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        derivative(total, x)


@pytest.mark.parametrize("derivative", [numerical_gradient, complex_step])
@pytest.mark.parametrize("result", [None, "a", np.ones(2), (1.0,), {}])
def test_results_that_are_no_single_number(derivative: Function, result: Any) -> None:
    with pytest.raises(TypeError):
        derivative(lambda x: result, 1.0)


def test_results_may_be_recorded() -> None:
    w = Value(3.0)
    assert numerical_gradient(lambda x: w * x, 2.0) == pytest.approx(3.0)
    assert numerical_gradient(lambda x: np.array(x * x), 2.0) == pytest.approx(4.0)


# Complex numbers.

ANALYTIC = {row.name: row for row in TABLE.values() if is_analytic(row)}


def test_the_analytic_rows() -> None:
    arithmetic = {"add", "sub", "mul", "div", "neg", "identity", "pow", "square", "reciprocal"}
    powers = {"exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt"}
    circular = {"sin", "cos", "tan", "arcsin", "arccos", "arctan"}
    hyperbolic = {"sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh"}
    assert set(ANALYTIC) == arithmetic | powers | circular | hyperbolic


@pytest.mark.parametrize("row", ANALYTIC.values(), ids=ANALYTIC)
def test_analytic_rows_take_complex_numbers(row: Primitive) -> None:
    z = (0.3 + 0.2j, 0.5 - 0.1j)[: row.arity]
    result = row(*z)
    assert type(result) is complex
    assert result == pytest.approx(complex(row.numpy(*z)))
    assert type(row(*map(np.complex128, z))) is np.complex128
    array = row(*[np.array([w, w]) for w in z])
    assert array.dtype == np.complex128
    np.testing.assert_allclose(array, [result, result])
    if row.arity == 2:
        assert row(z[0], 2.0) == pytest.approx(complex(row.numpy(z[0], 2.0)))
        assert row(2, np.array([z[0]])).shape == (1,)
        with pytest.raises(TypeError, match="takes a number, not the text"):
            row(z[0], "2")


@pytest.mark.parametrize(
    "row", [row for row in TABLE.values() if row.name not in ANALYTIC], ids=lambda row: row.name
)
def test_other_rows_refuse_complex_numbers(row: Primitive) -> None:
    z = [1j] * (row.arity or 2)
    with pytest.raises(TypeError, match=f"{row.name} takes real numbers, not the complex 1j"):
        row(*z)
    with pytest.raises(TypeError, match=f"{row.name}.* takes arrays of real numbers"):
        row(*map(np.atleast_1d, z))


def test_values_stay_real() -> None:
    for call in (
        lambda: Value(1j),
        lambda: Value(1.0) * 1j,
        lambda: 1j + Value(1.0),
        lambda: TABLE["mul"](Value(1.0), 1j),
        lambda: TABLE["mul"](1j, ag.Dual(1.0)),
        lambda: ag.exp(Tensor([1.0])) * 1j,
    ):
        with pytest.raises(TypeError):
            call()


# complex_step.


@given(st.floats(0.1, 5.0))
def test_complex_steps_are_exact(x: float) -> None:
    f = lambda x: ag.exp(x) / ag.sqrt(ag.sin(x) ** 2 + 3.0) * ag.log(x)  # noqa: E731
    assert complex_step(f, x) == pytest.approx(grad(f)(x), rel=1e-13, abs=1e-14)


def test_complex_steps_of_a_structure() -> None:
    assert_quadratic(complex_step(quadratic, structured()))
    f = lambda x: np.sum(ag.tanh(x @ x) * x[0])  # noqa: E731
    x = np.array([[0.1, 0.2], [0.3, 0.4]])
    np.testing.assert_allclose(complex_step(f, x), grad(f)(x), rtol=1e-13)


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (math.sin, "does not take complex numbers .*must be real number"),
        (lambda x: ag.maximum(x, 0.0), "maximum takes real numbers"),
        (ag.sigmoid, "sigmoid takes real numbers"),
        (lambda x: x if x > 0.0 else 0.0, "does not take complex numbers .*not supported"),
        (lambda x: np.array([x]).astype(float)[0], "discards the imaginary part"),
        (abs, "lose the imaginary part"),
        (lambda x: 3.0, "needs a single complex number"),
        (lambda x: x.tanh(), "no attribute 'tanh'"),
    ],
)
def test_functions_that_are_not_analytic(f: Function, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        complex_step(f, 1.0)


@pytest.mark.parametrize("f", [ag.log, ag.sqrt, ag.arcsin, lambda x: x / 0.0 * ag.sign(0.0)])
def test_outside_of_the_real_domain(f: Function) -> None:
    with pytest.raises((ValueError, ZeroDivisionError)):
        complex_step(f, -2.0)


# error_versus_step.


def test_the_v_of_exp() -> None:
    errors = error_versus_step(ag.exp, 1.0, exact=math.e)
    assert errors.exact == math.e
    assert len(errors.steps) == 61
    assert (errors.steps[0], errors.steps[-1]) == (pytest.approx(0.1), pytest.approx(1e-16))
    assert all(a > b for a, b in itertools.pairwise(errors.steps))
    best = errors.best
    assert 6e-6 / 30 < best["central"] < 6e-6 * 30
    assert 1.5e-8 / 30 < best["forward"] < 1.5e-8 * 30
    assert best["complex_step"] < 1e-7
    at = {f"{h:.0e}": i for i, h in enumerate(errors.steps)}
    assert errors.central.min() < 1e-10
    assert errors.central[at["1e-08"]] > 50 * errors.central.min()  # the sheet's step
    assert errors.forward.min() > 100 * errors.central.min()
    assert np.all(errors.complex_step[errors.steps < 1e-8] < 4 * EPSILON)
    assert np.all(errors.automatic < 4 * EPSILON)
    assert np.all(errors.automatic == errors.automatic[0])
    for line in (errors.steps, errors.forward, errors.central, errors.complex_step):
        assert line.dtype == np.float64
        assert line.shape == (61,)


def test_errors_against_automatic_differentiation() -> None:
    errors = error_versus_step(lambda x: x.sigmoid() if isinstance(x, Operand) else 0.0, 0.5)
    assert errors.exact == grad(ag.sigmoid)(0.5)
    assert not errors.automatic.any()
    assert np.isnan(errors.complex_step).all()
    assert math.isnan(errors.best["complex_step"])
    assert errors.central.min() < 1e-9


def test_errors_where_the_derivative_is_zero_are_absolute() -> None:
    errors = error_versus_step(lambda x: x * x, 0.0, steps=[1e-4, 1e-2])
    assert errors.steps.tolist() == [1e-2, 1e-4]
    assert errors.forward.tolist() == pytest.approx([1e-2, 1e-4])
    assert errors.central.tolist() == [0.0, 0.0]
    with pytest.raises(ValueError, match="a step must be a positive number"):
        error_versus_step(lambda x: x, 0.0, steps=[1.0, 0.0])


# check_grads: what passes.


def interior(row: Primitive, parts: tuple[float, ...]) -> tuple[float, ...]:
    """A moderate point of the row's domain without a zero or a tie in it."""
    count = row.arity or 4
    intervals = row.domain if len(row.domain) == count else row.domain * count
    ends = [(max(lo, -3.0), min(hi, 3.0)) for lo, hi in intervals]
    return tuple(lo + part * (hi - lo) for part, (lo, hi) in zip(parts, ends, strict=False))


POINTS = [(0.63, 0.41, 0.87, 0.23), (0.07, 0.29, 0.53, 0.71)]
over_the_table = pytest.mark.parametrize("row", TABLE.values(), ids=lambda row: row.name)


def by_what_varies(row: Primitive, args: tuple[float, ...]) -> tuple[Function, tuple[float, ...]]:
    """The row as a function of its arguments; of polygamma's without the whole-numbered order."""
    if row.name == "polygamma":
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
        assert row.fan_rule is not None
        return [slope * 1.0001 + 0.0003 for slope in row.fan_rule(y, *xs)]

    rules = map(spoilt, row.rules) if row.fan_rule is None else [all_spoilt]
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


def test_many_entries() -> None:
    x = np.linspace(-1.0, 1.0, 200)
    check_grads(lambda x: np.sum(np.exp(x) * x), (x,))
    check_grads(lambda x: np.exp(x) * x, (x,), order=1)


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


# check_grads: what fails, and why.


def failure(f: Function, *args: Any, **options: Any) -> GradientCheckError:
    with pytest.raises(GradientCheckError) as caught:
        check_grads(f, args, **options)
    return caught.value


@custom_partials(lambda y, x: 1.0 - y)
def bad_tanh(x: float) -> float:
    return math.tanh(x)


def test_wrong_rule() -> None:
    def f(W: Any) -> Any:
        return {"loss": 2.0 * bad_tanh(W[1, 2]) + np.sum(W), "other": 1.0}

    error = failure(f, np.arange(6.0).reshape(2, 3) / 10.0)
    text = str(error)
    assert error.reason == "wrong rule"
    assert "order 1: the derivative of result['loss'] by argument 0 of f[1,2]" in text
    right, wrong = 1.0 + 2.0 * (1 - math.tanh(0.5) ** 2), 1.0 + 2.0 * (1 - math.tanh(0.5))
    gave = evidence(text)
    assert gave["forward mode"] == gave["reverse mode"] == pytest.approx([wrong])
    assert gave["central difference"] == pytest.approx([right, right])
    assert gave["one-sided from the left"] == pytest.approx([right], rel=1e-4)
    assert gave["one-sided from the right"] == pytest.approx([right], rel=1e-4)
    assert "complex step                does not apply: bad_tanh takes real numbers" in text
    assert "Why: wrong rule" in text
    assert "bad_tanh(0.5): its derivative of order 1 by argument 0 is 0.537" in text
    assert text.count("its derivative of order") == 1  # nothing else is blamed


def evidence(text: str) -> dict[str, list[float]]:
    """The numbers of the message by method."""
    found: dict[str, list[float]] = {}
    for method, number in re.findall(r"^    (\S.*?)  +(-?[\d.einf+-]+|nan)(?: \(|$)", text, re.M):
        found.setdefault(method, []).append(float(number))
    return found


def test_wrong_rule_of_second_order() -> None:
    """A rule that is right as a number, but is not recorded."""
    own = custom_partials(lambda y, x: math.exp(number(x)))(math.exp)
    check_grads(own, (0.5,), order=1)
    error = failure(lambda x: own(x) * 2.0, 0.5)
    assert error.reason == "wrong rule"
    assert "order 2: the derivative of result of the forward-mode derivative" in str(error)
    assert "its derivative of order 2 by argument 0 is 0 by its rule" in str(error)


def number(x: Any) -> float:
    return number(x.data) if isinstance(x, Operand) else float(x)


@pytest.mark.parametrize("constant", [0.0, 1.0, 1e6, -1e9])
def test_a_forgotten_gradient_beside_a_constant(constant: float) -> None:
    """Where small steps change nothing, their differences agree with a derivative of 0."""
    lost = custom_partials(lambda y, x: 0.0)(lambda x: 0.001 * x)
    assert failure(lambda x: lost(x) + constant, 0.7, order=1).reason == "wrong rule"


def test_wrong_rule_of_one_argument_of_several() -> None:
    own = custom_partials(lambda y, a, b: b, lambda y, a, b: -a)(lambda a, b: a * b)
    error = failure(lambda x, y: own(2.0 * x, y), 1.0, 3.0)
    assert "by argument 1 of <lambda>" in str(error)
    assert "<lambda>(2, 3): its derivative of order 1 by argument 1 is -2 by its rule" in str(error)


def test_wrong_rule_of_a_variadic_primitive() -> None:
    own = custom_partials(lambda y, *xs: [1.0, *xs[1:]])(
        lambda *xs: math.fsum(x * x / 2 for x in xs)
    )
    error = failure(lambda x: own(*x, 3.0), np.array([2.0, 4.0]))
    assert error.reason == "wrong rule"
    assert "argument 0 of <lambda>[0]" in str(error)


def test_wrong_rule_that_only_a_complex_step_sees() -> None:
    rule = custom_partials(lambda y, x: y * (1.0 + 1e-8))(math.exp)

    def f(x: Any) -> Any:
        return rule(x) if isinstance(x, Operand) else ag.exp(x)

    error = failure(f, 0.5, order=1)
    assert error.reason == "wrong rule"
    check_grads(rule, (0.5,), order=1)  # by differences alone, 1e-8 cannot be seen


def test_wrong_rule_in_one_of_many_entries() -> None:
    def f(x: Any) -> Any:
        y = np.exp(x)
        y[123] = bad_tanh(x[77]) + y[123]
        return y

    error = failure(f, np.linspace(0.1, 1.0, 150), order=1)
    assert "the derivative of result[123] by argument 0 of f[77] is not" in str(error)
    assert "bad_tanh(0.565" in str(error)


@pytest.mark.parametrize("slope", [0.1, 100.0, 1e4])
@pytest.mark.parametrize("share", [1e-4, 0.5, -1.0])
def test_wrong_rule_of_a_steep_function(slope: float, share: float) -> None:
    """Where wide steps give huge differences, a small error must not drown in them."""
    own = custom_partials(lambda y, x: (1.0 + share) * y)(math.exp)
    assert failure(lambda x: own(slope * x), 0.01, order=1).reason == "wrong rule"


def test_modes_disagree() -> None:
    def f(x: Any) -> Any:
        return x * (x if isinstance(x, Value) else number(x))

    error = failure(f, 1.5)
    assert error.reason == "modes disagree"
    gave = evidence(str(error))
    assert gave["forward mode"] == [1.5]
    assert gave["reverse mode"] == [3.0]
    check_grads(f, (1.5,), modes=("rev",), order=1)
    alone = failure(f, 1.5, modes=("fwd",), order=1)
    assert alone.reason == "wrong rule"
    assert "reverse mode                not asked for" in str(alone)


@pytest.mark.parametrize(
    ("f", "culprit"),
    [
        (lambda x: ag.relu(x) + 2.0 * x, "relu(0)"),
        (lambda x: x * 3.0 if x > 0.0 else x, None),
        (lambda x: ag.where(x > 0.0, ag.sin(x), 0.0), None),
    ],
)
def test_kink(f: Function, culprit: str | None) -> None:
    error = failure(f, 0.0)
    assert error.reason == "kink"
    gave = evidence(str(error))
    assert gave["one-sided from the left"] != pytest.approx(gave["one-sided from the right"])
    if culprit is not None:
        assert culprit in str(error)


def test_kink_of_a_derivative() -> None:
    check_grads(lambda x: ag.relu(x) * x, (0.0,), order=1)
    error = failure(lambda x: ag.relu(x) * x, 0.0)
    assert error.reason == "kink"
    assert str(error).startswith("order 2")


@pytest.mark.parametrize(
    ("f", "x", "culprit"),
    [
        (lambda x: ag.floor(x) + x, 2.0, "floor(2)"),
        (lambda x: ag.sign(x) * (1.0 + x), 0.0, "sign(0)"),
        (lambda x: x if x < 1.0 else x + 0.01, 1.0, None),
    ],
)
def test_discontinuity(f: Function, x: float, culprit: str | None) -> None:
    error = failure(f, x)
    assert error.reason == "jump"
    assert "Why: discontinuity" in str(error)
    if culprit is not None:
        assert culprit in str(error)


def test_jump_of_a_derivative() -> None:
    check_grads(ag.abs, (0.0,), order=1)  # the convention is what differences say
    error = failure(ag.abs, 0.0)
    assert error.reason == "jump"
    assert "from a kink" in str(error)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: 1e15 + 1.1 * abs(x),
        lambda x: (1e14 + 1.1 * abs(x)) - 1e14,
        lambda x: 1e14 + 1.1 * abs(x),
    ],
)
def test_cancellation(f: Function) -> None:
    error = failure(f, 0.3, order=1)
    assert error.reason == "cancellation"
    near, nearer = evidence(str(error))["central difference"]
    assert near != pytest.approx(1.1, rel=1e-3) or nearer != pytest.approx(1.1, rel=1e-3)
    assert "vary with the step" in str(error)


def test_cancellation_that_a_complex_step_sees_through() -> None:
    f = lambda x: (1e13 + ag.exp(x)) - 1e13  # noqa: E731
    check_grads(f, (0.3,), order=1)
    rule = custom_partials(lambda y, x: -y)(math.exp)
    wrong = lambda x: (1e13 + (rule(x) if isinstance(x, Operand) else ag.exp(x))) - 1e13  # noqa: E731
    with pytest.raises(GradientCheckError):
        check_grads(wrong, (0.3,), order=1)


@pytest.mark.parametrize(
    ("f", "x", "operation"),
    [
        (lambda x: ag.log(x - 1.0) * 2.0, 0.5, "log gave nan for operands (-0.5)"),
        (lambda x: ag.exp(1000.0 * x), 1.0, "exp gave inf for operands (1000.0)"),
        (lambda x: ag.sqrt(x) * 0.0 + x, 0.0, "the backward pass of sqrt gave nan"),
        (ag.cbrt, 0.0, "the backward pass of cbrt gave inf"),
    ],
)
def test_not_finite(f: Function, x: float, operation: str) -> None:
    error = failure(f, x)
    assert error.reason == "not finite"
    assert f"first of all, {operation}" in str(error)
    assert "test_checks.py" in str(error)  # the line of the program


def test_not_finite_beside_the_point() -> None:
    error = failure(lambda x: ag.where(x == 1.0, x, math.nan), 1.0)
    assert error.reason == "not finite"
    assert "beside it" in str(error)


def test_nan_in_one_result_does_not_hide_the_others() -> None:
    def f(x: Any) -> Any:
        return ag.sin(x), ag.log(x - 1.0)

    text = str(failure(f, 0.5))
    assert "the derivative of result[1] by argument 0 of f" in text


def test_not_deterministic() -> None:
    calls = itertools.count(1.0)
    error = failure(lambda x: {"a": x, "b": x * next(calls)}, 2.0)
    assert error.reason == "not deterministic"
    assert "result['b'] is 2.0, and then 4.0, for the same arguments of <lambda>" in str(error)
    more = itertools.count(1)
    error = failure(lambda x: [x] * next(more), 2.0)
    assert "1 numbers are returned, and then 2," in str(error)


def test_the_same_failure_in_every_run() -> None:
    x = np.linspace(0.1, 1.0, 40)
    f = lambda x: np.sum(bad_tanh(x))  # noqa: E731
    assert str(failure(f, x)) == str(failure(f, x))


def test_the_error_is_an_assertion_that_pickles() -> None:
    error = failure(bad_tanh, 0.5)
    assert isinstance(error, AssertionError)
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.reason) == (str(error), "wrong rule")


# Bad input.


@pytest.mark.parametrize(
    ("args", "options", "error", "message"),
    [
        (1.0, {}, TypeError, r"write \(x,\) for a function of one argument"),
        (np.ones(2), {}, TypeError, r"not array\(2,\): write \(x,\)"),
        ((), {}, ValueError, "its arguments are empty"),
        ((np.empty(0),), {}, ValueError, "its arguments are empty"),
        ((np.array([1, 2]),), {}, TypeError, "argument 0 of total is an array of int64"),
        ((1.0, True), {}, TypeError, "argument 1 of total is True"),
        ((Value(1.0),), {}, TypeError, "argument 0 of total takes a plain number"),
        ((1.0,), {"order": 0}, ValueError, "order must be 1, 2"),
        ((1.0,), {"order": 1.5}, TypeError, "integer"),
        ((1.0,), {"modes": "fwd"}, TypeError, r"write \('fwd',\)"),
        ((1.0,), {"modes": ()}, ValueError, "modes must hold"),
        ((1.0,), {"modes": ("forward",)}, ValueError, "'fwd', 'rev' or both"),
        ((1.0,), {"eps": 0.0}, ValueError, "eps must be a positive number"),
        ((1.0,), {"atol": -1.0}, ValueError, "atol must be 0 or more"),
        ((1.0,), {"rtol": math.nan}, ValueError, "rtol must be 0 or more"),
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
