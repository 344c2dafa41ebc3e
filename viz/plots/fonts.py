"""Texts in scripts that matplotlib's own font lacks, Chinese above all: never a box.

Where a font for them is installed, it shows them; else they are written as Python's escapes, which
keeps names apart, and a warning says what to install. Nothing global is set: each text gets a list
of fonts, from which matplotlib takes the first that has a character.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from matplotlib.artist import Artist

FAMILIES: Final = (
    *("Noto Sans CJK SC", "Noto Sans CJK", "Noto Sans SC", "Source Han Sans", "PingFang"),
    *("Hiragino Sans GB", "Heiti", "Microsoft YaHei", "WenQuanYi", "SimHei", "Noto Serif CJK"),
    *("Songti", "SimSun", "AR PL UMing", "Droid Sans Fallback", "Arial Unicode MS"),
)
"""How the names of fonts for Chinese begin, the best first: Linux, macOS and Windows have some."""

REMEDY: Final = "install a font for them, such as Noto Sans CJK (`apt install fonts-noto-cjk`)"

A = TypeVar("A", bound="Artist")


def legible(artist: A) -> A:
    """Give all texts of a plot or a figure fonts that have their characters; return it.

    Warns:
        UserWarning: no installed font has a character; it is written as an escape.

    >>> from matplotlib.figure import Figure
    >>> ax = legible(Figure().subplots())
    """
    from matplotlib.axes import Axes
    from matplotlib.text import Text

    for text in artist.findobj(Text):
        assert isinstance(text, Text)
        families = _with_fallback(text.get_fontfamily(), text.get_text())
        text.set_fontfamily(families)
        if (told := _spelt(text.get_text(), families)) != text.get_text():
            text.set_text(told)
    for ax in artist.findobj(Axes):
        assert isinstance(ax, Axes)
        for axis in (ax.xaxis, ax.yaxis):  # whose texts are set anew whenever they are drawn
            labels = axis.get_ticklabels()
            told_labels = [_spelt(label.get_text(), label.get_fontfamily()) for label in labels]
            if told_labels != [label.get_text() for label in labels]:
                axis.set_ticks(axis.get_ticklocs(), told_labels)
    return artist


def _with_fallback(families: Sequence[str], text: str) -> list[str]:
    found = _fallback()
    if found is None and _lacking(text, families):
        _look_for_new_fonts()
        found = _fallback()
    return [*families, found] if found and found not in families else list(families)


def _fallback() -> str | None:
    """Return the best font for Chinese that matplotlib knows."""
    from matplotlib import font_manager

    names = sorted({font.name for font in font_manager.fontManager.ttflist})
    found = (name for start in FAMILIES for name in names if name.startswith(start))
    return next(found, None)


@lru_cache(maxsize=1)
def _look_for_new_fonts() -> None:
    """Let matplotlib know fonts that were installed after it had made its list of them."""
    from matplotlib import font_manager

    known = {font.fname for font in font_manager.fontManager.ttflist}
    for path in sorted(set(font_manager.findSystemFonts()) - known):
        with contextlib.suppress(OSError, RuntimeError, ValueError):  # a broken or foreign file
            font_manager.fontManager.addfont(path)


def _spelt(text: str, families: Sequence[str]) -> str:
    """Return the text, with an escape for each character that none of the fonts has."""
    lacking = _lacking(text, families)
    if not lacking:
        return text
    from nn.outputs import warn

    warn(f"no font here has {' '.join(sorted(lacking))}, written as escapes: {REMEDY}")
    return "".join(c.encode("unicode_escape").decode() if c in lacking else c for c in text)


def _lacking(text: str, families: Sequence[str]) -> set[str]:
    """Return the characters that none of the fonts has."""
    lacking = {c for c in text if ord(c) > 127 and not c.isspace()}
    for family in families if lacking else ():
        lacking = {c for c in lacking if ord(c) not in _characters(family)}
    return lacking


def _characters(family: str) -> frozenset[int]:
    """Return the code points that a font has; none for a font that is not there."""
    from matplotlib import font_manager

    try:
        path = font_manager.findfont(
            font_manager.FontProperties(family=[family]), fallback_to_default=False
        )
    except ValueError:
        return frozenset()
    return _characters_in(str(path))


@lru_cache(maxsize=32)
def _characters_in(path: str) -> frozenset[int]:
    from matplotlib import font_manager

    return frozenset(font_manager.get_font(path).get_charmap())
