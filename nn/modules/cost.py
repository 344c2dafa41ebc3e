"""What modules make of a sample, in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from autograd import __native__

_NODE: Final = 240
_OPERAND: Final = 80 if __native__ else 32
"""Bytes for a recorded node, and for each operand of it; measured, see the tests."""


@dataclass(frozen=True)
class Cost:
    """What a module makes of one sample.

    >>> Cost(nodes=2, operands=6, numbers=5) + Cost(nodes=1, operands=1, numbers=9)
    Cost(nodes=3, operands=7, numbers=9)
    """

    nodes: int = 0
    """How many nodes it records, where parameters are Values."""
    operands: int = 0
    """How many operands these have together."""
    numbers: int = 0
    """How many numbers stand at once, where parameters are plain numbers."""

    def __add__(self, after: Cost) -> Cost:
        """Return the cost of both, one after the other."""
        numbers = max(self.numbers, after.numbers)
        return Cost(self.nodes + after.nodes, self.operands + after.operands, numbers)

    @property
    def bytes(self) -> float:
        """The memory of what is recorded for one sample."""
        return _NODE * self.nodes + _OPERAND * self.operands


def of_dots(outputs: int, terms: int, inputs: int) -> Cost:
    """Return the cost of dot products.

    Args:
        outputs: how many.
        terms: of each.
        inputs: how many numbers stand in arrays for them.
    """
    return Cost(outputs, outputs * terms, inputs + outputs)


def of_entries(entries: int, operands: int = 1) -> Cost:
    """Return the cost of a node for each entry, with so many operands."""
    return Cost(entries, entries * operands, 3 * entries)
