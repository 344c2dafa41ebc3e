"""How sure a model is of a class, over the plane: the depth of the tint, and a bar that reads it.

What is shaded is the probability, where the model's results tell one, else the score, or the lead
over the next class.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograd.text.words import shortened
from viz.plots.style import SMALL, literal

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = NDArray[np.float64]

TINTS: Final = (
    *("#6caed3", "#ebb386", "#b6e3d7", "#e2b4ce"),
    *("#f5da9d", "#a5a9ad", "#bee2f7", "#c9bda2"),
)
"""The deepest tints of the regions: the colours of the classes, mixed with white so that points
stand out and neighbours differ in grey."""

LEAST: Final = 0.25
"""The depth of a tint beside the boundary."""

ORDINARY: Final = 0.95
"""The share of the scores within the range of the bar: a few far ones would pale the others."""


class Certainty(NamedTuple):
    """How sure a model is at each point, from 0 at the boundary to 1, and what the bar says."""

    depths: Array
    label: str
    ticks: tuple[float, float, float]
    """The values at the two ends of the bar and at the boundary; for more than two classes there is
    no other side: the first is that of the boundary."""
    clipped: bool


def certainty(
    numbers: Array, threshold: float | None, kind: str | None, names: list[str]
) -> Certainty:
    """Return how sure a model is of its class, by its results.

    Args:
        numbers: one for each point, or with no threshold k of them.
        threshold: the largest number of the lower of two classes.
        kind: of output: for "logits" and "probabilities" the probability is shaded, else the score.
        names: of the classes.
    """
    from nn.outputs import class_scores, probabilities_of

    with np.errstate(all="ignore"):
        if kind not in ("logits", "probabilities"):
            scores = np.sort(class_scores(numbers, threshold), axis=-1)
            lead = 0.5 * (scores[:, -1] - scores[:, -2])
            return _by_score(lead if threshold is not None else 2.0 * lead, threshold, kind)
        found = probabilities_of(kind, numbers)
        if threshold is None:
            k = found.shape[1]
            depths = (found.max(axis=1) - 1.0 / k) / (1.0 - 1.0 / k)
            label = "probability of the likeliest class"
            return Certainty(depths, label, (1.0 / k, 1.0 / k, 1.0), False)
        middle = float(probabilities_of(kind, np.array([threshold]))[0, 1])
        above = found[:, 1] - middle
        depths = np.where(above > 0.0, above / (1.0 - middle), -above / middle)
        return Certainty(
            depths, f"probability of {shortened(names[1], 20)}", (0.0, middle, 1.0), False
        )


def _by_score(lead: Array, threshold: float | None, kind: str | None) -> Certainty:
    finite = lead[np.isfinite(lead)]
    top = float(np.quantile(finite, ORDINARY)) if finite.size else 1.0
    top = top or 1.0
    clipped = bool(finite.size and finite.max() > top)
    if threshold is None:
        return Certainty(lead / top, "lead over the next class", (0.0, 0.0, top), clipped)
    ends = (threshold - top, threshold, threshold + top)
    return Certainty(lead / top, "margin" if kind == "margins" else "score", ends, clipped)


def shades(classes: NDArray[np.int64], depths: Array) -> Array:
    """Return the colour of each point, red, green, blue and opacity: none where the class is -1."""
    from matplotlib.colors import to_rgb

    tints = np.array([to_rgb(tint) for tint in TINTS])[classes % len(TINTS)]
    part = (LEAST + (1.0 - LEAST) * np.clip(np.nan_to_num(depths, nan=1.0), 0.0, 1.0))[
        :, np.newaxis
    ]
    return np.column_stack([1.0 - part * (1.0 - tints), classes >= 0])


def draw_bar(ax: Axes, sure: Certainty, two: bool) -> None:
    """Draw the bar that tells what the tints mean at the right of the Axes, as a part of them."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import LinearSegmentedColormap, Normalize, TwoSlopeNorm

    low, middle, high = sure.ticks
    inside = low < middle < high
    # Of more than two classes, each has its tint: the bar is grey.
    positions = [0.0, 0.5, 0.5, 1.0] if two else [0.0, 1.0]
    sides = [(0, 1.0), (0, 0.0), (1, 0.0), (1, 1.0)] if two else [(5, 0.0), (5, 1.0)]
    colors = [shades(np.array([c]), np.array([depth]))[0] for c, depth in sides]
    steps: Any = list(zip(positions, colors, strict=True))
    norm = TwoSlopeNorm(middle, low, high) if two and inside else Normalize(low, high)
    extend = ("both" if two else "max") if sure.clipped else "neither"
    figure = ax.get_figure()
    assert figure is not None
    bar = figure.colorbar(
        ScalarMappable(norm, LinearSegmentedColormap.from_list("certainty", steps)),
        cax=ax.inset_axes((1.02, 0.0, 0.03, 1.0)),
        extend=extend,
    )
    bar.set_label(literal(sure.label), fontsize=SMALL + 1)
    bar.ax.tick_params(labelsize=SMALL)
