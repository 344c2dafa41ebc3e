"""How the numbers of a layer's parameters are drawn at first.

A scheme is called as scheme(shape, fan_in, fan_out, generator) and returns a float64 array. Its
numbers come from the generator alone: no global random state is read or changed.

The schemes are written as they print, in lower case: `xavier(distribution='normal', gain=1.0)`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn.arguments import check_names, named

Array = NDArray[np.float64]
Seed = int | np.random.Generator | None
Scheme = Callable[[tuple[int, ...], int, int, Any], Array]

__all__ = [
    "SCHEMES",
    "constant",
    "default_scheme",
    "fans",
    "from_config",
    "glorot",
    "he",
    "kaiming",
    "lecun",
    "normal",
    "scheme",
    "to_config",
    "uniform",
    "xavier",
    "zeros",
]

DISTRIBUTIONS = ("uniform", "normal")

# What the schemes share.


def _check_finite(scheme: Any) -> None:
    for name, value in asdict(scheme).items():
        if isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
            raise TypeError(f"{name} of {type(scheme).__name__} is a number, not {value!r}")
        if not math.isfinite(value):
            raise ValueError(f"{name} of {type(scheme).__name__} must be finite, not {value!r}")
        object.__setattr__(scheme, name, float(value))  # NumPy's numbers are not JSON's


def _check_spread(scheme: Any, distribution: str, gain: float) -> None:
    name = type(scheme).__name__
    if distribution not in DISTRIBUTIONS:
        known = " or ".join(map(repr, DISTRIBUTIONS))
        raise ValueError(f"the distribution of {name} is {known}, not {distribution!r}")
    if isinstance(gain, bool) or not isinstance(gain, (int, float, np.number)):
        raise TypeError(f"the gain of {name} is a number, not {gain!r}")
    if not (gain > 0.0 and math.isfinite(gain)):
        raise ValueError(f"the gain of {name} must be positive and finite, not {gain!r}")
    object.__setattr__(scheme, "gain", float(gain))


def _fan(name: str, number: int) -> int:
    if number < 1:
        raise ValueError(f"{name} must be at least 1, not {number!r}: a layer without any?")
    return number


def _spread(shape: tuple[int, ...], distribution: str, std: float, generator: Seed) -> Array:
    """Numbers of mean 0 and this standard deviation."""
    if distribution == "normal":
        return _normal(shape, 0.0, std, generator)
    bound = math.sqrt(3.0) * std  # the variance of a uniform distribution is bound² / 3
    return np.random.default_rng(generator).uniform(-bound, bound, shape)


def _normal(shape: tuple[int, ...], mean: float, std: float, generator: Seed) -> Array:
    return np.random.default_rng(generator).normal(mean, std, shape)


# The schemes.


@dataclass(frozen=True)
class zeros:
    """All 0: for biases. Weights that start at 0 stay equal to each other.

    >>> zeros()((2,), 1, 2, None)
    array([0., 0.])
    """

    def __call__(self, shape: tuple[int, ...], fan_in: int, fan_out: int, generator: Seed) -> Array:
        """See the module."""
        return np.zeros(shape)


@dataclass(frozen=True)
class constant:
    """All the same number.

    Raises:
        ValueError: it is nan or infinite.

    >>> constant(0.25)((2,), 1, 2, None)
    array([0.25, 0.25])
    """

    value: float

    def __post_init__(self) -> None:
        _check_finite(self)

    def __call__(self, shape: tuple[int, ...], fan_in: int, fan_out: int, generator: Seed) -> Array:
        """See the module."""
        return np.full(shape, self.value, dtype=np.float64)


@dataclass(frozen=True)
class normal:
    """Normally distributed, with this standard deviation (not the variance) and mean.

    Raises:
        ValueError: a number is nan or infinite, or std is negative.

    >>> normal(std=0.0, mean=3.0)((2,), 1, 2, 0)
    array([3., 3.])
    """

    std: float = 1.0
    mean: float = 0.0

    def __post_init__(self) -> None:
        _check_finite(self)
        if self.std < 0.0:
            raise ValueError(f"normal takes a std of 0 or more, not {self.std!r}")

    def __call__(self, shape: tuple[int, ...], fan_in: int, fan_out: int, generator: Seed) -> Array:
        """See the module."""
        return _normal(shape, self.mean, self.std, generator)


@dataclass(frozen=True)
class uniform:
    """Spread evenly over [low, high): by default over [-1, 1), as micrograd does.

    Raises:
        ValueError: a number is nan or infinite, or low is above high.

    >>> uniform(0.5, 0.5)((2,), 1, 2, 0)
    array([0.5, 0.5])
    """

    low: float = -1.0
    high: float = 1.0

    def __post_init__(self) -> None:
        _check_finite(self)
        if self.low > self.high:
            raise ValueError(f"uniform takes low <= high, not {self.low!r} and {self.high!r}")

    def __call__(self, shape: tuple[int, ...], fan_in: int, fan_out: int, generator: Seed) -> Array:
        """See the module."""
        return np.random.default_rng(generator).uniform(self.low, self.high, shape)


@dataclass(frozen=True)
class xavier:
    """Variance gain² · 2 / (fan_in + fan_out): signals and gradients keep their size.

    For tanh and sigmoid; Glorot & Bengio 2010, "Understanding the difficulty of training deep
    feedforward neural networks". `glorot` is the same.

    Args:
        distribution: "uniform" or "normal".
        gain: a factor on the standard deviation.

    Raises:
        ValueError: the distribution is unknown, or the gain is not a positive number.

    >>> xavier()((2, 3), 3, 2, 0).shape
    (2, 3)
    """

    distribution: str = "uniform"
    gain: float = 1.0

    def __post_init__(self) -> None:
        _check_spread(self, self.distribution, self.gain)

    def __call__(self, shape: tuple[int, ...], fan_in: int, fan_out: int, generator: Seed) -> Array:
        """See the module."""
        inputs = 0.5 * (_fan("fan_in", fan_in) + _fan("fan_out", fan_out))
        return _spread(shape, self.distribution, self.gain / math.sqrt(inputs), generator)


@dataclass(frozen=True)
class he:
    """Variance gain² / fan_in, gain² being 2 as relu lets half of the signal through.

    He et al. 2015, "Delving deep into rectifiers" (arXiv:1502.01852). `kaiming` is the same.

    Args:
        distribution: "uniform" or "normal".
        gain: a factor on the standard deviation.

    Raises:
        ValueError: the distribution is unknown, or the gain is not a positive number.

    >>> he("normal")((2, 3), 3, 2, 0).shape
    (2, 3)
    """

    distribution: str = "uniform"
    gain: float = math.sqrt(2.0)

    def __post_init__(self) -> None:
        _check_spread(self, self.distribution, self.gain)

    def __call__(self, shape: tuple[int, ...], fan_in: int, fan_out: int, generator: Seed) -> Array:
        """See the module."""
        std = self.gain / math.sqrt(_fan("fan_in", fan_in))
        return _spread(shape, self.distribution, std, generator)


@dataclass(frozen=True)
class lecun:
    """Variance gain² / fan_in, with gain 1: what selu keeps at mean 0 and variance 1.

    LeCun et al. 1998, "Efficient backprop"; Klambauer et al. 2017 (arXiv:1706.02515).

    Args:
        distribution: "uniform" or "normal".
        gain: a factor on the standard deviation.

    Raises:
        ValueError: the distribution is unknown, or the gain is not a positive number.

    >>> lecun()((2, 3), 3, 2, 0).shape
    (2, 3)
    """

    distribution: str = "normal"
    gain: float = 1.0

    def __post_init__(self) -> None:
        _check_spread(self, self.distribution, self.gain)

    def __call__(self, shape: tuple[int, ...], fan_in: int, fan_out: int, generator: Seed) -> Array:
        """See the module."""
        std = self.gain / math.sqrt(_fan("fan_in", fan_in))
        return _spread(shape, self.distribution, std, generator)


glorot = xavier
kaiming = he

KINDS: dict[str, type[Any]] = {
    kind.__name__: kind for kind in (zeros, constant, normal, uniform, xavier, he, lecun)
}
"""The schemes that can be saved, by name."""

SCHEMES: dict[str, Scheme] = {
    "zeros": zeros(),
    "normal": normal(),
    "uniform": uniform(),
    "xavier": xavier(),
    "glorot": glorot(),
    "he": he(),
    "kaiming": kaiming(),
    "lecun": lecun(),
}
"""Every scheme that needs no setting, by name."""

RELU_LIKE = {"elu", "gelu", "leaky_relu", "prelu", "relu", "silu", "softplus", "swish"}
"""Activations that are near 0 on one side, for which He's scheme is meant."""


def scheme(name_or_scheme: Any) -> Scheme:
    """The scheme of a name; a scheme, or a function that is called like one, as it is.

    Raises:
        ValueError: there is no scheme of this name.
        TypeError: it is neither a name nor a scheme.

    >>> scheme("xavier")
    xavier(distribution='uniform', gain=1.0)
    """
    if isinstance(name_or_scheme, str):
        if name_or_scheme == "constant":
            raise ValueError("the scheme 'constant' needs its number: write constant(number)")
        return named(SCHEMES, name_or_scheme, "scheme")
    if isinstance(name_or_scheme, type):
        name = name_or_scheme.__name__
        raise TypeError(f"{name} is a class, not a scheme: write {name}(...)")
    if not callable(name_or_scheme):
        raise TypeError(
            f"a scheme is one of the names {', '.join(SCHEMES)}, or a function of (shape, fan_in, "
            f"fan_out, generator), not {name_or_scheme!r}: for one number write constant(number)"
        )
    found: Scheme = name_or_scheme
    return found


def default_scheme(activation: str) -> Scheme:
    """The scheme that suits an activation: He's for relu and its like, LeCun's for selu, else
    Xavier's.

    >>> default_scheme("relu").__class__.__name__, default_scheme("tanh").__class__.__name__
    ('he', 'xavier')
    """
    if activation in RELU_LIKE:
        return he()
    return lecun() if activation == "selu" else xavier()


def fans(shape: Sequence[int]) -> tuple[int, int]:
    """How many inputs an output of a layer has, and how many outputs an input, as (in, out).

    Args:
        shape: of the weights: (out, in), or (out, in, height, width) of a convolution.

    Raises:
        ValueError: the shape has less than two axes.

    >>> fans((10, 4)), fans((96, 3, 11, 11))
    ((4, 10), (363, 11616))
    """
    if len(shape) < 2:
        raise ValueError(
            f"fans() takes the shape of weights, (out, in) or (out, in, height, width), not "
            f"{tuple(shape)}: for the n weights of one neuron write (1, n)"
        )
    field = math.prod(shape[2:])
    return shape[1] * field, shape[0] * field


def to_config(scheme: Any) -> dict[str, Any]:
    """A scheme as a dict for JSON: its name and its settings.

    Raises:
        TypeError: it is a function of your own, which has no name to be found by.

    >>> to_config(constant(0.25))
    {'name': 'constant', 'value': 0.25}
    """
    name = type(scheme).__name__
    if KINDS.get(name) is not type(scheme):
        raise TypeError(
            f"{scheme!r} cannot be stored: only the schemes {', '.join(KINDS)} of nn.init can"
        )
    return {"name": name, **asdict(scheme)}


def from_config(config: dict[str, Any]) -> Scheme:
    """The scheme that `to_config` has described.

    Raises:
        ValueError: the name or a setting is unknown, or is missing.

    >>> from_config({"name": "constant", "value": 0.25})
    constant(value=0.25)
    """
    settings = dict(config)
    name = settings.pop("name", None)
    kind = named(KINDS, name, "scheme")
    check_names(settings, [field.name for field in fields(kind)], f"the scheme {name}")
    if name == "constant" and "value" not in settings:
        raise ValueError("the scheme constant needs the setting 'value'")
    made: Scheme = kind(**settings)
    return made


def short(chosen: Scheme | None) -> Scheme | str | None:
    """The name of a scheme that its name alone gives, else the scheme.

    >>> short(zeros()), short(normal(std=0.01))
    ('zeros', normal(std=0.01, mean=0.0))
    """
    return next((name for name, known in SCHEMES.items() if known == chosen), chosen)
