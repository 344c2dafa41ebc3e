"""Results as JSON can hold them."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np


def jsonable(x: Any) -> Any:
    """Return dataclasses as dicts, arrays and tuples as lists; nan, inf and -inf as these texts.

    JSON has no such numbers, and Python's float() reads the texts.

    >>> jsonable({"x": np.array([1.0, np.inf])})
    {'x': [1.0, 'inf']}
    """
    if dataclasses.is_dataclass(x):
        return {field.name: jsonable(getattr(x, field.name)) for field in dataclasses.fields(x)}
    if isinstance(x, dict):
        return {key: jsonable(value) for key, value in x.items()}
    if isinstance(x, np.ndarray):
        return jsonable(x.tolist())
    if isinstance(x, (list, tuple)):
        return [jsonable(item) for item in x]
    return str(x) if isinstance(x, float) and not math.isfinite(x) else x
