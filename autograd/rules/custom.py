"""Functions with derivatives of your own: a primitive from a function of floats and its rules."""

import inspect
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from autograd.rules import arrays, table
from autograd.rules.operand import as_number, is_real, is_scalar
from autograd.rules.primitive import TABLE, Primitive, Rule


def custom_partials(*rules: Rule) -> Callable[[Callable[..., Any]], Primitive]:
    """Make a function of floats a primitive, with these rules as its partial derivatives.

    Use it where the recorded operations would be slow, inaccurate or not there at all: for a
    function from another library, an inner iteration, a formula that cancels.

    The function gets plain floats and returns one number; it may use `math`, loops, anything. Each
    rule is called as rule(out, *args), with the function's output, and gives the derivative by its
    argument. Rules are written in differentiable operations, those of `autograd` and + - * /, as
    higher derivatives come from differentiating them.

    The result is a `Primitive`: it takes floats, Values, Dual numbers and arrays (by entry), in
    both modes and to any order; drawings call it by the function's name. It is called by position.
    Check it by `check_grads`.

    A function that divides by zero is evaluated again in IEEE arithmetic, as the rules are. Any
    other exception that it raises comes through, with a note of its arguments: `autograd.log` gives
    nan where `math.log` raises. It pickles by its name, as functions do, so only where it can be
    imported by that name.

    Args:
        rules: one for each argument; for a function of any number of them (`*args`), a single rule
            that returns the list of all derivatives.

    Raises:
        TypeError: a rule or the function is not callable, or they do not go together in their
            arguments. When called: one of them gives no real number.

    >>> import math
    >>> from autograd import Value, cosh, grad
    >>> @custom_partials(lambda y, x: 1 - y * y)
    ... def my_tanh(x):
    ...     return math.tanh(x)
    >>> grad(my_tanh)(0.5) == 1 - math.tanh(0.5) ** 2
    True
    >>> my_tanh(Value(0.5)).op
    <primitive my_tanh>

    One rule for any number of arguments:

    >>> @custom_partials(lambda y, *xs: [2 * x for x in xs])
    ... def sum_of_squares(*xs):
    ...     return sum(x * x for x in xs)
    >>> grad(sum_of_squares, argnums=(0, 1, 2))(1.0, 2.0, 3.0)
    (2.0, 4.0, 6.0)
    """
    if not rules:
        raise TypeError(f"custom_partials has no rules: {_FORGOTTEN}")
    for i, rule in enumerate(rules):
        if not callable(rule):
            raise TypeError(
                f"rule {i} of custom_partials is {rule!r}, which is not callable: write a function "
                "of the output and the arguments, as in @custom_partials(lambda y, x: 1 - y * y)"
            )

    if len(rules) == 1 and not _takes_two(rules[0]):
        raise TypeError(
            "custom_partials takes rules, of the output and the arguments, not "
            f"{_name(rules[0])}{inspect.signature(rules[0])}: {_FORGOTTEN}"
        )

    def decorate(function: Callable[..., Any], *more: Any) -> Primitive:
        if more or not callable(function):
            shown = ", ".join(map(repr, (function, *more)))
            raise TypeError(f"custom_partials decorates a function, not {shown}: {_FORGOTTEN}")
        name = _name(function)
        arity = _arity(function, rules, name)
        _check_rules(rules, arity, name)
        return _primitive(_on_floats(function, name), rules, arity, name)

    return decorate


def _primitive(
    fn: Callable[..., float], rules: tuple[Rule, ...], arity: int | None, name: str
) -> Primitive:
    return Primitive(
        # `dot` and others of the table are known by their names: this is not one of them
        name=f"custom {name}" if name in TABLE else name,
        fn=fn,
        partials=(
            _list_of_numbers(rules[0], name)
            if arity is None
            else tuple(_number(rule, i, name) for i, rule in enumerate(rules))
        ),
        arity=arity,
        numpy=lambda *xs: arrays.elementwise(fn, len(xs))(*xs),
        domain=(table.ALL,),
        doc=inspect.getdoc(fn) or "",
        parameters=_parameters(fn, arity),
        symbol=name,
        latex=table.latex_call(name, arity),
    )


def _parameters(fn: Callable[..., float], arity: int | None) -> str:
    """Return the names of the arguments, as far as the function tells them."""
    if arity is None:
        return "*args"
    try:
        return " ".join([*inspect.signature(fn).parameters][:arity])
    except ValueError:
        return " ".join(f"x{i}" for i in range(arity))


# The function and its rules must go together.

_FORGOTTEN = "did you forget the rules: @custom_partials(rule)?"


def _name(function: Callable[..., Any]) -> str:
    return str(getattr(function, "__name__", type(function).__name__))


def _takes_two(rule: Rule) -> bool:
    """Whether a rule takes the output and one argument at least, as far as it tells."""
    try:
        inspect.signature(rule).bind_partial(None, None)
    except TypeError:
        return False
    except ValueError:  # some functions written in C have no signature
        return True
    return True


def _arity(function: Callable[..., Any], rules: Sequence[Rule], name: str) -> int | None:
    """Return the number of arguments; None for any number."""
    try:
        signature = inspect.signature(function)
    except ValueError:
        return len(rules)
    if _is_variadic(signature):
        if len(rules) != 1:
            raise TypeError(
                f"{name} takes any number of arguments, so custom_partials needs a single rule for "
                f"it, which returns the list of all derivatives, not {len(rules)} rules"
            )
        return None
    for p in signature.parameters.values():
        if p.kind is p.KEYWORD_ONLY and p.default is p.empty:
            raise TypeError(
                f"{name} needs the keyword argument {p.name}, but a primitive is called by "
                "position: give it a default"
            )
    try:
        signature.bind(*rules)
    except TypeError:
        names = ", ".join(signature.parameters)
        raise TypeError(
            f"custom_partials has {len(rules)} rules for {name}({names}): give one for each "
            "argument, lambda out, *args: 0.0 where the derivative is 0"
        ) from None
    return len(rules)


def _is_variadic(signature: inspect.Signature) -> bool:
    return any(p.kind is p.VAR_POSITIONAL for p in signature.parameters.values())


def _check_rules(rules: Sequence[Rule], arity: int | None, name: str) -> None:
    """Raise a TypeError for a rule that cannot be called with the output and the arguments."""
    for i, rule in enumerate(rules):
        try:
            signature = inspect.signature(rule)
        except ValueError:
            continue
        called = "out, *args" if arity is None else f"out and {arity} arguments"
        try:
            signature.bind(*range(1 + (arity or 0)))
            if arity is None and not _is_variadic(signature):
                raise TypeError
        except TypeError:
            raise TypeError(
                f"rule {i} of {name} is called with {called}, but takes {signature}"
            ) from None


# What they return must be numbers.


def _on_floats(function: Callable[..., Any], name: str) -> Callable[..., float]:
    """Return the value function: it gives a float, or an exception with its place."""

    @wraps(function)
    def value(*args: float) -> float:
        try:
            result = _in_ieee(function, args)
        except Exception as error:
            error.add_note(f"in {name}{args}, which has its derivative by custom_partials")
            raise
        if not is_real(result) and not (isinstance(result, np.ndarray) and result.ndim == 0):
            raise TypeError(
                f"{name}{args} returned {result!r}, not a real number: a function with derivatives "
                "of its own gets plain floats and returns one; pass all it depends on as arguments"
            )
        return as_number(result, name)

    return value


def _in_ieee(function: Callable[..., Any], args: tuple[float, ...]) -> Any:
    try:
        return function(*args)
    except ZeroDivisionError:
        with np.errstate(all="ignore"):
            return function(*map(np.float64, args))


def _number(rule: Rule, i: int, name: str) -> Rule:
    """Return the rule, with a TypeError where it gives no number."""

    @wraps(rule)
    def checked(out: Any, *args: Any) -> Any:
        return _checked(rule(out, *args), i, name)

    return checked


def _list_of_numbers(rule: Rule, name: str) -> Rule:
    """Return a variadic function's rule, with a TypeError where it lists no number for each."""

    @wraps(rule)
    def checked(out: Any, *args: Any) -> Any:
        partials = rule(out, *args)
        if not isinstance(partials, (list, tuple)):
            raise TypeError(
                f"the rule of {name} gave {partials!r}, not a list of derivatives: "
                + _remedy(partials)
            )
        if len(partials) != len(args):
            raise TypeError(
                f"the rule of {name} gave {len(partials)} derivatives for {len(args)} arguments: "
                "it must list one for each"
            )
        return [_checked(partial, i, name) for i, partial in enumerate(partials)]

    return checked


def _checked(partial: Any, i: int, name: str) -> Any:
    """Return a partial, or raise a TypeError where it is no number, nor an array of numbers."""
    array = isinstance(partial, np.ndarray) and partial.dtype.kind in "fiubO"
    if array or is_scalar(partial):
        return partial
    raise TypeError(
        f"the rule of {name} for its argument {i} gave {partial!r}, not a number: "
        + _remedy(partial)
    )


def _remedy(result: Any) -> str:
    if result is None:
        return "is a `return` missing?"
    return "a rule returns the derivative, in operations of autograd and + - * /"
