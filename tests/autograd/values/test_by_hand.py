"""Nodes built by hand, as micrograd and its lecture notebook have them."""

import copy
import math
import pickle
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd import Value


class Own(Value):
    """micrograd's class word for word, but that it says so where Value is meant."""

    def __init__(self, data, _children=(), _op="", label=""):
        super().__init__(data, _children, _op, label)

    def __add__(self, other):
        other = other if isinstance(other, Value) else Own(other)
        out = Own(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad += 1.0 * out.grad
            other.grad += 1.0 * out.grad

        out._backward = _backward
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Own(other)
        out = Own(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = _backward
        return out

    def __pow__(self, other):
        assert isinstance(other, (int, float)), "only supporting int/float powers for now"
        out = Own(self.data**other, (self,), f"**{other}")

        def _backward():
            self.grad += other * (self.data ** (other - 1)) * out.grad

        out._backward = _backward
        return out

    def __rmul__(self, other):
        return self * other

    def __radd__(self, other):
        return self + other

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + (-other)

    def tanh(self):
        x = self.data
        t = (math.exp(2 * x) - 1) / (math.exp(2 * x) + 1)
        out = Own(t, (self,), "tanh")

        def _backward():
            self.grad += (1 - t**2) * out.grad

        out._backward = _backward
        return out

    def exp(self):
        x = self.data
        out = Own(math.exp(x), (self,), "exp")

        def _backward():
            self.grad += out.data * out.grad

        out._backward = _backward
        return out


FORMULAS: dict[str, Callable[[Any, Any], Any]] = {
    "tanh": lambda a, b: (a * b + b).tanh(),
    "shared": lambda a, b: (a * a + b).exp() * (a * a + b) + a + a,
    "powers": lambda a, b: (a - b) ** 3 * (b**2 + 1.0) ** -1,
    "left": lambda a, b: 2.0 * a + (3.0 + b) * -a,
}


@pytest.mark.parametrize("name", FORMULAS)
@given(st.floats(-1.5, 1.5), st.floats(-1.5, 1.5))
def test_own_operations_give_the_gradients_of_the_table(name: str, x: float, y: float) -> None:
    grads = []
    for kind in (Value, Own):
        a, b = kind(x), kind(y)
        out = FORMULAS[name](a, b)
        assert type(out) is kind
        out.backward()
        out.backward()
        grads.append((out.data, a.grad, b.grad))
    assert grads[1] == pytest.approx(grads[0], rel=1e-12, abs=1e-12)


def test_own_and_recorded_operations_mix() -> None:
    a, b = Own(0.5, label="a"), Value(2.0, label="b")
    hidden = b * a + ag.sin(b)  # Own asks first: a subclass's reflected method
    out = (a * hidden).tanh() * hidden
    out.backward()
    expected = ag.grad(lambda a, b: (a * (a * b + ag.sin(b))).tanh() * (a * b + ag.sin(b)), (0, 1))
    assert (a.grad, b.grad) == pytest.approx(expected(0.5, 2.0))


def test_neuron_of_the_notebook() -> None:
    x1, x2 = Own(2.0, label="x1"), Own(0.0, label="x2")
    w1, w2 = Own(-3.0, label="w1"), Own(1.0, label="w2")
    b = Own(6.8813735870195432, label="b")
    o = (x1 * w1 + x2 * w2 + b).tanh()
    o.label = "o"
    assert (o._op, o.label, [v.data for v in o._prev]) == ("tanh", "o", [b.data - 6.0])
    o.backward()
    assert [v.grad for v in (x1, w1, x2, w2)] == pytest.approx([-1.5, 1.0, 0.5, 0.0])


def test_step_by_step() -> None:
    a, b = Own(2.0), Own(-3.0)
    product = a * b
    o = product.tanh()
    o.grad = 1.0
    o._backward()
    product._backward()
    slope = 1 - math.tanh(-6.0) ** 2
    assert (a.grad, b.grad) == pytest.approx((-3.0 * slope, 2.0 * slope), rel=1e-9)


def test_constructor_takes_names_in_every_way() -> None:
    x = Value(1.0)
    for v in (Value(2.0, "n"), Value(2.0, name="n"), Value(2.0, label="n"),
              Value(2.0, (), "", "n"), Value(2.0, (x,), "f", "n"), Value(2.0, {x}, "f", "n"),
              Value(2.0, [x], "f", label="n")):  # fmt: skip
        assert (v.name, v.label, v.data) == ("n", "n", 2.0)
    assert (Value(2.0, (x,), "f")._op, Value(2.0, (x,))._op, Value(2.0, ())._op) == ("f", "?", "")


def tanh_of(x: Value) -> Value:
    t = math.tanh(x.data)
    out = Value(t, (x,), "tanh")
    out._backward = lambda: setattr(x, "grad", x.grad + (1 - t * t) * out.grad)
    return out


def test_first_derivatives_of_functions() -> None:
    x = 0.7
    assert ag.grad(lambda v: 3.0 * tanh_of(v))(x) == pytest.approx(3 * (1 - math.tanh(x) ** 2))


def unassigned(x: Value) -> Value:
    return Value(math.tanh(x.data), (x,), "tanh")


SWEEPS: dict[str, Callable[[Value], object]] = {
    "root": lambda out: out.backward(),
    "inside": lambda out: (out * 2.0 + 1.0).backward(),
    "step": lambda out: out._backward(),
    "adjoints": lambda out: ag.adjoints(out, out.parents),
}


@pytest.mark.parametrize("way", SWEEPS)
def test_a_forgotten_backward_is_no_lost_gradient(way: str) -> None:
    x = Value(0.5)
    out = unassigned(x)
    with pytest.raises(TypeError, match=r"'tanh'\), and has no derivative yet: assign a function"):
        SWEEPS[way](out)
    assert x.grad == out.grad == 0.0
    with pytest.raises(TypeError, match="no derivative yet"):
        ag.grad(unassigned)(0.5)


@pytest.mark.parametrize(
    "differentiate",
    [lambda: ag.hessian(tanh_of)(0.5), lambda: ag.derivative(tanh_of, order=2)(0.5),
     lambda: ag.jvp(tanh_of, (0.5,), (1.0,)), lambda: ag.adjoints(tanh_of(Value(0.5)), [])],
)  # fmt: skip
def test_what_numbers_cannot_give_is_refused(differentiate: Callable[[], object]) -> None:
    try:
        result = differentiate()
    except TypeError as error:
        assert "custom_partials" in str(error) or "children" in str(error)  # noqa: PT017
    else:
        assert result == []


@pytest.fixture
def graph() -> Iterator[tuple[Value, Value, Value]]:
    x, other = Value(0.5, "x"), Value(2.0, "other")
    out = Value(1.0, (x,), "f")
    x.grad = other.grad = 3.0
    yield x, other, out
    assert (x.grad, other.grad, out.grad) == (3.0, 3.0, 0.0)
    assert out.parents[0] is x


def test_backward_of_a_stranger_is_refused(graph: tuple[Value, Value, Value]) -> None:
    x, other, out = graph

    def _backward() -> None:
        x.grad += out.grad
        other.grad += out.grad

    with pytest.raises(TypeError, match=r"'other'.* is not among its children.* name it in Value"):
        out._backward = _backward
    leaf = Value(1.0)
    leaf._backward = lambda: None
    with pytest.raises(TypeError, match="not among its children"):
        leaf._backward = _backward


@pytest.mark.parametrize(
    "clipped", [lambda g: max(-1.0, min(1.0, g)), lambda g: g * g, lambda g: 1.0]
)
def test_backward_that_is_not_linear_is_refused(
    clipped: Callable[[float], float], graph: tuple[Value, Value, Value]
) -> None:
    x, _, out = graph
    with pytest.raises(ValueError, match="is not linear in its grad: for Value"):
        out._backward = lambda: setattr(x, "grad", x.grad + clipped(out.grad))


def test_backward_that_fails_is_refused(graph: tuple[Value, Value, Value]) -> None:
    x, _, out = graph

    def _backward() -> None:
        x.grad += out.grad
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        out._backward = _backward
    for wrong in (None, 3.0, "f"):
        with pytest.raises(TypeError, match="_backward is a function without arguments, not"):
            out._backward = wrong


def test_bad_children_are_refused() -> None:
    with pytest.raises(
        TypeError, match=r"the children of a Value are Values, not 2.0 of type float"
    ):
        Value(1.0, (Value(1.0), 2.0), "+")
    with pytest.raises(TypeError, match=r"comes with what it was computed from: Value\(data, \(a"):
        Value(1.0, "x", "+")
    with pytest.raises(TypeError, match="name is a str, not 3"):
        Value(1.0, (Value(1.0),), 3)


def test_backward_replaces_that_of_a_recorded_node() -> None:
    x = Value(0.3)
    y = x * 5.0
    y._backward = lambda: setattr(x, "grad", x.grad + y.grad)  # straight through
    (y * y).backward()
    assert (y.data, y._op, x.grad) == (1.5, "*", 3.0)
    y._backward = lambda: None
    (y * y).backward()
    assert x.grad == 3.0
    with pytest.raises(TypeError, match="built by hand"):
        ag.adjoints(y * y, [x])


def test_repeated_child_and_infinite_adjoint() -> None:
    x = Value(3.0)
    out = Value(9.0, (x, x), "*")
    out._backward = lambda: setattr(x, "grad", x.grad + 2.0 * x.data * out.grad)
    assert out.partials == (6.0, 0.0)
    out.backward(math.inf)
    assert x.grad == math.inf


def test_copies_and_pickles() -> None:
    x = Own(0.5, label="x")
    out = ((x * x).tanh() + x) * 2.0
    for way in (copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))):
        x2, out2 = way([x, out])
        assert [type(v) for v in ag.topological_order(out2)] == [Own] * len(
            ag.topological_order(out)
        )
        out2.backward()
        out.backward()
        assert x2.grad == x.grad != 0.0
        assert out2._op == "*"
        x.grad = 0.0
    with pytest.raises(TypeError, match="no derivative yet"):
        copy.deepcopy(unassigned(x)).backward()


def test_optimisation_with_moments() -> None:
    """EurekaLabs' AdamW keeps its moments on the parameters: `p.m`, `p.v`."""
    rng = random.Random(0)
    parameters = [Own(rng.uniform(-1, 1)) for _ in range(3)]
    for p in parameters:
        p.m = p.v = 0.0
    data = [(x, math.tanh(2.0 * x - 1.0) * 0.5) for x in (-1.0, -0.3, 0.2, 0.9)]
    losses = []
    for step in range(1, 301):
        w, b, s = parameters
        loss = sum((((w * x + b).tanh() * s - y) ** 2 for x, y in data), Own(0.0))
        for p in parameters:
            p.grad = 0.0
        loss.backward()
        for p in parameters:
            p.m = 0.9 * p.m + 0.1 * p.grad
            p.v = 0.99 * p.v + 0.01 * p.grad**2
            p.data -= 0.05 * p.m / (1 - 0.9**step) / ((p.v / (1 - 0.99**step)) ** 0.5 + 1e-8)
        losses.append(loss.data)
    assert losses[-1] < 1e-3 < losses[0]
