"""How rows print in Python, C and JavaScript, and the functions that printed code calls.

A row prints as operators where it has them and the language computes them as IEEE 754 does at every
double; else as the call of one helper, which bears the name of the row: `exp(a)`, in C `dg_exp(a)`.
The helpers of Python are the float functions themselves; those of C and JavaScript stand in the
files beside this one, and take their constants from `floats`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from autograd.rules import floats
from autograd.rules.primitive import TABLE, Primitive


@dataclass(frozen=True)
class Language:
    """What printing has to know of a language."""

    helpers: str
    """The file of its helpers, from the folder of this one."""
    operators: frozenset[str]
    """The operators that follow IEEE 754."""
    opening: tuple[str, ...] = ()
    """What stands before the helpers."""
    prefix: str = ""
    """What the helpers' names begin with, apart from the row's name."""


_IMPORTS: Final = "import math\nfrom collections.abc import Callable\nfrom typing import Final"
LANGUAGES: Final = {
    "python": Language("../floats.py", frozenset("+-*"), (_IMPORTS,)),  # its / raises at 0
    "c": Language("helpers.c", frozenset("+-*/"), ("#include <math.h>",), "dg_"),
    "javascript": Language("helpers.js", frozenset("+-*/")),
}

# Comments, a line that begins with keywords and a name, and the lines that belong to it.
_DEFINITION: Final = re.compile(
    r"(?:^(?:# .*|/\*(?:(?!\*/)[\s\S])*\*/)\n)*"
    r"^(?:(?:(?:static|inline|const|double|typedef|struct|dg_pair|def|function) )+|(?=\w+: Final))"
    r"(?P<name>\w+).*\n"
    r"(?:(?:[ })\]].*)?\n)*",
    re.MULTILINE,
)
_REMARK: Final = re.compile(r'"""[\s\S]*?"""|/\*[\s\S]*?\*/')
_ATOM: Final = re.compile(r"[\w.]+(?:\[[^\[\]]*\])*")


def printed(row: Primitive, language: str, operands: Sequence[str]) -> str:
    """Return the row, applied to operands, as an expression.

    Operands are expressions too; numbers among them are written as floats. An operator's operands
    are parenthesised unless they are names, entries of arrays or numbers without a sign.

    >>> from autograd import TABLE
    >>> printed(TABLE["sub"], "c", ["a", "b + c"]), printed(TABLE["abs"], "c", ["a - b"])
    ('a - (b + c)', 'dg_abs(a - b)')
    >>> printed(TABLE["sum"], "c", ["a", "b"])
    'dg_sum((const double[]){a, b}, 2)'
    """
    if _is_operators(row, language):
        return row.code.format(*[x if _ATOM.fullmatch(x) else f"({x})" for x in operands])
    arguments = ", ".join(operands)
    if row.arity is None and language == "c":
        arguments = f"(const double[]){{{arguments or '0.0'}}}, {len(operands)}"
    return f"{LANGUAGES[language].prefix}{row.name}({arguments})"


def helpers(rows: Iterable[Primitive], language: str) -> str:
    """Return the source of what the printed rows call: every function and constant once.

    Each stands after those that it uses; only of Python's functions, some stand before.

    Raises:
        ValueError: a row has no helper in the language, as a primitive of your own has none.
    """
    known = _definitions(language)
    pending = []
    for row in rows:
        if _is_operators(row, language):
            continue
        name = LANGUAGES[language].prefix + row.name
        if language == "python" and name not in known:
            known[name] = _python_name(row)
        if TABLE.get(row.name) is not row or not known.get(name):
            raise ValueError(f"{row!r} has no form in {language}")
        pending.append(name)
    used = set()
    while pending:
        name = pending.pop()
        if name in known and name not in used:
            used.add(name)
            pending += re.findall(r"(?<!\.)\b\w+", _REMARK.sub("", known[name]))
    sources = [known[name] for name in known if name in used]
    return "\n\n".join([*LANGUAGES[language].opening, *sources]) + "\n"


def _is_operators(row: Primitive, language: str) -> bool:
    """Whether the row prints as operators, all of which the language computes rightly."""
    operators = set(re.findall(r"[^\w\s{}.]+", row.code))
    return row.code != "" and operators <= LANGUAGES[language].operators


def _definitions(language: str) -> dict[str, str]:
    """Return what the file of helpers defines, and the constants of `floats`, by name."""
    text = (Path(__file__).parent / LANGUAGES[language].helpers).read_text("utf-8")
    found = {match["name"]: match[0].strip() for match in _DEFINITION.finditer(text)}
    write = _c_constant if language == "c" else _javascript_constant
    numbers = {k: x for k, x in vars(floats).items() if k.isupper() and k not in {"INF", "NAN"}}
    constants = {name: write(name, x) for name, x in numbers.items()}
    return constants | found  # Python's file has them as well


def _python_name(row: Primitive) -> str:
    """Return the line that gives a float function the name of its row; "" if it is a stranger."""
    name = row.fn.__name__
    if getattr(floats, name, None) is row.fn:
        return f"{row.name} = {name}"
    return f"{row.name} = math.{name}" if getattr(math, name, None) is row.fn else ""


def _c_constant(name: str, x: float | tuple[float, ...]) -> str:
    """Return the definition of a number or an array, exact to the last bit."""
    if isinstance(x, float):
        return f"static const double {name} = {x.hex()};"
    return f"static const double {name}[] = {{{', '.join(map(float.hex, x))}}};"


def _javascript_constant(name: str, x: float | tuple[float, ...]) -> str:
    """Return the definition of a number or an array."""
    return f"const {name} = {x if isinstance(x, float) else list(x)};"
