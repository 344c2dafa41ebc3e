"""adjoints: derivatives that are themselves recorded."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd import TABLE, Value, adjoints


def data(x: Value | float) -> float:
    return x.data if isinstance(x, Value) else x


@given(st.floats(-3, 3), st.floats(-3, 3))
def test_mixed_second_derivatives(x: float, y: float) -> None:
    a, b = Value(x), Value(y)
    f = a * a * b + ag.sin(a * b)
    fa, fb = adjoints(f, [a, b])
    assert fa.data == pytest.approx(2 * x * y + y * math.cos(x * y))
    assert fb.data == pytest.approx(x * x + x * math.cos(x * y))
    mixed = 2 * x + math.cos(x * y) - x * y * math.sin(x * y)
    assert data(adjoints(fa, [b])[0]) == pytest.approx(mixed)
    assert data(adjoints(fb, [a])[0]) == pytest.approx(mixed)


@pytest.mark.parametrize("order", range(1, 8))
def test_high_orders(order: int) -> None:
    x = Value(0.3)
    y = ag.exp(2.0 * x)
    for _ in range(order):
        (y,) = adjoints(y, [x])
    assert y.data == pytest.approx(2**order * math.exp(0.6))


def test_no_grad_is_touched() -> None:
    x = Value(2.0)
    inner = x * x
    root = inner * x
    adjoints(root, [x, inner])
    assert (x.grad, inner.grad, root.grad) == (0.0, 0.0, 0.0)


def test_inputs_inside_the_graph() -> None:
    x = Value(2.0)
    inner = x * x
    root = inner * x + inner
    by_inner, by_x, by_root, by_stranger = adjoints(root, [inner, x, root, Value(1.0)])
    assert (data(by_inner), data(by_x)) == (3.0, 16.0)
    assert (by_root, by_stranger) == (1.0, 0.0)


def test_seed_may_be_recorded() -> None:
    x, s = Value(3.0), Value(5.0)
    (dx,) = adjoints(x * x, [x], seed=s)
    assert dx.data == 30.0
    assert data(adjoints(dx, [s])[0]) == 6.0
    assert data(adjoints(x * x, [x], seed=2.0)[0]) == 12.0


def test_recorded_gradient_sweeps_back() -> None:
    x = Value(2.0)
    (dy,) = adjoints(x**3, [x])
    dy.backward()
    assert x.grad == 12.0


def test_wide_nodes() -> None:
    xs = [Value(v) for v in (1.0, 2.0, 3.0)]
    slopes = adjoints(TABLE["dot"](*xs, *xs), xs)
    assert [s.data for s in slopes] == [2.0, 4.0, 6.0]
    assert [data(s) for s in adjoints(slopes[1], xs)] == [0.0, 2.0, 0.0]
    slopes = adjoints(TABLE["norm"](*xs), xs)
    assert [data(s) for s in slopes] == pytest.approx([v / math.sqrt(14) for v in (1, 2, 3)])
    slopes = adjoints(TABLE["prod"](*xs, xs[0]), xs)
    assert [data(s) for s in slopes] == [12.0, 3.0, 2.0]


def test_division_by_zero_is_ieee() -> None:
    x = Value(1.0)
    for compute, slope in [
        (lambda: x / 0.0, math.inf),
        (lambda: x / Value(0.0), math.inf),
        (lambda: ag.log(x - 1.0), math.inf),
        (lambda: ag.sqrt(x - 1.0), math.inf),
        (lambda: 1.0 / (x - 1.0), -math.inf),
    ]:
        assert data(adjoints(compute(), [x])[0]) == slope


@pytest.mark.parametrize("power", [2, 3, 0.5, -1, 0, 1])
def test_constant_powers(power: float) -> None:
    x = Value(2.0)
    (first,) = adjoints(x**power, [x])
    assert data(first) == pytest.approx(power * 2.0 ** (power - 1))
    second = data(adjoints(first, [x])[0]) if isinstance(first, Value) else 0.0
    assert second == pytest.approx(power * (power - 1) * 2.0 ** (power - 2))


def test_power_whose_exponent_is_zero() -> None:
    a, b = Value(3.0), Value(0.0)
    by_a, by_b = adjoints(a**b, [a, b])
    assert (data(by_a), data(by_b)) == (0.0, pytest.approx(math.log(3)))
    assert data(adjoints(by_a, [b])[0]) == pytest.approx(1 / 3)
    assert data(adjoints(by_b, [a])[0]) == pytest.approx(1 / 3)


@pytest.mark.parametrize("x", [0.0, -1.5])
def test_powers_at_and_below_zero(x: float) -> None:
    v = Value(x)
    (first,) = adjoints(v**3, [v])
    (second,) = adjoints(first, [v])
    assert (data(first), data(second)) == (3 * x * x, 6 * x)


@pytest.mark.parametrize(("output", "inputs", "which"), [
    (1.0, [Value(1.0)], "output"),
    (Value(1.0), [2.0], "input"),
    (Value(1.0), [Value(1.0), "x"], "input"),
    (None, [], "output"),
])  # fmt: skip
def test_numbers_cannot_be_differentiated(output: object, inputs: list, which: str) -> None:
    with pytest.raises(TypeError, match=rf"the {which} of adjoints\(\) must be a Value, not"):
        adjoints(output, inputs)
