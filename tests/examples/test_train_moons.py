"""micrograd's demo reaches what it is known for."""

from __future__ import annotations

import runpy
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

EXAMPLE = runpy.run_path(
    str(Path(__file__).parents[2] / "examples" / "train_moons.py"), run_name="example"
)


@cache
def trained() -> Any:
    return EXAMPLE["train"](seed=0)


def test_all_samples_are_classified_in_100_steps() -> None:
    training = trained()
    assert training.accuracy == 1.0
    assert len(training.losses) == 100
    assert training.losses[0] > 1.0
    assert training.losses[-1] < 0.03
    assert training.accuracies[0] < 0.6
    assert training.accuracies[-1] == 1.0


def test_it_is_the_network_and_the_data_of_the_demo() -> None:
    training = trained()
    assert training.model.num_parameters() == 337
    assert training.X.shape == (100, 2)
    assert sorted(set(training.y.tolist())) == [-1, 1]


def test_the_first_loss_is_that_of_the_formulas() -> None:
    """Max-margin and L2 in NumPy, and the step of gradient descent along their gradient."""
    one = EXAMPLE["train"](seed=0, steps=1)
    fresh = EXAMPLE["train"](seed=0, steps=0)
    scores = fresh.model.predict(fresh.X)
    squares = sum(float(np.sum(a**2)) for a in fresh.model.state_dict().values())
    hinge = np.mean(np.maximum(0.0, 1.0 - fresh.y * scores))
    assert one.losses[0] == pytest.approx(hinge + 1e-4 * squares, rel=1e-12)
    # The rate of the first step is 1.
    for p, after in zip(fresh.model.parameters(), one.model.parameters(), strict=True):
        assert after.data == p.data - after.grad


def test_main_prints_the_steps_and_saves_the_picture(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(EXAMPLE["main"].__globals__, "train", lambda seed: trained())
    EXAMPLE["main"](["--output", str(tmp_path / "new" / "folder")])
    out = capsys.readouterr().out
    assert "337 parameters" in out
    assert "after the last step: accuracy 100%" in out
    picture = tmp_path / "new" / "folder" / "moons.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
    EXAMPLE["main"](["--output", str(tmp_path / "none"), "--no-picture"])
    assert not (tmp_path / "none").exists()
