"""Nested arguments: tuples, lists and dicts of numbers and arrays, taken apart and put together.

The rules are JAX's for its pytrees: dicts go by sorted keys (of several types: by type and text),
named tuples stay what they are, and None holds nothing.
"""

from collections.abc import Callable, Iterable
from copy import copy
from typing import Any, Final

BRANCHED: Final = (tuple, list, dict, type(None))
"""What is no leaf."""


def flatten(tree: Any) -> list[Any]:
    """Return the leaves from left to right.

    >>> flatten({"b": 1.0, "a": (2.0, [3.0])})
    [2.0, 3.0, 1.0]
    """
    if not isinstance(tree, BRANCHED):
        return [tree]
    return [leaf for _, branch in items(tree) for leaf in flatten(branch)]


def paths(tree: Any, root: str = "") -> list[str]:
    """Return how to get at each leaf from the root, in the order of `flatten`: `[0]['w']`.

    >>> paths({"w": (1.0, 2.0)}, "params")
    ["params['w'][0]", "params['w'][1]"]
    """
    return [root + "".join([f"[{key!r}]" for key in way]) for way in ways(tree)]


def ways(tree: Any) -> list[tuple[Any, ...]]:
    """Return the keys that lead to each leaf, in the order of `flatten`.

    >>> ways({"w": (1.0, 2.0)})
    [('w', 0), ('w', 1)]
    """
    if not isinstance(tree, BRANCHED):
        return [()]
    return [(key, *way) for key, branch in items(tree) for way in ways(branch)]


def unflatten(like: Any, leaves: Iterable[Any]) -> Any:
    """Return a tree of the structure of `like`, its leaves taken from left to right.

    >>> unflatten({"b": 1.0, "a": (2.0, [3.0])}, [20.0, 30.0, 10.0])
    {'b': 10.0, 'a': (20.0, [30.0])}
    """
    leaves = iter(leaves)
    if not isinstance(like, BRANCHED):
        return next(leaves)
    new = [unflatten(branch, leaves) for _, branch in items(like)]
    if like is None:
        return None
    if isinstance(like, dict):
        filled = copy(like)  # of the same class and order: an OrderedDict stays one
        filled.update(zip(_keys(like), new, strict=True))
        return filled
    return type(like)(*new) if hasattr(like, "_fields") else type(like)(new)


def map(function: Callable[..., Any], tree: Any, *others: Any) -> Any:
    """Return the tree with function(leaf, ...) of its leaves and those of the others.

    Raises:
        ValueError: the others have more or fewer leaves.

    >>> map(lambda x, y: x + y, (1.0, [2.0]), (10.0, [20.0]))
    (11.0, [22.0])
    """
    rows = zip(*[flatten(x) for x in (tree, *others)], strict=True)
    return unflatten(tree, [function(*row) for row in rows])


def describe(tree: Any) -> str:
    """Return the structure in brief, for messages: `(*, {'w': array(3, 2)})`."""
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{key!r}: {describe(tree[key])}" for key in _keys(tree)) + "}"
    if isinstance(tree, (tuple, list)):
        inside = ", ".join([describe(branch) for branch in tree])
        comma = "," if len(tree) == 1 else ""
        return f"[{inside}]" if isinstance(tree, list) else f"({inside}{comma})"
    shape = getattr(tree, "shape", ())
    return f"array{shape}" if shape else "None" if tree is None else "*"


def same(tree: Any, other: Any) -> bool:
    """Whether both have the same structure, whatever their leaves."""
    if not isinstance(tree, BRANCHED) or not isinstance(other, BRANCHED):
        return isinstance(tree, BRANCHED) == isinstance(other, BRANCHED)
    mine, theirs = items(tree), items(other)
    alike = type(tree) is type(other) or (isinstance(tree, dict) and isinstance(other, dict))
    if not alike or len(mine) != len(theirs):
        return False
    return all(i == j and same(a, b) for (i, a), (j, b) in zip(mine, theirs, strict=True))


def items(tree: Any) -> list[tuple[Any, Any]]:
    """Return the keys and what they lead to, in the order of the leaves."""
    if isinstance(tree, dict):
        return [(key, tree[key]) for key in _keys(tree)]
    return [] if tree is None else list(enumerate(tree))


def _keys(tree: dict[Any, Any]) -> list[Any]:
    try:
        return sorted(tree)
    except TypeError:
        return sorted(tree, key=lambda key: (type(key).__name__, repr(key)))
