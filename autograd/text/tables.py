"""Tables and sentences as aligned text, as Markdown and as HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from autograd.text.words import columns, wrapped

_LINE: Final = 88
"""In columns of a terminal: longer sentences are wrapped."""


@dataclass(frozen=True)
class Table:
    """Cells of text under their headings.

    The first `texts` columns are words, to the left; the others numbers, to the right.
    """

    headings: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    texts: int = 1


def as_text(parts: Sequence[Table | str], width: int = _LINE) -> str:
    """Return the parts aligned for a terminal, whatever the script of the names.

    Sentences of more columns than `width` are wrapped.

    >>> print(as_text([Table(("name", "value"), [("x", "1"), ("重み", "-2.5")])]))
    name  value
    x         1
    重み   -2.5
    """
    return "\n\n".join(_text_table(x) if isinstance(x, Table) else _lines(x, width) for x in parts)


def as_markdown(parts: Sequence[Table | str]) -> str:
    r"""Return the parts in GitHub's Markdown; nothing in the cells is taken for markup.

    >>> print(as_markdown([Table(("name", "value"), [("a|b", "1")])]))
    | name | value |
    | :--- | ---: |
    | `a\|b` | 1 |
    """
    return "\n\n".join(_markdown_table(x) if isinstance(x, Table) else _literal(x) for x in parts)


def as_html(parts: Sequence[Table | str]) -> str:
    """Return the parts as HTML for a notebook; nothing in the cells is taken for markup."""
    blocks = [_html_table(x) if isinstance(x, Table) else _html_lines(x) for x in parts]
    return f"<div>{''.join(blocks)}</div>"


# Text.


def _lines(text: str, width: int) -> str:
    return "\n".join(wrapped(line, width) for line in text.split("\n"))


def _text_table(table: Table) -> str:
    rows = [table.headings, *table.rows]
    widths = [max(map(columns, column)) for column in zip(*rows, strict=True)]
    return "\n".join(_text_row(row, widths, table.texts) for row in rows)


def _text_row(row: Sequence[str], widths: Sequence[int], texts: int) -> str:
    cells = []
    for i, (cell, width) in enumerate(zip(row, widths, strict=True)):
        padding = " " * (width - columns(cell))
        cells.append(cell + padding if i < texts else padding + cell)
    return "  ".join(cells).rstrip()


# Markdown.


def _markdown_table(table: Table) -> str:
    sides = [":---" if i < table.texts else "---:" for i in range(len(table.headings))]
    lines = [list(map(_literal, table.headings)), sides]
    lines += [
        [_code(cell) if i < table.texts else cell for i, cell in enumerate(row)]
        for row in table.rows
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _literal(text: str) -> str:
    """The text with a backslash before what Markdown takes for markup, and its lines kept."""
    return re.sub(r"([\\`*_\[\]<>|~$#])", r"\\\1", text).replace("\n", "  \n")


def _code(text: str) -> str:
    """The text as code in a cell: the fence is longer than any row of backticks in it."""
    if not text:
        return ""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    space = " " if "`" in text else ""
    return f"{fence}{space}{text}{space}{fence}".replace("|", "\\|")


# HTML.


def _html_table(table: Table) -> str:
    head = "".join(_html_cell("th", x, i < table.texts) for i, x in enumerate(table.headings))
    body = "".join(
        f"<tr>{''.join(_html_cell('td', x, i < table.texts) for i, x in enumerate(row))}</tr>"
        for row in table.rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _html_cell(tag: str, text: str, left: bool) -> str:
    side = "left" if left else "right"
    return f'<{tag} style="text-align: {side}">{html.escape(text)}</{tag}>'


def _html_lines(text: str) -> str:
    return f"<p>{html.escape(text).replace(chr(10), '<br>')}</p>"
