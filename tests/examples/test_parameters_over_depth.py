"""The formula of exercise 4-5 against models."""

from __future__ import annotations

from typing import Any

import pytest


def test_every_count_is_that_of_the_formula(lesson: Any) -> None:
    assert lesson["wrong"] == []
    assert "differ from the formula: 0 of 48" in lesson.printed


@pytest.mark.parametrize(("inputs", "depth", "count"), [(2, 1, 241), (2, 2, 1051), (200, 60, 321)])
def test_some_counts_by_hand(lesson: Any, inputs: int, depth: int, count: int) -> None:
    assert lesson["counted"](inputs, depth) == count


def test_newton_finds_the_maximum_by_hand(lesson: Any) -> None:
    for by_hand, found, _ in lesson["peaks"].values():
        assert found == pytest.approx(by_hand, rel=1e-12)


def test_two_layers_have_more_parameters_only_for_few_inputs(lesson: Any) -> None:
    n = lesson["N"]
    for inputs, counts in lesson["table"].items():
        assert (counts[1] > counts[0]) == (n > 2 * (inputs + 1))


def test_the_most_and_the_many_layers(lesson: Any) -> None:
    assert {inputs: most for inputs, (_, _, most) in lesson["peaks"].items()} == {
        **dict.fromkeys((2, 20), 2),
        **dict.fromkeys((59, 200), 1),
    }
    n = lesson["N"]
    for inputs, counts in lesson["table"].items():
        leading = n * (inputs + 1 + n) / lesson["DEPTHS"][-1]
        assert counts[-1] - leading == pytest.approx(n + 1, abs=1)


def test_the_figure_has_formulas_and_counts(lesson: Any) -> None:
    (axes,) = lesson.pictures["parameters_over_depth"].axes
    for smooth, points, (inputs, counts) in zip(
        axes.lines[::2], axes.lines[1::2], lesson["table"].items(), strict=True
    ):
        assert points.get_label() == f"{inputs} inputs"
        assert list(points.get_xdata()) == lesson["DEPTHS"]
        assert list(points.get_ydata()) == counts
        assert smooth.get_ydata()[0] == pytest.approx(counts[0])
