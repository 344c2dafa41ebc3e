"""Recorded programs beside eager Values, PyTorch, JAX, CasADi and micrograd, with the goals set.

    python benchmarks/program.py [--rounds 5] [--only calls] [--budget 0.1]

Each contender has a process, and all are kept on one processor core. A row is timed in turns:
each contender for the budget of seconds, then all of them again; the tables show medians over the
rounds. Before that the results of all, values and derivatives, are compared: they agree to 1e-9.

engines.py says how each is called, and what is left out.

A goal is a multiple or a fraction of what another contender, f alone or the first row takes, or an
absolute figure. "f alone" is dualgrad's program of the function without derivatives.
"""

import argparse
import ctypes
import gc
import itertools
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import contest
import engines
import numpy as np
from engines import BY_HAND, CONTENDERS, LANES, Action, Subject

KEPT = 4
"""So many programs are kept alive to see what memory one takes."""
SAMPLES = 100
MATRIX = 512
PEAK = "NumPy's product of matrices"


class Goal(NamedTuple):
    """At most this share of what the other takes, or, against nobody, at most this much."""

    share: float
    against: str = ""


@dataclass(frozen=True)
class Row:
    """What is timed, and what is to be reached by dualgrad."""

    group: str
    subject: Subject
    goals: tuple[Goal, ...] = ()
    figure: str = "seconds"
    """What `Answers` is asked for; "first" in a new process is "fresh"."""


def all_rows() -> dict[str, Row]:
    """What is timed, by title."""
    gradient = Goal(3.5, "f alone")
    rows = {PEAK: Row("networks", ("matmul", MATRIX))}
    titles = {"relu": "ReLU", "tanh": "tanh", "sigmoid": "sigmoid"}
    ratios = {16: (10, 5), 64: (3, 2), 128: (1.3, 1.3)}
    for activation, width, form in itertools.product(titles, ratios, ("w @ x", BY_HAND)):
        part = 1.0 if activation == "relu" else 2.0
        peers = zip(ratios[width], ("PyTorch", "JAX"), strict=True)
        goals = (*(Goal(part / ratio, peer) for ratio, peer in peers), gradient)
        subject = ("network", activation, width, form)
        rows[f"{titles[activation]}, H = {width}, {form}"] = Row("networks", subject, goals)
    for form in ("w @ x", BY_HAND):
        subject = ("network", "relu", 16, form)
        rows[f"first result, {form}"] = Row("first", subject, (Goal(0.06),), "fresh")
    rows["x * y of two floats"] = Row("calls", ("product",), (Goal(1e-6),))
    for name in engines.CALLS:
        jax = (Goal(1 / 20, "JAX"),) if name == "Rosenbrock, n = 2" else ()
        goals = (Goal(1.0, "CasADi"), *jax, gradient)
        rows[name] = Row("calls", ("call", name), goals)
    rows["price and gradient"] = Row("lanes", ("lanes", "gradient"), (gradient,))
    rows["all first and second greeks"] = Row("lanes", ("lanes", "greeks"), (Goal(1.0, "JAX"),))
    for n, goals in {
        1_000: (),
        10_000: (Goal(1.5, "linear"),),
        100_000: (Goal(1.5, "linear"), Goal(1.5)),
    }.items():
        rows[f"{n:,} operations"] = Row("trace", ("graph", n), goals, "first")
    regular = ("network", "tanh", 64, BY_HAND)
    rows["regular: a network by hand"] = Row("memory", regular, (Goal(40.0),), "bytes")
    rows["irregular graph"] = Row("memory", ("graph", 10_000), (Goal(100.0),), "bytes")
    return rows


GROUPS = {
    "networks": f"Loss and gradients of networks 2-H-H-1, {SAMPLES} samples",
    "first": "The first result of the ReLU network's gradient, H = 16, in a fresh process",
    "calls": "Value and gradient of functions of a few numbers",
    "lanes": f"Black-Scholes for {LANES:,} options",
    "trace": "The first result of an irregular graph: recorded, scheduled and run",
    "memory": "Bytes of a program for each operation of the function",
}


def operations(subject: Subject) -> int:
    """About how many a network's loss by hand has for a sample, or an irregular graph."""
    if subject[0] == "graph":
        return int(subject[1])
    parts = engines.network(subject[2])[0]
    weights, parameters = (sum(p.size for p in some) for some in (parts[::2], parts))
    return int(weights + 3 * parameters + 2 * subject[2])


def flops(width: int) -> int:
    """Those of the products in the loss and its gradient: forward, by weights, by inputs."""
    weights = width * width + 3 * width
    return SAMPLES * (6 * weights - 4 * width)


# One contender, in its process.


class Answers:
    """What a contender's process answers: figures by their names, None where it has none.

    Args:
        name: of the contender.
    """

    def __init__(self, name: str) -> None:
        self.build = CONTENDERS[name][1]
        self.subject: Subject = ()
        self.action: Action | None = None

    def __call__(self, figure: str, subject: Sequence[Any], argument: Any) -> Any:
        if tuple(subject) != self.subject or figure in {"first", "fresh"}:
            self.subject = tuple(subject)
            self.action = None  # what the last one took is free
            self.action = self.build(self.subject)
        return getattr(self, figure)(argument) if self.action else None

    def results(self, path: str) -> bool:
        """Write one call's results to a file."""
        np.savez(path, *leaves(self.action()))
        return True

    def seconds(self, budget: float) -> float:
        """The mean time of a call, measured for so long."""
        return contest.seconds_within(self.action, budget)

    def first(self, _: Any) -> float:
        """The time of the first call."""
        gc.collect()
        start = time.perf_counter()
        self.action()
        return time.perf_counter() - start

    fresh = first

    def bytes(self, _: Any) -> float:
        """The memory of dualgrad's program of the function, for each operation."""
        kept = []
        for i in range(KEPT + 1):
            if i == 1:  # the memory that recording takes is there
                before = settled_bytes()
            kept.append(engines.of_dualgrad(self.subject, differentiated=False))
            kept[-1]()
        return (settled_bytes() - before) / KEPT / operations(self.subject)


def settled_bytes() -> int:
    """The memory that the process holds, with what is free given back where that can be asked."""
    gc.collect()
    if sys.platform == "linux":
        ctypes.CDLL(None).malloc_trim(0)
    return contest.resident_bytes()


def leaves(results: Any) -> list[Any]:
    """All arrays and numbers of nested results."""
    if isinstance(results, tuple | list):
        return [leaf for part in results for leaf in leaves(part)]
    return [np.asarray(results, dtype=np.float64)]


# All of them.


def check(title: str, results: Mapping[str, Sequence[Any]], tolerance: float = 1e-9) -> None:
    """Exit unless all contenders found the same, those without derivatives the same value."""
    reference, expected = next(iter(results.items()))
    for name, found in results.items():
        if len(found) != len(expected) and len(found) != 1:
            raise SystemExit(f"{title}: {len(found)} results of {name}, {len(expected)} expected")
        for i, (one, other) in enumerate(zip(found, expected, strict=False)):
            error = np.max(np.abs(np.ravel(one) - np.ravel(other))) / np.max(np.abs(other))
            if not error <= tolerance:
                raise SystemExit(
                    f"{title}: result {i} of {name} differs from that of {reference} by {error:.1e}"
                )


def measure(
    row: Row, title: str, workers: Mapping[str, contest.Worker], rounds: int, budget: float
) -> dict[str, float]:
    """Return each contender's median in this row, those that take part."""
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "results.npz")
        for name, worker in workers.items():
            if worker.ask("results", row.subject, path):
                with np.load(path) as file:
                    results[name] = [file[key] for key in file.files]
    check(title, results)
    found: dict[str, list[float]] = {name: [] for name in results}
    if row.figure == "bytes":
        found = {"dualgrad": []}
    for _, (name, figures) in itertools.product(range(rounds), found.items()):
        if row.figure == "fresh":
            fresh = contest.Worker(name, CONTENDERS[name][0])
            figures.append(fresh.ask("first", row.subject, None))
            fresh.close()
        else:
            figures.append(workers[name].ask(row.figure, row.subject, budget))
    return {name: statistics.median(figures) for name, figures in found.items()}


def in_words(share: float, against: str, row: Row) -> str:
    """A figure in terms of another, or as it stands."""
    if against:
        sign, times = ("×", share) if share >= 0.995 else ("/", 1.0 / share)
        return f"{against} {sign} {times:,.{0 if times >= 9.95 else 1}f}"
    return f"{share:.0f} B" if row.figure == "bytes" else contest.duration(share)


def goals_and_reached(row: Row, figures: Mapping[str, float]) -> list[str]:
    """Two cells: what is to be reached, and what is, missed goals marked."""
    goals, reached = [], []
    for goal in row.goals:
        base = figures.get(goal.against) if goal.against else 1.0
        goals.append(in_words(goal.share, goal.against, row))
        if base is None:
            reached.append("–")
            continue
        share = figures["dualgrad"] / base
        missed = "" if share <= goal.share else " (missed)"
        reached.append(in_words(share, goal.against, row) + missed)
    return [", ".join(goals), ", ".join(reached)]


def report(group: str, rows: Mapping[str, Row], figures: Mapping[str, dict[str, float]]) -> None:
    """Print a group's table."""
    print(f"\n{GROUPS[group]}:\n")
    names = [name for name in CONTENDERS if any(name in figures[title] for title in rows)]
    table = [["", *names, "goal", "reached"]]
    for title, row in rows.items():
        found = figures[title]
        cells = [in_words(found[name], "", row) if name in found else "–" for name in names]
        table.append([title, *cells, *goals_and_reached(row, found)])
    contest.print_table(table)


def report_rates(rows: Mapping[str, Row], figures: Mapping[str, dict[str, float]]) -> None:
    """Print which share of a core's peak the networks reach."""
    peak = 2 * MATRIX**3 / figures[PEAK]["NumPy"]
    print(f"\nGFLOP/s of dualgrad, and their share of the {peak / 1e9:.0f} of {PEAK}:\n")
    table = [["", "GFLOP/s", "share"]]
    for title, row in rows.items():
        rate = flops(row.subject[2]) / figures[title]["dualgrad"]
        table.append([title, f"{rate / 1e9:.1f}", f"{rate / peak:.0%}"])
    contest.print_table(table)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5, help="how often each contender has a turn")
    parser.add_argument("--only", choices=GROUPS, help="one group of rows")
    parser.add_argument("--budget", type=float, default=0.1, help="seconds for a figure of a round")
    parser.add_argument("--worker", choices=CONTENDERS, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.worker:
        contest.serve(Answers(options.worker))
    if hasattr(os, "sched_setaffinity"):  # one thread each, whatever libraries think of it
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    present = contest.those_present(
        {name: contender for name, (contender, _) in CONTENDERS.items()}
    )
    workers = {name: contest.Worker(name, contender) for name, contender in present.items()}
    print(f"Medians of {options.rounds} rounds, one core; {contest.machine()}")
    for group in [options.only] if options.only else GROUPS:
        rows = {title: row for title, row in all_rows().items() if row.group == group}
        figures = {
            title: measure(row, title, workers, options.rounds, options.budget)
            for title, row in rows.items()
        }
        if group == "trace":
            (smallest, first), *_ = rows.items()
            for title, row in rows.items():
                times = row.subject[1] / first.subject[1]
                figures[title]["linear"] = times * figures[smallest]["dualgrad"]
        rows.pop(PEAK, None)
        report(group, rows, figures)
        if group == "networks":
            report_rates(rows, figures)
    for worker in workers.values():
        worker.close()


if __name__ == "__main__":
    main()
