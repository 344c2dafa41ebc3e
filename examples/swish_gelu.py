r"""
The derivatives of Swish and GELU
=================================

Exercise 4-4. Find the derivatives of

.. math:: \operatorname{swish}_\beta(x) = x \, \sigma(\beta x), \qquad \operatorname{gelu}(x) = x \, \Phi(x),

where :math:`\sigma` is the sigmoid and :math:`\Phi` the distribution function of the normal
distribution.

**题目（习题 4-4）**：计算 Swish 函数和 GELU 函数的导数。
"""

# %%
# By hand
# -------
#
# Write Swish as a quotient, :math:`x / (1 + e^{-\beta x})`. Then
#
# .. math::
#    \operatorname{swish}_\beta'(x)
#      = \frac{(1 + e^{-\beta x}) + \beta x \, e^{-\beta x}}{(1 + e^{-\beta x})^2}
#      = \frac{e^{-\beta x} (1 + \beta x) + 1}{(1 + e^{-\beta x})^2} .
#
# The derivative of a distribution function is its density :math:`\varphi`, so by the product rule
#
# .. math:: \operatorname{gelu}'(x) = \Phi(x) + x \, \varphi(x) .
#
# One sheet takes a normal distribution with mean :math:`\mu` and standard deviation :math:`s`
# and gives the second term as :math:`(x - \mu) \, \varphi(x)`. In fact the factor in front of
# :math:`\Phi` is :math:`x`, whatever the distribution, so it stays :math:`x`:
#
# .. math::
#    \frac{d}{dx} \, x \, \Phi\!\left(\frac{x - \mu}{s}\right)
#      = \Phi\!\left(\frac{x - \mu}{s}\right)
#      + \frac{x}{s \sqrt{2 \pi}} \, e^{-(x - \mu)^2 / (2 s^2)} .

# %%
# Checked by machine
# ------------------
#
# ``derivative`` differentiates in forward mode, ``grad`` in reverse mode.

from functools import partial

import numpy as np
from matplotlib.figure import Figure

from autograd import derivative, gelu, grad, ndtr, sigmoid
from viz import plot_activation
from viz.gallery import show

POINTS = np.linspace(-6, 6, 241)


def swish(x, beta):
    return x * sigmoid(beta * x)


def swish_by_hand(x, beta):
    e = np.exp(-beta * x)
    return (e * (1 + beta * x) + 1) / (1 + e) ** 2


def density(x, mu=0.0, s=1.0):
    return np.exp(-((x - mu) ** 2) / (2 * s**2)) / (s * np.sqrt(2 * np.pi))


def gelu_by_hand(x):
    return ndtr(x) + x * density(x)


def largest_errors(f, by_hand):
    """How far each mode is from the formula, at most."""
    by_mode = (grad(f), derivative(f))
    return [max(abs(d(float(x)) - by_hand(float(x))) for x in POINTS) for d in by_mode]


errors = {
    f"swish, β = {beta:g}": largest_errors(
        lambda x, beta=beta: swish(x, beta), lambda x, beta=beta: swish_by_hand(x, beta)
    )
    for beta in (0.1, 1.0, 3.0)
}
errors["gelu"] = largest_errors(gelu, gelu_by_hand)

print("                reverse   forward   (largest distance from the formula by hand)")
for name, (reverse, forward) in errors.items():
    print(f"{name:14}  {reverse:7.1e}   {forward:7.1e}")

# %%
# The sheet's formula for other means
# -----------------------------------
#
# With :math:`\mu = 0` nobody would notice. With another mean, the engine tells the formulas
# apart.

print("\n     μ    s     x    engine   (x - μ)·density + Φ   x·density + Φ")
comparison = []
for mu, s, at in ((0.0, 1.0, 1.5), (1.0, 1.0, 1.5), (2.0, 0.5, 1.5), (-1.0, 2.0, 0.3)):
    engine = grad(lambda x, mu=mu, s=s: x * ndtr((x - mu) / s))(at)
    phi = ndtr((at - mu) / s)
    sheet, right = (phi + factor * density(at, mu, s) for factor in (at - mu, at))
    comparison.append((mu, engine, sheet, right))
    print(f"{mu:6g}  {s:3g}  {at:4g}  {engine:8.5f}   {sheet:19.5f}   {right:13.5f}")

# %%
# The curves
# ----------

curves = {f"Swish, β = {beta:g}": partial(swish, beta=beta) for beta in (0.1, 1.0, 3.0)}
curves["GELU"] = gelu
figure = Figure(figsize=(13.0, 3.6), layout="constrained")
for axes, (title, f) in zip(figure.subplots(1, 4, sharey=True), curves.items(), strict=True):
    plot_activation(f, axes, label="f")
    axes.set(title=title, ylim=(-1.0, 3.0))
show(figure, "swish_gelu")

# %%
# Where is the minimum?
# ---------------------
#
# Both functions dip below 0 before they rise. The derivative tells where: Newton's method on it
# needs the second derivative, which the engine has as well.

minima = {}
for name, f in {"swish, β = 1": lambda x: swish(x, 1.0), "gelu": gelu}.items():
    at = -1.0
    while abs(slope := grad(f)(at)) > 1e-15:
        at -= slope / derivative(f, order=2)(at)
    minima[name] = (at, f(at), max(derivative(f)(float(x)) for x in POINTS))
print("\n                lowest at    there    largest derivative")
for name, (at, low, steepest) in minima.items():
    print(f"{name:14}  {at:9.5f}  {low:7.5f}    {steepest:18.5f}")

# %%
# What follows
# ------------
#
# - Swish and GELU are smooth versions of ReLU: for large positive :math:`x` the derivative goes
#   to 1, for large negative :math:`x` to 0.
# - They are not monotonic. Left of the minimum the derivative is negative, but it is not 0: a unit
#   that has fallen asleep there still gets a gradient.
# - In the product rule the factor that is not differentiated stays as it is: the sheet's
#   :math:`x - \mu` has to be :math:`x`.
#
# **结论**：
#
# - Swish 与 GELU 是 ReLU 的光滑近似：当 :math:`x \to +\infty` 时导数趋于 1，当 :math:`x \to -\infty` 时趋于 0。
# - 二者都不是单调函数，在极小值左侧导数为负但不为 0，因此不会像 ReLU 那样“死亡”。
# - 题解中 GELU 的导数有误：对 :math:`N(\mu, s^2)`，第二项应为 :math:`x` 乘以密度函数，而不是 :math:`(x - \mu)` 乘以密度函数。
