"""Homework 1-2, question 1: the formulas, the mistakes of the sheet, and the costs."""

from __future__ import annotations

from typing import Any

import pytest


def test_the_formulas_agree_with_the_engine(lesson: Any) -> None:
    assert len(lesson["errors"]) == 12
    assert max(lesson["errors"].values()) < 1e-15


def test_the_sheets_sum_is_wrong(lesson: Any) -> None:
    assert lesson["sheet_error"] > 0.01


def test_forward_mode_is_not_0_and_agrees(lesson: Any) -> None:
    assert lesson["forward"] != 0.0
    assert lesson["forward"] == pytest.approx(lesson["forward_by_hand"], rel=1e-13)
    assert lesson["forward"] == pytest.approx(lesson["reverse"], rel=1e-13)
    assert lesson["both"] < 1e-16


def test_forward_mode_costs_more_with_every_parameter(lesson: Any) -> None:
    costs = lesson["costs"]
    assert list(costs) == [3 * n + n + n * 2 + 2 for n in (2, 4, 8, 16)]
    ratios = [cost["forward"] / cost["reverse"] for cost in costs.values()]
    assert ratios == sorted(ratios)
    assert ratios[-1] > 50


def test_the_figure_has_the_costs_of_both_modes(lesson: Any) -> None:
    (curves,) = lesson.curves("layer_gradients")
    assert list(curves) == ["forward", "reverse"]
    for mode, operations in curves.items():
        assert operations == [cost[mode] for cost in lesson["costs"].values()]
