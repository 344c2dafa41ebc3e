"""The loss of a model over two directions in the space of its parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from autograd.text.names import unknown
from viz.plots.fonts import legible
from viz.plots.optimizer_paths import (
    LEVELS,
    Limits,
    around,
    check_grid,
    checked_limits,
    draw_contours,
    draw_path,
    draw_starts,
    label_contours,
)
from viz.plots.parameters import Array, Objective, Vector
from viz.plots.style import INK, REVERSE, axes_of, legend_below, literal

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WHO: Final = "plot_loss_surface"

DIRECTIONS: Final = ("random", "pca")


def plot_loss_surface(
    model: Any,
    X: Any,
    y: Any,
    ax: Axes | None = None,
    *,
    loss: Any = "mse",
    directions: Any = None,
    path: Any = None,
    limits: Limits | None = None,
    resolution: int = 31,
    seed: Any = 0,
) -> Axes:
    """Draw the loss of a model where its parameters move along two directions.

    The model itself, which stays as it is, is the star at (0, 0). Random directions are normalised
    filter by filter: the part of a direction that belongs to a neuron's weights, a row of an array,
    is as long as those weights, and that of a vector, the biases of a layer say, as long as this
    vector. So a step of 1 is as long as the weights are, and networks can be compared
    (Li et al. 2018, arXiv:1712.09913). The levels of the contour lines grow by equal factors.

    Args:
        model: a Module.
        X, y: samples and targets.
        ax: where to draw: a surface if it has three dimensions (`projection="3d"`), else contour
            lines; a new figure by default.
        loss: a name of `nn.LOSSES`, or a function of (prediction, target), as for `nn.fit`.
        directions: "random"; "pca" for the two in which a path differs most from the model; or a
            pair of vectors in the order of `model.parameters()`, or of dicts as `state_dict` gives.
            By default "pca" with a path and "random" without.
        path: what `fit(..., record_parameters=True)` returned, or an array of shape (moments, n):
            drawn where it lies nearest in the plane of the directions.
        limits: how far to go, ((lowest, highest), (lowest, highest)) in units of the directions; by
            default the path is seen, or from -1 to 1 without one.
        resolution: points along each axis at which the loss is computed.
        seed: of random directions: int or Generator.

    Raises:
        TypeError: the model is no Module, or the data are no numbers.
        ValueError: directions, path and model do not fit together, two directions are parallel, or
            the loss is finite nowhere.

    >>> from nn import MLP, fit, make_moons
    >>> X, y = make_moons(20, seed=0)
    >>> model = MLP(2, [4, 1], seed=0)
    >>> history = fit(model, X, y, epochs=9, record_parameters=True)
    >>> ax = plot_loss_surface(model, X, y, path=history, resolution=5)
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['training', 'start', 'model']
    """
    check_grid(resolution, WHO)
    vector = Vector(model, WHO)
    objective = Objective(model, X, y, loss, WHO)
    moved = None if path is None else vector.path(path) - vector.numbers
    plane, labels = _plane(vector, directions, moved, seed)
    way = None if moved is None else _projected(moved, plane)
    if limits is not None:
        sides = checked_limits(limits, WHO)
    else:
        sides = np.array([[-1.0, 1.0]] * 2) if way is None else around(np.vstack([way, [[0, 0]]]))
    x1, x2 = (np.linspace(low, high, resolution) for low, high in sides)

    def height(place: Array) -> float:
        return objective.of(vector.put(vector.numbers + place @ plane))

    heights = np.array([[height(np.array([a, b])) for a in x1] for b in x2])
    if not np.isfinite(heights).any():
        raise ValueError(f"{WHO}: the loss is finite nowhere within the limits {sides.tolist()}")
    ax = axes_of(ax)
    if ax.name == "3d":
        lifted = None if way is None else np.column_stack([way, [height(p) for p in way]])
        _draw_surface(ax, x1, x2, heights, lifted, height(np.zeros(2)))
    else:
        _draw_plane(ax, x1, x2, heights, way)
        ax.set(xlim=sides[0], ylim=sides[1])
    ax.set(title=literal(f"loss: {objective.name}"), xlabel=labels[0], ylabel=labels[1])
    return legible(ax)


# Directions.


def _projected(moved: Array, plane: Array) -> Array:
    """Return the nearest points in the plane, in units of its directions."""
    return np.asarray(np.linalg.lstsq(plane.T, moved.T)[0].T, np.float64)


def _plane(
    vector: Vector, directions: Any, moved: Array | None, seed: Any
) -> tuple[Array, list[str]]:
    """Return the two directions as rows, and what the axes are called."""
    labels = ["direction 1", "direction 2"]
    if directions is None:
        directions = "random" if moved is None else "pca"
    if isinstance(directions, str):
        if directions not in DIRECTIONS:
            raise unknown(DIRECTIONS, directions, "kind of directions")
        if directions == "pca":
            return _principal(moved)
        return _random(vector, seed), labels
    if not isinstance(directions, (tuple, list, np.ndarray)) or len(directions) != 2:
        raise ValueError(f"{WHO}: directions are 'random', 'pca' or a pair, not {directions!r}")
    plane = np.array([vector.of(own, f"direction {i}") for i, own in enumerate(directions, 1)])
    lengths = np.linalg.norm(plane, axis=1)
    if not lengths.all() or np.linalg.matrix_rank(plane / lengths[:, np.newaxis], tol=1e-9) < 2:
        raise ValueError(f"{WHO}: a plane needs two directions that are neither 0 nor parallel")
    return plane, labels


def _random(vector: Vector, seed: Any) -> Array:
    """Return two random directions, normalised filter by filter."""
    from nn.intake import generator_of

    generator = generator_of(seed)
    weights = vector.arrays(vector.numbers)
    if not vector.numbers.any():
        raise ValueError(
            f"{WHO}: all parameters are 0, which a random direction is to be as long as: give "
            "directions"
        )
    drawn = [{name: _filters(own, generator) for name, own in weights.items()} for _ in range(2)]
    return np.array([vector.of(direction, "direction") for direction in drawn])


def _filters(weights: Array, generator: np.random.Generator) -> Array:
    """Return random numbers of which every filter is as long as that of the weights."""
    drawn = generator.standard_normal(weights.shape)
    axes = tuple(range(1, weights.ndim)) if weights.ndim > 1 else None
    length = np.sqrt(np.sum(weights**2, axis=axes, keepdims=True))
    found: Array = drawn * length / np.sqrt(np.sum(drawn**2, axis=axes, keepdims=True))
    return found


def _principal(moved: Array | None) -> tuple[Array, list[str]]:
    """Return the two directions of unit length that hold most of a path, as seen from the model."""
    if moved is None:
        raise ValueError(f"{WHO}: directions='pca' are those of a path: give path=history")
    _, sizes, axes = np.linalg.svd(moved, full_matrices=False)
    if len(sizes) < 2 or sizes[1] <= 1e-9 * sizes[0]:
        raise ValueError(
            f"{WHO}: the path is a single point or a straight line, which has no second direction: "
            "take directions='random'"
        )
    shares = sizes**2 / np.sum(sizes**2)
    return axes[:2], [f"direction {i + 1}: {shares[i]:.0%} of the path" for i in range(2)]


# Pictures.


def _draw_plane(ax: Axes, x1: Array, x2: Array, heights: Array, way: Array | None) -> None:
    lines = draw_contours(ax, x1, x2, heights)
    if lines is not None:
        label_contours(ax, lines, slice(LEVELS // 2, None))  # where there is room between them
    if way is not None:
        draw_path(ax, "training", way, 0)
        draw_starts(ax, [way[0]])
    star: dict[str, Any] = {"s": 170.0, "marker": "*", "edgecolors": INK, "zorder": 6}
    ax.scatter(0.0, 0.0, color=REVERSE, label="model", **star)
    legend_below(ax)


def _draw_surface(
    ax: Any, x1: Array, x2: Array, heights: Array, way: Array | None, own: float
) -> None:
    ax.computed_zorder = False  # path and model are seen through the surface
    grid = np.meshgrid(x1, x2)
    ax.plot_surface(*grid, np.ma.masked_invalid(heights), cmap="cividis", alpha=0.8, linewidth=0)
    if way is not None:
        ax.plot(*way.T, color=INK, linewidth=2.0, label="training", zorder=5)
    star = {"s": 170.0, "marker": "*", "edgecolors": INK, "zorder": 6, "depthshade": False}
    ax.scatter(0.0, 0.0, own, color=REVERSE, label="model", **star)
    ax.set_zlabel("loss")
    ax.legend(loc="upper left")
