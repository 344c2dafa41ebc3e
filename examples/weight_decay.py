r"""
Why biases are not regularised
==============================

Exercise 4-7. Why does the regularised objective of a neural network leave out the biases?

**题目（习题 4-7）**：为什么在神经网络模型的结构化风险函数中不对偏置 :math:`b` 进行正则化？
"""

# %%
# By hand
# -------
#
# Weight decay adds :math:`\lambda \sum w^2` to the loss. It is meant to stop a network from
# answering a small change of the input with a large change of the output. How steep the output is,
# is the derivative by the input. For :math:`y = w^{(2)} \tanh(w^{(1)} x + b^{(1)}) + b^{(2)}`,
#
# .. math::
#    \frac{\partial y}{\partial x}
#      = \sum_i w_i^{(2)} \left( 1 - \tanh^2(z_i) \right) w_i^{(1)} ,
#    \qquad z_i = w_i^{(1)} x + b_i^{(1)} .
#
# The last bias is not in it at all; the biases inside move the place where a unit is steep, but
# cannot make it steeper than :math:`w_i^{(2)} w_i^{(1)}`. The sheets say that biases drop out of
# the derivative; that is so for the last one, or for a linear model, but not for those inside.

import numpy as np
from matplotlib.figure import Figure

from autograd import grad
from nn import MLP, Momentum, mse, weight_decay_groups
from viz.gallery import show

HIDDEN = 12


def network():
    return MLP(1, [HIDDEN, 1], "tanh", seed=1)


# %%
# What does the slope depend on?
# ------------------------------
#
# The slope of the output at a few points, differentiated once more by each kind of parameter: the
# engine differentiates its own derivatives.

model = network()
POINTS = np.linspace(-2.0, 2.0, 5)


def slopes(parameters):
    """The sum of |∂y/∂x| over the points, as a function of the parameters."""
    w1, b1, w2, b2 = parameters
    y = lambda x: w2 @ np.tanh(w1 * x + b1) + b2
    return sum(abs(grad(y)(x)) for x in POINTS)


hidden, last = model.layers
inside = np.random.default_rng(0).standard_normal(HIDDEN)  # biases start at 0, a special place
start = [hidden.w.numpy()[:, 0], inside, last.w.numpy()[0], last.b.numpy()[0]]
by_slope = grad(slopes)(start)
influence = {
    name: float(np.max(abs(np.asarray(g))))
    for name, g in zip(("w1", "b1", "w2", "b2"), by_slope, strict=True)
}
print("largest derivative of the slope by ...")
for name, size in influence.items():
    print(f"  {name}   {size:.4f}")

# %%
# A line
# ------
#
# For a line :math:`y = w x + b` and inputs of mean 0, the best bias is the mean of the targets,
# :math:`\bar y`. With the penalty :math:`\lambda b^2` it is :math:`\bar y / (1 + \lambda)`: every
# prediction is too small by a share of the mean, which has nothing to do with steepness.

generator = np.random.default_rng(5)
X = np.sort(generator.uniform(-2.0, 2.0, 12))[:, np.newaxis]
X -= X.mean()
wave = np.sin(2.0 * X[:, 0]) + 0.3 * generator.standard_normal(len(X))


def train(model, y, strength, biases, steps):
    """Descend on the mean squared error, with weight decay of all parameters or without biases."""
    if biases:
        groups = [{"params": model.parameters(), "weight_decay": 2 * strength}]  # of λ p²
    else:
        groups = weight_decay_groups(model, 2 * strength)
    optimizer = Momentum(groups, lr=0.05, momentum=0.8)
    for _ in range(steps):
        model.zero_grad()
        mse(model(X), y).backward()
        optimizer.step()
    return model


STRENGTH = 0.1
line_bias = {}
print(f"\na line, λ = {STRENGTH:g}: targets with mean 5")
targets = wave - wave.mean() + 5.0
for biases in (False, True):
    line = train(MLP(1, [1], seed=0), targets, STRENGTH, biases, 200)
    line_bias[biases] = line.layers[0].b[0].data
    kind = "of all parameters" if biases else "of the weights"
    print(f"  decay {kind:17}   b = {line_bias[biases]:.4f}")
print(f"  5 / (1 + λ)                   {5.0 / (1.0 + STRENGTH):.4f}")

# %%
# A network
# ---------
#
# If a constant is added to all targets, a sound method should find the same curve, moved up by that
# constant. With decay of the weights alone it does, to the last few digits: only the last bias
# changes. With decay of all parameters every constant gives another curve.

CONSTANTS = (0.0, 5.0, 20.0)
GRID = np.linspace(-2.0, 2.0, 101)[:, np.newaxis]
curves = {}
print("\na network, λ = 0.02       largest change of the curve     mean output - mean target")
print("constant in the targets   weights only            all     weights only          all")
for constant in CONSTANTS:
    change, offset = [], []
    for biases in (False, True):
        model = network()
        model.layers[1].b[0].data = constant
        train(model, wave + constant, 0.02, biases, 200)
        curves[constant, biases] = model.predict(GRID) - constant
        change.append(np.max(abs(curves[constant, biases] - curves[0.0, biases])))
        offset.append(np.mean(model.predict(X) - wave - constant))
    print(
        f"{constant:23g}   {change[0]:12.1e}   {change[1]:12.1e}     "
        f"{offset[0]:+12.4f}   {offset[1]:+10.4f}"
    )

# %%
# The picture
# -----------

figure = Figure(figsize=(11.0, 4.2), layout="constrained")
titles = {False: "Decay of the weights", True: "Decay of all parameters"}
looks = {0.0: ("#0072B2", "-"), 5.0: ("#E69F00", "--"), 20.0: ("#D55E00", ":")}
for axes, (biases, title) in zip(figure.subplots(1, 2, sharey=True), titles.items(), strict=True):
    axes.plot(X[:, 0], wave, "o", color="#1f2933", markersize=4, label="samples")
    for constant, (color, line) in looks.items():
        axes.plot(
            GRID[:, 0],
            curves[constant, biases],
            linestyle=line,
            color=color,
            linewidth=2,
            label=f"targets + {constant:g}",
        )
    axes.set(title=title, xlabel="x")
figure.axes[0].set_ylabel("output - constant")
figure.axes[1].legend()
show(figure, "weight_decay")

# %%
# What follows
# ------------
#
# - Steepness comes from the weights. The last bias has no part in it; the inner ones only say
#   where.
# - Holding the last bias near 0 does harm: the output is pulled towards 0, and what is found
#   depends on where 0 of the targets happens to be.
# - Biases are few: one for each neuron, against one weight for each connection. There is little in
#   them to over-fit with.
#
# **结论**：
#
# - 正则化的目的是限制输出对输入的敏感程度，而敏感程度由权重决定；最后一层的偏置对 :math:`\partial y / \partial x` 没有影响，隐藏层的偏置只改变陡峭处的位置。题解中“求导时 :math:`b` 被约掉”只对最后一层（或线性模型）成立。
# - 对偏置正则化会使输出偏向 0：给所有目标值加上同一个常数，得到的曲线就会不同；只对权重正则化则不受影响。
# - 偏置数量远少于权重，本身不易导致过拟合。
