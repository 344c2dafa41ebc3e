"""The picture of a confusion matrix: counts and shares in the right fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.axes import Axes

from nn import MLP, confusion_matrix, make_moons
from viz import plot_confusion


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    pyplot.close("all")


def written(ax: Axes) -> dict[tuple[float, float], str]:
    """The texts of the fields, by row and column."""
    return {(y, x): text.get_text() for text in ax.texts for x, y in [text.get_position()]}


def labels(ax: Axes) -> tuple[list[str], list[str]]:
    return (
        [text.get_text() for text in ax.get_yticklabels()],
        [text.get_text() for text in ax.get_xticklabels()],
    )


def drawn(ax: Axes) -> Axes:
    """Drawn without a warning, no text below 8 points or out of the figure."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    figure.draw_without_rendering()
    for text in figure.findobj(pyplot.Text):
        if text.get_text() and text.get_visible():
            assert text.get_fontsize() >= 8.0
            box = text.get_window_extent()
            assert box.x0 >= -1.0
            assert box.y0 >= -1.0
    return ax


def test_counts_and_shares() -> None:
    ax = drawn(plot_confusion([[8, 2], [1, 9]], names=["cat", "dog"]))
    assert written(ax) == {
        (0, 0): "8\n80%",
        (0, 1): "2\n20%",
        (1, 0): "1\n10%",
        (1, 1): "9\n90%",
    }
    assert labels(ax) == (["cat", "dog"], ["cat", "dog"])
    assert (ax.get_ylabel(), ax.get_xlabel()) == ("class", "taken for")
    (image,) = ax.images
    np.testing.assert_allclose(image.get_array(), [[0.8, 0.2], [0.1, 0.9]])


def test_predictions_of_a_model() -> None:
    X, y = make_moons(40, seed=0)
    model = MLP(2, [4, 1], seed=0)
    model.output_kind, model.class_names = "logits", ["upper", "lower"]
    counts = confusion_matrix(model.predict(X), y)
    for target in (y, y.reshape(-1, 1), 2 * y - 1):
        ax = plot_confusion(model, X, target)
        found = {place: int(text.split("\n")[0]) for place, text in written(ax).items()}
        assert found == dict(np.ndenumerate(counts))
        assert labels(ax)[0] == ["upper", "lower"]
    ax = plot_confusion(model.predict, X, y)
    assert labels(ax)[0] == ["0", "1"]


def test_a_class_without_samples() -> None:
    ax = drawn(plot_confusion([[3, 1], [0, 0]]))
    assert written(ax)[(1, 0)] == "0"  # no share of nothing
    assert np.ma.getmaskarray(ax.images[0].get_array()).tolist() == [[False] * 2, [True] * 2]


@pytest.mark.parametrize("k", [1, 2, 10, 11, 30, 31, 60])
def test_any_number_of_classes(k: int) -> None:
    counts = np.random.default_rng(0).integers(0, 2000, (k, k))
    ax = drawn(plot_confusion(counts))
    assert len(ax.texts) == (k * k if k <= 30 else 0)
    assert all(("%" in text) == (k <= 10) for text in written(ax).values())


def test_texts_fit_their_fields() -> None:
    ax = drawn(plot_confusion(np.full((10, 10), 9999)))
    field = ax.transData.transform([(0, 0), (1, 1)])
    width, height = np.abs(field[1] - field[0])
    for text in ax.texts:
        box = text.get_window_extent()
        assert box.width < width
        assert box.height < height


def test_given_axes_and_long_names() -> None:
    _figure, ax = pyplot.subplots(figsize=(6, 6), layout="constrained")
    names = ["$x$ & <b>", "a name of more than sixty characters, which is far too long for a tick"]
    assert plot_confusion([[1, 0], [0, 1]], ax=ax, names=names) is ax
    drawn(ax)
    assert [len(label) <= 21 for label in labels(ax)[0]] == [True, True]


REFUSED: dict[str, tuple[tuple[Any, ...], dict[str, Any], type[Exception], str]] = {
    "no square": (([[1, 2, 3], [1, 2, 3]],), {}, ValueError, r"shape \(2, 3\)"),
    "nothing": ((np.zeros((0, 0)),), {}, ValueError, r"shape \(0, 0\)"),
    "negative": (([[1, -2], [0, 1]],), {}, ValueError, r"counts\[0, 1\] is -2"),
    "shares": (([[0.5, 0.5], [0, 1]],), {}, ValueError, r"counts\[0, 0\] is 0.5"),
    "names": (([[1, 0], [0, 1]],), {"names": ["a"]}, ValueError, "2 names are needed"),
    "a text for names": (([[1, 0], [0, 1]],), {"names": "ab"}, ValueError, "2 names are needed"),
    "a model alone": ((MLP(2, [1], seed=0),), {}, ValueError, "give X and y"),
    "counts with X": (([[1]], [[1.0]], [0]), {}, TypeError, "counts alone, or a model"),
    "texts": (([["a"]],), {}, TypeError, "counts"),
    "axes": (([[1]],), {"ax": "here"}, TypeError, "ax is one matplotlib Axes"),
}


@pytest.mark.parametrize(("args", "options", "kind", "message"), REFUSED.values(), ids=REFUSED)
def test_refusals(
    args: tuple[Any, ...], options: dict[str, Any], kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind, match=message):
        plot_confusion(*args, **options)
    assert not pyplot.get_fignums()
