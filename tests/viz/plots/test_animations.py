"""Animations: what each picture shows, and what is refused before anything is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.animation import FuncAnimation
from matplotlib.axes import Axes

from nn import MLP, History, fit, make_moons, minimize
from viz.plots import animate_boundary, animate_paths, plot_decision_boundary, plot_paths

X, Y = make_moons(20, seed=0)


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    pyplot.close("all")


def bowl(p: Any) -> Any:
    return p[0] ** 2 / 20 + p[1] ** 2


def pictures(animation: FuncAnimation) -> Iterator[tuple[int, Axes]]:
    """Draw each picture, as a writer does."""
    (ax,) = animation._fig.axes
    animation._init_draw()
    for i, frame in enumerate(animation.new_saved_frame_seq()):
        animation._draw_next_frame(frame, blit=False)
        yield i, ax


def trained() -> tuple[MLP, History]:
    model = MLP(2, [4, 1], "tanh", seed=0)
    return model, fit(model, X, Y, epochs=8, record_parameters=True, progress=False)


def test_paths_grow_step_by_step() -> None:
    long = minimize(bowl, [-7.0, 2.0], "momentum", lr=0.1, steps=10).path
    short = long[:4] + 1.0
    animation = animate_paths(bowl, {"long": long, "short": short}, resolution=9)
    count = 0
    for step, ax in pictures(animation):
        for line, path in zip(ax.lines, (long, short), strict=True):
            np.testing.assert_array_equal(np.transpose(line.get_data()), path[: step + 1])
        assert ax.get_title() == f"step {step}"
        ends = [c.get_offsets()[0].tolist() for c in ax.collections[1:3]]
        assert ends == [path[min(step, len(path) - 1)].tolist() for path in (long, short)]
        count += 1
    assert count == 11
    still = plot_paths(bowl, {"long": long, "short": short}, resolution=9)
    assert still.get_xlim() == ax.get_xlim()


def test_the_last_of_few_pictures_is_the_end() -> None:
    path = np.linspace([1.0, 1.0], [0.0, 0.0], 1000)
    animation = animate_paths(bowl, {"a": path}, resolution=9, frames=4)
    titles = [ax.get_title() for _, ax in pictures(animation)]
    assert titles == ["step 0", "step 333", "step 666", "step 999"]


def test_the_boundary_is_that_of_each_epoch() -> None:
    model, history = trained()
    rows = history.parameters
    assert rows is not None
    now = [x.data for x in model.parameters()]
    animation = animate_boundary(model, X, Y, history, resolution=20, names=["a", "b"])
    twin = MLP(2, [4, 1], "tanh", seed=0)
    twin.output_kind = model.output_kind
    for epoch, ax in pictures(animation):
        for x, number in zip(twin.parameters(), rows[epoch], strict=True):
            x.data = number
        expected = plot_decision_boundary(twin, X, Y, resolution=20)
        for own, other in zip(ax.collections, expected.collections, strict=True):
            for path, same in zip(own.get_paths(), other.get_paths(), strict=True):
                np.testing.assert_array_equal(path.vertices, same.vertices)
        assert ax.get_title() == f"epoch {epoch}"
        assert [text.get_text() for text in ax.get_legend().get_texts()][:2] == ["a", "b"]
        pyplot.close(expected.figure)
    assert epoch == 8
    assert [x.data for x in model.parameters()] == now


def test_pictures_stay_in_place() -> None:
    model, history = trained()
    animation = animate_boundary(model, X, Y, history, resolution=9)
    places = set()
    for _, ax in pictures(animation):
        ax.figure.draw_without_rendering()
        places.add(ax.get_position().bounds)
    assert len(places) == 1


def test_given_axes_are_used() -> None:
    model, history = trained()
    _, ax = pyplot.subplots()
    for animation in (
        animate_paths(bowl, {"a": [[1.0, 2.0], [0.0, 0.0]]}, ax, resolution=9),
        animate_boundary(model, X, Y, history, ax, resolution=9),
    ):
        assert all(own is ax for _, own in pictures(animation))
    assert len(pyplot.get_fignums()) == 1


@pytest.mark.parametrize(
    ("options", "error", "told"),
    [
        ({"frames": 0}, ValueError, "frames of animate_boundary"),
        ({"interval": 0.0}, ValueError, "interval of animate_boundary"),
        ({"resolution": 1}, ValueError, "resolution"),
        ({"names": ["a"]}, ValueError, "2 names are needed"),
        ({"history": History()}, ValueError, r"fit\(\.\.\., record_parameters=True\)"),
        ({"history": np.zeros((3, 2))}, ValueError, "but the model has 17"),
        ({"history": np.zeros((0, 17))}, ValueError, r"shape \(0, 17\)"),
        ({"y": np.arange(20)}, ValueError, r"y\[2\] is 2"),
    ],
)
def test_what_does_not_fit_leaves_the_axes_alone(
    options: dict[str, Any], error: type[Exception], told: str
) -> None:
    model, history = trained()
    ax = pyplot.subplots()[1]
    ax.set_title("mine")
    with pytest.raises(error, match=told):
        animate_boundary(model, **{"X": X, "y": Y, "history": history, "ax": ax} | options)
    assert ax.get_title() == "mine"


def test_paths_that_do_not_fit() -> None:
    with pytest.raises(ValueError, match="animate_paths: the dict is empty"):
        animate_paths(bowl, {})
    with pytest.raises(ValueError, match=r"animate_paths: 'a' has shape \(3,\)"):
        animate_paths(bowl, {"a": [1.0, 2.0, 3.0]})
    with pytest.raises(TypeError, match=r"animate_paths: f must take one point"):
        animate_paths(lambda x, y: x + y, {"a": [[1.0, 2.0]]})
    with pytest.raises(ValueError, match="frames of animate_paths"):
        animate_paths(bowl, {"a": [[1.0, 2.0]]}, frames=-1)
    assert not pyplot.get_fignums()
