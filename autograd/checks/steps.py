"""How large a step a difference needs.

What a difference of a step h is worth follows from its two errors: of a central difference
(f(x + h) - f(x - h)) / 2h the truncation, f'''(x) h² / 6, and the rounding of f, ε |f(x)| / h.
Their sum is least near h = ε^(1/3), some 6e-6 (Press et al., Numerical Recipes, 3rd ed., section
5.7). A complex step, Im f(x + ih) / h, subtracts nothing: it has no second error, so h can be tiny
(Squire & Trapp, doi:10.1137/S003614459631241X).
"""

import math
import sys
from typing import Any, Final

import numpy as np

EPSILON: Final = sys.float_info.epsilon

COMPLEX_STEP: Final = 1e-20


def step_at(x: Any) -> float:
    """The step of a central difference at x: ε^(1/3) max(1, |x|), with the ε of x's floats.

    >>> step_at(0.5) == step_at(-1.0) == step_at(-1e3) / 1e3 < 1e-5 < step_at(np.float32(1.0))
    True
    """
    epsilon = float(np.finfo(x.dtype).eps) if isinstance(x, np.floating) else EPSILON
    return math.cbrt(epsilon) * max(1.0, abs(float(x)))


def near_power_of_2(scale: float) -> float:
    """The step for arguments of this scale as a power of 2, so that x + h is exact."""
    return math.ldexp(1.0, round(math.log2(math.cbrt(EPSILON) * scale)))
