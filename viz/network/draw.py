"""draw_network: a network as people draw it, with neurons in columns and weights between them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from autograd.text.arguments import whole
from autograd.text.memory import check_memory
from autograd.text.names import hint
from autograd.text.words import counted, shortened
from viz.graph.render import PICTURES, as_path
from viz.network.colors import HUGE, heat_map, largest, number, shades
from viz.network.layers import Array, Column, columns_of
from viz.network.picture import Picture
from viz.network.room import BAR, PANEL, Room
from viz.network.strips import Strip, strip_of
from viz.plots.files import new_figure, suffix, write_figure
from viz.plots.fonts import legible
from viz.plots.model import plot_decision_boundary
from viz.plots.optimizer_paths import around
from viz.plots.style import INK, SMALL, SMALLER, axes_of, legend_below, literal

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WHO: Final = "draw_network"

MOST_COLUMNS: Final = 100
"""Columns that fit beside each other into a picture."""

LEGEND: Final = 1.15
"""Inches below the Axes for captions and the legend."""

LONGEST: Final = 24
"""Letters of a name."""


def draw_network(
    model: Any,
    X: Any = None,
    y: Any = None,
    ax: Axes | None = None,
    *,
    path: str | os.PathLike[str] | None = None,
    feature_names: Sequence[str] | None = None,
    class_names: Sequence[str] | None = None,
    precision: int = 2,
    max_neurons: int = 50,
    resolution: int = 50,
) -> Axes:
    r"""Draw a network as people draw it: its layers as columns of neurons, its weights as lines.

    The wider a line, the larger the weight; blue ones are negative, red ones positive. The ring of
    a neuron is its bias, in the same colours and widths. Where there is room, the numbers are
    written as well. Below each column stand its module, its activation and what follows it, and
    its size. Of larger layers, the first and the last neurons are drawn; a line tells of the
    others. Layers of other kinds, such as convolutions, are blocks with their shapes.

    With samples, the neurons show what they give, in colours up to the largest number of their
    column: those of one sample; the heat map of each neuron over the plane, for many samples of two
    features; else the mean over the samples.

    Args:
        model: a Module whose layers run one after the other.
        X: one sample, (n,), or samples along the first axis.
        y: targets of samples of two features, which are then shown on the output: classes as by
            `plot_decision_boundary`, other numbers in the colours of the output.
        ax: where to draw; a new figure of a suitable size by default.
        path: a file to write; its suffix (svg, png, pdf) tells the format.
        feature_names: of the inputs; by default those of the model, else x₁, x₂, ...
        class_names: of the outputs, or of the lower and the upper class of a single output; by
            default those of the model, else y₁, y₂, ...
        precision: significant digits of the numbers.
        max_neurons: of a layer that are drawn, 2 or more.
        resolution: points along the sides of the heat maps.

    Raises:
        TypeError: the model is no Module, or something else is of a wrong kind.
        ValueError: the model does not take X, or has no layers of neurons in a row; there are too
            few or too many names; y comes without samples of two features; or a number is out of
            range.
        OSError: the file cannot be written; nothing is left behind.

    >>> from nn import MLP
    >>> ax = draw_network(MLP(2, [3, 1], "tanh", seed=0))
    >>> [text.get_text() for text in ax.texts if "neuron" in text.get_text()]
    ['layers.0\ntanh\n3 neurons', 'layers.1\n1 neuron']
    """
    from nn import Module

    if not isinstance(model, Module):
        raise TypeError(f"{WHO} takes a Module such as nn.MLP(2, [8, 4, 1]), not {model!r}")
    target = None if path is None else _picture_path(path)
    whole(precision, f"precision of {WHO}")
    whole(max_neurons, f"max_neurons of {WHO}", 2)
    whole(resolution, f"resolution of {WHO}", 2)
    X, y = _data(X, y)
    columns = _columns(model, X)
    plane = _plane(columns, X, resolution)
    if plane is None and y is not None:
        raise ValueError(f"{WHO}: y is shown on the plane of two features, but X has other samples")
    features = _features(columns[0], feature_names, model.feature_names)
    classes = class_names if class_names is not None else model.class_names
    outputs = _outputs(columns[-1], classes)
    _check_targets(y, len(outputs))
    panel = plane is not None and (y is not None or len(outputs) == 1)
    columns = _shown(columns, model, plane, [] if panel else features, precision)
    strips = _strips(columns, features, outputs, max_neurons)
    if X is not None:
        for strip in strips:
            strip.captions += strip.scale(precision)
    room = Room(strips, PANEL if panel else 0.0)
    ax = _axes(ax, room, target)
    unit = room.fill(ax, WHO)
    Picture(ax, strips, unit, precision, X is not None, 0 if plane is None else resolution).draw()
    if panel and plane is not None:
        inset = _inset(ax, room.panel / unit, unit)
        if y is not None and _are_classes(y, len(outputs)):
            _draw_classes(inset, model, X, y, classes)
        else:
            _draw_output(inset, strips[-1], plane, X, y, model.output_kind)
        inset.set(xlabel=literal(features[0]), ylabel=literal(features[1]))
        inset.tick_params(labelsize=SMALL)
    if target is not None:
        write_figure(ax.get_figure(root=True), target)  # type: ignore[arg-type]
    return legible(ax)


# What is drawn.


def _picture_path(path: str | os.PathLike[str]) -> Path:
    found = as_path(path)
    if suffix(found) not in PICTURES:
        raise ValueError(
            f"{WHO}: cannot tell the format of {str(path)!r}{hint(suffix(found), PICTURES)}: the "
            f"known suffixes are {', '.join(PICTURES)}"
        )
    return found


def _data(X: Any, y: Any) -> tuple[Array | None, Array | None]:
    """Return samples and targets as arrays."""
    from matplotlib.axes import Axes

    from nn.intake import as_array, as_samples, matching

    for name, kind in (("path", (str, os.PathLike)), ("ax", Axes)):
        if isinstance(X, kind):
            raise TypeError(f"{WHO}: the second argument is X, the samples: write {name}=...")
    if X is None:
        if y is not None:
            raise ValueError(f"{WHO}: y needs the samples that it belongs to: {WHO}(model, X, y)")
        return None, None
    array = as_array(X, f"{WHO}: X")
    if not array.size or not array.ndim:
        raise ValueError(f"{WHO}: X has shape {array.shape}, but it must hold a sample: (n,)")
    if y is None:
        return array, None
    array, targets = as_samples(X, y, WHO)
    return array, matching(targets, array.shape[:1])


def _columns(model: Any, X: Array | None) -> list[Column]:
    """Return the columns of a model, for the samples themselves."""
    _check_memory(model, 1 if X is None or X.ndim == 1 else len(X))
    columns = columns_of(model, X, WHO)
    if len(columns) > MOST_COLUMNS:
        raise ValueError(
            f"{WHO}: {len(columns) - 1:,} layers do not fit into a picture: draw some of them, "
            f"such as {WHO}(nn.Sequential(*layers[:10]), X)"
        )
    return columns


def _check_memory(model: Any, samples: int) -> None:
    units = sum(getattr(module, "nout", 1) for module in model.modules())
    check_memory(24.0 * units * samples, f"{units:,} neurons at {samples:,} points", SMALLER)


class _Plane(NamedTuple):
    """The plane of two features, for which there are heat maps."""

    x1: Array
    x2: Array

    @property
    def points(self) -> Array:
        """The points, row by row from below."""
        return np.stack(np.meshgrid(self.x1, self.x2), axis=-1).reshape(-1, 2)


def _plane(columns: list[Column], X: Array | None, resolution: int) -> _Plane | None:
    if X is None or X.ndim != 2 or X.shape[1] != 2 or len(X) < 2:
        return None
    if not all(column.units for column in columns):
        return None
    check_memory(64.0 * resolution**2, f"a grid of {resolution:,}² points", SMALLER)
    x1, x2 = (np.linspace(low, high, resolution) for low, high in around(X).tolist())
    return _Plane(x1, x2)


def _shown(
    columns: list[Column], model: Any, plane: _Plane | None, features: list[str], digits: int
) -> list[Column]:
    """Return the columns with the values to show: those over the plane, or the samples' mean.

    What they are is told below the input; the range of the plane for the features that are given.
    """
    if plane is not None:
        _check_memory(model, len(plane.points))
        columns = columns_of(model, plane.points, WHO)
        ranges = zip(features, plane, strict=False)
        columns[0].notes += [_range(name, x, digits) for name, x in ranges]
    elif len(columns[0].values) > 1:
        columns[0].notes.append(f"mean of {counted(len(columns[0].values), 'sample')}")
        for column in columns:
            with np.errstate(all="ignore"):
                column.values = column.values.mean(axis=0, keepdims=True)
    return columns


def _check_targets(y: Array | None, outputs: int) -> None:
    if y is None:
        return
    if y.ndim != 1:
        raise ValueError(f"{WHO}: y has shape {y.shape}, but a number for each sample is needed")
    if outputs > 1:
        from nn.outputs import refuse_labels

        wants = f"classes 0 ... {outputs - 1} for {outputs} outputs"
        refuse_labels(WHO, y, ~np.isin(y, np.arange(outputs)), wants)


def _range(name: str, x: Array, digits: int) -> str:
    return f"{shortened(name, LONGEST)} from {number(x[0], digits)} to {number(x[-1], digits)}"


def _strips(
    columns: list[Column], features: list[str], outputs: list[str], most: int
) -> list[Strip]:
    names = [features, *[[] for _ in columns[2:]], outputs]
    return [
        strip_of(column, most, _captions(column), [shortened(x, LONGEST) for x in own])
        for column, own in zip(columns, names, strict=True)
    ]


# Names.


def _features(column: Column, given: Sequence[str] | None, own: list[str] | None) -> list[str]:
    names = (given if given is not None else own) if column.units else None
    return _names("feature_names", names, column.units, "input") or _numbered("x", column.units)


def _outputs(column: Column, names: Sequence[str] | None) -> list[str]:
    """Return the names of the outputs; a single one tells which class it stands for."""
    n = column.units
    if n == 1 and names is not None:
        lower, upper = _names("class_names", names, 2, "class")
        return [f"{upper}, else {lower}"]
    found = _names("class_names", names, n, "output")
    return found or (["y"] if n == 1 else _numbered("y", n))


def _names(what: str, names: Sequence[str] | None, count: int, noun: str) -> list[str]:
    from nn.outputs import checked_names

    found = checked_names(names, f"{what} of {WHO}") or []
    if names is not None and len(found) != count:
        plural = "classes" if noun == "class" else f"{noun}s"
        raise ValueError(f"{WHO}: {count} {what} are needed for the {plural}, not {names!r}")
    return found


def _numbered(letter: str, count: int) -> list[str]:
    return [f"{letter}{i}".translate(SUBSCRIPTS) for i in range(1, count + 1)]


SUBSCRIPTS: Final = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def _captions(column: Column) -> list[str]:
    name = f"layer {column.name}" if column.name.isdigit() else column.name
    return [*([name] if name else []), *column.notes]


# Places.


def _axes(ax: Axes | None, room: Room, target: Path | None) -> Axes:
    """Return the given Axes, or those of a new figure of the size that suits the network."""
    if ax is not None:
        return axes_of(ax)
    width, height = room.wanted()
    size = (width, height + LEGEND)
    if target is not None:
        figure = new_figure(*size)
        figure.set_layout_engine("none")
    else:
        from matplotlib import pyplot

        figure = pyplot.figure(figsize=size)
    return figure.add_axes((0.0, LEGEND / size[1], 1.0, height / size[1]))


def _inset(ax: Axes, side: float, unit: float) -> Axes:
    """Return the Axes of the plane, at the right of the output."""
    x = ax.get_xlim()[1] - side - BAR / unit
    return ax.inset_axes((x, -side / 2, side, side), transform=ax.transData)


# The plane.


def _draw_classes(
    ax: Axes, model: Any, X: Any, y: Array, class_names: Sequence[str] | None
) -> None:
    """Draw the regions of the classes, and the samples."""
    names = None if class_names is None else [shortened(name, LONGEST) for name in class_names]
    plot_decision_boundary(model, X, y, ax, names=names)
    legend_below(ax, columns=1)


def _draw_output(
    ax: Axes, strip: Strip, plane: _Plane, X: Any, y: Array | None, kind: str | None
) -> None:
    """Draw the only output over the plane, with the samples, and the line between two classes."""
    from nn.outputs import threshold_of

    x1, x2 = plane
    heights = heat_map(strip.column.values, len(x1))
    limit = min(largest(strip.column.values, y), HUGE)
    scale: dict[str, Any] = {"cmap": shades(), "vmin": -limit, "vmax": limit}
    extent = (x1[0], x1[-1], x2[0], x2[-1])
    smooth: dict[str, Any] = {"interpolation": "bilinear", "origin": "lower", "aspect": "auto"}
    ax.imshow(heights, extent=extent, **smooth, **scale)
    size = float(np.clip(240.0 / len(X) ** 0.5, 4.0, 24.0))
    look: dict[str, Any] = {"c": INK} if y is None else {"c": y, "edgecolors": "white", **scale}
    ax.scatter(X[:, 0], X[:, 1], s=size, linewidths=0.6, **look)
    threshold = threshold_of(kind, [0.0, 1.0])
    if kind not in (None, "values") and heights.min() < threshold < heights.max():
        ax.contour(x1, x2, heights, levels=[threshold], colors=INK)
    ax.set_title(literal(strip.names[0]), fontsize=SMALL + 2)


def _are_classes(y: Array, outputs: int) -> bool:
    return outputs > 1 or any(np.isin(y, labels).all() for labels in ((0.0, 1.0), (-1.0, 1.0)))
