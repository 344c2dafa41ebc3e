"""One run of a function with its arguments recorded: the reverse mode of the transforms.

Inside another differentiation the arguments are Values or Duals already. A Value is recorded on; of
a Dual the primal is, so that a gradient of dual numbers is a dual number of gradients.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.rules import table
from autograd.rules.entrywise import plain
from autograd.rules.operand import Operand, is_zero
from autograd.rules.primitive import Primitive
from autograd.transforms import tree as structure
from autograd.transforms.adjoints import adjoints, without
from autograd.transforms.leaves import Entries, inputs_of, joined
from autograd.values.dual import Dual, level_of, make_dual
from autograd.values.observer import WATCH, tell_sweep
from autograd.values.tensor import as_array
from autograd.values.value import Value, leaf_adjoints

Function = Callable[..., Any]


def name_of(f: Function) -> str:
    """What messages call a function."""
    if isinstance(f, Primitive):
        return f.name
    return getattr(f, "__name__", None) or type(f).__name__


@dataclass(frozen=True)
class Chosen:
    """The arguments that a transform differentiates by."""

    function: Function
    name: str
    argnums: tuple[int, ...]
    single: bool

    def tree(self, args: tuple[Any, ...]) -> Any:
        """These arguments as one tree."""
        for i in self.argnums:
            if not -len(args) <= i < len(args):
                raise ValueError(
                    f"argnums={i} asks for a derivative by argument {i} of {self.name}, which was "
                    f"called with {len(args)} positional arguments"
                )
        if len({i % len(args) for i in self.argnums}) < len(self.argnums):
            raise ValueError(f"argnums={self.argnums} names an argument of {self.name} twice")
        return args[self.argnums[0]] if self.single else tuple(args[i] for i in self.argnums)

    def entries(self, args: tuple[Any, ...]) -> Entries:
        """These arguments taken apart."""
        tree = self.tree(args)
        if self.single:
            return inputs_of(tree, f"argument {self.argnums[0]} of {self.name}")
        parts = [
            inputs_of(x, f"argument {i} of {self.name}")
            for i, x in zip(self.argnums, tree, strict=True)
        ]
        return joined(tree, parts)

    def call(self, args: tuple[Any, ...], kwargs: Any, chosen: Any) -> Any:
        """The function, with these arguments replaced."""
        filled = list(args)
        for i, x in zip(self.argnums, (chosen,) if self.single else chosen, strict=True):
            filled[i] = x
        return self.function(*filled, **kwargs)


def chosen_arguments(f: Function, argnums: int | Sequence[int], transform: str) -> Chosen:
    """What argnums asks for; a TypeError in the transform's name for what cannot be."""
    name = name_of(f)
    if not callable(f):
        raise TypeError(f"{transform}() takes a function, not {f!r} of type {type(f).__name__}")
    single = not isinstance(argnums, (tuple, list))
    numbers: tuple[Any, ...] = tuple(argnums) if isinstance(argnums, (tuple, list)) else (argnums,)
    whole = [isinstance(i, (int, np.integer)) and not isinstance(i, bool) for i in numbers]
    if not numbers or not all(whole):
        raise TypeError(f"argnums must be an int or a tuple of ints, not {argnums!r}")
    return Chosen(f, name, tuple(int(i) for i in numbers), single)


def split_aux(result: Any, has_aux: bool, name: str) -> tuple[Any, Any]:
    """The result of f and what it returns besides."""
    if not has_aux:
        return result, None
    if isinstance(result, tuple) and len(result) == 2:
        return result[0], result[1]
    raise TypeError(f"with has_aux=True, {name} must return a pair (result, aux), not {result!r}")


@dataclass(frozen=True)
class Recording:
    """One run of a function with its chosen arguments recorded."""

    inputs: Entries
    cores: list[Value]
    out: Any
    aux: Any

    def adjoints(self, out: Any, seed: Any = 1.0) -> list[Any]:
        """The derivatives of one number by all inputs, times the seed."""
        return _adjoints(out, self.cores, seed)

    def lowered(self, tree: Any) -> Any:
        """Results without this run's own variables, by which nobody else can differentiate.

        What depends on nothing else becomes plain numbers; what depends on Values from outside
        stays a function of these.
        """
        own = [core for core in self.cores if core.op is None]
        if own and isinstance(tree, Value) and leaf_adjoints(tree, own, 0.0) is not None:
            return tree.data
        found: list[Value] = []

        def find(v: Value) -> Value:
            found.append(v)
            return v

        if own:
            structure.mapped(lambda leaf: _each_value(leaf, find), tree)
        if not found:
            return tree
        root = found[0] if len(found) == 1 else table.sum(*found)
        alone = leaf_adjoints(root, own, 0.0) is not None
        new = iter([x.data for x in found] if alone else without(found, own))
        return structure.mapped(lambda leaf: _each_value(leaf, lambda v: next(new)), tree)


def record(chosen: Chosen, args: tuple[Any, ...], kwargs: Any, has_aux: bool) -> Recording:
    """Run the function on new variables."""
    inputs = chosen.entries(args)
    fresh = [_fresh(x) for x in inputs.numbers]
    variables = inputs.build([variable for variable, _ in fresh])
    out, aux = split_aux(chosen.call(args, kwargs, variables), has_aux, chosen.name)
    return Recording(inputs, [core for _, core in fresh], out, aux)


def _fresh(x: Any) -> tuple[Any, Value]:
    """A new variable of reverse mode that equals x, and the Value at its core.

    Differentiations around this one stay inside: of a dual number the primal becomes the variable,
    as the derivative of a tangent is the tangent of the derivative.
    """
    if isinstance(x, Dual):
        primal, core = _fresh(x.primal)
        return make_dual(primal, x.tangent, x.level(), x.support), core
    core = table.identity(x) if isinstance(x, Value) else Value(x)
    return core, core


def _adjoints(out: Any, cores: list[Value], seed: Any) -> list[Any]:
    if isinstance(out, Dual) or isinstance(seed, Dual):
        return _dual_adjoints(out, cores, seed)
    if not isinstance(out, Value) or is_zero(seed):
        return [0.0] * len(cores)
    if isinstance(seed, float):
        if WATCH.count:
            tell_sweep(out, seed)
        numbers = leaf_adjoints(out, cores, seed)
        if numbers is not None:
            return list(numbers)
    return adjoints(out, cores, seed)


def _dual_adjoints(out: Any, cores: list[Value], seed: Any) -> list[Any]:
    """Adjoints of dual numbers, by the product rule: they are linear in the output and the seed."""
    level = max(level_of(out), level_of(seed))
    primal, weight = primal_at(out, level), primal_at(seed, level)
    dots = [plain(tangent_at(x, level, 0.0)) for x in (out, seed)]
    shape = np.broadcast_shapes(*[dot.shape for dot in dots])  # () or (number of directions,)
    directions = zip(*[np.broadcast_to(dot, shape).ravel().tolist() for dot in dots], strict=True)
    rows = [
        list(map(plus, _adjoints(of_out, cores, weight), _adjoints(primal, cores, of_seed)))
        for of_out, of_seed in directions
    ]
    dotted = [np.array(column) for column in zip(*rows, strict=True)] if shape else rows[0]
    support = 0
    for x in (out, seed):
        support |= x.support if level_of(x) == level else 0
    primals = _adjoints(primal, cores, weight)
    return [make_dual(p, t, level, support) for p, t in zip(primals, dotted, strict=True)]


def plus(x: Any, y: Any) -> Any:
    """x + y, without a node for a plain 0."""
    return y if is_zero(x) else x if is_zero(y) else x + y


def primal_at(x: Any, level: int) -> Any:
    """The number without its tangent of this level."""
    return x.primal if isinstance(x, Dual) and x.level() == level else x


def tangent_at(x: Any, level: int, zero: Any) -> Any:
    """The tangent of this level; zero where there is none."""
    return x.tangent if isinstance(x, Dual) and x.level() == level else zero


def _each_value(leaf: Any, function: Callable[[Value], Any]) -> Any:
    """A leaf with function(v) for each Value v in it: the entries of arrays, the parts of duals."""
    if isinstance(leaf, Value):
        return function(leaf)
    if isinstance(leaf, Dual):
        primal = _each_value(leaf.primal, function)
        return make_dual(primal, _each_value(leaf.tangent, function), leaf.level(), leaf.support)
    return by_entry(leaf, lambda x: _each_value(x, function))


def by_entry(leaf: Any, function: Callable[[Any], Any]) -> Any:
    """A leaf with function(x) for each entry x, where it is an array that holds Operands."""
    if not isinstance(leaf, np.ndarray) or leaf.dtype != object:
        return leaf
    entries = plain(leaf).copy()
    if not any(isinstance(x, Operand) for x in entries.flat):
        return leaf
    for index in np.ndindex(leaf.shape):
        entries[index] = function(entries[index])
    return as_array(entries)
