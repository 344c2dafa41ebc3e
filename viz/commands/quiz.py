"""`dualgrad quiz`: questions on a derivative in the terminal, marked one by one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from textwrap import indent

from autograd import FormulaError, parse
from autograd.text.tables import Table
from viz.commands.inputs import FORMULAS, assigned, refuse_constant
from viz.commands.output import write
from viz.explain.document import WIDTH, Equations, Part, to_text
from viz.explain.explain import explain
from viz.explain.explanation import Explanation
from viz.explain.notation import BLANK, Text
from viz.explain.phrases import LANGUAGES
from viz.explain.random_exercise import LEVELS, random_exercise

PURPOSE = "practise derivatives by hand: questions, and what went wrong"
DESCRIPTION = """\
Ask for the values, the local derivatives and the adjoints of a formula, one by one, and say what \
went wrong. Without a formula, one is made up. Three digits are enough; answers may be formulas \
such as 1/3; an empty line skips a question, q or Ctrl-C ends the quiz."""
NOTES = FORMULAS
EXAMPLES = """\
examples:
  dualgrad quiz --level 2
      an exercise of the second of four levels
  dualgrad quiz "(x+y)**2*z" x=1 y=2 z=-6
      questions on this formula
  dualgrad quiz --level 3 --seed 7 --sheet
      print the exercise as a sheet instead; --solution prints its solution
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    add = parser.add_argument
    formula = "a formula in quotes, and a value for each of its names (default: one is made up)"
    add("values", nargs="*", default=[], metavar="FORMULA NAME=VALUE", help=formula)
    levels = f"how hard, 1 to {len(LEVELS)} (default: 1)"
    add("--level", type=int, choices=list(LEVELS), default=1, metavar="N", help=levels)
    add("--seed", type=int, metavar="N", help="the same exercise again")
    spoken = f"the language: {', '.join(LANGUAGES)}"
    add("--language", choices=LANGUAGES, default="en", metavar="LANGUAGE", help=spoken)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--sheet", action="store_true", help="print the exercise as a sheet")
    form.add_argument("--solution", action="store_true", help="print the solution")


def run(options: argparse.Namespace) -> None:
    """Ask, or print the sheet or the solution."""
    sheet = _sheet(options)
    if options.sheet or options.solution:
        write(str(sheet if options.sheet else sheet.solution).rstrip("\n"))
        return
    answers: dict[str, str] = {}
    try:
        for key in _asked(sheet):
            if not _answered(sheet, key, answers):
                break
    except KeyboardInterrupt:  # ends the quiz as q does
        write("")
    marks = sheet.check(answers)
    write(f"\n{to_text(marks.parts[:1], sheet.plan.digits)}")


def _asked(sheet: Explanation) -> Iterator[str]:
    """Print the sheet up to each blank, and yield what is asked there."""
    digits = sheet.plan.digits
    waiting: list[Part] = []  # what comes before tables alone is not printed
    for part in sheet.parts:
        if not isinstance(part, Equations) or part.lines[0][-1] is not BLANK:
            waiting = [] if isinstance(part, Table) else [*waiting, part]
            continue
        write("\n" + to_text(waiting, digits) + "\n")
        waiting = []
        for line in part.lines:
            write(to_text([Equations([line])], digits).removesuffix(Text().write(BLANK)), end="")
            yield Text().write(line[0])


def _answered(sheet: Explanation, key: str, answers: dict[str, str]) -> bool:
    """Read and mark an answer; return False where the quiz is to end."""
    while True:
        line = sys.stdin.readline() if sys.stdin is not None else ""
        answer = line.strip()
        if not line or answer in ("q", "quit"):
            return False
        if not answer:
            return True
        try:
            marks = sheet.check(answers | {key: answer})
        except (FormulaError, ValueError, TypeError) as error:
            write(f"  {str(error).partition(chr(10))[0]}\n  {key} = ", end="")
            continue
        answers[key] = answer
        mark = next(mark for mark in marks.marks if mark.key == key)
        write(indent(to_text([marks.told(mark)], sheet.plan.digits, WIDTH - 4), "    "))
        return True


def _sheet(options: argparse.Namespace) -> Explanation:
    if not options.values:
        return random_exercise(options.level, options.seed, options.language)
    formula = parse(options.values[0].strip())
    refuse_constant(formula)
    values = assigned(formula, options.values[1:])
    language = options.language
    return explain(formula, *values.values(), mode="reverse", language=language, blank=True)
