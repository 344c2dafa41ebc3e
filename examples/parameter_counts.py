r"""
How many parameters layers have
===============================

Exercise 5. A colour picture of 300 × 300 pixels goes into a layer. How many parameters has the
layer (1) if it is fully connected and has 100 neurons, (2) if it convolves with 100 filters of
5 × 5 × 3? How many outputs has (2), with stride 1?

Exercise 6. A network takes pictures of 227 × 227 × 3: 96 filters of 11 × 11 with stride 4;
max-pooling of 3 × 3 with stride 2; padding of 2 and 256 filters of 5 × 5; max-pooling of 3 × 3 with
stride 2; a fully connected layer of 4096 neurons, and one of 1000. How many parameters and outputs
have its layers?

**题目（练习 5）**：对于一幅 300 × 300 大小的彩色（RGB）图像，(1) 如果输入端与有 100 个神经元的第一层隐含层全连接，这一层包含多少参数？(2) 如果用 100 个 5 × 5 × 3 大小的滤波器作卷积操作，那么这一层的参数为多少？如果步长为 1，输出端神经元个数有多少？

**题目（练习 6）**：某卷积神经网络的输入为 227 × 227 × 3 的 RGB 图像；第一个卷积层有 96 个 11 × 11 × 3 的滤波器，步长为 4，不做填充；随后是 3 × 3、步长为 2 的最大池化；第二个卷积层填充值为 2，有 256 个 5 × 5 的滤波器，步长为 1；再接 3 × 3、步长为 2 的最大池化；最后是 4096 个和 1000 个神经元的两个全连接层。求各层的参数量与输出大小。
"""

# %%
# By hand
# -------
#
# In a fully connected layer each of :math:`m` neurons has a weight for each of :math:`n` inputs and
# a bias. A filter has a weight for each number of its :math:`F \times F` window in each of :math:`D`
# channels, and a bias; it is the same at all places, so the size of the picture does not matter:
#
# .. math::
#    \text{fully connected: } (n + 1)\, m, \qquad
#    \text{convolution with } K \text{ filters: } (F^2 D + 1)\, K .
#
# A window of width :math:`F` that moves by a stride :math:`S` over a picture of width :math:`W`, with
# :math:`P` zeros on either side, stops at so many places:
#
# .. math:: W' = \left\lfloor \frac{W - F + 2P}{S} \right\rfloor + 1 .

import time
import tracemalloc

from matplotlib.figure import Figure

from nn import Conv2d, Flatten, Linear, MaxPool2d, Sequential, summary
from viz.gallery import show


def fully_connected(inputs, neurons):
    return (inputs + 1) * neurons


def convolution(size, channels, filters):
    return (size * size * channels + 1) * filters


def places(width, size, stride=1, padding=0):
    return (width - size + 2 * padding) // stride + 1


# %%
# Exercise 5, with dualgrad
# -------------------------
#
# ``summary`` finds shapes and counts from the description of a model alone. No parameter is made:
# a layer makes its own when they are first used. Pictures are (channels, height, width) here.

PICTURE = (3, 300, 300)
dense = summary(Sequential(Flatten(), Linear(3 * 300 * 300, 100)), PICTURE)
filters = summary(Sequential(Conv2d(3, 100, 5)), PICTURE)
print(f"{dense}\n")
print(filters)

width = places(300, 5)
print("\n                 by the formulas       by summary")
print(f"fully connected  {fully_connected(3 * 300 * 300, 100):15,}  {dense.total:15,}")
print(f"100 filters      {convolution(5, 3, 100):15,}  {filters.total:15,}")
print(f"their outputs    {width * width * 100:15,}  {filters.rows[0].outputs:15,}")

# %%
# Exercise 6
# ----------
#
# The network is much like AlexNet. The ReLUs between its layers have no parameters.


def network():
    return Sequential(
        Conv2d(3, 96, 11, stride=4),
        "relu",
        MaxPool2d(3, stride=2),
        Conv2d(96, 256, 5, padding=2),
        "relu",
        MaxPool2d(3, stride=2),
        Flatten(),
        Linear(256 * 13 * 13, 4096),
        "relu",
        Linear(4096, 1000),
    )


alexnet = summary(network(), (3, 227, 227))
print(f"\n{alexnet}\n")

# %%
# The layers of the exercise by the formulas, each width from the one before it.

first = places(227, 11, stride=4)
pooled = places(first, 3, stride=2)
second = places(pooled, 5, padding=2)
last = places(second, 3, stride=2)
expected = {  # the shape of the output, and the number of parameters
    "Conv-1": ((96, first, first), convolution(11, 3, 96)),
    "MaxPool-1": ((96, pooled, pooled), 0),
    "Conv-2": ((256, second, second), convolution(5, 96, 256)),
    "MaxPool-2": ((256, last, last), 0),
    "FC-1": ((4096,), fully_connected(256 * last * last, 4096)),
    "FC-2": ((1000,), fully_connected(4096, 1000)),
}
layers = [row for row in alexnet.rows if row.layer not in ("ReLU()", "Flatten()")]
print("layer      output shape    parameters   summary says the same")
for (name, (shape, count)), row in zip(expected.items(), layers, strict=True):
    same = "yes" if (row.output_shape, row.parameters) == (shape, count) else "NO"
    print(f"{name:9}  {shape!s:13}  {count:11,}   {same}")

# %%
# What the table costs, beside the parameters that it counts:

start = time.perf_counter()
summary(network(), (3, 227, 227))
seconds = time.perf_counter() - start
tracemalloc.start()
summary(network(), (3, 227, 227))
memory = tracemalloc.get_traced_memory()[1]
tracemalloc.stop()

share = expected["FC-1"][1] / alexnet.total
print(f"\nFC-1 has {share:.1%} of the parameters")
print(f"the table took {1000 * seconds:.1f} ms and {memory / 1000:.0f} kB at the most")
print(f"as float64 the parameters would take {8 * alexnet.total / 1e9:.1f} GB")

# %%
# The picture
# -----------
#
# A convolution has at most a few parameters for each of its outputs, a fully connected layer
# thousands.

figure = Figure(figsize=(11.0, 3.4), layout="constrained")
sides = figure.subplots(1, 2, sharey=True)
columns = {
    "parameters": ([row.parameters for row in layers], "#D55E00"),
    "outputs": ([row.outputs for row in layers], "#0072B2"),
}
for axes, (what, (counts, color)) in zip(sides, columns.items(), strict=True):
    axes.barh(list(expected), counts, color=color)
    for place, count in enumerate(counts):
        axes.text(1.2 * max(count, 100), place, f"{count:,}", va="center")
    axes.set(title=what, xscale="log", xlim=(100, 1e11))
    axes.set_xticks([10.0**power for power in range(2, 10, 2)])
    axes.spines[["top", "right"]].set_visible(False)
sides[0].invert_yaxis()
show(figure, "parameter_counts")

# %%
# What follows
# ------------
#
# - A filter is used at all places of the picture. That is why 100 filters need 7,600 parameters
#   where 100 fully connected neurons need 27,000,100.
# - What convolution saves in parameters it pays in outputs: 8,761,600 numbers, a picture of
#   296 × 296 for each filter.
# - In the network of exercise 6 nearly all parameters, 177,213,440, are in the first fully connected
#   layer.
#
# **结论**：
#
# - 练习 5：全连接层有 27,000,100 个参数；100 个 5 × 5 × 3 的滤波器只有 7,600 个参数，因为同一滤波器用于图像的所有位置；其输出为 296 × 296 × 100 = 8,761,600 个神经元。
# - 练习 6：Conv-1 有 34,944 个参数；MaxPool-1 之后为 27 × 27 × 96；Conv-2 的输出为 27 × 27 × 256，有 614,656 个参数；MaxPool-2 到 FC-1 有 177,213,440 个参数；FC-1 到 FC-2 有 4,097,000 个参数。
# - 绝大部分参数集中在第一个全连接层。
