"""Exercise 2: the perceptron follows an outlier, the sigmoid neuron does not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest


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
