"""Embedding: a vector of parameters for each of a number of things, words say."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import Operand, Tensor
from autograd.text.arguments import whole
from nn import init as schemes
from nn.intake import Seed
from nn.modules.activation_layers import short
from nn.modules.cost import Cost
from nn.modules.module import Module


class Embedding(Module):
    """A row of the table `w` for each whole number of what it gets.

    Args:
        num_embeddings: rows of the table, for the numbers 0 ... num_embeddings - 1.
        embedding_dim: numbers in a row.
        init: the scheme that draws them, or its name (see `nn.init`); by default from the standard
            normal distribution, as in PyTorch.
        seed: int or Generator, for the same numbers every time.

    Raises:
        ValueError: a size is not positive; called with a number that has no row.
        TypeError: a size is no whole number; called with Values, by which a row has no derivative.

    >>> words = Embedding(10, 3, seed=0)
    >>> words([[1, 2], [2, 9]]).shape, words([2])[0, 1] is words.w[2, 1]
    ((2, 2, 3), True)
    """

    def __init__(
        self, num_embeddings: int, embedding_dim: int, *, init: Any = "normal", seed: Seed = None
    ) -> None:
        self.num_embeddings = whole(num_embeddings, "num_embeddings")
        self.embedding_dim = whole(embedding_dim, "embedding_dim")
        self.init = schemes.scheme(init)
        shape = (self.num_embeddings, self.embedding_dim)
        self.declare("w", shape, self.init, fans=shape, seed=seed)

    def forward(self, x: Any) -> Any:
        """Look up the rows, shape (..., embedding_dim)."""
        if isinstance(x, (Tensor, Operand)):
            raise TypeError(
                f"{self!r} takes whole numbers, not Values: a row has no derivative by its number"
            )
        numbers = np.asarray(x)
        wrong = (numbers != np.floor(numbers)) | (numbers < 0) | (numbers >= self.num_embeddings)
        if np.any(wrong):
            raise ValueError(
                f"{self!r} takes whole numbers from 0 to {self.num_embeddings - 1}, not "
                f"{numbers[wrong].flat[0]:g}"
            )
        return self.w[numbers.astype(int)]

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        """(...) becomes (..., embedding_dim)."""
        return (*input_shape, self.embedding_dim)

    def _argument(self, name: str) -> Any:
        return short(getattr(self, name))

    def _cost(self, input_shape: tuple[int, ...]) -> Cost:
        return Cost(numbers=math.prod(self.output_shape(input_shape)))
