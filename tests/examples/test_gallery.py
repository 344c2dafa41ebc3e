"""What holds for every script of the gallery."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ALL = sorted((ROOT / "examples").glob("*.py"))
LESSONS = [path for path in ALL if "\n# %%\n" in path.read_text("utf-8")]
SCRIPTS = [path for path in ALL if path not in LESSONS]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_has_the_form_that_the_site_reads(lesson: Path) -> None:
    """A title, the question in two languages, and at the end what follows, in both."""
    text = lesson.read_text("utf-8")
    _, title, rule, *_ = text.splitlines()
    assert rule == "=" * len(title)
    assert "**题目（" in text.partition("# %%")[0]
    last = text.rpartition("# %%")[2]
    assert "# What follows\n# ------------\n" in last
    assert "**结论**" in last
    assert (ROOT / "tests" / "examples" / f"test_{lesson.stem}.py").is_file()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_it_says_how_to_run_it(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    assert f"    python examples/{script.name}" in text.split('"""')[1]
    assert text.endswith("\n")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_importing_it_does_nothing_and_needs_no_matplotlib(script: Path) -> None:
    code = (
        "import runpy, sys\n"
        f"runpy.run_path({str(script)!r}, run_name='example')\n"
        "assert 'matplotlib' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
