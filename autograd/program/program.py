"""Program: a recorded function as a list of instructions."""

import os
from dataclasses import dataclass
from pathlib import Path

from autograd.program.cost import Cost, cost
from autograd.program.instructions import LEAF, Floats, Guard, Instructions, Ints, Result
from autograd.program.saving import from_json, to_json
from autograd.program.source import source
from autograd.program.text import listing
from autograd.text.files import write_whole
from autograd.text.words import counted

__all__ = ["LEAF", "Floats", "Guard", "Ints", "Program", "Result"]


@dataclass(frozen=True, eq=False)
class Program(Instructions):
    """A function recorded as straight-line code on numbers; see `Instructions` for its parts.

    It prints as numbered lines, one an instruction, and pickles.
    """

    def __str__(self) -> str:
        return listing(self)

    def __repr__(self) -> str:
        return f"<program {self.name} of {counted(len(self), 'node')}>"

    def source(self, language: str = "python") -> str:
        r"""Return the program as source: one statement an instruction, regular runs as loops.

        Args:
            language: "python", a function with the original's parameters, which needs nothing but
                the standard library; "c", a file in C99 with a function from arrays to an array,
                their layout told in a comment; "javascript", an ES module that exports the
                function; "dot", the graph; or "latex", equations.

        Captured Values become parameters, with the numbers that they have now as defaults.
        Comparisons become checks: the source refuses numbers that take another path.

        Raises:
            ValueError: the language is unknown; the program uses a primitive of your own, which
                has no form in another language; or its result or a key in its arguments is
                something that cannot be written down.

        >>> from autograd.program.trace import trace
        >>> program = trace(lambda x, y: x * y + 1.0, 2.0, 3.0)
        >>> print(program.source("latex"))
        \begin{align*}
        v_{2} &= x \cdot y \\
        v_{3} &= v_{2} + 1 \\
        \mathrm{result} &= v_{3}
        \end{align*}
        <BLANKLINE>
        """
        return source(self, language)

    def cost(self, of: "Program | None" = None) -> Cost:
        """Return what one run costs, and how often the cost of another program goes into it.

        >>> from autograd import grad
        >>> from autograd.program.trace import trace
        >>> def f(x, y):
        ...     return (x + y) ** 2 * y
        >>> print(trace(grad(f), 1.0, 2.0).cost(trace(f, 1.0, 2.0)))
        gradient_of_f:
        ...
        """
        return cost(self, of)

    def to_json(self) -> str:
        """Return the program as a text in JSON, from which `from_json` makes it again.

        Captured Values are written as the numbers that they have now.

        Raises:
            ValueError: the program uses a primitive of your own, or its result or a key in its
                arguments is something that JSON cannot hold.
        """
        return to_json(self)

    @classmethod
    def from_json(cls, text: str | bytes) -> "Program":
        """Return the program that `to_json` wrote. Nothing in the text is run as code.

        Raises:
            ValueError: the text is not of a sound program; the message says where it is not.

        >>> from autograd.program.trace import trace
        >>> text = trace(lambda x: x + 1.0, 2.0).to_json()
        >>> print(Program.from_json(text))
        <lambda>: 1 input, 1 operation
          v0 = x
          v1 = v0 + 1.0
          return v1
        """
        return cls(**from_json(text))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the program to a file, as `to_json` gives it.

        Raises:
            ValueError: see `to_json`.
            OSError: the file cannot be written; what was there is untouched.
        """
        write_whole(Path(path), self.to_json().encode())

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> "Program":
        """Return the program that `save` wrote; see `from_json`.

        Raises:
            ValueError: the file is not of a sound program; the message says where it is not.
            OSError: the file cannot be read.
        """
        try:
            return cls.from_json(Path(path).read_bytes())
        except ValueError as error:
            raise ValueError(f"{os.fspath(path)} cannot be loaded: {error}") from error
