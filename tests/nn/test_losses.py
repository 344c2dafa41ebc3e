"""Losses against PyTorch's stored values, on every kind of prediction, and what they refuse.

data/losses.json says how its numbers were made.
"""

from __future__ import annotations

import inspect
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp

from autograd import Tensor, Value, check_grads, grad, topological_order
from nn import losses
from nn.losses import LOSSES, check_targets, loss_function

STORED: dict[str, Any] = json.loads(
    (Path(__file__).parent / "stored" / "losses.json").read_text(encoding="utf-8")
)["cases"]

REDUCTIONS = ("mean", "sum", "none")

by_case = pytest.mark.parametrize("case", STORED)
by_loss = pytest.mark.parametrize("name", LOSSES)
by_reduction = pytest.mark.parametrize("reduction", REDUCTIONS)


def stored(case: str) -> tuple[Callable[..., Any], np.ndarray, np.ndarray, dict[str, Any]]:
    """The loss, the prediction, the target and the settings of a stored case."""
    entry = STORED[case]
    target = np.array(entry["target"])
    return LOSSES[entry["loss"]], np.array(entry["prediction"]), target, entry["options"]


def an_example(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Six predictions and targets that suit the loss."""
    generator = np.random.default_rng(3)
    if name == "cross_entropy":
        return generator.normal(size=(6, 4)), np.array([0, 3, 1, 1, 2, 0])
    labels = {"hinge": [-1, 1, 1, -1, -1, 1], "binary_cross_entropy": [0, 1, 1, 0.25, 0, 0.75]}
    return generator.normal(size=6), np.array(labels.get(name, generator.normal(size=6)))


def assert_near(got: Any, expected: Any) -> None:
    """To the rounding of numbers at 1000, where they cancel."""
    np.testing.assert_allclose(got, expected, rtol=3e-13, atol=3e-15)


def operations(out: Any) -> int:
    return len([node for node in topological_order(out) if node.op is not None])


# Values and gradients.


@by_case
@by_reduction
def test_values_of_floats(case: str, reduction: str) -> None:
    f, s, y, options = stored(case)
    expected = STORED[case][reduction]["value"]
    got = f(s, y, reduction, **options)
    assert type(got) is (np.ndarray if reduction == "none" else float)
    assert_near(got, expected)
    assert_near(f(s.tolist(), y.tolist(), reduction=reduction, **options), expected)


@by_case
@by_reduction
def test_gradients_of_tensors(case: str, reduction: str) -> None:
    f, s, y, options = stored(case)
    leaves = Tensor(s)
    out = f(leaves, y, reduction, **options)
    assert type(out) is (Tensor if reduction == "none" else Value)
    assert_near(out.numpy() if reduction == "none" else out.data, STORED[case][reduction]["value"])
    out.backward()
    assert_near(leaves.grad, STORED[case][reduction]["gradient"])


def test_half_squared_error_is_the_sum_by_default() -> None:
    s, y = an_example("half_squared_error")
    leaves = Tensor(s)
    out = losses.half_squared_error(leaves, y)
    out.backward()
    assert out.data == pytest.approx(0.5 * sum((s - y) ** 2), rel=1e-15)
    np.testing.assert_allclose(leaves.grad, s - y, rtol=1e-15)
    for reduction in REDUCTIONS:
        half, whole = losses.half_squared_error(s, y, reduction), losses.mse(s, y, reduction)
        np.testing.assert_allclose(half, 0.5 * whole, rtol=1e-15)


def test_hinge_is_micrograds() -> None:
    """`sum((1 + -yi*scorei).relu() for ...) * (1.0 / n)`, kinks and values at 1000 included."""
    s = [0.5, -0.25, 1.0, -1.0, 0.0, 1000.0, 1000.0, -1000.0]
    y = [1, 1, 1, -1, -1, 1, -1, 1]
    mine, theirs = [Value(x) for x in s], [Value(x) for x in s]
    loss = losses.hinge(mine, y)
    data_loss = sum((1 + -yi * si).relu() for yi, si in zip(y, theirs, strict=True)) * (1.0 / 8)
    loss.backward()
    data_loss.backward()
    assert loss.data == data_loss.data
    assert [v.grad for v in mine] == [v.grad for v in theirs]


@by_loss
@by_reduction
def test_gradients_against_differences(name: str, reduction: str) -> None:
    s, y = an_example(name)
    check_grads(lambda x: LOSSES[name](x, y, reduction), (s,))


@by_loss
def test_means_and_sums_are_those_of_the_single_losses(name: str) -> None:
    s, y = an_example(name)
    each = LOSSES[name](s, y, "none")
    assert each.shape == y.shape
    assert LOSSES[name](s, y, "sum") == pytest.approx(each.sum(), rel=1e-14)
    assert LOSSES[name](s, y, "mean") == pytest.approx(each.mean(), rel=1e-14)
    for i in range(len(y)):
        assert LOSSES[name](s[i], y[i]) == pytest.approx(each[i], rel=1e-14)
    assert (each >= 0.0).all()


# Kinds of predictions.


@by_loss
@by_reduction
def test_predictions_of_every_kind(name: str, reduction: str) -> None:
    f = LOSSES[name]
    s, y = an_example(name)
    expected = f(s, y, reduction)
    rows: list[Any] = [Tensor(row) if np.ndim(row) else Value(row) for row in s]
    objects = np.array([[Value(x) for x in np.ravel(row)] for row in s], dtype=object)
    for prediction in (Tensor(s), rows, tuple(rows), iter(rows), objects.reshape(s.shape)):
        out = f(prediction, y.tolist(), reduction)
        got = out.numpy() if reduction == "none" else out.data
        np.testing.assert_allclose(got, expected, rtol=1e-14)
    for prediction in (s.tolist(), s.astype(object)):
        got = f(prediction, y, reduction)
        assert type(got) is type(expected)
        np.testing.assert_allclose(got, expected, rtol=1e-15)


@by_loss
@by_reduction
def test_one_sample(name: str, reduction: str) -> None:
    """A Value, or k of them beside a single label, as a model gives them."""
    s, y = an_example(name)
    recorded = Tensor(s[0]) if np.ndim(s[0]) else Value(s[0])
    out = LOSSES[name](recorded, y[0].item(), reduction)
    assert type(out) is Value
    plain = LOSSES[name](s[0], y[0], reduction)
    assert type(plain) is float
    assert out.data == pytest.approx(plain, rel=1e-15)
    assert plain == pytest.approx(LOSSES[name](s[:1], y[:1]), rel=1e-15)


@by_loss
@by_reduction
def test_shapes_of_several_axes(name: str, reduction: str) -> None:
    s, y = an_example(name)
    flat = LOSSES[name](s, y, reduction)
    deep = LOSSES[name](s.reshape(2, 3, *s.shape[1:]), y.reshape(2, 3), reduction)
    np.testing.assert_allclose(np.ravel(deep), np.ravel(flat), rtol=1e-15)
    assert np.shape(deep) == ((2, 3) if reduction == "none" else ())


@by_loss
def test_arguments_are_left_alone(name: str) -> None:
    s, y = an_example(name)
    before = s.copy(), y.copy()
    leaves = Tensor(s)
    entries = [*leaves.flat]
    LOSSES[name](s, y)
    LOSSES[name](leaves, y).backward()
    assert (s == before[0]).all()
    assert (y == before[1]).all()
    assert all(a is b for a, b in zip(leaves.flat, entries, strict=True))


@by_loss
def test_large_arrays(name: str) -> None:
    """240,000 samples: NumPy does them as a whole."""
    s, y = an_example(name)
    repeats = 40_000
    many = np.tile(s, (repeats, *[1] * (s.ndim - 1))), np.tile(y, repeats)
    assert LOSSES[name](*many, "mean") == pytest.approx(LOSSES[name](s, y, "mean"), rel=1e-12)


NODES = {
    "mse": 2 + 6,
    "half_squared_error": 2 + 6,
    "mae": 1 + 2 * 6,
    "huber": 2 + 4 * 6,
    "hinge": 1 + 2 * 6,
    "binary_cross_entropy": 1 + 2 * 6,
    "cross_entropy": 1 + 2 * 6,
}
"""The most for six samples."""


@by_loss
def test_few_nodes(name: str) -> None:
    s, y = an_example(name)
    y = np.round(y) if name == "binary_cross_entropy" else y
    assert operations(LOSSES[name](Tensor(s), y)) <= NODES[name]


# Weights.

OF_CLASSES = ("hinge", "binary_cross_entropy", "cross_entropy")
by_loss_of_classes = pytest.mark.parametrize("name", OF_CLASSES)


@by_loss_of_classes
@pytest.mark.parametrize("recorded", [False, True])
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_whole_weights_are_repetitions(name: str, recorded: bool, smoothing: float) -> None:
    """A sample of weight 3 counts as three of it, whether by its class or by itself."""
    s, y = an_example(name)
    y = np.round(y)
    options: dict[str, Any] = {}
    if name != "hinge":
        options["label_smoothing"] = smoothing
    weight = [2.0, 1.0, 3.0, 4.0] if name == "cross_entropy" else [2.0, 3.0]
    of_samples = np.array([1.0, 3.0, 2.0, 1.0, 1.0, 2.0])
    positions = np.where(y < 0.0, 0, y).astype(int)
    of_both = of_samples * np.array(weight)[positions]
    cases = [({"sample_weight": of_samples}, of_samples)]
    if not (smoothing and name == "cross_entropy"):  # where each class counts by its own weight
        cases += [({"weight": weight}, of_both / of_samples)]
        cases += [({"weight": weight, "sample_weight": of_samples.tolist()}, of_both)]
    for weights, counts in cases:
        repeated = [np.repeat(x, counts.astype(int), axis=0) for x in (s, y)]
        for reduction in ("mean", "sum"):
            expected = LOSSES[name](*repeated, reduction, **options)
            x = Tensor(s) if recorded else s
            out = LOSSES[name](x, y, reduction, **weights, **options)
            assert type(out) is (Value if recorded else float)
            assert getattr(out, "data", out) == pytest.approx(expected, rel=1e-13)
        each = LOSSES[name](s, y, "none", **options)
        out = LOSSES[name](s, y, "none", **weights, **options)
        np.testing.assert_allclose(out, counts * each, rtol=1e-13)
        check_grads(lambda x, own=weights: LOSSES[name](x, y, **own, **options), (s,))


def test_smoothed_labels_by_the_definition() -> None:
    s, y = an_example("binary_cross_entropy")
    expected = losses.binary_cross_entropy(s, 0.9 * y + 0.05)
    assert losses.binary_cross_entropy(s, y, label_smoothing=0.1) == pytest.approx(expected)
    s, y = an_example("cross_entropy")
    p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
    q = 0.8 * np.eye(4)[y] + 0.05
    expected = -(q * np.log(p)).sum(axis=1)
    for scores, output in ((s, "logits"), (p, "probabilities")):
        got = losses.cross_entropy(scores, y, "none", output, label_smoothing=0.2)
        np.testing.assert_allclose(got, expected, rtol=1e-13)


def test_a_weight_for_the_samples_of_several_outputs() -> None:
    s, y = np.arange(6.0).reshape(3, 2) - 2.0, np.array([[0, 1], [1, 0], [1, 1]])
    each = losses.binary_cross_entropy(s, y, "none")
    got = losses.binary_cross_entropy(s, y, sample_weight=[1.0, 2.0, 5.0])
    assert got == pytest.approx(np.average(each, weights=[[1.0] * 2, [2.0] * 2, [5.0] * 2]))
    assert losses.binary_cross_entropy(0.5, 1, sample_weight=3.0) == pytest.approx(
        losses.binary_cross_entropy(0.5, 1)
    )


@by_loss_of_classes
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"weight": [1.0, 2.0, 3.0]}, r"takes a weight of shape \((2|4),\), not \(3,\)"),
        ({"weight": [1.0, 0.0, 1.0, 1.0]}, "weight"),
        ({"sample_weight": [1.0, 2.0]}, r"takes a sample_weight of shape \(6,\), not \(2,\)"),
        ({"sample_weight": [1, 1, 1, 1, 1, -2]}, "sample_weight holds -2, but weights are posit"),
        ({"sample_weight": [1, 1, 1, 1, 1, math.nan]}, r"sample_weight\[5\] is nan"),
        ({"label_smoothing": 1.0}, "label_smoothing"),
    ],
)
def test_weights_that_do_not_fit(name: str, options: dict[str, Any], message: str) -> None:
    if name == "hinge" and "label_smoothing" in options:
        return
    with pytest.raises(ValueError, match=message):
        LOSSES[name](*an_example(name), **options)


# Precision.


@given(st.floats(-1000, 1000), st.sampled_from([0.0, 1.0, 0.5, 0.25, 0.9, 1e-12, 1 - 2**-53]))
@settings(max_examples=80, deadline=None)
def test_binary_cross_entropy_to_the_last_digits(s: float, y: float) -> None:
    with mp.workdps(2000 if abs(s) > 100 else 80):
        p = 1 / (1 + mp.exp(-mp.mpf(s)))
        want = float(-mp.mpf(y) * mp.log(p) - (1 - mp.mpf(y)) * mp.log(1 - p))
    assert losses.binary_cross_entropy(s, y) == pytest.approx(want, rel=1e-15, abs=1e-300)
    slope = grad(losses.binary_cross_entropy)(s, y)
    assert slope == pytest.approx(float(p - mp.mpf(y)), rel=1e-12, abs=2e-16)


def test_certain_samples_keep_their_tiny_losses() -> None:
    assert losses.binary_cross_entropy(100.0, 1) == pytest.approx(math.exp(-100.0), rel=1e-14)
    assert losses.binary_cross_entropy(-100.0, 0) == pytest.approx(math.exp(-100.0), rel=1e-14)
    assert grad(losses.binary_cross_entropy)(100.0, 1) == pytest.approx(-math.exp(-100.0))


@by_loss
@pytest.mark.parametrize("size", [1000.0, 1e100])
def test_large_predictions_stay_finite(name: str, size: float) -> None:
    s, y = an_example(name)
    s = np.sign(s) * size
    with np.errstate(all="raise", under="ignore"):
        leaves = Tensor(s)
        out = LOSSES[name](leaves, y)
        out.backward()
        assert math.isfinite(out.data)
        assert np.isfinite(leaves.grad).all()
        assert LOSSES[name](s, y) == pytest.approx(out.data, rel=1e-12)


@by_loss
@pytest.mark.parametrize("wild", [math.inf, -math.inf, math.nan])
def test_a_prediction_that_has_gone_astray_gives_no_warning(name: str, wild: float) -> None:
    """It is for `fit` to notice: the loss is inf or nan, or what its formula says."""
    s, y = an_example(name)
    s.flat[0] = wild
    assert not math.isnan(LOSSES[name](s, y)) or math.isnan(LOSSES[name](Tensor(s), y).data)


# What is refused.


@by_loss
@pytest.mark.parametrize("wrong", ["avg", "Mean", "", None, 1], ids=repr)
def test_unknown_reductions(name: str, wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"unknown reduction .*; there are mean, sum, none"):
        LOSSES[name](*an_example(name), wrong)


PAIRED = [name for name in LOSSES if name != "cross_entropy"]


@pytest.mark.parametrize("name", PAIRED)
@pytest.mark.parametrize(
    ("s", "y", "remedy"),
    [
        ((1, 5), (5,), r"\(1, 5\), not \(5,\): write np.reshape\(target, \(1, 5\)\)"),
        ((5,), (1, 5), r"\(5,\), not \(1, 5\): write np.reshape\(target, \(5,\)\)"),
        ((5, 1, 1), (5,), r"write np.reshape\(target, \(5, 1, 1\)\)"),
        ((5,), (4,), "numbers of samples"),
        ((2, 3), (3, 2), "one of them is transposed"),
        ((5,), (), "numbers of samples"),
        ((5, 2), (5, 3), "outputs and targets"),
        ((5, 2), (5,), "outputs and targets"),
    ],
)
def test_shapes_must_agree(name: str, s: Any, y: Any, remedy: str) -> None:
    for prediction in (np.ones(s), Tensor(np.ones(s)) if s else Value(1.0)):
        with pytest.raises(ValueError, match=f"{name} takes.*{remedy}"):
            LOSSES[name](prediction, np.ones(y))


class Frame:
    """Stands for a data frame or a series."""

    def __init__(self, numbers: np.ndarray) -> None:
        self.numbers = numbers

    def to_numpy(self) -> np.ndarray:
        return self.numbers


@by_loss
@by_reduction
@pytest.mark.parametrize("recorded", [False, True])
def test_a_last_axis_of_one_is_no_matter(name: str, reduction: str, recorded: bool) -> None:
    """Targets as a column, or predictions as one: never an array of all differences."""
    s, y = an_example(name)
    expected = LOSSES[name](s, y, reduction)
    columns = [(s, y[:, None])]
    columns += [] if name == "cross_entropy" else [(s[:, None], y), (s[:, None], y[:, None])]
    for prediction, target in columns:
        for given_target in (target, target.tolist(), Frame(target)):
            out = LOSSES[name](
                Tensor(prediction) if recorded else prediction, given_target, reduction
            )
            got = out.numpy() if recorded and reduction == "none" else getattr(out, "data", out)
            if reduction == "none":
                shape = prediction.shape[:-1] if name == "cross_entropy" else prediction.shape
                assert np.shape(out) == shape
            np.testing.assert_allclose(
                np.ravel(np.asarray(got, float)), np.ravel(expected), rtol=1e-14
            )


@pytest.mark.parametrize(
    ("s", "y", "hint"),
    [
        ((5,), (5,), "binary_cross_entropy"),
        ((5, 1), (5,), "binary_cross_entropy"),
        ((5, 3), (4, 1), r"not \(5, 3\) and \(4, 1\)"),
        ((5, 3), (4,), r"not \(5, 3\) and \(4,\)"),
        ((5, 3), (5, 3), r"write np.argmax\(target, axis=-1\) for one-hot rows"),
        ((), (), "binary_cross_entropy"),
        ((3,), (1,), "reshape"),
    ],
)
def test_shapes_of_logits_and_labels(s: Any, y: Any, hint: str) -> None:
    with pytest.raises(ValueError, match=f"cross_entropy takes logits.*{hint}"):
        losses.cross_entropy(np.ones(s), np.zeros(y))


@by_loss
def test_no_samples(name: str) -> None:
    s, y = an_example(name)
    for reduction in REDUCTIONS:
        with pytest.raises(ValueError, match=f"{name} of no samples"):
            LOSSES[name](s[:0], y[:0], reduction)


LABELS = [
    ("hinge", [1, -1, 0], r"labels -1 and \+1, but target\[2\] is 0$"),
    ("hinge", [1, 0, 0], r"target\[1\] is 0: write 2\*y - 1 for labels 0 and 1"),
    ("hinge", [True, False], r"target\[1\] is 0: write 2\*y - 1"),
    ("hinge", [[1.0, -1.0], [1.0, 0.5]], r"target\[1, 1\] is 0.5$"),
    ("binary_cross_entropy", [1, -1], r"target\[1\] is -1: write \(y \+ 1\) / 2"),
    ("binary_cross_entropy", [0, 1, 2], r"between them, but target\[2\] is 2$"),
    ("cross_entropy", [0, 1.5], r"whole labels from 0 to .*, but target\[1\] is 1.5"),
    ("cross_entropy", [-1, 1], r"target\[0\] is -1"),
    ("mse", [0.0, math.nan], r": target\[1\] is nan"),
    ("huber", [[math.inf, 0.0]], r": target\[0, 0\] is inf"),
]


@pytest.mark.parametrize(("name", "target", "message"), LABELS, ids=str)
def test_labels_of_the_wrong_kind(name: str, target: Any, message: str) -> None:
    y = np.array(target)
    s = np.zeros((*y.shape, 3)) if name == "cross_entropy" else np.zeros(y.shape)
    leaves = Tensor(s)
    for call in (
        lambda: LOSSES[name](s, target),
        lambda: LOSSES[name](leaves, y),
        lambda: check_targets(name, target),
        lambda: check_targets(LOSSES[name], y),
    ):
        with pytest.raises(ValueError, match=f"{name}.*{message}"):
            call()


def test_labels_beyond_the_classes() -> None:
    message = r"from 0 to 2, the last of 3 classes, but target\[1\] is 3"
    with pytest.raises(ValueError, match=message):
        losses.cross_entropy(np.zeros((2, 3)), [0, 3])
    with pytest.raises(ValueError, match=message):
        check_targets("cross_entropy", [0, 3], classes=3)
    with pytest.raises(ValueError, match="but target is 3"):
        losses.cross_entropy([0.0, 0.0], 3)


WRONG = {
    "cat": "the text 'cat'",
    None: "None, a missing value",
    1j: "the complex",
    "1": r"the text '1', not a number: write numpy.array\(..., dtype=float\)",
}


@by_loss
@pytest.mark.parametrize("wrong", WRONG, ids=repr)
def test_what_is_no_number_is_refused(name: str, wrong: Any) -> None:
    s, y = an_example(name)
    for target in ([*y.tolist()[:-1], wrong], wrong):
        for call in (lambda y: LOSSES[name](s, y), lambda y: check_targets(name, y)):
            with pytest.raises(
                (TypeError, ValueError), match=rf"{name}: target(\[\d\])? is {WRONG[wrong]}"
            ):
                call(target)
    with pytest.raises(TypeError, match=name):
        LOSSES[name](wrong, y)
    for target in ([Value(1.0)] * 6, Tensor(np.ones(6)), Value(1.0)):
        with pytest.raises(TypeError, match=r"plain numbers as targets.*\.data"):
            LOSSES[name](s, target)


@by_loss
def test_ragged_rows(name: str) -> None:
    with pytest.raises(ValueError, match=rf"{name}: prediction\[1\] has 2 entries"):
        LOSSES[name]([[1.0], [1.0, 2.0]], [0, 1])
    with pytest.raises(ValueError, match=rf"{name}: target\[1\] has 2 entries"):
        LOSSES[name]([0.0, 0.0], [[1.0], [1.0, 2.0]])


@pytest.mark.parametrize("delta", [0.0, -1.0, math.nan])
def test_huber_needs_a_positive_delta(delta: float) -> None:
    with pytest.raises(ValueError, match="positive"):
        losses.huber(1.0, 0.0, delta=delta)


def test_targets_of_other_kinds() -> None:
    class Column:
        """As a column of pandas gives its numbers."""

        def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
            return np.array([1.0, 0.0])

    for target in (Column(), (1, 0), [True, False], np.array([1, 0], dtype=np.uint8),
                   np.array([1, 0], dtype=object), [np.float32(1), np.int8(0)]):  # fmt: skip
        assert losses.binary_cross_entropy([0.0, 0.0], target) == pytest.approx(math.log(2.0))
        assert check_targets("binary_cross_entropy", target).tolist() == [1.0, 0.0]


# Probabilities.


@given(st.floats(1e-300, 1.0), st.sampled_from([0.0, 1.0, 0.5, 0.25, 1e-12]))
def test_binary_cross_entropy_of_probabilities(p: float, y: float) -> None:
    with mp.workdps(340):
        q = 1 - mp.mpf(p)
        terms = [
            y * mp.log(mp.mpf(p)) if y else 0,
            (1 - mp.mpf(y)) * mp.log(q) if q and y < 1 else 0,
        ]
        want = float(-sum(terms)) if q or y == 1.0 else math.inf
    out = losses.binary_cross_entropy(p, y, output="probabilities")
    assert out == pytest.approx(want, rel=1e-14, abs=1e-300)
    recorded = losses.binary_cross_entropy(Value(p), y, output="probabilities")
    assert recorded.data == pytest.approx(out, rel=1e-15)


def test_losses_of_probabilities_are_those_of_their_logits() -> None:
    generator = np.random.default_rng(0)
    s, labels = generator.normal(size=(6, 4)), np.array([0, 3, 1, 1, 2, 0])
    p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
    for reduction in REDUCTIONS:
        of_p = losses.cross_entropy(p, labels, reduction, output="probabilities")
        np.testing.assert_allclose(of_p, losses.cross_entropy(s, labels, reduction), rtol=1e-13)
        y = generator.random((6, 4))
        of_p = losses.binary_cross_entropy(1 / (1 + np.exp(-s)), y, reduction, "probabilities")
        of_s = losses.binary_cross_entropy(s, y, reduction)
        np.testing.assert_allclose(of_p, of_s, rtol=1e-12)
    check_grads(lambda x: losses.cross_entropy(x, labels, output="probabilities"), (p,))
    check_grads(lambda x: losses.binary_cross_entropy(x, y, output="probabilities"), (p,))


def test_certain_mistakes_of_probabilities() -> None:
    assert losses.binary_cross_entropy([0.0, 1.0], [0, 1], output="probabilities") == 0.0
    assert losses.binary_cross_entropy([0.0, 1.0], [1, 1], output="probabilities") == math.inf
    assert losses.cross_entropy([[0.0, 1.0]], [0], output="probabilities") == math.inf


@pytest.mark.parametrize("name", ["binary_cross_entropy", "cross_entropy"])
def test_what_is_no_probability(name: str) -> None:
    p = np.array([[0.5, 0.5], [1.5, -0.5]])
    y = [0, 1] if name == "cross_entropy" else [[0, 1], [1, 0]]
    for prediction in (p, Tensor(p)):
        with pytest.raises(
            ValueError, match=rf"{name} takes prob.*prediction\[1, 0\] is 1\.5: wri"
        ):
            LOSSES[name](prediction, y, output="probabilities")
    with pytest.raises(
        ValueError, match=f"{name} takes the output logits or probabilities, not 'm"
    ):
        LOSSES[name](p, y, output="margins")


# Names.


def test_every_loss_is_listed() -> None:
    assert set(LOSSES) | {"LOSSES", "check_targets", "loss_function"} == set(losses.__all__)
    for name, f in LOSSES.items():
        assert f is getattr(losses, name)
        assert ">>>" in inspect.getdoc(f)
        assert [*inspect.signature(f).parameters][:3] == ["prediction", "target", "reduction"]
    assert set(LOSSES) == {entry["loss"] for entry in STORED.values()} | {
        "half_squared_error",
        "hinge",
    }


def test_loss_function() -> None:
    for name, f in LOSSES.items():
        assert loss_function(name) is f
    own: Any = lambda prediction, target: 0.0  # noqa: E731
    assert loss_function(own) is own
    with pytest.raises(ValueError, match=r"unknown loss 'MSF'.*mse, half_squared_error, mae"):
        loss_function("MSF")
    for wrong in (None, 3, ["mse"], int):
        with pytest.raises(TypeError, match="one of the names mse"):
            loss_function(wrong)


def test_targets_of_a_loss_of_ones_own() -> None:
    def quartic(prediction: Any, target: Any) -> Any:
        return (prediction - target) ** 4

    assert check_targets(quartic, [[1, 2]]).tolist() == [[1.0, 2.0]]
    with pytest.raises(ValueError, match=r"quartic: target\[0\] is nan"):
        check_targets(quartic, [math.nan])
    with pytest.raises(ValueError, match="unknown loss"):
        check_targets("quartic", [1.0])
