"""NumPy's linear algebra on arrays of Values, by algorithms whose steps are nodes.

So all derivatives follow, in both modes and of every order. An entry of a factor is one `dot` node
or two. NumPy runs on the plain numbers first: what it refuses is refused in its words. Pivots are
chosen by the numbers. The algorithms are Golub & Van Loan's, "Matrix Computations" (4th edition).
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.linalg import LinAlgError

from autograd.arrays.ways import Function, is_recorded, numpys, on_numbers, plain
from autograd.rules import table
from autograd.rules.entrywise import along, as_object_array, as_tensor, elementwise
from autograd.rules.operand import data_of, is_zero
from autograd.values.ufuncs import matmul

# LU factors.


def _pivots(numbers: Any) -> tuple[Any, Any, float, int]:
    """Return how complete pivoting orders a square matrix.

    That is the order of the rows and that of the columns, the sign of both permutations together,
    and how many pivots there are: from there on, all that remains is 0.
    """
    rest, size, sign = np.array(numbers, dtype=float), len(numbers), 1.0
    rows, columns = np.arange(size), np.arange(size)
    for k in range(size):
        below, right = divmod(int(np.argmax(np.abs(rest[k:, k:]))), size - k)
        i, j = k + below, k + right
        if rest[i, j] == 0.0:
            return rows, columns, sign, k
        for order, lines, place in ((rows, rest, i), (columns, rest.T, j)):
            order[[k, place]] = order[[place, k]]
            lines[[k, place]] = lines[[place, k]]
            sign = sign if place == k else -sign
        with np.errstate(all="ignore"):
            rest[k + 1 :, k + 1 :] -= np.outer(rest[k + 1 :, k] / rest[k, k], rest[k, k + 1 :])
    return rows, columns, sign, size


def _factored(a: Any, rows: Any, columns: Any, rank: int) -> Any:
    """Return L (below the diagonal) and U of a[rows][:, columns]; from rank on, what remains."""
    lu = a[np.ix_(rows, columns)]
    size = len(lu)
    for k in range(rank):
        for j in range(k, size):
            lu[k, j] = _less_dot(lu[k, j], lu[k, :k], lu[:k, j])
        for i in range(k + 1, size):
            lu[i, k] = table.div(_less_dot(lu[i, k], lu[i, :k], lu[:k, k]), lu[k, k])
    for i, j in np.ndindex(size - rank, size - rank):
        place = rank + i, rank + j
        lu[place] = _less_dot(lu[place], lu[place[0], :rank], lu[:rank, place[1]])
    return lu


def _less_dot(x: Any, ys: Any, zs: Any) -> Any:
    """Return x - y1 z1 - y2 z2 - ..., without the terms that hold a plain 0."""
    pairs = [(y, z) for y, z in zip(ys, zs, strict=True) if not (is_zero(y) or is_zero(z))]
    if not pairs:
        return x
    return x - table.dot(*[y for y, _ in pairs], *[z for _, z in pairs])


def _solved(a: Any, b: Any) -> Any:
    """Return x with a x = b, both matrices."""
    a, b = _entries(a), _entries(b)
    rows, columns, _, rank = _pivots(plain(a))
    size = len(a)
    if rank < size:
        raise LinAlgError(f"Singular matrix: its rank is {rank}, and {size} is needed")
    lu = _factored(a, rows, columns, rank)
    y = b[rows]
    for i in range(size):
        for j in range(y.shape[1]):
            y[i, j] = _less_dot(y[i, j], lu[i, :i], y[:i, j])
    for i in reversed(range(size)):
        for j in range(y.shape[1]):
            y[i, j] = table.div(_less_dot(y[i, j], lu[i, i + 1 :], y[i + 1 :, j]), lu[i, i])
    x = np.empty_like(y)
    x[columns] = y
    return x


def _solve(a: Any, b: Any) -> Any:
    """Return the solution of a x = b, by LU factors with complete pivoting."""
    wanted = on_numbers(np.linalg.solve, a, b)
    if np.ndim(b) == 1:
        columns = as_object_array(b)[:, np.newaxis]
        return _each((*wanted.shape, 1), _solved, a, columns)[..., 0]
    return _each(wanted.shape, _solved, a, b)


def _inv(a: Any) -> Any:
    """Return the inverse, by LU factors with complete pivoting."""
    wanted = on_numbers(np.linalg.inv, a)
    return _each(wanted.shape, _solved, a, np.eye(wanted.shape[-1]))


# Determinants.


def _factors_of_det(a: Any) -> list[Any]:
    """Return factors of the determinant: 1 or -1, the pivots, and the determinant of the rest."""
    rows, columns, sign, rank = _pivots(plain(a))
    lu = _factored(a, rows, columns, rank)
    rest = [_divisionless_det(lu[rank:, rank:])] if rank < len(a) else []
    return [sign, *np.diagonal(lu)[:rank], *rest]


def _divisionless_det(a: Any) -> Any:
    """Return the determinant of a matrix that is 0, though its derivatives need not be.

    The algorithm is Bird's (doi:10.1016/j.ipl.2011.08.006), which divides by nothing.
    """
    power = a
    for _ in range(len(a) - 1):
        factor = np.triu(power, 1)
        below = np.cumsum(np.diagonal(power)[::-1])[::-1]
        for i in range(len(a) - 1):
            factor[i, i] = -below[i + 1]
        factor[-1, -1] = 0.0
        power = as_object_array(matmul(factor, a))
    return power[0, 0] if len(a) % 2 else -power[0, 0]


def _det(a: Any) -> Any:
    """Return the determinant, with its derivatives also where the matrix is singular."""
    wanted = on_numbers(np.linalg.det, a)
    return _each(np.shape(wanted), lambda a: _product(*_factors_of_det(a)), a)


def _product(sign: float, *factors: Any) -> Any:
    product = table.prod(sign, *factors)
    if data_of(product) in (0.0, math.inf, -math.inf) and all(map(data_of, factors)):
        sign, log = _sign_and_log(sign, *factors)  # too far on the way, perhaps not at the end
        return sign * table.exp(log)
    return product


def _slogdet(a: Any) -> Any:
    """Return the signs, plain numbers, and the logarithms of the sizes of determinants."""
    wanted = on_numbers(np.linalg.slogdet, a)
    shape = (*np.shape(wanted.sign), 2)
    pairs = _each(shape, lambda a: _sign_and_log(*_factors_of_det(a)), a)
    signs = np.asarray(pairs[..., 0], dtype=float)
    return type(wanted)(signs[()], as_tensor(pairs[..., 1]))


def _sign_and_log(sign: float, *factors: Any) -> tuple[float, Any]:
    signs = [table.sign(data_of(x)) for x in factors]
    return math.prod(signs, start=sign), table.sum(*[table.log(table.abs(x)) for x in factors])


# Symmetric matrices, and systems that are not square.


def _cholesky(a: Any, /, *, upper: bool = False) -> Any:
    """Return the Cholesky factor; only the triangle that NumPy reads has derivatives."""
    wanted = on_numbers(np.linalg.cholesky, a, upper=upper)
    if upper:
        a = np.swapaxes(as_object_array(a), -1, -2)
    lower = _each(wanted.shape, _lower_cholesky, a)
    return np.swapaxes(lower, -1, -2) if upper else lower


def _lower_cholesky(a: Any) -> Any:
    lower = np.full(a.shape, 0.0, dtype=object)
    for j in range(len(a)):
        lower[j, j] = table.sqrt(_less_dot(a[j, j], lower[j, :j], lower[j, :j]))
        for i in range(j + 1, len(a)):
            lower[i, j] = table.div(_less_dot(a[i, j], lower[i, :j], lower[j, :j]), lower[j, j])
    return lower


def _lstsq(a: Any, b: Any, rcond: float | None = None) -> Any:
    """Return the least squares of a matrix of full rank; rank and singular values are plain."""
    x, squares, rank, singular = on_numbers(np.linalg.lstsq, a, b, rcond)
    a, b = _entries(a), _entries(b)
    _check_rank("lstsq", rank, a)
    columns = b[:, np.newaxis] if b.ndim == 1 else b
    solution = _least_squares(a, columns)
    if squares.size:
        misfit = columns - matmul(a, solution)
        squares = along(lambda *xs: table.dot(*xs, *xs), misfit, 0)
    return as_tensor(solution.reshape(x.shape)), squares, rank, singular


def _check_rank(name: str, rank: int, a: Any) -> None:
    if rank < min(a.shape):
        raise LinAlgError(
            f"np.linalg.{name} of a Tensor needs a matrix of full rank, as derivatives exist only "
            f"there: this one has shape {a.shape} and rank {rank}; leave out what depends on others"
        )


def _least_squares(a: Any, b: Any) -> Any:
    """Return the shortest x of those with the least |a x - b|, for a matrix a of full rank.

    NumPy's QR factors of the numbers give a constant change of variables after which the columns
    (of a wide matrix, the rows) are orthonormal at this point. The normal equations are then as
    well conditioned as can be, at this point; they hold at every other.
    """
    tall = a if a.shape[0] >= a.shape[1] else a.T
    change = _entries(np.linalg.inv(np.linalg.qr(plain(tall), mode="r")))
    basis = matmul(tall, change)
    gram = matmul(basis.T, basis)
    if tall is a:
        return matmul(change, _solved(gram, matmul(basis.T, b)))
    return matmul(basis, _solved(gram, matmul(change.T, b)))


def _pinv(a: Any, rcond: Any = None, hermitian: bool = False, *, rtol: Any = np._NoValue) -> Any:
    """Return the pseudo-inverse of a matrix of full rank."""
    if hermitian:
        raise TypeError("np.linalg.pinv of a Tensor does not take hermitian=True: leave it out")
    given = {"rcond": rcond} if rtol is np._NoValue else {"rcond": rcond, "rtol": rtol}
    wanted = on_numbers(np.linalg.pinv, a, **given)
    tolerance = rcond if rcond is not None else None if rtol is np._NoValue else rtol

    def inverse(a: Any) -> Any:
        _check_rank("pinv", int(np.linalg.matrix_rank(plain(a), rtol=tolerance)), a)
        return _least_squares(a, _entries(np.eye(len(a))))

    return _each(wanted.shape, inverse, a)


def _tensorsolve(a: Any, b: Any, axes: Any = None) -> Any:
    """Return the solution of a tensor equation, as that of its matrix."""
    wanted = on_numbers(np.linalg.tensorsolve, a, b, axes)
    a = as_object_array(a)
    if axes is not None:
        a = np.moveaxis(a, axes, range(a.ndim - len(axes), a.ndim))
    size = math.prod(wanted.shape)
    return _solve(a.reshape(size, size), as_object_array(b).ravel()).reshape(wanted.shape)


def _tensorinv(a: Any, ind: int = 2) -> Any:
    """Return the inverse of a tensor, as that of its matrix."""
    wanted = on_numbers(np.linalg.tensorinv, a, ind)
    size = math.prod(wanted.shape[-ind:])
    return _inv(as_object_array(a).reshape(size, size)).reshape(wanted.shape)


def _matrix_power(a: Any, n: int) -> Any:
    """Return a power of a matrix, by repeated squares; of the inverse for n < 0."""
    wanted = on_numbers(np.linalg.matrix_power, a, n)
    base = _inv(a) if n < 0 else a
    if n == 0:
        return wanted
    power = base
    for bit in f"{abs(n):b}"[1:]:  # the binary digits, from the highest
        power = matmul(power, power)
        power = matmul(power, base) if bit == "1" else power
    return power


# Norms.


def _norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """Return lengths and other norms without singular values; derivatives 0 at the origin."""
    if is_recorded(ord):
        raise TypeError(f"np.linalg.norm of a Tensor takes a plain number for ord, not {ord!r}")
    if ord is None and axis is None:
        return along(length, x, None, keepdims)
    axes = tuple(range(np.ndim(x))) if axis is None else np.atleast_1d(axis)
    if len(axes) == 2 and ord in (2, -2, "nuc"):
        raise TypeError(
            f"np.linalg.norm with ord={ord!r} of a Tensor's matrices needs singular values, which "
            "have no derivative here: take ord='fro', 1 or inf, or .numpy() for plain numbers"
        )
    wanted = on_numbers(np.linalg.norm, x, ord, axis, keepdims)
    if not np.size(x):
        return wanted
    if ord in (None, "fro", "f") or (ord == 2 and len(axes) == 1):
        return along(length, x, axis, keepdims)
    sizes = elementwise(table.abs, as_object_array(x))
    best = np.max if ord > 0 else np.min
    if len(axes) == 2:
        summed = axes[0] if abs(ord) == 1 else axes[1]
        sums = np.sum(sizes, axis=int(summed), keepdims=True)
        return best(sums, axis=tuple(map(int, axes)), keepdims=keepdims)
    if abs(ord) == np.inf:
        return best(sizes, axis=axis, keepdims=keepdims)
    if ord == 0:
        return np.sum(plain(x) != 0.0, axis=axis, keepdims=keepdims, dtype=float)
    return along(lambda *line: _length_by(float(ord), line), sizes, axis, keepdims)


def length(*xs: Any) -> Any:
    """Return the Euclidean length; nan where an entry is, even beside an infinite one."""
    if any(math.isnan(data_of(x)) for x in xs):
        return table.sqrt(table.dot(*xs, *xs))
    return table.norm(*xs)


def _length_by(ord: float, sizes: tuple[Any, ...]) -> Any:
    """Return (x1**ord + x2**ord + ...) ** (1 / ord) of sizes."""
    if ord == 1.0 or not any(map(data_of, sizes)):  # the corner at the origin: derivatives 0
        return table.sum(*sizes)
    return table.pow(table.sum(*[table.pow(x, ord) for x in sizes]), 1.0 / ord)


def _cond(x: Any, p: Any = None) -> Any:
    """Return the condition number in a norm that needs no singular values."""
    if p in (None, 2, -2):
        raise TypeError(
            f"np.linalg.cond with p={p!r} of a Tensor needs singular values, which have no "
            "derivative here: take p='fro', 1 or inf, or .numpy() for plain numbers"
        )
    on_numbers(np.linalg.cond, x, p)
    return _norm(x, p, (-2, -1)) * _norm(_inv(x), p, (-2, -1))


# Stacks of matrices.


def _each(shape: tuple[int, ...], function: Callable[..., Any], *stacks: Any) -> Any:
    """Return function(matrix, ...) of each matrix of the stacks, as an array of this shape."""
    entries = [_entries(x) for x in stacks]
    outer = np.broadcast_shapes(*[x.shape[:-2] for x in entries])
    entries = [np.broadcast_to(x, outer + x.shape[-2:]) for x in entries]
    result = np.empty(shape, dtype=object)
    for index in np.ndindex(outer):
        result[index] = function(*[x[index] for x in entries])
    return as_tensor(result)


def _entries(x: Any) -> Any:
    """Return a plain array of objects: Values and Python's floats."""
    array = as_object_array(x)
    return array if array.dtype == object else array.astype(float).astype(object)


FUNCTIONS: dict[Function, Function] = {
    np.linalg.solve: _solve,
    np.linalg.inv: _inv,
    np.linalg.det: _det,
    np.linalg.slogdet: _slogdet,
    np.linalg.cholesky: _cholesky,
    np.linalg.lstsq: _lstsq,
    np.linalg.pinv: _pinv,
    np.linalg.tensorsolve: _tensorsolve,
    np.linalg.tensorinv: _tensorinv,
    np.linalg.matrix_power: _matrix_power,
    np.linalg.norm: _norm,
    np.linalg.cond: _cond,
    np.linalg.vector_norm: numpys(np.linalg.vector_norm),
    np.linalg.matrix_norm: numpys(np.linalg.matrix_norm),
}
