"""Functions in Python, C and JavaScript compute what the program does; loops stay loops."""

from __future__ import annotations

import math
import random
import re
import sys
from collections import namedtuple
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from subprocess import run
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import TABLE, Tensor, Value, custom_partials, exp, grad, tanh, value_and_grad
from autograd.program.program import Program
from autograd.program.trace import trace
from autograd.transforms import tree
from tests.languages import ULPS, compiled, from_node
from tests.programs import RUNNERS, Case, check, flat, follows, run_python, straight


def numbers(*shape: int, seed: int = 0) -> Any:
    return np.random.default_rng(seed).uniform(-1.0, 1.0, shape)


def network(params: Any, x: Any) -> Any:
    h = np.maximum(params["w"] @ x + params["b"], 0.0)
    h = np.tanh(params["w2"] @ h)
    return params["v"] @ h


PARAMS = {"w": numbers(6, 2), "b": numbers(6), "w2": numbers(6, 6), "v": numbers(6)}


def by_hand(weights: Any, outer: Any, xs: Any) -> Any:
    total = 0.0
    for x in xs:
        hidden = []
        for row in weights:
            z = 0.0
            for w, xi in zip(row, x, strict=True):
                z = z + w * xi
            hidden.append(tanh(z))
        for v, h in zip(outer, hidden, strict=True):
            total = total + v * h
    return total


def logistic(r: Any, x: Any) -> Any:
    for _ in range(50):
        x = r * x * (1.0 - x)
    return x


def newton(a: Any) -> Any:
    x = a
    while abs(x * x - a) > 1e-10:
        x = (x + a / x) / 2.0
    return x


DATA = numbers(10, 3, seed=5)


def fitted(w: Any) -> Any:
    return sum([(np.dot(w, row[:2]) - row[2]) ** 2 for row in DATA])


def rosenbrock(x: Any) -> Any:
    return sum([100.0 * (b - a * a) ** 2 + (1.0 - a) ** 2 for a, b in pairwise(x)])


def running(xs: Any) -> Any:
    sums = [xs[0]]
    for x in xs[1:]:
        sums.append(sums[-1] + x * x)
    return {"sums": np.array(sums), "last": (sums[-1], None)}


def corners(a: Any) -> Any:
    return np.array([np.trace(a), np.sum(a), a[0, 0] * a[-1, -1]]), a.T, a[::-1, ::-1]


def mixed(x: Any, *, scale: Any, **more: Any) -> Any:
    return [scale * x, {"b": more["offset"] + x, "a": 2.0, "c": True}, (), None]


W = Tensor(numbers(3, 2, seed=8), name="W")
SLOPE, NAMELESS = Value(0.5, "slope"), Value(-2.0)
MANY = [Value(float(k), f"layer.{k}.weight") for k in range(20)]


def outside(x: Any) -> Any:
    return np.sum(np.tanh(W @ x)) * SLOPE + NAMELESS


def many_outside(x: Any) -> Any:
    return sum([w * x for w in MANY])


def around_zero(x: Any, y: Any) -> Any:
    if x > 0.0 and not y > x:
        return x * y
    return x if x == -1.0 else y


SUBJECTS: dict[str, tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]] = {
    "formula": (lambda x, y, z: (x + y) ** 2 * z, (1.0, 2.0, -6.0), {}),
    "network": (value_and_grad(network), (PARAMS, numbers(2)), {}),
    "neurons by hand": (
        value_and_grad(by_hand, (0, 1, 2)),
        (numbers(8, 3), numbers(8), numbers(5, 3)),
        {},
    ),
    "logistic map": (value_and_grad(logistic, (0, 1)), (3.5, 0.25), {}),
    "newton": (value_and_grad(newton), (2.0,), {}),
    "data": (value_and_grad(fitted), (numbers(2),), {}),
    "rosenbrock": (value_and_grad(rosenbrock), (numbers(12),), {}),
    "running sums": (running, (numbers(9),), {}),
    "corners": (corners, (numbers(4, 4),), {}),
    "structures": (mixed, (numbers(3),), {"scale": 2.0, "offset": 0.5}),
    "lists": (lambda x: x["p"][0][1] * x["q"], ({"p": [(1.0, 2.0)], "q": 3.0},), {}),
    "from outside": (value_and_grad(outside), (numbers(2),), {}),
    "much from outside": (value_and_grad(many_outside), (1.5,), {}),
    "branches": (value_and_grad(around_zero, (0, 1)), (2.0, 1.0), {}),
    "another branch": (value_and_grad(around_zero, (0, 1)), (-1.0, 1.0), {}),
    "nothing": (lambda: 2.0, (), {}),
    "the input": (lambda x: (x, x), (numbers(2, 2),), {}),
    "awkward names": (
        lambda exp, lambda_, v3, t0, inputs: np.exp(exp) * lambda_ + v3 - t0 / inputs,
        (1.0, 2.0, 3.0, 4.0, 5.0),
        {},
    ),
    "more names": (lambda _, ValueError, i: _ * np.exp(i) + ValueError, (2.0, 3.0, numbers(6)), {}),
    "outer product": (
        lambda a, b: np.outer(np.exp(a), np.tanh(b)),
        (numbers(5), numbers(7)),
        {},
    ),
    "letters": (
        lambda i, j: np.array([i[k] * j[0] for k in range(5)]),
        (numbers(5), numbers(2)),
        {},
    ),
    "empty": (lambda x: np.sum(x) + 1.0, (np.zeros((0, 2)),), {}),
    "special numbers": (lambda x: [x * math.inf, x - math.nan, x * -0.0, x + 5e-324], (1.0,), {}),
    "0-d": (lambda x: x * 2.0, (np.array(2.0),), {}),
}


def subject_case(name: str) -> Case:
    f, args, kwargs = SUBJECTS[name]
    program = trace(f, *args, **kwargs)
    own = [float(x) for x in flat_arguments(args, kwargs)]
    chance = random.Random(name)
    others = [[chance.uniform(-2.0, 2.0) for _ in own] for _ in range(4)]
    return Case(name, program, [own, *others])


def flat_arguments(args: Any, kwargs: Any) -> list[float]:
    return [x for leaf in tree.flatten((args, kwargs)) for x in np.ravel(leaf).tolist()]


def eager(case: Case) -> list[list[float]]:
    """What the functions themselves give."""
    f, _, _ = SUBJECTS[case.name]
    results = []
    for point in case.points:
        args, kwargs = case.program.inputs.unflatten(point)
        results.append(flat(case.program, f(*args, **kwargs)))
    return results


def followed(case: Case) -> Case:
    """The case at those points that take its path, the first of them where it was recorded."""
    points = [point for point in case.points if follows(case.program, point)]
    assert case.points[0] in points
    return replace(case, points=points)


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return [subject_case(name) for name in SUBJECTS]


@pytest.mark.parametrize("runner", RUNNERS)
def test_functions(runner: str, cases: list[Case], tmp_path: Path) -> None:
    own = list(map(followed, cases))
    check(own, RUNNERS[runner](own, tmp_path), list(map(eager, own)), ULPS.get(runner, 4))


@pytest.mark.parametrize("runner", RUNNERS)
def test_other_paths_are_refused(runner: str, tmp_path: Path) -> None:
    case = subject_case("branches")
    case.points = [[2.0, 1.0], [-2.0, 1.0], [1.0, 2.0], [math.nan, 1.0]]
    results = RUNNERS[runner]([case], tmp_path)[0]
    assert [result is None for result in results] == [False, True, True, True]


def test_python_is_exact(cases: list[Case], tmp_path: Path) -> None:
    for case, results in zip(cases, run_python(cases, tmp_path), strict=True):
        for got, want in zip(results, straight(case), strict=True):
            assert got is None or repr(got) == repr(want)


def random_program(seed: int) -> Case:
    """Statements in runs that are regular, nearly regular or not at all."""
    chance = random.Random(seed)

    def f(x: Any, y: Any) -> Any:
        known = [*x, *y]
        for _ in range(chance.randrange(2, 7)):
            stride, start = chance.choice([1, 1, 2, 3, -1]), chance.randrange(len(known))
            other, state = chance.choice(known), chance.choice(known)
            kind = chance.randrange(6)
            for k in range(chance.randrange(1, 8)):
                a = known[(start + stride * k) % len(known)]
                if chance.random() < 0.05:
                    a = chance.choice(known)
                if kind == 0:
                    known.append(a * other)
                elif kind == 1:
                    state = tanh(state + a)
                    known.append(state)
                elif kind == 2:
                    known.append(np.dot(np.array(known[:3]), np.array([a, other, float(k)])))
                elif kind == 3:
                    known += [a - 0.5 * k, other * a]
                elif kind == 4:
                    middle = tanh(a)
                    known += [middle * b for b in known[: chance.choice([4, 4, 5])]]
                else:
                    known.append(TABLE["sum"](*known[k : k + 4], a))
        return np.array(known[-20:]), known[-1]

    program = trace(f, numbers(4), numbers(2, 3).ravel())
    points = [numbers(10, seed=seed + k).tolist() for k in range(2)]
    return Case(f"random {seed}", program, points)


@settings(max_examples=50)
@given(st.integers(0, 10**9))
def test_random_programs_in_python(seed: int) -> None:
    case = random_program(seed)
    assert run_python([case], Path())[0] == straight(case)


@pytest.mark.parametrize("runner", RUNNERS)
def test_random_programs(runner: str, tmp_path: Path) -> None:
    own = [random_program(seed) for seed in range(30)]
    check(own, RUNNERS[runner](own, tmp_path), list(map(straight, own)), ULPS.get(runner, 4))


@pytest.mark.parametrize("runner", RUNNERS)
def test_a_wrong_program_is_noticed(runner: str, tmp_path: Path) -> None:
    case = followed(subject_case("data"))
    wrong = replace(case.program, constants=case.program.constants * (1.0 + 1e-12))
    results = RUNNERS[runner]([replace(case, program=wrong)], tmp_path)
    with pytest.raises(AssertionError):
        check([case], results, [eager(case)], ULPS.get(runner, 4))


# Whole files.


def test_python_file(tmp_path: Path) -> None:
    program = subject_case("network").program
    (tmp_path / "net.py").write_text(program.source())
    code = (
        f"import net, sys\n"
        f"params = { {k: v.tolist() for k, v in PARAMS.items()} }\n"
        f"print(net.value_and_gradient_of_network(params, {numbers(2).tolist()})[0])\n"
        "assert not {'numpy', 'autograd'} & set(sys.modules)"
    )
    done = run(
        [sys.executable, "-S", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    case = subject_case("network")
    assert float(done.stdout) == straight(case)[0][0]


@pytest.mark.parametrize("name", ["network", "from outside", "newton", "nothing"])
def test_c_file(name: str, tmp_path: Path) -> None:
    compiled(subject_case(name).program.source("c"), tmp_path)


def test_javascript_file(tmp_path: Path) -> None:
    module = subject_case("formula").program.source("javascript")
    assert from_node(f"{module}results.push(lambda_(1, 2, -6));", np.zeros(0), tmp_path) == [-54.0]


def test_c_tells_the_layout() -> None:
    text = trace(network, PARAMS, numbers(2)).source("c")
    for line in (
        "inputs[0 .. 5]  params['b'], 6",
        "inputs[12 .. 23]  params['w'], 6 x 2",
        "inputs[60 .. 61]  x, 2",
        "captured: none",
        "outputs[0]  result",
        "int run_network(const double *inputs, const double *captured, double *outputs) {",
    ):
        assert line in text


def test_what_was_captured_is_told() -> None:
    program = trace(outside, numbers(2))
    scope: dict[str, Any] = {}
    exec(program.source(), scope)
    nested = tuple([tuple([x.data for x in row]) for row in W])
    assert scope["outside"].__kwdefaults__ == {"W": nested, "slope": 0.5, "captured_17": -2.0}
    assert "slope = 0.5" in program.source("javascript")
    assert "W, 3 x 2" in program.source("c")


# What a student reads.


def body(f: Callable[..., Any], *args: Any) -> list[str]:
    """The statements of the function in Python."""
    text = trace(f, *args).source().rpartition('"""\n')[2]
    return [line.strip() for line in text.splitlines()]


def test_one_statement_an_instruction() -> None:
    assert body(lambda x, y, z: (x + y) ** 2 * z, 1.0, 2.0, -6.0) == [
        "v2 = x + y",
        "v3 = pow(v2, 2.0)  # v2 ** 2.0",
        "v5 = v3 * z",
        "return v5",
    ]


def test_layers_are_loops() -> None:
    assert body(network, PARAMS, numbers(2)) == [
        "v16 = [dot(*params['w'][i], *x) for i in range(6)]",
        "v18 = [v16[i] + params['b'][i] for i in range(6)]",
        "v19 = [maximum(v18[i], 0.0) for i in range(6)]",
        "v50 = [dot(*params['w2'][i], *v19) for i in range(6)]",
        "v51 = [tanh(v50[i]) for i in range(6)]",
        "v92 = dot(*params['v'], *v51)",
        "return v92",
    ]


def test_steps_are_loops() -> None:
    lines = body(logistic, 3.5, 0.25)
    assert "for i in range(1, 50):" in lines
    assert lines[-4:] == [
        "v2 = r * v4[i - 1]",
        "v3 = 1.0 - v4[i - 1]",
        "v4[i] = v2 * v3",
        "return v4[49]",
    ]


def test_loops_of_loops() -> None:
    lines = body(lambda a, b: np.outer(np.exp(a), b), numbers(5), numbers(7))
    assert [line for line in lines if line.startswith("for ")] == [
        "for i in range(5):",
        "for j in range(7):",
    ]
    assert len(lines) == 6


def test_numbers_that_differ_are_a_table() -> None:
    lines = body(lambda w: np.array([exp(w) * k for k in (3.0, 1.0, 4.0, 1.5)]), 1.0)
    assert lines[0] == "c0 = (3.0, 1.0, 4.0, 1.5)"
    assert lines[-1] == "return v2"


def test_what_only_its_own_repetition_reads_is_no_array() -> None:
    def f(xs: Any) -> Any:
        total = 0.0
        for x in xs:
            total = total + exp(x) * total
        return total

    lines = trace(f, numbers(300)).source("c").splitlines()
    arrays = [line for line in lines if re.search(r"double v\d+\[300\]", line)]
    assert len(arrays) == 2  # exp(x), which can be computed at once, and total


def test_length_does_not_grow_with_the_program() -> None:
    few, many = (trace(value_and_grad(logistic, (0, 1)), 3.5, 0.25), None)

    def longer(r: Any, x: Any) -> Any:
        for _ in range(400):
            x = r * x * (1.0 - x)
        return x

    many = trace(value_and_grad(longer, (0, 1)), 3.5, 0.25)
    for language in ("python", "c", "javascript"):
        assert many.source(language).count("\n") == few.source(language).count("\n")


def test_comparisons_are_checked() -> None:
    text = trace(around_zero, 2.0, 1.0).source()
    assert "if not 0.0 < x:" in text
    assert "0.0 < x was True when this was recorded: if x > 0.0 and not y > x:" in text
    assert "if x < y:" in text


# Names.


@pytest.mark.parametrize("language", ["python", "c", "javascript"])
def test_no_text_ends_a_comment_or_a_string(language: str, tmp_path: Path) -> None:
    bad = '*/ }\n"\'\\ ??/ /* """ ${x} é'
    program = trace(lambda x: {bad: x[bad] * Value(2.0, bad)}, {bad: 1.5})
    guard_line = trace(around_zero, 2.0, 1.0).guards[0].line._replace(path=bad, number=1)
    program = replace(program, name=bad)
    case = Case("bad", program, [[1.5]])
    assert RUNNERS[language]([case], tmp_path) == [[[3.0]]]
    assert bad not in program.source(language)
    branching = trace(around_zero, 2.0, 1.0)
    guards = tuple(replace(guard, line=guard_line) for guard in branching.guards)
    case = Case("bad", replace(branching, guards=guards), [[2.0, 1.0], [-2.0, 1.0]])
    assert RUNNERS[language]([case], tmp_path) == [[[2.0], None]]


@pytest.mark.parametrize(
    "name", ["total", "exp", "lambda", "int", "class", "2x", "ñ", "", "math", "range", "dot", "f-1"]
)
@pytest.mark.parametrize("language", ["python", "c", "javascript"])
def test_functions_and_arguments_of_any_name(language: str, name: str, tmp_path: Path) -> None:
    program = replace(trace(lambda x: np.exp(np.sum(x)), numbers(5)), name=name)
    inputs = replace(program.inputs, places=[name])
    program = replace(program, inputs=inputs)
    if language == "python":
        scope: dict[str, Any] = {}
        exec(program.source(), scope)
        function = [v for k, v in scope.items() if v.__class__.__name__ == "function"][-1]
        wanted = math.exp(math.fsum(numbers(5)))  # from Python 3.12 on, sum() is more exact
        assert function(numbers(5).tolist()) == pytest.approx(wanted, rel=1e-15)
    elif language == "c":
        compiled(program.source("c"), tmp_path)
    else:
        from_node(program.source("javascript"), np.zeros(0), tmp_path)


# Refusals.


@custom_partials(lambda y, x: 2.0 * x)
def square_of_mine(x: float) -> float:
    return x * x


Point = namedtuple("Point", "x y")


@pytest.mark.parametrize(
    ("program", "language", "message"),
    [
        (trace(exp, 1.0), "pyton", r"unknown language 'pyton' \(did you mean 'python'\?\); there"),
        (trace(exp, 1.0), "rust", "there are python, c, javascript, dot, latex"),
        (trace(square_of_mine, 1.0), "python", "<primitive square_of_mine> has no form in python"),
        (trace(lambda x: (x, 1j), 1.0), "python", r"result\[1\] is 1j: only numbers"),
        (trace(lambda x: x[len], {len: 1.0}), "python", "the key <built-in function len>"),
    ],
)
def test_refused(program: Program, language: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        program.source(language)


def test_named_tuples_are_tuples() -> None:
    program = trace(lambda p: Point(p.x + p.y, p.x), Point(1.0, 2.0))
    scope: dict[str, Any] = {}
    exec(program.source(), scope)
    assert scope["lambda_"]((1.0, 2.0)) == (3.0, 1.0)


def test_the_gradient_of_a_gradient(tmp_path: Path) -> None:
    program = trace(grad(grad(lambda x: tanh(x) * x)), 0.5)
    case = Case("second", program, [[0.5], [-1.5]])
    want = [[grad(grad(lambda x: tanh(x) * x))(x)] for x in (0.5, -1.5)]
    check([case], run_python([case], tmp_path), [want], 1)
