"""Programs as functions in Python and JavaScript."""

from __future__ import annotations

import json
import math
from ast import literal_eval
from collections.abc import Sequence
from textwrap import indent
from typing import Any, ClassVar

import numpy as np

from autograd.program.instructions import plain
from autograd.program.source.loops import Loop, Place, Statement
from autograd.program.source.names import remark
from autograd.program.source.places import Index, Range, filled, moving, ranges
from autograd.program.source.writer import WIDTH, Writer, defaults, refusal, told_array
from autograd.rules import forms
from autograd.rules.primitive import Primitive
from autograd.transforms import tree


class Scripting(Writer):
    """What Python and JavaScript have in common: parameters of any structure, lists of numbers."""

    spread: ClassVar[str]
    """What a list's name has before it where its entries are meant."""
    comprehension: ClassVar[str]
    """A list: an entry, the variable in it, how many there are."""
    words: ClassVar[dict[Any, str]]
    """True, False and None."""

    def _name_parameters(self) -> None:
        self.parameters = [self.names.take(x.name) for x in self.listing.parameters]
        for name, parameter in zip(self.parameters, self.listing.parameters, strict=True):
            for array, way in parameter.arrays:
                self.texts[id(array)] = name + "".join(map(self._key, way))

    def _key(self, key: Any) -> str:
        """Return how a part of a structure is got at."""
        raise NotImplementedError

    def _call(self, row: Primitive, operands: Sequence[Place]) -> str:
        if row.arity is not None:
            return forms.printed(row, self.language, list(map(self.text, operands)))
        return forms.printed(row, self.language, [filled(self.parts(operands), WIDTH - 20)])

    def parts(self, places: Sequence[Place]) -> list[str]:
        """Return the entries of a list or the operands of a call, ranges as one."""
        return [
            self.spread + self.range(x) if x.count > 1 else self.text(x.first)
            for x in ranges(places)
        ]

    def _subscript(self, name: str, shape: Sequence[int], index: Index) -> str:
        parts = index.split(shape)
        if parts is not None:
            return name + "".join([f"[{part}]" for part in parts])
        return name + "".join([f"[{x}]" for x in self.carried(index, shape)])

    def carried(self, index: Index, shape: Sequence[int]) -> list[str]:
        """Return the index along each axis of an entry that is given by its number in all."""
        texts = []
        for k, size in enumerate(shape):
            stride = math.prod(shape[k + 1 :])
            number = str(index) if str(index).isidentifier() else f"({index})"
            whole = number if stride == 1 else self._quotient(number, stride)
            texts.append(whole if k == 0 else f"{whole} % {size}")
        return texts

    def _quotient(self, number: str, divisor: int) -> str:
        """Return a whole quotient."""
        raise NotImplementedError

    def range(self, x: Range) -> str:
        """Return a list of numbers at places in a row: an array, a slice or a comprehension."""
        variable = self.variable(0, x.count)
        array, _ = x.first.settle()
        shape = array.shape or (array.size,)
        parts = self.index(x.first, (x.step, variable)).split(shape)
        if parts and abs(x.step) == 1 and parts[-1].factor(variable) == x.step:
            head = self.text_of(array) + "".join([f"[{part}]" for part in parts[:-1]])
            part = self._slice(head, parts[-1].without(variable), x, shape[-1])
            if part:
                return part
        entry = self.text(x.first, (x.step, variable))
        return self.comprehension.format(entry, variable.name, x.count)

    def _slice(self, name: str, start: Index, x: Range, size: int) -> str:
        """Return a part of a list, its name where that is all; "" if no short form is known."""
        raise NotImplementedError

    def _write_comprehension(self, loop: Loop) -> bool:
        item = loop.body[0]
        if len(loop.body) > 1 or loop.start or not isinstance(item, Statement) or not loop.own:
            return False
        array, base = item.places[0].settle()
        fills = array.size == loop.stop and base == 0 and item.places[0].steps == (1,)
        if not fills or self.around or any(x.settle()[0] is array for x in item.operands):
            return False
        variable = self.variable(0, loop.stop)
        self.around.append(variable)
        value = self._call(item.row, item.operands)
        told = self.told(item, value)
        self.around.pop()
        text = self.comprehension.format(value, variable.name, loop.stop)
        if "\n" not in text:
            self.line(self.define.format(self.text_of(array), text) + self.end, told)
        return "\n" not in text

    def _write_results(self) -> None:
        paths = tree.paths(self.program.result.tree, "result")
        texts = [
            self.literal(plain(what, path)) if places is None else self.nested(what, places)
            for path, (what, places) in zip(paths, self.listing.results, strict=True)
        ]
        filled_in = tree.unflatten(self.program.result.tree, map(_Source, texts))
        self.line(f"return {self.literal(filled_in)}{self.end}")

    def nested(self, shape: Any, places: Sequence[Place]) -> str:
        """Return a number or an array of numbers as nested lists."""
        if not shape:
            return self.text(places[0])
        if not places:
            return repr(np.zeros(shape).tolist())
        if len(shape) == 1:
            found = list(ranges(places))
            if len(found) == 1 and found[0].count > 1:
                return self.range(found[0])
            return f"[{filled(self.parts(places), WIDTH)}]"
        width = len(places) // shape[0]
        rows = [places[k : k + width] for k in range(0, len(places), width)]
        row = moving(rows)
        if row is None:
            return self.bracketed("[", [self.nested(shape[1:], row) for row in rows], "]")
        variable = self.variable(0, shape[0])
        self.around.append(variable)
        text = self.nested(shape[1:], row)
        self.around.pop()
        return self.comprehension.format(text, variable.name, shape[0])

    def bracketed(self, start: str, parts: Sequence[str], end: str) -> str:
        """Return a list of parts, those of a long one in a line each."""
        line = f"{start}{', '.join(parts)}{end}"
        if len(line) <= WIDTH and "\n" not in line:
            return line
        inside = indent(",\n".join(parts), "    ")
        return f"{start}\n{inside},\n{end}"

    def literal(self, x: Any) -> str:
        """Return a structure of plain things and of texts that are source already."""
        if isinstance(x, _Source):
            return str(x)
        if isinstance(x, bool) or x is None:
            return self.words[x]
        if isinstance(x, dict):
            items = [f"{self._quoted(key)}: {self.literal(part)}" for key, part in x.items()]
            return self.bracketed("{", items, "}")
        if isinstance(x, (tuple, list)):
            return self._sequence(x, [self.literal(part) for part in x])
        return self.number(x) if isinstance(x, float) else self._quoted(x)

    def _sequence(self, x: Any, texts: list[str]) -> str:
        """Return a tuple or a list of texts."""
        return self.bracketed("[", texts, "]")

    def _quoted(self, x: Any) -> str:
        """Return a whole number, a text or a key of a dict."""
        raise NotImplementedError


class _Source(str):
    """A text that is source."""


class Python(Scripting):
    """A function with the original's parameters, and what it needs beside `math`."""

    language = "python"
    numbers: ClassVar = {"inf": "math.inf", "nan": "math.nan"}
    end = ""
    loop = "for {} in range({}, {}):"
    array = "{} = [0.0] * {}"
    table = "{} = ({})"
    define = "{} = {}"
    comment = "# {}"
    loop_end = ""
    spread = "*"
    comprehension = "[{} for {} in range({})]"
    words: ClassVar = {True: "True", False: "False", None: "None"}

    def _write_check(self, comparison: str, item: Statement) -> None:
        self.line(f"if not {comparison}:" if item.outcome else f"if {comparison}:")
        told = refusal(comparison, item)
        self.line(f"    raise ValueError({told!r})")

    def _key(self, key: Any) -> str:
        return f"[{self._quoted(key)}]"

    def _quotient(self, number: str, divisor: int) -> str:
        return f"{number} // {divisor}"

    def _slice(self, name: str, start: Index, x: Range, size: int) -> str:
        if x.step < 0:
            is_all = not start.terms and start.base + 1 == x.count == size
            return f"{name}[::-1]" if is_all else ""
        if str(start) == "0":
            return name if x.count == size else f"{name}[:{x.count}]"
        return f"{name}[{start}:{Index(start.terms, start.base + x.count)}]"

    def _sequence(self, x: Any, texts: list[str]) -> str:
        if isinstance(x, list):
            return self.bracketed("[", texts, "]")
        return f"({texts[0]},)" if len(texts) == 1 else self.bracketed("(", texts, ")")

    def _quoted(self, x: Any) -> str:
        try:
            is_literal = literal_eval(repr(x)) == x
        except (ValueError, SyntaxError):
            is_literal = False
        if not is_literal:
            raise ValueError(
                f"{self.program.name} has the key {x!r}, which Python cannot read back"
            )
        return repr(x)

    def _top(self) -> list[str]:
        has_helpers = "\n\n" in self.helpers
        return [self.helpers.rstrip() if has_helpers else "import math", "", ""]

    def _write_head(self) -> None:
        words, kind = [], "positional"
        for name, parameter in zip(self.parameters, self.listing.parameters, strict=True):
            if parameter.kind != "positional" and kind == "positional":
                words.append("*")
            kind = parameter.kind
            values = defaults(parameter)
            words.append(name if values is None else f"{name}={self.literal(values)}")
        signature = filled(words, WIDTH)
        self.lines.append(f"def {self.title}({signature}):")
        first = f"{remark(self.program.name)}, as recorded by dualgrad."
        told = [
            f"    {self.texts[id(array)]}: {text}\n"
            for parameter in self.listing.parameters
            for array, _ in parameter.arrays
            if (text := told_array(array, parameter.kind))
        ]
        text = f"{first}\n\n{''.join(told)}    " if told else first
        self.lines.append('    """' + text.replace("\\", "\\\\").replace('"""', "'''") + '"""')


class JavaScript(Scripting):
    """An ES module that exports the function."""

    language = "javascript"
    numbers: ClassVar = {"inf": "Infinity", "nan": "NaN"}
    loop = "for (let {0} = {1}; {0} < {2}; {0}++) {{"
    array = "const {} = new Array({})"
    table = "const {} = [{}]"
    define = "const {} = {}"
    spread = "..."
    comprehension = "Array.from({{ length: {2} }}, (_, {1}) => {0})"
    words: ClassVar = {True: "true", False: "false", None: "null"}
    equal = "==="
    foot = ("}",)

    def _write_check(self, comparison: str, item: Statement) -> None:
        told = refusal(comparison, item)
        condition = f"!({comparison})" if item.outcome else comparison
        self.line(f"if ({condition}) throw new Error({json.dumps(told)});")

    def _key(self, key: Any) -> str:
        return f"[{self._quoted(key)}]"

    def _quotient(self, number: str, divisor: int) -> str:
        return f"Math.floor({number} / {divisor})"

    def _slice(self, name: str, start: Index, x: Range, size: int) -> str:
        if x.step < 0:
            return ""
        if str(start) == "0" and x.count == size:
            return name
        return f"{name}.slice({start}, {Index(start.terms, start.base + x.count)})"

    def _quoted(self, x: Any) -> str:
        return str(x) if type(x) is int else json.dumps(str(x))

    def _write_head(self) -> None:
        self.lines = ["/**", f" * {remark(self.program.name)}, as recorded by dualgrad."]
        for name, parameter in zip(self.parameters, self.listing.parameters, strict=True):
            kind = "Object"
            if len(parameter.arrays) == 1 and not parameter.arrays[0][1]:
                kind = "number" + "[]" * len(parameter.arrays[0][0].shape or ())
            shown = f"[{name}]" if parameter.kind == "captured" else name
            self.lines.append(f" * @param {{{kind}}} {shown}")
            for array, _ in parameter.arrays:
                if text := told_array(array, parameter.kind):
                    self.lines.append(f" *   {remark(self.texts[id(array)])}: {text}")
        self.lines.append(" */")
        words = []
        for name, parameter in zip(self.parameters, self.listing.parameters, strict=True):
            values = defaults(parameter)
            words.append(name if values is None else f"{name} = {self.literal(values)}")
        signature = filled(words, WIDTH)
        self.lines.append(f"export function {self.title}({signature}) {{")
