"""vmap: a function of one sample that is run for all samples of a batch."""

from collections.abc import Callable
from functools import partial, wraps
from inspect import unwrap
from math import prod
from typing import Any, Final, NamedTuple

import numpy as np

from autograd.program.dependencies import Dependencies
from autograd.program.jit import MOST_LESSONS, Jitted, gathered, signature
from autograd.program.paths import Paths
from autograd.program.program import Floats
from autograd.program.results import Form
from autograd.program.trace import flatten_arguments, parameter_names
from autograd.rules.entrywise import as_array, as_object_array
from autograd.rules.operand import Operand
from autograd.text.arguments import whole
from autograd.text.words import counted
from autograd.transforms import tree
from autograd.transforms.differentiate import (
    grad,
    hessian,
    jacfwd,
    jacobian,
    jacrev,
    value_and_grad,
)
from autograd.transforms.recording import Function, check_function, checked_argnums, name_of

_LINEAR: Final = tuple(map(unwrap, (grad, value_and_grad, jacrev, jacfwd, jacobian, hessian)))
"""Transforms of a function's arguments that may be summed over samples as well as it."""

Axes = Any
"""An axis, None, or a tree of these that is the upper part of the arguments' own."""


def vmap(
    f: Function | None = None,
    in_axes: Axes = 0,
    reduce: str | None = None,
    workers: int = 1,
) -> Any:
    """Return a function that runs f for every sample of a batch, compiled as by `jit`.

    Each sample takes its own way through f's comparisons. The results are stacked along a new first
    axis, or reduced: gradients by shared parameters, for one, are summed as they are computed.

    Args:
        f: a function of one sample; without it, `vmap` returns a decorator.
        in_axes: the axis of the samples in each argument, None for an argument that all of them
            share: one for all arguments, or a tuple with an entry for each, which may be a tree
            like the upper part of the argument. Named arguments are mapped along axis 0.
        reduce: "sum" or "mean" of each number of the result over the samples.
        workers: how many threads share the samples of a large batch.

    Raises:
        TypeError: f is no function. When called: as for `jit`, or f's results for two samples are
            of different structures.
        ValueError: reduce or workers is none of these. When called: an argument lacks the axis,
            arguments have different numbers of samples, or none is mapped.

    >>> def loss(w, x, y):
    ...     return (w * x - y) ** 2
    >>> x, y = np.array([1.0, 2.0]), np.array([2.0, 5.0])
    >>> vmap(loss, in_axes=(None, 0, 0))(2.0, x, y)
    array([0., 1.])
    >>> from autograd import value_and_grad
    >>> vmap(value_and_grad(loss), in_axes=(None, 0, 0), reduce="mean")(2.0, x, y)
    (0.5, -2.0)
    """
    if f is None:
        return partial(vmap, in_axes=in_axes, reduce=reduce, workers=workers)
    check_function(f, "vmap")
    if reduce not in (None, "sum", "mean"):
        raise ValueError(f"reduce must be 'sum', 'mean' or None, not {reduce!r}")
    whole(workers, "workers")
    _check_axes(in_axes)
    return Vmapped(f, f.static if type(f) is Jitted else ((), ()), in_axes, reduce, workers)


class _Plan(NamedTuple):
    """How arguments of some shapes are mapped.

    Attributes:
        paths: the programs, for one lane.
        axes: of each leaf, None where it is shared.
        samples: how many there are.
    """

    paths: Paths
    axes: list[int | None]
    samples: int


class Vmapped(Jitted):
    """A function over a batch; see `vmap`."""

    def __init__(
        self, function: Function, static: Any, in_axes: Axes, reduce: str | None, workers: int
    ) -> None:
        super().__init__(function.function if type(function) is Jitted else function, *static)
        self._given = function
        self.in_axes = tuple(in_axes) if isinstance(in_axes, list) else in_axes
        self.reduce = reduce
        self.workers = workers

    def __reduce__(self) -> Any:
        """Return what `pickle` stores."""
        stored = super().__reduce__()
        if isinstance(stored, str):
            return stored
        return Vmapped, (self._given, self.static, self.in_axes, self.reduce, self.workers)

    def _with(self, function: Function) -> "Vmapped":
        """Return the same of another function of the same arguments."""
        return Vmapped(function, self.static, self.in_axes, self.reduce, self.workers)

    def _of_method(self, method: Function) -> Jitted:
        numbers, names = self.static
        static = [i - 1 for i in numbers], names
        axes = self.in_axes[1:] if isinstance(self.in_axes, tuple) else self.in_axes
        return Vmapped(method, static, axes, self.reduce, self.workers)

    def _transform(self, transform: Function, *args: Any, **options: Any) -> Function:
        """Return a derivative; a gradient by what all samples share is reduced as they are."""
        if self.reduce and transform in _LINEAR:
            argnums = args[0] if args else options.get("argnums", 0)
            if self._shares(checked_argnums(self.function, argnums, transform.__name__)):
                return self._with(transform(self.function, *args, **options))

        @wraps(self.function, updated=())
        def all_samples(*args: Any, **kwargs: Any) -> Any:
            return self(*args, **kwargs)

        return Jitted(transform(all_samples, *args, **options), *self.static)

    def _shares(self, argnums: int | tuple[int, ...]) -> bool:
        """Whether none of these arguments is mapped."""
        axes = self.in_axes
        chosen = [argnums] if isinstance(argnums, int) else argnums
        if not isinstance(axes, tuple):
            return axes is None
        return all(-len(axes) <= i < len(axes) and axes[i] is None for i in chosen)

    def _planned(
        self, key: Any, f: Function, args: Any, kwargs: Any, dependencies: Dependencies
    ) -> _Plan:
        axes, count = self._mapping(f, args, kwargs)
        leaves = zip(tree.flatten((args, kwargs)), axes, strict=True)
        lane = [x if axis is None else _any_lane(x, axis) for x, axis in leaves]
        args, kwargs = tree.unflatten((args, kwargs), lane)
        key = key[0], signature((args, kwargs), []), tuple([axis is None for axis in axes])
        paths = self._families.get(key)
        if paths is None:
            inputs = flatten_arguments(f, args, kwargs)
            parts = zip(inputs.shapes, axes, strict=True)
            mapped = [axis is not None for shape, axis in parts for _ in range(prod(shape or ()))]
            inputs.numbers = []
            reduced = self.reduce is not None
            paths = Paths(f, inputs, mapped, dependencies, True, reduced, self.workers)
            paths = self._families.setdefault(key, paths)
        return _Plan(paths, axes, count)

    def _mapping(self, f: Function, args: Any, kwargs: Any) -> tuple[list[int | None], int]:
        """Return the axis of each leaf, from 0 on, and the number of lanes."""
        names = parameter_names(f, len(args))
        axes: list[int | None] = []
        places: list[str] = []
        given = (self.in_axes,) * len(args)
        if isinstance(self.in_axes, tuple):
            given = tuple([x for i, x in enumerate(self.in_axes) if i not in self.static[0]])
        if len(given) != len(args):
            raise ValueError(
                f"in_axes has length {len(given)}, but {name_of(f)} was "
                f"called with {counted(len(args), 'positional argument')}"
            )
        for axis, x, name in zip(given, args, names, strict=True):
            axes += _spread(axis, x, name)
            places += tree.paths(x, name)
        for name in sorted(kwargs):
            axes += _spread(0, kwargs[name], name)
            places += tree.paths(kwargs[name], name)
        leaves = tree.flatten((args, kwargs))
        axes = list(map(_checked_axis, leaves, axes, places))
        rows = zip(leaves, axes, places, strict=True)
        counts = {place: x.shape[axis] for x, axis, place in rows if axis is not None}
        if not counts:
            raise ValueError(
                f"vmap of {name_of(f)} needs an argument that is mapped: none of "
                f"{', '.join(names) or 'no argument'} has an axis in in_axes={self.in_axes!r}"
            )
        if len(set(counts.values())) > 1:
            told = ", ".join([f"{place} has {n}" for place, n in counts.items()])
            raise ValueError(f"the arguments of {name_of(f)} differ in their samples: {told}")
        return axes, next(iter(counts.values()))

    def _computed(self, plan: _Plan, leaves: list[Any]) -> Any:
        paths, axes, count = plan
        pairs = list(zip(leaves, axes, strict=True))
        shared = gathered([x for x, axis in pairs if axis is None])
        lanes = _rows([np.moveaxis(x, axis, 0) for x, axis in pairs if axis is not None], count)
        parts = list(paths.run(shared, lanes))
        if len(parts) > 1 and len(paths.known) > 1:  # a program alone will not do
            paths.learned, self._entries = MOST_LESSONS, ()
        form = self._common([(form, at[0]) for form, at, _ in parts] or [(paths.form(shared), 0)])
        if self.reduce is None:
            if len(parts) == 1:
                return form.stacked(parts[0][2])
            table = np.empty((count, form.size))
            for _, at, rows in parts:
                table[at] = rows
            return form.stacked(table)
        total = np.zeros(form.size)
        for _, _, sums in parts:
            total += sums
        with np.errstate(invalid="ignore"):  # the mean of nothing is nan
            return form.filled(total / count if self.reduce == "mean" else total)

    def _note(self, args: Any, plan: _Plan) -> None:
        paths, axes, count = plan
        dependencies = self._dependencies
        if paths.learned < MOST_LESSONS and count and dependencies:
            paths.learned += 1
            mean = self.reduce == "mean"
            self._learn(args, paths.first, dependencies, axes, mean, self.workers)

    def _common(self, forms: list[tuple[Form, int]]) -> Form:
        """Return the structure that all samples' results have."""
        (first, sample), *others = forms
        for form, at in others:
            if not form.fits(first):
                raise TypeError(
                    f"{self.__name__} returned {first} for sample {sample} and {form} for sample "
                    f"{at}: results can be put together only where all have one structure"
                )
        return first

    def _own(self, f: Function) -> Function:
        """Return the function that runs f for one sample after the other."""

        @wraps(f, updated=())
        def one_by_one(*args: Any, **kwargs: Any) -> Any:
            axes, count = self._mapping(f, args, kwargs)
            leaves = list(zip(tree.flatten((args, kwargs)), axes, strict=True))

            def result(lane: Callable[..., Any], *place: int) -> Any:
                of_lane = [x if axis is None else lane(x, axis, *place) for x, axis in leaves]
                own, named = tree.unflatten((args, kwargs), of_lane)
                return f(*own, **named)

            if not count:
                form, _ = Form.of(result(_any_lane), name_of(f), numbers_only=True)
                form = self._common([(form, 0)])
                return (
                    form.stacked(np.empty((0, form.size)))
                    if self.reduce is None
                    else (form.filled(np.full(form.size, 0.0 if self.reduce == "sum" else np.nan)))
                )
            results = [result(_lane, i) for i in range(count)]
            self._common(
                [(Form.of(found, name_of(f), True)[0], i) for i, found in enumerate(results)]
            )
            return tree.map(self._joined, *results)

        one_by_one.__name__ = name_of(f)
        return one_by_one

    def _joined(self, *leaves: Any) -> Any:
        """Return the leaves of all samples, stacked or reduced."""
        entries = np.empty((len(leaves), *as_object_array(leaves[0]).shape), dtype=object)
        for i, leaf in enumerate(leaves):
            entries[i] = as_object_array(leaf)[()]
        stacked = as_array(entries)
        if self.reduce is None:
            return stacked
        return np.sum(stacked, axis=0) if self.reduce == "sum" else np.mean(stacked, axis=0)


def _check_axes(axes: Axes) -> None:
    """Raise a TypeError for what is no axis, None, or a tree of these."""
    for axis in tree.flatten(axes):
        if isinstance(axis, bool) or not isinstance(axis, (int, np.integer)):
            raise TypeError(f"in_axes is made of whole numbers and None, not of {axis!r}")


def _spread(axes: Axes, x: Any, place: str) -> list[int | None]:
    """Return the axis for each leaf of an argument."""
    if not isinstance(axes, (tuple, list, dict)):
        return [axes] * len(tree.flatten(x))
    pairs = _branches(axes, x)
    if pairs is None:
        raise ValueError(
            f"in_axes={axes!r} does not fit {place}, which is {tree.describe(x)}: it must be like "
            "the upper part of the argument"
        )
    return [
        axis for key, inner, part in pairs for axis in _spread(inner, part, f"{place}[{key!r}]")
    ]


def _branches(axes: Axes, x: Any) -> list[tuple[Any, Any, Any]] | None:
    """Return the keys of two trees and what they lead to; None where these differ."""
    if isinstance(axes, dict):
        if not isinstance(x, dict) or axes.keys() != x.keys():
            return None
        return [(key, axes[key], part) for (key, part) in tree.items(x)]
    if not isinstance(x, (tuple, list)) or len(axes) != len(x):
        return None
    return [(i, axis, part) for i, (axis, part) in enumerate(zip(axes, x, strict=True))]


def _checked_axis(x: Any, axis: int | None, place: str) -> int | None:
    """Return an axis of a leaf, from 0 on; a ValueError if it has none such."""
    if axis is None:
        return None
    shape = np.shape(x)
    if not shape:
        raise ValueError(
            f"{place} is a number, which has no axis to map: give None for it in in_axes, and "
            "numbers of several samples as one array"
        )
    if not -len(shape) <= axis < len(shape):
        raise ValueError(f"in_axes has {axis} for {place}, whose shape is {shape}")
    return int(axis) % len(shape)


def _lane(x: Any, axis: int, i: int) -> Any:
    """Return a leaf for one sample: a number, where it has no other axes."""
    lane = np.moveaxis(x, axis, 0)[i]
    return lane if isinstance(lane, (np.ndarray, Operand)) else float(lane)


def _any_lane(x: Any, axis: int) -> Any:
    """Return what a leaf could be for one sample: ones."""
    shape = x.shape[:axis] + x.shape[axis + 1 :]
    return np.ones(shape) if shape else 1.0


def _rows(leaves: list[Any], count: int) -> Floats:
    """Return the numbers of all leaves, a row for each sample."""
    pieces = [x.reshape(count, prod(x.shape[1:])) for x in leaves]
    if len(pieces) == 1:
        return np.ascontiguousarray(pieces[0], np.float64)
    return np.concatenate(pieces, axis=1, dtype=np.float64, casting="unsafe")
