"""Program: a recorded function as a list of instructions."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.program.instructions import LEAF, Floats, Guard, Instructions, Ints, Result
from autograd.rules.primitive import Primitive
from autograd.text.words import counted
from autograd.transforms import tree

__all__ = ["LEAF", "Floats", "Guard", "Ints", "Program", "Result"]


@dataclass(frozen=True, eq=False)
class Program(Instructions):
    """A function recorded as straight-line code on numbers; see `Instructions` for its parts."""

    def __str__(self) -> str:
        """List the program, one numbered line an instruction."""
        names = self.names
        operations = int(np.count_nonzero(self.ops != LEAF))
        lines = [
            f"{self.name}: {counted(len(self.input_nodes), 'input')}, "
            f"{counted(operations, 'operation')}"
        ]
        for k, (op, refs) in enumerate(self):
            lines.append(
                f"  v{k} = {names[k] if op is None else _written(op, map(self.text, refs))}"
            )
        for guard in self.guards:
            lines.append(f"  require v{guard.node} == {float(guard.outcome)}  # {guard.line}")
        filled = [
            what if refs is None else _shown(what, list(map(self.text, refs)))
            for what, refs in self.result.leaves
        ]
        lines.append(f"  return {_plain(tree.unflatten(self.result.tree, map(_Text, filled)))}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<program {self.name} of {counted(len(self), 'node')}>"


class _Text(str):
    """A text that shows without quotes."""

    def __repr__(self) -> str:
        return str(self)

    def __new__(cls, text: object) -> "_Text":
        return super().__new__(cls, text if isinstance(text, str) else repr(text))


def _plain(x: Any) -> str:
    return x if isinstance(x, str) else repr(x)


def _written(op: Primitive, operands: Any) -> str:
    """Return an operation as in Python: with operators where the row has them, else as a call."""
    texts = list(operands)
    return op.code.format(*texts) if op.code else f"{op.name}({', '.join(texts)})"


def _shown(shape: Any, texts: list[str]) -> str:
    """Return a number or nested lists of an array's entries."""
    if shape is None:
        return texts[0]
    array = np.array(texts, dtype=object).reshape(shape)
    return repr(
        np.vectorize(_Text, otypes=[object])(array).tolist() if array.size else array.tolist()
    )
