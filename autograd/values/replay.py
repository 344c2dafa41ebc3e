"""Recording for replay: graphs of derivatives that hold at every other point, too.

A rule asks by comparisons which branch an operand is on, and what is not selected drops out of the
graph. That is right where the graph is recorded and wrong beyond the kink. Inside `Replay` the
comparisons in rules become nodes, and nothing is dropped for what it is at this point.
"""

from collections.abc import Sequence
from typing import Any

from autograd.rules import table
from autograd.rules.operand import Operand, data_of, is_zero
from autograd.rules.primitive import Primitive
from autograd.values.observer import Observer, observers


class Replay(Observer):
    """A block in which derivatives are recorded so that they hold at other points.

    >>> from autograd import Value, adjoints
    >>> x = Value(-1.0, "x")
    >>> adjoints(x.relu(), [x])
    [Value(0.0)]
    >>> with Replay():
    ...     (slope,) = adjoints(x.relu(), [x])
    >>> slope, slope.op, slope.operands[0].op
    (Value(0.0), <primitive where>, <primitive less>)
    """

    in_rules = 0
    """How many evaluations of rules are under way inside one another."""

    def on_compare(self, primitive: Primitive, operands: tuple[Any, ...], outcome: bool) -> Any:
        """Return the comparison as a node, so that the graph asks again at another point."""
        return primitive(*operands)


def is_replayed() -> bool:
    """Whether derivatives are being recorded for replay here."""
    return any(isinstance(observer, Replay) for observer in observers())


def recorded_partials(
    primitive: Primitive, out: Any, args: tuple[Any, ...], wanted: Sequence[int]
) -> list[Any]:
    """Return the partials by the wanted arguments; observers know that a rule is what compares."""
    replays = [observer for observer in observers() if isinstance(observer, Replay)]
    for replay in replays:
        replay.in_rules += 1
    try:
        return primitive.differentiable_partials(out, args, wanted)
    finally:
        for replay in replays:
            replay.in_rules -= 1


def is_unselected(primitive: Primitive, partial: Any) -> bool:
    """Whether nothing flows along an edge with this partial, here or, for replay, anywhere."""
    if not primitive.selects or (isinstance(partial, Operand) and is_replayed()):
        return False
    return bool(data_of(partial) == 0.0)


def product(primitive: Primitive, partial: Any, other: Any) -> Any:
    """Return partial * other, for a partial of the primitive and an adjoint or a tangent.

    For replay it is a select where the primitive selects: 0 wherever the partial is, although the
    other number may be infinite there.
    """
    if primitive.selects and isinstance(partial, Operand) and is_replayed():
        return _selected(partial, other)
    return times(partial, other)


def _selected(partial: Any, other: Any) -> Any:
    if getattr(partial, "op", None) is table.where:
        condition, a, b = partial.operands
        return table.where(condition, _selected(a, other), _selected(b, other))
    if isinstance(partial, Operand):
        return table.where(partial, partial * other, 0.0)
    return 0.0 if is_zero(partial) else times(partial, other)


def times(partial: Any, other: Any) -> Any:
    """Return partial * other, without a node for a plain 1."""
    if type(partial) is float and partial == 1.0:
        return other
    return partial if type(other) is float and other == 1.0 else partial * other
