"""Convolution and pooling against PyTorch's stored numbers (data/from_torch.py), and by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor
from nn import AvgPool2d, Conv2d, Flatten, MaxPool2d
from nn.init import constant

CASES: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "stored" / "layers.json").read_text(encoding="utf-8")
)["cases"]


@pytest.mark.parametrize("name", CASES)
def test_values_and_gradients_are_pytorch_s(name: str) -> None:
    case = CASES[name]
    kind, arguments, options = case["layer"]
    layer = getattr(nn, kind)(*arguments, **options)
    own = layer.state_dict()
    state = {key: np.reshape(number, own[key].shape) for key, number in case["state"].items()}
    layer.load_state_dict({**dict(layer.named_buffers()), **state})
    x = Tensor(case["x"])
    out = layer(x)
    np.testing.assert_allclose(out.numpy(), case["out"], rtol=1e-12, atol=1e-14)
    out.backward(np.cos(np.arange(out.size)).reshape(out.shape))
    np.testing.assert_allclose(x.grad, case["x_grad"], rtol=1e-12, atol=1e-13)
    for key, gradient in case["grads"].items():
        array = getattr(layer, key)
        np.testing.assert_allclose(
            array.grad, np.reshape(gradient, np.shape(array)), rtol=1e-12, atol=1e-13
        )
    assert [name for name, _ in layer.named_buffers()] == [*case["buffers after"]]
    for key, numbers in case["buffers after"].items():
        np.testing.assert_allclose(getattr(layer, key), numbers, rtol=1e-13)
    np.testing.assert_allclose(layer.predict(case["x"]), case["eval after"], rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(layer.eval()(x).numpy(), case["eval after"], rtol=1e-12, atol=1e-14)


def test_each_position_is_one_dot_node_named_by_its_place() -> None:
    model = nn.Sequential(Conv2d(1, 1, 2, seed=0))
    out = model(np.arange(9.0).reshape(1, 3, 3))
    assert {v.op.name for v in out.flat} == {"dot"}
    assert out[0, 1, 0].name == "0[0,1,0]"
    assert out[0, 1, 0].parents[0].name == "0.w[0,0,0,0]"


def test_padding_is_of_constants() -> None:
    conv = Conv2d(1, 1, 1, padding=1, init="zeros", bias_init=constant(2.0))
    out = conv(Tensor(np.ones((1, 1, 1))))
    np.testing.assert_array_equal(out.numpy(), np.full((1, 3, 3), 2.0))


def test_a_tie_of_a_window_is_shared_evenly() -> None:
    x = Tensor(np.ones((1, 2, 2)))
    MaxPool2d(2)(x).backward()
    np.testing.assert_array_equal(x.grad, np.full((1, 2, 2), 0.25))


@pytest.mark.parametrize("pool", [MaxPool2d(2), AvgPool2d(2)])
def test_nan_shows(pool: Any) -> None:
    x = np.ones((1, 2, 4))
    x[0, 1, 1] = np.nan
    for out in (pool.predict(x), pool(Tensor(x)).numpy()):
        assert np.isnan(out[0, 0, 0])
        assert out[0, 0, 1] == 1.0


def test_the_shapes_of_exercises_5_and_6() -> None:
    assert Conv2d(3, 100, 5).num_parameters() == 7600
    assert Conv2d(3, 100, 5).output_shape((3, 300, 300)) == (100, 296, 296)
    first, second = Conv2d(3, 96, 11, stride=4), Conv2d(96, 256, 5, padding=2)
    pool = MaxPool2d(3, stride=2)
    shape = pool.output_shape(first.output_shape((3, 227, 227)))
    assert (first.num_parameters(), shape) == (34944, (96, 27, 27))
    shape = second.output_shape(shape)
    assert (second.num_parameters(), shape) == (614656, (256, 27, 27))
    assert Flatten().output_shape(pool.output_shape(shape)) == (43264,)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: Conv2d(0, 1, 1), ValueError, "channels must be at least 1, not 0"),
        (lambda: Conv2d(1, 1.0, 1), TypeError, "filters must be a whole number, not 1.0"),
        (lambda: Conv2d(1, 1, 0), ValueError, "kernel must be at least 1, not 0"),
        (lambda: Conv2d(1, 1, (2, True)), TypeError, "kernel must be a whole number, not True"),
        (lambda: Conv2d(1, 1, (1, 2, 3)), ValueError, r"one number, or two .*, not \(1, 2, 3\)"),
        (lambda: Conv2d(1, 1, "3"), TypeError, "kernel must be a whole number, not '3'"),
        (lambda: Conv2d(1, 1, None), TypeError, "kernel must be a whole number, not None"),
        (lambda: Conv2d(1, 1, 1, stride=0), ValueError, "stride must be at least 1"),
        (lambda: Conv2d(1, 1, 1, padding=-1), ValueError, "padding must be at least 0, not -1"),
        (
            lambda: Conv2d(1, 1, 1, padding="full"),
            ValueError,
            "unknown padding 'full'.*same, valid",
        ),
        (lambda: Conv2d(1, 1, 3, 2, "same"), ValueError, "goes with stride 1 alone, not 2"),
        (lambda: MaxPool2d(2, stride=-1), ValueError, "stride must be at least 1"),
        (lambda: AvgPool2d(2.5), TypeError, "kernel must be a whole number"),
        (lambda: Flatten(0), ValueError, "axes must be at least 1"),
        (lambda: Flatten(2)([1.0]), ValueError, r"at least 2 axes, not of shape \(1,\)"),
    ],
)
def test_wrong_arguments(call: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("layer", [Conv2d(2, 1, 3), MaxPool2d(3), AvgPool2d(3)])
@pytest.mark.parametrize("shape", [(2, 2, 5), (5, 5), (5,), ()])
def test_images_that_do_not_fit(layer: Any, shape: tuple[int, ...]) -> None:
    if len(shape) == 3:
        message = r"does not fit into an image of shape \(2, 2, 5\)"
    else:
        message = r"takes images of shape \(..., .*, height, width\), not \("
    for run in (
        layer.output_shape,
        lambda s: layer(np.zeros(s)),
        lambda s: layer.predict(np.zeros(s)),
    ):
        with pytest.raises(ValueError, match=message):
            run(shape)


def test_channels_that_do_not_fit() -> None:
    with pytest.raises(ValueError, match=r"shape \(..., 2, height, width\), not \(3, 5, 5\)"):
        Conv2d(2, 1, 3)(np.zeros((3, 5, 5)))


def test_they_make_themselves_known() -> None:
    assert repr(Conv2d(1, 2, (3, 3), (2, 1))) == "Conv2d(1, 2, 3, stride=(2, 1))"
    assert repr(Conv2d(1, 2, 3, padding="same")) == "Conv2d(1, 2, 3, padding='same')"
    assert repr(MaxPool2d(3, stride=2)) == "MaxPool2d(3, stride=2)"
    assert repr(AvgPool2d((2, 1))) == "AvgPool2d((2, 1))"
    assert repr(Flatten()) == "Flatten()"
