"""Finding the operation that first makes a nan or an infinity."""

import linecache
import math
import os
import sys
from contextlib import ContextDecorator
from contextvars import ContextVar, Token
from typing import Self

import numpy as np

from autograd.graph import topological_order
from autograd.value import PROCESS, Value, is_cut

_PACKAGE = os.path.dirname(os.path.abspath(__file__))
_LIBRARIES = tuple(
    os.path.join(folder, "")
    for folder in (
        _PACKAGE,
        os.path.join(os.path.dirname(_PACKAGE), "nn"),
        os.path.dirname(np.__file__),
    )
)
"""Code between an operation and the line of the program that asked for it."""

_Lines = dict[int, tuple[Value, str]]
"""By id, where each Value was recorded; the Value with it, so that its id stays its own."""

_active: ContextVar[_Lines | None] = ContextVar("detect_anomaly", default=None)
"""Of the detect_anomaly block that is open here, if any; blocks inside one another share it."""


class detect_anomaly(ContextDecorator):
    """Raise FloatingPointError where a computation first makes a nan or an infinity.

    Inside the block (or the decorated function), every operation on Values of this thread is
    checked as it is recorded, and every `backward` before it changes any gradient. The message
    names the primitive, its operands and the line of your program. Checked code is slower.

    >>> x = Value(0.0, "x")
    >>> with detect_anomaly():
    ...     y = x.log()
    Traceback (most recent call last):
    FloatingPointError: log gave -inf for operands (x = 0.0) ...
    """

    def __init__(self) -> None:
        self._outer: list[Token[_Lines | None]] = []

    def _recreate_cm(self) -> Self:
        """One for each call of a decorated function, which may run in several threads at once."""
        return type(self)()

    def __enter__(self) -> Self:
        lines = _active.get()
        self._outer.append(_active.set({} if lines is None else lines))
        PROCESS.anomaly_watchers += 1
        return self

    def __exit__(self, *exception: object) -> None:
        PROCESS.anomaly_watchers -= 1
        _active.reset(self._outer.pop())


def check_forward(node: Value) -> None:
    """Remember where the node was recorded; raise if it is the first that is not finite."""
    lines = _active.get()
    if lines is None:
        return
    line = _user_line()
    lines[id(node)] = (node, line)
    if math.isfinite(node.data) or not all(math.isfinite(_data(x)) for x in node.operands):
        return
    raise FloatingPointError(
        f"{_name(node)} gave {node.data} for operands {_operands(node)} {line}"
    )


def check_backward(root: Value, seed: float) -> None:
    """Raise at the edge where a backward pass would first turn a finite adjoint into nan or inf."""
    lines = _active.get()
    if lines is None:
        return
    adjoints = {id(root): seed}
    for node in reversed(topological_order(root)):
        adjoint = adjoints.get(id(node))
        if adjoint is None:
            continue
        partials = iter(node.partials)
        for place, x in enumerate(node.operands, start=1):
            if not isinstance(x, Value):
                continue
            partial = next(partials)
            if is_cut(node, partial):
                continue
            share = partial * adjoint
            before = adjoints.get(id(x), 0.0)
            total = before + share
            if math.isfinite(adjoint) and math.isfinite(before) and not math.isfinite(total):
                in_all = f", {total} in all," if math.isfinite(share) else ""
                _, line = lines.get(
                    id(node),
                    (node, "(it was recorded outside detect_anomaly, so its line is not known)"),
                )
                raise FloatingPointError(
                    f"the backward pass of {_name(node)} gave {share}{in_all} to its "
                    f"operand {x.name or place} (local derivative {partial}, adjoint {adjoint}) "
                    f"for operands {_operands(node)} {line}"
                )
            adjoints[id(x)] = total


def _data(x: Value | float) -> float:
    return x.data if isinstance(x, Value) else x


def _name(node: Value) -> str:
    return node.op.name if node.op is not None else "a leaf"


def _operands(node: Value) -> str:
    shown = []
    for x in node.operands[:8]:
        name = x.name if isinstance(x, Value) else ""
        shown.append(f"{name} = {_data(x)!r}" if name else f"{_data(x)!r}")
    more = [f"... {len(node.operands) - 8} more"] if len(node.operands) > 8 else []
    return f"({', '.join(shown + more)})"


def _user_line() -> str:
    """The innermost line of the program outside this package and NumPy."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_LIBRARIES):
        frame = frame.f_back
    path, number = frame.f_code.co_filename, frame.f_lineno
    code = linecache.getline(path, number).strip()
    return f"at {path}:{number}" + (f": {code}" if code else "")
