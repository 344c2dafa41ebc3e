"""Tensor: construction, names, NumPy's shapes, one node for each entry, whole-array gradients."""

import copy
import pickle
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd import TABLE, Tensor, Value
from autograd.rules.entrywise import as_object_array
from autograd.rules.operand import data_of

small = st.integers(-4, 4)  # sums and products of these are exact
arrays = hnp.arrays(float, hnp.array_shapes(max_dims=3, max_side=4), elements=small)


def entries(t: Tensor) -> list[Value]:
    return list(t.view(np.ndarray).flat)


# --- construction ---


@pytest.mark.parametrize(
    ("data", "shape"),
    [
        (3, ()),
        (np.float32(3), ()),
        (Fraction(1, 2), ()),
        (True, ()),
        ([], (0,)),
        ([1, 2.5, True, np.int64(3), Fraction(1, 4)], (5,)),
        ([[1, 2], [3, 4], [5, 6]], (3, 2)),
        ((1, (2)), (2,)),
        (np.arange(24).reshape(2, 3, 4), (2, 3, 4)),
        (np.zeros((0, 3)), (0, 3)),
        (np.ones((2, 2), dtype=bool), (2, 2)),
        (range(3), (3,)),
        (Tensor([1.0, 2.0]), (2,)),
        ([Tensor([1.0, 2.0]), [3.0, 4.0]], (2, 2)),
    ],
)
def test_construction(data: Any, shape: tuple[int, ...]) -> None:
    t = Tensor(data)
    assert type(t) is Tensor
    assert t.shape == shape
    assert t.dtype == object
    assert all(type(v) is Value for v in entries(t))
    expected = np.array(data, dtype=object).ravel()
    assert t.numpy().ravel().tolist() == [data_of(x) for x in expected]
    assert t.numpy().dtype == t.grad.dtype == np.float64
    assert t.grad.tolist() == np.zeros(shape).tolist()


def test_values_stay_themselves() -> None:
    x = Value(2.0, "x")
    y = x * x
    for t in (Tensor([x, y, 3.0], name="t"), Tensor(np.array([x, y, 3.0]), "t")):
        assert t[0] is x
        assert t[1] is y
        assert (x.name, y.name, t[2].name) == ("x", "", "t[2]")


def test_names() -> None:
    assert [v.name for v in entries(Tensor([[1, 2], [3, 4]], name="W"))] == [
        *("W[0,0]", "W[0,1]", "W[1,0]", "W[1,1]")
    ]
    assert Tensor([1, 2], "b")[1].name == "b[1]"
    assert Tensor(3.0, "c")[()].name == "c"
    assert Tensor([1])[0].name == ""
    with pytest.raises(TypeError, match="name is a str, not 3"):
        Tensor([1], name=3)


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        ("abc", TypeError, "not the text 'abc'"),
        (["a"], TypeError, "not the text 'a'"),
        (np.array(["a"]), TypeError, "text"),
        ([1j], TypeError, "complex 1j"),
        (np.array([1j]), TypeError, "complex"),
        (None, TypeError, "not None of type NoneType"),
        ([1.0, None], TypeError, "not None"),
        ({"a": 1}, TypeError, "not {'a': 1} of type dict"),
        ([[1, 2], [3]], ValueError, r"rows of a Tensor must be of one length.*\[1, 2\]"),
        ([[1], 2], ValueError, "one length"),
        ([Tensor([1.0, 2.0]), Tensor([3.0])], ValueError, "one length"),
    ],
)
def test_bad_data(data: Any, error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        Tensor(data)


def test_repr() -> None:
    assert repr(Tensor([1.0, 2.5])) == "Tensor([1. , 2.5])"
    assert str(Tensor([[1.0], [2.0]])) == "Tensor([[1.],\n        [2.]])"
    assert repr(Tensor(3.0)) == "Tensor(3.)"
    assert repr(Tensor([])) == "Tensor([])"


# --- indexing ---


@given(st.data(), arrays)
def test_indexing_is_numpys(data: st.DataObject, array: np.ndarray) -> None:
    t = Tensor(array)
    index = data.draw(hnp.basic_indices(array.shape, allow_ellipsis=True))
    expected = array[index]
    got = t[index]
    assert isinstance(got, Tensor) or (type(got) is Value and np.ndim(expected) == 0)
    numbers = got.numpy() if isinstance(got, Tensor) else np.array(got.data)
    assert np.array_equal(numbers, expected)
    if isinstance(got, Tensor):
        assert {id(v) for v in entries(got)} <= {id(v) for v in entries(t)}


def test_entries_of_every_way_of_indexing_are_the_same() -> None:
    t = Tensor([[1.0, 2.0], [3.0, 4.0]])
    assert t[1][0] is t[1, 0] is t.T[0, 1] is t.reshape(-1)[2] is t[[1], [0]][0] is list(t)[1][0]
    assert t[t > 2.5][0] is t[1, 0]
    assert t[np.argsort(t[:, 0])[::-1]][0, 0] is t[1, 0]
    assert t.item(2) is t[1, 0] is t.tolist()[1][0]
    with pytest.raises(IndexError):
        t[2, 0]


def test_assigning_entries() -> None:
    t = Tensor([[1.0, 2.0], [3.0, 4.0]])
    x = Value(7.0)
    t[0, 0] = x
    t[0, 1] = 8
    t[1] = [9.0, x]
    assert t[0, 0] is t[1, 1] is x
    assert t.numpy().tolist() == [[7.0, 8.0], [9.0, 7.0]]
    assert [type(v) for v in entries(t)] == [Value, float, float, Value]
    t[:, 1] = np.array([1, 2])
    t[t > 7.5] = Tensor([5.0])
    assert t.numpy().tolist() == [[7.0, 1.0], [5.0, 2.0]]


def test_a_number_assigned_is_a_constant() -> None:
    t = Tensor(np.ones((2, 2)))
    leaves = entries(t)
    t[:, 1] = 2
    (t * [[1.0, 2.0], [3.0, 4.0]]).backward()
    assert t.grad.tolist() == [[1.0, 0.0], [3.0, 0.0]]
    assert t.numpy().tolist() == [[1.0, 2.0], [1.0, 2.0]]
    assert entries(t)[0] is leaves[0]
    assert type(as_object_array(t)[0, 1]) is float


@pytest.mark.parametrize(
    "index_of",
    [
        np.argsort,
        np.argmax,
        lambda t: np.argmin(t, axis=0),
        lambda t: t.argsort(axis=0),
        lambda t: np.argpartition(t, 1, axis=0),
        lambda t: np.unique(t, return_index=True)[1],
        lambda t: np.zeros_like(t, dtype=float),
    ],
)
def test_what_holds_no_values_is_no_tensor(index_of: Any) -> None:
    numbers = np.array([[3.0, 1.0], [2.0, 4.0]])
    found = index_of(Tensor(numbers))
    assert not isinstance(found, Tensor)
    assert np.array_equal(found, index_of(numbers))


@pytest.mark.parametrize(
    ("value", "error"),
    [("a", TypeError), (None, TypeError), ([1.0, 1j], TypeError), ([1, 2, 3], ValueError),
     ([[1], 2], ValueError), (np.ones((3, 2)), ValueError)],
)  # fmt: skip
def test_bad_assignment_changes_nothing(value: Any, error: type) -> None:
    t = Tensor([1.0, 2.0])
    before = entries(t)
    with pytest.raises(error):
        t[:] = value
    assert [a is b for a, b in zip(entries(t), before, strict=True)] == [True, True]


# --- matrix products ---


@given(
    hnp.mutually_broadcastable_shapes(
        signature="(m?,n),(n,p?)->(m?,p?)", max_dims=2, max_side=3, min_side=1
    ),
    st.data(),
)
def test_matmul_is_numpys(shapes: hnp.BroadcastableShapes, data: st.DataObject) -> None:
    a, b, da, db = (
        data.draw(hnp.arrays(float, shape, elements=small)) for shape in shapes.input_shapes * 2
    )
    expected = a @ b
    seed = data.draw(hnp.arrays(float, expected.shape, elements=small))
    for left, right in [(Tensor(a), Tensor(b)), (Tensor(a), b), (a, Tensor(b))]:
        product = left @ right
        nodes = entries(product) if isinstance(product, Tensor) else [product]
        assert np.array_equal([v.data for v in nodes], expected.ravel())
        edges = a.shape[-1] * sum(isinstance(x, Tensor) for x in (left, right))
        assert all(v.op is TABLE["dot"] and len(v.parents) == edges for v in nodes)
        product.backward(seed if isinstance(product, Tensor) else float(seed))
        if isinstance(left, Tensor):
            assert (left.grad * da).sum() == (seed * (da @ b)).sum()
        if isinstance(right, Tensor):
            assert (right.grad * db).sum() == (seed * (a @ db)).sum()
    assert np.array_equal(np.matmul(Tensor(a), b), Tensor(a) @ b)


@given(st.data())
def test_dot_and_inner_are_numpys(data: st.DataObject) -> None:
    n = data.draw(st.integers(1, 3))
    a = data.draw(
        hnp.arrays(float, data.draw(st.sampled_from([(n,), (2, n), (2, 3, n)])), elements=small)
    )
    b = data.draw(hnp.arrays(float, data.draw(st.sampled_from([(n,), (n, 2)])), elements=small))
    for f, right in [(np.dot, b), (np.inner, b.T)]:
        for got in (f(Tensor(a), right), f(a, Tensor(right)), f(Tensor(a), Tensor(right))):
            numbers = got.numpy() if isinstance(got, Tensor) else got.data
            assert np.array_equal(numbers, f(a, right))
    assert np.array_equal(Tensor(a).dot(b), np.dot(Tensor(a), b))
    assert np.array_equal(np.dot(Tensor(a), 2.0), Tensor(a) * 2.0)


@pytest.mark.parametrize(
    ("left", "right"),
    [((2, 3), (2, 3)), ((3,), (2,)), ((2, 3), (2,)), ((3,), (2, 3)), ((2, 2, 3), (3, 3, 2))],
)
def test_matmul_shape_errors(left: tuple[int, ...], right: tuple[int, ...]) -> None:
    for a, b in [
        (Tensor(np.ones(left)), Tensor(np.ones(right))),
        (np.ones(left), Tensor(np.ones(right))),
    ]:
        with pytest.raises(ValueError, match="shape") as error:
            a @ b
        if left[:-2] == right[:-2] == ():
            assert str(left) in str(error.value)
            assert str(right) in str(error.value)


def test_matmul_with_scalars_and_lists() -> None:
    t = Tensor([[1.0, 2.0], [3.0, 4.0]])
    with pytest.raises(ValueError, match=r"an operand is a scalar; write \*"):
        t @ 3.0
    assert (t @ [1, 1]).numpy().tolist() == [3.0, 7.0]
    assert ([1, 1] @ t).numpy().tolist() == [4.0, 6.0]
    with pytest.raises(TypeError, match="dot takes a number"):
        t @ np.array(["a", "b"])
    for compute in (lambda: t.dot(t, out=np.empty((2, 2), object)), lambda: np.dot(t, t, out=t)):
        with pytest.raises(TypeError, match="dot of a Tensor does not take out="):
            compute()
    for f in (np.dot, np.inner):
        with pytest.raises(ValueError, match=rf"{f.__name__}: .* 2 and 3 entries.*\(2, 2\)"):
            f(t, np.ones((2, 3, 3)))


def test_empty_products() -> None:
    assert (Tensor(np.ones((0, 3))) @ np.ones((3, 2))).shape == (0, 2)
    product = Tensor(np.ones((2, 0))) @ Tensor(np.ones((0, 3)))
    assert product.dtype == np.float64  # sums of nothing are constants
    assert product.tolist() == np.zeros((2, 3)).tolist()


# --- broadcasting and reductions ---


@given(hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3), st.data())
def test_broadcasting_is_numpys(shapes: hnp.BroadcastableShapes, data: st.DataObject) -> None:
    a, b = (data.draw(hnp.arrays(float, shape, elements=small)) for shape in shapes.input_shapes)
    left, right = Tensor(a), Tensor(b)
    y = left * right + a
    if not isinstance(y, Tensor):
        y = Tensor(y)
    assert np.array_equal(y.numpy(), a * b + a)
    y.backward()
    ones = np.ones(shapes.result_shape)
    assert left.grad.sum() == (ones * b).sum()
    assert right.grad.sum() == (ones * a).sum()


REDUCTIONS: dict[str, Callable] = {
    "sum": np.sum,
    "mean": np.mean,
    "prod": np.prod,
    "max": np.max,
    "min": np.min,
    "var": np.var,
}
ONE_NODE = {"sum": "sum", "mean": "mean", "prod": "prod"}


@given(st.data(), arrays, st.sampled_from(sorted(REDUCTIONS)), st.booleans())
def test_reductions_are_numpys(
    data: st.DataObject, array: np.ndarray, name: str, keepdims: bool
) -> None:
    axis = data.draw(st.none() | hnp.valid_tuple_axes(array.ndim, min_size=1))
    if axis and len(axis) == 1 and data.draw(st.booleans()):
        axis = axis[0]
    t = Tensor(array)
    expected = REDUCTIONS[name](array, axis=axis, keepdims=keepdims)
    for y in (
        REDUCTIONS[name](t, axis=axis, keepdims=keepdims),
        getattr(t, name)(axis=axis, keepdims=keepdims),
    ):
        assert np.shape(y) == expected.shape
        assert isinstance(y, Tensor if expected.ndim else Value)
        numbers = y.numpy() if isinstance(y, Tensor) else y.data
        assert np.allclose(numbers, expected, rtol=1e-14, atol=1e-14)
        if name in ONE_NODE:
            assert {v.op.name for v in (entries(y) if isinstance(y, Tensor) else [y])} == {name}
    if name in ("mean", "max", "min"):  # the slopes of each line add up to 1
        y.backward()
        assert t.grad.sum() == pytest.approx(np.size(expected))


def test_sum_and_mean_are_one_node_each() -> None:
    t = Tensor(np.arange(6.0).reshape(2, 3))
    for f, op, slope in [(np.sum, "sum", 1.0), (np.mean, "mean", 1 / 6), (ag.sum, "sum", 1.0)]:
        y = f(t)
        assert type(y) is Value
        assert (y.op.name, len(y.parents)) == (op, 6)
        assert y.partials == (slope,) * 6
    assert [len(v.parents) for v in entries(t.sum(axis=0))] == [2, 2, 2]
    assert len(t.sum(initial=5.0).operands) == 7
    assert t.max(initial=9.0).data == 9.0


def test_reductions_of_nothing() -> None:
    empty = Tensor([])
    assert empty.sum() == 0.0
    assert empty.prod() == 1.0
    with pytest.raises(ValueError, match=r"np\.maximum of no entries has no value"):
        empty.max()
    assert Tensor(np.zeros((0, 2))).sum(axis=0).tolist() == [0.0, 0.0]


def test_unsupported_options_are_named() -> None:
    t = Tensor([1.0, 2.0])
    for compute, message in [
        (lambda: t.mean(dtype=float), "mean of a Tensor does not take dtype"),
        (lambda: np.mean(t, where=[True, False]), "mean of a Tensor does not take where"),
        (lambda: np.clip(t, 0, 1, out=t), "clip of a Tensor does not take out"),
        (lambda: np.clip(t, 0, 1, where=[True, False]), "clip of a Tensor does not take where"),
        (lambda: np.linalg.norm(t.reshape(1, 2), "nuc"), "ord='nuc' of a Tensor's"),
    ]:
        with pytest.raises(TypeError, match=message):
            compute()


def test_norms() -> None:
    t = Tensor([[3.0, 4.0], [0.0, 0.0]])
    y = np.linalg.norm(t, axis=1)
    assert y.numpy().tolist() == [5.0, 0.0]
    assert [v.op.name for v in y] == ["norm", "norm"]
    y.backward()
    assert t.grad.tolist() == [[0.6, 0.8], [0.0, 0.0]]
    assert np.linalg.norm(t).data == 5.0
    assert np.linalg.norm(t, "fro", keepdims=True).shape == (1, 1)
    assert np.linalg.norm(t[0], 2).data == 5.0


# --- joining and splitting ---


def test_joining() -> None:
    a, b = Tensor([1.0, 2.0]), Tensor([3.0, 4.0])
    for y, expected in [
        (np.concatenate([a, b]), [1, 2, 3, 4]),
        (np.stack([a, b]), [[1, 2], [3, 4]]),
        (np.stack([a, b], axis=1), [[1, 3], [2, 4]]),
        (np.hstack([a, b]), [1, 2, 3, 4]),
        (np.vstack([a, b]), [[1, 2], [3, 4]]),
        (np.append(a, b), [1, 2, 3, 4]),
        (np.tile(a, 2), [1, 2, 1, 2]),
        (np.where([True, False], a, b), [1, 4]),
    ]:
        assert isinstance(y, Tensor)
        assert y.numpy().tolist() == expected
    assert np.concatenate([a, b])[3] is b[1]
    first, second = np.split(np.concatenate([a, b]), 2)
    assert second[0] is b[0]
    assert isinstance(first, Tensor)


def test_constants_among_the_entries() -> None:
    a = Tensor([1.0, 2.0])
    mixed = np.concatenate([a, [5.0, 6.0]])
    (mixed * mixed).backward()
    assert mixed.grad.tolist() == [2.0, 4.0, 0.0, 0.0]
    mixed.zero_grad()
    assert a.grad.tolist() == [0.0, 0.0]
    mixed.assign([9.0, 8.0, 7.0, 6.0])
    assert a.numpy().tolist() == [9.0, 8.0]
    assert mixed.numpy().tolist() == [9.0, 8.0, 7.0, 6.0]
    zeros = np.zeros_like(a)
    assert (zeros.numpy().tolist(), zeros.grad.tolist()) == ([0.0, 0.0], [0.0, 0.0])


# --- whole arrays of numbers ---


@given(arrays, st.data())
def test_backward_is_a_vector_jacobian_product(array: np.ndarray, data: st.DataObject) -> None:
    seed = data.draw(hnp.arrays(float, array.shape, elements=small))
    t = Tensor(array)
    y = t * t + t.sum()
    y.backward(seed)
    assert np.array_equal(t.grad, 2 * array * seed + seed.sum())
    assert np.array_equal(y.grad, seed)
    y.backward(seed)
    assert np.array_equal(t.grad, 2 * (2 * array * seed + seed.sum()))
    t.zero_grad()
    assert not t.grad.any()


def test_backward_of_leaves_and_shared_entries() -> None:
    t = Tensor([1.0, 2.0])
    t.backward()
    assert t.grad.tolist() == [1.0, 1.0]
    t.backward([2.0, 3.0])
    assert t.grad.tolist() == [3.0, 4.0]
    x = Value(1.0)
    Tensor([x, x, 2.0 * x]).backward([1, 2, 3])
    assert x.grad == 9.0
    Tensor([]).backward()
    Tensor(3.0).backward(2.0)


@pytest.mark.parametrize(
    ("numbers", "error", "message"),
    [
        ("a", TypeError, r"Tensor\.{}\(\) takes a number, not the text 'a'"),
        (["1.5", 2.0], TypeError, "not the text '1.5'"),
        (None, TypeError, "not None"),
        (1j, TypeError, "complex"),
        (np.array([1j, 2j]), TypeError, "complex"),
        ([Value(1.0), 2.0], TypeError, r"not Value\(1.0\), which is recorded already"),
        (Tensor([1.0, 2.0]), TypeError, "recorded already"),
        ([1.0, 2.0, 3.0], ValueError, r"not of shape \(3,\)"),
        ([[1.0], [2.0], [3.0]], ValueError, r"shape \(2,\) takes .*, not of shape \(3, 1\)"),
    ],
)
@pytest.mark.parametrize("method", ["assign", "backward"])
def test_bad_numbers_change_nothing(method: str, numbers: Any, error: type, message: str) -> None:
    t = Tensor([1.0, 2.0])
    with pytest.raises(error, match=message.format(method)):
        getattr(t, method)(numbers)
    assert t.numpy().tolist() == [1.0, 2.0]
    assert t.grad.tolist() == [0.0, 0.0]


def test_assign() -> None:
    t = Tensor([[1.0, 2.0], [3.0, 4.0]])
    before = entries(t)
    t.assign([10, 20])
    assert t.numpy().tolist() == [[10.0, 20.0], [10.0, 20.0]]
    assert all(a is b for a, b in zip(entries(t), before, strict=True))
    (t * t).backward()
    t.assign(t.numpy() - 0.5 * t.grad)
    assert not t.numpy().any()
    t.assign(7)
    assert t.numpy().tolist() == [[7.0, 7.0], [7.0, 7.0]]


def test_numpy_is_a_copy() -> None:
    t = Tensor([1.0, 2.0])
    t.numpy()[0] = t.grad[0] = 9.0
    assert (t.numpy()[0], t.grad[0]) == (1.0, 0.0)
    with pytest.raises(AttributeError):
        t.grad = np.ones(2)


def test_no_silent_loss() -> None:
    t = Tensor([1.0, 2.0])
    for convert in (
        lambda: t.astype(float),
        lambda: np.asarray(t, dtype=float),
        lambda: float(t[:1].reshape(())),
        lambda: np.linalg.svd(Tensor(np.eye(2))),
    ):
        with pytest.raises(TypeError):
            convert()
    plain = np.zeros(2)
    with pytest.raises(TypeError, match="gradient"):
        plain[:] = t


def test_training_a_neuron() -> None:
    rng = np.random.default_rng(0)
    x, truth = rng.normal(size=(20, 3)), np.array([1.0, -2.0, 0.5])
    w = Tensor(np.zeros(3), name="w")
    for _ in range(60):
        w.zero_grad()
        loss = np.mean((x @ w - x @ truth) ** 2)
        loss.backward()
        w.assign(w.numpy() - 0.3 * w.grad)
    assert loss.data < 1e-6
    assert w.numpy() == pytest.approx(truth, abs=1e-2)


# --- copies ---


@pytest.mark.parametrize(
    "way", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x)),
            lambda x: pickle.loads(pickle.dumps(x, 0))],
    ids=["deepcopy", "pickle", "pickle 0"],
)  # fmt: skip
def test_copies(way: Callable) -> None:
    t = Tensor([[1.0, 2.0], [3.0, 4.0]], name="t")
    y = (t @ t).sum(axis=0)
    t2, y2, first = way([t, y, t[0, 0]])
    assert type(t2) is type(y2) is Tensor
    assert t2[0, 0] is first
    assert t2[1, 0].name == "t[1,0]"
    y2.backward()
    assert not t.grad.any()
    y.backward()
    assert np.array_equal(t2.grad, t.grad)
    assert np.array_equal(t2.numpy(), t.numpy())
    shallow = t.copy()
    assert shallow[0, 0] is t[0, 0]
    shallow[0, 0] = 9.0
    assert t[0, 0].data == 1.0


def test_pickle_holds_each_node_once() -> None:
    sizes = [len(pickle.dumps(Tensor(np.ones(n)).cumsum())) for n in (1000, 2000)]
    assert sizes[1] < 2.1 * sizes[0]


def test_copies_of_long_chains() -> None:
    t = Tensor(np.ones(20_000)).cumsum()  # hopeless where each entry's graph is walked anew
    for way in (copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))):
        copied = way(t)
        assert copied[-1].data == 20_000
        assert copied[-1].parents[0] is copied[-2]


def test_a_mask_is_not_lost() -> None:
    with pytest.raises(TypeError, match=r"the mask of a masked array: hand in its \.filled\(\)"):
        Tensor(np.ma.masked_array([1.0, 2.0], [True, False]))


def test_a_file_is_not_emptied_for_nothing(tmp_path: Path) -> None:
    path = tmp_path / "numbers"
    path.write_text("kept")
    with pytest.raises(TypeError, match=r"Tensor\.numpy\(\)\.tofile"):
        Tensor([1.0]).tofile(path)
    assert path.read_text() == "kept"
