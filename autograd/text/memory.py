"""What fits into memory: how much is free, and the refusal of what needs more."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from autograd.text.words import memory

VARIABLE: Final = "DUALGRAD_MEMORY"
"""The environment variable that says how many bytes are free, such as 8e9; `inf` for no limit."""

UNCHECKED: Final = 2**26
"""Bytes below which nothing is asked."""


def check_memory(needed: float, what: str, remedy: str) -> None:
    """Raise a MemoryError for what needs more bytes than are free, before it is begun.

    Args:
        needed: the estimate, in bytes.
        what: names it, for the message.
        remedy: what to do about it.

    Raises:
        MemoryError: it would not fit.

    >>> check_memory(8.1e18, "a layer of 10^17 weights", "take fewer neurons")
    Traceback (most recent call last):
    MemoryError: a layer of 10^17 weights needs about 8.1 EB, but ...
    """
    if needed <= UNCHECKED:
        return
    free = free_memory()
    if needed > free:
        raise MemoryError(
            f"{what} needs about {memory(needed)}, but {memory(free)} are free: {remedy} "
            f"({VARIABLE}=inf lifts this limit)"
        )


def free_memory() -> float:
    """Return how many bytes this process can still take; infinity where that cannot be told.

    The least of what the system, the process's control groups and its own limits leave.

    Raises:
        ValueError: the environment variable is set, but to no number of bytes.
    """
    given = os.environ.get(VARIABLE, "")
    if not given:
        return min(_limits(), default=math.inf)
    try:
        found = float(given)
    except ValueError:
        found = math.nan
    if not found >= 0.0:
        raise ValueError(f"{VARIABLE} must be a number of bytes such as 8e9, or inf, not {given!r}")
    return found


def _limits() -> Iterator[float]:
    if sys.platform == "win32":
        yield _windows()
        return
    found = _table("/proc/meminfo", 1024)
    if "MemAvailable" in found:
        yield found["MemAvailable"] + found.get("SwapFree", 0.0)
    else:  # macOS and others: all that there is, as what is free is not told
        yield float(os.sysconf("SC_PHYS_PAGES")) * os.sysconf("SC_PAGE_SIZE")
    yield from _groups()
    from resource import RLIM_INFINITY, RLIMIT_AS, getrlimit

    limit = getrlimit(RLIMIT_AS)[0]
    if limit != RLIM_INFINITY:
        yield limit - _table("/proc/self/status", 1024).get("VmSize", 0.0)


def _groups() -> Iterator[float]:
    """Yield what the limits of control groups leave, of version 2 and 1.

    (docs.kernel.org/admin-guide/cgroup-v2.html). Cached files can be taken away again.
    """
    own = _text("/proc/self/cgroup")
    paths = {line.partition("::")[2] for line in own.splitlines() if "::" in line}
    paths |= {line.rpartition(":")[2] for line in own.splitlines() if ":memory:" in line}
    for root, limit, used in (
        ("/sys/fs/cgroup", "memory.max", "memory.current"),
        ("/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes"),
    ):
        for path in {"", *(path.strip("/") for path in paths)}:
            group = f"{root}/{path}"
            most, now = _text(f"{group}/{limit}").strip(), _text(f"{group}/{used}").strip()
            if most.isdigit() and now.isdigit():
                cached = _table(f"{group}/memory.stat").get("inactive_file", 0.0)
                yield max(0.0, float(most) - float(now) + cached)


def _windows() -> float:
    """Return the free memory of Windows, by GlobalMemoryStatusEx of its documentation."""
    import ctypes

    status = (ctypes.c_ulonglong * 8)()
    ctypes.cast(status, ctypes.POINTER(ctypes.c_ulong))[0] = 64  # bytes of the structure
    found: int = ctypes.windll.kernel32.GlobalMemoryStatusEx(status)  # type: ignore[attr-defined,unused-ignore]
    return float(status[2]) if found else math.inf


def _table(path: str, unit: int = 1) -> dict[str, float]:
    """Return the numbers of a file with a name and a number in each line."""
    rows = [line.replace(":", " ").split() for line in _text(path).splitlines()]
    return {row[0]: float(row[1]) * unit for row in rows if len(row) > 1 and row[1].isdigit()}


def _text(path: str) -> str:
    try:
        return Path(path).read_text("ascii", "replace")
    except OSError:
        return ""
