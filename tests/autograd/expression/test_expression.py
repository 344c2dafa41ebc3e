"""The formula reader: what it reads means what it means in Python; the rest is refused in place."""

from __future__ import annotations

import ast
import contextlib
import copy
import inspect
import math
import operator
import pickle
import sys
import unicodedata
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from autograd.expression import Formula, FormulaError, parse
from autograd.expression.reader import MAX_NESTING
from autograd.expression.tokens import MAX_LENGTH, MAX_NAME
from autograd.expression.vocabulary import ALIASES, CONSTANTS, FUNCTIONS
from autograd.rules.operand import Operand
from autograd.rules.primitive import TABLE, Primitive
from autograd.values.value import Value

# ---- What is read means what it means in Python --------------------------------------------------


def _without_losing_nan(choose: Any) -> Any:
    return lambda a, b: choose(a, b) if a == a and b == b else math.nan


# Functions on which Python and the primitives agree to the bit; fabs, as abs takes complex numbers.
EXACT = {
    "abs": math.fabs,
    "sqrt": math.sqrt,
    "max": _without_losing_nan(max),
    "min": _without_losing_nan(min),
}
NUMBERS = st.sampled_from(["2.0", "3.", ".5", "1e1", "1_0.0", "2.5E-1", "7.0e+0"])
NAMES = st.sampled_from(["x", "y", "z", "α"])


def _grown(smaller: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    spaces = st.sampled_from(["", " ", "  ", "\n"])
    infix = st.sampled_from(["+", "-", "*", "/", "**"])
    compared = st.builds(
        "({} {} {})".format, smaller, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), smaller
    )
    condition = st.one_of(
        compared,
        st.builds("not {}".format, compared),
        st.builds("{} {} {}".format, compared, st.sampled_from(["and", "or"]), compared),
    )
    return st.one_of(
        st.builds("{}{}{}{}{}".format, smaller, spaces, infix, spaces, smaller),
        st.builds("{}{}".format, st.sampled_from(["-", "+", "- ", "-+-"]), smaller),
        st.builds("({}{})".format, spaces, smaller),
        st.builds("{}({})".format, st.sampled_from(["abs", "sqrt"]), smaller),
        st.builds("{} ({},{})".format, st.sampled_from(["max", "min"]), smaller, smaller),
        st.builds("({} if {} else {})".format, smaller, condition, smaller),
    )


FORMULAS = st.recursive(st.one_of(NUMBERS, NAMES), _grown, max_leaves=12)
FLOATS = st.floats(-8, 8).map(lambda x: round(x, 2))


@given(FORMULAS, st.lists(FLOATS, min_size=4, max_size=4))
def test_values_are_those_of_python(text: str, values: list[float]) -> None:
    variables = dict(zip(["x", "y", "z", "α"], values, strict=True))
    try:
        expected = eval(f"({text}\n)", {**EXACT, **variables})
    except (ArithmeticError, ValueError, TypeError):  # IEEE says inf or nan, and sqrt of a complex
        assume(False)
    assume(not isinstance(expected, complex))
    formula = parse(text)
    result = formula(**{name: variables[name] for name in formula.names})
    assert type(result) is float
    assert result == expected or (math.isnan(result) and math.isnan(expected))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-2**2", -4),
        ("2**-1", 0.5),
        ("2**-2**2", 2**-4),
        ("2**3**2", 512),
        ("(2**3)**2", 64),
        ("--2", 2),
        ("-+-2", 2),
        ("2 - 3 - 4", -5),
        ("2 / 4 / 4", 0.125),
        ("2 - 3 * 4", -10),
        ("-2 * -3", 6),
        ("1 if 2 > 1 else 1/0", 1),
        ("1 if 0 else 2 if 0 else 3", 3),
        ("1 if 1 else 2 if 1 else 3", 1),
        ("(1 if 0 else 2) if 1 else 3", 2),
        ("1 if (0 if 1 else 1) else 2", 2),
        ("1 if not 0 and 0 or 1 else 2", 1),
        ("1 if not (0 or 1) else 2", 2),
        ("1 if 1 or 0 and 0 else 2", 1),
        ("1 if 0 and 0 or 1 else 2", 1),
        ("1 if 2 + 1 < 2 * 2 and 1 != 2 else 0", 1),
        ("10 + 1 if 1 < 0 else 2 * 3", 6),
        ("max(1 if 1 else 2, 3)", 3),
        ("where(1 > 2, 3, 4)", 4),
        ("where(1 < 2 and 2 < 3, 3, 4)", 3),
        ("where(1 if 1 else 0, 3, 4)", 3),
        ("1_000.5", 1000.5),
        ("00", 0),
        ("007.5", 7.5),
        ("1.e2", 100),
        ("9007199254740993", 9007199254740992),
        ("\t 1 +\n 2\r\n", 3),
        ("sin (0)", 0),
        ("tau - 2*pi", 0),
        ("log(e)", 1),
        ("-inf", -math.inf),
        ("add(1, mul(2, 3))", 7),
        ("sum(1, 2, 3)", 6),
        ("dot(1, 2, 3, 4)", 11),
        ("norm(3, 4)", 5),
    ],
)
def test_examples(text: str, expected: float) -> None:
    result = parse(text)()
    assert type(result) is float
    assert result == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1/0", math.inf),
        ("-1/0", -math.inf),
        ("0/0", math.nan),
        ("(-8)**0.5", math.nan),
        ("log(-1)", math.nan),
        ("nan", math.nan),
        ("1e400", math.inf),
        ("9**9**9**9", math.inf),
        ("10**10**10", math.inf),
        ("2**100000000", math.inf),
        ("2**-100000000", 0.0),
        ("9" * 50_000, math.inf),
        ("exp(exp(exp(9)))", math.inf),
    ],
)
def test_arithmetic_is_ieee_and_takes_no_time(text: str, expected: float) -> None:
    np.testing.assert_equal(parse(text)(), expected)


def test_every_primitive_and_every_alias_is_a_function() -> None:
    for name, primitive in FUNCTIONS.items():
        count = primitive.arity or 4
        arguments = [0.25 * (i + 1) for i in range(count)]
        variables = [f"x{i}" for i in range(count)]
        result = parse(f"{name}({', '.join(variables)})")(*arguments)
        np.testing.assert_equal(result, primitive(*arguments))
    assert set(FUNCTIONS) == set(TABLE) | set(ALIASES)
    assert not set(ALIASES) & set(TABLE)


# ---- Arguments -----------------------------------------------------------------------------------


def test_names_stand_in_order_of_first_appearance() -> None:
    assert parse("y * x + y / b").names == ("y", "x", "b")
    assert parse("b if a > 0 else c").names == ("b", "a", "c")
    assert parse("pi * 2").names == ()


def test_names_are_normalised_as_python_does() -> None:
    micro, mu = "\u00b5", "\u03bc"
    formula = parse(f"{micro} + {mu} + \ufb01")
    assert formula.names == (mu, "fi")
    assert formula(**{micro: 1.0, "\ufb01": 2.0}) == 4.0
    assert parse("e\u0301 + é").names == ("é",)
    assert parse("℘ + 變數 + नि").names == ("℘", "變數", "नि")


def test_arguments_go_by_position_and_by_name() -> None:
    formula = parse("(x + y)**2 * z")
    assert formula(1, 2, -6) == formula(1, z=-6, y=2) == formula(x=1, y=2, z=-6) == -54.0
    assert parse("self + args")(self=1, args=2) == 3.0


@pytest.mark.parametrize(
    ("args", "kwargs", "message"),
    [
        ((), {}, r"no value for rate, time; the formula takes 2 arguments \(rate, time\)"),
        ((1,), {}, "no value for time;"),
        ((1, 2, 3), {}, r"takes 2 arguments \(rate, time\), not 3"),
        ((1,), {"rate": 2}, "'rate' is given twice"),
        ((1,), {"tim": 2}, r"unknown argument 'tim' \(did you mean 'time'\?\); the formula takes"),
        ((1, 2), {"q": 2}, "unknown argument 'q'; the formula takes"),
        ((1, 2), {"pi": 3}, "'pi' is the constant 3.14159"),
        ((1, "a"), {}, "argument 'time' takes a number, not the text 'a'"),
        ((1, None), {}, "argument 'time' takes a number, not None"),
        ((1, 1j), {}, "argument 'time' takes real numbers"),
    ],
)
def test_wrong_arguments(args: tuple[Any, ...], kwargs: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        parse("rate * time")(*args, **kwargs)


def test_a_formula_without_arguments_takes_none() -> None:
    with pytest.raises(TypeError, match="the formula takes no arguments, not 1"):
        parse("1 + 1")(2)


def test_many_names_are_listed_in_short() -> None:
    formula = parse(" + ".join(f"x{i}" for i in range(10_000)))
    with pytest.raises(TypeError, match="x7 and 9992 more") as raised:
        formula()
    assert len(str(raised.value)) < 200
    assert formula(**dict.fromkeys(formula.names, 1.0)) == 10_000.0


def test_arrays() -> None:
    x = np.array([-2.0, 0.0, 1.0, 3.0])
    np.testing.assert_array_equal(parse("x**2 + 1")(x), x**2 + 1)
    np.testing.assert_array_equal(parse("where(x > 0, x, 0)")(x), np.maximum(x, 0))
    np.testing.assert_array_equal(parse("where(x > 0 and x < 2, 1, 0)")(x), [0, 0, 1, 0])
    np.testing.assert_array_equal(parse("where(x < 0 or x > 2, 1, 0)")(x), [1, 0, 0, 1])
    np.testing.assert_array_equal(parse("where(not x > 0, 1, 0)")(x), [1, 1, 0, 0])
    np.testing.assert_array_equal(parse("where(x and k > 0, 1, 0)")(x, 1.0), [1, 0, 1, 1])
    np.testing.assert_array_equal(parse("where(k > 0 and x, 1, 0)")(1.0, x), [1, 0, 1, 1])
    with pytest.raises(ValueError, match=r"shape \(4,\).*write where\(condition, a, b\)"):
        parse("x if x > 0 else 0")(x)


def test_values_record_their_graph() -> None:
    x, y, z = Value(1.0), Value(2.0), Value(-6.0)
    result = parse("(x + y)**2 * z")(x, y, z=z)
    result.backward()
    assert [result.data, x.grad, y.grad, z.grad] == [-54.0, -36.0, -36.0, 9.0]


@pytest.mark.parametrize(
    ("text", "gradient"),
    [
        ("x**3 if x > 0 and x < 5 else -x", 12.0),
        ("x**3 if not x > 0 else -x", -1.0),
        ("where(x > 0, x**3, sqrt(x - 2))", 12.0),
        ("where(x, x**3, -x)", 12.0),
        ("+".join(["x"] * 20_000), 20_000.0),
    ],
)
def test_gradients_of_conditions_and_long_sums(text: str, gradient: float) -> None:
    x = Value(2.0)
    parse(text)(x).backward()
    assert x.grad == gradient


class Recorder(Operand):
    """A number that notes which primitives are applied to it."""

    def __init__(self, data: float, applied: list[str]) -> None:
        self.number = data
        self.applied = applied

    def level(self) -> int:
        return 1

    def apply(self, primitive: Primitive, operands: tuple[Any, ...]) -> Recorder:
        self.applied.append(primitive.name)
        data = [x.number if isinstance(x, Recorder) else x for x in operands]
        return Recorder(primitive(*data), self.applied)

    def __gt__(self, other: float) -> bool:
        return self.number > other


@pytest.mark.parametrize(
    ("text", "applied"),
    [
        ("sin(x) if x > 0 else cos(x)", ["sin"]),
        ("sin(x) if -x > 0 else cos(x)", ["neg", "cos"]),
        ("1 if -x > 0 and exp(x) > 0 else 2", ["neg"]),
        ("1 if x > 0 and exp(x) > 0 else 2", ["exp"]),
        ("1 if x > 0 or exp(x) > 0 else 2", []),
        ("1 if -x > 0 or exp(x) > 0 else 2", ["neg", "exp"]),
        ("1 if x > 9 and (x > 0 or sin(x) > 0) and cos(x) > 0 else 2", []),
        ("x*x + 2 - x/2", ["mul", "add", "div", "sub"]),
        ("-x**2", ["pow", "neg"]),
    ],
)
def test_only_what_python_evaluates_is_evaluated(text: str, applied: list[str]) -> None:
    noted: list[str] = []
    parse(text)(Recorder(1.0, noted))
    assert noted == applied


# ---- Refusals ------------------------------------------------------------------------------------

CONDITION = "a condition is not a number"


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        ("", 0, "the formula is empty"),
        (" \n\t ", 0, "the formula is empty"),
        # other notations
        ("x^2", 1, "use ** for powers"),
        ("2x", 1, "to multiply, write 2*x"),
        ("2(x+y)", 1, r"to multiply, write 2*("),
        ("(x)(y)", 3, "to multiply, write )*("),
        ("x y", 2, "to multiply, write x*y"),
        ("x sin(y)", 2, "to multiply, write x*sin("),
        ("x(y)", 0, "to multiply, write x*("),
        ("rate + rate(y)", 7, "to multiply, write rate*("),
        ("pi(x)", 0, "'pi' is a number, not a function: to multiply, write pi*("),
        ("2e", 1, "to multiply, write 2*e"),
        ("0xfor", 1, "to multiply, write 0*xfor"),
        ("x²", 1, "use **2"),
        ("2²", 1, "use **2"),
        ("x·y", 1, "use * to multiply"),
        ("x × y", 2, "use * to multiply"),
        ("x \u2212 y", 2, "use the hyphen"),
        ("x ≤ y", 2, "use <="),
        ("x <> y", 2, "use !="),
        ("|x|", 0, "use abs(x)"),
        ("x!", 1, "exp(lgamma(x + 1))"),
        ("y = x", 2, "give the right-hand side alone"),
        ("y := x", 2, "assigns nothing"),
        ("x += 1", 3, "'=' is not part"),
        # operators that are not supported
        ("x // 2", 2, "write floor(x / y)"),
        ("x % 2", 2, "write x - y*floor(x / y)"),
        ("x @ y", 2, "'@' is not an operator here"),
        ("x & y", 2, "combine conditions with 'and'"),
        ("~x", 0, "use 'not'"),
        ("x << 2", 2, "2**y"),
        ("x >> 2", 2, "2**y"),
        ("x is y", 2, "compare with =="),
        ("x in y", 2, "'in' is not an operator"),
        ("x not in y", 2, "write !="),
        # the rest of Python
        ("x.real", 1, "attributes are not part"),
        ("np.sin(x)", 2, "write functions by name alone"),
        ("().__class__", 1, "an operand is missing before ')'"),
        ("x.__class__", 1, "attributes are not part"),
        ("x[0]", 1, "subscripts are not part"),
        ("[x]", 0, "lists"),
        ("{x}", 0, "unexpected '{'"),
        ("x, y", 1, "between a function's arguments"),
        ("(x, y)", 2, "between a function's arguments"),
        ("'x'", 0, "in quotes"),
        ('x + "y"', 4, "in quotes"),
        ("f'{x}'", 1, "in quotes"),
        ("b''", 1, "in quotes"),
        ("lambda x: x", 0, "'lambda' is a word of Python's"),
        ("await x", 0, "'await' is a word"),
        ("[x for x in y]", 0, "lists"),
        ("sum(x for x in y)", 6, "'for' is a word"),
        ("True", 0, "write 1"),
        ("None", 0, "'None' is not a number"),
        ("...", 0, "attributes"),
        ("x; y", 1, "give one expression"),
        ("x # y", 2, "comments"),
        ("x \\\n + y", 2, "lines may be broken anywhere"),
        ("import os", 0, "'import' is a word"),
        ("__import__('os')", 0, "unknown function '__import__'"),
        ("eval(x)", 0, "unknown function 'eval'"),
        # numbers
        ("2j", 1, "complex numbers"),
        ("0x1f", 1, "numbers are decimal"),
        ("0b11", 1, "numbers are decimal"),
        ("007", 0, "leading zeros are not allowed: write 7"),
        ("1a\x80", 2, "U+0080"),
        ("1_", 1, "only between digits"),
        ("1__0", 1, "only between digits"),
        ("1.2.3", 3, "an operator is missing"),
        ("1if x else y", 1, "a space is missing between 1 and 'if'"),
        # functions
        ("sine(x)", 0, "did you mean 'sin' or 'sinh'?"),
        ("1 + ln(x)", 4, "did you mean 'log'?"),
        ("frobnicate(x)", 0, "only the primitives may be called"),
        ("sin x", 0, "'sin' is a function: write sin(x)"),
        ("x + exp", 4, "'exp' is a function: write exp(x)"),
        ("1 + sin()", 4, "sin() takes 1 argument, but got 0: write sin(x)"),
        ("log(x, 10)", 0, "log() takes 1 argument, but got 2: write log(x)"),
        ("atan2(x)", 0, "takes 2 arguments, but got 1: write atan2(x, y)"),
        ("where(x, y)", 0, "write where(x > 0, a, b)"),
        ("sum()", 0, "at least one argument: write sum(x, y, ...)"),
        ("dot(x, y, z)", 0, "two halves"),
        ("exp(x=1)", 5, "pass arguments by position"),
        ("exp(*x)", 4, "starred arguments"),
        ("exp(**x)", 4, "starred arguments"),
        ("hypot(x, *y)", 9, "starred arguments"),
        ("exp(x,)", 6, "an operand is missing before ')'"),
        ("hypot(,x)", 6, "an operand is missing before ','"),
        ("(exp)(x)", 1, "'exp' is a function"),
        ("(*x)", 1, "an operand is missing before '*'"),
        # conditions
        ("x > 0", 2, CONDITION),
        ("x == 2", 2, CONDITION),
        ("not x", 0, CONDITION),
        ("x and y", 2, CONDITION),
        ("(x > 0) * y", 3, CONDITION),
        ("y + (x > 0)", 7, CONDITION),
        ("-(x > 0)", 4, CONDITION),
        ("+(x > 0)", 4, CONDITION),
        ("1 + not x", 4, CONDITION),
        ("exp(x > 0)", 6, CONDITION),
        ("where(x, y > 0, 1)", 11, CONDITION),
        ("(x > 0) == y", 3, CONDITION),
        ("x > 0 if y else z", 2, CONDITION),
        ("x if y else z > 0", 14, CONDITION),
        ("where(0 < x < 1, x, y)", 12, "write a < b and b < c"),
        ("where(0 < x + 1 == 1, x, y)", 16, "write a < b and b < c"),
        ("x if y", 2, "'if' without 'else'"),
        ("(x if y)", 3, "'if' without 'else'"),
        ("hypot(x if y, z)", 8, "'if' without 'else'"),
        ("x else y", 2, "'else' without 'if'"),
        ("x if y else z else a", 14, "'else' without 'if'"),
        ("x if y if z else a else b", 7, "put it in parentheses"),
        ("if x: y", 0, "an operand is missing before 'if'"),
        # parentheses and ends
        ("(x", 0, "'(' is never closed"),
        ("y * exp(x", 4, "'exp(' is never closed"),
        ("x)", 1, "')' without '('"),
        ("()", 1, "an operand is missing before ')'"),
        ("x +", 3, "an operand is missing after '+'"),
        ("x +  \n ", 3, "an operand is missing after '+'"),
        ("exp(", 4, "an operand is missing after 'exp('"),
        ("x + * y", 4, "an operand is missing before '*'"),
        ("* x", 0, "an operand is missing before '*'"),
        # characters
        ("x\0", 1, "U+0000"),
        ("x\u00a0+ y", 1, "U+00A0 (NO-BREAK SPACE)"),
        ("\ud800", 0, "U+D800"),
        ("x ? y", 2, "'?', U+003F (QUESTION MARK)"),
        ("x + 😀", 4, "U+1F600 (GRINNING FACE)"),
        ("x$", 1, "DOLLAR SIGN"),
        ("x\u0663²", 2, "use **2"),
        ("\u0663", 0, "U+0663"),
    ],
)
def test_refusals(text: str, position: int, reason: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(FormulaError) as raised:
            parse(text)
    assert reason in raised.value.reason
    assert raised.value.position == position
    assert raised.value.text == text


@pytest.mark.parametrize("text", [b"x", bytearray(b"x"), None, 1, 1.5, ["x"], ast.parse("x")])
def test_only_texts_are_read(text: Any) -> None:
    with pytest.raises(TypeError, match="a formula is a str such as"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("x + sine(x)", ["  x + sine(x)", "      ^"]),
        ("x +", ["  x +", "     ^"]),
        ("\n x +\n\ty ? z\n", ["   y ? z", "     ^"]),
        ("變數 + é ? x", ["  變數 + é ? x", "           ^"]),
        ("e\u0301 ? x", ["  e\u0301 ? x", "    ^"]),
        ("x\0", ["  x\ufffd", "   ^"]),
        (
            "x+" * 5000 + "?" + "+x" * 5000,
            ["  …" + "x+" * 18 + "?" + "+x" * 17 + "+…", " " * 39 + "^"],
        ),
    ],
)
def test_the_place_is_shown(text: str, shown: list[str]) -> None:
    with pytest.raises(FormulaError) as raised:
        parse(text)
    assert str(raised.value).split("\n")[1:] == shown


def test_the_first_line_stands_alone() -> None:
    with pytest.raises(FormulaError) as raised:
        parse("x^2")
    first = str(raised.value).split("\n")[0]
    assert first == "'^' is not an operator here: use ** for powers (column 2)"
    with pytest.raises(FormulaError) as raised:
        parse("x\n+ y\n^2")
    assert str(raised.value).split("\n")[0].endswith("(line 3, column 1)")


# ---- Size ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("(" * 40_000 + "x" + ")" * 40_000, 1),
        ("(" * 100_000, 1),
        ("-" * 90_000 + "x", 1),
        ("exp(" * 10_000 + "x" + ")" * 10_000, 4),
        ("x**" * 30_000 + "x", 3),
        ("(1 if x else " * 7_000 + "x" + ")" * 7_000, 13),
        ("where(not " * 10_000, None),
        ("-(" * 50_000, 1),
    ],
)
def test_deep_nesting_is_refused_where_it_becomes_too_deep(text: str, levels: int | None) -> None:
    with pytest.raises(FormulaError, match="nested too deeply: at most 100 levels") as raised:
        parse(text)
    if levels is not None:
        assert levels * MAX_NESTING <= raised.value.position < levels * (MAX_NESTING + 1)


def test_nesting_as_deep_as_allowed() -> None:
    depth = MAX_NESTING
    assert parse("(" * depth + "x" + ")" * depth)(2.0) == 2.0
    assert parse("-" * depth + "x")(2.0) == 2.0
    assert parse("x**" * depth + "x")(1.0) == 1.0
    assert parse("abs(" * depth + "x" + ")" * depth)(-2.0) == 2.0
    assert parse("(" * depth + "x" + " if x > 0 else 1)" * depth)(5.0) == 5.0
    assert parse("(x + 1 * " * depth + "1" + ")" * depth)(1.0) == depth + 1
    assert parse("1 if " + "not " * depth + "x else 0")(5.0) == 1.0


def test_nesting_deep_in_a_stack_is_read_or_refused() -> None:
    outcomes = set()

    def descend() -> None:
        # From the innermost level outwards, where there is ever more of the stack left.
        with contextlib.suppress(RecursionError):
            descend()
        if "read" not in outcomes:
            with contextlib.suppress(RecursionError):  # where not even the reader starts
                try:
                    parse("(x + y*" * MAX_NESTING + "x" + ")" * MAX_NESTING)
                    outcomes.add("read")
                except FormulaError as error:
                    outcomes.add(error.reason)

    descend()
    assert outcomes == {"read", "nested too deeply for what is left of Python's stack"}


def test_long_formulas() -> None:
    assert parse("+".join(["x"] * 20_000))(1.0) == 20_000.0
    assert parse("-".join(["x"] * 20_000))(1.0) == -19_998.0
    assert parse("*".join(["x"] * 20_000))(1.0) == 1.0
    assert parse("1 if x < 0 else " * 5_000 + "x")(5.0) == 5.0
    assert parse(f"sum({','.join(['x'] * 20_000)})")(1.0) == 20_000.0
    assert parse(f"1 if {' and '.join(['x > 0'] * 5_000)} else 0")(1.0) == 1.0
    assert parse(f"1 if {' or '.join(['x < 0'] * 5_000)} else 0")(1.0) == 0.0
    assert parse("x" * MAX_LENGTH).names == ("x" * MAX_LENGTH,)
    assert parse("é" * MAX_NAME).names == ("é" * MAX_NAME,)
    assert parse(" " * (MAX_LENGTH - 1) + "1")() == 1.0


@pytest.mark.parametrize(
    "text",
    ["x" * 200_000, "9" * 200_000, "x+" * 100_000 + "x", " " * 200_000, "1" * 99_999 + "1e5x"],
)
def test_texts_that_are_too_long_are_refused(text: str) -> None:
    with pytest.raises(FormulaError, match="too long") as raised:
        parse(text)
    assert raised.value.position == MAX_LENGTH
    assert len(str(raised.value)) < 300


def test_long_names_beyond_ascii_are_refused() -> None:
    with pytest.raises(FormulaError, match="the name is too long: 50,001 characters") as raised:
        parse("x + e" + "\u0327\u0301" * 25_000)
    assert raised.value.position == 4


@pytest.mark.parametrize("text", ["x" * 90_000 + "(1)", "x" * 90_000 + "²", "0" * 90_000 + "1"])
def test_messages_stay_short(text: str) -> None:
    with pytest.raises(FormulaError) as raised:
        parse(text)
    assert len(str(raised.value)) < 300


# ---- Any text ------------------------------------------------------------------------------------


class Ieee:
    """A float whose Python operators are the primitives."""

    def __init__(self, data: float) -> None:
        self.data = float(data)

    def __bool__(self) -> bool:
        return bool(self.data)

    def __truediv__(self, other: Ieee) -> Ieee:
        return Ieee(TABLE["div"](self.data, other.data))

    def __pos__(self) -> Ieee:
        return self


def _arithmetic(name: str) -> Any:
    return lambda *operands: Ieee(TABLE[name](*[x.data for x in operands]))


def _comparison(compare: Any) -> Any:
    return lambda a, b: compare(a.data, b.data)


for _name in ["add", "sub", "mul", "pow", "neg"]:
    setattr(Ieee, f"__{_name}__", _arithmetic(_name))
for _name in ["lt", "le", "gt", "ge", "eq", "ne"]:
    setattr(Ieee, f"__{_name}__", _comparison(getattr(operator, _name)))


def _function(primitive: Primitive) -> Any:
    def function(*arguments: Any) -> Ieee:
        return Ieee(primitive(*[float(getattr(x, "data", x)) for x in arguments]))

    return function


class _Wrapped(ast.NodeTransformer):
    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return ast.Call(ast.Name("Ieee", ast.Load()), [node], [])


REFERENCE = {
    "Ieee": Ieee,
    **{name: _function(primitive) for name, primitive in FUNCTIONS.items()},
    **{name: Ieee(value) for name, value in CONSTANTS.items()},
}


def check(text: str) -> None:
    """`text` is refused with a usable error, or means what it means in Python."""
    try:
        formula = parse(text)
    except FormulaError as error:
        check_error(error, text)
    else:
        check_formula(formula, text)


def check_error(error: FormulaError, text: str) -> None:
    assert 0 <= error.position <= len(text)
    first, line, caret = str(error).split("\n")
    assert first.isprintable()
    assert line.startswith("  ")
    assert caret.endswith("^")
    str(error).encode()


def check_formula(formula: Formula, text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of comparisons that are always true, for example
        tree = ast.parse(f"({text}\n)", mode="eval")
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    nodes.sort(key=lambda node: (node.lineno, node.col_offset))
    names = tuple(dict.fromkeys(node.id for node in nodes if node.id not in REFERENCE))
    assert formula.names == names
    values = {name: 0.75 + 0.5 * i for i, name in enumerate(names)}
    program = compile(ast.fix_missing_locations(_Wrapped().visit(tree)), "<formula>", "eval")
    reference = {**REFERENCE, **{name: Ieee(value) for name, value in values.items()}}
    np.testing.assert_equal(formula(**values), eval(program, reference).data)


PIECES = [
    *"xyze01258.,()+-*/<>=^&|!%@~:;[]{}'\"\\#$?_ \t\n\0αµ²é",
    *["**", "==", "<=", "!=", "//", ":=", " if ", " else ", " and ", " or ", " not ", " in "],
    *[
        "sin(",
        "max(",
        "where(",
        "dot(",
        "pi",
        "inf",
        "nan",
        "exp",
        "1e",
        "0x",
        "1_0",
        "j",
        "lambda ",
    ],
]
SEEDS = st.sampled_from(
    [
        "(x + y)**2 * z",
        "where(x > 0 and not y == 1, sqrt(x), -x)",
        "exp(-(x - 1.5e0)**2 / 2) / sqrt(2*pi)",
        "x if x >= 0 or y < 1 else -x if y else max(1, 2)",
        "dot(x, y, 1, 2) - sum(x) + 2**-x**2",
    ]
)
EDITS = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 3), st.sampled_from(["", *PIECES])), max_size=4
)


@given(st.text())
def test_any_text(text: str) -> None:
    check(text)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_any_pieces(text: str) -> None:
    check(text)


@given(st.one_of(SEEDS, FORMULAS), EDITS)
def test_any_edited_formula(text: str, edits: list[tuple[float, int, str]]) -> None:
    for where, removed, inserted in edits:
        at = round(where * len(text))
        text = text[:at] + inserted + text[at + removed :]
    check(text)


@given(
    st.lists(
        st.tuples(
            st.lists(st.sampled_from([*PIECES, "\u0327\u0301", "\ufdfa"]), min_size=1, max_size=4),
            st.integers(1, MAX_LENGTH),
        ),
        min_size=1,
        max_size=3,
    )
)
@example([(["x", "*", "x", "+"], MAX_LENGTH - 1), (["x"], 1)])
@example([(["x", "+", "-"], MAX_LENGTH - 1), (["x"], 1)])
@example([(["e"], 1), (["\u0327\u0301"], 50_000)])
@example([(["sum("], 4), (["x", ","], MAX_LENGTH - 6), (["x", ")"], 2)])
@example([(["x", "<", "x", " and "], MAX_LENGTH)])
def test_any_text_is_answered(runs: list[tuple[list[str], int]]) -> None:
    """Texts of pieces that repeat, each over so many characters."""
    text = "".join(("".join(pieces) * length)[:length] for pieces, length in runs)[:MAX_LENGTH]
    assert steps(lambda: answered(text)) <= STEPS * len(text) + 10_000


# ---- Work ----------------------------------------------------------------------------------------

STEPS = 50
"""Most calls of functions for each character to read, evaluate and differentiate a formula."""


def steps(work: Callable[[], object]) -> int:
    """Count the calls of functions, Python's own included."""
    count = 0

    def called(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def answered(text: str) -> None:
    """Read a text; of a formula take the value and the gradient, of an error the message."""
    try:
        formula = parse(text)
    except FormulaError as error:
        check_error(error, text)
        return
    formula(*[0.5] * len(formula.names))
    value = formula(*[Value(0.5) for _ in formula.names])
    if isinstance(value, Value):
        value.backward()


# What is repeated, what stands before it, and what after it.
SHAPES = {
    "sum": ("x+", "", "x"),
    "product": ("x*", "", "x"),
    "signs": ("-" * 99 + "x+", "", "x"),
    "too many signs": ("-", "", "x"),
    "powers": ("x**" * 99 + "x+", "", "x"),
    "too many powers": ("x**", "", "x"),
    "parentheses": ("(" * 99 + "x" + ")" * 99 + "+", "", "x"),
    "too many parentheses": ("(", "", "x"),
    "calls": ("exp(" * 99 + "x" + ")" * 99 + "+", "", "x"),
    "arguments": ("x,", "sum(", "x)"),
    "arguments of an unknown function": ("x,", "f(", "x)"),
    "too many arguments": ("x,", "max(", "x)"),
    "conditionals": ("x if x < 0 else ", "", "x"),
    "nested conditionals": ("(1 if x else " * 90 + "x" + ")" * 90 + "+", "", "x"),
    "too many nested conditionals": ("(1 if x else ", "", "x"),
    "conditions": ("x < 1 and x > 0 or ", "1 if ", "x else 1"),
    "negations": ("not ", "1 if ", "x else 1"),
    "chained comparisons": ("x<", "1 if ", "x else 1"),
    "where": ("where(not x,x," * 90 + "x" + ")" * 90 + "+", "", "x"),
    "numbers": ("9+", "", "9"),
    "digits": ("9", "", ""),
    "decimals": ("3", "0.", ""),
    "digits of an exponent": ("9", "1e", ""),
    "digits and underscores": ("1_", "", "1"),
    "zeros": ("0", "", "1"),
    "a long name": ("x", "", ""),
    "a long name beyond ASCII": ("\u00e9", "", ""),
    "a long name with a fault": ("\u00e9", "", "\u20ac"),
    "names beyond ASCII": ("\u00e9" * 200 + "+", "", "x"),
    "combining characters": ("\u0327\u0301", "e", ""),
    "names of combining characters": ("e" + "\u0327\u0301" * 99 + "+", "", "x"),
    "names that grow": ("\ufdfa" * 200 + "+", "", "x"),
    "spaces": (" \n\t", "", "x"),
    "comments": ("# x\n", "", "x"),
    "quotes": ("'", "", "x"),
    "nulls": ("\0", "", "x"),
    "a fault at the end of many lines": ("x+\n", "", "^"),
}


def shaped(shape: str, length: int) -> str:
    repeated, start, end = SHAPES[shape]
    return start + repeated * ((length - len(start) - len(end)) // len(repeated)) + end


@pytest.mark.parametrize("shape", SHAPES)
def test_work_grows_no_faster_than_the_text(shape: str, monkeypatch: pytest.MonkeyPatch) -> None:
    normalized: list[int] = []
    own = unicodedata.normalize

    def normalize(form: Any, text: str) -> str:
        normalized.append(len(text))
        return own(form, text)

    monkeypatch.setattr(unicodedata, "normalize", normalize)
    short, long = (shaped(shape, n) for n in (MAX_LENGTH // 20, MAX_LENGTH // 5))
    few, many = steps(lambda: answered(short)), steps(lambda: answered(long))
    assert many <= STEPS * len(long)
    assert many / len(long) <= 1.1 * (few + 1_000) / len(short)
    # Its work is not seen in calls: it may grow as the square of the length.
    assert max(normalized, default=0) <= MAX_NAME
    assert sum(normalized) <= 2 * (len(short) + len(long))


def test_many_names() -> None:
    text = "+".join(f"a{i}" for i in range(15_000))
    assert steps(lambda: answered(text)) <= STEPS * len(text)


# ---- The object ----------------------------------------------------------------------------------


def test_formulas_compare_hash_and_show_by_their_text() -> None:
    formula = parse("x + 1")
    assert formula == Formula("x + 1")
    assert hash(formula) == hash(Formula("x + 1"))
    assert formula != parse("x+1")
    assert formula != "x + 1"
    assert repr(formula) == "Formula('x + 1')"
    assert formula.text == "x + 1"
    assert list(inspect.signature(formula).parameters) == ["x"]
    assert list(inspect.signature(Formula).parameters) == ["text"]


def test_formulas_pickle_and_copy() -> None:
    formula = parse("where(x > 0, sin(x), 0) if y < 1 and x else 2")
    for other in [pickle.loads(pickle.dumps(formula)), copy.deepcopy(formula), copy.copy(formula)]:
        assert other == formula
        assert other(1.0, 0.0) == formula(1.0, 0.0)


def test_errors_pickle() -> None:
    with pytest.raises(FormulaError) as raised:
        parse("x^2")
    other = pickle.loads(pickle.dumps(raised.value))
    assert str(other) == str(raised.value)
    assert (other.text, other.position) == ("x^2", 1)
    assert isinstance(other, ValueError)
