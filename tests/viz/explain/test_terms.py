"""The formulas of the table of primitives, against the rules that they are read off."""

from __future__ import annotations

import math

import pytest

from autograd import TABLE, Primitive
from tests.oracles import samples
from viz.explain.notation import Latex
from viz.explain.terms import Symbol, arguments, derivatives, evaluated

LATEX = Latex(digits=5, exact=True)

over_the_table = pytest.mark.parametrize("row", TABLE.values(), ids=lambda row: row.name)


@over_the_table
def test_simplified_terms_are_equal_to_the_rules(row: Primitive) -> None:
    xs = arguments(row)
    terms = row.differentiable_partials(Symbol("y_"), tuple(xs), range(len(xs)))
    for args in samples(row)[:30]:
        args = args[: len(xs)] if row.arity is None else args
        if len(args) < len(xs):
            continue
        y = row.fn(*args)
        numbers = {"y_": y} | {x.name: number for x, number in zip(xs, args, strict=True)}
        for term, partial in zip(terms, row.partials(y, args), strict=True):
            found = evaluated(term, numbers)
            assert found == pytest.approx(partial, rel=1e-9, abs=1e-300, nan_ok=True), (args, term)


@over_the_table
def test_all_is_latex(row: Primitive) -> None:
    """As far as matplotlib knows it: it lacks environments."""
    from matplotlib.mathtext import MathTextParser

    names = [x.name for x in arguments(row)]
    texts = [LATEX.write(term) for _, term in derivatives(row)]
    texts.append(row.latex.format(*names, xs=", ".join(names)))
    assert len(texts) > 1
    for text in texts:
        assert text.count("{") == text.count("}")
        if r"\begin" not in text:
            MathTextParser("path").parse(f"${text}$")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mul", ["b", "a"]),
        ("div", [r"\frac{1}{b}", r"-\frac{y}{b}"]),
        ("log2", [r"\frac{1}{\ln 2 \, x}"]),
        ("reciprocal", ["-{y}^2"]),
        ("erf", [r"\frac{2}{\sqrt{\pi}} \, e^{-{x}^2}"]),
        ("relu", [r"\begin{cases}1 & \text{if } x > 0\\0 & \text{else}\end{cases}"]),
        ("arctan", [r"\frac{1}{1 + {x}^2}"]),
        ("sigmoid", [r"y \cdot \sigma\left(-x\right)"]),
    ],
)
def test_formulas_read_well(name: str, expected: list[str]) -> None:
    assert [LATEX.write(x) for _, x in derivatives(TABLE[name])] == expected


def test_parentheses_stand_where_they_are_needed() -> None:
    a, b = Symbol("a"), Symbol("b")
    assert LATEX.write(a * (b - 1.0)) == r"a \cdot \left(b - 1\right)"
    assert LATEX.write(a - (b + 1.0)) == r"a - \left(b + 1\right)"
    assert LATEX.write((a + b) / (a - b)) == r"\frac{a + b}{a - b}"
    assert LATEX.write(TABLE["square"](a + b)) == r"{\left(a + b\right)}^2"
    assert LATEX.write(-(a + b)) == r"-\left(a + b\right)"


def test_numbers_are_written_as_in_mathematics() -> None:
    numbers = (0.5, -2.0, 1e150, 1.5e-7, math.pi / 2, -math.inf, math.nan, 1.0507009873554805)
    assert [LATEX.number(x) for x in numbers] == [
        r"\frac{1}{2}",
        "-2",
        "10^{150}",
        r"1.5 \cdot 10^{-7}",
        r"\frac{\pi}{2}",
        r"-\infty",
        r"\text{nan}",
        "1.0507",
    ]


def test_a_symbol_cannot_decide_anything() -> None:
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(Symbol("x") > 0.0)
