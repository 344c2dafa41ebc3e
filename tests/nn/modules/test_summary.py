"""The table of a model: shapes by arithmetic, parameters counted once, and nothing made for it."""

from __future__ import annotations

import math
import tracemalloc
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor, Value
from nn.modules.summary import Row, Summary, summary


def alexnet_like() -> nn.Sequential:
    """The network of exercise 6."""
    return nn.Sequential(
        nn.Conv2d(3, 96, 11, stride=4),
        nn.MaxPool2d(3, stride=2),
        nn.Conv2d(96, 256, 5, padding=2),
        nn.MaxPool2d(3, stride=2),
        nn.Flatten(),
        nn.Layer(43264, 4096),
        nn.Linear(4096, 1000),
    )


def told(table: Summary) -> list[tuple[str, Any, int]]:
    return [(row.path, row.output_shape, row.parameters) for row in table.rows]


# The exercises.


def test_exercise_5() -> None:
    connected = summary(nn.Sequential(nn.Flatten(), nn.Linear(300 * 300 * 3, 100)), (3, 300, 300))
    assert connected.total == 27_000_100
    assert connected.output_shape == (100,)
    (filters,) = summary(nn.Conv2d(3, 100, 5), (3, 300, 300)).rows
    assert filters.parameters == 7_600
    assert filters.output_shape == (100, 296, 296)
    assert filters.outputs == 8_761_600


def test_exercise_6() -> None:
    table = summary(alexnet_like(), (3, 227, 227))
    assert told(table) == [
        ("0", (96, 55, 55), 34_944),
        ("1", (96, 27, 27), 0),
        ("2", (256, 27, 27), 614_656),
        ("3", (256, 13, 13), 0),
        ("4", (43_264,), 0),
        ("5", (4096,), 177_213_440),
        ("6", (1000,), 4_097_000),
    ]
    assert table.total == 181_960_040
    assert str(table) == TABLE


TABLE = """\
path  layer                          output shape   outputs   parameters
      input                          (3, 227, 227)  154,587
0     Conv2d(3, 96, 11, stride=4)    (96, 55, 55)   290,400       34,944
1     MaxPool2d(3, stride=2)         (96, 27, 27)    69,984            0
2     Conv2d(96, 256, 5, padding=2)  (256, 27, 27)  186,624      614,656
3     MaxPool2d(3, stride=2)         (256, 13, 13)   43,264            0
4     Flatten()                      (43264,)        43,264            0
5     Layer(43264, 4096)             (4096,)          4,096  177,213,440
6     Linear(4096, 1000)             (1000,)          1,000    4,097,000
      total                          (1000,)          1,000  181,960,040"""


def test_nothing_is_made_for_it() -> None:
    str(summary(nn.Linear(1, 1)))  # what is imported for a table is not the table's
    tracemalloc.start()
    model = alexnet_like()
    table = summary(model, (3, 227, 227))
    assert len(table.to_markdown()) + len(table._repr_html_()) + len(repr(table)) > 1000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000
    assert not any("w" in module.__dict__ or "b" in module.__dict__ for module in model.modules())


# Shapes are those that the model computes.


@pytest.mark.parametrize(
    ("model", "shape"),
    [
        (lambda: nn.MLP(2, [4, 3]), (2,)),
        (lambda: nn.MLP(2, [4, 1]), (2,)),
        (lambda: nn.MLP(2, [4, 1]), (5, 2)),
        (lambda: nn.Neuron(3), (3,)),
        (lambda: nn.Perceptron(3), (7, 3)),
        (lambda: nn.Layer(2, 3, "softmax"), (4, 2)),
        (lambda: nn.Sequential("tanh", nn.Linear(2, 3), nn.Dropout(), nn.MLP(3, [2, 1])), (2,)),
        (lambda: nn.Sequential(nn.Sequential(nn.Linear(2, 2)), nn.PReLU(2)), (2,)),
        (lambda: nn.Sequential(nn.Conv2d(1, 2, (2, 3), padding=1), nn.AvgPool2d(2)), (1, 6, 7)),
        (lambda: nn.Sequential(nn.MaxPool2d(2, 1), nn.Flatten(), nn.Linear(8, 2)), (2, 3, 3)),
        (nn.Sequential, (2, 3)),
        (nn.Tanh, ()),
    ],
)
def test_shapes_are_those_of_the_results(model: Any, shape: tuple[int, ...]) -> None:
    network = model()
    table = summary(network, shape)
    assert table.output_shape == np.shape(network.predict(np.zeros(shape)))
    assert table.total == network.num_parameters() == sum(row.parameters for row in table.rows)
    assert table.total == len(network.parameters())
    assert told(summary(network, shape)) == told(table)  # made or not
    assert [row.outputs for row in table.rows] == [
        math.prod(row.output_shape or ()) for row in table.rows
    ]


def test_layers_by_path() -> None:
    model = nn.Sequential(nn.Linear(2, 3), nn.Sequential(nn.MLP(3, [4, 1], "prelu"), nn.Tanh()))
    assert told(summary(model)) == [
        ("0", (3,), 9),
        ("1.0.layers.0", (4,), 17),
        ("1.0.layers.1", (1,), 5),
        ("1.1", (), 0),
    ]
    assert [row.layer for row in summary(model).rows][1] == "Layer(3, 4, activation='prelu')"


# The shape of the input.


@pytest.mark.parametrize("shape", [2, np.int64(2), (2,), [2], np.array([2]), None])
def test_input_shapes(shape: Any) -> None:
    table = summary(nn.MLP(2, [3, 1]), shape)
    assert table.input_shape == (2,)
    assert table.output_shape == ()


def test_without_an_input_shape() -> None:
    table = summary(alexnet_like())
    assert table.input_shape is table.output_shape is None
    assert {row.output_shape for row in table.rows} == {row.outputs for row in table.rows} == {None}
    assert table.total == 181_960_040
    assert str(table).endswith("The shapes depend on the input's: summary(model, input_shape).")


@pytest.mark.parametrize(
    ("shape", "error", "message"),
    [
        ("32", TypeError, r"a tuple such as \(3, 32, 32\), not '32'"),
        (3.5, TypeError, "not 3.5"),
        ((3, 2.5), TypeError, r"whole numbers.*\(3, 2\.5\)"),
        ((None, 3, 8, 8), TypeError, "without the axis of the batch"),
        (True, TypeError, "whole numbers"),
        ((3, 0), ValueError, r"positive numbers, not \(3, 0\)"),
        (-2, ValueError, "positive numbers, not -2"),
    ],
)
def test_what_is_no_shape(shape: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        summary(nn.MLP(2, [1]), shape)


@pytest.mark.parametrize(
    ("model", "shape", "message"),
    [
        (alexnet_like, (227, 227, 3), r"layer 0 does not take the shape \(227, 227, 3\): Conv2d"),
        (alexnet_like, (3, 10, 10), r"layer 0 .*does not fit into an image"),
        (alexnet_like, (3, 128, 128), r"layer 5 does not take the shape \(9216,\).*43264 numbers"),
        (lambda: nn.MLP(2, [3, 1]), 3, r"the layer layers\.0 does not take the shape \(3,\)"),
        (lambda: nn.Linear(2, 3), (), r"the model does not take the shape \(\)"),
    ],
)
def test_the_layer_that_does_not_fit_is_named(model: Any, shape: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        summary(model(), shape)


def test_only_models() -> None:
    with pytest.raises(TypeError, match=r"an nn\.Module, not \[1\]"):
        summary([1])  # type: ignore[arg-type]


# Modules of the user.


class Wide(nn.Module):
    def __init__(self, width: int) -> None:
        self.width = width
        self.net = nn.MLP(2, [width, 1])
        self.image = nn.Conv2d(1, 1, 3)
        self.scale = Value(1.0)

    def forward(self, x: Any) -> Any:
        return self.scale * self.net(x)


class Told(Wide):
    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        return self.net.output_shape(input_shape)


def test_a_module_without_output_shape() -> None:
    table = summary(nn.Sequential(nn.Linear(3, 2), Wide(4), nn.Linear(2, 2)))
    assert told(table) == [
        ("0", (2,), 8),
        ("1", None, 1),
        ("1.net.layers.0", (4,), 12),
        ("1.net.layers.1", (1,), 5),
        ("1.image", None, 10),
        ("2", None, 6),
    ]
    assert table.total == 42
    assert table.rows[1].layer == "Wide(4)"
    assert table.rows[1].outputs is None
    assert str(table).endswith("a module does not define output_shape(self, input_shape).")


def test_a_module_with_output_shape() -> None:
    table = summary(nn.Sequential(nn.Linear(3, 2), Told(4), "tanh"))
    assert [table.rows[i].output_shape for i in (0, 1, -1)] == [(2,), (), ()]
    assert table.output_shape == ()


def test_a_sequence_with_a_forward_of_its_own_is_no_chain() -> None:
    class Skip(nn.Sequential):
        def forward(self, x: Any) -> Any:
            return x + super().forward(x)

    class More(nn.MLP):
        def __init__(self) -> None:
            super().__init__(2, [2, 1])
            self.gain = Tensor(np.ones(3))
            self.other = nn.Linear(5, 1)

    assert [row.path for row in summary(Skip(nn.Linear(2, 2)), 2).rows] == ["", "0"]
    table = summary(More())
    assert [row.path for row in table.rows] == ["", "layers.0", "layers.1", "other"]
    assert [row.parameters for row in table.rows] == [3, 6, 3, 6]
    assert table.total == 18


def test_a_module_that_is_an_argument() -> None:
    class Residual(nn.Module):
        def __init__(self, inner: nn.Module) -> None:
            self.inner = inner

    table = summary(Residual(nn.Sequential(nn.Linear(2, 2), "tanh")))
    assert [row.layer for row in table.rows] == ["Residual(...)", "Linear(2, 2)", "Tanh()"]
    assert [row.path for row in table.rows] == ["", "inner.0", "inner.1"]


def test_shared_modules_are_counted_once() -> None:
    layer = nn.Linear(2, 2)
    wide = Wide(2)
    table = summary(nn.Sequential(layer, "tanh", layer, wide, wide))
    assert [row.parameters for row in table.rows] == [6, 0, 0, 1, 6, 3, 10, 0]
    assert [row.shared_with for row in table.rows] == [None] * 2 + ["0"] + [None] * 4 + ["3"]
    assert table.total == 26
    assert "2               Linear(2, 2), the same as 0" in str(table)


def test_tied_parameters_are_counted_once() -> None:
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    model[1].w = model[0].w
    table = summary(model)
    assert [row.parameters for row in table.rows] == [6, 2]
    assert table.total == 8


# How it shows.


def test_the_table_in_other_forms() -> None:
    table = summary(nn.Sequential(nn.Linear(1000, 1000), nn.Hardtanh(-1.0, 2.0)))
    assert table.to_markdown().splitlines()[3] == (
        "| `0` | `Linear(1000, 1000)` | `(1000,)` | 1,000 | 1,001,000 |"
    )
    assert "<td" in table._repr_html_()
    assert ">1,001,000</td>" in table._repr_html_()
    assert repr(table) == "<Summary of 2 layers: 1,001,000 parameters>"


def test_text_of_the_user_is_not_taken_for_markup() -> None:
    class Odd(nn.Module):
        def __init__(self, text: str) -> None:
            self.text = text

    table = summary(Odd("<b>|`*" + "x" * 1000))
    assert "<b>" not in table._repr_html_()
    assert max(map(len, str(table).splitlines())) < 120
    assert r"\|" in table.to_markdown()


def test_rows_are_plain_data() -> None:
    row = summary(nn.Linear(2, 1)).rows[0]
    assert row == Row("", "Linear(2, 1)", (1,), 3)
    with pytest.raises(AttributeError):
        row.parameters = 4  # type: ignore[misc]
