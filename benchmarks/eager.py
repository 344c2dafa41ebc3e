"""Eager differentiation beside micrograd, PyTorch scalars and plain floats.

    python benchmarks/eager.py [--rounds 5]

Every contender computes `b = b * a + a` over and over, in a process of its own; the contenders take
turns, so that a machine that slows down slows all of them. The table gives medians over the rounds
and, in brackets, how many times less than micrograd each needs.

The peers come from `pip install micrograd torch`; `make bench` installs them in an environment of
their own and runs this. A contender that is not installed is left out, and said to be.
"""

import argparse
import gc
import importlib.util
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
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
    import torch

    torch.set_num_threads(1)
    a, b = (torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in (0.999, 0.5))
    return a, b


def float_leaves() -> tuple[float, float]:
    return 0.999, 0.5


# name: how to make the leaves, the environment, the package it needs, the largest graph it sweeps
CONTENDERS: dict[str, tuple[Callable[[], tuple[Any, Any]], dict[str, str], str, int]] = {
    "dualgrad, native": (dualgrad_leaves, {"DUALGRAD_NATIVE": "1"}, "autograd", LARGE),
    "dualgrad, interpreted": (dualgrad_leaves, {"DUALGRAD_NATIVE": "0"}, "autograd", LARGE),
    "micrograd": (micrograd_leaves, {}, "micrograd", SMALL),
    "PyTorch scalars": (torch_leaves, {}, "torch", LARGE),
    "plain floats": (float_leaves, {}, "sys", 0),
}


# One contender, in its process.


def nanoseconds(run: Callable[[], object], operations: int, repeats: int) -> float:
    """The mean time of a run for each operation, with what it made deleted again.

    The mean, as what a run leaves to the cycle collector is paid for in a later one.
    """
    run()
    start = time.perf_counter_ns()
    for _ in range(repeats):
        run()
    return (time.perf_counter_ns() - start) / repeats / operations


def resident_bytes() -> int:
    """The memory that the process holds, where the system tells."""
    try:
        pages = Path("/proc/self/statm").read_text().split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def measure(name: str) -> dict[str, float]:
    leaves, _, _, sweepable = CONTENDERS[name]
    a, b = leaves()

    def forward_backward() -> Any:
        root = chain(a, b, SMALL)
        root.backward()
        return root

    figures = {"forward, 1,000 operations": nanoseconds(lambda: chain(a, b, SMALL), SMALL, 200)}
    if sweepable:
        figures["forward and backward, 1,000"] = nanoseconds(forward_backward, SMALL, 200)
    gc.collect()
    before = resident_bytes()
    start = time.perf_counter_ns()
    root = chain(a, b, LARGE)
    figures["forward, 1,000,000 operations"] = (time.perf_counter_ns() - start) / LARGE
    if sweepable and resident_bytes():
        figures["bytes a node"] = (resident_bytes() - before) / LARGE
    if sweepable >= LARGE:
        middle = time.perf_counter_ns()
        root.backward()
        figures["forward and backward, 1,000,000"] = (
            figures["forward, 1,000,000 operations"] + (time.perf_counter_ns() - middle) / LARGE
        )
    if name == BASELINE:
        os.write(1, json.dumps(figures).encode())
        os._exit(0)  # deleting its chain of a million nodes is not measured
    return figures


# All of them, in turn.


def run_worker(name: str) -> dict[str, float]:
    environment = {**os.environ, **CONTENDERS[name][1], "PYTHONPATH": str(ROOT)}
    command = [sys.executable, __file__, "--worker", name]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stderr}")
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def import_milliseconds(rounds: int) -> dict[str, float]:
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
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], env=environment, check=True)
            times[label].append(time.perf_counter() - start)
    medians = {
        label: 1e3 * statistics.median(found[1:]) for label, found in times.items() if found
    }
    base = medians.pop("import numpy")
    return {label: median - base for label, median in medians.items()}


def available(name: str) -> bool:
    """Whether the contender's package, and for dualgrad its form, is there."""
    _, environment, package, _ = CONTENDERS[name]
    code = f"import {package}"
    environment = {**os.environ, **environment, "PYTHONPATH": str(ROOT)}
    probe = [sys.executable, "-c", code]
    return not subprocess.run(probe, env=environment, capture_output=True, check=False).returncode


def cell(figure: str, name: str, medians: dict[str, dict[str, float]]) -> str:
    value = medians[name].get(figure)
    if value is None:
        return "–"
    base = medians.get(BASELINE, {}).get(figure)
    unit = "" if figure.startswith("bytes") else " ns"
    text = f"{value:.0f}{unit}"
    return text if base is None or name == BASELINE else f"{text} ({base / value:.1f}×)"


def machine() -> str:
    processor = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        processor = next(x.split(":")[1].strip() for x in lines if x.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return f"{processor}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5, help="how often each contender runs")
    parser.add_argument("--worker", choices=CONTENDERS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        print(json.dumps(measure(options.worker)))
        return
    names = [name for name in CONTENDERS if available(name)]
    for name in CONTENDERS:
        if name not in names:
            print(f"{name}: not installed here, left out")
    rounds: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    for _ in range(options.rounds):
        for name in names:
            rounds[name].append(run_worker(name))
    medians = {
        name: {figure: statistics.median(r[figure] for r in found) for figure in found[0]}
        for name, found in rounds.items()
    }
    print(f"Medians of {options.rounds} rounds for each operation; {machine()}\n")
    print("| | " + " | ".join(names) + " |")
    print("|---" * (len(names) + 1) + "|")
    figures = list(dict.fromkeys(figure for found in medians.values() for figure in found))
    for figure in figures:
        print(f"| {figure} | " + " | ".join(cell(figure, n, medians) for n in names) + " |")
    print("\nImport time beyond NumPy's own:")
    for label, extra in import_milliseconds(options.rounds).items():
        print(f"  {label}: {extra:.0f} ms")


if __name__ == "__main__":
    main()
