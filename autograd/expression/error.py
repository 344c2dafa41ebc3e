"""The error of the formula reader, which shows the place in the text."""

from __future__ import annotations

from autograd.text.words import columns, printable


class FormulaError(ValueError):
    """A text that is not a formula; says what is wrong, where, and what to write instead.

    The message's first line is complete in itself; the next two show the place.

    >>> from autograd.expression import parse
    >>> try:
    ...     parse("1 + sine(x)")
    ... except FormulaError as error:
    ...     print(error)
    unknown function 'sine': did you mean 'sin' or 'sinh'? (column 5)
      1 + sine(x)
          ^

    Attributes:
        reason: what is wrong and what to do about it, in one line without the place.
        text: the whole text.
        position: index in ``text`` of the offending character, ``len(text)`` for its end.
    """

    def __init__(self, reason: str, text: str, position: int) -> None:
        super().__init__(reason, text, position)  # args in full, so that the error pickles
        self.reason = reason
        self.text = text
        self.position = position

    def __str__(self) -> str:
        return f"{self.reason} ({_place(self.text, self.position)})\n" + _excerpt(
            self.text, self.position
        )


def _place(text: str, position: int) -> str:
    line = text.count("\n", 0, position) + 1
    column = position - _line_start(text, position) + 1
    return f"line {line}, column {column}" if "\n" in text else f"column {column}"


def _line_start(text: str, position: int) -> int:
    return text.rfind("\n", 0, position) + 1


def _excerpt(text: str, position: int, reach: int = 36) -> str:
    """Return the line around a place, and a caret under it."""
    start = _line_start(text, position)
    end = text.find("\n", position)
    end = len(text) if end < 0 else end
    left, right = max(start, position - reach), min(end, position + reach)
    before = ("…" if left > start else "") + printable(text[left:position])
    after = printable(text[position:right]) + ("…" if right < end else "")
    return f"  {before}{after}\n  {' ' * columns(before)}^"
