"""The scale of a derivative, to which rounding must be small."""

from collections.abc import Iterable
from typing import Any

from autograd import Value, topological_order


def paths(root: Any, inputs: Iterable[Value]) -> list[float]:
    """By each input: the sum over all paths from the root of the absolute product of partials."""
    if not isinstance(root, Value):
        return [0.0 for _ in inputs]
    sums = {id(root): 1.0}
    for node in reversed(topological_order(root)):
        weight = sums.get(id(node), 0.0)
        for parent, partial in zip(node.parents, node.partials, strict=True):
            if weight and partial:
                sums[id(parent)] = sums.get(id(parent), 0.0) + weight * abs(partial)
    return [sums.get(id(x), 0.0) for x in inputs]
