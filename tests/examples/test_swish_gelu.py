"""The derivatives of exercise 4-4, and the mistake of the sheet."""

from __future__ import annotations

from typing import Any

import pytest


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
