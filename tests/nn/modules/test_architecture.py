"""Modules as text: what is described comes back the same, and what would not is refused."""

from __future__ import annotations

import json
import math
import sys
import tracemalloc
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Self

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
import nn
from autograd import Value
from nn.init import constant, normal, xavier
from nn.modules.architecture import DEEPEST, MOST, build, class_name, describe, parameter_shapes

# Modules as a user writes them.


class Scale(nn.Module):
    """Arguments are kept in attributes, so nothing else is needed."""

    def __init__(self, factor: float = 2.0, *, options: Any = None, seed: Any = None) -> None:
        self.factor = factor
        self.options = options
        self.gain = Value(1.0)

    def forward(self, x: Any) -> Any:
        return self.gain * self.factor * x


class Residual(nn.Module):
    def __init__(self, inner: nn.Module) -> None:
        self.inner = inner

    def forward(self, x: Any) -> Any:
        return x + self.inner(x)


class Tower(nn.Sequential):
    """A subclass with arguments of its own: those of the class above it do not tell them."""

    def __init__(self, width: int, depth: int = 2) -> None:
        self.width = width
        self.depth = depth
        super().__init__(*(nn.Layer(width, width, "tanh") for _ in range(depth)))


class Small(nn.MLP):
    def __init__(self) -> None:
        super().__init__(2, [3, 1])


class Own(nn.Module):
    """Both methods of its own."""

    def __init__(self, *widths: int) -> None:
        self.linears = [nn.Linear(a, b) for a, b in pairwise(widths)]

    def config(self) -> dict[str, Any]:
        return {"widths": [self.linears[0].nin, *(x.nout for x in self.linears)]}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        return cls(*config["widths"])


class Forgetful(nn.Module):
    def __init__(self, width: int) -> None:
        self.linear = nn.Linear(width, width)


class Doubling(nn.Module):
    """Keeps something else than it was given."""

    def __init__(self, width: int) -> None:
        self.width = 2 * width
        self.linear = nn.Linear(self.width, 1)


def shared() -> nn.Sequential:
    layer = nn.Linear(2, 2)
    return nn.Sequential(layer, "tanh", layer, Residual(layer))


MODELS = {
    "neuron": lambda: nn.Neuron(3, "tanh"),
    "perceptron": lambda: nn.Perceptron(2),
    "layer": lambda: nn.Layer(2, 3, nn.ELU(0.5), init=normal(0.01), bias_init=constant(0.1)),
    "without bias": lambda: nn.Linear(2, 3, bias=False),
    "mlp": lambda: nn.MLP(2, [16, 16, 1], "gelu", init=xavier("normal")),
    "activations": lambda: nn.MLP(2, [3, 1], ("tanh", nn.LeakyReLU(0.2))),
    "prelu": lambda: nn.MLP(2, [4, 1], nn.PReLU(4, 0.1)),
    "sequential": lambda: nn.Sequential(nn.Linear(2, 3), nn.Dropout(0.25), "relu", nn.MLP(3, [1])),
    "nothing": nn.Sequential,
    "images": lambda: nn.Sequential(
        nn.Conv2d(3, 4, (3, 5), stride=2, padding=(0, 1), bias=False),
        nn.MaxPool2d(2),
        nn.AvgPool2d((1, 2), stride=1),
        nn.Flatten(2),
    ),
    "normalized": lambda: nn.Sequential(
        nn.Standardize(2), nn.BatchNorm1d(2, momentum=0.2), nn.LayerNorm((3, 2), bias=False)
    ),
    "normalized images": lambda: nn.Sequential(
        nn.Conv2d(1, 2, 3, padding="same"), nn.BatchNorm2d(2, affine=False), nn.LayerNorm(4)
    ),
    "embedding": lambda: nn.Embedding(5, 2, init=normal(0.1)),
    "unlimited": lambda: nn.Hardtanh(-math.inf, 0.5),
    "shared": shared,
    "of the user": lambda: Scale(0.1, options=[(1, "a"), {1: None, "k": (True, -0.0)}]),
    "numbers of numpy": lambda: Scale(np.float64(0.1), options=[np.int64(3), np.bool_(True)]),
    "a module as argument": lambda: Residual(nn.MLP(2, [2, 2], nn.Hardtanh(-2, 2))),
    "a subclass": lambda: Tower(3, depth=3),
    "a subclass without arguments": Small,
    "config of one's own": lambda: Own(2, 3, 4),
    **nn.ACTIVATIONS,
}


@pytest.mark.parametrize("name", MODELS)
def test_round_trip(name: str) -> None:
    model = MODELS[name]()
    description = describe(model)
    twin = build(json.loads(json.dumps(description, allow_nan=False)))
    assert type(twin) is type(model)
    assert describe(twin) == description
    assert repr(twin) == repr(model).replace("np.float64(0.1)", "0.1").replace(
        "[np.int64(3), np.True_]", "[3, True]"
    )
    assert parameter_shapes(twin) == parameter_shapes(model)
    assert [path for path, _ in twin.named_modules()] == [p for p, _ in model.named_modules()]


def test_every_class_of_nn_is_tried() -> None:
    tried = {type(part) for make in MODELS.values() for part in make().modules()}
    classes = {x for x in vars(nn).values() if isinstance(x, type) and issubclass(x, nn.Module)}
    assert classes - tried == {nn.Module, nn.Function}


def test_what_it_looks_like() -> None:
    assert describe(nn.MLP(2, [16, 1], "tanh", init=normal(0.5))) == {
        "class": "MLP",
        "config": {
            "nin": 2,
            "nouts": [16, 1],
            "activation": "tanh",
            "init": {"init": {"name": "normal", "std": 0.5, "mean": 0.0}},
            "bias_init": "zeros",
        },
    }
    assert describe(Scale())["class"] == f"{__name__}.Scale"


def test_shared_modules_stay_shared() -> None:
    twin = build(describe(shared()))
    assert isinstance(twin, nn.Sequential)
    assert twin[0] is twin[2]
    assert twin[3].inner is twin[0]
    assert twin.num_parameters() == 6


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.tuples(inside, inside)
        | st.dictionaries(st.integers() | st.text() | st.tuples(st.text()), inside, max_size=3)
    ),
    max_leaves=10,
)


@given(values)
def test_any_value_comes_back(value: Any) -> None:
    twin = build(json.loads(json.dumps(describe(Scale(options=value)), allow_nan=False)))
    assert repr(twin.options) == repr(value)  # as text: nan, -0.0, True and 1 are told apart


# What cannot be told.


def halved(x: Any) -> Any:
    return x / 2


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (lambda: nn.MLP(2, [3, 1], halved), r"activation\.function.*no functions.*define a class"),
        (lambda: nn.Sequential(nn.Linear(1, 1), np.sign), r"modules\[1\]\.function of the model"),
        (lambda: nn.Linear(1, 1, init=lambda *_: np.ones((1, 1))), "for an init take one of nn"),
        (lambda: Forgetful(2), r"keep the argument 'width' in self\.width, or define config"),
        (lambda: Scale(options={"a": [1, {2}]}), r"options\['a'\]\[1\].*\{2\}.*None, numbers"),
        (lambda: Scale(options=np.zeros(3)), r"tolist\(\)"),
        (lambda: Scale(options=nn.MLP), "keep its name"),
        (lambda: Scale(options=b"x" * 1000), r"b'x{50,}…"),
        (lambda: Scale(options=Value(1.0)), "options of the model, Value"),
    ],
)
def test_what_cannot_be_written(model: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        describe(model())


def test_our_own_functions_are_written_by_name() -> None:
    assert describe(nn.Layer(1, 1, autograd.tanh))["config"]["activation"] == "tanh"


def test_only_modules() -> None:
    with pytest.raises(TypeError, match=r"a model is an nn\.Module, not 3"):
        describe(3)  # type: ignore[arg-type]


def changed_activation() -> nn.Module:
    model = nn.MLP(2, [3, 3, 1])
    model.layers[1].activation = nn.Tanh()
    return model


def one_layer_more() -> nn.Module:
    model = nn.MLP(2, [3, 1])
    model.layers.append(nn.Layer(1, 1))
    return model


def tied() -> nn.Module:
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    model[1].w = model[0].w
    return model


def two_of_a_name() -> nn.Module:
    model = nn.Module()
    model.parts = {1: Value(1.0), "1": Value(2.0)}
    return model


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (changed_activation, r"layers\.1\.activation is Tanh\(\), but .* it would be ReLU\(\)"),
        (one_layer_more, r"layers\.2.* but .*not there.*Was it changed.*nn\.Sequential"),
        (tied, r"1\.w is not there, but .* of shape \(2, 2\)"),
        (two_of_a_name, r"two arrays of parameters called parts\.1"),
        (lambda: Doubling(2), r"would be Linear\(8, 1\)"),
    ],
)
def test_a_model_that_would_come_back_changed_is_refused(model: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        describe(model())


def test_changes_that_come_back_are_kept() -> None:
    model = nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.5)).append("tanh")
    model[1].p = 0.25
    twin = build(describe(model))
    assert isinstance(twin, nn.Sequential)
    assert (len(twin), twin[1].p) == (3, 0.25)


def test_a_module_that_holds_itself() -> None:
    class Ouroboros(nn.Module):
        def config(self) -> dict[str, Any]:
            return {"tail": [self]}

    model = Ouroboros()
    with pytest.raises(ValueError, match="does a module hold itself"):
        describe(model)


def test_a_class_that_does_not_take_its_own_config() -> None:
    class Odd(nn.Linear):
        def __init__(self, width: int) -> None:
            self.width = width
            super().__init__(width, width)

        def config(self) -> dict[str, Any]:
            return {"size": self.width}

    with pytest.raises(ValueError, match=r"cannot make .*Odd\(size=2\): TypeError"):
        describe(Odd(2))


# What cannot be built.


@pytest.mark.parametrize(
    ("description", "message"),
    [
        (None, "the architecture is None, not a module"),
        ([1], r"is \[1\], not a module"),
        ({}, r"\{\} means nothing"),
        ({"class": "MLP"}, "means nothing"),
        ({"class": "MLP", "config": {}, "more": 1}, "means nothing"),
        ({"class": 3, "config": {}}, "3 is no text"),
        ({"class": "MLP", "config": []}, "its config no object"),
        (
            {"class": "MPL", "config": {}},
            r"nn has no class 'MPL' \(did you mean 'MLP'\?\); it has .*Linear, .*MLP",
        ),
        ({"class": "os.system", "config": {}}, r"class os\.system is not known.*import or define"),
        ({"class": "other.MLP", "config": {}}, r"there is MLP: .*into="),
        ({"class": "MLP", "config": {"nin": 2}}, r"cannot make MLP\(nin=2\): TypeError.*nouts"),
        ({"class": "MLP", "config": {"nin": -2, "nouts": [1]}}, "nin must be at least 1, not -2"),
        ({"class": "ELU", "config": {"alpha": 10**400}}, "cannot make ELU.*OverflowError"),
        ({"class": "ELU", "config": {"alpha": [[]]}}, "cannot make ELU"),
        ({"class": "Sequential", "config": {}}, "KeyError"),
        ({"class": "Sequential", "config": {"modules": [{"shared": 0}]}}, "means nothing"),
        ({"class": "Sequential", "config": {"modules": [{"shared": True}]}}, "means nothing"),
        ({"tuple": 3}, "means nothing"),
        ({"dict": [[1]]}, "means nothing"),
        ({"dict": [[[], 1]]}, "cannot be a key"),
        ({"float": "1"}, "means nothing"),
        ({"init": {"name": "nowhere"}}, "unknown scheme 'nowhere'"),
        ({"init": {"name": []}}, r"unknown scheme \[\]"),
        ({"init": {"name": "constant", "value": 10**400}}, "large"),
        ({"init": {"name": "constant", "value": "x"}}, "number"),
        ({"function": "tanh"}, "means nothing"),
    ],
)
def test_broken_descriptions(description: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build(description)


def test_nothing_is_imported() -> None:
    name = "this"  # a module of the standard library that prints when it is imported
    assert name not in sys.modules
    with pytest.raises(ValueError, match="not known"):
        build({"class": f"{name}.Module", "config": {}})
    assert name not in sys.modules


def test_the_class_defined_last_is_taken() -> None:
    def define(number: int) -> type[nn.Module]:
        class Again(nn.Module):
            which = number

        return Again

    first, second = define(1), define(2)
    assert class_name(first) == class_name(second)
    assert type(build(describe(first()))) is second


def nested(levels: int) -> dict[str, Any]:
    description: dict[str, Any] = {"class": "Tanh", "config": {}}
    for _ in range(levels):
        description = {"class": "Sequential", "config": {"modules": [description]}}
    return description


def test_deep_and_long_descriptions_end_soon() -> None:
    deepest = DEEPEST // 2
    assert len(build(nested(deepest)).modules()) == deepest + 1
    assert describe(build(nested(deepest))) == nested(deepest)
    for levels in (deepest + 1, 400):
        with pytest.raises(ValueError, match=f"more than {DEEPEST} deep"):
            build(nested(levels))
    with pytest.raises(ValueError, match="more than 20,000 values"):
        build({"class": "MLP", "config": {"nin": 1, "nouts": [1] * MOST}})
    with pytest.raises(ValueError, match="20,000 arguments"):
        describe(Scale(options=[1] * MOST))


def test_huge_sizes_take_no_memory() -> None:
    tracemalloc.start()
    model = build({"class": "MLP", "config": {"nin": 10**12, "nouts": [10**15, 1]}})
    assert parameter_shapes(model)["layers.0.w"] == (10**15, 10**12)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000
