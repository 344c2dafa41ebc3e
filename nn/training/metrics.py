"""How good predictions are: plain numbers out of arrays, to print and to plot.

The mean squared and the mean absolute error are the losses `mse` and `mae`, which
serve as metrics too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from nn.arguments import function_named
from nn.intake import as_array, matching, unpacked
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
    scores = as_array(prediction, "accuracy: prediction", finite=False)
    labels = as_array(target, "accuracy: target")
    if labels.size == 0:
        raise ValueError(f"accuracy: there are no samples: target has shape {labels.shape}")
    check_output("accuracy", scores, output)
    # Of a vector each number is a sample, unless a single label stands beside it.
    single = scores.ndim == 0 or scores.shape[-1] == 1 or (scores.ndim == 1 and labels.ndim > 0)
    numbers = scores[..., 0] if scores.shape[-1:] == (1,) else scores
    wanted = numbers.shape if single else numbers.shape[:-1]
    y = matching(labels, wanted)
    if y.shape != wanted:
        raise ValueError(
            f"accuracy: a prediction of shape {scores.shape} does not fit a target of shape "
            f"{labels.shape}{_remedy(scores.shape, labels.shape)}"
        )
    known = labels_of(y, 2 if single else numbers.shape[-1])
    if single or known[0] < 0.0:
        wants = f"labels 0 and 1, or -1 and +1, for {'one score' if single else 'two scores'} each"
        refuse_labels("accuracy", y, ~np.isin(y, known), wants)
    else:
        check_classes("accuracy", y, len(known))
    if single and threshold is None:
        why = why_probabilities(unpacked(prediction, "accuracy: prediction"))
        threshold = threshold_by("accuracy", numbers, known, output, why)
    columns = class_scores(numbers, threshold if single else None)
    return float(np.mean(chosen(columns) == np.searchsorted(known, y)))


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


METRICS: Final[dict[str, Metric]] = {m.__name__: m for m in (accuracy, mse, rmse, mae, r2)}

SPELLINGS: Final = {
    **LOSS_SPELLINGS,
    **dict.fromkeys(("acc", "accuracyscore", "binaryaccuracy"), "accuracy"),
    **dict.fromkeys(("categoricalaccuracy", "sparsecategoricalaccuracy"), "accuracy"),
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
    ValueError: unknown metric 'acuracy' (did you mean 'accuracy'?); there are accuracy, mse, ...
    """
    return function_named(METRICS, which, "metric", "prediction and target", SPELLINGS)
