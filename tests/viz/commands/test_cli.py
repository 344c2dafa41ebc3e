"""The command line: what it prints and writes, and that bad input ends in one clear line."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import os
import re
import shlex
import shutil
import signal
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
from viz.commands import graph, program

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
        [sys.executable, "-m", "dualgrad", *words],
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
        for line in (viz.cli.EXAMPLES + graph.EXAMPLES + program.EXAMPLES).splitlines()
        if line.startswith("  dualgrad ")
        and line.split()[1] not in ("train", "predict", "examples")  # tested elsewhere
    ]
    assert [words[0] for words in examples[:3]] == ["graph", "grad", "compare"]
    assert len(examples) == 13
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
    "unknown command": (["grahp", "x"], "command 'grahp' (did you mean 'graph'?); there are graph"),
    "formula as command": (["(x+y)", "x=1"], "unknown command '(x+y)'; there are graph, grad"),
    "dashes alone": (["--"], "COMMAND"),
    "examples, unknown": (["examples", "xro"], "'xro' (did you mean 'xor'?)"),
    "examples, two": (["examples", "xor", "tour"], "one example at a time, not xor and tour"),
    "examples, empty folder": (["examples", "xor", "-o", ""], "folder for pictures is empty"),
    "examples, option": (["examples", "--allof"], "unknown option '--allof'"),
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
    "unknown option": ([*EXERCISE, "--colour"], "unknown option '--colour' (see dualgrad graph"),
    "unknown option before": (["--foo", "graph"], "unknown option '--foo' (see dualgrad --help)"),
    "unknown letter": (["-x"], "unknown option '-x' (see dualgrad --help)"),
    "nearly an option": ([*EXERCISE, "--expnad"], "(did you mean '--expand'?)"),
    "one dash": ([*EXERCISE, "-output", "a.svg"], "'-output' (did you mean '--output'?)"),
    "capitals": ([*EXERCISE, "--Output=a.svg"], "'--Output' (did you mean '--output'?)"),
    "space after =": (["graph", "x", "x=", "-1"], "'x=' is not of the form NAME=VALUE"),
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
    "empty output": ([*EXERCISE, "-o", ""], "the path is empty"),
    "empty output, too": ([*EXERCISE, "-o="], "the path is empty"),
    "null character": ([*EXERCISE, "-o", "a\0b.dot"], r"no file can be named 'a\x00b.dot'"),
    "lone surrogate": ([*EXERCISE, "-o", "\ud800.dot"], r"no file can be named '\ud800.dot'"),
    "long value": (["graph", "x", "x" * 100_000], "is not of the form NAME=VALUE"),
}


# What cannot be done, rather than what is typed wrongly.
MANY = "+".join(f"x{i}" for i in range(1_001))
VALUES = [f"x{i}=1" for i in range(1_001)]
BAD |= {
    "table of many names": (["compare", MANY, *VALUES], "1,001 names is too large, at most 1,000"),
    "Hessian of many names": (["grad", MANY, *VALUES, "--hessian"], "choose some by --wrt"),
}


FAILING = {
    "missing folder": ([*EXERCISE, "-o", "no/graph.dot"], "the folder does not exist"),
    "file as folder": ([*EXERCISE, "-o", "file/graph.dot"], "a part of the path is a file"),
    "long file name": ([*EXERCISE, "-o", "x" * 300 + ".dot"], "cannot write the file"),
    "folder": ([*EXERCISE, "-o", "folder.svg"], "this is a folder; add a file name"),
    "plot in a missing folder": (["compare", "x", "x=1", "--plot", "no/a.svg"], "create it first"),
    "plot as a folder": (["compare", "x", "x=1", "--plot", "folder.svg"], "this is a folder"),
    "examples in a file": (
        ["examples", "--all", "-o", "file"],
        f"cannot make this folder (Not a directory): {Path('file', 'activations')}",
    ),
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


@pytest.mark.parametrize(("words", "message"), FAILING.values(), ids=FAILING)
def test_failures(
    capsys: pytest.CaptureFixture[str], folder: Path, words: list[str], message: str
) -> None:
    assert_refused(capsys, folder, words, message, code=1)


@pytest.mark.skipif(not HAS_RENDERER, reason="no Graphviz here")
@pytest.mark.parametrize("output", ["folder.svg", "no/graph.png", "file/graph.pdf"])
def test_picture_that_cannot_be_written(
    capsys: pytest.CaptureFixture[str], folder: Path, output: str
) -> None:
    assert_refused(capsys, folder, [*EXERCISE, "-o", output], "cannot write the file", code=1)


@pytest.mark.skipif(
    os.name == "nt" or (hasattr(os, "geteuid") and os.geteuid() == 0),
    reason="permissions do not hold the administrator back, nor mean the same on Windows",
)
def test_folder_without_permission(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    folder.chmod(0o500)
    try:
        assert_refused(capsys, folder, [*EXERCISE, "-o", "graph.dot"], "no permission", code=1)
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
    assert main([*EXERCISE, "-o", f"graph.{suffix}"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1
    assert captured.err.startswith("dualgrad: ")
    assert "`pip install pygraphviz`" in captured.err
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


# Standard streams that are closed, full or gone, and signals.

STREAMS = [
    *(EXERCISE, ["grad", "x", "x=1", "--json"], ["compare", "x", "x=1"], ["--help"], ["--version"]),
    *(["train", "--help"], ["examples"], ["train", "xor", "--epochs", "1", "--json"]),
]
FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="no full device here")
@pytest.mark.parametrize("words", STREAMS, ids=" ".join)
def test_output_that_cannot_be_printed(words: list[str]) -> None:
    with FULL.open("wb") as full:
        run = command(*words, stdout=full)
    assert run.returncode == 1
    assert run.stderr.decode().splitlines() == ["dualgrad: cannot print: No space left on device"]


def shell(redirection: str, *words: str) -> subprocess.CompletedProcess[bytes]:
    """Run it as a program by a shell, which can close streams."""
    return subprocess.run(
        ["sh", "-c", f'"$@" {redirection}', "sh", sys.executable, "-m", "dualgrad", *words],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


@pytest.mark.skipif(os.name == "nt", reason="no such shell on Windows")
@pytest.mark.parametrize("words", STREAMS, ids=" ".join)
def test_output_that_is_closed(words: list[str]) -> None:
    run = shell(">&-", *words)
    assert (run.returncode, run.stdout) == (1, b"")
    assert run.stderr == b"dualgrad: cannot print: standard output is closed\n"


@pytest.mark.skipif(not FULL.exists(), reason="no full device here")
@pytest.mark.parametrize("stream", ["&-", "/dev/full"])
def test_complaints_that_cannot_be_printed(folder: Path, stream: str) -> None:
    assert shell(f"2>{stream}", "graph", "x+").returncode == 2
    assert shell(f"2>{stream}", *EXERCISE).stdout.decode() == TABLE
    run = shell(f"2>{stream}", "train", "xor", "--epochs", "1", "--progress")
    assert run.returncode == 0, run


@pytest.mark.skipif(os.name == "nt", reason="no such shell on Windows")
def test_files_are_not_taken_for_closed_streams(folder: Path) -> None:
    before = listing(folder)
    run = shell("<&- >&- 2>&-", *EXERCISE, "-o", "a.dot")
    assert (run.returncode, run.stdout, run.stderr) == (1, b"", b"")
    after = listing(folder)
    assert (after.pop("a.dot") or b"").endswith(b"}\n")
    assert after == before


@pytest.mark.skipif(os.name == "nt", reason="a closed pipe is another error on Windows")
@pytest.mark.parametrize("words", STREAMS, ids=" ".join)
def test_reader_that_has_gone(words: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "wb") as pipe:
        run = command(*words, stdout=pipe)
    assert (run.returncode, run.stderr) == (1, b"")


@pytest.mark.skipif(os.name == "nt", reason="no pipes with names on Windows")
def test_a_file_whose_reader_has_gone_is_told(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    os.mkfifo(folder / "pipe.dot")
    words = [*EXERCISE, "-o", "pipe.dot"]
    assert main(words) == 1
    assert "nothing reads from this pipe; start its reader first" in capsys.readouterr().err


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-16"])
def test_json_in_any_encoding(encoding: str) -> None:
    run = command("grad", "权重*é*𝒳", "权重=1", "é=2", "𝒳=3", "--json", PYTHONIOENCODING=encoding)
    assert run.returncode == 0, run
    found = json.loads(run.stdout.decode(encoding))
    assert found["gradient"] == {"权重": 6.0, "é": 3.0, "X": 2.0}


@pytest.mark.skipif(os.name == "nt", reason="signals are others on Windows")
@pytest.mark.parametrize("module", ["numpy", "graphviz", "matplotlib"])
def test_ctrl_c_during_imports(folder: Path, module: str) -> None:
    code = "print('here', flush=True)\nimport time\ntime.sleep(600)\n"
    (folder / f"{module}.py").write_text(code)
    with subprocess.Popen(
        [sys.executable, "-m", "dualgrad", "compare", "x", "x=1", "--plot", "a.svg"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"},
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"here\n"
        process.send_signal(signal.SIGINT)
        printed, complaint = process.communicate(timeout=60)
    assert (process.returncode, printed) == (130, b"")
    assert complaint in (b"", b"dualgrad: interrupted\n")


@pytest.mark.skipif(os.name == "nt", reason="signals are others on Windows")
def test_ctrl_c_is_ignored_where_the_shell_says_so(folder: Path) -> None:
    run = subprocess.run(
        ["sh", "-c", 'trap "" INT; "$@"', "sh", sys.executable, "-m", "dualgrad", *EXERCISE],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert (run.returncode, run.stdout.decode()) == (0, TABLE)


@pytest.mark.skipif(os.name == "nt", reason="another variable on Windows")
def test_without_a_home(folder: Path) -> None:
    words = ["compare", "x", "x=1", "--plot", "a.svg"]
    run = command(*words, HOME=os.devnull, MPLCONFIGDIR="", XDG_CACHE_HOME="", XDG_CONFIG_HOME="")
    assert (run.returncode, run.stderr) == (0, b"")
    assert (folder / "a.svg").is_file()


@pytest.mark.skipif(os.name == "nt", reason="such a folder cannot be removed on Windows")
def test_in_a_folder_that_is_gone(folder: Path) -> None:
    script = 'mkdir gone; cd gone; rmdir ../gone; "$@"'
    words = [sys.executable, "-m", "dualgrad", *EXERCISE, "-o", "a.dot"]
    run = subprocess.run(
        ["sh", "-c", script, "sh", *words],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert (run.returncode, run.stdout) == (1, b"")
    assert run.stderr.startswith(b"dualgrad: cannot write the file: ")
    assert run.stderr.count(b"\n") == 1


def test_a_missing_package_is_one_line(folder: Path) -> None:
    (folder / "graphviz.py").write_text("raise ImportError('no\\ngraphviz')")
    run = command(*EXERCISE, PYTHONPATH=f"{folder}{os.pathsep}{ROOT}")
    assert (run.returncode, run.stdout, run.stderr) == (1, b"", b"dualgrad: no graphviz\n")


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


# Completion.


def test_without_shtab(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "shtab", None)
    assert main(["--print-completion", "bash"]) == 1
    assert capsys.readouterr().err == (
        "dualgrad: --print-completion needs the package shtab: run `pip install shtab`\n"
    )
    assert main(["--print-completion", "fish"]) == 2
    assert "there are bash, zsh, tcsh" in capsys.readouterr().err


def test_bash_completes_commands_and_options(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("shtab")
    with pytest.raises(SystemExit) as ended:
        main(["--print-completion", "bash"])
    assert ended.value.code in (0, None)
    script = capsys.readouterr().out
    for words, expected in (
        ("pred", "predict"),
        ("train --early", "--early-stopping"),
        ("gra", "grad graph"),
    ):
        typed = ["dualgrad", *words.split()]
        asked = (
            f"COMP_WORDS=({' '.join(typed)}); COMP_CWORD={len(typed) - 1}; "
            "_shtab_dualgrad; echo ${COMPREPLY[@]}"
        )
        run = subprocess.run(
            ["bash", "-c", f"{script}\n{asked}"], capture_output=True, text=True, check=True
        )
        assert sorted(run.stdout.split()) == expected.split()
