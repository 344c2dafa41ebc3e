"""The gallery: the lessons in `examples/`, and how each shows its pictures wherever it runs.

A lesson is a script that is read from top to bottom. `python examples/xor.py` and
`dualgrad examples xor` print its numbers and write its pictures; a notebook and the documentation
show them in place.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from viz.graph.drawing import Drawing

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FOLDER: Final = "DUALGRAD_FIGURES"
"""The environment variable that names the folder for pictures; `figures` by default."""

_takers: list[Callable[[str, Any], None]] = []


def show(picture: Drawing | Figure | Any, name: str) -> None:
    """Show a picture where there is a notebook, else write it and say where.

    It is written to the folder `figures`, or to the one that the environment variable
    DUALGRAD_FIGURES names: a drawing as SVG, a figure as PNG, an animation as GIF. Where that
    cannot be done, a line says why, and the lesson goes on.

    Args:
        picture: a drawing of a graph, a matplotlib Figure or an animation.
        name: of the file, without its suffix.
    """
    if _takers:
        _takers[-1](name, picture)
    elif _in_notebook():
        _display(picture)
    else:
        path = Path(os.environ.get(FOLDER) or "figures") / f"{name}{_suffix(picture)}"
        print(_written(picture, path))


def require(*modules: str) -> None:
    """End the lesson with one line if a module that it needs is not installed.

    Raises:
        SystemExit: a module is missing; the message says what to install.

    >>> require("math")
    """
    missing = [name for name in modules if importlib.util.find_spec(name) is None]
    if missing:
        lesson = Path(sys.argv[0]).name or "this lesson"
        told = f"{lesson} needs {' and '.join(missing)}"
        raise SystemExit(f"{told}: run `pip install {' '.join(missing)}`")


# Where pictures go.


def take(taker: Callable[[str, Any], None] | None) -> None:
    """Let a function have all further pictures, with their names; None ends that.

    The documentation collects the pictures of each lesson in this way.
    """
    _takers[:] = [] if taker is None else [taker]


def _in_notebook() -> bool:
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return hasattr(shell, "kernel")


def _display(picture: Any) -> None:
    from IPython.display import HTML, display

    display(HTML(picture.to_jshtml()) if _suffix(picture) == ".gif" else picture)


def _suffix(picture: Any) -> str:
    if isinstance(picture, Drawing):
        return ".svg"
    return ".png" if hasattr(picture, "savefig") else ".gif"


def _written(picture: Any, path: Path) -> str:
    """Write a picture; return a line that says where it is, or why it is not."""
    from viz.graph.render import RenderError, render
    from viz.plots.files import save_animation, write_figure

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(picture, Drawing):
            render(picture, path)
        elif hasattr(picture, "savefig"):
            write_figure(picture, path)
        else:
            save_animation(picture, path)
    except (OSError, RenderError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        return f"{path} was not written: {reason or error}"
    return f"wrote {path}"


# The lessons.


def folder() -> Path:
    """Return the folder of the lessons: in the installed package, or beside it in a checkout.

    Raises:
        FileNotFoundError: it is in neither place.
    """
    package = Path(__file__).parent
    for place in (package / "examples", package.parent / "examples"):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"the examples are not in {package}: install dualgrad from its wheel")


def lessons() -> dict[str, str]:
    """Return the title of each lesson by its name, in the order of the names."""
    return {path.stem: title(path) for path in sorted(folder().glob("[!_]*.py"))}


def title(path: Path) -> str:
    """Return the first line of a lesson's text."""
    text = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or path.stem
    return text.splitlines()[0]
