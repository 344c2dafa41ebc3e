"""Eager differentiation beside micrograd, PyTorch scalars and plain floats.

    python benchmarks/eager.py [--rounds 5]

Every contender computes `b = b * a + a` over and over. The table gives medians over the rounds and,
in brackets, how many times less than micrograd each needs. See contest.py for how it is run.
"""

import gc
import importlib.util
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import contest
from contest import INTERPRETED, MICROGRAD, NATIVE, PYTHON, PYTORCH, ROOT, Contender, Figures

SMALL = 1_000
LARGE = 1_000_000
BASELINE = "micrograd"


# What a contender does: make the two leaves, run the loop, sweep back.


def chain(a: Any, b: Any, operations: int) -> Any:
    for _ in range(operations // 2):
        b = b * a + a
    return b


def dualgrad_leaves() -> tuple[Any, Any]:
    from autograd import Value

    return Value(0.999), Value(0.5)


def micrograd_leaves() -> tuple[Any, Any]:
    from micrograd.engine import Value

    sys.setrecursionlimit(20 * SMALL)  # its sweep recurses
    return Value(0.999), Value(0.5)


def torch_leaves() -> tuple[Any, Any]:
    torch = contest.single_threaded_torch()
    a, b = (torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in (0.999, 0.5))
    return a, b


def float_leaves() -> tuple[float, float]:
    return 0.999, 0.5


# name: what it takes to run it, how to make the leaves, the largest graph that it sweeps
CONTENDERS: dict[str, tuple[Contender, Callable[[], tuple[Any, Any]], int]] = {
    "dualgrad, native": (NATIVE, dualgrad_leaves, LARGE),
    "dualgrad, interpreted": (INTERPRETED, dualgrad_leaves, LARGE),
    "micrograd": (MICROGRAD, micrograd_leaves, SMALL),
    "PyTorch scalars": (PYTORCH, torch_leaves, LARGE),
    "plain floats": (PYTHON, float_leaves, 0),
}


# One contender, in its process.

_left_alive: list[Any] = []
"""Deleting a chain of a million nodes is not measured."""


def nanoseconds(run: Callable[[], Any], operations: int) -> float:
    return 1e9 * contest.seconds(run, repeats=200) / operations


def measure(name: str) -> Figures:
    _, leaves, sweepable = CONTENDERS[name]
    a, b = leaves()

    def forward_backward() -> Any:
        root = chain(a, b, SMALL)
        root.backward()
        return root

    figures = {"forward, 1,000 operations": nanoseconds(lambda: chain(a, b, SMALL), SMALL)}
    if sweepable:
        figures["forward and backward, 1,000"] = nanoseconds(forward_backward, SMALL)
    gc.collect()
    before = contest.resident_bytes()
    start = time.perf_counter_ns()
    root = chain(a, b, LARGE)
    figures["forward, 1,000,000 operations"] = (time.perf_counter_ns() - start) / LARGE
    _left_alive.append(root)
    if sweepable and contest.resident_bytes():
        figures["bytes a node"] = (contest.resident_bytes() - before) / LARGE
    if sweepable >= LARGE:
        middle = time.perf_counter_ns()
        root.backward()
        figures["forward and backward, 1,000,000"] = (
            figures["forward, 1,000,000 operations"] + (time.perf_counter_ns() - middle) / LARGE
        )
    return figures


# All of them.


def import_milliseconds(rounds: int) -> Figures:
    """How long a process takes that imports, beyond one that imports NumPy only."""
    codes = {
        "import numpy": "import numpy",
        "import autograd, native": "import autograd",
        "import autograd, interpreted": "import autograd",
        "import torch": "import torch",
    }
    times: dict[str, list[float]] = {label: [] for label in codes}
    for _ in range(rounds + 1):
        for label, code in codes.items():
            if "torch" in label and importlib.util.find_spec("torch") is None:
                continue
            environment = {**os.environ, "PYTHONPATH": str(ROOT)}
            environment["DUALGRAD_NATIVE"] = "0" if "interpreted" in label else ""
            environment.pop("PYTHONDONTWRITEBYTECODE", None)  # as installed: bytecode is kept
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], env=environment, check=True)
            times[label].append(time.perf_counter() - start)
    medians = {label: 1e3 * statistics.median(found[1:]) for label, found in times.items() if found}
    base = medians.pop("import numpy")
    return {label: median - base for label, median in medians.items()}


def cell(figure: str, name: str, medians: dict[str, Figures]) -> str:
    value = medians[name].get(figure)
    if value is None:
        return "–"
    base = medians.get(BASELINE, {}).get(figure)
    unit = "" if figure.startswith("bytes") else " ns"
    text = f"{value:.0f}{unit}"
    return text if base is None or name == BASELINE else f"{text} ({base / value:.1f}×)"


def report(medians: dict[str, Figures], rounds: int) -> None:
    print(f"Medians of {rounds} rounds for each operation; {contest.machine()}\n")
    figures = list(dict.fromkeys(figure for found in medians.values() for figure in found))
    rows = [[figure, *(cell(figure, name, medians) for name in medians)] for figure in figures]
    contest.print_table([["", *medians], *rows])
    print("\nImport time beyond NumPy's own:")
    for label, extra in import_milliseconds(rounds).items():
        print(f"  {label}: {extra:.0f} ms")


if __name__ == "__main__":
    contenders = {name: contender for name, (contender, _, _) in CONTENDERS.items()}
    contest.run(__doc__.split("\n")[0], contenders, measure, report)
