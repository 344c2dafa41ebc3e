"""A document of headings, sentences, equations and tables, as text, Markdown, LaTeX and HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from string import Formatter
from typing import Any, Final

from autograd.text.tables import Table, as_html, as_markdown, as_text
from autograd.text.words import columns, wrapped
from viz.explain.latex import broken_latex, escaped, latex_width
from viz.explain.notation import Html, Latex, Text
from viz.explain.terms import Symbol

WIDTH: Final = 76
"""In columns: wider equations are broken before their equals signs, then before operators."""


@dataclass(frozen=True)
class Sentence:
    """A phrase with terms or words put in."""

    phrase: str
    fillings: Mapping[str, Any] = field(default_factory=dict)

    def written(self, plain: Callable[[str], str], term: Callable[[Any], str]) -> str:
        """Return the sentence, its words by one function and its terms by the other."""
        pieces = []
        for words, key, _, _ in Formatter().parse(self.phrase):
            pieces.append(plain(words))
            if key is not None:
                filling = self.fillings[key]
                pieces.append(plain(filling) if isinstance(filling, str) else term(filling))
        return "".join(pieces)


@dataclass(frozen=True)
class Heading:
    """The heading of the whole, level 1, or of a part of it."""

    sentence: Sentence
    level: int = 2


Equation = Sequence[Any]
"""Terms that are equal."""


@dataclass(frozen=True)
class Equations:
    """Lines of equations."""

    lines: Sequence[Equation]


Part = Heading | Sentence | Equations | Table
"""Cells of a table are text."""


def sides(equation: Equation, notation: Text | Latex) -> list[tuple[str, str]]:
    """Return the sides of an equation as written, each with the sign before it.

    A side that is written like the one before is left out, but for the last. The sign is `≈`
    before what has rounded numbers.
    """
    written = [notation.write(x) for x in equation]
    found: list[tuple[str, str]] = []
    for i, (x, text) in enumerate(zip(equation, written, strict=True)):
        if text not in written[:i]:
            found.append(("≈" if found and _is_rounded(x, notation.digits) else "=", text))
    if len(found) == 1 and len(written) > 1:
        found.append(("=", written[-1]))
    return found


def _is_rounded(x: Symbol | float, digits: int) -> bool:
    if isinstance(x, Symbol):
        return any(_is_rounded(part, digits) for part in x.operands)
    shown = float(f"{x:.{digits}g}")
    return shown != x and abs(shown - x) > 1e-12 * abs(x)


def has_rounded(parts: Sequence[Part], digits: int) -> bool:
    """Whether any number in the equations is rounded."""
    equations = [line for part in parts if isinstance(part, Equations) for line in part.lines]
    return any(_is_rounded(x, digits) for line in equations for x in line)


# Text.


def to_text(parts: Sequence[Part], digits: int, width: int = WIDTH) -> str:
    """Return the parts as plain text, equations in Python's operators, sentences wrapped."""
    notation = Text(digits)
    return "\n\n".join(_text_part(part, notation, width) for part in parts)


def _text_part(part: Part, notation: Text, width: int) -> str:
    match part:
        case Equations():
            return "\n".join(_text_lines(line, notation) for line in part.lines)
        case Table():
            return "\n".join(f"  {line}" for line in as_text([part]).split("\n"))
        case Heading():
            title = wrapped(_sentence(part.sentence, notation), width)
            longest = max(map(columns, title.split("\n")))
            return f"{title}\n{('=' if part.level == 1 else '-') * longest}"
        case Sentence():
            return as_text([_sentence(part, notation)], width)


def _sentence(sentence: Sentence, notation: Text) -> str:
    return sentence.written(str, notation.write)


def _text_lines(equation: Equation, notation: Text) -> str:
    (_, first), *others = sides(equation, notation)
    line = "  " + first + "".join(f" {sign} {text}" for sign, text in others)
    if columns(line) <= WIDTH:
        return line
    narrow = columns(first) > WIDTH // 3
    indent = " " * (4 if narrow else columns(first) + 2)
    lines = [_broken(f"{indent} {sign} {text}", len(indent) + 2) for sign, text in others]
    start = f"  {first}\n{lines[0]}" if narrow else f"  {first}{lines[0][len(indent) :]}"
    return "\n".join([start, *lines[1:]])


def _broken(line: str, indent: int) -> str:
    """Break a line that is too long, before operators that stand outside of all parentheses."""
    lines = [""]
    for piece in _pieces(line, WIDTH - indent, _BREAKS):
        if lines[-1].strip() and columns(lines[-1] + piece) > WIDTH:
            lines.append(" " * indent)
        lines[-1] += piece
    return "\n".join(lines)


_BREAKS: Final = (
    (r" (?=[+-] )", 0),
    (r" (?=[*/] )", 0),
    (r" (?=(?:[-+*/]|if|else) )|(?<=,) ", 100),
)
"""Where to break: patterns, and within how many parentheses at most; the first that helps."""


def _pieces(text: str, room: int, breaks: Sequence[tuple[str, int]]) -> Iterator[str]:
    if not breaks or columns(text) <= room:
        yield text
        return
    (pattern, deepest), *others = breaks
    start = 0
    for match in re.finditer(pattern, text):
        before = text[: match.start()]
        if before.strip() and before.count("(") - before.count(")") <= deepest:
            yield from _pieces(text[start : match.start()], room, others)
            start = match.start()
    yield from _pieces(text[start:], room, others)


# Markdown and LaTeX.


def to_markdown(parts: Sequence[Part], digits: int) -> str:
    """Return the parts in GitHub's Markdown, equations in LaTeX between dollar signs."""
    notation = Latex(digits)
    return "\n\n".join(_markdown_part(part, notation) for part in parts) + "\n"


def _markdown_part(part: Part, notation: Latex) -> str:
    match part:
        case Equations():
            return f"$$\n\\begin{{aligned}}\n{_latex_lines(part, notation)}\n\\end{{aligned}}\n$$"
        case Table():
            return as_markdown([part])
        case Heading():
            return f"{'#' * part.level} {_markdown_part(part.sentence, notation)}"
        case Sentence():
            return part.written(
                lambda words: as_markdown([words]), lambda x: f"${notation.write(x)}$"
            )


LATEX_WIDTH: Final = 84
"""In columns: how much stands on a line of the page."""
_SIGNS: Final = {"=": "=", "≈": r"\approx"}


def _latex_lines(part: Equations, notation: Latex, fit: bool = False) -> str:
    r"""Return lines of an aligned environment; what cannot be broken is to `\fit` a line."""
    lines = [sides(equation, notation) for equation in part.lines]
    room = LATEX_WIDTH - max(latex_width(line[0][1]) for line in lines)
    return " \\\\\n".join(_latex_line(line, room, fit) for line in lines)


def _latex_line(line: Sequence[tuple[str, str]], room: int, fit: bool) -> str:
    (_, first), *others = line
    chain = " ".join(f"{_SIGNS[sign]} {text}" for sign, text in others)
    if latex_width(chain) <= room:
        return f"{first} &{chain}"
    rows = []
    for sign, text in others:
        pieces = broken_latex(text, room - 6)
        if fit:
            pieces = [rf"\fit{{{x}}}" if latex_width(x) > room - 4 else x for x in pieces]
        rows.append(f"{_SIGNS[sign]} " + " \\\\\n&\\quad ".join(pieces))
    return f"{first} &" + " \\\\\n&".join(rows)


_PREAMBLE: Final = r"""\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage{amsmath,amssymb,graphicx,longtable,textcomp}
\usepackage[margin=2cm]{geometry}
\allowdisplaybreaks
\sloppy
\setlength{\LTleft}{0pt}
\newcommand{\fit}[1]{\sbox0{$\displaystyle #1$}%
\ifdim\wd0>0.7\linewidth\resizebox{0.7\linewidth}{!}{\usebox0}\else\usebox0\fi}
"""
_UNICODE: Final = "% !TeX program = xelatex\n" + _PREAMBLE.replace(
    r"\usepackage[T1]{fontenc}", r"\usepackage{ctex}"
)


def to_latex(parts: Sequence[Part], digits: int) -> str:
    """Return the parts as a LaTeX document; for XeLaTeX with ctex where it is not all ASCII."""
    notation = Latex(digits)
    body = "\n\n".join(_latex_part(part, notation) for part in parts)
    head = _PREAMBLE if body.isascii() else _UNICODE
    return f"{head}\\begin{{document}}\n{body}\n\\end{{document}}\n"


def _latex_part(part: Part, notation: Latex) -> str:
    match part:
        case Equations():
            lines = _latex_lines(part, notation, fit=True)
            return f"\\begin{{align*}}\n{lines}\n\\end{{align*}}"
        case Table():
            return _latex_table(part)
        case Heading():
            title = _latex_part(part.sentence, notation)
            return f"\\section*{{{title}}}" if part.level == 1 else f"\\subsection*{{{title}}}"
        case Sentence():
            return part.written(escaped, lambda x: f"${notation.write(x)}$")


LONGEST_TABLE: Final = 30
"""In rows, to stand on one page."""


def _latex_table(table: Table) -> str:
    sides = "".join("l" if i < table.texts else "r" for i in range(len(table.headings)))
    rows = [table.headings, *table.rows]
    lines = [f"{' & '.join(map(escaped, row))} \\\\" for row in rows]
    long = len(rows) > LONGEST_TABLE
    kind = "longtable" if long else "tabular"
    lines.insert(1, "\\hline\\endhead" if long else "\\hline")
    return f"\\begin{{{kind}}}{{{sides}}}\n" + "\n".join(lines) + f"\n\\end{{{kind}}}"


# HTML.


def to_html(parts: Sequence[Part], digits: int) -> str:
    """Return the parts as HTML that needs no script: equations are aligned text."""
    notation = Html(digits)
    body = "".join(_html_part(part, notation) for part in parts)
    return f'<div class="tex2jax_ignore mathjax_ignore">{body}</div>'


def _html_part(part: Part, notation: Html) -> str:
    match part:
        case Equations():
            rows = "".join(_html_line(line, notation) for line in part.lines)
            return f'<table style="border: none"><tbody>{rows}</tbody></table>'
        case Table():
            return as_html([part])
        case Heading():
            tag = f"h{part.level + 1}"
            return f"<{tag}>{_html_sentence(part.sentence, notation)}</{tag}>"
        case Sentence():
            return f"<p>{_html_sentence(part, notation)}</p>"


def _html_sentence(sentence: Sentence, notation: Html) -> str:
    return sentence.written(html.escape, notation.write)


def _html_line(equation: Equation, notation: Html) -> str:
    (_, first), *others = sides(equation, notation)
    style = "border: none; font-family: serif; font-size: 110%; vertical-align: baseline"
    chain = " ".join(f"{sign} {text}" for sign, text in others)
    return (
        f'<tr><td style="{style}; text-align: right">{first}</td>'
        f'<td style="{style}; text-align: left">{chain}</td></tr>'
    )
