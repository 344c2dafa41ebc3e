"""Transforms of functions: gradients, Jacobians, products with them, and higher derivatives.

Names, signatures and rules of structure are JAX's: arguments and results may be floats, arrays of
any shape, and nested tuples, lists and dicts of these, and a derivative has the structure of what
it is taken by. Inside the function an array argument is a `Tensor`, which behaves as an array.

Transforms nest in any order. A Value of your own that the function uses stays a variable: no `grad`
of it is touched, and results that depend on it are Values.
"""

import itertools
import math
import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final

import numpy as np

from autograd import primitives, structure
from autograd.adjoints import adjoints, tangents, without
from autograd.dual import Dual, is_zero, level_of, make_dual
from autograd.primitive import Operand, as_number
from autograd.tensor import Tensor
from autograd.ufuncs import as_tensor, plain
from autograd.value import Value, leaf_adjoints

Function = Callable[..., Any]

_LEVELS: Final = itertools.count(1_000, 1_000)
"""A level for each forward differentiation, above those of the ones around it."""


# Arguments: taken apart into entries, each entry made a variable.


@dataclass(frozen=True)
class Entries:
    """The entries of a tree of numbers and arrays, and how to put them together again."""

    tree: Any
    shapes: list[tuple[int, ...] | None]
    """Of each leaf; None for a number."""
    numbers: list[Any]

    def build(self, entries: Sequence[Any]) -> Any:
        """The tree with these entries: numbers, and Tensors or float64 arrays for arrays."""
        rest = iter(entries)
        return structure.rebuild(self.tree, iter([_leaf(shape, rest) for shape in self.shapes]))


def _leaf(shape: tuple[int, ...] | None, entries: Iterator[Any]) -> Any:
    if shape is None:
        return next(entries)
    size = math.prod(shape)
    array = np.empty(size, dtype=object)
    array[:] = list(itertools.islice(entries, size))
    return as_array(array.reshape(shape))


def as_array(entries: Any) -> Any:
    """An object array as float64 where it holds numbers only, else as a Tensor."""
    if any(isinstance(x, Operand) for x in entries.flat):
        return as_tensor(entries) if entries.ndim else entries.view(Tensor)
    return entries.astype(np.float64)


def inputs_of(tree: Any, name: str) -> Entries:
    """Take a tree apart; a TypeError for a leaf that cannot be differentiated by."""
    shapes: list[tuple[int, ...] | None] = []
    numbers: list[Any] = []
    for leaf, place in zip(structure.leaves(tree), structure.paths(tree, name), strict=True):
        if isinstance(leaf, np.ndarray):
            if leaf.dtype.kind not in "fO":
                raise TypeError(
                    f"{place} is an array of {leaf.dtype}, which has no derivatives: convert it by "
                    ".astype(float)"
                )
            shapes.append(leaf.shape)
            entries = plain(leaf).ravel().tolist()
            numbers += entries if leaf.dtype != object else [_number(x, place) for x in entries]
        else:
            shapes.append(None)
            numbers.append(_number(leaf, place))
    return Entries(tree, shapes, numbers)


def _number(x: Any, place: str) -> Any:
    if isinstance(x, (bool, np.bool_)):
        raise TypeError(f"{place} is {x!r}, which has no derivatives: pass it by another argument")
    return x if isinstance(x, Operand) else as_number(x, place)


def _fresh(x: Any) -> tuple[Any, Value]:
    """A new variable of reverse mode that equals x, and the Value at its core.

    Differentiations around this one stay inside: of a dual number the primal becomes the variable,
    as the derivative of a tangent is the tangent of the derivative.
    """
    if isinstance(x, Dual):
        primal, core = _fresh(x.primal)
        return make_dual(primal, x.tangent, x.level(), x.support), core
    core = primitives.identity(x) if isinstance(x, Value) else Value(x)
    return core, core


@dataclass(frozen=True)
class _Chosen:
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
        shapes = [shape for part in parts for shape in part.shapes]
        return Entries(tree, shapes, [x for part in parts for x in part.numbers])

    def call(self, args: tuple[Any, ...], kwargs: Any, chosen: Any) -> Any:
        """The function, with these arguments replaced."""
        filled = list(args)
        for i, x in zip(self.argnums, (chosen,) if self.single else chosen, strict=True):
            filled[i] = x
        return self.function(*filled, **kwargs)


def _chosen(f: Function, argnums: int | Sequence[int], transform: str) -> _Chosen:
    name = getattr(f, "__name__", None) or type(f).__name__
    if not callable(f):
        raise TypeError(f"{transform}() takes a function, not {f!r} of type {type(f).__name__}")
    single = not isinstance(argnums, (tuple, list))
    numbers: tuple[Any, ...] = tuple(argnums) if isinstance(argnums, (tuple, list)) else (argnums,)
    whole = [isinstance(i, (int, np.integer)) and not isinstance(i, bool) for i in numbers]
    if not numbers or not all(whole):
        raise TypeError(f"argnums must be an int or a tuple of ints, not {argnums!r}")
    return _Chosen(f, name, tuple(int(i) for i in numbers), single)


# Results.


def _split_aux(result: Any, has_aux: bool, name: str) -> tuple[Any, Any]:
    if not has_aux:
        return result, None
    if isinstance(result, tuple) and len(result) == 2:
        return result[0], result[1]
    raise TypeError(f"with has_aux=True, {name} must return a pair (result, aux), not {result!r}")


def scalar_of(out: Any, name: str, transform: str) -> Any:
    """The output as one number, or a TypeError."""
    if isinstance(out, np.ndarray) and out.ndim == 0:
        out = out[()]
    if isinstance(out, Operand):
        return out
    if out is None:
        raise TypeError(
            f"{transform} needs a number from {name}, which returned None: is a `return` missing?"
        )
    if isinstance(out, (np.ndarray, tuple, list, dict)):
        raise TypeError(
            f"{transform} needs a single number from {name}, which returned "
            f"{structure.describe(out)}: use jacobian, or has_aux=True for further results"
        )
    if isinstance(out, (bool, np.bool_)):
        raise TypeError(
            f"{transform} needs a number from {name}, which returned the truth value {out}"
        )
    return as_number(out, f"{transform} of {name}")


def outputs_of(out: Any, name: str) -> Entries:
    """The results of a function taken apart."""
    if out is None:
        raise TypeError(f"{name} returned None: is a `return` missing?")
    shapes: list[tuple[int, ...] | None] = []
    numbers: list[Any] = []
    for leaf, place in zip(structure.leaves(out), structure.paths(out), strict=True):
        array = plain(leaf)
        if array.dtype.kind not in "fiubO":
            raise TypeError(f"{name} returned {leaf!r}, which is no number, at result{place}")
        shapes.append(array.shape if isinstance(leaf, np.ndarray) else None)
        numbers += [_number_out(x, f"result{place} of {name}") for x in array.flat]
    return Entries(out, shapes, numbers)


def _number_out(x: Any, place: str) -> Any:
    return x if isinstance(x, Operand) else as_number(x, place)


# Reverse mode.


@dataclass(frozen=True)
class _Recording:
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
        root = found[0] if len(found) == 1 else primitives.sum(*found)
        alone = leaf_adjoints(root, own, 0.0) is not None
        new = iter([x.data for x in found] if alone else without(found, own))
        return structure.mapped(lambda leaf: _each_value(leaf, lambda v: next(new)), tree)


def _record(chosen: _Chosen, args: tuple[Any, ...], kwargs: Any, has_aux: bool) -> _Recording:
    inputs = chosen.entries(args)
    fresh = [_fresh(x) for x in inputs.numbers]
    variables = inputs.build([variable for variable, _ in fresh])
    out, aux = _split_aux(chosen.call(args, kwargs, variables), has_aux, chosen.name)
    return _Recording(inputs, [core for _, core in fresh], out, aux)


def _adjoints(out: Any, cores: list[Value], seed: Any) -> list[Any]:
    if isinstance(out, Dual) or isinstance(seed, Dual):
        return _dual_adjoints(out, cores, seed)
    if not isinstance(out, Value) or is_zero(seed):
        return [0.0] * len(cores)
    if isinstance(seed, float):
        numbers = leaf_adjoints(out, cores, seed)
        if numbers is not None:
            return list(numbers)
    return adjoints(out, cores, seed)


def _dual_adjoints(out: Any, cores: list[Value], seed: Any) -> list[Any]:
    """Adjoints of dual numbers, by the product rule: they are linear in the output and the seed."""
    level = max(level_of(out), level_of(seed))
    primal, weight = _primal(out, level), _primal(seed, level)
    dots = [plain(_tangent(x, level, 0.0)) for x in (out, seed)]
    shape = np.broadcast_shapes(*[dot.shape for dot in dots])  # () or (number of directions,)
    directions = zip(*[np.broadcast_to(dot, shape).ravel().tolist() for dot in dots], strict=True)
    rows = [
        list(map(_plus, _adjoints(of_out, cores, weight), _adjoints(primal, cores, of_seed)))
        for of_out, of_seed in directions
    ]
    dotted = [np.array(column) for column in zip(*rows, strict=True)] if shape else rows[0]
    support = 0
    for x in (out, seed):
        support |= x.support if level_of(x) == level else 0
    primals = _adjoints(primal, cores, weight)
    return [make_dual(p, t, level, support) for p, t in zip(primals, dotted, strict=True)]


def _plus(x: Any, y: Any) -> Any:
    return y if is_zero(x) else x if is_zero(y) else x + y


def _each_value(leaf: Any, function: Callable[[Value], Any]) -> Any:
    """A leaf with function(v) for each Value v in it: the entries of arrays, the parts of duals."""
    if isinstance(leaf, Value):
        return function(leaf)
    if isinstance(leaf, Dual):
        primal = _each_value(leaf.primal, function)
        return make_dual(primal, _each_value(leaf.tangent, function), leaf.level(), leaf.support)
    return _by_entry(leaf, lambda x: _each_value(x, function))


def _by_entry(leaf: Any, function: Callable[[Any], Any]) -> Any:
    """A leaf with function(x) for each entry x, where it is an array that holds Operands."""
    if not isinstance(leaf, np.ndarray) or leaf.dtype != object:
        return leaf
    entries = plain(leaf).copy()
    if not any(isinstance(x, Operand) for x in entries.flat):
        return leaf
    for index in np.ndindex(leaf.shape):
        entries[index] = function(entries[index])
    return as_array(entries)


def value_and_grad(
    f: Function, argnums: int | Sequence[int] = 0, has_aux: bool = False
) -> Function:
    """A function that returns f's value and its gradient, by one reverse sweep.

    Args:
        f: a function whose result is a single number.
        argnums: the argument, or the tuple of arguments, to differentiate by.
        has_aux: whether f returns a pair (number, anything else); the value is then that pair.

    Raises (when called):
        TypeError: f returns no single number, or an argument is not made of real numbers.
        ValueError: argnums asks for an argument that is not there.

    >>> value_and_grad(lambda x: x[0] * x[1])(np.array([3.0, 5.0]))
    (15.0, array([5., 3.]))
    """
    chosen = _chosen(f, argnums, "value_and_grad")

    @_named(f, "value and gradient")
    def transformed(*args: Any, **kwargs: Any) -> Any:
        run = _record(chosen, args, kwargs, has_aux)
        out = scalar_of(run.out, chosen.name, "grad")
        gradient = run.inputs.build(run.adjoints(out))
        value, gradient, aux = run.lowered((out, gradient, run.aux))
        return ((value, aux) if has_aux else value), gradient

    return transformed


def grad(f: Function, argnums: int | Sequence[int] = 0, has_aux: bool = False) -> Function:
    """A function that returns f's gradient. See `value_and_grad`.

    With has_aux it returns (gradient, aux).

    >>> grad(lambda x, y: x * y**2, argnums=(0, 1))(3.0, 5.0)
    (25.0, 30.0)
    >>> grad(grad(lambda x: x**3))(2.0)
    12.0
    """
    _chosen(f, argnums, "grad")
    both = value_and_grad(f, argnums, has_aux)

    @_named(f, "gradient")
    def transformed(*args: Any, **kwargs: Any) -> Any:
        value, gradient = both(*args, **kwargs)
        return (gradient, value[1]) if has_aux else gradient

    return transformed


def vjp(f: Function, *primals: Any, has_aux: bool = False) -> tuple[Any, ...]:
    """f's value, and the function that multiplies a cotangent by its Jacobian from the left.

    Args:
        f: a function of the primals, with results of any structure.
        primals: where it is evaluated.
        has_aux: whether f returns a pair (result, anything else); aux is then returned third.

    Returns:
        (value, pullback) or (value, pullback, aux). pullback(cotangent), with a cotangent of the
        value's structure and shapes, gives a tuple with a derivative for each of the primals.

    Raises:
        TypeError: primals or, later, the cotangent are of a wrong kind or structure.
        ValueError: a cotangent's array is of another shape than the value's.

    >>> value, pullback = vjp(lambda x, y: (x * y, x + y), 3.0, 5.0)
    >>> value, pullback((1.0, 10.0))
    ((15.0, 8.0), (15.0, 13.0))
    """
    chosen = _chosen(f, tuple(range(len(primals))), "vjp")
    run = _record(chosen, primals, {}, has_aux)
    outputs = outputs_of(run.out, chosen.name)

    def pullback(cotangent: Any) -> Any:
        """The cotangent times the Jacobian: a tuple with an entry for each of the primals."""
        seeds = _like(cotangent, outputs, "the cotangent", f"the value of {chosen.name}")
        total: list[Any] = [0.0] * len(run.cores)
        for out, seed in zip(outputs.numbers, seeds, strict=True):
            total = list(map(_plus, total, run.adjoints(out, seed)))
        return run.lowered(run.inputs.build(total))

    value = run.lowered(outputs.build(outputs.numbers))
    return (value, pullback, run.lowered(run.aux)) if has_aux else (value, pullback)


def _like(tree: Any, model: Entries, what: str, whose: str) -> list[Any]:
    """The entries of a tree that must be of the model's structure and shapes."""
    if not structure.same(model.tree, tree):
        raise TypeError(
            f"{what} must have the structure of {whose}, {structure.describe(model.tree)}, but it "
            f"is {structure.describe(tree)}"
        )
    numbers: list[Any] = []
    for leaf, shape, place in zip(
        structure.leaves(tree), model.shapes, structure.paths(tree), strict=True
    ):
        array = plain(leaf)
        if array.shape != (shape or ()):
            raise ValueError(
                f"{what}{place} must have the shape {shape or ()} of {whose}, not {array.shape}"
            )
        numbers += [_number_out(x, f"{what}{place}") for x in array.flat]
    return numbers


# Forward mode.


def jvp(
    f: Function, primals: Sequence[Any], tangents: Sequence[Any], has_aux: bool = False
) -> tuple[Any, ...]:
    """f's value and its derivative in the direction of the tangents, by one evaluation.

    Args:
        f: a function of the primals, with results of any structure.
        primals: where it is evaluated, a tuple or list of its arguments.
        tangents: the direction, of the same structure and shapes.
        has_aux: whether f returns a pair (result, anything else); aux is then returned third.

    Raises:
        TypeError: primals and tangents differ in structure, or hold something else than numbers.
        ValueError: an array and its tangent differ in shape.

    >>> jvp(lambda x, y: x * y, (3.0, 5.0), (1.0, 0.0))
    (15.0, 5.0)
    """
    for what, given in (("primals", primals), ("tangents", tangents)):
        if not isinstance(given, (tuple, list)):
            raise TypeError(
                f"the {what} of jvp must be a tuple of arguments, not {structure.describe(given)}: "
                f"write ({what.rstrip('s')},) for a function of one argument"
            )
    chosen = _chosen(f, tuple(range(len(primals))), "jvp")
    inputs = chosen.entries(tuple(primals))
    seeds = _like(tuple(tangents), inputs, "the tangents", "the primals")
    level = next(_LEVELS)
    variables = [
        x if is_zero(t) else make_dual(x, t, level)
        for x, t in zip(inputs.numbers, seeds, strict=True)
    ]
    result = chosen.call(tuple(primals), {}, inputs.build(variables))
    out, aux = _split_aux(result, has_aux, chosen.name)
    outputs = outputs_of(out, chosen.name)
    value = outputs.build([_primal(x, level) for x in outputs.numbers])
    tangent = outputs.build([_tangent(x, level, 0.0) for x in outputs.numbers])
    if has_aux:
        aux = structure.mapped(lambda leaf: _without(leaf, level), aux)
        return value, tangent, aux
    return value, tangent


def _primal(x: Any, level: int) -> Any:
    return x.primal if isinstance(x, Dual) and x.level() == level else x


def _tangent(x: Any, level: int, zero: Any) -> Any:
    return x.tangent if isinstance(x, Dual) and x.level() == level else zero


def _without(leaf: Any, level: int) -> Any:
    """An auxiliary result without this level's tangents."""
    return _by_entry(_primal(leaf, level), lambda x: _primal(x, level))


def linearize(f: Function, *primals: Any) -> tuple[Any, Function]:
    """f's value, and its derivative there as a linear function of the tangents.

    As `jvp`, but f runs only once, whatever the number of directions.

    >>> value, push = linearize(lambda x, y: x * y, 3.0, 5.0)
    >>> value, push(1.0, 0.0), push(0.0, 1.0)
    (15.0, 5.0, 3.0)
    """
    chosen = _chosen(f, tuple(range(len(primals))), "linearize")
    run = _record(chosen, primals, {}, False)
    outputs = outputs_of(run.out, chosen.name)
    nested = any(isinstance(x, Dual) for x in (*run.inputs.numbers, *outputs.numbers))

    def push(*directions: Any) -> Any:
        """The derivative in the direction of these tangents, one for each of the primals."""
        if nested:  # the tangents of the differentiation around this one belong to the result
            return jvp(f, primals, directions)[1]
        seeds = _like(directions, run.inputs, "the tangents", "the primals")
        return run.lowered(outputs.build(tangents(outputs.numbers, run.cores, seeds)))

    return run.lowered(outputs.build(outputs.numbers)), push


# Jacobians.


def _jacobian(outputs: Entries, inputs: Entries, rows: list[list[Any]]) -> Any:
    """Rows of derivatives (an output each) in JAX's structure: the outputs', of the inputs'."""
    rest = iter(rows)
    blocks = [_block(shape, inputs, rest) for shape in outputs.shapes]
    return structure.rebuild(outputs.tree, iter(blocks))


def _block(shape: tuple[int, ...] | None, inputs: Entries, rows: Any) -> Any:
    """The derivatives of one leaf of the outputs by the whole tree of the inputs."""
    mine = [next(rows) for _ in range(int(np.prod(shape or (), dtype=int)))]
    leaves = []
    start = 0
    for of_input in inputs.shapes:
        size = int(np.prod(of_input or (), dtype=int))
        entries = np.empty((len(mine), size), dtype=object)
        for i, row in enumerate(mine):
            entries[i] = row[start : start + size]
        start += size
        if shape is None and of_input is None:
            leaves.append(entries[0, 0])
        else:
            leaves.append(as_array(entries.reshape((shape or ()) + (of_input or ()))))
    return structure.rebuild(inputs.tree, iter(leaves))


def jacrev(f: Function, argnums: int | Sequence[int] = 0, has_aux: bool = False) -> Function:
    """A function that returns f's Jacobian, by a reverse sweep for each of its outputs.

    The result has the structure of f's, each leaf replaced by the structure of the argument; of
    arrays, an array of shape `output.shape + input.shape`. With has_aux it returns (Jacobian, aux).

    >>> jacrev(lambda x: np.array([x[0] * x[1], x[0]]))(np.array([3.0, 5.0]))
    array([[5., 3.],
           [1., 0.]])
    """
    chosen = _chosen(f, argnums, "jacrev")

    @_named(f, "Jacobian")
    def transformed(*args: Any, **kwargs: Any) -> Any:
        run = _record(chosen, args, kwargs, has_aux)
        outputs = outputs_of(run.out, chosen.name)
        return _by_sweeps(run, outputs, has_aux)

    return transformed


def _by_sweeps(run: _Recording, outputs: Entries, has_aux: bool) -> Any:
    rows = [run.adjoints(out) for out in outputs.numbers]
    result, aux = run.lowered((_jacobian(outputs, run.inputs, rows), run.aux))
    return (result, aux) if has_aux else result


def jacfwd(f: Function, argnums: int | Sequence[int] = 0, has_aux: bool = False) -> Function:
    """A function that returns f's Jacobian, by a single evaluation that carries all tangents.

    Results are those of `jacrev`.

    >>> jacfwd(lambda t: np.array([np.cos(t), np.sin(t)]))(0.0)
    array([-0.,  1.])
    """
    chosen = _chosen(f, argnums, "jacfwd")

    @_named(f, "Jacobian")
    def transformed(*args: Any, **kwargs: Any) -> Any:
        inputs = chosen.entries(args)
        level = next(_LEVELS)
        n = len(inputs.numbers)
        directions = np.eye(n)
        variables = [
            make_dual(x, directions[i], level, 1 << i) for i, x in enumerate(inputs.numbers)
        ]
        out, aux = _split_aux(
            chosen.call(args, kwargs, inputs.build(variables)), has_aux, chosen.name
        )
        outputs = outputs_of(out, chosen.name)
        zeros = np.zeros(n)
        rows = [list(plain(_tangent(x, level, zeros))) for x in outputs.numbers]
        result = _jacobian(outputs, inputs, [[_as_float(x) for x in row] for row in rows])
        if not has_aux:
            return result
        return result, structure.mapped(lambda leaf: _without(leaf, level), aux)

    return transformed


def _as_float(x: Any) -> Any:
    return x if isinstance(x, Operand) else float(x)


def jacobian(
    f: Function,
    argnums: int | Sequence[int] = 0,
    has_aux: bool = False,
    mode: str | None = None,
) -> Function:
    """A function that returns f's Jacobian, by the cheaper mode for its shape.

    Reverse mode costs a sweep for each output, forward mode carries a tangent for each input:
    where there are more outputs than inputs, f is evaluated again in forward mode.

    Args:
        f, argnums, has_aux: as for `jacrev`.
        mode: "forward" or "reverse" to choose it yourself.

    >>> jacobian(lambda x: x**2)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    """
    if mode not in (None, "forward", "reverse"):
        raise ValueError(f"mode must be 'forward', 'reverse' or None, not {mode!r}")
    forward = jacfwd(f, argnums, has_aux)
    chosen = _chosen(f, argnums, "jacobian")

    @_named(f, "Jacobian")
    def transformed(*args: Any, **kwargs: Any) -> Any:
        if mode == "forward":
            return forward(*args, **kwargs)
        run = _record(chosen, args, kwargs, has_aux)
        outputs = outputs_of(run.out, chosen.name)
        if mode is None and len(outputs.numbers) > len(run.inputs.numbers):
            return forward(*args, **kwargs)
        return _by_sweeps(run, outputs, has_aux)

    return transformed


# Second and higher order.


def hessian(f: Function, argnums: int | Sequence[int] = 0, has_aux: bool = False) -> Function:
    """A function that returns f's second derivatives: the Jacobian of its gradient.

    The gradient is recorded once, and swept back from each of its entries.

    >>> hessian(lambda x: x[0] ** 2 * x[1])(np.array([3.0, 5.0]))
    array([[10.,  6.],
           [ 6.,  0.]])
    """
    _chosen(f, argnums, "hessian")
    return jacrev(grad(f, argnums, has_aux), argnums, has_aux)


def hvp(f: Function, argnums: int | Sequence[int] = 0) -> Function:
    """A function of f's arguments and a vector that multiplies the vector by f's Hessian.

    The vector has the structure and shapes of the argument, and stands behind it (behind the last
    of several). The Hessian itself is never formed: two reverse sweeps (Pearlmutter,
    doi:10.1162/neco.1994.6.1.147). It fits as the `hessp` of SciPy's `minimize`.

    >>> hvp(lambda x: x[0] ** 2 * x[1])(np.array([3.0, 5.0]), np.array([1.0, 0.0]))
    array([10.,  6.])
    """
    chosen = _chosen(f, argnums, "hvp")
    gradient = grad(f, argnums)

    @_named(f, "product with the Hessian")
    def transformed(*args: Any, **kwargs: Any) -> Any:
        if len(args) < 2:
            raise TypeError(f"hvp of {chosen.name} takes its arguments and, behind them, a vector")
        place = 1 + max([i % (len(args) - 1) for i in chosen.argnums])
        primals, vector = [*args[:place], *args[place + 1 :]], args[place]
        inputs = chosen.entries(tuple(primals))
        weights = _like(vector, inputs, "the vector", f"the arguments of {chosen.name}")

        def along(*xs: Any, **options: Any) -> Any:
            entries = outputs_of(gradient(*xs, **options), chosen.name)
            pairs = zip(entries.numbers, weights, strict=True)
            used = [pair for pair in pairs if not is_zero(pair[1])]
            return primitives.dot(*[g for g, _ in used], *[w for _, w in used])

        return grad(along, argnums)(*primals, **kwargs)

    return transformed


def derivative(f: Function, order: int = 1) -> Function:
    """A function that returns the derivative of f, a function of one number, of any order.

    Forward mode, nested: exact for every order, at 2**order times the cost of f.

    Raises:
        TypeError: the order is not a whole number.
        ValueError: it is negative.

    >>> derivative(lambda x: x**4, order=3)(2.0)
    48.0
    """
    if operator.index(order) < 0:
        raise ValueError(f"the order of a derivative is 0, 1, 2, ..., not {order}")
    _chosen(f, 0, "derivative")
    result = f
    for _ in range(order):
        result = _once(result)
    return result


def _once(f: Function) -> Function:
    @_named(f, "derivative")
    def transformed(x: Any) -> Any:
        return jvp(f, (x,), (1.0,))[1]

    return transformed


def _named(f: Function, what: str) -> Callable[[Function], Function]:
    """Give the transformed function a name and a docstring of f's."""

    def name(transformed: Function) -> Function:
        of = getattr(f, "__name__", type(f).__name__)
        wrapped = wraps(f, assigned=("__module__",), updated=())(transformed)
        wrapped.__name__ = wrapped.__qualname__ = f"{what} of {of}".replace(" ", "_")
        wrapped.__doc__ = f"The {what} of {of}. {getattr(f, '__doc__', None) or ''}".rstrip()
        return wrapped

    return name
