"""LaTeX as text: letters and names that stay text, and formulas broken to the width of a page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from autograd.text.words import columns

_COMMANDS = re.compile(
    "alpha|beta|gamma|delta|epsilon|zeta|eta|theta|iota|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau"
    "|upsilon|phi|chi|psi|omega|Gamma|Delta|Theta|Lambda|Xi|Pi|Sigma|Upsilon|Phi|Psi|Omega"
)


def _greek() -> Iterator[tuple[str, str]]:
    """Yield the Greek letters that have a command, and it."""
    for c in map(chr, range(0x391, 0x3CA)):
        kind, _, letter = unicodedata.name(c, "").partition(" LETTER ")
        command = {"LAMDA": "LAMBDA"}.get(letter, letter).lower()
        command = command.capitalize() if kind.endswith("CAPITAL") else command
        if _COMMANDS.fullmatch(command):
            yield c, f"\\{command}"


_GREEK: Final = dict(_greek())
_INDEX: Final = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_SPECIAL = {
    "\\": r"\textbackslash ",
    "~": r"\textasciitilde ",
    "^": r"\textasciicircum ",
    "<": r"\textless ",
    ">": r"\textgreater ",
    "|": r"\textbar ",
    "`": r"\textasciigrave ",
    '"': r"\textquotedbl ",
    "[": "{[}",  # at the beginning of a row it would be an option of the row before
    "]": "{]}",
    "*": "{*}",
    "·": r"$\cdot$",
    "≈": r"$\approx$",
    "∂": r"$\partial$",
    "…": r"\ldots{}",
    **{c: f"${command}$" for c, command in _GREEK.items()},
    **{chr(c): f"$_{digit}$" for c, digit in _INDEX.items()},
    **{c: f"\\{c}" for c in "#$%&_{}"},
}


def escaped(text: str) -> str:
    r"""Return a text for LaTeX's text mode, in which nothing of it is a command.

    What its usual fonts do not have, as emoji, stands there by its number.

    >>> print(escaped("50 %_x 😀"))
    50 \%\_x \texttt{U+1F600}
    """
    return "".join(_SPECIAL.get(c) or (c if _is_in_fonts(c) else _numbered(c)) for c in text)


def _is_in_fonts(c: str) -> bool:
    """Whether Latin Modern or a font for Chinese, Japanese and Korean has a letter."""
    wide = unicodedata.east_asian_width(c) in "WF" and unicodedata.category(c)[0] in "LNP"
    return c < "\u0180" or wide or c in "–—‘’“”"


def _numbered(c: str) -> str:
    return rf"\texttt{{U+{ord(c):04X}}}"


def latex_name(name: str) -> str:
    r"""Return a name as LaTeX: a letter with an index in italics, others upright.

    >>> print(latex_name("v12"), latex_name("theta"), latex_name("w[0,1]"), latex_name("loss_a"))
    v_{12} \theta w_{0,1} \text{loss\_a}
    """
    parts = re.fullmatch(r"([^\W\d_]+)_?(\d*|\[(\d+(?:,\d+)*)\])", name.translate(_INDEX), re.ASCII)
    parts = parts or re.fullmatch(r"([Α-ω])_?(\d*|\[(\d+(?:,\d+)*)\])", name.translate(_INDEX))
    letter = parts and _letter(parts[1])
    if not parts or not letter:
        return rf"\text{{{escaped(name)}}}"
    index = parts[3] or parts[2]
    return f"{letter}_{{{index}}}" if index else letter


def _letter(word: str) -> str | None:
    """Return a letter in italics, Latin or Greek; None for a longer word."""
    if _COMMANDS.fullmatch(word):
        return f"\\{word}"
    return _GREEK.get(word, word if len(word) == 1 and word.isascii() else None)


# Width.


def latex_width(text: str) -> int:
    r"""Return about how many columns a formula takes; of a fraction its wider side counts.

    >>> latex_width(r"\frac{\partial v_{3}}{\partial x} = 12")
    8
    """
    for command, shown in _SHOWN:
        text = re.sub(command, shown, text)
    while (shorter := _INNERMOST.sub(_wider, text)) != text:
        text = shorter
    return columns(re.sub(r"\\[a-zA-Z]+ ?", "x", text)) - len(re.findall("[_^{}]", text))


_SHOWN: Final = (
    (r"\\(?:text|mathrm|operatorname|left|right|displaystyle|quad)(?![a-z])", ""),
    (r"\\ldots", "..."),
    (r"\\text[a-z]+ |\\[{}&%$#_]|\\cdot|\\approx", "x"),
    (r"\\((?:arc)?(?:sin|cos|tan)h?|log|ln|exp|max|min)(?![a-z])", r"\1"),
)
"""What some commands show, by patterns; others show a sign."""
_INNERMOST: Final = re.compile(r"\\frac\{([^{}]*)\}\{([^{}]*)\}|(?<!\\frac)(?<!\})\{([^{}]*)\}")
"""A fraction, or another group."""


def _wider(match: re.Match[str]) -> str:
    above, below, group = match.groups()
    if group is not None:
        return group
    return above if latex_width(above) > latex_width(below) else below


_TOKEN = re.compile(
    r"\\(?:left|begin)(?![a-z])|\\(?:right|end)(?![a-z])|\\.|[{}]| (?=[+-]|\\cdot )"
)
_OPENS: Final = ("{", r"\left", r"\begin")
_CLOSES: Final = ("}", r"\right", r"\end")


def broken_latex(text: str, room: int) -> list[str]:
    r"""Return a formula in pieces of at most `room` columns, if it can be broken so.

    It is broken before + and -, and terms that are too long by themselves before \cdot.

    >>> broken_latex(r"a \cdot b + c \cdot \left(d + e\right)", 14)
    ['a \\cdot b', '+ c \\cdot \\left(d + e\\right)']
    """
    lines = [""]
    for term in _split(text, ("+", "-")):
        for piece in [term] if latex_width(term) <= room else _split(term, ("\\",)):
            if lines[-1] and latex_width(lines[-1] + piece) > room:
                lines.append("")
                piece = piece.lstrip()
            lines[-1] += piece
    return lines


def _split(text: str, signs: tuple[str, ...]) -> Iterator[str]:
    """Yield a formula in pieces, each but the first from such an operator of its own on."""
    depth = start = 0
    for match in _TOKEN.finditer(text):
        token, end = match[0], match.end()
        depth += (token in _OPENS) - (token in _CLOSES)
        if token == " " and not depth and text.startswith(signs, end):
            yield text[start : match.start()]
            start = match.start()
    yield text[start:]
