"""Batches and splits: every sample exactly once, features and targets together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nn.data.batches import batches, train_test_split

SIZES = st.integers(1, 50)


def numbered(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Samples that can be told apart: row i is (i, -i), its target i."""
    y = np.arange(n)
    return np.stack([y, -y], axis=1).astype(float), y


@given(SIZES, st.integers(1, 60), st.booleans(), st.integers(0, 5))
def test_every_sample_comes_once_with_its_target(
    n: int, size: int, shuffle: bool, seed: int
) -> None:
    X, y = numbered(n)
    pairs = list(batches(X, y, size, shuffle, seed))
    assert [len(yb) for _, yb in pairs] == [size] * (n // size) + [n % size] * (n % size > 0)
    seen = np.concatenate([yb for _, yb in pairs])
    assert sorted(seen) == y.tolist()
    assert np.array_equal(np.concatenate([Xb for Xb, _ in pairs])[:, 0], seen)
    if not shuffle:
        assert np.array_equal(seen, y)


@given(SIZES, st.integers(1, 60))
def test_drop_last_leaves_out_the_smaller_batch(n: int, size: int) -> None:
    X, y = numbered(n)
    if n < size:
        with pytest.raises(ValueError, match=f"size={size} would leave none of {n} samples"):
            batches(X, y, size, drop_last=True)
        return
    pairs = list(batches(X, y, size, drop_last=True, seed=0))
    assert [len(yb) for _, yb in pairs] == [size] * (n // size)
    assert len(set(np.concatenate([yb for _, yb in pairs]))) == n - n % size


def test_orders() -> None:
    X, y = numbered(100)

    def order(seed: Any) -> list[int]:
        return np.concatenate([yb for _, yb in batches(X, y, 32, seed=seed)]).tolist()

    assert order(0) == order(0) != order(1)
    generator = np.random.default_rng(0)
    assert order(generator) != order(generator)  # each epoch has an order of its own
    assert order(None) != order(None)


def test_features_alone_and_other_kinds_of_data() -> None:
    (first, second) = batches([[1, 2], [3, 4], [5, 6]], size=2, shuffle=False)
    assert first.tolist() == [[1, 2], [3, 4]]
    assert second.tolist() == [[5, 6]]
    ((_, labels),) = batches([[1.0], [2.0]], ("a", "b"), shuffle=False)
    assert labels.tolist() == ["a", "b"]
    ((Xb, yb),) = batches(np.zeros((3, 1, 4, 4), dtype=np.float32), np.array([0, 1, 2]))
    assert (Xb.shape, Xb.dtype, yb.dtype) == ((3, 1, 4, 4), np.float32, np.int64)


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        (([[1], [2]], [1]), ValueError, "batches: X has 2 samples and y has 1"),
        (([], []), ValueError, "batches: X is empty"),
        ((np.zeros((0, 2)), None), ValueError, r"batches: X is empty: its shape is \(0, 2\)"),
        ((3.0, None), ValueError, "batches: X is 3.0"),
        ((iter([1, 2]), None), TypeError, r"batches: X is a list_iterator.*write list\(...\)"),
        (
            ([[1], [2, 3]], None),
            ValueError,
            r"X\[1\] has 2 entries, but batches: X\[0\] has 1 entry",
        ),
        (([[1]], None, 0), ValueError, "size of batches must be at least 1, not 0"),
        (([[1]], None, 1.5), TypeError, "size of batches must be a whole number, not 1.5"),
    ],
)
def test_bad_calls_fail_at_once(
    arguments: tuple[Any, ...], kind: type[Exception], message: str
) -> None:
    """At the call, not only when the first batch is asked for."""
    with pytest.raises(kind, match=message):
        batches(*arguments)


# Splits.


@given(st.integers(2, 60), st.floats(0.01, 0.99), st.booleans(), st.integers(0, 5))
def test_a_split_parts_the_samples(n: int, test: float, stratify: bool, seed: int) -> None:
    X, y = numbered(n)
    count = int(np.ceil(round(test * n, 9)))
    if count == n:
        with pytest.raises(ValueError, match=f"{n} of {n} samples for testing leave 0"):
            train_test_split(X, y, test, seed, stratify)
        return
    X_train, X_test, y_train, y_test = train_test_split(X, y, test, seed, stratify)
    assert len(y_test) == count
    assert sorted([*y_train, *y_test]) == y.tolist()
    assert np.array_equal(X_train[:, 0], y_train)
    assert np.array_equal(X_test[:, 0], y_test)


@given(st.lists(st.sampled_from("abc"), min_size=2, max_size=60), st.data())
def test_stratified_classes_give_their_share(labels: list[str], data: st.DataObject) -> None:
    n = len(labels)
    count = data.draw(st.integers(1, n - 1))
    seed = data.draw(st.integers(0, 99))
    *_, held = train_test_split(np.zeros((n, 1)), labels, count, seed, stratify=True)
    for label in set(labels):
        share = labels.count(label) * count / n
        assert abs(held.tolist().count(label) - share) < 1


@pytest.mark.parametrize("stratify", [False, True])
def test_every_sample_is_as_likely_to_be_held_out(stratify: bool) -> None:
    X, y = numbered(10)
    generator = np.random.default_rng(0)
    counts = np.zeros(10)
    for _ in range(2000):
        counts[train_test_split(X, y % 2, 3, generator, stratify)[1][:, 0].astype(int)] += 1
    assert np.allclose(counts / 2000, 0.3, atol=0.04)


def test_a_part_is_rounded_up_a_whole_number_is_a_count() -> None:
    X, y = numbered(100)
    sizes = {test: len(train_test_split(X, y, test)[1]) for test in (0.07, 0.001, 0.25, 7)}
    assert sizes == {0.07: 7, 0.001: 1, 0.25: 25, 7: 7}


def test_seeds() -> None:
    X, y = numbered(40)
    first, again, other = (train_test_split(X, y, seed=s)[3].tolist() for s in (0, 0, 1))
    assert first == again != other


@pytest.mark.parametrize(
    ("test", "kind", "message"),
    [
        (0.0, ValueError, "between 0 and 1 or a whole number"),
        (1.0, ValueError, "between 0 and 1 or a whole number"),
        (-1, ValueError, "-1 of 10 samples"),
        (10, ValueError, "10 of 10 samples for testing leave 0"),
        (0, ValueError, "0 of 10 samples"),
        (float("nan"), ValueError, "not nan"),
        ("a", TypeError, "test must be a number, not 'a'"),
        (True, TypeError, "test must be a number, not True"),
    ],
)
def test_bad_parts(test: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        train_test_split(*numbered(10), test)


def test_other_bad_splits() -> None:
    with pytest.raises(ValueError, match="train_test_split: X has 3 samples and y has 2"):
        train_test_split([[1], [2], [3]], [1, 2])
    with pytest.raises(ValueError, match=r"one label for each sample, not y of shape \(3, 2\)"):
        train_test_split(np.zeros((3, 1)), np.zeros((3, 2)), stratify=True)


def test_a_column_of_labels_is_stratified_as_a_row() -> None:
    X, y = numbered(12)[0], np.arange(12) % 3
    rows = train_test_split(X, y, 0.5, seed=0, stratify=True)
    columns = train_test_split(X, y[:, None], 0.5, seed=0, stratify=True)
    assert [a.tolist() for a in rows[:2]] == [a.tolist() for a in columns[:2]]
    assert columns[2].shape == (6, 1)
    assert columns[2][:, 0].tolist() == rows[2].tolist()
