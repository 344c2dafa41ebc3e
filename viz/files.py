"""Files that are written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

_REMEDIES: dict[type[OSError], str] = {
    FileNotFoundError: "the folder does not exist; create it first",
    NotADirectoryError: "a part of the path is a file, not a folder",
    IsADirectoryError: "this is a folder; add a file name",
    PermissionError: "no permission to write there; choose another folder",
}


def write_whole(path: Path, data: bytes) -> None:
    """Write the file at once: a reader sees the old content or the new, never a part.

    Raises:
        OSError: the file cannot be written; the old content, if any, is untouched.
    """
    # Beside the target, as a file can be moved into its place only within one file system.
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        draft.write_bytes(data)
        os.replace(draft, path)
    except OSError as error:
        reason = _REMEDIES.get(type(error), error.strerror)
        raise type(error)(error.errno, f"cannot write the file: {reason}", str(path)) from error
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
