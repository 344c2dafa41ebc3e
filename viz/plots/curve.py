"""A curve that was fitted to points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from viz.plots.boundary import scores_by
from viz.plots.style import FORWARD, MANY, REVERSE, axes_of, legend_below

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_fit(model: Any, X: Any, y: Any, ax: Axes | None = None, *, resolution: int = 500) -> Axes:
    """Draw the curve of a model of one feature, and the samples.

    Args:
        model: a Module, or a function, from an array of shape (m, 1) to one of (m,) or (m, 1).
        X: samples of shape (n, 1).
        y: their targets, shape (n,).
        ax: where to draw; a new figure by default.
        resolution: points of the curve.

    Raises:
        ValueError: X has more than one column, or the model or y more than one number a sample.
        TypeError: the model is none, or X or y holds something else than numbers.

    >>> plot_fit(lambda X: X**2, [[0.0], [1.0], [2.0]], [0.0, 1.1, 3.9]).get_xlabel()
    'x'
    """
    from nn.intake import as_array, as_samples

    curve_of = scores_by(model, "plot_fit")
    X, y = as_samples(X, y, "plot_fit")
    if X.ndim != 2 or X.shape[1] != 1:
        raise ValueError(f"plot_fit: a curve is drawn over 1 feature, but X has shape {X.shape}")
    x = np.linspace(X.min(), X.max(), resolution)
    curve = as_array(curve_of(x[:, np.newaxis]), "plot_fit: the predictions", finite=False)
    if curve.size != x.size or y.size != len(X):
        raise ValueError(
            "plot_fit: one number for each sample is needed, but for samples of shape "
            f"{(resolution, 1)} the model gave {curve.shape}, and y has shape {y.shape}"
        )
    ax = axes_of(ax)
    size = float(np.clip(240.0 / len(X) ** 0.5, 6.0, 24.0))
    hollow: dict[str, Any] = {"facecolors": "none", "edgecolors": FORWARD, "linewidths": 1.0}
    ax.scatter(X, y, s=size, label="samples", rasterized=len(X) > MANY, **hollow)
    ax.plot(x, curve.reshape(-1), color=REVERSE, linewidth=2.0, label="model")
    ax.set(xlabel="x", ylabel="y")
    legend_below(ax)
    return ax
