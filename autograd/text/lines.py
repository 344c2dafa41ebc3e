"""The line of the user's program that asked for something."""

import linecache
import os
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np

_PACKAGE = Path(__file__).absolute().parents[1]
_FOLDERS = (_PACKAGE, _PACKAGE.with_name("nn"), Path(np.__file__).parent)
_LIBRARIES = tuple([f"{folder}{os.sep}" for folder in _FOLDERS])
"""Code between an operation and the line of the program that asked for it."""


class Line(NamedTuple):
    """A place in a program; as text, `at file.py:12: y = log(x)`."""

    path: str
    number: int
    saved: str = ""
    """What stood there when it was written to a file."""

    @property
    def code(self) -> str:
        """What stands there; empty where the file cannot be read."""
        return self.saved or linecache.getline(self.path, self.number).strip()

    def __str__(self) -> str:
        return f"at {self.path}:{self.number}" + (f": {self.code}" if self.code else "")


def user_line() -> Line:
    """Return the innermost line that is being run outside this library and NumPy."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_LIBRARIES):
        frame = frame.f_back
    return Line(frame.f_code.co_filename, frame.f_lineno)
