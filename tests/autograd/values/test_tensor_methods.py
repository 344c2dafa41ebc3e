"""The methods that a Tensor has from ndarray: NumPy's numbers, derivatives, or a clear error."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from autograd.arrays.ways import is_recorded, plain

Call = Callable[[Any], Any]


def changed(change: Callable[[Any], Any]) -> Call:
    """Return a call that changes a copy in place, and returns that."""

    def call(x: Any) -> Any:
        x = x.copy()
        change(x)
        return x

    return call


MASK = [True, False, True]
# Of a matrix of shape (2, 3); attributes too.
METHODS: dict[str, list[Call]] = {
    "T": [lambda x: x.T],
    "all": [lambda x: x.all(), lambda x: x.all(axis=0), lambda x: x.all(1, keepdims=True)],
    "any": [lambda x: x.any(), lambda x: x.any(axis=0)],
    "argmax": [lambda x: x.argmax(), lambda x: x.argmax(axis=0), lambda x: x.argmax(1)],
    "argmin": [lambda x: x.argmin(), lambda x: x.argmin(axis=0, keepdims=True)],
    "argpartition": [lambda x: x.argpartition(1)[:, 1]],
    "argsort": [lambda x: x.argsort(kind="stable"), lambda x: x.argsort(axis=0, kind="stable")],
    "astype": [lambda x: x.astype(bool)],
    "base": [lambda x: x.copy()[:1].base is not None],
    "choose": [lambda x: (x > 0).astype(int).choose([x, -x])],
    "clip": [lambda x: x.clip(-0.5, 0.5), lambda x: x.clip(max=0.5), lambda x: x.clip(0.1)],
    "compress": [lambda x: x.compress(MASK, axis=1), lambda x: x.compress(MASK)],
    "conj": [lambda x: x.conj()],
    "conjugate": [lambda x: x.conjugate()],
    "copy": [lambda x: x.copy()],
    "cumprod": [lambda x: x.cumprod(), lambda x: x.cumprod(axis=1)],
    "cumsum": [lambda x: x.cumsum(), lambda x: x.cumsum(axis=0)],
    "diagonal": [lambda x: x.diagonal(), lambda x: x.diagonal(1)],
    "dot": [lambda x: x.dot(x.T), lambda x: x.dot(2.0), lambda x: x.dot([1.0, 2.0, 3.0])],
    "fill": [changed(lambda x: x.fill(3)), changed(lambda x: x.fill(x[0, 0]))],
    "flags": [lambda x: x.T.flags.c_contiguous],
    "flat": [lambda x: np.stack(list(x.flat)), lambda x: x.flat[2:4]],
    "flatten": [lambda x: x.flatten(), lambda x: x.flatten("F")],
    "imag": [lambda x: x.imag],
    "item": [lambda x: x.item(2), lambda x: x.item(1, 1)],
    "mT": [lambda x: x.mT],
    "max": [lambda x: x.max(), lambda x: x.max(axis=1), lambda x: x.max(initial=0.3)],
    "mean": [lambda x: x.mean(), lambda x: x.mean(0), lambda x: x.mean(axis=(0, 1))],
    "min": [lambda x: x.min(), lambda x: x.min(axis=0, keepdims=True)],
    "ndim": [lambda x: x.ndim],
    "nonzero": [lambda x: x.nonzero()],
    "partition": [changed(lambda x: x.partition(1)), changed(lambda x: x.partition(1, axis=0))],
    "prod": [lambda x: x.prod(), lambda x: x.prod(axis=1)],
    "put": [
        changed(lambda x: x.put([0, 4], [9, 8])),
        changed(lambda x: x.put(1, x[1, 1] * 2.0)),
        changed(lambda x: x.put([9], x[:1, 0], "wrap")),
    ],
    "ravel": [lambda x: x.ravel(), lambda x: x.ravel("F")],
    "real": [lambda x: x.real],
    "repeat": [lambda x: x.repeat(2), lambda x: x.repeat([1, 2], axis=0)],
    "reshape": [lambda x: x.reshape(3, 2), lambda x: x.reshape(-1)],
    "round": [lambda x: x.round(), lambda x: x.round(1)],
    "searchsorted": [lambda x: np.array([-1.0, 0.0, 1.0]).searchsorted(plain(x)),
                     lambda x: np.sort(x, None).searchsorted([-0.5, 0.0], "right")],
    "shape": [lambda x: x.shape],
    "size": [lambda x: x.size],
    "sort": [changed(lambda x: x.sort()), changed(lambda x: x.sort(axis=0))],
    "squeeze": [lambda x: x[:1].squeeze(), lambda x: x[:1].squeeze(axis=0)],
    "std": [lambda x: x.std(), lambda x: x.std(axis=1, ddof=1)],
    "strides": [lambda x: x.T.strides],
    "sum": [lambda x: x.sum(), lambda x: x.sum(axis=(0, 1)), lambda x: x.sum(1, keepdims=True)],
    "swapaxes": [lambda x: x.swapaxes(0, 1)],
    "take": [lambda x: x.take([0, 0, 5]), lambda x: x.take([2, -1], axis=1)],
    "to_device": [lambda x: x.to_device("cpu")],
    "tolist": [lambda x: x.tolist()],
    "trace": [lambda x: x.trace(), lambda x: x.trace(1)],
    "transpose": [lambda x: x.transpose(), lambda x: x.transpose(1, 0)],
    "var": [lambda x: x.var(), lambda x: x.var(axis=0, ddof=1)],
    "view": [lambda x: x.view()],
}  # fmt: skip
# What would hand out addresses in place of numbers, or lose gradients.
REFUSED: dict[str, list[Call]] = {
    "astype": [lambda x: x.astype(float), lambda x: x.astype(int)],
    "fill": [lambda x: x.fill("a"), lambda x: x.fill(1j)],
    "put": [lambda x: x.put(0, "a"), lambda x: x.put(0, None)],
    "resize": [lambda x: x.resize(9)],
    "searchsorted": [lambda x: x.searchsorted(0.0)],
    "setfield": [lambda x: x.setfield(1.0, float)],
    "tobytes": [lambda x: x.tobytes()],
    "tofile": [lambda x: x.tofile("never.bin")],
    "view": [lambda x: x.view(float)],
}
# What is about memory, or pickles.
OTHERS = {"byteswap", "ctypes", "data", "device", "dtype", "dump", "dumps", "getfield", "itemsize",
          "nbytes", "setflags"}  # fmt: skip
SPECIAL = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0, 1.0, -2.5])
MATRIX = np.array([[0.3, -1.7, 0.9], [2.02, 0.27, -0.63]])
CALLS = [
    pytest.param(call, id=f"{name}-{i}")
    for name, calls in METHODS.items()
    for i, call in enumerate(calls)
]


def test_every_method_is_known() -> None:
    public = {name for name in dir(np.ndarray) if not name.startswith("_")}
    assert not public - METHODS.keys() - REFUSED.keys() - OTHERS


@pytest.mark.parametrize("call", CALLS)
def test_values(call: Call) -> None:
    np.testing.assert_allclose(plain(call(Tensor(MATRIX))), call(MATRIX), rtol=1e-14)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("call", CALLS)
def test_special_numbers(call: Call) -> None:
    generator = np.random.default_rng(3)
    for _ in range(20):
        array = generator.choice(SPECIAL, size=(2, 3))
        np.testing.assert_allclose(plain(call(Tensor(array))), call(array), rtol=1e-13)


@pytest.mark.parametrize("call", CALLS)
def test_derivatives(call: Call) -> None:
    result = call(Tensor(MATRIX))
    if is_recorded(result):
        weights = np.cos(np.arange(np.size(result))).reshape(np.shape(result))
        ag.check_grads(lambda x: np.sum(np.array(call(x)) * weights), (MATRIX,), order=2)


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(call, id=f"{name}-{i}")
        for name, calls in REFUSED.items()
        for i, call in enumerate(calls)
    ],
)
def test_refused(call: Call) -> None:
    t = Tensor(MATRIX)
    with pytest.raises((TypeError, ValueError, OSError)):
        call(t)
    assert np.array_equal(t.numpy(), MATRIX)


def test_astype() -> None:
    assert type(Tensor(MATRIX).astype(object)) is Tensor
    t = np.zeros_like(Tensor(MATRIX))  # constants
    for dtype in (float, int, np.float32):
        assert type(t.astype(dtype)) is np.ndarray
    assert type(Tensor(MATRIX).astype(bool)) is np.ndarray
    with pytest.raises(TypeError, match=r"Tensor\.numpy"):
        t.tobytes()
