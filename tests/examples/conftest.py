"""Lessons are run once for all tests of a module, with their pictures kept instead of written."""

from __future__ import annotations

import contextlib
import io
import runpy
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from matplotlib.animation import FuncAnimation

from viz import gallery

EXAMPLES = Path(__file__).parents[2] / "examples"


class Lesson(NamedTuple):
    """What a lesson leaves behind."""

    names: dict[str, Any]
    """Its variables."""
    printed: str
    pictures: dict[str, Any]
    """What it showed, by name."""

    def __getitem__(self, name: Any) -> Any:
        return self.names[name]

    def curves(self, picture: str) -> list[dict[str, list[float]]]:
        """The heights of the lines in each Axes of a figure, by their labels."""
        return [
            {str(line.get_label()): list(line.get_ydata()) for line in axes.lines}
            for axes in self.pictures[picture].axes
        ]


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a lesson together, where several processes share the tests."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.fixture(scope="module")
def lesson(request: pytest.FixtureRequest) -> Lesson:
    """The lesson of which the test module has the name: test_xor.py runs examples/xor.py."""
    name = Path(str(request.node.path)).stem.removeprefix("test_")
    pictures: dict[str, Any] = {}
    printed = io.StringIO()

    def keep(name: str, picture: Any) -> None:
        if isinstance(picture, FuncAnimation):
            picture._init_draw()  # else it would complain, in the end, that nobody has seen it
        pictures[name] = picture

    gallery.take(keep)
    try:
        with contextlib.redirect_stdout(printed):
            names = runpy.run_path(str(EXAMPLES / f"{name}.py"), run_name="__main__")
    finally:
        gallery.take(None)
    return Lesson(names, printed.getvalue(), pictures)
