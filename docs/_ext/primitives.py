"""The directive `primitives`: rows of the table of primitives, as a table of the page.

    .. primitives:: add sub mul

Each row is also what a reference such as :py:func:`autograd.add` leads to.
"""

from __future__ import annotations

import math
import re
from typing import Any

import formulas
from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from autograd import TABLE, Primitive

HEAD = ("Primitive", "Value *y*", "Derivatives", "Kinks and singular points", "Tested on")


class Primitives(SphinxDirective):
    """A table of the named rows."""

    has_content = True
    option_spec = {"class": directives.class_option}

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        names = " ".join(self.content).split()
        lines = [".. list-table::", "   :header-rows: 1", "   :class: primitives", ""]
        for cells in (HEAD, *[_cells(TABLE[name]) for name in names]):
            for place, cell in enumerate(cells):
                first, *others = cell.split("\n")
                lines.append(f"   {'  -' if place else '* -'} {first}")
                lines += [f"       {line}" if line else "" for line in others]
        container = nodes.container()
        self.state.nested_parse(StringList(lines, self.get_source_info()[0]), 0, container)
        return container.children


def _cells(row: Primitive) -> tuple[str, ...]:
    arguments = ", ".join(row.parameters.split())
    # Those of any number of arguments have a page as public functions.
    index = "   :no-index:\n" if row.arity is None else ""
    named = f".. py:function:: autograd.{row.name}({arguments})\n{index}\n   {_plain(row.doc)}"
    if row.caveat:
        named += f"\n\n   Rounding: {_plain(row.caveat)}."
    return (
        named,
        _math(formulas.value(row)),
        "\n\n".join(_math(rf"\partial_{{{x}}}\, y = {text}") for x, text in _derivatives(row)),
        "\n\n".join(_special(point, len(row.special)) for point in row.special) or "–",
        _domain(row),
    )


def _derivatives(row: Primitive) -> list[tuple[str, str]]:
    found = formulas.derivatives(row)
    if all(text == "0" for _, text in found):
        return [("", "0")]
    return found


def _plain(text: str) -> str:
    return re.sub(r"([*|`_\\])", r"\\\1", text)


def _math(text: str) -> str:
    return f":math:`{text}`"


def _special(point: Any, count: int) -> str:
    at = ", ".join(map(formulas.number, point.at))
    at = at if len(point.at) == 1 else f"({at})"
    text = rf"y({at.strip('()')}) = {formulas.number(point.value)}"
    if point.partials:
        slopes = ", ".join(map(formulas.number, point.partials))
        text += rf",\; \nabla y = ({slopes})" if len(point.partials) > 1 else rf",\; y' = {slopes}"
    return _math(text)


def _domain(row: Primitive) -> str:
    names = [x.name for x in formulas.arguments(row)]
    if len(row.domain) == 1:
        names = names[:1] if row.arity == 1 else [r"\text{all}"]
    return "\n\n".join(
        _math(rf"{name} \in {_interval(*interval)}")
        for name, interval in zip(names, row.domain, strict=True)
    )


def _interval(lo: float, hi: float) -> str:
    if lo == hi:
        return rf"\{{{formulas.number(lo)}\}}"
    if math.isclose(lo, -hi):
        return rf"\pm {formulas.number(hi)}"
    return f"[{formulas.number(lo)}, {formulas.number(hi)}]"


def setup(app: Any) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("primitives", Primitives)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
