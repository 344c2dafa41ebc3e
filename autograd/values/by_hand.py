"""Nodes built by hand as in micrograd: `Value(data, children, op)` and a `_backward` of one's own.

What such a `_backward` passes on is linear in the node's grad, so it is run once on trial, when it
is assigned, and the partials that it shows are recorded like any others. It is not kept: sweeps,
copies, pickles and threads have nothing more to do with it, and it closes no cycle.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final, NoReturn

from autograd.rules import table
from autograd.rules.operand import Operand
from autograd.rules.primitive import Primitive
from autograd.values.observer import Observer

_SECOND_SEED: Final = -(2.0**40)
"""A power of two, so that what is linear scales to the last digit."""


BY_HAND: Final = " by hand"
"""What the names of their primitives end in."""


@cache
def primitive_of(symbol: str, is_known: bool) -> Primitive:
    """Return the primitive of nodes built by hand with this symbol, their partials known or not."""

    def refuse(*args: Any) -> NoReturn:
        raise TypeError(
            f"{symbol!r} was built by hand, as Value(data, children, {symbol!r}): numbers are all "
            "that is known of its derivatives, so it cannot be evaluated again, compiled, or "
            "differentiated in forward mode or twice. Define it by autograd.custom_partials"
        )

    return Primitive(
        name=symbol + BY_HAND,
        fn=refuse,
        partials=refuse if is_known else require_partials,
        arity=None,
        numpy=refuse,
        domain=(table.ALL,),
        selects=True,  # where it passes nothing on, nothing is multiplied
        doc="An operation built by hand.",
        parameters="*args",
        symbol=symbol,
        latex=table.latex_call(symbol, None),
    )


def require_partials(node: Any, *args: Any) -> None:
    """Raise a TypeError for a node built by hand whose `_backward` was never assigned."""
    op = node.op
    if op is not None and op.joint_rule is require_partials:
        raise TypeError(
            f"{node!r} was built by hand, as Value(data, children, {op.symbol!r}), and has no "
            "derivative yet: assign a function to its _backward, or define the operation by "
            "autograd.custom_partials"
        )


class _Trial(Observer):
    """Sees that a `_backward` changes no grad but those of its node and of its children."""

    def __init__(self, node: Any, children: Sequence[Any]) -> None:
        super().__init__()
        self.node = node
        self.known = {id(x) for x in (node, *children)}

    def on_grad(self, node: Operand) -> None:
        """Raise where this grad is not the business of the `_backward`."""
        if id(node) not in self.known:
            raise TypeError(
                f"the _backward of {self.node!r} changes the grad of {node!r}, which is not among "
                "its children, so no sweep would come there: name it in Value(data, children, op)"
            )


def partials_of(
    backward: Callable[[], Any], node: Any, operands: Sequence[Any]
) -> tuple[float, ...]:
    """Return the partial by each operand that a `_backward` of the node multiplies its grad by.

    Raises:
        TypeError: it is not callable, or changes the grad of another Value.
        ValueError: what it passes on is not linear in the grad of the node.
    """
    if not callable(backward):
        raise TypeError(f"_backward is a function without arguments, not {backward!r}")
    children: list[Any] = list({id(x): x for x in operands if isinstance(x, Operand)}.values())
    before = [(x, x.grad) for x in (node, *children)]

    def passed_on(seed: float) -> list[float]:
        for child in children:
            child.grad = 0.0
        node.grad = seed
        backward()
        return [child.grad for child in children]

    try:
        with _Trial(node, children):
            partials = passed_on(1.0)
            again = passed_on(_SECOND_SEED)
    finally:
        for x, grad in before:
            x.grad = grad
    for child, partial, share in zip(children, partials, again, strict=True):
        if share != partial * _SECOND_SEED and partial == partial:
            raise ValueError(
                f"the _backward of {node!r} is not linear in its grad: for {child!r} it gives "
                f"{partial} at a grad of 1.0, and {share} at {_SECOND_SEED}"
            )
    by_id = {id(child): partial for child, partial in zip(children, partials, strict=True)}
    # Of a child that stands there several times, micrograd's sum goes along the first edge.
    return tuple([by_id.pop(id(x), 0.0) for x in operands])
