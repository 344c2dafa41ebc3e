"""Transforms of functions: gradients, Jacobians, products with them, and higher derivatives.

Names, signatures and rules of structure are JAX's: arguments and results may be floats, arrays of
any shape, and nested tuples, lists and dicts of these, and a derivative has the structure of what
it is taken by. Inside the function an array argument is a `Tensor`, which behaves as an array.

All is computed in float64. A derivative has the floating type of what it is by: float32 of float32;
one in a direction, the common type of the primals. Whole numbers count as real ones, so that their
derivatives are float64. What f itself returns is left in float64.

Transforms nest in any order. A Value of your own that the function uses stays a variable: no `grad`
of it is touched, and results that depend on it are Values.
"""

import itertools
from collections.abc import Sequence
from functools import partial
from itertools import repeat
from typing import Any, Final

import numpy as np

from autograd.rules import table
from autograd.rules.entrywise import as_array, as_object_array
from autograd.rules.operand import is_zero
from autograd.text.arguments import whole
from autograd.text.names import unknown
from autograd.transforms import tree
from autograd.transforms.adjoints import tangents as pushed_tangents
from autograd.transforms.leaves import (
    Kind,
    Leaves,
    Shape,
    flatten_outputs,
    numbers_like,
    rounded,
    scalar_of,
)
from autograd.transforms.recording import (
    Argnums,
    Call,
    Compiled,
    Function,
    call_at,
    check_function,
    checked_argnums,
    compiled_too,
    map_operands,
    name_of,
    named,
    primal_at,
    split_aux,
    tangent_at,
)
from autograd.values.dual import Dual, make_dual

_LEVELS: Final = itertools.count(1_000, 1_000)
"""A level for each forward differentiation, above those of the ones around it."""


# Reverse mode.


@compiled_too
def value_and_grad(f: Function, argnums: Argnums = 0, has_aux: bool = False) -> Function:
    """Return a function that computes f's value and its gradient, by one reverse sweep.

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
    argnums = checked_argnums(f, argnums, "value_and_grad")

    def transformed(*args: Any, **kwargs: Any) -> Any:
        call = call_at(f, args, kwargs, argnums)
        run = call.record(has_aux)
        value, derivatives = run.value_and_adjoints(scalar_of(run.result, call.name, "grad"))
        gradient = call.inputs.unflatten(derivatives, call.inputs.kinds)
        return ((value, run.detached(run.aux)) if has_aux else value), gradient

    return named(transformed, f, "value and gradient")


@compiled_too
def grad(f: Function, argnums: Argnums = 0, has_aux: bool = False) -> Function:
    """Return a function that computes f's gradient; the arguments are those of `value_and_grad`.

    With has_aux it returns (gradient, aux).

    >>> grad(lambda x, y: x * y**2, argnums=(0, 1))(3.0, 5.0)
    (25.0, 30.0)
    >>> grad(grad(lambda x: x**3))(2.0)
    12.0
    """
    argnums = checked_argnums(f, argnums, "grad")
    both = value_and_grad(f, argnums, has_aux)

    def transformed(*args: Any, **kwargs: Any) -> Any:
        value, gradient = both(*args, **kwargs)
        return (gradient, value[1]) if has_aux else gradient

    return named(transformed, f, "gradient")


def vjp(f: Function, *primals: Any, has_aux: bool = False) -> tuple[Any, ...]:
    """Return f's value, and the function that multiplies a cotangent by f's Jacobian.

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
    call = _call_of_all(f, primals, "vjp(f, x)")
    if isinstance(f, Compiled):
        result, aux = split_aux(f(*primals), has_aux, call.name)
        pull = partial(f.transformed(_pullback, has_aux), primals)
        return (result, pull, aux) if has_aux else (result, pull)
    run = call.record(has_aux)
    inputs, outputs = run.call.inputs, run.outputs

    def pullback(cotangent: Any) -> Any:
        """Return the cotangent times the Jacobian: a tuple, with an entry for each primal."""
        seeds = numbers_like(cotangent, outputs, "the cotangent", f"the value of {run.call.name}")
        return inputs.unflatten(run.detached(run.pulled(seeds)), inputs.kinds)

    value = run.detached(outputs.unflatten(outputs.numbers))
    return (value, pullback, run.detached(run.aux)) if has_aux else (value, pullback)


def _pullback(f: Function, has_aux: bool) -> Function:
    """Return the pullback of `vjp` as a function of the primals, too."""

    def transformed(primals: Any, cotangent: Any) -> Any:
        return vjp(f, *primals, has_aux=has_aux)[1](cotangent)

    return named(transformed, f, "pullback")


def _call_of_all(f: Function, primals: Sequence[Any], usage: str) -> Call:
    """Return the call of f that is differentiated by all its arguments."""
    transform = usage.partition("(")[0]
    check_function(f, transform)
    if not primals:
        raise TypeError(f"{transform} needs the arguments at which f is evaluated: {usage}")
    return call_at(f, primals)


# Forward mode.


def jvp(
    f: Function, primals: Sequence[Any], tangents: Sequence[Any], has_aux: bool = False
) -> tuple[Any, ...]:
    """Return f's value and its derivative in the direction of the tangents, by one evaluation.

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
                f"the {what} of jvp must be a tuple of arguments, not {tree.describe(given)}: "
                f"write ({what.rstrip('s')},) for a function of one argument"
            )
    call = _call_of_all(f, primals, "jvp(f, (x,), (t,))")
    if isinstance(f, Compiled):
        found: tuple[Any, ...] = f.transformed(_pushforward, has_aux)(primals, tangents)
        return found
    seeds = numbers_like(tuple(tangents), call.inputs, "the tangents", "the primals")
    level = next(_LEVELS)
    variables = [
        x if is_zero(t) else make_dual(x, t, level)
        for x, t in zip(call.inputs.numbers, seeds, strict=True)
    ]
    outputs, aux = _pushed(call, variables, level, has_aux)
    value = outputs.unflatten([primal_at(x, level) for x in outputs.numbers])
    tangents = [tangent_at(x, level, 0.0) for x in outputs.numbers]
    tangent = outputs.unflatten(tangents, repeat(call.inputs.kind))
    return (value, tangent, aux) if has_aux else (value, tangent)


def _pushforward(f: Function, has_aux: bool) -> Function:
    """Return `jvp` of f as a function of the primals and the tangents."""

    def transformed(primals: Any, tangents: Any) -> Any:
        return jvp(f, primals, tangents, has_aux)

    return named(transformed, f, "pushforward")


def _pushed(call: Call, variables: list[Any], level: int, has_aux: bool) -> tuple[Leaves, Any]:
    """Return the results for these dual numbers, and aux without their tangents."""
    result, aux = split_aux(call.run(variables), has_aux, call.name)
    if has_aux:
        aux = map_operands(lambda x: primal_at(x, level), aux)
    return flatten_outputs(result, call.name), aux


def linearize(f: Function, *primals: Any) -> tuple[Any, Function]:
    """Return f's value, and its derivative there as a linear function of the tangents.

    It gives what `jvp` gives, but f runs only once, whatever the number of directions.

    >>> value, push = linearize(lambda x, y: x * y, 3.0, 5.0)
    >>> value, push(1.0, 0.0), push(0.0, 1.0)
    (15.0, 5.0, 3.0)
    """
    call = _call_of_all(f, primals, "linearize(f, x)")
    if isinstance(f, Compiled):
        return f(*primals), lambda *tangents: jvp(f, primals, tangents)[1]
    run = call.record()
    inputs, outputs = run.call.inputs, run.outputs
    nested = any(isinstance(x, Dual) for x in (*inputs.numbers, *outputs.numbers))

    def push(*directions: Any) -> Any:
        """Return the derivative in the direction of these tangents, one for each primal."""
        if nested:  # the tangents of the differentiation around this one belong to the result
            return jvp(f, primals, directions)[1]
        seeds = numbers_like(directions, inputs, "the tangents", "the primals")
        numbers = pushed_tangents(outputs.numbers, run.variables, seeds)
        return outputs.unflatten(run.detached(numbers), repeat(inputs.kind))

    return run.detached(outputs.unflatten(outputs.numbers)), push


# Jacobians.


@compiled_too
def jacrev(f: Function, argnums: Argnums = 0, has_aux: bool = False) -> Function:
    """Return a function that computes f's Jacobian, by a reverse sweep for each output.

    The result has the structure of f's, each leaf replaced by the structure of the argument; of
    arrays, an array of shape `output.shape + input.shape`. With has_aux it returns (Jacobian, aux).

    >>> jacrev(lambda x: np.array([x[0] * x[1], x[0]]))(np.array([3.0, 5.0]))
    array([[5., 3.],
           [1., 0.]])
    """
    return _jacobian(f, argnums, has_aux, "jacrev", "reverse")


@compiled_too
def jacfwd(f: Function, argnums: Argnums = 0, has_aux: bool = False) -> Function:
    """Return a function that computes f's Jacobian, by one evaluation that carries all tangents.

    Its results have the structure and shapes of those of `jacrev`.

    >>> jacfwd(lambda t: np.array([np.cos(t), np.sin(t)]))(0.0)
    array([-0.,  1.])
    """
    return _jacobian(f, argnums, has_aux, "jacfwd", "forward")


@compiled_too
def jacobian(
    f: Function, argnums: Argnums = 0, has_aux: bool = False, mode: str | None = None
) -> Function:
    """Return a function that computes f's Jacobian, by the cheaper mode for its shape.

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
        raise unknown(("forward", "reverse"), mode, "mode")
    return _jacobian(f, argnums, has_aux, "jacobian", mode)


def _jacobian(
    f: Function, argnums: Argnums, has_aux: bool, transform: str, mode: str | None
) -> Function:
    indices = checked_argnums(f, argnums, transform)

    def transformed(*args: Any, **kwargs: Any) -> Any:
        call = call_at(f, args, kwargs, indices)
        result = None if mode == "forward" else _by_sweeps(call, has_aux, mode)
        result, aux = result or _by_tangents(call, has_aux)
        return (result, aux) if has_aux else result

    return named(transformed, f, "Jacobian")


def _by_sweeps(call: Call, has_aux: bool, mode: str | None) -> tuple[Any, Any] | None:
    """Return the Jacobian in reverse mode, and aux; None where forward mode is due."""
    run = call.record(has_aux)
    outputs = run.outputs
    if mode is None and len(outputs.numbers) > len(call.inputs.numbers):
        return None
    rows, aux = run.detached(([run.adjoints(out) for out in outputs.numbers], run.aux))
    return _in_blocks(rows, outputs, call.inputs), aux


def _by_tangents(call: Call, has_aux: bool) -> tuple[Any, Any]:
    """Return the Jacobian in forward mode, and aux."""
    level = next(_LEVELS)
    n = len(call.inputs.numbers)
    pairs = zip(call.inputs.numbers, np.eye(n), strict=True)
    variables = [make_dual(x, seed, level, 1 << i) for i, (x, seed) in enumerate(pairs)]
    outputs, aux = _pushed(call, variables, level, has_aux)
    zeros = np.zeros(n)
    rows = [as_object_array(tangent_at(x, level, zeros)).tolist() for x in outputs.numbers]
    return _in_blocks(rows, outputs, call.inputs), aux


def _in_blocks(rows: list[list[Any]], outputs: Leaves, inputs: Leaves) -> Any:
    """Return rows of derivatives, one for each output, as a tree of trees of the inputs."""
    matrix = np.empty((len(rows), len(inputs.numbers)), dtype=object)
    for i, row in enumerate(rows):
        matrix[i] = row

    def block(of: Shape, some: slice, column: tuple[Shape, slice], kind: Kind) -> Any:
        by, others = column
        if of is None and by is None:
            return rounded(matrix[some.start, others.start], kind)
        return rounded(as_array(matrix[some, others].reshape((of or ()) + (by or ()))), kind)

    columns = list(zip(inputs.parts, inputs.kinds, strict=True))
    gradients = [
        tree.unflatten(inputs.tree, [block(*output, *column) for column in columns])
        for output in outputs.parts
    ]
    return tree.unflatten(outputs.tree, gradients)


# Second and higher order.


@compiled_too
def hessian(f: Function, argnums: Argnums = 0, has_aux: bool = False) -> Function:
    """Return a function that computes f's second derivatives: the Jacobian of its Jacobian.

    The gradient, of each number that f returns, is recorded once and swept back from each of its
    entries. Of a result and an argument that are arrays, the shape is
    `output.shape + input.shape + input.shape`.

    >>> hessian(lambda x: x[0] ** 2 * x[1])(np.array([3.0, 5.0]))
    array([[10.,  6.],
           [ 6.,  0.]])
    """
    argnums = checked_argnums(f, argnums, "hessian")
    return jacrev(jacrev(f, argnums, has_aux), argnums, has_aux)


@compiled_too
def hvp(f: Function, argnums: Argnums = 0) -> Function:
    """Return a function of f's arguments and a vector that multiplies the vector by the Hessian.

    The vector has the structure and shapes of the argument, and stands behind it (behind the last
    of several). The Hessian itself is never formed: two reverse sweeps (Pearlmutter,
    doi:10.1162/neco.1994.6.1.147). It fits as the `hessp` of SciPy's `minimize`.

    >>> hvp(lambda x: x[0] ** 2 * x[1])(np.array([3.0, 5.0]), np.array([1.0, 0.0]))
    array([10.,  6.])
    """
    argnums = checked_argnums(f, argnums, "hvp")
    name = name_of(f)
    gradient = grad(f, argnums)

    def transformed(*args: Any, **kwargs: Any) -> Any:
        if len(args) < 2:
            raise TypeError(f"hvp of {name} takes its arguments and, behind them, a vector")
        place = 1 + int(np.max(np.array(argnums) % (len(args) - 1)))
        primals, vector = [*args[:place], *args[place + 1 :]], args[place]
        inputs = call_at(f, primals, argnums=argnums).inputs
        weights = numbers_like(vector, inputs, "the vector", f"the arguments of {name}")

        def along(*xs: Any, **options: Any) -> Any:
            entries = flatten_outputs(gradient(*xs, **options), name)
            pairs = zip(entries.numbers, weights, strict=True)
            used = [pair for pair in pairs if not is_zero(pair[1])]
            return table.dot(*[g for g, _ in used], *[w for _, w in used])

        return grad(along, argnums)(*primals, **kwargs)

    return named(transformed, f, "product with the Hessian")


@compiled_too
def derivative(f: Function, order: int = 1) -> Function:
    """Return the derivative, of any order, of a function of one number.

    Forward mode, nested: exact for every order, at 2**order times the cost of f.

    Raises:
        TypeError: the order is not a whole number.
        ValueError: it is negative.

    >>> derivative(lambda x: x**4, order=3)(2.0)
    48.0
    """
    check_function(f, "derivative")
    result = f
    for _ in range(whole(order, "the order of a derivative", least=0)):
        result = _once(result)
    return result


def _once(f: Function) -> Function:
    def transformed(x: Any) -> Any:
        if isinstance(x, (np.ndarray, tuple, list)) and np.ndim(x):
            raise TypeError(
                f"derivative is of a function of one number, not of {tree.describe(x)}: use "
                "elementwise_grad, grad or jacobian"
            )
        return jvp(f, (x,), (1.0,))[1]

    return named(transformed, f, "derivative")
