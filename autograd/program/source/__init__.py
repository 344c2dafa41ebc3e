"""Programs as source: Python, C, JavaScript, DOT and LaTeX."""

from autograd.program.instructions import Instructions
from autograd.program.source.c import C
from autograd.program.source.scripting import JavaScript, Python
from autograd.text.names import name_in

WRITERS = {writer.language: writer for writer in (Python, C, JavaScript)}


def source(program: Instructions, language: str) -> str:
    """Return the program as source; see `Program.source`."""
    return WRITERS[name_in(WRITERS, language, "language")](program).source()
