"""Activation functions as modules, and the table of their names."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np

import autograd
from autograd.rules.operand import as_number
from autograd.rules.primitive import Primitive
from autograd.text.arguments import whole
from autograd.text.names import named
from nn import activations
from nn.arguments import check_function
from nn.init import constant
from nn.init import short as short_scheme
from nn.modules.cost import Cost, of_entries
from nn.modules.module import Module, check_width


class Activation(Module):
    """A module that keeps the shape of what it gets, and has no parameters unless it says so.

    Attributes:
        function: what it computes, unless it defines `forward`.
    """

    function: Callable[[Any], Any]

    def forward(self, x: Any) -> Any:
        """Return function(x)."""
        return self.function(x)

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the shape as it is."""
        return input_shape

    def _cost(self, input_shape: tuple[int, ...]) -> Cost:
        return of_entries(math.prod(self.output_shape(input_shape)))


class Identity(Activation):
    """The activation that gives x itself.

    >>> Identity()(2.0)
    2.0
    """

    function = staticmethod(activations.identity)

    def _cost(self, input_shape: tuple[int, ...]) -> Cost:
        return Cost()


class ReLU(Activation):
    """max(x, 0).

    >>> ReLU()([-1.0, 2.0])
    array([0., 2.])
    """

    function = staticmethod(activations.relu)


class LeakyReLU(Activation):
    """x where it is positive, else slope · x.

    >>> LeakyReLU()([-1.0, 2.0])
    array([-0.01,  2.  ])
    """

    def __init__(self, slope: float = 0.01) -> None:
        self.slope = as_number(slope, "slope of LeakyReLU")

    def forward(self, x: Any) -> Any:
        """Compute the activation of every entry."""
        return activations.leaky_relu(x, self.slope)


class PReLU(Activation):
    """LeakyReLU whose slope is learned (He et al. 2015, arXiv:1502.01852).

    Args:
        size: 1 for one slope, or one for each entry along the last axis.
        start: the slope to start from.

    Raises:
        TypeError: size is no whole number, or start no number.
        ValueError: size is not positive; called with arrays of another width.

    >>> PReLU().parameters()
    [Value(0.25, name='slope')]
    """

    def __init__(self, size: int = 1, start: float = 0.25) -> None:
        self.size = whole(size, "size of PReLU")
        self.start = as_number(start, "start of PReLU")
        shape = () if self.size == 1 else (self.size,)
        self.declare("slope", shape, constant(self.start), follows_init=False)

    def forward(self, x: Any) -> Any:
        """Compute the activation of every entry."""
        self.output_shape(np.shape(x))
        return activations.prelu(x, self.slope)

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the shape as it is, if its width fits."""
        if self.size > 1:
            check_width(self, input_shape, self.size)
        return input_shape


class ELU(Activation):
    """x where it is positive, else alpha (e**x - 1).

    >>> ELU()([0.0, 2.0])
    array([0., 2.])
    """

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = as_number(alpha, "alpha of ELU")

    def forward(self, x: Any) -> Any:
        """Compute the activation of every entry."""
        return activations.elu(x, self.alpha)


class SELU(Activation):
    """ELU scaled so that it keeps mean 0 and variance 1 (arXiv:1706.02515).

    >>> SELU()([0.0])
    array([0.])
    """

    function = staticmethod(activations.selu)


class Sigmoid(Activation):
    """1 / (1 + e**-x).

    >>> Sigmoid()([0.0])
    array([0.5])
    """

    function = staticmethod(activations.sigmoid)
    _said_kind = "probabilities"


class Tanh(Activation):
    """Hyperbolic tangent.

    >>> Tanh()([0.0])
    array([0.])
    """

    function = staticmethod(activations.tanh)


class Softplus(Activation):
    """log(1 + e**x), exact everywhere.

    PyTorch's has beta = 1 and threshold = 20, from where on it gives x: at most 2.1e-9 less.

    >>> Softplus()([800.0])
    array([800.])
    """

    function = staticmethod(activations.softplus)


class Swish(Activation):
    """x · sigmoid(beta · x); SiLU for beta = 1.

    >>> Swish(beta=2.0)([0.0])
    array([0.])
    """

    def __init__(self, beta: float = 1.0) -> None:
        self.beta = as_number(beta, "beta of Swish")

    def forward(self, x: Any) -> Any:
        """Compute the activation of every entry."""
        return activations.swish(x, self.beta)


SiLU = Swish
"""PyTorch's name for it, with the beta of 1 that it has by default."""


class GELU(Activation):
    """x · Φ(x), or with approximate="tanh" the older form that replaces Φ.

    >>> GELU()([0.0])
    array([0.])
    """

    def __init__(self, approximate: str = "none") -> None:
        activations.gelu(0.0, approximate)  # an unknown form is an error now
        self.approximate = approximate

    def forward(self, x: Any) -> Any:
        """Compute the activation of every entry."""
        return activations.gelu(x, self.approximate)


class Hardtanh(Activation):
    """x limited to [lo, hi].

    >>> Hardtanh()([-3.0, 0.5])
    array([-1. ,  0.5])
    """

    def __init__(self, lo: float = -1.0, hi: float = 1.0) -> None:
        self.lo = as_number(lo, "lo of Hardtanh")
        self.hi = as_number(hi, "hi of Hardtanh")
        activations.hardtanh(0.0, self.lo, self.hi)  # limits in disorder are an error now

    def forward(self, x: Any) -> Any:
        """Compute the activation of every entry."""
        return activations.hardtanh(x, self.lo, self.hi)


class LogSoftmax(Activation):
    """The logarithm of softmax along the last axis.

    >>> LogSoftmax()([1000.0, 1000.0]).round(4)
    array([-0.6931, -0.6931])
    """

    function = staticmethod(activations.log_softmax)

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the shape as it is, if there is an axis whose entries compete."""
        if not input_shape:
            raise ValueError(f"{self!r} takes arrays, not single numbers")
        return input_shape


class Softmax(LogSoftmax):
    """e**x over its sum along the last axis.

    >>> Softmax()([1000.0, 1000.0])
    array([0.5, 0.5])
    """

    function = staticmethod(activations.softmax)
    _said_kind = "probabilities"


class Sign(Activation):
    """-1, 0 or 1; its derivative is 0.

    >>> Sign()([-3.0, 2.0])
    array([-1.,  1.])
    """

    function = staticmethod(autograd.sign)


class Function(Activation):
    """A function of arrays as a module; what it does to Values is recorded.

    Args:
        function: what it computes; the function itself, not its name.

    Raises:
        TypeError: it is no function.

    >>> from autograd import sin
    >>> Function(sin)([0.0])
    array([0.])
    """

    def __init__(self, function: Callable[[Any], Any]) -> None:
        check_function(function, "the function of Function", "a function of arrays itself")
        self.function = function

    def _cost(self, input_shape: tuple[int, ...]) -> Cost:
        if not isinstance(self.function, (np.ufunc, Primitive)):
            raise NotImplementedError  # as it may look at all samples
        return super()._cost(input_shape)


ACTIVATIONS: dict[str, type[Activation]] = {
    "elu": ELU,
    "gelu": GELU,
    "hardtanh": Hardtanh,
    "identity": Identity,
    "leaky_relu": LeakyReLU,
    "log_softmax": LogSoftmax,
    "prelu": PReLU,
    "relu": ReLU,
    "selu": SELU,
    "sigmoid": Sigmoid,
    "sign": Sign,
    "silu": Swish,
    "softmax": Softmax,
    "softplus": Softplus,
    "swish": Swish,
    "tanh": Tanh,
}
"""The activations that layers take by name."""

SPELLINGS: Final = {"linear": "identity", "logistic": "sigmoid"}
"""The names of the same activations elsewhere, `plain`."""


def as_activation(activation: Any) -> Module:
    """Return the module for a name or a function; a Module as it is.

    A name is found in any case, and in PyTorch's and Keras' spelling.

    Raises:
        ValueError: the name is unknown.
        TypeError: it is none of these.

    >>> as_activation("tanh"), as_activation("LeakyReLU")
    (Tanh(), LeakyReLU())
    """
    if isinstance(activation, Module):
        return activation
    if isinstance(activation, str):
        return named(ACTIVATIONS, activation, "activation", SPELLINGS)()
    if isinstance(activation, type) and issubclass(activation, Module):
        raise TypeError(f"{activation.__name__} is a class: write {activation.__name__}()")
    if callable(activation):
        return _named(activation) or Function(activation)
    raise TypeError(
        f"an activation is a name, a Module or a function, not {activation!r}: the known names "
        f"are {', '.join(ACTIVATIONS)}"
    )


def _named(function: Callable[[Any], Any]) -> Module | None:
    """Return the module of one of our own functions, `tanh` say, so that it can be saved."""
    name = getattr(function, "__name__", "")
    own = (getattr(activations, name, None), getattr(autograd, name, None))
    return ACTIVATIONS[name]() if name in ACTIVATIONS and function in own else None


def own_copy(activation: Any) -> Any:
    """Return a copy of a Module for one more layer, as each learns parameters of its own."""
    return copy.deepcopy(activation) if isinstance(activation, Module) else activation


def kind_of(activation: Module) -> str:
    """Return the name of an activation in the table, else "function"."""
    names = (name for name, kind in ACTIVATIONS.items() if kind is type(activation))
    return next(names, "function")


def short(argument: Any) -> Any:
    """Return the name that stands for an activation or a scheme, else the argument itself.

    A name stands for what has no other settings than its defaults.

    >>> short(ELU()), short(ELU(alpha=0.5)), short(3)
    ('elu', ELU(alpha=0.5), 3)
    """
    if not isinstance(argument, Module):
        return short_scheme(argument)
    name = kind_of(argument)
    return name if name != "function" and not argument._shown_config() else argument
