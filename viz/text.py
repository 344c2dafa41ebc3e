"""Text in drawings: numbers, names of any kind, and their escapes in DOT's HTML-like labels."""

from __future__ import annotations

import html
import unicodedata

LONGEST_NAME = 32
"""In characters; longer names are shortened in the middle."""


def number(x: float, precision: int) -> str:
    """The number to so many significant digits.

    >>> number(-36.0, 4), number(2 / 3, 4), number(1.5e-7, 4)
    ('-36', '0.6667', '1.5e-07')
    """
    return f"{x:.{precision}g}"


def shortened(name: str, longest: int = LONGEST_NAME) -> str:
    """The name itself, or its two ends around an ellipsis.

    >>> shortened("encoder.layers.3.attention.query.weight[12,7]")
    'encoder.layers.3.atte…eight[12,7]'
    """
    if len(name) <= longest:
        return name
    tail = longest // 3
    return f"{name[: longest - tail]}…{name[-tail:]}"


def visible(text: str) -> str:
    r"""The text on one line, with the pictures that Unicode has for line breaks and other controls.

    >>> visible("first\nsecond")
    'first␊second'
    """
    return "".join(map(_picture, text))


def _picture(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if unicodedata.category(character) in ("Zl", "Zp"):
        return "␊"
    if unicodedata.category(character) in ("Cc", "Cs") or code & 0xFFFE == 0xFFFE:
        return "\ufffd"  # neither XML nor UTF-8 can hold it
    return character


def escaped(text: str) -> str:
    r"""The text for an HTML-like label, which shows exactly it.

    >>> escaped(r"a<b> & \N")
    'a&lt;b&gt; &amp; &#92;N'
    """
    # Even in these labels Graphviz replaces \N, \G and the like.
    return html.escape(text).replace("\\", "&#92;")
