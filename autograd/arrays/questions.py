"""Questions about arrays: the answers are places, counts and truth values, by the numbers."""

from typing import Any

import numpy as np

from autograd.arrays.ways import Function, about, by_data, is_recorded

_BY_DATA = (
    *(np.all, np.allclose, np.any, np.argmax, np.argmin, np.argpartition, np.argsort),
    *(np.argwhere, np.array2string, np.array_equal, np.array_equiv, np.count_nonzero),
    *(np.digitize, np.flatnonzero, np.imag, np.isclose, np.iscomplex, np.isin, np.isneginf),
    *(np.isposinf, np.isreal, np.lexsort, np.nanargmax, np.nanargmin, np.nonzero),
    *(np.searchsorted, np.linalg.matrix_rank),
)
# What they answer does not depend on the numbers, so these are not read.
_ABOUT_ARRAYS = (
    *(np.can_cast, np.diag_indices_from, np.einsum_path, np.iscomplexobj, np.isrealobj),
    *(np.may_share_memory, np.ndim, np.result_type, np.shape, np.shares_memory, np.size),
    *(np.tril_indices_from, np.triu_indices_from),
)


def _text(array: Any, *options: Any) -> str:
    """Return the text that a Tensor has, whatever the options."""
    return str(array)


def _histogram(
    a: Any, bins: Any = 10, range: Any = None, density: Any = None, weights: Any = None
) -> Any:
    """Return the counts, by the numbers; edges and weights must be plain."""
    by_edges = range is not None or np.ndim(bins) > 0
    if not by_edges or any(map(is_recorded, (bins, range, weights))):
        raise TypeError(
            "np.histogram of a Tensor takes plain weights and plain edges, as bins or range, since "
            "derivatives by them would be lost: take .numpy() of the Tensor first"
        )
    return _histogram_of_numbers(a, bins, range, density, weights)


_histogram_of_numbers = by_data(np.histogram)


FUNCTIONS: dict[Function, Function] = {
    **{function: by_data(function) for function in _BY_DATA},
    **{function: about(function) for function in _ABOUT_ARRAYS},
    np.array_repr: _text,
    np.array_str: _text,
    np.histogram: _histogram,
}
