"""Products of arrays over random shapes, of every kind on either side: NumPy's numbers, exactly."""

from collections.abc import Callable
from typing import Any

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Tensor, Value
from autograd.arrays.ways import plain

Shapes = st.SearchStrategy[tuple[tuple[int, ...], tuple[int, ...]]]

small = st.integers(-3, 3)  # sums and products of these are exact
sizes = st.integers(0, 3)
any_shape = hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3)


@st.composite
def shapes_of(draw: st.DrawFn, signature: str, scalars: bool = False, more: bool = True) -> Any:
    """Draw shapes that end as the signature has it, with axes of their own before that."""
    length = {name: draw(sizes) for name in "mnp"}
    left, right = (tuple(length[name] for name in part) for part in signature.split(","))
    if scalars and draw(st.booleans()):
        left = ()
    elif scalars and draw(st.booleans()):
        right = ()
    else:
        left = draw(hnp.array_shapes(min_dims=0, max_dims=2, max_side=2)) + left
        right = draw(hnp.array_shapes(min_dims=0, max_dims=2, max_side=2)) * more + right
    return left, right


@st.composite
def broadcastable(draw: st.DrawFn, signature: str) -> Any:
    shapes = draw(hnp.mutually_broadcastable_shapes(signature=signature, max_dims=1, max_side=3))
    return shapes.input_shapes


def either(*strategies: Any) -> Any:
    return st.one_of(*strategies)


PRODUCTS: dict[str, tuple[Callable[..., Any], Any]] = {
    "dot": (np.dot, either(
        shapes_of("n,n", True, False), shapes_of("mn,np", True), shapes_of("n,np"))),
    "inner": (np.inner, either(shapes_of("n,n", True), shapes_of("mn,pn", True))),
    "outer": (np.outer, st.tuples(any_shape, any_shape)),
    "linalg.outer": (np.linalg.outer, st.tuples(sizes, sizes)),
    "kron": (np.kron, st.tuples(any_shape, any_shape)),
    "vdot": (np.vdot, either(st.just(((), ())), any_shape.map(lambda shape: (shape, shape)))),
    "tensordot": (lambda a, b: np.tensordot(a, b, 1), either(shapes_of("n,n").map(
        lambda s: (s[0], s[1][::-1])))),
    "tensordot of two": (lambda a, b: np.tensordot(a, b, ([0, -1], [-1, 0])),
                         st.just(((2, 3, 1), (1, 3, 2)))),
    "tensordot of none": (lambda a, b: np.tensordot(a, b, 0), st.tuples(any_shape, any_shape)),
    "matmul": (np.matmul, broadcastable("(m?,n),(n,p?)->(m?,p?)")),
    "multiply.outer": (np.multiply.outer, st.tuples(any_shape, any_shape)),
    "cross": (np.cross, broadcastable("(3),(3)->(3)")),
    "einsum": (lambda a, b: np.einsum("...ij,...jk->...ik", a, b),
               broadcastable("(m,n),(n,p)->(m,p)")),
    "einsum of one": (lambda a, b: np.einsum("ij,kj", a, b), shapes_of("mn,pn").map(
        lambda s: (s[0][-2:], s[1][-2:]))),
    **{
        name: (getattr(np, name), broadcastable(signature))
        for name, signature in {
            "vecdot": "(n),(n)->()", "matvec": "(m,n),(n)->(m)", "vecmat": "(n),(n,p)->(p)"
        }.items()
        if hasattr(np, name)
    },
}  # fmt: skip


def kinds(array: Any, recorded: bool) -> list[Any]:
    """Return an array in the forms in which programs hand it over."""
    if not array.ndim:
        return [Value(float(array)), Tensor(array)] if recorded else [float(array), array]
    if recorded:
        return [Tensor(array)]
    leaves = np.array(Tensor(array), dtype=object)  # a plain array of objects
    return [array, array.tolist(), leaves] if array.size else [array]


@pytest.mark.parametrize("name", PRODUCTS)
@settings(max_examples=30)
@given(data=st.data())
def test_products_are_numpys(name: str, data: st.DataObject) -> None:
    f, shapes = PRODUCTS[name]
    left, right = data.draw(shapes)
    a, b, da, db = (
        data.draw(hnp.arrays(float, shape, elements=small)) for shape in (left, right) * 2
    )
    want = f(a, b)
    seed = data.draw(hnp.arrays(float, np.shape(want), elements=small))
    for x in kinds(a, True):
        for y in kinds(b, False):
            clear(x)
            check(f(x, y), want, seed)
            assert np.sum(x.grad * da) == np.sum(seed * f(da, b))
    for y in kinds(b, True):
        for x in kinds(a, False):
            clear(y)
            check(f(x, y), want, seed)
            assert np.sum(y.grad * db) == np.sum(seed * f(a, db))
    x, y = Tensor(a), Tensor(b)
    check(f(x, y), want, seed)
    assert np.sum(x.grad * da) == np.sum(seed * f(da, b))
    assert np.sum(y.grad * db) == np.sum(seed * f(a, db))


def check(got: Any, want: Any, seed: Any) -> None:
    """Compare the numbers exactly, and sweep back from the result."""
    assert np.shape(got) == np.shape(want)
    assert isinstance(got, Tensor if np.ndim(want) else (Value, float)) or got.dtype == np.float64
    assert np.array_equal(plain(got), want)
    if isinstance(got, (Tensor, Value)):
        got.backward(seed if np.ndim(want) else float(seed))


def clear(x: Any) -> None:
    """Forget the gradients of earlier sweeps."""
    if isinstance(x, Tensor):
        x.zero_grad()
    else:
        x.grad = 0.0


@pytest.mark.parametrize(
    ("f", "shapes"),
    [
        (np.dot, ((2, 3), (2, 3))),
        (np.dot, ((3,), (2, 2, 3))),
        (np.inner, ((2, 3), (3, 2))),
        (np.vdot, ((2, 3), (5,))),
        (np.tensordot, ((2, 3), (3, 2))),
        (np.matmul, ((2, 3), ())),
        (np.matmul, ((), (3,))),
        (np.cross, ((4,), (3,))),
        *[
            (getattr(np, name), shapes)
            for name, shapes in {
                "vecdot": ((2, 3), (2,)), "matvec": ((2, 3), (2,)), "vecmat": ((3,), (2, 3))
            }.items()
            if hasattr(np, name)
        ],
    ],
    ids=lambda x: getattr(x, "__name__", str(x)),
)  # fmt: skip
def test_shapes_that_do_not_fit_raise_as_in_numpy(f: Any, shapes: Any) -> None:
    a, b = map(np.ones, shapes)
    with pytest.raises(ValueError, match=r"."):
        f(a, b)
    for x, y in ((Tensor(a), b), (a, Tensor(b)), (Tensor(a), Tensor(b))):
        with pytest.raises(ValueError, match=f"{f.__name__}|vecdot|matmul|vector"):
            f(x, y)


def test_products_are_one_node_for_each_entry() -> None:
    a, b = Tensor(np.ones((2, 3))), Tensor(np.ones((4, 3, 2)))
    for product, edges in [
        (np.dot(a, b), 6),
        (np.inner(a, b.swapaxes(1, 2)), 6),
        (np.vdot(a, a), 12),
        (np.tensordot(a, b, ([1], [1])), 6),
        (np.linalg.multi_dot([a, a.T]), 6),
    ]:
        for node in np.ravel(product):
            assert node.op.name == "dot"
            assert len(node.parents) == edges
