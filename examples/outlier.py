r"""
Perceptron and sigmoid neuron with an outlier
=============================================

Exercise 2. Three samples, :math:`(0, 1)` and :math:`(1, 0)` of class +1 and :math:`(-1, 0)` of
class −1, are separated by the perceptron's :math:`g(x) = 1 + 10 x_1 + 10 x_2`, and by a sigmoid
neuron's :math:`g(x) = x_1 + x_2` found by back-propagation. Now a sample :math:`(0, -t)` of class
+1 is added, with :math:`t \to \infty`. Does the perceptron still find a line that separates all
samples? And does the line of the sigmoid neuron change?

**题目（练习 2）**：样本集为 :math:`((0,1), +1)`、:math:`((1,0), +1)`、:math:`((-1,0), -1)`。感知器得到的分类面为 :math:`g(x) = 1 + 10 x_1 + 10 x_2`；采用 Sigmoid 激活函数和 BP 算法得到的分类面为 :math:`g(x) = x_1 + x_2`。现增加样本 :math:`((0, -t), +1)`，且 :math:`t \to \infty`。(1) 感知器算法能否得到使全部样本正确分类的分类面？(2) BP 算法得到的分类面是否与 :math:`x_1 + x_2` 基本一致？
"""

import numpy as np
from matplotlib.figure import Figure

from autograd import jvp, sigmoid, value_and_grad
from nn import Perceptron
from viz.gallery import show

X = np.array([[0.0, 1.0], [1.0, 0.0], [-1.0, 0.0]])
y = np.array([1.0, 1.0, -1.0])


def with_outlier(t):
    return np.vstack([X, [0.0, -t]]), np.append(y, 1.0)


def scores(plane, points):
    """g(x) = w0 + w1 x1 + w2 x2 of all points."""
    return plane[0] + points @ plane[1:]


# %%
# (1) The perceptron
# ------------------
#
# The samples stay separable: :math:`1.6 + 2 x_1 - x_2`, the plane of the sheet, is positive on
# :math:`(0, -t)` for every :math:`t \ge 0`. And if a separating plane exists, the perceptron
# finds one: it adds :math:`y \, (1, x)` to its weights for every misclassified sample, and the
# number of such corrections is bounded (Novikoff's theorem). Yet it knows nothing of scale: one
# sample far away, and its steps are as long as that sample.

SHEET = np.array([1.6, 2.0, -1.0])
BEFORE = np.array([1.0, 10.0, 10.0])

print("     t   1 + 10 x1 + 10 x2 wrong   sheet wrong   perceptron wrong   passes   its plane")
planes = {}
for t in (1.0, 2.0, 5.0, 10.0, 100.0):
    points, classes = with_outlier(t)
    perceptron = Perceptron(2)
    perceptron.b.data = BEFORE[0]
    perceptron.w.assign(BEFORE[1:])
    passes = perceptron.learn(points, classes, max_passes=10_000)
    planes[t] = np.array([perceptron.b.data, *perceptron.w.numpy()])
    wrong = [int(np.sum(np.sign(scores(p, points)) != classes)) for p in (BEFORE, SHEET, planes[t])]
    w0, w1, w2 = planes[t]
    print(
        f"{t:6g}   {wrong[0]:23}   {wrong[1]:11}   {wrong[2]:16}   {passes:6}   "
        f"{w0:g} {w1:+g} x1 {w2:+g} x2"
    )

# %%
# (2) The sigmoid neuron
# ----------------------
#
# Its loss on a sample is :math:`\ell = (\theta - 1)^2` with
# :math:`\theta = \sigma(y \, w^\top x)`: it is 0 when the neuron is sure and right. The chain rule
# gives
#
# .. math::
#    \frac{\partial \ell}{\partial w} = 2 \, (\theta - 1) \, \theta \, (1 - \theta) \, y \, x .
#
# On the outlier and at :math:`w = (0, 1, 1)` we have :math:`y \, w^\top x = -t`. The neuron is
# completely wrong, but :math:`\theta \approx e^{-t}`, and :math:`t e^{-t}` goes to 0: the worse the
# mistake, the smaller the gradient.


def loss(plane, points, classes):
    return np.sum((sigmoid(classes * scores(plane, points)) - 1.0) ** 2)


def by_hand(plane, point, label):
    x = np.array([1.0, *point])
    theta = sigmoid(label * (plane @ x))
    return 2 * (theta - 1) * theta * (1 - theta) * label * x


START = np.array([0.0, 1.0, 1.0])
gradients, apart = {}, 0.0
print("\nthe outlier's loss and gradient at g(x) = x1 + x2")
print("     t        loss   ∂ℓ/∂w2, reverse   forward          by hand")
for t in (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 40.0):
    points, classes = np.array([[0.0, -t]]), np.array([1.0])
    value, gradient = value_and_grad(lambda p, X=points, y=classes: loss(p, X, y))(START)
    forward = jvp(lambda p, X=points, y=classes: loss(p, X, y), (START,), (np.eye(3)[2],))[1]
    formula = by_hand(START, points[0], 1.0)
    gradients[t] = gradient[2]
    apart = max(apart, np.max(abs(gradient - formula) / np.linalg.norm(formula)))
    print(f"{t:6g}   {value:9.6f}   {gradient[2]:15.4e}   {forward:.4e}   {formula[2]:14.4e}")

# %%
# Training
# --------
#
# Gradient descent from :math:`x_1 + x_2`, with and without the outlier.


def trained(points, classes, steps=1000, rate=0.5):
    plane = START
    f = value_and_grad(lambda p: loss(p, points, classes))
    for _ in range(steps):
        plane = plane - rate * f(plane)[1]
    return plane


found = {None: trained(X, y)}
found |= {t: trained(*with_outlier(t)) for t in (2.0, 5.0, 10.0, 100.0)}

print("\n outlier at   plane after training, w scaled to length 1   outlier's score")
for t, plane in found.items():
    w0, w1, w2 = plane / np.linalg.norm(plane[1:])
    place = "none" if t is None else f"(0, {-t:g})"
    score = "" if t is None else f"{scores(plane, np.array([[0.0, -t]]))[0]:+.2f}"
    print(f"{place:>11}   {w0:+.4f} {w1:+.4f} x1 {w2:+.4f} x2            {score:>15}")

# %%
# The picture
# -----------
#
# On the left both kinds of lines for an outlier at :math:`(0, -10)`; on the right the outlier's
# gradient against its distance.

figure = Figure(figsize=(11.0, 4.6), layout="constrained")
left, right = figure.subplots(1, 2)
points, classes = with_outlier(10.0)
lines = {
    "perceptron": (planes[10.0], "#0072B2", "-"),
    "the sheet's plane": (SHEET, "#56B4E9", "-."),
    "sigmoid neuron": (found[10.0], "#D55E00", "--"),
    "sigmoid neuron without the outlier": (found[None], "#1f2933", ":"),
}
for name, (plane, color, line) in lines.items():
    near = -plane[0] * plane[1:] / (plane[1:] @ plane[1:])  # the point of the line nearest to 0
    along = near + np.array([-plane[2], plane[1]])
    left.axline(near, along, color=color, linestyle=line, label=name)
for label, marker, color in ((1.0, "o", "#009E73"), (-1.0, "s", "#CC79A7")):
    left.plot(
        *points[classes == label].T, marker, color=color, markersize=8, label=f"class {label:+g}"
    )
left.set(xlim=(-3, 3), ylim=(-11, 3), xlabel="x1", ylabel="x2", title="Outlier at (0, −10)")
figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=3, frameon=False)
distances = np.linspace(0.01, 40, 400)
slopes = [abs(by_hand(START, (0.0, -t), 1.0)[2]) for t in distances]
right.plot(distances, slopes, color="#D55E00")
right.set(yscale="log", xlabel="t", ylabel="|∂ℓ/∂w2|", title="Gradient of the outlier, at x1 + x2")
right.grid(alpha=0.3)
show(figure, "outlier")

# %%
# What follows
# ------------
#
# - The perceptron separates the samples wherever the outlier lies, with a quite different line.
# - The sigmoid neuron does not move if the outlier is far away: its gradient is about
#   :math:`2 t e^{-t}`. Its line is the one without the outlier, which stays misclassified. "Near"
#   and "far" matter, though: an outlier at :math:`t = 5` still has enough gradient, and training
#   ends with a line that is right on all four samples.
# - This is the price of the squared error behind a sigmoid. The cross-entropy loss has the
#   gradient :math:`(\theta - 1) \, y \, x`, which grows with the mistake.
#
# **结论**：
#
# - 加入离群点后样本仍线性可分，感知器总能找到正确的分类面，但与原来的分类面差别很大。
# - 离群点很远时，其梯度约为 :math:`2 t e^{-t}`，趋于 0，BP 得到的分类面与没有离群点时基本一致，离群点仍被错分；但若 :math:`t` 不大（例如 :math:`t = 5`），梯度足以使四个样本都被正确分类。
# - 原因在于 Sigmoid 与平方误差的组合；若采用交叉熵损失，错得越多，梯度越大。
