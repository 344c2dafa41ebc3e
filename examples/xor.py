"""XOR by two ReLU units (exercise 4-2): a solution by hand, and what training makes of it.

    python examples/xor.py [--nets 50] [--output figures] [--no-picture]

First the given weights, layer by layer. Then networks of 2, and for comparison of 8, hidden units
are trained from random weights: most of the small ones fail, and the activations of their hidden
units at the four corners tell why.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nn import MLP, SGD, Linear, Sequential, make_xor, mse

X, y = make_xor()  # the corners (0, 0), (0, 1), (1, 0), (1, 1) and their classes 0, 1, 1, 0

# The solution by hand.

GIVEN = {
    "0.w": [[1.0, -1.0], [-1.0, 1.0]],
    "0.b": [0.0, 0.0],
    "2.w": [[1.0, 1.0]],
    "2.b": [0.0],
}
SHEET_BIAS = [0.0, 0.0]  # what one of the two sheets gives as the bias of the one output


def given() -> Sequential:
    """The network of the sheets, y = w2 · relu(w1 x + b1) + b2."""
    model = Sequential(Linear(2, 2), "relu", Linear(2, 1))
    model.load_state_dict(GIVEN)
    return model


def table() -> list[tuple[Any, Any, Any, float]]:
    """x, z = w1 x + b1, a = relu(z) and the output, for each corner."""
    first, relu, last = given()
    z = first.predict(X)
    a = relu.predict(z)
    return list(zip(X, z, a, last.predict(a)[:, 0], strict=True))


def refusal() -> str:
    """What the network says to the sheet's bias."""
    try:
        given().load_state_dict({**GIVEN, "2.b": SHEET_BIAS})
    except ValueError as error:
        return str(error)
    return ""


# Training from random weights.

STEPS = 2000
RATE = 0.1
SOLVED = 1e-3  # the largest loss that counts as solved


@dataclass(frozen=True)
class Net:
    """A trained network, and which units were dead, that is 0 at all four corners."""

    model: MLP
    losses: list[float]
    slope: float
    """The largest entry of the last gradient: at 0 no more steps will help."""
    dead_at_first: int

    @property
    def loss(self) -> float:
        return self.losses[-1]

    @property
    def active(self) -> Any:
        """Which unit (column) is above 0 at which corner (row)."""
        return active(self.model)

    @property
    def dead(self) -> int:
        return int(np.sum(~self.active.any(axis=0)))

    @property
    def price(self) -> float:
        """The least loss as long as the same corners wake no unit.

        All of them get the same output, the last bias; the best one is the mean of their classes.
        """
        asleep = y[~self.active.any(axis=1)]
        return float(np.sum((asleep - asleep.mean()) ** 2) / len(y)) if len(asleep) else 0.0


def active(model: MLP) -> Any:
    return model.layers[0].predict(X) > 0.0


def train(hidden: int, seed: int) -> Net:
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
        if slope < 1e-6:
            break  # solved, or stuck for good
        optimizer.step()
    return Net(model, losses, slope, dead_at_first)


REASONS = (
    "solved",
    "both units dead: the output is the same everywhere",
    "one dead, the other active at all corners: a plane",
    "one dead, the other active at some corners: one bend",
    "both alive, active at the same corners: again one bend",
    "both alive, active at different corners",
)


def reason(net: Net) -> str:
    """Why a network of two hidden units ends where it does."""
    if net.loss < SOLVED:
        return REASONS[0]
    alive = net.active[:, net.active.any(axis=0)]  # the columns of the living units
    if net.dead == 2:
        return REASONS[1]
    if net.dead == 1:
        return REASONS[2] if alive.all() else REASONS[3]
    return REASONS[4] if (alive[:, 0] == alive[:, 1]).all() else REASONS[5]


def reasons(nets: Sequence[Net]) -> list[tuple[str, list[Net]]]:
    """The networks by reason; reasons that do not occur are left out."""
    groups = [(text, [net for net in nets if reason(net) == text]) for text in REASONS]
    return [(text, group) for text, group in groups if group]


def solved(nets: Sequence[Net]) -> int:
    return sum(net.loss < SOLVED for net in nets)


# What is shown.


def draw(nets: Sequence[Net], path: Path) -> None:
    """The boundary of the solution by hand, and the losses of the trained networks."""
    from matplotlib.figure import Figure

    from viz.plots import plot_decision_boundary

    figure = Figure(figsize=(11.0, 4.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    plot_decision_boundary(given(), X, y, ax=left, threshold=0.5, margin=0.3)
    left.set_title("XOR by two ReLU units: output above ½")
    for net in nets:
        good = net.loss < SOLVED
        color, style = ("#0072B2", "-") if good else ("#D55E00", "--")
        losses = net.losses + [net.loss] * (STEPS - len(net.losses))
        right.plot(range(1, STEPS + 1), losses, style, color=color, linewidth=1.0)
    for level, text in ((1 / 4, "1/4"), (1 / 6, "1/6"), (1 / 8, "1/8"), (0.0, "0")):
        right.annotate(text, (1.01, level), xycoords=("axes fraction", "data"), va="center")
    right.plot([], [], "-", color="#0072B2", label=f"solved: {solved(nets)}")
    right.plot([], [], "--", color="#D55E00", label=f"stuck: {len(nets) - solved(nets)}")
    right.set(xscale="log", xlim=(1, STEPS), ylim=(-0.02, 0.6), xlabel="step", ylabel="loss")
    right.set_title(f"{len(nets)} networks 2-2-1 from random weights")
    right.legend(loc="upper right")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=150)


def print_given() -> None:
    print("The given weights, w1 = [[1, -1], [-1, 1]], w2 = [1, 1], all biases 0\n")
    print("x       z         a       y")
    for row in table():
        x, z, a = (f"({v[0]:g}, {v[1]:g})" for v in row[:3])
        print(f"{x:6}  {z:8}  {a:6}  {row[3]:g}")
    print(
        f"\nOne sheet says b2 = {SHEET_BIAS}; in fact one output has one bias, as the model says:"
    )
    print(f"  {refusal()}\n")


def print_reasons(nets: Sequence[Net]) -> None:
    print(f"{len(nets)} networks 2-2-1 from random weights, gradient descent at rate {RATE}\n")
    print("nets  dead at first  dead at last  loss                 what the hidden units do")
    for text, group in reasons(nets):
        first, last = (
            sum(n) for n in zip(*((n.dead_at_first, n.dead) for n in group), strict=True)
        )
        losses = sorted({f"{net.loss:.3f}" for net in group})
        print(f"{len(group):4}  {first:13}  {last:12}  {', '.join(losses):19}  {text}")
    stuck = [net for net in nets if net.loss >= SOLVED]
    if not stuck:
        return
    paid = sum(net.price > 0.0 and abs(net.loss - net.price) < 1e-3 for net in stuck)
    slope = max(net.slope for net in stuck)
    print(
        f"""
Corners at which no unit is active get the same output, the bias. If there are 2, 3 or 4 of them, of
both classes, the loss is at least 1/8, 1/6 or 1/4: that is where {paid} of the {len(stuck)} ended.
Where the living units are active at every corner, the net is a plane, which costs 1/4. Hardly a
step is left to take: the largest slope in any of them is {slope:.0e}."""
    )


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="XOR by two ReLU units.")
    parser.add_argument("--nets", type=int, default=50, help="how many to train")
    parser.add_argument("--output", type=Path, default=Path("figures"), help="folder for pictures")
    parser.add_argument("--no-picture", action="store_true", help="print the numbers only")
    options = parser.parse_args(argv)

    print_given()
    nets = [train(2, seed) for seed in range(options.nets)]
    print_reasons(nets)
    wide = [train(8, seed) for seed in range(options.nets)]
    print(f"\nSolved with 2 hidden units: {solved(nets)} of {len(nets)}")
    print(f"Solved with 8 hidden units: {solved(wide)} of {len(wide)}")

    if not options.no_picture:
        path = options.output / "xor.png"
        draw(nets, path)
        print(f"wrote {path}")


if __name__ == "__main__":
    main()
