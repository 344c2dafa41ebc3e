"""The forms of a solution: Markdown, LaTeX, HTML; and names that look like markup."""

from __future__ import annotations

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from matplotlib.mathtext import MathTextParser

from autograd import Value, parse
from tests.viz.explain.solutions import FUNCTIONS, equations
from viz import explain
from viz.explain.explanation import Explanation
from viz.explain.notation import Html, Latex, Text, escaped, latex_name
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
]

over_graphs = pytest.mark.parametrize(
    ("f", "args"), [case[1:] for case in FUNCTIONS], ids=[case[0] for case in FUNCTIONS]
)


def hostile() -> Explanation:
    product = Value(2.0, HOSTILE[0])
    for i, name in enumerate(HOSTILE[1:]):
        product = product * Value(1.0 + i, name)
    return explain(product, paths=True)


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


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="there is no pdflatex")
@pytest.mark.parametrize("which", ["sheet", "network", "hostile"])
def test_latex_compiles(which: str, tmp_path: Path) -> None:
    found = {
        "sheet": lambda: explain(parse("(x+y)**2*z"), 1.0, 2.0, -6.0, paths=True),
        "network": lambda: explain(FUNCTIONS[-1][1], *FUNCTIONS[-1][2]),
        "hostile": hostile,
    }[which]()
    text = found.to_latex()
    text = text if text.isascii() else text.replace("权重", "w").encode("ascii", "replace").decode()
    (tmp_path / "solution.tex").write_text(text.replace("{ctex}", "{amssymb}"), "utf-8")
    command = ["pdflatex", "-halt-on-error", "-no-shell-escape", "solution.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]


def test_latex_of_names() -> None:
    names = ["x", "v12", "w[0,1]", "alpha_2", "loss", "layers.0.w[1]", "a_b"]
    assert list(map(latex_name, names)) == [
        "x",
        "v_{12}",
        "w_{0,1}",
        r"\alpha_{2}",
        r"\text{loss}",
        r"\text{layers.0.w{[}1{]}}",
        r"\text{a\_b}",
    ]


def test_hostile_names_stay_text_in_latex() -> None:
    text = hostile().to_latex()
    assert r"\input" not in text
    assert "xelatex" in text.split("\n")[0]  # for the Chinese name
    for name in HOSTILE[1:]:
        assert escaped(name.replace("\n", " ")) in text
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
    for name in HOSTILE:
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


def test_long_equations_are_broken_before_their_signs() -> None:
    x = [Value(0.123456 * i, f"weight{i}") for i in range(1, 9)]
    total = x[0] * x[1]
    for a in x[2:]:
        total = total * a + x[0]
    for line in str(explain(total, paths=True)).split("\n"):
        assert len(line) <= 88 or "+" not in line[40:], line


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
