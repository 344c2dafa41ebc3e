"""What a report says, as tables and sentences."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from autograd.compare.agreement import ulps
from autograd.compare.comparison import Comparison
from autograd.compare.crossover import Crossover
from autograd.text.tables import Table
from autograd.text.words import counted, duration, memory, shortened

Array = NDArray[np.float64]
T = TypeVar("T")


def report_parts(
    report: Comparison, max_rows: int | None, max_inputs: int | None
) -> list[Table | str]:
    """Return all tables and sentences of a report, from top to bottom."""
    parts: list[Table | str] = [
        _headline(report, max_inputs),
        _trace_table(report, max_rows, max_inputs),
        _left_out(report, max_rows, max_inputs),
        _gradient_table(report, max_rows),
        _agreement(report),
        _cost_table(report),
        _cheaper(report),
    ]
    if report.crossover is not None:
        parts += [_crossover_table(report.crossover), str(report.crossover)]
    return [part for part in parts if part != ""]


def number(x: float) -> str:
    """Return a number to six digits, as tables show it.

    >>> number(-54.0), number(2 / 3)
    ('-54', '0.666667')
    """
    return f"{x:.6g}"


def why(report: Comparison) -> str:
    """Return which mode is cheaper for this shape, and why, in one sentence."""
    n, m = len(report.inputs), len(report.outputs)
    shape = _shape(report)
    forward, reverse = report.forward.operations, report.reverse.operations
    if report.cheaper == "neither":
        return f"Both modes cost the same for {shape}: {counted(forward, 'operation')}."
    counts = f"({min(forward, reverse):,} operations against {max(forward, reverse):,})"
    if report.cheaper == "forward":
        reason = "a single pass does for all outputs, while reverse mode sweeps for each"
    elif n > m:
        reason = "a sweep gives an output's derivatives by all inputs at once, while forward "
        reason += "mode carries a tangent for each input"
    else:
        reason = "a sweep visits only what its output depends on, while forward mode carries "
        reason += "all tangents everywhere"
    return f"{report.cheaper.capitalize()} mode is cheaper for {shape}: {reason} {counts}."


def _shape(report: Comparison) -> str:
    inputs, outputs = len(report.inputs), len(report.outputs)
    return f"{counted(inputs, 'input')} → {counted(outputs, 'output')}"


def _headline(report: Comparison, max_inputs: int | None) -> str:
    """The shape, the value, and the gradient by both modes."""
    output = report.outputs[report.output]
    of = ""
    if len(report.outputs) > 1:
        of = f"adjoints and gradients are of {shortened(output.name)} ({output.row}), "
    lines = [shortened(report.title), f"{_shape(report)}; {of}value {output.value:.12g}"]
    forward, reverse = report.forward_gradient, report.reverse_gradient
    if ulps(forward, reverse).max() == 0.0:
        lines.append(f"gradient {_vector(reverse, max_inputs)} in both modes")
    else:
        lines.append(f"gradient {_vector(reverse, max_inputs)} in reverse mode")
        lines.append(f"gradient {_vector(forward, max_inputs)} in forward mode")
    return "\n".join(lines)


def _vector(numbers: Array, most: int | None) -> str:
    return f"({', '.join(_ends(_in_full(numbers), most, '…'))})"


def _in_full(numbers: Array) -> list[str]:
    return [f"{x:.12g}" for x in numbers]


def _trace_table(report: Comparison, max_rows: int | None, max_inputs: int | None) -> Table:
    names = [shortened(name) for name in report.inputs[:max_inputs]]
    tangents = [f"{'' if i else 'tangent '}by {name}" for i, name in enumerate(names)]
    rows = []
    for row in report.rows:
        is_named = row.name and row.name != row.operation
        text = f"{row.name} = {row.operation}" if is_named else row.operation
        numbers = map(number, (row.value, *row.tangent[: len(names)], row.adjoint))
        rows.append((row.id, shortened(text), *numbers))
    return _table(("", "operation", "value", *tangents, "adjoint"), rows, max_rows, texts=2)


def _table(
    headings: tuple[str, ...], rows: list[tuple[str, ...]], most: int | None, texts: int = 1
) -> Table:
    """A table of so many rows at most, with a row of dots in the middle for all others."""
    return Table(headings, _ends(rows, most, ("…",) * len(headings)), texts)


def _left_out(report: Comparison, max_rows: int | None, max_inputs: int | None) -> str:
    """What the tables do not show, and how to see it."""
    notes = []
    n, rows = len(report.inputs), len(report.rows)
    if max_inputs is not None and n > max_inputs:
        notes.append(f"tangents by {max_inputs} of {n:,} inputs (all: max_inputs=None)")
    if max_rows is not None and rows > max_rows:
        notes.append(f"{max_rows} of {rows:,} rows (all: max_rows=None)")
    return f"Shown are {' and '.join(notes)}; report.rows has everything." if notes else ""


def _gradient_table(report: Comparison, max_rows: int | None) -> Table:
    """The derivatives of the chosen output by each input, as each method gives them."""
    reverse, forward = report.reverse_gradient, report.forward_gradient
    columns: dict[str, Iterable[str]] = {
        "input": map(shortened, report.inputs),
        "by reverse mode": _in_full(reverse),
        "by forward mode": _in_full(forward),
        "ulp apart": map(number, ulps(forward, reverse)),
    }
    if report.central_differences is not None:
        columns["by differences"] = _in_full(report.central_differences[report.output])
    return _table(tuple(columns), list(zip(*columns.values(), strict=True)), max_rows)


def _agreement(report: Comparison) -> str:
    m, n = report.reverse_jacobian.shape
    what = "gradient" if m == 1 else f"Jacobian of {m:,} × {n:,}"
    apart = report.largest_difference
    text = f"The modes agree over the {what} to the last bit."
    if apart:
        text = f"The modes differ by up to {number(apart)} ulp over the {what}."
    return f"{text} {_differences(report)}".rstrip()


def _differences(report: Comparison) -> str:
    """How central differences compare with reverse mode; nothing where they were left out."""
    error, differences = report.differences_error, report.central_differences
    if error is None or differences is None:
        return ""
    if not np.isfinite(differences).any():
        return "Central differences are finite nowhere."
    if math.isnan(error):
        return (
            "No entry is finite both in reverse mode and by central differences, so they cannot be "
            "compared."
        )
    if error == 0.0:
        both = np.isfinite(differences) & np.isfinite(report.reverse_jacobian)
        where = "" if both.all() else " where both are finite"
        return f"Central differences agree exactly{where}."
    return f"Central differences are off by {error:.1e} of its largest entry."


def _cost_table(report: Comparison) -> Table:
    rows = []
    for cost, carried in ((report.forward, "tangent"), (report.reverse, "adjoint")):
        sweeps = f"{cost.sweeps:,} with {counted(cost.width, carried)}"
        figures = duration(cost.seconds), memory(cost.memory)
        rows.append((cost.mode, sweeps, f"{cost.operations:,}", *figures))
    return Table(("mode", "sweeps", "operations", "time", "peak memory"), rows, texts=2)


def _cheaper(report: Comparison) -> str:
    """Why one mode is cheaper; and where the clock says otherwise, that it does."""
    forward, reverse = report.forward.seconds, report.reverse.seconds
    faster = "forward" if forward < reverse else "reverse"
    if report.cheaper in (faster, "neither"):
        return why(report)
    return (
        f"{why(report)} By the clock {faster} mode was faster here: at this size the work around "
        "the operations outweighs them."
    )


def _crossover_table(crossover: Crossover) -> Table:
    rows = []
    for p in crossover.points:
        counts = [f"{n:,}" for n in (p.inputs, p.forward_operations, p.reverse_operations)]
        rows.append((*counts, duration(p.forward_seconds), duration(p.reverse_seconds)))
    headings = ("inputs", "operations: forward", "reverse", "time: forward", "reverse")
    return Table(headings, rows, texts=0)


def _ends(items: list[T], most: int | None, dots: T) -> list[T]:
    """The items, or of more than `most` the first and the last ones around the dots."""
    if most is None or len(items) <= most:
        return items
    first = (most + 1) // 2
    return [*items[:first], dots, *items[len(items) - (most - first) :]]
