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

from nn import activations as activations
from nn import init as init
from nn import schedules as schedules
from nn.data.batches import batches as batches
from nn.data.batches import train_test_split as train_test_split
from nn.data.csv_files import read_csv as read_csv
from nn.data.datasets import DATASETS as DATASETS
from nn.data.datasets import dataset as dataset
from nn.data.datasets import make_circles as make_circles
from nn.data.datasets import make_curve as make_curve
from nn.data.datasets import make_moons as make_moons
from nn.data.datasets import make_separable as make_separable
from nn.data.datasets import make_spirals as make_spirals
from nn.data.datasets import make_xor as make_xor
from nn.losses import LOSSES as LOSSES
from nn.losses import binary_cross_entropy as binary_cross_entropy
from nn.losses import cross_entropy as cross_entropy
from nn.losses import half_squared_error as half_squared_error
from nn.losses import hinge as hinge
from nn.losses import huber as huber
from nn.losses import mae as mae
from nn.losses import mse as mse
from nn.modules.activation_layers import ACTIVATIONS as ACTIVATIONS
from nn.modules.activation_layers import ELU as ELU
from nn.modules.activation_layers import GELU as GELU
from nn.modules.activation_layers import SELU as SELU
from nn.modules.activation_layers import Function as Function
from nn.modules.activation_layers import Hardtanh as Hardtanh
from nn.modules.activation_layers import Identity as Identity
from nn.modules.activation_layers import LeakyReLU as LeakyReLU
from nn.modules.activation_layers import LogSoftmax as LogSoftmax
from nn.modules.activation_layers import PReLU as PReLU
from nn.modules.activation_layers import ReLU as ReLU
from nn.modules.activation_layers import Sigmoid as Sigmoid
from nn.modules.activation_layers import Sign as Sign
from nn.modules.activation_layers import SiLU as SiLU
from nn.modules.activation_layers import Softmax as Softmax
from nn.modules.activation_layers import Softplus as Softplus
from nn.modules.activation_layers import Swish as Swish
from nn.modules.activation_layers import Tanh as Tanh
from nn.modules.convolution import AvgPool2d as AvgPool2d
from nn.modules.convolution import Conv2d as Conv2d
from nn.modules.convolution import Flatten as Flatten
from nn.modules.convolution import MaxPool2d as MaxPool2d
from nn.modules.dropout import Dropout as Dropout
from nn.modules.layers import MLP as MLP
from nn.modules.layers import Layer as Layer
from nn.modules.layers import Linear as Linear
from nn.modules.layers import Neuron as Neuron
from nn.modules.layers import Perceptron as Perceptron
from nn.modules.layers import Sequential as Sequential
from nn.modules.module import Module as Module
from nn.modules.saving import ModelFileError as ModelFileError
from nn.modules.saving import load as load
from nn.modules.saving import save as save
from nn.modules.summary import Summary as Summary
from nn.modules.summary import summary as summary
from nn.optim.algorithms import OPTIMIZERS as OPTIMIZERS
from nn.optim.algorithms import SGD as SGD
from nn.optim.algorithms import Adagrad as Adagrad
from nn.optim.algorithms import Adam as Adam
from nn.optim.algorithms import AdamW as AdamW
from nn.optim.algorithms import Momentum as Momentum
from nn.optim.algorithms import Nesterov as Nesterov
from nn.optim.algorithms import RMSprop as RMSprop
from nn.optim.clipping import clip_grad_norm as clip_grad_norm
from nn.optim.clipping import clip_grad_value as clip_grad_value
from nn.optim.groups import weight_decay_groups as weight_decay_groups
from nn.optim.lbfgs import LBFGS as LBFGS
from nn.optim.minimize import Minimum as Minimum
from nn.optim.minimize import minimize as minimize
from nn.optim.optimizer import Optimizer as Optimizer
from nn.optim.optimizer import PureOptimizer as PureOptimizer
from nn.training.callbacks import Callback as Callback
from nn.training.callbacks import EarlyStopping as EarlyStopping
from nn.training.callbacks import Epoch as Epoch
from nn.training.fit import DivergedError as DivergedError
from nn.training.fit import fit as fit
from nn.training.history import History as History
from nn.training.metrics import METRICS as METRICS
from nn.training.metrics import accuracy as accuracy
from nn.training.metrics import r2 as r2
from nn.training.metrics import rmse as rmse
