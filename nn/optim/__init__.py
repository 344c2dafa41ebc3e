"""Optimizers, what they are set to, and what uses them: clipping of gradients and `minimize`."""

from nn.optim.algorithms import OPTIMIZERS as OPTIMIZERS
from nn.optim.algorithms import RATES as RATES
from nn.optim.algorithms import SGD as SGD
from nn.optim.algorithms import Adagrad as Adagrad
from nn.optim.algorithms import Adam as Adam
from nn.optim.algorithms import AdamW as AdamW
from nn.optim.algorithms import Momentum as Momentum
from nn.optim.algorithms import Nesterov as Nesterov
from nn.optim.algorithms import RMSprop as RMSprop
from nn.optim.algorithms import optimizer as optimizer
from nn.optim.groups import weight_decay_groups as weight_decay_groups
from nn.optim.lbfgs import LBFGS as LBFGS
from nn.optim.optimizer import Optimizer as Optimizer
from nn.optim.optimizer import PureOptimizer as PureOptimizer
