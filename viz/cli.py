"""The command line: `dualgrad graph "(x+y)**2*z" x=1 y=2 z=-6 -o graph.svg`.

Bad input ends in one line on standard error and exit code 2, never in a traceback.
"""

import argparse
import sys
from collections.abc import Sequence
from typing import NoReturn

from autograd import Formula, FormulaError, Value, __version__, parse
from viz.graph import draw_dot
from viz.render import RenderError

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


class InputError(Exception):
    """What the user should put right, in one line."""


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
    graph.add_argument("values", nargs="*", metavar="NAME=VALUE", help="a value for each name")
    graph.add_argument("-o", "--output", metavar="FILE", help="where to draw: .svg .png .pdf .dot")
    graph.add_argument("--direction", choices=["LR", "TB", "RL", "BT"], default="LR")
    graph.add_argument(
        "--precision", type=int, default=4, metavar="N", help="digits in the drawing, 1 to 17"
    )
    graph.add_argument(
        "--expand", action="store_true", help="draw dot, sum, ... as the operations they stand for"
    )
    graph.set_defaults(run=_graph)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code.

    Args:
        arguments: the words after the program's name; those of the process by default.

    >>> main(["graph", "(x+y)**2*z", "x=1", "y=2", "z=-6"])
    (x+y)**2*z = -54
    <BLANKLINE>
    name  value  gradient
    x         1       -36
    y         2       -36
    z        -6         9
    0
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        options = _parser().parse_args([_shielded(word) for word in words])
        options.run(options)
    except (InputError, FormulaError) as error:
        return _complain(str(error).partition("\n")[0])
    except OSError as error:
        return _complain(f"{error.strerror or error}: {error.filename}")
    except (RenderError, ValueError) as error:
        return _complain(" ".join(str(error).split()))
    except KeyboardInterrupt:
        return _complain("interrupted", code=130)
    return 0


def _complain(line: str, code: int = 2) -> int:
    print(f"dualgrad: {line}", file=sys.stderr)
    return code


def _shielded(word: str) -> str:
    """A formula such as -x**2 behind a space, so that it is not taken for an option."""
    option = not word.startswith("-") or word.startswith("--") or word in ("-", "-o", "-h")
    return word if option else f" {word}"


def _graph(options: argparse.Namespace) -> None:
    formula = parse(options.formula.strip())
    leaves = _leaves(formula, options.values)
    result = formula(*leaves)
    root = result if isinstance(result, Value) else Value(result)
    root.backward()
    if options.output is not None:
        _draw(root, options)
    print(_table(formula, root, leaves))
    if options.output is not None:
        print(f"\nwrote {options.output}")


def _leaves(formula: Formula, assignments: Sequence[str]) -> list[Value]:
    """A named Value for each argument of the formula."""
    values: dict[str, float] = {}
    for assignment in assignments:
        name, equals, text = (part.strip() for part in assignment.partition("="))
        if not equals or not name:
            raise InputError(f"{assignment.strip()!r} is not of the form NAME=VALUE, such as x=1.5")
        if name not in formula.names:
            raise InputError(f"the formula has no {name!r}: its names are {_listed(formula)}")
        if name in values:
            raise InputError(f"{name!r} has two values: {values[name]:g} and {text}")
        values[name] = _number(name, text)
    missing = [name for name in formula.names if name not in values]
    if missing:
        raise InputError(f"no value for {', '.join(missing)}: add {missing[0]}=NUMBER")
    return [Value(values[name], name) for name in formula.names]


def _listed(formula: Formula) -> str:
    return ", ".join(formula.names) or "none at all"


def _number(name: str, text: str) -> float:
    try:
        constant = parse(text)
    except FormulaError as error:
        raise InputError(f"the value of {name}: {str(error).partition(chr(10))[0]}") from error
    if constant.names:
        raise InputError(f"the value of {name} is not a number: {text!r}")
    return float(constant())


def _table(formula: Formula, root: Value, leaves: Sequence[Value]) -> str:
    lines = [f"{formula.text} = {root.data:.12g}"]
    if leaves:
        rows = [("name", "value", "gradient")]
        rows += [(x.name, f"{x.data:.12g}", f"{x.grad:.12g}") for x in leaves]
        widths = [max(len(row[i]) for row in rows) for i in range(3)]
        lines.append("")
        for name, value, gradient in rows:
            lines.append(
                f"{name:<{widths[0]}}  {value:>{widths[1]}}  {gradient:>{widths[2]}}".rstrip()
            )
    return "\n".join(lines)


def _draw(root: Value, options: argparse.Namespace) -> None:
    draw_dot(
        root,
        options.output,
        direction=options.direction,
        precision=options.precision,
        expand=options.expand,
    )
