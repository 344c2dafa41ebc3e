"""How the first weights decide what five layers pass on (homework 1-2, question 4).

    python examples/initialisation.py [--seed 0] [--output figures] [--no-picture]

1000 samples of 100 standard normal numbers go through five layers of 100 units, sigmoid or relu.
All parameters are 0, from N(0, 1) or from N(0, 0.01), the second number being the standard
deviation; or the weights are Xavier's or He's and the biases 0. Then the gradients of a loss by the
weights of each layer, of a few samples.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nn import Layer, half_squared_error
from nn.init import he, normal, xavier, zeros

LAYERS = 5
UNITS = 100
SAMPLES = 1000
FEW = 4  # samples for the gradients, which are taken by the graph of all their numbers

ACTIVATIONS = ("sigmoid", "relu")

SCHEMES: dict[str, tuple[Any, Any]] = {
    "0": (zeros(), zeros()),
    "N(0, 1)": (normal(std=1.0), normal(std=1.0)),
    "N(0, 0.01)": (normal(std=0.01), normal(std=0.01)),
    "Xavier": (xavier("normal"), zeros()),
    "He": (he("normal"), zeros()),
}
"""The schemes of the weights and of the biases."""

Arrays = list[Any]


def inputs(seed: int = 0, samples: int = SAMPLES) -> Any:
    return np.random.default_rng(seed).standard_normal((samples, UNITS))


def network(activation: str, scheme: str, seed: int = 0) -> list[Layer]:
    weights, biases = SCHEMES[scheme]
    generator = np.random.default_rng(seed)
    return [
        Layer(UNITS, UNITS, activation, init=weights, bias_init=biases, seed=generator)
        for _ in range(LAYERS)
    ]


def outputs(layers: Sequence[Layer], X: Any) -> Arrays:
    """What each layer gives for all samples, shape (samples, units)."""
    found = []
    for layer in layers:
        X = layer.predict(X)
        found.append(X)
    return found


def gradients(layers: Sequence[Layer], X: Any, targets: Any) -> Arrays:
    """∂E/∂w of each layer, E = ½ Σ (a - t)² of the last outputs."""
    a = X
    for layer in layers:
        a = layer(a)
    half_squared_error(a, targets).backward()
    return [layer.w.grad for layer in layers]


def closed_form(layers: Sequence[Layer], X: Any, targets: Any) -> Arrays:
    """Return the gradients by the formulas of question 1, for a check.

    δ = (a - t) ⊙ σ'(z) in the last layer, δ ← (δ w) ⊙ σ'(z) in the one before; ∂E/∂w = δᵀ a of the
    layer before. Of both activations σ'(z) is a function of the output.
    """
    a = [X, *outputs(layers, X)]
    error = a[-1] - targets
    found = []
    for i in reversed(range(len(layers))):
        sigmoid = repr(layers[i].activation) == "Sigmoid()"
        delta = error * (a[i + 1] * (1.0 - a[i + 1]) if sigmoid else a[i + 1] > 0.0)
        found.append(delta.T @ a[i])
        error = delta @ layers[i].w.numpy()
    return found[::-1]


# What is shown.

FIGURES = {
    "mean": np.mean,
    "std": np.std,
    "at 0": lambda a: np.mean(a == 0.0),
    "saturated": lambda a: np.mean((a < 0.05) | (a > 0.95)),
}
"""What the tables tell of an array; the last two as parts of its numbers."""

PARTS = {"sigmoid": ("mean", "std", "saturated"), "relu": ("mean", "std", "at 0")}


def print_table(title: str, rows: dict[str, Arrays], parts: Sequence[str]) -> None:
    """Figures of the numbers of each layer, for each scheme."""
    print(f"\n{title}\n")
    print(f"{'θ':10}  {'':9}" + "".join(f"   layer {i + 1}" for i in range(LAYERS)))
    for scheme, arrays in rows.items():
        for part in parts:
            cells = "".join(f"  {FIGURES[part](a):8.2g}" for a in arrays)
            print(f"{scheme if part == parts[0] else '':10}  {part:9}{cells}")


def print_conclusions(passed: dict[str, dict[str, Arrays]]) -> None:
    sigmoid, relu = passed["sigmoid"], passed["relu"]
    saturated = {s: FIGURES["saturated"](sigmoid[s][0]) for s in ("N(0, 1)", "He")}
    at_zero = FIGURES["at 0"](relu["N(0, 1)"][0])
    growth = np.std(relu["N(0, 1)"][4]) / np.std(relu["N(0, 1)"][3])
    print(
        f"""
The sheet says that with θ = 0 every layer gives 0; in fact relu gives {relu["0"][0].max():g}, but \
sigmoid {sigmoid["0"][0].max():g}.

The sheet says that with N(0, 1) the first sigmoids' outputs have one peak, those of later layers
many, and that none saturate; in fact z is a sum of 101 numbers of variance 1, and
{saturated["N(0, 1)"]:.0%} of the first outputs are within 0.05 of 0 or of 1, the two peaks
({saturated["He"]:.0%} with He's weights). What the sheet describes looks like N(0, 0.01).

The sheet says that most outputs of relu are 0; in fact about half are ({at_zero:.0%} in layer 1).

With N(0, 1) a layer of relu is about √(100/2) = 7.1 times as wide as the one before (the last one
{growth:.1f} times), with He's 2/100 about as wide. With N(0, 0.01) the gradients of the
first layers vanish. With θ = 0 there are none but for the last layer of sigmoids.
Were 0.01 the variance, the weights would be Xavier's: 2 / (100 + 100)."""
    )


def draw(title: str, rows: dict[str, Arrays], path: Path) -> None:
    """A histogram for each scheme and layer."""
    from matplotlib.figure import Figure

    from viz.plots import plot_histograms

    figure = Figure(figsize=(12.0, 2.3 * len(rows) + 0.6), layout="constrained")
    figure.suptitle(title)
    for row, (scheme, arrays) in zip(figure.subplots(len(rows), LAYERS), rows.items(), strict=True):
        plot_histograms(arrays, row)
        row[0].set_ylabel(f"θ: {scheme}")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=130)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Initialisation and what five layers pass on.")
    parser.add_argument("--seed", type=int, default=0, help="of the samples and the weights")
    parser.add_argument("--output", type=Path, default=Path("figures"), help="folder for pictures")
    parser.add_argument("--no-picture", action="store_true", help="print the numbers only")
    options = parser.parse_args(argv)

    X = inputs(options.seed)
    targets = inputs(options.seed + 1, FEW)
    passed: dict[str, dict[str, Arrays]] = {}
    for activation in ACTIVATIONS:
        networks = {s: network(activation, s, options.seed) for s in SCHEMES}
        forward = passed[activation] = {s: outputs(n, X) for s, n in networks.items()}
        backward = {s: gradients(n, X[:FEW], targets) for s, n in networks.items()}
        print_table(f"Outputs of the layers, {activation}", forward, PARTS[activation])
        print_table(f"Gradients by their weights, {activation}", backward, ("std",))
        if not options.no_picture:
            for what, rows in (("outputs", forward), ("gradients", backward)):
                path = options.output / f"initialisation-{activation}-{what}.png"
                draw(
                    f"Five layers of {UNITS} {activation} units: {what}, shares of the numbers",
                    rows,
                    path,
                )
                print(f"wrote {path}")
    print_conclusions(passed)


if __name__ == "__main__":
    main()
