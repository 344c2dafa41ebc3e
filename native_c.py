"""What setup.py changes in the C code that mypyc generates, before the compiler sees it."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

# --- deallocation -----------------------------------------------------------------------------

DEALLOC = re.compile(
    r"^( *)static void\n\1(?P<name>\w+)_dealloc\([^)]*\)\n\1{\n.*?^\1}\n",
    re.MULTILINE | re.DOTALL,
)
TRASHCAN = re.compile(r"^\s*CPy_TRASHCAN_(BEGIN|END)\(.*\)\n", re.MULTILINE)


def strip_trashcan(c_code: str) -> str:
    """Take CPython's trashcan out of the deallocators of classes without a cycle-collector header.

    The trashcan cuts deep recursion short by queueing dying objects, and up to Python 3.13 links
    them through the collector's header in front of the object. mypyc emits it for every class,
    also those declared `acyclic`, which have no such header: the link then overwrites whatever
    lies before the object, as soon as one dies inside 50 nested containers. Those classes must,
    and `Value` does, bound the recursion themselves.

    An acyclic class is one whose deallocator does not untrack the object.

    Raises:
        ValueError: the code has another shape than the known one. Better no compiled form than one
            that corrupts memory.
    """

    def strip(dealloc: re.Match[str]) -> str:
        body = dealloc[0]
        if "PyObject_GC_UnTrack(self)" in body:
            return body
        if TRASHCAN.findall(body) not in (["BEGIN", "END"], []):
            raise ValueError(f"{dealloc['name']}_dealloc has an unknown form of trashcan")
        return TRASHCAN.sub("", body)

    stripped = DEALLOC.sub(strip, c_code)
    tracked = [d[0] for d in DEALLOC.finditer(stripped) if "PyObject_GC_UnTrack(self)" in d[0]]
    if stripped.count("CPy_TRASHCAN_") != sum(body.count("CPy_TRASHCAN_") for body in tracked):
        raise ValueError("the generated C code uses the trashcan outside of a known deallocator")
    return stripped


FINALIZE = re.compile(
    r"(?P<name>\w+)_finalize\(PyObject \*self\)\n\s*{\n\s*(?P<call>\w+_____del__\(self\);)\n"
)


def guard_finalizers(c_code: str) -> str:
    """Keep an exception that is under way out of every `__del__`.

    mypyc's deallocators do so, but that of a subclass in Python calls the finalizer by itself.

    Raises:
        ValueError: the code has another shape than the known one.
    """

    def guard(finalize: re.Match[str]) -> str:
        return finalize[0].replace(
            finalize["call"],
            f"if (Py_TYPE(self)->tp_dealloc == (destructor){finalize['name']}_dealloc) {{\n"
            f"    {finalize['call']}\n    return;\n}}\n"
            "PyObject *type, *value, *traceback;\n"
            "PyErr_Fetch(&type, &value, &traceback);\n"
            f"{finalize['call']}\n"
            "if (PyErr_Occurred() != NULL) PyErr_WriteUnraisable(self);\n"
            "PyErr_Restore(type, value, traceback);",
        )

    guarded, count = FINALIZE.subn(guard, c_code)
    if count != len(re.findall(r"\w+_finalize\(PyObject \*self\)\n", c_code)):
        raise ValueError("the generated C code has an unknown form of finalizer")
    return guarded


# --- weak references --------------------------------------------------------------------------

WEAKLY_REFERENCED = "value___Value"


def add_weakrefs(c_code: str) -> str:
    """Let `weakref` refer to Values: mypyc has no word for it. Other code stays as it is.

    The list of an object's weak references lies behind its own fields, as in CPython's types.

    Raises:
        ValueError: the code has another shape than the known one.
    """
    template = f"CPyType_{WEAKLY_REFERENCED}_template_ = {{"
    if template not in c_code:
        return c_code
    head, tail = c_code.split(template)
    sizes = list(re.finditer(r"\.tp_basicsize = (sizeof\(\w+\)),", tail))
    clear = f"CPyDef_{WEAKLY_REFERENCED}_clear((PyObject *)self);"
    deallocs = [d for d in DEALLOC.finditer(head) if d["name"] == WEAKLY_REFERENCED]
    if not sizes or len(deallocs) != 1 or deallocs[0][0].count(clear) != 1:
        raise ValueError(f"{WEAKLY_REFERENCED} has no known place for weak references")
    size = sizes[0]
    field = f".tp_basicsize = {size[1]} + sizeof(PyObject *),\n.tp_weaklistoffset = {size[1]},"
    forget = (
        f"if (*(PyObject **)((char *)self + {size[1]}) != NULL)\n"
        f"    PyObject_ClearWeakRefs((PyObject *)self);\n{clear}"
    )
    dealloc = deallocs[0][0]
    head = head.replace(dealloc, dealloc.replace(clear, forget))
    return head + template + tail[: size.start()] + field + tail[size.end() :]


# --- docstrings -------------------------------------------------------------------------------

# The tables of a module's functions, of a class's methods and of its properties, and what describes
# the class and the module themselves. Their names hold that of the owner: value___Value_methods,
# CPyType_value___Value_template_, valuemodule.
TABLE = re.compile(
    r"^( *)static (?:struct )?(?P<kind>Py(?:MethodDef|GetSetDef|TypeObject|ModuleDef)) "
    r"(?:CPyType_)?(?P<owner>\w+?)(?:_methods|_getseters|_template_)?(?:\[\])? = {\n.*?^\1};",
    re.MULTILINE | re.DOTALL,
)
# The slot for a docstring in each: it holds NULL, or the signature.
SIGNATURE = r'PyDoc_STR\((?P<slot>NULL|"(?:[^"\\]|\\.)*")\)'
ENTRY = {
    "PyMethodDef": re.compile(r'{"(?P<member>\w+)",[^{}"]*' + SIGNATURE),
    "PyGetSetDef": re.compile(r'{"(?P<member>\w+)",[^{}"]*\s(?P<slot>NULL), NULL}'),
    "PyTypeObject": re.compile(r"\.tp_doc = (?P<member>)" + SIGNATURE),
    "PyModuleDef": re.compile(r"(?P<member>)(?P<slot>NULL), /\* docstring \*/"),
}


def add_docstrings(c_code: str, sources: Mapping[str, str]) -> str:
    """Put the docstrings of the Python sources, given by module name, into the C code.

    mypyc writes only signatures, so that `help(Value)` would show no more than those. Code without
    any of the modules stays as it is.

    Raises:
        ValueError: the code has no known place for the docstring of a public name.
    """
    docstrings: dict[tuple[str, str], str] = {}
    for module, source in sources.items():
        docstrings |= docstrings_of(module, source)
    placed: set[tuple[str, str]] = set()

    def fill_table(table: re.Match[str]) -> str:
        def fill(entry: re.Match[str]) -> str:
            doc = docstrings.get((table["owner"], entry["member"]))
            if not doc:
                return entry[0]
            placed.add((table["owner"], entry["member"]))
            start, end = (place - entry.start() for place in entry.span("slot"))
            signature = "" if entry["slot"] == "NULL" else entry["slot"]
            return entry[0][:start] + signature + c_literal(doc) + entry[0][end:]

        return ENTRY[table["kind"]].sub(fill, table[0])

    filled = TABLE.sub(fill_table, c_code)
    lost = [".".join(key) for key in docstrings.keys() - placed if not key[1].startswith("_")]
    if placed and lost:
        raise ValueError(f"the C code has no known place for the docstrings of {sorted(lost)}")
    return filled


def docstrings_of(module: str, source: str) -> dict[tuple[str, str], str]:
    """Return the docstrings of a module, each by the C name of its owner and its own name.

    The own name of a class, and of the module itself, is "".
    """
    tree = ast.parse(source)
    short = module.rpartition(".")[2]
    owners: dict[str, ast.Module | ast.ClassDef] = {f"{short}module": tree}
    owners |= {f"{short}___{x.name}": x for x in tree.body if isinstance(x, ast.ClassDef)}
    docstrings = {}
    for owner, node in owners.items():
        docstrings[owner, ""] = ast.get_docstring(node) or ""
        for member in node.body:
            if isinstance(member, ast.FunctionDef) and (doc := ast.get_docstring(member)):
                docstrings[owner, member.name] = doc
    return {key: doc for key, doc in docstrings.items() if doc}


def c_literal(text: str) -> str:
    r"""Write the text as UTF-8 in C, one literal a line, since compilers limit their length.

    >>> print(c_literal('±1 is\n"odd"'))
    "\302\2611 is\012"
    "\042odd\042"
    """
    plain = set(range(0x20, 0x7F)) - set(b'"\\?')  # ?? would start a trigraph
    return "\n".join(
        '"' + "".join(chr(b) if b in plain else f"\\{b:03o}" for b in line.encode()) + '"'
        for line in text.splitlines(keepends=True)
    )
