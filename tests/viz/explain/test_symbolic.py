"""The gradient as formulas: evaluated against the engine at random points."""

from __future__ import annotations

import random
import sys
from typing import Any

import pytest

from autograd import parse, value_and_grad
from tests.viz.explain.solutions import FORMULAS, equations, evaluated
from viz import explain
from viz.explain.symbolic import gradient_formulas
from viz.explain.terms import evaluated as number_of

SMOOTH = [
    (text, values)
    for text, values in FORMULAS
    if not any(word in text for word in ("relu", "where", "imum", "abs", "floor", "norm", "gelu"))
    and text not in ("log(x)", "arctan2(y, x) + hypot(x, y)")
    and "cbrt" not in text
]

sympy = pytest.mark.usefixtures("needs_sympy")


@pytest.fixture
def needs_sympy() -> Any:
    return pytest.importorskip("sympy")


@sympy
@pytest.mark.parametrize(("text", "values"), SMOOTH, ids=[text for text, _ in SMOOTH])
def test_formulas_hold_elsewhere(text: str, values: dict[str, float]) -> None:
    f = parse(text)
    found = gradient_formulas(explain(f, *values.values()).lesson)
    assert found is not None
    chance = random.Random(1)
    for _ in range(5):
        at = {x: n * chance.uniform(0.9, 1.1) for x, n in values.items()}
        _, gradient = value_and_grad(f, tuple(range(len(at))))(*at.values())
        for name, expected in zip(at, gradient, strict=True):
            assert number_of(found[name], at) == pytest.approx(expected, rel=1e-7, abs=1e-12)


@sympy
def test_formulas_are_short() -> None:
    text = str(explain(parse("(x+y)**2*z"), 1.0, 2.0, -6.0, formulas=True))
    assert "df/dx = 2 * z * (x + y) = 2 * (-6) * (1 + 2) = -36" in text
    assert "df/dz = (x + y)**2 = (1 + 2)**2 = 9" in text
    known = {"df/dx": -36.0, "df/dy": -36.0, "df/dz": 9.0}
    part = text.partition("The gradient as formulas")[2].partition("Forward mode")[0]
    for left, *others in equations(part):
        assert evaluated(others[-2], {"x": 1.0, "y": 2.0, "z": -6.0}) == known[left]


@sympy
@pytest.mark.parametrize("text", ["relu(x) * x", "x" + " * x" * 40])
def test_without_a_short_formula(text: str) -> None:
    shown = str(explain(parse(text), 1.0, formulas=True))
    assert "There are no short formulas" in shown


def test_without_sympy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sympy", None)
    with pytest.raises(ImportError, match="run `pip install sympy`"):
        str(explain(parse("x * x"), 1.0, formulas=True))
