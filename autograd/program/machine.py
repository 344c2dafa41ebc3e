"""What runs a program: over many lanes at once, or for a single one."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.program.program import Floats, Ints, Program


class Machine:
    """A program, made ready to run.

    Args:
        program: what is run.
        mapped: for each number in the program's inputs, whether it differs from lane to lane.
        reduce: "sum" or "mean" of each output over the lanes; None for every lane's own.
    """

    def __init__(self, program: Program, mapped: Sequence[bool], reduce: str | None = None) -> None:
        self.program = program
        self.mapped = tuple(mapped)
        self.reduce = reduce

    def run(self, shared: Floats, lanes: Floats) -> tuple[Floats, Ints | None]:
        """Run the program.

        Args:
            shared: the inputs that are not mapped, in order.
            lanes: the mapped ones: a row for each lane, of shape (number of lanes, mapped inputs).

        Returns:
            The outputs, of shape (lanes, outputs), or (outputs,) where they are reduced; and, where
            the program has guards, for each lane the number of the first guard that failed, -1 where
            none did, and -2 where none did but the lane has to be run again. Reduced outputs
            leave out the lanes that have another number than -1.
        """
        program = self.program
        given = iter(shared)
        columns = iter(lanes.T)
        values: list[Any] = [None] * len(program)
        for node, mapped in zip(program.input_nodes.tolist(), self.mapped, strict=True):
            values[node] = next(columns) if mapped else next(given)
        for node, value in zip(program.captured_nodes.tolist(), program.captured, strict=True):
            values[node] = value.data

        def number(ref: int) -> Any:
            return values[ref] if ref >= 0 else program.constants[~ref]

        with np.errstate(all="ignore"):
            for node, (op, refs) in enumerate(program):
                if op is not None:
                    values[node] = op.numpy(*map(number, refs))
        count = len(lanes)
        failed = self._failed(values, count)
        outputs = np.empty((count, len(program.result.refs)))
        for k, ref in enumerate(program.result.refs):
            outputs[:, k] = number(ref)
        if self.reduce is None:
            return outputs, failed
        kept = outputs if failed is None else outputs[failed == -1]
        total = kept.sum(axis=0)
        return (total / len(kept) if self.reduce == "mean" else total), failed

    def _failed(self, values: list[Any], count: int) -> Ints | None:
        """Return for each lane the number of the first guard that failed, or -1."""
        if not self.program.guards:
            return None
        failed = np.full(count, -1, np.int32)
        for k, guard in reversed(list(enumerate(self.program.guards))):
            failed[np.broadcast_to(values[guard.node] != guard.outcome, count)] = k
        return failed
