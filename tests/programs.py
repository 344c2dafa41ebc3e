"""Running programs by every means there is, and how far the results may be off."""

from __future__ import annotations

import ctypes
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from autograd.program.machine import INTERPRETERS, machine_of
from autograd.program.program import Program
from autograd.program.schedule import scheduled
from autograd.program.source import WRITERS
from autograd.program.source.loops import statements
from autograd.program.source.writer import Writer
from autograd.rules import forms
from autograd.text.words import counted
from autograd.transforms import tree
from autograd.values.value import Value
from tests import oracles
from tests.languages import compiled, from_node
from tests.oracles import same

Numbers = list[float]


@dataclass
class Case:
    """A program and the inputs to run it at, as flat lists of numbers."""

    name: str
    program: Program
    points: list[Numbers]


Results = list[list[Numbers | None]]
"""For each case and each of its points the outputs; None where it is on another path."""


def flat(program: Program, result: Any) -> Numbers:
    """Return the numbers in a result that depend on the inputs."""
    leaves = zip(_leaves(program.result.tree, result), program.result.leaves, strict=True)
    kept = [leaf for leaf, (_, refs) in leaves if refs is not None]
    entries = [x for leaf in kept for x in np.ravel(np.array(leaf, dtype=object)).tolist()]
    return [float(x.data if isinstance(x, Value) else x) for x in entries]


def _leaves(structure: Any, x: Any) -> list[Any]:
    """Return the leaves of a tree of this structure, arrays perhaps being lists."""
    if not isinstance(structure, tree.BRANCHED):
        return [x]
    if isinstance(structure, dict):
        return [leaf for key in sorted(structure) for leaf in _leaves(structure[key], x[key])]
    parts = zip(structure or (), x or (), strict=True)
    return [leaf for part, own in parts for leaf in _leaves(part, own)]


def follows(program: Program, point: Sequence[float]) -> bool:
    """Whether all comparisons come out as they were recorded."""
    values = evaluated(program, point)
    return all(values[guard.node] == guard.outcome for guard in program.guards)


def evaluated(program: Program, point: Sequence[float]) -> Numbers:
    """Return the numbers of all nodes, by the rows' own functions."""
    values: Numbers = [math.nan] * len(program)
    for node, x in zip(program.input_nodes.tolist(), point, strict=True):
        values[node] = x
    for node, value in zip(program.captured_nodes.tolist(), program.captured, strict=True):
        values[node] = value.data
    for node, (row, refs) in enumerate(program):
        if row is not None:
            values[node] = row.fn(*[_at(program, values, ref) for ref in refs])
    return values


def straight(case: Case) -> list[Numbers]:
    """Return the outputs at all points, by the rows' own functions, one after the other."""
    results = []
    for point in case.points:
        values = evaluated(case.program, point)
        results.append([_at(case.program, values, ref) for ref in case.program.result.refs])
    return results


def _at(program: Program, values: Numbers, ref: int) -> float:
    return values[ref] if ref >= 0 else float(program.constants[~ref])


def arguments(program: Program, point: Sequence[float]) -> tuple[list[Any], dict[str, Any]]:
    """Return what the original is called with, arrays as lists."""
    args, kwargs = program.inputs.unflatten(point)
    return tree.map(_listed, (list(args), kwargs))


def _listed(leaf: Any) -> Any:
    return leaf.tolist() if isinstance(leaf, np.ndarray) else leaf


def _written(cases: Sequence[Case], language: str) -> tuple[str, list[Writer]]:
    """Return the helpers of all programs together, and what writes each as a function."""
    writers = [
        WRITERS[language](replace(case.program, name=f"case_{k}")) for k, case in enumerate(cases)
    ]
    rows = [x.row for w in writers for x, _ in statements(w.listing.items) if x.outcome is None]
    return forms.helpers(dict.fromkeys(rows), language), writers


def run_python(cases: Sequence[Case], folder: Path) -> Results:
    helpers, writers = _written(cases, "python")
    scope: dict[str, Any] = {}
    exec(compile(helpers, "helpers", "exec"), scope)
    results: Results = []
    for case, writer in zip(cases, writers, strict=True):
        exec(compile("\n".join(writer.function()), case.name, "exec"), scope)
        outputs: list[Numbers | None] = []
        for point in case.points:
            args, kwargs = arguments(case.program, point)
            try:
                outputs.append(flat(case.program, scope[writer.title](*args, **kwargs)))
            except ValueError as error:
                if "when this was recorded" not in str(error):
                    raise
                outputs.append(None)
        results.append(outputs)
    return results


def run_c(cases: Sequence[Case], folder: Path) -> Results:
    helpers, writers = _written(cases, "c")
    functions = ["\n".join(writer.function()) for writer in writers]
    library = compiled("\n".join([helpers, *functions, ""]), folder)
    results: Results = []
    for case, writer in zip(cases, writers, strict=True):
        captured = np.array([x.data for x in case.program.captured])
        if writer.program.captured:
            own = (ctypes.c_double * len(captured)).in_dll(library, f"{writer.title}_captured")
            assert sorted(own) == sorted(captured.tolist())
            captured = np.array(own)
        outputs: list[Numbers | None] = []
        for point in case.points:
            numbers = np.array(point)
            out = np.full(len(case.program.result.refs), 123.0)
            failed = library[writer.title](
                *[ctypes.c_void_p(x.ctypes.data) for x in (numbers, captured, out)]
            )
            assert not failed or (out == 123.0).all()
            outputs.append(None if failed else out.tolist())
        results.append(outputs)
    return results


def run_javascript(cases: Sequence[Case], folder: Path) -> Results:
    helpers, writers = _written(cases, "javascript")
    lines = [helpers]
    lines += ["\n".join(writer.function()) for writer in writers]
    lines.append(
        "function run(f, width, size, take) {\n"
        "    const x = Array.from(points.subarray(at, at + width));\n"
        "    at += width;\n"
        "    try { results.push(1, ...[f(...take(x))].flat(Infinity)); }\n"
        "    catch (error) {\n"
        "        if (!error.message.includes('when this was recorded')) throw error;\n"
        "        results.push(0, ...new Array(size).fill(0));\n"
        "    }\n"
        "}\nlet at = 0;"
    )
    for case, writer in zip(cases, writers, strict=True):
        leaves = [1 if refs is None else len(refs) for _, refs in case.program.result.leaves]
        size = sum(leaves)
        width = len(case.program.input_nodes)
        args, kwargs = arguments(case.program, list(map(float, range(width))))
        taken = ", ".join(map(_javascript, [*args, *[kwargs[key] for key in sorted(kwargs)]]))
        # Dicts come out by sorted keys here.
        call = f"(...a) => values({writer.title}(...a))"
        lines.append(f"for (let k = 0; k < {len(case.points)}; k++)")
        lines.append(f"    run({call}, {width}, {size}, (x) => [{taken}]);")
    lines.append(
        "function values(x) {\n"
        "    if (typeof x === 'number') return x;\n"
        "    if (x === null) return [];\n"
        "    if (typeof x === 'boolean') return Number(x);\n"
        "    if (Array.isArray(x)) return x.map(values);\n"
        "    return Object.keys(x).sort().map((key) => values(x[key]));\n"
        "}"
    )
    points = np.array([x for case in cases for point in case.points for x in point])
    rest = iter(from_node("\n".join(lines), points, folder))
    results: Results = []
    for case in cases:
        outputs: list[Numbers | None] = []
        for _ in case.points:
            worked = next(rest)
            leaves = case.program.result.leaves
            numbers = [list(islice(rest, 1 if refs is None else len(refs))) for _, refs in leaves]
            kept = [
                x
                for part, (_, refs) in zip(numbers, leaves, strict=True)
                for x in part
                if refs is not None
            ]
            outputs.append(kept if worked else None)
        results.append(outputs)
    return results


def _javascript(x: Any) -> str:
    """Return an argument, in which the numbers say which of those in x they are."""
    if isinstance(x, float):
        return f"x[{int(x)}]"
    if isinstance(x, dict):
        return "{" + ", ".join([f"{json.dumps(k)}: {_javascript(v)}" for k, v in x.items()]) + "}"
    return "null" if x is None else "[" + ", ".join(map(_javascript, x)) + "]"


def by_machine(interpreter: str, count: int) -> Callable[[Sequence[Case], Path], Results]:
    """Return what runs programs by an interpreter, so many lanes at a time."""

    def outputs_of(case: Case) -> list[Numbers | None]:
        program = case.program
        plan = scheduled(program, [True] * len(program.input_nodes))
        machine = machine_of(plan, interpreter)
        captured = np.array([value.data for value in program.captured])
        found: list[Numbers | None] = []
        while len(found) < len(case.points):
            chosen = [case.points[(len(found) + i) % len(case.points)] for i in range(count)]
            lanes = np.array(chosen, np.float64).reshape(count, len(program.input_nodes))
            outputs = np.full((count, plan.output_count), 123.0)
            failed = np.full(count, -1, np.int32)
            machine.run(captured, lanes, outputs, failed if program.guards else None)
            pairs = zip(outputs.tolist(), failed.tolist(), strict=True)
            found += [row if outcome == -1 else None for row, outcome in pairs]
        return found[: len(case.points)]

    return lambda cases, folder: list(map(outputs_of, cases))


RUNNERS: dict[str, Callable[[Sequence[Case], Path], Results]] = {
    "python": run_python,
    "c": run_c,
    "javascript": run_javascript,
    **{
        f"{name}, {counted(count, 'lane')}": by_machine(name, count)
        for name in INTERPRETERS
        for count in (1, 3, 32, 33, 1000)
    },
}
"""What runs programs, by name: add to it what more there is."""


def errors(program: Program, point: Sequence[float], ulps: float) -> Numbers:
    """Return to first order how far each output may be off.

    Every operation that is no arithmetic may be so many ulp off, the sums in a row by half an ulp
    of their terms, and each error goes on by the partial derivatives.
    """
    values = evaluated(program, point)
    bounds: Numbers = [0.0] * len(program)
    for node, (row, refs) in enumerate(program):
        if row is None:
            continue
        args, out = [_at(program, values, ref) for ref in refs], values[node]
        bound = (ulps + 1.0) * math.ulp(out)
        if math.isfinite(out) and all(map(math.isfinite, args)):
            terms = oracles.terms(oracles.TERMS, row.name, tuple(args))
            bound += min(float(terms), oracles.LARGEST) * 2.0**-53
        carried = [bounds[ref] if ref >= 0 else 0.0 for ref in refs]
        if any(carried):
            bound += _carried(row, out, args, carried)
        bounds[node] = bound
    return [bounds[ref] if ref >= 0 else 0.0 for ref in program.result.refs]


def _carried(row: Any, out: float, args: Numbers, bounds: Numbers) -> float:
    rules = row.rules
    with np.errstate(all="ignore"):
        numbers = [np.float64(x) for x in (out, *args)]
        partials = [rule(*numbers) for rule in rules] if rules else row.joint_rule(*numbers)
        return float(sum(abs(p) * b for p, b in zip(partials, bounds, strict=True) if b and p))


def check(
    cases: Sequence[Case], results: Results, wanted: list[list[Numbers]], ulps: float
) -> None:
    """Compare results with what is wanted, to the errors that the operations may have."""
    for case, got, want in zip(cases, results, wanted, strict=True):
        for point, ours, theirs in zip(case.points, got, want, strict=True):
            assert (ours is not None) == follows(case.program, point), f"{case.name} at {point}"
            if ours is None:
                continue
            assert len(ours) == len(theirs)
            if all(map(same, ours, theirs)):
                continue
            for a, b, bound in zip(ours, theirs, errors(case.program, point, ulps), strict=True):
                near = math.isfinite(a) and math.isfinite(b) and abs(a - b) <= 2.0 * bound
                equal = a == b or same(a, b)  # zeros of either sign
                assert equal or near, f"{case.name} at {point}: {a!r}, not {b!r}"
