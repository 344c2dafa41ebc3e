"""Choosing between the compiled and the interpreted form, at build time and at import."""

from __future__ import annotations

import importlib
import inspect
import json
import os
import subprocess
import sys
import textwrap
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest

import autograd
import native_c
from autograd._native import NATIVE_MODULES, requested

ROOT = Path(__file__).parent.parent
COMPILED = any(
    Path(ROOT / (NATIVE_MODULES[-1].replace(".", "/") + suffix)).exists()
    for suffix in EXTENSION_SUFFIXES
)


def run(code: str, wish: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "DUALGRAD_NATIVE": wish}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
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
    out = run(
        "import autograd, autograd.values.value as v; print(autograd.__native__, v.__file__)", "0"
    )
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


INTERPRETED_DOCSTRINGS = """
import importlib, inspect, json, sys

def public(owner):
    for name, member in vars(owner).items():
        if not name.startswith("_") and (inspect.isroutine(member) or isinstance(member, property)):
            yield name, inspect.getdoc(member)

def documented(module):
    yield "", inspect.getdoc(module)
    yield from public(module)
    for name, member in vars(module).items():
        if inspect.isclass(member) and member.__module__ == module.__name__ and name[0] != "_":
            yield name, inspect.getdoc(member)
            yield from ((f"{name}.{method}", doc) for method, doc in public(member))

modules = map(importlib.import_module, sys.argv[1:])
print(json.dumps({module.__name__: dict(documented(module)) for module in modules}))
"""


@pytest.mark.skipif(not autograd.__native__, reason="compares the compiled form with this one")
def test_compiled_form_has_the_docstrings() -> None:
    out = run(INTERPRETED_DOCSTRINGS, "0", *NATIVE_MODULES)
    expected = json.loads(out.stdout)
    found = {
        module: {name: inspect.getdoc(look_up(module, name)) or None for name in docs}
        for module, docs in expected.items()
    }
    assert found == expected
    assert "±inf" in expected["autograd.rules.floats"]["divide"]  # neither is empty, nor mangled


def look_up(module: str, path: str) -> object:
    member: object = importlib.import_module(module)
    for name in filter(None, path.split(".")):
        member = inspect.getattr_static(member, name)
    return member


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


@pytest.mark.parametrize("indent", ["", "    "])
def test_trashcan_is_stripped_from_acyclic_classes_only(indent: str) -> None:
    bare = "".join(line for line in ACYCLIC.splitlines(True) if "TRASHCAN" not in line)
    code, expected = (
        textwrap.indent(PROTOTYPE + part + TRACKED, indent) for part in (ACYCLIC, bare)
    )
    stripped = native_c.strip_trashcan(code)
    assert stripped == expected
    assert native_c.strip_trashcan(stripped) == stripped


@pytest.mark.parametrize(
    "code",
    [
        ACYCLIC.replace("    CPy_TRASHCAN_END(self)\n", ""),
        ACYCLIC.replace("    CPy_TRASHCAN_BEGIN(self, Value_dealloc)\n", ""),
        ACYCLIC.replace("static void\n", "void "),
        TRACKED + "CPy_TRASHCAN_BEGIN(self, Other_dealloc)\n",
    ],
)
def test_unknown_trashcan_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="trashcan"):
        native_c.strip_trashcan(code)


FINALIZE = """static void
Value_finalize(PyObject *self)
{
    CPyDef_Value_____del__(self);
}
"""


def test_finalizers_are_guarded() -> None:
    guarded = native_c.guard_finalizers(ACYCLIC + FINALIZE)
    as_before, start, end = guarded.split("CPyDef_Value_____del__(self);")
    assert "tp_dealloc == (destructor)Value_dealloc" in as_before
    assert "PyErr_Fetch" in start
    assert "PyErr_Restore" in end
    assert native_c.guard_finalizers(ACYCLIC) == ACYCLIC
    with pytest.raises(ValueError, match="finalizer"):
        native_c.guard_finalizers(FINALIZE.replace("____del__(self)", "____del__(self, 1)"))


VALUE_TYPE = """static void
value___Value_dealloc(ValueObject *self)
{
    CPyDef_value___Value_clear((PyObject *)self);
}
static PyTypeObject CPyType_value___Value_template_ = {
    .tp_basicsize = sizeof(ValueObject),
};
"""


def test_weak_references_have_a_place() -> None:
    patched = native_c.add_weakrefs(VALUE_TYPE)
    assert ".tp_basicsize = sizeof(ValueObject) + sizeof(PyObject *)," in patched
    assert ".tp_weaklistoffset = sizeof(ValueObject)," in patched
    assert patched.index("PyObject_ClearWeakRefs") < patched.index("Value_clear(")
    assert native_c.add_weakrefs(ACYCLIC) == ACYCLIC
    for missing in ("_clear(", ".tp_basicsize", "static void"):
        with pytest.raises(ValueError, match="weak references"):
            native_c.add_weakrefs(VALUE_TYPE.replace(missing, "other"))


SOURCE = '''
"""A module."""
class Value:
    """A "class"."""
    @property
    def data(self):
        """±1?"""
    def bare(self):
        pass
    def odd(self, x=-math.inf):
        """Has no signature in C."""
def data():
    """First line.

    Last line."""
'''
GENERATED = r"""
    static PyGetSetDef value___Value_getseters[] = {
        {"_data",
         (getter)value___Value_get__data, (setter)value___Value_set__data,
         NULL, NULL},
        {"data",
         (getter)value___Value_get_data, NULL,
         NULL, NULL},
    };
    static PyMethodDef value___Value_methods[] = {
        {"bare",
         (PyCFunction)CPyPy_value___Value___bare,
         METH_FASTCALL | METH_KEYWORDS, PyDoc_STR("bare($self)\n--\n\n")},
        {"odd",
         (PyCFunction)CPyPy_value___Value___odd,
         METH_FASTCALL | METH_KEYWORDS, PyDoc_STR(NULL)},
    };
    static PyTypeObject CPyType_value___Value_template_ = {
        .tp_doc = PyDoc_STR("Value(name=\'\')\n--\n\n"),
    };
    static PyMethodDef valuemodule_methods[] = {
        {"data", (PyCFunction)CPyPy_data, METH_O, PyDoc_STR("data()\n--\n\n") /* docstring */},
    };
    static struct PyModuleDef valuemodule = {
        "package.value",
        NULL, /* docstring */
        NULL,
    };
"""
DOCUMENTED = (
    ("get_data, NULL,\n         NULL", 'get_data, NULL,\n         "\\302\\2611\\077"'),
    (r"name=\'\')\n--\n\n", r'name=\'\')\n--\n\n""A \042class\042.'),
    ("PyDoc_STR(NULL)", 'PyDoc_STR("Has no signature in C.")'),
    (r"data()\n--\n\n", 'data()\\n--\\n\\n""First line.\\012"\n"\\012"\n"Last line.'),
    ("NULL, /* docstring */", '"A module.", /* docstring */'),
)


def test_docstrings_are_put_into_their_places() -> None:
    expected = GENERATED
    for place, filled in DOCUMENTED:
        assert expected.count(place) == 1
        expected = expected.replace(place, filled)
    assert native_c.add_docstrings(GENERATED, {"package.value": SOURCE}) == expected
    assert native_c.add_docstrings(GENERATED, {"package.other": SOURCE}) == GENERATED
