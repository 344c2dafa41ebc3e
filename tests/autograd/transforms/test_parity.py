"""Known functions: value, gradient, Jacobian and Hessian in every mode against stored numbers.

The numbers are in data/parity.json. data/parity.py, which made them, says how: by mpmath, from
definitions of its own.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import (
    Dual,
    Tensor,
    Value,
    derivative,
    grad,
    hessian,
    hvp,
    jacfwd,
    jacobian,
    jacrev,
    jvp,
    linearize,
    value_and_grad,
    vjp,
)
from autograd.rules import table

Function = Callable[..., Any]

EXPECTED: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "data" / "parity.json").read_text(encoding="utf-8")
)

TOLERANCE = 1e-14
"""Of each entry, relative to the largest of its array."""

LARGER = {
    "logistic": (1e-12, "every generation passes on the rounding of the one before"),
    "logsumexp of large numbers": (2e-13, "the slopes exp(x - y) inherit half an ulp of y = 900"),
    "volga": (4e-13, "proportional to d1, which is what remains of -0.049 + 0.046"),
}


# The functions, as a user writes them.


def rosenbrock(x: Any) -> Any:
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def beale(p: Any) -> Any:
    x, y = p
    terms = zip((1.5, 2.25, 2.625), (1, 2, 3), strict=True)
    return sum((c - x + x * y**k) ** 2 for c, k in terms)


def booth(p: Any) -> Any:
    x, y = p
    return (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2


def logsumexp_by_hand(x: Any) -> Any:
    top = np.max(x)
    return top + np.log(np.sum(np.exp(x - top)))


def arm(q: Any) -> Any:
    shoulder, elbow, upper, lower = q
    return np.array(
        [
            upper * np.cos(shoulder) + lower * np.cos(shoulder + elbow),
            upper * np.sin(shoulder) + lower * np.sin(shoulder + elbow),
        ]
    )


def logistic(p: Any) -> Any:
    rate, size = p
    for _ in range(50):
        size = rate * size * (1 - size)
        if size > 0.8:
            size = size * 0.9
    return size


def newton_root(p: Any) -> Any:
    """Newton's method runs until it stands still: from then on its derivatives do so too."""
    a, b = p
    z, step = 1.0, math.inf
    while abs(step) > 1e-9:
        step = (z**3 + a * z - b) / (3 * z**2 + a)
        z = z - step
    for _ in range(2):  # each further step doubles the digits of the derivatives, too
        z = z - (z**3 + a * z - b) / (3 * z**2 + a)
    return z


FUNCTIONS: list[tuple[str, Function]] = [
    ("rosenbrock 2", rosenbrock),
    ("rosenbrock 5", rosenbrock),
    ("beale", beale),
    ("booth", booth),
    ("logsumexp", ag.logsumexp),
    ("logsumexp", logsumexp_by_hand),
    ("logsumexp of large numbers", ag.logsumexp),
    ("logsumexp of large numbers", logsumexp_by_hand),
    ("arm", arm),
    ("logistic", logistic),
    ("root", newton_root),
]

every_function = pytest.mark.parametrize(
    ("name", "f"), FUNCTIONS, ids=[f"{name}, {f.__name__}" for name, f in FUNCTIONS]
)


def assert_near(name: str, got: Any, expected: Any) -> None:
    """Equal to the tolerance, and plain: nothing that remembers how it was computed."""
    assert isinstance(got, (float, np.ndarray, list))
    got, expected = np.asarray(got), np.asarray(expected)
    assert got.dtype == np.float64
    assert got.shape == expected.shape
    tolerance = LARGER.get(name, (TOLERANCE, ""))[0]
    np.testing.assert_allclose(got, expected, rtol=0, atol=tolerance * abs(expected).max())


def by_units(push: Function, n: int) -> np.ndarray:
    """The matrix of a linear function of n numbers."""
    return np.stack([push(unit) for unit in np.eye(n)], axis=-1)


def by_backward(f: Function, x: np.ndarray) -> np.ndarray:
    rows = []
    for i in range(np.size(f(x))):
        leaves = Tensor(x)
        out = np.ravel(f(leaves))[i] if np.ndim(f(x)) else f(leaves)
        out.backward()
        rows.append(leaves.grad)
    return np.reshape(rows, np.shape(f(x)) + x.shape)


def by_duals(f: Function, x: np.ndarray) -> np.ndarray:
    out = f(np.array([Dual(v, unit) for v, unit in zip(x, np.eye(len(x)), strict=True)]))
    return np.array([o.tangent for o in out]) if np.ndim(out) else out.tangent


def by_pullback(f: Function, x: np.ndarray) -> np.ndarray:
    value, pullback = vjp(f, x)
    rows = [pullback(u.reshape(np.shape(value)))[0] for u in np.eye(np.size(value))]
    return np.reshape(rows, np.shape(value) + x.shape)


JACOBIANS: dict[str, Callable[[Function, np.ndarray], Any]] = {
    "jacrev": lambda f, x: jacrev(f)(x),
    "jacfwd": lambda f, x: jacfwd(f)(x),
    "jacobian": lambda f, x: jacobian(f)(x),
    "jvp": lambda f, x: by_units(lambda unit: jvp(f, (x,), (unit,))[1], len(x)),
    "linearize": lambda f, x: by_units(linearize(f, x)[1], len(x)),
    "vjp": by_pullback,
    "backward": by_backward,
    "Dual": by_duals,
}

HESSIANS: dict[str, Callable[[Function, np.ndarray], Any]] = {
    "forward over forward": lambda f, x: jacfwd(jacfwd(f))(x),
    "forward over reverse": lambda f, x: jacfwd(jacrev(f))(x),
    "reverse over forward": lambda f, x: jacrev(jacfwd(f))(x),
    "reverse over reverse": lambda f, x: jacrev(jacrev(f))(x),
    "jvp of jacfwd": lambda f, x: by_units(lambda u: jvp(jacfwd(f), (x,), (u,))[1], len(x)),
    "linearized jacrev": lambda f, x: by_units(linearize(jacrev(f), x)[1], len(x)),
}


@every_function
def test_values(name: str, f: Function) -> None:
    x, want = np.array(EXPECTED[name]["at"]), EXPECTED[name]["value"]
    assert_near(name, np.asarray(f(x), dtype=float), want)
    assert_near(name, vjp(f, x)[0], want)
    assert_near(name, jvp(f, (x,), (x,))[0], want)
    assert_near(name, linearize(f, x)[0], want)


@every_function
@pytest.mark.parametrize("way", JACOBIANS)
def test_jacobians(name: str, f: Function, way: str) -> None:
    x = np.array(EXPECTED[name]["at"])
    assert_near(name, JACOBIANS[way](f, x), EXPECTED[name]["jacobian"])


@every_function
@pytest.mark.parametrize("way", HESSIANS)
def test_hessians(name: str, f: Function, way: str) -> None:
    x = np.array(EXPECTED[name]["at"])
    assert_near(name, HESSIANS[way](f, x), EXPECTED[name]["hessian"])


@every_function
def test_gradients_and_hessians_of_scalars(name: str, f: Function) -> None:
    x, want = np.array(EXPECTED[name]["at"]), EXPECTED[name]
    if np.ndim(want["value"]):
        f, want = scalar_part(f), {key: value[0] for key, value in want.items()}
    value, gradient = value_and_grad(f)(x)
    assert_near(name, value, want["value"])
    assert_near(name, gradient, want["jacobian"])
    assert_near(name, grad(f)(x), want["jacobian"])
    assert_near(name, hessian(f)(x), want["hessian"])
    assert_near(name, by_units(lambda unit: hvp(f)(x, unit), len(x)), want["hessian"])


def scalar_part(f: Function) -> Function:
    return lambda x: f(x)[0]


def test_the_minima() -> None:
    for f, at in [(rosenbrock, np.ones(5)), (beale, np.array([3.0, 0.5])),
                  (booth, np.array([1.0, 3.0]))]:  # fmt: skip
        assert value_and_grad(f)(at)[0] == 0.0
        assert grad(f)(at).tolist() == [0.0] * len(at)
        assert (np.linalg.eigvalsh(hessian(f)(at)) > 0).all()


def test_the_root_by_the_implicit_function_theorem() -> None:
    a, b = EXPECTED["root"]["at"]
    z = newton_root((a, b))
    expected = [-z / (3 * z * z + a), 1 / (3 * z * z + a)]
    np.testing.assert_allclose(grad(newton_root)(np.array([a, b])), expected, rtol=1e-15)


# Black-Scholes: the price of a European call, and its sensitivities by name.


def black_scholes(spot: Any, strike: Any, years: Any, rate: Any, sigma: Any) -> Any:
    d1 = (ag.log(spot / strike) + (rate + sigma**2 / 2) * years) / (sigma * ag.sqrt(years))
    d2 = d1 - sigma * ag.sqrt(years)
    return spot * ag.ndtr(d1) - strike * ag.exp(-rate * years) * ag.ndtr(d2)


MARKET: list[float] = EXPECTED["black-scholes"]["at"]
SPOT, STRIKE, YEARS, RATE, SIGMA = range(5)

FIRST_GREEKS = {"delta": SPOT, "vega": SIGMA, "theta": YEARS, "rho": RATE}
SECOND_GREEKS = {"gamma": (SPOT, SPOT), "vanna": (SPOT, SIGMA), "volga": (SIGMA, SIGMA)}

DERIVATIVES: dict[str, Callable[[Function, int], Function]] = {
    "grad": grad,
    "jacfwd": jacfwd,
    "jvp": lambda f, i: lambda *xs: jvp(f, xs, [float(i == k) for k in range(len(xs))])[1],
    "linearize": lambda f, i: lambda *xs: linearize(f, *xs)[1](*np.eye(len(xs))[i].tolist()),
    "vjp": lambda f, i: lambda *xs: vjp(f, *xs)[1](1.0)[i],
    "derivative": lambda f, i: lambda *xs: derivative(
        lambda x: f(*xs[:i], x, *xs[i + 1 :])
    )(xs[i]),
}  # fmt: skip


def greek(name: str) -> float:
    """As the market quotes it: theta is by the passing of time, not by the time that is left."""
    value: float = EXPECTED["black-scholes"][name]
    return -value if name == "theta" else value


def test_the_price() -> None:
    assert_near("price", black_scholes(*MARKET), greek("price"))


@pytest.mark.parametrize("way", DERIVATIVES)
@pytest.mark.parametrize("name", FIRST_GREEKS)
def test_first_greeks(name: str, way: str) -> None:
    got = DERIVATIVES[way](black_scholes, FIRST_GREEKS[name])(*MARKET)
    assert_near(name, got, greek(name))


@pytest.mark.parametrize("outer", DERIVATIVES)
@pytest.mark.parametrize("inner", DERIVATIVES)
@pytest.mark.parametrize("name", SECOND_GREEKS)
def test_second_greeks(name: str, inner: str, outer: str) -> None:
    first, second = SECOND_GREEKS[name]
    got = DERIVATIVES[outer](DERIVATIVES[inner](black_scholes, first), second)(*MARKET)
    assert_near(name, got, greek(name))


def test_all_greeks_at_once() -> None:
    argnums = tuple(range(5))
    price, gradient = value_and_grad(black_scholes, argnums)(*MARKET)
    curvatures = hessian(black_scholes, argnums)(*MARKET)
    assert_near("price", price, greek("price"))
    for name, i in FIRST_GREEKS.items():
        assert_near(name, gradient[i], greek(name))
    for name, (i, j) in SECOND_GREEKS.items():
        assert_near(name, curvatures[i][j], greek(name))
        assert_near(name, curvatures[j][i], greek(name))


@pytest.mark.parametrize("spot", [40.0, 100.0, 105.0, 300.0])
@pytest.mark.parametrize("sigma", [0.1, 0.25, 0.9])
def test_greeks_against_their_closed_forms(spot: float, sigma: float) -> None:
    """From far out of the money to deep in it; relative to the terms, which cancel there."""
    _, strike, years, rate, _ = MARKET
    market = (spot, strike, years, rate, sigma)
    root = math.sqrt(years)
    d1 = (math.log(spot / strike) + (rate + sigma**2 / 2) * years) / (sigma * root)
    d2 = d1 - sigma * root
    density = math.exp(-d1 * d1 / 2) / math.sqrt(2 * math.pi)
    discounted = strike * math.exp(-rate * years)
    gradient = grad(black_scholes, tuple(range(5)))(*market)
    curvature = hessian(black_scholes, (SPOT, SIGMA))(*market)
    terms = spot * density * (1 + abs(d1)) * (1 + abs(d2)) / sigma**2
    for got, want, scale in [
        (gradient[SPOT], table.ndtr(d1), 1.0),
        (gradient[SIGMA], spot * density * root, terms),
        (gradient[RATE], years * discounted * table.ndtr(d2), terms + discounted),
        (curvature[0][0], density / (spot * sigma * root), terms / spot),
        (curvature[0][1], -density * d2 / sigma, terms),
        (curvature[1][1], spot * density * root * d1 * d2 / sigma, terms * (1 + d1 * d1)),
    ]:
        assert abs(got - want) <= 1e-14 * scale


def test_the_model_is_the_same_program_on_values() -> None:
    """The price as a graph: named leaves, one backward pass."""
    leaves = [Value(x, name) for x, name in zip(MARKET, ["S", "K", "T", "r", "σ"], strict=True)]
    price = black_scholes(*leaves)
    price.backward()
    assert_near("price", price.data, greek("price"))
    for name, i in FIRST_GREEKS.items():
        assert_near(name, leaves[i].grad, greek(name))


# The tests themselves.


@pytest.mark.parametrize("part", ["value", "jacobian", "hessian"])
@pytest.mark.parametrize("name", [name for name in EXPECTED if name != "black-scholes"])
def test_a_wrong_number_is_noticed(name: str, part: str) -> None:
    want = np.array(EXPECTED[name][part])
    assert_near(name, want.copy(), want)
    with pytest.raises(AssertionError):
        assert_near(name, want + 2e-12 * abs(want).max(), want)


def test_every_stored_number_is_used() -> None:
    assert {name for name, _ in FUNCTIONS} | {"black-scholes"} == set(EXPECTED)
    assert set(FIRST_GREEKS) | set(SECOND_GREEKS) | {"at", "price"} == set(
        EXPECTED["black-scholes"]
    )
    assert set(LARGER) <= set(EXPECTED) | set(EXPECTED["black-scholes"])
