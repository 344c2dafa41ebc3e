"""The optimizers: SGD, Momentum, Nesterov, Adagrad, RMSprop, Adam, AdamW, and L-BFGS by SciPy.

Names, defaults and updates are PyTorch's (its documentation of torch.optim, in its notation: θ the
parameters, g the gradient, γ the learning rate, λ the weight decay). A rule is pure: see
`optimizer.PureOptimizer`.

>>> from autograd import Value
>>> w = Value(5.0)
>>> optimizer = Adam([w], lr=0.5)
>>> for _ in range(200):
...     optimizer.zero_grad()
...     loss = (w - 2.0) ** 2
...     loss.backward()
...     optimizer.step()
>>> round(w.data, 3)
2.0
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

import numpy as np

from autograd.text.names import name_in
from nn.arguments import check_names
from nn.intake import Array
from nn.optim.groups import Settings
from nn.optim.lbfgs import LBFGS
from nn.optim.optimizer import Optimizer, PureOptimizer, State, Step
from nn.schedules import Rate


def _with_penalty(gradient: Array, x: Array, settings: Settings) -> Any:
    """Return the gradient with that of λ/2 |θ|², the L2 penalty."""
    return gradient + settings["weight_decay"] * x


class _Descent(PureOptimizer):
    """Descent by v ← μ v + g, θ ← θ - γ v, and with Nesterov's look ahead θ ← θ - γ (g + μ v)."""

    buffers = ("velocity",)
    looks_ahead: ClassVar[bool] = False
    """Whether the momentum is Nesterov's, unless a setting says so."""

    def rule(self, x: Array, gradient: Array, state: State, settings: Settings) -> Step:
        """Take the step that the class describes."""
        g = _with_penalty(gradient, x, settings)
        velocity = settings["momentum"] * state["velocity"] + g
        ahead = settings.get("nesterov", self.looks_ahead)
        direction = g + settings["momentum"] * velocity if ahead else velocity
        return x - settings["lr"] * direction, {"velocity": velocity}


class SGD(_Descent):
    """Gradient descent, θ ← θ - γ g; with momentum as `Momentum` or `Nesterov`.

    "Stochastic" where the gradient is that of a batch (Robbins & Monro,
    doi:10.1214/aoms/1177729586).

    Args:
        params: see `Optimizer`.
        lr: γ, a number or a schedule.
        momentum: μ, from 0 to below 1.
        nesterov: whether the momentum is Nesterov's.
        weight_decay: λ of the L2 penalty λ/2 |θ|².

    Raises:
        ValueError: a setting is out of range, or nesterov is asked for without momentum.

    >>> SGD(lr=0.5).update([4.0], [2.0], SGD().init([4.0]))[0]
    array([3.])
    """

    def __init__(
        self,
        params: Any = None,
        lr: Rate = 1e-3,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
    ) -> None:
        if nesterov and momentum == 0.0:
            raise ValueError("nesterov=True needs momentum: write SGD(..., momentum=0.9)")
        settings = {"lr": lr, "momentum": momentum, "nesterov": nesterov}
        super().__init__(params, {**settings, "weight_decay": weight_decay})


class Momentum(_Descent):
    """Gradient descent with momentum: v ← μ v + g, θ ← θ - γ v.

    Polyak's heavy ball (doi:10.1016/0041-5553(64)90137-5), as `torch.optim.SGD(momentum=μ)` has it:
    the rate is outside the velocity, so a change of it acts at once.

    Args:
        params: see `Optimizer`.
        lr: γ, a number or a schedule.
        momentum: μ, from 0 to below 1.
        weight_decay: λ of the L2 penalty λ/2 |θ|².

    >>> Momentum(lr=0.5).update([4.0], [2.0], {"steps": 1, "velocity": np.array([1.0])})[0]
    array([2.55])
    """

    def __init__(
        self, params: Any = None, lr: Rate = 1e-3, momentum: float = 0.9, weight_decay: float = 0.0
    ) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})


class Nesterov(Momentum):
    """Gradient descent with Nesterov's momentum: v ← μ v + g, θ ← θ - γ (g + μ v).

    `torch.optim.SGD(momentum=μ, nesterov=True)`, the form of Sutskever et al.
    (proceedings.mlr.press/v28/sutskever13.html), whose parameters are those of the look ahead.

    Args:
        params: see `Optimizer`.
        lr: γ, a number or a schedule.
        momentum: μ, from 0 to below 1.
        weight_decay: λ of the L2 penalty λ/2 |θ|².

    >>> Nesterov(lr=0.5).update([4.0], [2.0], {"steps": 1, "velocity": np.array([1.0])})[0]
    array([1.695])
    """

    looks_ahead = True


class Adagrad(PureOptimizer):
    """Each parameter's rate falls with the sum of its squared gradients.

    s ← s + g², θ ← θ - γ' g / (√s + ε) with γ' = γ / (1 + steps · lr_decay) (Duchi, Hazan & Singer,
    jmlr.org/papers/v12/duchi11a.html).

    Args:
        params: see `Optimizer`.
        lr: γ, a number or a schedule.
        lr_decay: how fast γ' falls.
        eps: ε, against a division by 0.
        weight_decay: λ of the L2 penalty λ/2 |θ|².

    >>> Adagrad(lr=0.5).update([4.0, 4.0], [2.0, 0.02], Adagrad().init([0.0, 0.0]))[0]
    array([3.5, 3.5])
    """

    buffers = ("square",)

    def __init__(
        self,
        params: Any = None,
        lr: Rate = 1e-2,
        lr_decay: float = 0.0,
        eps: float = 1e-10,
        weight_decay: float = 0.0,
    ) -> None:
        settings = {"lr": lr, "lr_decay": lr_decay, "eps": eps}
        super().__init__(params, {**settings, "weight_decay": weight_decay})

    def rule(self, x: Array, gradient: Array, state: State, settings: Settings) -> Step:
        """Take the step that the class describes."""
        g = _with_penalty(gradient, x, settings)
        square = state["square"] + g * g
        rate = settings["lr"] / (1.0 + state["steps"] * settings["lr_decay"])
        return x - rate * (g / (np.sqrt(square) + settings["eps"])), {"square": square}


class RMSprop(PureOptimizer):
    """Each parameter's rate is divided by a running root mean square of its gradients.

    s ← α s + (1 - α) g², v ← μ v + g / (√s + ε), θ ← θ - γ v (Tieleman & Hinton, Lecture 6.5 of
    Neural Networks for Machine Learning, 2012). Centered, s less the square of the running mean of
    the gradients takes the place of s: their variance (Graves, arXiv:1308.0850).

    Args:
        params: see `Optimizer`.
        lr: γ, a number or a schedule.
        alpha: α, the share of the past.
        eps: ε, against a division by 0.
        momentum: μ, from 0 to below 1.
        centered: whether to divide by the standard deviation.
        weight_decay: λ of the L2 penalty λ/2 |θ|².

    >>> RMSprop(lr=0.1, eps=0.0).update([4.0], [2.0], RMSprop().init([0.0]))[0]
    array([3.])
    """

    buffers = ("square", "mean", "velocity")

    def __init__(
        self,
        params: Any = None,
        lr: Rate = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        momentum: float = 0.0,
        centered: bool = False,
        weight_decay: float = 0.0,
    ) -> None:
        settings = {"lr": lr, "alpha": alpha, "eps": eps, "momentum": momentum}
        super().__init__(params, {**settings, "centered": centered, "weight_decay": weight_decay})

    def rule(self, x: Array, gradient: Array, state: State, settings: Settings) -> Step:
        """Take the step that the class describes."""
        g = _with_penalty(gradient, x, settings)
        alpha = settings["alpha"]
        square = alpha * state["square"] + (1.0 - alpha) * g * g
        mean = alpha * state["mean"] + (1.0 - alpha) * g
        # rounding can leave a variance of 0 a little below it
        spread = np.maximum(square - mean * mean, 0.0) if settings["centered"] else square
        velocity = settings["momentum"] * state["velocity"]
        velocity = velocity + g / (np.sqrt(spread) + settings["eps"])
        buffers = {"square": square, "mean": mean, "velocity": velocity}
        return x - settings["lr"] * velocity, buffers


class Adam(PureOptimizer):
    """Momentum, with each parameter's rate divided by the root mean square of its gradients.

    m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g²; both are divided by 1 - βᵗ at step t, as they
    start from 0; θ ← θ - γ m̂ / (√v̂ + ε) (Kingma & Ba, arXiv:1412.6980).

    Args:
        params: see `Optimizer`.
        lr: γ, a number or a schedule.
        betas: β₁ and β₂, the shares of the past.
        eps: ε, against a division by 0.
        weight_decay: λ of the L2 penalty λ/2 |θ|²; see `AdamW`.

    >>> Adam(lr=0.5, eps=0.0).update([4.0, 4.0], [2.0, 0.02], Adam().init([0.0, 0.0]))[0]
    array([3.5, 3.5])
    """

    buffers = ("mean", "square")

    def __init__(
        self,
        params: Any = None,
        lr: Rate = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        settings = {"lr": lr, "betas": betas, "eps": eps}
        super().__init__(params, {**settings, "weight_decay": weight_decay})

    def rule(self, x: Array, gradient: Array, state: State, settings: Settings) -> Step:
        """Take the step that the class describes."""
        g = _with_penalty(gradient, x, settings)
        beta1, beta2 = settings["betas"]
        mean = beta1 * state["mean"] + (1.0 - beta1) * g
        square = beta2 * state["square"] + (1.0 - beta2) * g * g
        # PyTorch's order of operations, to the last bit
        t = state["steps"] + 1
        scale = np.sqrt(square) / (1.0 - beta2**t) ** 0.5 + settings["eps"]
        rate = settings["lr"] / (1.0 - beta1**t)
        return x - rate * (mean / scale), {"mean": mean, "square": square}


class AdamW(Adam):
    """Adam with the weight decay beside it: θ ← θ - γ λ θ, then Adam's step of the gradient alone.

    So the decay is not divided by the gradients' size (Loshchilov & Hutter, arXiv:1711.05101).

    Args:
        params: see `Optimizer`.
        lr: γ, a number or a schedule.
        betas: β₁ and β₂, the shares of the past.
        eps: ε, against a division by 0.
        weight_decay: λ.

    >>> AdamW(lr=0.5, weight_decay=0.1, eps=0.0).update([4.0], [2.0], AdamW().init([0.0]))[0]
    array([3.3])
    """

    def __init__(
        self,
        params: Any = None,
        lr: Rate = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay)

    def rule(self, x: Array, gradient: Array, state: State, settings: Settings) -> Step:
        """Take the step that the class describes."""
        shrunk = x * (1.0 - settings["lr"] * settings["weight_decay"])
        return super().rule(shrunk, gradient, state, {**settings, "weight_decay": 0.0})


_KINDS = (SGD, Momentum, Nesterov, Adagrad, RMSprop, Adam, AdamW, LBFGS)
OPTIMIZERS: Final[dict[str, type[Any]]] = {kind.__name__.lower(): kind for kind in _KINDS}

SPELLINGS: Final = {
    **dict.fromkeys(("gd", "gradientdescent"), "sgd"),
    **dict.fromkeys(("nag", "nesterovmomentum"), "nesterov"),
    **dict.fromkeys(("heavyball", "sgdmomentum"), "momentum"),
}
"""The names of the same optimizers elsewhere, `plain`."""

RATES: Final[dict[str, float]] = {
    "sgd": 0.1,
    "momentum": 0.02,
    "nesterov": 0.02,
    "adagrad": 0.1,
    "rmsprop": 0.01,
    "adam": 0.03,
    "adamw": 0.03,
}
"""Learning rates that suit small networks, for optimizers that are asked for by name.

The classes have PyTorch's defaults, with which a small network takes thousands of steps.
"""


def optimizer(name: Any, **settings: Any) -> Optimizer:
    """Return the optimizer of a name, with settings; an optimizer itself as it is.

    By its name it has the learning rate of `RATES`, unless the settings say otherwise.

    Args:
        name: of OPTIMIZERS, in any case and usual spelling, or an Optimizer, or a class of them.
        settings: as its class takes them; with an Optimizer, which has its own, none.

    Raises:
        ValueError: there is no such optimizer, or a setting is unknown or out of range.
        TypeError: name is something else, or settings came with an Optimizer.

    >>> optimizer("sgd", weight_decay=0.01)
    SGD(lr=0.1, momentum=0.0, nesterov=False, weight_decay=0.01)
    >>> optimizer("adem")
    Traceback (most recent call last):
    ValueError: unknown optimizer 'adem' (did you mean 'adam'?); there are sgd, momentum, ...
    """
    if isinstance(name, Optimizer):
        if settings:
            raise TypeError(
                f"{', '.join(settings)} cannot be set beside an optimizer, which has its settings: "
                f"write {type(name).__name__}(..., {next(iter(settings))}=...)"
            )
        return name
    made = name
    if isinstance(name, str):
        known = name_in(OPTIMIZERS, name, "optimizer", SPELLINGS)
        made = OPTIMIZERS[known]
        if known in RATES:
            settings.setdefault("lr", RATES[known])
    elif not (isinstance(name, type) and issubclass(name, Optimizer)):
        raise TypeError(
            f"an optimizer is a name such as 'adam' or an object such as Adam(lr=0.1), not {name!r}"
        )
    check_names(settings, made().defaults, made.__name__)
    found: Optimizer = made(**settings)
    return found
