"""Programs as source: Python, C, JavaScript, DOT and LaTeX."""

from collections.abc import Callable
from typing import Final

from autograd.program.instructions import Instructions
from autograd.program.source.c import C
from autograd.program.source.pictures import dot, latex
from autograd.program.source.scripting import JavaScript, Python
from autograd.program.source.writer import Writer
from autograd.text.names import name_in

WRITERS: Final[dict[str, type[Writer]]] = {x.language: x for x in (Python, C, JavaScript)}
_PICTURES: Final[dict[str, Callable[[Instructions], str]]] = {"dot": dot, "latex": latex}
LANGUAGES: Final = (*WRITERS, *_PICTURES)
_SPELLINGS: Final = {"py": "python", "js": "javascript", "c99": "c", "tex": "latex"}


def source(program: Instructions, language: str) -> str:
    """Return the program as source; see `Program.source`."""
    name = name_in(LANGUAGES, language, "language", _SPELLINGS)
    return _PICTURES[name](program) if name in _PICTURES else WRITERS[name](program).source()
