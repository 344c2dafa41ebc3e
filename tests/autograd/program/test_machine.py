"""Programs run by every interpreter give what the function itself gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Value, grad, hessian, value_and_grad
from autograd.program import machine
from autograd.program.machine import INTERPRETERS, Machine, machine_of
from autograd.program.program import Program
from autograd.program.schedule import scheduled
from autograd.program.trace import trace
from autograd.transforms import tree

Array = np.ndarray[Any, Any]
LANES = (1, 3, 32, 33, 1000)
over_interpreters = pytest.mark.parametrize("interpreter", INTERPRETERS)


@pytest.fixture
def interpreted(interpreter: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let every machine of the test run by one interpreter."""
    monkeypatch.setattr(machine, "machine_of", lambda plan: machine_of(plan, interpreter))
    return interpreter


def numbers_in(result: Any) -> Array:
    """The numbers of a result, in order."""
    return np.concatenate([np.ravel(np.asarray(x, float)) for x in tree.flatten(result)] or [[]])


def outputs_of(
    program: Program, lanes: Array, mapped: list[bool], reduce: str | None = None
) -> Array:
    """Run a program at rows of all its inputs, those that are not mapped as in the first row."""
    chosen = np.array(mapped)
    ready = Machine(program, mapped, reduce)
    outputs, failed = ready.run(lanes[0][~chosen], lanes[:, chosen])
    assert failed is None or (failed == -1).all()
    return outputs


def close(got: Array, want: Array) -> None:
    """Sums are added up in another order."""
    np.testing.assert_allclose(got, want, rtol=1e-13, atol=1e-13)


# What is run: a function of one array of inputs, how many there are, and which are shared.


def rosenbrock(x: Any) -> Any:
    return sum(100.0 * (x[i + 1] - x[i] ** 2) ** 2 + (1.0 - x[i]) ** 2 for i in range(len(x) - 1))


def black_scholes(x: Any) -> Any:
    spot, strike, time, rate, sigma = (x[i] for i in range(5))
    root = sigma * np.sqrt(time)
    d1 = (np.log(spot / strike) + (rate + 0.5 * sigma**2) * time) / root
    return spot * ag.ndtr(d1) - strike * np.exp(-rate * time) * ag.ndtr(d1 - root)


def network(x: Any) -> Any:
    """A network 2-5-5-1 by products of arrays: 46 parameters, 2 inputs and a target."""
    w1, b1, w2, b2 = x[:10].reshape(5, 2), x[10:15], x[15:40].reshape(5, 5), x[40:45]
    hidden = ag.tanh(w2 @ ag.relu(w1 @ x[51:53] + b1) + b2)
    score = x[45:50] @ hidden + x[50]
    return ag.relu(1.0 - x[53] * score) + 1e-3 * (x[:50] * x[:50]).sum()


def network_by_hand(x: Any) -> Any:
    """The same network, entry by entry."""
    inputs = [x[51], x[52]]
    hidden = []
    for j in range(5):
        total = x[10 + j]
        for i in range(2):
            total = total + x[2 * j + i] * inputs[i]
        hidden.append(total.relu() if isinstance(total, Value) else max(total, 0.0))
    outer = [
        ag.tanh(sum(x[15 + 5 * j + i] * h for i, h in enumerate(hidden)) + x[40 + j])
        for j in range(5)
    ]
    score = sum(x[45 + j] * h for j, h in enumerate(outer)) + x[50]
    return ag.relu(1.0 - x[53] * score) + 1e-3 * sum(w * w for w in x[:50])


def sums_with_signs(x: Any) -> Any:
    return x[0] - x[1] * x[2] - (x[3] - x[4]) + 2.0 * x[0] - (-x[1]) + 3.0 * x[0] + 0.0


def mixed(x: Any) -> Any:
    return (
        np.exp(x[0]) * np.maximum(x[1], x[2]),
        ag.logsumexp(x[:3]),
        ag.where(ag.less(x[1], x[0]), x[2], -x[2]),
        ag.norm(x[:3]),
        ag.prod(x[1:]),
        7.0 * x[4] + 0.5,
        3.0,
    )


CASES: dict[str, tuple[Callable[[Any], Any], int, Callable[[int], bool]]] = {
    "rosenbrock": (rosenbrock, 7, lambda i: i % 2 == 0),
    "its gradient": (value_and_grad(rosenbrock), 7, lambda i: i < 3),
    "its Hessian": (hessian(rosenbrock), 4, lambda i: i != 1),
    "black-scholes": (value_and_grad(black_scholes), 5, lambda i: i != 3),
    "its second greeks": (hessian(black_scholes), 5, lambda i: True),
    "network": (value_and_grad(network), 54, lambda i: i >= 51),
    "network by hand": (value_and_grad(network_by_hand), 54, lambda i: i >= 51),
    "sums": (value_and_grad(sums_with_signs), 5, lambda i: i in (0, 2)),
    "mixed": (mixed, 5, lambda i: i in (0, 3)),
    "a gradient's gradient": (
        grad(lambda y: (grad(network)(y)[:10] ** 2).sum()),
        54,
        lambda i: i >= 51,
    ),
}


def rows(count: int, size: int, mapped: list[bool]) -> Array:
    """Inputs for lanes; what is not mapped is the same in all."""
    lanes = np.random.default_rng(count).uniform(0.3, 1.6, (count, size))
    lanes[:, ~np.array(mapped)] = lanes[0, ~np.array(mapped)]
    return lanes


@over_interpreters
@pytest.mark.parametrize("case", CASES)
def test_outputs_of_every_lane(case: str, interpreted: str) -> None:
    f, size, is_mapped = CASES[case]
    mapped = [is_mapped(i) for i in range(size)]
    program = trace(f, np.linspace(0.5, 1.5, size))
    lanes = rows(33, size, mapped)
    wanted = np.array([numbers_in(f(lane)) for lane in lanes])
    constants = 1 if case == "mixed" else 0
    wanted = wanted[:, : wanted.shape[1] - constants]
    close(outputs_of(program, lanes, mapped), wanted)
    everything = [True] * size
    close(outputs_of(program, lanes, everything), wanted)
    close(outputs_of(program, lanes[:1], [False] * size), wanted[:1])
    for reduce, total in (("sum", wanted.sum(axis=0)), ("mean", wanted.mean(axis=0))):
        close(outputs_of(program, lanes, mapped, reduce), total)
        close(outputs_of(program, lanes, everything, reduce), total)


@over_interpreters
@pytest.mark.parametrize("count", LANES)
def test_any_number_of_lanes(count: int, interpreted: str) -> None:
    f, size, is_mapped = CASES["network"]
    mapped = [is_mapped(i) for i in range(size)]
    program = trace(f, np.linspace(0.5, 1.5, size))
    lanes = rows(count, size, mapped)
    some = sorted({0, count // 2, count - 1})
    each = outputs_of(program, lanes, mapped)
    close(each[some], np.array([numbers_in(f(lanes[i])) for i in some]))
    close(outputs_of(program, lanes, mapped, "mean"), each.mean(axis=0))
    close(outputs_of(program, lanes, mapped, "sum"), each.sum(axis=0))


@over_interpreters
def test_no_lanes(interpreted: str) -> None:
    program = trace(lambda w, x: (w * x, w), 2.0, 3.0)
    for reduce, wanted in ((None, np.empty((0, 2))), ("sum", [0.0, 0.0]), ("mean", [np.nan] * 2)):
        ready = Machine(program, [False, True], reduce)
        outputs, _ = ready.run(np.array([1.0]), np.empty((0, 1)))
        np.testing.assert_array_equal(outputs, wanted)


@over_interpreters
def test_infinities_stay_in_their_lane(interpreted: str) -> None:
    program = trace(lambda w, x: w * np.log(x), 2.0, 3.0)
    lanes = np.array([[2.0]] * 9 + [[0.0], [-1.0], [3.0]])
    outputs, _ = Machine(program, [False, True]).run(np.array([1.0]), lanes)
    assert np.isfinite(outputs).ravel().tolist() == [True] * 9 + [False, False, True]
    # What fills the last block counts nowhere.
    last = np.array([[2.0]] * 8 + [[0.0]])
    for reduce in ("sum", "mean"):
        total, _ = Machine(program, [False, True], reduce).run(np.array([1.0]), last)
        assert total.tolist() == [-np.inf]


@over_interpreters
def test_guards_tell_of_each_lane(interpreted: str) -> None:
    def f(x: Any, a: Any) -> Any:
        if x > a:
            return x * a if a > 0.0 else x
        return -x

    program = trace(f, 2.0, 1.0)
    assert [guard.outcome for guard in program.guards] == [True, True]
    lanes = np.array([[2.0], [0.5], [3.0]] * 30)
    outputs, failed = Machine(program, [True, False]).run(np.array([1.0]), lanes)
    assert failed is not None
    assert failed.tolist() == [-1, 0, -1] * 30
    assert outputs[failed == -1].ravel().tolist() == [2.0, 3.0] * 30
    _, failed = Machine(program, [True, False]).run(np.array([-1.0]), lanes)
    assert failed is not None
    assert failed.tolist() == [1] * 90
    # A sum leaves out all lanes that it does not tell of by -1.
    summing = Machine(program, [True, False], "sum")
    total, failed = summing.run(np.array([1.0]), lanes)
    assert failed is not None
    assert set(failed[1::3].tolist()) == {0}
    assert total.tolist() == [lanes[failed == -1].sum()]
    total, failed = summing.run(np.array([1.0]), lanes[lanes > 1.0][:, None])
    assert failed is not None
    assert (failed == -1).all()
    assert total.tolist() == [150.0]


@over_interpreters
def test_captured_values_are_read_anew(interpreted: str) -> None:
    w = Value(3.0, "w")
    ready = Machine(trace(lambda x: w * x + 1.0, 2.0), [True])
    lanes = np.array([[1.0], [2.0]])
    assert ready.run(np.empty(0), lanes)[0].ravel().tolist() == [4.0, 7.0]
    w.data = -1.0
    assert ready.run(np.empty(0), lanes)[0].ravel().tolist() == [0.0, -1.0]


@over_interpreters
def test_outputs_that_are_inputs_constants_and_the_same(interpreted: str) -> None:
    def f(w: Any, x: Any) -> Any:
        return np.array([x, w, w, x * 1.0, 0.0 * w, w + x])

    program = trace(f, 2.0, 3.0)
    lanes = np.array([[5.0], [7.0]])
    outputs, _ = Machine(program, [False, True]).run(np.array([2.0]), lanes)
    assert outputs.tolist() == [[5.0, 2.0, 2.0, 5.0, 0.0, 7.0], [7.0, 2.0, 2.0, 7.0, 0.0, 9.0]]
    total, _ = Machine(program, [False, True], "sum").run(np.array([2.0]), lanes)
    assert total.tolist() == [12.0, 4.0, 4.0, 12.0, 0.0, 16.0]


@over_interpreters
def test_both_networks_are_one_program(interpreted: str) -> None:
    size, is_mapped = CASES["network"][1:]
    mapped = [is_mapped(i) for i in range(size)]
    x = np.linspace(0.5, 1.5, size)
    plans = [
        scheduled(trace(value_and_grad(f), x), mapped, "mean") for f in (network, network_by_hand)
    ]
    assert len(plans[0].lanes) == len(plans[1].lanes)
    assert plans[0].lane_slots == plans[1].lane_slots


@ag.custom_partials(lambda y, x, a: 2.0 * a * x, lambda y, x, a: x * x)
def scaled_square(x: float, a: float) -> float:
    return a * x * x


@pytest.mark.parametrize("reduce", [None, "sum", "mean"])
def test_primitives_of_the_users_own(reduce: str | None) -> None:
    w = Value(3.0)

    def f(x: Any, a: Any) -> Any:
        return scaled_square(x, a) * w if x > 0.0 else x

    both = value_and_grad(f, argnums=(0, 1))
    ready = Machine(trace(both, 2.0, 0.5), [True, False], reduce)
    lanes = np.array([[2.0], [1.0], [-1.0], [4.0]])
    outputs, failed = ready.run(np.array([0.5]), lanes)
    assert failed is not None
    assert failed.tolist() == [-1, -1, 0, -1]
    w.data = 5.0
    outputs, failed = ready.run(np.array([0.5]), lanes)
    each = np.array([[2.5 * x * x, 5.0 * x, 5.0 * x * x] for x in (2.0, 1.0, 4.0)])
    if reduce is None:
        assert outputs[[0, 1, 3]].tolist() == each.tolist()
    else:
        close(outputs, each.sum(axis=0) if reduce == "sum" else each.mean(axis=0))
    if reduce == "mean":
        assert np.isnan(ready.run(np.array([0.5]), np.empty((0, 1)))[0]).all()


def test_compiled_machine_is_there_where_the_hot_path_is() -> None:
    assert len(INTERPRETERS) > 1 or not ag.__native__


@pytest.mark.skipif(len(INTERPRETERS) == 1, reason="the machine was not compiled")
class TestRefusals:
    """The machine in C reads nothing beyond the arrays that it is given."""

    def run(self, *args: Any) -> None:
        plan = scheduled(trace(lambda w, x: w * x, 2.0, 3.0), [False, True])
        machine_of(plan).run(*args)

    @pytest.mark.parametrize(
        "args",
        [
            (np.empty(1), np.empty((2, 1)), np.empty((2, 1))),
            (np.empty(1, np.float32), np.empty((2, 1)), np.empty((2, 1)), None),
            (np.empty(1), np.empty((2, 2))[:, :1], np.empty((2, 1)), None),
            (np.empty(1), [[1.0]], np.empty((1, 1)), None),
            (np.empty(1), np.empty((2, 1)), np.empty((2, 1)), np.empty(2)),
        ],
    )
    def test_of_other_types(self, args: Any) -> None:
        with pytest.raises(TypeError, match="contiguous arrays"):
            self.run(*args)

    @pytest.mark.parametrize(
        "args",
        [
            (np.empty(2), np.empty((2, 1)), np.empty((2, 1)), None),
            (np.empty(1), np.empty((2, 2)), np.empty((2, 1)), None),
            (np.empty(1), np.empty((2, 1)), np.empty((1, 1)), None),
            (np.empty(1), np.empty((2, 1)), np.empty((2, 2)), None),
            (np.empty(1), np.empty((2, 1)), np.empty((2, 1)), np.empty(1, np.int32)),
        ],
    )
    def test_of_other_sizes(self, args: Any) -> None:
        with pytest.raises(ValueError, match="other sizes"):
            self.run(*args)
