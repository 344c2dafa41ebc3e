"""Networks as people draw them: where neurons stand, what lines, rings, maps and texts tell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

import nn
from autograd import Value
from nn.activations import sigmoid, tanh
from viz import draw_network
from viz.network.colors import NEUTRAL, colors
from viz.network.layers import columns_of
from viz.network.picture import THINNEST
from viz.network.room import RADIUS
from viz.plots.style import FORWARD, INK, REVERSE

X, Y = nn.make_moons(40, noise=0.1, seed=0)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    pyplot.close("all")


def group(ax: Axes, gid: str) -> Any:
    (found,) = [c for c in ax.collections if c.get_gid() == gid]
    return found


def extents(ax: Axes, gid: str) -> np.ndarray:
    """The corners (x0, y0, x1, y1) of each patch of a group."""
    return np.array([path.get_extents().extents for path in group(ax, gid).get_paths()])


def centres(ax: Axes, column: int) -> np.ndarray:
    corners = extents(ax, f"neurons-{column}")
    return (corners[:, :2] + corners[:, 2:]) / 2


def lines(ax: Axes, column: int) -> dict[tuple[int, int], tuple[float, Any, Any]]:
    """Width, colour and style of each line, by the neurons at its ends, the later one first."""
    before, after = centres(ax, column - 1), centres(ax, column)
    own = group(ax, f"weights-{column}")
    looks = zip(own.get_linewidths(), own.get_colors(), own.get_linestyles(), strict=True)
    found = {}
    for (start, end), look in zip(own.get_segments(), looks, strict=True):
        i = np.flatnonzero(np.isclose(after, end).all(axis=1))
        j = np.flatnonzero(np.isclose(before, start).all(axis=1))
        found[int(i[0]), int(j[0])] = look
    return found


def texts(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def captions(ax: Axes) -> list[list[str]]:
    return [
        t.get_text().split("\n") for t in ax.texts if t.get_va() == "top" and "\n" in t.get_text()
    ]


def legend(ax: Axes) -> list[str]:
    shown = ax.get_legend()
    assert shown is not None
    return [text.get_text() for text in shown.get_texts()]


def at(ax: Axes, place: np.ndarray) -> list[str]:
    """The texts whose middle is at a place."""
    return [
        t.get_text()
        for t in ax.texts
        if np.allclose(t.get_position(), place) and t.get_ha() == t.get_va() == "center"
    ]


def network(*sizes: int, activation: str = "tanh") -> nn.MLP:
    """A network whose biases are not 0."""
    return nn.MLP(
        sizes[0], sizes[1:], activation, init="normal", bias_init="normal", seed=len(sizes)
    )


# Where things are.


@pytest.mark.parametrize("sizes", [(1, 1), (2, 8, 4, 1), (3, 2), (50, 50, 2), (4, *[3] * 9, 1)])
def test_layers_are_straight_columns_with_their_neurons_in_order(sizes: tuple[int, ...]) -> None:
    ax = draw_network(network(*sizes))
    ax.figure.draw_without_rendering()
    places = [centres(ax, i) for i in range(len(sizes))]
    assert [len(own) for own in places] == list(sizes)
    for own in places:
        np.testing.assert_allclose(own[:, 0], own[0, 0])
        np.testing.assert_allclose(np.diff(own[:, 1]), -1.0)  # from top to bottom
        np.testing.assert_allclose(own[:, 1].mean(), 0.0, atol=1e-12)
    steps = np.diff([own[0, 0] for own in places])
    np.testing.assert_allclose(steps, steps[0])
    assert steps[0] > 1.0
    corners = extents(ax, "neurons-0")
    np.testing.assert_allclose(corners[:, 2:] - corners[:, :2], 2 * RADIUS)
    assert ax.get_aspect() == 1.0
    (low, high), (left, right) = ax.get_ylim(), ax.get_xlim()
    assert low < min(own[:, 1].min() for own in places)
    assert high > max(own[:, 1].max() for own in places)
    assert left < places[0][0, 0]
    assert right > places[-1][0, 0]


def test_all_is_within_the_figure() -> None:
    names = [f"a feature with a long name {i}" for i in range(2)]
    for model in (network(2, 1), network(2, 8, 4, 1), nn.Perceptron(2)):
        ax = draw_network(model, X, Y * 2 - 1, feature_names=names, class_names=["a" * 60, "no"])
        figure: Any = ax.figure
        figure.draw_without_rendering()
        everything = [*ax.texts, ax.get_legend(), *ax.child_axes]
        for artist in everything:
            box = artist.get_tightbbox()
            assert box.x0 >= -1.0
            assert box.y0 >= -1.0
            assert box.x1 <= figure.bbox.width + 1.0
            assert box.y1 <= figure.bbox.height + 1.0


def test_captions_tell_name_activation_and_size() -> None:
    ax = draw_network(network(2, 3, 1))
    assert captions(ax) == [
        ["input", "2 inputs"],
        ["layers.0", "tanh", "3 neurons"],
        ["layers.1", "1 neuron"],
    ]


# Weights and biases.


def test_widths_and_colours_are_those_of_the_weights() -> None:
    model = network(3, 4, 2)
    ax = draw_network(model)
    arrays = model.state_dict()
    limit = max(np.abs(array).max() for array in arrays.values())
    thickest = ax.get_legend().get_lines()[0].get_linewidth()  # type: ignore[union-attr]
    for column, name in ((1, "layers.0"), (2, "layers.1")):
        w, b = arrays[f"{name}.w"], arrays[f"{name}.b"]
        drawn = lines(ax, column)
        assert set(drawn) == set(np.ndindex(w.shape))
        for place, (width, color, _) in drawn.items():
            np.testing.assert_allclose(width, max(THINNEST, thickest * abs(w[place]) / limit))
            np.testing.assert_allclose(color, colors(w[place], limit))
        rings = group(ax, f"biases-{column}")
        np.testing.assert_allclose(rings.get_linewidths(), thickest * np.abs(b) / limit)
        np.testing.assert_allclose(rings.get_edgecolors(), colors(b, limit))
        inner, outer = extents(ax, f"neurons-{column}"), extents(ax, f"biases-{column}")
        assert (outer[:, :2] < inner[:, :2]).all()
    shown = f"{limit:.2g}"
    assert legend(ax) == [f"weight −{shown}", f"weight +{shown}", "ring: bias, as weights"]


def test_colours_are_those_of_the_sign() -> None:
    ends = colors(np.array([-2.0, 0.0, 2.0, np.nan, np.inf]), 2.0)
    wanted = [to_rgba(name) for name in (FORWARD, NEUTRAL, REVERSE, INK, INK)]
    np.testing.assert_allclose(ends, wanted, atol=0.01)


def test_the_largest_weights_lie_on_top() -> None:
    ax = draw_network(network(5, 5))
    widths = group(ax, "weights-1").get_linewidths()
    assert list(widths) == sorted(widths)


def test_numbers_of_a_small_network_stand_on_their_lines() -> None:
    model = nn.Linear(2, 3)
    model.w.assign([[0.5, -1.25], [2.0, 1e-7], [3.0, -4e12]])
    model.b.assign([0.25, -0.75, 0.0])
    ax = draw_network(model, precision=3)
    before, after = centres(ax, 0), centres(ax, 1)
    for i, row in enumerate((("0.5", "−1.25"), ("2", "1e−7"), ("3", "−4e12"))):
        for j, number in enumerate(row):
            (text,) = [t for t in ax.texts if t.get_text() == number]
            share = (text.get_position()[0] - before[j, 0]) / (after[i, 0] - before[j, 0])
            assert 0.0 < share < 1.0
            np.testing.assert_allclose(
                text.get_position()[1], before[j, 1] + share * (after[i, 1] - before[j, 1])
            )
    assert [t for t in texts(ax) if t.startswith("b = ")] == ["b = 0.25", "b = −0.75", "b = 0"]


def test_numbers_that_would_lie_on_each_other_are_left_out() -> None:
    ax = draw_network(nn.Linear(8, 8, init="normal", seed=0))
    assert not [t for t in texts(ax) if t.startswith(("0.", "−0."))]


def test_weights_that_are_no_numbers_are_dotted_and_told() -> None:
    model = network(2, 2, 1)
    model.layers[0].w[0, 1].data = float("nan")
    model.layers[0].b[1].data = float("inf")
    model.layers[1].w[0, 0].data = 0.0
    ax = draw_network(model, [1.0, 2.0])
    ax.figure.draw_without_rendering()
    width, color, dashes = lines(ax, 1)[0, 1]
    assert dashes[1] is not None
    np.testing.assert_allclose(color, to_rgba(INK))
    assert width > THINNEST
    assert all(look[2][1] is None for place, look in lines(ax, 1).items() if place != (0, 1))
    zero, color, _ = lines(ax, 2)[0, 0]
    assert zero == THINNEST
    np.testing.assert_allclose(color, to_rgba(NEUTRAL), atol=0.01)
    assert "nan or inf" in legend(ax)
    assert at(ax, centres(ax, 1)[0]) == ["nan"]
    np.testing.assert_allclose(group(ax, "neurons-1").get_facecolors()[0], to_rgba(INK))


@pytest.mark.parametrize("samples", [None, X, [1e308, -1.0], np.full((5, 3), 1e308)])
def test_numbers_that_overflow(samples: Any) -> None:
    n = 2 if samples is None else np.shape(samples)[-1]
    model = network(n, 60, 60, 1, activation="identity")
    model.layers[0].w.assign(np.where(np.arange(60 * n).reshape(60, n) % 2, 1e308, -1e308))
    ax = draw_network(model, samples)
    ax.figure.draw_without_rendering()
    assert "weight +1e308" in legend(ax)


@pytest.mark.parametrize("init", ["zeros", "ones"])
def test_weights_that_are_all_the_same(init: str) -> None:
    model = nn.MLP(2, [2, 1], init=nn.init.constant(float(init == "ones")))
    ax = draw_network(model, [0.0, 0.0])
    ax.figure.draw_without_rendering()
    assert legend(ax)[:2] == ["weight −1", "weight +1"]


# Values.


@pytest.mark.parametrize("activation", ["tanh", "relu", "softmax"])
def test_numbers_in_the_neurons_are_what_they_give(activation: str) -> None:
    model = network(3, 4, 4, 2, activation=activation)
    x = np.array([0.5, -1.0, 2.0])
    ax = draw_network(model, x)
    values = [x]
    for layer in model.layers:
        values.append(layer.predict(values[-1]))
    for i, own in enumerate(values):
        for place, value in zip(centres(ax, i), own, strict=True):
            assert at(ax, place) == [f"{value:.2g}".replace("-", "−")]
        faces = group(ax, f"neurons-{i}").get_facecolors()
        np.testing.assert_allclose(faces, colors(own, np.abs(own).max() or 1.0))
        assert captions(ax)[i][-1] == f"colours: ±{np.abs(own).max() or 1.0:.2g}"
    assert legend(ax)[2:4] == ["negative value", "positive value"]


def test_the_output_is_the_result_of_the_model() -> None:
    class Own(nn.Module):
        def __init__(self) -> None:
            self.hidden, self.out = nn.Linear(2, 3, seed=0), nn.Linear(3, 1, seed=1)

        def forward(self, x: Any) -> Any:
            return sigmoid(self.out(tanh(self.hidden(x))))

    model = Own()
    columns = columns_of(model, X, "draw")
    assert [(c.name, c.notes) for c in columns] == [
        ("input", []),
        ("hidden", ["own function"]),
        ("out", ["own function"]),
    ]
    np.testing.assert_array_equal(columns[1].values, np.tanh(model.hidden.predict(X)))
    np.testing.assert_array_equal(columns[2].values, model.predict(X))


def test_the_mean_of_samples_of_many_features() -> None:
    model, samples = network(3, 2), np.random.default_rng(0).normal(size=(20, 3))
    ax = draw_network(model, samples)
    mean = model.predict(samples).mean(axis=0)
    assert at(ax, centres(ax, 1)[0]) == [f"{mean[0]:.2g}".replace("-", "−")]
    assert "mean of 20 samples" in captions(ax)[0]
    assert captions(ax)[1][-1] == f"colours: ±{np.abs(mean).max():.2g}"
    one = draw_network(network(2, 2), X[:1])  # one sample is no plane
    assert not one.images
    assert at(one, centres(one, 0)[0]) == [f"{X[0, 0]:.2g}".replace("-", "−")]


@pytest.mark.parametrize("samples", [[1.0, 2.0], X])
def test_the_model_stays_as_it_is(samples: Any) -> None:
    model = nn.Sequential(nn.Linear(2, 3, seed=0), nn.BatchNorm1d(3), nn.Dropout(0.5))
    model(X).sum().backward()
    before = model.state_dict()
    gradients = [x.grad for x in model.parameters()]
    draw_network(model, samples)
    assert all(module.training for module in model.modules())
    assert all("forward" not in vars(module) for module in model.modules())
    for name, array in model.state_dict().items():
        np.testing.assert_array_equal(array, before[name])
    assert [x.grad for x in model.parameters()] == gradients


# Heat maps.


def test_heat_maps_are_what_each_neuron_gives_over_the_plane() -> None:
    model = network(2, 3, 4, 2)
    ax = draw_network(model, X, resolution=9)
    spread = 0.08 * np.ptp(X, axis=0)
    (a, c), (b, d) = zip(X.min(axis=0) - spread, X.max(axis=0) + spread, strict=True)
    x1, x2 = np.meshgrid(np.linspace(a, c, 9), np.linspace(b, d, 9))
    values = [np.stack([x1, x2], axis=-1)]
    for layer in model.layers:
        values.append(layer.predict(values[-1]))
    images = list(ax.images)
    for i, own in enumerate(values):
        places = centres(ax, i)
        limit = np.abs(own).max()
        for unit, place in enumerate(places):
            image = images.pop(0)
            left, right, low, high = image.get_extent()
            np.testing.assert_allclose([(left + right) / 2, (low + high) / 2], place)
            np.testing.assert_allclose(image.get_array(), own[..., unit], rtol=1e-12)
            assert image.origin == "lower"
            np.testing.assert_allclose(image.get_clim(), [-limit, limit])
    assert not images
    assert captions(ax)[0][1] == f"x₁ from −{-a:.2g} to {c:.2g}"
    assert not ax.child_axes  # several outputs tell of no boundary without classes


def test_the_output_of_one_neuron_is_shown_large_with_the_samples() -> None:
    model = network(2, 3, 1)
    ax = draw_network(model, X)
    (plane,) = ax.child_axes
    (image,) = plane.images
    np.testing.assert_array_equal(image.get_array(), ax.images[-1].get_array())
    np.testing.assert_array_equal(plane.collections[0].get_offsets(), X)
    assert (plane.get_xlabel(), plane.get_ylabel()) == ("x₁", "x₂")
    assert [len(own) for own in captions(ax)] == [3, 4, 3]  # the plane's axes tell its range
    assert len(plane.collections) == 1  # what it says of classes is not known
    model.output_kind = "logits"
    (plane,) = draw_network(model, X).child_axes
    boundary = plane.collections[1].get_paths()[0].vertices
    np.testing.assert_allclose(model.predict(boundary), 0.0, atol=0.05)


def test_classes_are_shown_as_by_the_decision_boundary() -> None:
    model = nn.MLP(2, [3, 1], seed=0)
    model.output_kind = "logits"
    for targets in (Y, Y[:, np.newaxis], 2 * Y - 1):
        (plane,) = draw_network(model, X, targets, class_names=["no", "yes"]).child_axes
        assert legend(plane)[:2] == ["no", "yes"]
    three = nn.Sequential(nn.Linear(2, 3, seed=0))
    (plane,) = draw_network(three, X, np.arange(40) % 3).child_axes
    assert legend(plane)[:3] == ["class 0", "class 1", "class 2"]


def test_other_targets_have_the_colours_of_the_output() -> None:
    targets = 100.0 * X[:, 0]
    (plane,) = draw_network(network(2, 3, 1), X, targets).child_axes
    points = plane.collections[0]
    np.testing.assert_array_equal(points.get_array(), targets)
    limit = np.abs(targets).max()
    assert points.get_clim() == plane.images[0].get_clim() == (-limit, limit)


# Large layers.


@pytest.mark.parametrize("samples", [None, np.linspace(-1.0, 1.0, 3)])
def test_of_a_large_layer_both_ends_are_drawn(samples: Any) -> None:
    model = network(3, 1000, 2)
    ax = draw_network(model, samples)
    w = model.layers[0].w.numpy()
    drawn = [*range(25), *range(975, 1000)]
    assert len(centres(ax, 1)) == 50
    faces = lines(ax, 1)
    arrays = model.state_dict()
    cut = [arrays["layers.0.w"][drawn], arrays["layers.0.b"][drawn], arrays["layers.1.w"][:, drawn]]
    limit = max(np.abs(array).max() for array in [*cut, arrays["layers.1.b"]])
    for place, unit in ((0, 0), (24, 24), (25, 975), (49, 999)):
        np.testing.assert_allclose(faces[place, 1][1], colors(w[unit, 1], limit))
    (told,) = [text.split("\n") for text in texts(ax) if "more" in text]
    rest = np.delete(w, drawn, axis=0)
    assert told[:3] == ["⋮", "950 more", f"mean |w| {np.abs(rest).mean():.2g}"]
    if samples is not None:
        value = np.delete(model.layers[0].predict(samples), drawn).mean()
        assert told[3] == f"mean value {value:.2g}".replace("-", "−")
    assert "1,000 neurons, 50 drawn" in captions(ax)[1]
    gap = np.diff(centres(ax, 1)[:, 1])
    assert np.flatnonzero(gap < -1.0).tolist() == [24]


@pytest.mark.parametrize(("most", "drawn"), [(2, 2), (5, 5), (50, 50), (51, 51), (60, 51)])
def test_how_many_are_drawn(most: int, drawn: int) -> None:
    ax = draw_network(network(51, 51), max_neurons=most)
    assert len(centres(ax, 1)) == drawn
    assert len(lines(ax, 1)) == drawn**2
    assert any("more" in text for text in texts(ax)) == (most < 51)


def test_a_layer_of_ten_thousand_neurons() -> None:
    ax = draw_network(nn.MLP(2, [10_000, 1], seed=0), X[0])
    assert len(lines(ax, 1)) == 100
    assert "10,000 neurons, 50 drawn" in captions(ax)[1]


# Models of all kinds.


def test_what_follows_a_layer_belongs_to_its_column() -> None:
    model = nn.Sequential(
        nn.Standardize(2).fit(X), nn.Linear(2, 4, seed=0), nn.BatchNorm1d(4), "relu",
        nn.Dropout(0.2), nn.Linear(4, 3, seed=0), "softmax",
    )  # fmt: skip
    columns = columns_of(model, X, "draw")
    assert [(c.name, c.notes, c.units) for c in columns] == [
        ("input", [], 2),
        ("0", ["Standardize(2)"], 2),
        ("1", ["BatchNorm1d(4)", "relu", "Dropout(p=0.2)"], 4),
        ("5", ["softmax"], 3),
    ]
    np.testing.assert_allclose(columns[1].values.mean(axis=0), 0.0, atol=1e-12)
    np.testing.assert_array_equal(columns[-1].values, model.predict(X))
    ax = draw_network(model, X[0])
    assert captions(ax)[1][:2] == ["layer 0", "Standardize(2)"]
    pairs = [line for line in ax.lines if len(np.ravel(line.get_xdata())) == 2]
    assert [np.ravel(line.get_ydata()).tolist() for line in pairs] == [[0.5, 0.5], [-0.5, -0.5]]


def test_convolutions_are_blocks_with_their_shapes() -> None:
    model = nn.Sequential(
        nn.Conv2d(1, 2, 3, seed=0), "relu", nn.MaxPool2d(2), nn.Flatten(), nn.Linear(18, 3, seed=0)
    )
    images = np.random.default_rng(0).normal(size=(5, 1, 8, 8))
    for samples in (images[0], images):
        ax = draw_network(model, samples)
        assert [own[-1] for own in captions(ax)[:3]] == ["1 × 8 × 8", "2 × 6 × 6", "2 × 3 × 3"]
        assert "Conv2d(1, 2, 3)" in texts(ax)
        assert "relu" in captions(ax)[1]
        assert len(centres(ax, 3)) == 18
        assert len(lines(ax, 4)) == 54
        assert not [c for c in ax.collections if c.get_gid() in ("weights-1", "weights-3")]


@pytest.mark.parametrize(
    ("model", "samples", "units"),
    [
        (nn.Linear(3, 2), None, [3, 2]),
        (nn.Perceptron(2), X, [2, 1]),
        (nn.Neuron(2), [1.0, 2.0], [2, 1]),
        (nn.Layer(2, 3).neurons[1], None, [2, 1]),
        (nn.Sequential(nn.MLP(2, [3, 4]), nn.Sequential(nn.Linear(4, 1))), X, [2, 3, 4, 1]),
        (nn.Sequential(nn.Embedding(9, 3), nn.Flatten(2), nn.Linear(6, 2)), [1, 5], [2, 0, 6, 2]),
        (nn.Sequential(nn.LayerNorm(2), nn.Linear(2, 1, bias=False)), X, [2, 2, 1]),
        (nn.Sequential(*[nn.Linear(2, 2, seed=0)] * 3), X, [2, 2, 2, 2]),
        (nn.Sequential(nn.Linear(2, 2), np.sin, lambda x: x[..., :1]), X, [2, 2, 1]),
        (nn.Sequential(nn.Linear(4, 2)), np.ones((5, 3, 4)), [4, 2]),
        (
            nn.Sequential(nn.Linear(4, 3), nn.Flatten(2), nn.Linear(9, 2)),
            np.ones((3, 4)),
            [0, 0, 9, 2],
        ),
    ],
)
def test_models_of_all_kinds(model: Any, samples: Any, units: list[int]) -> None:
    ax = draw_network(model, samples)
    ax.figure.draw_without_rendering()
    array = None if samples is None else np.array(samples, float)
    columns = columns_of(model, array, "draw")
    assert [column.units for column in columns] == units
    drawn = [i for i, n in enumerate(units) if n]
    assert [len(centres(ax, i)) for i in drawn] == [units[i] for i in drawn]
    if array is not None:
        result = model.predict(array)
        np.testing.assert_allclose(columns[-1].values.ravel(), np.ravel(result), rtol=1e-12)


def test_a_layer_without_biases_has_no_rings() -> None:
    ax = draw_network(nn.Linear(2, 2, bias=False))
    assert not [c for c in ax.collections if c.get_gid() == "biases-1"]
    assert len(legend(ax)) == 2


def test_what_a_forward_does_at_its_ends() -> None:
    class Wide(nn.Module):
        def __init__(self) -> None:
            self.hidden, self.scale = nn.Layer(2, 8, "tanh", seed=0), Value(2.0)

        def forward(self, x: Any) -> Any:
            return self.scale * self.hidden(x / 2.0).mean(axis=-1)

    model = Wide()
    for samples in (X, X[0]):
        columns = columns_of(model, samples, "draw")
        assert [column.units for column in columns] == [2, 2, 8, 1]
        np.testing.assert_allclose(columns[1].values, np.atleast_2d(samples) / 2.0)
        np.testing.assert_allclose(columns[3].values[:, 0], model.predict(samples))


# Names.

HOSTILE = ["$x$", "<b>&</b>", "$\\frac{", "a" * 60]


def test_names_are_those_given_else_the_models() -> None:
    model = network(2, 2)
    assert {"x₁", "x₂", "y₁", "y₂"} <= set(texts(draw_network(model)))
    assert {"x₁₀", "y"} <= set(texts(draw_network(network(10, 1))))
    model.feature_names, model.class_names = ["age", "height"], ["cat", "dog"]
    assert {"age", "height", "cat", "dog"} <= set(texts(draw_network(model)))
    given = draw_network(model, feature_names=["a", "b"], class_names=["c", "d"])
    assert {"a", "b", "c", "d"} <= set(texts(given))
    one = draw_network(network(2, 1), class_names=["no", "yes"])
    assert "yes, else no" in texts(one)


@pytest.mark.parametrize("kind", ["svg", "png", "pdf"])
def test_hostile_names_stay_text(tmp_path: Path, kind: str) -> None:
    target = tmp_path / f"network.{kind}"
    ax = draw_network(network(4, 4), feature_names=HOSTILE, class_names=HOSTILE, path=target)
    shown = texts(ax)
    assert shown.count(r"\$x\$") == shown.count("<b>&</b>") == 2
    assert not any("a" * 30 in text for text in shown)
    if kind == "svg":
        tree = ElementTree.fromstring(target.read_text("utf-8"))
        written = ["".join(node.itertext()) for node in tree.iter(f"{SVG}text")]
        assert {"$x$", "<b>&</b>", "$\\frac{"} <= {text.strip() for text in written}


def test_an_svg_has_texts_groups_and_the_same_bytes_every_time(tmp_path: Path) -> None:
    model = network(2, 3, 1)
    for name in ("a.svg", "b.svg"):
        draw_network(model, X, Y, path=tmp_path / name)
    data = (tmp_path / "a.svg").read_bytes()
    assert data == (tmp_path / "b.svg").read_bytes()
    tree = ElementTree.fromstring(data)
    ids = {node.get("id") for node in tree.iter(f"{SVG}g")}
    assert {"neurons-0", "neurons-1", "neurons-2", "weights-1", "biases-2"} <= ids
    weights = next(node for node in tree.iter(f"{SVG}g") if node.get("id") == "weights-1")
    assert len(list(weights.iter(f"{SVG}path"))) == 6
    assert not pyplot.get_fignums()  # a file alone leaves no figure behind


# Axes.


def test_given_axes_are_used() -> None:
    figure, axes = pyplot.subplots(1, 2, figsize=(14, 5), layout="constrained")
    assert draw_network(network(2, 4, 1), ax=axes[0]) is axes[0]
    assert draw_network(network(2, 4, 1), X, Y, axes[1]) is axes[1]
    figure.draw_without_rendering()
    assert pyplot.get_fignums() == [figure.number]  # type: ignore[attr-defined]
    for ax in axes:
        places = centres(ax, 1)
        assert ax.get_ylim()[0] < places[:, 1].min() < places[:, 1].max() < ax.get_ylim()[1]


def test_axes_that_are_too_small_are_refused_before_anything_is_drawn() -> None:
    ax: Any = pyplot.subplots(figsize=(2, 1.5))[1]
    with pytest.raises(ValueError, match=r"1\.6 × 1\.2 inches are too small for 4 columns"):
        draw_network(network(2, 8, 4, 1), X, ax=ax)
    assert not ax.texts
    assert not ax.collections
    assert ax.axison


# What is refused.


class Branches(nn.Module):
    def __init__(self) -> None:
        self.a, self.b, self.c = nn.Linear(2, 2), nn.Linear(2, 2), nn.Linear(4, 1)

    def forward(self, x: Any) -> Any:
        return self.c(np.concatenate([self.a(x), self.b(x)], axis=-1))


class Pooled(nn.Module):
    def __init__(self) -> None:
        self.a = nn.Linear(2, 3)

    def forward(self, x: Any) -> Any:
        return self.a(x).reshape(-1)[:7]


@pytest.mark.parametrize(
    ("model", "options", "kind", "message"),
    [
        ([[1.0]], {}, TypeError, r"takes a Module such as nn\.MLP\(2, \[8, 4, 1\]\), not \[\["),
        (nn.MLP, {}, TypeError, "takes a Module"),
        (nn.Tanh(), {}, ValueError, r"this Tanh has run none: nn\.summary\(model\)"),
        (Branches(), {}, ValueError, "layers in a row, but b takes what an earlier one gave"),
        (Pooled(), {"X": X}, ValueError, r"shape \(7,\) for samples of shape \(40,\)"),
        (
            nn.Sequential(nn.Conv2d(1, 1, 2), nn.Flatten(), nn.Linear(4, 1)),
            {},
            ValueError,
            "takes is not evident: give X, a sample",
        ),
        (nn.MLP(3, [1]), {"X": [1.0, 2.0]}, ValueError, "takes 3 numbers along the last axis"),
        (nn.MLP(3, [1]), {"X": X}, ValueError, "takes 3 numbers along the last axis"),
        (nn.MLP(2, [1]), {"X": "a.svg"}, TypeError, "second argument is X, .*: write path="),
        (nn.MLP(2, [1]), {"X": Figure().subplots()}, TypeError, "is X, the samples: write ax="),
        (nn.MLP(2, [1]), {"X": []}, ValueError, r"X has shape \(0,\)"),
        (nn.MLP(2, [1]), {"X": np.ones((0, 2))}, ValueError, r"X has shape \(0, 2\)"),
        (nn.MLP(1, [1]), {"X": 1.0}, ValueError, r"X has shape \(\), but"),
        (nn.MLP(2, [1]), {"X": [1.0, np.nan]}, ValueError, r"X\[1\] is nan"),
        (nn.MLP(2, [1]), {"X": ["a", "b"]}, TypeError, r"X\[0\] is the text 'a'"),
        (nn.MLP(2, [1]), {"y": Y}, ValueError, "y needs the samples"),
        (nn.MLP(2, [1]), {"X": X, "y": Y[:3]}, ValueError, "40 samples and y has 3"),
        (nn.MLP(2, [1]), {"X": X[:1], "y": Y[:1]}, ValueError, "plane of two features"),
        (nn.MLP(2, [1]), {"X": X, "y": np.ones((40, 2))}, ValueError, r"y has shape \(40, 2\)"),
        (nn.MLP(2, [3]), {"X": X, "y": X[:, 0]}, ValueError, "classes 0 ... 2 for 3 outputs"),
        (nn.MLP(2, [1]), {"feature_names": ["a"]}, ValueError, "2 feature_names are needed"),
        (nn.MLP(2, [1]), {"feature_names": "ab"}, TypeError, "must be a list of texts"),
        (nn.MLP(2, [1]), {"class_names": ["a"]}, ValueError, "2 class_names are needed"),
        (nn.MLP(2, [3]), {"class_names": ["a"]}, ValueError, "3 class_names are needed"),
        (nn.MLP(2, [1]), {"max_neurons": 1}, ValueError, "max_neurons of draw_network must be"),
        (nn.MLP(2, [1]), {"resolution": 1}, ValueError, "resolution of draw_network must be"),
        (nn.MLP(2, [1]), {"precision": 0}, ValueError, "precision of draw_network must be"),
        (nn.MLP(2, [1]), {"path": "a.jpg"}, ValueError, r"the format of 'a\.jpg'"),
        (nn.MLP(2, [1]), {"path": ""}, ValueError, "the path is empty"),
        (nn.MLP(2, [1]), {"ax": pyplot}, TypeError, "ax is one matplotlib Axes"),
        (nn.MLP(2, [2] * 100), {}, ValueError, "100 layers do not fit"),
    ],
)
def test_refused(model: Any, options: dict[str, Any], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        draw_network(model, **options)
    assert not pyplot.get_fignums()


def test_maps_that_do_not_fit_into_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUALGRAD_MEMORY", "1e8")
    with pytest.raises(MemoryError, match="neurons at 250,000 points needs about"):
        draw_network(nn.MLP(2, [100, 1]), X, resolution=500)
