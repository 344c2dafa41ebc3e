"""The forms of a solution: Markdown, LaTeX, HTML; and names that look like markup."""

from __future__ import annotations

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.mathtext import MathTextParser

import nn
from autograd import Value, dot, mean, parse
from autograd.text.tables import Table, as_text
from autograd.text.words import columns
from tests.viz.explain.solutions import FUNCTIONS, WEIGHTS, equations, network
from viz import explain
from viz.explain.document import WIDTH
from viz.explain.explanation import Explanation
from viz.explain.latex import broken_latex, escaped, latex_name
from viz.explain.notation import Html, Latex, Text
from viz.explain.terms import Symbol

HOSTILE = [
    r"\input{/etc/passwd}",
    "$x$",
    "a&b",
    "50%",
    "# heading",
    "<script>alert(1)</script>",
    "[link](http://x)",
    "**bold**",
    "a|b",
    "`code`",
    "{name}",
    "a\nb",
    "~^_",
    "权重",
    "θ",
    "😀",
    "a name of more than thirty-two characters",
]

over_graphs = pytest.mark.parametrize(
    ("f", "args"), [case[1:] for case in FUNCTIONS], ids=[case[0] for case in FUNCTIONS]
)


def hostile(language: str = "en") -> Explanation:
    product = Value(2.0, HOSTILE[0])
    for i, name in enumerate(HOSTILE[1:]):
        product = product * Value(1.0 + i, name)
    return explain(product, paths=True, language=language)


def formulas(markdown: str) -> list[str]:
    """Return what stands between dollar signs, display equations by their sides."""
    markdown = re.sub(r"\\begin\{cases\}.*?\\end\{cases\}", "c", markdown)
    blocks = re.findall(r"\$\$\n\\begin\{aligned\}\n(.*?)\n\\end\{aligned\}", markdown, re.S)
    found = [
        side for block in blocks for side in re.split(r" \\\\\n&?| &= | = |&?\\approx ", block)
    ]
    rest = re.sub(r"\$\$.*?\$\$", "", markdown, flags=re.S)
    return [side for side in found if side.strip()] + re.findall(r"(?<!\\)\$([^$]+)\$", rest)


@over_graphs
def test_latex_is_understood(f: Any, args: tuple[float, ...]) -> None:
    """By matplotlib, which lacks environments: each side of each equation."""
    found = formulas(explain(f, *args, paths=True).to_markdown())
    assert len(found) > 10
    for side in set(found):
        assert side.count("{") == side.count("}")
        MathTextParser("path").parse(f"${side.strip('= ')}$")


def samples(language: str) -> Explanation:
    """Samples through a network, whose parameters have long names."""
    model = nn.MLP(2, [3, 1], activation="tanh", seed=0)
    X = [[0.5, -1.0], [1.5, 2.0], [-0.5, 0.25], [2.0, 1.0], [0.1, 0.7]]
    return explain(sum((model(np.array(x)) - 1.0) ** 2 for x in X), language=language)


def wide(language: str) -> Explanation:
    xs = [Value(0.1234567 * i, f"layers.0.weight[{i},{i}]") for i in range(1, 30)]
    return explain(dot(xs[:12], xs[12:24]).tanh() * mean(xs), paths=True, language=language)


LARGE = {
    "sheet": lambda language: explain(
        parse("(x+y)**2*z"), 1.0, 2.0, -6.0, paths=True, formulas=True, language=language
    ),
    "blank": lambda language: explain(
        parse("(x+y)**2*z"), 1.0, 2.0, -6.0, paths=True, blank=True, language=language
    ),
    "mixed": lambda language: explain(
        parse("where(x > 0, exp(x) * log(y), log(1 + y)) / (1 + exp(-x * y))"),
        *(0.75, 2.5),
        paths=True,
        language=language,
    ),
    "digits": lambda language: explain(
        parse("sin(x) * cos(y) + tan(x * y)"), 0.7, -0.4, digits=17, paths=True, language=language
    ),
    "network": lambda language: explain(network, *WEIGHTS, paths=True, language=language),
    "samples": samples,
    "wide": wide,
    "hostile": hostile,
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("which", LARGE)
def test_latex_compiles(which: str, language: str, tmp_path: Path) -> None:
    """By the program that its first line asks for: all on the page, no letter missing."""
    text = LARGE[which](language).to_latex()
    program = "xelatex" if "xelatex" in text.split("\n")[0] else "pdflatex"
    style = "ctex.sty" if program == "xelatex" else "amsmath.sty"
    if shutil.which(program) is None or not found_by_tex(style):
        pytest.skip(f"there is no {program} with {style}")
    (tmp_path / "solution.tex").write_text(text, "utf-8")
    command = [program, "-halt-on-error", "-no-shell-escape", "solution.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    log = (tmp_path / "solution.log").read_text("utf-8", "replace")
    assert done.returncode == 0, log[-2000:]
    assert not re.findall("^(?:Overfull|Missing character).*", log, re.M)


def found_by_tex(style: str) -> bool:
    command = ["kpsewhich", style]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("which", LARGE)
def test_no_line_of_text_is_long(which: str, language: str) -> None:
    """But for rows of a table of two columns, whose names may be long."""
    explanation = LARGE[which](language)
    narrow = [part for part in explanation.parts if isinstance(part, Table)]
    rows = {line.strip() for part in narrow for line in as_text([part]).split("\n")}
    for line in explanation.to_text().split("\n"):
        assert columns(line) <= WIDTH or (which == "hostile" and line.strip() in rows), line


@over_graphs
def test_no_line_of_a_formula_is_long(f: Any, args: tuple[float, ...]) -> None:
    for language in ("en", "zh"):
        text = explain(f, *args, paths=True, language=language).to_text()
        assert max(map(columns, text.split("\n"))) <= WIDTH


def test_many_operands_are_not_all_written() -> None:
    xs = [Value(float(i), f"x{i}") for i in range(100)]
    found = explain(dot(xs, xs))
    assert "f = dot(x0, x1, x2, …, x98, x99)" in found.to_text()
    assert r"x_{2}, \ldots, x_{98}" in found.to_latex()


def test_a_long_table_goes_on_on_the_next_page() -> None:
    xs = [Value(float(i), f"x{i}") for i in range(100)]
    assert r"\begin{longtable}{lrr}" in explain(dot(xs, xs)).to_latex()
    assert "longtable}{" not in explain(xs[1] * xs[2]).to_latex().partition("document}")[2]


@pytest.mark.parametrize(
    ("text", "room", "pieces"),
    [
        ("a + b", 20, ["a + b"]),
        ("a + b - c", 5, ["a + b", "- c"]),
        (r"a \cdot b \cdot c + d", 6, [r"a \cdot b", r"\cdot c", "+ d"]),
        (r"\left(a + b\right) + \frac{a + b}{c}", 8, [r"\left(a + b\right)", r"+ \frac{a + b}{c}"]),
        (r"\{ + \}", 2, [r"\{", r"+ \}"]),
    ],
)
def test_formulas_are_broken_outside_of_parentheses(
    text: str, room: int, pieces: list[str]
) -> None:
    assert broken_latex(text, room) == pieces


def test_latex_of_names() -> None:
    names = [
        "x",
        "v12",
        "w[0,1]",
        "alpha_2",
        "θ",
        "Δ_2",
        "x₁",
        "loss",
        "layers.0.w[1]",
        "a_b",
        "Δt",
    ]
    assert list(map(latex_name, names)) == [
        "x",
        "v_{12}",
        "w_{0,1}",
        r"\alpha_{2}",
        r"\theta",
        r"\Delta_{2}",
        "x_{1}",
        r"\text{loss}",
        r"\text{layers.0.w{[}1{]}}",
        r"\text{a\_b}",
        r"\text{$\Delta$t}",
    ]


def test_hostile_names_stay_text_in_latex() -> None:
    text = hostile().to_latex()
    assert r"\input" not in text
    assert "xelatex" in text.split("\n")[0]  # for the Chinese name
    for name in HOSTILE[1:-3]:
        assert escaped(name.replace("\n", " ")) in text
    assert r"\texttt{U+1F600}" in text
    body = text.partition(r"\begin{document}")[2]
    assert not re.search(r"(?<!\\)[%#]", body)


def test_hostile_names_stay_text_in_html() -> None:
    tags: set[str] = set()
    words: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: Any) -> None:
            tags.add(tag)

        def handle_data(self, data: str) -> None:
            words.append(data)

    html = hostile().to_html()
    Reader().feed(html)
    assert tags <= {
        "div",
        "h2",
        "h3",
        "p",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "sub",
        "sup",
    }
    for name in HOSTILE[:-1]:
        assert name.replace("\n", " ") in " ".join(words)
    assert "mathjax_ignore" in html


def test_hostile_names_stay_text_in_markdown() -> None:
    text = hostile().to_markdown()
    assert "<script>" not in re.sub("`[^`]*`", "", text)
    assert not re.search(r"^# heading", text, re.M)
    assert not re.search(r"(?<!\\)\\input", re.sub("`[^`]*`", "", text))  # but with its backslash


def test_all_forms_tell_the_same_numbers() -> None:
    found = explain(parse("tanh(x * y) + x"), 0.5, -2.0, paths=True)
    last = [others[-1] for _, *others in equations(found.to_text())]
    html = re.sub("<[^>]+>", " ", found.to_html())
    assert all(number in found.to_latex() for number in last if "*" not in number)
    assert all(number in html for number in last if "*" not in number and "(" not in number)


def test_signs_and_parentheses_of_numbers() -> None:
    term = Symbol("add", (Symbol("mul", (2.0, -3.0)), Symbol("mul", (-36.0, 1.0))))
    assert Text().write(term) == "2 * (-3) + (-36) * 1"
    assert Html().write(term) == "2 · (-3) + (-36) · 1"
    assert Latex().write(term) == r"2 \cdot \left(-3\right) + \left(-36\right) \cdot 1"
    assert Text().write(Symbol("add", (1.0, Symbol("neg", (Symbol("x"),))))) == "1 + (-x)"
    assert Text().write(Symbol("pow", (-2.0, -1.0))) == "(-2)**(-1)"
    assert Latex().write(1.5e-7 * Symbol("x")) == r"1.5 \cdot 10^{-7} \cdot x"


def test_a_notebook_shows_html() -> None:
    found = explain(parse("x**2"), 3.0)
    assert found._repr_html_() == found.to_html()
    assert repr(found) == str(found) == found.to_text()


def test_nothing_to_pass_back_leaves_no_empty_equations() -> None:
    found = explain(parse("floor(x)"), 2.5, paths=True)
    assert "\n\n\\end{align*}" not in found.to_latex()
    assert "\n\n\n" not in found.to_text()
    assert "does not depend on x" in found.to_text()
