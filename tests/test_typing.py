"""The types of the public functions, as mypy --strict sees them in a program of a user's."""

from __future__ import annotations

import sys
from pathlib import Path

from mypy import api

FOLDER = Path(__file__).parent / "typing"
ROOT = Path(__file__).parents[1]


def checked(name: str, cache: Path) -> tuple[str, int]:
    """What mypy says of a file, and its exit code."""
    python = f"--python-version={sys.version_info.major}.{sys.version_info.minor}"
    said, complaint, code = api.run(
        ["--strict", "--config-file=", f"--cache-dir={cache}", python, str(FOLDER / name)]
    )
    assert complaint == ""
    return said, code


def test_kinds_of_arguments_are_kinds_of_results(tmp_path: Path) -> None:
    said, code = checked("examples.py", tmp_path)
    assert code == 0, said


def test_mistakes_are_refused(tmp_path: Path) -> None:
    said, _ = checked("mistakes.py", tmp_path)
    lines = (FOLDER / "mistakes.py").read_text("utf-8").splitlines()
    wrong = [i for i, line in enumerate(lines, start=1) if "# wrong" in line]
    found = [int(line.split(":")[1]) for line in said.splitlines() if ": error:" in line]
    assert sorted(set(found)) == wrong, said
