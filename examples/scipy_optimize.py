"""SciPy's optimisers with exact derivatives: what a transform returns is what SciPy takes.

    python examples/scipy_optimize.py

Minimises Rosenbrock's function in 2 and 100 dimensions, once with SciPy's own differences and then
with dualgrad's derivatives, and fits a curve. Needs `pip install scipy`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import OptimizeResult, least_squares, minimize

from autograd import exp, grad, hessian, hvp, jacobian, value_and_grad


def rosenbrock(x: Any) -> Any:
    """A curved valley with the minimum 0 where all are 1. In 4 dimensions and more it has a
    second, local minimum near (-1, 1, ..., 1), so starting points matter.
    """
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def start(n: int) -> Any:
    """The classic starting point in 2 dimensions, that of SciPy's tutorial in more."""
    return np.array([-1.2, 1.0]) if n == 2 else np.resize([1.3, 0.7, 0.8, 1.9, 1.2], n)


@dataclass(frozen=True)
class Row:
    """What an optimiser took."""

    method: str
    derivatives: str
    inputs: int
    result: OptimizeResult

    @property
    def calls(self) -> tuple[int, int, int, int]:
        """Iterations, then evaluations of the function, its gradient and its Hessian."""
        r = self.result
        return r.nit, r.nfev, r.get("njev", 0), r.get("nhev", 0)

    @property
    def error(self) -> float:
        """How far from the minimum it stopped."""
        return float(np.max(np.abs(self.result.x - 1.0)))


Run = Callable[[Any], OptimizeResult]

RUNS: dict[tuple[str, str], Run] = {
    ("BFGS", "differences"): lambda x0: minimize(rosenbrock, x0, method="BFGS"),
    ("BFGS", "value_and_grad"): lambda x0: minimize(
        value_and_grad(rosenbrock), x0, jac=True, method="BFGS"
    ),
    ("L-BFGS-B", "value_and_grad"): lambda x0: minimize(
        value_and_grad(rosenbrock),
        x0,
        jac=True,
        method="L-BFGS-B",
        options={"ftol": 1e-15, "gtol": 1e-8},
    ),
    ("trust-exact", "grad, hessian"): lambda x0: minimize(
        rosenbrock, x0, jac=grad(rosenbrock), hess=hessian(rosenbrock), method="trust-exact"
    ),
    ("Newton-CG", "grad, hessian"): lambda x0: minimize(
        rosenbrock,
        x0,
        jac=grad(rosenbrock),
        hess=hessian(rosenbrock),
        method="Newton-CG",
        options={"xtol": 1e-8},
    ),
    ("Newton-CG", "grad, hvp"): lambda x0: minimize(
        rosenbrock,
        x0,
        jac=grad(rosenbrock),
        hessp=hvp(rosenbrock),
        method="Newton-CG",
        options={"xtol": 1e-8},
    ),
    ("trust-ncg", "grad, hvp"): lambda x0: minimize(
        rosenbrock, x0, jac=grad(rosenbrock), hessp=hvp(rosenbrock), method="trust-ncg"
    ),
}


def optimise(sizes: Sequence[int]) -> list[Row]:
    """Every method in these numbers of dimensions."""
    return [
        Row(method, derivatives, n, run(start(n)))
        for n in sizes
        for (method, derivatives), run in RUNS.items()
    ]


# Amplitude, rate and offset of a decay, from 40 noisy measurements.

TRUE = np.array([2.5, 1.3, 0.5])
TIMES = np.linspace(0.0, 4.0, 40)
MEASURED = (
    TRUE[0] * np.exp(-TRUE[1] * TIMES)
    + TRUE[2]
    + 0.02 * np.random.default_rng(0).standard_normal(len(TIMES))
)


def residuals(p: Any) -> Any:
    """What the curve with these parameters misses the measurements by."""
    return p[0] * exp(-p[1] * TIMES) + p[2] - MEASURED


def fit() -> OptimizeResult:
    """The parameters of least squares, by an exact Jacobian in forward mode: 40 rows, 3 columns."""
    return least_squares(residuals, x0=[1.0, 1.0, 0.0], jac=jacobian(residuals))


def main(sizes: Sequence[int] = (2, 100)) -> None:
    print("Rosenbrock's function, minimum at (1, ..., 1)\n")
    print("   n  method       derivatives     iterations      f   grad  Hessian  |x - 1|")
    for row in optimise(sizes):
        iterations, f, gradient, second = row.calls
        print(
            f"{row.inputs:4}  {row.method:11}  {row.derivatives:14}  {iterations:10}  {f:5}  "
            f"{gradient:5}  {second:7}  {row.error:.0e}"
        )
    fitted = fit()
    # The covariance of least squares: the inverse of J'J times the variance of the residuals.
    variance = 2.0 * fitted.cost / (len(TIMES) - len(TRUE))
    deviations = np.sqrt(np.diag(variance * np.linalg.inv(fitted.jac.T @ fitted.jac)))
    print(f"\nA decay fitted to {len(TIMES)} points, in {fitted.nfev} evaluations\n")
    print("           true   fitted  standard deviation")
    for name, *numbers in zip(
        ("amplitude", "rate", "offset"), TRUE, fitted.x, deviations, strict=True
    ):
        print(f"{name:9}  {numbers[0]:.2f}  {numbers[1]:7.4f}  {numbers[2]:.4f}")


if __name__ == "__main__":
    main()
