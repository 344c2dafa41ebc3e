"""Graphs that several tests draw, and how pictures are read back."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable

import numpy as np

from autograd import Tensor, Value
from nn import MLP
from viz import Drawing, draw_dot

SVG = "{http://www.w3.org/2000/svg}"


def exercise_4() -> Value:
    """(x + y)**2 * z, the picture that every reader meets first."""
    x, y, z = Value(1, "x"), Value(2, "y"), Value(-6, "z")
    f = (x + y) ** 2 * z
    f.name = "f"
    f.backward()
    return f


def twice() -> Value:
    a = Value(3.0, "a")
    b = a + a
    b.backward()
    return b


def with_constants() -> Value:
    x = Value(2.0, "x")
    y = 1.0 - 4.0 / (x * 0.5)
    y.backward()
    return y


def neuron() -> Value:
    # Numbers that every machine computes to the same last bit.
    w = Tensor([0.5, -0.25, 1.5], "w")
    x = np.array([Value(1.0, "x1"), Value(2.0, "x2"), 0.75], dtype=object)
    out = np.maximum(w @ x + Value(0.125, "b"), 0.0)
    out.backward()
    return out


def network_loss() -> Value:
    """The squared error of a small network, at numbers that are exact."""
    model = MLP(2, [2, 1])
    model.load_state_dict(
        {
            "layers.0.w": [[0.5, -1.0], [-0.25, 2.0]],
            "layers.0.b": [0.25, -0.5],
            "layers.1.w": [[1.5, -0.5]],
            "layers.1.b": [0.125],
        }
    )
    loss = (model([Value(1.0, "x0"), Value(0.5, "x1")]) - 1.0) ** 2
    loss.name = "loss"
    loss.backward()
    return loss


def chain(length: int) -> Value:
    v = Value(1.0, "x")
    for _ in range(length):
        v = v * 1.5
    return v


AWKWARD_NAMES = (
    "<b>&amp;</b>",
    "{a|b}",
    '"q" charset="latin-1"',
    "\\N \\n \\",
    "two\nlines\tand a tab",
    "权重",
    "",
    "encoder.layers.3.attention.query.weight[12,7]",
)


def awkward() -> Value:
    total = Value(0.0, "->")
    for name in AWKWARD_NAMES:
        total = total + Value(1.0, name)
    return total


GOLDEN: dict[str, Callable[[], Drawing]] = {
    "exercise_4": lambda: draw_dot(exercise_4()),
    "twice": lambda: draw_dot(twice()),
    "constants": lambda: draw_dot(with_constants()),
    "neuron": lambda: draw_dot(neuron()),
    "neuron_expanded": lambda: draw_dot(neuron(), expand=True),
    "network": lambda: draw_dot(network_loss()),
    "network_expanded": lambda: draw_dot(network_loss(), expand="dot"),
    "merged": lambda: draw_dot(exercise_4(), ops=False, direction="TB", title="f"),
    "cut": lambda: draw_dot(chain(1000), max_nodes=6),
    "far": lambda: draw_dot(far()),
    "awkward_names": lambda: draw_dot(awkward()),
}


def far() -> Value:
    """A value that is used again twelve steps later."""
    x = Value(2.0, "x")
    v = x
    for _ in range(12):
        v = -v
    return v * x


def node_texts(svg: bytes) -> dict[str, list[str]]:
    """What each node of a picture shows, by its id; partials stand in lines, not in nodes."""
    return {name: texts for name, texts in _all_texts(svg).items() if not _MIDDLE.fullmatch(name)}


def edge_texts(svg: bytes) -> list[tuple[str, str]]:
    """The edges of a picture, each with what stands in its line."""
    groups = [x for x in ET.fromstring(svg).iter(f"{SVG}g") if x.get("class") == "edge"]
    titles = [group.findtext(f"{SVG}title", "") for group in groups]
    pairs = [re.sub(r":[nesw]\b", "", title).split("->") for title in titles]
    heads = {tail: head for tail, head in pairs if _MIDDLE.fullmatch(tail)}
    texts = _all_texts(svg)
    return [
        (
            f"{tail}->{heads.get(head, head)}",
            "".join(texts.get(head, []) if head in heads else []).strip(),
        )
        for tail, head in pairs
        if tail not in heads
    ]


_MIDDLE = re.compile(r"p\d+")


def _all_texts(svg: bytes) -> dict[str, list[str]]:
    texts: dict[str, list[str]] = {}
    for group in ET.fromstring(svg).iter(f"{SVG}g"):
        title = group.find(f"{SVG}title")
        if group.get("class") == "node" and title is not None and title.text:
            texts[title.text] = _texts(group)
    return texts


def _texts(group: ET.Element) -> list[str]:
    return [(text.text or "").replace("\xa0", " ") for text in group.iter(f"{SVG}text")]


# Where things are: x to the right, y downwards, in points.

Box = tuple[float, float, float, float]
"""Left, top, right and bottom."""


def node_boxes(svg: bytes) -> dict[str, Box]:
    """The box of each node, of partials and operations too; of mere text where it begins."""
    return _boxes(svg, "node")


def frame_boxes(svg: bytes) -> dict[str, Box]:
    """The box of each frame, by the path of its module."""
    boxes = _boxes(svg, "cluster")
    return {name.removeprefix("cluster_"): box for name, box in boxes.items()}


def _boxes(svg: bytes, kind: str) -> dict[str, Box]:
    groups = [x for x in ET.fromstring(svg).iter(f"{SVG}g") if x.get("class") == kind]
    points = {group.findtext(f"{SVG}title", ""): _points(group) for group in groups}
    return {
        name: (min(xs), min(ys), max(xs), max(ys))
        for name, (xs, ys) in ((n, zip(*p, strict=True)) for n, p in points.items() if p)
    }


def _points(group: ET.Element) -> list[tuple[float, float]]:
    points = []
    for shape in group.iter():
        numbers = shape.get("points") or shape.get("d") or ""
        points += [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+),(-?[\d.]+)", numbers)]
        if shape.tag == f"{SVG}ellipse":
            points.append((float(shape.get("cx", 0)), float(shape.get("cy", 0))))
    texts = [(float(x.get("x", 0)), float(x.get("y", 0))) for x in group.iter(f"{SVG}text")]
    return points or texts
