"""Differences, slopes, integrals and interpolation: NumPy's numbers, and their derivatives."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Tensor, Value, check_grads, derivative, grad, jacobian
from autograd.arrays.ways import plain

rng = np.random.default_rng(3)
F = rng.normal(size=(4, 5))
PLACES = np.array([0.0, 0.5, 0.7, 2.0, 2.1])
close = np.testing.assert_allclose


def agree(f: Any, *args: Any) -> None:
    """Compare a function of Tensors with itself on numbers, and both modes with differences.

    Second derivatives are those of the samples, in test_arrays.py.
    """
    expected = f(*args)
    got = f(*[Tensor(x) if np.ndim(x) else Value(x) for x in args])
    one = isinstance(expected, np.ndarray) or np.ndim(expected) == 0
    assert isinstance(got, tuple) == (not one)
    for x, y in zip([got] if one else got, [expected] if one else expected, strict=True):
        assert np.shape(x) == np.shape(y)
        close(plain(x), y, rtol=1e-12, atol=1e-13)
    if np.size(got):
        check_grads(f, args, order=1)


# --- slopes ---

GRADIENTS: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    ((), {}),
    ((0.5,), {}),
    ((), {"axis": 0}),
    ((2.0,), {"axis": -1, "edge_order": 2}),
    ((), {"axis": (1, 0), "edge_order": 2}),
    ((0.5, 2.0), {}),
    ((PLACES,), {"axis": 1}),
    ((PLACES,), {"axis": 1, "edge_order": 2}),
    ((2.0, PLACES), {"edge_order": 2}),
    (([0.0, 1.0, 2.0, 3.0], PLACES), {}),
]


@pytest.mark.parametrize(("spacings", "options"), GRADIENTS)
def test_gradients(spacings: tuple[Any, ...], options: dict[str, Any]) -> None:
    agree(lambda f: np.gradient(f, *spacings, **options), F)


@pytest.mark.parametrize("edge_order", [1, 2])
def test_gradients_by_the_spacing(edge_order: int) -> None:
    agree(lambda h: np.gradient(F[0], h, edge_order=edge_order), 0.7)
    agree(lambda x: np.gradient(F[0], x, edge_order=edge_order), PLACES)
    even = np.arange(5.0)
    agree(lambda x: np.gradient(F[0], x, edge_order=edge_order), even)
    agree(lambda f, x: np.gradient(f, 1.0, x, edge_order=edge_order), F, PLACES)


@pytest.mark.parametrize("size", [2, 3])
def test_gradients_of_few(size: int) -> None:
    agree(lambda f: np.gradient(f, edge_order=size - 1), F[0, :size])
    agree(lambda f: np.gradient(f, PLACES[:size], edge_order=size - 1), F[0, :size])


def test_gradients_of_parabolas_are_exact() -> None:
    got = np.gradient(Tensor(PLACES) ** 2, PLACES, edge_order=2)
    close(got.numpy(), 2.0 * PLACES, atol=1e-13)


def test_gradients_that_are_refused() -> None:
    for args, options, error, message in [
        ((Tensor([1.0]),), {}, ValueError, "too small"),
        ((Tensor(F), 1.0, 1.0, 1.0), {}, TypeError, "invalid number of arguments"),
        ((Tensor(F), [1.0, 2.0]), {"axis": 0}, ValueError, "must match"),
        ((Tensor(F),), {"edge_order": 3}, ValueError, "edge_order"),
        ((Tensor(F),), {"axis": 2}, np.exceptions.AxisError, "axis 2"),
        ((Value(1.0),), {"axis": 0}, np.exceptions.AxisError, "axis 0"),
    ]:
        with pytest.raises(error, match=message):
            np.gradient(*args, **options)


# --- differences and sums ---

CUMULATIVE: list[Any] = [
    *(lambda x, n=n: np.diff(x, n) for n in (0, 1, 2, 3, 9)),
    lambda x: np.diff(x, 2, axis=0),
    lambda x: np.diff(x, prepend=0.0, append=x[:, :2]),
    lambda x: np.diff(x, 2, axis=0, prepend=x[:1], append=9.0),
    lambda x: np.ediff1d(x, to_begin=1.0, to_end=[2.0, 3.0]),
    np.cumsum,
    lambda x: np.cumsum(x, axis=1),
    np.cumprod,
    lambda x: np.cumprod(x, axis=-2),
    lambda x: np.cumulative_sum(x, axis=0, include_initial=True),
    lambda x: np.cumulative_prod(x, axis=1),
    lambda x: np.add.accumulate(x, axis=1),
    lambda x: np.maximum.accumulate(x, axis=0),
    lambda x: np.logaddexp.accumulate(x, axis=1),
]


@pytest.mark.parametrize("f", CUMULATIVE)
def test_differences_and_running_sums(f: Any) -> None:
    agree(f, F)
    if f in CUMULATIVE[:5]:
        agree(f, rng.normal(size=(2, 2, 4)))


def test_differences_beside_values() -> None:
    x = Value(0.5)
    y = np.diff([1.0, 2.0], prepend=x)
    assert y.numpy().tolist() == [0.5, 1.0]
    y.backward()
    assert x.grad == -1.0
    with pytest.raises(ValueError, match="order must be non-negative"):
        np.diff(Tensor(F), -1)


@pytest.mark.parametrize("order", [0, 1, 2, 5])
def test_differences_are_binomial_sums(order: int) -> None:
    slopes = jacobian(lambda x: np.diff(x, order))(rng.normal(size=7))
    rows = np.poly1d([1.0, -1.0]) ** order if order else np.poly1d([1.0])
    for i, row in enumerate(slopes):
        assert row.tolist() == [0.0] * i + rows.coef[::-1].tolist() + [0.0] * (6 - order - i)


def test_trapezoids() -> None:
    agree(np.trapezoid, F)
    agree(lambda y: np.trapezoid(y, dx=0.5, axis=0), F)
    agree(lambda y: np.trapezoid(y, PLACES), F)
    agree(np.trapezoid, F, PLACES)
    agree(lambda x: np.trapezoid(F[0], x), PLACES)


def test_linspace() -> None:
    agree(lambda a, b: np.linspace(a, b, 5), 0.5, 2.0)
    agree(lambda a: np.linspace(a, 2.0, 4, endpoint=False), 0.5)


# --- interpolation ---

XP = np.array([-1.0, 0.0, 0.5, 2.0])
FP = np.array([1.0, -2.0, 0.5, 4.0])
INSIDE = np.array([[-0.5, 0.3], [0.7, 1.9]])
BESIDE = np.array([-3.0, -1.5, 2.5])


def test_interpolation_by_every_argument() -> None:
    agree(np.interp, INSIDE, XP, FP)
    agree(np.interp, BESIDE, XP, FP)
    agree(lambda fp: np.interp(XP, XP, fp), FP)
    agree(lambda x: np.interp(x, XP, FP), 0.3)
    agree(lambda x, left, right: np.interp(x, XP, FP, left, right), BESIDE, 7.0, -7.0)
    agree(lambda x: np.interp(x, XP, FP, right=9.0), BESIDE)
    agree(lambda fp: np.interp([0.0, 3.0], [1.0], fp), np.array([2.0]))


def test_interpolation_with_a_period() -> None:
    x = np.array([-10.4, -0.7, 0.1, 1.45, 7.3])
    agree(lambda x, xp, fp: np.interp(x, xp, fp, period=1.5), x, np.array([0.2, 0.9, 2.5]), FP[:3])
    agree(lambda x: np.interp(x, XP[::-1], FP, period=-4.0), x)
    with pytest.raises(TypeError, match="plain number for the period"):
        np.interp(Tensor(x), XP, FP, period=Value(1.0))


@given(st.lists(st.floats(-2.0, 3.0), min_size=1, max_size=5))
def test_interpolation_is_numpys(x: list[float]) -> None:
    close(plain(np.interp(Tensor(x), XP, FP)), np.interp(x, XP, FP), rtol=1e-15, atol=1e-15)
    close(plain(np.interp(x, XP, Tensor(FP))), np.interp(x, XP, FP), rtol=1e-15, atol=1e-15)


def test_slopes_at_the_knots() -> None:
    """To the right; at the last knot to the left; none beside the knots."""
    slope = derivative(lambda x: np.interp(x, XP, FP))
    assert [slope(x) for x in (-1.0, 0.0, 0.5)] == [-3.0, 5.0, 3.5 / 1.5]
    assert slope(2.0) == 3.5 / 1.5
    assert slope(-1.1) == slope(2.1) == 0.0


@pytest.mark.parametrize(
    ("xp", "fp"),
    [
        ([0.0, 1.0, 1.0, 2.0], [0.0, 1.0, 5.0, 6.0]),
        ([0.0, 1.0, 1.0], [0.0, 1.0, 5.0]),
        ([0.0, 1.0, 2.0], [np.inf, 1.0, 2.0]),
        ([0.0, 1.0, 2.0], [1.0, -np.inf, 2.0]),
        ([0.0, 1.0, 2.0], [np.inf, np.inf, -np.inf]),
        ([0.0, 1.0, 2.0], [np.nan, 1.0, 2.0]),
        ([0.0], [3.0]),
    ],
)
def test_interpolation_of_jumps_nan_and_inf_is_numpys(xp: list[float], fp: list[float]) -> None:
    for x in (-1.0, 0.0, 0.25, 1.0, 1.5, 2.0, 3.0, np.nan, np.inf, -np.inf):
        expected = np.interp(x, xp, fp)
        np.testing.assert_array_equal(plain(np.interp(x, xp, Tensor(fp))), expected)
        np.testing.assert_array_equal(plain(np.interp(Value(x), xp, fp)), expected)


def test_interpolation_that_is_refused() -> None:
    with pytest.raises(ValueError, match="not of the same length"):
        np.interp(Tensor(INSIDE), XP, FP[:2])
    with pytest.raises(ValueError, match="empty"):
        np.interp(Tensor(INSIDE), [], [])
    with pytest.raises(ValueError, match="non-zero"):
        np.interp(Tensor(INSIDE), XP, FP, period=0)


def test_fitting_a_table() -> None:
    """Least squares by the ordinates: a few steps of Newton find the line's own."""

    def misfit(fp: Any) -> Any:
        x = np.linspace(-1.0, 2.0, 20)
        return np.sum((np.interp(x, XP, fp) - (2.0 * x + 1.0)) ** 2)

    slopes = grad(misfit)(2.0 * XP + 1.0)
    close(slopes, 0.0, atol=1e-13)
