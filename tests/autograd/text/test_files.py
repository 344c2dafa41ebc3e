"""Files: regular ones are replaced whole; nothing else is, and nothing is lost."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograd.text import files
from autograd.text.files import check_writable, write_whole

ROOT = Path(__file__).parents[3]
OLD, NEW = b"old content", b"the new content"

posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A file with content."""
    path = tmp_path / "file"
    path.write_bytes(OLD)
    return path


# Regular files.


def test_new_and_old_files_are_written(tmp_path: Path) -> None:
    path = tmp_path / "file"
    for data in (NEW, b"", OLD * 100_000, OLD):
        write_whole(path, data)
        assert path.read_bytes() == data
        assert names(tmp_path) == ["file"]


def test_the_file_is_replaced_and_not_overwritten(old: Path) -> None:
    with old.open("rb") as reader:
        write_whole(old, NEW)
        assert reader.read() == OLD
    assert old.read_bytes() == NEW


@pytest.mark.parametrize("length", [1, 243, 244, 250, 254, 255])
def test_names_of_any_length(tmp_path: Path, length: int) -> None:
    path = tmp_path / ("x" * length)
    try:
        path.touch()
    except OSError:
        pytest.skip("names are shorter here")
    write_whole(path, NEW)
    assert path.read_bytes() == NEW
    path.unlink()
    write_whole(path, NEW)
    assert names(tmp_path) == [path.name]


@posix
def test_names_of_any_bytes(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe\xe9"))
    try:
        path.touch()
    except OSError:
        pytest.skip("names are Unicode here")
    write_whole(path, NEW)
    assert path.read_bytes() == NEW


@pytest.mark.parametrize("name", ["a\0b", "\ud800" if os.name != "nt" else "a\0b"])
def test_names_that_no_file_can_have(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="no file can be named"):
        write_whole(tmp_path / name, NEW)
    assert names(tmp_path) == []


@posix
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755])
def test_mode_and_owner_stay(old: Path, mode: int) -> None:
    if os.geteuid() == 0:
        os.chown(old, 12345, 54321)
    old.chmod(mode)
    before = old.stat()
    write_whole(old, NEW)
    after = old.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (
        before.st_mode,
        before.st_uid,
        before.st_gid,
    )
    assert after.st_ino != before.st_ino


@posix
def test_a_draft_of_a_private_file_is_private(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old.chmod(0o600)
    modes = []

    def fsync(descriptor: int) -> None:
        modes.append(stat.S_IMODE(os.fstat(descriptor).st_mode))

    monkeypatch.setattr(os, "fsync", fsync)
    write_whole(old, NEW)
    assert modes == [0o600]


@posix
def test_a_file_of_another_owner_is_written_in_place(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the owner cannot be kept: a draft would be ours."""
    before = old.stat()

    def refused(*_: Any) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    class Other:
        st_uid = st_gid = -2

    own = os.stat

    def other(path: Any, **options: Any) -> Any:
        return Other if str(path).endswith(".draft") else own(path, **options)

    monkeypatch.setattr(os, "chown", refused)
    monkeypatch.setattr(os, "stat", other)
    write_whole(old, NEW)
    monkeypatch.undo()
    assert old.read_bytes() == NEW
    assert old.stat().st_ino == before.st_ino
    assert names(old.parent) == ["file"]


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY])
def test_a_file_in_a_folder_that_takes_no_drafts_is_written_in_place(
    old: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refused(*_: Any) -> None:
        raise OSError(number, os.strerror(number), "draft")

    monkeypatch.setattr(files, "_new_draft", refused)
    write_whole(old, NEW)
    assert old.read_bytes() == NEW


def test_a_folder_that_takes_no_files_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everywhere
    with pytest.raises(PermissionError, match="no permission to write there; choose another"):
        check_writable(tmp_path / "file")


# Links.


@posix
@pytest.mark.parametrize("data", [NEW, b"x", OLD * 100_000])
def test_hard_links_stay(old: Path, data: bytes) -> None:
    other = old.with_name("other")
    os.link(old, other)
    write_whole(old, data)
    assert old.read_bytes() == other.read_bytes() == data
    assert os.path.samefile(old, other)
    assert names(old.parent) == ["file", "other"]


@posix
@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space"), KeyboardInterrupt()])
def test_a_file_with_hard_links_gets_its_content_back(
    old: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    os.link(old, old.with_name("other"))
    own, calls = os.write, 0

    def write(descriptor: int, data: memoryview) -> int:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise error
        return own(descriptor, data[:5])

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(type(error)):
        write_whole(old, NEW)
    assert old.read_bytes() == OLD


@posix
@pytest.mark.parametrize("there", [True, False])
def test_symbolic_links_are_followed_and_stay(tmp_path: Path, there: bool) -> None:
    (tmp_path / "folder").mkdir()
    target = tmp_path / "folder" / "target"
    if there:
        target.write_bytes(OLD)
    (tmp_path / "first").symlink_to("second")
    (tmp_path / "second").symlink_to(Path("folder", "target"))
    write_whole(tmp_path / "first", NEW)
    assert target.read_bytes() == NEW
    assert (tmp_path / "first").is_symlink()
    assert (tmp_path / "second").is_symlink()
    assert names(tmp_path / "folder") == ["target"]


@posix
@pytest.mark.parametrize("loop", [["a"], ["b", "a"]])
def test_links_that_lead_back_are_refused(tmp_path: Path, loop: list[str]) -> None:
    for name, target in zip(["a", *loop], loop, strict=False):
        (tmp_path / name).symlink_to(target)
    with pytest.raises(OSError, match="the symbolic link leads back to itself") as caught:
        write_whole(tmp_path / "a", NEW)
    assert caught.value.errno == errno.ELOOP
    assert (tmp_path / "a").is_symlink()
    assert names(tmp_path) == sorted({"a", *loop})


@posix
def test_a_link_into_a_missing_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(Path("no", "file"))
    with pytest.raises(FileNotFoundError, match="the folder does not exist; create it first"):
        write_whole(tmp_path / "link", NEW)
    assert names(tmp_path) == ["link"]


# What is no regular file.


@pytest.mark.parametrize("name", ["folder", "folder/", "."])
def test_folders_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="this is a folder; add a file name"):
        write_whole(tmp_path / name, NEW)
    assert names(tmp_path) == ["folder"]


@posix
def test_a_pipe_gets_the_data_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    data = OLD * 100_000  # more than a pipe holds
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    os.set_blocking(reader, True)
    other = os.open(path, os.O_WRONLY)  # without a writer there would be nothing to wait for
    found: list[bytes] = []

    def read() -> None:
        with open(reader, "rb") as file:
            found.append(file.read(len(data)))

    thread = threading.Thread(target=read)
    thread.start()
    write_whole(path, data)
    thread.join()
    os.close(other)
    assert found == [data]
    assert stat.S_ISFIFO(path.stat().st_mode)
    assert names(tmp_path) == ["pipe"]


@posix
def test_a_pipe_that_nobody_reads_is_refused_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with pytest.raises(OSError, match="nothing reads from this pipe; start its reader first"):
        write_whole(path, NEW)
    assert stat.S_ISFIFO(path.stat().st_mode)


@needs_full
@pytest.mark.parametrize("linked", [True, False])
def test_a_full_device_is_an_error_and_stays(tmp_path: Path, linked: bool) -> None:
    device = Path("/dev/full")
    if linked:
        device = tmp_path / "link"
        device.symlink_to("/dev/full")
    with pytest.raises(OSError, match="cannot write the file: No space left") as caught:
        write_whole(device, NEW)
    assert caught.value.errno == errno.ENOSPC
    assert caught.value.filename == str(device)
    assert stat.S_ISCHR(os.stat("/dev/full").st_mode)


@posix
def test_the_null_device_takes_everything_and_stays() -> None:
    write_whole(Path(os.devnull), NEW)
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


@pytest.mark.parametrize("kind", [stat.S_IFBLK, stat.S_IFSOCK])
def test_disks_and_sockets_are_refused(
    old: Path, monkeypatch: pytest.MonkeyPatch, kind: int
) -> None:
    fields = list(old.stat())
    monkeypatch.setattr(os, "stat", lambda *_, **__: os.stat_result([kind | 0o600, *fields[1:]]))
    with pytest.raises(OSError, match="this is a disk or a socket; choose another name"):
        write_whole(old, NEW)
    monkeypatch.undo()
    assert old.read_bytes() == OLD


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="no such device here")
@pytest.mark.parametrize("to_file", [True, False])
def test_standard_output_by_its_name(tmp_path: Path, to_file: bool) -> None:
    """Also where it leads to a file, which must not be replaced under what is printed."""
    code = (
        "from pathlib import Path; from autograd.text.files import write_whole\n"
        "print('before'); write_whole(Path('/dev/stdout'), b'data\\n'); print('after')"
    )
    printed = tmp_path / "printed"
    with printed.open("wb") as file:
        run = subprocess.run(
            [sys.executable, "-c", code],
            stdout=file if to_file else subprocess.PIPE,
            check=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
    found = printed.read_bytes() if to_file else run.stdout
    assert found == b"before\ndata\nafter\n"
    assert names(tmp_path) == ["printed"]


# Drafts.


@contextlib.contextmanager
def writer(path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that stops while it writes a file, for as long as it lives."""
    code = (
        "import os, sys, time; from pathlib import Path; from autograd.text import files\n"
        "def wait(*_): print('here', flush=True); time.sleep(600)\n"
        "os.replace = wait\n"
        "files.write_whole(Path(sys.argv[1]), b'half')"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"here"
        try:
            yield process
        finally:
            process.kill()


@posix
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_drafts_of_a_killed_process_are_removed(old: Path, end: signal.Signals) -> None:
    with writer(old) as process:
        process.send_signal(end)
    assert old.read_bytes() == OLD
    assert len(names(old.parent)) == 2
    write_whole(old.with_name("another file"), NEW)
    assert names(old.parent) == ["another file", "file"]


@posix
def test_drafts_of_a_living_process_are_left_alone(old: Path) -> None:
    with writer(old) as process:
        (draft,) = set(names(old.parent)) - {"file"}
        write_whole(old, NEW)
        assert names(old.parent) == [draft, "file"]
        assert process.poll() is None
    write_whole(old, NEW)
    assert names(old.parent) == ["file"]


@posix
def test_what_only_resembles_a_draft_is_left_alone(tmp_path: Path) -> None:
    number = "0123456789abcdef"
    own = [f".dualgrad-{number}.draft.txt", ".dualgrad-1.draft", f"dualgrad-{number}.draft"]
    for name in own:
        (tmp_path / name).write_bytes(OLD)
    (tmp_path / "target").write_bytes(OLD)
    links = [f".dualgrad-{i}{number[1:]}.draft" for i in range(3)]
    (tmp_path / links[0]).symlink_to("target")
    os.mkfifo(tmp_path / links[1])
    (tmp_path / links[2]).mkdir()
    write_whole(tmp_path / "file", NEW)
    assert names(tmp_path) == sorted([*own, *links, "target", "file"])
    assert (tmp_path / "target").read_bytes() == OLD


@posix
def test_drafts_of_other_users_are_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = tmp_path / ".dualgrad-0123456789abcdef.draft"
    draft.touch()
    monkeypatch.setattr(os, "geteuid", lambda: draft.stat().st_uid + 1)
    write_whole(tmp_path / "file", NEW)
    assert names(tmp_path) == [draft.name, "file"]
    monkeypatch.undo()
    write_whole(tmp_path / "file", NEW)
    assert names(tmp_path) == ["file"]


@posix
def test_a_draft_that_is_taken_away_at_once_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, calls = files.fcntl.flock, 0

    def late(descriptor: int, operation: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            (draft,) = tmp_path.iterdir()
            draft.unlink()
        own(descriptor, operation)

    monkeypatch.setattr(files.fcntl, "flock", late)
    write_whole(tmp_path / "file", NEW)
    assert (tmp_path / "file").read_bytes() == NEW
    assert calls == 2


@posix
def test_file_systems_without_locks_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: Any) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(files.fcntl, "flock", unknown)
    write_whole(tmp_path / "file", NEW)
    assert names(tmp_path) == ["file"]


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space"), KeyboardInterrupt()])
def test_nothing_is_left_of_a_failure(
    old: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def failing(*_: Any) -> None:
        raise error

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(type(error)):
        write_whole(old, NEW)
    assert old.read_bytes() == OLD
    assert names(old.parent) == ["file"]


def test_many_writers_at_once(tmp_path: Path) -> None:
    """A reader sees the content of one of them, whole."""
    path = tmp_path / "file"
    contents = [bytes([i]) * 300_000 for i in range(4)]
    write_whole(path, contents[0])
    code = (
        "import sys; from pathlib import Path; from autograd.text.files import write_whole\n"
        "for _ in range(20): write_whole(Path(sys.argv[1]), bytes([int(sys.argv[2])]) * 300_000)"
    )
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    processes = [
        subprocess.Popen([sys.executable, "-c", code, str(path), str(i)], env=environ)
        for i in range(4)
    ]
    while any(process.poll() is None for process in processes):
        assert path.read_bytes() in contents
        time.sleep(0.002)
    assert [process.returncode for process in processes] == [0] * 4
    assert path.read_bytes() in contents
    assert names(tmp_path) == ["file"]
