"""Who draws a result: a package that is imported, one that is installed, or nobody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from autograd.text import display


def installed(folder: Path, plotter: str) -> None:
    """Make a distribution whose entry points name a plotter for `Result`."""
    metadata = folder / "plots-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: plots\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[{display.GROUP}]\nResult = {plotter}\n")


@pytest.fixture(autouse=True)
def plotters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(display, "_PLOTTERS", {})


def test_a_package_that_is_imported_draws() -> None:
    plotters: Any = {"Result": lambda result, ax: (result, ax)}
    display.register_plotters(plotters)
    assert display.plotted("Result", "one", None) == ("one", None)


def test_a_package_that_is_installed_draws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(tmp_path, "plotting_package:draw")
    (tmp_path / "plotting_package.py").write_text("def draw(result, ax):\n    return result, ax\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert display.plotted("Result", "two", None) == ("two", None)


def test_nobody_draws() -> None:
    with pytest.raises(ImportError) as caught:
        display.plotted("Result", "three", None)
    assert str(caught.value) == (
        "dualgrad's viz draws plots: to plot a Result, write `import viz` before"
    )
