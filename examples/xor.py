r"""
XOR by two ReLU units
=====================

Exercise 4-2. Design a feed-forward network that solves XOR, with two hidden neurons, one output
neuron, and ReLU as the activation.

**题目（习题 4-2）**：试设计一个前馈神经网络来解决 XOR 问题，要求该前馈神经网络具有两个隐藏神经元和一个输出神经元，并使用 ReLU 作为激活函数。
"""

# %%
# By hand
# -------
#
# XOR is 1 where its two inputs differ. For inputs 0 and 1 that is :math:`|x_1 - x_2|`, and an
# absolute value is the sum of two ReLUs:
#
# .. math:: \hat y = \max(0,\, x_1 - x_2) + \max(0,\, x_2 - x_1) .
#
# As a network :math:`\hat y = w^{(2)} a + b^{(2)}`, :math:`a = \max(0, z)`,
# :math:`z = w^{(1)} x + b^{(1)}`, it has the weights that both sheets give:
#
# .. math::
#    w^{(1)} = \begin{pmatrix} 1 & -1 \\ -1 & 1 \end{pmatrix}, \qquad
#    b^{(1)} = \begin{pmatrix} 0 \\ 0 \end{pmatrix}, \qquad
#    w^{(2)} = \begin{pmatrix} 1 & 1 \end{pmatrix}, \qquad
#    b^{(2)} = 0 .

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from nn import MLP, SGD, Linear, Sequential, make_xor, mse
from viz import draw_network, plot_decision_boundary
from viz.gallery import show

X, y = make_xor()  # the corners (0, 0), (0, 1), (1, 0), (1, 1) and their classes 0, 1, 1, 0

# %%
# With dualgrad
# -------------
#
# The same network, and what it computes at each corner.

GIVEN = {
    "0.w": [[1.0, -1.0], [-1.0, 1.0]],
    "0.b": [0.0, 0.0],
    "2.w": [[1.0, 1.0]],
    "2.b": [0.0],
}
given = Sequential(Linear(2, 2), "relu", Linear(2, 1))
given.load_state_dict(GIVEN)

first, relu, last = given
z = first.predict(X)
a = relu.predict(z)
output = last.predict(a)[:, 0]

print("x       z         a       y")
for *vectors, result in zip(X, z, a, output, strict=True):
    corner, before, after = (f"({v[0]:g}, {v[1]:g})" for v in vectors)
    print(f"{corner:6}  {before:8}  {after:6}  {result:g}")

# %%
# Each unit drawn with what it gives over the plane: one wakes on either side of the diagonal, and
# the output adds them. Blue lines are negative weights.

given.output_kind = "values"
show(draw_network(given, X, y).figure, "xor_network")

# %%
# One of the sheets says :math:`b^{(2)} = (0, 0)^\top`. In fact one output neuron has one bias, and
# the model refuses two:

SHEET_BIAS = [0.0, 0.0]
try:
    given.load_state_dict({**GIVEN, "2.b": SHEET_BIAS})
    refusal = ""
except ValueError as error:
    refusal = str(error)
print(f"\n{refusal}")

# %%
# Does training find it?
# ----------------------
#
# Gradient descent on the mean squared error, from random weights, until the loss is small or has no
# slope left. A unit is active at a corner if its :math:`z` is above 0 there, and dead if it is
# active at none.

STEPS = 2000
RATE = 0.1
SOLVED = 1e-4  # a smaller loss counts as solved
FLAT = 1e-6  # a gradient of smaller entries counts as no slope


def active(model):
    """Which unit (column) is active at which corner (row)."""
    return model.layers[0].predict(X) > 0.0


@dataclass(frozen=True)
class Net:
    """A trained network."""

    model: MLP
    losses: list[float]
    slope: float
    """The largest entry of the last gradient."""
    dead_at_first: int

    @property
    def loss(self) -> float:
        return self.losses[-1]

    @property
    def active(self) -> Any:
        return active(self.model)

    @property
    def dead(self) -> int:
        return int(np.sum(~self.active.any(axis=0)))


def train(hidden, seed):
    model = MLP(2, [hidden, 1], seed=seed)
    dead_at_first = int(np.sum(~active(model).any(axis=0)))
    optimizer = SGD(model.parameters(), lr=RATE)
    losses = []
    for _ in range(STEPS):
        loss = mse(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        losses.append(loss.data)
        slope = max(abs(p.grad) for p in model.parameters())
        if loss.data < SOLVED or slope < FLAT:
            break  # solved, or stuck for good
        optimizer.step()
    return Net(model, losses, slope, dead_at_first)


def solved(nets):
    return sum(net.loss < SOLVED for net in nets)


NETS = 50
nets = [train(2, seed) for seed in range(NETS)]
wide = [train(8, seed) for seed in range(NETS)]
print(f"\nsolved with 2 hidden units: {solved(nets)} of {NETS}")
print(f"solved with 8 hidden units: {solved(wide)} of {NETS}")

# %%
# Why it fails
# ------------
#
# What the two hidden units do at the four corners tells why. A unit that is active at all corners
# is a plane there; one that is active at some of them adds a bend. XOR needs two bends.

REASONS = (
    "solved",
    "both units dead: the output is the same everywhere",
    "one dead, the other active at all corners: a plane",
    "one dead, the other active at some corners: one bend",
    "both alive, active at the same corners: again one bend",
    "both alive, active at different corners",
)


def reason(net):
    """Why a network of two hidden units ends where it does."""
    if net.loss < SOLVED:
        return REASONS[0]
    alive = net.active[:, net.active.any(axis=0)]  # the columns of the living units
    if net.dead == 2:
        return REASONS[1]
    if net.dead == 1:
        return REASONS[2] if alive.all() else REASONS[3]
    return REASONS[4] if (alive[:, 0] == alive[:, 1]).all() else REASONS[5]


groups = {text: [net for net in nets if reason(net) == text] for text in REASONS}
print("\nnets  dead at first  dead at last  loss                 what the hidden units do")
for text, group in groups.items():
    at_first = sum(net.dead_at_first for net in group)
    at_last = sum(net.dead for net in group)
    levels = ", ".join(sorted({f"{net.loss:.3f}" for net in group}))
    print(f"{len(group):4}  {at_first:13}  {at_last:12}  {levels:19}  {text}")

# %%
# The losses are no accident. At corners where no unit is active, the output is the last bias, the
# same for all of them. The best it can be is the mean :math:`p` of their classes. Of the loss, the
# mean over 4 corners, :math:`n` sleeping corners then cost
#
# .. math::
#    \frac{n \, p \, (1 - p)}{4} =
#    \begin{cases}
#      \tfrac18 & n = 2, \; p = \tfrac12 \\
#      \tfrac16 & n = 3, \; p = \tfrac13 \text{ or } \tfrac23 \\
#      \tfrac14 & n = 4, \; p = \tfrac12 .
#    \end{cases}
#
# A plane, of units that are active everywhere, does no better than its mean ½, and costs
# :math:`\tfrac14` as well.


def price(net):
    """The least loss as long as the same corners wake no unit."""
    asleep = y[~net.active.any(axis=1)]
    if len(asleep) == 0:
        return 0.0
    p = asleep.mean()
    return float(len(asleep) * p * (1.0 - p) / len(y))


stuck = [net for net in nets if net.loss >= SOLVED]
paid = sum(price(net) > 0.0 and abs(net.loss - price(net)) < 1e-3 for net in stuck)
print(f"\nstuck: {len(stuck)}, of them at the price of their sleeping corners: {paid}")
print(f"the largest entry of a gradient among them: {max(net.slope for net in stuck):.0e}")

# %%
# The picture
# -----------

figure = Figure(figsize=(11.0, 4.4), layout="constrained")
left, right = figure.subplots(1, 2)
plot_decision_boundary(given, X, y, ax=left, margin=0.3)
left.set_title("The given weights: output above ½")
for net in nets:
    color, line = ("#0072B2", "-") if net.loss < SOLVED else ("#D55E00", "--")
    losses = net.losses + [net.loss] * (STEPS - len(net.losses))
    right.plot(range(1, STEPS + 1), losses, line, color=color, linewidth=1.0)
for level, text in ((1 / 4, "1/4"), (1 / 6, "1/6"), (1 / 8, "1/8"), (0.0, "0")):
    right.annotate(text, (1.01, level), xycoords=("axes fraction", "data"), va="center")
right.plot([], [], "-", color="#0072B2", label=f"solved: {solved(nets)}")
right.plot([], [], "--", color="#D55E00", label=f"stuck: {len(stuck)}")
right.set(xscale="log", xlim=(1, STEPS), ylim=(-0.02, 0.6), xlabel="step", ylabel="loss")
right.set_title(f"{NETS} networks 2-2-1 from random weights")
right.legend(loc="upper right")
show(figure, "xor")

# %%
# What follows
# ------------
#
# - Two ReLU units can compute XOR: together they are :math:`|x_1 - x_2|`.
# - From random weights, gradient descent mostly fails to find that. Units die or wake at the same
#   corners, and the loss stays at ¼, ⅙ or ⅛. A dead unit has a gradient of exactly 0, so no
#   further step brings it back.
# - With eight units nearly every network succeeds: enough of them start where they are needed.
# - One output neuron has one bias. A model that checks shapes finds such a slip at once.
#
# **结论**：
#
# - 两个 ReLU 神经元足以解决 XOR 问题：二者之和即 :math:`|x_1 - x_2|`。
# - 从随机参数开始训练，梯度下降多半会失败：神经元死亡，或两个神经元在相同的样本上激活，损失停在 ¼、⅙ 或 ⅛。死亡神经元的梯度恰为 0，继续训练也无法恢复。
# - 若使用 8 个隐藏神经元，则几乎每次都能成功。
# - 其中一份题解写成 :math:`b^{(2)} = (0, 0)^\top`；输出层只有一个神经元，只应有一个偏置。
