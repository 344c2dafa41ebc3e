"""NumPy's own programs: they move entries, or calculate by operators and ufuncs."""

from typing import Any

import numpy as np

from autograd.arrays.ways import Function, joins, numpys, plain, views, writes
from autograd.values.tensor import Tensor, as_entries

_VIEWS: tuple[Any, ...] = (
    *(np.array_split, np.atleast_1d, np.atleast_2d, np.atleast_3d, np.broadcast_arrays),
    *(np.broadcast_to, np.copy, np.diagonal, np.dsplit, np.expand_dims, np.flip, np.fliplr),
    *(np.flipud, np.hsplit, np.linalg.diagonal, np.linalg.matrix_transpose),
    *(np.matrix_transpose, np.moveaxis, np.ravel, np.real, np.reshape),
    *(np.rollaxis, np.rot90, np.split, np.squeeze, np.swapaxes, np.transpose, np.vsplit),
    np.lib.stride_tricks.sliding_window_view,
)
_MOVED: tuple[Any, ...] = (
    *(np.append, np.block, np.choose, np.column_stack, np.compress, np.concatenate, np.delete),
    *(np.diag, np.diagflat, np.dstack, np.extract, np.hstack, np.meshgrid),
    *(np.put, np.repeat, np.resize, np.roll, np.select, np.stack, np.take, np.take_along_axis),
    *(np.tile, np.tril, np.trim_zeros, np.triu, np.vstack, np.fft.fftshift, np.fft.ifftshift),
)
_CALCULATED: tuple[Any, ...] = (
    *(np.amax, np.amin, np.apply_along_axis, np.apply_over_axes, np.average, np.convolve),
    *(np.correlate, np.cross, np.cumprod, np.cumsum, np.diff, np.einsum, np.kron, np.linspace),
    *(np.linalg.cross, np.linalg.matmul, np.linalg.multi_dot, np.linalg.outer),
    *(np.linalg.tensordot, np.linalg.trace, np.linalg.vecdot, np.logspace, np.max, np.min),
    *(np.outer, np.piecewise, np.poly, np.polyadd, np.polyder, np.polyint, np.polymul),
    *(np.polysub, np.polyval, np.prod, np.ptp, np.sum, np.trace, np.unwrap),
    np.vander,
)
# Their names, in versions of NumPy that have them.
_LATER = ("cumulative_prod", "cumulative_sum", "unstack")
# What each of them writes, into its first argument.
_WRITTEN: dict[Any, str] = {
    np.copyto: "src",
    np.fill_diagonal: "val",
    np.place: "vals",
    np.put_along_axis: "values",
    np.putmask: "values",
}
# Those that write what else they are given into an array of the first argument's type.
_INTO_NUMBERS: tuple[Any, ...] = (np.ediff1d, np.insert)


_padded = joins(np.pad)


def _pad(array: Any, pad_width: Any, mode: Any = "constant", **options: Any) -> Any:
    """Return the entries with others around them; not by medians, nor by extremes beside a nan."""
    if mode == "median":
        raise ValueError("np.pad with mode='median' does not work on a Tensor: pad by constants")
    if mode in ("maximum", "minimum") and np.isnan(plain(array)).any():
        raise ValueError(
            f"np.pad with mode={mode!r} of a Tensor takes no nan: put numbers in place of them by "
            "np.nan_to_num first"
        )
    return _padded(array, pad_width, mode, **options)


def _full_like(
    a: Any,
    fill_value: Any,
    dtype: Any = None,
    order: Any = "K",
    subok: bool = True,
    shape: Any = None,
    **options: Any,
) -> Any:
    """Return constants, or Values to be written over; plain numbers where a dtype asks for it."""
    shape = np.shape(a) if shape is None else shape
    if dtype is not None and np.dtype(dtype) != object:
        return np.full(shape, fill_value, dtype)
    result = np.empty(shape, dtype=object)
    result[...] = as_entries(fill_value)
    return result.view(Tensor) if result.ndim else result[()]


def _zeros_like(a: Any, *args: Any, **options: Any) -> Any:
    """Return zeros, to be written over."""
    return _full_like(a, 0.0, *args, **options)


def _ones_like(a: Any, *args: Any, **options: Any) -> Any:
    """Return ones, to be written over."""
    return _full_like(a, 1.0, *args, **options)


FUNCTIONS: dict[Function, Function] = {
    **{function: views(function) for function in _VIEWS},
    **{function: numpys(function) for function in (*_MOVED, *_CALCULATED)},
    **{getattr(np, name): numpys(getattr(np, name)) for name in _LATER if hasattr(np, name)},
    **{function: joins(function) for function in _INTO_NUMBERS},
    np.empty_like: _zeros_like,
    np.full_like: _full_like,
    np.ones_like: _ones_like,
    np.pad: _pad,
    np.zeros_like: _zeros_like,
    **{function: writes(function, values) for function, values in _WRITTEN.items()},
}
