"""Both modes side by side on one function: what they compute, that they agree, what they cost.

`compare_modes` runs a function once on named Values and reports every intermediate with its value,
its tangents (forward mode) and its adjoint (reverse mode), the derivatives by both modes and by
central differences, and the sweeps, operations, time and memory that each mode needs.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.compare.agreement import as_matrix, central_differences
from autograd.compare.comparison import Output
from autograd.compare.cost import ModeCost, measured
from autograd.compare.crossover import Crossover, CrossoverPoint, measure_crossover
from autograd.compare.report import ModeReport
from autograd.compare.rows import Row, call_of, record, rows_of
from autograd.expression import Formula
from autograd.text.arguments import whole
from autograd.transforms.recording import Function, Recording

__all__ = [
    "Crossover",
    "CrossoverPoint",
    "ModeCost",
    "ModeReport",
    "Output",
    "Row",
    "compare_modes",
]


def compare_modes(
    f: Function,
    *args: Any,
    output: int = 0,
    differences: bool = True,
    crossover: bool = False,
    repeats: int = 5,
) -> ModeReport:
    """Differentiate f at args in forward and in reverse mode, and report both side by side.

    Args:
        f: a function of the args, with results of any structure. It runs many times, so it should
            do nothing but compute.
        args: numbers, arrays, and tuples, lists and dicts of these: what is differentiated by. The
            inputs are named by f's parameters: `x`, `w[0,1]`.
        output: which of f's outputs, counted from left to right, adjoints and gradients are of.
        differences: whether central differences are taken as a third opinion: two runs an input.
        crossover: whether both modes are measured for more and more inputs, too: see `Crossover`.
            This takes a second or so for a small f.
        repeats: how many runs of each mode the time is the median of.

    Raises:
        TypeError: f is no function, cannot be called with args, or returns something else than
            numbers; or an arg is not made of plain real numbers.
        ValueError: there is no input or no output, no output of that index, or repeats is below 1.

    >>> report = compare_modes(lambda x, y, z: (x + y) ** 2 * z, 1.0, 2.0, -6.0)
    >>> report.value, report.forward_gradient, report.reverse_gradient
    (-54.0, array([-36., -36.,   9.]), array([-36., -36.,   9.]))
    >>> for row in report.rows[2:5]:
    ...     print(row.id, row.operation, row.value, row.tangent, row.adjoint)
    v2 v0 + v1 3.0 (1.0, 1.0, 0.0) -36.0
    v3 v2 ** 2 9.0 (6.0, 6.0, 0.0) -6.0
    v4 z -6.0 (0.0, 0.0, 1.0) 9.0
    """
    repeats = whole(repeats, "repeats")
    call = call_of(f, args)
    with np.errstate(all="ignore"):  # as everywhere in IEEE arithmetic, nan and inf are results
        run = record(call)
        chosen = _checked_output(output, run)
        forward, reverse, by_forward, by_reverse = measured(run, repeats)
        shapes = run.outputs.shapes, call.inputs.shapes
        return ModeReport(
            f.text if isinstance(f, Formula) else "f" if call.name == "<lambda>" else call.name,
            tuple(call.inputs.names),
            [
                Output(name, run.ids[id(out)], out.data)
                for name, out in zip(run.outputs.names, run.outputs.numbers, strict=True)
            ],
            chosen,
            rows_of(run, chosen),
            as_matrix(by_forward, *shapes),
            as_matrix(by_reverse, *shapes),
            central_differences(run) if differences else None,
            forward,
            reverse,
            measure_crossover(call, chosen, repeats) if crossover else None,
        )


def _checked_output(output: int, run: Recording) -> int:
    """The index of the output from 0 on."""
    m = len(run.outputs.numbers)
    try:
        return range(m)[output]
    except IndexError:
        raise ValueError(
            f"output={output} asks for an output of {run.call.name} that is not there: it has {m}, "
            f"of index 0 to {m - 1}"
        ) from None
