"""`dualgrad quiz`, played through."""

from __future__ import annotations

import io

import pytest

from autograd.text.words import columns
from viz import random_exercise
from viz.cli import main

SHEET = ("(x+y)**2*z", "x=1", "y=2", "z=-6")
RIGHT = ("3", "9", "-54", "1", "1", "6", "-6", "9", "-6", "-36", "-36", "-36", "9")


def played(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    answers: tuple[str, ...],
    *words: str,
) -> str:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{x}\n" for x in answers)))
    assert main(["quiz", *words]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def test_all_right(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    text = played(monkeypatch, capsys, RIGHT, *SHEET)
    assert text.count("✓") == 13
    assert "13 of 13 right" in text
    assert "  v3 = v2**2 = " in text
    assert "The gradient" not in text


def test_slips_skips_and_the_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = played(monkeypatch, capsys, ("-3", "", "9*z", "-6*9", "q"), *SHEET)
    assert "✗ v2 = -3: the sign is wrong; it is 3." in text
    assert "the answer to f is not a number: '9*z'" in text
    assert "✓ f = -54" in text
    assert "1 of 13 right" in text


def test_the_end_of_the_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "0 of 13 right" in played(monkeypatch, capsys, (), *SHEET)
    text = played(monkeypatch, capsys, ("1",), "x*x", "x=3", "--language", "zh")
    assert "题中答对" in text


def test_ctrl_c_ends_with_the_marks(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Keyboard(io.StringIO):
        def readline(self, *_: object) -> str:
            if line := super().readline():
                return line
            raise KeyboardInterrupt

    monkeypatch.setattr("sys.stdin", Keyboard("3\n"))
    assert main(["quiz", *SHEET]) == 0
    assert capsys.readouterr().out.endswith("= \n\n1 of 13 right\n-------------\n")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_long_verdicts_are_wrapped_and_indented(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    answers = (*RIGHT[:9], "6")  # df/dv2 without df/dv3
    text = played(monkeypatch, capsys, answers, *SHEET, "--language", language)
    lines = text.partition(" =     ✗ ")[2].partition("\n  df/dx")[0].split("\n")
    assert "-36" in lines[-1]
    assert all(line.startswith("    ") for line in lines[1:])
    assert max(map(columns, [f"    ✗ {lines[0]}", *lines[1:]])) <= 76


def test_made_up(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    sheet = random_exercise(2, 5)
    words = ("--level", "2", "--seed", "5")
    assert played(monkeypatch, capsys, (), *words, "--sheet") == f"{sheet}\n"
    assert played(monkeypatch, capsys, (), *words, "--solution") == f"{sheet.solution}\n"
    answers = tuple(repr(question.answer) for question in sheet.questions.values())
    assert f"{len(answers)} of {len(answers)} right" in played(monkeypatch, capsys, answers, *words)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("x*y", "x=1"), "no value for y"),
        (("3",), "the formula has no names"),
        (("--level", "9"), "level"),
    ],
)
def test_complaints(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], complaint: str
) -> None:
    assert main(["quiz", *words]) == 2
    assert complaint in capsys.readouterr().err
