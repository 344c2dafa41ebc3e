"""A weighted sum of the results along a ray: one number of one number.

For a single entry of argument and result, the ray and the sum consist of these entries alone.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from autograd.checks.ray import Ray
from autograd.checks.steps import EPSILON
from autograd.checks.tolerance import Tolerance
from autograd.values.value import Value, is_cut
from autograd.values.walk import topological_order

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Difference:
    """The difference quotients of one step."""

    step: float
    left: float
    right: float
    central: float

    @property
    def gap(self) -> float:
        """Between the slopes of both sides: h f''(x), unless there is a kink."""
        return abs(self.right - self.left)

    @property
    def change(self) -> float:
        """Of the function, on the side where it is larger: h f'(x), unless there is a jump."""
        return self.step * max(abs(self.left), abs(self.right))


class Line:
    """A weighted sum of the outputs along a ray, and what the methods say about its slope."""

    def __init__(
        self, ray: Ray, weights: Array, reverse: Array | None, tolerance: Tolerance
    ) -> None:
        self.ray = ray
        self.weights = weights
        self.tolerance = tolerance
        self.largest = 0.0
        """The largest derivative of this sum along any of the rays that are checked."""
        self.slopes: dict[str, float] = {}
        """The derivative by each mode that is asked for."""
        if "fwd" in tolerance.modes:
            self.slopes["fwd"] = combined(weights, ray.forward)
        if reverse is not None:
            self.slopes["rev"] = combined(ray.direction, reverse)

    def value(self, t: float = 0.0) -> float:
        """The sum at a distance from the point."""
        return combined(self.weights, self.ray.at(t))

    def difference(self, step: float) -> Difference:
        """The difference quotients of this step."""
        here = self.value()
        left = (here - self.value(-step)) / step
        right = (self.value(step) - here) / step
        return Difference(step, left, right, (left + right) / 2.0)

    @property
    def complex_step(self) -> float | str:
        """The derivative by a complex step, or why there is none."""
        numbers = self.ray.complex_step
        return numbers if isinstance(numbers, str) else combined(self.weights, numbers)

    @cached_property
    def rounding(self) -> tuple[float, float]:
        """How far rounding may move the derivative, and the value.

        By a running error analysis: every operation adds half an ulp of its result, magnified by
        the derivatives from there on, which are bounded by the sum of their paths' sizes (Higham,
        Accuracy and Stability of Numerical Algorithms, section 3.3). Some room is left for more.
        """
        subject = self.ray.subject
        variables, outputs = subject.recorded(subject.function)
        sizes: dict[int, float] = {}
        roots = []
        for weight, out in zip(self.weights, outputs, strict=True):
            if weight != 0.0 and isinstance(out, Value):
                roots.append(out)
                sizes[id(out)] = sizes.get(id(out), 0.0) + abs(weight)
        of_value = 0.0
        for node in reversed(topological_order(*roots)):
            size = sizes.get(id(node), 0.0)
            of_value += size * abs(node.data)
            for x, partial in zip(node.parents, node.partials, strict=True):
                if size != 0.0 and not is_cut(node, partial):
                    sizes[id(x)] = sizes.get(id(x), 0.0) + size * abs(partial)
        of_slope = combined(
            np.abs(self.ray.direction), np.array([sizes.get(id(x), 0.0) for x in variables])
        )
        return 64.0 * EPSILON * of_slope, EPSILON * of_value


def combined(weights: Array, numbers: Array) -> float:
    """Their dot product; what has the weight 0 may be nan."""
    on = weights != 0.0
    return float(weights[on] @ numbers[on])
