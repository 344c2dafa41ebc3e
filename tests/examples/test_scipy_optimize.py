"""SciPy's optimizers with exact derivatives: what the tables say."""

from __future__ import annotations

import runpy
import sys
from typing import Any

import numpy as np
import pytest

from viz import gallery

METHODS = [
    ("BFGS", "value_and_grad"),
    ("L-BFGS-B", "value_and_grad"),
    ("trust-exact", "grad, hessian"),
    ("Newton-CG", "grad, hessian"),
    ("Newton-CG", "grad, hvp"),
    ("trust-ncg", "grad, hvp"),
]


@pytest.fixture(scope="module")
def rows(lesson: Any) -> dict[Any, Any]:
    return {(row.method, row.derivatives, row.inputs): row for row in lesson["rows"]}


@pytest.mark.parametrize("n", [2, 100])
@pytest.mark.parametrize(("method", "derivatives"), METHODS)
def test_every_method_finds_the_minimum(
    method: str, derivatives: str, n: int, rows: dict[Any, Any]
) -> None:
    row = rows[method, derivatives, n]
    assert row.result.success
    assert row.result.x.shape == (n,)
    assert row.error < 1e-6
    assert row.result.fun < 1e-12


def test_exact_derivatives_save_evaluations(rows: dict[Any, Any]) -> None:
    for n, saved in ((2, 2), (100, 50)):
        differences = rows["BFGS", "differences", n]
        exact = rows["BFGS", "value_and_grad", n]
        # f itself, and a step in each direction; at the end perhaps f alone
        alone = differences.result.nfev - (n + 1) * differences.result.njev
        assert 0 <= alone < n
        assert exact.result.nfev == exact.result.njev
        assert exact.result.nfev < differences.result.nfev / saved
        assert exact.error < 1e-6 < differences.error < 1e-4


def test_second_derivatives_save_iterations(rows: dict[Any, Any]) -> None:
    second = rows["trust-exact", "grad, hessian", 100].result
    assert second.nit < 30
    assert second.nit < rows["L-BFGS-B", "value_and_grad", 100].result.nit / 2


def test_hessian_and_its_products_take_the_same_way(rows: dict[Any, Any]) -> None:
    for n in (2, 100):
        whole, products = (rows["Newton-CG", f"grad, {by}", n] for by in ("hessian", "hvp"))
        assert whole.calls[:3] == products.calls[:3]
        np.testing.assert_allclose(whole.result.x, products.result.x, rtol=1e-6)


def test_fit_finds_the_parameters(lesson: Any) -> None:
    fitted = lesson["fitted"]
    assert fitted.success
    np.testing.assert_allclose(fitted.x, lesson["TRUE"], atol=0.05)
    np.testing.assert_array_less(abs(fitted.x - lesson["TRUE"]), 3.0 * lesson["deviations"])
    # At the minimum the gradient J'r is 0, whatever the noise.
    np.testing.assert_allclose(fitted.jac.T @ fitted.fun, 0.0, atol=1e-6)
    t, (a, k, _) = lesson["TIMES"], fitted.x
    columns = [np.exp(-k * t), -a * t * np.exp(-k * t), np.ones_like(t)]
    np.testing.assert_allclose(fitted.jac, np.transpose(columns), rtol=1e-9, atol=1e-12)


def test_the_tables_are_printed(lesson: Any) -> None:
    lines = lesson.printed.splitlines()
    names = [method for method, _ in lesson["RUNS"]]
    expected = [["2", method] for method in names] + [["100", method] for method in names]
    assert [line.split()[:2] for line in lines[1:15]] == expected
    errors = [float(line.split()[-1]) for line in lines[1:8]]
    assert max(errors[1:]) < 1e-6 < errors[0] < 1e-4  # the first is by differences
    assert any(line.startswith("amplitude  2.50") for line in lines)


def test_the_figure_has_the_measurements_and_the_curve(lesson: Any) -> None:
    (axes,) = lesson.pictures["scipy_optimize"].axes
    points, curve = axes.lines
    np.testing.assert_array_equal(points.get_ydata(), lesson["MEASURED"])
    np.testing.assert_allclose(curve.get_ydata(), lesson["MEASURED"] + lesson["fitted"].fun)


def test_without_scipy_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy", None)
    path = gallery.folder() / "scipy_optimize.py"
    with pytest.raises(SystemExit, match=r"^scipy_optimize\.py needs scipy: run `pip install sci"):
        runpy.run_path(str(path), run_name="__main__")
