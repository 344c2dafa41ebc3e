"""`dualgrad explain`: written solutions on the terminal and in files."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograd import parse
from viz import explain
from viz.cli import main

SHEET = ("(x+y)**2*z", "x=1", "y=2", "z=-6")


def out(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["explain", *words]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def test_text_and_options(capsys: pytest.CaptureFixture[str]) -> None:
    f = parse(SHEET[0])
    assert out(capsys, *SHEET) == f"{explain(f, 1.0, 2.0, -6.0)}\n"
    told = explain(f, 1.0, 2.0, -6.0, mode="forward", by="z", paths=True, language="zh")
    options = ("--mode", "forward", "--by", "z", "--paths", "--language", "zh")
    assert out(capsys, *SHEET, *options) == f"{told}\n"
    told = explain(parse("sin(x)*x*x"), 0.5, digits=12, max_operations=2)
    options = ("--digits", "12", "--max-operations", "2")
    assert out(capsys, "sin(x)*x*x", "x=0.5", *options) == f"{told}\n"


@pytest.mark.parametrize(
    ("form", "suffix", "start"),
    [
        ("markdown", ".md", "# Worked solution\n"),
        ("latex", ".tex", "\\documentclass{article}\n"),
        ("html", ".html", "<!DOCTYPE html>\n"),
    ],
)
def test_forms(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, form: str, suffix: str, start: str
) -> None:
    printed = out(capsys, *SHEET, f"--{form}")
    assert printed.startswith(start)
    path = tmp_path / f"solution{suffix}"
    assert out(capsys, *SHEET, "-o", str(path)) == f"wrote {path}\n"
    assert path.read_text("utf-8") == printed


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("x*x", "x=1", "--digits", "1"), "digits (2 to 17)"),
        (("x*x", "x=1", "--max-operations", "0"), "max_operations"),
        (("x*y", "x=1"), "no value for y: add y=NUMBER"),
        (("1+2",), "the formula has no names"),
        (("x", "x=1"), "explain() has nothing to explain"),
        (("x*x", "x=1", "--by", "y"), "unknown input 'y'"),
        (("x*x", "x=1", "--mode", "backward"), "unknown value of MODE 'backward'"),
        (("x*x", "x=1", "-o", "a.doc"), "the known suffixes are .txt, .md, .tex"),
        (("x*x", "x=1", "--latex", "--html"), "not allowed with argument"),
    ],
)
def test_complaints(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], complaint: str
) -> None:
    assert main(["explain", *words]) == 2
    assert complaint in capsys.readouterr().err
