"""Words and numbers in sentences for people: cut to a length, counted, and with units."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_CALL: Final = re.compile(r"(.*\()([^()]+)\)")
"""A call of simple operands: what leads up to them, and they."""


def cut(text: str, longest: int = 40) -> str:
    """The beginning of a text that is longer than so many characters, and an ellipsis.

    >>> cut("encoder.layers", 8)
    'encoder…'
    """
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def both_ends(text: str, longest: int) -> str:
    """The two ends of a text that is longer than so many characters, around an ellipsis.

    >>> both_ends("encoder.layers.3.attention.query.weight[12,7]", 32)
    'encoder.layers.3.atten…ight[12,7]'
    """
    if len(text) <= longest:
        return text
    tail = longest // 3
    return f"{text[: longest - tail]}…{text[-tail:]}"


def shortened(text: str, longest: int = 40) -> str:
    """The text on one line; if it takes more than so many columns, with its middle left out.

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
    """The text with a stand-in for each character that would disturb the line."""
    return "".join(c if c.isprintable() else " " if c.isspace() else "\ufffd" for c in text)


def columns(text: str) -> int:
    """How many columns of a terminal the text takes."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def counted(count: int, noun: str) -> str:
    """The count with its noun.

    >>> counted(1, "input"), counted(1200, "input")
    ('1 input', '1,200 inputs')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def duration(seconds: float) -> str:
    """A time to three digits in a fitting unit.

    >>> duration(2.34567e-5), duration(1.5)
    ('23.5 µs', '1.5 s')
    """
    return _with_unit(seconds, {"s": 1.0, "ms": 1e-3, "µs": 1e-6, "ns": 1e-9})


def memory(count: int) -> str:
    """Bytes to three digits in a fitting unit, each a thousand of the next.

    >>> memory(512), memory(20480)
    ('512 B', '20.5 kB')
    """
    return _with_unit(count, {"GB": 1e9, "MB": 1e6, "kB": 1e3, "B": 1.0})


def _with_unit(amount: float, units: dict[str, float]) -> str:
    """The amount in the largest unit of which there is one, else in the smallest."""
    for unit, size in units.items():
        number = float(f"{amount / size:.3g}")
        text = f"{number:g} {unit}"
        if number >= 1.0:
            break
    return text
