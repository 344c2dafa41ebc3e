"""What the rows print in each language computes what they compute, and LaTeX can set it."""

from __future__ import annotations

import ctypes
import itertools
import math
import random
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mpmath import mp

from autograd import TABLE, Primitive, custom_partials
from autograd.rules import forms
from tests import oracles
from tests.autograd.rules.test_floats import ZEROS_OF_SINC, beside_zeros
from tests.autograd.rules.test_table import GRID, altered
from tests.languages import ULPS, compiled, from_node
from tests.oracles import same

ROWS = list(TABLE.values())
over_the_table = pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
over_languages = pytest.mark.parametrize("language", forms.LANGUAGES)

Points = list[tuple[float, ...]]

# Running what is printed.


@dataclass(frozen=True)
class Case:
    """A row and what it is printed with, at points of so many numbers; x is the list of these."""

    row: Primitive
    points: Points
    operand: str = "x[{}]"
    shift: Callable[[float], float] = lambda x: x
    """What the operand computes."""

    @property
    def width(self) -> int:
        return len(self.points[0])

    def printed(self, language: str) -> str:
        operands = [self.operand.format(i) for i in range(self.width)]
        return forms.printed(self.row, language, operands)

    def wanted(self) -> list[float]:
        return [self.row.fn(*map(self.shift, point)) for point in self.points]

    def array(self) -> np.ndarray[Any, Any]:
        return np.array(self.points, dtype=np.float64)


def run_python(cases: list[Case], helpers: str, folder: Path) -> list[list[float]]:
    scope: dict[str, Any] = {}
    exec(compile(helpers, "helpers", "exec"), scope)
    functions = [eval(f"lambda x: {case.printed('python')}", scope) for case in cases]
    return [[f(x) for x in case.points] for f, case in zip(functions, cases, strict=True)]


def run_c(cases: list[Case], helpers: str, folder: Path) -> list[list[float]]:
    lines = [helpers]
    for k, case in enumerate(cases):
        lines.append(f"double case_{k}(const double *x);")  # -pedantic wants no more than this
        lines.append(f"double case_{k}(const double *x) {{ (void)x; return {case.printed('c')}; }}")
    library = compiled("\n".join(lines) + "\n", folder)
    results = []
    for k, case in enumerate(cases):
        function = library[f"case_{k}"]
        function.restype = ctypes.c_double
        array = case.array()
        results.append([function(ctypes.c_void_p(point.ctypes.data)) for point in array])
    return results


def run_javascript(cases: list[Case], helpers: str, folder: Path) -> list[list[float]]:
    lines = [helpers, "let x = points;"]
    for case in cases:
        step = f"results.push({case.printed('javascript')}), x = x.subarray({case.width})"
        lines.append(f"for (let k = 0; k < {len(case.points)}; k++) {step};")
    points = np.concatenate([case.array().ravel() for case in cases])
    results = iter(from_node("\n".join(lines), points, folder))
    return [list(itertools.islice(results, len(case.points))) for case in cases]


RUNNERS = {"python": run_python, "c": run_c, "javascript": run_javascript}


# The check of the printed forms.


def check_forms(cases: list[Case], language: str, folder: Path, helpers: str | None = None) -> None:
    """Run the cases, and compare their results with the rows' own, zeros with their signs."""
    if helpers is None:
        helpers = forms.helpers([case.row for case in cases], language)
    for case, results in zip(cases, RUNNERS[language](cases, helpers, folder), strict=True):
        for point, got, want in zip(case.points, results, case.wanted(), strict=True):
            assert agree(case.row.name, point, got, want, ULPS[language]), (
                f"{case.printed(language)} at {point} is {got!r}, not {want!r}"
            )


def agree(name: str, point: tuple[float, ...], got: float, want: float, ulps: int) -> bool:
    """Whether both are one number, or so many ulp apart, and half an ulp of the terms of a sum."""
    if same(got, want):
        return True
    if not (math.isfinite(got) and math.isfinite(want)) or got == want:
        return False
    if abs(got - want) <= ulps * math.ulp(want):
        return True
    return abs(mp.mpf(got) - want) <= oracles.terms(oracles.TERMS, name, point) * mp.ldexp(1, -53)


def points_of(row: Primitive) -> Points:
    """The row's domain, its special points, and whatever is special for doubles."""
    count = row.arity or 4
    points = [*oracles.samples(row), *itertools.product(GRID, repeat=row.arity or 2)]
    points += [special.at for special in row.special]
    chance = random.Random(row.name)
    domain = row.domain if len(row.domain) == count else row.domain * count
    points += [tuple(drawn(chance, *interval) for interval in domain) for _ in range(200)]
    if row.name == "polygamma":
        points += [(float(n), x) for n in range(21) for x in (0.25, 1.0, 7.5, 300.0)]
        points += [(float(n), -0.75) for n in range(4)]
    if row.name == "sinc_derivative":
        points += [(float(n), x) for n in range(21) for x in (0.0, 0.3, -2.5, 7.0, 1e9, -1e40)]
        points += [(n, x) for n in ZEROS_OF_SINC for x in beside_zeros(n)]
        points += [(17.0, 1.05512585)]  # 1e-12 from a zero
    if row.arity is None and row.name != "dot":
        points += [(x,) for x in GRID]
    return points


def drawn(chance: random.Random, lo: float, hi: float) -> float:
    """A number from the interval, of any magnitude."""
    if chance.random() < 0.5:
        return chance.uniform(lo, hi)
    sign = chance.choice([-1.0, 1.0])
    return min(max(sign * 2.0 ** chance.uniform(-30.0, math.log2(max(-lo, hi, 1.0))), lo), hi)


def cases_of(row: Primitive) -> list[Case]:
    """The row at its points, those of one width together."""
    by_width: dict[int, Points] = {}
    for point in points_of(row):
        by_width.setdefault(len(point), []).append(point)
    return [Case(row, points) for points in by_width.values()]


CASES = [case for row in ROWS for case in cases_of(row)]


# Over the table.


@over_languages
def test_forms_compute_what_the_rows_do(language: str, tmp_path: Path) -> None:
    check_forms(CASES, language, tmp_path)


@over_languages
def test_variadic_forms_of_nothing(language: str, tmp_path: Path) -> None:
    check_forms([Case(row, [()]) for row in ROWS if row.arity is None], language, tmp_path)


@over_languages
def test_operands_may_be_expressions(language: str, tmp_path: Path) -> None:
    operands: list[tuple[str, Callable[[float], float]]] = [
        ("-x[{}]", lambda x: -x),
        ("x[{}] - 2.5", lambda x: x - 2.5),
        ("-1.5", lambda x: -1.5),
    ]
    points = {1: [(0.3,), (-4.0,)], 2: [(0.3, 7.0), (-4.0, 0.2)], 3: [(0.3, 7.0, -1.0)]}
    cases = [Case(row, points[row.arity or 2], *operand) for row in ROWS for operand in operands]
    check_forms(cases, language, tmp_path)


@over_languages
@pytest.mark.parametrize(
    "name", ["gelu", "clip", "mean", "polygamma", "logaddexp", "lgamma", "sinc_derivative"]
)
def test_a_row_brings_what_it_calls(language: str, name: str, tmp_path: Path) -> None:
    check_forms(cases_of(TABLE[name]), language, tmp_path)


def test_a_row_brings_nothing_else() -> None:
    assert set(re.findall(r"dg_\w+", forms.helpers([TABLE["gelu"]], "c"))) == {"dg_gelu", "dg_ndtr"}
    assert forms.helpers([TABLE["exp"]], "javascript") == "const exp = Math.exp;\n"
    assert forms.helpers([TABLE["arctan"]], "python").endswith("\narctan = math.atan\n")


@over_languages
def test_operators_need_no_helpers(language: str) -> None:
    rows = [TABLE[name] for name in ("add", "sub", "mul", "neg", "identity", "square")]
    assert not re.search(r"def|const|function|double", forms.helpers(rows, language))


@pytest.mark.parametrize("language", ["c", "javascript"])
def test_all_that_the_file_defines_is_called(language: str) -> None:
    helpers = forms.helpers(ROWS, language)
    path = Path(forms.__file__).parent / forms.LANGUAGES[language].helpers
    defined = re.findall(r"^(?:static|const|function)\b.*", path.read_text("utf-8"), re.MULTILINE)
    assert len(defined) > 50
    assert [line for line in defined if line not in helpers] == []


@over_languages
def test_a_row_without_a_helper_is_refused(language: str) -> None:
    @custom_partials(lambda y, x: 2.0 * x)
    def square_of(x: float) -> float:
        return x * x

    with pytest.raises(ValueError, match=f"<primitive square_of> has no form in {language}"):
        forms.helpers([square_of], language)


def test_helpers_are_read_when_they_are_used() -> None:
    code = "import sys, autograd; print('autograd.rules.forms' in sys.modules)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@over_the_table
def test_latex(row: Primitive) -> None:
    check_latex(row)


@over_the_table
def test_symbol(row: Primitive) -> None:
    assert row.symbol.strip() == row.symbol != ""
    assert row.symbol.isprintable()
    assert len(row.symbol) <= len("logsigmoid")


def check_latex(row: Primitive) -> None:
    from matplotlib.mathtext import MathTextParser

    names = [f"x{i}" for i in range(row.arity or 4)]
    text = row.latex.format(*names, xs=", ".join(names))
    depth = 0
    for brace in re.findall(r"(?<!\\)[{}]", text):
        depth += 1 if brace == "{" else -1
        assert depth >= 0, text
    assert depth == 0, text
    assert text.count(r"\left") == text.count(r"\right"), text
    for name in names:
        assert name in text, f"{name} is missing in {text}"
        assert not re.search(rf"\\[a-zA-Z]+{name}", text), f"{name} continues a command in {text}"
    if r"\begin{cases}" in text:
        assert text.count(r"\begin") == text.count(r"\end") == 1  # matplotlib lacks environments
        return
    MathTextParser("path").parse(f"${text}$")


# The checks notice a wrong form.


@over_languages
@pytest.mark.parametrize(
    ("name", "code"),
    [("sub", "{1} - {0}"), ("add", "{0} - {1}"), ("mul", "{0} ^ {1}"), ("neg", "0.0 - {0}")],
)
def test_wrong_operators_are_noticed(language: str, name: str, code: str, tmp_path: Path) -> None:
    wrong = altered(TABLE[name], code=code)
    with pytest.raises((AssertionError, NameError)):
        check_forms(cases_of(wrong), language, tmp_path, helpers="")


@pytest.mark.parametrize(
    ("language", "name", "right", "wrong"),
    [
        ("python", "exp", "return INF", "raise"),
        ("python", "where", "a if condition else b", "b if condition else a"),
        ("python", "maximum", "a if a >= b or a != a else b", "max(a, b)"),
        ("c", "maximum", "a >= b || isnan(a) ? a : b", "fmax(a, b)"),
        ("c", "sign", "(x > 0.0) - (x < 0.0)", "x > 0.0 ? 1.0 : -1.0"),
        ("c", "expm1", "expm1(x)", "exp(x) - 1.0"),
        ("c", "floor", "floor(x)", "(int)x"),
        ("c", "sinc", "? -sine : sine", "? sine : sine"),
        ("c", "sinc_derivative", "rounding + (a.high * b.low", "(a.high * b.low"),
        ("c", "sinc_derivative", "8.0 * size < n", "0"),
        ("javascript", "sinc_derivative", "(quarter + k) % 4", "k % 4"),
        ("javascript", "sinc_derivative", "160 + 30 * n", "60 + 30 * n"),
        ("javascript", "sign", "x !== x ? x : 0", "0"),
        ("javascript", "pow", "x === 1 || ", ""),
        ("javascript", "sinh", "Math.sinh", "(x) => (Math.exp(x) - Math.exp(-x)) / 2"),
        ("javascript", "erf", "n < 16", "n < 8"),
        ("javascript", "erfc", "1 - productError(x, x, square)", "1"),
    ],
)
def test_wrong_helpers_are_noticed(
    language: str, name: str, right: str, wrong: str, tmp_path: Path
) -> None:
    row = TABLE[name]
    helpers = forms.helpers([row], language)
    assert right in helpers
    with pytest.raises((AssertionError, OverflowError)):
        check_forms(cases_of(row), language, tmp_path, helpers.replace(right, wrong))


@pytest.mark.parametrize(
    "form",
    [
        r"\sin\left({0}",
        r"\sin{{{0}",
        r"\sin{{x}}",
        r"\nosuchcommand{{{0}}}",
        r"\left\lfloor{0}\right\rfloor",
    ],
)
def test_wrong_latex_is_noticed(form: str) -> None:
    with pytest.raises((AssertionError, ValueError)):
        check_latex(altered(TABLE["sin"], latex=form))
