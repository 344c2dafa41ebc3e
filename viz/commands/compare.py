"""`dualgrad compare`: both modes of differentiation side by side on a formula."""

from __future__ import annotations

import argparse
from pathlib import Path

from autograd import parse
from autograd.compare import ModeReport, compare_modes
from viz.commands.inputs import FORMULAS, add_formula, assigned, refuse_constant
from viz.commands.output import add_json_option, as_json, picture_path, write
from viz.plots.files import write_figure

PURPOSE = "print forward and reverse mode side by side"
DESCRIPTION = """\
Print every intermediate of a formula with its value, its tangents (forward mode) and its adjoint \
(reverse mode); the gradient by both modes and by central differences; and what each mode costs."""
NOTES = FORMULAS
EXAMPLES = """\
examples:
  dualgrad compare "(x+y)**2*z" x=1 y=2 z=-6
      print every intermediate with its value, tangents and adjoint, and what each mode costs
  dualgrad compare "(x+y)**2*z" x=1 y=2 z=-6 --crossover --plot modes.svg
      measure from how many inputs on reverse mode is faster, and plot it
  dualgrad compare "x**2*sin(y)" x=3 y=pi/6 --markdown
  dualgrad compare "log(x) - x/y" x=0 y=1 --json
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    add_formula(parser)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--markdown", action="store_true", help="print Markdown")
    add_json_option(form)
    larger = "measure both modes for more and more inputs, too"
    parser.add_argument("--crossover", action="store_true", help=larger)
    parser.add_argument("--plot", metavar="FILE", help="draw what it costs: .svg .png .pdf")


def run(options: argparse.Namespace) -> None:
    """Print the report; draw it where that is asked for."""
    formula = parse(options.formula.strip())
    refuse_constant(formula)
    values = assigned(formula, options.values)
    path = None if options.plot is None else picture_path(options.plot)
    report = compare_modes(formula, *values.values(), crossover=options.crossover)
    if path is not None:  # first, so that a failure is all that is seen
        _draw(report, path)
    if options.json:
        write(as_json(report.to_dict()))
        return
    text = report.to_markdown() if options.markdown else report.to_text()
    write(text if path is None else f"{text}\n\nwrote {path}")


def _draw(report: ModeReport, path: Path) -> None:
    from matplotlib.figure import Figure  # not pyplot, which may look for a screen

    figure = Figure(figsize=(6.4, 4.0), layout="constrained")
    report.plot(figure.subplots())
    write_figure(figure, path)
