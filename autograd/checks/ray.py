"""A line through the point: what is checked in one direction of the arguments."""

from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from autograd.checks.arguments import filled
from autograd.checks.complex_steps import at_complex
from autograd.checks.steps import COMPLEX_STEP, near_power_of_2
from autograd.checks.subject import Subject, vector
from autograd.rules.entrywise import plain
from autograd.transforms import tree as structure

Array = NDArray[np.float64]

WIDER: Final = 8.0**5
"""The widest step to try, beside the first one."""


class Ray:
    """A subject along a direction: t ↦ g(x + t d)."""

    def __init__(self, subject: Subject, direction: Array) -> None:
        self.subject = subject
        self.direction = direction
        self._outputs: dict[float, Array] = {}
        length = np.max(np.abs(direction))
        self.magnitude = float(np.max(np.abs(subject.point[direction != 0.0])) / length)
        """How far along it a change is as large as the arguments that change."""
        self.unit = max(float(1.0 / length), self.magnitude)
        """The same, or where a change is 1 if that is further."""

    def at(self, t: float) -> Array:
        """All outputs there."""
        if t not in self._outputs:
            self._outputs[t] = vector(
                self.subject.run(self.subject.point + t * self.direction).numbers
            )
        return self._outputs[t]

    @cached_property
    def forward(self) -> Array:
        """The derivatives of all outputs, by forward mode."""
        return self.subject.pushed(self.direction)

    @cached_property
    def complex_step(self) -> Array | str:
        """The derivatives of all outputs by a complex step, or why there are none."""
        subject = self.subject
        if subject.path:
            return "is for first derivatives"
        args = filled(subject.inputs, subject.point + 1j * COMPLEX_STEP * self.direction)
        try:
            with np.errstate(all="ignore"):
                out = at_complex(subject.function, args, subject.name)
                leaves = [np.ravel(plain(leaf)) for leaf in structure.leaves(out)]
                if not any(np.iscomplexobj(leaf) for leaf in leaves):
                    return "does not apply: the function drops the imaginary part"
                return np.array([complex(y).imag / COMPLEX_STEP for leaf in leaves for y in leaf])
        except (TypeError, ValueError, ArithmeticError, Warning) as error:
            return f"does not apply: {error.__cause__ or error}"

    def step(self, eps: float | None) -> float:
        """The first step to try: a power of 2, as x + h is exact then."""
        return eps or near_power_of_2(self.unit)

    def steps(self, eps: float | None) -> list[float]:
        """The steps to try where the first one does not do, the largest first."""
        steps = {self.step(eps) * WIDER / 8.0**k for k in range(11)}
        if 0.0 < self.magnitude < self.unit:  # for functions as log, whose scale is that of x
            fitting = near_power_of_2(self.magnitude)
            steps |= {fitting * 8.0**k for k in (-1, 0, 1)}
        return sorted(steps, reverse=True)
