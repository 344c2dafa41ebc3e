"""What programs cost."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import TABLE, exp, jit, logsumexp, maximum, norm, tanh, value_and_grad, vmap, where
from autograd.program.trace import trace


@pytest.mark.parametrize(
    ("f", "args", "operations", "calls"),
    [
        (lambda x, y: (x + y) * x / y - 1.0, (1.0, 2.0), 4, {}),
        (lambda x: -x if x > 0.0 else x, (1.0,), 2, {}),
        (np.dot, (np.ones(5), np.ones(5)), 9, {}),
        (np.sum, (np.ones(5),), 4, {}),
        (np.prod, (np.ones(5),), 4, {}),
        (np.mean, (np.ones(5),), 5, {}),
        (lambda x: where(x, maximum(x, 1.0), abs(x)), (1.0,), 3, {}),
        (lambda x: exp(x) * exp(-x) + tanh(x), (1.0,), 3, {"exp": 2, "tanh": 1}),
        (lambda x: norm(x) + logsumexp(x), (np.ones(3),), 1, {"logsumexp": 1, "norm": 1}),
        (TABLE["identity"], (1.0,), 0, {}),
        (lambda x: x, (1.0,), 0, {}),
    ],
)
def test_counts(f: Callable[..., Any], args: Any, operations: int, calls: dict[str, int]) -> None:
    program = trace(f, *args)
    found = program.cost()
    assert (found.operations, found.calls) == (operations, calls)
    assert found.instructions == sum(program.counts.values())
    assert found.ratio is None


def test_a_gradient_beside_its_function() -> None:
    def f(w: Any, x: Any) -> Any:
        return np.sum(np.tanh(w @ x))

    args = (np.ones((8, 5)), np.ones(5))
    of, gradient = trace(f, *args), trace(value_and_grad(f), *args)
    assert of.cost().work == 8 * 9 + 8 + 7
    cost = gradient.cost(of)
    assert cost.ratio == cost.work / of.cost().work
    assert 1.0 < cost.ratio < 4.0
    assert math.isnan(trace(lambda x: x, 1.0).cost(trace(lambda x: x, 1.0)).ratio or 0.0)


def test_text() -> None:
    of = trace(lambda x: exp(x) * x, 1.0)
    assert str(trace(lambda x: exp(x) * exp(x) + tanh(x), 1.0).cost(of)) == (
        "<lambda>:\n"
        "  5 instructions\n"
        "  2 floating-point operations\n"
        "  3 calls: exp 2, tanh 1\n"
        "  84 B of program\n"
        "  2.5 times the function"
    )


def network(p: Any, x: Any) -> Any:
    return p["v"] @ np.tanh(p["w2"] @ np.tanh(p["w1"] @ x + p["b"]))


def irregular(x: Any) -> Any:
    chance = random.Random(1)
    known = list(x)
    for _ in range(3000):
        a, b = chance.choice(known), chance.choice(known)
        known.append(chance.choice([a + b, a * b, a - b, tanh(a)]))
    return np.array(known[-500:])


def test_memory() -> None:
    params = {"w1": np.ones((16, 2)), "b": np.ones(16), "w2": np.ones((16, 16)), "v": np.ones(16)}
    regular = trace(value_and_grad(network), params, np.ones(2)).cost()
    assert regular.bytes <= 40 * regular.instructions
    other = trace(irregular, np.linspace(0.1, 0.9, 10)).cost()
    assert other.bytes <= 100 * other.instructions


def test_bytes_are_those_of_all_arrays() -> None:
    program = trace(
        network,
        {"w1": np.ones((4, 2)), "b": np.ones(4), "w2": np.ones((4, 4)), "v": np.ones(4)},
        np.ones(2),
    )
    arrays = [x for x in vars(program).values() if isinstance(x, np.ndarray)]
    assert program.cost().bytes == sum([x.nbytes for x in arrays])


def test_compiled_functions_tell_their_cost() -> None:
    f = jit(value_and_grad(lambda x: (x * x).sum()))
    with pytest.raises(ValueError, match="no program yet"):
        f.cost()
    f(np.ones(4))
    own = trace(lambda x: (x * x).sum(), np.ones(4))
    assert f.cost() == trace(f.function, np.ones(4)).cost(own)
    assert f.cost().ratio is not None
    g = vmap(lambda x: x * 2.0)
    g(np.ones(5))
    assert (g.cost().instructions, g.cost().ratio) == (1, None)
