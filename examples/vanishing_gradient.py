r"""
The vanishing gradient of a sigmoid network
===========================================

Exercise 3. A network has two hidden layers and one output neuron, all with the sigmoid
:math:`\theta` as activation. Derive the gradient of a differentiable loss :math:`\ell` by every
parameter, and explain why it vanishes.

**题目（练习 3）**：给定输入 :math:`x`，一个包含两个隐含层和一个输出层的神经网络，所有神经元的激活函数均为 Sigmoid 函数，给定可导的损失函数 :math:`\ell`，请推导损失函数对各参数的梯度，并分析梯度消失现象。
"""

# %%
# By hand
# -------
#
# Let :math:`s_j^{(l)} = \sum_i w_{ij}^{(l)} x_i^{(l-1)}` be what goes into neuron :math:`j` of
# layer :math:`l`, with :math:`x_0 = 1` for the bias, and :math:`x_j^{(l)} = \theta(s_j^{(l)})` its
# output; :math:`\hat y = x_1^{(3)}`. The parameter :math:`w_{ij}^{(3)}` reaches the loss on a
# single path:
#
# .. math::
#    \frac{\partial \ell}{\partial w_{i1}^{(3)}}
#      = \frac{\partial \ell}{\partial \hat y} \; \theta'(s_1^{(3)}) \; x_i^{(2)} .
#
# From the second layer the path has one edge and one neuron more,
#
# .. math::
#    \frac{\partial \ell}{\partial w_{ij}^{(2)}}
#      = \frac{\partial \ell}{\partial \hat y} \; \theta'(s_1^{(3)}) \, w_{j1}^{(3)} \;
#        \theta'(s_j^{(2)}) \; x_i^{(1)} ,
#
# and from the first there is a path through every neuron :math:`m` of the second:
#
# .. math::
#    \frac{\partial \ell}{\partial w_{ij}^{(1)}}
#      = \frac{\partial \ell}{\partial \hat y} \; \theta'(s_1^{(3)})
#        \left( \sum_m w_{m1}^{(3)} \, \theta'(s_m^{(2)}) \, w_{jm}^{(2)} \right)
#        \theta'(s_j^{(1)}) \; x_i^{(0)} .
#
# Each layer brings a factor :math:`\theta' = \theta (1 - \theta) \le \tfrac14`.

from itertools import pairwise

import numpy as np
from matplotlib.figure import Figure

from nn import Layer, Sequential, mse
from nn.init import normal, xavier
from viz import draw_dot
from viz.gallery import show

# %%
# Each parameter
# --------------
#
# The formulas, written with arrays (the library keeps :math:`w^{(l)}` with a row for each neuron),
# against the gradients of the engine.

X, TARGET = np.array([0.5, -1.0, 2.0]), 1.0


def network(widths, init=None, seed=0):
    generator = np.random.default_rng(seed)
    sizes = [3, *widths, 1]
    return Sequential(
        *(Layer(nin, nout, "sigmoid", init=init, seed=generator) for nin, nout in pairwise(sizes))
    )


def by_hand(model, x, target):
    """The derivatives by weights and biases of three layers, from the formulas above."""
    outputs = [x]
    for layer in model:
        outputs.append(layer.predict(outputs[-1]))
    slopes = [a * (1 - a) for a in outputs[1:]]
    w2, w3 = model[1].w.numpy(), model[2].w.numpy()
    third = 2 * (outputs[3] - target) * slopes[2]
    second = third * w3[0] * slopes[1]
    first = third * ((w3[0] * slopes[1]) @ w2) * slopes[0]
    return [(np.outer(d, a), d) for d, a in zip((first, second, third), outputs, strict=False)]


model = network([4, 4])
loss = mse(model(X)[0], TARGET)
loss.backward()
errors = []
print("layer   parameters   |gradient|   distance from the formula")
for number, (layer, (w, b)) in enumerate(zip(model, by_hand(model, X, TARGET), strict=True), 1):
    engine = np.append(layer.w.grad, layer.b.grad)
    errors.append(np.max(abs(engine - np.append(w, b))))
    print(f"{number:5}   {engine.size:10}   {np.linalg.norm(engine):10.2e}   {errors[-1]:25.1e}")

# %%
# The graph of a smaller network shows the paths: one product of local derivatives along each.

small = network([2, 2])
output = small(X)[0]
output.backward()
show(draw_dot(output), "vanishing_gradient_graph")

# %%
# Layer by layer, depth by depth
# ------------------------------
#
# Networks of 2 to 12 layers of ten neurons, averaged over samples and over several first weights.
# What counts is the mean size of a weight's derivative in the first layer and in the last.

DEPTHS = (2, 4, 6, 8, 10, 12)
SAMPLES = np.random.default_rng(1).standard_normal((8, 3))
TARGETS = np.linspace(0.0, 1.0, 8)
INITS = {"Xavier": xavier(), "N(0, 1)": normal(std=1.0), "N(0, 0.1²)": normal(std=0.1)}


def sizes(depth, init, seeds=3):
    """The mean |∂ℓ/∂w| of each layer."""
    found = []
    for seed in range(seeds):
        model = network([10] * (depth - 1), init, seed)
        mse(model(SAMPLES)[:, 0], TARGETS).backward()
        found.append([np.mean(abs(layer.w.grad)) for layer in model])
    return np.mean(found, axis=0)


flow = {name: {depth: sizes(depth, init) for depth in DEPTHS} for name, init in INITS.items()}
factors = {}
print("\nmean |∂ℓ/∂w| of the first layer, and the factor from one layer to the one before it\n")
print("layers" + "".join(f"{name:>22}" for name in INITS))
for depth in DEPTHS:
    cells = []
    for name in INITS:
        first, last = flow[name][depth][[0, -1]]
        factors[name, depth] = (first / last) ** (1 / (depth - 1))
        cells.append(f"{first:12.1e}, × {factors[name, depth]:.3f}")
    print(f"{depth:6}" + "".join(f"{cell:>22}" for cell in cells))

# %%
# The picture
# -----------

figure = Figure(figsize=(11.0, 4.2), layout="constrained")
left, right = figure.subplots(1, 2)
looks = (("#0072B2", "o", "-"), ("#D55E00", "s", "--"), ("#009E73", "^", ":"))
for name, (color, marker, line) in zip(INITS, looks, strict=True):
    deepest = flow[name][DEPTHS[-1]]
    left.plot(range(1, DEPTHS[-1] + 1), deepest, line, marker=marker, color=color, label=name)
    firsts = [flow[name][depth][0] for depth in DEPTHS]
    right.plot(DEPTHS, firsts, line, marker=marker, color=color, label=name)
left.set(title=f"{DEPTHS[-1]} layers: each layer", xlabel="layer")
right.set(title="The first layer, by depth", xlabel="layers")
for axes in (left, right):
    axes.set(yscale="log", ylabel="mean |∂ℓ/∂w|")
    axes.grid(alpha=0.3)
    axes.legend(title="weights")
show(figure, "vanishing_gradient")

# %%
# What follows
# ------------
#
# - A gradient in an early layer is a sum over paths, each a product of a
#   :math:`\theta' \le \tfrac14` and a weight for every layer that it crosses.
# - So it falls by a constant factor from layer to layer, and exponentially with the depth. Larger
#   weights help only up to a point: they saturate the neurons, and :math:`\theta'` falls.
# - What helps is an activation whose derivative is 1 where it is active, such as ReLU, first
#   weights that suit it, normalising layers, and connections that skip layers.
#
# **结论**：
#
# - 前面各层的梯度是对所有路径求和，每条路径每经过一层都要乘以 :math:`\theta' \le \tfrac14` 和一个权重。
# - 因此梯度从后向前按近似固定的比例衰减，并随网络深度呈指数下降，即梯度消失。
# - 增大权重会使神经元饱和，:math:`\theta'` 更小；可行的办法是使用 ReLU 类激活函数、合适的初始化、归一化以及跨层连接。
