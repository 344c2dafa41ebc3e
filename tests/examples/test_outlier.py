"""Exercise 2: the perceptron follows an outlier, the sigmoid neuron does not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograd import grad, logsigmoid


def test_the_sheets_planes(lesson: Any) -> None:
    points, classes = lesson["with_outlier"](1e6)
    scores = lesson["scores"]
    assert np.all(np.sign(scores(lesson["SHEET"], points)) == classes)
    assert np.all(np.sign(scores(lesson["BEFORE"], points[:3])) == classes[:3])
    assert np.sign(scores(lesson["BEFORE"], points[3:])) != classes[3]


def test_the_perceptron_separates_at_every_distance(lesson: Any) -> None:
    for t, plane in lesson["planes"].items():
        points, classes = lesson["with_outlier"](t)
        assert np.all(np.sign(lesson["scores"](plane, points)) == classes)


def test_the_outliers_gradient_is_the_formula_and_vanishes(lesson: Any) -> None:
    assert lesson["apart"] < 1e-14
    gradients = lesson["gradients"]
    assert gradients[2.0] > gradients[5.0] > gradients[10.0] > gradients[20.0] > gradients[40.0]
    assert gradients[40.0] == pytest.approx(2 * 40 * np.exp(-40.0), rel=1e-12)


def test_far_outliers_leave_the_line_where_it_was(lesson: Any) -> None:
    found = lesson["found"]
    np.testing.assert_allclose(found[100.0], found[None], rtol=1e-12)
    np.testing.assert_allclose(found[10.0], found[None], rtol=1e-3)
    for t, right in ((2.0, True), (5.0, True), (10.0, False), (100.0, False)):
        points, classes = lesson["with_outlier"](t)
        assert np.all(np.sign(lesson["scores"](found[t], points)) == classes) == right


def test_the_sigmoid_neuron_stays_near_the_sheets_line(lesson: Any) -> None:
    for t in (None, 10.0, 100.0):
        w = lesson["found"][t][1:]
        assert w @ np.ones(2) / np.linalg.norm(w) / np.sqrt(2) > 0.98  # the cosine to x1 + x2


def test_cross_entropy_grows_with_the_mistake(lesson: Any) -> None:
    def loss(plane: Any, t: float) -> Any:
        return -logsigmoid(lesson["scores"](plane, np.array([[0.0, -t]]))[0])

    for t in (1.0, 5.0, 40.0):
        theta = 1.0 / (1.0 + np.exp(t))
        formula = (theta - 1.0) * np.array([1.0, 0.0, -t])
        np.testing.assert_allclose(grad(loss)(lesson["START"], t), formula, rtol=1e-12)


def test_the_figure_has_the_lines_and_the_gradient(lesson: Any) -> None:
    left, right = lesson.curves("outlier")
    assert list(left)[:4] == list(lesson["lines"])
    (gradient,) = right.values()
    expected = [abs(lesson["by_hand"](lesson["START"], (0.0, -t), 1.0)[2]) for t in (0.01, 40.0)]
    assert [gradient[0], gradient[-1]] == pytest.approx(expected)
    assert gradient[-1] == pytest.approx(lesson["gradients"][40.0])
