"""DOT text to pictures, with whatever Graphviz there is.

That is the `dot` command when it is on the path, else the wheel of pygraphviz, which carries
Graphviz inside. Neither is needed to write the DOT text itself.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import graphviz

from autograd.text.files import write_whole
from autograd.text.names import hint, unknown

PICTURES = ("svg", "png", "pdf")
TEXTS = ("dot", "gv")
FORMATS = PICTURES + TEXTS

PNG_RESOLUTION = 192
"""Dots per inch: sharp on today's screens."""

PNG_LARGEST = 50
"""Inches, either way: a larger drawing is made smaller, as it would fill the memory."""

PNG_LENGTH = 50_000
"""Characters of DOT text: a longer one may be of a drawing that is too large for a png."""

PNG_SMALLEST = 0.35
"""How small a drawing may be made: its letters are 12 pixels high then, and 3 to 6 wide."""

ADVICE = (
    "Install it by `pip install pygraphviz`, "
    "or install the system package Graphviz (https://graphviz.org/download)"
)


class RenderError(RuntimeError):
    """No picture could be made. The DOT text of a graph is not lost.

    Attributes:
        dot: the DOT text, if it is of a graph.
        saved: the file that it was written to, if any; the message names it.
    """

    def __init__(self, message: str, dot: str = "", saved: Path | None = None) -> None:
        super().__init__(f"{message}. The DOT text is kept in {saved}" if saved else message)
        self.dot = dot
        self.saved = saved


def render(
    dot: str | graphviz.Graph | graphviz.Digraph,
    path: str | os.PathLike[str] | None = None,
    *,
    format: str | None = None,
) -> bytes:
    """Return the picture of a graph given in DOT, written to path as well if there is one.

    Args:
        dot: DOT text, or a graph of the graphviz package.
        path: the file to write; its suffix tells the format.
        format: svg, png, pdf, or dot or gv for the text itself. By default what the path's suffix
            says, svg without a path.

    Raises:
        ValueError: the format is unknown, or is not what the path's suffix says.
        RenderError: there is no Graphviz, or it fails. The DOT text is then written beside the
            path, with .dot added to the name.
        OSError: the file cannot be written; nothing is left behind.

    Warns:
        UserWarning: a png to be written could not be read, as it would have to be too small: an svg
            of the same name is written and returned; or it has characters that no font here has.

    >>> render("digraph { x -> y }", format="dot")
    b'digraph { x -> y }'
    """
    source = dot if isinstance(dot, str) else getattr(dot, "source", None)
    if not isinstance(source, str):
        raise TypeError(f"render() takes DOT text or a graph of graphviz, not {dot!r}")
    target = None if path is None else as_path(path)
    format = checked_format(target, format)
    return picture(source, format) if target is None else write_picture(source, target, format)[0]


def write_picture(dot: str, path: Path, format: str) -> tuple[bytes, Path]:
    """Write the picture of DOT text; return it and the path that it was written to.

    That is another one, and the format svg, where a png could not be read.

    Raises:
        RenderError: as `render` does.
        OSError: the file cannot be written; nothing is left behind.

    Warns:
        UserWarning: as `render` does.
    """
    try:
        data, drawn = legible_picture(dot, format, str(path.with_suffix(".svg")))
    except RenderError as error:
        saved = path.with_name(f"{path.name}.dot")
        try:
            write_whole(saved, dot.encode())
        except OSError:
            raise error from error.__cause__
        raise RenderError(str(error), dot, saved) from error.__cause__
    written = path if drawn == format else path.with_suffix(f".{drawn}")
    write_whole(written, data)
    return data, written


def legible_picture(dot: str, format: str, name: str = "an svg") -> tuple[bytes, str]:
    """Draw DOT text; in place of a png whose letters are too small, return an svg.

    Args:
        dot: DOT text.
        format: of the picture.
        name: what messages call the svg.

    Returns:
        The picture and its format.

    Raises:
        RenderError: there is no renderer, or all fail.

    Warns:
        UserWarning: it is an svg, or no font has some of the characters.
    """
    if format in TEXTS:
        return dot.encode(), format
    if format == "png" and len(dot) > PNG_LENGTH:
        svg = picture(dot, "svg")
        if (scale := _png_scale(svg)) < PNG_SMALLEST:
            _warn(
                f"a png would show the drawing at {scale:.0%} of its size, too small to read: "
                f"{name} is there instead; max_nodes draws a part of it"
            )
            return svg, "svg"
    if format != "svg":  # whose reader's fonts count
        _warn_of_boxes(dot)
    return picture(dot, format), format


def _warn_of_boxes(dot: str) -> None:
    from viz.plots.fonts import without_font  # not above: plots import this module

    if lacking := without_font(dot):
        _warn(
            f"no font here has {' '.join(sorted(lacking))}: install one (`apt install "
            "fonts-noto-cjk fonts-noto-color-emoji`), or draw an svg, which takes the fonts of "
            "whoever looks at it"
        )


def _warn(message: str) -> None:
    from nn.outputs import warn  # not above: what draws well does not wait for it

    warn(message)


def _png_scale(svg: bytes) -> float:
    """Return how much smaller a drawing, which is given as an svg, would be as a png."""
    points = re.search(rb'<svg width="([\d.]+)pt" height="([\d.]+)pt"', svg)
    assert points is not None
    return min(1.0, PNG_LARGEST * 72 / max(map(float, points.groups())))


def picture(dot: str, format: str) -> bytes:
    """Draw DOT text by the first renderer that can.

    Raises:
        RenderError: there is no renderer, or all fail.
    """
    if format in TEXTS:
        return dot.encode()
    failures: list[str] = []
    for draw in (_draw_by_command, _draw_by_wheel):
        try:
            data = draw(dot, format)
            if data is not None:
                return data
        except RenderError as failure:
            failures.append(str(failure))
    if failures:
        raise RenderError(f"Graphviz could not draw the {format}: {'; '.join(failures)}", dot)
    raise RenderError(f"a picture ({format}) needs Graphviz, and there is none. {ADVICE}", dot)


def checked_format(path: Path | None, format: str | None) -> str:
    """Return the format to write, by its name or else the path's suffix; svg without either.

    Raises:
        ValueError: the format is unknown, or is not what the path's suffix says.

    >>> checked_format(Path("graph.PNG"), None)
    'png'
    """
    suffix = "" if path is None else path.suffix.lower().removeprefix(".")
    if format is not None:
        if format not in FORMATS:
            raise unknown(FORMATS, format, "format")
        if suffix in FORMATS and suffix != format:
            raise ValueError(f"format {format!r} contradicts the suffix of {str(path)!r}")
        return format
    if path is None:
        return "svg"
    if suffix not in FORMATS:
        remedy = f"; for a format without a file, write format={path.name!r}"
        raise ValueError(
            f"cannot tell the format of {str(path)!r} by its suffix {path.suffix!r}"
            f"{hint(suffix, FORMATS)}: the known ones are {', '.join(FORMATS)}"
            f"{remedy if path.name in FORMATS else ''}"
        )
    return suffix


def as_path(path: str | os.PathLike[str]) -> Path:
    """Return the path as a Path; a TypeError says what else it is."""
    try:
        if path != "":
            return Path(path)
    except TypeError:
        raise TypeError(f"a path is a str or a Path, not {path!r}") from None
    raise ValueError("the path is empty: give the name of a file")


# Each renderer returns None where it is not installed, and raises a RenderError where it fails.


def find_command() -> str | None:
    """Return where the `dot` command is, if on the path."""
    return shutil.which("dot")


def find_wheel() -> Any | None:
    """Return the module pygraphviz, if installed and working."""
    try:
        return importlib.import_module("pygraphviz")
    except (ImportError, OSError):  # OSError: built without its wheel, for a Graphviz now gone
        return None


def _draw_by_command(dot: str, format: str) -> bytes | None:
    command = find_command()
    if command is None:
        return None
    try:
        run = subprocess.run(
            [command, f"-T{format}", *_settings(format)],
            input=dot.encode(),
            capture_output=True,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as error:
        raise RenderError(f"{command} cannot be run: {error.strerror}") from error
    if run.returncode != 0 or not run.stdout:
        complaint = _first_line(run.stderr) or f"exit code {run.returncode}, no message"
        raise RenderError(f"{command} says: {complaint}")
    return run.stdout


def _draw_by_wheel(dot: str, format: str) -> bytes | None:
    pygraphviz = find_wheel()
    if pygraphviz is None:
        return None
    # Graphviz is not thread-safe, and there is one standard error to watch.
    with _WHEEL_LOCK, _standard_error() as complaints:
        try:
            with contextlib.closing(pygraphviz.AGraph(string=dot)) as graph:
                data = graph.draw(format=format, prog="dot", args=" ".join(_settings(format)))
        except Exception as error:
            complaints.seek(0)
            complaint = _first_line(complaints.read()) or str(error)
            raise RenderError(f"pygraphviz says: {complaint}") from error
    return bytes(data)


_WHEEL_LOCK = threading.Lock()


def _settings(format: str) -> list[str]:
    if format != "png":
        return []
    return [f"-Gdpi={PNG_RESOLUTION}", f"-Gsize={PNG_LARGEST},{PNG_LARGEST}"]


def _first_line(output: bytes) -> str:
    """Return the first line that is an error, else the first of all."""
    lines = output.decode(errors="replace").strip().splitlines()
    return next((line for line in lines if line.startswith("Error")), lines[0] if lines else "")


@contextlib.contextmanager
def _standard_error() -> Iterator[IO[bytes]]:
    """Catch what Python and, beneath it, C code write to standard error.

    Graphviz and the font library complain there, about fonts mostly, even where all goes well.
    """
    with tempfile.TemporaryFile() as caught, contextlib.redirect_stderr(io.StringIO()):
        try:
            original = os.dup(2)
        except OSError:  # a program without standard streams
            yield caught
            return
        try:
            os.dup2(caught.fileno(), 2)
            yield caught
        finally:
            os.dup2(original, 2)
            os.close(original)
