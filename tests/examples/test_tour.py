"""The six stops of the tour."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest


def test_an_expression_and_its_gradient(lesson: Any) -> None:
    assert "(x + y)² z = -54, gradient (-36, -36, 9)\n" in lesson.printed


def test_a_neuron(lesson: Any) -> None:
    w, inputs = np.array([0.5, -1.0, 2.0]), np.array([1.0, 2.0, 0.25])
    output = np.tanh(w @ inputs + 0.1)
    assert lesson["neuron"].data == pytest.approx(output, rel=1e-15)
    np.testing.assert_allclose(lesson["w"].grad, (1.0 - output**2) * inputs, rtol=1e-14)


def test_newtons_method_has_the_derivative_of_the_root(lesson: Any) -> None:
    assert lesson["root"].data == pytest.approx(np.sqrt(2.0), rel=1e-12)
    assert lesson["a"].grad == pytest.approx(0.5 / np.sqrt(2.0), rel=1e-12)


def test_derivatives_of_tanh(lesson: Any) -> None:
    y = np.tanh(0.5)
    s = 1.0 - y * y
    expected = [y, s, -2.0 * y * s, -2.0 * s * (1.0 - 3.0 * y * y)]
    assert [d.data for d in lesson["derivatives"]] == pytest.approx(expected, rel=1e-14)


def test_the_branch_and_the_nan(lesson: Any) -> None:
    assert lesson["u"].grad == 0.0
    assert lesson["anomaly"] == "sqrt gave nan for operands (-0.5)"


def test_the_pictures_show_the_neuron_whole_and_in_parts(lesson: Any) -> None:
    assert list(lesson.pictures) == ["tour_expression", "tour_neuron", "tour_neuron_expanded"]
    _, whole, parts = (drawing.source for drawing in lesson.pictures.values())
    assert "dot" in whole
    assert parts.count("->") > whole.count("->")
