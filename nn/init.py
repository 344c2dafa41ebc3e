"""How the numbers of a layer's parameters are drawn at first.

A scheme is called as scheme(shape, fan_in, fan_out, generator) and returns a float64 array. Its
numbers come from the generator alone: no global random state is read or changed.

The schemes are written as they print, in lower case: `xavier(distribution='normal', gain=1.0)`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

import numpy as np

from autograd.text.names import named, unknown
from nn.arguments import check_names, function_named
from nn.intake import Array, Seed

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

# The schemes.


@dataclass(frozen=True)
class zeros:
    """All 0: for biases. Weights that start at 0 stay equal to each other.

    >>> zeros()((2,), 1, 2, None)
    array([0., 0.])
    """

    def __call__(self, shape: tuple[int, ...], fan_in: int, fan_out: int, generator: Seed) -> Array:
        """Draw the numbers of an array."""
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
        _keep_numbers(self, "value")

    def __call__(self, shape: tuple[int, ...], fan_in: int, fan_out: int, generator: Seed) -> Array:
        """Draw the numbers of an array."""
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
        _keep_numbers(self, "std", "mean")
        if self.std < 0.0:
            raise ValueError(f"normal takes a std of 0 or more, not {self.std!r}")

    def __call__(self, shape: tuple[int, ...], fan_in: int, fan_out: int, generator: Seed) -> Array:
        """Draw the numbers of an array."""
        return np.random.default_rng(generator).normal(self.mean, self.std, shape)


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
        _keep_numbers(self, "low", "high")
        if self.low > self.high:
            raise ValueError(f"uniform takes low <= high, not {self.low!r} and {self.high!r}")

    def __call__(self, shape: tuple[int, ...], fan_in: int, fan_out: int, generator: Seed) -> Array:
        """Draw the numbers of an array."""
        return np.random.default_rng(generator).uniform(self.low, self.high, shape)


@dataclass(frozen=True)
class _Scaled:
    """Numbers of mean 0 and variance gain² / inputs, whatever a scheme takes for the inputs."""

    distribution: str = "uniform"
    gain: float = 1.0

    def __post_init__(self) -> None:
        name = type(self).__name__
        if self.distribution not in DISTRIBUTIONS:
            raise unknown(DISTRIBUTIONS, self.distribution, f"distribution of {name}")
        _keep_numbers(self, "gain", wanted="positive and finite")

    def __call__(self, shape: tuple[int, ...], fan_in: int, fan_out: int, generator: Seed) -> Array:
        """Draw the numbers of an array."""
        std = self.gain / math.sqrt(self._inputs(fan_in, fan_out))
        if self.distribution == "normal":
            return np.random.default_rng(generator).normal(0.0, std, shape)
        bound = math.sqrt(3.0) * std  # the variance of a uniform distribution is bound² / 3
        return np.random.default_rng(generator).uniform(-bound, bound, shape)

    def _inputs(self, fan_in: int, fan_out: int) -> float:
        return _at_least_one("fan_in", fan_in)


@dataclass(frozen=True)
class xavier(_Scaled):
    """Variance gain² · 2 / (fan_in + fan_out): signals and gradients keep their size.

    For tanh and sigmoid; Glorot & Bengio 2010, "Understanding the difficulty of training deep
    feedforward neural networks". `glorot` is another name.

    Args:
        distribution: "uniform" or "normal".
        gain: a factor on the standard deviation.

    Raises:
        ValueError: the distribution is unknown, or the gain is not a positive number.

    >>> xavier()((2, 3), 3, 2, 0).shape
    (2, 3)
    """

    def _inputs(self, fan_in: int, fan_out: int) -> float:
        return 0.5 * (_at_least_one("fan_in", fan_in) + _at_least_one("fan_out", fan_out))


@dataclass(frozen=True)
class he(_Scaled):
    """Variance gain² / fan_in, gain² being 2 as relu lets half of the signal through.

    He et al. 2015, "Delving deep into rectifiers" (arXiv:1502.01852). `kaiming` is another name.

    Args:
        distribution: "uniform" or "normal".
        gain: a factor on the standard deviation.

    Raises:
        ValueError: the distribution is unknown, or the gain is not a positive number.

    >>> he("normal")((2, 3), 3, 2, 0).shape
    (2, 3)
    """

    gain: float = math.sqrt(2.0)


@dataclass(frozen=True)
class lecun(_Scaled):
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


def _keep_numbers(scheme: Any, *names: str, wanted: str = "finite") -> None:
    """Check settings that are finite numbers, and keep them as floats: NumPy's are not JSON's."""
    for name in names:
        value = getattr(scheme, name)
        place = f"{name} of {type(scheme).__name__}"
        if isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
            raise TypeError(f"{place} is a number, not {value!r}")
        if not math.isfinite(value) or (value <= 0.0 and wanted != "finite"):
            raise ValueError(f"{place} must be {wanted}, not {value!r}")
        object.__setattr__(scheme, name, float(value))


def _at_least_one(name: str, number: int) -> int:
    if number < 1:
        raise ValueError(f"{name} must be at least 1, not {number!r}: a layer without any?")
    return number


glorot = xavier
kaiming = he

KINDS: dict[str, type[Any]] = {
    kind.__name__: kind for kind in (zeros, constant, normal, uniform, xavier, he, lecun)
}
"""The schemes that can be saved, by name."""

SCHEMES: dict[str, Scheme] = {
    name: kind()
    for name, kind in {**KINDS, "glorot": glorot, "kaiming": kaiming}.items()
    if name != "constant"
}
SCHEMES |= {
    f"{kind.__name__}_{distribution}": kind(distribution)
    for kind in (xavier, he, lecun)
    for distribution in DISTRIBUTIONS
}
SCHEMES["ones"] = constant(1.0)
"""Every scheme that needs no setting, by name."""

SPELLINGS: Final = {
    **{f"glorot{x}": f"xavier_{x}" for x in DISTRIBUTIONS},
    **{f"kaiming{x}": f"he_{x}" for x in DISTRIBUTIONS},
    "zero": "zeros",
}
"""The names of the same schemes elsewhere, `plain`. Keras' normal ones are cut off at 2 std."""

RELU_LIKE = {"elu", "gelu", "leaky_relu", "prelu", "relu", "silu", "softplus", "swish"}
"""Activations that are near 0 on one side, for which He's scheme is meant."""


def scheme(name_or_scheme: Any) -> Scheme:
    """Return the scheme of a name, in any case and in PyTorch's and Keras' spelling too.

    A scheme, or a function that is called like one, is returned as it is.

    Raises:
        ValueError: there is no scheme of this name.
        TypeError: it is neither a name nor a scheme.

    >>> scheme("xavier")
    xavier(distribution='uniform', gain=1.0)
    >>> scheme("Glorot_Normal") == scheme("xavier_normal_") == xavier("normal")
    True
    """
    if name_or_scheme == "constant":
        raise ValueError("the scheme 'constant' needs its number: write constant(number)")
    if isinstance(name_or_scheme, type):
        name = name_or_scheme.__name__
        raise TypeError(f"{name} is a class, not a scheme: write {name}(...)")
    takes = "(shape, fan_in, fan_out, generator), for one number write constant(number)"
    return function_named(SCHEMES, name_or_scheme, "scheme", takes, SPELLINGS)


def default_scheme(activation: str) -> Scheme:
    """Return what suits an activation: He's scheme for relu and its like, LeCun's for selu,
    Xavier's for others.

    >>> default_scheme("relu").__class__.__name__, default_scheme("tanh").__class__.__name__
    ('he', 'xavier')
    """
    if activation in RELU_LIKE:
        return he()
    return lecun() if activation == "selu" else xavier()


def fans(shape: Sequence[int]) -> tuple[int, int]:
    """Count the inputs of each output of a layer, and the outputs of each input: (in, out).

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
    """Return a scheme as a dict for JSON: its name and its settings.

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
    """Return the scheme that `to_config` has described.

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
    """Return the name of a scheme that its name alone gives, else the scheme.

    >>> short(zeros()), short(normal(std=0.01))
    ('zeros', normal(std=0.01, mean=0.0))
    """
    return next((name for name, known in SCHEMES.items() if known == chosen), chosen)
