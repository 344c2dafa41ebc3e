"""Pictures by matplotlib in files."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from autograd.text.files import write_whole
from viz.commands.inputs import InputError
from viz.graph.render import PICTURES

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def picture_path(path: str) -> Path:
    """The file to draw into.

    Raises:
        InputError: its suffix is not that of a picture.
    """
    if _suffix(Path(path)) not in PICTURES:
        known = ", ".join(PICTURES)
        raise InputError(f"cannot tell the format of {path!r}: the known suffixes are {known}")
    return Path(path)


def write_picture(figure: Figure, path: Path) -> None:
    """Write a figure whole or not at all, in the format of the suffix.

    Raises:
        OSError: the file cannot be written.
    """
    picture = io.BytesIO()
    with warnings.catch_warnings():  # a sign that the font lacks is drawn as a box
        warnings.filterwarnings("ignore", "Glyph .* missing", UserWarning)
        figure.savefig(picture, format=_suffix(path), dpi=150)
    write_whole(path, picture.getvalue())


def _suffix(path: Path) -> str:
    return path.suffix.lower().removeprefix(".")
