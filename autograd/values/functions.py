"""NumPy's functions on Values and on arrays that hold them, as far as they are no ufuncs.

NumPy hands over here (`__array_function__`). What works is entered into `FUNCTIONS` by the package
`autograd.arrays`; anything else is refused, so that no function can be wrong in silence.
"""

from collections.abc import Callable
from typing import Any

from autograd.values.ufuncs import row_of

Function = Callable[..., Any]

FUNCTIONS: dict[Function, Function] = {}
"""What stands in for each of NumPy's functions where an argument is a Value or a Tensor."""


def apply_function(function: Function, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """Return NumPy's function of arguments among which there is a Value or a Tensor.

    Raises:
        TypeError: it is not known to be right on them.
    """
    ours = FUNCTIONS.get(function) or row_of(function)
    if ours is None:
        raise TypeError(
            f"{full_name(function)} is not among the functions of NumPy that work on Values and "
            "Tensors: take .data (of a Value) or .numpy() (of a Tensor) for plain numbers"
        )
    return ours(*args, **options)


def full_name(function: Function) -> str:
    """Return the name of NumPy's function as programs write it: `np.linalg.norm`."""
    module = getattr(function, "__module__", "numpy").replace("numpy", "np", 1)  # ufuncs have none
    return f"{module}.{function.__name__}"
