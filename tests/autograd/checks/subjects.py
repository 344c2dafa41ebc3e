"""Functions, arguments and failures that the tests of the checks share."""

from collections import namedtuple
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd.checks import GradientCheckError, check_grads
from autograd.transforms import tree as structure

Function = Callable[..., Any]

Pair = namedtuple("Pair", "a b")


def quadratic(tree: Any) -> Any:
    """A function of a nested structure, with all its derivatives different."""
    x, (y, rest) = tree["x"], tree["pair"]
    return np.sum(x * x * np.array([[1.0, 2.0], [3.0, 4.0]])) + y * rest[0] + rest[1][0] * 7.0


def structured() -> dict[str, Any]:
    return {"x": np.array([[1.0, 2.0], [3.0, 4.0]]), "pair": (5.0, [6.0, np.array([7.0])])}


def assert_quadratic(gradient: Any) -> None:
    assert list(gradient) == ["x", "pair"]
    np.testing.assert_allclose(gradient["x"], [[2.0, 8.0], [18.0, 32.0]], rtol=1e-8)
    y, rest = gradient["pair"]
    assert type(gradient["pair"]) is tuple
    assert type(rest) is list
    assert type(y) is float
    assert (y, rest[0]) == (pytest.approx(6.0), pytest.approx(5.0))
    np.testing.assert_allclose(rest[1], [7.0], rtol=1e-8)


def read_only() -> np.ndarray[Any, Any]:
    x = np.ones(2)
    x.flags.writeable = False
    return x


def total(*trees: Any) -> Any:
    return sum(np.sum(x) for x in structure.flatten(trees))


def failure(f: Function, *args: Any, **options: Any) -> GradientCheckError:
    with pytest.raises(GradientCheckError) as caught:
        check_grads(f, args, **options)
    return caught.value
