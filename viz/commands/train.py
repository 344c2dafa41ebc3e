"""`dualgrad train`: train a network on a data set or a CSV file, and draw what it learned."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from autograd.text.files import check_writable
from autograd.text.names import hint, spelt
from dualgrad import require
from viz.commands.inputs import InputError
from viz.commands.output import add_json_option, picture_path, write, write_json
from viz.commands.training_report import draw, report_of
from viz.commands.training_run import trained

INTERRUPTED: Final = 130
"""The exit code after Ctrl-C."""

DATA: Final = ("moons", "circles", "spirals", "xor", "separable", "curve")
LOSSES: Final = (
    *("mse", "half_squared_error", "mae", "huber"),
    *("hinge", "binary_cross_entropy", "cross_entropy"),
)
OPTIMIZERS: Final = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw", "lbfgs")
SCHEDULES: Final = ("constant", "linear", "cosine", "exponential", "step")
# Written out, as the help must not wait for nn to be imported.

PURPOSE = "train a network on a data set or a CSV file"
DESCRIPTION = """\
Train a network on a data set or a CSV file, print how well it does, and draw what it learned."""
EXAMPLES = """\
examples:
  dualgrad train moons --hidden 16 16 --optimizer adam --epochs 100 -o moons.png
      train a network 2-16-16-1 on two moons; draw its decision boundary and the loss
  dualgrad train spirals --hidden 32 32 --activation tanh --test 0.25 -o spirals.svg
      keep a quarter of the samples to test on
  dualgrad train curve --noise 0.05 --activation tanh -o curve.pdf
  dualgrad train --csv flowers.csv --target kind --save flowers.safetensors
      learn the column "kind" from the other columns, and save the model
  dualgrad train --csv flowers.csv --target kind --drop length --confusion -o flowers.svg
      leave out a column; show which kinds are taken for which
"""

NOTES = """
A CSV file has a first line that names its columns, and numbers or text in them. A target of text
holds classes; another column of text becomes a feature for each of its values, 0 or 1. Whole
numbers that count classes (0, 1, 2, ...) are classes, other numbers a regression, unless --loss
says otherwise. Features of a file are standardised by the model's first layer, so the saved model
takes them as the file has them.

Ctrl-C ends the training: what was learned so far is evaluated, written and saved.
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    add = parser.add_argument_group("data").add_argument
    add("values", nargs="*", default=[], metavar="DATA", help=f"a data set: {', '.join(DATA)}")
    add("--csv", metavar="FILE", help="your own data instead, a table in a file")
    add("--target", metavar="COLUMN", help="the column of the file to learn")
    add("--columns", nargs="+", metavar="NAME", help="learn from these columns only")
    add("--drop", nargs="+", default=[], metavar="NAME", help="leave these columns out")
    add("--samples", type=int, metavar="N", help="of the data set (default: its own)")
    add("--noise", type=float, metavar="S", help="of the data set (default: its own)")
    add(
        "--test",
        "--test-split",
        type=float,
        metavar="PART",
        help="hold back this part of the samples: 0.25",
    )
    add("--seed", type=int, default=0, metavar="N", help="of data, weights and order (default: 0)")

    add = parser.add_argument_group("network").add_argument
    add(
        "--hidden",
        nargs="*",
        default=["16", "16"],
        metavar="N",
        help="neurons of each hidden layer (default: 16 16); none for a linear model",
    )
    add("--activation", default="relu", metavar="NAME", help="relu (the default), tanh, gelu, ...")

    add = parser.add_argument_group("training").add_argument
    add(
        "--optimizer",
        default="adam",
        metavar="NAME",
        help=f"{', '.join(OPTIMIZERS)} (default: adam)",
    )
    add(
        "--lr",
        "--learning-rate",
        type=float,
        metavar="RATE",
        help="learning rate (default: one that suits, 0.03 for adam)",
    )
    add(
        "--schedule",
        metavar="NAME",
        help=f"{', '.join(SCHEDULES)} (default: linear, which lowers the rate to a tenth)",
    )
    add("--weight-decay", type=float, metavar="RATE", help="shrink the weights: 0.001")
    add(
        "--early-stopping",
        type=int,
        metavar="N",
        help="end when the loss of a fifth of the training samples, which is held out for that, "
        "has not improved for N epochs, and keep the best network",
    )
    add("--clip-norm", type=float, metavar="LENGTH", help="shorten gradients that are longer")
    add("--epochs", type=int, default=100, metavar="N", help="passes over the data (default: 100)")
    add("--batch-size", type=int, metavar="N", help="samples for each step (default: 16)")
    add("--loss", metavar="NAME", help=f"{', '.join(LOSSES)} (default: what suits the target)")

    group = parser.add_argument_group("output")
    group.add_argument("-o", "--output", metavar="FILE", help="where to draw: .svg .png .pdf")
    group.add_argument("--save", metavar="FILE", help="where to save the model: .safetensors")
    group.add_argument(
        "--confusion", action="store_true", help="show which classes are taken for which"
    )
    add_json_option(group)
    add = group.add_mutually_exclusive_group().add_argument
    add("--quiet", action="store_true", help="show no progress bar")
    add("--progress", action="store_true", help="show it even where there is no terminal")


def run(options: argparse.Namespace) -> int:
    """Train; draw and save where that is asked for; print the report. Return the exit code."""
    require("nn")
    sizes, words = _sizes(options.hidden)
    name = _data_name([*words, *options.values], options)
    picture = None if options.output is None else picture_path(options.output)
    model_file = None if options.save is None else _model_path(options.save)
    for path in (picture, model_file):
        if path is not None:  # what cannot be written is told before the training
            check_writable(path)
    result = trained(options, name, sizes)
    report = report_of(result)
    try:
        if model_file is not None:
            from nn.modules.saving import save

            save(result.model, model_file)
            report.files.append(str(model_file))
        if picture is not None:
            draw(result, picture)
            report.files.append(str(picture))
    finally:  # after a long training its outcome is told even if it cannot be written
        if options.json:
            write_json(report.to_dict())
        else:
            write(report.to_text(options.confusion))
    return INTERRUPTED if str(result.history.stopped).startswith("interrupted") else 0


def _sizes(words: Sequence[str]) -> tuple[list[int], list[str]]:
    """Return the sizes behind --hidden, and the words that stand in a row with them."""
    sizes, others = [], []
    for word in words:
        if spelt(DATA, word) is not None:
            others.append(word)
            continue
        try:
            sizes.append(int(word))
        except ValueError:
            told = f"--hidden takes whole numbers, not {word!r}{hint(word, DATA)}"
            raise InputError(told) from None
        if sizes[-1] < 1:
            raise InputError(f"--hidden: a layer has 1 neuron or more, not {sizes[-1]}")
    return sizes, others


def _data_name(words: Sequence[str], options: argparse.Namespace) -> str | None:
    """Return the name of the data set; None for a file."""
    if len(words) > 1:
        raise InputError(f"one data set at a time, not {' and '.join(words[:3])}")
    if words and options.csv is not None:
        raise InputError(f"the data are either {words[0]!r} or those of --csv {options.csv}")
    if options.csv is None:
        if not words:
            raise InputError(f"no data: name a data set ({', '.join(DATA)}), or --csv FILE")
        if options.target is not None:
            raise InputError("--target names a column of a file: it needs --csv FILE")
        if options.columns or options.drop:
            raise InputError("--columns and --drop name columns of a file: they need --csv FILE")
        return words[0]
    if options.target is None:
        raise InputError("which column is to be learned? Add --target COLUMN")
    if options.columns and options.drop and (both := {*options.columns} & {*options.drop}):
        raise InputError(f"{min(both)!r} is in --columns and in --drop")
    for option in ("samples", "noise"):
        if getattr(options, option) is not None:
            raise InputError(f"--{option} is for data sets, not for --csv")
    return None


def _model_path(path: str) -> Path:
    """Return the file to save to; an error where that cannot work, before the training."""
    from importlib.util import find_spec

    if not path.lower().endswith(".safetensors"):
        raise InputError(f"--save takes the name of a file that ends in .safetensors, not {path!r}")
    if find_spec("safetensors") is None:
        raise ImportError("--save needs the package safetensors: run `pip install safetensors`")
    return Path(path)
