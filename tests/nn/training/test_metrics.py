"""Metrics: against definitions in exact arithmetic, and labels and shapes that do not fit."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Tensor, Value
from nn.losses import mae, mse
from nn.training.metrics import (
    AVERAGES,
    METRICS,
    accuracy,
    confusion_matrix,
    f1,
    metric,
    precision,
    r2,
    recall,
    rmse,
)

WHOLE = st.integers(-20, 20)
PAIRS = st.lists(st.tuples(WHOLE, WHOLE), min_size=1, max_size=20)
REGRESSION = [rmse, r2]  # mse and mae are losses
NAN = float("nan")


@given(PAIRS)
def test_regression_by_the_definitions(pairs: list[tuple[int, int]]) -> None:
    predictions, targets = zip(*pairs, strict=True)
    n = len(pairs)
    squares = Fraction(sum((p - t) ** 2 for p, t in pairs))
    mean = Fraction(sum(targets), n)
    spread = sum((t - mean) ** 2 for t in targets)
    assert mse(predictions, targets) == pytest.approx(float(squares / n), rel=1e-12)
    assert rmse(predictions, targets) ** 2 == pytest.approx(float(squares / n), rel=1e-12)
    assert mae(predictions, targets) == pytest.approx(sum(abs(p - t) for p, t in pairs) / n)
    if spread:
        expected = float(1 - squares / spread)
        assert r2(predictions, targets) == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_r2_of_the_mean_is_0_and_of_equal_targets_is_not_finite() -> None:
    assert r2([2.0, 2.0, 2.0], [1.0, 2.0, 3.0]) == 0.0
    assert r2([1.0, 2.0], [1.0, 1.0]) == -np.inf
    assert np.isnan(r2([1.0, 1.0], [1.0, 1.0]))
    assert r2(1.0, 2.0) == -np.inf  # one number, as a model gives it


def test_r2_of_several_outputs_takes_a_mean_each() -> None:
    target = np.array([[0.0, 100.0], [2.0, 104.0]])
    assert r2(target.mean(axis=0) + np.zeros((2, 2)), target) == 0.0


@given(st.lists(st.tuples(WHOLE, st.booleans()), min_size=1, max_size=20))
def test_accuracy_of_one_score_each(pairs: list[tuple[int, bool]]) -> None:
    scores = np.array([s for s, _ in pairs], dtype=float)
    labels = np.array([y for _, y in pairs])
    expected = sum((s > 0) == y for s, y in pairs) / len(pairs)
    assert accuracy(scores, labels) == pytest.approx(expected)
    assert accuracy(scores, 2 * labels.astype(int) - 1) == pytest.approx(expected)
    assert accuracy(scores + 0.5, labels, threshold=0.5) == pytest.approx(expected)


@given(st.integers(1, 20), st.integers(2, 5), st.integers(0, 9))
def test_accuracy_of_several_scores_each(n: int, k: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    scores, labels = generator.normal(size=(n, k)), generator.integers(0, k, n)
    best = [max(range(k), key=row.__getitem__) for row in scores.tolist()]
    expected = sum(b == y for b, y in zip(best, labels, strict=True)) / n
    assert accuracy(scores, labels) == pytest.approx(expected)
    assert accuracy(scores.reshape(n, 1, k), labels.reshape(n, 1)) == pytest.approx(expected)


@pytest.mark.parametrize("function", METRICS.values(), ids=METRICS)
def test_a_last_axis_of_one_is_no_matter(function: Any) -> None:
    s, y = np.array([0.5, -2.0, 3.0, 1.5]), np.array([1.0, 0.0, 0.0, 1.0])
    expected = function(s, y)
    for prediction in (s, s[:, None], Tensor(s[:, None]), s[:, None].tolist()):
        for target in (y, y[:, None], y[:, None].tolist()):
            assert function(prediction, target) == expected


@given(st.integers(1, 20), st.integers(1, 5), st.integers(0, 99), st.booleans())
def test_classes_by_counting(n: int, k: int, seed: int, gaps: bool) -> None:
    """The confusion matrix, and precision, recall and F1 by their definitions from it."""
    generator = np.random.default_rng(seed)
    scores = generator.normal(size=(n, k))
    if gaps:
        scores[generator.random(n) < 0.2, 0] = NAN  # of no class
    found = [-1 if np.isnan(r).any() else int(r[0] > 0) if k == 1 else r.argmax() for r in scores]
    k = max(k, 2)
    labels = generator.integers(0, k, n)
    table = [[0] * k for _ in range(k)]
    for f, y in zip(found, labels, strict=True):
        if f >= 0:
            table[y][f] += 1
    assert confusion_matrix(scores, labels, output="logits").tolist() == table
    hits = [table[c][c] for c in range(k)]
    taken = [found.count(c) for c in range(k)]
    there = [labels.tolist().count(c) for c in range(k)]
    assert accuracy(scores, labels, output="logits") == pytest.approx(sum(hits) / n)
    both = [t + w for t, w in zip(taken, there, strict=True)]
    twice = [2 * h for h in hits]
    for function, above, below in (
        (precision, hits, taken),
        (recall, hits, there),
        (f1, twice, both),
    ):
        shares = [Fraction(a, b) if b else Fraction(0) for a, b in zip(above, below, strict=True)]
        occurring = [s for s, b in zip(shares, both, strict=True) if b]
        wanted = {
            "none": shares,
            "macro": sum(occurring) / len(occurring),
            "weighted": sum(w * s for w, s in zip(there, shares, strict=True)) / n,
            "micro": Fraction(sum(above), sum(below)) if sum(below) else 0,
        }
        wanted |= {"binary": shares[1]} if k == 2 else {}
        for average, expected in wanted.items():
            got = function(scores, labels, output="logits", average=average)
            np.testing.assert_allclose(got, np.float64(expected), rtol=1e-12)
        default = wanted["binary" if k == 2 else "macro"]
        assert function(scores, labels, output="logits") == pytest.approx(float(default))
        assert type(function(scores, labels, output="logits")) is float


def test_no_class_divides_by_zero() -> None:
    """None taken for class 1 and none of it: 0, as in scikit-learn with zero_division=0."""
    for function in (precision, recall, f1):
        assert function([-1.0, -2.0], [0, 0]) == 0.0
        assert function([NAN], [1], average="micro") == 0.0
        assert function([NAN], [1]) == 0.0
    assert confusion_matrix([NAN, 1.0], [1, 1]).tolist() == [[0, 0], [0, 1]]
    assert confusion_matrix([1.0, -1.0], [-1, 1]).tolist() == [[0, 1], [1, 0]]


@pytest.mark.parametrize("function", [precision, recall, f1])
def test_averages_that_do_not_fit(function: Any) -> None:
    name = function.__name__
    with pytest.raises(ValueError, match=f"unknown average of {name} 'mean'; .*{AVERAGES[0]}"):
        function([1.0], [1], average="mean")
    with pytest.raises(ValueError, match=f"{name}: average='binary' is for two classes, not 3"):
        function([[1.0, 2.0, 3.0]], [1], average="binary")
    with pytest.raises(ValueError, match=f"^{name}: a prediction of shape"):
        function([1.0], [1, 1])


def test_a_column_of_labels_for_several_scores() -> None:
    assert accuracy([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]], [[2], [1]]) == 0.5
    assert accuracy([[1.0, 2.0], [3.0, 2.0], [2.0, 0.0]], [1, -1, 1]) == pytest.approx(2 / 3)


def test_what_models_return_is_taken() -> None:
    assert accuracy(Value(2.0), 1) == 1.0  # one sample, one output
    assert accuracy(Tensor([0.1, 0.2, -1.0]), 1) == 1.0  # one sample, three outputs
    assert accuracy(Tensor([1.0, -1.0]), np.array([1, 1])) == 0.5
    assert accuracy([Value(1.0), Value(-1.0)], [1, 0]) == 1.0
    assert rmse(Tensor([1.0, 3.0]), [1.0, 1.0]) == 2**0.5


@pytest.mark.parametrize("function", METRICS.values(), ids=METRICS)
def test_arrays_give_floats(function: Any) -> None:
    assert type(function(np.float32([1.0, 2.0]), [1, 0])) is float


def test_nan_and_infinity_in_predictions() -> None:
    assert accuracy([NAN, NAN, np.inf, -np.inf], [0, 1, 1, 0]) == 0.5  # neither class is right
    assert accuracy([[NAN, 0.0], [0.0, NAN]], [0, 1]) == 0.0
    assert np.isnan(mse([NAN], [1.0]))
    assert mse([np.inf], [1.0]) == np.inf
    assert np.isnan(r2([NAN, 1.0], [1.0, 2.0]))
    assert rmse([1e300], [-1e300]) == np.inf


@pytest.mark.parametrize(
    ("prediction", "target", "message"),
    [
        (
            [1.0, 2.0, 3.0],
            [0, 1, 2],
            r"labels 0 and 1, or -1 and \+1, for one score each, but target\[2\] is 2$",
        ),
        ([1.0, 2.0, 3.0], [-1, 1, 0], r"one score each, but target\[2\] is 0"),
        ([1.0, 2.0], [0, 0.5], r"one score each, but target\[1\] is 0.5"),
        ([[1.0, 2.0]], [2], r"from 0 to 1, the last of 2 classes, but target\[0\] is 2"),
        ([[1.0, 2.0, 3.0]], [-1], r"the last of 3 classes, but target\[0\] is -1"),
        ([[1.0, 2.0]] * 2, [-1, 0], r"-1 and \+1, for two scores each, but target\[1\] is 0"),
        ([[1.0, 2.0]], [0.5], r"the last of 2 classes, but target\[0\] is 0.5"),
        ([[1.0], [2.0]], [0], r"shape \(2, 1\) does not fit a target of shape \(1,\)$"),
        ([1.0, 2.0, 3.0], [[1]], r"shape \(3,\) does not fit a target of shape \(1, 1\)$"),
        ([[1.0, 2.0, 3.0]], [0, 1, 0], r"shape \(1, 3\) does not fit a target of shape \(3,\)$"),
        ([[1.0, 2.0]], [[0, 1]], r"write target.argmax\(axis=-1\)"),
        ([1.0, 2.0, 3.0], [0, 1], r"shape \(3,\) does not fit a target of shape \(2,\)$"),
        ([1.0], [NAN], r"target\[0\] is nan"),
        ([], [], "there are no samples"),
        (np.empty((0, 3)), [], "there are no samples"),
    ],
)
def test_accuracy_refuses(prediction: Any, target: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"^accuracy.*{message}"):
        accuracy(prediction, target)


@pytest.mark.parametrize("function", REGRESSION)
@pytest.mark.parametrize(
    ("prediction", "target", "message"),
    [
        ([[1.0, 2.0]], [1.0, 2.0], r"not \(2,\): write np.reshape\(target, \(1, 2\)\)"),
        ([1.0, 2.0], [[1.0, 2.0]], r"not \(1, 2\): write np.reshape\(target, \(2,\)\)"),
        (np.ones((2, 3)), np.ones((3, 2)), "one of them is transposed"),
        ([1.0, 2.0], [1.0], r"shape of the prediction, \(2,\), not \(1,\): the numbers of samples"),
        ([], [], "of no samples has no value"),
        ([1.0], [NAN], r"target\[0\] is nan"),
        ([[1.0], [1.0, 2.0]], [1.0], r"prediction\[1\] has 2 entries"),
    ],
)
def test_regression_refuses(function: Any, prediction: Any, target: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{function.__name__}.*{message}"):
        function(prediction, target)


def test_lookup() -> None:
    assert [metric(name) for name in METRICS] == list(METRICS.values())
    assert metric(mae) is mae
    with pytest.raises(
        ValueError, match=r"unknown metric 'f7'.*; there are accuracy, precision, recall, f1, mse"
    ):
        metric("f7")
    with pytest.raises(TypeError, match=r"one of the names .* or a function .*, not 3"):
        metric(3)  # type: ignore[arg-type]
