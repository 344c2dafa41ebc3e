"""A program as what printers write down: parameters, statements in loops, results."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from autograd.program.instructions import Guard, Instructions
from autograd.program.source.loops import Array, Item, Place, Statement, folded
from autograd.rules.primitive import TABLE
from autograd.text.words import printable
from autograd.transforms import tree

COMPARISONS: Final = tuple(
    [TABLE[name] for name in ("less", "less_equal", "equal", "not_equal")]
)
MOST: Final = 8
"""How many parameters the captured Values may become before they are taken as one array."""

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
        self._constants = [Array("", values=(x,)) for x in program.constants.tolist()]
        self._places: dict[int, tuple[Array, int]] = {}
        self.parameters = [*self._arguments(program), *self._captured(program)]
        self.items: list[Item] = folded(self._statements(program))
        self.results = [
            (what, None if refs is None else self._at(refs)) for what, refs in program.result.leaves
        ]

    def _at(self, refs: Iterable[int]) -> list[Place]:
        return [
            Place(*self._places[ref]) if ref >= 0 else Place(self._constants[~ref]) for ref in refs
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

    def _statements(self, program: Instructions) -> list[Item]:
        guards: dict[int, list[Guard]] = {}
        for guard in program.guards:
            guards.setdefault(guard.node, []).append(guard)
        used = {*program.operands.tolist(), *program.result.refs}
        items: list[Item] = []
        for node, (row, refs) in enumerate(program):
            if row is None:
                continue
            checked = guards.get(node, ())
            if not checked or node in used or row not in COMPARISONS:
                result = Array(f"v{node}")
                self._places[node] = result, 0
                items.append(Statement(row, [Place(result), *self._at(refs)], [result]))
            for guard in checked:
                sides = self._at(refs)
                if row not in COMPARISONS:
                    sides = [*self._at([node]), Place(Array("", values=(0.0,)))]
                compared = row if row in COMPARISONS else TABLE["not_equal"]
                remark = printable(guard.line.code or str(guard.line))
                items.append(Statement(compared, sides, [], guard.outcome, remark))
        return items


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
    return math.prod([max(axis) + 1 for axis in zip(*indices, strict=True)]) == len(indices)
