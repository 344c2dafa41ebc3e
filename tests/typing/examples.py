"""What type checkers make of the functions: mypy --strict runs over this file, see test_typing."""

from typing import Any, assert_type

import numpy as np
from numpy.typing import NDArray

import autograd as ag
from autograd import Dual, Tensor, Value, exp, maximum, where

x = Value(1.0)
t = Tensor([1.0, 2.0])
array: NDArray[np.float64] = np.array([1.0, 2.0])
whole: NDArray[np.int64] = np.array([1, 2])

# Floats give floats, Values Values and arrays arrays.
assert_type(exp(1.0), float)
assert_type(exp(1), float)
assert_type(exp(x), Value)
assert_type(exp(Dual(1.0)), Dual)
assert_type(exp(array), NDArray[np.float64])
assert_type(exp(whole), NDArray[np.float64])
assert_type(exp(t), Tensor)

# Of several arguments, too, constants among them.
assert_type(maximum(1.0, 2.0), float)
assert_type(maximum(x, 1.0), Value)
assert_type(maximum(1.0, x), Value)
assert_type(maximum(array, 1.0), NDArray[np.float64])
assert_type(maximum(t, 0.0), Tensor)
assert_type(where(True, x, 0.0), Value)
assert_type(ag.clip(x, lo=0.0, hi=1.0), Value)
assert_type(ag.leaky_relu(2.0), float)
assert_type(ag.leaky_relu(x, 0.2), Value)

# Every primitive is there, under its name.
assert_type(ag.sin(ag.cos(x)), Value)
assert_type(ag.abs(-1.0), float)
assert_type(ag.logaddexp(x, x), Value)

# Methods and operators.
y: Value = (x.exp() + x.tanh() * 2.0) ** 2
y.backward()
gradient: float = x.grad


def untyped(z: Any) -> Any:
    """Of what nothing is known, nothing is claimed."""
    return exp(z) + maximum(0.0, z)
