"""Gradient clipping, between `backward()` and `step()`: a steep place makes no huge step."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from autograd.text.arguments import nonnegative, positive
from nn.optim.groups import WATCH, bad_gradient, leaves_of

_ROOM: Final = 1e-6
"""PyTorch's: added to a length before the division by it."""


def clip_grad_norm(
    params: Any, max_norm: float, norm_type: float = 2.0, error_if_nonfinite: bool = True
) -> float:
    """Shorten the gradient to this length if it is longer, keeping its direction.

    The length is that of all gradients taken together (Pascanu, Mikolov & Bengio, arXiv:1211.5063).
    As in PyTorch's clip_grad_norm_ the factor is max_norm / (length + 1e-6), at most 1.

    Args:
        params: as an optimizer takes them: a model, Values, Tensors.
        max_norm: the largest length.
        norm_type: p of the length (Σ |g|^p)^(1/p); math.inf for the largest absolute value.
        error_if_nonfinite: False for what PyTorch does unless told: an infinite length makes
            finite gradients 0, a nan makes all nan.

    Returns:
        The length before.

    Raises:
        FloatingPointError: a gradient is nan or infinite; nothing has changed then.
        ValueError: max_norm or norm_type is not above 0, or there are no parameters.

    >>> from autograd import Value
    >>> x, y = Value(3.0), Value(4.0)
    >>> (0.5 * (x * x + y * y)).backward()
    >>> clip_grad_norm([x, y], 1.0), round(x.grad, 6), round(y.grad, 6)
    (5.0, 0.6, 0.8)
    """
    limit = positive(max_norm, "max_norm")
    order = math.inf if norm_type == math.inf else positive(norm_type, "norm_type")
    values = leaves_of(params)
    norm = _norm([x.grad for x in values], order)
    if error_if_nonfinite and not math.isfinite(norm):
        clause = bad_gradient(values)
        reason = (
            f"{clause}: {WATCH}" if clause else f"their length is {norm}: they overflow together"
        )
        raise FloatingPointError(f"gradients were not clipped, as {reason}")
    if not norm + _ROOM <= limit:
        for x in values:
            x.grad = x.grad / (norm + _ROOM) * limit
    return norm


def _norm(numbers: list[float], order: float) -> float:
    """Return the length without overflow or underflow on the way."""
    if any(map(math.isnan, numbers)):
        return math.nan
    if order == 2.0:
        return math.hypot(*numbers)
    largest = max(map(abs, numbers))
    if order == math.inf or largest in (0.0, math.inf):
        return largest
    total = math.fsum((abs(x) / largest) ** order for x in numbers)
    with np.errstate(over="ignore"):
        return float(largest * np.power(total, 1.0 / order))


def clip_grad_value(params: Any, limit: float) -> None:
    """Limit every gradient to [-limit, limit], an infinite one too, as PyTorch's clip_grad_value_.

    Args:
        params: as an optimizer takes them: a model, Values, Tensors.
        limit: the largest absolute value.

    Raises:
        FloatingPointError: a gradient is nan; nothing has changed then.
        ValueError: limit is negative or not finite, or there are no parameters.

    >>> from autograd import Value
    >>> x, y = Value(3.0), Value(-0.25)
    >>> (x * x + y * y).backward()
    >>> clip_grad_value([x, y], 1.0)
    >>> x.grad, y.grad
    (1.0, -0.5)
    """
    bound = nonnegative(limit, "limit")
    values = leaves_of(params)
    if clause := bad_gradient(values, infinite_too=False):
        raise FloatingPointError(f"gradients were not clipped, as {clause}: {WATCH}")
    for x in values:
        x.grad = min(max(x.grad, -bound), bound)
