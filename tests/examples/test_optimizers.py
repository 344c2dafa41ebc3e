"""The six optimizers of homework 1-2, question 3: the sheet's results, its faults, a fair race."""

from __future__ import annotations

import runpy
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

EXAMPLE = runpy.run_path(
    str(Path(__file__).parents[2] / "examples" / "optimizers.py"), run_name="example"
)
START = EXAMPLE["starts"](0)
RATES = [0.03, 0.7, 0.8, 0.9, 1.0, 5.0, 80.0]  # among them each one's best, and worse ones


@cache
def fair() -> dict[str, Any]:
    return {result.name: result for result in EXAMPLE["fair"](0, RATES)}


def paths(name: str, steps: int = 500) -> tuple[Any, Any]:
    return EXAMPLE["sheet_path"](name, START, steps), EXAMPLE["right_path"](name, START, steps)


# Gradients.


def test_automatic_gradients_are_exact_and_the_sheets_step_is_far_from_the_best() -> None:
    errors = list(EXAMPLE["gradient_errors"](points=50).values())
    analytical, automatic, tiny, best = errors
    assert analytical == 0.0
    assert automatic < 3e-16
    assert 1e-8 < tiny < 1e-5
    assert best < tiny / 100


# The sheet beside the right rules.


def test_gradient_descent_is_the_closed_form() -> None:
    sheet, right = paths("gradient descent")
    np.testing.assert_array_equal(sheet, right)
    np.testing.assert_allclose(sheet[-1], START * np.array([0.9999, 0.998]) ** 500, rtol=1e-12)


def test_the_sheets_momentum_is_pytorchs_in_another_form() -> None:
    sheet, right = paths("momentum 0.1")
    np.testing.assert_allclose(sheet, right, rtol=0.0, atol=1e-12)


def test_pytorchs_nesterov_holds_the_points_of_the_look_ahead() -> None:
    sheet, right = paths("Nesterov 0.1")
    assert np.max(np.abs(sheet - right)) > 1e-3
    np.testing.assert_allclose(EXAMPLE["look_ahead"](sheet), right, rtol=0.0, atol=1e-11)


def test_one_sum_for_all_coordinates_holds_x_back() -> None:
    sheet, right = paths("AdaGrad", 2000)
    # In the first step: each coordinate by the rate, or both along the gradient.
    gradient = EXAMPLE["by_hand"](START)
    np.testing.assert_allclose(START - right[1], 0.1 * np.sign(START))
    np.testing.assert_allclose(START - sheet[1], 0.1 * gradient / np.linalg.norm(gradient))
    moved = [START[0] - path[-1, 0] for path in (sheet, right)]
    assert moved[1] > 10 * moved[0]
    sheet, right = paths("RMSprop")
    assert START[0] - right[-1, 0] > 10 * (START[0] - sheet[-1, 0])


def test_the_sheets_adam_starts_at_ten_times_the_rate() -> None:
    sheet, right = paths("Adam", 1500)
    np.testing.assert_allclose(np.abs(right[1] - START), 0.1, rtol=1e-6)
    np.testing.assert_allclose(np.abs(sheet[1] - START), 1.0, rtol=1e-6)
    arrivals = [EXAMPLE["arrival"](EXAMPLE["f"](p.T), 1.0) for p in (sheet, right)]
    assert arrivals[0] < 300 < 900 < arrivals[1] < 1100


def test_adam_flares_up_when_what_it_divides_by_has_faded() -> None:
    """Steps of a curvature c are too long where rate · c / √r is above 2 (1 + 0.9) / (1 - 0.9)."""
    f, memory, x = EXAMPLE["f"], {"r": 0.0, "s": 0.0, "t": 0}, START
    values, stretches = [], []
    for _ in range(20000):
        x = EXAMPLE["sheet_adam"](x, EXAMPLE["by_hand"], memory, 0.1)
        values.append(f(x))
        stretches.append(np.max(0.1 * np.array([0.1, 2.0]) / np.sqrt(memory["r"])))
    limit = next(step for step in range(5000, 20000) if stretches[step] > 38.0)
    assert max(values[2000:limit]) < 1e-40
    assert max(values[limit : limit + 2000]) > 1e-6


def test_the_sheets_order_comes_from_its_rates() -> None:
    """Adam first, RMSprop next; the slow ones do not arrive in 7000 steps."""
    steps = {}
    for name in EXAMPLE["PAIRS"]:
        path = EXAMPLE["sheet_path"](name, START, 7000)
        steps[name] = EXAMPLE["arrival"](EXAMPLE["f"](path.T), 1.0)
    assert steps.pop("Adam") < 300
    assert 6000 < steps.pop("RMSprop") < 7000
    assert set(steps.values()) == {np.inf}


# The fair race.


def test_each_at_its_best_rate() -> None:
    steps = {name: result.steps for name, result in fair().items()}
    assert steps["AdaGrad"] < 15
    assert steps["momentum 0.5"] < 40
    assert 80 < steps["gradient descent"] < 110
    assert steps["momentum 0.1"] < steps["gradient descent"]
    assert steps["Adam"] > 1.5 * steps["gradient descent"]
    assert steps["RMSprop"] == np.inf
    assert steps["RMSprop, falling rate"] <= EXAMPLE["COOLING"]
    assert list(steps.values()) == sorted(steps.values())


def test_gradient_descents_best_rate_is_the_theorys() -> None:
    """2 / (0.1 + 2) = 0.952 of the curvatures 0.1 and 2, on this grid 0.9; above 1 it diverges."""
    assert fair()["gradient descent"].lr == 0.9
    points = EXAMPLE["starts"](0, (3, 2))
    make = EXAMPLE["CONTENDERS"]["gradient descent"]
    assert EXAMPLE["arrivals"](make(lr=5.0), points) == [np.inf] * 3


def test_many_starts_in_one_run_are_the_single_runs() -> None:
    points = EXAMPLE["starts"](3, (3, 2))
    for name in ("Adam", "AdaGrad", "momentum 0.5"):
        optimizer = fair()[name].optimizer
        together = EXAMPLE["arrivals"](optimizer, points)
        assert together == [EXAMPLE["arrivals"](optimizer, p[np.newaxis])[0] for p in points]


@pytest.mark.parametrize(
    ("values", "step"),
    [([0.5], 0.0), ([2.0, 0.5], 1.0), ([0.5, 2.0, 0.5, 0.5], 2.0), ([0.5, 2.0], np.inf)],
)
def test_arrival_is_for_good(values: list[float], step: float) -> None:
    assert EXAMPLE["arrival"](np.array(values), 1.0) == step


def test_main(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    names = EXAMPLE["main"].__globals__
    monkeypatch.setitem(names, "fair", lambda seed: list(fair().values()))
    monkeypatch.setitem(names, "STEPS", 300)
    EXAMPLE["main"](["--output", str(tmp_path)])
    out = capsys.readouterr().out
    assert "h = 1e-8 (sheet)" in out
    assert "step is 1.0 long instead of 0.1" in out
    assert "The sheet says that Adam is the fastest" in out
    assert (tmp_path / "optimizers.png").read_bytes().startswith(b"\x89PNG")
