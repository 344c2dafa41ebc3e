"""Running printed code: the compilers and interpreters, and how far their results may be off."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ULPS = {"python": 0, "c": 4, "javascript": 6}
"""How far the results may be from the row's: a language's library is another one than Python's, and
JavaScript's has no erfc, so that ndtr and gelu are 4 ulp from the truth there, and 3 here."""

C_FLAGS = ("-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-O2", "-ffp-contract=off")


def run(command: list[str], **options: Any) -> None:
    """Run a program that must succeed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, done.stderr


def compiled(source: str, folder: Path) -> ctypes.CDLL:
    """Return the functions of a file in C."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        pytest.skip("no C compiler on PATH")
    number = len(list(folder.iterdir()))  # a library of the same name would not be loaded again
    file, library = folder / f"code{number}.c", folder / f"code{number}.so"
    file.write_text(source, encoding="utf-8")
    run([compiler, *C_FLAGS, "-shared", "-fPIC", "-o", str(library), str(file), "-lm"])
    return ctypes.CDLL(str(library))


def from_node(source: str, numbers: np.ndarray[Any, Any], folder: Path) -> list[float]:
    """Return the `results` of a module in JavaScript, which reads `points`, all these numbers."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node on PATH")
    numbers.tofile(folder / "points")
    lines = [
        'import fs from "fs";',
        'const points = new Float64Array(new Uint8Array(fs.readFileSync("points")).buffer);',
        "const results = [];",
        source,
        'fs.writeFileSync("results", new Float64Array(results));',
    ]
    (folder / "code.mjs").write_text("\n".join(lines), encoding="utf-8")
    run([node, "code.mjs"], cwd=folder)
    return np.fromfile(folder / "results").tolist()
