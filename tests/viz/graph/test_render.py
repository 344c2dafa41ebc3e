"""Rendering with the `dot` command, with the wheel, and with neither; files; notebooks."""

from __future__ import annotations

import importlib.util
import os
import pickle
import shutil
import stat
import subprocess
import sys
import threading
import warnings
from pathlib import Path
from typing import Any

import graphviz
import pytest

import viz.graph.render as rendering
from autograd import Value
from tests.viz.graph.graphs import chain, exercise_4, node_texts, twice
from viz import RenderError, draw_dot
from viz.graph.render import render
from viz.plots import fonts

MAGIC = {"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF"}
DOT = 'digraph { x [label="权重"]; x -> y }'


@pytest.fixture(
    params=[
        pytest.param(
            "command",
            marks=pytest.mark.skipif(shutil.which("dot") is None, reason="no dot command here"),
        ),
        pytest.param(
            "wheel",
            marks=pytest.mark.skipif(
                importlib.util.find_spec("pygraphviz") is None, reason="no pygraphviz here"
            ),
        ),
    ]
)
def only(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """One renderer alone, each in turn."""
    hidden = "find_wheel" if request.param == "command" else "find_command"
    monkeypatch.setattr(rendering, hidden, lambda: None)
    return str(request.param)


@pytest.fixture
def no_renderer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "find_command", lambda: None)
    monkeypatch.setattr(rendering, "find_wheel", lambda: None)


def fake_command(
    monkeypatch: pytest.MonkeyPatch, returncode: int, stdout: bytes, stderr: bytes
) -> list[list[str]]:
    """A `dot` that answers so; returns the list of the calls to come."""
    calls: list[list[str]] = []

    def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[bytes]:
        calls.append(command)
        return subprocess.CompletedProcess(command, returncode, stdout, stderr)

    monkeypatch.setattr(rendering, "find_command", lambda: "dot")
    monkeypatch.setattr(subprocess, "run", run)
    return calls


# Pictures.


@pytest.mark.parametrize("format", MAGIC)
def test_every_format(only: str, format: str, tmp_path: Path) -> None:
    path = tmp_path / f"graph.{format}"
    data = render(DOT, path)
    assert data.startswith(MAGIC[format])
    assert path.read_bytes() == data
    assert render(DOT, format=format).startswith(MAGIC[format])
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_text_is_exact(only: str) -> None:
    assert node_texts(render(DOT))["x"] == ["权重"]
    name = 'a<b> & {c|d} "\\N\\" charset="x"'
    exercise = exercise_4()
    exercise.name = name
    texts = node_texts(render(draw_dot(exercise)))["v5"]
    assert "".join(texts[: texts.index("v5")]).strip() == name


def test_bad_dot_is_refused(only: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(
        RenderError, match=r"could not draw the svg: .* says: .*syntax error"
    ) as info:
        render("digraph { x -> ")
    assert info.value.dot == "digraph { x -> "
    assert "\n" not in str(info.value)
    assert capfd.readouterr() == ("", "")


def test_nothing_on_standard_error(only: str, capfd: pytest.CaptureFixture[str]) -> None:
    many = "".join(f"n{i};" for i in range(1200))
    render(f'digraph {{ node [fontname="no such font"]; {many} }}')
    print("still there", file=sys.stderr)
    assert capfd.readouterr() == ("", "still there\n")


def test_threads_may_render_at_once(only: str) -> None:
    results: list[bytes] = []
    threads = [threading.Thread(target=lambda: results.append(render(DOT))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [results[0]] * 8


def test_a_graph_of_graphviz(only: str) -> None:
    graph = graphviz.Digraph()
    graph.node("权")
    assert node_texts(render(graph)) == {"权": ["权"]}
    with pytest.raises(TypeError, match="not 3"):
        render(3)  # type: ignore[arg-type]


def test_large_png_fits_the_memory(only: str) -> None:
    row = "->".join(f"n{i}" for i in range(2000))
    data = render(f"digraph {{ rankdir=LR; {row} }}", format="png")
    width = int.from_bytes(data[16:20], "big")
    assert width <= rendering.PNG_RESOLUTION * rendering.PNG_LARGEST + 1


# Pictures that could not be read.


def wide(count: int) -> str:
    """DOT text of a drawing so many inches wide, long enough to be looked at."""
    return f"digraph {{ x [width={count}, height=1] }}" + " " * rendering.PNG_LENGTH


def test_a_png_too_small_to_read_becomes_an_svg(only: str, tmp_path: Path) -> None:
    path = tmp_path / "graph.png"
    with pytest.warns(
        UserWarning, match=r"at 25% of its size, .*graph\.svg is there instead"
    ) as seen:
        data = render(wide(200), path)
    assert len(seen) == 1
    assert [entry.name for entry in tmp_path.iterdir()] == ["graph.svg"]
    assert (tmp_path / "graph.svg").read_bytes() == data
    assert data.startswith(MAGIC["svg"])


def test_a_png_that_can_be_read_stays_one(only: str, tmp_path: Path) -> None:
    render(wide(100), tmp_path / "graph.png")
    assert [entry.name for entry in tmp_path.iterdir()] == ["graph.png"]
    assert render(wide(200), format="png").startswith(MAGIC["png"])  # asked for by hand


def test_large_drawings_as_svg_and_pdf_are_as_large_as_they_are(tmp_path: Path) -> None:
    for format in ("svg", "pdf"):
        assert render(wide(150), tmp_path / f"graph.{format}").startswith(MAGIC[format])


def test_ten_thousand_nodes_are_no_strip(tmp_path: Path) -> None:
    path = tmp_path / "graph.png"
    drawing = draw_dot(chain(5000), path)  # cut, and said so
    assert "99 of 10,001 nodes" in drawing.source
    width, height = (int.from_bytes(path.read_bytes()[i : i + 4], "big") for i in (16, 20))
    assert 0.3 < width / height < 4.0
    assert drawing.written == path


def test_a_drawing_tells_which_file_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "PNG_SMALLEST", 1.1)
    monkeypatch.setattr(rendering, "PNG_LENGTH", 0)
    with pytest.warns(UserWarning, match="too small to read") as seen:
        drawing = draw_dot(twice(), tmp_path / "graph.png")
    assert drawing.written == tmp_path / "graph.svg"
    assert seen[0].filename == __file__
    with pytest.warns(UserWarning, match="too small to read"):
        assert Path(drawing.render(tmp_path / "gout", format="png")).name == "gout.svg"
    with pytest.warns(UserWarning, match="too small to read"):
        assert list(draw_dot(twice(), format="png")._repr_mimebundle_()) == ["image/svg+xml"]


@pytest.mark.parametrize("format", ["png", "pdf", "svg"])
def test_a_hint_where_no_font_has_a_character(
    format: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "without_font", lambda text: {"权", "🔥"} & set(text))
    path = tmp_path / f"graph.{format}"
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        draw_dot(Value(1.0, "权") * Value(2.0, "🔥"), path)
        draw_dot(twice(), path)
    told = [str(warning.message) for warning in seen]
    assert len(told) == (format != "svg")  # whose reader's fonts count
    assert all("no font here has 权 🔥: install one" in text for text in told)
    assert path.read_bytes().startswith(MAGIC[format])


# The command comes first, the wheel helps out.


def test_command_first(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = fake_command(monkeypatch, 0, b"a picture", b"Warning: some font\n")
    monkeypatch.setattr(rendering, "find_wheel", lambda: pytest.fail("not needed"))
    assert render(DOT) == b"a picture"
    assert calls == [["dot", "-Tsvg"]]


@pytest.mark.parametrize(
    ("code", "stdout", "stderr", "message"),
    [
        (1, b"", b"Error: line one\nline two\n", "dot says: Error: line one$"),
        (0, b"", b"Warning: w\nError: no picture\n", "dot says: Error: no picture$"),
        (-11, b"<?xm", b"", "exit code -11"),
    ],
)
def test_failing_command(
    monkeypatch: pytest.MonkeyPatch, code: int, stdout: bytes, stderr: bytes, message: str
) -> None:
    fake_command(monkeypatch, code, stdout, stderr)
    monkeypatch.setattr(rendering, "find_wheel", lambda: None)
    with pytest.raises(RenderError, match=message):
        render(DOT)


def test_command_that_cannot_be_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(rendering, "find_command", lambda: str(tmp_path / "dot"))
    monkeypatch.setattr(rendering, "find_wheel", lambda: None)
    with pytest.raises(RenderError, match="cannot be run"):
        render(DOT)


def test_wheel_helps_when_the_command_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pygraphviz")
    fake_command(monkeypatch, 1, b"", b'Format: "pdf" not recognized.')
    assert render(DOT, format="pdf").startswith(b"%PDF")


def test_a_wheel_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    assert rendering.find_wheel() is None


def test_a_program_without_standard_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pygraphviz")
    monkeypatch.setattr(rendering, "find_command", lambda: None)

    def no_such_descriptor(_: int) -> int:
        raise OSError("bad file descriptor")

    monkeypatch.setattr(os, "dup", no_such_descriptor)
    monkeypatch.setattr(sys, "stderr", None)
    assert render(DOT).startswith(b"<?xml")


# Without any Graphviz.


def test_advice_and_dot_without_graphviz(no_renderer: None, tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="`pip install pygraphviz`") as info:
        draw_dot(twice(), tmp_path / "graph.svg")
    kept = tmp_path / "graph.svg.dot"
    assert info.value.saved == kept
    assert str(kept) in str(info.value)
    assert kept.read_text(encoding="utf-8") == info.value.dot == draw_dot(twice()).source
    assert [entry.name for entry in tmp_path.iterdir()] == ["graph.svg.dot"]


def test_advice_without_a_file(no_renderer: None) -> None:
    with pytest.raises(RenderError, match="Graphviz") as info:
        render(DOT)
    assert info.value.dot == DOT
    assert info.value.saved is None
    copy = pickle.loads(pickle.dumps(info.value))
    assert (str(copy), copy.dot) == (str(info.value), DOT)


def test_advice_where_nothing_can_be_written(no_renderer: None, tmp_path: Path) -> None:
    with pytest.raises(RenderError) as info:
        render(DOT, tmp_path / "nowhere" / "graph.svg")
    assert info.value.saved is None
    assert "kept" not in str(info.value)


@pytest.mark.parametrize("suffix", ["dot", "gv"])
def test_dot_text_needs_no_renderer(no_renderer: None, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"graph.{suffix}"
    drawing = draw_dot(twice(), str(path))
    assert path.read_bytes().decode() == drawing.source
    assert render(DOT, format=suffix) == DOT.encode()


# Files.


def test_format_of_a_path_without_suffix(tmp_path: Path) -> None:
    render(DOT, tmp_path / "graph", format="dot")
    assert (tmp_path / "graph").read_text(encoding="utf-8") == DOT
    with pytest.raises(ValueError, match=r"cannot tell the format.*svg, png, pdf, dot, gv"):
        render(DOT, tmp_path / "graph")


def test_paths_that_cannot_be_written(tmp_path: Path) -> None:
    missing = tmp_path / "nowhere" / "graph.dot"
    with pytest.raises(FileNotFoundError, match="folder does not exist; create it first") as info:
        draw_dot(twice(), missing)
    assert info.value.filename == str(missing)
    (tmp_path / "folder.dot").mkdir()
    with pytest.raises(OSError, match="cannot write the file"):
        draw_dot(twice(), tmp_path / "folder.dot")
    assert [entry.name for entry in tmp_path.iterdir()] == ["folder.dot"]


def test_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "graph.dot"
    path.write_text("old", encoding="utf-8")

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        draw_dot(twice(), path)
    assert path.read_text(encoding="utf-8") == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["graph.dot"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_files_are_as_readable_as_any_other(tmp_path: Path) -> None:
    path, other = tmp_path / "graph.dot", tmp_path / "other"
    draw_dot(twice(), path)
    other.touch()
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(other.stat().st_mode)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_the_mode_of_a_file_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "graph.dot"
    path.touch()
    path.chmod(0o640)
    draw_dot(twice(), path)
    assert path.read_text(encoding="utf-8").startswith("digraph")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.skipif(os.name == "nt", reason="links take a privilege on Windows")
@pytest.mark.parametrize("there", [True, False])
def test_what_a_link_leads_to_is_written(tmp_path: Path, there: bool) -> None:
    folder, link = tmp_path / "folder", tmp_path / "link.dot"
    folder.mkdir()
    link.symlink_to(Path("folder", "graph.dot"))
    if there:
        (folder / "graph.dot").write_text("old", encoding="utf-8")
    draw_dot(twice(), link)
    assert link.is_symlink()
    assert (folder / "graph.dot").read_text(encoding="utf-8").startswith("digraph")
    assert len(list(tmp_path.iterdir())) == 2
    assert len(list(folder.iterdir())) == 1


def test_a_read_only_file_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "graph.dot"
    path.write_text("old", encoding="utf-8")
    monkeypatch.setattr(os, "access", lambda *_: False)  # which modes do not tell to root
    with pytest.raises(PermissionError, match="read-only; choose another name") as info:
        draw_dot(twice(), path)
    assert info.value.filename == str(path)
    assert path.read_text(encoding="utf-8") == "old"


def test_a_folder_that_exists_is_not_called_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: Any) -> None:
        raise FileNotFoundError(2, "lost on the way")

    monkeypatch.setattr(os, "replace", lost)
    with pytest.raises(FileNotFoundError, match="cannot write the file: lost on the way"):
        draw_dot(twice(), tmp_path / "graph.dot")


# The drawing as graphviz.Digraph, and in a notebook.


def test_repr_counts_what_is_drawn() -> None:
    assert repr(draw_dot(exercise_4())) == "<Drawing of 6 values and 3 operations>"
    assert repr(draw_dot(exercise_4(), ops=False)) == "<Drawing of 6 values>"
    assert repr(draw_dot(Value(1.0, "op1 [v2 [ -> v3"))) == "<Drawing of 1 value>"


def test_notebook_shows_the_picture(only: str) -> None:
    drawing = draw_dot(twice())
    assert isinstance(drawing, graphviz.Digraph)
    bundle = drawing._repr_mimebundle_()
    assert list(bundle) == ["image/svg+xml"]
    assert "</svg>" in str(bundle["image/svg+xml"])
    assert drawing._repr_mimebundle_(include=[]) == {}
    assert drawing._repr_mimebundle_(exclude=["image/svg+xml"]) == {}
    png = draw_dot(twice(), format="png")._repr_mimebundle_()
    assert bytes(png["image/png"]).startswith(b"\x89PNG")  # type: ignore[arg-type]


def test_notebook_without_graphviz_shows_text_and_advice(no_renderer: None) -> None:
    drawing = draw_dot(twice())
    bundle = drawing._repr_mimebundle_()
    assert list(bundle) == ["text/plain"]
    assert "`pip install pygraphviz`" in str(bundle["text/plain"])
    assert drawing.source in str(bundle["text/plain"])


def test_pipe(only: str) -> None:
    drawing = draw_dot(twice())
    assert bytes(drawing.pipe("png")).startswith(b"\x89PNG")  # type: ignore[arg-type]
    assert str(drawing.pipe(encoding="utf-8")).startswith("<?xml")
    assert drawing.copy().pipe() == drawing.pipe()


def test_render_as_in_micrograds_notebooks(only: str, tmp_path: Path) -> None:
    drawing = draw_dot(twice())
    path = drawing.render("gout", directory=tmp_path)
    assert Path(path) == tmp_path / "gout.svg"
    assert Path(path).read_bytes().startswith(b"<?xml")
    assert (tmp_path / "gout").read_text(encoding="utf-8") == drawing.source
    drawing.render(tmp_path / "other", format="pdf", cleanup=True)
    assert {entry.name for entry in tmp_path.iterdir()} == {"gout", "gout.svg", "other.pdf"}


def test_render_without_graphviz_keeps_the_text(no_renderer: None, tmp_path: Path) -> None:
    drawing = draw_dot(twice())
    with pytest.raises(RenderError, match="kept in") as info:
        drawing.render(tmp_path / "gout")
    assert info.value.saved == tmp_path / "gout"
    assert (tmp_path / "gout").read_text(encoding="utf-8") == drawing.source


def test_view(only: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(graphviz, "view", opened.append)
    draw_dot(twice()).view(tmp_path / "gout", cleanup=True)
    assert opened == [str(tmp_path / "gout.svg")]


def test_import_of_viz_loads_nothing_heavy() -> None:
    heavy = "{'matplotlib', 'pygraphviz', 'IPython'} & set(sys.modules)"
    code = f"import sys, viz; sys.exit(bool({heavy}))"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[3])
