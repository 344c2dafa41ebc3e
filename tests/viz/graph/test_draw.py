"""draw_dot: what stands in a drawing, read back from the rendered picture."""

from __future__ import annotations

import math
import re
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autograd import TABLE, Tensor, Value, detect_anomaly, dot, logsumexp, mean, norm, prod, tanh
from autograd import sum as total
from autograd.text.words import both_ends
from nn import MLP
from tests.viz.graph.graphs import (
    AWKWARD_NAMES,
    awkward,
    chain,
    edge_texts,
    exercise_4,
    far,
    neuron,
    node_texts,
    twice,
    with_constants,
)
from viz import draw_dot
from viz.graph.labels import LONGEST_NAME, visible
from viz.graph.render import render


def svg_of(root: Any, **options: Any) -> bytes:
    return render(draw_dot(root, **options))


def shown(root: Any, **options: Any) -> dict[str, str]:
    """The text of each node, its parts joined by a space."""
    texts = node_texts(svg_of(root, **options))
    return {node: " ".join(" ".join(parts).split()) for node, parts in texts.items()}


# The first picture.


def test_exercise_4() -> None:
    assert shown(exercise_4()) == {
        "v0": "x v0 value 1 grad -36",
        "v1": "y v1 value 2 grad -36",
        "op2": "+",
        "v2": "v2 value 3 grad -36",
        "c0": "2",
        "op3": TABLE["pow"].symbol,
        "v3": "v3 value 9 grad -6",
        "v4": "z v4 value -6 grad 9",
        "op5": "×",
        "v5": "f v5 value -54 grad 1",
    }
    assert sorted(edge_texts(svg_of(exercise_4()))) == [
        ("c0->op3", ""),
        ("op2->v2", ""),
        ("op3->v3", ""),
        ("op5->v5", ""),
        ("v0->op2", "∂ 1"),
        ("v1->op2", "∂ 1"),
        ("v2->op3", "∂ 6"),
        ("v3->op5", "∂ -6"),
        ("v4->op5", "∂ 9"),
    ]


def test_both_edges_of_a_plus_a() -> None:
    edges = edge_texts(svg_of(twice()))
    assert edges.count(("v0->op1", "∂ 1")) == 2


def test_partials_are_those_of_the_recording() -> None:
    x = Value(3.0, "x")
    y = x * x
    x.data = 100.0
    assert edge_texts(svg_of(y)).count(("v0->op1", "∂ 3")) == 2


def test_operands_keep_their_order() -> None:
    a, b = Value(1.0, "a"), Value(2.0, "b")
    source = draw_dot(b / a).source
    assert source.index("p0 -> op2") < source.index("p1 -> op2")
    assert "v0 -> p0" in source
    assert "ordering=in" in source
    assert shown(b / a)["v0"].startswith("b")


def test_kinds_differ_by_more_than_colour() -> None:
    source = draw_dot(with_constants()).source
    style = dict(re.findall(r'^\t(\w+) \[label.* style=(".*?"|\w+)', source, re.M))
    assert style["v0"] == "filled"
    assert style["v1"] == '"filled,rounded"'
    assert style["c0"] == '"filled,dashed"'
    assert source.count("peripheries=2") == 1
    assert all("->" not in line or "∂" not in line for line in source.splitlines() if "\tc" in line)


def test_exact_numbers_beside_the_pointer() -> None:
    x = Value(0.1, "x")
    y = x * 3.0
    y.backward()
    svg = svg_of(y).decode()
    assert "v1 = 0.30000000000000004, grad 1.0" in svg
    assert "∂v1/∂v0 = 3.0" in svg
    assert "constant 3.0" in svg


def test_numbers_that_are_not_finite() -> None:
    x = Value(math.inf, "x")
    y = x - x
    y.backward()
    assert shown(y)["v1"] == "v1 value nan grad 1"
    assert shown(-Value(0.0))["v1"] == "v1 value -0 grad 0"


# Names.


@pytest.mark.parametrize("name", AWKWARD_NAMES)
def test_shown_name_is_exact(name: str) -> None:
    parts = node_texts(svg_of(Value(1.0, name)))["v0"]
    expected = visible(both_ends(name, LONGEST_NAME))
    assert "".join(parts[: parts.index("v0")]).strip() == expected.strip()


def test_awkward_names_in_one_graph() -> None:
    assert len(node_texts(svg_of(awkward()))) == 9 + 8 * 2


@given(st.text(max_size=32))
@example("  two  spaces  ")
@example("\\")
@example("\\\\G\\E")
@example("&#92;&lt;&nbsp;")
@example("\x00\ud800\ufffe\x7f\u2028")
@example("<!-- ]]> -->")
@settings(max_examples=60)
def test_any_name_is_shown_exactly(name: str) -> None:
    parts = node_texts(svg_of(Value(1.0, name)))["v0"]
    # Of several spaces in a row, Graphviz makes some no-break spaces, which look the same.
    expected = visible(name).replace("\xa0", " ")
    assert "".join(parts[: parts.index("v0")]).rstrip(" ") == expected.rstrip(" ")


def test_long_names_are_shortened() -> None:
    assert shown(Value(1.0, "a" * 30 + "b" * 70))["v0"].split()[0] == "a" * 22 + "…" + "b" * 10


def test_title_is_escaped() -> None:
    assert "&lt;f&gt; &amp; 权" in svg_of(exercise_4(), title="<f> & 权").decode()


# Options.


@pytest.mark.parametrize("direction", ["LR", "RL", "TB", "BT"])
def test_direction(direction: str) -> None:
    assert f"rankdir={direction}" in draw_dot(twice(), direction=direction).source
    assert f"rankdir={direction}" in draw_dot(twice(), rankdir=direction).source


def test_precision() -> None:
    assert "value 0.67 " in shown(Value(2 / 3), precision=2)["v0"]
    assert "value 0.6666666667 " in shown(Value(2 / 3), precision=10)["v0"]


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ("names", "v5 value -54 grad 1"),
        ("values", "f v5 grad 1"),
        ("gradients", "f v5 value -54"),
        ("partials", "f v5 value -54 grad 1"),
        ("ops", "f v5 × value -54 grad 1"),
    ],
)
def test_what_to_show(option: str, text: str) -> None:
    expected = text.removeprefix("v5 ") if option == "names" else text
    svg = svg_of(exercise_4(), **{option: False})
    assert " ".join(" ".join(node_texts(svg)["v5"]).split()) == expected
    assert any("∂" in label for _, label in edge_texts(svg)) == (option != "partials")


def test_nothing_to_show_leaves_the_number_of_the_node() -> None:
    assert shown(twice(), names=False, values=False, gradients=False)["v1"] == "v1"


def test_operations_in_the_node_of_their_result() -> None:
    edges = edge_texts(svg_of(exercise_4(), ops=False))
    assert ("v2->v3", "∂ 6") in edges
    assert ("c0->v3", "") in edges
    assert len(edges) == 6


def test_micrograds_spelling() -> None:
    drawing = draw_dot(twice(), format="png", rankdir="TB")
    assert drawing.format == "png"
    assert "rankdir=TB" in drawing.source


def test_several_roots_and_tensors() -> None:
    x = Value(0.5, "x")
    f, g = tanh(x), x * 2.0
    texts = shown([f, g, f])
    assert set(texts) == {"v0", "op1", "v1", "op2", "v2", "c0"}
    assert draw_dot([f, g]).source.count("peripheries=2") == 2
    assert len(shown(Tensor([[1.0, 2.0], [3.0, 4.0]], "W"))) == 4
    assert len(shown((Tensor([1.0], "w"), x))) == 2
    assert shown([g, x])["v0"].startswith("x")  # a root that another depends on


# Expanded primitives.


def test_neuron_whole_and_expanded() -> None:
    whole, opened = shown(neuron()), shown(neuron(), expand=True)
    assert list(whole.values()).count("dot") == 1
    assert "dot" not in opened.values()
    assert list(opened.values()).count("×") == 3
    assert list(opened.values()).count("Σ") == 1
    assert opened["v2"] == "v2 value 0.5 grad 1"


def test_expanded_dot_keeps_recorded_factors() -> None:
    x, y = Value(2.0, "x"), Value(3.0, "y")
    z = dot([x, 5.0], [y, 7.0])
    x.data = 100.0
    texts = shown(z, expand=True)
    assert "value 6 " in texts["v2"]
    assert "value 35 " in texts["v3"]


def inputs(data: list[float]) -> list[Value]:
    return [Value(x, f"x{i}") for i, x in enumerate(data)]


@pytest.mark.parametrize("primitive", [total, prod, mean, norm, logsumexp])
@pytest.mark.parametrize("data", [[2.0, -1.5, 0.5, 4.0], [3.0, 0.0], [1.0, 2.0, 0.0], [2.0]])
def test_expanded_steps_follow_the_chain_rule(primitive: Any, data: list[float]) -> None:
    xs = inputs(data)
    y = primitive(xs)
    y.backward(0.5)
    check_chain_rule(draw_dot(y, expand=True, precision=17).source, xs)


def check_chain_rule(source: str, leaves: list[Value]) -> None:
    """The gradients of the leaves, from the partials along the drawn edges."""
    node = r"^\t(v\d+) \[.*tooltip=\"(?:x\d+: )?v\d+ = (\S+), grad (\S+)\"\]$".replace(
        r"\]$", r".*\]$"
    )
    grad = {name: float(g) for name, _, g in re.findall(node, source, re.M)}
    names = dict(re.findall(r"^\t(v\d+) \[.*?<B>(x\d+)</B>", source, re.M))
    edges = re.findall(r"tooltip=\"∂(v\d+)/∂(v\d+) = (\S+)\"", source)[::3]
    adjoint = dict.fromkeys(grad, 0.0)
    for result, operand, partial in edges:
        adjoint[operand] += grad[result] * float(partial)
    operands = {operand for _, operand, _ in edges}
    assert {operand: adjoint[operand] for operand in operands} == pytest.approx(
        {operand: grad[operand] for operand in operands}, rel=1e-12, abs=1e-300
    )
    assert sorted(names.values()) == [leaf.name for leaf in leaves]


def test_steps_that_would_overflow_stay_inside() -> None:
    for primitive, data in ((logsumexp, [1000.0, 1.0]), (norm, [1e200, 1.0]), (norm, [0.0, 0.0])):
        y = primitive(inputs(data))
        assert draw_dot(y, expand=True).source == draw_dot(y).source


def test_steps_show_where_a_nan_comes_from() -> None:
    texts = shown(logsumexp(inputs([math.nan, 1.0])), expand=True).values()
    assert {TABLE[name].symbol for name in ("exp", "sum", "log")} <= set(texts)
    assert any("value 2.718" in text for text in texts)


def test_expansion_under_detect_anomaly() -> None:
    with detect_anomaly():
        y = norm(inputs([1e200, 1.0]))
        assert draw_dot(y, expand=True).source == draw_dot(y).source


def test_expansion_leaves_the_graph_alone() -> None:
    xs = inputs([2.0, 3.0, 4.0])
    y = prod(xs)
    y.backward()
    draw_dot(y, expand=True)
    assert [x.grad for x in xs] == [12.0, 8.0, 6.0]


def test_expansion_of_a_node_whose_leaf_has_changed_stays_whole() -> None:
    xs = inputs([2.0, 3.0, 4.0])
    y = prod(xs)
    xs[0].data = 7.0
    assert draw_dot(y, expand=True).source == draw_dot(y).source


def test_expand_by_name() -> None:
    xs = inputs([1.0, 2.0, 3.0])
    y = total(xs) * dot(xs, xs)
    assert draw_dot(y, expand="sum").source == draw_dot(y, expand={"sum"}).source
    assert list(shown(y, expand="sum").values()).count("+") == 2
    assert "dot" in shown(y, expand="sum").values()
    assert draw_dot(y, expand=()).source == draw_dot(y).source


# Large graphs.


def test_small_graphs_are_not_cut() -> None:
    assert "more" not in draw_dot(chain(249)).source  # 250 values and 249 constants
    assert "more" in draw_dot(chain(250)).source


def test_cut_says_what_is_left_out_and_where() -> None:
    svg = svg_of(chain(1000), max_nodes=6)
    assert "5 of 2,001 nodes" in svg.decode()
    assert "1,996 are left out" in svg.decode()
    stubs = {name: texts for name, texts in node_texts(svg).items() if name.startswith("s")}
    counts = [int(texts[0].split()[1].replace(",", "")) for texts in stubs.values()]
    assert sum(counts) == 1996
    assert ("s0->op0", "") in edge_texts(svg)


def test_nearest_the_root_is_kept() -> None:
    kept = shown(chain(1000), max_nodes=5)
    assert len([name for name in kept if name.startswith("v")]) == 3
    assert f"value {1.5**1000:.4g}" in kept["v2"]


def test_what_is_left_out_counts_once() -> None:
    deep = chain(50)
    f = (deep + 1.0) * (deep + 2.0)
    svg = svg_of(f, max_nodes=3)
    assert "3 of 106 nodes" in svg.decode()
    texts = [texts[0] for name, texts in node_texts(svg).items() if name.startswith("s")]
    assert sorted(texts) == ["… 1 more", "… 102 more"]


def test_wide_graphs_and_many_roots_are_cut() -> None:
    x = Tensor(np.arange(10_000.0), "x")
    for expand in (False, True):
        svg = svg_of(dot(x, x), max_nodes=20, expand=expand)
        assert len([name for name in node_texts(svg) if name.startswith("v")]) == 20
    assert shown(x, max_nodes=20)["s0"] == "… 9,980 more"
    assert len(shown(x[:20], max_nodes=20)) == 20


def test_the_limit_follows_the_format(tmp_path: Path) -> None:
    assert "499 of 801 nodes" in draw_dot(chain(400)).source
    for options in ({"format": "png"}, {"path": tmp_path / "graph.png"}):
        assert "99 of 801 nodes" in draw_dot(chain(400), **options).source
    assert "more" not in draw_dot(chain(400), format="png", max_nodes=None).source


def test_operations_are_cut_whole() -> None:
    model = MLP(2, [8, 8, 1], "tanh", seed=0)
    drawing = draw_dot(model, [1.0, 2.0], max_nodes=60)
    into: dict[str, list[str]] = {}
    for edge, _ in edge_texts(render(drawing)):
        tail, head = edge.split("->")
        into.setdefault(head, []).append(tail)
    dots = [tails for head, tails in into.items() if f"\t{head} [label=<<B>dot" in drawing.source]
    assert sorted({len(tails) for tails in dots}) == [1, 18]  # a box “…”, or all operands
    for tails in dots:
        assert (len(tails) == 1) == tails[0].startswith("s")


def test_some_operands_of_what_is_too_wide() -> None:
    x = Tensor(np.arange(10_000.0), "x")
    texts = shown((x * x).sum(), max_nodes=100)
    assert list(texts.values()).count("×") == 24
    assert len([text for text in texts.values() if text.startswith("x[")]) == 24
    assert "… 19,952 more" in texts.values()


def test_no_limit() -> None:
    assert "more" not in draw_dot(chain(300), max_nodes=None).source


def test_a_million_operations_are_drawn_in_seconds() -> None:
    a = Value(1e-3, "a")
    v = a
    for _ in range(500_000):
        v = v * a + a
    start = time.perf_counter()
    svg = svg_of(v)
    assert time.perf_counter() - start < 30.0
    assert "500 of 1,000,001 nodes" in svg.decode()


def test_a_far_operand_is_named_again() -> None:
    texts = shown(far())
    assert texts["r0"] == "↪ x v0"
    assert ("r0->op13", "∂ 2") in edge_texts(svg_of(far()))


# Bad input.


@pytest.mark.parametrize("root", [3.0, None, "f", [1.0], np.array([1.0]), {"f": 1}, [[Value(1.0)]]])
def test_only_values_are_drawn(root: Any) -> None:
    with pytest.raises(TypeError, match=r"draws Values, Tensors and lists of them, not .* of type"):
        draw_dot(root)


def test_a_model_needs_its_arguments() -> None:
    with pytest.raises(
        TypeError, match=r"not MLP\(2, \[3, 1\]\) of type MLP: .* draw_dot\(model, x\)$"
    ):
        draw_dot(MLP(2, [3, 1]))


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"direction": "left"}, ValueError, "'left'.*LR, RL, TB, BT"),
        ({"rankdir": "lr"}, ValueError, "'lr'"),
        ({"precision": 0}, ValueError, "1 to 17.*not 0"),
        ({"precision": 18}, ValueError, "not 18"),
        ({"precision": 2.5}, TypeError, "2.5"),
        ({"precision": True}, TypeError, "True"),
        ({"max_nodes": 0}, ValueError, "None for all.* at least 1, not 0"),
        ({"max_nodes": "all"}, TypeError, "'all'"),
        ({"expand": "tanh"}, ValueError, "'tanh'.*dot, logsumexp"),
        ({"expand": 3}, TypeError, "not 3"),
        ({"format": "bmp"}, ValueError, "'bmp'.*svg, png, pdf"),
        ({"path": "graph.bmp"}, ValueError, "graph.bmp.*'.bmp'.*svg"),
        ({"path": "graph"}, ValueError, "graph"),
        ({"path": "png"}, ValueError, "format='png'"),
        ({"path": "a.svg", "format": "png"}, ValueError, "contradicts"),
        ({"path": 7}, TypeError, "not 7"),
    ],
)
def test_bad_options(
    options: dict[str, Any],
    error: type[Exception],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error, match=message):
        draw_dot(twice(), **options)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("empty", [[], (), Tensor([])])
def test_nothing_to_draw(empty: Any) -> None:
    with pytest.raises(ValueError, match="nothing to draw"):
        draw_dot(empty)
