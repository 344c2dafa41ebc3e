r"""
Six optimizers on x²/20 + y²
============================

Homework 1-2, question 3. Implement gradient descent, AdaGrad, RMSProp, momentum, Nesterov's method
and Adam, and draw how they converge. The sheet takes :math:`f(x, y) = x^2 / 20 + y^2`, from a
random start in :math:`[-100, 100]^2`.

**题目（作业 1-2，第 3 题）**：实现以下几种优化算法，并画出其对应的收敛情况：梯度下降、AdaGrad、RMSProp、动量法、Nesterov、Adam。题解取 :math:`f(x, y) = x^2 / 20 + y^2`，起点在 :math:`[-100, 100]^2` 中随机选取。
"""

# %%
# By hand
# -------
#
# The gradient is :math:`g = (x / 10, \; 2 y)`, so :math:`f` is twenty times as curved along
# :math:`y` as along :math:`x`. With the rate :math:`\eta`, and all operations number by number, the
# rules are
#
# .. math::
#    \begin{aligned}
#    \text{gradient descent:} \quad & p \leftarrow p - \eta \, g \\
#    \text{AdaGrad:} \quad & r \leftarrow r + g^2, &&
#      p \leftarrow p - \eta \, g / \sqrt{r} \\
#    \text{RMSProp:} \quad & r \leftarrow \alpha r + (1 - \alpha) \, g^2, &&
#      p \leftarrow p - \eta \, g / \sqrt{r} \\
#    \text{momentum:} \quad & v \leftarrow \mu v - \eta \, g, && p \leftarrow p + v \\
#    \text{Nesterov:} \quad & v \leftarrow \mu v - \eta \, g(p + \mu v), && p \leftarrow p + v \\
#    \text{Adam:} \quad & s \leftarrow \rho_1 s + (1 - \rho_1) \, g, \quad
#      r \leftarrow \rho_2 r + (1 - \rho_2) \, g^2, &&
#      p \leftarrow p - \eta \, \frac{s / (1 - \rho_1^t)}{\sqrt{r / (1 - \rho_2^t)}} ,
#    \end{aligned}
#
# where a tiny number in the denominators keeps them from being 0.

from functools import partial
from typing import Any, NamedTuple

import numpy as np
from matplotlib.figure import Figure

from autograd import grad
from autograd.checks import numerical_gradient
from nn import SGD, Adagrad, Adam, Momentum, Nesterov, RMSprop, minimize, schedules
from viz import animate_paths, plot_convergence, plot_paths
from viz.gallery import show


def f(p):
    return p[0] ** 2 / 20 + p[1] ** 2


def by_hand(p):
    return np.array([p[0] / 10, 2 * p[1]])


def starts(seed, shape=(2,)):
    return np.random.default_rng(seed).uniform(-100.0, 100.0, shape)


# %%
# Three ways to a gradient
# ------------------------
#
# By hand, automatic, and by central differences, with the sheet's step and with one that suits the
# numbers. The largest error at 200 random points, relative to the gradient's length:

GRADIENTS = {
    "analytical": by_hand,
    "automatic": grad(f),
    "central differences, h = 1e-8 (sheet)": lambda p: numerical_gradient(f, p, h=1e-8),
    "central differences, h = 6e-6 |x|": lambda p: numerical_gradient(f, p),
}


def relative_error(gradient, p):
    return float(np.linalg.norm(gradient(p) - by_hand(p)) / np.linalg.norm(by_hand(p)))


gradient_errors = {
    name: max(relative_error(gradient, p) for p in starts(0, (200, 2)))
    for name, gradient in GRADIENTS.items()
}
for name, error in gradient_errors.items():
    print(f"{name:38} {error:.0e}")

# %%
# The loops of the sheet
# ----------------------
#
# One step of each, faults included. Its memory is what a loop keeps from step to step.


def sheet_descent(x, gradient, memory, lr):
    return x - lr * gradient(x)


def sheet_adagrad(x, gradient, memory, lr):
    g = gradient(x)
    memory["r"] += np.sum(np.square(g))  # one number; it should be one for each coordinate
    return x - lr * g / np.sqrt(memory["r"] + 1e-9)


def sheet_rmsprop(x, gradient, memory, lr):
    g = gradient(x)
    memory["r"] = 0.9 * memory["r"] + 0.1 * np.sum(np.square(g))  # again one number
    return x - lr * g / (np.sqrt(memory["r"]) + 1e-9)


def sheet_momentum(x, gradient, memory, lr):
    memory["v"] = 0.1 * memory["v"] - lr * gradient(x)
    return x + memory["v"]


def sheet_nesterov(x, gradient, memory, lr):
    ahead = x + 0.1 * memory["v"]
    memory["v"] = 0.1 * memory["v"] - lr * gradient(ahead)
    return x + memory["v"]


def sheet_adam(x, gradient, memory, lr):
    g = gradient(x)
    memory["t"] += 1
    memory["s"] = 0.9 * memory["s"] + 0.1 * g
    memory["r"] = 0.999 * memory["r"] + 0.001 * np.square(g)
    s = memory["s"] / (1 - 0.9 ** memory["t"])
    r = memory["r"] / (1 - 0.9 ** memory["t"])  # it should be 0.999, as in the line of r above
    return x - lr * s / (np.sqrt(r) + 1e-8)


# %%
# Beside them the rules that they were meant to be, at the same rates and from the same start, with
# automatic gradients.


class Pair(NamedTuple):
    """A loop of the sheet with its rate, and the optimizer that it was meant to be."""

    sheet: Any
    lr: float
    right: Any


PAIRS = {
    "gradient descent": Pair(sheet_descent, 1e-3, SGD(lr=1e-3)),
    "AdaGrad": Pair(sheet_adagrad, 1e-1, Adagrad(lr=1e-1)),
    "RMSprop": Pair(sheet_rmsprop, 1e-2, RMSprop(lr=1e-2, alpha=0.9)),
    "momentum 0.1": Pair(sheet_momentum, 1e-3, Momentum(lr=1e-3, momentum=0.1)),
    "Nesterov 0.1": Pair(sheet_nesterov, 1e-3, Nesterov(lr=1e-3, momentum=0.1)),
    "Adam": Pair(sheet_adam, 1e-1, Adam(lr=1e-1)),
}


def sheet_path(name, start, steps):
    """All points of a loop of the sheet, of shape (steps + 1, 2)."""
    memory = {"r": 0.0, "s": 0.0, "v": 0.0, "t": 0}
    points = [start]
    for _ in range(steps):
        points.append(PAIRS[name].sheet(points[-1], by_hand, memory, PAIRS[name].lr))
    return np.array(points)


def right_path(name, start, steps):
    return minimize(f, start, PAIRS[name].right, steps).path


def arrival(values, goal):
    """The step from which on the values stay below the goal; inf where they do not."""
    above = np.flatnonzero(values >= goal)
    if len(above) == 0:
        return 0.0
    return float(above[-1] + 1) if above[-1] + 1 < len(values) else np.inf


def shown(steps):
    return f"{steps:,.0f}" if np.isfinite(steps) else "–"


STEPS = 20000
start = starts(0)
paths = {name: (sheet_path(name, start, STEPS), right_path(name, start, STEPS)) for name in PAIRS}

print(
    f"\n{STEPS:,} steps from ({start[0]:.2f}, {start[1]:.2f}): the last f, the step from which on"
)
print("f < 1, and how far the two paths are apart at most\n")
print("                          as the sheet has it   the right rule")
print("                    rate    last f     f < 1      last f     f < 1    apart")
for name, pair in paths.items():
    cells = [f"{f(path[-1]):9.3g}  {shown(arrival(f(path.T), 1.0)):>8}" for path in pair]
    apart = np.max(abs(pair[0] - pair[1]))
    print(f"{name:16}  {PAIRS[name].lr:6g}  {cells[0]}   {cells[1]}  {apart:7.0e}")

# %%
# What the faults change
# ----------------------
#
# *AdaGrad and RMSProp* add up one number for all coordinates, where each should have its own. The
# large gradients of :math:`y` then hold :math:`x` back.
#
# *Adam* corrects the second moment by :math:`1 - 0.9^t` instead of :math:`1 - 0.999^t`. In the first
# step this makes :math:`\sqrt r` too small by a factor of :math:`\sqrt{0.1 / 0.001} = 10`: a ten
# times higher rate in disguise.
#
# Neither form of Adam stays at the bottom at a constant rate. What it divides by fades with the
# gradients, until its steps are too long, and :math:`f` flares up.
#
# *Momentum and Nesterov* are right, in another form. The sheet's :math:`v` is PyTorch's times
# :math:`-\eta`, so the paths of momentum agree. PyTorch's Nesterov, and dualgrad's, holds
# :math:`p + \mu v`, where the sheet takes its gradients; these points agree.


def look_ahead(path, factor=0.1):
    """The points p + factor · v, where Nesterov's gradient is taken; v is the step that led to p."""
    velocity = np.diff(path, axis=0, prepend=path[:1])
    return path + factor * velocity


x_of_adagrad = [path[-1, 0] for path in paths["AdaGrad"]]
first_of_adam = [abs(path[1, 0] - path[0, 0]) for path in paths["Adam"]]
flares = [np.max(f(path[STEPS // 2 :].T)) for path in paths["Adam"]]
momenta = np.max(abs(paths["momentum 0.1"][0] - paths["momentum 0.1"][1]))
nesterovs = np.max(abs(look_ahead(paths["Nesterov 0.1"][0]) - paths["Nesterov 0.1"][1]))

print("\n                                       the sheet   the right rule")
for what, (sheet, right), form in (
    (f"AdaGrad's last x, from {start[0]:.1f}", x_of_adagrad, ".1f"),
    ("length of Adam's first step in x", first_of_adam, ".1f"),
    ("Adam's largest f in the last half", flares, ".0e"),
):
    print(f"{what:36}   {sheet:9{form}}   {right:14{form}}")
print(f"\npaths of momentum agree to {momenta:.0e}")
print(f"points of Nesterov's look-ahead agree to {nesterovs:.0e}")

# %%
# The sheet says that AdaGrad is the fastest but for Adam and RMSProp. It gave each its own random
# start. From one start, its loop of AdaGrad ends far above gradient descent:

last = {name: f(pair[0][-1]) for name, pair in paths.items()}
print(f"\nlast f of the sheet's AdaGrad           {last['AdaGrad']:8.3g}")
print(f"last f of the sheet's gradient descent  {last['gradient descent']:8.2g}")

# %%
# A fair race
# -----------
#
# The sheet also says that Adam is the fastest, and gradient descent, momentum and Nesterov are slow.
# But it gave Adam a rate a hundred times theirs. Here each runs at its own best rate: the one with
# the fewest steps until :math:`f` stays below :math:`10^{-6}`, in the median over 9 starts.

GOAL = 1e-6
LIMIT = 500
COOLING = 300
RATES = [float(f"{digit}e{power}") for power in range(-2, 3) for digit in range(1, 10)]
CONTENDERS = {
    "gradient descent": SGD,
    "AdaGrad": Adagrad,
    "RMSprop": partial(RMSprop, alpha=0.9),
    "RMSprop, falling rate": lambda lr: RMSprop(lr=schedules.cosine(lr, COOLING), alpha=0.9),
    "momentum 0.1": partial(Momentum, momentum=0.1),
    "momentum 0.5": partial(Momentum, momentum=0.5),
    "momentum 0.9": partial(Momentum, momentum=0.9),
    "Nesterov 0.1": partial(Nesterov, momentum=0.1),
    "Nesterov 0.5": partial(Nesterov, momentum=0.5),
    "Adam": Adam,
}


def arrivals(optimizer, points, limit=LIMIT):
    """The step of arrival from each of the points, of shape (n, 2); inf for none.

    All in one run: the optimizers work number by number, so n points that are the columns of one
    array do not know of each other, and the gradient of the sum of f is the gradient of each.
    """
    try:
        result = minimize(lambda p: np.sum(f(p)), points.T, optimizer, limit, gradient=by_hand)
    except FloatingPointError:  # the numbers grew beyond all bounds: the rate is too large
        return [np.inf] * len(points)
    return [arrival(f(result.path[:, :, i].T), GOAL) for i in range(len(points))]


class Best(NamedTuple):
    """An optimizer's best rate, and the steps that it takes with it: inf where none arrives."""

    lr: float
    steps: float


def best(name, points):
    steps = {lr: float(np.median(arrivals(CONTENDERS[name](lr=lr), points))) for lr in RATES}
    lr = min(steps, key=lambda rate: steps[rate])
    return Best(lr, steps[lr])


points = starts(0, (9, 2))
race = {name: best(name, points) for name in CONTENDERS}
race = dict(sorted(race.items(), key=lambda entry: entry[1].steps))

print(
    f"\nsteps until f stays below {GOAL:g} to the end of {LIMIT}, at the best of {len(RATES)} rates"
)
print(f"from {RATES[0]:g} to {RATES[-1]:g}\n")
print("                       best rate  steps")
for name, (lr, steps) in race.items():
    rate = f"{lr:g}" if np.isfinite(steps) else "–"
    print(f"{name:21}  {rate:>9}  {shown(steps):>5}")

# %%
# For gradient descent theory has the best rate: :math:`2 / (0.1 + 2) = 0.95` for the curvatures
# 0.1 and 2, and above :math:`2 / 2 = 1` it diverges.

# %%
# The picture
# -----------
#
# On the left the sheet's loops at the sheet's rates, on the right the right rules at their best.

SHOWN = (  # in the order of PAIRS, so that each has its colour in both columns
    "gradient descent",
    "AdaGrad",
    "RMSprop, falling rate",
    "momentum 0.1",
    "Nesterov 0.1",
    "Adam",
    "momentum 0.5",
)
sheets = {name: pair[0] for name, pair in paths.items()}
winners = {
    name: minimize(f, start, CONTENDERS[name](lr=race[name].lr), COOLING).path for name in SHOWN
}

figure = Figure(figsize=(14.0, 9.6), layout="constrained")
for upper, lower, group, title in zip(
    *figure.subplots(2, 2),
    (sheets, winners),
    (
        "x²/20 + y²: the sheet's loops and rates",
        "x²/20 + y²: the right rules, each at its best rate",
    ),
    strict=True,
):
    plot_paths(f, group, ax=upper)
    upper.set_title(title)
    plot_convergence({name: f(path.T) for name, path in group.items()}, ax=lower)
    lower.get_legend().remove()  # the one above serves both
    lower.set(xlabel="step", ylabel="f", ylim=(1e-9, 1e4))
    lower.locator_params(axis="x", nbins=5)
show(figure, "optimizers")

# %%
# In motion
# ---------
#
# The first steps of the right rules, step by step. Gradient descent, at its best rate, leaps from
# side to side of the valley and creeps along it; a momentum of 0.5 soon calms the leaps. AdaGrad
# leaps right across the minimum and back, along both axes alike, each time less far. Adam's
# first steps are all of one length: it runs past the minimum, and has to come back.

MOVING = ("gradient descent", "AdaGrad", "momentum 0.5", "Adam")
FIRST = 30
animation = animate_paths(
    f,
    {name: winners[name][: FIRST + 1] for name in MOVING},
    Figure(figsize=(6.4, 5.2), layout="constrained").subplots(),
    interval=250.0,
)
show(animation, "optimizers_in_motion")

# %%
# What follows
# ------------
#
# - Which optimizer is fastest depends on the rates as much as on the rules. A comparison at rates
#   that differ a hundredfold says nothing.
# - On a bowl along the axes, AdaGrad at a large rate is ahead of all: a rate for each coordinate,
#   which only falls, is all that is needed. Adam, at its best, is slower than gradient descent.
# - A momentum of 0.1 helps little; one of 0.5 takes fewer than half the steps.
# - RMSProp at one rate never settles, as its steps do not get much shorter than the rate. With a
#   rate that falls it arrives.
# - Automatic gradients are exact to the last digit. The sheet's step of :math:`10^{-8}` costs more
#   than half of the digits.
#
# **结论**：
#
# - 题解中 AdaGrad 与 RMSProp 对所有坐标累加同一个标量，应为每个坐标各自累加；否则 :math:`y` 方向的大梯度会拖慢 :math:`x` 方向。
# - 题解中 Adam 的二阶矩用 :math:`1 - \rho_1^t` 修正，应为 :math:`1 - \rho_2^t`；第一步因此放大到 10 倍，相当于使用了更大的学习率。
# - “Adam 最快”比较的是相差 100 倍的学习率。各自取最佳学习率时，AdaGrad 最快，Adam 反而比梯度下降慢；动量因子取 0.5 的动量法所需步数不到梯度下降的一半。
# - 学习率固定的 RMSProp 不会收敛到最小值，需要逐渐减小学习率。
# - 自动微分的梯度精确到最后几位；题解的步长 :math:`h = 10^{-8}` 会损失一半以上的有效数字。
