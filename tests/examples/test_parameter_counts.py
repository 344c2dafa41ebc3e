"""Exercises 5 and 6: every number of the sheet, and no parameter made for it."""

from __future__ import annotations

from typing import Any

COUNTS = {
    "Conv-1": ((96, 55, 55), 34_944),
    "MaxPool-1": ((96, 27, 27), 0),
    "Conv-2": ((256, 27, 27), 614_656),
    "MaxPool-2": ((256, 13, 13), 0),
    "FC-1": ((4096,), 177_213_440),
    "FC-2": ((1000,), 4_097_000),
}


def test_exercise_5(lesson: Any) -> None:
    assert lesson["dense"].total == 27_000_100
    (row,) = lesson["filters"].rows
    assert row.parameters == 7_600
    assert row.output_shape == (100, 296, 296)
    assert row.outputs == 8_761_600


def test_exercise_6(lesson: Any) -> None:
    table = lesson["alexnet"]
    rows = [(row.output_shape, row.parameters) for row in table.rows if row.layer != "ReLU()"]
    assert rows[4] == ((43264,), 0)
    assert rows[:4] + rows[5:] == list(COUNTS.values())
    assert table.total == 34_944 + 614_656 + 177_213_440 + 4_097_000


def test_the_formulas_say_the_same(lesson: Any) -> None:
    assert lesson["expected"] == COUNTS
    assert lesson["fully_connected"](3 * 300 * 300, 100) == 27_000_100
    assert lesson["convolution"](5, 3, 100) == 7_600
    assert lesson["places"](300, 5) == 296
    assert lesson["places"](7, 3, stride=2, padding=1) == 4
    assert lesson.printed.count("   yes\n") == len(COUNTS)
    assert "   NO\n" not in lesson.printed


def test_it_needs_no_memory_to_speak_of(lesson: Any) -> None:
    assert lesson["memory"] < 5_000_000
    assert lesson["share"] > 0.95


def test_the_numbers_are_printed(lesson: Any) -> None:
    for number in ("27,000,100", "7,600", "8,761,600", "34,944", "(96, 27, 27)", "614,656"):
        assert number in lesson.printed
    assert "177,213,440" in lesson.printed
    assert "4,097,000" in lesson.printed


def test_the_figure_has_a_bar_for_each_layer(lesson: Any) -> None:
    parameters, outputs = lesson.pictures["parameter_counts"].axes
    assert [bar.get_width() for bar in parameters.patches] == [n for _, n in COUNTS.values()]
    sizes = [290_400, 69_984, 186_624, 43_264, 4_096, 1_000]
    assert [bar.get_width() for bar in outputs.patches] == sizes
    conv_1, conv_2, fc_1, fc_2 = (
        count / size for (_, count), size in zip(COUNTS.values(), sizes, strict=True) if count
    )
    assert max(conv_1, conv_2) < 5
    assert min(fc_1, fc_2) > 4000
