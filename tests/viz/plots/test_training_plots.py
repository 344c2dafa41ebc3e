"""Plots of models and their training: what they show, for any reader, and what they refuse."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from nn import MLP, Linear, Sequential, make_moons, make_spirals, minimize
from nn.training.history import History, Record
from viz.plots import (
    plot_activation,
    plot_convergence,
    plot_decision_boundary,
    plot_fit,
    plot_gradient_flow,
    plot_histograms,
    plot_history,
    plot_loss_surface,
    plot_paths,
)
from viz.plots.optimizer_paths import LABELLED
from viz.plots.shading import LEAST, TINTS
from viz.plots.style import COLORS, LINES, MARKERS, style


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    pyplot.close("all")


def legend(ax: Axes) -> list[str]:
    shown = ax.get_legend()
    assert shown is not None
    return [text.get_text() for text in shown.get_texts()]


def drawn(ax: Axes) -> Axes:
    """Drawn without a warning, with no text below 8 points."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    figure.draw_without_rendering()
    for text in figure.findobj(pyplot.Text):
        assert not text.get_text() or text.get_fontsize() >= 8.0
    return ax


def bowl(p: Any) -> Any:
    return p[0] ** 2 / 20 + p[1] ** 2


def sides(X: Any) -> Any:
    """A classifier: class 1 above the diagonal x₁ + x₂ = 1."""
    return X[:, 0] + X[:, 1] - 1.0


CORNERS = np.array([[0.0, 0.0], [0.0, 1.5], [1.5, 0.0], [1.0, 1.0]])

SMALL = MLP(2, [2, 1], seed=0)
TARGETS = [0.0, 1.0, 0.0, 1.0]

# Every function with data that it takes.
PLOTS: dict[str, Callable[[Axes | None], Axes]] = {
    "boundary": lambda ax: plot_decision_boundary(sides, CORNERS, [0, 1, 0, 1], ax),
    "fit": lambda ax: plot_fit(lambda X: X, [[0.0], [1.0]], [0.0, 1.5], ax),
    "history": lambda ax: plot_history({"loss": [1.0, 0.5], "accuracy": [0.5, 1.0]}, ax),
    "convergence": lambda ax: plot_convergence({"a": [1.0, 0.1]}, ax),
    "paths": lambda ax: plot_paths(bowl, {"a": [[1.0, 2.0], [0.0, 0.0]]}, ax),
    "activation": lambda ax: plot_activation("selu", ax, order=2),
    "flow": lambda ax: plot_gradient_flow(SMALL, CORNERS, TARGETS, ax, label="it"),
    "surface": lambda ax: plot_loss_surface(SMALL, CORNERS, TARGETS, ax, resolution=9),
}


@pytest.mark.parametrize("plot", PLOTS.values(), ids=PLOTS)
def test_given_axes_are_used_else_new_ones(plot: Callable[[Axes | None], Axes]) -> None:
    _, given = pyplot.subplots(layout="constrained")
    assert plot(given) is given
    assert len(pyplot.get_fignums()) == 1
    assert plot(None) is not given
    assert len(pyplot.get_fignums()) == 2
    drawn(given)


def test_a_fine_grid_is_asked_for_in_blocks() -> None:
    asked = []

    def model(X: np.ndarray) -> np.ndarray:
        asked.append(len(X))
        return sides(X)

    plot_decision_boundary(model, CORNERS, [0, 1, 0, 1], resolution=150)
    assert sum(asked) == len(CORNERS) + 150**2
    assert max(asked) <= 5000


@pytest.mark.parametrize("plot", PLOTS.values(), ids=PLOTS)
def test_other_things_than_axes_are_refused(plot: Callable[[Any], Axes]) -> None:
    for wrong in (pyplot.figure(), [pyplot.gca()]):
        with pytest.raises(
            TypeError, match=rf"one matplotlib Axes, .*, not {type(wrong).__name__}"
        ):
            plot(wrong)


@pytest.mark.parametrize("plot", PLOTS.values(), ids=PLOTS)
def test_axes_are_labelled(plot: Callable[[Axes | None], Axes]) -> None:
    ax = drawn(plot(None))
    assert ax.get_xlabel()
    assert ax.get_ylabel()
    assert legend(ax)


# Styles.


def lightness(color: str) -> float:
    """CIE L* of a colour, 0 to 100: how it looks in grey."""
    channels = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(color)]
    luminance = float(np.dot([0.2126, 0.7152, 0.0722], channels))
    return 116.0 * luminance ** (1 / 3) - 16.0


def test_eight_styles_differ_in_all_respects() -> None:
    styles = [style(i) for i in range(8)]
    for part in zip(*styles, strict=True):
        assert len(set(part)) == 8
    assert len({style(i) for i in range(72)}) == 72
    assert math.lcm(len(COLORS), len(MARKERS), len(LINES)) == 72


def test_tints_of_eight_classes_differ() -> None:
    assert len(TINTS) == len(COLORS) == 8
    for one, other in itertools.combinations([np.array(to_rgb(tint)) for tint in TINTS], 2):
        assert np.abs(one - other).sum() > 0.15


def test_lines_are_visible_on_white() -> None:
    assert max(lightness(color) for color in COLORS) < 75.0


def test_neighbouring_tints_differ_in_grey() -> None:
    for one, next_ in itertools.pairwise(TINTS):
        assert abs(lightness(one) - lightness(next_)) > 8.0


def test_points_stand_out_from_their_region() -> None:
    for color, tint in zip(COLORS, TINTS, strict=True):
        assert lightness(tint) - lightness(color) > 15.0


# Decision boundary.


def boundary_of(ax: Axes) -> Any:
    """The points of the lines between regions, from all contours that are lines."""
    found = [
        path.vertices
        for contours in ax.collections
        if type(contours).__name__ == "QuadContourSet" and not contours.filled
        for path in contours.get_paths()
    ]
    return np.concatenate(found) if found else np.empty((0, 2))


def test_boundary_lies_where_the_score_is_zero() -> None:
    ax = drawn(plot_decision_boundary(sides, CORNERS, [0, 1, 0, 1]))
    points = boundary_of(ax)
    assert len(points) > 10
    np.testing.assert_allclose(points.sum(axis=1), 1.0, atol=1e-12)
    assert legend(ax) == ["class 0", "class 1", "misclassified: 1 of 4"]


def test_boundary_at_a_threshold() -> None:
    ax = plot_decision_boundary(lambda X: sides(X) + 0.5, CORNERS, [0, 1, 0, 1], threshold=0.5)
    np.testing.assert_allclose(boundary_of(ax).sum(axis=1), 1.0, atol=1e-12)


def test_misclassified_samples_are_circled() -> None:
    ax = plot_decision_boundary(sides, CORNERS, [0, 1, 0, 1])
    (circles,) = [c for c in ax.collections if str(c.get_label()).startswith("misclassified")]
    assert np.asarray(circles.get_offsets()).tolist() == [[1.5, 0.0]]
    assert circles.get_facecolor().size == 0
    ax = plot_decision_boundary(sides, CORNERS, [0, 1, 1, 1])
    assert legend(ax) == ["class 0", "class 1"]


@pytest.mark.parametrize(
    "labels", [[[0], [1], [1], [1]], [0, 1, 1, 1], [-1, 1, 1, 1], [False, True, True, True]]
)
@pytest.mark.parametrize("shape", [(-1,), (-1, 1)])
def test_labels_and_scores_of_two_classes(labels: list[Any], shape: tuple[int, ...]) -> None:
    ax = drawn(plot_decision_boundary(lambda X: sides(X).reshape(shape), CORNERS, labels))
    assert legend(ax) == [f"class {int(np.ravel(labels)[0])}", "class 1"]


def test_models_of_each_kind() -> None:
    X, y = make_moons(30, seed=0)
    for model in (MLP(2, [4, 1], seed=0), MLP(2, [4, 2], seed=0), Sequential(Linear(2, 1), seed=0)):
        drawn(plot_decision_boundary(model, X, y, resolution=20))


def test_eight_classes() -> None:
    X, y = make_spirals(80, classes=8, seed=0)
    angles = 2.0 * np.pi * np.arange(8) / 8
    directions = np.stack([np.cos(angles), np.sin(angles)])
    ax = drawn(plot_decision_boundary(lambda X: X @ directions, X, y, names=list("abcdefgh")))
    assert legend(ax)[:8] == list("abcdefgh")
    groups = [c for c in ax.collections if c.get_label() in list("abcdefgh")]
    shapes = {c.get_paths()[0].vertices.tobytes() for c in groups}
    assert len(shapes) == 8  # markers, not colours alone
    assert len({tuple(c.get_facecolor()[0]) for c in groups}) == 8
    far = np.array([[90, 180], [160, 150]])  # pixels far out, in two regions
    (one, other) = (ax.images[0].get_array()[tuple(place)] for place in far)
    assert np.abs(one - other).sum() > 0.1


# What is shaded.


def shade_at(ax: Axes, point: tuple[float, float]) -> Any:
    """The colour of the region at a point."""
    (image,) = ax.images
    pixels = np.asarray(image.get_array())
    left, right, bottom, top = image.get_extent()
    j = int((point[0] - left) / (right - left) * pixels.shape[1])
    i = int((point[1] - bottom) / (top - bottom) * pixels.shape[0])
    return pixels[i, j]


def bar_of(ax: Axes) -> Axes:
    (bar,) = ax.child_axes
    return bar


def depth(ax: Axes, point: tuple[float, float], c: int) -> float:
    """How deep the tint of a class is at a point: 1 for the tint itself, 0 for white."""
    parts = (1.0 - shade_at(ax, point)[:3]) / (1.0 - np.array(to_rgb(TINTS[c])))
    assert np.ptp(parts) < 1e-9
    return float(parts[0])


PLANE = np.array([[-4.0, -1.0], [4.0, 1.0]])


def test_the_shade_is_the_probability() -> None:
    model = Sequential(Linear(2, 1), seed=0)
    model.load_state_dict({"0.w": [[1.0, 0.0]], "0.b": [0.0]})
    model.output_kind, model.class_names = "logits", ["no", "yes"]
    ax = drawn(plot_decision_boundary(model, PLANE, [0, 1]))
    assert legend(ax) == ["no", "yes"]
    assert bar_of(ax).get_ylabel() == "probability of yes"
    assert bar_of(ax).get_ylim() == (0.0, 1.0)
    for x in (-3.0, -1.0, 0.5, 2.0):
        p = 1.0 / (1.0 + math.exp(-abs(x)))
        assert depth(ax, (x, 0.3), int(x > 0.0)) == pytest.approx(
            LEAST + (1.0 - LEAST) * (2.0 * p - 1.0), abs=0.02
        )


def test_the_shade_at_another_threshold() -> None:
    def model(X: Any) -> Any:
        return np.clip(0.5 + X[:, 0] / 8.0, 0.0, 1.0)

    ax = drawn(plot_decision_boundary(model, PLANE, [0, 1], output="probabilities", threshold=0.25))
    np.testing.assert_allclose(boundary_of(ax)[:, 0], -2.0, atol=1e-12)
    assert depth(ax, (-2.1, 0.0), 0) == pytest.approx(LEAST, abs=0.1)
    assert depth(ax, (-3.9, 0.0), 0) == pytest.approx(1.0, abs=0.1)
    assert depth(ax, (3.9, 0.0), 1) == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize(
    ("output", "label"), [(None, "score"), ("margins", "margin"), ("values", "score")]
)
def test_the_shade_is_the_score(output: str | None, label: str) -> None:
    ax = drawn(plot_decision_boundary(lambda X: X[:, 0], PLANE, [-1, 1], output=output))
    assert bar_of(ax).get_ylabel() == label
    low, high = bar_of(ax).get_ylim()
    assert low == -high
    assert depth(ax, (2.0, 0.0), 1) == pytest.approx(LEAST + (1.0 - LEAST) * 2.0 / high, abs=0.02)
    assert depth(ax, (2.0, 0.0), 1) == pytest.approx(depth(ax, (-2.0, 0.0), 0), abs=0.02)


def test_the_shade_of_three_classes() -> None:
    def scores(X: Any) -> Any:
        return np.stack([X[:, 0], -X[:, 0], np.full(len(X), -9.0)], axis=-1)

    ax = drawn(plot_decision_boundary(scores, PLANE, [1, 0], output="logits"))
    assert bar_of(ax).get_ylabel() == "probability of the likeliest class"
    sure = 1.0 / (1.0 + math.exp(-2.0))
    assert depth(ax, (1.0, 0.0), 0) == pytest.approx(
        LEAST + (1.0 - LEAST) * (sure - 1 / 3) * 1.5, abs=0.02
    )
    ax = drawn(plot_decision_boundary(scores, PLANE, [1, 0]))
    assert bar_of(ax).get_ylabel() == "lead over the next class"
    assert depth(ax, (1.0, 0.0), 0) < depth(ax, (3.0, 0.0), 0)


def test_rings_lie_beneath_the_samples() -> None:
    ax = plot_decision_boundary(sides, CORNERS, [0, 1, 0, 1])
    rings = [c.get_zorder() for c in ax.collections if not c.get_facecolor().size]
    samples = [c.get_zorder() for c in ax.collections if str(c.get_label()).startswith("class")]
    assert len(samples) == 2
    assert max(ring for ring in rings if ring > 1) < min(samples)


def test_the_bar_goes_with_the_axes() -> None:
    ax = plot_decision_boundary(sides, CORNERS, [0, 1, 0, 1])
    ax.clear()
    assert len(plot_decision_boundary(sides, CORNERS, [0, 1, 0, 1], ax).child_axes) == 1


def test_a_class_that_the_model_never_gives() -> None:
    ax = drawn(plot_decision_boundary(lambda X: np.full(len(X), 2.0), CORNERS, [0, 1, 1, 1]))
    assert len(boundary_of(ax)) == 0
    assert "misclassified: 1 of 4" in legend(ax)


def test_a_tie_is_the_first_class_as_with_argmax() -> None:
    ax = plot_decision_boundary(lambda X: np.zeros(len(X)), CORNERS, [0, 0, 0, 0])
    assert legend(ax) == ["class 0", "class 1"]
    ax = plot_decision_boundary(lambda X: np.zeros((len(X), 3)), CORNERS, [0, 0, 0, 2])
    assert "misclassified: 1 of 4" in legend(ax)


def test_scores_that_are_not_finite() -> None:
    def scores(X: Any) -> Any:
        s = sides(X)
        return np.where(s < -0.5, np.nan, np.where(s > 1.0, np.inf, s))

    ax = drawn(plot_decision_boundary(scores, CORNERS, [0, 1, 0, 1]))
    assert "misclassified: 2 of 4" in legend(ax)


def test_one_sample_and_many() -> None:
    drawn(plot_decision_boundary(sides, [[3.0, 3.0]], [1]))
    drawn(plot_decision_boundary(sides, [[0.0, 0.0]], [1]))
    drawn(plot_decision_boundary(sides, np.zeros((5000, 2)), np.zeros(5000), resolution=5))


# Fits.


def test_fit_shows_curve_and_samples() -> None:
    ax = drawn(plot_fit(lambda X: X[:, 0] ** 2, [[2.0], [0.0], [1.0]], [4.0, 0.0, 1.0]))
    (curve,) = ax.lines
    x, y = (np.asarray(data) for data in curve.get_data())
    assert (x[0], x[-1]) == (0.0, 2.0)
    np.testing.assert_array_equal(y, x**2)
    assert np.asarray(ax.collections[0].get_offsets()).tolist() == [[2, 4], [0, 0], [1, 1]]
    drawn(plot_fit(MLP(1, [4, 1], seed=0), [[0.0], [1.0]], [0.0, 1.0]))
    drawn(plot_fit(Linear(1, 1, seed=0), [[0.0], [1.0]], [[0.0], [1.0]]))


# History.

COLUMNS: dict[str, list[float]] = {
    "loss": [3.0, 1.0, 0.1, 0.01],
    "val_loss": [3.0, 1.0, 0.5, 0.7],
    "accuracy": [0.5, 0.7, 0.9, 1.0],
    "val_accuracy": [0.5, 0.7, 0.8, 0.8],
    "lr": [0.1, 0.1, 0.1, 0.1],
    "seconds": [1.0, 2.0, 3.0, 4.0],
}


def test_history_shows_losses_left_and_metrics_right() -> None:
    ax = drawn(plot_history(COLUMNS))
    right = next(a for a in ax.figure.axes if a is not ax)
    assert [line.get_label() for line in ax.lines] == [
        *("loss", "val_loss", "best val_loss: epoch 3"),
    ]
    assert [line.get_label() for line in right.lines] == ["accuracy", "val_accuracy"]
    assert legend(ax) == [
        *("loss", "val_loss", "accuracy", "val_accuracy", "best val_loss: epoch 3")
    ]
    assert right.get_ylabel() == "accuracy"
    assert list(ax.lines[0].get_xdata()) == [1, 2, 3, 4]
    assert list(ax.lines[0].get_ydata()) == COLUMNS["loss"]
    assert [line.get_linestyle() for line in ax.lines[:2]] == ["-", "--"]


@pytest.mark.parametrize("epochs", [1, 2, 3, 5, 11, 40, 1000])
def test_epochs_begin_at_one(epochs: int) -> None:
    ax = drawn(plot_history({"loss": np.linspace(2.0, 1.0, epochs)}))
    low, high = ax.get_xlim()
    assert 0.0 < low < 1.0 or epochs > 60
    ticks = ax.get_xticks()
    assert ticks[0] == 1
    assert all(tick % 1 == 0 and low <= tick <= high for tick in ticks)
    assert len(set(ticks)) == len(ticks)
    assert ax.get_legend() is None  # of one line


def test_history_of_a_training_that_was_stopped() -> None:
    losses = [2.0, 1.0, 0.9]
    stopped = "early stopping: no better val_loss for 1 epoch"
    records = [Record({"loss": x, "val_loss": 1.0 + (x - 1.0) ** 2, "lr": 0.1}) for x in losses]
    ax = drawn(plot_history(History(records, stopped=stopped)))
    assert legend(ax) == ["loss", "val_loss", "best val_loss: epoch 2", "stopped: epoch 3"]
    assert History(records, stopped="finished").plot(ax) is ax
    assert "stopped: epoch 3" not in legend(drawn(plot_history(History(records, "finished"))))
    marks = drawn(plot_history(History(records, stopped=stopped))).lines[2:]
    assert [list(line.get_xdata()) for line in marks] == [[2, 2], [3, 3]]
    assert len({line.get_linestyle() for line in marks}) == 2


@pytest.mark.parametrize(
    ("loss", "scale"),
    [
        ([1.0, 0.5], "linear"),
        ([100.0, 0.5], "log"),
        ([100.0, 0.0], "linear"),
        ([100.0, -0.5], "linear"),
        ([100.0, math.nan, 0.5], "log"),
        ([math.inf, 0.5], "linear"),
        ([math.nan], "linear"),
        ([1.0], "linear"),
    ],
)
def test_scale_of_the_loss(loss: list[float], scale: str) -> None:
    assert drawn(plot_history({"loss": loss, "val_loss": loss})).get_yscale() == scale


# Convergence.


def test_convergence() -> None:
    runs = {"sgd": minimize(lambda x: x * x, 1.0, "sgd", lr=0.1), "list": [4, 2, 1]}
    ax = drawn(plot_convergence(runs))
    assert ax.get_yscale() == "log"
    assert legend(ax) == ["sgd", "list"]
    assert list(ax.lines[1].get_ydata()) == [4, 2, 1]
    assert len(ax.lines[0].get_xdata()) == 101


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        ([1.0, 0.0], "log"),
        ([1.0, -1.0], "linear"),
        ([0.0, 0.0], "linear"),
        ([math.nan, math.nan], "linear"),
        ([math.inf, 1.0, math.nan], "log"),
        ([1e-100, 1e100], "log"),
        ([5.0], "log"),
    ],
)
def test_convergence_of_odd_values(values: list[float], scale: str) -> None:
    assert drawn(plot_convergence({"a": values})).get_yscale() == scale


# Paths.


def test_paths_start_and_end_where_they_do() -> None:
    names = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw")
    runs = {name: minimize(bowl, [-7.0, 2.0], name, 30, lr=0.1) for name in names}
    ax = drawn(plot_paths(bowl, runs))
    assert legend(ax) == [*names, "start"]
    for line, run in zip(ax.lines, runs.values(), strict=True):
        np.testing.assert_array_equal(np.transpose(line.get_data()), run.path)
    assert len({line.get_marker() for line in ax.lines}) == 7
    assert len({line.get_color() for line in ax.lines}) == 7
    (start,) = [c for c in ax.collections if c.get_label() == "start"]
    assert np.asarray(start.get_offsets()).tolist() == [[-7.0, 2.0]]


def rosenbrock(p: Any) -> Any:
    return np.sum(100 * (p[1:] - p[:-1] ** 2) ** 2 + (1 - p[:-1]) ** 2)


@pytest.mark.parametrize(
    "f",
    [
        bowl,
        rosenbrock,  # np.sum of one point: f is called for each point of the grid
        lambda p: 3.0,
        lambda p: np.log(p[0]),
        lambda p: math.nan,
        lambda p: -1e300 * p[0] ** 2,
    ],
)
def test_grounds_of_all_kinds(f: Callable[[Any], Any]) -> None:
    drawn(plot_paths(f, {"a": [[-1.0, 2.0], [1.0, 1.0]]}, resolution=30))


def test_contours_are_shared_out_over_valley_and_slopes() -> None:
    ax = plot_paths(rosenbrock, {"a": [[-1.2, 1.0], [1.0, 1.0]]}, limits=((-2, 2), (-1, 3)))
    (contours,) = [c for c in ax.collections if type(c).__name__ == "QuadContourSet"]
    levels = np.asarray(contours.levels)
    assert levels[0] < 5.0
    assert levels[-1] > 500.0
    assert np.ptp(np.diff(np.log(levels))) < 0.1  # by about equal factors


def test_contours_tell_their_levels() -> None:
    ax = drawn(plot_paths(bowl, {"a": [[-7.0, 2.0], [0.0, 0.0]]}))
    (contours,) = [c for c in ax.collections if type(c).__name__ == "QuadContourSet"]
    labelled = [f"{float(f'{level:.2g}'):g}" for level in contours.levels[1::LABELLED]]
    told = [text.get_text() for text in ax.texts]
    assert len(told) >= 2
    assert set(told) <= set(labelled)
    frame = ax.get_window_extent()
    for text in ax.texts:
        box = text.get_window_extent()
        assert frame.x0 <= box.x0
        assert box.x1 <= frame.x1
        (x, y) = text.get_position()
        assert bowl((x, y)) == pytest.approx(float(text.get_text()), rel=0.1)


@pytest.mark.parametrize(
    "path",
    [
        [[1.0, 1.0]],
        [[1.0, 1.0], [1.0, 1.0]],
        [[0.0, 1.0], [5.0, 1.0]],
        [[0.0, 1.0], [math.nan, math.inf], [2.0, 2.0]],
    ],
)
def test_paths_of_all_kinds(path: list[list[float]]) -> None:
    drawn(plot_paths(bowl, {"a": path}, resolution=10))


# Histograms.


def test_histograms_show_shares() -> None:
    numbers = np.random.default_rng(0).normal(size=(50, 20))
    axes = plot_histograms({"a": numbers, "same": np.zeros(3), "nan": [math.nan, 1.0]})
    heights = [sum(bar.get_height() for bar in ax.patches) for ax in axes]
    np.testing.assert_allclose(heights, [1.0, 1.0, 0.5])
    mean, std = numbers.mean(), numbers.std()
    assert [ax.get_title() for ax in axes] == [
        *(f"a\n{mean:.2f} ± {std:.2f}".replace("-", "−"), "same\nall 0"),
        "nan\nall 1, 1 not finite",
    ]
    drawn(axes[0])


def heights_of(ax: Axes) -> list[float]:
    return [bar.get_height() for bar in ax.patches]


def test_histograms_share_their_axes() -> None:
    rng = np.random.default_rng(0)
    near = [rng.normal(size=500), 0.3 * rng.normal(size=500), np.zeros(5)]
    axes = plot_histograms(near)
    assert len({ax.get_xlim() for ax in axes}) == len({ax.get_ylim() for ax in axes}) == 1
    assert axes[0].get_ylim()[1] >= max(heights_of(axes[0]) + heights_of(axes[1]))
    edges = [[bar.get_x() for bar in ax.patches] for ax in axes]
    assert edges[0] == edges[1] == edges[2]
    far = [rng.normal(size=500), 100.0 * rng.normal(size=500)]
    assert len({ax.get_xlim() for ax in plot_histograms(far)}) == 2
    assert len({ax.get_xlim() for ax in plot_histograms(far, shared=True)}) == 1
    assert len({ax.get_xlim() for ax in plot_histograms(near, shared=False)}) == 3
    drawn(axes[0])


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ([0.0, 1.0], "0.50 ± 0.50"),
        ([-3000.0, 1000.0], "−1000 ± 2000"),
        ([1e-7, 3e-7], "(2.0 ± 1.0)e-07"),
        ([0.123456, 0.123458], "0.1234570 ± 0.0000010"),
        ([5e8, 7e8], "(6.0 ± 1.0)e+08"),
        ([-1e300, 1e300], "0 ± inf"),
    ],
)
def test_histograms_tell_numbers_alike(numbers: list[float], told: str) -> None:
    title = plot_histograms([numbers])[0].get_title().split("\n")[1]
    assert title.replace("−", "-") == told.replace("−", "-")


def test_histograms_of_a_model() -> None:
    model = MLP(2, [3, 3, 3, 1], seed=0)
    axes = plot_histograms(model)
    names = [ax.get_title().split("\n")[0] for ax in axes]
    assert names == [f"layers.{i}.{part}" for i in range(4) for part in "wb"]
    assert axes[0].get_title() != axes[2].get_title()
    drawn(axes[0])
    assert len({ax.get_subplotspec().rowspan.start for ax in axes}) == 2


def test_histograms_in_given_axes() -> None:
    _figure, grid = pyplot.subplots(2, 2)
    assert plot_histograms([[1.0, 2.0]] * 4, grid) == list(grid.ravel())
    assert [ax.get_title()[:7] for ax in grid.ravel()] == [f"layer {i}" for i in range(1, 5)]
    assert plot_histograms([[math.inf]])[0].get_title() == "layer 1\nnone is finite"


# What they refuse.

REFUSED: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "3 features": (
        lambda: plot_decision_boundary(sides, np.zeros((4, 3)), [0, 1, 0, 1]),
        ValueError,
        "drawn for 2 features, but X has shape (4, 3)",
    ),
    "lengths": (
        lambda: plot_decision_boundary(sides, CORNERS, [0, 1]),
        ValueError,
        "X has 4 samples and y has 2",
    ),
    "empty": (lambda: plot_decision_boundary(sides, [], []), ValueError, "empty"),
    "nan": (
        lambda: plot_decision_boundary(sides, [[0.0, math.nan]], [0]),
        ValueError,
        "X[0, 1] is nan",
    ),
    "columns of y": (
        lambda: plot_decision_boundary(sides, CORNERS, [[0, 1], [1, 0], [0, 1], [1, 0]]),
        ValueError,
        "a class for each sample",
    ),
    "label": (
        lambda: plot_decision_boundary(sides, CORNERS, [0, 1, 2, 1]),
        ValueError,
        "y[2] is 2, but the classes of the model are 0, 1 or -1, 1",
    ),
    "label of 3 classes": (
        lambda: plot_decision_boundary(lambda X: np.zeros((len(X), 3)), CORNERS, [0, 1, 2, 3]),
        ValueError,
        "y[3] is 3, but the classes of the model are 0, 1, 2",
    ),
    "scores": (
        lambda: plot_decision_boundary(lambda X: 1.0, CORNERS, [0, 1, 0, 1]),
        ValueError,
        "the model gave an array of shape ()",
    ),
    "class as model": (
        lambda: plot_decision_boundary(MLP, CORNERS, [0, 1, 0, 1]),
        TypeError,
        "a Module, or a function",
    ),
    "no model": (
        lambda: plot_decision_boundary(None, CORNERS, [0, 1, 0, 1]),
        TypeError,
        "a Module, or a function",
    ),
    "names": (
        lambda: plot_decision_boundary(sides, CORNERS, [0, 1, 0, 1], names=["a"]),
        ValueError,
        "2 names are needed",
    ),
    "resolution": (
        lambda: plot_decision_boundary(sides, CORNERS, [0, 1, 0, 1], resolution=1),
        ValueError,
        "resolution",
    ),
    "margin": (
        lambda: plot_decision_boundary(sides, CORNERS, [0, 1, 0, 1], margin=-1.0),
        ValueError,
        "margin",
    ),
    "curve over 2": (
        lambda: plot_fit(sides, CORNERS, [0.0, 1.0, 2.0, 3.0]),
        ValueError,
        "1 feature, but X has shape (4, 2)",
    ),
    "two curves": (
        lambda: plot_fit(lambda X: np.hstack([X, X]), [[1.0], [2.0]], [0.0, 1.0]),
        ValueError,
        "the model gave (500, 2)",
    ),
    "no history": (lambda: plot_history([1.0, 2.0]), TypeError, "what fit() returns"),
    "empty history": (lambda: plot_history({"loss": []}), ValueError, "no epoch"),
    "history without epochs": (lambda: History(stopped="").plot(), ValueError, "no epoch"),
    "history without loss": (lambda: plot_history({"accuracy": [1.0]}), ValueError, "no loss"),
    "ragged history": (
        lambda: plot_history({"loss": [1.0, 2.0], "accuracy": [1.0]}),
        ValueError,
        "'accuracy' has shape (1,), the loss (2,)",
    ),
    "no dict": (lambda: plot_convergence([1.0, 2.0]), TypeError, "takes a dict"),
    "empty dict": (lambda: plot_convergence({}), ValueError, "empty"),
    "empty line": (lambda: plot_convergence({"a": []}), ValueError, "'a' has shape (0,)"),
    "table": (lambda: plot_convergence({"a": [[1.0]]}), ValueError, "'a' has shape (1, 1)"),
    "text": (lambda: plot_convergence({"a": ["x"]}), TypeError, "'a'[0] is the text 'x'"),
    "f of x and y": (
        lambda: plot_paths(lambda x, y: x * y, {"a": [[0.0, 0.0]]}),
        TypeError,
        "lambda p: f(*p)",
    ),
    "no f": (lambda: plot_paths(1.0, {"a": [[0.0, 0.0]]}), TypeError, "a function of a point"),
    "path in space": (
        lambda: plot_paths(bowl, {"a": [[0.0, 0.0, 0.0]]}),
        ValueError,
        "'a' has shape (1, 3)",
    ),
    "path of nan": (
        lambda: plot_paths(bowl, {"a": [[math.nan, 0.0]]}),
        ValueError,
        "'a' has no finite point",
    ),
    "no paths": (lambda: plot_paths(bowl, {}), ValueError, "empty"),
    "limits": (
        lambda: plot_paths(bowl, {"a": [[0.0, 0.0]]}, limits=((1.0, 0.0), (0.0, 1.0))),
        ValueError,
        "limits must be",
    ),
    "no arrays": (lambda: plot_histograms([]), ValueError, "no arrays"),
    "empty array": (lambda: plot_histograms({"a": []}), ValueError, "'a' is empty"),
    "too few axes": (
        lambda: plot_histograms([[1.0], [2.0]], [pyplot.gca()]),
        ValueError,
        "2 arrays need 2 axes, not 1",
    ),
}


@pytest.mark.parametrize(("call", "kind", "message"), REFUSED.values(), ids=REFUSED)
def test_refusals(call: Callable[[], Any], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind) as caught:
        call()
    assert message in str(caught.value)


def test_nothing_is_drawn_where_it_is_refused() -> None:
    for call, kind, _ in REFUSED.values():
        _, ax = pyplot.subplots()
        with pytest.raises(kind):
            call()
        assert pyplot.gca() is ax
        assert not ax.has_data()
        pyplot.close("all")


def test_dollars_are_no_mathematics() -> None:
    drawn(plot_decision_boundary(sides, CORNERS, [0, 1, 0, 1], names=["$a_{$", "$b"]))
    drawn(plot_convergence({"$x_{$": [1.0, 0.5]}))
    drawn(plot_paths(bowl, {"$x_{$": [[0.0, 0.0], [1.0, 1.0]]}))
    drawn(plot_histograms({"$x_{$": [0.0, 1.0]})[0])
    drawn(plot_history({"loss": [1.0], "$m_{$": [1.0]}))
