"""Data sets: their geometry without noise, their noise, their seeds, and bad settings."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nn.data.datasets import (
    CURVES,
    DATASETS,
    dataset,
    make_circles,
    make_curve,
    make_moons,
    make_separable,
    make_spirals,
    make_xor,
)

CLASSIFIED = sorted(set(DATASETS) - {"curve"})
NOISY = sorted(set(DATASETS) - {"separable"})
SIZES = st.integers(2, 60)


@pytest.mark.parametrize("name", DATASETS)
def test_shapes_kinds_and_seeds(name: str) -> None:
    X, y = dataset(name, n=30, seed=3)
    assert (X.ndim, len(X), X.dtype) == (2, 30, np.float64)
    assert y.shape == (30,)
    assert y.dtype == (np.float64 if name == "curve" else np.int64)
    again = dataset(name, n=30, seed=np.random.default_rng(3))
    assert np.array_equal(X, again[0])
    assert np.array_equal(y, again[1])


@pytest.mark.parametrize("name", NOISY)
def test_noise_is_gaussian_of_its_standard_deviation(name: str) -> None:
    """The same seed with another noise moves every sample along the same direction."""
    clean, some, twice = (dataset(name, n=4000, noise=s, seed=1) for s in (0.0, 0.1, 0.2))
    which = int(name == "curve")  # the noise is in the features, for a curve in the targets
    moved = some[which] - clean[which]
    assert np.allclose(twice[which] - clean[which], 2 * moved)
    assert moved.std() == pytest.approx(0.1, rel=0.05)
    assert abs(moved.mean()) < 0.01
    assert np.array_equal(some[1 - which], clean[1 - which])


def test_different_seeds_differ_and_no_global_state_is_touched() -> None:
    before = np.random.get_state()
    assert not np.array_equal(make_moons(seed=0)[0], make_moons(seed=1)[0])
    assert not np.array_equal(make_moons()[0], make_moons()[0])
    for here, there in zip(np.random.get_state(), before, strict=True):
        assert np.array_equal(here, there)


@given(SIZES, st.integers(0, 9))
def test_moons(n: int, seed: int) -> None:
    X, y = make_moons(n, noise=0.0, seed=seed)
    assert np.bincount(y).tolist() == [n // 2, n - n // 2]
    outer, inner = X[y == 0], [1.0, 0.5] - X[y == 1]
    for half in (outer, inner):  # both are upper half circles, from end to end
        assert np.allclose(np.hypot(*half.T), 1.0)
        assert half[:, 1].min() >= -1e-12
        assert half[:, 0].max() == pytest.approx(1.0)
        angles = np.sort(np.arccos(np.clip(half[:, 0], -1, 1)))
        assert np.allclose(angles, np.linspace(0, np.pi, len(half)), atol=1e-7)


@given(SIZES, st.floats(0.1, 0.9))
def test_circles(n: int, factor: float) -> None:
    X, y = make_circles(n, noise=0.0, factor=factor, seed=0)
    assert np.allclose(np.hypot(*X.T), np.where(y == 1, factor, 1.0))
    assert np.bincount(y).tolist() == [n // 2, n - n // 2]
    assert len(np.unique(X.round(9), axis=0)) == n  # no point twice: the circle does not close


@given(SIZES, st.integers(2, 5), st.floats(0.0, 3.0))
def test_spirals(n: int, classes: int, turns: float) -> None:
    n = max(n, classes)
    X, y = make_spirals(n, noise=0.0, turns=turns, classes=classes, seed=0)
    sizes = np.bincount(y)
    assert sizes.sum() == n
    assert sizes.max() - sizes.min() <= 1
    radius = np.hypot(*X.T)
    angle = 2 * np.pi * (turns * radius + y / classes)
    assert np.allclose(X, radius[:, np.newaxis] * np.stack([np.cos(angle), np.sin(angle)], axis=1))
    assert [radius[y == c].max() for c in range(classes)] == pytest.approx([1.0] * classes)


@pytest.mark.parametrize("name", ["moons", "circles", "spirals", "separable"])
def test_the_order_is_random(name: str) -> None:
    """Else batches without shuffling would hold one class each."""
    _, y = dataset(name, n=200, seed=0)
    assert 60 < np.count_nonzero(np.diff(y)) < 140


def test_xor_is_the_four_corners() -> None:
    X, y = make_xor()
    assert X.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert y.tolist() == [0, 1, 1, 0]
    X, y = make_xor(10)
    assert X[8:].tolist() == [[0, 0], [0, 1]]
    assert np.array_equal(y, X[:, 0] != X[:, 1])


@given(SIZES, st.integers(1, 6), st.floats(0.001, 10.0), st.integers(0, 9))
def test_separable_is_separated_by_the_plane_of_its_docstring(
    n: int, dimensions: int, margin: float, seed: int
) -> None:
    X, y = make_separable(n, dimensions, margin, seed)
    distance = (2 * y - 1) * X.sum(axis=1) / np.sqrt(dimensions)
    assert distance.min() >= margin * (1 - 1e-9)
    assert np.bincount(y).tolist() == [n // 2, n - n // 2]


@pytest.mark.parametrize("kind", CURVES)
def test_curves(kind: str) -> None:
    X, y = make_curve(201, noise=0.0, kind=kind)
    assert X.shape == (201, 1)
    assert np.allclose(np.diff(X[:, 0]), 0.01)
    assert np.abs(y).max() == pytest.approx(1.0)
    expected = {"sine": 1.0, "wave": -1.0, "cubic": -1.0, "abs": 0.5, "step": 1.0}
    assert y[150] == pytest.approx(expected[kind])  # at x = 1/2


@pytest.mark.parametrize("name", CLASSIFIED)
@pytest.mark.parametrize("n", [0, 1, -5])
def test_too_few_samples(name: str, n: int) -> None:
    if (name, n) == ("xor", 1):
        assert len(make_xor(1)[0]) == 1
        return
    with pytest.raises(ValueError, match=rf"n of make_{name} must be at least \d, not {n}"):
        dataset(name, n=n)


@pytest.mark.parametrize(
    ("name", "options", "kind", "message"),
    [
        ("moons", {"n": 10.0}, TypeError, "n of make_moons must be a whole number, not 10.0"),
        ("moons", {"n": "10"}, TypeError, "n of make_moons must be a whole number, not '10'"),
        ("moons", {"noise": -0.1}, ValueError, "noise of make_moons must be .* not -0.1"),
        ("moons", {"noise": float("nan")}, ValueError, "noise of make_moons must be .* not nan"),
        (
            "circles",
            {"noise": float("inf")},
            ValueError,
            "noise of make_circles must be .* not inf",
        ),
        ("circles", {"noise": "a"}, TypeError, "noise of make_circles takes a number"),
        ("circles", {"factor": 1.0}, ValueError, "factor .* between 0 and 1, not 1.0"),
        ("circles", {"factor": 0}, ValueError, "factor .* between 0 and 1, not 0"),
        ("spirals", {"classes": 1}, ValueError, "classes .* at least 2, not 1"),
        ("spirals", {"n": 2, "classes": 3}, ValueError, "n of make_spirals .* at least 3, not 2"),
        ("spirals", {"turns": -1}, ValueError, "turns of make_spirals"),
        ("separable", {"margin": 0.0}, ValueError, "margin .* above 0"),
        ("separable", {"dimensions": 0}, ValueError, "dimensions .* at least 1"),
        ("curve", {"kind": "sin"}, ValueError, "mean 'sine'.*; there are sine, wave, cubic"),
        ("curve", {"kind": ["sine"]}, ValueError, "unknown kind of make_curve"),
        ("curve", {"n": 0}, ValueError, "n of make_curve .* at least 1"),
        ("moon", {}, ValueError, "unknown data set 'moon' .*; there are moons, circles"),
        (
            "moons",
            {"factor": 0.5},
            ValueError,
            "moons has no setting 'factor'; it takes n, noise, seed",
        ),
    ],
)
def test_bad_settings(
    name: str, options: dict[str, Any], kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind, match=message):
        dataset(name, **options)
