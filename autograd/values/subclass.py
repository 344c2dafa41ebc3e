"""Subclasses of Value: what they may not override, and what copies and pickles keep of them."""

from types import MemberDescriptorType
from typing import Any

State = tuple[dict[str, Any], dict[str, Any]]

_OWN = ("data", "level", "apply", "op", "operands", "edges", "parents", "partials")


def check_subclass(cls: type[Any]) -> None:
    """Raise a TypeError for a subclass of Value that overrides what the engine does not ask for."""
    for name in _OWN:
        if name in vars(cls):
            raise TypeError(
                f"{cls.__name__} overrides {name!r}, but the engine reads fields of its own "
                "instead: give it another name"
            )


def blank(base: Any, kind: Any) -> Any:
    """Return a new node of a subclass of Value, the base, without a call of its own `__init__`."""
    out = kind.__new__(kind)
    base.__init__(out, 0.0)
    return out


def state_of(node: Any) -> State:
    """Return the attributes that a subclass of Value keeps on a node: by its dict, by its slots."""
    slots = {
        name: getattr(node, name)
        for cls in type(node).__mro__
        if cls.__module__.split(".")[0] != "autograd"
        for name, member in vars(cls).items()
        if isinstance(member, MemberDescriptorType) and hasattr(node, name)
    }
    return getattr(node, "__dict__", {}), slots


def set_state(node: Any, state: State) -> None:
    """Give a node the attributes of such a state."""
    for attributes in state:
        for name, value in attributes.items():
            object.__setattr__(node, name, value)
