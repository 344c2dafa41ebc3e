"""Programs as numbered lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np

from autograd.program.instructions import LEAF, Instructions
from autograd.rules.primitive import TABLE
from autograd.text.words import counted, shortened
from autograd.transforms import tree

MOST_LINES: Final = 60
"""How many lines of a program are shown; of a longer one the two ends."""
WIDTH: Final = 100
SHORTEST: Final = 4
"""From how many on numbers in a row are shown by the first and the last."""
LARGEST: Final = 8
"""Up to how many entries an array in a result is shown as nested lists."""

_ENTRY: Final = re.compile(r"(.+\[(?:\d+,)*)(\d+)\]")


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
    names = program.names
    node = 0
    while node < len(program):
        op, refs = program[node]
        count = 1
        if op is None:
            line, count = _leaves(program, names, node)
            yield line
        else:
            texts = _texts(program, refs)
            value = op.code.format(*texts) if op.code else f"{op.name}({', '.join(texts)})"
            yield f"v{node} = {shortened(value, WIDTH)}"
        node += count
    for guard in program.guards:
        yield f"require v{guard.node} == {float(guard.outcome)}  # {guard.line}"
    shown = [
        shortened(repr(what), WIDTH) if refs is None else _array(what, program, refs)
        for what, refs in program.result.leaves
    ]
    yield f"return {tree.unflatten(program.result.tree, map(_Text, shown))!r}"


def _leaves(program: Instructions, names: dict[int, str], node: int) -> tuple[str, int]:
    """Return a line for a leaf, or for entries of a row of an array, and how many nodes it has.

    A copy that follows its leaf stands in the line: `v0 = v1 = x`.
    """

    def width(node: int) -> int:
        return 1 + (node + 1 < len(program) and program[node + 1] == (TABLE["identity"], (node,)))

    def shown(node: int) -> str:
        return " = ".join([f"v{k}" for k in range(node, node + width(node))])

    last, count = node, 1
    while last + width(node) in names and width(last + width(node)) == width(node):
        if not _follows(names[last], names[last + width(node)]):
            break
        last += width(node)
        count += 1
    if count < SHORTEST:
        return f"{shown(node)} = {names[node]}", width(node)
    line = f"{shown(node)} … {shown(last)} = {names[node]} … {names[last]}"
    return line, count * width(node)


def _follows(name: str, other: str) -> bool:
    """Whether two names are of entries of an array, the second behind the first in a row."""
    one, two = _ENTRY.fullmatch(name), _ENTRY.fullmatch(other)
    if one is None or two is None:
        return False
    return one[1] == two[1] and int(two[2]) == int(one[2]) + 1


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
