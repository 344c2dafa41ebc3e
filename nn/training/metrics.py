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

from autograd.text.names import unknown
from nn.arguments import function_named
from nn.intake import Array, as_array, matching, unpacked
from nn.losses import SPELLINGS as LOSS_SPELLINGS
from nn.losses import check_classes, mae, mse, squared_errors
from nn.outputs import (
    check_output,
    chosen,
    class_scores,
    labels_of,
    refuse_labels,
    threshold_by,
    why_probabilities,
)

Metric = Callable[[Any, Any], float]


def accuracy(
    prediction: Any, target: Any, threshold: float | None = None, output: str | None = None
) -> float:
    """The share of samples that are classified rightly.

    One score for each sample stands for class 1 when it is above the threshold, for class 0 (or -1)
    when not; k scores, along the last axis, stand for the class of the largest. A nan is wrong.

    Args:
        prediction: scores, logits or probabilities of shape (n,), (n, 1) or (n, k).
        target: labels of shape (n,) or (n, 1): 0/1 or -1/1 for one score or two, 0 ... k-1 for k.
        threshold: the least score of class 1, excluded; by default that of the output: 0 for logits
            and margins, 0.5 for probabilities, half-way between the labels for values.
        output: what the prediction is, "logits", "probabilities", "margins" or "values", such as
            the `output_kind` of a model; logits unless a sigmoid was recorded.

    Raises:
        ValueError: the shapes do not fit, there are no samples, a label is not one of those, or a
            probability is not in [0, 1].

    Warns:
        UserWarning: all predictions lie in [0, 1] though taken for logits, and that matters.

    >>> accuracy([0.5, -2.0, 3.0], [1, 0, 0]), accuracy([[0.1, 0.7], [2.0, 1.0]], [1, 0])
    (0.6666666666666666, 1.0)
    >>> accuracy([0.7, 0.2], [1, 0], output="probabilities")
    1.0
    """
    found, right, _ = _classes("accuracy", prediction, target, threshold, output)
    return float(np.mean(found == right))


def confusion_matrix(
    prediction: Any, target: Any, threshold: float | None = None, output: str | None = None
) -> NDArray[np.int64]:
    """How many samples of each class (row) are taken for each class (column).

    A nan is taken for no class, so that the row of its sample lacks it.

    Args:
        prediction, target, threshold, output: as for `accuracy`.

    Returns:
        An array of shape (k, k); the classes stand in the order of their labels.

    Raises:
        ValueError: as `accuracy`.

    >>> confusion_matrix([0.5, -2.0, 3.0, 1.0], [1, 0, 0, 1])
    array([[1, 1],
           [0, 2]])
    """
    found, right, k = _classes("confusion_matrix", prediction, target, threshold, output)
    known = found >= 0
    pairs = right[known] * k + found[known]
    return np.bincount(pairs, minlength=k * k).reshape(k, k).astype(np.int64)


def precision(
    prediction: Any,
    target: Any,
    threshold: float | None = None,
    output: str | None = None,
    average: str | None = None,
) -> Any:
    """The share of the samples taken for a class that are of it; 0 where none is taken for it.

    Args:
        prediction, target, threshold, output: as for `accuracy`.
        average: how the classes make one number: "binary" for that of class 1 alone, "macro" for
            the mean of the classes that occur in the target or the prediction, "weighted" for
            their mean weighted by how many samples they have, "micro" for the share over all
            classes together, "none" for an array of all. By default "binary" for two classes,
            "macro" for more.

    Raises:
        ValueError: as `accuracy`; average is unknown, or "binary" for more than two classes.

    >>> precision([0.5, -2.0, 3.0, 1.0], [1, 0, 0, 1]) == 2 / 3
    True
    """
    return _averaged("precision", prediction, target, threshold, output, average)


def recall(
    prediction: Any,
    target: Any,
    threshold: float | None = None,
    output: str | None = None,
    average: str | None = None,
) -> Any:
    """The share of the samples of a class that are taken for it; 0 where there are none.

    Args and errors are those of `precision`.

    >>> recall([0.5, -2.0, 3.0, 1.0], [1, 0, 0, 1], average="none")
    array([0.5, 1. ])
    """
    return _averaged("recall", prediction, target, threshold, output, average)


def f1(
    prediction: Any,
    target: Any,
    threshold: float | None = None,
    output: str | None = None,
    average: str | None = None,
) -> Any:
    """The harmonic mean of precision and recall of a class; 0 where both are.

    Args and errors are those of `precision`. The mean over classes is that of their F1.

    >>> f1([0.5, -2.0, 3.0, 1.0], [1, 0, 0, 1])
    0.8
    """
    return _averaged("f1", prediction, target, threshold, output, average)


AVERAGES: Final = ("binary", "macro", "micro", "weighted", "none")


def _averaged(
    taker: str, prediction: Any, target: Any, threshold: Any, output: Any, average: str | None
) -> Any:
    """Return precision, recall or F1, each of them right samples over a count of samples."""
    if average is not None and average not in AVERAGES:
        raise unknown(AVERAGES, average, f"average of {taker}")
    found, right, k = _classes(taker, prediction, target, threshold, output)
    if average == "binary" and k > 2:
        raise ValueError(f"{taker}: average='binary' is for two classes, not {k}: write 'macro'")
    hits = np.bincount(right[found == right], minlength=k)
    taken = np.bincount(found[found >= 0], minlength=k)
    there = np.bincount(right, minlength=k)
    counts = {"precision": taken, "recall": there, "f1": 0.5 * (taken + there)}[taker]
    if average == "micro":
        return _shares(hits.sum(), counts.sum()).item()
    shares = _shares(hits, counts)
    if average == "none":
        return shares
    if average == "binary" or (average is None and k == 2):
        return float(shares[1])
    weights = there if average == "weighted" else taken + there > 0
    return float(np.average(shares, weights=weights))


def _shares(hits: Any, counts: Any) -> Array:
    """Return the hits by the counts; 0 where the count is 0."""
    return np.asarray(hits / np.maximum(counts, 0.5))  # 0.5 is the least count above 0


def _classes(
    taker: str, prediction: Any, target: Any, threshold: float | None, output: str | None
) -> tuple[NDArray[np.intp], NDArray[np.intp], int]:
    """Return the predicted and the true class of each sample, by position, and how many there are.

    A nan is of class -1.
    """
    scores = as_array(prediction, f"{taker}: prediction", finite=False)
    labels = as_array(target, f"{taker}: target")
    if labels.size == 0:
        raise ValueError(f"{taker}: there are no samples: target has shape {labels.shape}")
    check_output(taker, scores, output)
    # Of a vector each number is a sample, unless a single label stands beside it.
    single = scores.ndim == 0 or scores.shape[-1] == 1 or (scores.ndim == 1 and labels.ndim > 0)
    numbers = scores[..., 0] if scores.shape[-1:] == (1,) else scores
    wanted = numbers.shape if single else numbers.shape[:-1]
    y = matching(labels, wanted)
    if y.shape != wanted:
        raise ValueError(
            f"{taker}: a prediction of shape {scores.shape} does not fit a target of shape "
            f"{labels.shape}{_remedy(scores.shape, labels.shape)}"
        )
    known = labels_of(y, 2 if single else numbers.shape[-1])
    if single or known[0] < 0.0:
        wants = f"labels 0 and 1, or -1 and +1, for {'one score' if single else 'two scores'} each"
        refuse_labels(taker, y, ~np.isin(y, known), wants)
    else:
        check_classes(taker, y, len(known))
    if single and threshold is None:
        why = why_probabilities(unpacked(prediction, f"{taker}: prediction"))
        threshold = threshold_by(taker, numbers, known, output, why)
    found = chosen(class_scores(numbers, threshold if single else None))
    return np.ravel(found), np.searchsorted(known, y.ravel()), len(known)


def _remedy(prediction: tuple[int, ...], target: tuple[int, ...]) -> str:
    """Return what to write for targets with a column for each class."""
    if prediction == target:
        return ": write target.argmax(axis=-1) for labels out of one column for each class"
    return ""


def rmse(prediction: Any, target: Any) -> float:
    """The root of the mean of the squared errors: in the units of the target.

    Raises:
        ValueError: the shapes are not the same, or empty.

    >>> rmse([1.0, 2.0], [1.0, 4.0]) == 2**0.5
    True
    """
    return math.sqrt(_mean_square("rmse", prediction, target))


def r2(prediction: Any, target: Any) -> float:
    """The coefficient of determination, 1 - Σ (target - prediction)² / Σ (target - mean)².

    1 is perfect; 0 is as good as the mean of the targets. Several outputs, (n, k), have a mean each
    and are summed. Of targets that are all equal it is -inf, or nan when they are met exactly.

    Raises:
        ValueError: the shapes are not the same, or empty.

    >>> r2([1.0, 2.0, 4.0], [1.0, 2.0, 3.0])
    0.5
    """
    errors = _mean_square("r2", prediction, target)
    targets = as_array(target)
    with np.errstate(all="ignore"):
        means = np.broadcast_to(targets.mean(axis=0 if targets.ndim else None), targets.shape)
        return float(1.0 - np.float64(errors) / _mean_square("r2", means, targets))


def _mean_square(metric: str, prediction: Any, target: Any) -> float:
    """Return the mean squared error of the numbers of a prediction, in the name of a metric."""
    numbers = as_array(prediction, f"{metric}: prediction", finite=False)
    return float(squared_errors(metric, numbers, target))


OF_CLASSES: Final = (accuracy, precision, recall, f1)
"""The metrics that look for classes, and so for a threshold."""

METRICS: Final[dict[str, Metric]] = {m.__name__: m for m in (*OF_CLASSES, mse, rmse, mae, r2)}

SPELLINGS: Final = {
    **LOSS_SPELLINGS,
    **dict.fromkeys(("acc", "accuracyscore", "binaryaccuracy"), "accuracy"),
    **dict.fromkeys(("categoricalaccuracy", "sparsecategoricalaccuracy"), "accuracy"),
    **dict.fromkeys(("f1score", "fscore"), "f1"),
    **dict.fromkeys(("precisionscore",), "precision"),
    **dict.fromkeys(("recallscore", "sensitivity"), "recall"),
    **dict.fromkeys(("rootmeansquarederror", "rmseloss"), "rmse"),
    **dict.fromkeys(("r2score", "r²", "rsquared"), "r2"),
}
"""The names of the same metrics elsewhere, `plain`."""


def metric(which: str | Metric) -> Metric:
    """Return a metric by its name, in any case and in PyTorch's and Keras' spelling too.

    A function is returned as it is.

    Raises:
        ValueError: there is no metric of this name.
        TypeError: which is neither a name nor a function.

    >>> metric("acuracy")
    Traceback (most recent call last):
    ValueError: unknown metric 'acuracy' (did you mean 'accuracy'?); there are accuracy, ...
    """
    return function_named(METRICS, which, "metric", "prediction and target", SPELLINGS)
