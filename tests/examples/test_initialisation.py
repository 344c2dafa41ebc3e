"""Homework 1-2, question 4: what five layers pass on, and the sheet's claims about it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest


def closed_form(layers: Any, X: Any, targets: Any) -> list[Any]:
    """The gradients by the weights, by the formulas of question 1.

    δ = (a - t) ⊙ σ'(z) in the last layer, δ ← (δ w) ⊙ σ'(z) in the one before; ∂E/∂w = δᵀ a of the
    layer before. Of both activations σ'(z) is a function of the output.
    """
    a = [X]
    for layer in layers:
        a.append(layer.predict(a[-1]))
    error = a[-1] - targets
    found = []
    for i in reversed(range(len(layers))):
        sigmoid = repr(layers[i].activation) == "Sigmoid()"
        delta = error * (a[i + 1] * (1.0 - a[i + 1]) if sigmoid else a[i + 1] > 0.0)
        found.append(delta.T @ a[i])
        error = delta @ layers[i].w.numpy()
    return found[::-1]


ACTIVATIONS = ("sigmoid", "relu")
SCHEMES = ("0", "N(0, 1)", "N(0, 0.01)", "Xavier", "He")


def widths(arrays: list[Any]) -> Any:
    return np.array([np.std(a) for a in arrays])


def test_the_setting_is_that_of_the_sheet(lesson: Any) -> None:
    assert tuple(lesson["SCHEMES"]) == SCHEMES
    assert [a.shape for a in lesson["passed"]["relu"]["He"]] == [(1000, 100)] * 5
    layers = lesson["networks"]["relu"]["N(0, 0.01)"]
    numbers = np.concatenate([layer.w.numpy().ravel() for layer in layers])
    assert np.std(numbers) == pytest.approx(0.01, rel=0.02)
    assert all(np.ptp(layer.b.numpy()) > 0.01 for layer in layers)


def test_zero_parameters_give_0_by_relu_but_half_by_sigmoid(lesson: Any) -> None:
    assert all(np.all(a == 0.0) for a in lesson["passed"]["relu"]["0"])
    assert all(np.all(a == 0.5) for a in lesson["passed"]["sigmoid"]["0"])
    assert "relu gives 0, sigmoid 0.5\n" in lesson.printed


def test_standard_normal_weights_saturate_the_sigmoid(lesson: Any) -> None:
    sigmoid = lesson["passed"]["sigmoid"]
    first = sigmoid["N(0, 1)"][0]
    assert lesson["saturated"](first) == pytest.approx(0.77, abs=0.02)
    assert lesson["saturated"](sigmoid["He"][0]) < 0.1
    for found, expected in lesson["shares"].values():
        assert found == pytest.approx(expected, abs=0.02)
    # Two peaks at the ends, no one in the middle; with N(0, 0.01) one peak at the middle.
    counts = np.histogram(first, bins=5, range=(0.0, 1.0))[0]
    assert min(counts[0], counts[-1]) > 4 * counts[2]
    for a in sigmoid["N(0, 0.01)"]:
        counts = np.histogram(a, bins=5, range=(0.0, 1.0))[0]
        assert counts[2] > 0.99 * a.size


def test_relu_halves_and_grows_by_the_width_of_the_weights(lesson: Any) -> None:
    relu = lesson["passed"]["relu"]
    assert lesson["at_zero"](relu["N(0, 1)"][0]) == pytest.approx(0.5, abs=0.02)
    growth = lesson["growth"]
    expected = {"N(0, 1)": np.sqrt(50), "He": 1.0, "Xavier": np.sqrt(0.5)}
    assert growth.keys() == expected.keys()
    for scheme, factor in expected.items():
        found = widths(relu[scheme])
        np.testing.assert_allclose(growth[scheme][0], found[1:] / found[:-1])
        np.testing.assert_allclose(growth[scheme][0], factor, rtol=0.15)
        assert growth[scheme][1] == pytest.approx(factor)


def test_xaviers_variance_is_a_hundredth_here(lesson: Any) -> None:
    layers = lesson["networks"]["relu"]["Xavier"]
    numbers = np.concatenate([layer.w.numpy().ravel() for layer in layers])
    assert np.var(numbers) == pytest.approx(0.01, rel=0.03)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_gradients_are_those_of_the_formulas(activation: str, scheme: str, lesson: Any) -> None:
    layers = lesson["networks"][activation][scheme]
    found = lesson["backward"][activation][scheme]
    expected = closed_form(layers, lesson["X"][:4], lesson["targets"])
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-12 * np.max(np.abs(b)))


def test_small_weights_leave_next_to_nothing(lesson: Any) -> None:
    sigmoid, relu = (lesson["passed"][activation]["N(0, 0.01)"] for activation in ACTIVATIONS)
    assert widths(relu)[-1] < widths(relu)[0] / 5 < 0.02
    np.testing.assert_allclose(sigmoid[-1], 0.5, atol=0.05)


def test_what_follows(lesson: Any) -> None:
    sigmoid, relu = (
        {scheme: widths(arrays) for scheme, arrays in lesson["backward"][activation].items()}
        for activation in ACTIVATIONS
    )
    assert (sigmoid["0"] > 0.0).tolist() == [False] * 4 + [True]
    assert not relu["0"].any()
    for gradients in (sigmoid, relu):
        assert gradients["N(0, 0.01)"][0] < 0.02 * gradients["N(0, 0.01)"][-1]
    assert 0.2 < relu["He"][0] / relu["He"][-1] < 5.0
    for scheme in ("Xavier", "He"):
        assert np.all(np.diff(sigmoid[scheme]) > 0.0)


def test_the_figures_have_a_histogram_for_each_scheme_and_layer(lesson: Any) -> None:
    names = [
        f"initialisation_{activation}_{what}"
        for what in ("outputs", "gradients")
        for activation in ACTIVATIONS
    ]
    assert list(lesson.pictures) == names
    for figure in lesson.pictures.values():
        assert len(figure.axes) == len(SCHEMES) * 5
        labels = [ax.get_ylabel() for ax in figure.axes[::5]]
        assert labels == [f"θ: {scheme}" for scheme in SCHEMES]
