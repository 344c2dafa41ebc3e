"""`dualgrad explain`: the written solution of a formula."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from autograd import parse
from autograd.text.files import write_whole
from viz.commands.inputs import FORMULAS, InputError, add_formula, assigned, refuse_constant
from viz.commands.output import write
from viz.explain.explain import MODES, explain
from viz.explain.explanation import Explanation
from viz.explain.phrases import LANGUAGES

FORMS: dict[str, Callable[[Explanation], str]] = {
    "text": Explanation.to_text,
    "markdown": Explanation.to_markdown,
    "latex": Explanation.to_latex,
    "html": Explanation.to_page,
}
SUFFIXES = {".txt": "text", ".md": "markdown", ".tex": "latex", ".html": "html", ".htm": "html"}

PURPOSE = "write out step by step how a formula's value and gradient are computed"
DESCRIPTION = """\
Write out the solution by hand: the values in order, the local derivatives in symbols and numbers, \
the backward pass step by step, the gradient, and forward mode for one name."""
NOTES = FORMULAS
EXAMPLES = """\
examples:
  dualgrad explain "(x+y)**2*z" x=1 y=2 z=-6
      print the solution
  dualgrad explain "(x+y)**2*z" x=1 y=2 z=-6 --paths -o solution.html
      write a page, with the gradient as a sum over paths, too
  dualgrad explain "tanh(w*x+b)" w=2 x=0.5 b=-1 --mode forward --by w --latex
  dualgrad explain "x*exp(-x)" x=1 --language zh
  dualgrad explain "x*exp(-x)" x=1 --blank -o sheet.tex
      write an exercise sheet; `dualgrad quiz` asks in the terminal
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    add_formula(parser)
    form = parser.add_mutually_exclusive_group()
    for name, shown in (("markdown", "Markdown"), ("latex", "LaTeX"), ("html", "a page of HTML")):
        to = f"write {shown}"
        form.add_argument(f"--{name}", dest="form", action="store_const", const=name, help=to)
    add = parser.add_argument
    add("-o", "--output", metavar="FILE", help="write a file: .txt .md .tex .html")
    add("--mode", choices=MODES, default="both", metavar="MODE", help=f"{', '.join(MODES)}")
    add("--by", metavar="NAME", help="forward mode by this name (default: the first)")
    add("--paths", action="store_true", help="the gradient as a sum over paths, too")
    add("--formulas", action="store_true", help="the gradient as simplified formulas, too (SymPy)")
    digits = "how many significant digits numbers are shown with, 2 to 17 (default: 6)"
    add("--digits", type=int, default=6, metavar="N", help=digits)
    most = "of a larger graph, explain the last N operations (default: 60)"
    add("--max-operations", type=int, default=60, metavar="N", help=most)
    add("--blank", action="store_true", help="an exercise sheet, with blanks for the numbers")
    spoken = f"the language: {', '.join(LANGUAGES)}"
    add("--language", choices=LANGUAGES, default="en", metavar="LANGUAGE", help=spoken)


def run(options: argparse.Namespace) -> None:
    """Print the solution, or write it to a file."""
    formula = parse(options.formula.strip())
    refuse_constant(formula)
    values = assigned(formula, options.values)
    form = options.form or _form_of(options.output)
    found = explain(
        formula,
        *values.values(),
        mode=options.mode,
        by=options.by,
        paths=options.paths,
        formulas=options.formulas,
        language=options.language,
        blank=options.blank,
        digits=options.digits,
        max_operations=options.max_operations,
    )
    text = FORMS[form](found).rstrip("\n")
    if options.output is None:
        write(text)
        return
    write_whole(Path(options.output), f"{text}\n".encode())
    write(f"wrote {options.output}")


def _form_of(output: str | None) -> str:
    """Return the form that a file's suffix tells; text where there is no file."""
    if output is None:
        return "text"
    suffix = Path(output).suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError(
            f"cannot tell the form of {output!r}: the known suffixes are {', '.join(SUFFIXES)}; "
            "or add --markdown, --latex or --html"
        )
    return SUFFIXES[suffix]
