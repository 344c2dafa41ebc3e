"""compare_modes: its rows, both Jacobians, the costs, and how a report shows and travels."""

from __future__ import annotations

import html
import json
import math
import pickle
import tracemalloc
import unicodedata
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Value, parse
from autograd.compare import Crossover, CrossoverPoint, ModeReport, compare_modes
from autograd.compare.agreement import ulps
from autograd.compare.cost import operations, peak_memory
from autograd.compare.rows import call_of, record
from autograd.text.words import shortened

INF, NAN = math.inf, math.nan


def compare(f: Callable[..., Any], *args: Any, **options: Any) -> ModeReport:
    """A report with as little timing as possible."""
    return compare_modes(f, *args, **{"repeats": 1, **options})


def exercise(x: Any, y: Any, z: Any) -> Any:
    return (x + y) ** 2 * z


def operations_of(f: Callable[..., Any], *args: Any) -> list[str]:
    return [row.operation for row in compare(f, *args).rows]


# The rows.


def test_the_exercise_row_by_row() -> None:
    report = compare(exercise, 1, 2, -6)
    assert [(r.id, r.name, r.operation, r.value, r.tangent, r.adjoint) for r in report.rows] == [
        ("v0", "x", "x", 1.0, (1.0, 0.0, 0.0), -36.0),
        ("v1", "y", "y", 2.0, (0.0, 1.0, 0.0), -36.0),
        ("v2", "", "v0 + v1", 3.0, (1.0, 1.0, 0.0), -36.0),
        ("v3", "", "v2 ** 2", 9.0, (6.0, 6.0, 0.0), -6.0),
        ("v4", "z", "z", -6.0, (0.0, 0.0, 1.0), 9.0),
        ("v5", "", "v3 * v4", -54.0, (-36.0, -36.0, 9.0), 1.0),
    ]
    assert report.value == -54.0
    assert report.forward_gradient.tolist() == report.reverse_gradient.tolist() == [-36, -36, 9]
    assert report.largest_difference == 0.0
    assert report.title == "exercise"
    assert report.differences_error is not None
    assert report.differences_error < 1e-9


def rosenbrock(x: Any) -> Any:
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def arm(angles: Any, lengths: Any) -> dict[str, Any]:
    a, b = angles
    return {
        "x": lengths[0] * np.cos(a) + lengths[1] * np.cos(a + b),
        "y": lengths[0] * np.sin(a) + lengths[1] * np.sin(a + b),
    }


def logistic_map(r: Any, x: Any) -> Any:
    for _ in range(20):
        x = r * x * (1.0 - x) if x < 0.9 else x / 2.0
    return x


def guarded_root(x: Any, y: Any) -> Any:
    return ag.where(x > 0.0, ag.sqrt(x), 0.0) + ag.maximum(x, y) * ag.relu(x)


CASES: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    (rosenbrock, (np.array([-1.2, 1.0, 0.5]),)),
    (arm, ((0.3, 0.4), [1.0, 2.0])),
    (logistic_map, (3.2, 0.3)),
    (guarded_root, (0.0, 0.0)),
    (lambda w, x: np.tanh(w @ x), (np.array([[0.1, -0.2], [0.3, 0.4]]), np.array([1.0, 2.0]))),
    (lambda x: x, (2.0,)),
    (lambda x: [x, x, x * x], (2.0,)),
]


@pytest.mark.parametrize(("f", "args"), CASES)
def test_rows_agree_with_the_jacobians(f: Callable[..., Any], args: tuple[Any, ...]) -> None:
    for output in range(len(compare(f, *args).outputs)):
        report = compare(f, *args, output=output)
        rows = {row.id: row for row in report.rows}
        result = report.outputs[output]
        assert rows[result.row].value == result.value == report.value
        assert rows[result.row].tangent == tuple(report.forward_gradient)
        by_name = {row.name: row.adjoint for row in report.rows if row.name}
        assert [by_name[name] for name in report.inputs] == report.reverse_gradient.tolist()
        # Each row's tangent and adjoint are derivatives by and of it: the chain rule at the inputs.
        for i, name in enumerate(report.inputs):
            (row,) = [row for row in report.rows if row.name == name]
            assert row.tangent == tuple(float(i == j) for j in range(len(report.inputs)))
        assert report.largest_difference <= 8.0
        assert not np.isnan(report.reverse_jacobian).any()


def test_differences_confirm_both_modes() -> None:
    for f, args in CASES:
        report = compare(f, *args)
        if f is not guarded_root:  # it has a kink there
            assert report.differences_error is not None
            assert report.differences_error < 1e-6


def test_infinite_slopes_keep_to_their_inputs() -> None:
    report = compare(lambda x, y: ag.sqrt(x) + y, 0.0, 3.0)
    assert report.forward_gradient.tolist() == report.reverse_gradient.tolist() == [INF, 1.0]
    assert report.rows[1].tangent == (INF, 0.0)


def test_nan_and_overflow_are_results() -> None:
    report = compare(lambda x, y: x * x * y, 1e200, NAN)
    assert report.value != report.value
    report = compare(lambda x: x * x, 1e300)
    assert report.value == INF
    assert report.reverse_gradient.tolist() == [2e300]
    assert report.largest_difference == 0.0


@pytest.mark.parametrize(
    ("f", "operation"),
    [
        (lambda x: x - 1, "v0 - 1"),
        (lambda x: 2.5 * x, "2.5 * v0"),
        (lambda x: x**-2, "v0 ** (-2)"),
        (lambda x: -2 / x, "(-2) / v0"),
        (lambda x: -x, "-v0"),
        (np.exp, "exp(v0)"),
        (lambda x: ag.where(x > 0, x, -1.0), "where(1, v0, -1)"),
        (lambda x: ag.dot([x, 2.0], [3.0, x]), "dot(v0, 2, 3, v0)"),
    ],
)
def test_operations_read_as_formulas(f: Callable[[Any], Any], operation: str) -> None:
    assert operations_of(f, 3.0) == ["x", operation]


def test_named_intermediates() -> None:
    def f(x: Any) -> Any:
        s = x * 2.0
        if isinstance(s, Value):
            s.name = "s"
        return s + 1.0

    report = compare(f, 1.0)
    assert [(row.name, row.operation) for row in report.rows[1:]] == [
        ("s", "v0 * 2"),
        ("", "v1 + 1"),
    ]
    assert "v1  s = v0 * 2" in str(report)


def test_unused_inputs_come_last() -> None:
    report = compare(lambda x, unused, y: x * y, 2.0, 7.0, 3.0)
    assert [row.name for row in report.rows] == ["x", "y", "", "unused"]
    assert report.rows[-1].id == "v3"
    assert report.rows[-1].adjoint == 0.0
    assert report.rows[-1].tangent == (0.0, 1.0, 0.0)
    assert report.reverse_gradient.tolist() == [3.0, 0.0, 2.0]


def test_constant_results() -> None:
    report = compare(lambda x: 5, 1.0)
    assert report.value == 5.0
    assert report.reverse_gradient.tolist() == report.forward_gradient.tolist() == [0.0]
    assert [row.operation for row in report.rows] == ["constant", "x"]


def test_values_of_the_caller_are_constants_and_stay_untouched() -> None:
    w = Value(3.0, "w")
    w.grad = 7.0
    report = compare(lambda x: w * 2.0 * x + w, 2.0)
    assert w.grad == 7.0
    assert report.reverse_gradient.tolist() == report.forward_gradient.tolist() == [6.0]
    (row,) = [row for row in report.rows if row.name == "w"]
    assert (row.tangent, row.adjoint) == ((0.0,), 5.0)


def test_arguments_changed_in_place() -> None:
    def f(x: Any) -> Any:
        x[0] = x[1] * 2.0
        return x[0] * x[1]

    given = np.array([1.0, 3.0])
    assert compare(f, given).reverse_gradient.tolist() == [0.0, 12.0]
    assert given.tolist() == [1.0, 3.0]


# Names.


def test_inputs_are_named_by_the_signature() -> None:
    def f(x: Any, w: Any, *rest: Any, scale: float = 2.0) -> Any:
        return (x + np.sum(w) + rest[0] * rest[1]["b"]) * scale

    report = compare(f, 1.0, np.ones((1, 2)), 2.0, {"b": 3.0})
    assert report.inputs == ("x", "w[0,0]", "w[0,1]", "rest[0]", "rest[1]['b']")


def test_functions_without_a_signature() -> None:
    class Strange:
        __signature__ = "none"

        def __call__(self, a: Any, b: Any) -> Any:
            return a * b

    assert compare(Strange(), 1.0, 2.0).inputs == ("x0", "x1")


def test_outputs_are_named_by_their_place() -> None:
    report = compare(lambda x: {"b": x * np.ones((1, 2)), "a": x}, 3.0, output=-1)
    places = [(out.name, out.value) for out in report.outputs]
    assert places == [("result['a']", 3.0), ("result['b'][0,0]", 3.0), ("result['b'][0,1]", 3.0)]
    assert report.output == 2
    assert "adjoints and gradients are of result['b'][0,1] (v2)" in str(report)


def test_titles() -> None:
    assert compare(parse("x**2"), 1.0).title == "x**2"
    assert compare(lambda x: x, 1.0).title == "f"


# Costs.


def test_operations_counted_by_hand() -> None:
    report = compare(exercise, 1.0, 2.0, -6.0)
    # 3 applications; +, ** and × have 2, 1 and 2 edges: 3, 1 and 3 operations for a tangent.
    assert report.forward.operations == 3 + 3 * (3 + 1 + 3)
    # 5 products with partials; of 5 shares each comes to a node of its own.
    assert report.reverse.operations == 3 + 5
    twice = compare(lambda x: x + x, 1.0)
    assert twice.forward.operations == 1 + 3
    assert twice.reverse.operations == 1 + 3
    constant = compare(lambda x: x * 0 + 1, 1.0)
    assert constant.reverse.operations == 2 + 2


def test_unselected_operands_cost_nothing() -> None:
    chosen = compare(lambda x: ag.where(True, x, ag.exp(x)), 1.0)
    assert chosen.reverse.operations == 2 + 1


@pytest.mark.parametrize(("f", "args"), CASES)
def test_a_reverse_sweep_is_cheap(f: Callable[..., Any], args: tuple[Any, ...]) -> None:
    """At most four times the arithmetic of f, n-ary primitives taken as so many binary ones."""
    run = record(call_of(f, args))
    arithmetic = sum(max(1, len(x.operands) - 1) for x in run.nodes if x.op is not None)
    _, reverse = operations(run)
    assert reverse <= 4 * arithmetic * len(run.outputs.numbers)


def test_costs_are_measured() -> None:
    report = compare_modes(arm, (0.3, 0.4), [1.0, 2.0], repeats=2)
    for cost, mode, sweeps, width in (
        (report.forward, "forward", 1, 4),
        (report.reverse, "reverse", 2, 1),
    ):
        assert (cost.mode, cost.sweeps, cost.width) == (mode, sweeps, width)
        assert cost.seconds > 0.0
        assert cost.memory > 0


def test_the_cheaper_mode_and_why() -> None:
    many_inputs = compare(exercise, 1.0, 2.0, -6.0)
    assert many_inputs.cheaper == "reverse"
    assert "3 inputs → 1 output" in many_inputs.why
    assert "(8 operations against 24)" in many_inputs.why
    many_outputs = compare(lambda x: np.exp(np.sin(x)) * np.ones(5), 1.0)
    assert many_outputs.cheaper == "forward"
    assert "1 input → 5 outputs: a single pass does for all outputs" in many_outputs.why
    neither = compare(np.exp, 1.0)
    assert neither.cheaper == "neither"
    assert neither.why == "Both modes cost the same for 1 input → 1 output: 2 operations."
    separate = compare(lambda x: x * x, np.ones(3))
    assert separate.cheaper == "reverse"
    assert "visits only what its output depends on" in separate.why


def test_memory_grows_with_the_graph_and_leaves_tracing_as_it_was() -> None:
    def chain(n: int) -> Callable[[], Any]:
        def run() -> Any:
            x = Value(1.0)
            for _ in range(n):
                x = x * 1.5
            return x

        return run

    assert not tracemalloc.is_tracing()
    assert peak_memory(chain(2000)) > 5 * peak_memory(chain(200)) > 0
    assert not tracemalloc.is_tracing()
    tracemalloc.start()
    try:
        assert peak_memory(chain(10)) > 0
        assert tracemalloc.is_tracing()
    finally:
        tracemalloc.stop()


# The crossover.


def test_crossover_is_measured_on_copies() -> None:
    report = compare(lambda w, x: np.array([w[0] * x, w[1] * x]), np.ones(127), 2.0, crossover=True)
    assert report.crossover is not None
    points = report.crossover.points
    assert [p.inputs for p in points] == [128, 256, 512]
    assert all(p.forward_seconds > 0.0 and p.reverse_seconds > 0.0 for p in points)
    assert points[2].forward_operations > 3.5 * points[1].forward_operations
    assert points[2].reverse_operations < 2.1 * points[1].reverse_operations
    assert report.crossover.by_operations == 128
    assert "For the sum of f over" in str(report)


def test_crossover_of_more_inputs_than_the_largest_size() -> None:
    report = compare(np.sum, np.ones(600), crossover=True, differences=False)
    assert report.crossover is not None
    assert [p.inputs for p in report.crossover.points] == [600]


@pytest.mark.parametrize(
    ("reverse", "start"),
    [((9, 9, 9), 1), ((11, 9, 9), 2), ((9, 11, 9), 4), ((9, 9, 11), None), ((10, 10, 10), None)],
)
def test_crossover_is_where_reverse_stays_cheaper(
    reverse: tuple[int, ...], start: int | None
) -> None:
    points = [
        CrossoverPoint(n, 10, r, 10.0, float(r)) for n, r in zip((1, 2, 4), reverse, strict=True)
    ]
    crossover = Crossover(points)
    assert crossover.by_operations == crossover.by_time == start
    assert ("not up to 4 inputs" in str(crossover)) == (start is None)


# How it shows.


def columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def test_text_reads_as_the_exercise() -> None:
    text = str(compare(parse("(x+y)**2*z"), 1, 2, -6))
    assert text.splitlines()[:5] == [
        "(x+y)**2*z",
        "3 inputs → 1 output; value -54",
        "gradient (-36, -36, 9) in both modes",
        "",
        "    operation  value  tangent by x  by y  by z  adjoint",
    ]
    assert "v5  v3 * v4      -54           -36   -36     9        1" in text.splitlines()
    assert "The modes agree over the gradient to the last bit." in text


@pytest.mark.parametrize("x", [1.0, -1.23456789e-300, NAN, -INF])
def test_columns_align(x: float) -> None:
    text = str(compare(parse("权重*x + é + averyveryverylongname" + "x" * 60), x, 2.0, 3.0, 4.0))
    trace, gradient = text.split("\n\n")[1:3]
    for table in (trace, gradient):
        assert len({columns(line) for line in table.splitlines()}) == 1
    assert max(columns(line) for line in text.splitlines()) < 240


def test_modes_that_differ_say_so() -> None:
    report = compare(lambda x: x * 0.1 + x * 0.2 + x * 0.3, 1.0)
    report.forward_jacobian[0, 0] = np.nextafter(report.reverse_jacobian[0, 0], INF)
    text = str(report)
    assert "in reverse mode\ngradient (0.6) in forward mode" in text
    assert "The modes differ by up to 1 ulp over the gradient." in text


def test_large_reports_are_abbreviated_and_say_so() -> None:
    report = compare(lambda x: np.sum(x * x), np.arange(100.0))
    text = report.to_text()
    assert "Shown are tangents by 6 of 100 inputs (all: max_inputs=None) and 40 of 201 rows" in text
    assert len(text.splitlines()) < 110
    assert "v200" in text
    assert "v100 " not in text
    full = report.to_text(max_rows=None, max_inputs=None)
    assert "Shown" not in full
    assert "v100 " in full
    assert full.count("by x[99]") == 1
    assert len(report.rows) == 201


def test_long_operations_are_shortened_in_tables_only() -> None:
    report = compare(np.sum, np.ones(50))
    assert report.rows[-1].operation.count("v") == 50
    assert "…" in str(report)


def test_operands_are_left_out_whole() -> None:
    report = compare(np.sum, np.ones(50))
    assert "  sum(v0, v1, v2, v3, …, v47, v48, v49)  " in str(report)
    assert shortened("f(" + "x" * 50 + ", y)") == "f(" + "x" * 25 + "…" + "x" * 9 + ", y)"
    assert columns(shortened("f(" + ", ".join(["重み"] * 99) + ")")) <= 40


def awkward(x: Any) -> Any:
    y = x * 2.0
    if isinstance(y, Value):
        y.name = "a|b `c` <i>\n$d$"
    return y


def test_markdown_takes_nothing_for_markup() -> None:
    markdown = compare(awkward, 1.0).to_markdown()
    assert r"| `v1` | `` a\|b `c` <i> $d$ = v0 * 2 `` | 2 | 2 | 1 |" in markdown
    assert r"\*\*" in compare(parse("x**2"), 1.0).to_markdown()
    assert "| `v1` | `v0 ** 2` |" in compare(parse("x**2"), 1.0).to_markdown()


def test_html_is_escaped_and_whole() -> None:
    shown = compare(awkward, 1.0)._repr_html_()
    assert "<i>" not in shown
    assert html.escape("a|b `c` <i> $d$ = v0 * 2") in shown
    assert shown.count("<table>") == shown.count("</table>") == 3
    assert shown.startswith("<div>")


def test_json_holds_everything_in_full() -> None:
    report = compare(lambda x, y: ag.log(x) * y / 3.0, 0.0, 0.1, crossover=True)
    told = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    assert told["value"] == "-inf"
    assert told["reverse_gradient"] == ["inf", "-inf"]
    assert told["rows"][1]["operation"] == "log(v0)"
    assert told["inputs"] == ["x", "y"]
    assert told["forward"]["operations"] == report.forward.operations
    assert told["crossover"]["points"][0]["inputs"] == 2
    third = compare(lambda x: x / 3.0, 1.0).to_dict()
    assert third["value"] == 1.0 / 3.0


def test_reports_pickle() -> None:
    report = compare(lambda x, y: x * y, 2.0, 3.0, crossover=True)
    again = pickle.loads(pickle.dumps(report))
    assert str(again) == str(report)
    assert again.rows == report.rows


def test_repr_is_short() -> None:
    assert repr(compare(parse("+".join(["x"] * 1000)), 1.0)).count("x") < 40


def test_differences_can_be_left_out() -> None:
    report = compare(exercise, 1.0, 2.0, 3.0, differences=False)
    assert report.central_differences is None
    assert report.differences_error is None
    assert "ifferences" not in str(report)


def test_differences_where_f_fails_beside_the_point() -> None:
    def f(x: Any, y: Any) -> Any:
        if x < 1.0:
            raise ValueError("below 1")
        return [x * y] if y <= 2.0 else [x, y]

    report = compare(f, 1.0, 2.0)
    assert report.central_differences is not None
    assert np.isnan(report.central_differences).all()
    assert "Central differences are finite nowhere." in " ".join(str(report).split())


@pytest.mark.parametrize(
    ("text", "args", "said"),
    [
        ("x / y", (1.0, 0.0), "No entry is finite both in reverse mode and by central differences"),
        ("x - x", (1.0,), "Central differences agree exactly."),
        (
            "x - x + 0 * sqrt(y)",
            (1.0, 0.0),
            "Central differences agree exactly where both are finite.",
        ),
        ("x**3", (1.0,), "of its largest entry."),
    ],
)
def test_how_differences_compare(text: str, args: tuple[float, ...], said: str) -> None:
    assert said in " ".join(str(compare(parse(text), *args)).split())


# Bad input.


def none(x: Any) -> None:
    return None


@pytest.mark.parametrize(
    ("f", "args", "error", "message"),
    [
        (3.0, (1.0,), TypeError, "takes a function, not 3.0 of type float"),
        (exercise, (), TypeError, "exercise cannot be called with 0 arguments: missing"),
        (exercise, (1.0, 2.0, 3.0, 4.0), TypeError, "called with 4 arguments: too many"),
        (lambda: 1.0, (), ValueError, "nothing to differentiate <lambda> by"),
        (np.sum, (np.zeros(0),), ValueError, "nothing to differentiate sum by"),
        (none, (1.0,), TypeError, "none returned None: is a `return` missing?"),
        (lambda x: "text", (1.0,), TypeError, "<lambda> returned 'text', which is no number"),
        (lambda x: (), (1.0,), ValueError, "<lambda> returned no number"),
        (exercise, (1.0, np.array([True]), 2.0), TypeError, "y is an array of bool"),
        (exercise, (1.0, "a", 2.0), TypeError, "y takes a number, not the text 'a'"),
        (exercise, (1.0, 2.0, True), TypeError, "z is True, which has no derivatives"),
        (exercise, (1.0, 2.0, 3j), TypeError, "z takes real numbers, not the complex 3j"),
        (exercise, (1.0, Value(2.0), 3.0), TypeError, r"y takes a plain number, not Value\(2.0\)"),
        (lambda w: w[0]["b"], ([{"b": "c"}],), TypeError, r"w\[0\]\['b'\] takes a number"),
    ],
)
def test_bad_input_is_named(f: Any, args: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        compare(f, *args)


def test_bad_options_are_named() -> None:
    with pytest.raises(ValueError, match="output=1 asks for an output of exercise that is not"):
        compare(exercise, 1.0, 2.0, 3.0, output=1)
    with pytest.raises(ValueError, match="repeats must be at least 1, not 0"):
        compare(exercise, 1.0, 2.0, 3.0, repeats=0)
    with pytest.raises(TypeError, match="integer"):
        compare(exercise, 1.0, 2.0, 3.0, output=0.5)


def test_what_f_raises_comes_through() -> None:
    def f(x: Any) -> Any:
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        compare(f, 1.0)
    assert not tracemalloc.is_tracing()


# Distances.


@pytest.mark.parametrize(
    ("a", "b", "distance"),
    [
        (1.0, 1.0, 0.0),
        (0.0, -0.0, 0.0),
        (NAN, NAN, 0.0),
        (INF, INF, 0.0),
        (INF, -INF, INF),
        (NAN, 1.0, INF),
        (INF, 1.0, INF),
        (1.0, math.nextafter(1.0, 2.0), 1.0),
        (3.0, math.nextafter(3.0, 0.0), 1.0),
        (5e-324, 0.0, 1.0),
    ],
)
def test_ulps(a: float, b: float, distance: float) -> None:
    assert ulps(a, b) == ulps(b, a) == distance
