r"""
Inputs that are always positive make descent zig-zag
====================================================

Exercise 4-1. A neuron :math:`\sigma(w^\top x + b)` is trained by gradient descent. Show that it
converges more slowly if all inputs are positive than if their mean is zero.

**题目（习题 4-1）**：对于一个神经元 :math:`\sigma(w^\top x + b)`，并使用梯度下降优化参数 :math:`w` 时，如果输入 :math:`x` 恒大于 0，其收敛速度会比零均值化的输入更慢。
"""

# %%
# By hand
# -------
#
# For one sample, with :math:`z = w^\top x + b` and :math:`a = \sigma(z)`,
#
# .. math::
#    \frac{\partial \ell}{\partial w}
#      = \frac{\partial \ell}{\partial a} \, \sigma'(z) \; x .
#
# The factor in front of :math:`x` is one number. If all entries of :math:`x` are positive, all
# entries of the gradient have its sign: with two weights, a step leads up and to the right, or
# down and to the left, and never towards a minimum in between. The path zig-zags.
#
# The sheets leave it there, but this holds for *one* sample. The gradient of a batch is a sum of
# such vectors of both signs, and may point anywhere. What remains is the shape of the loss: near
# the minimum its Hessian is about :math:`\sum_i c_i \, x_i x_i^\top` with positive :math:`c_i`,
# and a mean far from 0 makes that matrix long and narrow. Both can be seen.

import numpy as np
from matplotlib.figure import Figure

from autograd import grad, hessian, sigmoid
from nn import SGD, minimize
from viz.gallery import show
from viz.plots import plot_paths

generator = np.random.default_rng(0)
centred = generator.uniform(-1.0, 1.0, (60, 2))
INPUTS = {"mean 0": centred, "all positive": centred + 1.0}

GOAL = np.array([2.0, -2.0])  # the weights that give the targets
NEAR = 0.1  # this close to them, a run has arrived


def neuron(w, x):
    return sigmoid(x @ w)


def loss(w, X):
    return np.mean((neuron(w, X) - neuron(GOAL, X)) ** 2)


# %%
# Sample by sample
# ----------------
#
# From 0 to (2, −2), a step for one sample at a time, the same samples in the same order. The
# detour is the length of the path over the distance that it covers.


def descent(X, rate, limit=3000):
    order = np.random.default_rng(1)
    w = np.zeros(2)
    path, gradients = [w], []
    while np.linalg.norm(w - GOAL) > NEAR and len(path) <= limit:
        sample = X[order.integers(len(X))]
        gradients.append(grad(loss)(w, sample[np.newaxis]))
        w = w - rate * gradients[-1]
        path.append(w)
    return np.array(path), np.array(gradients)


RATE = 2.0
paths, one_sign, detour = {}, {}, {}
print("inputs         steps   gradients of one sign   detour")
for name, X in INPUTS.items():
    path, gradients = descent(X, RATE)
    paths[name] = path
    one_sign[name] = np.mean(gradients[:, 0] * gradients[:, 1] >= 0.0)
    length = np.linalg.norm(np.diff(path, axis=0), axis=1).sum()
    detour[name] = length / np.linalg.norm(path[-1] - path[0])
    print(f"{name:13}  {len(path) - 1:5}   {one_sign[name]:21.0%}   {detour[name]:6.2f}")

# %%
# All samples at once
# -------------------
#
# The condition of the Hessian, the ratio of its eigenvalues, says how much longer the valley is
# than wide. It bounds the rate: above 2 over the larger eigenvalue, descent runs away; and with
# that rate, the direction of the smaller one takes about as many steps as the ratio is large.

RATES = [2.0**k for k in range(7)]
conditions, best = {}, {}
print("\ninputs         eigenvalues of the Hessian   ratio   best rate   steps")
for name, X in INPUTS.items():
    low, high = np.linalg.eigvalsh(hessian(loss)(GOAL, X))
    conditions[name] = high / low

    def steps(rate, X=X):
        path = minimize(lambda w: loss(w, X), np.zeros(2), SGD(lr=rate), 200).path
        far = np.flatnonzero(np.linalg.norm(path - GOAL, axis=1) > NEAR)
        return far[-1] + 1

    best[name] = min((steps(rate), rate) for rate in RATES)
    count, rate = best[name]
    print(f"{name:13}  {low:12.4f} {high:13.4f}   {high / low:5.1f}   {rate:9g}   {count:5}")

# %%
# The picture
# -----------

figure = Figure(figsize=(11.0, 4.8), layout="constrained")
limits = ((-0.6, 2.6), (-2.6, 0.6))
for axes, (name, X) in zip(figure.subplots(1, 2), INPUTS.items(), strict=True):
    plot_paths(lambda w, X=X: loss(w, X), {"sample by sample": paths[name]}, axes, limits=limits)
    axes.plot(*GOAL, "x", color="#009E73", markersize=10, markeredgewidth=2.5)
    axes.set(title=f"Inputs: {name}", xlabel="w1", ylabel="w2", aspect="equal")
show(figure, "zigzag")

# %%
# What follows
# ------------
#
# - With positive inputs every step for a single sample has one sign: if the weights have to change
#   in opposite directions, the path is a detour. At the same small rate it takes about as many
#   steps as with inputs of mean 0, only longer ones.
# - The price is the rate. The mean of the inputs makes the valley narrow, so the rate must be
#   smaller, and then descent is slow, with all samples at once too.
# - The cure is the same: subtract the mean from the inputs. Between layers, this speaks for
#   activations that are centred, such as tanh, and for normalising layers.
#
# **结论**：
#
# - 输入恒为正时，单个样本的梯度各分量同号，参数只能同增或同减，路径呈“Z”字形。
# - 对整批样本求和后，梯度各分量不再必然同号；但输入均值不为零使海森矩阵的条件数变大，学习率必须更小，收敛仍然更慢。
# - 解决办法：将输入零均值化；在层与层之间，使用零中心的激活函数或归一化层。
