"""Embedding: rows of its table, and what has none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor, Value
from nn import Embedding, Flatten, Linear, Sequential


def test_rows_and_their_gradients() -> None:
    """As PyTorch: the gradient of a row is the sum over the places where it stands."""
    layer = Embedding(4, 2, seed=0)
    table = layer.state_dict()["w"]
    numbers = np.array([[0, 3], [3, 1]])
    np.testing.assert_array_equal(layer.predict(numbers), table[numbers])
    out = layer(numbers)
    np.testing.assert_array_equal(out.numpy(), table[numbers])
    out.backward(np.arange(8.0).reshape(2, 2, 2))
    np.testing.assert_array_equal(layer.w.grad, [[0, 1], [6, 7], [0, 0], [2 + 4, 3 + 5]])
    assert layer.output_shape((7,)) == (7, 2)
    assert layer(3).shape == layer.predict(3).shape == (2,)


def test_the_first_rows_are_standard_normal() -> None:
    table = Embedding(200, 100, seed=0).state_dict()["w"]
    assert table.mean() == pytest.approx(0.0, abs=0.03)
    assert table.std() == pytest.approx(1.0, abs=0.03)
    assert not Embedding(2, 2, init="zeros").state_dict()["w"].any()
    assert repr(Embedding(2, 2)) == "Embedding(2, 2)"


def test_it_learns() -> None:
    X = np.random.default_rng(0).integers(0, 50, (40, 3))
    y = (X[:, 0] % 2).astype(float)
    model = Sequential(Embedding(50, 4, seed=0), Flatten(2), Linear(12, 1, seed=0))
    history = nn.fit(model, X, y, loss="bce", lr=0.1, epochs=60, progress=False)
    assert nn.accuracy(model.predict(X), y) == 1.0
    assert history.notes == []


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: Embedding(0, 2), ValueError, "num_embeddings must be at least 1"),
        (lambda: Embedding(2, 1.5), TypeError, "embedding_dim must be a whole number"),
        (lambda: Embedding(3, 1)([0, 3]), ValueError, "whole numbers from 0 to 2, not 3"),
        (lambda: Embedding(3, 1)([[-1]]), ValueError, "whole numbers from 0 to 2, not -1"),
        (lambda: Embedding(3, 1).predict([0.5]), ValueError, "from 0 to 2, not 0.5"),
        (lambda: Embedding(3, 1)([np.nan]), ValueError, "from 0 to 2, not nan"),
        (lambda: Embedding(3, 1)(Tensor([1.0])), TypeError, "not Values: a row has no deriv"),
        (lambda: Embedding(3, 1)(Value(1.0)), TypeError, "not Values: a row has no deriv"),
    ],
)
def test_wrong_arguments(call: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()
