"""README.md, run: its Python blocks in order, in one namespace, and its `dualgrad` commands.

What the Chinese README shows is the same, so running one is running both.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.pages import FENCE, Command, commands, run_command, run_commands, run_python

README = Path(__file__).parent.parent / "README.md"
CHINESE = README.with_name("README.zh-CN.md")


def test_python_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run_python(README.read_text("utf-8"), "README.md")


def test_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run_commands(README.read_text("utf-8"), "README.md")


def test_a_broken_block_is_caught() -> None:
    shared = "```python\na = 1\n```\ntext\n```python\nassert a == {}\n```\n"
    run_python(shared.format(1), "page")
    with pytest.raises(AssertionError):
        run_python(shared.format(2), "page")
    run_python("```pycon\n>>> b = 2\n>>> b\n2\n```\n```python\nb\n```\n", "page")
    with pytest.raises(pytest.fail.Exception, match="line 2"):
        run_python("```python\n>>> 1 + 1\n3\n```\n", "page")


def test_a_broken_command_is_caught() -> None:
    text = '```console\n$ dualgrad graph "x + \\\ny" x=1  # note\nshown\n\n$ make\n```\n'
    assert commands(text) == [
        Command(["dualgrad", "graph", "x + y", "x=1"], "shown\n", 2),
        Command(["make"], "", 6),
    ]
    assert commands("```sh\ndualgrad --help\n```\n") == [Command(["dualgrad", "--help"], "", 2)]
    with pytest.raises(AssertionError, match="exit code"):
        run_command(Command(["dualgrad", "no-such-command"], "", 1), "page")
    with pytest.raises(AssertionError, match="instead of"):
        run_command(Command(["dualgrad", "--help"], "something else", 1), "page")


# ---- The Chinese README --------------------------------------------------------------------------

KEPT = {
    "heading": r"^#+ ",
    "place of code": "§",
    "item": r"^- ",
    "picture": r"!\[",
    "link": r"\]\([^)\s]+\)",
    "name": r"(?<!`)`[^`\n]+`(?!`)",
    "number": r"\d+(?:[.,]\d+)*",
}
"""What a translation keeps, of the words around its code; each is taken out before the next."""


def skeleton(text: str) -> list[dict[str, Any]]:
    """Return the code, and what is kept of each section and each cell of a table.

    The words of another language have another order, and what stands among them with them.
    """
    found: list[dict[str, Any]] = [{"code": [fence[0] for fence in FENCE.finditer(text)]}]
    for part in re.split(r"^(?=#+ )|\|", FENCE.sub("§", text), flags=re.MULTILINE):
        kept = {}
        for what, pattern in KEPT.items():
            kept[what] = sorted(re.findall(pattern, part, re.MULTILINE))
            part = re.sub(pattern, " ", part, flags=re.MULTILINE)
        found.append(kept)
    return found


def differences(text: str, translated: str) -> list[str]:
    ours, theirs = skeleton(text), skeleton(translated)
    if len(ours) != len(theirs):
        return [f"{len(ours)} sections and cells, but {len(theirs)}"]
    pairs = zip(ours, theirs, strict=True)
    return [f"{key}: {a[key]} != {b[key]}" for a, b in pairs for key in a if a[key] != b[key]]


def other_language(text: str, name: str) -> str:
    """Take away the line below the title that links to the other README."""
    title, line, rest = text.split("\n\n", 2)
    assert title == "# dualgrad"
    assert re.fullmatch(rf"\[\w+\]\({re.escape(name)}\)", line)
    return f"{title}\n\n{rest}"


@pytest.fixture(scope="module")
def english() -> str:
    return other_language(README.read_text("utf-8"), CHINESE.name)


@pytest.fixture(scope="module")
def chinese() -> str:
    return other_language(CHINESE.read_text("utf-8"), README.name)


def test_the_chinese_readme_shows_the_same(english: str, chinese: str) -> None:
    assert differences(english, chinese) == []


def test_every_paragraph_is_in_chinese(chinese: str) -> None:
    parts = re.split(r"\n\n|^(?=[-|] )", FENCE.sub("", chinese), flags=re.MULTILINE)
    words = [part for part in parts[1:] if re.search(r"[A-Za-z]{3}", part)]
    assert [part for part in words if not re.search("[\u4e00-\u9fff]", part)] == [
        "|  | dualgrad | micrograd | PyTorch | JAX |\n|---|---|---|---|---|\n"
    ]


@pytest.mark.parametrize(
    ("what", "old", "new"),
    [
        ("code", "$ dualgrad graph", "$ dualgrad grad"),
        ("code", "import nn\n", "import nn as n\n"),
        ("code", "# in a checkout", "# here"),
        ("code", "v2  v0 + v1        3", "v2  v0 + v1        4"),
        ("number", "| 86 ns (28×) |", "| 87 ns (28×) |"),
        ("number", "(1.5×)", "(15×)"),
        ("number", "| 152 ns | 1545 ns |", "| 1545 ns | 152 ns |"),
        ("number", "6.0 ms", "6 ms"),
        ("", "| 20 kB | 750 MB |", "| 20 kB 750 MB |"),
        ("heading", "\n## ", "\n### "),
        ("item", "\n- ", "\n"),
        ("picture", "![", "["),
        ("link", "(docs/guides/nans.md)", "(docs/guides/checking.md)"),
        ("name", "`make gallery`", "`make docs`"),
        ("", "```sh\ndualgrad examples ", "\n## 标题\n\n```sh\ndualgrad examples "),
    ],
)
def test_another_readme_is_caught(
    english: str, chinese: str, what: str, old: str, new: str
) -> None:
    assert old in chinese
    found = differences(english, chinese.replace(old, new, 1))
    assert found
    assert found[0].startswith(f"{what}: ") or not what


def test_a_missing_block_is_caught(english: str, chinese: str) -> None:
    for fence in FENCE.finditer(chinese):
        assert differences(english, chinese.replace(fence[0], "", 1))


def test_a_moved_block_and_a_missing_row_are_caught(english: str, chinese: str) -> None:
    fence = next(FENCE.finditer(chinese))[0]
    title, rest = chinese.split("\n", 1)
    moved = f"{title}\n{rest.replace(fence, '', 1)}".replace("\n## ", f"\n## 标题\n{fence}\n## ", 1)
    assert differences(english, moved)
    for row in re.findall(r"^\| .*\n", chinese, re.MULTILINE):
        assert differences(english, chinese.replace(row, "", 1))
