"""The numbers that a comparison of the two modes found."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autograd.compare.agreement import ulps
from autograd.compare.cost import ModeCost
from autograd.compare.crossover import Crossover
from autograd.compare.rows import Row

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Output:
    """A number that f returned: where in its result, which row it is, and what it is worth."""

    name: str
    row: str
    value: float


@dataclass(frozen=True, eq=False)
class Comparison:
    """Forward and reverse mode side by side.

    Attributes:
        title: the function: its name, or the text of a formula.
        inputs: the names of the n inputs.
        outputs: the m outputs.
        output: the index of the output that adjoints and gradients are of.
        rows: every intermediate in the order of evaluation.
        forward_jacobian: the derivatives of the outputs by the inputs, m × n, in forward mode.
        reverse_jacobian: the derivatives in reverse mode.
        central_differences: the derivatives by central differences; None where not asked for.
        forward: what forward mode cost.
        reverse: what reverse mode cost.
        crossover: both modes over more and more inputs; None where it was not asked for.
    """

    title: str
    inputs: tuple[str, ...]
    outputs: list[Output]
    output: int
    rows: list[Row]
    forward_jacobian: Array
    reverse_jacobian: Array
    central_differences: Array | None
    forward: ModeCost
    reverse: ModeCost
    crossover: Crossover | None = None

    @property
    def value(self) -> float:
        """What the chosen output is worth."""
        return self.outputs[self.output].value

    @property
    def forward_gradient(self) -> Array:
        """The derivatives of the chosen output: its tangents, from forward mode."""
        gradient: Array = self.forward_jacobian[self.output]
        return gradient

    @property
    def reverse_gradient(self) -> Array:
        """The derivatives of the chosen output: the inputs' adjoints, from reverse mode."""
        gradient: Array = self.reverse_jacobian[self.output]
        return gradient

    @property
    def largest_difference(self) -> float:
        """How far the Jacobians are apart, in units in the last place; inf for nan in one."""
        return float(np.max(ulps(self.forward_jacobian, self.reverse_jacobian)))

    @property
    def differences_error(self) -> float | None:
        """How far central differences are from reverse mode, relative to the largest derivative.

        Over the entries that are finite in both; nan where there are none.
        """
        if self.central_differences is None:
            return None
        with np.errstate(all="ignore"):
            apart = np.abs(self.central_differences - self.reverse_jacobian)
        finite = np.isfinite(apart)
        if not finite.any():
            return math.nan
        largest = np.max(np.abs(self.reverse_jacobian[finite]))
        return float(np.max(apart[finite]) / (largest or 1.0))

    @property
    def cheaper(self) -> str:
        """The mode that takes fewer operations: "forward", "reverse", or "neither"."""
        forward, reverse = self.forward.operations, self.reverse.operations
        return "forward" if forward < reverse else "reverse" if reverse < forward else "neither"
