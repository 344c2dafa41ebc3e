"""Exercise 4-7: what biases have to do with steepness, and what decay does to them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest


def test_the_slope_does_not_depend_on_the_last_bias(lesson: Any) -> None:
    influence = lesson["influence"]
    assert influence["b2"] == 0.0
    assert min(influence["w1"], influence["w2"], influence["b1"]) > 0.1


def test_the_line_is_pulled_towards_0(lesson: Any) -> None:
    assert lesson["line_bias"][False] == pytest.approx(5.0, rel=1e-6)
    assert lesson["line_bias"][True] == pytest.approx(5.0 / 1.1, rel=1e-6)


def test_only_decay_of_the_weights_moves_the_curve_with_the_targets(lesson: Any) -> None:
    curves = lesson["curves"]
    for constant in (5.0, 20.0):
        np.testing.assert_allclose(curves[constant, False], curves[0.0, False], atol=1e-12)
        assert np.max(abs(curves[constant, True] - curves[0.0, True])) > 0.1


def test_the_output_is_pulled_towards_0(lesson: Any) -> None:
    rows = [line.split() for line in lesson.printed.splitlines()]
    offsets = {row[0]: (float(row[3]), float(row[4])) for row in rows[-3:]}
    assert len({weights for weights, _ in offsets.values()}) == 1
    assert offsets["20"][1] < offsets["5"][1] < -0.01


def test_the_figure_has_the_curves(lesson: Any) -> None:
    for curves, biases in zip(lesson.curves("weight_decay"), (False, True), strict=True):
        assert list(curves) == ["samples", "targets + 0", "targets + 5", "targets + 20"]
        for constant in (0.0, 5.0, 20.0):
            expected = lesson["curves"][constant, biases]
            np.testing.assert_array_equal(curves[f"targets + {constant:g}"], expected)
