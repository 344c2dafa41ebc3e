"""error_versus_step."""

import itertools
import math

import numpy as np
import pytest

import autograd as ag
from autograd import Operand, grad
from autograd.checks import error_versus_step

EPSILON = 2.0**-52


def test_the_v_of_exp() -> None:
    errors = error_versus_step(ag.exp, 1.0, exact=math.e)
    assert errors.exact == math.e
    assert len(errors.steps) == 61
    assert (errors.steps[0], errors.steps[-1]) == (pytest.approx(0.1), pytest.approx(1e-16))
    assert all(a > b for a, b in itertools.pairwise(errors.steps))
    best = errors.best
    assert 6e-6 / 30 < best["central"] < 6e-6 * 30
    assert 1.5e-8 / 30 < best["forward"] < 1.5e-8 * 30
    assert best["complex_step"] < 1e-7
    at = {f"{h:.0e}": i for i, h in enumerate(errors.steps)}
    assert errors.central.min() < 1e-10
    assert errors.central[at["1e-08"]] > 50 * errors.central.min()  # the sheet's step
    assert errors.forward.min() > 100 * errors.central.min()
    assert np.all(errors.complex_step[errors.steps < 1e-8] < 4 * EPSILON)
    assert np.all(errors.automatic < 4 * EPSILON)
    assert np.all(errors.automatic == errors.automatic[0])
    for line in (errors.steps, errors.forward, errors.central, errors.complex_step):
        assert line.dtype == np.float64
        assert line.shape == (61,)


def test_errors_against_automatic_differentiation() -> None:
    errors = error_versus_step(lambda x: x.sigmoid() if isinstance(x, Operand) else 0.0, 0.5)
    assert errors.exact == grad(ag.sigmoid)(0.5)
    assert not errors.automatic.any()
    assert np.isnan(errors.complex_step).all()
    assert math.isnan(errors.best["complex_step"])
    assert errors.central.min() < 1e-9


def test_errors_where_the_derivative_is_zero_are_absolute() -> None:
    errors = error_versus_step(lambda x: x * x, 0.0, steps=[1e-4, 1e-2])
    assert errors.steps.tolist() == [1e-2, 1e-4]
    assert errors.forward.tolist() == pytest.approx([1e-2, 1e-4])
    assert errors.central.tolist() == [0.0, 0.0]
    with pytest.raises(ValueError, match="a step must be a finite number above 0"):
        error_versus_step(lambda x: x, 0.0, steps=[1.0, 0.0])
