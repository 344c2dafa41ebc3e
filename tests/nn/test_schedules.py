"""Schedules: PyTorch's rates, their ends, saving, and what is refused."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nn import schedules
from nn.schedules import SCHEDULES, from_config, rate_at, to_config

EXPECTED = json.loads((Path(__file__).parent / "stored" / "optim.json").read_text(encoding="utf-8"))

EXAMPLES = [
    schedules.constant(0.1),
    schedules.step(0.1, every=3),
    schedules.exponential(0.1, 0.9),
    schedules.cosine(0.1, steps=10, end=0.01),
    schedules.linear(1.0, 0.1, steps=10),
    schedules.warmup(5, then=0.1),
    schedules.warmup(5, then=schedules.warmup(2, then=schedules.cosine(0.1, steps=10))),
]
every = pytest.mark.parametrize("schedule", EXAMPLES, ids=repr)


def test_every_schedule_is_among_the_examples() -> None:
    assert {type(schedule) for schedule in EXAMPLES} == set(SCHEDULES.values())
    assert all(SCHEDULES[s.__name__] is s for s in SCHEDULES.values())


@pytest.mark.parametrize(
    "case", EXPECTED["schedules"], ids=lambda c: f"{c['schedule']}-{c['arguments']}"
)
def test_rates_are_those_of_pytorch(case: Any) -> None:
    schedule = SCHEDULES[case["schedule"]](**case["arguments"])
    rates = [schedule(k) for k in range(len(case["rates"]))]
    np.testing.assert_allclose(rates, case["rates"], rtol=1e-12, atol=1e-15)


def test_linear_is_microgrds_formula_to_the_last_bit() -> None:
    schedule = schedules.linear(1.0, 0.1, steps=100)
    assert [schedule(k) for k in range(100)] == [1.0 - 0.9 * k / 100 for k in range(100)]


@pytest.mark.parametrize(
    ("schedule", "end"),
    [
        (schedules.cosine(0.5, steps=7, end=0.125), 0.125),
        (schedules.linear(0.5, 0.125, steps=7), 0.125),
        (schedules.linear(0.125, 0.5, steps=1), 0.5),
        (schedules.constant(0.5), 0.5),
    ],
)
def test_the_end_is_kept(schedule: Callable[[int], float], end: float) -> None:
    assert [schedule(k) for k in (7, 8, 1000, 10**9)] == [end] * 4


@given(
    lr=st.floats(0, 1e6), end=st.floats(0, 1e6), steps=st.integers(1, 1000), k=st.integers(0, 2000)
)
def test_cosine_and_linear_stay_between_their_ends(
    lr: float, end: float, steps: int, k: int
) -> None:
    slack = 1e-12 * max(lr, end)
    low, high = min(lr, end) - slack, max(lr, end) + slack
    for schedule in (schedules.cosine(lr, steps, end), schedules.linear(lr, end, steps)):
        assert low <= schedule(k) <= high
        assert schedule(0) == pytest.approx(lr, rel=1e-12, abs=slack)


def test_warmup_rises_to_the_schedule_behind_it() -> None:
    then = schedules.linear(1.0, 0.0, steps=4)
    rates = [schedules.warmup(2, then)(k) for k in range(8)]
    assert rates == [0.5, 1.0, 1.0, 0.75, 0.5, 0.25, 0.0, 0.0]
    assert schedules.warmup(4, then=0.5)(0) == 0.125
    assert schedules.warmup(2, then=lambda k: 3.0 - k)(3) == 2.0


@every
def test_schedules_come_back_from_their_text_and_from_json(schedule: Any) -> None:
    assert eval(repr(schedule), dict(SCHEDULES)) == schedule
    assert from_config(json.loads(json.dumps(to_config(schedule)))) == schedule


@every
def test_schedules_do_not_change(schedule: Any) -> None:
    with pytest.raises(AttributeError):
        schedule.steps = 3
    assert hash(schedule) == hash(from_config(to_config(schedule)))


@pytest.mark.parametrize("bad", [-0.1, math.nan, math.inf, "fast", None])
@pytest.mark.parametrize(
    ("make", "argument"),
    [
        (schedules.constant, "lr"),
        (lambda x: schedules.step(x, 2), "lr"),
        (lambda x: schedules.step(0.1, x), "every"),
        (lambda x: schedules.step(0.1, 2, x), "factor"),
        (lambda x: schedules.exponential(x, 0.5), "lr"),
        (lambda x: schedules.exponential(0.1, x), "factor"),
        (lambda x: schedules.cosine(x, 5), "lr"),
        (lambda x: schedules.cosine(0.1, x), "steps"),
        (lambda x: schedules.cosine(0.1, 5, x), "end"),
        (lambda x: schedules.linear(x, 0.1, 5), "start"),
        (lambda x: schedules.linear(1.0, x, 5), "end"),
        (lambda x: schedules.linear(1.0, 0.1, x), "steps"),
        (lambda x: schedules.warmup(x, 0.1), "steps"),
        (lambda x: schedules.warmup(5, x), "then"),
    ],
)
def test_bad_arguments_are_refused(make: Any, argument: str, bad: Any) -> None:
    with pytest.raises((ValueError, TypeError), match=rf"{argument} of \w+\(\) "):
        make(bad)


@pytest.mark.parametrize("make", [schedules.cosine, schedules.step])
def test_no_steps_are_refused(make: Any) -> None:
    with pytest.raises(ValueError, match="must be at least 1, not 0"):
        make(0.1, 0)
    with pytest.raises(TypeError, match=r"must be a whole number, not 2\.5 of type float"):
        make(0.1, 2.5)


def test_rates_of_functions_are_checked() -> None:
    assert rate_at(0.5, 3) == 0.5
    assert rate_at(lambda k: np.float32(0.5), 3) == 0.5
    with pytest.raises(ValueError, match=r"the learning rate of f at step 7 must .*, not -7"):
        rate_at(f, 7)
    with pytest.raises(TypeError, match="the learning rate of f at step 0 takes a number"):
        rate_at(f, 0)


def f(step: int) -> Any:
    return -step if step else None


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"schedule": "moon"}, "unknown schedule 'moon'; there are constant, step, "),
        ({}, "unknown schedule None"),
        ({"schedule": "cosine", "rate": 1}, "the schedule cosine has no setting 'rate'; .* lr, s"),
        ({"schedule": "constant", "lr": -1}, "lr of constant"),
        ({"function": "mine"}, "the function 'mine', which is not saved"),
    ],
)
def test_bad_configurations_are_refused(config: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        from_config(config)


def test_a_function_is_saved_by_its_name() -> None:
    assert to_config(f) == {"function": "f"}
    assert from_config({"function": "f"}, own=f) is f
    wrapped = schedules.warmup(3, then=f)
    assert to_config(wrapped) == {"schedule": "warmup", "steps": 3, "then": {"function": "f"}}
