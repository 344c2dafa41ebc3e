"""NumPy's functions on arrays of Values, as far as they are no ufuncs.

Each module holds a dict `FUNCTIONS` of what stands in for a function of NumPy; here they are
entered into the one that `__array_function__` looks into. Entering a function there is all that is
needed to support it; tests and the table in docs/numpy.md run over the entries.
"""

from autograd.arrays import (
    calculus,
    linalg,
    moving,
    products,
    questions,
    reductions,
    selection,
    statistics,
)
from autograd.arrays import single as single
from autograd.values.functions import FUNCTIONS

for _module in (
    *(moving, questions, selection, products, reductions),
    *(statistics, calculus, linalg),
):
    FUNCTIONS.update(_module.FUNCTIONS)
