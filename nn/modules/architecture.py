"""A module as text for a file, and back: its class by name, and the arguments that make it.

A module is written {"class": "MLP", "config": {"nin": 2, ...}}. Numbers, texts and lists stand for
themselves; what JSON lacks is an object with one key that says what it is:

    {"tuple": [...]}  {"dict": [[key, value], ...]}  {"float": "inf"}
    {"init": {"name": "constant", "value": 0.5}}     a scheme of nn.init
    {"shared": 0}                                    the module that was finished first, once more

Reading makes modules of classes that this program has defined or imported. Nothing is imported, and
nothing else is called, at the word of a file.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from autograd.text.names import hint
from autograd.text.words import cut
from nn import init as schemes
from nn.modules.module import Module
from nn.modules.parameter import joined, shape_of

Content = Module | tuple[int, ...]
"""A part of a module, or the shape of an array of its parameters."""

DEEPEST = 100
"""How deep values may lie in each other."""

MOST = 20_000
"""How many values an architecture may have: a small file shall not take all memory."""


# From a module to its description.


def describe(module: Module) -> dict[str, Any]:
    """Return what makes another module like this one, as dicts, lists, texts and numbers for JSON.

    Raises:
        TypeError: it cannot be told, or not be written: an argument is a function, say.
        ValueError: the description would not make this module again, as a part of it was changed
            after it was made.

    >>> from nn import Linear, Sequential
    >>> describe(Sequential(Linear(2, 1), "tanh"))["config"]["modules"][1]
    {'class': 'Tanh', 'config': {}}
    """
    if not isinstance(module, Module):
        raise TypeError(f"a model is an nn.Module, not {module!r}")
    description = _Writer().module(module, "", 0)
    _check_twin(module, build(description))
    return description


class _Writer:
    """Takes one module apart; knows which parts it has met."""

    def __init__(self) -> None:
        self.finished: dict[int, int] = {}
        self.count = 0

    def module(self, module: Module, place: str, depth: int) -> dict[str, Any]:
        if id(module) in self.finished:
            return {"shared": self.finished[id(module)]}
        outrun = _is_outrun(type(module), "config")
        config = Module.config(module) if outrun else module.config()
        written = {
            str(name): self.value(value, joined(place, str(name)), depth + 1)
            for name, value in config.items()
        }
        self.finished[id(module)] = len(self.finished)
        return {"class": class_name(type(module)), "config": written}

    def value(self, value: Any, place: str, depth: int) -> Any:
        self.count += 1
        if depth > DEEPEST:
            raise ValueError(
                f"arguments lie in each other more than {DEEPEST} deep: does a module hold itself?"
            )
        if self.count > MOST:
            raise ValueError(f"an architecture can have {MOST:,} arguments, not more")
        if isinstance(value, np.generic):
            value = value.item()
        if value is None or type(value) in (bool, int, str):
            return value
        if type(value) is float:
            return value if math.isfinite(value) else {"float": repr(value)}
        if isinstance(value, Module):
            return self.module(value, place, depth)
        if type(value) in (list, tuple):
            items = [self.value(x, f"{place}[{i}]", depth + 1) for i, x in enumerate(value)]
            return items if type(value) is list else {"tuple": items}
        if type(value) is dict:
            pairs = [
                [self.value(key, place, depth + 1), self.value(x, f"{place}[{key!r}]", depth + 1)]
                for key, x in value.items()
            ]
            return {"dict": pairs}
        if type(value) in schemes.KINDS.values():
            return {"init": schemes.to_config(value)}
        raise TypeError(
            f"cannot save the argument {place} of the model, {_short(value)}: {_remedy(value)}"
        )


def _is_outrun(kind: type[Module], method: str) -> bool:
    """Whether the method is inherited from above an `__init__` whose arguments it cannot know."""
    first = next(x for x in kind.__mro__ if "__init__" in vars(x) or method in vars(x))
    return method not in vars(first)


def _remedy(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return "keep the list array.tolist() instead of the array"
    if isinstance(value, type):
        return "keep its name instead"
    if callable(value):
        return (
            "a file holds no functions. For an activation define a class, class Mine(nn.Module), "
            "with forward(self, x) and output_shape(self, shape); for an init take one of nn.init"
        )
    return (
        "only None, numbers, texts, lists, tuples, dicts, Modules and the schemes of nn.init can "
        "be saved"
    )


def _short(value: Any) -> str:
    return cut(repr(value), 60)


# What a description would lose.


def _check_twin(module: Module, twin: Module) -> None:
    """Raise unless both have the same parts and the same arrays of parameters."""
    names = [name for name, _ in module._arrays()]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"cannot save the model: it has two arrays of parameters called {twice}")
    own, other = _contents(module), _contents(twin)
    for place in [*own, *other]:
        content, remade = own.get(place), other.get(place)
        if _told(content) != _told(remade):
            raise ValueError(
                f"cannot save the model: {place or 'it'} is {_brief(content)}, but made anew from "
                f"its arguments it would be {_brief(remade)}. Was it changed after it was made? "
                "Give all that differs as an argument of __init__, kept in the attribute of its "
                "name, or build the model with nn.Sequential"
            )


def _contents(module: Module) -> dict[str, Content]:
    """Return the parts, the innermost first, as they tell a difference best, and the shapes."""
    return {**dict(module.named_modules()[::-1]), **parameter_shapes(module)}


def _told(content: Content | None) -> Any:
    """Return a part's description, its class where an argument cannot be written, or the shape."""
    if not isinstance(content, Module):
        return content
    try:
        return _Writer().module(content, "", 0)
    except (TypeError, ValueError):
        return class_name(type(content))


def _brief(content: Content | None) -> str:
    if isinstance(content, Module):
        return cut(repr(content).replace("\n", " "))
    return "not there" if content is None else f"of shape {content}"


def parameter_shapes(module: Module) -> dict[str, tuple[int, ...]]:
    """Return the shapes of all arrays of parameters by name; nothing is made for it.

    >>> from nn import Linear
    >>> parameter_shapes(Linear(10**6, 10**6))
    {'w': (1000000, 1000000), 'b': (1000000,)}
    """
    return {name: shape_of(array) for name, array in module._arrays()}


# From a description to a module.


def build(description: Any) -> Module:
    """Make a new module of this description; its parameters are declared, not made.

    Raises:
        ValueError: the description is broken, or names a class that is not there.

    >>> build({"class": "MLP", "config": {"nin": 2, "nouts": [3, 1], "activation": "tanh"}})
    MLP(2, [3, 1], activation='tanh')
      layers.0: Layer(2, 3, activation='tanh')
      layers.1: Layer(3, 1, activation='identity')
    """
    made = _Reader().value(description, 0)
    if not isinstance(made, Module):
        raise ValueError(f"the architecture is {_short(description)}, not a module")
    return made


class _Reader:
    """Puts one module together; knows the parts that it has finished."""

    def __init__(self) -> None:
        self.finished: list[Module] = []
        self.classes = known_classes()
        self.count = 0

    def value(self, written: Any, depth: int) -> Any:
        self.count += 1
        if depth > DEEPEST or self.count > MOST:
            raise ValueError(
                f"the architecture is more than {DEEPEST} deep, or has more than {MOST:,} values"
            )
        if isinstance(written, list):
            return [self.value(x, depth + 1) for x in written]
        if not isinstance(written, dict):
            return written
        if set(written) == {"class", "config"}:
            return self.module(written["class"], written["config"], depth)
        if len(written) == 1:
            ((kind, content),) = written.items()
            if kind == "tuple" and isinstance(content, list):
                return tuple(self.value(x, depth + 1) for x in content)
            if kind == "dict" and _are_pairs(content):
                return {self.key(k, depth + 1): self.value(x, depth + 1) for k, x in content}
            if kind == "float" and content in ("nan", "inf", "-inf"):
                return float(content)
            if kind == "init" and isinstance(content, dict):
                return self.scheme(content)
            if kind == "shared" and type(content) is int and 0 <= content < len(self.finished):
                return self.finished[content]
        raise ValueError(f"{_short(written)} means nothing in an architecture")

    def key(self, written: Any, depth: int) -> Any:
        key = self.value(written, depth)
        try:
            hash(key)
        except TypeError:
            raise ValueError(f"{_short(key)} cannot be a key of a dict") from None
        return key

    def scheme(self, config: dict[str, Any]) -> schemes.Scheme:
        try:
            return schemes.from_config(config)
        except (TypeError, OverflowError) as error:
            raise ValueError(str(error)) from None

    def module(self, name: Any, config: Any, depth: int) -> Module:
        if not isinstance(name, str) or not isinstance(config, dict):
            raise ValueError(f"the class {_short(name)} is no text, or its config no object")
        kind = self.classes.get(name)
        if kind is None:
            raise unknown_class(name, self.classes)
        arguments = {key: self.value(value, depth + 1) for key, value in config.items()}
        made = _made(kind, arguments)
        self.finished.append(made)
        return made


def _made(kind: type[Module], arguments: Mapping[str, Any]) -> Module:
    """Make the module of these arguments; tell what its class has against them."""
    name = class_name(kind)
    try:
        outrun = _is_outrun(kind, "from_config")
        made = kind(**arguments) if outrun else kind.from_config(arguments)
    except Exception as error:
        given = ", ".join(f"{key}={_short(value)}" for key, value in arguments.items())
        reason = f"{type(error).__name__}: {error}"
        raise ValueError(f"cannot make {name}({given}): {reason}") from error
    if not isinstance(made, kind):
        raise ValueError(f"{name}.from_config() gave {_short(made)}, which is no {name}")
    return made


def _are_pairs(content: Any) -> bool:
    return isinstance(content, list) and all(isinstance(x, list) and len(x) == 2 for x in content)


# Classes by name.


def class_name(kind: type[Module]) -> str:
    """Return the name of a class in files: of nn's classes alone, of others with their module.

    >>> from nn import MLP
    >>> class_name(MLP), class_name(type("Mine", (MLP,), {"__module__": "here"}))
    ('MLP', 'here.Mine')
    """
    own = kind.__module__.partition(".")[0] == "nn"
    return kind.__qualname__ if own else f"{kind.__module__}.{kind.__qualname__}"


def known_classes() -> dict[str, type[Module]]:
    """Return all classes of modules in this program by name; of two, the one defined last."""
    found: dict[str, type[Module]] = {}
    waiting: list[type[Module]] = [Module]
    for kind in waiting:
        found[class_name(kind)] = kind
        waiting += kind.__subclasses__()
    return found


def unknown_class(name: str, classes: Mapping[str, type[Module]]) -> ValueError:
    """Return the error for a class that is not there, with what to do about it."""
    home, _, kind = name.rpartition(".")
    if not home:
        own = sorted(x for x in classes if "." not in x and x[0] != "_")
        return ValueError(f"nn has no class {name!r}{hint(name, own)}; it has {', '.join(own)}")
    alike = [known for known in classes if known.rpartition(".")[2] == kind]
    there = f" (there is {', '.join(alike)}: hand one over with nn.load(path, into=...))"
    return ValueError(
        f"the class {name} is not known here: import or define it before loading"
        f"{there if alike else ''}"
    )
