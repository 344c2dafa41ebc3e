"""A lesson as a notebook: it runs in Jupyter's kernel and shows its pictures by itself."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
CELL = re.compile(r"^# %%\n((?:#.*\n)*)", re.MULTILINE)


def cells(lesson: str) -> list[tuple[str, str]]:
    """Return the texts and the code of a lesson, as sphinx-gallery takes them apart."""
    _, *parts = CELL.split((EXAMPLES / f"{lesson}.py").read_text("utf-8"))
    found = []
    for text, code in zip(parts[::2], parts[1::2], strict=True):
        found.append(("markdown", re.sub(r"^# ?", "", text, flags=re.MULTILINE)))
        if code.strip():
            found.append(("code", code.strip()))
    return found


@pytest.fixture
def executed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Any]:
    """The outputs of all cells of a notebook that a kernel has run."""
    nbclient = pytest.importorskip("nbclient", reason="the extra `test` brings nbclient")
    nbformat = pytest.importorskip("nbformat")
    pytest.importorskip("ipykernel", reason="the extra `test` brings ipykernel")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    monkeypatch.delenv("MPLBACKEND", raising=False)  # the kernel's own
    new = nbformat.v4
    shown = (
        "code",
        """
import nn
from autograd import error_versus_step, exp
from IPython.display import display

X, y = nn.make_moons(20, seed=0)
model = nn.MLP(2, [2, 1], seed=0)
display(report)
display(nn.summary(model, 2))
display(nn.fit(model, X, y, epochs=2, seed=0, progress=False))
display(error_versus_step(exp, 1.0))
_ = error_versus_step(exp, 1.0).plot()""",
    )
    notebook = new.new_notebook()
    for kind, text in [*cells("first_graph"), shown]:
        make = new.new_code_cell if kind == "code" else new.new_markdown_cell
        notebook.cells.append(make(text))
    client = nbclient.NotebookClient(
        notebook, kernel_name="python3", timeout=120, resources={"metadata": {"path": tmp_path}}
    )
    client.execute()
    assert not list(tmp_path.glob("figures/*"))  # shown, not written
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


@pytest.mark.filterwarnings("default")  # those of Jupyter's own packages
def test_a_notebook_shows_graphs_and_reports(executed: list[Any]) -> None:
    printed = "".join(output.text for output in executed if output.output_type == "stream")
    assert "-36" in printed
    assert "wrote" not in printed
    data = [output.data for output in executed if "data" in output]
    (graph,) = [shown["image/svg+xml"] for shown in data if "image/svg+xml" in shown]
    assert "</svg>" in graph
    assert "-54" in html.unescape(graph)
    tables = [shown["text/html"] for shown in data if "text/html" in shown]
    for heading in ("adjoint", "parameters", "epoch", "least error"):
        assert any(f">{heading}<" in table for table in tables), heading
    assert any("image/png" in shown for shown in data)
