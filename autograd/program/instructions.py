"""Instructions: a recorded function as data, which programs are and printers read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from autograd.rules.primitive import Primitive
from autograd.text.lines import Line
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
class Instructions:
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

    @property
    def nbytes(self) -> int:
        """How many bytes its arrays take."""
        arrays = (self.ops, self.starts, self.operands, self.constants)
        nodes = (self.input_nodes, self.captured_nodes)
        return sum(array.nbytes for array in (*arrays, *nodes))

    def text(self, ref: int) -> str:
        """Return how a reference is written: `v3`, or the constant."""
        return f"v{ref}" if ref >= 0 else repr(float(self.constants[~ref]))


def plain(leaf: Any, place: str) -> Any:
    """Return a leaf of a result that does not depend on the inputs, in Python's own types.

    Raises:
        ValueError: it is no number, truth value or text, nor an array of these.
    """
    own = leaf.tolist() if isinstance(leaf, (np.ndarray, np.generic)) else leaf
    entries = [own]
    while entries:
        x = entries.pop()
        if isinstance(x, list) and isinstance(leaf, np.ndarray):
            entries += x
        elif not isinstance(x, (bool, int, float, str)):
            raise ValueError(
                f"{place} is {leaf!r}: only numbers, truth values and texts, and arrays of these, "
                "can be written down"
            )
    return own
