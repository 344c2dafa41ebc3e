"""Passes leave fewer instructions, and the same results to the last bit."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd import value_and_grad
from autograd.program.passes import Code, optimised, simplified, with_long_sums, without_dead_code
from autograd.program.trace import trace
from tests.oracles import same

NUMBERS = (0.0, -0.0, 1.0, -1.0, 2.5, -3.0, 1e300, -1e-300, math.inf, -math.inf, math.nan)


def evaluate(code: Code, *inputs: float) -> list[float]:
    """The results of code by the rows' own functions."""
    values = [0.0] * len(code.ops)
    for node, number in zip(code.leaves, inputs, strict=True):
        values[node] = number

    def number(ref: int) -> float:
        return values[ref] if ref >= 0 else code.constants[~ref]

    for k, op in enumerate(code.ops):
        if op is not None:
            values[k] = op.fn(*map(number, code.args[k]))
    return [number(ref) for ref in code.outputs]


def names(code: Code) -> Counter[str]:
    return Counter([op.name for op in code.ops if op is not None])


SHORTER: dict[str, tuple[Callable[..., Any], dict[str, int]]] = {
    "x * 1": (lambda x, y: x * 1.0 + 1.0 * y, {"add": 1}),
    "x / 1": (lambda x, y: x / 1.0 + y, {"add": 1}),
    "-1 * x": (lambda x, y: -1.0 * x * y, {"neg": 1, "mul": 1}),
    "--x": (lambda x, y: ag.TABLE["neg"](-x) * y, {"mul": 1}),
    "x - 0": (lambda x, y: (x - 0.0) * y, {"mul": 1}),
    "x + -0": (lambda x, y: (x + -0.0) * (-0.0 + y), {"mul": 1}),
    "x + 0": (lambda x, y: (x + 0.0) * y, {"add": 1, "mul": 1}),
    "x - -0": (lambda x, y: (x - -0.0) * y, {"sub": 1, "mul": 1}),
    "x * 0": (lambda x, y: x * 0.0 + y, {"mul": 1, "add": 1}),
    "x ** 1": (lambda x, y: x**1.0 * y, {"mul": 1}),
    "x ** 2": (lambda x, y: x**2.0 * y, {"square": 1, "mul": 1}),
    "x ** 0": (lambda x, y: x**0.0 * y, {}),
    "x ** 3": (lambda x, y: x**3.0 * y, {"pow": 1, "mul": 1}),
    "constants": (
        lambda x, y: ag.exp(x * 0.0 + y) * ag.sin(ag.cos(2.0)),
        {"mul": 2, "add": 1, "exp": 1},
    ),
    "equal nodes": (lambda x, y: (x + y) * (y + x), {"add": 1, "mul": 1}),
    "x - y and y - x": (lambda x, y: (x - y) * (y - x), {"sub": 2, "mul": 1}),
    "where": (lambda x, y: ag.where(1.0, x, y) * ag.where(x, y, y), {"mul": 1}),
    "identity": (lambda x, y: ag.identity(x) * y, {"mul": 1}),
    "mean of one": (lambda x, y: ag.TABLE["mean"](x) * y, {"mul": 1}),
    "dot of one": (ag.TABLE["dot"], {"mul": 1}),
    "dead code": (lambda x, y: (ag.exp(x), x * y)[1], {"mul": 1}),
}


@pytest.mark.parametrize("name", SHORTER)
def test_what_is_shorter_and_what_is_left_alone(name: str) -> None:
    f, wanted = SHORTER[name]
    program = trace(f, 0.3, 0.7)
    code = without_dead_code(simplified(program))
    assert names(code) == wanted
    for x in NUMBERS:
        for y in NUMBERS:
            (got,), expected = evaluate(code, x, y), evaluate(plain(program), x, y)[0]
            summed = "of one" in name  # a sum of one term may keep the sign of a zero
            assert same(got, expected) or (summed and got == expected), (x, y, got, expected)


def plain(program: Any) -> Code:
    """The code of a program as it was recorded."""
    code = Code(constants=program.constants.tolist())
    for op, refs in program:
        code.add(op, refs)
    code.leaves = program.input_nodes.tolist()
    code.outputs = program.result.refs
    return code


SUMS: dict[str, tuple[Callable[[Any], Any], dict[str, int]]] = {
    "sum()": (lambda x: sum(a * b for a, b in zip(x[:3], x[3:], strict=True)), {"dot": 1}),
    "w @ x": (lambda x: x[:3] @ x[3:], {"dot": 1}),
    "a loop with a bias": (lambda x: x[0] * x[3] + x[1] * x[4] + x[5], {"dot": 1}),
    "two terms stay": (lambda x: x[0] * x[1] + x[2], {"mul": 1, "add": 1}),
    "differences": (lambda x: x[0] - x[1] * x[2] - (x[3] - 2.0 * x[4]), {"dot": 1, "neg": 1}),
    "what is used twice stays": (
        lambda x: x[0] * x[1] + x[1] + x[2] + x[3] + ag.exp(x[0] * x[1]),
        {"mul": 1, "exp": 1, "dot": 1},
    ),
    "constant factors add up": (lambda x: 2.0 * x[0] + x[0] * 3.0 + x[0] + x[1], {"dot": 1}),
    "a sum of sums": (lambda x: (x[:3].sum() + x[3:].sum()) * 2.0, {"dot": 1, "mul": 1}),
}


@pytest.mark.parametrize("name", SUMS)
def test_sums_become_one_node(name: str) -> None:
    f, wanted = SUMS[name]
    x = np.array([0.3, -1.5, 2.0, 4.0, 0.25, -0.75])
    code = optimised(trace(f, x))
    assert names(code) == wanted
    np.testing.assert_allclose(evaluate(code, *x), f(x), rtol=4e-16 * 6, atol=1e-15)
    assert all(ref < len(code.ops) for args in code.args for ref in args)


def test_constant_factors_of_one_node_add_up() -> None:
    code = optimised(trace(lambda x, y: 2.0 * x + x * 3.0 + x + y, 1.0, 1.0))
    (args,) = [args for op, args in zip(code.ops, code.args, strict=True) if op is not None]
    assert sorted([code.constants[~ref] for ref in args if ref < 0]) == [1.0, 6.0]


def test_passes_do_not_change_what_they_are_given() -> None:
    program = trace(value_and_grad(lambda x: (x * x).sum() * 1.0 + 0.0), np.ones(3))
    before = str(program)
    code = simplified(program)
    ops, args = list(code.ops), list(code.args)
    with_long_sums(code)
    without_dead_code(code)
    assert (code.ops, code.args, str(program)) == (ops, args, before)


@st.composite
def functions(draw: st.DrawFn) -> Callable[[Any], Any]:
    """A function of three numbers made of random operations."""
    steps = draw(
        st.lists(
            st.tuples(st.integers(0, 5), st.integers(0, 30), st.integers(0, 30)),
            min_size=1,
            max_size=25,
        )
    )

    def f(x: Any) -> Any:
        values = [*x, 1.0, 0.5, -1.0]
        for op, i, j in steps:
            a, b = values[i % len(values)], values[j % len(values)]
            values.append(
                [
                    lambda a, b: a + b,
                    lambda a, b: a - b,
                    lambda a, b: a * b,
                    lambda a, b: -a,
                    ag.maximum,
                    lambda a, b: a + 1.0,
                ][op](a, b)
            )
        return sum(values[-4:])

    return f


@given(functions(), st.lists(st.floats(-4.0, 4.0), min_size=3, max_size=3))
def test_random_functions_keep_their_results(f: Callable[[Any], Any], x: list[float]) -> None:
    array = np.array(x)
    program = trace(f, array)
    if program.result.refs:
        scale = 1.0 + abs(f(np.abs(array) + 1.0))
        got, wanted = evaluate(optimised(program), *x)[0], float(f(array))
        assert abs(got - wanted) <= 1e-12 * scale * 1e3 or same(got, wanted)


@pytest.mark.parametrize(
    ("f", "terms"),
    [
        (lambda x: x + x + x, 1),
        (lambda x: x - x - x, 2),
        (lambda x: 2.0 * x + 3.0 * x - 5.0 * x - x, 2),
        (lambda x: 0.0 * x + 3.0 * x + x, 2),
        (lambda x: 1e308 * x + 1.5e308 * x - 1.2e308 * x, 3),
    ],
)
@pytest.mark.parametrize("x", [math.inf, -math.inf, math.nan, 0.125, -3.0])
def test_factors_are_added_up_where_infinity_stays(
    f: Callable[..., Any], terms: int, x: float
) -> None:
    code = optimised(trace(f, 1.0))
    assert [len(args) // 2 for args in code.args if args] == [terms]
    assert same(evaluate(code, x)[0], f(x))
