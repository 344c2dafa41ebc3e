"""What a report says, as tables and sentences."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from autograd.compare.agreement import ulps
from autograd.compare.cost import ModeCost
from autograd.compare.crossover import Crossover
from autograd.compare.trace import Row
from autograd.text.tables import Table
from autograd.text.words import counted, duration, memory, shortened

if TYPE_CHECKING:
    from autograd.compare.report import ModeReport

Array = NDArray[np.float64]
T = TypeVar("T")


def report_parts(
    report: ModeReport, max_rows: int | None, max_inputs: int | None
) -> list[Table | str]:
    """All tables and sentences of a report, from top to bottom."""
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
    """A number of a trace, to six digits.

    >>> number(-54.0), number(2 / 3)
    ('-54', '0.666667')
    """
    return f"{x:.6g}"


def _headline(report: ModeReport, max_inputs: int | None) -> str:
    """The shape, the value, and the gradient by both modes."""
    shape = f"{counted(len(report.inputs), 'input')} → {counted(len(report.outputs), 'output')}"
    lines = [shortened(report.title), f"{shape}; value {report.value:.12g}"]
    if len(report.outputs) > 1:
        output = report.outputs[report.output]
        lines[1] = (
            f"{shape}; adjoints and gradients are of {shortened(output.name)} ({output.row}), "
            f"value {output.value:.12g}"
        )
    reverse = _vector(report.reverse_gradient, max_inputs)
    if ulps(report.forward_gradient, report.reverse_gradient).max() == 0.0:
        lines.append(f"gradient {reverse} in both modes")
    else:
        forward = _vector(report.forward_gradient, max_inputs)
        lines.append(f"gradient {reverse} in reverse mode")
        lines.append(f"gradient {forward} in forward mode")
    return "\n".join(lines)


def _vector(numbers: Array, most: int | None) -> str:
    shown = [f"{x:.12g}" for x in _ends(numbers.tolist(), most)]
    if len(shown) < len(numbers):
        shown.insert((len(shown) + 1) // 2, "…")
    return f"({', '.join(shown)})"


def _trace_table(report: ModeReport, max_rows: int | None, max_inputs: int | None) -> Table:
    names = [shortened(name) for name in report.inputs[:max_inputs]]
    tangents = [f"{'' if i else 'tangent '}by {name}" for i, name in enumerate(names)]
    headings = ("", "operation", "value", *tangents, "adjoint")
    rows = [_trace_row(row, len(names)) for row in report.rows]
    return Table(headings, _shortened_rows(rows, max_rows), texts=2)


def _trace_row(row: Row, inputs: int) -> tuple[str, ...]:
    text = row.operation
    if row.name and row.name != text:
        text = f"{row.name} = {text}"
    tangents = map(number, row.tangent[:inputs])
    return row.id, shortened(text), number(row.value), *tangents, number(row.adjoint)


def _left_out(report: ModeReport, max_rows: int | None, max_inputs: int | None) -> str:
    """What the tables do not show, and how to see it."""
    notes = []
    n, rows = len(report.inputs), len(report.rows)
    if max_inputs is not None and n > max_inputs:
        notes.append(f"tangents by {max_inputs} of {n:,} inputs (all: max_inputs=None)")
    if max_rows is not None and rows > max_rows:
        notes.append(f"{max_rows} of {rows:,} rows (all: max_rows=None)")
    return f"Shown are {' and '.join(notes)}; report.rows has everything." if notes else ""


def _gradient_table(report: ModeReport, max_rows: int | None) -> Table:
    """The derivatives of the chosen output by each input, as each method gives them."""
    reverse, forward = report.reverse_gradient, report.forward_gradient
    columns = [_derivatives(reverse), _derivatives(forward), map(number, ulps(forward, reverse))]
    headings = ["input", "by reverse mode", "by forward mode", "ulp apart"]
    if report.central_differences is not None:
        columns.append(_derivatives(report.central_differences[report.output]))
        headings.append("by differences")
    names = map(shortened, report.inputs)
    rows = list(zip(names, *columns, strict=True))
    return Table(tuple(headings), _shortened_rows(rows, max_rows))


def _derivatives(numbers: Iterable[float]) -> Iterable[str]:
    return (f"{x:.12g}" for x in numbers)


def _agreement(report: ModeReport) -> str:
    m, n = report.reverse_jacobian.shape
    what = "gradient" if m == 1 else f"Jacobian of {m:,} × {n:,}"
    apart = report.largest_difference
    text = f"The modes agree over the {what} to the last bit."
    if apart:
        text = f"The modes differ by up to {number(apart)} ulp over the {what}."
    return f"{text} {_differences(report)}".rstrip()


def _differences(report: ModeReport) -> str:
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


def _cost_table(report: ModeReport) -> Table:
    headings = ("mode", "sweeps", "operations", "time", "peak memory")
    rows = [_cost_row(report.forward, "tangent"), _cost_row(report.reverse, "adjoint")]
    return Table(headings, rows, texts=2)


def _cost_row(cost: ModeCost, carried: str) -> tuple[str, ...]:
    sweeps = f"{cost.sweeps:,} with {counted(cost.width, carried)}"
    return (
        cost.mode,
        sweeps,
        f"{cost.operations:,}",
        duration(cost.seconds),
        memory(cost.memory),
    )


def _cheaper(report: ModeReport) -> str:
    """Why one mode is cheaper; and where the clock says otherwise, that it does."""
    forward, reverse = report.forward.seconds, report.reverse.seconds
    faster = "forward" if forward < reverse else "reverse"
    if report.cheaper in (faster, "neither"):
        return report.why
    return (
        f"{report.why} By the clock {faster} mode was faster here: at this size the work around "
        "the operations outweighs them."
    )


def _crossover_table(crossover: Crossover) -> Table:
    headings = ("inputs", "operations: forward", "reverse", "time: forward", "reverse")
    rows = [
        (
            f"{p.inputs:,}",
            f"{p.forward_operations:,}",
            f"{p.reverse_operations:,}",
            duration(p.forward_seconds),
            duration(p.reverse_seconds),
        )
        for p in crossover.points
    ]
    return Table(headings, rows, texts=0)


def _shortened_rows(rows: list[tuple[str, ...]], most: int | None) -> list[tuple[str, ...]]:
    """The rows, or the first and the last of many around a row of dots."""
    shown = _ends(rows, most)
    if len(shown) < len(rows):
        shown.insert((len(shown) + 1) // 2, tuple("…" for _ in rows[0]))
    return shown


def _ends(items: list[T], most: int | None) -> list[T]:
    """The items, or of more than `most` the first and the last ones."""
    if most is None or len(items) <= most:
        return list(items)
    first = (most + 1) // 2
    return items[:first] + items[len(items) - (most - first) :]
