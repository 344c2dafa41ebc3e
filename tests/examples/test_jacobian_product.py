"""Homework 1-2, question 2: four ways to ∂y/∂x, and the best step."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest


def test_both_modes_give_the_product(lesson: Any) -> None:
    errors = lesson["errors"]
    assert errors["forward mode"] < 1e-15
    assert errors["reverse mode"] < 1e-15
    assert 1e-12 < errors["differences, h = 1e-8"] < 1e-6


def test_the_sheets_formula_is_wrong_as_soon_as_there_are_biases(lesson: Any) -> None:
    assert lesson["errors"]["the sheet's formula"] > 0.01


def test_the_best_step_is_near_the_cube_root(lesson: Any) -> None:
    steps, best, sheet = lesson["steps"], lesson["best"], lesson["at_sheet"]
    assert 5e-7 < steps.steps[best] < 5e-5
    assert steps.central[sheet] > 20 * steps.central[best]
    assert steps.automatic[0] < 1e-15
    assert np.all(steps.complex_step[steps.steps <= 1e-8] < 1e-14)


def test_the_bias_added_twice_does_no_harm_where_it_is_0(
    lesson: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    product = lesson["product_of_jacobians"]
    without = [(w, 0.0 * b) for w, b in lesson["LAYERS"]]
    monkeypatch.setitem(product.__globals__, "LAYERS", without)
    np.testing.assert_array_equal(product(lesson["x"], twice=True), product(lesson["x"]))


def test_the_figure_has_the_errors_and_the_sheets_step(lesson: Any) -> None:
    (curves,) = lesson.curves("jacobian_product")
    found = [heights for heights in curves.values() if len(heights) == len(lesson["steps"].steps)]
    assert any(np.array_equal(heights, lesson["steps"].central) for heights in found)
    (axes,) = lesson.pictures["jacobian_product"].axes
    assert any(list(line.get_xdata()) == [lesson["H"], lesson["H"]] for line in axes.lines)
