"""Homework 1-2, question 3: the sheet's results, its faults, a fair race."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest


@pytest.fixture(scope="module")
def start(lesson: Any) -> Any:
    return lesson["start"]


# Gradients.


def test_automatic_gradients_are_exact_and_the_sheets_step_is_far_from_the_best(
    lesson: Any,
) -> None:
    analytical, automatic, tiny, best = lesson["gradient_errors"].values()
    assert analytical == 0.0
    assert automatic < 3e-16
    assert 1e-8 < tiny < 1e-5
    assert best < tiny / 100
    assert "h = 1e-8 (sheet)" in lesson.printed


# The sheet beside the right rules.


def test_gradient_descent_is_the_closed_form(lesson: Any, start: Any) -> None:
    sheet, right = lesson["paths"]["gradient descent"]
    np.testing.assert_array_equal(sheet, right)
    assert sheet.shape == (20001, 2)
    for step in (500, 20000):
        expected = start * np.array([0.9999, 0.998]) ** step
        np.testing.assert_allclose(sheet[step], expected, rtol=1e-11)


def test_the_sheets_momentum_is_pytorchs_in_another_form(lesson: Any) -> None:
    sheet, right = lesson["paths"]["momentum 0.1"]
    np.testing.assert_allclose(sheet, right, rtol=0.0, atol=1e-12)
    assert lesson["momenta"] < 1e-12


def test_pytorchs_nesterov_holds_the_points_of_the_look_ahead(lesson: Any) -> None:
    sheet, right = lesson["paths"]["Nesterov 0.1"]
    assert np.max(np.abs(sheet - right)) > 1e-3
    velocity = np.vstack([[0.0, 0.0], sheet[1:] - sheet[:-1]])
    np.testing.assert_allclose(sheet + 0.1 * velocity, right, rtol=0.0, atol=1e-11)
    assert lesson["nesterovs"] < 1e-11


def test_one_sum_for_all_coordinates_holds_x_back(lesson: Any, start: Any) -> None:
    sheet, right = lesson["paths"]["AdaGrad"]
    # In the first step: each coordinate by the rate, or both along the gradient.
    gradient = np.array([start[0] / 10, 2 * start[1]])
    np.testing.assert_allclose(start - right[1], 0.1 * np.sign(start))
    np.testing.assert_allclose(start - sheet[1], 0.1 * gradient / np.linalg.norm(gradient))
    for path, step in (("AdaGrad", 2000), ("AdaGrad", 20000), ("RMSprop", 500)):
        moved = [start[0] - points[step, 0] for points in lesson["paths"][path]]
        assert moved[1] > 10 * moved[0]
    assert lesson["x_of_adagrad"] == [sheet[-1, 0], right[-1, 0]]


def test_the_sheets_adam_starts_at_ten_times_the_rate(lesson: Any, start: Any) -> None:
    sheet, right = lesson["paths"]["Adam"]
    np.testing.assert_allclose(np.abs(right[1] - start), 0.1, rtol=1e-6)
    np.testing.assert_allclose(np.abs(sheet[1] - start), 1.0, rtol=1e-6)
    assert "length of Adam's first step in x             1.0              0.1\n" in lesson.printed
    arrivals = [lesson["arrival"](lesson["f"](p.T[:, :1501]), 1.0) for p in (sheet, right)]
    assert arrivals[0] < 300 < 900 < arrivals[1] < 1100


def test_adam_flares_up_when_what_it_divides_by_has_faded(lesson: Any, start: Any) -> None:
    """Steps of a curvature c are too long where rate · c / √r is above 2 (1 + 0.9) / (1 - 0.9)."""
    f, memory, x = lesson["f"], {"r": 0.0, "s": 0.0, "t": 0}, start
    values, stretches = [], []
    for _ in range(20000):
        x = lesson["sheet_adam"](x, lesson["by_hand"], memory, 0.1)
        values.append(f(x))
        stretches.append(np.max(0.1 * np.array([0.1, 2.0]) / np.sqrt(memory["r"])))
    np.testing.assert_array_equal(x, lesson["paths"]["Adam"][0][-1])
    limit = next(step for step in range(5000, 20000) if stretches[step] > 38.0)
    assert max(values[2000:limit]) < 1e-40
    assert max(values[limit : limit + 2000]) > 1e-6
    assert min(lesson["flares"]) > 1e-6


def test_the_sheets_order_comes_from_its_rates(lesson: Any) -> None:
    """Adam first, RMSprop next; the slow ones do not arrive in 7000 steps."""
    steps = {}
    for name, (sheet, _) in lesson["paths"].items():
        steps[name] = lesson["arrival"](lesson["f"](sheet[:7001].T), 1.0)
    assert steps.pop("Adam") < 300
    assert 6000 < steps.pop("RMSprop") < 7000
    assert set(steps.values()) == {np.inf}
    assert lesson["PAIRS"]["Adam"].lr == 100 * lesson["PAIRS"]["gradient descent"].lr


def test_the_sheets_adagrad_is_not_the_fastest_of_the_slow(lesson: Any) -> None:
    assert lesson["last"]["AdaGrad"] > 100 * lesson["last"]["gradient descent"]


# The fair race.


def test_each_at_its_best_rate(lesson: Any) -> None:
    steps = {name: result.steps for name, result in lesson["race"].items()}
    assert len(steps) == 10
    assert steps["AdaGrad"] < 15
    assert steps["momentum 0.5"] < 40
    assert 80 < steps["gradient descent"] < 110
    assert 0.7 * steps["gradient descent"] < steps["momentum 0.1"] < steps["gradient descent"]
    assert steps["momentum 0.5"] < steps["gradient descent"] / 2
    assert steps["Adam"] > 1.5 * steps["gradient descent"]
    assert steps["RMSprop"] == np.inf
    assert steps["RMSprop, falling rate"] <= lesson["COOLING"]
    assert list(steps.values()) == sorted(steps.values())
    assert next(iter(steps)) == "AdaGrad"


def test_no_best_rate_is_at_the_end_of_the_rates(lesson: Any) -> None:
    ends = lesson["RATES"][0], lesson["RATES"][-1]
    arrived = {name: best for name, best in lesson["race"].items() if np.isfinite(best.steps)}
    assert len(arrived) == 9
    for best in arrived.values():
        assert ends[0] < best.lr < ends[1]


def test_gradient_descents_best_rate_is_the_theorys(lesson: Any) -> None:
    """2 / (0.1 + 2) = 0.952 of the curvatures 0.1 and 2, on this grid 0.9; above 1 it diverges."""
    assert lesson["race"]["gradient descent"].lr == 0.9
    points = lesson["starts"](0, (3, 2))
    make = lesson["CONTENDERS"]["gradient descent"]
    for lr in (2.0, 5.0):
        assert lesson["arrivals"](make(lr=lr), points) == [np.inf] * 3


def test_many_starts_in_one_run_are_the_single_runs(lesson: Any) -> None:
    points = lesson["starts"](3, (3, 2))
    for name in ("Adam", "AdaGrad", "momentum 0.5"):
        optimizer = lesson["CONTENDERS"][name](lr=lesson["race"][name].lr)
        together = lesson["arrivals"](optimizer, points)
        assert together == [lesson["arrivals"](optimizer, p[np.newaxis])[0] for p in points]


@pytest.mark.parametrize(
    ("values", "step"),
    [([0.5], 0.0), ([2.0, 0.5], 1.0), ([0.5, 2.0, 0.5, 0.5], 2.0), ([0.5, 2.0], np.inf)],
)
def test_arrival_is_for_good(values: list[float], step: float, lesson: Any) -> None:
    assert lesson["arrival"](np.array(values), 1.0) == step


def test_the_figure_has_paths_and_curves_of_both_groups(lesson: Any) -> None:
    axes = lesson.pictures["optimizers"].axes
    titles = [ax.get_title() for ax in axes]
    assert titles[0] == "x²/20 + y²: the sheet's loops and rates"
    assert "x²/20 + y²: the right rules, each at its best rate" in titles
    curves = [ax for ax in axes if ax.get_xlabel() == "step"]
    left, right = ({str(line.get_label()): line.get_ydata() for line in ax.lines} for ax in curves)
    assert list(left) == list(lesson["PAIRS"])
    assert list(right) == list(lesson["SHOWN"])
    for name, values in left.items():
        np.testing.assert_array_equal(values, lesson["f"](lesson["paths"][name][0].T))


def test_the_animation_shows_the_first_steps_of_the_fair_race(lesson: Any) -> None:
    animation = lesson.pictures["optimizers_in_motion"]
    (ax,) = animation._fig.axes
    for step, frame in enumerate(animation.new_saved_frame_seq()):
        animation._draw_next_frame(frame, blit=False)
        assert ax.get_title() == f"step {step}"
        for line, name in zip(ax.lines, lesson["MOVING"], strict=True):
            seen = lesson["winners"][name][: step + 1]
            np.testing.assert_array_equal(np.transpose(line.get_data()), seen)
    assert step == lesson["FIRST"]


def test_what_the_animation_shows(lesson: Any) -> None:
    steps = {name: np.diff(lesson["winners"][name][:31], axis=0) for name in lesson["MOVING"]}
    descent, calm = steps["gradient descent"], steps["momentum 0.5"]
    assert np.all(descent[1:, 1] * descent[:-1, 1] < 0.0)  # from side to side
    assert np.all(descent[:, 0] < 0.0)
    assert abs(calm[10:, 1]).max() < abs(descent[10:, 1]).max() / 2
    leaps = steps["AdaGrad"][:6]
    assert np.all(leaps[1:] * leaps[:-1] < 0.0)
    assert np.all(abs(leaps[1:]) < abs(leaps[:-1]))
    lengths = np.linalg.norm(steps["Adam"][:5], axis=1)
    np.testing.assert_allclose(lengths, lengths[0], rtol=0.1)
    assert lesson["winners"]["Adam"][:31, 0].min() < -5.0
