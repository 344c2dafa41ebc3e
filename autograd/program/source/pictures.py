"""Programs for the eye: a graph in DOT, equations in LaTeX."""

from __future__ import annotations

import math
import re
from typing import Final

from autograd.program.instructions import Instructions
from autograd.rules.primitive import TABLE
from autograd.text.words import printable
from autograd.transforms import tree
from autograd.transforms.leaves import entry_names

_ENTRY: Final = re.compile(r"(.+)\[(\d+(?:,\d+)*)\]")
_SPECIAL: Final = {
    "\\": r"\backslash ",
    "^": r"\wedge ",
    "~": r"\sim ",
    "<": r"\langle ",
    ">": r"\rangle ",
    "'": "",
    '"': "",
    " ": r"\ ",
}


def dot(program: Instructions) -> str:
    """Return the graph: values are boxes and operations are ellipses, numbered as in drawings."""
    names = program.names
    results = set(program.result.refs)
    lines = [f"digraph {_quoted(program.name)} {{", "    rankdir=LR", "    node [shape=box]"]
    for k, x in enumerate(program.constants.tolist()):
        lines.append(f'    c{k} [label="{x!r}" style=dashed]')
    for node, (row, refs) in enumerate(program):
        label = names[node] if row is None else f"v{node}"
        look = " style=filled" if row is None else " peripheries=2" if node in results else ""
        lines.append(f"    v{node} [label={_quoted(label)}{look}]")
        if row is not None:
            lines.append(f"    op{node} [label={_quoted(row.symbol)} shape=ellipse ordering=in]")
            lines += [f"    {f'v{ref}' if ref >= 0 else f'c{~ref}'} -> op{node}" for ref in refs]
            lines.append(f"    op{node} -> v{node}")
    for k, guard in enumerate(program.guards):
        label = f"{guard.outcome}: {guard.line.code or guard.line}"
        lines.append(f"    guard{k} [label={_quoted(label)} shape=note]")
        lines.append(f"    v{guard.node} -> guard{k} [style=dotted]")
    return "\n".join([*lines, "}"]) + "\n"


def _quoted(text: str) -> str:
    escaped = printable(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def latex(program: Instructions) -> str:
    """Return the program as equations: one line an instruction, and one a number of the result."""
    names = {node: _name(name) for node, name in program.names.items()}

    def shown(ref: int) -> str:
        if ref >= 0:
            return names.get(ref, f"v_{{{ref}}}")
        return _number(float(program.constants[~ref]))

    lines = []
    for node, (row, refs) in enumerate(program):
        if row is TABLE["identity"]:  # another name of its operand
            names[node] = shown(refs[0])
        elif row is not None:
            texts = [shown(ref) for ref in refs]
            value = row.latex.format(*texts, xs=", ".join(texts))
            lines.append(rf"v_{{{node}}} &= {value}")
    for guard in program.guards:
        lines.append(rf"\mathrm{{require}}\quad {shown(guard.node)} &= {int(guard.outcome)}")
    places = tree.paths(program.result.tree, "result")
    for place, (shape, found) in zip(places, program.result.leaves, strict=True):
        own = [] if found is None else entry_names(place, shape)
        for name, ref in zip(own, found or (), strict=True):
            lines.append(rf"{_name(name)} &= {shown(ref)}")
    inside = " \\\\\n".join(lines)
    return f"\\begin{{align*}}\n{inside}\n\\end{{align*}}\n"


def _name(name: str) -> str:
    r"""Return a name: letters stay as they are, words are upright, indices are below.

    >>> _name("x"), _name("w_1[0,2]")
    ('x', '\\mathrm{w\\_1}_{0,2}')
    """
    match = _ENTRY.fullmatch(name.replace("][", ","))
    stem, index = (match[1], f"_{{{match[2]}}}") if match else (name, "")
    if len(stem) == 1 and stem.isalpha():
        return stem + index
    text = "".join([_SPECIAL.get(c, "\\" + c if c in "_%&#${}" else c) for c in printable(stem)])
    return rf"\mathrm{{{text}}}{index}"


def _number(x: float) -> str:
    r"""Return a constant, in parentheses where it is not just digits.

    >>> _number(2.0), _number(-0.5), _number(1e-10)
    ('2', '\\left(-0.5\\right)', '\\left(10^{-10}\\right)')
    """
    if not math.isfinite(x):
        text = r"\mathrm{nan}" if x != x else r"\infty" if x > 0 else r"-\infty"
    else:
        digits, _, exponent = repr(x).removesuffix(".0").partition("e")
        power = f"10^{{{int(exponent or 0)}}}"
        sign, digits = digits[: digits[0] == "-"], digits.lstrip("-")
        text = sign + (
            digits if not exponent else power if digits == "1" else rf"{digits} \cdot {power}"
        )
    return text if re.fullmatch(r"[\d.]+|\\infty", text) else rf"\left({text}\right)"
