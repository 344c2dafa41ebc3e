"""explain: the written solution of a graph."""

from __future__ import annotations

from typing import Any

from autograd import Value
from autograd.compare.rows import call_of
from autograd.text.arguments import whole
from autograd.text.names import name_in, unknown
from viz.explain.explanation import Explanation
from viz.explain.lesson import lesson_of
from viz.explain.phrases import LANGUAGES
from viz.explain.telling import Plan

MODES = ("both", "reverse", "forward")


def explain(
    root: Any,
    *args: Any,
    mode: str = "both",
    by: str | None = None,
    paths: bool = False,
    formulas: bool = False,
    language: str = "en",
    blank: bool = False,
    digits: int = 6,
    max_operations: int = 60,
) -> Explanation:
    """Write out how a value and its derivatives are computed, step by step.

    The solution has the values in order; each operation's local derivatives, in symbols and with
    numbers put in; the backward pass, each adjoint as the sum over the operations that it comes
    from; the gradient; and forward mode for one input.

    Args:
        root: a Value, the result of a computation; or a function.
        args: the function's arguments: numbers, arrays and structures of these, as for
            `compare_modes`.
        mode: "reverse", "forward" or "both".
        by: the name of the input that forward mode is told for; by default the first.
        paths: whether the gradient is told as a sum over paths, too, where there are at most 50.
        formulas: whether the derivatives are told as formulas in the inputs, too, simplified by
            SymPy (`pip install sympy`) and checked against the engine.
        language: "en" or "zh".
        blank: whether it is an exercise sheet, with blanks for the numbers; `check` marks answers.
        digits: how many significant digits numbers are shown with, 2 to 17.
        max_operations: of a larger graph only the last ones are told; the explanation says so.

    Raises:
        ImportError: formulas are wanted, when the explanation is shown, and SymPy is not installed.
        TypeError: root is neither a Value nor a function of real numbers.
        ValueError: nothing was computed, the function returns several numbers, an input got new
            data since, or an option is unknown.

    >>> x, y, z = Value(1, "x"), Value(2, "y"), Value(-6, "z")
    >>> print(explain((x + y) ** 2 * z, mode="reverse"))
    Worked solution
    ...
      df/dv2 = df/dv3 * ∂v3/∂v2 = -6 * 6 = -36
    ...
    """
    if mode not in MODES:
        raise unknown(MODES, mode, "mode")
    if language not in LANGUAGES:
        raise unknown(LANGUAGES, language, "language")
    digits = whole(digits, "digits (2 to 17)", 2)
    if digits > 17:
        raise ValueError(f"digits must be at most 17, not {digits}")
    most = whole(max_operations, "max_operations")
    value, inputs = _recorded(root, args)
    lesson = lesson_of(value, inputs, most)
    names = lesson.inputs or tuple(lesson.given)
    chosen = names[0] if by is None else name_in(names, by, "input")
    forward = mode != "reverse" and (by is not None or not lesson.left_out)
    plan = Plan(mode != "forward", forward, chosen, paths, language, digits, blank, formulas)
    return Explanation(lesson, plan)


def _recorded(root: Any, args: tuple[Any, ...]) -> tuple[Value, list[Value] | None]:
    """Return the result, and the inputs of a function."""
    if isinstance(root, Value):
        if args:
            raise TypeError(
                "explain() takes a Value alone, or a function and its arguments; it got a Value "
                f"and {args[0]!r}"
            )
        return root, None
    if not callable(root):
        raise TypeError(
            f"explain() takes a Value or a function, not {root!r} of type {type(root).__name__}"
        )
    call = call_of(root, args, "explain")
    run = call.record(named=True)
    numbers = run.outputs.numbers
    if len(numbers) != 1:
        raise ValueError(
            f"explain() takes a function of one result, but {call.name} returned {len(numbers)}: "
            "choose one, as in explain(lambda x: f(x)[0], 1.0)"
        )
    (result,) = numbers
    return result if isinstance(result, Value) else Value(result), run.variables
