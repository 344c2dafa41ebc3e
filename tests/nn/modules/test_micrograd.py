"""Programs for micrograd's nn, with the import changed, give what micrograd itself gave."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from autograd import Value
from nn import MLP, Layer, Neuron

CASES: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "stored" / "micrograd.json").read_text(encoding="utf-8")
)["cases"]


@pytest.mark.parametrize("name", CASES)
def test_the_demo_s_loop_takes_the_same_steps(name: str) -> None:
    case = CASES[name]
    model = MLP(*case["sizes"])
    # micrograd's order: for each neuron its weights, then its bias.
    ordered = [p for layer in model.layers for n in layer.neurons for p in [*n.w, n.b]]
    for p, number in zip(ordered, case["parameters"], strict=True):
        p.data = number
    for k, step in enumerate(case["steps"]):
        inputs = [list(map(Value, row)) for row in case["X"]]
        scores = list(map(model, inputs))
        losses = [(1 + -yi * si).relu() for yi, si in zip(case["y"], scores, strict=True)]
        loss = sum(losses) * (1.0 / len(losses))
        loss = loss + 1e-4 * sum(p * p for p in model.parameters())
        model.zero_grad()
        loss.backward()
        assert [s.data for s in scores] == pytest.approx(step["scores"], rel=1e-9, abs=1e-12)
        assert loss.data == pytest.approx(step["loss"], rel=1e-9)
        assert [p.grad for p in ordered] == pytest.approx(step["gradients"], rel=1e-9, abs=1e-12)
        learning_rate = 1.0 - 0.9 * k / 100
        for p in model.parameters():
            p.data -= learning_rate * p.grad


def test_the_readme_s_network() -> None:
    model = MLP(2, [16, 16, 1])
    assert len(model.parameters()) == 337
    assert isinstance(model([Value(1.0), Value(-2.0)]), Value)


def test_the_lecture_s_regression() -> None:
    random.seed(1)
    xs = [[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]]
    ys = [1.0, -1.0, -1.0, 1.0]
    n = MLP(3, [4, 4, 1], "tanh", seed=1)
    losses = []
    for _ in range(100):
        ypred = [n(x) for x in xs]
        loss = sum((yout - ygt) ** 2 for ygt, yout in zip(ys, ypred, strict=True))
        for p in n.parameters():
            p.grad = 0.0
        loss.backward()
        for p in n.parameters():
            p.data += -0.05 * p.grad
        losses.append(loss.data)
    assert losses[-1] < 0.01 < losses[0]


def test_several_outputs_index_and_iterate() -> None:
    out = MLP(2, [3, 4], seed=0)([1.0, 2.0])
    assert len(out) == 4
    assert [type(x) for x in out] == [Value] * 4
    assert out[3] is list(out)[3]


def test_parameters_are_counted_as_in_micrograd() -> None:
    assert len(Neuron(3).parameters()) == 4
    assert len(Layer(3, 5).parameters()) == 20
    assert len(MLP(3, [4, 4, 1]).parameters()) == 41


def test_only_hidden_layers_have_a_nonlinearity() -> None:
    x = [Value(0.5), Value(-1.5)]
    assert Neuron(2)(x).op.name == "relu"
    assert Neuron(2, nonlin=False)(x).op.name == "dot"
    assert {v.op.name for v in Layer(2, 3, nonlin=True)(x)} == {"relu"}
    assert {v.op.name for v in Layer(2, 3, nonlin=False)(x)} == {"dot"}
    model = MLP(2, [2, 2, 1])
    assert [repr(layer.activation) for layer in model.layers] == ["ReLU()", "ReLU()", "Identity()"]
    assert model(x).op.name == "dot"


def test_zero_grad_and_the_inputs_gradients() -> None:
    x = [Value(0.5), Value(1.5)]
    model = MLP(2, [3, 1], "tanh", seed=0)
    model(x).backward()
    assert any(p.grad for p in model.parameters())
    assert all(v.grad for v in x)
    model.zero_grad()
    assert not any(p.grad for p in model.parameters())


def test_a_neuron_costs_two_nodes() -> None:
    x = [Value(0.5), Value(1.5), Value(2.5)]
    out = Neuron(3, seed=0)(x)
    assert out.op.name == "relu"
    (pre_activation,) = out.parents
    assert pre_activation.op.name == "dot"
    assert all(p.op is None for p in pre_activation.parents)
    assert len(pre_activation.operands) == 2 * (3 + 1)
