"""Optimizers, what they are set to, and what uses them: clipping of gradients and `minimize`."""

from nn.optim.algorithms import (
    OPTIMIZERS,
    RATES,
    SGD,
    Adagrad,
    Adam,
    AdamW,
    Momentum,
    Nesterov,
    RMSprop,
    optimizer,
)
from nn.optim.groups import weight_decay_groups
from nn.optim.lbfgs import LBFGS
from nn.optim.optimizer import Optimizer, PureOptimizer

__all__ = [
    "LBFGS",
    "OPTIMIZERS",
    "RATES",
    "SGD",
    "Adagrad",
    "Adam",
    "AdamW",
    "Momentum",
    "Nesterov",
    "Optimizer",
    "PureOptimizer",
    "RMSprop",
    "optimizer",
    "weight_decay_groups",
]
