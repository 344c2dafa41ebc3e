"""`dualgrad train`: what it prints, draws and saves, and that bad input ends in one clear line."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn.optim
import nn.training
import viz.cli
from nn import DATASETS, LOSSES, MLP, accuracy, make_moons, read_csv
from nn.training.plan import NAMED_SCHEDULES
from viz.cli import main
from viz.commands import train, training_report
from viz.commands.training_task import Data, scale_of, task_of

ROOT = Path(__file__).parents[3]
QUICK = ["--hidden", "4", "--epochs", "2"]
MAGIC = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with some files."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    kinds = ("rose", "tulip", "$x_1$ lily")
    rows = [
        f"{100 + 50 * k + rng.normal(0, 8):.3f},{1e-3 * (k == 1) + rng.normal(0, 1e-4):.6f},{name}"
        for _ in range(20)
        for k, name in enumerate(kinds)
    ]
    write(tmp_path / "flowers.csv", "length,width,kind", *rows)
    x = rng.uniform(1000.0, 2000.0, (40, 3))
    prices = 1e6 + 300.0 * x[:, 0] - 200.0 * x[:, 1]
    table = [
        ",".join(f"{v:.6f}" for v in (*row, price)) for row, price in zip(x, prices, strict=True)
    ]
    write(tmp_path / "houses.csv", "area,age,rooms,price", *table)
    write(tmp_path / "bad.csv", "a,b,y", "1,2,0", "3,x,1")
    (tmp_path / "folder.svg").mkdir()
    (tmp_path / "folder.safetensors").mkdir()
    return tmp_path


def write(path: Path, *lines: str) -> None:
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")


def out(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What a good call prints."""
    code = main(["train", *words])
    captured = capsys.readouterr()
    assert (code, captured.err) == (0, "")
    return captured.out


def told(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    return json.loads(out(capsys, *words, "--json"), parse_constant=pytest.fail)


# What it learns.


def test_columns_and_text(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    rows = [f"n{i},{i},{'red' if i % 2 else 'blue'},{i % 2}" for i in range(60)]
    write(folder / "mixed.csv", "id,order,colour,even", *rows)
    words = ["--csv", "mixed.csv", "--target", "even", "--epochs", "20"]
    found = told(capsys, *words, "--drop", "id", "order")
    assert found["data"]["features"] == ["colour=blue", "colour=red"]
    assert found["scores"]["training"]["accuracy"] == 1.0
    assert found["confusion"] == {"training": [[30, 0], [0, 30]]}
    found = told(capsys, *words, "--columns", "order", "colour")
    assert found["data"]["features"] == ["order", "colour=blue", "colour=red"]


def test_the_confusion_matrix(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--csv", "flowers.csv", "--target", "kind", "--test-split", "0.25", "--confusion"]
    printed = out(capsys, *words)
    lines = printed.partition("\n\n")[2].splitlines()
    assert lines[0].split("  ")[0] == r"test: true \ taken for"
    assert [line.split()[-1] for line in lines[1:]] == ["0", "0", "5"]
    found = told(capsys, *words)
    assert np.sum(found["confusion"]["test"]) == found["data"]["test_samples"]
    assert np.trace(found["confusion"]["training"]) == found["scores"]["training"]["right"]
    assert "true" not in out(capsys, "curve", "--confusion", *QUICK)


def test_early_stopping_keeps_the_test_data_apart(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["moons", "--noise", "0.5", "--test", "0.2", "--early-stopping", "3", "--lr", "0.1"]
    found = told(capsys, *words)
    assert found["stopped"].startswith("early stopping: val_loss has not improved for 3 epochs")
    assert found["settings"]["early_stopping"] == 3
    assert (found["data"]["training_samples"], found["data"]["test_samples"]) == (80, 20)
    losses = found["history"]["val_loss"]
    assert int(np.argmin(losses)) == len(losses) - 4


def test_weight_decay_shrinks(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    sizes = []
    for words in ([], ["--weight-decay", "0.1"]):
        found = told(capsys, "moons", "--epochs", "30", *words, "--save", "m.safetensors")
        assert found["settings"].get("weight_decay") == (0.1 if words else None)
        sizes.append(np.linalg.norm(nn.load(folder / "m.safetensors").state_dict()["layers.1.w"]))
    assert sizes[1] < 0.9 * sizes[0]


def test_the_moons(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    words = "moons --hidden 16 16 --optimizer adam --epochs 100 -o moons.png"
    lines = out(capsys, *words.split()).splitlines()
    assert lines[:3] == [
        "data      moons: 100 samples, 2 features, 2 classes",
        "model     2-16-16-1 relu, 337 parameters",
        "training  100 epochs: adam, rate 0.03 (linear), batches of 16",
    ]
    assert re.fullmatch(r"loss      binary cross entropy, 0\.\d+ → [\d.e-]+", lines[3])
    assert lines[4:] == [
        "accuracy  100 % on the training data (100 of 100)",
        "wrote     moons.png",
    ]
    assert (folder / "moons.png").read_bytes().startswith(MAGIC["png"])


@pytest.mark.parametrize("name", ["circles", "spirals", "xor"])
def test_defaults_suit_every_data_set(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert told(capsys, name)["scores"]["training"]["accuracy"] >= 0.99


def test_regression(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    words = ["curve", "--noise", "0.05", "--samples", "60", "--test", "0.25", "-o", "c.svg"]
    printed = out(capsys, *words)
    assert "data      curve: 60 samples, 1 feature, regression\n" in printed
    (r2,) = re.findall(r"fit       R² (\S+), root mean square error \S+ on the training", printed)
    assert float(r2) > 0.95
    assert re.search(r"\n          R² \S+, .* on the test data\n", printed)
    assert b"<svg" in (folder / "c.svg").read_bytes()


def test_test_data_are_held_back(capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, "moons", "--samples", "50", "--test", "0.2", *QUICK)
    assert found["data"]["training_samples"] == found["scores"]["training"]["samples"] == 40
    assert found["data"]["test_samples"] == found["scores"]["test"]["samples"] == 10
    assert set(found["history"]) >= {"loss", "val_loss", "accuracy", "val_accuracy"}


def test_same_seed_same_result(capsys: pytest.CaptureFixture[str]) -> None:
    def losses(*words: str) -> Any:
        return told(capsys, "moons", *QUICK, *words)["history"]["loss"]

    assert losses() == losses("--seed", "0")
    assert losses() != losses("--seed", "1")


@pytest.mark.parametrize("name", train.OPTIMIZERS)
def test_every_optimizer(capsys: pytest.CaptureFixture[str], name: str) -> None:
    if name == "lbfgs":
        pytest.importorskip("scipy")
    found = told(capsys, "separable", "--hidden", "4", "--epochs", "8", "--optimizer", name)
    assert found["history"]["loss"][-1] < found["history"]["loss"][0]
    assert found["settings"]["lr"] == nn.optim.RATES.get(name)


@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss(capsys: pytest.CaptureFixture[str], loss: str) -> None:
    found = told(capsys, "moons", "--loss", loss, "--hidden", "8", "--epochs", "10")
    assert found["settings"]["loss"] == loss
    assert found["scores"]["training"]["accuracy"] > 0.75
    assert found["model"]["layers"] == [2, 8, 2 if loss == "cross_entropy" else 1]


@pytest.mark.parametrize(
    ("words", "layers"),
    [
        (["moons", "--epochs", "1", "--hidden", "3", "5"], [2, 3, 5, 1]),
        (["--epochs", "1", "--hidden", "3", "--", "moons"], [2, 3, 1]),
        (["--epochs", "1", "--hidden", "3", "5", "moons"], [2, 3, 5, 1]),  # in a row with sizes
        (["--epochs", "1", "moons", "--hidden"], [2, 1]),
        (["--hidden", "3", "--lr", "0.1", "moons", "--epochs", "1"], [2, 3, 1]),
    ],
)
def test_words_in_any_order(
    capsys: pytest.CaptureFixture[str], words: list[str], layers: list[int]
) -> None:
    printed = json.loads(out(capsys, "--json", *words))
    assert printed["model"]["layers"] == layers


# Files of one's own.


def test_classes_from_a_file(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    pytest.importorskip("safetensors")
    words = ["--csv", "flowers.csv", "--target", "kind", "--save", "f.safetensors", "-o", "f.pdf"]
    printed = out(capsys, *words, "--hidden", "8", "--epochs", "30")
    assert "classes of 'kind': $x_1$ lily, rose, tulip" in printed
    assert "accuracy  100 %" in printed
    assert printed.endswith("wrote     f.safetensors\nwrote     f.pdf\n")
    assert (folder / "f.pdf").read_bytes().startswith(MAGIC["pdf"])
    # The model takes the features as they stand in the file, of whatever scale.
    X, y, *_ = read_csv("flowers.csv", "kind")
    assert accuracy(nn.load("f.safetensors").predict(X), y) == 1.0


def test_the_picture_of_more_features_has_the_confusion_matrix(
    capsys: pytest.CaptureFixture[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[Any] = []
    monkeypatch.setattr(training_report, "write_figure", lambda figure, _: drawn.append(figure))
    lines = ["a,b,c,kind", *(f"{i % 7},{i % 5},{i % 3},{'xy'[i % 2]}" for i in range(40))]
    Path("wide.csv").write_text("\n".join(lines), "utf-8")
    words = ["--csv", "wide.csv", "--target", "kind", "--test-split", "0.25", "-o", "w.svg"]
    printed = out(capsys, *words, *QUICK)
    assert "confusion matrix and loss: regions need 2 features, not 3" in printed
    left, right = [ax for ax in drawn[0].axes if ax.get_title()]
    assert left.get_title() == "classes of the test data"
    assert sum(int(text.get_text().split("\n")[0]) for text in left.texts) == 10
    assert [text.get_text() for text in left.get_yticklabels()] == ["x", "y"]
    assert right.get_xlabel() == "epoch"


def test_numbers_from_a_file(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    pytest.importorskip("safetensors")
    words = ["--csv", "houses.csv", "--target", "price", "--save", "h.safetensors", "-o", "h.png"]
    printed = out(capsys, *words, "--hidden", "--epochs", "100")
    assert "houses.csv: 40 samples, 3 features, to learn the numbers of 'price'" in printed
    assert "model     3-1 after Standardize, 4 parameters" in printed
    assert "of standardised numbers" in printed
    assert "picture   the loss only: a curve needs 1 feature, not 3" in printed
    X, y, *_ = read_csv("houses.csv", "price")
    model = nn.load("h.safetensors")
    np.testing.assert_allclose(model.predict(X), y, rtol=1e-3)
    scale, network = model
    weights = network.state_dict()["layers.0.w"][0] / scale.std
    np.testing.assert_allclose(weights, [300, -200, 0], atol=10)


def test_a_saved_model_goes_on_learning(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its first layer keeps the scale of the features, and the others see small numbers."""
    pytest.importorskip("safetensors")
    out(capsys, "--csv", "flowers.csv", "--target", "kind", "--save", "f.safetensors", *QUICK)
    X, y, *_ = read_csv("flowers.csv", "kind")
    model = nn.load("f.safetensors")
    assert isinstance(model[0], nn.Standardize)
    np.testing.assert_allclose(model[0].mean, X.mean(axis=0))
    history = nn.fit(model, X, y, loss="cross_entropy", epochs=30, seed=0)
    assert history.notes == []
    assert accuracy(model.predict(X), y) == 1.0


def test_the_scale_is_that_of_the_training_samples(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("safetensors")
    words = ["--csv", "houses.csv", "--target", "price", "--test-split", "0.5"]
    out(capsys, *words, "--save", "h.safetensors", *QUICK)
    X, y, *_ = read_csv("houses.csv", "price")
    learned, *_ = nn.train_test_split(X, y, 0.5, 0, stratify=False)
    np.testing.assert_allclose(nn.load("h.safetensors")[0].mean, learned.mean(axis=0))


@pytest.mark.parametrize("hidden", [[], [4], [4, 4]])
def test_the_scale_of_a_regression_becomes_part_of_the_last_layer(hidden: list[int]) -> None:
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(50, 3)), rng.normal(1e6, 3.0, 50)
    scale = scale_of(y)
    np.testing.assert_allclose(scale.standardised(y).std(), 1.0)
    network = MLP(3, [*hidden, 1], "tanh", seed=0)
    expected = network.predict(X) * y.std() + y.mean()
    scale.fold(network)
    np.testing.assert_allclose(network.predict(X), expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("y", "loss", "expected", "classes"),
    [
        ([0, 1, 1, 0], None, "binary_cross_entropy", ["0", "1"]),
        ([-1, 1, 1, -1], None, "binary_cross_entropy", ["-1", "1"]),
        ([1, 2, 3, 1], None, "cross_entropy", ["1", "2", "3"]),
        ([1, 2, 3, 1], "mse", "mse", None),
        ([0, 1, 1, 0], "mse", "mse", ["0", "1"]),
        ([3, 5, 3, 5], None, "mse", None),
        ([3, 5, 3, 5], "hinge", "hinge", ["3", "5"]),
        ([3, 5, 8, 5], "cross_entropy", "cross_entropy", ["3", "5", "8"]),
        ([0.5, 1.0, 2.0, 1.0], None, "mse", None),
        ([7, 7, 7, 7], None, "mse", None),
        (list(range(30)), None, "mse", None),
    ],
)
def test_kinds_of_tasks(
    y: list[float], loss: str | None, expected: str, classes: list[str] | None
) -> None:
    data = Data("a.csv", np.zeros((len(y), 1)), np.array(y), ["x"], "y", None)
    task = task_of(data, loss)
    assert (task.loss, task.classes) == (expected, classes)
    if classes is not None:
        assert sorted(set(task.y.tolist())) == list(range(len(classes)))
    wants = {"hinge", "mse"} if classes is not None else set()
    assert (task.targets(task.y).min() == -1) == (task.loss in wants)


# Output.


@pytest.mark.parametrize("suffix", MAGIC)
def test_every_format(capsys: pytest.CaptureFixture[str], folder: Path, suffix: str) -> None:
    before = set(folder.iterdir())
    out(capsys, "moons", *QUICK, "-o", f"m.{suffix.upper()}")
    (picture,) = set(folder.iterdir()) - before
    assert picture.read_bytes().startswith(MAGIC[suffix])


def test_bar_only_where_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("tqdm")
    assert main(["train", "moons", *QUICK, "--progress"]) == 0
    shown = capsys.readouterr()
    assert "2/2" in shown.err
    assert "accuracy" in shown.out
    out(capsys, "moons", *QUICK)  # no terminal here
    out(capsys, "moons", *QUICK, "--quiet")


def test_without_a_screen_and_from_another_folder(folder: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "MPLBACKEND")}
    run = subprocess.run(
        [sys.executable, "-W", "error", "-m", "dualgrad", "train", "xor", *QUICK, "-o", "x.svg"],
        capture_output=True,
        check=True,
        env={**environment, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
    )
    assert run.stderr == b""
    assert run.stdout.decode().splitlines()[-1] == "wrote     x.svg"


def test_other_commands_do_not_wait_for_nn() -> None:
    script = "import sys, viz.cli; viz.cli.main(['graph', 'x', 'x=1']); print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, cwd=ROOT, text=True
    )
    loaded = set(run.stdout.splitlines()[-1].split())
    assert not loaded & {"nn", "nn.modules.module", "matplotlib", "scipy", "tqdm", "safetensors"}


def test_names_in_the_help_are_those_that_exist() -> None:
    assert list(train.DATA) == list(DATASETS)
    assert list(train.LOSSES) == list(LOSSES)
    assert list(train.SCHEDULES) == list(NAMED_SCHEDULES)
    assert list(train.OPTIMIZERS) == list(nn.optim.OPTIMIZERS)


def test_the_examples_work(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(["train", "--help"])
    assert exit_.value.code == 0
    shown = capsys.readouterr().out
    lines = [line for line in train.EXAMPLES.splitlines() if line.startswith("  dualgrad ")]
    assert len(lines) == 5
    assert lines[0] in viz.cli.EXAMPLES
    for line in lines:
        assert line in shown
        words = shlex.split(line)[2:]
        if "--save" in words:
            pytest.importorskip("safetensors")
        assert "wrote" in out(capsys, *words, "--epochs", "1")


# Interruption and failure.


def test_ctrl_c_keeps_what_was_learned(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    calls = 0
    own = nn.optim.Adam.step

    def step(self: Any, *args: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls > 20:  # within the third epoch
            raise KeyboardInterrupt
        return own(self, *args)

    monkeypatch.setattr(nn.optim.Adam, "step", step)
    words = ["train", "moons", "--hidden", "4", "-o", "m.png"]
    assert main(words) == 130
    captured = capsys.readouterr()
    assert captured.err == ""
    assert "2 of 100 epochs: adam, rate 0.03 (linear), batches of 16; interrupted\n" in captured.out
    assert "accuracy" in captured.out
    assert (folder / "m.png").exists()
    # In the very first step there is no loss to draw, but still a model.
    calls = 100
    assert main(words) == 130
    printed = capsys.readouterr().out
    assert "0 of 100 epochs" in printed
    assert "loss      binary cross entropy: none yet" in printed
    assert json.loads(_run_json(capsys, words))["history"] in ({}, {"loss": []})


def _run_json(capsys: pytest.CaptureFixture[str], words: list[str]) -> str:
    assert main([*words, "--json"]) == 130
    return capsys.readouterr().out


@pytest.mark.skipif(os.name == "nt", reason="signals are others on Windows")
def test_ctrl_c_in_a_terminal(folder: Path) -> None:
    words = ["moons", "--epochs", "1000000", "--progress", "--hidden", "2", "-o", "m.png"]
    with subprocess.Popen(
        [sys.executable, "-m", "dualgrad", "train", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
    ) as process:
        assert process.stderr is not None
        seen = b""
        while b"loss" not in seen:  # the bar runs
            seen += os.read(process.stderr.fileno(), 1000)
        process.send_signal(signal.SIGINT)
        printed, complaint = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"interrupted" in printed
    assert b"Traceback" not in complaint
    assert (folder / "m.png").read_bytes().startswith(MAGIC["png"])


def test_divergence_is_one_line(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    words = [
        "curve",
        "--optimizer",
        "sgd",
        "--lr",
        "1e200",
        "--activation",
        "identity",
        "-o",
        "c.png",
    ]
    assert_refused(capsys, folder, words, "or add --clip-norm 1. The first operation to blame")


def test_the_outcome_is_told_even_if_it_cannot_be_written(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    def failing(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(train, "draw", failing)
    assert main(["train", "moons", *QUICK, "-o", "m.png"]) == 1
    captured = capsys.readouterr()
    assert "accuracy" in captured.out
    assert "wrote" not in captured.out
    assert captured.err == "dualgrad: No space left on device\n"


# Bad input.

BAD = {
    "nothing": ([], "no data: name a data set (moons, circles, spirals, xor, separable, curve)"),
    "unknown data": (
        ["moon"],
        "unknown data set 'moon' (did you mean 'moons'?); there are moons, circles",
    ),
    "two data sets": (["moons", "xor"], "one data set at a time, not moons and xor"),
    "both": (["moons", "--csv", "flowers.csv", "--target", "kind"], "either 'moons' or those of"),
    "no target": (["--csv", "flowers.csv"], "Add --target COLUMN"),
    "target alone": (["moons", "--target", "y"], "--target names a column of a file"),
    "unknown target": (["--csv", "flowers.csv", "--target", "k"], "length, width, kind"),
    "bad cell": (["--csv", "bad.csv", "--target", "y"], "bad.csv, line 3, column 'b': 'x' is not"),
    "samples of a file": (
        ["--csv", "flowers.csv", "--target", "kind", "--samples", "3"],
        "--samples is for data sets",
    ),
    "noise of separable": (["separable", "--noise", "1"], "no noise"),
    "samples": (["moons", "--samples", "1"], "n of make_moons must be at least 2"),
    "noise": (["moons", "--noise", "-1"], "noise of make_moons"),
    "noise nan": (["moons", "--noise", "nan"], "noise of make_moons"),
    "seed": (["moons", "--seed", "-1"], "--seed must be 0 or more"),
    "test": (["moons", "--test", "1"], "--test is a part of the samples between 0 and 1"),
    "hidden 0": (["moons", "--hidden", "0"], "a layer has 1 neuron or more, not 0"),
    "hidden -1": (["moons", "--hidden", "-1"], "a layer has 1 neuron or more, not -1"),
    "hidden 1.5": (["moons", "--hidden", "1.5"], "--hidden takes whole numbers, not '1.5'"),
    "activation": (
        ["moons", "--activation", "rely"],
        "unknown activation 'rely' (did you mean 'relu'?); there are",
    ),
    "optimizer": (
        ["moons", "--optimizer", "adem"],
        "(did you mean 'adam'?); there are sgd, momentum",
    ),
    "rate": (["moons", "--lr", "-1"], "lr"),
    "rate nan": (["moons", "--lr", "nan"], "lr"),
    "rate in words": (
        ["moons", "--lr", "high"],
        "argument --lr/--learning-rate: invalid float value: 'high'",
    ),
    "rate of L-BFGS": (["moons", "--optimizer", "lbfgs", "--lr", "1"], "LBFGS has no setting 'lr'"),
    "schedule": (["moons", "--schedule", "linaer"], "linaer"),
    "epochs": (["moons", "--epochs", "-1"], "epochs"),
    "batch size": (["moons", "--batch-size", "0"], "batch_size"),
    "loss": (["moons", "--loss", "mes"], "unknown loss 'mes' (did you mean 'mse'?); there are mse"),
    "loss of numbers": (["curve", "--loss", "hinge"], "hinge is for classes, but 'y' holds"),
    "loss of three classes": (
        ["--csv", "flowers.csv", "--target", "kind", "--loss", "mse"],
        "'kind' has 3 classes: choose cross_entropy",
    ),
    "unknown option": (["moons", "--colour"], "unknown option '--colour'"),
    "unknown short option": (["moons", "-q"], "unknown option '-q' (see dualgrad train --help)"),
    "suffix": (["moons", "-o", "moons.bmp"], "cannot tell the format of 'moons.bmp'"),
    "empty output": (["moons", "-o", ""], "the name of the file to draw into is empty"),
    "null character": (["moons", "-o", "a\0.png"], "no file can be named"),
    "null character in a table": (["--csv", "a\0.csv", "--target", "y"], "null"),
    "empty save": (["moons", "--save", ""], "--save takes the name of a file"),
    "save as a text": (["moons", "--save", "x.txt"], "that ends in .safetensors, not 'x.txt'"),
    "sizes in words": (["moons", "--hidden", "abc"], "--hidden takes whole numbers, not 'abc'"),
    "sizes and a slip": (["--hidden", "4", "mons"], "not 'mons' (did you mean 'moons'?)"),
    "underscore": (["moons", "--batch_size", "4"], "(did you mean '--batch-size'?)"),
    "no dash": (["moons", "--batchsize=4"], "'--batchsize' (did you mean '--batch-size'?)"),
    "learning_rate": (["moons", "--learning_rate", "1"], "(did you mean '--learning-rate'?)"),
    "learningrate": (["moons", "--learningrate", "1"], "(did you mean '--learning-rate'?)"),
    "two options": (["moons", "--h", "4"], "ambiguous option: --h could match --help, --hidden"),
    "columns of a data set": (["moons", "--columns", "a"], "they need --csv FILE"),
    "in and out": (
        ["--csv", "houses.csv", "--target", "price", "--columns", "age", "--drop", "age"],
        "'age' is in --columns and in --drop",
    ),
    "no such column": (
        ["--csv", "houses.csv", "--target", "price", "--drop", "agee"],
        "has no column 'agee' (did you mean 'age'?)",
    ),
    "no patience": (["moons", "--early-stopping", "0"], "patience must be at least 1"),
    "decay of L-BFGS": (["moons", "--optimizer", "lbfgs", "--weight-decay", "1"], "weight_decay"),
    "too large for a seed": (["moons", "--seed", "1e9"], "invalid int value: '1e9'"),
    "infinite rate": (["moons", "--lr", "1e400"], "lr"),
    "quiet progress": (["moons", "--quiet", "--progress"], "not allowed with argument"),
}


# What cannot be done, rather than what is typed wrongly.
FAILING = {
    "no file": (["--csv", "no.csv", "--target", "y"], "no.csv"),
    "folder as file": (["--csv", ".", "--target", "y"], "."),
    "more samples than memory": (
        ["moons", "--samples", str(10**14)],
        "not enough memory: make_moons of 100,000,000,000,000 samples needs about 8.8 PB, but ",
    ),
    "far more samples": (["moons", "--samples", "9" * 30], "needs about 8.8e+13 EB, but "),
    "wider layers than memory": (
        ["moons", "--hidden", "1000000000"],
        "not enough memory: MLP with 4,000,000,001 parameters needs about 1.28 TB, but ",
    ),
    "missing folder": (["moons", "-o", "no/moons.png"], "the folder does not exist; create it"),
    "folder": (["moons", "-o", "folder.svg"], "this is a folder; add a file name"),
    "save to a folder": (["moons", "--save", "folder.safetensors"], "this is a folder"),
    "long name": (["moons", "--save", "x" * 300 + ".safetensors"], "cannot write the file"),
}


def listing(folder: Path) -> list[tuple[str, bytes | None]]:
    return sorted((str(p), p.read_bytes() if p.is_file() else None) for p in folder.rglob("*"))


def assert_refused(
    capsys: pytest.CaptureFixture[str], folder: Path, words: list[str], message: str, code: int = 2
) -> None:
    before = listing(folder)
    assert main(["train", *words]) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("dualgrad: ")
    assert captured.err.count("\n") == 1
    assert len(captured.err) < 520
    assert message in captured.err
    assert listing(folder) == before


@pytest.mark.parametrize(("words", "message"), BAD.values(), ids=BAD)
def test_bad_input(
    capsys: pytest.CaptureFixture[str], folder: Path, words: list[str], message: str
) -> None:
    assert_refused(capsys, folder, words, message)


@pytest.mark.parametrize(("words", "message"), FAILING.values(), ids=FAILING)
def test_failures(
    capsys: pytest.CaptureFixture[str], folder: Path, words: list[str], message: str
) -> None:
    assert_refused(capsys, folder, words, message, code=1)


def test_one_class_only(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    write(folder / "one.csv", "x,kind", "1,a", "2,a")
    assert_refused(
        capsys, folder, ["--csv", "one.csv", "--target", "kind"], "'kind' is the same in all"
    )


def test_without_safetensors(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    words = ["moons", "--save", "m.safetensors"]
    assert_refused(capsys, folder, words, "`pip install safetensors`", code=1)


WORDS = st.sampled_from(
    [
        "moons",
        "xor",
        "--hidden",
        "--csv",
        "--target",
        "-o",
        "3",
        "-1",
        "x",
        "",
        "--test",
        "0.5",
        "-",
    ]
)


@given(st.lists(WORDS, max_size=5))
def test_any_words_end_in_a_report_or_one_line(words: list[str]) -> None:
    stdout, stderr = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
        code = main(["train", *words, "--epochs", "1", "--samples", "8", "--quiet"])
    if code:
        assert code == 2
        assert stdout.getvalue() == ""
        assert stderr.getvalue().startswith("dualgrad: ")
        assert len(stderr.getvalue().splitlines()) == 1
    else:
        assert stdout.getvalue().startswith("data      ")
        assert stderr.getvalue() == ""


def test_data_are_those_of_the_function(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    pytest.importorskip("safetensors")
    out(capsys, "moons", "--seed", "3", "--epochs", "30", "--save", "m.safetensors")
    X, y = make_moons(seed=3)
    assert accuracy(nn.load("m.safetensors").predict(X), y) > 0.9


def test_what_an_optimizer_lacks_is_told_in_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "scipy.optimize", None)
    assert main(["train", "moons", "--optimizer", "lbfgs"]) == 1
    error = capsys.readouterr().err
    assert error == "dualgrad: LBFGS needs SciPy: run `pip install scipy`\n"
