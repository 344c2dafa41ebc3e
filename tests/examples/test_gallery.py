"""What holds for every lesson of the gallery."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LESSONS = sorted((ROOT / "examples").glob("*.py"))
EXERCISES = [
    *("Exercise 1", "Exercise 2", "Exercise 3", "Exercise 4", "Exercise 5", "Exercise 6"),
    *(f"Exercise 4-{number}" for number in range(1, 10)),
    *(f"Homework 1-2, question {number}" for number in range(1, 5)),
]


def asked(lesson: Path) -> list[str]:
    """Return the exercises that a lesson works."""
    question = lesson.read_text("utf-8").partition("# %%")[0]
    return re.findall(r"^(Exercise [\d-]+|Homework [\d-]+, question \d)\.", question, re.MULTILINE)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_has_the_form_that_the_site_reads(lesson: Path) -> None:
    """A title, the question, and at the end what follows; of exercises in two languages."""
    text = lesson.read_text("utf-8")
    _, title, rule, *_ = text.splitlines()
    assert rule == "=" * len(title)
    assert text.endswith("\n")
    last = text.rpartition("# %%")[2]
    assert "# What follows\n# ------------\n" in last
    exercises = asked(lesson)
    assert text.partition("# %%")[0].count("**题目（") == len(exercises)
    assert last.count("**结论**") == bool(exercises)
    assert (ROOT / "tests" / "examples" / f"test_{lesson.stem}.py").is_file()


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_has_no_plumbing(lesson: Path) -> None:
    """The site and notebooks run it as it stands: no options, and no pictures but by `show`."""
    text = lesson.read_text("utf-8")
    for word in ("argparse", "sys.argv", "__name__", "savefig", "pyplot"):
        assert word not in text


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_headings_are_underlined(lesson: Path) -> None:
    lines = lesson.read_text("utf-8").splitlines()
    headings = [i for i, line in enumerate(lines) if re.fullmatch(r"# -{3,}", line)]
    assert headings
    for i in headings:
        assert len(lines[i]) == len(lines[i - 1])


def test_every_exercise_is_worked_once() -> None:
    assert sorted(name for lesson in LESSONS for name in asked(lesson)) == sorted(EXERCISES)
