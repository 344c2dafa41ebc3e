r"""
The graph of (x + y)²z
======================

Exercise 4. Draw the computation graph of :math:`f(x, y, z) = (x + y)^2 z`. At
:math:`x = 1`, :math:`y = 2`, :math:`z = -6`, find the value of every node and, by
back-propagation, the derivative of :math:`f` by every node.

**题目（练习 4）**：画出 :math:`f(x, y, z) = (x + y)^2 z` 的计算图。当 :math:`x = 1`、:math:`y = 2`、:math:`z = -6` 时，求每个节点的值，并用反向传播求 :math:`f` 对每个节点的偏导数。
"""

# %%
# By hand
# -------
#
# Name the two intermediate results: :math:`s = x + y` and :math:`q = s^2`. Then
# :math:`f = q z`. Going forward, each operation needs only numbers that are already there:
#
# .. math:: s = 1 + 2 = 3, \qquad q = 3^2 = 9, \qquad f = 9 \cdot (-6) = -54.
#
# Each operation also knows how its result answers to a small change of what goes in, whatever
# the rest of the graph may be. These are the local partial derivatives:
#
# .. math::
#    \frac{\partial s}{\partial x} = \frac{\partial s}{\partial y} = 1, \qquad
#    \frac{\partial q}{\partial s} = 2 s = 6, \qquad
#    \frac{\partial f}{\partial q} = z = -6, \qquad
#    \frac{\partial f}{\partial z} = q = 9.
#
# Back-propagation starts at the result and multiplies them on its way to the inputs:
#
# .. math::
#    \frac{\partial f}{\partial s}
#      = \frac{\partial f}{\partial q} \, \frac{\partial q}{\partial s} = -6 \cdot 6 = -36, \qquad
#    \frac{\partial f}{\partial x} = \frac{\partial f}{\partial y}
#      = \frac{\partial f}{\partial s} \cdot 1 = -36.

# %%
# With dualgrad
# -------------
#
# The expression is plain Python on Values. Each operation leaves a node that remembers what it was
# computed from, and ``backward`` walks back over them.

from autograd import Value, compare_modes
from viz import draw_dot
from viz.gallery import show

x, y, z = Value(1, "x"), Value(2, "y"), Value(-6, "z")
s = x + y
q = s**2
f = q * z
s.name, q.name, f.name = "s", "q", "f"
f.backward()

print("node  value  ∂f/∂node")
for node in (x, y, z, s, q, f):
    print(f"{node.name:4}  {node.data:5g}  {node.grad:8g}")

# %%
# The picture
# -----------
#
# A box is a value, with its number and its derivative; an oval is an operation. The numbers on the
# edges are the local partial derivatives: multiply them along the path from f to x, and you have
# the derivative of f by x.

drawing = draw_dot(f)
show(drawing, "first_graph")

# %%
# Both modes
# ----------
#
# Reverse mode has gone from f to the inputs, once, and found all derivatives of f. Forward mode
# goes the other way: it pushes a change of one input through the graph and finds what that input
# does to every node. In the table, each column "tangent by" is one such sweep, and the column
# "adjoint" is the reverse sweep. The last row of the tangents is the first rows of the adjoints.

report = compare_modes(lambda x, y, z: (x + y) ** 2 * z, 1.0, 2.0, -6.0)
print(f"\n{report}")

# %%
# What follows
# ------------
#
# - A derivative in a graph is a product of local derivatives along a path, and a sum over paths
#   where there are several.
# - Reverse mode needs one sweep for all inputs, forward mode one for each input. With three
#   inputs and one output, reverse mode is cheaper; networks have millions of inputs, their
#   parameters, and one output, the loss.
#
# **结论**：
#
# - 计算图中的偏导数等于沿路径的局部偏导数之积；若有多条路径，则对各路径求和。
# - 反向模式一次遍历即可得到 :math:`f` 对所有输入的偏导数，前向模式则每个输入需要一次遍历。神经网络有上百万个参数，而损失只有一个，所以训练使用反向传播。
