r"""
Activation functions and their derivatives
==========================================

Exercise 1. Find the derivatives of the sigmoid, the hyperbolic tangent and ReLU. What speaks for
each as an activation function, and what against it?

**题目（练习 1）**：计算 Sigmoid 函数、双曲正切函数和 ReLU 函数的导数，分析这三个函数作为激活函数时的优缺点。
"""

# %%
# By hand
# -------
#
# With :math:`\sigma(x) = 1 / (1 + e^{-x})`,
#
# .. math::
#    \sigma'(x) = \frac{e^{-x}}{(1 + e^{-x})^2} = \sigma(x) \, (1 - \sigma(x)) \le \tfrac14.
#
# The product of two numbers whose sum is 1 is largest where both are ½, that is at
# :math:`x = 0`. By the quotient rule,
#
# .. math::
#    \tanh'(x) = \frac{(e^x + e^{-x})^2 - (e^x - e^{-x})^2}{(e^x + e^{-x})^2}
#              = 1 - \tanh^2(x) \le 1.
#
# ReLU, :math:`\max(0, x)`, has the derivative 1 where :math:`x > 0` and 0 where :math:`x < 0`. At
# 0 it has a kink, and any number from 0 to 1 would do; the usual choice is 0.

# %%
# Checked by machine
# ------------------
#
# The engine differentiates the same functions in both modes. If the formulas are right, they
# agree everywhere, and not only at a few points that somebody chose.

import numpy as np
from matplotlib.figure import Figure

from autograd import elementwise_grad, jvp, relu, sigmoid, tanh
from viz import plot_activation
from viz.gallery import show

BY_HAND = {
    sigmoid: lambda x: sigmoid(x) * (1 - sigmoid(x)),
    tanh: lambda x: 1 - tanh(x) ** 2,
    relu: lambda x: np.where(x > 0, 1.0, 0.0),
}

x = np.linspace(-6, 6, 1201)
errors, largest = {}, {}
print("          largest     at x =   reverse - by hand   forward - by hand")
for f, by_hand in BY_HAND.items():
    reverse = elementwise_grad(f)(x)
    forward = jvp(f, (x,), (np.ones_like(x),))[1]
    errors[f.name] = max(np.max(abs(d - by_hand(x))) for d in (reverse, forward))
    largest[f.name] = reverse.max()
    print(
        f"{f.name + chr(39):8}  {reverse.max():7.4f}  {x[np.argmax(reverse)]:9.2g}   "
        f"{np.max(abs(reverse - by_hand(x))):17.1e}   {np.max(abs(forward - by_hand(x))):17.1e}"
    )

# %%
# The curves
# ----------
#
# Full lines are the functions, dashed lines the derivatives. That of ReLU has a gap at the kink.

figure = Figure(figsize=(11.0, 3.6), layout="constrained")
for axes, f in zip(figure.subplots(1, 3), BY_HAND, strict=True):
    plot_activation(f, axes)
    axes.set(title=f.name, ylim=(-1.2, 2.2))
show(figure, "activations")

# %%
# What it means for training
# --------------------------
#
# Back-propagation multiplies by one derivative of the activation in every layer. Even at its best
# point a sigmoid passes on a quarter; away from 0 it passes on next to nothing: it is *saturated*.

print("\nthe largest factor that can come through n layers, weights aside")
print("layers   sigmoid      tanh   relu")
for layers in (1, 2, 5, 10, 20):
    factors = [largest[f.name] ** layers for f in BY_HAND]
    print(f"{layers:6}   {factors[0]:7.1e}   {factors[1]:7.1g}   {factors[2]:4g}")

print("\nthe derivative at some distance from 0")
print("     x   sigmoid      tanh   relu")
for at in (0.0, 2.0, 5.0, 10.0):
    slopes = [elementwise_grad(f)(np.array([at]))[0] for f in BY_HAND]
    print(f"{at:6g}   {slopes[0]:7.1e}   {slopes[1]:7.1e}   {slopes[2]:4g}")

# %%
# What follows
# ------------
#
# - **Sigmoid**: smooth, monotonic, and its output is a probability. But its derivative is at most
#   ¼ and vanishes on both sides, so gradients fade from layer to layer; and its outputs are never
#   negative, which makes the next layer's descent zig-zag (exercise 4-1).
# - **tanh**: centred at 0, with a derivative of up to 1. It saturates too, and faster.
# - **ReLU**: the gradient passes undiminished wherever the unit is active, and it costs hardly
#   anything to compute. It is not centred, and where it is inactive nothing passes at all: a
#   unit can die (exercise 4-3).
#
# **结论**：
#
# - Sigmoid：连续、单调、可导，输出可视为概率；但导数不超过 ¼，且在两侧趋于 0，梯度逐层衰减；输出恒为正，不是零均值。
# - tanh：零中心，导数最大为 1；但同样会饱和，梯度同样会消失。
# - ReLU：激活时梯度原样通过，计算量小；但不是零中心，未激活时梯度为 0，神经元可能“死亡”。
