"""Moving pictures: optimizers on their way, and a boundary that is being learned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from autograd.text.arguments import positive, whole
from viz.plots.files import new_figure
from viz.plots.fonts import legible
from viz.plots.model import plot_decision_boundary
from viz.plots.optimizer_paths import Limits, draw_paths
from viz.plots.parameters import Vector
from viz.plots.style import axes_of

if TYPE_CHECKING:
    from matplotlib.animation import FuncAnimation
    from matplotlib.axes import Axes

FRAMES: Final = 60
"""Pictures of an animation, unless it has fewer moments."""


def animate_paths(
    f: Callable[[Any], Any],
    paths: Mapping[str, Any],
    ax: Axes | None = None,
    *,
    limits: Limits | None = None,
    resolution: int = 100,
    frames: int = FRAMES,
    interval: float = 100.0,
) -> FuncAnimation:
    """Show optimizers on their way over the contour lines of the function that they minimize.

    The picture is that of `plot_paths`, step by step. `save_animation` writes it to a file; a
    notebook shows `HTML(animation.to_jshtml())`.

    Args:
        f, paths, limits, resolution: as for `plot_paths`.
        ax: where to draw; a new figure by default.
        frames: how many pictures at most, evenly spread over the steps.
        interval: milliseconds from one to the next.

    Raises:
        TypeError, ValueError: as `plot_paths`; frames or interval is out of range.

    >>> from nn import minimize
    >>> f = lambda p: p[0] ** 2 / 20 + p[1] ** 2
    >>> paths = {name: minimize(f, [-7.0, 2.0], name, lr=0.5) for name in ("sgd", "adam")}
    >>> animation = animate_paths(f, paths, frames=3)
    >>> "sgd" in paths and animation.to_jshtml().count("data:image/png")
    3
    """
    checked = _checked(frames, interval, "animate_paths")
    ax, drawn = draw_paths(f, paths, ax, limits, resolution, "animate_paths")
    moments = _moments(max(len(path.points) for path in drawn), checked)

    def show(frame: int) -> None:
        for path in drawn:
            seen = path.points[: moments[frame] + 1]
            path.line.set_data(*seen.T)
            path.end.set_offsets(seen[-1:])
        ax.set_title(f"step {moments[frame]}")

    return _animation(ax, show, len(moments), interval)


def animate_boundary(
    model: Any,
    X: Any,
    y: Any,
    history: Any,
    ax: Axes | None = None,
    *,
    frames: int = FRAMES,
    interval: float = 100.0,
    resolution: int = 100,
    **options: Any,
) -> FuncAnimation:
    """Show the decision boundary of a model while it was trained.

    Each picture is that of `plot_decision_boundary` at an epoch; 0 is the moment before the first.
    The model itself stays as it is.

    Args:
        model: the Module that was trained.
        X, y: samples of shape (n, 2), and their classes.
        history: what `fit(..., record_parameters=True)` returned, or an array of parameters in the
            order of `model.parameters()`, shape (moments, n).
        ax: where to draw, cleared before each picture; a new figure by default.
        frames: how many pictures at most, evenly spread over the epochs.
        interval: milliseconds from one to the next.
        resolution, options: as for `plot_decision_boundary`.

    Raises:
        TypeError, ValueError: as `plot_decision_boundary`; no parameters were recorded, or they are
            of another model; frames or interval is out of range.

    >>> from nn import MLP, fit, make_moons
    >>> X, y = make_moons(20, seed=0)
    >>> model = MLP(2, [4, 1], seed=0)
    >>> history = fit(model, X, 2 * y - 1, loss="hinge", epochs=9, record_parameters=True)
    >>> animation = animate_boundary(model, X, y, history, frames=2, resolution=9)
    >>> animation.to_jshtml().count("data:image/png")
    2
    """
    checked = _checked(frames, interval, "animate_boundary")
    vector = Vector(model, "animate_boundary")
    path = vector.path(history)
    moments = _moments(len(path), checked)

    def draw(moment: int, ax: Axes) -> None:
        model = vector.put(path[moment])
        plot_decision_boundary(model, X, y, ax, resolution=resolution, **options)

    draw(0, new_figure(1.0, 1.0).subplots())  # what does not fit is said before Axes are cleared
    ax = axes_of(ax)

    def show(frame: int) -> None:
        ax.clear()
        draw(moments[frame], ax)
        ax.set_title(f"epoch {moments[frame]}")

    return _animation(ax, show, len(moments), interval)


def _checked(frames: Any, interval: Any, who: str) -> int:
    positive(interval, f"interval of {who}")
    return whole(frames, f"frames of {who}")


def _moments(count: int, frames: int) -> list[int]:
    """Return so many moments at most, evenly spread from the first to the last."""
    return sorted({round(moment) for moment in np.linspace(0, count - 1, frames)})


def _animation(
    ax: Axes, show: Callable[[int], None], frames: int, interval: float
) -> FuncAnimation:
    """Return the animation; the room around the Axes stays as it is in the first picture."""
    from matplotlib.animation import FuncAnimation

    figure = ax.get_figure(root=True)
    assert figure is not None
    show(0)
    legible(figure)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    return FuncAnimation(figure, show, frames=frames, interval=interval, init_func=lambda: None)
