"""Programs as functions in Python, C and JavaScript."""

from __future__ import annotations

import json
import math
import re
from ast import literal_eval
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Final

import numpy as np

from autograd.program.instructions import Instructions, plain
from autograd.program.source.listing import Listing, Parameter
from autograd.program.source.loops import Array, Item, Loop, Place, Statement, statements
from autograd.program.source.names import Names, remark
from autograd.program.source.places import Index, Range, Variable, filled, index_of, ranges
from autograd.rules import forms
from autograd.rules.primitive import Primitive
from autograd.transforms import tree

WIDTH: Final = 90
"""How many columns a list takes before it goes on in the next line."""

Extras = tuple[tuple[int, Variable], ...]
"""Variables that run over places beside those of the loops around, with their steps."""


class Writer:
    """What writes a program down as a function; a class for each language says how."""

    language: ClassVar[str]
    numbers: ClassVar[dict[str, str]]
    """What infinity and nan are called."""
    end: ClassVar[str] = ";"
    loop: ClassVar[str]
    check: ClassVar[str]
    array: ClassVar[str]
    table: ClassVar[str]
    define: ClassVar[str]
    comment: ClassVar[str] = "// {}"
    brackets: ClassVar[tuple[str, str]] = ("{", "}")
    equal: ClassVar[str] = "=="

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
        """Return the file."""
        self.name_parameters()
        self.local = self._locals()
        for item in self.listing.items:
            self.write(item)
        self.write_results()
        body, self.lines = self.lines, []
        self.write_head()
        lines = [*self.lines, *self._tables, *body, *self.foot]
        return "\n".join(lines).rstrip() + "\n"

    # What differs most from language to language.

    foot: tuple[str, ...] = ()

    def name_parameters(self) -> None:
        """Give names to the parameters' arrays."""
        raise NotImplementedError

    def write_head(self) -> None:
        """Write all that stands before the statements."""
        raise NotImplementedError

    def write_results(self) -> None:
        """Write the end, which gives the results."""
        raise NotImplementedError

    def call(self, row: Primitive, operands: Sequence[Place]) -> str:
        """Return an operation."""
        raise NotImplementedError

    def subscript(self, name: str, shape: Sequence[int], index: Index) -> str:
        """Return an entry of an array."""
        raise NotImplementedError

    # Statements.

    def line(self, text: str, comment: str = "") -> None:
        """Write a line, indented as deep as it stands."""
        after = "  " + self.comment.format(remark(comment)) if comment else ""
        self.lines.append("    " * self.depth + text + after)

    def write(self, item: Item) -> None:
        """Write a statement or a loop."""
        arrays = {id(a): a for a in map(_root, item.own) if a.size > 1 and id(a) not in self.local}
        if isinstance(item, Loop) and self.write_comprehension(item):
            return
        for array in arrays.values():
            self.line(self.array.format(self.text_of(array), array.size) + self.end)
        if isinstance(item, Statement):
            self.write_statement(item)
            return
        variable = self.variable(item.start, item.stop)
        self.line(self.loop.format(variable.name, item.start, item.stop))
        self.around.append(variable)
        self.depth += 1
        for part in item.body:
            self.write(part)
        self.depth -= 1
        self.around.pop()
        if self.brackets[1]:
            self.line(self.brackets[1])

    def write_comprehension(self, loop: Loop) -> bool:
        """Write a loop that fills one array as an expression, where it is one and can be."""
        return False

    def write_statement(self, item: Statement) -> None:
        """Write an operation or a check."""
        if item.outcome is not None:
            left, right = map(self.text, item.operands)
            sign = item.row.symbol.replace("==", self.equal).replace("!=", "!" + self.equal[1:])
            self.write_check(f"{left} {sign} {right}", item)
            return
        array, _ = item.places[0].settle()
        value = self.call(item.row, item.operands)
        target = self.text(item.places[0])
        is_new = array.size == 1 or id(array) in self.local
        form = self.define if is_new else "{} = {}"
        self.line(form.format(target, value) + self.end, self.told(item, value))

    def told(self, item: Statement, value: str) -> str:
        """Return an operation in operators, where it is written as a call of a helper."""
        is_call = re.match(r"\w+\(", value)
        code = item.row.code
        return code.format(*map(self.text, item.operands)) if code and is_call else ""

    def write_check(self, comparison: str, item: Statement) -> None:
        """Write that a comparison must come out as it was recorded."""
        raise NotImplementedError

    # Expressions.

    def number(self, x: float) -> str:
        """Return a constant."""
        if math.isfinite(x):
            return repr(x)
        return "-" * (x < 0) + self.numbers["nan" if x != x else "inf"]

    def variable(self, start: int, stop: int, more: int = 0) -> Variable:
        """Return a variable for a loop inside of those around, and of so many more."""
        depth = len(self.around) + more
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

    def text(self, place: Place, extras: Extras = ()) -> str:
        """Return a number at a place."""
        array, _ = place.settle()
        if array.values is not None and array.shape is None:
            return self.number(array.values[0])
        name = self.text_of(array)
        if id(array) in self.local or (array.size == 1 and array.shape is None):
            return name
        return self.subscript(name, array.shape or (array.size,), self.index(place, extras))

    def index(self, place: Place, extras: Extras = ()) -> Index:
        """Return where a place is in its array."""
        index = index_of(place, self.around)
        return Index((*index.terms, *extras), index.base)

    # Arrays.

    @property
    def _tables(self) -> list[str]:
        lines = []
        for array in self.tables:
            values = filled(map(self.number, array.values or ()), WIDTH, " " * 8)
            text = self.table.format(self.texts[id(array)], ", ".join(values), array.size)
            lines.append("    " + text.replace(", \n", ",\n") + self.end)
        return lines

    def _locals(self) -> set[int]:
        """Return the arrays of which each repetition of one loop reads only its own entry."""
        self.tables: list[Array] = []
        uses: dict[int, set[Any]] = {}
        for statement, loop in statements(self.listing.items):
            for place in statement.places:
                array, base = place.settle()
                if array.shape is None and array.values is None:
                    uses.setdefault(id(array), set()).add((id(loop), base, place.steps))
        for _, places in self.listing.results:
            for place in places or ():
                uses.setdefault(id(place.settle()[0]), set()).add(None)
        parameters = {id(array) for x in self.listing.parameters for array, _ in x.arrays}
        return {
            array
            for array, found in uses.items()
            if len(found) == 1 and next(iter(found)) is not None and array not in parameters
            and next(iter(found))[0] != id(None)
        }


def _root(array: Array) -> Array:
    return array if array.parent is None else _root(array.parent)


class Scripting(Writer):
    """What Python and JavaScript have in common: parameters of any structure, lists of numbers."""

    spread: ClassVar[str]
    comprehension: ClassVar[str]
    words: ClassVar[dict[Any, str]]

    def name_parameters(self) -> None:
        self.parameters = [self.names.take(x.name) for x in self.listing.parameters]
        for name, parameter in zip(self.parameters, self.listing.parameters, strict=True):
            for array, way in parameter.arrays:
                self.texts[id(array)] = name + "".join(map(self.key, way))

    def key(self, key: Any) -> str:
        """Return how a part of a structure is got at."""
        raise NotImplementedError

    def call(self, row: Primitive, operands: Sequence[Place]) -> str:
        if row.arity is not None:
            return forms.printed(row, self.language, list(map(self.text, operands)))
        parts = filled(self.parts(operands), WIDTH - 20, "    " * (self.depth + 2))
        return forms.printed(row, self.language, parts).replace(", \n", ",\n")

    def parts(self, places: Sequence[Place]) -> list[str]:
        """Return the entries of a list or the operands of a call, ranges as one."""
        return [
            self.spread + self.range(x) if x.count > 1 else self.text(x.first)
            for x in ranges(places)
        ]

    def subscript(self, name: str, shape: Sequence[int], index: Index) -> str:
        parts = index.split(shape)
        if parts is not None:
            return name + "".join([f"[{part}]" for part in parts])
        return name + "".join([f"[{x}]" for x in self.carried(index, shape)])

    def carried(self, index: Index, shape: Sequence[int]) -> list[str]:
        """Return the index along each axis of an entry that is given by its number in all."""
        texts = []
        for k, size in enumerate(shape):
            stride = math.prod(shape[k + 1 :])
            whole = self.quotient(str(index), stride)
            texts.append(whole if k == 0 else f"{whole} % {size}")
        return texts

    def quotient(self, number: str, divisor: int) -> str:
        """Return a whole quotient."""
        raise NotImplementedError

    def range(self, x: Range, extras: Extras = ()) -> str:
        """Return a list of numbers at places in a row: an array, a slice or a comprehension."""
        variable = self.variable(0, x.count, len(extras))
        array, _ = x.first.settle()
        shape = array.shape or (array.size,)
        parts = self.index(x.first, (*extras, (x.step, variable))).split(shape)
        if parts and x.step == 1 and parts[-1].factor(variable) == 1:
            head = self.text_of(array) + "".join([f"[{part}]" for part in parts[:-1]])
            start = parts[-1].without(variable)
            return self.slice(head, start, x.count, shape[-1])
        entry = self.text(x.first, (*extras, (x.step, variable)))
        return self.comprehension.format(entry, variable.name, x.count)

    def slice(self, name: str, start: Index, count: int, size: int) -> str:
        """Return a part of a list; its name where that is all."""
        raise NotImplementedError

    def write_comprehension(self, loop: Loop) -> bool:
        item = loop.body[0]
        if len(loop.body) > 1 or loop.start or not isinstance(item, Statement) or not loop.own:
            return False
        array, base = item.places[0].settle()
        fills = array.size == loop.stop and base == 0 and item.places[0].steps == (1,)
        if not fills or self.around or any(x.settle()[0] is array for x in item.operands):
            return False
        variable = self.variable(0, loop.stop)
        self.around.append(variable)
        value = self.call(item.row, item.operands)
        told = self.told(item, value)
        self.around.pop()
        text = self.comprehension.format(value, variable.name, loop.stop)
        if "\n" not in text:
            self.line(self.define.format(self.text_of(array), text) + self.end, told)
        return "\n" not in text

    def write_results(self) -> None:
        paths = tree.paths(self.program.result.tree, "result")
        texts = [
            self.literal(plain(what, path)) if places is None else self.nested(what, places)
            for path, (what, places) in zip(paths, self.listing.results, strict=True)
        ]
        filled_in = tree.unflatten(self.program.result.tree, map(_Source, texts))
        self.line(f"return {self.literal(filled_in)}{self.end}")

    def nested(self, shape: Any, places: Sequence[Place], extras: Extras = ()) -> str:
        """Return a number or an array of numbers as nested lists."""
        if not shape:
            return self.text(places[0])
        if not places:
            return repr(np.zeros(shape).tolist())
        found = list(ranges(places))
        if len(found) == 1 and found[0].count > 1:
            return self.grid(found[0].first, found[0].step, shape)
        if len(shape) == 1:
            texts = self.parts(places)
        else:
            width = len(places) // shape[0]
            rows = [places[k : k + width] for k in range(0, len(places), width)]
            texts = [self.nested(shape[1:], row) for row in rows]
        return self.list(texts)

    def grid(self, first: Place, step: int, shape: Sequence[int], extras: Extras = ()) -> str:
        """Return an array, the entries of which are at places in a row."""
        if len(shape) == 1:
            return self.range(Range(first, step, shape[0]), extras)
        variable = self.variable(0, shape[0], len(extras))
        stride = step * math.prod(shape[1:])
        row = self.grid(first, step, shape[1:], (*extras, (stride, variable)))
        return self.comprehension.format(row, variable.name, shape[0])

    def list(self, texts: Iterable[str]) -> str:
        """Return a list."""
        parts = ", ".join(filled(texts, WIDTH, " " * 8)).replace(", \n", ",\n")
        return f"[{parts}]"

    def literal(self, x: Any) -> str:
        """Return a structure of plain things and of texts that are source already."""
        if isinstance(x, _Source):
            return str(x)
        if isinstance(x, bool) or x is None:
            return self.words[x]
        if isinstance(x, dict):
            items = [f"{self.quoted(key)}: {self.literal(part)}" for key, part in x.items()]
            return f"{{{', '.join(items)}}}"
        if isinstance(x, (tuple, list)):
            return self.sequence(x, [self.literal(part) for part in x])
        return self.number(x) if isinstance(x, float) else self.quoted(x)

    def sequence(self, x: Any, texts: list[str]) -> str:
        """Return a tuple or a list of texts."""
        return self.list(texts)

    def quoted(self, x: Any) -> str:
        """Return a whole number, a text or a key of a dict."""
        raise NotImplementedError


class _Source(str):
    """A text that is source."""


class Python(Scripting):
    """A function with the original's parameters, and what it needs beside `math`."""

    language = "python"
    numbers = {"inf": "math.inf", "nan": "math.nan"}
    end = ""
    loop = "for {} in range({}, {}):"
    array = "{} = [0.0] * {}"
    table = "{} = ({})"
    define = "{} = {}"
    comment = "# {}"
    brackets = ("", "")
    spread = "*"
    comprehension = "[{} for {} in range({})]"
    words = {True: "True", False: "False", None: "None"}

    def line(self, text: str, comment: str = "") -> None:
        super().line(text.replace("range(0, ", "range("), comment)

    def write_check(self, comparison: str, item: Statement) -> None:
        self.line(f"if not {comparison}:" if item.outcome else f"if {comparison}:")
        told = f"{'not ' if item.outcome else ''}{comparison}, other than recorded: {item.remark}"
        self.line(f"    raise ValueError({told!r})")

    def key(self, key: Any) -> str:
        return f"[{self.quoted(key)}]"

    def quotient(self, number: str, divisor: int) -> str:
        return f"({number})" if divisor == 1 else f"({number}) // {divisor}"

    def slice(self, name: str, start: Index, count: int, size: int) -> str:
        if str(start) == "0":
            return name if count == size else f"{name}[:{count}]"
        return f"{name}[{start}:{Index(start.terms, start.base + count)}]"

    def sequence(self, x: Any, texts: list[str]) -> str:
        if isinstance(x, list):
            return self.list(texts)
        return f"({', '.join(texts)}{',' if len(texts) == 1 else ''})"

    def quoted(self, x: Any) -> str:
        try:
            is_literal = literal_eval(repr(x)) == x
        except (ValueError, SyntaxError):
            is_literal = False
        if not is_literal:
            raise ValueError(f"{self.program.name} has the key {x!r}, which Python cannot read back")
        return repr(x)

    def write_head(self) -> None:
        words, kind = [], "positional"
        for name, parameter in zip(self.parameters, self.listing.parameters, strict=True):
            if parameter.kind != "positional" and kind == "positional":
                words.append("*")
            kind = parameter.kind
            values = _defaults(parameter)
            words.append(name if values is None else f"{name}={self.literal(values)}")
        signature = ", ".join(filled(words, WIDTH, " " * 8)).replace(", \n", ",\n")
        needs_math = any("math." in line for line in self.lines)
        helpers = self.helpers if "\n\n" in self.helpers else ""
        self.lines = []
        self.depth = 0
        if helpers:
            self.lines += [helpers.rstrip(), "", ""]
        else:
            self.lines += ["import math", "", ""]
        self.line(f"def {self.title}({signature}):")
        self.depth = 1
        told = "\n    ".join(_told_parameters(self.listing.parameters, self.parameters, "nested lists"))
        first = f"{remark(self.program.name)}, as recorded by dualgrad."
        text = f"{first}\n\n    {told}\n    " if told else first
        self.lines.append('    """' + text.replace("\\", "\\\\").replace('"""', "'''") + '"""')


class JavaScript(Scripting):
    """An ES module that exports the function."""

    language = "javascript"
    numbers = {"inf": "Infinity", "nan": "NaN"}
    loop = "for (let {0} = {1}; {0} < {2}; {0}++) {{"
    array = "const {} = new Array({}).fill(0)"
    table = "const {} = [{}]"
    define = "const {} = {}"
    spread = "..."
    comprehension = "Array.from({{ length: {2} }}, (_, {1}) => {0})"
    words = {True: "true", False: "false", None: "null"}
    equal = "==="
    foot = ("}",)

    def write_check(self, comparison: str, item: Statement) -> None:
        told = f"{'not ' if item.outcome else ''}{comparison}, other than recorded: {item.remark}"
        condition = f"!({comparison})" if item.outcome else comparison
        self.line(f"if ({condition}) throw new Error({json.dumps(told)});")

    def key(self, key: Any) -> str:
        return f"[{self.quoted(key)}]"

    def quotient(self, number: str, divisor: int) -> str:
        return f"({number})" if divisor == 1 else f"Math.floor(({number}) / {divisor})"

    def slice(self, name: str, start: Index, count: int, size: int) -> str:
        if str(start) == "0" and count == size:
            return name
        return f"{name}.slice({start}, {Index(start.terms, start.base + count)})"

    def quoted(self, x: Any) -> str:
        return str(x) if type(x) is int else json.dumps(str(x))

    def write_head(self) -> None:
        self.lines = [self.helpers.rstrip(), ""] if self.helpers.strip() else []
        self.lines += ["/**", f" * {remark(self.program.name)}, as recorded by dualgrad."]
        for name, parameter in zip(self.parameters, self.listing.parameters, strict=True):
            shape = _shape(parameter)
            kind = "Object" if shape is None else "number" + "[]" * len(shape)
            (told,) = _told_parameters([parameter], [name], "nested arrays") or (name,)
            optional = f"[{name}]" if parameter.kind == "captured" else name
            told = told.partition(": ")[2]
            self.lines.append(f" * @param {{{kind}}} {optional}{f' - {told}' if told else ''}")
        self.lines.append(" */")
        words = []
        for name, parameter in zip(self.parameters, self.listing.parameters, strict=True):
            values = _defaults(parameter)
            words.append(name if values is None else f"{name} = {self.literal(values)}")
        signature = ", ".join(filled(words, WIDTH, " " * 4)).replace(", \n", ",\n")
        self.lines.append(f"export function {self.title}({signature}) {{")


class C(Writer):
    """A file in C99 with a function from arrays to an array."""

    language = "c"
    numbers = {"inf": "INFINITY", "nan": "NAN"}
    loop = "for (int {0} = {1}; {0} < {2}; {0}++) {{"
    array = "double {}[{}]"
    table = "static const double {}[] = {{{}}}"
    define = "const double {} = {}"
    comment = "/* {} */"
    foot = ("    return 0;", "}")

    def name_parameters(self) -> None:
        self.title = f"run_{self.title}"
        for parameter in self.listing.parameters:
            for array, way in parameter.arrays:
                name = "_".join([parameter.name, *map(str, way)])
                self.texts[id(array)] = self.names.take(name)

    def subscript(self, name: str, shape: Sequence[int], index: Index) -> str:
        return f"{name}[{index}]"

    def write_check(self, comparison: str, item: Statement) -> None:
        condition = f"!({comparison})" if item.outcome else comparison
        self.line(f"if ({condition})", item.remark)
        self.line("    return 1;")

    def call(self, row: Primitive, operands: Sequence[Place]) -> str:
        found = list(ranges(operands)) if row.arity is None else []
        if all(x.count == 1 for x in found):
            parts = filled(map(self.text, operands), WIDTH - 30, "    " * (self.depth + 2))
            return forms.printed(row, self.language, parts).replace(", \n", ",\n")
        if len(found) == 1 and found[0].step == 1:
            return f"dg_{row.name}(&{self.text(found[0].first)}, {found[0].count})"
        name = self.names.take("t")
        if row.name == "dot" and [x.count for x in found] == [len(operands) // 2] * 2:
            self.line(f"double {name} = 0.0;")
            variable = self.variable(0, found[0].count)
            a, b = [self.text(x.first, ((x.step, variable),)) for x in found]
            self.line(f"{self.loop_over(variable)} {name} += {a} * {b};")
            return name
        self.line(f"double {name}[{len(operands)}];")
        self.copy(name, found)
        return f"dg_{row.name}({name}, {len(operands)})"

    def loop_over(self, variable: Variable) -> str:
        """Return the head of a loop of one line."""
        return self.loop.format(variable.name, variable.start, variable.stop).removesuffix(" {")

    def copy(self, name: str, found: Iterable[Range]) -> None:
        """Write numbers into an array, one behind the other."""
        start = 0
        for x in found:
            if x.count == 1:
                self.line(f"{name}[{start}] = {self.text(x.first)};")
            else:
                variable = self.variable(0, x.count)
                target = Index(((1, variable),), start)
                entry = self.text(x.first, ((x.step, variable),))
                self.line(f"{self.loop_over(variable)} {name}[{target}] = {entry};")
            start += x.count

    def write_results(self) -> None:
        self.copy("outputs", ranges([x for _, places in self.listing.results for x in places or ()]))

    def write_head(self) -> None:
        inputs = [x for x in self.listing.parameters if x.kind != "captured"]
        captured = [x for x in self.listing.parameters if x.kind == "captured"]
        results = zip(
            tree.paths(self.program.result.tree, "result"), self.listing.results, strict=True
        )
        outputs = [(path, shape, len(places)) for path, (shape, places) in results if places]
        self.lines = [self.helpers.rstrip(), ""]
        values = [x for parameter in captured for x in _flat(_defaults(parameter))]
        if values:
            texts = ", ".join(filled(map(self.number, values), WIDTH, " " * 4))
            self.lines += [
                "/* What is captured, as it was. */",
                f"const double {self.title}_captured[] = {{{texts}}};".replace(", \n", ",\n"),
                "",
            ]
        self.lines += [
            f"/* {remark(self.program.name)}, as recorded by dualgrad.",
            " *",
            *_layout("inputs", [(a.name, a.shape, a.size) for x in inputs for a, _ in x.arrays]),
            *_layout("captured", [(a.name, a.shape, a.size) for x in captured for a, _ in x.arrays]),
            *_layout("outputs", outputs),
            " *",
            " * Returns 0; or 1 where a comparison comes out otherwise than it was recorded, and",
            " * leaves the outputs as they are. Arrays of several axes are in C's order.",
            " */",
            f"int {self.title}(const double *inputs, const double *captured, double *outputs) {{",
        ]
        for group, name in ((inputs, "inputs"), (captured, "captured")):
            self._declare(name, [array for x in group for array, _ in x.arrays])
        if not outputs:
            self.line("(void)outputs;")

    def _declare(self, whole: str, arrays: list[Array]) -> None:
        """Write the declarations of those that are used, at their places in an argument."""
        start = 0
        if not any(id(array) in self.used for array in arrays):
            self.line(f"(void){whole};")
        for array in arrays:
            if id(array) in self.used:
                name = self.texts[id(array)]
                plain = f"const double {name} = {whole}[{start}];"
                self.line(plain if array.shape is None else f"const double *{name} = {whole} + {start};")
            start += array.size


def _layout(title: str, parts: Sequence[tuple[str, Any, int]]) -> list[str]:
    """Return the lines of a comment that say where what is in an array."""
    lines, start = [], 0
    for name, shape, size in parts:
        sizes = f", {' x '.join(map(str, shape))}" if shape else ""
        span = f"[{start}]" if size == 1 else f"[{start} .. {start + size - 1}]"
        lines.append(f" *   {title}{span}  {remark(name)}{sizes}")
        start += size
    return lines or [f" *   {title}: none"]


def _flat(x: Any) -> list[float]:
    """Return the numbers in nested lists."""
    return [number for part in x for number in _flat(part)] if isinstance(x, tuple) else [x]


def _shape(parameter: Parameter) -> tuple[int, ...] | None:
    """Return the shape of a parameter that is a number or an array; None for a structure."""
    if len(parameter.arrays) != 1 or parameter.arrays[0][1]:
        return None
    return parameter.arrays[0][0].shape or ()


def _defaults(parameter: Parameter) -> Any:
    """Return the present values of what is captured, in nested tuples; None for an argument."""
    if parameter.kind != "captured":
        return None
    nested = np.array(parameter.tree).reshape(_shape(parameter) or ()).tolist()
    return _tuples(nested)


def _tuples(x: Any) -> Any:
    return tuple(map(_tuples, x)) if isinstance(x, list) else x


def _told_parameters(parameters: Sequence[Parameter], names: Sequence[str], lists: str) -> list[str]:
    """Return what the numbers in parameters are, a line each, where there is something to say."""
    lines = []
    for name, parameter in zip(names, parameters, strict=True):
        for array, way in parameter.arrays:
            words = []
            if array.shape:
                words.append(f"{' x '.join(map(str, array.shape))} numbers in {lists}")
            if parameter.kind == "captured":
                words.append("taken from outside the function")
            if words and not way:
                lines.append(f"{name}: {', '.join(words)}")
    return lines


WRITERS: Final = {writer.language: writer for writer in (Python, C, JavaScript)}
