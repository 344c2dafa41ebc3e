"""Networks in drawings: what is framed, what is not, and what the frames say."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import Value
from nn import MLP, Conv2d, Flatten, Linear, Module, Neuron, Sequential
from tests.viz.graph.graphs import network_loss, neuron
from viz import draw_dot
from viz.graph.clusters import module_of, parents
from viz.graph.selection import select


def framed(root: Value, expand: frozenset[str] = frozenset()) -> dict[str, set[str]]:
    """What each frame holds itself: names of Values, symbols of operations, numbers."""
    selection = select([root], None, expand)
    found: dict[str, set[str]] = {}
    for node, path in module_of(selection.nodes).items():
        label = node.name or (node.symbol or f"{node.data:g}")
        found.setdefault(path, set()).add(label)
    return found


def frames(source: str) -> list[str]:
    return re.findall(r'subgraph "?cluster_([\w.]+)', source)


def test_a_network_s_neurons_are_framed_within_their_layers() -> None:
    source = draw_dot(network_loss()).source
    assert sorted(frames(source)) == [
        "layers.0",
        "layers.0.neurons.0",
        "layers.0.neurons.1",
        "layers.1",
        "layers.1.neurons.0",
    ]
    labels = re.findall(r'subgraph .*\n.* label="([\w.]+)"', source)
    assert set(labels) == {"layers.0", "layers.1", "neurons.0", "neurons.1"}


def test_inputs_and_loss_stay_outside() -> None:
    inside = framed(network_loss())
    assert inside["layers.0.neurons.0"] == {
        "layers.0.neurons.0",
        "layers.0.neurons.0.w[0]",
        "layers.0.neurons.0.w[1]",
        "layers.0.neurons.0.b",
        "dot",
        "1",
    }
    everything = set().union(*inside.values())
    assert not everything & {"x0", "x1", "loss", "−", "**"}


def test_each_value_is_drawn_in_one_frame() -> None:
    source = draw_dot(network_loss()).source
    inside = re.findall(r"^\t{2,}(v\d+|op\d+|c\d+)$", source, re.MULTILINE)
    assert len(inside) == len(set(inside)) > 10


def test_frames_can_be_left_out() -> None:
    assert frames(draw_dot(network_loss(), modules=False).source) == []
    assert frames(draw_dot(neuron()).source) == []


def test_an_expanded_neuron_is_products_their_sum_and_the_bias() -> None:
    inside = framed(network_loss(), frozenset({"dot"}))["layers.0.neurons.0"]
    assert "layers.0.neurons.0.b" in inside
    assert "dot" not in inside
    out = Neuron(2, seed=0)([Value(1.0), Value(2.0)])
    nodes = select([out], None, frozenset({"dot"})).nodes
    assert sorted(node.symbol for node in nodes if node.symbol) == sorted(["×", "×", "Σ", "ReLU"])
    total = next(node for node in nodes if node.symbol == "Σ")
    assert [operand.name or operand.symbol for operand, _ in total.drawn] == ["×", "×", "b"]


class Scaled(Module):
    """A module of one's own around others."""

    def __init__(self) -> None:
        self.encoder = Sequential(Linear(2, 2, seed=0), "tanh", MLP(2, [1], seed=0))
        self.scale = Value(1.5)

    def forward(self, x: Any) -> Any:
        return self.scale * self.encoder(x * 2.0)


def test_modules_in_modules() -> None:
    model = Scaled()
    out = model(np.array([Value(1.0, "x0"), Value(2.0, "x1")]))
    assert sorted(frames(draw_dot(out).source)) == [
        "encoder.0",
        "encoder.0.neurons.0",
        "encoder.0.neurons.1",
        "encoder.2",
        "encoder.2.layers.0",
        "encoder.2.layers.0.neurons.0",
    ]
    everything = set().union(*framed(out).values())
    assert not everything & {"x0", "x1", "scale", "tanh", "×"}  # nor x * 2


def test_an_image_network() -> None:
    model = Sequential(Conv2d(1, 2, 2, seed=0), "relu", Flatten(), Linear(2, 1, seed=0))
    inside = framed(model(np.ones((1, 2, 2)))[0])
    assert set(inside) == {"0", "3.neurons.0"}
    assert {"0[0,0,0]", "0[1,0,0]", "0.w[1,0,1,1]", "0.b[1]"} <= inside["0"]
    assert "ReLU" not in set().union(*inside.values())


def test_samples_of_a_batch_share_the_frames() -> None:
    model = MLP(1, [1], seed=0)
    loss = (model([[1.0], [2.0]]) ** 2).sum()
    assert set(framed(loss)) == {"layers.0.neurons.0"}


def test_names_alone_are_no_modules() -> None:
    x = Value(2.0, "a.b")
    y = x * x
    y.name = "c"
    assert framed(y + 1.0) == {}
    z = Value(3.0) * 2.0
    z.name = "z[0]"
    assert framed(z) == {}


PATHS: dict[str, list[str]] = {
    "": [],
    "0": [],
    "neuron": [],
    "layers.0": [],
    "layers.0.neurons.3": ["layers.0"],
    "encoder.layers.0.neurons.3": ["encoder", "encoder.layers.0"],
    "0.1.neurons.2": ["0.1"],
}


@pytest.mark.parametrize("path", PATHS)
def test_the_frames_around_a_frame(path: str) -> None:
    assert parents(path) == PATHS[path]


@pytest.mark.parametrize("options", [{"ops": False}, {"direction": "TB"}, {"max_nodes": 14}])
@pytest.mark.parametrize("root", [network_loss, lambda: MLP(2, [3, 1], seed=0)([1.0, 2.0])])
def test_frames_in_every_kind_of_drawing(options: Any, root: Callable[[], Value]) -> None:
    drawing = draw_dot(root(), **options)
    assert frames(drawing.source)
    assert drawing.pipe("svg").startswith(b"<?xml")
