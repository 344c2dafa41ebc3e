"""The distribution: one version, typed packages, extras that exist, light imports."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

import autograd

ROOT = Path(__file__).parent.parent
PACKAGES = ("autograd", "nn", "viz")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

# Everything that is large or optional. What a package imports at once is paid by everybody.
HEAVY = {
    *("graphviz", "matplotlib", "pygraphviz", "scipy", "llvmlite", "pandas", "IPython"),
    *("safetensors", "tqdm"),
    *("hypothesis", "mpmath", "mypy", "pytest", "setuptools", "torch", "jax", "asyncio"),
}
# ... but the package graphviz is small, and the drawings of viz are its graphs.
EXEMPT = {"viz": {"graphviz"}}


def imported_by(package: str) -> set[str]:
    """Return the top-level modules that importing a package pulls in, in a new interpreter."""
    code = f"import sys, {package}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    # -S leaves out `site`, whose .pth files may import anything; the paths are handed over.
    code = f"import sys; sys.path[:] = {sys.path!r}; {code}"
    run = subprocess.run(
        [sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(run.stdout.split())


def test_version_agrees() -> None:
    assert autograd.__version__ == metadata.version("dualgrad")


def test_changelog_knows_the_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert re.search(rf"\b{re.escape(autograd.__version__)}\b", changelog)


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_are_typed(package: str) -> None:
    assert (ROOT / package / "py.typed").is_file()


def test_files_beside_the_code_are_packaged() -> None:
    setuptools = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    packaged = {
        path
        for package, patterns in setuptools["package-data"].items()
        for pattern in patterns
        for path in ROOT.glob(f"{package.replace('.', '/')}/{pattern}")
    }
    beside = {
        path
        for package in PACKAGES
        for path in (ROOT / package).rglob("[!.]*.*")
        if path.suffix not in {".py", ".pyi", ".pyc", ".so", ".pyd"}
    }
    assert {"py.typed", "helpers.c", "helpers.js"} <= {path.name for path in beside}
    assert beside == packaged


def test_extras_in_messages_exist() -> None:
    texts = [path.read_text("utf-8") for name in PACKAGES for path in (ROOT / name).rglob("*.py")]
    texts += [path.read_text("utf-8") for path in ROOT.glob("*.md")]
    named = {extra for text in texts for extra in re.findall(r"dualgrad\[([\w,-]+)\]", text)}
    extras = set(PROJECT["optional-dependencies"])
    assert {extra for names in named for extra in names.split(",")} <= extras


@pytest.mark.parametrize("package", PACKAGES)
def test_nothing_heavy_is_imported_before_it_is_used(package: str) -> None:
    assert imported_by(package) & HEAVY <= EXEMPT.get(package, set())


def test_hips_autograd_beside_it_is_noticed(tmp_path: Path) -> None:
    """Both install a package of this name: the files of one end up among those of the other."""
    shutil.copytree(ROOT / "autograd", tmp_path / "autograd", ignore=shutil.ignore_patterns("*.so"))
    (tmp_path / "autograd" / "tracer.py").touch()  # a module of HIPS' library
    done = subprocess.run(
        [sys.executable, "-c", "import autograd"],
        env={**os.environ, "PYTHONPATH": str(tmp_path), "DUALGRAD_NATIVE": ""},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "ImportError: HIPS autograd and dualgrad are both installed here" in done.stderr
    assert "pip uninstall autograd" in done.stderr
