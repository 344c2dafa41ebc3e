"""Modules: their parts and parameters, names, states, copies, seeds, and what they refuse."""

from __future__ import annotations

import copy
import pickle
import random
import subprocess
import sys
import threading
from collections import OrderedDict, namedtuple
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor, Value
from nn import (
    MLP,
    Dropout,
    Layer,
    Linear,
    Module,
    Neuron,
    Perceptron,
    PReLU,
    Sequential,
    load,
    save,
    summary,
)
from nn.init import constant
from nn.modules.parameter import Declared

Pair = namedtuple("Pair", ["left", "right"])


class Own(Module):
    """Parameters and parts of every kind, beside attributes that are none."""

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed
        self.scale = Value(2.0)
        self.named = Value(3.0, "gain")
        self.matrix = Tensor([[1.0, 2.0]])
        self.values = [Value(4.0), Value(5.0)]
        self.pairs = Pair(Linear(1, 1, seed=seed), Value(6.0))
        self.parts = OrderedDict(a=Linear(2, 1, seed=seed), b=[Neuron(1, seed=seed)])
        self.rate, self.title, self.numbers = 0.1, "own", np.zeros(3)
        self.result = Value(1.0) * 2.0
        self._private = Value(9.0)

    def forward(self, x: Any) -> Any:
        self.seen = self.parts["a"](x)[..., 0]
        return self.scale * self.seen + self.pairs.right


OWN = {
    "scale": (),
    "named": (),
    "matrix": (1, 2),
    "values[0]": (),
    "values[1]": (),
    "pairs[1]": (),
    "pairs.0.w": (1, 1),
    "pairs.0.b": (1,),
    "parts.a.w": (1, 2),
    "parts.a.b": (1,),
    "parts.b.0.w": (1,),
    "parts.b.0.b": (),
}


class Pool(Module):
    """Parts that a list is given after it became an attribute."""

    def __init__(self) -> None:
        self.layers: list[Linear] = []
        for i in range(3):
            self.layers.append(Linear(2, 2, seed=i))

    def forward(self, x: Any) -> Any:
        for layer in self.layers:
            x = layer(x)
        return x


def copies() -> dict[str, Callable[[Any], Any]]:
    return {"deepcopy": copy.deepcopy, "pickle": lambda x: pickle.loads(pickle.dumps(x))}


# Parameters and their names.


def test_parameters_of_every_kind_are_found() -> None:
    model = Own()
    shapes = {name: array.shape for name, array in model.state_dict().items()}
    assert set(shapes) == set(OWN)
    assert shapes == OWN
    assert model.num_parameters() == len(model.parameters()) == 14
    assert all(x.op is None for x in model.parameters())


def test_names_are_places_but_for_names_of_one_s_own() -> None:
    model = Own()
    names = {name: value.name for name, value in model.named_parameters()}
    assert names.pop("named") == "gain"
    assert all(name == place for place, name in names.items())
    assert {"matrix[0,1]", "values[1]", "pairs.0.neurons.0.b", "parts.b.0.w[0]"} <= set(names)


def test_a_move_into_a_larger_model_renames() -> None:
    inner = Own()
    inner.parameters()
    outer = Sequential(Sequential(inner))
    for place, value in outer.named_parameters():
        assert value.name in (place, "gain")
        assert place.startswith("0.0.")
    assert next(name for name, _ in inner.named_parameters()) == "scale"
    assert inner.scale.name == "0.0.scale"


def test_parts_in_a_list_given_later_are_named_in_the_end() -> None:
    model = Pool()
    model([1.0, 2.0])
    assert [x.name for x in model.parameters()] == [name for name, _ in model.named_parameters()]
    assert model([1.0, 2.0])[0].name == "layers.2.neurons.0"


def test_outputs_of_parts_in_a_list_are_named_in_full_at_once() -> None:
    model = Pool()
    assert model([1.0, 2.0])[0].name == "layers.2.neurons.0"
    used = Linear(2, 2)
    used([1.0, 2.0])
    for place, late in ((3, Linear(2, 2)), (4, used)):
        model.layers.append(late)
        out = model([1.0, 2.0])[0]
        assert out.name == f"layers.{place}.neurons.0"
        assert out.parents[0].name == late.w[0, 0].name == f"layers.{place}.neurons.0.w[0]"


def test_a_part_in_several_places_is_named_by_the_first() -> None:
    shared = Linear(2, 2)
    model = Module()
    model.first, model.second = shared, Sequential(Linear(2, 2), shared)
    assert model.parameters()[0].name == model.second[1].w[0, 0].name == "first.neurons.0.w[0]"
    twice = Sequential(shared, shared)
    assert twice([1.0, 2.0])[0].name == "0.neurons.0"
    assert shared.b[0].name == "0.neurons.0.b"


def test_the_work_is_linear_in_the_number_of_layers(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    looks = 0
    children = Module.children

    def counted(module: Module) -> Any:
        nonlocal looks
        looks += 1
        return children(module)

    monkeypatch.setattr(Module, "children", counted)

    def work(layers: int) -> list[int]:
        nonlocal looks
        counts = []
        model = Sequential()
        for step in (
            lambda: [model.append(Linear(1, 1)) for _ in range(layers)],
            lambda: model([1.0]),
            model.parameters,
            lambda: save(model, tmp_path / "model"),
            lambda: load(tmp_path / "model"),
            lambda: str(summary(model)),
        ):
            looks = 0
            step()
            counts.append(looks)
        return counts

    for one, two in zip(work(30), work(60), strict=True):
        assert 30 <= one < two <= 2 * one


def test_late_attributes_count() -> None:
    model = Module()
    assert model.parameters() == []
    model.extra = Value(1.0)
    model.more = Linear(1, 1)
    assert list(model.state_dict()) == ["extra", "more.w", "more.b"]
    del model.more
    assert list(model.state_dict()) == ["extra"]
    model.extra = None
    assert model.parameters() == []


def test_results_and_plain_numbers_are_no_parameters() -> None:
    model = Own()
    before = list(model.state_dict())
    model([[1.0, 2.0], [3.0, 4.0]])
    assert isinstance(model.seen, Tensor)
    model.loss = model([1.0, 2.0])
    assert list(model.state_dict()) == before


def test_tied_parameters_are_one() -> None:
    encoder, decoder = Linear(2, 2, seed=0), Linear(2, 2, seed=1)
    decoder.w = encoder.w
    model = Sequential(encoder, decoder)
    assert model.num_parameters() == len(model.parameters()) == 8
    assert list(model.state_dict()) == ["0.w", "0.b", "1.b"]
    model.load_state_dict({name: np.ones_like(x) for name, x in model.state_dict().items()})
    assert decoder.w[0, 0].data == 1.0
    assert model.predict([1.0, 1.0]).tolist() == [7.0, 7.0]


def test_entries_shared_through_a_view_count_once() -> None:
    encoder, decoder = Linear(3, 2, seed=0), Linear(2, 3, seed=1)
    decoder.w = encoder.w.T
    model = Sequential(encoder, decoder)
    assert model.num_parameters() == len(model.parameters()) == len(model.named_parameters()) == 11
    x = np.ones(3)
    np.testing.assert_allclose(model(x).numpy(), model.predict(x), rtol=1e-14)


@pytest.mark.parametrize("value", [[[5.0, 6.0]], np.array([[5, 6]]), Tensor([[5.0, 6.0]])])
def test_assigning_to_declared_parameters(value: Any) -> None:
    layer = Linear(2, 1, seed=0)
    own = list(layer.w.flat)
    layer.w = value
    assert layer.state_dict()["w"].tolist() == [[5.0, 6.0]]
    assert [x is y for x, y in zip(own, layer.w.flat, strict=True)] == [
        not isinstance(value, Tensor)
    ] * 2
    assert [x.name for x in layer.parameters()] == [
        "neurons.0.w[0]",
        "neurons.0.w[1]",
        "neurons.0.b",
    ]
    assert layer([1.0, 1.0])[0].data == 11.0


def test_assigning_a_list_of_values_as_in_micrograd() -> None:
    neuron = Neuron(2, nonlin=False)
    w = [Value(1.0), Value(2.0)]
    neuron.w, neuron.b = w, Value(0.5)
    assert neuron([1.0, 1.0]).data == 3.5
    assert neuron.parameters() == [*w, neuron.b]


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        ([1.0, 2.0], ValueError, r"w has shape \(1, 2\) in the model, but \(2,\) was given"),
        ([["a", "b"]], TypeError, "text 'a'"),
        (None, ValueError, "w is None"),
        (Tensor([[1.0, 2.0]]) * 2.0, TypeError, r"w takes leaf Values or numbers, not results"),
    ],
)
def test_what_declared_parameters_refuse(value: Any, error: type[Exception], message: str) -> None:
    layer = Linear(2, 1, seed=0)
    before = layer.state_dict()
    with pytest.raises(error, match=message):
        layer.w = value
    assert_states_equal(layer.state_dict(), before)


# Parts.


def test_the_tree_of_parts() -> None:
    model = Own()
    paths = ["", "pairs.0", "parts.a", "parts.b.0"]
    found = [path for path, _ in model.named_modules() if "activation" not in path]
    assert found == paths
    assert [name for name, _ in model.children()] == paths[1:]
    assert model.modules() == [module for _, module in model.named_modules()]
    assert model.modules()[0] is model


def test_apply_goes_from_the_inside_out_in_order() -> None:
    model = MLP(1, [2, 1])
    seen: list[Module] = []
    assert model.apply(seen.append) is model
    places = {id(module): path for path, module in model.named_modules()}
    assert [places[id(module)] for module in seen] == [
        "layers.0.activation",
        "layers.0",
        "layers.1.activation",
        "layers.1",
        "",
    ]


def test_apply_calls_a_shared_part_once() -> None:
    shared = Linear(1, 1)
    seen: list[Module] = []
    Sequential(shared, shared).apply(seen.append)
    assert seen.count(shared) == 1


def test_train_and_eval_reach_all_parts() -> None:
    model = Sequential(Linear(1, 1), Sequential(Dropout()))
    assert all(module.training for module in model.modules())
    assert model.eval() is model
    assert not any(module.training for module in model.modules())
    assert model.train() is model
    assert all(module.training for module in model.modules())


def test_modules_that_hold_each_other() -> None:
    parent, child = Module(), Module()
    parent.child, child.parent, child.w = child, parent, Value(1.0)
    assert list(parent.state_dict()) == ["child.w"]
    assert parent.num_parameters() == 1
    assert "..." in repr(parent)
    assert parent.with_parameters({"child.w": 2.0}).child.w == 2.0
    twin = copy.deepcopy(parent)
    assert twin.child.parent is twin


# States.


def assert_states_equal(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert list(one) == list(other)
    for name, array in one.items():
        np.testing.assert_array_equal(array, other[name])


@pytest.mark.parametrize("made", [True, False])
def test_states_go_from_model_to_model(made: bool) -> None:
    one, other = MLP(2, [3, 1], seed=0), MLP(2, [3, 1], seed=1)
    values = other.parameters() if made else None
    other.load_state_dict(one.state_dict())
    assert_states_equal(one.state_dict(), other.state_dict())
    assert values is None or all(a is b for a, b in zip(values, other.parameters(), strict=True))
    assert one.predict([1.0, 2.0]) == other.predict([1.0, 2.0])
    assert other.parameters()[0].name == "layers.0.neurons.0.w[0]"


def test_a_state_is_a_copy_of_its_own() -> None:
    model = Linear(1, 1, seed=0)
    state = model.state_dict()
    state["w"][0, 0] = 7.0
    assert model.state_dict()["w"][0, 0] != 7.0
    model.load_state_dict(state)
    state["w"][0, 0] = 8.0
    assert model.w[0, 0].data == 7.0


def test_not_strict_takes_what_fits() -> None:
    model = Linear(2, 1, seed=0)
    weights = model.state_dict()["w"]
    model.load_state_dict({"b": [3], "other": "ignored"}, strict=False)
    assert model.b[0].data == 3.0
    np.testing.assert_array_equal(model.w.numpy(), weights)


STATE = Linear(2, 1, seed=0).state_dict()
WRONG_STATES: dict[str, tuple[Any, type[Exception], str]] = {
    "missing": ({"b": [1.0]}, ValueError, "missing: w. The model has: w, b"),
    "unknown": ({**STATE, "c": 1.0}, ValueError, "unknown: c. The model has: w, b"),
    "both": ({"w": [[1.0, 2.0]], "c": 1.0}, ValueError, "missing: b; unknown: c"),
    "shape": ({**STATE, "b": [1.0, 2.0]}, ValueError, r"b has shape \(1,\) .* but \(2,\)"),
    "transposed": ({**STATE, "w": [[1.0], [2.0]]}, ValueError, r"w has shape \(1, 2\)"),
    "text": ({**STATE, "b": ["a"]}, TypeError, r"b\[0\] is the text 'a'"),
    "complex": ({**STATE, "b": [1j]}, TypeError, "complex"),
    "None": ({**STATE, "b": None}, ValueError, "b is None"),
    "list": ([1.0, 2.0], TypeError, r"arrays by name, as state_dict\(\) gives them, not a list"),
}


@pytest.mark.parametrize("name", WRONG_STATES)
@pytest.mark.parametrize("made", [True, False])
def test_a_state_that_does_not_fit_changes_nothing(name: str, made: bool) -> None:
    state, error, message = WRONG_STATES[name]
    model = Linear(2, 1, seed=1)
    if made:
        model.parameters()
    before = model.state_dict()
    with pytest.raises(error, match=rf"load_state_dict\(\).*{message}"):
        model.load_state_dict(state)
    if name in ("shape", "text", "list"):
        with pytest.raises(error, match=message):
            model.load_state_dict(state, strict=False)
    if name not in ("text", "complex", "None"):
        with pytest.raises(error, match=rf"with_parameters\(\).*{message}"):
            model.with_parameters(state)
    assert_states_equal(model.state_dict(), before)


@pytest.mark.parametrize("how", copies())
@pytest.mark.parametrize("make", [Own, Pool, lambda: MLP(2, [3, 1], PReLU(), seed=0), Perceptron])
@pytest.mark.parametrize("made", [True, False])
def test_copies_are_equal_and_apart(how: str, make: Callable[..., Any], made: bool) -> None:
    model = make(2) if make is Perceptron else make()
    if made:
        model.parameters()
    twin = copies()[how](model)
    assert_states_equal(twin.state_dict(), model.state_dict())
    assert repr(twin) == repr(model)
    assert [name for name, _ in twin.named_parameters()] == [
        name for name, _ in model.named_parameters()
    ]
    assert not {id(x) for x in twin.parameters()} & {id(x) for x in model.parameters()}
    np.testing.assert_array_equal(twin.predict([[1.0, 2.0]]), model.predict([[1.0, 2.0]]))


# Seeds and the first numbers.


def test_the_same_seed_gives_the_same_numbers_in_any_order_of_use() -> None:
    one, other = MLP(2, [4, 3, 1], seed=5), MLP(2, [4, 3, 1], seed=5)
    _ = one.layers[2].w, one.layers[0].b, one.layers[0].w
    other([1.0, 2.0])
    assert_states_equal(one.state_dict(), other.state_dict())
    assert_states_equal(one.state_dict(), MLP(2, [4, 3, 1], seed=5).state_dict())
    assert (one.state_dict()["layers.0.w"] != MLP(2, [4, 3, 1]).state_dict()["layers.0.w"]).all()


def test_a_generator_gives_each_model_numbers_of_its_own() -> None:
    def two(seed: int) -> list[np.ndarray]:
        generator = np.random.default_rng(seed)
        return [Linear(2, 2, seed=generator).state_dict()["w"] for _ in range(2)]

    first, second = two(3)
    assert (first != second).all()
    np.testing.assert_array_equal(two(3), [first, second])


def test_layers_and_arrays_differ_from_each_other() -> None:
    model = MLP(3, [3, 3, 3], bias_init="normal", seed=0)
    arrays = list(model.state_dict().values())
    for i, one in enumerate(arrays):
        for other in arrays[:i]:
            if one.shape == other.shape:
                assert (one != other).all()


def test_no_global_random_state_is_touched() -> None:
    def states() -> Any:
        _, keys, *rest = np.random.get_state()
        return random.getstate(), keys.tolist(), rest

    before = states()
    model = Sequential(MLP(2, [3, 2]), Dropout(), Layer(2, 1))
    model.initialize()
    model([1.0, 2.0])
    assert states() == before


def test_initialize_keeps_the_values_and_is_reproducible() -> None:
    model = MLP(2, [3, 1], seed=0)
    values, before = model.parameters(), model.state_dict()
    assert model.initialize(seed=1) is model
    assert all(a is b for a, b in zip(values, model.parameters(), strict=True))
    after = model.state_dict()
    assert (after["layers.0.w"] != before["layers.0.w"]).all()
    assert_states_equal(MLP(2, [3, 1]).initialize(seed=1).state_dict(), after)


def test_initialize_changes_the_scheme_of_weights_only_and_only_once() -> None:
    model = Sequential(Linear(2, 3, bias_init=constant(5.0)), PReLU(), seed=0)
    model.initialize("zeros")
    assert not model.state_dict()["0.w"].any()
    assert model.state_dict()["0.b"].tolist() == [5.0] * 3
    assert model.state_dict()["1.slope"] == 0.25
    model.initialize(seed=0)
    assert model.state_dict()["0.w"].all()


def test_an_unknown_scheme_changes_nothing() -> None:
    model = Linear(2, 2, seed=0)
    before = model.state_dict()
    with pytest.raises(ValueError, match=r"unknown scheme 'hee'.*xavier"):
        model.initialize("hee")
    assert_states_equal(model.state_dict(), before)


def test_nothing_is_made_before_it_is_used() -> None:
    model = Sequential(Linear(10**6, 10**6), MLP(2, [10**5, 10**5]))
    assert model.num_parameters() > 10**12
    assert repr(model)
    assert model.modules()
    assert model[0].output_shape((10**6,)) == (10**6,)
    copy.deepcopy(model).eval()
    assert all(isinstance(array, Declared) for _, array in model._arrays())


def test_threads_get_the_same_parameters() -> None:
    for _ in range(20):
        model = MLP(2, [8, 8, 1], seed=0)
        barrier = threading.Barrier(4)

        def use(kind: int, model: MLP = model, barrier: threading.Barrier = barrier) -> Any:
            barrier.wait()
            return model.parameters() if kind % 2 else model.predict([[1.0, 2.0]])

        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(use, range(4)))
        assert all(a is b for a, b in zip(found[1], found[3], strict=True))
        for predicted in (found[0], found[2]):
            assert predicted.dtype == np.float64
            np.testing.assert_array_equal(predicted, model.predict([[1.0, 2.0]]))


# Running.


def test_predict_records_nothing_and_changes_nothing() -> None:
    model = Own()
    out = model.predict([[1.0, 2.0]])
    assert out.dtype == np.float64
    assert "seen" not in vars(model)
    assert model.training
    np.testing.assert_allclose(out, model([[1.0, 2.0]]).numpy())


def test_predict_gives_numbers_even_of_hidden_values() -> None:
    class Hidden(Module):
        def __init__(self) -> None:
            self._factor = Value(2.0)

        def forward(self, x: Any) -> Any:
            return self._factor * x

    assert Hidden().predict([1.0, 2.0]).dtype == np.float64
    assert type(Hidden().predict(3.0)) is np.float64


def test_predict_is_quiet_about_overflow() -> None:
    model = Linear(1, 1, init=constant(1e300))
    assert model.predict([[1e300], [-1e300]]).ravel().tolist() == [np.inf, -np.inf]
    assert np.isnan(model.predict([np.nan]))


def test_predict_in_many_threads() -> None:
    model = MLP(2, [8, 1], "tanh", seed=0)
    X = np.random.default_rng(0).normal(size=(50, 2))
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(model.predict, [X] * 20))
    for result in results:
        np.testing.assert_array_equal(result, results[0])


def test_with_parameters_leaves_the_model_alone() -> None:
    model = Own()
    state = {name: np.full(shape, 2.0) for name, shape in OWN.items()}
    twin = model.with_parameters(state)
    assert twin([1.0, 1.0]) == 2.0 * (2.0 + 2.0 + 2.0) + 2.0
    assert isinstance(twin.pairs, Pair)
    assert isinstance(twin.parts, OrderedDict)
    assert model.scale.data == 2.0
    assert model.values[1].data == 5.0


def test_zero_grad() -> None:
    model = Own()
    model([1.0, 2.0]).backward()
    assert model.scale.grad
    model.zero_grad()
    assert not any(x.grad for x in model.parameters())


def test_forward_has_to_be_defined() -> None:
    with pytest.raises(NotImplementedError, match=r"Own2 does not define forward\(self, x\)"):
        type("Own2", (Module,), {})()(1.0)
    with pytest.raises(NotImplementedError, match="does not define output_shape"):
        Own().output_shape((2,))
    with pytest.raises(AttributeError, match="'Own' object has no attribute 'depth'"):
        _ = Own().depth


# Descriptions.


def test_the_tree_as_text() -> None:
    assert repr(MLP(2, [3, 1], "tanh")).splitlines() == [
        "MLP(2, [3, 1], activation='tanh')",
        "  layers.0: Layer(2, 3, activation='tanh')",
        "  layers.1: Layer(3, 1, activation='identity')",
    ]
    assert repr(Own(3)).splitlines()[:2] == ["Own()", "  pairs.0: Linear(1, 1)"]


def test_a_config_is_the_arguments_kept_by_their_names() -> None:
    class Kept(Module):
        def __init__(self, width: int, rate: float = 0.5) -> None:
            self.width, self.rate = width, rate

    assert Kept(3).config() == {"width": 3, "rate": 0.5}
    assert repr(Kept(3)) == "Kept(3)"
    assert repr(Kept.from_config({"width": 2, "rate": 1.0})) == "Kept(2, rate=1.0)"


@pytest.mark.parametrize("kind", ["not kept", "a parameter", "any number"])
def test_a_config_that_cannot_be_told(kind: str) -> None:
    class NotKept(Module):
        def __init__(self, width: int) -> None:
            pass

    class Parameter(Module):
        def __init__(self, width: float) -> None:
            self.declare("width", (), constant(width))

    class AnyNumber(Module):
        def __init__(self, *width: int) -> None:
            self.width = width

    models: dict[str, Callable[[int], Module]] = {
        "not kept": NotKept,
        "a parameter": Parameter,
        "any number": AnyNumber,
    }
    model = models[kind](3)
    with pytest.raises(TypeError, match=r"keep the argument 'width' in self\.width, or define"):
        model.config()
    assert repr(model).startswith(type(model).__name__)
    assert all(isinstance(array, Declared) for _, array in model._arrays())


def test_a_forward_that_gives_a_list() -> None:
    """As micrograd's layers do: a list of the outputs."""

    class Two(Module):
        def __init__(self) -> None:
            self.w = Tensor([1.0, 2.0])

        def forward(self, x: Any) -> Any:
            return [w * np.sum(x) for w in self.w]

    assert Two().predict([1.0, 3.0]).tolist() == [4.0, 8.0]


# Many samples.


@pytest.mark.parametrize(
    ("model", "shape"),
    [
        (MLP(2, [64, 64, 1], seed=0), (40_001, 2)),
        (MLP(2, [64, 64, 3], "tanh", seed=0), (40_001, 2)),
        (Sequential(Linear(3, 200, seed=0), np.sin, nn.Neuron(200, seed=0)), (4, 3001, 3)),
        (
            Sequential(nn.Conv2d(1, 4, 3, seed=0), "relu", nn.MaxPool2d(2), nn.Flatten()),
            (1501, 1, 12, 12),
        ),
        (nn.Softmax(), (400_000, 3)),
        (nn.Tanh(), (1_200_000,)),
    ],
    ids=repr,
)
def test_many_samples_are_predicted_in_blocks(model: Module, shape: tuple[int, ...]) -> None:
    X = np.random.default_rng(0).normal(size=shape)
    cost = model.cost_of(shape[1:])
    assert cost is not None
    assert 1 <= model._rows(X) < len(X)
    found, whole = model.predict(X), model.predict(X, batch_size=len(X))
    assert found.shape == whole.shape
    # BLAS may add up the rows at the edges of a block in another order
    np.testing.assert_allclose(found, whole, rtol=1e-13, atol=1e-14)


def test_blocks_are_the_predictions_of_their_samples() -> None:
    model, X = MLP(2, [16, 3], seed=0), np.random.default_rng(0).normal(size=(100, 2))
    parts = [model.predict(X[k : k + 30]) for k in range(0, 100, 30)]
    np.testing.assert_array_equal(model.predict(X, batch_size=30), np.concatenate(parts))
    np.testing.assert_array_equal(model.predict(X, batch_size=1000), model.predict(X))
    assert model.predict(np.ones((0, 2)), batch_size=1).shape == (0, 3)
    with pytest.raises(ValueError, match="batch_size must be at least 1"):
        model.predict(X, batch_size=0)


def test_a_forward_of_ones_own_sees_all_samples_unless_told() -> None:
    class Centred(Module):
        def forward(self, x: Any) -> Any:
            return x - x.mean(axis=0)

    class Summed(Module):
        def forward(self, x: Any) -> Any:
            return x.sum(axis=0)

    X = np.random.default_rng(0).normal(size=(1_200_000, 1))
    np.testing.assert_array_equal(Centred().predict(X), X - X.mean(axis=0))
    inside = Sequential(Centred(), "tanh")
    np.testing.assert_array_equal(inside.predict(X), np.tanh(X - X.mean(axis=0)))
    assert Centred().predict([[1.0], [3.0]], batch_size=1).tolist() == [[0.0], [0.0]]
    with pytest.raises(ValueError, match="must keep the first axis"):
        Summed().predict(np.ones((4, 3)), batch_size=2)


def test_a_single_sample_is_no_batch() -> None:
    wide = 2**21
    x = np.ones(wide)
    assert Linear(wide, 1, init="zeros").predict(x).tolist() == [0.0]
    assert nn.Softmax().predict(x)[0] == pytest.approx(1 / wide)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no module resource")
def test_a_million_samples_take_little_memory() -> None:
    """The most that a process of its own ever had, with and without the prediction."""
    script = """
import resource, sys
import numpy as np
import nn
X = np.random.default_rng(0).normal(size=(10**6, 2))
model = nn.MLP(2, [64, 64, 1], seed=0)
model.predict(X[:10])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
assert model.predict(X).shape == (10**6,)
unit = 1 if sys.platform == "darwin" else 1024
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * unit)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 200e6
