"""A single Value as an array without dimensions: what programs written for arrays ask of it."""

from typing import Any

import numpy as np

from autograd.rules.entrywise import as_object_array
from autograd.rules.operand import Operand


def _item(self: Operand) -> float:
    """Return the plain number, as `.data` does. (The name is PyTorch's.)"""
    return self.data


def _sum(self: Operand, *args: Any, **options: Any) -> Any:
    """Return the number itself."""
    return as_object_array(self).sum(*args, **options)


def _prod(self: Operand, *args: Any, **options: Any) -> Any:
    """Return the number itself."""
    return as_object_array(self).prod(*args, **options)


def _max(self: Operand, *args: Any, **options: Any) -> Any:
    """Return the number itself."""
    return as_object_array(self).max(*args, **options)


def _min(self: Operand, *args: Any, **options: Any) -> Any:
    """Return the number itself."""
    return as_object_array(self).min(*args, **options)


def _mean(self: Operand, *args: Any, **options: Any) -> Any:
    """Return the mean of one number."""
    return np.mean(self, *args, **options)


def _var(self: Operand, *args: Any, **options: Any) -> Any:
    """Return the variance of one number: 0, with derivative 0."""
    return np.var(self, *args, **options)


def _std(self: Operand, *args: Any, **options: Any) -> Any:
    """Return the standard deviation of one number: 0, with derivative 0."""
    return np.std(self, *args, **options)


MEMBERS = {
    "shape": property(lambda self: (), doc="The shape of a single number."),
    "ndim": property(lambda self: 0, doc="The number of dimensions."),
    "size": property(lambda self: 1, doc="The number of entries."),
    "item": _item,
    "sum": _sum,
    "prod": _prod,
    "max": _max,
    "min": _min,
    "mean": _mean,
    "var": _var,
    "std": _std,
}
"""What NumPy's scalars have, and Values have here."""

for _name, _member in MEMBERS.items():
    setattr(Operand, _name, _member)
