"""XOR by two ReLU units: the sheet's table, and why training fails."""

from __future__ import annotations

import runpy
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

EXAMPLE = runpy.run_path(str(Path(__file__).parents[2] / "examples" / "xor.py"), run_name="example")
REASONS = EXAMPLE["REASONS"]
SOLVED = EXAMPLE["SOLVED"]


@cache
def nets(hidden: int = 2) -> list[Any]:
    return [EXAMPLE["train"](hidden, seed) for seed in range(12)]


# The given weights.


def test_the_table_is_the_sheets() -> None:
    rows = [tuple(np.asarray(cell).tolist() for cell in row) for row in EXAMPLE["table"]()]
    assert rows == [
        ([0, 0], [0, 0], [0, 0], 0),
        ([0, 1], [-1, 1], [0, 1], 1),
        ([1, 0], [1, -1], [1, 0], 1),
        ([1, 1], [0, 0], [0, 0], 0),
    ]


def test_one_output_has_one_bias() -> None:
    assert "2.b has shape (1,)" in EXAMPLE["refusal"]()


# Training.


def test_most_small_networks_fail_and_most_wide_ones_do_not() -> None:
    small, wide = EXAMPLE["solved"](nets()), EXAMPLE["solved"](nets(8))
    assert 1 <= small <= 5
    assert wide >= 11


def test_solved_means_solved() -> None:
    good = [net for net in nets() if net.loss < SOLVED]
    assert good
    for net in good:
        np.testing.assert_allclose(net.model.predict(EXAMPLE["X"]), EXAMPLE["y"], atol=0.05)
        assert EXAMPLE["reason"](net) == "solved"


def test_failed_networks_stay_where_they_are() -> None:
    """At 1/4, 1/6 or 1/8, and not because training was cut short."""
    for net in nets():
        if net.loss >= SOLVED:
            assert min(abs(net.loss - level) for level in (1 / 4, 1 / 6, 1 / 8)) < 1e-3
            assert net.slope < 1e-3


def test_sleeping_corners_set_the_loss() -> None:
    """Corners at which no unit is active share one output, the bias; then their loss is known."""
    paid = 0
    for net in nets():
        assert net.loss > net.price - 1e-6
        asleep = ~net.active.any(axis=1)
        outputs = net.model.predict(EXAMPLE["X"])[asleep]
        assert np.all(outputs == net.model.layers[1].b[0].data)
        paid += net.price > 0.0 and abs(net.loss - net.price) < 1e-3
    assert paid >= 5


def test_a_dead_unit_gets_no_gradient() -> None:
    found = 0
    for net in nets():
        first = net.model.layers[0]
        for unit in np.flatnonzero(~net.active.any(axis=0)):
            found += 1
            assert np.all(first.w.grad[unit] == 0.0)
            assert first.b.grad[unit] == 0.0
    assert found > 0
    both = [net for net in nets() if net.dead == 2]
    assert all(np.ptp(net.model.predict(EXAMPLE["X"])) == 0.0 for net in both)


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
def test_reasons(active: list[list[int]], which: int) -> None:
    pattern = np.array(active, dtype=bool)

    class Stuck:
        loss = 0.25
        active = pattern
        dead = int(np.sum(~pattern.any(axis=0)))

    assert EXAMPLE["reason"](Stuck()) == REASONS[which]


def test_every_network_has_a_reason() -> None:
    groups = EXAMPLE["reasons"](nets())
    assert sum(len(group) for _, group in groups) == 12
    assert {text for text, _ in groups} <= set(REASONS)


def test_main(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        EXAMPLE["main"].__globals__, "train", lambda hidden, seed: nets(hidden)[seed]
    )
    EXAMPLE["main"](["--nets", "12", "--output", str(tmp_path)])
    out = capsys.readouterr().out
    assert "(0, 1)  (-1, 1)   (0, 1)  1" in out
    assert "in fact one output has one bias" in out
    assert f"Solved with 2 hidden units: {EXAMPLE['solved'](nets())} of 12" in out
    assert (tmp_path / "xor.png").read_bytes().startswith(b"\x89PNG")
