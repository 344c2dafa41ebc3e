"""`dualgrad grad`: the gradient of a formula, a higher derivative, or the Hessian."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any, Final

from autograd import Formula, derivative, hessian, parse, value_and_grad
from autograd.compare.jsonable import jsonable
from autograd.text.tables import Table, as_text
from autograd.text.words import shortened
from viz.commands.inputs import InputError, add_command, assigned, headline, known
from viz.commands.json_output import add_option, as_json
from viz.commands.terminal import write

HIGHEST_ORDER: Final = 12
"""Each order doubles the work."""

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


def register(commands: Any) -> None:
    """Add the command to the parser's."""
    parser = add_command(
        commands,
        "grad",
        "print a formula's gradient, higher derivatives or Hessian",
        "Print a formula's gradient, its derivatives up to some order, or its Hessian.",
        EXAMPLES,
    )
    parser.add_argument(
        "--wrt",
        nargs="+",
        action="extend",
        metavar="NAME",
        help="the names to differentiate with respect to (default: all)",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--order",
        type=int,
        choices=range(1, HIGHEST_ORDER + 1),
        metavar="N",
        help=f"the derivatives by one name up to order N, 1 to {HIGHEST_ORDER}",
    )
    what.add_argument("--hessian", action="store_true", help="the matrix of second derivatives")
    add_option(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Print what is asked for."""
    formula = parse(options.formula.strip())
    # Behind --wrt the values stand in a row with the names.
    words = options.wrt or []
    values = assigned(formula, [*options.values, *(word for word in words if "=" in word)])
    names = _wanted(formula, [word for word in words if "=" not in word])
    if options.order is not None:
        found, text = _derivatives(formula, values, names, options.order)
    elif options.hessian:
        found, text = _hessian(formula, values, names)
    else:
        found, text = _gradient(formula, values, names)
    if options.json:
        everything = {"formula": formula.text, "at": values, **found}
        text = as_json(jsonable(everything))
    write(text)


def _wanted(formula: Formula, names: Sequence[str]) -> list[str]:
    """The names to differentiate by, each once."""
    if not formula.names:
        raise InputError("the formula has no names: there is nothing to differentiate by")
    return list(dict.fromkeys(known(formula, name.strip()) for name in names or formula.names))


Found = tuple[dict[str, Any], str]
"""What a computation found, for JSON, and as text."""


def _gradient(formula: Formula, values: dict[str, float], names: list[str]) -> Found:
    value, gradient = _value_and_gradient(formula, values, names)
    rows = [(shortened(x), f"{values[x]:.12g}", f"{gradient[x]:.12g}") for x in names]
    table = Table(("name", "value", "gradient"), rows)
    return {"value": value, "gradient": gradient}, as_text([headline(formula, value), table])


def _hessian(formula: Formula, values: dict[str, float], names: list[str]) -> Found:
    value, gradient = _value_and_gradient(formula, values, names)
    matrix = hessian(formula, _argnums(formula, names))(*values.values())
    rows = [
        (shortened(x), *(f"{d:.12g}" for d in row)) for x, row in zip(names, matrix, strict=True)
    ]
    found = {
        "value": value,
        "gradient": gradient,
        "hessian": {
            x: dict(zip(names, row, strict=True)) for x, row in zip(names, matrix, strict=True)
        },
    }
    table = Table(("hessian", *map(shortened, names)), rows)
    return found, as_text([headline(formula, value), table])


def _derivatives(formula: Formula, values: dict[str, float], names: list[str], order: int) -> Found:
    if len(names) != 1:
        raise InputError(
            f"--order differentiates by one name, and the formula has {len(names)}: choose one, "
            f"such as --wrt {names[0]}"
        )
    name = names[0]

    def along(x: Any) -> Any:
        return formula(**{**values, name: x})

    found = [float(derivative(along, k)(values[name])) for k in range(order + 1)]
    rows = [(str(k), f"{d:.12g}") for k, d in enumerate(found)]
    table = Table(("order", f"derivative by {shortened(name)}"), rows, texts=0)
    return {"wrt": name, "derivatives": found}, as_text([headline(formula, found[0]), table])


def _value_and_gradient(
    formula: Formula, values: dict[str, float], names: list[str]
) -> tuple[float, dict[str, float]]:
    value, gradient = value_and_grad(formula, _argnums(formula, names))(*values.values())
    return float(value), dict(zip(names, gradient, strict=True))


def _argnums(formula: Formula, names: Sequence[str]) -> tuple[int, ...]:
    return tuple(formula.names.index(name) for name in names)
