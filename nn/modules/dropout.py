"""Dropout: a layer that leaves out entries at random in training."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.text.arguments import fraction
from nn.intake import Seed, generator_of
from nn.modules.activation_layers import Activation


class Dropout(Activation):
    """In training, entries become 0 with probability p and the others are divided by 1 - p.

    Else, and in `predict`, it does nothing. (Srivastava et al. 2014, JMLR 15, 1929-1958.)

    Args:
        p: the probability, 0 <= p < 1.
        seed: int or Generator, for the same choices every time.

    Raises:
        ValueError: p is out of this range.
        TypeError: p is no number.

    >>> dropout = Dropout(0.5, seed=0)
    >>> dropout([1.0, 1.0, 1.0, 1.0])
    array([2., 0., 0., 0.])
    >>> dropout.predict([1.0, 1.0])
    array([1., 1.])
    """

    def __init__(self, p: float = 0.5, *, seed: Seed = None) -> None:
        self.p = fraction(p, "p of Dropout")
        self._generator = generator_of(seed)

    def forward(self, x: Any) -> Any:
        """Drop entries in training, else return x as it is."""
        if not self.training or self.p == 0.0:
            return x
        kept = self._generator.random(np.shape(x)) >= self.p
        return x * (kept / (1.0 - self.p))

    def _draw(self, scheme: Any, seed: int) -> None:
        self._generator = generator_of(seed)
