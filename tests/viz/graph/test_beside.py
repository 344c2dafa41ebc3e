"""Two runs in one drawing, and tangents beside adjoints."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest

from autograd import Value, compare_modes, dot, where
from nn import MLP
from tests.viz.graph.graphs import exercise_4, node_texts
from viz import Drawing, draw_dot
from viz.graph.render import render


def shown(drawing: Drawing) -> dict[str, str]:
    texts = node_texts(render(drawing))
    return {name: " ".join(" ".join(parts).split()) for name, parts in texts.items()}


def run(x: float, y: float, factor: float = 2.0) -> Value:
    f = (Value(x, "x") * Value(y, "y") + 1.0) * factor
    f.backward()
    return f


# Before and after.


def test_numbers_before_and_after() -> None:
    texts = shown(draw_dot(run(1.0, 4.0), before=draw_dot(run(1.0, 3.0, factor=5.0))))
    assert texts["v0"] == "x v0 value 1 grad 15 → 8"
    assert texts["v1"] == "y v1 value 3 → 4 grad 5 → 2"
    assert texts["c0"] == "1"
    assert texts["c1"] == "5 → 2"
    assert texts["v4"] == "v4 value 20 → 10 grad 1"


def test_a_step_of_training_changes_the_numbers_in_the_leaves() -> None:
    model = MLP(2, [2, 1], "tanh", seed=0)

    def loss() -> Value:
        model.zero_grad()
        out = (model([1.0, 2.0]) - 1.0) ** 2
        assert isinstance(out, Value)
        out.backward()
        return out

    first = loss()
    before = draw_dot(first)
    w = model.parameters()[0]
    old, slope = w.data, w.grad
    for parameter in model.parameters():
        parameter.data -= 0.1 * parameter.grad
    after = draw_dot(loss(), before=before, precision=17)
    told = re.search(
        rf'tooltip="{re.escape(w.name)}: v\d+ = (\S+), grad \S+; before (.*?), grad (.*?)"',
        after.source,
    )
    assert told is not None
    assert [float(x) for x in told.groups()] == [w.data, old, slope]
    assert f"{old:.17g} → {w.data:.17g}" in after.source


def test_numbers_that_round_to_the_same_are_shown_once() -> None:
    drawing = draw_dot(run(1.0, 3.0 + 1e-9), before=draw_dot(run(1.0, 3.0)))
    assert "→" not in "".join(shown(drawing).values())
    assert "; before 3.0" in drawing.source  # beside the pointer


def test_drawings_of_drawings_go_on() -> None:
    second = draw_dot(run(1.0, 4.0), before=draw_dot(run(1.0, 3.0)))
    assert shown(draw_dot(run(1.0, 5.0), before=second))["v1"] == "y v1 value 4 → 5 grad 2"


def test_a_drawing_holds_no_graph() -> None:
    import gc
    import weakref

    class Own(Value):
        """A Value that can be watched."""

    x = Own(1.0, "x")
    watched = weakref.ref(x)
    drawing = draw_dot(x * 2.0)
    del x
    gc.collect()
    assert watched() is None
    assert drawing.shown


@pytest.mark.parametrize(
    ("now", "message"),
    [
        (Value(1.0) * Value(2.0), "there is no further node here, but c0 is constant there"),
        (Value(1.0) + Value(2.0), r"v2 is \+\(v0, v1\) here, but v2 is ×\(v0, v1\) there"),
        (run(1.0, 2.0).exp(), r"v5 is exp\(v4\) here, but there is no further node there"),
        (Value(1.0, "x"), "there is no further node here, but v1 is parameter there"),
    ],
)
def test_another_graph_is_refused(now: Value, message: str) -> None:
    with pytest.raises(ValueError, match=f"before is the drawing of another graph: .*({message})"):
        draw_dot(now, before=draw_dot(run(1.0, 2.0)))


@pytest.mark.parametrize("before", [Value(1.0), 3.0, "graph.svg", [1.0], Drawing()])
def test_before_is_a_drawing(before: Any) -> None:
    with pytest.raises(TypeError, match="before is what draw_dot\\(\\) gave for an earlier run"):
        draw_dot(run(1.0, 2.0), before=before)


# Tangents.


@pytest.mark.parametrize("by", ["x", "y", "z"])
def test_tangents_are_those_of_forward_mode(by: str) -> None:
    report = compare_modes(lambda x, y, z: (x + y) ** 2 * z, 1.0, 2.0, -6.0)
    source = draw_dot(exercise_4(), tangents={by: 1.0}).source
    drawn = dict(re.findall(r'tooltip="(?:\w+: )?(v\d+) = \S+, tangent (\S+), grad', source))
    i = report.inputs.index(by)
    assert {name: float(x) for name, x in drawn.items()} == {
        row.id: row.tangent[i] for row in report.rows
    }


def test_a_tangent_stands_between_value_and_gradient() -> None:
    texts = shown(draw_dot(exercise_4(), tangents={"x": 2.0}))
    assert texts["v0"] == "x v0 value 1 tangent 2 grad -36"
    assert texts["v1"] == "y v1 value 2 tangent 0 grad -36"
    assert texts["v5"] == "f v5 value -54 tangent -72 grad 1"
    assert texts["c0"] == "2"


def test_tangents_by_values_of_a_direction() -> None:
    x, y = Value(3.0, "same"), Value(5.0, "same")
    assert "tangent 11" in shown(draw_dot(x * y, tangents={x: 1.0, y: 2}))["v2"]
    assert "tangent 3" in shown(draw_dot(x * y, tangents={y: np.float64(1.0)}))["v2"]


def test_tangents_of_a_model_s_inputs() -> None:
    model = MLP(2, [3, 1], "tanh", seed=0)
    source = draw_dot(model, [1.0, -1.0], tangents={"x1": 1.0}).source
    slope = float(re.findall(r'tooltip="x1: .*grad (.*?)"', source)[0])
    result = float(re.findall(r'tooltip="layers.1.neurons.0: .*tangent (.*?),', source)[0])
    assert result == pytest.approx(slope, rel=1e-12)


def test_tangents_of_steps_inside_an_operation() -> None:
    xs = [Value(2.0, "x0"), Value(3.0, "x1")]
    texts = shown(draw_dot(dot(xs, [5.0, 7.0]), expand=True, tangents={"x0": 1.0}))
    products = [text for text in texts.values() if "value 10 " in text or "value 21 " in text]
    assert sorted(re.findall(r"tangent (\S+)", " ".join(products))) == ["0", "5"]


def test_tangents_come_through_what_is_not_drawn() -> None:
    v = x = Value(1.0, "x")
    for _ in range(50):
        v = v * 2.0
    texts = shown(draw_dot(v, max_nodes=5, tangents={x: 1.0}))
    assert texts["v2"].endswith(f"value {2.0**50:.4g} tangent {2.0**50:.4g} grad 0")


def test_an_unselected_branch_carries_no_tangent() -> None:
    x = Value(0.0, "x")
    texts = shown(draw_dot(where(x > 0, x.log(), x * 2.0), tangents={"x": 1.0}))
    assert next(reversed([t for n, t in texts.items() if "tangent" in t])).split()[-3] == "2"
    assert not any(math.isnan(float(t)) for t in re.findall(r"tangent (\S+)", texts["v0"]))


def test_both_at_once() -> None:
    drawing = draw_dot(run(1.0, 4.0), before=draw_dot(run(1.0, 3.0)), tangents={"y": 1.0})
    assert shown(drawing)["v1"] == "y v1 value 3 → 4 tangent 1 grad 2"


@pytest.mark.parametrize(
    ("tangents", "error", "message"),
    [
        ({"w": 1.0}, ValueError, "unknown input 'w'; there are x, y"),
        ({Value(1.0, "x"): 1.0}, ValueError, "no input of this graph"),
        ({"x": "1"}, TypeError, "a tangent"),
        ({"x": None}, TypeError, "a tangent"),
        ({3: 1.0}, TypeError, "Values or their names, not by 3"),
        ([1.0], TypeError, r"a dict from inputs .* not \[1.0\]"),
        (1.0, TypeError, "a dict from inputs"),
    ],
)
def test_bad_tangents(tangents: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        draw_dot(run(1.0, 2.0), tangents=tangents)


def test_a_name_that_several_inputs_have() -> None:
    with pytest.raises(ValueError, match="2 inputs are named 'x': give the Value itself"):
        draw_dot(Value(1.0, "x") * Value(2.0, "x"), tangents={"x": 1.0})
