"""What commands give: text on the terminal, JSON, and pictures in files."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sys
from pathlib import Path
from typing import Any, TextIO

from autograd import Formula
from autograd.compare.jsonable import jsonable
from autograd.text.names import hint
from autograd.text.tables import Table, as_text
from autograd.text.words import both_ends, shortened
from viz.commands.inputs import InputError
from viz.graph.render import PICTURES
from viz.plots.files import suffix

LONGEST_FORMULA = 72
"""How many characters of a formula the output shows: of a longer one the two ends."""


def write(text: str, end: str = "\n") -> None:
    """Write to standard output, with escapes for the characters that its encoding lacks.

    Raises:
        OSError: it is closed or full, or who reads it has gone (then a BrokenPipeError).
    """
    if sys.stdout is None:
        raise OSError(errno.EBADF, "cannot print: standard output is closed")
    try:
        print(_printable(text), end=end, flush=True)
    except OSError as error:
        raise OSError(error.errno, f"cannot print: {error.strerror}") from error


def discard(stream: TextIO) -> None:
    """Lead a stream that takes no more into the void, as Python writes the rest when it ends."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _printable(text: str) -> str:
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def headline(formula: Formula, value: float) -> str:
    """Return the formula and what it is worth, in one line.

    >>> from autograd import parse
    >>> headline(parse("x**2"), 9.0)
    'x**2 = 9'
    """
    return f"{both_ends(' '.join(formula.text.split()), LONGEST_FORMULA)} = {value:.12g}"


def gradient_text(
    formula: Formula, value: float, at: dict[str, float], gradient: dict[str, float]
) -> str:
    """Return the headline, and a table of names, their values and the derivatives by them."""
    rows = [(shortened(x), f"{at[x]:.12g}", f"{gradient[x]:.12g}") for x in gradient]
    table = f"\n\n{as_text([Table(('name', 'value', 'gradient'), rows)])}" if rows else ""
    return headline(formula, value) + table


# JSON.


def add_json_option(options: Any) -> None:
    """Add --json to a parser, or to a group of its options."""
    options.add_argument(
        "--json",
        action="store_true",
        help='print JSON, numbers in full; nan and infinities are the texts "nan", "inf", "-inf"',
    )


def write_json(found: Any) -> None:
    """Write dicts, lists, texts and numbers as JSON, in letters that the terminal has.

    >>> write_json({"权重": float("inf")})
    {
      "权重": "inf"
    }
    """
    text = json.dumps(jsonable(found), indent=2, ensure_ascii=False, allow_nan=False)
    # JSON's escapes are not quite Python's.
    write(text if text == _printable(text) else json.dumps(json.loads(text), indent=2))


# Pictures by matplotlib.


def picture_path(path: str) -> Path:
    """Return the file to draw into.

    Raises:
        InputError: its suffix is not that of a picture.
    """
    if not path:
        raise InputError("the name of the file to draw into is empty")
    own = suffix(Path(path))
    if own not in PICTURES:
        known = f"the known suffixes are {', '.join(PICTURES)}"
        raise InputError(f"cannot tell the format of {path!r}{hint(own, PICTURES)}: {known}")
    return Path(path)
