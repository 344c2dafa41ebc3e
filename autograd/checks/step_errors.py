"""How wrong each method is for each step."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from autograd.checks.differences import complex_step, difference
from autograd.rules.operand import as_number, data_of
from autograd.text.arguments import positive
from autograd.text.display import plotted
from autograd.text.tables import Table, as_html, as_text
from autograd.transforms.differentiate import grad, vjp
from autograd.transforms.leaves import scalar_of
from autograd.transforms.recording import Function, name_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class StepErrors:
    """How wrong each method is for each step: the data of a plot with a V in it.

    Errors are relative to the exact derivative, or absolute where that is 0; nan where a method
    does not apply.

    Attributes:
        exact: the derivative that they are measured against.
        steps: the steps h, the largest first.
        forward: error of (f(x + h) - f(x)) / h, for each step.
        central: error of (f(x + h) - f(x - h)) / 2h.
        complex_step: error of Im f(x + ih) / h.
        automatic: error of automatic differentiation: the same for all steps, as it has none.
    """

    exact: float
    steps: Array
    forward: Array
    central: Array
    complex_step: Array
    automatic: Array

    @property
    def best(self) -> dict[str, float]:
        """For each method, the largest of the steps with the least error; nan if it has none."""
        found = {}
        for name in ("forward", "central", "complex_step"):
            errors = getattr(self, name)
            least = self.steps[np.nanargmin(errors)] if np.any(errors >= 0.0) else math.nan
            found[name] = float(least)
        return found

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """Draw the errors over the step; see `viz.plots.plot_error_versus_step`."""
        return plotted("StepErrors", self, ax)

    def __str__(self) -> str:
        return as_text(self._parts())

    def _repr_html_(self) -> str:
        return as_html(self._parts())

    def _parts(self) -> list[Table | str]:
        """Return the derivative, and a table of each method's best step and least error."""
        rows = []
        for name, step in {**self.best, "automatic": math.nan}.items():
            errors = getattr(self, name)
            least = "does not apply" if np.isnan(errors).all() else f"{np.nanmin(errors):.1e}"
            shown = "–" if math.isnan(step) else f"{step:.1e}"
            rows.append((name.replace("_", " "), shown, least))
        table = Table(("method", "best step", "least error"), rows)
        kind = "relative to it" if self.exact else "absolute"
        return [f"derivative {self.exact:.15g}; errors are {kind}", table]


def error_versus_step(
    f: Function, x: float, steps: Sequence[float] | None = None, exact: float | None = None
) -> StepErrors:
    """Return the errors of difference quotients, complex steps and automatic differentiation.

    Args:
        f: a function of one number.
        x: where it is differentiated.
        steps: by default four in a decade from 1e-1 to 1e-16.
        exact: the true derivative; by default that of automatic differentiation.

    Raises:
        TypeError: f is not a function from one number to one.
        ValueError: a step is not a positive number.

    >>> errors = error_versus_step(np.exp, 1.0)
    >>> 2e-7 < errors.best["central"] < 2e-4
    True
    """
    name = name_of(f)
    point = as_number(x, f"argument 0 of {name}")
    hs = np.sort(np.logspace(-1, -16, 61) if steps is None else np.array(steps, np.float64))[::-1]
    for h in hs.tolist():
        positive(h, "a step")

    @cache
    def value(t: float) -> float:
        out = vjp(f, point + t)[0]
        return float(data_of(scalar_of(out, name, "error_versus_step")))

    def by_complex_step(h: float) -> float:
        try:
            return float(complex_step(f, point, h))
        except (TypeError, ValueError):
            return math.nan

    automatic = data_of(grad(f)(point))
    true = automatic if exact is None else as_number(exact, "exact")

    def errors(derivatives: Sequence[float]) -> Array:
        return np.abs(np.array(derivatives) - true) / (abs(true) or 1.0)

    with np.errstate(all="ignore"):
        differences = [difference(value, h) for h in hs.tolist()]
        return StepErrors(
            true,
            hs,
            errors([d.right for d in differences]),
            errors([d.central for d in differences]),
            errors([by_complex_step(h) for h in hs.tolist()]),
            errors([automatic] * len(hs)),
        )
