"""The nodes of a drawing that belong to each module of a network, told by their names.

A network names its parameters by their place, `layers.0.neurons.3.w[1]`, and what a neuron gives by
the neuron, `layers.0.neurons.3`. What lies between belongs to the neuron.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from viz.graph.node import Kind, Node

Tree = Mapping[str, Iterable[str]]
"""The paths right inside of each path; the outermost are in the empty one."""


def module_of(nodes: Sequence[Node]) -> dict[Node, str]:
    """Return the path of the module for each node that lies in one, nodes in evaluation order.

    >>> from autograd import Value
    >>> from viz.graph.selection import select
    >>> w, x = Value(2.0, "neuron.w"), Value(3.0, "x")
    >>> out = (w * (x + x)).tanh()
    >>> out.name = "neuron"
    >>> {node.id: path for node, path in module_of(select([out], None, frozenset()).nodes).items()}
    {'v0': 'neuron', 'v3': 'neuron', 'v4': 'neuron'}
    """
    place = {node: i for i, node in enumerate(nodes)}
    found: dict[Node, str] = {}
    for node in nodes:
        path = node.name.partition("[")[0]
        if path and node.kind is Kind.INTERIOR:
            for own in _inside(node, f"{path}.", place):
                found.setdefault(own, path)
    return found


def _inside(output: Node, prefix: str, place: Mapping[Node, int]) -> list[Node]:
    """Return the nodes on the way from a module's parameters to its output, and their constants."""
    between = _before(output, prefix)
    own: dict[Node, None] = {}
    for node in sorted(between, key=place.__getitem__):
        if node.kind is Kind.PARAMETER or any(x in own for x, _ in node.drawn):
            own[node] = None
    constants = [x for node in own for x, _ in node.drawn if x.kind is Kind.CONSTANT]
    return list(dict.fromkeys([*own, *constants]))


def _before(output: Node, prefix: str) -> list[Node]:
    """Go back to the module's parameters, and to where the names of other modules begin."""
    before = {output: None}
    waiting = [output]
    while waiting:
        for operand, _ in waiting.pop().drawn:
            nameless = not operand.name and operand.kind is Kind.INTERIOR
            if (nameless or operand.name.startswith(prefix)) and operand not in before:
                before[operand] = None
                waiting.append(operand)
    return list(before)


def parents(path: str) -> list[str]:
    """Return the modules around a module, the outermost first: those in a list, not the list.

    >>> parents("encoder.layers.0.neurons.3")
    ['encoder', 'encoder.layers.0']
    """
    parts = path.split(".")
    ends = [i for i in range(1, len(parts)) if not parts[i].isdigit()]
    return [".".join(parts[:i]) for i in ends]


def nested(paths: Iterable[str]) -> Tree:
    """Return the frames within each frame.

    >>> dict(nested(["layers.0.neurons.0", "layers.0.neurons.1"]))
    ... # doctest: +NORMALIZE_WHITESPACE
    {'': {'layers.0': None},
     'layers.0': {'layers.0.neurons.0': None, 'layers.0.neurons.1': None}}
    """
    inner: dict[str, dict[str, None]] = defaultdict(dict)
    for path in paths:
        for outer, part in pairwise(["", *parents(path), path]):
            inner[outer][part] = None
    return inner


def name_within(name: str, path: str) -> str:
    """Return what a name says in the frame of a module; that of the frame itself, its last part.

    >>> name_within("layers.0.neurons.3.w[1]", "layers.0.neurons.3")
    'w[1]'
    >>> name_within("layers.0.neurons.3", "layers.0.neurons.3")
    'neurons.3'
    """
    if path and name.startswith(f"{path}."):
        return name.removeprefix(f"{path}.")
    outer = parents(path)
    return name.removeprefix(f"{outer[-1]}.") if outer else name
