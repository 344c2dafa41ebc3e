"""Layers that scale what they get: by the training data, by the batch, or by the sample itself."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from autograd import sqrt
from autograd.text.arguments import nonnegative, whole
from nn.init import constant, zeros
from nn.intake import Array, as_array, as_features
from nn.modules.activation_layers import Activation
from nn.modules.cost import Cost
from nn.modules.module import check_width

Shape = tuple[int, ...]


class Standardize(Activation):
    """Numbers along the last axis, less their mean and by their standard deviation.

    Both are buffers: `fit` takes them from data, and files keep them with the model. Until then
    the layer does nothing.

    Args:
        nin: numbers in a sample.

    Raises:
        ValueError: nin is not positive.
        TypeError: nin is no whole number.

    >>> scale = Standardize(2).fit([[0.0, 5.0], [4.0, 5.0]])
    >>> scale.mean, scale.std
    (array([2., 5.]), array([2., 1.]))
    >>> scale([[6.0, 5.0]])
    array([[2., 0.]])
    """

    def __init__(self, nin: int) -> None:
        self.nin = whole(nin, "nin")
        self.register_buffer("mean", np.zeros(self.nin))
        self.register_buffer("std", np.ones(self.nin))

    def fit(self, X: ArrayLike) -> Self:
        """Take mean and standard deviation of samples; return this module.

        A column that is the same in all samples is only moved.

        Raises:
            TypeError, ValueError: X is no array of samples of nin finite numbers, or they are too
                large for a mean.
        """
        self.mean, self.std = column_scale(as_features(X, "Standardize.fit()", self.nin))
        return self

    def forward(self, x: Any) -> Any:
        """Compute (x - mean) / std."""
        self.output_shape(np.shape(x))
        return (x - self.mean) / self.std

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape as it is, if its width fits."""
        check_width(self, input_shape, self.nin)
        return input_shape

    def _cost(self, input_shape: Shape) -> Cost:
        return Cost(numbers=2 * math.prod(self.output_shape(input_shape)))


def column_scale(X: Array) -> tuple[Array, Array]:
    """Return mean and standard deviation of each column, 1 where all its numbers are the same.

    Raises:
        ValueError: the numbers are too large.

    >>> column_scale(np.array([[1.0, 5.0], [3.0, 5.0]]))
    (array([2., 5.]), array([1., 1.]))
    """
    rows = X.reshape(-1, X.shape[-1])
    with np.errstate(all="ignore"):
        mean, std = rows.mean(axis=0), rows.std(axis=0)
    if not (np.isfinite(mean).all() and np.isfinite(std).all()):
        raise ValueError("the features are too large to be standardised: rescale them")
    return mean, np.where(std > 1e-12 * np.abs(mean), std, 1.0)


class _Normalization(Activation):
    """What brings groups of numbers to mean 0 and variance 1, with weights and biases after it."""

    eps: float

    def _declare_affine(self, shape: Shape, weights: bool, biases: bool) -> None:
        if weights:
            self.declare("w", shape, constant(1.0), follows_init=False)
        if weights and biases:
            self.declare("b", shape, zeros(), follows_init=False)

    def _cost(self, input_shape: Shape) -> Cost:
        entries = math.prod(self.output_shape(input_shape))
        # As measured, see the tests: what has two operands has them in the node itself.
        return Cost(2 * entries, 2 * entries, 4 * entries)


class _BatchNorm(_Normalization):
    """Batch normalization over one axis of features."""

    _axis: int
    """The axis of the features, counted from the end."""
    running_mean: Array
    running_var: Array

    def __init__(
        self, num_features: int, eps: float = 1e-5, momentum: float = 0.1, affine: bool = True
    ) -> None:
        self.num_features = whole(num_features, "num_features")
        self.eps = nonnegative(eps, "eps")
        self.momentum = nonnegative(momentum, "momentum")
        if self.momentum > 1.0:
            raise ValueError(f"momentum must be from 0 to 1, not {momentum!r}")
        self.affine = bool(affine)
        self._declare_affine((self.num_features,), self.affine, True)
        self.register_buffer("running_mean", np.zeros(self.num_features))
        self.register_buffer("running_var", np.ones(self.num_features))

    def forward(self, x: Any) -> Any:
        """Compute the normalized numbers, in the shape of x."""
        self.output_shape(np.shape(x))
        features = np.moveaxis(x, self._axis, 0)
        rows = features.reshape(self.num_features, -1)
        mean, var = self._moments(rows) if self.training else (self.running_mean, self.running_var)
        with np.errstate(all="ignore"):
            scale = (self.w if self.affine else 1.0) / sqrt(var + self.eps)
            out = (rows - mean[:, np.newaxis]) * scale[:, np.newaxis]
            if self.affine:
                out = out + self.b[:, np.newaxis]
        return np.moveaxis(out.reshape(features.shape), 0, self._axis)

    def _moments(self, rows: Any) -> tuple[Any, Any]:
        """Return mean and variance of each row, and move the running ones towards them."""
        n = rows.shape[1]
        if n < 2:
            raise ValueError(
                f"{self!r} in training needs more than one number for each feature, but got {n}: "
                "take batches of two samples or more, or call model.eval() first"
            )
        mean, var, _ = moments(rows)
        keep = 1.0 - self.momentum
        found = as_array(mean, "mean", finite=False), as_array(var, "var", finite=False)
        self.running_mean = keep * self.running_mean + self.momentum * found[0]
        self.running_var = keep * self.running_var + self.momentum * found[1] * (n / (n - 1))
        return mean, var

    def _draw(self, scheme: Any, seed: int) -> None:
        super()._draw(scheme, seed)
        self.running_mean = np.zeros(self.num_features)
        self.running_var = np.ones(self.num_features)


class BatchNorm1d(_BatchNorm):
    """Each feature along the last axis, brought to mean 0 and variance 1 over the batch.

    In training by the mean and the variance of the batch, of which running averages are kept as
    buffers; else, and in `predict`, by these. Then weights `w` and biases `b` follow, which are
    trained. Names and conventions are PyTorch's, but that the features stand on the last axis.
    (S. Ioffe and C. Szegedy, 2015, arXiv:1502.03167.)

    Args:
        num_features: numbers along the axis of the features.
        eps: added to the variance.
        momentum: the share of the batch in the running averages; their variance is the unbiased
            one, by n - 1.
        affine: whether there are weights and biases.

    Raises:
        ValueError: num_features is not positive, eps negative, or momentum not from 0 to 1; in
            training there is one number only for each feature.
        TypeError: they are of the wrong kind.

    >>> norm = BatchNorm1d(1, eps=0.0)
    >>> norm([[1.0], [3.0]]).numpy().tolist(), norm.running_mean, norm.running_var
    ([[-1.0], [1.0]], array([0.2]), array([1.1]))
    >>> norm.predict([[0.2]])
    array([[0.]])
    """

    _axis = -1

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape as it is, if its width fits."""
        check_width(self, input_shape, self.num_features)
        return input_shape


class BatchNorm2d(_BatchNorm):
    """Each channel of images (..., channels, height, width), normalized as by `BatchNorm1d`.

    Args and errors are those of `BatchNorm1d`.

    >>> BatchNorm2d(3).output_shape((3, 8, 8))
    (3, 8, 8)
    """

    _axis = -3

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape as it is, if it is that of images with so many channels."""
        if len(input_shape) < 3 or input_shape[-3] != self.num_features:
            raise ValueError(
                f"{self!r} takes images of shape (..., {self.num_features}, height, width), not "
                f"{input_shape}"
            )
        return input_shape


class LayerNorm(_Normalization):
    """Each sample brought to mean 0 and variance 1 over its last axes, then w and b of each entry.

    (J. L. Ba, J. R. Kiros, G. E. Hinton, 2016, arXiv:1607.06450.)

    Args:
        normalized_shape: of these axes; one number for the last alone.
        eps: added to the variance.
        elementwise_affine: whether there are weights `w`, and biases `b`.
        bias: whether there are biases beside the weights.

    Raises:
        ValueError: a size is not positive, or eps negative.
        TypeError: a size is no whole number.

    >>> LayerNorm(2, eps=0.0).predict([[1.0, 3.0], [10.0, 10.5]])
    array([[-1.,  1.],
           [-1.,  1.]])
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
    ) -> None:
        sizes = np.atleast_1d(np.array(normalized_shape, object)).tolist()
        self.normalized_shape = tuple(whole(size, "normalized_shape") for size in sizes)
        self.eps = nonnegative(eps, "eps")
        self.elementwise_affine = bool(elementwise_affine)
        self.bias = bool(bias)
        self._declare_affine(self.normalized_shape, self.elementwise_affine, self.bias)

    def forward(self, x: Any) -> Any:
        """Compute the normalized numbers, in the shape of x."""
        self.output_shape(np.shape(x))
        with np.errstate(all="ignore"):
            _, var, centred = moments(x.reshape(-1, math.prod(self.normalized_shape)))
            out = (centred / sqrt(var + self.eps)[:, np.newaxis]).reshape(np.shape(x))
            if not self.elementwise_affine:
                return out
            return out * self.w + self.b if self.bias else out * self.w

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape as it is, if its last sizes fit."""
        own = self.normalized_shape
        if len(own) == 1:
            check_width(self, input_shape, own[0])
        elif input_shape[-len(own) :] != own:
            raise ValueError(f"{self!r} takes arrays of shape (..., {own}), not {input_shape}")
        return input_shape

    def _argument(self, name: str) -> Any:
        value = getattr(self, name)
        return value[0] if name == "normalized_shape" and len(value) == 1 else value


def moments(rows: Any) -> tuple[Any, Any, Any]:
    """Return mean and variance of each row, each one node of all its entries, and the deviations.

    >>> moments(np.array([[1.0, 3.0]]))
    (array([2.]), array([1.]), array([[-1.,  1.]]))
    """
    with np.errstate(all="ignore"):
        mean = rows.mean(axis=1)
        centred = rows - mean[:, np.newaxis]
        return mean, np.vecdot(centred, centred) / rows.shape[1], centred
