"""The derivatives of exercise 1 and what they are at most."""

from __future__ import annotations

from typing import Any

import numpy as np


def test_the_formulas_agree_with_both_modes(lesson: Any) -> None:
    assert set(lesson["errors"]) == {"sigmoid", "tanh", "relu"}
    assert max(lesson["errors"].values()) < 1e-15


def test_the_largest_derivatives_are_those_of_the_exercise(lesson: Any) -> None:
    assert lesson["largest"] == {"sigmoid": 0.25, "tanh": 1.0, "relu": 1.0}


def test_ten_sigmoids_pass_on_a_millionth(lesson: Any) -> None:
    assert "    10   9.5e-07" in lesson.printed


def test_the_figure_has_functions_and_derivatives(lesson: Any) -> None:
    axes = lesson.pictures["activations"].axes
    assert [a.get_title() for a in axes] == ["sigmoid", "tanh", "relu"]
    for function, derivative in (a.lines[:2] for a in axes):
        x, y = derivative.get_data()
        differences = np.gradient(function.get_ydata(), function.get_xdata())
        expected = np.interp(x, function.get_xdata(), differences)
        smooth = abs(x) > 0.03  # relu has its kink at 0
        np.testing.assert_allclose(y[smooth], expected[smooth], atol=0.01)
    gap = axes[2].lines[1]
    assert gap.get_xdata()[np.isnan(gap.get_ydata())].tolist() == [0.0]
