"""Who it was: the operations at which a check goes wrong."""

from typing import Any, Final

from autograd.checks.failure import Failure, label
from autograd.checks.search import first_failure
from autograd.checks.subject import Subject
from autograd.checks.tolerance import DEFAULT
from autograd.rules.operand import data_of
from autograd.rules.primitive import Primitive
from autograd.transforms.anomaly import detect_anomaly
from autograd.transforms.leaves import Entries
from autograd.values.value import Value
from autograd.values.walk import topological_order

_CASES: Final = 20
"""So many different operands of a primitive are looked at."""


def causes(failure: Failure) -> list[str]:
    """The operations at which it goes wrong, as far as they can be found."""
    if failure.reason == "not finite":
        return [_first_anomaly(failure)]
    found = []
    for op, nodes in _applications(failure.subject).items():
        for node in nodes[:_CASES]:
            alone = first_failure(_alone(node), failure.subject.order, DEFAULT)
            if alone is not None and alone.reason == failure.reason:
                found.append(_cause(op, node, alone))
                break
    return found


def _applications(subject: Subject) -> dict[Primitive, list[Value]]:
    """The primitives that the base applied, with a node for each tuple of different operands."""
    _, outputs = subject.recorded(subject.base)
    found: dict[Primitive, dict[tuple[float, ...], Value]] = {}
    for node in topological_order(*[y for y in outputs if isinstance(y, Value)]):
        if node.op is not None:
            operands = tuple(data_of(x) for x in node.operands)
            found.setdefault(node.op, {}).setdefault(operands, node)
    return {op: list(nodes.values()) for op, nodes in found.items()}


def _alone(node: Value) -> Subject:
    """The primitive of this node at its operands, as a function of those that are Values."""
    op, operands = node.op, node.operands
    assert op is not None
    places = [i for i, x in enumerate(operands) if isinstance(x, Value)]

    def apply(*xs: Any) -> Any:
        filled = list(operands)
        for i, x in zip(places, xs, strict=True):
            filled[i] = x
        return op(*filled)

    numbers = [data_of(operands[i]) for i in places]
    inputs = Entries(tuple(numbers), [None] * len(numbers), numbers)
    return Subject(apply, apply, inputs, op.name, [f"argument {i}" for i in places])


def _cause(op: Primitive, node: Value, alone: Failure) -> str:
    line = alone.line
    operands = ", ".join(f"{data_of(x):.6g}" for x in node.operands)
    rule = next(iter(line.slopes.values()))
    by = label(line.ray.direction, alone.subject.names, "all arguments")
    difference = line.difference(line.ray.step(None)).central
    return (
        f"{op.name}({operands}): its derivative of order {alone.subject.order} by {by} is "
        f"{rule:.10g} by its rule, {difference:.10g} by differences"
    )


def _first_anomaly(failure: Failure) -> str:
    subject = failure.subject
    try:
        with detect_anomaly():
            _, outputs = subject.recorded(subject.function)
            for weight, out in zip(failure.line.weights, outputs, strict=True):
                if weight != 0.0 and isinstance(out, Value):
                    out.backward(weight)
    except FloatingPointError as error:
        return f"first of all, {error}"
    return "reverse mode meets none at this point itself: it comes in forward mode or beside it"
