"""Texts in scripts that matplotlib's own font lacks, Chinese above all: never a box.

Where a font for them is installed, it shows them; else they are written as Python's escapes, which
keeps names apart, and a warning says what to install. Nothing global is set: each text gets a list
of fonts, from which matplotlib takes the first that has a character.
"""

from __future__ import annotations

import contextlib
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeVar, cast

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axis import Axis

FAMILIES: Final = (
    *("Noto Sans CJK SC", "Noto Sans CJK", "Noto Sans SC", "Source Han Sans", "PingFang"),
    *("Hiragino Sans GB", "Heiti", "Microsoft YaHei", "WenQuanYi", "SimHei", "Noto Serif CJK"),
    *("Songti", "SimSun", "AR PL UMing", "Droid Sans Fallback", "Arial Unicode MS"),
)
"""How the names of fonts for Chinese begin, the best first: Linux, macOS and Windows have some."""

LAST: Final = "DejaVu Sans"
"""The font that comes with matplotlib: it has the signs that fonts for Chinese lack, such as −."""

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

    from nn.outputs import warn

    found = cast(list[Axes], artist.findobj(Axes))
    axes = [axis for ax in found for axis in (ax.xaxis, ax.yaxis)]
    for axis in axes:
        axis.get_ticklabels()  # which writes their texts
    texts = cast(list[Text], artist.findobj(Text))
    if _fallback() is None and any(_lacking(x.get_text(), x.get_fontfamily()) for x in texts):
        _look_for_new_fonts()
    further = [name for name in (_fallback(), LAST) if name is not None]
    unknown: set[str] = set()
    for text in texts:
        text.set_fontfamily(list(dict.fromkeys([*text.get_fontfamily(), *further])))
        if lacking := _lacking(text.get_text(), text.get_fontfamily()):
            text.set_text(_escaped(text.get_text(), lacking))
            unknown |= lacking
    for axis in axes:
        unknown |= _escape_ticks(axis)
    if unknown:
        warn(f"no font here has {' '.join(sorted(unknown))}, written as escapes: {REMEDY}")
    return artist


def without_font(text: str) -> set[str]:
    """Return the characters of a text that no font of this machine has.

    Latin, Greek and Cyrillic letters, punctuation, and signs up to the dingbats are not looked for:
    all machines have them.

    >>> without_font("∂ loss / ∂ weight")
    set()
    """
    lacking = {c for c in text if c >= "\u0530" and not "\u2000" <= c < "\u2e80"}
    lacking = {c for c in lacking if unicodedata.category(c)[0] not in "CM"}
    if lacking:
        from matplotlib import font_manager

        for path in sorted(set(font_manager.findSystemFonts()) | {font_manager.findfont(LAST)}):
            if not lacking:
                break
            with contextlib.suppress(OSError, RuntimeError, ValueError):  # a broken file
                lacking = {c for c in lacking if ord(c) not in _characters_in(path)}
    return lacking


def _escape_ticks(axis: Axis) -> set[str]:
    """Escape the texts of an axis, which are set anew whenever it is drawn."""
    told = [
        (x.get_text(), _lacking(x.get_text(), x.get_fontfamily())) for x in axis.get_ticklabels()
    ]
    unknown = set().union(*(lacking for _, lacking in told))
    if unknown:
        axis.set_ticks(axis.get_ticklocs(), [_escaped(*own) for own in told])
    return unknown


def _escaped(text: str, lacking: set[str]) -> str:
    return "".join(c.encode("unicode_escape").decode() if c in lacking else c for c in text)


def _fallback() -> str | None:
    """Return the best font for Chinese that matplotlib knows."""
    from matplotlib import font_manager

    names = sorted({font.name for font in font_manager.fontManager.ttflist})
    found = (name for start in FAMILIES for name in names if name.startswith(start))
    return next(found, None)


def _look_for_new_fonts() -> None:
    """Let matplotlib know fonts that were installed after it had made its list of them."""
    from matplotlib import font_manager

    known = {font.fname for font in font_manager.fontManager.ttflist}
    for path in sorted(set(font_manager.findSystemFonts()) - known):
        with contextlib.suppress(OSError, RuntimeError, ValueError):  # a broken or foreign file
            font_manager.fontManager.addfont(path)


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
