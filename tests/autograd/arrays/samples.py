"""One call, or several, for each of NumPy's functions that works on Tensors.

`SAMPLES` has the functions of the arrays that the tests hand in: once of plain numbers, once of
Values. A function that writes into its argument is given a copy.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograd import Tensor, Value

Function = Callable[..., Any]


@dataclass(frozen=True)
class Sample:
    """A call of NumPy's function on arrays of the shapes."""

    call: Function
    shapes: tuple[tuple[int, ...], ...]
    special: bool = True
    """Whether it equals NumPy's on nan and infinities; why not, stands beside the sample."""


def of(*shapes: tuple[int, ...] | int) -> Callable[..., list[Sample]]:
    """Return a maker of samples that take arrays of the shapes."""
    full = tuple([shape if isinstance(shape, tuple) else (shape,) for shape in shapes])
    return lambda *calls: [Sample(call, full) for call in calls]


def written(function: Function, *before: Any, **options: Any) -> Function:
    """Return a call that writes into a copy of its first array, and returns that."""

    def call(target: Any, *values: Any) -> Any:
        if any(isinstance(x, (Tensor, Value)) for x in values):
            target = Tensor(target)
        target = target.copy()
        function(target, *before, *values, **options)
        return target

    return call


V, M, C = of(4), of((2, 3)), of((2, 3, 2))  # a vector, a matrix, a cube
S = of((3, 3))
SPLIT = [(0, 1), (2, 3)]
MASK = np.array([True, False, True, True])


def tame(samples: list[Sample]) -> list[Sample]:
    """Return samples that differ from NumPy on nan or infinities, for a reason."""
    return [replace(sample, special=False) for sample in samples]


def axes(f: Function) -> list[Sample]:
    """Return samples of a reduction: of all, along an axis, several, and with keepdims."""
    return [
        *V(f),
        *M(lambda x: f(x, axis=0), lambda x: f(x, axis=-1, keepdims=True), f),
        *C(lambda x: f(x, axis=(0, 2))),
    ]


def one_axis(f: Function) -> list[Sample]:
    return [*V(f), *M(lambda x: f(x, axis=0), lambda x: f(x, axis=-1)), *C(lambda x: f(x, axis=1))]


def products(f: Function) -> list[Sample]:
    return [
        *of(3, 3)(f),
        *of((2, 3), (3, 3))(f),
        *of((2, 3, 3), (3, 3))(f),
        *of((2, 3, 3), (2, 3, 3))(f),
    ]


def pads(mode: str, **options: Any) -> list[Sample]:
    return [
        *V(lambda x: np.pad(x, 2, mode, **options)),
        *M(lambda x: np.pad(x, ((1, 0), (1, 2)), mode, **options)),
    ]


SAMPLES: dict[Function, list[Sample]] = {
    # Shapes
    np.array_split: [*V(lambda x: np.array_split(x, 3)), *M(lambda x: np.array_split(x, [1], 1))],
    np.atleast_1d: [*of(())(np.atleast_1d), *of((), 2)(np.atleast_1d), *M(np.atleast_1d)],
    np.atleast_2d: [*of(())(np.atleast_2d), *V(np.atleast_2d)],
    np.atleast_3d: [*of(())(np.atleast_3d), *V(np.atleast_3d), *M(np.atleast_3d)],
    np.broadcast_arrays: of((2, 1), 3)(np.broadcast_arrays),
    np.broadcast_to: [
        *of(3)(lambda x: np.broadcast_to(x, (2, 3))),
        *of(())(lambda x: np.broadcast_to(x, (2,))),
    ],
    np.copy: M(np.copy),
    np.diagonal: [*S(np.diagonal), *C(lambda x: np.diagonal(x, 1, 0, 1))],
    np.dsplit: C(lambda x: np.dsplit(x, 2)),
    np.expand_dims: M(lambda x: np.expand_dims(x, 1), lambda x: np.expand_dims(x, (0, -1))),
    np.flip: [*V(np.flip), *M(np.flip, lambda x: np.flip(x, 1)), *C(lambda x: np.flip(x, (0, 2)))],
    np.fliplr: M(np.fliplr),
    np.flipud: M(np.flipud),
    np.hsplit: [*V(lambda x: np.hsplit(x, 2)), *M(lambda x: np.hsplit(x, 3))],
    np.linalg.diagonal: C(np.linalg.diagonal, lambda x: np.linalg.diagonal(x, offset=-1)),
    np.linalg.matrix_transpose: C(np.linalg.matrix_transpose),
    np.matrix_transpose: C(np.matrix_transpose),
    np.moveaxis: C(lambda x: np.moveaxis(x, 0, -1), lambda x: np.moveaxis(x, [0, 1], [2, 0])),
    np.permute_dims: C(lambda x: np.permute_dims(x, (2, 0, 1))),
    np.ravel: [*M(np.ravel, lambda x: np.ravel(x, order="F")), *of(())(np.ravel)],
    np.real: [*M(np.real), *of(())(np.real)],
    np.reshape: [
        *M(lambda x: np.reshape(x, (3, 2)), lambda x: np.reshape(x, -1, order="F")),
        *of(())(lambda x: np.reshape(x, (1, 1))),
        *of(1)(lambda x: np.reshape(x, ())),
    ],
    np.rollaxis: C(lambda x: np.rollaxis(x, 2), lambda x: np.rollaxis(x, 0, 3)),
    np.rot90: M(np.rot90, lambda x: np.rot90(x, 2), lambda x: np.rot90(x, -1, (1, 0))),
    np.split: [*V(lambda x: np.split(x, 2)), *M(lambda x: np.split(x, [1, 2], axis=-1))],
    np.squeeze: [*of((1, 3, 1))(np.squeeze, lambda x: np.squeeze(x, 0)), *of(1)(np.squeeze)],
    np.swapaxes: C(lambda x: np.swapaxes(x, 0, -1)),
    np.transpose: [*C(np.transpose, lambda x: np.transpose(x, (1, 2, 0))), *of(())(np.transpose)],
    np.unstack: C(np.unstack, lambda x: np.unstack(x, axis=1)),
    np.vsplit: M(lambda x: np.vsplit(x, 2)),
    np.lib.stride_tricks.sliding_window_view: V(
        lambda x: np.lib.stride_tricks.sliding_window_view(x, 2)
    ),
    # New arrays like others
    np.empty_like: M(  # whose numbers are anything
        lambda x: np.shape(np.empty_like(x)), lambda x: np.shape(np.empty_like(x, shape=2))
    ),
    np.full_like: [
        *M(lambda x: np.full_like(x, 7)),
        *V(lambda x: np.full_like(x, x[0])),
    ],
    np.ones_like: [*M(np.ones_like, lambda x: np.ones_like(x, dtype=int)), *of(())(np.ones_like)],
    np.zeros_like: M(np.zeros_like, lambda x: np.zeros_like(x, shape=(2,))),
    # Joined, repeated, taken
    np.append: [
        *of(2, 3)(np.append),
        *of((2, 2), (1, 2))(lambda x, y: np.append(x, y, axis=0)),
        *of(2)(lambda x: np.append(x, 5), lambda x: np.append([1, 2], x)),
        *of(2, ())(np.append),
    ],
    np.block: of((2, 2), (2, 1))(lambda x, y: np.block([[x, y], [y, x]])),
    np.choose: of(3, 3)(
        lambda x, y: np.choose([0, 1, 0], [x, y]),
        lambda x, y: np.choose([0, 3, -1], [x, y], mode="clip"),
    ),
    np.column_stack: of(3, (3, 2))(lambda x, y: np.column_stack([x, y])),
    np.compress: [
        *V(lambda x: np.compress(MASK, x)),
        *M(lambda x: np.compress([True, False], x, axis=0)),
    ],
    np.concatenate: [
        *of(2, 3)(lambda x, y: np.concatenate([x, y]), lambda x, y: np.concatenate((x, [1], y))),
        *of((2, 2), (2, 1))(
            lambda x, y: np.concatenate([x, y], axis=-1),
            lambda x, y: np.concatenate([x, y], axis=None),
        ),
    ],
    np.delete: [*V(lambda x: np.delete(x, [0, 2])), *M(lambda x: np.delete(x, 1, axis=1))],
    np.diag: [*V(np.diag, lambda x: np.diag(x, -1)), *S(np.diag, lambda x: np.diag(x, 1))],
    np.diagflat: M(np.diagflat),
    np.dstack: of((2, 2), (2, 2))(lambda x, y: np.dstack([x, y])),
    np.extract: V(lambda x: np.extract(MASK, x)),
    np.hstack: [*of(2, 3)(lambda x, y: np.hstack([x, y])), *of((), 1)(lambda *xs: np.hstack(xs))],
    np.insert: [
        *V(lambda x: np.insert(x, [1, 2], 9.0)),
        *of((2, 2), 2)(lambda x, y: np.insert(x, 1, y, axis=1)),
        *of(())(lambda y: np.insert(np.ones(2), 1, y) if np.ndim(y) else np.append(y, y)),
    ],
    np.meshgrid: of(2, 3)(
        np.meshgrid,
        lambda x, y: np.meshgrid(x, y, indexing="ij"),
        lambda x, y: np.meshgrid(x, y, sparse=True),
    ),
    np.pad: [
        *pads("constant"),
        *pads("constant", constant_values=3),
        *pads("edge"),
        *pads("linear_ramp"),
        *pads("linear_ramp", end_values=2.5),
        *pads("mean"),
        *tame([*pads("maximum"), *pads("minimum")]),  # nan is refused
        *pads("reflect"),
        *pads("reflect", reflect_type="odd"),
        *pads("symmetric"),
        *pads("wrap"),
        *V(lambda x: np.pad(x, 1, constant_values=x[0])),
    ],
    np.repeat: [
        *V(lambda x: np.repeat(x, 2), lambda x: np.repeat(x, [0, 1, 2, 1])),
        *M(lambda x: np.repeat(x, 2), lambda x: np.repeat(x, [1, 2], axis=0)),
        *of(())(lambda x: np.repeat(x, 3)),
    ],
    np.resize: M(lambda x: np.resize(x, (2, 2)), lambda x: np.resize(x, 8)),
    np.roll: [*V(lambda x: np.roll(x, 1)), *M(lambda x: np.roll(x, (1, -1), axis=(0, 1)))],
    np.select: of(3, 3)(
        lambda x, y: np.select([[True, False, False], [True, True, False]], [x, y], 7),
        lambda x, y: np.select([x > 0, x > -1], [x * y, y], x),
    ),
    np.stack: [
        *of(3, 3)(lambda x, y: np.stack([x, y]), lambda x, y: np.stack([x, y], axis=-1)),
        *of((), ())(lambda x, y: np.stack([x, y, 1.0])),
    ],
    np.take: [
        *V(lambda x: np.take(x, [0, 0, 3]), lambda x: np.take(x, [[5], [-1]], mode="wrap")),
        *M(lambda x: np.take(x, [0, 0], axis=1), lambda x: np.take(x, -1)),
    ],
    np.take_along_axis: M(lambda x: np.take_along_axis(x, np.array([[0], [2]]), axis=1)),
    np.tile: [*V(lambda x: np.tile(x, 2)), *M(lambda x: np.tile(x, (2, 1, 2)))],
    np.tril: [*S(np.tril, lambda x: np.tril(x, -1)), *C(np.tril)],
    np.trim_zeros: V(np.trim_zeros),
    np.triu: [*S(np.triu, lambda x: np.triu(x, 1)), *V(np.triu)],
    np.vstack: of(2, (2, 2))(lambda x, y: np.vstack([x, y])),
    np.fft.fftshift: M(np.fft.fftshift),
    np.fft.ifftshift: M(np.fft.ifftshift, lambda x: np.fft.ifftshift(x, axes=1)),
    # Written
    np.copyto: [
        *of((2, 3), 3)(written(np.copyto)),
        *of(3, 3)(written(np.copyto, where=[True, False, True])),
        *V(lambda x: written(np.copyto)(x, 3)),
    ],
    np.fill_diagonal: [
        *S(lambda x: written(np.fill_diagonal)(x, 7)),
        *of((3, 3), 3)(written(np.fill_diagonal)),
    ],
    np.place: of(4, 2)(written(np.place, MASK)),
    np.put: [
        *of(4, 2)(written(np.put, [0, 2]), written(np.put, [0, 5], mode="clip")),
        *V(lambda x: written(np.put)(x, 1, 5)),
    ],
    np.put_along_axis: of((2, 3), (2, 1))(
        lambda x, y: written(np.put_along_axis, np.array([[0], [2]]))(x, y, 1)
    ),
    np.putmask: of(4, 4)(written(np.putmask, MASK)),
    # Products
    np.cross: [
        *of(3, 3)(np.cross),
        *of((2, 3), 3)(np.cross),
        *of((3, 2), (3, 2))(lambda x, y: np.cross(x, y, axis=0)),
    ],
    np.dot: [
        *products(np.dot),
        *tame(of((), 3)(np.dot)),  # of 0 and nan, NumPy's BLAS makes 0
        *of((2, 3), 3)(np.dot),
        *of(3, (2, 3, 2))(np.dot),
    ],
    np.einsum: [
        *S(
            lambda x: np.einsum("ii", x),
            lambda x: np.einsum("ii->i", x),
            lambda x: np.einsum("ij->ji", x),
            lambda x: np.einsum(x, [0, 1], [0]),
        ),
        *of((2, 3), (3, 2))(
            lambda x, y: np.einsum("ij,jk->ik", x, y),
            lambda x, y: np.einsum("ij,jk", x, y, optimize=True),
            lambda x, y: np.einsum("ij,ji->", x, y),
        ),
        *of(2, (2, 3), 3)(
            lambda x, y, z: np.einsum("i,ij,j->", x, y, z),
            lambda x, y, z: np.einsum("i,ij,j->ij", x, y, z, optimize="greedy"),
        ),
        *of((2, 2, 3), (3, 2))(lambda x, y: np.einsum("...ij,jk->...ik", x, y)),
        *of((), 3)(lambda x, y: np.einsum(",i->i", x, y)),
    ],
    np.inner: [*products(np.inner), *tame(of((), (2, 3))(np.inner)), *of((2, 3), 3)(np.inner)],
    np.kron: [*of(2, 3)(np.kron), *of((2, 2), (2, 3))(np.kron), *of((), 3)(np.kron),
              *of(2, (2, 2))(np.kron)],
    np.linalg.cross: of((2, 3), 3)(np.linalg.cross),
    np.linalg.matmul: products(np.linalg.matmul)[1:],
    np.linalg.multi_dot: of(2, (2, 3), (3, 2), 2)(
        lambda *xs: np.linalg.multi_dot(xs[:3]), lambda *xs: np.linalg.multi_dot(xs)
    ),
    np.linalg.outer: of(2, 3)(np.linalg.outer),
    np.linalg.tensordot: of((2, 3), (3, 2))(lambda x, y: np.linalg.tensordot(x, y, axes=1)),
    np.linalg.trace: C(np.linalg.trace),
    np.linalg.vecdot: of((2, 3), 3)(np.linalg.vecdot),
    np.outer: [*of(2, 3)(np.outer), *of((2, 2), 2)(np.outer), *of((), 3)(np.outer)],
    np.tensordot: [
        *of((2, 3), (3, 2))(
            lambda x, y: np.tensordot(x, y, 1),
            lambda x, y: np.tensordot(x, y, 0),
            lambda x, y: np.tensordot(x, y, ([0, 1], [1, 0])),
        ),
        *of((2, 3, 2), (2, 3))(lambda x, y: np.tensordot(x, y, ([1, 2], [1, 0]))),
    ],
    np.trace: [*S(np.trace, lambda x: np.trace(x, 1)), *C(lambda x: np.trace(x, 0, 0, 2))],
    np.vdot: [*of((2, 2), (2, 2))(np.vdot), *of((), ())(np.vdot)],
    # Sums, products, means
    np.amax: axes(np.amax),
    np.amin: axes(np.amin),
    np.average: [
        *axes(np.average),
        *of(4, 4)(lambda x, w: np.average(x, weights=w)),
        *of((2, 3), 3)(lambda x, w: np.average(x, axis=1, weights=w * w, returned=True)),
    ],
    np.cumprod: one_axis(np.cumprod),
    np.cumsum: one_axis(np.cumsum),
    np.cumulative_prod: V(np.cumulative_prod),
    np.cumulative_sum: V(
        np.cumulative_sum, lambda x: np.cumulative_sum(x, include_initial=True)
    ),
    np.linalg.norm: axes(np.linalg.norm)[:-1],
    np.max: [*axes(np.max), *V(lambda x: np.max(x, initial=0.25)), *of(())(np.max)],
    np.mean: [*axes(np.mean), *of(())(np.mean)],
    np.median: axes(np.median),
    np.min: [*axes(np.min), *V(lambda x: np.min(x, initial=0.25))],
    np.nancumprod: one_axis(np.nancumprod),
    np.nancumsum: one_axis(np.nancumsum),
    np.nanmax: axes(np.nanmax),
    np.nanmean: axes(np.nanmean),
    np.nanmedian: axes(np.nanmedian),
    np.nanmin: axes(np.nanmin),
    np.nanprod: axes(np.nanprod),
    np.nanstd: [*axes(np.nanstd), *V(lambda x: np.nanstd(x, ddof=1))],
    np.nansum: axes(np.nansum),
    np.nanvar: [*axes(np.nanvar), *M(lambda x: np.nanvar(x, axis=1, ddof=1))],
    np.prod: [*axes(np.prod), *V(lambda x: np.prod(x, initial=2.0))],
    np.ptp: axes(np.ptp),
    np.std: [*axes(np.std), *V(lambda x: np.std(x, ddof=1))],
    np.sum: [*axes(np.sum), *V(lambda x: np.sum(x, initial=2.0)), *of(())(np.sum)],
    np.var: [*axes(np.var), *V(lambda x: np.var(x, ddof=1))],
    # Along lines
    np.apply_along_axis: M(
        lambda x: np.apply_along_axis(lambda line: line[0] * line[1], 1, x),
        lambda x: np.apply_along_axis(lambda line: line * line, 0, x),
    ),
    np.apply_over_axes: C(lambda x: np.apply_over_axes(np.sum, x, [0, 2])),
    np.convolve: of(4, 2)(
        np.convolve,
        lambda x, y: np.convolve(x, y, "same"),
        lambda x, y: np.convolve(x, y, "valid"),
    ),
    np.correlate: of(4, 2)(np.correlate, lambda x, y: np.correlate(x, y, "full")),
    np.diff: [
        *V(np.diff, lambda x: np.diff(x, 2), lambda x: np.diff(x, prepend=0, append=[1.0])),
        *M(lambda x: np.diff(x, axis=0)),
    ],
    np.ediff1d: V(np.ediff1d, lambda x: np.ediff1d(x, to_begin=1.0, to_end=[2.0])),
    np.linspace: of((), ())(
        lambda x, y: np.linspace(x, y, 4), lambda x, y: np.linspace(x, y, 3, endpoint=False)
    ),
    np.logspace: of((), ())(lambda x, y: np.logspace(x, y, 4)),
    np.piecewise: V(
        lambda x: np.piecewise(x, [x < 0, x >= 0], [lambda v: -v, lambda v: v * v]),
        lambda x: np.piecewise(x, [x < 0], [2.0]),
    ),
    np.unwrap: V(np.unwrap, lambda x: np.unwrap(x * 9.0), lambda x: np.unwrap(x, period=0.7)),
    # Polynomials
    np.poly: V(np.poly),
    np.polyadd: of(4, 2)(np.polyadd),
    np.polyder: V(np.polyder),
    np.polyint: V(np.polyint),
    np.polymul: of(4, 2)(np.polymul),
    np.polysub: of(4, 2)(np.polysub),
    np.polyval: [*of(3, 2)(np.polyval), *of(3, ())(np.polyval)],
    np.vander: V(np.vander, lambda x: np.vander(x, 3, increasing=True)),
    # Chosen by the numbers
    np.clip: [
        *V(lambda x: np.clip(x, -0.5, 0.5), lambda x: np.clip(x, None, 0.5)),
        *V(lambda x: np.clip(x, min=-0.5)),
        *of(4, (), ())(lambda x, lo, hi: np.clip(x, lo, hi + 1.0)),
        *of((), ())(lambda x, hi: np.clip(x, None, hi)),
    ],
    **{
        f: V(lambda x, f=f: f(x + 0.1), lambda x, f=f: f(x + 0.1, 2), lambda x, f=f: f(9 * x, -1))
        for f in (np.around, np.round)
    },
    np.intersect1d: of(4, 4)(lambda x, y: np.intersect1d(x, np.concatenate([y, x[:2]]))),
    np.nan_to_num: [
        *V(np.nan_to_num, lambda x: np.nan_to_num(x, nan=3.0, posinf=4.0, neginf=-5)),
        *V(written(np.nan_to_num, copy=False)),
        *of(())(np.nan_to_num),
    ],
    np.partition: [*V(lambda x: np.sort(np.partition(x, 2)[:2])),
                   *M(lambda x: np.partition(x, 1, axis=1)[:, 1])],
    np.setdiff1d: of(4, 2)(np.setdiff1d),
    np.setxor1d: of(4, 2)(np.setxor1d),
    np.sort: [*V(np.sort), *M(np.sort, lambda x: np.sort(x, axis=0), lambda x: np.sort(x, None))],
    np.union1d: of(4, 2)(np.union1d),
    np.unique: [
        *V(
            np.unique,
            lambda x: np.unique(x, return_index=True, return_inverse=True, return_counts=True),
            lambda x: np.unique(x, equal_nan=False),
        ),
        *M(np.unique, lambda x: np.unique(x, axis=0)),
    ],
    np.unique_all: V(np.unique_all),
    np.unique_counts: V(np.unique_counts),
    np.unique_inverse: V(np.unique_inverse),
    np.unique_values: V(np.unique_values),
    np.where: [
        *V(lambda x: np.where(x > 0, x * x, 1.0), lambda x: np.where(MASK, x, -x), np.where),
        *of(())(lambda x: np.where(x > 0, x, 1.0), lambda x: np.where(x < 0, x, 1.0)),
        *of((2, 1), 3)(lambda x, y: np.where(x > y, x, y)),
    ],
    # The row is 0 at infinity, as the limit is; NumPy's is nan.
    np.sinc: tame([*V(np.sinc), *of(())(np.sinc)]),
    # Questions
    np.all: axes(np.all),
    np.allclose: [*of(4, 4)(np.allclose), *V(lambda x: np.allclose(x, x, equal_nan=True))],
    np.any: axes(np.any),
    np.argmax: one_axis(np.argmax),
    np.argmin: one_axis(np.argmin),
    np.argpartition: V(lambda x: np.argpartition(x, 2)),
    np.argsort: one_axis(lambda x, **axis: np.argsort(x, kind="stable", **axis)),
    np.argwhere: M(np.argwhere),
    np.array2string: M(np.array2string),
    np.array_equal: of(4, 4)(np.array_equal, lambda x, y: np.array_equal(x, x, equal_nan=True)),
    np.array_equiv: of((2, 4), 4)(np.array_equiv),
    np.array_repr: V(lambda x: np.array_repr(x).removeprefix("Tensor").removeprefix("array")),
    np.array_str: V(lambda x: len(np.array_str(x)) > 0),
    np.can_cast: [],
    np.count_nonzero: [*V(np.count_nonzero), *M(lambda x: np.count_nonzero(x > 0, axis=0))],
    np.diag_indices_from: S(np.diag_indices_from),
    np.digitize: V(lambda x: np.digitize(x, [-1.0, 0.0, 1.0])),
    np.einsum_path: S(lambda x: np.einsum_path("ij,jk", x, x)[0]),
    np.flatnonzero: M(np.flatnonzero),
    np.histogram: V(
        lambda x: np.histogram(np.nan_to_num(x), [-5.0, 0.0, 1.0, 5.0]),
        lambda x: np.histogram(np.nan_to_num(x), 3, (-4.0, 4.0), density=True)[1],
    ),
    np.imag: [*V(np.imag), *of(())(np.imag)],
    np.isclose: of(4, 4)(np.isclose, lambda x, y: np.isclose(x, x, equal_nan=True)),
    np.iscomplex: V(np.iscomplex),
    np.iscomplexobj: V(np.iscomplexobj),
    np.isin: of(4, 2)(np.isin, lambda x, y: np.isin(x, x)),
    np.isneginf: V(np.isneginf),
    np.isposinf: V(np.isposinf),
    np.isreal: V(np.isreal),
    np.isrealobj: V(np.isrealobj),
    np.lexsort: [*of(4, 4)(lambda x, y: np.lexsort((x, y))), *M(np.lexsort)],
    np.linalg.matrix_rank: S(lambda x: np.linalg.matrix_rank(np.nan_to_num(x, posinf=1, neginf=2))),
    np.may_share_memory: of(4, 4)(np.may_share_memory, lambda x, y: np.may_share_memory(x, x[1:])),
    np.nanargmax: V(lambda x: np.nanargmax(np.append(x, 1.0))),
    np.nanargmin: V(lambda x: np.nanargmin(np.append(x, 1.0))),
    np.ndim: [*M(np.ndim), *of(())(np.ndim)],
    np.nonzero: M(np.nonzero),
    np.result_type: [],
    np.searchsorted: of(4, 2)(
        lambda x, y: np.searchsorted(np.sort(x), y),
        lambda x, y: np.searchsorted(x, y, "right", sorter=np.argsort(x)),
    ),
    np.shape: [*M(np.shape), *of(())(np.shape)],
    np.shares_memory: V(lambda x: np.shares_memory(x, x[::2])),
    np.size: [*M(np.size, lambda x: np.size(x, 1)), *of(())(np.size)],
    np.tril_indices_from: S(np.tril_indices_from),
    np.triu_indices_from: S(lambda x: np.triu_indices_from(x, 1)),
}  # fmt: skip
