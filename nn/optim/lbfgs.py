"""L-BFGS: a quasi-Newton method for losses of all the data at once, by SciPy."""

from __future__ import annotations

import math
from importlib import import_module
from typing import Any

import numpy as np

from autograd import Value
from autograd.rules.operand import as_number, data_of
from nn.intake import Array
from nn.optim.groups import Settings, bad_gradient, checked, write_data
from nn.optim.optimizer import Closure, End, Evaluate, Optimizer, Visit, check_closure


class LBFGS(Optimizer):
    """L-BFGS: Newton's method with the curvature estimated from the last gradients.

    It chooses its steps by a line search, so there is no learning rate, and the loss is evaluated
    several times for a step: `step(closure)`. It suits small networks on all of their data, not
    batches. The work is done by `scipy.optimize` (L-BFGS-B; Byrd, Lu, Nocedal & Zhu,
    doi:10.1137/0916069), which starts afresh with every `step`: unlike PyTorch's, it carries no
    curvature from one to the next, so let one step have many iterations.

    Args:
        params: see `Optimizer`; in one group.
        max_iterations: the most of them in one step.
        history: how many gradients the curvature is estimated from.
        tolerance: a step ends when no entry of the gradient is larger.

    Raises:
        ValueError: a setting is out of range, or there are several groups.
        ImportError: SciPy is not installed.

    >>> x, y = Value(-1.2), Value(1.0)
    >>> optimizer = LBFGS([x, y], max_iterations=100)
    >>> def closure():
    ...     optimizer.zero_grad()
    ...     loss = 100.0 * (y - x**2) ** 2 + (1.0 - x) ** 2
    ...     loss.backward()
    ...     return loss
    >>> start = optimizer.step(closure)
    >>> round(x.data, 4), round(y.data, 4)
    (1.0, 1.0)
    """

    def __init__(
        self,
        params: Any = None,
        max_iterations: int = 20,
        history: int = 10,
        tolerance: float = 1e-7,
    ) -> None:
        settings = {"max_iterations": max_iterations, "history": history, "tolerance": tolerance}
        super().__init__(params, settings)
        _scipy_optimize()  # that it is missing is told before anything begins
        if len(self.param_groups) > 1:
            raise ValueError(
                f"LBFGS has one group of parameters, not {len(self.param_groups)}: it treats all "
                "alike; add a penalty to the loss instead of weight decay"
            )

    def step(self, closure: Closure | None = None) -> Any:
        """Go down by up to max_iterations of L-BFGS.

        Args:
            closure: sets the gradients to 0, computes the loss, sweeps back and returns the loss.

        Returns:
            What the closure returned at the start. The gradients are those at the end.

        Raises:
            TypeError: there is no closure, or it does not return the loss.
            ValueError: in the first step, the loss is another one when it is computed again.
            FloatingPointError: the loss or a gradient is nan or infinite somewhere on the way.

        The parameters are back at the start when it raises, and after Ctrl-C.
        """
        self._check_bound("step")
        check_closure(closure)
        if closure is None:
            raise TypeError(
                "LBFGS.step() evaluates the loss several times: pass it a function that sets the "
                "gradients to 0, computes the loss, calls backward() and returns the loss"
            )
        values: list[Value] = self.param_groups[0]["params"]
        group = {name: x for name, x in self.param_groups[0].items() if name != "params"}
        settings = checked(group, self.defaults, "LBFGS")
        losses: list[Any] = []

        def evaluate(x: Array) -> tuple[float, Array]:
            write_data(values, x)
            self.zero_grad()
            losses.append(closure())
            return _finite_loss(losses[-1], values), np.array([value.grad for value in values])

        start = np.array([value.data for value in values])
        try:
            known = evaluate if self.steps else _repeated(evaluate, evaluate(start)[0])
            result = _minimized(known, start, settings["max_iterations"], settings)
        except BaseException:
            write_data(values, start)
            raise
        write_data(values, result.x)
        for value, gradient in zip(values, result.jac.tolist(), strict=True):
            value.grad = gradient
        self.states = [{"steps": self.steps + 1}]
        return losses[0]

    def run(self, evaluate: Evaluate, x: Array, steps: int, tolerance: float, visit: Visit) -> End:
        """Take iterations from a point on, until the gradient is short."""
        settings = dict(self.defaults)
        if tolerance > 0.0:  # of the gradient's length, which is at most √n times its largest entry
            settings["tolerance"] = tolerance / math.sqrt(max(x.size, 1))
        first = evaluate(x)[0]
        visit(x, first)
        if steps == 0:
            return False, "all 0 steps were taken"
        result = _minimized(_repeated(evaluate, first), x, steps, settings, visit)
        if result.status == 1:
            return False, f"all {steps} steps were taken"
        largest = float(np.max(np.abs(result.jac)))
        if largest <= settings["tolerance"]:
            return True, f"no entry of the gradient is larger than {settings['tolerance']:.3g}"
        return result.status == 0, "rounding leaves no lower point to be found"


def _scipy_optimize() -> Any:
    try:
        return import_module("scipy.optimize")
    except ImportError as error:
        raise ImportError('LBFGS needs SciPy: pip install "dualgrad[scipy]"') from error


def _repeated(evaluate: Evaluate, first: float) -> Evaluate:
    """Return the function, which at its first call must give the value that it gave before.

    SciPy calls it at the start first. A line search is lost where every value is another.
    """
    before = [first]

    def checked(x: Array) -> tuple[float, Array]:
        value, gradient = evaluate(x)
        if before and abs(value - (old := before.pop())) > 1e-9 * max(abs(value), abs(old)):
            raise ValueError(
                "L-BFGS needs a function that is the same whenever it is computed, but at the "
                f"start it gave {old:.9g} and then {value:.9g}: leave out what is random "
                "(Dropout: model.eval()), or take another optimizer"
            )
        return value, gradient

    return checked


def _minimized(
    evaluate: Evaluate, x: Array, steps: int, settings: Settings, visit: Visit | None = None
) -> Any:
    """Return SciPy's result, after up to so many iterations; each point is visited."""

    def callback(intermediate_result: Any) -> None:  # the name tells SciPy what to pass
        if visit is not None:
            visit(np.array(intermediate_result.x), float(intermediate_result.fun))

    options = {
        "maxiter": steps,
        "maxfun": 10**9,  # no limit: the iterations are what is limited
        "maxcor": settings["history"],
        "gtol": settings["tolerance"],
        "ftol": 0.0,
    }
    return _scipy_optimize().minimize(
        evaluate, x, jac=True, method="L-BFGS-B", callback=callback, options=options
    )


def _finite_loss(loss: Any, values: list[Value]) -> float:
    """Return the loss as a number, if it and the gradient are finite."""
    if loss is None:
        raise TypeError("the closure of LBFGS.step() returned None: is `return loss` missing?")
    number = as_number(data_of(loss), "the closure of LBFGS.step() must return the loss, which")
    clause = bad_gradient(values) if math.isfinite(number) else f"the loss is {number}"
    if clause:
        raise FloatingPointError(
            f"L-BFGS tried a point where {clause}; the parameters are back where they were"
        )
    return number
