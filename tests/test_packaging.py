"""The distribution: one version, typed packages, extras that exist, light imports."""

from __future__ import annotations

import ast
import json
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
PACKAGES = ("autograd", "dualgrad", "nn", "viz")
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
    pattern = r"""(?:dualgrad|["'`]\.)\[([\w,-]+)\]"""
    named = {extra for text in texts for extra in re.findall(pattern, text)}
    assert "render" in named
    extras = set(PROJECT["optional-dependencies"])
    assert {extra for names in named for extra in names.split(",")} <= extras


@pytest.mark.parametrize("package", PACKAGES)
def test_nothing_heavy_is_imported_before_it_is_used(package: str) -> None:
    assert imported_by(package) & HEAVY <= EXEMPT.get(package, set())


# ---- What is released ----------------------------------------------------------------------------

README = (ROOT / "README.md").read_text("utf-8")
LINKS = re.findall(r"\]\((?![a-z]+:|#)([^)\s]+)\)", README)
TOOLS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]


def test_the_source_distribution_has_what_the_readme_shows() -> None:
    rules = [line.split() for line in (ROOT / "MANIFEST.in").read_text("utf-8").splitlines()]
    held = [ROOT / name for kind, *names in rules if kind == "include" for name in names]
    for kind, *names in rules:
        held += [x for name in names if kind == "graft" for x in (ROOT / name).rglob("*")]
    assert len([link for link in LINKS if link.endswith(".png")]) >= 2
    for link in LINKS:
        assert (ROOT / link).is_file(), link
        assert ROOT / link in held, link


def test_the_description_has_its_links_in_full() -> None:
    """A page that is not the repository's shows it."""
    tree = ast.parse((ROOT / "setup.py").read_text("utf-8"))
    tree.body = [x for x in tree.body if isinstance(x, ast.FunctionDef) and x.name == "description"]
    names = {"ROOT": ROOT, "PROJECT": PROJECT, "re": re}
    exec(compile(tree, "setup.py", "exec"), names)
    text = names["description"]()
    assert re.findall(r"\]\((?![a-z]+:|#)", text) == []
    source = PROJECT["urls"]["Source"]
    for link in LINKS:
        place = "raw" if link.endswith(".png") else "blob"
        assert f"]({source}/{place}/HEAD/{link})" in text
    assert text.replace(f"{source}/raw/HEAD/", "").replace(f"{source}/blob/HEAD/", "") == README


def test_wheels_and_tests_are_of_the_pythons_that_are_promised() -> None:
    kinds = [re.search(r":: (3\.\d+)$", kind) for kind in PROJECT["classifiers"]]
    promised = [found[1] for found in kinds if found]
    assert promised[0] == PROJECT["requires-python"].removeprefix(">=")
    assert TOOLS["cibuildwheel"]["build"] == " ".join(
        f"cp{version.replace('.', '')}-*" for version in promised
    )
    tests = (ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8")
    assert f"python: {json.dumps(promised)}" in tests


def test_the_release_is_published_only_by_a_tag_and_without_a_password() -> None:
    yaml = pytest.importorskip("yaml")
    release = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8"))
    assert release["permissions"] == {"contents": "read"}
    publish = release["jobs"].pop("publish")
    assert set(publish["needs"]) == set(release["jobs"]) == {"wheels", "sdist"}
    assert publish["if"] == "github.ref_type == 'tag'"
    assert publish["permissions"] == {"id-token": "write"}
    assert publish["environment"] == "release"
    assert not any("password" in str(step) for step in publish["steps"])
    systems = {
        name.partition("-")[0] for name in release["jobs"]["wheels"]["strategy"]["matrix"]["os"]
    }
    assert systems == {"ubuntu", "macos", "windows"}
    for job in release["jobs"].values():
        assert any("upload-artifact" in step.get("uses", "") for step in job["steps"])


# ---- Packages of others by the same names --------------------------------------------------------

HIPS = {
    "__init__.py": "from .core import grad",
    "core.py": "def grad(f): return f",
    "tracer.py": "",
    "numpy/__init__.py": "",
}
"""What HIPS' library has, in short."""


def write_package(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def copied(tmp_path: Path) -> Path:
    """Copy the packages, interpreted, to a folder of their own."""
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("*.so", "__pycache__")
        )
    return tmp_path


def run_in(*folders: Path, words: list[str]) -> subprocess.CompletedProcess[str]:
    """Run Python with these folders first on the path."""
    return subprocess.run(
        [sys.executable, *words],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(map(str, folders)),
            "DUALGRAD_NATIVE": "",
        },
        cwd=folders[0],
        capture_output=True,
        text=True,
        check=False,
    )


def assert_refused(done: subprocess.CompletedProcess[str], start: str, place: Path) -> None:
    assert done.returncode == 1
    line = done.stderr.splitlines()[-1]
    assert line.startswith(f"{start}the package 'autograd' in {place}")
    assert "is not dualgrad's, but another project's or what is left of both" in line
    assert "Run `pip uninstall autograd dualgrad` and install dualgrad again" in line


def test_hips_autograd_installed_before_is_noticed(tmp_path: Path) -> None:
    """Its files are then among ours, and `autograd/__init__.py` is ours."""
    (copied(tmp_path) / "autograd" / "tracer.py").touch()
    for module in ("autograd", "nn", "viz"):
        done = run_in(tmp_path, words=["-c", f"import {module}"])
        assert done.returncode == 1
        assert "ImportError: HIPS autograd and dualgrad are both installed here" in done.stderr
        assert "Run `pip uninstall autograd dualgrad` and install" in done.stderr
    done = run_in(tmp_path, words=["-m", "dualgrad", "--version"])
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith("dualgrad: HIPS autograd and dualgrad are both installed here")


@pytest.mark.parametrize(
    "state",
    ["overwritten", "shadowed", "left over", "does not import", "a file of the user's"],
)
def test_another_autograd_is_noticed_by_what_needs_ours(tmp_path: Path, state: str) -> None:
    ours, first = copied(tmp_path / "site"), tmp_path / "site"
    place = ours / "autograd" / "__init__.py"
    if state == "overwritten":  # HIPS' library was installed after dualgrad
        write_package(ours / "autograd", HIPS)
    elif state == "left over":  # ... and removed again, with the files that it had overwritten
        place.unlink()
        place = ours / "autograd"
    else:
        first = tmp_path / "first"
        place = first / "autograd" / "__init__.py"
        if state == "a file of the user's":
            place = first / "autograd.py"
            write_package(first, {"autograd.py": "x = 1"})
        else:
            write_package(first / "autograd", HIPS)
        if state == "does not import":  # an old one with a new NumPy
            place.write_text("import os\nos.no_such_function()")
    for module in ("nn", "viz"):
        done = run_in(first, ours, words=["-c", f"import {module}"])
        assert_refused(done, "ImportError: ", place)
    done = run_in(first, ours, words=["-m", "dualgrad", "graph", "x", "x=1"])
    assert_refused(done, "dualgrad: ", place)
    assert (done.stdout, done.stderr.count("\n")) == ("", 1)


@pytest.mark.parametrize(("name", "words"), [("viz", ["--version"]), ("nn", ["train", "xor"])])
def test_another_viz_or_nn_is_noticed_by_the_command(
    tmp_path: Path, name: str, words: list[str]
) -> None:
    ours, first = copied(tmp_path / "site"), tmp_path / "first"
    write_package(first, {f"{name}/__init__.py": ""})
    done = run_in(first, ours, words=["-m", "dualgrad", *words])
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith(f"dualgrad: the package '{name}' in {first / name}")


def test_no_message_advises_a_package_that_is_not_published() -> None:
    for name in PACKAGES:
        for path in (ROOT / name).rglob("*.py"):
            text = re.sub(r"[\"'`\s]+", " ", path.read_text("utf-8"))
            assert not re.search(r"pip install\W+dualgrad", text), path
