"""flatten: every tree becomes a vector and comes back, derivatives included."""

from collections import OrderedDict, namedtuple
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from autograd import Tensor, Value, flatten, grad, hessian, jacobian, jvp, vjp
from autograd.transforms import tree as trees

Point = namedtuple("Point", "x y")

finite = st.floats(allow_nan=False)
kinds = st.sampled_from(["f2", "f4", "f8", "i1", "u2", "i4", ">f4", ">i2"])
shapes = array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3)
numbers = st.one_of(
    finite,
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, width=32).map(np.float32),
    st.integers(-128, 127).map(np.int8),
    kinds.flatmap(lambda kind: arrays(kind, shapes)),
)
nested = st.recursive(
    numbers,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.tuples(inner, inner),
        st.dictionaries(st.text(max_size=2), inner, max_size=3),
        st.none(),
    ),
    max_leaves=8,
)


def assert_same(got: Any, like: Any) -> None:
    """The structure, all types, and all numbers."""
    assert trees.same(got, like)
    for a, b in zip(trees.flatten(got), trees.flatten(like), strict=True):
        assert type(a) is (float if isinstance(b, np.float64) else type(b))
        if isinstance(b, np.ndarray):
            assert a.dtype == b.dtype.newbyteorder("=") or a.dtype == b.dtype
        np.testing.assert_array_equal(a, b)


@given(nested)
def test_there_and_back(parameters: Any) -> None:
    vector, unflatten = flatten(parameters)
    assert (type(vector), vector.ndim) == (np.ndarray, 1)
    assert vector.dtype in (np.float16, np.float32, np.float64)
    assert_same(unflatten(vector), parameters)
    assert_same(unflatten(vector.astype(np.float64).tolist()), parameters)
    again, _ = flatten(unflatten(vector))
    assert again.dtype == vector.dtype
    np.testing.assert_array_equal(again, vector)


TREE: dict[str, Any] = {
    "w": np.array([[1.0, 2.0], [3.0, 4.0]], order="F"),
    "b": [5.0, Point(6.0, np.float32(7.0))],
    "none": None,
}


def test_the_order_is_that_of_the_leaves() -> None:
    vector, unflatten = flatten(TREE)
    assert vector.tolist() == [5.0, 6.0, 7.0, 1.0, 2.0, 3.0, 4.0]
    back = unflatten(vector * 10.0)
    assert list(back) == ["w", "b", "none"]
    assert back["w"].tolist() == [[10.0, 20.0], [30.0, 40.0]]
    assert type(back["b"][1]) is Point
    assert type(back["b"][1].y) is np.float32
    ordered = flatten(OrderedDict(b=1.0, a=2.0))[1]([3.0, 4.0])
    assert list(ordered.items()) == [("b", 4.0), ("a", 3.0)]


def test_the_type_of_the_vector() -> None:
    assert flatten([np.ones(2, np.float32), np.float16(1.0)])[0].dtype == np.float32
    assert flatten([np.float16(1.0)])[0].dtype == np.float16
    assert flatten([np.ones(2, np.float32), 0.1])[0].dtype == np.float64  # keeps the digits of 0.1
    assert flatten([np.ones(2, np.float32), 1])[0].dtype == np.float64
    vector, unflatten = flatten({})
    assert (vector.shape, vector.dtype, unflatten(vector)) == ((0,), np.float64, {})
    assert flatten(3.0)[1]([4.0]) == 4.0


def loss(parameters: Any) -> Any:
    w, (b, point) = parameters["w"], parameters["b"]
    return np.sum(w**3) * b + point.x * point.y**2


def test_derivatives_by_the_vector() -> None:
    """The gradient by the vector is the vector of the gradient: for scipy.optimize and alike."""
    vector, unflatten = flatten(TREE)
    by_vector = grad(lambda v: loss(unflatten(v)))(vector)
    by_tree, _ = flatten(grad(loss)(TREE))
    np.testing.assert_array_equal(by_vector, by_tree)
    curvature = hessian(lambda v: loss(unflatten(v)))(vector)
    np.testing.assert_array_equal(curvature, curvature.T)
    assert curvature[3, 3] == 6.0 * 1.0 * 5.0
    np.testing.assert_array_equal(
        jacobian(lambda t: flatten(t)[0])(TREE)["w"].sum(0), np.ones((2, 2))
    )
    _, tangent = jvp(lambda t: flatten(t)[0], (TREE,), (TREE,))
    np.testing.assert_array_equal(tangent, vector)
    (back,) = vjp(unflatten, vector)[1](TREE)
    np.testing.assert_array_equal(back, vector)


def test_recorded_trees() -> None:
    x, w = Value(2.0, "x"), Tensor([3.0, 4.0])
    vector, unflatten = flatten({"x": x, "w": w, "n": 5})
    assert type(vector) is Tensor
    assert vector[-1] is x  # the very Values
    back = unflatten(vector)
    assert back["x"] is x
    assert back["n"] == 5
    assert type(back["n"]) is int
    (back["x"] * np.sum(back["w"])).backward()
    assert (x.grad, w.grad.tolist()) == (7.0, [2.0, 2.0])
    assert unflatten([1.0, 2, 3.0, 4.0])["w"].tolist() == [2.0, 3.0]


def test_whole_numbers_stay_whole_or_raise() -> None:
    vector, unflatten = flatten({"n": 3, "a": np.array([1, 2], np.int8)})
    assert unflatten(vector + 1.0)["n"] == 4
    assert unflatten(vector + 1.0)["a"].dtype == np.int8
    for wrong in (0.5, np.nan, np.inf, 1000.0):
        with pytest.raises(ValueError, match=r"tree\['a'\] is made of int8, which cannot hold"):
            unflatten([wrong, 2.0, 3.0])
    for wrong in (0.5, np.nan, np.inf):
        with pytest.raises(ValueError, match=r"tree\['n'\] is made of int, which cannot hold"):
            unflatten([1.0, 2.0, wrong])
    assert grad(lambda v: unflatten(v)["n"] ** 2)(vector).tolist() == [0.0, 0.0, 6.0]


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ({"a": "text"}, TypeError, r"tree\['a'\] takes a number, not the text 'text'"),
        ([1.0, True], TypeError, r"tree\[1\] is True"),
        ([1.0, 1j], TypeError, r"tree\[1\] takes real numbers"),
        (np.array(["a"]), TypeError, "tree is an array of <U1"),
        (np.ma.masked_array([1.0]), TypeError, "tree is a MaskedArray"),
        ([object()], TypeError, r"tree\[0\] takes a number"),
        ({"n": 2**53 + 1}, ValueError, r"tree\['n'\] is 9007199254740993, which no float64 eq"),
        (np.array([2**62 + 1]), ValueError, "which no float64 equals"),
    ],
)
def test_what_cannot_be_flattened(parameters: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        flatten(parameters)


@pytest.mark.parametrize(
    ("vector", "error", "message"),
    [
        (
            np.ones(3),
            ValueError,
            r"the vector must have the shape \(7,\) of the flattened tree, no",
        ),
        (np.ones((7, 1)), ValueError, r"not \(7, 1\)"),
        (np.ones(0), ValueError, r"not \(0,\)"),
        ([1.0], ValueError, r"not \(1,\)"),
        (1.0, ValueError, r"not \(\)"),
        (["a"] * 7, TypeError, r"the vector\[0\] takes a number, not the text"),
        (np.ones(7, bool), TypeError, "the vector is an array of bool"),
        (np.ones(7, complex), TypeError, "the vector is an array of complex"),
        (None, TypeError, "the vector must have the structure"),
    ],
)
def test_vectors_that_do_not_fit(vector: Any, error: type[Exception], message: str) -> None:
    _, unflatten = flatten(TREE)
    with pytest.raises(error, match=message):
        unflatten(vector)


def test_results_share_no_memory() -> None:
    x = np.array([1.0, 2.0])
    vector, unflatten = flatten(x)
    vector[0] = 7.0
    unflatten(vector)[1] = 9.0
    assert x.tolist() == [1.0, 2.0]
    assert vector.tolist() == [7.0, 2.0]
