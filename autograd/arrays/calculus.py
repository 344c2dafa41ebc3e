"""NumPy's differences, slopes, integrals and interpolation on arrays of Values."""

import math
from typing import Any

import numpy as np

from autograd.arrays.ways import Function, numpys, on_numbers, plain
from autograd.rules import table
from autograd.rules.entrywise import all_axes, as_object_array, as_tensor, elementwise
from autograd.rules.operand import Operand


def _gradient(f: Any, *varargs: Any, axis: Any = None, edge_order: int = 1) -> Any:
    """Return the slopes of f along an axis, or of each; spacings may be Values, too."""
    on_numbers(np.gradient, f, *varargs, axis=axis, edge_order=edge_order)
    f = as_object_array(f)
    axes = all_axes(axis, f.ndim)
    given = varargs or (1.0,)
    spacings = given * len(axes) if len(given) == 1 and np.ndim(given[0]) == 0 else given
    slopes = []
    for i, spacing in zip(axes, spacings, strict=True):
        slope = _slope(as_tensor(np.moveaxis(f, i, 0)), spacing, edge_order)
        slopes.append(np.moveaxis(slope, 0, i))
    return slopes[0] if len(slopes) == 1 else tuple(slopes)


def _slope(f: Any, spacing: Any, edge_order: int) -> Any:
    """Return the slope along the first axis, of second order inside (NumPy's documentation).

    The spacing is one number or the places of the entries.
    """
    if np.ndim(spacing) == 0:
        inner = (f[2:] - f[:-2]) / (2.0 * spacing)
        steps = np.stack([spacing] * (len(f) - 1))
    else:
        steps = np.diff(as_tensor(as_object_array(spacing)))
        a, b = (x.reshape(-1, *[1] * (f.ndim - 1)) for x in (steps[:-1], steps[1:]))
        weights = -b / (a * (a + b)), (b - a) / (a * b), a / (b * (a + b))
        inner = elementwise(table.dot, *weights, f[:-2], f[1:-1], f[2:])
    ends = [_edge(f[:3], steps[:2], edge_order), _edge(f[:-4:-1], -steps[:-3:-1], edge_order)]
    return as_tensor(np.concatenate([ends[0][np.newaxis], inner, ends[1][np.newaxis]]))


def _edge(f: Any, steps: Any, edge_order: int) -> Any:
    """Return the slope at the first entry, from it and the one or two that follow."""
    a = steps[0]
    if edge_order == 1:
        return np.asarray((f[1] - f[0]) / a)
    b = steps[1]
    weights = -(2.0 * a + b) / (a * (a + b)), (a + b) / (a * b), -a / (b * (a + b))
    return np.asarray(elementwise(table.dot, *weights, *f))


def _interp(
    x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None
) -> Any:
    """Return the piecewise linear interpolation, with derivatives by x, by xp and by fp.

    At a knot the slope by x is that of the piece to the right; at the last knot, to the left.
    """
    if isinstance(period, Operand):
        raise TypeError(f"np.interp takes a plain number for the period, not {period!r}")
    wanted = np.asarray(on_numbers(np.interp, x, xp, fp, left, right, period))
    x, xp, fp = map(as_object_array, (x, xp, fp))
    if period is not None:
        left, right = None, None
        x, xp, fp = _unrolled(x, xp, fp, abs(period))
    numbers, knots = plain(x), plain(xp)
    result = np.empty(x.shape, dtype=object)
    for index, place in np.ndenumerate(np.searchsorted(knots, numbers, side="right") - 1):
        at = np.asarray(numbers)[index]
        if at < knots[0] or at > knots[-1]:
            end, value = (0, left) if at < knots[0] else (-1, right)
            result[index] = fp[end] if value is None else value
        elif math.isnan(at) and math.isnan(wanted[index]):
            result[index] = x[index] * 1.0
        else:
            low = max(0, min(place, len(knots) - 2))
            result[index] = _on_piece(x[index], xp[low:], fp[low:], float(wanted[index]))
    return as_tensor(result)


def _on_piece(x: Any, xp: Any, fp: Any, wanted: float) -> Any:
    """Return the interpolation between the first two points; one of them, if it takes both."""
    if len(xp) == 1 or plain(xp[1]) == plain(xp[0]):
        return fp[-1]
    with np.errstate(invalid="ignore"):
        y = (fp[1] - fp[0]) / (xp[1] - xp[0]) * (x - xp[0]) + fp[0]
    if math.isnan(plain(y)):  # beside an infinite ordinate NumPy may still know the answer
        return next((f for f in fp[:2] if plain(f) == wanted), y)
    return y


def _unrolled(x: Any, xp: Any, fp: Any, period: float) -> Any:
    """Return all within one period, with a point added on either side."""
    x, xp = (z - (plain(z) - np.asarray(plain(z)) % period) for z in (x, xp))
    order = np.argsort(plain(xp))
    xp, fp = as_object_array(xp)[order], fp[order]
    xp = np.concatenate([xp[-1:] - period, xp, xp[:1] + period])
    return as_object_array(x), xp, np.concatenate([fp[-1:], fp, fp[:1]])


FUNCTIONS: dict[Function, Function] = {
    np.gradient: _gradient,
    np.interp: _interp,
    np.trapezoid: numpys(np.trapezoid),
}
