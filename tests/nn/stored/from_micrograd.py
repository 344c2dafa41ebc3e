"""The values that test_micrograd.py expects.

Run as a script, this writes micrograd.json beside it. It needs micrograd, which the tests do not.

Micrograd takes a few steps of its own demo, from parameters that are stored with each step's
scores, loss and gradients.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import numpy as np

CASES: dict[str, tuple[int, list[int], int, int]] = {  # nin, nouts, samples, steps
    "demo": (2, [4, 4, 1], 6, 5),
    "deep": (3, [5, 4, 3, 1], 4, 3),
    "one layer": (2, [1], 3, 3),
}


def run(nin: int, nouts: list[int], samples: int, steps: int) -> dict[str, Any]:
    """The demo's loop, at parameters of three decimals."""
    from micrograd.engine import Value
    from micrograd.nn import MLP

    generator = np.random.default_rng(7)
    random.seed(7)
    model = MLP(nin, nouts)
    for p in model.parameters():
        p.data = round(random.uniform(-1, 1), 3)  # biases too
    X = generator.normal(size=(samples, nin)).round(3).tolist()
    y = generator.choice([-1, 1], samples).tolist()
    parameters = [p.data for p in model.parameters()]
    taken = []
    for k in range(steps):
        scores = [model(list(map(Value, row))) for row in X]
        losses = [(1 + -yi * si).relu() for yi, si in zip(y, scores, strict=True)]
        loss = sum(losses) * (1.0 / len(losses))
        loss = loss + 1e-4 * sum(p * p for p in model.parameters())
        model.zero_grad()
        loss.backward()
        gradients = [p.grad for p in model.parameters()]
        taken.append(
            {"scores": [s.data for s in scores], "loss": loss.data, "gradients": gradients}
        )
        for p in model.parameters():
            p.data -= (1.0 - 0.9 * k / 100) * p.grad
    return {"sizes": [nin, nouts], "X": X, "y": y, "parameters": parameters, "steps": taken}


def main() -> None:
    """Write the file."""
    settings = "micrograd 0.1.0; its demo's max-margin loss, L2 of 1e-4 and rates"
    stored = {"settings": settings, "cases": {name: run(*case) for name, case in CASES.items()}}
    text = json.dumps(stored) + "\n"
    Path(__file__).with_name("micrograd.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
