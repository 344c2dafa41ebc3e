r"""
Why not start from zero?
========================

Exercise 4-8. Why are parameters drawn at random before a network is trained by back-propagation,
instead of setting all weights and biases to 0?

**题目（习题 4-8）**：为什么在用反向传播算法进行参数学习时要采用随机参数初始化的方式，而不是直接令 :math:`w = 0, b = 0`？
"""

# %%
# By hand
# -------
#
# Take one hidden layer: :math:`z = w^{(1)} x + b^{(1)}`, :math:`a = g(z)`,
# :math:`\hat y = w^{(2)} a + b^{(2)}`. Then
#
# .. math::
#    \frac{\partial \ell}{\partial w_{ij}^{(1)}}
#      = \frac{\partial \ell}{\partial \hat y} \; w_i^{(2)} \; g'(z_i) \; x_j ,
#    \qquad
#    \frac{\partial \ell}{\partial w_i^{(2)}} = \frac{\partial \ell}{\partial \hat y} \; a_i .
#
# 1. If :math:`w^{(2)} = 0`, no gradient reaches :math:`w^{(1)}`. 2. If :math:`a = g(0) = 0` as
# well, as for ReLU and tanh, :math:`w^{(2)}` gets none either. Only the last bias moves. 3. If
# :math:`g(0) \ne 0`, as for the sigmoid, :math:`w^{(2)}` does move, by the same amount for every
# unit :math:`i`. And whenever all units have equal weights, their gradients are equal too: they
# stay equal for ever. However many there are, they compute what one would.
#
# One sheet concludes from 1 that the parameters never change. That is true for ReLU and tanh, but
# not for the sigmoid, as the numbers show.

import numpy as np
from matplotlib.figure import Figure

from nn import MLP, SGD, make_moons, mse
from nn.init import constant, normal, zeros
from viz.gallery import show

X, y = make_moons(24, noise=0.05, seed=0)
HIDDEN, STEPS = 8, 250
ACTIVATIONS = ("relu", "tanh", "sigmoid")
STARTS = {"all 0": zeros(), "all 0.5": constant(0.5), "random": normal(std=1.0)}


def train(activation, init):
    """The first gradients, the losses, and the trained network."""
    bias = init if init is not STARTS["random"] else zeros()
    model = MLP(2, [HIDDEN, 1], activation, init=init, bias_init=bias, seed=0)
    optimizer = SGD(model.parameters(), lr=0.15)
    losses, first = [], {}
    for step in range(STEPS):
        loss = mse(model(X), y)
        model.zero_grad()
        loss.backward()
        if step == 0:
            first = {name: abs(p.grad) for name, p in model.named_parameters()}
        optimizer.step()
        losses.append(loss.data)
    return first, losses, model


def different(rows):
    """How many different rows there are."""
    return len(np.unique(np.asarray(rows).round(12), axis=0))


runs = {(a, s): train(a, init) for a in ACTIVATIONS for s, init in STARTS.items()}

# %%
# The first gradient
# ------------------

largest = {}
print("largest |∂ℓ/∂w| at the start        w of the hidden layer   w of the output")
for (activation, start), (first, _, _) in runs.items():
    hidden = max(g for name, g in first.items() if name.startswith("layers.0") and ".w" in name)
    output = max(g for name, g in first.items() if name.startswith("layers.1") and ".w" in name)
    largest[activation, start] = hidden, output
    print(f"{activation:8} {start:26} {hidden:21.4f}   {output:15.4f}")

# %%
# After training
# --------------
#
# ``different`` counts the hidden units that are not copies of another.

outcomes = {}
print(f"\nafter {STEPS} steps                    loss   different units (of {HIDDEN})")
for (activation, start), (_, losses, model) in runs.items():
    hidden = model.layers[0]
    units = different(np.column_stack([hidden.w.numpy(), hidden.b.numpy()]))
    outcomes[activation, start] = losses[-1], units
    print(f"{activation:8} {start:18}    {losses[-1]:8.4f}   {units}")

# %%
# The picture
# -----------

figure = Figure(figsize=(11.0, 3.8), layout="constrained")
looks = {"all 0": ("#D55E00", "-"), "all 0.5": ("#0072B2", "--"), "random": ("#009E73", ":")}
for axes, activation in zip(figure.subplots(1, 3, sharey=True), ACTIVATIONS, strict=True):
    for start, (color, line) in looks.items():
        axes.plot(runs[activation, start][1], line, color=color, label=start)
    axes.set(title=activation, xlabel="step", ylim=(0, 0.6))
    axes.grid(alpha=0.3)
figure.axes[0].set_ylabel("loss")
figure.axes[0].legend(title="parameters at the start")
show(figure, "zero_initialisation")

# %%
# What follows
# ------------
#
# - With ReLU or tanh, a network that starts from 0 learns nothing but its last bias: the mean of
#   the targets.
# - With the sigmoid it does learn, but all hidden units remain one and the same. Any other equal
#   start, such as ½, has the same fate with every activation.
# - Random weights break the symmetry. For the biases 0 is fine: different weights are enough.
#
# **结论**：
#
# - 对 ReLU 和 tanh，全零初始化时除最后的偏置外所有梯度均为 0，网络只能学到目标的均值。
# - 对 Sigmoid，:math:`a = \tfrac12 \ne 0`，参数会更新，但所有隐藏神经元始终相同（对称权重现象），等价于只有一个神经元；题解中“参数永远不会更新”的说法只对 ReLU 和 tanh 成立。
# - 随机初始化权重可以打破对称性；偏置取 0 即可。
