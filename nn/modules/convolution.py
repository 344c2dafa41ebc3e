"""Layers for images: convolution, pooling, and flattening to vectors.

Images are arrays (..., channels, height, width). As in all deep learning, a convolution does not
flip its filters: it is a cross-correlation.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograd import Tensor
from autograd.rules import table
from autograd.text.arguments import whole
from autograd.transforms.leaves import entry_names
from autograd.values.ufuncs import along, plain
from nn import init as schemes
from nn.intake import Seed, generator_of
from nn.modules.affine import affine, as_tensor, name_outputs
from nn.modules.module import Module, drawn_seed

Size = int | tuple[int, int]


class Conv2d(Module):
    """Filters that slide over an image; each position of each filter is one `dot` node.

    An image (channels, height, width) becomes (filters, height', width') with
    height' = (height + 2 padding - kernel) // stride + 1, and the width likewise.

    Args:
        channels: of the image.
        filters: how many.
        kernel: height and width of the filters; one number for both.
        stride: steps between positions.
        padding: zeros added on each side.
        bias: whether each filter has a bias.
        init, bias_init: schemes for the weights (He's by default) and the biases.
        seed: int or Generator.

    Raises:
        ValueError: a size is not positive, or the padding negative.
        TypeError: a size is not a whole number.

    >>> conv = Conv2d(3, 8, 5, padding=2, seed=0)
    >>> conv.output_shape((3, 32, 32)), conv.num_parameters()
    ((8, 32, 32), 608)
    """

    def __init__(
        self,
        channels: int,
        filters: int,
        kernel: Size,
        stride: Size = 1,
        padding: Size = 0,
        *,
        bias: bool = True,
        init: Any = "he",
        bias_init: Any = "zeros",
        seed: Seed = None,
    ) -> None:
        self.channels = whole(channels, "channels")
        self.filters = whole(filters, "filters")
        self.kernel = pair(kernel, "kernel")
        self.stride = pair(stride, "stride")
        self.padding = pair(padding, "padding", least=0)
        self.bias = bool(bias)
        self.init = schemes.scheme(init)
        self.bias_init = schemes.scheme(bias_init)
        generator = generator_of(seed)
        area = self.kernel[0] * self.kernel[1]
        fans = (self.channels * area, self.filters * area)
        self.declare(
            "w",
            (self.filters, self.channels, *self.kernel),
            self.init,
            fans=fans,
            seed=drawn_seed(generator),
        )
        if self.bias:
            self.declare(
                "b",
                (self.filters,),
                self.bias_init,
                fans=fans,
                seed=drawn_seed(generator),
                follows_init=False,
            )

    def config(self) -> dict[str, Any]:
        """The arguments, without the seed."""
        return {
            "channels": self.channels,
            "filters": self.filters,
            "kernel": single(self.kernel),
            "stride": single(self.stride),
            "padding": single(self.padding),
            "bias": self.bias,
            "init": schemes.short(self.init),
            "bias_init": schemes.short(self.bias_init),
        }

    def forward(self, x: Any) -> Any:
        """The filtered images, shape (..., filters, height', width')."""
        self.output_shape(np.shape(x)[-3:])
        patches = windows(padded(x, self.padding), self.kernel, self.stride)
        # (..., channels, height', width', kernel) to vectors (..., height', width', all of a patch)
        vectors = np.moveaxis(patches, -5, -3)
        vectors = vectors.reshape(*vectors.shape[:-3], math.prod(vectors.shape[-3:]))
        w = plain(self.w).reshape(self.filters, -1)
        out = np.moveaxis(affine(vectors, w, self.b if self.bias else None), -1, -3)
        if type(out) is Tensor and self._path:
            name_outputs(out, entry_names(self._path, out.shape[-3:]))
        return out

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        """(..., channels, height, width) becomes (..., filters, height', width')."""
        check_image(self, input_shape, self.channels)
        height, width = (
            steps(n + 2 * p, k, s, self, input_shape)
            for n, k, s, p in zip(
                input_shape[-2:], self.kernel, self.stride, self.padding, strict=True
            )
        )
        return (*input_shape[:-3], self.filters, height, width)


class _Pool2d(Module):
    """What the poolings share: windows, each of which becomes one number."""

    def __init__(self, kernel: Size, stride: Size | None = None) -> None:
        self.kernel = pair(kernel, "kernel")
        self.stride = self.kernel if stride is None else pair(stride, "stride")

    def config(self) -> dict[str, Any]:
        """The arguments."""
        stride = None if self.stride == self.kernel else single(self.stride)
        return {"kernel": single(self.kernel), "stride": stride}

    def _windows(self, x: Any) -> Any:
        self.output_shape(np.shape(x)[-3:])
        found = windows(x, self.kernel, self.stride)
        return found.reshape(*found.shape[:-2], math.prod(self.kernel))

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        """(..., height, width) becomes (..., height', width')."""
        check_image(self, input_shape)
        height, width = (
            steps(n, k, s, self, input_shape)
            for n, k, s in zip(input_shape[-2:], self.kernel, self.stride, strict=True)
        )
        return (*input_shape[:-2], height, width)


class MaxPool2d(_Pool2d):
    """The largest number of each window; a tie shares the derivative.

    Args:
        kernel: height and width of the windows; one number for both.
        stride: steps between windows; by default they lie side by side.

    Raises:
        ValueError: a size is not positive.
        TypeError: a size is not a whole number.

    >>> MaxPool2d(2)([[[1.0, 2.0], [3.0, 4.0]]])
    array([[[4.]]])
    """

    def forward(self, x: Any) -> Any:
        """The largest numbers, shape (..., channels, height', width')."""
        found = self._windows(x)
        if found.dtype != object:
            return found.max(axis=-1)
        lines = found.reshape(-1, found.shape[-1]).tolist()
        return as_tensor([_largest(line) for line in lines], found.shape[:-1])


class AvgPool2d(_Pool2d):
    """The mean of each window: one `mean` node.

    Args and errors as for `MaxPool2d`.

    >>> AvgPool2d(2)([[[1.0, 2.0], [3.0, 4.0]]])
    array([[[2.5]]])
    """

    def forward(self, x: Any) -> Any:
        """The means, shape (..., channels, height', width')."""
        found = self._windows(x)
        return found.mean(axis=-1) if found.dtype != object else along(table.mean, found, -1)


class Flatten(Module):
    """The last axes made one: images (..., channels, height, width) become vectors.

    Args:
        axes: how many.

    Raises:
        ValueError: axes is not positive.
        TypeError: axes is not a whole number.

    >>> Flatten().output_shape((256, 13, 13))
    (43264,)
    """

    def __init__(self, axes: int = 3) -> None:
        self.axes = whole(axes, "axes")

    def forward(self, x: Any) -> Any:
        """The vectors."""
        return x.reshape(self.output_shape(np.shape(x)))

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        """The last axes become one."""
        if len(input_shape) < self.axes:
            raise ValueError(
                f"{self!r} takes arrays of at least {self.axes} axes, not of shape {input_shape}"
            )
        kept = len(input_shape) - self.axes
        return (*input_shape[:kept], math.prod(input_shape[kept:]))


def windows(x: Any, kernel: tuple[int, int], stride: tuple[int, int]) -> Any:
    """All positions of a window over the last two axes: shape (..., height', width', *kernel)."""
    found = sliding_window_view(plain(x), kernel, axis=(-2, -1))
    return found[..., :: stride[0], :: stride[1], :, :]


def padded(x: Any, padding: tuple[int, int]) -> Any:
    """Zeros around the last two axes: constants, where the entries are Values."""
    if padding == (0, 0):
        return x
    sides = [(0, 0)] * (x.ndim - 2) + [(p, p) for p in padding]
    return np.pad(plain(x), sides, constant_values=0.0)


def pair(size: Any, what: str, least: int = 1) -> tuple[int, int]:
    """One whole number for both axes, or two."""
    both = (size, size) if np.ndim(size) == 0 else tuple(size)
    if len(both) != 2:
        raise ValueError(f"{what} is one number, or two for height and width, not {size!r}")
    return whole(both[0], what, least), whole(both[1], what, least)


def single(size: tuple[int, int]) -> Size:
    """One number where both axes have the same."""
    return size[0] if size[0] == size[1] else size


def steps(size: int, kernel: int, stride: int, module: Module, shape: tuple[int, ...]) -> int:
    """How many positions a window has along an axis; an error for none."""
    if size < kernel:
        raise ValueError(f"{module!r} does not fit into an image of shape {shape}")
    return (size - kernel) // stride + 1


def check_image(module: Module, shape: tuple[int, ...], channels: int | None = None) -> None:
    """Raise unless the shape is that of images, with so many channels."""
    if len(shape) < 3 or (channels is not None and shape[-3] != channels):
        wanted = "channels" if channels is None else channels
        raise ValueError(
            f"{module!r} takes images of shape (..., {wanted}, height, width), not {shape}"
        )


def _largest(entries: list[Any]) -> Any:
    while len(entries) > 1:  # by pairs, so that a tie of two or four is shared evenly
        pairs = zip(entries[::2], entries[1::2], strict=False)
        rest = entries[-1:] if len(entries) % 2 else []
        entries = [table.maximum(x, y) for x, y in pairs] + rest
    return entries[0]
