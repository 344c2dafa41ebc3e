"""`dualgrad predict`: what a model that `dualgrad train` saved makes of a file."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from viz.cli import main


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with files of samples."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    kinds = ["rose", "是, lily", "tulip"]
    rows = [
        [f"{100 + 50 * (i % 3) + rng.normal():.3f}", "red" if i % 3 else "blue", kinds[i % 3]]
        for i in range(45)
    ]
    with open("flowers.csv", "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["length", "colour", "kind"], *rows])
    with open("new.csv", "w", encoding="utf-8") as file:  # other columns, in another order
        file.write("colour,note,length\nblue,a,101\nred,b,149\nred,c,200.5\n")
    numbers = [f"{x:.6f},{3.0 * x - 500.0:.6f}" for x in rng.uniform(1000.0, 2000.0, 40)]
    (tmp_path / "houses.csv").write_text("\n".join(["area,price", *numbers]), encoding="utf-8")
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main([*words]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def trained(capsys: pytest.CaptureFixture[str], file: str, target: str, *words: str) -> nn.Module:
    run(capsys, "train", "--csv", file, "--target", target, "--save", "m.safetensors", *words)
    return nn.load("m.safetensors")


@pytest.mark.parametrize("loss", ["cross_entropy", "binary_cross_entropy"])
def test_classes(capsys: pytest.CaptureFixture[str], folder: Path, loss: str) -> None:
    expected = ["rose", "是, lily", "tulip"]
    if loss == "binary_cross_entropy":
        lines = (folder / "flowers.csv").read_text(encoding="utf-8").replace("tulip", "是, lily")
        lines = lines.replace('"是, lily"', "是, lily").replace("是, lily", '"是, lily"')
        (folder / "flowers.csv").write_text(lines, encoding="utf-8")
        expected[2] = expected[1]
    model = trained(capsys, "flowers.csv", "kind", "--loss", loss)
    assert model.feature_names == ["length", "colour=blue", "colour=red"]
    printed = run(capsys, "predict", "m.safetensors", "--csv", "new.csv")
    assert [*csv.reader(printed.splitlines())] == [["prediction"], *([name] for name in expected)]
    X = np.array([[101.0, 1.0, 0.0], [149.0, 0.0, 1.0], [200.5, 0.0, 1.0]])
    words = ["predict", "m.safetensors", "--csv", "new.csv", "--proba"]
    found: Any = json.loads(run(capsys, *words, "--json"))
    assert [*found] == ["prediction", *(f"p({name})" for name in sorted(set(expected)))]
    shares = np.column_stack([found[name] for name in [*found][1:]])
    np.testing.assert_array_equal(shares, model.predict_proba(X))
    assert run(capsys, *words, "-o", "out.csv") == "wrote     out.csv\n"
    with open("out.csv", encoding="utf-8", newline="") as file:
        rows = [*csv.reader(file)]
    assert [row[0] for row in rows[1:]] == expected
    np.testing.assert_array_equal(np.array(rows)[1:, 1:].astype(float), shares)


def test_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    trained(capsys, "houses.csv", "price", "--hidden", "--epochs", "200")
    printed = run(capsys, "predict", "m.safetensors", "--csv", "houses.csv").splitlines()
    assert printed[0] == "prediction"
    expected = nn.read_csv("houses.csv", "price").y
    np.testing.assert_allclose(np.array(printed[1:], float), expected, rtol=0.01)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ([], 2, "one file of a model is needed, not 0"),
        (["a", "b", "--csv", "new.csv"], 2, "one file of a model is needed, not 2"),
        (["m.safetensors"], 2, "no rows to predict for: add --csv FILE"),
        (["no.safetensors", "--csv", "new.csv"], 1, "there is no such file: no.safetensors"),
        (["new.csv", "--csv", "new.csv"], 2, "new.csv is a text, not a model"),
        (["m.safetensors", "--csv", "no.csv"], 1, "no.csv"),
        (["m.safetensors", "--csv", "flowers.csv"], 2, "no column for the feature 'area'"),
        (["m.safetensors", "--csv", "houses.csv", "--proba"], 2, "--proba is for classes"),
        (["m.safetensors", "--csv", "houses.csv", "-o", "/no/such/p.csv"], 1, "/no/such"),
        (["bare.safetensors", "--csv", "houses.csv"], 2, "does not tell the columns"),
    ],
)
def test_bad_input(
    capsys: pytest.CaptureFixture[str], words: list[str], code: int, message: str
) -> None:
    trained(capsys, "houses.csv", "price", "--hidden", "--epochs", "1")
    nn.save(nn.MLP(1, [1], seed=0), "bare.safetensors")
    assert main(["predict", *words]) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("dualgrad: ")
    assert captured.err.count("\n") == 1
    assert message in captured.err
