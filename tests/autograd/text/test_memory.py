"""Memory: what is free by whatever tells, and the refusal of what does not fit."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping

import pytest

from autograd.text import memory
from autograd.text.memory import VARIABLE, check_memory, free_memory

MEMINFO = "MemTotal: 16000 kB\nMemAvailable:   9000 kB\nSwapFree: 1000 kB\n"
GROUP_2 = {
    "/proc/meminfo": MEMINFO,
    "/proc/self/cgroup": "0::/user/me\n",
    "/sys/fs/cgroup/user/me/memory.max": "6000000\n",
    "/sys/fs/cgroup/user/me/memory.current": "5000000\n",
    "/sys/fs/cgroup/user/me/memory.stat": "anon 7\ninactive_file 2000000\n",
}
GROUP_1 = {
    "/proc/meminfo": MEMINFO,
    "/proc/self/cgroup": "3:cpu:/c\n5:memory:/docker/a:b\n",
    "/sys/fs/cgroup/memory/memory.limit_in_bytes": "4000000",
    "/sys/fs/cgroup/memory/memory.usage_in_bytes": "1000000",
}


def system(monkeypatch: pytest.MonkeyPatch, files: Mapping[str, str]) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr(memory, "_text", lambda path: files.get(str(path).replace("//", "/"), ""))


@pytest.mark.skipif(sys.platform != "linux", reason="of Linux")
@pytest.mark.parametrize(
    ("files", "free"),
    [
        ({"/proc/meminfo": MEMINFO}, 10_000 * 1024),
        (GROUP_2, 3e6),
        ({**GROUP_2, "/sys/fs/cgroup/user/me/memory.max": "max"}, 10_000 * 1024),
        ({**GROUP_2, "/sys/fs/cgroup/user/me/memory.current": "99000000"}, 0.0),
        (GROUP_1, 3e6),
    ],
)
def test_the_least_limit_counts(
    files: Mapping[str, str], free: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    system(monkeypatch, files)
    assert free_memory() == free


def test_here_something_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert 2**26 < free_memory() < 2**60


@pytest.mark.skipif(sys.platform == "win32", reason="of other systems")
def test_elsewhere_all_memory_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    system(monkeypatch, {})
    assert 2**26 < free_memory() < 2**60


def test_what_does_not_fit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "2e8")
    check_memory(1.9e8, "it", "take less")
    with pytest.raises(MemoryError) as error:
        check_memory(8.1e12, "it", "take less")
    assert str(error.value) == (
        "it needs about 8.1 TB, but 200 MB are free: take less (DUALGRAD_MEMORY=inf lifts this "
        "limit)"
    )


def test_the_limit_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "inf")
    assert free_memory() == math.inf
    check_memory(1e30, "it", "take less")
    for wrong in ("8GB", "nan", "-1"):
        monkeypatch.setenv(VARIABLE, wrong)
        with pytest.raises(ValueError, match=f"DUALGRAD_MEMORY must be .* not '{wrong}'"):
            check_memory(1e9, "it", "take less")
    check_memory(1e6, "little, which is not asked about", "take less")
