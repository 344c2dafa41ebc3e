"""The search for a failure among the derivatives, entries and modes."""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from autograd.checks.failure import Failure
from autograd.checks.line import Line
from autograd.checks.ray import Ray
from autograd.checks.subject import Subject
from autograd.checks.tolerance import Tolerance
from autograd.checks.verdict import fault

Array = NDArray[np.float64]

_MANY: Final = 32
_FEW: Final = 4


def first_failure(subject: Subject, order: int, tolerance: Tolerance) -> Failure | None:
    """The first one among the derivatives up to the order, the lower before the higher."""
    failure = _failure(subject, tolerance)
    if failure is not None or subject.order == order:
        return failure
    for mode in tolerance.modes:
        failure = first_failure(subject.derived(mode), order, tolerance)
        if failure is not None:
            return failure
    return None


def _failure(subject: Subject, tolerance: Tolerance) -> Failure | None:
    rays = [Ray(subject, direction) for direction in _probes(len(subject.point))]
    for weights in _probes(len(subject.results.numbers)):
        for line in _lines(rays, weights, tolerance):
            reason = fault(line)
            if reason is not None:
                return _narrowed(Failure(line, reason))
    return None


def _lines(rays: list[Ray], weights: Array, tolerance: Tolerance) -> list[Line]:
    """A line for each ray, with what is common to them."""
    reverse = rays[0].subject.pulled(weights) if "rev" in tolerance.modes else None
    lines = [Line(ray, weights, reverse, tolerance) for ray in rays]
    slopes = [abs(slope) for line in lines for slope in line.slopes.values()]
    largest = max(filter(math.isfinite, slopes), default=0.0)
    for line in lines:
        line.largest = largest
    return lines


def _probes(count: int) -> list[Array]:
    """Each entry by itself; of many entries, a few random combinations."""
    if count <= _MANY:
        return list(np.eye(count))
    return list(np.random.default_rng(count).standard_normal((_FEW, count)))


def _narrowed(failure: Failure) -> Failure:
    """The failure in as few entries of argument and result as can be, by halving."""
    direction, weights = failure.line.ray.direction, failure.line.weights
    for part, of in [
        *((half, weights) for half in _halves(direction)),
        *((direction, half) for half in _halves(weights)),
    ]:
        (line,) = _lines([Ray(failure.subject, part)], of, failure.line.tolerance)
        line.largest = max(line.largest, failure.line.largest)
        reason = fault(line)
        if reason is not None:
            return _narrowed(Failure(line, reason))
    return failure


def _halves(vector: Array) -> list[Array]:
    """Two vectors with half of the entries each, a last one as 1; nothing where one is left."""
    on = np.flatnonzero(vector)
    if len(on) == 1:
        return []
    halves = []
    for part in (on[: len(on) // 2], on[len(on) // 2 :]):
        half = np.zeros_like(vector)
        half[part] = vector[part] if len(part) > 1 else 1.0
        halves.append(half)
    return halves
