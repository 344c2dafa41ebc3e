"""What a failed check says: which derivative it is, what each method gave, and why."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from autograd.checks.line import Line, Subject, Tolerance
from autograd.checks.verdict import failures
from autograd.rules.operand import data_of
from autograd.rules.primitive import Primitive
from autograd.transforms.anomaly import detect_anomaly
from autograd.transforms.recording import call_at
from autograd.values.value import Value

Array = NDArray[np.float64]


class GradientCheckError(AssertionError):
    """A derivative that differences do not confirm: where, what each method gave, and why.

    Attributes:
        reason: "wrong rule", "modes disagree", "kink", "jump", "cancellation", "not finite" or
            "not deterministic".
    """

    def __init__(self, message: str, reason: str = "") -> None:
        super().__init__(message)
        self.reason = reason


WHY: Final = {
    "wrong rule": "wrong rule: the differences settle, on another number than the rules give",
    "modes disagree": "modes disagree: forward and reverse mode give different numbers, so a rule "
    "or the function itself asks which kind of number it got",
    "kink": "kink nearby: the slopes from the left and from the right differ, however small the "
    "step, so there is no derivative; move the point away from it",
    "jump": "discontinuity: what is differentiated jumps here, by as much however small the step, "
    "so it has no derivative; move the point away from it (from a kink, if it is a derivative)",
    "cancellation": "cancellation: rounding in the function hides its change, so the differences "
    "vary with the step and cannot tell; subtract what is large and constant, or give atol",
    "not finite": "not finite: a nan or an infinity comes in",
    "not deterministic": "not deterministic: the function draws random numbers, or keeps something "
    "from call to call; fix the seed inside of it",
}

_MODES: Final = {"fwd": "forward", "rev": "reverse"}

_CASES: Final = 20
"""So many different operands of a primitive are looked at."""


def message_of(line: Line, reason: str) -> str:
    """Return which derivative it is, what each method gave, and why."""
    return "\n".join(
        [
            f"{_which(line)} is not confirmed",
            *[f"    {method:<28}{gave}" for method, gave in _evidence(line)],
            f"Why: {WHY[reason]}",
            *[f"    {cause}" for cause in _causes(line, reason)],
        ]
    )


def _which(line: Line) -> str:
    subject = line.ray.subject
    names = subject.call.inputs.names
    by = _label(line.ray.direction, names, "a random direction of the arguments")
    of = _label(line.weights, subject.results.names, "a random sum of the results")
    nested = "".join(
        f" of the {_MODES[mode]}-mode derivative in a random direction"
        for mode in reversed(subject.path)
    )
    return f"order {subject.order}: the derivative of {of}{nested} by {by}"


def _label(vector: Array, names: list[str], mixture: str) -> str:
    """The name of the entry that the vector selects; what to call it if it mixes several."""
    on = np.flatnonzero(vector)
    return names[on[0]] if len(on) == 1 else mixture


def _evidence(line: Line) -> Iterator[tuple[str, Any]]:
    yield "value", line.value()
    for mode, name in _MODES.items():
        yield f"{name} mode", line.slopes.get(mode, "not asked for")
    step = line.ray.step(line.tolerance.eps)
    one = line.difference(step)
    for d in (one, line.difference(step / 8.0)):
        yield "central difference", f"{d.central!r} (step {d.step:.2g})"
    yield "one-sided from the left", f"{one.left!r} (step {step:.2g})"
    yield "one-sided from the right", f"{one.right!r} (step {step:.2g})"
    yield "complex step", line.complex_step


# The operations at which it goes wrong.


def _causes(line: Line, reason: str) -> list[str]:
    """The operations at which it goes wrong, as far as they can be found."""
    if reason == "not finite":
        return [_first_anomaly(line)]
    subject = line.ray.subject
    found = []
    for op, nodes in _applications(subject).items():
        for node in nodes[:_CASES]:
            alone = next(failures(_alone(op, node), subject.order, Tolerance()), None)
            if alone is not None and alone[1] == reason:
                found.append(_cause(op, node, alone[0]))
                break
    return found


def _applications(subject: Subject) -> dict[Primitive, list[Value]]:
    """The primitives that the base applied, with a node for each tuple of different operands."""
    found: dict[Primitive, dict[tuple[float, ...], Value]] = {}
    for node in subject.base.record().nodes:
        if node.op is not None:
            operands = tuple(map(data_of, node.operands))
            found.setdefault(node.op, {}).setdefault(operands, node)
    return {op: list(nodes.values()) for op, nodes in found.items()}


def _alone(op: Primitive, node: Value) -> Subject:
    """The primitive at this node's operands, as a function of those that are Values."""
    places = tuple(i for i, x in enumerate(node.operands) if isinstance(x, Value))
    roots = [f"argument {i}" for i in places]
    call = call_at(op, list(map(data_of, node.operands)), argnums=places, roots=roots)
    return Subject(call, call)


def _cause(op: Primitive, node: Value, line: Line) -> str:
    subject = line.ray.subject
    operands = ", ".join(f"{data_of(x):.6g}" for x in node.operands)
    rule = next(iter(line.slopes.values()))
    by = _label(line.ray.direction, subject.call.inputs.names, "all arguments")
    difference = line.difference(line.ray.step(None)).central
    return (
        f"{op.name}({operands}): its derivative of order {subject.order} by {by} is "
        f"{rule:.10g} by its rule, {difference:.10g} by differences"
    )


def _first_anomaly(line: Line) -> str:
    try:
        with detect_anomaly():
            line.ray.subject.call.record(named=True).pulled(line.weights.tolist())
    except FloatingPointError as error:
        return f"first of all, {error}"
    return "reverse mode meets none at this point itself: it comes in forward mode or beside it"
