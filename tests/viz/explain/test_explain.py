"""Written solutions: every number that they state is evaluated, against the engine."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Value, cos, custom_partials, dot, parse, topological_order
from autograd.text.tables import Table
from tests.viz.explain.solutions import (
    FUNCTIONS,
    all_sides,
    equations,
    evaluated,
    facts,
    network,
    partials,
)
from viz import explain

over_graphs = pytest.mark.parametrize(
    ("f", "args"), [case[1:] for case in FUNCTIONS], ids=[case[0] for case in FUNCTIONS]
)


def recorded(f: Any, args: tuple[float, ...]) -> Value:
    names = f.names if hasattr(f, "names") else [f"weights[{i}]" for i in range(len(args))]
    root: Value = f(*[Value(x, name) for x, name in zip(args, names, strict=True)])
    return root


@over_graphs
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_number_is_right(f: Any, args: tuple[float, ...], language: str) -> None:
    for i in range(min(len(args), 3)):
        known = facts(f, args, i) | partials(recorded(f, args))
        by = f.names[i] if hasattr(f, "names") else f"weights[{i}]"
        found = explain(f, *args, by=by, paths=True, language=language, digits=15)
        count = 0
        for side, expected in all_sides(found, known):
            number = evaluated(side, known)
            assert number == pytest.approx(expected, rel=1e-9, abs=1e-12, nan_ok=True), side
            count += 1
        assert count > len(args)


@over_graphs
def test_rounded_numbers_are_the_nearest(f: Any, args: tuple[float, ...]) -> None:
    known = facts(f, args, 0) | partials(recorded(f, args))
    for left, *others in equations(explain(f, *args, digits=4).to_text()):
        if re.fullmatch(r"[-\d.e+]+|-?inf|nan", others[-1]):
            assert float(others[-1]) == pytest.approx(float(f"{known[left]:.4g}"), nan_ok=True)


def test_the_exercise_of_the_sheet() -> None:
    lines = explain(parse("(x+y)**2*z"), 1.0, 2.0, -6.0, paths=True).to_text()
    for line in (
        "f = (x + y)**2 * z",
        "v3 = v2**2 = 3**2 = 9",
        "∂v3/∂v2 = 2 * v2 = 2 * 3 = 6",
        "df/dv2 = df/dv3 * ∂v3/∂v2 = -6 * 6 = -36",
        "df/dx = ∂f/∂v3 * ∂v3/∂v2 * ∂v2/∂x = -6 * 6 * 1 = -36",
    ):
        assert f"  {line}\n" in lines, line


def test_a_value_that_stands_twice_has_a_sum() -> None:
    x = Value(3.0, "x")
    assert "∂f/∂x = x + x = 3 + 3 = 6" in str(explain(x * x))
    assert "∂f/∂x = 1 + 1 = 2" in str(explain(x + x))


def test_a_value_of_several_uses_has_a_sum_over_them() -> None:
    text = " ".join(str(explain(lambda x: x * cos(x), 0.5, mode="reverse")).split())
    assert "df/dx = df/df * ∂f/∂x + df/dv1 * ∂v1/∂x ≈ 1 * 0.877583 + 0.5 * (-0.479426)" in text


def test_modes_and_the_chosen_input() -> None:
    f = parse("x * y")
    assert "dx/dx" not in str(explain(f, 2.0, 3.0, mode="reverse"))
    forward = str(explain(f, 2.0, 3.0, mode="forward", by="y"))
    assert "df/dy = ∂f/∂y * dy/dy = 2 * 1 = 2" in forward
    assert "df/df" not in forward


def test_a_network_of_layers() -> None:
    """Parameters and neurons keep their names; every adjoint is the engine's."""
    model = nn.MLP(2, [2, 1], activation="tanh", seed=0)
    loss = (model(np.array([0.5, -1.0])) - 1.0) ** 2
    found = explain(loss, mode="reverse", digits=15)
    loss.backward()
    order = topological_order(loss)
    known = {x.name or f"v{i}": x.data for i, x in enumerate(order)} | {"f": loss.data}
    adjoints = {f"df/d{x.name or f'v{i}'}": x.grad for i, x in enumerate(order)}
    known |= adjoints | {"df/df": 1.0} | partials(loss)
    checked = {left for left, *_ in equations(found.to_text())}
    for side, expected in all_sides(found, known):
        assert evaluated(side, known) == pytest.approx(expected, rel=1e-9, abs=1e-12), side
    assert {f"df/d{x.name}" for x in model.parameters()} <= checked


def test_what_was_not_selected_passes_nothing_on() -> None:
    x, y = Value(0.0, "x"), Value(-1.0, "y")
    text = " ".join(str(explain(y.relu() * 2.0 + x.sqrt() * 0.0 + x)).split())
    assert "by way of ∂v1/∂y: the operand was not selected, or" in text
    assert "f does not depend on y" in text


@pytest.mark.parametrize("x", [0.5, -0.5])
def test_what_a_condition_selected_is_told(x: float) -> None:
    found = explain(parse("where(x > 0, sin(x), exp(x)) * x"), x)
    (sentence,) = [line for line in str(found).split("\n") if line.startswith("where selects")]
    left, _, right = sentence.partition("with these numbers: ")[2].strip(".").partition(" = ")
    assert found.lesson.values[left] == found.lesson.values[right]
    assert found.lesson.values[right] == pytest.approx(math.sin(x) if x > 0 else math.exp(x))
    assert "where selects" not in str(explain(parse("relu(x) * x"), x))


@pytest.mark.parametrize(
    ("formula", "x", "edges"),
    [
        ("abs(x)", 0.0, "∂f/∂x"),
        ("relu(x) * 2", 0.0, "∂v1/∂x"),
        ("maximum(x, 3)", 3.0, "∂f/∂x"),
        ("floor(x) * x", 2.0, "∂v1/∂x"),
        ("abs(x) + relu(x) + maximum(x, 3)", 0.001, ""),
        ("exp(x**3) * sqrt(x) - 1 / x", 1e-3, ""),
        ("x**4 + sin(1000 * x) + x * x", 0.0, ""),
        ("log(x)", 0.0, ""),
    ],
)
def test_kinks_are_told(formula: str, x: float, edges: str) -> None:
    text = " ".join(str(explain(parse(formula), x, mode="reverse")).split())
    assert (f"{edges}: the slopes to the left" in text) if edges else ("the slopes" not in text)


@over_graphs
def test_smooth_operations_have_no_kinks(f: Any, args: tuple[float, ...]) -> None:
    steps = explain(f, *args).lesson.steps
    assert not any(edge.kink for step in steps for edge in step.edges)


def test_a_rule_of_the_users_own_that_takes_no_symbols() -> None:
    @custom_partials(lambda y, x: 2.0 * math.fabs(x))
    def odd_square(x: float) -> float:
        return x * abs(x)

    assert "∂f/∂x = 6" in str(explain(odd_square(Value(3.0, "x"))))


def test_names_that_say_nothing_give_way_to_numbers() -> None:
    a, b = Value(2.0, "w"), Value(3.0, "w")
    assert "f = v0 * v1 = 2 * 3 = 6" in str(explain(a * b))
    assert "f = v0 * v1" in str(explain(Value(2.0, "v1") * Value(3.0)))


def test_many_paths_are_counted() -> None:
    x = Value(1.0, "x")
    y = x
    for _ in range(10):
        y = y + y.sin()
    assert "1,024 paths" in str(explain(y, paths=True))


def test_a_large_graph_is_told_in_part() -> None:
    x = Value(0.5, "x")
    y = x
    for _ in range(100):
        y = y.sin() + x
    found = explain(y, max_operations=10)
    text = str(found)
    assert "only its last 10 operations" in text
    assert len(found.lesson.steps) == 10
    y.backward()
    known = {f"v{i}": v.data for i, v in enumerate(topological_order(y))} | {"f": y.data, "x": 0.5}
    for left, *others in equations(text):
        if left in known:
            assert evaluated(others[-1], {}) == pytest.approx(known[left], rel=1e-5)
    by_name = {f"df/dv{i}": v.grad for i, v in enumerate(topological_order(y))}
    lines = [line for line in equations(text) if line[0] in by_name]
    assert len(lines) >= 3
    for left, *others in lines:
        assert float(others[-1]) == pytest.approx(by_name[left], rel=1e-5)


def test_a_deep_graph_and_a_wide_sum() -> None:
    xs = [Value(float(i), f"x{i}") for i in range(2000)]
    assert "f = dot(x0, x1, x2, " in str(explain(dot(xs, xs)))
    y = xs[1]
    for _ in range(20_000):
        y = y * 1.0001
    assert "The 19,940 operations before" in " ".join(str(explain(y)).split())


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: explain(3.0), TypeError, "takes a Value or a function, not 3.0"),
        (lambda: explain(Value(3.0)), ValueError, "nothing to explain"),
        (lambda: explain(lambda x: 3.0, 1.0), ValueError, "nothing to explain"),
        (lambda: explain(lambda x: [x, x], 1.0), ValueError, "returned 2: choose one"),
        (lambda: explain(network), ValueError, "explain() has nothing to differentiate"),
        (lambda: explain(lambda x: x * x, 1.0, mode="back"), ValueError, "unknown mode 'back'"),
        (lambda: explain(lambda x: x * x, 1.0, by="y"), ValueError, "unknown input 'y'"),
        (lambda: explain(lambda x: x * x, 1.0, language="fr"), ValueError, "unknown language"),
        (lambda: explain(lambda x: x * x, 1.0, digits=1), ValueError, "digits"),
        (lambda: explain(lambda x: x * x, 1.0, digits=18), ValueError, "at most 17"),
        (lambda: explain(Value(1.0) + 1.0, 2.0), TypeError, "a Value alone"),
    ],
)
def test_what_cannot_be_explained(call: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words.replace("(", r"\(").replace(")", r"\)")):
        call()


def test_new_data_is_noticed() -> None:
    x = Value(2.0, "x")
    y = x * x + 1.0
    x.data = 5.0
    with pytest.raises(ValueError, match="v1 is 4, but would be 25 by now: x got new data"):
        explain(y)


def test_repeated_parts_are_told_once() -> None:
    """Samples through a network: the first in full, the others as tables of right numbers."""
    X = np.array([[0.5, -1.0], [1.5, 2.0], [-0.5, 0.25], [2.0, 1.0], [0.1, 0.7]])
    model = nn.MLP(2, [2, 1], activation="tanh", seed=0)
    loss = sum((model(x) - 1.0) ** 2 for x in X)
    found = explain(loss, mode="reverse", digits=12)
    text = found.to_text()
    assert "repeat 3 more times" in text
    assert text.count("tanh(") <= 8  # of the first two samples; the first has another sum
    loss.backward()
    order = topological_order(loss)
    known = {x.name or f"v{i}": x.data for i, x in enumerate(order)} | partials(loss)
    known |= {f"df/d{x.name or f'v{i}'}": x.grad for i, x in enumerate(order)}
    tables = [part for part in found.parts if isinstance(part, Table) and part.headings[0] == ""]
    cells = [cell for table in tables for row in table.rows for cell in row[1:]]
    assert len(cells) > 60
    clear = [re.split(" [=≈] ", cell) for cell in cells]
    for name, number in clear:
        if name in known and not re.search(r"neurons\.\d+$", name):  # which stand several times
            assert float(number) == pytest.approx(known[name], rel=1e-9), name


def test_neurons_of_a_layer_stand_in_one_table() -> None:
    found = explain(nn.MLP(2, [8, 1], activation="tanh", seed=0)([0.5, -1.0]), mode="forward")
    table = next(part for part in found.parts if isinstance(part, Table))
    assert [row[0] for row in table.rows] == [str(i) for i in range(2, 9)]
    assert table.headings[-1] == "layers.0.neurons.0"
    assert table.rows[-1][-1].startswith("layers.0.neurons.7 ≈ ")


def test_a_condition_reads_alike_in_symbols_and_in_numbers() -> None:
    text = str(explain(Value(-2.0, "x").relu()))
    assert "∂f/∂x = 1 if x > 0 else 0 = 1 if -2 > 0 else 0 = 0" in text


def test_an_infinite_slope_is_no_small_change() -> None:
    assert "small h" not in str(explain(Value(0.0, "x").log()))
