"""Losses: how far predictions are from targets, as one number.

Each is called as loss(prediction, target, reduction="mean"). Predictions are a Value, a Tensor,
Values in a list or from an iterator such as `map(model, X)`, or plain numbers and arrays, which
give floats. Targets are plain numbers of the same shape, but for a last axis of length 1 that
either may lack: nothing is broadcast. The reduction is "mean" or "sum" over all samples, or "none"
for the losses of the single samples, in their shape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np

import autograd
from autograd import Operand, clip, dot, log, log1p, logsumexp, mean, relu, softplus
from autograd.rules.entrywise import as_array as floats_or_tensor
from autograd.rules.entrywise import as_object_array
from autograd.rules.operand import as_number
from autograd.text.arguments import fraction
from autograd.text.names import unknown
from nn.arguments import function_named
from nn.intake import Array, as_array, matching, unpacked
from nn.outputs import check_kind, refuse_labels, refuse_non_probabilities, warn, why_probabilities

Loss = Callable[..., Any]

__all__ = [
    "LOSSES",
    "binary_cross_entropy",
    "check_targets",
    "cross_entropy",
    "half_squared_error",
    "hinge",
    "huber",
    "loss_function",
    "mae",
    "mse",
]

REDUCTIONS = ("mean", "sum", "none")


def mse(prediction: Any, target: Any, reduction: str = "mean") -> Any:
    """The squared errors (s - y)².

    Args:
        prediction: the numbers s, of any shape.
        target: the numbers y, of the same shape.
        reduction: "mean", "sum" or "none".

    Raises:
        ValueError: the shapes differ, there are no samples, a target is nan or infinite, or the
            reduction is unknown.
        TypeError: something else than numbers.

    >>> mse([1.0, 2.0], [1.0, 4.0])
    2.0
    """
    return squared_errors("mse", prediction, target, reduction)


def half_squared_error(prediction: Any, target: Any, reduction: str = "sum") -> Any:
    """E = ½ Σ (s - y)², whose derivative by s is s - y; the sum unless asked otherwise.

    Args:
        prediction: the numbers s, of any shape.
        target: the numbers y, of the same shape.
        reduction: "sum", "mean" or "none".

    Raises:
        ValueError, TypeError: as `mse`.

    >>> half_squared_error([1.0, 2.0], [1.0, 4.0])
    2.0
    """
    return 0.5 * squared_errors("half_squared_error", prediction, target, reduction)


def squared_errors(taker: str, prediction: Any, target: Any, reduction: str = "mean") -> Any:
    """Return `mse`; messages have the name of its taker."""
    shape, d = _errors(taker, prediction, target, reduction)
    return _reduced_products(d, d, shape, reduction)


def mae(prediction: Any, target: Any, reduction: str = "mean") -> Any:
    """The absolute errors |s - y|, with derivative 0 where they are 0.

    Args:
        prediction: the numbers s, of any shape.
        target: the numbers y, of the same shape.
        reduction: "mean", "sum" or "none".

    Raises:
        ValueError, TypeError: as `mse`.

    >>> mae([1.0, 2.0], [1.0, 4.0])
    1.0
    """
    shape, d = _errors("mae", prediction, target, reduction)
    return _reduced(autograd.abs(d), shape, reduction)


def huber(prediction: Any, target: Any, reduction: str = "mean", delta: float = 1.0) -> Any:
    """d²/2 for errors d = s - y within ±delta, beyond it the tangents delta (|d| - delta/2).

    Huber 1964, doi:10.1214/aoms/1177703732.

    Args:
        prediction: the numbers s, of any shape.
        target: the numbers y, of the same shape.
        reduction: "mean", "sum" or "none".
        delta: from where on errors count linearly; positive.

    Raises:
        ValueError, TypeError: as `mse`; delta is not positive.

    >>> huber([1.0, 2.0, 9.0], [1.0, 1.0, 1.0], "none")
    array([0. , 0.5, 7.5])
    """
    if not delta > 0.0:
        raise ValueError(f"delta of huber must be positive, not {delta!r}")
    shape, d = _errors("huber", prediction, target, reduction)
    with np.errstate(all="ignore"):
        near = clip(d, -delta, delta)
        rest = d - 0.5 * near
    return _reduced_products(near, rest, shape, reduction)


def hinge(
    prediction: Any,
    target: Any,
    reduction: str = "mean",
    output: str | None = None,
    *,
    weight: Any = None,
    sample_weight: Any = None,
) -> Any:
    """The max-margin loss max(0, 1 - y s) of scores s and labels y = -1 or +1, as micrograd's demo.

    Args:
        prediction: the scores s, of any shape.
        target: the labels, of the same shape. For labels 0 and 1 write 2*y - 1.
        reduction: "mean", "sum" or "none".
        output: "margins" or "logits" if the scores are known to be that, though all lie in [0, 1].
        weight: how much samples of label -1 and of +1 count: two positive numbers. The mean is
            divided by the sum of the weights.
        sample_weight: how much each sample counts: positive numbers along the first axes.

    Raises:
        ValueError, TypeError: as `mse`; a label is neither -1 nor +1, or weights do not fit.

    Warns:
        UserWarning: the scores seem to be probabilities.

    >>> hinge([0.5, 3.0], [1, -1])
    2.25
    """
    _check_output("hinge", output, ("margins", "logits"))
    shape, s, y = _pair("hinge", prediction, target, reduction)
    _check_scores("hinge", "scores of any size", s, output)
    scores = as_object_array(s)
    margins = np.empty_like(scores)  # 1 - y s, by one node a sample
    with np.errstate(all="ignore"):
        margins[y > 0.0] = 1.0 - scores[y > 0.0]
        margins[y < 0.0] = 1.0 + scores[y < 0.0]
    of_labels = _of_labels("hinge", weight, 0.5 * (y + 1.0))
    weights = _weights("hinge", shape, of_labels, sample_weight)
    return _reduced(relu(margins), shape, reduction, weights)


def binary_cross_entropy(
    prediction: Any,
    target: Any,
    reduction: str = "mean",
    output: str | None = None,
    *,
    weight: Any = None,
    label_smoothing: float = 0.0,
    sample_weight: Any = None,
) -> Any:
    """-y log p - (1 - y) log(1 - p) with p = sigmoid(s), from the logits s.

    Args:
        prediction: the logits s, of any shape: not yet through a sigmoid.
        target: labels 0 or 1, or probabilities between them, of the same shape.
        reduction: "mean", "sum" or "none".
        output: "probabilities" if the predictions are p itself, of which the loss of a certain
            mistake is infinite; "logits" if they are known to be s, though all lie in [0, 1].
        weight: how much samples of label 0 and of 1 count, and in between those of a label between:
            two positive numbers. The mean is divided by the sum of the weights.
        label_smoothing: the part of each label that is replaced by 1/2, from 0 to below 1.
        sample_weight: how much each sample counts: positive numbers along the first axes.

    Raises:
        ValueError, TypeError: as `mse`; a label, or a probability, is not in [0, 1], weights do not
            fit, or label_smoothing is out of range.

    Warns:
        UserWarning: the logits seem to be probabilities.

    >>> binary_cross_entropy([1000.0, -1000.0], [1, 0])
    0.0
    >>> binary_cross_entropy([1000.0, -1000.0], [0, 1])
    1000.0
    >>> binary_cross_entropy([0.5, 0.25], [1, 0], "none", output="probabilities").round(4)
    array([0.6931, 0.2877])
    """
    loss = "binary_cross_entropy"
    _check_output(loss, output, ("logits", "probabilities"))
    shape, s, y = _pair(loss, prediction, target, reduction)
    weights = _weights(loss, shape, _of_labels(loss, weight, y), sample_weight)
    if smoothing := fraction(label_smoothing, f"label_smoothing of {loss}"):
        y = (1.0 - smoothing) * y + 0.5 * smoothing
    if output == "probabilities":
        refuse_non_probabilities(loss, _floats(s).reshape(shape))
        return _reduced(_surprises(s, y), shape, reduction, weights)
    _check_scores(loss, "logits", s, output)
    # softplus(s) - y s, from the side where less is subtracted: with z = s or -s and w the smaller
    # of y and 1 - y it is softplus(z) - w z, and the tiny losses of certain samples stay exact.
    z, w = as_object_array(s).copy(), np.minimum(y, 1.0 - y)
    z[y >= 0.5] = -z[y >= 0.5]
    losses = softplus(z)
    if w.any():
        with np.errstate(all="ignore"):
            losses = losses - w * z
    return _reduced(losses, shape, reduction, weights)


def cross_entropy(
    prediction: Any,
    target: Any,
    reduction: str = "mean",
    output: str | None = None,
    *,
    weight: Any = None,
    label_smoothing: float = 0.0,
    sample_weight: Any = None,
) -> Any:
    """-log softmax(s)[label] = logsumexp(s) - s[label], from the logits s of k classes.

    Args:
        prediction: the logits, of shape (..., k): not yet through a softmax.
        target: the labels 0 ... k-1, of shape (...); a single int beside one sample (k,).
        reduction: "mean", "sum" or "none".
        output: "probabilities" if the predictions are those of the classes, whose logarithms are
            taken; "logits" if they are known to be that, though all lie in [0, 1].
        weight: how much samples of each class count: k positive numbers. The mean is divided by the
            sum of the weights of the labels, as in PyTorch.
        label_smoothing: the part of each label that is spread over all classes, from 0 to below 1
            (C. Szegedy et al. 2016, arXiv:1512.00567); with weights as in PyTorch.
        sample_weight: how much each sample counts: positive numbers along the first axes.

    Raises:
        ValueError, TypeError: as `mse`; a label is not one of 0 ... k-1, k is below 2, a
            probability is not in [0, 1], weights do not fit, or label_smoothing is out of range.

    Warns:
        UserWarning: the logits seem to be probabilities.

    >>> cross_entropy([[1000.0, 0.0, -1000.0], [0.0, 0.0, 0.0]], [0, 2], "none").round(4)
    array([0.    , 1.0986])
    """
    loss = "cross_entropy"
    _check_output(loss, output, ("logits", "probabilities"))
    _check_reduction(reduction)
    logits, labels = _numbers(prediction, loss), _targets(target, loss)
    if logits.ndim > 1:
        labels = matching(labels, logits.shape[:-1])
    _check_logits(logits.shape, labels.shape)
    classes = logits.shape[-1]
    _check_labels(loss, labels, classes)
    rows = logits.reshape(-1, classes)
    positions = labels.ravel().astype(int)
    of_classes = None if weight is None else _positive(loss, "weight", weight, (classes,))
    of_labels = None if of_classes is None else of_classes[positions]
    weights = _weights(loss, labels.shape, of_labels, sample_weight)
    total = None if weights is None else float(weights.sum())
    smoothing = fraction(label_smoothing, f"label_smoothing of {loss}")
    if smoothing:  # of which each class has its own weight
        weights = _weights(loss, labels.shape, None, sample_weight)
        if of_classes is not None and weights is None:
            weights = np.ones(len(rows))
    if output == "probabilities":
        refuse_non_probabilities(loss, _floats(logits))
    else:
        _check_scores(loss, "logits", rows, output)
    with np.errstate(all="ignore"):
        if smoothing:
            shares = _smoothed(positions, classes, smoothing, of_classes)
            logs = log(rows) if output == "probabilities" else rows
            losses = -np.vecdot(logs, shares)
            if output != "probabilities":
                losses = logsumexp(rows, axis=1) * shares.sum(axis=1) + losses
        else:
            picked = rows[np.arange(len(rows)), positions]
            known = output == "probabilities"
            losses = -log(picked) if known else logsumexp(rows, axis=1) - picked
    return _reduced(losses, labels.shape, reduction, weights, total)


def _smoothed(positions: Any, classes: int, part: float, weight: Array | None) -> Array:
    """Return how much the surprise at each class counts for each sample."""
    weight = np.ones(classes) if weight is None else weight
    shares = np.tile(part / classes * weight, (len(positions), 1))
    shares[np.arange(len(positions)), positions] += (1.0 - part) * weight[positions]
    return shares


_ALL = (mse, half_squared_error, mae, huber, hinge, binary_cross_entropy, cross_entropy)
LOSSES: dict[str, Loss] = {loss.__name__: loss for loss in _ALL}
"""Every loss by its name."""

SPELLINGS: Final = {
    **dict.fromkeys(("meansquarederror", "mseloss", "l2loss"), "mse"),
    **dict.fromkeys(("meanabsoluteerror", "l1loss", "l1"), "mae"),
    **dict.fromkeys(("huberloss", "smoothl1loss", "smoothl1"), "huber"),
    **dict.fromkeys(("hingeloss", "maxmargin"), "hinge"),
    **dict.fromkeys(("bce", "bceloss", "bcewithlogits"), "binary_cross_entropy"),
    **dict.fromkeys(
        ("bcewithlogitsloss", "binarycrossentropywithlogits", "binarycrossentropyloss", "logloss"),
        "binary_cross_entropy",
    ),
    **dict.fromkeys(("crossentropyloss", "ce", "softmaxcrossentropy"), "cross_entropy"),
    **dict.fromkeys(("categoricalcrossentropy", "sparsecategoricalcrossentropy"), "cross_entropy"),
}
"""The names of the same losses elsewhere, PyTorch and Keras above all, `plain`."""


def loss_function(name_or_function: Any) -> Loss:
    """Return the loss of a name, in any case and in PyTorch's and Keras' spelling too.

    A function is returned as it is.

    Raises:
        ValueError: there is no loss of this name.
        TypeError: it is neither a name nor a function.

    >>> loss_function("mse") is mse, loss_function("BCEWithLogitsLoss") is binary_cross_entropy
    (True, True)
    """
    return function_named(LOSSES, name_or_function, "loss", "prediction and target", SPELLINGS)


def check_targets(loss: Any, target: Any, classes: int | None = None) -> Array:
    """Return the targets as a float64 array, once they are what the loss takes.

    Args:
        loss: a loss or its name. Of a function of your own only numbers are asked.
        target: an array-like of numbers.
        classes: how many classes there are, where the loss counts them and it is known.

    Raises:
        ValueError: a target is nan or infinite, or no label of the loss: the message names the
            first one, and what the loss takes.
        TypeError: something else than numbers; loss is no loss.

    >>> check_targets("hinge", [1, -1])
    array([ 1., -1.])
    >>> check_targets("hinge", [1, 0])
    Traceback (most recent call last):
    ValueError: hinge takes labels -1 and +1, but target[1] is 0: write 2*y - 1 for labels 0 and 1
    """
    function = loss_function(loss)
    name = next((name for name, own in LOSSES.items() if own is function), "")
    array = _targets(target, name or getattr(function, "__name__", "the loss"))
    _check_labels(name, array, classes)
    return array


# Predictions and targets as arrays of one dimension.


def _pair(
    loss: str, prediction: Any, target: Any, reduction: str
) -> tuple[tuple[int, ...], Any, Array]:
    """Return the shape of both, and the numbers of each in a row."""
    _check_reduction(reduction)
    s = _numbers(prediction, loss)
    y = matching(_targets(target, loss), s.shape)
    if s.shape != y.shape:
        raise ValueError(_shapes_differ(loss, s.shape, y.shape))
    if not s.size:
        raise ValueError(f"{loss} of no samples has no value: prediction and target are empty")
    _check_labels(loss, y)
    return s.shape, s.reshape(-1), y.reshape(-1)


def _errors(loss: str, prediction: Any, target: Any, reduction: str) -> tuple[tuple[int, ...], Any]:
    """Return the shape of the prediction, and prediction minus target in a row."""
    shape, s, y = _pair(loss, prediction, target, reduction)
    with np.errstate(all="ignore"):
        return shape, s - y


def _check_reduction(reduction: str) -> None:
    if reduction not in REDUCTIONS:
        raise unknown(REDUCTIONS, reduction, "reduction")


def _numbers(prediction: Any, loss: str) -> Any:
    """Return a prediction as a float64 array, or as a Tensor where Values are in it."""
    if isinstance(prediction, Iterator):
        prediction = list(prediction)
    array = unpacked(prediction, f"{loss}: prediction")
    if array.dtype.kind in "fiub":
        return array.astype(np.float64)
    for x in array.flat:
        if not isinstance(x, Operand):
            as_number(x, loss)
    return floats_or_tensor(array)


def _targets(target: Any, loss: str) -> Array:
    """Return targets as a float64 array of finite numbers; Values are refused."""
    name = f"{loss}: target"
    array = unpacked(target, name)
    if array.dtype == object and any(isinstance(x, Operand) for x in array.flat):
        raise TypeError(
            f"{loss} takes plain numbers as targets: write y.data of a Value, y.numpy() of a Tensor"
        )
    return as_array(array, name)


def _shapes_differ(loss: str, s: tuple[int, ...], y: tuple[int, ...]) -> str:
    differ = f"{loss} takes a target of the shape of the prediction, {s}, not {y}"
    if [n for n in s if n != 1] == [n for n in y if n != 1]:
        return f"{differ}: write np.reshape(target, {s})"
    if s == y[::-1]:
        return f"{differ}: one of them is transposed"
    if s[:1] != y[:1]:
        return f"{differ}: the numbers of samples differ"
    return f"{differ}: a sample has other numbers of outputs and targets"


def _check_output(loss: str, output: Any, taken: tuple[str, ...]) -> None:
    if check_kind(output) is not None and output not in taken:
        raise ValueError(f"{loss} takes the output {' or '.join(taken)}, not {output!r}")


def _check_scores(loss: str, takes: str, s: Any, output: str | None) -> None:
    """Warn where predictions seem to be probabilities, and nothing was said of them."""
    if output is None and (why := why_probabilities(s)):
        remedy = "leave out what makes them" if loss == "hinge" else "write output='probabilities'"
        warn(
            f"{loss} takes {takes}, but the predictions seem to be probabilities, as {why}: "
            f"{remedy}, or output='logits' if they are none"
        )


def _surprises(p: Any, y: Array) -> Any:
    """Return -y log p - (1 - y) log(1 - p) for probabilities in a row; 0 log 0 is 0."""
    entries = as_object_array(p)
    losses = np.zeros(len(entries), dtype=object)
    with np.errstate(all="ignore"):
        losses[y > 0.0] -= y[y > 0.0] * log(entries[y > 0.0])
        losses[y < 1.0] -= (1.0 - y[y < 1.0]) * log1p(-entries[y < 1.0])
    return floats_or_tensor(losses)


def _floats(numbers: Any) -> Array:
    """Return the numbers of predictions, recorded or not."""
    return as_array(numbers, finite=False)


def _check_logits(logits: tuple[int, ...], labels: tuple[int, ...]) -> None:
    """Raise unless each row of logits has a label, and there are two classes or more."""
    loss = "cross_entropy takes logits of shape (..., k) for k classes and labels of shape (...)"
    if logits[:-1] == labels and logits and logits[-1] > 1:
        if 0 in logits:
            raise ValueError("cross_entropy of no samples has no value: the prediction is empty")
        return
    shapes = f"not {logits} and {labels}"
    if logits == labels and len(labels) > 1 and labels[-1] > 1:
        raise ValueError(f"{loss}, {shapes}: write np.argmax(target, axis=-1) for one-hot rows")
    if logits == labels or logits[-1:] == (1,):
        raise ValueError(f"{loss}, {shapes}: for one logit a sample use binary_cross_entropy")
    if logits[:-1] == labels[:-1] and labels[-1:] == (1,):
        raise ValueError(f"{loss}, {shapes}: write np.reshape(target, {logits[:-1]})")
    raise ValueError(f"{loss}, {shapes}")


# Labels.


def _check_labels(loss: str, y: Array, classes: int | None = None) -> None:
    """Raise a ValueError where a target is no label of the loss."""
    if loss == "hinge":
        remedy = "write 2*y - 1 for labels 0 and 1"
        refuse_labels(loss, y, abs(y) != 1.0, "labels -1 and +1", (0.0, 1.0), remedy)
    elif loss == "binary_cross_entropy":
        wrong, wants = (y < 0.0) | (y > 1.0), "labels 0 and 1, or probabilities between them"
        remedy = "write (y + 1) / 2 for labels -1 and +1"
        refuse_labels(loss, y, wrong, wants, (-1.0, 1.0), remedy)
    elif loss == "cross_entropy":
        check_classes(loss, y, classes)


def check_classes(taker: str, y: Array, classes: int | None = None) -> None:
    """Raise a ValueError where a label is not one of 0 ... k-1."""
    last = "k - 1" if classes is None else f"{classes - 1}, the last of {classes} classes"
    wrong = (y < 0.0) | (y != np.floor(y)) | (y >= (np.inf if classes is None else classes))
    refuse_labels(taker, y, wrong, f"whole labels from 0 to {last}")


# Weights.


def _positive(loss: str, name: str, given: Any, shape: tuple[int, ...]) -> Array:
    """Return weights of a shape, once they are positive."""
    weights = as_array(given, f"{loss}: {name}")
    if weights.shape != shape:
        raise ValueError(f"{loss} takes a {name} of shape {shape}, not {weights.shape}")
    if not (weights > 0.0).all():
        raise ValueError(f"{loss}: {name} holds {weights.min():g}, but weights are positive")
    return weights


def _of_labels(loss: str, weight: Any, y: Array) -> Array | None:
    """Return the weight of each label from 0 to 1, of the weights of both."""
    if weight is None:
        return None
    lower, upper = _positive(loss, "weight", weight, (2,)).tolist()
    weights: Array = lower * (1.0 - y) + upper * y
    return weights


def _weights(
    loss: str, shape: tuple[int, ...], of_labels: Array | None, sample_weight: Any
) -> Array | None:
    """Return the weights of targets in a row, of label and sample; None where there are none."""
    if sample_weight is None:
        return of_labels
    count = min(np.ndim(sample_weight), len(shape))
    own = _positive(loss, "sample_weight", sample_weight, shape[:count])
    own = np.broadcast_to(own.reshape(own.shape + (1,) * (len(shape) - count)), shape).ravel()
    return own if of_labels is None else own * of_labels


# Reductions: one node for all samples.


def _reduced(
    losses: Any,
    shape: tuple[int, ...],
    reduction: str,
    weights: Array | None = None,
    total: float | None = None,
) -> Any:
    """Return losses in a row, reduced; the mean by weights is divided by their total."""
    if weights is not None:
        with np.errstate(all="ignore"):
            if reduction != "none":
                weighted = dot(losses, weights)
                return (
                    weighted / (total or float(weights.sum())) if reduction == "mean" else weighted
                )
            losses = losses * weights
    if reduction == "none" and shape:
        return losses.reshape(shape)
    if len(losses) == 1:
        return losses[0] if isinstance(losses[0], Operand) else float(losses[0])
    return mean(losses) if reduction == "mean" else autograd.sum(losses)


def _reduced_products(a: Any, b: Any, shape: tuple[int, ...], reduction: str) -> Any:
    """Return losses that are products, reduced by a single `dot`."""
    with np.errstate(all="ignore"):
        if reduction == "none" or len(a) == 1:
            return _reduced(a * b, shape, reduction)
        total = dot(a, b)
        return total / len(a) if reduction == "mean" else total
