"""Neural networks on autograd: modules, losses, optimizers and training.

>>> import nn
>>> X, y = nn.make_moons(40, seed=0)
>>> model = nn.MLP(2, [8, 1], "tanh", seed=0)
>>> history = nn.fit(
...     model, X, y, loss="binary_cross_entropy", optimizer=nn.Adam(lr=0.1), epochs=60, seed=0
... )
>>> float(nn.accuracy(model.predict(X), y))
1.0
"""

from dualgrad import require as _require

_require("autograd")

from nn import activations, init, schedules
from nn.data.batches import batches, train_test_split
from nn.data.csv_files import read_csv
from nn.data.datasets import (
    DATASETS,
    dataset,
    make_circles,
    make_curve,
    make_moons,
    make_separable,
    make_spirals,
    make_xor,
)
from nn.losses import (
    LOSSES,
    binary_cross_entropy,
    cross_entropy,
    half_squared_error,
    hinge,
    huber,
    mae,
    mse,
)
from nn.modules.activation_layers import (
    ACTIVATIONS,
    ELU,
    GELU,
    SELU,
    Function,
    Hardtanh,
    Identity,
    LeakyReLU,
    LogSoftmax,
    PReLU,
    ReLU,
    Sigmoid,
    Sign,
    SiLU,
    Softmax,
    Softplus,
    Swish,
    Tanh,
)
from nn.modules.convolution import AvgPool2d, Conv2d, Flatten, MaxPool2d
from nn.modules.dropout import Dropout
from nn.modules.embedding import Embedding
from nn.modules.layers import MLP, Layer, Linear, Neuron, Perceptron, Sequential
from nn.modules.module import Module
from nn.modules.normalization import BatchNorm1d, BatchNorm2d, LayerNorm, Standardize
from nn.modules.saving import ModelFileError, load, save
from nn.modules.summary import Summary, summary
from nn.optim.algorithms import OPTIMIZERS, SGD, Adagrad, Adam, AdamW, Momentum, Nesterov, RMSprop
from nn.optim.clipping import clip_grad_norm, clip_grad_value
from nn.optim.groups import weight_decay_groups
from nn.optim.lbfgs import LBFGS
from nn.optim.minimize import Minimum, minimize
from nn.optim.optimizer import Optimizer, PureOptimizer
from nn.training.callbacks import Callback, Checkpoint, EarlyStopping, Epoch, ReduceLROnPlateau
from nn.training.fit import DivergedError, fit
from nn.training.history import History
from nn.training.metrics import (
    METRICS,
    accuracy,
    confusion_matrix,
    f1,
    precision,
    r2,
    recall,
    rmse,
)
from nn.training.notes import TrainingWarning

__all__ = [
    "ACTIVATIONS",
    "DATASETS",
    "ELU",
    "GELU",
    "LBFGS",
    "LOSSES",
    "METRICS",
    "MLP",
    "OPTIMIZERS",
    "SELU",
    "SGD",
    "Adagrad",
    "Adam",
    "AdamW",
    "AvgPool2d",
    "BatchNorm1d",
    "BatchNorm2d",
    "Callback",
    "Checkpoint",
    "Conv2d",
    "DivergedError",
    "Dropout",
    "EarlyStopping",
    "Embedding",
    "Epoch",
    "Flatten",
    "Function",
    "Hardtanh",
    "History",
    "Identity",
    "Layer",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "LogSoftmax",
    "MaxPool2d",
    "Minimum",
    "ModelFileError",
    "Module",
    "Momentum",
    "Nesterov",
    "Neuron",
    "Optimizer",
    "PReLU",
    "Perceptron",
    "PureOptimizer",
    "RMSprop",
    "ReLU",
    "ReduceLROnPlateau",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "Sign",
    "Softmax",
    "Softplus",
    "Standardize",
    "Summary",
    "Swish",
    "Tanh",
    "TrainingWarning",
    "accuracy",
    "activations",
    "batches",
    "binary_cross_entropy",
    "clip_grad_norm",
    "clip_grad_value",
    "confusion_matrix",
    "cross_entropy",
    "dataset",
    "f1",
    "fit",
    "half_squared_error",
    "hinge",
    "huber",
    "init",
    "load",
    "mae",
    "make_circles",
    "make_curve",
    "make_moons",
    "make_separable",
    "make_spirals",
    "make_xor",
    "minimize",
    "mse",
    "precision",
    "r2",
    "read_csv",
    "recall",
    "rmse",
    "save",
    "schedules",
    "summary",
    "train_test_split",
    "weight_decay_groups",
]
