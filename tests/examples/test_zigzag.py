"""Exercise 4-1: gradients of one sign, detours, and the shape of the valley."""

from __future__ import annotations

from typing import Any

import numpy as np


def test_all_gradients_have_one_sign_with_positive_inputs_only(lesson: Any) -> None:
    assert lesson["one_sign"]["all positive"] == 1.0
    assert lesson["one_sign"]["mean 0"] < 0.7


def test_the_path_is_a_detour(lesson: Any) -> None:
    assert lesson["detour"]["all positive"] > 2 * lesson["detour"]["mean 0"]


def test_both_arrive(lesson: Any) -> None:
    for path in lesson["paths"].values():
        assert np.linalg.norm(path[-1] - lesson["GOAL"]) <= lesson["NEAR"]


def test_the_valley_is_narrower_and_descent_slower(lesson: Any) -> None:
    assert lesson["conditions"]["all positive"] > 3 * lesson["conditions"]["mean 0"]
    (slow, small), (fast, large) = lesson["best"]["all positive"], lesson["best"]["mean 0"]
    assert slow > 2 * fast
    assert small < large


def test_the_steps_are_as_many_but_longer(lesson: Any) -> None:
    paths = lesson["paths"]
    counts = {name: len(path) for name, path in paths.items()}
    assert 0.5 < counts["all positive"] / counts["mean 0"] < 2.0
    lengths = {
        name: np.linalg.norm(np.diff(path, axis=0), axis=1).mean() for name, path in paths.items()
    }
    assert lengths["all positive"] > 2 * lengths["mean 0"]


def test_the_figure_has_both_paths(lesson: Any) -> None:
    for curves, path in zip(lesson.curves("zigzag"), lesson["paths"].values(), strict=True):
        assert curves["sample by sample"] == path[:, 1].tolist()
