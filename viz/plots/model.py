"""What a model says about its features: the classes in a plane, or a curve; and the samples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from autograd.text.arguments import nonnegative, whole
from autograd.text.memory import check_memory
from viz.plots.fonts import legible
from viz.plots.shading import certainty, draw_bar, shades
from viz.plots.style import (
    FORWARD,
    INK,
    MANY,
    REVERSE,
    SMALLER,
    axes_of,
    legend_below,
    literal,
    style,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

BLOCK: Final = 4096
"""Points of the grid for which the model is asked at once: a wide layer takes much memory each."""


def plot_decision_boundary(
    model: Any,
    X: Any,
    y: Any,
    ax: Axes | None = None,
    *,
    resolution: int = 200,
    margin: float = 0.1,
    threshold: float | None = None,
    output: str | None = None,
    names: Sequence[str] | None = None,
) -> Axes:
    """Draw the classes that a model gives to the points of the plane, and the samples on it.

    The regions are tinted and parted by a line, the deeper the surer the model is: by the
    probability, where its results tell one, else by the score, as the bar at the right reads it.
    Each class has a marker of its own, and samples that the model takes for another are circled.

    Args:
        model: a Module, or a function, from an array of shape (m, 2) to scores: of shape (m,) or
            (m, 1), above the threshold for class 1, or (m, k), the largest for its class.
        X: samples of shape (n, 2).
        y: their classes, shape (n,) or (n, 1): 0/1 or -1/+1 for one score or two, 0 ... k-1 for k.
        ax: where to draw; a new figure by default.
        resolution: points of the grid along each axis.
        margin: room around the samples, as a part of their range.
        threshold: the least score of class 1, excluded; by default that of the output: 0 for logits
            and margins, 0.5 for probabilities, half-way between the labels for values.
        output: what the model gives, "logits", "probabilities", "margins" or "values"; by default
            the `output_kind` of a Module, else what made its results, else logits.
        names: of the classes, for the legend: for one score the lower class first; by default the
            `class_names` of a Module.

    Raises:
        ValueError: X does not have two columns, y does not fit the scores, a probability is not in
            [0, 1], or resolution or margin is out of range.
        TypeError: the model is none, or X or y holds something else than numbers.

    Warns:
        UserWarning: all scores of the samples lie in [0, 1] though taken for logits.

    >>> X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> ax = plot_decision_boundary(lambda X: X[:, 0] + X[:, 1] - 0.5, X, [0, 1, 1, 1])
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['class 0', 'class 1']
    """
    from nn.intake import as_samples, matching
    from nn.outputs import check_output, class_scores, known_kind, labels_of, threshold_for

    who = "plot_decision_boundary"
    scores_of = scores_by(model, who)
    X, y = as_samples(X, y, who)
    y = matching(y, X.shape[:1])
    _check(X, y, resolution, margin)
    numbers = _numbers(scores_of, X)
    labels = labels_of(y, numbers.shape[1] if numbers.ndim > 1 else 2)
    check_output(who, numbers, output)
    kind = output or known_kind(model, X, numbers)
    if numbers.ndim > 1:
        threshold = None
    elif threshold is None:
        threshold = threshold_for(who, model, X, numbers, labels, output)
    scores = class_scores(numbers, threshold)
    classes = _classes(y, labels)
    names = _names(names, model, labels)
    groups = {name: classes == c for c, name in enumerate(names)}
    ax = axes_of(ax)
    x1, x2 = (_around(column, margin, resolution) for column in X.T)
    points = np.stack(np.meshgrid(x1, x2), axis=-1).reshape(-1, 2)
    blocks = [points[start : start + BLOCK] for start in range(0, len(points), BLOCK)]
    numbers = np.concatenate([_numbers(scores_of, block) for block in blocks])
    sure = certainty(numbers, threshold, kind, names)
    leads = _leads(class_scores(numbers, threshold))
    _draw_regions(ax, x1, x2, leads, sure.depths)
    draw_bar(ax, sure, two=len(labels) == 2)
    # A nan leads nowhere: it is wrong, too.
    wrong = ~(_leads(scores)[np.arange(len(y)), classes] > 0.0)
    _draw_samples(ax, X, groups, wrong)
    ax.set(xlim=x1[[0, -1]], ylim=x2[[0, -1]], xlabel="x₁", ylabel="x₂")
    return legible(ax)


def plot_fit(model: Any, X: Any, y: Any, ax: Axes | None = None, *, resolution: int = 500) -> Axes:
    """Draw the curve of a model of one feature, and the samples.

    Args:
        model: a Module, or a function, from an array of shape (m, 1) to one of (m,) or (m, 1).
        X: samples of shape (n, 1).
        y: their targets, shape (n,).
        ax: where to draw; a new figure by default.
        resolution: points of the curve.

    Raises:
        ValueError: X has more than one column, or the model or y more than one number a sample.
        TypeError: the model is none, or X or y holds something else than numbers.

    >>> plot_fit(lambda X: X**2, [[0.0], [1.0], [2.0]], [0.0, 1.1, 3.9]).get_xlabel()
    'x'
    """
    from nn.intake import as_array, as_samples

    curve_of = scores_by(model, "plot_fit")
    X, y = as_samples(X, y, "plot_fit")
    if X.ndim != 2 or X.shape[1] != 1:
        raise ValueError(f"plot_fit: a curve is drawn over 1 feature, but X has shape {X.shape}")
    whole(resolution, "resolution of plot_fit", 2)
    check_memory(150.0 * resolution, f"a curve of {resolution:,} points", SMALLER)
    x = np.linspace(X.min(), X.max(), resolution)
    curve = as_array(curve_of(x[:, np.newaxis]), "plot_fit: the predictions", finite=False)
    if curve.size != x.size or y.size != len(X):
        raise ValueError(
            "plot_fit: one number for each sample is needed, but for samples of shape "
            f"{(resolution, 1)} the model gave {curve.shape}, and y has shape {y.shape}"
        )
    ax = axes_of(ax)
    size = float(np.clip(240.0 / len(X) ** 0.5, 6.0, 24.0))
    hollow: dict[str, Any] = {"facecolors": "none", "edgecolors": FORWARD, "linewidths": 1.0}
    ax.scatter(X, y, s=size, label="samples", rasterized=len(X) > MANY, **hollow)
    ax.plot(x, curve.reshape(-1), color=REVERSE, linewidth=2.0, label="model")
    ax.set(xlabel="x", ylabel="y")
    legend_below(ax)
    return legible(ax)


# What the model says.


def scores_by(model: Any, who: str) -> Callable[[Array], Any]:
    """Return the function from samples to scores: a model's `predict`, or the function itself."""
    predict = getattr(model, "predict", model)
    if isinstance(model, type) or not callable(predict):
        what = f"the class {model.__name__}" if isinstance(model, type) else type(model).__name__
        raise TypeError(
            f"{who}: the model is a Module, or a function from samples to scores, not {what}"
        )
    return cast(Callable[[Array], Any], predict)


def _numbers(scores_of: Callable[[Array], Any], X: Array) -> Array:
    """Return one score for each sample, or an array with a column for each class."""
    from nn.intake import as_array

    scores = as_array(scores_of(X), "plot_decision_boundary: the scores", finite=False)
    if scores.ndim > 2 or scores.shape[:1] != (len(X),) or scores.size == 0:
        raise ValueError(
            f"plot_decision_boundary: for samples of shape {X.shape} the model gave an array of "
            f"shape {scores.shape}; scores of shape ({len(X)},) or ({len(X)}, k) are needed"
        )
    return scores.reshape(-1) if scores.shape[1:] == (1,) else scores


def _leads(scores: Array) -> Array:
    """Return by how much each class leads the best other one; a tie is the earlier one's."""
    leads = np.empty_like(scores)
    for c in range(scores.shape[1]):
        others = np.delete(scores, c, axis=1).max(axis=1)
        leads[:, c] = scores[:, c] - others
    tied = leads.max(axis=1) == 0.0
    leads[tied, scores[tied].argmax(axis=1)] = np.finfo(float).tiny
    return leads


# The classes.


def _classes(y: Array, labels: list[float]) -> NDArray[np.int64]:
    """Return the position of each sample's class among the labels."""
    known = np.isin(y, labels)
    if not known.all():
        first = int(np.argmin(known))
        raise ValueError(
            f"plot_decision_boundary: y[{first}] is {y[first]:g}, but the classes of the model are "
            f"{', '.join(f'{x:g}' for x in labels)}{' or -1, 1' if len(labels) == 2 else ''}"
        )
    return np.searchsorted(labels, y)


def _names(names: Sequence[str] | None, model: Any, labels: list[float]) -> list[str]:
    numbers = [f"{label:g}" for label in labels]
    if names is None:
        names = getattr(model, "class_names", None)
        if names is None or list(names) == numbers:
            return [f"class {number}" for number in numbers]
    if isinstance(names, str) or len(names) != len(labels):
        raise ValueError(f"plot_decision_boundary: {len(labels)} names are needed, not {names!r}")
    return [str(name) for name in names]


def _check(X: Array, y: Array, resolution: int, margin: float) -> None:
    if X.ndim != 2 or X.shape[1] != 2:
        raise ValueError(
            f"plot_decision_boundary: a decision boundary is drawn for 2 features, but X has shape "
            f"{X.shape}"
        )
    if y.ndim != 1:
        raise ValueError(
            f"plot_decision_boundary: y has shape {y.shape}, but a class for each sample is "
            f"needed: shape ({len(X)},)"
        )
    whole(resolution, "resolution of plot_decision_boundary", 2)
    check_memory(250.0 * resolution**2, f"a grid of {resolution:,}² points", SMALLER)
    nonnegative(margin, "margin of plot_decision_boundary")


# The picture.


def _around(column: Array, margin: float, resolution: int) -> Array:
    """Return the grid along one axis."""
    low, high = float(column.min()), float(column.max())
    room = margin * (high - low) or 0.5 * abs(low) or 1.0
    return np.linspace(low - room, high + room, resolution)


def _draw_regions(ax: Axes, x1: Array, x2: Array, leads: Array, depths: Array) -> None:
    """Tint the region of each class, and draw the line around it."""
    shape = (len(x2), len(x1))
    with np.errstate(invalid="ignore"):
        classes = np.where((leads > 0.0).any(axis=1), leads.argmax(axis=1), -1)
    half = [0.5 * (x[1] - x[0]) for x in (x1, x2)]
    ax.imshow(
        shades(classes, depths).reshape(*shape, 4),
        extent=(x1[0] - half[0], x1[-1] + half[0], x2[0] - half[1], x2[-1] + half[1]),
        origin="lower",
        aspect="auto",
        interpolation="nearest",
        zorder=0,
    )
    for c, lead in enumerate(leads.T.reshape(-1, *shape)):
        with np.errstate(invalid="ignore"):
            inside, outside = bool(np.any(lead > 0.0)), bool(np.any(lead < 0.0))
        if inside and outside and (c > 0 or leads.shape[1] > 2):
            shown = np.ma.masked_invalid(np.clip(lead, -1e300, 1e300))
            ax.contour(x1, x2, shown, levels=[0.0], colors=INK, linewidths=1.2, zorder=1)


def _draw_samples(ax: Axes, X: Array, groups: dict[str, Mask], wrong: Mask) -> None:
    """Draw the samples with the marker of their class, and circle the wrong ones."""
    size = float(np.clip(400.0 / len(X) ** 0.5, 6.0, 36.0))
    pixels = len(X) > MANY

    def scatter(where: Mask, **options: Any) -> None:
        ax.scatter(X[where, 0], X[where, 1], rasterized=pixels, **options)

    dot = {"edgecolors": "white", "linewidths": 0.5, "zorder": 3}
    for c, (name, own) in enumerate(groups.items()):
        look = style(c)
        area = 2.0 * size if look.marker == "*" else size  # a star is thin
        scatter(own, s=area, c=look.color, marker=look.marker, label=literal(name), **dot)
    if wrong.any():  # beneath the samples, of which some are near
        circle = {"s": 4.5 * size, "facecolors": "none", "zorder": 2}
        label = f"misclassified: {np.count_nonzero(wrong)} of {len(X)}"
        scatter(wrong, edgecolors="white", linewidths=3.0, **circle)
        scatter(wrong, edgecolors=INK, linewidths=1.3, label=label, **circle)
    legend_below(ax)
