"""The values that test_convolution.py expects of layers.

Run as a script, this writes layers.json beside it. It needs PyTorch, which the tests do not.

Outputs of PyTorch's layers in float64, and the gradients of sum(output * seed), the seeds being
cos(0), cos(1), ... in the order of the output's entries.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

CASES: dict[str, tuple[str, list[Any], dict[str, Any], list[int]]] = {
    "conv": ("Conv2d", [2, 3, 3], {}, [2, 5, 6]),
    "conv stride": ("Conv2d", [1, 2, 2], {"stride": 2}, [3, 1, 5, 5]),
    "conv padding": ("Conv2d", [3, 2, [3, 2]], {"stride": [2, 1], "padding": [1, 2]}, [3, 4, 5]),
    "conv without bias": ("Conv2d", [1, 1, [1, 4]], {"bias": False, "padding": 1}, [1, 3, 4]),
    "conv same": ("Conv2d", [2, 3, [2, 4]], {"padding": "same"}, [2, 2, 4, 5]),
    "conv valid": ("Conv2d", [1, 2, 3], {"padding": "valid"}, [1, 4, 5]),
    "max": ("MaxPool2d", [2], {}, [2, 4, 5]),
    "max stride": ("MaxPool2d", [3], {"stride": 2}, [2, 1, 7, 6]),
    "max oblong": ("MaxPool2d", [[3, 2]], {"stride": [1, 2]}, [1, 5, 4]),
    "average": ("AvgPool2d", [2], {}, [2, 5, 4]),
    "average stride": ("AvgPool2d", [[2, 3]], {"stride": [2, 1]}, [2, 1, 4, 5]),
    "linear": ("Linear", [4, 3], {}, [2, 4]),
    "prelu": ("PReLU", [], {}, [7]),
    "prelu wide": ("PReLU", [3], {}, [4, 3]),
    "softmax": ("Softmax", [], {}, [2, 5]),
    "log softmax": ("LogSoftmax", [], {}, [2, 5]),
    "batch norm": ("BatchNorm1d", [3], {}, [5, 3]),
    "batch norm of two": ("BatchNorm1d", [1], {"momentum": 0.5, "eps": 0.01}, [2, 1]),
    "batch norm plain": ("BatchNorm1d", [2], {"affine": False}, [4, 2]),
    "batch norm of images": ("BatchNorm2d", [3], {"momentum": 1.0}, [2, 3, 2, 4]),
    "layer norm": ("LayerNorm", [4], {}, [3, 4]),
    "layer norm of axes": ("LayerNorm", [[2, 3]], {"eps": 0.1}, [4, 2, 3]),
    "layer norm plain": ("LayerNorm", [4], {"elementwise_affine": False}, [2, 4]),
    "layer norm without bias": ("LayerNorm", [3], {"bias": False}, [2, 3]),
}
"""Layer, arguments, options and the shape of the input."""

PARAMETERS = {
    "Conv2d": {"weight": "w", "bias": "b"},
    "Linear": {"weight": "w", "bias": "b"},
    "PReLU": {"weight": "slope"},
    "BatchNorm1d": {"weight": "w", "bias": "b"},
    "BatchNorm2d": {"weight": "w", "bias": "b"},
    "LayerNorm": {"weight": "w", "bias": "b"},
}
"""What a layer calls its parameters here."""


def run(kind: str, arguments: list[Any], options: dict[str, Any], shape: list[int]) -> Any:
    """One layer at numbers of three decimals."""
    import torch

    generator = np.random.default_rng(5)
    extra = {"dim": -1} if kind.endswith("oftmax") else {}
    layer = getattr(torch.nn, kind)(*arguments, **options, **extra).double()
    names = PARAMETERS.get(kind, {})
    with torch.no_grad():
        for p in layer.parameters():
            p.copy_(torch.tensor(generator.normal(size=tuple(p.shape)).round(3)))
    x = torch.tensor(generator.normal(size=shape).round(3), requires_grad=True)
    out = layer(x)
    seed = torch.cos(torch.arange(out.numel(), dtype=torch.float64)).reshape(out.shape)
    (out * seed).sum().backward()
    buffers = [(name, b) for name, b in layer.named_buffers() if name.startswith("running")]
    return {
        "layer": [kind, arguments, options],
        "state": {names[name]: p.tolist() for name, p in layer.named_parameters()},
        "x": x.tolist(),
        "out": out.tolist(),
        "buffers after": {name: b.tolist() for name, b in buffers},
        "eval after": layer.eval()(x).tolist(),
        "x_grad": x.grad.tolist(),
        "grads": {names[name]: p.grad.tolist() for name, p in layer.named_parameters()},
    }


def main() -> None:
    """Write the file."""
    settings = "PyTorch 2.13.0, float64; from_torch.py made them"
    stored = {"settings": settings, "cases": {name: run(*case) for name, case in CASES.items()}}
    text = json.dumps(stored) + "\n"
    Path(__file__).with_name("layers.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
