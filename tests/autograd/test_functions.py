"""The primitives under their public names: every kind of number in, the same kind out."""

from __future__ import annotations

import doctest
import inspect
import itertools
import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from mpmath import mp

import autograd
from autograd import TABLE, Primitive, Tensor, Value, functions
from tests.oracles import samples, within

ARITHMETIC = {"add", "sub", "mul", "div", "neg", "pow", "identity"}
"""Python's operators are their public form."""

REDUCTIONS = {"sum", "mean", "prod", "logsumexp", "norm"}

SCALAR_ROWS = [row for row in TABLE.values() if row.arity is not None]
NAMED = [row for row in SCALAR_ROWS if row.name not in ARITHMETIC]
UNARY = [row for row in NAMED if row.arity == 1]

DUNDER = {"abs": "__abs__", "neg": "__neg__", "identity": "__pos__"}


def by_name(rows: list[Primitive]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("row", rows, ids=[row.name for row in rows])


def public(row: Primitive) -> Callable[..., Any]:
    f: Callable[..., Any] = getattr(autograd, row.name)
    return f


def inside(row: Primitive) -> tuple[float, ...]:
    """A point of the domain where every function has a derivative."""
    return samples(row)[0]


def wholes(row: Primitive) -> tuple[int, ...]:
    """Whole numbers in reach of every row; arccosh and arctanh touch them."""
    return {"arctanh": (0,), "polygamma": (1, 2), "sinc_derivative": (1, 2), "clip": (5, 0, 3)}.get(
        row.name, (1, 2, 3)[: row.arity]
    )


# Names.


def test_every_row_has_a_public_function() -> None:
    assert all(public(row) is row for row in SCALAR_ROWS)
    reductions = {row.name for row in TABLE.values() if row.arity is None}
    assert set(functions.__all__) == {*reductions, "softmax"}
    assert set(TABLE) - set(autograd.__all__) == {"abs", "pow", "sum"}  # Python's own
    assert len(autograd.__all__) == len(set(autograd.__all__))
    assert set(TABLE) <= set(dir(autograd))


@pytest.mark.parametrize("name", TABLE)
def test_public_functions_are_documented(name: str) -> None:
    f = getattr(autograd, name)
    assert f.__name__ == name
    assert ">>>" in inspect.getdoc(f)


@pytest.mark.parametrize("name", TABLE)
def test_examples_in_docstrings_run(name: str) -> None:
    example = doctest.DocTestParser().get_doctest(TABLE[name].__doc__, {**TABLE}, name, None, 0)
    assert example.examples
    assert doctest.DocTestRunner(verbose=False).run(example).failed == 0


@by_name(NAMED)
def test_functions_take_as_many_arguments_as_their_rows(row: Primitive) -> None:
    assert len(inspect.signature(public(row)).parameters) == row.arity


@by_name([row for row in SCALAR_ROWS if row.arity == 1])
def test_every_unary_row_is_a_method(row: Primitive) -> None:
    x = Value(inside(row)[0])
    y = getattr(x, DUNDER.get(row.name, row.name))()
    if row.name == "identity":
        assert y is x
        return
    assert y.op is row
    assert y.data == row.fn(x.data)


@by_name([row for row in NAMED if isinstance(row.numpy, np.ufunc)])
def test_numpy_functions_take_values(row: Primitive) -> None:
    """Directly, and as entries of an object array, whose methods NumPy calls."""
    args = [Value(x) for x in inside(row)]
    node = row.numpy(*args)
    assert isinstance(node, Value)
    assert node.op is row
    if row.name == "sign":
        return  # of objects, NumPy finds it by comparisons, and there is no derivative to lose
    columns = [np.array([v, v], dtype=object) for v in args]
    if "O" * row.numpy.nin + "->O" not in row.numpy.types:
        with pytest.raises(TypeError, match=row.name):
            row.numpy(*columns)
        columns = list(map(Tensor, columns))
    for entry in row.numpy(*columns):
        assert isinstance(entry, Value)
        assert entry.data == row.fn(*inside(row))


# Kinds.


@by_name(NAMED)
def test_floats_give_a_float_and_record_nothing(
    row: Primitive, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not autograd.__native__:
        monkeypatch.setattr(Value, "__init__", None)
    y = public(row)(*inside(row))
    assert type(y) is float
    assert y == row.fn(*inside(row))


@by_name(NAMED)
def test_ints_and_bools_count_as_floats(row: Primitive) -> None:
    args = wholes(row)
    expected = row.fn(*map(float, args))
    got = public(row)(*args)
    assert type(got) is float
    assert got == expected
    for one, float_one in [(True, 1.0), (False, 0.0)]:
        got = public(row)(*[one] * len(args))
        expected = row.fn(*[float_one] * len(args))
        assert type(got) is float
        assert got == expected or (math.isnan(got) and math.isnan(expected))


@by_name(NAMED)
def test_other_real_numbers(row: Primitive) -> None:
    args = inside(row)
    expected = row.fn(*args)
    assert public(row)(*map(Fraction, args)) == expected
    double = public(row)(*map(np.float64, args))
    assert type(double) is np.float64
    assert double == expected
    single = public(row)(*map(np.float32, args))
    assert type(single) is np.float64
    assert single == row.fn(*(float(np.float32(x)) for x in args))
    whole = public(row)(*map(np.int64, wholes(row)))
    assert whole == row.fn(*map(float, wholes(row)))


@by_name(NAMED)
def test_values_give_a_node_of_the_row(row: Primitive) -> None:
    leaves = [Value(x) for x in inside(row)]
    y = public(row)(*leaves)
    assert type(y) is Value
    assert y.op is row
    assert y.parents == tuple(leaves)
    assert y.data == row.fn(*inside(row))


@by_name([row for row in NAMED if row.arity != 1])
def test_constants_beside_a_value(row: Primitive) -> None:
    args = inside(row)
    for i in range(len(args)):
        for constant in (float, np.float64, Fraction):
            mixed = [constant(x) for x in args]
            mixed[i] = Value(args[i])
            y = public(row)(*mixed)
            assert y.op is row
            assert y.parents == (mixed[i],)
            assert [type(x) for x in y.operands if not isinstance(x, Value)] == [float] * (
                len(args) - 1
            )
            assert y.data == row.fn(*args)


@by_name(NAMED)
def test_arrays_give_arrays(row: Primitive) -> None:
    columns = [np.array(column) for column in zip(*samples(row), strict=True)]
    y = public(row)(*columns)
    assert type(y) is np.ndarray
    assert y.dtype == np.float64
    np.testing.assert_allclose(y, [row.fn(*args) for args in samples(row)], rtol=2e-15)
    whole = public(row)(*(np.array([x, x]) for x in wholes(row)))
    assert whole.dtype == np.float64
    np.testing.assert_allclose(whole, row.fn(*map(float, wholes(row))), rtol=2e-15)
    scalar = public(row)(*(np.array(x) for x in inside(row)))
    assert isinstance(scalar, np.float64)


@by_name(NAMED)
def test_tensors_and_object_arrays_give_tensors(row: Primitive) -> None:
    columns = [list(column) for column in zip(*samples(row), strict=True)]
    expected = [row.fn(*args) for args in samples(row)]
    for kind in (Tensor, lambda xs: np.array([Value(x) for x in xs], dtype=object)):
        y = public(row)(*map(kind, columns))
        assert type(y) is Tensor
        assert y.shape == (len(expected),)
        assert y.numpy().tolist() == expected
        assert all(entry.op is row for entry in y)
    mixed = public(row)(Tensor(columns[0]), *(np.array(column) for column in columns[1:]))
    assert mixed.numpy().tolist() == expected
    beside = public(row)(Value(inside(row)[0]), *(np.array(column) for column in columns[1:]))
    assert type(beside) is (Value if row.arity == 1 else Tensor)


@by_name(NAMED)
@pytest.mark.parametrize("wrong", [[1.0], (1.0,), "1", b"1", None, {}, {"no": "number"}], ids=str)
def test_what_is_no_number_is_refused(row: Primitive, wrong: object) -> None:
    for i in range(len(inside(row))):
        args: list[Any] = list(inside(row))
        args[i] = wrong
        with pytest.raises(TypeError, match=row.name) as caught:
            public(row)(*args)
        if isinstance(wrong, (list, tuple)):
            assert "numpy.array" in str(caught.value)
        if len(args) > 1:
            args[i - 1] = Value(1.0)
            with pytest.raises(TypeError, match=row.name):
                public(row)(*args)


@by_name(NAMED)
def test_a_complex_number_beside_a_value_is_refused(row: Primitive) -> None:
    if row.arity == 1:
        return
    with pytest.raises(TypeError, match="real numbers, not the complex"):
        public(row)(Value(1.0), *[1j] * (len(inside(row)) - 1))


@by_name(NAMED)
def test_wrong_number_of_arguments(row: Primitive) -> None:
    with pytest.raises(TypeError):
        public(row)()
    with pytest.raises(TypeError):
        public(row)(*[1.0] * (len(inside(row)) + 1))


# Of any number of entries.

ENTRIES = [0.5, -1.25, 2.0, 0.75]


@pytest.mark.parametrize("name", sorted(REDUCTIONS))
def test_reductions_of_floats(name: str) -> None:
    f, row = getattr(autograd, name), TABLE[name]
    expected = row.fn(*ENTRIES)
    for xs in (ENTRIES, tuple(ENTRIES), np.array(ENTRIES), iter(ENTRIES), (x for x in ENTRIES)):
        y = f(xs)
        assert isinstance(y, float)
        assert y == pytest.approx(expected, rel=1e-15)
    assert f([3, 4]) == pytest.approx(row.fn(3.0, 4.0), rel=1e-15)
    assert f({1.0: "a", 2.0: "b"}.keys()) == pytest.approx(row.fn(1.0, 2.0), rel=1e-15)


@pytest.mark.parametrize("name", sorted(REDUCTIONS))
def test_reductions_of_values_are_one_node(name: str) -> None:
    f, row = getattr(autograd, name), TABLE[name]
    leaves = [Value(x) for x in ENTRIES]
    for xs in (leaves, iter(leaves), np.array(leaves, dtype=object), Tensor(leaves)):
        y = f(xs)
        assert type(y) is Value
        assert y.op is row
        assert y.parents == tuple(leaves)
    mixed = f([leaves[0], 2.0, 3])
    assert mixed.operands == (leaves[0], 2.0, 3.0)


@pytest.mark.parametrize("name", sorted(REDUCTIONS))
def test_reductions_along_an_axis(name: str) -> None:
    f, row = getattr(autograd, name), TABLE[name]
    numbers = np.array([[0.5, -1.25, 2.0], [0.75, 1.5, -0.25]])
    for axis, shape in [(0, (3,)), (1, (2,)), (-1, (2,)), (None, ())]:
        lines = {0: numbers.T, 1: numbers, -1: numbers, None: [numbers.ravel()]}[axis]
        expected = np.array([row.fn(*line) for line in lines]).reshape(shape)
        plain = f(numbers, axis=axis)
        assert np.shape(plain) == shape
        assert np.asarray(plain).dtype == np.float64
        np.testing.assert_allclose(plain, expected, rtol=1e-15)
        recorded = f(Tensor(numbers), axis=axis)
        nodes = [recorded] if axis is None else list(recorded)
        assert all(node.op is row for node in nodes)
        assert [node.data for node in nodes] == pytest.approx(expected.ravel().tolist())


@pytest.mark.parametrize("name", sorted(REDUCTIONS))
def test_reductions_of_nothing(name: str) -> None:
    y, expected = getattr(autograd, name)([]), TABLE[name].fn()
    assert y == expected or (math.isnan(y) and math.isnan(expected))


@pytest.mark.parametrize("name", sorted(REDUCTIONS))
@pytest.mark.parametrize("wrong", [1.0, 3, None, Value(2.0)], ids=str)
def test_reductions_need_entries(name: str, wrong: object) -> None:
    with pytest.raises(TypeError, match="iterable of numbers"):
        getattr(autograd, name)(wrong)


@pytest.mark.parametrize("name", sorted(REDUCTIONS))
@pytest.mark.parametrize("wrong", ["ab", [None], ["1"], [1j]], ids=str)
def test_reductions_refuse_what_is_no_number(name: str, wrong: Any) -> None:
    with pytest.raises(TypeError):
        getattr(autograd, name)(wrong)


def test_dot() -> None:
    a, b = [1.0, 2.0, 3.0], [4.0, -5.0, 6.0]
    assert autograd.dot(a, b) == 12.0
    assert isinstance(autograd.dot(a, b), float)
    leaves = [Value(x) for x in a]
    for y in (autograd.dot(leaves, b), autograd.dot(Tensor(leaves), np.array(b))):
        assert y.op is TABLE["dot"]
        assert y.operands == (*leaves, *b)
    matrix = [[1.0, 2.0], [3.0, 4.0]]
    product = autograd.dot(matrix, [1.0, -1.0])
    assert product.dtype == np.float64
    assert product.tolist() == [-1.0, -1.0]
    with pytest.raises(ValueError, match=r"\b3\b.*\b2\b|\b2\b.*\b3\b"):
        autograd.dot(a, [1.0, 2.0])


# What the functions are for.


@by_name(UNARY)
def test_functions_of_values_differentiate(row: Primitive) -> None:
    x = Value(inside(row)[0])
    public(row)(x).backward()
    assert x.grad == row.partial(0, row.fn(x.data), (x.data,))


def test_a_comparison_serves_as_condition() -> None:
    for x, scale in itertools.product((-1.0, 2.0), (3.0, Value(3.0))):
        v = Value(x)
        y = autograd.where(v > 0, v * scale, -v)
        y.backward()
        assert (y.data, v.grad) == ((6.0, 3.0) if x > 0 else (1.0, -1.0))
    chosen = autograd.where(np.array([True, False]), Tensor([1.0, 2.0]), 5.0)
    assert chosen.numpy().tolist() == [1.0, 5.0]


def test_arguments_by_name() -> None:
    assert autograd.clip(5.0, lo=0.0, hi=1.0) == autograd.clip(x=5.0, hi=1.0, lo=0.0) == 1.0
    x = Value(-2.0)
    assert autograd.leaky_relu(x, slope=0.5).operands == (x, 0.5)
    assert autograd.leaky_relu(x=x).data == -0.02
    with pytest.raises(TypeError, match=r"clip\(\): missing a required argument: 'hi'"):
        autograd.clip(1.0, lo=0.0)
    with pytest.raises(TypeError, match=r"exp\(\): got an unexpected keyword argument 'base'"):
        autograd.exp(1.0, base=2.0)


# --- softmax, the derivatives of logsumexp ---


@pytest.mark.parametrize("axis", [None, 0, -1, (0, 1)])
@pytest.mark.parametrize("kind", [np.array, Tensor, list])
def test_softmax(axis: Any, kind: Callable[..., Any]) -> None:
    numbers = np.array([[1000.3, 999.9, 300.25], [-0.1, 0.2, -50.0], [0.0, 0.0, -math.inf]])
    p = autograd.softmax(kind(numbers.tolist()), axis)
    assert type(p) is (Tensor if kind is Tensor else np.ndarray)
    got = p.numpy() if kind is Tensor else p
    assert got.dtype == np.float64
    with mp.workdps(400):
        shares = np.vectorize(mp.exp, otypes=[object])(numbers)
        shares = shares / np.sum(shares, axis=axis, keepdims=True)
    assert all(within(x, share, 8) for x, share in zip(got.flat, shares.flat, strict=True))


def test_softmax_is_the_gradient_of_logsumexp() -> None:
    xs = [1000.3, 999.9, 300.25]
    leaves = Tensor(xs)
    autograd.logsumexp(leaves).backward()
    assert leaves.grad.tolist() == autograd.softmax(np.array(xs)).tolist()
    first = autograd.grad(lambda t: autograd.softmax(t)[0])(np.array([0.5, 0.25, -1.0]))
    p = autograd.softmax(np.array([0.5, 0.25, -1.0]))
    np.testing.assert_allclose(first, p[0] * (np.array([1.0, 0.0, 0.0]) - p), rtol=1e-13)


def test_softmax_of_nothing_and_of_a_number() -> None:
    assert autograd.softmax([]).shape == (0,)
    assert autograd.softmax(Tensor(np.zeros((0, 3))), axis=1).shape == (0, 3)
    with pytest.raises(TypeError, match="an array or another iterable of numbers is needed, not 1"):
        autograd.softmax(1.0)
