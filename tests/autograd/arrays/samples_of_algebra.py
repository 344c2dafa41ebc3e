"""Samples of linear algebra, statistics and calculus; their own tests go further."""

from typing import Any

import numpy as np

from .samples import SAMPLES, C, Function, M, S, Sample, V, axes, of, tame

PLACES = np.array([0.0, 0.5, 0.7, 2.0])
TALL = of((4, 2))


def positive(x: Any) -> Any:
    """Return a positive definite matrix."""
    return x @ np.swapaxes(x, -1, -2) + np.eye(3)


ALGEBRA: dict[Function, list[Sample]] = {
    np.linalg.cholesky: [
        *S(
            lambda x: np.linalg.cholesky(positive(x)),
            lambda x: np.linalg.cholesky(positive(x), upper=True),
        ),
        *of((2, 3, 3))(lambda x: np.linalg.cholesky(positive(x))),
    ],
    np.linalg.cond: S(lambda x: np.linalg.cond(x, 1), lambda x: np.linalg.cond(x, "fro")),
    np.linalg.det: [*S(np.linalg.det), *of((2, 2, 2))(np.linalg.det)],
    np.linalg.inv: [*S(np.linalg.inv), *of((2, 2, 2))(np.linalg.inv)],
    np.linalg.lstsq: [
        *of((4, 2), 4)(lambda a, b: np.linalg.lstsq(a, b)[:3]),
        *of((2, 3), (2, 2))(lambda a, b: np.linalg.lstsq(a, b)[:3]),
    ],
    np.linalg.matrix_power: S(
        lambda x: np.linalg.matrix_power(x, 5),
        lambda x: np.linalg.matrix_power(x, -2),
        lambda x: np.linalg.matrix_power(x, 0),
    ),
    np.linalg.pinv: [*TALL(np.linalg.pinv), *M(np.linalg.pinv)],
    np.linalg.slogdet: [*S(np.linalg.slogdet), *of((2, 2, 2))(np.linalg.slogdet)],
    np.linalg.solve: [
        *of((3, 3), 3)(np.linalg.solve),
        *of((2, 2, 2), (2, 1))(np.linalg.solve),
    ],
    np.linalg.tensorinv: of((2, 2, 2, 2))(np.linalg.tensorinv),
    np.linalg.tensorsolve: of((2, 2, 4), (2, 2))(np.linalg.tensorsolve),
}
SPREAD: dict[Function, list[Sample]] = {
    np.corrcoef: [*M(np.corrcoef, lambda x: np.corrcoef(x, rowvar=False)), *V(np.corrcoef)],
    np.cov: [
        *M(np.cov, lambda x: np.cov(x, bias=True), lambda x: np.cov(x, fweights=[1, 3, 2])),
        *of((2, 3), 3)(np.cov),
        *of(4)(np.cov),
    ],
    np.gradient: [
        *V(np.gradient, lambda x: np.gradient(x, PLACES, edge_order=2)),
        *M(np.gradient, lambda x: np.gradient(x, 0.5, axis=1)),
        *of(4, ())(lambda x, h: np.gradient(x, h + 3.0)),
    ],
    np.interp: [
        *of(3, 4)(lambda x, y: np.interp(x, PLACES, y)),
        *V(lambda x: np.interp(x, PLACES, [1.0, 3.0, 2.0, 2.5], left=5.0)),
        *of(2, 4)(lambda x, y: np.interp(x, PLACES, y, period=2.5)),
    ],
    np.linalg.matrix_norm: C(np.linalg.matrix_norm, lambda x: np.linalg.matrix_norm(x, ord=1)),
    np.linalg.norm: [
        *axes(np.linalg.norm),
        *V(lambda x: np.linalg.norm(x, 3), lambda x: np.linalg.norm(x, -np.inf)),
        *M(lambda x: np.linalg.norm(x, 1), lambda x: np.linalg.norm(x, np.inf, axis=0)),
        *C(lambda x: np.linalg.norm(x, np.inf, axis=(0, 1), keepdims=True)),
    ],
    np.linalg.vector_norm: C(
        np.linalg.vector_norm, lambda x: np.linalg.vector_norm(x, axis=(0, 1), ord=1)
    ),
    np.trapezoid: [
        *V(np.trapezoid, lambda x: np.trapezoid(x, PLACES)),
        *M(lambda x: np.trapezoid(x, axis=0, dx=0.5)),
    ],
    **{
        f: [
            *M(
                lambda x, f=f, n=n: f(x, 0.3 * n),
                lambda x, f=f, n=n: f(x, [0.2 * n, 0.9 * n], axis=1),
                lambda x, f=f, n=n: f(x, 0.4 * n, axis=0, method="hazen", keepdims=True),
            ),
        ]
        for f, n in (
            *((np.quantile, 1.0), (np.percentile, 100.0)),
            *((np.nanquantile, 1.0), (np.nanpercentile, 100.0)),
        )
    },
}
SAMPLES.update({f: tame(samples) for f, samples in ALGEBRA.items()})
SAMPLES.update(SPREAD)
