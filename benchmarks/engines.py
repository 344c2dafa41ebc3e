"""What each contender of program.py does for a subject, called as its documentation advises.

dualgrad gets NumPy arrays and floats. PyTorch gets tensors that are there. JAX runs under `jit` and
is waited for: once as its documentation has it, given what dualgrad gets, and once at its best,
given arrays of its own and dispatched synchronously, which is faster here. CasADi's SX functions
work in place on their buffers, and once more with what the others do: an argument is
read, new arrays are returned. Batches are whole arrays for PyTorch and JAX, however dualgrad's
function of one sample is written.

Left out: irregular gradients in JAX, as compiling 500 operations takes 20 s and 2,641 more than
20 GB; networks in CasADi, which knows no batches but loops; `torch.compile`.
"""

import itertools
from collections.abc import Callable
from functools import cache
from types import SimpleNamespace
from typing import Any

import contest
import numpy as np
import subjects
import training
from contest import CASADI, JAX, MICROGRAD, NUMPY, PYTORCH, Contender
from subjects import CALLS

LANES = 100_000
BY_HAND = "by hand"
GREEKS = tuple(range(5))

Subject = tuple[Any, ...]
"""("network", activation, width, form), ("call", name), ("product",), ("lanes", "gradient" or
"greeks"), ("graph", operations) or ("matmul", size)."""
Action = Callable[[], Any]
"""Compute a subject's results once."""


@cache
def network(width: int) -> tuple[list[Any], Any, Any]:
    """The parameters, samples and labels."""
    X, y, weights = training.problem(width)
    return [part for pair in weights for part in pair], X, y


@cache
def options() -> list[Any]:
    """Spots, strikes, volatilities, times and rates."""
    low, high = [80.0, 80.0, 0.1, 0.5, 0.0], [120.0, 120.0, 0.4, 2.0, 0.1]
    lanes = np.random.default_rng(0).uniform(low, high, (LANES, 5))
    return [np.ascontiguousarray(column) for column in lanes.T]


# What the contenders do: each gives an action for a subject, or None where it does not take part.


def of_dualgrad(subject: Subject, differentiated: bool = True) -> Action | None:
    import autograd as m
    from autograd import jit, vmap

    derive: Any = m.value_and_grad if differentiated else lambda f, **_: f
    match subject:
        case "network", activation, width, form:
            write = subjects.margin_loss_by_hand if form == BY_HAND else subjects.margin_loss
            step = vmap(derive(write(m, activation)), in_axes=(None, 0, 0), reduce="mean")
            parameters, X, y = network(width)
            return lambda: step(parameters, X, y)
        case "call", name:
            call = CALLS[name]
            f, x = jit(derive(call.branching or call.entries(m))), call.point
            return lambda: f(x)
        case "lanes", which:
            lane = of_option(m, derive, m.hessian if which == "greeks" and differentiated else None)
            greeks, columns = vmap(lane), options()
            return lambda: greeks(*columns)
        case ("product",):
            product = jit(lambda x, y: x * y)
            return lambda: product(1.5, 2.5)
        case "graph", n:
            graph, point = jit(subjects.irregular(n)(m)), subjects.irregular_graph(n)[1]
            return lambda: graph(point)
    return None


def of_function(subject: Subject) -> Action | None:
    """dualgrad without derivatives."""
    takes_part = subject[0] in {"network", "call", "lanes"}
    return of_dualgrad(subject, differentiated=False) if takes_part else None


def of_eager(subject: Subject) -> Action | None:
    import autograd as m

    match subject:
        case "network", activation, width, _:
            step = m.value_and_grad(subjects.margin_loss(m, activation, linear))
            arguments = network(width)
            return lambda: step(*arguments)
        case "call", name:
            call = CALLS[name]
            f = m.value_and_grad(call.branching or call.entries(m))
            return lambda: f(call.point)
        case "graph", n:
            graph, point = subjects.irregular(n)(m), subjects.irregular_graph(n)[1]
            return lambda: graph(m.Tensor(point)).data
    return None


def linear(x: Any, w: Any, b: Any) -> Any:
    return x @ w.T + b


def of_option(m: Any, value_and_grad: Any, hessian: Any) -> Callable[..., Any]:
    """An option's price, its greeks, and its second greeks where there is a `hessian`."""
    formula = subjects.black_scholes(m)

    def price(*x: Any) -> Any:
        return formula(x)

    first = value_and_grad(price, argnums=GREEKS)
    if hessian is None:
        return first  # type: ignore[no-any-return]
    second = hessian(price, argnums=GREEKS)
    return lambda *x: (first(*x), second(*x))


def of_pytorch(subject: Subject) -> Action | None:
    torch = contest.single_threaded_torch()

    def value_and_grad(f: Any, argnums: Any) -> Any:
        both = torch.func.grad_and_value(f, argnums=argnums)
        return lambda *x: both(*x)[::-1]

    match subject:
        case "network", activation, width, _:
            loss = subjects.margin_loss(torch, activation, torch.nn.functional.linear)
            parameters, X, y = network(width)
            leaves = [torch.tensor(p, requires_grad=True) for p in parameters]
            samples = torch.tensor(X), torch.tensor(y)

            def step() -> Any:
                value = loss(leaves, *samples)
                return value.detach(), torch.autograd.grad(value, leaves)

            return step
        case "lanes", which:
            hessian = torch.func.hessian if which == "greeks" else None
            greeks = torch.func.vmap(of_option(torch, value_and_grad, hessian))
            columns = [torch.tensor(column) for column in options()]
            return lambda: greeks(*columns)
    return None


def of_jax(subject: Subject, at_its_best: bool = False) -> Action | None:
    import jax

    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_cpu_enable_async_dispatch", not at_its_best)
    m = SimpleNamespace(**{**vars(jax.nn), **vars(jax.numpy)}, erf=jax.scipy.special.erf)
    match subject:
        case "network", activation, width, _:
            f = jax.value_and_grad(subjects.margin_loss(m, activation, linear))
            arguments = network(width)
        case "call", name if "irregular" not in name:  # compiling 500 takes 20 s, 2,641 > 20 GB
            call = CALLS[name]
            f = jax.value_and_grad(call.array or call.entries(m))
            arguments = (call.point,)
        case "lanes", which:
            hessian = jax.hessian if which == "greeks" else None
            f = jax.vmap(of_option(m, jax.value_and_grad, hessian))
            arguments = options()
        case ("product",):
            product = jax.jit(lambda x, y: x * y)
            return lambda: jax.block_until_ready(product(1.5, 2.5))
        case "graph", n if n <= 1000:  # which takes as long as 100,000 elsewhere
            f, arguments = subjects.irregular(n)(m), (subjects.irregular_graph(n)[1],)
        case _:
            return None
    compiled, given = jax.jit(f), jax.device_put(list(arguments)) if at_its_best else arguments
    return lambda: jax.block_until_ready(compiled(*given))


def of_casadi(subject: Subject, copied: bool = False) -> Action | None:
    import casadi

    def action(f: Any, point: Any, order: int, lanes: int = 1) -> Action:
        """Of the function f of as many symbols, with its derivatives up to the order."""
        x = casadi.SX.sym("x", len(point) // lanes)
        value = f(casadi.vertsplit(x))
        derivatives = [casadi.gradient, lambda value, x: casadi.hessian(value, x)[0]][:order]
        results = [value, *(derivative(value, x) for derivative in derivatives)]
        function = casadi.Function("f", [x], [casadi.densify(result) for result in results])
        function = function.map(lanes) if lanes > 1 else function
        buffer, trigger = function.buffer()
        argument = np.array(point)
        buffer.set_arg(0, memoryview(argument))
        outputs = [np.zeros(function.nnz_out(i)) for i in range(function.n_out())]
        for i, output in enumerate(outputs):
            buffer.set_res(i, memoryview(output))
        if lanes > 1:
            outputs = [each for output in outputs for each in output.reshape(lanes, -1).T]

        def in_place(_: Any = (buffer, argument)) -> Any:  # trigger does not keep them alive
            trigger()
            return outputs

        def with_copies() -> Any:
            argument[:] = point
            return [output.copy() for output in in_place()]

        return with_copies if copied else in_place

    m = SimpleNamespace(**vars(casadi), where=casadi.if_else)
    match subject:
        case "call", name:
            return action(CALLS[name].entries(m), CALLS[name].point, order=1)
        case ("product",):
            return action(lambda x: x[0] * x[1], np.array([1.5, 2.5]), order=0)
        case "lanes", which:
            point = np.ravel(options(), order="F")
            order = 2 if which == "greeks" else 1
            return action(subjects.black_scholes(m), point, order, LANES)
        case "graph", n if not copied:
            f, point = subjects.irregular(n)(m), subjects.irregular_graph(n)[1]

            def from_scratch() -> Any:
                run = action(f, point, order=0)
                return run()

            return from_scratch
    return None


def of_micrograd(subject: Subject) -> Action | None:
    if subject[:3] != ("network", "relu", 16):
        return None
    contestant = training.Micrograd(*training.problem())
    shapes = [p.shape for p in network(16)[0]]
    ends = list(itertools.accumulate(int(np.prod(shape)) for shape in shapes))

    def step() -> Any:
        value = contestant.steps["sample by sample"]()
        parts = np.split(contestant.gradient(), ends[:-1])
        return value, [part.reshape(s) for part, s in zip(parts, shapes, strict=True)]

    return step


def of_numpy(subject: Subject) -> Action | None:
    if subject[0] != "matmul":
        return None
    a = np.random.default_rng(0).random((subject[1], subject[1]))
    return lambda: a @ a


ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")}
DUALGRAD = Contender(environment=ONE_THREAD)
CONTENDERS: dict[str, tuple[Contender, Callable[[Subject], Action | None]]] = {
    "dualgrad": (DUALGRAD, of_dualgrad),
    "f alone": (DUALGRAD, of_function),
    "eager": (DUALGRAD, of_eager),
    "PyTorch": (PYTORCH, of_pytorch),
    "JAX": (JAX, of_jax),
    "JAX at its best": (JAX, lambda subject: of_jax(subject, at_its_best=True)),
    "CasADi": (CASADI, of_casadi),
    "CasADi, copied": (CASADI, lambda subject: of_casadi(subject, copied=True)),
    "micrograd": (MICROGRAD, of_micrograd),
    "NumPy": (Contender(NUMPY.package, ONE_THREAD), of_numpy),
}
