"""Files that are written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
from pathlib import Path

_REMEDIES: dict[type[OSError], str] = {
    FileNotFoundError: "the folder does not exist; create it first",
    NotADirectoryError: "a part of the path is a file, not a folder",
    IsADirectoryError: "this is a folder; add a file name",
    PermissionError: "no permission to write there; choose another folder",
}


def write_whole(path: Path, data: bytes) -> None:
    """Write the file at once: a reader sees the old content or the new, never a part.

    A symbolic link stays one: the file that it leads to is written. A file that is there keeps its
    mode.

    Raises:
        OSError: the file cannot be written; the old content, if any, is untouched.
    """
    target = Path(os.path.realpath(path))
    there = os.path.isfile(target)
    if there and not os.access(target, os.W_OK):
        refusal = "cannot write the file: it is read-only; choose another name"
        raise PermissionError(errno.EACCES, refusal, str(path))
    # Beside the target, as a file can be moved into its place only within one file system.
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    try:
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())  # else a loss of power could leave the new name without data
        if there:
            shutil.copymode(target, draft)
        os.replace(draft, target)
    except OSError as error:
        reason = _reason(error, target)
        raise type(error)(error.errno, f"cannot write the file: {reason}", str(path)) from error
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)


def _reason(error: OSError, target: Path) -> str | None:
    """Why the file cannot be written, and what to do about it where that is known."""
    if isinstance(error, FileNotFoundError) and target.parent.is_dir():
        return error.strerror
    return _REMEDIES.get(type(error), error.strerror)
