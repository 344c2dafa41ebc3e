"""The layers: no import points up and none goes in a circle, wherever in a file it stands."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("autograd", "nn", "viz")

# From the lowest floor to the highest: a file imports from its own floor and from those below. The
# longest path that a file's own starts with counts.
FLOORS = (
    {"autograd/_native.py", "autograd/_version.py", "autograd/text/"},
    {"autograd/rules/"},
    {"autograd/text/arguments.py"},
    {"autograd/values/"},
    {"autograd/transforms/"},
    {"autograd/functions.py"},
    {"autograd/program/", "autograd/checks/", "autograd/compare/", "autograd/expression/"},
    {"autograd/__init__.py"},
    {
        "nn/arguments.py",
        "nn/init.py",
        "nn/activations.py",
        "nn/losses.py",
        "nn/schedules.py",
        "nn/intake.py",
        "nn/outputs.py",
    },
    {"nn/modules/"},
    {"nn/optim/", "nn/data/"},
    {"nn/training/"},
    {"nn/__init__.py"},
    {"viz/"},
)


def faults(sources: Mapping[str, str]) -> list[str]:
    """Return what is wrong with the imports of the files, given as sources by path.

    One line each: a file that stands on no floor, an import that points up, a circle.
    """
    files = {_module(path): path for path in sources}
    found = [f"{path} stands on no floor" for path in sources if _floor(path) is None]
    imported: dict[str, list[str]] = {path: [] for path in sources}
    for path, source in sources.items():
        for name, line in _imports(ast.parse(source), path, files):
            other = files[name]
            imported[path].append(other)
            if (_floor(other) or 0) > (_floor(path) or 0):
                found.append(f"{path}:{line} imports {other}, which is above it")
    found += [f"a circle: {' imports '.join(circle)}" for circle in _circles(imported)]
    return list(dict.fromkeys(found))


def _module(path: str) -> str:
    """Return the name by which a file is imported."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _floor(path: str) -> int | None:
    """Return the number of the floor that a file stands on."""
    starts = [(len(x), i) for i, floor in enumerate(FLOORS) for x in floor if path.startswith(x)]
    return max(starts)[1] if starts else None


def _imports(tree: ast.AST, path: str, known: Collection[str]) -> Iterator[tuple[str, int]]:
    """Yield the known modules that a file imports, and in which lines.

    Those that stand in functions, under TYPE_CHECKING and as a text in import_module count too.
    """
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                wanted = [name.name for name in names]
            case ast.ImportFrom(names=names):
                package = _absolute("." * node.level + (node.module or ""), path)
                wanted = [f"{package}.{name.name}" for name in names]
            case ast.Call(
                func=ast.Name(id=function) | ast.Attribute(attr=function),
                args=[ast.Constant(value=str(name)), *_],
            ) if function in ("import_module", "__import__"):
                wanted = [_absolute(name, path)]
            case _:
                continue
        for name in wanted:
            if module := _longest_known(name, known):
                yield module, node.lineno


def _absolute(name: str, path: str) -> str:
    """Return the full name of a module that a file imports, perhaps by dots."""
    relative = name.lstrip(".")
    level = len(name) - len(relative)
    if not level:
        return name
    package = path.split("/")[:-level]
    return ".".join([*package, relative] if relative else package)


def _longest_known(name: str, known: Collection[str]) -> str:
    """Return the module itself, or that whose content is named."""
    while name not in known and name:
        name = name.rpartition(".")[0]
    return name


def _circles(imported: Mapping[str, Collection[str]]) -> Iterator[list[str]]:
    """Yield circles of imports until none is left, each with an import that is in no other."""
    left = {path: dict.fromkeys(others) for path, others in imported.items()}
    while True:
        try:
            TopologicalSorter(left).prepare()
        except CycleError as error:
            circle: list[str] = error.args[1][:0:-1]
            first = circle.index(min(circle))
            circle = [*circle[first:], *circle[: first + 1]]
            del left[circle[0]][circle[1]]
            yield circle
        else:
            return


def test_imports_point_down() -> None:
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    sources = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in paths}
    if found := faults(sources):
        pytest.fail("\n".join(found), pytrace=False)


# ---- The check itself ----------------------------------------------------------------------------


def test_imports_that_point_down_are_no_fault() -> None:
    sources = {
        "autograd/__init__.py": "from .values.value import Value",
        "autograd/rules/__init__.py": "",
        "autograd/rules/table.py": "import math, numpy.linalg\nfrom autograd.text import words",
        "autograd/text/words.py": "import re",
        "autograd/values/value.py": "from ..rules import table\nimport autograd.rules.table as t",
        "nn/__init__.py": "import autograd\ndef load(name): return import_module(name)",
        "viz/draw.py": "from nn import Module\nfrom autograd import Value",
    }
    assert faults(sources) == []


def test_an_import_that_points_up_is_found() -> None:
    imports = [
        "def f():\n    import autograd.values.value",
        "def f():\n    from autograd.values import value",
        "class A:\n    from autograd.values.value import Value",
        "if TYPE_CHECKING:\n    from ..values.value import Value",
        "x = 1\nfrom ..values import value as v",
        "x = 1\nv = importlib.import_module('autograd.values.value').Value",
        "x = 1\nv = import_module('..values.value', __package__)",
        "x = 1\nv = __import__('autograd.values.value')",
    ]
    for source in imports:
        sources = {"autograd/rules/table.py": source, "autograd/values/value.py": ""}
        complaint = "autograd/rules/table.py:2 imports autograd/values/value.py, which is above it"
        assert faults(sources) == [complaint], source


def test_the_content_of_a_package_is_that_of_its_init() -> None:
    sources = {
        "autograd/__init__.py": "",
        "autograd/values/__init__.py": "from autograd import Value",
        "nn/modules/module.py": "from nn import optim, training",
        "nn/training/__init__.py": "",
        "nn/__init__.py": "",
    }
    assert faults(sources) == [
        "autograd/values/__init__.py:1 imports autograd/__init__.py, which is above it",
        "nn/modules/module.py:1 imports nn/__init__.py, which is above it",
        "nn/modules/module.py:1 imports nn/training/__init__.py, which is above it",
    ]


def test_packages_import_only_those_below() -> None:
    sources = {
        "autograd/compare/report.py": "def plot():\n    from viz.plots import plot_modes",
        "nn/training/history.py": "import viz.plots",
        "viz/plots/__init__.py": "import nn.training.history, autograd.compare.report",
    }
    assert faults(sources) == [
        "autograd/compare/report.py:2 imports viz/plots/__init__.py, which is above it",
        "nn/training/history.py:1 imports viz/plots/__init__.py, which is above it",
        "a circle: autograd/compare/report.py imports viz/plots/__init__.py"
        " imports autograd/compare/report.py",
        "a circle: nn/training/history.py imports viz/plots/__init__.py"
        " imports nn/training/history.py",
    ]


def test_circles_are_found_wherever_their_imports_stand() -> None:
    assert faults(
        {
            "viz/a.py": "from viz.b import x",
            "viz/b.py": "def f():\n    from . import c",
            "viz/c.py": "if TYPE_CHECKING:\n    from viz import a",
            "viz/d.py": "from viz.a import y",
        }
    ) == ["a circle: viz/a.py imports viz/b.py imports viz/c.py imports viz/a.py"]
    circles = faults({"viz/a.py": "import viz.b", "viz/b.py": "import viz.a, viz.b"})
    assert len(circles) == 2


def test_a_file_on_no_floor_is_found() -> None:
    assert faults({"nn/helpers.py": ""}) == ["nn/helpers.py stands on no floor"]
