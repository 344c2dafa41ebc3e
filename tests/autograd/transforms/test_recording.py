"""A function at a point, and what is recorded of a run there."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import Dual, Tensor, Value, grad, value_and_grad
from autograd.transforms.recording import Call, Recording, call_at, map_operands


def loss(w: Any, x: Any, scale: float = 1.0) -> Any:
    return {"loss": (w["a"] * x[0] + w["b"][0, 1]) * scale, "w": w["b"]}


def call(**options: Any) -> Call:
    w = {"b": np.array([[2.0, 3.0]]), "a": 5.0}
    return call_at(loss, (w, [7.0]), **options)


# A function at a point.


def test_inputs_are_the_numbers_of_all_arguments() -> None:
    inputs = call().inputs
    assert inputs.numbers == [5.0, 2.0, 3.0, 7.0]
    assert inputs.names == [
        "argument 0 of loss['a']",
        "argument 0 of loss['b'][0,0]",
        "argument 0 of loss['b'][0,1]",
        "argument 1 of loss[0]",
    ]
    assert call(roots=("w", "x")).inputs.names == ["w['a']", "w['b'][0,0]", "w['b'][0,1]", "x[0]"]
    assert [shape for shape, _ in inputs.parts] == [None, (1, 2), None]


@pytest.mark.parametrize(("argnums", "numbers"), [(1, [7.0]), ((1, 0), [7.0, 5.0, 2.0, 3.0])])
def test_inputs_of_chosen_arguments(argnums: Any, numbers: list[float]) -> None:
    assert call(argnums=argnums).inputs.numbers == numbers


def test_runs_at_the_point_and_beside_it() -> None:
    at = call(kwargs={"scale": 10.0})
    assert at.run(at.inputs.numbers)["loss"] == 380.0
    assert at.run([0.0, 0.0, 1.0, 0.0])["loss"] == 10.0
    moved = at.moved([1.0, 0.0, 1.0, 2.0])
    assert moved.record().outputs.numbers[0].data == 30.0
    assert at.inputs.numbers == [5.0, 2.0, 3.0, 7.0]
    chosen = call(argnums=1)
    assert chosen.run([0.0])["loss"] == 3.0
    assert chosen.applied([2.0])["loss"] == 13.0


def test_plain_numbers_only() -> None:
    assert call_at(loss, ({"a": Value(1.0)}, 2.0)).inputs.numbers[1] == 2.0
    for x, place in ((Value(1.0), "'a'"), (Tensor([1.0, 2.0]), r"'a'\]\[0"), (Dual(1.0), "'a'")):
        with pytest.raises(TypeError, match=rf"argument 0 of loss\[{place}\] takes a plain number"):
            call_at(loss, ({"a": x}, 2.0), plain_only=True)


# A recording.


def recorded() -> Recording:
    return call().record()


def test_variables_are_new_leaves_named_on_demand() -> None:
    run = recorded()
    assert [(x.data, x.name, x.op) for x in run.variables[:2]] == [(5.0, "", None), (2.0, "", None)]
    names = call(roots=("w", "x")).record(named=True).variables
    assert [x.name for x in names] == ["w['a']", "w['b'][0,0]", "w['b'][0,1]", "x[0]"]


def test_outputs_have_structure_and_names() -> None:
    outputs = recorded().outputs
    assert [x.data for x in outputs.numbers] == [38.0, 2.0, 3.0]
    assert outputs.names == ["result['loss']", "result['w'][0,0]", "result['w'][0,1]"]
    assert outputs.unflatten([1.0, 2.0, 3.0])["w"].tolist() == [[2.0, 3.0]]


def test_nodes_are_in_the_order_of_evaluation_and_numbered() -> None:
    def f(x: Any, unused: Any, y: Any) -> Any:
        return x * y + x

    run = call_at(f, (2.0, 3.0, 5.0)).record()
    x, unused, y = run.variables
    assert run.nodes[:2] == [x, y]
    assert [node.op.name for node in run.nodes[2:4] if node.op] == ["mul", "add"]
    assert run.nodes[4] is unused
    assert [run.ids[id(node)] for node in run.nodes] == ["v0", "v1", "v2", "v3", "v4"]


def test_weighted_sums_of_outputs_are_pulled_back() -> None:
    assert recorded().pulled([1.0, 10.0, 100.0]) == [7.0, 10.0, 101.0, 5.0]


def test_results_are_detached_from_variables_only() -> None:
    w = Value(3.0, "w")
    run = call_at(lambda x: x * w, (2.0,)).record()
    (x,) = run.variables
    kept, number, text = run.detached((run.result, x * x, "text"))
    assert (kept.data, kept.parents) == (6.0, (w,))
    assert (number, text) == (4.0, "text")
    assert run.value_and_adjoints(run.result)[1][0].data == 3.0


def test_values_are_mapped_wherever_they_are() -> None:
    tree = {"x": Value(1.0), "array": np.array([Value(2.0), 3.0]), "other": ("text", np.ones(2))}
    mapped = map_operands(lambda x: x.data * 10.0, tree)
    assert mapped["x"] == 10.0
    assert mapped["array"].tolist() == [20.0, 3.0]
    assert mapped["other"][0] == "text"
    assert mapped["other"][1] is tree["other"][1]


# What it costs.


def calls_of(run: Callable[[], Any]) -> int:
    """How many functions of autograd the interpreter calls."""
    run()
    found = []

    def profile(frame: Any, event: str, argument: Any) -> None:
        if event == "call" and frame.f_globals.get("__name__", "").startswith("autograd."):
            found.append(frame.f_code)

    sys.setprofile(profile)
    try:
        run()
    finally:
        sys.setprofile(None)
    return len(found)


def test_a_gradient_takes_few_calls() -> None:
    """For the usual case: numbers in, a Value out, nothing to differentiate by outside."""

    def by_hand() -> None:
        x = Value(2.0)
        (x * x).backward()

    gradient = value_and_grad(lambda x: x * x)
    assert calls_of(lambda: gradient(2.0)) <= calls_of(by_hand) + 30
    assert calls_of(lambda: grad(lambda x: x * x)(2.0)) <= calls_of(by_hand) + 42
