"""Drawings compared with those on file: golden/*.dot, one for each entry of `graphs.GOLDEN`.

After a wanted change, `DUALGRAD_GOLDEN=write pytest tests/viz/graph/test_golden.py` writes them
anew. Look at the difference before you commit it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.viz.graph.graphs import GOLDEN, exercise_4, twice
from viz import draw_dot

FOLDER = Path(__file__).parent / "golden"


def check_golden(name: str, source: str) -> None:
    path = FOLDER / f"{name}.dot"
    if os.environ.get("DUALGRAD_GOLDEN") == "write":
        path.write_text(source, encoding="utf-8", newline="\n")
    assert source == path.read_text(encoding="utf-8"), f"{name} is drawn differently from {path}"


@pytest.mark.parametrize("name", GOLDEN)
def test_drawing_is_as_on_file(name: str) -> None:
    check_golden(name, GOLDEN[name]().source)


def test_every_file_is_checked() -> None:
    assert {path.stem for path in FOLDER.glob("*.dot")} == set(GOLDEN)


@pytest.mark.skipif(os.environ.get("DUALGRAD_GOLDEN") == "write", reason="would be written")
def test_a_changed_drawing_is_noticed() -> None:
    f = exercise_4()
    f.backward()  # doubles the gradients of the leaves
    with pytest.raises(AssertionError, match="exercise_4 is drawn differently"):
        check_golden("exercise_4", draw_dot(f).source)
    one_edge_lost = draw_dot(twice()).source.replace("\tv0 -> p1", "\t// v0 -> p1", 1)
    with pytest.raises(AssertionError, match="twice is drawn differently"):
        check_golden("twice", one_edge_lost)


@pytest.mark.parametrize("name", GOLDEN)
def test_same_program_same_drawing(name: str) -> None:
    assert GOLDEN[name]().source == GOLDEN[name]().source
