"""What the rows print in each language says what they compute, and LaTeX can set it."""

from __future__ import annotations

import builtins
import ctypes
import json
import math
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograd import TABLE, Primitive
from tests.autograd.rules.test_table import altered
from tests.oracles import samples

ROWS = list(TABLE.values())
over_the_table = pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])

C_NAMES = """
    acos acosh asin asinh atan atan2 atanh cbrt ceil cos cosh erf erfc exp exp2 expm1 fabs floor
    fmax fmin hypot lgamma log log10 log1p log2 pow sin sinh sqrt tan tanh
"""
JAVASCRIPT_NAMES = """
    abs acos acosh asin asinh atan atan2 atanh cbrt ceil cos cosh exp expm1 floor hypot log log10
    log1p log2 max min sign sin sinh sqrt tan tanh
"""
C_LIBRARY = set(C_NAMES.split())
JAVASCRIPT_LIBRARY = {f"Math.{name}" for name in JAVASCRIPT_NAMES.split()}
C_WORDS = {"double"}
ULPS = 8
"""A language's own library may be a few ulp away from Python's."""


def variables(row: Primitive) -> list[str]:
    return [f"x{i}" for i in range(row.arity or 4)]


def printed(row: Primitive, language: str) -> str:
    """The row's form in a language, of variables."""
    names = variables(row)
    form: str = getattr(row, language).format(*names, xs=", ".join(names))
    return form


def names_in(form: str) -> set[str]:
    return {name for name in re.findall(r"[A-Za-z_][\w.]*", form) if not re.match(r"x\d", name)}


def helpers(row: Primitive, language: str) -> set[str]:
    """The names in the row's form that the language lacks: a backend has to supply them."""
    own: dict[str, Callable[[str], bool]] = {
        "python": lambda name: (
            name in {"if", "else"}
            or (name.startswith("math.") and hasattr(math, name[5:]))
            or (hasattr(builtins, name) and name != "sum")
        ),
        "c": lambda name: name in C_LIBRARY | C_WORDS,
        "javascript": lambda name: name in JAVASCRIPT_LIBRARY,
    }
    return {name for name in names_in(printed(row, language)) if not own[language](name)}


def assert_equal(row: Primitive, language: str, results: list[float]) -> None:
    for args, got in zip(samples(row), results, strict=True):
        want = row.fn(*args)
        assert abs(got - want) <= ULPS * math.ulp(want), (
            f"{printed(row, language)} at {args} is {got!r}, not {want!r}"
        )


# Checks of a row, one for each language.


def check_python(row: Primitive) -> None:
    scope = {"math": math, **dict.fromkeys(helpers(row, "python"), row.fn)}
    code = compile(printed(row, "python"), row.name, "eval")
    results = [
        eval(code, scope, dict(zip(variables(row), args, strict=True))) for args in samples(row)
    ]
    assert_equal(row, "python", results)


def check_c(rows: list[Primitive], folder: Path) -> None:
    """Compile the forms of all rows as one file, and run them."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        pytest.skip("no C compiler on PATH")
    lines = ["#include <math.h>"]
    for row in rows:
        parameters = ", ".join(f"double {name}" for name in variables(row))
        lines.append(f"double row_{row.name}({parameters}) {{ return {printed(row, 'c')}; }}")
    source, library = folder / "rows.c", folder / "rows.so"
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    flags = ["-std=c99", "-Wall", "-Werror", "-shared", "-fPIC", "-ffp-contract=off"]
    build = [compiler, *flags, "-o", str(library), str(source), "-lm"]
    done = subprocess.run(build, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    compiled = ctypes.CDLL(str(library))
    for row in rows:
        function = getattr(compiled, f"row_{row.name}")
        function.restype = ctypes.c_double
        function.argtypes = [ctypes.c_double] * len(variables(row))
        assert_equal(row, "c", [function(*args) for args in samples(row)])


def check_javascript(rows: list[Primitive]) -> None:
    """Run the forms of all rows in one go."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node on PATH")
    functions = [f"({', '.join(variables(r))}) => {printed(r, 'javascript')}" for r in rows]
    points = json.dumps([samples(row) for row in rows])
    script = (
        f"const functions = [{', '.join(functions)}], points = {points};"
        "console.log(JSON.stringify(functions.map((f, i) => points[i].map(p => f(...p)))));"
    )
    done = subprocess.run([node, "-e", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for row, results in zip(rows, json.loads(done.stdout), strict=True):
        assert_equal(row, "javascript", results)


def check_latex(row: Primitive) -> None:
    from matplotlib.mathtext import MathTextParser

    text = printed(row, "latex")
    depth = 0
    for brace in re.findall(r"(?<!\\)[{}]", text):
        depth += 1 if brace == "{" else -1
        assert depth >= 0, text
    assert depth == 0, text
    assert text.count(r"\left") == text.count(r"\right"), text
    for name in variables(row):
        assert name in text, f"{name} is missing in {text}"
    if r"\begin{cases}" in text:
        assert text.count(r"\begin") == text.count(r"\end") == 1  # matplotlib lacks environments
        return
    MathTextParser("path").parse(f"${text}$")


# Over the table.


@over_the_table
def test_python(row: Primitive) -> None:
    check_python(row)


def test_c(tmp_path: Path) -> None:
    check_c([row for row in ROWS if not helpers(row, "c")], tmp_path)


def test_javascript() -> None:
    check_javascript([row for row in ROWS if not helpers(row, "javascript")])


@over_the_table
@pytest.mark.parametrize("language", ["python", "c", "javascript"])
def test_a_helper_has_the_name_of_its_row(row: Primitive, language: str) -> None:
    """So that a backend knows which to supply: the form is a call of it, with all arguments."""
    needed = helpers(row, language)
    if needed:
        assert needed == {row.name}
        assert printed(row, language) == f"{row.name}({', '.join(variables(row))})"


def test_few_rows_need_helpers() -> None:
    """What C and JavaScript have of their own is used."""
    in_c = {row.name for row in ROWS if helpers(row, "c")}
    in_javascript = {row.name for row in ROWS if helpers(row, "javascript")}
    special = {"erf", "erfc", "lgamma", "ndtr", "digamma", "polygamma"}
    neural = {"sigmoid", "logsigmoid", "softplus", "silu", "gelu"}
    many = {"logaddexp", "sum", "mean", "prod", "dot", "logsumexp", "norm"}
    assert in_c == (special - {"erf", "erfc", "lgamma"}) | neural | many
    assert in_javascript == special | neural | many


@over_the_table
def test_latex(row: Primitive) -> None:
    check_latex(row)


@over_the_table
def test_symbol(row: Primitive) -> None:
    assert row.symbol.strip() == row.symbol != ""
    assert row.symbol.isprintable()
    assert len(row.symbol) <= len("logsigmoid")


# The checks notice a wrong form.


@pytest.mark.parametrize(
    ("name", "form"),
    [("exp", "math.exp2({0})"), ("sub", "{1} - {0}"), ("where", "{2} if {0} else {1}")],
)
def test_wrong_python_is_noticed(name: str, form: str) -> None:
    with pytest.raises(AssertionError):
        check_python(altered(TABLE[name], python=form))


@pytest.mark.parametrize(("name", "form"), [("abs", "abs({0})"), ("pow", "{0} ^ {1}")])
def test_wrong_c_is_noticed(name: str, form: str, tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        check_c([altered(TABLE[name], c=form)], tmp_path)


@pytest.mark.parametrize(("name", "form"), [("pow", "{0} ^ {1}"), ("log", "Math.ln({0})")])
def test_wrong_javascript_is_noticed(name: str, form: str) -> None:
    with pytest.raises(AssertionError):
        check_javascript([altered(TABLE[name], javascript=form)])


@pytest.mark.parametrize(
    "form", [r"\sin\left({0}", r"\sin{{{0}", r"\sin{{x}}", r"\nosuchcommand{{{0}}}"]
)
def test_wrong_latex_is_noticed(form: str) -> None:
    with pytest.raises((AssertionError, ValueError)):
        check_latex(altered(TABLE["sin"], latex=form))


def test_unknown_language_names_are_helpers() -> None:
    made_up: Any = altered(TABLE["sin"], c="sine({0})", javascript="sin({0})")
    assert helpers(made_up, "c") == {"sine"}
    assert helpers(made_up, "javascript") == {"sin"}
