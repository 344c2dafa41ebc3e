"""Exercise sheets and marks: the right answers pass, and each usual slip is recognised."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest

from autograd import Value, parse
from tests.viz.explain.solutions import FUNCTIONS, equations
from viz import explain
from viz.explain.exercise import is_close

SHEET = parse("x * sin(x * y)")  # v2 = x * y, v3 = sin(v2)
AT = (0.5, 2.0)

over_graphs = pytest.mark.parametrize(
    ("f", "args"), [case[1:] for case in FUNCTIONS], ids=[case[0] for case in FUNCTIONS]
)


def verdict(**answers: float) -> str:
    """The verdict on the last answer, `_` standing for what names cannot hold."""
    keys = {"df_dx": "df/dx", "df_dy": "df/dy", "df_dv2": "df/dv2", "df_dv3": "df/dv3"}
    keys |= {"dv3_dv2": "∂v3/∂v2", "dv3_dx": "dv3/dx"}
    found = explain(SHEET, *AT).check({keys.get(k, k): x for k, x in answers.items()})
    return found.marks[-1].verdict


@over_graphs
def test_a_sheet_hides_every_number_that_is_asked(f: Any, args: tuple[float, ...]) -> None:
    sheet = explain(f, *args, paths=True, blank=True)
    text = str(sheet)
    for key in sheet.questions:
        assert re.search(rf"^  {re.escape(key)} = .*________$", text, re.M), key
    for left, *others in equations(text):
        if left in sheet.questions and not left.startswith("f"):
            assert others[-1] == "________", left


@over_graphs
def test_right_answers_are_right(f: Any, args: tuple[float, ...]) -> None:
    sheet = explain(f, *args)
    right = {key: question.answer for key, question in sheet.questions.items()}
    marks = sheet.check(right)
    assert marks.right == len(right) == len(marks.marks)
    assert not marks.open
    rounded = sheet.check({key: float(f"{x:.3g}") for key, x in right.items()})
    assert rounded.right == len(right)


@over_graphs
def test_wrong_signs_are_found(f: Any, args: tuple[float, ...]) -> None:
    sheet = explain(f, *args)
    for key, question in sheet.questions.items():
        if math.isfinite(question.answer) and question.answer and not question.products:
            assert sheet.check({key: -question.answer}).marks[0].verdict == "sign"


COS, SIN = math.cos(1.0), math.sin(1.0)


@pytest.mark.parametrize(
    ("expected", "answers"),
    [
        ("right", {"df_dx": SIN + COS}),
        ("path", {"df_dx": SIN}),  # by x * y alone
        ("path", {"df_dx": COS}),
        ("term sign", {"df_dx": SIN - COS}),
        ("sign", {"df_dx": -SIN - COS}),
        ("inner", {"df_dv2": 0.5}),  # without cos
        ("outer", {"df_dv2": COS}),
        ("inner", {"df_dx": SIN + COS / 2}),  # without ∂v2/∂x = 2
        ("inner", {"dv3_dx": 2.0}),
        ("rounding", {"v3": 0.85}),
        ("sign", {"v3": -SIN}),
        ("follows", {"v2": 2.0, "v3": math.sin(2.0)}),
        ("follows", {"dv3_dv2": -COS, "df_dv2": -COS / 2}),
        ("wrong", {"v3": 7.0}),
    ],
)
def test_what_went_wrong(expected: str, answers: dict[str, float]) -> None:
    assert verdict(**answers) == expected


def test_a_forgotten_path_is_named() -> None:
    (mark,) = explain(SHEET, *AT).check({"df/dx": SIN}).marks
    assert mark.about == "df/dv2 · ∂v2/∂x"


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "a path is missing, df/dv2 · ∂v2/∂x has to be added"), ("zh", "漏了一条路径")],
)
def test_marks_are_told(language: str, words: str) -> None:
    marks = explain(SHEET, *AT, language=language).check({"df/dx": "0.841", "v2": 1})
    joined = " ".join(str(marks).split())
    assert words in joined
    assert "✓ v2 = 1" in joined
    assert marks._repr_html_() == marks.to_html()
    assert "df/dv2" in marks.to_markdown()


def test_d_stands_for_the_local_derivative_where_nothing_else_is_asked() -> None:
    sheet = explain(SHEET, *AT)
    assert sheet.check({"dv3/dv2": "cos(1)"}).marks[0].key == "∂v3/∂v2"
    assert sheet.check({"df / dx": SIN + COS}).marks[0].key == "df/dx"


@pytest.mark.parametrize(
    ("answers", "error", "words"),
    [
        ({"v9": 1.0}, ValueError, "unknown question 'v9'"),
        ({"v2": "x"}, ValueError, "the answer to v2 is not a number: 'x'"),
        ({"v2": [1.0]}, TypeError, "the answer to v2 takes"),
        ([1.0, 2.0], TypeError, r"answers go by what they answer, as in .*, not \[1.0, 2.0\]"),
    ],
)
def test_what_is_no_answer(answers: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        explain(SHEET, *AT).check(answers)


def test_closeness_is_that_of_three_digits() -> None:
    assert is_close(1.0, 1.004)
    assert not is_close(1.0, 1.02)
    assert is_close(math.inf, math.inf)
    assert not is_close(1.0, math.inf)
    assert not is_close(0.1, 0.0)


def test_hostile_names_in_marks() -> None:
    x = Value(2.0, "<b>")
    marks = explain(x * x).check({"df/d<b>": 4.0, "∂f/∂<b>": 2.0})
    assert "<b>" not in marks.to_html()
    assert [mark.verdict for mark in marks.marks] == ["wrong", "right"]
