"""The benchmarks measure what they say: right gradients by every way, contenders that are there.

What they find is not tested here: times belong to a quiet machine.
"""

from __future__ import annotations

import importlib
import json
import math
import os
import re
import statistics
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

import autograd

FOLDER = Path(__file__).parents[2] / "benchmarks"


def imported(monkeypatch: pytest.MonkeyPatch, script: str) -> ModuleType:
    """The script as it finds itself when it is run: its own folder comes first."""
    for file in FOLDER.glob("*.py"):
        monkeypatch.delitem(sys.modules, file.stem, raising=False)
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module(script)


@pytest.fixture
def modes(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return imported(monkeypatch, "modes")


@pytest.fixture
def training(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return imported(monkeypatch, "training")


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return imported(monkeypatch, "program")


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
    assert texts == ["234 ns", "1.2 µs", "35 µs", "12 ms", "1.0 s"]


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


ACTIVATIONS = {
    "relu": lambda z: np.maximum(z, 0.0),
    "tanh": np.tanh,
    "sigmoid": lambda z: 1.0 / (1.0 + np.exp(-z)),
}


@pytest.mark.parametrize("form", ["w @ x", "by hand"])
def test_a_program_of_the_network_is_the_closed_form(program: Any, form: str) -> None:
    subject = ("network", "relu", 16, form)
    loss, gradient = program.engines.training.closed_form(*program.engines.training.problem())
    for contender in (program.engines.of_dualgrad, program.engines.of_eager):
        value, *parts = program.leaves(contender(subject)())
        assert value == pytest.approx(loss, rel=1e-12)
        np.testing.assert_allclose(np.concatenate([p.ravel() for p in parts]), gradient, 1e-9)
    assert program.engines.of_function(subject)() == pytest.approx(loss, rel=1e-12)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_networks_are_written_right_in_all_forms(program: Any, activation: str) -> None:
    (w1, b1, w2, b2, w3, b3), X, y = program.engines.network(16)
    f = ACTIVATIONS[activation]
    scores = f(f(X @ w1.T + b1) @ w2.T + b2) @ w3.T + b3
    squares = sum(float((p * p).sum()) for p in (w1, b1, w2, b2, w3, b3))
    loss = np.maximum(1.0 - y * scores[:, 0], 0.0).mean() + 1e-4 * squares
    results = {}
    for form in ("w @ x", "by hand"):
        results[form] = program.leaves(
            program.engines.of_dualgrad(("network", activation, 16, form))()
        )
        assert results[form][0] == pytest.approx(loss, rel=1e-12)
    eager = program.engines.of_eager(("network", activation, 16, "w @ x"))()
    program.check(activation, {**results, "eager": program.leaves(eager)})


NUMBERS = SimpleNamespace(
    **{name: getattr(np, name) for name in ("exp", "log", "sin", "sqrt", "where")}, erf=math.erf
)


def test_calls_have_the_gradients_of_differences(program: Any) -> None:
    for name, call in program.engines.CALLS.items():
        plain = call.entries(NUMBERS)
        value, gradient = program.engines.of_dualgrad(("call", name))()
        assert value == pytest.approx(plain(call.point), rel=1e-12), name
        expected = autograd.numerical_gradient(plain, call.point)
        np.testing.assert_allclose(
            gradient, expected, rtol=1e-5, atol=1e-6 * abs(expected).max(), err_msg=name
        )
        if call.array:
            assert call.array(call.point) == pytest.approx(value, rel=1e-12)


def test_greeks_are_those_of_the_formulas(program: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program.engines, "LANES", 3)
    found = program.leaves(program.engines.of_dualgrad(("lanes", "greeks"))())
    _, delta, strike, vega, *_ = found[:6]
    gamma = found[6]
    normal = statistics.NormalDist()
    for i, (s, k, sigma, t, r) in enumerate(zip(*program.engines.options(), strict=True)):
        d = (math.log(s / k) + (r + sigma**2 / 2) * t) / (sigma * math.sqrt(t))
        assert delta[i] == pytest.approx(normal.cdf(d), rel=1e-12)
        discounted = math.exp(-r * t) * normal.cdf(d - sigma * math.sqrt(t))
        assert strike[i] == pytest.approx(-discounted, rel=1e-12)
        assert vega[i] == pytest.approx(s * normal.pdf(d) * math.sqrt(t), rel=1e-12)
        assert gamma[i] == pytest.approx(normal.pdf(d) / (s * sigma * math.sqrt(t)), rel=1e-12)
    assert len(found) == 1 + 5 + 25


def test_operations_are_counted_right(program: Any) -> None:
    """By formulas there, by the nodes of the graph and the shapes here."""
    from autograd import Tensor
    from benchmarks.operations import cost_of_graph

    subjects = program.engines.subjects
    for n in (1000, 2641):
        x = Tensor(subjects.irregular_graph(n)[1])
        cost = cost_of_graph([subjects.irregular(n)(autograd)(x)])
        assert cost.total() == n == program.operations(("graph", n))
    parameters, X, y = program.engines.network(16)
    tensors = [Tensor(p) for p in parameters]
    loss = subjects.margin_loss_by_hand(autograd, "tanh")(tensors, X[0], y[0])
    expected = program.operations(("network", "tanh", 16, "by hand"))
    assert cost_of_graph([loss]).total() == pytest.approx(expected, rel=0.02)
    shapes = [w.shape for w in parameters[::2]]
    products = sum(2 * m * n * (2 if i == 0 else 3) for i, (m, n) in enumerate(shapes))
    assert program.flops(16) == 100 * products


def test_different_results_are_not_timed(program: Any) -> None:
    expected = [np.array(1.0), np.array([1.0, 2.0])]
    program.check("row", {"a": expected, "f alone": expected[:1], "b": expected})
    for wrong in ([1.0, [1.0, 2.0 + 1e-8]], [np.nan, [1.0, 2.0]], [1.0, [1.0, 2.0], 3.0]):
        with pytest.raises(SystemExit, match=r"row: .* of b"):
            program.check("row", {"a": expected, "b": wrong})


def test_goals_are_told_from_what_is_reached(program: Any) -> None:
    goals = (program.Goal(0.1, "PyTorch"), program.Goal(3.5, "f alone"), program.Goal(1e-6))
    row = program.Row("calls", ("product",), goals)
    told = ["PyTorch / 10, f alone × 3.5, 1.0 µs"]
    for figures, reached in (
        (
            {"dualgrad": 1e-6, "PyTorch": 12e-6, "f alone": 5e-7},
            "PyTorch / 12, f alone × 2.0, 1.0 µs",
        ),
        ({"dualgrad": 2e-6, "f alone": 5e-7}, "–, f alone × 4.0 (missed), 2.0 µs (missed)"),
    ):
        assert program.goals_and_reached(row, figures) == [*told, reached]


def test_a_group_of_rows_is_printed(
    program: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By processes that run, without the peers, in next to no time."""
    own = {name: program.CONTENDERS[name] for name in ("dualgrad", "f alone", "eager")}
    monkeypatch.setattr(program, "CONTENDERS", own)
    monkeypatch.setattr(sys, "argv", [str(FOLDER / "program.py")])
    monkeypatch.delattr(os, "sched_setaffinity", raising=False)  # the tests run on
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    program.main(["--rounds", "1", "--budget", "0", "--only", "calls"])
    _, _, title, _, head, _, *rows = capsys.readouterr().out.splitlines()
    assert title == "Value and gradient of functions of a few numbers:"
    assert head == "|  | dualgrad | f alone | eager | goal | reached |"
    assert len(rows) == 1 + len(program.engines.CALLS)
    assert all(re.search(r"\d (ns|µs|ms) \|", row) for row in rows)


def test_all_peers_are_listed(modes: Any, program: Any) -> None:
    """In the one file that `make bench` installs, with their versions."""
    lines = (FOLDER / "requirements.txt").read_text("utf-8").splitlines()
    listed = {line.partition("==")[0] for line in lines if re.fullmatch(r"\w+==[\d.]+", line)}
    pairs = [*modes.CONTENDERS.values(), *program.CONTENDERS.values()]
    contenders = [contender for contender, _ in pairs]
    assert {c.package for c in contenders} - {"autograd", "numpy", "sys"} == listed
