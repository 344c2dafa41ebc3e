"""draw_dot: the picture of a computation graph."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import Value
from autograd.text.arguments import whole
from autograd.text.names import unknown
from autograd.text.words import cut
from viz.graph.beside import put_before, put_tangents, shown
from viz.graph.drawing import Drawing
from viz.graph.expand import expansion_names
from viz.graph.labels import Show
from viz.graph.recorded import recorded
from viz.graph.render import PICTURES, as_path, checked_format, write_picture
from viz.graph.selection import select
from viz.graph.sketch import Sketch

DIRECTIONS = ("LR", "RL", "TB", "BT")
"""Where a drawing leads: LR is from left to right, TB from top to bottom."""

MOST = 500
"""How many nodes are drawn at most, unless the caller says."""

MOST_IN_PNG = 100
"""How many in a png, which cannot be enlarged at will."""

Root = Value | NDArray[np.object_] | Sequence[Value | NDArray[np.object_]]


def draw_dot(
    root: Root | Callable[..., Any],
    *args: Any,
    path: str | os.PathLike[str] | None = None,
    direction: str = "LR",
    precision: int = 4,
    names: bool = True,
    values: bool = True,
    gradients: bool = True,
    partials: bool = True,
    ops: bool = True,
    expand: bool | str | Iterable[str] = False,
    max_nodes: int | str | None = "auto",
    modules: bool = True,
    before: Drawing | None = None,
    tangents: Mapping[Any, float] | None = None,
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
        root: a Value, a Tensor, or a list of these: what to draw, with all it depends on. Or a
            model or any other function: what it gives for the arguments is drawn, and each number
            in them is one node with a name. The gradients are those of its result, if that is one
            number; no `grad` of yours is touched.
        args: the function's arguments. A path at the end is the file to write.
        path: a file to write; its suffix (svg, png, pdf, dot, gv) tells the format.
        direction: "LR" for left to right; or "TB", "RL", "BT".
        precision: significant digits of the numbers, 1 to 17.
        names, values, gradients: whether nodes show them.
        partials: whether edges show them.
        ops: whether operations are nodes of their own, or else stand in the node of their result.
        expand: whether n-ary operations are drawn as the small ones that they stand for, a dot as
            products and their sum; or the names of those to expand.
        max_nodes: of a larger graph, at most so many values and constants are drawn, those nearest
            the root, and operations with all of their operands or none; the drawing says how many
            it leaves out and where. By default 500, in a png 100; None draws everything. A long
            chain goes on in the line below.
        modules: whether what the neurons and layers of a network compute is framed.
        before: the drawing of an earlier run of the same graph, say before a step of training, with
            the same settings: each node shows what its number and its gradient were, and are.
        tangents: of inputs, by the Value or its name, {"x": 1.0}; all others are 0. Each node shows
            its tangent, which forward mode carries along, beside its gradient.
        title: a heading.
        format: how a notebook shows the drawing and `render` writes it: svg by default.
        rankdir: micrograd's word for direction.

    Raises:
        TypeError: root holds something that is not a Value, or is a function that does not take
            these arguments.
        ValueError: there is nothing to draw, or an option is unknown or out of range; before is the
            drawing of another graph, or tangents name what is no input.
        RenderError: path asks for a picture, and there is no Graphviz, or it fails. The DOT text is
            then written beside it.
        OSError: the file cannot be written; nothing is left behind.

    Warns:
        UserWarning: a png would have to be made too small to be read, and an svg is written in its
            place; or no font here has some characters of a png or pdf.

    >>> x, y, z = Value(1, "x"), Value(2, "y"), Value(-6, "z")
    >>> f = (x + y) ** 2 * z
    >>> f.backward()
    >>> print(draw_dot(f).source)
    digraph {
    ...

    >>> import nn
    >>> draw_dot(nn.MLP(2, [3, 1], seed=0), [1.0, -1.0])
    <Drawing of 22 values and 7 operations>
    """
    if args and isinstance(args[-1], (str, os.PathLike)):
        if path is not None:
            raise TypeError(f"draw_dot() got two paths, {args[-1]!r} and {path!r}")
        args, path = args[:-1], args[-1]
    target = None if path is None else as_path(path)
    format = checked_format(target, format)
    precision = _checked_precision(precision)
    direction = _checked_direction(direction, rankdir)
    max_nodes = _checked_max_nodes(max_nodes, format)
    expansions = expansion_names(expand)
    _check_beside(before, tangents)
    if args and callable(root):
        root = recorded(root, args)
        gradients = gradients and len(root) == 1
    elif args:
        raise TypeError(
            f"draw_dot() draws Values alone, or a function at its arguments; it got {_brief(root)} "
            f"and {_brief(args[0])}"
        )
    roots = _roots(root)
    selection = select(roots, max_nodes, expansions)
    if tangents is not None:
        put_tangents(selection.nodes, roots, tangents)
    drawn = shown(selection.nodes)
    if before is not None:
        put_before(selection.nodes, before.shown)
    show = Show(names, values, gradients, partials, ops, precision)
    shown_format = format if format in PICTURES else "svg"
    sketch = Sketch(selection, show, modules, direction, shown_format)
    drawing = sketch.draw(title, max_nodes)
    drawing.shown = drawn
    if target is not None:
        drawing.written = write_picture(drawing.source, target, format)[1]
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
    remedy = ": pass its arguments, too, draw_dot(model, x)" if callable(thing) else ""
    return TypeError(
        f"draw_dot() draws Values, Tensors and lists of them, not {_brief(thing)} of type "
        f"{type(thing).__name__}{remedy}"
    )


def _brief(thing: object) -> str:
    return cut(repr(thing).partition("\n")[0], 80)


def _check_beside(before: object, tangents: object) -> None:
    """Check the types of what shall stand beside the numbers."""
    if before is not None and not (isinstance(before, Drawing) and before.shown):
        raise TypeError(
            f"before is what draw_dot() gave for an earlier run, not {_brief(before)}: a graph "
            "will not do, as a step changes the numbers in its leaves"
        )
    if tangents is not None and not isinstance(tangents, Mapping):
        raise TypeError(
            f'tangents are a dict from inputs or their names to numbers, as {{"x": 1.0}}, not '
            f"{_brief(tangents)}"
        )


def _checked_max_nodes(max_nodes: int | str | None, format: str) -> int | None:
    if max_nodes is None:
        return None
    if max_nodes == "auto":
        return MOST_IN_PNG if format == "png" else MOST
    return whole(max_nodes, 'max_nodes (None for all, or "auto")')


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
