"""What is checked: a weighted sum of a function's results along a ray, one number of one number.

For a single entry of argument and result, the ray and the sum consist of these entries alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from autograd.checks.differences import (
    COMPLEX_STEP,
    EPSILON,
    Difference,
    difference,
    run_on_complex,
)
from autograd.rules.entrywise import as_object_array
from autograd.rules.operand import data_of
from autograd.transforms import tree
from autograd.transforms.differentiate import jvp, vjp
from autograd.transforms.leaves import Leaves, flatten_outputs
from autograd.transforms.recording import Call, Recording
from autograd.values.value import Value, is_cut
from autograd.values.walk import reverse_sweep, topological_order

Array = NDArray[np.float64]

WIDER: Final = 8.0**5
"""The widest step to try, beside the first one."""


@dataclass(frozen=True)
class Tolerance:
    """What a check is asked for, and when numbers count as equal."""

    modes: tuple[str, ...] = ("fwd", "rev")
    atol: float = 0.0
    rtol: float = 1e-6
    exact: float = 1e-9
    """The relative tolerance between numbers that hold no truncation error."""
    eps: float | None = None


@dataclass(frozen=True, eq=False)
class Subject:
    """A function at a point, or its derivative in some direction, between vectors of numbers."""

    call: Call
    base: Call
    """The function that this one is a derivative of."""
    path: tuple[str, ...] = ()
    """The modes that led from the base to this function."""

    @property
    def order(self) -> int:
        """The order of the derivatives that a check of this function checks."""
        return len(self.path) + 1

    @cached_property
    def point(self) -> Array:
        """The numbers of the inputs."""
        return np.array(self.call.inputs.numbers, np.float64)

    @cached_property
    def run(self) -> Recording:
        """A run at the point: what all reverse sweeps start from."""
        return self.call.record()

    @property
    def results(self) -> Leaves:
        """The results at the point."""
        return self.run.outputs

    def at(self, point: Array) -> Array:
        """Return the results at a point; recorded, as f may only know Values and Tensors."""
        return vector(self.call.moved(point.tolist()).record().outputs.numbers)

    def pushed(self, direction: Array) -> Array:
        """Return the derivatives of all outputs in this direction, by forward mode."""

        def along(t: Any) -> Any:
            line = zip(self.point.tolist(), direction.tolist(), strict=True)
            return self.call.run([x + t * d for x, d in line])

        return vector(flatten_outputs(jvp(along, (0.0,), (1.0,))[1], self.call.name).numbers)

    def pulled(self, weights: Array) -> Array:
        """Return the derivatives of the outputs' weighted sum by all inputs, by reverse mode."""
        return vector(self.run.pulled(weights.tolist()))

    def derived(self, mode: str) -> Subject:
        """Return its derivative in a random direction by a mode, as a function of its inputs."""
        call = self.call
        tangents = call.inputs.unflatten(mixture(len(self.point), 0, self.order).tolist())
        weights = mixture(len(self.results.numbers), 1, self.order)
        cotangents = self.results.unflatten(weights.tolist())

        def derivative(*primals: Any) -> Any:
            def f(*primals: Any) -> Any:
                return call.applied(primals)

            if mode == "fwd":
                return jvp(f, primals, tangents)[1]
            return vjp(f, *primals)[1](cotangents)

        primals = call.inputs.tree
        places = tuple(range(len(primals)))
        derived = replace(call, function=derivative, args=primals, argnums=places)
        return Subject(derived, self.base, (*self.path, mode))


def vector(numbers: Iterable[Any]) -> Array:
    """Return the plain numbers inside of Values and alike."""
    return np.array([data_of(x) for x in numbers], float)


def mixture(count: int, *seed: int) -> Array:
    """Return random weights, the same ones for the same seed, of either sign and around 1 in size.

    None is near 0, so that no entry escapes: what is wrong in a single one of n entries changes
    their weighted sum by its own size, beside a sum of √n such.

    >>> bool((mixture(1000, 1) == mixture(1000, 1)).all())
    True
    """
    random = np.random.default_rng([count, *seed])
    return random.choice([-1.0, 1.0], count) * random.uniform(0.5, 1.5, count)


class Ray:
    """A subject along a direction: t ↦ g(x + t d)."""

    def __init__(self, subject: Subject, direction: Array) -> None:
        self.subject = subject
        self.direction = direction
        self._outputs = {0.0: vector(subject.results.numbers)}
        length = np.max(np.abs(direction))
        self.magnitude = float(np.max(np.abs(subject.point[direction != 0.0])) / length)
        """How far along it a change is as large as the arguments that change."""
        self.unit = max(float(1.0 / length), self.magnitude)
        """How far along it a change is as large as these or as 1, whichever is further."""

    def at(self, t: float) -> Array:
        """Return all outputs at a distance from the point."""
        if t not in self._outputs:
            self._outputs[t] = self.subject.at(self.subject.point + t * self.direction)
        return self._outputs[t]

    @cached_property
    def forward(self) -> Array:
        """The derivatives of all outputs, by forward mode."""
        return self.subject.pushed(self.direction)

    @cached_property
    def complex_step(self) -> Array | str:
        """The derivatives of all outputs by a complex step, or why there are none."""
        if self.subject.path:
            return "is for first derivatives"
        moved = self.subject.point + 1j * COMPLEX_STEP * self.direction
        try:
            with np.errstate(all="ignore"):
                out = run_on_complex(self.subject.call, moved.tolist())
                leaves = [np.ravel(as_object_array(leaf)) for leaf in tree.flatten(out)]
                if not any(np.iscomplexobj(leaf) for leaf in leaves):
                    return "does not apply: the function drops the imaginary part"
                return np.array([complex(y).imag / COMPLEX_STEP for leaf in leaves for y in leaf])
        except (TypeError, ValueError, ArithmeticError, Warning) as error:
            return f"does not apply: {error.__cause__ or error}"

    def step(self, eps: float | None) -> float:
        """Return the first step to try: a power of 2, as x + h is exact then."""
        return eps or _power_of_2(self.unit)

    def steps(self, eps: float | None) -> list[float]:
        """Return the steps to try where the first one does not do, the largest first."""
        steps = {self.step(eps) * WIDER / 8.0**k for k in range(11)}
        if 0.0 < self.magnitude < self.unit:  # for functions as log, whose scale is that of x
            fitting = _power_of_2(self.magnitude)
            steps |= {fitting * 8.0**k for k in (-1, 0, 1)}
        return sorted(steps, reverse=True)


def _power_of_2(scale: float) -> float:
    """The power of 2 nearest to the step for arguments of this scale."""
    return math.ldexp(1.0, round(math.log2(math.cbrt(EPSILON) * scale)))


class Line:
    """A weighted sum of the outputs along a ray, and what the methods say about its slope."""

    def __init__(
        self, ray: Ray, weights: Array, reverse: Array | None, tolerance: Tolerance
    ) -> None:
        self.ray = ray
        self.weights = weights
        self.reverse = reverse
        """The derivatives of the sum by all inputs, where reverse mode is asked for."""
        self.tolerance = tolerance
        self.largest = 0.0
        """The largest derivative of this sum along any of the rays that are checked."""
        self.slopes: dict[str, float] = {}
        """The derivative by each mode that is asked for."""
        if "fwd" in tolerance.modes:
            self.slopes["fwd"] = _combined(weights, ray.forward)
        if reverse is not None:
            self.slopes["rev"] = _combined(ray.direction, reverse)

    def value(self, t: float = 0.0) -> float:
        """Return the sum at a distance from the point."""
        return _combined(self.weights, self.ray.at(t))

    def difference(self, step: float) -> Difference:
        """Return the difference quotients of this step."""
        return difference(self.value, step)

    @property
    def complex_step(self) -> float | str:
        """The derivative by a complex step, or why there is none."""
        numbers = self.ray.complex_step
        return numbers if isinstance(numbers, str) else _combined(self.weights, numbers)

    @cached_property
    def rounding(self) -> tuple[float, float]:
        """How far rounding may move the derivative, and the value.

        By a running error analysis: every operation adds half an ulp of its result, magnified by
        the derivatives from there on, which are bounded by the sum of their paths' sizes (Higham,
        Accuracy and Stability of Numerical Algorithms, section 3.3). Some room is left for more.
        """
        run = self.ray.subject.run
        seeds: dict[int, float] = {}
        roots = []
        for weight, out in zip(self.weights.tolist(), run.outputs.numbers, strict=True):
            if weight != 0.0 and isinstance(out, Value):
                roots.append(out)
                seeds[id(out)] = seeds.get(id(out), 0.0) + abs(weight)

        def shares(node: Value, size: float) -> list[tuple[Value, float]]:
            edges = node.edges if size != 0.0 else ()
            return [(x, size * abs(partial)) for x, partial in edges if not is_cut(node, partial)]

        steps = list(reverse_sweep(topological_order(*roots), seeds, sum, shares))
        sizes = {id(node): size for node, size in steps}
        by_input = np.array([sizes.get(id(x), 0.0) for x in run.variables])
        of_slope = _combined(np.abs(self.ray.direction), by_input)
        of_value = sum(size * abs(node.data) for node, size in steps)
        return 64.0 * EPSILON * of_slope, EPSILON * of_value


def _combined(weights: Array, numbers: Array) -> float:
    """Their dot product; what has the weight 0 may be nan."""
    on = weights != 0.0
    return float(weights[on] @ numbers[on])
