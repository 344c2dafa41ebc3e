"""Figures and animations in files."""

from __future__ import annotations

import io
import logging
import math
import os
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from autograd.text.arguments import positive
from autograd.text.files import check_writable, write_whole
from autograd.text.names import hint
from viz.graph.render import RenderError, as_path
from viz.plots.fonts import legible

if TYPE_CHECKING:
    from matplotlib.animation import Animation
    from matplotlib.figure import Figure

ANIMATED: Final = ("gif", "html", "mp4")
"""The formats of animations."""

NO_FFMPEG: Final = (
    "an MP4 needs ffmpeg, and there is none: install it (https://ffmpeg.org/download.html), or "
    "write a .gif or an .html, which need nothing else"
)


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure of so many inches; not pyplot's, which may look for a screen."""
    # matplotlib would log that it cannot keep its caches, where there is no home for them.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def write_figure(figure: Figure, path: Path) -> None:
    """Write a figure whole or not at all, in the format of the suffix.

    The same figure gives the same file. In an SVG, texts stay texts, which can be found and copied.

    Raises:
        OSError: the file cannot be written.
    """
    import matplotlib as mpl

    picture, kind = io.BytesIO(), suffix(path)
    undated = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(kind)
    with mpl.rc_context(
        {
            "svg.fonttype": "none",
            "svg.hashsalt": "dualgrad",
            "image.composite_image": False,  # to make one of many small images takes seconds
        }
    ):
        legible(figure).savefig(picture, format=kind, dpi=150, metadata=undated)
    write_whole(path, picture.getvalue())


def suffix(path: Path) -> str:
    """Return the suffix of a path in small letters, without its dot."""
    return path.suffix.lower().removeprefix(".")


def save_animation(
    animation: Animation,
    path: str | os.PathLike[str],
    *,
    progress: bool | str = True,
    fps: float | None = None,
    dpi: float = 100.0,
) -> None:
    """Write an animation whole or not at all, in the format of the suffix.

    Args:
        animation: of `animate_paths`, `animate_boundary`, or any of matplotlib's.
        path: the file: .gif, .html for a page with buttons to play it, or .mp4, which needs ffmpeg.
        progress: True for a bar where the standard error is a terminal or a notebook, "always" for
            one in any case, False for none.
        fps: pictures in a second; by default those of the animation's interval.
        dpi: points in an inch.

    Raises:
        TypeError: animation is none.
        ValueError: the format is unknown, or fps or dpi is out of range.
        RenderError: there is no ffmpeg for an MP4, or it fails.
        OSError: the file cannot be written; nothing is left behind.

    >>> import os, tempfile
    >>> from viz import animate_paths
    >>> animation = animate_paths(lambda p: p @ p, {"a": [[2.0, 1.0], [0.0, 0.0]]}, resolution=9)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_animation(animation, os.path.join(folder, "path.gif"))
    ...     os.listdir(folder)
    ['path.gif']
    """
    from nn.training.progress import check_show, progress_bar

    target = as_path(path)
    writer = _writer(animation, target, fps)
    positive(dpi, "dpi of save_animation")
    check_show(progress)
    check_writable(target)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as bar:
        advances: list[Callable[[Any], None]] = []

        def advance(frame: int, total: int | None) -> None:
            if not advances:
                advances.append(bar.enter_context(progress_bar(total, progress, "picture")))
            advances[0]({})

        draft = Path(folder, f"draft.{suffix(target)}")
        try:
            animation.save(draft, writer, dpi=dpi, progress_callback=advance)
        except subprocess.CalledProcessError as error:
            raise RenderError(f"ffmpeg could not write the MP4: {error}") from error
        data = draft.read_bytes()
    if suffix(target) == "html":
        data = b'<!doctype html><meta charset="utf-8">\n' + data
    write_whole(target, data)


def _writer(animation: Any, path: Path, fps: float | None) -> Any:
    """Return matplotlib's writer for the format of a path."""
    from matplotlib import animation as mpl

    if not isinstance(animation, mpl.Animation):
        raise TypeError(f"save_animation takes an animation of matplotlib, not {animation!r}")
    if suffix(path) not in ANIMATED:
        raise ValueError(
            f"cannot write an animation to {str(path)!r}: its suffix must be one of "
            f"{', '.join(f'.{known}' for known in ANIMATED)}{hint(suffix(path), ANIMATED)}"
        )
    rate: Any = 1000.0 / getattr(animation, "_interval", 200.0) if fps is None else fps
    positive(rate, "fps of save_animation")
    if suffix(path) == "gif":
        return mpl.PillowWriter(fps=rate)
    if suffix(path) == "html":  # without a limit, beyond which pictures would be left out
        return mpl.HTMLWriter(fps=rate, embed_frames=True, embed_limit=math.inf)
    if not mpl.writers.is_available("ffmpeg"):
        raise RenderError(NO_FFMPEG)
    return mpl.FFMpegWriter(fps=rate)
