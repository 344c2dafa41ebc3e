"""What writes a program down as a function, in any language."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from textwrap import indent
from typing import Any, ClassVar, Final, NamedTuple

import numpy as np

from autograd.program.instructions import Instructions
from autograd.program.source.listing import Listing, Parameter
from autograd.program.source.loops import Array, Item, Loop, Place, Statement, statements
from autograd.program.source.names import Names, remark
from autograd.program.source.places import Index, Variable, filled, index_of
from autograd.rules import forms
from autograd.rules.primitive import Primitive

WIDTH: Final = 90
"""How many columns a list takes before it goes on in the next line."""

Inner = tuple[int, Variable]
"""A variable that runs over places inside of the loops around, and its step."""


class Writer:
    """What writes a program down as a function; a class for each language says how."""

    language: ClassVar[str]
    numbers: ClassVar[dict[str, str]]
    """What infinity and nan are called."""
    define: ClassVar[str]
    """A new variable: its name, its value."""
    array: ClassVar[str]
    """A new array: its name, its size."""
    table: ClassVar[str]
    """An array of constants: its name, these."""
    loop: ClassVar[str]
    """The head of a loop: its variable, the first number, the one after the last."""
    loop_end: ClassVar[str] = "}"
    end: ClassVar[str] = ";"
    comment: ClassVar[str] = "// {}"
    equal: ClassVar[str] = "=="
    foot: ClassVar[tuple[str, ...]] = ()

    def __init__(self, program: Instructions) -> None:
        self.program = program
        self.listing = Listing(program)
        found = [x.row for x, _ in statements(self.listing.items) if x.outcome is None]
        rows = list(dict.fromkeys(found))
        self.helpers = forms.helpers(rows, self.language)
        is_ascii = self.language == "c"
        self.title = Names(re.findall(r"\w+", self.helpers), is_ascii).take(program.name)
        self.names = Names([row.name for row in rows], is_ascii)
        self.texts: dict[int, str] = {}
        self.used: set[int] = set()
        """The parameters' arrays and tables that the source reads."""
        self.lines: list[str] = []
        self.around: list[Variable] = []
        self.letters: list[str] = []
        self.depth = 1

    def source(self) -> str:
        """Return the file: the helpers, then the function."""
        return "\n".join([*self._top(), *self.function()]) + "\n"

    def function(self) -> list[str]:
        """Return the lines of the function."""
        self._name_parameters()
        self.local = self._locals()
        for item in self.listing.items:
            self.write(item)
        self._write_results()
        body, self.lines = self.lines, []
        self._write_head()
        return [*self.lines, *self._tables, *body, *self.foot]

    def _top(self) -> list[str]:
        """Return what stands before the function."""
        return [self.helpers.rstrip(), ""] if self.helpers.strip() else []

    # What differs most from language to language.

    def _name_parameters(self) -> None:
        """Give names to the parameters' arrays."""
        raise NotImplementedError

    def _write_head(self) -> None:
        """Write the head of the function, after what is told of it."""
        raise NotImplementedError

    def _write_results(self) -> None:
        """Write the end, which gives the results."""
        raise NotImplementedError

    def _call(self, row: Primitive, operands: Sequence[Place]) -> str:
        """Return an operation."""
        raise NotImplementedError

    def _subscript(self, name: str, shape: Sequence[int], index: Index) -> str:
        """Return an entry of an array."""
        raise NotImplementedError

    # Statements.

    def line(self, text: str, comment: str = "") -> None:
        """Write a line, indented as deep as it stands."""
        after = "  " + self.comment.format(remark(comment)) if comment else ""
        self.lines.append(indent(text + after, "    " * self.depth))

    def write(self, item: Item) -> None:
        """Write a statement or a loop."""
        if isinstance(item, Loop) and self._write_comprehension(item):
            return
        for array in item.own if not self.around else ():
            if array.size > 1 and id(array) not in self.local:
                self.line(self.array.format(self.text_of(array), array.size) + self.end)
        if isinstance(item, Statement):
            self.write_statement(item)
            return
        variable = self.variable(item.start, item.stop)
        self.line(self.head(variable))
        self.around.append(variable)
        self.depth += 1
        for part in item.body:
            self.write(part)
        self.depth -= 1
        self.around.pop()
        if self.loop_end:
            self.line(self.loop_end)

    def _write_comprehension(self, loop: Loop) -> bool:
        """Write a loop that fills one array as an expression, where it is one and can be."""
        return False

    def write_statement(self, item: Statement) -> None:
        """Write an operation or a check."""
        if item.outcome is not None:
            left, right = map(self.text, item.operands)
            sign = item.row.symbol.replace("==", self.equal).replace("!=", "!" + self.equal[1:])
            self._write_check(f"{left} {sign} {right}", item)
            return
        array, _ = item.places[0].settle()
        value = self._call(item.row, item.operands)
        target = self.text(item.places[0])
        is_new = array.size == 1 or id(array) in self.local
        form = self.define if is_new else "{} = {}"
        self.line(form.format(target, value) + self.end, self.told(item, value))

    def told(self, item: Statement, value: str) -> str:
        """Return an operation in operators, where it is written as a call of a helper."""
        is_call = re.match(r"\w+\(", value)
        code = item.row.code
        return code.format(*map(self.text, item.operands)) if code and is_call else ""

    def _write_check(self, comparison: str, item: Statement) -> None:
        """Write that a comparison must come out as it was recorded."""
        raise NotImplementedError

    # Expressions.

    def number(self, x: float) -> str:
        """Return a constant."""
        if math.isfinite(x):
            return repr(x)
        return "-" * (x < 0) + self.numbers["nan" if x != x else "inf"]

    def variable(self, start: int, stop: int) -> Variable:
        """Return a variable for a loop inside of those around."""
        depth = len(self.around)
        while len(self.letters) <= depth:
            self.letters.append(self.names.take("ijklmn"[len(self.letters) % 6]))
        return Variable(self.letters[depth], start, stop)

    def text_of(self, array: Array) -> str:
        """Return the name of an array; those of results and tables are given when they are met."""
        self.used.add(id(array))
        if id(array) not in self.texts:
            wanted = array.name
            if array.values is not None:
                wanted = f"c{len(self.tables)}"
                self.tables.append(array)
            self.texts[id(array)] = self.names.take(wanted)
        return self.texts[id(array)]

    def text(self, place: Place, inner: Inner | None = None) -> str:
        """Return a number at a place."""
        array, _ = place.settle()
        if array.values is not None and array.shape is None:
            return self.number(array.values[0])
        name = self.text_of(array)
        if id(array) in self.local or (array.size == 1 and array.shape is None):
            return name
        return self._subscript(name, array.shape or (array.size,), self.index(place, inner))

    def head(self, variable: Variable) -> str:
        """Return the first line of a loop."""
        text = self.loop.format(variable.name, variable.start, variable.stop)
        return text.replace("range(0, ", "range(")

    def index(self, place: Place, inner: Inner | None = None) -> Index:
        """Return where a place is in its array."""
        index = index_of(place, self.around)
        return index if inner is None else index.plus(*inner)

    # Arrays.

    @property
    def _tables(self) -> list[str]:
        lines = []
        for array in self.tables:
            values = filled(map(self.number, array.values or ()), WIDTH)
            text = self.table.format(self.texts[id(array)], values) + self.end
            lines.append(indent(text, "    "))
        return lines

    def _locals(self) -> set[int]:
        """Return the arrays of which no more than the entry of one repetition is ever needed."""
        self.tables: list[Array] = []
        uses: dict[int, list[_Use | None]] = {}
        for position, (statement, around) in enumerate(statements(self.listing.items)):
            for place in statement.places:
                array, base = place.settle()
                use = _Use(around, base, place.steps, position)
                uses.setdefault(id(array), []).append(use if array.shape is None else None)
        for _, places in self.listing.results:
            for place in places or ():
                uses.setdefault(id(place.settle()[0]), []).append(None)
        parameters = {id(array) for x in self.listing.parameters for array, _ in x.arrays}
        return {array for array, found in uses.items() if _is_local(found)} - parameters


class _Use(NamedTuple):
    """Where an entry of an array is written or read: in which loops, which entry, and when."""

    around: tuple[Loop, ...]
    base: int
    steps: tuple[int, ...]
    position: int


def _is_local(uses: list[_Use | None]) -> bool:
    """Whether all uses are of one entry in each repetition of a loop.

    Those of the first repetition may stand before the loop, in the same repetition of the next.
    """
    found = [use for use in uses if use is not None]
    if len(found) < len(uses) or not found[-1].around:
        return False
    around, base, steps, _ = found[-1]
    start = min([use.position for use in found if use.around == around])
    outside = around[:-1], base, steps[1:]
    for use in found:
        is_before = use.position < start and use[:3] == outside
        if not is_before and use[:3] != (around, base, steps):
            return False
    return True


def refusal(comparison: str, item: Statement) -> str:
    """Return what is said where a comparison comes out otherwise than it was recorded."""
    return f"{comparison} was {item.outcome} when this was recorded: {item.remark}"


def told_array(array: Array, kind: str) -> str:
    """Return what an array of a parameter is; "" where it is just a number."""
    sizes = " x ".join(map(str, array.shape or ()))
    words = (
        [f"{sizes} numbers{', in nested lists' * (len(array.shape or ()) > 1)}"] if sizes else []
    )
    return ", ".join(words + ["taken from outside the function"] * (kind == "captured"))


def defaults(parameter: Parameter) -> Any:
    """Return the present values of what is captured, in nested tuples; None for an argument."""
    if parameter.kind != "captured":
        return None
    nested = np.array(parameter.tree).reshape(parameter.arrays[0][0].shape or ()).tolist()
    return _tuples(nested)


def _tuples(x: Any) -> Any:
    return tuple(map(_tuples, x)) if isinstance(x, list) else x
