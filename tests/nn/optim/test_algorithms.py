"""Optimizers: PyTorch's trajectories, convergence, groups, exact resuming, and what is refused."""

from __future__ import annotations

import copy
import json
import math
import pickle
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Tensor, Value
from nn import schedules
from nn.optim.algorithms import (
    OPTIMIZERS,
    RATES,
    SGD,
    Adam,
    AdamW,
    Momentum,
    PureOptimizer,
    RMSprop,
    optimizer,
)
from nn.optim.groups import is_bias, leaves_of, weight_decay_groups
from nn.optim.lbfgs import LBFGS
from nn.optim.minimize import minimize

EXPECTED = json.loads(
    (Path(__file__).parents[1] / "stored" / "optim.json").read_text(encoding="utf-8")
)
CURVATURES = np.array(EXPECTED["curvatures"])
START = np.array(EXPECTED["start"])
CLASSES = {c.__name__: c for c in OPTIMIZERS.values()}

PURE = {name: c for name, c in OPTIMIZERS.items() if c is not LBFGS}
every_pure = pytest.mark.parametrize("make", PURE.values(), ids=PURE.keys())
every = pytest.mark.parametrize("name", OPTIMIZERS)
stored = pytest.mark.parametrize(
    "case", EXPECTED["optimizers"], ids=lambda c: f"{c['optimizer']}-{c['settings']}"
)


def bowl(x: np.ndarray) -> np.ndarray:
    """The gradient of the function that PyTorch's trajectories are of."""
    return CURVATURES * x + np.cos(x)


def values(*numbers: float) -> list[Value]:
    return [Value(x, f"p{i}") for i, x in enumerate(numbers)]


def data(params: list[Value]) -> list[float]:
    return [x.data for x in params]


def set_gradients(params: list[Value]) -> None:
    for x, slope in zip(params, bowl(np.array(data(params))), strict=True):
        x.grad = float(slope)


def run_steps(chosen: Any, steps: int) -> None:
    for _ in range(steps):
        set_gradients(chosen.parameters())
        chosen.step()


# PyTorch.


@stored
def test_updates_are_those_of_pytorch(case: Any) -> None:
    chosen = CLASSES[case["optimizer"]](**case["settings"])
    x, state = START, chosen.init(START)
    for k, point in enumerate(case["points"]):
        x, state = chosen.update(x, bowl(x), state)
        np.testing.assert_allclose(x, point, rtol=1e-12, atol=1e-14, err_msg=f"step {k}")
        assert state["steps"] == k + 1


@stored
def test_steps_on_values_are_the_same_to_the_last_bit(case: Any) -> None:
    params = values(*START)
    chosen = CLASSES[case["optimizer"]](params, **case["settings"])
    x, state = START, chosen.init(START)
    for _ in case["points"]:
        x, state = chosen.update(x, bowl(x), state)
    run_steps(chosen, len(case["points"]))
    assert data(params) == x.tolist()
    assert chosen.steps == 20


def test_defaults_are_those_of_pytorch() -> None:
    """The stored trajectories without settings come from PyTorch's own defaults."""
    plain = {c["optimizer"] for c in EXPECTED["optimizers"] if not c["settings"]}
    assert plain >= {"SGD", "Adagrad", "RMSprop", "Adam", "AdamW"}
    tested = {c["optimizer"] for c in EXPECTED["optimizers"]}
    assert tested == {c.__name__ for c in PURE.values()}


# Convergence.


def quadratic(p: Any) -> Any:
    return p[0] ** 2 / 20 + p[1] ** 2


def rosenbrock(p: Any) -> Any:
    return 100 * (p[1] - p[0] ** 2) ** 2 + (1 - p[0]) ** 2


def after_quadratic(chosen: Any) -> float:
    return minimize(quadratic, [-7.0, 2.0], chosen, steps=200).value


def after_rosenbrock(chosen: Any) -> float:
    return minimize(rosenbrock, [-1.2, 1.0], chosen, steps=3000).value


def after_xor(chosen: Any) -> float:
    """The loss of a 2-4-1 tanh network on XOR after 300 steps."""
    X, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
    random = np.random.default_rng(0)
    W, b = Tensor(random.normal(size=(2, 4)), "W"), Tensor(np.zeros(4), "b")
    v, c = Tensor(random.normal(size=4), "v"), Value(0.0, "c")
    chosen = chosen.bound_to([W, b, v, c])

    def closure() -> Value:
        chosen.zero_grad()
        loss: Value = np.mean((np.tanh(X @ W + b) @ v + c - y) ** 2)
        loss.backward()
        return loss

    for _ in range(10 if isinstance(chosen, LBFGS) else 300):
        chosen.step(closure)
    return closure().data


PROBLEMS = {
    "quadratic": (after_quadratic, 1e-8),
    "rosenbrock": (after_rosenbrock, 5e-3),
    "xor": (after_xor, 1e-3),
}
"""What gives the loss at the end, and how low it must be."""

SETTINGS: dict[tuple[str, str], dict[str, Any]] = {
    ("sgd", "quadratic"): {"lr": 0.5},
    ("sgd", "rosenbrock"): {"lr": 0.002},
    ("sgd", "xor"): {"lr": 0.3},
    ("momentum", "quadratic"): {"lr": 0.2, "momentum": 0.7},
    ("momentum", "rosenbrock"): {"lr": 0.001},
    ("momentum", "xor"): {"lr": 0.1},
    ("nesterov", "quadratic"): {"lr": 0.2, "momentum": 0.7},
    ("nesterov", "rosenbrock"): {"lr": 0.001},
    ("nesterov", "xor"): {"lr": 0.1},
    ("adagrad", "quadratic"): {"lr": 2.0},
    ("adagrad", "rosenbrock"): {"lr": 1.0},
    ("adagrad", "xor"): {"lr": 0.2},
    ("rmsprop", "quadratic"): {"lr": schedules.cosine(0.3, steps=200)},
    ("rmsprop", "rosenbrock"): {"lr": schedules.cosine(0.03, steps=3000)},
    ("rmsprop", "xor"): {"lr": 0.01},
    ("adam", "quadratic"): {"lr": 0.3},
    ("adam", "rosenbrock"): {"lr": 0.05},
    ("adam", "xor"): {"lr": 0.05},
    ("adamw", "quadratic"): {"lr": 0.3, "weight_decay": 1e-3},
    ("adamw", "rosenbrock"): {"lr": 0.05, "weight_decay": 1e-5},
    ("adamw", "xor"): {"lr": 0.05, "weight_decay": 1e-4},
    ("lbfgs", "quadratic"): {},
    ("lbfgs", "rosenbrock"): {},
    ("lbfgs", "xor"): {},
}


def check_convergence(chosen: Any, problem: str) -> None:
    loss, target = PROBLEMS[problem]
    reached = loss(chosen)
    assert reached < target, f"{chosen} reached {reached:.3g} on {problem}, not {target:g}"


@pytest.mark.parametrize("problem", PROBLEMS)
@every
def test_every_optimizer_converges(name: str, problem: str) -> None:
    check_convergence(optimizer(name, **SETTINGS[name, problem]), problem)


class Uphill(PureOptimizer):
    """Gradient descent with the wrong sign."""

    def __init__(self, params: Any = None, lr: float = 0.01) -> None:
        super().__init__(params, {"lr": lr})

    def rule(self, x: Any, gradient: Any, state: Any, settings: Any) -> Any:
        return x + settings["lr"] * gradient, {}


class Lazy(Uphill):
    """An optimizer that stays where it is."""

    def rule(self, x: Any, gradient: Any, state: Any, settings: Any) -> Any:
        return x, {}


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("wrong", [Uphill, Lazy])
def test_a_wrong_optimizer_does_not_pass_that_check(wrong: Any, problem: str) -> None:
    with pytest.raises((AssertionError, FloatingPointError)):
        check_convergence(wrong(), problem)


# The pure pair.


@every_pure
def test_update_changes_nothing_that_it_is_given(make: Any) -> None:
    chosen = make()
    x, state = START.copy(), chosen.init(START)
    x, state = chosen.update(x, bowl(x), state)
    before = copy.deepcopy((x, state))
    gradient = bowl(x)
    slope = gradient.copy()
    first = chosen.update(x, gradient, state)
    second = chosen.update(x, gradient, state)
    np.testing.assert_equal((x, state, gradient), (*before, slope))
    np.testing.assert_equal(first, second)
    assert first[0] is not x


@every_pure
@given(shape=st.sampled_from([(), (1,), (0,), (2, 3)]))
def test_update_takes_any_shape(make: Any, shape: tuple[int, ...]) -> None:
    chosen = make()
    x = np.full(shape, 2.0)
    y, state = chosen.update(x, x, chosen.init(x))
    one, _ = chosen.update([2.0], [2.0], chosen.init([2.0]))
    assert np.shape(y) == shape
    assert np.all(y == one[0])
    assert all(np.shape(state[name]) == shape for name in chosen.buffers)


def test_update_takes_other_settings() -> None:
    chosen = SGD(lr=0.1)
    x, _ = chosen.update([1.0], [1.0], chosen.init([1.0]), lr=0.5)
    assert x.tolist() == [0.5]
    assert chosen.lr == 0.1


def test_update_refuses_what_does_not_fit() -> None:
    chosen = Momentum()
    with pytest.raises(ValueError, match=r"the state lacks velocity: begin with optimizer\.init"):
        chosen.update([1.0], [1.0], Adam().init([1.0]))
    with pytest.raises(ValueError, match=r"x has shape \(2,\), but gradient has \(3,\)"):
        chosen.update([1.0, 2.0], [1.0, 2.0, 3.0], chosen.init([1.0, 2.0]))
    with pytest.raises(ValueError, match="velocity"):
        chosen.update([1.0, 2.0], [1.0, 2.0], chosen.init([1.0]))
    with pytest.raises(ValueError, match="no setting 'rate'; it takes lr, momentum"):
        chosen.update([1.0], [1.0], chosen.init([1.0]), rate=1.0)


@pytest.mark.parametrize("make", [SGD, Adam, AdamW])
def test_a_zero_rate_changes_nothing(make: Any) -> None:
    x, _ = make(lr=0.0).update(START, bowl(START), make().init(START))
    assert x.tolist() == START.tolist()


def test_centered_rmsprop_divides_by_no_negative_variance() -> None:
    """Of equal gradients the variance is 0, which rounding can leave below it."""
    chosen = RMSprop(centered=True, alpha=0.3, lr=1e-9)
    x, state = np.array([1.0]), chosen.init([1.0])
    for _ in range(50):
        x, state = chosen.update(x, [0.1], state)
    assert np.isfinite(x).all()


# Parameters and groups.


def test_parameters_come_in_many_kinds() -> None:
    a, b, T = Value(1.0), Value(2.0), Tensor([[3.0, 4.0]])
    T[0, 1] = 5.0  # a constant, which is not changed
    model = SimpleNamespace(parameters=lambda: [a, b])
    for params, expected in (
        ([a, b], [a, b]),
        ((x for x in (a, b)), [a, b]),
        (a, [a]),
        (T, [T[0, 0]]),
        ([a, T], [a, T[0, 0]]),
        ([[a], (b,)], [a, b]),
        (model, [a, b]),
        ([model, T], [a, b, T[0, 0]]),
        (np.array([a, b], dtype=object), [a, b]),
    ):
        assert list(map(id, SGD(params).parameters())) == list(map(id, expected))


w = Value(1.0, "w")


@pytest.mark.parametrize(
    ("params", "error", "message"),
    [
        ([], ValueError, "the iterable is empty"),
        ([{"params": []}], ValueError, "the iterable is empty"),
        ([w, 2.0], TypeError, r"parameter 1 must be Values, not 2\.0"),
        ([w, np.array([1.0])], TypeError, r"parameter 1: an array of float64 .* Tensor\(array\)"),
        ([w, w], ValueError, "parameter 1, .*'w'.* the same Value as parameter 0"),
        ([w, w * 2], ValueError, "parameter 1, .* is the result of 'mul'"),
        (0.1, TypeError, r"not 0\.1 of type float: pass model\.parameters\(\)"),
        ("adam", TypeError, "not 'adam' of type str"),
        ({"params": [w]}, TypeError, r"groups come in a list: write \[\{"),
        ({"w": w}, TypeError, "of type dict"),
        ([("w", w)], TypeError, "not 'w' of type str"),
        ([{"params": [w]}, w], TypeError, "group 1 must be a dict with 'params'"),
        ([{"lr": 0.1}], TypeError, "group 0 must be a dict with 'params'"),
        ([{"params": [w]}, {"params": [w]}], ValueError, "the same Value as parameter 0"),
        ([{"params": [w], "rate": 1}], ValueError, "group 0 of SGD has no setting 'rate'; .* lr,"),
        ([{"params": [w], "lr": -1}], ValueError, "lr of group 0 of SGD must be a finite number"),
    ],
)
def test_parameters_that_are_none_are_refused(
    params: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        SGD(params)


def test_groups_have_settings_of_their_own() -> None:
    a, b, c = values(1.0, 1.0, 1.0)
    chosen = SGD([{"params": [a], "lr": 0.5}, {"params": [b, c], "weight_decay": 1.0}], lr=0.25)
    for x in (a, b, c):
        x.grad = 1.0
    chosen.step()
    assert data([a, b, c]) == [0.5, 0.5, 0.5]
    assert chosen.rates == [0.5, 0.25]
    with pytest.raises(ValueError, match=r"different learning rates: read .*rates"):
        _ = chosen.lr
    assert repr(chosen).startswith("SGD(3 parameters in 2 groups, lr=0.25")
    chosen.param_groups[0]["lr"] = 0.0
    chosen.step()
    assert data([a, b, c]) == [0.5, 0.125, 0.125]
    chosen.lr = 0.125
    assert [group["lr"] for group in chosen.param_groups] == [0.125, 0.125]
    assert chosen.lr == 0.125


def test_a_bad_setting_of_a_group_is_refused_before_anything_changes() -> None:
    a, b = values(1.0, 1.0)
    a.grad = b.grad = 1.0
    chosen = SGD([{"params": [a]}, {"params": [b]}])
    chosen.param_groups[1]["lr"] = -1.0
    with pytest.raises(ValueError, match=r"lr of SGD must be a finite number from 0 on, not -1\.0"):
        chosen.step()
    assert data([a, b]) == [1.0, 1.0]
    assert chosen.steps == 0


def test_weight_decay_without_the_biases() -> None:
    names = ["layers.0.neurons.0.w[1]", "layers.0.neurons.0.b", "2.w[0,1,2,3]", "2.b[4]", "b.blob"]
    params = values(*range(1, 6))
    model = SimpleNamespace(named_parameters=lambda: list(zip(names, params, strict=True)))
    decayed, others = weight_decay_groups(model, 0.5)
    assert (data(decayed["params"]), decayed["weight_decay"]) == ([1.0, 3.0, 5.0], 0.5)
    assert (data(others["params"]), others["weight_decay"]) == ([2.0, 4.0], 0.0)
    chosen = SGD(weight_decay_groups(model, 0.5), lr=1.0)
    chosen.zero_grad()
    chosen.step()
    assert data(params) == [0.5, 2.0, 1.5, 4.0, 2.5]


def test_weight_decay_groups_of_odd_models() -> None:
    only_biases = SimpleNamespace(named_parameters=lambda: [("b", Value(1.0))])
    assert [g["weight_decay"] for g in weight_decay_groups(only_biases, 0.1)] == [0.0]
    with pytest.raises(ValueError, match="weight_decay must be a finite number from 0 on"):
        weight_decay_groups(only_biases, -0.1)
    with pytest.raises(TypeError, match="needs a model with named_parameters"):
        weight_decay_groups([Value(1.0)], 0.1)


@pytest.mark.parametrize("name", ["layers.0.neurons.3.b", "2.b[4]", "b", "b[0,1]"])
def test_names_of_biases(name: str) -> None:
    assert is_bias(name)
    assert not is_bias(name + ".w")
    assert not is_bias(f"m{name}" if "." not in name else name.replace(".b", ".mb"))


def test_unbound_optimizers() -> None:
    chosen = Adam(lr=0.5, betas=(0.5, 0.75))
    for method in ("step", "zero_grad", "state_dict"):
        with pytest.raises(RuntimeError, match=rf"Adam\.{method}\(\) has no parameters .*bound_to"):
            getattr(chosen, method)()
    assert chosen.steps == 0
    first, second = chosen.bound_to(values(1.0)), chosen.bound_to(values(2.0, 3.0))
    assert (
        repr(second) == "Adam(2 parameters, lr=0.5, betas=(0.5, 0.75), eps=1e-08, weight_decay=0.0)"
    )
    first.lr = 0.25
    assert (first.lr, second.lr, chosen.lr) == (0.25, 0.5, 0.5)
    assert repr(first).startswith("Adam(1 parameter, lr=0.25")
    chosen.lr = 0.125
    assert chosen.bound_to(values(1.0)).lr == 0.125


# Settings.


@every_pure
def test_bad_settings_are_refused(make: Any) -> None:
    bad: dict[str, list[Any]] = {
        "alpha": [-0.1, 1.0, math.nan],
        "betas": [(0.9, 1.0), (-0.1, 0.9), (math.nan, 0.9), 0.9, (0.9,)],
        "centered": [1, "no"],
        "eps": [-1e-8, math.nan, math.inf],
        "lr": [-0.1, math.nan, math.inf, "fast", None, 1j, [0.1], schedules.cosine],
        "lr_decay": [-1.0, math.nan],
        "momentum": [-0.1, 1.0, math.nan, "much"],
        "nesterov": [0, None],
        "weight_decay": [-0.1, math.nan, math.inf],
    }
    for name in make().defaults:
        for value in bad[name]:
            with pytest.raises((ValueError, TypeError), match=name):
                make(**{name: value})


def test_settings_become_plain_numbers() -> None:
    chosen = Adam(lr=np.float32(0.5), betas=[np.float64(0.5), 0], eps=np.array(1.0))
    assert chosen.defaults == {"lr": 0.5, "betas": (0.5, 0.0), "eps": 1.0, "weight_decay": 0.0}
    assert [type(x) for x in chosen.defaults.values()] == [float, tuple, float, float]


def test_nesterov_needs_momentum() -> None:
    with pytest.raises(ValueError, match="nesterov=True needs momentum"):
        SGD(nesterov=True)


def test_a_bad_rate_is_refused_when_it_is_set() -> None:
    chosen = SGD(values(1.0), lr=0.5)
    with pytest.raises(ValueError, match="lr of SGD must be a finite number from 0 on, not nan"):
        chosen.lr = math.nan
    assert chosen.lr == 0.5


def test_schedules_count_the_steps_from_0() -> None:
    (x,) = params = values(0.0)
    asked = []
    chosen = SGD(params, lr=lambda k: asked.append(k) or 2.0**-k)
    for _ in range(4):
        x.grad = -1.0
        chosen.step()
    assert asked == [0, 1, 2, 3]
    assert x.data == 1.875
    assert chosen.rates == [0.0625]


def test_rates_by_hand_as_in_micrograd() -> None:
    (x,) = params = values(0.0)
    (y,) = others = values(0.0)
    by_hand, scheduled = SGD(params), SGD(others, lr=schedules.linear(1.0, 0.1, steps=100))
    for k in range(100):
        by_hand.lr = 1.0 - 0.9 * k / 100
        x.grad, y.grad = math.sin(k), math.sin(k)
        by_hand.step()
        scheduled.step()
        assert x.data == y.data


@pytest.mark.parametrize(
    ("rate", "message"), [(-1.0, "at step 0 must be a finite"), (math.nan, "step 0"), ("x", "text")]
)
def test_a_bad_rate_of_a_schedule_is_refused(rate: Any, message: str) -> None:
    (x,) = params = values(1.0)
    x.grad = 1.0

    def mine(step: int) -> Any:
        return rate

    with pytest.raises((ValueError, TypeError), match=f"the learning rate of mine .*{message}"):
        SGD(params, lr=mine).step()
    assert x.data == 1.0


# Finding by name.


@every
def test_every_optimizer_is_found_by_its_name(name: str) -> None:
    assert type(optimizer(name)) is OPTIMIZERS[name]
    assert type(optimizer(name.upper())) is OPTIMIZERS[name]
    assert type(optimizer(OPTIMIZERS[name])) is OPTIMIZERS[name]
    chosen = optimizer(name)
    assert optimizer(chosen) is chosen
    assert eval(repr(chosen), CLASSES).defaults == chosen.defaults


def test_lookups_that_fail() -> None:
    with pytest.raises(
        ValueError,
        match=r"unknown optimizer 'adem' \(did you mean 'adam'\?\); there are sgd, .*lbfgs",
    ):
        optimizer("adem")
    with pytest.raises(ValueError, match="Adam has no setting 'rate'; it takes lr, betas"):
        optimizer("adam", rate=0.1)
    with pytest.raises(ValueError, match=r"LBFGS has no setting 'lr'; .* max_iterations"):
        optimizer("lbfgs", lr=0.1)
    with pytest.raises(TypeError, match=r"lr cannot be set beside .* write Adam\(\.\.\., lr="):
        optimizer(Adam(), lr=0.1)
    with pytest.raises(TypeError, match=r"a name such as 'adam' .*, not 0\.1"):
        optimizer(0.1)


# Steps.


def test_zero_grad_and_the_closure() -> None:
    (x,) = params = values(3.0)
    chosen = SGD(params, lr=0.5)

    def closure() -> Value:
        chosen.zero_grad()
        loss = x * x
        loss.backward()
        return loss

    x.grad = 100.0
    assert chosen.step(closure).data == 9.0
    assert (x.data, x.grad) == (0.0, 6.0)
    assert chosen.step() is None
    chosen.zero_grad()
    assert x.grad == 0.0


@pytest.mark.parametrize("bad", [math.nan, math.inf])
@every_pure
def test_a_gradient_that_is_not_finite_changes_nothing(make: Any, bad: float) -> None:
    a, b, c = params = values(1.0, 2.0, 3.0)
    chosen = make([{"params": [a]}, {"params": [b, c]}])
    run = chosen.state_dict()
    a.grad, b.grad, c.grad = 1.0, 1.0, bad
    with pytest.raises(FloatingPointError, match=rf"the gradient of p2 is {bad}.*detect_anomaly"):
        chosen.step()
    assert data(params) == [1.0, 2.0, 3.0]
    np.testing.assert_equal(chosen.state_dict(), run)


def test_overflow_is_refused() -> None:
    (x,) = params = values(1.0)
    x.grad = 1e200
    with pytest.raises(FloatingPointError, match=r"Adam overflows at p0 = 1\.0 .*clip"):
        Adam(params).step()
    x.data, x.grad = math.inf, 1.0
    with pytest.raises(FloatingPointError, match="as p0 is inf"):
        SGD(params).step()


@pytest.mark.parametrize("make", [Adam, LBFGS])
def test_a_loss_is_no_closure(make: Any) -> None:
    (x,) = params = values(1.0)
    loss = x * x
    loss.backward()
    with pytest.raises(
        TypeError, match=r"step\(\) takes a function that computes the loss, or noth"
    ):
        make(params).step(loss)
    assert x.data == 1.0


# Saving and resuming.


@pytest.mark.parametrize("by", ["dict", "json", "pickle"])
@every_pure
def test_resuming_is_exact(make: Any, by: str) -> None:
    """10 steps, saved and loaded, and 10 more are 20 steps to the last bit."""
    rate = schedules.warmup(3, then=schedules.cosine(0.1, steps=15))
    one, two = values(*START), values(*START)
    whole, first = make(one, lr=rate), make(two, lr=rate)
    run_steps(whole, 20)
    run_steps(first, 10)
    saved = first.state_dict()
    if by == "json":
        saved = json.loads(json.dumps(saved, default=np.ndarray.tolist))
    elif by == "pickle":
        saved = pickle.loads(pickle.dumps(saved))
    run_steps(first, 1)  # what was saved is a copy
    second = make(values(*data(two)))
    for x, number in zip(second.parameters(), values_at_10(make, rate), strict=True):
        x.data = number
    second.load_state_dict(saved)
    assert (second.steps, second.lr) == (10, rate)
    run_steps(second, 10)
    assert data(second.parameters()) == data(one)


def values_at_10(make: Any, rate: Any) -> list[float]:
    params = values(*START)
    run_steps(make(params, lr=rate), 10)
    return data(params)


def test_settings_are_saved_with_the_state() -> None:
    chosen = AdamW([{"params": values(1.0), "lr": 0.5}, {"params": values(2.0)}], betas=(0.5, 0.5))
    other = AdamW([{"params": values(1.0)}, {"params": values(2.0)}])
    other.load_state_dict(chosen.state_dict())
    assert other.rates == [0.5, 0.001]
    assert [group["betas"] for group in other.param_groups] == [(0.5, 0.5), (0.5, 0.5)]


def test_a_function_as_rate_must_be_there_when_loading() -> None:
    def halving(step: int) -> float:
        return 0.5**step

    saved = SGD(values(1.0), lr=halving).state_dict()
    json.dumps(saved, default=np.ndarray.tolist)
    with pytest.raises(ValueError, match="the function 'halving', which is not saved"):
        SGD(values(1.0)).load_state_dict(saved)
    own = SGD(values(1.0), lr=halving)
    own.load_state_dict(saved)
    assert own.lr is halving


def damaged(saved: Any, **changes: Any) -> Any:
    """The saved state with changes, each of them under its keys in a row: a__b__0=..."""
    result = copy.deepcopy(saved)
    for keys, value in changes.items():
        *path, last = [int(k) if k.isdigit() else k for k in keys.split("__")]
        place = result
        for key in path:
            place = place[key]
        if value is None:
            del place[last]
        else:
            place[last] = value
    return result


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"optimizer": "SGD"}, "is of SGD, not of Adam"),
        ({"groups": []}, r"groups of \[\] parameters, but this Adam has groups of \[3\]"),
        ({"groups__0__size": 4}, r"\[4\].*\[3\]"),
        ({"groups__0": 7}, r"\[None\]"),
        ({"groups__0__settings__rate": 1.0}, "no setting 'rate'"),
        ({"groups__0__settings__lr": -1.0}, "lr of Adam must be"),
        ({"groups__0__settings__lr": {"schedule": "moon"}}, "unknown schedule 'moon'"),
        ({"groups__0__settings__lr": None}, "the saved group 0 is damaged: KeyError"),
        ({"groups__0__state": 3}, "the saved group 0 is damaged"),
        ({"groups__0__state__mean": None}, "damaged: KeyError.'mean'"),
        ({"groups__0__state__steps": -1}, "steps must be at least 0"),
        ({"groups__0__state__steps": 1.5}, "damaged"),
        ({"groups__0__state__mean": [1.0, 2.0]}, r"'mean' must be 3 .* of shape \(2,\)"),
        ({"groups__0__state__mean": [1.0, 2.0, math.nan]}, "nan"),
        ({"groups__0__state__mean": ["a", "b", "c"]}, "could not convert|damaged"),
    ],
)
def test_a_state_that_does_not_fit_is_refused(changes: Any, message: str) -> None:
    chosen = Adam(values(*START))
    run_steps(chosen, 3)
    saved, numbers = chosen.state_dict(), data(chosen.parameters())
    with pytest.raises(ValueError, match=message):
        chosen.load_state_dict(damaged(saved, **changes))
    np.testing.assert_equal(chosen.state_dict(), saved)
    assert data(chosen.parameters()) == numbers
    chosen.load_state_dict(damaged(saved))


@pytest.mark.parametrize("saved", [None, {}, [], {"groups": []}, "state"])
def test_what_is_no_state_is_refused(saved: Any) -> None:
    with pytest.raises(TypeError, match="takes the dict that an optimizer's state_dict"):
        Adam(values(1.0)).load_state_dict(saved)


# L-BFGS.


def rosenbrock_of_values(x: Value, y: Value) -> Value:
    loss: Value = 100.0 * (y - x**2) ** 2 + (1.0 - x) ** 2
    return loss


def test_lbfgs_refuses_a_loss_that_is_random() -> None:
    generator = np.random.default_rng(0)
    (x,) = values(3.0)
    chosen = LBFGS([x])

    def closure() -> Value:
        loss = (x - generator.normal()) ** 2
        loss.backward()
        return loss

    with pytest.raises(ValueError, match=r"gave 8\.\d+ and then 9\.\d+: leave out what is random"):
        chosen.step(closure)
    assert (x.data, chosen.steps) == (3.0, 0)


def test_lbfgs_returns_the_first_loss_and_leaves_the_last_gradients() -> None:
    x, y = values(-1.2, 1.0)
    chosen = LBFGS([x, y], max_iterations=20)

    def closure() -> Value:
        loss = rosenbrock_of_values(x, y)  # step() sets the gradients to 0 as well
        loss.backward()
        return loss

    first = chosen.step(closure)
    assert math.isclose(first.data, 24.2)
    assert chosen.steps == 1
    found, there = (x.grad, y.grad), (x.data, y.data)
    x.grad = y.grad = 0.0
    loss = closure()
    assert (x.grad, y.grad) == found
    assert loss.data < 5.0
    for _ in range(3):
        chosen.step(closure)
    assert np.allclose([x.data, y.data], 1.0)
    assert there != (x.data, y.data)
    assert (chosen.steps, chosen.rates) == (4, [])


def test_lbfgs_without_its_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    params = values(1.0)
    with pytest.raises(TypeError, match="evaluates the loss several times: pass it a function"):
        LBFGS(params).step()
    with pytest.raises(TypeError, match="returned None: is `return loss` missing"):
        LBFGS(params).step(lambda: None)
    with pytest.raises(TypeError, match="must return the loss"):
        LBFGS(params).step(lambda: "low")
    with pytest.raises(RuntimeError, match="has no parameters"):
        LBFGS().step(lambda: 1.0)
    with pytest.raises(AttributeError, match="LBFGS has no learning rate"):
        _ = LBFGS(params).lr
    with pytest.raises(AttributeError, match="LBFGS has no learning rate"):
        LBFGS(params).lr = 0.1
    with pytest.raises(ValueError, match="one group of parameters, not 2"):
        LBFGS([{"params": values(1.0)}, {"params": values(1.0)}])
    for bad in ({"max_iterations": 0}, {"history": 1.5}, {"tolerance": -1.0}):
        with pytest.raises((ValueError, TypeError), match=next(iter(bad))):
            LBFGS(params, **bad)
    monkeypatch.setitem(sys.modules, "scipy.optimize", None)
    with pytest.raises(ImportError, match=r'pip install "dualgrad\[scipy\]"'):
        LBFGS(params)


def test_by_name_there_is_a_rate_that_suits_small_networks() -> None:
    assert [*RATES, "lbfgs"] == list(OPTIMIZERS)
    for name, rate in RATES.items():
        assert optimizer(name).lr == rate
        assert optimizer(name.upper(), lr=0.5).lr == 0.5
        assert optimizer(OPTIMIZERS[name]).lr == OPTIMIZERS[name]().lr  # a class has its own


@pytest.mark.parametrize("error", [KeyboardInterrupt, ZeroDivisionError])
def test_lbfgs_goes_back_when_it_is_stopped(error: type[BaseException]) -> None:
    x, y = params = values(-1.2, 1.0)
    calls = []

    def closure() -> Value:
        calls.append((x.data, y.data))
        if len(calls) == 5:
            raise error
        loss = rosenbrock_of_values(x, y)
        loss.backward()
        return loss

    with pytest.raises(error):
        LBFGS(params).step(closure)
    assert calls[-1] != (-1.2, 1.0)
    assert data(params) == [-1.2, 1.0]


def test_lbfgs_refuses_a_nan() -> None:
    (x,) = params = values(0.5)

    def closure() -> Value:
        loss = x.log() + 10.0 * x  # the first step goes below 0
        loss.backward()
        return loss

    with pytest.raises(FloatingPointError, match="the loss is nan; the parameters are back"):
        LBFGS(params).step(closure)
    assert x.data == 0.5


def test_lbfgs_saves_its_settings() -> None:
    chosen = LBFGS(values(1.0), history=3)
    other = LBFGS(values(1.0))
    other.load_state_dict(json.loads(json.dumps(chosen.state_dict())))
    assert other.param_groups[0]["history"] == 3


def test_leaves_of_many_parameters_is_no_loop_over_pairs() -> None:
    assert len(leaves_of([Value(0.0) for _ in range(20_000)])) == 20_000
