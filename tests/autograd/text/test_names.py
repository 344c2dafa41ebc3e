"""Names: found in any usual spelling, refused with the nearest."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.text.names import did_you_mean, hint, name_in, named, plain, spelt, unknown

TABLE = {"mse": abs, "mae": min, "r2": max, "leaky_relu": sum}
OTHERS = {"l1loss": "mae", "gone": "nothing"}


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("mse", "mse"),
        ("MSE", "mse"),
        ("LeakyReLU", "leaky_relu"),
        ("leaky-relu", "leaky_relu"),
        ("Leaky ReLU", "leaky_relu"),
        ("L1Loss", "mae"),
        ("l1_loss", "mae"),
    ],
)
def test_names_are_found_in_any_spelling(name: str, meant: str) -> None:
    assert name_in(TABLE, name, "loss", OTHERS) == meant
    assert named(TABLE, name, "loss", OTHERS) is TABLE[meant]


def test_the_very_name_comes_before_other_spellings() -> None:
    assert [spelt(["x_1", "X1", "x1"], name) for name in ("x1", "X1", "x_1")] == ["x1", "X1", "x_1"]
    assert spelt(["acc", "accuracy"], "acc", {"acc": "accuracy"}) == "acc"
    assert spelt(["acc_", "accuracy"], "Acc", {"acc": "accuracy"}) == "acc_"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("mxe", r"'mxe' (did you mean 'mse'?); there are mse, mae, r2, leaky_relu"),
        ("l1los", r"'l1los' (did you mean 'mae'?); there are"),
        ("gone", r"'gone'; there are"),
        ("newton", "'newton'; there are"),
        ("", "''; there are"),
        (None, "None; there are"),
        (3, "3; there are"),
        (["mae"], "['mae']"),
        ("mse" * 100_000, "'msemsemse"),
    ],
)
def test_other_names_are_refused_with_the_nearest(name: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"^unknown loss {re.escape(message)}") as error:
        name_in(TABLE, name, "loss", OTHERS)
    assert len(str(error.value)) < 300


def test_names_that_may_not_be_spelt_otherwise_are_hinted_at() -> None:
    assert str(unknown(["mean", "sum"], "Mean", "reduction")) == (
        "unknown reduction 'Mean' (did you mean 'mean'?); there are mean, sum"
    )
    assert hint("MEAN", ["mean"]) == " (did you mean 'mean'?)"
    assert did_you_mean("sine", ["sin", "sinh", "cos"]) == "did you mean 'sin' or 'sinh'?"
    assert did_you_mean("ln", ["log"], {"ln": "log"}) == "did you mean 'log'?"
    assert did_you_mean("ln", ["exp"], {"ln": "log"}) == ""


@given(st.text(), st.lists(st.text(), max_size=5))
def test_any_text_is_found_or_refused(name: str, known: list[str]) -> None:
    if name in known:
        assert name_in(known, name, "thing") == name
    found = spelt(known, name)
    if found is None:
        with pytest.raises(ValueError, match=r"^unknown thing "):
            name_in(known, name, "thing")
    else:
        assert found in known
        assert plain(found) == plain(name)
