"""Repeated parts, neurons or samples: told once, then as a table of what the others come to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from autograd.text.tables import Table
from autograd.text.words import columns
from viz.explain.document import WIDTH, Equation, sides
from viz.explain.notation import Text
from viz.explain.terms import Symbol

FEWEST: Final = 3
"""How often a part must stand in a row, the first time included."""
LEAST_SAVED: Final = 6
"""How many lines must become cells."""
LONGEST: Final = 40
"""In lines: how long a part may be."""
MOST_COLUMNS: Final = 3
"""How many columns stand side by side, where a line has room."""

Part = tuple[Sequence[Equation], Sequence[Sequence[Equation]]]
"""Lines to tell in full, and the repetitions of the last of them."""


def split(lines: Sequence[Equation], keys: Sequence[Any]) -> Iterator[Part]:
    """Yield runs of lines, each that ends in a repeated part with its repetitions.

    Lines of equal keys may repeat each other.
    """
    start = i = 0
    while i < len(lines):
        length, count = _repetition(keys, i)
        if count:
            ends = [i + length * k for k in range(1, count + 1)]
            yield lines[start : ends[0]], [lines[end - length : end] for end in ends[1:]]
            start = i = ends[-1]
        else:
            i += 1
    if start < len(lines):
        yield lines[start:], []


def _repetition(keys: Sequence[Any], i: int) -> tuple[int, int]:
    """Return the length of the part from i on that saves most, and how often it stands there."""
    best, saved = (0, 0), LEAST_SAVED - 1
    for length in range(1, min(LONGEST, (len(keys) - i) // FEWEST) + 1):
        part = keys[i : i + length]
        count = 1
        while keys[i + length * count : i + length * (count + 1)] == part:
            count += 1
        if count >= FEWEST and length * (count - 1) > saved:
            best, saved = (length, count), length * (count - 1)
    return best


def shape(term: Any) -> Any:
    """Return what terms have in common that differ in names and numbers alone."""
    if not isinstance(term, Symbol):
        return 0
    if not term.operands:
        return 1
    return (term.name, *map(shape, term.operands))


def tables(
    told: Sequence[Equation], repetitions: Sequence[Sequence[Equation]], notation: Text
) -> Iterator[Table]:
    """Yield tables of what the repetitions come to.

    There is a row for each repetition where these are more than the lines that were told, else a
    row for each line; tables that are too wide go on in further ones.
    """
    names = ("", *[notation.write(line[0]) for line in told])
    found = [
        (f"{i + 2}", *[_cell(line, notation) for line in part])
        for i, part in enumerate(repetitions)
    ]
    if len(told) <= len(repetitions):
        names, *found = zip(names, *found, strict=True)
    for chunk in _side_by_side(found, WIDTH - 2 - _width(names)):
        headings, *rows = zip(names, *chunk, strict=True)
        yield Table(headings, rows, texts=len(headings))


def _side_by_side(found: Sequence[tuple[str, ...]], room: int) -> Iterator[list[tuple[str, ...]]]:
    """Yield columns of cells, as many at a time as have room, but at least one."""
    chunk: list[tuple[str, ...]] = []
    for column in found:
        widths = sum(2 + _width(x) for x in [*chunk, column])
        if chunk and (len(chunk) == MOST_COLUMNS or widths > room):
            yield chunk
            chunk = []
        chunk.append(column)
    yield chunk


def _width(cells: Sequence[str]) -> int:
    return max(map(columns, cells))


def _cell(line: Equation, notation: Text) -> str:
    (_, name), *_, (sign, value) = sides((line[0], line[-1]), notation)
    return f"{name} {sign} {value}"
