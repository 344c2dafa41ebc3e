r"""
One hidden layer is enough, if it is wide
=========================================

Exercise 4-6. Show that the universal approximation theorem also holds for networks with a linear
output and at least one hidden layer of ReLU units.

**题目（习题 4-6）**：证明通用近似定理对于具有线性输出层和至少一个使用 ReLU 激活函数的隐藏层组成的前馈神经网络也是适用的。
"""

# %%
# By hand, in one dimension
# -------------------------
#
# The sheets skip the proof. In one dimension it takes a few lines, and gives the weights. Cut
# :math:`[a, b]` at :math:`x_0 < x_1 < \dots < x_n` into pieces of length :math:`h`, and join the
# points :math:`(x_i, f(x_i))` by straight lines of slopes :math:`s_1, \dots, s_n`. This polygon is
# a network: at each corner a ReLU is added that bends it from the old slope to the new one,
#
# .. math::
#    p(x) = f(x_0) + s_1 \operatorname{relu}(x - x_0)
#         + \sum_{i=1}^{n-1} (s_{i+1} - s_i) \operatorname{relu}(x - x_i) .
#
# A continuous function on :math:`[a, b]` is uniformly continuous, so for any :math:`\varepsilon`
# there is an :math:`h` for which it changes by less than :math:`\varepsilon` within each piece;
# then :math:`|p - f| < \varepsilon` everywhere. If :math:`f` is twice differentiable, interpolation
# theory says how fast: :math:`|p - f| \le \tfrac18 h^2 \max |f''|`, so twice as many units give a
# quarter of the error.
#
# (In more dimensions one more step is needed: functions of one projection :math:`w^\top x` of the
# input are dense in the continuous functions of :math:`x`, and each is covered by the above.)

import numpy as np
from matplotlib.figure import Figure

from autograd import derivative, exp, sin
from nn import MLP, Adam, mse
from viz.gallery import show

LOW, HIGH = -2.0, 2.0
GRID = np.linspace(LOW, HIGH, 2001)


def f(x):
    return sin(3.0 * x) * exp(-x * x / 4.0)


def polygon(width):
    """The network of these many units that interpolates f, its weights written down, not trained."""
    corners = np.linspace(LOW, HIGH, width + 1)
    slopes = np.diff(f(corners)) / np.diff(corners)
    model = MLP(1, [width, 1], "relu")
    hidden, output = model.layers
    hidden.w.assign(1.0)
    hidden.b.assign(-corners[:-1])
    output.w.assign(np.diff(slopes, prepend=0.0))
    output.b.assign(f(corners[0]))
    return model


def largest_error(model):
    return np.max(abs(model.predict(GRID[:, np.newaxis]) - f(GRID)))


# %%
# Error against width
# -------------------
#
# The bound needs the largest second derivative, which the engine gives.

curvature = max(abs(derivative(f, order=2)(float(x))) for x in GRID[::10])
WIDTHS = (2, 4, 8, 16, 32, 64, 128)
constructed, bounds = {}, {}
print(f"largest |f''| on [{LOW:g}, {HIGH:g}]: {curvature:.3f}\n")
print("units   largest error    bound   the error before, over this one")
for width in WIDTHS:
    constructed[width] = largest_error(polygon(width))
    bounds[width] = ((HIGH - LOW) / width) ** 2 * curvature / 8
    before = constructed.get(width // 2)
    ratio = f"{before / constructed[width]:.2f}" if before else ""
    print(f"{width:5}   {constructed[width]:13.5f}  {bounds[width]:7.4f}   {ratio:>31}")

# %%
# And by training
# ---------------
#
# That weights exist does not mean that descent finds them. The same widths from random weights,
# with Adam:

SAMPLES = np.linspace(LOW, HIGH, 33)[:, np.newaxis]
STEPS = 250
trained, networks = {}, {}
print(f"\nafter {STEPS} steps of Adam")
print("units   largest error   constructed")
for width in WIDTHS[:5]:
    model = networks[width] = MLP(1, [width, 1], "relu", bias_init="uniform", seed=2)
    optimizer = Adam(model.parameters(), lr=0.03)
    targets = f(SAMPLES[:, 0])
    for _ in range(STEPS):
        model.zero_grad()
        mse(model(SAMPLES), targets).backward()
        optimizer.step()
    trained[width] = largest_error(model)
    print(f"{width:5}   {trained[width]:13.4f}   {constructed[width]:11.4f}")

# %%
# The picture
# -----------

figure = Figure(figsize=(11.0, 4.2), layout="constrained")
left, right = figure.subplots(1, 2)
left.plot(GRID, f(GRID), color="0.6", linewidth=3, label="f")
for width, color, line in ((4, "#E69F00", ":"), (8, "#D55E00", "--"), (16, "#0072B2", "-")):
    left.plot(
        GRID, polygon(width).predict(GRID[:, np.newaxis]), line, color=color, label=f"{width} units"
    )
left.set(title="Networks with weights written down", xlabel="x")
left.legend()
right.plot(WIDTHS, list(constructed.values()), "o-", color="#0072B2", label="constructed")
right.plot(WIDTHS, list(bounds.values()), ":", color="#1f2933", label="bound h² max |f″| / 8")
right.plot(list(trained), list(trained.values()), "s--", color="#D55E00", label="trained")
right.set(
    title="Largest error", xlabel="hidden units", ylabel="max |p − f|", xscale="log", yscale="log"
)
right.set_xticks(WIDTHS, [str(width) for width in WIDTHS])
right.minorticks_off()
right.grid(alpha=0.3)
right.legend()
show(figure, "approximation")

# %%
# What follows
# ------------
#
# - Every continuous function on an interval is approximated as well as one likes by one hidden
#   layer of ReLU units and a linear output: by a polygon. Its error falls with the square of the
#   width.
# - The theorem is about what exists. Training finds networks that are good, but not those: with
#   many units, descent ends far above what the construction reaches.
#
# **结论**：
#
# - 在闭区间上，任意连续函数都可以用折线逼近到任意精度，而折线恰好是一个含一层 ReLU 隐藏单元、线性输出的网络；若函数二阶可导，误差与宽度的平方成反比。
# - 通用近似定理只说明这样的参数存在，并不保证训练能找到：宽度较大时，训练得到的误差远大于构造的误差。
