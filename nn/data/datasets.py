"""Small data sets to try networks on, made from a seed.

Each function gives (X, y): X float64 of shape (n, d), one sample in each row, and y of shape (n,),
the classes 0, 1, ... as int64, or float64 for regression. Losses that want -1 and 1 take `2*y - 1`.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from autograd.rules.operand import as_number
from autograd.text.arguments import nonnegative, positive, whole
from autograd.text.memory import check_memory
from autograd.text.names import named
from autograd.text.words import counted
from nn.arguments import check_names
from nn.intake import Array, Seed, generator_of

Labels = NDArray[np.int64]


def make_moons(n: int = 100, noise: float = 0.1, seed: Seed = None) -> tuple[Array, Labels]:
    """Two half circles that reach into each other, in random order.

    Class 0 lies on (cos t, sin t), class 1 on (1 - cos t, 1/2 - sin t), t from 0 to π: the geometry
    of scikit-learn's make_moons.

    Args:
        n: samples, half of them (rounded down) of class 0.
        noise: standard deviation of the Gaussian noise that is added to both coordinates.
        seed: of the noise and the order.

    Raises:
        TypeError, ValueError: n is no whole number of at least 2, or noise no number of at least 0.

    >>> X, y = make_moons(100, noise=0.1, seed=0)
    >>> X.shape, np.bincount(y).tolist()
    ((100, 2), [50, 50])
    """
    n, noise = _count(n, "make_moons", 88, 2), nonnegative(noise, "noise of make_moons")
    outer, inner = (np.linspace(0.0, np.pi, size) for size in (n // 2, n - n // 2))
    arcs = [_polar(1.0, outer), [1.0, 0.5] - _polar(1.0, inner)]
    return _shuffled(arcs, noise, seed)


def make_circles(
    n: int = 100, noise: float = 0.05, factor: float = 0.5, seed: Seed = None
) -> tuple[Array, Labels]:
    """A circle (class 1) inside the unit circle (class 0), in random order.

    Args:
        n: samples, half of them (rounded down) of class 0.
        noise: standard deviation of the Gaussian noise that is added to both coordinates.
        factor: the inner radius, between 0 and 1.
        seed: of the noise and the order.

    Raises:
        TypeError, ValueError: n is no whole number of at least 2, noise no number of at least 0, or
            factor not between 0 and 1.

    >>> X, y = make_circles(100, noise=0.0, factor=0.5, seed=0)
    >>> np.hypot(*X[y == 1].T).round(9).max()
    np.float64(0.5)
    """
    n, noise = _count(n, "make_circles", 88, 2), nonnegative(noise, "noise of make_circles")
    if not 0 < as_number(factor, "factor of make_circles") < 1:
        raise ValueError(f"factor of make_circles must be between 0 and 1, not {factor}")
    outer, inner = (2 * np.pi * np.arange(size) / size for size in (n // 2, n - n // 2))
    return _shuffled([_polar(1.0, outer), _polar(factor, inner)], noise, seed)


def make_spirals(
    n: int = 100, noise: float = 0.02, turns: float = 1.0, classes: int = 2, seed: Seed = None
) -> tuple[Array, Labels]:
    """Spiral arms from the middle to the unit circle, one for each class, in random order.

    Arm c of k is (r cos φ, r sin φ) with φ = 2π (turns · r + c / k), r from near 0 to 1.

    Args:
        n: samples, shared evenly among the classes; the last ones have one more where needed.
        noise: standard deviation of the Gaussian noise that is added to both coordinates.
        turns: how often an arm goes around; the larger, the harder.
        classes: the number of arms.
        seed: of the noise and the order.

    Raises:
        TypeError, ValueError: classes is no whole number of at least 2, n none of at least classes,
            or noise or turns no number of at least 0.

    >>> X, y = make_spirals(90, classes=3, seed=0)
    >>> X.shape, np.bincount(y).tolist()
    ((90, 2), [30, 30, 30])
    """
    classes = whole(classes, "classes of make_spirals", 2)
    n, noise = _count(n, "make_spirals", 84, classes), nonnegative(noise, "noise of make_spirals")
    turns = nonnegative(turns, "turns of make_spirals")
    arms = []
    for c in range(classes):
        size = n * (c + 1) // classes - n * c // classes
        radius = np.arange(1, size + 1) / size
        arms.append(_polar(radius, 2 * np.pi * (turns * radius + c / classes)))
    return _shuffled(arms, noise, seed)


def make_xor(n: int = 4, noise: float = 0.0, seed: Seed = None) -> tuple[Array, Labels]:
    """The corners (0, 0), (0, 1), (1, 0), (1, 1) in turn, of the classes 0, 1, 1, 0.

    Args:
        n: samples; the corners are gone through again and again, in this order.
        noise: standard deviation of the Gaussian noise that is added to both coordinates.
        seed: of the noise.

    Raises:
        TypeError, ValueError: n is no whole number of at least 1, or noise no number of at least 0.

    >>> X, y = make_xor()
    >>> X.tolist(), y.tolist()
    ([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0])
    """
    n, noise = _count(n, "make_xor", 48), nonnegative(noise, "noise of make_xor")
    corner = np.arange(n) % 4
    X = np.stack([corner // 2, corner % 2], axis=1)
    return _noisy(X.astype(np.float64), noise, generator_of(seed)), X[:, 0] ^ X[:, 1]


def make_separable(
    n: int = 100, dimensions: int = 2, margin: float = 0.1, seed: Seed = None
) -> tuple[Array, Labels]:
    """Two classes on the two sides of the plane x₁ + ... + x_d = 0, no sample within the margin.

    With w = (1, ..., 1) / √d, class 1 has w·x ≥ margin and class 0 has w·x ≤ -margin. The samples
    are uniform in the cube [-1, 1]^d, then moved away from the plane by the margin.

    Args:
        n: samples, half of them (rounded down) of class 0, in random order.
        dimensions: d.
        margin: the distance from the plane, larger than 0.
        seed: of the samples and their order.

    Raises:
        TypeError, ValueError: n is no whole number of at least 2, dimensions none of at least 1, or
            margin no number larger than 0.

    >>> X, y = make_separable(100, dimensions=3, margin=0.2, seed=0)
    >>> bool(np.all((2 * y - 1) * X.sum(axis=1) / np.sqrt(3) >= 0.2 - 1e-12))
    True
    """
    dimensions = whole(dimensions, "dimensions of make_separable")
    n = _count(n, "make_separable", 18 + 24 * dimensions, 2)
    margin = positive(margin, "margin of make_separable")
    generator = generator_of(seed)
    X = generator.uniform(-1.0, 1.0, (n, dimensions))
    y = generator.permutation(np.arange(n) >= n // 2)
    side = np.where(y, 1.0, -1.0)[:, np.newaxis]
    wrong = side * X.sum(axis=1, keepdims=True) < 0
    X = np.where(wrong, -X, X) + margin * side / math.sqrt(dimensions)
    return X, y.astype(np.int64)


CURVES: Final[dict[str, Callable[[Array], Array]]] = {
    "sine": lambda x: np.sin(np.pi * x),
    "wave": lambda x: np.sin(3 * np.pi * x),
    "cubic": lambda x: 4 * x**3 - 3 * x,
    "abs": np.abs,
    "step": lambda x: np.where(x < 0, 0.0, 1.0),
}
"""The functions of `make_curve` on [-1, 1], by name; all stay within [-1, 1]."""


def make_curve(
    n: int = 100, noise: float = 0.1, kind: str = "sine", seed: Seed = None
) -> tuple[Array, Array]:
    """A curve for regression: x evenly over [-1, 1], in order, and y = f(x) + noise.

    Args:
        n: samples.
        noise: standard deviation of the Gaussian noise that is added to y.
        kind: "sine", sin πx; "wave", sin 3πx; "cubic", 4x³ - 3x; "abs", |x|; "step", 1 from 0 on.
        seed: of the noise.

    Raises:
        TypeError, ValueError: n is no whole number of at least 1, noise no number of at least 0, or
            kind is unknown.

    >>> X, y = make_curve(5, noise=0.0, kind="abs")
    >>> X.shape, y.tolist()
    ((5, 1), [1.0, 0.5, 0.0, 0.5, 1.0])
    """
    n, noise = _count(n, "make_curve", 24), nonnegative(noise, "noise of make_curve")
    curve = named(CURVES, kind, "kind of make_curve")
    x = np.linspace(-1.0, 1.0, n)
    return x[:, np.newaxis], _noisy(curve(x), noise, generator_of(seed))


_MAKERS = (make_moons, make_circles, make_spirals, make_xor, make_separable, make_curve)
DATASETS: Final[dict[str, Callable[..., tuple[Array, NDArray[Any]]]]] = {
    make.__name__.removeprefix("make_"): make for make in _MAKERS
}
"""The data sets by the names that the command line knows."""

SPELLINGS: Final = {f"make{name}": name for name in DATASETS} | {
    f"two{name}": name for name in ("moons", "circles", "spirals")
}
"""Other names of the data sets, `plain`."""


def dataset(name: str, **options: Any) -> tuple[Array, NDArray[Any]]:
    """Return a data set by its name: `dataset("moons", n=200)` is `make_moons(n=200)`.

    Raises:
        ValueError: there is no data set of this name, or it has no such option.

    >>> dataset("moon")
    Traceback (most recent call last):
    ValueError: unknown data set 'moon' (did you mean 'moons'?); there are moons, circles, ...
    """
    make = named(DATASETS, name, "data set", SPELLINGS)
    check_names(options, inspect.signature(make).parameters, f"the data set {name}")
    return make(**options)


def _count(n: int, maker: str, each: int, least: int = 1) -> int:
    """Return a number of samples, for each of which so many bytes are needed; measured."""
    n = whole(n, f"n of {maker}", least)
    check_memory(each * n, f"{maker} of {counted(n, 'sample')}", "take fewer samples")
    return n


def _polar(radius: float | Array, angle: Array) -> Array:
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def _shuffled(groups: list[Array], noise: float, seed: Seed) -> tuple[Array, Labels]:
    """Return the samples of all groups in random order with noise; the labels count the groups."""
    generator = generator_of(seed)
    X = np.concatenate(groups)
    y = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    order = generator.permutation(len(X))
    return _noisy(X[order], noise, generator), y[order]


def _noisy(x: Array, noise: float, generator: np.random.Generator) -> Array:
    return x + generator.normal(0.0, noise, x.shape) if noise else x
