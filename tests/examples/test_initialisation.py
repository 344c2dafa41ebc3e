"""What five layers pass on under each initialisation, and the sheet's claims about it."""

from __future__ import annotations

import runpy
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

EXAMPLE = runpy.run_path(
    str(Path(__file__).parents[2] / "examples" / "initialisation.py"), run_name="example"
)
ACTIVATIONS = EXAMPLE["ACTIVATIONS"]
SCHEMES = list(EXAMPLE["SCHEMES"])


@cache
def layers(activation: str, scheme: str) -> Any:
    return EXAMPLE["network"](activation, scheme)


@cache
def outputs(activation: str, scheme: str) -> Any:
    return EXAMPLE["outputs"](layers(activation, scheme), EXAMPLE["inputs"]())


def widths(activation: str, scheme: str) -> Any:
    return np.array([np.std(a) for a in outputs(activation, scheme)])


def test_the_setting_is_that_of_the_sheet() -> None:
    assert [a.shape for a in outputs("relu", "He")] == [(1000, 100)] * 5
    numbers = np.concatenate([layer.w.numpy().ravel() for layer in layers("relu", "N(0, 0.01)")])
    assert np.std(numbers) == pytest.approx(0.01, rel=0.02)
    assert all(np.ptp(layer.b.numpy()) > 0.01 for layer in layers("relu", "N(0, 0.01)"))


def test_zero_parameters_give_0_by_relu_but_half_by_sigmoid() -> None:
    assert all(np.all(a == 0.0) for a in outputs("relu", "0"))
    assert all(np.all(a == 0.5) for a in outputs("sigmoid", "0"))


def test_standard_normal_weights_saturate_the_sigmoid() -> None:
    first = outputs("sigmoid", "N(0, 1)")[0]
    assert EXAMPLE["FIGURES"]["saturated"](first) == pytest.approx(0.77, abs=0.02)
    # Two peaks at the ends, no one in the middle.
    counts = np.histogram(first, bins=5, range=(0.0, 1.0))[0]
    assert min(counts[0], counts[-1]) > 4 * counts[2]
    assert EXAMPLE["FIGURES"]["saturated"](outputs("sigmoid", "He")[0]) < 0.1


def test_relu_halves_and_grows_by_the_width_of_the_weights() -> None:
    first = outputs("relu", "N(0, 1)")[0]
    assert EXAMPLE["FIGURES"]["at 0"](first) == pytest.approx(0.5, abs=0.02)
    growth = widths("relu", "N(0, 1)")[1:] / widths("relu", "N(0, 1)")[:-1]
    np.testing.assert_allclose(growth, np.sqrt(50), rtol=0.15)
    np.testing.assert_allclose(widths("relu", "He")[1:] / widths("relu", "He")[:-1], 1.0, rtol=0.15)
    np.testing.assert_allclose(
        widths("relu", "Xavier")[1:] / widths("relu", "Xavier")[:-1], np.sqrt(0.5), rtol=0.15
    )


def test_xaviers_variance_is_a_hundredth_here() -> None:
    numbers = np.concatenate([layer.w.numpy().ravel() for layer in layers("relu", "Xavier")])
    assert np.var(numbers) == pytest.approx(0.01, rel=0.03)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_gradients_are_those_of_the_formulas(activation: str, scheme: str) -> None:
    X, targets = EXAMPLE["inputs"](2, 2), EXAMPLE["inputs"](3, 2)
    network = EXAMPLE["network"](activation, scheme, seed=1)
    found = EXAMPLE["gradients"](network, X, targets)
    expected = EXAMPLE["closed_form"](network, X, targets)
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-12 * np.max(np.abs(b)))
    if scheme == "0":
        moving = [bool(np.any(a != 0.0)) for a in found]
        assert moving == [False] * 4 + [activation == "sigmoid"]
    if scheme == "N(0, 0.01)":
        assert np.std(found[0]) < 0.02 * np.std(found[-1])
    if (activation, scheme) == ("relu", "He"):
        assert 0.2 < np.std(found[0]) / np.std(found[-1]) < 5.0


def test_main_prints_what_the_sheet_has_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    EXAMPLE["main"](["--no-picture"])
    out = capsys.readouterr().out
    assert "in fact relu gives 0, but sigmoid 0.5" in out
    assert "77% of the first outputs" in out


def test_draw(tmp_path: Path) -> None:
    rows = {scheme: outputs("sigmoid", scheme) for scheme in ("0", "He")}
    EXAMPLE["draw"]("sigmoid", rows, tmp_path / "new" / "sigmoid.png")
    assert (tmp_path / "new" / "sigmoid.png").read_bytes().startswith(b"\x89PNG")
