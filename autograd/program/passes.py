"""Passes: a program rewritten into a shorter one of the same results.

Only what IEEE 754 allows is done: x + 0 is not x, as it turns -0 into 0, but x * 1 is. Sums may be
added up in another order.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from autograd.program.program import Program
from autograd.rules import table
from autograd.rules.primitive import Primitive

Refs = tuple[int, ...]


@dataclass
class Code:
    """Instructions while they are being rewritten; references are those of `Program`.

    Attributes:
        ops: the primitive of each node; None for a leaf.
        args: the references to its operands.
        constants: the numbers that stand in the code.
        leaves: the nodes of the program's inputs, and then those of its captured Values.
        outputs: the references to the results.
        guards: the references to the comparisons.
    """

    ops: list[Primitive | None] = field(default_factory=list)
    args: list[Refs] = field(default_factory=list)
    constants: list[float] = field(default_factory=list)
    leaves: list[int] = field(default_factory=list)
    outputs: list[int] = field(default_factory=list)
    guards: list[int] = field(default_factory=list)
    places: dict[Any, int] = field(default_factory=dict)
    """Where constants stand, and nodes by what they compute."""

    def constant(self, number: float) -> int:
        """Return the reference to a constant."""
        key = (number, math.copysign(1.0, number)) if number == number else "nan"
        place = self.places.get(key)
        if place is None:
            place = self.places[key] = ~len(self.constants)
            self.constants.append(number)
        return place

    def number(self, ref: int) -> float | None:
        """Return the number that a reference stands for; None for a node."""
        return self.constants[~ref] if ref < 0 else None

    def add(self, op: Primitive | None, args: Refs) -> int:
        """Append a node and return the reference to it."""
        self.ops.append(op)
        self.args.append(args)
        return len(self.ops) - 1

    def node(self, op: Primitive, args: Refs) -> int:
        """Return the reference to what the operation gives, a node that is there if possible."""
        key = (op, min(args), max(args)) if op in _COMMUTATIVE else (op, args)
        place = self.places.get(key)
        if place is None:
            place = self.places[key] = self.add(op, args)
        return place

    @property
    def roots(self) -> list[int]:
        """The nodes that are asked for."""
        return [ref for ref in (*self.outputs, *self.guards) if ref >= 0]

    def uses(self) -> list[int]:
        """Return how many operands, results and guards each node is."""
        counts = [0] * len(self.ops)
        for args in self.args:
            for ref in args:
                if ref >= 0:
                    counts[ref] += 1
        for ref in self.roots:
            counts[ref] += 1
        return counts


_COMMUTATIVE: Final = frozenset((table.add, table.mul))


def optimised(program: Program) -> Code:
    """Return the code of a program after all passes."""
    return with_long_sums(without_dead_code(simplified(program)))


# Rewriting node by node: what is constant, what was computed before, and what changes nothing.


def simplified(program: Program) -> Code:
    """Return the code with constants folded, equal nodes merged, and no x * 1 or --x."""
    code = Code()
    new: list[int] = []
    constants = [code.constant(x) for x in program.constants.tolist()]
    for op, refs in program:
        if op is None:
            new.append(code.add(None, ()))
        else:
            args = tuple([new[ref] if ref >= 0 else constants[~ref] for ref in refs])
            new.append(_rewritten(code, op, args))
    code.leaves = [
        new[k] for k in (*program.input_nodes.tolist(), *program.captured_nodes.tolist())
    ]
    code.outputs = [new[ref] if ref >= 0 else constants[~ref] for ref in program.result.refs]
    code.guards = [new[guard.node] for guard in program.guards]
    return code


def _rewritten(code: Code, op: Primitive, args: Refs) -> int:
    """Return the reference to op of args, or to what is equal and shorter."""
    if args and max(args) < 0:
        return code.constant(float(op.fn(*[code.constants[~ref] for ref in args])))
    rule = _SHORTER.get(op)
    shorter = rule(code, args) if rule is not None else None
    return code.node(op, args) if shorter is None else shorter


def _identity(code: Code, args: Refs) -> int | None:
    return args[0]


def _negation(code: Code, args: Refs) -> int | None:
    twice = code.ops[args[0]] is table.neg
    return code.args[args[0]][0] if twice else None


def _product(code: Code, args: Refs) -> int | None:
    for factor, other in (args, args[::-1]):
        number = code.number(factor)
        if number == 1.0:
            return other
        if number == -1.0:
            return _rewritten(code, table.neg, (other,))
    return None


def _quotient(code: Code, args: Refs) -> int | None:
    return args[0] if code.number(args[1]) == 1.0 else None


def _difference(code: Code, args: Refs) -> int | None:
    number = code.number(args[1])
    return args[0] if number == 0.0 and math.copysign(1.0, number) > 0.0 else None


def _addition(code: Code, args: Refs) -> int | None:
    for term, other in (args, args[::-1]):
        number = code.number(term)
        if number == 0.0 and math.copysign(1.0, number) < 0.0:
            return other
    return None


def _power(code: Code, args: Refs) -> int | None:
    exponent = code.number(args[1])
    if exponent == 0.0:
        return code.constant(1.0)
    if exponent == 1.0:
        return args[0]
    return _rewritten(code, table.square, args[:1]) if exponent == 2.0 else None


def _choice(code: Code, args: Refs) -> int | None:
    condition = code.number(args[0])
    if args[1] == args[2]:
        return args[1]
    return None if condition is None else args[1] if condition != 0.0 else args[2]


def _sum(code: Code, args: Refs) -> int | None:
    return args[0] if len(args) == 1 else None


def _mean(code: Code, args: Refs) -> int | None:
    count = code.constant(float(len(args)))
    return _rewritten(code, table.div, (_rewritten(code, table.sum, args), count)) if args else None


def _dot(code: Code, args: Refs) -> int | None:
    return _rewritten(code, table.mul, args) if len(args) == 2 else None


_SHORTER: Final[dict[Primitive, Callable[[Code, Refs], int | None]]] = {
    table.identity: _identity,
    table.neg: _negation,
    table.mul: _product,
    table.div: _quotient,
    table.sub: _difference,
    table.add: _addition,
    table.pow: _power,
    table.where: _choice,
    table.sum: _sum,
    table.mean: _mean,
    table.dot: _dot,
}
"""How a node may be shorter: a function that returns the reference to an equal one, or None."""


# Sums: chains of additions become one `dot`, however the function was written.

LONG: Final = 3
"""The terms from which on a chain of additions becomes a single node."""

_SUMS: Final = frozenset((table.add, table.sub, table.sum, table.dot))
LINEAR: Final = _SUMS | {table.mul, table.neg}
_Term = tuple[int, int, bool]
"""Two factors, and whether their product is subtracted."""


def with_long_sums(code: Code) -> Code:
    """Return the code with each sum of three or more products as one node.

    `sum(w * x for ...)`, a loop that adds up, and `w @ x` come out the same.
    """
    one = code.constant(1.0)
    absorbed = _absorbed(code, one)

    def rewritten(new: Code, k: int, refs: list[int]) -> int:
        op, args = code.ops[k], code.args[k]
        if op in _SUMS and any(ref >= 0 and absorbed[ref] for ref in args):
            return _dot_of(new, _terms(code, k, absorbed, one), refs)
        return new.add(op, tuple([refs[ref] if ref >= 0 else ref for ref in args]))

    return _rebuilt(code, absorbed, rewritten) if True in absorbed else code


def _rebuilt(
    code: Code, left_out: list[bool], rewritten: Callable[[Code, int, list[int]], int]
) -> Code:
    """Return the code without some nodes; rewritten(new, k, refs) adds node k to the new one."""
    new = Code(constants=code.constants)
    new.places = {key: place for key, place in code.places.items() if place < 0}
    refs: list[int] = []
    for k in range(len(code.ops)):
        refs.append(k if left_out[k] else rewritten(new, k, refs))

    def moved(old: Sequence[int]) -> list[int]:
        return [refs[ref] if ref >= 0 else ref for ref in old]

    new.leaves, new.outputs, new.guards = map(moved, (code.leaves, code.outputs, code.guards))
    return new


def _absorbed(code: Code, one: int) -> list[bool]:
    """Return which nodes are terms of one long sum, and used nowhere else."""
    uses = code.uses()
    sizes: list[int] = []
    for op, args in zip(code.ops, code.args, strict=True):
        size = 1
        if op in _SUMS:
            size = 0
            for a, b, _ in products(op, args, one):
                alone = a == one and b >= 0 and uses[b] == 1
                size += sizes[b] if alone else 1
        sizes.append(size)
    absorbed = [False] * len(sizes)
    for k in range(len(sizes) - 1, -1, -1):
        op = code.ops[k]
        if op in LINEAR and (absorbed[k] or (op in _SUMS and sizes[k] >= LONG)):
            for a, b, _ in products(op, code.args[k], one):
                if a == one and b >= 0 and uses[b] == 1 and code.ops[b] in LINEAR:
                    absorbed[b] = True
    return absorbed


def products(op: Primitive | None, args: Refs, one: int) -> list[_Term]:
    """Return what a linear node adds up, each as a product of two factors."""
    if op is table.dot:
        half = len(args) // 2
        pairs = zip(args[:half], args[half:], strict=True)
        return [(b, a, False) if b == one else (a, b, False) for a, b in pairs]
    if op is table.mul:
        return [(args[0], args[1], False)]
    if op is table.neg:
        return [(one, args[0], True)]
    last = op is table.sub
    return [(one, ref, last and i == 1) for i, ref in enumerate(args)]


def _terms(code: Code, root: int, absorbed: list[bool], one: int) -> list[_Term]:
    """Return the products that a long sum adds up, in order, those of absorbed nodes included."""
    terms: list[_Term] = []
    stack: list[_Term] = [(one, root, False)]
    while stack:
        a, b, minus = stack.pop()
        if a == one and b >= 0 and (absorbed[b] or b == root):
            inner = products(code.ops[b], code.args[b], one)
            stack += [(x, y, minus != other) for x, y, other in reversed(inner)]
        else:
            terms.append((a, b, minus))
    return terms


def _dot_of(new: Code, terms: list[_Term], refs: list[int]) -> int:
    """Return the reference to the sum of terms that are told in old references.

    A node with several constant factors of one sign has their sum as its factor. With both signs
    it stays, as x - x is nan for infinity.
    """
    pairs: list[tuple[int, int]] = []
    places: dict[tuple[int, bool], int] = {}  # of nodes with constant factors, by their signs
    for a, b, minus in terms:
        a, b = (refs[ref] if ref >= 0 else ref for ref in (a, b))
        if b < 0:
            a, b = b, a
        if b < 0 and new.constants[~a] * new.constants[~b] == 0.0:
            continue  # the 0 that sum() starts from
        if minus:
            a = new.constant(-new.constants[~a]) if a < 0 else new.node(table.neg, (a,))
        if a < 0 and new.constants[~a] != 0.0:
            key = b, new.constants[~a] > 0.0
            if key in places:  # once more: the factors are added up
                k = places[key]
                factor = new.constants[~pairs[k][0]] + new.constants[~a]
                if math.isfinite(factor):
                    pairs[k] = (new.constant(factor), b)
                    continue
            places[key] = len(pairs)
        pairs.append((a, b))
    return new.node(table.dot, tuple([a for a, _ in pairs] + [b for _, b in pairs]))


def without_dead_code(code: Code) -> Code:
    """Return the code without what no result and no guard depends on; its leaves stay."""
    dead = [op is not None for op in code.ops]
    for ref in code.roots:
        dead[ref] = False
    for k in range(len(dead) - 1, -1, -1):
        if not dead[k]:
            for ref in code.args[k]:
                if ref >= 0:
                    dead[ref] = False

    def rewritten(new: Code, k: int, refs: list[int]) -> int:
        args = code.args[k]
        return new.add(code.ops[k], tuple([refs[ref] if ref >= 0 else ref for ref in args]))

    return _rebuilt(code, dead, rewritten) if True in dead else code
