"""What a primitive is: one row of the table, callable on every kind of number."""

import itertools
import math
import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final, Never, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from autograd.rules.entrywise import as_method, elementwise
from autograd.rules.operand import Operand, as_number, as_scalar, is_complex

Rule = Callable[..., Any]
Number = TypeVar("Number", bound=Operand)
Numbers = NDArray[np.number | np.bool]
Objects = TypeVar("Objects", bound=np.ndarray[Any, np.dtype[np.object_]])


@dataclass(frozen=True)
class Special:
    """A point where a row states its own value and partials: a kink or a singular point.

    Tests hold the primitive to it. `partials` has an entry for each argument, or is empty where
    nothing is promised.
    """

    at: tuple[float, ...]
    value: float
    partials: tuple[float, ...] = ()


class Primitive:
    """One differentiable operation: everything that dualgrad knows about it.

    `fn` computes the value from floats, in IEEE arithmetic: it never raises. `partials` holds one
    rule for each argument, called as rule(out, *args); a variadic primitive has a single rule that
    returns all partials as a list. Rules are written in differentiable operations, so they work on
    floats, on Values (which gives higher derivatives), on Dual numbers and on arrays. In them,
    primitives, + - * / (a division by zero is redone in IEEE arithmetic) and comparisons may be
    used, but not `**`, which on floats can raise or turn complex, nor `if`, which would decide for
    all later points: write `where(x > 0.0, ...)`.
    """

    def __init__(
        self,
        name: str,
        fn: Callable[..., float],
        partials: tuple[Rule, ...] | Rule,
        arity: int | None,
        numpy: Callable[..., Any],
        domain: tuple[tuple[float, float], ...],
        special: tuple[Special, ...] = (),
        selects: bool = False,
        caveat: str = "",
        doc: str = "",
        parameters: str = "",
        symbol: str = "",
        latex: str = "",
        code: str = "",
    ) -> None:
        self.name: Final = name
        self.arity: Final = arity
        """The number of arguments; None for any number."""
        self.fn: Final = fn
        self.rules: Final = partials if isinstance(partials, tuple) else ()
        self.joint_rule: Final = None if isinstance(partials, tuple) else partials
        """The rule of a variadic primitive, which lists the partials by all arguments."""
        self.numpy: Final = numpy
        """The value function on float64 arrays."""
        self.domain: Final = domain
        """For each argument (or for all, when variadic) the interval in which tests sample it."""
        self.special: Final = special
        self.selects: Final = selects
        """Whether a partial of 0 means that the argument was not selected: nothing flows to it."""
        self.caveat: Final = caveat
        """Where first derivatives cannot be right to 8 ulp, and why; "" where they are."""
        self.doc: Final = doc
        self.parameters: Final = parameters
        """The names of the arguments, with their defaults, as in `x slope=0.01`."""
        self.defaults: Final = tuple(
            [float(word.partition("=")[2]) for word in parameters.split() if "=" in word]
        )
        self.symbol: Final = symbol
        """How a drawing labels the operation."""
        self.latex: Final = latex
        """Template in {0}, {1}, ...; variadic ones in {xs}."""
        self.code: Final = code
        """Template in operators that programming languages write alike, or ""; see `forms`."""
        self._tame: bool | None = None

    def __repr__(self) -> str:
        return f"<primitive {self.name}>"

    @property
    def __doc__(self) -> str:  # type: ignore[override]
        """What it computes, an example, and what holds at kinks and singular points."""
        if TABLE.get(self.name) is not self:
            return self.doc
        args = self.example
        shown = ", ".join(map(repr, args))
        lines = [self.doc, "", f">>> {self.name}({shown})", repr(self.fn(*args))]
        if self.special:
            lines += ["", "At kinks and singular points:", ""]
        for point in self.special:
            promise = f", derivatives {point.partials}" if point.partials else ""
            lines.append(f"    {self.name}{point.at}: {point.value}{promise}")
        if self.caveat:
            lines += ["", f"Derivatives: {self.caveat}."]
        return "\n".join(lines)

    @property
    def example(self) -> tuple[float, ...]:
        """Arguments inside of its domain."""
        count = 2 if self.arity is None else self.arity
        intervals = self.domain if len(self.domain) == count else self.domain * count
        example: list[float] = []
        for lo, hi in intervals:
            inside = [x for x in (0.5, 2.0) if lo < x < hi]
            example.append(inside[0] if inside else (lo + hi) / 2.0)
        return tuple(example)

    @property
    def __name__(self) -> str:
        return self.name

    @property
    def __signature__(self) -> Any:
        """What `inspect.signature` and `help` show."""
        from inspect import Parameter, Signature

        parameters = []
        for word in self.parameters.split():
            name, _, default = word.partition("=")
            kind = Parameter.VAR_POSITIONAL if name[0] == "*" else Parameter.POSITIONAL_OR_KEYWORD
            value = float(default) if default else Parameter.empty
            parameters.append(Parameter(name.lstrip("*"), kind, default=value))
        return Signature(parameters)

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what `pickle` stores: a row's name, or where your primitive is imported from."""
        if TABLE.get(self.name) is self:
            return _lookup, (self.name,)
        return _imported, _place_of(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> "Primitive":
        return self

    # The first two are for arguments of which nothing is known, as in the rules.
    @overload
    def __call__(self, x: Never, /, *args: Any, **named: Any) -> Any: ...
    @overload
    def __call__(self, x: Any, y: Never, /, *args: Any, **named: Any) -> Any: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self, *args: float, **named: float
    ) -> float: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self, *args: Number | float, **named: Number | float
    ) -> Number: ...
    @overload
    def __call__(self, *args: Numbers | float, **named: float) -> NDArray[np.float64]: ...
    @overload
    def __call__(self, x: Objects, /, *args: Any, **named: Any) -> Objects: ...
    @overload
    def __call__(
        self, x: Operand | Numbers | float, y: Objects, /, *args: Any, **named: Any
    ) -> Objects: ...
    def __call__(self, *args: Any, **named: Any) -> Any:
        """Return the value on floats; a recorded node, a dual number or an array on those."""
        if named:
            args = self._with_named(args, named)
        for x in args:
            if type(x) is not float and type(x) is not bool:
                return _apply(self, args)
        if len(args) != self.arity:
            args = self.complete(args)
        return float(self.fn(*args))

    def check_count(self, count: int) -> None:
        """Raise a TypeError unless the primitive takes so many arguments, defaults left out."""
        least = count if self.arity is None else self.arity - len(self.defaults)
        if self.arity is not None and not least <= count <= self.arity:
            takes = f"{least} or {self.arity}" if self.defaults else f"{self.arity}"
            plural = "" if takes == "1" else "s"
            raise TypeError(f"{self.name}() takes {takes} argument{plural}, but got {count}")
        if self.name == "dot" and count % 2:
            raise TypeError(f"dot() takes two halves of equal length, but got {count} arguments")

    def complete(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return the arguments with the defaults of those that are missing.

        Raises:
            TypeError: the primitive does not take so many.
        """
        self.check_count(len(args))
        missing = 0 if self.arity is None else self.arity - len(args)
        return args + self.defaults[len(self.defaults) - missing :]

    def _with_named(self, args: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
        try:
            bound = self.__signature__.bind(*args, **named)
        except TypeError as error:
            raise TypeError(f"{self.name}(): {error}") from None
        bound.apply_defaults()
        return tuple(bound.args)

    def partial(self, i: int, out: float, args: tuple[float, ...]) -> float:
        """Return the derivative by argument i, for floats, in IEEE arithmetic."""
        return float(_guarded(self.rules[i], out, args))

    def partials(self, out: float, args: tuple[float, ...]) -> list[float]:
        """Return the derivatives by all arguments, for floats, in IEEE arithmetic."""
        if self.joint_rule is None:
            return [self.partial(i, out, args) for i in range(len(args))]
        return [float(p) for p in _guarded(self.joint_rule, out, args)]

    def differentiable_partials(
        self, out: Any, args: tuple[Any, ...], wanted: Sequence[int]
    ) -> list[Any]:
        """Return the derivatives by the wanted arguments: floats, or the kind that these are."""
        if self.joint_rule is None:
            partials = [_guarded(self.rules[i], out, args) for i in wanted]
        else:
            every = _guarded(self.joint_rule, out, args)
            partials = [every[i] for i in wanted]
        return [p if isinstance(p, (Operand, np.ndarray)) else float(p) for p in partials]

    @property
    def is_tame(self) -> bool:
        """Whether value and partials are finite wherever the arguments are, but for overflow.

        Found by trial over a grid of small and middling numbers; primitives that are not in the
        table are not tried.
        """
        if self._tame is None:
            self._tame = TABLE.get(self.name) is self and self._is_finite_on_grid()
        return self._tame

    def _is_finite_on_grid(self) -> bool:
        for args in itertools.product(_GRID, repeat=2 if self.arity is None else self.arity):
            out = self.fn(*args)
            if not all(map(math.isfinite, (out, *self.partials(out, args)))):
                return False
        return True


_GRID: Final[tuple[float, ...]] = (0.0, 0.5, -0.5, 1.0, -1.0, 2.0, -2.0, 1e6, -1e6)

TABLE: Final[dict[str, Primitive]] = {}
"""Every primitive by its name."""


def enter(row: Primitive, is_method: bool) -> None:
    """Enter a row into the table, and as a method into Values and dual numbers."""
    TABLE[row.name] = row
    if is_method:
        setattr(Operand, row.name, as_method(row, row.name, row.doc, row.arity))


def _lookup(name: str) -> Primitive:
    return TABLE[name]


def _imported(module: str, qualname: str) -> Any:
    found: Any = import_module(module)
    for name in qualname.split("."):
        found = getattr(found, name)
    return found


def _place_of(primitive: Primitive) -> tuple[str, str]:
    """Return the module and the name to import it by.

    Raises:
        PicklingError: there are none.
    """
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
    """Return rule(out, *args), in IEEE arithmetic where plain numbers divide by zero."""
    try:
        return rule(out, *args)
    except ZeroDivisionError:
        with np.errstate(all="ignore"):
            return rule(
                np.float64(out) if isinstance(out, float) else out,
                *[np.float64(x) if isinstance(x, float) else x for x in args],
            )


def _apply(primitive: Primitive, args: tuple[Any, ...]) -> Any:
    """Return primitive(*args), where some argument is not a plain float."""
    if len(args) != primitive.arity:
        args = primitive.complete(args)
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
        if leader is None and any(is_complex(x) for x in args) and is_analytic(primitive):
            return _apply_to_complex(primitive, args)
        operands = tuple([as_scalar(x, primitive.name) for x in args])
    if leader is not None:
        return leader.apply(primitive, operands)
    result: Any = primitive.fn(*operands)
    return np.float64(result) if any(isinstance(x, np.floating) for x in args) else result


def _apply_to_arrays(primitive: Primitive, args: tuple[Any, ...]) -> Any:
    kinds = "".join(["O" if isinstance(x, Operand) else np.asarray(x).dtype.kind for x in args])
    if "O" not in kinds:
        goes_on = "c" in kinds and is_analytic(primitive)
        if not set(kinds) <= set("fiubc" if goes_on else "fiub"):
            raise TypeError(f"{primitive.name}() takes arrays of real numbers or of Values")
        dtype = np.complex128 if goes_on else np.float64
        with np.errstate(all="ignore"):
            return primitive.numpy(*[np.asarray(x, dtype=dtype) for x in args])
    return elementwise(primitive, *args)


def is_analytic(primitive: Primitive) -> bool:
    """Whether the array form goes on into the complex plane, as complex steps need it.

    A row that selects goes there in NumPy too, but has no complex derivative.
    """
    if primitive.arity is None or primitive.selects or not isinstance(primitive.numpy, np.ufunc):
        return False
    return "D" * primitive.arity + "->D" in primitive.numpy.types


def _apply_to_complex(primitive: Primitive, args: tuple[Any, ...]) -> Any:
    numbers = [np.complex128(x) if is_complex(x) else as_number(x, primitive.name) for x in args]
    with np.errstate(all="ignore"):
        result = primitive.numpy(*numbers)
    return result if any(isinstance(x, np.generic) for x in args) else complex(result)
