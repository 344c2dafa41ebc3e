"""Exercise 3: every gradient is the derived product, and the first ones vanish."""

from __future__ import annotations

import re
from typing import Any

import numpy as np


def test_every_gradient_is_the_formula(lesson: Any) -> None:
    assert len(lesson["errors"]) == 3
    assert max(lesson["errors"]) < 1e-16


def test_gradients_fall_from_layer_to_layer_and_with_depth(lesson: Any) -> None:
    for name, by_depth in lesson["flow"].items():
        if name != "N(0, 1)":
            assert np.all(np.diff(by_depth[12]) > 0.0)
        firsts = [by_depth[depth][0] for depth in lesson["DEPTHS"]]
        assert firsts[-1] < firsts[0] / 100


def test_with_xavier_the_factor_is_below_a_quarter(lesson: Any) -> None:
    factors = [lesson["factors"]["Xavier", depth] for depth in lesson["DEPTHS"]]
    assert all(factor < 0.25 for factor in factors)


def test_the_graph_has_the_neurons(lesson: Any) -> None:
    """Five of them: 3-2-2-1, each a product and a sigmoid."""
    source = lesson.pictures["vanishing_gradient_graph"].source
    operations = re.findall(r"^\top\d+ \[label=<<B>(\S+)</B>>", source, re.MULTILINE)
    assert sorted(operations) == ["dot"] * 5 + ["σ"] * 5


def test_the_figure_has_the_sizes_by_layer_and_by_depth(lesson: Any) -> None:
    left, right = lesson.curves("vanishing_gradient")
    assert list(left) == list(right) == list(lesson["INITS"])
    for name, sizes in lesson["flow"].items():
        assert left[name] == list(sizes[12])
        assert right[name] == [sizes[depth][0] for depth in lesson["DEPTHS"]]
