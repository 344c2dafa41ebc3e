"""Programs as numbered lines."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Value, grad
from autograd.program.trace import trace


def lines_of(f: Any, *args: Any) -> list[str]:
    return str(trace(f, *args)).splitlines()


def test_entries_of_a_row_stand_in_a_line() -> None:
    assert lines_of(lambda w, x: w @ x, np.ones((2, 4)), np.ones(4)) == [
        "<lambda>: 12 inputs, 2 operations",
        "  v0 … v3 = w[0,0] … w[0,3]",
        "  v4 … v7 = x[0] … x[3]",
        "  v8 = dot(v0 … v7)",
        "  v9 … v12 = w[1,0] … w[1,3]",
        "  v13 = dot(v9 … v12, v4 … v7)",
        "  return [v8, v13]",
    ]


def test_copies_stand_beside_what_they_copy() -> None:
    lines = lines_of(grad(lambda x, y: np.exp(np.dot(x, y))), np.ones(4), np.ones(4))
    assert "  v1 = v2 … v7 = v8 = x[0] … x[3]" in lines
    lines = lines_of(grad(lambda x, y: np.tanh(x) * y), 1.0, 2.0)
    assert lines[1] == "  v0 = v1 = x"


def test_a_few_entries_have_a_line_each() -> None:
    assert lines_of(lambda x: x[0] * x[1], np.ones(2))[1:3] == ["  v0 = x[0]", "  v1 = x[1]"]


def test_a_long_program_is_cut_in_the_middle() -> None:
    def f(x: Any) -> Any:
        for _ in range(1000):
            x = np.sin(x)
        return x

    lines = lines_of(f, 1.0)
    assert len(lines) == 62
    assert lines[1:3] == ["  v0 = x", "  v1 = sin(v0)"]
    assert lines[31] == '  … 942 lines more: source("python") has loops and all …'
    assert lines[-2:] == ["  v1000 = sin(v999)", "  return v1000"]


def test_long_lines_are_cut() -> None:
    chosen = np.random.default_rng(1).permutation(20)
    lines = lines_of(lambda x: (x * x, np.sum(x[chosen]), np.outer(x, x)), np.ones(20))
    assert max(map(len, lines)) < 130
    lines = lines_of(lambda x: np.sum((x * x)[chosen]), np.ones(20))
    assert lines[-2].startswith("  v40 = sum(v")
    assert len(lines[-2]) > 100
    assert lines_of(lambda x: np.outer(x, 2.0 * x), np.ones(4))[-1].startswith("  return <4 x 4: v")


def test_comparisons_and_captured_values() -> None:
    slope = Value(2.0, "slope")

    def f(x: Any) -> Any:
        return x * slope if x > 1.0 else x

    lines = lines_of(f, 3.0)
    assert lines[0] == "f: 1 input, 1 captured, 2 operations"
    assert "  v1 = slope" in lines
    assert lines[-2].startswith("  require v3 == 1.0  # at ")
    assert lines[-2].endswith("return x * slope if x > 1.0 else x")


def test_structures_and_what_does_not_depend_on_inputs() -> None:
    big = np.arange(1000.0)
    text = lines_of(lambda x: {"a": (x, None), "b": [2.0, "word"], "c": big}, 1.0)[-1]
    assert text.startswith("  return {'a': (v0, None), 'b': [2.0, 'word'], 'c': array(")
    assert len(text) < 170
