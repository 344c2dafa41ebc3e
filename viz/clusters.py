"""Which nodes of a drawing belong to which module of a network, told by their names.

A network names its parameters by their place, `layers.0.neurons.3.w[1]`, and what a neuron gives by
the neuron, `layers.0.neurons.3`. What lies between belongs to the neuron.
"""

from __future__ import annotations

from collections.abc import Sequence

from viz.node import Kind, Node


def module_of(nodes: Sequence[Node]) -> dict[Node, str]:
    """The path of the module for each node that lies in one, nodes in evaluation order.

    >>> from autograd import Value
    >>> from viz.selection import select
    >>> w, x = Value(2.0, "neuron.w"), Value(3.0, "x")
    >>> out = (w * x).tanh()
    >>> out.name = "neuron"
    >>> {node.id: path for node, path in module_of(select([out], None, frozenset()).nodes).items()}
    {'v3': 'neuron', 'v2': 'neuron', 'v0': 'neuron'}
    """
    found: dict[Node, str] = {}
    for node in nodes:
        path = node.name.partition("[")[0]
        if path and node.kind is Kind.INTERIOR:
            inside = _inside(node, f"{path}.")
            if any(x.kind is Kind.PARAMETER for x in inside):
                found.update(dict.fromkeys(inside, path))
    return found


def _inside(output: Node, prefix: str) -> list[Node]:
    """The nodes from which a module computed its output, and the output."""
    inside = [output]
    seen = {output}
    for node in inside:  # grows as it goes
        for operand, _ in node.drawn:
            belongs = operand.name.startswith(prefix) or not operand.name
            if belongs and operand not in seen and _is_own(operand):
                seen.add(operand)
                inside.append(operand)
    return inside


def _is_own(node: Node) -> bool:
    """Whether a node without a name may be the module's; a leaf without one is an input."""
    return bool(node.name) or node.kind is not Kind.PARAMETER


def parents(path: str) -> list[str]:
    """The modules around a module, the outermost first: those that a list holds, not the list.

    >>> parents("encoder.layers.0.neurons.3")
    ['encoder', 'encoder.layers.0']
    """
    parts = path.split(".")
    ends = [i for i in range(1, len(parts)) if not parts[i].isdigit()]
    return [".".join(parts[:i]) for i in ends]
