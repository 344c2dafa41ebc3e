"""How a training went."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from viz.plots.fonts import legible
from viz.plots.style import INK, Columns, axes_of, legend_below, literal, numbers_by_name, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

NOT_DRAWN: Final = ("epoch", "lr", "seconds")
"""Columns of a history that are neither losses nor metrics."""

WIDE: Final = 20.0
"""From which ratio of the largest to the smallest loss on the scale is logarithmic."""


def plot_history(history: Any, ax: Axes | None = None) -> Axes:
    """Draw the loss over the epochs, and the metrics on an axis of their own at the right.

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
    columns = _columns(history)
    losses = {name: own for name, own in columns.items() if name in ("loss", "val_loss")}
    metrics = {name: own for name, own in columns.items() if name not in losses}
    ax = axes_of(ax)
    epochs = np.arange(1, len(columns["loss"]) + 1)
    lines = _draw_lines(ax, epochs, losses, first=0)
    _scale(ax, np.concatenate(list(losses.values())))
    ax.set(xlabel="epoch", ylabel="loss")
    ax.grid(alpha=0.3)
    _epochs_along(ax, len(epochs))
    if metrics:
        right = ax.twinx()
        lines += _draw_lines(right, epochs, metrics, first=1)
        right.set_ylabel(", ".join(literal(n) for n in metrics if not n.startswith("val_")))
        if all(np.all((own >= 0.0) & (own <= 1.0)) for own in metrics.values()):
            right.set_ylim(-0.03, 1.03)
        legible(right)
    watched = losses.get("val_loss", np.array([]))
    if np.isfinite(watched).any():
        best = np.nanargmin(np.where(np.isfinite(watched), watched, np.nan))
        lines.append(_mark(ax, epochs[best], "best val_loss", ":"))
    if getattr(history, "stopped", "finished") not in ("finished", "running"):
        lines.append(_mark(ax, epochs[-1], "stopped", "-."))
    if len(lines) > 1:
        legend_below(ax, lines)
    return legible(ax)


def _columns(history: Any) -> Columns:
    """Return the losses and metrics by name, each a value for every epoch."""
    told = history if isinstance(history, Mapping) else getattr(history, "columns", None)
    if not isinstance(told, Mapping):
        raise TypeError(
            f"plot_history takes what fit() returns, or a dict of columns, not {history!r}"
        )
    drawn = {name: own for name, own in told.items() if name not in NOT_DRAWN and len(own)}
    if "loss" not in drawn:
        raise ValueError("plot_history: there is no epoch in the history: no loss to draw")
    columns = numbers_by_name(drawn, "plot_history")
    for name, own in columns.items():
        if own.shape != columns["loss"].shape or own.ndim != 1:
            raise ValueError(
                f"plot_history: {name!r} has shape {own.shape}, the loss {columns['loss'].shape}: "
                "a number for each epoch is needed"
            )
    return columns


def _draw_lines(ax: Axes, epochs: NDArray[np.int64], columns: Columns, first: int) -> list[Line2D]:
    """Draw training data solid, validation data dashed in the same colour, their markers empty."""
    lines: list[Line2D] = []
    names = list(dict.fromkeys(name.removeprefix("val_") for name in columns))
    for name, own in columns.items():
        validation = name.startswith("val_")
        look = style(first + names.index(name.removeprefix("val_")))
        lines += ax.plot(
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
    return lines


def _epochs_along(ax: Axes, last: int) -> None:
    """Let the axis begin at epoch 1, with a tick there and at whole numbers only."""
    from matplotlib.ticker import MaxNLocator

    room = max(0.02 * (last - 1), 0.05) if last > 1 else 0.5
    ax.set_xlim(1.0 - room, last + room)
    ticks = MaxNLocator(integer=True).tick_values(1, last)
    apart = 0.5 * (ticks[1] - ticks[0])
    ax.set_xticks([1, *(tick for tick in ticks if 1 + apart < tick <= last)])


def _scale(ax: Axes, losses: NDArray[np.float64]) -> None:
    """Choose a logarithmic scale where all losses are positive and far apart."""
    finite = losses[np.isfinite(losses)]
    if finite.size and finite.min() > 0.0 and finite.max() > WIDE * finite.min():
        ax.set_yscale("log")
    elif finite.size and finite.min() >= 0.0:
        ax.set_ylim(bottom=0.0)


def _mark(ax: Axes, epoch: int, what: str, line: str) -> Line2D:
    """Draw a vertical line at an epoch."""
    return ax.axvline(
        epoch, color=INK, linestyle=line, linewidth=1.2, label=f"{what}: epoch {epoch}"
    )
