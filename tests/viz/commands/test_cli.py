"""The command line: what it prints and writes, and that bad input ends in one clear line."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import autograd
import viz.cli
import viz.graph.render
from autograd.text.words import columns
from viz.cli import main
from viz.commands import graph

ROOT = Path(__file__).parents[3]
EXERCISE = ["graph", "(x+y)**2*z", "x=1", "y=2", "z=-6"]
TABLE = """\
(x+y)**2*z = -54

name  value  gradient
x         1       -36
y         2       -36
z        -6         9
"""
HAS_RENDERER = shutil.which("dot") or importlib.util.find_spec("pygraphviz")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with a file and a folder in the way."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("mine")
    (tmp_path / "folder.svg").mkdir()
    return tmp_path


def listing(folder: Path) -> dict[str, bytes | None]:
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


def command(
    *words: str, stdout: int | IO[bytes] = subprocess.PIPE, **environ: str
) -> subprocess.CompletedProcess[bytes]:
    """Run it as a program."""
    return subprocess.run(
        [sys.executable, "-m", "viz.cli", *words],
        stdout=stdout,
        stderr=subprocess.PIPE,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environ},
    )


def out(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What a good call prints."""
    assert main(words) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


# Good calls.


def test_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert out(capsys, *EXERCISE) == TABLE


@pytest.mark.parametrize(
    ("suffix", "start"),
    [
        ("dot", b"digraph"),
        ("gv", b"digraph"),
        ("svg", b"<?xml"),
        ("png", b"\x89PNG"),
        ("pdf", b"%PDF"),
    ],
)
def test_every_format(
    capsys: pytest.CaptureFixture[str], folder: Path, suffix: str, start: bytes
) -> None:
    if suffix not in ("dot", "gv") and not HAS_RENDERER:
        pytest.skip("no Graphviz here")
    before = listing(folder)
    name = f"graph.{suffix}"
    assert out(capsys, *EXERCISE, "-o", name) == f"{TABLE}\nwrote {name}\n"
    after = listing(folder)
    data = after.pop(name)
    assert data is not None
    assert data.startswith(start)
    assert after == before


def test_as_a_program(folder: Path) -> None:
    run = command(*EXERCISE, "--output", "graph.dot")
    assert (run.returncode, run.stderr) == (0, b"")
    assert run.stdout.decode().splitlines() == [*TABLE.splitlines(), "", "wrote graph.dot"]
    assert b"-36" in (folder / "graph.dot").read_bytes()


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        (["-x**2", "x=3"], ["-x**2 = -9", "x         3        -6"]),
        (["-(o*h)", "o=3", "h=-2"], ["-(o*h) = 6", "o         3         2"]),
        (["--", "-h", "h=1"], ["-h = -1"]),
        (["--", "--x", "x=2"], ["--x = 2", "x         2         1"]),
        (["cos(b)", "b=-pi/4"], ["cos(b) = 0.707106781187"]),
        (["x*2", "x=3 if 1 < 2 else 4"], ["x*2 = 6"]),
        (["x", " x = 2 "], ["x = 2", "x         2         1"]),
        (["where(x > 0, sqrt(x), 0)", "x=0"], ["x         0         0"]),
        (["2 + 3"], ["2 + 3 = 5"]),
        (["log(x)", "x=-1"], ["log(x) = nan", "x        -1        -1"]),
        (["x*y", "x=inf", "y=-1/0"], ["x*y = -inf", "x       inf      -inf"]),
        (["1/x", "x=0"], ["1/x = inf", "x         0      -inf"]),
        (["x*nan", "x=1e-300"], ["x*nan = nan", "x     1e-300       nan"]),
        (["x*1.0", "x=0.1+0.2"], ["x*1.0 = 0.3"]),
        (["x\n+\n1", "x=1"], ["x + 1 = 2"]),
    ],
)
def test_values(capsys: pytest.CaptureFixture[str], words: list[str], lines: list[str]) -> None:
    printed = out(capsys, "graph", *words).splitlines()
    assert set(lines) <= set(printed), printed


@pytest.mark.parametrize(
    "words",
    [
        ["-o", "graph.dot", "x*y", "x=1", "y=2"],
        ["x*y", "-o", "graph.dot", "x=1", "y=2"],
        ["x*y", "x=1", "-o", "graph.dot", "y=2"],
        ["x*y", "x=1", "--output=graph.dot", "y=2"],
        ["-o", "graph.dot", "--", "x*y", "x=1", "y=2"],
    ],
)
def test_options_stand_anywhere(
    capsys: pytest.CaptureFixture[str], folder: Path, words: list[str]
) -> None:
    assert out(capsys, "graph", *words).startswith("x*y = 2\n")
    assert (folder / "graph.dot").exists()


def test_options_reach_the_drawing(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    def drawn(*options: str) -> str:
        out(capsys, "graph", "dot(a, b, x, 1/3)", "a=1", "b=2", "x=3", "-o", "a.dot", *options)
        return (folder / "a.dot").read_text("utf-8")

    plain = drawn()
    assert "rankdir=LR" in plain
    assert "0.3333<" in plain
    assert "rankdir=TB" in drawn("--direction", "TB")
    assert "0.33333333<" in drawn("--precision", "8")
    assert drawn("--expand").count("->") > plain.count("->")


def test_columns_align(capsys: pytest.CaptureFixture[str]) -> None:
    long = "very" * 20
    printed = out(capsys, "graph", f"权重*x*é*{long}", "权重=1", "x=2", "é=3", f"{long}=4")
    rows = printed.splitlines()[2:]
    assert len({columns(row) for row in rows}) == 1
    assert max(map(len, rows)) < 60
    assert [row.split()[0] for row in rows[:3]] == ["name", "权重", "x"]


def test_normalised_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert out(capsys, "graph", "ﬁ + fi", "ﬁ=2").startswith("ﬁ + fi = 4\n")


def test_characters_that_the_terminal_lacks() -> None:
    run = command("graph", "权重*2", "权重=1", PYTHONIOENCODING="ascii")
    assert (run.returncode, run.stderr) == (0, b"")
    assert run.stdout.startswith(rb"\u6743\u91cd*2 = 2")


def test_huge_formula(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    formula = "+".join(["x*x"] * 20_000)
    printed = out(capsys, "graph", formula, "x=1", "-o", "graph.dot").splitlines()
    assert printed[0].endswith("= 20000")
    assert printed[3].split() == ["x", "1", "40000"]
    assert max(map(len, printed)) < 100
    assert (folder / "graph.dot").stat().st_size < 1_000_000  # cut short


@pytest.mark.parametrize("words", [["--help"], ["graph", "--help"], ["graph", "-h"]])
def test_help_shows_examples(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(words)
    assert exit_.value.code == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    assert captured.out.startswith("usage: dualgrad")
    assert 'dualgrad graph "(x+y)**2*z" x=1 y=2 z=-6 -o graph.svg' in captured.out


def test_the_examples_work(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    examples = [
        shlex.split(line)[1:]
        for line in (viz.cli.EXAMPLES + graph.EXAMPLES).splitlines()
        if line.startswith("  dualgrad ")
        and line.split()[1] not in ("train", "examples")  # in test_cli_train, test_gallery
    ]
    assert [words[0] for words in examples[:3]] == ["graph", "grad", "compare"]
    assert len(examples) == 7
    for words in examples:
        out(capsys, *(re.sub(r"\.(svg|png|pdf)$", ".dot", word) for word in words))


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(["--version"])
    assert exit_.value.code == 0
    assert capsys.readouterr().out == f"dualgrad {autograd.__version__}\n"


# Bad input: what is typed, and what the one line must say.

BAD = {
    "nothing": ([], "COMMAND"),
    "unknown command": (["grahp", "x"], "'grahp'"),
    "no formula": (["graph"], "required: formula (see dualgrad graph --help)"),
    "empty formula": (["graph", " "], "the formula is empty"),
    "unfinished formula": (["graph", "(x+", "x=1"], "an operand is missing after '+' (column 4)"),
    "unknown function": (["graph", "sine(x)", "x=1"], "did you mean 'sin'"),
    "not a formula": (["graph", "__import__('os')"], "(column"),
    "attribute": (["graph", "x.real", "x=1"], "(column 2)"),
    "formula of two lines": (["graph", "x +\n* 2", "x=1"], "(line 2, column 1)"),
    "missing value": (["graph", "x*y*z", "y=1"], "no value for x, z: add x=NUMBER"),
    "many missing values": (
        ["graph", "+".join(f"x{i}" for i in range(1000))],
        "x6, x7 and 992 more",
    ),
    "unknown name": (["graph", "x*y", "x=1", "y=2", "w=3"], "no argument 'w': it takes x, y"),
    "constant as name": (["graph", "pi*r", "r=1", "pi=3"], "no argument 'pi': it takes r"),
    "name where none is": (["graph", "1 + 2", "x=1"], "it takes none"),
    "two values": (["graph", "x", "x=1", "x=2"], "'x' has two values: 1 and 2"),
    "no equals sign": (["graph", "x", "x"], "'x' is not of the form NAME=VALUE"),
    "no value": (["graph", "x", "x="], "'x=' is not of the form NAME=VALUE"),
    "no name": (["graph", "x", "=1"], "'=1' is not of the form NAME=VALUE"),
    "value of names": (["graph", "x*y", "x=1", "y=x"], "the value of y is not a number: 'x'"),
    "ill-formed value": (["graph", "x", "x=1..2"], "the value of x: "),
    "unfinished value": (["graph", "x", "x=2*"], "the value of x: "),
    "two equals signs": (["graph", "x", "x==1"], "the value of x: "),
    "line break in a value": (["graph", "x", "x\n1"], r"'x\n1' is not of the form"),
    "unknown option": ([*EXERCISE, "--colour"], "unknown option '--colour'"),
    "line break in an option": ([*EXERCISE, "--a\nb"], r"unknown option '--a\nb'"),
    "precision 0": ([*EXERCISE, "--precision", "0"], "argument --precision: invalid choice: 0"),
    "precision 18": ([*EXERCISE, "--precision", "18"], "argument --precision: invalid choice: 18"),
    "precision in words": ([*EXERCISE, "--precision", "high"], "'high'"),
    "direction": (
        [*EXERCISE, "--direction", "up"],
        "argument --direction: unknown value of direction 'up'",
    ),
    "no output": ([*EXERCISE, "-o"], "argument -o/--output: expected one argument"),
    "option as output": ([*EXERCISE, "-o", "-a.svg"], "argument -o/--output: expected one"),
    "unknown suffix": ([*EXERCISE, "-o", "graph.bmp"], "'.bmp': the known ones are svg, png, pdf"),
    "no suffix": ([*EXERCISE, "-o", "graph"], "cannot tell the format of 'graph'"),
    "empty output": ([*EXERCISE, "-o", ""], "cannot tell the format"),
    "missing folder": ([*EXERCISE, "-o", "no/graph.dot"], "the folder does not exist"),
    "file as folder": ([*EXERCISE, "-o", "file/graph.dot"], "cannot write the file"),
    "long file name": ([*EXERCISE, "-o", "x" * 300 + ".dot"], "cannot write the file"),
    "null character": ([*EXERCISE, "-o", "a\0b.dot"], "null"),
    "long value": (["graph", "x", "x" * 100_000], "is not of the form NAME=VALUE"),
}


def assert_refused(
    capsys: pytest.CaptureFixture[str], folder: Path, words: list[str], message: str, code: int = 2
) -> None:
    before = listing(folder)
    assert main(words) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("dualgrad: ")
    assert captured.err.endswith("\n")
    assert len(captured.err.splitlines()) == 1
    assert len(captured.err) < 520
    assert message in captured.err
    assert listing(folder) == before


@pytest.mark.parametrize(("words", "message"), BAD.values(), ids=BAD)
def test_bad_input(
    capsys: pytest.CaptureFixture[str], folder: Path, words: list[str], message: str
) -> None:
    assert_refused(capsys, folder, words, message)


@pytest.mark.skipif(not HAS_RENDERER, reason="no Graphviz here")
@pytest.mark.parametrize("output", ["folder.svg", "no/graph.png", "file/graph.pdf"])
def test_picture_that_cannot_be_written(
    capsys: pytest.CaptureFixture[str], folder: Path, output: str
) -> None:
    assert_refused(capsys, folder, [*EXERCISE, "-o", output], "cannot write the file")


@pytest.mark.skipif(
    os.name == "nt" or (hasattr(os, "geteuid") and os.geteuid() == 0),
    reason="permissions do not hold the administrator back, nor mean the same on Windows",
)
def test_folder_without_permission(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    folder.chmod(0o500)
    try:
        assert_refused(capsys, folder, [*EXERCISE, "-o", "graph.dot"], "no permission")
    finally:
        folder.chmod(0o700)


def test_bad_input_as_a_program(folder: Path) -> None:
    before = listing(folder)
    run = command("graph", "x*", "x=1", "-o", "graph.svg")
    assert (run.returncode, run.stdout) == (2, b"")
    assert run.stderr.decode().splitlines() == [
        "dualgrad: the formula ends where an operand is missing after '*' (column 3)"
    ]
    assert listing(folder) == before


@pytest.mark.parametrize("suffix", ["svg", "png", "pdf"])
def test_no_renderer(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, folder: Path, suffix: str
) -> None:
    monkeypatch.setattr(viz.graph.render, "find_command", lambda: None)
    monkeypatch.setattr(viz.graph.render, "find_wheel", lambda: None)
    before = listing(folder)
    assert main([*EXERCISE, "-o", f"graph.{suffix}"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1
    assert captured.err.startswith("dualgrad: ")
    assert "pip install 'dualgrad[render]'" in captured.err
    (kept,) = set(listing(folder)) - set(before)
    assert kept.endswith(".dot")
    assert kept in captured.err
    assert (folder / kept).read_bytes().startswith(b"digraph")


def test_interrupted(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(graph, "draw_dot", interrupted)
    assert_refused(capsys, folder, [*EXERCISE, "-o", "a.svg"], "interrupted", code=130)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
def test_output_that_cannot_be_printed() -> None:
    with open("/dev/full", "wb") as full:
        run = command(*EXERCISE, stdout=full)
    assert run.returncode == 2
    assert run.stderr.decode().splitlines() == ["dualgrad: No space left on device"]


@pytest.mark.skipif(os.name == "nt", reason="a closed pipe is another error on Windows")
def test_reader_that_has_gone() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "wb") as pipe:
        run = command(*EXERCISE, stdout=pipe)
    assert (run.returncode, run.stderr) == (1, b"")


WORDS = st.text(st.sampled_from("xyzπe0123.+-*/()=<>, \n\t'\"_if权\0\ud800%"), max_size=12)


@given(st.lists(WORDS.filter(lambda word: not word.startswith(("-o", "--"))), max_size=4))
@example(["-", "-"])
@example(["%s", "{}"])
def test_any_words_end_in_a_table_or_one_line(words: list[str]) -> None:
    stdout, stderr = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
        code = main(["graph", *words])
    if code:
        assert code == 2
        assert stdout.getvalue() == ""
        assert stderr.getvalue().startswith("dualgrad: ")
        assert len(stderr.getvalue().splitlines()) == 1
    else:
        assert " = " in stdout.getvalue()
        assert stderr.getvalue() == ""
