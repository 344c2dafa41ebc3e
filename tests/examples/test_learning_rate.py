"""Exercise 4-9: what larger rates do to a deep sigmoid network."""

from __future__ import annotations

from typing import Any

import pytest


def test_the_ratio_grows_with_the_depth(lesson: Any) -> None:
    ratios = [sizes[-1] / sizes[0] for sizes in lesson["at_start"].values()]
    assert ratios == sorted(ratios)
    assert ratios[-1] > 1000 * ratios[0]


def test_large_rates_saturate_and_end_higher(lesson: Any) -> None:
    runs = lesson["runs"]
    assert runs[1e4][2] > 0.5 > runs[1.0][2] == 0.0
    assert runs[100.0][2] == pytest.approx(1 / 6)  # the last layer
    assert runs[1e4][0][0] < 1e-100
    assert min(runs[rate][3][-1] for rate in (100.0, 1e3, 1e4)) > runs[1.0][3][-1]


def test_no_rate_solves_it_and_relu_does(lesson: Any) -> None:
    assert min(run[3][-1] for run in lesson["runs"].values()) > 0.15
    assert lesson["relu_losses"][-1] < 0.02


def test_the_figure_has_gradients_and_losses(lesson: Any) -> None:
    left, right = lesson.curves("learning_rate")
    assert left["before training"] == lesson["at_start"][6].tolist()
    for rate, (*_, losses) in lesson["runs"].items():
        assert right[f"sigmoid, rate {rate:g}"] == losses
    assert right["ReLU, rate 0.5"] == lesson["relu_losses"]
