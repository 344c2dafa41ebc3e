r"""
SciPy's optimizers with exact derivatives
=========================================

SciPy estimates the derivatives that it is not given, by differences. What does it gain from exact
ones? Rosenbrock's function in 2 and 100 dimensions, by five methods, and a curve fitted to
measurements.
"""

# %%
# The function
# ------------
#
# Rosenbrock's function is a curved valley with the minimum 0 where all coordinates are 1:
#
# .. math::
#    f(x) = \sum_{i=1}^{n-1} 100 \left( x_{i+1} - x_i^2 \right)^2 + (1 - x_i)^2 .
#
# In 4 dimensions and more it has a second, local minimum near :math:`(-1, 1, \ldots, 1)`, so
# starting points matter. Here they are the classic one in 2 dimensions, and that of SciPy's
# tutorial in more.

from typing import Any, NamedTuple

import numpy as np
from matplotlib.figure import Figure

from autograd import exp, grad, hessian, hvp, jacobian, value_and_grad
from viz.gallery import require, show

require("scipy")

from scipy.optimize import least_squares, minimize


def rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def start(n):
    return np.array([-1.2, 1.0]) if n == 2 else np.resize([1.3, 0.7, 0.8, 1.9, 1.2], n)


# %%
# What SciPy takes
# ----------------
#
# The transforms return what SciPy expects, so they are handed over as they are: value and gradient
# at once (``jac=True``), the gradient, the Hessian, or its product with a vector.

value, gradient, curvature = value_and_grad(rosenbrock), grad(rosenbrock), hessian(rosenbrock)
product = hvp(rosenbrock)
FINE = {"ftol": 1e-15, "gtol": 1e-8}
RUNS = {
    ("BFGS", "differences"): {},
    ("BFGS", "value_and_grad"): {"fun": value, "jac": True},
    ("L-BFGS-B", "value_and_grad"): {"fun": value, "jac": True, "options": FINE},
    ("trust-exact", "grad, hessian"): {"jac": gradient, "hess": curvature},
    ("Newton-CG", "grad, hessian"): {"jac": gradient, "hess": curvature, "options": {"xtol": 1e-8}},
    ("Newton-CG", "grad, hvp"): {"jac": gradient, "hessp": product, "options": {"xtol": 1e-8}},
    ("trust-ncg", "grad, hvp"): {"jac": gradient, "hessp": product},
}


class Row(NamedTuple):
    """What an optimizer took."""

    method: str
    derivatives: str
    inputs: int
    result: Any

    @property
    def calls(self) -> tuple[int, int, int, int]:
        """Iterations, then evaluations of the function, its gradient and its Hessian."""
        r = self.result
        return r.nit, r.nfev, r.get("njev", 0), r.get("nhev", 0)

    @property
    def error(self) -> float:
        """How far from the minimum it stopped."""
        return float(np.max(abs(self.result.x - 1.0)))


def run(method, derivatives, n):
    settings = {"fun": rosenbrock} | RUNS[method, derivatives]
    return Row(method, derivatives, n, minimize(x0=start(n), method=method, **settings))


rows = [run(*key, n) for n in (2, 100) for key in RUNS]
print("   n  method       derivatives     iterations      f   grad  Hessian  |x - 1|")
for row in rows:
    iterations, f, first, second = row.calls
    print(
        f"{row.inputs:4}  {row.method:11}  {row.derivatives:14}  {iterations:10}  {f:5}  "
        f"{first:5}  {second:7}  {row.error:.0e}"
    )

# %%
# A gradient by differences takes an evaluation of f for each input, so in 100 dimensions nearly all
# evaluations are spent on it. The last column tells what that buys: fewer correct digits. What
# SciPy itself says about these two runs:

for row in rows:
    if row.derivatives == "differences":
        print(f"{row.inputs:4}  {row.result.message}")

# %%
# A curve through measurements
# ----------------------------
#
# Amplitude, rate and offset of a decay, from 40 noisy measurements. The Jacobian of the residuals
# has 40 rows and 3 columns, so forward mode is the cheaper one, and ``jacobian`` takes it: three
# sweeps instead of forty.

TRUE = np.array([2.5, 1.3, 0.5])
TIMES = np.linspace(0.0, 4.0, 40)
NOISE = 0.02 * np.random.default_rng(0).standard_normal(len(TIMES))


def decay(p):
    return p[0] * exp(-p[1] * TIMES) + p[2]


MEASURED = decay(TRUE) + NOISE


def residuals(p):
    return decay(p) - MEASURED


fitted = least_squares(residuals, x0=[1.0, 1.0, 0.0], jac=jacobian(residuals))

# %%
# At the minimum the Jacobian also tells how far to trust the parameters. Their covariance is the
# inverse of :math:`J^\top J` times the variance of the residuals.

variance = 2.0 * fitted.cost / (len(TIMES) - len(TRUE))
deviations = np.sqrt(np.diag(variance * np.linalg.inv(fitted.jac.T @ fitted.jac)))
print(f"\n{len(TIMES)} points fitted in {fitted.nfev} evaluations\n")
print("           true   fitted  standard deviation")
for name, *numbers in zip(("amplitude", "rate", "offset"), TRUE, fitted.x, deviations, strict=True):
    print(f"{name:9}  {numbers[0]:.2f}  {numbers[1]:7.4f}  {numbers[2]:.4f}")

figure = Figure(figsize=(7.2, 4.2), layout="constrained")
axes = figure.subplots()
axes.plot(TIMES, MEASURED, "o", color="#1f2933", markersize=4, label="measured")
axes.plot(TIMES, decay(fitted.x), color="#0072B2", linewidth=2, label="fitted")
axes.set(title="A decay fitted by least squares", xlabel="time", ylabel="value")
axes.legend()
show(figure, "scipy_optimize")

# %%
# What follows
# ------------
#
# - What ``grad``, ``value_and_grad``, ``hessian``, ``hvp`` and ``jacobian`` return, SciPy takes.
# - Exact gradients save evaluations, about a hundredfold in 100 dimensions, and end nearer to the minimum.
# - Second derivatives save iterations. ``hvp`` takes the same way as ``hessian`` and makes no matrix.
