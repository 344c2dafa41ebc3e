"""NumPy's functions on arrays of Values.

Each module holds a dict `FUNCTIONS` of what stands in for a function of NumPy; here they are
entered into the one that `__array_function__` looks into.
"""

from autograd.arrays import (
    calculus,
    linalg,
    moving,
    products,
    reductions,
    selection,
    statistics,
)
from autograd.arrays import single as single
from autograd.values.functions import FUNCTIONS

for _module in (moving, products, reductions, selection, statistics, calculus, linalg):
    FUNCTIONS.update(_module.FUNCTIONS)
