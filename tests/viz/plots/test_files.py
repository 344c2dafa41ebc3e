"""Animations in files: whole or not at all, and one clear line where something is missing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest
from matplotlib import pyplot
from matplotlib.animation import FuncAnimation
from PIL import Image

from viz import RenderError
from viz.plots import animate_paths, save_animation


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    pyplot.close("all")


def animation(steps: int = 3, interval: float = 200.0) -> FuncAnimation:
    path = [[2.0 - i, 1.0] for i in range(steps)]
    return animate_paths(lambda p: p @ p, {"a": path}, resolution=5, interval=interval)


@pytest.fixture
def unused(monkeypatch: pytest.MonkeyPatch) -> FuncAnimation:
    """An animation that is refused: matplotlib would warn that it was never drawn."""
    made = animation()
    made._draw_was_started = True
    return made


def test_gif(tmp_path: Path) -> None:
    file = tmp_path / "it.GIF"
    save_animation(animation(5), file)
    with Image.open(file) as picture:
        assert (picture.format, picture.n_frames) == ("GIF", 5)
        assert picture.info["duration"] == 200
        assert picture.info["loop"] == 0
        assert picture.size == (640, 400)
    save_animation(animation(2), str(file), fps=20, dpi=50)
    with Image.open(file) as picture:
        assert (picture.n_frames, picture.info["duration"]) == (2, 50)
        assert picture.size == (320, 200)
    assert [own.name for own in tmp_path.iterdir()] == ["it.GIF"]


def test_html_has_all_pictures_however_large(tmp_path: Path) -> None:
    """matplotlib leaves out what goes beyond its limit."""
    file = tmp_path / "it.html"
    with mpl.rc_context({"animation.embed_limit": 1e-6}):
        save_animation(animation(4), file)
    text = file.read_text("utf-8")
    assert text.startswith('<!doctype html><meta charset="utf-8">')
    assert text.count("data:image/png;base64,") == 4


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="needs ffmpeg")
def test_mp4(tmp_path: Path) -> None:
    file = tmp_path / "it.mp4"
    save_animation(animation(), file)
    assert file.read_bytes()[4:8] == b"ftyp"


def test_without_ffmpeg_one_line_says_what_to_do(
    tmp_path: Path, unused: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mpl.animation.writers, "is_available", lambda name: False)
    with pytest.raises(RenderError, match=r"ffmpeg, and there is none: install it .* \.gif") as e:
        save_animation(unused, tmp_path / "it.mp4")
    assert "\n" not in str(e.value)
    assert not list(tmp_path.iterdir())


def test_an_ffmpeg_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "ffmpeg"
    broken.write_text("#!/bin/sh\necho 'no encoder' >&2\ncat > /dev/null\nexit 3\n")
    broken.chmod(0o755)
    target = tmp_path / "out" / "it.mp4"
    target.parent.mkdir()
    with mpl.rc_context({"animation.ffmpeg_path": str(broken)}):
        monkeypatch.setattr(mpl.animation.writers, "is_available", lambda name: True)
        with pytest.raises(RenderError, match="ffmpeg could not write the MP4"):
            save_animation(animation(), target)
    assert not list(target.parent.iterdir())


def test_what_was_there_stays_when_a_picture_fails(tmp_path: Path) -> None:
    figure = pyplot.figure()

    def draw(frame: int) -> None:
        if frame == 2:
            raise KeyboardInterrupt

    file = tmp_path / "it.gif"
    file.write_bytes(b"before")
    with pytest.raises(KeyboardInterrupt):
        save_animation(FuncAnimation(figure, draw, frames=4), file)
    assert file.read_bytes() == b"before"
    assert len(list(tmp_path.iterdir())) == 1


def test_progress(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_animation(animation(3), tmp_path / "it.gif", progress="always")
    assert "3/3" in capsys.readouterr().err
    save_animation(animation(3), tmp_path / "it.gif")
    save_animation(animation(3), tmp_path / "it.gif", progress=False)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("file", "options", "error", "told"),
    [
        ("it.gi", {}, ValueError, r"must be one of \.gif, \.html, \.mp4 .did you mean 'gif'"),
        ("it", {}, ValueError, "must be one of"),
        ("", {}, ValueError, "the path is empty"),
        ("it.gif", {"fps": 0}, ValueError, "fps of save_animation"),
        ("it.gif", {"dpi": -1.0}, ValueError, "dpi of save_animation"),
        ("it.gif", {"progress": "yes"}, ValueError, "progress must be"),
        ("no/it.gif", {}, OSError, "the folder does not exist"),
    ],
)
def test_what_cannot_be_written_is_said_before_drawing(
    file: str,
    options: dict[str, Any],
    error: type[Exception],
    told: str,
    unused: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(unused, "save", lambda *args, **options: pytest.fail("drawn"))
    with pytest.raises(error, match=told):
        save_animation(unused, tmp_path / file if file else "", **options)
    assert not list(tmp_path.iterdir())


def test_only_animations() -> None:
    with pytest.raises(TypeError, match="takes an animation of matplotlib, not <Figure"):
        save_animation(pyplot.figure(), "it.gif")  # type: ignore[arg-type]
