"""check_grads: every reason for which it fails, and what it says then."""

import itertools
import math
import pickle
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Operand, Value
from autograd.checks import GradientCheckError, check_grads
from autograd.rules.custom import custom_partials
from tests.autograd.checks.subjects import Function, failure


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


def one_wrong(n: int, place: int, order: int, error: float) -> Function:
    """Squares and waves of n entries; of one, the derivative of this order is wrong by an error."""

    def slope(y: Any, x: Any) -> Any:
        right = 2.0 * x + ag.cos(x)
        if order == 1:
            return right + error
        return second(x) if order == 2 else third(x)

    second = custom_partials(lambda y, x: 2.0 - ag.sin(x) + error)(lambda x: 2.0 * x + math.cos(x))
    curvature = custom_partials(lambda y, x: -ag.cos(x) + error)(lambda x: 2.0 - math.sin(x))
    third = custom_partials(lambda y, x: curvature(x))(lambda x: 2.0 * x + math.cos(x))
    wrong = custom_partials(slope)(lambda x: x * x + math.sin(x))

    def f(x: Any) -> Any:
        y = x * x + np.sin(x)
        y[place] = wrong(x[place])
        return y

    return f


@pytest.mark.parametrize(
    ("order", "n", "place", "error"),
    [
        (1, 1000, 0, 1e-2),
        (1, 1000, 333, -0.5),
        (1, 1000, 999, 100.0),
        (2, 300, 17, 1e-2),
        (2, 60, 0, -0.5),
        (2, 60, 59, 100.0),
        (3, 36, 35, -0.5),
    ],
)
def test_a_single_wrong_derivative_among_many(order: int, n: int, place: int, error: float) -> None:
    f = one_wrong(n, place, order, error)
    x = np.linspace(0.3, 1.7, n)
    if order > 1 and n < 100:
        check_grads(f, (x,), order=order - 1, modes=("rev",))  # the lower ones are right
    found = failure(f, x, order=order, modes=("rev",))
    assert found.reason == "wrong rule"
    assert f"argument 0 of f[{place}] is not confirmed" in str(found)
    assert f"order {order}: the derivative of result" in str(found)
    if n < 100:
        total = failure(lambda x: np.sum(f(x)), x, order=order, modes=("fwd",))
        assert f"argument 0 of <lambda>[{place}] is not confirmed" in str(total)


@pytest.mark.parametrize("seed", range(8))
def test_a_wrong_derivative_anywhere(seed: int) -> None:
    """Of any entry of 1,000: by 0.1 %, forgotten, of another sign, or twice as large."""
    random = np.random.default_rng(seed)
    x = random.uniform(0.3, 1.7, 1000)
    place = int(random.integers(1000))
    share = [1e-3, -1.0, -2.0, 1.0][seed % 4]
    f = one_wrong(1000, place, 1, share * (2.0 * x[place] + np.cos(x[place])))
    total = failure(lambda x: np.sum(f(x)), x, order=1, modes=("rev",))
    assert f"the derivative of result by argument 0 of <lambda>[{place}] is not" in str(total)


def test_a_transposed_jacobian_of_many_entries() -> None:
    """Its error would vanish if the same mixture stood for inputs and outputs."""
    n = 40
    A = np.random.default_rng(0).standard_normal((n, n))

    def row(i: int) -> Any:
        return custom_partials(lambda y, *xs: A[:, i].tolist())(lambda *xs: float(A[i] @ xs))

    rows = [row(i) for i in range(n)]
    f = lambda x: np.array([row(*x) for row in rows])  # noqa: E731
    assert failure(f, np.linspace(0.1, 1.0, n), order=1).reason == "wrong rule"


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
    assert str(Path(__file__).parent) in str(error)  # the line of the program


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
