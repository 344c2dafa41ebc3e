"""draw_dot of a model or a function at its arguments: the inputs, their names, the gradients."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value, grad
from nn import MLP, Embedding, Flatten, Linear, Sequential
from viz import draw_dot
from viz.graph.recorded import recorded


def names(source: str) -> list[str]:
    """The names of the inputs and parameters, in the order of evaluation."""
    return re.findall(r'fillcolor="#d9e8fb".* tooltip="(.*?): v\d+ =', source)


@pytest.mark.parametrize("x", [[1.0, -1.0], (1, -1), np.array([1.0, -1.0]), np.array([1, -1])])
def test_the_inputs_of_a_model_are_drawn_once_with_names(x: Any) -> None:
    source = draw_dot(MLP(2, [3, 1], seed=0), x).source
    assert [name for name in names(source) if name.startswith("x")] == ["x1", "x2"]
    # Only the factor 1 of each bias is a constant.
    assert set(re.findall(r'tooltip="constant (.*?)"', source)) == {"1.0"}


def test_features_have_the_names_that_the_model_knows() -> None:
    model = MLP(2, [1], seed=0)
    model.feature_names = ["height", "权重"]
    assert {"height", "权重"} <= set(names(draw_dot(model, [1.0, 2.0]).source))


def test_the_samples_of_a_batch_are_told_apart() -> None:
    source = draw_dot(Linear(2, 1, seed=0), [[1.0, 2.0], [3.0, 4.0]]).source
    assert {"x[0,0]", "x[0,1]", "x[1,0]", "x[1,1]"} <= set(names(source))


def test_values_among_the_arguments_keep_their_names() -> None:
    x = [Value(1.0, "left"), Value(2.0, "right")]
    drawn = names(draw_dot(MLP(2, [1], seed=0), x).source)
    assert {"left", "right"} <= set(drawn)
    assert "x1" not in drawn
    assert names(draw_dot(lambda t: t.sum(), Tensor([1.0, 2.0], name="t")).source) == [
        "t[0]",
        "t[1]",
    ]


@pytest.mark.parametrize("x", [[1, 3], np.array([1, 3])])
def test_rows_of_an_embedding_are_chosen_by_plain_numbers(x: Any) -> None:
    model = Sequential(Embedding(5, 2, seed=0), Flatten(), Linear(4, 1, seed=0))
    drawn = names(draw_dot(model, [x]).source)
    assert {name for name in drawn if name.startswith("0.w")} == {
        f"0.w[{i},{j}]" for i in (1, 3) for j in (0, 1)
    }


def test_functions_name_their_inputs_by_their_parameters() -> None:
    def loss(w: Any, point: Any, scale: Any) -> Any:
        return scale["by"] * (w @ point)

    drawing = draw_dot(loss, [1.0, 2.0], np.array([3.0, 4.0]), {"by": 2.0})
    assert sorted(names(drawing.source)) == ["point[0]", "point[1]", "scale['by']", "w[0]", "w[1]"]


def test_gradients_are_those_of_the_result_and_nobody_else_s_change() -> None:
    model = MLP(2, [3, 1], "tanh", seed=0)
    for parameter in model.parameters():
        parameter.grad = 7.0
    (root,) = recorded(model, ([1.0, -1.0],))
    assert root.grad == 1.0
    assert {parameter.grad for parameter in model.parameters()} == {7.0}
    source = draw_dot(model, [1.0, -1.0]).source
    drawn = [float(re.findall(rf'tooltip="x{i}: .*, grad (.*?)"', source)[0]) for i in (1, 2)]
    assert drawn == pytest.approx(grad(model)(np.array([1.0, -1.0])), rel=1e-12)


def test_several_results_have_no_gradient() -> None:
    source = draw_dot(Linear(2, 3, seed=0), [1.0, 2.0]).source
    assert source.count("peripheries=2") == 3
    assert "grad" not in source
    assert "grad" in draw_dot(Linear(2, 1, seed=0), [1.0, 2.0]).source


def test_a_path_after_the_arguments(tmp_path: Path) -> None:
    model = MLP(2, [1], seed=0)
    for path in (tmp_path / "one.dot", str(tmp_path / "two.dot")):
        drawing = draw_dot(model, [1.0, 2.0], path)
        assert Path(path).read_text(encoding="utf-8") == drawing.source
        assert drawing.written == Path(path)
    draw_dot(model, [1.0, 2.0], path=tmp_path / "three.dot")
    assert len(list(tmp_path.iterdir())) == 3


def test_a_constant_result_is_drawn() -> None:
    assert repr(draw_dot(lambda x: 3.0, 1.0)) == "<Drawing of 1 value>"


X = Value(1.0, "x")


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((MLP(2, [1]),), TypeError, r"pass its arguments, too, draw_dot\(model, x\)"),
        ((MLP(2, [1]), "model.svg"), TypeError, "pass its arguments, too"),
        ((MLP(2, [1]), [1.0]), ValueError, r"takes 2 numbers .* shape \(1,\)"),
        ((MLP(2, [1]), ["a", "b"]), TypeError, "'a'"),
        ((lambda x: None, 1.0), TypeError, "returned None"),
        ((lambda x: "text", 1.0), TypeError, "'text', which is no number"),
        ((lambda x: [], 1.0), ValueError, "nothing to draw"),
        ((lambda x: x, 1.0, 2.0), TypeError, "2 arguments"),
        ((X, 3.0), TypeError, r"Values alone, or a function at its arguments; it got .* and 3.0"),
        ((X, X), TypeError, "Values alone"),
    ],
)
def test_bad_arguments(arguments: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        draw_dot(*arguments)


def test_two_paths_are_one_too_many(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match=r"two paths, 'a.dot' and .*b.dot"):
        draw_dot(X, "a.dot", path=tmp_path / "b.dot")
    assert not list(tmp_path.iterdir())
