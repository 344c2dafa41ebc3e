"""Exercise 4-2: the sheets' table, and why training fails."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest


@pytest.fixture(scope="module")
def stuck(lesson: Any) -> list[Any]:
    return [net for net in lesson["nets"] if net.loss >= lesson["SOLVED"]]


# The given weights.


def test_the_table_is_the_sheets(lesson: Any) -> None:
    assert lesson["X"].tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert lesson["z"].tolist() == [[0, 0], [-1, 1], [1, -1], [0, 0]]
    assert lesson["a"].tolist() == [[0, 0], [0, 1], [1, 0], [0, 0]]
    assert lesson["output"].tolist() == [0, 1, 1, 0]
    assert "(0, 1)  (-1, 1)   (0, 1)  1\n" in lesson.printed


def test_one_output_has_one_bias(lesson: Any) -> None:
    assert "2.b has shape (1,)" in lesson["refusal"]
    assert lesson["refusal"] in lesson.printed


# Training.


def test_most_small_networks_fail_and_most_wide_ones_do_not(lesson: Any) -> None:
    small, wide = (lesson["solved"](lesson[nets]) for nets in ("nets", "wide"))
    assert 5 <= small <= 20
    assert wide >= 45
    assert f"solved with 2 hidden units: {small} of 50" in lesson.printed
    assert f"solved with 8 hidden units: {wide} of 50" in lesson.printed


def test_solved_means_solved(lesson: Any) -> None:
    good = [net for net in lesson["nets"] + lesson["wide"] if net.loss < lesson["SOLVED"]]
    for net in good:
        np.testing.assert_allclose(net.model.predict(lesson["X"]), lesson["y"], atol=0.05)
    assert lesson["groups"]["solved"] == [net for net in lesson["nets"] if net in good]


def test_failed_networks_stay_where_they_are(stuck: list[Any]) -> None:
    """At 1/4, 1/6 or 1/8, and not because training was cut short."""
    for net in stuck:
        assert min(abs(net.loss - level) for level in (1 / 4, 1 / 6, 1 / 8)) < 1e-3
        assert net.slope < 1e-3


def test_sleeping_corners_set_the_loss(lesson: Any, stuck: list[Any]) -> None:
    """Corners at which no unit is active share one output, the bias; then their loss is known."""
    for net in lesson["nets"]:
        asleep = ~net.active.any(axis=1)
        classes = lesson["y"][asleep]
        best = np.sum((classes - classes.mean()) ** 2) / 4 if len(classes) else 0.0
        assert lesson["price"](net) == pytest.approx(best, abs=1e-15)
        assert net.loss > best - 1e-6
        outputs = net.model.predict(lesson["X"])[asleep]
        assert np.all(outputs == net.model.layers[1].b[0].data)
    assert lesson["paid"] >= 0.7 * len(stuck)


def test_a_plane_does_no_better_than_its_mean(lesson: Any) -> None:
    columns = np.column_stack([lesson["X"], np.ones(4)])
    best, squares, *_ = np.linalg.lstsq(columns, lesson["y"], rcond=None)
    np.testing.assert_allclose(best, [0.0, 0.0, 0.5], atol=1e-15)
    assert squares[0] / 4 == pytest.approx(1 / 4)


def test_a_dead_unit_gets_no_gradient(lesson: Any) -> None:
    found = 0
    for net in lesson["nets"]:
        first = net.model.layers[0]
        for unit in np.flatnonzero(~net.active.any(axis=0)):
            found += 1
            assert np.all(first.w.grad[unit] == 0.0)
            assert first.b.grad[unit] == 0.0
    assert found > sum(net.dead_at_first for net in lesson["nets"])  # units die on the way, too
    both = [net for net in lesson["nets"] if net.dead == 2]
    assert all(np.ptp(net.model.predict(lesson["X"])) == 0.0 for net in both)


@pytest.mark.parametrize(
    ("active", "which"),
    [
        ([[0, 0], [0, 0], [0, 0], [0, 0]], 1),
        ([[0, 1], [0, 1], [0, 1], [0, 1]], 2),
        ([[0, 0], [0, 1], [0, 0], [0, 1]], 3),
        ([[0, 0], [1, 1], [0, 0], [1, 1]], 4),
        ([[0, 0], [0, 0], [1, 1], [1, 0]], 5),
    ],
)
def test_reasons(active: list[list[int]], which: int, lesson: Any) -> None:
    pattern = np.array(active, dtype=bool)

    class Stuck:
        loss = 0.25
        active = pattern
        dead = int(np.sum(~pattern.any(axis=0)))

    assert lesson["reason"](Stuck()) == lesson["REASONS"][which]


def test_every_network_has_a_reason(lesson: Any) -> None:
    groups = lesson["groups"]
    assert sum(map(len, groups.values())) == len(lesson["nets"]) == 50
    for text, group in groups.items():
        assert f"{len(group):4}  " in lesson.printed
        assert f"  {text}\n" in lesson.printed


def test_the_figure_has_a_line_for_each_network(lesson: Any, stuck: list[Any]) -> None:
    left, right = lesson.pictures["xor"].axes
    assert left.get_title() == "The given weights: output above ½"
    assert [len(line.get_xdata()) for line in right.lines] == [lesson["STEPS"]] * 50 + [0, 0]
    assert [line.get_ydata()[-1] for line in right.lines[:50]] == [
        net.loss for net in lesson["nets"]
    ]
    labels = [text.get_text() for text in right.get_legend().get_texts()]
    assert labels == [f"solved: {50 - len(stuck)}", f"stuck: {len(stuck)}"]


def test_the_network_is_drawn_with_its_classes(lesson: Any) -> None:
    ax, *_ = lesson.pictures["xor_network"].axes
    hidden, (plane,) = ax.images[2:4], ax.child_axes
    x1, x2 = np.meshgrid(*(np.linspace(-0.08, 1.08, 50) for _ in range(2)))
    for image, difference in zip(hidden, (x1 - x2, x2 - x1), strict=True):
        np.testing.assert_allclose(image.get_array(), np.maximum(difference, 0.0), atol=1e-12)
    labels = [text.get_text() for text in plane.get_legend().get_texts()]
    assert labels == ["class 0", "class 1"]  # none is misclassified
