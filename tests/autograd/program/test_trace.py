"""Tracing writes down what a function computes, and refuses what it would freeze."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Value, compare_modes, grad, hessian, hvp, jacobian, jit, jvp, value_and_grad
from autograd.program.machine import Machine
from autograd.program.program import Program
from autograd.program.trace import TraceError, trace
from autograd.transforms import tree


def run(program: Program, *numbers: float) -> list[float]:
    """The outputs of a program at these inputs."""
    ready = Machine(program, [False] * len(numbers))
    outputs, failed = ready.run(np.array(numbers), np.empty((1, 0)))
    assert failed is None or failed.tolist() == [-1]
    found: list[float] = outputs[0].tolist()
    return found


def test_listing() -> None:
    program = trace(lambda x, y, z: (x + y) ** 2 * z, 1.0, 2.0, -6.0)
    assert str(program).splitlines()[1:] == [
        "  v0 = x",
        "  v1 = y",
        "  v2 = v0 + v1",
        "  v3 = v2 ** 2.0",
        "  v4 = z",
        "  v5 = v3 * v4",
        "  return v5",
    ]


def test_numbers_are_those_of_compare_modes() -> None:
    def f(x: Any, y: Any) -> Any:
        return ag.sin(x) * y + x / 2.0

    report = compare_modes(f, 1.0, 2.0)
    program = trace(f, 1.0, 2.0)
    assert [row.id for row in report.rows] == [f"v{k}" for k in range(len(program))]
    for row, (op, refs) in zip(report.rows, program, strict=True):
        operands = [program.text(ref).removesuffix(".0") for ref in refs]
        told = " ".join(operands) if op is not None else row.name
        assert told.split() == [word for word in re.findall(r"\w+", row.operation) if word != "sin"]


def cubic(x: Any) -> Any:
    return (x**3).sum() * x[0] - ag.relu(x[1]) * x[2]


X = np.array([1.5, -0.5, 2.0])
V = np.array([0.3, 1.0, -2.0])
TRANSFORMED: dict[str, Callable[[Any], Any]] = {
    "f": cubic,
    "value_and_grad": value_and_grad(cubic),
    "grad": grad(cubic),
    "jacobian of grad": jacobian(grad(cubic)),
    "jacobian, forward": jacobian(grad(cubic), mode="forward"),
    "hessian": hessian(cubic),
    "hvp": lambda x: hvp(cubic)(x, V),
    "jvp": lambda x: jvp(cubic, (x,), (V,)),
    "jvp of grad": lambda x: jvp(grad(cubic), (x,), (V,)),
    "grad of jvp": grad(lambda x: jvp(cubic, (x,), (V,))[1]),
    "derivative": lambda x: ag.derivative(lambda t: cubic(x * t), 2)(1.0),
}


@pytest.mark.parametrize("name", TRANSFORMED)
def test_transforms_are_traced_and_hold_elsewhere(name: str) -> None:
    f = TRANSFORMED[name]
    program = trace(f, X)
    for point in (X, np.array([-0.2, 0.7, 3.0]), np.array([1.0, 0.0, 0.0])):
        wanted = np.concatenate([np.ravel(x) for x in tree.flatten(f(point))])
        constant = {"hessian": 0}.get(name, 0)
        got = run(program, *point)
        assert len(got) == len(wanted) - constant
        np.testing.assert_allclose(got, wanted, rtol=1e-13, atol=1e-13)
    assert program.guards == ()


def test_structures_names_and_constants() -> None:
    def f(p: dict[str, Any], *rest: Any, scale: Any) -> Any:
        return {"a": p["w"] @ p["w"] * scale, "b": (rest[1], "text", None, 7)}

    program = trace(f, {"w": np.ones(2)}, 3.0, 4, scale=True)
    assert program.inputs.names == ["p['w'][0]", "p['w'][1]", "rest[0]", "rest[1]", "scale"]
    assert program.result.leaves[1:] == [(None, [5]), ("text", None), (7, None)]
    assert program.counts == {"dot": 1, "mul": 1}


def test_values_from_outside_are_captured() -> None:
    w = Value(3.0, "w")
    program = trace(lambda x: w * x, 2.0)
    assert program.captured == (w,)
    assert program.names == {0: "w", 1: "x"}


def test_values_that_are_thrown_away_leave_their_place_to_others() -> None:
    def f(x: Any) -> Any:
        for _ in range(50):
            x * 2.0  # gone at once: the next Values may lie where it lay
        return sum([Value(float(i)) * x for i in range(10)])

    program = trace(f, 1.0)
    assert [value.data for value in program.captured] == [float(i) for i in range(10)]
    assert run(program, 2.0) == [90.0]


@pytest.mark.parametrize(
    ("what", "f"),
    [
        ("number in a Value was read", lambda x: x.data * 2.0),
        ("number in a Value was read", lambda x: float(f"{x:.3f}")),
        ("number in a Value was read", grad(lambda y: y.data * y)),
        ("backward() was called", lambda x: (x * x).backward()),
    ],
)
def test_what_would_freeze_a_number_is_refused(what: str, f: Callable[[Any], Any]) -> None:
    with pytest.raises(TraceError) as caught:
        trace(f, 1.0)
    assert what in str(caught.value)
    assert "test_trace.py" in str(caught.value)


def test_reads_outside_the_trace_are_free() -> None:
    trace(lambda x: x * 2.0, 1.0)
    assert Value(3.0).data == 3.0


def test_comparisons_become_guards_once() -> None:
    def f(x: Any) -> Any:
        total = 0.0
        for _ in range(3):
            if x > 0.0 and x != 5.0:
                total = total + x
        return total

    program = trace(f, 2.0)
    assert [guard.outcome for guard in program.guards] == [True, True]
    assert [program[guard.node][0].name for guard in program.guards] == ["less", "not_equal"]  # type: ignore[union-attr]
    assert all("x > 0.0" in guard.line.code for guard in program.guards)


def test_comparisons_in_rules_are_no_guards() -> None:
    program = trace(grad(lambda x: ag.relu(x) + abs(x) + ag.maximum(x, 1.0) + x**1.5), 2.0)
    assert program.guards == ()
    got = run(program, 0.25)
    assert got == [1.0 + 1.0 + 0.0 + 0.75]


def test_truth_of_a_value_is_a_guard() -> None:
    program = trace(lambda x: 1.0 / x if x else x, 2.0)
    assert len(program.guards) == 1
    assert run(program, 4.0) == [0.25]


@pytest.mark.parametrize("f", [3, "x", None])
def test_what_is_no_function_is_refused(f: Any) -> None:
    with pytest.raises(TypeError, match="trace"):
        trace(f, 1.0)


def test_arguments_must_be_numbers() -> None:
    with pytest.raises(TypeError, match="x takes a number, not the text 'a'"):
        trace(lambda x: x, "a")


@pytest.mark.parametrize(
    ("f", "arguments"),
    [
        (lambda x, n: sum([x * i for i in range(n)]), (1.0, 3)),
        (lambda x, i: x[i], (np.ones(3), 1)),
        (lambda x, i: [x, x][i], (1.0, 1)),
        (lambda x, i: {1: x}[i], (1.0, 1)),
        (lambda x, n: x * int(n), (1.0, 3)),
        (lambda x, how: x if how == "plain" else -x, (1.0, "plain")),
        (lambda x, g: g(x), (1.0, abs)),
    ],
)
def test_plain_arguments_are_told_of_static_ones(
    f: Callable[..., Any], arguments: tuple[Any, ...]
) -> None:
    with pytest.raises((TypeError, IndexError, KeyError)) as caught:
        trace(f, *arguments)
    assert ["static_argnums" in note for note in caught.value.__notes__] == [True]
    assert jit(f, static_argnums=1)(*arguments) is not None


@pytest.mark.parametrize(
    ("f", "kind"), [(lambda x: x + "a", TypeError), (lambda x: np.ones(2)[3] * x, IndexError)]
)
def test_other_errors_pass_unchanged(f: Callable[..., Any], kind: type[Exception]) -> None:
    with pytest.raises(kind) as caught:
        trace(f, 1.0)
    with pytest.raises(kind) as wanted:
        f(Value(1.0))
    assert str(caught.value) == str(wanted.value)


def test_what_was_recorded_by_hand_holds_at_one_point_only() -> None:
    def f(x: Any) -> Any:
        out = Value(x * 2.0 if not isinstance(x, Value) else 4.0, (x,), "double")
        out._backward = lambda: setattr(x, "grad", x.grad + 2.0 * out.grad)
        return out

    with pytest.raises(TraceError, match="by hand"):
        trace(f, 2.0)
