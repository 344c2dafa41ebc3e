"""Cuts a formula's text into tokens, and says of everything else what to write instead."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Iterator
from typing import Final, NamedTuple

from autograd.expression.error import FormulaError
from autograd.text.words import cut

MAX_LENGTH: Final = 100_000
"""Longest text that is read, in characters."""

MAX_NAME: Final = 200
"""Longest name beyond ASCII, as normalising it can take time that grows as its length squared."""


class Token(NamedTuple):
    """A piece of a formula's text.

    Attributes:
        kind: "number", "name", "call", which is a name and the parenthesis after it, or "symbol",
            which is an operator, a parenthesis, a comma, or one of Python's words for operators.
        text: the token's characters; a name is normalised (NFKC) as Python does, and that of a call
            stands without the parenthesis.
        position: the index of the first character in the text.
    """

    kind: str
    text: str
    position: int

    @property
    def shown(self) -> str:
        """The token in a message."""
        return cut(self.text) + ("(" if self.kind == "call" else "")


# As in Python, any character beyond ASCII may be of a name at first, to be looked at more closely;
# but the middle dot, which Python allows within names, is here more likely meant as a product.
_LETTER: Final = r"(?: [A-Za-z_] | [^\x00-\x7f\xb7] )"
_NAME: Final = rf"(?: {_LETTER} (?: {_LETTER} | [0-9] )* )"
_DIGITS: Final = r"(?: [0-9] (?: _? [0-9] )* )"
_TOKEN: Final = re.compile(
    rf"""
      (?P<space>  [ \t\f\r\n]+ )
    | (?P<number> (?: {_DIGITS} \.? {_DIGITS}? | \. {_DIGITS} ) (?: [eE] [+-]? {_DIGITS} )? )
      (?P<suffix> (?: {_LETTER} | [0-9] )+ )?
    | (?P<call>   (?! (?: if | else | and | or | not ) \b ) (?P<called> {_NAME} ) [ \t\f\r\n]* \( )
    | (?P<name>   {_NAME} )
    | (?P<symbol> \*\* | // | [=!<>:]= | <> | << | >> | . )
    """,
    re.VERBOSE | re.DOTALL,
)
_RADIX: Final = re.compile(r"[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+")

_WORDS: Final = frozenset({"if", "else", "and", "or", "not"})
_SYMBOLS: Final = frozenset({*"+-*/(),<>", "**", "<=", ">=", "==", "!=", *_WORDS})

# Operators and words of other notations, and what to do instead.
_INSTEAD: Final = {
    "^": "use ** for powers",
    "//": "write floor(x / y)",
    "%": "write x - y*floor(x / y)",
    "@": "write out the sum of products",
    "&": "combine conditions with 'and'",
    "|": "use abs(x) for |x|, 'or' for conditions",
    "~": "use 'not' for conditions",
    "<<": "write x * 2**y",
    ">>": "write x / 2**y",
    "<>": "use != for unequal",
    "!": "use exp(lgamma(x + 1)) for factorials, != for unequal",
    **dict.fromkeys("×·⋅", "use * to multiply"),
    "÷": "use / to divide",
    "≤": "use <=",
    "≥": "use >=",
    "≠": "use !=",
    "√": "use sqrt(x)",
    "²": "use **2",
    "³": "use **3",
    "is": "compare with ==",
    "in": "compare with < and <=",
}
# The rest of what people write, and why it is refused.
_REFUSED: Final = {
    "=": "'=' is not part of a formula: give the right-hand side alone, compare with ==,"
    " and pass arguments by position",
    ":=": "':=' is not part of a formula: a formula assigns nothing",
    ".": "attributes are not part of a formula: write functions by name alone, as in sin(x)",
    "[": "lists and subscripts are not part of a formula: name each number by itself, as in x1",
    **{c: f"unexpected '{c}': only round parentheses are part of a formula" for c in "]{}"},
    ":": "':' is not part of a formula",
    ";": "';' is not part of a formula: give one expression",
    "#": "comments are not part of a formula",
    **dict.fromkeys("'\"`", "texts in quotes are not part of a formula"),
    "\\": "'\\' is not part of a formula: lines may be broken anywhere without it",
    "\u2212": "the sign U+2212 is not an operator here: use the hyphen '-' for minus",
    "\u2013": "the dash U+2013 is not an operator here: use the hyphen '-' for minus",
    "True": "'True' is not a number: write 1",
    "False": "'False' is not a number: write 0",
    "None": "'None' is not a number",
}


def tokens(text: str) -> Iterator[Token]:
    """Yield the text's tokens one at a time, so that faults are found from left to right.

    Raises:
        FormulaError: at what is no token of a formula, or where the text is too long.
    """
    if len(text) > MAX_LENGTH:
        reason = f"the text is too long: {len(text):,} characters, at most {MAX_LENGTH:,}"
        raise FormulaError(reason, text, MAX_LENGTH)
    for match in _TOKEN.finditer(text):
        kind, word, at = str(match.lastgroup), match[0], match.start()
        if kind == "space":
            continue
        if kind in ("name", "call"):
            word = _checked_name(text, *match.span("called" if kind == "call" else "name"))
            kind = "symbol" if word in _WORDS else kind
        elif kind == "suffix":
            _check_characters(text, *match.span("suffix"))
            reason = _why_not_suffix(cut(match["number"]), match["suffix"])
            raise FormulaError(reason, text, match.start("suffix"))
        elif kind == "number":
            _check_zeros(text, word, at)
        elif word not in _SYMBOLS:
            raise FormulaError(_why_not(word), text, at)
        yield Token(kind, word, at)


def _check_zeros(text: str, number: str, position: int) -> None:
    """Refuse whole numbers that start with zeros, as Python does."""
    digits = number.replace("_", "")
    if digits[0] == "0" and digits.isdecimal() and digits.strip("0"):
        reason = f"leading zeros are not allowed: write {cut(digits.lstrip('0'))}"
        raise FormulaError(reason, text, position)


def _why_not_suffix(number: str, suffix: str) -> str:
    """Say why a word right after a number is refused."""
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
    """Return the name as Python normalises it; refuse what is none."""
    name = text[start:end]
    if name.isascii() and not keyword.iskeyword(name):
        return name
    _check_characters(text, start, end)
    if len(name) > MAX_NAME:
        reason = f"the name is too long: {len(name):,} characters, beyond ASCII at most {MAX_NAME}"
        raise FormulaError(reason, text, start)
    name = unicodedata.normalize("NFKC", name)
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
    """Say why a symbol or a word of Python's is refused."""
    if word in _REFUSED:
        return _REFUSED[word]
    if word in _INSTEAD:
        return f"'{word}' is not an operator here: {_INSTEAD[word]}"
    if keyword.iskeyword(word):
        return f"'{word}' is a word of Python's and not part of a formula: as a name write {word}_"
    shown = f"'{word}', " if word.isprintable() else ""
    name = unicodedata.name(word, "a character without a name")
    return f"unexpected character: {shown}U+{ord(word):04X} ({name})"
