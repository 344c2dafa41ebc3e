"""Words for people: lengths are kept to, whatever the text, and numbers have the fitting unit."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.text.words import (
    both_ends,
    columns,
    counted,
    cut,
    duration,
    memory,
    percent,
    printable,
    shortened,
)


@given(st.text(), st.integers(4, 50))
def test_short_texts_stay_and_long_ones_end_in_an_ellipsis(text: str, longest: int) -> None:
    short = cut(text, longest)
    assert short == text or (len(short) == longest and short[-1] == "…")
    assert short == text or text.startswith(short[:-1])


@given(st.text(), st.integers(4, 50))
def test_both_ends_are_kept(text: str, longest: int) -> None:
    short = both_ends(text, longest)
    if short == text:
        assert len(text) <= longest
    else:
        head, tail = short[: longest - longest // 3], short[-(longest // 3) :]
        assert text.startswith(head)
        assert text.endswith(tail)
        assert len(short) == longest + 1


@given(st.text())
def test_a_shortened_text_is_one_printable_line(text: str) -> None:
    assert shortened(text).isprintable()
    assert printable(text).isprintable()
    assert len(printable(text)) == len(text)


def test_columns_of_wide_and_of_combining_characters() -> None:
    assert [columns(text) for text in ("abc", "重み", "e\u0301", "")] == [3, 4, 1, 0]


def test_operands_of_a_call_are_kept_whole() -> None:
    operands = ", ".join(f"weight{i}" for i in range(50))
    assert shortened(f"y = dot({operands})") == "y = dot(weight0, weight1, …, weight49)"
    assert shortened("f(x, y)") == "f(x, y)"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (1.5, "1.5 s"),
        (0.9996, "1 s"),
        (0.0123, "12.3 ms"),
        (9.999e-4, "1 ms"),
        (2.5e-6, "2.5 µs"),
        (3e-8, "30 ns"),
        (1e-12, "0.001 ns"),
        (0.0, "0 ns"),
    ],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_percents_are_the_nearest_tenth_and_100_is_all() -> None:
    for total in (1, 2, 3, 7, 16, 60, 999, 3000, 10**6):
        for part in {0, 1, 2, total // 3, total // 2, 2 * total // 3, total - 1, total}:
            if not 0 <= part <= total:
                continue
            text = percent(part, total)
            assert text.endswith(" %")
            shown, exact = Fraction(text[:-2]), Fraction(100 * part, total)
            assert (shown == 0, shown == 100) == (part == 0, part == total)
            inside = (
                min(max(exact, Fraction(1, 10)), Fraction(999, 10)) if 0 < part < total else exact
            )
            assert abs(shown - inside) <= Fraction(1, 20)
    assert [percent(2, 3), percent(1, 16), percent(1, 2)] == ["66.7 %", "6.3 %", "50 %"]
    assert [percent(9996, 10_000), percent(4, 10_000)] == ["99.9 %", "0.1 %"]


def test_memory_and_counts() -> None:
    sizes = [0, 999, 1000, 999_999, 2_500_000_000]
    assert [memory(size) for size in sizes] == ["0 B", "999 B", "1 kB", "1 MB", "2.5 GB"]
    assert [counted(n, "row") for n in (0, 1, 2, 3000)] == [
        "0 rows",
        "1 row",
        "2 rows",
        "3,000 rows",
    ]
