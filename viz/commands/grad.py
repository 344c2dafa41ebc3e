"""`dualgrad grad`: the gradient of a formula, a higher derivative, or the Hessian."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any, Final

from autograd import Formula, derivative, hessian, parse, value_and_grad
from autograd.text.tables import Table, as_text
from autograd.text.words import shortened
from viz.commands.inputs import (
    FORMULAS,
    InputError,
    add_formula,
    assigned,
    known,
    refuse_constant,
    refuse_many,
)
from viz.commands.output import add_json_option, gradient_text, headline, write, write_json

HIGHEST_ORDER: Final = 12
"""Each order doubles the work."""

PURPOSE = "print a formula's gradient, higher derivatives or Hessian"
DESCRIPTION = "Print a formula's gradient, its derivatives up to some order, or its Hessian."
NOTES = FORMULAS
EXAMPLES = """\
examples:
  dualgrad grad "(x+y)**2*z" x=1 y=2 z=-6
      print the value and the gradient
  dualgrad grad "(x+y)**2*z" x=1 y=2 z=-6 --wrt x z
      only by some of the names
  dualgrad grad "(x+y)**2*z" x=1 y=2 z=-6 --hessian
      print the matrix of second derivatives
  dualgrad grad "exp(-x**2)" x=0.5 --order 4
      print the derivatives up to the fourth
  dualgrad grad "log(x)*y" x=0 y=1 --json
      print JSON, as {"gradient": {"x": "inf", "y": "-inf"}}
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    add_formula(parser)
    names = "the names to differentiate with respect to (default: all)"
    parser.add_argument("--wrt", nargs="+", action="extend", metavar="NAME", help=names)
    add = parser.add_mutually_exclusive_group().add_argument
    orders = range(1, HIGHEST_ORDER + 1)
    upto = f"the derivatives by one name up to order N, 1 to {HIGHEST_ORDER}"
    add("--order", type=int, choices=orders, metavar="N", help=upto)
    add("--hessian", action="store_true", help="the matrix of second derivatives")
    add_json_option(parser)


def run(options: argparse.Namespace) -> None:
    """Print what is asked for."""
    formula = parse(options.formula.strip())
    refuse_constant(formula)
    # Behind --wrt the values stand in a row with the names.
    words = options.wrt or []
    values = assigned(formula, [*options.values, *(word for word in words if "=" in word)])
    wanted = [word.strip() for word in words if "=" not in word] or formula.names
    names = list(dict.fromkeys(known(formula, name) for name in wanted))
    if options.order is not None:
        found, text = _derivatives(formula, values, names, options.order)
    else:
        if options.hessian:
            refuse_many(names, "choose some by --wrt")
        found, text = _gradient(formula, values, names)
        if options.hessian:
            found["hessian"], text = _hessian(formula, values, names, found["value"])
    if options.json:
        write_json({"formula": formula.text, "at": values, **found})
    else:
        write(text)


Found = tuple[dict[str, Any], str]
"""What a computation found, for JSON, and as text."""


def _gradient(formula: Formula, values: dict[str, float], names: list[str]) -> Found:
    value, derivatives = value_and_grad(formula, _argnums(formula, names))(*values.values())
    gradient = dict(zip(names, derivatives, strict=True))
    text = gradient_text(formula, value, values, gradient)
    return {"value": float(value), "gradient": gradient}, text


def _hessian(formula: Formula, values: dict[str, float], names: list[str], value: float) -> Found:
    matrix = hessian(formula, _argnums(formula, names))(*values.values())
    found = {x: dict(zip(names, row, strict=True)) for x, row in zip(names, matrix, strict=True)}
    rows = [(shortened(x), *(f"{d:.12g}" for d in row.values())) for x, row in found.items()]
    table = Table(("hessian", *map(shortened, names)), rows)
    return found, as_text([headline(formula, value), table])


def _derivatives(formula: Formula, values: dict[str, float], names: list[str], order: int) -> Found:
    if len(names) != 1:
        raise InputError(
            f"--order differentiates by one name, and the formula has {len(names)}: choose one, "
            f"such as --wrt {names[0]}"
        )
    (name,) = names

    def along(x: Any) -> Any:
        return formula(**{**values, name: x})

    found = [float(derivative(along, k)(values[name])) for k in range(order + 1)]
    rows = [(str(k), f"{d:.12g}") for k, d in enumerate(found)]
    table = Table(("order", f"derivative by {shortened(name)}"), rows, texts=0)
    return {"wrt": name, "derivatives": found}, as_text([headline(formula, found[0]), table])


def _argnums(formula: Formula, names: Sequence[str]) -> tuple[int, ...]:
    return tuple(formula.names.index(name) for name in names)
