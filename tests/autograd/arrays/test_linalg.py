"""Linear algebra on Tensors: NumPy's values and refusals, closed forms of derivatives, all orders.

The closed forms are those of M. B. Giles, "Collected matrix derivative results for forward and
reverse mode algorithmic differentiation" (doi:10.1007/978-3-540-68942-3_4).
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import matrix, mp

from autograd import (
    Tensor,
    Value,
    check_grads,
    derivative,
    grad,
    hessian,
    jacfwd,
    jacrev,
    topological_order,
)

rng = np.random.default_rng(0)
A = rng.normal(size=(3, 3)) + 2.0 * np.eye(3)
SEED = rng.normal(size=(3, 3))
SYMMETRIC = A @ A.T
close = np.testing.assert_allclose


def pulled(f: Callable[[Any], Any], x: Any, seed: Any = SEED) -> Any:
    return grad(lambda x: np.sum(f(x) * seed))(x)


# --- closed forms ---


def test_derivatives_of_inv() -> None:
    inverse = np.linalg.inv(A)
    close(pulled(np.linalg.inv, A), -inverse.T @ SEED @ inverse.T, rtol=1e-13)


def test_derivatives_of_solve() -> None:
    B = rng.normal(size=(3, 3))
    by_b = np.linalg.inv(A).T @ SEED
    close(pulled(lambda B: np.linalg.solve(A, B), B), by_b, rtol=1e-12)
    by_a = -by_b @ np.linalg.solve(A, B).T
    close(pulled(lambda A: np.linalg.solve(A, B), A), by_a, rtol=1e-12)


def test_derivatives_of_det_and_slogdet() -> None:
    close(grad(np.linalg.det)(A), np.linalg.det(A) * np.linalg.inv(A).T, rtol=1e-13)
    close(grad(lambda A: np.linalg.slogdet(A)[1])(A), np.linalg.inv(A).T, rtol=1e-13)


@pytest.mark.parametrize("upper", [False, True])
def test_derivatives_of_cholesky(upper: bool) -> None:
    """Section 3 of Murray's "Differentiation of the Cholesky decomposition" (arXiv:1602.07527).

    NumPy reads one triangle only, so the derivatives by the other are 0.
    """
    L = np.linalg.cholesky(SYMMETRIC)
    middle = np.tril(L.T @ np.tril(SEED))
    middle[np.diag_indices(3)] /= 2.0
    K = np.linalg.inv(L).T @ middle @ np.linalg.inv(L)
    expected = np.tril(K + K.T) - np.diag(np.diag(K))
    seed = SEED.T if upper else SEED
    got = pulled(lambda A: np.linalg.cholesky(A, upper=upper), SYMMETRIC, seed)
    close(got, expected.T if upper else expected, rtol=1e-12, atol=1e-15)


def test_derivatives_of_pinv() -> None:
    """Golub & Pereyra, "The differentiation of pseudo-inverses" (doi:10.1137/0710036)."""
    tall, step = rng.normal(size=(2, 4, 2))
    for a, da in ((tall, step), (tall.T, step.T)):
        p = np.linalg.pinv(a)
        expected = (
            -p @ da @ p
            + p @ p.T @ da.T @ (np.eye(len(a)) - a @ p)
            + (np.eye(a.shape[1]) - p @ a) @ da.T @ p.T @ p
        )
        close(derivative(lambda t, a=a, da=da: np.linalg.pinv(a + t * da))(0.0), expected, 1e-11)


# --- singular and nearly singular ---

SINGULAR = {
    "swap": ([[0.0, 1.0], [1.0, 0.0]], [[0.0, -1.0], [-1.0, 0.0]]),
    "rank 1 of 2": ([[1.0, 2.0], [2.0, 4.0]], [[4.0, -2.0], [-2.0, 1.0]]),
    "rank 2 of 3": ([[0.0, 1, 2], [3, 4, 5], [6, 7, 8]], [[-3, 6, -3], [6, -12, 6], [-3, 6, -3]]),
    "rank 1 of 3": (np.ones((3, 3)), np.zeros((3, 3))),
    "zero row": ([[0.0, 0.0], [3.0, 4.0]], [[4.0, -3.0], [0.0, 0.0]]),
    "one by one": ([[0.0]], [[1.0]]),
    "zero": (np.zeros((4, 4)), np.zeros((4, 4))),
}


@pytest.mark.parametrize("name", SINGULAR)
def test_det_of_singular_matrices_has_the_adjugate_as_gradient(name: str) -> None:
    a, expected = map(np.array, SINGULAR[name])
    close(grad(np.linalg.det)(a), expected, atol=1e-12)
    close(np.diagonal(jacfwd(np.linalg.det)(a)), np.diagonal(expected), atol=1e-12)
    check_grads(np.linalg.det, (a,), order=3 if len(a) < 3 else 1)


def exact_det(a: np.ndarray[Any, Any]) -> float:
    """The determinant of a matrix of whole numbers, by Laplace's expansion."""
    if len(a) == 0:
        return 1.0
    minors = [np.delete(a[1:], j, 1) for j in range(len(a))]
    return float(sum((-1) ** j * a[0, j] * exact_det(minor) for j, minor in enumerate(minors)))


@given(st.integers(1, 5), st.data())
def test_det_of_random_integer_matrices(size: int, data: st.DataObject) -> None:
    """Of every rank; the exact cofactors are the derivatives, and minors the second ones."""
    entry = st.integers(-2, 2)
    a = np.array(data.draw(st.lists(entry, min_size=size**2, max_size=size**2)), dtype=float)
    a = a.reshape(size, size)
    minors = np.empty((size, size))
    for i, j in np.ndindex(size, size):
        minor = np.delete(np.delete(a, i, 0), j, 1)
        minors[i, j] = (-1) ** (i + j) * exact_det(minor)
    close(np.linalg.det(Tensor(a)).data, exact_det(a), atol=1e-11)
    close(grad(np.linalg.det)(a), minors, atol=1e-11)


@pytest.mark.parametrize("size", [2, 3, 4])
def test_highest_derivatives_of_det_at_zero(size: int) -> None:
    """det(t M) = t**n det(M), whose n-th derivative is n! det(M), and no other is there."""
    m = rng.normal(size=(size, size))
    for order in range(1, size + 2):
        got = derivative(lambda t: np.linalg.det(t * m), order=order)(0.0)
        factorial = float(np.prod(range(1, size + 1)))
        close(got, factorial * np.linalg.det(m) if order == size else 0.0, rtol=1e-12)


def test_det_where_pivots_overflow_on_the_way() -> None:
    scale = [1e200, 1e200, 1e-200, 1e-200]
    det = np.linalg.det(Tensor(np.diag(scale)))
    close(det.data, 1.0, rtol=1e-12)
    close(
        np.diagonal(grad(np.linalg.det)(np.diag(scale))), [1e-200, 1e-200, 1e200, 1e200], rtol=1e-12
    )
    assert np.linalg.det(Tensor(np.diag([1e200, 1e200]))).data == np.inf
    assert np.linalg.det(Tensor(np.diag([-1e-200, 1e-200]))).data == 0.0


def test_slogdet_of_a_singular_matrix_is_numpys() -> None:
    sign, log = np.linalg.slogdet(Tensor([[1.0, 2.0], [2.0, 4.0]]))
    assert sign == 0.0
    assert log.data == -np.inf
    sign, logs = np.linalg.slogdet(Tensor([[[1.0, 0.0], [0.0, -2.0]], np.zeros((2, 2))]))
    assert sign.tolist() == [-1.0, 0.0]
    assert logs.numpy().tolist() == [np.log(2.0), -np.inf]


def test_matrices_of_no_rows() -> None:
    empty = Tensor(np.zeros((0, 0)))
    assert np.linalg.det(empty) == 1.0
    assert np.linalg.slogdet(empty) == (1.0, 0.0)
    assert np.linalg.inv(empty).shape == (0, 0)
    assert np.linalg.inv(Tensor(np.zeros((0, 2, 2)))).shape == (0, 2, 2)
    assert np.linalg.solve(empty, Tensor(np.zeros((0, 3)))).shape == (0, 3)


def test_nan_stays() -> None:
    broken = A.copy()
    broken[1, 1] = np.nan
    assert np.isnan(np.linalg.det(Tensor(broken)))
    assert np.isnan(np.linalg.inv(Tensor(broken))).any()


# --- accuracy ---


@pytest.mark.parametrize("size", [3, 6, 9])
def test_inverse_of_hilberts_matrix_is_as_accurate_as_numpys(size: int) -> None:
    hilbert = 1.0 / (np.add.outer(np.arange(size), np.arange(size)) + 1.0)
    with mp.workdps(50):
        exact = np.array((matrix(hilbert.tolist()) ** -1).tolist(), dtype=float)
    bound = 4.0 * size * np.linalg.cond(hilbert) * np.finfo(float).eps
    close(np.linalg.inv(Tensor(hilbert)).numpy(), exact, atol=bound * np.abs(exact).max())


@pytest.mark.parametrize("shape", [(8, 5), (12, 6), (5, 7)])
def test_least_squares_of_badly_conditioned_matrices(shape: tuple[int, int]) -> None:
    rows, columns = (np.arange(n) for n in shape)
    hilbert = 1.0 / (np.add.outer(rows, columns) + 1.0)
    b = rng.normal(size=shape[0])
    with mp.workdps(50):
        m = matrix(hilbert.tolist())
        if shape[0] > shape[1]:
            exact = mp.lu_solve(m.T * m, m.T * matrix(b.tolist()))
        else:
            exact = m.T * mp.lu_solve(m * m.T, matrix(b.tolist()))
        expected = np.array(exact.tolist(), dtype=float).ravel()
    got = np.linalg.lstsq(Tensor(hilbert), b)[0].numpy()
    bound = 10.0 * np.linalg.cond(hilbert) ** 1.5 * np.finfo(float).eps
    assert np.abs(got - expected).max() < bound * np.abs(expected).max()


def test_records_are_small() -> None:
    """One or two nodes for an entry of a factor, and for an entry of the result."""
    n = 10
    a = Tensor(rng.normal(size=(n, n)))
    assert len(topological_order(np.linalg.det(a))) < 3 * n * n + 2 * n
    x = np.linalg.solve(a, rng.normal(size=n))
    assert len(topological_order(*x)) < 4 * n * n


# --- shapes and kinds ---


def test_stacks_broadcast() -> None:
    stack = rng.normal(size=(2, 1, 3, 3))
    right = rng.normal(size=(4, 3, 2))
    got = np.linalg.solve(Tensor(stack), right)
    assert isinstance(got, Tensor)
    close(got.numpy(), np.linalg.solve(stack, right), rtol=1e-11)
    close(np.linalg.det(Tensor(stack)).numpy(), np.linalg.det(stack), rtol=1e-12)
    close(np.linalg.pinv(Tensor(right)).numpy(), np.linalg.pinv(right), rtol=1e-10)


def test_arguments_of_every_kind() -> None:
    x = Value(2.0)
    rows = [[x, 1.0], [0.5, 3.0]]
    numbers = [[2.0, 1.0], [0.5, 3.0]]
    close(np.linalg.solve(rows, Tensor([1.0, 2.0])).numpy(), np.linalg.solve(numbers, [1.0, 2.0]))
    close(np.linalg.solve(numbers, Tensor([1, 2])).numpy(), np.linalg.solve(numbers, [1.0, 2.0]))
    constants = Tensor(numbers)
    constants[...] = numbers
    close(np.linalg.inv(constants).astype(float), np.linalg.inv(numbers))
    det = np.linalg.det(Tensor(rows))
    det.backward()
    assert (det.data, x.grad) == (5.5, 3.0)


def test_results_of_lstsq() -> None:
    a, b = rng.normal(size=(5, 2)), rng.normal(size=(5, 3))
    for right in (b, b[:, 0]):
        got = np.linalg.lstsq(Tensor(a), right)
        expected = np.linalg.lstsq(a, right)
        close(got[0].numpy(), expected[0], rtol=1e-12)
        close(got[1].numpy(), expected[1], rtol=1e-12)
        assert got[2] == expected[2]
        assert got[3].tolist() == expected[3].tolist()
    assert np.linalg.lstsq(Tensor(a[:2]), b[:2])[1].shape == (0,)


def test_ranks_are_plain_numbers() -> None:
    assert np.linalg.matrix_rank(Tensor(np.ones((3, 3)))) == 1


# --- refusals ---

LINALG_ERRORS: list[tuple[Callable[[Any], Any], Any, str]] = [
    (np.linalg.inv, np.ones((2, 2)), "Singular matrix"),
    (np.linalg.inv, np.ones((2, 3)), "must be square"),
    (np.linalg.inv, np.ones(2), "must be at least two-dimensional"),
    (np.linalg.det, np.ones((2, 3)), "must be square"),
    (np.linalg.slogdet, np.ones((2, 3)), "must be square"),
    (np.linalg.cholesky, -np.eye(2), "not positive definite"),
    (np.linalg.cholesky, np.ones((2, 3)), "must be square"),
    (lambda a: np.linalg.solve(a, np.ones(2)), np.zeros((2, 2)), "Singular matrix"),
    (lambda a: np.linalg.lstsq(a, np.ones(3)), np.ones((3, 2)), "full rank.* rank 1; leave out"),
    (lambda a: np.linalg.lstsq(a, np.ones(2)), np.ones((3, 2)), "Incompatible dimensions"),
    (np.linalg.pinv, np.ones((2, 3)), r"pinv .* full rank.* shape \(2, 3\) and rank 1"),
    (lambda a: np.linalg.matrix_power(a, -1), np.zeros((2, 2)), "Singular matrix"),
    (np.linalg.tensorinv, np.ones((2, 2, 3, 1)), "square"),
]


@pytest.mark.parametrize(("f", "numbers", "message"), LINALG_ERRORS)
def test_refusals_are_numpys(f: Callable[[Any], Any], numbers: Any, message: str) -> None:
    with pytest.raises(np.linalg.LinAlgError, match=message):
        f(Tensor(numbers))


def test_other_refusals() -> None:
    t = Tensor(A)
    for f, error, message in [
        (lambda: np.linalg.solve(t, np.ones(2)), ValueError, "mismatch"),
        (lambda: np.linalg.matrix_power(t, 0.5), TypeError, "exponent must be an integer"),
        (lambda: np.linalg.norm(t, 2), TypeError, r"ord=2 .*singular values.*ord='fro'"),
        (lambda: np.linalg.norm(t, "nuc"), TypeError, "ord='nuc' .*singular values"),
        (lambda: np.linalg.norm(t[0], Value(2.0)), TypeError, "plain number for ord"),
        (lambda: np.linalg.norm(t, 3), ValueError, "Invalid norm order"),
        (lambda: np.linalg.norm(t[0], "fro"), ValueError, "Invalid norm order 'fro'"),
        (lambda: np.linalg.norm(t, 1, axis=(0, 0)), ValueError, "Duplicate axes"),
        (lambda: np.linalg.norm(t, 1, axis=5), np.exceptions.AxisError, "axis 5"),
        (lambda: np.linalg.cond(t), TypeError, "p=None .*singular values"),
        (lambda: np.linalg.pinv(t, hermitian=True), TypeError, "hermitian"),
        (lambda: np.linalg.eigh(t), TypeError, "np.linalg.eigh"),
        (lambda: np.linalg.svd(t), TypeError, "np.linalg.svd"),
    ]:
        with pytest.raises(error, match=message):
            f()


# --- norms ---

NORMS = [
    *[((5,), {"ord": p}) for p in (None, 0, 1, 2, 3, 2.5, 0.5, -1, -2, np.inf, -np.inf)],
    *[((3, 4), {"ord": p}) for p in (None, "fro", "f", 1, -1, np.inf, -np.inf)],
    *[((3, 4), {"ord": p, "axis": 1}) for p in (None, 0, 1, 2, 3, np.inf, -np.inf)],
    *[((2, 3, 4), {"ord": p, "axis": (2, 0)}) for p in (None, "fro", 1, -1, np.inf, -np.inf)],
    *[((2, 3, 4), {"ord": p, "axis": (-3, 1), "keepdims": True}) for p in (None, 1, np.inf)],
    ((2, 3, 4), {}),
    ((2, 3, 4), {"keepdims": True}),
    ((2, 3), {"ord": 3, "axis": 0, "keepdims": True}),
    ((2, 3), {"ord": 1, "axis": (0,)}),
]


@pytest.mark.parametrize(("shape", "options"), NORMS)
def test_norms(shape: tuple[int, ...], options: dict[str, Any]) -> None:
    x = np.random.default_rng(1).normal(size=shape)
    got = np.linalg.norm(Tensor(x), **options)
    numbers = got.numpy() if isinstance(got, Tensor) else getattr(got, "data", got)
    expected = np.linalg.norm(x, **options)
    close(numbers, expected, rtol=1e-14)
    assert np.shape(got) == np.shape(expected)
    if options.get("ord") != 0:
        check_grads(lambda x: np.linalg.norm(x, **options), (x,), order=2 if x.ndim == 1 else 1)


@pytest.mark.parametrize("ord", [1, 2, 3, 1.5, np.inf, None])
def test_norms_of_zeros_have_derivatives_0(ord: float | None) -> None:
    assert grad(lambda x: np.linalg.norm(x, ord))(np.zeros(3)).tolist() == [0.0] * 3
    assert hessian(lambda x: np.linalg.norm(x, ord))(np.zeros(2)).tolist() == [[0.0] * 2] * 2


@pytest.mark.parametrize("x", [[np.nan, np.inf], [np.nan, 1.0], [-np.inf, 3.0], [np.inf] * 2])
@pytest.mark.parametrize("ord", [None, 2, 1, 3, np.inf, -np.inf])
def test_norms_of_nan_and_inf_are_numpys(x: list[float], ord: float | None) -> None:
    np.testing.assert_array_equal(np.linalg.norm(Tensor(x), ord).data, np.linalg.norm(x, ord))


def test_norms_of_nothing() -> None:
    assert np.linalg.norm(Tensor(np.zeros((2, 0))), 1) == 0.0
    assert np.linalg.norm(Tensor([]), np.inf) == np.linalg.norm([], np.inf) == 0.0
    with pytest.raises(ValueError, match="zero-size"):
        np.linalg.norm(Tensor([]), -np.inf)


@pytest.mark.parametrize("ord", ["fro", 1, -1, np.inf, -np.inf])
def test_condition_numbers(ord: Any) -> None:
    close(np.linalg.cond(Tensor(A), ord).data, np.linalg.cond(A, ord), rtol=1e-13)
    check_grads(lambda a: np.linalg.cond(a, ord), (A,), order=2)


# --- uses ---


def test_likelihood_of_a_gaussian_process() -> None:
    """The whole chain, against the closed form (Rasmussen & Williams, equations 2.30 and 5.9)."""
    x, y = np.linspace(0.0, 1.0, 5), rng.normal(size=5)
    squares = np.subtract.outer(x, x) ** 2

    def covariance(length: Any) -> Any:
        return np.exp(-squares / (2.0 * length**2)) + 0.1 * np.eye(5)

    def likelihood(length: Any) -> Any:
        L = np.linalg.cholesky(covariance(length))
        z = np.linalg.solve(L, y)
        return -0.5 * z @ z - np.sum(np.log(np.diagonal(L)))

    K = covariance(0.3)
    dK = np.exp(-squares / 0.18) * squares / 0.3**3
    alpha = np.linalg.solve(K, y)
    expected = 0.5 * np.trace((np.outer(alpha, alpha) - np.linalg.inv(K)) @ dK)
    close(grad(likelihood)(0.3), expected, rtol=1e-12)
    check_grads(likelihood, (0.3,), order=2)


def test_modes_agree() -> None:
    def f(a: Any) -> Any:
        return np.linalg.inv(a) @ np.linalg.cholesky(a @ a.T) + np.linalg.pinv(a)

    close(jacfwd(f)(A), jacrev(f)(A), rtol=1e-9, atol=1e-12)
