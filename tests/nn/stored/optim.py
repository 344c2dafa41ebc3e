"""The values that test_optim.py and test_schedules.py expect.

Run as a script, this writes optim.json beside it. It needs PyTorch, which the tests do not.

Nothing of dualgrad is used. Every optimizer of torch.optim runs 20 steps in float64 on
sum(c x² / 2 + sin(x)), whose gradient is c x + cos(x), and every point is stored. Schedules of
torch.optim.lr_scheduler are stored as their rates at steps 0 to 20.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

STEPS = 20
CURVATURES = [0.5, 3.0, 20.0]
START = [-1.5, 0.75, 2.0]

CASES: list[tuple[str, str, dict[str, Any]]] = [
    ("SGD", "SGD", {}),
    ("SGD", "SGD", {"lr": 0.03, "weight_decay": 0.1}),
    ("SGD", "SGD", {"lr": 0.02, "momentum": 0.5}),
    ("SGD", "SGD", {"lr": 0.02, "momentum": 0.8, "nesterov": True, "weight_decay": 0.2}),
    ("Momentum", "SGD", {"momentum": 0.9}),
    ("Momentum", "SGD", {"lr": 0.02, "momentum": 0.7, "weight_decay": 0.1}),
    ("Nesterov", "SGD", {"momentum": 0.9, "nesterov": True}),
    ("Nesterov", "SGD", {"lr": 0.02, "momentum": 0.7, "nesterov": True, "weight_decay": 0.1}),
    ("Adagrad", "Adagrad", {}),
    ("Adagrad", "Adagrad", {"lr": 0.2, "lr_decay": 0.1, "eps": 1e-6, "weight_decay": 0.1}),
    ("RMSprop", "RMSprop", {}),
    ("RMSprop", "RMSprop", {"lr": 0.05, "alpha": 0.8, "eps": 1e-3, "weight_decay": 0.1}),
    ("RMSprop", "RMSprop", {"lr": 0.02, "momentum": 0.6, "centered": True, "weight_decay": 0.05}),
    ("RMSprop", "RMSprop", {"momentum": 0.9}),
    ("Adam", "Adam", {}),
    ("Adam", "Adam", {"lr": 0.1, "betas": (0.7, 0.95), "eps": 1e-3}),
    ("Adam", "Adam", {"lr": 0.1, "weight_decay": 0.3}),
    ("AdamW", "AdamW", {}),
    ("AdamW", "AdamW", {"lr": 0.1, "betas": (0.8, 0.99), "eps": 1e-4, "weight_decay": 0.3}),
    ("AdamW", "AdamW", {"lr": 0.1, "weight_decay": 0.0}),
]
"""The optimizer, PyTorch's class for it, and its settings."""

SCHEDULES: list[tuple[str, dict[str, Any], str, dict[str, Any]]] = [
    ("step", {"lr": 0.5, "every": 7}, "StepLR", {"step_size": 7}),
    ("step", {"lr": 0.5, "every": 3, "factor": 0.5}, "StepLR", {"step_size": 3, "gamma": 0.5}),
    ("exponential", {"lr": 0.5, "factor": 0.9}, "ExponentialLR", {"gamma": 0.9}),
    ("cosine", {"lr": 0.5, "steps": 20}, "CosineAnnealingLR", {"T_max": 20}),
    (
        "cosine",
        {"lr": 0.5, "steps": 20, "end": 0.05},
        "CosineAnnealingLR",
        {"T_max": 20, "eta_min": 0.05},
    ),
    (
        "linear",
        {"start": 0.5, "end": 0.05, "steps": 10},
        "LinearLR",
        {"start_factor": 1.0, "end_factor": 0.1, "total_iters": 10},
    ),
]
"""The schedule with its arguments, and PyTorch's class with its own; its first rate is 0.5."""


def trajectory(name: str, settings: dict[str, Any]) -> list[list[float]]:
    import torch

    curvatures = torch.tensor(CURVATURES, dtype=torch.float64)
    x = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    optimizer = getattr(torch.optim, name)([x], foreach=False, **settings)
    points = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        (curvatures * x * x / 2 + torch.sin(x)).sum().backward()
        optimizer.step()
        points.append(x.detach().tolist())
    return points


def rates(name: str, arguments: dict[str, Any]) -> list[float]:
    import torch

    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5)
    schedule = getattr(torch.optim.lr_scheduler, name)(optimizer, **arguments)
    found = []
    for _ in range(STEPS + 1):
        found.append(float(schedule.get_last_lr()[0]))
        optimizer.step()
        schedule.step()
    return found


def main() -> None:
    import torch

    data = {
        "torch": torch.__version__,
        "made by": "tests/nn/stored/optim.py",
        "gradient": "curvatures * x + cos(x)",
        "curvatures": CURVATURES,
        "start": START,
        "optimizers": [
            {
                "optimizer": own,
                "settings": {k: v for k, v in s.items() if own == "SGD" or k != "nesterov"},
                "torch class": name,
                "torch settings": s,
                "points": trajectory(name, s),
            }
            for own, name, s in CASES
        ],
        "schedules": [
            {
                "schedule": own,
                "arguments": a,
                "torch class": name,
                "torch arguments": b,
                "rates": rates(name, b),
            }
            for own, a, name, b in SCHEDULES
        ],
    }
    path = Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
