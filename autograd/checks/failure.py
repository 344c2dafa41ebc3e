"""A failure in full: which derivative it is, what each method gave, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from autograd.checks.error import WHY
from autograd.checks.line import Line
from autograd.checks.subject import Subject

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Failure:
    """A line along which the methods disagree."""

    line: Line
    reason: str

    @property
    def subject(self) -> Subject:
        """What was checked."""
        return self.line.ray.subject

    def message(self, causes: Sequence[str]) -> str:
        """Which derivative, what each method gave, and why."""
        return "\n".join(
            [
                f"{self._which()} is not confirmed",
                *[f"    {method:<28}{gave}" for method, gave in self._evidence()],
                f"Why: {WHY[self.reason]}",
                *[f"    {cause}" for cause in causes],
            ]
        )

    def _which(self) -> str:
        subject = self.subject
        by = label(self.line.ray.direction, subject.names, "a random direction of the arguments")
        of = label(self.line.weights, subject.result_names, "a random sum of the results")
        nested = "".join(
            f" of the {_MODES[mode]}-mode derivative in a random direction"
            for mode in reversed(subject.path)
        )
        return f"order {subject.order}: the derivative of {of}{nested} by {by}"

    def _evidence(self) -> list[tuple[str, str]]:
        line = self.line
        step = line.ray.step(line.tolerance.eps)
        one, other = line.difference(step), line.difference(step / 8.0)
        imaginary = line.complex_step
        return [
            ("value", repr(line.value())),
            *[
                (
                    f"{name} mode",
                    repr(line.slopes[mode]) if mode in line.slopes else "not asked for",
                )
                for mode, name in _MODES.items()
            ],
            *[("central difference", f"{d.central!r} (step {d.step:.2g})") for d in (one, other)],
            ("one-sided from the left", f"{one.left!r} (step {step:.2g})"),
            ("one-sided from the right", f"{one.right!r} (step {step:.2g})"),
            ("complex step", imaginary if isinstance(imaginary, str) else repr(imaginary)),
        ]


_MODES: Final = {"fwd": "forward", "rev": "reverse"}


def label(vector: Array, names: list[str], mixture: str) -> str:
    """The name of the entry that the vector selects; what to call it if it mixes several."""
    on = np.flatnonzero(vector)
    return names[on[0]] if len(on) == 1 else mixture
