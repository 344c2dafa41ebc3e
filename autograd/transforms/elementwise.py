"""Derivatives of functions that act on each entry by itself."""

from typing import Any

from autograd.rules.operand import Operand
from autograd.transforms.recording import (
    Argnums,
    Function,
    Recording,
    call_at,
    checked_argnums,
    compiled_too,
    map_operands,
    named,
)
from autograd.values.dual import Dual
from autograd.values.walk import topological_order


@compiled_too
def elementwise_grad(f: Function, argnums: Argnums = 0) -> Function:
    """Return a function that computes the derivative of each entry by the same entry of f's input.

    For functions that act on each entry by itself, as NumPy's ufuncs do: the diagonal of the
    Jacobian, by one reverse sweep. It is HIPS autograd's function of this name, which is the
    gradient of the result's sum; here another dependence is an error instead of a sum.

    Args:
        f: a function whose result has the shape of each argument that it is differentiated by.
        argnums: the argument, or the tuple of arguments, to differentiate by.

    Raises (when called):
        TypeError: f returns something else than numbers, or an argument is not made of such.
        ValueError: the shapes differ, or an entry of the result depends on another one.

    >>> import numpy as np
    >>> elementwise_grad(lambda x: x**3)(np.array([1.0, 2.0, 3.0]))
    array([ 3., 12., 27.])
    >>> elementwise_grad(elementwise_grad(np.cosh))(0.0)
    1.0
    """
    indices = checked_argnums(f, argnums, "elementwise_grad")

    def transformed(*args: Any, **kwargs: Any) -> Any:
        run = call_at(f, args, kwargs, indices).record()
        _check_shapes(run)
        _check_dependence(run)
        inputs = run.call.inputs
        numbers = run.detached(run.pulled([1.0] * len(run.outputs.numbers)))
        return inputs.unflatten(numbers, inputs.kinds)

    return named(transformed, f, "elementwise gradient")


def _check_shapes(run: Recording) -> None:
    """Raise a ValueError where the result is not a single array of the inputs' shape."""
    of, inputs = run.outputs.shapes, run.call.inputs
    for place, by in zip(inputs.places, inputs.shapes, strict=True):
        if len(of) != 1 or (of[0] or ()) != (by or ()):
            shapes = ", ".join([str(shape or ()) for shape in of])
            raise ValueError(
                f"elementwise_grad needs a result of the shape {by or ()} of {place}, but "
                f"{run.call.name} returned {shapes or 'no number'}: use grad or jacobian"
            )


def _check_dependence(run: Recording) -> None:
    """Raise a ValueError where an entry of the result depends on another entry of an input."""
    names = run.outputs.names
    origins: dict[int, tuple[int, ...]] = {
        id(x): (i % len(names),) for i, x in enumerate(run.variables)
    }
    roots = [_values_in(out) for out in run.outputs.numbers]
    for node in topological_order(*[root for inside in roots for root in inside]):
        reached = {place for x in node.parents for place in origins.get(id(x), ())}
        if reached and id(node) not in origins:
            origins[id(node)] = tuple(sorted(reached)[:2])  # two are wrong already
    for i, inside in enumerate(roots):
        for place in {place for root in inside for place in origins.get(id(root), ())} - {i}:
            raise ValueError(
                f"elementwise_grad needs entries that depend on the same entry only, but "
                f"{names[i]} of {run.call.name} depends on {run.call.inputs.names[place]} too: use "
                "jacobian"
            )


def _values_in(number: Any) -> list[Any]:
    """Return the Values of a number, in its tangents too."""
    found: list[Any] = []

    def collect(x: Operand) -> Operand:
        if isinstance(x, Dual):
            map_operands(collect, (x.primal, x.tangent))
        else:
            found.append(x)
        return x

    map_operands(collect, number)
    return found
