"""Text in drawings: names of any kind, and their escapes in DOT's HTML-like labels."""

from __future__ import annotations

import html
import unicodedata


def visible(text: str) -> str:
    r"""Put a text on one line: signs for line breaks and tabs, � for what no picture can hold.

    >>> visible("first\nsecond")
    'first↵second'
    """
    return "".join(map(_sign, text.replace("\r\n", "\n")))


def _sign(character: str) -> str:
    if character in "\n\r\v\f\x85\u2028\u2029":
        return "↵"
    if character == "\t":
        return "⇥"
    # Other controls, half characters, and two code points that XML forbids.
    if unicodedata.category(character) in ("Cc", "Cs") or character in "\ufffe\uffff":
        return "�"
    return character


def escaped(text: str) -> str:
    r"""Escape a text, so that an HTML-like label shows exactly it.

    >>> escaped(r"a<b> & \N")
    'a&lt;b&gt; &amp; \\\\N'
    """
    # Even in these labels Graphviz replaces \N, \G and the like.
    return html.escape(text).replace("\\", "\\\\")
