"""What runs a program: over many lanes at once, or for a single one."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np

from autograd._native import MACHINE, requested
from autograd.program.numpy_machine import NodeByNode, NumpyMachine
from autograd.program.program import Floats, Ints, Program
from autograd.program.schedule import OPCODES, Schedule, scheduled
from autograd.rules.primitive import TABLE

_REDUCE = {None: 0, "sum": 1, "mean": 2}


def _compiled() -> Any:
    """Return the machine in C; None where it was not compiled, or of another table."""
    if requested() is False:
        return None
    try:
        found = import_module(MACHINE)
    except ImportError:
        return None
    return found if " ".join(OPCODES) == found.INSTRUCTIONS else None


COMPILED: Any = _compiled()
INTERPRETERS: tuple[str, ...] = (*(COMPILED.INTERPRETERS if COMPILED else ()), "NumPy")
"""What can run a schedule here, the fastest first."""


def machine_of(schedule: Schedule, interpreter: str = INTERPRETERS[0]) -> Any:
    """Return what runs a schedule, by an interpreter of this processor."""
    if interpreter == "NumPy":
        return NumpyMachine(schedule)
    return COMPILED.Machine(
        schedule.uniform,
        schedule.splats,
        schedule.lanes,
        schedule.mapped,
        schedule.outputs,
        schedule.sums,
        schedule.guards,
        schedule.constants,
        schedule.given,
        schedule.uniform_slots,
        schedule.lane_slots,
        schedule.accumulators,
        schedule.output_count,
        schedule.most_operands,
        _REDUCE[schedule.reduce],
        INTERPRETERS.index(interpreter),
    )


class Machine:
    """A program, made ready to run.

    Args:
        program: what is run.
        mapped: for each number in the program's inputs, whether it differs from lane to lane.
        reduce: "sum" or "mean" of each output over the lanes; None for every lane's own.
    """

    def __init__(self, program: Program, mapped: Sequence[bool], reduce: str | None = None) -> None:
        self.program = program
        self.reduce = reduce
        self._outputs = len(program.result.refs)
        if all(TABLE.get(row.name) is row for row in program.rows):
            self._machine = machine_of(scheduled(program, mapped, reduce))
        else:
            self._machine = NodeByNode(program, mapped, reduce)

    @property
    def compiled(self) -> Any:
        """The machine that the schedule runs on, compiled or not."""
        return self._machine

    def run(
        self, shared: Floats, lanes: Floats, outputs: Floats | None = None
    ) -> tuple[Floats, Ints | None]:
        """Run the program.

        Args:
            shared: the inputs that are not mapped, in order.
            lanes: the mapped ones: a row for each lane, of shape (number of lanes, mapped inputs).
            outputs: where the outputs go; by default, an array of their own.

        Returns:
            The outputs, of shape (lanes, outputs), or (outputs,) where they are reduced; and, where
            the program has guards, for each lane the number of the first guard that failed, -1
            where none did, and -2 where none did but the lane has to be run again. Reduced outputs
            leave out the lanes that have another number than -1.
        """
        count = len(lanes)
        captured = [value.data for value in self.program.captured]
        given = np.concatenate([captured, shared]) if captured else shared
        if outputs is None:
            outputs = np.empty(self._outputs if self.reduce else (count, self._outputs))
        failed = np.empty(count, np.int32) if self.program.guards else None
        self._machine.run(np.ascontiguousarray(given), np.ascontiguousarray(lanes), outputs, failed)
        return outputs, failed
