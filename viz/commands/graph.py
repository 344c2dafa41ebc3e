"""`dualgrad graph`: a formula's value and gradient, and a drawing of its computation graph."""

from __future__ import annotations

import argparse
from typing import Any

from autograd import Value, parse
from viz.commands.inputs import FORMULAS, add_command, add_formula, assigned
from viz.commands.output import gradient_text, write
from viz.graph.draw import DIRECTIONS, draw_dot

EXAMPLES = """\
examples:
  dualgrad graph "(x+y)**2*z" x=1 y=2 z=-6
      print the value and the gradient
  dualgrad graph "(x+y)**2*z" x=1 y=2 z=-6 -o graph.svg
      and draw the computation graph (svg, png, pdf, or dot for its source)
  dualgrad graph "tanh(w*x + b)" w=0.5 x=2 b=-pi/4 -o neuron.png --direction TB
  dualgrad graph "dot(w1, w2, x1, x2)" w1=1 w2=2 x1=3 x2=4 -o dot.pdf --expand
"""


def register(commands: Any) -> None:
    """Add the command to the parser's."""
    parser = add_command(
        commands,
        "graph",
        run,
        "print a formula's value and gradient, and draw its graph",
        "Print a formula's value and gradient, and draw its computation graph.",
        EXAMPLES + FORMULAS,
    )
    add_formula(parser)
    parser.add_argument("-o", "--output", metavar="FILE", help="where to draw: .svg .png .pdf .dot")
    parser.add_argument(
        "--direction",
        choices=DIRECTIONS,
        default="LR",
        help="where the drawing leads: left to right (LR, the default), top to bottom (TB), ...",
    )
    parser.add_argument(
        "--precision",
        type=int,
        choices=range(1, 18),
        default=4,
        metavar="N",
        help="significant digits in the drawing, 1 to 17 (default: 4)",
    )
    parser.add_argument(
        "--expand", action="store_true", help="draw dot, sum, ... as the operations they stand for"
    )


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
        draw_dot(
            root,
            options.output,
            direction=options.direction,
            precision=options.precision,
            expand=options.expand,
        )
        report += f"\n\nwrote {options.output}"
    write(report)
