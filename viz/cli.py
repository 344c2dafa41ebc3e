"""The command line: `dualgrad graph "(x+y)**2*z" x=1 y=2 z=-6 -o graph.svg`.

What goes wrong ends in one line on standard error, never in a traceback. The exit code is 2 for
what was typed, 1 for what could not be done (a file that cannot be written, a package that is
missing), 130 after Ctrl-C.
"""

import argparse
import contextlib
import io
import re
import sys
import warnings
from collections.abc import Sequence
from typing import Any, NoReturn

from autograd import FormulaError, __version__
from autograd.text.names import hint, unknown
from autograd.text.words import both_ends
from viz.commands import compare, examples, explain, grad, graph, predict, program, quiz, train
from viz.commands.inputs import FORMULAS, InputError, first_line
from viz.commands.output import discard, write
from viz.graph.render import RenderError

COMMANDS = {
    "graph": graph,
    "grad": grad,
    "compare": compare,
    "explain": explain,
    "quiz": quiz,
    "program": program,
    "train": train,
    "predict": predict,
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
  dualgrad explain "(x+y)**2*z" x=1 y=2 z=-6
      write out step by step how the value and the gradient are computed
  dualgrad program "(x+y)**2*z" --grad --source c
      print the gradient as a function in C
  dualgrad train moons --hidden 16 16 --optimizer adam --epochs 100 -o moons.png
      train a network, and draw its decision boundary and the loss
  dualgrad predict model.safetensors --csv new.csv
      print what a saved network makes of the rows of a file
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


class _Completion(argparse.Action):
    """Prints the script by which a shell completes the words of this command."""

    def __call__(self, parser: argparse.ArgumentParser, _: Any, shell: Any, *__: Any) -> None:
        try:
            import shtab
        except ModuleNotFoundError:
            raise ImportError(
                f"{self.option_strings[0]} needs the package shtab: run `pip install shtab`"
            ) from None
        print(shtab.complete(parser, shell=shell))
        parser.exit()


def _parser() -> _Parser:
    parser = _Parser(
        prog="dualgrad",
        description="Differentiate formulas, draw their computation graphs, train small networks.",
        epilog=EXAMPLES + FORMULAS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"dualgrad {__version__}")
    parser.add_argument(
        "--print-completion",
        action=_Completion,
        choices=("bash", "zsh", "tcsh"),
        help="print a script that completes words, as bash: "
        'eval "$(dualgrad --print-completion bash)"',
    )
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
        options.set_defaults(run=command.run, parser=options)
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
        options = _parsed(sys.argv[1:] if arguments is None else list(arguments))
        with warnings.catch_warnings():
            warnings.showwarning = _show_warning
            code: int = options.run(options) or 0
        write("", end="")  # what is still in the buffer can be printed, too
    except FormulaError as error:
        return _complain(first_line(error))
    except OSError as error:
        if not error.filename and sys.stdout is not None:
            discard(sys.stdout)
            if isinstance(error, BrokenPipeError):
                return 1  # who reads our output, `head` say, has seen enough
        place = f": {error.filename}" if error.filename else ""
        return _complain(f"{error.strerror or error}{place}", code=1)
    except (InputError, ValueError, OverflowError) as error:
        return _complain(str(error))
    except (RenderError, ImportError) as error:  # which say what to install
        return _complain(str(error), code=1)
    except MemoryError as error:
        return _complain(f"not enough memory: {error}", code=1)
    except KeyboardInterrupt:
        return _complain("interrupted", code=130)
    return code


def _parsed(words: Sequence[str]) -> argparse.Namespace:
    parser = _parser()
    first = words[0] if words else "--help"
    if first.startswith("-"):
        if not any(
            option.startswith(first)
            for option in ("-h", "--help", "--version", "--print-completion")
        ):
            _refuse_option(parser, first)
    elif first not in COMMANDS:
        parser.error(str(unknown(COMMANDS, first, "command")))
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            options, rest = parser.parse_known_args(_shielded(words))
    except SystemExit:  # after --help and --version
        write(printed.getvalue().removesuffix("\n"))
        raise
    # argparse is done with the values where an option stands between or before them.
    options.values = [*options.values, *rest]
    for word in map(str.strip, options.values):
        if re.match("--|-[a-zA-Z]", word):
            _refuse_option(options.parser, word.partition("=")[0])
    return options


def _refuse_option(parser: argparse.ArgumentParser, option: str) -> NoReturn:
    known = re.findall(r"--[a-z][a-z-]+", parser.format_help())
    near = hint(option, known) if len(option.strip("-")) > 1 else ""
    parser.error(f"unknown option {option!r}{near}")


def _shielded(words: Sequence[str]) -> list[str]:
    """Put a space before a formula such as -x**2, so that it is not taken for an option."""
    shielded = []
    for previous, word in zip(["", *words], words, strict=False):
        minus = word.startswith("-") and not word.startswith("--")
        option = word in ("-", "-o", "-h") or word.startswith("-o=")
        option = option or previous in ("-o", "--output")
        shielded.append(f" {word}" if minus and not option else word)
    return shielded


def _show_warning(message: Warning | str, *_: Any, **__: Any) -> None:
    """Print a warning as the one line that it is for whoever typed a command."""
    _complain(str(message))


def _complain(message: str, code: int = 2) -> int:
    """Print the message in one line; return the exit code."""
    line = both_ends(" ".join(message.split()), LONGEST_COMPLAINT)
    if sys.stderr is not None:  # which it is where it was closed
        try:
            print(f"dualgrad: {line}", file=sys.stderr, flush=True)
        except OSError:
            discard(sys.stderr)
    return code
