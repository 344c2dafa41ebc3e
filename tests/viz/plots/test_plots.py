"""Plots: what they show, in which Axes, and that they can be drawn without a warning."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.axes import Axes

from autograd import parse
from autograd.checks import StepErrors, error_versus_step
from autograd.compare import ModeReport, compare_modes
from viz.plots import ZERO, plot_error_versus_step, plot_modes

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    pyplot.close("all")


def report(formula: str = "(x+y)**2*z", *args: float, **options: Any) -> ModeReport:
    return compare_modes(parse(formula), *(args or (1.0, 2.0, -6.0)), repeats=1, **options)


def legend(ax: Axes) -> list[str]:
    shown = ax.get_legend()
    assert shown is not None
    return [text.get_text() for text in shown.get_texts()]


def texts(ax: Axes) -> set[str]:
    return {text.get_text() for text in ax.texts}


def test_costs_of_both_modes() -> None:
    ax = plot_modes(report())
    ax.figure.draw_without_rendering()
    assert ax.get_title() == "(x+y)**2*z: 3 inputs → 1 output"
    assert legend(ax) == ["forward mode", "reverse mode"]
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        "operations",
        "time",
        "peak memory",
    ]
    assert {"24", "8"} <= texts(ax)
    widths = [[bar.get_width() for bar in bars] for bars in ax.containers]
    assert min(widths[0][0], widths[1][0]) == 1.0
    assert widths[0][0] == 3.0


def test_modes_differ_by_more_than_colour() -> None:
    forward, reverse = (bars[0] for bars in plot_modes(report()).containers)
    assert forward.get_hatch() != reverse.get_hatch()
    ax = plot_modes(report(crossover=True))
    forward, reverse, *_ = ax.lines
    assert forward.get_marker() != reverse.get_marker()
    assert forward.get_linestyle() != reverse.get_linestyle()


def test_crossover() -> None:
    measured = report(crossover=True)
    assert measured.crossover is not None
    ax = plot_modes(measured)
    ax.figure.draw_without_rendering()
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    inputs = [p.inputs for p in measured.crossover.points]
    assert list(ax.lines[0].get_xdata()) == list(ax.lines[1].get_xdata()) == inputs
    assert [label.get_text() for label in ax.get_xticklabels()] == [str(n) for n in inputs]
    assert len(legend(ax)) == 2 + (measured.crossover.by_time is not None)


def test_given_axes_are_used() -> None:
    _, ax = pyplot.subplots()
    assert plot_modes(report(), ax) is ax
    assert report().plot(ax) is ax
    assert plot_error_versus_step(error_versus_step(np.sin, 1.0), ax) is ax
    assert len(pyplot.get_fignums()) == 1


@pytest.mark.parametrize(
    ("name", "plotter"), [("ModeReport", "plot_modes"), ("History", "plot_history")]
)
def test_reports_find_their_plots_once_installed(tmp_path: Path, name: str, plotter: str) -> None:
    """In a new interpreter, which has not imported viz but knows this project's entry points."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["entry-points"]["dualgrad.plots"][name] == f"viz.plots:{plotter}"
    metadata = tmp_path / "plots-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: plots\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[dualgrad.plots]\n{name} = viz.plots:{plotter}\n")
    script = """
import sys
from autograd.compare import compare_modes
from nn.training.history import History, Record
results = [compare_modes(lambda x: x * x, 3.0, repeats=1), History([Record({"loss": 1.0})])]
(result,) = [r for r in results if type(r).__name__ == sys.argv[1]]
assert "viz" not in sys.modules
print(type(result.plot()).__name__)
"""
    run = subprocess.run(
        [sys.executable, "-c", script, name],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])},
        text=True,
    )
    assert run.stdout == "Axes\n"


def test_names_are_no_mathematics() -> None:
    def cost(x: Any) -> Any:
        return x * x

    cost.__name__ = "$cost$_{"
    ax = compare_modes(cost, 1.0, repeats=1).plot()
    ax.figure.draw_without_rendering()
    assert ax.get_title().startswith(r"\$cost\$_{")


def test_a_function_that_costs_nothing() -> None:
    plot_modes(compare_modes(lambda x: x, 1.0, repeats=1)).figure.draw_without_rendering()


def test_error_versus_step() -> None:
    data = error_versus_step(lambda x: np.exp(x) * np.sin(x), 1.0)
    ax = plot_error_versus_step(data)
    ax.figure.draw_without_rendering()
    assert legend(ax) == [
        "forward difference",
        "central difference",
        "complex step",
        "automatic differentiation",
    ]
    assert ax.get_ylabel() == "relative error"
    for line, errors in zip(
        ax.lines, (data.forward, data.central, data.complex_step, data.automatic), strict=True
    ):
        assert list(line.get_xdata()) == data.steps.tolist()
        np.testing.assert_array_equal(line.get_ydata(), np.maximum(errors, ZERO))


def test_methods_that_do_not_apply_have_no_line() -> None:
    steps = np.array([1e-1, 1e-2])
    none = np.full(2, math.nan)
    data = StepErrors(0.0, steps, steps, steps**2, none, np.zeros(2))
    ax = plot_error_versus_step(data)
    ax.figure.draw_without_rendering()
    assert "complex step" not in legend(ax)
    assert len(ax.lines) == 3
    assert ax.get_ylabel() == "error"
