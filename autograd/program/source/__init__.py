"""Programs as source: Python, C, JavaScript, DOT and LaTeX."""

from autograd.program.instructions import Instructions
from autograd.program.source.languages import WRITERS
from autograd.text.names import name_in


def source(program: Instructions, language: str) -> str:
    """Return the program as source; see `Program.source`."""
    return WRITERS[name_in(WRITERS, language, "language")](program).source()
