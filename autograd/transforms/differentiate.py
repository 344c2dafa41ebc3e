"""Transforms of functions: gradients, Jacobians, products with them, and higher derivatives.

Names, signatures and rules of structure are JAX's: arguments and results may be floats, arrays of
any shape, and nested tuples, lists and dicts of these, and a derivative has the structure of what
it is taken by. Inside the function an array argument is a `Tensor`, which behaves as an array.

Transforms nest in any order. A Value of your own that the function uses stays a variable: no `grad`
of it is touched, and results that depend on it are Values.
"""

import itertools
import operator
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Final

import numpy as np

from autograd.rules import table
from autograd.rules.entrywise import plain
from autograd.rules.operand import Operand, is_zero
from autograd.transforms import tree as structure
from autograd.transforms.adjoints import tangents
from autograd.transforms.leaves import Entries, entries_like, outputs_of, scalar_of
from autograd.transforms.recording import (
    Function,
    Recording,
    by_entry,
    chosen_arguments,
    name_of,
    plus,
    primal_at,
    record,
    split_aux,
    tangent_at,
)
from autograd.values.dual import Dual, make_dual
from autograd.values.tensor import as_array

_LEVELS: Final = itertools.count(1_000, 1_000)
"""A level for each forward differentiation, above those of the ones around it."""


# Reverse mode.


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
    chosen = chosen_arguments(f, argnums, "value_and_grad")

    @_named(f, "value and gradient")
    def transformed(*args: Any, **kwargs: Any) -> Any:
        run = record(chosen, args, kwargs, has_aux)
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
    chosen_arguments(f, argnums, "grad")
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
    if not primals:
        raise TypeError("vjp needs the arguments at which f is evaluated: vjp(f, x)")
    chosen = chosen_arguments(f, tuple(range(len(primals))), "vjp")
    run = record(chosen, primals, {}, has_aux)
    outputs = outputs_of(run.out, chosen.name)

    def pullback(cotangent: Any) -> Any:
        """The cotangent times the Jacobian: a tuple with an entry for each of the primals."""
        seeds = entries_like(cotangent, outputs, "the cotangent", f"the value of {chosen.name}")
        total: list[Any] = [0.0] * len(run.cores)
        for out, seed in zip(outputs.numbers, seeds, strict=True):
            total = list(map(plus, total, run.adjoints(out, seed)))
        return run.lowered(run.inputs.build(total))

    value = run.lowered(outputs.build(outputs.numbers))
    return (value, pullback, run.lowered(run.aux)) if has_aux else (value, pullback)


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
    chosen = chosen_arguments(f, tuple(range(len(primals))), "jvp")
    inputs = chosen.entries(tuple(primals))
    seeds = entries_like(tuple(tangents), inputs, "the tangents", "the primals")
    level = next(_LEVELS)
    variables = [
        x if is_zero(t) else make_dual(x, t, level)
        for x, t in zip(inputs.numbers, seeds, strict=True)
    ]
    result = chosen.call(tuple(primals), {}, inputs.build(variables))
    out, aux = split_aux(result, has_aux, chosen.name)
    outputs = outputs_of(out, chosen.name)
    value = outputs.build([primal_at(x, level) for x in outputs.numbers])
    tangent = outputs.build([tangent_at(x, level, 0.0) for x in outputs.numbers])
    if has_aux:
        aux = structure.mapped(lambda leaf: _without(leaf, level), aux)
        return value, tangent, aux
    return value, tangent


def _without(leaf: Any, level: int) -> Any:
    """An auxiliary result without this level's tangents."""
    return by_entry(primal_at(leaf, level), lambda x: primal_at(x, level))


def linearize(f: Function, *primals: Any) -> tuple[Any, Function]:
    """f's value, and its derivative there as a linear function of the tangents.

    As `jvp`, but f runs only once, whatever the number of directions.

    >>> value, push = linearize(lambda x, y: x * y, 3.0, 5.0)
    >>> value, push(1.0, 0.0), push(0.0, 1.0)
    (15.0, 5.0, 3.0)
    """
    chosen = chosen_arguments(f, tuple(range(len(primals))), "linearize")
    run = record(chosen, primals, {}, False)
    outputs = outputs_of(run.out, chosen.name)
    nested = any(isinstance(x, Dual) for x in (*run.inputs.numbers, *outputs.numbers))

    def push(*directions: Any) -> Any:
        """The derivative in the direction of these tangents, one for each of the primals."""
        if nested:  # the tangents of the differentiation around this one belong to the result
            return jvp(f, primals, directions)[1]
        seeds = entries_like(directions, run.inputs, "the tangents", "the primals")
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
    chosen = chosen_arguments(f, argnums, "jacrev")

    @_named(f, "Jacobian")
    def transformed(*args: Any, **kwargs: Any) -> Any:
        run = record(chosen, args, kwargs, has_aux)
        outputs = outputs_of(run.out, chosen.name)
        return _by_sweeps(run, outputs, has_aux)

    return transformed


def _by_sweeps(run: Recording, outputs: Entries, has_aux: bool) -> Any:
    rows = [run.adjoints(out) for out in outputs.numbers]
    result, aux = run.lowered((_jacobian(outputs, run.inputs, rows), run.aux))
    return (result, aux) if has_aux else result


def jacfwd(f: Function, argnums: int | Sequence[int] = 0, has_aux: bool = False) -> Function:
    """A function that returns f's Jacobian, by a single evaluation that carries all tangents.

    Results are those of `jacrev`.

    >>> jacfwd(lambda t: np.array([np.cos(t), np.sin(t)]))(0.0)
    array([-0.,  1.])
    """
    chosen = chosen_arguments(f, argnums, "jacfwd")

    @_named(f, "Jacobian")
    def transformed(*args: Any, **kwargs: Any) -> Any:
        inputs = chosen.entries(args)
        level = next(_LEVELS)
        n = len(inputs.numbers)
        directions = np.eye(n)
        variables = [
            make_dual(x, directions[i], level, 1 << i) for i, x in enumerate(inputs.numbers)
        ]
        out, aux = split_aux(
            chosen.call(args, kwargs, inputs.build(variables)), has_aux, chosen.name
        )
        outputs = outputs_of(out, chosen.name)
        zeros = np.zeros(n)
        rows = [list(plain(tangent_at(x, level, zeros))) for x in outputs.numbers]
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
        mode: "forward" or "reverse" ("fwd" or "rev") to choose it yourself.

    >>> jacobian(lambda x: x**2)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    """
    mode = {"fwd": "forward", "rev": "reverse"}.get(mode or "", mode)
    if mode not in (None, "forward", "reverse"):
        raise ValueError(f"mode must be 'forward', 'reverse' or None, not {mode!r}")
    forward = jacfwd(f, argnums, has_aux)
    chosen = chosen_arguments(f, argnums, "jacobian")

    @_named(f, "Jacobian")
    def transformed(*args: Any, **kwargs: Any) -> Any:
        if mode == "forward":
            return forward(*args, **kwargs)
        run = record(chosen, args, kwargs, has_aux)
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
    chosen_arguments(f, argnums, "hessian")
    return jacrev(grad(f, argnums, has_aux), argnums, has_aux)


def hvp(f: Function, argnums: int | Sequence[int] = 0) -> Function:
    """A function of f's arguments and a vector that multiplies the vector by f's Hessian.

    The vector has the structure and shapes of the argument, and stands behind it (behind the last
    of several). The Hessian itself is never formed: two reverse sweeps (Pearlmutter,
    doi:10.1162/neco.1994.6.1.147). It fits as the `hessp` of SciPy's `minimize`.

    >>> hvp(lambda x: x[0] ** 2 * x[1])(np.array([3.0, 5.0]), np.array([1.0, 0.0]))
    array([10.,  6.])
    """
    chosen = chosen_arguments(f, argnums, "hvp")
    gradient = grad(f, argnums)

    @_named(f, "product with the Hessian")
    def transformed(*args: Any, **kwargs: Any) -> Any:
        if len(args) < 2:
            raise TypeError(f"hvp of {chosen.name} takes its arguments and, behind them, a vector")
        place = 1 + max([i % (len(args) - 1) for i in chosen.argnums])
        primals, vector = [*args[:place], *args[place + 1 :]], args[place]
        inputs = chosen.entries(tuple(primals))
        weights = entries_like(vector, inputs, "the vector", f"the arguments of {chosen.name}")

        def along(*xs: Any, **options: Any) -> Any:
            entries = outputs_of(gradient(*xs, **options), chosen.name)
            pairs = zip(entries.numbers, weights, strict=True)
            used = [pair for pair in pairs if not is_zero(pair[1])]
            return table.dot(*[g for g, _ in used], *[w for _, w in used])

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
    chosen_arguments(f, 0, "derivative")
    result = f
    for _ in range(order):
        result = _once(result)
    return result


def _once(f: Function) -> Function:
    @_named(f, "derivative")
    def transformed(x: Any) -> Any:
        if isinstance(x, (np.ndarray, tuple, list)) and np.ndim(x):
            raise TypeError(
                f"derivative is of a function of one number, not of {structure.describe(x)}: use "
                "grad or jacobian"
            )
        return jvp(f, (x,), (1.0,))[1]

    return transformed


def _named(f: Function, what: str) -> Callable[[Function], Function]:
    """Give the transformed function a name and a docstring of f's."""

    def name(transformed: Function) -> Function:
        of = name_of(f)
        wrapped = wraps(f, assigned=("__module__",), updated=())(transformed)
        wrapped.__name__ = wrapped.__qualname__ = f"{what} of {of}".replace(" ", "_")
        wrapped.__doc__ = f"The {what} of {of}. {getattr(f, '__doc__', None) or ''}".rstrip()
        return wrapped

    return name
