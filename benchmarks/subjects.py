"""The functions whose derivatives are timed and counted: of one array, written for any engine."""

from collections.abc import Callable
from typing import Any

import numpy as np


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


def logistic_map(x: Any) -> Any:
    """50 steps of a population that is culled when it grows too large."""
    rate, population = x
    for _ in range(50):
        population = rate * population * (1.0 - population)
        if population > 0.8:
            population = population - 0.1
    return population


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
