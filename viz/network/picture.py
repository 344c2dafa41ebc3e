"""What is drawn of a network into its Axes: lines, neurons, texts and the legend."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from autograd.text.words import shortened
from viz.network.colors import HUGE, NEUTRAL, colors, heat_map, largest, number, shades
from viz.network.layers import Array
from viz.network.room import HALF, LETTER, LINE, MARGIN, NAMES, RADIUS, text_width
from viz.network.strips import BLOCK, Strip
from viz.plots.style import FORWARD, INK, REVERSE, SMALL, legend_below, literal

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

OUTLINE: Final = "0.45"
"""The colour of the outlines of neurons."""

RING: Final = 0.06
"""From a neuron to the ring of its bias."""

WIDTH: Final = 1.0
"""Of a block."""

THINNEST: Final = 0.25
"""The width of the line of a weight of 0, in points."""

WRITTEN: Final = 12
"""Weights of a layer up to which they are written: it is clear then which line each belongs to."""


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
            between = before.column.units and strip.column.units
            weights = weights[np.ix_(strip.drawn, before.drawn)] if between else None
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
        edge = (self.half + 0.15 + 0.5 * text_width(texts) / self.unit) / (end - start)
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
        faces: Any = colors(strip.values[0], strip.largest) if self.values else "white"
        self.add(
            self.shapes(strip, self.half),
            f"neurons-{i}",
            facecolors="none" if self.grid else faces,
            edgecolors=OUTLINE,
            linewidths=0.8,
            zorder=4,
        )
        if self.grid:
            self.draw_maps(strip)
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

    def draw_maps(self, strip: Strip) -> None:
        """Draw what each neuron gives over the plane of the features."""
        from matplotlib.image import AxesImage

        limit = min(strip.largest, HUGE)
        for y, values in zip(strip.y, strip.values.T, strict=True):
            low, high, half = strip.x - HALF, strip.x + HALF, HALF
            extent = (low, high, y - half, y + half)
            image = AxesImage(self.ax, cmap=shades(), extent=extent, origin="lower", zorder=3)
            image.set_data(heat_map(values, self.grid))
            image.set_clim(-limit, limit)
            self.ax.add_image(image)

    def write_values(self, strip: Strip, faces: Array) -> None:
        """Write the numbers into the neurons, if they have room for them."""
        texts = [number(x, self.digits) for x in strip.values[0]]
        if text_width(texts) > 2 * RADIUS * self.unit:
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
        lines = ["⋮", f"{strip.left_out:,} more", *self.means(strip)]
        upper = int(np.argmin(np.diff(strip.y)))
        self.write(strip.x, strip.y[upper : upper + 2].mean(), "\n".join(lines), bbox=_PAPER)

    def means(self, strip: Strip) -> list[str]:
        """Return what the neurons that are left out are like."""
        rest = np.delete(np.arange(strip.column.units), strip.drawn)
        weights, lines = strip.column.weights, []
        with np.errstate(all="ignore"):
            if weights is not None:  # row by row, as there may be very many
                size = float(np.mean([np.abs(weights[unit]).mean() for unit in rest]))
                lines.append(f"mean |w| {number(size, self.digits)}")
            if self.values:
                mean = float(strip.column.values[:, rest].mean())
                lines.append(f"mean value {number(mean, self.digits)}")
        return lines

    def draw_block(self, strip: Strip) -> None:
        """Draw a layer that has no row of neurons."""
        from matplotlib.patches import Rectangle

        corner = (strip.x - WIDTH / 2, -BLOCK / 2)
        block = Rectangle(corner, WIDTH, BLOCK, fc="white", ec=OUTLINE, linewidth=0.8, zorder=4)
        self.ax.add_patch(block)
        text = shortened((strip.column.notes or strip.captions)[0], self.letters(BLOCK))
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
