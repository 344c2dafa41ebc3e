"""How good predictions are: plain numbers out of arrays, to print and to plot.

The mean squared and the mean absolute error are the losses `mse` and `mae`, which
serve as metrics too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from nn.intake import Array, as_array
from nn.losses import mae, mse

Metric = Callable[[Any, Any], float]


def accuracy(prediction: Any, target: Any, threshold: float = 0.0) -> float:
    """The part of samples that are classified rightly.

    One score for each sample stands for class 1 when it is above the threshold, for class 0 (or -1)
    when not; k scores, along the last axis, stand for the class of the largest. A nan is wrong.

    Args:
        prediction: scores or logits of shape (n,) or (n, k); for probabilities of one class write
            threshold=0.5.
        target: labels of shape (n,): 0/1 or -1/1 for one score, 0 ... k-1 for k.
        threshold: the least score of class 1, excluded.

    Raises:
        ValueError: the shapes do not fit, there are no samples, or a label is not one of those.

    >>> accuracy([0.5, -2.0, 3.0], [1, 0, 0]), accuracy([[0.1, 0.7], [2.0, 1.0]], [1, 0])
    (0.6666666666666666, 1.0)
    """
    scores = as_array(prediction, "accuracy: prediction", finite=False)
    labels = as_array(target, "accuracy: target")
    if labels.size == 0:
        raise ValueError(f"accuracy: there are no samples: target has shape {labels.shape}")
    if scores.shape == labels.shape and labels.ndim <= 1:
        return float(np.mean(_same_side(scores, labels, threshold)))
    if scores.shape[:-1] == labels.shape and scores.ndim > labels.ndim and scores.shape[-1] > 1:
        return float(np.mean(_same_class(scores, labels)))
    raise ValueError(
        f"accuracy: a prediction of shape {scores.shape} does not fit a target of shape "
        f"{labels.shape}{_remedy(scores, labels)}"
    )


def rmse(prediction: Any, target: Any) -> float:
    """The root of the mean of the squared errors: in the units of the target.

    Raises:
        ValueError: the shapes are not the same, or empty.

    >>> rmse([1.0, 2.0], [1.0, 4.0]) == 2**0.5
    True
    """
    return math.sqrt(_mean_square(_errors(prediction, target, "rmse")[0]))


def r2(prediction: Any, target: Any) -> float:
    """The coefficient of determination, 1 - Σ (target - prediction)² / Σ (target - mean)².

    1 is perfect; 0 is as good as the mean of the targets. Several outputs, (n, k), have a mean each
    and are summed. Of targets that are all equal it is -inf, or nan when they are met exactly.

    Raises:
        ValueError: the shapes are not the same, or empty.

    >>> r2([1.0, 2.0, 4.0], [1.0, 2.0, 3.0])
    0.5
    """
    errors, targets = _errors(prediction, target, "r2")
    with np.errstate(all="ignore"):
        spread = _mean_square(targets - targets.mean(axis=0))
        return float(1.0 - np.float64(_mean_square(errors)) / spread)


METRICS: Final[dict[str, Metric]] = {
    "accuracy": accuracy,
    "mse": mse,
    "rmse": rmse,
    "mae": mae,
    "r2": r2,
}
"""The metrics by name."""


def metric(which: str | Metric) -> Metric:
    """A metric by its name, or the function that is handed over.

    Raises:
        ValueError: there is no metric of this name.
        TypeError: which is neither a name nor a function.

    >>> metric("acuracy")
    Traceback (most recent call last):
    ...
    ValueError: there is no metric 'acuracy'; there are accuracy, mse, rmse, mae, r2
    """
    if callable(which):
        return which
    if not isinstance(which, str):
        raise TypeError(f"a metric is a name or a function of (prediction, target), not {which!r}")
    if which not in METRICS:
        raise ValueError(f"there is no metric {which!r}; there are {', '.join(METRICS)}")
    return METRICS[which]


def _mean_square(errors: Array) -> float:
    with np.errstate(all="ignore"):  # IEEE's inf and nan, as everywhere
        return float(np.mean(np.square(errors)))


def _same_side(scores: Array, labels: Array, threshold: float) -> NDArray[np.bool_]:
    """Whether each score is on the side of the threshold that its label says."""
    low = -1.0 if np.any(labels == -1.0) else 0.0
    _refuse_labels(
        labels, (labels == low) | (labels == 1.0), "one score for each takes 0/1 or -1/1"
    )
    # Two comparisons, not one and its negation: a nan is on neither side.
    return np.where(labels == 1.0, scores > threshold, scores <= threshold)


def _same_class(scores: Array, labels: Array) -> NDArray[np.bool_]:
    """Whether the largest of the scores is that of the label."""
    k = scores.shape[-1]
    known = (labels >= 0) & (labels < k) & (labels == np.floor(labels))
    _refuse_labels(labels, known, f"{k} scores for each take whole numbers from 0 to {k - 1}")
    best: NDArray[np.int64] = scores.argmax(axis=-1)
    return np.asarray((best == labels) & ~np.isnan(scores).any(axis=-1))


def _refuse_labels(labels: Array, known: NDArray[np.bool_], wanted: str) -> None:
    if known.all():
        return
    index = np.argwhere(~known)[0].tolist()
    label = labels[tuple(index)]
    raise ValueError(f"accuracy: target{index if index else ''} is {label:g}; {wanted}")


def _errors(prediction: Any, target: Any, name: str) -> tuple[Array, Array]:
    """Prediction minus target, and the target, both of the same shape."""
    predictions = as_array(prediction, f"{name}: prediction", finite=False)
    targets = as_array(target, f"{name}: target")
    if predictions.shape != targets.shape:
        raise ValueError(
            f"{name}: a prediction of shape {predictions.shape} needs a target of the same shape, "
            f"not {targets.shape}{_remedy(predictions, targets)}"
        )
    if targets.size == 0:
        raise ValueError(f"{name}: there are no samples: target has shape {targets.shape}")
    with np.errstate(all="ignore"):
        return predictions - targets, targets


def _remedy(predictions: Array, targets: Array) -> str:
    """What to write where shapes differ in the known ways."""
    if predictions.shape == (*targets.shape, 1):
        return ": write prediction[..., 0]"
    if targets.shape == (*predictions.shape, 1):
        return ": write target[..., 0]"
    if predictions.shape == targets.shape:
        return ": write target.argmax(axis=-1) for labels out of one column for each class"
    if predictions.shape == targets.shape[::-1]:
        return ": one of them is transposed"
    return ""
