"""Program: a recorded function as a list of instructions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from autograd.rules.primitive import Primitive
from autograd.text.lines import Line
from autograd.text.words import counted
from autograd.transforms import tree
from autograd.transforms.leaves import Leaves
from autograd.values.value import Value

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

LEAF: Final = -1
"""What stands for an operation at a node that is an input or a captured Value."""


@dataclass(frozen=True)
class Guard:
    """A comparison that the function made: the program holds where it comes out as it did.

    Attributes:
        node: the comparison, a node of the program that is 1 or 0.
        outcome: what it gave.
        line: where it stands in the user's program.
    """

    node: int
    outcome: bool
    line: Line


@dataclass(frozen=True)
class Result:
    """What a function returned: which numbers of its program go where.

    Attributes:
        tree: the structure, with anything as leaves.
        leaves: for each leaf its shape (None for a number) and its numbers, by reference; or
            (..., None) and what does not depend on the inputs, as it is.
    """

    tree: Any
    leaves: list[tuple[Any, list[int] | None]]

    @property
    def refs(self) -> list[int]:
        """The references to all numbers, leaf by leaf."""
        return [ref for _, refs in self.leaves for ref in refs or ()]

    def moved(self, refs: Sequence[int]) -> "Result":
        """Return the same structure with other references."""
        rest = iter(refs)
        leaves = [
            (what, None if old is None else [next(rest) for _ in old]) for what, old in self.leaves
        ]
        return Result(self.tree, leaves)


@dataclass(frozen=True, eq=False)
class Program:
    """A function recorded as straight-line code on numbers: the graph that is drawn, as a list.

    Node k is the node `vk` of the drawing. It is an input, a Value from outside the function, or
    an operation on nodes before it. A reference is the number of a node or, for a constant, its
    complement: ~k stands for `constants[k]`.

    Attributes:
        name: of the function.
        rows: the primitives that it uses.
        ops: for each node the place of its primitive in `rows`; -1 for a leaf.
        starts: where its operands begin in `operands`; one more than nodes.
        operands: the references to operands, of one node after the other.
        constants: the numbers that stand in the code.
        inputs: the structure of the arguments, (positional, named).
        input_nodes: the nodes that are the numbers in the arguments.
        captured: Values from outside that the function used. Each run reads their data anew.
        captured_nodes: which nodes they are.
        result: what the function returned.
        guards: the comparisons that it made, in order.
    """

    name: str
    rows: tuple[Primitive, ...]
    ops: Ints
    starts: Ints
    operands: Ints
    constants: Floats
    inputs: Leaves
    input_nodes: Ints
    captured: tuple[Value, ...]
    captured_nodes: Ints
    result: Result
    guards: tuple[Guard, ...] = field(default=())

    def __len__(self) -> int:
        return len(self.ops)

    def __getitem__(self, node: int) -> tuple[Primitive | None, tuple[int, ...]]:
        """Return the primitive and the references to the operands of a node; None for a leaf."""
        op = self.ops[node]
        refs = self.operands[self.starts[node] : self.starts[node + 1]]
        return (None if op == LEAF else self.rows[op]), tuple(refs.tolist())

    def __iter__(self) -> Iterator[tuple[Primitive | None, tuple[int, ...]]]:
        ends = self.starts.tolist()
        refs = self.operands.tolist()
        for k, op in enumerate(self.ops.tolist()):
            yield (None if op == LEAF else self.rows[op]), tuple(refs[ends[k] : ends[k + 1]])

    @property
    def names(self) -> dict[int, str]:
        """What the leaves are called, by their nodes."""
        names = dict(zip(self.input_nodes.tolist(), self.inputs.names, strict=True))
        for node, value in zip(self.captured_nodes.tolist(), self.captured, strict=True):
            names[node] = value.name or f"captured {node}"
        return names

    @property
    def counts(self) -> dict[str, int]:
        """How often each primitive is applied, the most frequent first."""
        used, times = np.unique(self.ops[self.ops != LEAF], return_counts=True)
        pairs = [(self.rows[k].name, n) for k, n in zip(used.tolist(), times.tolist(), strict=True)]
        return dict(sorted(pairs, key=lambda pair: (-pair[1], pair[0])))

    def text(self, ref: int) -> str:
        """Return how a reference is written: `v3`, or the constant."""
        return f"v{ref}" if ref >= 0 else repr(float(self.constants[~ref]))

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
