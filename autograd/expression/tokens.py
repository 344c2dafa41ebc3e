"""Cuts a formula's text into tokens, and says of everything else what to write instead."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Iterator
from enum import Enum, auto
from typing import Final, NamedTuple

from autograd.expression.error import FormulaError
from autograd.text.words import cut

MAX_LENGTH: Final = 100_000
"""Longest text that is read, in characters."""


class Kind(Enum):
    """What a token is."""

    NUMBER = auto()
    NAME = auto()
    CALL = auto()  # a name and the parenthesis after it
    SYMBOL = auto()  # an operator, parenthesis, comma, or one of Python's words for operators


class Token(NamedTuple):
    """A piece of the text, names normalised (NFKC) as Python does."""

    kind: Kind
    text: str
    position: int

    @property
    def shown(self) -> str:
        """The token in a message."""
        return cut(self.text) + ("(" if self.kind is Kind.CALL else "")


# As in Python, any character beyond ASCII may be of a name at first, to be looked at more closely;
# but the middle dot, which Python allows within names, is here more likely meant as a product.
_LETTER: Final = r"(?: [A-Za-z_] | [^\x00-\x7f\xb7] )"
_DIGITS: Final = r"(?: [0-9] (?: _? [0-9] )* )"
_TOKEN: Final = re.compile(
    rf"""
      (?P<space>  [ \t\f\r\n]+ )
    | (?P<number> (?: {_DIGITS} \.? {_DIGITS}? | \. {_DIGITS} ) (?: [eE] [+-]? {_DIGITS} )? )
    | (?P<name>   {_LETTER} (?: {_LETTER} | [0-9] )* )
    | (?P<symbol> \*\* | // | [=!<>:]= | <> | << | >> | . )
    """,
    re.VERBOSE | re.DOTALL,
)
# What makes a call of a name before it, and what may not follow a number.
_OPENING: Final = re.compile(r"[ \t\f\r\n]*\(")
_SUFFIX: Final = re.compile(rf"(?: {_LETTER} | [0-9] )+", re.VERBOSE)
_RADIX: Final = re.compile(r"[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+")

_SYMBOLS: Final = frozenset({*"+-*/(),<>", "**", "<=", ">=", "==", "!="})
_WORDS: Final = frozenset({"if", "else", "and", "or", "not"})

# What else people write, and what to write instead.
_REFUSED: Final = {
    "^": "'^' is not an operator here: use ** for powers",
    "=": "'=' is not part of a formula: give the right-hand side alone, compare with ==,"
    " and pass arguments by position",
    ":=": "':=' is not part of a formula: a formula assigns nothing",
    "//": "'//' is not an operator here: write floor(x / y)",
    "%": "'%' is not an operator here: write x - y*floor(x / y)",
    "@": "'@' is not an operator here: write out the sum of products",
    "&": "'&' is not an operator here: combine conditions with 'and'",
    "|": "'|' is not an operator here: use abs(x) for |x|, 'or' for conditions",
    "~": "'~' is not an operator here: use 'not' for conditions",
    "<<": "'<<' is not an operator here: write x * 2**y",
    ">>": "'>>' is not an operator here: write x / 2**y",
    "<>": "'<>' is not an operator here: use != for unequal",
    "!": "'!' is not an operator here: use exp(lgamma(x + 1)) for factorials, != for unequal",
    ".": "attributes are not part of a formula: write functions by name alone, as in sin(x)",
    "[": "lists and subscripts are not part of a formula: name each number by itself, as in x1",
    "]": "unexpected ']': only round parentheses are part of a formula",
    "{": "unexpected '{': only round parentheses are part of a formula",
    "}": "unexpected '}': only round parentheses are part of a formula",
    ":": "':' is not part of a formula",
    ";": "';' is not part of a formula: give one expression",
    "#": "comments are not part of a formula",
    "'": "texts in quotes are not part of a formula",
    '"': "texts in quotes are not part of a formula",
    "`": "texts in quotes are not part of a formula",
    "\\": "'\\' is not part of a formula: lines may be broken anywhere without it",
    "×": "'×' is not an operator here: use * to multiply",
    "·": "'·' is not an operator here: use * to multiply",
    "⋅": "'⋅' is not an operator here: use * to multiply",
    "÷": "'÷' is not an operator here: use / to divide",
    "\u2212": "the sign U+2212 is not an operator here: use the hyphen '-' for minus",
    "\u2013": "the dash U+2013 is not an operator here: use the hyphen '-' for minus",
    "≤": "'≤' is not an operator here: use <=",
    "≥": "'≥' is not an operator here: use >=",
    "≠": "'≠' is not an operator here: use !=",
    "√": "'√' is not an operator here: use sqrt(x)",
    "²": "'²' is not part of a formula: use **2",
    "³": "'³' is not part of a formula: use **3",
    "True": "'True' is not a number: write 1",
    "False": "'False' is not a number: write 0",
    "None": "'None' is not a number",
    "is": "'is' is not an operator here: compare with ==",
    "in": "'in' is not an operator here: compare with < and <=",
}


def tokens(text: str) -> Iterator[Token]:
    """The text's tokens, one at a time: a fault is found before what comes after it.

    Raises:
        FormulaError: at what is no token of a formula, or where the text is too long.
    """
    at = 0
    while at < len(text):
        if at >= MAX_LENGTH:
            reason = f"the text is too long: {len(text):,} characters, at most {MAX_LENGTH:,}"
            raise FormulaError(reason, text, at)
        match = _TOKEN.match(text, at, MAX_LENGTH)
        assert match is not None, "the pattern's last alternative takes any character"
        word, end = match[0], match.end()
        if match.lastgroup == "number":
            _check_number(text, at, end)
            yield Token(Kind.NUMBER, word, at)
        elif match.lastgroup == "symbol":
            if word not in _SYMBOLS:
                raise FormulaError(_why_not(word), text, at)
            yield Token(Kind.SYMBOL, word, at)
        elif match.lastgroup == "name":
            name = _checked_name(text, at, end)
            if name in _WORDS:
                yield Token(Kind.SYMBOL, name, at)
            elif opening := _OPENING.match(text, end, MAX_LENGTH):
                yield Token(Kind.CALL, name, at)
                end = opening.end()
            else:
                yield Token(Kind.NAME, name, at)
        at = end


def _check_number(text: str, start: int, end: int) -> None:
    """Refuse what Python does not read as a decimal number, and words stuck to numbers."""
    number = text[start:end]
    if suffix := _SUFFIX.match(text, end, MAX_LENGTH):
        _check_characters(text, end, suffix.end())
        raise FormulaError(_why_not_suffix(cut(number), suffix[0]), text, end)
    digits = number.replace("_", "")
    if digits.isdecimal() and digits[0] == "0" and digits.strip("0"):
        reason = f"leading zeros are not allowed: write {cut(digits.lstrip('0'))}"
        raise FormulaError(reason, text, start)


def _why_not_suffix(number: str, suffix: str) -> str:
    """Why a word right after a number is refused."""
    if suffix[0] == "_":
        return "an underscore may stand only between digits"
    if number == "0" and _RADIX.fullmatch(suffix):
        return f"numbers are decimal: write 0{cut(suffix)} in base ten"
    if suffix in ("j", "J"):
        return f"complex numbers are not part of a formula: to multiply, write {number}*{suffix}"
    if suffix in _WORDS:
        return f"a space is missing between {number} and '{suffix}'"
    return f"an operator is missing: to multiply, write {number}*{cut(suffix)}"


def _checked_name(text: str, start: int, end: int) -> str:
    """The name as Python normalises it, if it is one."""
    _check_characters(text, start, end)
    name = unicodedata.normalize("NFKC", text[start:end])
    if keyword.iskeyword(name) and name not in _WORDS:
        raise FormulaError(_why_not(name), text, start)
    return name


def _check_characters(text: str, start: int, end: int) -> None:
    """Refuse a name with a character that Python allows in none."""
    name = text[start:end]
    if not name.isidentifier():
        # What may only continue a name is tried after an underscore.
        bad = next(i for i, c in enumerate(name) if not ("_" * (i > 0) + c).isidentifier())
        raise FormulaError(_why_not(name[bad]), text, start + bad)


def _why_not(word: str) -> str:
    """Why a symbol or a word of Python's is refused."""
    if word in _REFUSED:
        return _REFUSED[word]
    if keyword.iskeyword(word):
        return f"'{word}' is a word of Python's and not part of a formula: as a name write {word}_"
    shown = f"'{word}', " if word.isprintable() else ""
    name = unicodedata.name(word, "a character without a name")
    return f"unexpected character: {shown}U+{ord(word):04X} ({name})"
