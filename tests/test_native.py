"""Choosing between the compiled and the interpreted form, at build time and at import."""

from __future__ import annotations

import importlib
import os
import runpy
import subprocess
import sys
import textwrap
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import Any

import pytest

import autograd
from autograd._native import NATIVE_MODULES, requested

ROOT = Path(__file__).parent.parent
COMPILED = any(
    Path(ROOT / (NATIVE_MODULES[-1].replace(".", "/") + suffix)).exists()
    for suffix in EXTENSION_SUFFIXES
)


def run(code: str, wish: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "DUALGRAD_NATIVE": wish}
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=environ,
        check=False,
        cwd=ROOT,
    )


def test_the_requested_form_is_tested() -> None:
    wish = requested()
    assert autograd.__native__ is (COMPILED if wish is None else wish)


def test_every_module_runs_in_the_announced_form() -> None:
    for name in NATIVE_MODULES:
        is_source = str(importlib.import_module(name).__file__).endswith(".py")
        assert is_source is not autograd.__native__, name


def test_interpreted_form_can_be_chosen() -> None:
    out = run("import autograd, autograd.value as v; print(autograd.__native__, v.__file__)", "0")
    assert out.stdout.startswith("False ")
    assert out.stdout.rstrip().endswith("value.py")


def test_compiled_form_can_be_insisted_on() -> None:
    out = run("import autograd; print(autograd.__native__)", "1")
    if COMPILED:
        assert out.stdout == "True\n"
    else:
        assert "make native" in out.stderr
        assert out.returncode == 1


def test_other_wishes_are_refused() -> None:
    assert "DUALGRAD_NATIVE='yes'" in run("import autograd", "yes").stderr


def test_values_die_safely_deep_inside_containers() -> None:
    # See strip_trashcan in setup.py: the harm was done to the neighbours, so compare their memory,
    # all but the reference count and the type, while every second Value dies at a growing depth.
    code = """
import ctypes
from autograd import Value

def memory(value):
    return ctypes.string_at(id(value), Value.__basicsize__)[16:]

values = [Value(float(i)) for i in range(60_000)]
living, dying = values[::2], values[1::2]
del values
before = [memory(value) for value in living]
nest = []
while dying:
    nest = [dying.pop(), dying.pop(), nest]
del nest
print(sum(memory(value) != old for value, old in zip(living, before, strict=True)))
"""
    out = run(code, "1" if autograd.__native__ else "0")
    assert (out.returncode, out.stdout) == (0, "0\n"), out.stderr


# --- the generated C code ---------------------------------------------------------------------

TRACKED = """static void
Node_dealloc(NodeObject *self)
{
    PyObject_GC_UnTrack(self);
    CPy_TRASHCAN_BEGIN(self, Node_dealloc)
    Node_clear(self);
    CPy_TRASHCAN_END(self)
    done: ;
}
"""
PROTOTYPE = "static void\nNode_dealloc(NodeObject *self);\n"
ACYCLIC = TRACKED.replace("    PyObject_GC_UnTrack(self);\n", "").replace("Node", "Value")


@pytest.fixture(scope="module")
def setup_py() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "setup.py"), run_name="setup")


@pytest.mark.parametrize("indent", ["", "    "])
def test_trashcan_is_stripped_from_acyclic_classes_only(
    setup_py: dict[str, Any], indent: str
) -> None:
    bare = "".join(line for line in ACYCLIC.splitlines(True) if "TRASHCAN" not in line)
    code, expected = (
        textwrap.indent(PROTOTYPE + part + TRACKED, indent) for part in (ACYCLIC, bare)
    )
    stripped = setup_py["strip_trashcan"](code)
    assert stripped == expected
    assert setup_py["strip_trashcan"](stripped) == stripped


@pytest.mark.parametrize(
    "code",
    [
        ACYCLIC.replace("    CPy_TRASHCAN_END(self)\n", ""),
        ACYCLIC.replace("    CPy_TRASHCAN_BEGIN(self, Value_dealloc)\n", ""),
        ACYCLIC.replace("static void\n", "void "),
        TRACKED + "CPy_TRASHCAN_BEGIN(self, Other_dealloc)\n",
    ],
)
def test_unknown_trashcan_is_refused(setup_py: dict[str, Any], code: str) -> None:
    with pytest.raises(ValueError, match="trashcan"):
        setup_py["strip_trashcan"](code)
