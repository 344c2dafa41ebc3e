"""A program as what printers write down: parameters, statements in loops, results."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from autograd.program.instructions import Guard, Instructions
from autograd.program.source.loops import Array, Item, Place, Statement, folded
from autograd.rules.primitive import TABLE
from autograd.transforms import tree

COMPARISONS: Final = tuple([TABLE[name] for name in ("less", "less_equal", "equal", "not_equal")])
MOST: Final = 8
"""How many parameters the captured Values may become before they are taken as one array."""

_ZERO: Final = Array("", values=(0.0,))
_ENTRY: Final = re.compile(r"(.+)\[(\d+(?:,\d+)*)\]")


@dataclass(frozen=True)
class Parameter:
    """A parameter of the function: an argument of the original's, or what that took from outside.

    Attributes:
        name: what the original calls it.
        tree: its structure, where it is an argument.
        kind: "positional", "keyword" or "captured".
        arrays: its leaves, each with the keys that lead to it.
    """

    name: str
    tree: Any
    kind: str
    arrays: list[tuple[Array, tuple[Any, ...]]]


class Listing:
    """What a printer writes down of a program.

    Attributes:
        name: of the function.
        parameters: the arguments in order, then the captured Values; arrays of these are one.
        items: statements and loops of them, in order.
        results: for each leaf of the result its shape and the places of its numbers; or
            (..., None) and what does not depend on the inputs, as it is.
    """

    def __init__(self, program: Instructions) -> None:
        self.name = program.name
        self._places = {
            ~k: (Array("", values=(x,)), 0) for k, x in enumerate(program.constants.tolist())
        }
        self.parameters = [*self._arguments(program), *self._captured(program)]
        orders = [_Lines(program, self._places, nodes) for nodes in _orders(program)]
        best = min(orders, key=lambda lines: lines.weight)
        self.items = best.items
        self.results = [
            (what, None if refs is None else best.at(refs)) for what, refs in program.result.leaves
        ]

    def _arguments(self, program: Instructions) -> list[Parameter]:
        inputs = program.inputs
        args, kwargs = inputs.tree
        names = [f"argument {k}" for k in range(len(args))]
        found: dict[Any, list[tuple[Array, tuple[Any, ...]]]] = {}
        nodes = iter(program.input_nodes.tolist())
        ways = tree.ways(inputs.tree)
        for way, place, shape in zip(ways, inputs.places, inputs.shapes, strict=True):
            side, key, *rest = way
            if side == 0:
                names[key] = place.removesuffix("".join([f"[{key!r}]" for key in rest]))
            array = Array(place, math.prod(shape or ()), shape or None)
            self._settle(array, [next(nodes) for _ in range(array.size)])
            found.setdefault((side, key), []).append((array, tuple(rest)))
        keyword = {key: kwargs[key] for key in sorted(kwargs)}
        return [
            *[
                Parameter(name, args[k], "positional", found.get((0, k), []))
                for k, name in enumerate(names)
            ],
            *[
                Parameter(key, part, "keyword", found.get((1, key), []))
                for key, part in keyword.items()
            ],
        ]

    def _captured(self, program: Instructions) -> list[Parameter]:
        """Return the Values from outside: those named as the entries of an array are one."""
        nodes = program.captured_nodes.tolist()
        parameters = []
        for name, entries in _grouped([value.name for value in program.captured], nodes).items():
            order = sorted(entries)
            values = tuple([program.captured[entries[index]].data for index in order])
            shape = tuple([last + 1 for last in order[-1]]) or None
            array = Array(name, len(order), shape)
            self._settle(array, [nodes[entries[index]] for index in order])
            parameters.append(Parameter(name, values, "captured", [(array, ())]))
        return parameters

    def _settle(self, array: Array, nodes: list[int]) -> None:
        for k, node in enumerate(nodes):
            self._places[node] = array, k


class _Lines:
    """The statements of a program in some order, in loops."""

    def __init__(
        self, program: Instructions, places: dict[int, tuple[Array, int]], nodes: Iterable[int]
    ) -> None:
        self._places = dict(places)
        self.items = folded(list(self._statements(program, nodes)))
        self.weight = sum(item.weight for item in self.items)

    def at(self, refs: Iterable[int]) -> list[Place]:
        """Return where the numbers stand, by reference."""
        return [Place(*self._places[ref]) for ref in refs]

    def _statements(self, program: Instructions, nodes: Iterable[int]) -> Iterator[Item]:
        guards: dict[int, list[Guard]] = {}
        for guard in program.guards:
            guards.setdefault(guard.node, []).append(guard)
        used = {*program.operands.tolist(), *program.result.refs}
        for node in nodes:
            row, refs = program[node]
            if row is None:
                continue
            if row is TABLE["identity"]:  # another name of its operand
                self._places[node] = self._places[refs[0]]
                continue
            checked = guards.get(node, ())
            is_inline = row in COMPARISONS and node not in used and checked
            if not is_inline:
                result = Array(f"v{node}")
                self._places[node] = result, 0
                yield Statement(row, [Place(result), *self.at(refs)], [result])
            for guard in checked:
                sides = self.at(refs)
                if not is_inline:
                    row, sides = TABLE["not_equal"], [*self.at([node]), Place(_ZERO)]
                remark = guard.line.code or str(guard.line)
                yield Statement(row, sides, [], guard.outcome, remark)


def _orders(program: Instructions) -> Iterator[Sequence[int]]:
    """Yield orders in which the nodes can be computed: as recorded, and level by level.

    In the latter the operations of a layer stand together.
    """
    yield range(len(program))
    levels: list[int] = []
    by_level: dict[int, list[int]] = {}
    for node, (row, refs) in enumerate(program):
        levels.append(0 if row is None else 1 + max([levels[x] for x in refs if x >= 0], default=0))
        by_level.setdefault(levels[node], []).append(node)
    ordered = [by_level[level] for level in sorted(by_level.keys() - {0})]
    yield _sorted(program, ordered, by_constants=False)
    yield _sorted(program, ordered, by_constants=True)


def _sorted(program: Instructions, levels: list[list[int]], by_constants: bool) -> list[int]:
    """Return the nodes level by level, those of one primitive in the order of their operands.

    Args:
        program: what they are nodes of.
        levels: the operations, which read what stands in levels before.
        by_constants: whether those with the same constants stand together.
    """
    order = [*program.input_nodes.tolist(), *program.captured_nodes.tolist()]
    ranks = {node: rank for rank, node in enumerate(order)}
    ops = program.ops.tolist()
    for level in levels:
        keys = {}
        for node in level:
            refs = program[node][1]
            constants = tuple([min(x, 0) for x in refs]) if by_constants else ()
            operands = tuple([ranks[x] for x in refs if x >= 0])
            keys[node] = ops[node], len(refs), constants, operands
        for node in sorted(level, key=keys.__getitem__):
            ranks[node] = len(order)
            order.append(node)
    return order


def _grouped(names: list[str], nodes: list[int]) -> dict[str, dict[tuple[int, ...], int]]:
    """Return arrays by name: for each index the number of the captured Value that stands there.

    A Value of no array has the index (); where there would be many arrays, all Values are one.
    """
    groups: dict[str, dict[tuple[int, ...], int]] = {}
    for k, name in enumerate(names):
        match = _ENTRY.fullmatch(name)
        index = tuple(map(int, match[2].split(","))) if match else ()
        stem = match[1] if match else name
        if not stem or index in groups.get(stem, ()):
            stem, index = f"captured {nodes[k]}", ()
        groups.setdefault(stem, {})[index] = k
    for stem, entries in list(groups.items()):
        if not _is_grid(list(entries)):
            del groups[stem]
            groups |= {f"captured {nodes[k]}": {(): k} for k in entries.values()}
    if len(groups) > MOST:
        return {"captured": {(k,): k for k in range(len(names))}}
    return groups


def _is_grid(indices: list[tuple[int, ...]]) -> bool:
    """Whether these are the indices of all entries of an array."""
    if len({len(index) for index in indices}) > 1:
        return False
    sizes: list[int] = [max(axis) + 1 for axis in zip(*indices, strict=True)]
    return math.prod(sizes) == len(indices)
