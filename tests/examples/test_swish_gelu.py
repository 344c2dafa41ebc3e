"""The derivatives of exercise 4-4, and the mistake of the sheet."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from autograd import gelu, grad


def test_the_formulas_agree_with_both_modes(lesson: Any) -> None:
    assert len(lesson["errors"]) == 4
    assert all(max(pair) < 1e-15 for pair in lesson["errors"].values())


def test_the_sheets_formula_is_right_for_mean_0_only(lesson: Any) -> None:
    for mu, engine, sheet, right in lesson["comparison"]:
        assert right == pytest.approx(engine, rel=1e-14)
        assert (abs(sheet - engine) < 1e-14) == (mu == 0.0)


def test_the_minima_are_known(lesson: Any) -> None:
    at, low, steepest = lesson["minima"]["swish, β = 1"]
    assert (at, low) == (pytest.approx(-1.2784645427610738), pytest.approx(-0.2784645427610738))
    assert steepest == pytest.approx(1.0998, abs=1e-4)
    assert lesson["minima"]["gelu"][:2] == (
        pytest.approx(-0.7517915246935645),
        pytest.approx(-0.16997120747990369),
    )


def test_left_of_the_minimum_the_derivative_is_negative_but_not_0(lesson: Any) -> None:
    for f, (at, _, _) in zip(
        (partial(lesson["swish"], beta=1.0), gelu), lesson["minima"].values(), strict=True
    ):
        assert all(-0.2 < grad(f)(at - d) < 0.0 for d in (0.5, 2.0, 4.0))


def test_the_figure_has_the_curves(lesson: Any) -> None:
    for curves, f in zip(lesson.curves("swish_gelu"), lesson["curves"].values(), strict=True):
        heights = curves["f"]
        assert f(0.0) == 0.0
        assert min(heights) == pytest.approx(min(f(x) for x in lesson["POINTS"]), abs=0.01)
