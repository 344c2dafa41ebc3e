"""`dualgrad predict`: what a saved model makes of the rows of a CSV file."""

from __future__ import annotations

import argparse
import csv
import io
from pathlib import Path
from typing import Any

import numpy as np

from autograd.text.files import check_writable, write_whole
from dualgrad import require
from viz.commands.inputs import InputError
from viz.commands.output import add_json_option, write, write_json

PURPOSE = "predict by a saved model for the rows of a CSV file"
DESCRIPTION = """\
Predict by a model that `dualgrad train --save` wrote, for each row of a CSV file."""
EXAMPLES = """\
examples:
  dualgrad predict flowers.safetensors --csv new.csv
      print a class, or a number, for each row
  dualgrad predict flowers.safetensors --csv new.csv --proba -o predicted.csv
      write the probability of each class beside it
"""
NOTES = """
The file names its columns in the first line; the model finds those that it learned from by their
names, in any order, and does not look at others.
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    add = parser.add_argument
    add("values", nargs="*", default=[], metavar="MODEL", help="the file of the model")
    add("--csv", metavar="FILE", help="the rows to predict for")
    add("--proba", action="store_true", help="give the probability of each class too")
    add("-o", "--output", metavar="FILE", help="where to write the predictions: a CSV file")
    add_json_option(parser)


def run(options: argparse.Namespace) -> None:
    """Predict, and print the result or write it to a file."""
    require("nn")
    from nn.data.csv_files import read_features
    from nn.modules.saving import load

    if len(options.values) != 1:
        raise InputError(f"one file of a model is needed, not {len(options.values)}")
    if options.csv is None:
        raise InputError("no rows to predict for: add --csv FILE")
    if options.output is not None:
        check_writable(Path(options.output))
    model = load(options.values[0])
    if model.feature_names is None:
        raise InputError(
            "the model does not tell the columns that it takes: set model.feature_names before "
            "nn.save, as `dualgrad train --save` does"
        )
    columns = _columns(model, read_features(options.csv, model.feature_names), options.proba)
    if options.json:
        write_json(columns)
        return
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(columns)
    rows.writerows(zip(*columns.values(), strict=True))
    if options.output is None:
        write(text.getvalue(), end="")
    else:
        write_whole(Path(options.output), text.getvalue().encode())
        write(f"wrote     {options.output}")


def _columns(model: Any, X: Any, proba: bool) -> dict[str, list[Any]]:
    """Return the columns of the result by name."""
    if model.class_names is None and model.output_kind in (None, "values"):
        if proba:
            raise InputError("--proba is for classes, but the model gives numbers")
        found = np.asarray(model.predict(X)).reshape(len(X), -1)
        names = ["prediction", *(f"prediction {i}" for i in range(2, found.shape[1] + 1))]
        return dict(zip(names, found.T.tolist(), strict=True))
    columns = {"prediction": model.classify(X).tolist()}
    if proba:
        shares = model.predict_proba(X)
        names = model.class_names or [str(i) for i in range(shares.shape[1])]
        columns |= {
            f"p({name})": share for name, share in zip(names, shares.T.tolist(), strict=True)
        }
    return columns
