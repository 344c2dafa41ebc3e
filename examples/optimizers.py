"""Six optimizers on f(x, y) = x²/20 + y² (homework 1-2, question 3).

    python examples/optimizers.py [--seed 0] [--output figures] [--no-picture]

Gradients by hand, by differences and automatic; the sheet's own loops, faults included, beside the
rules that they were meant to be; and a fair comparison, each optimizer at its own best rate.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from autograd import grad
from autograd.checks import numerical_gradient
from nn import SGD, Adagrad, Adam, Momentum, Nesterov, RMSprop, minimize, schedules

SQUARE = 100.0  # the starts are drawn from [-100, 100]²
STEPS = 20000  # of the sheet's loops


def f(p: Any) -> Any:
    return p[0] ** 2 / 20 + p[1] ** 2


def by_hand(p: Any) -> Any:
    return np.array([p[0] / 10, 2 * p[1]])


def starts(seed: int, shape: tuple[int, ...] = (2,)) -> Any:
    return np.random.default_rng(seed).uniform(-SQUARE, SQUARE, shape)


# Three ways to a gradient.

GRADIENTS: dict[str, Callable[[Any], Any]] = {
    "analytical": by_hand,
    "automatic": grad(f),
    "central differences, h = 1e-8 (sheet)": lambda p: numerical_gradient(f, p, h=1e-8),
    "central differences, h = 6e-6 |x|": lambda p: numerical_gradient(f, p),
}


def gradient_errors(seed: int = 0, points: int = 200) -> dict[str, float]:
    """The largest error of each gradient over random points, relative to its length."""
    return {
        name: max(
            float(np.linalg.norm(gradient(p) - by_hand(p)) / np.linalg.norm(by_hand(p)))
            for p in starts(seed, (points, 2))
        )
        for name, gradient in GRADIENTS.items()
    }


# The loops of the sheet, a step each. `memory` is what a loop keeps from step to step.

Memory = dict[str, Any]
Gradient = Callable[[Any], Any]


def sheet_descent(x: Any, gradient: Gradient, memory: Memory, lr: float) -> Any:
    return x - lr * gradient(x)


def sheet_adagrad(x: Any, gradient: Gradient, memory: Memory, lr: float) -> Any:
    g = gradient(x)
    memory["r"] += np.sum(np.square(g))  # one number; it should be one for each coordinate
    return x - lr * g / np.sqrt(memory["r"] + 1e-9)


def sheet_rmsprop(x: Any, gradient: Gradient, memory: Memory, lr: float) -> Any:
    g = gradient(x)
    memory["r"] = 0.9 * memory["r"] + 0.1 * np.sum(np.square(g))  # likewise
    return x - lr * g / (np.sqrt(memory["r"]) + 1e-9)


def sheet_momentum(x: Any, gradient: Gradient, memory: Memory, lr: float) -> Any:
    memory["v"] = 0.1 * memory["v"] - lr * gradient(x)
    return x + memory["v"]


def sheet_nesterov(x: Any, gradient: Gradient, memory: Memory, lr: float) -> Any:
    ahead = x + 0.1 * memory["v"]
    memory["v"] = 0.1 * memory["v"] - lr * gradient(ahead)
    return x + memory["v"]


def sheet_adam(x: Any, gradient: Gradient, memory: Memory, lr: float) -> Any:
    g = gradient(x)
    memory["t"] += 1
    memory["s"] = 0.9 * memory["s"] + 0.1 * g
    memory["r"] = 0.999 * memory["r"] + 0.001 * np.square(g)
    s = memory["s"] / (1 - 0.9 ** memory["t"])
    r = memory["r"] / (1 - 0.9 ** memory["t"])  # it should be 0.999, as in the line of r above
    return x - lr * s / (np.sqrt(r) + 1e-8)


@dataclass(frozen=True)
class Pair:
    """A loop of the sheet with its rate, and the optimizer that it was meant to be."""

    sheet: Callable[[Any, Gradient, Memory, float], Any]
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


def sheet_path(name: str, start: Any, steps: int) -> Any:
    """All points of a loop of the sheet, shape (steps + 1, 2)."""
    memory: Memory = {"r": 0.0, "s": 0.0, "v": 0.0, "t": 0}
    points = [start]
    for _ in range(steps):
        points.append(PAIRS[name].sheet(points[-1], by_hand, memory, PAIRS[name].lr))
    return np.array(points)


def right_path(name: str, start: Any, steps: int) -> Any:
    """Return the path of the right rule at its rate, with automatic gradients."""
    return minimize(f, start, PAIRS[name].right, steps).path


def look_ahead(path: Any, factor: float = 0.1) -> Any:
    """The points x + factor · v, where Nesterov's gradient is taken; v is the step that led to x.

    These, not x, are the parameters of PyTorch's and dualgrad's form.
    """
    velocity = np.diff(path, axis=0, prepend=path[:1])
    return path + factor * velocity


def arrival(values: Any, goal: float) -> float:
    """The step from which on the values stay below the goal; inf where they do not."""
    above = np.flatnonzero(values >= goal)
    if len(above) == 0:
        return 0.0
    return float(above[-1] + 1) if above[-1] + 1 < len(values) else np.inf


# The fair comparison: each optimizer at its own best rate.

GOAL = 1e-6
LIMIT = 1000
COOLING = 300
RATES = [float(f"{digit}e{power}") for power in range(-3, 3) for digit in range(1, 10)]

CONTENDERS: dict[str, Callable[..., Any]] = {
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


def arrivals(optimizer: Any, points: Any, limit: int = LIMIT) -> list[float]:
    """The step of arrival from each of the points, shape (n, 2); inf for none.

    All in one run: the optimizers work number by number, so n points that are the columns of one
    array do not know of each other, and the gradient of the sum of f is the gradient of each.
    """
    try:
        result = minimize(lambda p: np.sum(f(p)), points.T, optimizer, limit, gradient=by_hand)
    except FloatingPointError:  # the numbers grew beyond all bounds: the rate is too large
        return [np.inf] * len(points)
    return [arrival(f(result.path[:, :, i].T), GOAL) for i in range(len(points))]


@dataclass(frozen=True)
class Best:
    """An optimizer's best rate, and the steps that it needs with it."""

    name: str
    lr: float
    steps: float
    """The median over the starts; inf where it does not arrive."""

    @property
    def optimizer(self) -> Any:
        return CONTENDERS[self.name](lr=self.lr)


def best(name: str, points: Any, rates: Sequence[float] = RATES) -> Best:
    """The rate with which an optimizer arrives in the fewest steps."""
    steps = {lr: float(np.median(arrivals(CONTENDERS[name](lr=lr), points))) for lr in rates}
    lr = min(steps, key=lambda rate: steps[rate])
    return Best(name, lr, steps[lr])


def fair(seed: int = 0, rates: Sequence[float] = RATES) -> list[Best]:
    """All contenders from the same 9 starts, the fastest first."""
    points = starts(seed, (9, 2))
    return sorted((best(name, points, rates) for name in CONTENDERS), key=lambda b: b.steps)


# What is shown.


def shown(steps: float) -> str:
    return f"{steps:,.0f}" if np.isfinite(steps) else "–"


def print_gradients(seed: int) -> None:
    print("Gradients at 200 random points: the largest relative error\n")
    for name, error in gradient_errors(seed).items():
        print(f"  {name:38} {error:.0e}")


def print_sheet(start: Any, steps: int) -> dict[str, tuple[Any, Any]]:
    """The sheet's loops and the right rules; returns the paths of both."""
    print(
        f"\nThe sheet's rates, {steps:,} steps from ({start[0]:.2f}, {start[1]:.2f}): the last f,"
    )
    print("the step from which on f < 1, and how far the two paths are apart at most\n")
    print("                          as the sheet has it   the right rule")
    print("                    rate    last f     f < 1      last f     f < 1    apart")
    paths = {}
    for name, pair in PAIRS.items():
        paths[name] = sheet_path(name, start, steps), right_path(name, start, steps)
        cells = [f"{f(p[-1]):9.3g}  {shown(arrival(f(p.T), 1.0)):>8}" for p in paths[name]]
        apart = np.max(np.abs(paths[name][0] - paths[name][1]))
        print(f"{name:16}  {pair.lr:6g}  {cells[0]}   {cells[1]}  {apart:7.0e}")
    return paths


def print_faults(start: Any, paths: dict[str, tuple[Any, Any]]) -> None:
    sheet, right = (path[-1, 0] for path in paths["AdaGrad"])
    first = [abs(path[1, 0] - path[0, 0]) for path in paths["Adam"]]
    flare = [np.max(f(path[len(path) // 2 :].T)) for path in paths["Adam"]]
    momentum = np.max(np.abs(paths["momentum 0.1"][0] - paths["momentum 0.1"][1]))
    last = {name: f(pair[0][-1]) for name, pair in paths.items()}
    nesterov = np.max(np.abs(look_ahead(paths["Nesterov 0.1"][0]) - paths["Nesterov 0.1"][1]))
    print(
        f"""
What the faults of the sheet change
  AdaGrad, RMSprop: the sheet adds up one number for all coordinates; in fact each has its own. So
    y's large gradients hold x back: AdaGrad's x goes from {start[0]:.1f} to {sheet:.1f}, by the
    right rule to {right:.1f}.
  Adam: the sheet corrects the second moment by 1 - 0.9^t; in fact it is 1 - 0.999^t. So its first
    step is {first[0]:.1f} long instead of {first[1]:.1f}: a higher rate in disguise.
    At a constant rate neither stays at the bottom: what Adam divides by fades with the gradients,
    until its steps are too long. In the last half f flares up to {flare[0]:.0e} and {flare[1]:.0e}.
  Momentum, Nesterov: they are right, in another form. The sheet's v is -rate times PyTorch's; the
    paths of momentum agree to {momentum:.0e}. PyTorch's Nesterov holds x + 0.1 v, where the sheet
    takes its gradients; these points agree to {nesterov:.0e}.
The sheet says that AdaGrad is the fastest but for Adam and RMSprop. From this start its f ends at
{last["AdaGrad"]:.3g}, that of gradient descent at {last["gradient descent"]:.2g}; the sheet gave \
each its own random start."""
    )


def print_fair(results: Sequence[Best]) -> None:
    print(
        f"""
Each at its own best of {len(RATES)} rates from {RATES[0]:g} to {RATES[-1]:g}: steps until f stays
below {GOAL:g} to the end of {LIMIT}, the median of 9 starts

                       best rate  steps"""
    )
    for result in results:
        rate = f"{result.lr:g}" if np.isfinite(result.steps) else "–"
        print(f"{result.name:21}  {rate:>9}  {shown(result.steps):>5}")
    steps = {result.name: shown(result.steps) for result in results}
    print(
        f"""
The sheet says that Adam is the fastest, and gradient descent, momentum and Nesterov are slow; in
fact it gave Adam a rate 100 times theirs. Each at its best rate, AdaGrad takes {steps["AdaGrad"]} \
steps,
momentum of 0.5 takes {steps["momentum 0.5"]}, gradient descent {steps["gradient descent"]}, \
Adam {steps["Adam"]}.
On a bowl along the axes a rate for each coordinate, which only falls, is all that is needed. A
momentum of 0.1 is little more than none. RMSprop at one rate never settles: its steps do not get
much shorter than the rate, so it needs one that falls."""
    )


IN_PICTURE = (  # in the order of PAIRS, so that each has its colour in both columns
    "gradient descent",
    "AdaGrad",
    "RMSprop, falling rate",
    "momentum 0.1",
    "Nesterov 0.1",
    "Adam",
    "momentum 0.5",
)


def draw(left: dict[str, Any], right: dict[str, Any], path: Path) -> None:
    """Two groups of paths over the contour lines of f, and how f falls along them."""
    from matplotlib.figure import Figure

    from viz.plots import plot_convergence, plot_paths

    figure = Figure(figsize=(14.0, 9.6), layout="constrained")
    (upper_left, upper_right), (lower_left, lower_right) = figure.subplots(2, 2)
    for upper, lower, group in ((upper_left, lower_left, left), (upper_right, lower_right, right)):
        plot_paths(f, group, ax=upper)
        plot_convergence({name: f(points.T) for name, points in group.items()}, ax=lower)
        lower.get_legend().remove()  # the one above serves both
        lower.set(xlabel="step", ylabel="f", ylim=(1e-9, 1e4))
    lower_left.locator_params(axis="x", nbins=5)
    upper_left.set_title("x²/20 + y²: the sheet's loops and rates")
    upper_right.set_title("the right rules, each at its best rate")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=150)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Six optimizers on x²/20 + y².")
    parser.add_argument("--seed", type=int, default=0, help="of the starting points")
    parser.add_argument("--output", type=Path, default=Path("figures"), help="folder for pictures")
    parser.add_argument("--no-picture", action="store_true", help="print the numbers only")
    options = parser.parse_args(argv)

    print_gradients(options.seed)
    start = starts(options.seed)
    paths = print_sheet(start, STEPS)
    print_faults(start, paths)
    results = fair(options.seed)
    print_fair(results)

    if not options.no_picture:
        ours = {name: pair[0] for name, pair in paths.items()}
        found = {result.name: result.optimizer for result in results}
        theirs = {name: minimize(f, start, found[name], COOLING).path for name in IN_PICTURE}
        path = options.output / "optimizers.png"
        draw(ours, theirs, path)
        print(f"\nwrote {path}")


if __name__ == "__main__":
    main()
