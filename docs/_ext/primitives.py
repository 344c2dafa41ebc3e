"""The directive `primitives`: rows of the table of primitives, as a table of the page.

    .. primitives:: add sub mul

Each row is also what a reference such as :py:func:`autograd.add` leads to.
"""

from __future__ import annotations

import math
import re
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from autograd import TABLE, Primitive, Special
from viz.explain.notation import Latex
from viz.explain.terms import arguments, derivatives

LATEX = Latex(digits=5, exact=True)
HEAD = ("Primitive", "Value and derivatives", "Kinks and singular points", "Tested on")


class Primitives(SphinxDirective):
    """A table of the named rows."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        names = " ".join(self.content).split()
        lines = [
            ".. py:currentmodule:: autograd",
            "",
            ".. list-table::",
            "   :header-rows: 1",
            "   :class: primitives",
            "",
        ]
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
    index = ":no-index:" if row.arity is None else ":no-contents-entry:"
    named = f".. py:function:: {row.name}({arguments})\n   {index}\n\n   {_plain(row.doc)}"
    if row.caveat:
        named += f"\n\n   Rounding: {_plain(row.caveat)}."
    return (
        named,
        "\n\n".join(map(_math, _formulas(row))),
        "\n\n".join(_special(point) for point in row.special) or "–",
        _domain(row),
    )


def _formulas(row: Primitive) -> list[str]:
    names = [x.name for x in arguments(row)]
    lines = [f"y = {row.latex.format(*names, xs=', '.join(names))}"]
    found = [(x, LATEX.write(term)) for x, term in derivatives(row)]
    if len(found) > 1 and all(text == "0" for _, text in found):
        return [*lines, r"\nabla y = 0"]
    if len(found) == 1:
        return [*lines, f"y' = {found[0][1]}"]
    return lines + [rf"\partial_{{{x}}}\, y = {text}" for x, text in found]


def _plain(text: str) -> str:
    return re.sub(r"([*|`_\\])", r"\\\1", text)


def _math(text: str) -> str:
    return f":math:`{text}`"


def _special(point: Special) -> str:
    text = f"y({_numbers(point.at)}) = {LATEX.number(point.value)}"
    if len(point.partials) == 1:
        text += rf",\; y' = {_numbers(point.partials)}"
    elif point.partials:
        text += rf",\; \nabla y = ({_numbers(point.partials)})"
    return _math(text)


def _numbers(xs: tuple[float, ...]) -> str:
    return ", ".join(map(LATEX.number, xs))


def _domain(row: Primitive) -> str:
    if len(row.domain) == 1:
        return _math(_interval(*row.domain[0]))
    names = [x.name for x in arguments(row)]
    return "\n\n".join(
        _math(rf"{name} \in {_interval(*interval)}")
        for name, interval in zip(names, row.domain, strict=True)
    )


def _interval(lo: float, hi: float) -> str:
    if lo == hi:
        return rf"\{{{LATEX.number(lo)}\}}"
    if math.isclose(lo, -hi):
        return rf"\pm {LATEX.number(hi)}"
    return f"[{LATEX.number(lo)}, {LATEX.number(hi)}]"


def setup(app: Any) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("primitives", Primitives)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
