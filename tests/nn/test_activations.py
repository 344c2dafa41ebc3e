"""Activation functions against PyTorch's stored values, in both modes and on every kind of number.

data/activations.json says how its numbers were made.
"""

from __future__ import annotations

import inspect
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp

import autograd
from autograd import TABLE, Dual, Tensor, Value, check_grads, derivative, grad, topological_order
from nn import activations

STORED: dict[str, Any] = json.loads(
    (Path(__file__).parent / "stored" / "activations.json").read_text(encoding="utf-8")
)
POINTS: list[float] = STORED["points"]
CASES: dict[str, Any] = STORED["elementwise"]
ALONG: dict[str, Any] = STORED["along"]

by_case = pytest.mark.parametrize("case", CASES)
by_axis = pytest.mark.parametrize("case", ALONG)


def of_case(case: str) -> Callable[[Any], Any]:
    """The activation of a stored case, with its settings."""
    f, options = getattr(activations, case.partition(" ")[0]), CASES[case]["options"]
    return lambda x: f(x, **options)


def along_axis(case: str) -> Callable[[Any], Any]:
    name, axis = case.split()
    return lambda x: getattr(activations, name)(x, axis=int(axis))


def assert_near(got: Any, expected: Any) -> None:
    """Where PyTorch's own form cancels (1 - tanh², say), it is right to the rounding of 1."""
    np.testing.assert_allclose(got, expected, rtol=1e-13, atol=2e-15)


def numbers(x: Any) -> Any:
    return x.numpy() if isinstance(x, Tensor) else x.data if isinstance(x, Value) else x


# Names.


def test_every_activation_is_tested() -> None:
    stored = {case.partition(" ")[0] for case in (*CASES, *ALONG)} | {"prelu"}
    assert stored == set(activations.__all__)


@pytest.mark.parametrize("name", activations.__all__)
def test_activations_are_documented(name: str) -> None:
    f = getattr(activations, name)
    assert f.__name__ == name
    assert ">>>" in inspect.getdoc(f)


@pytest.mark.parametrize("name", sorted({*activations.__all__} & {*TABLE} - {"identity"}))
def test_primitives_are_passed_on(name: str) -> None:
    assert name == "gelu" or getattr(activations, name) is getattr(autograd, name)


# Values and derivatives.


@by_case
def test_values(case: str) -> None:
    assert_near([of_case(case)(x) for x in POINTS], CASES[case]["values"])


@by_case
def test_slopes_in_both_modes(case: str) -> None:
    f = of_case(case)
    leaves = Tensor(POINTS)
    f(leaves).backward()
    assert_near(leaves.grad, CASES[case]["slopes"])
    assert_near([f(Dual(x, 1.0)).tangent for x in POINTS], CASES[case]["slopes"])
    assert_near([derivative(f)(x) for x in POINTS], CASES[case]["slopes"])


@by_case
def test_gradients_against_differences(case: str) -> None:
    f = of_case(case)
    check_grads(f, (np.array([-3.3, -1.4, -0.3, 0.2, 0.7, 1.9, 4.2]),), order=2)


@by_case
def test_arrays_tensors_and_numbers_agree(case: str) -> None:
    f = of_case(case)
    expected = [f(x) for x in POINTS]
    array = np.array(POINTS).reshape(2, -1)
    with np.errstate(all="raise", under="ignore"):
        whole = f(array)
    assert type(whole) is np.ndarray
    assert whole.dtype == np.float64
    assert whole.shape == array.shape
    np.testing.assert_allclose(whole.ravel(), expected, rtol=4e-15)
    recorded = f(Tensor(array))
    assert type(recorded) is Tensor
    assert recorded.shape == array.shape
    np.testing.assert_allclose(recorded.numpy().ravel(), expected, rtol=1e-15)
    for x, y in zip(POINTS, expected, strict=True):
        assert type(y) is float
        assert numbers(f(Value(x))) == pytest.approx(y, rel=1e-15)
        assert f(np.float64(x)) == pytest.approx(y, rel=4e-15)
    assert f(np.zeros((0, 3))).shape == (0, 3)
    objects = np.array([Value(x) for x in POINTS], dtype=object)
    np.testing.assert_allclose(numbers(f(objects).view(Tensor)), expected, rtol=1e-15)
    assert float(f(1)) == f(1.0)


@by_case
def test_no_nan_from_large_numbers(case: str) -> None:
    f = of_case(case)
    for x in (-1e100, -1000.0, -745.2, 745.2, 1000.0, 1e100):
        assert math.isfinite(f(x))
        assert math.isfinite(derivative(f)(x))
        assert math.isfinite(derivative(f, order=2)(x))


@by_case
def test_a_nan_stays_one(case: str) -> None:
    assert math.isnan(of_case(case)(math.nan))
    assert np.isnan(of_case(case)(np.array([math.nan, 1.0]))).tolist() == [True, False]


@by_case
def test_few_nodes(case: str) -> None:
    """One for what is a primitive; hardtanh has one too, as it selects by the data."""
    most = {"identity": 0, "swish 1.5": 3, "gelu tanh": 8}.get(case, 1)
    out = of_case(case)(Value(0.5))
    assert len([node for node in topological_order(out) if node.op is not None]) <= most


# Those with settings.


def test_prelu_learns_its_slope() -> None:
    stored = STORED["prelu"]
    x, slope = Tensor(POINTS), Value(stored["slope"])
    y = activations.prelu(x, slope)
    y.backward()
    assert_near(y.numpy(), stored["values"])
    assert_near(x.grad, stored["slopes"])
    assert slope.grad == pytest.approx(stored["by slope"], rel=1e-13)
    each = activations.prelu(np.array([[-1.0, -1.0], [2.0, -2.0]]), np.array([0.5, 0.25]))
    assert each.tolist() == [[-0.5, -0.25], [2.0, -0.5]]
    check_grads(activations.prelu, (-1.3, 0.25))
    check_grads(activations.prelu, (-1.3, 0.0))


@given(st.floats(-5, 5), st.floats(-3, 3))
@settings(max_examples=30, deadline=None)
def test_swish_has_the_derivative_of_its_closed_form(x: float, beta: float) -> None:
    """Exercise 4-4, and by beta: x² s (1 - s)."""
    s = 1.0 / (1.0 + math.exp(-beta * x))
    by_x, by_beta = grad(activations.swish, (0, 1))(x, beta)
    assert by_x == pytest.approx(s + beta * x * s * (1.0 - s), rel=1e-12, abs=1e-14)
    assert by_beta == pytest.approx(x * x * s * (1.0 - s), rel=1e-12, abs=1e-14)


def test_swish_for_beta_of_one_is_silu() -> None:
    for beta in (1, 1.0, np.float64(1.0)):
        assert activations.swish(Value(0.5), beta).op is autograd.TABLE["silu"]
    learned = Value(1.0)
    activations.swish(2.0, learned).backward()
    assert learned.grad == pytest.approx(0.419974341614026, rel=1e-14)


def test_the_tanh_form_does_not_cancel() -> None:
    """(1 + tanh z) / 2 loses digits from x = -2 on; here they are right."""
    with mp.workdps(60):
        for x in (-6.0, -4.0, -0.1, 0.1, 3.0):
            z = mp.sqrt(2 / mp.pi) * (x + mp.mpf("0.044715") * mp.mpf(x) ** 3)
            want = float(x * (1 + mp.tanh(z)) / 2)
            assert activations.gelu(x, approximate="tanh") == pytest.approx(want, rel=2e-14)


def test_hardtanh_is_flat_at_its_limits() -> None:
    for x, slope in [(-1.0, 0.0), (1.0, 0.0), (0.999, 1.0), (-3.0, 0.0)]:
        assert derivative(activations.hardtanh)(x) == slope
    assert activations.hardtanh(7, lo=-2, hi=3) == 3.0
    nothing = activations.hardtanh(autograd.log(Value(0.0)))
    assert nothing.data == -1.0
    nothing.backward()  # an entry that is not selected gets nothing, not nan


@pytest.mark.parametrize(("lo", "hi"), [(1.0, 1.0), (2.0, -2.0), (math.nan, 1.0)])
def test_hardtanh_needs_an_interval(lo: float, hi: float) -> None:
    with pytest.raises(ValueError, match="lo < hi"):
        activations.hardtanh(0.0, lo, hi)


def test_softplus_is_exact_where_pytorch_gives_x() -> None:
    stored = json.loads((Path(__file__).parent / "stored" / "limits.json").read_text("utf-8"))
    for x, y, slope in zip(*stored["softplus"].values(), strict=True):
        value, here = Value(x), activations.softplus(x)
        activations.softplus(value).backward()
        with mp.workdps(40):
            exact = float(mp.log1p(mp.exp(x)))
        assert here == pytest.approx(exact, rel=4e-16, abs=0.0)
        rounding = 4e-16 * max(y, 1.0)
        assert -rounding <= here - y <= (2.07e-9 if x > 20.0 else 0.0) + rounding
        assert abs(value.grad - slope) <= (2.07e-9 if x > 20.0 else 0.0) + 4e-16


@pytest.mark.parametrize("wrong", ["erf", "", None, True])
def test_gelu_has_two_forms(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"approximate of gelu .*none, tanh"):
        activations.gelu(0.0, wrong)


@pytest.mark.parametrize("name", sorted({*activations.__all__} - {"softmax", "log_softmax"}))
@pytest.mark.parametrize("wrong", ["1", [1.0], None], ids=str)
def test_what_is_no_number_is_refused(name: str, wrong: Any) -> None:
    if name != "identity":
        with pytest.raises(TypeError):
            getattr(activations, name)(wrong, *([0.25] if name == "prelu" else []))


@by_case
def test_lists_are_refused_with_a_remedy(case: str) -> None:
    if case != "identity":
        with pytest.raises(TypeError, match=r"takes numbers, not a list: write numpy.array"):
            of_case(case)([1.0, 2.0])


# Along an axis.


@by_axis
def test_softmax_values_and_slopes(case: str) -> None:
    f, X = along_axis(case), np.array(STORED["X"])
    assert_near(f(X), ALONG[case]["values"])
    leaves = Tensor(X)
    out = f(leaves)
    assert type(out) is Tensor
    assert out.shape == X.shape
    assert_near(out.numpy(), ALONG[case]["values"])
    out.backward(np.array(STORED["seed"]))
    # a slope inherits the rounding of logsumexp at 1000: half an ulp of 1000 beside 1
    np.testing.assert_allclose(leaves.grad, ALONG[case]["slopes"], rtol=2e-13, atol=1e-13)


@by_axis
def test_softmax_gradients_against_differences(case: str) -> None:
    check_grads(along_axis(case), (np.array([[0.3, -0.7, 1.2], [0.1, 0.4, -2.0]]),))


@pytest.mark.parametrize("f", [activations.softmax, activations.log_softmax])
def test_softmax_takes_lists(f: Callable[..., Any]) -> None:
    expected = f(np.array([1.0, 2.0, 4.0]))
    assert type(expected) is np.ndarray
    np.testing.assert_array_equal(f([1, 2, 4]), expected)
    np.testing.assert_array_equal(f((1.0, 2.0, 4.0)), expected)
    for xs in ([Value(1.0), Value(2.0), Value(4.0)], [Value(1.0), 2.0, 4]):
        recorded = f(xs)
        assert type(recorded) is Tensor
        np.testing.assert_allclose(recorded.numpy(), expected, rtol=1e-15)
    nested = f([[Value(1.0), 2.0, 4.0], [0.0, Value(0.0), 0.0]], axis=1)
    assert nested.shape == (2, 3)
    assert f(np.array([1, 2, 4])).dtype == np.float64
    assert f(np.zeros((2, 3, 4)), axis=1).shape == (2, 3, 4)
    assert f(np.zeros((0, 3))).shape == (0, 3)


@given(st.lists(st.floats(-1000, 1000), min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_softmax_is_a_distribution(xs: list[float]) -> None:
    p = activations.softmax(xs)
    assert (p >= 0.0).all()
    assert p.sum() == pytest.approx(1.0, rel=1e-12)
    np.testing.assert_allclose(activations.softmax(np.array(xs) + 64.0), p, rtol=1e-12)


def test_softmax_of_a_masked_entry() -> None:
    assert activations.softmax([0.0, -math.inf]).tolist() == [1.0, 0.0]
    leaves = Tensor([0.0, -math.inf])
    activations.softmax(leaves)[0].backward()
    assert leaves.grad.tolist() == [0.0, 0.0]


@pytest.mark.parametrize("f", [activations.softmax, activations.log_softmax])
@pytest.mark.parametrize("wrong", [1.0, Value(1.0), None, ["a", "b"], "ab"], ids=str)
def test_softmax_refuses_what_has_no_entries(f: Callable[..., Any], wrong: Any) -> None:
    with pytest.raises(TypeError):
        f(wrong)


def test_softmax_of_a_wrong_axis() -> None:
    with pytest.raises(ValueError, match="axis"):
        activations.softmax(np.ones(3), axis=1)
    with pytest.raises(TypeError):
        activations.softmax(np.ones(3), axis=0.5)


def test_the_stored_numbers_would_notice() -> None:
    """A slope of 1 instead of 0 at a single kink, say."""
    slopes = np.array(CASES["hardtanh"]["slopes"])
    kinked = [derivative(lambda x: autograd.clip(x, -1.0, 1.0))(x) for x in POINTS]
    with pytest.raises(AssertionError):
        assert_near(kinked, slopes)
