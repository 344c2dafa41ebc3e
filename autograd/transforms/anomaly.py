"""Finding the operation that first makes a nan or an infinity."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import ContextDecorator
from typing import Any, Self, cast

import numpy as np

from autograd.rules.entrywise import as_object_array
from autograd.rules.operand import Operand, data_of
from autograd.rules.primitive import Primitive
from autograd.text.lines import user_line
from autograd.values.dual import Dual
from autograd.values.observer import Observer, observers
from autograd.values.value import Value, is_cut
from autograd.values.walk import reverse_sweep, topological_order


class detect_anomaly(Observer, ContextDecorator):
    """Raise FloatingPointError where a computation first makes a nan or an infinity.

    Inside the block (or the decorated function), every operation on Values and Duals of this thread
    is checked as it happens, and every reverse sweep, of `backward` and of the transforms, before
    it changes anything. The message names the primitive, its operands and the line of your program.
    Checked code is slower.

    >>> from autograd import Value
    >>> x = Value(0.0, "x")
    >>> with detect_anomaly():
    ...     y = x.log()
    Traceback (most recent call last):
    FloatingPointError: log gave -inf for operands (x = 0.0) ...
    """

    def __init__(self) -> None:
        super().__init__()
        self._lines: dict[int, tuple[Value, str]] = {}
        """By id, where each Value was recorded; the Value with it, so that its id stays its own."""

    def _recreate_cm(self) -> Self:
        """Return one for each call of a decorated function, which may run in several threads."""
        return type(self)()

    def __enter__(self) -> Self:
        outer = [x for x in observers() if isinstance(x, detect_anomaly)]
        if outer:  # it checks first, and knows the lines from before
            self._lines = outer[0]._lines
        super().__enter__()
        return self

    def __exit__(self, *exception: object) -> None:
        super().__exit__(*exception)
        if self not in observers():
            self._lines = {}

    def on_record(self, result: Operand, primitive: Primitive, operands: tuple[Any, ...]) -> None:
        """Remember where a Value was recorded; raise if the result is the first not finite."""
        line = str(user_line())
        if isinstance(result, Value):
            self._lines[id(result)] = (result, line)
        if not all(math.isfinite(data_of(x)) for x in operands):
            return
        if not math.isfinite(result.data):
            what = f"{primitive.name} gave {result.data}"
        elif isinstance(result, Dual) and _is_first_tangent(result, operands):
            what = f"forward mode through {primitive.name} gave the tangent {result.tangent}"
        else:
            return
        raise FloatingPointError(f"{what} for operands {_shown(operands)} {line}")

    def on_sweep(self, root: Operand, seed: float) -> None:
        """Raise at the edge where a reverse sweep would first make a finite adjoint nan or inf."""
        order = topological_order(cast(Value, root))
        seeds: dict[int, _Share] = {id(root): (seed, None)}
        for _ in reverse_sweep(order, seeds, self._checked_sum, _shares):
            pass

    def _checked_sum(self, shares: list[_Share]) -> float:
        total = 0.0
        for share, edge in shares:
            before, total = total, total + share
            if edge is None or math.isfinite(total) or not math.isfinite(before):
                continue
            node, place, partial, adjoint = edge
            if math.isfinite(adjoint):
                in_all = f", {total} in all," if math.isfinite(share) else ""
                operand = cast(Value, node.operands[place]).name or place + 1
                unknown = "(it was recorded outside detect_anomaly, so its line is not known)"
                _, line = self._lines.get(id(node), (node, unknown))
                raise FloatingPointError(
                    f"the backward pass of {cast(Primitive, node.op).name} gave {share}{in_all} "
                    f"to its operand {operand} (local derivative {partial}, adjoint "
                    f"{adjoint}) for operands {_shown(node.operands)} {line}"
                )
        return total


_Share = tuple[float, tuple[Value, int, float, float] | None]
"""What comes to a node, and the edge by which it comes: node, place, partial, adjoint."""


def _shares(node: Value, adjoint: float) -> Iterator[tuple[Value, _Share]]:
    places = [i for i, x in enumerate(node.operands) if isinstance(x, Value)]
    for place, (x, partial) in zip(places, node.edges, strict=True):
        if not is_cut(node, partial):
            yield x, (partial * adjoint, (node, place, partial, adjoint))


def _is_first_tangent(result: Dual, operands: tuple[Any, ...]) -> bool:
    """Whether the tangent is not finite, and those of the operands are."""
    own = [x for x in operands if isinstance(x, Dual) and x.level() == result.level()]
    return not _all_finite(result.tangent) and all(_all_finite(x.tangent) for x in own)


def _all_finite(tangent: Any) -> bool:
    return all(math.isfinite(data_of(t)) for t in np.ravel(as_object_array(tangent)))


def _shown(operands: Sequence[Any]) -> str:
    shown = []
    for x in operands[:8]:
        name = x.name if isinstance(x, Value) else ""
        shown.append(f"{name} = {data_of(x)!r}" if name else f"{data_of(x)!r}")
    more = [f"... {len(operands) - 8} more"] if len(operands) > 8 else []
    return f"({', '.join(shown + more)})"
