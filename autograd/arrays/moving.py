"""Functions of NumPy that move entries, or calculate by operators and ufuncs: right as they are.

Their results are views and copies of Values, or nodes that NumPy's own programs make.
"""

import numpy as np

from autograd.arrays.ways import numpys

_SHAPES = (
    *(np.atleast_1d, np.atleast_2d, np.atleast_3d, np.broadcast_arrays, np.broadcast_to),
    *(np.expand_dims, np.flip, np.fliplr, np.flipud, np.matrix_transpose, np.moveaxis),
    *(np.permute_dims, np.ravel, np.reshape, np.rollaxis, np.rot90, np.squeeze, np.swapaxes),
    *(np.diagonal, np.diag, np.array_split, np.split, np.hsplit, np.vsplit, np.dsplit),
    *(np.unstack, np.linalg.diagonal, np.linalg.matrix_transpose),
    np.lib.stride_tricks.sliding_window_view,
)
_JOINED = (
    *(np.append, np.block, np.column_stack, np.concatenate, np.dstack, np.hstack, np.stack),
    *(np.vstack, np.delete, np.insert, np.diagflat, np.pad, np.repeat, np.resize, np.roll),
    *(np.tile, np.tril, np.triu, np.meshgrid, np.fft.fftshift, np.fft.ifftshift),
    *(np.take, np.take_along_axis, np.compress, np.extract, np.choose, np.select),
    *(np.copy, np.zeros_like, np.ones_like, np.full_like, np.empty_like),
)
_CALCULATED = (
    *(np.outer, np.linalg.outer, np.kron, np.cross, np.linalg.cross, np.tensordot, np.vdot),
    *(np.linalg.tensordot, np.einsum, np.trace, np.linalg.trace, np.linalg.matmul),
    *(np.sum, np.prod, np.cumsum, np.cumprod, np.cumulative_sum, np.cumulative_prod),
    *(np.max, np.min, np.amax, np.amin, np.ptp, np.var, np.std, np.average, np.median),
    *(np.diff, np.ediff1d, np.polyval, np.polyadd, np.polysub, np.polymul, np.vander),
    *(
        np.apply_along_axis,
        np.apply_over_axes,
        np.piecewise,
        np.sort,
        np.partition,
        np.convolve,
        np.correlate,
    ),
    *(np.shape, np.size, np.ndim, np.all, np.any, np.argmax, np.argmin, np.argsort),
    *(np.argpartition, np.unique, np.allclose, np.isclose, np.array_equal, np.nonzero),
)

FUNCTIONS = {function: numpys(function) for function in (*_SHAPES, *_JOINED, *_CALCULATED)}
