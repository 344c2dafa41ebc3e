"""What sphinx-gallery asks for the pictures of a lesson: those that it shows, as files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sphinx_gallery.scrapers import figure_rst

from viz import gallery
from viz.graph.drawing import Drawing
from viz.graph.render import render
from viz.plots.files import save_animation

_shown: list[tuple[str, Any]] = []


def begin(gallery_conf: dict[str, Any], script: str | None) -> None:
    """Collect the pictures of the lesson that begins."""
    _shown.clear()
    gallery.take(lambda name, picture: _shown.append((name, picture)))


def scrape(block: tuple[Any, ...], block_vars: dict[str, Any], gallery_conf: dict[str, Any]) -> str:
    """Write what a cell of the lesson has shown; return the lines that put it on the page."""
    places = block_vars["image_path_iterator"]
    paths = [str(_written(picture, Path(next(places)))) for _, picture in _shown]
    titles = ", ".join(name.replace("_", " ") for name, _ in _shown)
    _shown.clear()
    return figure_rst(paths, gallery_conf["src_dir"], titles)


def _written(picture: Any, path: Path) -> Path:
    if isinstance(picture, Drawing):
        path = path.with_suffix(".svg")
        render(picture, path)
    elif hasattr(picture, "savefig"):
        picture.savefig(path, dpi=120)
    else:
        path = path.with_suffix(".gif")
        save_animation(picture, path, progress=False)
    return path
