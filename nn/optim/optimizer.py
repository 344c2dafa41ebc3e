"""What all optimizers share: parameters in groups, settings, state, and how a step is taken.

The rules themselves stand in `algorithms`. Each is a pure function of flat arrays, so that it
serves `step()`, which reads and writes Values, `minimize` and compiled training alike.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from copy import deepcopy
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike

from autograd import Value
from autograd.text.arguments import whole
from nn.arguments import learning_rate
from nn.intake import Array
from nn.optim.groups import WATCH, Group, Settings, bad_gradient, checked, groups_of, write_data
from nn.schedules import Rate, from_config, rate_at, to_config

State = dict[str, Any]
"""`steps`, how many were taken, and an array for each of the rule's buffers."""
Step = tuple[Array, State]
"""New parameters and a new state."""
Closure = Callable[[], Any]
"""Sets the gradients to 0, computes the loss, sweeps back from it and returns it."""
Evaluate = Callable[[Array], tuple[float, Array]]
"""The value and the gradient of a function at a point."""
Visit = Callable[[Array, float], None]
"""Told of every point of a minimization and the value there, the start included."""
End = tuple[bool, str]
"""Whether a gradient became shorter than the tolerance, and why a minimization stopped."""


class Optimizer:
    """The base of all optimizers. See `PureOptimizer` to write one of your own.

    Args:
        params: what to change: `model.parameters()`, a model, Tensors, an iterable of leaf Values;
            or groups with settings of their own, `[{"params": [...], "lr": 0.1}, ...]`. None makes
            an optimizer without parameters: settings to hand to `fit` or `minimize`.
        settings: all settings by name, with their values.

    Raises:
        TypeError: something is not a Value, or a setting is of the wrong kind.
        ValueError: there are no parameters; one is there twice or is no leaf; a setting is out of
            range or, in a group, unknown.
    """

    buffers: ClassVar[tuple[str, ...]] = ()
    """The names of the arrays that the rule keeps from step to step; they start as zeros."""

    def __init__(self, params: Any, settings: Settings) -> None:
        name = type(self).__name__
        self.defaults = checked(settings, settings, name)
        """The settings of groups that do not have their own."""
        self.param_groups: list[Group] = []
        """The groups, as in PyTorch: dicts with `params` and every setting, which can be set."""
        if params is not None:
            self.param_groups = groups_of(params, self.defaults, name)
        self.states = [self.init(np.zeros(len(g["params"]))) for g in self.param_groups]
        """The state of each group. A step puts new ones in their place and changes none."""

    def init(self, x: ArrayLike) -> State:
        """Return the state before the first step, for parameters of this shape.

        >>> from nn.optim import Momentum
        >>> Momentum().init([1.0, 2.0])
        {'steps': 0, 'velocity': array([0., 0.])}
        """
        return {"steps": 0, **{name: np.zeros(np.shape(x)) for name in self.buffers}}

    # Parameters and settings.

    def bound_to(self, params: Any) -> Self:
        """Return a new optimizer of these parameters with the same defaults, at its first step.

        >>> from nn.optim import Adam
        >>> Adam(lr=0.1).bound_to([Value(1.0), Value(2.0)])
        Adam(2 parameters, lr=0.1, betas=(0.9, 0.999), eps=1e-08, weight_decay=0.0)
        """
        return type(self)(params, **self.defaults)

    def parameters(self) -> list[Value]:
        """Return all Values that it changes, group by group."""
        return [x for group in self.param_groups for x in group["params"]]

    @property
    def steps(self) -> int:
        """How many steps it has taken."""
        return int(self.states[0]["steps"]) if self.states else 0

    @property
    def lr(self) -> Rate:
        """The learning rate or its schedule; setting it sets that of every group.

        Raises:
            AttributeError: the optimizer has none (L-BFGS).
            ValueError: reading it while groups have different ones; or it is set to something
                negative, infinite or nan.
        """
        rates = [group["lr"] for group in self._with_rates()]
        if any(rate != rates[0] for rate in rates):
            raise ValueError(
                "the groups have different learning rates: read optimizer.param_groups[i]['lr'], "
                "or optimizer.rates"
            )
        rate: Rate = rates[0]
        return rate

    @lr.setter
    def lr(self, value: Rate) -> None:
        groups = self._with_rates()
        rate = learning_rate(value, f"lr of {type(self).__name__}")
        for group in (self.defaults, *groups):
            group["lr"] = rate

    @property
    def rates(self) -> list[float]:
        """The learning rate of the next step as a number, for each group that has one.

        >>> from nn.optim import SGD
        >>> SGD([Value(1.0)], lr=lambda step: 0.5 / (1 + step)).rates
        [0.5]
        """
        groups = self.param_groups or [self.defaults]
        return [rate_at(group["lr"], self.steps) for group in groups if "lr" in group]

    def _with_rates(self) -> list[Settings]:
        """Return the groups, or the defaults where there are none; all have a learning rate."""
        if "lr" not in self.defaults:
            raise AttributeError(f"{type(self).__name__} has no learning rate: it finds its steps")
        return self.param_groups or [self.defaults]

    def zero_grad(self) -> None:
        """Set the gradients of all parameters to 0.

        Raises:
            RuntimeError: there are no parameters yet.
        """
        self._check_bound("zero_grad")
        for value in self.parameters():
            value.grad = 0.0

    def _check_bound(self, method: str) -> None:
        if not self.param_groups:
            name = type(self).__name__
            raise RuntimeError(
                f"{name}.{method}() has no parameters to work on: make it as {name}(model."
                "parameters(), ...), or take optimizer.bound_to(model.parameters())"
            )

    # Steps.

    def step(self, closure: Closure | None = None) -> Any:
        """Change the parameters by their gradients, once.

        Args:
            closure: computes the loss with its gradients, before the step; L-BFGS needs it.

        Returns:
            What the closure returned; None without one.
        """
        raise NotImplementedError(f"{type(self).__name__} does not define step(self, closure)")

    def run(self, evaluate: Evaluate, x: Array, steps: int, tolerance: float, visit: Visit) -> End:
        """Minimize a function from a point on; what `minimize` calls."""
        raise NotImplementedError(f"{type(self).__name__} does not define run(self, ...)")

    # Saving.

    def state_dict(self) -> dict[str, Any]:
        """Return all that is needed to go on exactly from here: numbers, text, and copied arrays.

        >>> from nn.optim import SGD
        >>> SGD([Value(1.0)], lr=0.5).state_dict()["groups"][0]["state"]
        {'steps': 0, 'velocity': array([0.])}
        """
        self._check_bound("state_dict")
        groups = []
        for group, state in zip(self.param_groups, self.states, strict=True):
            settings = {name: to_config(group[name]) for name in self.defaults}
            size, own = len(group["params"]), deepcopy(state)
            groups.append({"size": size, "settings": settings, "state": own})
        return {"optimizer": type(self).__name__, "groups": groups}

    def load_state_dict(self, saved: Any) -> None:
        """Go on from what `state_dict` gave: settings and state, for as many parameters.

        Lists, as JSON has them, do for arrays.

        Raises:
            ValueError: it is of another optimizer, of other groups, incomplete or damaged.
            TypeError: it is no such dict.

        Nothing has changed when it raises.
        """
        self._check_bound("load_state_dict")
        if not (isinstance(saved, dict) and {"optimizer", "groups"} <= saved.keys()):
            raise TypeError("load_state_dict takes the dict that an optimizer's state_dict() gave")
        name = type(self).__name__
        if saved["optimizer"] != name:
            raise ValueError(f"the saved state is of {saved['optimizer']}, not of {name}")
        sizes = [len(group["params"]) for group in self.param_groups]
        there = [
            group.get("size") if isinstance(group, dict) else None for group in saved["groups"]
        ]
        if there != sizes:
            raise ValueError(
                f"the saved state is of groups of {there} parameters, but this {name} has groups "
                f"of {sizes}"
            )
        loaded = []
        for i, (group, own) in enumerate(zip(self.param_groups, saved["groups"], strict=True)):
            try:
                loaded.append(self._read(group, own))
            except (KeyError, TypeError) as error:
                raise ValueError(f"the saved group {i} is damaged: {error!r}") from error
        for group, (settings, _) in zip(self.param_groups, loaded, strict=True):
            group.update(settings)
        self.states = [state for _, state in loaded]

    def _read(self, group: Group, saved: Any) -> tuple[Settings, State]:
        """Return the saved settings and state of one group, checked."""
        given = dict(saved["settings"])
        if "lr" in given:
            given["lr"] = from_config(given["lr"], group.get("lr"))
        given = checked(given, self.defaults, type(self).__name__)
        settings = {name: given[name] for name in self.defaults}  # none may be missing
        state: State = {"steps": whole(saved["state"]["steps"], "steps", 0)}
        size = len(group["params"])
        for name in self.buffers:
            array = np.array(saved["state"][name], dtype=np.float64)
            if array.shape != (size,) or not np.isfinite(array).all():
                raise ValueError(
                    f"the saved {name!r} must be {size} finite numbers, but it is an array of "
                    f"shape {array.shape}, or has nan or inf in it"
                )
            state[name] = array
        return settings, state

    def __repr__(self) -> str:
        size = len(self.parameters())
        groups = f" in {len(self.param_groups)} groups" if len(self.param_groups) > 1 else ""
        bound = [f"{size} parameter{'s' if size > 1 else ''}{groups}"] if size else []
        shown = self.param_groups[0] if len(self.param_groups) == 1 else self.defaults
        settings = [f"{name}={shown[name]!r}" for name in self.defaults]
        return f"{type(self).__name__}({', '.join(bound + settings)})"


def check_closure(closure: object) -> None:
    """Raise a TypeError for what `step` cannot call, a loss above all."""
    if closure is not None and not callable(closure):
        raise TypeError(
            "step() takes a function that computes the loss, or nothing after loss.backward(), "
            f"not {closure!r}"
        )


class PureOptimizer(Optimizer):
    """An optimizer that is a pair of pure functions, `init` and `update`, over float64 arrays.

    To write one, name its buffers, take its settings in `__init__`, and define `rule`.

    >>> class SignDescent(PureOptimizer):
    ...     def __init__(self, params=None, lr=0.01):
    ...         super().__init__(params, {"lr": lr})
    ...
    ...     def rule(self, x, gradient, state, settings):
    ...         return x - settings["lr"] * np.sign(gradient), {}
    >>> w = Value(1.0)
    >>> optimizer = SignDescent([w], lr=0.25)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> w.data
    0.75
    """

    def rule(self, x: Array, gradient: Array, state: State, settings: Settings) -> Step:
        """Return the new parameters and the new buffers; nothing that is given may be changed.

        Args:
            x, gradient: arrays of the same shape.
            state: the buffers as they are, and `steps`, how many steps came before.
            settings: by name; `lr` is a number here.
        """
        raise NotImplementedError(f"{type(self).__name__} does not define rule(self, ...)")

    def update(self, x: ArrayLike, gradient: ArrayLike, state: State, **settings: Any) -> Step:
        """Return the parameters and the state after one step; what is given stays as it is.

        Args:
            x: the parameters, of any shape.
            gradient: an array of their shape.
            state: what `init` or the update before gave.
            settings: those that differ from the optimizer's. A schedule is asked for the rate at
                `state["steps"]`.

        Raises:
            ValueError: shapes differ, the state is of another optimizer, or a setting is unknown or
                out of range.

        >>> from nn.optim import Momentum
        >>> optimizer = Momentum(lr=0.1)
        >>> x, state = np.array([1.0]), optimizer.init([1.0])
        >>> optimizer.update(x, 2.0 * x, state)
        (array([0.8]), {'steps': 1, 'velocity': array([2.])})
        """
        missing = [name for name in ("steps", *self.buffers) if name not in state]
        if missing:
            raise ValueError(
                f"{type(self).__name__}.update: the state lacks {', '.join(missing)}: begin with "
                "optimizer.init(x)"
            )
        x, gradient = np.asarray(x, dtype=np.float64), np.asarray(gradient, dtype=np.float64)
        for name, array in {"gradient": gradient, **state}.items():
            if name != "steps" and np.shape(array) != x.shape:
                raise ValueError(
                    f"{type(self).__name__}.update: x has shape {x.shape}, but {name} has "
                    f"{np.shape(array)}"
                )
        chosen = checked({**self.defaults, **settings}, self.defaults, type(self).__name__)
        if "lr" in chosen:
            chosen["lr"] = rate_at(chosen["lr"], state["steps"])
        with np.errstate(all="ignore"):
            new, buffers = self.rule(x, gradient, state, chosen)
        return new, {"steps": state["steps"] + 1, **buffers}

    def step(self, closure: Closure | None = None) -> Any:
        """Change the parameters by their gradients, once.

        All new numbers are computed before the first Value is changed.

        Args:
            closure: computes the loss with its gradients, before the step.

        Returns:
            What the closure returned; None without one.

        Raises:
            FloatingPointError: a gradient is nan or infinite, or a parameter would become so.
            RuntimeError: there are no parameters yet.
            ValueError, TypeError: a setting of a group is unknown or out of range, or the closure
                is no function.

        Nothing has changed when it raises.
        """
        self._check_bound("step")
        check_closure(closure)
        loss = None if closure is None else closure()
        pairs = zip(self.param_groups, self.states, strict=True)
        moved = [self._moved(group, state) for group, state in pairs]
        for group, (numbers, _) in zip(self.param_groups, moved, strict=True):
            write_data(group["params"], numbers)
        self.states = [state for _, state in moved]
        return loss

    def _moved(self, group: Group, state: State) -> Step:
        """Return the numbers and the state of a group after a step, all finite."""
        values: list[Value] = group["params"]
        gradient = np.array([x.grad for x in values])
        if not np.isfinite(gradient).all():
            raise FloatingPointError(f"no step was taken, as {bad_gradient(values)}: {WATCH}")
        settings = {name: x for name, x in group.items() if name != "params"}
        new, after = self.update(np.array([x.data for x in values]), gradient, state, **settings)
        for result in (new, *(after[name] for name in self.buffers)):
            if not np.isfinite(result).all():
                place = int(np.argmin(np.isfinite(result)))
                raise FloatingPointError(self._refusal(values[place], place))
        return new, after

    def _refusal(self, value: Value, place: int) -> str:
        name = value.name or f"parameter {place}"
        if not math.isfinite(value.data):
            return f"no step was taken, as {name} is {value.data}"
        return (
            f"no step was taken, as {type(self).__name__} overflows at {name} = {value.data} with "
            f"the gradient {value.grad}: lower lr, or clip the gradients"
        )

    def run(self, evaluate: Evaluate, x: Array, steps: int, tolerance: float, visit: Visit) -> End:
        """Take steps from a point on, until the gradient is shorter than the tolerance."""
        state = self.init(x)
        for k in range(steps + 1):
            value, gradient = evaluate(x)
            visit(x, value)
            length = math.hypot(*gradient.flat)  # without overflow on the way
            if length < tolerance:
                return True, f"the gradient's length {length:.3g} is below {tolerance:g}"
            if k < steps:
                x, state = self.update(x, gradient, state)
        return False, f"all {steps} steps were taken"
