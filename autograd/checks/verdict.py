"""Where the methods disagree, and what is wrong there."""

import math
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

import numpy as np
from numpy.typing import NDArray

from autograd.checks.differences import Difference
from autograd.checks.line import WIDER, Line, Ray, Subject, Tolerance, mixture

Array = NDArray[np.float64]

Found = tuple[Line, str]
"""A line along which the methods disagree, and the reason."""

_MANY: Final = 32
"""The most entries that are checked one by one; of more, a few random combinations are."""

_FEW: Final = 2

_UNDERFLOW: Final = 1e-300
"""What a complex step cannot see."""


def failures(subject: Subject, order: int, tolerance: Tolerance) -> Iterator[Found]:
    """Yield where the methods disagree and why, the lower derivatives before the higher."""
    rays = [Ray(subject, direction) for direction in _probes(len(subject.point), 2)]
    for weights in _probes(len(subject.results.numbers), 3):
        for line in _lines(rays, weights, tolerance):
            if reason := fault(line):
                yield _narrowed(line, reason)
    if subject.order < order:
        for mode in tolerance.modes:
            yield from failures(subject.derived(mode), order, tolerance)


def _lines(rays: list[Ray], weights: Array, tolerance: Tolerance) -> list[Line]:
    """A line for each ray, with what is common to them."""
    reverse = rays[0].subject.pulled(weights) if "rev" in tolerance.modes else None
    lines = [Line(ray, weights, reverse, tolerance) for ray in rays]
    slopes = [abs(slope) for line in lines for slope in line.slopes.values()]
    largest = max(filter(math.isfinite, slopes), default=0.0)
    for line in lines:
        line.largest = largest
    return lines


def _probes(count: int, seed: int) -> list[Array]:
    """Each entry by itself; of many entries, a few random mixtures of all."""
    if count <= _MANY:
        return list(np.eye(count))
    return [mixture(count, seed, k) for k in range(_FEW)]


def _narrowed(line: Line, reason: str) -> Found:
    """The failure in as few entries of argument and result as can be, by halving."""
    nearest = line
    while parts := _parts(nearest):  # where they are furthest apart, without a judgement
        nearest = max(parts, key=_distance)
    if nearest_reason := fault(nearest):
        return nearest, nearest_reason
    for part in _parts(line):
        if part_reason := fault(part):
            return _narrowed(part, part_reason)
    return line, reason


def _parts(line: Line) -> list[Line]:
    """The line along each half of its direction, or, of an entry alone, of each half of its sum."""
    parts = [
        Line(Ray(line.ray.subject, half), line.weights, line.reverse, line.tolerance)
        for half in _halves(line.ray.direction)
    ]
    for half in [] if parts else _halves(line.weights):
        parts += _lines([line.ray], half, line.tolerance)
    for part in parts:
        part.largest = max([line.largest, *map(abs, part.slopes.values())])
    return parts


def _distance(line: Line) -> float:
    """How far the methods are apart for the first step to try; inf where one is not finite."""
    central = line.difference(line.ray.step(line.tolerance.eps)).central
    slopes = line.slopes.values()
    apart = [*[abs(slope - central) for slope in slopes], max(slopes) - min(slopes)]
    return max([math.inf if math.isnan(x) else x for x in apart])


def _halves(vector: Array) -> list[Array]:
    """Two vectors with half of the entries each, a last one as 1; nothing where one is left."""
    on = np.flatnonzero(vector)
    if len(on) == 1:
        return []
    halves = []
    for part in np.array_split(on, 2):
        half = np.zeros_like(vector)
        half[part] = vector[part] if len(part) > 1 else 1.0
        halves.append(half)
    return halves


def fault(line: Line) -> str | None:
    """Return why the methods disagree; None where they do not, or where one is no judge."""
    step = line.ray.step(line.tolerance.eps)
    if _is_confirmed(line, line.difference(step)) and not _is_lost(line, step):
        return None
    slopes = line.slopes.values()
    if not all(map(math.isfinite, [line.value(), *slopes])):
        return "not finite"
    slack, noise = line.rounding
    tried = _differences(line)
    if len(tried) < 2:
        return "not finite"
    if any(_is_confirmed(line, d, slack, noise) for d in tried) or _is_limit(line, tried, noise):
        return None
    if max(slopes) - min(slopes) > line.tolerance.exact * max(map(abs, slopes)) + slack:
        return "modes disagree"
    return _shape_nearby(line, step, noise) or _judged(line, tried, slack, noise)


def _differences(line: Line) -> list[Difference]:
    """The finite ones of all steps to try, the widest first."""
    found = []
    for step in line.ray.steps(line.tolerance.eps):
        with suppress(ArithmeticError, ValueError):  # a step out of the function's domain
            found.append(line.difference(step))
    return [d for d in found if math.isfinite(d.central)]


def _is_confirmed(
    line: Line, difference: Difference, slack: float = 0.0, noise: float = 0.0
) -> bool:
    """Whether all methods agree for this step.

    Slack is what rounding may do to the derivatives, noise what it may do to the value.
    """
    tolerance = line.tolerance
    exact = [*line.slopes.values()]
    central = difference.central
    largest = max(map(abs, [*exact, central, difference.left, difference.right]))
    allowed = tolerance.atol + tolerance.rtol * largest + slack
    if noise > allowed * difference.step:
        return False  # it would confirm a derivative of 0 wherever it sees no change
    if not all(abs(slope - central) <= allowed for slope in exact):
        return False
    imaginary = line.complex_step
    if isinstance(imaginary, float) and abs(imaginary - central) <= allowed:
        exact.append(imaginary)  # else the function is not analytic
    most = tolerance.atol + tolerance.exact * largest + slack + _UNDERFLOW
    return max(exact) - min(exact) <= most


def _is_lost(line: Line, step: float) -> bool:
    """Whether the value seems not to change, but does over a wider step: rounding hides it."""
    if any(line.slopes.values()) or line.difference(step).change != 0.0:
        return False
    with suppress(ArithmeticError, ValueError):
        return line.difference(step * WIDER).change != 0.0
    return True


def _is_limit(line: Line, tried: list[Difference], noise: float) -> bool:
    """Whether the differences come nearer as fast as the step shrinks, as far as can be seen.

    For derivatives of 0, as of x³ at 0, which have no scale for a tolerance.
    """
    errors = [
        (max(abs(slope - d.central) for slope in line.slopes.values()), d.step) for d in tried
    ]
    rates = [error / step for error, step in errors if error * step > 4.0 * noise]
    return len(rates) >= 4 and rates[-1] <= 2.0 * rates[-4]


def _shape_nearby(line: Line, step: float, noise: float) -> str | None:
    """A jump or a kink: what does not shrink with the step as it would on a smooth curve."""
    far, near = line.difference(step), line.difference(step / 64.0)
    if near.change > max(0.5 * far.change, 16.0 * noise):
        return "jump"
    if near.gap > max(0.5 * far.gap, 16.0 * noise / near.step):
        return "kink"
    return None


def _judged(line: Line, tried: list[Difference], slack: float, noise: float) -> str | None:
    """Whether the differences contradict the derivative, or cannot tell and must not matter."""
    rtol = line.tolerance.rtol
    slope = next(iter(line.slopes.values()))
    bars = [  # the error bar of each: its noise, and what the step changes
        noise / one.step + abs(one.central - other.central)
        for one, other in zip(tried, [*tried[1:2], *tried[:-1]], strict=True)
    ]
    bar, best = min(zip(bars, [d.central for d in tried], strict=True))
    imaginary = line.complex_step
    near = rtol * abs(best) + slack
    if isinstance(imaginary, float) and abs(imaginary - best) <= near < abs(slope - best):
        return "wrong rule"
    if abs(slope - best) > 4.0 * bar:
        return "wrong rule"
    is_zero = abs(slope) <= max(slack, noise / line.ray.unit)  # to all that rounding leaves
    is_small = bar <= rtol * line.largest  # beside the other derivatives
    is_seen = isinstance(imaginary, float) and abs(imaginary - slope) <= rtol * abs(slope)
    is_near = bar <= 1e3 * rtol * abs(slope)  # some digits are seen
    return None if is_zero or is_small or is_seen or is_near else "cancellation"
