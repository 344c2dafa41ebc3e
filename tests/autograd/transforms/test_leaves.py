"""Floating types of derivatives, and the arguments that are refused or mended."""

from __future__ import annotations

import types
import warnings
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, Value
from autograd.checks import check_grads, complex_step, numerical_gradient
from autograd.transforms.leaves import Leaves, flatten_inputs
from autograd.transforms.tree import map as map_tree

Function = Callable[..., Any]


def curved(x: Any) -> Any:
    """Its digits are lost in single precision: the sum is near 1e8."""
    return np.sum((1e4 + x) ** 2) - 1e8 + np.sum(np.exp(x))


GRADIENTS: dict[str, Callable[[Function, Any], Any]] = {
    "grad": lambda f, x: ag.grad(f)(x),
    "value_and_grad": lambda f, x: ag.value_and_grad(f)(x)[1],
    "jacrev": lambda f, x: ag.jacrev(f)(x),
    "jacfwd": lambda f, x: ag.jacfwd(f)(x),
    "jacobian": lambda f, x: ag.jacobian(f)(x),
    "vjp": lambda f, x: ag.vjp(f, x)[1](1.0)[0],
    "hessian": lambda f, x: ag.hessian(f)(x),
    "hvp": lambda f, x: ag.hvp(f)(x, map_tree(np.ones_like, x)),
    "complex_step": complex_step,
}
any_gradient = pytest.mark.parametrize("gradient", GRADIENTS.values(), ids=GRADIENTS.keys())


@any_gradient
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, ">f4", ">f8"])
@pytest.mark.parametrize("shape", [(), (1,), (2, 3), (0,)])
def test_gradients_are_of_the_type_of_the_argument(
    gradient: Any, dtype: Any, shape: tuple[int, ...]
) -> None:
    """They are those of float64, rounded once."""
    x = np.linspace(0.1, 1.0, int(np.prod(shape))).reshape(shape).astype(dtype)
    exact = gradient(curved, x.astype(np.float64))
    got = gradient(curved, x)
    assert (type(got), got.dtype) == (np.ndarray, np.dtype(dtype).newbyteorder("="))
    assert np.array_equal(got, exact.astype(dtype))
    if shape == ():
        number = gradient(curved, np.dtype(dtype).newbyteorder("=").type(x))
        assert type(number) is (float if got.dtype == np.float64 else got.dtype.type)
        assert number == exact.astype(dtype)


@any_gradient
@pytest.mark.parametrize("dtype", [int, np.uint8, np.int64])
def test_whole_numbers_count_as_real_ones(gradient: Any, dtype: Any) -> None:
    """Scalars and arrays alike: their derivatives are float64."""
    exact = gradient(curved, np.array([1.0, 2.0]))
    got = gradient(curved, np.array([1, 2], dtype))
    assert got.dtype == np.float64
    assert np.array_equal(got, exact)
    number = gradient(curved, dtype(3))
    assert type(number) is float
    assert number == gradient(curved, 3.0)


def test_every_leaf_has_a_type_of_its_own() -> None:
    at = {"a": np.ones(2, np.float32), "b": [np.float16(3.0), 2, 5.0], "c": np.arange(2)}

    def f(tree: Any) -> Any:
        return np.sum(tree["a"]) * tree["b"][0] * tree["b"][1] * tree["b"][2] * np.sum(tree["c"])

    for gradient in (ag.grad(f)(at), ag.jacfwd(f)(at), ag.vjp(f, at)[1](1.0)[0]):
        assert gradient["a"].dtype == np.float32
        assert [type(x) for x in gradient["b"]] == [np.float16, float, float]
        assert gradient["c"].dtype == np.float64
    second = ag.hessian(f)(at)
    assert second["b"][2]["a"].dtype == np.float32  # the derivative by a of that by b[2]
    assert type(second["a"]["b"][2]) is np.ndarray
    assert second["a"]["b"][2].dtype == np.float64
    by_both = ag.grad(lambda x, y: np.sum(x * y), (0, 1))(np.ones(2, np.float32), np.ones(2))
    assert [g.dtype for g in by_both] == [np.float32, np.float64]


DIRECTIONS: dict[str, Callable[..., Any]] = {
    "jvp": ag.jvp,
    "linearize": lambda f, xs, ts: (ag.linearize(f, *xs)[0], ag.linearize(f, *xs)[1](*ts)),
}


@pytest.mark.parametrize("name", DIRECTIONS)
@pytest.mark.parametrize(
    ("x", "y", "dtype"),
    [
        (np.float32, np.float32, np.float32),
        (np.float16, np.float32, np.float32),
        (np.float32, float, np.float32),  # as in NumPy, Python's numbers take any type
        (np.float32, int, np.float32),
        (np.float32, np.float64, np.float64),
        (np.float32, np.int64, np.float64),
        (float, int, np.float64),
    ],
)
def test_directional_derivatives_have_the_common_type(
    name: str, x: Any, y: Any, dtype: Any
) -> None:
    def array(kind: Any) -> Any:
        return np.ones(3, kind) if isinstance(kind, type(np.float32)) and kind is not float else 1

    at = (array(x), array(y)) if y not in (float, int) else (array(x), y(1))
    value, tangent = DIRECTIONS[name](lambda x, y: x * y * np.ones(3), at, at)
    assert tangent.dtype == (np.float64 if x is float else dtype)
    assert value.dtype == np.float64  # what f returns is left as it was computed
    assert tangent.tolist() == [2.0] * 3


def test_numbers_in_single_precision() -> None:
    x = np.float32(0.1)
    assert type(ag.derivative(np.exp)(x)) is np.float32
    assert ag.derivative(np.exp)(x) == np.float32(np.exp(np.float64(x)))
    assert type(ag.derivative(np.exp, order=3)(x)) is np.float32
    value, gradient = ag.value_and_grad(np.exp)(x)
    assert (type(value), type(gradient)) == (float, np.float32)
    assert value == np.exp(np.float64(x))


def test_recorded_results_stay_recorded() -> None:
    """Inside another derivative nothing is rounded."""
    x, w = np.array([0.1, 0.2], np.float32), Value(3.0)
    assert isinstance(ag.grad(lambda x: np.sum(w * x))(x), Tensor)
    inner = ag.grad(lambda a: np.sum(ag.grad(lambda b: np.sum(b**3))(a) * 1e8) - 6e7)(x)
    assert np.array_equal(inner, (6e8 * x.astype(float)).astype(np.float32))


def test_too_large_for_the_type_is_infinite_without_a_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert ag.grad(lambda x: 1e300 * x)(np.float32(1.0)) == np.inf
        assert ag.grad(lambda x: np.sum(1e300 * x))(np.ones(2, np.float16)).tolist() == [np.inf] * 2


def test_checks_of_single_precision() -> None:
    x = np.array([0.5, 1.0], np.float32)
    check_grads(curved, (x,))
    gradient = numerical_gradient(lambda x: np.sum(x.astype(float) ** 2), {"a": x, "b": 1.0}["a"])
    assert gradient.dtype == np.float32
    report = ag.compare_modes(lambda x: np.sum(np.exp(x) * x) / np.sum(x), x)
    assert report.reverse_gradient.dtype == np.float64
    exact = ag.grad(lambda x: np.sum(np.exp(x) * x) / np.sum(x))(x.astype(float))
    assert np.array_equal(report.reverse_gradient, exact)  # all digits, so that ulps tell


# What is refused: never taken for something that it is not.


@dataclass
class Parameters:
    w: float = 1.0


class Series:
    """As pandas' and others': no array, but it can become one."""

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return np.ones(2)


WIDE = np.finfo(np.longdouble).bits > 64
REFUSED: dict[str, tuple[Any, str]] = {
    "masked": (np.ma.masked_array([1.0, 2.0], [True, False]), r"a MaskedArray, .*\.filled\(\)"),
    "matrix": (np.ones((2, 2)).view(np.matrix), "a matrix, whose own rules would be lost"),
    "record array": (np.ones(2, [("a", float)]), "an array of .*: pass numbers"),
    "dates": (np.ones(2, "M8[D]"), r"an array of datetime64\[D\], which has no derivatives"),
    "bool array": (np.array([True]), r"an array of bool, .* \.astype\(float\), or pass it by an"),
    "complex array": (np.array([1j]), "real and imaginary parts as two arrays"),
    "dataclass": (Parameters(), r"not a Parameters: pass dataclasses\.asdict\(\)"),
    "series": (Series(), r"not a Series: pass numpy\.asarray\(\) of it"),
    "set": ({1.0}, "not a set: trees are tuples, lists and dicts"),
    "mapping": (types.MappingProxyType({"a": 1.0}), "mappingproxy: trees are tuples, lists and d"),
    "range": (range(3), "not a range: trees are tuples, lists and dicts, so make it"),
    "deque": (deque([1.0]), "not a deque: trees are tuples"),
    "buffer": (memoryview(np.ones(2)), "not a memoryview: trees are tuples"),
    "bytes": (b"1.0", r"takes a number, not b'1.0' of type bytes"),
    "generator": (iter([1.0]), "trees are tuples, lists and dicts"),
    "decimal": (Decimal("1.5"), r"takes a number, not Decimal\('1.5'\)"),
    "entry": (np.array([1.0, [2.0]], object), r"\[1\] takes numbers, not a list"),
    "bool entry": (np.array([1.0, True], object), r"\[1\] is True"),
}
if WIDE:
    REFUSED["long double"] = (np.longdouble(1.0), r"longdouble|float128, but .*\.astype\(float\)")
    REFUSED["long doubles"] = (np.ones(2, np.longdouble), r"but derivatives are computed in float")


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("gradient", ["grad", "jacfwd", "vjp", "complex_step"])
def test_what_is_refused_is_named(name: str, gradient: str) -> None:
    x, message = REFUSED[name]

    def f(x: Any) -> Any:
        raise AssertionError("it is not even called")

    with pytest.raises(TypeError, match=f"argument 0 of f.*{message}"):
        GRADIENTS[gradient](f, x)


def test_masked_directions_and_results_are_refused() -> None:
    masked = np.ma.masked_array([1.0, 2.0], [True, False])
    with pytest.raises(TypeError, match=r"the tangents\[0\] is a MaskedArray"):
        ag.jvp(np.sin, (np.ones(2),), (masked,))
    with pytest.raises(TypeError, match="result is a MaskedArray"):
        ag.vjp(lambda x: masked, 1.0)


def test_truth_values_are_no_results() -> None:
    for run in (
        lambda: ag.jvp(lambda x: (x, x > 0.0), (1.0,), (1.0,)),
        lambda: ag.jacobian(lambda x: (x, x > 0.0))(1.0),
        lambda: ag.vjp(lambda x: (x, np.True_), 1.0),
    ):
        with pytest.raises(
            TypeError, match=r"the truth value .*, at result\[1\]: return it as aux"
        ):
            run()
    with pytest.raises(TypeError, match="an array of bool"):
        ag.jacobian(lambda x: x > 0.0)(np.ones(2))
    assert ag.jvp(lambda x: (x, x > 0.0), (1.0,), (1.0,), has_aux=True) == (1.0, 1.0, True)


def test_other_numbers_are_floats() -> None:
    for x in (Fraction(3, 2), np.float64(1.5), np.array(1.5), np.array(1.5, object)):
        assert ag.grad(lambda x: x * x)(x) == 3.0
        assert ag.jacfwd(lambda x: x * x)(x) == 3.0


@pytest.mark.parametrize("x", [10**400, [1.0, -(10**400)], np.array([10**400], object)])
def test_whole_numbers_beyond_all_floats(x: Any) -> None:
    with pytest.raises(OverflowError, match=r"argument 0 of sum.* is beyond the largest float"):
        ag.grad(np.sum)(x)


def test_unflattening_in_types() -> None:
    leaves = flatten_inputs([np.ones(2, np.float32), 1.0], ["a", "b"])
    assert isinstance(leaves, Leaves)
    plain, narrow = leaves.unflatten([1, 2, 3.0]), leaves.unflatten([1, 2, 3.0], leaves.kinds)
    assert (plain[0].dtype, narrow[0].dtype) == (np.float64, np.float32)
    assert leaves.kind == np.float32
    assert flatten_inputs((1.0, 2), ["a", "b"]).kind is None
