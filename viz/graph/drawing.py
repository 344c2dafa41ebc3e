"""Drawing: a graphviz.Digraph that can be drawn and shown without a `dot` command."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import graphviz

from autograd.text.files import write_whole
from autograd.text.words import counted
from viz.graph.beside import Shown
from viz.graph.render import FORMATS, RenderError, legible_picture, picture

_NODE = re.compile(r"\t(v|op)\d+ \[")
"""The line of a value or an operation, v0 or op3."""

_MIME_TYPES = {"svg": "image/svg+xml", "png": "image/png"}


class Drawing(graphviz.Digraph):
    """A graph in DOT, as `draw_dot` returns it.

    It is a graphviz.Digraph: `source` is the DOT text, `render`, `pipe` and `view` make pictures,
    and a notebook shows it. Beyond that class, it finds a Graphviz where there is no `dot` command
    (see `viz.graph.render`), and where there is none at all a notebook shows what to install and
    the DOT text.
    """

    shown: Sequence[Shown] = ()
    """What is drawn of each node, for `draw_dot(..., before=drawing)`."""

    written: Path | None = None
    """The file that `draw_dot` wrote it to: an svg in place of a png that could not be read."""

    def pipe(  # type: ignore[override]
        self, format: str | None = None, *, encoding: str | None = None, **options: Any
    ) -> bytes | str:
        """Return the picture as bytes, or as text in the given encoding.

        Args:
            format: by default that of the drawing.
            encoding: of the text to return.
            options: those of graphviz.Digraph.pipe; only the `dot` command can serve them.

        Raises:
            RenderError: there is no Graphviz, or it fails.
        """
        format = format or self.format
        if _needs_command(format, options):
            return super().pipe(format, encoding=encoding, **options)
        data = picture(self.source, format)
        return data if encoding is None else data.decode(encoding)

    def render(
        self,
        filename: str | os.PathLike[str] | None = None,
        directory: str | os.PathLike[str] | None = None,
        view: bool = False,
        cleanup: bool = False,
        format: str | None = None,
        **options: Any,
    ) -> str:
        """Write the DOT text to `filename` and the picture beside it, as graphviz.Digraph does.

        Args:
            filename: of the DOT text; the picture adds its format: graph.gv, graph.gv.svg.
            directory: the folder of both.
            view: whether to open the picture.
            cleanup: whether to delete the DOT text afterwards.
            format: by default that of the drawing.
            options: those of graphviz.Digraph.render; only the `dot` command can serve them.

        Returns:
            The path of the picture.

        Raises:
            RenderError: there is no Graphviz, or it fails. The DOT text stays.

        `draw_dot(root, "graph.svg")` writes just the picture.
        """
        format = format or self.format
        if _needs_command(format, options):
            options |= {"directory": directory, "view": view, "cleanup": cleanup, "format": format}
            return str(super().render(filename, **options))
        text = self.save(filename, directory=directory)
        try:
            data, format = legible_picture(self.source, format, f"{text}.svg")
            path = f"{text}.{format}"
            write_whole(Path(path), data)
        except RenderError as error:
            raise RenderError(str(error), error.dot, Path(text)) from error.__cause__
        if cleanup:
            os.remove(text)
        if view:
            graphviz.view(path)
        return path

    def __repr__(self) -> str:
        found = [match[1] for line in self.body if (match := _NODE.match(line))]
        drawn = counted(found.count("v"), "value")
        if "op" in found:
            drawn += f" and {counted(found.count('op'), 'operation')}"
        return f"<Drawing of {drawn}>"

    def _repr_mimebundle_(
        self,
        include: Iterable[str] | None = None,
        exclude: Iterable[str] | None = None,
        **_: Any,
    ) -> dict[str, bytes | str]:
        """Return what a notebook shows: the picture, or the DOT text and why there is none."""
        format = self.format if self.format in _MIME_TYPES else "svg"
        bundle: dict[str, bytes | str] = {}
        try:
            data, format = legible_picture(self.source, format)
            bundle[_MIME_TYPES[format]] = data.decode() if format == "svg" else data
        except RenderError as error:
            bundle["text/plain"] = f"{error}. This is the graph in DOT:\n\n{self.source}"
        wanted = set(bundle if include is None else include) - set(exclude or ())
        return {kind: shown for kind, shown in bundle.items() if kind in wanted}


def _needs_command(format: str, options: dict[str, Any]) -> bool:
    """Whether a picture asks for more than `viz.graph.render` offers."""
    return any(options.values()) or format not in FORMATS
