"""Observers: who is told of every operation, comparison and sweep while it watches.

Operations ask `WATCH.count` first, a single number, so nothing is paid where nobody watches.
"""

from contextvars import ContextVar, Token
from typing import Any, Final

from mypy_extensions import i64, mypyc_attr

from autograd.rules.operand import Operand
from autograd.rules.primitive import Primitive


class _Watch:
    """How many observers watch, in any thread. Under the interpreter lock each use is atomic."""

    __slots__ = ("count",)

    def __init__(self) -> None:
        self.count: i64 = 0


WATCH: Final = _Watch()


@mypyc_attr(allow_interpreted_subclasses=True)
class Observer:
    """The base of observers: a block that is told of what happens in it, in its own thread.

    A subclass defines what it wants to know of; the methods here do nothing.
    """

    def __init__(self) -> None:
        self._before: list[Token[tuple[Observer, ...]]] = []

    def __enter__(self) -> Any:
        self._before.append(_watching.set((*_watching.get(), self)))
        WATCH.count += 1
        return self

    def __exit__(self, *exception: object) -> None:
        WATCH.count -= 1
        _watching.reset(self._before.pop())

    def on_record(self, result: Operand, primitive: Primitive, operands: tuple[Any, ...]) -> None:
        """Take note that an operation gave this Value or dual number, before anybody has it."""

    def on_compare(self, primitive: Primitive, operands: tuple[Any, ...], outcome: bool) -> Any:
        """Return what a comparison of operands is to give in place of its outcome, or None."""

    def on_sweep(self, root: Operand, seed: float) -> None:
        """Take note that a reverse sweep from this Value begins; nothing has changed so far."""

    def on_read(self, node: Operand) -> None:
        """Take note that the number in this Value is about to be read as a plain one."""

    def on_grad(self, node: Operand) -> None:
        """Take note that the `grad` of this Value is about to be assigned to, by no sweep."""


_watching: ContextVar[tuple[Observer, ...]] = ContextVar("observers", default=())


def observers() -> tuple[Observer, ...]:
    """Return the observers of this thread, the outermost first."""
    return _watching.get() if WATCH.count else ()


def tell_recorded(result: Operand, primitive: Primitive, operands: tuple[Any, ...]) -> None:
    """Tell all observers of an operation."""
    for observer in observers():
        observer.on_record(result, primitive, operands)


def ask_compared(primitive: Primitive, operands: tuple[Any, ...], outcome: bool) -> Any:
    """Tell all observers of a comparison; return what the innermost one makes of it."""
    result: Any = outcome
    for observer in observers():
        answer = observer.on_compare(primitive, operands, outcome)
        if answer is not None:
            result = answer
    return result


def tell_sweep(root: Operand, seed: float) -> None:
    """Tell all observers of a reverse sweep that is about to begin."""
    for observer in observers():
        observer.on_sweep(root, seed)


def tell_grad(node: Operand) -> None:
    """Tell all observers of an assignment to a Value's `grad`."""
    for observer in observers():
        observer.on_grad(node)


def tell_read(node: Operand) -> None:
    """Tell all observers that the number in a Value is about to be read."""
    for observer in observers():
        observer.on_read(node)
