"""The record of a training."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from nn.training.history import History, Record


def history_of(losses: list[float], **columns: list[float]) -> History:
    rows = [
        dict(zip(("loss", *columns), row, strict=True))
        for row in zip(losses, *columns.values(), strict=True)
    ]
    return History([Record(row) for row in rows], "finished")


def test_columns() -> None:
    history = history_of([3.0, 1.0, 2.0], accuracy=[0.5, 0.75, 1.0], lr=[0.1, 0.1, 0.1])
    assert history["accuracy"] == [0.5, 0.75, 1.0]
    assert history.columns == {name: history[name] for name in history}
    assert (len(history), history.epochs, history.best_epoch) == (3, [1, 2, 3], 2)
    assert "accuracy" in history
    assert "val_loss" not in history
    assert history["acc"] == history["accuracy"]
    with pytest.raises(
        KeyError, match=r"no 'los' \(did you mean 'loss'\?\); it has loss, accuracy"
    ):
        history["los"]


@pytest.mark.parametrize(
    ("losses", "validation", "best"),
    [
        ([3.0, 1.0, 2.0], None, 2),
        ([3.0, 1.0, 2.0], [1.0, 3.0, 0.5], 3),
        ([math.nan, 2.0, math.inf], None, 2),
        ([2.0, 2.0], None, 1),
        ([math.nan], None, None),
        ([], None, None),
    ],
)
def test_best_epoch(losses: list[float], validation: list[float] | None, best: int | None) -> None:
    columns = {} if validation is None else {"val_loss": validation}
    assert history_of(losses, **columns).best_epoch == best


def test_a_history_without_epochs() -> None:
    history = History(stopped="interrupted")
    assert history
    assert len(history) == 0
    assert history.columns == {"loss": []}
    assert str(history) == "0 epochs: interrupted"
    assert repr(history) == "History(0 epochs, stopped='interrupted')"
    assert history.to_dict() == {"epochs": 0, "stopped": "interrupted", "columns": {"loss": []}}
    assert history.parameters is None
    assert history.gradient_norms is None


def test_text_shows_first_best_and_last() -> None:
    history = history_of([4.0, 3.0, 2.0, 1.0, 2.5], accuracy=[0.0, 0.25, 0.5, 0.75, 1.0])
    assert str(history).splitlines() == [
        "epoch  loss  accuracy",
        "    1     4         0",
        "    4     1      0.75",
        "    5   2.5         1",
        "",
        "5 epochs: finished; the least loss was in epoch 4",
    ]
    assert repr(history) == "History(5 epochs, loss=2.5, accuracy=1, stopped='finished')"
    assert "<td" in history._repr_html_()
    assert str(history_of([1.0])).endswith("1 epoch: finished")


def test_records_of_parameters_and_gradients() -> None:
    records = [Record({"loss": 1.0}, np.array([k, 2.0 * k]), {"layers.0": k / 2}) for k in (1, 2)]
    history = History(records, start=np.zeros(2))
    assert history.parameters is not None
    assert history.parameters.tolist() == [[0.0, 0.0], [1.0, 2.0], [2.0, 4.0]]
    assert history.gradient_norms == {"layers.0": [0.5, 1.0]}


def test_to_dict_is_strict_json() -> None:
    records = [Record({"loss": math.nan, "val_loss": -math.inf}, np.array([1.0]), {"a": 1.0})]
    told = History(records, "finished", np.array([0.5])).to_dict()
    assert json.loads(json.dumps(told, allow_nan=False)) == {
        "epochs": 1,
        "stopped": "finished",
        "columns": {"loss": ["nan"], "val_loss": ["-inf"]},
        "parameters": [[0.5], [1.0]],
        "gradient_norms": {"a": [1.0]},
    }


def test_plot_draws_into_the_axes_given() -> None:
    from matplotlib.figure import Figure

    ax = Figure().subplots()
    history = history_of(
        [3.0, 1.0], val_loss=[2.0, 2.5], accuracy=[0.5, 1.0], lr=[1, 1], seconds=[1, 1]
    )
    assert history.plot(ax) is ax
    drawn = [line.get_label() for line in ax.get_lines()]
    assert drawn[:2] == ["loss", "val_loss"]
