"""How lessons show their pictures, and the command that runs them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from matplotlib.figure import Figure

from autograd import Value
from viz import animate_paths, draw_dot, gallery
from viz.cli import main

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(gallery.FOLDER, str(tmp_path / "here"))
    return tmp_path / "here"


def drawing() -> Any:
    return draw_dot(Value(2.0, "x") * 3.0)


def animation() -> Any:
    ax = Figure().subplots()
    return animate_paths(lambda p: p @ p, {"a": [[1.0, 2.0], [0.0, 0.0]]}, ax, resolution=5)


# Pictures.


@pytest.mark.parametrize(
    ("picture", "file", "start"),
    [
        (drawing, "it.svg", b"<?xml"),
        (Figure, "it.png", b"\x89PNG"),
        (animation, "it.gif", b"GIF89a"),
    ],
)
def test_pictures_are_written(
    picture: Any, file: str, start: bytes, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gallery.show(picture(), "it")
    assert (folder / file).read_bytes().startswith(start)
    assert capsys.readouterr().out == f"wrote {folder / file}\n"


def test_a_folder_that_cannot_be_is_said_in_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder.write_text("a file")
    gallery.show(Figure(), "it")
    out = capsys.readouterr().out
    assert out.startswith(f"{folder / 'it.png'} was not written: ")
    assert out.count("\n") == 1


def test_a_taker_has_the_pictures(folder: Path) -> None:
    taken: dict[str, Any] = {}
    gallery.take(taken.__setitem__)
    figure = Figure()
    gallery.show(figure, "it")
    gallery.take(None)
    assert taken == {"it": figure}
    assert not folder.exists()


def test_a_notebook_shows_them(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    shown: list[Any] = []
    kernel = SimpleNamespace(kernel=None)
    display = SimpleNamespace(display=shown.append, HTML=None)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: kernel))
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    figure = Figure()
    gallery.show(figure, "it")
    assert shown == [figure]
    assert not folder.exists()


def test_a_missing_module_ends_the_lesson_in_one_line() -> None:
    with pytest.raises(SystemExit, match=r"needs not_there: run `pip install not_there`$"):
        gallery.require("math", "not_there")


# The command.


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A gallery of two lessons."""
    place = tmp_path / "examples"
    place.mkdir()
    (place / "good.py").write_text(
        '"""\nA good <one>\n===\n"""\nfrom matplotlib.figure import Figure\n'
        'from viz.gallery import show\nprint("1 < 2")\nshow(Figure(), "empty")\n'
    )
    (place / "needy.py").write_text(
        '"""A needy one."""\nfrom viz.gallery import require\nrequire("not_there")\n'
    )
    monkeypatch.setattr(gallery, "folder", lambda: place)
    return place


def test_lessons_are_listed(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["examples"]) == 0
    listed, _, hint = capsys.readouterr().out.partition("\n\n")
    assert listed == "good   A good <one>\nneedy  A needy one."
    assert hint.startswith("`dualgrad examples NAME` runs one")


def test_a_lesson_is_run(own: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["examples", "good", "-o", str(tmp_path / "out")]) == 0
    picture = tmp_path / "out" / "empty.png"
    assert capsys.readouterr().out == f"1 < 2\nwrote {picture}\n"
    assert picture.is_file()


def test_the_environment_names_the_folder_where_no_option_does(
    own: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["examples", "good"]) == 0
    assert capsys.readouterr().out == f"1 < 2\nwrote {folder / 'empty.png'}\n"


@pytest.mark.parametrize("name", ["goood", "../good", "", "os"])
def test_an_unknown_lesson(own: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["examples", name]) == 2
    out, err = capsys.readouterr()
    assert not out
    assert err.startswith(f"dualgrad: there is no example {name!r}")
    assert err.count("\n") == 1


def test_what_a_lesson_needs_is_said_in_one_line(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["examples", "needy"]) == 2
    assert capsys.readouterr().err == (
        "dualgrad: needy.py needs not_there: run `pip install not_there`\n"
    )


def test_the_real_lessons_have_titles() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dualgrad", "examples"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert "The graph of (x + y)²z" in done.stdout


def test_all_of_them_on_one_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(gallery, "lessons", lambda: {"first_graph": "A <graph>", "gone": "None"})
    place = tmp_path / "all"
    assert main(["examples", "--all", "-o", str(place)]) == 2
    out, err = capsys.readouterr()
    assert [line.split()[-1] for line in out.splitlines()[:2]] == ["done", "FAILED"]
    page = (place / "index.html").read_text("utf-8")
    assert err == f"dualgrad: failed: gone; {place / 'index.html'} has what they printed\n"
    assert '<h2 id="first_graph">A &lt;graph&gt;</h2>' in page
    assert '<img src="first_graph/first_graph.svg"' in page
    assert (place / "first_graph" / "first_graph.svg").is_file()
    assert "<pre>node  value  ∂f/∂node\n" in page
    assert "wrote" not in page  # what is in the picture's place need not be told
    assert "there is no example &#x27;gone&#x27;" in page
