"""Print docs/numpy.md, the table of NumPy's functions that work: `python -m autograd.arrays`."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from autograd.rules.primitive import Primitive
from autograd.values import ufuncs
from autograd.values.functions import FUNCTIONS, full_name

_HEAD = """# NumPy functions that work on Values and Tensors

Made by `python -m autograd.arrays > docs/numpy.md` from the list in which NumPy's calls are looked
up. The tests run over the same list: against NumPy, on nan and infinities too, and against
differences, in both modes and to order 2. Any other function raises a TypeError that names it.

Lists and plain object arrays of Values are NumPy's own: their functions compare objects, so that a
nan is not what it is among numbers, and call methods that floats lack. Write `Tensor(...)` there.
"""


def page() -> str:
    """Return the page."""
    elementwise = {f: _remark(row) for f, row in ufuncs._ROWS.items() if isinstance(f, np.ufunc)}
    elementwise |= {f: _remark(function) for f, function in ufuncs._COMPOSED.items()}
    elementwise |= dict.fromkeys(ufuncs._BY_DATA, "By the numbers, without a derivative.")
    elementwise |= dict.fromkeys(ufuncs._PRODUCTS, "One `dot` node for each entry.")
    others = {f: _remark(function) for f, function in FUNCTIONS.items()}
    lines = [_HEAD, "## Elementwise functions and products", "", *_table(elementwise)]
    return "\n".join([*lines, "", "## Functions of arrays", "", *_table(others), ""])


def _table(remarks: dict[Any, str]) -> Iterator[str]:
    yield "| Function | On Values |"
    yield "| --- | --- |"
    named = {full_name(function): remark for function, remark in remarks.items()}
    for name in sorted(named):
        yield f"| `{name}` | {named[name]} |"


def _remark(function: Callable[..., Any]) -> str:
    """Return what is said of a function: the first line of its docstring."""
    if isinstance(function, Primitive):
        return f"The row `{function.name}`: {function.doc}".replace("|", r"\|")
    own = function.func if isinstance(function, partial) else function
    remark = (own.__doc__ or "").partition("\n")[0].removeprefix("Return ").replace("|", r"\|")
    return remark[:1].upper() + remark[1:]


if __name__ == "__main__":
    print(page(), end="")
