"""Derivatives by differences, and the check of both modes against them."""

from autograd.checks.check import check_grads
from autograd.checks.differences import complex_step, numerical_gradient
from autograd.checks.failure import GradientCheckError
from autograd.checks.step_errors import StepErrors, error_versus_step

__all__ = [
    "GradientCheckError",
    "StepErrors",
    "check_grads",
    "complex_step",
    "error_versus_step",
    "numerical_gradient",
]
