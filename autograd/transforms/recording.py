"""A function at a point, and the recording of a run there: what all derivatives start from.

Inside another differentiation the arguments are Values or Duals already. A Value is recorded on; of
a Dual the primal is, so that a gradient of dual numbers is a dual number of gradients.
"""

import math
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import cached_property, reduce, wraps
from itertools import repeat
from typing import Any, Final, TypeVar, cast

import numpy as np

from autograd.rules import table
from autograd.rules.entrywise import as_array, as_object_array
from autograd.rules.operand import Operand, data_of, is_zero
from autograd.rules.primitive import Primitive
from autograd.transforms import tree
from autograd.transforms.adjoints import cotangents, without
from autograd.transforms.leaves import Leaves, flatten_inputs, flatten_outputs
from autograd.values.dual import Dual, level_of, make_dual
from autograd.values.observer import WATCH, tell_sweep
from autograd.values.value import Value, leaf_adjoints
from autograd.values.walk import topological_order

Function = Callable[..., Any]

T = TypeVar("T", bound=Function)

Argnums = int | Sequence[int]
"""Which arguments a function is differentiated by: one, or the tuple of several."""

_SEVERAL = (tuple, list, range)


RUNNING: Final[ContextVar[bool]] = ContextVar("RUNNING", default=False)
"""Whether a function is being run in order to be differentiated."""


class Compiled:
    """The base of functions that run otherwise than as Python; `autograd.jit` makes such."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return what the function returns."""
        raise NotImplementedError

    def transformed(self, transform: Function, *args: Any, **options: Any) -> Function:
        """Return transform(f, *args, **options) of the function itself, compiled, too."""
        raise NotImplementedError


def compiled_too(transform: T) -> T:
    """Make a transform of compiled functions give compiled ones."""

    @wraps(transform)
    def made(f: Function, *args: Any, **options: Any) -> Any:
        if isinstance(f, Compiled):
            return f.transformed(transform, *args, **options)
        return transform(f, *args, **options)

    return cast(T, made)


def name_of(f: Function) -> str:
    """Return what messages call a function."""
    if isinstance(f, Primitive):
        return f.name
    return getattr(f, "__name__", None) or type(f).__name__


def named(transformed: Function, f: Function, what: str) -> Function:
    """Give the transformed function a name and a docstring of f's."""
    of = name_of(f)
    wrapped = wraps(f, assigned=("__module__",), updated=())(transformed)
    wrapped.__name__ = wrapped.__qualname__ = f"{what} of {of}".replace(" ", "_")
    cast(Any, wrapped).derived_from = f
    wrapped.__doc__ = f"The {what} of {of}. {getattr(f, '__doc__', None) or ''}".rstrip()
    return wrapped


def check_function(f: Function, transform: str) -> None:
    """Raise a TypeError in the transform's name where f is no function."""
    if not callable(f):
        raise TypeError(f"{transform}() takes a function, not {f!r} of type {type(f).__name__}")


def checked_argnums(f: Function, argnums: Argnums, transform: str) -> int | tuple[int, ...]:
    """Return argnums; a TypeError in the transform's name for what is none, or no function."""
    check_function(f, transform)
    indices = tuple(argnums) if isinstance(argnums, _SEVERAL) else (argnums,)
    whole = [isinstance(i, (int, np.integer)) and not isinstance(i, bool) for i in indices]
    if not indices or not all(whole):
        raise TypeError(f"argnums must be an int or a tuple of ints, not {argnums!r}")
    return tuple(map(int, indices)) if isinstance(argnums, _SEVERAL) else int(indices[0])


@dataclass(eq=False)
class Call:
    """A function at a point: a call of it, with the arguments to differentiate by taken apart.

    Attributes:
        function: what is called.
        args, kwargs: with what.
        argnums: the argument to differentiate by, or the tuple of such.
        name: what messages call the function.
        inputs: the numbers in those arguments.
    """

    function: Function
    args: Sequence[Any]
    kwargs: dict[str, Any]
    argnums: int | tuple[int, ...]
    name: str
    inputs: Leaves

    def run(self, numbers: Sequence[Any]) -> Any:
        """Return what the function returns with these numbers in place of the inputs."""
        token = RUNNING.set(True)
        try:
            return self.applied(self.inputs.unflatten(numbers))
        finally:
            RUNNING.reset(token)

    def applied(self, chosen: Any) -> Any:
        """Return what the function returns with these chosen arguments."""
        args = list(self.args)
        if isinstance(self.argnums, int):
            args[self.argnums] = chosen
        else:
            for i, x in zip(self.argnums, chosen, strict=True):
                args[i] = x
        return self.function(*args, **self.kwargs)

    def record(self, has_aux: bool = False, named: bool = False) -> "Recording":
        """Run the function on new variables, which may bear the names of the inputs."""
        names = self.inputs.names if named else repeat("")
        numbers = list(map(_fresh, self.inputs.numbers, names))
        result, aux = split_aux(self.run(numbers), has_aux, self.name)
        return Recording(self, list(map(_variable_in, numbers)), result, aux)

    def moved(self, numbers: list[Any]) -> "Call":
        """Return the same function at another point."""
        return replace(self, inputs=replace(self.inputs, numbers=numbers))


def call_at(
    f: Function,
    args: Sequence[Any],
    kwargs: dict[str, Any] | None = None,
    argnums: int | tuple[int, ...] | None = None,
    roots: Sequence[str] | None = None,
    plain_only: bool = False,
) -> Call:
    """Take a function and its arguments together.

    Args:
        f: the function.
        args: its positional arguments.
        kwargs: its other arguments.
        argnums: which of args it is differentiated by; by default, by all.
        roots: what messages call those; by default, `argument 0 of f`.
        plain_only: whether they must be made of plain numbers.

    Raises:
        TypeError: an argument is not made of real numbers.
        ValueError: argnums asks for an argument that is not there.
    """
    name = name_of(f)
    argnums = tuple(range(len(args))) if argnums is None else argnums
    indices = (argnums,) if isinstance(argnums, int) else argnums
    places: list[str] = []
    for k, i in enumerate(indices):
        if not -len(args) <= i < len(args):
            raise ValueError(
                f"argnums={i} asks for a derivative by argument {i} of {name}, which was "
                f"called with {len(args)} positional arguments: pass it by its position"
            )
        places += tree.paths(args[i], roots[k] if roots else f"argument {i} of {name}")
    if isinstance(argnums, int):
        chosen = args[argnums]
    elif len({i % len(args) for i in argnums}) == len(argnums):
        chosen = tuple([args[i] for i in argnums])
    else:
        raise ValueError(f"argnums={argnums} names an argument of {name} twice")
    return Call(f, args, kwargs or {}, argnums, name, flatten_inputs(chosen, places, plain_only))


def split_aux(result: Any, has_aux: bool, name: str) -> tuple[Any, Any]:
    """Return the result of the function of this name, and what it returns besides."""
    if not has_aux:
        return result, None
    if isinstance(result, tuple) and len(result) == 2:
        return result
    raise TypeError(f"with has_aux=True, {name} must return a pair (result, aux), not {result!r}")


@dataclass(eq=False)
class Recording:
    """One run of a function, recorded.

    Attributes:
        call: the function and its arguments.
        variables: the Values that stood for the inputs: leaves, or copies of the Values that the
            inputs were.
        result: what the function returned.
        aux: what it returned besides.
    """

    call: Call
    variables: list[Value]
    result: Any
    aux: Any = None

    @cached_property
    def outputs(self) -> Leaves:
        """The numbers in the result."""
        return flatten_outputs(self.result, self.call.name)

    @cached_property
    def nodes(self) -> list[Value]:
        """The graph in the order of evaluation, and then the variables that nothing depends on."""
        order = topological_order(*[x for x in self.outputs.numbers if isinstance(x, Value)])
        reached = set(map(id, order))
        return order + [x for x in self.variables if id(x) not in reached]

    @cached_property
    def ids(self) -> dict[int, str]:
        """What the nodes are called, by the id of the object: v0, v1, ... in their order."""
        return {id(node): f"v{i}" for i, node in enumerate(self.nodes)}

    def adjoints(self, out: Any, seed: Any = 1.0) -> list[Any]:
        """Return the derivatives of one number by all inputs, times the seed."""
        return _adjoints(out, self.variables, seed)

    def pulled(self, seeds: Sequence[Any]) -> list[Any]:
        """Return the derivatives of the outputs' sum, weighted by the seeds, by all inputs."""
        pairs = zip(self.outputs.numbers, seeds, strict=True)
        used = [
            (out, seed) for out, seed in pairs if isinstance(out, Operand) and not is_zero(seed)
        ]
        if len(used) < 2:
            return self.adjoints(*used[0]) if used else [0.0] * len(self.variables)
        if WATCH.count and not math.isfinite(sum([data_of(x) * data_of(w) for x, w in used])):
            rows = [self.adjoints(*pair) for pair in used]  # its overflow is none of f's
            return [reduce(plus, column) for column in zip(*rows, strict=True)]
        outs, weights = zip(*used, strict=True)
        return self.adjoints(table.dot(*outs, *weights))  # one sweep, not one for each output

    def value_and_adjoints(self, out: Any) -> tuple[Any, list[Any]]:
        """Return one number and its derivatives by all inputs, detached."""
        if isinstance(out, Value):
            numbers = _swept(out, self.variables, 1.0)
            if numbers is not None:  # as most often: there is nothing else that it depends on
                return out.data, numbers
            derivatives = cotangents(out, self.variables)
        else:
            derivatives = self.adjoints(out)
        result: tuple[Any, list[Any]] = self.detached((out, derivatives))
        return result

    def detached(self, results: Any) -> Any:
        """Return results without this run's own variables, by which nobody else differentiates.

        What depends on nothing else becomes plain numbers; what depends on Values from outside
        stays a function of these.
        """
        own = [variable for variable in self.variables if variable.op is None]
        if not own:
            return results
        if isinstance(results, Value) and leaf_adjoints(results, own, 0.0) is not None:
            return results.data
        found: list[Value] = []

        def seen(v: Value) -> Value:
            found.append(v)
            return v

        _map_values(seen, results)
        if not found:
            return results
        # Weighted by 0: no overflow, which an observer would take for one of f's.
        root = found[0] if len(found) == 1 else table.dot(*found, *[0.0] * len(found))
        alone = leaf_adjoints(root, own, 0.0) is not None
        new = iter([x.data for x in found] if alone else without(found, own))
        return _map_values(lambda v: next(new), results)


def _fresh(x: Any, name: str) -> Any:
    """Return a new variable that equals x.

    Differentiations around this one stay inside: of a dual number the primal becomes the variable,
    as the derivative of a tangent is the tangent of the derivative.
    """
    if isinstance(x, Dual):
        return make_dual(_fresh(x.primal, name), x.tangent, x.level(), x.support)
    return table.identity(x) if isinstance(x, Value) else Value(x, name)


def _variable_in(x: Any) -> Value:
    return _variable_in(x.primal) if isinstance(x, Dual) else x


def _adjoints(out: Any, variables: list[Value], seed: Any) -> list[Any]:
    if isinstance(out, Dual) or isinstance(seed, Dual):
        return _dual_adjoints(out, variables, seed)
    if not isinstance(out, Value) or is_zero(seed):
        return [0.0] * len(variables)
    numbers = _swept(out, variables, seed) if isinstance(seed, float) else None
    return cotangents(out, variables, seed) if numbers is None else numbers


def _swept(out: Value, variables: list[Value], seed: float) -> list[float] | None:
    """Return the derivatives as floats; None where the result depends on other Values as well."""
    if WATCH.count:
        tell_sweep(out, seed)
    return leaf_adjoints(out, variables, seed)


def _dual_adjoints(out: Any, variables: list[Value], seed: Any) -> list[Any]:
    """Return adjoints of dual numbers by the product rule, linear in the output and the seed."""
    level = max(level_of(out), level_of(seed))
    primal, weight = primal_at(out, level), primal_at(seed, level)
    dots = [as_object_array(tangent_at(x, level, 0.0)) for x in (out, seed)]
    shape = np.broadcast_shapes(*[dot.shape for dot in dots])  # () or (number of directions,)
    directions = zip(*[np.broadcast_to(dot, shape).ravel().tolist() for dot in dots], strict=True)
    rows = [
        list(map(plus, _adjoints(of_out, variables, weight), _adjoints(primal, variables, of_seed)))
        for of_out, of_seed in directions
    ]
    dotted = [np.array(column) for column in zip(*rows, strict=True)] if shape else rows[0]
    support = 0
    for x in (out, seed):
        support |= x.support if level_of(x) == level else 0
    primals = _adjoints(primal, variables, weight)
    return [make_dual(p, t, level, support) for p, t in zip(primals, dotted, strict=True)]


def plus(x: Any, y: Any) -> Any:
    """Return x + y, without a node for a plain 0."""
    return y if is_zero(x) else x if is_zero(y) else x + y


def primal_at(x: Any, level: int) -> Any:
    """Return the number without its tangent of this level."""
    return x.primal if isinstance(x, Dual) and x.level() == level else x


def tangent_at(x: Any, level: int, zero: Any) -> Any:
    """Return the tangent of this level; zero where there is none."""
    return x.tangent if isinstance(x, Dual) and x.level() == level else zero


def _map_values(function: Callable[[Value], Any], results: Any) -> Any:
    """Return the results with function(v) for each Value v in them, in dual numbers too."""

    def mapped(x: Operand) -> Any:
        if isinstance(x, Dual):
            primal, tangent = map_operands(mapped, (x.primal, x.tangent))
            return make_dual(primal, tangent, x.level(), x.support)
        return function(x) if isinstance(x, Value) else x

    return map_operands(mapped, results)


def map_operands(function: Callable[[Operand], Any], results: Any) -> Any:
    """Return a tree with function(x) for each Value or Dual x in it, entries of arrays included."""

    def mapped(leaf: Any) -> Any:
        if isinstance(leaf, Operand):
            return function(leaf)
        if not isinstance(leaf, np.ndarray) or leaf.dtype != object:
            return leaf
        entries = as_object_array(leaf).copy()
        if not any(isinstance(x, Operand) for x in entries.flat):
            return leaf
        for index in np.ndindex(leaf.shape):
            entries[index] = mapped(entries[index])
        return as_array(entries)

    return tree.map(mapped, results)
