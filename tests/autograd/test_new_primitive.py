"""A row is all that a primitive takes: one made in memory is found wherever primitives are."""

from __future__ import annotations

import inspect
import math
import pickle

import numpy as np
import pytest

import autograd
from autograd import TABLE, Dual, Operand, Primitive, Tensor, Value, compare_modes, grad, jvp
from autograd.rules.forms import printed
from autograd.rules.table import _row
from autograd.values.ufuncs import _ROWS
from viz import draw_dot


@pytest.fixture
def lacking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Degrees in radians, which NumPy has, are taken out of the table."""
    monkeypatch.delitem(TABLE, "deg2rad")
    monkeypatch.delitem(_ROWS, np.deg2rad)
    monkeypatch.delattr(Operand, "deg2rad")
    monkeypatch.delattr(autograd, "deg2rad")


@pytest.fixture
def row(lacking: None) -> Primitive:
    """They come in again, under another symbol."""
    return _row(
        "deg2rad",
        lambda x: x * (math.pi / 180.0),
        lambda y, x: math.pi / 180.0,
        doc="x degrees in radians.",
        symbol="°",
        latex=r"{0}^\circ",
        code="{0} * 0.017453292519943295",
    )


def test_it_is_a_function(row: Primitive) -> None:
    assert autograd.deg2rad is row
    assert autograd.deg2rad(180.0) == math.pi
    assert autograd.deg2rad(np.array([180.0, 0.0])).tolist() == [math.pi, 0.0]
    assert "deg2rad" in dir(autograd)
    assert inspect.signature(row).parameters.keys() == {"x"}
    assert inspect.getdoc(row).startswith("x degrees in radians.\n\n>>> deg2rad(0.5)")
    assert pickle.loads(pickle.dumps(row)) is row


def test_it_is_a_method(row: Primitive) -> None:
    x = Value(90.0)
    y = x.deg2rad()
    assert y.op is row
    y.backward()
    assert (y.data, x.grad) == (math.pi / 2, math.pi / 180)
    assert Dual(90.0).deg2rad().tangent == math.pi / 180
    assert "deg2rad" in dir(x)


def test_numpy_finds_it(row: Primitive) -> None:
    assert np.deg2rad(Value(90.0)).op is row
    assert [y.op for y in np.deg2rad(Tensor([90.0, 1.0]))] == [row, row]
    assert np.deg2rad(np.array([Value(90.0)], dtype=object))[0].op is row


def test_both_modes_know_it(row: Primitive) -> None:
    assert jvp(row, (90.0,), (2.0,)) == (math.pi / 2, math.pi / 90)
    assert grad(lambda x: row(x) * row(x))(180.0) == pytest.approx(2 * math.pi**2 / 180)
    assert grad(grad(lambda x: row(x) * x))(180.0) == pytest.approx(math.pi / 90)


def test_drawings_and_prints_show_it(row: Primitive) -> None:
    assert "°" in draw_dot(Value(90.0, "x").deg2rad()).source
    assert compare_modes(row, 90.0).rows[1].operation == "deg2rad(v0)"
    assert printed(row, "c", ["x"]) == printed(row, "python", ["x"]) == "x * 0.017453292519943295"
    assert row.latex.format("x") == r"x^\circ"


def test_it_is_gone_with_its_row(lacking: None) -> None:
    assert not hasattr(autograd, "deg2rad")
    assert not hasattr(Value(1.0), "deg2rad")
    with pytest.raises(TypeError, match="deg2rad"):
        np.deg2rad(Value(1.0))
