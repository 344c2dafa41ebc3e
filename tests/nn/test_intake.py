"""Data as users have them: what is taken, and that errors name the entry."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograd import Dual, Tensor, Value
from nn import MLP, Conv2d, Dropout, batches, make_moons, train_test_split
from nn.intake import as_array, as_features, as_rows, as_samples, as_targets, generator_of

NUMBERS = [[1.0, 2.0], [3.0, 4.5]]


class Frame:
    """What is used of a pandas data frame."""

    def __init__(self, rows: Any, columns: list[Any]) -> None:
        self.rows = rows
        self.columns = columns

    def to_numpy(self) -> np.ndarray:
        return np.array(self.rows, dtype=object)


class NAType:
    """pandas.NA: neither equal to itself nor a truth value."""

    def __repr__(self) -> str:
        return "<NA>"

    def __bool__(self) -> bool:
        raise TypeError("boolean value of NA is ambiguous")


@pytest.mark.parametrize(
    "data",
    [
        NUMBERS,
        tuple(map(tuple, NUMBERS)),
        np.array(NUMBERS),
        np.array(NUMBERS, dtype=np.float32),
        np.array(NUMBERS, dtype=object),
        np.array(NUMBERS, order="F"),
        [np.array(row) for row in NUMBERS],
        [[Value(x) for x in row] for row in NUMBERS],
        [[Dual(x, 1.0) for x in row] for row in NUMBERS],
        Tensor(NUMBERS),
        [Tensor(row) for row in NUMBERS],
        [[Value(1.0), 2], [np.float32(3.0), Fraction(9, 2)]],
        Frame(NUMBERS, ["a", "b"]),
        np.ma.MaskedArray(NUMBERS),
    ],
    ids=lambda data: type(data).__name__,
)
def test_what_is_taken(data: Any) -> None:
    array = as_features(data)
    assert type(array) is np.ndarray
    assert array.dtype == np.float64
    assert array.tolist() == NUMBERS


def test_truth_values_and_integers_are_numbers() -> None:
    assert as_targets([True, False]).tolist() == [1.0, 0.0]
    assert as_targets(np.array([3, 2], dtype=np.uint8)).tolist() == [3.0, 2.0]
    assert as_targets(range(3)).tolist() == [0.0, 1.0, 2.0]


@given(hnp.arrays(np.float64, hnp.array_shapes(min_dims=2, max_dims=4), elements=st.floats(-9, 9)))
def test_float64_is_not_copied(X: np.ndarray) -> None:
    assert np.shares_memory(as_features(X), X)
    assert np.shares_memory(as_features(X.T), X)
    assert np.array_equal(as_features(X.tolist()), X)


def test_read_only_data_are_taken() -> None:
    X = np.ones((2, 2))
    X.flags.writeable = False
    assert as_features(X) is not None


MASKED = np.ma.MaskedArray(NUMBERS, mask=[[False, False], [True, False]])
NAN = float("nan")
STACKABLE = np.empty(2, dtype=object)  # a pandas column of arrays becomes such an array
STACKABLE[:] = [np.ones(2), np.ones(2)]


@pytest.mark.parametrize(
    ("data", "kind", "message"),
    [
        # entries
        ([[1, 2], [3, NAN]], ValueError, r"X\[1, 1\] is nan: remove or replace"),
        ([[1, 2], [float("-inf"), NAN]], ValueError, r"X\[1, 0\] is -inf"),
        (np.full((2, 2), 1e400), ValueError, r"X\[0, 0\] is inf"),
        ([[10**400, 1]], ValueError, r"X\[0, 0\] is inf"),
        ([[-(10**400), 1]], ValueError, r"X\[0, 0\] is -inf"),
        ([[Value(NAN), 1.0]], ValueError, r"X\[0, 0\] is nan"),
        ([[1, 2], [3, "abc"]], TypeError, r"X\[1, 1\] is the text 'abc', not a number"),
        ([[1, 2], [3, b"abc"]], TypeError, r"X\[1, 1\] is the text b'abc'"),
        ([["1.5"]], TypeError, r"X\[0, 0\] is the text '1.5'.*dtype=float"),
        (np.array([["a", "b"]]), TypeError, r"X\[0, 0\] is the text 'a'"),
        ([[1, None]], ValueError, r"X\[0, 1\] is None, a missing value"),
        ([[1, NAType()]], ValueError, r"X\[0, 1\] is <NA>, a missing value"),
        (MASKED, ValueError, r"X\[1, 0\] is None, a missing value"),
        ([[1, 2j]], TypeError, r"X\[0, 0\] is the complex"),
        ([[1, object]], TypeError, r"X\[0, 1\] is <class 'object'> of type type, not a number"),
        (np.array([["2024-01-01"]], dtype="M8[ns]"), TypeError, r"X\[0, 0\] is .*2024-01-01"),
        (np.array([[5]], dtype="m8[s]"), TypeError, r"X\[0, 0\] is .*of type timedelta64"),
        (np.zeros((2, 2), dtype="f,f"), TypeError, r"X\[0, 0\]"),
        (np.zeros((2, 3, 2)) / [1, NAN], ValueError, r"X\[0, 0, 1\] is nan"),
        # shapes
        ([[1, 2], [3]], ValueError, r"X\[1\] has 1 entry, but X\[0\] has 2 entries"),
        ([[1, 2], 3], ValueError, r"X\[1\] is a single entry, but X\[0\] has 2 entries"),
        ([[[1], [2]], [[3], [4, 5]]], ValueError, r"X\[1, 1\] has 2 entries, but X\[0, 0\] has 1"),
        ([[1, 2], [3, "a", 4]], ValueError, r"X\[1\] has 3 entries, but X\[0\] has 2"),
        (np.array([[1, 2], [3]], dtype=object), ValueError, r"X\[1\] has 1 entry, but X\[0\]"),
        (Frame([1, 2], []), ValueError, r"X has shape \(2,\)"),
        ([1.0, 2.0, 3.0], ValueError, r".*\(X, \(-1, 1\)\) for 3 samples.*\(X, \(1, -1\)\)"),
        (5.0, ValueError, r"X is a single number: write \[\[5.0\]\]"),
        (Value(5.0), ValueError, "X is a single number"),
        ([], ValueError, r"X is empty: its shape is \(0,\)"),
        ([[]], ValueError, r"X is empty: its shape is \(1, 0\)"),
        (np.empty((0, 2)), ValueError, r"X is empty: its shape is \(0, 2\)"),
        # no arrays
        ((x for x in NUMBERS), TypeError, r"X is a generator, .*write list\(...\)"),
        (STACKABLE, ValueError, r"X\[0\] holds entries itself: write numpy.stack"),
        ({1.0, 2.0}, TypeError, r"X is a set, not an array of numbers"),
        ({"a": [1.0]}, TypeError, r"X is a dict, .*numpy.column_stack"),
        ("abc", TypeError, "X is the text 'abc'"),
        (None, ValueError, "X is None"),
        (object(), TypeError, "X is <object"),
    ],
)
def test_what_is_refused(data: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=f"^{message}"):
        as_features(data)


def test_columns_of_a_data_frame_are_named() -> None:
    frame = Frame([[1.0, 2.0], [3.0, "tall"]], ["age", "height"])
    with pytest.raises(TypeError, match=r"^fit: X\[1, 1\] \(column 'height'\) is the text 'tall'"):
        as_features(frame, "fit")
    with pytest.raises(ValueError, match=r"X\[0, 1\] \(column '7'\) is nan"):
        as_features(Frame([[1.0, NAN]], ["age", 7]))


def test_width() -> None:
    assert as_features(NUMBERS, width=2).shape == (2, 2)
    with pytest.raises(ValueError, match=r"^predict: X has 2 columns, the model takes 3$"):
        as_features(NUMBERS, "predict", width=3)


def test_targets() -> None:
    assert as_targets([[1], [2]]).shape == (2, 1)
    with pytest.raises(ValueError, match=r"y is a single number: write \[1.0\]"):
        as_targets(1.0)
    with pytest.raises(ValueError, match=r"y is empty"):
        as_targets([])
    with pytest.raises(TypeError, match=r"y\[1\] is the text 'b'"):
        as_targets([0, "b"])


def test_samples() -> None:
    X, y = as_samples(NUMBERS, [0, 1], "fit", 2)
    assert (X.shape, y.shape) == ((2, 2), (2,))
    with pytest.raises(ValueError, match=r"^fit: X has 2 samples and y has 1: each sample needs"):
        as_samples(NUMBERS, [0], "fit")


def test_arrays_of_any_shape_and_nan_where_it_may_be() -> None:
    assert as_array(Value(2.0)).shape == ()
    assert as_array(Value(2.0)) == 2.0
    assert np.isnan(as_array([1.0, NAN], finite=False)[1])
    with pytest.raises(ValueError, match=r"^loss is nan"):
        as_array(NAN, "loss")


def test_data_are_not_changed() -> None:
    rows: list[Any] = [[1, True], [Fraction(1, 2), 4.0]]
    as_features(rows)
    assert rows == [[1, True], [Fraction(1, 2), 4.0]]
    assert type(rows[0][1]) is bool
    w = Value(3.0, "w")
    as_features([[w, w]])
    assert (w.data, w.grad) == (3.0, 0.0)


def test_rows_keep_their_kind() -> None:
    assert as_rows(np.array([1, 2])).dtype == np.int64
    assert as_rows(["a", "b"]).tolist() == ["a", "b"]
    assert isinstance(as_rows(Tensor([1.0])), Tensor)
    with pytest.raises(TypeError, match="X is a dict"):
        as_rows({})


# Seeds.


def test_generators_go_on() -> None:
    generator = np.random.default_rng(0)
    assert generator_of(generator) is generator
    assert generator_of(0).random() == generator.random()


@pytest.mark.parametrize(
    "call",
    [
        lambda seed: make_moons(10, seed=seed),
        lambda seed: batches(NUMBERS, seed=seed),
        lambda seed: train_test_split(NUMBERS, [0, 1], seed=seed),
        lambda seed: MLP(2, [1], seed=seed),
        lambda seed: Conv2d(1, 1, 1, seed=seed),
        lambda seed: Dropout(0.5, seed=seed),
    ],
)
def test_seeds_that_are_none(call: Callable[[Any], Any]) -> None:
    for wrong, error in ((-1, ValueError), (1.5, TypeError), ("a", TypeError)):
        with pytest.raises(error, match=rf"seed must be a whole number .*, not {wrong!r}"):
            call(wrong)
