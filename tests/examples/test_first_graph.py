"""The graph of (x + y)²z: the numbers of exercise 4."""

from __future__ import annotations

from typing import Any

import pytest

VALUES = {"x": 1, "y": 2, "z": -6, "s": 3, "q": 9, "f": -54}
ADJOINTS = {"x": -36, "y": -36, "z": 9, "s": -36, "q": -6, "f": 1}


@pytest.mark.parametrize("name", VALUES)
def test_values_and_adjoints_are_those_of_the_exercise(lesson: Any, name: str) -> None:
    assert (lesson[name].data, lesson[name].grad) == (VALUES[name], ADJOINTS[name])


def test_the_table_prints_them(lesson: Any) -> None:
    rows = [line.split() for line in lesson.printed.splitlines()]
    for name, value in VALUES.items():
        assert [name, f"{value}", f"{ADJOINTS[name]}"] in rows


def test_both_modes_give_the_gradient(lesson: Any) -> None:
    report = lesson["report"]
    assert "gradient (-36, -36, 9) in both modes" in str(report)


def test_the_drawing_has_every_node(lesson: Any) -> None:
    source = lesson.pictures["first_graph"].source
    assert all(name in source for name in VALUES)
    assert all(f"{value}" in source for value in (*VALUES.values(), *ADJOINTS.values()))
