r"""
A dead ReLU, and what revives it
================================

Exercise 4-3. Give an example of the "dying ReLU" problem, and propose solutions.

**题目（习题 4-3）**：试举例说明“死亡 ReLU 问题”，并提出解决方法。
"""

# %%
# By hand
# -------
#
# A hidden unit computes :math:`a = \max(0, z)` with :math:`z = w^\top x + b`. Its gradient for one
# sample is
#
# .. math::
#    \frac{\partial \ell}{\partial w} = \frac{\partial \ell}{\partial a} \; [z > 0] \; x, \qquad
#    \frac{\partial \ell}{\partial b} = \frac{\partial \ell}{\partial a} \; [z > 0] .
#
# If :math:`z \le 0` on all samples, every one of these is 0. Descent cannot change :math:`w` or
# :math:`b`, so :math:`z` stays below 0, and the unit is dead. It takes one bad step to get there:
# a large rate, say, that throws :math:`b` far below 0.

import numpy as np
from matplotlib.figure import Figure

from nn import ELU, MLP, SGD, LeakyReLU, PReLU, ReLU, Softplus, mse
from viz.gallery import show

X = np.linspace(-1.0, 1.0, 16)[:, np.newaxis]
y = abs(X[:, 0])  # two ReLU units can do that: relu(x) + relu(-x)

# %%
# A unit dies
# -----------
#
# A network of two hidden units that starts near the solution; then one bad step, of a rate that is
# much too large, and from there on a sensible one.

START = {
    "layers.0.neurons.0.w[0]": 0.9,
    "layers.0.neurons.0.b": 0.1,
    "layers.0.neurons.1.w[0]": -1.1,
    "layers.0.neurons.1.b": 0.2,
    "layers.1.neurons.0.w[0]": 1.2,
    "layers.1.neurons.0.w[1]": 0.8,
    "layers.1.neurons.0.b": 0.3,
}


def network(activation, **changed):
    model = MLP(1, [2, 1], activation, seed=0)
    for name, parameter in model.named_parameters():
        parameter.data = (START | changed).get(name, parameter.data)
    return model


def step(model, rate):
    loss = mse(model(X), y)
    model.zero_grad()
    loss.backward()
    SGD(model.parameters(), lr=rate).step()
    return loss.data


def awake(model):
    """On how many samples each hidden unit is above 0."""
    hidden = model.layers[0]
    z = X @ hidden.w.numpy().T + hidden.b.numpy()
    return (z > 0).sum(axis=0)


def unit_gradients(model):
    """The largest derivative of the loss by a parameter of each hidden unit."""
    model.zero_grad()
    mse(model(X), y).backward()
    return [max(abs(p.grad) for p in neuron.parameters()) for neuron in model.layers[0].neurons]


BAD, GOOD, STEPS = 2.0, 0.2, 400

victim = network("relu")
print("ReLU            loss   units above 0 on   largest gradient of each unit")


def report(moment, model):
    gradients = "   ".join(f"{g:.2e}" for g in unit_gradients(model))
    first, second = awake(model)
    print(
        f"{moment:12}  {mse(model(X), y).data:6.4f}   {first:2} and {second:2} of 16   {gradients}"
    )


report("at first", victim)
step(victim, BAD)
report("a bad step", victim)
for _ in range(STEPS):
    step(victim, GOOD)
report(f"{STEPS} steps", victim)
dead = awake(victim) == 0
dead_gradients = unit_gradients(victim)

# %%
# Activations that keep a slope
# -----------------------------
#
# Now the first unit starts dead: with :math:`b = -1`, its :math:`z` lies between −1.9 and −0.1. The
# same network, with activations that pass something on below 0:

CURES = {
    "ReLU": ReLU,
    "LeakyReLU": LeakyReLU,
    "PReLU": PReLU,
    "ELU": ELU,
    "softplus": Softplus,
}
DEAD = {"layers.0.neurons.0.b": -1.0}
losses, gradients, ends = {}, {}, {}
print(
    f"\n              gradient of the dead unit   loss at first   after {STEPS} steps   above 0 on"
)
for name, make in CURES.items():
    model = ends[name] = network(make(), **DEAD)
    gradients[name] = unit_gradients(model)[0]
    losses[name] = [step(model, GOOD) for _ in range(STEPS)]
    first, second = awake(model)
    print(
        f"{name:10}    {gradients[name]:25.1e}   {losses[name][0]:13.4f}   "
        f"{losses[name][-1]:14.5f}   {first:2} and {second}"
    )

# %%
# The picture
# -----------

figure = Figure(figsize=(11.0, 4.2), layout="constrained")
left, right = figure.subplots(1, 2)
looks = (
    ("#D55E00", "-"),
    ("#0072B2", "--"),
    ("#009E73", "-."),
    ("#CC79A7", (0, (8, 2))),
    ("#E69F00", ":"),
)
grid = np.linspace(-1.0, 1.0, 101)[:, np.newaxis]
left.plot(X[:, 0], y, "o", color="#1f2933", markersize=4, label="samples")
for (name, model), (color, line) in zip(ends.items(), looks, strict=True):
    left.plot(grid[:, 0], model.predict(grid), linestyle=line, color=color, label=name)
    right.plot(losses[name], linestyle=line, color=color, label=name)
left.set(title=f"After {STEPS} steps", xlabel="x", ylabel="output")
right.set(title="The loss", xlabel="step", ylabel="loss", yscale="log")
right.grid(alpha=0.3)
left.legend()
show(figure, "dead_relu")

# %%
# What follows
# ------------
#
# - A dead unit has a gradient of exactly 0 on all samples; no number of further steps changes it.
# - LeakyReLU and PReLU keep a small slope below 0, ELU and softplus one that fades away: the unit
#   gets a gradient, and comes back. The slope decides how long that takes.
# - A smaller rate, and first weights that suit ReLU (He's), keep units from dying in the first
#   place.
#
# **结论**：
#
# - 若某神经元在所有训练样本上都有 :math:`z \le 0`，其梯度恰为 0，参数不再更新，即“死亡”；一次过大的更新就足以造成这种情况。
# - LeakyReLU、PReLU 在负半轴保留小的斜率，ELU、softplus 的导数在负半轴也不为 0，神经元仍有梯度，可以恢复；恢复的快慢取决于斜率的大小。
# - 较小的学习率和合适的初始化（He）可以减少神经元死亡。
