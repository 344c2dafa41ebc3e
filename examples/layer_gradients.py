r"""
The gradients of a network, backward and forward
================================================

Homework 1-2, question 1. Derive the gradients of the loss by the weights and biases of each layer of a
network: (a) by back-propagation, (b) by forward propagation of derivatives.

**题目（作业 1-2，第 1 题）**：推导神经网络的损失函数对各层权重与偏置的梯度：(a) 反向传播；(b) 正向传播。
"""

# %%
# (a) Backward, by hand
# ---------------------
#
# Let :math:`a^{(0)} = x`, :math:`z^{(l)} = w^{(l)} a^{(l-1)} + b^{(l)}`,
# :math:`a^{(l)} = \sigma(z^{(l)})`, and :math:`E = \tfrac12 \sum_k (a^{(L)}_k - t_k)^2`. Write
# :math:`\delta^{(l)} = \partial E / \partial z^{(l)}`. In the last layer each :math:`z_k` reaches
# the loss through its own :math:`a_k` only:
#
# .. math:: \delta^{(L)} = (a^{(L)} - t) \odot \sigma'(z^{(L)}) .
#
# In the layers before, :math:`z^{(l)}` reaches it through every entry of :math:`z^{(l+1)}`, and the
# sum over these is a product with the transposed weights:
#
# .. math:: \delta^{(l)} = \sigma'(z^{(l)}) \odot \left( w^{(l+1)\top} \delta^{(l+1)} \right) .
#
# With these,
#
# .. math::
#    \frac{\partial E}{\partial w^{(l)}} = \delta^{(l)} a^{(l-1)\top}, \qquad
#    \frac{\partial E}{\partial b^{(l)}} = \delta^{(l)} .
#
# The sheet has :math:`\delta^{(L)} = \sum_k (a^{(L)} - t) \, \sigma'(z^{(L)})`. That sum must not
# be there: it would make all entries equal.

from itertools import pairwise

import numpy as np
from matplotlib.figure import Figure

from autograd import compare_modes, grad, jacfwd, jvp, sigmoid, softplus, tanh
from viz.gallery import show

ACTIVATIONS = {"sigmoid": sigmoid, "tanh": tanh, "softplus": softplus}


def network(widths, seed=0):
    """Weights and biases of a network with these widths, the input's first."""
    generator = np.random.default_rng(seed)
    return [
        (generator.standard_normal((n, m)) / np.sqrt(m), 0.1 * generator.standard_normal(n))
        for m, n in pairwise(widths)
    ]


def layers(parameters, x, activation):
    """All z and all a."""
    zs, outputs = [], [x]
    for w, b in parameters:
        zs.append(w @ outputs[-1] + b)
        outputs.append(activation(zs[-1]))
    return zs, outputs


def loss(parameters, x, t, activation):
    return 0.5 * np.sum((layers(parameters, x, activation)[1][-1] - t) ** 2)


def by_hand(parameters, x, t, activation, last=None):
    """The gradients by the formulas; `last` is δ of the last layer, if it should be another."""
    zs, outputs = layers(parameters, x, activation)
    slopes = [np.array([grad(activation)(float(number)) for number in z]) for z in zs]
    delta = (outputs[-1] - t) * slopes[-1] if last is None else last
    found = []
    for level in reversed(range(len(parameters))):
        found.append((np.outer(delta, outputs[level]), delta))
        if level:
            delta = slopes[level - 1] * (parameters[level][0].T @ delta)
    return found[::-1]


def distance(one, other):
    """The largest difference between two lists of gradients."""
    pairs = zip(one, other, strict=True)
    return max(np.max(abs(a - b)) for layer in pairs for a, b in zip(*layer, strict=True))


# %%
# Against the engine
# ------------------

SHAPES = ([3, 2], [3, 4, 2], [3, 4, 4, 2], [3, 5, 5, 5, 5, 2])
x, t = np.array([0.5, -1.0, 2.0]), np.array([0.3, 0.8])
errors = {}
print("layers   activation   by hand - engine")
for widths in SHAPES:
    parameters = network(widths)
    for name, activation in ACTIVATIONS.items():
        engine = grad(loss)(parameters, x, t, activation)
        errors[len(widths) - 1, name] = distance(by_hand(parameters, x, t, activation), engine)
        print(f"{len(widths) - 1:6}   {name:10}   {errors[len(widths) - 1, name]:16.1e}")

# %%
# The sheet's sum over k gives something else:

parameters = network([3, 4, 2])
engine = grad(loss)(parameters, x, t, sigmoid)
zs, outputs = layers(parameters, x, sigmoid)
slope = outputs[-1] * (1 - outputs[-1])
right = (outputs[-1] - t) * slope
summed = np.full(2, np.sum(right))
sheet_error = distance(by_hand(parameters, x, t, sigmoid, last=summed), engine)
print(f"\nδ of the last layer, entry by entry   {right.round(4)}")
print(f"δ of the last layer, with the sum     {summed.round(4)}")
print(f"with the sum the gradients are off by {sheet_error:.3f}")

# %%
# (b) Forward, by hand
# --------------------
#
# The sheet again asks for :math:`\delta^{(l)} = \partial E / \partial z^{(l)}`, now from the first
# layer on: it starts with 0, "since :math:`x` is constant", and multiplies by the derivative of an
# inverse of :math:`\sigma`. So every δ is 0, and so would be every gradient: no network could ever
# learn.
#
# Forward mode asks another question: how do all intermediate results change if *one* input or
# parameter changes? Give it a tangent of 1 and all others 0, and take the tangents along with the
# values,
#
# .. math::
#    \dot z^{(l)} = \dot w^{(l)} a^{(l-1)} + w^{(l)} \dot a^{(l-1)} + \dot b^{(l)}, \qquad
#    \dot a^{(l)} = \sigma'(z^{(l)}) \odot \dot z^{(l)}, \qquad
#    \dot E = (a^{(L)} - t)^\top \dot a^{(L)} .
#
# In the end :math:`\dot E` is the derivative by that one parameter. No inverse is needed, and
# nothing has to be kept. Here for one weight, by these formulas and by the engine's ``jvp``:


def tangent_by_hand(parameters, tangents, x, t):
    a, da = x, np.zeros_like(x)
    for (w, b), (dw, db) in zip(parameters, tangents, strict=True):
        z, dz = w @ a + b, dw @ a + w @ da + db
        a = sigmoid(z)
        da = a * (1 - a) * dz
    return (a - t) @ da


tangents = [(np.zeros_like(w), np.zeros_like(b)) for w, b in parameters]
tangents[0][0][2, 1] = 1.0  # the weight from input 1 to neuron 2 of the first layer
forward_by_hand = tangent_by_hand(parameters, tangents, x, t)
f = lambda p: loss(p, x, t, sigmoid)
forward = jvp(f, (parameters,), (tangents,))[1]
reverse = engine[0][0][2, 1]
print("\n∂E/∂w of one weight of the first layer")
print(f"  forward, by hand   {forward_by_hand:.15f}")
print(f"  forward, engine    {forward:.15f}")
print(f"  reverse, engine    {reverse:.15f}")
print(f"  the sheet's (b)    {0.0:.15f}")

# %%
# What each costs
# ---------------
#
# For all parameters forward mode needs one tangent for each, reverse mode one sweep in all.

count = sum(w.size + b.size for w, b in parameters)
both = distance(jacfwd(f)(parameters), engine)
report = compare_modes(f, parameters)
operations = {cost.mode: cost.operations for cost in (report.forward, report.reverse)}
print(f"\n{count} parameters: all gradients of both modes agree to {both:.1e}")
for mode, number in operations.items():
    print(f"  {mode} mode: {number:6,} operations")

costs = {}
for width in (2, 4, 8, 16):
    wider = network([3, width, 2])
    compared = compare_modes(lambda p: loss(p, x, t, sigmoid), wider)
    size = sum(w.size + b.size for w, b in wider)
    costs[size] = {"forward": compared.forward.operations, "reverse": compared.reverse.operations}

figure = Figure(figsize=(6.4, 4.2), layout="constrained")
axes = figure.subplots()
for mode, color, line in (("forward", "#0072B2", "o-"), ("reverse", "#D55E00", "s--")):
    axes.plot(list(costs), [c[mode] for c in costs.values()], line, color=color, label=mode)
axes.set(
    title="The gradient of a network 3-n-2",
    xlabel="parameters",
    ylabel="operations",
    xscale="log",
    yscale="log",
)
axes.set_xticks(list(costs), [f"{size}" for size in costs])
axes.minorticks_off()
axes.grid(alpha=0.3)
axes.legend()
show(figure, "layer_gradients")

# %%
# What follows
# ------------
#
# - Back-propagation carries δ, the derivative of the loss by each :math:`z`, from the last layer to
#   the first. In the last layer δ is a product entry by entry, without a sum.
# - Forward mode carries tangents from the inputs to the loss. It gives the same numbers; with n
#   parameters it costs n times as much as one sweep, and is at its best for few inputs and many
#   outputs.
# - A derivation can be checked by machine in a line or two, and it should be.
#
# **结论**：
#
# - 反向传播从最后一层向前传递 :math:`\delta`；最后一层的 :math:`\delta` 是逐元素乘积，题解中多了对 :math:`k` 的求和。
# - 题解 (b) 中的“正向传播”从 0 出发，得到的 :math:`\delta` 恒为 0，并不是前向模式。前向模式给某一个参数的切向量取 1，随前向计算把切向量一起传到损失，结果与反向传播一致。
# - 有 :math:`n` 个参数时，前向模式的代价约为一次遍历的 :math:`n` 倍，而反向模式只需一次遍历。
