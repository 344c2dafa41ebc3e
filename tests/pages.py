"""Pages of text, run: their Python blocks, and their `dualgrad` commands."""

from __future__ import annotations

import doctest
import re
import shlex
import subprocess
import sysconfig
from pathlib import Path
from typing import Any, NamedTuple

import pytest

FENCE = re.compile(r"^(`{3,})([\w{}-]*)[^\n]*\n(.*?)^\1`*[ \t]*$", re.MULTILINE | re.DOTALL)
LENIENT = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


class Block(NamedTuple):
    language: str
    code: str
    line: int  # of the first line of code, in the file


class Command(NamedTuple):
    words: list[str]
    output: str  # as shown after it; empty where none is shown
    line: int


def blocks(text: str, *languages: str) -> list[Block]:
    found = []
    for fence in FENCE.finditer(text):
        if fence[2] in languages:
            found.append(Block(fence[2], fence[3], text.count("\n", 0, fence.start(3)) + 1))
    return found


def commands(text: str) -> list[Command]:
    """Read the command lines of ```sh blocks, and of ```console blocks, where `$ ` marks them."""
    found = []
    for language, code, first in blocks(text, "sh", "bash", "shell", "console"):
        prompt = "$ " if language == "console" else ""
        shown: list[str] = []  # output lines of the latest command
        lines = iter(enumerate(code.splitlines(), first))
        for number, line in lines:
            if not line.startswith(prompt):
                shown.append(line)
                continue
            command = line.removeprefix(prompt)
            while command.endswith("\\"):
                command = command[:-1] + next(lines)[1]
            shown = []
            found.append((shlex.split(command, comments=True), shown, number))
    return [Command(words, "\n".join(shown), number) for words, shown, number in found]


def run_python(text: str, where: str, *languages: str) -> None:
    """Run blocks in order, in one namespace; tracebacks point at the line of the file."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for block in blocks(text, *languages or ("python", "pycon")):
        if block.code.lstrip().startswith(">>> "):
            name = f"{where}, line {block.line}"
            test = doctest.DocTestParser().get_doctest(
                block.code, namespace, name, where, block.line - 1
            )
            runner = doctest.DebugRunner(optionflags=LENIENT)
            try:
                runner.run(test, clear_globs=False)
            except doctest.UnexpectedException as error:
                raise error.exc_info[1] from None
            except doctest.DocTestFailure as failure:
                pytest.fail(f"{name}: {failure.example.source}gave {failure.got}")
            namespace = test.globs
        else:
            exec(compile("\n" * (block.line - 1) + block.code, where, "exec"), namespace)


def run_command(command: Command, where: str) -> None:
    """Run the installed `dualgrad`; where output is shown, it must be what comes out."""
    program = Path(sysconfig.get_path("scripts")) / "dualgrad"
    run = subprocess.run(
        [program, *command.words[1:]], capture_output=True, text=True, encoding="utf-8", check=False
    )
    name = f"{where}, line {command.line}: {shlex.join(command.words)}"
    assert run.returncode == 0, f"{name}\nexit code {run.returncode}\n{run.stdout}{run.stderr}"
    if command.output.strip():
        same = doctest.OutputChecker().check_output(command.output, run.stdout, LENIENT)
        assert same, f"{name}\nprinted\n{run.stdout}\ninstead of\n{command.output}"


def run_commands(text: str, where: str) -> None:
    """Run all `dualgrad` commands."""
    for command in commands(text):
        if command.words[:1] == ["dualgrad"]:
            run_command(command, where)
