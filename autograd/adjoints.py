"""Reverse mode that is itself recorded, so that its results can be differentiated again."""

from collections.abc import Sequence
from typing import Any

from autograd.graph import topological_order
from autograd.value import Value, is_cut


def adjoints(output: Value, inputs: Sequence[Value], seed: Any = 1.0) -> list[Any]:
    """The derivatives of output by each of the inputs, as Values where they depend on any.

    The rules of the primitives are applied to the recorded Values, so the results are nodes of the
    same graph. No `grad` is touched. Leaves must still hold the data of the recording.

    Args:
        output: what is differentiated.
        inputs: Values that it may depend on, leaves or not.
        seed: the adjoint of the output: a number or a Value.

    Raises:
        TypeError: output or an input is not a Value.

    >>> x = Value(2.0)
    >>> (dy,) = adjoints(x**3, [x])
    >>> (d2y,) = adjoints(dy, [x])
    >>> dy.data, d2y.data
    (12.0, 12.0)
    """
    for what, value in [("output", output), *(("input", x) for x in inputs)]:
        if not isinstance(value, Value):
            raise TypeError(
                f"the {what} of adjoints() must be a Value, not {value!r} of type "
                f"{type(value).__name__}: was it computed from a Value?"
            )
    sums: dict[int, Any] = {id(output): seed}
    wanted = {id(x) for x in inputs}
    for node in reversed(topological_order(output)):
        adjoint = sums.get(id(node)) if id(node) in wanted else sums.pop(id(node), None)
        if adjoint is None or node.op is None:
            continue
        operands = node.operands
        partials = iter(node.partials)
        rules = node.op.differentiable_partials(node, operands)
        for operand, partial in zip(operands, rules, strict=True):
            if not isinstance(operand, Value) or is_cut(node, next(partials)):
                continue
            share = adjoint if isinstance(partial, float) and partial == 1.0 else partial * adjoint
            key = id(operand)
            sums[key] = sums[key] + share if key in sums else share
    return [sums.get(id(x), 0.0) for x in inputs]
