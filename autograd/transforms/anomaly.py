"""Finding the operation that first makes a nan or an infinity."""

import linecache
import math
import os
import sys
from collections.abc import Sequence
from contextlib import ContextDecorator
from contextvars import ContextVar, Token
from typing import Any, Self

import numpy as np

from autograd.rules.primitive import Primitive
from autograd.values.ufuncs import data_of, plain
from autograd.values.value import PROCESS, Value, is_cut
from autograd.values.walk import topological_order

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
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

    Inside the block (or the decorated function), every operation on Values and Duals of this thread
    is checked as it happens, and every reverse sweep, of `backward` and of the transforms, before
    it changes anything. The message names the primitive, its operands and the line of your program.
    Checked code is slower.

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
    if math.isfinite(node.data) or not all(math.isfinite(data_of(x)) for x in node.operands):
        return
    raise FloatingPointError(
        f"{_name(node)} gave {node.data} for operands {_shown(node.operands)} {line}"
    )


def check_tangent(
    primitive: Primitive,
    operands: Sequence[Any],
    tangents: Sequence[Any],
    out: Any,
    tangent: Any,
) -> None:
    """Raise if an operation on dual numbers is the first whose value or tangent is not finite."""
    if _active.get() is None:
        return
    if not all(math.isfinite(data_of(x)) for x in operands):
        return
    if not math.isfinite(data_of(out)):
        what = f"{primitive.name} gave {data_of(out)}"
    elif not _all_finite(tangent) and all(map(_all_finite, tangents)):
        what = f"forward mode through {primitive.name} gave the tangent {tangent}"
    else:
        return
    raise FloatingPointError(f"{what} for operands {_shown(operands)} {_user_line()}")


def _all_finite(tangent: Any) -> bool:
    return all(math.isfinite(data_of(t)) for t in np.ravel(plain(tangent)))


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
                    f"for operands {_shown(node.operands)} {line}"
                )
            adjoints[id(x)] = total


def _name(node: Value) -> str:
    return node.op.name if node.op is not None else "a leaf"


def _shown(operands: Sequence[Any]) -> str:
    shown = []
    for x in operands[:8]:
        name = x.name if isinstance(x, Value) else ""
        shown.append(f"{name} = {data_of(x)!r}" if name else f"{data_of(x)!r}")
    more = [f"... {len(operands) - 8} more"] if len(operands) > 8 else []
    return f"({', '.join(shown + more)})"


def _user_line() -> str:
    """The innermost line of the program outside this package and NumPy."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_LIBRARIES):
        frame = frame.f_back
    path, number = frame.f_code.co_filename, frame.f_lineno
    code = linecache.getline(path, number).strip()
    return f"at {path}:{number}" + (f": {code}" if code else "")
