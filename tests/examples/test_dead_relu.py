"""Exercise 4-3: a unit dies, and other activations come back."""

from __future__ import annotations

from typing import Any


def test_the_dead_unit_has_no_gradient_and_stays_dead(lesson: Any) -> None:
    assert lesson["dead"].tolist() == [True, False]
    assert lesson["dead_gradients"][0] == 0.0 < lesson["dead_gradients"][1]


def test_only_relu_passes_nothing_on(lesson: Any) -> None:
    gradients = lesson["gradients"]
    assert [name for name, g in gradients.items() if g == 0.0] == ["ReLU"]


def test_the_cures_learn_what_relu_cannot(lesson: Any) -> None:
    last = {name: losses[-1] for name, losses in lesson["losses"].items()}
    assert last.pop("ReLU") > 0.05
    assert len(last) == 4
    assert all(loss < 0.01 for loss in last.values())


def test_the_figure_has_a_line_for_each(lesson: Any) -> None:
    left, right = lesson.pictures["dead_relu"].axes
    assert [line.get_label() for line in right.lines] == list(lesson["CURES"])
    assert len(left.lines) == 6
