"""Layers and networks: one table of modules for what all have in common, then each by itself."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor, Value, check_grads, grad, hessian, jvp, sin
from nn import (
    MLP,
    AvgPool2d,
    Conv2d,
    Dropout,
    Flatten,
    Layer,
    Linear,
    MaxPool2d,
    Module,
    Neuron,
    Perceptron,
    PReLU,
    Sequential,
)
from nn.init import constant
from nn.modules.activation_layers import Softmax

Shape = tuple[int, ...]

MODULES: dict[str, tuple[Callable[[], Module], Shape]] = {
    "Neuron": (lambda: Neuron(3, "tanh", seed=0), (3,)),
    "Neuron without bias": (lambda: Neuron(3, "tanh", bias=False, seed=0), (3,)),
    "Layer": (lambda: Layer(3, 2, "tanh", seed=0), (3,)),
    "Layer without bias": (lambda: Layer(3, 2, "sigmoid", bias=False, seed=0), (3,)),
    "Layer with PReLU": (lambda: Layer(3, 2, PReLU(2), seed=0), (3,)),
    "Linear": (lambda: Linear(3, 2, seed=0), (3,)),
    "MLP": (lambda: MLP(2, [3, 2], "tanh", seed=0), (2,)),
    "MLP of one output": (lambda: MLP(2, [3, 1], "softplus", seed=0), (2,)),
    "MLP of one neuron": (lambda: MLP(2, [1], seed=0), (2,)),
    "Sequential": (lambda: Sequential(Linear(2, 3), "gelu", Linear(3, 2), seed=0), (2,)),
    "classifier": (lambda: Sequential(Linear(2, 3, seed=0), "log_softmax"), (2,)),
    "function": (lambda: Sequential(Linear(2, 2, seed=0), sin), (2,)),
    "empty Sequential": (Sequential, (2,)),
    "nested": (lambda: Sequential(Sequential(MLP(2, [2], seed=0)), "tanh"), (2,)),
    "Conv2d": (lambda: Conv2d(2, 2, 2, seed=0), (2, 3, 3)),
    "Conv2d with stride": (lambda: Conv2d(1, 2, (1, 2), 2, (1, 0), seed=0), (1, 3, 4)),
    "MaxPool2d": (lambda: MaxPool2d(2), (1, 4, 4)),
    "AvgPool2d": (lambda: AvgPool2d((1, 2), 1), (2, 2, 3)),
    "Flatten": (Flatten, (2, 2, 1)),
    "Dropout": (lambda: Dropout(seed=0).eval(), (3,)),
    "image network": (
        lambda: Sequential(
            *(Conv2d(1, 2, 2), "tanh", MaxPool2d(2), Flatten(), Linear(2, 1)), seed=0
        ),
        (1, 3, 3),
    ),
}

by_module = pytest.mark.parametrize("name", MODULES)


def made(name: str) -> tuple[Module, Shape]:
    make, shape = MODULES[name]
    model = make()
    generator = np.random.default_rng(1)  # biases too: zeros would hide faults
    model.load_state_dict(
        {name: generator.normal(size=x.shape) for name, x in model.state_dict().items()}
    )
    return model, shape


def numbers(x: Any) -> Any:
    return x.numpy() if isinstance(x, Tensor) else x.data if isinstance(x, Value) else x


@by_module
@pytest.mark.parametrize("lead", [(), (1,), (3,), (2, 2), (0,), (0, 2)])
def test_recorded_and_predicted_are_the_same(name: str, lead: Shape) -> None:
    model, shape = made(name)
    x = np.random.default_rng(2).normal(size=(*lead, *shape))
    predicted = model.predict(x)
    assert isinstance(predicted, (np.ndarray, np.float64))
    assert predicted.dtype == np.float64
    assert np.shape(predicted) == (*lead, *model.output_shape(shape))
    assert model.output_shape((*lead, *shape)) == np.shape(predicted)
    for given in (x, Tensor(x)):
        out = numbers(model(given))
        assert np.shape(out) == np.shape(predicted)
        np.testing.assert_allclose(out, predicted, rtol=1e-12, atol=1e-14)


@by_module
def test_a_batch_is_its_samples_one_by_one(name: str) -> None:
    model, shape = made(name)
    X = np.random.default_rng(3).normal(size=(4, *shape))
    np.testing.assert_allclose(
        model.predict(X), [model.predict(x) for x in X], rtol=1e-12, atol=1e-14
    )


@by_module
def test_derivatives_by_parameters_and_input(name: str) -> None:
    model, shape = made(name)
    x = np.random.default_rng(4).normal(size=(2, *shape))

    def output(parameters: Any, x: Any) -> Any:
        return model.with_parameters(parameters)(x)

    check_grads(output, (model.state_dict(), x), order=1)


@by_module
def test_backward_is_the_transform_s_gradient(name: str) -> None:
    model, shape = made(name)
    x = np.random.default_rng(5).normal(size=(2, *shape))
    out = model(Tensor(x))
    (out**2).sum().backward()

    def loss(parameters: Any) -> Any:
        return (model.with_parameters(parameters)(x) ** 2).sum()

    if not model.parameters():
        return
    expected = grad(loss)(model.state_dict())
    arrays = dict(model._arrays())
    for key, gradient in expected.items():
        own = arrays[key].grad
        np.testing.assert_allclose(own, gradient, rtol=1e-12, atol=1e-14)


@by_module
def test_a_description_makes_another_like_it(name: str) -> None:
    model, shape = made(name)
    twin = type(model).from_config(model.config())
    assert repr(twin) == repr(model)
    twin.load_state_dict(model.state_dict())
    x = np.random.default_rng(6).normal(size=shape)
    np.testing.assert_array_equal(twin.predict(x), model.predict(x))


@by_module
def test_parameters_are_named_by_their_place(name: str) -> None:
    model, _ = made(name)
    named = model.named_parameters()
    assert [value.name for _, value in named] == [key for key, _ in named]
    assert [value for _, value in named] == model.parameters()
    assert len({key for key, _ in named}) == len(named) == model.num_parameters()


def test_forward_mode_and_second_order_through_a_network() -> None:
    model = MLP(2, [3, 1], "tanh", seed=0)
    state = model.state_dict()
    x = np.array([0.5, -0.25])

    def output(parameters: Any) -> Any:
        return model.with_parameters(parameters)(x)

    tangents = {name: np.ones_like(a) for name, a in state.items()}
    value, tangent = jvp(output, (state,), (tangents,))
    assert value == pytest.approx(model.predict(x), rel=1e-14)
    expected = sum(g.sum() for g in grad(output)(state).values())
    assert tangent == pytest.approx(expected, rel=1e-12)
    H = hessian(output)(state)
    block = H["layers.0.w"]["layers.0.b"]
    assert block.shape == (3, 2, 3)
    np.testing.assert_allclose(block, np.moveaxis(H["layers.0.b"]["layers.0.w"], 0, -1), atol=1e-14)


# Neurons and layers.


def test_a_layer_s_neurons_share_its_values() -> None:
    layer = Layer(2, 3, "tanh", seed=0)
    for i, neuron in enumerate(layer.neurons):
        assert neuron.w[1] is layer.w[i, 1]
        assert neuron.b is layer.b[i]
        assert neuron([0.5, 1.5]).data == layer([0.5, 1.5])[i].data
        assert [name for name, _ in neuron.named_parameters()] == ["w[0]", "w[1]", "b"]
    assert layer.neurons[2].parameters()[0].name == "neurons.2.w[0]"


def test_a_layer_s_neurons_leave_its_names_alone() -> None:
    model = MLP(2, [2, 1], PReLU(), seed=0)
    values = model.parameters()
    names = [value.name for value in values]
    model.layers[0].neurons[1]([0.5, 1.5])
    assert [value.name for value in values] == names


def test_outputs_are_named_by_their_neurons() -> None:
    out = MLP(1, [2, 1], seed=0)([1.0])
    assert out.name == "layers.1.neurons.0"
    assert {p.name for p in out.parents if p.op} == {"layers.0.neurons.0", "layers.0.neurons.1"}


def test_inputs_are_never_renamed() -> None:
    x = [Value(1.0), Value(2.0)]
    Sequential("identity", Dropout(0.0), MLP(2, [2, 1]))(x)
    assert [v.name for v in x] == ["", ""]


def test_the_last_layer_is_linear_and_the_others_have_their_own_activation() -> None:
    model = MLP(2, [3, 3, 1], PReLU())
    hidden = [layer.activation for layer in model.layers[:-1]]
    assert hidden[0] is not hidden[1]
    assert len(model.parameters()) == 9 + 12 + 4 + 2
    assert model.layers[-1].activation(3.0) == 3.0


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: MLP(2, []), ValueError, "nouts is empty: give the number of neurons"),
        (lambda: MLP(2, 3), TypeError, r"nouts is a list of whole numbers such as .*, not 3"),
        (lambda: MLP(2, "12"), TypeError, "nouts is a list"),
        (lambda: MLP(0, [1]), ValueError, "nin must be at least 1, not 0"),
        (lambda: MLP(2.0, [1]), TypeError, "nin must be a whole number, not 2.0"),
        (lambda: MLP(True, [1]), TypeError, "nin must be a whole number, not True"),
        (lambda: MLP(2, [3, -1]), ValueError, r"nouts\[1\] must be at least 1, not -1"),
        (lambda: MLP(2, [3, 1.5]), TypeError, r"nouts\[1\] must be a whole number, not 1.5"),
        (lambda: Layer(2, 0), ValueError, "nout must be at least 1"),
        (lambda: Neuron("2"), TypeError, "nin must be a whole number, not '2'"),
        (lambda: MLP(2, [1], "rleu"), ValueError, "unknown activation 'rleu'.*relu.*tanh"),
        (lambda: MLP(2, [1], 3), TypeError, "a name, a Module or a function, not 3.*tanh"),
        (lambda: MLP(2, [1], PReLU), TypeError, r"PReLU is a class: write PReLU\(\)"),
        (lambda: MLP(2, [1], init="hee"), ValueError, "unknown scheme 'hee'.*xavier.*he"),
        (lambda: Layer(2, 1, bias_init="hee"), ValueError, "unknown scheme 'hee'"),
        (lambda: Sequential(3), TypeError, "a name, a Module or a function, not 3"),
        (lambda: Sequential([Linear(2, 2)]), TypeError, r"write|one by one: Sequential\(\*modules"),
        (lambda: MLP(2, [1], seed=-1), ValueError, "seed must be a whole number from 0"),
    ],
)
def test_wrong_arguments(call: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize(
    "model", [Neuron(2), Layer(2, 3), MLP(2, [3, 1]), Sequential(Linear(2, 1))]
)
@pytest.mark.parametrize("x", [[1.0, 2.0, 3.0], [[1.0]], np.zeros((0, 3)), [], 3.0])
def test_a_wrong_width_is_named(model: Module, x: Any) -> None:
    shape = np.shape(x)
    given = "a single number" if shape == () else rf"an array of shape \({shape[0]}"
    for run in (model, model.predict):
        with pytest.raises(ValueError, match=rf"takes 2 numbers along the last axis.* {given}"):
            run(x)
    with pytest.raises(ValueError, match="takes 2 numbers along the last axis"):
        model.output_shape(shape)


def test_the_layer_of_a_wrong_width_is_named() -> None:
    model = Sequential(Linear(2, 3), "relu", Linear(4, 1))
    with pytest.raises(ValueError, match=r"Linear\(4, 1\) at 2 takes 4 numbers .* shape \(5, 3\)"):
        model(np.zeros((5, 2)))


INPUTS = {
    "list": [[1.0, 2.0], [3.0, 4.0]],
    "tuples": ((1, 2), (3, 4)),
    "integers": np.array([[1, 2], [3, 4]]),
    "booleans and numbers": [[True, 2], [3, 4.0]],
    "objects": np.array([[1, 2.0], [3, 4]], dtype=object),
    "half precision": np.array([[1, 2], [3, 4]], dtype=np.float16),
    "Fortran order": np.array([[1.0, 2.0], [3.0, 4.0]], order="F"),
    "Values": [[Value(1.0), 2.0], [3.0, Value(4.0)]],
    "Tensor": Tensor([[1.0, 2.0], [3.0, 4.0]]),
    "a list of arrays": [np.array([1.0, 2.0]), np.array([3.0, 4.0])],
}


class Frame:
    """What of a data frame is used."""

    def to_numpy(self) -> Any:
        return np.array([[1, 2], [3, 4]])


@pytest.mark.parametrize("kind", [*INPUTS, "data frame"])
def test_inputs_of_any_kind(kind: str) -> None:
    x = INPUTS.get(kind, Frame())
    model = MLP(2, [3, 1], "tanh", seed=0)
    expected = model.predict(np.array([[1.0, 2.0], [3.0, 4.0]]))
    np.testing.assert_array_equal(model.predict(x), expected)
    np.testing.assert_allclose(model(x).numpy(), expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        ([1.0, "2"], TypeError, r"x\[1\] is the text '2'"),
        ([1.0, None], ValueError, r"x\[1\] is None, a missing value"),
        ([[1.0, 2.0], [3.0]], ValueError, r"x\[1\] has 1 entry, but x\[0\] has 2"),
        ([1.0, 2.0j], TypeError, "complex"),
        ([Value(1.0), "2"], TypeError, "text '2'"),
        (None, ValueError, "x is None"),
        ("ab", TypeError, "x is the text 'ab'"),
        ((i for i in (1, 2)), TypeError, "x is a generator.*write list"),
        ({1.0, 2.0}, TypeError, "x is a set"),
    ],
)
def test_inputs_that_are_no_numbers(x: Any, error: type[Exception], message: str) -> None:
    model = MLP(2, [3, 1])
    for run in (model, model.predict):
        with pytest.raises(error, match=message):
            run(x)


# Sequential.


def test_sequential_is_a_list_of_its_modules() -> None:
    first, last = Linear(2, 3), Linear(3, 1)
    model = Sequential(first, "tanh")
    assert model.append(last) is model
    assert len(model) == 3
    assert (model[0], model[-1]) == (first, last)
    assert list(model)[2] is last
    assert [path for path, _ in model.named_modules()][1:3] == ["0", "0.activation"]
    assert last.w[0, 1].name == "2.neurons.0.w[1]"
    assert repr(model).splitlines() == [
        "Sequential()",
        "  0: Linear(2, 3)",
        "  1: Tanh()",
        "  2: Linear(3, 1)",
    ]


def test_sequential_of_more_than_ten_keeps_the_order() -> None:
    model = Sequential(*[Linear(1, 1, init="zeros", bias_init=constant(i)) for i in range(12)])
    assert model.predict([0.0]) == 11.0
    assert list(model.state_dict())[-1] == "11.b"


def test_a_shared_module_counts_once() -> None:
    shared = Linear(2, 2, seed=0)
    model = Sequential(shared, "tanh", shared)
    assert model.num_parameters() == len(model.parameters()) == 6
    assert list(model.state_dict()) == ["0.w", "0.b"]
    assert [name for name, _ in model.named_parameters()] == [p.name for p in model.parameters()]
    expected = shared.predict(np.tanh(shared.predict([1.0, 2.0])))
    np.testing.assert_array_equal(model.predict([1.0, 2.0]), expected)


def test_softmax_probabilities_of_a_network() -> None:
    out = Sequential(Linear(2, 3, seed=0), Softmax()).predict([[1000.0, 0.0], [0.0, -1000.0]])
    np.testing.assert_allclose(out.sum(axis=-1), 1.0)


# The perceptron.


def test_the_exercise_s_outlier_is_separated() -> None:
    perceptron = Perceptron(2)
    X = [[0.0, 1.0], [1.0, 0.0], [-1.0, 0.0], [0.0, -3.0]]
    y = [1, 1, -1, 1]
    passes = perceptron.learn(X, y)
    assert passes > 1
    assert perceptron.predict(X).tolist() == y
    assert perceptron(X[0]).data == 1.0
    perceptron(X[0]).backward()
    assert not any(p.grad for p in perceptron.parameters())


def test_a_column_of_labels_is_learned_as_a_row() -> None:
    one, two = Perceptron(2), Perceptron(2)
    X = [[0.0, 1.0], [1.0, 0.0], [-1.0, 0.0], [0.0, -3.0]]
    assert one.learn(X, [1, 1, -1, 1]) == two.learn(X, [[1], [1], [-1], [1]])
    assert one.w.numpy().tolist() == two.w.numpy().tolist()
    assert type(two.b.data) is float
    assert one.b.data == two.b.data


def test_what_no_plane_separates() -> None:
    with pytest.raises(ValueError, match="no plane that separates the data within 20 passes"):
        Perceptron(2).learn([[0, 0], [1, 1], [0, 1], [1, 0]], [1, 1, -1, -1], max_passes=20)


@pytest.mark.parametrize(
    ("X", "y", "message"),
    [
        ([[0.0, 1.0]], [0], r"labels -1 and \+1, but y\[0\] is 0"),
        ([[0.0, 1.0]], [1, 1], "1 samples and y has 2"),
        ([[0.0, 1.0]], [[1, 1]], r"one label a sample, but y has shape \(1, 2\)"),
        ([[0.0, 1.0, 2.0]], [1], "3 columns"),
        ([], [], "empty"),
        ([[0.0, float("nan")]], [1], "nan"),
    ],
)
def test_data_that_a_perceptron_refuses(X: Any, y: Any, message: str) -> None:
    perceptron = Perceptron(2)
    with pytest.raises(ValueError, match=message):
        perceptron.learn(X, y)
    assert perceptron.state_dict()["w"].tolist() == [0.0, 0.0]


@pytest.mark.parametrize("settings", [{"rate": 0.0}, {"rate": math.nan}, {"max_passes": 0}])
def test_settings_that_a_perceptron_refuses(settings: Any) -> None:
    with pytest.raises(ValueError, match=next(iter(settings))):
        Perceptron(2).learn([[0.0, 1.0]], [1], **settings)


def test_an_activation_for_each_layer() -> None:
    model = nn.MLP(2, [3, 4, 2], ["tanh", nn.ELU(0.5), "softmax"], seed=0)
    kinds = [type(layer.activation).__name__ for layer in model.layers]
    assert kinds == ["Tanh", "ELU", "Softmax"]
    by_hand = nn.Sequential(*model.layers)
    x = np.array([[1.0, -2.0]])
    np.testing.assert_array_equal(model.predict(x), by_hand.predict(x))
    assert model.output_kind == "probabilities"
    first = repr(model).partition("\n")[0]
    assert first == "MLP(2, [3, 4, 2], activation=['tanh', ELU(alpha=0.5), 'softmax'])"
    for wrong in (["tanh"], ["tanh"] * 4, []):
        with pytest.raises(ValueError, match="one activation for each of its 3 layers, not"):
            nn.MLP(2, [3, 4, 2], wrong)
    with pytest.raises(ValueError, match="unknown activation 'tahn'"):
        nn.MLP(2, [3, 1], ["tahn", "identity"])
