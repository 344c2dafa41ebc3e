"""NumPy's functions on Values, on object arrays and on Tensors: the same numbers and gradients."""

import operator
from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

import autograd as ag
from autograd import TABLE, Dual, Tensor, Value
from autograd.arrays.ways import plain
from autograd.values.ufuncs import _BY_DATA, _COMPOSED, _OF_SCIPY, _ROWS, _row

UFUNCS = sorted(
    {function for function in _ROWS if isinstance(function, np.ufunc)} - {*_BY_DATA, np.positive},
    key=lambda f: f.__name__,
)
POINTS = {"arccosh": (1.5,), "power": (1.5, 0.7), "float_power": (1.5, 0.7)}


def point(ufunc: np.ufunc) -> tuple[float, ...]:
    return POINTS.get(ufunc.__name__, (0.3, 0.7)[: ufunc.nin])


def central(f: Callable[..., float], at: Any, i: int, h: float = 1e-6) -> float:
    up, down = list(at), list(at)
    up[i] += h
    down[i] -= h
    return (f(*up) - f(*down)) / (2 * h)


SPECIAL = [np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0, -2.5]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(
    "ufunc",
    [*UFUNCS, *_COMPOSED, *sorted(_BY_DATA, key=lambda f: f.__name__)],
    ids=lambda f: f.__name__,
)
def test_ufuncs_of_special_numbers(ufunc: np.ufunc) -> None:
    grid = np.array(list(product(SPECIAL, repeat=ufunc.nin))).T
    want = ufunc(*grid)
    for got in (ufunc(*map(Tensor, grid)), ufunc(Tensor(grid[0]), *grid[1:])):
        numbers = plain(got)
        assert numbers.dtype == want.dtype
        np.testing.assert_allclose(numbers, want, rtol=4e-16)
    values = [ufunc(*map(Value, column)) for column in grid.T]
    np.testing.assert_allclose([plain(x) for x in values], want, rtol=4e-16)


def test_fmax_and_fmin_ignore_nan() -> None:
    for f, chosen in [(np.fmax, 1.0), (np.fmin, 0.0)]:
        a, b = Tensor([np.nan, 3.0, 2.0, np.nan, 7.0]), Tensor([1.0, np.nan, 2.0, np.nan, 5.0])
        f(a, b)[[0, 1, 2, 4]].backward()
        assert a.grad.tolist() == [0.0, 1.0, 0.5, 0.0, chosen]
        assert b.grad.tolist() == [1.0, 0.0, 0.5, 0.0, 1.0 - chosen]
    t = Tensor([np.nan, 3.0, 1.0])
    assert (np.fmax.reduce(t).data, np.fmin.reduce(t).data) == (3.0, 1.0)
    assert np.fmax.accumulate(t).numpy()[1:].tolist() == [3.0, 3.0]


def test_heaviside() -> None:
    x, h = Tensor([-1.0, 0.0, 2.0]), Tensor([0.5, 0.5, 0.5])
    y = np.heaviside(x, h)
    y.backward()
    assert y.numpy().tolist() == [0.0, 0.5, 1.0]
    assert (x.grad.tolist(), h.grad.tolist()) == ([0.0, 0.0, 0.0], [0.0, 1.0, 0.0])


# --- on Values ---


@pytest.mark.parametrize("ufunc", UFUNCS, ids=lambda f: f.__name__)
def test_ufunc_of_values(ufunc: np.ufunc) -> None:
    at = point(ufunc)
    leaves = [Value(x) for x in at]
    y = ufunc(*leaves)
    assert type(y) is Value
    assert y.op is _row(ufunc)
    assert y.data == pytest.approx(float(ufunc(*at)), rel=1e-15)
    y.backward()
    for i, leaf in enumerate(leaves):
        assert leaf.grad == pytest.approx(central(ufunc, at, i), rel=1e-7, abs=1e-9)


@pytest.mark.parametrize(
    "ufunc", [f for f in UFUNCS if f.nin == 2], ids=lambda f: f.__name__
)  # fmt: skip
@pytest.mark.parametrize("kind", [float, np.float64, np.float32])
def test_binary_ufunc_with_numbers(ufunc: np.ufunc, kind: Callable) -> None:
    a, b = (float(kind(x)) for x in point(ufunc))
    x = Value(a)
    for y in (ufunc(x, kind(b)), ufunc(kind(a), Value(b))):
        assert type(y) is Value
        assert len(y.parents) == 1
        assert y.data == pytest.approx(float(ufunc(a, b)), rel=1e-15)


def test_table_has_a_row_for_every_ufunc_of_its_names() -> None:
    named = {name for name in TABLE if isinstance(getattr(np, name, None), np.ufunc)}
    comparisons = {"less", "less_equal", "equal", "not_equal"}  # NumPy's answers are booleans
    assert {_row(getattr(np, name)).name for name in named - comparisons} == named - comparisons
    assert len(UFUNCS) >= 40


OPERATORS = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow]


@pytest.mark.parametrize("f", OPERATORS)
@pytest.mark.parametrize("scalar", [np.float64(2), np.float32(2), np.int32(2), np.uint8(2)])
def test_numpy_scalars(f: Callable, scalar: Any) -> None:
    x = Value(3.0)
    for y, expected in [(f(scalar, x), f(2.0, 3.0)), (f(x, scalar), f(3.0, 2.0))]:
        assert type(y) is Value
        assert y.data == expected
        assert y.parents == (x,)


@pytest.mark.parametrize("f", OPERATORS)
@pytest.mark.parametrize("dtype", [float, np.float32, int, object])
def test_array_with_value(f: Callable, dtype: type) -> None:
    x = Value(3.0)
    array = np.array([[1, 2], [3, 4]], dtype=dtype)
    for y, expected in [(f(array, x), f(array.astype(float), 3.0)), (f(x, array), f(3.0, array))]:
        assert isinstance(y, Tensor)
        assert np.array_equal(y.numpy(), expected.astype(float))
        x.grad = 0.0
        y.backward()
        assert x.grad != 0.0


@pytest.mark.parametrize(
    "compare", [operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne]
)
def test_comparisons_give_booleans(compare: Callable) -> None:
    array = np.array([1.0, 2.0, 3.0])
    t, two = Tensor(array), Value(2.0)
    expected = compare(array, 2.0).tolist()
    assert [compare(x, y).tolist() for x in (array, t) for y in (two, t * 0 + 2)] == [expected] * 4
    assert compare(t, 2.0).tolist() == compare(t, np.full(3, 2.0)).tolist() == expected
    assert compare(two, t).tolist() == compare(2.0, array).tolist()
    assert compare(t, two).dtype == bool
    assert isinstance(compare(np.float64(1.0), two), np.bool_)


def test_questions_about_numbers() -> None:
    t = Tensor([1.0, float("nan"), float("inf"), -2.0])
    assert np.isnan(t).tolist() == [False, True, False, False]
    assert np.isfinite(t).tolist() == [True, False, False, True]
    assert np.isinf(t).tolist() == [False, False, True, False]
    assert np.signbit(t).tolist() == [False, False, False, True]
    assert not np.isnan(Value(1.0))
    assert np.logical_and(t > 0, t < 5).tolist() == [True, False, False, False]
    assert np.logical_not(Tensor([0.0, 1.0])).tolist() == [True, False]
    assert (t[:1].all(), Tensor([0.0, 0.0]).any(), np.all(t), np.any(t)) == (
        True,
        False,
        True,
        True,
    )
    assert np.all(Tensor([[1.0, 0.0], [1.0, 1.0]]), axis=1).tolist() == [False, True]
    assert np.allclose(Tensor([1.0, 2.0]), [1.0, 2.0])


@pytest.mark.parametrize(
    "name", ["modf", "frexp", "spacing", "nextafter", "copysign", "gcd", "ldexp"]
)
def test_unknown_functions_are_named(name: str) -> None:
    ufunc = getattr(np, name)
    for x in (Value(1.0), Tensor([1.0])):
        with pytest.raises(TypeError, match=rf"np\.{name} has no derivative here.*\.numpy\(\)"):
            ufunc(*[x] * ufunc.nin)


def test_unknown_methods_are_named() -> None:
    t = Tensor([1.0, 2.0])
    with pytest.raises(TypeError, match=r"np\.add\.at is not supported"):
        np.add.at(t, 0, 1.0)
    with pytest.raises(TypeError, match=r"np\.add\.reduceat is not supported"):
        np.add.reduceat(t, [0])
    with pytest.raises(TypeError, match=r"np\.exp on Values takes no where="):
        np.exp(t, where=[True, False])
    with pytest.raises(TypeError, match=r"np\.add\.reduce on Values takes no where="):
        t.sum(where=[True, False])
    with pytest.raises(TypeError, match=r"np\.matmul on Values does not take axes"):
        np.matmul(t, t, axes=[(0,), (0,), ()])


@pytest.mark.parametrize("bad", ["a", None, 1j, {}])
def test_strangers_are_refused(bad: Any) -> None:
    t = Tensor([1.0, 2.0])
    for compute in (lambda: t + bad, lambda: bad * t, lambda: np.maximum(t, bad)):
        with pytest.raises(TypeError, match="takes"):
            compute()
    with pytest.raises(TypeError):
        np.add(Value(1.0), bad)


def test_ieee_in_arrays() -> None:
    t = Tensor([0.0, -1.0, 1.0])
    assert np.isnan(np.log(t).numpy()).tolist() == [False, True, False]
    y = np.sqrt(t) + 1.0 / t
    y.backward()
    assert t.grad[0] != t.grad[0]  # inf - inf
    assert np.linalg.norm(Tensor([0.0, 0.0])).data == 0.0
    assert np.vectorize(lambda v: 1.0 / v)(t)[0].data == np.inf


# --- writing results somewhere ---


def test_out() -> None:
    t = Tensor([1.0, 2.0])
    place = np.empty(2, dtype=object)
    assert np.exp(t, out=place) is place
    assert isinstance(place[0], Value)
    kept = np.empty(2, dtype=bool)
    assert np.less(t, 1.5, out=kept) is kept
    assert kept.tolist() == [True, False]
    for out in (np.zeros(2), np.zeros(2, np.int64)):
        with pytest.raises(
            TypeError, match=rf"np\.exp cannot write Values into an array of {out.dtype}"
        ):
            np.exp(t, out=out)
        assert not out.any()


def test_dtype() -> None:
    t = Tensor([1.0, 2.0])
    assert isinstance(np.exp(t, dtype=object), Tensor)
    with pytest.raises(TypeError, match=r"np\.exp with dtype=float32 would lose the gradients"):
        np.exp(t, dtype=np.float32)
    with pytest.raises(TypeError, match=r"np\.add with dtype=float64 would lose the gradients"):
        t.sum(dtype=float)


def test_the_same_values_in_an_array_of_its_own() -> None:
    t = Tensor([1.0, 2.0])
    for y in (+t, t.conj(), np.positive(t)):
        assert y[0] is t[0]
        y += 1.0
        assert t.numpy().tolist() == [1.0, 2.0]
    assert +t[0] is t[0]


def test_in_place_operators() -> None:
    t = Tensor([1.0, 2.0], name="t")
    leaves, same = list(t), t
    t += 1.0
    t *= Value(3.0)
    t **= 2
    t -= [1.0, 2.0]
    assert t is same
    assert t.numpy().tolist() == [35.0, 79.0]
    t.backward()
    assert [v.grad for v in leaves] == [36.0, 54.0]
    plain = np.ones(2)
    with pytest.raises(TypeError, match="float64"):
        plain += t
    assert plain.tolist() == [1.0, 1.0]
    entries = np.array([Value(1.0), Value(2.0)])
    entries += 1.0
    entries += Value(1.0)
    assert [v.data for v in entries] == [3.0, 4.0]


# --- vectorize, outer, accumulate ---


def test_vectorize() -> None:
    t = Tensor([[0.5, 1.0]])
    for f in (np.vectorize(lambda v: v * v + 1.0), np.frompyfunc(lambda v: v * v + 1.0, 1, 1)):
        t.zero_grad()
        y = f(t)
        assert isinstance(y, Tensor)
        y.backward()
        assert t.grad.tolist() == [[1.0, 2.0]]
    assert f(Value(3.0)).data == 10.0
    both = np.frompyfunc(lambda v: (v, -v), 1, 2)(t)
    assert [type(x) for x in both] == [Tensor, Tensor]


def test_outer() -> None:
    a, b = Tensor([1.0, 2.0]), np.array([3.0, 4.0, 5.0])
    for y in (np.multiply.outer(a, b), np.outer(a, b)):
        assert np.array_equal(y.numpy(), np.outer([1, 2], b))
    y.backward()
    assert a.grad.tolist() == [12.0, 12.0]
    assert np.subtract.outer(b, a).numpy().tolist() == np.subtract.outer(b, [1.0, 2.0]).tolist()


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=6), st.data())
def test_accumulate(xs: list[int], data: st.DataObject) -> None:
    ufunc = data.draw(st.sampled_from([np.add, np.multiply, np.maximum, np.minimum, np.subtract]))
    t = Tensor(xs)
    y = ufunc.accumulate(t)
    assert y.numpy().tolist() == ufunc.accumulate(xs).tolist()
    assert y[0] is t[0]


def test_cumsum() -> None:
    t = Tensor([[1.0, 2.0], [3.0, 4.0]])
    for y, expected in [
        (t.cumsum(), [1, 3, 6, 10]),
        (np.cumsum(t, axis=0), [[1, 2], [4, 6]]),
        (t.cumsum(axis=1), [[1, 3], [3, 7]]),
        (np.cumprod(t), [1, 2, 6, 24]),
    ]:
        assert y.numpy().tolist() == expected
    t.cumsum().backward()
    assert t.grad.tolist() == [[4.0, 3.0], [2.0, 1.0]]


# --- whole computations: floats, object arrays and Tensors agree ---

W = np.array([[0.5, -1.0, 2.0], [1.5, 0.25, -0.75]])
COMPUTATIONS: dict[str, Callable[[Any], Any]] = {
    "exp": lambda a: np.sum(np.exp(a)),
    "tanh": lambda a: np.tanh(a).sum(),
    "logs": lambda a: (np.log1p(a) + np.log(a) * np.log2(a) - np.log10(a)).sum(),
    "roots": lambda a: (np.sqrt(a) + np.cbrt(a) + np.square(a) + np.reciprocal(a)).sum(),
    "waves": lambda a: (np.sin(a) * np.cos(a) + np.tan(a)).sum(),
    "inverses": lambda a: (np.arctan(a) + np.arcsinh(a) + np.arcsin(a / 5)).sum(),
    "hyperbolic": lambda a: (np.sinh(a) - np.cosh(a) * np.expm1(a)).sum(),
    "binary": lambda a: (np.hypot(a, a[::-1]) + np.arctan2(a, a * a + 1)).sum(),
    "powers": lambda a: (a**3 + 2**a + a**-0.5 + a**a).sum(),
    "sum": lambda a: a.sum() * a[0],
    "mean": lambda a: a.mean() * np.mean(a * a),
    "prod": lambda a: a.prod() + np.prod(a[1:]),
    "matrix @ a": lambda a: ((W @ a) ** 2).sum(),
    "a @ matrix": lambda a: ((a @ W.T) ** 2).sum(),
    "a @ a": lambda a: a @ a,
    "dot": lambda a: np.dot(a, a) + a.dot(a[::-1]) + np.dot(a, 2.0).sum(),
    "inner": lambda a: np.inner(a, a * a) + np.inner(W, a).sum(),
    "vdot": lambda a: np.vdot(a, a * 2),
    "outer": lambda a: (np.outer(a, a) * np.eye(3)).sum(),
    "einsum": lambda a: np.einsum("ij,j,j->", W, a, a),
    "tensordot": lambda a: np.tensordot(W, a, axes=1).sum(),
    "maximum": lambda a: np.maximum(a, 1.0).sum() + np.minimum(a * a, 1.5).sum(),
    "max": lambda a: a.max() * np.min(a),
    "where": lambda a: np.where(W[0] > 0, a * a, -a).sum(),
    "clip": lambda a: np.clip(a, 0.5, 1.5).sum() + a.clip(0.5, 1.5)[0],
    "norm": lambda a: np.linalg.norm(a) * np.linalg.norm(a[:2]),
    "var": lambda a: a.var() + np.var(a, ddof=1),
    "std": lambda a: a.std() + np.std(a * a),
    "cumsum": lambda a: (np.cumsum(a) ** 2).sum(),
    "diff": lambda a: (np.diff(a) ** 2).sum(),
    "trace": lambda a: np.trace(np.outer(a, a)),
    "average": lambda a: np.average(a, weights=[1.0, 2.0, 3.0]),
    "concatenate": lambda a: (np.concatenate([a, a * a, np.ones(2)]) ** 2).sum(),
    "stack": lambda a: (np.stack([a, 2 * a]) * W).sum(),
    "reshape": lambda a: (a.reshape(3, 1) * a[np.newaxis]).T[0].sum(),
    "pad": lambda a: (np.pad(a, 1)[:3] * a).sum(),
    "roll": lambda a: (np.roll(a, 1) * a).sum(),
    "sort": lambda a: np.sort(a)[::2].sum() * np.median(a),
    "abs": lambda a: np.abs(a - 1.0).sum() + np.negative(a)[0] + abs(-a).sum(),
    "softmax": lambda a: (np.exp(a) / np.exp(a).sum())[0],
}
AT = np.array([0.3, 1.7, 0.9])


@pytest.mark.parametrize("name", COMPUTATIONS)
@pytest.mark.parametrize("kind", [Tensor, "object array"])
def test_computations(name: str, kind: Any) -> None:
    f = COMPUTATIONS[name]
    leaves = [Value(x) for x in AT]
    y = f(Tensor(leaves) if kind is Tensor else np.array(leaves))
    assert type(y) is Value, y
    assert y.data == pytest.approx(float(f(AT)), rel=1e-13)
    y.backward()
    for i, leaf in enumerate(leaves):
        expected = central(lambda *a: float(f(np.array(a))), AT, i)
        assert leaf.grad == pytest.approx(expected, rel=2e-7, abs=1e-8)


def test_logaddexp() -> None:  # NumPy has it for no object arrays
    t = Tensor([1000.0, 2.0])
    y = np.logaddexp(t, [1000.0, -np.inf])
    assert y.numpy() == pytest.approx([1000 + np.log(2), 2.0])
    y.backward()
    assert t.grad.tolist() == [0.5, 1.0]


def test_sinc() -> None:  # of NumPy it is no ufunc
    t = Tensor([0.0, 1.0, 0.5])
    y = np.sinc(t)
    assert all(node.op is TABLE["sinc"] for node in y)
    assert y.numpy().tolist() == [1.0, 0.0, 2.0 / np.pi]
    y.sum().backward()
    assert t.grad.tolist() == [0.0, -1.0, -4.0 / np.pi]


def test_a_wrong_gradient_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(COMPUTATIONS, "sum", lambda a: a[0] * getattr(a.sum(), "data", a.sum()))
    with pytest.raises(AssertionError):
        test_computations("sum", Tensor)


# --- rules of kinks hold in arrays ---


def test_ties_follow_the_rows() -> None:
    t = Tensor([2.0, 2.0])
    t.max().backward()
    assert t.grad.tolist() == [0.5, 0.5]
    t.zero_grad()
    np.minimum(t, [2.0, 3.0]).backward()
    assert t.grad.tolist() == [0.5, 1.0]
    three = Tensor([2.0, 2.0, 2.0])
    three.min().backward()
    assert three.grad.tolist() == [0.25, 0.25, 0.5]


def test_limits_follow_the_rows() -> None:
    t = Tensor([0.0, 0.5, 1.0, 2.0])
    for y in (np.clip(t, 0.0, 1.0), t.clip(0.0, 1.0), np.clip(t, min=0.0, max=1.0)):
        t.zero_grad()
        y.backward()
        assert y.numpy().tolist() == [0.0, 0.5, 1.0, 1.0]
        assert t.grad.tolist() == [1.0, 1.0, 1.0, 0.0]
    assert np.clip(t, None, 1.0).numpy().tolist() == [0.0, 0.5, 1.0, 1.0]
    assert t.clip(0.7).numpy().tolist() == [0.7, 0.7, 1.0, 2.0]


def test_unselected_entries_contribute_nothing() -> None:
    t = Tensor([0.0, 4.0])
    np.where(t > 0, np.sqrt(t), 0.0).sum().backward()
    assert t.grad.tolist() == [0.0, 0.25]


def test_clip_of_a_value() -> None:
    x = Value(0.5)
    y = np.clip(x, 0.0, 1.0)
    y.backward()
    assert x.grad == 1.0
    assert type(np.clip(Value(3.0), 0.0, 1.0)) is Value


def test_functions_of_arrays_are_the_same_nodes() -> None:
    t = Tensor([0.5, 2.0])
    for f, g in [(np.exp, ag.exp), (np.arctan, ag.arctan), (np.abs, ag.abs)]:
        assert f(t)[0].op is g(t)[0].op is g(t[0]).op


# --- ufuncs of SciPy, by the names of rows ---


@pytest.mark.parametrize("name", sorted(_OF_SCIPY))
def test_ufuncs_of_scipy(name: str) -> None:
    ufunc = getattr(special, name)
    row = TABLE[_OF_SCIPY[name]]
    at = (0.3, 0.7)[: ufunc.nin]
    leaves = [Value(x) for x in at]
    y = ufunc(*leaves)
    assert type(y) is Value
    assert y.op is row
    assert y.data == pytest.approx(float(ufunc(*at)), rel=1e-14)
    y.backward()
    for i, leaf in enumerate(leaves):
        slope = central(ufunc, at, i)
        assert leaf.grad == pytest.approx(slope, rel=1e-7)
        assert ufunc(*at[:i], Dual(at[i]), *at[i + 1 :]).tangent == pytest.approx(slope, rel=1e-7)
    entries = ufunc(*[Tensor([[x], [x]]) for x in at])
    assert type(entries) is Tensor
    assert entries.shape == (2, 1)
    assert {entry.op for entry in entries.flat} == {row}
    with pytest.raises(TypeError, match="not supported for the input types"):  # SciPy's own words
        ufunc(*[np.array([leaf]) for leaf in leaves])


def test_functions_of_scipy_that_are_made_of_ufuncs() -> None:
    t = Tensor([1.0, 2.0])
    assert [x.data for x in special.softmax(t)] == pytest.approx(special.softmax(t.numpy()))
    assert special.softplus(t).numpy() == pytest.approx(special.softplus(t.numpy()))


@pytest.mark.parametrize("name", ["gamma", "erfinv", "j0"])
def test_unknown_functions_of_scipy_are_named(name: str) -> None:
    for x in (Value(0.5), Tensor([0.5])):
        with pytest.raises(TypeError, match=f"^{name} has no derivative here"):
            getattr(special, name)(x)
