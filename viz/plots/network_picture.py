"""How the columns of a network are drawn: where, in which colours, and what is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from autograd.text.words import columns as width_of
from autograd.text.words import counted, shortened
from viz.plots.network_layers import Array, Column
from viz.plots.style import FORWARD, INK, REVERSE, SMALL, legend_below, literal

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap

NEUTRAL: Final = "#e8eaeb"
"""The colour of 0, between those of negative and positive numbers."""

OUTLINE: Final = "0.45"

PITCH: Final = 0.75
"""Inches from a neuron to the next, where there is room. It is the unit of all other lengths."""

RADIUS: Final = 0.34
"""Of a neuron."""

RING: Final = 0.06
"""From a neuron to the ring of its bias."""

HALF: Final = 0.4
"""Half the side of a heat map."""

GAP: Final = 3
"""Rows for what is told of the neurons that are left out."""

LEAST: Final = 5.0
"""The least width of a figure, in inches, for the legend."""

CLOSEST: Final = 0.45
"""The least way from a column to the next, in inches, for the captions."""

SMALLEST: Final = 0.08
"""The least way from a neuron to the next, in inches."""

THINNEST: Final = 0.25
"""The width of the line of a weight of 0, in points."""

WRITTEN: Final = 12
"""Weights of a layer up to which they are written: it is clear then which line each belongs to."""

BLOCK: Final = 4
"""Rows that a layer takes that is drawn as a block."""

WIDTH: Final = 1.0
"""Of a block."""

PANEL: Final = 2.4
"""Inches of the sides of the plane of two features."""

AXIS: Final = 0.75
"""Inches that its axis takes."""

NAMES: Final = SMALL + 1
"""The size of the names of inputs and outputs, in points."""

LETTER: Final = 0.62 * SMALL / 72.0
"""Inches that a letter takes, about."""

LINE: Final = 1.35 * SMALL / 72.0
"""Inches that a line of text takes."""

MARGIN: Final = 0.15
"""Inches between the lowest row and the captions, for a bias."""

HANGING: Final = 0.45
"""Inches below the Axes that the captions may take, as other plots' labels of ticks do."""


@dataclass
class Strip:
    """A column as it is drawn: some of its units, from top to bottom."""

    column: Column
    drawn: NDArray[np.intp]
    """Which units."""
    y: Array
    """Where their centres are."""
    rows: int
    """How many there are room for."""
    captions: list[str]
    names: list[str]
    """Those of the drawn units."""
    x: float = 0.0

    @property
    def left_out(self) -> int:
        """How many units are not drawn."""
        return self.column.units - len(self.drawn)

    @property
    def values(self) -> Array:
        """What the drawn units give, shape (samples, drawn)."""
        return self.column.values[:, self.drawn]

    @property
    def largest(self) -> float:
        """The largest size of these, for the colours."""
        return largest(self.values)

    def scale(self, digits: int) -> list[str]:
        """Return what the colours mean; nothing of a block."""
        return [f"colours: ±{number(self.largest, digits)}"] if self.column.units else []


def strip_of(column: Column, most: int, captions: Sequence[str], names: Sequence[str]) -> Strip:
    """Return a column with so many units at most: the first ones and the last ones.

    >>> strip = strip_of(Column("", [], np.zeros((1, 9))), 4, [], [])
    >>> strip.drawn, strip.y
    (array([0, 1, 7, 8]), array([ 3.,  2., -2., -3.]))
    """
    n = column.units
    drawn = np.arange(min(n, most))
    places = drawn.astype(np.float64)
    if n > most:
        lower = drawn >= (most + 1) // 2
        drawn, places = drawn + lower * (n - most), places + lower * GAP
    rows = (len(drawn) + GAP * (n > most)) if n else BLOCK
    kind = "number" if column.weights is None else "neuron"
    kind = "input" if column.name == "input" else kind
    size = counted(n, kind) if n else " × ".join(map(str, column.shape))
    if n > most:
        size += f", {most} drawn"
    shown = [names[i] for i in drawn.tolist()] if names else []
    return Strip(column, drawn, (rows - 1) / 2 - places, rows, [*captions, size], shown)


# Places.


@dataclass
class Room:
    """How many inches there are for a network, beside which things."""

    strips: list[Strip]
    panel: float
    """The side of the plane at the right; 0 where there is none."""

    @property
    def rows(self) -> int:
        """How many rows the tallest column has."""
        return max(strip.rows for strip in self.strips)

    @property
    def left(self) -> float:
        """What names and captions take at the left."""
        return _beside(self.strips[0])

    @property
    def right(self) -> float:
        """What names, captions and the plane take at the right."""
        return _beside(self.strips[-1]) + (AXIS + self.panel if self.panel else 0.0)

    @property
    def below(self) -> float:
        """What the captions take below the Axes' usual margin."""
        lines = max(len(strip.captions) for strip in self.strips)
        return max(0.0, MARGIN + lines * LINE - HANGING)

    def wanted(self) -> tuple[float, float]:
        """Return the width and the height that suit the network."""
        unit = float(np.clip(10.0 / self.rows, 0.3, PITCH))
        steps = len(self.strips) - 1
        step = min(max(2.1, 0.28 * self.rows * unit), max(1.0, 24.0 / steps))
        width = steps * step + self.left + self.right + 2 * RADIUS * unit
        height = max(self.rows * unit + 0.2, self.panel and self.panel + 0.6)
        return max(width, LEAST), height + self.below

    def place(self, width: float, height: float, who: str) -> float:
        """Give each strip its place in Axes of this size; return the unit in inches.

        Raises:
            ValueError: the Axes are too small.
        """
        steps = len(self.strips) - 1
        if (width - self.left - self.right) / steps < 1.0:
            self.panel = min(self.panel, max(1.0, 0.25 * width))
        step = (width - self.left - self.right) / (steps + 2 * RADIUS)
        unit = min(PITCH, (height - self.below - 0.2) / self.rows, step / (2 * HALF + 0.2))
        if step < CLOSEST or unit < SMALLEST:
            wide, high = self.wanted()
            raise ValueError(
                f"{who}: the Axes of {width:.1f} × {height:.1f} inches are too small for "
                f"{len(self.strips)} columns of up to {self.rows} rows: about {wide:.0f} × "
                f"{high:.0f} would do, or leave ax out for a figure of a suitable size"
            )
        for i, strip in enumerate(self.strips):
            strip.x = i * step / unit
        return unit

    def fill(self, ax: Axes, who: str) -> float:
        """Let the strips fill the Axes, their captions at the lower edge; return the unit."""
        figure = ax.get_figure(root=True)
        assert figure is not None
        if engine := figure.get_layout_engine():
            engine.execute(figure)  # which gives the Axes their size
        width, height = ax.bbox.width / figure.dpi, ax.bbox.height / figure.dpi
        unit = self.place(width, height, who)
        low, left = -(height + self.below) / 2 / unit, -self.left / unit - RADIUS
        ax.set(xlim=(left, left + width / unit), ylim=(low, low + height / unit))
        ax.set_aspect("equal")
        ax.set_axis_off()
        return unit


def _beside(strip: Strip) -> float:
    """Return the inches that names and captions take beside a column."""
    return max(0.3 + NAMES / SMALL * _width(strip.names), 0.1 + 0.5 * _width(strip.captions))


def _width(lines: Sequence[str]) -> float:
    """Return the inches that the longest line takes."""
    return LETTER * max(map(width_of, lines), default=0)


# Colours and numbers.


def shades() -> Colormap:
    """Return the colours of numbers by their sign and size, ink for what is no number."""
    from matplotlib.colors import LinearSegmentedColormap

    found = LinearSegmentedColormap.from_list("signs", [FORWARD, NEUTRAL, REVERSE])
    return found.with_extremes(bad=INK)


def largest(*arrays: Array | None) -> float:
    """Return the largest size of the finite numbers; 1 where there is none but 0.

    >>> largest(np.array([1.0, -3.0, np.inf]), None)
    3.0
    """
    sizes = [np.abs(x[np.isfinite(x)]).max(initial=0.0) for x in arrays if x is not None]
    return float(max(sizes, default=0.0)) or 1.0


def colors(numbers: Array, limit: float) -> Array:
    """Return the colour of each number, rows of red, green, blue and opacity."""
    share = np.ma.masked_invalid(numbers / limit)
    return np.asarray(shades()(0.5 + 0.5 * share))


def number(x: float, digits: int) -> str:
    """Return a number to so many significant digits, as short as it can be.

    >>> number(-0.123, 2), number(1.2e-7, 2)
    ('−0.12', '1.2e−7')
    """
    text = f"{x:.{digits}g}".replace("e+0", "e").replace("e+", "e").replace("e-0", "e-")
    return text.replace("-", "−")


# The picture.


@dataclass
class Picture:
    """Draws strips into Axes."""

    ax: Axes
    strips: list[Strip]
    unit: float
    """In inches."""
    digits: int
    values: bool
    """Whether the neurons show what they give."""
    grid: int = 0
    """Points along the sides of their heat maps; 0 where each shows one number."""

    @cached_property
    def limit(self) -> float:
        """The largest weight or bias that is drawn."""
        return largest(*(x for i in range(1, len(self.strips)) for x in self.parameters(i)))

    @property
    def thickest(self) -> float:
        """The width of the largest weight, in points."""
        return 0.07 * 72.0 * self.unit

    @property
    def half(self) -> float:
        """Half of what a neuron takes."""
        return HALF if self.grid else RADIUS

    def draw(self) -> None:
        """Draw all of it, and what the colours mean."""
        below = -max(strip.rows for strip in self.strips) / 2 - MARGIN / self.unit
        for i, strip in enumerate(self.strips):
            if i:
                self.connect(i)
            if strip.column.units:
                self.draw_units(i)
            else:
                self.draw_block(strip)
            self.write(strip.x, below, self.caption(strip), va="top")
        self.explain()

    def parameters(self, i: int) -> tuple[Array | None, Array | None]:
        """Return the drawn weights that lead to a column, and its drawn biases."""
        before, strip = self.strips[i - 1], self.strips[i]
        weights, biases = strip.column.weights, strip.column.biases
        if weights is not None:
            weights = weights[np.ix_(strip.drawn, before.drawn)] if before.column.units else None
        return weights, None if biases is None else biases[strip.drawn]

    def widths(self, numbers: Array) -> Array:
        """Return the widths of the lines of weights; half for what is no number."""
        share = np.where(np.isfinite(numbers), np.abs(numbers) / self.limit, 0.5)
        found: Array = self.thickest * share
        return found

    def write(self, x: float, y: float, text: str, **options: Any) -> None:
        """Write a text of the least size, in the middle of its place."""
        shared: dict[str, Any] = {
            "ha": "center",
            "va": "center",
            "fontsize": SMALL,
            "color": INK,
            "zorder": 6,
        }
        self.ax.text(x, y, literal(text), **(shared | options))

    # Between columns.

    def connect(self, i: int) -> None:
        """Draw what leads to a column."""
        before, strip = self.strips[i - 1], self.strips[i]
        weights, _ = self.parameters(i)
        if weights is not None:
            self.draw_weights(i, weights)
        elif strip.column.paired and strip.column.units:
            ends = [before.x, strip.x]
            self.ax.plot(ends, [strip.y, strip.y], color=OUTLINE, linewidth=0.8, zorder=1)
        else:
            sides = [self.side(strip), self.side(before)]
            x = np.array([before.x + sides[1], strip.x - sides[0]])
            self.ax.fill_between(
                x,
                [-before.rows / 2, -strip.rows / 2],
                [before.rows / 2, strip.rows / 2],
                color=NEUTRAL,
                linewidth=0.0,
                zorder=0,
            )

    def side(self, strip: Strip) -> float:
        """Return half the width of a column."""
        return self.half if strip.column.units else WIDTH / 2

    def draw_weights(self, i: int, weights: Array) -> None:
        """Draw a line for each weight, the largest ones last."""
        from matplotlib.collections import LineCollection

        before, strip = self.strips[i - 1], self.strips[i]
        ends = np.empty((*weights.shape, 2, 2))
        ends[..., 0, 0], ends[..., 1, 0] = before.x, strip.x
        ends[..., 0, 1], ends[..., 1, 1] = before.y, strip.y[:, np.newaxis]
        order = np.argsort(np.abs(weights), axis=None)  # nan is the last
        own = weights.ravel()[order]
        lines = LineCollection(
            list(ends.reshape(-1, 2, 2)[order]),
            colors=colors(own, self.limit),
            linewidths=np.maximum(THINNEST, self.widths(own)),
            linestyles=["-" if finite else ":" for finite in np.isfinite(own)],
            zorder=1,
            gid=f"weights-{i}",
        )
        self.ax.add_collection(lines)
        self.write_weights(ends, weights)

    def write_weights(self, ends: Array, weights: Array) -> None:
        """Write the weights on their lines, if there is a place where they stand apart."""
        texts = [number(w, self.digits) for w in weights.flat]
        start, end = ends[0, 0, :, 0]
        edge = (self.half + 0.15 + 0.5 * _width(texts) / self.unit) / (end - start)
        if edge > 0.5 or len(texts) > WRITTEN:
            return

        def heights(share: float) -> Array:
            found: Array = (1 - share) * ends[..., 0, 1] + share * ends[..., 1, 1]
            return found.ravel()

        def apart(share: float) -> float:
            return float(np.diff(np.sort(heights(share))).min(initial=np.inf))

        shares = edge + (1 - 2 * edge) * np.array([0.5, 0.25, 0.75, 0.1, 0.9, 0.0, 1.0])
        share = max(shares, key=apart)
        if apart(share) * self.unit < LINE:
            return
        for y, text in zip(heights(share), texts, strict=True):
            self.write(start + share * (end - start), y, text, zorder=3, bbox=_PAPER)

    # Columns.

    def draw_units(self, i: int) -> None:
        """Draw the neurons of a column, their biases, values and names."""
        strip = self.strips[i]
        limit = strip.largest
        _, biases = self.parameters(i)
        if biases is not None:
            self.add(
                self.shapes(strip, self.half + RING),
                f"biases-{i}",
                facecolors="none",
                edgecolors=colors(biases, self.limit),
                linewidths=self.widths(biases),
                zorder=2,
            )
            self.write_biases(strip, biases)
        faces: Any = colors(strip.values.mean(axis=0), limit) if self.values else "white"
        self.add(
            self.shapes(strip, self.half),
            f"neurons-{i}",
            facecolors="none" if self.grid else faces,
            edgecolors=OUTLINE,
            linewidths=0.8,
            zorder=4,
        )
        if self.grid:
            self.draw_maps(strip, limit)
        elif self.values:
            self.write_values(strip, faces)
        self.write_names(i)
        if strip.left_out:
            self.write_left_out(i)

    def shapes(self, strip: Strip, half: float) -> list[Any]:
        """Return a circle for each neuron, or a square around its heat map."""
        from matplotlib.patches import Circle, Rectangle

        if self.grid:
            side = 2 * half
            return [Rectangle((strip.x - half, y - half), side, side) for y in strip.y]
        return [Circle((strip.x, y), half) for y in strip.y]

    def add(self, patches: list[Any], gid: str, **options: Any) -> None:
        """Draw patches; an SVG has them in a group of this id."""
        from matplotlib.collections import PatchCollection

        self.ax.add_collection(PatchCollection(patches, gid=gid, **options))

    def draw_maps(self, strip: Strip, limit: float) -> None:
        """Draw what each neuron gives over the plane of the features."""
        from matplotlib.image import AxesImage

        for y, values in zip(strip.y, strip.values.T, strict=True):
            low, high, half = strip.x - HALF, strip.x + HALF, HALF
            extent = (low, high, y - half, y + half)
            image = AxesImage(self.ax, cmap=shades(), extent=extent, origin="lower", zorder=3)
            image.set_data(np.ma.masked_invalid(values.reshape(self.grid, self.grid)))
            image.set_clim(-limit, limit)
            self.ax.add_image(image)

    def write_values(self, strip: Strip, faces: Array) -> None:
        """Write the numbers into the neurons, if they have room for them."""
        texts = [number(x, self.digits) for x in strip.values.mean(axis=0)]
        if _width(texts) > 2 * RADIUS * self.unit:
            return
        for y, text, face in zip(strip.y, texts, faces, strict=True):
            light = face[:3] @ (0.299, 0.587, 0.114) > 0.55
            self.write(strip.x, y, text, color=INK if light else "white")

    def write_biases(self, strip: Strip, biases: Array) -> None:
        """Write the biases below their neurons, if there is room."""
        if (1 - 2 * (self.half + RING)) * self.unit < 0.9 * LINE:
            return
        for y, bias in zip(strip.y, biases, strict=True):
            text = f"b = {number(bias, self.digits)}"
            self.write(strip.x, y - self.half - 2 * RING, text, va="top", zorder=3, bbox=_PAPER)

    def write_names(self, i: int) -> None:
        """Write the names of the inputs at their left, of the outputs at their right."""
        strip = self.strips[i]
        sign, side = (-1, "right") if i == 0 else (1, "left")
        x = strip.x + sign * (self.half + 0.12)
        for y, name in zip(strip.y, strip.names, strict=False):
            self.write(x, y, name, ha=side, fontsize=NAMES)

    def write_left_out(self, i: int) -> None:
        """Tell of the neurons in the gap: how many, their weights, what they give."""
        strip = self.strips[i]
        rest = np.delete(np.arange(strip.column.units), strip.drawn)
        lines = ["⋮", f"{strip.left_out:,} more"]
        if strip.column.weights is not None:
            size = float(np.mean([np.abs(strip.column.weights[unit]).mean() for unit in rest]))
            lines.append(f"mean |w| {number(size, self.digits)}")
        if self.values:
            mean = strip.column.values[:, rest].mean()
            lines.append(f"mean value {number(mean, self.digits)}")
        upper = int(np.argmin(np.diff(strip.y)))
        self.write(strip.x, strip.y[upper : upper + 2].mean(), "\n".join(lines), bbox=_PAPER)

    def draw_block(self, strip: Strip) -> None:
        """Draw a layer that has no row of neurons."""
        from matplotlib.patches import Rectangle

        corner = (strip.x - WIDTH / 2, -BLOCK / 2)
        block = Rectangle(corner, WIDTH, BLOCK, fc="white", ec=OUTLINE, linewidth=0.8, zorder=4)
        self.ax.add_patch(block)
        text = shortened((strip.column.notes or [strip.column.name])[0], self.letters(BLOCK))
        self.write(strip.x, 0.0, text, rotation=90)

    def letters(self, length: float) -> int:
        """Return how many letters fit into a length."""
        return max(4, int(0.85 * length * self.unit / LETTER))

    def caption(self, strip: Strip) -> str:
        """Return what stands below a column, as wide as there is room."""
        letters = self.letters(self.strips[1].x)
        return "\n".join(shortened(line, letters) for line in strip.captions)

    # What it means.

    def explain(self) -> None:
        """Add the legend."""
        from matplotlib.lines import Line2D

        limit, width = number(self.limit, self.digits), self.thickest
        handles: list[Artist] = [
            Line2D([], [], color=FORWARD, linewidth=width, label=f"weight −{limit}"),
            Line2D([], [], color=REVERSE, linewidth=width, label=f"weight +{limit}"),
        ]
        if self.values:
            handles += [
                Line2D([], [], marker="s", ls="", color=color, label=f"{sign} value")
                for sign, color in (("negative", FORWARD), ("positive", REVERSE))
            ]
        if any(strip.column.biases is not None for strip in self.strips):
            kind, marker = ("frame", "s") if self.grid else ("ring", "o")
            look: dict[str, Any] = {"marker": marker, "mfc": "white", "mec": REVERSE, "ls": ""}
            look |= {"mew": max(1.0, width), "markersize": 9, "label": f"{kind}: bias, as weights"}
            handles.append(Line2D([], [], **look))
        if self.strange:
            handles.append(Line2D([], [], color=INK, ls=":", linewidth=1.5, label="nan or inf"))
        legend_below(self.ax, handles)

    @property
    def strange(self) -> bool:
        """Whether a weight or a bias that is drawn is not finite."""
        drawn = [x for i in range(1, len(self.strips)) for x in self.parameters(i)]
        return not all(np.isfinite(x).all() for x in drawn if x is not None)


_PAPER: Final = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.6}
"""What lets a text be read on lines."""
