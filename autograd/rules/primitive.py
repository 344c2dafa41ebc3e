"""What a primitive is: one row of the table in `primitives`, callable on every kind of number."""

import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from numbers import Real
from typing import Any, Final, cast

import numpy as np
from mypy_extensions import mypyc_attr

Rule = Callable[..., Any]


@dataclass(frozen=True)
class Special:
    """A point where a row states its own value and partials: a kink or a singular point.

    Tests hold the primitive to it. `partials` has an entry for each argument, or is empty where
    nothing is promised.
    """

    at: tuple[float, ...]
    value: float
    partials: tuple[float, ...] = ()


@mypyc_attr(acyclic=True, allow_interpreted_subclasses=True)
class Operand:
    """The base of the scalars that record or push derivatives: what a primitive asks of them."""

    __slots__ = ()

    def level(self) -> int:
        """Of several operands, the one of the highest level applies the primitive."""
        return 0

    @property
    def data(self) -> float:
        """The plain number inside."""
        raise NotImplementedError

    def apply(self, primitive: "Primitive", operands: tuple[Any, ...]) -> Any:
        """primitive(*operands), where at least one operand is of this class."""
        raise NotImplementedError


class Primitive:
    """One differentiable operation: everything that dualgrad knows about it.

    `fn` computes the value from floats, in IEEE arithmetic: it never raises. `partials` holds one
    rule for each argument, called as rule(out, *args); a variadic primitive has a single rule that
    returns all partials as a list. Rules are written in differentiable operations, so they work on
    floats, on Values (which gives higher derivatives), on Dual numbers and on arrays. In them,
    primitives and + - * / may be used (a division by zero is redone in IEEE arithmetic), but not
    `**`, which on floats can raise or turn complex.
    """

    def __init__(
        self,
        name: str,
        fn: Callable[..., float],
        partials: tuple[Rule, ...] | Rule,
        arity: int | None,
        numpy: Callable[..., Any],
        domain: tuple[tuple[float, float], ...],
        special: tuple[Special, ...],
        selects: bool,
        symbol: str,
        latex: str,
        python: str,
        c: str,
        javascript: str,
    ) -> None:
        self.name: Final = name
        self.arity: Final = arity
        """The number of arguments; None for any number."""
        self.fn: Final = fn
        self.rules: Final = partials if isinstance(partials, tuple) else ()
        self.fan_rule: Final = None if isinstance(partials, tuple) else partials
        self.numpy: Final = numpy
        """The value function on float64 arrays."""
        self.domain: Final = domain
        """For each argument (or for all, when variadic) the interval in which tests sample it."""
        self.special: Final = special
        self.selects: Final = selects
        """Whether a partial of 0 means that the argument was not selected: nothing flows to it."""
        self.symbol: Final = symbol
        """How a drawing labels the operation."""
        self.latex: Final = latex
        self.python: Final = python
        self.c: Final = c
        self.javascript: Final = javascript
        """Templates in {0}, {1}, ...; variadic ones in {xs}. Names that the language's library
        lacks are helpers which the backend supplies."""

    def __repr__(self) -> str:
        return f"<primitive {self.name}>"

    def __reduce__(self) -> tuple[Any, ...]:
        """What `pickle` stores: a row's name, or where a primitive of your own is imported from."""
        if TABLE.get(self.name) is self:
            return _lookup, (self.name,)
        return _imported, _place_of(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> "Primitive":
        return self

    def __call__(self, *args: Any) -> Any:
        """The value on floats; a recorded node, a dual number or an array on those."""
        for x in args:
            if type(x) is not float and type(x) is not bool:
                return _apply(self, args)
        self.check_count(len(args))
        return float(self.fn(*args))

    def check_count(self, count: int) -> None:
        """Raise a TypeError unless the primitive takes so many arguments."""
        if self.arity is not None and count != self.arity:
            plural = "" if self.arity == 1 else "s"
            raise TypeError(f"{self.name}() takes {self.arity} argument{plural}, but got {count}")
        if self.name == "dot" and count % 2:
            raise TypeError(f"dot() takes two halves of equal length, but got {count} arguments")

    def partial(self, i: int, out: float, args: tuple[float, ...]) -> float:
        """The derivative by argument i, for floats, in IEEE arithmetic."""
        return float(_guarded(self.rules[i], out, args))

    def fan_partials(self, out: float, args: tuple[float, ...]) -> list[float]:
        """The derivatives by all arguments, for floats, in IEEE arithmetic."""
        if self.fan_rule is None:
            return [self.partial(i, out, args) for i in range(len(args))]
        return [float(p) for p in _guarded(self.fan_rule, out, args)]

    def differentiable_partials(
        self, out: Any, args: tuple[Any, ...], wanted: Sequence[int]
    ) -> list[Any]:
        """The derivatives by the wanted arguments, in the kind of number that out and args have."""
        if self.fan_rule is None:
            return [_guarded(self.rules[i], out, args) for i in wanted]
        partials = _guarded(self.fan_rule, out, args)
        return [partials[i] for i in wanted]


TABLE: Final[dict[str, Primitive]] = {}
"""Every primitive by its name; filled by `primitives`."""


def _lookup(name: str) -> Primitive:
    import autograd.rules.table  # noqa: F401  (fills the table, should a pickle come first)

    return TABLE[name]


def _imported(module: str, qualname: str) -> Any:
    found: Any = import_module(module)
    for name in qualname.split("."):
        found = getattr(found, name)
    return found


def _place_of(primitive: Primitive) -> tuple[str, str]:
    """The module and the name that it can be imported by; a PicklingError where there are none."""
    module = str(getattr(primitive.fn, "__module__", ""))
    qualname = str(getattr(primitive.fn, "__qualname__", ""))
    try:
        found = _imported(module, qualname)
    except (ImportError, AttributeError, ValueError):
        found = None
    if found is not primitive:
        raise pickle.PicklingError(
            f"{primitive!r} cannot be pickled, as {module}.{qualname} cannot be imported or is "
            "something else: decorate it by @custom_partials(...) at the top level of a module, "
            "under its own name"
        )
    return module, qualname


def _guarded(rule: Rule, out: Any, args: tuple[Any, ...]) -> Any:
    """rule(out, *args); in IEEE arithmetic should plain numbers among them divide by zero."""
    try:
        return rule(out, *args)
    except ZeroDivisionError:
        with np.errstate(all="ignore"):
            return rule(
                np.float64(out) if isinstance(out, float) else out,
                *[np.float64(x) if isinstance(x, float) else x for x in args],
            )


def _apply(primitive: Primitive, args: tuple[Any, ...]) -> Any:
    """primitive(*args) where some argument is not a plain float."""
    primitive.check_count(len(args))
    leader: Operand | None = None
    foreign = False
    for x in args:
        if isinstance(x, Operand):
            if leader is None or x.level() > leader.level():
                leader = x
        elif isinstance(x, np.ndarray):
            return _apply_to_arrays(primitive, args)
        elif type(x) is not float:
            foreign = True
    operands = args
    if foreign:
        if leader is None and any(isinstance(x, _COMPLEX) for x in args) and is_analytic(primitive):
            return _apply_to_complex(primitive, args)
        operands = tuple(
            [x if isinstance(x, Operand) else as_number(x, primitive.name) for x in args]
        )
    if leader is not None:
        return leader.apply(primitive, operands)
    result: Any = primitive.fn(*operands)
    return np.float64(result) if any(isinstance(x, np.floating) for x in args) else result


def _apply_to_arrays(primitive: Primitive, args: tuple[Any, ...]) -> Any:
    kinds = "".join(["O" if isinstance(x, Operand) else np.asarray(x).dtype.kind for x in args])
    if "O" not in kinds:
        is_complex = "c" in kinds and is_analytic(primitive)
        if not set(kinds) <= set("fiubc" if is_complex else "fiub"):
            raise TypeError(f"{primitive.name}() takes arrays of real numbers or of Values")
        dtype = np.complex128 if is_complex else np.float64
        with np.errstate(all="ignore"):
            return primitive.numpy(*[np.asarray(x, dtype=dtype) for x in args])
    from autograd.values.ufuncs import elementwise

    return elementwise(primitive, *args)


_COMPLEX: Final = (complex, np.complexfloating)


def is_analytic(primitive: Primitive) -> bool:
    """Whether the array form goes on into the complex plane, as complex steps need it.

    A row that selects goes there in NumPy too, but has no complex derivative.
    """
    if primitive.arity is None or primitive.selects or not isinstance(primitive.numpy, np.ufunc):
        return False
    return "D" * primitive.arity + "->D" in primitive.numpy.types


def _apply_to_complex(primitive: Primitive, args: tuple[Any, ...]) -> Any:
    numbers = [
        np.complex128(x) if isinstance(x, _COMPLEX) else as_number(x, primitive.name) for x in args
    ]
    with np.errstate(all="ignore"):
        result = primitive.numpy(*numbers)
    return result if any(isinstance(x, np.generic) for x in args) else complex(result)


def is_real(x: object) -> bool:
    """Whether x is one real number: what an operator takes as a constant."""
    if isinstance(x, (float, int)):
        return True
    return isinstance(x, (np.floating, np.integer, np.bool_, Real)) and not isinstance(x, Operand)


def as_number(x: object, taker: str) -> float:
    """A real number of any kind as a float; a TypeError in the name of its taker for the rest."""
    if is_real(x) or (isinstance(x, np.ndarray) and x.ndim == 0 and x.dtype.kind in "fiub"):
        return float(cast(Any, x))
    kind = type(x).__name__
    if isinstance(x, (list, tuple)):
        raise TypeError(
            f"{taker} takes numbers, not a {kind}: write numpy.array(...) or Tensor(...)"
        )
    if isinstance(x, np.ndarray):
        raise TypeError(
            f"{taker} takes one number, not an array of shape {x.shape} and type {x.dtype}: "
            "write Tensor(array) for an array of Values"
        )
    if isinstance(x, (complex, np.complexfloating)):
        raise TypeError(f"{taker} takes real numbers, not the complex {x!r}")
    if isinstance(x, str):
        raise TypeError(
            f"{taker} takes a number, not the text {x!r}: write float({x!r}) if it is one"
        )
    if isinstance(x, Operand):
        raise TypeError(f"{taker} takes a plain number, not {x!r}, which is recorded already")
    raise TypeError(f"{taker} takes a number, not {x!r} of type {kind}")
