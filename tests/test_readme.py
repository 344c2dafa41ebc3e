"""README.md, run: its Python blocks in order, in one namespace, and its `dualgrad` commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pages import Command, commands, run_command, run_commands, run_python

README = Path(__file__).parent.parent / "README.md"


def test_python_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run_python(README.read_text("utf-8"), "README.md")


def test_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run_commands(README.read_text("utf-8"), "README.md")


def test_a_broken_block_is_caught() -> None:
    shared = "```python\na = 1\n```\ntext\n```python\nassert a == {}\n```\n"
    run_python(shared.format(1), "page")
    with pytest.raises(AssertionError):
        run_python(shared.format(2), "page")
    run_python("```pycon\n>>> b = 2\n>>> b\n2\n```\n```python\nb\n```\n", "page")
    with pytest.raises(pytest.fail.Exception, match="line 2"):
        run_python("```python\n>>> 1 + 1\n3\n```\n", "page")


def test_a_broken_command_is_caught() -> None:
    text = '```console\n$ dualgrad graph "x + \\\ny" x=1  # note\nshown\n\n$ make\n```\n'
    assert commands(text) == [
        Command(["dualgrad", "graph", "x + y", "x=1"], "shown\n", 2),
        Command(["make"], "", 6),
    ]
    assert commands("```sh\ndualgrad --help\n```\n") == [Command(["dualgrad", "--help"], "", 2)]
    with pytest.raises(AssertionError, match="exit code"):
        run_command(Command(["dualgrad", "no-such-command"], "", 1), "page")
    with pytest.raises(AssertionError, match="instead of"):
        run_command(Command(["dualgrad", "--help"], "something else", 1), "page")
