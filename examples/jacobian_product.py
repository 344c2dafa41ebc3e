r"""
The derivative of a network by its input
========================================

Homework 1-2, question 2. For a network :math:`y = \mathrm{DNN}(x, \theta)`, find
:math:`\partial y / \partial x`.

**题目（作业 1-2，第 2 题）**：对于一个神经网络 :math:`y = \mathrm{DNN}(x, \theta)`，试求解 :math:`\partial y / \partial x`。
"""

# %%
# By hand
# -------
#
# Each layer, :math:`a^{(l)} = \sigma(z^{(l)})` with :math:`z^{(l)} = w^{(l)} a^{(l-1)} + b^{(l)}`,
# has the Jacobian :math:`\operatorname{diag}(\sigma'(z^{(l)})) \, w^{(l)}`. By the chain rule the
# Jacobian of the network is the product of them, the last layer in front:
#
# .. math::
#    \frac{\partial y}{\partial x}
#      = \operatorname{diag}(\sigma'(z^{(n)})) \, w^{(n)} \cdots
#        \operatorname{diag}(\sigma'(z^{(1)})) \, w^{(1)} .
#
# The sheet writes :math:`\sigma'(z^{(l)} + b)`. But its :math:`z^{(l)}` holds the bias already, so
# it is added twice. As long as all biases are 0, nobody notices.

from itertools import pairwise

import numpy as np
from matplotlib.figure import Figure

from autograd import error_versus_step, jacfwd, jacrev, tanh
from viz import plot_error_versus_step
from viz.gallery import show

WIDTHS = [3, 5, 5, 4, 2]
generator = np.random.default_rng(0)
LAYERS = [
    (generator.standard_normal((n, m)) / np.sqrt(m), 0.5 * generator.standard_normal(n))
    for m, n in pairwise(WIDTHS)
]


def dnn(x):
    for w, b in LAYERS:
        x = tanh(w @ x + b)
    return x


def product_of_jacobians(x, twice=False):
    """The formula; with `twice` the sheet's, that adds the bias to z once more."""
    jacobian = np.eye(len(x))
    for w, b in LAYERS:
        z = w @ x + b
        slope = 1 - np.tanh(z + b if twice else z) ** 2
        jacobian = (slope[:, np.newaxis] * w) @ jacobian
        x = np.tanh(z)
    return jacobian


# %%
# Four ways
# ---------
#
# The product, forward mode (a column for each input), reverse mode (a row for each output), and
# central differences with the sheet's step.

x = np.array([0.3, -0.7, 1.1])
by_hand = product_of_jacobians(x)
H = 1e-8


def central_differences(h):
    columns = [(dnn(x + h * e) - dnn(x - h * e)) / (2 * h) for e in np.eye(len(x))]
    return np.stack(columns, axis=1)


ways = {
    "forward mode": jacfwd(dnn)(x),
    "reverse mode": jacrev(dnn)(x),
    "differences, h = 1e-8": central_differences(H),
    "the sheet's formula": product_of_jacobians(x, twice=True),
}
errors = {name: np.max(abs(found - by_hand)) for name, found in ways.items()}
print("∂y/∂x by the product of Jacobians")
print(by_hand.round(6))
print("\nlargest distance from it")
for name, error in errors.items():
    print(f"  {name:22} {error:.1e}")

# %%
# Which step is right?
# --------------------
#
# A central difference has two errors. The formula itself is off by about :math:`h^2 |f'''| / 6`,
# which falls with h; and the two values are rounded, which costs about :math:`\varepsilon |f| / h`
# with :math:`\varepsilon \approx 10^{-16}`, and grows as h falls. The sum is smallest near
# :math:`h = \varepsilon^{1/3} \approx 6 \cdot 10^{-6}`. The sheet's :math:`10^{-8}` is far to the
# left of it. Complex steps subtract nothing, so they only get better; and the engine has no step at
# all.


def along_first_input(t):
    return dnn(np.array([t, *x[1:]]))[0]


steps = error_versus_step(along_first_input, x[0], exact=by_hand[0, 0])
at_sheet = int(np.argmin(abs(np.log(steps.steps / H))))
best = int(np.nanargmin(steps.central))
print("\nrelative error of ∂y1/∂x1             h     error")
print(f"  central differences, best     {steps.steps[best]:7.0e}   {steps.central[best]:.0e}")
print(
    f"  central differences, sheet    {steps.steps[at_sheet]:7.0e}   {steps.central[at_sheet]:.0e}"
)
print(f"  complex step                  {H:7.0e}   {steps.complex_step[at_sheet]:.0e}")
print(f"  automatic                        none   {steps.automatic[0]:.0e}")

figure = Figure(figsize=(7.2, 4.6), layout="constrained")
axes = figure.subplots()
plot_error_versus_step(steps, ax=axes)
axes.axvline(H, color="0.6", linestyle=":", zorder=0)
axes.annotate("the sheet's h ", (H, 1e-13), ha="right", color="0.3")
axes.set_title("∂y1/∂x1: error against step")
show(figure, "jacobian_product")

# %%
# What follows
# ------------
#
# - The Jacobian of a network is the product of its layers' Jacobians. Multiplied from the right,
#   column by column, this is forward mode; from the left, row by row, reverse mode.
# - Both are exact to the last digits. Differences lose about a third of the digits at the best
#   step, half of them at the sheet's, and need 2n evaluations for n inputs.
# - The derivative of σ belongs at :math:`z`, which holds the bias already.
#
# **结论**：
#
# - :math:`\partial y / \partial x` 等于各层雅可比矩阵之积：从右向左逐列相乘即前向模式，从左向右逐行相乘即反向模式。
# - 题解写成 :math:`\sigma'(z + b)`，但 :math:`z` 已包含偏置 :math:`b`，应为 :math:`\sigma'(z)`。
# - 中心差分的最佳步长约为 :math:`6 \times 10^{-6}`；题解的 :math:`h = 10^{-8}` 太小，舍入误差占主导。复步长法与自动微分没有这种取舍。
