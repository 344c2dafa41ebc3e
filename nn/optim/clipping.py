"""Gradient clipping, between `backward()` and `step()`: a steep place makes no huge step."""

from __future__ import annotations

import math
from typing import Any

from autograd.text.arguments import nonnegative, positive
from nn.optim.groups import WATCH, bad_gradient, leaves_of


def clip_grad_norm(params: Any, max_norm: float) -> float:
    """Shorten the gradient to this length if it is longer, keeping its direction.

    The length is that of all gradients taken together (Pascanu, Mikolov & Bengio, arXiv:1211.5063).

    Args:
        params: as an optimizer takes them: a model, Values, Tensors.
        max_norm: the largest length.

    Returns:
        The length before.

    Raises:
        FloatingPointError: a gradient is nan or infinite; nothing has changed then.
        ValueError: max_norm is not above 0, or there are no parameters.

    >>> from autograd import Value
    >>> x, y = Value(3.0), Value(4.0)
    >>> (0.5 * (x * x + y * y)).backward()
    >>> clip_grad_norm([x, y], 1.0), round(x.grad, 15), round(y.grad, 15)
    (5.0, 0.6, 0.8)
    """
    limit = positive(max_norm, "max_norm")
    values = leaves_of(params)
    norm = math.hypot(*(x.grad for x in values))  # without overflow or underflow on the way
    if not math.isfinite(norm):
        clause = bad_gradient(values)
        reason = (
            f"{clause}: {WATCH}" if clause else f"their length is {norm}: they overflow together"
        )
        raise FloatingPointError(f"gradients were not clipped, as {reason}")
    if norm > limit:
        for x in values:
            x.grad = x.grad / norm * limit
    return norm


def clip_grad_value(params: Any, limit: float) -> None:
    """Limit every gradient to [-limit, limit], an infinite one too.

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
