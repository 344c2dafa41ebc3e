"""The loss over two directions: heights, directions and paths against NumPy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.axes import Axes

from autograd import Value
from nn import MLP, History, Linear, Sequential, Standardize, fit, make_moons, mse
from viz.plots import plot_loss_surface
from viz.plots.loss_surface import _random
from viz.plots.parameters import Objective, Vector

X, Y = make_moons(20, seed=0)
POINTS, TARGETS = np.array([[-1.0], [0.0], [2.0]]), np.array([1.0, -1.0, 2.0])
BOTH = ([1.0, 0.0], [0.0, 1.0])  # the slope and the bias of a line


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    pyplot.close("all")


def line() -> Linear:
    model = Linear(1, 1)
    for x, number in zip(model.parameters(), (0.5, -0.25), strict=True):
        x.data = number
    return model


def contours(ax: Axes) -> Any:
    (found,) = [c for c in ax.collections if type(c).__name__ == "QuadContourSet"]
    return found


def path_of(ax: Axes) -> np.ndarray:
    (found,) = [own for own in ax.lines if own.get_label() == "training"]
    return np.column_stack([np.asarray(own) for own in found.get_data()])


def test_contour_lines_lie_where_the_loss_has_their_level() -> None:
    ax = plot_loss_surface(line(), POINTS, TARGETS, directions=BOTH, resolution=101)
    found = contours(ax)
    checked = 0
    for level, path in zip(found.levels, found.get_paths(), strict=True):
        for a, b in path.vertices:
            loss = np.mean(((0.5 + a) * POINTS[:, 0] - 0.25 + b - TARGETS) ** 2)
            assert abs(loss - level) < 2e-3
            checked += 1
    assert checked > 500
    assert (ax.get_xlim(), ax.get_ylim()) == ((-1.0, 1.0), (-1.0, 1.0))
    assert ax.get_title() == "loss: mse"


def test_a_surface_of_three_dimensions() -> None:
    ax: Any = pyplot.figure().add_subplot(projection="3d")
    model = line()
    assert plot_loss_surface(model, POINTS, TARGETS, ax, directions=BOTH, resolution=5) is ax
    (star,) = [c for c in ax.collections if c.get_label() == "model"]
    height = float(np.ravel(star._offsets3d[2])[0])
    np.testing.assert_allclose(height, mse(model.predict(POINTS)[:, 0], TARGETS))
    ax.figure.draw_without_rendering()


def test_the_model_stays_as_it_is() -> None:
    model = MLP(2, [3, 1], seed=0)
    before = model.state_dict()
    plot_loss_surface(model, X, Y, resolution=3)
    assert all(np.array_equal(before[name], own) for name, own in model.state_dict().items())


@pytest.mark.parametrize(
    ("loss", "end"),
    [
        ("mse", "identity"),
        ("mse", "sigmoid"),
        ("binary_cross_entropy", "identity"),
        ("binary_cross_entropy", "sigmoid"),
        ("hinge", "identity"),
    ],
)
def test_the_loss_is_that_of_training(loss: str, end: str) -> None:
    model = Sequential(Linear(2, 4), "tanh", Linear(4, 1), end, seed=0)
    model.output_kind = "probabilities" if end == "sigmoid" else None
    y = 2 * Y - 1 if loss == "hinge" else Y
    own = Objective(model, X, y, loss, "plot").of(model)
    history = fit(model, X, y, loss=loss, epochs=1, progress=False)
    np.testing.assert_allclose(own, history["loss"][0], rtol=1e-12)


def test_losses_of_ones_own_get_values() -> None:
    def loss(prediction: Any, target: Any) -> Any:
        return ((prediction - target) ** 2).mean()

    ax = plot_loss_surface(line(), POINTS, TARGETS, loss=loss, directions=BOTH, resolution=5)
    same = plot_loss_surface(line(), POINTS, TARGETS, directions=BOTH, resolution=5)
    np.testing.assert_allclose(contours(ax).levels, contours(same).levels)


# Directions.


def test_random_directions_are_as_long_as_each_filter() -> None:
    """Li et al. 2018, section 4: for each neuron of each layer |dᵢⱼ| = |θᵢⱼ|."""
    model = MLP(2, [5, 1], bias_init="normal", seed=0)
    vector = Vector(model, "plot")
    plane = _random(vector, 0)
    state = model.state_dict()
    for row in plane:
        for name, own in vector.arrays(row).items():
            if own.ndim == 2:
                lengths = np.linalg.norm(own, axis=1), np.linalg.norm(state[name], axis=1)
            else:
                lengths = np.linalg.norm(own), np.linalg.norm(state[name])
            np.testing.assert_allclose(*lengths, rtol=1e-12)
    cosine = plane[0] @ plane[1] / np.prod(np.linalg.norm(plane, axis=1))
    assert abs(cosine) < 0.9
    assert np.array_equal(plane, _random(vector, 0))
    assert not np.array_equal(plane, _random(vector, 1))


def test_scaled_layers_have_the_same_surface() -> None:
    """The reason for the normalisation: relu(k x) / k is the same network."""
    model = MLP(2, [5, 1], seed=0)
    twin = MLP(2, [5, 1], seed=0)
    for layer, factor in zip(twin.layers, (10.0, 0.1), strict=True):
        for x in layer.w.ravel():
            x.data *= factor
    found = [
        contours(plot_loss_surface(own, X, Y, resolution=7)).levels.tolist()
        for own in (model, twin)
    ]
    np.testing.assert_allclose(*found, rtol=1e-9)


def test_directions_by_name() -> None:
    given = ({"w": [[1.0]], "b": [0.0]}, {"w": [[0.0]], "b": [1.0]})
    ax = plot_loss_surface(line(), POINTS, TARGETS, directions=given, resolution=5)
    same = plot_loss_surface(line(), POINTS, TARGETS, directions=BOTH, resolution=5)
    np.testing.assert_array_equal(contours(ax).levels, contours(same).levels)


def test_directions_leave_buffers_alone() -> None:
    """Those of the model stay, whatever the state that is given holds."""
    model = Sequential(Standardize(1).fit([[1.0], [5.0]]), Linear(1, 1, seed=0))
    vector, state = Vector(model, "a test"), model.state_dict()
    moved = {**state, "0.mean": np.array([99.0]), "1.b": np.array([7.0])}
    numbers = vector.of(moved, "a direction")
    assert numbers.tolist() == [*state["1.w"].ravel(), 7.0]
    assert [*vector.arrays(numbers)] == ["1.w", "1.b"]
    assert vector.put(numbers).state_dict()["0.mean"].tolist() == [3.0]


def test_principal_directions_of_a_path() -> None:
    model = MLP(2, [4, 1], "tanh", seed=0)
    history = fit(model, X, Y, epochs=30, record_parameters=True, progress=False)
    ax = plot_loss_surface(model, X, Y, path=history, resolution=5)
    rows = history.parameters
    assert rows is not None
    moved = rows - [x.data for x in model.parameters()]
    values, vectors = np.linalg.eigh(moved.T @ moved)  # another way than by singular values
    expected = moved @ vectors[:, [-1, -2]]
    np.testing.assert_allclose(np.abs(path_of(ax)), np.abs(expected), atol=1e-8)
    share = values[-1] / values.sum()
    assert ax.get_xlabel() == f"direction 1: {share:.0%} of the path"
    low, high = np.transpose([ax.get_xlim(), ax.get_ylim()])
    assert (path_of(ax) >= low).all()
    assert (path_of(ax) <= high).all()


def test_a_path_in_a_given_plane() -> None:
    """Two parameters, two directions that are not orthogonal: the path is seen as it is."""
    plane = np.array([[1.0, 1.0], [0.0, 2.0]])
    way = np.array([[2.0, 1.0], [1.0, -1.0], [0.5, -0.25]])
    ax = plot_loss_surface(line(), POINTS, TARGETS, directions=plane, path=way, resolution=5)
    np.testing.assert_allclose(path_of(ax) @ plane + [0.5, -0.25], way, atol=1e-12)


# What does not fit.


@pytest.mark.parametrize(
    ("options", "error", "told"),
    [
        ({"directions": "pca"}, ValueError, "give path=history"),
        ({"directions": "rnd"}, ValueError, "unknown kind of directions 'rnd'"),
        ({"directions": ([1.0, 2.0],)}, ValueError, "or a pair"),
        ({"directions": ([1.0, 2.0], [2.0, 4.0])}, ValueError, "neither 0 nor parallel"),
        ({"directions": ([1.0, 2.0], [0.0, 0.0])}, ValueError, "neither 0 nor parallel"),
        ({"directions": ([1.0], [2.0])}, ValueError, r"direction 1 has shape \(1,\), .* has 2"),
        ({"directions": ({"v": 1.0}, {"v": 2.0})}, ValueError, "v"),
        ({"path": [[0.0, 0.0]]}, ValueError, "straight line"),
        ({"path": [[0.0, 0.0, 1.0]]}, ValueError, r"shape \(1, 3\), but the model has 2"),
        ({"path": History()}, ValueError, "record_parameters=True"),
        ({"path": "sgd"}, TypeError, "recorded parameters"),
        ({"limits": ((1.0, 0.0), (0.0, 1.0))}, ValueError, "plot_loss_surface: limits"),
        ({"resolution": 1}, ValueError, "resolution of plot_loss_surface"),
        ({"resolution": 10**8}, MemoryError, "smaller resolution"),
        ({"loss": "mean"}, ValueError, "unknown loss"),
        ({"limits": ((1e200, 2e200), (1e200, 2e200))}, ValueError, "finite nowhere"),
    ],
)
def test_what_does_not_fit(options: dict[str, Any], error: type[Exception], told: str) -> None:
    with pytest.raises(error, match=told):
        plot_loss_surface(line(), POINTS, TARGETS, **{"resolution": 3} | options)
    assert not pyplot.get_fignums()


def test_models_without_a_surface() -> None:
    with pytest.raises(ValueError, match=r"all parameters are 0.*give directions"):
        plot_loss_surface(Linear(1, 1, init="zeros"), POINTS, TARGETS)
    with pytest.raises(TypeError, match="takes a Module"):
        plot_loss_surface(lambda X: X, POINTS, TARGETS)
    model = Sequential(Linear(2, 1), "sigmoid", seed=0)
    with pytest.raises(ValueError, match=r"^plot_loss_surface: hinge takes margins"):
        plot_loss_surface(model, X, 2 * Y - 1, loss="hinge")
    with pytest.raises(ValueError, match=r"^plot_loss_surface: X has 3 samples"):
        plot_loss_surface(line(), POINTS, [1.0])


def test_shared_parameters_move_together() -> None:
    shared = Value(1.0)

    class Twice(Linear):
        def forward(self, x: Any) -> Any:
            return super().forward(x) * self.a * self.b_

    model = Twice(1, 1, seed=0)
    model.a = shared
    model.b_ = shared
    vector = Vector(model, "plot")
    assert len(vector.numbers) == 3
    plot_loss_surface(model, POINTS, TARGETS, resolution=3).figure.draw_without_rendering()
