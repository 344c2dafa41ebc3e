"""Graphs to explain, and what reads their solutions: every number is evaluated."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import autograd
from autograd import Value, compare_modes, parse, topological_order
from viz.explain.explanation import Explanation

FORMULAS: list[tuple[str, dict[str, float]]] = [
    ("x + y", {"x": 1.5, "y": -2.0}),
    ("-x", {"x": 3.0}),
    ("x * x", {"x": -3.0}),
    ("x + x", {"x": 4.0}),
    ("x**3", {"x": -2.0}),
    ("x**y", {"x": 2.0, "y": 3.0}),
    ("2**x", {"x": 1.5}),
    ("x / y", {"x": 3.0, "y": -4.0}),
    ("1 / x", {"x": -0.5}),
    ("(x + y)**2 * z", {"x": 1.0, "y": 2.0, "z": -6.0}),
    ("(x - y) * (x + y)", {"x": 0.1, "y": -0.3}),
    ("exp(-x**2)", {"x": 0.5}),
    ("log(x) - x / y", {"x": 2.0, "y": 7.0}),
    ("x * exp(x * exp(x))", {"x": 0.3}),
    ("sqrt(x**2 + y**2)", {"x": 3.0, "y": 4.0}),
    ("sin(x) * cos(y) + tan(x * y)", {"x": 0.7, "y": -0.4}),
    ("tanh(w * x + b)", {"w": -0.7, "x": 2.0, "b": 0.4}),
    ("sigmoid(w * x + b) - 1", {"w": 3.0, "x": -1.0, "b": 0.5}),
    ("relu(x) + relu(-x) * y", {"x": -1.0, "y": 2.0}),
    ("where(x > 0, x, exp(x) - 1) * x", {"x": -0.5}),
    ("maximum(x, y) * minimum(x, y)", {"x": 1.0, "y": 2.0}),
    ("abs(x) + clip(x, -1, 1)", {"x": -3.0}),
    ("arcsin(x) + arccos(x) * arctan(x)", {"x": 0.3}),
    ("sinh(x) / cosh(x) + arcsinh(x)", {"x": -1.2}),
    ("softplus(x) - log1p(x) * expm1(x)", {"x": 0.4}),
    ("dot(a, b, c, d)", {"a": 1.0, "b": 2.0, "c": -3.0, "d": 0.25}),
    ("logsumexp(x, y, z)", {"x": 0.1, "y": -2.0, "z": 1.0}),
    ("norm(x, y, z) + prod(x, y, z) + mean(x, y, z)", {"x": 2.0, "y": -1.0, "z": 0.5}),
    ("erf(x) * gelu(x) + silu(x)", {"x": 0.6}),
    ("arctan2(y, x) + hypot(x, y)", {"x": -1.0, "y": 2.0}),
    ("square(x) + cbrt(x) + reciprocal(x) + log2(x)", {"x": 2.5}),
    ("log(x)", {"x": 0.0}),
    ("floor(x) * x", {"x": 2.5}),
    ("x**-2 - leaky_relu(-x)", {"x": 3.0}),
]


def network(*weights: float) -> Any:
    """The loss of a network of two layers at one sample, by its nine weights."""
    w = list(weights)
    hidden = [autograd.tanh(autograd.dot(w[i : i + 3], [0.5, -1.0, 1.0])) for i in (0, 3)]
    return (autograd.dot([*w[6:8], 1.0], [*hidden, w[8]]) - 0.25) ** 2


WEIGHTS = (0.1, -0.2, 0.3, 0.7, 0.5, -0.4, 1.1, -0.9, 0.2)

FUNCTIONS: list[tuple[str, Callable[..., Any], tuple[float, ...]]] = [
    *((text, parse(text), tuple(values.values())) for text, values in FORMULAS),
    ("network", network, WEIGHTS),
]


def facts(f: Callable[..., Any], args: tuple[float, ...], by: int) -> dict[str, float]:
    """What the engine says of every value and total derivative, `v2`, `df/dv2`, `dv2/dx`."""
    report = compare_modes(f, *args, differences=False, repeats=1)
    result = report.outputs[0].row
    found = {}
    for row in report.rows:
        name = "f" if row.id == result else row.name or row.id
        found[name] = row.value
        found[f"d{name}/d{report.inputs[by]}"] = row.tangent[by]
        found[f"df/d{name}"] = row.adjoint
    return found


def partials(root: Value) -> dict[str, float]:
    """What the engine says of every local derivative, `∂v2/∂x`."""
    order = topological_order(root)
    names = {id(x): "f" if x is root else x.name or f"v{i}" for i, x in enumerate(order)}
    found: dict[str, float] = {}
    for node in order:
        for operand, partial in node.edges:
            key = f"∂{names[id(node)]}/∂{names[id(operand)]}"
            found[key] = found.get(key, 0.0) + partial
    return found


def equations(text: str) -> Iterator[list[str]]:
    """Yield the sides of every equation in the text of a solution."""
    for line in re.sub(r"\n {3,}(?=\S)", " ", text).split("\n"):
        if line.startswith("  ") and re.search(" [=≈] ", line):
            yield re.split(" [=≈] ", line.strip())


def evaluated(side: str, known: dict[str, float]) -> float:
    """Evaluate a side of an equation as Python would, with what is known of its names."""
    places: dict[str, float] = {}

    def place(match: re.Match[str]) -> str:
        places[key := f"place{len(places)}"] = known[match[0]]
        return key

    names = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
    text = re.sub(rf"(?<![\w∂])(?:{names})(?![\w(])", place, side) if names else side
    formula = parse(text)
    return float(formula(**places))


def all_sides(explanation: Explanation, known: dict[str, float]) -> Iterator[tuple[str, float]]:
    """Yield every side of every equation with the number that the left one stands for."""
    for left, *others in equations(explanation.to_text()):
        assert left in known, left
        for side in others:
            yield side, known[left]
