"""Exercises that are made up."""

from __future__ import annotations

import math

import pytest

from viz import random_exercise
from viz.explain.random_exercise import LEVELS


@pytest.mark.parametrize("level", LEVELS)
def test_exercises_are_fair(level: int) -> None:
    """Every input matters, numbers stay small, and the right answers are accepted."""
    tasks = set()
    for seed in range(15):
        sheet = random_exercise(level, seed)
        adjoints = sheet.lesson.adjoints()
        assert set(sheet.lesson.given) == set(LEVELS[level].names)
        for name in sheet.lesson.given:
            assert 1e-3 < abs(adjoints[name]) < 1000.0
        right = {key: question.answer for key, question in sheet.questions.items()}
        assert all(map(math.isfinite, right.values()))
        assert sheet.check(right).right == len(right)
        assert "________" in str(sheet)
        assert "________" not in str(sheet.solution)
        tasks.add(str(sheet))
    assert len(tasks) > 5


def test_a_seed_gives_the_exercise_again() -> None:
    assert str(random_exercise(3, 7)) == str(random_exercise(3, 7))
    assert "练习" in str(random_exercise(1, 0, language="zh"))


def test_levels_that_are_not_there() -> None:
    with pytest.raises(ValueError, match="level is 1 to 4, not 5"):
        random_exercise(5)
    with pytest.raises(TypeError, match="level"):
        random_exercise(1.5)  # type: ignore[arg-type]
