"""`dualgrad program`: a formula or its gradient as a program: lines, source, JSON."""

from __future__ import annotations

import argparse
from dataclasses import replace

from autograd import Formula, parse, value_and_grad
from autograd.program.program import Program
from autograd.program.source import LANGUAGES
from autograd.program.trace import trace
from autograd.text.lines import Line
from viz.commands.inputs import FORMULAS, InputError, add_formula, assigned, refuse_constant
from viz.commands.output import write

PURPOSE = "print a formula or its gradient as a program, in Python, C, JavaScript, ..."
DESCRIPTION = """\
Print a formula as the program that is recorded of it: numbered instructions, or source in a \
language. With --grad, the program computes the value and the gradient."""
NOTES = FORMULAS
EXAMPLES = """\
examples:
  dualgrad program "(x+y)**2*z"
      print the instructions
  dualgrad program "(x+y)**2*z" --grad --source c
      print a function in C that computes the value and the gradient
  dualgrad program "tanh(w*x + b)" --grad --source python
  dualgrad program "(x+y)**2*z" --grad --save gradient.json
      write the program as JSON; Program.load reads it

Values are needed where the formula cannot be evaluated at 1: dualgrad program "log(x - 2)" x=3
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    add_formula(parser)
    add = parser.add_argument
    add("--grad", action="store_true", help="the value and the gradient by all names")
    languages = f"print source in a language: {', '.join(LANGUAGES)}"
    add("--source", choices=LANGUAGES, metavar="LANGUAGE", help=languages)
    add("--save", metavar="FILE", help="write the program to a file, as JSON")


def run(options: argparse.Namespace) -> None:
    """Print the program; write it where that is asked for."""
    formula = parse(options.formula.strip())
    given = {word.partition("=")[0].strip() for word in options.values}
    defaults = [f"{name}=1" for name in formula.names if name not in given]
    values = assigned(formula, [*options.values, *defaults])
    if options.grad:
        refuse_constant(formula)
    f = value_and_grad(formula, tuple(range(len(values)))) if options.grad else formula
    program = _renamed(trace(f, *values.values()), formula, options.grad)
    text = str(program) if options.source is None else program.source(options.source).rstrip("\n")
    if options.save is not None:
        if not options.save:
            raise InputError("the name of the file to save to is empty")
        program.save(options.save)
        text = f"{text}\n\nwrote {options.save}" if options.source is None else text
    write(text)


def _renamed(program: Program, formula: Formula, is_gradient: bool) -> Program:
    """Return the program with names that say what it is of, and comparisons in the formula."""
    line = Line("<formula>", 1, " ".join(formula.text.split()))
    guards = tuple([replace(guard, line=line) for guard in program.guards])
    return replace(program, name="value_and_gradient" if is_gradient else "f", guards=guards)
