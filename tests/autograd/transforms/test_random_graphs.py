"""Random expression graphs with shared nodes, against derivatives that mpmath takes by differences.

The oracle knows nothing of derivative rules: it runs the same program on 50-digit numbers at
neighbouring points.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp

import autograd as ag
from autograd import TABLE, Primitive, Value, adjoints

Operation = Callable[..., Any]


@dataclass(frozen=True)
class Op:
    """An operation on Values and on mpmath's numbers, and where it is smooth and moderate."""

    arity: int
    on_values: Operation
    on_mp: Operation
    fits: Callable[..., bool] = lambda *xs: True


def same(arity: int, f: Operation, fits: Callable[..., bool] = lambda *xs: True) -> Op:
    return Op(arity, f, f, fits)


def apart(a: float, b: float) -> bool:
    return abs(a - b) > 0.1


OPS: dict[str, Op] = {
    "+": same(2, lambda a, b: a + b),
    "-": same(2, lambda a, b: a - b),
    "*": same(2, lambda a, b: a * b),
    "/": same(2, lambda a, b: a / b, lambda a, b: abs(b) > 0.2),
    "**": same(2, lambda a, b: a**b, lambda a, b: 0.2 < a < 5 and abs(b) < 3),
    "**3": same(1, lambda a: a**3),
    "**-1.5": same(1, lambda a: a**-1.5, lambda a: a > 0.2),
    "2**": same(1, lambda a: 2**a, lambda a: a < 3),
    "neg": same(1, lambda a: -a),
    "abs": same(1, abs, lambda a: abs(a) > 0.1),
    "exp": Op(1, ag.exp, mp.exp, lambda a: a < 2),
    "log": Op(1, ag.log, mp.log, lambda a: a > 0.2),
    "sqrt": Op(1, ag.sqrt, mp.sqrt, lambda a: a > 0.2),
    "sin": Op(1, ag.sin, mp.sin),
    "cos": Op(1, ag.cos, mp.cos),
    "tanh": Op(1, ag.tanh, mp.tanh),
    "arctan": Op(1, ag.arctan, mp.atan),
    "sigmoid": Op(1, ag.sigmoid, lambda a: 1 / (1 + mp.exp(-a))),
    "softplus": Op(1, ag.softplus, lambda a: mp.log1p(mp.exp(a))),
    "relu": Op(1, ag.relu, lambda a: max(a, mp.mpf(0)), lambda a: abs(a) > 0.1),
    "maximum": Op(2, ag.maximum, max, apart),
    "minimum": Op(2, ag.minimum, min, apart),
    "hypot": Op(2, ag.hypot, mp.hypot, lambda a, b: abs(a) + abs(b) > 0.2),
    "where": Op(
        3,
        lambda c, a, b: ag.where(c > 0, a, b),
        lambda c, a, b: a if c > 0 else b,
        lambda c, a, b: abs(c) > 0.1,
    ),
    "sum": Op(3, TABLE["sum"], lambda *xs: sum(xs)),
    "dot": Op(4, TABLE["dot"], lambda a, b, c, d: a * c + b * d),
    "prod": Op(3, TABLE["prod"], lambda a, b, c: a * b * c),
    "logsumexp": Op(3, TABLE["logsumexp"], lambda *xs: mp.log(sum(mp.exp(x) for x in xs))),
}


@dataclass(frozen=True)
class Program:
    """Slots hold the inputs, then the constants, then the result of each step."""

    inputs: tuple[float, ...]
    constants: tuple[float, ...]
    steps: tuple[tuple[str, tuple[int, ...]], ...]

    def run(self, inputs: Any, operations: dict[str, Operation]) -> Any:
        slots = [*inputs, *self.constants]
        for name, operands in self.steps:
            slots.append(operations[name](*[slots[i] for i in operands]))
        return sum(slots[-3:-1], start=slots[-1])  # several results, so that nodes are shared


ON_VALUES = {name: op.on_values for name, op in OPS.items()}
ON_MP = {name: op.on_mp for name, op in OPS.items()}


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """Steps that stay moderate: what would leave the smooth or the bounded is squashed instead."""
    number = st.floats(-2.0, 2.0).map(lambda x: round(x, 3))
    inputs = tuple(draw(st.lists(number, min_size=1, max_size=3)))
    constants = tuple(draw(st.lists(number, max_size=2)))
    slots = [*inputs, *constants]
    steps: list[tuple[str, tuple[int, ...]]] = []
    for _ in range(draw(st.integers(3, 12))):
        name = draw(st.sampled_from(sorted(OPS)))
        op = OPS[name]
        operands = tuple(draw(st.integers(0, len(slots) - 1)) for _ in range(op.arity))
        xs = [slots[i] for i in operands]
        result = float(op.on_mp(*map(mp.mpf, xs))) if op.fits(*xs) else math.inf
        if abs(result) > 10:
            name, operands, result = "tanh", operands[:1], math.tanh(xs[0])
        steps.append((name, operands))
        slots.append(result)
    return Program(inputs, constants, tuple(steps))


def check(program: Program, operations: dict[str, Operation] = ON_VALUES) -> None:
    """Values, gradients by the sweep, gradients and second derivatives by `adjoints`."""
    leaves = [Value(x) for x in program.inputs]
    root = program.run(leaves, operations)
    n = len(leaves)
    with mp.workdps(50):

        def exact(*inputs: Any) -> Any:
            return program.run(inputs, ON_MP)

        def derivative(*orders: int) -> float:
            return float(mp.diff(exact, tuple(map(mp.mpf, program.inputs)), orders))

        unit = [[int(i == j) for j in range(n)] for i in range(n)]
        value = float(exact(*map(mp.mpf, program.inputs)))
        gradient = [derivative(*unit[i]) for i in range(n)]
        hessian = [
            [derivative(*map(sum, zip(unit[i], unit[j], strict=True))) for j in range(n)]
            for i in range(n)
        ]
    if not isinstance(root, Value):  # made of constants
        assert root == pytest.approx(value, rel=1e-12)
        assert gradient == [0.0] * n
        return

    def close(expected: list[float], relative: float) -> Any:
        return pytest.approx(expected, rel=relative, abs=relative * max(1.0, *map(abs, expected)))

    assert root.data == pytest.approx(value, rel=1e-10, abs=1e-10)
    for times in (1.0, 2.0):  # a second pass doubles the leaves
        root.backward()
        assert [x.grad / times for x in leaves] == close(gradient, 1e-9)
    slopes = adjoints(root, leaves)
    assert [data(s) for s in slopes] == close(gradient, 1e-9)
    for slope, row in zip(slopes, hessian, strict=True):
        seconds = adjoints(slope, leaves) if isinstance(slope, Value) else [0.0] * n
        assert [data(s) for s in seconds] == close(row, 1e-7)


def data(x: Value | float) -> float:
    return x.data if isinstance(x, Value) else x


@settings(max_examples=300)
@given(programs())
def test_random_graphs(program: Program) -> None:
    check(program)


@pytest.mark.parametrize("name", OPS)
def test_each_operation_alone(name: str) -> None:
    inputs = (0.7, 0.3, 1.9)
    operands = tuple(i % 3 for i in range(OPS[name].arity))
    check(Program(inputs, (), ((name, operands), ("sin", (3,)), ("*", (3, 4)))))


def wrong(name: str, fn: Callable[..., float], *rules: Operation) -> Primitive:
    nothing: Any = ()
    return Primitive(name, fn, rules, len(rules), fn, nothing, (), False, *[name] * 5)


@pytest.mark.parametrize(
    ("name", "operation"),
    [
        ("sin", wrong("sin", math.sin, lambda y, x: -ag.cos(x))),
        ("sin", wrong("sin", math.sin, lambda y, x: math.cos(data(x)))),  # no second derivative
        ("+", lambda a, b: a + b.data),  # loses an edge
        ("*", wrong("mul", lambda a, b: a * b, lambda y, a, b: a, lambda y, a, b: b)),  # swapped
    ],
)
def test_a_wrong_rule_is_caught(name: str, operation: Operation) -> None:
    steps = ((name, (0, 1)[: OPS[name].arity]), ("tanh", (2,)), ("*", (2, 3)))
    program = Program((0.7, 0.3), (), steps)
    check(program)
    with pytest.raises(AssertionError):
        check(program, {**ON_VALUES, name: operation})
