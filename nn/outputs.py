"""What the numbers are that a model gives, and the class they stand for: one rule for all.

    logits          scores of any size, of which a sigmoid or a softmax makes probabilities
    probabilities   from 0 to 1: of class 1, or of each class
    margins         scores of any size, whose sign is the class, as `hinge` takes them
    values          numbers as a regression gives them

One number for each sample stands for the upper class where it is above a threshold: 0 of logits and
margins, 1/2 of probabilities, half-way between the two labels of values. Of k numbers the largest
stands for its class. A nan stands for none.
"""

from __future__ import annotations

import sys
import warnings
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from autograd import Value
from autograd.rules.entrywise import as_object_array
from autograd.rules.operand import data_of
from autograd.text.names import unknown
from nn.activations import sigmoid, softmax
from nn.intake import Array

KINDS: Final = ("logits", "probabilities", "margins", "values")
"""The kinds of output."""

UNLIMITED: Final = ("add", "dot", "sub", "sum")
"""The primitives by which a layer ends whose results are of any size."""

SHIFTS: Final = ("add", "sub", "mul", "div", "neg")
"""The primitives that, with a constant, only shift and stretch what they get."""

SIGMOID: Final = "a sigmoid made them"
SOFTMAX: Final = "they sum to 1 for each sample"
RANGE: Final = "all lie in [0, 1]"
"""What tells that numbers are probabilities; the last one could be chance."""

ROUNDING: Final = 1e-9
"""By how much probabilities may exceed 1, and their sum differ from it."""


def check_kind(kind: Any, name: str = "output") -> str | None:
    """Return a kind of output, or None for one that is not known.

    Raises:
        ValueError: it is something else.

    >>> check_kind("logit")
    Traceback (most recent call last):
    ValueError: unknown output 'logit' (did you mean 'logits'?); there are logits, ...
    """
    if kind is None or (isinstance(kind, str) and kind in KINDS):
        return kind
    raise unknown(KINDS, kind, name)


def checked_names(names: Any, what: str) -> list[str] | None:
    """Return names, of classes say, as a list; None for none.

    Raises:
        TypeError: they are no list of texts.
        ValueError: one is there twice.
    """
    if names is None:
        return None
    found = [*names] if isinstance(names, (list, tuple, np.ndarray)) else [None]
    if not all(isinstance(name, str) for name in found):
        raise TypeError(f"{what} must be a list of texts, not {names!r}")
    if twice := next((name for i, name in enumerate(found) if name in found[:i]), None):
        raise ValueError(f"{what} has {twice!r} twice")
    return [str(name) for name in found]


# Classes.


def labels_of(y: Array, classes: int) -> list[float]:
    """Return the labels of the classes in their order: 0, 1, ..., or -1 and 1 where y holds -1.

    >>> labels_of(np.array([1.0, -1.0]), 2), labels_of(np.array([1.0, 0.0]), 3)
    ([-1.0, 1.0], [0.0, 1.0, 2.0])
    """
    signs = classes == 2 and bool(np.any(y == -1.0))
    return [-1.0, 1.0] if signs else [float(c) for c in range(classes)]


def refuse_labels(
    taker: str, y: Array, wrong: Any, wants: str, other: tuple[float, ...] = (), remedy: str = ""
) -> None:
    """Raise a ValueError that names the first wrong label, if there is one.

    The remedy is for labels that are all of another convention.
    """
    if np.any(wrong):
        index = np.argwhere(wrong)[0].tolist()
        helps = f": {remedy}" if np.isin(y, other).all() else ""
        label = f"{y[tuple(index)]:.15g}"
        raise ValueError(f"{taker} takes {wants}, but target{index or ''} is {label}{helps}")


def threshold_of(kind: str | None, labels: list[float]) -> float:
    """Return the largest number of the lower of two classes.

    >>> [threshold_of(kind, [0.0, 1.0]) for kind in KINDS], threshold_of("values", [-1.0, 1.0])
    ([0.0, 0.5, 0.0, 0.5], 0.0)
    """
    if kind == "probabilities":
        return 0.5
    return 0.5 * (labels[0] + labels[1]) if kind == "values" else 0.0


def threshold_by(
    taker: str, numbers: Array, labels: list[float], output: Any, why: str, say: str = "output="
) -> float:
    """Return the largest number of the lower of two classes, of a kind of output or the likely one.

    Args:
        taker: who takes the numbers, for messages.
        numbers: one for each sample.
        labels: of the two classes.
        output: their kind; None where it is not known.
        why: what tells that they are probabilities, if something does.
        say: how to say what they are, for the warning.

    Warns:
        UserWarning: they are taken for logits, but could as well be probabilities.
    """
    if output is None and why == SIGMOID:
        output = "probabilities"
    if output is None and why and np.any((numbers > 0.0) & (numbers <= 0.5)):
        warn(
            f"{taker}: the predictions are taken for logits, those above 0 for class "
            f"{labels[1]:g}, but {why}: write {say}'probabilities' if they are that, or "
            f"{say}'logits' if not"
        )
    return threshold_of(output, labels)


def threshold_for(
    taker: str, model: Any, x: Array, numbers: Array, labels: list[float], output: Any = None
) -> float:
    """Return the largest number of the lower of two classes for a model's results, one a sample.

    The output tells it, else the model's `output_kind`, else what made the results.

    Raises:
        ValueError: output is no kind, or numbers that shall be probabilities are not in [0, 1].

    Warns:
        UserWarning: as `threshold_by`.
    """
    model = _teller(model)
    output = check_kind(output) or getattr(model, "output_kind", None)
    check_output(taker, numbers, output)
    why = "" if output else why_model(model, x, numbers)
    say = "model.output_kind = " if hasattr(model, "output_kind") else "output="
    return threshold_by(taker, numbers, labels, output, why, say)


def _teller(model: Any) -> Any:
    """Return what tells of a model's results: of its method `predict` the model."""
    method = getattr(model, "__name__", "") == "predict"
    return getattr(model, "__self__", model) if method else model


def classified(model: Any, x: Array, numbers: Array, labels: Any) -> NDArray[Any]:
    """Return the label of the class of each sample, by a model's results for them.

    Raises:
        ValueError: there is neither one number nor k numbers for each sample, one is nan, or there
            are not as many labels as classes.
    """
    _check_results("classify", x, numbers)
    single = numbers.ndim == 1 or numbers.shape[1] == 1
    names = np.arange(2 if single else numbers.shape[1]) if labels is None else np.asarray(labels)
    if names.shape != ((2,) if single else numbers.shape[1:]):
        count = 2 if single else numbers.shape[1]
        raise ValueError(f"classify: {count} labels are needed, one for each class, not {labels!r}")
    threshold = None
    if single:
        numbers = numbers.reshape(-1)
        known = names.astype(float).tolist() if names.dtype.kind in "biuf" else [0.0, 1.0]
        threshold = threshold_for("classify", model, x, numbers, known)
    classes = chosen(class_scores(numbers, threshold))
    if (classes < 0).any():
        raise ValueError(f"classify: the model gives nan for x[{int(classes.argmin())}]")
    return names[classes]


def class_probabilities(model: Any, x: Array, numbers: Array) -> Array:
    """Return the probability of each class for each sample, by a model's results for them.

    Raises:
        ValueError: there is neither one number nor k numbers for each sample; what they are is not
            known, or they are no logits or probabilities.
    """
    _check_results("predict_proba", x, numbers)
    kind = known_kind(model, x, numbers)
    if kind is None:
        raise ValueError(
            "predict_proba: it is not known what the model's results are: set model.output_kind to "
            "'logits' or 'probabilities'"
        )
    if kind not in ("logits", "probabilities"):
        raise ValueError(
            f"predict_proba: the model gives {kind}, of which no probabilities are known: train it "
            "with binary_cross_entropy or cross_entropy"
        )
    check_output("predict_proba", numbers, kind)
    return probabilities_of(kind, numbers)


def known_kind(model: Any, x: Array, numbers: Array) -> str | None:
    """Return what a model's results are, as it says or as they were made; None if that is open."""
    kind: str | None = getattr(_teller(model), "output_kind", None)
    if kind is None and why_model(model, x, numbers) in (SIGMOID, SOFTMAX):
        return "probabilities"
    return kind


def probabilities_of(kind: str, numbers: Array) -> Array:
    """Return the probability of each class, by logits or by probabilities.

    Args:
        kind: "logits" or "probabilities".
        numbers: one for each sample, of shape (n,) or (n, 1), or k of them, (n, k).

    >>> probabilities_of("logits", np.array([0.0, 800.0]))
    array([[0.5, 0.5],
           [0. , 1. ]])
    """
    if numbers.ndim == 2 and numbers.shape[1] > 1:
        return softmax(numbers) if kind == "logits" else numbers
    upper = numbers.reshape(-1)
    if kind == "logits":
        return np.stack([sigmoid(-upper), sigmoid(upper)], axis=-1)
    return np.stack([1.0 - upper, upper], axis=-1)


def _check_results(taker: str, x: Array, numbers: Array) -> None:
    """Raise a ValueError unless there are one number or k numbers for each sample."""
    if numbers.ndim not in (1, 2) or len(numbers) != len(x):
        raise ValueError(
            f"{taker}: for samples of shape {x.shape} the model gave an array of shape "
            f"{numbers.shape}: one number or k numbers for each are needed"
        )


def class_scores(numbers: Array, threshold: float | None) -> Array:
    """Return a column of scores for each class, of which the largest is that of the class.

    Args:
        numbers: one for each sample, of shape (...), or with no threshold k of them, (..., k).
        threshold: the largest number of the lower class.

    >>> class_scores(np.array([0.75]), 0.5)
    array([[-0.25,  0.25]])
    """
    if threshold is None:
        return numbers
    above = numbers - threshold
    return np.stack([-above, above], axis=-1)


def chosen(scores: Array) -> NDArray[np.intp]:
    """Return the position of the largest score of each row; -1 where one is nan.

    >>> chosen(np.array([[0.1, 0.7], [2.0, 2.0], [np.nan, 1.0]]))
    array([ 1,  0, -1])
    """
    return np.where(np.isnan(scores).any(axis=-1), -1, scores.argmax(axis=-1))


# Probabilities.


def check_output(taker: str, numbers: Array, output: Any) -> None:
    """Raise a ValueError unless this is a kind of output, or None, and fits the numbers."""
    if check_kind(output) == "probabilities":
        refuse_non_probabilities(taker, numbers)


def refuse_non_probabilities(taker: str, numbers: Array) -> None:
    """Raise a ValueError that names the first number outside [0, 1], if there is one."""
    wrong = (numbers < -ROUNDING) | (numbers > 1.0 + ROUNDING)
    if wrong.any():
        index = np.argwhere(wrong)[0].tolist()
        raise ValueError(
            f"{taker} takes probabilities with output='probabilities', but prediction"
            f"{index or ''} is {numbers[tuple(index)]:.6g}: write output='logits' for scores of "
            "any size"
        )


def why_probabilities(prediction: Any) -> str:
    """Return what tells that predictions are probabilities; nothing where they are scores.

    Recorded ones tell by the operation that made them, others by their numbers alone.

    >>> from autograd import Tensor, sigmoid
    >>> why_probabilities(sigmoid(Tensor([3.0, -1.0])))
    'a sigmoid made them'
    >>> why_probabilities(np.array([0.75, 0.25])), why_probabilities(np.array([1.5, 0.25]))
    ('all lie in [0, 1]', '')
    """
    array = as_object_array(prediction)
    if array.dtype == object:
        told = _told_by_operations(array)
        if told is not None:
            return told
        array = np.array([data_of(x) for x in array.flat], np.float64).reshape(array.shape)
    if not _within_one(array):
        return ""
    rows = array.ndim > 1 and array.shape[-1] > 1
    if rows and np.all(np.abs(array.sum(axis=-1) - 1.0) < ROUNDING):
        return SOFTMAX
    return RANGE if len(array) > 1 and np.any(array % 1.0) else ""


def why_model(model: Any, x: Array, numbers: Array) -> str:
    """Return what tells that a model's results are probabilities; nothing where they are scores.

    Args:
        model: a Module, or another function of samples, which tells by its numbers alone.
        x: the samples.
        numbers: its results for them.
    """
    found = why_probabilities(numbers)
    recorded = getattr(model, "_recorded", None)
    if recorded is None or found == SOFTMAX or not _within_one(numbers):
        return found
    told = _told_by_operations(as_object_array(recorded(x[:1])))  # as one sample tells it
    return found if told is None else told


def _told_by_operations(array: NDArray[Any]) -> str | None:
    """Return what tells that recorded numbers are probabilities; None where that is open."""
    sigmoids = array.size > 0
    for x in array.flat:
        sigmoids = sigmoids and _maker(x) == "sigmoid"
        while _maker(x) in SHIFTS and len(x.parents) == 1:
            x = x.parents[0]
        if _maker(x) in UNLIMITED:
            return ""
    return SIGMOID if sigmoids else None


def _maker(x: Any) -> str:
    """Return the name of the primitive that made a Value; of nothing else is one known."""
    return x.op.name if type(x) is Value and x.op is not None else ""


def _within_one(numbers: Array) -> bool:
    """Whether there are numbers, and all lie in [0, 1]."""
    return bool(numbers.ndim and numbers.size and np.all((numbers >= 0.0) & (numbers <= 1.0)))


def warn(message: str) -> None:
    """Warn of what is probably not meant, at the caller's line outside of these packages."""
    level, frame = 1, sys._getframe(0)
    while frame.f_back is not None and _is_ours(frame.f_globals.get("__name__", "")):
        level, frame = level + 1, frame.f_back
    warnings.warn(message, UserWarning, stacklevel=level)


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] in ("autograd", "nn", "viz")
