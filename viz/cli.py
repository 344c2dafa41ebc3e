"""The command line: `dualgrad graph "(x+y)**2*z" x=1 y=2 z=-6 -o graph.svg`.

Bad input ends in one line on standard error and exit code 2, never in a traceback.
"""

import argparse
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from autograd import FormulaError, __version__
from autograd.text.names import unknown
from autograd.text.words import both_ends
from viz.commands import compare, examples, grad, graph, train
from viz.commands.inputs import FORMULAS, InputError, first_line, unknown_option
from viz.graph.render import RenderError

COMMANDS = {
    "graph": graph,
    "grad": grad,
    "compare": compare,
    "train": train,
    "examples": examples,
}

EXAMPLES = """\
examples:
  dualgrad graph "(x+y)**2*z" x=1 y=2 z=-6 -o graph.svg
      print the value and the gradient, and draw the computation graph
  dualgrad grad "(x+y)**2*z" x=1 y=2 z=-6 --hessian
      print the matrix of second derivatives
  dualgrad compare "(x+y)**2*z" x=1 y=2 z=-6
      print every intermediate in forward and reverse mode, and what each mode costs
  dualgrad train moons --hidden 16 16 --optimizer adam --epochs 100 -o moons.png
      train a network, and draw its decision boundary and the loss
  dualgrad examples xor
      run one of the worked examples; without a name they are listed

Each command has more: dualgrad graph --help
"""

LONGEST_COMPLAINT = 500
"""How many characters a complaint may have, whatever the input that it quotes."""


class _Parser(argparse.ArgumentParser):
    """A parser whose complaint is one line; argparse would put the usage before it."""

    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message} (see {self.prog} --help)")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        choices = list(map(str, action.choices or [value]))
        if isinstance(value, str) and value not in choices:
            what = f"value of {action.metavar or action.dest}"
            raise argparse.ArgumentError(action, str(unknown(choices, value, what)))
        super()._check_value(action, value)


def _parser() -> _Parser:
    parser = _Parser(
        prog="dualgrad",
        description="Differentiate formulas, draw their computation graphs, train small networks.",
        epilog=EXAMPLES + FORMULAS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"dualgrad {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, command in COMMANDS.items():
        options = commands.add_parser(
            name,
            help=command.PURPOSE,
            description=command.DESCRIPTION,
            epilog=command.EXAMPLES + command.NOTES,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.add_options(options)
        options.set_defaults(run=command.run)
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
        code: int = options.run(options) or 0
    except BrokenPipeError:  # who reads our output, `head` say, has seen enough
        return 1
    except FormulaError as error:
        return _complain(first_line(error))
    except OSError as error:
        place = f": {error.filename}" if error.filename else ""
        return _complain(f"{error.strerror or error}{place}")
    except (InputError, RenderError, ValueError, ImportError) as error:
        return _complain(str(error))  # an ImportError says what to install for an option
    except MemoryError as error:
        return _complain(f"not enough memory: {error}")
    except KeyboardInterrupt:
        return _complain("interrupted", code=130)
    return code


def _parsed(words: Sequence[str]) -> argparse.Namespace:
    parser = _parser()
    options, rest = parser.parse_known_args(_shielded(words))
    # argparse is done with the values where an option stands between or before them.
    strange = [word for word in rest if word.startswith("-")]
    if strange:
        raise unknown_option(strange[0], options)
    options.values = [*options.values, *rest]
    return options


def _shielded(words: Sequence[str]) -> list[str]:
    """Put a space before a formula such as -x**2, so that it is not taken for an option."""
    shielded = []
    for previous, word in zip(["", *words], words, strict=False):
        minus = word.startswith("-") and not word.startswith("--")
        option = word in ("-", "-o", "-h") or previous in ("-o", "--output")
        shielded.append(f" {word}" if minus and not option else word)
    return shielded


def _complain(message: str, code: int = 2) -> int:
    """Print the message in one line; return the exit code."""
    line = both_ends(" ".join(message.split()), LONGEST_COMPLAINT)
    print(f"dualgrad: {line}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
