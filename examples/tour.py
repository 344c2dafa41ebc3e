r"""
A tour of dualgrad
==================

What is it like to work with? Six short stops: an expression and its gradient, a neuron and its
graph, Python's control flow, derivatives of derivatives, branches, and nans.
"""

# %%
# An expression and its gradient
# ------------------------------
#
# Write ordinary Python on Values. ``backward`` finds the derivative of the result by every input.

import numpy as np

from autograd import Tensor, Value, adjoints, detect_anomaly, parse, sqrt, tanh, where
from viz import draw_dot
from viz.gallery import show

x, y, z = Value(1, "x"), Value(2, "y"), Value(-6, "z")
f = (x + y) ** 2 * z
f.name = "f"
f.backward()
print(f"(x + y)² z = {f:g}, gradient ({x.grad:g}, {y.grad:g}, {z.grad:g})")
show(draw_dot(f), "tour_expression")

# %%
# A neuron
# --------
#
# A Tensor is a NumPy array of Values. The product of two vectors is one node of the graph:

w, inputs = Tensor([0.5, -1.0, 2.0], name="w"), Tensor([1.0, 2.0, 0.25], name="x")
neuron = tanh(w @ inputs + Value(0.1, "b"))
neuron.backward()
print(f"tanh(w·x + b) = {neuron:.4f}, gradient by w: {w.grad.round(4)}")
show(draw_dot(neuron), "tour_neuron")

# %%
# Expanded, the picture shows the products and the sum that the node stands for.

show(draw_dot(neuron, expand=True), "tour_neuron_expanded")

# %%
# Python's control flow
# ---------------------
#
# Newton's method for the square root of a stops when it is good enough. The loop is recorded as it
# ran, so the root has a derivative; by hand it is :math:`\frac{1}{2 \sqrt{a}}`.

a = Value(2.0, "a")
root = a
while abs(root * root - a) > 1e-12:
    root = (root + a / root) / 2
root.backward()
exact = 0.5 / np.sqrt(2.0)
print(f"root {root:.12f}, derivative {a.grad:.12f}, exactly {exact:.12f}")

# %%
# Derivatives of derivatives
# --------------------------
#
# The reverse sweep of ``adjoints`` is recorded as well, and can be differentiated again.

t = Value(0.5, "t")
derivatives = [tanh(t)]
for order in range(1, 4):
    (derivative,) = adjoints(derivatives[-1], [t])
    derivatives.append(derivative)
    print(f"derivative {order} of tanh at 0.5: {derivative:.12f}")

# %%
# A branch that is not taken
# --------------------------
#
# The slope of a square root at 0 is infinite. Where the other branch is taken that does not matter:
# it contributes 0, and not 0 · ∞, a nan.

u = Value(0.0, "u")
where(u > 0, sqrt(u), 0.0).backward()
print(f"where(u > 0, sqrt(u), 0) at u = 0 has the gradient {u.grad:g}, not nan")

# %%
# Where does the nan come from?
# -----------------------------
#
# Arithmetic makes a nan without a word, and everything after it is nan, too. Inside
# ``detect_anomaly`` the first operation that does so is named. ``parse`` makes a function of a
# formula in text.

try:
    with detect_anomaly():
        (parse("sqrt(p - 1)")(Value(0.5, "p")) * 2.0).backward()
    anomaly = ""
except FloatingPointError as error:
    anomaly = str(error).partition(" at ")[0]
print(anomaly)

# %%
# What follows
# ------------
#
# - Whatever Python computes on Values has a graph, a gradient and a picture.
# - The other lessons work through exercises: ``dualgrad examples`` lists them.
