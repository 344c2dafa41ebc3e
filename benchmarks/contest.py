"""Contenders side by side in one run: each in a process of its own, in turns, medians over rounds.

A machine that slows down slows all of them. A contender whose package is not installed is left out,
and said to be. The peers are listed in requirements.txt, which `make bench` installs.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]

Figures = dict[str, float]
"""What is measured of one contender, by name."""


@dataclass(frozen=True)
class Contender:
    """What it takes to run one."""

    package: str = "autograd"
    """The module that must be importable."""
    environment: Mapping[str, str] = field(default_factory=dict)


NATIVE = Contender(environment={"DUALGRAD_NATIVE": "1"})
INTERPRETED = Contender(environment={"DUALGRAD_NATIVE": "0"})
MICROGRAD = Contender("micrograd")
PYTORCH = Contender("torch")
JAX = Contender("jax")
CASADI = Contender("casadi")
PYTHON = Contender("sys")
NUMPY = Contender("numpy")


def run(
    description: str,
    contenders: Mapping[str, Contender],
    measure: Callable[[str], Figures],
    report: Callable[[dict[str, Figures], int], None],
) -> None:
    """The command line of a benchmark script.

    Args:
        description: what --help says.
        contenders: by name.
        measure: measures the named contender; runs in its process.
        report: prints the medians of each contender, given the number of rounds.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--rounds", type=int, default=5, help="how often each contender runs")
    parser.add_argument("--worker", choices=contenders, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        print(json.dumps(measure(options.worker)), flush=True)
        os._exit(0)  # taking apart what a contender left alive is not waited for
    present = those_present(contenders)
    found: dict[str, list[Figures]] = {name: [] for name in present}
    for _ in range(options.rounds):
        for name in present:
            found[name].append(_in_its_process(name, present[name]))
    medians = {
        name: {figure: statistics.median(r[figure] for r in rounds) for figure in rounds[0]}
        for name, rounds in found.items()
    }
    report(medians, options.rounds)


def resident_bytes() -> int:
    """The memory that the process holds, where the system tells."""
    try:
        pages = Path("/proc/self/statm").read_text().split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def environment_of(contender: Contender) -> dict[str, str]:
    """The environment that its process runs in."""
    return {**os.environ, **contender.environment, "PYTHONPATH": str(ROOT)}


def available(contender: Contender) -> bool:
    """Whether its package, and for dualgrad its form, is there."""
    probe = [sys.executable, "-c", f"import {contender.package}"]
    done = subprocess.run(probe, env=environment_of(contender), capture_output=True, check=False)
    return done.returncode == 0


def those_present(contenders: Mapping[str, Contender]) -> dict[str, Contender]:
    """The ones that are available; says which are left out."""
    present = {name: contender for name, contender in contenders.items() if available(contender)}
    for name in contenders:
        if name not in present:
            print(f"{name}: not installed here, left out")
    return present


def _in_its_process(name: str, contender: Contender) -> Figures:
    command = [sys.executable, sys.argv[0], "--worker", name]
    done = subprocess.run(
        command, env=environment_of(contender), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stderr}")
    figures: Figures = json.loads(done.stdout)
    return figures


class Worker:
    """The process of a contender that answers requests, for turns shorter than a process.

    Args:
        name: is handed on as `--worker NAME`; the script is to call `serve` then.
        contender: what it takes to run it.
    """

    def __init__(self, name: str, contender: Contender) -> None:
        self.name = name
        self.process = subprocess.Popen(
            [sys.executable, sys.argv[0], "--worker", name],
            env=environment_of(contender),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, *request: Any) -> Any:
        """Return its answer to a request of what JSON knows."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps(request), file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"{self.name} failed at {request}")
        return json.loads(answer)

    def close(self) -> None:
        """End the process."""
        self.process.communicate()


def serve(answer: Callable[..., Any]) -> None:
    """Answer the requests of a `Worker`, in its process."""
    for line in sys.stdin:
        print(json.dumps(answer(*json.loads(line))), flush=True)
    os._exit(0)  # taking apart what a contender left alive is not waited for


def seconds(action: Callable[[], Any], repeats: int) -> float:
    """The mean time of an action, with what it made deleted again.

    The mean, as what one repeat leaves to the cycle collector is paid for in a later one.
    """
    action()
    start = time.perf_counter()
    for _ in range(repeats):
        action()
    return (time.perf_counter() - start) / repeats


def seconds_within(action: Callable[[], Any], budget: float) -> float:
    """Repeat the measurement for about so many seconds."""
    action()
    start = time.perf_counter()
    action()
    once = time.perf_counter() - start
    return seconds(action, max(1, int(budget / once)))


def single_threaded_torch() -> Any:
    """PyTorch as it is fastest on numbers this small."""
    import torch

    torch.set_num_threads(1)
    return torch


def machine() -> str:
    """The processor, the system and the Python that ran."""
    processor = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        processor = next(x.split(":")[1].strip() for x in lines if x.startswith("model name"))
    except (OSError, StopIteration):
        pass
    system = f"{platform.system()}, Python {platform.python_version()}"
    return f"{processor}, {os.cpu_count()} cores, {system}"


def duration(seconds: float) -> str:
    """With two digits, in the unit that fits."""
    unit, size = next(
        (unit, size)
        for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6), ("ns", 0.0))
        if seconds >= size
    )
    number = seconds / (size or 1e-9)
    return f"{number:.0f} {unit}" if number >= 9.95 else f"{number:.1f} {unit}"


def print_table(rows: list[list[str]]) -> None:
    """Print a Markdown table, the first row being its head."""
    # Not at the top, as the contenders' processes import this file too.
    from autograd.text.tables import Table, as_markdown

    head, *body = map(tuple, rows)
    print(as_markdown([Table(head, body)]))
