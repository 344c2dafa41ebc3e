"""Activations as modules, over the table of their names."""

from __future__ import annotations

import copy
import inspect
import math
import pickle
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import Tensor, Value, sin
from nn import ACTIVATIONS, MLP, Function, Linear, Module, PReLU, activations
from nn.modules.activation_layers import Activation, as_activation, kind_of, own_copy, short

OPTIONS: dict[str, dict[str, Any]] = {
    "elu": {"alpha": 0.5},
    "gelu": {"approximate": "tanh"},
    "hardtanh": {"lo": -2.0, "hi": 0.5},
    "leaky_relu": {"slope": 0.2},
    "prelu": {"size": 5, "start": 0.1},
    "swish": {"beta": 1.5},
    "silu": {"beta": 1.5},
}
"""Arguments other than the defaults."""

X = np.array([[-3.0, -0.5, 0.0, 0.75, 40.0], [1.0, 2.0, -1.0, -700.0, 0.25]])

by_name = pytest.mark.parametrize("name", ACTIVATIONS)


def function(name: str) -> Callable[..., Any]:
    if name == "silu":  # whose class has the beta of Swish
        return activations.swish
    f = getattr(activations, name, None) or getattr(autograd, name)
    assert callable(f)
    return f


@by_name
@pytest.mark.parametrize("changed", [False, True])
def test_a_module_is_its_function(name: str, changed: bool) -> None:
    options = OPTIONS.get(name, {}) if changed else {}
    module = ACTIVATIONS[name](**options)
    if name == "prelu":
        slope = np.full(options.get("size", ()), options.get("start", 0.25))
        expected = activations.prelu(X, slope)
    else:
        expected = function(name)(X, **options)
    np.testing.assert_array_equal(module.predict(X), expected)
    recorded = module(Tensor(X))
    assert recorded.shape == X.shape
    np.testing.assert_allclose(recorded.numpy(), expected, rtol=1e-12, atol=1e-14)
    np.testing.assert_array_equal(X, X.copy())


@by_name
def test_gradients_are_the_function_s(name: str) -> None:
    options = {} if name == "prelu" else OPTIONS.get(name, {})
    x, y = Tensor(X), Tensor(X)
    seed = np.cos(np.arange(10.0)).reshape(2, 5)
    ACTIVATIONS[name](**options)(x).backward(seed)
    f = function(name)
    (f(y, 0.25) if name == "prelu" else f(y, **options)).backward(seed)
    np.testing.assert_array_equal(x.grad, y.grad)


@by_name
def test_every_activation_comes_back(name: str) -> None:
    for options in ({}, OPTIONS.get(name, {})):
        module = ACTIVATIONS[name](**options)
        twin = type(module).from_config(module.config())
        assert repr(twin) == repr(module)
        for copied in (twin, copy.deepcopy(module), pickle.loads(pickle.dumps(module))):
            np.testing.assert_array_equal(copied.predict(X), module.predict(X))
        written = ", ".join(f"{key}={value!r}" for key, value in options.items())
        assert repr(module) == f"{type(module).__name__}({written})"
        assert eval(repr(module), vars(nn)).config() == module.config()


@by_name
def test_names_stand_for_modules(name: str) -> None:
    module = as_activation(name)
    assert type(module) is ACTIVATIONS[name]
    assert type(as_activation(kind_of(module))) is type(module)
    assert as_activation(short(module)).config() == module.config()
    if name in OPTIONS:
        changed = ACTIVATIONS[name](**OPTIONS[name])
        assert short(changed) is changed
    assert module.output_shape((3, 5)) == (3, 5)
    assert type(as_activation(function(name))) is type(module)  # its function can be saved too


@by_name
def test_layers_take_the_name(name: str) -> None:
    model = MLP(2, [3, 1], name, seed=0)
    assert model.config()["activation"] == ("swish" if name == "silu" else name) or (
        kind_of(model.layers[0].activation) == model.config()["activation"]
    )
    x = np.array([[0.5, -1.0], [2.0, 1.0]])
    np.testing.assert_allclose(model(x).numpy(), model.predict(x), rtol=1e-12)


def test_every_class_is_in_the_table_and_exported() -> None:
    classes = {
        x
        for x in vars(nn.modules.activation_layers).values()
        if inspect.isclass(x) and issubclass(x, Activation) and x is not Activation
    }
    assert classes == {*ACTIVATIONS.values(), Function}
    assert all(getattr(nn, x.__name__) is x for x in classes)
    assert list(ACTIVATIONS) == sorted(ACTIVATIONS)


def test_prelu_learns_its_slopes() -> None:
    module = PReLU(2, start=0.5)
    x = np.array([[-1.0, -2.0], [-3.0, 4.0]])
    module(x).backward()
    np.testing.assert_array_equal(module.slope.grad, [-4.0, -2.0])
    assert [p.name for p in module.parameters()] == ["slope[0]", "slope[1]"]
    single = PReLU()
    single([-1.0, -2.0]).backward()
    assert single.parameters()[0].grad == -3.0


def test_prelu_of_another_width() -> None:
    for run in (PReLU(3), PReLU(3).predict):
        with pytest.raises(ValueError, match=r"PReLU\(size=3\) takes 3 numbers .* shape \(2,\)"):
            run([1.0, 2.0])


def test_a_single_value_stays_one() -> None:
    out = as_activation("tanh")(Value(0.5))
    assert type(out) is Value
    assert type(as_activation("tanh")(0.5)) is float


@pytest.mark.parametrize(
    "wrong",
    ["os.system", "builtins.eval", "sin", "autograd.exp", "__import__", math.pi, None, [sin]],
)
def test_what_is_no_function(wrong: Any) -> None:
    with pytest.raises(
        TypeError, match=f"must be a function of arrays itself, not {re.escape(repr(wrong))}"
    ):
        Function(wrong)
    with pytest.raises(TypeError, match=r"is the class Tanh: write Tanh\(\.\.\.\)"):
        Function(nn.Tanh)


def test_functions_of_one_s_own() -> None:
    def cube(x: Any) -> Any:
        return x * x * x

    module = as_activation(cube)
    assert repr(module) == "Function(cube)"
    assert module.predict([2.0]) == 8.0
    assert type(as_activation(sin)) is Function
    model = MLP(1, [2, 1], cube, seed=0)
    assert model.layers[0].activation.function is cube


def test_modules_are_taken_as_they_are_and_copied_for_each_layer() -> None:
    module = PReLU()
    assert as_activation(module) is module
    twin = own_copy(module)
    assert twin is not module
    assert own_copy("tanh") == "tanh"
    assert kind_of(Linear(2, 2)) == "function"


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: as_activation("Tahn"),
            ValueError,
            "unknown activation 'Tahn' .did you mean 'tanh'.*; there are",
        ),
        (lambda: as_activation(nn.Tanh), TypeError, r"Tanh is a class: write Tanh\(\)"),
        (lambda: as_activation(None), TypeError, "a name, a Module or a function, not None"),
        (lambda: nn.LeakyReLU("0.1"), TypeError, "slope of LeakyReLU"),
        (lambda: nn.ELU(None), TypeError, "alpha of ELU"),
        (lambda: nn.SiLU(Value(1.0)), TypeError, "beta of Swish"),
        (lambda: nn.Hardtanh(1.0, -1.0), ValueError, "lo < hi"),
        (lambda: nn.Hardtanh(0.0, "1"), TypeError, "hi of Hardtanh"),
        (lambda: nn.GELU("erf"), ValueError, "of gelu 'erf'; there are none, tanh"),
        (lambda: PReLU(0), ValueError, "size of PReLU must be at least 1"),
        (lambda: PReLU(2.0), TypeError, "size of PReLU must be a whole number"),
        (lambda: PReLU(1, "0.1"), TypeError, "start of PReLU"),
    ],
)
def test_wrong_arguments(call: Callable[[], Module], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()
