"""`dualgrad compare` and `dualgrad grad`, by their output and their complaints."""

from __future__ import annotations

import json
import math
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from autograd import Tensor, Value, dot
from autograd.compare import compare_modes
from viz import draw_dot
from viz.cli import main
from viz.commands import compare, grad

ROOT = Path(__file__).parents[3]
EXERCISE = ["(x+y)**2*z", "x=1", "y=2", "z=-6"]


def out(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    code = main(words)
    captured = capsys.readouterr()
    assert (code, captured.err) == (0, "")
    return captured.out


def told(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    return json.loads(out(capsys, *words), parse_constant=pytest.fail)


# compare


def test_compare_shows_the_exercise(capsys: pytest.CaptureFixture[str]) -> None:
    lines = out(capsys, "compare", *EXERCISE).splitlines()
    assert lines[0] == "(x+y)**2*z"
    assert lines[1].endswith("value -54")
    assert lines[2] == "gradient (-36, -36, 9) in both modes"
    assert "v5  v3 * v4      -54           -36   -36     9        1" in lines
    assert "x                  -36              -36          0" in "\n".join(lines)


def test_compare_in_markdown(capsys: pytest.CaptureFixture[str]) -> None:
    printed = out(capsys, "compare", *EXERCISE, "--markdown")
    assert "| `v3` | `v2 ** 2` | 9 | 6 | 6 | 0 | -6 |" in printed


def test_compare_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    report = told(capsys, "compare", *EXERCISE, "--json")
    assert report["value"] == -54.0
    assert report["forward_gradient"] == report["reverse_gradient"] == [-36.0, -36.0, 9.0]
    assert report["rows"][3]["operation"] == "v2 ** 2"
    assert report["crossover"] is None
    assert told(capsys, "compare", "1/x", "x=0", "--json")["value"] == "inf"


def test_compare_with_a_crossover(capsys: pytest.CaptureFixture[str]) -> None:
    report = told(
        capsys, "compare", "dot(a,b,c,d)", "a=1", "b=2", "--json", "c=3", "d=4", "--crossover"
    )
    assert [point["inputs"] for point in report["crossover"]["points"]] == [
        *(4, 8, 16, 32, 64, 128, 256, 512)
    ]


@pytest.mark.parametrize(("name", "magic"), [("p.PNG", b"\x89PNG"), ("p.pdf", b"%PDF")])
def test_compare_draws(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, magic: bytes
) -> None:
    path = tmp_path / name
    printed = out(capsys, "compare", "x*权重", "x=1", "权重=2", "--plot", str(path))
    assert printed.endswith(f"\n\nwrote {path}\n")
    assert path.read_bytes().startswith(magic)


def test_compare_draws_without_a_screen(tmp_path: Path) -> None:
    words = ["compare", *EXERCISE, "--plot", str(tmp_path / "p.svg"), "--json"]
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "MPLBACKEND")}
    run = subprocess.run(
        [sys.executable, "-W", "error", "-m", "dualgrad", *words],
        capture_output=True,
        check=True,
        cwd=ROOT,
        env=environment,
    )
    assert run.stderr == b""
    assert json.loads(run.stdout)["value"] == -54.0
    assert b"<svg" in (tmp_path / "p.svg").read_bytes()


# The ids are those of drawings, which only this layer can see.


def neuron(x: Any, w: Any) -> Any:
    return (dot(list(w), [x, 2.0]) + 1.0).tanh() * x


def crossed(x: Any, w: Any) -> Any:
    return [x * w[1] + w[0], w[0] * w[0] - x * w[1]]


@pytest.mark.parametrize("f", [neuron, crossed])
def test_rows_are_numbered_as_in_drawings(f: Any) -> None:
    x, w = Value(0.5, "x"), Tensor([1.0, -2.0], "w")
    source = draw_dot(f(x, w), precision=17).source
    drawn = dict(re.findall(r'tooltip="(?:\S+: )?(v\d+) = ([^,"]+), grad', source))
    rows = compare_modes(f, 0.5, [1.0, -2.0], repeats=1).rows
    assert {row.id: repr(row.value) for row in rows} == drawn


# grad


def test_gradient(capsys: pytest.CaptureFixture[str]) -> None:
    assert out(capsys, "grad", *EXERCISE) == out(capsys, "graph", *EXERCISE)


def test_gradient_by_some_names(capsys: pytest.CaptureFixture[str]) -> None:
    expected = ["name  value  gradient", "z        -6         9", "x         1       -36"]
    for words in (
        [*EXERCISE, "--wrt", "z", "x"],
        ["(x+y)**2*z", "--wrt", "z", "x", "x=1", "y=2", "z=-6"],
        ["(x+y)**2*z", "x=1", "--wrt", "z", "--wrt", "x", "y=2", "z=-6"],
    ):
        assert out(capsys, "grad", *words).splitlines()[2:] == expected


def test_hessian_is_an_aligned_matrix(capsys: pytest.CaptureFixture[str]) -> None:
    assert out(capsys, "grad", *EXERCISE, "--hessian").splitlines() == [
        "(x+y)**2*z = -54",
        "",
        "hessian    x    y  z",
        "x        -12  -12  6",
        "y        -12  -12  6",
        "z          6    6  0",
    ]


def test_orders(capsys: pytest.CaptureFixture[str]) -> None:
    printed = out(capsys, "grad", "y*x**3", "x=2", "y=10", "--wrt", "x", "--order", "4")
    assert [line.split() for line in printed.splitlines()[3:]] == [
        ["0", "80"],
        ["1", "120"],
        ["2", "120"],
        ["3", "60"],
        ["4", "0"],
    ]


def test_orders_are_exact(capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, "grad", "sin(x)", "x=0.7", "--order", "5", "--json")["derivatives"]
    s, c = math.sin(0.7), math.cos(0.7)
    assert found == [s, c, -s, -c, s, c]


def test_gradient_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "grad", "x/3 + log(y)", "x=1", "y=0", "--json") == {
        "formula": "x/3 + log(y)",
        "at": {"x": 1.0, "y": 0.0},
        "value": "-inf",
        "gradient": {"x": 1.0 / 3.0, "y": "inf"},
    }


def test_hessian_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, "grad", *EXERCISE, "--hessian", "--json", "--wrt", "x", "z")
    assert found["hessian"] == {"x": {"x": -12.0, "z": 6.0}, "z": {"x": 6.0, "z": 0.0}}
    assert found["gradient"] == {"x": -36.0, "z": 9.0}


def test_wide_names_align(capsys: pytest.CaptureFixture[str]) -> None:
    printed = out(capsys, "grad", "权重**2 * x", "权重=3", "x=nan", "--hessian")
    assert printed.splitlines()[2:] == [
        "hessian  权重  x",
        "权重      nan  6",
        "x           6  0",
    ]


# Both: examples, and bad input.


@pytest.mark.parametrize("module", [compare, grad])
def test_examples_work_and_stand_in_the_help(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    module: Any,
) -> None:
    monkeypatch.chdir(tmp_path)
    name = module.__name__.rpartition(".")[2]
    with pytest.raises(SystemExit) as exit_:
        main([name, "--help"])
    assert exit_.value.code == 0
    shown = capsys.readouterr().out
    lines = [line for line in module.EXAMPLES.splitlines() if line.startswith("  dualgrad ")]
    assert len(lines) >= 4
    for line in lines:
        assert line in shown
        out(capsys, *shlex.split(line)[1:])


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["compare", "x*"], "(column 3)"),
        (["compare", "x*y", "x=1"], "no value for y: add y=NUMBER"),
        (["compare", "x", "x=1", "q=2"], "the formula has no argument 'q': it takes x"),
        (["compare", "x", "x=1", "x=2"], "'x' has two values: 1 and 2"),
        (["compare", "x", "x"], "'x' is not of the form NAME=VALUE"),
        (["compare", "1+2"], "the formula has no names: there is nothing to differentiate by"),
        (["compare", "x", "x=1", "--plot", "p.gif"], "cannot tell the format of 'p.gif'"),
        (["compare", "x", "x=1", "--json", "--markdown"], "not allowed with argument"),
        (["grad", "1+2"], "the formula has no names: there is nothing to differentiate by"),
        (["grad", "x", "x=1", "--wrt", "y"], "the formula has no argument 'y': it takes x"),
        (
            ["grad", "x*y", "x=1", "y=1", "--order", "2"],
            "the formula has 2: choose one, such as --wrt x",
        ),
        (["grad", "x", "x=1", "--order", "0"], "argument --order: invalid choice: 0"),
        (["grad", "x", "x=1", "--order", "two"], "argument --order: invalid int value: 'two'"),
        (["grad", "x", "x=1", "--order", "2", "--hessian"], "not allowed with argument"),
        (["grad", "sine(x)", "x=1"], "did you mean 'sin'"),
    ],
)
def test_complaints_are_one_line(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    complaint: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("dualgrad: ")
    assert captured.err.count("\n") == 1
    assert complaint in captured.err
    assert list(tmp_path.iterdir()) == []
