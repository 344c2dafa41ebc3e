"""A layer as it is drawn: which of its neurons, where, and what stands beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from autograd.text.words import counted
from viz.network.colors import largest, number
from viz.network.layers import Array, Column

GAP: Final = 3
"""Rows for what is told of the neurons that are left out."""

BLOCK: Final = 4
"""Rows that a layer takes that is drawn as a block."""


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
