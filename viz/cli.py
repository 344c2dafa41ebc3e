"""The command line: `dualgrad graph "(x+y)**2*z" x=1 y=2 z=-6 -o graph.svg`.

Bad input ends in one line on standard error and exit code 2, never in a traceback.
"""

import argparse
import sys
import unicodedata
from collections.abc import Sequence
from typing import NoReturn

from autograd import Formula, FormulaError, Value, __version__, parse
from viz.commands import compare, grad
from viz.commands.inputs import InputError, assigned, first_line, headline
from viz.commands.terminal import write
from viz.graph import DIRECTIONS, draw_dot
from viz.render import RenderError
from viz.text import shortened

EXAMPLES = """\
examples:
  dualgrad graph "(x+y)**2*z" x=1 y=2 z=-6
      print the value and the gradient
  dualgrad graph "(x+y)**2*z" x=1 y=2 z=-6 -o graph.svg
      and draw the computation graph (svg, png, pdf, or dot for its source)
  dualgrad graph "tanh(w*x + b)" w=0.5 x=2 b=-pi/4 -o neuron.png --direction TB
  dualgrad graph "dot(w1, w2, x1, x2)" w1=1 w2=2 x1=3 x2=4 -o dot.pdf --expand

A formula is written as in Python: + - * / **, parentheses, numbers, names, the constants pi, e and
tau, conditions (`x if x > 0 else 0`) and the primitives (exp, log, sin, tanh, relu, ...). Quote it,
so that the shell leaves it alone. A value is a number or a formula of constants.
"""

LONGEST_COMPLAINT = 500
"""In characters, whatever the input that it quotes."""


class _Parser(argparse.ArgumentParser):
    """A parser whose complaint is one line; argparse would put the usage before it."""

    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message} (see {self.prog} --help)")


def _parser() -> _Parser:
    parser = _Parser(
        prog="dualgrad",
        description="Differentiate formulas and draw their computation graphs.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"dualgrad {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    graph = commands.add_parser(
        "graph",
        help="print a formula's value and gradient, and draw its graph",
        description="Print a formula's value and gradient, and draw its computation graph.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    graph.add_argument("formula", help='the formula, in quotes: "(x+y)**2*z"')
    graph.add_argument(
        "values", nargs="*", default=[], metavar="NAME=VALUE", help="a value for each name"
    )
    graph.add_argument("-o", "--output", metavar="FILE", help="where to draw: .svg .png .pdf .dot")
    graph.add_argument(
        "--direction",
        choices=DIRECTIONS,
        default="LR",
        help="where the drawing leads: left to right (LR, the default), top to bottom (TB), ...",
    )
    graph.add_argument(
        "--precision",
        type=int,
        choices=range(1, 18),
        default=4,
        metavar="N",
        help="significant digits in the drawing, 1 to 17 (default: 4)",
    )
    graph.add_argument(
        "--expand", action="store_true", help="draw dot, sum, ... as the operations they stand for"
    )
    graph.set_defaults(run=_graph)
    grad.register(commands)
    compare.register(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code.

    Args:
        arguments: the words after the program's name; those of the process by default.

    Raises:
        SystemExit: after --help and --version, as argparse does.

    >>> main(["graph", "(x+y)**2*z", "x=1", "y=2", "z=-6"])
    (x+y)**2*z = -54
    <BLANKLINE>
    name  value  gradient
    x         1       -36
    y         2       -36
    z        -6         9
    0
    """
    try:
        options = _parsed(sys.argv[1:] if arguments is None else arguments)
        options.run(options)
    except BrokenPipeError:  # who reads our output, `head` say, has seen enough
        return 1
    except FormulaError as error:
        return _complain(first_line(error))
    except OSError as error:
        place = f": {error.filename}" if error.filename else ""
        return _complain(f"{error.strerror or error}{place}")
    except (InputError, RenderError, ValueError) as error:
        return _complain(str(error))
    except KeyboardInterrupt:
        return _complain("interrupted", code=130)
    return 0


def _parsed(words: Sequence[str]) -> argparse.Namespace:
    parser = _parser()
    options, rest = parser.parse_known_args(_shielded(words))
    # argparse is done with the values where an option stands between or before them.
    strange = [word for word in rest if word.startswith("-")]
    if strange:
        parser.error(f"unknown option {strange[0]!r}")
    options.values = [*options.values, *rest]
    return options


def _shielded(words: Sequence[str]) -> list[str]:
    """A formula such as -x**2 behind a space, so that it is not taken for an option."""
    shielded = []
    for previous, word in zip(["", *words], words, strict=False):
        minus = word.startswith("-") and not word.startswith("--")
        option = word in ("-", "-o", "-h") or previous in ("-o", "--output")
        shielded.append(f" {word}" if minus and not option else word)
    return shielded


def _complain(message: str, code: int = 2) -> int:
    """Print the message in one line; return the exit code."""
    print(f"dualgrad: {shortened(' '.join(message.split()), LONGEST_COMPLAINT)}", file=sys.stderr)
    return code


# --- dualgrad graph ---------------------------------------------------------------------------


def _graph(options: argparse.Namespace) -> None:
    formula = parse(options.formula.strip())
    leaves = [Value(x, name) for name, x in assigned(formula, options.values).items()]
    result = formula(*leaves)
    root = result if isinstance(result, Value) else Value(result)
    root.backward()
    report = _report(formula, root, leaves)
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


def _report(formula: Formula, root: Value, leaves: Sequence[Value]) -> str:
    """The value, and a table of the gradient."""
    lines = [headline(formula, root.data)]
    if leaves:
        rows = [("name", "value", "gradient")]
        rows += [(shortened(x.name), f"{x.data:.12g}", f"{x.grad:.12g}") for x in leaves]
        widths = [max(map(_columns, column)) for column in zip(*rows, strict=True)]
        lines.append("")
        for name, value, gradient in rows:
            padding = " " * (widths[0] - _columns(name))
            lines.append(f"{name}{padding}  {value:>{widths[1]}}  {gradient:>{widths[2]}}")
    return "\n".join(lines)


def _columns(text: str) -> int:
    """How many columns of a terminal the text takes: Chinese signs take two."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


if __name__ == "__main__":
    sys.exit(main())
