"""Layers for images: convolution, pooling, and flattening to vectors.

Images are arrays (..., channels, height, width). As in all deep learning, a convolution does not
flip its filters: it is a cross-correlation.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograd import Tensor
from autograd.rules import table
from autograd.rules.entrywise import along, as_object_array
from autograd.text.arguments import whole
from autograd.text.names import unknown
from autograd.transforms.leaves import entry_names
from nn import init as schemes
from nn.intake import Seed
from nn.modules.affine import Affine, affine, as_tensor, name_outputs
from nn.modules.cost import Cost, of_dots
from nn.modules.module import Module

Size = int | tuple[int, int]
Sides = tuple[tuple[int, int], tuple[int, int]]
"""Zeros before and after, along height and width."""

NO_SIDES: Final[Sides] = ((0, 0), (0, 0))


class Conv2d(Affine):
    """Filters that slide over an image; each position of each filter is one `dot` node.

    An image (channels, height, width) becomes (filters, height', width') with
    height' = (height + 2 padding - kernel) // stride + 1, and the width likewise.

    Args:
        channels: of the image.
        filters: how many.
        kernel: height and width of the filters; one number for both.
        stride: steps between positions.
        padding: zeros added on each side; "same" for as many as keep height and width (the odd one
            of an even kernel comes after, as in PyTorch; the stride must be 1), "valid" for none.
        bias: whether each filter has a bias.
        init, bias_init: schemes for the weights (He's by default) and the biases.
        seed: int or Generator.

    Raises:
        ValueError: a size is not positive, the padding negative or unknown, or "same" with strides.
        TypeError: a size is not a whole number.

    >>> conv = Conv2d(3, 8, 5, padding="same", seed=0)
    >>> conv.output_shape((3, 32, 32)), conv.num_parameters()
    ((8, 32, 32), 608)
    """

    def __init__(
        self,
        channels: int,
        filters: int,
        kernel: Size,
        stride: Size = 1,
        padding: Size | str = 0,
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
        self.padding, self._sides = self._padded(padding)
        super().__init__(schemes.scheme(init), bias_init, bias)
        area = math.prod(self.kernel)
        self._declare_weights(
            (self.filters, self.channels, *self.kernel),
            (self.filters,),
            (self.channels * area, self.filters * area),
            seed,
        )

    def _padded(self, padding: Any) -> tuple[str | tuple[int, int], Sides]:
        """Return the padding as it was meant, and the zeros before and after along both axes."""
        if not isinstance(padding, str):
            both = pair(padding, "padding", least=0)
            return both, ((both[0], both[0]), (both[1], both[1]))
        if padding == "valid":
            return padding, NO_SIDES
        if padding != "same":
            raise unknown(("same", "valid"), padding, "padding")
        if self.stride != (1, 1):
            raise ValueError(f"padding='same' goes with stride 1 alone, not {single(self.stride)}")
        height, width = self.kernel
        return padding, (((height - 1) // 2, height // 2), ((width - 1) // 2, width // 2))

    def _argument(self, name: str) -> Any:
        return single(super()._argument(name))

    def forward(self, x: Any) -> Any:
        """Compute the filtered images, shape (..., filters, height', width')."""
        self.output_shape(np.shape(x)[-3:])
        patches = windows(padded(x, self._sides), self.kernel, self.stride)
        # (..., channels, height', width', kernel) to vectors (..., height', width', all of a patch)
        vectors = np.moveaxis(patches, -5, -3)
        vectors = vectors.reshape(*vectors.shape[:-3], math.prod(vectors.shape[-3:]))
        w = as_object_array(self.w).reshape(self.filters, -1)
        out = np.moveaxis(affine(vectors, w, self.b if self.bias else None), -1, -3)
        if type(out) is Tensor and self._path:
            name_outputs(out, entry_names(self._path, out.shape[-3:]))
        return out

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        """(..., channels, height, width) becomes (..., filters, height', width')."""
        height, width = positions(self, input_shape, self.channels, self._sides)
        return (*input_shape[:-3], self.filters, height, width)

    def _cost(self, input_shape: tuple[int, ...]) -> Cost:
        outputs = math.prod(self.output_shape(input_shape))
        patch = self.channels * math.prod(self.kernel)
        return of_dots(outputs, patch + self.bias, outputs // self.filters * patch)


class _Pool2d(Module):
    """A pooling: windows over an image, each of which becomes one number."""

    def __init__(self, kernel: Size, stride: Size | None = None) -> None:
        self.kernel = pair(kernel, "kernel")
        self.stride = self.kernel if stride is None else pair(stride, "stride")

    def _argument(self, name: str) -> Any:
        if name == "stride" and self.stride == self.kernel:
            return None
        return single(getattr(self, name))

    def _windows(self, x: Any) -> Any:
        self.output_shape(np.shape(x)[-3:])
        found = windows(x, self.kernel, self.stride)
        return found.reshape(*found.shape[:-2], math.prod(self.kernel))

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        """(..., height, width) becomes (..., height', width')."""
        return (*input_shape[:-2], *positions(self, input_shape))

    def _cost(self, input_shape: tuple[int, ...]) -> Cost:
        outputs = math.prod(self.output_shape(input_shape))
        return self._windows_cost(outputs, math.prod(self.kernel))

    def _windows_cost(self, outputs: int, entries: int) -> Cost:
        return of_dots(outputs, entries, outputs * entries)


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
        """Compute the largest numbers, shape (..., channels, height', width')."""
        found = self._windows(x)
        if found.dtype != object:
            return found.max(axis=-1)
        lines = found.reshape(-1, found.shape[-1]).tolist()
        return as_tensor([_largest(line) for line in lines], found.shape[:-1])

    def _windows_cost(self, outputs: int, entries: int) -> Cost:
        return of_dots(outputs * (entries - 1), 2, outputs * entries)


class AvgPool2d(_Pool2d):
    """The mean of each window: one `mean` node.

    Args and errors are those of `MaxPool2d`.

    >>> AvgPool2d(2)([[[1.0, 2.0], [3.0, 4.0]]])
    array([[[2.5]]])
    """

    def forward(self, x: Any) -> Any:
        """Compute the means, shape (..., channels, height', width')."""
        found = self._windows(x)
        return found.mean(axis=-1) if found.dtype != object else along(table.mean, found, -1)


class Flatten(Module):
    """A module that makes the last axes one: images (..., channels, height, width) become vectors.

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
        """Return the vectors."""
        return x.reshape(self.output_shape(np.shape(x)))

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        """Multiply the last sizes."""
        if len(input_shape) < self.axes:
            raise ValueError(
                f"{self!r} takes arrays of at least {self.axes} axes, not of shape {input_shape}"
            )
        kept = len(input_shape) - self.axes
        return (*input_shape[:kept], math.prod(input_shape[kept:]))

    def _cost(self, input_shape: tuple[int, ...]) -> Cost:
        return Cost(numbers=math.prod(self.output_shape(input_shape)))


def windows(x: Any, kernel: tuple[int, int], stride: tuple[int, int]) -> Any:
    """Return all positions of a window over an image: shape (..., height', width', *kernel)."""
    found = sliding_window_view(as_object_array(x), kernel, axis=(-2, -1))
    return found[..., :: stride[0], :: stride[1], :, :]


def padded(x: Any, sides: Sides) -> Any:
    """Return x with zeros around the last two axes: constants, where the entries are Values."""
    if sides == NO_SIDES:
        return x
    return np.pad(as_object_array(x), [(0, 0)] * (x.ndim - 2) + [*sides], constant_values=0.0)


def pair(size: Any, what: str, least: int = 1) -> tuple[int, int]:
    """Return the sizes for both axes of one whole number, or of two."""
    both = (size, size) if np.ndim(size) == 0 else tuple(size)
    if len(both) != 2:
        raise ValueError(f"{what} is one number, or two for height and width, not {size!r}")
    return whole(both[0], what, least), whole(both[1], what, least)


def single(argument: Any) -> Any:
    """Return one number for a pair of equal ones, else the argument as it is."""
    return argument[0] if isinstance(argument, tuple) and len(set(argument)) == 1 else argument


def positions(
    module: Conv2d | _Pool2d,
    shape: tuple[int, ...],
    channels: int | None = None,
    sides: Sides = NO_SIDES,
) -> tuple[int, int]:
    """Return how many positions the windows of a module have along both axes of an image.

    Raises:
        ValueError: the shape is none of images, or none with so many channels, or it is too small.
    """
    if len(shape) < 3 or channels not in (None, shape[-3]):
        raise ValueError(
            f"{module!r} takes images of shape (..., {channels or 'channels'}, height, width), "
            f"not {shape}"
        )
    found = []
    for size, kernel, stride, pad in zip(
        shape[-2:], module.kernel, module.stride, sides, strict=True
    ):
        if size + sum(pad) < kernel:
            raise ValueError(f"{module!r} does not fit into an image of shape {shape}")
        found.append((size + sum(pad) - kernel) // stride + 1)
    return found[0], found[1]


def _largest(entries: list[Any]) -> Any:
    """Return the maximum as a tree of `maximum` nodes."""
    while len(entries) > 1:  # by pairs, so that a tie of two or four is shared evenly
        pairs = zip(entries[::2], entries[1::2], strict=False)
        rest = entries[-1:] if len(entries) % 2 else []
        entries = [table.maximum(x, y) for x, y in pairs] + rest
    return entries[0]
