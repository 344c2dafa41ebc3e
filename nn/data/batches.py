"""Samples taken apart: into minibatches, and into a part to train on and one to test with."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.rules.operand import is_real
from autograd.text.arguments import whole
from nn.intake import Seed, as_rows, generator_of, matching, same_length

Rows = NDArray[Any]


def batches(
    X: Any,
    y: Any = None,
    size: int = 32,
    shuffle: bool = True,
    seed: Seed = None,
    drop_last: bool = False,
) -> Iterator[Any]:
    """One pass over the samples in batches of a size: pairs (Xb, yb), or Xb alone without y.

    Every sample comes once. A whole seed gives the same order in every pass; hand over one
    Generator for all passes, and each has an order of its own. Without shuffling the batches are
    views of the data.

    Args:
        X, y: samples along the first axis, array-like; the kind of their entries is kept.
        size: samples in a batch; the last batch has the rest.
        shuffle: whether to mix the samples first.
        seed: what the order is drawn from.
        drop_last: whether to leave out a last batch that is smaller.

    Raises:
        TypeError: size is no whole number, or X or y no array.
        ValueError: X and y are of different lengths or empty, size is less than 1, or all samples
            would be dropped.

    >>> X, y = np.arange(10.0).reshape(5, 2), np.array([0, 1, 2, 3, 4])
    >>> [(Xb.shape, yb.shape) for Xb, yb in batches(X, y, size=2, seed=0)]
    [((2, 2), (2,)), ((2, 2), (2,)), ((1, 2), (1,))]
    >>> [yb.tolist() for Xb, yb in batches(X, y, size=2, shuffle=False)]
    [[0, 1], [2, 3], [4]]
    """
    size = whole(size, "size of batches")
    parts = [as_rows(X, "batches: X")]
    n = len(parts[0])
    if y is not None:
        parts.append(as_rows(y, "batches: y"))
        same_length(parts[0], parts[1], "batches")
    if drop_last and n < size:
        raise ValueError(f"batches: drop_last with size={size} would leave none of {n} samples")
    order = generator_of(seed).permutation(n) if shuffle else None
    # The checks above are done at the call; a generator function would do them at the first batch.
    return _slices(parts, order, size, n - n % size if drop_last else n)


def _slices(parts: list[Rows], order: Rows | None, size: int, stop: int) -> Iterator[Any]:
    for start in range(0, stop, size):
        where = slice(start, start + size)
        batch = [part[where] if order is None else part[order[where]] for part in parts]
        yield tuple(batch) if len(batch) > 1 else batch[0]


def train_test_split(
    X: Any, y: Any, test: float = 0.25, seed: Seed = None, stratify: bool = False
) -> tuple[Rows, Rows, Rows, Rows]:
    """Part the samples at random: X_train, X_test, y_train, y_test.

    Args:
        X, y: samples along the first axis, array-like; the kind of their entries is kept.
        test: how many samples are for testing: a part of all between 0 and 1 (rounded up), or a
            whole number of them.
        seed: what the choice and the order are drawn from.
        stratify: whether each class of y gives its share to both, up to one sample.

    Raises:
        TypeError: test is no number, or X or y no array.
        ValueError: X and y are of different lengths or empty, or no sample would be left for
            training or for testing.

    >>> X, y = np.arange(8.0).reshape(4, 2), np.array([0, 1, 0, 1])
    >>> X_train, X_test, y_train, y_test = train_test_split(X, y, test=0.5, seed=0, stratify=True)
    >>> X_train.shape, sorted(y_train.tolist()), sorted(y_test.tolist())
    ((2, 2), [0, 1], [0, 1])
    """
    features, targets = as_rows(X, "train_test_split: X"), as_rows(y, "train_test_split: y")
    same_length(features, targets, "train_test_split")
    n = len(features)
    count = _test_count(test, n)
    generator = generator_of(seed)
    order = generator.permutation(n)
    if stratify:
        labels = matching(targets, (n,))
        if labels.ndim != 1:
            raise ValueError(
                f"train_test_split: stratify takes one label for each sample, not y of shape "
                f"{targets.shape}"
            )
        chosen = _evenly(labels[order], count, generator)
        order = np.concatenate([order[chosen], order[~chosen]])
    train, held = order[count:], order[:count]
    return features[train], features[held], targets[train], targets[held]


def _test_count(test: float, n: int) -> int:
    """Return the number of samples for testing, at least 1 and less than n."""
    if isinstance(test, (bool, np.bool_)) or not is_real(test):
        raise TypeError(f"train_test_split: test must be a number, not {test!r}")
    if isinstance(test, (int, np.integer)):
        count = int(test)
    elif 0 < test < 1:
        # Rounded first, as 0.07 of 100 is 7.000000000000001 in doubles.
        count = math.ceil(round(float(test) * n, 9))
    else:
        raise ValueError(
            "train_test_split: test must be a part between 0 and 1 or a whole number of samples, "
            f"not {test!r}"
        )
    if not 0 < count < n:
        raise ValueError(
            f"train_test_split: {count} of {n} samples for testing leave {n - count} for training: "
            "there must be some of both"
        )
    return count


def _evenly(labels: Rows, count: int, generator: np.random.Generator) -> NDArray[np.bool_]:
    """Choose so many of the labels that each class gives its share, rounded up or down.

    Sorted by class, every (n / count)th is taken, from a random start (systematic sampling;
    Cochran, Sampling Techniques, 3rd ed., chapter 8).
    """
    n = len(labels)
    places = (np.arange(count) * n + generator.integers(n)) // count
    chosen = np.zeros(n, dtype=bool)
    chosen[np.argsort(labels, kind="stable")[places]] = True
    return chosen
