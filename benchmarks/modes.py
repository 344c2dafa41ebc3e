"""The gradient of n inputs in both modes, beside micrograd, PyTorch, JAX and plain numbers.

    python benchmarks/modes.py [--rounds 5]

First counted: the operations of functions and of their derivatives, see operations.py. Then timed,
for n from 1 to 1000: Rosenbrock's function and a product of all inputs, written entry by entry for
those who differentiate scalars, and for whole arrays for those who differentiate arrays. Each is
called as its users would, with new leaves or with a tensor that is there, and its gradient checked.
The tables give medians over the rounds and, in brackets, how many times less than micrograd each
needs. See contest.py for how it is run.

Left out: `jax.jit` and `torch.compile`, as all of this is eager; GPUs; forward mode of PyTorch and
JAX entry by entry, as nobody would; JAX's reverse mode entry by entry beyond n = 100, as it takes
seconds; HIPS autograd, which is imported by the same name as dualgrad and cannot share its
environment.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import contest
import numpy as np
import subjects
from contest import INTERPRETED, JAX, MICROGRAD, NATIVE, NUMPY, PYTHON, PYTORCH, Contender, Figures

SIZES = (1, 3, 10, 30, 100, 300, 1000)
BASELINE = "micrograd"
BUDGET = 0.1
"""Seconds for each figure and round; at least two runs."""


@dataclass(frozen=True)
class Problem:
    """A function in both forms, with its gradient in closed form."""

    entries: Callable[[Any], Any]
    array: Callable[[Any], Any]
    gradient: Callable[[Any], Any]
    point: Callable[[int], Any]


def rosenbrock_gradient(x: Any) -> Any:
    gradient = 2.0 * (x - 1.0)
    miss = x[1:] - x[:-1] ** 2
    gradient[:-1] -= 400.0 * x[:-1] * miss
    gradient[1:] += 200.0 * miss
    return gradient


PROBLEMS = {
    "Rosenbrock": Problem(
        subjects.rosenbrock,
        subjects.rosenbrock_of_array,
        rosenbrock_gradient,
        lambda n: np.linspace(-1.2, 1.2, n),
    ),
    "product": Problem(
        subjects.product,
        subjects.product_of_array,
        lambda x: x.prod() / x,
        lambda n: np.linspace(0.9, 1.1, n),
    ),
}


# What the contenders do. Each gives its ways to the gradient of a problem at x: by the name of the
# way, an action to be timed, which returns the gradient, or None where it evaluates f alone.

Actions = dict[str, Callable[[], Any]]


def of_dualgrad(problem: Problem, x: Any) -> Actions:
    from autograd import Value, jacfwd, value_and_grad

    def backward() -> Any:
        leaves = [Value(float(entry)) for entry in x]
        problem.entries(leaves).backward()
        return [leaf.grad for leaf in leaves]

    reverse, forward = value_and_grad(problem.entries), jacfwd(problem.entries)
    array = value_and_grad(problem.array)
    return {
        "backward()": backward,
        "reverse": lambda: reverse(x)[1],
        "forward": lambda: forward(x),
        "reverse, array": lambda: array(x)[1],
    }


def of_micrograd(problem: Problem, x: Any) -> Actions:
    from micrograd.engine import Value

    sys.setrecursionlimit(100_000)  # its sweep recurses

    def reverse() -> Any:
        leaves = [Value(float(entry)) for entry in x]
        problem.entries(leaves).backward()
        return [leaf.grad for leaf in leaves]

    return {"": reverse}


def of_pytorch(problem: Problem, x: Any) -> Actions:
    torch = contest.single_threaded_torch()
    scalars = [torch.tensor(float(entry), dtype=torch.float64, requires_grad=True) for entry in x]
    tensor = torch.tensor(x, requires_grad=True)
    forward = torch.func.jacfwd(problem.array)
    return {
        "scalars, reverse": lambda: torch.autograd.grad(problem.entries(scalars), scalars),
        "tensor, reverse": lambda: torch.autograd.grad(problem.array(tensor), tensor)[0],
        "tensor, forward": lambda: forward(tensor).detach(),
    }


def of_jax(problem: Problem, x: Any) -> Actions:
    import jax

    jax.config.update("jax_enable_x64", True)
    array = jax.numpy.asarray(x)
    scalars = list(array)
    by_entries = jax.grad(problem.entries)
    reverse, forward = jax.grad(problem.array), jax.jacfwd(problem.array)
    actions = {
        "array, reverse": lambda: reverse(array).block_until_ready(),
        "array, forward": lambda: forward(array).block_until_ready(),
    }
    if len(x) <= 100:
        actions["scalars, reverse"] = lambda: jax.block_until_ready(by_entries(scalars))
    return actions


def of_floats(problem: Problem, x: Any) -> Actions:
    return differences(problem.entries, x.tolist())


def of_numpy(problem: Problem, x: Any) -> Actions:
    return differences(problem.array, x.copy())


def differences(f: Callable[[Any], Any], x: Any) -> Actions:
    """f alone, and its central differences."""

    def central() -> Any:
        gradient = []
        for i, entry in enumerate(x):
            step = 6e-6 * max(1.0, abs(entry))  # the cube root of a double's resolution
            x[i] = entry + step
            above = f(x)
            x[i] = entry - step
            gradient.append((above - f(x)) / (2.0 * step))
            x[i] = entry
        return gradient

    def alone() -> None:
        f(x)

    return {"f alone": alone, "central differences": central}


CONTENDERS: dict[str, tuple[Contender, Callable[[Problem, Any], Actions]]] = {
    "dualgrad, native": (NATIVE, of_dualgrad),
    "dualgrad, interpreted": (INTERPRETED, of_dualgrad),
    "micrograd": (MICROGRAD, of_micrograd),
    "PyTorch": (PYTORCH, of_pytorch),
    "JAX": (JAX, of_jax),
    "floats": (PYTHON, of_floats),
    "NumPy": (NUMPY, of_numpy),
}


# One contender, in its process.


def key(way: str, problem: str, n: int) -> str:
    return f"{way}|{problem}|{n}"


def measure(name: str) -> Figures:
    figures = {}
    for title, problem in PROBLEMS.items():
        for n in SIZES:
            x = problem.point(n)
            for way, action in CONTENDERS[name][1](problem, x).items():
                gradient = action()
                if gradient is not None:
                    check(f"{name}, {way}", gradient, problem.gradient(x))
                figures[key(way, title, n)] = contest.seconds_within(action, BUDGET)
    return figures


def check(who: str, gradient: Any, expected: Any) -> None:
    found = np.array([float(g) for g in gradient])
    tolerance = 1e-6 if "differences" in who else 1e-12
    error = np.max(np.abs(found - expected)) / np.max(np.abs(expected))
    if not error < tolerance:
        raise AssertionError(f"{who}: the gradient is wrong by {error:.1e}")


# All of them.


def count() -> None:
    """Print what derivatives cost in operations."""
    sys.path.insert(0, str(contest.ROOT))
    import operations

    print(f"Operations, and in brackets their ratio to f's ({operations.BOUND} at most):\n")
    rows = [["", "f", "f and gradient, reverse", "f and one direction, forward"]]
    for title, (f, x) in subjects.EXAMPLES.items():
        found = operations.costs(f, x)
        ratios = (f" ({ratio:.2f})" for ratio in found.ratios())
        totals = [f"{cost.total():,}" for cost in found]
        rows.append([title, totals[0], *(t + r for t, r in zip(totals[1:], ratios, strict=True))])
    contest.print_table(rows)


def report(medians: dict[str, Figures], rounds: int) -> None:
    count()
    print(f"\nMedians of {rounds} rounds; {contest.machine()}")
    for title in PROBLEMS:
        print(f"\n{title}, the gradient of n inputs:\n")
        rows = [["n", *map(str, SIZES)]]
        for name, found in medians.items():
            for way in dict.fromkeys(figure.split("|")[0] for figure in found):
                cells = [cell(medians, name, key(way, title, n)) for n in SIZES]
                rows.append([", ".join(filter(None, [name, way])), *cells])
        contest.print_table(rows)
        print()
        for name, found in medians.items():
            if key("forward", title, 1) in found:
                pairs = [
                    (n, *(found[key(w, title, n)] for w in ("reverse", "forward"))) for n in SIZES
                ]
                cheaper = [n for n, reverse, forward in pairs if reverse < forward]
                print(f"{name}: reverse mode is the faster one for n in {cheaper}")


def cell(medians: dict[str, Figures], name: str, figure: str) -> str:
    value = medians[name].get(figure)
    if value is None:
        return "–"
    base = medians.get(BASELINE, {}).get("|" + figure.split("|", 1)[1])
    text = contest.duration(value)
    if base is None or name == BASELINE:
        return text
    ratio = base / value
    return f"{text} ({ratio:,.0f}×)" if ratio >= 9.95 else f"{text} ({ratio:.2g}×)"


if __name__ == "__main__":
    contenders = {name: contender for name, (contender, _) in CONTENDERS.items()}
    contest.run(__doc__.split("\n")[0], contenders, measure, report)
