"""Programs as functions in C99."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from autograd.program.source.loops import Array, Place, Statement
from autograd.program.source.names import remark
from autograd.program.source.places import Index, Range, filled, ranges, wrapped
from autograd.program.source.writer import WIDTH, Writer, defaults
from autograd.rules import forms
from autograd.rules.primitive import Primitive
from autograd.transforms import tree


class C(Writer):
    """A file in C99 with a function from arrays to an array."""

    language = "c"
    numbers: ClassVar = {"inf": "INFINITY", "nan": "NAN"}
    loop = "for (int {0} = {1}; {0} < {2}; {0}++) {{"
    array = "double {}[{}]"
    table = "static const double {}[] = {{{}}}"
    define = "const double {} = {}"
    comment = "/* {} */"
    foot = ("    return 0;", "}")

    def _name_parameters(self) -> None:
        self.title = f"run_{self.title}"
        for parameter in self.listing.parameters:
            for array, way in parameter.arrays:
                name = "_".join([parameter.name, *map(str, way)])
                self.texts[id(array)] = self.names.take(name)

    def _subscript(self, name: str, shape: Sequence[int], index: Index) -> str:
        return f"{name}[{index}]"

    def _write_check(self, comparison: str, item: Statement) -> None:
        condition = f"!({comparison})" if item.outcome else comparison
        self.line(f"if ({condition})", item.remark)
        self.line("    return 1;")

    def _call(self, row: Primitive, operands: Sequence[Place]) -> str:
        found = list(ranges(operands)) if row.arity is None else []
        if all(x.count == 1 for x in found):
            texts = wrapped(map(self.text, operands), WIDTH - 30)
            return forms.printed(row, self.language, texts).replace(", \n", ",\n")
        if len(found) == 1 and found[0].step == 1:
            return f"dg_{row.name}(&{self.text(found[0].first)}, {found[0].count})"
        name = self.names.take(f"t{len(self.lines)}")
        if row.name == "dot" and [x.count for x in found] == [len(operands) // 2] * 2:
            self.line(f"double {name} = 0.0;")
            variable = self.variable(0, found[0].count)
            a, b = [self.text(x.first, (x.step, variable)) for x in found]
            self.line(f"{self.head(variable)[:-2]} {name} += {a} * {b};")
            return name
        self.line(f"double {name}[{len(operands)}];")
        self.copy(name, found)
        return f"dg_{row.name}({name}, {len(operands)})"

    def copy(self, name: str, found: Iterable[Range]) -> None:
        """Write numbers into an array, one behind the other."""
        start = 0
        for x in found:
            if x.count == 1:
                self.line(f"{name}[{start}] = {self.text(x.first)};")
            else:
                variable = self.variable(0, x.count)
                target = Index(((1, variable),), start)
                entry = self.text(x.first, (x.step, variable))
                self.line(f"{self.head(variable)[:-2]} {name}[{target}] = {entry};")
            start += x.count

    def _write_results(self) -> None:
        self.copy(
            "outputs", ranges([x for _, places in self.listing.results for x in places or ()])
        )

    def _write_head(self) -> None:
        inputs = [x for x in self.listing.parameters if x.kind != "captured"]
        captured = [x for x in self.listing.parameters if x.kind == "captured"]
        results = zip(
            tree.paths(self.program.result.tree, "result"), self.listing.results, strict=True
        )
        outputs = [(path, shape, len(places)) for path, (shape, places) in results if places]
        values = [x for parameter in captured for x in _flat(defaults(parameter))]
        if values:
            texts = filled(map(self.number, values), WIDTH)
            self.lines += [
                "/* What is captured, as it was. */",
                f"const double {self.title}_captured[] = {{{texts}}};",
                "",
            ]
        self.lines += [
            f"/* {remark(self.program.name)}, as recorded by dualgrad.",
            " *",
            *_layout("inputs", [(a.name, a.shape, a.size) for x in inputs for a, _ in x.arrays]),
            *_layout(
                "captured", [(a.name, a.shape, a.size) for x in captured for a, _ in x.arrays]
            ),
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
                self.line(
                    plain if array.shape is None else f"const double *{name} = {whole} + {start};"
                )
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
