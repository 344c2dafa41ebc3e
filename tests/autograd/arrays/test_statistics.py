"""Statistics of Tensors: NumPy's numbers by every option, and their derivatives."""

from typing import Any

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Tensor, Value, check_grads, grad, hessian, jacfwd, jacrev, topological_order
from autograd.arrays.ways import plain

rng = np.random.default_rng(2)
X = rng.normal(size=(3, 5))
close = np.testing.assert_allclose

METHODS = (
    *("inverted_cdf", "averaged_inverted_cdf", "closest_observation"),
    *("interpolated_inverted_cdf", "hazen", "weibull", "linear", "median_unbiased"),
    *("normal_unbiased", "lower", "higher", "midpoint", "nearest"),
)


def agree(f: Any, x: Any, order: int = 1) -> None:
    """Compare a function of Tensors with itself on numbers, and both modes with differences.

    Second derivatives are those of the samples, in test_arrays.py.
    """
    expected = f(x)
    got = f(Tensor(x))
    assert np.shape(got) == np.shape(expected)
    close(plain(got), expected, rtol=1e-12, atol=1e-14)
    if order:
        check_grads(f, (x,), order=order)


# --- spread ---

SPREADS: list[dict[str, Any]] = [
    {},
    {"axis": 0},
    {"axis": -1, "keepdims": True},
    {"axis": (0, 1), "ddof": 1},
    {"axis": 1, "ddof": 0.5},
    {"axis": 1, "correction": 1},
    {"axis": 1, "mean": X.mean(axis=1, keepdims=True)},
    {"axis": (), "keepdims": False},
]


@pytest.mark.parametrize("options", SPREADS)
@pytest.mark.parametrize("f", [np.var, np.std], ids=["var", "std"])
def test_spread(f: Any, options: dict[str, Any]) -> None:
    agree(lambda x: f(x, **options), X, order=1 if options.get("axis") != () else 0)


def test_spread_by_the_mean_that_is_given() -> None:
    agree(lambda m: np.var(X, axis=1, mean=m, ddof=1), X.mean(axis=1, keepdims=True))


@pytest.mark.parametrize("f", [np.var, np.std])
def test_spread_of_equal_entries_has_derivatives_0(f: Any) -> None:
    assert grad(f)(np.full(4, 2.5)).tolist() == [0.0] * 4
    assert grad(lambda x: getattr(x, f.__name__)(axis=0))(np.full(4, 2.5)).tolist() == [0.0] * 4


def test_std_is_that_of_huge_numbers() -> None:
    close(np.std(Tensor([1e200, -1e200])).data, 1e200)


def test_spread_of_too_few() -> None:
    with pytest.warns(RuntimeWarning, match="Degrees of freedom"):
        assert np.isnan(np.var(Tensor([1.0]), ddof=1))
    with pytest.warns(RuntimeWarning, match="Degrees of freedom"):
        assert np.isnan(np.std(Tensor([])))


def test_records_of_spread_are_small() -> None:
    assert len(topological_order(np.var(Tensor(X[0])))) == 2 * 5 + 3
    assert len(topological_order(np.std(Tensor(X[0])))) == 2 * 5 + 3


@pytest.mark.parametrize("options", [{"dtype": float}, {"out": X}, {"where": [True] * 5}])
def test_options_of_spread_that_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match=f"std of a Tensor does not take {next(iter(options))}"):
        np.std(Tensor(X), **options)


# --- quantiles ---


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("q", [0.0, 0.3, 0.5, 1.0, [0.1, 0.25, 0.99], [[0.2], [0.7]]])
def test_quantiles(method: str, q: Any) -> None:
    for options in ({}, {"axis": 0}, {"axis": -1, "keepdims": True}, {"axis": (1, 0)}):
        options["method"] = method
        agree(lambda x, options=options: np.quantile(x, q, **options), X, order=0)
    agree(lambda x: np.percentile(x, 100.0 * np.asarray(q), axis=1, method=method), X, order=0)
    check_grads(lambda x: np.quantile(x, q, method=method), (X[0],), order=1)


@given(
    hnp.arrays(float, st.integers(1, 9), elements=st.integers(-3, 3)),
    st.floats(0.0, 1.0),
    st.sampled_from(METHODS),
)
def test_quantiles_of_ties(x: Any, q: float, method: str) -> None:
    got = np.quantile(Tensor(x), q, method=method)
    close(got.data, np.quantile(x, q, method=method), rtol=1e-13, atol=1e-13)
    slopes = grad(lambda x: np.quantile(x, q, method=method))(x)
    close(slopes.sum(), 1.0, rtol=1e-14)
    assert (slopes >= 0.0).all()


def test_weighted_quantiles() -> None:
    weights = np.array([0.0, 2.0, 1.0, 0.5, 3.0])
    for q in (0.0, 0.4, [0.5, 1.0]):
        agree(
            lambda x, q=q: np.quantile(x, q, axis=1, weights=weights, method="inverted_cdf"), X, 1
        )
        agree(lambda x, q=q: np.quantile(x, q, weights=X**2, method="inverted_cdf"), X, 1)


@pytest.mark.parametrize("size", [1, 2, 5, 6])
def test_medians(size: int) -> None:
    x = rng.normal(size=(2, size))
    for options in ({}, {"axis": 0}, {"axis": 1, "keepdims": True}, {"axis": (0, 1)}):
        agree(lambda x, options=options: np.median(x, **options), x)
    assert len(topological_order(np.median(Tensor(x[0])))) <= 3


HARD = [
    *([np.nan, 1.0, 2.0], [1.0, 2.0, np.inf], [np.inf, np.inf], [-np.inf, np.inf]),
    *([-np.inf, 1.0, 2.0], [0.0, -0.0], [np.nan, np.nan], [np.inf, np.nan, 1.0]),
]


@pytest.mark.parametrize("x", HARD)
@pytest.mark.filterwarnings("ignore:All-NaN slice:RuntimeWarning")
def test_quantiles_of_nan_and_inf_are_numpys(x: list[float]) -> None:
    with np.errstate(all="ignore"):
        for f in (np.median, np.nanmedian):
            close(plain(f(Tensor(x))), f(x), rtol=1e-15)
        for f in (np.quantile, np.nanquantile):
            for q in (0.0, 0.3, 0.5, 1.0):
                close(plain(f(Tensor(x), q)), f(x, q), rtol=1e-15)


def test_quantiles_without_nan() -> None:
    x = X.copy()
    x[0, 1] = x[2, 2] = np.nan
    for f in (
        lambda x: np.nanmedian(x, axis=1),
        lambda x: np.nanquantile(x, [0.3, 0.6], axis=0),
        lambda x: np.nanpercentile(x, 45, method="hazen"),
    ):
        close(plain(f(Tensor(x))), f(x), rtol=1e-13)
    slopes = grad(np.nanmedian)(x)
    assert slopes[0, 1] == slopes[2, 2] == 0.0
    assert slopes.sum() == 1.0


def test_quantiles_that_are_refused() -> None:
    t = Tensor(X)
    with pytest.raises(ValueError, match=r"Quantiles must be in the range \[0, 1\]"):
        np.quantile(t, 1.5)
    with pytest.raises(ValueError, match="not a valid method"):
        np.quantile(t, 0.5, method="mean")
    with pytest.raises(TypeError, match="quantile of a Tensor takes plain numbers for q"):
        np.quantile(t, Value(0.5))
    with pytest.raises(TypeError, match="percentile of a Tensor takes plain numbers for q"):
        np.percentile(t, [Value(0.5), 1.0])
    with pytest.raises(TypeError, match="median of a Tensor does not take out"):
        np.median(t, out=t)
    with pytest.raises(np.exceptions.AxisError):
        np.median(t, axis=2)


@pytest.mark.filterwarnings("ignore:(Mean of empty|invalid value):RuntimeWarning")
def test_median_of_nothing() -> None:
    assert np.isnan(np.median(Tensor([])))


# --- covariances ---

COVARIANCES: list[dict[str, Any]] = [
    {},
    {"rowvar": False},
    {"bias": True},
    {"ddof": 2},
    {"fweights": [1, 2, 0, 3, 1]},
    {"aweights": [0.5, 1.0, 2.0, 0.1, 1.5]},
    {"aweights": [0.5, 1.0, 2.0, 0.1, 1.5], "fweights": [1, 2, 0, 3, 1]},
    {"aweights": [0.5, 1.0, 2.0, 0.1, 1.5], "ddof": 0},
    {"y": rng.normal(size=(2, 5))},
    {"y": rng.normal(size=5)},
]


@pytest.mark.parametrize("options", COVARIANCES)
def test_cov(options: dict[str, Any]) -> None:
    agree(lambda x: np.cov(x, **options), X)


def test_cov_of_vectors_and_by_the_second_argument() -> None:
    agree(np.cov, X[0])
    agree(lambda x: np.cov(x, X[1]), X[0])
    agree(lambda y: np.cov(X[0], y), X[1])
    agree(lambda w: np.cov(X, aweights=w), np.array([0.5, 1.0, 2.0, 0.1, 1.5]))
    agree(lambda x: np.cov(x, x[::-1], rowvar=False), X)


def test_corrcoef() -> None:
    agree(np.corrcoef, X)
    agree(lambda x: np.corrcoef(x, rowvar=False), X.T)
    agree(lambda x: np.corrcoef(x, X[1]), X[0])
    got = np.corrcoef(Tensor(X[0]))
    assert (np.ndim(got), got.data) == (0, 1.0)


def test_covariances_are_equivariant() -> None:
    """cov(B x) = B cov(x) B', and so are its derivatives in a direction."""
    b = rng.normal(size=(2, 3))
    by_x = jacfwd(lambda x: np.cov(b @ x))(X)
    close(by_x, np.einsum("ij,jkab,lk->ilab", b, jacrev(np.cov)(X), b), rtol=1e-10, atol=1e-14)


def test_covariances_that_are_refused() -> None:
    t = Tensor(X)
    for options, error, message in [
        ({"fweights": [1, 2]}, RuntimeError, "incompatible numbers"),
        ({"fweights": [1.5] * 5}, TypeError, "fweights must be integer"),
        ({"aweights": [-1.0] * 5}, ValueError, "cannot be negative"),
        ({"ddof": 0.5}, ValueError, "ddof must be integer"),
        ({"dtype": float}, TypeError, "cov of a Tensor does not take dtype"),
    ]:
        with pytest.raises(error, match=message):
            np.cov(t, **options)
    with pytest.warns(RuntimeWarning, match="Degrees of freedom <= 0"):
        assert np.isnan(np.cov(Tensor([1.0]))).all()


# --- averages ---


def test_averages() -> None:
    weights = np.array([0.5, 1.0, 2.0, 0.1, 1.5])
    for options in (
        {},
        {"axis": 0},
        {"axis": 1, "weights": weights},
        {"axis": -1, "weights": weights, "keepdims": True},
        {"weights": X**2},
        {"axis": (0, 1), "weights": X**2},
    ):
        agree(lambda x, options=options: np.average(x, **options), X)
    agree(lambda w: np.average(X, axis=1, weights=w), weights)
    mean, total = np.average(Tensor(X), axis=1, weights=Tensor(weights), returned=True)
    expected = np.average(X, axis=1, weights=weights, returned=True)
    close(mean.numpy(), expected[0], rtol=1e-14)
    close(plain(total), expected[1], rtol=1e-14)
    with pytest.raises(ZeroDivisionError, match="sum to zero"):
        np.average(Tensor([1.0, 2.0]), weights=[1.0, -1.0])


def test_hessian_of_the_variance_is_the_centring_matrix() -> None:
    n = 5
    centring = np.eye(n) - 1.0 / n
    close(hessian(np.var)(X[0]), 2.0 / n * centring, atol=1e-15)
