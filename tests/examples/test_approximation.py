"""Exercise 4-6: the polygon of ReLU units, its error, and training."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest


def test_the_error_is_within_the_bound(lesson: Any) -> None:
    for width in lesson["WIDTHS"]:
        assert lesson["constructed"][width] <= lesson["bounds"][width] * (1.0 + 1e-9)


def test_twice_the_width_is_a_quarter_of_the_error(lesson: Any) -> None:
    assert lesson["constructed"][64] / lesson["constructed"][128] == pytest.approx(4.0, rel=0.01)


def test_the_network_is_the_polygon(lesson: Any) -> None:
    corners = np.linspace(lesson["LOW"], lesson["HIGH"], 9)
    x = lesson["GRID"]
    expected = np.interp(x, corners, lesson["f"](corners))
    np.testing.assert_allclose(lesson["polygon"](8).predict(x[:, np.newaxis]), expected, atol=1e-14)


def test_training_gets_better_with_width_but_not_as_good(lesson: Any) -> None:
    trained = lesson["trained"]
    assert trained[32] < trained[2] / 3
    assert trained[32] > 2 * lesson["constructed"][32]


def test_the_figure_has_networks_and_errors(lesson: Any) -> None:
    left, right = lesson.curves("approximation")
    assert list(left) == ["f", "4 units", "8 units", "16 units"]
    assert left["f"] == lesson["f"](lesson["GRID"]).tolist()
    assert right["constructed"] == list(lesson["constructed"].values())
    assert right["trained"] == list(lesson["trained"].values())
    assert list(right)[1].startswith("bound")
