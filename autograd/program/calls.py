"""Known calls: arguments of a structure that was seen before go to the machine at once.

Where the machine is compiled, a call of a compiled function is looked up there, among `_entries`,
and Python has no part in it. All other calls go to the method `_call`.
"""

from collections.abc import Callable, Iterator
from itertools import repeat
from math import prod
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from autograd.program.dependencies import MISSING, Dependencies
from autograd.program.machine import COMPILED
from autograd.program.paths import Path
from autograd.transforms import tree
from autograd.values.observer import WATCH

MOST = 8
"""How many calls are known at once."""

_NUMBERS: Final = frozenset((float, int, bool, np.float64))
_MOST_DIMENSIONS: Final = 8
"""Numbers that the machine reads; the dimensions of an array that it reads or makes, at most."""


class PythonCaller:
    """The base of compiled functions, where the machine is not compiled."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return what the function returns."""
        return self._call(*args, **kwargs)

    def _call(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError


if TYPE_CHECKING:
    Caller = PythonCaller
else:
    Caller = COMPILED.Caller if COMPILED else PythonCaller


class KnownCalls(Caller):
    """The base of compiled functions."""

    def __init__(self) -> None:
        self._watch = WATCH
        self._entries: tuple[Any, ...] = ()

    def _learn(
        self,
        args: tuple[Any, ...],
        path: Path | None,
        dependencies: Dependencies,
        axes: list[int | None] | None = None,
        mean: bool = False,
        workers: int = 1,
    ) -> None:
        """Remember how a call was computed, if the machine can do it alone.

        Args:
            args: its arguments.
            path: the program that ran.
            dependencies: what must not have changed.
            axes: of each leaf, None where all lanes share it; without it there are no lanes.
            mean: whether sums over the lanes are divided by their number.
            workers: how many threads share them.
        """
        if COMPILED is None or path is None or path.program.captured or dependencies.impure:
            return
        if not isinstance(path.machine.compiled, COMPILED.Machine):
            return
        is_by_lanes = axes is not None
        arguments = _argument(args, iter(axes) if axes is not None else repeat(None), [0, 0])
        result = _result(path.form)
        if arguments is None or result is None:
            return
        checks, changed = _checks(dependencies)
        entry = COMPILED.Entry(
            path.machine.compiled, arguments, result, is_by_lanes, mean, workers, checks, changed
        )
        self._entries = (entry, *self._entries[: MOST - 1])


def _argument(x: Any, axes: Iterator[int | None], offsets: list[int]) -> Any:
    """Return the structure of an argument, for `Entry`; None where the machine cannot read it.

    The offsets are those of the next number that all lanes share and of the next that is mapped.
    """
    kind = type(x)
    if x is None:
        return "fixed", None
    if kind is np.ndarray or kind in _NUMBERS:
        given = next(axes)
        axis = -1 if given is None else given
        shape = tuple([n for i, n in enumerate(np.shape(x)) if i != axis])
        offset = offsets[axis >= 0]
        offsets[axis >= 0] += prod(shape)
        if kind is not np.ndarray:
            return "number", offset
        return ("array", offset, axis, shape) if len(shape) <= _MOST_DIMENSIONS else None
    return _branched(x, lambda branch: _argument(branch, axes, offsets))


def _branched(x: Any, node: Callable[[Any], Any]) -> Any:
    """Return the structure of a tuple, list or dict, with node(branch) of its branches.

    It is None for other things, and for a named tuple that makes something of what it is given.
    """
    kind = type(x)
    is_record = isinstance(x, tuple) and hasattr(x, "_fields")
    if is_record and _maker(kind).__bases__ != (tuple,):
        return None
    if not is_record and kind not in (tuple, list, dict):
        return None
    nodes = {key: node(branch) for key, branch in tree.items(x)}
    if None in nodes.values():
        return None
    if kind is dict:
        return "dict", tuple(x), tuple([nodes[key] for key in x])
    if is_record:
        return "record", kind, tuple(nodes.values())
    return kind.__name__, tuple(nodes.values())


def _maker(kind: type) -> type:
    """Return the class that says how its objects are made."""
    return next(base for base in kind.__mro__ if "__new__" in vars(base))


def _result(form: Any) -> Any:
    """Return the structure of a result, for `Entry`; None where the machine cannot make it."""
    leaves = iter(form.leaves)
    offset = 0

    def node(x: Any) -> Any:
        nonlocal offset
        if isinstance(x, tree.BRANCHED):
            return ("fixed", None) if x is None else _branched(x, node)
        what, depends = next(leaves)
        if not depends:
            return "fixed", what
        start = offset
        offset += prod(what or ())
        if what is None:
            return "number", start
        return ("array", start, -1, what) if len(what) <= _MOST_DIMENSIONS else None

    return node(form.tree)


def _checks(dependencies: Dependencies) -> tuple[tuple[Any, ...], Any]:
    """Return what must be where it was, and a function that tells of all else; for `Entry`."""
    simple = not dependencies.containers and not dependencies.arrays
    if not simple or not all(type(owner) is dict for owner, _, _ in dependencies.names):
        return (), dependencies.changed
    places = [*dependencies.names, *dependencies.cells, *dependencies.codes]
    return tuple([place[:2] if place[2] is MISSING else place for place in places]), None
