"""`dualgrad graph`: a formula's value and gradient, and a drawing of its computation graph."""

from __future__ import annotations

import argparse

from autograd import Value, parse
from viz.commands.inputs import FORMULAS, add_formula, assigned
from viz.commands.output import gradient_text, write
from viz.graph.draw import DIRECTIONS, draw_dot

PURPOSE = "print a formula's value and gradient, and draw its graph"
DESCRIPTION = "Print a formula's value and gradient, and draw its computation graph."
NOTES = FORMULAS
EXAMPLES = """\
examples:
  dualgrad graph "(x+y)**2*z" x=1 y=2 z=-6
      print the value and the gradient
  dualgrad graph "(x+y)**2*z" x=1 y=2 z=-6 -o graph.svg
      and draw the computation graph (svg, png, pdf, or dot for its source)
  dualgrad graph "tanh(w*x + b)" w=0.5 x=2 b=-pi/4 -o neuron.png --direction TB
  dualgrad graph "dot(w1, w2, x1, x2)" w1=1 w2=2 x1=3 x2=4 -o dot.pdf --expand
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    add_formula(parser)
    add = parser.add_argument
    add("-o", "--output", metavar="FILE", help="where to draw: .svg .png .pdf .dot")
    leads = "where the drawing leads: left to right (LR, the default), top to bottom (TB), ..."
    add("--direction", choices=DIRECTIONS, default="LR", help=leads)
    digits = "significant digits in the drawing, 1 to 17 (default: 4)"
    add("--precision", type=int, choices=range(1, 18), default=4, metavar="N", help=digits)
    add("--expand", action="store_true", help="draw dot, sum, ... as the operations they stand for")


def run(options: argparse.Namespace) -> None:
    """Print the value and the gradient; draw the graph where that is asked for."""
    formula = parse(options.formula.strip())
    values = assigned(formula, options.values)
    leaves = [Value(x, name) for name, x in values.items()]
    result = formula(*leaves)
    root = result if isinstance(result, Value) else Value(result)
    root.backward()
    report = gradient_text(formula, root.data, values, {x.name: x.grad for x in leaves})
    if options.output is not None:  # first, so that a failure is all that is seen
        drawing = draw_dot(
            root,
            options.output,
            direction=options.direction,
            precision=options.precision,
            expand=options.expand,
        )
        report += f"\n\nwrote {drawing.written}"
    write(report)
