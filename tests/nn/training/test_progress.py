"""The progress bar: where it is shown, and where not."""

from __future__ import annotations

import errno
import io
import subprocess
import sys
from typing import Any

import pytest

from nn import MLP, make_xor
from nn.training.fit import DivergedError, fit
from nn.training.history import shown
from nn.training.progress import MISSING, progress_bar, wanted


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def train(stream: Any, monkeypatch: pytest.MonkeyPatch, **options: Any) -> Any:
    monkeypatch.setattr(sys, "stderr", stream)
    return fit(MLP(2, [2, 1], "tanh", seed=0), *make_xor(), epochs=3, **options)


@pytest.mark.parametrize(
    ("stream", "progress", "seen"),
    [
        (Terminal, True, True),
        (Terminal, "always", True),
        (Terminal, False, False),
        (io.StringIO, True, False),
        (io.StringIO, "always", True),
        (io.StringIO, False, False),
    ],
)
def test_where_it_is_shown(
    stream: type[io.StringIO], progress: Any, seen: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = stream()
    train(written, monkeypatch, progress=progress, metrics=["accuracy"])
    text = written.getvalue()
    assert bool(text) is seen
    if seen:
        assert "3/3" in text
        assert "loss=" in text
        assert "accuracy=" in text
        assert "lr=" not in text


@pytest.mark.parametrize("writes", [0, 1, 3, 10])
def test_a_stream_that_takes_no_more_ends_the_bar_and_not_the_training(
    writes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(Terminal):
        left = writes

        def write(self, text: str) -> int:
            self.left -= 1
            if self.left < 0:
                raise OSError(errno.ENOSPC, "No space left on device")
            return super().write(text)

    assert len(train(Full(), monkeypatch, progress="always")) == 3


def test_a_notebook_is_known_by_its_stream() -> None:
    kind = type("OutStream", (io.StringIO,), {"__module__": "ipykernel.iostream"})
    before, sys.stderr = sys.stderr, kind()
    try:
        assert wanted(True)
    finally:
        sys.stderr = before


def test_without_a_standard_error(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(train(None, monkeypatch, progress="always")) == 3


@pytest.mark.parametrize(("progress", "lines"), [(True, [MISSING]), (False, [])])
def test_without_tqdm(progress: bool, lines: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tqdm", None)
    written = Terminal()
    assert len(train(written, monkeypatch, progress=progress)) == 3
    assert written.getvalue().splitlines() == lines


def test_tqdm_is_imported_for_a_bar_only() -> None:
    program = (
        "import sys, nn\n"
        "from nn import fit\n"
        "fit(nn.MLP(2, [2, 1]), *nn.make_xor(), epochs=1)\n"
        "assert 'tqdm' not in sys.modules\n"
        "fit(nn.MLP(2, [2, 1]), *nn.make_xor(), epochs=1, progress='always')\n"
        "assert 'tqdm' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, timeout=60)


class Bar:
    def __init__(self, **settings: Any) -> None:
        self.closed, self.count = False, 0

    def set_postfix_str(self, text: str, refresh: bool) -> None:
        pass

    def update(self, count: int) -> None:
        self.count += count

    def close(self) -> None:
        self.closed = True


def fails(epoch: Any) -> None:
    raise RuntimeError("mine")


def interrupts(epoch: Any) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({}, None),
        ({"callbacks": [lambda epoch: True]}, None),
        ({"callbacks": [interrupts]}, None),
        ({"callbacks": [fails]}, RuntimeError),
        ({"optimizer": "sgd", "lr": 1e200}, DivergedError),
    ],
)
def test_it_is_closed_however_the_training_ends(
    options: dict[str, Any], error: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bars: list[Bar] = []

    def make(**settings: Any) -> Bar:
        bars.append(Bar(**settings))
        return bars[-1]

    monkeypatch.setattr("tqdm.tqdm", make)
    if error is None:
        train(sys.stderr, monkeypatch, progress="always", **options)
    else:
        with pytest.raises(error):
            train(sys.stderr, monkeypatch, progress="always", **options)
    assert [bar.closed for bar in bars] == [True]


@pytest.mark.parametrize(
    ("show", "error"), [("yes", ValueError), (None, TypeError), (2, TypeError)]
)
def test_other_choices_are_refused(show: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="True, False or 'always'"), progress_bar(10, show):
        pass


def test_the_line() -> None:
    assert shown({"loss": 1e-9, "val_loss": float("nan"), "lr": 1.0, "seconds": 2.0}) == (
        "loss=1e-09, val_loss=nan"
    )
