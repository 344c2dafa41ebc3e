"""How a training went."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from viz.plots.style import INK, axes_of, legend_below, literal, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

Columns = dict[str, NDArray[np.float64]]

NOT_DRAWN: Final = ("epoch", "lr", "seconds")
"""Columns of a history that are neither losses nor metrics."""

WIDE: Final = 20.0
"""From which ratio of the largest to the smallest loss on the scale is logarithmic."""


def plot_history(history: Any, ax: Axes | None = None) -> Axes:
    """The loss over the epochs, and the metrics on an axis of their own at the right.

    What belongs to validation data is dashed. Marked are the epoch of the least validation loss,
    and the last one if something stopped the training. The scale of the losses is logarithmic where
    they span decades. Values that are not finite leave a gap.

    Args:
        history: what `nn.fit` returns, or a dict of columns: `{"loss": [...], "val_loss": [...]}`.
        ax: where to draw; a new figure by default.

    Returns:
        The Axes of the losses.

    Raises:
        TypeError: history is neither.
        ValueError: there is no loss in it, or no epoch, or columns are of different lengths.

    >>> ax = plot_history({"loss": [1.0, 0.1, 0.01], "accuracy": [0.5, 0.9, 1.0]})
    >>> ax.get_yscale(), ax.get_xlabel()
    ('log', 'epoch')
    """
    from matplotlib.ticker import MaxNLocator

    columns = _columns(history)
    losses = {name: own for name, own in columns.items() if name in ("loss", "val_loss")}
    metrics = {name: own for name, own in columns.items() if name not in losses}
    ax = axes_of(ax)
    epochs = np.arange(1, len(columns["loss"]) + 1)
    _draw_lines(ax, epochs, losses, first=0)
    _scale(ax, np.concatenate(list(losses.values())))
    ax.set_xlabel("epoch")
    ax.set_ylabel("loss")
    ax.grid(alpha=0.3)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    handles, labels = ax.get_legend_handles_labels()
    if metrics:
        right = ax.twinx()
        _draw_lines(right, epochs, metrics, first=1)
        right.set_ylabel(", ".join(literal(n) for n in metrics if not n.startswith("val_")))
        if all(np.all((own >= 0.0) & (own <= 1.0)) for own in metrics.values()):
            right.set_ylim(-0.03, 1.03)
        more_handles, more_labels = right.get_legend_handles_labels()
        handles, labels = handles + more_handles, labels + more_labels
    marks = [*_mark_best(ax, epochs, losses), *_mark_stop(ax, epochs, history)]
    handles += marks
    labels += [str(mark.get_label()) for mark in marks]
    legend_below(ax, handles, labels)
    return ax


def _columns(history: Any) -> Columns:
    """The losses and metrics by name, each a value for every epoch."""
    from nn.intake import as_array

    told = history if isinstance(history, Mapping) else getattr(history, "columns", None)
    if not isinstance(told, Mapping):
        raise TypeError(
            f"plot_history takes what fit() returns, or a dict of columns, not {history!r}"
        )
    columns = {
        str(name): as_array(values, f"plot_history: {name!r}", finite=False)
        for name, values in told.items()
        if name not in NOT_DRAWN and len(values)
    }
    if "loss" not in columns:
        raise ValueError("plot_history: there is no epoch in the history: no loss to draw")
    for name, own in columns.items():
        if own.shape != columns["loss"].shape or own.ndim != 1:
            raise ValueError(
                f"plot_history: {name!r} has shape {own.shape}, the loss {columns['loss'].shape}: "
                "a number for each epoch is needed"
            )
    return columns


def _draw_lines(ax: Axes, epochs: NDArray[np.int64], columns: Columns, first: int) -> None:
    """Data of training solid, of validation dashed in the same colour with an empty marker."""
    names = list(dict.fromkeys(name.removeprefix("val_") for name in columns))
    for name, own in columns.items():
        validation = name.startswith("val_")
        look = style(first + names.index(name.removeprefix("val_")))
        ax.plot(
            epochs,
            np.where(np.isfinite(own), own, np.nan),
            color=look.color,
            linestyle="--" if validation else "-",
            marker=look.marker,
            markerfacecolor="white" if validation else look.color,
            markersize=5,
            markevery=(0, max(len(epochs) // 8, 1)),
            label=literal(name),
        )


def _scale(ax: Axes, losses: NDArray[np.float64]) -> None:
    """A logarithmic scale where all losses are positive and far apart."""
    finite = losses[np.isfinite(losses)]
    if finite.size and finite.min() > 0.0 and finite.max() > WIDE * finite.min():
        ax.set_yscale("log")
    elif finite.size and finite.min() >= 0.0:
        ax.set_ylim(bottom=0.0)


def _mark_best(ax: Axes, epochs: NDArray[np.int64], losses: Columns) -> list[Line2D]:
    """A dotted line at the epoch of the least validation loss, if there is one."""
    watched = losses.get("val_loss")
    if watched is None or not np.isfinite(watched).any():
        return []
    best = int(epochs[np.nanargmin(np.where(np.isfinite(watched), watched, np.nan))])
    label = f"best val_loss: epoch {best}"
    return [ax.axvline(best, color=INK, linestyle=":", linewidth=1.2, label=label)]


def _mark_stop(ax: Axes, epochs: NDArray[np.int64], history: Any) -> list[Line2D]:
    """A line at the last epoch, if something stopped the training there."""
    if getattr(history, "stopped", "finished") in ("finished", "running"):
        return []
    last = int(epochs[-1])
    label = f"stopped: epoch {last}"
    return [ax.axvline(last, color=INK, linestyle="-.", linewidth=1.2, label=label)]
