"""Texts in any script: by a font that has them, or as escapes, and never as boxes."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from matplotlib import font_manager, pyplot
from matplotlib.axes import Axes

from viz.plots import fonts, plot_convergence, plot_decision_boundary, plot_history
from viz.plots.files import write_figure

FAMILY = "Noto Sans CJK Test"
HAN = "损失"


def write_font(path: Path, characters: str) -> str:
    """Write a font of squares for some characters."""
    names = [".notdef", *(f"c{i}" for i in range(len(characters)))]
    pen = TTGlyphPen(None)
    for move, place in zip(
        (pen.moveTo, pen.lineTo, pen.lineTo, pen.lineTo),
        ((100, 0), (100, 700), (800, 700), (800, 0)),
        strict=True,
    ):
        move(place)
    pen.closePath()
    glyph = pen.glyph()
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder(names)
    font.setupCharacterMap({ord(c): f"c{i}" for i, c in enumerate(characters)})
    font.setupGlyf(dict.fromkeys(names, glyph))
    font.setupHorizontalMetrics(dict.fromkeys(names, (1000, 100)))
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable({"familyName": FAMILY, "styleName": "Regular"})
    font.setupOS2(sTypoAscender=800)
    font.setupPost()
    font.save(path)
    return str(path)


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine with matplotlib's own fonts alone."""
    own = str(Path(font_manager.get_font_names.__code__.co_filename).parent / "mpl-data")
    kept = [f for f in font_manager.fontManager.ttflist if f.fname.startswith(own)]
    assert kept
    monkeypatch.setattr(font_manager.fontManager, "ttflist", kept)
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda *args, **options: [])
    forget()
    yield
    pyplot.close("all")
    forget()


def forget() -> None:
    font_manager.fontManager._findfont_cached.cache_clear()


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The path of a font that was installed after matplotlib had made its list."""
    path = write_font(tmp_path / "han.ttf", HAN)
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda *args, **options: [path])
    return path


def legend(ax: Axes) -> list[str]:
    shown = ax.get_legend()
    assert shown is not None
    return [text.get_text() for text in shown.get_texts()]


def test_a_font_that_has_the_characters_is_used(installed: str, tmp_path: Path) -> None:
    ax = plot_convergence({HAN: [1.0, 0.5]})
    assert legend(ax) == [HAN]
    (text,) = ax.get_legend().get_texts()
    assert text.get_fontfamily() == ["sans-serif", FAMILY, "DejaVu Sans"]
    ax.set_title(HAN)  # a text of the user's own, later
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # "Glyph missing from font"
        ax.figure.draw_without_rendering()
        for suffix in ("png", "svg", "pdf"):
            write_figure(ax.figure, tmp_path / f"it.{suffix}")  # type: ignore[arg-type]
    assert ax.get_title() == HAN


def test_a_known_font_needs_no_search(installed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    font_manager.fontManager.addfont(installed)
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: pytest.fail("searched"))
    assert legend(plot_convergence({HAN: [1.0, 0.5]})) == [HAN]


def test_a_broken_font_file_is_passed_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no font")
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: [str(broken)])
    with pytest.warns(UserWarning, match="install a font"):
        plot_convergence({HAN: [1.0, 0.5]})


def test_without_a_font_they_are_escapes_and_a_line_says_what_to_install(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="no font here has 失 损") as caught:
        ax = plot_convergence({HAN: [1.0, 0.5], "失": [2.0, 1.0], "loss": [1.0, 1.0]})
    assert legend(ax) == [r"\u635f\u5931", r"\u5931", "loss"]
    assert "fonts-noto-cjk" in str(caught[0].message)
    assert "\n" not in str(caught[0].message)
    assert [own.filename for own in caught] == [__file__]
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # no "Glyph missing": no box
        write_figure(ax.figure, tmp_path / "it.png")  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["loss", "$loss", "x₁ ∂ℓ/∂w relu′ β é", "a\nb"])
def test_other_texts_are_left_alone(text: str) -> None:
    ax = plot_convergence({text: [1.0, 0.5]})
    assert legend(ax) == [text.replace("$", r"\$")]


def test_one_font_for_some_characters_and_escapes_for_the_others(installed: str) -> None:
    with pytest.warns(UserWarning, match="no font here has 🙂, written"):
        ax = plot_convergence({f"{HAN}🙂": [1.0, 0.5]})
    assert legend(ax) == [rf"{HAN}\U0001f642"]


def test_texts_at_ticks_titles_and_second_axes(tmp_path: Path) -> None:
    figure, ax = pyplot.subplots()
    ax.set_title(HAN)
    ax.set_xticks([0.0, 1.0], ["中", "b"])
    figure.suptitle("图")
    with pytest.warns(UserWarning, match="no font here has"):
        write_figure(figure, tmp_path / "it.png")
    assert [text.get_text() for text in ax.get_xticklabels()] == [r"\u4e2d", "b"]
    assert figure.get_suptitle() == r"\u56fe"
    with pytest.warns(UserWarning, match="no font here has 准"):
        ax = plot_history({"loss": [1.0, 0.5], "准": [0.5, 1.0]})
    right = ax.figure.axes[1]
    assert right.get_ylabel() == r"\u51c6"


def test_texts_at_ticks_alone(installed: str, tmp_path: Path) -> None:
    figure, ax = pyplot.subplots()
    ax.set_xticks([0.0, 1.0], HAN)
    write_figure(figure, tmp_path / "it.png")
    assert [text.get_text() for text in ax.get_xticklabels()] == list(HAN)


def test_a_main_font_without_a_minus(installed: str, tmp_path: Path) -> None:
    """As SimHei: the numbers at the ticks have theirs from matplotlib's own font."""
    font_manager.fontManager.addfont(installed)
    with mpl.rc_context({"font.family": FAMILY}):
        figure, ax = pyplot.subplots()
        ax.plot([-1.0, 1.0])
        ax.set_title(HAN)
        write_figure(figure, tmp_path / "it.png")
    assert "−1.00" in [text.get_text() for text in ax.get_yticklabels()]


def test_names_of_classes(installed: str) -> None:
    ax = plot_decision_boundary(
        lambda X: X[:, 0], np.eye(2), [1, 0], names=["损", "失"], resolution=5
    )
    assert legend(ax) == ["损", "失"]


def test_a_font_of_the_users_own_stays_first(installed: str) -> None:
    ax: Any = pyplot.subplots()[1]
    ax.title.set_fontfamily("monospace")
    fonts.legible(ax)
    assert ax.title.get_fontfamily()[0] == "monospace"


# Whether any font of the machine has a character, which drawings of graphs ask.


def test_what_no_font_has(installed: str) -> None:
    assert fonts.without_font("损失 of wörds, ∂ → Σ 权") == {"权"}


def test_usual_letters_need_no_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: pytest.fail("looked"))
    assert fonts.without_font("Größe λ Ж ∂ ↪ … ≤ ✓ ①") == set()


def test_marks_that_are_drawn_with_others_are_no_letters() -> None:
    assert fonts.without_font("\ufe0f\u200d\U000e0067") == set()


def test_a_broken_font_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no font")
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: [str(broken)])
    assert fonts.without_font("权") == {"权"}
