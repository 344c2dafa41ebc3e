"""Nested arguments: tuples, lists and dicts of numbers and arrays, taken apart and put together.

The rules are JAX's for its pytrees: dicts go by sorted keys (of several types: by type and text),
named tuples stay what they are, and None holds nothing.
"""

from collections.abc import Callable, Iterator
from copy import copy
from typing import Any


def leaves(tree: Any) -> list[Any]:
    """The leaves from left to right: whatever is no tuple, list, dict or None.

    >>> leaves({"b": 1.0, "a": (2.0, [3.0])})
    [2.0, 3.0, 1.0]
    """
    if tree is None:
        return []
    if isinstance(tree, dict):
        return [leaf for key in _keys(tree) for leaf in leaves(tree[key])]
    if isinstance(tree, (tuple, list)):
        return [leaf for branch in tree for leaf in leaves(branch)]
    return [tree]


def paths(tree: Any, root: str = "") -> list[str]:
    """How to get at each leaf, in the order of `leaves`: `[0]['w']`.

    >>> paths({"w": (1.0, 2.0)}, "params")
    ["params['w'][0]", "params['w'][1]"]
    """
    if tree is None:
        return []
    if isinstance(tree, dict):
        return [p for key in _keys(tree) for p in paths(tree[key], f"{root}[{key!r}]")]
    if isinstance(tree, (tuple, list)):
        return [p for i, branch in enumerate(tree) for p in paths(branch, f"{root}[{i}]")]
    return [root]


def rebuild(tree: Any, new: Iterator[Any]) -> Any:
    """The same structure with its leaves taken from an iterator, from left to right."""
    if tree is None:
        return None
    if isinstance(tree, dict):
        by_key = {key: rebuild(tree[key], new) for key in _keys(tree)}
        copied = copy(tree)  # of the same class: an OrderedDict stays one
        copied.update(by_key)
        return copied
    if isinstance(tree, (tuple, list)):
        branches = [rebuild(branch, new) for branch in tree]
        return type(tree)(*branches) if hasattr(tree, "_fields") else type(tree)(branches)
    return next(new)


def mapped(function: Callable[..., Any], tree: Any, *others: Any) -> Any:
    """The structure of tree, with function(leaf, ...) of its leaves and those of the others.

    >>> mapped(lambda x, y: x + y, (1.0, [2.0]), (10.0, [20.0]))
    (11.0, [22.0])
    """
    rows = zip(leaves(tree), *map(leaves, others), strict=True)
    return rebuild(tree, iter([function(*row) for row in rows]))


def describe(tree: Any) -> str:
    """The structure in brief, for messages: `(*, {'w': array(3, 2)})`."""
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{key!r}: {describe(tree[key])}" for key in _keys(tree)) + "}"
    if isinstance(tree, (tuple, list)):
        inside = ", ".join(map(describe, tree))
        comma = "," if len(tree) == 1 else ""
        return f"[{inside}]" if isinstance(tree, list) else f"({inside}{comma})"
    shape = getattr(tree, "shape", ())
    return f"array{shape}" if shape else "None" if tree is None else "*"


def same(tree: Any, other: Any) -> bool:
    """Whether both have the same structure, whatever their leaves."""
    if isinstance(tree, dict):
        return (
            isinstance(other, dict)
            and set(tree) == set(other)
            and all(same(tree[key], other[key]) for key in tree)
        )
    if isinstance(tree, (tuple, list)):
        return (
            type(tree) is type(other)
            and len(tree) == len(other)
            and all(same(a, b) for a, b in zip(tree, other, strict=True))
        )
    return (tree is None) == (other is None) and not isinstance(other, (tuple, list, dict))


def _keys(tree: dict[Any, Any]) -> list[Any]:
    try:
        return sorted(tree)
    except TypeError:
        return sorted(tree, key=lambda key: (type(key).__name__, repr(key)))
