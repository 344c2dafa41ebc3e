"""draw_dot: the picture of a computation graph."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from autograd import Value
from autograd.text.arguments import whole
from autograd.text.names import unknown
from autograd.text.words import cut
from viz.graph.drawing import Drawing
from viz.graph.expand import expansion_names
from viz.graph.labels import Show
from viz.graph.render import PICTURES, as_path, checked_format, render
from viz.graph.selection import select
from viz.graph.sketch import Sketch

DIRECTIONS = ("LR", "RL", "TB", "BT")
"""Where a drawing leads: LR is from left to right, TB from top to bottom."""


def draw_dot(
    root: Value | NDArray[np.object_] | Sequence[Value | NDArray[np.object_]],
    path: str | os.PathLike[str] | None = None,
    *,
    direction: str = "LR",
    precision: int = 4,
    names: bool = True,
    values: bool = True,
    gradients: bool = True,
    partials: bool = True,
    ops: bool = True,
    expand: bool | str | Iterable[str] = False,
    max_nodes: int | None = 500,
    modules: bool = True,
    title: str = "",
    format: str | None = None,
    rankdir: str | None = None,
) -> Drawing:
    """Draw the graph that leads to a Value: every value, gradient and local derivative.

    Leaves are square and blue, results of operations rounded and white, constants small and dashed;
    the root has a double border. Operations are dark ellipses, and the number after ∂ on an edge
    into one is the partial derivative of its result by that operand. Nodes are numbered in
    evaluation order, v3 is made by op3; the pointer resting on a node or edge of an svg shows the
    numbers in full.

    Args:
        root: a Value, a Tensor, or a list of these: what to draw, with all it depends on.
        path: a file to write; its suffix (svg, png, pdf, dot, gv) tells the format.
        direction: "LR" for left to right; or "TB", "RL", "BT".
        precision: significant digits of the numbers, 1 to 17.
        names, values, gradients: whether nodes show them.
        partials: whether edges show them.
        ops: whether operations are nodes of their own, or else stand in the node of their result.
        expand: whether n-ary operations are drawn as the small ones that they stand for, a dot as
            products and their sum; or the names of those to expand.
        max_nodes: of a larger graph, only so many values and constants are drawn, those nearest the
            root; the drawing says how many it leaves out and where. None draws everything.
        modules: whether what the neurons and layers of a network compute is framed.
        title: a heading.
        format: how a notebook shows the drawing and `render` writes it: svg by default.
        rankdir: micrograd's word for direction.

    Raises:
        TypeError: root holds something that is not a Value.
        ValueError: there is nothing to draw, or an option is unknown or out of range.
        RenderError: path asks for a picture, and there is no Graphviz, or it fails. The DOT text is
            then written beside it.
        OSError: the file cannot be written; nothing is left behind.

    >>> x, y, z = Value(1, "x"), Value(2, "y"), Value(-6, "z")
    >>> f = (x + y) ** 2 * z
    >>> f.backward()
    >>> print(draw_dot(f).source)
    digraph {
    ...
    """
    roots = _roots(root)
    target = None if path is None else as_path(path)
    format = checked_format(target, format)
    show = Show(names, values, gradients, partials, ops, _checked_precision(precision))
    if max_nodes is not None:
        max_nodes = whole(max_nodes, "max_nodes (None for all)")
    shown_format = format if format in PICTURES else "svg"
    direction = _checked_direction(direction, rankdir)
    selection = select(roots, max_nodes, expansion_names(expand))
    sketch = Sketch(selection, show, modules, direction, shown_format)
    drawing = sketch.draw(title, max_nodes)
    if target is not None:
        render(drawing, target, format=format)
    return drawing


def _roots(root: object) -> list[Value]:
    if not isinstance(root, (Value, np.ndarray, list, tuple)):
        raise _not_drawable(root)
    roots: list[Value] = []
    for entry in root if isinstance(root, (list, tuple)) else [root]:
        roots += entry.flat if isinstance(entry, np.ndarray) else [entry]
    for value in roots:
        if not isinstance(value, Value):
            raise _not_drawable(value)
    if not roots:
        raise ValueError("draw_dot() has nothing to draw: the list of roots is empty")
    return roots


def _not_drawable(thing: object) -> TypeError:
    text = repr(thing).partition("\n")[0]
    remedy = ": draw what a call of it gives, draw_dot(model(x))" if callable(thing) else ""
    return TypeError(
        f"draw_dot() draws Values, Tensors and lists of them, not {cut(text, 80)} of type "
        f"{type(thing).__name__}{remedy}"
    )


def _checked_direction(direction: str, rankdir: str | None) -> str:
    chosen = direction if rankdir is None else rankdir
    if chosen not in DIRECTIONS:
        raise unknown(DIRECTIONS, chosen, "direction")
    return chosen


def _checked_precision(precision: int) -> int:
    name = "precision (1 to 17 significant digits)"
    digits = whole(precision, name)
    if digits > 17:
        raise ValueError(f"{name} must be at most 17, not {precision}")
    return digits
