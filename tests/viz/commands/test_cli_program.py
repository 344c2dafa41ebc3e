"""`dualgrad program`: formulas as programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from autograd import grad, parse
from autograd.program.program import Program
from tests.languages import compiled
from tests.programs import evaluated
from viz.cli import main

FORMULA = "(x+y)**2*z"


def out(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["program", *words]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def test_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert out(capsys, FORMULA).splitlines() == [
        "f: 3 inputs, 3 operations",
        "  v0 = x",
        "  v1 = y",
        "  v2 = v0 + v1",
        "  v3 = v2 ** 2.0",
        "  v4 = z",
        "  v5 = v3 * v4",
        "  return v5",
    ]


def test_gradient_in_python(capsys: pytest.CaptureFixture[str]) -> None:
    scope: dict[str, Any] = {}
    exec(out(capsys, FORMULA, "--grad", "--source", "python"), scope)
    gradient = grad(parse(FORMULA), (0, 1, 2))(1.0, 2.0, -6.0)
    assert scope["value_and_gradient"](1.0, 2.0, -6.0) == (-54.0, gradient)


def test_gradient_in_c(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    text = out(capsys, FORMULA, "--grad", "--source", "c")
    assert compiled(text, tmp_path)["run_value_and_gradient"]


@pytest.mark.parametrize(
    ("language", "start"),
    [("dot", "digraph"), ("latex", r"\begin{align*}"), ("javascript", "/**")],
)
def test_other_languages(capsys: pytest.CaptureFixture[str], language: str, start: str) -> None:
    assert out(capsys, "x*y", "--source", language).startswith(start)


def test_saving(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert out(capsys, FORMULA, "--save", "f.json").endswith("  return v5\n\nwrote f.json\n")
    assert evaluated(Program.load("f.json"), [1.0, 2.0, -6.0])[5] == -54.0
    text = out(capsys, FORMULA, "--source", "latex", "--save", "f.json")
    assert text.endswith("\\end{align*}\n")


def test_values_choose_the_path(capsys: pytest.CaptureFixture[str]) -> None:
    formula = "x if x > 0 else -x"
    assert "return v0" in out(capsys, formula)
    text = out(capsys, formula, "x=-2")
    assert "return v1" in text
    assert "# at <formula>:1: x if x > 0 else -x" in text


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([FORMULA, "--source", "rust"], "there are python, c, javascript, dot, latex"),
        ([FORMULA, "--source", "pyton"], "did you mean 'python'?"),
        (["2+3", "--grad"], "the formula has no names"),
        ([FORMULA, "q=1"], "the formula has no argument 'q'"),
        ([FORMULA, "x=1", "x=2"], "'x' has two values"),
        ([FORMULA, "--save", ""], "the name of the file to save to is empty"),
        ([FORMULA, "--gard"], "did you mean '--grad'?"),
    ],
)
def test_refused(capsys: pytest.CaptureFixture[str], words: list[str], message: str) -> None:
    assert main(["program", *words]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert message in captured.err


def test_a_file_that_cannot_be_written(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["program", FORMULA, "--save", str(tmp_path / "no" / "f.json")]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "create it first" in captured.err
