"""Single Values where programs expect arrays: NumPy's functions, attributes and methods."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import Dual, Tensor, Value, grad
from autograd.arrays.ways import plain

SAME = [np.sum, np.mean, np.max, np.min, np.prod, np.median, np.squeeze, np.transpose, np.copy]
SHAPED: list[Callable[[Any], Any]] = [
    np.ravel,
    np.atleast_1d,
    np.atleast_2d,
    np.cumsum,
    lambda x: np.reshape(x, (1, 1)),
    lambda x: np.expand_dims(x, 0),
    lambda x: np.broadcast_to(x, (2, 3)),
    lambda x: np.tile(x, 3),
    lambda x: np.repeat(x, 2),
    lambda x: np.stack([x, 1.0]),
    lambda x: np.concatenate([[1.0], np.atleast_1d(x)]),
    lambda x: np.dot(x, [1.0, 2.0]),
    lambda x: np.outer(x, [1.0, 2.0]),
    lambda x: np.linspace(x, 5.0, 3),
]


@pytest.mark.parametrize("kind", [Value, Dual])
@pytest.mark.parametrize("f", SAME)
def test_functions_of_one_number(f: Callable[[Any], Any], kind: type) -> None:
    y = f(kind(3.0))
    assert type(y) is kind
    assert y.data == f(3.0) == 3.0
    assert grad(lambda x: f(x * x))(3.0) == 6.0


@pytest.mark.parametrize("f", SHAPED)
def test_functions_that_give_arrays(f: Callable[[Any], Any]) -> None:
    y = f(Value(3.0))
    assert isinstance(y, Tensor)
    assert np.array_equal(y.numpy(), f(3.0))


def test_shapes() -> None:
    x = Value(3.0)
    assert (np.shape(x), np.ndim(x), np.size(x)) == (x.shape, x.ndim, x.size) == ((), 0, 1)


@pytest.mark.parametrize("name", ["sum", "prod", "max", "min", "mean"])
def test_methods_that_give_the_number(name: str) -> None:
    scalar = np.float64(3.0)
    for options in ({}, {"axis": None}, {"keepdims": True}):
        x = Value(3.0)
        y = getattr(x, name)(**options)
        assert type(y) is Value
        assert y.data == getattr(scalar, name)(**options)
        y.backward()
        assert x.grad == 1.0
    assert Value(3.0).sum(initial=2.0).data == 5.0
    with pytest.raises(np.exceptions.AxisError):
        getattr(Value(3.0), name)(axis=1)


@pytest.mark.parametrize("f", [np.var, np.std])
def test_spread_of_one_number(f: Callable[[Any], Any]) -> None:
    x = Value(3.0)
    for y in (f(x), getattr(x, f.__name__)()):
        y.backward()
        assert (y.data, x.grad) == (0.0, 0.0)
    with pytest.warns(RuntimeWarning, match="Degrees of freedom"):
        assert np.isnan(f(x, ddof=1))


def test_item_is_the_plain_number() -> None:
    assert type(Value(3.0).item()) is float
    assert Value(3.0).item() == Dual(3.0, 1.0).item() == 3.0
    assert Dual(Value(3.0), 1.0).item() == 3.0


def test_what_is_not_known_is_refused() -> None:
    with pytest.raises(TypeError, match=r"np\.fft\.fft is not among"):
        np.fft.fft(np.atleast_1d(Value(1.0)))


def test_values_beside_tensors() -> None:
    x, t = Value(3.0), Tensor([1.0, 2.0])
    for f in (
        lambda x, t: np.append(t, x),
        lambda x, t: np.where(t > 1.0, t, x),
        lambda x, t: np.interp(x, t, t),
        lambda x, t: np.stack([t, np.broadcast_to(x, 2)]),
    ):
        assert np.array_equal(plain(f(x, t)), f(3.0, np.array([1.0, 2.0])))
