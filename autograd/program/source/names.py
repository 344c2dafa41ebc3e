"""Names and remarks in source: what a language takes, whatever the function called things."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from autograd.text.words import cut, printable

_WORDS: Final = """
    auto break case char const continue default do double else enum extern float for goto if
    inline int long register restrict return short signed sizeof static struct switch
    typedef union unsigned void volatile while await catch class debugger delete export
    extends false finally function implements import in instanceof interface let new null
    package private protected public super this throw true try typeof var with yield
    arguments eval undefined NaN Infinity Math Array Error math range main inputs captured
    outputs INFINITY NAN HUGE_VAL ValueError _
"""
"""What no name may be: keywords of C99 and JavaScript, and what printed code uses itself."""

_RESERVED: Final = frozenset([*_WORDS.split(), *keyword.kwlist])


class Names:
    """The names in a file: each is an identifier and none means two things."""

    def __init__(self, taken: Iterable[str], ascii_only: bool = False) -> None:
        self._taken = {*taken, *_RESERVED}
        self._ascii_only = ascii_only

    def take(self, wanted: str) -> str:
        """Return an identifier like the wanted name, that nothing else has.

        >>> names = Names(["exp"])
        >>> names.take("exp"), names.take("w"), names.take("w"), names.take("<lambda>")
        ('exp_', 'w', 'w_', 'lambda_')
        """
        name = unicodedata.normalize("NFKC", wanted)  # as Python reads it
        if not name.isidentifier() or (self._ascii_only and not name.isascii()):
            name = re.sub(r"[^0-9A-Za-z]+", "_", name).strip("_")
            name = f"x{name}" if name[:1].isdigit() else name or "x"
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        return name


def remark(text: str, longest: int = 80) -> str:
    """Return a text for a comment: one line, that neither ends the comment nor begins another.

    >>> remark("a */ b")
    'a * / b'
    """
    line = cut(printable(text), longest)
    return re.sub(r"(?<=\*)(?=/)|(?<=/)(?=\*)|(?<=\?)(?=\?)", " ", line)
