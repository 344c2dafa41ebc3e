"""The benchmarks measure what they say: right gradients by every way, contenders that are there.

What they find is not tested here: times belong to a quiet machine.
"""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"


def imported(monkeypatch: pytest.MonkeyPatch, script: str) -> ModuleType:
    """The script as it finds itself when it is run: its own folder comes first."""
    for name in (script, "contest", "functions"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module(script)


@pytest.fixture
def modes(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return imported(monkeypatch, "modes")


@pytest.fixture
def training(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return imported(monkeypatch, "training")


@pytest.mark.parametrize("title", ["Rosenbrock", "product"])
@pytest.mark.parametrize("n", [1, 3, 30])
def test_all_ways_lead_to_the_gradient(modes: Any, title: str, n: int) -> None:
    problem = modes.PROBLEMS[title]
    x = problem.point(n)
    for contender in (modes.of_dualgrad, modes.of_floats, modes.of_numpy):
        found = {way: action() for way, action in contender(problem, x).items()}
        for way, gradient in found.items():
            if way != "f alone":
                modes.check(way, gradient, problem.gradient(x))


def test_a_wrong_gradient_is_refused(modes: Any) -> None:
    expected = np.array([1.0, 2.0])
    modes.check("reverse", [1.0, 2.0], expected)
    modes.check("central differences", [1.0, 2.0 + 1e-7], expected)
    for wrong in ([1.0, 2.0 + 1e-7], [np.nan, 2.0]):
        with pytest.raises(AssertionError, match="reverse: the gradient is wrong by"):
            modes.check("reverse", wrong, expected)


def test_durations_have_two_digits(modes: Any) -> None:
    texts = [modes.contest.duration(t) for t in (2.34e-7, 1.2e-6, 3.456e-5, 0.0123, 1.04)]
    assert texts == ["0.2 µs", "1.2 µs", "35 µs", "12 ms", "1.0 s"]


def test_tables_are_markdown(modes: Any, capsys: pytest.CaptureFixture[str]) -> None:
    modes.contest.print_table([["n", "1"], ["reverse", "1.0 s (2×)"]])
    assert capsys.readouterr().out.splitlines() == [
        "| n | 1 |",
        "| :--- | ---: |",
        "| `reverse` | 1.0 s (2×) |",
    ]


def test_a_worker_prints_its_figures(tmp_path: Path) -> None:
    """In a process of its own, as the contest runs it, here with little to do."""
    script = tmp_path / "small.py"
    script.write_text(
        f"import sys; sys.path.insert(0, {str(FOLDER)!r}); sys.dont_write_bytecode = True\n"
        "import contest\n"
        "def measure(name): return {'figure': 2.0 if name == 'two' else 1.0}\n"
        "def report(medians, rounds): print(medians, rounds)\n"
        "there, missing = contest.PYTHON, contest.Contender('no_such_module')\n"
        "contenders = {'one': there, 'two': there, 'three': missing}\n"
        "contest.run('A contest.', contenders, measure, report)\n"
    )

    def run(*arguments: str) -> str:
        command = [sys.executable, str(script), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return done.stdout

    assert json.loads(run("--worker", "two")) == {"figure": 2.0}
    assert run("--rounds", "2").splitlines() == [
        "three: not installed here, left out",
        "{'one': {'figure': 1.0}, 'two': {'figure': 2.0}} 2",
    ]


@pytest.mark.parametrize("way", ["sample by sample", "all at once"])
def test_a_training_step_is_that_of_the_closed_form(training: Any, way: str) -> None:
    contestant = training.Dualgrad(*training.problem())
    loss = contestant.steps[way]()
    training.check(way, loss, contestant.gradient())
    assert contestant.steps[way]() < loss  # it went downhill


def test_a_wrong_training_step_is_refused(training: Any) -> None:
    loss, gradient = training.closed_form(*training.problem())
    training.check("right", loss, gradient)
    with pytest.raises(AssertionError, match="wrong: the loss is"):
        training.check("wrong", loss + 1e-9, gradient)
    for wrong in (1.0000001 * gradient, np.full_like(gradient, np.nan)):
        with pytest.raises(AssertionError, match="wrong: the gradient is wrong by"):
            training.check("wrong", loss, wrong)


def test_the_closed_form_agrees_with_differences(training: Any) -> None:
    from autograd import numerical_gradient

    X, y, weights = training.problem()

    def loss(b: Any) -> float:
        return float(training.closed_form(X, y, [*weights[:2], (weights[2][0], b)])[0])

    found = numerical_gradient(loss, weights[2][1])
    assert found == pytest.approx(training.closed_form(X, y, weights)[1][-1:], abs=1e-8)


def test_all_peers_are_listed(modes: Any) -> None:
    """In the one file that `make bench` installs, with their versions."""
    lines = (FOLDER / "requirements.txt").read_text("utf-8").splitlines()
    listed = {line.partition("==")[0] for line in lines if re.fullmatch(r"\w+==[\d.]+", line)}
    contenders = [contender for contender, _ in modes.CONTENDERS.values()]
    assert {c.package for c in contenders} - {"autograd", "numpy", "sys"} == listed
