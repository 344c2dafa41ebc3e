"""What holds for every test, those in docstrings included: which form runs, and how.

It stands here, and not in tests/, because pytest applies a conftest.py to the folders below it.
"""

from __future__ import annotations

import importlib.util
import os
import signal
from pathlib import Path

import hypothesis
import pytest

import autograd
import viz  # noqa: F401  pytest would take its folder explain for the function of that name
from autograd._native import MACHINE, NATIVE_MODULES

ROOT = Path(__file__).parent
SOURCES = {name: ROOT / (name.replace(".", "/") + ".py") for name in NATIVE_MODULES}

collect_ignore = ["tests/typing"]  # for mypy, see tests/test_typing.py

os.environ["MPLBACKEND"] = "agg"  # no screen; read when matplotlib is imported

# A shell that starts the tests in the background makes them, and their children, deaf to Ctrl-C,
# which some tests send.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A deadline measures the machine's other work too. In continuous integration hypothesis starts
# from a profile of its own, which this keeps: the same examples in every run.
hypothesis.settings.register_profile("dualgrad", deadline=None)
hypothesis.settings.load_profile("dualgrad")


def pytest_configure() -> None:
    """Refuse to test a compiled module that its source has outrun."""
    if not autograd.__native__:
        return
    native = ROOT / "autograd" / "program" / "native"
    machine = [(MACHINE, path) for path in (*native.glob("*.[ch]"), native / "generate.py")]
    for name, source in [*SOURCES.items(), *machine]:
        spec = importlib.util.find_spec(name)
        if (
            spec is None
            or spec.origin is None
            or (Path(spec.origin).stat().st_mtime < source.stat().st_mtime)
        ):
            raise pytest.UsageError(
                f"{source.relative_to(ROOT)} is newer than its compiled form: compile it again "
                "(make native) or set DUALGRAD_NATIVE=0"
            )


def pytest_report_header() -> str:
    form = "compiled" if autograd.__native__ else "interpreted"
    return f"dualgrad {autograd.__version__}, {form}"


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave the docstrings of compiled modules to the interpreted run, which has their source."""
    return True if autograd.__native__ and collection_path in SOURCES.values() else None
