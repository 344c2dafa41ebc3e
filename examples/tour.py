"""A tour of dualgrad: a formula, its gradient, its graph, arrays, and what happens at the edges.

    python examples/tour.py [FOLDER]

Prints what it does; draws into FOLDER (by default demo/).
"""

import sys
from pathlib import Path

import numpy as np

from autograd import Tensor, Value, adjoints, detect_anomaly, parse, sqrt, tanh, where
from viz import RenderError, draw_dot


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)

    print("1. An expression and its gradient")
    x, y, z = Value(1, "x"), Value(2, "y"), Value(-6, "z")
    f = (x + y) ** 2 * z
    f.name = "f"
    f.backward()
    print(f"   (x + y)² z = {f:g}, gradient ({x.grad:g}, {y.grad:g}, {z.grad:g})")
    draw(f, folder / "expression.png")

    print("2. A neuron: one dot node, or the products and the sum that it stands for")
    w, inputs = Tensor([0.5, -1.0, 2.0], name="w"), Tensor([1.0, 2.0, 0.25], name="x")
    neuron = tanh(w @ inputs + Value(0.1, "b"))
    neuron.backward()
    print(f"   tanh(w·x + b) = {neuron:.4f}, gradient by w: {w.grad.round(4)}")
    draw(neuron, folder / "neuron.png")
    draw(neuron, folder / "neuron-expanded.png", expand=True)

    print("3. Python's control flow: Newton's method for the square root of a")
    a = Value(2.0, "a")
    root = a
    while abs(root * root - a) > 1e-12:
        root = (root + a / root) / 2
    root.backward()
    print(f"   root {root:.12f}, derivative {a.grad:.12f}, exactly {0.5 / np.sqrt(2.0):.12f}")

    print("4. Derivatives of derivatives")
    t = Value(0.5, "t")
    derivative = tanh(t)
    for order in range(1, 4):
        (derivative,) = adjoints(derivative, [t])
        print(f"   derivative {order} of tanh at 0.5: {derivative:.12f}")

    print("5. A branch that is not taken contributes nothing")
    u = Value(0.0, "u")
    where(u > 0, sqrt(u), 0.0).backward()
    print(f"   where(u > 0, sqrt(u), 0) at u = 0 has the gradient {u.grad:g}, not nan")

    print("6. Where does the nan come from?")
    try:
        with detect_anomaly():
            (parse("sqrt(p - 1)")(Value(0.5, "p")) * 2.0).backward()
    except FloatingPointError as error:
        print(f"   {str(error).partition(' at ')[0]}")


def draw(root: Value, path: Path, *, expand: bool = False) -> None:
    try:
        draw_dot(root, path, expand=expand)
        print(f"   wrote {path}")
    except RenderError as error:
        print(f"   not drawn: {error}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "demo"))
