"""micrograd's demo reaches what it is known for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nn import accuracy


def test_all_samples_are_classified_in_100_steps(lesson: Any) -> None:
    losses, accuracies = lesson["losses"], lesson["accuracies"]
    assert lesson["final"] == 1.0
    assert len(losses) == 100
    assert losses[0] > 1.0
    assert losses[-1] < 0.03
    assert accuracies[0] < 0.6
    assert accuracies[-1] == 1.0


def test_it_is_the_network_and_the_data_of_the_demo(lesson: Any) -> None:
    assert lesson["model"].num_parameters() == 337
    assert lesson["X"].shape == (100, 2)
    assert sorted(set(lesson["y"].tolist())) == [-1, 1]


def test_the_first_loss_is_that_of_the_formulas(lesson: Any) -> None:
    """Max-margin and L2 in NumPy, and the step of gradient descent along their gradient."""
    one, *_, losses, _ = lesson["train"](seed=0, steps=1)
    fresh, X, y, *_ = lesson["train"](seed=0, steps=0)
    squares = sum(float(np.sum(a**2)) for a in fresh.state_dict().values())
    hinge = np.mean(np.maximum(0.0, 1.0 - y * fresh.predict(X)))
    assert losses == [pytest.approx(hinge + 1e-4 * squares, rel=1e-12)]
    assert losses == lesson["losses"][:1]
    # The rate of the first step is 1.
    for p, after in zip(fresh.parameters(), one.parameters(), strict=True):
        assert after.data == p.data - after.grad


def test_not_every_start_gets_there(lesson: Any) -> None:
    model, X, y, *_ = lesson["train"](seed=9)
    assert 0.95 < accuracy(model.predict(X), y) < 1.0


def test_the_steps_are_printed(lesson: Any) -> None:
    assert "337 parameters\n" in lesson.printed
    assert lesson.printed.endswith("after the last step: accuracy 100%\n")
    assert len(lesson.printed.partition("accuracy\n")[2].splitlines()) == 12


def test_the_figure_has_the_boundary_and_the_losses(lesson: Any) -> None:
    left, right = lesson.pictures["moons"].axes
    assert left.get_title() == "Two moons: accuracy 100%"
    assert right.lines[0].get_ydata().tolist() == lesson["losses"]
