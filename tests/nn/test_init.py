"""Schemes: their distributions by the moments of large draws, their names, seeds and storage."""

from __future__ import annotations

import dataclasses
import inspect
import json
import math
import pickle
import random
from typing import Any

import numpy as np
import pytest

from nn import activations, init
from nn.init import SCHEMES, default_scheme, fans, from_config, scheme, to_config

SHAPE, FAN_IN, FAN_OUT = (400, 500), 500, 400

# Each scheme with the mean and standard deviation that its formula says, and its largest number.
NORMAL = math.inf
DRAWS: list[tuple[Any, float, float, float]] = [
    (init.zeros(), 0.0, 0.0, 0.0),
    (init.constant(-0.25), -0.25, 0.0, 0.25),
    (init.normal(), 0.0, 1.0, NORMAL),
    (init.normal(std=0.1, mean=3.0), 3.0, 0.1, NORMAL),
    (init.uniform(), 0.0, 1 / math.sqrt(3), 1.0),
    (init.uniform(2.0, 5.0), 3.5, 3 / math.sqrt(12), 5.0),
    (init.xavier(), 0.0, math.sqrt(2 / 900), math.sqrt(6 / 900)),
    (init.xavier("normal"), 0.0, math.sqrt(2 / 900), NORMAL),
    (init.glorot(gain=5 / 3), 0.0, 5 / 3 * math.sqrt(2 / 900), 5 / 3 * math.sqrt(6 / 900)),
    (init.he(), 0.0, math.sqrt(2 / 500), math.sqrt(6 / 500)),
    (init.kaiming("normal"), 0.0, math.sqrt(2 / 500), NORMAL),
    (init.he("uniform", gain=1.0), 0.0, math.sqrt(1 / 500), math.sqrt(3 / 500)),
    (init.lecun(), 0.0, math.sqrt(1 / 500), NORMAL),
    (init.lecun("uniform"), 0.0, math.sqrt(1 / 500), math.sqrt(3 / 500)),
]

by_draw = pytest.mark.parametrize(
    ("made", "mean", "std", "largest"), DRAWS, ids=[repr(draw[0]) for draw in DRAWS]
)
by_scheme = pytest.mark.parametrize("made", [draw[0] for draw in DRAWS], ids=repr)
by_name = pytest.mark.parametrize("name", SCHEMES)


def draw(made: Any, seed: Any = 0, shape: tuple[int, ...] = SHAPE) -> np.ndarray:
    array = made(shape, FAN_IN, FAN_OUT, seed)
    assert isinstance(array, np.ndarray)
    return array


# What is drawn.


@by_draw
def test_moments(made: Any, mean: float, std: float, largest: float) -> None:
    """Of 200,000 numbers, within five standard errors."""
    x = draw(made)
    assert x.dtype == np.float64
    assert x.shape == SHAPE
    n = x.size
    assert abs(x.mean() - mean) <= 5 * std / math.sqrt(n)
    assert abs(x.std() - std) <= 5 * std / math.sqrt(2 * n) + 1e-15
    assert abs(x).max() <= largest
    if std > 0.0 and math.isfinite(largest):
        assert abs(x).max() > 0.999 * largest
    if largest == NORMAL:
        kurtosis = ((x - x.mean()) ** 4).mean() / x.var() ** 2
        assert abs(kurtosis - 3.0) < 5 * math.sqrt(24 / n)


@by_scheme
def test_a_seed_is_reproducible(made: Any) -> None:
    np.testing.assert_array_equal(draw(made, 7), draw(made, np.random.default_rng(7)))
    np.testing.assert_array_equal(draw(made, 7), draw(made, 7))
    if draw(made).std() > 0.0:
        assert (draw(made, 7) != draw(made, 8)).any()
        generator = np.random.default_rng(7)
        assert (draw(made, generator) != draw(made, generator)).any()


@by_scheme
def test_no_global_random_state_is_touched(made: Any) -> None:
    numpys, pythons = np.random.get_state(), random.getstate()
    draw(made, 3)
    draw(made, None)
    after = np.random.get_state()
    assert all(np.array_equal(a, b) for a, b in zip(numpys, after, strict=True))
    assert random.getstate() == pythons


@by_scheme
@pytest.mark.parametrize("shape", [(), (3,), (0, 2), (2, 3, 4, 5)], ids=str)
def test_shapes(made: Any, shape: tuple[int, ...]) -> None:
    assert draw(made, 0, shape).shape == shape


def test_layers_keep_the_size_of_their_signals() -> None:
    """What the schemes are for: five layers deep, neither vanishing nor exploding (homework Q4)."""
    for made, f, low, high in [
        (init.he(), activations.relu, 0.5, 1.5),
        (init.xavier(), activations.tanh, 0.2, 1.0),
        (init.lecun(), activations.selu, 0.9, 1.1),
    ]:
        generator = np.random.default_rng(11)
        x = generator.normal(size=(1000, 100))
        for _ in range(5):
            x = f(x @ made((100, 100), 100, 100, generator).T)
        assert low < math.sqrt((x**2).mean()) < high, made
    x = np.random.default_rng(11).normal(size=(1000, 100))
    for _ in range(5):
        x = np.tanh(x @ init.normal(0.01)((100, 100), 100, 100, 1).T)
    assert abs(x).max() < 1e-3


# fans.


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((10, 4), (4, 10)),
        ((1, 1), (1, 1)),
        ((96, 3, 11, 11), (363, 11616)),  # as torch.nn.init._calculate_fan_in_and_fan_out
        ((256, 96, 5, 5), (2400, 6400)),
        ([6, 5, 3], (15, 18)),
    ],
    ids=str,
)
def test_fans(shape: Any, expected: tuple[int, int]) -> None:
    assert fans(shape) == expected


@pytest.mark.parametrize("shape", [(), (5,)], ids=str)
def test_fans_need_two_axes(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"\(out, in\).*write \(1, n\)"):
        fans(shape)


# Names.


@by_name
def test_names(name: str) -> None:
    made = SCHEMES[name]
    assert scheme(name) is made
    assert scheme(made) is made
    kind, _, distribution = name.partition("_")
    expected = (
        init.constant(1.0) if name == "ones" else getattr(init, kind)(*filter(None, [distribution]))
    )
    assert made == expected


def test_repr_is_the_call() -> None:
    for made, *_ in DRAWS:
        assert eval(repr(made), vars(init)) == made
    assert repr(init.glorot()) == "xavier(distribution='uniform', gain=1.0)"


def test_a_function_of_ones_own() -> None:
    def ones(shape: Any, fan_in: int, fan_out: int, generator: Any) -> np.ndarray:
        return np.ones(shape)

    assert scheme(ones) is ones
    with pytest.raises(TypeError, match="cannot be stored: only the schemes zeros, constant"):
        to_config(ones)


def test_unknown_names() -> None:
    with pytest.raises(
        ValueError,
        match=r"unknown scheme 'Xavie' \(did you mean 'xavier'\?\); .*zeros, normal.*lecun",
    ):
        scheme("Xavie")
    with pytest.raises(ValueError, match=r"write constant\(number\)"):
        scheme("constant")
    for wrong in (0.5, None, [1.0]):
        with pytest.raises(TypeError, match=r"names zeros.*write constant\(number\)"):
            scheme(wrong)
    with pytest.raises(TypeError, match=r"he is a class, not a scheme: write he\(...\)"):
        scheme(init.kaiming)


@pytest.mark.parametrize(
    ("activation", "kind"),
    [
        *[(name, "he") for name in ("relu", "leaky_relu", "prelu", "elu", "gelu", "silu")],
        *[(name, "he") for name in ("swish", "softplus")],
        *[(name, "xavier") for name in ("tanh", "sigmoid", "identity", "hardtanh", "function")],
        ("selu", "lecun"),
    ],
)
def test_default_schemes(activation: str, kind: str) -> None:
    assert default_scheme(activation) == SCHEMES[kind]


@pytest.mark.parametrize("name", init.__all__)
def test_schemes_are_documented(name: str) -> None:
    if name not in ("SCHEMES",):
        assert ">>>" in inspect.getdoc(getattr(init, name))


# Storage.


@by_scheme
def test_through_json(made: Any) -> None:
    config = json.loads(json.dumps(to_config(made)))
    assert from_config(config) == made
    assert to_config(from_config(config)) == config
    assert pickle.loads(pickle.dumps(made)) == made
    np.testing.assert_array_equal(draw(from_config(config), 5), draw(made, 5))


def test_numbers_of_numpy_are_stored_as_pythons() -> None:
    made = init.normal(std=np.float32(0.5), mean=np.int64(2))
    assert json.dumps(to_config(made)) == '{"name": "normal", "std": 0.5, "mean": 2.0}'


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"name": "magic"}, "unknown scheme 'magic'; .*zeros, constant"),
        ({}, "unknown scheme None"),
        ({"name": ["he"]}, "unknown scheme"),
        ({"name": "he", "slope": 1.0}, "he has no setting 'slope'; it takes distribution, gain"),
        ({"name": "zeros", "value": 1.0}, "zeros has no setting 'value'; it takes none"),
        ({"name": "constant"}, "constant needs the setting 'value'"),
        ({"name": "he", "gain": -1.0}, "gain of he must be positive"),
    ],
    ids=str,
)
def test_what_was_not_stored_here(config: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        from_config(config)


def test_from_config_leaves_its_argument_alone() -> None:
    config = to_config(init.he())
    from_config(config)
    assert config == {"name": "he", "distribution": "uniform", "gain": math.sqrt(2.0)}


# What is refused.


@pytest.mark.parametrize("kind", [init.xavier, init.he, init.lecun])
def test_settings_of_those_that_scale(kind: Any) -> None:
    with pytest.raises(
        ValueError, match=r"unknown distribution of .*'gauss'; there are uniform, normal"
    ):
        kind("gauss")
    for gain in (0.0, -1.0, math.nan, math.inf):
        with pytest.raises(ValueError, match=r"gain .* must be positive and finite"):
            kind(gain=gain)
    for gain in ("2", None, True):
        with pytest.raises(TypeError, match=r"gain .* is a number"):
            kind(gain=gain)
    with pytest.raises(ValueError, match="fan_in must be at least 1, not 0"):
        kind()((0, 0), 0, 4, 0)


@pytest.mark.parametrize(
    ("made", "kind", "message"),
    [
        (lambda: init.constant(math.nan), ValueError, "value of constant must be finite, not nan"),
        (lambda: init.constant("1"), TypeError, "value of constant is a number, not '1'"),
        (lambda: init.normal(-1.0), ValueError, "std of 0 or more, not -1.0"),
        (lambda: init.normal(1.0, math.inf), ValueError, "mean of normal must be finite"),
        (lambda: init.uniform(1.0, -1.0), ValueError, "low <= high, not 1.0 and -1.0"),
        (lambda: init.uniform(None), TypeError, "low of uniform is a number"),
    ],
)
def test_settings_of_the_others(made: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        made()


def test_schemes_do_not_change() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        init.he().gain = 1.0  # type: ignore[misc]
    assert len({init.he(), init.kaiming(), SCHEMES["he"]}) == 1
