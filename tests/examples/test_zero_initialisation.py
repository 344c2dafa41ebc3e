"""Exercise 4-8: which gradients are 0, and which units stay equal."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest


def test_from_0_no_gradient_reaches_the_hidden_layer(lesson: Any) -> None:
    for activation in lesson["ACTIVATIONS"]:
        hidden, output = lesson["largest"][activation, "all 0"]
        assert hidden == 0.0
        assert (output == 0.0) == (activation != "sigmoid")


def test_equal_units_stay_equal_and_random_ones_do_not(lesson: Any) -> None:
    for (_, start), (_, units) in lesson["outcomes"].items():
        assert units == (lesson["HIDDEN"] if start == "random" else 1)


def test_relu_and_tanh_learn_the_mean_only(lesson: Any) -> None:
    variance = np.var(lesson["y"])
    for activation in ("relu", "tanh"):
        assert lesson["outcomes"][activation, "all 0"][0] == pytest.approx(variance, rel=1e-6)
    assert lesson["outcomes"]["sigmoid", "all 0"][0] < 0.7 * variance


def test_random_weights_end_lower(lesson: Any) -> None:
    for activation in lesson["ACTIVATIONS"]:
        losses = {start: lesson["outcomes"][activation, start][0] for start in lesson["STARTS"]}
        assert losses["random"] == min(losses.values())


def test_the_figure_has_the_losses(lesson: Any) -> None:
    for curves, activation in zip(
        lesson.curves("zero_initialisation"), lesson["ACTIVATIONS"], strict=True
    ):
        assert curves == {start: lesson["runs"][activation, start][1] for start in lesson["STARTS"]}
