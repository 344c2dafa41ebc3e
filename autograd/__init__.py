"""dualgrad's engine: ordinary Python on Values, its graph, and its derivatives.

>>> from autograd import Value
>>> x, y, z = Value(1, "x"), Value(2, "y"), Value(-6, "z")
>>> f = (x + y) ** 2 * z
>>> f.backward()
>>> f.data, x.grad, y.grad, z.grad
(-54.0, -36.0, -36.0, 9.0)
"""

import os as _os
import sys as _sys
import typing as _typing
from typing import Any as _Any

if _os.path.exists(_os.path.join(_os.path.dirname(__file__), "tracer.py")):
    raise ImportError(
        "HIPS autograd and dualgrad are both installed here, and both are imported as 'autograd': "
        "they cannot share an environment. Run `pip uninstall autograd dualgrad` and install "
        "dualgrad again as you did before, or use a virtual environment for each"
    )

from autograd import _native

__native__: bool = _native.select()
"""Whether the hot path runs compiled (True) or interpreted."""

from autograd._version import __version__
from autograd.functions import dot, logsumexp, mean, norm, prod, softmax
from autograd.functions import sum as sum
from autograd.rules.operand import Operand
from autograd.rules.primitive import TABLE, Primitive, Special
from autograd.transforms.adjoints import adjoints
from autograd.transforms.anomaly import detect_anomaly
from autograd.transforms.differentiate import (
    derivative,
    grad,
    hessian,
    hvp,
    jacfwd,
    jacobian,
    jacrev,
    jvp,
    linearize,
    value_and_grad,
    vjp,
)
from autograd.transforms.elementwise import elementwise_grad
from autograd.transforms.flatten import flatten
from autograd.values.dual import Dual
from autograd.values.tensor import Tensor
from autograd.values.value import Value, backward
from autograd.values.walk import topological_order

if _typing.TYPE_CHECKING:
    # At run time they are taken from the table; rows that are added later are found there, too.
    from autograd.checks import (
        GradientCheckError,
        check_grads,
        complex_step,
        error_versus_step,
        numerical_gradient,
    )
    from autograd.compare import ModeReport, compare_modes
    from autograd.expression import Formula, FormulaError, parse
    from autograd.program.jit import jit
    from autograd.program.trace import trace
    from autograd.program.vmap import vmap
    from autograd.rules.custom import custom_partials
    from autograd.rules.table import *  # noqa: F403

_IMPORTED_WHEN_USED = {
    "Formula": "expression",
    "FormulaError": "expression",
    "GradientCheckError": "checks",
    "ModeReport": "compare",
    "check_grads": "checks",
    "compare_modes": "compare",
    "complex_step": "checks",
    "custom_partials": "rules.custom",
    "error_versus_step": "checks",
    "jit": "program.jit",
    "numerical_gradient": "checks",
    "parse": "expression",
    "trace": "program.trace",
    "vmap": "program.vmap",
}
"""What most programs do without, by the module that has it."""


if not _typing.TYPE_CHECKING:  # which then see a name that does not exist

    def __getattr__(name: str) -> _Any:
        if name in TABLE:
            return TABLE[name]
        module = _IMPORTED_WHEN_USED.get(name)
        if module is None:
            raise AttributeError(f"module 'autograd' has no attribute {name!r}")
        from importlib import import_module

        value = globals()[name] = getattr(import_module(f"autograd.{module}"), name)
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *TABLE})


globals().update({name: row for name, row in TABLE.items() if name not in globals()})

if not __native__ and _sys.version_info[:2] != (3, 13):
    # The interpreter guards deep deletions itself, through the cycle collector's header. (The guard
    # of 3.13 reckons with a stack of megabytes, which a thread need not have.)
    del Value.__del__

__all__ = [
    "TABLE",
    "Dual",
    "Formula",
    "FormulaError",
    "GradientCheckError",
    "ModeReport",
    "Operand",
    "Primitive",
    "Special",
    "Tensor",
    "Value",
    "__native__",
    "__version__",
    "adjoints",
    "backward",
    "check_grads",
    "compare_modes",
    "complex_step",
    "custom_partials",
    "derivative",
    "detect_anomaly",
    "dot",
    "elementwise_grad",
    "error_versus_step",
    "flatten",
    "grad",
    "hessian",
    "hvp",
    "jacfwd",
    "jacobian",
    "jacrev",
    "jit",
    "jvp",
    "linearize",
    "logsumexp",
    "mean",
    "norm",
    "numerical_gradient",
    "parse",
    "prod",
    "softmax",
    "topological_order",
    "trace",
    "value_and_grad",
    "vjp",
    "vmap",
]
# A star import leaves Python's own functions alone; autograd.abs, pow and sum are there.
__all__ += [name for name in TABLE if name not in {*__all__, "abs", "pow", "sum"}]
