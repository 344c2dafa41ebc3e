r"""
What the first weights do to five layers
========================================

Homework 1-2, question 4. A network has five layers of 100 units, and gets Gaussian inputs
:math:`x \in \mathbb{R}^{1000 \times 100}`. How are the outputs of each layer distributed, for
:math:`\sigma` the sigmoid or ReLU and all parameters :math:`\theta` equal to 0, or drawn from
:math:`N(0, \delta)` with :math:`\delta = 1` or :math:`0.01`? Draw the histograms.

**题目（作业 1-2，第 4 题）**：对于一个隐藏层、输入层、输出层均为 100 的五层神经网络，给予一个满足高斯分布的输入 :math:`x \in \mathbb{R}^{1000 \times 100}`，分别讨论以下情况的每层输出的分布，并画出直方图：:math:`\sigma` 为 sigmoid 或 relu；:math:`\theta = 0` 或 :math:`\theta \sim N(0, \delta)`，:math:`\delta = 1` 或 :math:`0.01`。
"""

# %%
# By hand
# -------
#
# What goes into a unit, :math:`z = \sum_i w_i a_i + b`, is a sum of 100 products and a bias. Where
# weights and biases are drawn independently with mean 0,
#
# .. math:: \operatorname{Var} z = 100 \, \operatorname{Var}(w) \, E[a^2] + \operatorname{Var}(b) .
#
# *Sigmoid, N(0, 1).* The inputs have :math:`E[a^2] = 1`, so in the first layer :math:`z` has the
# variance 101. The sigmoid is within 0.05 of 0 or 1 where :math:`|z| > \ln 19 \approx 2.94`, and
# that has the probability :math:`\operatorname{erfc}(\ln 19 / \sqrt{2 \cdot 101})`: most outputs
# are saturated.
#
# *ReLU.* A symmetric :math:`z` is cut off below 0, so :math:`E[a^2] = \tfrac12 \operatorname{Var} z`:
# from layer to layer the standard deviation is multiplied by about
# :math:`\sqrt{100 \operatorname{Var}(w) / 2}`. That is 7.1 for N(0, 1). It is 1 for
# :math:`\operatorname{Var} w = 2/100`, He's scheme, and :math:`\sqrt{1/2}` for
# :math:`\operatorname{Var} w = 2/(100 + 100)`, Xavier's.
#
# Here the 0.01 of N(0, 0.01) is taken for the standard deviation. Were it the variance, the weights
# would be Xavier's.

import numpy as np
from matplotlib.figure import Figure

from autograd import erfc, log
from nn import Layer, half_squared_error
from nn.init import he, normal, xavier, zeros
from viz import plot_histograms
from viz.gallery import show

LAYERS, UNITS, SAMPLES = 5, 100, 1000
ACTIVATIONS = ("sigmoid", "relu")
SCHEMES = {  # of the weights and of the biases
    "0": (zeros(), zeros()),
    "N(0, 1)": (normal(std=1.0), normal(std=1.0)),
    "N(0, 0.01)": (normal(std=0.01), normal(std=0.01)),
    "Xavier": (xavier("normal"), zeros()),
    "He": (he("normal"), zeros()),
}


def gaussian(seed, samples):
    return np.random.default_rng(seed).standard_normal((samples, UNITS))


def network(activation, scheme, seed=0):
    weights, biases = SCHEMES[scheme]
    generator = np.random.default_rng(seed)
    return [
        Layer(UNITS, UNITS, activation, init=weights, bias_init=biases, seed=generator)
        for _ in range(LAYERS)
    ]


networks = {
    activation: {scheme: network(activation, scheme) for scheme in SCHEMES}
    for activation in ACTIVATIONS
}

# %%
# Outputs
# -------
#
# All samples go through each network, and the table tells of the numbers that each layer gives.

X = gaussian(0, SAMPLES)


def outputs(layers, X):
    """What each layer gives for all samples, of shape (samples, units)."""
    found = []
    for layer in layers:
        X = layer.predict(X)
        found.append(X)
    return found


def saturated(a):
    """The share of a sigmoid's outputs that are within 0.05 of 0 or 1."""
    return np.mean((a < 0.05) | (a > 0.95))


def at_zero(a):
    return np.mean(a == 0.0)


MEASURES = {
    "sigmoid": {"mean": np.mean, "std": np.std, "saturated": saturated},
    "relu": {"mean": np.mean, "std": np.std, "at 0": at_zero},
}


def table(title, rows, measures):
    """Print some measures of the numbers of each layer, for each scheme."""
    print(f"\n{title}\n")
    print(f"{'θ':10}  {'':9}" + "".join(f"   layer {i + 1}" for i in range(LAYERS)))
    for scheme, arrays in rows.items():
        for name, measure in measures.items():
            cells = "".join(f"  {measure(a):8.2g}" for a in arrays)
            print(f"{scheme if name == next(iter(measures)) else '':10}  {name:9}{cells}")


def draw(what, rows, name):
    """A histogram for each scheme and layer."""
    figure = Figure(figsize=(12.0, 2.3 * len(rows) + 0.6), layout="constrained")
    figure.suptitle(f"{what}, shares of the numbers")
    for row, (scheme, arrays) in zip(figure.subplots(len(rows), LAYERS), rows.items(), strict=True):
        plot_histograms(arrays, row)
        row[0].set_ylabel(f"θ: {scheme}")
    show(figure, name)


passed = {}
for activation in ACTIVATIONS:
    passed[activation] = {s: outputs(layers, X) for s, layers in networks[activation].items()}
    table(f"Outputs of the layers, {activation}", passed[activation], MEASURES[activation])

# %%

for activation in ACTIVATIONS:
    draw(
        f"Outputs of five layers of {UNITS} {activation} units",
        passed[activation],
        f"initialisation_{activation}_outputs",
    )

# %%
# What the sheet says
# -------------------
#
# *With θ = 0 every layer gives 0.* In fact that holds for ReLU only: the sigmoid of 0 is ½.
#
# *With N(0, 1) the first sigmoids' outputs have one peak, later ones several, and none are
# saturated.* In fact there are two peaks in the first layer already, at 0 and 1, and most outputs
# are saturated. A single peak in the first layer is what N(0, 0.01) gives, and none saturated.
#
# *Most outputs of ReLU are 0.* In fact about half of them are.

sigmoid, relu = passed["sigmoid"], passed["relu"]
print(f"\nθ = 0: relu gives {relu['0'][0].max():g}, sigmoid {sigmoid['0'][0].max():g}")
print("\nsaturated outputs of the first sigmoids   found   expected")
shares = {}
for scheme, variance in {"N(0, 1)": UNITS + 1, "He": 2}.items():
    shares[scheme] = saturated(sigmoid[scheme][0]), erfc(log(19) / np.sqrt(2 * variance))
    found, expected = shares[scheme]
    print(f"  {scheme:37}   {found:5.0%}   {expected:8.0%}")
print(f"\nrelu with N(0, 1): {at_zero(relu['N(0, 1)'][0]):.0%} of the first outputs are 0")
print("\nrelu, std of a layer over that of the one before   found (layers 2 to 5)   expected")
growth = {}
for scheme, variance in {"N(0, 1)": 1.0, "He": 2 / UNITS, "Xavier": 1 / UNITS}.items():
    widths = np.array([np.std(a) for a in relu[scheme]])
    growth[scheme] = widths[1:] / widths[:-1], np.sqrt(UNITS * variance / 2)
    found, expected = growth[scheme]
    print(f"  {scheme:47}  {'  '.join(f'{g:.2f}' for g in found):>22}   {expected:8.2f}")

# %%
# Gradients
# ---------
#
# What the outputs say about the way forward, the gradients say about the way back: for
# :math:`E = \tfrac12 \sum (a - t)^2`, the derivatives by the weights of each layer. A few samples are
# enough; the engine records every number of them.

FEW = 4
targets = gaussian(1, FEW)


def gradients(layers, X, targets):
    """∂E/∂w of each layer."""
    a = X
    for layer in layers:
        a = layer(a)
    half_squared_error(a, targets).backward()
    return [layer.w.grad for layer in layers]


backward = {}
for activation in ACTIVATIONS:
    backward[activation] = {
        scheme: gradients(layers, X[:FEW], targets)
        for scheme, layers in networks[activation].items()
    }
    table(f"Gradients by the weights, {activation}", backward[activation], {"std": np.std})

# %%

for activation in ACTIVATIONS:
    draw(
        f"Gradients by the weights of five layers of {UNITS} {activation} units",
        backward[activation],
        f"initialisation_{activation}_gradients",
    )

# %%
# What follows
# ------------
#
# - With all parameters 0, no layer but a last layer of sigmoids has a gradient: nothing can be
#   learned.
# - With N(0, 1) sigmoids are saturated, and ReLUs grow about sevenfold from layer to layer. With
#   N(0, 0.01) the outputs shrink to next to nothing, or to a constant ½ of the sigmoid, and the
#   gradients of the first layers vanish.
# - He's scheme keeps both outputs and gradients of ReLU layers at one size. For the sigmoid its
#   gradients and Xavier's still fall towards the first layer, as :math:`\sigma' \le \tfrac14`.
#
# **结论**：
#
# - :math:`\theta = 0` 时，relu 各层输出为 0，而 sigmoid 各层输出为 0.5（题解称全部为 0，不正确）；除 sigmoid 网络的最后一层外，梯度均为 0，无法学习。
# - :math:`\theta \sim N(0, 1)` 时，:math:`z` 的方差约为 101，sigmoid 第一层的大部分输出已经饱和，直方图在 0 和 1 处有两个峰（题解称为单峰且未饱和，不正确）；relu 的输出逐层放大约 7 倍，约一半输出为 0。
# - :math:`\theta \sim N(0, 0.01)` 时（0.01 为标准差），relu 的输出趋近于 0，sigmoid 的输出几乎都是 0.5，前几层的梯度消失。
# - He 初始化使 relu 网络各层的输出与梯度大小基本不变；对 sigmoid 网络，由于 :math:`\sigma' \le \tfrac14`，即使用 Xavier 或 He 初始化，梯度仍向前逐层减小。
