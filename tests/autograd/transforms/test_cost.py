"""The cheap gradient principle, by counting: nothing here is timed.

A derivative costs at most 4 times its function: the whole gradient in reverse mode, a single
direction in forward mode. benchmarks/operations.py counts, and tells by which rules.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import TABLE, Primitive, Tensor, Value, jvp, value_and_grad
from benchmarks.operations import BOUND, EVALUATION, EXPANDED, Cost, cost_of_graph, costs
from benchmarks.subjects import EXAMPLES, power, product, rosenbrock
from tests.oracles import ORDERED

DEARER = {
    "arccosh": 4.67,  # two square roots and a division
    "arctan2": 9.5,  # four times hypot, and four divisions
    "log_ndtr": 13.83,  # the continued fraction of its tail is computed everywhere
    "logaddexp": 7.83,  # the derivative by each argument takes an exp of both
    "logaddexp2": 7.83,
    "pow": 5.33,  # the form for an exponent of 0 is computed too
    "prod": 5.6,  # of 6 factors; up to 6: the products of all others, before the adjoint comes
}
"""Rows that alone exceed the bound, with what they cost in evaluations of themselves."""


def alone(row: Primitive) -> tuple[Any, float]:
    """The row as a function of one number, which stands for every argument, and where.

    That makes its derivative as dear as it can be: every edge but one brings an addition.
    """
    if row.name in ORDERED:
        return (lambda x: row(1.0, x[0])), 1.5
    if row.name == "where":
        return (lambda x: row(x[0] > 0.0, x[0], x[0])), 1.5
    low, high = row.domain[0]
    return (lambda x: row(*[x[0]] * (row.arity or 6))), 0.3 if low < 0.3 < high else 1.5


@pytest.mark.parametrize("name", TABLE)
def test_every_row_keeps_to_the_bound(name: str) -> None:
    """So does every function composed of them: costs add up, and so do bounds.

    A node in the middle of a graph costs no more than here, where the adjoint and the direction
    are variables: it has an addition for each of its edges, less the one for the first share of
    its own adjoint.
    """
    f, at = alone(TABLE[name])
    found = costs(f, [at])
    assert found.function.total() <= found.reverse.total()
    dearest = DEARER.get(name, BOUND)
    base = found.function.total(EVALUATION)
    for cost in (found.reverse, found.forward):
        assert cost.total(EVALUATION) <= round(dearest * base, 1)
    if name in DEARER:
        assert found.ratios(EVALUATION)[0] == pytest.approx(dearest, abs=0.005)


@pytest.mark.parametrize("title", EXAMPLES)
@pytest.mark.parametrize("evaluation", [1, EVALUATION])
def test_functions_keep_to_the_bound(title: str, evaluation: int) -> None:
    f, x = EXAMPLES[title]
    reverse, forward = costs(f, x).ratios(evaluation)
    assert 1.0 < reverse <= BOUND
    assert 1.0 < forward <= BOUND


def test_the_bound_is_met() -> None:
    """One input, products only: nothing is left over."""
    reverse, forward = costs(power, [0.5]).ratios()
    assert reverse == forward == BOUND


@pytest.mark.parametrize("f", [rosenbrock, product])
def test_a_gradient_costs_the_same_for_any_number_of_inputs(f: Any) -> None:
    """In reverse mode; forward mode takes a direction for each."""
    found = {n: costs(f, np.linspace(0.9, 1.1, n)) for n in (2, 10, 100, 1000)}
    for n, (function, reverse, forward) in found.items():
        assert reverse.total() <= BOUND * function.total()
        if n >= 10:
            assert n * forward.total() > 2 * BOUND * function.total()


def sums_and_products() -> Any:
    """Programs of + - * on two inputs: lists of (operation, operand, operand)."""
    place = st.integers(0, 10**6)
    return st.lists(st.tuples(st.sampled_from("+-*"), place, place), min_size=1, max_size=60)


@given(sums_and_products())
def test_random_polynomials_keep_to_the_bound(program: list[tuple[str, int, int]]) -> None:
    """Baur & Strassen (doi:10.1016/0304-3975(83)90110-X): no weights, no exceptions."""

    def f(x: Any) -> Any:
        known = list(x)
        for operation, i, j in program:
            a, b = known[i % len(known)], known[j % len(known)]
            known.append(a + b if operation == "+" else a - b if operation == "-" else a * b)
        return known[-1]

    found = costs(f, [1e-3, -2e-3])
    assert found.function.evaluations == 0
    assert found.reverse.total() <= BOUND * found.function.total()
    assert found.forward.total() <= BOUND * found.function.total()


# The counting itself.


def test_counts_by_hand() -> None:
    def f(x: Any) -> Any:
        return (x[0] + x[1]) * (x[0] + x[1]) * x[2]

    # s = x + y, t = x + y, u = s t, v = u z.
    function, reverse, forward = costs(f, [1.0, 2.0, -6.0])
    assert function == Cost(additions=2, multiplications=2)
    # Each product passes on two products; x and y have a second share.
    assert reverse == Cost(additions=4, multiplications=6)
    assert forward == Cost(additions=6, multiplications=6)


def test_shared_nodes_are_counted_once() -> None:
    x = Value(2.0)
    square = x * x
    assert cost_of_graph([square + square, square]) == Cost(additions=1, multiplications=1)
    assert cost_of_graph([1.0, x]) == Cost()


@pytest.mark.parametrize("name", EXPANDED)
def test_a_node_of_many_operands_counts_as_what_it_stands_for(name: str) -> None:
    """As many operations as without it, written out by operators."""
    row = TABLE[name]
    if row.arity is not None:
        assert EXPANDED[name](row.arity).total() <= 1
        return
    x = [Value(v) for v in (0.5, 1.5, 2.5, 3.5)]
    a, b, c, d = x
    written_out = {
        "sum": a + b + c + d,
        "mean": (a + b + c + d) * 0.25,
        "prod": a * b * c * d,
        "dot": a * c + b * d,
        "norm": (a * a + b * b + c * c + d * d).sqrt(),
        "logsumexp": (a.exp() + b.exp() + c.exp() + d.exp()).log(),
    }
    assert cost_of_graph([row(*x)]) == cost_of_graph([written_out[name]])


def test_what_is_counted_is_what_the_transforms_return() -> None:
    """The graph that is counted gives the gradient, and no part of it is left out."""
    x = np.linspace(-1.0, 1.0, 10)
    plain_value, plain_gradient = value_and_grad(rosenbrock)(x)
    value, gradient = value_and_grad(rosenbrock)(Tensor(x))
    assert value.data == plain_value
    np.testing.assert_array_equal(gradient.numpy(), plain_gradient)
    function, reverse, _ = costs(rosenbrock, x)
    counted = cost_of_graph([value, *gradient.flat])
    # The adjoint of the result is known to be 1 here, which saves some products.
    assert function.total() < counted.total() <= reverse.total()
    assert jvp(rosenbrock, (x,), (np.ones(10),))[1] == pytest.approx(plain_gradient.sum())


def test_a_wasteful_rule_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were the rule of `exp` to compute what it is given, the row would cost more than it may."""
    exp = TABLE["exp"]
    wasteful = Primitive(
        *("exp", exp.fn, (lambda y, x: exp(x) * exp(-x) * exp(x) * exp(0.0 + x),), 1),
        *(exp.numpy, exp.domain, exp.special, False, "", "x", "exp", "", ""),
    )
    reverse, forward = costs(lambda x: wasteful(x[0]), [0.5]).ratios(EVALUATION)
    assert reverse > BOUND
    assert forward > BOUND
