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


def test_it_prints_and_shows_the_best_of_each_method() -> None:
    found = error_versus_step(lambda x: x * x, 3.0, steps=[0.5, 0.25])
    assert found.exact == 6.0
    lines = str(found).splitlines()
    assert lines[0] == "derivative 6; errors are relative to it"
    cells = [line.split() for line in lines if line]
    assert ["forward", "2.5e-01", "4.2e-02"] in cells  # (2·3 + h) / 6 - 1 = h / 6
    assert ["central", "5.0e-01", "0.0e+00"] in cells
    assert ["automatic", "–", "0.0e+00"] in cells
    page = found._repr_html_()
    assert "<td" in page
    assert ">4.2e-02<" in page


def test_a_method_that_does_not_apply_is_said_to() -> None:
    found = error_versus_step(lambda x: ag.relu(x) * 0.0, 1.0)
    assert str(found).startswith("derivative 0; errors are absolute")
    (row,) = [line for line in str(found).splitlines() if line.startswith("complex step")]
    assert row.endswith("does not apply")


def test_it_draws_itself() -> None:
    import viz

    found = error_versus_step(np.exp, 1.0, steps=[1e-2, 1e-4])
    assert found.plot().get_xlabel() == viz.plot_error_versus_step(found).get_xlabel() == "step h"
