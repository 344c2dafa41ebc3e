"""jit: a function that is run by its programs."""

import inspect
from collections.abc import Iterable, Sequence
from functools import partial, update_wrapper, wraps
from inspect import unwrap
from types import MethodType
from typing import Any, Final

import numpy as np

from autograd.program.calls import KnownCalls
from autograd.program.cost import Cost
from autograd.program.dependencies import Dependencies
from autograd.program.paths import Paths
from autograd.program.program import Floats, Program
from autograd.program.results import evaluated
from autograd.program.trace import flatten_arguments, trace
from autograd.rules.entrywise import as_object_array
from autograd.rules.operand import Operand
from autograd.text.words import counted
from autograd.transforms import tree
from autograd.transforms.differentiate import hvp
from autograd.transforms.recording import (
    RUNNING,
    Compiled,
    Function,
    check_function,
    name_of,
)
from autograd.values.observer import WATCH, observers

_NUMBERS: Final = frozenset({int, bool, *[np.dtype(code).type for code in "?bBhHiIlLqQefd"]})
"""Types of numbers besides float that become floats without further questions."""


def jit(
    f: Function | None = None,
    static_argnums: int | Sequence[int] = (),
    static_argnames: str | Sequence[str] = (),
) -> Any:
    """Return f, compiled: a call runs the program that was recorded at an earlier one.

    Arguments and results may be numbers, arrays, and nested tuples, lists and dicts of these; all
    is computed and returned in float64, and arguments are never changed. Each structure and each
    shape has programs of its own. f itself runs again, on Values, where a comparison comes out as
    it never did, and where something that it reads besides its arguments has changed: a global,
    what is in a list, an attribute. (Of objects of other libraries only the identity is seen.) A
    function that changes such things itself, or draws random numbers, is evaluated at each call,
    after a warning. Values that f finds outside, as parameters, are read anew at each call, and
    the results are plain numbers: to differentiate by them, pass them as arguments.

    Derivatives of a compiled function are compiled, too. Called on Values it is f itself.

    Args:
        f: the function; without it, `jit` returns a decorator.
        static_argnums: positions of arguments that f is to get as they are; each of their values
            has programs of its own.
        static_argnames: names of such arguments.

    Raises:
        TypeError: f is no function. When called: an argument is not made of real numbers, a static
            one is not hashable, or a result may hold Values unseen.
        ValueError: f has no such arguments.
        TraceError: when called, f reads the number in a Value.

    >>> @jit
    ... def power(x, n):
    ...     return x**n if x > 0 else 0.0
    >>> power(2.0, 3.0), power(-2.0, 3.0)
    (8.0, 0.0)
    """
    if f is None:
        return partial(jit, static_argnums=static_argnums, static_argnames=static_argnames)
    check_function(f, "jit")
    numbers, names = _static(f, static_argnums, static_argnames)
    if isinstance(f, Jitted) and not numbers:
        return f
    return Jitted(f, numbers, names)


MOST_LESSONS: Final = 4
"""How often a call of one kind is learnt, where what it reads besides is replaced by its equal."""


class Jitted(KnownCalls, Compiled):
    """A compiled function; see `jit`.

    Args:
        function: the function itself.
        static_numbers, static_names: which arguments it is to get as they are.
    """

    __name__: str
    __qualname__: str

    def __init__(
        self, function: Function, static_numbers: Iterable[int] = (), static_names: Any = ()
    ) -> None:
        super().__init__()
        self.function = function
        self.static = frozenset(static_numbers), frozenset(static_names)
        self._has_static = any(self.static)
        self._dependencies: Dependencies | None = None
        self._plans: dict[Any, Any] = {}
        self._families: dict[Any, Paths] = {}
        self._bound: dict[Any, Function] = {}
        self._methods: dict[Any, Jitted] = {}  # of classes
        self._transformed: dict[Any, Function] = {}
        update_wrapper(self, function, updated=())
        self.__name__ = name_of(function)

    def _call(self, *args: Any, **kwargs: Any) -> Any:
        """Return the function's result, by its programs where nothing is being recorded."""
        if args and isinstance(args[0], type) and 0 not in self.static[0]:
            return self.__get__(args[0])(*args[1:], **kwargs)  # a classmethod, from Python 3.13 on
        f, fixed = self.function, None
        if self._has_static:
            f, args, kwargs, fixed = self._without_static(args, kwargs)
        leaves: list[Any] = []
        key = fixed, signature((args, kwargs), leaves)
        if RUNNING.get() or (WATCH.count and observers()):
            own = self._own(f)
            is_recorded = any(map(_is_recorded, leaves))
            return own(*args, **kwargs) if is_recorded else evaluated(own, args, kwargs)
        plan = self._plans.get(key)
        if plan is None or self._dependencies is None or self._dependencies.expired():
            if any(map(_is_recorded, leaves)):
                return self._own(f)(*args, **kwargs)
            if not all(type(x) in (float, np.ndarray) for x in leaves):
                args, kwargs = _plain(f, args, kwargs)
                leaves = []
                key = fixed, signature((args, kwargs), leaves)
            plan = self._new_plan(key, f, args, kwargs)
        result = self._computed(plan, leaves)
        if not kwargs and not self._has_static:
            self._note(args, plan)
        return result

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        """Return the compiled method of an instance, which keeps it, or of a class."""
        if instance is None:
            return self
        name = f"compiled {self.__name__}"
        kept = self._methods if isinstance(instance, type) else getattr(instance, "__dict__", None)
        if kept is None:
            raise TypeError(
                f"the compiled method {self.__name__} is kept in its object's __dict__, which "
                f"a {type(instance).__name__} has not: add '__dict__' to its __slots__"
            )
        key = instance if isinstance(instance, type) else name
        method = kept.get(key)
        own = method and getattr(method.function, "__self__", None)
        if own is not instance:  # as in a copy
            method = kept[key] = self._of_method(MethodType(self.function, instance))
        return method

    def _of_method(self, method: Function) -> "Jitted":
        numbers, names = self.static
        return Jitted(method, [i - 1 for i in numbers], names)

    def __reduce__(self) -> Any:
        """Return what `pickle` stores: the name of a decorated function, else the function."""
        if _found(self.function, self):
            return self.__qualname__
        return Jitted, (self.function, *self.static)

    def __repr__(self) -> str:
        return f"<compiled {self.__name__}>"

    @property
    def programs(self) -> list[Program]:
        """The programs that were recorded so far."""
        return [path.program for family in self._families.values() for path in family.known]

    @property
    def paths(self) -> list[str]:
        """The ways through the function's comparisons that were taken so far, one text each."""
        return [str(path) for family in self._families.values() for path in family.known]

    def cost(self) -> Cost:
        """Return what one call costs, or one lane of a batch, on the path that was taken first.

        Of a derivative it tells how often the cost of the function itself goes into it.

        Raises:
            ValueError: nothing was recorded so far.

        >>> from autograd import value_and_grad
        >>> f = jit(value_and_grad(lambda x, y: (x + y) ** 2 * y))
        >>> f(1.0, 2.0)
        (18.0, 12.0)
        >>> print(f.cost())
        value_and_gradient_of_<lambda>:
          ...
        """
        paths = [path for family in self._families.values() for path in family.known]
        if not paths:
            raise ValueError(f"{self.__name__} has no program yet: call it first")
        path, base = paths[0], getattr(self.function, "derived_from", None)
        if base is None:
            return path.program.cost()
        args, kwargs = path.arguments
        return path.program.cost(trace(base, *args, **kwargs))

    def transformed(self, transform: Function, *args: Any, **options: Any) -> Function:
        """Return a derivative of the function, compiled; the same one for the same options."""
        if self._has_static and transform is unwrap(hvp):  # the vector would move the others
            return transform(self.function, *args, **options)  # type: ignore[no-any-return]
        key = transform, repr((args, options))
        if key not in self._transformed:
            self._transformed[key] = self._transform(transform, *args, **options)
        return self._transformed[key]

    def _transform(self, transform: Function, *args: Any, **options: Any) -> Function:
        return Jitted(transform(self.function, *args, **options), *self.static)

    # What differs in vmap.

    def _planned(
        self, key: Any, f: Function, args: Any, kwargs: Any, dependencies: Dependencies
    ) -> Any:
        """Return how arguments of this structure are computed."""
        inputs = flatten_arguments(f, args, kwargs)
        shared = [False] * len(inputs.numbers)
        inputs.numbers = []
        return self._families.setdefault(key, Paths(f, inputs, shared, dependencies))

    def _computed(self, plan: Any, leaves: list[Any]) -> Any:
        """Return the result for these numbers and arrays."""
        return plan.one(gathered(leaves))

    def _note(self, args: Any, plan: Any) -> None:
        """Learn the call, if it is worth it."""
        if plan.learned < MOST_LESSONS and self._dependencies is not None:
            plan.learned += 1
            self._learn(args, plan.first, self._dependencies)

    def _own(self, f: Function) -> Function:
        """Return what is run on Values."""
        return f

    # What does not.

    def _new_plan(self, key: Any, f: Function, args: Any, kwargs: Any) -> Any:
        """Return the plan for arguments of a new kind, or of any after something has changed."""
        dependencies = self._dependencies
        if dependencies is None or dependencies.expired():
            dependencies = self._dependencies = Dependencies(self.function)
            self._plans, self._families = {}, {}
        if f is not self.function:
            dependencies.add(f)  # with what is in static arguments
        plan = self._plans.get(key)
        if plan is None:
            plan = self._plans[key] = self._planned(key, f, args, kwargs, dependencies)
        return plan

    def _without_static(self, args: Any, kwargs: Any) -> tuple[Function, Any, Any, Any]:
        """Return the function of the other arguments, these, and the key of the static ones."""
        numbers, names = self.static
        fixed = {i: x for i, x in enumerate(args) if i in numbers}
        named = {name: x for name, x in kwargs.items() if name in names}
        for place, x in (*fixed.items(), *named.items()):
            try:
                hash(x)
            except TypeError:
                raise TypeError(
                    f"the static argument {place!r} of {self.__name__} is {x!r}, which is not "
                    "hashable: pass a tuple instead of a list, or make it an argument that is not "
                    "static"
                ) from None
        rest = tuple([x for i, x in enumerate(args) if i not in numbers])
        others = {name: x for name, x in kwargs.items() if name not in names}
        key = _typed(tuple(fixed.items())), _typed(tuple(sorted(named.items())))
        if key not in self._bound:
            self._bound[key] = _bound(self.function, fixed, named)
        return self._bound[key], rest, others, key


def signature(x: Any, leaves: list[Any]) -> Any:
    """Return what tells arguments of one structure and shape from others; collect the leaves.

    Numbers become floats; what is neither a number nor an array of such is told by its type.
    """
    kind = type(x)
    if kind is float:
        leaves.append(x)
        return None
    if kind is np.ndarray and x.dtype.kind in "fiub" and x.itemsize <= 8:
        leaves.append(x)
        return x.shape
    if kind is tuple or kind is list:
        return kind, *[signature(item, leaves) for item in x]
    if kind in _NUMBERS:
        try:
            leaves.append(float(x))
        except OverflowError:  # the message names the place
            leaves.append(x)
            return kind
        return None
    if not isinstance(x, tree.BRANCHED):
        leaves.append(x)
        return kind
    keys = tuple(x) if isinstance(x, dict) else None  # the function may go by their order
    return kind, keys, *[signature(item, leaves) for _, item in tree.items(x)]


def gathered(leaves: list[Any]) -> Floats:
    """Return the numbers of all leaves."""
    if not any(type(x) is np.ndarray for x in leaves):
        return np.array(leaves, np.float64)
    if len(leaves) == 1:
        return np.ravel(leaves[0]).astype(np.float64, copy=False)
    pieces = [np.ravel(x) for x in leaves]
    return np.concatenate(pieces, dtype=np.float64, casting="unsafe")


def _is_recorded(leaf: Any) -> bool:
    """Whether a leaf is, or holds, a Value or a dual number."""
    if isinstance(leaf, np.ndarray) and leaf.dtype == object:
        return any(isinstance(x, Operand) for x in as_object_array(leaf).flat)
    return isinstance(leaf, Operand)


def _plain(f: Function, args: Any, kwargs: Any) -> Any:
    """Return arguments as floats and float64 arrays; an error for what is not made of such."""
    inputs = flatten_arguments(f, args, kwargs)
    return inputs.unflatten(inputs.numbers)


def _typed(x: Any) -> Any:
    """Return a key that tells 1 from 1.0 and True, and 0.0 from -0.0."""
    if isinstance(x, tuple):
        return type(x), *map(_typed, x)
    return type(x), x, str(x) if isinstance(x, float) else None


def _static(f: Function, numbers: Any, names: Any) -> tuple[frozenset[int], frozenset[str]]:
    """Return the positions and the names of static arguments, each found from the other, too."""
    numbers = (numbers,) if isinstance(numbers, int) else tuple(numbers)
    names = (names,) if isinstance(names, str) else tuple(names)
    if not numbers and not names:
        return frozenset(), frozenset()
    parameters = list(inspect.signature(f).parameters.values())
    own = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    named = {p.name for p in parameters if p.kind is not p.POSITIONAL_ONLY}
    open_ended = {p.kind for p in parameters}
    for i in numbers:
        if not -len(own) <= i < len(own) and inspect.Parameter.VAR_POSITIONAL not in open_ended:
            raise ValueError(
                f"static_argnums={i}, but {name_of(f)} has {counted(len(own), 'parameter')}"
            )
    for name in names:
        if name not in named and inspect.Parameter.VAR_KEYWORD not in open_ended:
            raise ValueError(f"static_argnames={name!r}, but {name_of(f)} has no such parameter")
    places = {i % len(own) if i < 0 else i for i in numbers}
    places |= {own.index(name) for name in names if name in own}
    return frozenset(places), frozenset(names) | {own[i] for i in places if i < len(own)}


def _bound(f: Function, fixed: dict[int, Any], named: dict[str, Any]) -> Function:
    """Return f with its static arguments in their places."""

    def rest(*args: Any, **kwargs: Any) -> Any:
        others = iter(args)
        count = len(args) + len(fixed)
        return f(
            *[fixed[i] if i in fixed else next(others) for i in range(count)], **named, **kwargs
        )

    wrapped: Any = wraps(f, updated=())(rest)
    wrapped.__name__ = name_of(f)
    own = inspect.signature(f)
    left = [
        parameter
        for i, parameter in enumerate(own.parameters.values())
        if i not in fixed and parameter.name not in named
    ]
    wrapped.__signature__ = own.replace(parameters=left)
    return wrapped  # type: ignore[no-any-return]


def _found(function: Any, wanted: Any) -> bool:
    """Whether the name of a function leads to what is wanted, as with a decorated function."""
    found: Any = inspect.getmodule(function)
    for name in getattr(function, "__qualname__", "<locals>").split("."):
        found = getattr(found, name, None)
    return found is wanted
