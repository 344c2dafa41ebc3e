"""Programs written for micrograd run when only their imports change, and give its numbers.

The numbers are those of micrograd's README, of its tests (which took them from PyTorch) and of its
lecture notebook.
"""

import graphviz
import pytest

from autograd import Value


def test_readme() -> None:
    a = Value(-4.0)
    b = Value(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    assert f"{g.data:.4f}" == "24.7041"
    g.backward()
    assert f"{a.grad:.4f}" == "138.8338"
    assert f"{b.grad:.4f}" == "645.5773"
    assert g.data == pytest.approx(24.70408163265306, rel=1e-15)
    assert a.grad == pytest.approx(138.83381924198252, rel=1e-15)
    assert b.grad == pytest.approx(645.5772594752186, rel=1e-15)


def test_sanity_check() -> None:
    x = Value(-4.0)
    z = 2 * x + 2 + x
    q = z.relu() + z * x
    h = (z * z).relu()
    y = h + q + q * x
    y.backward()
    assert y.data == -20.0
    assert x.grad == 46.0


@pytest.fixture
def neuron() -> dict[str, Value]:
    x1 = Value(2.0, label="x1")
    x2 = Value(0.0, label="x2")
    w1 = Value(-3.0, label="w1")
    w2 = Value(1.0, label="w2")
    b = Value(6.8813735870195432, label="b")
    x1w1 = x1 * w1
    x1w1.label = "x1*w1"
    x2w2 = x2 * w2
    x2w2.label = "x2*w2"
    x1w1x2w2 = x1w1 + x2w2
    x1w1x2w2.label = "x1*w1 + x2*w2"
    n = x1w1x2w2 + b
    n.label = "n"
    o = n.tanh()
    o.label = "o"
    return {v.label: v for v in (x1, x2, w1, w2, b, x1w1, x2w2, x1w1x2w2, n, o)}


NEURON_GRADS = {
    "o": 1.0,
    "n": 0.5,
    "b": 0.5,
    "x1*w1 + x2*w2": 0.5,
    "x1*w1": 0.5,
    "x2*w2": 0.5,
    "x1": -1.5,
    "w1": 1.0,
    "x2": 0.5,
    "w2": 0.0,
}


def grads(neuron: dict[str, Value]) -> dict[str, float]:
    return {label: v.grad for label, v in neuron.items()}


def test_neuron(neuron: dict[str, Value]) -> None:
    neuron["o"].backward()
    assert neuron["o"].data == pytest.approx(0.7071067811865477, rel=1e-15)
    assert grads(neuron) == pytest.approx(NEURON_GRADS)


def test_neuron_step_by_step(neuron: dict[str, Value]) -> None:
    neuron["o"].grad = 1.0
    for label in ("o", "n", "b", "x1*w1 + x2*w2", "x2*w2", "x1*w1"):
        neuron[label]._backward()
    assert grads(neuron) == pytest.approx(NEURON_GRADS)


def test_step_by_step_counts_both_edges() -> None:
    a = Value(3.0, label="a")
    b = a + a
    b.grad = 1.0
    b._backward()
    assert a.grad == 2.0
    a._backward()
    assert a.grad == 2.0


def test_tanh_in_pieces() -> None:
    x1, x2 = Value(2.0), Value(0.0)
    w1, w2 = Value(-3.0), Value(1.0)
    b = Value(6.8813735870195432)
    n = x1 * w1 + x2 * w2 + b
    e = (2 * n).exp()
    o = (e - 1) / (e + 1)
    o.backward()
    assert o.data == pytest.approx(0.7071067811865477)
    assert [v.grad for v in (x1, w1, x2, w2)] == pytest.approx([-1.5, 1.0, 0.5, 0.0])


# From the notebook, word for word.


def trace(root):
    # builds a set of all nodes and edges in a graph
    nodes, edges = set(), set()

    def build(v):
        if v not in nodes:
            nodes.add(v)
            for child in v._prev:
                edges.add((child, v))
                build(child)

    build(root)
    return nodes, edges


def draw_dot(root):
    dot = graphviz.Digraph(format="svg", graph_attr={"rankdir": "LR"})  # LR = left to right

    nodes, edges = trace(root)
    for n in nodes:
        uid = str(id(n))
        # for any value in the graph, create a rectangular ('record') node for it
        dot.node(
            name=uid,
            label="{ %s | data %.4f | grad %.4f }" % (n.label, n.data, n.grad),  # noqa: UP031
            shape="record",
        )
        if n._op:
            # if this value is a result of some operation, create an op node for it
            dot.node(name=uid + n._op, label=n._op)
            # and connect this node to it
            dot.edge(uid + n._op, uid)

    for n1, n2 in edges:
        # connect n1 to the op node of n2
        dot.edge(str(id(n1)), str(id(n2)) + n2._op)

    return dot


def test_notebook_drawing(neuron: dict[str, Value]) -> None:
    neuron["o"].backward()
    source = draw_dot(neuron["o"]).source
    assert "{ x1 | data 2.0000 | grad -1.5000 }" in source
    assert "{ o | data 0.7071 | grad 1.0000 }" in source
    assert source.count("shape=record") == 10
    assert source.count("label=tanh") == 1
    assert source.count('label="+"') == 2
    assert source.count("->") == 9 + 5


def test_trace(neuron: dict[str, Value]) -> None:
    nodes, edges = trace(neuron["o"])
    assert {v.label for v in nodes} == set(neuron)
    assert len(edges) == 9
    assert (neuron["n"], neuron["o"]) in edges


@pytest.mark.parametrize(
    ("compute", "op"),
    [
        (lambda a, b: a + b, "+"),
        (lambda a, b: a * b, "*"),
        (lambda a, b: a**2, "**2"),
        (lambda a, b: a**-1, "**-1"),
        (lambda a, b: a.relu(), "ReLU"),
        (lambda a, b: a.tanh(), "tanh"),
        (lambda a, b: a.exp(), "exp"),
        (lambda a, b: a, ""),
    ],
)
def test_op_is_text(compute: object, op: str) -> None:
    assert compute(Value(2.0), Value(3.0))._op == op


def test_optimisation_loop() -> None:
    """The notebook's way of descending: `p.data += -rate * p.grad`, after setting grad to 0."""
    w, b = Value(0.5), Value(-1.0)
    data = [(x, 3.0 * x + 1.0) for x in (-1.0, 0.0, 1.0, 2.0)]
    losses = []
    for _ in range(200):
        loss = sum((w * x + b - y) ** 2 for x, y in data)
        for p in (w, b):
            p.grad = 0.0
        loss.backward()
        for p in (w, b):
            p.data += -0.05 * p.grad
        losses.append(loss.data)
    assert losses[0] > 40
    assert losses[-1] < 1e-12
    assert [w.data, b.data] == pytest.approx([3.0, 1.0])


# What micrograd gets wrong.


def test_both_edges_of_one_parent() -> None:
    a = Value(3.0)
    b = a + a
    assert len(b._prev) == 2
    b.backward()
    assert a.grad == 2.0


def test_second_backward_gives_8() -> None:
    x = Value(2.0)
    y = x * x * 1.0
    y.backward()
    assert x.grad == 4.0
    y.backward()
    assert x.grad == 8.0  # micrograd: 12


def test_deep_expressions() -> None:
    x = Value(1.0)
    y = x
    for _ in range(5000):  # micrograd: RecursionError
        y = y + x
    y.backward()
    assert x.grad == 5001.0
