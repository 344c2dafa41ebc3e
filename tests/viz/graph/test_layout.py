"""Where things stand in a picture, measured in the picture: order, columns, frames and lines."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value
from nn import MLP, Linear, Module, Sequential
from tests.viz.graph.graphs import (
    Box,
    chain,
    edge_texts,
    frame_boxes,
    network_loss,
    node_boxes,
    node_texts,
)
from viz import Drawing, draw_dot
from viz.graph.layout import levels, lines
from viz.graph.render import render
from viz.graph.selection import select

DIRECTIONS = {"LR": (0, 1), "RL": (0, -1), "TB": (1, 1), "BT": (1, -1)}
"""For each direction, along which axis it leads, and whether up that axis."""

WITHOUT = dict.fromkeys(("values", "gradients", "partials"), False)


class Picture:
    """A rendered drawing, in which one can ask for places."""

    def __init__(self, drawing: Drawing) -> None:
        svg = render(drawing)
        self.boxes = node_boxes(svg)
        self.frames = frame_boxes(svg)
        self.edges = edge_texts(svg)
        self.source = drawing.source
        self.axis, self.sign = DIRECTIONS[str(drawing.graph_attr["rankdir"])]
        self.names = {
            name: node
            for node, name in re.findall(r'^\t(v\d+) \[.*tooltip="(.*?): v\d+ =', self.source, re.M)
        }
        texts = node_texts(svg)
        self.partials = [name for name in self.boxes if name not in texts]

    def along(self, name: str) -> float:
        """How far along the drawing a node stands."""
        return self.sign * middle(self.boxes[self.names.get(name, name)], self.axis)

    def across(self, name: str) -> float:
        """How far down it stands, or how far to the right."""
        return middle(self.boxes[self.names.get(name, name)], 1 - self.axis)


def middle(box: Box, axis: int) -> float:
    return (box[axis] + box[axis + 2]) / 2


def network(sizes: list[int], **options: Any) -> Picture:
    model = MLP(2, sizes, "tanh", seed=0)
    return Picture(draw_dot(model, [1.0, -1.0], **options))


SHOWN: list[dict[str, Any]] = [
    {},
    {"direction": "TB"},
    {"direction": "RL"},
    {"direction": "BT"},
    {"values": False, "gradients": False},
    WITHOUT,
    WITHOUT | {"direction": "TB"},
    {"ops": False},
    {"expand": True},
    {"tangents": {"x1": 1.0}},
]


@pytest.mark.parametrize("sizes", [[3, 1], [4, 4, 1], [2, 3]])
@pytest.mark.parametrize("options", SHOWN, ids=str)
def test_networks_read_from_top_to_bottom_or_from_left_to_right(
    sizes: list[int], options: dict[str, Any]
) -> None:
    picture = network(sizes, **options)
    assert picture.across("x1") < picture.across("x2")
    for k, size in enumerate(sizes):
        neurons = [f"layers.{k}.neurons.{i}" for i in range(size)]
        assert sorted(neurons, key=picture.across) == neurons
        assert np.ptp([picture.along(name) for name in neurons]) < 1.0  # a straight column
        for neuron in neurons:
            entries = ["b"] if options.get("expand") else ["b", "w[0]", "w[1]"]
            own = sorted(f"{neuron}.{entry}" for entry in entries)
            own.append(own.pop(0))  # the bias comes last
            assert sorted(own, key=picture.across) == own


@pytest.mark.parametrize("options", [*SHOWN, {"precision": 17}], ids=str)
def test_layers_are_columns_one_after_the_other(options: dict[str, Any]) -> None:
    picture = network([4, 4, 1], **options)
    layers = [picture.frames[f"layers.{k}"] for k in range(3)]
    for one, next_one in pairwise(layers):
        gap = next_one[picture.axis] - one[picture.axis + 2]
        other = one[picture.axis] - next_one[picture.axis + 2]
        assert (gap if picture.sign > 0 else other) > 0
    for x in ("x1", "x2"):
        box = picture.boxes[picture.names[x]]
        assert (box[picture.axis] < layers[0][picture.axis]) == (picture.sign > 0)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_partials_stand_in_the_order_of_the_operands(direction: str) -> None:
    picture = network([3, 1], direction=direction)
    into: dict[str, list[str]] = {}
    for middle_node, operation in re.findall(r"^\t(p\d+) -> (op\d+)", picture.source, re.M):
        into.setdefault(operation, []).append(middle_node)
    dots = [partials for partials in into.values() if len(partials) > 1]
    assert [len(partials) for partials in dots] == [5, 5, 5, 7]
    outside = set(re.findall(r"^\tv\d+:[nesw] -> (p\d+)", picture.source, re.M))
    for partials in dots:
        for column in ([p for p in partials if (p in outside) == which] for which in (True, False)):
            assert sorted(column, key=picture.across) == column


@pytest.mark.parametrize("options", [*SHOWN[:4], {"precision": 12}], ids=str)
def test_no_frame_strikes_through_a_partial(options: dict[str, Any]) -> None:
    picture = network([4, 4, 1], **options)
    assert len(picture.partials) == 4 * (3 + 2 + 1) + 4 * (5 + 4 + 1) + 5 + 4
    for name in picture.partials:
        left, top, right, bottom = picture.boxes[name]
        left, top, right, bottom = left - 3, top - 9, right + 20, bottom + 2  # the text around
        for frame in picture.frames.values():
            apart = right < frame[0] or left > frame[2] or bottom < frame[1] or top > frame[3]
            inside = left > frame[0] and right < frame[2] and top > frame[1] and bottom < frame[3]
            assert apart or inside


def test_samples_of_a_batch_stand_in_the_frames_of_the_neurons() -> None:
    picture = Picture(draw_dot(MLP(2, [3, 1], seed=0), [[1.0, 2.0], [3.0, 4.0]]))
    outputs = re.findall(
        r'^\t(v\d+) \[.*tooltip="layers\.0\.neurons\.(\d): v\d+ =', picture.source, re.M
    )
    assert len(outputs) == 6
    in_order = sorted(outputs, key=lambda pair: picture.across(pair[0]))
    assert [neuron for _, neuron in in_order] == ["0", "0", "1", "1", "2", "2"]


def test_modules_in_modules_stand_in_order() -> None:
    model = Sequential(MLP(2, [2], seed=0), "tanh", MLP(2, [2, 1], seed=1))
    picture = Picture(draw_dot(model, [1.0, 2.0]))
    for path in ("0.layers.0", "2.layers.0"):
        assert picture.across(f"{path}.neurons.0") < picture.across(f"{path}.neurons.1")


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_rows_of_a_product_stand_in_order(direction: str) -> None:
    W = Tensor(np.arange(8.0).reshape(4, 2), name="W")
    picture = Picture(draw_dot(W @ Tensor([1.0, 2.0], name="x"), direction=direction))
    roots = re.findall(r"^\t(v\d+) \[.*peripheries=2", picture.source, re.M)
    assert len(roots) == 4
    assert sorted(roots, key=picture.across) == roots


def test_roots_of_several_depths_end_in_one_column() -> None:
    x = Value(1.0, "x")
    picture = Picture(draw_dot([x * 2.0, ((x + 1.0) * 3.0).exp()]))
    first, second = re.findall(r"^\t(v\d+) \[.*peripheries=2", picture.source, re.M)
    assert picture.across(first) < picture.across(second)
    assert picture.along(first) == pytest.approx(picture.along(second), abs=1.0)


def test_each_input_is_one_node_and_each_neuron_has_its_own_edge_to_it() -> None:
    picture = network([3, 1])
    for name in ("x1", "x2"):
        uses = [edge for edge, _ in picture.edges if edge.startswith(f"{picture.names[name]}->")]
        assert len(set(uses)) == len(uses) == 3


# Long drawings.


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_long_chain_goes_on_in_the_next_line(direction: str) -> None:
    picture = Picture(draw_dot(chain(120), direction=direction))
    xs = [middle(box, 0) for box in picture.boxes.values()]
    ys = [middle(box, 1) for box in picture.boxes.values()]
    assert 0.3 < np.ptp(xs) / np.ptp(ys) < 4.0
    assert len([edge for edge, _ in picture.edges if edge.startswith("r")]) >= 4


def test_lines_are_read_from_top_to_bottom() -> None:
    picture = Picture(draw_dot(chain(120)))
    begins = [edge.split("->")[1] for edge, _ in picture.edges if edge.startswith("r")]
    assert sorted(begins, key=lambda name: int(name[2:])) == sorted(begins, key=picture.across)
    assert np.ptp([picture.along(name) for name in begins]) < 1.0


def test_every_edge_is_there_across_lines() -> None:
    picture = Picture(draw_dot(chain(120)))
    assert len(picture.edges) == 3 * 120  # a factor, a constant and the result of each product
    told = re.findall(r"^\t(r\d+) \[label=<↪ .*?>(v\d+)<", picture.source, re.M)
    for reference, value in told:
        (operation,) = [
            e.split("->")[1] for e, _ in picture.edges if e.startswith(f"{reference}->")
        ]
        assert int(operation[2:]) == int(value[1:]) + 1


@pytest.mark.parametrize("length", [1, 5, 15])
def test_short_chains_stay_in_one_line(length: int) -> None:
    assert "↪" not in draw_dot(chain(length)).source


def test_networks_stay_in_one_line() -> None:
    deep = MLP(1, [1] * 12, "tanh", seed=0)
    assert "↪" not in draw_dot(deep, [1.0]).source


def test_no_line_is_empty() -> None:
    for length in range(1, 80):
        nodes = select([chain(length)], None, frozenset()).nodes
        found = set(lines(levels(nodes), 3.3, 0.6).values())
        assert found == set(range(len(found)))


# Names.


def test_names_in_a_frame_leave_its_path_out() -> None:
    texts = [" ".join(x) for x in node_texts(render(draw_dot(network_loss()))).values()]
    assert sum(text.startswith("w[1] ") for text in texts) == 3
    assert sum(text.startswith("b ") for text in texts) == 3
    assert sum(text.startswith("neurons.1 ") for text in texts) == 1
    assert not any("layers" in text for text in texts)
    source = draw_dot(network_loss()).source
    assert 'tooltip="layers.0.neurons.1.w[0]: v' in source
    assert "<B>layers.0.neurons.1.w[0]</B>" in draw_dot(network_loss(), modules=False).source


# Graphs that are no plain networks.


class Recurrent(Module):
    """Weights that are used several times, also in the other order and twice by one operation."""

    def __init__(self) -> None:
        self.step = Linear(2, 2, seed=0)
        self.a, self.b = Value(2.0), Value(3.0)

    def forward(self, x: Any) -> Any:
        for _ in range(3):
            x = np.tanh(self.step(x))
        return x.sum() * (self.a * self.b + self.b * self.a + self.a * self.a)


@pytest.mark.parametrize("options", [*SHOWN[:9], {"max_nodes": 12}, {"max_nodes": 25}], ids=str)
def test_shared_weights(options: dict[str, Any]) -> None:
    picture = Picture(draw_dot(Recurrent(), [1.0, 2.0], **options))
    drawn = re.findall(r"^\t(v\d+) \[", picture.source, re.M)
    assert set(drawn) <= set(picture.boxes)
    if "max_nodes" not in options:
        assert set(picture.frames) == {"step", "step.neurons.0", "step.neurons.1"}
        assert picture.names.keys() >= {"x1", "x2", "a", "b", "step.neurons.1.w[0]"}
