"""Going back to a moment of a training."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograd import Value
from nn import MLP, OPTIMIZERS, SGD, Adam
from nn.training.snapshot import Snapshot, parameters_of


@pytest.mark.parametrize("name", [name for name in OPTIMIZERS if name != "lbfgs"])
def test_the_steps_after_it_are_the_same_again(name: str) -> None:
    values = [Value(3.0), Value(-2.0)]
    optimizer = OPTIMIZERS[name](values, lr=0.1)

    def steps(count: int) -> list[float]:
        for _ in range(count):
            optimizer.zero_grad()
            (values[0] ** 2 + 3.0 * values[1] ** 2).backward()
            optimizer.step()
        return [x.data for x in values] + [x.grad for x in values]

    steps(3)
    snapshot = Snapshot(values, optimizer)
    moment = [(x.data, x.grad) for x in values]
    first = steps(4)
    snapshot.restore()
    assert [(x.data, x.grad) for x in values] == moment
    assert optimizer.steps == 3
    assert steps(4) == first


def test_ctrl_c_in_its_middle_does_not_tear_it() -> None:
    class Once(Snapshot):
        calls = 0

        def _write(self) -> None:
            self.calls += 1
            if self.calls == 1:
                values[0].data = 1.0
                raise KeyboardInterrupt
            super()._write()

    values = [Value(1.0), Value(2.0)]
    snapshot = Once(values, SGD(values))
    values[0].data, values[1].data = 8.0, 9.0
    with pytest.raises(KeyboardInterrupt):
        snapshot.restore()
    assert [x.data for x in values] == [1.0, 2.0]


def test_parameters_of_both_are_there_once() -> None:
    model, beside = MLP(2, [3, 1]), Value(0.0)
    found = parameters_of(model, Adam([*model.parameters()[:4], beside]))
    wanted: list[Any] = [*model.parameters(), beside]
    assert list(map(id, found)) == list(map(id, wanted))
    assert np.all([x.op is None for x in found])
