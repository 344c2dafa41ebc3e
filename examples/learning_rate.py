r"""
Does a larger learning rate cure vanishing gradients?
=====================================================

Exercise 4-9. Can the problem of vanishing gradients be eased by a larger learning rate?

**题目（习题 4-9）**：梯度消失问题是否可以通过增加学习率来缓解？
"""

# %%
# By hand
# -------
#
# In a deep network of sigmoids the gradient falls by a factor :math:`q < \tfrac14`, roughly, from
# layer to layer (exercise 3): with :math:`n` layers, the first gets :math:`q^{n-1}` times the
# gradient of the last. One rate serves all layers. To move the first as fast as the last would move
# at rate :math:`\eta`, it would have to be :math:`\eta / q^{n-1}`; and with that rate the last
# layers take steps that are too long by the same factor. They saturate their neurons, where
# :math:`\theta'` is smaller still, and less arrives at the first layer than before.

from itertools import pairwise

import numpy as np
from matplotlib.figure import Figure

from nn import SGD, Layer, Sequential, mse
from viz.gallery import show

X = np.random.default_rng(0).uniform(-2.0, 2.0, (16, 2))
y = (X[:, 0] > X[:, 1]).astype(float)
WIDTH = 6


def network(depth, seed=0):
    generator = np.random.default_rng(seed)
    sizes = [2, *[WIDTH] * (depth - 1), 1]
    pairs = pairwise(sizes)
    return Sequential(*(Layer(a, b, "sigmoid", seed=generator) for a, b in pairs))


def loss_of(model):
    return mse(model(X)[:, 0], y)


def norms(model):
    """The length of the gradient by the weights of each layer."""
    model.zero_grad()
    loss_of(model).backward()
    return np.array([np.linalg.norm(layer.w.grad) for layer in model])


# %%
# How large would the rate have to be?
# ------------------------------------

DEPTHS = (2, 4, 6, 8)
at_start = {depth: norms(network(depth)) for depth in DEPTHS}
print("layers   |∂ℓ/∂w| first layer   last layer   last / first")
for depth, sizes in at_start.items():
    print(f"{depth:6}   {sizes[0]:19.1e}   {sizes[-1]:10.1e}   {sizes[-1] / sizes[0]:12.1e}")

# %%
# Larger and larger rates
# -----------------------
#
# Six layers, from the usual rate to the one that the table asks for. "Saturated" is the share of
# outputs within 0.01 of 0 or 1, the mean over the layers: the last layer alone makes up a sixth.

DEPTH, STEPS = 6, 60
RATES = (1.0, 10.0, 100.0, 1e3, 1e4)


def saturated(model):
    a, shares = X, []
    for layer in model:
        a = layer.predict(a)
        shares.append(np.mean((a < 0.01) | (a > 0.99)))
    return np.mean(shares)


def train(model, rate):
    """The losses of gradient descent."""
    optimizer = SGD(model.parameters(), lr=rate)
    losses = []
    for _ in range(STEPS):
        model.zero_grad()
        loss = loss_of(model)
        loss.backward()
        optimizer.step()
        losses.append(loss.data)
    return losses


runs = {}
print(f"\n{DEPTH} layers, {STEPS} steps")
print("    rate   |∂ℓ/∂w| first layer   moved by   last layer   saturated     loss")
for rate in RATES:
    model = network(DEPTH)
    before = model[0].w.numpy()
    losses = train(model, rate)
    moved = np.linalg.norm(model[0].w.numpy() - before) / np.linalg.norm(before)
    runs[rate] = (norms(model), moved, saturated(model), losses)
    first, *_, last = runs[rate][0]
    print(
        f"{rate:8g}   {first:19.1e}   {moved:8.0e}   {last:10.1e}   {runs[rate][2]:9.0%}   "
        f"{losses[-1]:6.3f}"
    )

# %%
# And what does help
# ------------------
#
# The same task and depth with ReLU and weights that suit it, at a small rate.

generator = np.random.default_rng(0)
sizes = [2, *[WIDTH] * (DEPTH - 1)]
relu = Sequential(
    *(Layer(a, b, "relu", seed=generator) for a, b in pairwise(sizes)),
    Layer(WIDTH, 1, "sigmoid", seed=generator),
)
relu_start = norms(relu)
relu_losses = train(relu, 0.5)
print(f"\nReLU: last / first gradient {relu_start[-1] / relu_start[0]:.1f}; ", end="")
print(f"loss after {STEPS} steps {relu_losses[-1]:.4f}")

# %%
# The picture
# -----------

figure = Figure(figsize=(11.0, 4.2), layout="constrained")
left, right = figure.subplots(1, 2)
colors = ("#56B4E9", "#0072B2", "#009E73", "#E69F00", "#D55E00")
lines = ("-", "--", "-.", ":", (0, (8, 2)))
left.plot(range(1, DEPTH + 1), at_start[DEPTH], "o-", color="#1f2933", label="before training")
for rate, color, line in zip(RATES, colors, lines, strict=True):
    if max(runs[rate][0]) > 1e-20:  # the others are off the picture
        label = f"after {STEPS} steps, rate {rate:g}"
        left.plot(range(1, DEPTH + 1), runs[rate][0], linestyle=line, color=color, label=label)
    right.plot(runs[rate][3], linestyle=line, color=color, label=f"sigmoid, rate {rate:g}")
right.plot(relu_losses, color="#CC79A7", linewidth=2.5, label="ReLU, rate 0.5")
left.set(
    title="Gradients of the layers",
    xlabel="layer",
    ylabel="|∂ℓ/∂w|",
    yscale="log",
    ylim=(1e-20, 10),
)
right.set(title="The loss", xlabel="step", ylabel="loss")
for axes in (left, right):
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8)
show(figure, "learning_rate")

# %%
# What follows
# ------------
#
# - No. The gradient falls by a factor in each layer, while the rate is one factor for all layers:
#   what would be right for the first is far too much for the last.
# - At such rates the last layers saturate, the gradients vanish for good, and the loss gets stuck,
#   often at a worse value than before.
# - What changes the factor helps: activations whose derivative is 1, first weights to suit them,
#   normalisation, connections that skip layers; or a rate for each parameter, as Adam has.
#
# **结论**：
#
# - 不可以。梯度逐层按比例衰减，而学习率对所有层相同：适合第一层的学习率对最后几层来说大得太多。
# - 学习率过大会使后面的神经元饱和，梯度进一步消失，损失停滞，甚至比原来更差。
# - 有效的办法是改变这一比例：导数为 1 的激活函数、合适的初始化、归一化、跨层连接，或像 Adam 那样为每个参数调整步长。
