"""What a program costs: instructions, floating-point operations, calls of functions, bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from autograd.program.instructions import LEAF, Instructions
from autograd.rules.primitive import Primitive
from autograd.text.words import counted, memory

_SINGLE: Final = frozenset(
    (
        *("add", "sub", "mul", "div", "neg", "square", "reciprocal", "deg2rad", "rad2deg"),
        *("less", "less_equal", "equal", "not_equal", "where", "maximum", "minimum", "clip"),
        *("abs", "sign", "floor", "ceil", "trunc", "rint", "relu", "leaky_relu"),
    )
)
"""The rows that count as one operation: arithmetic, comparison, choice and rounding."""

_VARIADIC: Final = frozenset(["sum", "mean", "prod", "dot"])
"""The rows that count as one operation less than they have operands: dot as 2 n - 1."""


@dataclass(frozen=True)
class Cost:
    """What one run of a program costs.

    Attributes:
        name: of the function.
        instructions: how many operations are recorded; a dot or a sum is one.
        operations: floating-point operations: one each for + - * /, comparisons, choices and
            rounding, n - 1 for a sum of n numbers, 2 n - 1 for a dot of n products.
        calls: how often each other function is called, as exp and tanh.
        bytes: how large the program is, its constants included.
        ratio: how often the cost of another program goes into it, counting operations and calls;
            None where there is no other.
    """

    name: str
    instructions: int
    operations: int
    calls: dict[str, int]
    bytes: int
    ratio: float | None = None

    @property
    def work(self) -> int:
        """All operations and calls."""
        return self.operations + sum(self.calls.values())

    def __str__(self) -> str:
        called = ", ".join([f"{name} {count:,}" for name, count in self.calls.items()])
        lines = [
            f"{self.name}:",
            counted(self.instructions, "instruction"),
            counted(self.operations, "floating-point operation"),
            counted(sum(self.calls.values()), "call") + (f": {called}" if called else ""),
            f"{memory(self.bytes)} of program",
        ]
        if self.ratio is not None:
            lines.append(f"{self.ratio:.3g} times the function")
        return "\n  ".join(lines)


def cost(program: Instructions, of: Instructions | None = None) -> Cost:
    """Return what one run of a program costs, and how that compares with another program's."""
    sizes = np.diff(program.starts)
    operations = 0
    calls: dict[str, int] = {}
    for place, row in enumerate(program.rows):
        widths = sizes[program.ops == place]
        single, called = _work(row, widths)
        operations += single
        if called:
            calls[row.name] = called
    found = Cost(
        name=program.name,
        instructions=int(np.count_nonzero(program.ops != LEAF)),
        operations=operations,
        calls=dict(sorted(calls.items(), key=lambda item: (-item[1], item[0]))),
        bytes=program.nbytes,
    )
    if of is None:
        return found
    base = cost(of).work
    ratio = found.work / base if base else float("nan")
    return Cost(found.name, found.instructions, operations, found.calls, found.bytes, ratio)


def _work(
    row: Primitive, widths: np.ndarray[tuple[int, ...], np.dtype[np.int32]]
) -> tuple[int, int]:
    """Return the operations and the calls of a row, applied to so many operands each time."""
    if row.name in _VARIADIC:
        return int(np.maximum(widths - (row.name != "mean"), 0).sum()), 0
    if row.name in _SINGLE:
        return len(widths), 0
    if row.name == "identity":
        return 0, 0
    return 0, len(widths)
