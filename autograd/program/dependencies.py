"""What a function reads besides its arguments, and whether it has changed since."""

import dis
import pickle
import random
import sys
import sysconfig
import threading
import warnings
from collections.abc import Iterable, Iterator, Mapping, MutableSequence, Set
from functools import lru_cache, partial
from itertools import chain
from operator import is_
from pathlib import Path
from types import (
    BuiltinFunctionType,
    CodeType,
    FunctionType,
    MethodType,
    ModuleType,
)
from typing import Any, Final

import numpy as np

from autograd.rules.entrywise import as_object_array
from autograd.rules.operand import Operand
from autograd.rules.primitive import Primitive
from autograd.text.lines import user_line
from autograd.transforms.recording import name_of

_MOST: Final = 100_000
"""How many things are compared at a call; arrays count as one."""

_LASTING: Final = (bool, int, float, complex, str, bytes, type(None), np.generic)
_RANDOM: Final = (random.Random, np.random.Generator, np.random.RandomState, np.random.BitGenerator)

_PACKAGES: Final = ("autograd", "nn")
_FOLLOWED: Final = (*_PACKAGES, "argparse", "types")
"""Libraries of whose objects the attributes count."""

_LIBRARIES: Final = (
    *[sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")],
    *[str(Path(__file__).absolute().parents[2] / name) for name in _PACKAGES],
    "<frozen",
)


class _Missing:
    """What stands for a thing that is not there."""


MISSING: Final = _Missing()


class Dependencies:
    """The globals, closures, defaults and attributes that a function reads.

    Those of the functions that it calls count too, but not those of libraries. Numbers and texts
    are compared by what they are, lists, dicts, sets, arrays and objects by what is in them, and
    all else by identity.

    Attributes:
        names: what is found in dicts, each as (dict, key, thing).
        cells: what is found in cells of closures, each as (cell, name, thing).
        codes: functions, each as (function, its code, its defaults).
        containers: dicts, lists and the like; what was in them is compared as a whole.
        arrays: each as (array, its shape, its numbers as bytes; addresses of objects).
        impure: why no program of the function would be right; empty where nothing is known.
    """

    def __init__(self, f: Any) -> None:
        self.name = name_of(f)
        self.impure = ""
        self.lock = threading.RLock()
        self.names: list[tuple[Any, str, Any]] = []
        self.cells: list[tuple[Any, str, Any]] = []
        self.codes: list[tuple[FunctionType, CodeType, Any]] = []
        self.containers: list[Any] = []
        self.arrays: list[tuple[Any, tuple[int, ...], bytes]] = []
        self._generators: list[Any] = []
        self._seen: dict[Any, Any] = {}
        self._used: set[str] = set()
        self._open: list[Any] = []
        self.add(f)

    def add(self, thing: Any) -> None:
        """Take what a thing leads to into account, too."""
        impure = self.impure
        self._visit_all([thing])
        self._dicts = [thing for thing in self.containers if isinstance(thing, dict)]
        self._lengths = self._sizes()
        self._inside = list(self._contents())
        if self.impure != impure:
            self._warn()

    def changed(self) -> str:
        """Return what is not what it was, or why that is not known; empty where all is."""
        if self.impure:
            return self.impure
        for owner, key, thing in self.names:
            if owner.get(key, MISSING) is not thing:
                return self._differing()
        for cell, _, thing in self.cells:
            if _inside(cell) is not thing:
                return self._differing()
        for function, code, defaults in self.codes:
            if function.__code__ is not code or function.__defaults__ is not defaults:
                return self._differing()
        if self._sizes() != self._lengths or not all(map(is_, self._contents(), self._inside)):
            return self._differing()
        for array, shape, numbers in self.arrays:
            if array.shape != shape or np.ndarray.tobytes(array) != numbers:
                return self._differing()
        return ""

    def expired(self) -> bool:
        """Whether programs that were recorded have to be forgotten; there are no others to come."""
        return not self.impure and self.changed() != ""

    def _sizes(self) -> list[int]:
        return list(map(len, self.containers))

    def _contents(self) -> Iterator[Any]:
        """Give what is in all containers, one after the other; the values in dicts at the end."""
        chained = chain.from_iterable
        return chain(chained(self.containers), chained(map(dict.values, self._dicts)))

    def _differing(self) -> str:
        """Return what differs, by more than identity; take note of what differs by that only."""
        for i, (owner, key, thing) in enumerate(self.names):
            if not _same(new := owner.get(key, MISSING), thing):
                return f"`{key}`"
            self.names[i] = owner, key, new
        for i, (cell, name, thing) in enumerate(self.cells):
            if not _same(new := _inside(cell), thing):
                return f"`{name}`"
            self.cells[i] = cell, name, new
        for i, (function, code, defaults) in enumerate(self.codes):
            if function.__code__ is not code or not _same(function.__defaults__, defaults):
                return f"the function {function.__name__}"
            self.codes[i] = function, code, function.__defaults__
        for array, shape, numbers in self.arrays:
            if array.shape != shape or np.ndarray.tobytes(array) != numbers:
                return f"an array of shape {shape}"
        inside = list(self._contents())
        if self._sizes() != self._lengths or not all(map(_same, inside, self._inside)):
            return "what is in a list, a dict or an object"
        self._inside = inside
        return ""

    def held(self, before: list[Any]) -> bool:
        """Whether nothing has changed since `drawn` returned this; warn otherwise."""
        if changed := self.changed():
            self.impure = f"it changes {changed}"
        elif self.drawn() != before:
            self.impure = "it draws random numbers"
        if self.impure:
            self._warn()
        return not self.impure

    def _warn(self) -> None:
        warn(f"{self.name} is evaluated at each call, without a program, as {self.impure}")

    def drawn(self) -> list[Any]:
        """Return the states of all generators of random numbers."""
        return [random.getstate(), *map(_state, (np.random.mtrand._rand, *self._generators))]

    # Finding them.

    def _visit_all(self, things: Iterable[Any]) -> None:
        """Visit things and whatever they lead to."""
        self._stack = list(things)
        while self._stack:
            while self._stack:
                if len(self._seen) > _MOST:
                    self.impure = f"it reads more than {_MOST:,} things besides its arguments"
                    return
                self._visit(self._stack.pop())
            for owner in self._open:  # names that were met since may be among theirs
                for name in list(owner):  # a copy, as another thread may add to it
                    if name in self._used or _is_operator(owner, name):
                        self._read(owner, name)

    def _visit(self, thing: Any) -> None:
        if isinstance(thing, (*_LASTING, Operand, Primitive, _Missing)) or id(thing) in self._seen:
            return
        self._seen[id(thing)] = thing
        if isinstance(thing, FunctionType):
            self._visit_function(thing)
        elif isinstance(thing, MethodType):
            self._stack += [thing.__func__, thing.__self__]
        elif isinstance(thing, BuiltinFunctionType):
            self._stack.append(thing.__self__)
        elif isinstance(thing, partial):
            self._stack += [thing.func, thing.args, thing.keywords]
        elif isinstance(thing, (property, staticmethod, classmethod)):
            self._stack += [getattr(thing, way, None) for way in ("fget", "__func__")]
        elif isinstance(thing, type):
            if not _is_of_library(thing):
                self._open.append(vars(thing))
                self._stack += thing.__bases__
        elif isinstance(thing, ModuleType):
            if not _is_foreign_file(getattr(thing, "__file__", None)):
                self._open.append(vars(thing))
        elif isinstance(thing, _RANDOM):
            self._generators.append(thing)
        elif hasattr(thing, "__next__"):
            self.impure = f"it takes what comes next from a {type(thing).__name__}"
        else:
            self._visit_container(thing)

    def _visit_function(self, function: FunctionType) -> None:
        for name, cell in zip(
            function.__code__.co_freevars, function.__closure__ or (), strict=True
        ):
            inside = _inside(cell)
            self.cells.append((cell, name, inside))
            self._stack.append(inside)
        if _is_foreign_file(function.__code__.co_filename):
            return
        self.codes.append((function, function.__code__, function.__defaults__))
        self._stack.append(function.__defaults__)
        if function.__kwdefaults__:
            self._stack.append(function.__kwdefaults__)
        for code in _codes(function.__code__):
            self._used.update(code.co_names)
            for name in _global_names(code):
                self._read(function.__globals__, name)
            self._stack += [sys.modules[name] for name in code.co_names if name in sys.modules]

    def _read(self, owner: Any, name: str) -> None:
        """Take note of what a name stands for."""
        if (id(owner), name) not in self._seen:
            thing = owner.get(name, MISSING)
            self._seen[id(owner), name] = owner
            self.names.append((owner, name, thing))
            self._stack.append(thing)

    def _visit_container(self, thing: Any) -> None:
        kind: Any = type(thing)
        if hasattr(thing, "__wrapped__"):  # such as another compiled function
            self._stack.append(thing.__wrapped__)
            return
        if hasattr(kind, "named_parameters"):
            thing.parameters()  # some are made when first asked for
        if isinstance(thing, np.ndarray):
            self.arrays.append((thing, thing.shape, np.ndarray.tobytes(thing)))
            if thing.dtype == object:
                self._stack += as_object_array(thing).ravel().tolist()
        elif isinstance(thing, tuple):
            self._stack += thing
        elif isinstance(thing, (MutableSequence, Set)):
            self.containers.append(thing)
            self._stack += thing
        elif isinstance(thing, Mapping):
            self.containers.append(thing if isinstance(thing, dict) else thing.items())
            self._stack += thing.values()
        if not _is_of_library(kind) or kind.__module__.partition(".")[0] in _FOLLOWED:
            self._stack += [kind, getattr(thing, "__dict__", None)]
            if slots := _slots(kind):
                self.containers.append(_Slots(thing, slots))
                self._stack += self.containers[-1]


def warn(message: str) -> None:
    """Warn at the line of the user's program that is being run."""
    line = user_line()
    warnings.warn_explicit(message, RuntimeWarning, line.path, line.number)


# What is in things.


class _Slots:
    """The attributes of an object that are not in its dict, as a container."""

    def __init__(self, thing: Any, names: list[str]) -> None:
        self._thing = thing
        self._names = names

    def __len__(self) -> int:
        return len(self._names)

    def __iter__(self) -> Iterator[Any]:
        return iter([getattr(self._thing, name, MISSING) for name in self._names])


@lru_cache(maxsize=1024)
def _slots(kind: Any) -> list[str]:
    """Return the names of the attributes of a class that its objects have no dict for."""
    slots = [name for base in kind.__mro__ for name in vars(base).get("__slots__", ())]
    return [name for name in slots if name not in ("__dict__", "__weakref__")]


def _inside(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return MISSING


def _state(generator: Any) -> Any:
    """Return the state of a generator of random numbers."""
    if isinstance(generator, random.Random):
        return generator.getstate()
    if isinstance(generator, np.random.RandomState):
        return pickle.dumps(generator.get_state(legacy=False))
    return pickle.dumps(getattr(generator, "bit_generator", generator).state)


# Whether they are the same.


def _same(x: Any, y: Any) -> bool:
    """Whether two things are one, or equal numbers or texts, to the sign of 0."""
    if x is y:
        return True
    if type(x) is not type(y):
        return False
    if isinstance(x, _LASTING):
        return repr(x) == repr(y)
    return isinstance(x, tuple) and _all_same(x, y)


def _all_same(xs: Any, ys: Any) -> bool:
    """Whether the things in two lists are the same."""
    if len(xs) != len(ys):
        return False
    return all(map(is_, xs, ys)) or all(map(_same, xs, ys))


# What is asked of code.


@lru_cache(maxsize=1024)
def _codes(code: CodeType) -> list[CodeType]:
    """Return a function's code, with that of the functions in it."""
    inner = [x for x in code.co_consts if isinstance(x, CodeType)]
    return [code, *[deeper for x in inner for deeper in _codes(x)]]


@lru_cache(maxsize=1024)
def _global_names(code: CodeType) -> list[str]:
    """Return the globals that code reads or writes."""
    found = [x.argval for x in dis.get_instructions(code) if x.opname.endswith(("GLOBAL", "NAME"))]
    return list(dict.fromkeys([name for name in found if name in code.co_names]))


def _is_operator(owner: Any, name: str) -> bool:
    """Whether a class defines an operator by this name, which no code need mention."""
    return name.startswith("__") and isinstance(owner[name], FunctionType)


def _is_foreign_file(file: str | None) -> bool:
    """Whether a file belongs to a library; what has no file does."""
    return file is None or file.startswith(_LIBRARIES)


@lru_cache(maxsize=1024)
def _is_of_library(kind: Any) -> bool:
    """Whether a class belongs to a library."""
    if kind.__module__ == "__main__":
        return False
    return _is_foreign_file(getattr(sys.modules.get(kind.__module__), "__file__", None))
