"""Text in drawings: numbers, names of any kind, and their escapes in DOT's HTML-like labels."""

from __future__ import annotations

import html
import unicodedata

from autograd.text.words import both_ends

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
    'encoder.layers.3.atten…ight[12,7]'
    """
    return both_ends(name, longest)


def visible(text: str) -> str:
    r"""The text on one line: signs for line breaks and tabs, � for what no picture can hold.

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
    r"""The text for an HTML-like label, which shows exactly it.

    >>> escaped(r"a<b> & \N")
    'a&lt;b&gt; &amp; \\\\N'
    """
    # Even in these labels Graphviz replaces \N, \G and the like.
    return html.escape(text).replace("\\", "\\\\")
