r"""
Wide or deep: how many parameters?
==================================

Exercise 4-5. A network has :math:`M_0` inputs, one output and :math:`N` hidden neurons, spread
evenly over :math:`L` layers. How does the number of its parameters depend on :math:`L`?

**题目（习题 4-5）**：如果限制一个神经网络的总神经元数量（不考虑输入层）为 :math:`N + 1`，输入层大小为 :math:`M_0`，输出层大小为 1，隐藏层数为 :math:`L`，每个隐藏层的神经元数量为 :math:`N / L`，试分析参数数量和隐藏层数 :math:`L` 之间的关系。
"""

# %%
# By hand
# -------
#
# With :math:`n = N / L` neurons in each layer there are :math:`M_0 \, n` weights into the first
# layer, :math:`n^2` between any two hidden layers, of which there are :math:`L - 1`, and
# :math:`n` weights into the output. Each neuron has a bias, the output too. In all
#
# .. math::
#    P(L) = M_0 \frac{N}{L} + (L - 1) \left(\frac{N}{L}\right)^2 + \frac{N}{L} + N + 1 .
#
# (One sheet calls both the input and the output "output layer"; :math:`M_0` is the input.)

# %%
# Counted by machine
# ------------------
#
# A model knows how many parameters it has before it makes any of them.

import numpy as np
from matplotlib.figure import Figure

from autograd import derivative
from nn import MLP
from viz.gallery import show

N = 60
INPUTS = (2, 20, 59, 200)
DEPTHS = [depth for depth in range(1, N + 1) if N % depth == 0]


def formula(inputs, depth, hidden=N):
    n = hidden / depth
    return inputs * n + (depth - 1) * n**2 + n + hidden + 1


def counted(inputs, depth, hidden=N):
    return MLP(inputs, [hidden // depth] * depth + [1]).num_parameters()


table = {inputs: [counted(inputs, depth) for depth in DEPTHS] for inputs in INPUTS}
wrong = [
    (inputs, depth)
    for inputs in INPUTS
    for depth, count in zip(DEPTHS, table[inputs], strict=True)
    if count != formula(inputs, depth)
]

print(f"parameters of a network with {N} hidden neurons\n")
print("hidden layers   " + "".join(f"{depth:7}" for depth in DEPTHS))
for inputs, counts in table.items():
    print(f"{inputs:6} inputs   " + "".join(f"{count:7,}" for count in counts))
print(f"\ncounts that differ from the formula: {len(wrong)} of {len(INPUTS) * len(DEPTHS)}")

# %%
# Where is the most?
# ------------------
#
# Put the terms with :math:`L` together:
#
# .. math::
#    P(L) = N + 1 + \frac{N (M_0 + 1 + N)}{L} - \frac{N^2}{L^2} .
#
# The derivative by :math:`L` is 0 at :math:`L^* = 2 N / (M_0 + 1 + N)`. That is above 1, so that
# a second layer can add parameters, only if :math:`N > M_0 + 1`. From two layers to one,
# :math:`P(2) > P(1)` even needs :math:`N > 2 (M_0 + 1)`. Beyond :math:`L^*` the number falls.
#
# Here the engine does the differentiating, and Newton's method finds the maximum.

print("\ninputs    L* by hand    L* by the engine    most parameters at")
peaks = {}
for inputs in INPUTS:
    by_hand = 2 * N / (inputs + 1 + N)
    depth = by_hand * 1.2
    for _ in range(20):
        first = derivative(lambda L, m=inputs: formula(m, L))(depth)
        second = derivative(lambda L, m=inputs: formula(m, L), order=2)(depth)
        depth -= first / second
    most = DEPTHS[int(np.argmax(table[inputs]))]
    peaks[inputs] = (by_hand, depth, most)
    layers = "layer" if most == 1 else "layers"
    print(f"{inputs:6}    {by_hand:10.6f}    {depth:16.6f}    {most} {layers}")

# %%
# The picture
# -----------

figure = Figure(figsize=(7.2, 4.2), layout="constrained")
axes = figure.subplots()
smooth = np.geomspace(1, N, 400)
colors = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")
for inputs, color, marker in zip(INPUTS, colors, "os^D", strict=True):
    axes.plot(smooth, formula(inputs, smooth), color=color, linewidth=1)
    axes.plot(DEPTHS, table[inputs], marker, color=color, label=f"{inputs} inputs")
axes.set(
    xscale="log",
    yscale="log",
    xlabel="hidden layers L",
    ylabel="parameters",
    title=f"{N} hidden neurons: lines by the formula, points counted",
)
axes.set_xticks(DEPTHS, [str(depth) for depth in DEPTHS])
axes.minorticks_off()
axes.legend()
show(figure, "parameters_over_depth")

# %%
# What follows
# ------------
#
# - With a given number of neurons, deep networks have fewer parameters than shallow ones, in the
#   end about :math:`N (M_0 + 1 + N) / L`.
# - A second layer can still add parameters if there are few inputs: weights between two layers of
#   :math:`N/2` neurons are then more than those that the first layer loses.
#
# **结论**：
#
# - 神经元总数固定时，层数越多，参数越少；当 :math:`L` 较大时，参数数量约为 :math:`N (M_0 + 1 + N) / L`。
# - 参数数量在 :math:`L^* = 2N / (M_0 + 1 + N)` 处最大；只有输入较少（:math:`N > M_0 + 1`）时，:math:`L^*` 才大于 1。
