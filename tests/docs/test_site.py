"""The site, without Sphinx: its settings, what its pages cover, and what they run."""

from __future__ import annotations

import re
import runpy
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import matplotlib.pyplot as plt
import pytest

import autograd
import nn
import viz
from tests.pages import blocks, run_commands, run_python

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
GUIDES = sorted(path for path in (DOCS / "guides").glob("*.md") if path.stem != "index")
PAGES = sorted([*DOCS.glob("*.md"), *DOCS.glob("guides/*.md"), *DOCS.glob("reference/*.*")])
PRIMITIVES = (DOCS / "reference" / "primitives.rst").read_text("utf-8")
TOCTREE = re.compile(r"^```\{toctree\}\n(?::.*\n)*\n?((?:[\w./]+\n)+)```", re.MULTILINE)


@pytest.fixture
def conf(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setenv("DUALGRAD_NATIVE", str(int(autograd.__native__)))
    return runpy.run_path(str(DOCS / "conf.py"))


def test_its_settings_are_read_without_sphinx(conf: dict[str, Any]) -> None:
    assert conf["release"] == autograd.__version__
    assert conf["nitpicky"]
    assert conf["sphinx_gallery_conf"]["abort_on_example_error"]
    assert conf["nb_execution_raise_on_error"]


def test_its_extensions_and_theme_are_in_the_extra(conf: dict[str, Any]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = " ".join(project["optional-dependencies"]["docs"]).replace("-", "_")
    for name in [*conf["extensions"], conf["html_theme"]]:
        own = (DOCS / "_ext" / f"{name}.py").is_file()
        assert own or name.partition(".")[0] in wanted, name


def titled(page: Path) -> str:
    return page.relative_to(DOCS).with_suffix("").as_posix()


@pytest.mark.parametrize("page", PAGES, ids=titled)
def test_every_page_is_in_a_toctree(page: Path) -> None:
    if page == DOCS / "index.md":
        return
    listed = set()
    for index in DOCS.rglob("index.md"):
        for tree in TOCTREE.findall(index.read_text("utf-8")):
            listed |= {(index.parent / name).resolve() for name in tree.split()}
    assert page.with_suffix("") in listed


def documented(package: ModuleType) -> list[str]:
    """Return the names that the reference lists, of a package: in summaries or as data."""
    text = (DOCS / "reference" / f"{package.__name__}.md").read_text("utf-8")
    summaries = re.findall(
        r"^\.\. autosummary::\n(?:   :.*\n)*\n((?:   \w+\n)+)", text, re.MULTILINE
    )
    return [*" ".join(summaries).split(), *re.findall(r"^\.\. py:data:: (\w+)", text, re.MULTILINE)]


@pytest.mark.parametrize("package", [autograd, nn, viz], ids=lambda package: package.__name__)
def test_every_public_name_is_in_the_reference(package: ModuleType) -> None:
    names = documented(package)
    assert len(set(names)) == len(names)
    elsewhere = set(autograd.TABLE) if package is autograd else set()
    assert set(package.__all__) - elsewhere <= set(names)
    assert all(hasattr(package, name) for name in names)


def test_every_primitive_is_in_the_table_once() -> None:
    groups = re.findall(r"^\.\. primitives:: ((?:.+\n)+)", PRIMITIVES, re.MULTILINE)
    names = " ".join(groups).split()
    assert sorted(names) == sorted(autograd.TABLE)


@pytest.mark.parametrize("guide", GUIDES, ids=titled)
def test_a_guide_runs(guide: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its cells in order, and its commands; building the site runs the cells, too."""
    monkeypatch.chdir(tmp_path)
    text = guide.read_text("utf-8")
    assert text.startswith("---\nfile_format: mystnb\n")
    assert blocks(text, "{code-cell}")
    run_python(text, guide.name, "{code-cell}")
    run_commands(text, guide.name)
    plt.close("all")


@pytest.mark.parametrize("page", ["index.md", "reference/command.md"])
def test_other_pages_run(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = (DOCS / page).read_text("utf-8")
    run_python(text, page)
    run_commands(text, page)


@pytest.mark.parametrize("page", [*PAGES, ROOT / "README.md"], ids=lambda page: page.name)
def test_links_between_files_lead_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    for target in re.findall(r"\]\((?![a-z]+:|#)([^)\s#]+)[^)]*\)", text):
        place = (page.parent / target).resolve()
        made = place.parent.name == "gallery"  # by the build, from examples/
        if made and place.stem != "index":
            assert (ROOT / "examples" / f"{place.stem}.py").is_file(), target
        elif not made:
            assert place.is_file() or place.with_suffix(".md").is_file(), target
