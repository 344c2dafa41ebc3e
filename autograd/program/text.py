"""Programs as numbered lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np

from autograd.program.instructions import LEAF, Instructions
from autograd.text.words import counted, shortened
from autograd.transforms import tree

MOST_LINES: Final = 60
"""How many lines of a program are shown; of a longer one the two ends."""
WIDTH: Final = 100
SHORTEST: Final = 4
"""From how many on numbers in a row are shown by the first and the last."""
LARGEST: Final = 16
"""Up to how many entries an array in a result is shown as nested lists."""


def listing(program: Instructions) -> str:
    """Return the program as lines, an instruction each; those of a long one without the middle."""
    lines = list(_lines(program))
    if len(lines) > MOST_LINES:
        kept = MOST_LINES // 2
        left_out = counted(len(lines) - 2 * kept, "line")
        lines[kept:-kept] = [f'… {left_out} more: source("python") has loops and all …']
    operations = int(np.count_nonzero(program.ops != LEAF))
    head = f"{program.name}: {counted(len(program.input_nodes), 'input')}"
    if program.captured:
        head += f", {len(program.captured):,} captured"
    return "\n  ".join([f"{head}, {counted(operations, 'operation')}", *lines])


def _lines(program: Instructions) -> Iterator[str]:
    leaves = {node: _Leaf(name) for node, name in program.names.items()}
    node = 0
    while node < len(program):
        op, refs = program[node]
        count = 1
        if op is None:
            while node + count in leaves and leaves[node].leads_to(leaves[node + count]):
                count += 1
            if count < SHORTEST:
                count = 1
            last = node + count - 1
            names, nodes = str(leaves[node]), f"v{node}"
            if count > 1:
                names, nodes = f"{names} … {leaves[last]}", f"{nodes} … v{last}"
            yield f"{nodes} = {names}"
        else:
            texts = _texts(program, refs)
            value = op.code.format(*texts) if op.code else f"{op.name}({', '.join(texts)})"
            yield f"v{node} = {shortened(value, WIDTH)}"
        node += count
    for guard in program.guards:
        yield f"require v{guard.node} == {float(guard.outcome)}  # {guard.line}"
    shown = [
        repr(what) if refs is None else _array(what, program, refs)
        for what, refs in program.result.leaves
    ]
    yield f"return {tree.unflatten(program.result.tree, map(_Text, shown))!r}"


class _Leaf:
    """A leaf's name, and the array that it is an entry of."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.stem = name.rpartition("[")[0] if name.endswith("]") else ""

    def leads_to(self, other: _Leaf) -> bool:
        """Whether both are entries of one array."""
        return self.stem != "" and self.stem == other.stem

    def __str__(self) -> str:
        return self.name


class _Text(str):
    """A text that shows without quotes."""

    def __repr__(self) -> str:
        return str(self)


def _texts(program: Instructions, refs: Sequence[int]) -> list[str]:
    """Return how operands are written, such as follow each other by the first and the last."""
    texts = []
    k = 0
    while k < len(refs):
        count = 1
        while refs[k] >= 0 and k + count < len(refs) and refs[k + count] == refs[k] + count:
            count += 1
        if count < SHORTEST:
            count = 1
        last = f" … v{refs[k] + count - 1}" if count > 1 else ""
        texts.append(program.text(refs[k]) + last)
        k += count
    return texts


def _array(shape: Any, program: Instructions, refs: Sequence[int]) -> str:
    """Return a number, nested lists of a small array's entries, or a large one's in brief."""
    if shape is None:
        return program.text(refs[0])
    if len(refs) > LARGEST:
        entries = ", ".join(_texts(program, refs))
        return f"<{' x '.join(map(str, shape))}: {shortened(f'({entries})')[1:-1]}>"
    array = np.empty(len(refs), dtype=object)
    array[:] = [_Text(program.text(ref)) for ref in refs]
    return repr(array.reshape(shape).tolist())
