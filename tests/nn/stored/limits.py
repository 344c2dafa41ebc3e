"""The values that test_clipping.py and test_activations.py expect where PyTorch sets limits.

Run as a script, this writes limits.json beside it. It needs PyTorch, which the tests do not.

Nothing of dualgrad is used. Stored are the gradients after torch.nn.utils.clip_grad_norm_ and
clip_grad_value_, and torch.nn.functional.softplus around its threshold of 20, all in float64.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

GRADIENTS = {
    "long": [3.0, -4.0, 12.0],
    "at the limit": [0.6, 0.8],
    "just above": [0.6, 0.8000001],
    "short": [0.1, -0.2],
    "near 1e-6": [1e-6, -2e-6],
    "long and tiny": [1e5, 1e-9],
    "zero": [0.0, 0.0],
}
NORMS: list[tuple[float, float]] = [(1.0, 2.0), (1e-6, 2.0), (2.5, 1.0), (0.5, 3.0)]
"""max_norm and norm_type; "inf" is stored for the infinite one."""

POINTS = [-30.0, -1.0, 0.0, 5.0, 15.0, 19.5, 19.999, 20.0, 20.001, 20.5, 21.0, 25.0, 40.0, 800.0]


def clipped(gradient: list[float], method: str, *limits: float) -> dict[str, Any]:
    import torch

    x = torch.zeros(len(gradient), dtype=torch.float64, requires_grad=True)
    x.grad = torch.tensor(gradient, dtype=torch.float64)
    norm = getattr(torch.nn.utils, method)([x], *limits)
    before = {} if norm is None else {"norm": float(norm)}
    told = ["inf" if limit == math.inf else limit for limit in limits]
    return {"gradient": gradient, "limits": told, **before, "after": x.grad.tolist()}


def main() -> None:
    import torch

    norms = [*NORMS, (0.5, math.inf)]
    x = torch.tensor(POINTS, dtype=torch.float64, requires_grad=True)
    softplus = torch.nn.functional.softplus(x)
    softplus.sum().backward()
    data = {
        "torch": torch.__version__,
        "made by": "tests/nn/stored/limits.py",
        "norm": [clipped(g, "clip_grad_norm_", *n) for g in GRADIENTS.values() for n in norms],
        "value": [
            clipped(g, "clip_grad_value_", v) for g in GRADIENTS.values() for v in (0.5, 4.0)
        ],
        "softplus": {"x": POINTS, "y": softplus.tolist(), "slope": x.grad.tolist()},
    }
    path = Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
