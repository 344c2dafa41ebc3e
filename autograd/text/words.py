"""Words and numbers in sentences for people: cut to a length, counted, and with units."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_CALL: Final = re.compile(r"(.*\()([^()]+)\)")
"""A call of simple operands: what leads up to them, and they."""


def cut(text: str, longest: int = 40) -> str:
    """Return the text; if it has more than `longest` characters, its beginning and an ellipsis.

    >>> cut("encoder.layers", 8)
    'encoder…'
    """
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def both_ends(text: str, longest: int) -> str:
    """Return the text; if it has more than `longest` characters, its ends around an ellipsis.

    >>> both_ends("encoder.layers.3.attention.query.weight[12,7]", 32)
    'encoder.layers.3.atten…ight[12,7]'
    """
    if len(text) <= longest:
        return text
    tail = longest // 3
    return f"{text[: longest - tail]}…{text[-tail:]}"


def shortened(text: str, longest: int = 40) -> str:
    """Return the text on one line; if it takes more than `longest` columns, without its middle.

    The operands of a call are kept whole, as many as fit.

    >>> shortened("sum(" + ", ".join(f"v{i}" for i in range(100)) + ")")
    'sum(v0, v1, v2, v3, …, v97, v98, v99)'
    >>> shortened("encoder.layers.3.attention.query.weight[12,7]")
    'encoder.layers.3.attention.….weight[12,7]'
    """
    line = printable(text)
    if columns(line) <= longest:
        return line
    if call := _CALL.fullmatch(line):
        operands = call[2].split(", ")
        for kept in range(min(len(operands) - 1, longest), 1, -1):
            ends = [*operands[: (kept + 1) // 2], "…", *operands[-(kept // 2) :]]
            short = f"{call[1]}{', '.join(ends)})"
            if columns(short) <= longest:
                return short
    return both_ends(line, longest)


def printable(text: str) -> str:
    """Return the text with a stand-in for each character that would disturb its line."""
    return "".join(c if c.isprintable() else " " if c.isspace() else "\ufffd" for c in text)


def columns(text: str) -> int:
    """Return how many columns of a terminal the text takes."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


_WIDE: Final = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60"
_CLOSING: Final = "，。；：、！？）」』》"
_PIECE: Final = re.compile(rf"\s*[（「『《]?(?:[{_WIDE}]|[^\s{_WIDE}]+)[{_CLOSING}]*")
"""What stays on one line: a word, or a letter of a script without spaces, and what closes it."""


def wrapped(text: str, longest: int) -> str:
    """Return a line as lines of at most `longest` columns, broken at spaces or in Chinese.

    >>> print(wrapped("df/dx 是导数，与 x.grad 相同。", 16))
    df/dx 是导数，与
    x.grad 相同。
    """
    lines = [""]
    for piece in _PIECE.findall(text):
        if lines[-1] and columns(lines[-1] + piece) > longest:
            lines.append("")
            piece = piece.lstrip()
        lines[-1] += piece
    return "\n".join(lines)


def counted(count: int, noun: str) -> str:
    """Return the count and its noun.

    >>> counted(1, "input"), counted(1200, "input")
    ('1 input', '1,200 inputs')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def percent(part: int, total: int) -> str:
    """Return a share in percent, to the nearest tenth; 0 % are none and 100 % are all.

    What is nearly all is shown as 99.9 %, what is nearly nothing as 0.1 %.

    >>> percent(2, 3), percent(2999, 3000), percent(3000, 3000), percent(1, 3000)
    ('66.7 %', '99.9 %', '100 %', '0.1 %')
    """
    tenths = (2000 * part + total) // (2 * total)
    if 0 < part < total:
        tenths = min(max(tenths, 1), 999)
    return f"{tenths / 10:g} %"


def duration(seconds: float) -> str:
    """Return a time to three digits in the unit that fits.

    >>> duration(2.34567e-5), duration(1.5)
    ('23.5 µs', '1.5 s')
    """
    return _with_unit(seconds, {"s": 1.0, "ms": 1e-3, "µs": 1e-6, "ns": 1e-9})


def memory(count: float) -> str:
    """Return a number of bytes to three digits in the unit that fits; 1 kB is 1000 B.

    >>> memory(512), memory(20480), memory(8.1e12)
    ('512 B', '20.5 kB', '8.1 TB')
    """
    units = {"EB": 1e18, "PB": 1e15, "TB": 1e12, "GB": 1e9, "MB": 1e6, "kB": 1e3, "B": 1.0}
    return _with_unit(count, units)


def _with_unit(amount: float, units: dict[str, float]) -> str:
    """Return the amount in the largest unit of which there is one, else in the smallest."""
    for unit, size in units.items():
        number = float(f"{amount / size:.3g}")
        text = f"{number:g} {unit}"
        if number >= 1.0:
            break
    return text
