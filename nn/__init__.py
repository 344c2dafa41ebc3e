"""Neural networks on autograd: modules, losses, optimizers and training.

"""

from nn import activations, init, schedules
from nn.activation_layers import (
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
    Softmax,
    Softplus,
    Swish,
    Tanh,
)
from nn.batches import batches, train_test_split
from nn.clipping import clip_grad_norm, clip_grad_value
from nn.convolution import AvgPool2d, Conv2d, Flatten, MaxPool2d
from nn.data import (
    DATASETS,
    dataset,
    make_circles,
    make_curve,
    make_moons,
    make_separable,
    make_spirals,
    make_xor,
)
from nn.dropout import Dropout
from nn.groups import weight_decay_groups
from nn.layers import MLP, Layer, Linear, Neuron, Perceptron, Sequential
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
from nn.metrics import METRICS, accuracy, r2, rmse
from nn.minimize import minimize
from nn.module import Module
from nn.optim import (
    LBFGS,
    OPTIMIZERS,
    SGD,
    Adagrad,
    Adam,
    AdamW,
    Momentum,
    Nesterov,
    RMSprop,
)
from nn.table import read_csv
