"""Programs in DOT and in LaTeX."""

from __future__ import annotations

import importlib.util
import re
import shutil
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.mathtext import MathTextParser

from autograd import TABLE, grad
from autograd.program.program import Program
from autograd.program.trace import trace
from viz.graph.render import render

FORMULA = trace(lambda x, y, z: (x + y) ** 2 * z, 1.0, 2.0, -6.0)
ROWS = list(TABLE.values())


def awkward(name: str) -> Program:
    program = trace(lambda x, _: x if x > 0.0 else 0.0, 1.0, 1.0)
    return replace(program, name=name, inputs=replace(program.inputs, places=[name, name]))


NAMES = ['"', "\\", "a\\", "<b>", "\\N", "a\nb", "x_1", "50%", "a&b", "#{}$", "~^", "é", "['w']"]


def test_dot() -> None:
    text = FORMULA.source("dot")
    edges = re.findall(r"(\w+) -> (\w+)", text)
    assert edges == [
        ("v0", "op2"),
        ("v1", "op2"),
        ("op2", "v2"),
        ("v2", "op3"),
        ("c0", "op3"),
        ("op3", "v3"),
        ("v3", "op5"),
        ("v4", "op5"),
        ("op5", "v5"),
    ]
    assert 'v4 [label="z" style=filled]' in text
    assert 'v5 [label="v5" peripheries=2]' in text
    assert 'c0 [label="2.0" style=dashed]' in text


@pytest.mark.skipif(
    not (shutil.which("dot") or importlib.util.find_spec("pygraphviz")), reason="no Graphviz here"
)
def test_dot_is_rendered() -> None:
    programs = [FORMULA, trace(grad(lambda x: x * x), 1.0), *map(awkward, NAMES)]
    for program in programs:
        svg = render(program.source("dot")).decode()
        assert svg.count('class="node"') >= len(program)


def parsed(text: str) -> list[str]:
    """The equations, each of which matplotlib can set on both sides."""
    lines = text.splitlines()
    assert (lines[0], lines[-1]) == (r"\begin{align*}", r"\end{align*}")
    equations = [line.removesuffix(r" \\") for line in lines[1:-1]]
    for equation in equations:
        left, right = equation.split(" &= ")
        for side in (left, right):
            if r"\begin{cases}" not in side:  # matplotlib lacks environments
                MathTextParser("path").parse(f"${side}$".replace(r"\&", "and"))  # unknown there
    return equations


def test_latex() -> None:
    assert parsed(FORMULA.source("latex")) == [
        "v_{2} &= x + y",
        "v_{3} &= {v_{2}}^{2}",
        r"v_{5} &= v_{3} \cdot z",
        r"\mathrm{result} &= v_{5}",
    ]


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_latex_of_every_row(row) -> None:  # type: ignore[no-untyped-def]
    parsed(trace(row, *row.example).source("latex"))


@pytest.mark.parametrize("name", NAMES)
def test_latex_of_any_name(name: str) -> None:
    parsed(awkward(name).source("latex"))


def test_latex_of_numbers_and_arrays() -> None:
    numbers = (2.0, -0.5, 1e-10, -3e20, np.inf, -np.inf, np.nan)
    lines = parsed(
        trace(lambda w_1: np.array([w_1[0] * k for k in numbers]), np.ones(1)).source("latex")
    )
    right = [line.partition(r"\cdot ")[2] for line in lines[: len(numbers)]]
    assert right == [
        "2",
        r"\left(-0.5\right)",
        r"\left(10^{-10}\right)",
        r"\left(-3 \cdot 10^{20}\right)",
        r"\infty",
        r"\left(-\infty\right)",
        r"\left(\mathrm{nan}\right)",
    ]
    assert lines[0].startswith(r"v_{1} &= \mathrm{w\_1}_{0} \cdot")
    assert lines[-1].startswith(r"\mathrm{result}_{6} &= ")
