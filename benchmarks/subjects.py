"""The functions whose derivatives are timed and counted, written for any engine.

Most are of one array. `m` is where an engine has its exp, sin, tanh … by these names.
"""

import functools
import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

L2 = 1e-4
"""What a square of a network's parameter adds to its loss."""


def rosenbrock(x: Any) -> Any:
    """Rosenbrock's valley in any number of dimensions, entry by entry; 0 where all are 1."""
    total = (1.0 - x[-1]) ** 2
    for i in range(len(x) - 1):
        total = total + 100.0 * (x[i + 1] - x[i] * x[i]) ** 2 + (1.0 - x[i]) ** 2
    return total


def rosenbrock_of_array(x: Any) -> Any:
    """Rosenbrock's valley, written for whole arrays."""
    valley = 100.0 * (x[1:] - x[:-1] * x[:-1]) ** 2 + (1.0 - x[:-1]) ** 2
    return (1.0 - x[-1]) ** 2 + valley.sum()


def product(x: Any) -> Any:
    """All entries multiplied, one after the other: Speelpenning's example."""
    total = x[0]
    for entry in x[1:]:
        total = total * entry
    return total


def product_of_array(x: Any) -> Any:
    """All entries multiplied, written for whole arrays."""
    return x.prod()


def power(x: Any) -> Any:
    """x ** 101 by 100 products: each adds to the adjoint of the same x, which meets the bound."""
    total = x[0]
    for _ in range(100):
        total = total * x[0]
    return total


def quadratic(x: Any) -> Any:
    """x' A x for a full matrix A: two operations for each of its entries."""
    return x @ (np.cos(np.arange(len(x) ** 2)).reshape(len(x), len(x)) @ x)


def network(weights: Any) -> Any:
    """The squared error of a 2-16-16-1 network by its 337 weights, for one sample."""
    first, middle, last = weights[:48], weights[48:320], weights[320:]
    hidden = np.tanh(first[:32].reshape(16, 2) @ np.array([0.5, -1.0]) + first[32:])
    hidden = np.tanh(middle[:256].reshape(16, 16) @ hidden + middle[256:])
    return (last[:16] @ hidden + last[16] - 1.0) ** 2


def black_scholes(m: Any) -> Callable[[Any], Any]:
    """The price of a European call option by spot, strike, volatility, time and interest rate.

    Black & Scholes, "The Pricing of Options and Corporate Liabilities" (1973), equation 13.
    """

    def normal(x: Any) -> Any:
        return 0.5 * (1.0 + m.erf(x * math.sqrt(0.5)))

    def price(x: Any) -> Any:
        spot, strike, volatility, time, rate = (x[i] for i in range(5))
        spread = volatility * m.sqrt(time)
        d = m.log(spot / strike) + (rate + 0.5 * volatility * volatility) * time
        d = d / spread
        return spot * normal(d) - strike * m.exp(-rate * time) * normal(d - spread)

    return price


def logistic(x: Any) -> Any:
    """50 steps of the logistic map."""
    rate, population = x[0], x[1]
    for _ in range(50):
        population = rate * population * (1.0 - population)
    return population


def logistic_map(x: Any) -> Any:
    """50 steps of a population that is culled when it grows too large."""
    rate, population = x
    for _ in range(50):
        population = rate * population * (1.0 - population)
        if population > 0.8:
            population = population - 0.1
    return population


def logistic_by_where(m: Any) -> Callable[[Any], Any]:
    """`logistic_map` for those who cannot branch on a traced number."""

    def population_after(x: Any) -> Any:
        rate, population = x[0], x[1]
        for _ in range(50):
            population = rate * population * (1.0 - population)
            population = m.where(population > 0.8, population - 0.1, population)
        return population

    return population_after


@functools.cache
def irregular_graph(operations: int) -> tuple[list[tuple[str, int, int]], Any]:
    """A random graph without any pattern: its operations by their operands' numbers, and a point.

    All operations count for the last one. What would leave [-2, 2] at the point is a sine instead.
    """
    generator = random.Random(operations)
    point = np.cos(np.arange(math.isqrt(operations)))
    values: list[float] = point.tolist()
    unused = list(range(len(values)))
    steps = []
    while len(steps) < operations:
        closing = operations - len(steps) < len(unused)
        i = unused.pop(generator.randrange(len(unused)))
        j = unused.pop() if closing else generator.randrange(len(values))
        name = generator.choices(("add", "sub", "mul", "sin"), (3, 2, 4, 1))[0]
        if closing:
            name = "add"
        elif abs(apply(math, name, values[i], values[j])) > 2.0:
            name = "sin"
        unused.append(len(values))
        values.append(apply(math, name, values[i], values[j]))
        steps.append((name, i, j))
    return steps, point


def apply(m: Any, name: str, a: Any, b: Any) -> Any:
    """One operation of an irregular graph."""
    match name:
        case "add":
            return a + b
        case "sub":
            return a - b
        case "mul":
            return a * b
    return m.sin(a)


def irregular(operations: int) -> Callable[[Any], Callable[[Any], Any]]:
    """The function of an irregular graph, by where an engine has its functions."""

    def of_engine(m: Any) -> Callable[[Any], Any]:
        def f(x: Any) -> Any:
            nodes = [x[i] for i in range(math.isqrt(operations))]
            for name, i, j in irregular_graph(operations)[0]:
                nodes.append(apply(m, name, nodes[i], nodes[j]))
            return nodes[-1]

        return f

    return of_engine


def margin_loss(m: Any, activation: str, linear: Any = None) -> Callable[[Any, Any, Any], Any]:
    """The max-margin loss of a network with L2, by parameters [w, b, w, b, …], samples and labels.

    Of one sample, or with a layer for batches, `linear(x, w, b)`, the mean over one.
    """
    activate = getattr(m, activation)

    def loss(parameters: Any, x: Any, y: Any) -> Any:
        for i in range(0, len(parameters), 2):
            w, b = parameters[i : i + 2]
            z = linear(x, w, b) if linear else w @ x + b
            x = activate(z) if i + 2 < len(parameters) else z
        hinge = m.relu(1.0 - y * x.T[0])
        squares = sum((p * p).sum() for p in parameters)
        return (hinge.mean() if linear else hinge) + L2 * squares

    return loss


def margin_loss_by_hand(m: Any, activation: str) -> Callable[[Any, Any, Any], Any]:
    """The loss of one sample once more, in loops over entries."""
    activate = getattr(m, activation)

    def loss(parameters: Any, x: Any, y: Any) -> Any:
        squares = 0.0
        for i in range(0, len(parameters), 2):
            w, b = parameters[i : i + 2]
            z = [
                sum(wi * xi for wi, xi in zip(row, x, strict=True)) + bias
                for row, bias in zip(w, b, strict=True)
            ]
            x = [activate(v) for v in z] if i + 2 < len(parameters) else z
            squares += sum(p * p for row in w for p in row) + sum(p * p for p in b)
        return m.relu(1.0 - y * x[0]) + L2 * squares

    return loss


def cosine(x: Any) -> Any:
    """The cosine of the angle between both halves of x."""
    a, b = np.split(x, 2)
    return a @ b / np.sqrt((a @ a) * (b @ b))


EXAMPLES: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "Rosenbrock, 100 inputs": (rosenbrock, np.linspace(-1.0, 1.0, 100)),
    "Rosenbrock of an array, 100 inputs": (rosenbrock_of_array, np.linspace(-1.0, 1.0, 100)),
    "product of 100 inputs": (product, np.linspace(0.9, 1.1, 100)),
    "power by 100 products, 1 input": (power, np.array([0.5])),
    "quadratic form, 100 inputs": (quadratic, np.linspace(-1.0, 1.0, 100)),
    "2-16-16-1 network, 337 inputs": (network, np.sin(np.arange(337.0))),
    "logistic map with an `if`, 2 inputs": (logistic_map, np.array([3.7, 0.4])),
    "cosine of two vectors, 20 inputs": (cosine, np.cos(np.arange(20.0))),
}
"""What operations are counted of, and where."""


@dataclass(frozen=True)
class Call:
    """A function of a few numbers, by where an engine has its functions."""

    entries: Callable[[Any], Callable[[Any], Any]]
    point: Any
    array: Callable[[Any], Any] | None = None
    """Written for whole arrays, where that is faster for those who have them."""
    branching: Callable[[Any], Any] | None = None
    """Written with Python's own branches, for those who can take them."""


CALLS = {
    **{
        f"Rosenbrock, n = {n}": Call(
            lambda m: rosenbrock, np.linspace(-1.2, 1.2, n), rosenbrock_of_array
        )
        for n in (2, 10, 100)
    },
    "Black-Scholes, 5 greeks": Call(black_scholes, np.array([100, 110, 0.2, 1, 0.05])),
    "logistic map, 50 steps": Call(lambda m: logistic, np.array([3.5, 0.4])),
    "logistic map with an `if`": Call(
        logistic_by_where, np.array([3.9, 0.4]), branching=logistic_map
    ),
    "irregular, 2,641 operations": Call(irregular(2641), irregular_graph(2641)[1]),
}
