"""micrograd's demo: a small network learns to tell two moons apart.

    python examples/train_moons.py [--seed 0] [--output figures] [--no-picture]

100 samples, a network 2-16-16-1 with ReLU, the max-margin loss with an L2 penalty of 1e-4, and 100
steps of gradient descent at a rate that falls from 1 to 0.1. Of the seeds 0 to 9, which choose both
the samples and the first weights, nine end at 100 % accuracy; seed 9 ends at 99 %.
"""

import argparse
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nn import MLP, accuracy, hinge, make_moons

STEPS = 100
L2 = 1e-4


@dataclass(frozen=True)
class Training:
    """The trained network, its data, and the numbers of each step before its update."""

    model: MLP
    X: Any
    y: Any
    losses: list[float] = field(default_factory=list)
    accuracies: list[float] = field(default_factory=list)

    @property
    def accuracy(self) -> float:
        """After the last update."""
        return accuracy(self.model.predict(self.X), self.y)


def train(seed: int = 0, steps: int = STEPS) -> Training:
    X, y = make_moons(100, noise=0.1, seed=seed)
    y = 2 * y - 1  # the max-margin loss takes the labels -1 and +1
    model = MLP(2, [16, 16, 1], seed=seed)
    training = Training(model, X, y)

    for k in range(steps):
        # forward: the scores of all samples, and the loss
        scores = model(X)
        penalty = L2 * sum(p * p for p in model.parameters())
        loss = hinge(scores, y) + penalty

        # backward: the gradient of every parameter
        model.zero_grad()
        loss.backward()

        # a step downhill
        rate = 1.0 - 0.9 * k / 100
        for p in model.parameters():
            p.data -= rate * p.grad

        training.losses.append(loss.data)
        training.accuracies.append(accuracy(scores.numpy(), y))
    return training


def draw(training: Training, path: Path) -> None:
    """The two sides of the decision boundary, and the loss over the steps."""
    from matplotlib.figure import Figure

    from viz.plots import plot_convergence, plot_decision_boundary

    figure = Figure(figsize=(11.0, 4.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    plot_decision_boundary(training.model, training.X, training.y, ax=left)
    left.set_title(f"Two moons: accuracy {training.accuracy:.0%}")
    plot_convergence({"max-margin loss + L2": training.losses}, ax=right)
    right.set(title="Loss before each step", xlabel="step", ylabel="loss")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=150)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Two moons, as in micrograd's demo.")
    parser.add_argument("--seed", type=int, default=0, help="of the samples and of the weights")
    parser.add_argument("--output", type=Path, default=Path("figures"), help="folder for pictures")
    parser.add_argument("--no-picture", action="store_true", help="print the numbers only")
    options = parser.parse_args(argv)

    training = train(options.seed)
    print(f"{training.model!r}\n{training.model.num_parameters()} parameters\n")
    print("step    loss  accuracy")
    for k, (loss, right) in enumerate(zip(training.losses, training.accuracies, strict=True)):
        if k % 10 == 0 or k == STEPS - 1:
            print(f"{k:4}  {loss:.4f}  {right:8.0%}")
    print(f"after the last step: accuracy {training.accuracy:.0%}")

    if not options.no_picture:
        path = options.output / "moons.png"
        draw(training, path)
        print(f"wrote {path}")


if __name__ == "__main__":
    main()
