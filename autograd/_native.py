"""Which form of the hot path runs: compiled to machine code, or the same files interpreted.

The modules listed here are ordinary Python. When a C compiler is there, setup.py compiles them with
mypyc and puts the result beside them, where Python prefers it. `DUALGRAD_NATIVE` overrules that, at
build time and at import alike: `0` asks for the interpreted form, `1` insists on the compiled one.

setup.py runs this file by path, before anything is installed: standard library only.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Mapping, Sequence
from importlib.machinery import ExtensionFileLoader, ModuleSpec
from pathlib import Path

# What is compiled, all of it together or nothing. Nothing else lists these modules.
NATIVE_MODULES = (
    "autograd.rules.operand",
    "autograd.rules.floats",
    "autograd.rules.primitive",
    "autograd.rules.table",
    "autograd.values.observer",
    "autograd.values.operators",
    "autograd.values.value",
)

# mypyc puts the code of all of them into one library; the modules are doors into it.
NATIVE_GROUP = "dualgrad"
NATIVE_LIBRARY = f"{NATIVE_GROUP}__mypyc"

# The machine that runs programs, in C; without it NumPy runs them.
MACHINE = "autograd.program._machine"


def requested(environ: Mapping[str, str] = os.environ) -> bool | None:
    """Return what `DUALGRAD_NATIVE` asks for: compiled, interpreted, or (None) what is possible."""
    wish = environ.get("DUALGRAD_NATIVE", "")
    if wish not in ("", "0", "1"):
        raise ImportError(
            f"DUALGRAD_NATIVE={wish!r} is not understood: set it to 1 (insist on the compiled "
            "form) or 0 (use the interpreted form), or leave it unset (compiled when there is one)"
        )
    return bool(int(wish)) if wish else None


def select() -> bool:
    """Choose the form before the first module of `NATIVE_MODULES` is imported; return if compiled.

    An installation that lacks a part, the library or a door, runs interpreted throughout.
    """
    wish = requested()
    missing = [name for name in (NATIVE_LIBRARY, *NATIVE_MODULES) if not _is_compiled(name)]
    if wish and missing:
        raise ImportError(
            "DUALGRAD_NATIVE=1 insists on the compiled form, but there is no compiled "
            f"{missing[0]} for this Python ({sys.executable}). Install dualgrad again with a C "
            "compiler on the path and DUALGRAD_NATIVE=1 set, which shows what is wrong (in a "
            "checkout: make native), or unset DUALGRAD_NATIVE to run interpreted"
        )
    native = wish is not False and not missing
    if not native:
        sys.meta_path.insert(0, _SourceFinder)
    return native


def _is_compiled(name: str) -> bool:
    spec = importlib.util.find_spec(name)
    return spec is not None and isinstance(spec.loader, ExtensionFileLoader)


class _SourceFinder:
    """An import hook that finds the .py file of a native module, whatever lies beside it."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: object = None
    ) -> ModuleSpec | None:
        if name not in NATIVE_MODULES:
            return None
        source = Path(__file__).parent.joinpath(*name.split(".")[1:]).with_suffix(".py")
        return importlib.util.spec_from_file_location(name, source)
