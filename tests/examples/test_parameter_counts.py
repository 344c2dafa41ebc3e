"""Exercises 5 and 6: every number of the sheet, and no parameter made for it."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

EXAMPLE = runpy.run_path(
    str(Path(__file__).parents[2] / "examples" / "parameter_counts.py"), run_name="example"
)


def test_exercise_5() -> None:
    assert EXAMPLE["fully_connected"]().total == 27_000_100
    (row,) = EXAMPLE["filters"]().rows
    assert row.parameters == 7_600
    assert row.output_shape == (100, 296, 296)
    assert row.outputs == 8_761_600


def test_exercise_6() -> None:
    table = EXAMPLE["alexnet"]()
    assert [(row.output_shape, row.parameters) for row in table.rows if row.layer != "ReLU()"] == [
        ((96, 55, 55), 34_944),
        ((96, 27, 27), 0),
        ((256, 27, 27), 614_656),
        ((256, 13, 13), 0),
        ((43264,), 0),
        ((4096,), 177_213_440),
        ((1000,), 4_097_000),
    ]
    assert table.total == 34_944 + 614_656 + 177_213_440 + 4_097_000


def test_it_needs_no_memory_to_speak_of() -> None:
    assert EXAMPLE["cost"]().memory < 5_000_000


def test_main(capsys: pytest.CaptureFixture[str]) -> None:
    EXAMPLE["main"]([])
    out = capsys.readouterr().out
    for number in ("27,000,100", "7,600", "8,761,600", "34,944", "(96, 27, 27)", "614,656"):
        assert number in out
    assert "177,213,440" in out
    assert "4,097,000" in out
