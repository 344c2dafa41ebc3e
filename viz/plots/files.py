"""Figures in files."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from autograd.text.files import write_whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def write_figure(figure: Figure, path: Path) -> None:
    """Write a figure whole or not at all, in the format of the suffix.

    Raises:
        OSError: the file cannot be written.
    """
    picture = io.BytesIO()
    with warnings.catch_warnings():  # a sign that the font lacks is drawn as a box
        warnings.filterwarnings("ignore", "Glyph .* missing", UserWarning)
        figure.savefig(picture, format=suffix(path), dpi=150)
    write_whole(path, picture.getvalue())


def suffix(path: Path) -> str:
    """Return the suffix of a path in small letters, without its dot."""
    return path.suffix.lower().removeprefix(".")
