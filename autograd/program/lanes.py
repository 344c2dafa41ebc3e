"""What of a program differs from lane to lane, and how sums over the lanes are put together.

A lane is one sample of a batch. What does not depend on it, as the weights of a network, is
uniform: it is computed once.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from autograd.program.passes import LINEAR, Code, Refs, products
from autograd.rules import table
from autograd.rules.primitive import Primitive


@dataclass
class Sum:
    """An output that is summed over the lanes.

    Attributes:
        terms: what is summed, each an entry of `Split.totals` with a uniform factor.
        uniform: references to what counts once for each lane.
    """

    terms: list[tuple[int, int]] = field(default_factory=list)
    uniform: list[int] = field(default_factory=list)


class Dot(NamedTuple):
    """A sum of products by lanes: a uniform start, matrix times vector, products of two lanes."""

    start: int
    matrix: Refs
    vector: Refs
    left: Refs
    right: Refs


class Split:
    """Code, with what is uniform in it apart from what is not.

    Attributes:
        code: the instructions; new uniform nodes are put at its end.
        varies: for each node whether it differs from lane to lane.
        sums: the outputs, where they are summed over the lanes.
        totals: what is summed: pairs of factors, the first of them 1 or by lanes.
        dots: how the sums of products by lanes are computed.
    """

    def __init__(self, code: Code, mapped: Iterable[int], summed: bool) -> None:
        self.code = code
        self.one = code.constant(1.0)
        self.zero = code.constant(0.0)
        self.varies = _varying(code, mapped)
        self.totals: dict[tuple[int, int], int] = {}
        uses = code.uses()
        self.sums = [self._taken_apart(ref, uses) for ref in code.outputs] if summed else []
        self.lanes = self._alive(self._lane_roots(), True)
        self.dots = {k: self._dot(k) for k in self.lanes if code.ops[k] is table.dot}
        self.uniform = self._alive(self._uniform_roots(), False)

    def is_lane(self, ref: int) -> bool:
        """Whether what is referred to differs from lane to lane."""
        return ref >= 0 and self.varies[ref]

    def _node(self, op: Primitive, args: Refs) -> int:
        """Return the reference to a uniform node, a new one if need be."""
        ref = self.code.node(op, args)
        self.varies += [False] * (len(self.code.ops) - len(self.varies))
        return ref

    def _taken_apart(self, output: int, uses: list[int]) -> Sum:
        """Return an output as terms whose sums over the lanes give its own."""
        found = Sum()
        stack = [(output, self.one)]
        while stack:
            ref, factor = stack.pop()
            if not self.is_lane(ref):
                found.uniform.append(self._times(factor, ref))
                continue
            op = self.code.ops[ref]
            if op not in LINEAR or uses[ref] > 1 or self._is_extreme(factor, ref):
                found.terms.append((self._total(self.one, ref), factor))
                continue
            for a, b, minus in reversed(products(op, self.code.args[ref], self.one)):
                signed = self._times(factor, self.code.constant(-1.0)) if minus else factor
                if self.is_lane(a) and self.is_lane(b):
                    found.terms.append((self._total(a, b), signed))
                elif self.is_lane(a):
                    stack.append((a, self._times(signed, b)))
                else:
                    stack.append((b, self._times(signed, a)))
        return found

    def _is_extreme(self, factor: int, ref: int) -> bool:
        """Whether the factor times a constant of the node's might vanish or overflow."""
        constants = self.code.constants
        if factor >= 0:
            return False
        numbers = [constants[~factor] * constants[~arg] for arg in self.code.args[ref] if arg < 0]
        return any(x != 0.0 and not 1e-150 < abs(x) < 1e150 for x in numbers)

    def _total(self, a: int, b: int) -> int:
        return self.totals.setdefault((a, b), len(self.totals))

    def _times(self, a: int, b: int) -> int:
        """Return the reference to the product of two uniform numbers."""
        if self.one in (a, b):
            return b if a == self.one else a
        if a < 0 and b < 0:
            return self.code.constant(self.code.constants[~a] * self.code.constants[~b])
        return self._node(table.mul, (a, b))

    def _dot(self, node: int) -> Dot:
        """Return how a sum of products is computed by lanes."""
        args = self.code.args[node]
        half = len(args) // 2
        start: list[tuple[int, int]] = []
        mixed: list[tuple[int, int]] = []
        both: list[tuple[int, int]] = []
        for a, b in zip(args[:half], args[half:], strict=True):
            if self.is_lane(a):
                (both if self.is_lane(b) else mixed).append((a, b) if self.is_lane(b) else (b, a))
            else:
                (mixed if self.is_lane(b) else start).append((a, b))
        mixed.sort(key=lambda pair: pair[1])
        first = self.zero
        if len(start) == 1:
            first = self._times(*start[0])
        elif start:
            first = self._node(table.dot, tuple([a for a, _ in start] + [b for _, b in start]))
        return Dot(
            first,
            tuple([a for a, _ in mixed]),
            tuple([b for _, b in mixed]),
            tuple([a for a, _ in both]),
            tuple([b for _, b in both]),
        )

    def _lane_roots(self) -> Iterable[int]:
        if self.sums:
            roots = [ref for pair in self.totals for ref in pair]
        else:
            roots = list(self.code.outputs)
        return filter(self.is_lane, [*roots, *self.code.guards])

    def _uniform_roots(self) -> Iterable[int]:
        roots = [*self.code.outputs, *self.code.guards] if not self.sums else [*self.code.guards]
        for found in self.sums:
            roots += [factor for _, factor in found.terms] + found.uniform
        for k in self.lanes:
            dot = self.dots.get(k)
            roots += self.code.args[k] if dot is None else (dot.start, *dot.matrix)
        return [ref for ref in roots if ref >= 0 and not self.varies[ref]]

    def _alive(self, roots: Iterable[int], varying: bool) -> list[int]:
        """Return the operations of this kind that the roots depend on, operands first."""
        alive = [False] * len(self.code.ops)
        for ref in roots:
            alive[ref] = True
        for k in range(len(alive) - 1, -1, -1):
            if alive[k]:
                for ref in self.code.args[k]:
                    if ref >= 0:
                        alive[ref] = True
        ops = self.code.ops
        return [k for k, on in enumerate(alive) if on and self.varies[k] is varying and ops[k]]


def _varying(code: Code, mapped: Iterable[int]) -> list[bool]:
    varies = [False] * len(code.ops)
    for k in mapped:
        varies[k] = True
    for k, args in enumerate(code.args):
        for ref in args:
            if ref >= 0 and varies[ref]:
                varies[k] = True
                break
    return varies
