"""Files that are written whole or not at all, and never in the place of something else.

A regular file is replaced: the data go into a draft beside it, which then takes its name. What must
not be replaced is written in place: a file with several names (hard links), one whose owner could
not be kept, one in a folder that takes no new files. Pipes and devices are written to.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import shutil
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

if sys.platform != "win32":
    import fcntl

_DRAFT: Final = re.compile(r"\.dualgrad-[0-9a-f]{16}\.draft")
"""The names of drafts: short, however long those of the files are."""

_NO_DRAFT: Final = {errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY}
"""Why a draft cannot be made, or cannot take the place of a file that may itself be written."""

_WRITING: Final = os.O_WRONLY | getattr(os, "O_BINARY", 0)

_REMEDIES: Final = {
    errno.ENOENT: "the folder does not exist; create it first",
    errno.ENOTDIR: "a part of the path is a file, not a folder",
    errno.EACCES: "no permission to write there; choose another folder",
    errno.EROFS: "no permission to write there; choose another folder",
    errno.ELOOP: "the symbolic link leads back to itself; choose another name",
}


def write_whole(path: Path, data: bytes) -> None:
    """Write the file at once: a reader sees the old content or the new, never a part.

    A symbolic link stays one: the file that it leads to is written. A file that is there keeps its
    mode, its owner and its other names; one that has other names is written in place, and gets its
    old content back should that fail. Pipes and devices receive the data. Drafts that a killed
    process left in the folder are removed.

    Raises:
        OSError: the file cannot be written; the old content, if any, is untouched.
        ValueError: no file can have this name.
    """
    status = check_writable(path)
    with _explained(path):
        if status is None:
            _replace(path, data, None)
        elif (stream := _standard_stream(status)) is not None:
            _pour(stream, data)
        elif not stat.S_ISREG(status.st_mode):
            _send(path, data, status)
        elif status.st_nlink != 1 or not _replaced(path, data, status):
            _overwrite(path, data)


def check_writable(path: Path) -> os.stat_result | None:
    """Return the status of what is to be written to, None where there is nothing yet.

    Raises:
        OSError, ValueError: writing there cannot work, as far as that can be told beforehand.
    """
    with _explained(path):
        try:
            status = os.stat(path)
        except FileNotFoundError:
            folder = os.path.dirname(os.path.realpath(path))
            if os.path.isdir(folder) and not os.access(folder, os.W_OK):
                raise PermissionError(errno.EACCES, _REMEDIES[errno.EACCES]) from None
            if os.path.isdir(folder):
                return None
            raise
        if stat.S_ISDIR(status.st_mode):
            raise IsADirectoryError(errno.EISDIR, "this is a folder; add a file name")
        if stat.S_ISBLK(status.st_mode) or stat.S_ISSOCK(status.st_mode):
            raise OSError(errno.EINVAL, "this is a disk or a socket; choose another name")
        if not os.access(path, os.W_OK):
            raise PermissionError(errno.EACCES, "it is read-only; choose another name")
        return status


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn the system's errors, which name what they are about, into those that name a remedy."""
    try:
        yield
    except OSError as error:
        number, reason = error.errno or errno.EIO, error.strerror
        if error.filename is not None:
            reason = _REMEDIES.get(number, reason)
        raise OSError(number, f"cannot write the file: {reason}", str(path)) from error
    except ValueError as error:  # a character that no name may have
        raise ValueError(f"no file can be named {str(path)!r}: {error}") from error


def _pour(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


# By a draft.


def _replaced(path: Path, data: bytes, status: os.stat_result) -> bool:
    """Replace a file; return False where it can only be written in place."""
    try:
        _replace(path, data, status)
    except OSError as error:
        if error.errno in _NO_DRAFT:
            return False
        raise
    return True


def _replace(path: Path, data: bytes, status: os.stat_result | None) -> None:
    """Write a draft and give it the name of the file, of which the status is known if it exists."""
    target = os.path.realpath(path)
    # Beside the target, as a file can be moved into its place only within one file system.
    folder = os.path.dirname(target)
    _remove_abandoned(folder)
    # A private file must not be readable for a moment; a new one is as readable as others are.
    descriptor, draft = _new_draft(folder, 0o666 if status is None else 0o600)
    try:
        with open(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)  # else a loss of power could leave the new name without data
            if status is not None:
                _copy_rights(target, draft, status)
            if sys.platform == "win32":  # which moves no open file
                file.close()
            os.replace(draft, target)
    finally:
        with contextlib.suppress(OSError):
            os.unlink(draft)


def _new_draft(folder: str, mode: int) -> tuple[int, str]:
    """Return a new file, open and locked as long as it is, and its path."""
    while True:
        draft = os.path.join(folder, f".dualgrad-{secrets.token_hex(8)}.draft")
        descriptor = os.open(draft, _WRITING | os.O_CREAT | os.O_EXCL, mode)
        if sys.platform != "win32":
            with contextlib.suppress(OSError):  # some file systems have no locks
                fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.fstat(descriptor).st_nlink:
            return descriptor, draft
        os.close(descriptor)  # another process took it for abandoned before it was locked


def _remove_abandoned(folder: str) -> None:
    """Remove this user's drafts that no process holds: those of processes that were killed."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _DRAFT.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                with contextlib.suppress(OSError):
                    _remove_unless_held(entry.path)


def _remove_unless_held(draft: str) -> None:
    if sys.platform == "win32":  # which keeps what is open; a closed draft is moved at once
        if time.time() - os.stat(draft).st_mtime > 60.0:
            os.unlink(draft)
        return
    descriptor = os.open(draft, os.O_RDWR | os.O_NOFOLLOW)
    try:
        if os.fstat(descriptor).st_uid == os.geteuid():
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.unlink(draft)
    finally:
        os.close(descriptor)


def _copy_rights(target: str, draft: str, status: os.stat_result) -> None:
    """Give a draft the owner, the mode and the access lists of the file."""
    made = os.stat(draft)
    if (made.st_uid, made.st_gid) != (status.st_uid, status.st_gid):
        os.chown(draft, status.st_uid, status.st_gid)
    shutil.copystat(target, draft)
    os.utime(draft)


# In place.


def _overwrite(path: Path, data: bytes) -> None:
    """Write a file in place; put its old content back if that fails."""
    with open(path, "r+b", buffering=0) as file:
        old = file.read()
        try:
            _fill(file.fileno(), data)
        except BaseException:
            _fill(file.fileno(), old)  # this takes no room: nothing has been cut off
            raise


def _fill(descriptor: int, data: bytes) -> None:
    os.lseek(descriptor, 0, os.SEEK_SET)
    _pour(descriptor, data)
    os.ftruncate(descriptor, len(data))
    os.fsync(descriptor)


def _standard_stream(status: os.stat_result) -> int | None:
    """Return which of this process's outputs leads to the file, as by the name /dev/stdout."""
    for descriptor, stream in (1, sys.stdout), (2, sys.stderr):
        with contextlib.suppress(OSError):
            if stream is not None and os.path.samestat(os.fstat(descriptor), status):
                stream.flush()
                return descriptor
    return None


def _send(path: Path, data: bytes, status: os.stat_result) -> None:
    """Write to a pipe or a device; refuse a pipe from which nothing reads, which would wait."""
    nonblocking = getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(path, _WRITING | nonblocking)
    except OSError as error:
        if error.errno == errno.ENXIO and stat.S_ISFIFO(status.st_mode):
            reason = "nothing reads from this pipe; start its reader first"
            raise OSError(errno.ENXIO, reason) from None
        raise
    try:
        if nonblocking:
            os.set_blocking(descriptor, True)
        _pour(descriptor, data)
    finally:
        os.close(descriptor)
