"""How large the picture of a network is, and how it fills its Axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from autograd.text.words import columns as width_of
from viz.network.strips import Strip
from viz.plots.style import SMALL

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PITCH: Final = 0.75
"""Inches from a neuron to the next, where there is room. It is the unit of all other lengths."""

RADIUS: Final = 0.34
"""Of a neuron."""

HALF: Final = 0.4
"""Half the side of a heat map."""

LEAST: Final = 5.0
"""The least width of a figure, in inches, for the legend."""

CLOSEST: Final = 0.45
"""The least way from a column to the next, in inches, for the captions."""

SMALLEST: Final = 0.08
"""The least way from a neuron to the next, in inches."""

PANEL: Final = 2.4
"""Inches of the sides of the plane of two features."""

AXIS: Final = 0.75
"""Inches that its axis takes."""

BAR: Final = 0.8
"""Inches at its right, for the bar that reads its shades."""

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
        return _beside(self.strips[-1]) + (AXIS + self.panel + BAR if self.panel else 0.0)

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
    return max(
        0.3 + NAMES / SMALL * text_width(strip.names), 0.1 + 0.5 * text_width(strip.captions)
    )


def text_width(lines: Sequence[str]) -> float:
    """Return the inches that the longest line takes."""
    return LETTER * max(map(width_of, lines), default=0)
