"""A training step of micrograd's demo beside micrograd and PyTorch.

    python benchmarks/training.py [--rounds 3]

Two moons, 100 samples, a network 2-16-16-1 with ReLU, max-margin loss and L2 of 1e-4: the loss of
all samples, its gradient, and a step of gradient descent. All contenders start from the same
weights, and what each finds is compared with the closed form by NumPy before it is timed. Medians
over the rounds; in brackets, how many times less than micrograd each needs. See contest.py for how
it is run.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import contest
import numpy as np
from contest import INTERPRETED, MICROGRAD, NATIVE, PYTORCH, ROOT, Contender, Figures
from numpy.typing import NDArray
from subjects import L2

Array = NDArray[np.float64]
Weights = list[tuple[Array, Array]]
"""w of shape (nout, nin) and b of shape (nout,), for each layer."""

WIDTHS = (2, 16, 16, 1)
RATE = 0.1
BASELINE = "micrograd"


def problem(width: int = WIDTHS[1]) -> tuple[Array, Array, Weights]:
    """The samples, their labels -1 and +1, and the weights to start from, of 2-width-width-1."""
    generator = np.random.default_rng(0)
    angle = np.pi * generator.random(100)
    outer = np.arange(100) < 50
    X = np.where(
        outer,
        [np.cos(angle), np.sin(angle)],
        [1.0 - np.cos(angle), 0.5 - np.sin(angle)],
    ).T + generator.normal(0.0, 0.1, (100, 2))
    y = np.where(outer, -1.0, 1.0)
    weights = [
        (generator.uniform(-1.0, 1.0, (m, n)), generator.uniform(-0.5, 0.5, m))
        for n, m in pairwise((2, width, width, 1))
    ]
    return X, y, weights


def closed_form(X: Array, y: Array, weights: Weights) -> tuple[float, Array]:
    """The loss and its gradient by all weights and biases, layer by layer."""
    activations = [X]
    for i, (w, b) in enumerate(weights):
        z = activations[-1] @ w.T + b
        activations.append(z if i + 1 == len(weights) else np.maximum(z, 0.0))
    margins = 1.0 - y * activations[-1][:, 0]
    squares = sum(float(np.sum(w**2) + np.sum(b**2)) for w, b in weights)
    loss = float(np.mean(np.maximum(margins, 0.0))) + L2 * squares
    delta = np.where(margins > 0.0, -y, 0.0)[:, np.newaxis] / len(X)
    gradients = []
    for i in reversed(range(len(weights))):
        w, b = weights[i]
        gradients.append((delta.T @ activations[i] + 2 * L2 * w, delta.sum(axis=0) + 2 * L2 * b))
        delta = (delta @ w) * (activations[i] > 0.0)
    return loss, flat(gradients[::-1])


def flat(arrays: Weights) -> Array:
    return np.concatenate([part.ravel() for pair in arrays for part in pair])


# What a contender does. A step returns the loss, and leaves the gradient where `gradient` reads it.

Step = Callable[[], float]


class Contestant:
    """The network of one contender, and the ways in which it can do a step."""

    steps: dict[str, Step]
    gradient: Callable[[], Array]


class Dualgrad(Contestant):
    def __init__(self, X: Array, y: Array, weights: Weights) -> None:
        import nn

        self.X, self.y, self.hinge = X, y, nn.hinge
        self.model = nn.MLP(2, list(WIDTHS[1:]))
        self.model.load_state_dict(
            {f"layers.{i}.{k}": a for i, pair in enumerate(weights) for k, a in zip("wb", pair)}  # noqa: B905
        )
        self.parameters = self.model.parameters()
        self.steps = {"sample by sample": self.by_samples, "all at once": self.at_once}

    def by_samples(self) -> float:
        """As micrograd's demo has it."""
        scores = [self.model(x) for x in self.X]
        losses = [(1 + -label * score).relu() for label, score in zip(self.y, scores)]  # noqa: B905
        data_loss = sum(losses) * (1.0 / len(losses))
        return self.descend(data_loss + L2 * sum(p * p for p in self.parameters))

    def at_once(self) -> float:
        from autograd import dot

        data_loss = self.hinge(self.model(self.X), self.y)
        return self.descend(data_loss + L2 * dot(self.parameters, self.parameters))

    def descend(self, loss: Any) -> float:
        self.model.zero_grad()
        loss.backward()
        for p in self.parameters:
            p.data -= RATE * p.grad
        return float(loss.data)

    def gradient(self) -> Array:
        return np.array([p.grad for p in self.parameters])


class Micrograd(Contestant):
    def __init__(self, X: Array, y: Array, weights: Weights) -> None:
        from micrograd.engine import Value
        from micrograd.nn import MLP

        self.rows = [[Value(x) for x in row] for row in X.tolist()]
        self.y = y.tolist()
        self.model = MLP(2, list(WIDTHS[1:]))
        for layer, (w, b) in zip(self.model.layers, weights, strict=True):
            for i, neuron in enumerate(layer.neurons):
                neuron.b.data = float(b[i])
                for value, number in zip(neuron.w, w[i], strict=True):
                    value.data = float(number)
        self.steps = {"sample by sample": self.step}

    def step(self) -> float:
        scores = [self.model(row) for row in self.rows]
        losses = [(1 + -label * score).relu() for label, score in zip(self.y, scores)]  # noqa: B905
        data_loss = sum(losses) * (1.0 / len(losses))
        loss = data_loss + L2 * sum(p * p for p in self.model.parameters())
        self.model.zero_grad()
        loss.backward()
        for p in self.model.parameters():
            p.data -= RATE * p.grad
        return float(loss.data)

    def gradient(self) -> Array:
        found = []
        for layer in self.model.layers:
            found += [w.grad for neuron in layer.neurons for w in neuron.w]
            found += [neuron.b.grad for neuron in layer.neurons]
        return np.array(found)


class TorchScalars(Contestant):
    """Python's own loops over numbers that are tensors, as a scalar engine has it."""

    def __init__(self, X: Array, y: Array, weights: Weights) -> None:
        torch = contest.single_threaded_torch()

        def leaf(number: float) -> Any:
            return torch.tensor(number, dtype=torch.float64, requires_grad=True)

        self.no_grad = torch.no_grad
        self.rows, self.y = X.tolist(), y.tolist()
        self.layers = [
            ([[leaf(x) for x in row] for row in w], [leaf(x) for x in b]) for w, b in weights
        ]
        self.parameters = [p for w, b in self.layers for p in [*[x for row in w for x in row], *b]]
        self.steps = {"sample by sample": self.step}

    def score(self, x: list[Any]) -> Any:
        for i, (w, b) in enumerate(self.layers):
            z = [
                sum((p * q for p, q in zip(row, x, strict=True)), bias)
                for row, bias in zip(w, b, strict=True)
            ]
            x = [v.relu() for v in z] if i + 1 < len(self.layers) else z
        return x[0]

    def step(self) -> float:
        scores = [self.score(row) for row in self.rows]
        losses = [(1 + -label * score).relu() for label, score in zip(self.y, scores)]  # noqa: B905
        data_loss = sum(losses) * (1.0 / len(losses))
        loss = data_loss + L2 * sum(p * p for p in self.parameters)
        for p in self.parameters:
            p.grad = None
        loss.backward()
        with self.no_grad():
            for p in self.parameters:
                p -= RATE * p.grad
        return float(loss.detach())

    def gradient(self) -> Array:
        return np.array([float(p.grad) for p in self.parameters])


class TorchTensors(Contestant):
    def __init__(self, X: Array, y: Array, weights: Weights) -> None:
        torch = contest.single_threaded_torch()
        self.torch = torch
        self.X, self.y = torch.tensor(X), torch.tensor(y)
        self.parameters = [
            torch.tensor(part, requires_grad=True) for pair in weights for part in pair
        ]
        self.optimizer = torch.optim.SGD(self.parameters, lr=RATE)
        self.steps = {"all at once": self.step}

    def step(self) -> float:
        x = self.X
        layers = list(zip(self.parameters[::2], self.parameters[1::2], strict=True))
        for i, (w, b) in enumerate(layers):
            x = self.torch.nn.functional.linear(x, w, b)
            x = x.relu() if i + 1 < len(layers) else x[:, 0]
        loss = (1 - self.y * x).relu().mean()
        loss = loss + L2 * sum((p * p).sum() for p in self.parameters)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return float(loss.detach())

    def gradient(self) -> Array:
        return np.concatenate([p.grad.numpy().ravel() for p in self.parameters])


CONTENDERS: dict[str, tuple[Contender, type[Any]]] = {
    "dualgrad, native": (NATIVE, Dualgrad),
    "dualgrad, interpreted": (INTERPRETED, Dualgrad),
    "micrograd": (MICROGRAD, Micrograd),
    "PyTorch scalars": (PYTORCH, TorchScalars),
    "PyTorch tensors": (PYTORCH, TorchTensors),
}


# One contender, in its process.


def check(way: str, loss: float, gradient: Array) -> None:
    """Raise unless the first step found the right loss and gradient."""
    expected_loss, expected = closed_form(*problem())
    error = float(np.max(np.abs(gradient - expected)))
    assert abs(loss - expected_loss) < 1e-12, f"{way}: the loss is {loss}, not {expected_loss}"
    assert error < 1e-12, f"{way}: the gradient is wrong by {error}"


def measure(name: str) -> Figures:
    _, kind = CONTENDERS[name]
    figures = {}
    for way in kind(*problem()).steps:
        contestant = kind(*problem())
        check(way, contestant.steps[way](), contestant.gradient())
        figures[f"step, {way}"] = contest.seconds_within(contestant.steps[way], budget=2.0)
    if kind is Dualgrad:
        figures.update(measure_dualgrad())
    return figures


def measure_dualgrad() -> Figures:
    """What only dualgrad is asked for."""
    import nn

    points = np.random.default_rng(0).normal(size=(10_000, 2))
    small = nn.MLP(2, [16, 16, 1], seed=0)
    X, y, _ = problem()
    large = nn.MLP(2, [64, 64, 1], seed=0)
    optimizer = nn.Adam(large.parameters(), lr=0.01)

    def step() -> None:
        optimizer.zero_grad()
        nn.hinge(large(X), y).backward()
        optimizer.step()

    start = time.perf_counter()
    subprocess.run(
        [sys.executable, str(ROOT / "examples" / "train_moons.py"), "--no-picture"],
        check=True,
        capture_output=True,
    )
    whole = time.perf_counter() - start
    return {
        "the demo, 100 steps, with imports": whole,
        "predict, 10,000 points": contest.seconds_within(lambda: small.predict(points), 0.5),
        "step of 2-64-64-1, Adam": contest.seconds_within(step, 2.0),
    }


# All of them.


def report(medians: dict[str, Figures], rounds: int) -> None:
    print(f"Medians of {rounds} rounds on {contest.machine()}\n")
    names = list(dict.fromkeys(figure for figures in medians.values() for figure in figures))
    baseline = medians.get(BASELINE, {}).get("step, sample by sample")
    rows = [["", *medians]]
    for figure in names:
        cells = [_cell(figure, figures.get(figure), baseline) for figures in medians.values()]
        rows.append([figure, *cells])
    contest.print_table(rows)


def _cell(figure: str, seconds: float | None, baseline: float | None) -> str:
    if seconds is None:
        return "–"
    text = contest.duration(seconds)
    if figure.startswith("step, ") and baseline is not None and seconds != baseline:
        ratio = baseline / seconds
        text += f" ({ratio:,.0f}×)" if ratio >= 9.95 else f" ({ratio:.1f}×)"
    return text


if __name__ == "__main__":
    contest.run(
        "Compare training steps.",
        {name: contender for name, (contender, _) in CONTENDERS.items()},
        measure,
        report,
    )
